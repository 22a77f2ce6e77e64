/* Manuals, README.md and the tables of the program say the same. */
#include "manual.h"

#include <dirent.h>

#include "kerf/cli/cli.h"
#include "kerf/config/config.h"
#include "kerf/model/command.h"
#include "kerf/text/style.h"
#include "kerf/ui/composer.h"
#include "kerf/ui/theme.h"
#include "kerf/ui/ui.h"

#define KERF_1 "man/kerf.1"
#define CONFIG_5 "man/kerf-config.5"

static bool stands_in(const struct entry *entry, const char *section,
                      const char *subsection)
{
    return str_is(entry->section, section)
           && (!subsection || str_is(entry->subsection, subsection));
}

static struct names documented(const struct manual *m, const char *section,
                               const char *subsection)
{
    struct names names = { 0 };

    for (size_t i = 0; i < m->count; i++)
        if (stands_in(&m->entries[i], section, subsection))
            names_add(&names, entry_name(&m->entries[i]));
    return names;
}

// --- the command line ------------------------------------------------------

// Of "Nm Cm apply Oo Fl -check Oc" the name; of "Nm Op Fl m Ar text" "".
static struct str command_name(struct str head)
{
    struct str rest = str_skip(head, STR("Nm Cm ").len);

    if (!str_starts_with(head, STR("Nm Cm ")))
        return STR("");
    return str_take(rest, str_find_char(rest, ' '));
}

static void subcommands_and_their_entries_are_the_same(void **state)
{
    (void)state;
    struct manual *m = manual_read(KERF_1);
    struct names real = { 0 }, told = { 0 };

    for (size_t i = 0; cli_usage(i).name; i++)
        names_add(&real, str_from(cli_usage(i).name));
    for (size_t i = 0; i < m->count; i++)
        if (stands_in(&m->entries[i], "COMMANDS", NULL)
            && str_starts_with(m->entries[i].head, STR("Nm ")))
            names_add(&told, command_name(m->entries[i].head));
    assert_documented(&real, &told);
    manual_free(m);
}

static bool is_bracket(char c)
{
    return c == '[' || c == ']' || c == '(' || c == ')';
}

// Adds "-check" for "[--check]", "m" for "[-m TEXT]", two for "[--a|--b]".
static void add_flags(struct names *names, struct str arguments)
{
    struct str word, flag;

    while (str_split(&arguments, ' ', &word))
        while (str_split(&word, '|', &flag)) {
            while (flag.len > 0 && is_bracket(flag.at[0]))
                flag = str_skip(flag, 1);
            while (flag.len > 0 && is_bracket(flag.at[flag.len - 1]))
                flag.len--;
            if (flag.len > 1 && flag.at[0] == '-' && !str_is(flag, "--"))
                names_add(names, str_skip(flag, 1));
        }
}

static void options_of_subcommands_and_their_entries_are_the_same(void **state)
{
    (void)state;
    struct manual *m = manual_read(KERF_1);
    struct names real = { 0 }, told = { 0 };

    for (size_t i = 0; cli_usage(i).name; i++)
        if (*cli_usage(i).name) {
            add_flags(&real, str_from(cli_usage(i).arguments));
            add_flags(&real, str_from(cli_usage(i).options));
        }
    for (size_t i = 0; i < m->count; i++)
        if (stands_in(&m->entries[i], "COMMANDS", NULL)
            && str_starts_with(m->entries[i].head, STR("Fl ")))
            names_add(&told, entry_name(&m->entries[i]));
    assert_documented(&real, &told);
    manual_free(m);
}

static void every_exit_status_stands_in_the_manual(void **state)
{
    (void)state;
    static const int statuses[] = {
        EXIT_DONE,        EXIT_FAILED,         EXIT_USAGE,
        EXIT_NO_PATCH,    EXIT_NOT_APPLICABLE, EXIT_POLICY,
        EXIT_UNREACHABLE, EXIT_BUDGET,         EXIT_INTERRUPTED,
    };
    struct manual *m = manual_read(KERF_1);
    struct names real = { 0 }, told = { 0 };

    for (size_t i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++)
        names_add(&real, arena_printf(&m->arena, "%d", statuses[i]));
    for (size_t i = 0; i < m->count; i++)
        if (stands_in(&m->entries[i], "EXIT STATUS", NULL))
            names_add(&told, m->entries[i].head);
    assert_documented(&real, &told);
    manual_free(m);
}

