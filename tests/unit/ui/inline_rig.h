/* The line mode for tests: events and typed lines go in, printed text and
 * commands come out. The review's commands are carried out as the program
 * would. */
#ifndef KERF_TESTS_UI_INLINE_RIG_H
#define KERF_TESTS_UI_INLINE_RIG_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "kerf/base/buf.h"
#include "kerf/model/session.h"
#include "kerf/ui/figures.h"
#include "kerf/ui/inline.h"

#define RIG_COMMANDS 64

struct rig {
    struct session *session;
    struct inline_ui *ui;
    struct buf out; // since the last line that was typed
    struct arena arena;
    struct command commands[RIG_COMMANDS]; // of the last line
    size_t count;
};

static inline void rig_ask(struct rig *rig)
{
    inline_ask(rig->ui, rig->session);
    inline_take(rig->ui, &rig->out);
}

static inline struct rig rig_with(struct inline_options options)
{
    struct rig rig = { .session = session_create() };

    rig.ui = inline_create(&options);
    inline_begin(rig.ui, rig.session);
    return rig;
}

static inline void rig_release(struct rig *rig)
{
    inline_destroy(rig->ui);
    session_destroy(rig->session);
    buf_release(&rig->out);
    arena_release(&rig->arena);
}

/* True if the session took it. */
static inline bool rig_try(struct rig *rig, struct event event)
{
    if (event.time_ms == 0)
        event.time_ms = INT64_C(1795269720000);
    if (!session_apply(rig->session, &event))
        return false;
    inline_event(rig->ui, rig->session, &event);
    return true;
}

static inline void rig_apply(struct rig *rig, struct event event)
{
    assert_true(rig_try(rig, event));
}

static inline void rig_open(struct rig *rig)
{
    rig_apply(rig, (struct event){ .kind = EVENT_SESSION_OPENED,
                                   .id = STR("s1"),
                                   .name = STR("/home/u/net") });
    rig_apply(rig, (struct event){ .kind = EVENT_BACKEND,
                                   .name = STR("wafer-a"),
                                   .text = STR("spark"),
                                   .number = 128000 });
    rig_ask(rig);
}

/* --- what the program would do -------------------------------------------- */

static inline void rig_review(struct rig *rig, const struct command *command)
{
    size_t index = session_reviewing(rig->session);
    struct event event = { .kind = EVENT_KIND_COUNT,
                           .target = command->target,
                           .text = command->text,
                           .index = command->last_line };

    switch ((int)command->kind) {
    case CMD_DECIDE:
        event.kind = EVENT_DECIDED;
        event.state = (int)command->decision;
        break;
    case CMD_REDO_DECISION: event.flag = true; // fallthrough
    case CMD_UNDO_DECISION: event.kind = EVENT_DECISION_UNDONE; break;
    case CMD_SPLIT: event.kind = EVENT_SPLIT; break;
    case CMD_NOTE: event.kind = EVENT_NOTE; break;
    case CMD_END_REVIEW: event.kind = EVENT_REVIEW_ENDED; break;
    }
    if (index == NO_INDEX || event.kind == EVENT_KIND_COUNT)
        return;
    event.call_id = rig->session->proposals[index].call_id;
    rig_try(rig, event);
}

static inline void rig_talk(struct rig *rig, const struct command *command)
{
    struct event event = { .kind = EVENT_KIND_COUNT,
                           .text = command->text,
                           .index = command->index };

    if (command->kind == CMD_SEND)
        event.kind = session_is_busy(rig->session) ? EVENT_QUEUED
                                                   : EVENT_USER_MESSAGE;
    else if (command->kind == CMD_UNQUEUE)
        event.kind = EVENT_UNQUEUED;
    else if (command->kind == CMD_STASH)
        event.kind = command->text.len > 0 ? EVENT_STASHED : EVENT_UNSTASHED;
    if (event.kind != EVENT_KIND_COUNT)
        rig_try(rig, event);
}

static inline void rig_carry_out(struct rig *rig)
{
    struct command command;

    rig->count = 0;
    arena_reset(&rig->arena);
    while (inline_next_command(rig->ui, &command)) {
        assert_true(rig->count < RIG_COMMANDS);
        command.text = arena_copy(&rig->arena, command.text);
        rig->commands[rig->count++] = command;
        if (command.kind == CMD_SEND)
            inline_remember(rig->ui, command.text);
        rig_review(rig, &command);
        rig_talk(rig, &command);
    }
}

/* Types lines (a newline goes behind them); returns what is printed then. */
static inline const char *rig_type(struct rig *rig, const char *lines)
{
    struct buf typed = { 0 };

    buf_printf(&typed, "%s\n", lines);
    inline_take(rig->ui, &rig->out);
    buf_reset(&rig->out);
    inline_input(rig->ui, rig->session, buf_str(&typed));
    rig_carry_out(rig);
    rig_ask(rig);
    buf_release(&typed);
    return buf_cstr(&rig->out);
}

static inline const char *rig_interrupt(struct rig *rig)
{
    buf_reset(&rig->out);
    inline_interrupt(rig->ui, rig->session);
    rig_carry_out(rig);
    rig_ask(rig);
    return buf_cstr(&rig->out);
}

/* --- what a test says ----------------------------------------------------- */

static inline void assert_has(const char *text, const char *part)
{
    if (!strstr(text, part))
        fail_msg("\"%s\" is not in:\n%s", part, text);
}

static inline void assert_has_not(const char *text, const char *part)
{
    if (strstr(text, part))
        fail_msg("\"%s\" is in:\n%s", part, text);
}

/* The only command of the last line. */
static inline const struct command *rig_only(const struct rig *rig,
                                             enum command_kind kind)
{
    assert_int_equal(rig->count, 1);
    assert_int_equal(rig->commands[0].kind, kind);
    return &rig->commands[0];
}

static inline void rig_patch(struct rig *rig, const char *patch)
{
    rig_apply(rig, (struct event){ .kind = EVENT_PROPOSAL,
                                   .call_id = STR("p1"),
                                   .name = STR("a patch"),
                                   .text = str_from(patch) });
}

static inline void rig_file(struct rig *rig, size_t file, const char *bytes)
{
    rig_apply(rig, (struct event){ .kind = EVENT_PREIMAGE,
                                   .call_id = STR("p1"),
                                   .index = file,
                                   .text = str_from(bytes),
                                   .number = 0644,
                                   .flag = true });
}

/* A shell command that waits for approval. */
static inline void rig_approval(struct rig *rig, const char *command)
{
    static const struct event events[] = {
        { .kind = EVENT_USER_MESSAGE, .text = { "run it", 6 } },
        { .kind = EVENT_REQUEST_SENT, .number = 1000 },
        { .kind = EVENT_RESPONSE_CREATED, .id = { "r1", 2 } },
        { .kind = EVENT_ITEM_ADDED,
          .state = ITEM_CALL,
          .id = { "c1", 2 },
          .call_id = { "c1", 2 },
          .name = { "shell", 5 } },
        { .kind = EVENT_ITEM_DONE,
          .state = ITEM_CALL,
          .id = { "c1", 2 },
          .call_id = { "c1", 2 },
          .name = { "shell", 5 },
          .text = { "{}", 2 },
          .raw = { "{}", 2 } },
        { .kind = EVENT_RESPONSE_COMPLETED, .id = { "r1", 2 } },
    };

    for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++)
        rig_apply(rig, events[i]);
    rig_apply(rig, (struct event){ .kind = EVENT_APPROVAL_ASKED,
                                   .call_id = STR("c1"),
                                   .text = str_from(command) });
    rig_ask(rig);
}

#endif
