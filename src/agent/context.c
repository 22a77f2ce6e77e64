/* Only what is really a file counts as a mention: `@param` in a question about
 * documentation is a word, not a wish. Files of secrets go along only if the
 * user wrote `@!path`; in a diff their parts are left out. */
#include "context.h"

#include <string.h>

#include "kerf/agent/secret.h"
#include "kerf/base/buf.h"
#include "kerf/repo/text.h"
#include "kerf/repo/worktree.h"

#define PROBE_BYTES 8000 // a NUL in them: no text, as git sees it

// --- naming ----------------------------------------------------------------

static struct str label_of(struct arena *arena, const struct mention *mention)
{
    struct buf label = { 0 };

    mention_label(mention, &label);
    struct str copy = arena_copy(arena, buf_str(&label));
    buf_release(&label);
    return copy;
}

static void add_mention(struct context_job *job, const struct mention *mention)
{
    struct str label = label_of(&job->arena, mention);
    bool known = job->count >= LIMIT_CONTEXT_FILES;

    for (size_t i = 0; i < job->count; i++)
        known = known || str_equal(job->files[i].label, label);
    if (!known) {
        job->files = arena_grow(&job->arena, job->files, &job->cap,
                                job->count + 1, sizeof(*job->files));
        struct context_file *file = &job->files[job->count++];
        *file = (struct context_file){ .mention = *mention };
        file->mention.path = arena_copy(&job->arena, mention->path);
        file->label = label;
    }
}

void context_mentions(struct context_job *job, struct str text)
{
    struct mention mention = { 0 };

    while (mention_find(text, mention.end, &mention))
        add_mention(job, &mention);
}

void context_add(struct context_job *job, struct str name)
{
    struct str written = arena_printf(&job->arena, "@%.*s", STR_ARG(name));
    struct mention mention = { 0 };

    if (!mention_find(written, 0, &mention) || mention.end != written.len)
        mention = (struct mention){ .path = name };
    mention.sure = true;
    add_mention(job, &mention);
}

// --- reading ---------------------------------------------------------------

struct reader {
    struct context_job *job;
    struct worktree *tree; // NULL: `problem` says why
    struct repo *repo;     // opened when first needed
    struct str problem;
};

static struct str complaint(struct reader *reader, const struct error *err)
{
    return arena_copy(&reader->job->arena, str_from(err->text));
}

// What is named beyond the end is not sent, and so not told either.
static void take_lines(struct arena *arena, struct context_file *file)
{
    struct mention *mention = &file->mention;
    size_t count;

    file->bytes =
        mention_lines(file->bytes, mention->first, mention->last, &count);
    if (file->bytes.len == 0) {
        file->problem = arena_printf(arena, "has only %zu line%s", count,
                                     count == 1 ? "" : "s");
    } else if (mention->last > count) {
        mention->last = count;
        file->label = label_of(arena, mention);
    }
}

// What can be read must also be fit to be sent.
static void judge(struct arena *arena, struct context_file *file)
{
    struct str bytes = file->bytes;
    size_t probe = bytes.len < PROBE_BYTES ? bytes.len : PROBE_BYTES;

    if (probe > 0 && memchr(bytes.at, 0, probe))
        file->problem = STR("is no text: not sent");
    else if (bytes.len > LIMIT_CONTEXT_BYTES)
        file->problem = arena_printf(
            arena, "%zu bytes are too much to send: name lines, @path:1-200",
            bytes.len);
}

static void read_file(struct reader *reader, struct context_file *file)
{
    struct arena *arena = &reader->job->arena;
    struct error err = { 0 };
    struct preimage pre = { 0 };
    struct str path = file->mention.path;

    if (!reader->tree) {
        file->problem = reader->problem;
    } else if (!worktree_path_is_safe(path, &err)) {
        file->problem = complaint(reader, &err);
    } else if (secret_is_path(path) && !file->mention.confirmed) {
        file->problem = arena_printf(
            arena, "looks like a file of secrets: not sent unless as @!%.*s",
            STR_ARG(path));
    } else {
        worktree_read(reader->tree, arena, path, &pre);
        file->bytes = pre.bytes;
        file->problem = pre.unreadable.len > 0 ? pre.unreadable
                        : pre.exists           ? (struct str){ 0 }
                                               : STR("no such file");
        if (file->problem.len == 0 && file->mention.first > 0)
            take_lines(arena, file);
    }
}

