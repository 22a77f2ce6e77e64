/*
 * A review as questions with the letters of `git add -p`. The walk stands on a
 * hunk; a decision lets it go on to the next one that is undecided. Hunks that
 * have not arrived are waited for; behind the last one it is asked whether to
 * write. Nothing is decided here: answers become commands.
 */
#include "kerf/patch/note.h"
#include "kerf/patch/shape.h"

#include "inline_parts.h"

static const struct proposal *proposal_of(const struct inline_ui *ui,
                                          const struct session *session)
{
    return &session->proposals[ui->walk.proposal];
}

// --- where it is -------------------------------------------------------------

static bool is_ready(const struct selection *sel, size_t file, size_t hunk)
{
    const struct file_patch *entry = &selection_patch(sel)->files[file];

    return entry->hunks[hunk].complete
           && selection_place(sel, file, hunk)->state != HUNK_ARRIVING;
}

static bool is_undecided(const struct selection *sel, size_t file, size_t hunk)
{
    struct target target = { file, hunk, SELECT_ALL };

    return is_ready(sel, file, hunk)
           && selection_place(sel, file, hunk)->state != HUNK_APPLIED
           && selection_decision(sel, target) == DECISION_NONE;
}

// The hunk behind or before this one in the order of the patch.
static bool step(const struct patch *patch, size_t *file, size_t *hunk, int by)
{
    if (by > 0 && *hunk + 1 < patch->files[*file].hunk_count) {
        (*hunk)++;
        return true;
    }
    if (by < 0 && *hunk > 0) {
        (*hunk)--;
        return true;
    }
    for (size_t f = *file; by > 0 ? ++f < patch->file_count : f-- > 0;) {
        if (patch->files[f].hunk_count == 0)
            continue;
        *file = f;
        *hunk = by > 0 ? 0 : patch->files[f].hunk_count - 1;
        return true;
    }
    return false;
}

// The nearest one in a direction that is undecided, or (`any`) can be.
static bool find(const struct selection *sel, size_t *file, size_t *hunk,
                 int by, bool any)
{
    const struct patch *patch = selection_patch(sel);
    size_t f = *file, h = *hunk;

    while (step(patch, &f, &h, by))
        if (any ? is_ready(sel, f, h) : is_undecided(sel, f, h)) {
            *file = f;
            *hunk = h;
            return true;
        }
    return false;
}

static bool is_there(const struct patch *patch, const struct walk *walk)
{
    return walk->file < patch->file_count
           && walk->hunk < patch->files[walk->file].hunk_count;
}

static bool has_hunks(const struct patch *patch)
{
    return patch->file_count > 0 && patch->files[0].hunk_count > 0;
}

static void begin(struct inline_ui *ui, size_t proposal)
{
    struct walk *walk = &ui->walk;

    buf_release(&walk->edit);
    *walk = (struct walk){ .proposal = proposal };
}

// Says whether there is a hunk to ask about; the walk stands there then.
static bool settle(struct walk *walk, const struct selection *sel)
{
    const struct patch *patch = selection_patch(sel);

    if (!has_hunks(patch))
        return false;
    if (!is_there(patch, walk)) { // a hunk was joined, or a file is new
        walk->file = walk->hunk = 0;
        walk->stay = false;
    }
    if (walk->stay || is_undecided(sel, walk->file, walk->hunk))
        return true;
    size_t first_file = 0, first_hunk = 0;
    if (find(sel, &walk->file, &walk->hunk, 1, false))
        return true;
    if (!is_undecided(sel, 0, 0)
        && !find(sel, &first_file, &first_hunk, 1, false))
        return false;
    walk->file = first_file;
    walk->hunk = first_hunk;
    return true;
}

struct question walk_question(struct inline_ui *ui,
                              const struct session *session)
{
    struct walk *walk = &ui->walk;
    size_t index = session_reviewing(session);

    if (index != walk->proposal)
        begin(ui, index);
    const struct proposal *proposal = proposal_of(ui, session);
    const struct selection *sel = proposal->selection;
    struct question question = { .kind = ASKED_END, .index = index };
    if (walk->at_end)
        return question;
    if (!settle(walk, sel)) {
        bool over = proposal->complete
                    && selection_count(sel, SELECT_ALL).arriving == 0;
        question.kind = over ? ASKED_END : ASKED_ARRIVING;
        walk->at_end = over;
        return question;
    }
    question.kind = ASKED_HUNK;
    question.file = walk->file;
    question.hunk = walk->hunk;
    question.lines =
        selection_patch(sel)->files[walk->file].hunks[walk->hunk].line_count;
    question.state = (int)selection_place(sel, walk->file, walk->hunk)->state;
    return question;
}

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

