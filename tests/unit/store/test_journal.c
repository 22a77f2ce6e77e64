/* The journal: what goes in comes out, also in trouble. */
#include "desk.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <sqlite3.h>

static void events_come_back_in_order(void **state)
{
    struct desk desk = desk_open(*state);

    add(&desk, "s1", EVENT_USER_MESSAGE, "hello");
    add(&desk, "s1", EVENT_TEXT_DELTA, "hi");
    add(&desk, "s1", EVENT_TURN_DONE, "");
    assert_true(flush(&desk));

    assert_heard(*state, "s1", "user_message:hello text_delta:hi turn_done: ");
    desk_close(&desk);
}

static void destroying_writes_what_is_queued(void **state)
{
    struct desk desk = desk_open(*state);
    add(&desk, "s1", EVENT_USER_MESSAGE, "hello");
    desk_close(&desk);
    assert_heard(*state, "s1", "user_message:hello ");
}

static void a_journal_without_events_makes_no_file(void **state)
{
    struct desk desk = desk_open(*state);
    assert_true(flush(&desk));
    desk_close(&desk);
    assert_int_not_equal(access(state_dir(*state), F_OK), 0);
}

static void a_waiting_flush_is_called_when_the_journal_goes(void **state)
{
    struct desk desk = desk_open(*state);
    add(&desk, "s1", EVENT_USER_MESSAGE, "hello");
    journal_flush(desk.journal, on_flushed, &desk);
    journal_flush(desk.journal, on_flushed, &desk);
    desk_close(&desk);
    assert_int_equal(desk.flushed, 2);
    assert_int_equal(desk.problem.kind, ERROR_NONE);
}

static void kinds_that_are_read_anew_are_passed_over(void **state)
{
    struct desk desk = desk_open(*state);
    assert_false(event_is_journalled(EVENT_PREIMAGE));
    add(&desk, "s1", EVENT_USER_MESSAGE, "hello");
    add(&desk, "s1", EVENT_PREIMAGE, "bytes");
    desk_close(&desk);
    assert_heard(*state, "s1", "user_message:hello ");
}

static void runs_of_deltas_become_one_event(void **state)
{
    struct desk desk = desk_open(*state);

    add(&desk, "s1", EVENT_TEXT_DELTA, "a");
    add(&desk, "s1", EVENT_TEXT_DELTA, "b");
    add(&desk, "s1", EVENT_TEXT_DELTA, "\xc3\xa9");
    add(&desk, "s1", EVENT_REASONING_DELTA, "c");
    add(&desk, "s1", EVENT_TEXT_DELTA, "d");
    add(&desk, "s2", EVENT_TEXT_DELTA, "x");
    add(&desk, "s1", EVENT_TEXT_DELTA, "e");
    desk_close(&desk);

    assert_heard(*state, "s1",
                 "text_delta:ab\xc3\xa9 reasoning_delta:c text_delta:d "
                 "text_delta:e ");
    assert_heard(*state, "s2", "text_delta:x ");
}

static void deltas_of_different_items_stay_apart(void **state)
{
    struct desk desk = desk_open(*state);
    struct event event = { .kind = EVENT_CALL_DELTA, .text = STR("a") };

    journal_append(desk.journal, STR("s1"), &event);
    event.index = 1;
    journal_append(desk.journal, STR("s1"), &event);
    desk_close(&desk);

    assert_heard(*state, "s1", "call_delta:a call_delta:a ");
}

static void a_long_stream_makes_few_rows(void **state)
{
    struct desk desk = desk_open(*state);
    for (int i = 0; i < 20000; i++)
        add(&desk, "s1", EVENT_TEXT_DELTA, "0123456789abcdef");
    desk_close(&desk);

    struct heard heard = replay(*state, "s1");
    assert_int_equal(heard.count, 2); // 256 KiB a row at most
    buf_release(&heard.text);
}

