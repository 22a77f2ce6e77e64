/*
 * kerf completion: scripts for bash, zsh and fish, made from the table of
 * subcommands. What changes, names of backends and of sessions, a script asks
 * kerf for when it is needed. All words are our own or checked names, so that
 * nothing foreign reaches the shell.
 */
#include <stdio.h>
#include <string.h>

#include "kerf/store/journal.h"
#include "parts.h"

#define SESSIONS_SHOWN 50
#define COMMON "-c -m --inline --reset --help --version"

// --- what follows a subcommand ---------------------------------------------

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool begins_option(const char *at)
{
    return at[0] == '-'
           && (is_letter(at[1]) || (at[1] == '-' && is_letter(at[2])));
}

// Options stand in the usage as "[--list|--show]" or "[-p N|--strip N]".
static bool next_option(const char **rest, struct str *option)
{
    const char *at = *rest;
    size_t len = 0;

    while (*at && !begins_option(at))
        at++;
    while (is_letter(at[len]) || at[len] == '-')
        len++;
    *option = (struct str){ at, len };
    *rest = at + len;
    return len > 0;
}

// What kerf itself lists for a subcommand; NULL: nothing.
static const char *list_for(const char *name)
{
    static const char *const lists[][2] = { { "models", "backends" },
                                            { "resume", "sessions" } };

    for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
        if (strcmp(lists[i][0], name) == 0)
            return lists[i][1];
    return NULL;
}

static const char *fixed_words(const char *name)
{
    return strcmp(name, "completion") == 0 ? " bash zsh fish" : "";
}

static void print_options(const char *usage)
{
    struct str option;

    while (next_option(&usage, &option))
        printf(" %.*s", STR_ARG(option));
}

// A case of the shell for each subcommand that has words of its own.
static void print_cases(const char *before, const char *after)
{
    for (size_t i = 0; cli_usage(i).name; i++) {
        struct cli_usage usage = cli_usage(i);
        if (!*usage.name)
            continue;
        printf("    %s) %s", usage.name, before);
        print_options(usage.arguments);
        print_options(usage.options);
        printf("%s", fixed_words(usage.name));
        if (list_for(usage.name))
            printf(" $(kerf completion --list %s 2>/dev/null)",
                   list_for(usage.name));
        printf("%s ;;\n", after);
    }
}

// --- shells ----------------------------------------------------------------

static void print_bash(void)
{
    printf("_kerf() {\n"
           "  local words=\n"
           "  local current=${COMP_WORDS[COMP_CWORD]}\n"
           "  if [ \"$COMP_CWORD\" -eq 1 ]; then\n"
           "    words='");
    for (size_t i = 0; cli_usage(i).name; i++)
        if (*cli_usage(i).name)
            printf("%s ", cli_usage(i).name);
    printf(COMMON "'\n"
                  "  else case ${COMP_WORDS[1]} in\n");
    print_cases("words=\"", "\"");
    printf("  esac; fi\n"
           "  COMPREPLY=($(compgen -W \"$words\" -- \"$current\"))\n"
           "  [ ${#COMPREPLY[@]} -gt 0 ] ||"
           " COMPREPLY=($(compgen -f -- \"$current\"))\n"
           "}\n"
           "complete -F _kerf kerf\n");
}

// Within single quotes of a shell; zsh takes a colon for the end of a name.
static void print_quoted(const char *text)
{
    for (; *text; text++)
        if (*text == '\'')
            printf("'\\''");
        else
            putchar(*text);
}

static void print_zsh(void)
{
    printf("#compdef kerf\n"
           "_kerf() {\n"
           "  local -a commands\n"
           "  commands=(\n");
    for (size_t i = 0; cli_usage(i).name; i++) {
        if (!*cli_usage(i).name)
            continue;
        printf("    '%s:", cli_usage(i).name);
        print_quoted(cli_usage(i).help);
        printf("'\n");
    }
    printf("  )\n"
           "  if (( CURRENT == 2 )); then\n"
           "    _describe command commands\n"
           "    compadd -- " COMMON "\n"
           "    return\n"
           "  fi\n"
           "  case ${words[2]} in\n");
    print_cases("compadd --", "");
    printf("  esac\n"
           "  _files\n"
           "}\n"
           "compdef _kerf kerf\n");
}

static void print_fish_options(const char *name, const char *usage)
{
    struct str option;

    while (next_option(&usage, &option)) {
        bool is_long = str_starts_with(option, STR("--"));
        struct str word = str_skip(option, is_long ? 2 : 1);
        printf(
            "complete -c kerf -n '__fish_seen_subcommand_from %s' -%s %.*s\n",
            name, is_long ? "l" : "s", STR_ARG(word));
    }
}

static void print_fish(void)
{
    for (size_t i = 0; cli_usage(i).name; i++) {
        struct cli_usage usage = cli_usage(i);
        if (!*usage.name)
            continue;
        printf("complete -c kerf -f -n __fish_use_subcommand -a %s -d '",
               usage.name);
        print_quoted(usage.help);
        printf("'\n");
        print_fish_options(usage.name, usage.arguments);
        print_fish_options(usage.name, usage.options);
        if (list_for(usage.name))
            printf("complete -c kerf -f -n '__fish_seen_subcommand_from %s' "
                   "-a '(kerf completion --list %s 2>/dev/null)'\n",
                   usage.name, list_for(usage.name));
        if (*fixed_words(usage.name))
            printf("complete -c kerf -f -n '__fish_seen_subcommand_from %s' "
                   "-a '%s'\n",
                   usage.name, fixed_words(usage.name) + 1);
    }
}

// --- lists -----------------------------------------------------------------

static int print_backends(struct setup *setup, struct invocation *call)
{
    (void)call;
    for (size_t i = 0; i < setup->config.backend_count; i++)
        printf("%.*s\n", STR_ARG(setup->config.backends[i].name));
    return EXIT_DONE;
}

static int print_sessions(struct setup *setup, struct invocation *call)
{
    struct error err = { 0 };
    struct session_info *list = NULL;
    size_t count = 0;

    if (!journal_sessions(setup->state_dir, &call->arena, setup->root,
                          SESSIONS_SHOWN, &list, &count, &err))
        return complain(&err);
    for (size_t i = 0; i < count; i++)
        printf("%.*s\n", STR_ARG(list[i].id));
    return EXIT_DONE;
}

static int print_list(struct invocation *call, struct str what)
{
    struct setup setup;

    if (!str_is(what, "backends") && !str_is(what, "sessions"))
        return complain_usage(call, "--list wants backends or sessions");
    int status = load(call, &setup, false);
    if (status == EXIT_DONE)
        status = str_is(what, "backends") ? print_backends(&setup, call)
                                          : print_sessions(&setup, call);
    setup_release(&setup);
    return status;
}

int cli_completion(struct invocation *call)
{
    static const struct {
        const char *shell;
        void (*print)(void);
    } shells[] = { { "bash", print_bash },
                   { "zsh", print_zsh },
                   { "fish", print_fish } };
    struct str what;
    int found = take_value(call, "--list", &what);

    if (found < 0 || !words_are_at_most(call, 1))
        return EXIT_USAGE;
    if (found > 0)
        return print_list(call, what);
    for (size_t i = 0; call->count > 0 && i < 3; i++)
        if (strcmp(call->args[0], shells[i].shell) == 0) {
            shells[i].print();
            return EXIT_DONE;
        }
    return complain_usage(call, "for which shell? bash, zsh or fish");
}
