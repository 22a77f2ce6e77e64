/*
 * What must hold whatever the network does (protocol.md 9), under random
 * faults and stops, from a seed that is told when something does not hold:
 * the history that the server is sent only grows; no call is run twice and
 * every one has one output; no text is shown twice; nothing of a turn that was
 * stopped comes later.
 *
 *   test_chance [seed [turns]]
 */
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
#include "kerf/sim/fault.h"
#include "kerf/sim/random.h"
#include "stand.h"

#define TURNS 40               // of one session
#define ANSWERS 800            // of one scenario
#define LIMIT_CONNECTIONS 4000 // of one session
#define WAIT_PERMILLE 1
#define SLOW_TPS 400 // slow enough for something to happen meanwhile

// --- what the model says ---------------------------------------------------

// The words of answer `number`; each tells from its end whose it is.
static struct str words_of(struct arena *arena, unsigned number)
{
    struct buf text = { 0 };

    buf_printf(&text, "<%u", number);
    for (unsigned i = 0; i < 3 + number % 17; i++)
        buf_printf(&text, " word%u\xe2\x82\xac", i);
    buf_printf(&text, " %u>", number);
    struct str words = arena_copy(arena, buf_str(&text));
    buf_release(&text);
    return words;
}

static void put_call(struct json_writer *w, const char *kind, const char *name,
                     const char *member, const char *value)
{
    json_begin_object(w);
    json_key(w, kind);
    json_begin_object(w);
    json_member_str(w, "name", str_from(name));
    json_key(w, member);
    json_put_raw(w, str_from(value));
    json_end_object(w);
    json_end_object(w);
}

static void put_read(struct json_writer *w)
{
    put_call(w, "function_call", "read_file", "arguments",
             "{\"path\":\"a.txt\"}");
}

static void put_shell(struct json_writer *w)
{
    put_call(w, "function_call", "shell", "arguments",
             "{\"command\":\"true\"}");
}

static void put_patch(struct json_writer *w)
{
    put_call(w, "custom_tool_call", "apply_patch", "input",
             "\"*** Begin Patch\\n*** Update File: a.txt\\n@@\\n one\\n"
             "-two\\n+three\\n*** End Patch\\n\"");
}

static void put_entry(struct json_writer *w, const char *name, struct str text)
{
    json_begin_object(w);
    json_member_str(w, name, text);
    json_end_object(w);
}

static void put_answer(struct json_writer *w, unsigned number, uint64_t *dice)
{
    struct arena arena = { 0 };
    uint64_t kind = random_below(dice, 12);

    json_begin_array(w);
    if (random_below(dice, 3) == 0)
        put_entry(w, "reasoning", STR("Let me think about it."));
    if (kind != 1)
        put_entry(w, "text", words_of(&arena, number));
    if (kind < 3)
        put_read(w);
    if (kind == 2)
        put_read(w);
    if (kind == 3)
        put_patch(w);
    if (kind == 4 && random_below(dice, 4) == 0)
        put_shell(w);
    json_end_array(w);
    arena_release(&arena);
}

static void write_scenario(uint64_t *dice, struct buf *out)
{
    struct json_writer w = { out, false };

    json_begin_object(&w);
    json_key(&w, "turns");
    json_begin_array(&w);
    for (unsigned i = 0; i < ANSWERS; i++)
        put_answer(&w, i, dice);
    json_end_array(&w);
    json_end_object(&w);
}

// --- what goes wrong -------------------------------------------------------

// Too slow for a test, or of a transport that is not there.
static bool is_left_out(const char *name)
{
    static const char *const names[] = { "silent",    "drip-",  "slow-head-",
                                         "tls-close", "flood-", "never-reads",
                                         "html-200" };

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (strncmp(name, names[i], strlen(names[i])) == 0)
            return true;
    return false;
}

static size_t fault_count(void)
{
    char name[LIMIT_FAULT_NAME];
    size_t count = 0;

    while (fault_example(count, name))
        count++;
    return count;
}

// Some fault that strikes one of the next things of its kind.
static void put_fault(struct stand *stand, uint64_t *dice)
{
    struct fault_list *list = &stand->sim.faults;
    struct fault *fault = &list->at[list->count];
    char name[LIMIT_FAULT_NAME];
    struct error err = { 0 };
    uint64_t next = 0;

    do
        assert_true(fault_example(random_below(dice, fault_count()), name));
    while (is_left_out(name));
    assert_true(fault_read(str_from(name), fault, &err));
    switch (fault->scope) {
    case SCOPE_CONNECTION: next = stand->world.connections; break;
    case SCOPE_REQUEST: next = stand->world.requests; break;
    case SCOPE_RESPONSE: next = stand->world.answers; break;
    }
    if (fault->kind == FAULT_CUT_BYTE)
        fault->count = random_below(dice, 4000);
    fault->first = fault->last = next + 1 + random_below(dice, 2);
    list->count++;
}

