/*
 * `kerf apply` on a disk: hostile names, links, pipes and folders as targets,
 * a folder that is swapped for a link all the time. What is refused leaves
 * every byte as it was; what is done is undone byte for byte.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "../patch/book.h"
#include "disk.h"
#include "scene.h"

static struct scene scene;
static struct outcome ran; // too large for the stack

static const char *in_scene(const char *format, ...) KERF_PRINTF(1, 2);

// A path below the scene's folder; four are valid at a time.
static const char *in_scene(const char *format, ...)
{
    static char paths[4][8192];
    static size_t next;
    char *path = paths[next++ % 4];
    va_list args;
    int used = snprintf(path, sizeof(paths[0]), "%s/", scene.dir);

    va_start(args, format);
    vsnprintf(path + used, sizeof(paths[0]) - (size_t)used, format, args);
    va_end(args);
    return path;
}

static int kerf(const char *command, const char *option)
{
    const char *argv[] = { kerf_path(), command, option, NULL };

    scene_run(&scene, argv, NULL, &ran);
    return ran.status;
}

static int apply(struct str patch, const char *option, const char *more)
{
    const char *argv[] = {
        kerf_path(), "apply", "../patch", option, more, NULL
    };

    disk_put(in_scene("patch"), patch, false);
    scene_run(&scene, argv, NULL, &ran);
    return ran.status;
}

// The tree, the git folder, and what lies beside the tree.
static struct str look(struct arena *arena, bool strict)
{
    struct buf list = { 0 };

    disk_list(&list, in_scene("tree"), strict);
    disk_list(&list, in_scene("outside"), strict);
    struct str copy = arena_copy(arena, buf_str(&list));
    buf_release(&list);
    return copy;
}

static void assert_same(struct str got, struct str want, const char *what)
{
    if (!str_equal(got, want))
        fail_msg("%s changed the disk\n%.*s\nfrom\n%.*s\n%s", what,
                 STR_ARG(got), STR_ARG(want), ran.err);
}

// --- hostile names

static const char *const hostile_names[] = {
    "../outside/x",
    "dir/../../outside/x",
    "./../outside/x",
    "..",
    "dir/..",
    "/tmp/kerf-outside-of-everything",
    "//outside/x",
    "dir//x",
    "dir/./x",
    ".",
    "dir/",
    ".git",
    ".git/config",
    ".git/hooks/pre-commit",
    ".git/refs/heads/main",
    ".git/./config",
    ".git//config",
    ".GIT/config",
    ".Git/hooks/post-checkout",
    ".gIt/x",
    ".git./config",
    ".git../x",
    ".git /config",
    ".git . ./x",
    "git~1/config",
    "GIT~1/hooks/x",
    "git~2/x",
    ".g\xe2\x80\x8cit/config",
    "\xef\xbb\xbf.git/config",
    ".git\xe2\x80\x8d/config",
    ".gi\xe2\x80\xaet/config",
    "\xe2\x81\xaa.git/config",
    ".git::$INDEX_ALLOCATION/config",
    ".git::$index_allocation/x",
    ".git:stream",
    ".git:config:$DATA",
    "dir/.git",
    "dir/.git/config",
    "dir/.GIT/hooks/x",
    "module/.git",
    "module/.git/config",
    ".git\\config",
    "dir/.git\\hooks\\x",
    "..\\outside\\x",
    "dir\\..\\..\\outside\\x",
    "link/x",
    "link/old.txt",
    "link/deep/er/x",
    "dir/up/outside/x",
    "alias",
    "nowhere",
    "loop",
    "loop/x",
    "pipe",
    "pipe/x",
    "dir",
    "a.txt/x",
    "new\nline",
    "dir/tab\there",
    "esc\x1b[2Jape",
    "del\x7f",
    "c1\xc2\x9bm",
    "bell\x07",
    "cr\r",
};

// How a name gets into a patch. N is the name, Q the name quoted as git does
// with a/ before it, R the same with b/.
static const char *const forms[] = {
    "*** Begin Patch\n*** Add File: N\n+bad\n*** End Patch\n",
    "*** Begin Patch\n*** Update File: N\n-old\n+bad\n*** End Patch\n",
    "*** Begin Patch\n*** Delete File: N\n*** End Patch\n",
    "*** Begin Patch\n*** Update File: a.txt\n*** Move to: N\n"
    "-one\n+bad\n*** End Patch\n",
    "*** Begin Patch\n*** Update File: a.txt\n-one\n+ONE\n"
    "*** Add File: N\n+bad\n*** End Patch\n",
    "diff --git Q R\nnew file mode 100644\n--- /dev/null\n+++ R\n"
    "@@ -0,0 +1 @@\n+bad\n",
    "diff --git Q R\n--- Q\n+++ R\n@@ -1 +1 @@\n-old\n+bad\n",
    "diff --git Q R\ndeleted file mode 100644\n--- Q\n+++ /dev/null\n"
    "@@ -1 +0,0 @@\n-old\n",
    "diff --git a/a.txt R\nsimilarity index 100%\nrename from a.txt\n"
    "rename to P\n",
    "diff --git Q b/a2.txt\nsimilarity index 100%\nrename from P\n"
    "rename to a2.txt\n",
    "diff --git a/a.txt R\nsimilarity index 100%\ncopy from a.txt\n"
    "copy to P\n",
    "diff --git Q R\nnew file mode 100755\nindex 0000000..e69de29\n",
    "--- /dev/null\n+++ N\n@@ -0,0 +1 @@\n+bad\n",
    "N\n<<<<<<< SEARCH\n=======\nbad\n>>>>>>> REPLACE\n",
    "N\n<<<<<<< SEARCH\nold\n=======\nbad\n>>>>>>> REPLACE\n",
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define FORMS_EACH 4 // of the forms for each name, others for the next

static void put_quoted(struct buf *out, const char *prefix, const char *name)
{
    buf_printf(out, "\"%s", prefix);
    for (const char *c = name; *c; c++)
        if ((unsigned char)*c < 0x20 || (unsigned char)*c > 0x7e || *c == '"'
            || *c == '\\')
            buf_printf(out, "\\%03o", (unsigned)(unsigned char)*c);
        else
            buf_append_char(out, *c);
    buf_append_char(out, '"');
}

static void put_form(struct buf *out, const char *form, const char *name)
{
    for (const char *c = form; *c; c++) {
        bool alone = (c == form || c[-1] == ' ' || c[-1] == '\n')
                     && (c[1] == '\n' || c[1] == ' ');
        if (alone && *c == 'N')
            buf_append(out, str_from(name));
        else if (alone && strchr("PQR", *c))
            put_quoted(out, *c == 'P' ? "" : *c == 'Q' ? "a/" : "b/", name);
        else
            buf_append_char(out, *c);
    }
}

// Something at every kind of place that a name may lead to.
static void lay_traps(void)
{
    disk_empty(in_scene("tree"), ".git");
    disk_put(in_scene("tree/a.txt"), STR("one\n"), false);
    disk_put(in_scene("tree/dir/old.txt"), STR("old\n"), false);
    disk_put(in_scene("tree/module/.git"), STR("gitdir: ../.git\n"), false);
    disk_put(in_scene("outside/old.txt"), STR("old\n"), false);
    if (symlink("../outside", in_scene("tree/link")) != 0
        || symlink("../..", in_scene("tree/dir/up")) != 0
        || symlink("a.txt", in_scene("tree/alias")) != 0
        || symlink("../outside/none", in_scene("tree/nowhere")) != 0
        || symlink("loop", in_scene("tree/loop")) != 0
        || mkfifo(in_scene("tree/pipe"), 0644) != 0)
        abort();
}

static void assert_refused(struct arena *arena, struct str patch,
                           const char *name)
{
    struct str before = look(arena, true);
    int status = apply(patch, NULL, NULL);

    if (status != 4 && status != 6)
        fail_msg("%s: status %d\n%.*s", name, status, STR_ARG(patch));
    assert_same(look(arena, true), before, name);
    for (const char *c = ran.err; *c; c++)
        if ((unsigned char)*c < 0x20 && *c != '\n')
            fail_msg("%s: a control character is printed", name);
}

static void hostile_names_are_refused_in_every_language(void **state)
{
    struct arena arena = { 0 };
    struct buf patch = { 0 };

    (void)state;
    lay_traps();
    for (size_t i = 0; i < COUNT(hostile_names); i++)
        for (size_t k = 0; k < FORMS_EACH; k++) {
            const char *form = forms[(i + k * FORMS_EACH) % COUNT(forms)];
            if (strpbrk(hostile_names[i], "\r\n") && strchr(form, 'N'))
                continue; // not quoted, it would end there
            buf_reset(&patch);
            put_form(&patch, form, hostile_names[i]);
            assert_refused(&arena, buf_str(&patch), hostile_names[i]);
            arena_reset(&arena);
        }
    assert_int_not_equal(access("/tmp/kerf-outside-of-everything", F_OK), 0);
    buf_release(&patch);
    arena_release(&arena);
}

static void long_names_and_nul_bytes_are_refused(void **state)
{
    static const size_t lengths[] = { 256, 4097, 5000, 70000 };
    struct arena arena = { 0 };
    struct buf patch = { 0 };

    (void)state;
    lay_traps();
    for (size_t i = 0; i < COUNT(lengths); i++) {
        buf_reset(&patch);
        buf_append(&patch, STR("*** Begin Patch\n*** Add File: d"));
        for (size_t n = 1; n < lengths[i]; n++)
            buf_append_char(&patch, i > 0 && n % 100 == 0 ? '/' : 'x');
        buf_append(&patch, STR("\n+bad\n*** End Patch\n"));
        assert_refused(&arena, buf_str(&patch), "a long name");
    }
    assert_refused(&arena,
                   STR("*** Begin Patch\n*** Add File: a\0b\n+bad\n"
                       "*** End Patch\n"),
                   "a NUL byte");
    buf_release(&patch);
    arena_release(&arena);
}

// --- books

static void lay_one(struct arena *arena, const struct item *item)
{
    struct str rest = item->name, name = rest;
    const char *path = in_scene("tree/%.*s", STR_ARG(name));

    switch (item->kind) {
    case ITEM_FILE: disk_put(path, item->bytes, item->executable); break;
    case ITEM_DIR: disk_folder(path); break;
    case ITEM_FIFO: assert_int_equal(mkfifo(path, 0644), 0); break;
    case ITEM_LINK:
        assert_true(str_split(&rest, ' ', &name));
        path = in_scene("tree/%.*s", STR_ARG(name));
        assert_int_equal(symlink(arena_cstr(arena, rest), path), 0);
        break;
    case ITEM_WANT:
    case ITEM_GONE:
    case ITEM_PATCH:
    case ITEM_REFUSED:
    case ITEM_ARGS:
    case ITEM_KINDS: break;
    }
}

static void lay_out(struct arena *arena, const struct book_case *one)
{
    disk_empty(in_scene("tree"), ".git");
    disk_empty(in_scene("outside"), "");
    for (size_t i = 0; i < one->count; i++)
        lay_one(arena, &one->items[i]);
}

static void assert_wanted(const struct book_case *one)
{
    for (size_t i = 0; i < one->count; i++) {
        const struct item *item = &one->items[i];
        if (item->kind != ITEM_FILE && item->kind != ITEM_WANT
            && item->kind != ITEM_GONE)
            continue;
        const struct item *want = case_wants(one, item->name);
        const char *path = in_scene("tree/%.*s", STR_ARG(item->name));
        const char *got = scene_read(&scene, path + strlen(scene.dir) + 1);
        struct stat st;
        if (!want != (got == NULL))
            fail_msg("%s: %s %s", one->name, path, want ? "is gone" : "stays");
        if (want
            && (!str_is(want->bytes, got) || stat(path, &st) != 0
                || !(st.st_mode & 0100) == want->executable))
            fail_msg("%s: %s holds\n%s", one->name, path, got);
    }
}

// A look with --check, the deed, and its undoing.
static void a_case_is_checked_done_and_undone(void **state)
{
    const struct book_case *one = *state;
    const struct item *refused = case_item(one, ITEM_REFUSED);
    const struct item *args = case_item(one, ITEM_ARGS);
    struct str patch = case_item(one, ITEM_PATCH)->bytes;
    struct arena arena = { 0 };

    const char *more = args ? arena_cstr(&arena, args->name) : NULL;
    lay_out(&arena, one);
    struct str before = look(&arena, true), plain = look(&arena, false);
    int checked = apply(patch, "--check", more);
    assert_same(look(&arena, true), before, "--check");
    int status = more ? apply(patch, more, NULL) : apply(patch, NULL, NULL);
    assert_int_equal(status, checked);
    if (refused) {
        assert_true(status == 4 || status == 6);
        if (str_find(str_from(ran.err), refused->name) == SIZE_MAX)
            fail_msg("%s: %s", one->name, ran.err);
        assert_same(look(&arena, true), before, one->name);
    } else {
        if (status != 0)
            fail_msg("%s: status %d: %s", one->name, status, ran.err);
        assert_wanted(one);
        assert_int_equal(kerf("undo", NULL), 0);
        assert_same(look(&arena, false), plain, "undo");
    }
    arena_release(&arena);
}

// --- others at work

// Swaps tree/dir for a link that leads outside, until it is killed.
static pid_t swap_in_a_loop(void)
{
    char dir[256], real[256], link[256];

    snprintf(dir, sizeof(dir), "%s", in_scene("tree/dir"));
    snprintf(real, sizeof(real), "%s", in_scene("tree/real"));
    snprintf(link, sizeof(link), "%s", in_scene("tree/link"));
    pid_t pid = fork();
    if (pid != 0)
        return pid;
    for (;;) {
        (void)!rename(dir, real);
        (void)!rename(link, dir);
        (void)!rename(dir, link);
        (void)!rename(real, dir);
    }
}

static void put_race(struct buf *patch, size_t round)
{
    buf_reset(patch);
    buf_append(patch, STR("*** Begin Patch\n"));
    for (size_t i = 0; i < 10; i++)
        if (round % 3 == 0)
            buf_printf(patch, "*** Add File: dir/n%zu\n+bad\n", i);
        else if (round % 3 == 1)
            buf_printf(patch, "*** Update File: dir/f%zu\n-old\n+bad\n", i);
        else
            buf_printf(patch, "*** Delete File: dir/f%zu\n", i);
    buf_append(patch, STR("*** End Patch\n"));
}

#define RACES 24

static void a_folder_swapped_for_a_link_lets_nothing_out(void **state)
{
    struct arena arena = { 0 };
    struct buf patch = { 0 }, before = { 0 }, after = { 0 };

    (void)state;
    disk_empty(in_scene("tree"), ".git");
    disk_empty(in_scene("outside"), "");
    for (int i = 0; i < 10; i++) {
        disk_put(in_scene("tree/dir/f%d", i), STR("old\n"), false);
        disk_put(in_scene("outside/f%d", i), STR("old\n"), false);
    }
    assert_int_equal(symlink("../outside", in_scene("tree/link")), 0);
    disk_list(&before, in_scene("outside"), true);
    pid_t pid = swap_in_a_loop();
    for (size_t i = 0; i < RACES; i++) {
        put_race(&patch, i);
        if (apply(buf_str(&patch), NULL, NULL) == 0)
            (void)kerf("undo", NULL);
    }
    kill(pid, SIGKILL);
    assert_int_equal(waitpid(pid, NULL, 0), pid);
    disk_list(&after, in_scene("outside"), true);
    assert_same(buf_str(&after), buf_str(&before), "a race");
    buf_release(&patch);
    buf_release(&before);
    buf_release(&after);
    arena_release(&arena);
}

static void the_other_name_of_a_hard_link_keeps_its_bytes(void **state)
{
    (void)state;
    disk_empty(in_scene("tree"), ".git");
    disk_empty(in_scene("outside"), "");
    disk_put(in_scene("outside/f"), STR("old\n"), false);
    assert_int_equal(link(in_scene("outside/f"), in_scene("tree/f")), 0);

    assert_int_equal(apply(STR("*** Begin Patch\n*** Update File: f\n-old\n"
                               "+new\n*** End Patch\n"),
                           NULL, NULL),
                     0);

    assert_string_equal(scene_read(&scene, "tree/f"), "new\n");
    assert_string_equal(scene_read(&scene, "outside/f"), "old\n");
}

static int open_scene(void **state)
{
    (void)state;
    scene_open(&scene);
    return mkdir(in_scene("outside"), 0755);
}

static int close_scene(void **state)
{
    (void)state;
    scene_close(&scene);
    return 0;
}

int main(void)
{
    static const char *const books[] = { "disk", "bytes" };
    struct CMUnitTest tests[256] = {
        cmocka_unit_test(hostile_names_are_refused_in_every_language),
        cmocka_unit_test(long_names_and_nul_bytes_are_refused),
        cmocka_unit_test(a_folder_swapped_for_a_link_lets_nothing_out),
        cmocka_unit_test(the_other_name_of_a_hard_link_keeps_its_bytes),
    };
    struct arena arena = { 0 };
    size_t count = 4;

    for (size_t b = 0; b < COUNT(books); b++) {
        struct str path =
            arena_printf(&arena, "tests/cases/books/%s.book", books[b]);
        struct book book = book_read(&arena, path.at);
        size_t step = b == 0 ? 1 : 4; // the engine has seen the others
        for (size_t i = 0; i < book.count && count < COUNT(tests); i += step)
            tests[count++] = (struct CMUnitTest){
                .name = book.cases[i].name,
                .test_func = a_case_is_checked_done_and_undone,
                .initial_state = &book.cases[i],
            };
    }
    int failed = _cmocka_run_group_tests("kerf apply", tests, count, open_scene,
                                         close_scene);
    arena_release(&arena);
    return failed;
}
