/*
 * Any keys on any proposal: nothing crashes, nothing is accepted that was not
 * on the screen or does not fit, and the counts drawn are the counts there are.
 */
#include "scene.h"

#include "kerf/patch/shape.h"

#define ROUNDS 50
#define KEYS 200 // in a round
#define FILES 3
#define HUNKS 4 // of a file, at most
#define SEEN 4096

struct dice {
    uint64_t state;
};

// xorshift64*, Vigna 2016
static size_t roll(struct dice *dice, size_t sides)
{
    dice->state ^= dice->state >> 12;
    dice->state ^= dice->state << 25;
    dice->state ^= dice->state >> 27;
    return (size_t)((dice->state * UINT64_C(2685821657736338717)) >> 33)
           % sides;
}

struct play {
    struct dice dice;
    struct scene scene;
    struct buf patch, files[FILES];
    size_t fed, given; // bytes of the patch, files
    bool complete;
    size_t line;             // makes lines unique
    uint64_t seen[SEEN];     // hashes of added lines that were on the screen
    bool in_review;          // as last drawn
    bool commented, decided; // what the keys came to, over all rounds
};

// --- a random proposal -----------------------------------------------------

static void add_hunk(struct play *play, size_t file, bool damaged)
{
    struct buf *patch = &play->patch, *text = &play->files[file];
    size_t count = 1 + roll(&play->dice, roll(&play->dice, 6) == 0 ? 40 : 5);

    buf_printf(patch, "@@\n context%zu;\n", ++play->line);
    buf_printf(text, "%s%zu;\n", damaged ? "other" : "context", play->line);
    for (size_t i = 0; i < count; i++) {
        size_t number = ++play->line;
        if (roll(&play->dice, 3) == 0) {
            buf_printf(patch, "-old%zu;\n", number);
            buf_printf(text, "old%zu;\n", number);
        } else if (roll(&play->dice, 6) == 0) {
            buf_printf(patch, " same%zu;\n", number);
            buf_printf(text, "same%zu;\n", number);
        }
        buf_printf(patch, "+%snew%zu;\n",
                   roll(&play->dice, 60) == 0 ? "\xe2\x80\xae" : "", number);
    }
    for (size_t i = roll(&play->dice, 8); i > 0; i--)
        buf_printf(text, "far%zu;\n", ++play->line);
}

static void make_proposal(struct play *play)
{
    buf_reset(&play->patch);
    buf_append(&play->patch, STR("*** Begin Patch\n"));
    for (size_t f = 0; f < FILES; f++) {
        buf_reset(&play->files[f]);
        buf_append(&play->files[f], STR("top\n"));
        buf_printf(&play->patch, "*** Update File: src/file%zu.c\n", f);
        for (size_t h = 1 + roll(&play->dice, HUNKS); h > 0; h--)
            add_hunk(play, f, roll(&play->dice, 6) == 0);
    }
    buf_append(&play->patch, STR("*** End Patch\n"));
    play->fed = play->given = 0;
    play->complete = false;
    memset(play->seen, 0, sizeof(play->seen));
}

static void begin(struct play *play)
{
    static const struct {
        size_t rows, cols;
    } sizes[] = {
        { 24, 80 }, { 30, 100 }, { 45, 140 }, { 16, 60 }, { 40, 170 },
    };
    size_t size = roll(&play->dice, 5);

    make_proposal(play);
    play->scene = scene_create(sizes[size].rows, sizes[size].cols);
    scene_open(&play->scene);
    scene_ask(&play->scene, "go");
    scene_item(&play->scene, 0, ITEM_PATCH, "p1", "apply_patch");
    play->in_review = false;
    play->scene.now_ms += 1000;
}

static void give_files(struct play *play)
{
    const struct proposal *proposal = &play->scene.session->proposals[0];
    size_t count = selection_patch(proposal->selection)->file_count;

    while (play->given < count && play->given < FILES) {
        scene_file(&play->scene, "p1", play->given,
                   buf_cstr(&play->files[play->given]));
        play->given++;
    }
}

