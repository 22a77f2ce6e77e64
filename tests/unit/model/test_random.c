/* Whatever events come in whatever order, a session keeps its promises: calls
 * end once, no text is doubled, what is dropped changes nothing. */
#include <string.h>

#include "drive.h"
#include "kerf/model/estimate.h"

#define RUNS 100
#define STEPS 1500
#define WEIGHED_EVERY 7 // steps
#define CALL_IDS 5
#define INDICES 4

struct random {
    uint64_t state;
};

// xorshift64*, Vigna 2016.
static unsigned below(struct random *r, unsigned limit)
{
    r->state ^= r->state >> 12;
    r->state ^= r->state << 25;
    r->state ^= r->state >> 27;
    return (unsigned)((r->state * 2685821657736338717u) >> 33) % limit;
}

static const char *const call_ids[CALL_IDS] = { "a", "b", "c", "d", "" };
static const char *const ids[] = { "r1", "r2", "" };
static const char *const names[] = { "shell", "apply_patch", "" };
static const char *const texts[] = {
    PATCH_TEXT,
    "*** Begin Patch\n*** Update File: a.c\n",
    "x",
    "",
    "{\"input\":\"*** Begin Patch\\n*** Delete File: b\\n*** End Patch\"}",
};

#define PICK(r, list) \
    str_from((list)[below((r), sizeof(list) / sizeof((list)[0]))])

// The likely course of a conversation, so that depths are reached.
static const enum event_kind course[] = {
    EVENT_USER_MESSAGE,       EVENT_REQUEST_SENT,
    EVENT_RESPONSE_CREATED,   EVENT_ITEM_ADDED,
    EVENT_ITEM_ADDED,         EVENT_TEXT_DELTA,
    EVENT_CALL_DELTA,         EVENT_ITEM_DONE,
    EVENT_ITEM_DONE,          EVENT_ITEM_DONE,
    EVENT_RESPONSE_COMPLETED, EVENT_APPROVAL_ASKED,
    EVENT_TOOL_STARTED,       EVENT_TOOL_DONE,
    EVENT_TOOL_DONE,          EVENT_REVIEW_ENDED,
    EVENT_REQUEST_SENT,       EVENT_RESPONSE_LOST,
    EVENT_PREIMAGE,           EVENT_DECIDED,
};

static struct event any_event(struct random *r, size_t step)
{
    enum event_kind kind =
        below(r, 3) ? course[below(r, sizeof(course) / sizeof(course[0]))]
                    : (enum event_kind)below(r, EVENT_KIND_COUNT);

    return (struct event){
        .kind = kind,
        .time_ms = (int64_t)step * 10,
        .id = PICK(r, ids),
        .call_id = PICK(r, call_ids),
        .name = PICK(r, names),
        .text = PICK(r, texts),
        .raw = STR("{}"),
        .number = below(r, 3),
        .state = kind == EVENT_TURN_DONE ? (int)below(r, 4)
                                         : (int)below(r, 10) - 1,
        .flag = below(r, 2),
        .replayed = below(r, 4) == 0,
        .index = below(r, INDICES),
        .target = { below(r, 2), below(r, 2) ? SELECT_ALL : 0, SELECT_ALL },
        .usage = { .input = 3, .output = 2 },
    };
}

// What is remembered of the session before an event.
struct before {
    struct item *items;
    size_t item_count;
    struct buf texts[STEPS];
    unsigned version;
    enum turn_state state;
};

static void remember(struct before *before, const struct session *s)
{
    before->items =
        mem_realloc(before->items, (s->item_count + 1) * sizeof(struct item));
    if (s->item_count > 0)
        memcpy(before->items, s->items, s->item_count * sizeof(struct item));
    for (size_t i = 0; i < s->item_count; i++) {
        buf_reset(&before->texts[i]);
        buf_append(&before->texts[i], buf_str(&s->items[i].text));
    }
    before->item_count = s->item_count;
    before->version = s->version;
    before->state = s->state;
}

static void forget(struct before *before)
{
    free(before->items);
    for (size_t i = 0; i < STEPS; i++)
        buf_release(&before->texts[i]);
}

// Rows: from; columns: to.
static const bool steps[CALL_ABORTED + 1][CALL_ABORTED + 1] = {
    [CALL_ARRIVING] = { [CALL_PENDING] = true,
                        [CALL_REVIEWING] = true,
                        [CALL_ABORTED] = true },
    [CALL_PENDING] = { [CALL_ASKING] = true,
                       [CALL_RUNNING] = true,
                       [CALL_DONE] = true,
                       [CALL_ABORTED] = true },
    [CALL_ASKING] = { [CALL_PENDING] = true,
                      [CALL_DONE] = true,
                      [CALL_ABORTED] = true },
    [CALL_RUNNING] = { [CALL_DONE] = true, [CALL_ABORTED] = true },
    [CALL_REVIEWING] = { [CALL_DONE] = true, [CALL_ABORTED] = true },
};

static void check_item(const struct before *before, size_t i,
                       const struct item *now)
{
    const struct item *was = &before->items[i];
    struct str text = buf_str(&before->texts[i]);

    if (item_is_call(now) && now->call != was->call)
        assert_true(steps[was->call][now->call]);
    assert_true(now->done || !was->done || now->kind == ITEM_CONTEXT);
    assert_true(now->superseded || !was->superseded);
    if (was->done && was->kind != ITEM_CONTEXT)
        assert_true(str_equal(text, buf_str(&now->text)));
}

static bool is_open(const struct item *item)
{
    return item_is_call(item) && item->call != CALL_DONE
           && item->call != CALL_ABORTED;
}

