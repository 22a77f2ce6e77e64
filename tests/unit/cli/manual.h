/*
 * A manual as a list of entries: what stands behind `.It`, in which section,
 * and the text below it. Escapes of mdoc(7) are undone. Names are kept in an
 * arena that lives as long as the program.
 */
#ifndef TESTS_UNIT_CLI_MANUAL_H
#define TESTS_UNIT_CLI_MANUAL_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "kerf/base/arena.h"
#include "kerf/base/buf.h"
#include "kerf/base/str.h"

#define ENTRIES_MAX 400
#define NAMES_MAX 400

struct entry {
    struct str section, subsection;
    struct str head; // "Cm backend No = Ar NAME"
    struct str body; // up to the next entry or section
};

struct manual {
    struct arena arena;
    struct str text; // of the whole file
    struct entry entries[ENTRIES_MAX];
    size_t count;
};

/* The names of a kind that a table or a manual holds. */
struct names {
    struct str at[NAMES_MAX];
    size_t count;
};

/* Reads a file of the source tree; tests run in its root. */
static inline struct str slurp(struct arena *arena, const char *path)
{
    struct buf text = { 0 };
    FILE *file = fopen(path, "r");
    char bytes[4096];
    size_t n;

    if (!file)
        fail_msg("%s: cannot be read", path);
    while ((n = fread(bytes, 1, sizeof(bytes), file)) > 0)
        buf_append(&text, (struct str){ bytes, n });
    fclose(file);
    struct str copy = arena_copy(arena, buf_str(&text));
    buf_release(&text);
    return copy;
}

static inline bool holds(struct str text, const char *word)
{
    return str_find(text, str_from(word)) != SIZE_MAX;
}

static inline struct str unescape(struct arena *arena, struct str line)
{
    static const char *const escapes[][2] = { { "\\&", "" },
                                              { "\\(ha", "^" },
                                              { "\\(ti", "~" } };
    struct buf out = { 0 };

    while (line.len > 0) {
        size_t used = 0;
        for (size_t i = 0; i < sizeof(escapes) / sizeof(escapes[0]); i++) {
            if (!str_starts_with(line, str_from(escapes[i][0])))
                continue;
            buf_append(&out, str_from(escapes[i][1]));
            used = strlen(escapes[i][0]);
        }
        if (used == 0)
            buf_append_char(&out, line.at[0]);
        line = str_skip(line, used ? used : 1);
    }
    struct str copy = arena_copy(arena, buf_str(&out));
    buf_release(&out);
    return copy;
}

static inline void manual_line(struct manual *m, struct entry *at,
                               struct str line, const char *end)
{
    struct str head = unescape(&m->arena, str_skip(line, 4));

    if (str_starts_with(line, STR(".Sh ")))
        *at = (struct entry){ .section = head };
    else if (str_starts_with(line, STR(".Ss ")))
        *at = (struct entry){ .section = at->section, .subsection = head };
    else if (str_starts_with(line, STR(".It "))) {
        assert_true(m->count < ENTRIES_MAX);
        at->head = head;
        at->body = (struct str){ end, 0 };
        m->entries[m->count++] = *at;
        return;
    } else if (at->head.len > 0) {
        struct str *body = &m->entries[m->count - 1].body;
        body->len = (size_t)(end - body->at);
        return;
    }
    at->head = (struct str){ 0 };
}

static inline struct manual *manual_read(const char *path)
{
    struct manual *m = mem_alloc(sizeof(*m));
    struct entry at = { 0 };
    struct str rest, line;

    m->text = rest = slurp(&m->arena, path);
    while (str_split(&rest, '\n', &line))
        manual_line(m, &at, line, line.at + line.len);
    return m;
}

static inline void manual_free(struct manual *m)
{
    arena_release(&m->arena);
    free(m);
}

/* The word behind the macro: "Cm backend No = Ar NAME" gives "backend". */
static inline struct str entry_name(const struct entry *entry)
{
    struct str rest = str_skip(entry->head, 3);

    return str_take(rest, str_find_char(rest, ' '));
}

static inline void names_add(struct names *names, struct str name)
{
    assert_true(names->count < NAMES_MAX);
    names->at[names->count++] = name;
}

/* The names of an entry such as "Ic ^G , ^X ^E". */
static inline void names_of_list(struct names *names, struct str head)
{
    struct str rest = str_skip(head, 3);

    for (;;) {
        size_t comma = str_find(rest, STR(" , "));
        names_add(names, str_take(rest, comma));
        if (comma == SIZE_MAX)
            return;
        rest = str_skip(rest, comma + 3);
    }
}

static inline bool names_have(const struct names *names, struct str name)
{
    for (size_t i = 0; i < names->count; i++)
        if (str_equal(names->at[i], name))
            return true;
    return false;
}

/* Fails with the first name of `these` that `those` do not have. */
static inline void assert_all_in(const struct names *these,
                                 const struct names *those, const char *what)
{
    for (size_t i = 0; i < these->count; i++)
        if (!names_have(those, these->at[i]))
            fail_msg("\"%.*s\" %s", STR_ARG(these->at[i]), what);
}

/* Both ways: what the program has and what is documented. */
static inline void assert_documented(const struct names *real,
                                     const struct names *told)
{
    assert_true(real->count > 0);
    assert_all_in(real, told, "is not in the manual");
    assert_all_in(told, real, "is in the manual and does not exist");
}

#endif
