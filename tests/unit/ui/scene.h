/* A session, a user interface and a screen for tests: events and keys go in,
 * rows of text come out. Time stands still unless a test moves it. */
#ifndef KERF_TESTS_UI_SCENE_H
#define KERF_TESTS_UI_SCENE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "kerf/base/arena.h"
#include "kerf/base/buf.h"
#include "kerf/model/session.h"
#include "kerf/ui/canvas.h"
#include "kerf/ui/ui.h"

#define SCENE_NOON_MS INT64_C(1795269720000) // 2026-11-21 14:02 UTC
#define SCENE_COMMANDS 64

struct scene {
    struct session *session;
    struct ui *ui;
    struct canvas canvas;
    struct buf text;
    int64_t now_ms, wall_ms;
    // What the keys of the last call wanted; texts copied.
    struct command commands[SCENE_COMMANDS];
    size_t command_count;
    struct arena arena;
};

static inline struct scene scene_with(size_t rows, size_t cols,
                                      struct ui_options options)
{
    struct scene scene = { .now_ms = 1000000, .wall_ms = SCENE_NOON_MS };

    setenv("TZ", "UTC", 1);
    tzset();
    scene.session = session_create();
    scene.ui = ui_create(&options);
    canvas_init(&scene.canvas, rows, cols);
    return scene;
}

static inline struct scene scene_create(size_t rows, size_t cols)
{
    return scene_with(rows, cols, (struct ui_options){ 0 });
}

static inline void scene_destroy(struct scene *scene)
{
    ui_destroy(scene->ui);
    session_destroy(scene->session);
    canvas_release(&scene->canvas);
    buf_release(&scene->text);
    arena_release(&scene->arena);
}

// --- events ----------------------------------------------------------------

static inline void scene_apply(struct scene *scene, struct event event)
{
    if (event.time_ms == 0)
        event.time_ms = scene->wall_ms;
    assert_true(session_apply(scene->session, &event));
}

/* A tree and a backend, as most scenes have them. */
static inline void scene_open(struct scene *scene)
{
    scene_apply(scene, (struct event){ .kind = EVENT_SESSION_OPENED,
                                       .id = STR("s1"),
                                       .name = STR("/home/u/net") });
    scene_apply(scene, (struct event){ .kind = EVENT_REPO,
                                       .name = STR("main"),
                                       .number = 2,
                                       .count = 1,
                                       .extra = STR("0") });
    scene_apply(scene, (struct event){ .kind = EVENT_BACKEND,
                                       .name = STR("wafer-a"),
                                       .text = STR("spark"),
                                       .number = 128000,
                                       .price = { 1, 0.1, 10 } });
    scene_apply(scene, (struct event){ .kind = EVENT_LINK,
                                       .state = LINK_READY,
                                       .text = STR("ws") });
}

/* The user's message, sent, and the response begun 180 ms later. */
static inline void scene_ask(struct scene *scene, const char *text)
{
    scene_apply(scene, (struct event){ .kind = EVENT_USER_MESSAGE,
                                       .text = str_from(text) });
    scene_apply(scene,
                (struct event){ .kind = EVENT_REQUEST_SENT, .number = 1000 });
    scene->wall_ms += 180;
    scene_apply(scene, (struct event){ .kind = EVENT_RESPONSE_CREATED,
                                       .id = STR("r1"),
                                       .name = STR("spark") });
}

static inline void scene_item(struct scene *scene, size_t index,
                              enum item_kind kind, const char *call_id,
                              const char *tool)
{
    scene_apply(scene, (struct event){ .kind = EVENT_ITEM_ADDED,
                                       .index = index,
                                       .state = (int)kind,
                                       .id = str_from(call_id),
                                       .call_id = str_from(call_id),
                                       .name = str_from(tool) });
}

static inline void scene_delta(struct scene *scene, enum event_kind kind,
                               size_t index, const char *text)
{
    scene_apply(
        scene,
        (struct event){ .kind = kind, .index = index, .text = str_from(text) });
}

static inline void scene_item_done(struct scene *scene, size_t index,
                                   enum item_kind kind, const char *call_id,
                                   const char *tool, const char *text)
{
    scene_apply(scene, (struct event){ .kind = EVENT_ITEM_DONE,
                                       .index = index,
                                       .state = (int)kind,
                                       .id = str_from(call_id),
                                       .call_id = str_from(call_id),
                                       .name = str_from(tool),
                                       .text = str_from(text),
                                       .raw = STR("{}") });
}

