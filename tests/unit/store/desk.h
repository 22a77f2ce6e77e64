/* A journal on a loop of its own, and what comes back from it. */
#ifndef KERF_TESTS_STORE_DESK_H
#define KERF_TESTS_STORE_DESK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "folder.h"
#include "kerf/base/buf.h"
#include "kerf/store/journal.h"

// --- a loop with a journal ---------------------------------------------------

struct desk {
    struct folder *folder;
    struct loop *loop;
    struct journal *journal;
    int flushed;
    struct error problem; // of the last flush
};

static inline const char *state_dir(struct folder *folder)
{
    return folder_path(folder, "state");
}

static inline struct desk desk_open(struct folder *folder)
{
    struct desk desk = { .folder = folder, .loop = loop_create() };

    desk.journal = journal_create(desk.loop, str_from(state_dir(folder)));
    return desk;
}

static inline void desk_close(struct desk *desk)
{
    journal_destroy(desk->journal);
    loop_destroy(desk->loop);
}

static inline void on_flushed(const struct error *err, void *ctx)
{
    struct desk *desk = ctx;

    desk->flushed++;
    desk->problem = err ? *err : (struct error){ 0 };
}

// Flushes and waits; says whether all is on disk.
static inline bool flush(struct desk *desk)
{
    int before = desk->flushed;

    journal_flush(desk->journal, on_flushed, desk);
    assert_int_equal(desk->flushed, before);
    while (desk->flushed == before)
        loop_step(desk->loop, 1000);
    return desk->problem.kind == ERROR_NONE;
}

static inline void add(struct desk *desk, const char *session,
                       enum event_kind kind, const char *text)
{
    struct event event = { .kind = kind,
                           .time_ms = 1000 + (int64_t)strlen(text),
                           .text = str_from(text) };
    journal_append(desk->journal, str_from(session), &event);
}

static inline void add_number(struct desk *desk, const char *session,
                              int number)
{
    char text[32];

    snprintf(text, sizeof(text), "NOTE-%06d", number);
    add(desk, session, EVENT_NOTICE, text);
}

// --- reading back ------------------------------------------------------------

struct heard {
    struct buf text; // "kind:text " of each event
    size_t count, lost;
    int last; // of NOTE-000001; -1 once they come out of order
    struct error err;
    bool fine;
};

static inline void on_event(const struct event *event, void *ctx)
{
    struct heard *heard = ctx;
    int number;
    char text[32];

    heard->count++;
    if (event->kind != EVENT_NOTICE)
        buf_printf(&heard->text, "%s:%.*s ", event_kind_name(event->kind),
                   STR_ARG(event->text));
    snprintf(text, sizeof(text), "%.*s", STR_ARG(event->text));
    if (sscanf(text, "NOTE-%d", &number) == 1)
        heard->last = heard->last >= 0 && number > heard->last ? number : -1;
}

static inline struct heard replay(struct folder *folder, const char *session)
{
    struct heard heard = { 0 };

    heard.fine = journal_replay(str_from(state_dir(folder)), str_from(session),
                                on_event, &heard, &heard.lost, &heard.err);
    return heard;
}

static inline void assert_heard(struct folder *folder, const char *session,
                                const char *text)
{
    struct heard heard = replay(folder, session);

    if (!heard.fine)
        fail_msg("%s", heard.err.text);
    assert_string_equal(buf_cstr(&heard.text), text);
    assert_int_equal(heard.lost, 0);
    buf_release(&heard.text);
}

#endif
