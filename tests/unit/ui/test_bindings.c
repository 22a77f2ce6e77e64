/* Presets and keys.conf over the default keys. */
#include "scene.h"

#include "kerf/ui/bindings.h"

static const char *action_of(const struct keymap *keymap, unsigned where,
                             const char *keys)
{
    const struct key_binding *found = keymap_binding(keymap, where, keys);

    return found ? found->action : "";
}

static struct keymap *read_keys(const char *text)
{
    struct keymap *keymap = keymap_create();
    struct error err = { 0 };

    if (!keymap_read(keymap, str_from(text), STR("keys.conf"), &err))
        fail_msg("%s", err.text);
    return keymap;
}

static void a_key_is_bound_in_one_place_only(void **state)
{
    (void)state;
    struct keymap *keymap = read_keys("[review]\nj = write\n");

    assert_string_equal(action_of(keymap, IN_REVIEW, "j"), "write");
    assert_string_equal(action_of(keymap, IN_PAGER, "j"), "line-down");
    keymap_destroy(keymap);
}

static void none_takes_a_key_away(void **state)
{
    (void)state;
    struct keymap *keymap = read_keys("[review]\nJ = none\n^X ^Q = none\n");

    assert_null(keymap_binding(keymap, IN_REVIEW, "J"));
    assert_string_equal(action_of(keymap, IN_REVIEW, "]"), "next-hunk");
    keymap_destroy(keymap);
}

static void signs_and_chords_can_be_bound(void **state)
{
    (void)state;
    struct keymap *keymap = read_keys("[review]\n"
                                      "[ = next-hunk\n"
                                      "= = write\n"
                                      ": = accept\n"
                                      "\"#\" = refuse\n"
                                      "[composer]\n"
                                      "\"^x   ;\" = editor ; a comment\n"
                                      "pgup = leave\n"
                                      "f7 = leave\n");

    assert_string_equal(action_of(keymap, IN_REVIEW, "["), "next-hunk");
    assert_string_equal(action_of(keymap, IN_REVIEW, "="), "write");
    assert_string_equal(action_of(keymap, IN_REVIEW, ":"), "accept");
    assert_string_equal(action_of(keymap, IN_REVIEW, "#"), "refuse");
    assert_string_equal(action_of(keymap, IN_COMPOSER, "^X ;"), "editor");
    assert_string_equal(action_of(keymap, IN_COMPOSER, "PgUp"), "leave");
    assert_string_equal(action_of(keymap, IN_COMPOSER, "F7"), "leave");
    keymap_destroy(keymap);
}

static void what_cannot_be_meant_is_told_with_its_line(void **state)
{
    static const struct {
        const char *text, *error;
    } examples[] = {
        { "[reveiw]\n", "keys.conf:1: [reveiw]: keys have no such place; "
                        "there are composer, review, approval and pager" },
        { "[review]\ny = acept\n",
          "keys.conf:2: [review] y = acept: there is no such action; did you "
          "mean accept?" },
        { "[pager]\ny = accept\n",
          "keys.conf:2: [pager] y = accept: no action of this place; it "
          "belongs to [review]" },
        { "[pager]\ny = sing-a-song\n",
          "keys.conf:2: [pager] y = sing-a-song: there is no such action; "
          "`kerf keys --list` shows all" },
        { "[review]\n^I = accept\n",
          "keys.conf:2: [review] ^I = accept: no terminal sends this key: ^I "
          "is Tab" },
        { "[review]\nC-Enter = accept\n",
          "keys.conf:2: [review] C-Enter = accept: no terminal sends this "
          "key: with Shift or Control most send it plain" },
        { "[review]\n^1 = accept\n",
          "keys.conf:2: [review] ^1 = accept: no terminal sends this key: "
          "Control goes with letters and \\ ] ^ _ Space" },
        { "[review]\nS-a = accept\n",
          "keys.conf:2: [review] S-a = accept: no terminal sends this key: "
          "Shift makes another character; write that" },
        { "[review]\nEsc a = accept\n",
          "keys.conf:2: [review] Esc a = accept: Esc and a key is Alt and "
          "that key: write M-a" },
        { "[review]\nEnteer = accept\n",
          "keys.conf:2: [review] Enteer = accept: no such key; `kerf keys` "
          "shows what a key is called" },
        { "[composer]\nl = editor\n",
          "keys.conf:2: [composer] l = editor: a character is text here; "
          "take a Control key or a chord such as ^X l" },
        { "[composer]\ng g = editor\n",
          "keys.conf:2: [composer] g g = editor: a chord cannot begin with a "
          "character here, which is text; begin it with ^X" },
        { "[review]\ny = refuse\n\ny = accept\n",
          "keys.conf:4: [review] y = accept: the key is given twice: above "
          "it is refuse" },
        { "[composer]\n^X = leave\n",
          "keys.conf: [composer] ^X is leave and begins chords; unbind the "
          "one or the others" },
        { "[review]\ny y = accept\n",
          "keys.conf: [review] y is accept and begins chords; unbind the one "
          "or the others" },
    };
    (void)state;

    for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++) {
        struct keymap *keymap = keymap_create();
        struct error err = { 0 };
        assert_false(keymap_read(keymap, str_from(examples[i].text),
                                 STR("keys.conf"), &err));
        assert_string_equal(err.text, examples[i].error);
        assert_int_equal(err.kind, ERROR_USAGE);
        keymap_destroy(keymap);
    }
}

