/*
 * What must hold for any input: a patch read in two pieces, cut anywhere, is
 * the patch read at once; a difference that was printed, read and carried out
 * gives the other text; hunks moved by lines above them find their places.
 */
#include "review.h"

#include "kerf/patch/binary.h"
#include "kerf/patch/diff.h"

static const char *const sources[] = {
    "*** Begin Patch\n*** Update File: f\n*** Move to: g\n@@ class A\n@@ f\n"
    " a\n-b\n+c\n\n*** End of File\n\n@@ -1,2 +1,2 @@ x\n-d\n"
    "*** Add File: n\n+1\n+\n*** Delete File: o\n *** Update File: p\n a\n"
    " *** End Patch\n\n",
    "Text\r\n```diff\r\n--- a/f\r\n+++ b/f\r\n@@ -1,2 +1,2 @@\r\n-a\r\n+b\r\n"
    " c\r\n```\r\n",
    "From 1 Mon\n---\n x\n\ndiff --git a/f b/g\nsimilarity index 90%\n"
    "rename from f\nrename to g\nindex 1..2 100644\n--- a/f\n+++ b/g\n"
    "@@ -1,3 +1,3 @@\n a\n--- b\n+++ c\n\n@@ -9 +9 @@\n-x\n"
    "\\ No newline at end of file\n+y\n--- a/h\n+++ b/h\n@@ -1,9 +1,9 @@\n"
    " 1\n-2\n+3\n@@ ... @@\n-4\n+5\n-- \n2.39.5\n\n",
    "### `src/a.c`\n\n```c\n<<<<<<< SEARCH\na\nb\n=======\na\nc\n"
    ">>>>>>> REPLACE\n```\nthen\n<<<<< SEARCH\nx\n===\n=====\n>>>>> REPLACE\n"
    "`n.c`:\n\n   ```\n   <<<<<<< SEARCH\n   =======\n   new\n"
    "   >>>>>>> REPLACE\n   ```\n",
    "src/a.c\r\n```c\r\nint "
    "a;\r\n```\r\n\r\n**b.md**\n````\n```\nx\n```\n````\n",
    "diff --git a/i b/i\nindex 553a99f..335fcc8 100644\nGIT binary patch\n"
    "delta 15\nWcmZo*X<?a=!jhd@l(sQt4kG|4)dgPw\n\ndelta 14\n"
    "VcmZo+X<(U<GC6~B&SDluMgSw{1VR7+\n\ndiff --git a/j b/j\n"
    "index b8a9906..8ad6800 100644\nGIT binary patch\nliteral 4\n"
    "LcmZQbOiBR&0#5-b\n\nliteral 4\nLcmZQbOiBg-0!{%Z\n\n-- \n2.39.5\n\n",
    "Subject: x\nContent-Type: multipart/mixed;\n boundary=\"=-1\"\n\n--=-1\n"
    "Content-Transfer-Encoding: quoted-printable\n\n--- a/f\n+++ b/f\n"
    "@@ -1,2 +1,2 @@\n-=3D=\n1\n+=C3=A9=20\n x\n--=20\n2.39\n--=-1\n"
    "Content-Transfer-Encoding: base64\n\n"
    "LS0tIGEvZgorKysgYi9mCkBAIC0x\nLDMgKzEsMyBAQAogYQotYgorYwogZAo=\n--=-1--\n",
    "> Index: f\n> =====\n> --- f  (revision 1)\n> +++ f  (working copy)\n"
    "> @@ -1,4 +1,4 @@ int f(void)\n>  a\n>\n> -b\n> +c\n> d\n\nYes.\n",
};

static void assert_same_hunk(const struct hunk *a, const struct hunk *b)
{
    assert_int_equal(a->line_count, b->line_count);
    assert_int_equal(a->anchor_count, b->anchor_count);
    assert_int_equal(a->hint, b->hint);
    assert_int_equal(a->at_end, b->at_end);
    assert_true(str_equal(a->section, b->section));
    assert_int_equal(a->complete, b->complete);
    assert_int_equal(a->source_line, b->source_line);
    for (size_t i = 0; i < a->line_count; i++) {
        assert_int_equal(a->lines[i].kind, b->lines[i].kind);
        assert_int_equal(a->lines[i].no_newline, b->lines[i].no_newline);
        assert_true(str_equal(a->lines[i].text, b->lines[i].text));
    }
    for (size_t i = 0; i < a->anchor_count; i++)
        assert_true(str_equal(a->anchors[i], b->anchors[i]));
}

