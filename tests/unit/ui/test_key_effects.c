/* Keys and what comes of them: one row a key, in the place where it works. */
#include "scene.h"

#include "samples.h"

enum stage {
    IDLE,     // the composer, nothing going on
    RUNNING,  // the composer while a turn streams
    QUEUED,   // and a message waits
    REVIEW,   // a patch of three files
    APPROVAL, // a command is asked about
    PAGER,    // the transcript
};

struct effect {
    enum stage place;
    const char *before; // keys pressed first
    const char *keys;
    enum command_kind command; // the first that comes of it
    const char *shows;         // what is on the screen then; NULL: anything
};

static const struct effect effects[] = {
    // Composer (its line editor has tests of its own).
    { IDLE, "h i", "Enter", CMD_SEND, NULL },
    { RUNNING, "h i", "Enter", CMD_SEND, NULL },
    { IDLE, "", "Enter", CMD_NONE, "Enter send" },
    { RUNNING, "", "Esc", CMD_INTERRUPT, NULL },
    { RUNNING, "", "^C", CMD_INTERRUPT, NULL },
    { RUNNING, "h", "^C", CMD_NONE, NULL },
    { IDLE, "", "Esc", CMD_NONE, NULL },
    { IDLE, "", "^C", CMD_NONE, "^C again quits" },
    { IDLE, "^C", "^C", CMD_QUIT, NULL },
    { IDLE, "^C x", "^C", CMD_NONE, NULL },
    { IDLE, "^C Esc", "^C", CMD_NONE, "^C again quits" },
    { IDLE, "^C Esc", "Esc", CMD_NONE, NULL },
    { IDLE, "", "^D", CMD_QUIT, NULL },
    { IDLE, "h", "^D", CMD_NONE, NULL },
    { IDLE, "h i", "^G", CMD_EDITOR, NULL },
    { IDLE, "h i", "^X ^E", CMD_EDITOR, NULL },
    { IDLE, "", "^T", CMD_NONE, "TRANSCRIPT" },
    { IDLE, "", "?", CMD_NONE, "HELP" },
    { IDLE, "h", "?", CMD_NONE, "> h?" },
    { IDLE, "h", "F1", CMD_NONE, "HELP" },
    { IDLE, "", "^Z", CMD_SUSPEND, NULL },
    { IDLE, "", "^X c", CMD_NONE, "context: what is sent" },
    { IDLE, "", "^X l", CMD_NONE, "latency, " },
    { IDLE, "", "^X $", CMD_NONE, "session" },
    { IDLE, "", "^X r", CMD_NONE, "route: " },
    { IDLE, "", "^X v", CMD_NONE, "verify: " },
    { IDLE, "", "^X b", CMD_BACKEND, NULL },
    { IDLE, "", "^X m", CMD_BACKEND, NULL },
    { IDLE, "", "^X s", CMD_SESSIONS, NULL },
    { IDLE, "", "^X u", CMD_UNDO_WRITE, NULL },
    { IDLE, "", "^X U", CMD_REDO_WRITE, NULL },
    { IDLE, "", "^X :", CMD_NONE, " do: " },
    { IDLE, "", "^X ?", CMD_NONE, "b backends" },
    { IDLE, "^X", "^C", CMD_NONE, "Enter send" },
    { IDLE, "", "Tab", CMD_NONE, "there is no patch to review" },
    { QUEUED, "", "Up", CMD_UNQUEUE, "> later" },
    // Review.
    { REVIEW, "", "y", CMD_DECIDE, NULL },
    { REVIEW, "", "n", CMD_DECIDE, NULL },
    { REVIEW, "", "Space", CMD_DECIDE, NULL },
    { REVIEW, "", "d", CMD_DECIDE, NULL },
    { REVIEW, "", "D", CMD_NONE, NULL },
    { REVIEW, "D", "D", CMD_DECIDE, NULL },
    { REVIEW, "A", "j", CMD_NONE, NULL },
    { REVIEW, "A j", "A", CMD_NONE, NULL },
    { REVIEW, "", "v", CMD_NONE, "LINES" },
    { REVIEW, "v", "Esc", CMD_NONE, "REVIEW" },
    { REVIEW, "", "u", CMD_UNDO_DECISION, NULL },
    { REVIEW, "", "^R", CMD_REDO_DECISION, NULL },
    { REVIEW, "", "Y", CMD_COPY_PATCH, NULL },
    { REVIEW, "", "?", CMD_NONE, "HELP" },
    { REVIEW, "", "F1", CMD_NONE, "HELP" },
    { REVIEW, "", "q", CMD_NONE, "COMPOSE" },
    { REVIEW, "", "Esc", CMD_NONE, "COMPOSE" },
    { REVIEW, "", "Tab", CMD_NONE, "COMPOSE" },
    { REVIEW, "q", "Tab", CMD_NONE, "REVIEW" },
    { REVIEW, "q", "Esc", CMD_NONE, "a review waits" },
    { REVIEW, "", "^C", CMD_NONE, "^C again stops the turn" },
    { REVIEW, "^C", "^C", CMD_INTERRUPT, NULL },
    { REVIEW, "^C j", "^C", CMD_NONE, "^C again stops the turn" },
    { REVIEW, "", "^Z", CMD_SUSPEND, NULL },
    { REVIEW, "", "^X c", CMD_NONE, "context: what is sent" },
    { REVIEW, "", ":", CMD_NONE, " do: " },
    { REVIEW, ":", "Esc", CMD_NONE, "REVIEW" },
    // Approval.
    { APPROVAL, "", "y", CMD_APPROVE, NULL },
    { APPROVAL, "", "a", CMD_APPROVE_SESSION, NULL },
    { APPROVAL, "", "Esc", CMD_DENY, NULL },
    { APPROVAL, "", "^C", CMD_DENY, NULL },
    { APPROVAL, "", "Enter", CMD_NONE, "APPROVE" },
    { APPROVAL, "", "Space", CMD_NONE, "APPROVE" },
    { APPROVAL, "", "^X :", CMD_NONE, "APPROVE" },
    { APPROVAL, "", "^Z", CMD_SUSPEND, NULL },
    // Pager.
    { PAGER, "", "q", CMD_NONE, "COMPOSE" },
    { PAGER, "", "Esc", CMD_NONE, "COMPOSE" },
    { PAGER, "", "^C", CMD_NONE, "COMPOSE" },
    { PAGER, "", "^T", CMD_NONE, "COMPOSE" },
    { PAGER, "/ z z", "Enter", CMD_NONE, "not found: zz" },
    { PAGER, "/ q", "Esc", CMD_NONE, "TRANSCRIPT" },
    { PAGER, "", "^Z", CMD_SUSPEND, NULL },
};

