/*
 * Measures the conversation's view alone: 1,000 turns, about 10,000 rows, as
 * after a resume. The floor is putting a screen of finished rows on a canvas.
 */
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "kerf/model/session.h"
#include "kerf/ui/canvas.h"
#include "kerf/ui/ui.h"

#define TURNS 1000
#define REPEATS 200
#define ROWS 40
#define COLS 120

struct bench {
    struct session *session;
    struct ui *ui;
    struct canvas canvas;
};

static double now_ms(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (double)ts.tv_sec * 1e3 + (double)ts.tv_nsec / 1e6;
}

static void apply(struct bench *bench, struct event event)
{
    event.time_ms = 1;
    session_apply(bench->session, &event);
}

static void add_turn(struct bench *bench)
{
    apply(bench, (struct event){ .kind = EVENT_USER_MESSAGE,
                                 .text = STR("a question") });
    apply(bench, (struct event){ .kind = EVENT_REQUEST_SENT });
    apply(bench,
          (struct event){ .kind = EVENT_RESPONSE_CREATED, .id = STR("r") });
    apply(bench, (struct event){ .kind = EVENT_ITEM_ADDED,
                                 .state = ITEM_TEXT,
                                 .id = STR("m") });
    apply(bench,
          (struct event){ .kind = EVENT_ITEM_DONE,
                          .state = ITEM_TEXT,
                          .id = STR("m"),
                          .text = STR("It *is* so:\n\n- a\n- b\n\n```c\nint "
                                      "a = 1; // b\nreturn a;\n```\n"),
                          .raw = STR("{}") });
    apply(bench,
          (struct event){ .kind = EVENT_RESPONSE_COMPLETED, .id = STR("r") });
    apply(bench, (struct event){ .kind = EVENT_TURN_DONE, .state = TURN_OK });
}

static void draw(struct bench *bench)
{
    ui_draw(bench->ui, bench->session, &bench->canvas, 1, 1);
}

static void press(struct bench *bench, struct key key)
{
    struct command command;

    ui_key(bench->ui, bench->session, &key, 1, &command);
}

static void type(struct bench *bench, const char *text)
{
    for (; *text; text++)
        press(bench,
              (struct key){ .code = KEYCODE_CHAR, .ch = (unsigned char)*text });
}

// A screen of rows that are there already.
static double measure_floor(struct bench *bench)
{
    struct area all = { 0, 0, bench->canvas.rows, bench->canvas.cols };
    struct row row = { .text =
                           STR("    int main(void) { return one + two; }") };
    double from = now_ms();

    for (size_t i = 0; i < REPEATS; i++) {
        canvas_clear(&bench->canvas);
        for (size_t r = 0; r < bench->canvas.rows; r++)
            canvas_put_row(&bench->canvas, all, r, 0, &row);
    }
    return (now_ms() - from) / REPEATS;
}

static double measure_pages(struct bench *bench)
{
    double from = now_ms();

    for (size_t i = 0; i < REPEATS; i++) {
        press(bench, (struct key){ .code = KEYCODE_PAGE_UP });
        draw(bench);
    }
    return (now_ms() - from) / REPEATS;
}

static double measure_sizes(struct bench *bench)
{
    double from = now_ms();

    for (size_t i = 0; i < REPEATS; i++) {
        canvas_resize(&bench->canvas, ROWS, COLS - i % 40);
        draw(bench);
    }
    return (now_ms() - from) / REPEATS;
}

static double measure_search(struct bench *bench)
{
    press(bench,
          (struct key){ .code = KEYCODE_CHAR, .ch = 't', .mods = MOD_CTRL });
    draw(bench);
    type(bench, "/return");
    double from = now_ms();
    press(bench, (struct key){ .code = KEYCODE_ENTER });
    draw(bench);
    return now_ms() - from;
}

static double measure_first(struct bench *bench)
{
    double from = now_ms();

    draw(bench);
    return now_ms() - from;
}

int main(void)
{
    struct bench bench = { .session = session_create() };

    setlocale(LC_ALL, "C.UTF-8");
    bench.ui = ui_create(&(struct ui_options){ 0 });
    canvas_init(&bench.canvas, ROWS, COLS);
    for (size_t i = 0; i < TURNS; i++)
        add_turn(&bench);
    printf("the conversation, %d turns, on %dx%d\n", TURNS, COLS, ROWS);
    printf("  %-28s %8.3f ms\n", "floor: a screen of rows",
           measure_floor(&bench));
    printf("  %-28s %8.3f ms\n", "first draw", measure_first(&bench));
    printf("  %-28s %8.3f ms\n", "page up", measure_pages(&bench));
    printf("  %-28s %8.3f ms\n", "another width", measure_sizes(&bench));
    printf("  %-28s %8.3f ms\n", "search through everything",
           measure_search(&bench));
    ui_destroy(bench.ui);
    canvas_release(&bench.canvas);
    session_destroy(bench.session);
    return 0;
}
