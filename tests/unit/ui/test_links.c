/* Links for the terminal: who gets them, and which bytes go out. */
#include "screen_rig.h"

#include "kerf/text/markdown.h"
#include "kerf/ui/links.h"
#include "kerf/ui/theme.h"
#include "oracle.h"

#define OPEN(id, url) "\033]8;id=" #id ";" url "\033\\"
#define CLOSE "\033]8;;\033\\"

// --- who gets them ---------------------------------------------------------

static const struct {
    const char *choice, *term, *program, *version, *vte, *konsole;
    bool wanted;
} terminals[] = {
    { "auto", "xterm-kitty", "", "", "", "", true },
    { "auto", "foot", "", "", "", "", true },
    { "auto", "alacritty-direct", "", "", "", "", true },
    { "auto", "xterm-256color", "", "", "", "", false },
    { "auto", "xterm-256color", "", "", "7006", "", true },
    { "auto", "xterm-256color", "", "", "4801", "", false },
    { "auto", "xterm-256color", "", "", "", "210802", true },
    { "auto", "xterm-256color", "", "", "", "190801", false },
    { "auto", "xterm-256color", "iTerm.app", "3.5.0", "", "", true },
    { "auto", "xterm-256color", "Apple_Terminal", "453", "", "", false },
    { "auto", "tmux-256color", "tmux", "3.4", "", "", true },
    { "auto", "tmux-256color", "tmux", "3.10", "", "", true },
    { "auto", "tmux-256color", "tmux", "next-3.6", "", "", true },
    { "auto", "tmux-256color", "tmux", "3.3a", "7006", "", false },
    { "auto", "tmux-256color", "tmux", "", "7006", "", false },
    { "auto", "screen-256color", "iTerm.app", "3.5.0", "", "", false },
    { "auto", "linux", "tmux", "3.4", "7006", "", false },
    { "on", "xterm-256color", "", "", "", "", true },
    { "on", "linux", "", "", "", "", false },
    { "on", "vt100", "", "", "", "", false },
    { "on", "dumb", "", "", "", "", false },
    { "on", "", "", "", "", "", false },
    { "off", "xterm-kitty", "", "", "", "", false },
};

static void only_terminals_that_are_known_get_links(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(terminals) / sizeof(terminals[0]); i++) {
        struct terminal_names names = {
            .term = str_from(terminals[i].term),
            .program = str_from(terminals[i].program),
            .program_version = str_from(terminals[i].version),
            .vte_version = str_from(terminals[i].vte),
            .konsole_version = str_from(terminals[i].konsole),
        };
        if (links_wanted(str_from(terminals[i].choice), &names)
            != terminals[i].wanted)
            fail_msg("row %zu (%s, %s)", i, terminals[i].choice,
                     terminals[i].term);
    }
}

// --- what they get ---------------------------------------------------------

// Keeps what the terminal was told of links.
struct heard {
    char text[4000];
    size_t len;
};

static void hear(struct heard *heard, const char *at, size_t len)
{
    for (size_t i = 0; i < len && heard->len + 1 < sizeof(heard->text); i++)
        heard->text[heard->len++] = at[i];
    heard->text[heard->len] = '\0';
}

static int on_osc(const char *command, size_t len, void *user)
{
    hear(user, command, len);
    hear(user, "\n", 1);
    return 1;
}

static const VTermParserCallbacks fallbacks = { .osc = on_osc };

static void open_rig(struct rig *rig, struct theme *theme, const char *term,
                     bool links)
{
    struct screen_options options = options_for(term, theme);

    *theme = theme_default();
    options.links = links;
    rig_open(rig, &options);
}

static void put_link(struct rig *rig, size_t row, size_t col, const char *text,
                     const char *url)
{
    struct str content = str_from(text);
    struct span span = { .len = content.len,
                         .role = ROLE_LINK,
                         .link = str_from(url) };
    struct row line = { .text = content, .spans = &span, .span_count = 1 };

    canvas_put_row(&rig->canvas, whole(&rig->canvas), row, col, &line);
}

static bool sent(const struct rig *rig, const char *bytes)
{
    return str_find(buf_str(&rig->out), str_from(bytes)) != SIZE_MAX;
}

