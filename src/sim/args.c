/* Options are `--name`, `--name value` or `--name=value`; nothing else. */
#include "args.h"

#include <stdio.h>

static bool read_number(const struct arg_row *row, const char *value,
                        uint64_t *number, struct error *err)
{
    if (str_to_u64(str_from(value), number) && *number >= row->low
        && *number <= row->high)
        return true;
    return error_set(err, ERROR_USAGE,
                     "%s: \"%s\" is not a number from %llu to %llu", row->name,
                     value, (unsigned long long)row->low,
                     (unsigned long long)row->high);
}

static bool refuse_word(const struct arg_row *row, const char *value,
                        struct error *err)
{
    struct buf list = { 0 };

    for (size_t i = 0; row->words[i]; i++)
        buf_printf(&list, "%s%s",
                   i == 0              ? ""
                   : row->words[i + 1] ? ", "
                                       : " or ",
                   row->words[i]);
    error_set(err, ERROR_USAGE, "%s: \"%s\" is not %s", row->name, value,
              buf_cstr(&list));
    buf_release(&list);
    return false;
}

static bool read_word(const struct arg_row *row, const char *value,
                      unsigned *number, struct error *err)
{
    for (unsigned i = 0; row->words[i]; i++) {
        if (!str_is(str_from(value), row->words[i]))
            continue;
        *number = i;
        return true;
    }
    return refuse_word(row, value, err);
}

static bool store(const struct arg_row *row, const char *value, void *options,
                  struct error *err)
{
    void *place = (char *)options + row->offset;
    uint64_t number;

    switch (row->take) {
    case TAKE_FLAG: *(bool *)place = true; return true;
    case TAKE_TEXT: *(const char **)place = value; return true;
    case TAKE_NUMBER: return read_number(row, value, place, err);
    case TAKE_WORD: return read_word(row, value, place, err);
    case TAKE_CALL: return row->read(str_from(value), options, err);
    case TAKE_PORT:
        if (!read_number(row, value, &number, err))
            return false;
        *(uint16_t *)place = (uint16_t)number;
        return true;
    }
    return false;
}

static const struct arg_row *row_for(const struct arg_table *table,
                                     struct str name)
{
    for (size_t i = 0; i < table->count; i++)
        if (str_is(name, table->rows[i].name))
            return &table->rows[i];
    return NULL;
}

// Reads the option at args[*at] and its value; moves *at behind them.
static bool read_one(const struct arg_table *table, int count,
                     const char *const *args, int *at, void *options,
                     struct error *err)
{
    struct str text = str_from(args[(*at)++]);
    size_t equals = str_find_char(text, '=');
    const struct arg_row *row = row_for(table, str_take(text, equals));
    const char *value = NULL;

    if (!row)
        return error_set(err, ERROR_USAGE, "unknown option \"%.*s\"",
                         STR_ARG(text));
    if (equals != SIZE_MAX)
        value = text.at + equals + 1;
    if (!row->value && value)
        return error_set(err, ERROR_USAGE, "%s takes no value", row->name);
    if (row->value && !value && *at < count)
        value = args[(*at)++];
    if (row->value && (!value || !*value))
        return error_set(err, ERROR_USAGE, "%s needs a value", row->name);
    return store(row, value, options, err);
}

bool args_read(const struct arg_table *table, int count,
               const char *const *args, void *options, struct error *err)
{
    for (int at = 0; at < count;)
        if (!read_one(table, count, args, &at, options, err))
            return false;
    return true;
}

void args_help(const struct arg_table *table, struct buf *out)
{
    for (size_t i = 0; i < table->count; i++) {
        const struct arg_row *row = &table->rows[i];
        char name[40];
        snprintf(name, sizeof(name), "%s %s", row->name,
                 row->value ? row->value : "");
        buf_printf(out, "  %-28s %s\n", name, row->help);
    }
}
