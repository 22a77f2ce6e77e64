/* Only what is really a file counts as a mention: `@param` in a question about
 * documentation is a word, not a wish. */
#include "context.h"

#include "kerf/agent/secret.h"
#include "kerf/repo/worktree.h"

void context_add(struct context_job *job, struct str path)
{
    if (job->count >= LIMIT_CONTEXT_FILES)
        return;
    for (size_t i = 0; i < job->count; i++)
        if (str_equal(job->files[i].path, path))
            return;
    job->files = arena_grow(&job->arena, job->files, &job->cap, job->count + 1,
                            sizeof(*job->files));
    job->files[job->count++] =
        (struct context_file){ .path = arena_copy(&job->arena, path) };
}

static bool is_separator(char c)
{
    return c == ' ' || c == '\n' || c == '\t';
}

static struct str word_at(struct str text)
{
    size_t end = 0;

    while (end < text.len && !is_separator(text.at[end]))
        end++;
    while (end > 0
           && str_find_char(STR(",.:;!?)"), text.at[end - 1]) != SIZE_MAX)
        end--;
    return str_take(text, end);
}

void context_mentions(struct context_job *job, struct str text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (text.at[i] != '@' || (i > 0 && !is_separator(text.at[i - 1])))
            continue;
        struct str path = word_at(str_skip(text, i + 1));
        if (path.len > 0)
            context_add(job, path);
    }
}

static void read_one(struct worktree *tree, struct arena *arena,
                     struct context_file *file)
{
    struct error err = { 0 };
    struct preimage pre = { 0 };

    if (!worktree_path_is_safe(file->path, &err)) {
        file->problem = arena_copy(arena, str_from(err.text));
    } else if (secret_is_path(file->path)) {
        file->problem = STR("looks like a file of secrets: not sent");
    } else {
        worktree_read(tree, arena, file->path, &pre);
        file->bytes = pre.bytes;
        file->problem = pre.unreadable.len > 0 ? pre.unreadable
                        : pre.exists           ? (struct str){ 0 }
                                               : STR("no such file");
    }
}

void context_read(struct context_job *job)
{
    struct error err = { 0 };
    struct worktree *tree = worktree_open(job->root, &err);

    for (size_t i = 0; i < job->count; i++) {
        if (tree)
            read_one(tree, &job->arena, &job->files[i]);
        else
            job->files[i].problem = arena_copy(&job->arena, str_from(err.text));
    }
    worktree_close(tree);
}