static void put_faults(struct stand *stand, uint64_t *dice)
{
    size_t count = random_below(dice, 4);

    stand->sim.faults.count = 0;
    for (size_t i = 0; i < count; i++)
        put_fault(stand, dice);
    stand->sim.fragment_bytes =
        random_below(dice, 4) == 0 ? 1 + random_below(dice, 40) : 0;
    stand->sim.tps = random_below(dice, 4) == 0 ? SLOW_TPS : 0;
    stand->sim.segments = (enum segments)random_below(dice, 3);
}

// --- what must hold --------------------------------------------------------

struct watcher {
    struct arena arena;
    unsigned char *outputs, *starts; // by item
    size_t cap, starts_cap;
    size_t words; // said into answers
    bool stopped; // nothing of a server may come before the next request
    char problem[900];
};

#define WRONG(watcher, ...) \
    snprintf((watcher)->problem, sizeof((watcher)->problem), __VA_ARGS__)

static unsigned char *counter(struct watcher *watcher, unsigned char **counts,
                              size_t *cap, size_t index)
{
    *counts = arena_grow(&watcher->arena, *counts, cap, index + 1, 1);
    return &(*counts)[index];
}

static void count_call(struct stand *stand, struct watcher *watcher,
                       const struct event *event)
{
    size_t index = session_item_of(stand->session, event->call_id);
    bool ends = event->kind != EVENT_TOOL_STARTED;

    if (index == NO_INDEX)
        return;
    unsigned char *count =
        ends ? counter(watcher, &watcher->outputs, &watcher->cap, index)
             : counter(watcher, &watcher->starts, &watcher->starts_cap, index);
    if (++*count > 1)
        WRONG(watcher, "call %.*s %s twice", STR_ARG(event->call_id),
              ends ? "has an output" : "runs");
}

static void watch(struct stand *stand, const struct event *event, void *ctx)
{
    struct watcher *watcher = ctx;

    switch (event->kind) {
    case EVENT_TOOL_STARTED:
    case EVENT_TOOL_DONE: count_call(stand, watcher, event); return;
    case EVENT_REQUEST_SENT:
    case EVENT_USER_MESSAGE: watcher->stopped = false; return;
    case EVENT_CANCELLED: watcher->stopped = true; return;
    case EVENT_STEER: watcher->words += event->state == STEER_SENT; return;
    case EVENT_ITEM_ADDED:
    case EVENT_TEXT_DELTA:
    case EVENT_REASONING_DELTA:
    case EVENT_CALL_DELTA:
    case EVENT_ITEM_DONE:
        if (watcher->stopped)
            WRONG(watcher, "%s after the stop", event_kind_name(event->kind));
        return;
    default: return;
    }
}

// A text is one answer's, as a whole unless it was cut, and the only one.
static void check_text(const struct session *session, struct watcher *watcher,
                       const struct item *item, bool *seen)
{
    bool may_break_off = item->cut
                         || session->turns[item->turn].outcome != TURN_OK;
    struct arena arena = { 0 };
    struct str text = buf_str(&item->text);
    uint64_t number = ANSWERS;
    struct str digits = str_skip(text, 1);

    str_to_u64(str_take(digits, str_find_char(digits, ' ')), &number);
    struct str words = number < ANSWERS ? words_of(&arena, (unsigned)number)
                                        : (struct str){ 0 };
    bool whole = str_equal(words, text);
    bool part = may_break_off && str_starts_with(words, text);
    if (number >= ANSWERS) {
        if (!may_break_off && str_find(text, STR("word")) != SIZE_MAX)
            WRONG(watcher, "odd text: %.*s", STR_ARG(text));
    } else if (!whole && !part) {
        WRONG(watcher, "mixed text: %.*s", STR_ARG(text));
    } else if (seen[number]) {
        WRONG(watcher, "text %u is shown twice", (unsigned)number);
    } else {
        seen[number] = true;
    }
    arena_release(&arena);
}

