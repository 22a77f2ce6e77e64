/* Keys and what comes of them: one row a key, in the place where it works. */
#include "scene.h"

#include "samples.h"

enum stage {
    IDLE,     // the composer, nothing going on
    RUNNING,  // the composer while a turn streams
    QUEUED,   // and a message waits
    REVIEW,   // a patch of three files
    ARRIVING, // the first hunk is there, the second on its way
    ENDED,    // its review is over
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
    { REVIEW, "", "j", CMD_NONE, ">   5   5      int rc;" },
    { REVIEW, "", "Down", CMD_NONE, ">   5   5      int rc;" },
    { REVIEW, "j j", "k", CMD_NONE, ">   5   5      int rc;" },
    { REVIEW, "j j", "Up", CMD_NONE, ">   5   5      int rc;" },
    { REVIEW, "", "]", CMD_NONE, "> h2 ?" },
    { REVIEW, "", "J", CMD_NONE, "> h2 ?" },
    { REVIEW, "] ]", "[", CMD_NONE, "> h2 ?" },
    { REVIEW, "] ]", "K", CMD_NONE, "> h2 ?" },
    { REVIEW, "j", "[", CMD_NONE, "> h1 ?" },
    { REVIEW, "", "[", CMD_NONE, "this is the first hunk" },
    { REVIEW, "] ] ]", "]", CMD_NONE, "this is the last hunk so far" },
    { REVIEW, "", "}", CMD_NONE, "> h3 ?" },
    { REVIEW, "", ">", CMD_NONE, "> h3 ?" },
    { REVIEW, "} }", "{", CMD_NONE, "> h3 ?" },
    { REVIEW, "} }", "<", CMD_NONE, "> h3 ?" },
    { REVIEW, "", "{", CMD_NONE, "this is the first file" },
    { REVIEW, "} }", "}", CMD_NONE, "this is the last file so far" },
    { REVIEW, "", "Enter", CMD_NONE, "> h2 ?" },
    { REVIEW, "", "Backspace", CMD_NONE, "> h4 ?" },
    { REVIEW, "", "G", CMD_NONE, ">       1 +#define A 2" },
    { REVIEW, "", "End", CMD_NONE, ">       1 +#define A 2" },
    { REVIEW, "G", "g", CMD_NONE, "> h1 ?" },
    { REVIEW, "G", "Home", CMD_NONE, "> h1 ?" },
    { REVIEW, "", "PgDn", CMD_NONE, ">       1 +#define A 2" },
    { REVIEW, "G", "PgUp", CMD_NONE, "> h1 ?" },
    { REVIEW, "", "^D", CMD_NONE, "hunk 2/4" },
    { REVIEW, "G", "^U", CMD_NONE, "hunk 2/4" },
    { REVIEW, "", "s", CMD_NONE, "no context between changes" },
    { REVIEW, "v j j", "s", CMD_NONE, "no context between changes at this" },
    { REVIEW, "}", "s", CMD_NONE, "only a change of a file can be split" },
    { REVIEW, "", "e", CMD_EDIT_HUNK, NULL },
    { REVIEW, "", "E", CMD_EDIT_FILE, NULL },
    { REVIEW, "}", "E", CMD_NONE, "there is no such file to open" },
    { REVIEW, "", "c", CMD_NONE, "note on h1" },
    { REVIEW, "j", "c", CMD_NONE, "note on this line" },
    { REVIEW, "v j v j j", "c", CMD_NONE, "note on 3 lines" },
    { REVIEW, "", "C", CMD_NONE, "note on the file" },
    { REVIEW, "c h i", "Enter", CMD_NOTE, NULL },
    { REVIEW, "c h i", "Esc", CMD_NONE, "y/n decide" },
    { REVIEW, "", "r", CMD_NONE, "nothing to send" },
    { REVIEW, "", "R", CMD_NONE, "another version of h1" },
    { REVIEW, "R s o", "Enter", CMD_REASK, NULL },
    { REVIEW, "", ")", CMD_NONE, "h1 has one version: R asks for another" },
    { REVIEW, "", "w", CMD_NONE, "nothing is accepted" },
    { REVIEW, "", "W", CMD_NONE, "nothing is accepted" },
    { REVIEW, "", "U", CMD_UNDO_WRITE, NULL },
    { REVIEW, "", "^X u", CMD_UNDO_WRITE, NULL },
    { REVIEW, "", "^X U", CMD_REDO_WRITE, NULL },
    { REVIEW, "", "Q", CMD_END_REVIEW, NULL },
    { REVIEW, "", "i", CMD_NONE, "h1 fits: there is no conflict" },
    { REVIEW, "]", "i", CMD_NONE, "why it does not fit" },
    { REVIEW, "]", "y", CMD_NONE,
      "h2 CONFLICT: i shows why, e edits, R asks again" },
    { REVIEW, "", "o", CMD_NONE, "the file with this hunk" },
    { REVIEW, "o", "o", CMD_NONE, "the file as it is" },
    { REVIEW, "", "+", CMD_NONE, "    3   3  int net_send(int fd)" },
    { REVIEW, "+", "-", CMD_NONE, "h1 ?" },
    { REVIEW, "", "|", CMD_NONE, "side by side from 120 columns on" },
    { REVIEW, "", "z", CMD_NONE, "folded: 2 hunks" },
    { REVIEW, "z", "z", CMD_NONE, "h1 ?" },
    { REVIEW, "/ o n e", "Enter", CMD_NONE, "+one" },
    { REVIEW, "/ o n e Enter", "^N", CMD_NONE, "went on from the beginning" },
    { REVIEW, "/ o n e Enter", "^P", CMD_NONE, "went on from the end" },
    { REVIEW, "", "^N", CMD_NONE, "nothing to search for" },
    { REVIEW, "/ z z", "Enter", CMD_NONE, "not found: zz" },
    { REVIEW, "", "a", CMD_DECIDE, NULL },
    { REVIEW, "A", "A", CMD_DECIDE, NULL },
    { REVIEW, "", "y", CMD_DECIDE, NULL },
    { REVIEW, "", "n", CMD_DECIDE, NULL },
    { REVIEW, "", "Space", CMD_DECIDE, NULL },
    { REVIEW, "z", "Space", CMD_NONE, "no hunk is under the cursor" },
    { REVIEW, "g v", "Space", CMD_NONE, "no hunk is under the cursor" },
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
    // While it arrives: what is there can be decided, what is not cannot.
    { ARRIVING, "", "y", CMD_DECIDE, "> h2 ?  arriving" },
    { ARRIVING, "", "n", CMD_DECIDE, "> h2 ?  arriving" },
    { ARRIVING, "", "Space", CMD_DECIDE, "> h1 ?" },
    { ARRIVING, "]", "y", CMD_NONE, "h2 is still arriving" },
    { ARRIVING, "]", "n", CMD_NONE, "h2 is still arriving" },
    { ARRIVING, "]", "Space", CMD_NONE, "h2 is still arriving" },
    { ARRIVING, "] v j", "y", CMD_NONE, "h2 is still arriving" },
    { ARRIVING, "]", "s", CMD_NONE, "h2 is still arriving" },
    { ARRIVING, "]", "e", CMD_NONE, "h2 is still arriving" },
    { ARRIVING, "]", "c", CMD_NONE, "h2 is still arriving" },
    { ARRIVING, "]", "i", CMD_NONE, "h2 is still arriving" },
    { ARRIVING, "]", "o", CMD_NONE, "h2 is still arriving" },
    { ARRIVING, "", "c", CMD_NONE, "note on h1" },
    { ARRIVING, "", "C", CMD_NONE, "note on the file" },
    { ARRIVING, "", "a", CMD_DECIDE, NULL },
    { ARRIVING, "", "d", CMD_DECIDE, NULL },
    { ARRIVING, "", "A", CMD_NONE, "accept 1 hunk? the same key again" },
    { ARRIVING, "", "w", CMD_NONE, "the patch is still arriving" },
    { ARRIVING, "", "W", CMD_NONE, "the patch is still arriving" },
    { ARRIVING, "", "r", CMD_NONE, "the patch is still arriving" },
    { ARRIVING, "", "R", CMD_NONE, "the patch is still arriving" },
    { ARRIVING, "", "Q", CMD_NONE, "the patch is still arriving" },
    { ARRIVING, "] ", "]", CMD_NONE, "this is the last hunk so far" },
    { ARRIVING, "", "o", CMD_NONE, "the file with this hunk" },
    { ARRIVING, "/ t r i e s", "Enter", CMD_NONE, ">       6 +    int tries" },
    // When it is over: nothing is decided, all can be looked at.
    { ENDED, "", "y", CMD_NONE, "this review has ended" },
    { ENDED, "", "n", CMD_NONE, "this review has ended" },
    { ENDED, "", "a", CMD_NONE, "this review has ended" },
    { ENDED, "", "A", CMD_NONE, "this review has ended" },
    { ENDED, "", "c", CMD_NONE, "this review has ended" },
    { ENDED, "", "e", CMD_NONE, "this review has ended" },
    { ENDED, "", "s", CMD_NONE, "this review has ended" },
    { ENDED, "", "R", CMD_NONE, "this review has ended" },
    { ENDED, "", "u", CMD_NONE, "this review has ended" },
    { ENDED, "", "w", CMD_NONE, "this review has ended" },
    { ENDED, "", "Q", CMD_NONE, "this review has ended" },
    { ENDED, "", "U", CMD_UNDO_WRITE, NULL },
    { ENDED, "", "]", CMD_NONE, "> h2" },
    { ENDED, "", "o", CMD_NONE, "the file with this hunk" },
    { ENDED, "", "Y", CMD_COPY_PATCH, NULL },
    // Approval.
    { APPROVAL, "", "y", CMD_APPROVE, NULL },
    { APPROVAL, "", "a", CMD_APPROVE_SESSION, NULL },
    { APPROVAL, "", "e", CMD_NONE, "run instead: " },
    { APPROVAL, "e", "Enter", CMD_APPROVE_EDITED, NULL },
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

// The first hunk, and the beginning of the second.
static void begin_patch(struct scene *scene)
{
    static const char *const next = "-int nowhere(void)\n";
    const char *end = strstr(SAMPLE_PATCH, next) + strlen(next);

    scene_item(scene, 0, ITEM_PATCH, "p1", "apply_patch");
    scene_apply(scene,
                (struct event){
                    .kind = EVENT_CALL_DELTA,
                    .text = { SAMPLE_PATCH, (size_t)(end - SAMPLE_PATCH) } });
    scene_file(scene, "p1", 0, SAMPLE_RETRY);
}

static struct scene scene_in(enum stage place)
{
    struct scene scene = scene_create(40, 80);

