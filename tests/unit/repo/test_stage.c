/* Writing a set of files, undoing it, refusing what must be refused. */
#include "stage_helper.h"

#include <sys/file.h>
#include <sys/xattr.h>

static void a_set_writes_adds_deletes_and_moves(void **state)
{
    struct sandbox *box = *state;
    sandbox_put(box, "tree/a", "old\n");
    sandbox_put(box, "tree/c", "bye\n");
    sandbox_put(box, "tree/d", "move\n");
    struct desk desk = desk_open(box);

    MUST_WRITE(&desk, "1", write_of("a", "old\n", "new\n", 0),
               write_of("x/y/b", NULL, "fresh\n", 0), delete_of("c", "bye\n"),
               move_of("d", "e", "move\n", "moved\n"));

    assert_string_equal(sandbox_get(box, "tree/a"), "new\n");
    assert_string_equal(sandbox_get(box, "tree/x/y/b"), "fresh\n");
    assert_string_equal(sandbox_get(box, "tree/e"), "moved\n");
    assert_false(sandbox_has(box, "tree/c"));
    assert_false(sandbox_has(box, "tree/d"));
    assert_true(str_is(desk.files, "M a\nD c\nD d\nA e\nA x/y/b\n"));
    desk_close(&desk);
}

static void results_without_anything_accepted_are_passed_over(void **state)
{
    struct desk desk = desk_open(*state);
    struct file_result none = { .kind = RESULT_NONE, .path = STR("a") };

    assert_true(desk_write(&desk, "1", &none, 1));

    assert_int_equal(desk.files.len, 0);
    assert_same(snapshot(*state, "tree"), STR(""));
    desk_close(&desk);
}

static void a_file_that_changed_is_not_overwritten(void **state)
{
    struct sandbox *box = *state;
    sandbox_put(box, "tree/a", "old\n");
    sandbox_put(box, "tree/b", "edited by hand\n");
    struct desk desk = desk_open(box);
    struct str before = snapshot(box, "tree");
    struct file_result results[] = { write_of("a", "old\n", "new\n", 0),
                                     write_of("b", "judged\n", "new\n", 0) };

    assert_false(desk_write(&desk, "1", results, 2));

    assert_int_equal(desk.err.kind, ERROR_CONFLICT);
    assert_string_equal(desk.err.text, "b changed since it was read");
    assert_same(snapshot(box, "tree"), before);
    desk_close(&desk);
}

static void a_file_that_appeared_is_not_overwritten(void **state)
{
    sandbox_put(*state, "tree/a", "mine\n");
    struct desk desk = desk_open(*state);
    struct file_result add = write_of("a", NULL, "new\n", 0);

    assert_false(desk_write(&desk, "1", &add, 1));

    assert_int_equal(desk.err.kind, ERROR_CONFLICT);
    assert_string_equal(sandbox_get(*state, "tree/a"), "mine\n");
    desk_close(&desk);
}

static void a_file_that_went_is_a_conflict(void **state)
{
    struct desk desk = desk_open(*state);
    struct file_result gone = delete_of("a", "text");

    assert_false(desk_write(&desk, "1", &gone, 1));
    assert_int_equal(desk.err.kind, ERROR_CONFLICT);
    desk_close(&desk);
}

static void a_move_onto_a_file_is_a_conflict(void **state)
{
    sandbox_put(*state, "tree/a", "a");
    sandbox_put(*state, "tree/b", "b");
    struct desk desk = desk_open(*state);
    struct file_result move = move_of("a", "b", "a", "a");

    assert_false(desk_write(&desk, "1", &move, 1));
    assert_int_equal(desk.err.kind, ERROR_CONFLICT);
    assert_string_equal(sandbox_get(*state, "tree/b"), "b");
    desk_close(&desk);
}

static void two_files_can_change_names(void **state)
{
    struct sandbox *box = *state;
    sandbox_put(box, "tree/a", "A");
    sandbox_put(box, "tree/b", "B");
    struct desk desk = desk_open(box);
    struct str before = snapshot(box, "tree");

    MUST_WRITE(&desk, "1", move_of("a", "b", "A", "A"),
               move_of("b", "a", "B", "B"));

    assert_string_equal(sandbox_get(box, "tree/a"), "B");
    assert_string_equal(sandbox_get(box, "tree/b"), "A");
    assert_true(desk_undo(&desk, "1"));
    assert_same(snapshot(box, "tree"), before);
    desk_close(&desk);
}

