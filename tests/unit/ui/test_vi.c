/* The commands of vi: keys into the composer, the text and the caret after. */
#include "vi_rig.h"

static void motions_go_where_vi_goes(void **state)
{
    static const struct vi_case cases[] = {
        { "one two", "l", "o|ne two" },
        { "one two", "3l", "one| two" },
        { "one", "9l", "on|e" },
        { "one", "lh", "|one" },
        { "one\ntwo", "9l", "on|e\ntwo" },
        { "one\ntwo", "jh", "one\n|two" },
        { "one two", "w", "one |two" },
        { "a.b c", "w", "a|.b c" },
        { "a.b c", "W", "a.b |c" },
        { "a b c d", "3w", "a b c |d" },
        { "one", "w", "on|e" },
        { "one\n\ntwo", "w", "one\n|\ntwo" },
        { "one\n\ntwo", "2w", "one\n\n|two" },
        { "one two", "e", "on|e two" },
        { "one two", "ee", "one tw|o" },
        { "a.b c", "E", "a.|b c" },
        { "one two", "$b", "one |two" },
        { "one two", "$bb", "|one two" },
        { "a x.y", "$b", "a x|.y" },
        { "a x.y", "$B", "a |x.y" },
        { "one two", "$", "one tw|o" },
        { "one\ntwo", "2$", "one\ntw|o" },
        { "one two", "$0", "|one two" },
        { "  one", "$^", "  |one" },
        { "a,b,c", "f,", "a|,b,c" },
        { "a,b,c", "2f,", "a,b|,c" },
        { "a,b,c", "3f,", "|a,b,c" },
        { "a,b,c", "f,;", "a,b|,c" },
        { "a,b,c", "f,;,", "a|,b,c" },
        { "ab,cd,e", "t,", "a|b,cd,e" },
        { "ab,cd,e", "t,;", "ab,c|d,e" },
        { "a,b,c", "$F,", "a,b|,c" },
        { "a,b,cd", "$T,", "a,b,|cd" },
        { "a,b,cd", "$T,;", "a,|b,cd" },
        { "a,b,c", ";", "|a,b,c" },
        { "1\n2\n3", "G", "1\n2\n|3" },
        { "1\n2\n3", "2G", "1\n|2\n3" },
        { "1\n2\n3", "Ggg", "|1\n2\n3" },
        { "1\n2\n3", "2gg", "1\n|2\n3" },
        { "abc\nd\nefg", "2ljj", "abc\nd\nef|g" },
        { "abc\nd\nefg", "2l2jk", "abc\n|d\nefg" },
        { "", "wbeh0^$", "|" },
        { HAN HAN "x", "w", HAN "|" HAN "x" },
        { HAN KA KA "x", "ww", HAN KA KA "|x" },
        { HAN HAN, "f" HAN, HAN "|" HAN },
        { E_ACUTE "x", "l", E_ACUTE "|x" },
    };
    (void)state;

    CHECK(cases);
}

static void operators_take_motions_and_counts(void **state)
{
    static const struct vi_case cases[] = {
        { "one two", "dw", "|two" },
        { "one two", "wdw", "one| " },
        { "one\ntwo", "dw", "|\ntwo" },
        { "a b\nc", "d2w", "|\nc" },
        { "a b c d", "2dw", "|c d" },
        { "a b c d e f g", "2d3w", "|g" },
        { "one two", "de", "| two" },
        { "one two", "$db", "one |o" },
        { "one two", "wD", "one| " },
        { "one two", "d$", "|" },
        { "one two", "$d0", "|o" },
        { "  one", "$d^", "  |e" },
        { "a,b,c", "df,", "|b,c" },
        { "a,b,c", "dt,", "|,b,c" },
        { "a,b,c", "d2f,", "|c" },
        { "a,b,c", "$dF,", "a,b|c" },
        { "abc", "dl", "|bc" },
        { "abc", "$dh", "a|c" },
        { "1\n2\n3", "dd", "|2\n3" },
        { "1\n2\n3", "Gdd", "1\n|2" },
        { "1\n2\n3", "2dd", "|3" },
        { "1\n2\n3", "dj", "|3" },
        { "1\n2\n3", "Gdk", "|1" },
        { "1\n2\n3", "jdG", "|1" },
        { "1\n2\n3", "jdgg", "|3" },
        { "one", "dd", "|" },
        { "one two", "cwsix" ESC, "si|x two" },
        { "one two", "lcwx" ESC, "o|x two" },
        { "a  b", "lcwx" ESC, "a|xb" },
        { "a b c", "c2wx" ESC, "|x c" },
        { "1\n2\n3", "jccx" ESC, "1\n|x\n3" },
        { "one two", "wCx" ESC, "one |x" },
        { "one two", "ct x" ESC, "|x two" },
        { "one two", "yw$p", "one twoone| " },
        { "one two", "ywP", "one| one two" },
        { "1\n2", "yyp", "1\n|1\n2" },
        { "1\n2", "yyGp", "1\n2\n|1" },
        { "1\n2", "jyyP", "1\n|2\n2" },
        { "1\n2", "Y2p", "1\n|1\n1\n2" },
        { "1\n2\n3", "ddp", "2\n|1\n3" },
        { "one", "dx", "|one" },
        { "one", "d" ESC "x", "|ne" },
        { "", "cwx" ESC, "|x" },
        { HAN HAN, "dw", "|" HAN },
    };
    (void)state;

    CHECK(cases);
}

