/* The object store and the index: blobs by id, what is staged. */
#include "tree_helper.h"

#include "kerf/base/buf.h"

static void make_repo(struct sandbox *box)
{
    make_tree(box, "git init -q -b main", "a\n");
}

#define A_ID "78981922613b2afb6025042ff6bd878ac1994e85" // of "a\n"

static struct error blob_error(struct sandbox *box, const char *id)
{
    struct repo *repo = open_tree(box);
    struct error err = { 0 };
    struct str bytes;

    assert_false(repo_read_blob(repo, &box->arena, str_from(id), &bytes, &err));
    repo_close(repo);
    return err;
}

static void assert_blob(struct sandbox *box, const char *id, const char *want)
{
    struct repo *repo = open_tree(box);
    struct error err;
    struct str bytes;

    if (!repo_read_blob(repo, &box->arena, str_from(id), &bytes, &err))
        fail_msg("%s", err.text);
    assert_true(str_is(bytes, want));
    repo_close(repo);
}

static void a_blob_is_read_by_its_id_whole_or_cut(void **state)
{
    make_repo(*state);
    assert_blob(*state, A_ID, "a\n");
    assert_blob(*state, "7898192", "a\n");
    assert_blob(*state, "7898", "a\n");
}

static void what_is_no_blob_is_not_found(void **state)
{
    static const char *const ids[] = { "",
                                       "789",
                                       "0000000",
                                       "78981922613b2afb6025042ff6bd878ac"
                                       "1994e86",
                                       "7898xyz",
                                       "../../config",
                                       "HEAD",
                                       "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
                                       "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" };

    make_repo(*state);
    for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++)
        assert_int_equal(blob_error(*state, ids[i]).kind, ERROR_NOT_FOUND);
}

static void a_commit_is_no_blob(void **state)
{
    struct sandbox *box = *state;

    make_repo(box);
    const char *head = sandbox_get(box, "tree/.git/refs/heads/main");
    struct str id = str_trim(str_from(head));
    assert_int_equal(blob_error(box, arena_cstr(&box->arena, id)).kind,
                     ERROR_NOT_FOUND);
}

// Blobs of numbers until two share their first four digits.
static void an_id_that_two_objects_have_is_refused(void **state)
{
    struct sandbox *box = *state;
    struct str seen[3000];
    struct error err;

    make_repo(box);
    struct repo *repo = open_tree(box);
    struct str twin = { 0 };
    for (size_t n = 0; n < 3000 && !twin.len; n++) {
        struct str text = arena_printf(&box->arena, "%zu", n);
        seen[n] = repo_blob_id(repo, &box->arena, text);
        for (size_t i = 0; i < n && !twin.len; i++)
            if (memcmp(seen[i].at, seen[n].at, 4) == 0) {
                struct file_result both[] = {
                    { .kind = RESULT_WRITE,
                      .path = STR("one"),
                      .bytes = arena_printf(&box->arena, "%zu", i) },
                    { .kind = RESULT_WRITE, .path = STR("two"), .bytes = text },
                };
                assert_true(repo_stage(repo, both, 2, &err));
                twin = str_take(seen[n], 4);
            }
    }
    repo_close(repo);
    assert_int_equal(twin.len, 4);
    err = blob_error(box, arena_cstr(&box->arena, twin));
    assert_int_equal(err.kind, ERROR_INVALID);
    assert_non_null(strstr(err.text, "two objects"));
}

static void a_blob_of_a_sha256_repository_is_asked_of_git(void **state)
{
    struct sandbox *box = *state;
    struct error err;
    struct str bytes;

    sandbox_run(box, "tree", "git init -q -b main --object-format=sha256");
    sandbox_put(box, "tree/a.c", "a\n");
    sandbox_run(box, "tree", "git add .");
    struct repo *repo = open_tree(box);
    assert_int_equal(repo_blob_id(repo, &box->arena, STR("a\n")).len, 0);
    // Its id, from sha256sum of "blob 2\0a\n".
    bool found = repo_read_blob(
        repo, &box->arena,
        STR("f8625e43f9e04f24291f77cdbe4c71b3c2a3b0003f60419b3ed06a058d766c8b"),
        &bytes, &err);
    if (!found)
        fail_msg("%s", err.text);
    assert_true(str_is(bytes, "a\n"));
    assert_false(
        repo_read_blob(repo, &box->arena, STR("abcdef01"), &bytes, &err));
    repo_close(repo);
}

static void the_id_of_bytes_is_what_git_says_and_nothing_is_stored(void **state)
{
    struct sandbox *box = *state;

    make_repo(box);
    struct repo *repo = open_tree(box);
    assert_true(str_is(repo_blob_id(repo, &box->arena, STR("a\n")), A_ID));
    struct str id = repo_blob_id(repo, &box->arena, STR("never stored\n"));
    assert_int_equal(id.len, 40);
    struct str file = arena_printf(&box->arena, "tree/.git/objects/%.2s/%s",
                                   id.at, id.at + 2);
    assert_false(sandbox_has(box, file.at));
    repo_close(repo);
}

// --- staging