static void a_link_is_open_around_its_characters_only(void **state)
{
    (void)state;
    struct heard heard = { 0 };
    struct theme theme;
    struct rig rig;

    open_rig(&rig, &theme, "xterm-256color", true);
    vterm_screen_set_unrecognised_fallbacks(rig.view, &fallbacks, &heard);
    put(&rig, 0, 0, "see ", ROLE_TEXT);
    put_link(&rig, 0, 4, "here", "http://a.b/");
    put(&rig, 0, 8, " or", ROLE_TEXT);
    put_link(&rig, 1, 0, "\xc3\xa9t\xcc\x82\xe4\xb8\xad", "https://c.d/?e=f");
    draw(&rig);
    assert_true(sent(&rig, OPEN(1, "http://a.b/") "here" CLOSE));
    assert_true(sent(
        &rig,
        OPEN(2, "https://c.d/?e=f") "\xc3\xa9t\xcc\x82\xe4\xb8\xad" CLOSE));
    assert_string_equal(heard.text, "8;id=1;http://a.b/\n8;;\n"
                                    "8;id=2;https://c.d/?e=f\n8;;\n");
    assert_shown(&rig);
    assert_int_equal(oracle_leak_but_links(buf_str(&rig.out)), SIZE_MAX);
    rig_close(&rig);
}

// Both terminal and ncurses know the letters already; the link is new.
static void a_link_that_changes_is_sent_again(void **state)
{
    (void)state;
    struct theme theme;
    struct rig rig;

    open_rig(&rig, &theme, "xterm-256color", true);
    put_link(&rig, 0, 0, "here", "http://a.b/");
    draw(&rig);
    draw(&rig);
    assert_int_equal(rig.out.len, 0);
    canvas_clear(&rig.canvas);
    put_link(&rig, 0, 0, "here", "http://c.d/");
    draw(&rig);
    assert_true(sent(&rig, OPEN(2, "http://c.d/") "here" CLOSE));
    canvas_clear(&rig.canvas);
    put(&rig, 0, 0, "here", ROLE_LINK);
    draw(&rig);
    assert_true(sent(&rig, "here"));
    assert_false(sent(&rig, "\033]8"));
    rig_close(&rig);
}

static void a_change_of_colour_closes_and_opens_a_link(void **state)
{
    (void)state;
    struct theme theme;
    struct rig rig;

    open_rig(&rig, &theme, "xterm-256color", true);
    put_link(&rig, 0, 0, "here", "http://a.b/");
    canvas_mark(&rig.canvas, whole(&rig.canvas), 0, 2, 2, ROLE_ERROR, true);
    draw(&rig);
    assert_true(sent(&rig, OPEN(1, "http://a.b/") "he" CLOSE "\033"));
    assert_true(sent(&rig, OPEN(1, "http://a.b/") "re" CLOSE));
    assert_int_equal(oracle_leak_but_links(buf_str(&rig.out)), SIZE_MAX);
    rig_close(&rig);
}

static void without_the_option_no_link_is_sent(void **state)
{
    (void)state;
    for (size_t i = 0; i < TERMS; i++) {
        struct theme theme;
        struct rig rig;

        open_rig(&rig, &theme, terms[i], false);
        put_link(&rig, 0, 0, "here", "http://a.b/");
        draw(&rig);
        assert_int_equal(oracle_leak(buf_str(&rig.out)), SIZE_MAX);
        assert_shown(&rig);
        rig_close(&rig);
    }
}

static void leaving_closes_a_link_and_so_does_the_rescue(void **state)
{
    (void)state;
    struct theme theme;
    struct rig rig;

    open_rig(&rig, &theme, "xterm-256color", true);
    buf_reset(&rig.out);
    screen_leave(rig.screen, &rig.out);
    assert_true(str_starts_with(buf_str(&rig.out), STR(CLOSE)));
    assert_true(
        str_starts_with(screen_rescue_bytes(), STR("\030" CLOSE "\033[")));
    rig_close(&rig);
}

static const char *const unsafe[] = {
    "javascript:alert(1)",
    "file:///etc/passwd",
    "data:text/html,x",
    "HTTP:",
    "http://",
    "http:///path",
    "mailto:",
    "http://a.b/ c",
    "http://a.b/\033]0;x\007",
    "http://a.b/\033\\",
    "http://a.b/\xc3\xa9",
    "http://a.b/\x9c",
    "ssh://a.b",
    "//a.b/",
    "a.b",
};

