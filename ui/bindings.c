/*
 * A keymap is rows in the order of the default table. A row may stand for
 * several places; binding or unbinding its keys in one place takes that place
 * out of it. What the user binds stands before the default row of the same
 * action, so that hints and help show it first.
 */
#include "kerf/ui/bindings.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "kerf/base/arena.h"
#include "bindings_parts.h"
#include "keymap.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static const struct key_place places[] = {
    { IN_COMPOSER, "composer", "Writing a message" },
    { IN_REVIEW, "review", "Reviewing a patch" },
    { IN_APPROVAL, "approval", "When a command asks for approval" },
    { IN_PAGER, "pager", "Transcript and help" },
};

struct preset_row {
    const char *preset;
    unsigned where;
    const char *keys;
    enum action action;
};

// What a preset changes in the default keys.
static const struct preset_row preset_rows[] = {
    { "vim", IN_REVIEW, "n", ACTION_SEARCH_NEXT },
    { "vim", IN_REVIEW, "N", ACTION_SEARCH_PREVIOUS },
    { "vim", IN_REVIEW, "x", ACTION_REFUSE },
    { "lazygit", IN_REVIEW, "Space", ACTION_ACCEPT },
    { "lazygit", IN_REVIEW, "d", ACTION_REFUSE },
    { "lazygit", IN_REVIEW, "x", ACTION_TOGGLE },
    { "lazygit", IN_REVIEW, "X", ACTION_REFUSE_FILE },
    { "lazygit", IN_REVIEW, "l", ACTION_NEXT_HUNK },
    { "lazygit", IN_REVIEW, "h", ACTION_PREVIOUS_HUNK },
};

const struct key_place *ui_places(size_t *count)
{
    *count = COUNT(places);
    return places;
}

struct keymap *keymap_create(void)
{
    struct keymap *keymap = mem_alloc(sizeof(*keymap));
    size_t count;
    const struct key_binding *all = ui_bindings(&count);

    keymap->rows = arena_grow(&keymap->arena, NULL, &keymap->cap, count,
                              sizeof(*keymap->rows));
    memcpy(keymap->rows, all, count * sizeof(*all));
    keymap->count = count;
    return keymap;
}

void keymap_destroy(struct keymap *keymap)
{
    if (keymap)
        arena_release(&keymap->arena);
    free(keymap);
}

const struct key_binding *keymap_bindings(const struct keymap *keymap,
                                          size_t *count)
{
    *count = keymap->count;
    return keymap->rows;
}

// --- changing --------------------------------------------------------------

static void remove_row(struct keymap *keymap, size_t at)
{
    keymap->count--;
    memmove(keymap->rows + at, keymap->rows + at + 1,
            (keymap->count - at) * sizeof(*keymap->rows));
}

void keymap_unbind(struct keymap *keymap, unsigned where, const char *keys)
{
    for (size_t i = keymap->count; i-- > 0;) {
        struct key_binding *row = &keymap->rows[i];
        if (strcmp(row->keys, keys) != 0)
            continue;
        row->where &= ~where;
        if (row->where == 0)
            remove_row(keymap, i);
    }
}

// The first row of an action in a place, or the end.
static size_t find_action(const struct keymap *keymap, unsigned where,
                          int number)
{
    for (size_t i = 0; i < keymap->count; i++)
        if ((keymap->rows[i].where & where) && keymap->rows[i].number == number)
            return i;
    return keymap->count;
}

// Says whether the row's keys are those of the default table.
static bool is_built_in(const struct key_binding *row)
{
    size_t count;
    const struct key_binding *all = ui_bindings(&count);

    for (size_t i = 0; i < count; i++)
        if (all[i].keys == row->keys)
            return true;
    return false;
}

// Behind what was bound before and in front of what kerf comes with.
static size_t find_room(const struct keymap *keymap, unsigned where, int number)
{
    size_t at = find_action(keymap, where, number);

    while (at < keymap->count && keymap->rows[at].number == number
           && !is_built_in(&keymap->rows[at]))
        at++;
    return at;
}

