/* Theme files, depths and nearest colours. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "kerf/base/buf.h"
#include "kerf/ui/theme.h"

static struct colour rgb(uint8_t r, uint8_t g, uint8_t b)
{
    return (struct colour){ .kind = COLOUR_RGB, .r = r, .g = g, .b = b };
}

static struct theme read_theme(const char *text)
{
    struct theme theme;
    struct error err = { 0 };

    if (!theme_read(&theme, str_from(text), STR("t"), &err))
        fail_msg("%s", err.text);
    return theme;
}

static void a_look_has_ink_paper_and_attributes(void **state)
{
    (void)state;
    struct theme theme = read_theme("title = #d7D7d7 on 236 bold underline\n"
                                    "dim=bright-black\n"
                                    "text = default on blue\n"
                                    "error = reverse italic dim\n");

    struct look title = theme.looks[ROLE_TITLE];
    assert_int_equal(title.ink.kind, COLOUR_RGB);
    assert_int_equal(title.ink.g, 0xd7);
    assert_int_equal(title.paper.kind, COLOUR_INDEX);
    assert_int_equal(title.paper.index, 236);
    assert_int_equal(title.paper.r, 48);
    assert_true(title.bold && title.underline && !title.reverse);
    assert_int_equal(theme.looks[ROLE_DIM].ink.index, 8);
    assert_int_equal(theme.looks[ROLE_TEXT].ink.kind, COLOUR_DEFAULT);
    assert_int_equal(theme.looks[ROLE_TEXT].paper.index, 4);
    assert_true(theme.looks[ROLE_ERROR].reverse);
    assert_int_equal(theme.looks[ROLE_ERROR].ink.kind, COLOUR_DEFAULT);
}

static void comments_blank_lines_and_a_section_are_allowed(void **state)
{
    (void)state;
    struct theme theme = read_theme("# a theme\r\n\r\n[theme]\r\n"
                                    "  ; more\r\n ok = 22 \r\n");

    assert_int_equal(theme.looks[ROLE_OK].ink.index, 22);
}

static void a_role_that_is_not_named_keeps_its_default(void **state)
{
    (void)state;
    struct theme theme = read_theme("ok = 22\n");
    struct theme other = theme_default();

    assert_int_equal(theme.looks[ROLE_ADDED].ink.index,
                     other.looks[ROLE_ADDED].ink.index);
}

static void an_error_tells_file_line_and_word(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *error;
    } cases[] = {
        { "ok = green\nnope = red", "f:2: unknown role \"nope\"" },
        { "ok = grean", "f:1: unknown colour \"grean\"" },
        { "ok = 256", "f:1: unknown colour \"256\"" },
        { "ok = #12345", "f:1: unknown colour \"#12345\"" },
        { "ok = #12345g", "f:1: unknown colour \"#12345g\"" },
        { "ok = red on", "f:1: no colour behind \"on\"" },
        { "ok = red bald", "f:1: unknown attribute \"bald\"" },
        { "\nok", "f:2: expected \"role = look\"" },
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct theme theme = theme_mono();
        struct error err = { 0 };
        assert_false(
            theme_read(&theme, str_from(cases[i].text), STR("f"), &err));
        assert_int_equal(err.kind, ERROR_USAGE);
        assert_string_equal(err.text, cases[i].error);
        // A broken file changes nothing.
        assert_int_equal(theme.looks[ROLE_OK].ink.kind, COLOUR_DEFAULT);
    }
}

static struct theme read_file(const char *path)
{
    struct buf text = { 0 };
    FILE *file = fopen(path, "r");

    assert_non_null(file);
    buf_reserve(&text, 16384);
    text.len = fread(text.at, 1, 16384, file);
    fclose(file);
    struct theme theme = read_theme(buf_cstr(&text));
    buf_release(&text);
    return theme;
}

static void the_themes_that_come_with_kerf_are_well_formed(void **state)
{
    (void)state;
    static const char *const files[] = { "themes/dark.ini", "themes/light.ini",
                                         "themes/contrast.ini",
                                         "themes/mono.ini" };

    for (size_t i = 0; i < 4; i++) {
        struct theme theme = read_file(files[i]);
        bool mono = i == 3;
        for (int role = 0; role < ROLE_COUNT && mono; role++)
            assert_int_equal(theme.looks[role].ink.kind, COLOUR_DEFAULT);
    }
}

// Light of one channel, 0 to 1: sRGB's curve, near enough.
static double light(uint8_t channel)
{
    double c = channel / 255.0;

    return c * (c * (c * 0.305306011 + 0.682171111) + 0.012522878);
}

static double luminance(struct colour c)
{
    return 0.2126 * light(c.r) + 0.7152 * light(c.g) + 0.0722 * light(c.b);
}

// WCAG 2.1, 1.4.6: 7 to 1.
static void the_contrast_theme_has_contrast(void **state)
{
    (void)state;
    struct theme theme = read_file("themes/contrast.ini");

    for (int role = 0; role < ROLE_COUNT; role++) {
        const struct look *look = &theme.looks[role];
        assert_int_equal(look->ink.kind, COLOUR_RGB);
        assert_int_equal(look->paper.kind, COLOUR_RGB);
        assert_false(look->dim);
        double ink = luminance(look->ink), paper = luminance(look->paper);
        double most = ink > paper ? ink : paper;
        double least = ink > paper ? paper : ink;
        if ((most + 0.05) / (least + 0.05) < 7)
            fail_msg("%s has too little contrast", role_name((enum role)role));
    }
}

static void the_mono_theme_has_no_colours(void **state)
{
    (void)state;
    struct theme theme = theme_mono();

    for (int role = 0; role < ROLE_COUNT; role++) {
        assert_int_equal(theme.looks[role].ink.kind, COLOUR_DEFAULT);
        assert_int_equal(theme.looks[role].paper.kind, COLOUR_DEFAULT);
    }
    assert_true(theme.looks[ROLE_SELECTED].reverse);
}

static void the_nearest_colour_is_found(void **state)
{
    (void)state;

    assert_int_equal(theme_nearest(rgb(255, 95, 0), 256), 202);
    assert_int_equal(theme_nearest(rgb(8, 8, 8), 256), 232);
    assert_int_equal(theme_nearest(rgb(254, 1, 1), 16), 9);
    assert_int_equal(theme_nearest(rgb(254, 1, 1), 8), 1);
    assert_int_equal(theme_nearest(rgb(10, 200, 10), 8), 2);
    struct colour index = { .kind = COLOUR_INDEX, .index = 5 };
    assert_int_equal(theme_nearest(index, 8), 5);
    struct theme theme = read_theme("ok = bright-green\ndim = bright-black\n");
    assert_int_equal(theme_nearest(theme.looks[ROLE_OK].ink, 8), 2);
    // Dark grey must not become black.
    assert_int_equal(theme_nearest(theme.looks[ROLE_DIM].ink, 8), 7);
}

static void the_depth_follows_the_environment(void **state)
{
    (void)state;
    static const struct {
        const char *term, *colorterm, *no_color;
        int colours;
        enum colour_depth want;
    } cases[] = {
        { "xterm-256color", NULL, NULL, 256, DEPTH_256 },
        { "xterm-256color", "truecolor", NULL, 256, DEPTH_TRUE },
        { "xterm-256color", "24bit", NULL, 256, DEPTH_TRUE },
        { "xterm-256color", "yes", NULL, 256, DEPTH_256 },
        { "xterm-256color", "truecolor", "1", 256, DEPTH_MONO },
        { "xterm-256color", "truecolor", "", 256, DEPTH_TRUE },
        { "xterm-16color", NULL, NULL, 16, DEPTH_16 },
        { "linux", "truecolor", NULL, 8, DEPTH_8 },
        { "vt100", NULL, NULL, 0, DEPTH_MONO },
        { "dumb", NULL, NULL, -1, DEPTH_MONO },
        { "new-256color", NULL, NULL, -1, DEPTH_256 },
        { "unknown", NULL, NULL, -1, DEPTH_MONO },
        { "xterm-direct", NULL, NULL, 1 << 24, DEPTH_8 },
        { "", NULL, NULL, -1, DEPTH_MONO },
        { NULL, NULL, NULL, -1, DEPTH_MONO },
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        assert_int_equal(theme_depth(cases[i].term, cases[i].colorterm,
                                     cases[i].no_color, cases[i].colours),
                         cases[i].want);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_look_has_ink_paper_and_attributes),
        cmocka_unit_test(comments_blank_lines_and_a_section_are_allowed),
        cmocka_unit_test(a_role_that_is_not_named_keeps_its_default),
        cmocka_unit_test(an_error_tells_file_line_and_word),
        cmocka_unit_test(the_themes_that_come_with_kerf_are_well_formed),
        cmocka_unit_test(the_contrast_theme_has_contrast),
        cmocka_unit_test(the_mono_theme_has_no_colours),
        cmocka_unit_test(the_nearest_colour_is_found),
        cmocka_unit_test(the_depth_follows_the_environment),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
