/*
 * The machine: what the terminal says of itself, programs that are called,
 * folders that are written. What the terminal can really do nobody tells, so
 * some of this is a guess and says so.
 */
#include "doctor.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "kerf/loop/child.h"
#include "kerf/store/journal.h"

#define PROGRAM_MS 5000
#define LIMIT_PROGRAM_BYTES ((size_t)64 << 10)
#define ROWS_LEAST 10
#define COLS_LEAST 40
#define ESCAPE_MOST_MS 50
#define SPACE_LEAST_BYTES ((uint64_t)10 << 20)
#define SPACE_GOOD_BYTES ((uint64_t)200 << 20)

static struct str env_of(const struct doctor *d, const char *name)
{
    return setup_env(d->setup, name);
}

// --- programs ---------------------------------------------------------------

struct program {
    struct buf output;
    int exit_status;
    bool ended;
};

static void on_output(struct str bytes, void *ctx)
{
    struct program *program = ctx;

    if (program->output.len + bytes.len <= LIMIT_PROGRAM_BYTES)
        buf_append(&program->output, bytes);
}

static void on_end(const struct child_end *end, void *ctx)
{
    struct program *program = ctx;

    program->exit_status = end->exit_status;
    program->ended = true;
}

// The first line that a program prints, in the arena; empty if it fails.
static struct str first_line_of(struct doctor *d, const char *const *argv)
{
    struct program program = { .exit_status = -1 };
    struct error err = { 0 };
    struct child_options options = {
        .argv = argv,
        .env = (const char *const *)d->setup->env,
        .dir = "/",
        .timeout_ms = PROGRAM_MS,
    };
    struct child *child =
        child_start(d->out.loop, &options, on_output, on_end, &program, &err);

    while (child && !program.ended)
        loop_step(d->out.loop, PROGRAM_MS);
    child_destroy(child);
    struct str rest = buf_str(&program.output), line = { 0 };
    if (program.exit_status == 0)
        (void)!str_split(&rest, '\n', &line);
    struct str kept = arena_copy(&d->call->arena, str_trim(line));
    buf_release(&program.output);
    return kept;
}

static bool find_program(struct doctor *d, const char *name, char *path,
                         size_t size)
{
    const char *root = d->setup->root.len > 0
                           ? arena_cstr(&d->call->arena, d->setup->root)
                           : NULL;
    return child_find(name, root, path, size);
}

static void check_git(struct doctor *d, const char *what)
{
    char path[4096];

    if (!find_program(d, "git", path, sizeof(path))) {
        doctor_tell(d, LEVEL_FAIL, what, "install git", "not found in PATH");
        return;
    }
    struct str version =
        first_line_of(d, (const char *[]){ path, "--version", NULL });
    if (version.len == 0)
        doctor_tell(d, LEVEL_FAIL, what, "run git --version by hand",
                    "%s does not run", path);
    else
        doctor_tell(d, LEVEL_OK, what, "", "%.*s, %s", STR_ARG(version), path);
}

static void check_sandbox(struct doctor *d, const char *what)
{
    doctor_tell(d, LEVEL_OK, what, "",
                "none: a command that you allow runs with your rights");
}

// --- the terminal -----------------------------------------------------------

// terminfo files lie in a folder named by the first letter, or by its code.
static bool has_terminfo(struct doctor *d, struct str folder, struct str term)
{
    struct arena *arena = &d->call->arena;

    if (folder.len == 0)
        return false;
    struct str plain = arena_printf(arena, "%.*s/%c/%.*s", STR_ARG(folder),
                                    term.at[0], STR_ARG(term));
    struct str coded = arena_printf(arena, "%.*s/%02x/%.*s", STR_ARG(folder),
                                    (unsigned char)term.at[0], STR_ARG(term));
    return access(plain.at, R_OK) == 0 || access(coded.at, R_OK) == 0;
}

static bool is_known_terminal(struct doctor *d, struct str term)
{
    struct str dirs = env_of(d, "TERMINFO_DIRS"), dir;
    const struct str usual[] = {
        env_of(d, "TERMINFO"),
        arena_printf(&d->call->arena, "%.*s/.terminfo",
                     STR_ARG(env_of(d, "HOME"))),
        STR("/etc/terminfo"),
        STR("/lib/terminfo"),
        STR("/usr/share/terminfo"),
        STR("/usr/lib/terminfo"),
        STR("/usr/local/share/terminfo"),
    };

    for (size_t i = 0; i < sizeof(usual) / sizeof(usual[0]); i++)
        if (has_terminfo(d, usual[i], term))
            return true;
    while (str_split(&dirs, ':', &dir))
        if (has_terminfo(d, dir, term))
            return true;
    return false;
}

