/* A screen over time: random changes, entering and leaving, creation. */
#include "screen_rig.h"

// --- random changes --------------------------------------------------------

static uint32_t next_random(uint32_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 17;
    *seed ^= *seed << 5;
    return *seed;
}

static void scroll_canvas(struct canvas *canvas, size_t by)
{
    size_t cells = (canvas->rows - by) * canvas->cols;

    memmove(canvas->cells, canvas->cells + by * canvas->cols,
            cells * sizeof(struct cell));
}

static void change(struct rig *rig, uint32_t *seed)
{
    static const char *const pieces[] = {
        "a",          "word ",        "\xe6\xbc\xa2",
        "e\xcc\x81",  "    ",         "xyz",
        "0123456789", "\xc3\xa9",     "\xe5\xad\x97 ",
        "-",          "aaaaaaaaaaaa",
    };
    struct canvas *canvas = &rig->canvas;

    if (next_random(seed) % 8 == 0)
        scroll_canvas(canvas, 1 + next_random(seed) % (canvas->rows - 1));
    if (next_random(seed) % 30 == 0)
        canvas_clear(canvas);
    for (uint32_t n = next_random(seed) % 8; n > 0; n--) {
        size_t row = next_random(seed) % canvas->rows;
        // libvterm loses a combining character behind the last column.
        size_t col = next_random(seed) % (canvas->cols - 1);
        // Rules are drawn as other characters; every other role may come.
        enum role role = (enum role)(next_random(seed) % ROLE_COUNT);
        put(rig, row, col, pieces[next_random(seed) % 11],
            role == ROLE_RULE ? ROLE_TEXT : role);
    }
    canvas->cursor_row = next_random(seed) % canvas->rows;
    canvas->cursor_col = next_random(seed) % canvas->cols;
}

static void put_at_end(struct canvas *canvas, const char *text)
{
    canvas_put(canvas, whole(canvas), canvas->rows - 1,
               canvas->cols - strlen(text), str_from(text), ROLE_TEXT);
}

// A wide character in front of the last cell is not shown on all terminals.
static void free_corner(struct canvas *canvas)
{
    struct cell *last = &canvas->cells[canvas->rows * canvas->cols - 1];

    if (last[-1].width == 0)
        put_at_end(canvas, "..");
}

static void resize(struct rig *rig, uint32_t *seed)
{
    size_t rows = 2 + next_random(seed) % 12;
    size_t cols = 4 + next_random(seed) % 40;

    canvas_resize(&rig->canvas, rows, cols);
    screen_resize(rig->screen, rows, cols);
    vterm_set_size(rig->vterm, (int)rows, (int)cols);
}

// Compares characters, attributes and colours with a terminal that got the
// canvas at once.
static void assert_as_fresh(const struct rig *rig, struct buf *fresh)
{
    struct rig other = *rig;

    open_vterm(&other, rig->canvas.rows, rig->canvas.cols);
    vterm_input_write(other.vterm, fresh->at, fresh->len);
    for (size_t row = 0; row < rig->canvas.rows; row++) {
        for (size_t col = 0; col < rig->canvas.cols; col++) {
            VTermScreenCell a = cell_at(rig, row, col);
            VTermScreenCell b = cell_at(&other, row, col);
            // An erased cell has no character, a written one a blank.
            bool blank = (a.chars[0] | ' ') == ' ' && (b.chars[0] | ' ') == ' ';
            assert_true(blank || a.chars[0] == b.chars[0]);
            assert_true(vterm_color_is_equal(&a.fg, &b.fg) || blank);
            assert_true(vterm_color_is_equal(&a.bg, &b.bg));
            assert_int_equal(a.attrs.reverse, b.attrs.reverse);
            assert_true(blank || a.attrs.bold == b.attrs.bold);
        }
    }
    vterm_free(other.vterm);
}

static void after_random_changes_the_screen_equals_the_canvas(void **state)
{
    (void)state;
    struct theme theme = theme_default();

    for (size_t i = 0; i < TERMS; i++) {
        struct screen_options options = options_for(terms[i], &theme);
        struct rig rig;
        uint32_t seed = 4711 + (uint32_t)i;
        rig_open(&rig, &options);
        for (int step = 0; step < 300; step++) {
            if (step % 50 == 49)
                resize(&rig, &seed);
            change(&rig, &seed);
            free_corner(&rig.canvas);
            draw(&rig);
            assert_shown(&rig);
            assert_cursor(&rig);
        }
        screen_forget(rig.screen);
        buf_reset(&rig.out);
        screen_draw(rig.screen, &rig.canvas, &rig.out);
        assert_as_fresh(&rig, &rig.out);
        rig_close(&rig);
    }
}

// --- modes -----------------------------------------------------------------

