/*
 * What happened. Every change of a session is one of these; each is written to
 * the journal before its effect is shown as done. A flat record: which fields
 * a kind uses stands beside it, the others are zero. Texts are borrowed.
 */
#ifndef KERF_MODEL_EVENT_H
#define KERF_MODEL_EVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kerf/base/str.h"
#include "kerf/model/usage.h"
#include "kerf/patch/select.h"

enum event_kind {
    // The session and its surroundings.
    EVENT_SESSION_OPENED, // id: session id; name: root of the tree
    EVENT_REPO,           // name: branch; number: commits ahead; count:
                          // modified files; extra: untracked, in digits
    EVENT_BACKEND,        // name: backend; text: model; number: context window
                          // in tokens; price; flag: it is the built-in engine
    EVENT_ROUTE,          // name: backend that was chosen, empty if none; text:
                          // why, a sentence; extra: transport, "ws" or "http";
                          // flag: not the one before, or at first not the
                          // preferred one; then a notice tells
    EVENT_LINK,           // state: enum link_state; text: why, for a person; if
                          // ready: why there is no WebSocket, if there is a
                          // reason
    EVENT_NOTICE,         // text: one line for the person; flag: a warning

    // The conversation.
    EVENT_CONTEXT_ADDED, // name: label such as "make"; text: content for the
                         // model; number: exit status of a command, else 0;
                         // flag: it still grows (live output under `id`), the
                         // same event with that id and no flag completes it;
                         // state: enum context_reach
    EVENT_USER_MESSAGE,  // text; starts a turn (in TURN_READY it joins it);
                         // flag: the last message is asked again
    EVENT_QUEUED,        // text: typed while a turn runs; flag: goes to place
                         // `index` of the queue, else to its end
    EVENT_UNQUEUED,      // index: place in the queue of what was taken out
    EVENT_DRAFT,        // text: what stands in the composer, in case of a crash
    EVENT_STASHED,      // text: a draft that was put away
    EVENT_UNSTASHED,    // index: which of them was taken back; 0: the newest
    EVENT_REQUEST_SENT, // number: bytes; flag: a delta on a parent response;
                        // between turns it is a warm-up
    EVENT_WAIT,         // number: when the turn's request is made anew, Unix
                        // ms; count: how long that is, in ms
    EVENT_TURN_DONE,    // state: enum turn_outcome; text: why, if not well;
                        // name: "budget" or "policy" if that is the reason

    // From the model server, protocol.md 3.
    EVENT_RESPONSE_CREATED,   // id; name: model
    EVENT_ITEM_ADDED,         // index: output_index; state: enum item_kind; id;
                              // call_id; name: tool; text: how it begins
    EVENT_TEXT_DELTA,         // index; text
    EVENT_REASONING_DELTA,    // index; text
    EVENT_CALL_DELTA,         // index; text: piece of arguments or of a patch
    EVENT_ITEM_DONE,          // as ITEM_ADDED; text: the whole; raw: item JSON
    EVENT_RESPONSE_COMPLETED, // id; usage; name: model; extra: service tier
    EVENT_RESPONSE_INCOMPLETE, // id; usage; text: reason
    EVENT_RESPONSE_FAILED, // name: code; text: message; number: HTTP status, 0;
                           // extra: the parameter at fault; count: when a limit
                           // is lifted, Unix seconds; flag: asked again
    EVENT_RESPONSE_LOST,   // text: how the connection went; flag: asked again,
                           // which a notice tells unless the text is empty
    EVENT_CANCELLED,       // the user interrupted
    EVENT_STEER,           // a word into the running response; state: enum
                           // steer_state; id: of the steer; text: the word, or
                           // why it failed; name: code; flag: a failed one
                           // goes to the queue
    EVENT_COMPACTED,       // index: so many items are stood for by `raw` (JSON
                           // array of the server's) or by `text` (a summary);
                           // flag: the newest one is taken back

    // Tools. call_id names the call.
    EVENT_APPROVAL_ASKED,    // text: the exact command
    EVENT_APPROVAL_ANSWERED, // flag: yes (the call is pending again, and
                             // approved; `text`, if any, is the command that
                             // runs instead); a no ends it with `text` as
                             // reason; extra: "session" if for all of it
    EVENT_TOOL_STARTED,
    EVENT_TOOL_OUTPUT, // text: bytes of a running command, not yet judged
    EVENT_TOOL_DONE,   // text: the output for the model; number: exit status
                       // (-1: none); flag: it went well