static void appending_goes_on_while_a_batch_is_written(void **state)
{
    struct desk desk = desk_open(*state);

    for (int i = 1; i <= 500; i++) {
        add_number(&desk, "s1", i);
        if (i % 7 == 0)
            loop_step(desk.loop, 0);
    }
    desk_close(&desk);

    struct heard heard = replay(*state, "s1");
    assert_int_equal(heard.count, 500);
    assert_int_equal(heard.last, 500);
}

static void all_fields_come_back(void **state)
{
    struct desk desk = desk_open(*state);
    struct event event = { .kind = EVENT_PROPOSAL,
                           .time_ms = 5,
                           .call_id = STR("call"),
                           .name = STR("patch.diff"),
                           .text = STR("caf\xe9\r\n\x1b[0m") };
    journal_append(desk.journal, STR("s1"), &event);
    desk_close(&desk);
    assert_heard(*state, "s1", "proposal:caf\xe9\r\n\x1b[0m ");
}

static void flush_again(const struct error *err, void *ctx)
{
    struct desk *desk = ctx;

    assert_null(err);
    add(desk, "s1", EVENT_TURN_DONE, "");
    journal_flush(desk->journal, on_flushed, desk);
}

static void a_flush_may_be_asked_for_in_a_flush(void **state)
{
    struct desk desk = desk_open(*state);
    add(&desk, "s1", EVENT_USER_MESSAGE, "hello");
    journal_flush(desk.journal, flush_again, &desk);
    while (desk.flushed == 0)
        loop_step(desk.loop, 1000);
    assert_heard(*state, "s1", "user_message:hello turn_done: ");
    desk_close(&desk);
}

static void files_are_private_whatever_the_umask(void **state)
{
    struct desk desk = desk_open(*state);
    umask(0);
    add(&desk, "s1", EVENT_USER_MESSAGE, "hello");
    bool fine = flush(&desk);
    umask(022);

    assert_true(fine);
    assert_int_equal(folder_mode(*state, "state"), 0700);
    assert_int_equal(folder_mode(*state, "state/journal.db"), 0600);
    assert_int_equal(folder_mode(*state, "state/journal.db-wal"), 0600);
    assert_int_equal(folder_mode(*state, "state/journal.db-shm"), 0600);
    desk_close(&desk);
}

// --- sessions ----------------------------------------------------------------

static void open_session(struct desk *desk, const char *id, const char *root,
                         int64_t time_ms, const char *text)
{
    struct event opened = { .kind = EVENT_SESSION_OPENED,
                            .time_ms = time_ms,
                            .id = str_from(id),
                            .name = str_from(root) };
    struct event typed = { .kind = EVENT_USER_MESSAGE,
                           .time_ms = time_ms + 10,
                           .text = str_from(text) };

    journal_append(desk->journal, str_from(id), &opened);
    journal_append(desk->journal, str_from(id), &typed);
}

static void sessions_are_listed_newest_first(void **state)
{
    struct folder *folder = *state;
    struct session_info *list;
    struct error err;
    size_t count;
    struct desk desk = desk_open(folder);
    open_session(&desk, "old", "/a", 100, "\n  first \x1b[2J line\nsecond");
    open_session(&desk, "new", "/b", 300, "other");
    struct event again = { .kind = EVENT_USER_MESSAGE,
                           .time_ms = 200,
                           .text = STR("more") };
    journal_append(desk.journal, STR("old"), &again);
    desk_close(&desk);

    assert_true(journal_sessions(str_from(state_dir(folder)), &folder->arena,
                                 STR(""), 10, &list, &count, &err));

    assert_int_equal(count, 2);
    assert_true(str_is(list[0].id, "new"));
    assert_true(str_is(list[1].id, "old"));
    assert_true(str_is(list[1].root, "/a"));
    assert_true(str_is(list[1].title, "first \xe2\x90\x9b[2J line"));
    assert_int_equal(list[1].started_ms, 100);
    assert_int_equal(list[1].changed_ms, 200);
    assert_int_equal(list[1].turns, 2);
}