static void full_screen_mode_is_entered_and_left(void **state)
{
    (void)state;
    struct theme theme = theme_default();
    struct screen_options options = options_for("xterm-256color", &theme);
    options.synchronised = true;
    struct rig rig;

    rig_open(&rig, &options);
    struct str entered = buf_str(&rig.out);
    assert_true(str_find(entered, STR("\033[?1049h")) != SIZE_MAX);
    assert_true(str_find(entered, STR("\033[?2004h")) != SIZE_MAX);
    buf_reset(&rig.out);
    screen_leave(rig.screen, &rig.out);
    struct str left = buf_str(&rig.out);
    static const char *const off[] = { "\033[?1049l", "\033[?2004l",
                                       "\033[?1004l", "\033[?2026l" };
    for (size_t i = 0; i < 4; i++)
        assert_true(str_find(left, str_from(off[i])) != SIZE_MAX);
    rig_close(&rig);
}

static void what_was_there_before_is_there_again(void **state)
{
    (void)state;
    struct theme theme = theme_default();
    struct screen_options options = options_for("xterm-256color", &theme);
    struct rig rig;
    struct error err;
    static const char before[] = "shell$ kerf\r\n";

    memset(&rig, 0, sizeof(rig));
    rig.screen = screen_create(&options, &err);
    canvas_init(&rig.canvas, options.rows, options.cols);
    open_vterm(&rig, options.rows, options.cols);
    vterm_input_write(rig.vterm, before, sizeof(before) - 1);
    screen_enter(rig.screen, &rig.out);
    feed(&rig);
    put(&rig, 0, 0, "kerf's screen", ROLE_ERROR);
    draw(&rig);
    assert_shown(&rig);
    buf_reset(&rig.out);
    screen_leave(rig.screen, &rig.out);
    feed(&rig);
    struct buf have = { 0 };
    seen(&rig, &have);
    assert_true(str_starts_with(buf_str(&have), STR("shell$ kerf\n\n")));
    buf_release(&have);
    rig_close(&rig);
}

static void without_a_second_screen_the_shell_goes_on_below(void **state)
{
    (void)state;
    struct theme theme = theme_default();
    struct screen_options options = options_for("vt100", &theme);
    struct rig rig;
    VTermPos pos;

    rig_open(&rig, &options);
    put(&rig, 0, 0, "text", ROLE_TEXT);
    draw(&rig);
    buf_reset(&rig.out);
    screen_leave(rig.screen, &rig.out);
    feed(&rig);
    vterm_state_get_cursorpos(vterm_obtain_state(rig.vterm), &pos);
    assert_int_equal(pos.row, 5);
    assert_int_equal(pos.col, 0);
    rig_close(&rig);
}

static void rescue_bytes_put_the_old_screen_back(void **state)
{
    (void)state;
    struct theme theme = theme_default();
    struct screen_options options = options_for("xterm-256color", &theme);
    struct rig rig;

    rig_open(&rig, &options);
    put(&rig, 0, 0, "full screen", ROLE_ERROR);
    draw(&rig);
    vterm_input_write(rig.vterm, "\033[2;3r\033[38;5;", 13);
    struct str rescue = screen_rescue_bytes();
    vterm_input_write(rig.vterm, rescue.at, rescue.len);
    vterm_input_write(rig.vterm, "$", 1);
    struct buf have = { 0 };
    seen(&rig, &have);
    assert_true(str_starts_with(str_trim(buf_str(&have)), STR("$")));
    buf_release(&have);
    rig_close(&rig);
}

// --- creation --------------------------------------------------------------

static void an_unknown_terminal_is_an_error_with_advice(void **state)
{
    (void)state;
    struct theme theme = theme_default();
    static const char *const bad[] = { "no-such-terminal", "dumb", "", NULL };

    for (size_t i = 0; i < 4; i++) {
        struct screen_options options = options_for(bad[i], &theme);
        struct error err = { 0 };
        assert_null(screen_create(&options, &err));
        assert_int_equal(err.kind, ERROR_UNSUPPORTED);
        assert_non_null(strstr(err.text, "kerf run"));
    }
}

static void terminfo_tells_the_colours(void **state)
{
    (void)state;

    assert_int_equal(screen_terminfo_colours("xterm-256color"), 256);
    assert_int_equal(screen_terminfo_colours("linux"), 8);
    assert_int_equal(screen_terminfo_colours("vt100"), 0);
    assert_int_equal(screen_terminfo_colours("no-such-terminal"), -1);
}

static void signal_handlers_are_left_alone(void **state)
{
    (void)state;
    struct theme theme = theme_default();
    struct screen_options options = options_for("xterm-256color", &theme);
    struct rig rig;
    struct sigaction action;

    rig_open(&rig, &options);
    sigaction(SIGINT, NULL, &action);
    assert_true(action.sa_handler == SIG_DFL);
    sigaction(SIGTSTP, NULL, &action);
    assert_true(action.sa_handler == SIG_DFL);
    rig_close(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(after_random_changes_the_screen_equals_the_canvas),
        cmocka_unit_test(full_screen_mode_is_entered_and_left),
        cmocka_unit_test(what_was_there_before_is_there_again),
        cmocka_unit_test(without_a_second_screen_the_shell_goes_on_below),
        cmocka_unit_test(rescue_bytes_put_the_old_screen_back),
        cmocka_unit_test(an_unknown_terminal_is_an_error_with_advice),
        cmocka_unit_test(terminfo_tells_the_colours),
        cmocka_unit_test(signal_handlers_are_left_alone),
    };

    setlocale(LC_ALL, "C.UTF-8");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
