/*
 * Slash commands of the user: each NAME.md of a folder beside the config is
 * one, read by a worker once the first frame is out. The folder is the user's,
 * never the tree's; yet each file is judged by what was opened.
 */
#include "user_commands.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kerf/base/utf8.h"
#include "parts.h"

#define LIMIT_NAME_BYTES 32
#define HELP_BYTES 60

struct command_job {
    struct app *app;
    struct user_commands found;
    struct str folder;
    struct str problem; // of the last file that was left out
};

// `NAME.md` with a name of [a-z0-9-] that a `/` may stand before.
static bool take_name(struct str file, struct str *name)
{
    if (!str_ends_with(file, STR(".md")))
        return false;
    *name = str_take(file, file.len - 3);
    if (name->len == 0 || name->len > LIMIT_NAME_BYTES || name->at[0] == '-')
        return false;
    for (size_t i = 0; i < name->len; i++) {
        char c = name->at[i];
        if (c != '-' && !(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9'))
            return false;
    }
    return true;
}

// Why an opened file is no command; NULL if it is one.
static const char *judge_file(const struct stat *info)
{
    if (!S_ISREG(info->st_mode))
        return "no regular file";
    if (info->st_uid != getuid() && info->st_uid != 0)
        return "somebody else's";
    if (info->st_mode & S_IWOTH)
        return "open to be written by everybody";
    if ((uint64_t)info->st_size > LIMIT_USER_COMMAND_BYTES)
        return "too long";
    return NULL;
}

static const char *read_whole(int fd, struct buf *text)
{
    struct stat info;

    if (fstat(fd, &info) != 0)
        return "unreadable";
    const char *problem = judge_file(&info);
    while (!problem) {
        char part[4096];
        ssize_t len = read(fd, part, sizeof(part));
        if (len < 0)
            problem = "unreadable";
        else if (text->len + (size_t)len > LIMIT_USER_COMMAND_BYTES)
            problem = "too long";
        if (len <= 0 || problem)
            break;
        buf_append(text, (struct str){ part, (size_t)len });
    }
    if (!problem && !utf8_is_valid(buf_str(text)))
        problem = "not UTF-8";
    if (!problem && str_trim(buf_str(text)).len == 0)
        problem = "empty";
    return problem;
}

// The first line, without the marks of a heading.
static struct str help_of(struct str text)
{
    struct str line = str_trim(str_take(text, str_find_char(text, '\n')));

    while (str_starts_with(line, STR("#")))
        line = str_skip(line, 1);
    line = str_trim(line);
    if (line.len <= HELP_BYTES)
        return line;
    size_t len = HELP_BYTES;
    while (len > 0 && (line.at[len] & 0xc0) == 0x80)
        len--;
    return str_take(line, len);
}

static void add(struct command_job *job, struct str name, struct str text)
{
    struct user_commands *all = &job->found;

    all->at = arena_grow(&all->arena, all->at, &all->cap, all->count + 1,
                         sizeof(*all->at));
    text = arena_copy(&all->arena, str_trim(text));
    all->at[all->count++] = (struct ui_command){
        .name = arena_copy(&all->arena, name),
        .help = help_of(text),
        .text = text,
    };
}

static void read_command(struct command_job *job, int folder, const char *file)
{
    struct str name;
    struct buf text = { 0 };

    if (!take_name(str_from(file), &name))
        return;
    const char *problem = "the name of a command that kerf has";
    if (command_find(name) == CMD_NONE) {
        // A fifo must not hold the worker up.
        int fd = openat(folder, file, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
        problem = fd < 0 ? "unreadable" : read_whole(fd, &text);
        if (fd >= 0)
            close(fd);
    }
    if (problem)
        job->problem = arena_printf(
            &job->found.arena, "commands/%s is left out: %s", file, problem);
    else
        add(job, name, buf_str(&text));
    buf_release(&text);
}

static int by_name(const void *a, const void *b)
{
    return str_compare(((const struct ui_command *)a)->name,
                       ((const struct ui_command *)b)->name);
}

static void command_work(void *ctx)
{
    struct command_job *job = ctx;
    struct dirent *entry;
    DIR *folder = opendir(job->folder.at);

    if (!folder)
        return;
    while (job->found.count < LIMIT_USER_COMMANDS
           && (entry = readdir(folder)) != NULL)
        read_command(job, dirfd(folder), entry->d_name);
    closedir(folder);
    if (job->found.count > 0)
        qsort(job->found.at, job->found.count, sizeof(*job->found.at), by_name);
}

static void command_done(void *ctx)
{
    struct command_job *job = ctx;
    struct app *app = job->app;

    app->past.jobs--;
    user_commands_release(app);
    app->user_commands = job->found;
    if (!app->leaving) {
        ui_set_commands(app->ui, job->found.at, job->found.count);
        if (job->problem.len > 0)
            app_notice(app, job->problem, true);
    }
    free(job);
}

void user_commands_load(struct app *app)
{
    struct str folder = setup_user_path(app->setup, "commands");

    if (folder.len == 0)
        return;
    struct command_job *job = mem_alloc(sizeof(*job));
    job->app = app;
    job->folder = arena_copy(&job->found.arena, folder);
    app->past.jobs++;
    work_run(app->loop, NULL, command_work, command_done, job);
}

void user_commands_release(struct app *app)
{
    arena_release(&app->user_commands.arena);
    app->user_commands = (struct user_commands){ 0 };
}
