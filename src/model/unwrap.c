/*
 * A walk over one JSON object, a byte at a time: depth and quotes are counted,
 * and the string behind the first member `input` or `patch` of the outermost
 * object is unescaped. What is cut (an escape, a pair of surrogates) is held
 * until the rest has come.
 */
#include "unwrap.h"

#include <stdint.h>
#include <stdlib.h>

#include "kerf/base/arena.h"
#include "kerf/base/json.h"

#define LIMIT_KEY_BYTES 16
#define ESCAPE_BYTES 6     // \u0041
#define PAIR_BYTES (2 * 6) // \ud83d\ude00

enum unwrap_state {
    UNWRAP_BETWEEN, // outside of strings
    UNWRAP_STRING,  // in a string that is not wanted
    UNWRAP_PATCH,   // in the one that is
    UNWRAP_DONE,
};

struct unwrap {
    enum unwrap_state state;
    unsigned depth;
    bool escaped;              // in UNWRAP_STRING, behind a backslash
    bool is_value;             // behind a colon
    char key[LIMIT_KEY_BYTES]; // the string read last, on the first level
    size_t key_len;
    char held[PAIR_BYTES]; // an escape that is not complete
    size_t held_len;
};

struct unwrap *unwrap_create(void)
{
    return mem_alloc(sizeof(struct unwrap));
}

void unwrap_destroy(struct unwrap *unwrap)
{
    free(unwrap);
}

static bool key_is_wanted(const struct unwrap *u)
{
    struct str key = { u->key, u->key_len };

    return str_is(key, "input") || str_is(key, "patch");
}

static void enter_string(struct unwrap *u)
{
    if (u->depth == 1 && u->is_value && key_is_wanted(u)) {
        u->state = UNWRAP_PATCH;
        return;
    }
    u->state = UNWRAP_STRING;
    u->key_len = 0;
}

static void step_between(struct unwrap *u, char c)
{
    switch (c) {
    case '{':
    case '[': u->depth++; break;
    case '}':
    case ']': u->depth -= u->depth > 0; break;
    case ':': u->is_value = true; break;
    case ',': u->is_value = false; break;
    case '"': enter_string(u); break;
    }
}

static void step_string(struct unwrap *u, char c)
{
    if (u->escaped || c == '\\') {
        u->escaped = !u->escaped;
        u->key_len = LIMIT_KEY_BYTES; // such a key is none of ours
    } else if (c == '"') {
        u->state = UNWRAP_BETWEEN;
    } else if (u->key_len < LIMIT_KEY_BYTES) {
        u->key[u->key_len++] = c;
    }
}

// The length that the held escape has in the end, as far as it tells.
static size_t escape_len(const struct unwrap *u)
{
    if (u->held_len < 2)
        return 2;
    if (u->held[1] != 'u')
        return 2;
    if (u->held_len < 4)
        return ESCAPE_BYTES;
    bool first_of_pair = (u->held[2] == 'd' || u->held[2] == 'D')
                         && ((u->held[3] >= '8' && u->held[3] <= '9')
                             || (u->held[3] >= 'a' && u->held[3] <= 'b')
                             || (u->held[3] >= 'A' && u->held[3] <= 'B'));
    return first_of_pair ? PAIR_BYTES : ESCAPE_BYTES;
}

static void give_held(struct unwrap *u, struct buf *out)
{
    char quoted[PAIR_BYTES + 2];
    size_t len = 0;

    quoted[len++] = '"';
    for (size_t i = 0; i < u->held_len; i++)
        quoted[len++] = u->held[i];
    quoted[len++] = '"';
    if (!json_unescape((struct str){ quoted, len }, out))
        u->state = UNWRAP_DONE; // malformed
    u->held_len = 0;
}

static void step_escape(struct unwrap *u, char c, struct buf *out)
{
    u->held[u->held_len++] = c;
    if (u->held_len == escape_len(u))
        give_held(u, out);
}

// Behind the first half of a pair anything else may follow.
static bool pair_breaks(const struct unwrap *u, char c)
{
    return (u->held_len == ESCAPE_BYTES && c != '\\')
           || (u->held_len == ESCAPE_BYTES + 1 && c != 'u');
}

static void step_patch(struct unwrap *u, char c, struct buf *out)
{
    if (u->held_len > 0 && pair_breaks(u, c)) {
        bool begun = u->held_len > ESCAPE_BYTES;
        u->held_len = ESCAPE_BYTES;
        give_held(u, out);
        if (begun)
            u->held[u->held_len++] = '\\';
    }
    if (u->held_len > 0 || c == '\\')
        step_escape(u, c, out);
    else if (c == '"')
        u->state = UNWRAP_DONE;
    else
        buf_append_char(out, c);
}

void unwrap_feed(struct unwrap *u, struct str bytes, struct buf *out)
{
    for (size_t i = 0; i < bytes.len; i++)
        switch (u->state) {
        case UNWRAP_BETWEEN: step_between(u, bytes.at[i]); break;
        case UNWRAP_STRING: step_string(u, bytes.at[i]); break;
        case UNWRAP_PATCH: step_patch(u, bytes.at[i], out); break;
        case UNWRAP_DONE: return;
        }
}
