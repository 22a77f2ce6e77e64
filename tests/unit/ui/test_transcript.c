/* The conversation: its blocks, folding, scrolling, and what streams in. */
#include <locale.h>

#include "scene.h"

#include "samples.h"

static void the_turn_of_a_conversation_at_80x24(void **state)
{
    (void)state;
    struct scene scene = scene_create(24, 80);
    scene_open(&scene);
    scene_ask(&scene, "why does retry spin on EAGAIN? bound it and add a test, "
                      "please");
    scene_item(&scene, 0, ITEM_TEXT, "m1", "");
    scene_delta(&scene, EVENT_TEXT_DELTA, 0,
                "The loop never counts attempts.\n");
    scene_item_done(&scene, 0, ITEM_TEXT, "m1", "",
                    "The loop never counts attempts.\n");
    scene_completed(&scene);
    scene_turn_done(&scene);

    assert_screen(
        &scene,
        " kerf  net  main +2 ~1         wafer-a ws ok  ctx 35k/128k 27%  "
        "$0.072  COMPOSE\n"
        "--------------------------------------------------------------------"
        "------------\n"
        "you  14:02  why does retry spin on EAGAIN? bound it and add a test, "
        "please\n"
        "\n"
        "kerf 14:02  ttft 180 ms  in 31.0k out 4.1k  $0.072\n"
        "  The loop never counts attempts.\n"
        "\n\n\n\n\n\n\n\n\n\n\n\n\n"
        "--------------------------------------------------------------------"
        "------------\n"
        ">\n"
        "--------------------------------------------------------------------"
        "------------\n"
        " ttft 180 ms  in 31.0k out 4.1k  queue 0                          "
        " wafer-a ws ok\n"
        " Enter send  ? help  ^T transcript  ^O fold  ^G editor  ^X ? more\n");
    scene_destroy(&scene);
}

static void a_context_shows_its_size_its_status_and_its_end(void **state)
{
    (void)state;
    struct scene scene = scene_create(24, 80);
    scene_apply(&scene, (struct event){ .kind = EVENT_CONTEXT_ADDED,
                                        .name = STR("make"),
                                        .text = STR("1\n2\n3\n4\n5\n6\n7\n8\n"
                                                    "error\n"),
                                        .number = 2 });

    assert_row(&scene, 2,
               "  context  make  exit 2  9 lines, 22 bytes, about 10 tokens");
    assert_row(&scene, 4, "    2");
    assert_row(&scene, 5, "    [4 more  ^O]");
    assert_row(&scene, 6, "    7");
    assert_row(&scene, 8, "    error");
    scene_keys(&scene, "^O");
    assert_row(&scene, 5, "    3");
    scene_destroy(&scene);
}

static struct scene running(size_t rows, size_t cols)
{
    struct scene scene = scene_create(rows, cols);

    scene_open(&scene);
    scene_ask(&scene, "run it");
    scene_item(&scene, 0, ITEM_CALL, "c1", "shell");
    scene_item_done(&scene, 0, ITEM_CALL, "c1", "shell",
                    "{\"command\":\"make -j2\"}");
    scene_completed(&scene);
    scene_apply(&scene, (struct event){ .kind = EVENT_TOOL_STARTED,
                                        .call_id = STR("c1") });
    return scene;
}

static void a_running_command_shows_its_last_lines(void **state)
{
    (void)state;
    struct scene scene = running(24, 80);
    scene_draw(&scene);
    scene.wall_ms += 1300;
    scene_apply(&scene, (struct event){ .kind = EVENT_TOOL_OUTPUT,
                                        .call_id = STR("c1"),
                                        .text = STR("1\n2\n3\n4\n5\n6\n7\n") });

    assert_shows(&scene, "  runs  make -j2  1.3 s");
    assert_shows(&scene, "    3");
    assert_hides(&scene, "    2");
    scene_destroy(&scene);
}

static void a_command_that_ran_shows_status_time_lines_and_its_end(void **state)
{
    (void)state;
    struct scene scene = running(24, 80);
    scene_draw(&scene);
    scene.wall_ms += 1300;
    scene_apply(&scene, (struct event){ .kind = EVENT_TOOL_DONE,
                                        .call_id = STR("c1"),
                                        .text = STR("1\n2\n3\nlast\n"),
                                        .number = 2 });

    assert_shows(&scene, "  ran  make -j2  exit 2  1.3 s  4 lines");
    assert_shows(&scene, "    last");
    scene_destroy(&scene);
}

