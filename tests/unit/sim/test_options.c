/* The command line and the names of faults. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "kerf/sim/options.h"

static bool read_all(struct sim_options *options, struct error *err, int count,
                     const char *const *args)
{
    return sim_options_read(count, args, options, err);
}

#define READ(options, err, ...)                                        \
    read_all((options), (err),                                         \
             sizeof((const char *[]){ __VA_ARGS__ }) / sizeof(char *), \
             (const char *[]){ __VA_ARGS__ })

static void without_arguments_it_is_fixit_on_any_port(void **state)
{
    struct sim_options options;
    struct error err;

    (void)state;
    assert_true(sim_options_read(0, NULL, &options, &err));
    assert_int_equal(options.engine, ENGINE_FIXIT);
    assert_int_equal(options.port, 0);
    assert_null(options.unix_path);
    assert_int_equal(options.lanes, 32);
    assert_int_equal(options.max_age_s, 3600);
}

static void values_stand_behind_a_blank_or_an_equals_sign(void **state)
{
    struct sim_options options;
    struct error err;

    (void)state;
    assert_true(READ(&options, &err, "--engine", "echo", "--tokens=20", "--tps",
                     "1000", "--exit-with-stdin"));
    assert_int_equal(options.engine, ENGINE_ECHO);
    assert_int_equal(options.tokens, 20);
    assert_int_equal(options.tps, 1000);
    assert_true(options.exit_with_stdin);
}

static void faults_add_up(void **state)
{
    struct sim_options options;
    struct error err;

    (void)state;
    assert_true(
        READ(&options, &err, "--fault", "stall:1", "--fault", "status-503"));
    assert_int_equal(options.faults.count, 2);
}

static void wrong_command_lines_are_refused_with_a_reason(void **state)
{
    static const char *const cases[][3] = {
        { "--colour", NULL, "unknown option" },
        { "file", NULL, "unknown option" },
        { "--port", "70000", "not a number from 0 to 65535" },
        { "--port", "x", "not a number" },
        { "--tps", "-1", "not a number" },
        { "--tokens", "2", "not a number from 5" },
        { "--unix", NULL, "needs a value" },
        { "--engine", "gpt", "not fixit, script or echo" },
        { "--engine", "script", "needs --scenario" },
        { "--help=yes", NULL, "takes no value" },
        { "--fault", "fire", "no fault named" },
        { "--fault", "mid-delta-12", "not a number" },
        { "--fault", "failed-", "no word" },
        { "--fault", "stall:0", "neither :N nor :A-B" },
        { "--fault", "stall:3-2", "neither :N nor :A-B" },
        { "--fault", "stall:x", "neither :N nor :A-B" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct sim_options options;
        struct error err = { 0 };
        int count = cases[i][1] ? 2 : 1;
        assert_false(sim_options_read(count, cases[i], &options, &err));
        assert_int_equal(err.kind, ERROR_USAGE);
        assert_true(str_find(str_from(err.text), str_from(cases[i][2]))
                    != SIZE_MAX);
    }
}

static void a_socket_and_a_port_exclude_each_other(void **state)
{
    struct sim_options options;
    struct error err;

    (void)state;
    assert_false(READ(&options, &err, "--unix", "/tmp/s", "--port", "80"));
}

static struct fault read_fault(const char *text)
{
    struct fault fault;
    struct error err;

    assert_true(fault_read(str_from(text), &fault, &err));
    return fault;
}

static void a_fault_has_a_place_and_a_code(void **state)
{
    (void)state;
    struct fault fault = read_fault("between-done-and-completed-1011");
    assert_int_equal(fault.kind, FAULT_CLOSE);
    assert_int_equal(fault.point, POINT_BEFORE_COMPLETED);
    assert_int_equal(fault.code, 1011);

    fault = read_fault("before-created-stall");
    assert_int_equal(fault.kind, FAULT_STALL);
    assert_int_equal(fault.point, POINT_BEFORE_CREATED);

    fault = read_fault("incomplete-content_filter");
    assert_int_equal(fault.kind, FAULT_INCOMPLETE);
    assert_string_equal(fault.word, "content_filter");
    assert_int_equal(read_fault("error-429").kind, FAULT_ERROR);
    assert_int_equal(read_fault("error-plan").kind, FAULT_ERROR_PLAN);
}

static bool strikes(const char *text, enum fault_scope scope, uint64_t number)
{
    struct fault_list list = { .count = 1 };
    struct fault fault;

    list.at[0] = read_fault(text);
    return fault_find(&list, scope, number, &fault);
}

static void a_number_limits_a_fault_to_the_first_ones(void **state)
{
    (void)state;
    assert_true(strikes("stall:2", SCOPE_RESPONSE, 1));
    assert_true(strikes("stall:2", SCOPE_RESPONSE, 2));
    assert_false(strikes("stall:2", SCOPE_RESPONSE, 3));
    assert_false(strikes("stall:2", SCOPE_REQUEST, 1));
    assert_false(strikes("status-503:2-3", SCOPE_REQUEST, 1));
    assert_true(strikes("status-503:2-3", SCOPE_REQUEST, 3));
    assert_false(strikes("status-503:2-3", SCOPE_RESPONSE, 2));
    assert_true(strikes("stall@4", SCOPE_RESPONSE, 4));
    assert_false(strikes("stall@4", SCOPE_RESPONSE, 3));
    assert_false(strikes("stall@4", SCOPE_RESPONSE, 5));
}

static void every_row_of_the_table_can_be_read_by_its_example(void **state)
{
    char name[LIMIT_FAULT_NAME];
    struct fault fault;
    struct error err;
    size_t rows = 0;

    (void)state;
    for (; fault_example(rows, name); rows++) {
        if (!fault_read(str_from(name), &fault, &err))
            fail_msg("%s: %s", name, err.text);
        assert_int_not_equal(fault.kind, FAULT_NONE);
    }
    assert_true(rows > 60);
}

// How many of the first hundred numbers a schedule strikes.
static size_t struck(uint64_t seed, uint64_t rate)
{
    struct fault_list list = { .seed = seed, .rate = rate };
    struct fault fault;
    size_t count = 0;

    for (uint64_t number = 1; number <= 100; number++) {
        if (!fault_find(&list, SCOPE_RESPONSE, number, &fault))
            continue;
        assert_int_equal(fault.scope, SCOPE_RESPONSE);
        count++;
    }
    return count;
}

static void a_random_schedule_keeps_to_its_seed_and_rate(void **state)
{
    (void)state;
    assert_int_equal(struck(1, 0), 0);
    assert_int_equal(struck(1, 100), 100);
    assert_int_equal(struck(7, 30), struck(7, 30));
    assert_in_range(struck(7, 30), 15, 45);
}

static void wishes_are_manners_and_faults_in_one_list(void **state)
{
    struct wishes wishes = { 0 };
    struct error err = { 0 };

    (void)state;
    assert_true(
        wishes_read(STR("crlf, mid-delta-1006:1,comments"), &wishes, &err));
    assert_true(has_manner(wishes.manners, MANNER_CRLF));
    assert_true(has_manner(wishes.manners, MANNER_COMMENTS));
    assert_false(has_manner(wishes.manners, MANNER_BOM));
    assert_int_equal(wishes.faults.count, 1);
    assert_false(wishes_read(STR("crlf,fire"), &wishes, &err));
}

static void the_help_names_every_option_and_fault(void **state)
{
    static const char *const names[] = { "--unix",       "--record",
                                         "--max-age",    "mid-delta-",
                                         "early-close-", "KERF_SIM_TOKEN" };
    struct buf help = { 0 };

    (void)state;
    sim_options_help(&help);
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
        assert_true(str_find(buf_str(&help), str_from(names[i])) != SIZE_MAX);
    buf_release(&help);
}

// Says whether the manual has the name; options are called Fl there.
static bool is_told(const struct buf *manual, struct str name)
{
    bool is_option = str_starts_with(name, STR("--"));
    char word[128];

    snprintf(word, sizeof(word), "%s%.*s", is_option ? "Fl " : "",
             STR_ARG(str_skip(name, is_option ? 1 : 0)));
    return str_find(buf_str(manual), str_from(word)) != SIZE_MAX;
}

static void read_manual(struct buf *manual)
{
    FILE *file = fopen("man/kerf-sim.1", "r");
    char piece[4096];
    size_t got;

    assert_non_null(file);
    while ((got = fread(piece, 1, sizeof(piece), file)) > 0)
        buf_append(manual, (struct str){ piece, got });
    fclose(file);
}

// Each row of the help begins with two blanks and a name.
static void the_manual_tells_of_every_option_fault_and_manner(void **state)
{
    struct buf manual = { 0 }, help = { 0 };
    struct str rest, line;
    size_t rows = 0;

    (void)state;
    read_manual(&manual);
    sim_options_help(&help);
    rest = buf_str(&help);
    while (str_split(&rest, '\n', &line)) {
        struct str name = str_trim_start(line);
        name = str_take(name, str_find_char(name, ' '));
        if (!str_starts_with(line, STR("  ")) || str_is(name, "kerf-sim"))
            continue;
        if (!is_told(&manual, name))
            fail_msg("the manual does not know %.*s", STR_ARG(name));
        rows++;
    }
    assert_true(rows > 100);
    buf_release(&manual);
    buf_release(&help);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_arguments_it_is_fixit_on_any_port),
        cmocka_unit_test(values_stand_behind_a_blank_or_an_equals_sign),
        cmocka_unit_test(faults_add_up),
        cmocka_unit_test(wrong_command_lines_are_refused_with_a_reason),
        cmocka_unit_test(a_socket_and_a_port_exclude_each_other),
        cmocka_unit_test(a_fault_has_a_place_and_a_code),
        cmocka_unit_test(a_number_limits_a_fault_to_the_first_ones),
        cmocka_unit_test(every_row_of_the_table_can_be_read_by_its_example),
        cmocka_unit_test(a_random_schedule_keeps_to_its_seed_and_rate),
        cmocka_unit_test(wishes_are_manners_and_faults_in_one_list),
        cmocka_unit_test(the_help_names_every_option_and_fault),
        cmocka_unit_test(the_manual_tells_of_every_option_fault_and_manner),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