// Takes the part of a diff about one file off the rest.
static struct str split_part(struct str *rest)
{
    size_t end = str_find(str_skip(*rest, 1), STR("\ndiff --git "));
    struct str part = str_take(*rest, end == SIZE_MAX ? rest->len : end + 2);

    *rest = str_skip(*rest, part.len);
    return part;
}

// The path that a line such as "+++ b/src/a.c" names.
static struct str named_path(struct str line)
{
    static const char *const heads[] = { "--- a/", "+++ b/", "rename from ",
                                         "rename to ", "copy from " };

    for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++)
        if (str_starts_with(line, str_from(heads[i])))
            return str_skip(line, strlen(heads[i]));
    size_t name = str_find(line, STR(" b/")); // "diff --git", "Binary files"
    return name == SIZE_MAX ? (struct str){ 0 } : str_skip(line, name + 3);
}

static bool part_is_secret(struct str part, struct str *path)
{
    struct str line;

    while (str_split(&part, '\n', &line) && !str_starts_with(line, STR("@@"))) {
        *path = named_path(line);
        if (str_ends_with(*path, STR("\""))) // git quotes odd names
            *path = str_take(*path, path->len - 1);
        if (path->len > 0 && secret_is_path(*path))
            return true;
    }
    return false;
}

static struct str without_secrets(struct arena *arena, struct str diff)
{
    struct buf kept = { 0 };
    struct str path;

    while (diff.len > 0) {
        struct str part = split_part(&diff);
        if (part_is_secret(part, &path))
            buf_printf(&kept, "[changes of %.*s left out: a file of secrets]\n",
                       STR_ARG(path));
        else
            buf_append(&kept, part);
    }
    struct str text = arena_copy(arena, buf_str(&kept));
    buf_release(&kept);
    return text;
}

static void ask_git(struct reader *reader, struct context_file *file)
{
    struct context_job *job = reader->job;
    const struct mention *mention = &file->mention;
    struct error err = { 0 };

    if (!reader->repo)
        reader->repo = repo_open(job->root, &err);
    bool fine = reader->repo != NULL;
    if (fine && mention->kind == MENTION_LOG) {
        fine = repo_log_text(reader->repo, &job->arena, mention->commits,
                             &file->bytes, &err);
    } else if (fine) {
        fine = repo_diff_text(reader->repo, &job->arena,
                              mention->kind == MENTION_STAGED, &file->bytes,
                              &err);
        file->bytes = without_secrets(&job->arena, file->bytes);
    }
    if (!fine)
        file->problem = complaint(reader, &err);
    else if (file->bytes.len == 0)
        file->problem = STR("there are no changes");
}

void context_read(struct context_job *job)
{
    struct error err = { 0 };
    struct reader reader = { .job = job };

    reader.tree = worktree_open(job->root, &err);
    if (!reader.tree)
        reader.problem = complaint(&reader, &err);
    for (size_t i = 0; i < job->count; i++) {
        struct context_file *file = &job->files[i];
        if (file->mention.kind == MENTION_FILE)
            read_file(&reader, file);
        else
            ask_git(&reader, file);
        if (file->problem.len == 0)
            judge(&job->arena, file);
    }
    repo_close(reader.repo);
    worktree_close(reader.tree);
}

const struct context_file *context_missing(const struct context_job *job)
{
    for (size_t i = 0; i < job->count; i++) {
        const struct context_file *file = &job->files[i];
        bool meant = file->mention.sure || file->mention.kind != MENTION_FILE
                     || secret_is_path(file->mention.path);
        if (meant && file->problem.len > 0)
            return file;
    }
    return NULL;
}
