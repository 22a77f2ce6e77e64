/* The conversation in lines: messages of one and of many lines, commands,
 * approvals, the queue, and that no control byte comes out. */
#include "inline_rig.h"

static struct rig begin(void)
{
    struct rig rig = rig_with((struct inline_options){ 0 });

    rig_open(&rig);
    return rig;
}

static void say(struct rig *rig, const char *text)
{
    rig_apply(rig, (struct event){ .kind = EVENT_TEXT_DELTA,
                                   .text = str_from(text) });
    inline_take(rig->ui, &rig->out);
}

// A turn whose answer has begun.
static void begin_answer(struct rig *rig)
{
    rig_type(rig, "hi");
    rig_apply(rig, (struct event){ .kind = EVENT_REQUEST_SENT, .number = 10 });
    rig_apply(
        rig, (struct event){ .kind = EVENT_RESPONSE_CREATED, .id = STR("r1") });
    rig_apply(rig, (struct event){ .kind = EVENT_ITEM_ADDED,
                                   .state = ITEM_TEXT,
                                   .id = STR("m1") });
    rig_ask(rig);
    buf_reset(&rig->out);
}

// --- messages ----------------------------------------------------------------

static void a_line_is_a_message(void **state)
{
    struct rig rig = begin();

    (void)state;
    assert_has(buf_cstr(&rig.out), "backend wafer-a, model spark.\n> ");
    assert_string_equal(rig_type(&rig, "hi there"), "");
    assert_true(str_is(rig_only(&rig, CMD_SEND)->text, "hi there"));
    rig_release(&rig);
}

static void a_backslash_at_the_end_goes_on(void **state)
{
    struct rig rig = begin();

    (void)state;
    assert_string_equal(rig_type(&rig, "one\\"), ". ");
    assert_int_equal(rig.count, 0);
    rig_type(&rig, "two");
    assert_true(str_is(rig_only(&rig, CMD_SEND)->text, "one\ntwo"));
    rig_release(&rig);
}

static void a_period_or_three_quotes_hold_many_lines(void **state)
{
    static const char *const marks[] = { ".", "\"\"\"" };

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct rig rig = begin();
        assert_has(rig_type(&rig, marks[i]), "many lines; a line with only");
        assert_string_equal(rig_type(&rig, "/one"), ". ");
        assert_string_equal(rig_type(&rig, marks[1 - i]), ". ");
        assert_has(rig_type(&rig, marks[i]), "2 lines, ");
        assert_int_equal(rig.count, 1);
        rig_release(&rig);
    }
}

static void pasted_lines_are_sent_whole_and_counted(void **state)
{
    struct rig rig = begin();

    (void)state;
    assert_string_equal(
        rig_type(&rig, "one\n.\ntwo"),
        "lines were pasted; a line with only a period sends them.\n");
    assert_int_equal(rig.count, 0);
    assert_string_equal(rig_type(&rig, "three"), "");
    assert_has(rig_type(&rig, "."), "4 lines, 16 bytes.\n");
    assert_true(str_is(rig_only(&rig, CMD_SEND)->text, "one\n.\ntwo\nthree"));
    rig_release(&rig);
}

static void a_line_that_may_be_cut_is_not_sent_by_itself(void **state)
{
    struct rig rig = begin();
    char line[4096];

    (void)state;
    memset(line, 'x', sizeof(line) - 1);
    line[sizeof(line) - 1] = '\0';
    assert_has(rig_type(&rig, line), "at most 4095 bytes of a line");
    assert_int_equal(rig.count, 0);
    rig_type(&rig, "");
    assert_int_equal(rig_only(&rig, CMD_SEND)->text.len, 4095);
    rig_release(&rig);
}

static void what_has_no_room_is_counted_and_not_sent_by_itself(void **state)
{
    struct rig rig = begin();
    struct buf lines = { 0 };

    (void)state;
    while (lines.len <= LIMIT_INLINE_BYTES)
        buf_append(&lines, STR("0123456789012345678901234567890\n"));
    buf_append(&lines, STR("the last"));
    rig_type(&rig, buf_cstr(&lines));
    assert_has(rig_type(&rig, "."), "2 lines are left out.\nan empty line");
    assert_int_equal(rig.count, 0);
    buf_release(&lines);
    rig_release(&rig);
}

