/*
 * gitrepository-layout(5): `.git` is a folder with a HEAD, or a file with the
 * line "gitdir: PATH"; a linked worktree's folder names the shared one in
 * the file "commondir".
 */
#include "git_folder.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define LIMIT_POINTER_BYTES 8192

// Reads a small file of one line; the empty view if it cannot be.
static struct str read_line(struct arena *arena, const char *path)
{
    struct str none = { 0 };
    char *text = arena_alloc(arena, LIMIT_POINTER_BYTES);
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);

    if (fd < 0)
        return none;
    ssize_t got = read(fd, text, LIMIT_POINTER_BYTES);
    close(fd);
    return got > 0 ? str_trim_end((struct str){ text, (size_t)got }) : none;
}

static struct str resolve(struct arena *arena, struct str base,
                          struct str pointer)
{
    if (str_starts_with(pointer, STR("/")))
        return arena_copy(arena, pointer);
    return arena_printf(arena, "%.*s/%.*s", STR_ARG(base), STR_ARG(pointer));
}

bool git_folder_find(struct arena *arena, struct str root, struct str *folder)
{
    struct str dot_git = arena_printf(arena, "%.*s/.git", STR_ARG(root));
    struct str head = arena_printf(arena, "%.*s/HEAD", STR_ARG(dot_git));
    struct stat st;

    if (stat(dot_git.at, &st) < 0)
        return false;
    if (S_ISDIR(st.st_mode)) {
        *folder = dot_git;
        return lstat(head.at, &st) == 0;
    }
    struct str line = read_line(arena, dot_git.at);
    if (!S_ISREG(st.st_mode) || !str_starts_with(line, STR("gitdir:")))
        return false;
    *folder = resolve(arena, root, str_trim_start(str_skip(line, 7)));
    return true;
}

bool git_folder_common(struct arena *arena, struct str folder,
                       struct str *common)
{
    struct str file = arena_printf(arena, "%.*s/commondir", STR_ARG(folder));
    struct str line = read_line(arena, file.at);

    if (line.len == 0)
        return false;
    *common = resolve(arena, folder, line);
    return true;
}