static bool stage_one(struct sandbox *box, struct file_result result,
                      struct error *err)
{
    struct repo *repo = open_tree(box);
    bool fine = repo_stage(repo, &result, 1, err);

    repo_close(repo);
    return fine;
}

static struct file_result written(const char *path, const char *text)
{
    return (struct file_result){ .kind = RESULT_WRITE,
                                 .path = str_from(path),
                                 .bytes = str_from(text) };
}

static void assert_staged(struct sandbox *box, const char *path,
                          const char *want)
{
    struct str copy = arena_printf(
        &box->arena, "git checkout-index -f --prefix=got/ %s", path);
    sandbox_run(box, "tree", copy.at);
    assert_string_equal(
        sandbox_get(box, arena_printf(&box->arena, "tree/got/%s", path).at),
        want);
}

static void the_result_is_staged_not_what_stands_there_now(void **state)
{
    struct sandbox *box = *state;
    struct error err;

    make_repo(box);
    sandbox_put(box, "tree/a.c", "an edit after the write\n");
    assert_true(stage_one(box, written("a.c", "accepted\n"), &err));
    assert_staged(box, "a.c", "accepted\n");
    assert_string_equal(sandbox_get(box, "tree/a.c"),
                        "an edit after the write\n");
}

static void a_move_takes_the_old_name_from_the_index(void **state)
{
    struct sandbox *box = *state;
    struct file_result move = written("c.c", "a\n");
    struct error err;

    make_repo(box);
    sandbox_run(box, "tree", "mv a.c c.c");
    move.remove = STR("a.c");
    assert_true(stage_one(box, move, &err));
    sandbox_run(box, "tree", "git diff --quiet");
    sandbox_run(box, "tree", "git ls-files --error-unmatch c.c b.c");
    sandbox_run(box, "tree", "git diff --cached --quiet -- b.c");
}

static void a_program_is_staged_as_one(void **state)
{
    struct sandbox *box = *state;
    struct error err;

    make_repo(box);
    assert_int_equal(chmod(sandbox_path(box, "tree/a.c"), 0755), 0);
    assert_true(stage_one(box, written("a.c", "a\n"), &err));
    sandbox_run(box, "tree", "git diff --quiet");
}

static void other_entries_and_their_intent_stay(void **state)
{
    struct sandbox *box = *state;
    struct error err;

    make_repo(box);
    sandbox_put(box, "tree/later.c", "later\n");
    sandbox_run(box, "tree", "git add -N later.c");
    sandbox_put(box, "tree/b.c", "half\n");
    sandbox_run(box, "tree", "git add b.c");
    sandbox_put(box, "tree/b.c", "whole\n");
    assert_true(stage_one(box, written("a.c", "accepted\n"), &err));
    assert_staged(box, "b.c", "half\n");
    // What was only intended is no part of the next commit.
    sandbox_run(box, "tree", "git commit -q -m second");
    sandbox_run(box, "tree", "git diff --quiet HEAD~1 HEAD -- later.c");
}

static void line_ends_are_stored_as_git_add_would(void **state)
{
    struct sandbox *box = *state;
    struct error err;

    make_repo(box);
    sandbox_put(box, "tree/.gitattributes", "*.c text eol=crlf\n");
    sandbox_put(box, "tree/a.c", "one\r\ntwo\r\n");
    assert_true(stage_one(box, written("a.c", "one\r\ntwo\r\n"), &err));
    struct repo *repo = open_tree(box);
    struct str id = repo_blob_id(repo, &box->arena, STR("one\ntwo\n")), bytes;
    assert_true(repo_read_blob(repo, &box->arena, id, &bytes, &err));
    repo_close(repo);
    sandbox_run(box, "tree", "git diff --quiet");
}

static void a_locked_index_is_left_alone(void **state)
{
    struct sandbox *box = *state;
    struct error err;

    make_repo(box);
    sandbox_put(box, "tree/.git/index.lock", "");
    assert_false(stage_one(box, written("a.c", "accepted\n"), &err));
    assert_int_equal(err.kind, ERROR_CONFLICT);
    assert_non_null(strstr(err.text, "nothing was staged"));
    assert_int_equal(unlink(sandbox_path(box, "tree/.git/index.lock")), 0);
    sandbox_run(box, "tree", "git diff --cached --quiet");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_SANDBOX(a_blob_is_read_by_its_id_whole_or_cut),
        IN_SANDBOX(what_is_no_blob_is_not_found),
        IN_SANDBOX(a_commit_is_no_blob),
        IN_SANDBOX(an_id_that_two_objects_have_is_refused),
        IN_SANDBOX(a_blob_of_a_sha256_repository_is_asked_of_git),
        IN_SANDBOX(the_id_of_bytes_is_what_git_says_and_nothing_is_stored),
        IN_SANDBOX(the_result_is_staged_not_what_stands_there_now),
        IN_SANDBOX(a_move_takes_the_old_name_from_the_index),
        IN_SANDBOX(a_program_is_staged_as_one),
        IN_SANDBOX(other_entries_and_their_intent_stay),
        IN_SANDBOX(line_ends_are_stored_as_git_add_would),
        IN_SANDBOX(a_locked_index_is_left_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
