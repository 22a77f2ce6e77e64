/* One session is open in one program, for as long as that lives. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "folder.h"
#include "kerf/store/claim.h"

// Another program that claims `first`, then `second` (NULL: nothing more),
// and stays.
static pid_t another(struct folder *folder, const char *first,
                     const char *second)
{
    int ends[2];
    char sign;

    assert_int_equal(pipe(ends), 0);
    pid_t pid = fork();
    if (pid == 0) {
        struct error err;
        struct claim *claim = claim_create(str_from(folder->root));
        if (!claim_take(claim, str_from(first), &err)
            || (second && !claim_take(claim, str_from(second), &err)))
            _exit(1);
        if (write(ends[1], "x", 1) == 1)
            pause();
        _exit(1);
    }
    close(ends[1]);
    assert_int_equal(read(ends[0], &sign, 1), 1);
    close(ends[0]);
    return pid;
}

static void end(pid_t pid)
{
    kill(pid, SIGKILL);
    assert_int_equal(waitpid(pid, NULL, 0), pid);
}

static void a_session_that_is_open_elsewhere_is_refused(void **state)
{
    struct folder *folder = *state;
    struct claim *claim = claim_create(str_from(folder->root));
    struct error err = { 0 };
    char number[24];
    pid_t pid = another(folder, "s1", NULL);

    assert_false(claim_take(claim, STR("s1"), &err));
    assert_int_equal(err.kind, ERROR_FAILED);
    assert_non_null(strstr(err.text, "session s1 is open in another kerf"));
    snprintf(number, sizeof(number), "(process %ld)", (long)pid);
    assert_non_null(strstr(err.text, number));
    end(pid);
    claim_destroy(claim);
}

static void another_session_is_free(void **state)
{
    struct folder *folder = *state;
    struct claim *claim = claim_create(str_from(folder->root));
    struct error err = { 0 };
    pid_t pid = another(folder, "s1", NULL);

    assert_true(claim_take(claim, STR("s2"), &err));
    assert_true(claim_take(claim, STR("s2"), &err)); // it is ours
    end(pid);
    claim_destroy(claim);
}

static void a_claim_goes_with_a_killed_process(void **state)
{
    struct folder *folder = *state;
    struct claim *claim = claim_create(str_from(folder->root));
    struct error err = { 0 };

    end(another(folder, "s1", NULL));
    assert_true(claim_take(claim, STR("s1"), &err));
    claim_destroy(claim);
}

static void the_next_claim_gives_the_last_one_up(void **state)
{
    struct folder *folder = *state;
    struct claim *claim = claim_create(str_from(folder->root));
    struct error err = { 0 };
    pid_t pid = another(folder, "s1", "s2");

    assert_false(claim_take(claim, STR("s2"), &err));
    assert_true(claim_take(claim, STR("s1"), &err));
    end(pid);
    claim_destroy(claim);
}

// Says whether another program could claim the session.
static bool is_free(struct folder *folder, const char *session)
{
    int status = 0;
    pid_t pid = fork();

    if (pid == 0) {
        struct error err;
        struct claim *claim = claim_create(str_from(folder->root));
        _exit(claim_take(claim, str_from(session), &err) ? 0 : 1);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status) == 0;
}

static void a_claim_that_is_refused_leaves_the_last_one(void **state)
{
    struct folder *folder = *state;
    struct claim *claim = claim_create(str_from(folder->root));
    struct error err = { 0 };
    pid_t pid = another(folder, "s2", NULL);

    assert_true(claim_take(claim, STR("s1"), &err));
    assert_false(claim_take(claim, STR("s2"), &err));
    assert_false(is_free(folder, "s1"));
    claim_destroy(claim);
    assert_true(is_free(folder, "s1"));
    end(pid);
}

static void without_a_folder_every_claim_is_granted(void **state)
{
    struct folder *folder = *state;
    struct error err = { 0 };
    FILE *file = fopen(folder_path(folder, "file"), "w");

    assert_non_null(file);
    fclose(file);
    struct claim *claim =
        claim_create(str_from(folder_path(folder, "file/below")));
    assert_true(claim_take(claim, STR("s1"), &err));
    claim_destroy(claim);
    claim_destroy(NULL);
}

static void the_file_is_for_its_owner_alone(void **state)
{
    struct folder *folder = *state;
    struct claim *claim = claim_create(str_from(folder->root));
    struct error err = { 0 };

    assert_true(claim_take(claim, STR("s1"), &err));
    assert_int_equal(folder_mode(folder, "sessions.lock"), 0600);
    claim_destroy(claim);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(a_session_that_is_open_elsewhere_is_refused),
        IN_FOLDER(another_session_is_free),
        IN_FOLDER(a_claim_goes_with_a_killed_process),
        IN_FOLDER(the_next_claim_gives_the_last_one_up),
        IN_FOLDER(a_claim_that_is_refused_leaves_the_last_one),
        IN_FOLDER(without_a_folder_every_claim_is_granted),
        IN_FOLDER(the_file_is_for_its_owner_alone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