static void a_path_named_twice_is_a_conflict(void **state)
{
    struct desk desk = desk_open(*state);
    struct file_result twice[] = { write_of("a", NULL, "1", 0),
                                   write_of("a", NULL, "2", 0) };

    assert_false(desk_write(&desk, "1", twice, 2));
    assert_int_equal(desk.err.kind, ERROR_CONFLICT);
    assert_false(sandbox_has(*state, "tree/a"));
    desk_close(&desk);
}

static void a_file_becomes_a_folder_and_back(void **state)
{
    struct sandbox *box = *state;
    sandbox_put(box, "tree/f", "file\n");
    sandbox_mkdir(box, "tree/g");
    sandbox_mkdir(box, "tree/g/deep");
    sandbox_put(box, "tree/g/deep/y", "y\n");
    struct desk desk = desk_open(box);
    struct str before = snapshot(box, "tree");

    MUST_WRITE(&desk, "1", delete_of("f", "file\n"),
               write_of("f/x", NULL, "x\n", 0), delete_of("g/deep/y", "y\n"),
               write_of("g", NULL, "g\n", 0));

    assert_string_equal(sandbox_get(box, "tree/f/x"), "x\n");
    assert_string_equal(sandbox_get(box, "tree/g"), "g\n");
    assert_true(desk_undo(&desk, "1"));
    assert_same(snapshot(box, "tree"), before);
    desk_close(&desk);
}

static void a_folder_that_does_not_empty_stays(void **state)
{
    struct sandbox *box = *state;
    sandbox_mkdir(box, "tree/g");
    sandbox_put(box, "tree/g/y", "y\n");
    sandbox_put(box, "tree/g/other", "mine\n");
    struct desk desk = desk_open(box);
    struct str before = snapshot(box, "tree");
    struct file_result results[] = { delete_of("g/y", "y\n"),
                                     write_of("g", NULL, "g\n", 0) };

    assert_false(desk_write(&desk, "1", results, 2));

    assert_int_equal(desk.err.kind, ERROR_CONFLICT);
    assert_same(snapshot(box, "tree"), before);
    desk_close(&desk);
}

static void unsafe_paths_are_refused(void **state)
{
    static const char *const paths[] = { "../outside/x", ".git/config",
                                         "a/.GIT/x",     "/etc/x",
                                         "link/x",       "link",
                                         "pipe" };
    struct sandbox *box = *state;
    assert_int_equal(symlink("../outside", sandbox_path(box, "tree/link")), 0);
    assert_int_equal(mkfifo(sandbox_path(box, "tree/pipe"), 0600), 0);
    struct desk desk = desk_open(box);

    for (size_t i = 0; i < sizeof(paths) / sizeof(*paths); i++) {
        struct file_result bad = write_of(paths[i], NULL, "x", 0);
        assert_false(desk_write(&desk, "1", &bad, 1));
        assert_int_equal(desk.err.kind, ERROR_POLICY);
    }
    assert_same(snapshot(box, "outside"), STR(""));
    assert_false(sandbox_has(box, "tree/.git"));
    desk_close(&desk);
}

static void a_move_out_of_the_tree_is_refused(void **state)
{
    sandbox_put(*state, "tree/a", "a");
    struct desk desk = desk_open(*state);
    struct file_result out = move_of("a", "../outside/a", "a", "a");

    assert_false(desk_write(&desk, "1", &out, 1));
    assert_int_equal(desk.err.kind, ERROR_POLICY);
    assert_true(sandbox_has(*state, "tree/a"));
    desk_close(&desk);
}

static void new_files_take_the_umask_and_the_mode_of_the_patch(void **state)
{
    struct desk desk = desk_open(*state);

    umask(027);
    MUST_WRITE(&desk, "1", write_of("plain", NULL, "x", 0),
               write_of("tool", NULL, "x", 0755),
               write_of("git", NULL, "x", 0100644));
    umask(022);

    assert_int_equal(sandbox_mode(*state, "tree/plain"), 0640);
    assert_int_equal(sandbox_mode(*state, "tree/tool"), 0750);
    assert_int_equal(sandbox_mode(*state, "tree/git"), 0640);
    desk_close(&desk);
}