static void a_line_without_a_key_is_refused(void **state)
{
    struct keymap *keymap = keymap_create();
    struct error err = { 0 };

    (void)state;
    assert_false(keymap_read(keymap, STR("[review]\ny = refuse\n = accept\n"),
                             STR("keys.conf"), &err));
    assert_string_equal(err.text,
                        "keys.conf:3: [review]  = accept: no such key; "
                        "`kerf keys` shows what a key is called");
    keymap_destroy(keymap);
}

static bool has_key(const struct keymap *keymap, unsigned where, int number)
{
    size_t count;
    const struct key_binding *rows = keymap_bindings(keymap, &count);

    for (size_t i = 0; i < count; i++)
        if ((rows[i].where & where) && rows[i].number == number)
            return true;
    return false;
}

static void a_preset_leaves_no_action_without_a_key(void **state)
{
    static const char *const presets[] = { "default", "vim", "lazygit" };
    (void)state;
    struct error err = { 0 };
    size_t count;
    const struct key_binding *all = ui_bindings(&count);

    for (size_t p = 0; p < 3; p++) {
        struct keymap *keymap = keymap_create();
        assert_true(keymap_use(keymap, str_from(presets[p]), &err));
        for (size_t i = 0; i < count; i++)
            for (unsigned where = 1; where <= IN_PAGER; where *= 2)
                if ((all[i].where & where)
                    && !has_key(keymap, where, all[i].number))
                    fail_msg("%s: no key for %s", presets[p], all[i].action);
        keymap_destroy(keymap);
    }
}

static void presets_are_as_their_users_know_them(void **state)
{
    (void)state;
    struct error err = { 0 };
    struct keymap *vim = keymap_create(), *lazygit = keymap_create();

    assert_true(keymap_use(vim, STR("vim"), &err));
    assert_string_equal(action_of(vim, IN_REVIEW, "n"), "search-next");
    assert_string_equal(action_of(vim, IN_REVIEW, "x"), "refuse");
    assert_true(keymap_use(lazygit, STR("lazygit"), &err));
    assert_string_equal(action_of(lazygit, IN_REVIEW, "Space"), "accept");
    assert_string_equal(action_of(lazygit, IN_REVIEW, "d"), "refuse");
    assert_string_equal(action_of(lazygit, IN_PAGER, "Space"), "page-down");
    assert_false(keymap_use(lazygit, STR("emacs"), &err));
    keymap_destroy(vim);
    keymap_destroy(lazygit);
}

static void keys_of_the_user_work_and_stand_in_hints_and_help(void **state)
{
    (void)state;
    struct keymap *keymap = read_keys("[composer]\n"
                                      "^J = send\n"
                                      "F1 = none\n"
                                      "? = none\n"
                                      "^X h = help\n");
    struct scene scene =
        scene_with(24, 80, (struct ui_options){ .keymap = keymap });

    assert_true(scene_find(&scene, "^J send") != SIZE_MAX);
    assert_true(scene_find(&scene, "^X h shows all keys") != SIZE_MAX);
    scene_type(&scene, "hello");
    scene_keys(&scene, "^J");
    assert_int_equal(scene_command(&scene), CMD_SEND);
    scene_keys(&scene, "^X h");
    assert_true(scene_find(&scene, "^J, Enter") != SIZE_MAX);
    scene_destroy(&scene);
    keymap_destroy(keymap);
}

static void names_of_keys_can_be_read_back(void **state)
{
    static const char *const names[] = {
        "^A",    "^Space", "^\\",  "^_",   "M-f",        "M-^A",     "M-Enter",
        "S-Tab", "F12",    "PgDn", "C-Up", "a",          "\xc3\xa9", "S-Left",
        "Space", "^^",     "-",    "M--",  "M-C-S-Home", "^",
    };
    (void)state;

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        struct key key;
        struct error err = { 0 };
        char name[KEY_NAME_BYTES];
        if (!key_parse(str_from(names[i]), &key, &err))
            fail_msg("%s: %s", names[i], err.text);
        key_name(&key, name, sizeof(name));
        assert_string_equal(name, names[i]);
    }
}

static void every_default_key_can_be_written_in_keys_conf(void **state)
{
    (void)state;
    size_t count, place_count;
    const struct key_binding *all = ui_bindings(&count);
    const struct key_place *places = ui_places(&place_count);

    for (size_t i = 0; i < count; i++)
        for (size_t p = 0; p < place_count; p++) {
            struct buf text = { 0 };
            if (!(all[i].where & places[p].where)
                || (places[p].where == IN_COMPOSER
                    && strcmp(all[i].keys, "?") == 0))
                continue;
            buf_printf(&text, "[%s]\n%s = %s\n", places[p].name, all[i].keys,
                       all[i].action);
            keymap_destroy(read_keys(buf_cstr(&text)));
            buf_release(&text);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_without_a_key_is_refused),
        cmocka_unit_test(a_key_is_bound_in_one_place_only),
        cmocka_unit_test(none_takes_a_key_away),
        cmocka_unit_test(signs_and_chords_can_be_bound),
        cmocka_unit_test(what_cannot_be_meant_is_told_with_its_line),
        cmocka_unit_test(a_preset_leaves_no_action_without_a_key),
        cmocka_unit_test(presets_are_as_their_users_know_them),
        cmocka_unit_test(keys_of_the_user_work_and_stand_in_hints_and_help),
        cmocka_unit_test(names_of_keys_can_be_read_back),
        cmocka_unit_test(every_default_key_can_be_written_in_keys_conf),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