size_t walk_unwritten(const struct session *session)
{
    size_t index = session_reviewing(session);

    if (index == NO_INDEX || session->proposals[index].write_id.len > 0)
        return 0;
    struct selection_counts counts =
        selection_count(session->proposals[index].selection, SELECT_ALL);
    return counts.yes + counts.mixed;
}

void walk_print(struct inline_ui *ui, const struct session *session,
                const struct question *question)
{
    const struct proposal *proposal = proposal_of(ui, session);
    struct selection_counts counts =
        selection_count(proposal->selection, SELECT_ALL);

    if (question->kind == ASKED_ARRIVING && ui->asked.kind == ASKED_HUNK)
        buf_append(inline_line_of(ui), STR("waiting for the next hunk.\n"));
    else if (question->kind == ASKED_HUNK)
        hunk_tell(ui, proposal, question->file, question->hunk);
    else if (counts.undecided > 0)
        buf_printf(inline_line_of(ui),
                   "%zu of %zu hunks undecided, and left out.\n",
                   counts.undecided, counts.hunks);
}

static void end_prompt(struct inline_ui *ui, const struct session *session)
{
    const struct selection *sel = proposal_of(ui, session)->selection;
    size_t hunks = walk_unwritten(session), files = accepted_files(sel);

    if (hunks == 0)
        buf_append(inline_line_of(ui),
                   STR("nothing is accepted. end the review [y,r,k,K,?]? "));
    else
        buf_printf(inline_line_of(ui),
                   "write %zu hunk%s in %zu file%s [y,n,r,k,K,?]? ", hunks,
                   hunks == 1 ? "" : "s", files, files == 1 ? "" : "s");
}

static bool can_go(const struct walk *walk, const struct selection *sel, int by,
                   bool any)
{
    size_t file = walk->file, hunk = walk->hunk;

    return find(sel, &file, &hunk, by, any);
}

// The letters that mean something here, in the order git has them.
static void hunk_prompt(struct inline_ui *ui, const struct session *session)
{
    const struct walk *walk = &ui->walk;
    const struct selection *sel = proposal_of(ui, session)->selection;
    bool later = can_go(walk, sel, 1, true);
    bool earlier = can_go(walk, sel, -1, true);

    buf_printf(inline_line_of(ui),
               "accept this hunk [y,n,q,a,d%s%s%s%s%s,s,e,c,p,w,r,?]? ",
               can_go(walk, sel, 1, false) ? ",j" : "", later ? ",J" : "",
               can_go(walk, sel, -1, false) ? ",k" : "", earlier ? ",K" : "",
               later || earlier ? ",g,/" : "");
}

void walk_prompt(struct inline_ui *ui, const struct session *session,
                 const struct question *question)
{
    if (question->kind == ASKED_HUNK)
        hunk_prompt(ui, session);
    else if (question->kind == ASKED_END)
        end_prompt(ui, session);
    else if (question->kind == ASKED_NOTE)
        buf_append(inline_line_of(ui), STR("comment: "));
    ui->open_line = question->kind != ASKED_ARRIVING;
}

// --- answers -----------------------------------------------------------------

static bool is_unfit(enum hunk_state state)
{
    return state == HUNK_CONFLICT || state == HUNK_AMBIGUOUS
           || state == HUNK_STALE;
}

// What must not be accepted in passing.
static const char *doubt(const struct selection *sel, size_t file, size_t hunk)
{
    const struct hunk_place *place = selection_place(sel, file, hunk);

    if (hunk_has_hidden(&selection_patch(sel)->files[file].hunks[hunk]))
        return "it adds hidden characters";
    if (place->state == HUNK_FUZZY && place->reason.len > 0)
        return "it fits only loosely";
    return NULL;
}

static void decide(struct inline_ui *ui, size_t file, size_t hunk,
                   enum decision decision)
{
    struct command *command = inline_want(ui, CMD_DECIDE);

