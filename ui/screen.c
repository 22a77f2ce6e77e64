/*
 * The only file that knows ncurses. It draws into a memory file, because it
 * writes to a descriptor and may not write to the terminal: a slow line would
 * stop the program. The bytes are read back and given to the caller, who sends
 * them when the last frame has left.
 *
 * ncurses compares what is on the screen with what should be and finds the
 * least bytes, scrolling included; that costs time for each row it is given.
 * So rows that equal those of the canvas drawn last are not given to it.
 *
 * It is kept away from everything else: no getch, no terminal modes, no signal
 * handlers, no look at LINES, COLUMNS or the size of a terminal.
 */
#include "kerf/ui/screen.h"

#include <curses.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <term.h>
#include <unistd.h>
#include <wchar.h>

#include "kerf/base/arena.h"
#include "screen_ascii.h"
#include "screen_clusters.h"
#include "screen_links.h"
#include "screen_rules.h"
#include "screen_sgr.h"
#include "screen_shift.h"

#define UNKNOWN_CODE UINT32_MAX // shown as a question mark

struct attributes {
    attr_t attrs;
    short pair;
};

struct screen {
    SCREEN *ncurses;
    FILE *file; // the memory file ncurses writes to
    int fd;
    bool utf8, synchronised;
    enum colour_depth depth;
    bool corner_glitch;   // see draw_row
    bool default_colours; // the terminal's own can be asked for
    struct attributes looks[ROLE_COUNT];
    struct sgr_palette palette;
    struct canvas last; // what was drawn last
    bool forgotten;     // the terminal shows something else
    bool *dirty;        // rows to be drawn
    cchar_t *line;      // one row for ncurses
    struct clusters clusters;
    bool marks; // clusters can be drawn by marks
    bool links; // the terminal takes OSC 8
    unsigned link_epoch;
    struct buf frame, coloured, linked, enter, leave;
    struct str questions; // empty: not for this terminal
};

// --- terminfo --------------------------------------------------------------

int screen_terminfo_colours(const char *term)
{
    TERMINAL *before = set_curterm(NULL);
    int status, colours = -1;

    if (setupterm(term, STDOUT_FILENO, &status) == OK) {
        colours = tigetnum("colors");
        colours = colours < 0 ? 0 : colours;
        del_curterm(cur_term);
    }
    set_curterm(before);
    return colours;
}

static bool is_capability(const char *text)
{
    return text != NULL && text != (const char *)-1;
}

static bool says(const char *text, const char *want)
{
    return is_capability(text) && strcmp(text, want) == 0;
}

// Appends a capability's text without its padding `$<...>`, which only real
// terminals of long ago needed.
static void append_unpadded(struct buf *out, const char *text)
{
    struct str rest = str_from(text);

    while (rest.len > 0) {
        size_t padding = str_find(rest, STR("$<"));
        buf_append(out, str_take(rest, padding));
        rest = str_skip(rest, padding);
        size_t end = str_find_char(rest, '>');
        rest = str_skip(rest, end == SIZE_MAX ? rest.len : end + 1);
    }
}

static void append_capability(struct buf *out, const char *name)
{
    const char *text = tigetstr(name);

    if (is_capability(text))
        append_unpadded(out, text);
}

// Mode 2004: bracketed paste, 1004: focus, 1000, 1002, 1003: mouse, 2026:
// synchronised output.
static void build_enter(struct screen *screen)
{
    struct buf *out = &screen->enter;

    append_capability(out, "smcup");
    append_capability(out, "sgr0");
    append_capability(out, "cnorm");
    buf_append(out, STR("\033[?2004h"));
}

// Only the terminals that xterm is the model of read a question as such: those
// with its second screen. The linux console and vt100 would show parts of it.
static void choose_questions(struct screen *screen)
{
    const char *smcup = tigetstr("smcup");

    if (is_capability(smcup)
        && str_find(str_from(smcup), STR("?1049h")) != SIZE_MAX)
        screen->questions = STR("\033[?2026$p\033]11;?\033\\\033[c");
}