static void a_question_waits_for_the_message_that_is_typed(void **state)
{
    struct rig rig = begin();

    (void)state;
    begin_answer(&rig);
    rig_type(&rig, "and\\");
    rig_apply(&rig, (struct event){ .kind = EVENT_ITEM_ADDED,
                                    .index = 1,
                                    .state = ITEM_CALL,
                                    .id = STR("c1"),
                                    .call_id = STR("c1"),
                                    .name = STR("shell") });
    rig_apply(&rig, (struct event){ .kind = EVENT_ITEM_DONE,
                                    .index = 1,
                                    .state = ITEM_CALL,
                                    .id = STR("c1"),
                                    .call_id = STR("c1"),
                                    .name = STR("shell"),
                                    .text = STR("{}"),
                                    .raw = STR("{}") });
    rig_apply(&rig, (struct event){ .kind = EVENT_RESPONSE_COMPLETED,
                                    .id = STR("r1") });
    rig_apply(&rig, (struct event){ .kind = EVENT_APPROVAL_ASKED,
                                    .call_id = STR("c1"),
                                    .text = STR("make") });
    rig_ask(&rig);
    assert_has_not(buf_cstr(&rig.out), "run it");
    assert_has(rig_type(&rig, "y"), "queued, 1 waits.\n"
                                    "a command is to be run:\n$ make\nrun it");
    assert_true(str_is(rig_only(&rig, CMD_SEND)->text, "and\ny"));
    rig_release(&rig);
}

static void an_interrupt_puts_the_typed_lines_away(void **state)
{
    struct rig rig = begin();

    (void)state;
    rig_type(&rig, "one\\");
    assert_has(rig_interrupt(&rig), "put away: /stash brings it back.\n> ");
    assert_has(rig_type(&rig, "/stash"), "an empty line sends: one\n> ");
    rig_type(&rig, "");
    assert_true(str_is(rig_only(&rig, CMD_SEND)->text, "one"));
    rig_release(&rig);
}

static void a_draft_outlives_commands_but_not_another_message(void **state)
{
    struct rig rig = begin();

    (void)state;
    inline_set_draft(rig.ui, STR("first\nsecond"));
    assert_has(rig_type(&rig, "/queue"), "the queue is empty.\n");
    assert_true(str_is(inline_draft(rig.ui), "first\nsecond"));
    rig_type(&rig, "/editor");
    assert_true(str_is(rig_only(&rig, CMD_EDITOR)->text, "first\nsecond"));
    rig_type(&rig, "another");
    assert_int_equal(inline_draft(rig.ui).len, 0);
    rig_release(&rig);
}

static void a_draft_from_before_is_told_behind_the_last_turn(void **state)
{
    struct rig rig = { .session = session_create() };
    struct inline_options options = { 0 };
    struct event message = { .kind = EVENT_USER_MESSAGE,
                             .time_ms = 1,
                             .text = STR("why?") };

    (void)state;
    rig.ui = inline_create(&options);
    session_apply(rig.session, &message);
    inline_set_draft(rig.ui, STR("half a"));
    inline_begin(rig.ui, rig.session);
    rig_ask(&rig);
    assert_string_equal(buf_cstr(&rig.out),
                        "taken up again, 1 turn; the last:\nyou: why?\n"
                        "not sent yet; an empty line sends: half a\n");
    rig_release(&rig);
}

// --- what is printed ---------------------------------------------------------

