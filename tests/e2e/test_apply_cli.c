/* `kerf apply` and `kerf undo` as a script sees them: options, statuses, what
 * goes to which stream, and the files afterwards. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "kerf/base/json.h"
#include "scene.h"

static struct outcome ran; // too large for the stack

static int run(struct scene *scene, const char *const *arguments,
               const char *input)
{
    const char *argv[32] = { kerf_path() };

    for (size_t i = 0; arguments[i]; i++)
        argv[i + 1] = arguments[i];
    scene_run(scene, argv, input, &ran);
    return ran.status;
}

#define RUN(scene, input, ...) \
    run(scene, (const char *const[]){ __VA_ARGS__, NULL }, input)

#define MUST(status, ...)                                          \
    do {                                                           \
        int got_ = RUN(__VA_ARGS__);                               \
        if (got_ != (status))                                      \
            fail_msg("status %d\n%s\n%s", got_, ran.out, ran.err); \
    } while (0)

static void assert_says(const char *text, const char *part)
{
    if (!strstr(text, part))
        fail_msg("expected \"%s\" in:\n%s", part, text);
}

static const char old_text[] = "one\ntwo\nthree\nfour\n";
static const char new_text[] = "one\nTWO\nthree\nfour\n";

#define HUNK "@@ -1,4 +1,4 @@\n one\n-two\n+TWO\n three\n four\n"
#define DIFF(name) "--- a/" name "\n+++ b/" name "\n" HUNK

static void assert_file(struct scene *scene, const char *path, const char *want)
{
    const char *got = scene_read(scene, path);

    if (!got || strcmp(got, want) != 0)
        fail_msg("%s is\n%s", path, got ? got : "not there");
}

// --- statuses

static void each_way_to_fail_has_its_status(void **state)
{
    static const struct {
        const char *patch;
        const char *options[4];
        int status;
        const char *says;
    } cases[] = {
        { DIFF("a.txt"), { NULL }, 0, "" },
        { DIFF("a.txt"), { "--frob" }, 2, "no option --frob" },
        { DIFF("a.txt"), { "--format", "foo" }, 2, "--format wants" },
        { DIFF("a.txt"), { "-p", "x" }, 2, "-p wants a number" },
        { DIFF("a.txt"), { "--json", "--diff" }, 2, "standard output" },
        { DIFF("none.txt"), { NULL }, 4, "none.txt: hunk 1: no such file" },
        { DIFF("other.txt"), { NULL }, 4, "nothing was changed" },
        { DIFF("a.txt"), { "-p3" }, 4, "no 3 folders to strip" },
        { "this is no patch\n", { NULL }, 4, "standard input: " },
        { DIFF("a.txt"), { "--format", "apply_patch" }, 4, "standard input" },
        { DIFF("../x"), { NULL }, 6, "nothing was changed" },
        { DIFF(".git/config"), { NULL }, 6, "git folder" },
        { DIFF("link"), { NULL }, 6, "symbolic link" },
        { DIFF("dir"), { NULL }, 6, "a folder" },
        { DIFF("a.txt"), { "none.patch" }, 1, "none.patch" },
    };
    struct scene *scene = *state;

    scene_shell(scene, "mkdir dir; ln -s a.txt link");
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const char *words[8] = { "apply" };
        scene_write(scene, "tree/a.txt", old_text);
        scene_write(scene, "tree/other.txt", "quite\ndifferent\n");
        memcpy(words + 1, cases[i].options, sizeof(cases[i].options));
        if (run(scene, words, cases[i].patch) != cases[i].status)
            fail_msg("case %zu: status %d\n%s", i, ran.status, ran.err);
        assert_says(ran.err, cases[i].says);
        assert_file(scene, "tree/a.txt", cases[i].status ? old_text : new_text);
    }
}

static void a_patch_that_is_applied_is_left_alone_and_said_so(void **state)
{
    struct scene *scene = *state;

    scene_write(scene, "tree/a.txt", new_text);
    MUST(0, scene, DIFF("a.txt"), "apply");
    assert_says(ran.err, "a.txt: hunk 1: is applied already");
    assert_says(ran.err, "nothing to do: the hunk is applied already");
    assert_string_equal(ran.out, "");
    MUST(0, scene, NULL, "undo", "--list");
    assert_string_equal(ran.out, "");
}

static void what_is_applied_does_not_keep_the_rest_from_it(void **state)
{
    struct scene *scene = *state;

    scene_write(scene, "tree/a.txt", new_text);
    scene_write(scene, "tree/b.txt", old_text);
    MUST(0, scene, DIFF("a.txt") DIFF("b.txt"), "apply");
    assert_string_equal(ran.out, "M b.txt\n");
}

static void check_writes_nothing(void **state)
{
    struct scene *scene = *state;

    scene_write(scene, "tree/a.txt", old_text);
    MUST(0, scene, DIFF("a.txt"), "apply", "--check");
    assert_string_equal(ran.out, "");
    assert_file(scene, "tree/a.txt", old_text);
    scene_shell(scene, "test -z \"$(find .. -name 'lock' -path '*trees*')\"");
    MUST(0, scene, NULL, "undo", "--list");
    assert_string_equal(ran.out, "");
}

// --- output

static void json_is_an_object_a_hunk(void **state)
{
    struct scene *scene = *state;
    struct error err;
    struct str rest, line;
    size_t count = 0;

    scene_write(scene, "tree/a.txt", "zero\none\ntwo\nthree\nfour\n");
    scene_write(scene, "tree/b.txt", "something\nelse\n");
    MUST(4, scene, DIFF("a.txt") DIFF("b.txt"), "apply", "--json");
    rest = str_from(ran.out);
    while (str_split(&rest, '\n', &line)) {
        struct json *json = json_parse(line, &err);
        assert_non_null(json);
        bool first = count++ == 0;
        assert_true(str_is(json_str(json_member(json, "file")),
                           first ? "a.txt" : "b.txt"));
        assert_int_equal(json_int(json_member(json, "hunk"), 0), 1);
        assert_true(str_is(json_str(json_member(json, "state")),
                           first ? "moved" : "conflict"));
        assert_int_equal(json_int(json_member(json, "moved_by"), 9), first);
        if (first)
            assert_int_equal(json_int(json_member(json, "line"), 0), 2);
        assert_int_equal(json_bool(json_member(json, "applies"), !first),
                         first);
        assert_int_equal(json_str(json_member(json, "reason")).len == 0, first);
        json_destroy(json);
    }
    assert_int_equal(count, 2);
    assert_says(ran.err, "1 of 2 hunks do not apply: nothing was changed");
    assert_file(scene, "tree/a.txt", "zero\none\ntwo\nthree\nfour\n");
}

static void a_refused_hunk_is_shown_beside_what_is_there(void **state)
{
    struct scene *scene = *state;

    scene_write(scene, "tree/a.txt", "one\nzwei\nthree\nfour\n");
    MUST(4, scene, DIFF("a.txt"), "apply");
    assert_says(ran.err, "kerf: a.txt: hunk 1: ");
    assert_says(ran.err, "| -two\n");
    assert_says(ran.err, "2 | +zwei\n");
}

static void the_diff_of_a_check_is_what_git_apply_makes_the_same_of(
    void **state)
{
    struct scene *scene = *state;
    static char diff[sizeof(ran.out)];

    scene_write(scene, "tree/a.txt", "zero\none\ntwo\nthree\nfour\n");
    MUST(0, scene,
         DIFF("a.txt") "--- /dev/null\n+++ b/n/new.txt\n"
                       "@@ -0,0 +1 @@\n+x\n",
         "apply", "--check", "--diff");
    memcpy(diff, ran.out, sizeof(diff));
    const char *git[] = { "/usr/bin/env", "git", "apply", "-", NULL };
    scene_run(scene, git, diff, &ran);
    assert_int_equal(ran.status, 0);
    assert_file(scene, "tree/a.txt", "zero\none\nTWO\nthree\nfour\n");
    assert_file(scene, "tree/n/new.txt", "x\n");
}

// --- names

static void names_are_stripped_and_moved(void **state)
{
    static const struct {
        const char *options[4];
        const char *patch, *says;
    } cases[] = {
        { { "-p1" }, DIFF("src/a.txt"), "" },
        { { "-p", "2" }, DIFF("x/src/a.txt"), "" },
        { { "--strip=3" }, DIFF("x/y/src/a.txt"), "" },
        { { "--directory", "src/" }, DIFF("a.txt"), "" },
        { { "-p2", "--directory=src" }, DIFF("x/a.txt"), "" },
        { { NULL }, DIFF("x/src/a.txt"), "exist only as -p2 has them" },
        { { NULL }, "--- old/src/a.txt\n+++ new/src/a.txt\n" HUNK, "" },
        { { NULL }, "--- lib/src/a.txt\n+++ lib/src/a.txt\n" HUNK, "-p1" },
        { { NULL }, DIFF("src/a.txt"), "" },
    };
    struct scene *scene = *state;

    scene_shell(scene, "mkdir src");
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const char *words[8] = { "apply" };
        scene_write(scene, "tree/src/a.txt", old_text);
        memcpy(words + 1, cases[i].options, sizeof(cases[i].options));
        if (run(scene, words, cases[i].patch) != 0)
            fail_msg("case %zu: %s", i, ran.err);
        assert_says(ran.err, cases[i].says);
        if (!*cases[i].says && *ran.err)
            fail_msg("case %zu says %s", i, ran.err);
        assert_file(scene, "tree/src/a.txt", new_text);
    }
}

static void names_that_could_be_two_files_are_not_guessed(void **state)
{
    struct scene *scene = *state;

    scene_shell(scene, "mkdir src");
    scene_write(scene, "tree/src/a.txt", old_text);
    scene_write(scene, "tree/a.txt", old_text);
    MUST(4, scene, DIFF("x/src/a.txt"), "apply");
    assert_says(ran.err, "x/src/a.txt: hunk 1: no such file");
    MUST(4, scene, DIFF("x/src/a.txt") DIFF("none.txt"), "apply");
}

static void hostile_names_are_not_bent_into_others(void **state)
{
    struct scene *scene = *state;

    scene_write(scene, "tree/a.txt", old_text);
    MUST(6, scene, DIFF("../out/a.txt"), "apply");
    MUST(6, scene, DIFF(".git/a.txt"), "apply");
    MUST(6, scene, DIFF("a.txt"), "apply", "--directory", "..");
    MUST(6, scene, DIFF("x/../a.txt"), "apply", "-p", "2");
    assert_file(scene, "tree/a.txt", old_text);
}

// --- several files, the way back

static void several_files_are_one_write(void **state)
{
    struct scene *scene = *state;

    scene_write(scene, "tree/a.txt", old_text);
    scene_write(scene, "tree/b.txt", old_text);
    scene_write(scene, "1.patch", DIFF("a.txt"));
    scene_write(scene, "2.patch", DIFF("b.txt"));
    scene_write(scene, "3.patch", DIFF("none.txt"));
    MUST(4, scene, NULL, "apply", "../1.patch", "../2.patch", "../3.patch");
    assert_file(scene, "tree/a.txt", old_text);
    MUST(0, scene, NULL, "apply", "../1.patch", "../2.patch");
    assert_string_equal(ran.out, "M a.txt\nM b.txt\n");
    MUST(0, scene, NULL, "undo");
    assert_file(scene, "tree/a.txt", old_text);
    assert_file(scene, "tree/b.txt", old_text);
}

static void a_later_file_builds_on_an_earlier_one(void **state)
{
    struct scene *scene = *state;

    scene_write(scene, "tree/a.txt", old_text);
    scene_write(scene, "1.patch", DIFF("a.txt"));
    scene_write(scene, "2.patch",
                "--- a/a.txt\n+++ b/a.txt\n@@ -1,4 +1,4 @@\n one\n-TWO\n"
                "+zwei\n three\n four\n");
    MUST(0, scene, NULL, "apply", "../1.patch", "../2.patch");
    assert_file(scene, "tree/a.txt", "one\nzwei\nthree\nfour\n");
    MUST(0, scene, NULL, "apply", "-R", "../1.patch", "../2.patch");
    assert_file(scene, "tree/a.txt", old_text);
}

static void reverse_takes_a_foreign_patch_back(void **state)
{
    struct scene *scene = *state;
    const char *patch = DIFF("a.txt") "--- /dev/null\n+++ b/new.txt\n"
                                      "@@ -0,0 +1 @@\n+x\n";

    scene_write(scene, "tree/a.txt", new_text);
    scene_write(scene, "tree/new.txt", "x\n");
    MUST(0, scene, patch, "apply", "--reverse");
    assert_file(scene, "tree/a.txt", old_text);
    assert_null(scene_read(scene, "tree/new.txt"));
    MUST(0, scene, patch, "apply");
    MUST(1, scene, "*** Begin Patch\n*** Delete File: a.txt\n*** End Patch\n",
         "apply", "-R");
    assert_says(ran.err, "cannot be taken back");
    assert_file(scene, "tree/a.txt", new_text);
}

// --- the tree around

static void a_hunk_is_merged_through_the_blob_it_was_made_for(void **state)
{
    struct scene *scene = *state;

    scene_write(scene, "tree/a.txt", "1\n2\n3\n4\n5\n6\n7\n8\n");
    scene_shell(scene, "git add . && git -c user.name=t -c user.email=t@t "
                       "commit -qm base && sed -i s/5/five/ a.txt && "
                       "git diff >../p && git checkout -q a.txt && "
                       "sed -i s/3/three/ a.txt");
    MUST(0, scene, NULL, "apply", "../p");
    assert_says(ran.err, "a.txt: hunk 1: merged at line 2");
    assert_file(scene, "tree/a.txt", "1\n2\nthree\n4\nfive\n6\n7\n8\n");

    scene_shell(scene, "rm -rf .git && git init -q");
    scene_write(scene, "tree/a.txt", "1\n2\nthree\n4\n5\n6\n7\n8\n");
    MUST(4, scene, NULL, "apply", "../p"); // nobody has the base
}

static void without_git_the_folder_is_the_tree(void **state)
{
    struct scene *scene = *state;

    scene_shell(scene, "rm -rf .git");
    scene_write(scene, "tree/a.txt", old_text);
    MUST(0, scene, DIFF("a.txt"), "apply");
    assert_file(scene, "tree/a.txt", new_text);
    MUST(0, scene, NULL, "undo");
    assert_file(scene, "tree/a.txt", old_text);
    MUST(1, scene, DIFF("a.txt"), "apply", "--index");
    assert_says(ran.err, "written, but not staged");
}

static void a_hard_link_is_left_and_told(void **state)
{
    struct scene *scene = *state;
    struct stat st;
    char path[256];

    scene_write(scene, "tree/a.txt", old_text);
    scene_shell(scene, "ln a.txt ../twin.txt");
    MUST(0, scene, DIFF("a.txt"), "apply");
    assert_says(ran.err, "a.txt: one of 2 hard links");
    assert_file(scene, "twin.txt", old_text);
    assert_file(scene, "tree/a.txt", new_text);
    snprintf(path, sizeof(path), "%s/twin.txt", scene->dir);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_nlink, 1);
}

static void the_index_gets_what_was_written(void **state)
{
    struct scene *scene = *state;

    scene_write(scene, "tree/a.txt", old_text);
    scene_write(scene, "tree/b.txt", "mine\n");
    scene_shell(scene, "git add . && git -c user.name=t -c user.email=t@t "
                       "commit -qm base && echo more >>b.txt");
    MUST(0, scene, DIFF("a.txt"), "apply", "--index");
    scene_shell(scene, "test \"$(git diff --cached --name-only)\" = a.txt && "
                       "test \"$(git diff --name-only)\" = b.txt");
    scene_shell(scene, "touch .git/index.lock");
    MUST(1, scene, DIFF("a.txt"), "apply", "--index", "-R");
    assert_says(ran.err, "written, but not staged");
    assert_file(scene, "tree/a.txt", old_text);
}

// --- undo

static const char two_hunks[] =
    "--- a/a.txt\n+++ b/a.txt\n@@ -1,3 +1,3 @@\n-1\n+one\n 2\n 3\n"
    "@@ -10,3 +10,4 @@\n 10\n 11\n-12\n+twelve\n+dozen\n";
static const char twelve[] = "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n";

static void the_hunks_of_a_write_are_shown_and_taken_back_alone(void **state)
{
    struct scene *scene = *state;

    scene_write(scene, "tree/a.txt", twelve);
    MUST(0, scene, two_hunks, "apply");
    MUST(0, scene, NULL, "undo", "--show");
    assert_says(ran.out, "a.txt:1\n");
    assert_says(ran.out, "a.txt:2\n");
    assert_says(ran.out, "\n+dozen\n");
    // An edit elsewhere is no obstacle and stays.
    scene_write(scene, "tree/a.txt",
                "top\none\n2\n3\n4\n5\n6\n7\n8\n9\n10\n"
                "11\ntwelve\ndozen\n");
    MUST(4, scene, NULL, "undo");
    MUST(0, scene, NULL, "undo", "--hunk", "a.txt:2");
    assert_string_equal(ran.out, "M a.txt\n");
    assert_file(scene, "tree/a.txt",
                "top\none\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n");
    MUST(0, scene, NULL, "undo", "--list");
    assert_says(ran.out, "undo --hunk a.txt:2");
    MUST(0, scene, NULL, "undo"); // of the undo
    assert_file(scene, "tree/a.txt",
                "top\none\n2\n3\n4\n5\n6\n7\n8\n9\n10\n"
                "11\ntwelve\ndozen\n");
}

// Long enough for two hunks; `ends` are the ends of its lines in turn.
static void fill(char *text, size_t size, const char *first, const char *last,
                 const char *const *ends, const char *final_end)
{
    size_t len = (size_t)snprintf(text, size, "%s%s", first, ends[0]);

    for (int i = 1; i < 12; i++)
        len += (size_t)snprintf(text + len, size - len, "%d%s", i, ends[i % 3]);
    snprintf(text + len, size - len, "%s%s", last, final_end);
}

static void a_hunk_comes_back_byte_for_byte(void **state)
{
    static const struct {
        const char *ends[3], *final_end, *accent;
    } cases[] = {
        { { "\n", "\n", "\n" }, "", "" },
        { { "\r\n", "\r\n", "\r\n" }, "\r\n", "" },
        { { "\r\n", "\n", "\r\n" }, "\n", "" },
        { { "\n", "\n", "\n" }, "\n", "\xe9" },
    };
    struct scene *scene = *state;
    char old[400], half[400], first[16], last[16], patch[400];

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const char *const *ends = cases[i].ends;
        const char *final_end = cases[i].final_end;
        snprintf(first, sizeof(first), "first%s", cases[i].accent);
        snprintf(last, sizeof(last), "last%s", cases[i].accent);
        fill(old, sizeof(old), first, last, ends, final_end);
        // In this language a new last line is ended.
        fill(half, sizeof(half), first, "LAST", ends,
             *final_end ? final_end : "\n");
        snprintf(patch, sizeof(patch),
                 "*** Begin Patch\n*** Update File: a.txt\n@@\n-%s\n+FIRST\n"
                 "@@\n-%s\n+LAST\n*** End Patch\n",
                 first, last);
        scene_write(scene, "tree/a.txt", old);
        MUST(0, scene, patch, "apply");
        MUST(0, scene, NULL, "undo", "--hunk", "a.txt:1");
        assert_file(scene, "tree/a.txt", half);
        MUST(0, scene, NULL, "undo", "2"); // first the undo, then the write
        assert_file(scene, "tree/a.txt", old);
    }
}

static void a_hunk_that_was_edited_is_not_taken_back(void **state)
{
    static const struct {
        const char *hunk;
        int status;
    } cases[] = { { "a.txt:2", 4 }, { "a.txt:3", 1 }, { "b.txt:1", 1 },
                  { "a.txt", 2 },   { "a.txt:0", 2 }, { ":1", 1 } };
    struct scene *scene = *state;

    scene_write(scene, "tree/a.txt", twelve);
    MUST(0, scene, two_hunks, "apply");
    scene_shell(scene, "sed -i s/dozen/DOZEN/ a.txt");
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        MUST(cases[i].status, scene, NULL, "undo", "--hunk", cases[i].hunk);
    MUST(0, scene, NULL, "undo", "--hunk", "a.txt:1");
}

static void the_list_tells_what_is_in_force(void **state)
{
    struct scene *scene = *state;
    struct error err;

    scene_write(scene, "tree/a.txt", old_text);
    scene_write(scene, "1.patch", DIFF("a.txt"));
    MUST(0, scene, NULL, "apply", "../1.patch");
    MUST(0, scene, NULL, "undo", "--list");
    assert_says(ran.out, "in force    apply ../1.patch\n    M a.txt\n");
    MUST(0, scene, NULL, "undo");
    MUST(0, scene, NULL, "undo", "--list", "--json");
    struct json *list = json_parse(str_from(ran.out), &err);
    assert_non_null(list);
    assert_int_equal(json_count(list), 1);
    const struct json *set = json_at(list, 0);
    assert_false(json_bool(json_member(set, "in_force"), true));
    assert_true(str_is(json_str(json_member(set, "note")), "apply ../1.patch"));
    const struct json *file = json_at(json_member(set, "files"), 0);
    assert_true(str_is(json_str(json_member(file, "kind")), "M"));
    assert_true(str_is(json_str(json_member(file, "file")), "a.txt"));
    char id[64];
    snprintf(id, sizeof(id), "%.*s", STR_ARG(json_str(json_member(set, "id"))));
    json_destroy(list);
    MUST(0, scene, NULL, "undo", id); // written again
    assert_file(scene, "tree/a.txt", new_text);
    MUST(0, scene, NULL, "undo", id);
    assert_file(scene, "tree/a.txt", old_text);
}

static void a_number_takes_back_so_many_writes(void **state)
{
    struct scene *scene = *state;

    scene_write(scene, "tree/a.txt", old_text);
    scene_write(scene, "tree/b.txt", old_text);
    MUST(0, scene, DIFF("a.txt"), "apply");
    MUST(0, scene, DIFF("b.txt"), "apply");
    MUST(0, scene, NULL, "undo", "2");
    assert_file(scene, "tree/a.txt", old_text);
    assert_file(scene, "tree/b.txt", old_text);
    MUST(1, scene, NULL, "undo", "1");
    assert_says(ran.err, "only 0 writes were left");
}

static void undo_names_the_file_that_was_edited(void **state)
{
    struct scene *scene = *state;

    scene_write(scene, "tree/a.txt", old_text);
    scene_write(scene, "tree/b.txt", old_text);
    MUST(0, scene, DIFF("a.txt") DIFF("b.txt"), "apply");
    scene_write(scene, "tree/b.txt", "edited\n");
    MUST(4, scene, NULL, "undo");
    assert_says(ran.err, "b.txt is no longer what kerf left there");
    assert_file(scene, "tree/a.txt", new_text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCENE_TEST(each_way_to_fail_has_its_status),
        SCENE_TEST(a_patch_that_is_applied_is_left_alone_and_said_so),
        SCENE_TEST(what_is_applied_does_not_keep_the_rest_from_it),
        SCENE_TEST(check_writes_nothing),
        SCENE_TEST(json_is_an_object_a_hunk),
        SCENE_TEST(a_refused_hunk_is_shown_beside_what_is_there),
        SCENE_TEST(the_diff_of_a_check_is_what_git_apply_makes_the_same_of),
        SCENE_TEST(names_are_stripped_and_moved),
        SCENE_TEST(names_that_could_be_two_files_are_not_guessed),
        SCENE_TEST(hostile_names_are_not_bent_into_others),
        SCENE_TEST(several_files_are_one_write),
        SCENE_TEST(a_later_file_builds_on_an_earlier_one),
        SCENE_TEST(reverse_takes_a_foreign_patch_back),
        SCENE_TEST(a_hunk_is_merged_through_the_blob_it_was_made_for),
        SCENE_TEST(without_git_the_folder_is_the_tree),
        SCENE_TEST(a_hard_link_is_left_and_told),
        SCENE_TEST(the_index_gets_what_was_written),
        SCENE_TEST(the_hunks_of_a_write_are_shown_and_taken_back_alone),
        SCENE_TEST(a_hunk_comes_back_byte_for_byte),
        SCENE_TEST(a_hunk_that_was_edited_is_not_taken_back),
        SCENE_TEST(the_list_tells_what_is_in_force),
        SCENE_TEST(a_number_takes_back_so_many_writes),
        SCENE_TEST(undo_names_the_file_that_was_edited),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