static void slash_commands_and_their_entries_are_the_same(void **state)
{
    (void)state;
    struct manual *m = manual_read(KERF_1);
    struct names real = { 0 }, told = documented(m, "MESSAGES", NULL);

    for (enum command_kind kind = 0; kind < CMD_COUNT; kind++)
        if (command_info(kind)->slash)
            names_add(&real,
                      arena_printf(&m->arena, "/%s", command_info(kind)->name));
    assert_documented(&real, &told);
    manual_free(m);
}

// --- keys ------------------------------------------------------------------

static const struct {
    const char *subsection;
    unsigned where;
} places[] = {
    { "Writing a message", IN_COMPOSER },
    { "Reviewing a patch", IN_REVIEW },
    { "When a command asks for approval", IN_APPROVAL },
    { "Transcript and help", IN_PAGER },
};

#define PLACE_COUNT (sizeof(places) / sizeof(places[0]))

static struct names keys_told(const struct manual *m, const char *subsection)
{
    struct names names = { 0 };

    for (size_t i = 0; i < m->count; i++)
        if (stands_in(&m->entries[i], "KEYS", subsection))
            names_of_list(&names, m->entries[i].head);
    return names;
}

static void keys_and_their_entries_are_the_same_in_each_place(void **state)
{
    (void)state;
    struct manual *m = manual_read(KERF_1);
    size_t count;
    const struct key_binding *bindings = ui_bindings(&count);

    for (size_t p = 0; p < PLACE_COUNT; p++) {
        struct names real = { 0 };
        struct names told = keys_told(m, places[p].subsection);
        for (size_t i = 0; i < count; i++)
            if (bindings[i].where & places[p].where)
                names_add(&real, str_from(bindings[i].keys));
        assert_documented(&real, &told);
    }
    manual_free(m);
}

static int action_of(unsigned where, struct str keys)
{
    size_t count;
    const struct key_binding *bindings = ui_bindings(&count);

    for (size_t i = 0; i < count; i++)
        if ((bindings[i].where & where) && str_is(keys, bindings[i].keys))
            return bindings[i].number;
    return -1;
}

static void keys_of_one_entry_do_the_same(void **state)
{
    (void)state;
    struct manual *m = manual_read(KERF_1);

    for (size_t i = 0; i < m->count; i++) {
        for (size_t p = 0; p < PLACE_COUNT; p++) {
            struct names keys = { 0 };
            if (!stands_in(&m->entries[i], "KEYS", places[p].subsection))
                continue;
            names_of_list(&keys, m->entries[i].head);
            int first = action_of(places[p].where, keys.at[0]);
            for (size_t k = 1; k < keys.count; k++)
                assert_int_equal(action_of(places[p].where, keys.at[k]), first);
        }
    }
    manual_free(m);
}

// A draft of three rows, something remembered, and one key before.
static bool takes(const struct key *key, const struct key *before)
{
    struct composer *composer = composer_create();

    composer_remember(composer, STR("earlier"));
    composer_set(composer, STR("one\ntwo\nthree"));
    composer_key(composer, before);
    bool taken = composer_key(composer, key) != COMPOSER_IGNORED;
    composer_destroy(composer);
    return taken;
}

// Every editing key has something to do in the middle of the draft or, for
// the way back from the history, in an earlier message.
static bool edits(const struct key *key)
{
    static const struct key up = { .code = KEYCODE_UP };
    static const struct key older = { .code = KEYCODE_CHAR,
                                      .ch = 'p',
                                      .mods = MOD_CTRL };

    return takes(key, &up) || takes(key, &older);
}

static void add_if_it_edits(struct arena *arena, struct names *names,
                            struct key key)
{
    char name[40];

    if (!edits(&key))
        return;
    key_name(&key, name, sizeof(name));
    names_add(names, arena_copy(arena, str_from(name)));
}

static struct names editing_keys(struct arena *arena)
{
    struct names names = { 0 };