static void build_leave(struct screen *screen)
{
    struct buf *out = &screen->leave;
    struct str modes = STR("\033[?2004l\033[?1004l\033[?1000l\033[?1002l"
                           "\033[?1006l\033[?2026l");

    buf_reset(out);
    if (!screen->synchronised)
        modes = str_take(modes, modes.len - strlen("\033[?2026l"));
    if (screen->links)
        buf_append(out, LINKS_CLOSE);
    buf_append(out, modes);
    append_capability(out, "sgr0");
    append_capability(out, "op");
    append_capability(out, "cnorm");
    if (is_capability(tigetstr("rmcup"))) {
        append_capability(out, "rmcup");
        return;
    }
    // No second screen: go below what was drawn.
    append_unpadded(out, tparm(tigetstr("cup"), (int)screen->last.rows - 1, 0));
    append_capability(out, "el");
    buf_append(out, STR("\r\n"));
}

struct str screen_rescue_bytes(void)
{
    // CAN ends a sequence cut in the middle. The scroll region goes back after
    // the main screen is there, because that moves the cursor.
    return STR("\030\033]8;;\033\\\033[?2026l\033[?2004l\033[?1004l\033[?"
               "1000l\033[?1002l"
               "\033[?1003l\033[?1006l\033[?1l\033>\033[0m\017\033[?7h"
               "\033[?25h\033[?1049l\0337\033[r\0338\033[0m\r\n");
}

// --- colours ---------------------------------------------------------------

static int colour_number(struct screen *screen, struct colour colour,
                         int without)
{
    if (colour.kind == COLOUR_DEFAULT)
        return screen->default_colours ? -1 : without;
    bool own = colour.kind == COLOUR_INDEX && colour.index < SGR_FIRST_SLOT;
    switch (screen->depth) {
    case DEPTH_MONO: break;
    case DEPTH_8: return theme_nearest(colour, 8);
    case DEPTH_16: return theme_nearest(colour, 16);
    case DEPTH_256: return theme_nearest(colour, 256);
    case DEPTH_TRUE:
        return own ? colour.index : (int)sgr_slot(&screen->palette, colour);
    }
    return without;
}

static attr_t attributes_of(const struct look *look)
{
    return (look->bold ? A_BOLD : 0) | (look->dim ? A_DIM : 0)
           | (look->underline ? A_UNDERLINE : 0)
           | (look->reverse ? A_REVERSE : 0) | (look->italic ? A_ITALIC : 0);
}

static void init_look(struct screen *screen, enum role role,
                      const struct look *look)
{
    struct attributes *to = &screen->looks[role];
    int pair = (int)role + 1;

    to->attrs = attributes_of(look);
    to->pair = 0;
    if (screen->depth == DEPTH_MONO
        || (look->ink.kind == COLOUR_DEFAULT
            && look->paper.kind == COLOUR_DEFAULT))
        return;
    int ink = colour_number(screen, look->ink, COLOR_WHITE);
    int paper = colour_number(screen, look->paper, COLOR_BLACK);
    if (init_extended_pair(pair, ink, paper) == OK)
        to->pair = (short)pair;
}

static enum colour_depth granted_depth(enum colour_depth asked)
{
    enum colour_depth most = COLORS > 256    ? DEPTH_8
                             : COLORS == 256 ? DEPTH_TRUE
                             : COLORS >= 16  ? DEPTH_16
                             : COLORS >= 8   ? DEPTH_8
                                             : DEPTH_MONO;

    return asked < most ? asked : most;
}

static void init_looks(struct screen *screen, const struct theme *theme)
{
    screen->palette.count = 0;
    for (int i = 0; i < ROLE_COUNT; i++)
        init_look(screen, (enum role)i, &theme->looks[i]);
}