static void assert_same_data(const struct binary_data *a,
                             const struct binary_data *b)
{
    assert_int_equal(a->kind, b->kind);
    assert_true(str_equal(a->bytes, b->bytes));
}

static void assert_same_binary(const struct binary_patch *a,
                               const struct binary_patch *b)
{
    assert_int_equal(a != NULL, b != NULL);
    if (!a)
        return;
    assert_int_equal(a->has_reverse, b->has_reverse);
    assert_same_data(&a->forward, &b->forward);
    assert_same_data(&a->reverse, &b->reverse);
}

static void assert_same_patch(const struct patch *a, const struct patch *b)
{
    assert_int_equal(a->format, b->format);
    assert_int_equal(a->file_count, b->file_count);
    for (size_t f = 0; f < a->file_count; f++) {
        assert_int_equal(a->files[f].action, b->files[f].action);
        assert_int_equal(a->files[f].mode, b->files[f].mode);
        assert_true(str_equal(a->files[f].path, b->files[f].path));
        assert_true(str_equal(a->files[f].move_to, b->files[f].move_to));
        assert_true(str_equal(a->files[f].old_id, b->files[f].old_id));
        assert_true(str_equal(a->files[f].new_id, b->files[f].new_id));
        assert_same_binary(a->files[f].binary, b->files[f].binary);
        assert_int_equal(a->files[f].hunk_count, b->files[f].hunk_count);
        for (size_t h = 0; h < a->files[f].hunk_count; h++)
            assert_same_hunk(&a->files[f].hunks[h], &b->files[f].hunks[h]);
    }
}

static void any_split_gives_the_same_patch(void **state)
{
    (void)state;
    for (size_t s = 0; s < sizeof(sources) / sizeof(sources[0]); s++) {
        struct arena arena = { 0 };
        struct error err = { 0 };
        struct str source = str_from(sources[s]);
        const struct patch *whole =
            patch_parse(&arena, source, PATCH_UNKNOWN, &err);
        if (!whole)
            fail_msg("%zu: %s", s, err.text);
        for (size_t cut = 0; cut <= source.len; cut++) {
            struct patch_stream *stream = patch_stream_create(PATCH_UNKNOWN);
            assert_true(patch_stream_feed(stream, str_take(source, cut), &err));
            assert_true(patch_stream_feed(stream, str_skip(source, cut), &err));
            assert_true(patch_stream_finish(stream, &err));
            assert_same_patch(patch_stream_patch(stream), whole);
            patch_stream_destroy(stream);
        }
        arena_release(&arena);
    }
}

static void byte_by_byte_gives_the_same_patch(void **state)
{
    (void)state;
    for (size_t s = 0; s < sizeof(sources) / sizeof(sources[0]); s++) {
        struct arena arena = { 0 };
        struct error err = { 0 };
        struct str source = str_from(sources[s]);
        struct patch_stream *stream = patch_stream_create(PATCH_UNKNOWN);
        for (size_t i = 0; i < source.len; i++)
            assert_true(patch_stream_feed(
                stream, str_take(str_skip(source, i), 1), &err));
        assert_true(patch_stream_finish(stream, &err));
        assert_same_patch(patch_stream_patch(stream),
                          patch_parse(&arena, source, PATCH_UNKNOWN, &err));
        patch_stream_destroy(stream);
        arena_release(&arena);
    }
}

static uint64_t next_random(uint64_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    return *seed;
}

static size_t complete_hunks(const struct patch *patch, size_t *lines)
{
    size_t count = 0;

    *lines = 0;
    for (size_t f = 0; f < patch->file_count; f++)
        for (size_t h = 0; h < patch->files[f].hunk_count; h++)
            if (patch->files[f].hunks[h].complete) {
                count++;
                *lines += patch->files[f].hunks[h].line_count;
            }
    return count;
}

