/* Journals that are cut, flipped, foreign or too new. */
#include "desk.h"

static void fill_journal(struct folder *folder, int count)
{
    struct desk desk = desk_open(folder);

    for (int i = 1; i <= count; i++)
        add_number(&desk, "s1", i);
    desk_close(&desk);
}

static const char *journal_file(struct folder *folder)
{
    return folder_path(folder, "state/journal.db");
}

static struct buf read_journal(struct folder *folder)
{
    struct buf bytes = { 0 };
    int fd = open(journal_file(folder), O_RDONLY);
    struct stat st;

    assert_int_equal(fstat(fd, &st), 0);
    buf_reserve(&bytes, (size_t)st.st_size);
    assert_int_equal(read(fd, bytes.at, (size_t)st.st_size), st.st_size);
    bytes.len = (size_t)st.st_size;
    close(fd);
    return bytes;
}

static void write_journal(struct folder *folder, struct str bytes)
{
    int fd = open(journal_file(folder), O_WRONLY | O_TRUNC);

    assert_int_equal(write(fd, bytes.at, bytes.len), (ssize_t)bytes.len);
    close(fd);
}

static void a_damaged_row_is_passed_over_and_counted(void **state)
{
    fill_journal(*state, 20);
    struct buf bytes = read_journal(*state);
    size_t at = str_find(buf_str(&bytes), STR("NOTE-000007"));
    assert_true(at != SIZE_MAX);
    bytes.at[at] = 1; // a raw control is not allowed in JSON
    write_journal(*state, buf_str(&bytes));
    buf_release(&bytes);

    struct heard heard = replay(*state, "s1");

    assert_true(heard.fine);
    assert_int_equal(heard.count, 19);
    assert_int_equal(heard.lost, 1);
    assert_int_equal(heard.last, 20);
}

static void rows_behind_a_damaged_page_are_still_found(void **state)
{
    fill_journal(*state, 2000);
    struct buf bytes = read_journal(*state);
    size_t at = str_find(buf_str(&bytes), STR("NOTE-000500"));
    assert_true(at != SIZE_MAX);
    memset(bytes.at + at / 4096 * 4096, 0, 4096);
    write_journal(*state, buf_str(&bytes));
    buf_release(&bytes);

    struct heard heard = replay(*state, "s1");

    assert_true(heard.fine);
    assert_int_equal(heard.count + heard.lost, 2000);
    assert_in_range(heard.lost, 1, 200);
    assert_int_equal(heard.last, 2000);
}

static void a_journal_cut_anywhere_gives_what_stands_before(void **state)
{
    fill_journal(*state, 500);
    struct buf bytes = read_journal(*state);

    for (size_t len = 0; len < bytes.len; len += 487) {
        write_journal(*state, str_take(buf_str(&bytes), len));
        struct heard heard = replay(*state, "s1");
        assert_true(heard.last >= 0);
        if (!heard.fine)
            assert_true(heard.err.text[0] != '\0');
        else
            assert_true(heard.count == 500 || heard.lost > 0);
        buf_release(&heard.text);
    }
    buf_release(&bytes);
}

static void flipped_bytes_never_bring_events_out_of_order(void **state)
{
    fill_journal(*state, 500);
    struct buf bytes = read_journal(*state);

    for (size_t at = 0; at < bytes.len; at += 97) {
        char kept = bytes.at[at];
        bytes.at[at] = (char)~kept;
        write_journal(*state, buf_str(&bytes));
        bytes.at[at] = kept;
        struct heard heard = replay(*state, "s1");
        assert_true(heard.count <= 500);
        buf_release(&heard.text);
    }
    buf_release(&bytes);
}

static void a_file_that_is_no_database_is_named(void **state)
{
    fill_journal(*state, 5);
    struct buf junk = { 0 };
    for (int i = 0; i < 10000; i++)
        buf_append(&junk, STR("junk "));
    write_journal(*state, buf_str(&junk));
    buf_release(&junk);

    struct heard heard = replay(*state, "s1");
    assert_false(heard.fine);
    assert_int_equal(heard.err.kind, ERROR_INVALID);
    assert_non_null(strstr(heard.err.text, "journal.db"));
    struct desk desk = desk_open(*state);
    add(&desk, "s1", EVENT_USER_MESSAGE, "hello");
    assert_false(flush(&desk));
    assert_non_null(strstr(desk.problem.text, "move it away"));
    desk_close(&desk);
}

static void a_journal_of_a_newer_kerf_is_left_alone(void **state)
{
    fill_journal(*state, 5);
    struct buf bytes = read_journal(*state);
    bytes.at[63]++; // user_version, big-endian, at offset 60
    write_journal(*state, buf_str(&bytes));

    struct heard heard = replay(*state, "s1");
    assert_int_equal(heard.err.kind, ERROR_UNSUPPORTED);
    assert_non_null(strstr(heard.err.text, "newer kerf"));
    struct desk desk = desk_open(*state);
    add(&desk, "s1", EVENT_USER_MESSAGE, "hello");
    assert_false(flush(&desk));
    assert_int_equal(desk.problem.kind, ERROR_UNSUPPORTED);
    desk_close(&desk);
    buf_release(&bytes);
}

static void a_link_as_journal_is_refused(void **state)
{
    struct desk desk = desk_open(*state);
    assert_int_equal(mkdir(state_dir(*state), 0700), 0);
    assert_int_equal(symlink("../elsewhere", journal_file(*state)), 0);

    add(&desk, "s1", EVENT_USER_MESSAGE, "hello");
    assert_false(flush(&desk));

    assert_int_equal(desk.problem.kind, ERROR_POLICY);
    desk_close(&desk);
    assert_int_not_equal(access(folder_path(*state, "elsewhere"), F_OK), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(a_damaged_row_is_passed_over_and_counted),
        IN_FOLDER(rows_behind_a_damaged_page_are_still_found),
        IN_FOLDER(a_journal_cut_anywhere_gives_what_stands_before),
        IN_FOLDER(flipped_bytes_never_bring_events_out_of_order),
        IN_FOLDER(a_file_that_is_no_database_is_named),
        IN_FOLDER(a_journal_of_a_newer_kerf_is_left_alone),
        IN_FOLDER(a_link_as_journal_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