static void init_colours(struct screen *screen,
                         const struct screen_options *options)
{
    screen->depth = DEPTH_MONO;
    if (options->depth != DEPTH_MONO && has_colors() && start_color() == OK) {
        screen->default_colours = use_default_colors() == OK;
        screen->depth = granted_depth(options->depth);
    }
    init_looks(screen, options->theme);
}

// --- life ------------------------------------------------------------------

// newterm() takes signals that nobody handles yet; they are given back.
static const int taken_signals[] = { SIGINT, SIGTERM, SIGTSTP, SIGWINCH };
#define TAKEN_SIGNALS (sizeof(taken_signals) / sizeof(taken_signals[0]))

// The size comes in by the environment, which is put back: the descriptor is
// no terminal that could be asked.
static void set_number(const char *name, size_t number)
{
    char text[24];

    snprintf(text, sizeof(text), "%zu", number);
    setenv(name, text, 1);
}

static void put_back(const char *name, char *value)
{
    if (value)
        setenv(name, value, 1);
    else
        unsetenv(name);
    free(value);
}

static char *copy_of(const char *value)
{
    return value ? strdup(value) : NULL;
}

static SCREEN *sized_terminal(const struct screen_options *options, FILE *file)
{
    char *old_rows = copy_of(getenv("LINES"));
    char *old_cols = copy_of(getenv("COLUMNS"));

    set_number("LINES", options->rows);
    set_number("COLUMNS", options->cols);
    use_tioctl(FALSE);
    SCREEN *screen = newterm(options->term, file, file);
    put_back("LINES", old_rows);
    put_back("COLUMNS", old_cols);
    return screen;
}

static SCREEN *open_terminal(const struct screen_options *options, FILE *file)
{
    struct sigaction before[TAKEN_SIGNALS];

    for (size_t i = 0; i < TAKEN_SIGNALS; i++)
        sigaction(taken_signals[i], NULL, &before[i]);
    SCREEN *screen = sized_terminal(options, file);
    for (size_t i = 0; i < TAKEN_SIGNALS; i++)
        sigaction(taken_signals[i], &before[i], NULL);
    return screen;
}

static bool check_terminal(const char *term, struct error *err)
{
    TERMINAL *before = set_curterm(NULL);
    int status;
    bool known = term && setupterm(term, STDOUT_FILENO, &status) == OK;
    bool moves = known && is_capability(tigetstr("cup"));

    if (known)
        del_curterm(cur_term);
    set_curterm(before);
    if (!known)
        return error_set(err, ERROR_UNSUPPORTED,
                         "unknown terminal \"%s\": set TERM, or use kerf run",
                         term ? term : "");
    if (!moves)
        return error_set(err, ERROR_UNSUPPORTED,
                         "terminal \"%s\" cannot place the cursor: use "
                         "kerf run",
                         term);
    return true;
}

static bool open_memory(struct screen *screen, struct error *err)
{
    screen->fd = memfd_create("kerf-frame", MFD_CLOEXEC);
    if (screen->fd < 0)
        return error_errno(err, errno, "memory for the screen");
    screen->file = fdopen(screen->fd, "w+");
    if (screen->file)
        return true;
    int number = errno;
    close(screen->fd);
    return error_errno(err, number, "memory for the screen");
}

// Reads what ncurses has written and makes the file empty.
static struct str take_frame(struct screen *screen)
{
    off_t size = lseek(screen->fd, 0, SEEK_CUR);
    struct buf *frame = &screen->frame;

    buf_reset(frame);
    if (size <= 0)
        return buf_str(frame);
    buf_reserve(frame, (size_t)size);
    while (frame->len < (size_t)size) {
        ssize_t n = pread(screen->fd, frame->at + frame->len,
                          (size_t)size - frame->len, (off_t)frame->len);
        if (n <= 0)
            break;
        frame->len += (size_t)n;
    }
    lseek(screen->fd, 0, SEEK_SET);
    return buf_str(frame);
}