// What was complete stays as it was: the lines of the first `count` complete
// hunks never change in number.
static void random_pieces_give_the_same_patch_and_take_nothing_back(
    void **state)
{
    (void)state;
    uint64_t seed = 11;

    for (size_t s = 0; s < sizeof(sources) / sizeof(sources[0]); s++)
        for (int round = 0; round < 50; round++) {
            struct arena arena = { 0 };
            struct error err = { 0 };
            struct str rest = str_from(sources[s]);
            struct patch_stream *stream = patch_stream_create(PATCH_UNKNOWN);
            const struct patch *patch = patch_stream_patch(stream);
            size_t hunks = 0, lines = 0;
            while (rest.len > 0) {
                size_t piece = next_random(&seed) % 30 + 1, more;
                assert_true(
                    patch_stream_feed(stream, str_take(rest, piece), &err));
                rest = str_skip(rest, piece);
                size_t now = complete_hunks(patch, &more);
                assert_true(now >= hunks);
                assert_true(now > hunks || more == lines);
                hunks = now;
                lines = more;
            }
            assert_true(patch_stream_finish(stream, &err));
            assert_same_patch(patch, patch_parse(&arena, str_from(sources[s]),
                                                 PATCH_UNKNOWN, &err));
            patch_stream_destroy(stream);
            arena_release(&arena);
        }
}

// --- random texts -----------------------------------------------------------

static void put_random_line(struct buf *out, uint64_t *seed)
{
    static const char *const lines[] = {
        "",
        "}",
        "{",
        "-- x",
        "++ y",
        "@@ -1 +1 @@",
        "\\ No newline",
        " ",
        "diff --git a/x b/x",
        "*** End Patch",
        "caf\xe9",
        "\xef\xbb\xbf",
    };
    uint64_t pick = next_random(seed) % 40;

    if (pick < sizeof(lines) / sizeof(lines[0]))
        buf_append(out, str_from(lines[pick]));
    else
        buf_printf(out, "line %d", (int)pick / 2);
    buf_append(out, next_random(seed) % 8 ? STR("\n") : STR("\r\n"));
}

static void put_random_text(struct buf *out, uint64_t *seed)
{
    size_t count = next_random(seed) % 40;

    for (size_t i = 0; i < count; i++)
        put_random_line(out, seed);
    if (out->len > 0 && next_random(seed) % 4 == 0)
        out->len--;
}

// Another text, a few lines away from the first.
static void put_changed(struct buf *out, struct str text, uint64_t *seed)
{
    struct str line;

    while (str_split(&text, '\n', &line)) {
        uint64_t pick = next_random(seed) % 12;
        if (pick == 0)
            put_random_line(out, seed);
        if (pick == 1)
            continue;
        buf_append(out, line);
        buf_append_char(out, '\n');
    }
    if (out->len > 0 && next_random(seed) % 4 == 0)
        out->len--;
}

static struct file_result change(struct str a, struct str b)
{
    return (struct file_result){
        .kind = RESULT_WRITE,
        .path = STR("dir/a file"),
        .remove = STR(""),
        .bytes = b,
        .existed = true,
        .preimage = a,
    };
}

static void a_printed_difference_gives_the_other_text(void **state)
{
    (void)state;
    uint64_t seed = 42;

    for (int round = 0; round < 3000; round++) {
        struct arena arena = { 0 };
        struct error err = { 0 };
        struct buf a = { 0 }, b = { 0 }, out = { 0 };
        struct tree tree = { .arena = &arena };

        put_random_text(&a, &seed);
        if (round % 2)
            put_changed(&b, buf_str(&a), &seed);
        else
            put_random_text(&b, &seed);
        struct file_result result = change(buf_str(&a), buf_str(&b));
        diff_print_result(&out, &result, 0644, 3);
        tree_put(&tree, result.path, result.preimage, 0644);
        if (out.len > 0
            && !tree_apply(&tree, buf_str(&out), PATCH_UNKNOWN, &err))
            fail_msg("round %d: %s\n%.*s", round, err.text,
                     STR_ARG(buf_str(&out)));
        if (!str_equal(tree_find(&tree, result.path)->bytes, buf_str(&b)))
            fail_msg("round %d: another text\n%.*s", round,
                     STR_ARG(buf_str(&out)));
        buf_release(&a);
        buf_release(&b);
        buf_release(&out);
        arena_release(&arena);
    }
}