    for (int code = KEYCODE_ENTER; code <= KEYCODE_F12; code++)
        for (unsigned mods = 0; mods <= (MOD_SHIFT | MOD_ALT | MOD_CTRL);
             mods++)
            add_if_it_edits(
                arena, &names,
                (struct key){ .code = (enum key_code)code, .mods = mods });
    for (uint32_t ch = 0x20; ch < 0x7f; ch++)
        for (unsigned mods = MOD_ALT; mods <= (MOD_ALT | MOD_CTRL); mods += 2)
            add_if_it_edits(
                arena, &names,
                (struct key){ .code = KEYCODE_CHAR, .mods = mods, .ch = ch });
    return names;
}

static void editing_keys_and_their_entries_are_the_same(void **state)
{
    (void)state;
    struct manual *m = manual_read(KERF_1);
    struct names real = editing_keys(&m->arena);
    struct names told = keys_told(m, "Editing a message");

    assert_documented(&real, &told);
    manual_free(m);
}

// --- options ---------------------------------------------------------------

static const struct entry *find_option(const struct manual *m,
                                       const struct option_info *option)
{
    char subsection[40];

    snprintf(subsection, sizeof(subsection), "Section %s", option->section);
    for (size_t i = 0; i < m->count; i++)
        if (stands_in(&m->entries[i], "OPTIONS", subsection)
            && str_is(entry_name(&m->entries[i]), option->name))
            return &m->entries[i];
    fail_msg("%s.%s is not in the manual", option->section, option->name);
    return NULL;
}

static void every_option_is_told_with_its_values_and_default(void **state)
{
    (void)state;
    struct manual *m = manual_read(CONFIG_5);
    size_t count;
    const struct option_info *options = config_options(&count);

    for (size_t i = 0; i < count; i++) {
        const struct entry *entry = find_option(m, &options[i]);
        if (!holds(entry->head, options[i].values))
            fail_msg("%s: its values are %s", options[i].name,
                     options[i].values);
        if (*options[i].fallback && !holds(entry->body, options[i].fallback))
            fail_msg("%s: its default is %s", options[i].name,
                     options[i].fallback);
    }
    manual_free(m);
}

static void no_option_is_told_that_does_not_exist(void **state)
{
    (void)state;
    struct manual *m = manual_read(CONFIG_5);
    struct names real = { 0 }, told = documented(m, "OPTIONS", NULL);
    size_t count;
    const struct option_info *options = config_options(&count);

    for (size_t i = 0; i < count; i++)
        names_add(&real, str_from(options[i].name));
    assert_documented(&real, &told);
    assert_int_equal(real.count, told.count);
    manual_free(m);
}

static void roles_of_themes_and_their_entries_are_the_same(void **state)
{
    (void)state;
    struct manual *m = manual_read(CONFIG_5);
    struct names real = { 0 }, told = documented(m, "THEMES", NULL);

    for (int role = 0; role < ROLE_COUNT; role++)
        names_add(&real, str_from(role_name((enum role)role)));
    assert_documented(&real, &told);
    manual_free(m);
}

// Takes the next text between two lines; false if there is none.
static bool next_block(struct str *rest, const char *begin, const char *end,
                       struct str *block)
{
    size_t start = str_find(*rest, str_from(begin));

    if (start == SIZE_MAX)
        return false;
    *block = str_skip(*rest, start + strlen(begin));
    *block = str_take(*block, str_find(*block, str_from(end)));
    *rest = str_skip(*rest, (size_t)(block->at - rest->at) + block->len);
    return true;
}

static void try_settings(struct arena *arena, struct str text, bool whole)
{
    struct config config = config_defaults();
    struct error err = { 0 };

    if (!config_read(arena, &config, text, STR("example"), true, &err)
        || (whole && !config_check(&config, &err)))
        fail_msg("%s\n%.*s", err.text, STR_ARG(text));
}

static void try_keys(struct str text)
{
    struct keymap *keymap = keymap_create();
    struct error err = { 0 };

    if (!keymap_read(keymap, text, STR("example"), &err))
        fail_msg("%s", err.text);
    keymap_destroy(keymap);
}