static void set_size(struct screen *screen, size_t rows, size_t cols)
{
    canvas_resize(&screen->last, rows, cols);
    resize_term((int)rows, (int)cols);
    screen->dirty = mem_realloc(screen->dirty, rows * sizeof(bool));
    screen->line = mem_realloc(screen->line, cols * sizeof(cchar_t));
    screen->forgotten = true;
    build_leave(screen);
}

struct screen *screen_create(const struct screen_options *options,
                             struct error *err)
{
    if (!check_terminal(options->term, err))
        return NULL;
    struct screen *screen = mem_alloc(sizeof(*screen));
    if (!open_memory(screen, err)) {
        free(screen);
        return NULL;
    }
    screen->utf8 = options->utf8;
    screen->links = options->links && options->utf8 && links_can_be_marked();
    screen->synchronised = options->synchronised;
    screen->ncurses = open_terminal(options, screen->file);
    if (!screen->ncurses) {
        error_set(err, ERROR_UNSUPPORTED, "terminal \"%s\" cannot be used",
                  options->term);
        screen_destroy(screen);
        return NULL;
    }
    screen->corner_glitch =
        auto_right_margin
        && !(is_capability(enter_am_mode) && is_capability(exit_am_mode));
    screen->marks = screen->utf8 && eat_newline_glitch
                    && says(save_cursor, "\0337")
                    && says(restore_cursor, "\0338")
                    && wcwidth((wchar_t)CLUSTER_FILL) == 1;
    typeahead(-1);
    nonl();
    idlok(stdscr, TRUE);
    build_enter(screen);
    choose_questions(screen);
    set_size(screen, options->rows, options->cols);
    init_colours(screen, options);
    doupdate(); // what newterm() wants to say is said by screen_enter
    take_frame(screen);
    return screen;
}

void screen_destroy(struct screen *screen)
{
    if (!screen)
        return;
    if (screen->ncurses)
        delscreen(screen->ncurses);
    fclose(screen->file);
    canvas_release(&screen->last);
    free(screen->dirty);
    free(screen->line);
    buf_release(&screen->frame);
    buf_release(&screen->coloured);
    buf_release(&screen->linked);
    clusters_release(&screen->clusters);
    buf_release(&screen->enter);
    buf_release(&screen->leave);
    free(screen);
}

void screen_enter(struct screen *screen, struct buf *out)
{
    buf_append(out, buf_str(&screen->enter));
    screen_forget(screen);
}

void screen_leave(struct screen *screen, struct buf *out)
{
    buf_append(out, buf_str(&screen->leave));
}

void screen_ask(const struct screen *screen, struct buf *out)
{
    buf_append(out, screen->questions);
}

void screen_synchronise(struct screen *screen, bool synchronised)
{
    set_term(screen->ncurses);
    screen->synchronised = synchronised;
    build_leave(screen);
}

void screen_set_theme(struct screen *screen, const struct theme *theme)
{
    set_term(screen->ncurses);
    init_looks(screen, theme);
    screen_forget(screen);
}

void screen_forget(struct screen *screen)
{
    screen->forgotten = true;
}

void screen_resize(struct screen *screen, size_t rows, size_t cols)
{
    set_term(screen->ncurses);
    set_size(screen, rows, cols);
}

// --- cells -----------------------------------------------------------------

// What the terminal can show in exactly `width` cells, or a question mark.
static wchar_t shown_code(const struct screen *screen, uint32_t code, int width)
{
    if (code == 0)
        return L' ';
    if (code >= 0x20 && code < 0x7f)
        return (wchar_t)code;
    if (!screen->utf8)
        return (wchar_t)ascii_twin(code);
    if (code == UNKNOWN_CODE || wcwidth((wchar_t)code) != width)
        return L'?';
    return (wchar_t)code;
}

