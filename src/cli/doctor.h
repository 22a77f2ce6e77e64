/* What the parts of kerf doctor share. Private to the cli. */
#ifndef KERF_CLI_DOCTOR_H
#define KERF_CLI_DOCTOR_H

#include "fetch.h"
#include "parts.h"

#include "kerf/base/json.h"

enum level { LEVEL_OK, LEVEL_WARN, LEVEL_FAIL };

struct doctor {
    struct invocation *call;
    const struct setup *setup;
    struct line_out out;
    const struct backend *backend; // being looked at; NULL: the machine
    bool asks;                     // may send a request that costs money
    struct json_writer *json;      // NULL: as text
    enum level worst;
};

/* One line: what was looked at, what was seen (made safe), and what mends it
 * (empty if nothing is wrong). */
void doctor_tell(struct doctor *doctor, enum level level, const char *what,
                 const char *mend, const char *format, ...) KERF_PRINTF(5, 6);

struct check {
    const char *what;
    void (*run)(struct doctor *doctor, const char *what);
};

void doctor_run(struct doctor *doctor, const struct check *checks,
                size_t count);

/* The machine: terminal, programs, folders. The backend: everything up to its
 * first token. */
void doctor_check_machine(struct doctor *doctor);
void doctor_check_backend(struct doctor *doctor, const struct backend *backend);

#endif