    command->target = (struct target){ file, hunk, SELECT_ALL };
    command->decision = decision;
}

static void accept(struct inline_ui *ui, const struct selection *sel)
{
    struct walk *walk = &ui->walk;
    const char *why = doubt(sel, walk->file, walk->hunk);
    bool consent = walk->consent;

    if (is_unfit(selection_place(sel, walk->file, walk->hunk)->state)) {
        buf_append(inline_line_of(ui), STR("it cannot be accepted as it is: n "
                                           "refuses, e edits it.\n"));
        return;
    }
    if (why && !consent) {
        walk->consent = true;
        buf_printf(inline_line_of(ui), "%s: y again accepts it.\n", why);
        return;
    }
    walk->stay = false;
    decide(ui, walk->file, walk->hunk, DECISION_YES);
}

static void refuse(struct inline_ui *ui, const struct selection *sel)
{
    (void)sel;
    ui->walk.stay = false;
    decide(ui, ui->walk.file, ui->walk.hunk, DECISION_NO);
}

// This hunk and the later undecided ones of its file.
static void decide_rest(struct inline_ui *ui, const struct selection *sel,
                        enum decision decision)
{
    struct walk *walk = &ui->walk;
    size_t count = selection_patch(sel)->files[walk->file].hunk_count;
    size_t over = 0;

    for (size_t h = walk->hunk; h < count; h++) {
        if (h != walk->hunk && !is_undecided(sel, walk->file, h))
            continue;
        enum hunk_state state = selection_place(sel, walk->file, h)->state;
        if (decision == DECISION_YES
            && (is_unfit(state) || doubt(sel, walk->file, h)))
            over++;
        else
            decide(ui, walk->file, h, decision);
    }
    walk->stay = false;
    if (over > 0)
        buf_printf(inline_line_of(ui),
                   "%zu hunk%s passed over: each is asked about by itself.\n",
                   over, over == 1 ? " is" : "s are");
}

static void accept_rest(struct inline_ui *ui, const struct selection *sel)
{
    decide_rest(ui, sel, DECISION_YES);
}

static void refuse_rest(struct inline_ui *ui, const struct selection *sel)
{
    decide_rest(ui, sel, DECISION_NO);
}

static void stand(struct inline_ui *ui, size_t file, size_t hunk)
{
    ui->walk.file = file;
    ui->walk.hunk = hunk;
    ui->walk.stay = true;
    ui->walk.at_end = false;
    ui->asked.kind = ASKED_NOTHING; // printed anew, even if it is the same
}

static void go(struct inline_ui *ui, const struct selection *sel, int by,
               bool any)
{
    size_t file = ui->walk.file, hunk = ui->walk.hunk;

    if (find(sel, &file, &hunk, by, any))
        stand(ui, file, hunk);
    else
        buf_printf(inline_line_of(ui), "no %s%s hunk.\n",
                   by > 0 ? "later" : "earlier", any ? "" : " undecided");
}

static void next_undecided(struct inline_ui *ui, const struct selection *sel)
{
    go(ui, sel, 1, false);
}

static void next_hunk(struct inline_ui *ui, const struct selection *sel)
{
    go(ui, sel, 1, true);
}

static void last_undecided(struct inline_ui *ui, const struct selection *sel)
{
    go(ui, sel, -1, false);
}

static void last_hunk(struct inline_ui *ui, const struct selection *sel)
{
    go(ui, sel, -1, true);
}

static void split(struct inline_ui *ui, const struct selection *sel)
{
    (void)sel;
    inline_want(ui, CMD_SPLIT)->target =
        (struct target){ ui->walk.file, ui->walk.hunk, SELECT_ALL };
    stand(ui, ui->walk.file, ui->walk.hunk);
}

static void edit(struct inline_ui *ui, const struct selection *sel)
{
    struct walk *walk = &ui->walk;
    struct target target = { walk->file, walk->hunk, SELECT_ALL };
    bool again = walk->edit.len > 0 && walk->edited.file == target.file
                 && walk->edited.hunk == target.hunk;

    (void)sel;
    inline_want_text(ui, CMD_EDIT_HUNK,
                     again ? buf_str(&walk->edit) : (struct str){ 0 });
    ui->commands[ui->command_count - 1].target = target;
    buf_reset(&walk->edit);
    stand(ui, walk->file, walk->hunk);
}