static inline void scene_completed(struct scene *scene)
{
    scene->wall_ms += 1720;
    scene_apply(scene, (struct event){ .kind = EVENT_RESPONSE_COMPLETED,
                                       .id = STR("r1"),
                                       .name = STR("spark"),
                                       .usage = { 31000, 0, 4100, 0 } });
}

static inline void scene_turn_done(struct scene *scene)
{
    scene_apply(scene,
                (struct event){ .kind = EVENT_TURN_DONE, .state = TURN_OK });
}

/* A whole proposal from elsewhere, and the files it is about. */
static inline void scene_patch(struct scene *scene, const char *patch)
{
    scene_apply(scene, (struct event){ .kind = EVENT_PROPOSAL,
                                       .call_id = STR("p1"),
                                       .name = STR("a patch"),
                                       .text = str_from(patch) });
}

static inline void scene_file(struct scene *scene, const char *call_id,
                              size_t file, const char *bytes)
{
    scene_apply(scene, (struct event){ .kind = EVENT_PREIMAGE,
                                       .call_id = str_from(call_id),
                                       .index = file,
                                       .text = str_from(bytes ? bytes : ""),
                                       .number = 0644,
                                       .flag = bytes != NULL });
}

/* A shell command that waits for approval. */
static inline void scene_approval(struct scene *scene, const char *command)
{
    scene_ask(scene, "run it");
    scene_item(scene, 0, ITEM_CALL, "c1", "shell");
    scene_item_done(scene, 0, ITEM_CALL, "c1", "shell",
                    "{\"command\":\"see approval\"}");
    scene_completed(scene);
    scene_apply(scene, (struct event){ .kind = EVENT_APPROVAL_ASKED,
                                       .call_id = STR("c1"),
                                       .text = str_from(command) });
}

// --- keys ------------------------------------------------------------------

struct scene_key {
    const char *name;
    enum key_code code;
};

static inline struct key scene_key_of(const char *name)
{
    static const struct scene_key names[] = {
        { "Enter", KEYCODE_ENTER },  { "Tab", KEYCODE_TAB },
        { "Esc", KEYCODE_ESCAPE },   { "Backspace", KEYCODE_BACKSPACE },
        { "Up", KEYCODE_UP },        { "Down", KEYCODE_DOWN },
        { "Home", KEYCODE_HOME },    { "End", KEYCODE_END },
        { "PgUp", KEYCODE_PAGE_UP }, { "PgDn", KEYCODE_PAGE_DOWN },
        { "F1", KEYCODE_F1 },
    };

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (!strcmp(name, names[i].name))
            return (struct key){ .code = names[i].code };
    struct key key = { .code = KEYCODE_CHAR };
    if (!strcmp(name, "Space"))
        name = " ";
    if (name[0] == '^' && name[1]) {
        key.mods = MOD_CTRL;
        key.ch = (unsigned char)(name[1] >= 'A' && name[1] <= 'Z'
                                     ? name[1] + 'a' - 'A'
                                     : name[1]);
    } else {
        key.ch = (unsigned char)name[0];
    }
    return key;
}

static inline void scene_keep(struct scene *scene, struct command command)
{
    assert_true(scene->command_count < SCENE_COMMANDS);
    command.text = arena_copy(&scene->arena, command.text);
    scene->commands[scene->command_count++] = command;
}

static inline void scene_press(struct scene *scene, const struct key *key)
{
    struct command command;

    ui_key(scene->ui, scene->session, key, scene->now_ms, &command);
    if (command.kind == CMD_NONE)
        return;
    do
        scene_keep(scene, command);
    while (ui_next_command(scene->ui, &command));
}

static inline void scene_draw(struct scene *scene)
{
    ui_draw(scene->ui, scene->session, &scene->canvas, scene->now_ms,
            scene->wall_ms);
}

/* Presses keys named in a list separated by blanks; the screen is drawn after
 * each, and enough time passes for a person to have seen it. */
static inline void scene_keys(struct scene *scene, const char *list)
{
    struct str rest = str_from(list), name;

    scene->command_count = 0;
    while (str_split(&rest, ' ', &name)) {
        char text[32];
        snprintf(text, sizeof(text), "%.*s", STR_ARG(name));
        struct key key = scene_key_of(text);
        scene_press(scene, &key);
        scene_draw(scene);
        scene->now_ms += 1000;
    }
}

