/* From argv to a subcommand: the table below is the whole command line, and
 * --help is made from it. */
#include "parts.h"

#include <errno.h>
#include <limits.h>
#include <locale.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kerf/app/reset.h"
#include "kerf/base/buf.h"
#include "kerf/base/shell.h"
#include "kerf/base/utf8.h"
#include "kerf/store/paths.h"

static const struct subcommand subcommands[] = {
    { "", "[-m TEXT]", "pair-program in this git tree", cli_open },
    { "fix", "[--] CMD...", "run CMD; if it fails, mend it", cli_fix },
    { "run", "[--patch FILE|-] [--apply] TEXT|-", "one turn without a screen",
      cli_run },
    { "review", "[FILE|-|REV|REV..REV]", "review changes hunk by hunk",
      cli_review },
    { "apply", "[--check] [OPTION...] [FILE...]",
      "apply a patch, all or nothing", cli_apply },
    { "undo", "[--list|--show] [ID|N]", "take back what was written",
      cli_undo },
    { "log", "", "list the sessions of this tree", cli_log },
    { "resume", "[ID]", "take up a session again", cli_resume },
    { "keys", "[--list]", "what keys send, what is bound", cli_keys },
    { "doctor", "[--ask] [--json]", "what is wrong, and what mends it",
      cli_doctor },
    { "models", "[--json] [BACKEND]", "what the backends offer", cli_models },
    { "route", "[--tokens N] [--json]", "which backend is next, and why",
      cli_route },
    { "stats", "[--days N] [--json|--csv]", "latency, tokens and cost",
      cli_stats },
    { "completion", "SHELL", "completes kerf's words in a shell",
      cli_completion },
};

// Options that only `kerf NAME --help` and the manual have room for.
static const struct {
    const char *name, *options;
} more_options[] = {
    { "apply", "[--diff] [--json] [--fuzzy] [-R|--reverse] [--index] "
               "[-p N|--strip N] [--directory DIR] [--format FORMAT]" },
    { "review", "[--staged]" },
    { "undo", "[--json] [--hunk FILE:N]" },
    { "run", "[--json] [--budget DOLLARS]" },
    { "stats", "[--prometheus]" },
    { "completion", "[--list backends|sessions]" },
};

#define SUBCOMMAND_COUNT (sizeof(subcommands) / sizeof(subcommands[0]))

static const char *options_of(const char *name)
{
    for (size_t i = 0; i < sizeof(more_options) / sizeof(more_options[0]); i++)
        if (strcmp(more_options[i].name, name) == 0)
            return more_options[i].options;
    return "";
}

struct cli_usage cli_usage(size_t index)
{
    if (index >= SUBCOMMAND_COUNT)
        return (struct cli_usage){ 0 };
    return (struct cli_usage){ subcommands[index].name,
                               subcommands[index].arguments,
                               subcommands[index].help,
                               options_of(subcommands[index].name) };
}

static void print_help(void)
{
    puts("kerf " KERF_VERSION ": a pair programmer for the terminal\n");
    for (size_t i = 0; i < SUBCOMMAND_COUNT; i++) {
        const struct subcommand *sub = &subcommands[i];
        char usage[80];
        snprintf(usage, sizeof(usage), "kerf%s%s%s%s", *sub->name ? " " : "",
                 sub->name, *sub->arguments ? " " : "", sub->arguments);
        printf("  %-42s %s\n", usage, sub->help);
    }
    puts("\n"
         "  -c NAME=VALUE   sets an option, such as kerf.backend=wafer\n"
         "  -h, --help      this text; behind a command its options; "
         "-V the version\n"
         "  --inline        lines, no screen; also behind fix, review, resume\n"
         "  --reset         puts back a terminal that a killed kerf left\n"
         "\n"
         "Standard input that is no terminal is context: make 2>&1 | kerf\n"
         "Inside, ? lists the keys. The rest is in kerf(1) and "
         "kerf-config(5).");
}

static void print_help_of(const struct subcommand *sub)
{
    printf("kerf %s%s%s: %s\n", sub->name, *sub->arguments ? " " : "",
           sub->arguments, sub->help);
    if (*options_of(sub->name))
        printf("  options: %s\n", options_of(sub->name));
    puts("kerf(1) explains them.");
}

void print_json(const struct buf *json)
{
    fwrite(json->at, 1, json->len, stdout);
    putchar('\n');
}

static int status_for(enum error_kind kind)
{
    switch (kind) {
    case ERROR_USAGE: return EXIT_USAGE;
    case ERROR_CONFLICT: return EXIT_NOT_APPLICABLE;
    case ERROR_POLICY: return EXIT_POLICY;
    case ERROR_UNREACHABLE: return EXIT_UNREACHABLE;
    case ERROR_CANCELLED: return EXIT_INTERRUPTED;
    case ERROR_NONE:
    case ERROR_FAILED:
    case ERROR_NOT_FOUND:
    case ERROR_DENIED:
    case ERROR_INVALID:
    case ERROR_LIMIT:
    case ERROR_UNSUPPORTED: return EXIT_FAILED;
    }
    return EXIT_FAILED;
}

