/*
 * The user's editor. It gets the terminal (job.c) and kerf waits for it: there
 * is nothing to draw meanwhile, and the link is kept by the other side of the
 * socket.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kerf/base/fd.h"
#include "kerf/base/private_folder.h"

#include "job.h"
#include "parts.h"

static struct str editor_command(const struct app *app)
{
    struct str editor = app->setup->config.editor;

    if (editor.len == 0)
        editor = setup_env(app->setup, "VISUAL");
    if (editor.len == 0)
        editor = setup_env(app->setup, "EDITOR");
    return editor.len > 0 ? editor : STR("vi");
}

// Runs `line` in a shell with the path as $1 and a line number as $2.
static int run(struct app *app, struct str line, const char *path,
               const char *number)
{
    struct arena arena = { 0 };
    const char *const argv[] = { "/bin/sh", "-c", arena_cstr(&arena, line),
                                 "sh",      path, number,
                                 NULL };

    app->front->lend(app);
    int status = job_run(argv);
    app->front->reclaim(app);
    arena_release(&arena);
    return status;
}

static bool edit_file(struct app *app, const char *path, struct arena *arena,
                      struct str *after, struct error *err)
{
    struct str line =
        arena_printf(arena, "%.*s \"$1\"", STR_ARG(editor_command(app)));

    if (run(app, line, path, "") != 0)
        return error_set(err, ERROR_FAILED,
                         "the editor failed: the text is as it was");
    return setup_read_file(arena, path, LIMIT_PASTE_BYTES, after, err);
}

// In a folder that only the user can read, as editors leave copies beside the
// file; without one, in /tmp under a name nobody can know before.
static char *draft_path(struct app *app, const char *suffix,
                        struct arena *arena)
{
    struct str folder =
        arena_printf(arena, "%.*s/drafts", STR_ARG(app->setup->tree_dir));
    struct error ignored = { 0 };
    int fd = app->setup->state_problem.len > 0 || app->setup->tree_dir.len == 0
                 ? -1
                 : private_folder_open(folder, &ignored);

    if (fd >= 0)
        close(fd);
    else
        folder = STR("/tmp");
    return arena_cstr(arena, arena_printf(arena, "%.*s/kerf-draft-XXXXXX%s",
                                          STR_ARG(folder), suffix));
}

bool editor_edit(struct app *app, struct str before, const char *suffix,
                 struct arena *arena, struct str *after, struct error *err)
{
    char *path = draft_path(app, suffix, arena);
    int fd = mkostemps(path, (int)strlen(suffix), O_CLOEXEC);

    if (fd < 0)
        return error_set(err, ERROR_FAILED,
                         "cannot make a file for the editor: %s", path);
    bool written = fd_write_all(fd, before);
    close(fd);
    bool done = written ? edit_file(app, path, arena, after, err)
                        : error_set(err, ERROR_FAILED,
                                    "cannot write the file for the editor");
    unlink(path);
    return done;
}

// How editors are told the line, by the name of the program; `+N` is the
// oldest way and works with most.
static const char *line_style(struct str editor)
{
    static const struct {
        const char *name, *style;
    } styles[] = {
        { "code", "--wait --goto \"$1:$2\"" },
        { "codium", "--wait --goto \"$1:$2\"" },
        { "subl", "--wait \"$1:$2\"" },
        { "hx", "\"$1:$2\"" },
        { "helix", "\"$1:$2\"" },
        { "ed", "\"$1\"" },
    };
    struct str program = str_take(editor, str_find_char(editor, ' '));
    size_t slash = str_rfind_char(program, '/');

    if (slash != SIZE_MAX)
        program = str_skip(program, slash + 1);
    for (size_t i = 0; i < sizeof(styles) / sizeof(styles[0]); i++)
        if (str_is(program, styles[i].name))
            return styles[i].style;
    return "\"+$2\" \"$1\"";
}

bool editor_open(struct app *app, struct str path, size_t line,
                 struct error *err)
{
    struct arena arena = { 0 };
    struct str editor = editor_command(app);
    struct str command =
        arena_printf(&arena, "%.*s %s", STR_ARG(editor), line_style(editor));
    char number[24];

    snprintf(number, sizeof(number), "%zu", line + 1);
    int status = run(app, command, arena_cstr(&arena, path), number);
    arena_release(&arena);
    return status == 0
           || error_set(err, ERROR_FAILED, "the editor failed with status %d",
                        status);
}