static void check_twins(const struct session *s)
{
    for (size_t i = 0; i < s->item_count; i++)
        for (size_t k = i + 1; k < s->item_count; k++) {
            const struct item *a = &s->items[i], *b = &s->items[k];
            if (!item_is_from_server(a) || !item_is_from_server(b)
                || a->superseded || b->superseded)
                continue;
            assert_false(a->request == b->request && a->index == b->index);
            assert_false(item_is_call(a) && a->call_id.len > 0 && a->done
                         && item_is_call(b)
                         && str_equal(a->call_id, b->call_id));
        }
}

static void check_state(const struct session *s)
{
    bool turn_runs = s->turn_count > 0 && !s->turns[s->turn_count - 1].done;
    bool open = false, arriving = false;

    for (size_t i = 0; i < s->item_count; i++) {
        const struct item *item = &s->items[i];
        open = open || is_open(item);
        arriving = arriving || (item_is_from_server(item) && !item->done);
        if (is_open(item))
            assert_true(i >= s->turn_first && turn_runs);
    }
    assert_int_equal(s->state != TURN_IDLE, turn_runs);
    if (s->state == TURN_READY)
        assert_false(open);
    if (s->state == TURN_REVIEW || s->state == TURN_TOOLS
        || s->state == TURN_APPROVAL)
        assert_true(open && !s->running);
    if (session_turn_is_over(s))
        assert_false(open);
    if (arriving)
        assert_true(s->running && !s->cancelled);
    if (s->state == TURN_APPROVAL)
        assert_true(session_asking(s) != NO_INDEX);
}

static void check_proposals(const struct session *s)
{
    for (size_t i = 0; i < s->proposal_count; i++) {
        const struct proposal *p = &s->proposals[i];
        assert_non_null(p->stream);
        if (p->item == NO_INDEX)
            continue;
        const struct item *item = &s->items[p->item];
        if (p->joined != NO_INDEX) {
            assert_true(p->ended && p->joined < i);
            assert_true(s->proposals[p->joined].reasked);
            continue;
        }
        assert_true(item->proposal == i
                    || s->proposals[item->proposal].joined == i);
        assert_true(p->ended ? !is_open(item) : is_open(item) || p->reasked);
        if (item->call == CALL_REVIEWING)
            assert_true(p->complete && p->problem.len == 0);
    }
}

static void check_usage(const struct session *s)
{
    int64_t output = 0;

    for (size_t i = 0; i < s->turn_count; i++)
        output += s->turns[i].usage.output;
    assert_true(output <= s->usage.output);
}

static void check(const struct session *s, const struct before *before,
                  bool applied)
{
    assert_int_equal(s->version, before->version + (applied ? 1 : 0));
    assert_true(s->item_count >= before->item_count);
    if (!applied) {
        assert_int_equal(s->item_count, before->item_count);
        assert_int_equal(s->state, before->state);
    }
    for (size_t i = 0; i < before->item_count; i++)
        check_item(before, i, &s->items[i]);
    check_twins(s);
    check_state(s);
    check_proposals(s);
    check_usage(s);
}

static size_t run(uint64_t seed)
{
    struct random r = { seed * 0x9e3779b97f4a7c15u + 1 };
    struct session *s = session_create();
    struct before before = { 0 };
    size_t taken = 0;

    for (size_t step = 0; step < STEPS; step++) {
        remember(&before, s);
        struct event event = any_event(&r, step);
        bool applied = session_apply(s, &event);
        check(s, &before, applied);
        taken += applied;
    }
    forget(&before);
    session_destroy(s);
    return taken;
}

static void any_order_of_events_keeps_the_promises(void **state)
{
    size_t taken = 0;

    (void)state;
    for (uint64_t seed = 1; seed <= RUNS; seed++)
        taken += run(seed);
    assert_true(taken > (size_t)RUNS * STEPS / 5);
}

// The same events give the same session: that is what resuming rests on.
static void replaying_gives_the_same_session(void **state)
{
    struct session *a = session_create(), *b = session_create();
    struct random r = { 7 };

    (void)state;
    for (size_t step = 0; step < STEPS; step++) {
        struct event event = any_event(&r, step);
        if (session_apply(a, &event))
            assert_true(session_apply(b, &event));
    }
    assert_int_equal(a->item_count, b->item_count);
    assert_int_equal(a->state, b->state);
    for (size_t i = 0; i < a->item_count; i++) {
        assert_true(
            str_equal(buf_str(&a->items[i].text), buf_str(&b->items[i].text)));
        assert_int_equal(a->items[i].call, b->items[i].call);
    }
    session_destroy(a);
    session_destroy(b);
}

// What is kept while the session grows is what a look at all of it gives.
static void the_kept_weight_is_that_of_all_items(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= RUNS / 2; seed++) {
        struct random r = { seed * 0x9e3779b97f4a7c15u + 1 };
        struct session *s = session_create();
        struct tally tally = { 0 };
        for (size_t step = 0; step < STEPS; step++) {
            struct event event = any_event(&r, step);
            session_apply(s, &event);
            if (step % WEIGHED_EVERY > 0)
                continue;
            double kept = tally_session(&tally, s), all = 0;
            for (size_t i = 0; i < s->item_count; i++)
                all += estimate_item(&s->items[i]);
            assert_true(kept == all);
        }
        tally_release(&tally);
        session_destroy(s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_order_of_events_keeps_the_promises),
        cmocka_unit_test(the_kept_weight_is_that_of_all_items),
        cmocka_unit_test(replaying_gives_the_same_session),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
