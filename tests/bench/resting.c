/* What kerf holds and does while nothing happens, and how it comes back to a
 * long session. */
#include <stdio.h>

#include "groups.h"

#include "kerf/loop/loop.h"
#include "kerf/model/session.h"
#include "kerf/store/journal.h"

#define SETTLE_MS 3000 // past the last answer of the terminal and the dial
#define IDLE_MS 5000
#define LONG_TOKENS 160000 // about 10,000 rows
#define PATIENCE_MS 30000
#define TURNS 10000
#define RESUMES 5
#define LONG_ID "20260101-000000-aaaa"

static double floor_pss(struct ground *ground)
{
    char floor[4200];

    snprintf(floor, sizeof(floor), "%s/floor", ground->floors);
    struct terminal *terminal =
        ground_terminal(ground, (const char *const[]){ floor, NULL });
    terminal_wait(terminal, "floor ready");
    double pss = memory_kb(terminal_pid(terminal), "Pss:") / 1024;
    terminal_end(terminal);
    return pss;
}

static void idle(struct ground *ground, struct report *report)
{
    struct terminal *terminal = ground_kerf(ground);
    double floor = floor_pss(ground);

    if (!terminal)
        return;
    pid_t pid = terminal_pid(terminal);
    ground_rest(terminal, SETTLE_MS);
    double cpu = cpu_ms(pid), wakes = wake_ups(pid);
    ground_rest(terminal, IDLE_MS);
    cpu = cpu_ms(pid) - cpu;
    wakes = wake_ups(pid) - wakes;
    report_print(report, &(struct figure){ "idle: resident (PSS)",
                                           memory_kb(pid, "Pss:") / 1024, "MiB",
                                           12, floor, "bare ncurses" });
    report_print(report,
                 &(struct figure){ "  threads", status_number(pid, "Threads:"),
                                   "", 6, 0, NULL });
    report_print(report, &(struct figure){ "  CPU in 5 seconds", cpu, "ms", 0,
                                           0, NULL });
    report_print(report, &(struct figure){ "  wake-ups in 5 seconds", wakes, "",
                                           0, 0, NULL });
    terminal_end(terminal);
}

static void long_answer(struct ground *ground, struct report *report)
{
    struct terminal *terminal = ground_kerf(ground);
    double pss = NOT_MEASURED;

    if (!terminal)
        return;
    size_t before = ground_bytes(terminal);
    terminal_type(terminal, "go\r");
    if (!isnan(ground_await(terminal, before, "ZQEND", PATIENCE_MS))) {
        ground_rest(terminal, SETTLE_MS);
        pss = memory_kb(terminal_pid(terminal), "Pss:") / 1024;
    }
    terminal_end(terminal);
    report_print(report, &(struct figure){ "160,000 tokens, 10,000 rows: PSS",
                                           pss, "MiB", 40, 0, NULL });
}

// --- a long session ----------------------------------------------------------

struct writing {
    struct journal *journal;
    int64_t at_ms;
    bool failed;
};

static void put(struct writing *writing, struct event event)
{
    event.time_ms = writing->at_ms++;
    journal_append(writing->journal, STR(LONG_ID), &event);
}

static void put_turn(struct writing *writing)
{
    struct str text = STR("It *is* so:\n\n- a\n- b\n\n```c\nreturn a;\n```\n");
    struct str raw =
        STR("{\"type\":\"message\",\"id\":\"m\",\"role\":\"assistant\","
            "\"content\":[{\"type\":\"output_text\",\"text\":\"It is so\"}]}");

    put(writing, (struct event){ .kind = EVENT_USER_MESSAGE,
                                 .text = STR("a question") });
    put(writing, (struct event){ .kind = EVENT_REQUEST_SENT, .number = 900 });
    put(writing,
        (struct event){ .kind = EVENT_RESPONSE_CREATED, .id = STR("r") });
    put(writing, (struct event){ .kind = EVENT_ITEM_ADDED,
                                 .state = ITEM_TEXT,
                                 .id = STR("m") });
    put(writing, (struct event){ .kind = EVENT_ITEM_DONE,
                                 .state = ITEM_TEXT,
                                 .id = STR("m"),
                                 .text = text,
                                 .raw = raw });
    put(writing,
        (struct event){ .kind = EVENT_RESPONSE_COMPLETED, .id = STR("r") });
    put(writing, (struct event){ .kind = EVENT_TURN_DONE, .state = TURN_OK });
}

static void note_failure(const struct error *err, void *ctx)
{
    ((struct writing *)ctx)->failed = err != NULL;
}

static bool write_session(const struct ground *ground)
{
    struct loop *loop = loop_create();
    struct str dir = str_from(ground_path(ground, "state/kerf"));
    struct writing writing = { .journal = journal_create(loop, dir),
                               .at_ms = 1767225600000 };

    put(&writing, (struct event){ .kind = EVENT_SESSION_OPENED,
                                  .id = STR(LONG_ID),
                                  .name = str_from(ground->tree) });
    for (size_t i = 0; i < TURNS; i++)
        put_turn(&writing);
    put(&writing,
        (struct event){ .kind = EVENT_USER_MESSAGE, .text = STR("ZQLAST") });
    journal_flush(writing.journal, note_failure, &writing);
    journal_destroy(writing.journal);
    loop_run(loop);
    loop_destroy(loop);
    return !writing.failed;
}

static double resume_once(struct ground *ground)
{
    double from = now_ms();
    struct terminal *terminal = ground_terminal(
        ground, (const char *const[]){ ground->kerf, "resume", LONG_ID, NULL });
    double took = ground_await(terminal, 0, "ZQLAST", PATIENCE_MS) - from;

    terminal_end(terminal);
    return took;
}

static void resume(struct ground *ground, struct report *report)
{
    double times[RESUMES];
    bool written = write_session(ground);

    for (size_t i = 0; i < RESUMES; i++)
        times[i] = written ? resume_once(ground) : NOT_MEASURED;
    report_print(report, &(struct figure){ "resume 10,000 turns: screen, p50",
                                           median(times, RESUMES), "ms", 100, 0,
                                           NULL });
}

void resting_rows(struct ground *ground, struct report *report)
{
    report_head("at rest");
    if (ground_serve(ground, GROUND_TOKENS, 0, 0))
        idle(ground, report);
    if (ground_serve(ground, LONG_TOKENS, 0, 0))
        long_answer(ground, report);
    if (ground_serve(ground, 40, 0, 0))
        resume(ground, report);
    ground_unserve(ground);
}