static void print_again(struct inline_ui *ui, const struct selection *sel)
{
    (void)sel;
    stand(ui, ui->walk.file, ui->walk.hunk);
}

static void leave_rest(struct inline_ui *ui, const struct selection *sel)
{
    (void)sel;
    ui->walk.at_end = true;
}

static void ask_note(struct inline_ui *ui, const struct selection *sel)
{
    (void)sel;
    ui->asked.kind = ASKED_NOTE;
    walk_prompt(ui, NULL, &ui->asked);
}

static void send_verdict(struct inline_ui *ui, const struct selection *sel)
{
    if (selection_has_feedback(sel))
        inline_want(ui, CMD_SEND_NOTES);
    else
        buf_append(inline_line_of(ui),
                   STR("nothing to send: no comment, nothing refused.\n"));
}

static void explain(struct inline_ui *ui, const struct selection *sel);

// The letters of git add -p, then our own.
static const struct letter {
    char key;
    const char *help;
    void (*act)(struct inline_ui *ui, const struct selection *sel);
} letters[] = {
    { 'y', "accept this hunk", accept },
    { 'n', "refuse this hunk", refuse },
    { 'q', "leave this hunk and all that are left undecided", leave_rest },
    { 'a', "accept this hunk and all later ones of the file", accept_rest },
    { 'd', "refuse this hunk and all later ones of the file", refuse_rest },
    { 'j', "leave it undecided, go to the next undecided one", next_undecided },
    { 'J', "leave it undecided, go to the next one", next_hunk },
    { 'k', "leave it undecided, go back to an undecided one", last_undecided },
    { 'K', "leave it undecided, go back to the one before", last_hunk },
    { 'g', "go to a hunk by its number, as in g 3", NULL },
    { '/', "go to the next hunk with a text, as in /retry", NULL },
    { 's', "split this hunk where context divides it", split },
    { 'e', "edit this hunk in your editor", edit },
    { 'c', "comment on this hunk, for the model", ask_note },
    { 'p', "print this hunk again", print_again },
    { 'w', "write what is accepted; it is asked once more", leave_rest },
    { 'r', "send comments and refusals, ask for a new version", send_verdict },
    { '?', "this list", explain },
};

static void explain(struct inline_ui *ui, const struct selection *sel)
{
    (void)sel;
    for (size_t i = 0; i < sizeof(letters) / sizeof(letters[0]); i++)
        buf_printf(inline_line_of(ui), "%c - %s\n", letters[i].key,
                   letters[i].help);
}

// --- answers with words ------------------------------------------------------

static void note(struct inline_ui *ui, struct str text)
{
    struct walk *walk = &ui->walk;

    text = str_trim(text);
    if (text.len > LIMIT_NOTE_BYTES) {
        buf_printf(inline_line_of(ui), "a comment has at most %zu bytes.\n",
                   LIMIT_NOTE_BYTES);
        return;
    }
    if (text.len == 0)
        return;
    inline_want_text(ui, CMD_NOTE, text);
    struct command *command = &ui->commands[ui->command_count - 1];
    command->target = (struct target){ walk->file, walk->hunk, SELECT_ALL };
    command->last_line = SELECT_ALL;
    buf_append(inline_line_of(ui), STR("noted.\n"));
    walk->stay = true;
}

// Hunks are numbered through the whole patch here, as git numbers a file's.
static void go_to(struct inline_ui *ui, const struct selection *sel,
                  struct str text)
{
    const struct patch *patch = selection_patch(sel);
    uint64_t number, left;

    if (!str_to_u64(str_trim(text), &number) || number == 0) {
        buf_append(inline_line_of(ui),
                   STR("g NUMBER goes to a hunk, counted from the first.\n"));
        return;
    }
    left = number - 1;
    for (size_t f = 0; f < patch->file_count; f++) {
        if (left < patch->files[f].hunk_count) {
            if (is_ready(sel, f, left))
                stand(ui, f, left);
            else
                buf_append(inline_line_of(ui), STR("it is arriving still.\n"));
            return;
        }
        left -= patch->files[f].hunk_count;
    }
    buf_printf(inline_line_of(ui), "there is no hunk %llu.\n",
               (unsigned long long)number);
}

