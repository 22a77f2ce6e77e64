/* Private to sim: the table of faults. */
#ifndef SIM_FAULT_TABLE_H
#define SIM_FAULT_TABLE_H

#include "kerf/sim/fault.h"

enum fault_argument {
    ARGUMENT_NONE,
    ARGUMENT_WORD,
    ARGUMENT_STATUS,   // 200 to 599
    ARGUMENT_REDIRECT, // 300 to 399
    ARGUMENT_NUMBER,   // 0 to 1,000,000
    ARGUMENT_CLOSE,
    ARGUMENT_CLOSE_OR_STALL, // or "stall" or "deaf"
    ARGUMENT_BYTE,           // N or N-CODE
    ARGUMENT_COUNT,          // 1 to 10,000,000, into `count`
};

struct fault_row {
    const char *name;
    enum fault_kind kind;
    enum fault_scope scope;
    enum fault_point point;
    enum fault_argument argument;
    int code;            // of kinds that take none
    const char *example; // of an argument; NULL: takes none
    const char *help;
};

/* Returns row `index`, NULL behind the last. */
const struct fault_row *fault_row(size_t index);

#endif
