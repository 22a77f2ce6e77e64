/* No byte of foreign text reaches the terminal as a control: hostile text goes
 * into every event that carries some, and what the screen sends is judged by
 * an oracle (oracle.h) and by a terminal. Seeded, so that a failure repeats. */
#include <locale.h>

#include "scene.h"
#include "screen_rig.h"

#include "kerf/ui/figures.h"
#include "kerf/ui/theme.h"
#include "oracle.h"

#define ROUNDS 20000 // events with hostile text
#define DRAW_EVERY 5
#define NEW_SESSION_EVERY 100

static uint64_t next(uint64_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    return *seed;
}

static const char *const pieces[] = {
    "\033]0;title\007",
    "\033]8;;http://evil/\033\\link\033]8;;\033\\",
    "\033]52;c;ZXZpbA==\007",
    "\033P1$r0m\033\\",
    "\033_Gf=24;AAAA\033\\",
    "\033^private\033\\",
    "\033[2J\033[H",
    "\033[31;1m",
    "\033[6n",
    "\033[c",
    "\033[?1000h",
    "\033[?2004l",
    "\033[8;1;1t",
    "\033c",
    "\033(0qqq\033(B",
    "\033[",
    "\033",
    "\x9b"
    "31m",
    "\x9d"
    "0;c1\x9c",
    "\x90q\x9c",
    "\xc2\x9b"
    "2J", // C1 in UTF-8
    "\xc2\x9d"
    "52;c;YQ==\xc2\x9c",
    "\xc2\x85",
    "\r",
    "a\b\b\bb",
    "\f\v\007\016\017\005",
    "\x7f\x7f",
    "\xe2\x80\xae"
    "evil\xe2\x80\xac", // RLO, PDF
    "\xe2\x81\xa6"
    "hidden\xe2\x81\xa9", // LRI, PDI
    "\xe2\x80\x8b\xe2\x80\x8f\xef\xbb\xbf",
    "\xf3\xa0\x80\x81\xf3\xa0\x81\xa1\xf3\xa0\x81\xbf", // tags
    "\xef\xbf\xbe\xef\xbf\xbf",                         // U+FFFE, U+FFFF
    "\xed\xa0\x80\xed\xbf\xbf",                         // surrogates
    "\xf4\x90\x80\x80\xc0\xaf\xe0\x80\xaf",
    "\xe4\xb8",
    "\xf0\x9f",
    "\xe2\x80\xa8\xe2\x80\xa9",
    "\xe4\xb8\xad\xe6\x96\x87",
    "\xf0\x9f\x91\xa8\xe2\x80\x8d\xf0\x9f\x91\xa9",
    "e\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81",
    "\t\t|",
    "\n",
    "\n\n",
    "\r\n",
    "```c\n",
    "\n```\n",
    "| a | b |\n|---|---|\n",
    "> ",
    "- [x] ",
    "[text](javascript:alert%281%29)",
    "[t](http://h/\033]0;x\007)",
    "<http://a.b/\x9b>",
    "[see](http://ok.example/a?b=c) ",
    "[**b** `c`](https://ok.example/) http://plain.example/ ",
    "\xf3\xa0\x80\xa0\xf3\xa0\x80\xa1",
    "&#27;&#x9b;&#x202e;&#0;",
    "**bold** `code` ~~gone~~ ",
    "{\"command\":\"\\u001b]0;x\\u0007\",\"path\":\"\\u202e\"}",
    "*** Begin Patch\n*** Add File: \033[31m\xe2\x80\xaex\n+\033]0;y\007\n"
    "*** End Patch\n",
    "words that are quite harmless, ",
    "--- a/x\n+++ b/x\n@@ -1 +1 @@\n-\033[1m\n+\x9b\n",
};

// One to eight pieces, some of them with random bytes between.
static void make_hostile(struct buf *out, uint64_t *seed)
{
    size_t count = 1 + next(seed) % 8;

    buf_reset(out);
    for (size_t i = 0; i < count; i++) {
        const char *piece =
            pieces[next(seed) % (sizeof(pieces) / sizeof(pieces[0]))];
        buf_append(out, str_from(piece));
        for (size_t n = next(seed) % 4; n-- > 0;)
            buf_append_char(out, (char)next(seed));
    }
}