static void a_file_that_was_read_is_one_row(void **state)
{
    (void)state;
    struct scene scene = scene_create(24, 80);
    scene_ask(&scene, "look");
    scene_item(&scene, 0, ITEM_CALL, "c1", "read_file");
    scene_item_done(&scene, 0, ITEM_CALL, "c1", "read_file",
                    "{\"path\":\"src/a.c\"}");
    scene_completed(&scene);
    scene_apply(&scene, (struct event){ .kind = EVENT_TOOL_STARTED,
                                        .call_id = STR("c1") });
    scene_apply(&scene, (struct event){ .kind = EVENT_TOOL_DONE,
                                        .call_id = STR("c1"),
                                        .text = STR("int a;\n"),
                                        .number = -1,
                                        .flag = true });

    assert_shows(&scene, "  read  src/a.c  1 line");
    assert_hides(&scene, "1 lines");
    assert_hides(&scene, "int a;");
    scene_destroy(&scene);
}

static void reasoning_is_folded_to_its_length(void **state)
{
    (void)state;
    struct scene scene = scene_create(24, 80);
    scene_ask(&scene, "think");
    scene_item(&scene, 0, ITEM_REASONING, "r", "");
    scene_delta(&scene, EVENT_REASONING_DELTA, 0, "first this, then that");

    assert_shows(&scene, "  thinking  21 characters  ^O");
    assert_hides(&scene, "first this");
    scene_keys(&scene, "^O");
    assert_shows(&scene, "    first this, then that");
    scene_destroy(&scene);
}

static void a_patch_is_summed_up_by_file_and_hunk(void **state)
{
    (void)state;
    struct scene scene = scene_create(24, 80);
    scene_open(&scene);
    scene_ask(&scene, "go");
    ui_set_draft(scene.ui, STR("typing")); // keeps the focus here
    scene_item(&scene, 0, ITEM_PATCH, "p1", "apply_patch");
    scene_item_done(&scene, 0, ITEM_PATCH, "p1", "apply_patch", SAMPLE_PATCH);
    scene_file(&scene, "p1", 0, SAMPLE_RETRY);
    scene_file(&scene, "p1", 1, NULL);
    scene_file(&scene, "p1", 2, SAMPLE_CONF);

    assert_shows(&scene, "  patch #1   3 files   4 hunks   3 ok  1 conflict");
    assert_shows(
        &scene,
        "    src/net/retry.c         +4 -3          h1 ok  h2 CONFLICT");
    assert_shows(&scene, "    notes.txt               +2 -0     new  h3 ok");
    assert_shows(&scene, "  patch #1   decided 0 (y0 n0), 4 to go");
    assert_shows(&scene, "Tab to review");
    scene_destroy(&scene);
}

#define LONG_PATCH                                                           \
    "*** Begin Patch\n"                                                      \
    "*** Add File: src/model/histogram_of_all.c\n"                           \
    "+a\n"                                                                   \
    "*** Add File: a/path/that/is/longer/than/the/rows/of/a/screen/have.c\n" \
    "+a\n"                                                                   \
    "*** Delete File: old.c\n"                                               \
    "*** Update File: src/net/retry.c\n"                                     \
    "@@\n"                                                                   \
    "-a\n"                                                                   \
    "+b\n"                                                                   \
    "*** End Patch\n"

static void the_columns_of_a_summary_line_up_on_the_longest_path(void **state)
{
    static const struct {
        size_t cols;
        const char *rows[4];
    } cases[] = {
        { 80,
          { "    src/model/histogram_of_all.c     +1 -0     new      h1 "
            "arriving",
            "    .../the/rows/of/a/screen/have.c  +1 -0     new      h2 "
            "arriving",
            "    old.c                            +0 -0     deleted  h3 "
            "arriving",
            "    src/net/retry.c                  +1 -1              h4 "
            "arriving" } },
        { 57,
          { "    ...l/histogram_of_all.c  +1 -0  new      h1 arriving",
            "    ...s/of/a/screen/have.c  +1 -0  new      h2 arriving",
            "    old.c                    +0 -0  deleted  h3 arriving",
            "    src/net/retry.c          +1 -1           h4 arriving" } },
    };
    (void)state;

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct scene scene = scene_create(24, cases[i].cols);
        scene_ask(&scene, "go");
        ui_set_draft(scene.ui, STR("typing")); // keeps the focus here
        scene_item(&scene, 0, ITEM_PATCH, "p1", "apply_patch");
        scene_item_done(&scene, 0, ITEM_PATCH, "p1", "apply_patch", LONG_PATCH);
        for (size_t r = 0; r < 4; r++)
            assert_shows(&scene, cases[i].rows[r]);
        scene_destroy(&scene);
    }
}

