/* Private to sim: command lines as tables. A row says what an option is called,
 * what it takes and where its value goes; reader and help are made from it. */
#ifndef SIM_ARGS_H
#define SIM_ARGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kerf/base/buf.h"

enum take {
    TAKE_FLAG,   // bool
    TAKE_TEXT,   // const char *, borrowed
    TAKE_NUMBER, // uint64_t
    TAKE_PORT,   // uint16_t
    TAKE_WORD,   // an enum in the order of `words`
    TAKE_CALL,   // what `read` makes of it
};

struct arg_row {
    const char *name;
    const char *value; // as --help shows it; NULL for a flag
    enum take take;
    size_t offset;
    uint64_t low, high; // of numbers
    const char *help;
    const char *const *words; // NULL behind the last
    bool (*read)(struct str value, void *options, struct error *err);
};

struct arg_table {
    const struct arg_row *rows;
    size_t count;
};

/* Reads `count` arguments into `options`. False with ERROR_USAGE. */
bool args_read(const struct arg_table *table, int count,
               const char *const *args, void *options,
               struct error *err) KERF_CHECKED;

/* Appends a line for each option. */
void args_help(const struct arg_table *table, struct buf *out);

#endif