static void examples_of_settings_and_themes_are_right(void **state)
{
    (void)state;
    struct manual *m = manual_read(CONFIG_5);
    struct str rest = m->text, block;
    struct error err = { 0 };
    size_t settings = 0, themes = 0, keys = 0;

    while (
        next_block(&rest, ".Bd -literal -offset indent\n", ".Ed\n", &block)) {
        struct theme theme;
        if (holds(block, "[composer]")) {
            try_keys(block);
            keys++;
        } else if (holds(block, "[")) {
            try_settings(&m->arena, block, false);
            settings++;
        } else if (theme_read(&theme, block, STR("example"), &err)) {
            themes++;
        } else {
            fail_msg("%s", err.text);
        }
    }
    assert_true(settings >= 4);
    assert_true(themes == 1);
    assert_true(keys == 1);
    manual_free(m);
}

// --- README.md -------------------------------------------------------------

static void settings_in_the_readme_are_right(void **state)
{
    (void)state;
    struct arena arena = { 0 };
    struct str rest = slurp(&arena, "README.md"), block;
    size_t count = 0;

    while (next_block(&rest, "```ini\n", "```\n", &block)) {
        try_settings(&arena, block, true);
        count++;
    }
    assert_true(count > 0);
    arena_release(&arena);
}

static void the_readme_names_every_subcommand(void **state)
{
    (void)state;
    struct arena arena = { 0 };
    struct str readme = slurp(&arena, "README.md");

    for (size_t i = 0; cli_usage(i).name; i++) {
        struct str words = arena_printf(&arena, "kerf %s", cli_usage(i).name);
        if (!holds(readme, str_trim(words).at))
            fail_msg("README.md: no word of %s", words.at);
    }
    arena_release(&arena);
}

static void assert_folders_named(struct arena *arena, struct str readme,
                                 const char *path)
{
    DIR *folder = opendir(path);
    struct dirent *found;

    assert_non_null(folder);
    while ((found = readdir(folder))) {
        struct str words = arena_printf(arena, "%s/%s", path, found->d_name);
        if (found->d_type == DT_DIR && found->d_name[0] != '.'
            && !holds(readme, words.at))
            fail_msg("README.md: no word of %s", words.at);
    }
    closedir(folder);
}

static void the_readme_names_every_folder(void **state)
{
    (void)state;
    struct arena arena = { 0 };
    struct str readme = slurp(&arena, "README.md");

    assert_folders_named(&arena, readme, "src");
    assert_folders_named(&arena, readme, "tests");
    arena_release(&arena);
}

static bool is_target(struct str word)
{
    for (size_t i = 0; i < word.len; i++)
        if (word.at[i] < 'a' || word.at[i] > 'z')
            return false;
    return word.len > 0;
}

static void targets_of_make_in_the_readme_exist(void **state)
{
    (void)state;
    struct arena arena = { 0 };
    struct str makefile = slurp(&arena, "Makefile");
    struct str rest = slurp(&arena, "README.md");
    size_t at, count = 0;

    while ((at = str_find(rest, STR("`make "))) != SIZE_MAX) {
        rest = str_skip(rest, at + STR("`make ").len);
        struct str line = str_take(rest, str_find_char(rest, '`')), word;
        while (str_split(&line, ' ', &word)) {
            if (!is_target(word))
                break;
            count++;
            if (!holds(makefile,
                       arena_printf(&arena, "\n%.*s:", STR_ARG(word)).at))
                fail_msg("there is no make %.*s", STR_ARG(word));
        }
    }
    assert_true(count >= 2);
    arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(subcommands_and_their_entries_are_the_same),
        cmocka_unit_test(options_of_subcommands_and_their_entries_are_the_same),
        cmocka_unit_test(every_exit_status_stands_in_the_manual),
        cmocka_unit_test(slash_commands_and_their_entries_are_the_same),
        cmocka_unit_test(keys_and_their_entries_are_the_same_in_each_place),
        cmocka_unit_test(keys_of_one_entry_do_the_same),
        cmocka_unit_test(editing_keys_and_their_entries_are_the_same),
        cmocka_unit_test(every_option_is_told_with_its_values_and_default),
        cmocka_unit_test(no_option_is_told_that_does_not_exist),
        cmocka_unit_test(roles_of_themes_and_their_entries_are_the_same),
        cmocka_unit_test(examples_of_settings_and_themes_are_right),
        cmocka_unit_test(settings_in_the_readme_are_right),
        cmocka_unit_test(the_readme_names_every_subcommand),
        cmocka_unit_test(the_readme_names_every_folder),
        cmocka_unit_test(targets_of_make_in_the_readme_exist),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