static void any_block_in_view_can_be_unfolded(void **state)
{
    (void)state;
    struct scene scene = scene_create(24, 80);
    scene_ask(&scene, "think");
    scene_item(&scene, 0, ITEM_REASONING, "r", "");
    scene_delta(&scene, EVENT_REASONING_DELTA, 0, "first this");
    scene_item(&scene, 1, ITEM_REASONING, "s", "");
    scene_delta(&scene, EVENT_REASONING_DELTA, 1, "then that");
    scene_draw(&scene);

    scene_keys(&scene, "^O");
    assert_shows(&scene, "    then that");
    assert_hides(&scene, "first this");
    scene_keys(&scene, "^X o");
    assert_shows(&scene, "    first this");
    assert_shows(&scene, "    then that");
    scene_keys(&scene, "^X o");
    assert_shows(&scene, "nothing more to fold above");
    scene_keys(&scene, "^O");
    assert_hides(&scene, "then that");
    scene_destroy(&scene);
}

static void all_reasoning_is_unfolded_with_one_chord(void **state)
{
    (void)state;
    struct scene scene = scene_create(24, 80);
    scene_ask(&scene, "think");
    scene_item(&scene, 0, ITEM_REASONING, "r", "");
    scene_delta(&scene, EVENT_REASONING_DELTA, 0, "first this");
    scene_item(&scene, 1, ITEM_REASONING, "s", "");
    scene_delta(&scene, EVENT_REASONING_DELTA, 1, "then that");

    scene_keys(&scene, "^X t");
    assert_shows(&scene, "reasoning is shown");
    assert_shows(&scene, "    first this");
    assert_shows(&scene, "    then that");
    scene_keys(&scene, "^X t");
    assert_hides(&scene, "first this");
    assert_hides(&scene, "then that");
    scene_destroy(&scene);
}

static void an_unfolded_patch_shows_its_lines(void **state)
{
    (void)state;
    struct scene scene = scene_create(50, 80);
    scene_ask(&scene, "go");
    ui_set_draft(scene.ui, STR("typing")); // keeps the focus here
    scene_item(&scene, 0, ITEM_PATCH, "p1", "apply_patch");
    scene_item_done(&scene, 0, ITEM_PATCH, "p1", "apply_patch", SAMPLE_PATCH);
    scene_file(&scene, "p1", 0, SAMPLE_RETRY);
    scene_draw(&scene);

    scene_keys(&scene, "^O");

    assert_shows(&scene, "      @@ h1  ok");
    assert_shows(&scene, "      -    while (send(fd) < 0)");
    assert_shows(&scene, "      +        poll(&p, 1, 50);");
    scene_destroy(&scene);
}

static void control_sequences_never_reach_the_screen(void **state)
{
    (void)state;
    struct scene scene = running(40, 80);
    scene_apply(&scene, (struct event){ .kind = EVENT_NOTICE,
                                        .text = STR("n\033]52;c;x\007") });
    scene_apply(&scene, (struct event){ .kind = EVENT_TOOL_OUTPUT,
                                        .call_id = STR("c1"),
                                        .text = STR("o\033[2Jo\r\n\x9b"
                                                    "31m") });
    scene_apply(&scene,
                (struct event){ .kind = EVENT_REPO, .name = STR("b\033[1m") });
    scene_apply(&scene, (struct event){ .kind = EVENT_QUEUED,
                                        .text = STR("q\033[1m") });

    struct str text = str_from(scene_text(&scene));
    for (size_t i = 0; i < text.len; i++)
        assert_true((unsigned char)text.at[i] >= 0x20 || text.at[i] == '\n');
    scene_destroy(&scene);
}

// Where the first cell of a text on the screen leads.
static struct str link_of(struct scene *scene, const char *text)
{
    scene_draw(scene);
    for (size_t row = 0; row < scene->canvas.rows; row++) {
        size_t at = str_find(scene_row(scene, row), str_from(text));
        if (at != SIZE_MAX)
            return canvas_link(
                &scene->canvas,
                scene->canvas.cells[row * scene->canvas.cols + at].link);
    }
    fail_msg("%s is not on the screen", text);
    return STR("");
}