static void existing_files_keep_their_mode(void **state)
{
    struct sandbox *box = *state;
    sandbox_put(box, "tree/a", "a");
    sandbox_put(box, "tree/b", "b");
    sandbox_put(box, "tree/c", "c");
    chmod(sandbox_path(box, "tree/a"), 0600);
    chmod(sandbox_path(box, "tree/b"), 0640);
    chmod(sandbox_path(box, "tree/c"), 0751);
    struct desk desk = desk_open(box);

    MUST_WRITE(&desk, "1", write_of("a", "a", "A", 0),
               write_of("b", "b", "b", 0755), move_of("c", "d", "c", "C"));

    assert_int_equal(sandbox_mode(box, "tree/a"), 0600);
    assert_int_equal(sandbox_mode(box, "tree/b"), 0750);
    assert_int_equal(sandbox_mode(box, "tree/d"), 0751);
    assert_true(desk_undo(&desk, "1"));
    assert_int_equal(sandbox_mode(box, "tree/b"), 0640);
    desk_close(&desk);
}

static void extended_attributes_are_kept(void **state)
{
    struct sandbox *box = *state;
    char value[8] = "";
    sandbox_put(box, "tree/a", "a");
    if (setxattr(sandbox_path(box, "tree/a"), "user.kerf", "v", 1, 0) < 0)
        skip(); // this file system keeps none
    struct desk desk = desk_open(box);

    MUST_WRITE(&desk, "1", write_of("a", "a", "A", 0));

    assert_int_equal(
        getxattr(sandbox_path(box, "tree/a"), "user.kerf", value, 8), 1);
    assert_int_equal(value[0], 'v');
    desk_close(&desk);
}

static void the_owner_is_kept_if_we_may(void **state)
{
    struct sandbox *box = *state;
    struct stat st;
    if (geteuid() != 0)
        skip();
    sandbox_put(box, "tree/a", "a");
    assert_int_equal(chown(sandbox_path(box, "tree/a"), 1234, 2345), 0);
    struct desk desk = desk_open(box);

    MUST_WRITE(&desk, "1", write_of("a", "a", "A", 0));

    assert_int_equal(stat(sandbox_path(box, "tree/a"), &st), 0);
    assert_int_equal(st.st_uid, 1234);
    assert_int_equal(st.st_gid, 2345);
    desk_close(&desk);
}

static void the_other_name_of_a_hard_link_keeps_its_bytes(void **state)
{
    struct sandbox *box = *state;
    sandbox_put(box, "outside/a", "old");
    assert_int_equal(
        link(sandbox_path(box, "outside/a"), sandbox_path(box, "tree/a")), 0);
    struct desk desk = desk_open(box);

    MUST_WRITE(&desk, "1", write_of("a", "old", "new", 0));

    assert_string_equal(sandbox_get(box, "outside/a"), "old");
    assert_string_equal(sandbox_get(box, "tree/a"), "new");
    desk_close(&desk);
}

static void any_bytes_come_back_by_undo(void **state)
{
    struct sandbox *box = *state;
    sandbox_put(box, "tree/a",
                "\xef\xbb\xbf"
                "caf\xe9\r\nno newline");
    struct desk desk = desk_open(box);
    struct str before = snapshot(box, "tree");

    MUST_WRITE(&desk, "1",
               write_of("a",
                        "\xef\xbb\xbf"
                        "caf\xe9\r\nno newline",
                        "x\r\n", 0));
    struct str after = snapshot(box, "tree");
    assert_true(desk_undo(&desk, "1"));
    assert_true(str_is(desk.files, "M a\n"));
    assert_same(snapshot(box, "tree"), before);
    assert_true(desk_undo(&desk, "1"));
    assert_same(snapshot(box, "tree"), after);
    assert_true(desk_undo(&desk, "1"));
    assert_same(snapshot(box, "tree"), before);
    desk_close(&desk);
}

static void undo_removes_the_folders_it_made_if_they_are_empty(void **state)
{
    struct sandbox *box = *state;
    struct desk desk = desk_open(box);
    MUST_WRITE(&desk, "1", write_of("p/q/a", NULL, "a", 0),
               write_of("r/b", NULL, "b", 0));
    sandbox_put(box, "tree/r/mine", "mine");

    assert_true(desk_undo(&desk, "1"));

    assert_true(str_is(desk.files, "D p/q/a\nD r/b\n"));
    assert_false(sandbox_has(box, "tree/p"));
    assert_true(sandbox_has(box, "tree/r/mine"));
    desk_close(&desk);
}