// Makes the ncurses cells of one cell: two if a wide character cannot be
// shown. Returns how many.
static size_t make_cell(const struct screen *screen, const struct cell *cell,
                        uint32_t code, cchar_t *to)
{
    wchar_t text[CELL_CODES + 1] = { shown_code(screen, code, cell->width) };
    const struct attributes *look = &screen->looks[cell->role];
    bool is_twin = !screen->utf8 && code > 0x7f;
    attr_t attrs = cell->reverse != is_twin ? look->attrs ^ A_REVERSE
                                            : look->attrs;
    size_t count = 1;

    if (screen->utf8)
        for (size_t i = 1; i < CELL_CODES && cell->code[i] != 0; i++)
            if (wcwidth((wchar_t)cell->code[i]) == 0
                && !links_is_mark(cell->code[i]))
                text[count++] = (wchar_t)cell->code[i];
    if (screen->links && cell->link != 0)
        links_mark(cell->link, text, count);
    setcchar(to, text, attrs, look->pair, NULL);
    if (cell->width != 2 || wcwidth(text[0]) == 2)
        return 1;
    setcchar(to + 1, L" ", attrs, look->pair, NULL);
    return 2;
}

// Makes the ncurses cells of a cluster that needs marks; 0 if it does not.
static size_t make_marks(struct screen *screen, const struct canvas *canvas,
                         size_t row, size_t col, cchar_t *to)
{
    const struct cell *cell = &canvas->cells[row * canvas->cols + col];
    const struct attributes *look = &screen->looks[cell->role];
    attr_t attrs = cell->reverse ? look->attrs ^ A_REVERSE : look->attrs;
    size_t cells = 0;
    uint32_t mark = 0;

    if (screen->marks)
        mark =
            clusters_mark(&screen->clusters, cell, canvas->cols - col, &cells);
    if (mark == 0)
        return 0;
    for (size_t i = 0; i < cells; i++) {
        wchar_t text[2] = { (wchar_t)(i == 0 ? mark : CLUSTER_FILL) };
        setcchar(to + i, text, attrs, look->pair, NULL);
    }
    return cells;
}

// The last cell of a terminal that always wraps is written with a detour (the
// cell before is inserted) which ncurses cannot do behind a wide character. So
// that character becomes a question mark.
static bool is_before_corner(const struct screen *screen,
                             const struct canvas *canvas, size_t row,
                             size_t col)
{
    return screen->corner_glitch && row + 1 == canvas->rows
           && col + 3 == canvas->cols
           && canvas->cells[row * canvas->cols + col].width == 2;
}

static void draw_row(struct screen *screen, const struct canvas *canvas,
                     size_t row)
{
    size_t count = 0;

    for (size_t col = 0; col < canvas->cols; col++) {
        const struct cell *cell = &canvas->cells[row * canvas->cols + col];
        if (cell->width == 0)
            continue;
        size_t taken =
            make_marks(screen, canvas, row, col, screen->line + count);
        if (taken > 0) {
            count += taken;
            col += taken - 1;
            continue;
        }
        uint32_t code = cell->code[0];
        if (screen->utf8 && rules_is_rule(cell))
            code = rules_code(canvas, row, col);
        if (is_before_corner(screen, canvas, row, col))
            code = UNKNOWN_CODE;
        count += make_cell(screen, cell, code, screen->line + count);
    }
    mvadd_wchnstr((int)row, 0, screen->line, (int)count);
}

// --- frames ----------------------------------------------------------------

// Scrolls what has moved inside ncurses' window, which is cheaper than to make
// its cells again. Returns what was scrolled.
static struct shift scroll_window(struct screen *screen,
                                  const struct canvas *canvas)
{
    struct shift best = { 0 };
    size_t cols = canvas->cols;

    if (!screen->forgotten)
        best = shift_find(canvas, &screen->last);
    if (best.rows == 0)
        return best;
    scrollok(stdscr, TRUE);
    setscrreg((int)best.top, (int)(best.top + best.rows + best.by) - 1);
    scrl((int)best.by);
    scrollok(stdscr, FALSE);
    memmove(screen->last.cells + best.top * cols,
            screen->last.cells + (best.top + best.by) * cols,
            best.rows * cols * sizeof(struct cell));
    return best;
}

