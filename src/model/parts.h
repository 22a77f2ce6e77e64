/*
 * What the files of `model` share: the handlers that session_apply() calls,
 * one per kind of event, and the few steps that several of them take. A
 * handler returns false, having changed nothing, if the event makes no sense.
 */
#ifndef KERF_SRC_MODEL_PARTS_H
#define KERF_SRC_MODEL_PARTS_H

#include <stdbool.h>
#include <stddef.h>

#include "kerf/model/event.h"
#include "kerf/model/session.h"

typedef bool (*apply_fn)(struct session *session, const struct event *event);

// surroundings.c
bool apply_session_opened(struct session *session, const struct event *event);
bool apply_repo(struct session *session, const struct event *event);
bool apply_backend(struct session *session, const struct event *event);
bool apply_route(struct session *session, const struct event *event);
bool apply_link(struct session *session, const struct event *event);
bool apply_notice(struct session *session, const struct event *event);
bool apply_context_added(struct session *session, const struct event *event);
bool apply_queued(struct session *session, const struct event *event);
bool apply_unqueued(struct session *session, const struct event *event);
bool apply_draft(struct session *session, const struct event *event);
bool apply_stashed(struct session *session, const struct event *event);
bool apply_unstashed(struct session *session, const struct event *event);

// turn.c
bool apply_user_message(struct session *session, const struct event *event);
bool apply_request_sent(struct session *session, const struct event *event);
bool apply_wait(struct session *session, const struct event *event);
bool apply_turn_done(struct session *session, const struct event *event);
bool apply_cancelled(struct session *session, const struct event *event);

// response.c
bool apply_response_created(struct session *session, const struct event *event);
bool apply_response_completed(struct session *session,
                              const struct event *event);
bool apply_response_incomplete(struct session *session,
                               const struct event *event);
bool apply_response_failed(struct session *session, const struct event *event);
bool apply_response_lost(struct session *session, const struct event *event);

// items.c
bool apply_item_added(struct session *session, const struct event *event);
bool apply_text_delta(struct session *session, const struct event *event);
bool apply_reasoning_delta(struct session *session, const struct event *event);
bool apply_call_delta(struct session *session, const struct event *event);
bool apply_item_done(struct session *session, const struct event *event);

// calls.c
bool apply_approval_asked(struct session *session, const struct event *event);
bool apply_approval_answered(struct session *session,
                             const struct event *event);
bool apply_tool_started(struct session *session, const struct event *event);
bool apply_tool_output(struct session *session, const struct event *event);
bool apply_tool_done(struct session *session, const struct event *event);

// review.c, review_steps.c
bool apply_proposal(struct session *session, const struct event *event);
bool apply_preimage(struct session *session, const struct event *event);
bool apply_base(struct session *session, const struct event *event);
bool apply_decided(struct session *session, const struct event *event);
bool apply_decision_undone(struct session *session, const struct event *event);
bool apply_split(struct session *session, const struct event *event);
bool apply_hunk_edited(struct session *session, const struct event *event);
bool apply_alternative(struct session *session, const struct event *event);
bool apply_note(struct session *session, const struct event *event);
bool apply_note_removed(struct session *session, const struct event *event);
bool apply_reasked(struct session *session, const struct event *event);
bool apply_written(struct session *session, const struct event *event);
bool apply_write_failed(struct session *session, const struct event *event);
bool apply_write_undone(struct session *session, const struct event *event);
bool apply_hunk_undone(struct session *session, const struct event *event);
bool apply_staged(struct session *session, const struct event *event);
bool apply_review_ended(struct session *session, const struct event *event);

// steer.c
bool apply_steer(struct session *session, const struct event *event);

// compact.c
bool apply_compacted(struct session *session, const struct event *event);

/* All of the turn's open words become what `state` says. */
void steer_close(struct session *session, enum steer_state state);

/* The running response is the first one, or one that a steer has begun. */
void response_begin(struct session *session, const struct event *event);

/* Grows a heap array to hold `need` elements; doubles. */
void *grow(void *items, size_t *cap, size_t need, size_t size);

/* Makes `*kept` a copy of `text` in the session, unless it is one already. */
void keep(struct session *session, struct str *kept, struct str text);

/* Appends an item of the given kind, belonging to the present or the coming
 * turn. The pointer is good until the next one is appended. */
struct item *item_append(struct session *session, enum item_kind kind,
                         const struct event *event);

/* Appends a notice. */
void notice_append(struct session *session, const struct event *event,
                   struct str text, bool warning);

/* Returns the context item `id` that is still growing, or NULL. */
struct item *context_open(struct session *session, struct str id);

/* Returns the first item of the newest turn whose call is in `state`. */
size_t turn_call_in(const struct session *session, enum call_state state);

/* Between responses the turn follows its calls: sets who moves next. */
void turn_settle(struct session *session);

/* Ends what the running response left without its end: texts are cut, calls
 * are aborted and superseded. `again`: it is asked anew, so that all of it is
 * superseded. Returns true if there was anything. */
bool items_cut(struct session *session, bool again);

/* What came whole of a response that is asked for anew is superseded too, so
 * that it is not shown twice; unless a call came whole: it may be under way,
 * so it stays, and what led to it. */
void items_supersede(struct session *session);

/* Ends the complete calls that have no output. */
void calls_abort(struct session *session);

/* Gives the call of an item its output; what it proposed is still reviewed. */
void call_answer(struct session *session, struct item *item, struct str output,
                 int exit_status, bool well);

/* Ends the call of an item, and its review, with its output. */
void call_finish(struct session *session, struct item *item, struct str output,
                 int exit_status, bool well);

/* The proposal that an event names, or NULL. */
struct proposal *proposal_of(struct session *session,
                             const struct event *event);

/* A proposal for an item, or for no item (NO_INDEX): returns its index. */
size_t proposal_append(struct session *session, struct str call_id,
                       struct str label, size_t item);

/* Appends what the next bytes of a call's arguments hold of its patch. */
void proposal_unwrap(struct proposal *proposal, struct str arguments,
                     struct buf *out);

/* The next bytes of its patch; the whole of it, whatever came before; and the
 * end: reads to the end or notes the problem. */
void proposal_feed(struct session *session, struct proposal *proposal,
                   struct str bytes);
void proposal_restart(struct session *session, struct proposal *proposal);
void proposal_finish(struct session *session, struct proposal *proposal);
void proposal_fail(struct session *session, struct proposal *proposal,
                   struct str problem);
/* Makes a complete proposal another version of the hunk that the model was
 * asked for again, if it is one. */
void proposal_join(struct session *session, size_t proposal);
void proposal_end(struct session *session, size_t proposal);
void proposal_release(struct proposal *proposal);

#endif
