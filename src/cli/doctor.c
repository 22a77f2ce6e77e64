/* kerf doctor: looks at everything that kerf depends on, says what is wrong and
 * what mends it, a line each. Every check is an entry of a table. */
#include "doctor.h"

#include <stdarg.h>
#include <stdio.h>

#include "kerf/base/utf8.h"

#define SUBJECT_COLUMNS 12
#define WHAT_COLUMNS 12

static const char *const level_names[] = {
    [LEVEL_OK] = "ok",
    [LEVEL_WARN] = "warn",
    [LEVEL_FAIL] = "FAIL",
};

static void write_finding(struct json_writer *w, enum level level,
                          struct str subject, const char *what,
                          struct str detail, const char *mend)
{
    json_begin_object(w);
    json_member_str(w, "level", str_from(level_names[level]));
    json_member_str(w, "subject", subject);
    json_member_str(w, "check", str_from(what));
    json_member_str(w, "detail", detail);
    json_member_str(w, "mend", str_from(mend));
    json_end_object(w);
}

static void print_finding(enum level level, struct str subject,
                          const char *what, struct str detail, const char *mend)
{
    printf("%-4s  %-*.*s  %-*s  ", level_names[level], SUBJECT_COLUMNS,
           STR_ARG(subject), WHAT_COLUMNS, what);
    print_safe(detail);
    if (*mend)
        printf("  -> %s", mend);
    putchar('\n');
    fflush(stdout); // the next check may take its time
}

void doctor_tell(struct doctor *doctor, enum level level, const char *what,
                 const char *mend, const char *format, ...)
{
    char text[400];
    va_list args;
    struct str subject = doctor->backend ? doctor->backend->name : STR("here");

    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    if (level == LEVEL_OK)
        mend = "";
    if (doctor->json)
        write_finding(doctor->json, level, subject, what, str_from(text), mend);
    else
        print_finding(level, subject, what, str_from(text), mend);
    if (level > doctor->worst)
        doctor->worst = level;
}

void doctor_run(struct doctor *doctor, const struct check *checks, size_t count)
{
    for (size_t i = 0; i < count; i++)
        checks[i].run(doctor, checks[i].what);
}

static int examine(struct doctor *doctor)
{
    const struct config *config = &doctor->setup->config;

    line_out_open(&doctor->out, doctor->setup);
    doctor_check_machine(doctor);
    for (size_t i = 0; i < config->backend_count; i++)
        doctor_check_backend(doctor, &config->backends[i]);
    line_out_close(&doctor->out);
    return doctor->worst == LEVEL_FAIL ? EXIT_FAILED : EXIT_DONE;
}

int cli_doctor(struct invocation *call)
{
    struct setup setup;
    struct buf text = { 0 };
    struct json_writer w = { .out = &text };
    bool json = take_flag(call, "--json");
    struct doctor doctor = { .call = call,
                             .setup = &setup,
                             .asks = take_flag(call, "--ask"),
                             .json = json ? &w : NULL };

    if (!words_are_at_most(call, 0))
        return EXIT_USAGE;
    int status = load(call, &setup, false);
    if (json)
        json_begin_array(&w);
    if (status == EXIT_DONE)
        status = examine(&doctor);
    if (json) {
        json_end_array(&w);
        print_json(&text);
    }
    buf_release(&text);
    setup_release(&setup);
    return status;
}