static void an_answer_comes_in_whole_lines(void **state)
{
    struct rig rig = begin();

    (void)state;
    begin_answer(&rig);
    say(&rig, "one tw");
    assert_string_equal(buf_cstr(&rig.out), "");
    say(&rig, "o\nthr");
    assert_string_equal(buf_cstr(&rig.out), "one two\n");
    say(&rig, "ee");
    rig_apply(&rig, (struct event){ .kind = EVENT_ITEM_DONE,
                                    .state = ITEM_TEXT,
                                    .id = STR("m1"),
                                    .text = STR("one two\nthree"),
                                    .raw = STR("{}") });
    inline_take(rig.ui, &rig.out);
    assert_string_equal(buf_cstr(&rig.out), "one two\nthree\n");
    rig_release(&rig);
}

static void assert_plain(struct rig *rig)
{
    inline_take(rig->ui, &rig->out);
    for (size_t i = 0; i < rig->out.len; i++) {
        unsigned char c = (unsigned char)rig->out.at[i];
        if ((c < ' ' && c != '\n' && c != '\t') || c == 0x7f)
            fail_msg("byte %u is printed", (unsigned)c);
        // C1 controls as UTF-8.
        if (c == 0xc2 && i + 1 < rig->out.len)
            assert_true((unsigned char)rig->out.at[i + 1] >= 0xa0);
    }
}

#define HOSTILE "\033]0;x\a\033[2J\r\b\177\302\233m\200\0\f\vx"

static void no_control_byte_of_others_comes_out(void **state)
{
    static const struct str hostile = { HOSTILE, sizeof(HOSTILE) - 1 };
    static const enum event_kind kinds[] = {
        EVENT_BACKEND,   EVENT_ROUTE,           EVENT_LINK,
        EVENT_NOTICE,    EVENT_CONTEXT_ADDED,   EVENT_USER_MESSAGE,
        EVENT_QUEUED,    EVENT_STEER,           EVENT_RESPONSE_LOST,
        EVENT_STASHED,   EVENT_RESPONSE_FAILED, EVENT_TURN_DONE,
        EVENT_COMPACTED,
    };
    struct rig rig = begin();

    (void)state;
    begin_answer(&rig);
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
        for (int flag = 0; flag < 2; flag++)
            for (int number = 0; number < 4; number++)
                rig_try(&rig, (struct event){ .kind = kinds[i],
                                              .id = hostile,
                                              .name = hostile,
                                              .text = hostile,
                                              .extra = hostile,
                                              .flag = flag,
                                              .state = number });
    rig_ask(&rig);
    assert_plain(&rig);
    rig_release(&rig);
}

static void type_all(struct rig *rig, const char *const *lines, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        rig_type(rig, lines[i]);
        assert_plain(rig);
    }
}

static void no_control_byte_of_a_patch_comes_out(void **state)
{
    static const char *const lines[] = {
        "c see \033[2J", "p",       "l",        "o",        "g",
        "\033[2J",       "\033[2J", "/\033[2J", ":\033[2J",
    };
    struct rig rig = begin();

    (void)state;
    rig_patch(&rig, "--- \"a/x\\033[1m\"\n+++ \"b/x\\033[1m\"\n"
                    "@@ -1 +1 @@ \033[2J\n-a\033[2J\n+b\r\a\n");
    rig_file(&rig, 0, "a\033[2J\n");
    rig_ask(&rig);
    assert_has(buf_cstr(&rig.out), "accept this hunk [");
    assert_plain(&rig);
    type_all(&rig, lines, sizeof(lines) / sizeof(lines[0]));
    rig_release(&rig);
}

static void no_control_byte_of_a_command_or_an_answer_comes_out(void **state)
{
    static const char *const lines[] = {
        "/\033[2J", "\033[2J", ":\033[2J", "/queue", "/context",
    };
    struct rig rig = begin();

    (void)state;
    rig_approval(&rig, "printf '\033[2J\r' \302\233");
    assert_plain(&rig);
    type_all(&rig, lines, sizeof(lines) / sizeof(lines[0]));
    rig_release(&rig);

    rig = begin();
    begin_answer(&rig);
    say(&rig, "one \033[2J\r\atwo\n");
    assert_has(buf_cstr(&rig.out), "two");
    assert_plain(&rig);
    rig_release(&rig);
}

// --- commands ----------------------------------------------------------------

