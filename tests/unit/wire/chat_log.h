/* Events of a Chat Completions stream as text, deltas of one item joined, so
 * that streams which mean the same give the same log. */
#ifndef KERF_TESTS_UNIT_WIRE_CHAT_LOG_H
#define KERF_TESTS_UNIT_WIRE_CHAT_LOG_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "kerf/base/buf.h"
#include "kerf/wire/chat.h"

struct chat_log {
    struct buf text;
    enum event_kind last; // kind and item of the newest delta
    size_t last_index;
    struct session *session; // gets the events too, if it is set
    struct usage usage;
};

static inline bool is_delta(enum event_kind kind)
{
    return kind == EVENT_TEXT_DELTA || kind == EVENT_REASONING_DELTA
           || kind == EVENT_CALL_DELTA;
}

static inline void log_field(struct buf *out, const char *name, struct str text)
{
    if (text.len > 0)
        buf_printf(out, " %s=%.*s", name, STR_ARG(text));
}

static inline void log_event(struct chat_log *log, const struct event *event)
{
    bool again = is_delta(event->kind) && event->kind == log->last
                 && event->index == log->last_index;

    log->last = event->kind;
    log->last_index = event->index;
    if (again) {
        buf_append(&log->text, event->text);
        return;
    }
    if (log->text.len > 0)
        buf_append_char(&log->text, '\n');
    buf_printf(&log->text, "%s %zu", event_kind_name(event->kind),
               event->index);
    log_field(&log->text, "id", event->id);
    log_field(&log->text, "call", event->call_id);
    log_field(&log->text, "name", event->name);
    log_field(&log->text, "extra", event->extra);
    if (event->number != 0)
        buf_printf(&log->text, " number=%d", (int)event->number);
    log_field(&log->text, "text", event->text);
}

static inline void on_log_event(const struct event *event, void *ctx)
{
    struct chat_log *log = ctx;

    log_event(log, event);
    if (event->kind == EVENT_RESPONSE_COMPLETED)
        log->usage = event->usage;
    if (log->session)
        session_apply(log->session, event);
}

static inline void log_release(struct chat_log *log)
{
    buf_release(&log->text);
    *log = (struct chat_log){ 0 };
}

/* Feeds payloads, one a line, to the end of the stream. False if it broke. */
static inline bool play(struct chat_stream *stream, struct chat_log *log,
                        struct str lines, struct error *err)
{
    struct str line;

    while (str_split(&lines, '\n', &line))
        if (!chat_stream_feed(stream, line, on_log_event, log, err))
            return false;
    return chat_stream_finish(stream, on_log_event, log, err);
}

#endif