static void sessions_of_one_tree_can_be_asked_for(void **state)
{
    struct folder *folder = *state;
    struct session_info *list;
    struct error err;
    size_t count;
    struct desk desk = desk_open(folder);
    open_session(&desk, "1", "/a", 100, "x");
    open_session(&desk, "2", "/b", 200, "x");
    open_session(&desk, "3", "/a", 300, "x");
    desk_close(&desk);

    assert_true(journal_sessions(str_from(state_dir(folder)), &folder->arena,
                                 STR("/a"), 1, &list, &count, &err));
    assert_int_equal(count, 1);
    assert_true(str_is(list[0].id, "3"));
}

static void a_missing_journal_has_no_sessions(void **state)
{
    struct folder *folder = *state;
    struct session_info *list;
    struct error err;
    size_t count;

    assert_true(journal_sessions(str_from(state_dir(folder)), &folder->arena,
                                 STR(""), 10, &list, &count, &err));
    assert_int_equal(count, 0);
    struct heard heard = replay(folder, "s1");
    assert_false(heard.fine);
    assert_int_equal(heard.err.kind, ERROR_NOT_FOUND);
}

// Another kerf has made the file, and not yet what is in it.
static void a_journal_that_is_being_made_is_a_missing_one(void **state)
{
    struct folder *folder = *state;
    struct session_info *list;
    struct error err = { 0 };
    size_t count;
    sqlite3 *db;

    assert_int_equal(mkdir(folder_path(folder, "state"), 0700), 0);
    assert_int_equal(sqlite3_open(folder_path(folder, "state/journal.db"), &db),
                     SQLITE_OK);
    sqlite3_exec(db, "CREATE TABLE x(y); DROP TABLE x", NULL, NULL, NULL);
    sqlite3_close(db);
    assert_true(journal_sessions(str_from(state_dir(folder)), &folder->arena,
                                 STR(""), 10, &list, &count, &err));
    assert_int_equal(count, 0);
}

static void an_unknown_session_is_not_found(void **state)
{
    struct desk desk = desk_open(*state);
    add(&desk, "s1", EVENT_USER_MESSAGE, "hello");
    desk_close(&desk);
    struct heard heard = replay(*state, "s2");
    assert_false(heard.fine);
    assert_int_equal(heard.err.kind, ERROR_NOT_FOUND);
}

// --- samples -----------------------------------------------------------------

static void on_sample(const struct sample *sample, void *ctx)
{
    const struct sample *want = ctx;

    assert_true(str_equal(sample->session_id, want->session_id));
    assert_true(str_equal(sample->backend, want->backend));
    assert_true(str_equal(sample->model, want->model));
    assert_true(str_equal(sample->outcome, want->outcome));
    assert_int_equal(sample->time_ms, want->time_ms);
    assert_int_equal(sample->dial_ms, want->dial_ms);
    assert_int_equal(sample->ttft_ms, want->ttft_ms);
    assert_int_equal(sample->total_ms, want->total_ms);
    assert_true(sample->tokens_per_second == want->tokens_per_second);
    assert_true(sample->cost_usd == want->cost_usd);
    assert_memory_equal(&sample->usage, &want->usage, sizeof(want->usage));
    assert_int_equal(sample->request_bytes, want->request_bytes);
    assert_int_equal(sample->is_delta, want->is_delta);
    assert_true(str_equal(sample->transport, want->transport));
    assert_true(str_equal(sample->failure, want->failure));
    assert_true(str_equal(sample->why, want->why));
    assert_int_equal(sample->attempts, want->attempts);
    assert_int_equal(sample->network, want->network);
    assert_true(str_equal(sample->root, want->root));
}