static void undo_refuses_a_file_that_was_edited_since(void **state)
{
    struct sandbox *box = *state;
    sandbox_put(box, "tree/a", "old");
    sandbox_put(box, "tree/b", "old");
    struct desk desk = desk_open(box);
    MUST_WRITE(&desk, "1", write_of("a", "old", "new", 0),
               write_of("b", "old", "new", 0));
    sandbox_put(box, "tree/b", "edited");

    assert_false(desk_undo(&desk, "1"));

    assert_int_equal(desk.err.kind, ERROR_CONFLICT);
    assert_string_equal(sandbox_get(box, "tree/a"), "new");
    assert_string_equal(sandbox_get(box, "tree/b"), "edited");
    desk_close(&desk);
}

static void undo_refuses_a_file_whose_mode_changed_since(void **state)
{
    struct sandbox *box = *state;
    sandbox_put(box, "tree/a", "old");
    struct desk desk = desk_open(box);
    MUST_WRITE(&desk, "1", write_of("a", "old", "new", 0));
    chmod(sandbox_path(box, "tree/a"), 0600);

    assert_false(desk_undo(&desk, "1"));
    assert_int_equal(desk.err.kind, ERROR_CONFLICT);
    desk_close(&desk);
}

static void undo_does_not_follow_a_link_put_there_since(void **state)
{
    struct sandbox *box = *state;
    sandbox_put(box, "tree/a", "old");
    sandbox_put(box, "outside/a", "new");
    struct desk desk = desk_open(box);
    MUST_WRITE(&desk, "1", write_of("a", "old", "new", 0));
    assert_int_equal(unlink(sandbox_path(box, "tree/a")), 0);
    assert_int_equal(symlink("../outside/a", sandbox_path(box, "tree/a")), 0);

    assert_false(desk_undo(&desk, "1"));

    assert_int_equal(desk.err.kind, ERROR_POLICY);
    assert_string_equal(sandbox_get(box, "outside/a"), "new");
    desk_close(&desk);
}

static void undo_of_an_unknown_set_is_not_found(void **state)
{
    struct desk desk = desk_open(*state);
    assert_false(desk_undo(&desk, "nope"));
    assert_int_equal(desk.err.kind, ERROR_NOT_FOUND);
    assert_false(desk_undo(&desk, "../../x"));
    assert_int_equal(desk.err.kind, ERROR_NOT_FOUND);
    desk_close(&desk);
}

static void sets_are_listed_newest_first(void **state)
{
    struct sandbox *box = *state;
    struct write_set *sets;
    size_t count;
    struct desk desk = desk_open(box);
    MUST_WRITE(&desk, "001", write_of("a", NULL, "1", 0));
    MUST_WRITE(&desk, "002", write_of("a", "1", "2", 0));
    assert_true(desk_undo(&desk, "002"));

    assert_true(stage_list(desk.stage, &box->arena, &sets, &count, &desk.err));

    assert_int_equal(count, 2);
    assert_true(str_is(sets[0].id, "002"));
    assert_true(sets[0].undone);
    assert_true(str_is(sets[0].files, "M a\n"));
    assert_true(str_is(sets[1].id, "001"));
    assert_false(sets[1].undone);
    assert_int_equal(sets[1].time_ms, 1700000000000);
    assert_true(str_is(sets[1].files, "A a\n"));
    desk_close(&desk);
}

static void an_id_is_used_once_and_cannot_name_a_path(void **state)
{
    struct desk desk = desk_open(*state);
    struct file_result add = write_of("b", NULL, "1", 0);
    MUST_WRITE(&desk, "1", write_of("a", NULL, "1", 0));

    assert_false(desk_write(&desk, "1", &add, 1));
    assert_int_equal(desk.err.kind, ERROR_INVALID);
    assert_false(desk_write(&desk, "../1", &add, 1));
    assert_int_equal(desk.err.kind, ERROR_INVALID);
    assert_false(sandbox_has(*state, "tree/b"));
    desk_close(&desk);
}

static void old_sets_are_forgotten(void **state)
{
    struct sandbox *box = *state;
    struct desk desk = desk_open(box);
    struct write_set *sets;
    size_t count;
    char id[16], old[32] = "", now[32];

    for (int i = 0; i < LIMIT_UNDO_SETS + 3; i++) {
        snprintf(id, sizeof(id), "%05d", i);
        snprintf(now, sizeof(now), "text %d", i);
        MUST_WRITE(&desk, id, write_of("a", i ? old : NULL, now, 0));
        memcpy(old, now, sizeof(old));
    }

    assert_true(stage_list(desk.stage, &box->arena, &sets, &count, &desk.err));
    assert_int_equal(count, LIMIT_UNDO_SETS);
    assert_true(str_is(sets[count - 1].id, "00003"));
    desk_close(&desk);
}

