/* Letters that go to another hunk, or to the end. */
#include "inline_review.h"

static void go(struct inline_ui *ui, const struct selection *sel, int by,
               bool any)
{
    size_t file = ui->walk.file, hunk = ui->walk.hunk;

    if (walk_find(sel, &file, &hunk, by, any))
        walk_stand(ui, file, hunk);
    else
        inline_say(ui, "no %s%s hunk.", by > 0 ? "later" : "earlier",
                   any ? "" : " undecided");
}

void letter_next_undecided(struct inline_ui *ui, const struct selection *sel,
                           struct str rest)
{
    (void)rest;
    go(ui, sel, 1, false);
}

void letter_next(struct inline_ui *ui, const struct selection *sel,
                 struct str rest)
{
    (void)rest;
    go(ui, sel, 1, true);
}

void letter_last_undecided(struct inline_ui *ui, const struct selection *sel,
                           struct str rest)
{
    (void)rest;
    go(ui, sel, -1, false);
}

void letter_last(struct inline_ui *ui, const struct selection *sel,
                 struct str rest)
{
    (void)rest;
    go(ui, sel, -1, true);
}

// The first hunk of the nearest file in a direction that has one.
static void go_file(struct inline_ui *ui, const struct selection *sel, int by)
{
    const struct patch *patch = selection_patch(sel);

    for (size_t f = ui->walk.file; by > 0 ? ++f < patch->file_count : f-- > 0;)
        if (patch->files[f].hunk_count > 0 && walk_is_ready(sel, f, 0)) {
            walk_stand(ui, f, 0);
            return;
        }
    inline_say(ui, "no %s file.", by > 0 ? "later" : "earlier");
}

void letter_next_file(struct inline_ui *ui, const struct selection *sel,
                      struct str rest)
{
    (void)rest;
    go_file(ui, sel, 1);
}

void letter_last_file(struct inline_ui *ui, const struct selection *sel,
                      struct str rest)
{
    (void)rest;
    go_file(ui, sel, -1);
}

void letter_again(struct inline_ui *ui, const struct selection *sel,
                  struct str rest)
{
    (void)sel;
    (void)rest;
    walk_stand(ui, ui->walk.file, ui->walk.hunk);
}

void letter_leave(struct inline_ui *ui, const struct selection *sel,
                  struct str rest)
{
    (void)sel;
    (void)rest;
    ui->walk.at_end = true;
}

void walk_back(struct inline_ui *ui, const struct selection *sel, bool any)
{
    const struct patch *patch = selection_patch(sel);
    size_t file = patch->file_count, hunk = 0;

    if (file > 0)
        hunk = patch->files[--file].hunk_count;
    if (hunk > 0) {
        hunk--;
        if (any ? walk_is_ready(sel, file, hunk)
                : walk_is_undecided(sel, file, hunk)) {
            walk_stand(ui, file, hunk);
            return;
        }
    }
    if (patch->file_count > 0 && walk_find(sel, &file, &hunk, -1, any))
        walk_stand(ui, file, hunk);
    else
        inline_say(ui, any ? "there is no hunk." : "no hunk is undecided.");
}

// --- by number and by text ---------------------------------------------------

static void list(struct inline_ui *ui, const struct selection *sel)
{
    const struct patch *patch = selection_patch(sel);
    size_t number = 0;

    for (size_t f = 0; f < patch->file_count; f++)
        for (size_t h = 0; h < patch->files[f].hunk_count; h++)
            hunk_tell_briefly(ui, sel, f, h, ++number);
}

// Hunks are numbered through the whole patch here, as git numbers a file's.
void letter_go(struct inline_ui *ui, const struct selection *sel,
               struct str rest)
{
    const struct patch *patch = selection_patch(sel);
    uint64_t number, left;

    if (rest.len == 0) {
        list(ui, sel);
        ui->walk.words = WORDS_GO;
        return;
    }
    if (!str_to_u64(rest, &number) || number == 0) {
        inline_say(ui, "g NUMBER goes to a hunk, counted from the first.");
        return;
    }
    left = number - 1;
    for (size_t f = 0; f < patch->file_count; f++) {
        if (left < patch->files[f].hunk_count) {
            if (walk_is_ready(sel, f, left))
                walk_stand(ui, f, left);
            else
                inline_say(ui, "it is still arriving.");
            return;
        }
        left -= patch->files[f].hunk_count;
    }
    inline_say(ui, "there is no hunk %llu.", (unsigned long long)number);
}

static bool holds(const struct hunk *hunk, struct str text)
{
    for (size_t i = 0; i < hunk->line_count; i++)
        if (str_find(hunk->lines[i].text, text) != SIZE_MAX)
            return true;
    return false;
}

// From the next one on, and around to this one.
void letter_search(struct inline_ui *ui, const struct selection *sel,
                   struct str rest)
{
    const struct patch *patch = selection_patch(sel);
    size_t file = ui->walk.file, hunk = ui->walk.hunk;

    if (rest.len == 0) {
        ui->walk.words = WORDS_SEARCH;
        return;
    }
    do {
        if (!walk_step(patch, &file, &hunk, 1)) {
            file = hunk = 0;
            if (patch->files[0].hunk_count == 0)
                walk_step(patch, &file, &hunk, 1);
        }
        if (holds(&patch->files[file].hunks[hunk], rest)
            && walk_is_ready(sel, file, hunk)) {
            walk_stand(ui, file, hunk);
            return;
        }
    } while (file != ui->walk.file || hunk != ui->walk.hunk);
    inline_say(ui, "no hunk has it.");
}
