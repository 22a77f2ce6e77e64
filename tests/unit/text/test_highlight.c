/* Colours of code: under each line the roles of its bytes (rows.h). */
#include "kerf/text/highlight.h"

#include "rows.h"

// Colours the lines of `code`; the roles, a row for each line.
static struct str roles_of(struct arena *arena, const char *name,
                           const char *code)
{
    const struct language *language = language_by_name(str_from(name));
    struct str rest = str_from(code), line;
    struct rows rows = { 0 };
    unsigned state = 0;

    while (str_split(&rest, '\n', &line)) {
        struct span *spans = NULL;
        size_t count = 0, cap = 0;
        highlight_line(arena, language, &state, line, 0, &spans, &count, &cap);
        struct row row = { .text = line, .spans = spans, .span_count = count };
        rows_add(arena, &rows, (struct row){ .text = row_roles(arena, row) });
    }
    return rows_joined(arena, &rows);
}

static const struct {
    const char *language, *code, *roles;
} cases[] = {
    { "c", "static int x = 0x1f; // y", "KKKKKK.TTT.....NNNN..CCCC" },
    { "c", "#include <a.h>\n", "KKKKKKKK.SSSSS\n" },
    { "c", "# define A 'x'\n", "KKKKKKKK...SSS\n" },
    { "c", "s = \"a\\\"b\" + 1.5e-3f;", "....SSSSSS...NNNNNNN." },
    { "c", "a /* b\nint\n*/ int", "..CCCC\nCCC\nCC.TTT" },
    { "c", "\"open\nint", "SSSSS\nTTT" },
    { "cpp", "auto x = 1'000; nullptr", "KKKK.....NNNNN..TTTTTTT" },
    { "python", "@a\ndef f(x): # y\n    return None",
      "TT\nKKK.......CCC\n....KKKKKK.TTTT" },
    { "python", "\"\"\"a\nb\"\"\" + 'c'", "SSSS\nSSSS...SSS" },
    { "js", "const a = `b\n${c}` // d", "KKKKK.....SS\nSSSSS.CCCC" },
    { "ts", "let a: number = null", "KKK....TTTTTT...TTTT" },
    { "go", "func f() error { return nil }", "KKKK.....TTTTT...KKKKKK.TTT.." },
    { "rust", "fn f<'a>(x: &'a str) -> Vec", "KK..............TTT.....TTT" },
    { "rust", "/* a /* b */ c */ let c = 'x';",
      "CCCCCCCCCCCCCCCCC.KKK.....SSS." },
    { "rust", "/* a /* b\n*/ c\n*/ let", "CCCCCCCCC\nCCCC\nCC.KKK" },
    { "java", "@Override public String s;", "TTTTTTTTT.KKKKKK.TTTTTT..." },
    { "sh", "if [ $A = \"$b\" ]; then # c", "KK...TT...SSSS....KKKK.CCC" },
    { "sh", "echo a#b ${C} $(ls)", "TTTT.....TTTT...TT." },
    { "make", "all: $(OBJ) # x", "KKK..TTTTTT.CCC" },
    { "json", "{ \"a\": \"b\", \"c\": [1, true] }",
      "..KKK..SSS..KKK...N..TTTT..." },
    { "yaml", "- name: \"x\" # y\n  a: true", "..KKKK..SSS.CCC\n..K..TTTT" },
    { "toml", "[a.b]\nk = 'v' # c", "TTTTT\nK...SSS.CCC" },
    { "ini", "[a \"b\"]\n; c\nkey = 5", "TTTTTTT\nCCC\nKKK...N" },
    { "html", "<a href=\"x\">b &amp; c</a>", "KK.TTTT.SSSK..NNNNN..KKKK" },
    { "html", "<!-- a\nb --> 1 < 2", "CCCCCC\nCCCCC......" },
    { "xml", "<a b='1'\nc=\"2\"/>", "KK.T.SSS\nT.SSSKK" },
    { "css", "color: #fff; /* x */", "KKKKK........CCCCCCC" },
    { "sql", "SELECT a from b -- c", "KKKKKK...KKKK...CCCC" },
    { "ruby", "def a; @b = nil; end", "KKK....TT...TTT..KKK" },
    { "php", "$a = null; // x", "TT...TTTT..CCCC" },
    { "lua", "local a = nil -- b", "KKKKK.....TTT.CCCC" },
    { "lua", "--[[ a\nb ]] end", "CCCCCC\nCCCC.KKK" },
    { "dockerfile", "FROM debian:12", "KKKK........NN" },
    { "diff", "--- a\n+++ b\n@@ -1 +1 @@\n-a\n+b\n c",
      "BBBBB\nBBBBB\n@@@@@@@@@@@\n--\n++\n.." },
    { "kotlin", "/* a /* b */ */ val s = \"\"\"x\ny\"\"\" // c",
      "CCCCCCCCCCCCCCC.KKK.....SSSS\nSSSS.CCCC" },
    { "swift", "guard let x = nil else { return } // c",
      "KKKKK.KKK.....TTT.KKKK...KKKKKK...CCCC" },
    { "csharp", "public string S = \"a\"; // c",
      "KKKKKK.TTTTTT.....SSS..CCCC" },
    { "cmake", "if(A) # c\nset(B \"x${C}\")", "KK....CCC\nKKK...SSSSSSS." },
    { "perl", "my $a = 'x'; # c\nprint @b;", "KK.TT...SSS..CCC\nTTTTT.TT." },
    { "zig", "const a: u8 = 0xff; // c", "KKKKK....TT...NNNN..CCCC" },
    { "haskell", "f :: Int -> Int -- c\nf x = case x of {- d\n-} 1",
      ".....TTT....TTT.CCCC\n......KKKK...KK.CCCC\nCC.N" },
    { "r", "x <- function(a) TRUE # c", ".....KKKKKKKK....TTTT.CCC" },
    { "elixir", "def f(x), do: :ok # c", "KKK.......KK......CCC" },
    { "scss", "$a: 1px; // c\n/* d */", "KK..NNN..CCCC\nCCCCCCC" },
    { "css", "a { b: url(http://c) }", "......................" },
    { "markdown", "# a\n> b\n- `c` **d** *e*\n```\nf\n```",
      "HHH\nQQQ\nK.OOO.BBBBB.MMM\nKKK\nO\nKKK" },
};

