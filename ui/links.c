/* Two tables: names of TERM, and variables that others set. What is inherited
 * through a multiplexer tells about the terminal outside, not about it. */
#include "kerf/ui/links.h"

#include <stddef.h>
#include <stdint.h>

#define VTE_LEAST 5001           // 0.50.1
#define KONSOLE_LEAST 201200     // 20.12
#define TMUX_LEAST (3 * 100 + 4) // 3.4

// Would show the bytes, or do something else with them.
static const char *const never[] = { "linux", "vt1", "vt2",  "vt5",
                                     "dumb",  "con", "ansi", "unknown" };

static const char *const multiplexers[] = { "screen", "tmux" };

// Beginnings of TERM.
static const char *const terms[] = { "xterm-kitty", "xterm-ghostty",
                                     "alacritty",   "foot",
                                     "wezterm",     "contour",
                                     "rio" };

// TERM_PROGRAM.
static const char *const programs[] = { "iTerm.app", "WezTerm", "vscode",
                                        "ghostty", "rio" };

static bool begins_with_any(struct str name, const char *const *list,
                            size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (str_starts_with(name, str_from(list[i])))
            return true;
    return false;
}

static bool is_any(struct str name, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (str_is(name, list[i]))
            return true;
    return false;
}

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

// The number that a text begins with; 0 if none. `*rest` is what is behind.
static uint64_t leading_number(struct str text, struct str *rest)
{
    uint64_t number = 0;
    size_t digits = 0;

    while (digits < text.len && digits < 9 && text.at[digits] >= '0'
           && text.at[digits] <= '9')
        number = number * 10 + (uint64_t)(text.at[digits++] - '0');
    *rest = str_skip(text, digits);
    return number;
}

static bool is_at_least(struct str number, uint64_t least)
{
    struct str rest;
    return leading_number(number, &rest) >= least;
}

// "3.4", "3.5a", "next-3.6".
static bool tmux_takes_links(struct str version)
{
    struct str rest;

    if (str_starts_with(version, STR("next-")))
        version = str_skip(version, STR("next-").len);
    uint64_t major = leading_number(version, &rest);
    uint64_t minor = leading_number(str_skip(rest, 1), &rest);
    return major * 100 + minor >= TMUX_LEAST;
}

static bool is_known(const struct terminal_names *names)
{
    if (begins_with_any(names->term, multiplexers, COUNT(multiplexers)))
        return str_is(names->program, "tmux")
               && tmux_takes_links(names->program_version);
    return begins_with_any(names->term, terms, COUNT(terms))
           || is_any(names->program, programs, COUNT(programs))
           || is_at_least(names->vte_version, VTE_LEAST)
           || is_at_least(names->konsole_version, KONSOLE_LEAST)
           || names->windows_session.len > 0;
}

bool links_wanted(struct str choice, const struct terminal_names *names)
{
    if (names->term.len == 0 || str_is(choice, "off")
        || begins_with_any(names->term, never, COUNT(never)))
        return false;
    return str_is(choice, "on") || is_known(names);
}
