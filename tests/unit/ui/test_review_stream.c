/* A patch of many hunks that arrives in small pieces while somebody reads and
 * decides, in every layout: what is read stays where it is. */
#include <locale.h>

#include "scene.h"

#define FILES 3
#define HUNKS 4
#define PIECE_BYTES 11

static const struct {
    size_t rows, cols;
} sizes[] = { { 16, 60 }, { 24, 80 }, { 30, 100 }, { 45, 140 }, { 45, 280 } };

#define SIZE_COUNT (sizeof(sizes) / sizeof(sizes[0]))

// Hunks that fit, one that does not, and one whose line fills several rows.
static void write_hunk(struct buf *out, int hunk)
{
    buf_printf(out, "@@\n line %d\n-line %d\n+new %d\n", 10 * hunk + 1,
               hunk == 2 ? 999 : 10 * hunk + 2, hunk);
    for (int i = 0; hunk == 3 && i < 40; i++)
        buf_printf(out, "%slong %d", i == 0 ? "+" : " ", i);
    buf_printf(out, "%s line %d\n", hunk == 3 ? "\n" : "", 10 * hunk + 3);
}

static void write_patch(struct buf *out)
{
    buf_append(out, STR("*** Begin Patch\n"));
    for (int file = 0; file < FILES; file++) {
        buf_printf(out, "*** Update File: f%d.c\n", file);
        for (int hunk = 0; hunk < HUNKS; hunk++)
            write_hunk(out, hunk);
    }
    buf_append(out, STR("*** End Patch\n"));
}

struct stream {
    struct scene scene;
    struct buf patch, file;
    size_t at, files; // that were fed, that were read
};

static struct stream stream_begin(size_t rows, size_t cols)
{
    struct stream s = { .scene = scene_create(rows, cols) };

    for (int i = 1; i <= 60; i++)
        buf_printf(&s.file, "line %d\n", i);
    write_patch(&s.patch);
    scene_open(&s.scene);
    scene_ask(&s.scene, "go");
    scene_item(&s.scene, 0, ITEM_PATCH, "p1", "apply_patch");
    return s;
}

static void stream_end(struct stream *s)
{
    buf_release(&s->patch);
    buf_release(&s->file);
    scene_destroy(&s->scene);
}

// The next piece; a file is read as soon as it is named. False at the end.
static bool stream_step(struct stream *s)
{
    const struct proposal *proposal = &s->scene.session->proposals[0];
    struct str rest = str_skip(buf_str(&s->patch), s->at);

    if (rest.len == 0)
        return false;
    scene_apply(&s->scene,
                (struct event){ .kind = EVENT_CALL_DELTA,
                                .text = str_take(rest, PIECE_BYTES) });
    s->at += PIECE_BYTES;
    while (s->files < selection_patch(proposal->selection)->file_count)
        scene_file(&s->scene, "p1", s->files++, buf_cstr(&s->file));
    scene_draw(&s->scene);
    return true;
}

// The row of the cursor and what stands in it.
struct spot {
    size_t row;
    struct str text;
};

static struct spot spot_of(struct scene *scene)
{
    size_t row = scene->canvas.cursor_row;

    return (struct spot){ row,
                          arena_copy(&scene->arena, scene_row(scene, row)) };
}

// A line that is still being written may grow, and gets its number when its
// hunk is placed; but it does so in its row.
static void assert_still(struct scene *scene, const struct spot *before,
                         bool arriving)
{
    struct spot now = spot_of(scene);

    if (now.row != before->row
        || (!arriving && !str_equal(now.text, before->text)))
        fail_msg("the cursor was on row %zu, \"%.*s\"\n%s", before->row,
                 STR_ARG(before->text), scene_text(scene));
}

// Until the first hunk of the patch is there as a whole.
static void first_hunk(struct stream *s)
{
    while (!scene_shows(&s->scene, "h2 ?"))
        assert_true(stream_step(s));
    s->scene.now_ms += 1000;
}

static void the_row_under_the_cursor_stays(void **state)
{
    static const char *const keys[] = { "j", "j j", "] j", "j j j j", "G" };
    (void)state;

    for (size_t i = 0; i < SIZE_COUNT; i++)
        for (size_t k = 0; k < sizeof(keys) / sizeof(keys[0]); k++) {
            struct stream s = stream_begin(sizes[i].rows, sizes[i].cols);
            first_hunk(&s);
            for (int n = 0; n < 12; n++)
                stream_step(&s);
            scene_keys(&s.scene, keys[k]);
            struct spot spot = spot_of(&s.scene);
            while (stream_step(&s))
                assert_still(&s.scene, &spot, k > 1);
            stream_end(&s);
        }
}

