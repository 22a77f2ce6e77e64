/* What the reader of Chat Completions is made of: the response as it grows
 * (chat_items.c) and the chunks it grows from (chat_stream.c). */
#ifndef KERF_SRC_WIRE_CHAT_PARTS_H
#define KERF_SRC_WIRE_CHAT_PARTS_H

#include "kerf/wire/chat.h"

#include "think.h"

struct chat_call {
    int64_t key;          // tool_calls[].index; -1 if it came without
    struct str server_id; // as the server calls it; may be empty
    struct str id, name;
    struct buf arguments;
    size_t index; // output_index
    size_t told;  // bytes of the arguments that were given out
    bool added;   // the session knows it
};

struct chat_stream {
    const struct session *session;
    struct arena arena; // ids and names
    chat_event_fn fn;   // while a chunk is fed
    void *ctx;
    bool created, over;
    struct str id, model, tier;
    struct think think;
    bool words_open; // an item of words grows
    enum item_kind words_kind;
    bool refusal;
    struct buf words;
    size_t words_index, next_index;
    struct chat_call *calls;
    size_t call_count, call_cap;
    struct str reasoning_field;
    struct buf finish; // finish_reason; empty until it came
    struct usage usage;
    struct chat_timing timing;
    struct buf scratch;
};

/* One piece of a tool call. Raw JSON, empty if absent. */
struct call_piece {
    int64_t key;
    struct str id, name, arguments;
    size_t place, of; // in its chunk
};

void chat_emit(struct chat_stream *s, struct event event);

/* Words grow: opens an item of the kind, closing another one. */
bool chat_words(struct chat_stream *s, enum item_kind kind, bool refusal,
                struct str text, struct error *err) KERF_CHECKED;
void chat_close_words(struct chat_stream *s);

bool chat_call_piece(struct chat_stream *s, const struct call_piece *piece,
                     struct error *err) KERF_CHECKED;

/* Ends the calls. `cut`: those whose arguments are not whole do not exist. */
void chat_close_calls(struct chat_stream *s, bool cut);

#endif