static void simple_changes_are_one_key(void **state)
{
    static const struct vi_case cases[] = {
        { "abc", "x", "|bc" },
        { "abc", "2x", "|c" },
        { "abc", "9x", "|" },
        { "abc", "$x", "a|b" },
        { "", "x", "|" },
        { "a\n\nb", "jx", "a\n|\nb" },
        { "abc", "$X", "a|c" },
        { "abc", "X", "|abc" },
        { "abc", "rx", "|xbc" },
        { "abc", "2rx", "x|xc" },
        { "abc", "9rx", "|abc" },
        { "abc", "sxy" ESC, "x|ybc" },
        { "", "sx" ESC, "|x" },
        { "a\nb", "Sx" ESC, "|x\nb" },
        { "aBc", "3~", "Ab|C" },
        { "a1b", "~~~", "A1|B" },
        { "a\n  b", "J", "a| b" },
        { "a\nb\nc", "3J", "a b| c" },
        { "a\n)", "J", "a|)" },
        { "a", "J", "|a" },
        { "abc", "xp", "b|ac" },
        { "abc", "xu", "|abc" },
        { "abc", "xxuu", "|abc" },
        { "abc", "xx2u", "|abc" },
        { "abc", "xxuu" REDO, "|bc" },
        { "abc", "xxuu2" REDO, "|c" },
        { "abc", "xux" REDO, "|bc" },
        { "a\nb", "ddu", "|a\nb" },
        { "a b", "cwone two" ESC "u", "|a b" },
        { "a b", "cwone two" ESC "u" REDO, "|one two b" },
        { "a", "Ab c\x7f" ESC "u", "|a" },
    };
    (void)state;

    CHECK(cases);
}

static void inserts_end_with_escape(void **state)
{
    static const struct vi_case cases[] = {
        { "abc", "lix" ESC, "a|xbc" },     { "abc", "lax" ESC, "ab|xc" },
        { "abc", "$ax" ESC, "abc|x" },     { "  abc", "$Ix" ESC, "  |xabc" },
        { "abc", "Ax" ESC, "abc|x" },      { "a\nb", "ox" ESC, "a\n|x\nb" },
        { "a\nb", "Ox" ESC, "|x\na\nb" },  { "a", "3ix" ESC, "xx|xa" },
        { "a", "2oxy" ESC, "a\nxy\nx|y" }, { "a", "3Ab" ESC, "abb|b" },
        { "abc", "li" ESC, "|abc" },       { "abc", "ix\x01y" ESC, "|yxabc" },
    };
    (void)state;

    CHECK(cases);
}

static void a_point_does_the_last_change_again(void **state)
{
    static const struct vi_case cases[] = {
        { "abcd", "x.", "|cd" },
        { "abcdef", "2x.", "|ef" },
        { "abcdef", "x3.", "|ef" },
        { "a b c d", "dww.", "b |d" },
        { "a b c", "cwx" ESC "w.", "x |x c" },
        { "a,b,c,d", "df,.", "|c,d" },
        { "1\n2\n3", "dd.", "|3" },
        { "a", "Ab" ESC "..", "abb|b" },
        { "a", "2ix" ESC ".", "xx|xxa" },
        { "a\nb", "ox" ESC ".", "a\nx\n|x\nb" },
        { "a b", "cwx" ESC "w.u", "x |b" },
        { "ab ab", "rxww.", "xb a|x" },
        { "abc", ".", "|abc" },
        { "abc", "xyl.", "|c" },
    };
    (void)state;

    CHECK(cases);
}

