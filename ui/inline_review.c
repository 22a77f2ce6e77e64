/*
 * A review as questions with the letters of `git add -p`, and our own. Nothing
 * is decided here: answers become commands.
 */
#include "inline_review.h"

#include "kerf/patch/note.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

// --- what is asked -----------------------------------------------------------

static size_t accepted_files(const struct selection *sel)
{
    size_t count = 0;

    for (size_t i = 0; i < selection_patch(sel)->file_count; i++) {
        struct selection_counts counts = selection_count(sel, i);
        count += counts.yes + counts.mixed > 0;
    }
    return count;
}

void walk_print(struct inline_ui *ui, const struct session *session,
                const struct question *question)
{
    const struct proposal *proposal = walk_proposal(ui, session);
    struct selection_counts counts =
        selection_count(proposal->selection, SELECT_ALL);

    if (question->kind == ASKED_ARRIVING && ui->asked.kind == ASKED_HUNK)
        inline_say(ui, "waiting for the next hunk.");
    else if (question->kind == ASKED_HUNK)
        hunk_tell(ui, proposal, question->file, question->hunk);
    else if (question->kind == ASKED_END && counts.undecided > 0)
        inline_say(ui, "%zu of %zu hunks undecided, and left out.",
                   counts.undecided, counts.hunks);
}

static const char *verb_of(const struct walk *walk, enum review_kind kind)
{
    static const char *const verbs[] = {
        [REVIEW_PATCH] = "write",
        [REVIEW_UNSTAGED] = "stage",
        [REVIEW_STAGED] = "unstage",
    };

    return walk->stage && kind == REVIEW_PATCH ? "write and stage"
                                               : verbs[kind];
}

static const char *letters_of(const struct inline_ui *ui, const char *letters)
{
    return ui->options.spoken ? "" : letters;
}

static void end_prompt(struct inline_ui *ui, const struct session *session)
{
    const struct proposal *proposal = walk_proposal(ui, session);
    size_t hunks = walk_unwritten(session);
    size_t files = accepted_files(proposal->selection);
    struct buf *out = inline_line_of(ui);

    if (hunks == 0)
        buf_printf(out, "nothing is accepted. end the review%s? ",
                   letters_of(ui, " [y,r,u,k,K,?]"));
    else
        buf_printf(out, "%s %zu hunk%s in %zu file%s%s? ",
                   verb_of(&ui->walk, proposal->kind), hunks,
                   hunks == 1 ? "" : "s", files, files == 1 ? "" : "s",
                   letters_of(ui, " [y,n,W,r,u,k,K,?]"));
}

static bool can_go(const struct walk *walk, const struct selection *sel, int by,
                   bool any)
{
    size_t file = walk->file, hunk = walk->hunk;

    return walk_find(sel, &file, &hunk, by, any);
}

// The letters that mean something here, in the order git has them.
static void hunk_prompt(struct inline_ui *ui, const struct session *session)
{
    const struct walk *walk = &ui->walk;
    const struct selection *sel = walk_proposal(ui, session)->selection;
    bool later = can_go(walk, sel, 1, true);
    bool earlier = can_go(walk, sel, -1, true);
    struct buf *out = inline_line_of(ui);

    if (ui->options.spoken)
        buf_append(out, STR("accept this hunk? "));
    else
        buf_printf(out, "accept this hunk [y,n,q,a,d%s%s%s%s%s,s,e,p,c,w,?]? ",
                   can_go(walk, sel, 1, false) ? ",j" : "", later ? ",J" : "",
                   can_go(walk, sel, -1, false) ? ",k" : "",
                   earlier ? ",K" : "", later || earlier ? ",g,/" : "");
}

// --- letters -----------------------------------------------------------------

enum takes {
    TAKES_NOTHING,
    TAKES_LINES, // or nothing
    TAKES_WORDS, // asked for if there are none
};

struct letter {
    char key;
    enum takes takes;
    letter_fn act;
    const char *help;
};

static void explain(struct inline_ui *ui, const struct selection *sel,
                    struct str rest);