static void fill(struct buf *line, const struct command_info *info)
{
    buf_reset(line);
    buf_printf(line, "/%s", info->name);
    if (info->arguments[0] && info->arguments[0] != '[')
        buf_append(line, STR(" x"));
}

static void every_command_works_or_says_how_it_is_given(void **state)
{
    struct buf line = { 0 };

    (void)state;
    for (enum command_kind kind = CMD_NONE + 1; kind < CMD_COUNT; kind++) {
        struct rig rig = begin();
        fill(&line, command_info(kind));
        const char *text = rig_type(&rig, buf_cstr(&line));
        assert_has_not(text, "no such command");
        if (rig.count == 0 && strcmp(text, "> ") == 0)
            fail_msg("%s is silent", buf_cstr(&line));
        rig_release(&rig);
    }
    buf_release(&line);
}

static void help_lists_every_command(void **state)
{
    struct rig rig = begin();
    const char *text = rig_type(&rig, "?");
    char name[80];

    (void)state;
    for (enum command_kind kind = CMD_NONE + 1; kind < CMD_COUNT; kind++) {
        snprintf(name, sizeof(name), "/%s", command_info(kind)->name);
        if (command_info(kind)->slash)
            assert_has(text, name);
    }
    assert_has(text, "/queue [edit|drop|earlier|later N] - ");
    rig_release(&rig);
}

static void a_command_that_is_nearly_one_is_named(void **state)
{
    struct rig rig = begin();

    (void)state;
    assert_has(rig_type(&rig, "/contxt"), "is it /context?");
    assert_has(rig_type(&rig, "/qqqqqq"), "/help lists them.");
    assert_has(rig_type(&rig, "/add"), "/add needs PATH.");
    assert_has(rig_type(&rig, "/cost x"), "/cost takes no argument.");
    rig_release(&rig);
}

static void the_users_own_commands_are_messages(void **state)
{
    static const struct ui_command own = {
        .name = { "review", 6 },
        .help = { "Look for faults", 15 },
        .text = { "Look for faults in $ARGUMENTS.", 30 },
    };
    struct rig rig = begin();

    (void)state;
    inline_set_commands(rig.ui, &own, 1);
    assert_has(rig_type(&rig, "/help"), "/review - Look for faults\n");
    rig_type(&rig, "/review a.c");
    assert_true(
        str_is(rig_only(&rig, CMD_SEND)->text, "Look for faults in a.c."));
    rig_release(&rig);
}

static void an_exclamation_mark_runs_a_command(void **state)
{
    struct rig rig = begin();

    (void)state;
    rig_type(&rig, "!make test");
    assert_true(str_is(rig_only(&rig, CMD_SHELL)->text, "make test"));
    assert_int_equal(rig.commands[0].by, 0);
    rig_type(&rig, "!!ls");
    assert_int_equal(rig_only(&rig, CMD_SHELL)->by, 1);
    assert_has(rig_type(&rig, "!"), "!COMMAND runs it");
    rig_release(&rig);
}

static void panels_are_sentences(void **state)
{
    static const struct backend_figures backend = {
        .name = { "wafer", 5 },
        .ttft_p50 = 170,
        .ttft_p95 = 450,
        .ttft_p99 = -1,
        .ttft_target = 400,
        .speed_p50 = 2080,
        .asked = 9,
        .failed = 1,
    };
    static const struct str route[] = { { "wafer: the fastest", 18 } };
    static const struct figures figures = {
        .backends = &backend,
        .backend_count = 1,
        .today_usd = 3,
        .project_usd = 8,
        .project_days = 14,
        .day_budget_usd = 2,
        .input = 3000000,
        .cached = 1500000,
        .output = 1000000,
        .route = route,
        .route_count = 1,
    };
    struct rig rig = begin();

    (void)state;
    inline_set_figures(rig.ui, &figures);
    assert_string_equal(
        rig_type(&rig, "/latency"),
        "wafer: 9 asked, 1 failed; first token p50 170 ms, p95 450 ms, p99 "
        "unknown, target 400 ms missed; 2080 tokens a second.\n> ");
    assert_has(rig_type(&rig, "/cost"),
               "today: $3.000 of $2.000, over the budget.\n"
               "this project, 14 days: $8.000.\n"
               "$2.000 for a million tokens, 50% of the input cached.\n");
    assert_has(rig_type(&rig, "/route"), "wafer: the fastest\n");
    assert_has(rig_type(&rig, "/verify"), "no command has run");
    assert_has(rig_type(&rig, "/context"), "window: 0 of 128.0k tokens");
    rig_release(&rig);
}