static void brackets_and_paragraphs_are_jumped(void **state)
{
    static const struct vi_case cases[] = {
        { "f(a, (b))", "%", "f(a, (b)|)" },
        { "f(a, (b))", "%%", "f|(a, (b))" },
        { "f(a\n{b}\n)", "%", "f(a\n{b}\n|)" },
        { "f(a", "%", "|f(a" },
        { "none", "%", "|none" },
        { "f(a, b) c", "d%", "| c" },
        { "x[1]y", "ld%", "x|y" },
        { "a\nb\n\nc\n\nd", "}", "a\nb\n|\nc\n\nd" },
        { "a\nb\n\nc\n\nd", "2}", "a\nb\n\nc\n|\nd" },
        { "a\nb\n\nc", "}}", "a\nb\n\n|c" },
        { "a\n\nb\nc", "G{", "a\n|\nb\nc" },
        { "a\n\nb\nc", "G2{", "|a\n\nb\nc" },
        { "a\nb\n\nc", "d}", "|\nc" },
        { "ab\nb\n\nc", "ld}", "|a\n\nc" },
        { "a\n\nb\nc", "Gd{", "a\n|c" },
        { "a\n\nb\nc", "d}.", "|" },
    };
    (void)state;

    CHECK(cases);
}

static void objects_are_taken_from_anywhere_in_them(void **state)
{
    static const struct vi_case cases[] = {
        { "one two six", "wldiw", "one | six" },
        { "one two six", "wldaw", "one |six" },
        { "one two", "wldaw", "on|e" },
        { "one two six", "d2aw", "|six" },
        { "one two six", "d2iw", "|two six" },
        { "a.b c", "diw", "|.b c" },
        { "a.b c", "diW", "| c" },
        { "a.b c d", "daW", "|c d" },
        { "one  two x", "3ldaw", "one| x" },
        { "one  two", "3ldiw", "one|two" },
        { "\nx", "diw", "|\nx" },
        { "one two", "wciwx" ESC, "one |x" },
        { "one two six", "daw.", "|six" },
        { "f(a, \"b c\") d", "4ldi\"", "f(a, \"|\") d" },
        { "f(a, \"b c\") d", "4lda\"", "f(a,|) d" },
        { "\"a\" b \"c\"", "4ldi\"", "\"a\" b \"|\"" },
        { "\"a\\\"b\" c", "di\"", "\"|\" c" },
        { "'a' x", "da'", "|x" },
        { "`a` x", "ci`b" ESC, "`|b` x" },
        { "\"a\" b", "$di\"", "\"a\" |b" },
        { "f(a, (b), c) d", "2ldi(", "f(|) d" },
        { "f(a, (b), c) d", "6ldi)", "f(a, (|), c) d" },
        { "f(a, (b), c) d", "6ld2ib", "f(|) d" },
        { "f(a, (b), c) d", "3lda(", "f| d" },
        { "f()", "lci(x" ESC, "f(|x)" },
        { "f(a", "di(", "|f(a" },
        { "a[1]", "2ldi[", "a[|]" },
        { "a[1]", "2lda]", "|a" },
        { "<b>", "ldi<", "<|>" },
        { "if {\n  a;\n  b;\n}", "jdi{", "if {\n|}" },
        { "if {\n  a;\n}", "jci{x" ESC, "if {\n|x\n}" },
        { "if {\n}", "$diB", "if {|}" },
        { "if { a }", "$daB", "if| " },
        { "a\nb\n\nc", "dip", "|\nc" },
        { "a\nb\n\nc", "dap", "|c" },
        { "a\n\nb\nc", "Gdap", "|a" },
        { "a\n\n\nb", "jdip", "a\n|b" },
        { "a\n\nb\n\nc", "yapGp", "a\n\nb\n\nc\n|a\n" },
        { "a b", "di,x", "| b" },
        { HAN HAN, "diw", "|" HAN },
    };
    (void)state;

    CHECK(cases);
}

static void lines_are_shifted_and_case_is_changed(void **state)
{
    static const struct vi_case cases[] = {
        { "a\nb", ">>", "    |a\nb" },
        { "a\n\nb", ">G", "    |a\n\n    b" },
        { "a\nb\nc", "2>>", "    |a\n    b\nc" },
        { "a", ">>.", "        |a" },
        { "      a", "<<", "  |a" },
        { "\ta", "<<", "|a" },
        { "  a", "<<", "|a" },
        { "a\nb", ">ju", "|a\nb" },
        { "One Two", "gUiw", "|ONE Two" },
        { "One Two", "guu", "|one two" },
        { "One Two", "g~~", "|oNE tWO" },
        { "One Two", "gugu", "|one two" },
        { "one two", "gUww.", "ONE |TWO" },
    };
    (void)state;

    CHECK(cases);
}

static void what_is_typed_over_comes_back_with_backspace(void **state)
{
    static const struct vi_case cases[] = {
        { "abcd", "Rxy" ESC, "x|ycd" },
        { "ab", "Rxyz" ESC, "xy|z" },
        { "ab\ncd", "Rxyz" ESC, "xy|z\ncd" },
        { "abcd", "Rxy\x7f" ESC, "|xbcd" },
        { "abcd", "Rxy\x7f\x7f\x7f" ESC, "|abcd" },
        { "abcd", "lRx\x7f\x7f" ESC, "|abcd" },
        { "abcd", "Rxy" ESC "u", "|abcd" },
        { "abcd", "Rxy" ESC "l.", "xyx|y" },
        { "abcdef", "3Rx" ESC, "xx|xdef" },
        { HAN "b", "Rx\x7f" ESC, "|" HAN "b" },
        { "ab", "R" HAN ESC, "|" HAN "b" },
        { "ab", "Rx\ny" ESC, "x\n|y" },
    };
    (void)state;

    CHECK(cases);
}