// Events that carry foreign text; each gets it in every text it has.
static const enum event_kind carriers[] = {
    EVENT_SESSION_OPENED,
    EVENT_REPO,
    EVENT_BACKEND,
    EVENT_ROUTE,
    EVENT_LINK,
    EVENT_NOTICE,
    EVENT_CONTEXT_ADDED,
    EVENT_USER_MESSAGE,
    EVENT_QUEUED,
    EVENT_REQUEST_SENT,
    EVENT_WAIT,
    EVENT_TURN_DONE,
    EVENT_RESPONSE_CREATED,
    EVENT_ITEM_ADDED,
    EVENT_TEXT_DELTA,
    EVENT_REASONING_DELTA,
    EVENT_CALL_DELTA,
    EVENT_ITEM_DONE,
    EVENT_RESPONSE_COMPLETED,
    EVENT_RESPONSE_FAILED,
    EVENT_RESPONSE_LOST,
    EVENT_APPROVAL_ASKED,
    EVENT_APPROVAL_ANSWERED,
    EVENT_TOOL_STARTED,
    EVENT_TOOL_OUTPUT,
    EVENT_TOOL_DONE,
    EVENT_PROPOSAL,
    EVENT_PREIMAGE,
    EVENT_WRITE_FAILED,
    EVENT_RESPONSE_CREATED,
    EVENT_ITEM_ADDED,
    EVENT_RESPONSE_CREATED,
    EVENT_TEXT_DELTA,
    EVENT_RESPONSE_INCOMPLETE,
    EVENT_CANCELLED,
    EVENT_STEER,
    EVENT_STASHED,
    EVENT_COMPACTED,
    EVENT_BASE,
    EVENT_HUNK_EDITED,
    EVENT_NOTE,
    EVENT_REASKED,
    EVENT_WRITTEN,
    EVENT_STAGED,
    EVENT_WRITE_UNDONE,
    EVENT_REVIEW_ENDED,
};

static void apply_hostile(struct scene *scene, struct str text, uint64_t *seed)
{
    size_t count = sizeof(carriers) / sizeof(carriers[0]);
    struct event event = {
        .kind = carriers[next(seed) % count],
        .id = STR("r1"),
        .call_id = next(seed) % 2 ? STR("c1") : text,
        .name = next(seed) % 4 ? text : STR("shell"),
        .text = text,
        .extra = text,
        .raw = STR("{}"),
        .index = next(seed) % 3,
        .state = (int)(next(seed) % 6),
        .number = (int64_t)(next(seed) % 3),
        .flag = next(seed) % 2,
        .time_ms = scene->wall_ms++,
    };

    session_apply(scene->session, &event); // some make no sense: they are
                                           // dropped
}

static const char *const keys[] = {
    "PgUp", "PgDn", "^O", "^X o", "^X t", "^T",   "q",    "End",  "Tab",
    "Esc",  "?",    "}",  "^X l", "^X $", "^X c", "^X r", "^X v", "^X q",
    "^X :", "^R",   "i",  "o",    "|",    "c",    "@",    "/",    "Enter",
};

// What comes from elsewhere than events: names of files, backends, commands and
// sessions, figures, messages, what is typed and pasted, earlier messages.
struct hostile_lists {
    struct str names[4];
    struct ui_command commands[2];
    struct ui_choice choices[2];
    struct backend_figures backends[1];
    struct figures figures;
    struct arena arena;
};

static void give_hostile(struct scene *scene, struct hostile_lists *lists,
                         struct str text)
{
    struct str copy = arena_copy(&lists->arena, text);

    for (size_t i = 0; i < 4; i++)
        lists->names[i] = copy;
    for (size_t i = 0; i < 2; i++) {
        lists->commands[i] = (struct ui_command){ copy, copy, copy };
        lists->choices[i] =
            (struct ui_choice){ .value = copy, .label = copy, .note = copy };
    }
    lists->backends[0] = (struct backend_figures){ .name = copy };
    lists->figures = (struct figures){ .backends = lists->backends,
                                       .backend_count = 1,
                                       .route = lists->names,
                                       .route_count = 4 };
    ui_set_files(scene->ui, lists->names, 4);
    ui_set_backends(scene->ui, lists->names, 4);
    ui_set_commands(scene->ui, lists->commands, 2);
    ui_set_figures(scene->ui, &lists->figures);
    ui_remember(scene->ui, copy);
    ui_tell(scene->ui, copy, true);
    ui_set_draft(scene->ui, copy);
}

