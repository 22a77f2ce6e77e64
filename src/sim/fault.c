/*
 * Reading names of faults by the table, and finding the one that strikes. The
 * random schedule hashes seed, scope and number, so that what strikes a number
 * does not depend on what came before.
 */
#include "kerf/sim/fault.h"

#include <stdio.h>

#include "fault_table.h"
#include "kerf/sim/random.h"

#define LIMIT_NUMBER 1000000
#define LIMIT_COUNT 10000000

static const struct fault_row *row_for(struct str name)
{
    for (size_t i = 0; fault_row(i); i++) {
        const struct fault_row *row = fault_row(i);
        if (row->argument == ARGUMENT_NONE
                ? str_is(name, row->name)
                : str_starts_with(name, str_from(row->name)))
            return row;
    }
    return NULL;
}

static bool read_number(struct str s, uint64_t low, uint64_t high,
                        uint64_t *number, struct error *err)
{
    if (str_to_u64(s, number) && *number >= low && *number <= high)
        return true;
    return error_set(
        err, ERROR_USAGE, "--fault: \"%.*s\" is not a number from %llu to %llu",
        STR_ARG(s), (unsigned long long)low, (unsigned long long)high);
}

static bool read_code(struct str s, uint64_t low, uint64_t high,
                      struct fault *fault, struct error *err)
{
    uint64_t number;

    if (!read_number(s, low, high, &number, err))
        return false;
    fault->code = (int)number;
    return true;
}

static bool read_word(struct str s, struct fault *fault, struct error *err)
{
    if (s.len == 0 || s.len >= LIMIT_FAULT_WORD)
        return error_set(err, ERROR_USAGE, "--fault: \"%.*s\" is no word",
                         STR_ARG(s));
    snprintf(fault->word, sizeof(fault->word), "%.*s", STR_ARG(s));
    return true;
}

// A code, or one of two words that are kinds of their own.
static bool read_close(struct str s, struct fault *fault, struct error *err)
{
    bool is_stall = str_is(s, "stall"), is_deaf = str_is(s, "deaf");

    if (!is_stall && !is_deaf)
        return read_code(s, 1000, 4999, fault, err);
    fault->kind = is_stall ? FAULT_STALL : FAULT_DEAF;
    return true;
}

// N or N-CODE.
static bool read_byte(struct str s, struct fault *fault, struct error *err)
{
    size_t dash = str_find_char(s, '-');

    fault->code = 1006;
    return read_number(str_take(s, dash), 0, UINT64_MAX, &fault->count, err)
           && (dash == SIZE_MAX
               || read_code(str_skip(s, dash + 1), 1000, 4999, fault, err));
}

static bool read_argument(enum fault_argument kind, struct str s,
                          struct fault *fault, struct error *err)
{
    switch (kind) {
    case ARGUMENT_NONE: return true;
    case ARGUMENT_WORD: return read_word(s, fault, err);
    case ARGUMENT_STATUS: return read_code(s, 200, 599, fault, err);
    case ARGUMENT_REDIRECT: return read_code(s, 300, 399, fault, err);
    case ARGUMENT_NUMBER: return read_code(s, 0, LIMIT_NUMBER, fault, err);
    case ARGUMENT_CLOSE: return read_code(s, 1000, 4999, fault, err);
    case ARGUMENT_CLOSE_OR_STALL: return read_close(s, fault, err);
    case ARGUMENT_BYTE: return read_byte(s, fault, err);
    case ARGUMENT_COUNT:
        return read_number(s, 1, LIMIT_COUNT, &fault->count, err);
    }
    return false;
}

static bool read_only(struct str s, struct fault *fault, struct error *err)
{
    if (!read_number(s, 1, UINT64_MAX, &fault->first, err))
        return false;
    fault->last = fault->first;
    return true;
}

// Reads "", ":N", ":A-B" or "@N".
static bool read_range(struct str s, struct fault *fault, struct error *err)
{
    struct str range = str_skip(s, 1);
    size_t dash = str_find_char(range, '-');

    fault->first = 1;
    fault->last = UINT64_MAX;
    if (s.len == 0)
        return true;
    if (s.at[0] == '@')
        return read_only(range, fault, err);
    struct str last = dash == SIZE_MAX ? range : str_skip(range, dash + 1);
    if ((dash != SIZE_MAX && !str_to_u64(str_take(range, dash), &fault->first))
        || !str_to_u64(last, &fault->last) || fault->first < 1
        || fault->last < fault->first)
        return error_set(err, ERROR_USAGE,
                         "--fault: \"%.*s\" is neither :N nor :A-B",
                         STR_ARG(s));
    return true;
}

// Where the range begins; the length if there is none.
static size_t range_start(struct str text)
{
    size_t colon = str_find_char(text, ':'), at = str_find_char(text, '@');
    size_t start = colon < at ? colon : at;

    return start < text.len ? start : text.len;
}

bool fault_read(struct str text, struct fault *fault, struct error *err)
{
    size_t start = range_start(text);
    struct str name = str_take(text, start);
    const struct fault_row *row = row_for(name);

    if (!row)
        return error_set(err, ERROR_USAGE, "--fault: no fault named \"%.*s\"",
                         STR_ARG(name));
    *fault = (struct fault){ .kind = row->kind,
                             .scope = row->scope,
                             .point = row->point,
                             .code = row->code };
    struct str argument = str_skip(name, str_from(row->name).len);
    return read_argument(row->argument, argument, fault, err)
           && read_range(str_skip(text, start), fault, err);
}

bool fault_add(struct fault_list *list, struct str text, struct error *err)
{
    if (list->count == LIMIT_FAULTS)
        return error_set(err, ERROR_USAGE, "more than %d faults", LIMIT_FAULTS);
    if (!fault_read(text, &list->at[list->count], err))
        return false;
    list->count++;
    return true;
}

bool fault_example(size_t index, char name[LIMIT_FAULT_NAME])
{
    const struct fault_row *row = fault_row(index);

    if (!row)
        return false;
    snprintf(name, LIMIT_FAULT_NAME, "%s%s", row->name,
             row->example ? row->example : "");
    return true;
}

// Takes the `pick`-th row of a scope, round and round.
static bool pick_row(enum fault_scope scope, uint64_t pick, struct fault *fault)
{
    char name[LIMIT_FAULT_NAME];
    struct error err;
    size_t rows = 0, skip;

    for (size_t i = 0; fault_row(i); i++)
        rows += fault_row(i)->scope == scope;
    skip = (size_t)(pick % rows);
    for (size_t i = 0; fault_example(i, name); i++)
        if (fault_row(i)->scope == scope && skip-- == 0)
            return fault_read(str_from(name), fault, &err);
    return false;
}

bool fault_find(const struct fault_list *list, enum fault_scope scope,
                uint64_t number, struct fault *fault)
{
    uint64_t rng = list->seed ^ (number << 8) ^ (uint64_t)scope;

    for (size_t i = 0; i < list->count; i++) {
        const struct fault *it = &list->at[i];
        if (it->scope == scope && number >= it->first && number <= it->last) {
            *fault = *it;
            return true;
        }
    }
    return random_below(&rng, 100) < list->rate
           && pick_row(scope, random_next(&rng), fault);
}

void fault_help(struct buf *out)
{
    for (size_t i = 0; fault_row(i); i++)
        buf_printf(out, "  %-28s %s\n", fault_row(i)->name, fault_row(i)->help);
}