static void a_selection_goes_from_its_anchor_to_the_caret(void **state)
{
    static const struct vi_case cases[] = {
        { "abcd", "vld", "|cd" },
        { "abcd", "$vhd", "a|b" },
        { "one two", "vey$p", "one twoon|e" },
        { "one two", "wvbd", "|wo" },
        { "one two", "v$c!" ESC, "|!" },
        { "a\nb\nc", "Vjd", "|c" },
        { "a\nb\nc", "jVyp", "a\nb\n|b\nc" },
        { "a\nb\nc", "GVkcx" ESC, "a\n|x" },
        { "a\nb\nc", "vjVd", "|c" },
        { "abcd", "vlvx", "a|cd" },
        { "abcd", "vl" ESC "x", "a|cd" },
        { "abcd", "lvlohd", "|d" },
        { "a b c", "wviwd", "a | c" },
        { "f(a, b)", "3lvi(d", "f(|)" },
        { "a\nb\n\nc", "vapd", "|c" },
        { "a\nb", "Vj>", "    |a\n    b" },
        { "a", "V2>", "        |a" },
        { "    a", "V<", "|a" },
        { "abc", "vl~", "|ABc" },
        { "ABC", "vlu", "|abC" },
        { "abc", "vlU", "|ABc" },
        { "abc", "vlrx", "|xxc" },
        { "ab\ncd", "vjrx", "|xx\nxd" },
        { "a\nb\nc\nd", "VjjJ", "a b| c\nd" },
        { "one two", "yiwwviwp", "one on|e" },
        { "1\n2", "yyjVp", "1\n|1" },
        { "one\ntwo", "vY$p", "one\n|one\ntwo" },
        { "one\ntwo", "vD", "|two" },
        { "abcdef", "vlx.", "|ef" },
        { "a b c d e f g", "v2wd.", "| f g" },
        { "a\nb\nc\nd", "Vjd.", "|" },
        { "one two", "viwcx" ESC "w.", "x |x" },
        { "abc", "vlxu", "|abc" },
        { "one two two", "v/two\rhd", "|two two" },
        { "abc", "v99ld", "|" },
        { "", "vd", "|" },
    };
    (void)state;

    CHECK(cases);
}

static void a_pattern_is_found_round_the_ends(void **state)
{
    static const struct vi_case cases[] = {
        { "one two one", "/one\r", "one two |one" },
        { "one two one", "/one\rn", "|one two one" },
        { "one two one", "/t\rN", "one |two one" },
        { "a x\nb x\nc x", "2/x\r", "a x\nb |x\nc x" },
        { "a x\nb x\nc x", "?x\r", "a x\nb x\nc |x" },
        { "a x\nb x\nc x", "?x\rn", "a x\nb |x\nc x" },
        { "a x\nb x\nc x", "?x\rN", "a |x\nb x\nc x" },
        { "one Two two", "/two\r", "one |Two two" },
        { "one two Two", "/Two\r", "one two |Two" },
        { "one two", "/none\rx", "|ne two" },
        { "one two", "/t" ESC "x", "|ne two" },
        { "one two", "/t\x7f\x7fx", "|ne two" },
        { "one two", "n", "|one two" },
        { "one two two", "/two\r0/\r", "one |two two" },
        { "one two six", "d/six\r", "|six" },
        { "a,b,c", "d/,\r.", "|,c" },
        { "x a x b", "/x\rdn", "|x b" },
        { "a " E_ACUTE " b e", "/e\r", "a |" E_ACUTE " b e" },
    };
    (void)state;

    CHECK(cases);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(motions_go_where_vi_goes),
        cmocka_unit_test(operators_take_motions_and_counts),
        cmocka_unit_test(simple_changes_are_one_key),
        cmocka_unit_test(inserts_end_with_escape),
        cmocka_unit_test(brackets_and_paragraphs_are_jumped),
        cmocka_unit_test(objects_are_taken_from_anywhere_in_them),
        cmocka_unit_test(lines_are_shifted_and_case_is_changed),
        cmocka_unit_test(what_is_typed_over_comes_back_with_backspace),
        cmocka_unit_test(a_selection_goes_from_its_anchor_to_the_caret),
        cmocka_unit_test(a_pattern_is_found_round_the_ends),
        cmocka_unit_test(a_point_does_the_last_change_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