static void languages_have_their_colours(void **state)
{
    struct arena arena = { 0 };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct str roles = roles_of(&arena, cases[i].language, cases[i].code);
        assert_text(&arena, str_trim(roles),
                    arena_cstr(&arena, str_trim(str_from(cases[i].roles))));
    }
    arena_release(&arena);
}

static void an_unknown_language_has_no_colours(void **state)
{
    struct arena arena = { 0 };

    (void)state;
    assert_null(language_by_name(STR("klingon")));
    assert_null(language_by_name(STR("")));
    assert_text(&arena, roles_of(&arena, "klingon", "int x"), ".....\n");
    arena_release(&arena);
}

static void languages_go_by_several_names_in_any_case(void **state)
{
    (void)state;
    assert_ptr_equal(language_by_name(STR("C++")),
                     language_by_name(STR("cpp")));
    assert_ptr_equal(language_by_name(STR("bash")),
                     language_by_name(STR("sh")));
    assert_ptr_not_equal(language_by_name(STR("c")),
                         language_by_name(STR("cpp")));
}

static const struct {
    const char *path, *name;
} paths[] = {
    { "src/a.c", "c" },
    { "a/b.PY", NULL },
    { "x.py", "python" },
    { "Makefile", "make" },
    { "sub/GNUmakefile", "make" },
    { "CMakeLists.txt", "cmake" },
    { "a.tar.yml", "yaml" },
    { "Dockerfile", "dockerfile" },
    { "noext", NULL },
    { "", NULL },
    { "src.c/data", NULL },
    { ".clang-format", "yaml" },
};

static void files_tell_their_language(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
        struct str name = str_from(paths[i].name);
        assert_ptr_equal(language_by_path(str_from(paths[i].path)),
                         name.at ? language_by_name(name) : NULL);
    }
}

static void spans_are_moved_by_the_offset(void **state)
{
    struct arena arena = { 0 };
    struct span *spans = NULL;
    size_t count = 0, cap = 0;
    unsigned lexer_state = 0;

    (void)state;
    highlight_line(&arena, language_by_name(STR("c")), &lexer_state, STR("if"),
                   7, &spans, &count, &cap);

    assert_int_equal(count, 1);
    assert_int_equal(spans[0].start, 7);
    arena_release(&arena);
}

static void any_state_is_survived(void **state)
{
    struct arena arena = { 0 };

    (void)state;
    for (unsigned lexer_state = 0; lexer_state < 40; lexer_state++) {
        struct span *spans = NULL;
        size_t count = 0, cap = 0;
        unsigned in_out = lexer_state;
        highlight_line(&arena, language_by_name(STR("c")), &in_out,
                       STR("a */ \" ' b"), 0, &spans, &count, &cap);
        assert_in_range(count, 0, 10);
    }
    arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(languages_have_their_colours),
        cmocka_unit_test(an_unknown_language_has_no_colours),
        cmocka_unit_test(languages_go_by_several_names_in_any_case),
        cmocka_unit_test(files_tell_their_language),
        cmocka_unit_test(spans_are_moved_by_the_offset),
        cmocka_unit_test(any_state_is_survived),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