static void check_term(struct doctor *d, const char *what)
{
    struct str term = env_of(d, "TERM");

    if (term.len == 0)
        doctor_tell(d, LEVEL_FAIL, what, "export TERM=xterm-256color",
                    "TERM is not set");
    else if (str_is(term, "dumb"))
        doctor_tell(d, LEVEL_WARN, what, "use kerf run, or set TERM",
                    "TERM=dumb has no screen");
    else if (str_find_char(term, '/') != SIZE_MAX
             || !is_known_terminal(d, term))
        doctor_tell(d, LEVEL_FAIL, what,
                    "export TERM=xterm-256color, or install ncurses-term",
                    "TERM=%.*s: no entry for it", STR_ARG(str_take(term, 60)));
    else
        doctor_tell(d, LEVEL_OK, what, "", "TERM=%.*s", STR_ARG(term));
}

static void check_size(struct doctor *d, const char *what)
{
    struct winsize size = { 0 };

    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) < 0
        && ioctl(STDIN_FILENO, TIOCGWINSZ, &size) < 0)
        doctor_tell(d, LEVEL_OK, what, "", "not on a terminal now");
    else if (size.ws_col < COLS_LEAST || size.ws_row < ROWS_LEAST)
        doctor_tell(d, LEVEL_WARN, what, "make the window larger",
                    "%u columns, %u rows; %d and %d are needed", size.ws_col,
                    size.ws_row, COLS_LEAST, ROWS_LEAST);
    else
        doctor_tell(d, LEVEL_OK, what, "", "%u columns, %u rows", size.ws_col,
                    size.ws_row);
}

static void check_colours(struct doctor *d, const char *what)
{
    struct str term = env_of(d, "TERM"), true_colour = env_of(d, "COLORTERM");

    if (env_of(d, "NO_COLOR").len > 0)
        doctor_tell(d, LEVEL_OK, what, "", "none, as NO_COLOR wants it");
    else if (str_is(true_colour, "truecolor") || str_is(true_colour, "24bit"))
        doctor_tell(d, LEVEL_OK, what, "", "16 million (COLORTERM)");
    else if (str_find(term, STR("256")) != SIZE_MAX
             || str_find(term, STR("direct")) != SIZE_MAX)
        doctor_tell(d, LEVEL_OK, what, "", "256 (TERM)");
    else
        doctor_tell(d, LEVEL_OK, what, "", "8 or 16, as TERM has it");
}

static void check_locale(struct doctor *d, const char *what)
{
    static const char sign[] = "\xc3\xa9";

    if (mblen(sign, sizeof(sign) - 1) == (int)sizeof(sign) - 1)
        doctor_tell(d, LEVEL_OK, what, "", "UTF-8");
    else
        doctor_tell(d, LEVEL_WARN, what, "export LC_ALL=C.UTF-8",
                    "the locale is not UTF-8: letters beyond ASCII are shown "
                    "as ?");
}

static struct str tmux_option(struct doctor *d, const char *name)
{
    char path[4096];

    if (!find_program(d, "tmux", path, sizeof(path)))
        return (struct str){ 0 };
    return first_line_of(d,
                         (const char *[]){ path, "show", "-gv", name, NULL });
}

static void check_clipboard(struct doctor *d, const char *what)
{
    static const char *const able[] = { "kitty",  "alacritty", "foot",
                                        "xterm",  "wezterm",   "ghostty",
                                        "contour" };
    struct str term = env_of(d, "TERM");

    if (env_of(d, "TMUX").len > 0) {
        doctor_tell(d, LEVEL_OK, what, "", "by tmux (OSC 52), see below");
        return;
    }
    if (env_of(d, "VTE_VERSION").len > 0) {
        doctor_tell(d, LEVEL_WARN, what, "use the mouse, or copy in tmux",
                    "older VTE terminals do not take OSC 52");
        return;
    }
    for (size_t i = 0; i < sizeof(able) / sizeof(able[0]); i++)
        if (str_find(term, str_from(able[i])) != SIZE_MAX) {
            doctor_tell(d, LEVEL_OK, what, "",
                        "OSC 52, which %.*s usually takes", STR_ARG(term));
            return;
        }
    doctor_tell(d, LEVEL_WARN, what, "copy with y and look",
                "nobody knows whether TERM=%.*s takes OSC 52",
                STR_ARG(str_take(term, 60)));
}