static void addresses_in_plain_text_lead_where_they_say(void **state)
{
    (void)state;
    struct scene scene = scene_create(24, 60);
    const char *address = "https://example.org/a/rather/long/path/which/is/cut";

    scene_ask(&scene, "see (http://a.example/b)");
    scene_apply(&scene, (struct event){ .kind = EVENT_NOTICE,
                                        .text = STR("https://example.org/a/"
                                                    "rather/long/path/which/is/"
                                                    "cut") });
    assert_true(str_is(link_of(&scene, "http://a"), "http://a.example/b"));
    assert_true(str_is(link_of(&scene, ")"), ""));
    assert_true(str_is(link_of(&scene, "https://example"), address));
    assert_true(str_is(link_of(&scene, "cut"), address));
    scene_destroy(&scene);
}

static void a_turn_that_failed_says_why(void **state)
{
    (void)state;
    struct scene scene = scene_create(24, 80);
    scene_ask(&scene, "go");
    scene_apply(&scene, (struct event){ .kind = EVENT_TURN_DONE,
                                        .state = TURN_FAILED,
                                        .text = STR("no route to host") });

    assert_shows(&scene, "  failed: no route to host");
    scene_destroy(&scene);
}

static void queued_messages_stand_at_the_end(void **state)
{
    (void)state;
    struct scene scene = scene_create(24, 80);
    scene_ask(&scene, "go");
    scene_apply(&scene, (struct event){ .kind = EVENT_QUEUED,
                                        .text = STR("and then this") });

    assert_shows(&scene, "queued  and then this");
    assert_shows(&scene, "queue 1");
    scene_destroy(&scene);
}

// --- streaming -------------------------------------------------------------

#define MARKDOWN                                                             \
    "# Title\n\nA *paragraph* with `code` and words that go on and on over " \
    "the end of the row, so that it wraps.\n\n- one\n- two\n  - deep\n\n"    \
    "```c\nint main(void)\n{\n    return 0;\n}\n```\n\n| a | b |\n|---|---|" \
    "\n| 1 | 2 |\n\n> quoted\n> more\n\n1. first\n2. second\n\nThe end.\n"

static void a_streamed_text_looks_as_it_does_in_one_piece(void **state)
{
    (void)state;
    struct scene pieces = scene_create(60, 80), whole = scene_create(60, 80);
    struct str text = STR(MARKDOWN);
    scene_ask(&pieces, "go");
    scene_item(&pieces, 0, ITEM_TEXT, "m", "");
    for (size_t at = 0; at < text.len; at += 5) {
        scene_apply(&pieces,
                    (struct event){ .kind = EVENT_TEXT_DELTA,
                                    .text = str_take(str_skip(text, at), 5) });
        scene_draw(&pieces);
    }
    scene_ask(&whole, "go");
    scene_item(&whole, 0, ITEM_TEXT, "m", "");
    scene_delta(&whole, EVENT_TEXT_DELTA, 0, MARKDOWN);

    assert_string_equal(scene_text(&pieces), scene_text(&whole));
    scene_item_done(&pieces, 0, ITEM_TEXT, "m", "", MARKDOWN);
    assert_string_equal(scene_text(&pieces), scene_text(&whole));
    scene_destroy(&pieces);
    scene_destroy(&whole);
}

static void a_new_width_gives_the_screen_of_a_fresh_start(void **state)
{
    (void)state;
    struct scene scene = scene_create(24, 100), fresh = scene_create(24, 60);
    struct scene *both[] = { &scene, &fresh };
    for (size_t i = 0; i < 2; i++) {
        scene_ask(both[i], "go");
        scene_item(both[i], 0, ITEM_TEXT, "m", "");
        scene_delta(both[i], EVENT_TEXT_DELTA, 0, MARKDOWN);
        scene_draw(both[i]);
    }

    canvas_resize(&scene.canvas, 24, 60);

    assert_string_equal(scene_text(&scene), scene_text(&fresh));
    scene_destroy(&scene);
    scene_destroy(&fresh);
}

// --- scrolling -------------------------------------------------------------

static struct scene long_talk(void)
{
    struct scene scene = scene_create(24, 80);

    for (int i = 0; i < 40; i++) {
        char text[40];
        snprintf(text, sizeof(text), "notice %d", i);
        scene_apply(&scene, (struct event){ .kind = EVENT_NOTICE,
                                            .text = str_from(text) });
    }
    scene_draw(&scene);
    return scene;
}

static void the_end_is_followed(void **state)
{
    (void)state;
    struct scene scene = long_talk();

    assert_row(&scene, 18, "  note  notice 39");
    scene_apply(&scene,
                (struct event){ .kind = EVENT_NOTICE, .text = STR("newest") });
    assert_row(&scene, 18, "  note  newest");
    scene_destroy(&scene);
}