    scene_open(&scene);
    if (place != IDLE && place != APPROVAL && place != PAGER)
        scene_ask(&scene, "why?");
    if (place == QUEUED)
        scene_apply(&scene, (struct event){ .kind = EVENT_QUEUED,
                                            .text = STR("later") });
    if (place == REVIEW || place == ENDED)
        give_patch(&scene);
    if (place == ARRIVING)
        begin_patch(&scene);
    if (place == APPROVAL)
        scene_approval(&scene, "make test");
    scene_draw(&scene);
    scene.now_ms += 2000;
    scene_draw(&scene);
    if (place == ENDED) {
        scene_apply(&scene, (struct event){ .kind = EVENT_REVIEW_ENDED,
                                            .call_id = STR("p1") });
        scene_keys(&scene, "Tab");
    }
    if (place == PAGER)
        scene_keys(&scene, "^T");
    return scene;
}

static enum command_kind first_command(const struct scene *scene)
{
    return scene->command_count > 0 ? scene->commands[0].kind : CMD_NONE;
}

// Says what is wrong with a row, if anything is.
static bool has_effect(const struct effect *e)
{
    struct scene scene = scene_in(e->place);

    if (*e->before)
        scene_keys(&scene, e->before);
    scene_keys(&scene, e->keys);
    bool commands = first_command(&scene) == e->command;
    bool shows = !e->shows || scene_shows(&scene, e->shows);
    if (!commands || !shows)
        print_error("%s after '%s' (place %d) gives %s; wanted: %s, '%s' on\n"
                    "%s\n",
                    e->keys, e->before, (int)e->place,
                    command_info(first_command(&scene))->name,
                    command_info(e->command)->name, e->shows ? e->shows : "",
                    scene_text(&scene));
    scene_destroy(&scene);
    return commands && shows;
}

static void each_key_has_its_effect(void **state)
{
    size_t wrong = 0;

    (void)state;
    for (size_t i = 0; i < sizeof(effects) / sizeof(effects[0]); i++)
        wrong += !has_effect(&effects[i]);
    assert_int_equal(wrong, 0);
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