static void print_line(const char *who, struct str text)
{
    struct buf safe = { 0 };

    utf8_sanitise(&safe, text, false);
    fprintf(stderr, "kerf%s%s: %.*s\n", *who ? " " : "", who,
            STR_ARG(buf_str(&safe)));
    buf_release(&safe);
}

int complain(const struct error *err)
{
    print_line("", str_from(err->text));
    return status_for(err->kind);
}

void remark(const char *format, ...)
{
    struct buf text = { 0 };
    va_list args;

    va_start(args, format);
    buf_vprintf(&text, format, args);
    va_end(args);
    print_line("", buf_str(&text));
    buf_release(&text);
}

int complain_usage(const struct invocation *call, const char *format, ...)
{
    char text[400];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    print_line(call->name, str_from(text));
    return EXIT_USAGE;
}

void print_safe(struct str text)
{
    struct buf safe = { 0 };

    utf8_sanitise(&safe, text, true);
    if (safe.len > 0)
        fwrite(safe.at, 1, safe.len, stdout);
    buf_release(&safe);
}

static void drop_words(struct invocation *call, size_t at, size_t count)
{
    memmove(call->args + at, call->args + at + count,
            (call->count - at - count) * sizeof(*call->args));
    call->count -= count;
}

// Options end at "--".
static size_t find_word(const struct invocation *call, const char *name)
{
    for (size_t i = 0; i < call->count; i++) {
        if (strcmp(call->args[i], "--") == 0)
            break;
        if (strcmp(call->args[i], name) == 0)
            return i;
    }
    return SIZE_MAX;
}

bool take_flag(struct invocation *call, const char *name)
{
    size_t at = find_word(call, name);

    if (at == SIZE_MAX)
        return false;
    drop_words(call, at, 1);
    return true;
}

// "--name=VALUE", or "-pVALUE" for a name of one letter.
static bool take_glued(struct invocation *call, const char *name,
                       struct str *value)
{
    bool is_long = strlen(name) > 2;

    for (size_t i = 0; i < call->count; i++) {
        struct str word = str_from(call->args[i]);
        if (str_is(word, "--"))
            return false;
        struct str rest = str_skip(word, strlen(name));
        if (!str_starts_with(word, str_from(name)) || rest.len == 0
            || (is_long && rest.at[0] != '='))
            continue;
        *value = str_skip(rest, is_long);
        drop_words(call, i, 1);
        return true;
    }
    return false;
}

int take_value(struct invocation *call, const char *name, struct str *value)
{
    size_t at = find_word(call, name);

    if (at == SIZE_MAX)
        return take_glued(call, name, value);
    if (at + 1 >= call->count) {
        complain_usage(call, "%s needs a value", name);
        return -1;
    }
    *value = str_from(call->args[at + 1]);
    drop_words(call, at, 2);
    return 1;
}

bool take_number(struct invocation *call, const char *name, int64_t low,
                 int64_t high, int64_t *number)
{
    struct str text;
    uint64_t read;
    int found = take_value(call, name, &text);

    if (found <= 0)
        return found == 0;
    if (str_to_u64(text, &read) && read >= (uint64_t)low
        && read <= (uint64_t)high) {
        *number = (int64_t)read;
        return true;
    }
    complain_usage(call, "%s wants a number from %lld to %lld", name,
                   (long long)low, (long long)high);
    return false;
}

bool words_are_at_most(struct invocation *call, size_t most)
{
    size_t i = 0;

    while (i < call->count && call->args[i][0] != '-')
        i++;
    if (i < call->count && strcmp(call->args[i], "--") == 0) {
        drop_words(call, i, 1);
    } else if (i < call->count && strcmp(call->args[i], "-") != 0) {
        complain_usage(call, "there is no option %s; see kerf --help",
                       call->args[i]);
        return false;
    }
    if (call->count > most) {
        complain_usage(call, "too many words: %s; see kerf --help",
                       call->args[most]);
        return false;
    }
    return true;
}

int load(struct invocation *call, struct setup *setup, bool needs_tree)
{
    struct error err = { 0 };
    struct setup_options options = {
        .needs_tree = needs_tree,
        .settings = call->settings,
        .setting_count = call->setting_count,
    };

    if (setup_load(setup, &options, call->env, &err))
        return EXIT_DONE;
    return complain(&err);
}

static bool adopt_folder(struct setup *setup, struct error *err)
{
    char real[PATH_MAX];

    if (!realpath(".", real))
        return error_errno(err, errno, "the current folder");
    setup->root = arena_copy(&setup->arena, str_from(real));
    if (setup->state_problem.len == 0
        && !paths_tree(&setup->arena, &setup->folders, setup->root,
                       &setup->tree_dir, err))
        setup->state_problem = arena_copy(&setup->arena, str_from(err->text));
    return true;
}

int load_anywhere(struct invocation *call, struct setup *setup)
{
    struct error err = { 0 };
    int status = load(call, setup, false);

    if (status == EXIT_DONE && setup->root.len == 0
        && !adopt_folder(setup, &err))
        status = complain(&err);
    return status;
}

