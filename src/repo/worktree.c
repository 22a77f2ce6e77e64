/*
 * An opened work tree is the descriptor of its root and the identities of its
 * git folders. Reading a file never says "error": whatever stands in the way
 * of patching it is a reason that the review shows.
 */
#include "kerf/repo/worktree.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <git2.h>

#include "folder.h"
#include "git_folder.h"
#include "kerf/repo/repo.h"
#include "path.h"
#include "tree.h"

struct identity {
    dev_t device;
    ino_t inode;
    bool known;
};

struct worktree {
    int fd;
    char *root;
    struct identity git, common;
};

static struct identity identity_of(struct str path)
{
    struct stat st;

    if (stat(path.at, &st) < 0)
        return (struct identity){ 0 };
    return (struct identity){ st.st_dev, st.st_ino, true };
}

static void find_git_folders(struct worktree *tree)
{
    struct arena arena = { 0 };
    struct str folder, common;

    if (git_folder_find(&arena, str_from(tree->root), &folder)) {
        tree->git = identity_of(folder);
        if (git_folder_common(&arena, folder, &common))
            tree->common = identity_of(common);
    }
    arena_release(&arena);
}

struct worktree *worktree_open(struct str root, struct error *err)
{
    struct worktree *tree = mem_alloc(sizeof(*tree));

    tree->root = mem_alloc(root.len + 1);
    if (root.len)
        memcpy(tree->root, root.at, root.len);
    tree->fd = open(tree->root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (tree->fd < 0) {
        error_errno(err, errno, "%s", path_text(root).at);
        worktree_close(tree);
        return NULL;
    }
    find_git_folders(tree);
    return tree;
}

void worktree_close(struct worktree *tree)
{
    if (!tree)
        return;
    if (tree->fd >= 0)
        close(tree->fd);
    free(tree->root);
    free(tree);
}

struct str worktree_root(const struct worktree *tree)
{
    return str_from(tree->root);
}

int tree_fd(const struct worktree *tree)
{
    return tree->fd;
}

static bool is_identity(struct identity id, const struct stat *st)
{
    return id.known && id.device == st->st_dev && id.inode == st->st_ino;
}

bool tree_is_git_folder(const struct worktree *tree, const struct stat *st)
{
    return is_identity(tree->git, st) || is_identity(tree->common, st);
}

static const char *not_text(struct str bytes)
{
    if (str_starts_with(bytes, STR("\xff\xfe"))
        || str_starts_with(bytes, STR("\xfe\xff")))
        return "it is UTF-16 text";
    if (str_find_char(bytes, '\0') != SIZE_MAX)
        return "it is a binary file (it has NUL bytes)";
    return NULL;
}

static struct str reason(struct arena *arena, const struct error *err)
{
    return arena_copy(arena, str_from(err->text));
}

// A binary patch names what it was made for by git's id of it.
static struct str blob_id(struct arena *arena, struct str bytes)
{
    char text[GIT_OID_HEXSZ + 1] = "";
    git_oid id;

    git_libgit2_init();
    if (git_odb_hash(&id, bytes.at, bytes.len, GIT_OBJECT_BLOB) == 0)
        git_oid_tostr(text, sizeof(text), &id);
    git_libgit2_shutdown();
    return arena_copy(arena, str_from(text));
}

static void read_opened(int fd, struct arena *arena, struct preimage *pre)
{
    struct error err;
    struct str bytes = { 0 };

    pre->exists = true;
    if (!file_read(fd, arena, &bytes, &pre->mode, &err)) {
        pre->unreadable = reason(arena, &err);
        return;
    }
    const char *fault = not_text(bytes);
    pre->bytes = bytes;
    if (!fault)
        return;
    pre->unreadable = str_from(fault);
    pre->id = blob_id(arena, bytes);
}

static void forbid(struct arena *arena, const struct error *err,
                   struct preimage *pre)
{
    pre->unreadable = reason(arena, err);
    pre->forbidden = err->kind == ERROR_POLICY;
}

void worktree_read(struct worktree *tree, struct arena *arena, struct str path,
                   struct preimage *pre)
{
    struct error err;

    *pre = (struct preimage){ 0 };
    if (!worktree_path_is_safe(path, &err)) {
        forbid(arena, &err, pre);
        return;
    }
    int fd = file_open(tree, path, &err);
    if (fd >= 0) {
        read_opened(fd, arena, pre);
        close(fd);
    } else if (err.kind != ERROR_NOT_FOUND) {
        pre->exists = true;
        forbid(arena, &err, pre);
    }
}

bool worktree_has(struct worktree *tree, struct str path)
{
    struct error err;

    if (!worktree_path_is_safe(path, &err))
        return false;
    int fd = file_open(tree, path, &err);
    if (fd < 0)
        return err.kind != ERROR_NOT_FOUND;
    close(fd);
    return true;
}

size_t worktree_links(struct worktree *tree, struct str path)
{
    struct error err;
    struct stat st = { 0 };
    int fd = worktree_path_is_safe(path, &err) ? file_open(tree, path, &err)
                                               : -1;

    if (fd < 0)
        return 0;
    if (fstat(fd, &st) < 0)
        st.st_nlink = 0;
    close(fd);
    return st.st_nlink;
}