static void a_scrolled_view_stays_where_it_is(void **state)
{
    (void)state;
    struct scene scene = long_talk();

    scene_keys(&scene, "PgUp");
    assert_row(&scene, 2, "  note  notice 8");
    assert_shows(&scene, "more below");
    scene_apply(&scene,
                (struct event){ .kind = EVENT_NOTICE, .text = STR("newest") });
    assert_row(&scene, 2, "  note  notice 8");
    scene_destroy(&scene);
}

static void scrolling_to_the_end_follows_it_again(void **state)
{
    (void)state;
    struct scene scene = long_talk();

    scene_keys(&scene, "PgUp PgDn");
    scene_apply(&scene,
                (struct event){ .kind = EVENT_NOTICE, .text = STR("newest") });

    assert_row(&scene, 18, "  note  newest");
    assert_hides(&scene, "more below");
    scene_destroy(&scene);
}

static void typing_goes_back_to_the_end(void **state)
{
    (void)state;
    struct scene scene = long_talk();

    scene_keys(&scene, "PgUp x");

    assert_row(&scene, 18, "  note  notice 39");
    scene_destroy(&scene);
}

static void a_turn_without_a_request_counts_from_its_message(void **state)
{
    (void)state;
    struct scene scene = scene_create(24, 80);
    scene_open(&scene);
    scene_apply(&scene, (struct event){ .kind = EVENT_USER_MESSAGE,
                                        .text = STR("why?") });
    scene.wall_ms += 3000;
    scene_draw(&scene);
    assert_true(scene_shows(&scene, "kerf 14:02  3.0 s"));
    scene_destroy(&scene);
}

static void each_attempt_to_connect_is_a_line_of_its_own(void **state)
{
    (void)state;
    struct scene scene = scene_create(24, 80);
    scene_open(&scene);
    scene_ask(&scene, "go");

    for (int i = 1; i <= 3; i++) {
        char text[80];
        snprintf(text, sizeof(text), "\033[31mreset\r\nby peer, attempt %d", i);
        scene_apply(&scene, (struct event){ .kind = EVENT_RESPONSE_LOST,
                                            .text = str_from(text),
                                            .flag = true });
        scene_apply(&scene, (struct event){ .kind = EVENT_REQUEST_SENT });
        scene_apply(&scene, (struct event){ .kind = EVENT_RESPONSE_CREATED });
    }

    size_t first = scene_find(&scene, "attempt 1");
    assert_shows(&scene, "asked again: ");
    assert_int_equal(scene_find(&scene, "attempt 2"), first + 1);
    assert_int_equal(scene_find(&scene, "attempt 3"), first + 2);
    scene_destroy(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_turn_of_a_conversation_at_80x24),
        cmocka_unit_test(a_context_shows_its_size_its_status_and_its_end),
        cmocka_unit_test(a_running_command_shows_its_last_lines),
        cmocka_unit_test(
            a_command_that_ran_shows_status_time_lines_and_its_end),
        cmocka_unit_test(a_file_that_was_read_is_one_row),
        cmocka_unit_test(reasoning_is_folded_to_its_length),
        cmocka_unit_test(a_patch_is_summed_up_by_file_and_hunk),
        cmocka_unit_test(control_sequences_never_reach_the_screen),
        cmocka_unit_test(addresses_in_plain_text_lead_where_they_say),
        cmocka_unit_test(a_turn_that_failed_says_why),
        cmocka_unit_test(queued_messages_stand_at_the_end),
        cmocka_unit_test(a_streamed_text_looks_as_it_does_in_one_piece),
        cmocka_unit_test(a_new_width_gives_the_screen_of_a_fresh_start),
        cmocka_unit_test(the_end_is_followed),
        cmocka_unit_test(a_scrolled_view_stays_where_it_is),
        cmocka_unit_test(scrolling_to_the_end_follows_it_again),
        cmocka_unit_test(typing_goes_back_to_the_end),
        cmocka_unit_test(the_columns_of_a_summary_line_up_on_the_longest_path),
        cmocka_unit_test(any_block_in_view_can_be_unfolded),
        cmocka_unit_test(all_reasoning_is_unfolded_with_one_chord),
        cmocka_unit_test(an_unfolded_patch_shows_its_lines),
        cmocka_unit_test(a_turn_without_a_request_counts_from_its_message),
        cmocka_unit_test(each_attempt_to_connect_is_a_line_of_its_own),
    };

    setlocale(LC_ALL, "C.UTF-8");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