static void samples_come_back_with_all_fields(void **state)
{
    struct sample sample = {
        .session_id = STR("s1"),
        .backend = STR("wafer"),
        .model = STR("m"),
        .outcome = STR("ok"),
        .time_ms = 1000,
        .dial_ms = -1,
        .ttft_ms = 150,
        .total_ms = 900,
        .tokens_per_second = 1234.5,
        .cost_usd = 0.0125,
        .usage = { .input = 1, .cached = 2, .output = 3, .reasoning = 4 },
        .request_bytes = 4096,
        .is_delta = true,
        .transport = STR("http"),
        .failure = STR("lost"),
        .why = STR("31k of 128k tokens"),
        .attempts = 2,
        .network = -7,
    };
    struct error err;
    struct desk desk = desk_open(*state);
    journal_sample(desk.journal, &sample);
    desk_close(&desk);

    assert_true(journal_samples(str_from(state_dir(*state)), 1000, on_sample,
                                &sample, &err));
    sample.time_ms = -1; // would fail, were any sample left
    assert_true(journal_samples(str_from(state_dir(*state)), 1001, on_sample,
                                &sample, &err));
}

static void a_sample_knows_the_tree_of_its_session(void **state)
{
    struct sample sample = { .session_id = STR("s1"), .time_ms = 5 };
    struct event opened = { .kind = EVENT_SESSION_OPENED,
                            .id = STR("s1"),
                            .name = STR("/home/me/tree") };
    struct error err;
    struct desk desk = desk_open(*state);
    journal_append(desk.journal, STR("s1"), &opened);
    journal_sample(desk.journal, &sample);
    desk_close(&desk);

    sample.root = STR("/home/me/tree");
    assert_true(journal_samples(str_from(state_dir(*state)), 0, on_sample,
                                &sample, &err));
}

// As the first release wrote it.
static const char first_schema[] =
    "CREATE TABLE meta(key TEXT PRIMARY KEY, value INTEGER) WITHOUT ROWID;"
    "INSERT INTO meta VALUES('flushes', 0);"
    "CREATE TABLE session(id TEXT PRIMARY KEY, root TEXT NOT NULL,"
    " title TEXT NOT NULL, started_ms INTEGER NOT NULL,"
    " changed_ms INTEGER NOT NULL, turns INTEGER NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE event(session TEXT NOT NULL, number INTEGER NOT NULL,"
    " json TEXT NOT NULL, PRIMARY KEY(session, number)) WITHOUT ROWID;"
    "CREATE TABLE sample(session TEXT NOT NULL, backend TEXT NOT NULL,"
    " model TEXT NOT NULL, outcome TEXT NOT NULL, time_ms INTEGER NOT NULL,"
    " dial_ms INTEGER NOT NULL, ttft_ms INTEGER NOT NULL,"
    " total_ms INTEGER NOT NULL, tokens_per_second REAL NOT NULL,"
    " cost_usd REAL NOT NULL, input INTEGER NOT NULL,"
    " cached INTEGER NOT NULL, output INTEGER NOT NULL,"
    " reasoning INTEGER NOT NULL, request_bytes INTEGER NOT NULL,"
    " is_delta INTEGER NOT NULL);"
    "INSERT INTO sample VALUES('s1', 'old', 'm', 'ok', 5, 6, 7, 8, 9.5, 0.5,"
    " 10, 11, 12, 13, 14, 1);"
    "PRAGMA user_version = 1;";

static void write_first_journal(struct folder *folder)
{
    sqlite3 *db;

    assert_int_equal(mkdir(state_dir(folder), 0700), 0);
    assert_int_equal(sqlite3_open(folder_path(folder, "state/journal.db"), &db),
                     SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, first_schema, NULL, NULL, NULL),
                     SQLITE_OK);
    sqlite3_close(db);
}

static void count_sample(const struct sample *sample, void *ctx)
{
    (void)sample;
    ++*(int *)ctx;
}