static void a_target_that_is_not_fine_is_text_only(void **state)
{
    (void)state;
    struct theme theme;
    struct rig rig;
    char lengthy[2002] = "http://";

    memset(lengthy + 7, 'a', sizeof(lengthy) - 8);
    open_rig(&rig, &theme, "xterm-256color", true);
    for (size_t i = 0; i < sizeof(unsafe) / sizeof(unsafe[0]); i++)
        put_link(&rig, i % 6, 0, "here", unsafe[i]);
    put_link(&rig, 5, 0, "here", lengthy);
    draw(&rig);
    assert_int_equal(oracle_leak(buf_str(&rig.out)), SIZE_MAX);
    lengthy[2000] = '\0';
    put_link(&rig, 5, 0, "here", lengthy);
    draw(&rig);
    assert_true(sent(&rig, CLOSE));
    rig_close(&rig);
}

// A cell that says it is a link, but by characters of a text.
static void a_text_cannot_forge_a_link(void **state)
{
    (void)state;
    struct theme theme;
    struct rig rig;

    open_rig(&rig, &theme, "xterm-256color", true);
    put_link(&rig, 0, 0, "here", "http://a.b/");
    put(&rig, 1, 0, "x\xf3\xa0\x80\xa0\xf3\xa0\x80\xa0y", ROLE_TEXT);
    draw(&rig);
    assert_false(sent(&rig, OPEN(1, "http://a.b/") "x"));
    rig_close(&rig);
}

static void ever_new_targets_stay_right(void **state)
{
    (void)state;
    struct theme theme;
    struct rig rig;
    char url[40], want[80];

    open_rig(&rig, &theme, "xterm-256color", true);
    for (unsigned i = 0; i < 3 * LIMIT_LINKS; i++) {
        snprintf(url, sizeof(url), "http://h/%u", i);
        canvas_clear(&rig.canvas);
        put_link(&rig, i % 6, 0, "x", url);
        assert_true(rig.canvas.links.count <= LIMIT_LINKS);
        if (i % 97)
            continue;
        draw(&rig);
        snprintf(want, sizeof(want), ";%s\033\\x" CLOSE, url);
        assert_true(sent(&rig, want));
    }
    rig_close(&rig);
}

static void links_in_markdown_lead_where_they_say(void **state)
{
    (void)state;
    struct arena arena = { 0 };
    struct rows rows = { 0 };
    struct theme theme;
    struct rig rig;

    open_rig(&rig, &theme, "xterm-256color", true);
    markdown_rows(&arena, &rows,
                  STR("[a **b**](http://x.y/)\n\nhttp://p.q/\n\n"
                      "| [t](http://t.u/) |\n|---|\n"),
                  20, 0);
    for (size_t i = 0; i < rows.count && i < 6; i++)
        canvas_put_row(&rig.canvas, whole(&rig.canvas), i, 0, &rows.at[i]);
    draw(&rig);
    assert_true(sent(&rig, OPEN(1, "http://x.y/") "a b"));
    assert_true(sent(&rig, OPEN(1, "http://x.y/") "http://x.y/"));
    assert_true(sent(&rig, OPEN(2, "http://p.q/") "http://p.q/" CLOSE));
    assert_true(sent(&rig, OPEN(3, "http://t.u/") "t" CLOSE));
    assert_int_equal(oracle_leak_but_links(buf_str(&rig.out)), SIZE_MAX);
    rig_close(&rig);
    arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_terminals_that_are_known_get_links),
        cmocka_unit_test(a_link_is_open_around_its_characters_only),
        cmocka_unit_test(a_link_that_changes_is_sent_again),
        cmocka_unit_test(a_change_of_colour_closes_and_opens_a_link),
        cmocka_unit_test(without_the_option_no_link_is_sent),
        cmocka_unit_test(leaving_closes_a_link_and_so_does_the_rescue),
        cmocka_unit_test(a_target_that_is_not_fine_is_text_only),
        cmocka_unit_test(a_text_cannot_forge_a_link),
        cmocka_unit_test(ever_new_targets_stay_right),
        cmocka_unit_test(links_in_markdown_lead_where_they_say),
    };

    setlocale(LC_ALL, "C.UTF-8");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