// The hunk that is read, from its heading to the one of the next.
static struct str hunk_under_cursor(struct scene *scene, size_t count)
{
    struct buf out = { 0 };
    size_t row = scene->canvas.cursor_row;

    for (size_t i = 0; i < count; i++) {
        buf_append(&out, scene_row(scene, row + i));
        buf_append_char(&out, '\n');
    }
    struct str text = arena_copy(&scene->arena, buf_str(&out));
    buf_release(&out);
    return text;
}

static void a_hunk_that_is_there_keeps_its_height(void **state)
{
    (void)state;
    for (size_t i = 0; i < SIZE_COUNT - 2; i++) { // one pane
        struct stream s = stream_begin(sizes[i].rows, sizes[i].cols);
        first_hunk(&s);
        scene_keys(&s.scene, "g ]");
        scene_keys(&s.scene, "[");
        struct str before = hunk_under_cursor(&s.scene, 5);
        while (stream_step(&s))
            if (!str_equal(before, hunk_under_cursor(&s.scene, 5)))
                fail_msg("it was:\n%.*s\n%s", STR_ARG(before),
                         scene_text(&s.scene));
        stream_end(&s);
    }
}

static void what_is_decided_on_the_way_counts_at_the_end(void **state)
{
    (void)state;
    for (size_t i = 0; i < SIZE_COUNT; i++) {
        struct stream s = stream_begin(sizes[i].rows, sizes[i].cols);
        first_hunk(&s);
        scene_keys(&s.scene, "y");
        assert_int_equal(scene_command(&s.scene), CMD_DECIDE);
        scene_obey(&s.scene);
        while (stream_step(&s))
            ;
        scene_item_done(&s.scene, 0, ITEM_PATCH, "p1", "apply_patch",
                        buf_cstr(&s.patch));
        assert_shows(&s.scene, " accepted 1  refused 0  undecided 11");
        stream_end(&s);
    }
}

// Every key of the review, pressed at any moment of the stream.
static void no_key_accepts_what_is_not_there(void **state)
{
    static const char *const keys[] = {
        "y", "n", "Space", "a", "d", "]", "Enter", "G", "z", "+", "v", "Esc"
    };
    unsigned seed = 1;
    (void)state;

    for (size_t i = 0; i < SIZE_COUNT; i++) {
        struct stream s = stream_begin(sizes[i].rows, sizes[i].cols);
        first_hunk(&s);
        while (stream_step(&s)) {
            seed = seed * 1103515245u + 12345u;
            scene_keys(&s.scene,
                       keys[(seed >> 16) % (sizeof(keys) / sizeof(keys[0]))]);
            for (size_t c = 0; c < s.scene.command_count; c++) {
                const struct command *command = &s.scene.commands[c];
                const struct selection *sel =
                    s.scene.session->proposals[0].selection;
                if (command->kind == CMD_DECIDE
                    && command->target.hunk != SELECT_ALL)
                    assert_int_not_equal(selection_place(sel,
                                                         command->target.file,
                                                         command->target.hunk)
                                             ->state,
                                         HUNK_ARRIVING);
            }
            scene_obey(&s.scene);
            if (scene_shows(&s.scene, "COMPOSE")) // Esc left the review
                scene_keys(&s.scene, "Tab");
        }
        stream_end(&s);
    }
}

// The whole file is made anew for a change of it, not for each delta; `found`
// would be forgotten then.
static void a_look_at_the_file_lasts_while_more_arrives(void **state)
{
    (void)state;
    struct stream s = stream_begin(24, 80);
    first_hunk(&s);
    scene_keys(&s.scene, "g o / 5 5 Enter");
    struct spot spot = spot_of(&s.scene);
    while (stream_step(&s))
        assert_still(&s.scene, &spot, false);
    scene_apply(&s.scene, (struct event){ .kind = EVENT_PREIMAGE,
                                          .call_id = STR("p1"),
                                          .text = STR("line 1\nnew\n"),
                                          .flag = true });
    assert_shows(&s.scene, "   2   new");
    stream_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_row_under_the_cursor_stays),
        cmocka_unit_test(a_hunk_that_is_there_keeps_its_height),
        cmocka_unit_test(what_is_decided_on_the_way_counts_at_the_end),
        cmocka_unit_test(no_key_accepts_what_is_not_there),
        cmocka_unit_test(a_look_at_the_file_lasts_while_more_arrives),
    };

    setenv("LC_ALL", "C.UTF-8", 1);
    setlocale(LC_ALL, "C.UTF-8");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