static void a_journal_of_the_first_release_is_read_and_carried_on(void **state)
{
    struct sample old = {
        .session_id = STR("s1"),
        .backend = STR("old"),
        .model = STR("m"),
        .outcome = STR("ok"),
        .time_ms = 5,
        .dial_ms = 6,
        .ttft_ms = 7,
        .total_ms = 8,
        .tokens_per_second = 9.5,
        .cost_usd = 0.5,
        .usage = { .input = 10, .cached = 11, .output = 12, .reasoning = 13 },
        .request_bytes = 14,
        .is_delta = true,
    };
    struct sample fresh = { .session_id = STR("s1"), .time_ms = 100 };
    struct str dir = str_from(state_dir(*state));
    struct error err;
    int count = 0;

    write_first_journal(*state);
    assert_true(journal_samples(dir, 0, on_sample, &old, &err)); // untouched
    struct desk desk = desk_open(*state);
    fresh.transport = STR("ws");
    journal_sample(desk.journal, &fresh);
    assert_true(flush(&desk));
    desk_close(&desk);

    assert_true(journal_samples(dir, 50, on_sample, &fresh, &err));
    assert_true(journal_samples(dir, 0, count_sample, &count, &err));
    assert_int_equal(count, 2);
}

// --- trouble -----------------------------------------------------------------

static void what_cannot_be_saved_is_told(void **state)
{
    struct desk desk = desk_open(*state);
    int fd = open(state_dir(*state), O_WRONLY | O_CREAT, 0600);
    close(fd);
    assert_int_equal(journal_problem(desk.journal).len, 0);

    add(&desk, "s1", EVENT_USER_MESSAGE, "hello");
    assert_false(flush(&desk));

    assert_true(journal_problem(desk.journal).len > 0);
    desk_close(&desk);
}

static void nothing_is_missing_once_the_trouble_is_over(void **state)
{
    struct desk desk = desk_open(*state);
    close(open(state_dir(*state), O_WRONLY | O_CREAT, 0600));
    add(&desk, "s1", EVENT_USER_MESSAGE, "one");
    assert_false(flush(&desk));
    add(&desk, "s1", EVENT_TURN_DONE, "");
    assert_int_equal(unlink(state_dir(*state)), 0);

    assert_true(flush(&desk));

    assert_int_equal(journal_problem(desk.journal).len, 0);
    assert_heard(*state, "s1", "user_message:one turn_done: ");
    desk_close(&desk);
}

static void too_much_that_cannot_be_saved_is_given_up(void **state)
{
    struct desk desk = desk_open(*state);
    char *text = calloc(1, (8u << 20) + 1);
    memset(text, 'x', 8u << 20);
    close(open(state_dir(*state), O_WRONLY | O_CREAT, 0600));

    for (int i = 0; i < 10; i++)
        add(&desk, "s1", EVENT_USER_MESSAGE, text);
    assert_false(flush(&desk));
    assert_int_equal(unlink(state_dir(*state)), 0);
    add(&desk, "s1", EVENT_USER_MESSAGE, "later");
    assert_false(flush(&desk));

    assert_true(
        str_starts_with(journal_problem(desk.journal), STR("no longer saved")));
    desk_close(&desk);
    free(text);
}

// A process whose files may not grow beyond a size, as on a full disk.
static int run_on_a_full_disk(struct folder *folder)
{
    struct rlimit limit;
    struct desk desk = desk_open(folder);
    bool failed = false;

    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &limit);
    rlim_t enough = limit.rlim_cur;
    limit.rlim_cur = 200000;
    setrlimit(RLIMIT_FSIZE, &limit);
    for (int i = 1; i <= 3000; i++) {
        add_number(&desk, "s1", i);
        if (i % 500 == 0)
            failed |= !flush(&desk);
    }
    if (!failed || journal_problem(desk.journal).len == 0)
        return 1;
    limit.rlim_cur = enough;
    setrlimit(RLIMIT_FSIZE, &limit);
    if (!flush(&desk))
        return 2;
    desk_close(&desk);
    return 0;
}

static void a_disk_that_was_full_for_a_while_loses_nothing(void **state)
{
    int status = -1;
    pid_t pid = fork();

    if (pid == 0)
        _exit(run_on_a_full_disk(*state));
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
    struct heard heard = replay(*state, "s1");
    assert_int_equal(heard.count, 3000);
    assert_int_equal(heard.last, 3000);
}

