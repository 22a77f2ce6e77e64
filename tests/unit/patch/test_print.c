/*
 * A review printed as a diff, and single hunks taken back. What is printed is
 * given to `git apply`, all random cases in one call, and has to make the
 * same bytes as the review itself.
 */
#include "review.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kerf/patch/diff.h"
#include "kerf/patch/print.h"
#include "kerf/patch/shape.h"

#define TEXT "a\nb\nc\nd\ne\nf\ng\nh\n"
#define TWO                                                   \
    HEAD "@@ -1,3 +1,3 @@\n a\n-b\n+B\n c\n@@ -6,3 +6,4 @@\n" \
         " f\n-g\n+G\n+G2\n h\n"
#define ALL_FILES ((struct target){ SELECT_ALL, SELECT_ALL, SELECT_ALL })

static void assert_prints(const struct review *r, enum print_which which,
                          struct target target, const char *want)
{
    struct buf out = { 0 };
    struct error err = { 0 };

    if (!selection_print(r->sel, which, target, &out, &err))
        fail_msg("%s", err.text);
    assert_text(buf_str(&out), want);
    buf_release(&out);
}

static void only_what_was_accepted_is_printed(void **state)
{
    (void)state;
    struct review r = review_open(TWO, TEXT);

    assert_prints(&r, PRINT_ACCEPTED, ALL_FILES, "");
    decide(&r, hunk_of(1), DECISION_YES);
    decide(&r, line_of(1, 3), DECISION_NO);
    assert_prints(&r, PRINT_ACCEPTED, ALL_FILES,
                  "diff --git a/f b/f\n--- a/f\n+++ b/f\n@@ -4,5 +4,5 @@\n"
                  " d\n e\n f\n-g\n+G\n h\n");
    review_close(&r);
}

static void a_hunk_is_printed_whatever_was_decided(void **state)
{
    (void)state;
    struct review r = review_open(TWO, TEXT);

    decide(&r, hunk_of(0), DECISION_NO);
    assert_prints(&r, PRINT_FITTING, hunk_of(0),
                  "diff --git a/f b/f\n--- a/f\n+++ b/f\n@@ -1,5 +1,5 @@\n"
                  " a\n-b\n+B\n c\n d\n e\n");
    assert_prints(&r, PRINT_FITTING, line_of(1, 3),
                  "diff --git a/f b/f\n--- a/f\n+++ b/f\n@@ -5,4 +5,5 @@\n"
                  " e\n f\n g\n+G2\n h\n");
    review_close(&r);
}

static void a_hunk_that_does_not_fit_is_copied_as_it_was_written(void **state)
{
    (void)state;
    struct review r = review_open(TWO, "other\n");
    struct buf out = { 0 };

    selection_hunk_patch(r.sel, 0, 1, &out);
    assert_text(buf_str(&out), HEAD "@@ -6,3 +6,4 @@\n f\n-g\n+G\n+G2\n h\n");
    buf_release(&out);
    review_close(&r);
}

static void copying_a_hunk_decided_by_line_takes_its_accepted_lines(
    void **state)
{
    (void)state;
    struct review r = review_open(TWO, TEXT);
    struct buf out = { 0 };

    decide(&r, line_of(1, 3), DECISION_YES);
    selection_hunk_patch(r.sel, 0, 1, &out);
    assert_int_equal(str_find(buf_str(&out), STR("\n-g")), SIZE_MAX);
    assert_true(str_find(buf_str(&out), STR("+G2")) != SIZE_MAX);
    buf_release(&out);
    review_close(&r);
}

// --- git apply --------------------------------------------------------------

static uint64_t next_random(uint64_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    return *seed;
}

static void put_random_line(struct buf *out, uint64_t *seed)
{
    static const char *const lines[] = {
        "",
        "}",
        "-- x",
        "++ y",
        "@@ -1 +1 @@",
        "caf\xe9",
        "\xef\xbb\xbf",
        "\\ No newline",
        " ",
        "x\r",
    };
    uint64_t pick = next_random(seed) % 30;

    if (pick < sizeof(lines) / sizeof(lines[0]))
        buf_append(out, str_from(lines[pick]));
    else
        buf_printf(out, "line %d", (int)(next_random(seed) % 1000));
    buf_append(out, next_random(seed) % 8 ? STR("\n") : STR("\r\n"));
}