// The stream goes on by a piece, or the file is changed by somebody.
static void happen(struct play *play)
{
    struct str rest = str_skip(buf_str(&play->patch), play->fed);
    struct str piece = str_take(rest, 1 + roll(&play->dice, 400));

    if (rest.len > 0) {
        scene_apply(&play->scene,
                    (struct event){ .kind = EVENT_CALL_DELTA, .text = piece });
        play->fed += piece.len;
    } else if (!play->complete) {
        scene_item_done(&play->scene, 0, ITEM_PATCH, "p1", "apply_patch",
                        buf_cstr(&play->patch));
        scene_completed(&play->scene);
        play->complete = true;
    } else if (roll(&play->dice, 4) == 0) {
        struct buf changed = { 0 };
        size_t file = roll(&play->dice, FILES);
        buf_printf(&changed, "top\nmoved\n%s", buf_cstr(&play->files[file]));
        scene_file(&play->scene, "p1", file, buf_cstr(&changed));
        buf_release(&changed);
    }
    give_files(play);
}

// --- what was on the screen ------------------------------------------------

static bool was_seen(const struct play *play, struct str line)
{
    uint64_t hash = str_hash(line, 1);

    for (size_t i = hash % SEEN; play->seen[i] != 0; i = (i + 1) % SEEN)
        if (play->seen[i] == hash)
            return true;
    return false;
}

static void note_seen(struct play *play, struct str line)
{
    uint64_t hash = str_hash(line, 1);
    size_t at = hash % SEEN;

    if (was_seen(play, line))
        return;
    while (play->seen[at] != 0)
        at = (at + 1) % SEEN;
    play->seen[at] = hash;
}

// Every word on the screen that ends in ';' is a line of the patch.
static void look(struct play *play)
{
    struct str rest = str_from(scene_text(&play->scene)), word;

    play->in_review = str_find(rest, STR("COMPOSE")) == SIZE_MAX;
    while (rest.len > 0) {
        size_t end = str_find_char(rest, ';');
        if (end == SIZE_MAX)
            return;
        word = str_take(rest, end + 1);
        size_t start = word.len;
        while (start > 0 && word.at[start - 1] != ' '
               && word.at[start - 1] != '+' && word.at[start - 1] != '-'
               && word.at[start - 1] != '>' && word.at[start - 1] != '\n')
            start--;
        note_seen(play, str_skip(word, start));
        rest = str_skip(rest, end + 1);
    }
}

static struct str shown(struct str line)
{
    return str_starts_with(line, STR("\xe2\x80\xae")) ? str_skip(line, 3)
                                                      : line;
}

static bool line_was_seen(const struct play *play, struct str line)
{
    struct buf hidden = { 0 };
    buf_printf(&hidden, "<U+202E>%.*s", STR_ARG(shown(line)));
    bool seen = was_seen(play, line) || was_seen(play, buf_str(&hidden));

    buf_release(&hidden);
    return seen;
}

// --- what must hold --------------------------------------------------------

static const struct selection *selection_of(const struct play *play)
{
    return play->scene.session->proposals[0].selection;
}

static void check_hunk(const struct play *play, size_t file, size_t hunk,
                       size_t line)
{
    const struct hunk *what =
        &selection_patch(selection_of(play))->files[file].hunks[hunk];
    size_t last = what->line_count - 1;

    assert_true(what->complete);
    if (!line_was_seen(play, what->lines[last].text)
        && (line == SELECT_ALL || !line_was_seen(play, what->lines[line].text)))
        fail_msg("accepted unseen: %.*s\n%s", STR_ARG(what->lines[last].text),
                 scene_text((struct scene *)&play->scene));
}

static void check_yes(const struct play *play, struct target target)
{
    const struct selection *sel = selection_of(play);
    const struct file_patch *file = &selection_patch(sel)->files[target.file];

    if (target.hunk != SELECT_ALL) {
        check_hunk(play, target.file, target.hunk, target.line);
        return;
    }
    for (size_t h = 0; h < file->hunk_count; h++) {
        enum hunk_state state = selection_place(sel, target.file, h)->state;
        bool fits = state == HUNK_OK || state == HUNK_MOVED
                    || state == HUNK_FUZZY;
        if (fits) {
            check_hunk(play, target.file, h, SELECT_ALL);
            assert_false(hunk_has_hidden(&file->hunks[h]));
        }
    }
}

