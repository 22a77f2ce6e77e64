/* The cases of tests/cases/books: a patch gives the files that are written
 * beside it, or is refused for the reason that is written there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "book.h"
#include "engine.h"

static const char *const books[] = {
    "git", "plain", "apply", "search", "whole", "bytes", "conflict",
};

static void put_files(struct tree *tree, const struct book_case *one)
{
    for (size_t i = 0; i < one->count; i++)
        if (one->items[i].kind == ITEM_FILE)
            tree_put(tree, one->items[i].name, one->items[i].bytes,
                     one->items[i].executable ? 0755 : 0644);
}

static void assert_file(const struct tree_file *file, const struct item *want)
{
    if (!want)
        fail_msg("%s is there", file->path.at);
    if (!str_equal(file->bytes, want->bytes))
        fail_msg("%s holds\n%s\nand not\n%.*s", file->path.at, file->bytes.at,
                 STR_ARG(want->bytes));
    if ((file->mode & 0100) != (want->executable ? 0100u : 0))
        fail_msg("%s has mode %o", file->path.at, file->mode);
}

static void assert_wanted(struct tree *tree, const struct book_case *one)
{
    for (size_t i = 0; i < tree->count; i++)
        assert_file(&tree->files[i], case_wants(one, tree->files[i].path));
    for (size_t i = 0; i < one->count; i++)
        if ((one->items[i].kind == ITEM_FILE || one->items[i].kind == ITEM_WANT)
            && case_wants(one, one->items[i].name)
            && !tree_find(tree, one->items[i].name))
            fail_msg("%.*s is missing", STR_ARG(one->items[i].name));
}

static void the_patch_gives_what_the_book_says(void **state)
{
    const struct book_case *one = *state;
    struct arena arena = { 0 };
    struct tree tree = { .arena = &arena };
    struct error err = { .text = "" };
    const struct item *patch = case_item(one, ITEM_PATCH);
    const struct item *refused = case_item(one, ITEM_REFUSED);
    const struct item *args = case_item(one, ITEM_ARGS);

    put_files(&tree, one);
    assert_non_null(patch);
    bool fine = engine_apply(&tree, patch->bytes,
                             args && str_is(args->name, "--fuzzy"), &err);
    if (fine == (refused != NULL))
        fail_msg("%s: %s", fine ? "was not refused" : "refused", err.text);
    if (refused && str_find(str_from(err.text), refused->name) == SIZE_MAX)
        fail_msg("'%s' does not say '%.*s'", err.text, STR_ARG(refused->name));
    assert_wanted(&tree, one);
    arena_release(&arena);
}

int main(void)
{
    struct arena arena = { 0 };
    int failed = 0;

    for (size_t b = 0; b < sizeof(books) / sizeof(books[0]); b++) {
        struct str path =
            arena_printf(&arena, "tests/cases/books/%s.book", books[b]);
        struct book book = book_read(&arena, path.at);
        struct CMUnitTest *tests =
            arena_array(&arena, book.count, sizeof(*tests));
        for (size_t i = 0; i < book.count; i++)
            tests[i] = (struct CMUnitTest){
                .name = book.cases[i].name,
                .test_func = the_patch_gives_what_the_book_says,
                .initial_state = &book.cases[i],
            };
        failed +=
            _cmocka_run_group_tests(books[b], tests, book.count, NULL, NULL);
    }
    arena_release(&arena);
    return failed;
}