static void state_is_private_whatever_the_umask(void **state)
{
    struct sandbox *box = *state;
    umask(0);
    struct desk desk = desk_open(box);
    MUST_WRITE(&desk, "1", write_of("a", NULL, "1", 0));
    umask(022);

    assert_int_equal(sandbox_mode(box, "state"), 0700);
    assert_int_equal(sandbox_mode(box, "state/lock"), 0600);
    assert_int_equal(sandbox_mode(box, "state/1.done"), 0600);
    desk_close(&desk);
}

static void a_link_as_state_folder_is_refused(void **state)
{
    struct sandbox *box = *state;
    struct error err;
    assert_int_equal(symlink("outside", sandbox_path(box, "state")), 0);
    struct worktree *tree =
        worktree_open(str_from(sandbox_path(box, "tree")), &err);

    assert_null(stage_open(tree, str_from(sandbox_path(box, "state")), &err));
    assert_int_equal(err.kind, ERROR_POLICY);
    worktree_close(tree);
}

static void a_second_writer_is_told_to_wait(void **state)
{
    struct sandbox *box = *state;
    struct desk desk = desk_open(box);
    struct file_result add = write_of("a", NULL, "1", 0);
    struct str report;
    int lock = open(sandbox_path(box, "state/lock"), O_RDWR);
    assert_int_equal(flock(lock, LOCK_EX | LOCK_NB), 0);

    assert_false(desk_write(&desk, "1", &add, 1));
    assert_int_equal(desk.err.kind, ERROR_CONFLICT);
    assert_false(stage_recover(desk.stage, &box->arena, &report, &desk.err));
    assert_int_equal(desk.err.kind, ERROR_CONFLICT);

    close(lock);
    assert_true(desk_write(&desk, "1", &add, 1));
    desk_close(&desk);
}

static void recovery_without_a_crash_reports_nothing(void **state)
{
    struct desk desk = desk_open(*state);
    MUST_WRITE(&desk, "1", write_of("a", NULL, "1", 0));
    assert_int_equal(desk_recover(&desk).len, 0);
    assert_string_equal(sandbox_get(*state, "tree/a"), "1");
    desk_close(&desk);
}

static void a_damaged_record_is_not_undone(void **state)
{
    struct sandbox *box = *state;
    struct desk desk = desk_open(box);
    MUST_WRITE(&desk, "1", write_of("a", NULL, "text", 0));
    int fd = open(sandbox_path(box, "state/1.done"), O_RDWR);
    assert_int_equal(pwrite(fd, "T", 1, lseek(fd, 0, SEEK_END) - 21), 1);
    close(fd);

    assert_false(desk_undo(&desk, "1"));

    assert_int_equal(desk.err.kind, ERROR_INVALID);
    assert_string_equal(sandbox_get(box, "tree/a"), "text");
    desk_close(&desk);
}

static void the_same_move_said_twice_is_one(void **state)
{
    struct sandbox *box = *state;

    sandbox_put(box, "tree/a", "text\n");
    struct desk desk = desk_open(box);
    MUST_WRITE(&desk, "w1", move_of("a", "b", "text\n", "text\n"),
               move_of("a", "b", "text\n", "text\n"));
    assert_true(str_is(desk.files, "D a\nA b\n"));
    desk_close(&desk);
    assert_string_equal(sandbox_get(box, "tree/b"), "text\n");
}

static void a_write_says_what_it_was_for(void **state)
{
    struct sandbox *box = *state;
    struct write_set *sets;
    size_t count;
    char note[400] = "apply \x1b[31m\n";

    memset(note + strlen(note), 'x', 300);
    struct desk desk = desk_open(box);
    stage_describe(desk.stage, str_from(note));
    MUST_WRITE(&desk, "w1", write_of("a", NULL, "a\n", 0));
    assert_true(stage_list(desk.stage, &box->arena, &sets, &count, &desk.err));
    assert_true(str_starts_with(sets[0].note, STR("apply ")));
    assert_in_range(sets[0].note.len, 150, 200);
    for (size_t i = 0; i < sets[0].note.len; i++)
        assert_true((unsigned char)sets[0].note.at[i] >= 0x20);
    desk_close(&desk);
}