static void check_items(const struct stand *stand, struct watcher *watcher)
{
    bool seen[ANSWERS] = { false };

    for (size_t i = 0; i < stand->session->item_count; i++) {
        const struct item *item = &stand->session->items[i];
        if (item->superseded)
            continue;
        if (item->kind == ITEM_TEXT)
            check_text(stand->session, watcher, item, seen);
        if (item_is_call(item) && item->call != CALL_DONE
            && item->call != CALL_ABORTED)
            WRONG(watcher, "call %.*s has no end", STR_ARG(item->call_id));
    }
}

// --- the history that the server has ---------------------------------------

struct ledger {
    struct buf *of;    // by connection: what its newest request amounts to
    struct buf said;   // words into its answers, which have no request yet
    struct buf newest; // of all
    int64_t said_on;   // the connection of the words
    const struct session *session;
    struct watcher *watcher;
};

static bool is_from_client(const struct json *item)
{
    struct str role = json_str(json_member(item, "role"));
    struct str type = json_str(json_member(item, "type"));

    return str_is(role, "user") || str_is(role, "tool")
           || str_ends_with(type, STR("_output"));
}

static void put_item(const struct json *item, struct buf *out)
{
    struct str text = json_str(json_member(item, "content")), line;

    if (!is_from_client(item))
        return;
    if (text.len == 0) {
        json_dump(item, out);
        buf_append_char(out, '\n');
    }
    while (str_split(&text, '\n', &line)) // chat: neighbours are joined
        if (line.len > 0)
            buf_printf(out, "%.*s\n", STR_ARG(line));
}

static void put_items(const struct json *list, struct buf *out)
{
    for (size_t i = 0; i < json_count(list); i++)
        put_item(json_at(list, i), out);
}

static void check_growth(struct watcher *watcher, struct str was, struct str is)
{
    size_t same = 0;

    while (same < was.len && same < is.len && was.at[same] == is.at[same])
        same++;
    size_t from = same > 40 ? same - 40 : 0;
    if (same < was.len)
        WRONG(watcher, "the history was \"%.*s\" and is \"%.*s\"",
              STR_ARG(str_take(str_skip(was, from), 120)),
              STR_ARG(str_take(str_skip(is, from), 120)));
}

// Those that failed are said again, as messages.
static bool was_taken(const struct session *session, struct str word)
{
    for (size_t i = 0; i < session->item_count; i++)
        if (session->items[i].steer == STEER_TAKEN
            && str_equal(buf_str(&session->items[i].text), word))
            return true;
    return false;
}

// A word that was said into an answer, as a request would say it.
static void see_word(struct ledger *ledger, const struct json *record,
                     int64_t number)
{
    struct str word = json_str(json_member(record, "input"));

    if (number != ledger->said_on)
        buf_reset(&ledger->said);
    ledger->said_on = number;
    if (was_taken(ledger->session, word))
        buf_printf(&ledger->said,
                   "{\"type\":\"message\",\"role\":\"user\",\"content\":[{"
                   "\"type\":\"input_text\",\"text\":\"%.*s\"}]}\n",
                   STR_ARG(word));
}

// What goes on from the answer to words goes on from the words.
static void put_words(struct ledger *ledger, int64_t number, struct buf *now)
{
    if (number == ledger->said_on)
        buf_append(now, buf_str(&ledger->said));
    buf_reset(&ledger->said);
}

static void see_request(const struct json *record, void *ctx)
{
    struct ledger *ledger = ctx;
    struct str text = json_str(json_member(record, "message"));
    int64_t number = json_int(json_member(record, "connection"), 0);
    struct error err = { 0 };

    if (str_is(json_str(json_member(record, "event")), "steer"))
        see_word(ledger, record, number);
    if (text.len == 0 || number < 0 || number >= LIMIT_CONNECTIONS)
        return;
    struct json *message = json_parse(text, &err);
    const struct json *input = json_member(message, "input");
    struct buf *now = &ledger->of[number];
    if (str_is(json_str(json_member(record, "kind")), "delta"))
        put_words(ledger, number, now);
    else
        buf_reset(now);
    put_items(input ? input : json_member(message, "messages"), now);
    json_destroy(message);
    if (json_bool(json_member(record, "warm_up"), false))
        return;
    check_growth(ledger->watcher, buf_str(&ledger->newest), buf_str(now));
    buf_reset(&ledger->newest);
    buf_append(&ledger->newest, buf_str(now));
}