// Fills screen->dirty and returns how many rows are. A corner changes with the
// rows around it.
static size_t find_dirty(struct screen *screen, const struct canvas *canvas)
{
    size_t count = 0;

    for (size_t row = 0; row < canvas->rows; row++) {
        screen->dirty[row] = screen->forgotten
                             || !shift_is_row(canvas, row, &screen->last, row);
        count += screen->dirty[row];
    }
    for (size_t row = 0; count > 0 && row < canvas->rows; row++) {
        bool beside = (row > 0 && screen->dirty[row - 1])
                      || (row + 1 < canvas->rows && screen->dirty[row + 1]);
        if (!screen->dirty[row] && beside && rules_has_corner(canvas, row))
            screen->dirty[row] = true;
    }
    return count;
}

// Below what was scrolled the window is blank; how the rows at both edges look
// may depend on new neighbours.
static bool is_unsettled(const struct shift *shift, size_t row)
{
    size_t end = shift->top + shift->rows;

    if (shift->rows == 0)
        return false;
    return row == shift->top || (row + 1 >= end && row < end + shift->by);
}

// Gives ncurses the rows that have changed.
static void draw_rows(struct screen *screen, const struct canvas *canvas)
{
    struct shift shift = scroll_window(screen, canvas);

    if (shift.rows > 0)
        find_dirty(screen, canvas);
    for (size_t row = 0; row < canvas->rows; row++)
        if (screen->dirty[row] || is_unsettled(&shift, row))
            draw_row(screen, canvas, row);
}

static void keep(struct screen *screen, const struct canvas *canvas)
{
    size_t cells = canvas->rows * canvas->cols;

    memcpy(screen->last.cells, canvas->cells, cells * sizeof(struct cell));
    screen->last.cursor_row = canvas->cursor_row;
    screen->last.cursor_col = canvas->cursor_col;
    screen->forgotten = false;
}

static void append_frame(struct screen *screen, const struct canvas *canvas,
                         struct str frame, struct buf *out)
{
    if (frame.len == 0)
        return;
    if (screen->synchronised)
        buf_append(out, STR("\033[?2026h"));
    if (screen->palette.count > 0) {
        buf_reset(&screen->coloured);
        sgr_rewrite(&screen->palette, frame, &screen->coloured);
        frame = buf_str(&screen->coloured);
    }
    if (screen->links) {
        buf_reset(&screen->linked);
        links_write(canvas, frame, &screen->linked);
        frame = buf_str(&screen->linked);
    }
    clusters_write(&screen->clusters, frame, out);
    if (screen->synchronised)
        buf_append(out, STR("\033[?2026l"));
}

void screen_draw(struct screen *screen, const struct canvas *canvas,
                 struct buf *out)
{
    const struct canvas *last = &screen->last;
    bool moved = canvas->cursor_row != last->cursor_row
                 || canvas->cursor_col != last->cursor_col;

    if (canvas->rows != last->rows || canvas->cols != last->cols)
        return;
    if (screen->clusters.count > LIMIT_CLUSTERS / 2) {
        clusters_release(&screen->clusters);
        screen_forget(screen);
    }
    if (screen->link_epoch != canvas->links.epoch)
        screen_forget(screen);
    screen->link_epoch = canvas->links.epoch;
    size_t dirty = find_dirty(screen, canvas);
    if (dirty == 0 && !moved)
        return;
    set_term(screen->ncurses);
    if (dirty > 0)
        draw_rows(screen, canvas);
    if (screen->forgotten)
        clearok(stdscr, TRUE);
    move((int)canvas->cursor_row, (int)canvas->cursor_col);
    wnoutrefresh(stdscr);
    doupdate();
    append_frame(screen, canvas, take_frame(screen), out);
    keep(screen, canvas);
}