// --- approvals ---------------------------------------------------------------

static void a_command_is_approved_by_a_letter(void **state)
{
    struct rig rig = begin();

    (void)state;
    rig_approval(&rig, "rm -rf build\nmake");
    assert_has(buf_cstr(&rig.out), "a command is to be run:\n$ rm -rf build\n"
                                   "$ make\ncareful: ");
    assert_has(rig_type(&rig, "?"), "y - run it, this once\n");
    assert_has(rig_type(&rig, "yes"), "no such answer");
    assert_int_equal(rig.count, 0);
    assert_has(rig_type(&rig, "/queue"), "the queue is empty.\nrun it");
    rig_type(&rig, "y");
    rig_only(&rig, CMD_APPROVE);
    rig_type(&rig, "a");
    rig_only(&rig, CMD_APPROVE_SESSION);
    rig_release(&rig);
}

static void a_yes_is_for_the_command_that_was_shown(void **state)
{
    struct rig rig = begin();

    (void)state;
    rig_approval(&rig, "make");
    rig_apply(&rig, (struct event){ .kind = EVENT_APPROVAL_ANSWERED,
                                    .call_id = STR("c1") });
    assert_has(rig_type(&rig, "y"), "too early, not taken: y");
    assert_int_equal(rig.count, 0);
    rig_release(&rig);
}

static void a_no_can_have_a_reason_or_another_command(void **state)
{
    struct rig rig = begin();

    (void)state;
    rig_approval(&rig, "make");
    rig_type(&rig, "n not now");
    assert_true(str_is(rig_only(&rig, CMD_DENY)->text, "not now"));
    rig_type(&rig, "e make -n");
    assert_true(str_is(rig_only(&rig, CMD_APPROVE_EDITED)->text, "make -n"));
    assert_has(rig_type(&rig, "e"), "e COMMAND");
    assert_int_equal(rig.count, 0);
    rig_release(&rig);
}

// --- the queue and the history -----------------------------------------------

static void the_queue_is_a_list_to_change_by_number(void **state)
{
    struct rig rig = begin();

    (void)state;
    begin_answer(&rig);
    assert_has(rig_type(&rig, "first"), "queued, 1 waits.");
    rig_type(&rig, "second");
    assert_has(rig_type(&rig, "/queue"), "1 - first\n2 - second\n");
    assert_has(rig_type(&rig, "/queue earlier 1"), "it is the first already.");
    assert_has(rig_type(&rig, "/queue later 2"), "it is the last already.");
    assert_has(rig_type(&rig, "/queue later 1"), "it is number 2 now.");
    assert_int_equal(rig_only(&rig, CMD_MOVE_QUEUED)->by, 1);
    assert_has(rig_type(&rig, "/queue edit 2"), "an empty line sends: second");
    assert_int_equal(rig_only(&rig, CMD_UNQUEUE)->index, 1);
    assert_has(rig_type(&rig, "/queue drop 1"), "dropped: first");
    assert_int_equal(rig.session->queue_count, 0);
    assert_has(rig_type(&rig, "/queue drop 1"), "there is no number 1");
    assert_has(rig_type(&rig, "/queue x"), "/queue lists what waits");
    rig_release(&rig);
}