static void check_history(const struct stand *stand, struct watcher *watcher)
{
    struct ledger ledger = {
        .of = mem_alloc(LIMIT_CONNECTIONS * sizeof(*ledger.of)),
        .session = stand->session,
        .watcher = watcher,
    };

    stand_each_record(stand, see_request, &ledger);
    for (size_t i = 0; i < LIMIT_CONNECTIONS; i++)
        buf_release(&ledger.of[i]);
    free(ledger.of);
    buf_release(&ledger.newest);
    buf_release(&ledger.said);
    if (str_find(buf_str(&stand->told), STR("No tool ")) != SIZE_MAX)
        WRONG(watcher, "the server misses an output, or has one too many");
}

// --- a session -------------------------------------------------------------

// Some rounds of the loop, unless the turn ends before.
static void go_round(struct stand *stand, size_t rounds)
{
    int64_t since_ms = loop_now_ms();

    for (size_t i = 0; i < rounds && session_is_busy(stand->session); i++)
        stand_step(stand, since_ms);
}

// In one turn of five a word is said while it runs, one of five is stopped.
static void take_turn(struct stand *stand, uint64_t *dice, unsigned number)
{
    struct arena arena = { 0 };
    uint64_t kind = random_below(dice, 5);

    agent_send(stand->agent, arena_printf(&arena, "message %u", number));
    if (kind > 1) {
        stand_finish(stand);
        arena_release(&arena);
        return;
    }
    go_round(stand, random_below(dice, 60));
    if (kind == 0)
        agent_interrupt(stand->agent);
    else if (session_is_busy(stand->session))
        agent_send(stand->agent, arena_printf(&arena, "word %u", number));
    stand_finish(stand);
    arena_release(&arena);
}

struct tally {
    size_t turns, well, stopped, words, requests, full;
};

static void tally(const struct stand *stand, struct tally *sum)
{
    struct stand_count count = stand_count(stand);

    for (size_t i = 0; i < stand->session->turn_count; i++) {
        sum->well += stand->session->turns[i].outcome == TURN_OK;
        sum->stopped += stand->session->turns[i].outcome == TURN_CANCELLED;
    }
    sum->turns += stand->session->turn_count;
    sum->requests += count.requests;
    sum->full += count.full;
}

static void run_session(uint64_t seed, const char *transport,
                        const char *protocol, struct tally *sum)
{
    uint64_t dice = seed;
    struct buf scenario = { 0 };
    struct watcher watcher = { 0 };
    struct stand stand;

    write_scenario(&dice, &scenario);
    stand_open(&stand, &(struct stand_options){
                           .sim = "--engine script --scenario -",
                           .scenario = buf_str(&scenario),
                           .transport = transport,
                           .protocol = protocol,
                           .more = "steer=true",
                           .wait_permille = WAIT_PERMILLE,
                       });
    stand.watch = watch;
    stand.ctx = &watcher;
    for (unsigned i = 0; i < TURNS && !*watcher.problem; i++) {
        put_faults(&stand, &dice);
        take_turn(&stand, &dice, i);
    }
    if (!*watcher.problem)
        check_items(&stand, &watcher);
    if (!*watcher.problem)
        check_history(&stand, &watcher);
    tally(&stand, sum);
    sum->words += watcher.words;
    if (*watcher.problem)
        fail_msg("seed %llu over %s, %s: %s\n%.*s", (unsigned long long)seed,
                 transport, protocol, watcher.problem,
                 STR_ARG(buf_str(&stand.told)));
    stand_close(&stand);
    arena_release(&watcher.arena);
    buf_release(&scenario);
}

static void soak(uint64_t seed, size_t turns)
{
    static const char *const ways[][2] = { { "ws", "responses" },
                                           { "http", "responses" },
                                           { "http", "chat" },
                                           { "auto", "responses" } };
    struct tally sum = { 0 };

    for (; sum.turns < turns; seed++)
        run_session(seed, ways[seed % 4][0], ways[seed % 4][1], &sum);
    fprintf(stderr,
            "%zu turns: %zu well, %zu stopped; %zu requests, %zu full, "
            "%zu words into answers\n",
            sum.turns, sum.well, sum.stopped, sum.requests, sum.full,
            sum.words);
    assert_true(sum.well > sum.turns / 4);
}

static void a_history_only_grows_and_no_call_runs_twice(void **state)
{
    const uint64_t *start = *state;

    soak(start[0], start[1]);
}

int main(int argc, char **argv)
{
    uint64_t start[2] = { 1, 160 };
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_prestate(a_history_only_grows_and_no_call_runs_twice,
                                  start),
    };

    for (int i = 1; i < argc && i <= 2; i++)
        str_to_u64(str_from(argv[i]), &start[i - 1]);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