// The letters of git add -p, then our own.
static const struct letter letters[] = {
    { 'y', TAKES_LINES, letter_accept,
      "accept this hunk, or lines of it as in y 3-5" },
    { 'n', TAKES_LINES, letter_refuse, "refuse this hunk, or lines of it" },
    { 'q', TAKES_NOTHING, letter_leave,
      "leave this hunk and all that are left undecided" },
    { 'a', TAKES_NOTHING, letter_accept_file,
      "accept this hunk and all later ones of the file" },
    { 'd', TAKES_NOTHING, letter_refuse_file,
      "refuse this hunk and all later ones of the file" },
    { 'j', TAKES_NOTHING, letter_next_undecided,
      "leave it undecided, go to the next undecided one" },
    { 'J', TAKES_NOTHING, letter_next,
      "leave it undecided, go to the next one" },
    { 'k', TAKES_NOTHING, letter_last_undecided,
      "leave it undecided, go back to an undecided one" },
    { 'K', TAKES_NOTHING, letter_last,
      "leave it undecided, go back to the one before" },
    { 'g', TAKES_WORDS, letter_go,
      "go to a hunk by its number, as in g 3; g alone lists them" },
    { '/', TAKES_WORDS, letter_search,
      "go to the next hunk with a text, as in /retry" },
    { 's', TAKES_NOTHING, letter_split,
      "split this hunk where context divides it" },
    { 'e', TAKES_NOTHING, letter_edit, "edit this hunk in your editor" },
    { 'p', TAKES_NOTHING, letter_again, "print this hunk again" },
    { '?', TAKES_NOTHING, explain, "this list" },
    { 'c', TAKES_WORDS, letter_note,
      "comment on this hunk for the model, or as in c3-5 TEXT on lines" },
    { 'C', TAKES_WORDS, letter_note_file, "comment on the file" },
    { 'w', TAKES_NOTHING, letter_leave,
      "write what is accepted; it is asked once more" },
    { 'u', TAKES_NOTHING, letter_undo, "take back the last decision" },
    { 'Z', TAKES_NOTHING, letter_redo, "repeat what u took back" },
    { 'A', TAKES_NOTHING, letter_accept_all,
      "accept all that is left, of all files; asks" },
    { 'D', TAKES_NOTHING, letter_refuse_all,
      "refuse all that is left, of all files; asks" },
    { '>', TAKES_NOTHING, letter_next_file, "go to the next file" },
    { '<', TAKES_NOTHING, letter_last_file, "go to the file before" },
    { 'l', TAKES_NOTHING, letter_number, "its lines with their numbers" },
    { 'o', TAKES_NOTHING, letter_around, "the file around it" },
    { 'i', TAKES_NOTHING, letter_conflict,
      "what a conflict is about: ours, base, proposed" },
    { 'R', TAKES_WORDS, letter_reask,
      "ask the model for another version of this hunk" },
    { ')', TAKES_NOTHING, letter_next_version, "the next version of it" },
    { '(', TAKES_NOTHING, letter_last_version, "the version before" },
    { 'E', TAKES_NOTHING, letter_open, "open the file in your editor here" },
    { 'Y', TAKES_NOTHING, letter_copy, "copy this hunk as a patch" },
};

static void explain(struct inline_ui *ui, const struct selection *sel,
                    struct str rest)
{
    (void)sel;
    (void)rest;
    for (size_t i = 0; i < COUNT(letters); i++)
        inline_say(ui, "%c - %s", letters[i].key, letters[i].help);
    inline_say(ui, "r - at the end: send comments and refusals, ask for a new "
                   "version");
    inline_say(ui, ": - a line as at the prompt, as in :/cost");
}

static void take_back(struct inline_ui *ui)
{
    if (walk_again(&ui->walk, 'U'))
        inline_want(ui, CMD_UNDO_HUNK)->target = walk_target(&ui->walk);
    else
        inline_say(ui, "takes this change out of the file: U again does it.");
}

static const struct letter *find_letter(struct str line)
{
    for (size_t i = 0; i < COUNT(letters); i++)
        if (line.len > 0 && line.at[0] == letters[i].key
            && (letters[i].takes != TAKES_NOTHING || line.len == 1))
            return &letters[i];
    return NULL;
}

// Words and numbers stand behind a blank; the blank before lines may be left
// out, and there is none behind `/` and `:`.
static bool read_letter(const struct letter *letter, struct str line,
                        struct str *rest)
{
    char next = line.len > 1 ? line.at[1] : ' ';
    bool digit = next >= '0' && next <= '9';

    *rest = str_trim(str_skip(line, 1));
    return next == ' ' || letter->key == '/'
           || (digit
               && (letter->takes == TAKES_LINES || letter->key == 'c'
                   || letter->key == 'g'));
}

static void unknown(struct inline_ui *ui)
{
    inline_say(ui, "no such answer: ? tells what there is.");
}

static void send_verdict(struct inline_ui *ui, const struct selection *sel)
{
    if (ui->options.review_only)
        inline_say(ui, "there is no model here to ask.");
    else if (selection_has_feedback(sel))
        inline_want(ui, CMD_SEND_NOTES);
    else
        inline_say(ui, "nothing to send: no comment, nothing refused.");
}

static void answer_hunk(struct inline_ui *ui, const struct session *session,
                        struct str line)
{
    const struct proposal *proposal = walk_proposal(ui, session);
    const struct selection *sel = proposal->selection;
    const struct letter *letter = find_letter(line);
    struct str rest;