static void give_patch(struct scene *scene)
{
    scene_item(scene, 0, ITEM_PATCH, "p1", "apply_patch");
    scene_item_done(scene, 0, ITEM_PATCH, "p1", "apply_patch", SAMPLE_PATCH);
    scene_completed(scene);
    scene_file(scene, "p1", 0, SAMPLE_RETRY);
    scene_file(scene, "p1", 1, NULL);
    scene_file(scene, "p1", 2, SAMPLE_CONF);
}

static struct scene scene_in(enum stage place)
{
    struct scene scene = scene_create(40, 80);

    scene_open(&scene);
    if (place == RUNNING || place == QUEUED || place == REVIEW)
        scene_ask(&scene, "why?");
    if (place == QUEUED)
        scene_apply(&scene, (struct event){ .kind = EVENT_QUEUED,
                                            .text = STR("later") });
    if (place == REVIEW)
        give_patch(&scene);
    if (place == APPROVAL)
        scene_approval(&scene, "make test");
    scene_draw(&scene);
    scene.now_ms += 2000;
    scene_draw(&scene);
    if (place == PAGER)
        scene_keys(&scene, "^T");
    return scene;
}

static enum command_kind first_command(const struct scene *scene)
{
    return scene->command_count > 0 ? scene->commands[0].kind : CMD_NONE;
}

static void each_key_has_its_effect(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(effects) / sizeof(effects[0]); i++) {
        const struct effect *e = &effects[i];
        struct scene scene = scene_in(e->place);
        if (*e->before)
            scene_keys(&scene, e->before);
        scene_keys(&scene, e->keys);
        if (first_command(&scene) != e->command)
            fail_msg("%s after '%s' (place %d): command %s, not %s", e->keys,
                     e->before, (int)e->place,
                     command_info(first_command(&scene))->name,
                     command_info(e->command)->name);
        if (e->shows && scene_find(&scene, e->shows) == SIZE_MAX)
            fail_msg("%s after '%s': no '%s' on\n%s", e->keys, e->before,
                     e->shows, scene_text(&scene));
        scene_destroy(&scene);
    }
}

// A draft that ^C has cleared is not lost.
static void a_cleared_draft_comes_back_from_the_history(void **state)
{
    (void)state;
    struct scene scene = scene_in(IDLE);

    scene_keys(&scene, "h e y ^C");
    assert_int_equal(ui_draft(scene.ui).len, 0);
    scene_keys(&scene, "^P");
    assert_true(str_is(ui_draft(scene.ui), "hey"));
    scene_destroy(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_key_has_its_effect),
        cmocka_unit_test(a_cleared_draft_comes_back_from_the_history),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
