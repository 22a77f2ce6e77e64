/* What the model asks for: commands as the user is shown them, and what the
 * tools that read give back. */
#include "desk.h"

#include "kerf/base/buf.h"

static void put_numbers(struct sandbox *box)
{
    struct buf text = { 0 };

    for (int number = 10000; number <= 20000; number++)
        buf_printf(&text, "%d\n", number);
    sandbox_put(box, "tree/numbers", buf_cstr(&text));
    buf_release(&text);
}

static void furnish(struct sandbox *box)
{
    sandbox_run(box, "tree", "git init -q .");
    sandbox_mkdir(box, "tree/sub");
    sandbox_put(box, "tree/sub/f", "here\n");
    sandbox_put(box, "tree/a.txt", "one\ntwo\nthree\n");
    put_numbers(box);
}

static int open_desk(void **state)
{
    static char path[] = "PATH=/usr/bin:/bin", key[] = "WAFER=hush";
    static char *const env[] = { path, key, NULL };
    static struct backend backend = { .key_env = STR("WAFER") };
    const struct config config = { .backends = &backend,
                                   .backend_count = 1,
                                   .shell_timeout_s = 60,
                                   .output_bytes = 4096 };
    void *box = NULL;

    assert_int_equal(sandbox_setup(&box), 0);
    furnish(box);
    struct desk *desk = desk_create(box, &config, env);
    desk_post(
        &(struct event){ .kind = EVENT_USER_MESSAGE, .text = STR("do it") },
        desk);
    *state = desk;
    return 0;
}

static int close_desk(void **state)
{
    struct desk *desk = *state;

    void *box = desk->box;
    desk_destroy(desk);
    assert_int_equal(sandbox_teardown(&box), 0);
    return 0;
}

// The newest call; it ends the response it came with.
static const struct item *call(struct desk *desk, const char *tool,
                               const char *arguments)
{
    char id[16];

    snprintf(id, sizeof(id), "c%zu", desk->session->item_count);
    desk_post(&(struct event){ .kind = EVENT_REQUEST_SENT }, desk);
    desk_post(
        &(struct event){ .kind = EVENT_RESPONSE_CREATED, .id = str_from(id) },
        desk);
    desk_post(&(struct event){ .kind = EVENT_ITEM_DONE,
                               .state = ITEM_CALL,
                               .call_id = str_from(id),
                               .name = str_from(tool),
                               .text = str_from(arguments) },
              desk);
    desk_post(
        &(struct event){ .kind = EVENT_RESPONSE_COMPLETED, .id = str_from(id) },
        desk);
    struct str call_id = str_from(id);
    agent_step(desk->agent);
    return &desk->session->items[session_item_of(desk->session, call_id)];
}

static void expect_asked(struct desk *desk, const char *arguments,
                         const char *command)
{
    const struct item *item = call(desk, "shell", arguments);

    if (item->call != CALL_ASKING || !str_is(item->command, command))
        fail_msg("%s asks for \"%.*s\", not \"%s\"", arguments,
                 STR_ARG(item->command), command);
    agent_answer(desk->agent, APPROVAL_NO, STR("not now"));
}

static struct str output_of(struct desk *desk, const struct item *item)
{
    while (item->call == CALL_RUNNING)
        loop_step(desk->loop, 100);
    assert_int_equal(item->call, CALL_DONE);
    return buf_str(&item->output);
}

static void expect_output(struct desk *desk, const char *tool,
                          const char *arguments, const char *expected)
{
    struct str got = output_of(desk, call(desk, tool, arguments));

    if (!str_is(got, expected))
        fail_msg("%s gives \"%.*s\"", arguments, STR_ARG(got));
}

static void a_command_comes_as_a_line_or_as_words(void **state)
{
    expect_asked(*state, "{\"command\":\"ls -l\"}", "ls -l");
    expect_asked(*state, "{\"cmd\":\"ls -l\"}", "ls -l");
    expect_asked(*state, "{\"command\":[\"bash\",\"-lc\",\"ls | wc\"]}",
                 "ls | wc");
    expect_asked(*state, "{\"command\":[\"python3\",\"-c\",\"print(1)\"]}",
                 "python3 -c 'print(1)'");
}