    if (letter && read_letter(letter, line, &rest)) {
        // Behind `c` the blank tells words from lines.
        bool words = letter->key == 'c' && line.len > 1 && line.at[1] == ' ';
        if (words)
            rest = str_skip(line, 1);
        letter->act(ui, sel, rest);
    } else if (str_is(line, "W")) {
        ui->walk.at_end = ui->walk.stage = true;
    } else if (str_is(line, "r")) {
        send_verdict(ui, sel);
    } else if (str_is(line, "U") && proposal->kind == REVIEW_UNSTAGED) {
        take_back(ui);
    } else if (str_is(line, "U")) {
        inline_message(ui, session, STR("/undo"));
    } else {
        unknown(ui);
    }
}

// --- words -------------------------------------------------------------------

static const struct {
    const char *prompt;
    letter_fn take;
} wanted[] = {
    [WORDS_NONE] = { "", NULL },
    [WORDS_NOTE] = { "comment: ", letter_note },
    [WORDS_NOTE_FILE] = { "comment on the file: ", letter_note_file },
    [WORDS_REASK] = { "what should it be like? ", letter_reask },
    [WORDS_GO] = { "go to which hunk? ", letter_go },
    [WORDS_SEARCH] = { "search for: ", letter_search },
};

// No words: it was not meant. The blank keeps a comment from being lines.
static void answer_words(struct inline_ui *ui, const struct selection *sel,
                         struct str line)
{
    enum words words = ui->walk.words;

    ui->walk.words = WORDS_NONE;
    ui->asked.kind = ASKED_HUNK; // it stands above, and is asked about again
    if (line.len == 0)
        return;
    if (words == WORDS_NOTE)
        line = arena_printf(&ui->scratch, " %.*s", STR_ARG(line));
    wanted[words].take(ui, sel, line);
}

void walk_prompt(struct inline_ui *ui, const struct session *session,
                 const struct question *question)
{
    if (question->kind == ASKED_HUNK)
        hunk_prompt(ui, session);
    else if (question->kind == ASKED_END)
        end_prompt(ui, session);
    else if (question->kind == ASKED_WORDS)
        buf_append(inline_line_of(ui), str_from(wanted[ui->walk.words].prompt));
    ui->open_line = question->kind != ASKED_ARRIVING;
}

// --- the end -----------------------------------------------------------------

static void write_or_end(struct inline_ui *ui, const struct session *session)
{
    const struct proposal *proposal = walk_proposal(ui, session);

    if (!proposal->complete)
        inline_say(ui, "the patch is still arriving.");
    else if (walk_unwritten(session) == 0)
        inline_want(ui, CMD_END_REVIEW);
    else
        inline_want(ui, ui->walk.stage ? CMD_WRITE_STAGE : CMD_WRITE);
}

static void explain_end(struct inline_ui *ui)
{
    inline_say(ui, "y - write what is accepted, and end the review");
    inline_say(ui, "W - the same, and stage it in git");
    inline_say(ui, "n - end the review without writing");
    inline_say(ui, "r - send comments and refusals, ask for a new version");
    inline_say(ui, "u - take back the last decision");
    inline_say(ui, "k - back to the last undecided hunk");
    inline_say(ui, "K - back to the last hunk");
    inline_say(
        ui,
        ": - a line as at the prompt; commands such as /cost go as they are");
}

static void answer_end(struct inline_ui *ui, const struct session *session,
                       struct str line)
{
    const struct selection *sel = walk_proposal(ui, session)->selection;
    bool some = walk_unwritten(session) > 0;
    size_t before = ui->command_count;

    ui->walk.stage = ui->walk.stage || str_is(line, "W");
    if (str_is(line, "y") || str_is(line, "w") || str_is(line, "W"))
        write_or_end(ui, session);
    else if (str_is(line, "n") && some)
        inline_want(ui, CMD_END_REVIEW);
    else if (str_is(line, "r"))
        send_verdict(ui, sel);
    else if (str_is(line, "u"))
        letter_undo(ui, sel, line);
    else if (str_is(line, "k") || str_is(line, "K"))
        walk_back(ui, sel, str_is(line, "K"));
    else if (str_is(line, "?"))
        explain_end(ui);
    else
        unknown(ui);
    ui->walk.answered = ui->command_count > before;
}

void walk_answer(struct inline_ui *ui, const struct session *session,
                 struct str line)
{
    ui->walk.before = ui->walk.armed;
    ui->walk.armed = 0;
    if (ui->asked.kind == ASKED_WORDS)
        answer_words(ui, walk_proposal(ui, session)->selection, line);
    else if (ui->asked.kind == ASKED_END)
        answer_end(ui, session, line);
    else
        answer_hunk(ui, session, line);
}
