/* The composer's memory: history, its search, and the words for finders. */
#include "composer_rig.h"

// --- history ---------------------------------------------------------------

static void the_history_is_walked_at_the_edge(void **state)
{
    struct composer *composer = *state;

    composer_remember(composer, STR("first"));
    composer_remember(composer, STR("second\nline"));
    composer_remember(composer, STR("second\nline"));
    type(composer, "draft");
    assert_int_equal(type(composer, "\033[A"), COMPOSER_EDITED);
    assert_draft(composer, "second\nline");
    assert_int_equal(type(composer, "\033[A"), COMPOSER_MOVED);
    assert_int_equal(type(composer, "\033[A"), COMPOSER_EDITED);
    assert_draft(composer, "first");
    assert_int_equal(type(composer, "\033[A"), COMPOSER_IGNORED);
    type(composer, "\033[B");
    assert_draft(composer, "second\nline");
    type(composer, "\033[B");
    assert_draft(composer, "draft");
    assert_int_equal(type(composer, "\033[B"), COMPOSER_IGNORED);
}

static void control_p_and_n_walk_at_once(void **state)
{
    struct composer *composer = *state;

    composer_remember(composer, STR("first"));
    composer_remember(composer, STR("second\nline"));
    type(composer, "\020\020");
    assert_draft(composer, "first");
    type(composer, "\016\016");
    assert_draft(composer, "");
    assert_int_equal(type(composer, "\016"), COMPOSER_IGNORED);
}

static void a_recalled_entry_can_be_edited(void **state)
{
    struct composer *composer = *state;

    composer_remember(composer, STR("first"));
    type(composer, "\020!");
    assert_draft(composer, "first!");
    composer_clear(composer);
    type(composer, "\020");
    assert_draft(composer, "first");
}

static void the_history_has_a_limit(void **state)
{
    struct composer *composer = *state;
    char text[24];

    for (int i = 0; i < 1010; i++) {
        snprintf(text, sizeof(text), "%d", i);
        composer_remember(composer, str_from(text));
    }
    for (int i = 0; i < 1100; i++)
        type(composer, "\020");
    assert_draft(composer, "10");
}

static void the_history_is_searched_while_typing(void **state)
{
    struct composer *composer = *state;

    composer_remember(composer, STR("fix the parser"));
    composer_remember(composer, STR("add a test"));
    composer_remember(composer, STR("fix the test"));
    type(composer, "draft\022fi");
    assert_true(composer_is_searching(composer));
    assert_int_equal(composer_rows(composer, 40, 5), 1);
    assert_screen(composer, 1, 40, "(search) fi| fix the test\n");
    type(composer, "\022");
    assert_screen(composer, 1, 40, "(search) fi| fix the parser\n");
    type(composer, "x the t");
    assert_screen(composer, 1, 40, "(search) fix the t| fix the test\n");
    assert_int_equal(type(composer, "\r"), COMPOSER_EDITED);
    assert_false(composer_is_searching(composer));
    assert_draft(composer, "fix the test");
    type(composer, "\016");
    assert_draft(composer, "draft");
}

static void a_search_can_be_given_up(void **state)
{
    struct composer *composer = *state;
    static const char *const keys[] = { "\033", "\007", "\003" };

    composer_remember(composer, STR("entry"));
    type(composer, "draft");
    for (size_t i = 0; i < 3; i++) {
        type(composer, "\022ent");
        assert_int_equal(type(composer, keys[i]), COMPOSER_MOVED);
        assert_false(composer_is_searching(composer));
        assert_draft(composer, "draft");
    }
}

static void a_search_without_match_says_so(void **state)
{
    struct composer *composer = *state;

    composer_remember(composer, STR("entry"));
    type(composer, "\022ex");
    assert_screen(composer, 1, 40, "(search) ex| no match\n");
    type(composer, "\177");
    assert_screen(composer, 1, 40, "(search) e| entry\n");
    type(composer, "x\r");
    assert_draft(composer, "");
}

static void another_key_takes_what_was_found_and_is_done(void **state)
{
    struct composer *composer = *state;

    composer_remember(composer, STR("one two"));
    type(composer, "\022two\001X");
    assert_draft(composer, "Xone two");
}

// --- words for finders -----------------------------------------------------

static void the_word_at_the_caret_is_found_by_its_mark(void **state)
{
    struct composer *composer = *state;
    size_t start = 99;
    struct str word;

    type(composer, "see @src/ma");
    assert_true(composer_word(composer, '@', &start, &word));
    assert_int_equal(start, 4);
    assert_true(str_is(word, "src/ma"));
    assert_false(composer_word(composer, '/', &start, &word));
    composer_complete(composer, start, STR("@src/main.c "));
    assert_draft(composer, "see @src/main.c ");
    assert_false(composer_word(composer, '@', &start, &word));
    type(composer, "a@b");
    assert_false(composer_word(composer, '@', &start, &word));
}

static void a_command_is_a_word_with_a_slash(void **state)
{
    struct composer *composer = *state;
    size_t start;
    struct str word;

    type(composer, "/");
    assert_true(composer_word(composer, '/', &start, &word));
    assert_int_equal(start, 0);
    assert_int_equal(word.len, 0);
    type(composer, "he\033[D");
    assert_true(composer_word(composer, '/', &start, &word));
    assert_true(str_is(word, "h"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_history_is_walked_at_the_edge),
        TEST(control_p_and_n_walk_at_once),
        TEST(a_recalled_entry_can_be_edited),
        TEST(the_history_has_a_limit),
        TEST(the_history_is_searched_while_typing),
        TEST(a_search_can_be_given_up),
        TEST(a_search_without_match_says_so),
        TEST(another_key_takes_what_was_found_and_is_done),
        TEST(the_word_at_the_caret_is_found_by_its_mark),
        TEST(a_command_is_a_word_with_a_slash),
    };

    setlocale(LC_ALL, "C.UTF-8");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
