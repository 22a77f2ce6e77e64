/*
 * keys.conf over the default keys. A line is wrong as soon as it cannot mean
 * anything: no such place, key or action, a key given twice. What only the
 * whole file shows, a key that both acts and begins chords, is looked for at
 * the end.
 */
#include <string.h>

#include "kerf/base/utf8.h"
#include "kerf/config/ini.h"
#include "kerf/config/suggest.h"
#include "bindings_parts.h"
#include "kerf/ui/keys.h"

#define SHOWN_BYTES 40 // of foreign words in messages

struct given {
    unsigned where;
    const char *keys;
    const char *action; // NULL: unbound
};

struct reader {
    struct keymap *keymap;
    const struct key_place *place;
    struct given *given; // by this file, to tell what is given twice
    size_t count, cap;
};

static struct str safe(struct reader *r, struct str word)
{
    return utf8_sanitised(&r->keymap->arena, str_take(word, SHOWN_BYTES),
                          false);
}

static bool take_section(struct str name, struct str label, void *ctx,
                         struct error *err)
{
    struct reader *r = ctx;
    size_t count;
    const struct key_place *places = ui_places(&count);

    for (size_t i = 0; i < count && label.len == 0; i++)
        if (str_is(name, places[i].name)) {
            r->place = &places[i];
            return true;
        }
    return error_set(err, ERROR_USAGE,
                     "[%.*s]: keys have no such place; there are composer, "
                     "review, approval and pager",
                     STR_ARG(safe(r, name)));
}

// --- keys ------------------------------------------------------------------

// Takes quotes off, for keys that would begin a comment.
static struct str unquoted(struct str text)
{
    bool quoted = text.len > 2 && text.at[0] == '"'
                  && text.at[text.len - 1] == '"';

    return quoted ? str_take(str_skip(text, 1), text.len - 2) : text;
}

// Reads one key or a chord of two and writes it as the keymap does.
static bool read_keys(struct reader *r, struct str text, const char **keys,
                      struct error *err)
{
    struct str rest = unquoted(text), first = { 0 }, second;
    struct key key;
    char one[KEY_NAME_BYTES], two[KEY_NAME_BYTES];

    str_split(&rest, ' ', &first);
    second = str_trim(rest);
    if (!key_parse(first, &key, err))
        return false;
    bool types = key.code == KEYCODE_CHAR && !(key.mods & (MOD_CTRL | MOD_ALT));
    key_name(&key, one, sizeof(one));
    if (second.len == 0) {
        *keys = arena_cstr(&r->keymap->arena, str_from(one));
        return true;
    }
    if (types && r->place->where == IN_COMPOSER)
        return error_set(err, ERROR_USAGE,
                         "a chord cannot begin with a character here, which "
                         "is text; begin it with ^X");
    if (key.code == KEYCODE_ESCAPE)
        return error_set(err, ERROR_USAGE,
                         "Esc and a key is Alt and that key: write M-%.*s",
                         STR_ARG(safe(r, second)));
    if (!key_parse(second, &key, err))
        return false;
    key_name(&key, two, sizeof(two));
    *keys = arena_printf(&r->keymap->arena, "%s %s", one, two).at;
    return true;
}

// --- actions ---------------------------------------------------------------

static bool no_action(struct reader *r, struct str name, struct error *err)
{
    struct suggestion near = { 0 };
    size_t count, place_count;
    const struct key_binding *all = ui_bindings(&count);
    const struct key_place *places = ui_places(&place_count);

    for (size_t i = 0; i < count; i++)
        if (all[i].where & r->place->where)
            suggest(&near, name, str_from(all[i].action));
    if (near.best.len > 0)
        return error_set(err, ERROR_USAGE,
                         "there is no such action; did you mean %.*s?",
                         STR_ARG(near.best));
    for (size_t i = 0; i < count; i++)
        for (size_t p = 0; p < place_count; p++)
            if (str_is(name, all[i].action) && (all[i].where & places[p].where))
                return error_set(err, ERROR_USAGE,
                                 "no action of this place; it belongs to [%s]",
                                 places[p].name);
    return error_set(err, ERROR_USAGE,
                     "there is no such action; `kerf keys --list` shows all");
}