static void what_was_flushed_survives_a_kill(void **state)
{
    int status = -1;
    pid_t pid = fork();

    if (pid == 0) {
        struct desk desk = desk_open(*state);
        add(&desk, "s1", EVENT_USER_MESSAGE, "hello");
        if (!flush(&desk))
            _exit(1);
        raise(SIGKILL);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFSIGNALED(status));
    assert_heard(*state, "s1", "user_message:hello ");
}

static void write_many(struct folder *folder, const char *session)
{
    struct desk desk = desk_open(folder);

    for (int i = 1; i <= 200; i++) {
        add_number(&desk, session, i);
        if (i % 10 == 0 && !flush(&desk))
            _exit(1);
    }
    desk_close(&desk);
}

static void two_programs_can_write_at_once(void **state)
{
    int status = -1;
    pid_t pid = fork();

    if (pid == 0) {
        write_many(*state, "child");
        _exit(0);
    }
    write_many(*state, "parent");
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
    assert_int_equal(replay(*state, "child").count, 200);
    assert_int_equal(replay(*state, "parent").count, 200);
}

static void join_messages(struct str text, void *ctx)
{
    struct buf *all = ctx;

    buf_append(all, text);
    buf_append_char(all, '|');
}

static void messages_of_a_tree_come_back_oldest_first(void **state)
{
    struct folder *folder = *state;
    struct str dir = str_from(state_dir(folder));
    struct buf all = { 0 };
    struct error err;
    struct desk desk = desk_open(folder);
    open_session(&desk, "old", "/a", 100, "first");
    open_session(&desk, "other", "/b", 150, "elsewhere");
    open_session(&desk, "new", "/a", 300, "second \"kind\"");
    open_session(&desk, "mine", "/a", 400, "own");
    desk_close(&desk);

    assert_true(journal_messages(dir, STR("/a"), STR("mine"), 10, join_messages,
                                 &all, &err));
    assert_string_equal(buf_cstr(&all), "first|second \"kind\"|");
    buf_reset(&all);
    assert_true(journal_messages(dir, STR("/a"), STR(""), 2, join_messages,
                                 &all, &err));
    assert_string_equal(buf_cstr(&all), "second \"kind\"|own|");
    buf_release(&all);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(events_come_back_in_order),
        IN_FOLDER(messages_of_a_tree_come_back_oldest_first),
        IN_FOLDER(destroying_writes_what_is_queued),
        IN_FOLDER(a_journal_without_events_makes_no_file),
        IN_FOLDER(a_waiting_flush_is_called_when_the_journal_goes),
        IN_FOLDER(kinds_that_are_read_anew_are_passed_over),
        IN_FOLDER(runs_of_deltas_become_one_event),
        IN_FOLDER(deltas_of_different_items_stay_apart),
        IN_FOLDER(a_long_stream_makes_few_rows),
        IN_FOLDER(appending_goes_on_while_a_batch_is_written),
        IN_FOLDER(all_fields_come_back),
        IN_FOLDER(a_flush_may_be_asked_for_in_a_flush),
        IN_FOLDER(files_are_private_whatever_the_umask),
        IN_FOLDER(sessions_are_listed_newest_first),
        IN_FOLDER(sessions_of_one_tree_can_be_asked_for),
        IN_FOLDER(a_missing_journal_has_no_sessions),
        IN_FOLDER(a_journal_that_is_being_made_is_a_missing_one),
        IN_FOLDER(an_unknown_session_is_not_found),
        IN_FOLDER(samples_come_back_with_all_fields),
        IN_FOLDER(a_sample_knows_the_tree_of_its_session),
        IN_FOLDER(a_journal_of_the_first_release_is_read_and_carried_on),
        IN_FOLDER(what_cannot_be_saved_is_told),
        IN_FOLDER(nothing_is_missing_once_the_trouble_is_over),
        IN_FOLDER(too_much_that_cannot_be_saved_is_given_up),
        IN_FOLDER(a_disk_that_was_full_for_a_while_loses_nothing),
        IN_FOLDER(what_was_flushed_survives_a_kill),
        IN_FOLDER(two_programs_can_write_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