static void a_write_gives_its_files_before_and_after(void **state)
{
    struct sandbox *box = *state;
    struct write_images *files;
    size_t count;

    sandbox_put(box, "tree/a", "old\n");
    struct desk desk = desk_open(box);
    MUST_WRITE(&desk, "w1", write_of("a", "old\n", "new\n", 0),
               write_of("b", NULL, "b\n", 0));
    assert_true(desk_undo(&desk, "w1")); // which is no matter
    assert_true(stage_images(desk.stage, &box->arena, STR("w1"), &files, &count,
                             &desk.err));
    assert_int_equal(count, 2);
    assert_true(str_is(files[0].path, "a"));
    assert_true(str_is(files[0].before.bytes, "old\n"));
    assert_true(str_is(files[0].after.bytes, "new\n"));
    assert_false(files[1].before.exists);
    assert_true(files[1].after.exists);
    assert_false(stage_images(desk.stage, &box->arena, STR("w2"), &files,
                              &count, &desk.err));
    assert_int_equal(desk.err.kind, ERROR_NOT_FOUND);
    desk_close(&desk);
}

static void hard_links_are_told_before_a_write(void **state)
{
    struct sandbox *box = *state;
    struct buf lines = { 0 };
    struct file_result results[] = {
        write_of("a", "old\n", "new\n", 0),
        write_of("b", "b\n", "B\n", 0),
        write_of("c", NULL, "c\n", 0),
        delete_of("a", "old\n"),
    };

    sandbox_put(box, "tree/a", "old\n");
    sandbox_put(box, "tree/b", "b\n");
    assert_int_equal(
        link(sandbox_path(box, "tree/a"), sandbox_path(box, "outside/a")), 0);
    struct desk desk = desk_open(box);
    stage_tell_links(desk.tree, results, 4, &lines);
    assert_true(str_starts_with(buf_str(&lines), STR("a: one of 2 hard")));
    assert_int_equal(str_find_char(buf_str(&lines), '\n'), lines.len - 1);
    buf_release(&lines);
    desk_close(&desk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_SANDBOX(a_set_writes_adds_deletes_and_moves),
        IN_SANDBOX(results_without_anything_accepted_are_passed_over),
        IN_SANDBOX(a_file_that_changed_is_not_overwritten),
        IN_SANDBOX(a_file_that_appeared_is_not_overwritten),
        IN_SANDBOX(a_file_that_went_is_a_conflict),
        IN_SANDBOX(a_move_onto_a_file_is_a_conflict),
        IN_SANDBOX(two_files_can_change_names),
        IN_SANDBOX(a_path_named_twice_is_a_conflict),
        IN_SANDBOX(a_file_becomes_a_folder_and_back),
        IN_SANDBOX(a_folder_that_does_not_empty_stays),
        IN_SANDBOX(unsafe_paths_are_refused),
        IN_SANDBOX(a_move_out_of_the_tree_is_refused),
        IN_SANDBOX(new_files_take_the_umask_and_the_mode_of_the_patch),
        IN_SANDBOX(existing_files_keep_their_mode),
        IN_SANDBOX(extended_attributes_are_kept),
        IN_SANDBOX(the_owner_is_kept_if_we_may),
        IN_SANDBOX(the_other_name_of_a_hard_link_keeps_its_bytes),
        IN_SANDBOX(any_bytes_come_back_by_undo),
        IN_SANDBOX(undo_removes_the_folders_it_made_if_they_are_empty),
        IN_SANDBOX(undo_refuses_a_file_that_was_edited_since),
        IN_SANDBOX(undo_refuses_a_file_whose_mode_changed_since),
        IN_SANDBOX(undo_does_not_follow_a_link_put_there_since),
        IN_SANDBOX(undo_of_an_unknown_set_is_not_found),
        IN_SANDBOX(sets_are_listed_newest_first),
        IN_SANDBOX(an_id_is_used_once_and_cannot_name_a_path),
        IN_SANDBOX(old_sets_are_forgotten),
        IN_SANDBOX(state_is_private_whatever_the_umask),
        IN_SANDBOX(a_link_as_state_folder_is_refused),
        IN_SANDBOX(a_second_writer_is_told_to_wait),
        IN_SANDBOX(recovery_without_a_crash_reports_nothing),
        IN_SANDBOX(a_damaged_record_is_not_undone),
        IN_SANDBOX(the_same_move_said_twice_is_one),
        IN_SANDBOX(a_write_says_what_it_was_for),
        IN_SANDBOX(a_write_gives_its_files_before_and_after),
        IN_SANDBOX(hard_links_are_told_before_a_write),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
