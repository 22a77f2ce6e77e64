/*
 * The items of a response. The API knows one message with content, reasoning
 * and calls; here they become items in the order in which they begin. Words
 * are done when something else begins; calls, whose pieces may come mixed, are
 * done at the end.
 */
#include "chat_parts.h"

#include "kerf/base/json.h"

void chat_emit(struct chat_stream *s, struct event event)
{
    s->fn(&event, s->ctx);
}

static void write_part(struct json_writer *w, const char *list,
                       const char *type, const char *key, struct str text)
{
    json_key(w, list);
    json_begin_array(w);
    json_begin_object(w);
    json_member_str(w, "type", str_from(type));
    json_member_str(w, key, text);
    json_end_object(w);
    json_end_array(w);
}

static void write_words(struct buf *out, const struct chat_stream *s)
{
    struct json_writer w = { .out = out };
    struct str text = buf_str(&s->words);

    json_begin_object(&w);
    if (s->words_kind == ITEM_REASONING) {
        json_member_str(&w, "type", STR("reasoning"));
        json_key(&w, "summary");
        json_put_raw(&w, STR("[]"));
        write_part(&w, "content", "reasoning_text", "text", text);
    } else {
        json_member_str(&w, "type", STR("message"));
        json_member_str(&w, "role", STR("assistant"));
        json_member_str(&w, "status", STR("completed"));
        if (s->refusal)
            write_part(&w, "content", "refusal", "refusal", text);
        else
            write_part(&w, "content", "output_text", "text", text);
    }
    json_end_object(&w);
}

void chat_close_words(struct chat_stream *s)
{
    struct buf raw = { 0 };

    if (!s->words_open)
        return;
    write_words(&raw, s);
    chat_emit(s, (struct event){
                     .kind = EVENT_ITEM_DONE,
                     .state = s->words_kind,
                     .index = s->words_index,
                     .text = buf_str(&s->words),
                     .raw = buf_str(&raw),
                 });
    s->words_open = false;
    buf_reset(&s->words);
    buf_release(&raw);
}

static bool take_index(struct chat_stream *s, size_t *index, struct error *err)
{
    if (s->next_index >= LIMIT_RESPONSE_ITEMS)
        return error_set(err, ERROR_LIMIT, "more than %d items in a response",
                         LIMIT_RESPONSE_ITEMS);
    *index = s->next_index++;
    return true;
}

static bool open_words(struct chat_stream *s, enum item_kind kind, bool refusal,
                       struct error *err)
{
    if (s->words_open && s->words_kind == kind && s->refusal == refusal)
        return true;
    chat_close_words(s);
    if (!take_index(s, &s->words_index, err))
        return false;
    s->words_open = true;
    s->words_kind = kind;
    s->refusal = refusal;
    chat_emit(s, (struct event){ .kind = EVENT_ITEM_ADDED,
                                 .state = kind,
                                 .index = s->words_index });
    return true;
}

static bool fits(const struct buf *buf, struct str more, struct error *err)
{
    return more.len <= LIMIT_ITEM_BYTES - buf->len
           || error_set(err, ERROR_LIMIT, "an item of more than %zu MiB",
                        LIMIT_ITEM_BYTES >> 20);
}

bool chat_words(struct chat_stream *s, enum item_kind kind, bool refusal,
                struct str text, struct error *err)
{
    if (text.len == 0)
        return true;
    if (!open_words(s, kind, refusal, err) || !fits(&s->words, text, err))
        return false;
    buf_append(&s->words, text);
    chat_emit(s,
              (struct event){ .kind = kind == ITEM_TEXT ? EVENT_TEXT_DELTA
                                                        : EVENT_REASONING_DELTA,
                              .index = s->words_index,
                              .text = text });
    return true;
}

// --- calls -------------------------------------------------------------------

// Says whether the piece begins another call under a key that is in use:
// some servers number all calls 0.
static bool is_another(const struct chat_call *call,
                       const struct call_piece *piece)
{
    return piece->id.len > 0 && call->server_id.len > 0
           && !str_equal(piece->id, call->server_id) && piece->name.len > 0;
}

static struct chat_call *find_by_key(struct chat_stream *s,
                                     const struct call_piece *piece)
{
    for (size_t i = s->call_count; i-- > 0;)
        if (s->calls[i].key == piece->key)
            return is_another(&s->calls[i], piece) ? NULL : &s->calls[i];
    return NULL;
}

static struct chat_call *find_by_id(struct chat_stream *s, struct str id)
{
    for (size_t i = s->call_count; i-- > 0;)
        if (str_equal(s->calls[i].server_id, id))
            return &s->calls[i];
    return NULL;
}

