/*
 * Which theme is in force. One that is named is loaded before the first frame,
 * and a bad one is an error with its line. `auto` begins with the terminal's
 * own 16 colours, which fit any background, and takes the theme for a dark or a
 * light one once the terminal has said what it has.
 */
#include "parts.h"

static bool is_auto(const struct app *app)
{
    struct str name = app->setup->config.theme;

    return name.len == 0 || str_is(name, "auto");
}

static bool read_theme(struct app *app, struct str path, struct theme *theme,
                       struct error *err)
{
    struct setup *setup = app->setup;
    struct str text;

    return setup_read_file(&setup->arena, path.at, LIMIT_CONFIG_BYTES, &text,
                           err)
           && theme_read(theme, text, path, err);
}

// A theme by name lies among our files.
static bool find_theme(struct app *app, struct str name, struct str *path)
{
    struct setup *setup = app->setup;
    struct str file =
        arena_printf(&setup->arena, "themes/%.*s.ini", STR_ARG(name));

    return setup_find_data(setup, file.at, path);
}

bool theme_load(struct app *app, struct theme *theme, struct error *err)
{
    struct str name = app->setup->config.theme, path = name;
    bool mono = app->frame.depth == DEPTH_MONO;

    *theme = mono ? theme_mono() : theme_default();
    if (is_auto(app) || mono)
        return true;
    if (str_find_char(name, '/') == SIZE_MAX && !find_theme(app, name, &path))
        return error_set(err, ERROR_USAGE,
                         "[ui] theme: there is no theme \"%.*s\"; try auto, "
                         "dark, light, contrast or mono",
                         STR_ARG(name));
    return read_theme(app, path, theme, err);
}

bool theme_for_paper(struct app *app, bool light, struct theme *theme)
{
    struct str path;
    struct error err;

    return is_auto(app) && app->frame.depth >= DEPTH_256
           && find_theme(app, light ? STR("light") : STR("dark"), &path)
           && read_theme(app, path, theme, &err);
}