/* Types text, a key a character, without a drawing between. */
static inline void scene_type(struct scene *scene, const char *text)
{
    scene->command_count = 0;
    for (; *text; text++) {
        struct key key = { .code = KEYCODE_CHAR, .ch = (unsigned char)*text };
        scene_press(scene, &key);
    }
}

static inline void scene_paste(struct scene *scene, const char *text)
{
    struct key key = { .code = KEYCODE_PASTE, .text = str_from(text) };

    scene->command_count = 0;
    scene_press(scene, &key);
}

/* The event a command of the review becomes in the program; EVENT_KIND_COUNT
 * for one that is more than an event. */
static inline struct event scene_event_of(const struct command *command)
{
    static const struct {
        enum command_kind command;
        enum event_kind event;
    } kinds[] = {
        { CMD_DECIDE, EVENT_DECIDED },
        { CMD_UNDO_DECISION, EVENT_DECISION_UNDONE },
        { CMD_REDO_DECISION, EVENT_DECISION_UNDONE },
        { CMD_SPLIT, EVENT_SPLIT },
        { CMD_NOTE, EVENT_NOTE },
    };
    struct event event = {
        .kind = EVENT_KIND_COUNT,
        .call_id = STR("p1"),
        .target = command->target,
        .state = (int)command->decision,
        .index = command->last_line,
        .text = command->text,
        .flag = command->kind == CMD_REDO_DECISION,
    };

    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
        if (kinds[i].command == command->kind)
            event.kind = kinds[i].event;
    if (event.kind == EVENT_NOTE && event.text.len == 0)
        event.kind = EVENT_NOTE_REMOVED;
    return event;
}

/* Carries commands of the review out, as the program would. */
static inline void scene_obey(struct scene *scene)
{
    for (size_t i = 0; i < scene->command_count; i++) {
        struct event event = scene_event_of(&scene->commands[i]);
        event.time_ms = scene->wall_ms;
        if (event.kind != EVENT_KIND_COUNT)
            session_apply(scene->session, &event);
    }
    scene_draw(scene);
    scene->now_ms += 1000;
}

// --- the screen ------------------------------------------------------------

static inline const char *scene_text(struct scene *scene)
{
    scene_draw(scene);
    buf_reset(&scene->text);
    canvas_text(&scene->canvas, &scene->text);
    return buf_cstr(&scene->text);
}

/* Row `row` of the screen as drawn now. */
static inline struct str scene_row(struct scene *scene, size_t row)
{
    struct str rest = str_from(scene_text(scene)), line = { 0 };

    for (size_t i = 0; i <= row; i++)
        if (!str_split(&rest, '\n', &line))
            return STR("");
    return line;
}

/* The number of the first row that holds `text`, or SIZE_MAX. */
static inline size_t scene_find(struct scene *scene, const char *text)
{
    struct str rest = str_from(scene_text(scene)), line;

    for (size_t row = 0; str_split(&rest, '\n', &line); row++)
        if (str_find(line, str_from(text)) != SIZE_MAX)
            return row;
    return SIZE_MAX;
}

static inline bool scene_shows(struct scene *scene, const char *text)
{
    return scene_find(scene, text) != SIZE_MAX;
}

#define assert_screen(scene, expected) \
    assert_string_equal(scene_text(scene), expected)

#define assert_row(scene, row, expected)                        \
    do {                                                        \
        struct str line_ = scene_row(scene, row);               \
        char text_[1024];                                       \
        snprintf(text_, sizeof(text_), "%.*s", STR_ARG(line_)); \
        assert_string_equal(text_, expected);                   \
    } while (0)

#define assert_shows(scene, wanted)                              \
    do {                                                         \
        if (!scene_shows(scene, wanted))                         \
            fail_msg("\"%s\" is not on the screen:\n%s", wanted, \
                     scene_text(scene));                         \
    } while (0)

#define assert_hides(scene, unwanted)                          \
    do {                                                       \
        if (scene_shows(scene, unwanted))                      \
            fail_msg("\"%s\" is on the screen:\n%s", unwanted, \
                     scene_text(scene));                       \
    } while (0)

/* The only command the last keys gave, or CMD_NONE. */
static inline enum command_kind scene_command(const struct scene *scene)
{
    assert_true(scene->command_count < 2);
    return scene->command_count ? scene->commands[0].kind : CMD_NONE;
}

#endif
