/* Every view at every usual size, as files of tests/cases/screens: what is
 * drawn is what was read and found good. KERF_RENEW_SCREENS=1 writes them anew;
 * then each difference is to be read as a user would. */
#include <locale.h>

#include "stages.h"

#define CASES "tests/cases/screens"

struct view_case {
    const char *name;
    void (*set)(struct scene *scene);
    struct ui_options options;
};

static const struct view_case views[] = {
    { "first_builtin", stage_first_builtin, { 0 } },
    { "first_backend", scene_open, { 0 } },
    { "conversation", stage_conversation, { 0 } },
    { "streaming", stage_streaming, { 0 } },
    { "reasoning", stage_reasoning, { 0 } },
    { "tool_running", stage_tool_running, { 0 } },
    { "tool_folded", stage_tool_folded, { 0 } },
    { "tool_unfolded", stage_tool_unfolded, { 0 } },
    { "notices", stage_notices, { 0 } },
    { "wide_text", stage_wide_text, { 0 } },
    { "paste", stage_paste, { 0 } },
    { "long_draft", stage_long_draft, { 0 } },
    { "history_search", stage_search, { 0 } },
    { "vi_normal", stage_vi_normal, { .vi = true } },
    { "finder", stage_finder, { 0 } },
    { "slash", stage_commands, { 0 } },
    { "palette", stage_palette, { 0 } },
    { "chords", stage_chords, { 0 } },
    { "picker", stage_picker, { 0 } },
    { "queue", stage_queue, { 0 } },
    { "approval", stage_approval, { 0 } },
    { "approval_danger", stage_approval_danger, { 0 } },
    { "approval_long", stage_approval_long, { 0 } },
    { "approval_reason", stage_approval_reason, { 0 } },
    { "pager", stage_pager, { 0 } },
    { "pager_search", stage_pager_search, { 0 } },
    { "pager_found", stage_pager_found, { 0 } },
    { "help", stage_help, { 0 } },
    { "panel_latency", stage_latency, { 0 } },
    { "panel_cost", stage_cost, { 0 } },
    { "panel_context", stage_context, { 0 } },
    { "panel_route", stage_route, { 0 } },
    { "panel_verify", stage_verify, { 0 } },
    { "review", stage_review, { 0 } },
    { "review_alone", stage_review_hidden, { .review_only = true } },
    { "review_arriving", stage_review_arriving, { 0 } },
    { "review_summary", stage_review_summary, { 0 } },
    { "review_unified", stage_review_unified, { 0 } },
    { "review_sides", stage_review_sides, { 0 } },
    { "review_lines", stage_review_lines, { 0 } },
    { "review_notes", stage_review_notes, { 0 } },
    { "review_conflict", stage_review_conflict, { 0 } },
    { "review_inspect", stage_review_inspect, { 0 } },
    { "review_whole_file", stage_review_whole_file, { 0 } },
    { "review_search", stage_review_search, { 0 } },
    { "review_ask_all", stage_review_ask_all, { 0 } },
    { "review_decided", stage_review_decided, { 0 } },
    { "review_written", stage_review_written, { 0 } },
    { "review_files", stage_review_many_files, { 0 } },
};
#define VIEWS (sizeof(views) / sizeof(views[0]))

static const struct {
    size_t rows, cols;
} sizes[] = { { 24, 80 }, { 30, 100 }, { 45, 140 }, { 16, 60 }, { 10, 40 } };
#define SIZES (sizeof(sizes) / sizeof(sizes[0]))

// Appends all sizes of a view: a line with size and cursor, then the rows.
static void draw_view(const struct view_case *view, struct buf *out)
{
    for (size_t i = 0; i < SIZES; i++) {
        struct scene scene =
            scene_with(sizes[i].rows, sizes[i].cols, view->options);
        view->set(&scene);
        struct str text = str_from(scene_text(&scene));
        buf_printf(out, "=== %zux%zu, cursor at row %zu, column %zu\n",
                   sizes[i].cols, sizes[i].rows, scene.canvas.cursor_row,
                   scene.canvas.cursor_col);
        buf_append(out, text);
        scene_destroy(&scene);
    }
}

static void read_case(const char *path, struct buf *out)
{
    char bytes[4096];
    size_t n;
    FILE *file = fopen(path, "rb");

    if (!file)
        return;
    while ((n = fread(bytes, 1, sizeof(bytes), file)) > 0)
        buf_append(out, (struct str){ bytes, n });
    fclose(file);
}

static void write_case(const char *path, struct str text)
{
    FILE *file = fopen(path, "wb");

    assert_non_null(file);
    assert_int_equal(fwrite(text.at, 1, text.len, file), text.len);
    assert_int_equal(fclose(file), 0);
}

// Prints the rows that differ, under the size they belong to.
static void print_differences(const char *path, struct str want,
                              struct str have)
{
    struct str size = { 0 }, a = { 0 }, b = { 0 };

    print_error("%s (KERF_RENEW_SCREENS=1 renews it)\n", path);
    while (want.len > 0 || have.len > 0) {
        bool has_a = str_split(&want, '\n', &a);
        bool has_b = str_split(&have, '\n', &b);
        if (has_b && str_starts_with(b, STR("=== ")))
            size = b;
        if (has_a && has_b && str_equal(a, b))
            continue;
        print_error("%.*s\n-%.*s\n+%.*s\n", STR_ARG(size),
                    STR_ARG(has_a ? a : STR("")), STR_ARG(has_b ? b : STR("")));
    }
}

static void every_view_is_as_it_was_read(void **state)
{
    (void)state;
    size_t different = 0;

    for (size_t i = 0; i < VIEWS; i++) {
        struct buf have = { 0 }, want = { 0 };
        char path[128];
        snprintf(path, sizeof(path), CASES "/%s.txt", views[i].name);
        draw_view(&views[i], &have);
        if (getenv("KERF_RENEW_SCREENS"))
            write_case(path, buf_str(&have));
        read_case(path, &want);
        if (!str_equal(buf_str(&have), buf_str(&want))) {
            print_differences(path, buf_str(&want), buf_str(&have));
            different++;
        }
        buf_release(&have);
        buf_release(&want);
    }
    assert_int_equal(different, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_view_is_as_it_was_read),
    };

    setlocale(LC_ALL, "C.UTF-8");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