void keymap_bind(struct keymap *keymap, unsigned where, const char *keys,
                 const struct key_binding *action)
{
    const struct key_binding *now = keymap_binding(keymap, where, keys);

    if (now && now->number == action->number && !(where & ~now->where))
        return;
    keymap_unbind(keymap, where, keys);
    size_t at = find_room(keymap, where, action->number);

    keymap->rows = arena_grow(&keymap->arena, keymap->rows, &keymap->cap,
                              keymap->count + 1, sizeof(*keymap->rows));
    memmove(keymap->rows + at + 1, keymap->rows + at,
            (keymap->count - at) * sizeof(*keymap->rows));
    keymap->rows[at] = *action;
    keymap->rows[at].where = where;
    keymap->rows[at].keys = keys;
    keymap->count++;
}

// A default row of an action that is at home in one of the places, or NULL.
static const struct key_binding *binding_of(unsigned where, int number)
{
    size_t count;
    const struct key_binding *all = ui_bindings(&count);

    for (size_t i = 0; i < count; i++)
        if ((all[i].where & where) && all[i].number == number)
            return &all[i];
    return NULL;
}

bool keymap_use(struct keymap *keymap, struct str preset, struct error *err)
{
    bool known = str_is(preset, "default");

    for (size_t i = 0; i < COUNT(preset_rows); i++) {
        const struct preset_row *row = &preset_rows[i];
        if (!str_is(preset, row->preset))
            continue;
        const struct key_binding *action =
            binding_of(row->where, (int)row->action);
        assert(action); // else the table is wrong
        keymap_bind(keymap, row->where, row->keys, action);
        known = true;
    }
    if (!known)
        return error_set(err, ERROR_USAGE,
                         "there is no set of keys \"%.*s\"; take default, "
                         "vim or lazygit",
                         STR_ARG(str_take(preset, 40)));
    return true;
}

// --- asking ----------------------------------------------------------------

const struct key_binding *keymap_binding(const struct keymap *keymap,
                                         unsigned where, const char *keys)
{
    for (size_t i = 0; i < keymap->count; i++)
        if ((keymap->rows[i].where & where)
            && !strcmp(keymap->rows[i].keys, keys))
            return &keymap->rows[i];
    return NULL;
}

bool keymap_begins_chord(const struct keymap *keymap, unsigned where,
                         const char *keys)
{
    for (size_t i = 0; i < keymap->count; i++)
        if ((keymap->rows[i].where & where)
            && chord_rest(keymap->rows[i].keys, keys))
            return true;
    return false;
}

const char *chord_rest(const char *keys, const char *first)
{
    size_t len = strlen(first);

    if (len == 0 || strncmp(keys, first, len) != 0 || keys[len] != ' ')
        return NULL;
    return keys + len + 1;
}

enum action keymap_find(const struct keymap *keymap, unsigned where,
                        const struct key *key, struct chord *chord)
{
    char name[sizeof(chord->first) + 1 + KEY_NAME_BYTES];
    size_t start = strlen(chord->first);

    memcpy(name, chord->first, start);
    if (start > 0)
        name[start++] = ' ';
    key_name(key, name + start, sizeof(name) - start);
    chord->first[0] = '\0';
    const struct key_binding *binding = keymap_binding(keymap, where, name);
    if (binding)
        return (enum action)binding->number;
    if (start > 0 || !keymap_begins_chord(keymap, where, name))
        return ACTION_NONE;
    key_name(key, chord->first, sizeof(chord->first));
    return ACTION_CHORD;
}

const char *keymap_keys(const struct keymap *keymap, unsigned where,
                        enum action action)
{
    size_t at = find_action(keymap, where, (int)action);

    return at < keymap->count ? keymap->rows[at].keys : "";
}