// The call that a piece belongs to, or NULL if it begins one.
static struct chat_call *find_call(struct chat_stream *s,
                                   const struct call_piece *piece)
{
    if (piece->key >= 0)
        return find_by_key(s, piece);
    if (piece->id.len > 0)
        return find_by_id(s, piece->id);
    if (piece->name.len > 0 || s->call_count == 0)
        return NULL;
    size_t at = piece->of > 1 ? piece->place : s->call_count - 1;
    return at < s->call_count ? &s->calls[at] : NULL;
}

static struct chat_call *begin_call(struct chat_stream *s,
                                    const struct call_piece *piece,
                                    struct error *err)
{
    if (s->call_count >= LIMIT_CHAT_CALLS) {
        error_set(err, ERROR_LIMIT, "more than %d calls in a response",
                  LIMIT_CHAT_CALLS);
        return NULL;
    }
    s->calls = arena_grow(&s->arena, s->calls, &s->call_cap, s->call_count + 1,
                          sizeof(*s->calls));
    struct chat_call *call = &s->calls[s->call_count++];
    *call = (struct chat_call){ .key = piece->key };
    return call;
}

static bool id_is_taken(const struct chat_stream *s, struct str id)
{
    for (size_t i = 0; i < s->call_count; i++)
        if (str_equal(s->calls[i].id, id))
            return true;
    return s->session && session_item_of(s->session, id) != NO_INDEX;
}

// An id of the server's, unless another call of the conversation has it.
static struct str choose_id(struct chat_stream *s, const struct chat_call *call)
{
    struct str id = call->server_id;

    for (size_t n = call->index; id.len == 0 || id_is_taken(s, id); n++)
        id = arena_printf(&s->arena, "call_%zu_%zu",
                          s->session ? s->session->requests : 0, n);
    return id;
}

static bool add_call(struct chat_stream *s, struct chat_call *call,
                     struct error *err)
{
    chat_close_words(s);
    if (!take_index(s, &call->index, err))
        return false;
    call->id = choose_id(s, call);
    call->added = true;
    chat_emit(s, (struct event){ .kind = EVENT_ITEM_ADDED,
                                 .state = ITEM_CALL,
                                 .index = call->index,
                                 .call_id = call->id,
                                 .name = call->name });
    return true;
}

// Gives out what has not been told yet, once the call has a name.
static bool tell_call(struct chat_stream *s, struct chat_call *call,
                      struct error *err)
{
    struct str news = str_skip(buf_str(&call->arguments), call->told);

    if (call->name.len == 0)
        return true;
    if (!call->added && !add_call(s, call, err))
        return false;
    call->told = call->arguments.len;
    if (news.len > 0)
        chat_emit(s, (struct event){ .kind = EVENT_CALL_DELTA,
                                     .index = call->index,
                                     .text = news });
    return true;
}

bool chat_call_piece(struct chat_stream *s, const struct call_piece *piece,
                     struct error *err)
{
    struct chat_call *call = find_call(s, piece);

    if (!call)
        call = begin_call(s, piece, err);
    if (!call || !fits(&call->arguments, piece->arguments, err))
        return false;
    if (call->server_id.len == 0)
        call->server_id = arena_copy(&s->arena, piece->id);
    if (call->name.len == 0)
        call->name = arena_copy(&s->arena, piece->name);
    buf_append(&call->arguments, piece->arguments);
    return tell_call(s, call, err);
}

static bool is_whole(const struct chat_call *call)
{
    struct error err = { 0 };
    struct json *tree = json_parse(buf_str(&call->arguments), &err);
    bool whole = json_kind(tree) == JSON_KIND_OBJECT;

    json_destroy(tree);
    return whole;
}

static void write_call(struct buf *out, const struct chat_call *call)
{
    struct json_writer w = { .out = out };

    json_begin_object(&w);
    json_member_str(&w, "type", STR("function_call"));
    json_member_str(&w, "call_id", call->id);
    json_member_str(&w, "name", call->name);
    json_member_str(&w, "arguments", buf_str(&call->arguments));
    json_end_object(&w);
}

// A call without arguments has an empty object of them.
static void close_call(struct chat_stream *s, struct chat_call *call)
{
    struct error ignored = { 0 };
    struct buf raw = { 0 };

    if (call->arguments.len == 0)
        buf_append(&call->arguments, STR("{}"));
    if (call->added || add_call(s, call, &ignored)) {
        write_call(&raw, call);
        chat_emit(s, (struct event){ .kind = EVENT_ITEM_DONE,
                                     .state = ITEM_CALL,
                                     .index = call->index,
                                     .call_id = call->id,
                                     .name = call->name,
                                     .text = buf_str(&call->arguments),
                                     .raw = buf_str(&raw) });
    }
    buf_release(&raw);
}

void chat_close_calls(struct chat_stream *s, bool cut)
{
    for (size_t i = 0; i < s->call_count; i++)
        if (!cut || is_whole(&s->calls[i]))
            close_call(s, &s->calls[i]);
}