struct stage *open_stage(struct invocation *call, struct worktree *tree,
                         const struct setup *setup, struct error *err)
{
    struct str report = { 0 };
    struct stage *stage = NULL;

    if (setup->state_problem.len > 0) // before-images have no place
        error_set(err, ERROR_FAILED, "%.*s", STR_ARG(setup->state_problem));
    else
        stage = stage_open(tree, setup->tree_dir, err);
    if (stage && !stage_recover(stage, &call->arena, &report, err)) {
        stage_close(stage);
        stage = NULL;
    }
    if (stage && report.len > 0)
        print_line("", report);
    return stage;
}

bool read_input(struct arena *arena, const char *name, size_t limit,
                struct str *text, struct str *label, struct error *err)
{
    bool is_stdin = strcmp(name, "-") == 0;

    *label = is_stdin ? STR("standard input") : str_from(name);
    return setup_read_file(arena, is_stdin ? "/dev/stdin" : name, limit, text,
                           err);
}

static bool is_plain_word(const char *word)
{
    return *word
           && word[strspn(word, "abcdefghijklmnopqrstuvwxyz"
                                "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                "0123456789_-+=./:,@%")]
                  == '\0';
}

struct str join_command(struct arena *arena, const char **words, size_t count)
{
    struct buf line = { 0 };

    if (count == 1) // already a command line
        return str_from(words[0]);
    for (size_t i = 0; i < count; i++) {
        buf_append(&line, i > 0 ? STR(" ") : (struct str){ 0 });
        if (is_plain_word(words[i]))
            buf_append(&line, str_from(words[i]));
        else
            shell_quote(&line, str_from(words[i]));
    }
    struct str joined = arena_copy(arena, buf_str(&line));
    buf_release(&line);
    return joined;
}

static bool begins_with(const struct invocation *call, const char *word)
{
    return find_word(call, word) == 0;
}

// Options that stand before the subcommand, as git has them. Returns -1 to go
// on, else an exit status.
static int take_common(struct invocation *call)
{
    struct str value;
    size_t cap = 0;
    int found;

    call->line_mode = begins_with(call, "--inline");
    if (call->line_mode)
        drop_words(call, 0, 1);
    while (call->count > 0 && strcmp(call->args[0], "-c") == 0) {
        if (take_value(call, "-c", &value) < 0)
            return EXIT_USAGE;
        call->settings = arena_grow(&call->arena, call->settings, &cap,
                                    call->setting_count + 1,
                                    sizeof(*call->settings));
        call->settings[call->setting_count++] = value;
    }
    if (call->count > 0 && strcmp(call->args[0], "-m") == 0) {
        found = take_value(call, "-m", &call->message);
        if (found < 0)
            return EXIT_USAGE;
    }
    return -1;
}

static const struct subcommand *find_subcommand(const char *name)
{
    for (size_t i = 0; i < SUBCOMMAND_COUNT; i++)
        if (strcmp(subcommands[i].name, name) == 0)
            return &subcommands[i];
    return NULL;
}

static bool asks_for_help(const struct invocation *call)
{
    return begins_with(call, "--help") || begins_with(call, "-h");
}

// What kerf does by itself: an exit status, or -1 if that was not asked for.
static int answer_alone(const struct invocation *call)
{
    struct error err = { 0 };

    if (asks_for_help(call)) {
        print_help();
        return EXIT_DONE;
    }
    if (begins_with(call, "--version") || begins_with(call, "-V")) {
        puts("kerf " KERF_VERSION);
        return EXIT_DONE;
    }
    if (begins_with(call, "--reset"))
        return reset_terminal(&err) ? EXIT_DONE : complain(&err);
    return -1;
}

static int run_subcommand(struct invocation *call)
{
    const struct subcommand *sub = find_subcommand(call->args[0]);

    if (!sub)
        return complain_usage(call, "there is no command %s; see kerf --help",
                              call->args[0]);
    call->name = sub->name;
    drop_words(call, 0, 1);
    if (asks_for_help(call)) {
        print_help_of(sub);
        return EXIT_DONE;
    }
    if (call->message.len > 0)
        return complain_usage(call, "-m goes with kerf alone");
    return sub->run(call);
}

static int dispatch(struct invocation *call)
{
    int status = take_common(call);

    if (status < 0)
        status = answer_alone(call);
    if (status >= 0)
        return status;
    return call->count > 0 && call->args[0][0] != '-' ? run_subcommand(call)
                                                      : cli_open(call);
}

int cli_main(int argc, char **argv, char *const *env)
{
    struct invocation call = { .env = env, .name = "" };

    setlocale(LC_ALL, "");
    call.args = arena_array(&call.arena, (size_t)argc + 1, sizeof(*call.args));
    for (int i = 1; i < argc; i++)
        call.args[call.count++] = argv[i];
    int status = dispatch(&call);
    if (fflush(stdout) != 0 && status == EXIT_DONE)
        status = EXIT_FAILED;
    arena_release(&call.arena);
    return status;
}
