/*
 * Words that the user says while the answer runs (protocol.md 2.6). Where the
 * backend takes them they reach it once, and an answer to them follows by
 * itself; where it does not, or where the answer is lost, they wait and are the
 * next message. They are shown once and stand in the history once.
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
#include "stand.h"

#define WORD "only one file"
#define WAIT_PERMILLE 10

// A slow answer, an answer to the word, and some more.
#define SLOW                                                               \
    "{\"tps\":60,\"items\":[{\"text\":\"one two three four five six seven" \
    " eight nine ten eleven twelve thirteen fourteen fifteen\"}]}"
#define SLOW_CALL                                                          \
    "{\"tps\":60,\"items\":[{\"text\":\"Let me see all of it before I go." \
    "\"},{\"function_call\":{\"name\":\"read_file\",\"arguments\":{"       \
    "\"path\":\"a.txt\"}}}]}"
#define THEN(turn) \
    "{\"turns\":[" turn ",{\"text\":\"As said.\"},{\"text\":\"More.\"}]}"
#define SLOW_TWICE THEN(SLOW "," SLOW)

struct counts {
    size_t said, messages, steered; // said: EVENT_STEER of this side
    bool stopped;
    size_t late; // events of an answer after the stop
};

static void watch(struct stand *stand, const struct event *event, void *ctx)
{
    struct counts *counts = ctx;

    (void)stand;
    switch (event->kind) {
    case EVENT_STEER: counts->said += event->state == STEER_SENT; return;
    case EVENT_USER_MESSAGE: counts->messages++; return;
    case EVENT_CANCELLED: counts->stopped = true; return;
    case EVENT_REQUEST_SENT: counts->stopped = false; return;
    case EVENT_ITEM_ADDED:
    case EVENT_TEXT_DELTA:
    case EVENT_ITEM_DONE: counts->late += counts->stopped; return;
    default: return;
    }
}

struct scene {
    struct stand stand;
    struct counts counts;
};

static void open_scene(struct scene *scene, const char *turns, const char *more,
                       const char *transport)
{
    *scene = (struct scene){ 0 };
    stand_open(&scene->stand, &(struct stand_options){
                                  .sim = "--engine script --scenario -",
                                  .scenario = str_from(turns),
                                  .transport = transport,
                                  .more = more,
                                  .wait_permille = WAIT_PERMILLE,
                              });
    scene->stand.watch = watch;
    scene->stand.ctx = &scene->counts;
}

static void close_scene(struct scene *scene)
{
    stand_close(&scene->stand);
}

// --- what there is to wait for ---------------------------------------------

typedef bool (*seen_fn)(const struct session *session);

static bool answer_has_begun(const struct session *session)
{
    size_t count = session->item_count;
    const struct item *last = count > 0 ? &session->items[count - 1] : NULL;

    return last && last->kind == ITEM_TEXT && last->text.len > 0;
}

static enum steer_state fate(const struct session *session)
{
    for (size_t i = session->item_count; i-- > 0;)
        if (session->items[i].steer != STEER_NONE)
            return session->items[i].steer;
    return STEER_NONE;
}

static bool word_is_on_its_way(const struct session *session)
{
    return fate(session) == STEER_SENT;
}

static bool word_is_accepted(const struct session *session)
{
    return fate(session) == STEER_ACCEPTED;
}

static bool word_is_taken(const struct session *session)
{
    return fate(session) == STEER_TAKEN;
}

static void wait_for(struct scene *scene, seen_fn seen)
{
    int64_t since_ms = loop_now_ms();

    while (!seen(scene->stand.session))
        stand_step(&scene->stand, since_ms);
}

// Asks, and says the word as soon as the answer has begun.
static void ask_and_say(struct scene *scene)
{
    agent_send(scene->stand.agent, STR("go"));
    wait_for(scene, answer_has_begun);
    agent_send(scene->stand.agent, STR(WORD));
}

// --- what must hold --------------------------------------------------------

static size_t count_in(struct str text, const char *part)
{
    size_t count = 0, at;

    while ((at = str_find(text, str_from(part))) != SIZE_MAX) {
        count++;
        text = str_skip(text, at + 1);
    }
    return count;
}

static void see_steer(const struct json *record, void *ctx)
{
    size_t *count = ctx;

    if (!str_is(json_str(json_member(record, "event")), "steer"))
        return;
    assert_true(str_is(json_str(json_member(record, "input")), WORD));
    ++*count;
}

static void assert_steers(const struct scene *scene, size_t wanted)
{
    size_t count = 0;

    stand_each_record(&scene->stand, see_steer, &count);
    assert_int_equal(count, wanted);
}

// Items of the user that say the word, and are meant.
static void assert_shown_once(const struct scene *scene)
{
    const struct session *session = scene->stand.session;
    size_t count = 0;

    for (size_t i = 0; i < session->item_count; i++)
        count += session->items[i].kind == ITEM_USER
                 && !session->items[i].superseded
                 && str_is(buf_str(&session->items[i].text), WORD);
    assert_int_equal(count, 1);
    assert_int_equal(session->queue_count, 0);
}

static void see_last(const struct json *record, void *ctx)
{
    struct buf *last = ctx;
    struct str message = json_str(json_member(record, "message"));

    if (message.len == 0)
        return;
    buf_reset(last);
    buf_append(last, message);
}

// The next request in full has it once: nothing is lost, nothing doubled.
static void assert_history_has_it_once(struct scene *scene)
{
    struct buf last = { 0 };

    stand_hang_up(&scene->stand);
    stand_listen(&scene->stand);
    stand_say(&scene->stand, "and now?");
    stand_each_record(&scene->stand, see_last, &last);
    assert_int_equal(count_in(buf_str(&last), "previous_response_id"), 0);
    assert_int_equal(count_in(buf_str(&last), WORD), 1);
    buf_release(&last);
}

static void assert_turns(const struct scene *scene, size_t count)
{
    const struct session *session = scene->stand.session;

    assert_int_equal(session->turn_count, count);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(session->turns[i].outcome, TURN_OK);
}

static void assert_answered(const struct scene *scene)
{
    struct buf text = { 0 };

    stand_text(&scene->stand, &text);
    assert_int_equal(count_in(buf_str(&text), "As said."), 1);
    buf_release(&text);
}

// --- where it is taken -----------------------------------------------------

static void a_word_is_said_once_and_answered_in_the_same_turn(void **state)
{
    struct scene scene;

    (void)state;
    open_scene(&scene, THEN(SLOW), "steer=true", "ws");
    ask_and_say(&scene);
    stand_finish(&scene.stand);
    assert_turns(&scene, 1);
    assert_answered(&scene);
    assert_int_equal(scene.counts.said, 1);
    assert_int_equal(scene.counts.messages, 1);
    assert_steers(&scene, 1);
    assert_int_equal(stand_count(&scene.stand).requests, 1);
    assert_shown_once(&scene);
    assert_history_has_it_once(&scene);
    close_scene(&scene);
}

static void what_follows_goes_on_from_the_answer_to_the_word(void **state)
{
    struct scene scene;

    (void)state;
    open_scene(&scene, THEN(SLOW), "steer=true", "ws");
    ask_and_say(&scene);
    stand_finish(&scene.stand);
    stand_say(&scene.stand, "next");
    assert_turns(&scene, 2);
    assert_int_equal(stand_count(&scene.stand).full, 1);
    assert_int_equal(stand_count(&scene.stand).connections, 1);
    close_scene(&scene);
}

static void a_word_goes_along_with_the_outputs_of_calls(void **state)
{
    struct scene scene;

    (void)state;
    open_scene(&scene, THEN(SLOW_CALL), "steer=true", "ws");
    ask_and_say(&scene);
    stand_finish(&scene.stand);
    assert_turns(&scene, 1);
    assert_answered(&scene);
    assert_steers(&scene, 1);
    assert_int_equal(stand_count(&scene.stand).requests, 2);
    assert_shown_once(&scene);
    assert_history_has_it_once(&scene);
    close_scene(&scene);
}

// --- where it is not -------------------------------------------------------

// It is the next message, and the server was told of it `steers` times.
static void check_queued(struct scene *scene, size_t steers)
{
    stand_finish(&scene->stand);
    assert_turns(scene, 2);
    assert_answered(scene);
    assert_int_equal(scene->counts.messages, 2);
    assert_steers(scene, steers);
    assert_shown_once(scene);
    assert_history_has_it_once(scene);
}

static void a_server_that_refuses_gets_the_word_as_the_next_message(
    void **state)
{
    struct scene scene;

    (void)state;
    open_scene(&scene, THEN(SLOW), "steer=true", "ws");
    scene.stand.sim.no_steer = true;
    ask_and_say(&scene);
    check_queued(&scene, 1);
    assert_int_equal(stand_count(&scene.stand).connections, 2);
    close_scene(&scene);
}

static void without_the_option_the_word_waits(void **state)
{
    struct scene scene;

    (void)state;
    open_scene(&scene, THEN(SLOW), NULL, "ws");
    ask_and_say(&scene);
    assert_int_equal(scene.stand.session->queue_count, 1);
    check_queued(&scene, 0);
    close_scene(&scene);
}

static void over_http_the_word_waits(void **state)
{
    struct scene scene;

    (void)state;
    open_scene(&scene, THEN(SLOW), "steer=true", "http");
    ask_and_say(&scene);
    assert_int_equal(scene.stand.session->queue_count, 1);
    check_queued(&scene, 0);
    close_scene(&scene);
}

// --- when the line is cut --------------------------------------------------

static void cut_when(seen_fn seen)
{
    struct scene scene;

    open_scene(&scene, THEN(SLOW), "steer=true", "ws");
    ask_and_say(&scene);
    wait_for(&scene, seen);
    stand_hang_up(&scene.stand);
    stand_listen(&scene.stand);
    stand_finish(&scene.stand);
    assert_turns(&scene, 2);
    assert_int_equal(scene.counts.said, 1);
    assert_int_equal(scene.counts.messages, 2);
    assert_shown_once(&scene);
    assert_history_has_it_once(&scene);
    close_scene(&scene);
}

static void a_word_that_may_not_have_left_is_the_next_message(void **state)
{
    (void)state;
    cut_when(word_is_on_its_way);
}

static void a_word_whose_answer_is_cut_is_the_next_message(void **state)
{
    (void)state;
    cut_when(word_is_accepted);
}

// What was taken is in the history, so the answer to it is asked for again.
static void a_cut_in_the_answer_to_a_word_keeps_it_where_it_was(void **state)
{
    struct scene scene;

    (void)state;
    open_scene(&scene, SLOW_TWICE, "steer=true", "ws");
    ask_and_say(&scene);
    wait_for(&scene, word_is_taken);
    stand_hang_up(&scene.stand);
    stand_listen(&scene.stand);
    stand_finish(&scene.stand);
    assert_turns(&scene, 1);
    assert_answered(&scene);
    assert_steers(&scene, 1);
    assert_shown_once(&scene);
    assert_history_has_it_once(&scene);
    close_scene(&scene);
}

// --- when it is stopped ----------------------------------------------------

static void stop_when(seen_fn seen)
{
    struct scene scene;

    open_scene(&scene, SLOW_TWICE, "steer=true", "ws");
    ask_and_say(&scene);
    wait_for(&scene, seen);
    agent_interrupt(scene.stand.agent);
    assert_int_equal(scene.stand.session->state, TURN_IDLE);
    stand_say(&scene.stand, "next");
    assert_int_equal(scene.stand.session->turns[0].outcome, TURN_CANCELLED);
    assert_int_equal(scene.stand.session->turns[1].outcome, TURN_OK);
    assert_int_equal(scene.counts.late, 0);
    assert_shown_once(&scene);
    assert_history_has_it_once(&scene);
    close_scene(&scene);
}

static void nothing_that_a_word_led_to_comes_after_a_stop(void **state)
{
    static const seen_fn moments[] = { word_is_on_its_way, word_is_accepted,
                                       word_is_taken };

    (void)state;
    for (size_t i = 0; i < sizeof(moments) / sizeof(moments[0]); i++)
        stop_when(moments[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_word_is_said_once_and_answered_in_the_same_turn),
        cmocka_unit_test(what_follows_goes_on_from_the_answer_to_the_word),
        cmocka_unit_test(a_word_goes_along_with_the_outputs_of_calls),
        cmocka_unit_test(
            a_server_that_refuses_gets_the_word_as_the_next_message),
        cmocka_unit_test(without_the_option_the_word_waits),
        cmocka_unit_test(over_http_the_word_waits),
        cmocka_unit_test(a_word_that_may_not_have_left_is_the_next_message),
        cmocka_unit_test(a_word_whose_answer_is_cut_is_the_next_message),
        cmocka_unit_test(a_cut_in_the_answer_to_a_word_keeps_it_where_it_was),
        cmocka_unit_test(nothing_that_a_word_led_to_comes_after_a_stop),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
