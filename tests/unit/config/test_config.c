/* Config files as text in, values or messages out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "kerf/config/config.h"

#define LONG_LINE_BYTES 300

struct fixture {
    struct arena arena;
    struct config config;
    struct error err;
};

static int set_up(void **state)
{
    struct fixture *f = mem_alloc(sizeof(*f));

    f->config = config_defaults();
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;

    arena_release(&f->arena);
    free(f);
    return 0;
}

static bool read_text(struct fixture *f, const char *text)
{
    return config_read(&f->arena, &f->config, str_from(text), STR("f"), true,
                       &f->err);
}

static const struct backend *read_backend(struct fixture *f, const char *keys)
{
    struct str text = arena_printf(&f->arena, "[backend \"x\"]\n%s\n", keys);

    if (!read_text(f, text.at))
        fail_msg("%s", f->err.text);
    return config_backend(&f->config, STR("x"));
}

#define assert_str(value, wanted) \
    assert_string_equal(arena_cstr(&f->arena, (value)), (wanted))

static void defaults_come_from_the_table(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(f->config.backend_count, 0);
    assert_int_equal(f->config.shell_timeout_s, 120);
    assert_int_equal(f->config.output_bytes, 65536);
    assert_false(f->config.mouse);
    assert_int_equal(f->config.theme.len, 0);
    assert_null(config_choose(&f->config));
}

static void a_backend_has_all_its_values(void **state)
{
    struct fixture *f = *state;
    const struct backend *b = read_backend(
        f, "protocol = chat\n  transport=ws\n\turl = https://host/v1\n"
           "model = m-1\ntier = fast\neffort = low\nverbosity = HIGH\n"
           "keyEnv = MY_KEY\nclass = local\ncontext = 128k\n"
           "price = 1.75 0.175 14\nregion = eu\ncaFile = /etc/ca.pem\n"
           "beta = b=1\nttftTarget = 2s\nspeedTarget = 1500");

    assert_str(b->protocol, "chat");
    assert_str(b->transport, "ws");
    assert_str(b->url, "https://host/v1");
    assert_str(b->model, "m-1");
    assert_str(b->tier, "fast");
    assert_str(b->effort, "low");
    assert_str(b->verbosity, "high");
    assert_str(b->key_env, "MY_KEY");
    assert_int_equal(b->backend_class, CLASS_LOCAL);
    assert_int_equal(b->context, 128000);
    assert_true(b->price.input == 1.75 && b->price.cached == 0.175
                && b->price.output == 14);
    assert_str(b->region, "eu");
    assert_str(b->ca_file, "/etc/ca.pem");
    assert_str(b->beta, "b=1");
    assert_int_equal(b->ttft_target_ms, 2000);
    assert_int_equal(b->speed_target, 1500);
}

static void a_backend_without_keys_is_there_with_its_defaults(void **state)
{
    struct fixture *f = *state;
    const struct backend *b = read_backend(f, "");

    assert_non_null(b);
    assert_str(b->protocol, "responses");
    assert_str(b->transport, "auto");
    assert_int_equal(b->backend_class, CLASS_GPU);
    assert_int_equal(b->context, 0);
}

static void names_are_read_in_any_case_but_backends(void **state)
{
    struct fixture *f = *state;

    assert_true(read_text(f, "[UI]\nMOUSE = Yes\n[Backend \"X\"]\n"
                             "keyenv = A\n"));
    assert_true(f->config.mouse);
    assert_null(config_backend(&f->config, STR("x")));
    assert_str(config_backend(&f->config, STR("X"))->key_env, "A");
}

static void later_values_win_and_empty_ones_reset(void **state)
{
    struct fixture *f = *state;

    assert_true(read_text(f, "[tools]\nshellTimeout = 5\n[ui]\ntheme = a\n"));
    assert_true(read_text(f, "[ui]\ntheme = b\n[tools]\nshellTimeout =\n"));
    assert_str(f->config.theme, "b");
    assert_int_equal(f->config.shell_timeout_s, 120);
}

static const struct {
    const char *line, *value;
} texts[] = {
    { "command = make test", "make test" },
    { "command = make ; comment", "make" },
    { "command = make # comment", "make" },
    { "command = make;test#x", "make;test#x" },
    { "command = sh -c 'a ; b # c'", "sh -c 'a ; b # c'" },
    { "command = \"a ; b # c\" ; d", "a ; b # c" },
    { "command = \"say \\\"x\\\" \\\\n\"", "say \"x\" \\n" },
    { "command = \"a b\" c", "\"a b\" c" },
    { "command : x = y", "x = y" },
    { "command = a\r", "a" },
    { "command = it's", "it's" },
    { "command = \" a \"", " a " },
};

static void values_are_taken_as_they_stand(void **state)
{
    struct fixture *f = *state;

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        struct str text =
            arena_printf(&f->arena, "[verify]\n%s\n", texts[i].line);
        assert_true(read_text(f, text.at));
        assert_str(f->config.verify, texts[i].value);
    }
}

static void blanks_comments_and_a_mark_in_front_do_not_matter(void **state)
{
    struct fixture *f = *state;

    assert_true(read_text(f, "\xef\xbb\xbf; first\n\n# second\n"
                             "   [ui]  # third\r\n"
                             "      theme = a\n"
                             "      mouse = on   ; fourth"));
    assert_str(f->config.theme, "a");
    assert_true(f->config.mouse);
}

static const struct {
    const char *text, *message;
} wrong[] = {
    { "[backend \"x\"]\n\ncontext = 12q",
      "f:3: [backend \"x\"] context: \"12q\" is no number of tokens; try "
      "128k" },
    { "[backend \"x\"]\ncontext = 5",
      "f:2: [backend \"x\"] context: \"5\" is out of range: 1000 to "
      "100000000" },
    { "[backend \"x\"]\ncontext = 99999999999999999999k",
      "f:2: [backend \"x\"] context: \"99999999999999999999k\" is out of "
      "range: 1000 to 100000000" },
    { "[backend \"x\"]\ncontext = -1k",
      "f:2: [backend \"x\"] context: \"-1k\" is no number of tokens; try "
      "128k" },
    { "[tools]\noutputLimit = 17M",
      "f:2: [tools] outputLimit: \"17M\" is out of range: 1024 to "
      "16777216" },
    { "[tools]\nshellTimeout = 0",
      "f:2: [tools] shellTimeout: \"0\" is out of range: 1 to 86400" },
    { "[tools]\nshellTimeout = soon",
      "f:2: [tools] shellTimeout: \"soon\" is no time in seconds; try 120" },
    { "[ui]\nmouse = maybe",
      "f:2: [ui] mouse: \"maybe\" is no truth value; try true or false" },
    { "[backend \"x\"]\nclass = waffer",
      "f:2: [backend \"x\"] class: \"waffer\": did you mean wafer?" },
    { "[backend \"x\"]\nprotocol = smtp",
      "f:2: [backend \"x\"] protocol: \"smtp\" is none of responses | chat" },
    { "[backend \"x\"]\nprice = 1 2",
      "f:2: [backend \"x\"] price: 2 numbers instead of three: input cached "
      "output" },
    { "[route]\nbudget = much",
      "f:2: [route] budget: \"much\" is no amount of dollars; try 2.50" },
    { "[route]\nsticky = 101",
      "f:2: [route] sticky: \"101\" is out of range: 0 to 100" },
    { "[backend \"x\"]\nprice = 1 2 x",
      "f:2: [backend \"x\"] price: \"1 2 x\" is no price; try \"1.75 0.175 "
      "14\"" },
    { "[backend \"x\"]\nprice = 1 2 9999999",
      "f:2: [backend \"x\"] price: \"1 2 9999999\" is no price; try \"1.75 "
      "0.175 14\"" },
    { "[backend \"x\"]\nurl = host/v1",
      "f:2: [backend \"x\"] url: this is no address; try https://host/v1 or "
      "unix:/run/server" },
    { "[backend \"x\"]\nmodle = m",
      "f:2: [backend \"x\"] modle: no such option; did you mean model?" },
    { "[ui]\nshellTimeout = 3",
      "f:2: [ui] shellTimeout: no such option here; it belongs to [tools]" },
    { "[ui]\nxyzzy = 3",
      "f:2: [ui] xyzzy: no such option; see kerf-config(5) for all of them" },
    { "[bakend \"x\"]",
      "f:1: [bakend]: no such section; did you mean [backend]?" },
    { "[nothing]\n", "f:1: [nothing]: no such section; there are kerf, "
                     "backend, route, ui, tools "
                     "and verify" },
    { "[backend]",
      "f:1: [backend]: wants a name of letters, digits and ._- such as "
      "[backend \"fast\"]" },
    { "[backend \"a b\"]",
      "f:1: [backend]: wants a name of letters, digits and ._- such as "
      "[backend \"fast\"]" },
    { "[ui \"x\"]", "f:1: [ui]: has no name behind it" },
    { "[ui", "f:1: a section is written [name] or [backend \"NAME\"]" },
    { "[ui] x", "f:1: a section is written [name] or [backend \"NAME\"]" },
    { "[backend \"x]",
      "f:1: a section is written [name] or [backend \"NAME\"]" },
    { "theme = x", "f:1: a setting stands before the first [section]" },
    { "[ui]\n\ntheme\n", "f:3: neither [section] nor key = value" },
    { "[ui]\ntheme\nmouse = maybe\n",
      "f:2: neither [section] nor key = value" },
    { "[ui]\nmouse = maybe\ntheme\n",
      "f:2: [ui] mouse: \"maybe\" is no truth value; try true or false" },
    { "[ui]\ntheme = \"x\n", "f:2: the quote is not closed" },
    { "[ui]\ntheme = a\x1b[m\n",
      "f:2: not UTF-8 text, or a control character in it" },
    { "[ui]\ntheme = \xff\n",
      "f:2: not UTF-8 text, or a control character in it" },
    { "[ui]\nthe\xe2\x80\xaeme = a\n",
      "f:2: [ui] the<U+202E>me: no such option; see kerf-config(5) for all "
      "of them" },
};

static void the_choice_of_a_backend_has_a_section_of_its_own(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(f->config.route.ttft_deadline_ms, 20000);
    assert_int_equal(f->config.route.probe_most_s, 600);
    assert_true(f->config.route.budget_usd == 0);
    assert_true(read_text(f, "[route]\nbudget = $2.50\ndayBudget = 10\n"
                             "ttftDeadline = 5s\nprobe = 1m\nsticky = 0\n"
                             "canary = b\ncanaryShare = 5\n"));
    assert_true(f->config.route.budget_usd == 2.5);
    assert_true(f->config.route.day_budget_usd == 10);
    assert_int_equal(f->config.route.ttft_deadline_ms, 5000);
    assert_int_equal(f->config.route.probe_s, 60);
    assert_int_equal(f->config.route.sticky_percent, 0);
    assert_int_equal(f->config.route.canary_percent, 5);
    assert_false(config_check(&f->config, &f->err));
    assert_string_equal(f->err.text,
                        "[route] canary: there is no section [backend \"b\"]");
}

static void messages_name_the_place_and_what_is_right(void **state)
{
    struct fixture *f = *state;

    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        f->err = (struct error){ 0 };
        assert_false(read_text(f, wrong[i].text));
        assert_string_equal(f->err.text, wrong[i].message);
        assert_int_equal(f->err.kind, ERROR_USAGE);
    }
}

static const char *const secrets[] = {
    "[backend \"x\"]\nkey = sk-SECRET",
    "[backend \"x\"]\napiKey = sk-SECRET",
    "[backend \"x\"]\nAPI_KEY = sk-SECRET",
    "[backend \"x\"]\ntoken = sk-SECRET",
    "[backend \"x\"]\nkeyEnv = sk-SECRET",
    "[backend \"x\"]\nkeyEnv = sk_SECRET",
    "[backend \"x\"]\nurl = https://me:SECRET@host/v1",
    "[kerf]\npassword = SECRET",
};

static void a_key_in_the_file_is_refused_and_not_repeated(void **state)
{
    struct fixture *f = *state;

    for (size_t i = 0; i < sizeof(secrets) / sizeof(secrets[0]); i++) {
        f->err = (struct error){ 0 };
        assert_false(read_text(f, secrets[i]));
        assert_null(strstr(f->err.text, "SECRET"));
    }
    assert_false(read_text(f, secrets[0]));
    assert_string_equal(f->err.text,
                        "f:2: [backend \"x\"] key: a key does not belong "
                        "into this file; use keyEnv = VARIABLE or keyCommand "
                        "= COMMAND");
}

static void a_long_line_is_an_error_and_not_cut(void **state)
{
    struct fixture *f = *state;
    char text[LONG_LINE_BYTES] = "[verify]\ncommand = ";

    memset(text + strlen(text), 'x', sizeof(text) - strlen(text) - 1);
    assert_false(read_text(f, text));
    assert_int_equal(f->err.kind, ERROR_LIMIT);
    assert_string_equal(f->err.text,
                        "f:2: the line is longer than 199 bytes; put a long "
                        "command into a script");
}

static void the_longest_line_is_read_as_a_whole(void **state)
{
    struct fixture *f = *state;
    char text[] = "[verify]\ncommand = "
                  "123456789 123456789 123456789 123456789 123456789 "
                  "123456789 123456789 123456789 123456789 123456789 "
                  "123456789 123456789 123456789 123456789 123456789 "
                  "123456789 123456789 123456789 123456789\n";

    assert_true(read_text(f, text));
    assert_int_equal(f->config.verify.len, 199 - strlen("command = "));
}

static void a_long_comment_is_no_error(void **state)
{
    struct fixture *f = *state;
    char text[LONG_LINE_BYTES] = "[ui] ; ";

    memset(text + strlen(text), 'x', sizeof(text) - strlen(text) - 1);
    assert_true(read_text(f, text));
}

static void a_file_beyond_the_limit_is_refused(void **state)
{
    struct fixture *f = *state;
    struct str huge = { arena_alloc(&f->arena, LIMIT_CONFIG_BYTES + 1),
                        LIMIT_CONFIG_BYTES + 1 };

    assert_false(
        config_read(&f->arena, &f->config, huge, STR("f"), true, &f->err));
    assert_int_equal(f->err.kind, ERROR_LIMIT);
}

static void only_so_many_backends_are_taken(void **state)
{
    struct fixture *f = *state;
    struct str text = { 0 };

    for (int i = 0; i < LIMIT_BACKENDS; i++) {
        text = arena_printf(&f->arena, "[backend \"b%d\"]\n", i);
        assert_true(read_text(f, text.at));
    }
    assert_false(read_text(f, "[backend \"more\"]\n"));
    assert_int_equal(f->err.kind, ERROR_LIMIT);
    assert_int_equal(f->config.backend_count, LIMIT_BACKENDS);
}

static const struct {
    const char *text;
    bool allowed;
} clones[] = {
    { "[ui]\ntheme = dark\nmouse = on", true },
    { "[tools]\nshellTimeout = 10", true },
    { "[backend \"x\"]\nurl = https://evil/v1", false },
    { "[backend \"x\"]\nkeyEnv = HOME", false },
    { "[backend \"x\"]\nkeyCommand = id", false },
    { "[backend \"x\"]\ncaFile = evil.pem", false },
    { "[backend \"x\"]\nclientCert = evil.pem", false },
    { "[backend \"x\"]\nclientKey = evil.pem", false },
    { "[backend \"x\"]\nproxy = http://evil", false },
    { "[backend \"x\"]\nmodel = dear", false },
    { "[kerf]\nbackend = other", false },
    { "[ui]\neditor = evil", false },
    { "[verify]\ncommand = evil", false },
};

static void a_clone_cannot_set_endpoints_keys_and_commands(void **state)
{
    struct fixture *f = *state;

    for (size_t i = 0; i < sizeof(clones) / sizeof(clones[0]); i++) {
        bool read = config_read(&f->arena, &f->config, str_from(clones[i].text),
                                STR("f"), false, &f->err);
        assert_int_equal(read, clones[i].allowed);
        if (!read)
            assert_int_equal(f->err.kind, ERROR_POLICY);
    }
    assert_int_equal(f->config.backend_count, 0);
    assert_int_equal(f->config.verify.len, 0);
}

static void values_outlive_the_text(void **state)
{
    struct fixture *f = *state;
    char text[] = "[backend \"name\"]\nmodel = abc\n";

    assert_true(read_text(f, text));
    memset(text, 'z', sizeof(text) - 1);

    assert_str(f->config.backends[0].name, "name");
    assert_str(f->config.backends[0].model, "abc");
}

static bool set(struct fixture *f, const char *setting)
{
    return config_set(&f->arena, &f->config, str_from(setting), &f->err);
}

static void a_setting_on_the_command_line_wins(void **state)
{
    struct fixture *f = *state;

    assert_true(read_text(f, "[ui]\ntheme = a\n"));
    assert_true(set(f, "ui.theme=b c"));
    assert_true(set(f, "backend.my.fast-1.model = m=1"));

    assert_str(f->config.theme, "b c");
    assert_str(config_backend(&f->config, STR("my.fast-1"))->model, "m=1");
}

static const struct {
    const char *setting, *message;
} settings[] = {
    { "ui.theme", "-c wants section.name=value, such as ui.theme=dark or "
                  "backend.NAME.model=MODEL" },
    { "theme=x", "-c wants section.name=value, such as ui.theme=dark or "
                 "backend.NAME.model=MODEL" },
    { "ui.=x", "-c wants section.name=value, such as ui.theme=dark or "
               "backend.NAME.model=MODEL" },
    { "ui.them=x", "-c: [ui] them: no such option; did you mean theme?" },
    { "backend.model=x", "-c: [backend]: wants a name of letters, digits and "
                         "._- such as [backend \"fast\"]" },
    { "backend.x.key=sk-1", "-c: [backend \"x\"] key: a key does not belong "
                            "into this file; use keyEnv = VARIABLE or "
                            "keyCommand = COMMAND" },
    { "ui.theme=a\nb", "-c: [ui] theme: not UTF-8 text, or a control "
                       "character in it" },
};

static void a_wrong_setting_is_explained(void **state)
{
    struct fixture *f = *state;

    for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++) {
        assert_false(set(f, settings[i].setting));
        assert_string_equal(f->err.text, settings[i].message);
    }
}

static void the_preferred_backend_is_chosen_else_the_first(void **state)
{
    struct fixture *f = *state;

    assert_true(read_text(f, "[backend \"a\"]\nurl = unix:/s\nmodel = m\n"
                             "[backend \"b\"]\nurl = unix:/t\nmodel = m\n"));
    assert_str(config_choose(&f->config)->name, "a");
    assert_true(set(f, "kerf.backend=b"));
    assert_str(config_choose(&f->config)->name, "b");
    assert_true(config_check(&f->config, &f->err));
}

static const struct {
    const char *text, *message;
} wholes[] = {
    { "[backend \"a\"]\nmodel = m",
      "[backend \"a\"]: no url; add one such as url = https://host/v1" },
    { "[backend \"a\"]\nurl = http://h",
      "[backend \"a\"]: no model; add model = NAME" },
    { "[backend \"a\"]\nurl = http://h\nmodel = m\nkeyEnv = K\n"
      "keyCommand = c",
      "[backend \"a\"]: keyEnv and keyCommand are both set; take one" },
    { "[backend \"wafer\"]\nurl = http://h\nmodel = m\n"
      "[kerf]\nbackend = waffer",
      "[kerf] backend: there is no backend \"waffer\"; did you mean wafer?" },
    { "[kerf]\nbackend = nowhere",
      "[kerf] backend: there is no section [backend \"nowhere\"]" },
};

static void the_whole_is_checked(void **state)
{
    struct fixture *f = *state;

    for (size_t i = 0; i < sizeof(wholes) / sizeof(wholes[0]); i++) {
        f->config = config_defaults();
        assert_true(read_text(f, wholes[i].text));
        assert_false(config_check(&f->config, &f->err));
        assert_string_equal(f->err.text, wholes[i].message);
        assert_int_equal(f->err.kind, ERROR_USAGE);
    }
}

static void the_table_is_in_order(void **state)
{
    size_t count;
    const struct option_info *options = config_options(&count);

    (void)state;
    assert_true(count > 20);
    for (size_t i = 0; i < count; i++) {
        assert_true(strlen(options[i].values) > 0);
        assert_true(strlen(options[i].help) > 0);
        for (size_t k = 0; k < i; k++)
            assert_true(strcmp(options[i].section, options[k].section) != 0
                        || strcmp(options[i].name, options[k].name) != 0);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(defaults_come_from_the_table),
        TEST(a_backend_has_all_its_values),
        TEST(a_backend_without_keys_is_there_with_its_defaults),
        TEST(names_are_read_in_any_case_but_backends),
        TEST(later_values_win_and_empty_ones_reset),
        TEST(values_are_taken_as_they_stand),
        TEST(blanks_comments_and_a_mark_in_front_do_not_matter),
        TEST(the_choice_of_a_backend_has_a_section_of_its_own),
        TEST(messages_name_the_place_and_what_is_right),
        TEST(a_key_in_the_file_is_refused_and_not_repeated),
        TEST(a_long_line_is_an_error_and_not_cut),
        TEST(the_longest_line_is_read_as_a_whole),
        TEST(a_long_comment_is_no_error),
        TEST(a_file_beyond_the_limit_is_refused),
        TEST(only_so_many_backends_are_taken),
        TEST(a_clone_cannot_set_endpoints_keys_and_commands),
        TEST(values_outlive_the_text),
        TEST(a_setting_on_the_command_line_wins),
        TEST(a_wrong_setting_is_explained),
        TEST(the_preferred_backend_is_chosen_else_the_first),
        TEST(the_whole_is_checked),
        TEST(the_table_is_in_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