    // The review. call_id names the proposal.
    EVENT_PROPOSAL,        // a patch from elsewhere; name: label; text: patch;
                           // state: enum review_kind
    EVENT_PREIMAGE,        // index: file; text: bytes; number: mode; flag: it
                           // exists; extra: why it must not be patched;
                           // state: 1 if the place it moves to is taken;
                           // id: git blob id in hex, if known
    EVENT_BASE,            // index: file; text: what the patch was written
                           // for; flag: it was found
    EVENT_DECIDED,         // target; state: enum decision
    EVENT_DECISION_UNDONE, // the last step of the review; flag: redone instead
    EVENT_SPLIT,           // target: a hunk, or the line to split it at
    EVENT_HUNK_EDITED,     // target: a hunk; text: its lines as edited
    EVENT_ALTERNATIVE,     // target: a hunk; index: the version put in force
    EVENT_NOTE,            // target; index: last line of a range; text
    EVENT_NOTE_REMOVED,    // target; index: last line
    EVENT_REASKED,         // target: a hunk to be written anew; text: how;
                           // extra: the same as the model is told
    EVENT_WRITTEN,         // id: write set; text: "M path\n" a line, A M D
    EVENT_WRITE_FAILED,    // text: why; nothing was changed
    EVENT_WRITE_UNDONE,    // id: write set; text: paths as above
    EVENT_HUNK_UNDONE,     // target: a hunk; id: the write set that took it
                           // back; text: paths as above
    EVENT_STAGED,          // id: write set; text: the paths that went to the
                           // index, as above
    EVENT_REVIEW_ENDED,    // text: the verdict in words, as sent to the model;
                           // flag: a new version is asked for
    EVENT_KIND_COUNT,
};

enum link_state {
    LINK_NONE, // nothing tried yet
    LINK_CONNECTING,
    LINK_READY,
    LINK_LOST,   // will be dialled again when needed or by itself
    LINK_FAILED, // will not work until something is changed
};

enum context_reach {
    CONTEXT_SENT,  // with the next request
    CONTEXT_ASIDE, // for the person alone
};

enum item_kind {
    ITEM_USER,
    ITEM_CONTEXT,
    ITEM_TEXT, // the assistant's words
    ITEM_REASONING,
    ITEM_CALL,  // function call: JSON arguments
    ITEM_PATCH, // apply_patch: its input is a patch for review
    ITEM_NOTICE,
    ITEM_OTHER, // an item of the server we pass back and do not show
};

// protocol.md 2.6
enum steer_state {
    STEER_NONE,
    STEER_SENT,
    STEER_ACCEPTED, // the server has it
    STEER_PENDING,  // it waits for the outputs of calls
    STEER_TAKEN,    // a response to it has begun
    STEER_FAILED,
};

// What a patch is reviewed against, and where the accepted part goes.
enum review_kind {
    REVIEW_PATCH,    // the tree
    REVIEW_UNSTAGED, // git's index: the patch is what the tree has beside it
    REVIEW_STAGED,   // git's index: the patch takes out what is staged
};

enum turn_outcome {
    TURN_OK,
    TURN_CANCELLED,
    TURN_FAILED,
};

struct event {
    enum event_kind kind;
    int64_t time_ms; // wall clock, Unix epoch
    struct str id, call_id, name, text, extra, raw;
    int64_t number, count;
    int state;
    bool flag;
    bool replayed; // from a journal: files are not known yet, decisions about
                   // them are taken on trust. Not journalled itself
    size_t index;
    struct target target;
    struct usage usage;
    struct price price;
};

/* The word for a kind, as the journal writes it: "text_delta". */
const char *event_kind_name(enum event_kind kind);

/* Finds a kind by its word; returns EVENT_KIND_COUNT if there is none. */
enum event_kind event_kind_find(struct str name);

/* Says whether the journal keeps events of this kind: all but those whose
 * content is of the moment, or read anew at resume (preimages, links, waits,
 * live tool output). */
bool event_is_journalled(enum event_kind kind);

#endif
