/* A screen whose bytes go to a terminal (libvterm). */
#ifndef KERF_TESTS_SCREEN_RIG_H
#define KERF_TESTS_SCREEN_RIG_H

#include <locale.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <vterm.h>

#include "kerf/base/buf.h"
#include "kerf/ui/screen.h"

static const char *const terms[] = { "xterm-256color", "tmux-256color",
                                     "screen-256color", "linux", "vt100" };
#define TERMS (sizeof(terms) / sizeof(terms[0]))

struct rig {
    struct screen *screen;
    struct canvas canvas;
    VTerm *vterm;
    VTermScreen *view;
    struct buf out; // of the last draw
};

static inline struct screen_options options_for(const char *term,
                                                const struct theme *theme)
{
    return (struct screen_options){
        .term = term,
        .rows = 6,
        .cols = 20,
        .depth = DEPTH_256,
        .utf8 = true,
        .theme = theme,
    };
}

static inline void feed(struct rig *rig)
{
    vterm_input_write(rig->vterm, rig->out.at, rig->out.len);
}

static inline void open_vterm(struct rig *rig, size_t rows, size_t cols)
{
    rig->vterm = vterm_new((int)rows, (int)cols);
    vterm_set_utf8(rig->vterm, 1);
    rig->view = vterm_obtain_screen(rig->vterm);
    vterm_screen_enable_altscreen(rig->view, 1);
    vterm_screen_reset(rig->view, 1);
}

static inline void rig_open(struct rig *rig,
                            const struct screen_options *options)
{
    struct error err;

    memset(rig, 0, sizeof(*rig));
    rig->screen = screen_create(options, &err);
    assert_non_null(rig->screen);
    canvas_init(&rig->canvas, options->rows, options->cols);
    open_vterm(rig, options->rows, options->cols);
    screen_enter(rig->screen, &rig->out);
    feed(rig);
}

static inline void rig_close(struct rig *rig)
{
    screen_destroy(rig->screen);
    canvas_release(&rig->canvas);
    vterm_free(rig->vterm);
    buf_release(&rig->out);
}

static inline void draw(struct rig *rig)
{
    buf_reset(&rig->out);
    screen_draw(rig->screen, &rig->canvas, &rig->out);
    feed(rig);
}

static inline VTermScreenCell cell_at(const struct rig *rig, size_t row,
                                      size_t col)
{
    VTermScreenCell cell;
    VTermPos pos = { (int)row, (int)col };

    vterm_screen_get_cell(rig->view, pos, &cell);
    return cell;
}

// Appends what the terminal shows, as canvas_text() does.
static inline void seen(const struct rig *rig, struct buf *out)
{
    struct canvas copy;

    canvas_init(&copy, rig->canvas.rows, rig->canvas.cols);
    for (size_t row = 0; row < copy.rows; row++) {
        for (size_t col = 0; col < copy.cols; col++) {
            VTermScreenCell from = cell_at(rig, row, col);
            struct cell *to = &copy.cells[row * copy.cols + col];
            if (from.chars[0] == UINT32_MAX) {
                to->width = 0;
                continue;
            }
            for (size_t i = 0; i < CELL_CODES; i++)
                to->code[i] = from.chars[i];
        }
    }
    canvas_text(&copy, out);
    canvas_release(&copy);
}

static inline void assert_shown(const struct rig *rig)
{
    struct buf want = { 0 }, have = { 0 };

    canvas_text(&rig->canvas, &want);
    seen(rig, &have);
    assert_string_equal(buf_cstr(&have), buf_cstr(&want));
    buf_release(&want);
    buf_release(&have);
}

static inline void assert_cursor(const struct rig *rig)
{
    VTermPos pos;

    vterm_state_get_cursorpos(vterm_obtain_state(rig->vterm), &pos);
    assert_int_equal(pos.row, rig->canvas.cursor_row);
    assert_int_equal(pos.col, rig->canvas.cursor_col);
}

static inline struct area whole(const struct canvas *canvas)
{
    return (struct area){ 0, 0, canvas->rows, canvas->cols };
}

static inline void put(struct rig *rig, size_t row, size_t col,
                       const char *text, enum role role)
{
    canvas_put(&rig->canvas, whole(&rig->canvas), row, col, str_from(text),
               role);
}

#endif