static void the_folder_of_a_command_is_shown_and_obeyed(void **state)
{
    struct desk *desk = *state;

    expect_asked(desk, "{\"command\":\"ls\",\"workdir\":\".\"}", "ls");
    const struct item *item =
        call(desk, "shell", "{\"command\":\"cat f\",\"workdir\":\"sub\"}");
    assert_true(str_is(item->command, "cd -- 'sub' || exit\ncat f"));
    agent_answer(desk->agent, APPROVAL_ONCE, (struct str){ 0 });
    assert_true(str_ends_with(output_of(desk, item), STR("\nhere\n")));
}

static void what_is_no_command_is_refused(void **state)
{
    static const char why[] =
        "the call needs a member \"command\": one command line";

    expect_output(*state, "shell", "{}", why);
    expect_output(*state, "shell", "{\"command\":\"\"}", why);
    expect_output(*state, "shell", "{\"command\":[\"ls\",5]}", why);
    expect_output(*state, "shell", "{\"workdir\":\"sub\"}", why);
}

static void a_command_sees_the_key_of_no_backend(void **state)
{
    struct desk *desk = *state;
    const struct item *item =
        call(desk, "shell", "{\"command\":\"echo ${WAFER-none}\"}");

    agent_answer(desk->agent, APPROVAL_ONCE, (struct str){ 0 });
    assert_true(str_ends_with(output_of(desk, item), STR("\nnone\n")));
}

static void lines_of_a_file_are_those_asked_for(void **state)
{
    struct desk *desk = *state;

    expect_output(desk, "read_file", "{\"path\":\"a.txt\"}",
                  "one\ntwo\nthree\n");
    expect_output(desk, "read_file",
                  "{\"path\":\"a.txt\",\"from_line\":2,\"to_line\":2}",
                  "two\n");
    expect_output(desk, "read_file",
                  "{\"path\":\"a.txt\",\"from_line\":3,\"to_line\":0}",
                  "three\n");
    expect_output(desk, "read_file",
                  "{\"path\":\"a.txt\",\"from_line\":3,\"to_line\":2}",
                  "no such lines: the file has 3");
    expect_output(desk, "read_file", "{\"path\":\"a.txt\",\"from_line\":4}",
                  "no such lines: the file has 3");
}

static void what_is_found_keeps_head_and_tail(void **state)
{
    struct desk *desk = *state;
    struct str found =
        output_of(desk, call(desk, "search", "{\"pattern\":\"^1\"}"));

    assert_true(str_starts_with(found, STR("numbers:1:10000\n")));
    assert_int_not_equal(str_find(found, STR("bytes left out ...]\n")),
                         SIZE_MAX);
    assert_true(
        str_ends_with(found, STR("\n[more matches; narrow the pattern]\n")));
    assert_true(found.len < 2 * (size_t)desk->config.output_bytes);
    expect_output(desk, "search", "{\"pattern\":\"^t\",\"prefix\":\"a.txt\"}",
                  "a.txt:2:two\na.txt:3:three\n");
    expect_output(desk, "list_files", "{\"prefix\":\"sub/\"}", "sub/f\n");
}

#define DESK(name) cmocka_unit_test_setup_teardown(name, open_desk, close_desk)

static void an_edited_command_is_what_runs_and_is_told(void **state)
{
    struct desk *desk = *state;
    const struct item *item = call(desk, "shell", "{\"command\":\"echo a\"}");

    agent_answer(desk->agent, APPROVAL_EDITED, STR("echo b"));
    struct str output = output_of(desk, item);
    assert_true(str_starts_with(
        output, STR("The user ran this command instead:\necho b\n")));
    assert_true(str_find(output, STR("\nb\n")) != SIZE_MAX);
    assert_true(str_is(item->command, "echo b"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DESK(a_command_comes_as_a_line_or_as_words),
        DESK(the_folder_of_a_command_is_shown_and_obeyed),
        DESK(what_is_no_command_is_refused),
        DESK(a_command_sees_the_key_of_no_backend),
        DESK(lines_of_a_file_are_those_asked_for),
        DESK(what_is_found_keeps_head_and_tail),
        DESK(an_edited_command_is_what_runs_and_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