static void put_random_text(struct buf *out, uint64_t *seed)
{
    size_t count = 1 + next_random(seed) % 40;

    for (size_t i = 0; i < count; i++)
        put_random_line(out, seed);
    if (next_random(seed) % 4 == 0)
        out->len--;
}

static void put_changed(struct buf *out, struct str text, uint64_t *seed)
{
    struct str line;

    while (str_split(&text, '\n', &line)) {
        uint64_t pick = next_random(seed) % 10;
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

static const char *const kinds[] = { "change", "new",    "deleted", "moved",
                                     "mode",   "copied", "empty" };

// The patch of one case, whose files are NUMBER/..., and its old content.
static void put_case(struct buf *out, int number, struct str a, struct str b)
{
    const char *kind =
        kinds[(size_t)number % (sizeof(kinds) / sizeof(kinds[0]))];
    char name[64], other[64];

    snprintf(name, sizeof(name), "%s%d\303\244 \"f\"", kind, number);
    snprintf(other, sizeof(other), "%s%d to", kind, number);
    struct file_result result = {
        .kind = strcmp(kind, "deleted") ? RESULT_WRITE : RESULT_DELETE,
        .path = str_from(name),
        .remove = STR(""),
        .bytes = b,
        .existed = true,
        .preimage = a,
    };
    if (!strcmp(kind, "new"))
        result.existed = false, result.preimage = STR("");
    if (!strcmp(kind, "empty"))
        result.bytes = STR("");
    if (!strcmp(kind, "moved"))
        result.path = str_from(other), result.remove = str_from(name);
    if (!strcmp(kind, "mode"))
        result.mode = 0755;
    if (!strcmp(kind, "copied"))
        buf_printf(out,
                   "diff --git \"a/%s%d\\303\\244 \\\"f\\\"\" b/%s\n"
                   "similarity index 100%%\n"
                   "copy from \"%s%d\\303\\244 \\\"f\\\"\"\ncopy to %s\n",
                   kind, number, other, kind, number, other);
    else
        diff_print_result(out, &result, 0644, 3);
}

static void write_file(const char *path, struct str bytes)
{
    int fd = open(path, O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0644);

    assert_true(fd >= 0);
    assert_int_equal(write(fd, bytes.at, bytes.len), bytes.len);
    close(fd);
}

static struct str read_file(struct arena *arena, const char *path)
{
    struct buf out = { 0 };
    char room[4096];
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = 0;

    if (fd < 0)
        return (struct str){ 0 };
    while ((n = read(fd, room, sizeof(room))) > 0)
        buf_append(&out, (struct str){ room, (size_t)n });
    close(fd);
    struct str copy = arena_copy(arena, buf_str(&out));
    buf_release(&out);
    return copy;
}

static void git_apply(void)
{
    pid_t pid = fork();
    int status = -1;

    if (pid == 0) {
        int null = open("/dev/null", O_WRONLY);
        dup2(null, 2);
        setenv("GIT_CEILING_DIRECTORIES", "/", 1);
        setenv("GIT_CONFIG_GLOBAL", "/dev/null", 1);
        execlp("git", "git", "apply", "--whitespace=nowarn", "all.patch",
               (char *)NULL);
        _exit(127);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
}

#define CASES 350

struct outcome {
    struct file_result result;
    struct str name; // of the old file
};

static void decide_at_random(struct selection *sel, uint64_t *seed)
{
    const struct patch *patch = selection_patch(sel);
    struct error err;

    for (size_t h = 0; h < patch->files[0].hunk_count; h++) {
        size_t lines = patch->files[0].hunks[h].line_count;
        size_t line = SELECT_ALL;
        if (lines > 0 && next_random(seed) % 3 == 0)
            line = next_random(seed) % lines;
        if (next_random(seed) % 4 > 0)
            (void)!selection_decide(sel, (struct target){ 0, h, line },
                                    DECISION_YES, &err);
    }
}

static void run_case(struct arena *arena, struct buf *all, int number,
                     uint64_t *seed, struct outcome *outcome)
{
    struct buf a = { 0 }, b = { 0 }, source = { 0 };
    struct error err = { 0 };

    put_random_text(&a, seed);
    put_changed(&b, buf_str(&a), seed);
    put_case(&source, number, buf_str(&a), buf_str(&b));
    if (source.len > 0) {
        const struct patch *patch =
            patch_parse(arena, buf_str(&source), PATCH_UNKNOWN, &err);
        if (!patch)
            fail_msg("case %d: %s", number, err.text);
        struct selection *sel = selection_create(patch);
        enum file_action action = patch->files[0].action;
        struct preimage pre = { .exists = action != FILE_ADD, .mode = 0644 };
        if (pre.exists)
            pre.bytes = buf_str(&a);
        selection_set_preimage(sel, 0, &pre, false);
        decide_at_random(sel, seed);
        if (!selection_print(sel, PRINT_ACCEPTED, ALL_FILES, all, &err)
            || !selection_result(sel, 0, arena, &outcome->result, &err))
            fail_msg("case %d: %s", number, err.text);
        outcome->name = patch->files[0].path;
        if (pre.exists)
            write_file(arena_cstr(arena, outcome->name), pre.bytes);
        outcome->result.bytes = arena_copy(arena, outcome->result.bytes);
        outcome->result.preimage = arena_copy(arena, pre.bytes);
        selection_destroy(sel);
    }
    buf_release(&a);
    buf_release(&b);
    buf_release(&source);
}

static void check_case(struct arena *arena, int number,
                       const struct outcome *outcome)
{
    const struct file_result *result = &outcome->result;
    char *path = arena_cstr(arena, result->path);
    struct stat st;

    if (result->kind == RESULT_DELETE)
        assert_int_equal(access(path, F_OK), -1);
    if (result->kind == RESULT_NONE && outcome->name.len > 0
        && outcome->result.preimage.len > 0)
        assert_true(
            str_equal(read_file(arena, arena_cstr(arena, outcome->name)),
                      result->preimage));
    if (result->kind != RESULT_WRITE)
        return;
    struct str got = read_file(arena, path);
    if (!str_equal(got, result->bytes))
        fail_msg("case %d: git made '%.*s' of what should be '%.*s'", number,
                 STR_ARG(got), STR_ARG(result->bytes));
    assert_int_equal(stat(path, &st), 0);
    if (result->mode != 0)
        assert_int_equal((st.st_mode & 0100) != 0, (result->mode & 0100) != 0);
    if (result->remove.len > 0)
        assert_int_equal(access(arena_cstr(arena, result->remove), F_OK), -1);
}

static void remove_folder(const char *folder)
{
    pid_t pid = fork();

    if (pid == 0) {
        execlp("rm", "rm", "-r", "--", folder, (char *)NULL);
        _exit(127);
    }
    waitpid(pid, NULL, 0);
}

static void git_makes_the_same_bytes_of_what_is_printed(void **state)
{
    (void)state;
    char folder[] = "/tmp/kerf-print-XXXXXX";
    struct arena arena = { 0 };
    struct buf all = { 0 };
    uint64_t seed = 4711;
    struct outcome *outcomes = arena_array(&arena, CASES, sizeof(*outcomes));

    assert_non_null(mkdtemp(folder));
    assert_int_equal(chdir(folder), 0);
    for (int i = 0; i < CASES; i++)
        run_case(&arena, &all, i, &seed, &outcomes[i]);
    write_file("all.patch", buf_str(&all));
    git_apply();
    for (int i = 0; i < CASES; i++)
        check_case(&arena, i, &outcomes[i]);
    assert_int_equal(chdir("/"), 0);
    remove_folder(folder);
    buf_release(&all);
    arena_release(&arena);
}

// --- taking one hunk back ---------------------------------------------------

static struct file_result reverted(struct review *r, size_t hunk,
                                   const char *now)
{
    struct file_result result;
    struct error err = { 0 };

    if (!selection_revert_hunk(r->sel, 0, hunk, str_from(now), &r->arena,
                               &result, &err))
        fail_msg("%s", err.text);
    return result;
}

static void assert_not_reverted(struct review *r, size_t hunk, const char *now,
                                enum error_kind kind)
{
    struct file_result result;
    struct error err = { 0 };

    assert_false(selection_revert_hunk(r->sel, 0, hunk, str_from(now),
                                       &r->arena, &result, &err));
    assert_int_equal(err.kind, kind);
}

static struct review written(void)
{
    struct review r = review_open(TWO, TEXT);

    decide(&r, file_of(0), DECISION_YES);
    return r;
}

static void one_written_hunk_is_taken_back(void **state)
{
    (void)state;
    struct review r = written();

    assert_text(reverted(&r, 0, "a\nB\nc\nd\ne\nf\nG\nG2\nh\n").bytes,
                "a\nb\nc\nd\ne\nf\nG\nG2\nh\n");
    assert_text(reverted(&r, 1, "a\nB\nc\nd\ne\nf\nG\nG2\nh\n").bytes,
                "a\nB\nc\nd\ne\nf\ng\nh\n");
    review_close(&r);
}

static void later_edits_elsewhere_stay(void **state)
{
    (void)state;
    struct review r = written();
    struct file_result result =
        reverted(&r, 1, "new\r\na\nmine\nc\nd\ne\nf\nG\nG2\nh\n");

    assert_text(result.bytes, "new\r\na\nmine\nc\nd\ne\nf\ng\nh\n");
    assert_text(result.preimage, "new\r\na\nmine\nc\nd\ne\nf\nG\nG2\nh\n");
    review_close(&r);
}

static void what_is_no_longer_as_written_is_not_taken_back(void **state)
{
    (void)state;
    struct review r = written();

    assert_not_reverted(&r, 0, "a\nmine\nc\nd\ne\nf\nG\nG2\nh\n",
                        ERROR_CONFLICT);
    assert_not_reverted(&r, 0, "a\nB\nc\nd\nE\nf\nG\nG2\nh\n", ERROR_CONFLICT);
    assert_not_reverted(&r, 0, "a\nB\nc\nd\ne\na\nB\nc\nd\ne\n",
                        ERROR_CONFLICT);
    assert_not_reverted(&r, 0, "", ERROR_CONFLICT);
    assert_not_reverted(&r, 2, TEXT, ERROR_NOT_FOUND);
    review_close(&r);
}

static void what_was_not_written_is_not_taken_back(void **state)
{
    (void)state;
    struct review r = written();

    decide(&r, hunk_of(0), DECISION_NO);
    assert_not_reverted(&r, 0, "a\nb\nc\nd\ne\nf\nG\nG2\nh\n", ERROR_CONFLICT);
    review_close(&r);
}

static void a_hunk_at_the_end_gives_the_missing_newline_back(void **state)
{
    (void)state;
    struct review r = review_open(
        HEAD "@@ -1,2 +1,2 @@\n a\n-b\n\\ No newline at end of file\n+B\n",
        "a\nb");

    decide(&r, hunk_of(0), DECISION_YES);
    assert_text(reverted(&r, 0, "a\nB\n").bytes, "a\nb");
    assert_text(reverted(&r, 0, "new\na\nB\n").bytes, "new\na\nb");
    review_close(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_what_was_accepted_is_printed),
        cmocka_unit_test(a_hunk_is_printed_whatever_was_decided),
        cmocka_unit_test(a_hunk_that_does_not_fit_is_copied_as_it_was_written),
        cmocka_unit_test(
            copying_a_hunk_decided_by_line_takes_its_accepted_lines),
        cmocka_unit_test(git_makes_the_same_bytes_of_what_is_printed),
        cmocka_unit_test(one_written_hunk_is_taken_back),
        cmocka_unit_test(later_edits_elsewhere_stay),
        cmocka_unit_test(what_is_no_longer_as_written_is_not_taken_back),
        cmocka_unit_test(what_was_not_written_is_not_taken_back),
        cmocka_unit_test(a_hunk_at_the_end_gives_the_missing_newline_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