// NULL in `*action`: to be unbound.
static bool read_action(struct reader *r, struct str name,
                        const struct key_binding **action, struct error *err)
{
    size_t count;
    const struct key_binding *all = ui_bindings(&count);

    *action = NULL;
    if (str_is(name, "none"))
        return true;
    for (size_t i = 0; i < count; i++)
        if ((all[i].where & r->place->where) && str_is(name, all[i].action)) {
            *action = &all[i];
            return true;
        }
    return no_action(r, name, err);
}

static bool note_given(struct reader *r, const char *keys,
                       const struct key_binding *action, struct error *err)
{
    const char *name = action ? action->action : "none";

    for (size_t i = 0; i < r->count; i++)
        if (r->given[i].where == r->place->where
            && !strcmp(r->given[i].keys, keys))
            return error_set(err, ERROR_USAGE,
                             "the key is given twice: above it is %s",
                             r->given[i].action);
    r->given = arena_grow(&r->keymap->arena, r->given, &r->cap, r->count + 1,
                          sizeof(*r->given));
    r->given[r->count++] = (struct given){ r->place->where, keys, name };
    return true;
}

// A character typed into the composer is text.
static bool check_text(const struct reader *r, const char *keys,
                       const struct key_binding *action, struct error *err)
{
    struct key key;
    struct error ignored = { 0 };

    const struct key_binding *now =
        keymap_binding(r->keymap, r->place->where, keys);
    if (!action || r->place->where != IN_COMPOSER || strchr(keys, ' ')
        || (now && now->number == action->number) // as it comes
        || !key_parse(str_from(keys), &key, &ignored)
        || key.code != KEYCODE_CHAR || (key.mods & (MOD_CTRL | MOD_ALT)))
        return true;
    return error_set(err, ERROR_USAGE,
                     "a character is text here; take a Control key or a "
                     "chord such as ^X %s",
                     keys);
}

static bool take_setting(struct str key, struct str value, void *ctx,
                         struct error *err)
{
    struct reader *r = ctx;
    const char *keys = NULL;
    const struct key_binding *action = NULL;

    if (read_keys(r, key, &keys, err) && read_action(r, value, &action, err)
        && check_text(r, keys, action, err)
        && note_given(r, keys, action, err)) {
        if (action)
            keymap_bind(r->keymap, r->place->where, keys, action);
        else
            keymap_unbind(r->keymap, r->place->where, keys);
        return true;
    }
    return error_prefix(err, "[%s] %.*s = %.*s", r->place->name,
                        STR_ARG(safe(r, key)), STR_ARG(safe(r, value)));
}

// --- the whole -------------------------------------------------------------

// A key cannot act and begin a chord in one place.
static bool check_chords(const struct keymap *keymap, struct str name,
                         struct error *err)
{
    size_t count;
    const struct key_place *places = ui_places(&count);

    for (size_t p = 0; p < count; p++)
        for (size_t i = 0; i < keymap->count; i++) {
            const struct key_binding *row = &keymap->rows[i];
            if ((row->where & places[p].where)
                && keymap_begins_chord(keymap, places[p].where, row->keys))
                return error_set(err, ERROR_USAGE,
                                 "%.*s: [%s] %s is %s and begins chords; "
                                 "unbind the one or the others",
                                 STR_ARG(name), places[p].name, row->keys,
                                 row->action);
        }
    return true;
}

bool keymap_read(struct keymap *keymap, struct str text, struct str name,
                 struct error *err)
{
    struct reader r = { .keymap = keymap };
    struct ini_taker taker = { take_section, take_setting, &r, true };

    return ini_read(&keymap->arena, text, name, &taker, err)
           && check_chords(keymap, name, err);
}