static void assert_cells_are_clean(const struct canvas *canvas, uint64_t round)
{
    for (size_t i = 0; i < canvas->rows * canvas->cols; i++)
        for (size_t k = 0; k < CELL_CODES && canvas->cells[i].code[k]; k++)
            if (!oracle_code_is_fine(canvas->cells[i].code[k]))
                fail_msg("round %llu: U+%04X in a cell",
                         (unsigned long long)round,
                         (unsigned)canvas->cells[i].code[k]);
}

// Says whether an escape is on the screen, as the picture that stands for it.
static bool shows_escape(const struct canvas *canvas)
{
    for (size_t i = 0; i < canvas->rows * canvas->cols; i++)
        if (canvas->cells[i].code[0] == 0x241b)
            return true;
    return false;
}

static void draw_and_judge(struct scene *scene, struct rig *rig, bool links,
                           uint64_t round)
{
    ui_draw(scene->ui, scene->session, &rig->canvas, scene->now_ms,
            scene->wall_ms);
    assert_cells_are_clean(&rig->canvas, round);
    draw(rig);
    size_t leak = links ? oracle_leak_but_links(buf_str(&rig->out))
                        : oracle_leak(buf_str(&rig->out));
    if (leak != SIZE_MAX)
        fail_msg("round %llu: byte %zu of a frame is a leak: %.*s",
                 (unsigned long long)round, leak,
                 STR_ARG(str_take(str_skip(buf_str(&rig->out), leak), 20)));
}

static void draw_hostile(bool links)
{
    struct theme theme = theme_default();
    struct screen_options options = options_for("xterm-256color", &theme);
    struct buf text = { 0 };
    struct rig rig;
    uint64_t seed = 20261121;
    size_t hostile = 0, linked = 0;
    struct hostile_lists lists = { 0 };
    struct scene scene = scene_create(24, 80);

    options.rows = 24;
    options.cols = 80;
    options.links = links;
    rig_open(&rig, &options);
    for (uint64_t round = 0; round < ROUNDS; round++) {
        if (round % NEW_SESSION_EVERY == 0) {
            scene_destroy(&scene);
            arena_release(&lists.arena);
            lists = (struct hostile_lists){ 0 };
            scene = scene_create(24, 80);
            scene_open(&scene);
            scene_ask(&scene, "go");
            scene_item(&scene, 0, ITEM_TEXT, "m", "");
            scene_item(&scene, 1, ITEM_REASONING, "r", "");
            scene_item(&scene, 2, ITEM_CALL, "c1", "shell");
        }
        make_hostile(&text, &seed);
        apply_hostile(&scene, buf_str(&text), &seed);
        if (next(&seed) % 25 == 0)
            give_hostile(&scene, &lists, buf_str(&text));
        if (next(&seed) % 100 == 0)
            ui_pick(scene.ui, "sessions", lists.choices, 2, CMD_RESUME);
        if (round % DRAW_EVERY)
            continue;
        if (next(&seed) % 2)
            scene_keys(&scene,
                       keys[next(&seed) % (sizeof(keys) / sizeof(keys[0]))]);
        draw_and_judge(&scene, &rig, links, round);
        linked += str_find(buf_str(&rig.out), STR("\033]8;id=")) != SIZE_MAX;
        hostile += shows_escape(&rig.canvas);
    }
    assert_in_range(hostile, ROUNDS / DRAW_EVERY / 2, ROUNDS);
    assert_int_equal(linked > 0, links);
    rig_close(&rig);
    scene_destroy(&scene);
    arena_release(&lists.arena);
    buf_release(&text);
}

static void hostile_text_stays_text(void **state)
{
    (void)state;
    draw_hostile(false);
}

static void hostile_text_makes_no_links_but_ours(void **state)
{
    (void)state;
    draw_hostile(true);
}

// Rules are lines on the terminal; what is between them must be equal.
static void assert_same_bodies(struct rig *rig)
{
    struct buf want = { 0 }, have = { 0 };

    canvas_text(&rig->canvas, &want);
    seen(rig, &have);
    struct str a = buf_str(&want), b = buf_str(&have), x, y;
    for (size_t row = 0; row < 19; row++) {
        assert_true(str_split(&a, '\n', &x) && str_split(&b, '\n', &y));
        if (row != 1 && !str_equal(x, y))
            fail_msg("row %zu: \"%.*s\" is shown as \"%.*s\"", row, STR_ARG(x),
                     STR_ARG(y));
    }
    buf_release(&want);
    buf_release(&have);
}

