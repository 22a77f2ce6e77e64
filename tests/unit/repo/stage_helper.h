/* A stage on a sandbox, and short words for results and snapshots. */
#ifndef KERF_TESTS_REPO_STAGE_HELPER_H
#define KERF_TESTS_REPO_STAGE_HELPER_H

#include "support/sandbox.h"

#include <dirent.h>

#include "kerf/base/buf.h"
#include "kerf/repo/stage.h"

struct desk {
    struct sandbox *box;
    struct worktree *tree;
    struct stage *stage;
    struct error err;
    struct str files;
};

static inline struct desk desk_open(struct sandbox *box)
{
    struct desk desk = { .box = box };

    desk.tree = worktree_open(str_from(sandbox_path(box, "tree")), &desk.err);
    assert_non_null(desk.tree);
    desk.stage =
        stage_open(desk.tree, str_from(sandbox_path(box, "state")), &desk.err);
    if (!desk.stage)
        fail_msg("%s", desk.err.text);
    return desk;
}

static inline void desk_close(struct desk *desk)
{
    stage_close(desk->stage);
    worktree_close(desk->tree);
}

static inline struct file_result write_of(const char *path, const char *old,
                                          const char *text, unsigned mode)
{
    return (struct file_result){ .kind = RESULT_WRITE,
                                 .path = str_from(path),
                                 .bytes = str_from(text),
                                 .mode = mode,
                                 .existed = old != NULL,
                                 .preimage = str_from(old) };
}

static inline struct file_result delete_of(const char *path, const char *old)
{
    return (struct file_result){ .kind = RESULT_DELETE,
                                 .path = str_from(path),
                                 .existed = true,
                                 .preimage = str_from(old) };
}

static inline struct file_result move_of(const char *from, const char *to,
                                         const char *old, const char *text)
{
    return (struct file_result){ .kind = RESULT_WRITE,
                                 .path = str_from(to),
                                 .remove = str_from(from),
                                 .bytes = str_from(text),
                                 .existed = true,
                                 .preimage = str_from(old) };
}

static inline bool desk_write(struct desk *desk, const char *id,
                              const struct file_result *results, size_t count)
{
    return stage_write(desk->stage, &desk->box->arena, results, count,
                       str_from(id), 1700000000000, &desk->files, &desk->err);
}

static inline bool desk_undo(struct desk *desk, const char *id)
{
    return stage_undo(desk->stage, &desk->box->arena, str_from(id),
                      &desk->files, &desk->err);
}

static inline struct str desk_recover(struct desk *desk)
{
    struct str report;
    if (!stage_recover(desk->stage, &desk->box->arena, &report, &desk->err))
        fail_msg("recover: %s", desk->err.text);
    return report;
}

/* Writes and insists that it works. */
#define MUST_WRITE(desk, id, ...)                              \
    do {                                                       \
        struct file_result results_[] = { __VA_ARGS__ };       \
        if (!desk_write(desk, id, results_,                    \
                        sizeof(results_) / sizeof(*results_))) \
            fail_msg("%s", (desk)->err.text);                  \
    } while (0)

static inline void snapshot_into(struct sandbox *box, const char *folder,
                                 struct buf *out)
{
    struct dirent **names;
    int count = scandir(sandbox_path(box, folder), &names, NULL, alphasort);

    for (int i = 0; i < count; i++) {
        const char *leaf = names[i]->d_name;
        char path[2048];
        struct stat st;
        snprintf(path, sizeof(path), "%s/%s", folder, leaf);
        if (strcmp(leaf, ".") != 0 && strcmp(leaf, "..") != 0
            && lstat(sandbox_path(box, path), &st) == 0) {
            buf_printf(out, "%s %o", path, st.st_mode & 07777);
            if (S_ISREG(st.st_mode))
                buf_printf(out, " \"%s\"", sandbox_get(box, path));
            buf_append_char(out, '\n');
            if (S_ISDIR(st.st_mode))
                snapshot_into(box, path, out);
        }
        free(names[i]);
    }
    if (count >= 0)
        free(names);
}

/* Everything below a folder as text: names, modes, contents. */
static inline struct str snapshot(struct sandbox *box, const char *folder)
{
    struct buf out = { 0 };
    snapshot_into(box, folder, &out);
    struct str copy = arena_copy(&box->arena, buf_str(&out));
    buf_release(&out);
    return copy;
}

static inline void assert_same(struct str now, struct str then)
{
    if (!str_equal(now, then))
        fail_msg("now:\n%.*s\nthen:\n%.*s", STR_ARG(now), STR_ARG(then));
}

#define IN_SANDBOX(test) \
    cmocka_unit_test_setup_teardown(test, sandbox_setup, sandbox_teardown)
#define IN_FAST_SANDBOX(test) \
    cmocka_unit_test_setup_teardown(test, sandbox_setup_fast, sandbox_teardown)

#endif