static void check_tmux(struct doctor *d, const char *what)
{
    uint64_t escape_ms = 0;

    if (env_of(d, "TMUX").len == 0) {
        doctor_tell(d, LEVEL_OK, what, "", "not inside of it");
        return;
    }
    struct str escape = tmux_option(d, "escape-time");
    struct str clipboard = tmux_option(d, "set-clipboard");
    if (escape.len == 0 && clipboard.len == 0) {
        doctor_tell(d, LEVEL_WARN, what, "is tmux in PATH?",
                    "it cannot be asked for its options");
        return;
    }
    if (str_to_u64(escape, &escape_ms) && escape_ms > ESCAPE_MOST_MS)
        doctor_tell(d, LEVEL_WARN, what, "tmux set -s escape-time 10",
                    "escape-time %llu: Esc answers so many ms late",
                    (unsigned long long)escape_ms);
    if (str_is(clipboard, "off"))
        doctor_tell(d, LEVEL_WARN, what, "tmux set -s set-clipboard on",
                    "set-clipboard off: nothing is copied");
    if (escape_ms <= ESCAPE_MOST_MS && !str_is(clipboard, "off"))
        doctor_tell(d, LEVEL_OK, what, "",
                    "escape-time %llu, set-clipboard %.*s",
                    (unsigned long long)escape_ms, STR_ARG(clipboard));
}

// --- folders ----------------------------------------------------------------

static void check_state(struct doctor *d, const char *what)
{
    const char *dir = arena_cstr(&d->call->arena, d->setup->state_dir);
    struct stat st;

    if (d->setup->state_problem.len > 0 || *dir == '\0')
        doctor_tell(d, LEVEL_FAIL, what, "see XDG_STATE_HOME",
                    "%.*s; nothing can be saved",
                    STR_ARG(d->setup->state_problem));
    else if (stat(dir, &st) < 0 || access(dir, W_OK) < 0)
        doctor_tell(d, LEVEL_FAIL, what, "see its owner and mode", "%s: %s",
                    dir, strerror(errno));
    else if (st.st_mode & 077)
        doctor_tell(d, LEVEL_FAIL, what, "chmod 700",
                    "%s can be read by others", dir);
    else
        doctor_tell(d, LEVEL_OK, what, "", "%s", dir);
}

static void ignore_sample(const struct sample *sample, void *ctx)
{
    (void)sample, (void)ctx;
}

static void check_journal(struct doctor *d, const char *what)
{
    struct error err = { 0 };

    if (d->setup->state_dir.len == 0)
        return; // told already
    if (journal_samples(d->setup->state_dir, 0, ignore_sample, NULL, &err))
        doctor_tell(d, LEVEL_OK, what, "", "can be read");
    else
        doctor_tell(d, LEVEL_FAIL, what,
                    "move it away; the program goes on without", "%s",
                    err.text);
}

static void check_space(struct doctor *d, const char *what)
{
    struct statfs fs;

    if (d->setup->state_dir.len == 0
        || statfs(arena_cstr(&d->call->arena, d->setup->state_dir), &fs) < 0)
        return;
    uint64_t free_bytes = (uint64_t)fs.f_bavail * (uint64_t)fs.f_bsize;
    enum level level = free_bytes < SPACE_LEAST_BYTES  ? LEVEL_FAIL
                       : free_bytes < SPACE_GOOD_BYTES ? LEVEL_WARN
                                                       : LEVEL_OK;
    doctor_tell(d, level, what, "make room, or set XDG_STATE_HOME",
                "%llu MB free beside the journal",
                (unsigned long long)(free_bytes >> 20));
}

static void check_backends(struct doctor *d, const char *what)
{
    size_t count = d->setup->config.backend_count;
    struct str engine = arena_printf(&d->call->arena, "%.*s/kerf-sim",
                                     STR_ARG(d->setup->program_dir));

    if (count > 0)
        doctor_tell(d, LEVEL_OK, what, "", "%zu configured", count);
    else if (access(engine.at, X_OK) == 0)
        doctor_tell(d, LEVEL_OK, what, "",
                    "none configured; the engine that comes with kerf is "
                    "started");
    else
        doctor_tell(d, LEVEL_FAIL, what,
                    "set a backend, see kerf-config(5), or install kerf-sim",
                    "none configured, and %s is not there", engine.at);
}

static void check_policy(struct doctor *d, const char *what)
{
    const struct policy *policy = &d->setup->policy;

    if (policy->file_count == 0)
        doctor_tell(d, LEVEL_OK, what, "", "none: everything is allowed");
    for (size_t i = 0; i < policy->file_count; i++)
        doctor_tell(d, LEVEL_OK, what, "", "%.*s counts",
                    STR_ARG(policy->files[i].name));
}

static const struct check checks[] = {
    { "terminal", check_term },
    { "size", check_size },
    { "colours", check_colours },
    { "locale", check_locale },
    { "copying", check_clipboard },
    { "tmux", check_tmux },
    { "git", check_git },
    { "sandbox", check_sandbox },
    { "state folder", check_state },
    { "journal", check_journal },
    { "disk", check_space },
    { "policy", check_policy },
    { "backends", check_backends },
};

void doctor_check_machine(struct doctor *doctor)
{
    doctor->backend = NULL;
    doctor_run(doctor, checks, sizeof(checks) / sizeof(checks[0]));
}