static void check_commands(struct play *play)
{
    for (size_t i = 0; i < play->scene.command_count; i++) {
        const struct command *command = &play->scene.commands[i];
        if (command->kind == CMD_NOTE)
            play->commented = true;
        if (command->kind != CMD_DECIDE || command->decision != DECISION_YES)
            continue;
        check_yes(play, command->target);
        play->decided = true;
    }
}

// Nothing that does not fit is accepted.
static void check_places(const struct play *play)
{
    const struct selection *sel = selection_of(play);
    const struct patch *patch = selection_patch(sel);

    for (size_t f = 0; f < patch->file_count; f++)
        for (size_t h = 0; h < patch->files[f].hunk_count; h++) {
            enum hunk_state state = selection_place(sel, f, h)->state;
            enum decision decision =
                selection_decision(sel, (struct target){ f, h, SELECT_ALL });
            if (state == HUNK_CONFLICT || state == HUNK_AMBIGUOUS
                || state == HUNK_ARRIVING)
                assert_int_not_equal(decision, DECISION_YES);
        }
}

static void check_counts(struct play *play)
{
    struct selection_counts counts =
        selection_count(selection_of(play), SELECT_ALL);
    struct str shown = str_from(buf_cstr(&play->scene.text));
    char text[100];

    // A long message may stand where the counts do.
    if (!play->in_review || str_find(shown, STR(" accepted ")) == SIZE_MAX)
        return;
    snprintf(text, sizeof(text), " accepted %zu  refused %zu  undecided %zu",
             counts.yes, counts.no, counts.undecided);
    if (str_find(shown, str_from(text)) == SIZE_MAX)
        fail_msg("not \"%s\" in:\n%s", text, buf_cstr(&play->scene.text));
}

// What the keys wanted becomes events, as in the program.
static void obey(struct play *play)
{
    for (size_t i = 0; i < play->scene.command_count; i++) {
        struct event event = scene_event_of(&play->scene.commands[i]);
        if (event.kind != EVENT_KIND_COUNT)
            session_apply(play->scene.session, &event);
    }
}

// --- playing ---------------------------------------------------------------

static void press(struct play *play)
{
    static const char *const keys[] = {
        "y",     "y", "y",  "n",     "a",         "A",    "d",    "D",
        "Space", "v", "v",  "u",     "^R",        "s",    "c",    "C",
        "R",     "(", ")",  "i",     "o",         "z",    "|",    "+",
        "-",     "]", "[",  "}",     "{",         "j",    "j",    "j",
        "k",     "G", "g",  "Enter", "Enter",     "PgDn", "PgUp", "^D",
        "Esc",   "/", "^N", "x",     "Backspace", "w",
    };
    size_t count = sizeof(keys) / sizeof(keys[0]);

    play->scene.command_count = 0;
    const char *name = play->in_review ? keys[roll(&play->dice, count)] : "Tab";
    struct key key = scene_key_of(name);
    scene_press(&play->scene, &key);
    play->scene.now_ms += 400;
    check_commands(play);
    obey(play);
}

static void play_round(struct play *play)
{
    begin(play);
    for (size_t i = 0; i < KEYS; i++) {
        if (roll(&play->dice, 4) == 0)
            happen(play);
        press(play);
        check_places(play);
        if (roll(&play->dice, 3) == 0)
            continue; // keys come faster than the screen is drawn
        look(play);
        check_counts(play);
    }
    scene_destroy(&play->scene);
}

static void any_keys_accept_only_what_was_seen_and_fits(void **state)
{
    (void)state;
    struct play play = { .dice.state = 20261121 };

    for (size_t i = 0; i < ROUNDS; i++)
        play_round(&play);

    assert_true(play.commented);
    assert_true(play.decided);
    buf_release(&play.patch);
    for (size_t f = 0; f < FILES; f++)
        buf_release(&play.files[f]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_keys_accept_only_what_was_seen_and_fits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