static bool holds(const struct hunk *hunk, struct str text)
{
    for (size_t i = 0; i < hunk->line_count; i++)
        if (str_find(hunk->lines[i].text, text) != SIZE_MAX)
            return true;
    return false;
}

// From the next one on, and around to this one.
static void search(struct inline_ui *ui, const struct selection *sel,
                   struct str text)
{
    const struct patch *patch = selection_patch(sel);
    size_t file = ui->walk.file, hunk = ui->walk.hunk;

    if (text.len == 0) {
        buf_append(inline_line_of(ui), STR("/TEXT goes to the next hunk that "
                                           "has it.\n"));
        return;
    }
    do {
        if (!step(patch, &file, &hunk, 1))
            file = hunk = 0;
        if (holds(&patch->files[file].hunks[hunk], text)
            && is_ready(sel, file, hunk)) {
            stand(ui, file, hunk);
            return;
        }
    } while (file != ui->walk.file || hunk != ui->walk.hunk);
    buf_append(inline_line_of(ui), STR("no hunk has it.\n"));
}

static void answer_hunk(struct inline_ui *ui, const struct selection *sel,
                        struct str line)
{
    bool consent = ui->walk.consent;

    if (line.len > 1 && line.at[0] == '/') {
        search(ui, sel, str_skip(line, 1));
        return;
    }
    if (line.len > 1 && line.at[0] == 'g') {
        go_to(ui, sel, str_skip(line, 1));
        return;
    }
    if (line.len > 2 && line.at[0] == 'c' && line.at[1] == ' ') {
        note(ui, str_skip(line, 2));
        return;
    }
    for (size_t i = 0; i < sizeof(letters) / sizeof(letters[0]); i++) {
        if (line.len != 1 || line.at[0] != letters[i].key)
            continue;
        if (letters[i].act)
            letters[i].act(ui, sel);
        else
            buf_printf(inline_line_of(ui), "%s.\n", letters[i].help);
        ui->walk.consent = ui->walk.consent && !consent;
        return;
    }
    buf_append(inline_line_of(ui),
               STR("no such answer: ? tells what there is.\n"));
}

static void explain_end(struct inline_ui *ui)
{
    buf_append(inline_line_of(ui),
               STR("y - write what is accepted, and end the review\n"
                   "n - end the review without writing\n"
                   "r - send comments and refusals, ask for a new version\n"
                   "k - back to the last undecided hunk\n"
                   "K - back to the last hunk\n"));
}

static void back(struct inline_ui *ui, const struct selection *sel, bool any)
{
    const struct patch *patch = selection_patch(sel);
    size_t file = patch->file_count - 1;
    size_t hunk = patch->files[file].hunk_count - 1;
    bool here = any ? is_ready(sel, file, hunk) : is_undecided(sel, file, hunk);

    if (here || find(sel, &file, &hunk, -1, any))
        stand(ui, file, hunk);
    else
        buf_append(inline_line_of(ui), STR("no hunk is undecided.\n"));
}

static void answer_end(struct inline_ui *ui, const struct session *session,
                       const struct selection *sel, struct str line)
{
    bool some = walk_unwritten(session) > 0;
    size_t before = ui->command_count;

    if (str_is(line, "y"))
        inline_want(ui, some ? CMD_WRITE : CMD_END_REVIEW);
    else if (str_is(line, "n") && some)
        inline_want(ui, CMD_END_REVIEW);
    else if (str_is(line, "r"))
        send_verdict(ui, sel);
    else if (str_is(line, "k") || str_is(line, "K"))
        back(ui, sel, str_is(line, "K"));
    else if (line.len > 1 && line.at[0] == '/')
        inline_message(ui, session, line);
    else
        explain_end(ui);
    ui->walk.answered = ui->command_count > before;
}

void walk_answer(struct inline_ui *ui, const struct session *session,
                 struct str line)
{
    const struct selection *sel = proposal_of(ui, session)->selection;

    if (ui->asked.kind == ASKED_NOTE)
        note(ui, line);
    else if (ui->asked.kind == ASKED_END)
        answer_end(ui, session, sel, line);
    else
        answer_hunk(ui, sel, line);
}