static void a_held_queue_goes_by_an_empty_line(void **state)
{
    struct rig rig = begin();

    (void)state;
    begin_answer(&rig);
    rig_type(&rig, "later");
    assert_has(rig_interrupt(&rig), "\n");
    rig_only(&rig, CMD_INTERRUPT);
    rig_apply(&rig, (struct event){ .kind = EVENT_CANCELLED });
    rig_apply(&rig, (struct event){ .kind = EVENT_TURN_DONE,
                                    .state = TURN_CANCELLED });
    rig_ask(&rig);
    assert_has(buf_cstr(&rig.out), "1 queued: an empty line sends them.\n> ");
    rig_type(&rig, "");
    rig_only(&rig, CMD_SEND_QUEUED);
    rig_release(&rig);
}

static void a_message_of_the_history_is_picked_by_number(void **state)
{
    struct rig rig = begin();

    (void)state;
    inline_remember(rig.ui, STR("old"));
    inline_remember(rig.ui, STR("newer\nwith lines"));
    inline_remember(rig.ui, STR("newest"));
    assert_string_equal(rig_type(&rig, "/history ew"),
                        "choose a message:\n1 - newest\n"
                        "2 - newer, and 1 more line\n"
                        "which number, or nothing? ");
    assert_has(rig_type(&rig, "3"), "a number from 1 to 2, or nothing.");
    assert_has(rig_type(&rig, "2"), "an empty line sends: newer, and 1 more");
    rig_type(&rig, "");
    assert_true(str_is(rig_only(&rig, CMD_SEND)->text, "newer\nwith lines"));
    assert_has(rig_type(&rig, "/history nothing"), "no message before has it.");
    rig_release(&rig);
}

static void the_end_of_input_ends_a_text_before_it_leaves(void **state)
{
    struct rig rig = begin();

    (void)state;
    rig_type(&rig, ".");
    rig_type(&rig, "one");
    inline_end(rig.ui, rig.session);
    rig_carry_out(&rig);
    assert_true(str_is(rig_only(&rig, CMD_SEND)->text, "one"));
    inline_end(rig.ui, rig.session);
    rig_carry_out(&rig);
    rig_only(&rig, CMD_QUIT);
    rig_release(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_is_a_message),
        cmocka_unit_test(a_backslash_at_the_end_goes_on),
        cmocka_unit_test(a_period_or_three_quotes_hold_many_lines),
        cmocka_unit_test(pasted_lines_are_sent_whole_and_counted),
        cmocka_unit_test(a_line_that_may_be_cut_is_not_sent_by_itself),
        cmocka_unit_test(what_has_no_room_is_counted_and_not_sent_by_itself),
        cmocka_unit_test(a_question_waits_for_the_message_that_is_typed),
        cmocka_unit_test(an_interrupt_puts_the_typed_lines_away),
        cmocka_unit_test(a_draft_outlives_commands_but_not_another_message),
        cmocka_unit_test(a_draft_from_before_is_told_behind_the_last_turn),
        cmocka_unit_test(an_answer_comes_in_whole_lines),
        cmocka_unit_test(no_control_byte_of_others_comes_out),
        cmocka_unit_test(no_control_byte_of_a_patch_comes_out),
        cmocka_unit_test(no_control_byte_of_a_command_or_an_answer_comes_out),
        cmocka_unit_test(every_command_works_or_says_how_it_is_given),
        cmocka_unit_test(help_lists_every_command),
        cmocka_unit_test(a_command_that_is_nearly_one_is_named),
        cmocka_unit_test(the_users_own_commands_are_messages),
        cmocka_unit_test(an_exclamation_mark_runs_a_command),
        cmocka_unit_test(panels_are_sentences),
        cmocka_unit_test(a_command_is_approved_by_a_letter),
        cmocka_unit_test(a_yes_is_for_the_command_that_was_shown),
        cmocka_unit_test(a_no_can_have_a_reason_or_another_command),
        cmocka_unit_test(the_queue_is_a_list_to_change_by_number),
        cmocka_unit_test(a_held_queue_goes_by_an_empty_line),
        cmocka_unit_test(a_message_of_the_history_is_picked_by_number),
        cmocka_unit_test(the_end_of_input_ends_a_text_before_it_leaves),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