// What the terminal shows at the end is what the canvas holds: nothing that
// was sent had another meaning than to put these cells there.
static void the_terminal_shows_the_cells_and_nothing_else(void **state)
{
    (void)state;
    struct theme theme = theme_default();
    struct screen_options options = options_for("xterm-256color", &theme);
    struct buf text = { 0 };
    struct rig rig;
    struct scene scene = scene_create(24, 80);

    options.rows = 24;
    options.cols = 80;
    rig_open(&rig, &options);
    scene_open(&scene);
    scene_ask(&scene, "go");
    scene_item(&scene, 0, ITEM_TEXT, "m", "");
    for (size_t i = 0; i < 28; i++) { // up to C0 and DEL: widths are sure
        buf_append(&text, str_from(pieces[i]));
        buf_append(&text, STR(" x\n\n"));
        scene_apply(&scene, (struct event){ .kind = EVENT_TEXT_DELTA,
                                            .text = buf_str(&text) });
        ui_draw(scene.ui, scene.session, &rig.canvas, scene.now_ms,
                scene.wall_ms);
        draw(&rig);
        assert_same_bodies(&rig);
    }
    rig_close(&rig);
    scene_destroy(&scene);
    buf_release(&text);
}

// --- the oracle itself -----------------------------------------------------

static void the_oracle_knows_leaks(void **state)
{
    (void)state;
    for (size_t i = 0; i < 7; i++)
        assert_int_equal(oracle_leak(str_from(pieces[i] + (i == 6 ? 7 : 0))),
                         i == 6 ? SIZE_MAX : 0);
    assert_int_equal(oracle_leak(STR("a\033[6n")), 1);
    assert_int_equal(oracle_leak(STR("\033[c")), 0);
    assert_int_equal(oracle_leak(STR("\033[?1000h")), 0);
    assert_int_equal(oracle_leak(STR("ab\x9b")), 2);
    assert_int_equal(oracle_leak(STR("\xc2\x9b")), 0);
    assert_int_equal(oracle_leak(STR("\xe2\x80\xae")), 0);
    assert_int_equal(oracle_leak(STR("\033[")), 0);
    assert_int_equal(
        oracle_leak(STR("\033[?2026h\033[1;2H\033[38;5;1mx\033(B\r\n")),
        SIZE_MAX);
}

static void the_oracle_knows_links(void **state)
{
    (void)state;
    static const char *const fine = "a\033]8;id=7;http://h/?x\033\\b\xc3\xa9"
                                    "\033]8;;\033\\\033[m";
    static const char *const leaks[] = {
        "\033]8;;http://h/\033\\b\033]8;;\033\\",
        "\033]8;id=x;http://h/\033\\b\033]8;;\033\\",
        "\033]8;id=7;ftp://h/\033\\b\033]8;;\033\\",
        "\033]8;id=7;http://h/\xc3\xa9\033\\b\033]8;;\033\\",
        "\033]8;id=7;http://h/\007b\033]8;;\007",
        "\033]8;id=7;http://h/\033\\b",
        "\033]8;id=7;http://h/\033\\b\033[m\033]8;;\033\\",
        "\033]8;id=7;http://h/\033\\b\r\n\033]8;;\033\\",
        "\033]8;;\033\\",
        "\033]0;id=7;http://h/\033\\b\033]8;;\033\\",
    };

    assert_int_equal(oracle_leak_but_links(str_from(fine)), SIZE_MAX);
    assert_int_equal(oracle_leak(str_from(fine)), 1);
    for (size_t i = 0; i < sizeof(leaks) / sizeof(leaks[0]); i++)
        if (oracle_leak_but_links(str_from(leaks[i])) != 0)
            fail_msg("%zu", i);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hostile_text_stays_text),
        cmocka_unit_test(hostile_text_makes_no_links_but_ours),
        cmocka_unit_test(the_terminal_shows_the_cells_and_nothing_else),
        cmocka_unit_test(the_oracle_knows_leaks),
        cmocka_unit_test(the_oracle_knows_links),
    };

    setlocale(LC_ALL, "C.UTF-8");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
