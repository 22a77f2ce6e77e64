/* What kerf says of its backends: doctor, models, route, stats, and that a
 * policy is kept. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "scene.h"

static struct outcome ran; // too large for the stack

static void run(struct scene *scene, const char *const *arguments)
{
    const char *argv[32] = { kerf_path() };

    for (size_t i = 0; arguments[i]; i++)
        argv[i + 1] = arguments[i];
    scene_run(scene, argv, NULL, &ran);
}

#define RUN(scene, ...) run(scene, (const char *const[]){ __VA_ARGS__, NULL })

static void assert_says(const char *text, const char *part)
{
    if (!strstr(text, part))
        fail_msg("expected \"%s\" in:\n%s\n%s", part, ran.out, ran.err);
}

static void start_sim(struct scene *scene)
{
    static const char *const echo[] = { "--engine", "echo", NULL };

    scene_sim(scene, echo);
}

static void assert_status(int wanted)
{
    if (ran.status != wanted)
        fprintf(stderr, "%s%s", ran.out, ran.err);
    assert_int_equal(ran.status, wanted);
}

// --- doctor ------------------------------------------------------------------

static void the_doctor_walks_all_the_way_to_the_server(void **state)
{
    start_sim(*state);
    RUN(*state, "doctor", "--ask");
    assert_status(0);
    assert_says(ran.out, "TCP           127.0.0.1 port ");
    assert_says(ran.out, "WebSocket     HTTP/1.1 101 ");
    assert_says(ran.out, "open after 250 ms");
    assert_says(ran.out, "first event   after ");
    assert_says(ran.out, "git version ");
    assert_says(ran.out, "warn  sim           models        no model test "
                         "among 1  -> mend the option model");
    assert_null(strstr(ran.out, "FAIL"));
}

static void the_doctor_says_whether_messages_may_be_deflated(void **state)
{
    static const char *const sim[] = { "--engine", "echo", "--deflate", NULL };

    scene_sim(*state, sim);
    RUN(*state, "-c", "backend.sim.deflate=true", "doctor");
    assert_status(0);
    assert_says(ran.out, "101 Switching Protocols, permessage-deflate (");
    RUN(*state, "doctor");
    assert_null(strstr(ran.out, "permessage-deflate"));
}

// The proxy of kerf-sim, on a free port, until it is ended.
static pid_t start_proxy(int *port)
{
    char line[80] = "";
    int ends[2];

    assert_int_equal(pipe(ends), 0);
    pid_t pid = fork();
    if (pid == 0) {
        dup2(ends[1], STDOUT_FILENO);
        close(ends[0]);
        close(ends[1]);
        execl(kerf_sim_path(), "kerf-sim", "proxy", "--user", "me:pw",
              (char *)NULL);
        _exit(127);
    }
    close(ends[1]);
    FILE *out = fdopen(ends[0], "r");
    assert_non_null(out);
    assert_non_null(fgets(line, sizeof(line), out));
    fclose(out);
    assert_int_equal(sscanf(line, "kerf-sim: proxying 127.0.0.1:%d", port), 1);
    return pid;
}

static void the_doctor_goes_through_a_proxy_of_any_kind(void **state)
{
    char setting[80];
    int port = 0;

    start_sim(*state);
    pid_t pid = start_proxy(&port);
    snprintf(setting, sizeof(setting),
             "backend.sim.proxy=socks5h://me:pw@127.0.0.1:%d", port);
    RUN(*state, "-c", setting, "doctor");
    assert_status(0);
    assert_says(ran.out, "ok    sim           proxy         SOCKS5: the way is "
                         "open (");
    assert_says(ran.out, "warn  sim           WebSocket     none through a "
                         "proxy of kind socks5h://: HTTP is used  -> an "
                         "http:// proxy takes both");
    RUN(*state, "-c", setting, "-c", "backend.sim.transport=ws", "doctor");
    assert_status(1);
    snprintf(setting, sizeof(setting),
             "backend.sim.proxy=socks5h://me:no@127.0.0.1:%d", port);
    RUN(*state, "-c", setting, "doctor");
    assert_status(1);
    assert_says(ran.out, "FAIL  sim           proxy         SOCKS5: the proxy "
                         "refuses the login (");
    assert_says(ran.out, "-> see https_proxy, no_proxy and the option proxy");
    kill(pid, SIGTERM);
    waitpid(pid, NULL, 0);
}

static void the_doctor_says_where_it_stopped_and_what_mends_it(void **state)
{
    scene_config(*state, "[backend \"gone\"]\nurl = http://127.0.0.1:1/v1\n"
                         "model = m\nkeyEnv = NOT_SET_ANYWHERE\n");
    RUN(*state, "doctor");
    assert_status(1);
    assert_says(ran.out, "FAIL  gone          key           no key: set the "
                         "environment variable NOT_SET_ANYWHERE  -> ");
    assert_says(ran.out, "Connection refused");
    assert_says(ran.out, "is the server running?");
}

static void the_doctor_asks_tmux_for_what_hurts(void **state)
{
    struct scene *scene = *state;
    char setting[256];

    scene_shell(scene, "mkdir ../bin && printf '#!/bin/sh\\ncase $3 in "
                       "escape-time) echo 500;; *) echo off;; esac\\n'"
                       " > ../bin/tmux && chmod +x ../bin/tmux");
    snprintf(setting, sizeof(setting), "PATH=%s/bin:/usr/bin:/bin", scene->dir);
    scene_set_env(scene, setting);
    scene_set_env(scene, "TMUX=/tmp/tmux,1,0");
    RUN(scene, "doctor");
    assert_says(ran.out, "escape-time 500: Esc answers so many ms late  -> "
                         "tmux set -s escape-time 10\n");
    assert_says(ran.out, "-> tmux set -s set-clipboard on\n");
}

static void the_doctor_does_not_run_what_the_tree_brings(void **state)
{
    struct scene *scene = *state;
    char setting[256];

    scene_shell(scene, "mkdir bin && printf '#!/bin/sh\\ntouch ran\\n' >"
                       " bin/git && chmod +x bin/git");
    snprintf(setting, sizeof(setting), "PATH=%s/bin:/usr/bin:/bin",
             scene->tree);
    scene_set_env(scene, setting);
    RUN(scene, "doctor");
    assert_says(ran.out, "git version ");
    assert_null(scene_read(scene, "tree/ran"));
}

static void an_unknown_terminal_is_told(void **state)
{
    scene_set_env(*state, "TERM=of-tomorrow");
    RUN(*state, "doctor");
    assert_status(1);
    assert_says(ran.out, "FAIL  here          terminal      TERM=of-tomorrow: "
                         "no entry for it  -> export TERM=xterm-256color");
}

static void the_doctor_speaks_json_too(void **state)
{
    start_sim(*state);
    RUN(*state, "doctor", "--json");
    assert_status(0);
    assert_int_equal(ran.out[0], '[');
    assert_says(ran.out, "{\"level\":\"ok\",\"subject\":\"here\",\"check\":"
                         "\"git\",");
}

// --- models ------------------------------------------------------------------

static void a_refused_upgrade_is_told_in_the_servers_words(void **state)
{
    static const struct {
        const char *fault, *words;
    } cases[] = {
        { "status-400",
          "kerf: invalid_prompt: A fault on demand: bad request." },
        { "status-401",
          "kerf: sim refuses the key in the variable SIM_TOKEN: put "
          "a valid one there (it says: " },
        { "status-403", "Country, region, or territory not supported; not "
                        "allowed: policy, region or a blocking proxy" },
        { "status-404", "this key has no such model: see kerf models" },
        { "quota", "You exceeded your current quota; the plan or the credit "
                   "is used up" },
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const char *const sim[] = { "--engine", "echo", "--fault",
                                    cases[i].fault, NULL };
        scene_sim(*state, sim);
        RUN(*state, "-c", "backend.sim.transport=ws", "run", "hello");
        assert_true(ran.status != 0);
        assert_says(ran.err, cases[i].words);
        scene_stop_sim(*state);
    }
}

static void models_are_listed_and_a_wrong_name_is_told(void **state)
{
    start_sim(*state);
    RUN(*state, "models");
    assert_status(0);
    assert_says(ran.out, " model");
    RUN(*state, "models", "--json");
    assert_status(0);
    assert_says(ran.out, "\"models\":[{\"id\":");
    RUN(*state, "models", "nosuch");
    assert_status(2);
    assert_says(ran.err, "there is no backend nosuch");
}

static void a_server_that_is_not_there_is_status_7(void **state)
{
    scene_config(*state, "[backend \"gone\"]\nurl = http://127.0.0.1:1/v1\n"
                         "model = m\n");
    RUN(*state, "models");
    assert_status(7);
    assert_says(ran.err, "kerf: gone: ");
}

// --- route and stats ---------------------------------------------------------

static void what_was_measured_shows_in_route_and_stats(void **state)
{
    start_sim(*state);
    RUN(*state, "run", "hello");
    RUN(*state, "stats");
    assert_status(0);
    assert_says(ran.out, "backend ");
    assert_says(ran.out, "project ");
    RUN(*state, "stats", "--csv");
    assert_says(ran.out, "day,project,backend,requests,failures,");
    RUN(*state, "stats", "--json");
    assert_says(ran.out, "\"requests\":1,\"failures\":0,");
    RUN(*state, "stats", "--prometheus");
    assert_says(ran.out, "# TYPE kerf_ttft_seconds summary\n");
    assert_says(ran.out, "quantile=\"0.95\"} ");
    RUN(*state, "route", "--tokens", "100");
    assert_status(0);
    assert_says(ran.out, " over ws: 100 ");
    assert_says(ran.out, "chosen");
}

static void without_requests_there_is_nothing_to_sum_up(void **state)
{
    RUN(*state, "stats");
    assert_status(0);
    assert_string_equal(ran.out, "no requests yet\n");
    RUN(*state, "stats", "--days", "0");
    assert_status(2);
}

static void the_route_tells_why_not(void **state)
{
    scene_config(*state, "[backend \"small\"]\nurl = http://127.0.0.1:1/v1\n"
                         "model = m\ncontext = 8k\nclass = wafer\n"
                         "[backend \"large\"]\nurl = http://127.0.0.1:2/v1\n"
                         "model = m\ncontext = 100k\n");
    RUN(*state, "route", "--tokens", "20000");
    assert_status(0);
    assert_says(ran.out, "large over ws: 20k of 100k tokens; ");
    assert_says(ran.out, "21k tokens do not fit in 8k");
    RUN(*state, "route", "--json", "--tokens", "200000");
    assert_status(1);
    assert_says(ran.out, "\"reason\":\"this fits in no backend's window: ");
}

// --- policy ------------------------------------------------------------------

static void the_policy_of_a_tree_is_kept(void **state)
{
    start_sim(*state);
    scene_shell(*state, "mkdir .kerf");
    scene_write(*state, "tree/.kerf/policy",
                "[policy]\nallowHosts = api.example.com\n");
    RUN(*state, "route");
    assert_status(6);
    assert_says(ran.out, "the policy allows no backend: ");
    RUN(*state, "models");
    assert_status(6);
    RUN(*state, "doctor");
    assert_status(1);
    assert_says(ran.out, "does not allow the host 127.0.0.1");
    assert_null(strstr(ran.out, "WebSocket"));
}

static void a_policy_that_cannot_be_read_stops_everything(void **state)
{
    static const char *const bad[] = {
        ("mkdir -p .kerf && echo '[policy]' > .kerf/policy && "
         "echo 'denyHosts = x' >> .kerf/policy"),
        "rm .kerf/policy && mkfifo .kerf/policy",
        "rm .kerf/policy && ln -s /dev/zero .kerf/policy",
        "rm .kerf/policy && mkdir .kerf/policy",
    };

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        scene_shell(*state, bad[i]);
        RUN(*state, "route");
        assert_status(6);
        assert_says(ran.err, ".kerf/policy");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCENE_TEST(the_doctor_walks_all_the_way_to_the_server),
        SCENE_TEST(the_doctor_says_whether_messages_may_be_deflated),
        SCENE_TEST(the_doctor_goes_through_a_proxy_of_any_kind),
        SCENE_TEST(the_doctor_says_where_it_stopped_and_what_mends_it),
        SCENE_TEST(the_doctor_asks_tmux_for_what_hurts),
        SCENE_TEST(the_doctor_does_not_run_what_the_tree_brings),
        SCENE_TEST(an_unknown_terminal_is_told),
        SCENE_TEST(the_doctor_speaks_json_too),
        SCENE_TEST(a_refused_upgrade_is_told_in_the_servers_words),
        SCENE_TEST(models_are_listed_and_a_wrong_name_is_told),
        SCENE_TEST(a_server_that_is_not_there_is_status_7),
        SCENE_TEST(what_was_measured_shows_in_route_and_stats),
        SCENE_TEST(without_requests_there_is_nothing_to_sum_up),
        SCENE_TEST(the_route_tells_why_not),
        SCENE_TEST(the_policy_of_a_tree_is_kept),
        SCENE_TEST(a_policy_that_cannot_be_read_stops_everything),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
