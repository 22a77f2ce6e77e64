/* The table of faults. A name that ends in a dash takes an argument. */
#include "kerf/sim/fault.h"

#include <stdio.h>

enum argument {
    ARGUMENT_NONE,
    ARGUMENT_WORD,
    ARGUMENT_STATUS,
    ARGUMENT_CLOSE,
    ARGUMENT_CLOSE_OR_STALL,
};

struct fault_row {
    const char *name;
    enum fault_kind kind;
    enum fault_point point;
    enum argument argument;
    const char *help;
};

// The longer name first where one begins with another.
static const struct fault_row fault_table[] = {
    { "before-created-", FAULT_CLOSE, POINT_BEFORE_CREATED,
      ARGUMENT_CLOSE_OR_STALL, "CODE or stall, before any event" },
    { "after-created-", FAULT_CLOSE, POINT_AFTER_CREATED,
      ARGUMENT_CLOSE_OR_STALL, "CODE or stall, after in_progress" },
    { "mid-delta-", FAULT_CLOSE, POINT_MID_DELTA, ARGUMENT_CLOSE_OR_STALL,
      "CODE or stall, after half of the deltas" },
    { "between-done-and-completed-", FAULT_CLOSE, POINT_BEFORE_COMPLETED,
      ARGUMENT_CLOSE_OR_STALL, "CODE or stall, before the terminal event" },
    { "stall", FAULT_STALL, POINT_MID_DELTA, ARGUMENT_NONE,
      "the same as mid-delta-stall" },
    { "failed-", FAULT_FAILED, POINT_MID_DELTA, ARGUMENT_WORD,
      "response.failed with this code, half way" },
    { "incomplete-", FAULT_INCOMPLETE, POINT_MID_DELTA, ARGUMENT_WORD,
      "response.incomplete for this reason, half way" },
    { "error-plan", FAULT_ERROR_PLAN, POINT_BEFORE_CREATED, ARGUMENT_NONE,
      "error event usage_limit_reached with resets_at" },
    { "error-classic", FAULT_ERROR_CLASSIC, POINT_AFTER_CREATED, ARGUMENT_NONE,
      "flat error event server_error, after in_progress" },
    { "error-", FAULT_ERROR, POINT_BEFORE_CREATED, ARGUMENT_STATUS,
      "error event of this status instead of a response" },
    { "bad-json", FAULT_BAD_JSON, POINT_MID_DELTA, ARGUMENT_NONE,
      "one message half way is cut JSON" },
    { "duplicate-sequence", FAULT_DUPLICATE_SEQUENCE, POINT_MID_DELTA,
      ARGUMENT_NONE, "one sequence number half way comes twice" },
    { "skipped-sequence", FAULT_SKIPPED_SEQUENCE, POINT_MID_DELTA,
      ARGUMENT_NONE, "one sequence number half way is left out" },
    { "empty-output", FAULT_EMPTY_OUTPUT, POINT_BEFORE_COMPLETED, ARGUMENT_NONE,
      "the terminal event has an empty output" },
    { "early-close-", FAULT_EARLY_CLOSE, POINT_BEFORE_CREATED, ARGUMENT_CLOSE,
      "101, then a close frame with CODE at once" },
    { "status-", FAULT_STATUS, POINT_BEFORE_CREATED, ARGUMENT_STATUS,
      "this HTTP status instead of 101" },
};

static const struct fault_row *row_for(struct str name)
{
    for (size_t i = 0; i < sizeof(fault_table) / sizeof(*fault_table); i++) {
        const struct fault_row *row = &fault_table[i];
        if (row->argument == ARGUMENT_NONE
                ? str_is(name, row->name)
                : str_starts_with(name, str_from(row->name)))
            return row;
    }
    return NULL;
}

static bool read_code(struct str s, uint64_t low, uint64_t high,
                      struct fault *fault, struct error *err)
{
    uint64_t number;

    if (!str_to_u64(s, &number) || number < low || number > high)
        return error_set(err, ERROR_USAGE,
                         "--fault: \"%.*s\" is not a number from %llu to %llu",
                         STR_ARG(s), (unsigned long long)low,
                         (unsigned long long)high);
    fault->code = (int)number;
    return true;
}

static bool read_argument(enum argument kind, struct str s, struct fault *fault,
                          struct error *err)
{
    switch (kind) {
    case ARGUMENT_NONE: return true;
    case ARGUMENT_WORD:
        if (s.len == 0 || s.len >= LIMIT_FAULT_WORD)
            return error_set(err, ERROR_USAGE, "--fault: \"%.*s\" is no word",
                             STR_ARG(s));
        snprintf(fault->word, sizeof(fault->word), "%.*s", STR_ARG(s));
        return true;
    case ARGUMENT_STATUS: return read_code(s, 400, 599, fault, err);
    case ARGUMENT_CLOSE_OR_STALL:
        if (str_is(s, "stall")) {
            fault->kind = FAULT_STALL;
            return true;
        }
        return read_code(s, 1000, 4999, fault, err);
    case ARGUMENT_CLOSE: return read_code(s, 1000, 4999, fault, err);
    }
    return false;
}

// Reads "", "N" or "A-B".
static bool read_range(struct str s, struct fault *fault, struct error *err)
{
    size_t dash = str_find_char(s, '-');

    fault->first = 1;
    fault->last = UINT64_MAX;
    if (s.len == 0)
        return true;
    struct str last = dash == SIZE_MAX ? s : str_skip(s, dash + 1);
    if ((dash != SIZE_MAX && !str_to_u64(str_take(s, dash), &fault->first))
        || !str_to_u64(last, &fault->last) || fault->first < 1
        || fault->last < fault->first)
        return error_set(err, ERROR_USAGE,
                         "--fault: \":%.*s\" is neither :N nor :A-B",
                         STR_ARG(s));
    return true;
}

bool fault_read(struct str text, struct fault *fault, struct error *err)
{
    size_t colon = str_find_char(text, ':');
    struct str name = str_take(text, colon);
    struct str range = str_skip(text, colon == SIZE_MAX ? colon : colon + 1);
    const struct fault_row *row = row_for(name);

    if (!row)
        return error_set(err, ERROR_USAGE, "--fault: no fault named \"%.*s\"",
                         STR_ARG(name));
    *fault = (struct fault){ .kind = row->kind, .point = row->point };
    struct str argument = str_skip(name, str_from(row->name).len);
    return read_argument(row->argument, argument, fault, err)
           && read_range(range, fault, err);
}

bool fault_is_of_handshake(const struct fault *fault)
{
    return fault->kind == FAULT_EARLY_CLOSE || fault->kind == FAULT_STATUS;
}

const struct fault *fault_for(const struct fault_list *list, bool handshake,
                              uint64_t number)
{
    for (size_t i = 0; i < list->count; i++) {
        const struct fault *fault = &list->at[i];
        if (fault_is_of_handshake(fault) == handshake && number >= fault->first
            && number <= fault->last)
            return fault;
    }
    return NULL;
}

void fault_help(struct buf *out)
{
    for (size_t i = 0; i < sizeof(fault_table) / sizeof(*fault_table); i++)
        buf_printf(out, "  %-28s %s\n", fault_table[i].name,
                   fault_table[i].help);
}
