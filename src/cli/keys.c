/* kerf keys: what is bound, as a keys.conf, or what the terminal sends. */
#include "parts.h"

#include <stdio.h>
#include <string.h>

#include "kerf/app/keys.h"
#include "kerf/ui/keys.h"

// Keys that would begin a comment are quoted.
static void print_row(const struct key_binding *row)
{
    const char *quote = strpbrk(row->keys, ";#\"'") ? "\"" : "";
    char keys[2 * KEY_NAME_BYTES + 4]; // a chord in quotes

    snprintf(keys, sizeof(keys), "%s%s%s", quote, row->keys, quote);
    printf("%-10s = %-20s # %s\n", keys, row->action, row->help);
}

static void print_keys(const struct keymap *keymap)
{
    size_t count, place_count;
    const struct key_binding *rows = keymap_bindings(keymap, &count);
    const struct key_place *places = ui_places(&place_count);

    for (size_t p = 0; p < place_count; p++) {
        printf("%s# %s\n[%s]\n", p > 0 ? "\n" : "", places[p].title,
               places[p].name);
        for (size_t i = 0; i < count; i++)
            if (rows[i].where & places[p].where)
                print_row(&rows[i]);
    }
}

static int show(struct setup *setup, bool list)
{
    struct error err = { 0 };
    struct keymap *keymap = setup_keymap(setup, &err);
    bool done = keymap != NULL;

    if (done && list)
        print_keys(keymap);
    else if (done)
        done = keys_watch(setup, keymap, &err);
    keymap_destroy(keymap);
    return done ? EXIT_DONE : complain(&err);
}

int cli_keys(struct invocation *call)
{
    struct setup setup;
    bool list = take_flag(call, "--list");

    if (!words_are_at_most(call, 0))
        return EXIT_USAGE;
    int status = load(call, &setup, false);
    if (status == EXIT_DONE)
        status = show(&setup, list);
    setup_release(&setup);
    return status;
}