// Distinct lines, so that there is one right place only.
static void put_numbered(struct buf *out, int from, int to)
{
    for (int i = from; i < to; i++)
        buf_printf(out, "row %d\n", i);
}

static void hunks_find_their_places_behind_new_lines(void **state)
{
    (void)state;
    for (int above = 0; above < 50; above += 7)
        for (int at = 0; at < 60; at += 3) {
            struct arena arena = { 0 };
            struct error err = { 0 };
            struct buf a = { 0 }, b = { 0 }, moved = { 0 }, want = { 0 };
            struct buf out = { 0 };
            struct tree tree = { .arena = &arena };
            put_numbered(&a, 0, 60);
            put_numbered(&b, 0, at);
            buf_append(&b, STR("changed\n"));
            put_numbered(&b, at + 1, 60);
            put_numbered(&moved, 100, 100 + above);
            put_numbered(&want, 100, 100 + above);
            buf_append(&moved, buf_str(&a));
            buf_append(&want, buf_str(&b));
            struct file_result result = change(buf_str(&a), buf_str(&b));
            diff_print_result(&out, &result, 0644, 3);
            tree_put(&tree, result.path, buf_str(&moved), 0644);

            if (!tree_apply(&tree, buf_str(&out), PATCH_UNKNOWN, &err))
                fail_msg("%d above %d: %s", above, at, err.text);

            assert_true(str_equal(tree_find(&tree, result.path)->bytes,
                                  buf_str(&want)));
            buf_release(&a);
            buf_release(&b);
            buf_release(&moved);
            buf_release(&want);
            buf_release(&out);
            arena_release(&arena);
        }
}

static void the_review_finds_what_locate_finds(void **state)
{
    (void)state;
    static const struct str names[] = { { "a", 1 }, { "b", 1 }, { "c", 1 } };
    uint64_t seed = 7;

    for (int round = 0; round < 2000; round++) {
        struct str text[30], want[4];
        struct buf bytes = { 0 }, patch = { 0 };
        size_t hint = next_random(&seed) % 28;
        for (size_t i = 0; i < 30; i++) {
            text[i] = names[next_random(&seed) % 3];
            buf_printf(&bytes, "%.*s\n", STR_ARG(text[i]));
        }
        buf_printf(&patch, HEAD "@@ -%zu,4 +%zu,5 @@\n", hint + 1, hint + 1);
        for (size_t i = 0; i < 4; i++) {
            want[i] = names[next_random(&seed) % 3];
            buf_printf(&patch, " %.*s\n", STR_ARG(want[i]));
            if (i == 1)
                buf_append(&patch, STR("+new\n"));
        }

        struct place place = patch_locate((struct lines){ text, 30 },
                                          (struct lines){ want, 4 }, 0, hint,
                                          false);
        struct review r = review_open(buf_cstr(&patch), buf_cstr(&bytes));
        const struct hunk_place *found = selection_place(r.sel, 0, 0);

        if (place.fit == FIT_NONE)
            assert_int_equal(found->state, HUNK_CONFLICT);
        else
            assert_int_equal(found->line, place.line);
        if (place.ambiguous)
            assert_int_equal(found->state, HUNK_AMBIGUOUS);
        review_close(&r);
        buf_release(&bytes);
        buf_release(&patch);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_split_gives_the_same_patch),
        cmocka_unit_test(byte_by_byte_gives_the_same_patch),
        cmocka_unit_test(
            random_pieces_give_the_same_patch_and_take_nothing_back),
        cmocka_unit_test(a_printed_difference_gives_the_other_text),
        cmocka_unit_test(hunks_find_their_places_behind_new_lines),
        cmocka_unit_test(the_review_finds_what_locate_finds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
