/* The headings of files and hunks: state in words, what was decided, and the
 * marks of all that happened to a hunk. */
#include <stdio.h>

#include "kerf/base/utf8.h"

#include "deed.h"
#include "review_pen.h"

#define SECTION_LINES 200 // looked at above a hunk

void line_counted(struct view_line *line, enum role role, size_t count,
                  const char *word)
{
    line_printf(line, role, "%zu %s%s", count, word, count == 1 ? "" : "s");
}

static const char *action_words(const struct file_patch *file)
{
    switch (file->action) {
    case FILE_ADD: return "new file";
    case FILE_DELETE: return "deleted";
    case FILE_REPLACE: return "whole file";
    case FILE_UPDATE:
        return file->move_to.len == 0 ? ""
               : file->is_copy        ? "copied to "
                                      : "moved to ";
    }
    return "";
}

void review_file_heading(const struct review_call *call,
                         const struct review_block *block,
                         struct view_line *line)
{
    const struct file_patch *file = &call->patch->files[block->file];
    struct selection_counts counts =
        selection_count(call->proposal->selection, block->file);
    const struct preimage *pre =
        selection_preimage(call->proposal->selection, block->file);
    size_t added, removed;

    patch_file_counts(file, &added, &removed);
    line_foreign(line, ROLE_STRONG, file->path);
    line_pad(line, line_cells(line) + 3);
    line_printf(line, ROLE_ADDED, "+%zu ", added);
    line_printf(line, ROLE_REMOVED, "-%zu", removed);
    line_printf(line, ROLE_TEXT, "   y%zu n%zu ?%zu", counts.yes + counts.mixed,
                counts.no, counts.undecided);
    if (counts.arriving > 0)
        line_add(line, ROLE_DIM, STR("   arriving"));
    if (counts.conflicts > 0) {
        line_add(line, ROLE_ERROR, STR("   "));
        line_counted(line, ROLE_ERROR, counts.conflicts, "conflict");
    }
    if (block->folded) {
        line_add(line, ROLE_DIM, STR("   folded: "));
        line_counted(line, ROLE_DIM, file->hunk_count, "hunk");
    }
    if (action_words(file)[0])
        line_printf(line, ROLE_DIM, "   %s", action_words(file));
    line_foreign(line, ROLE_DIM, file->move_to);
    if (deed_mode(file, pre)[0])
        line_printf(line, ROLE_WARNING, "   %s", deed_mode(file, pre));
}

// --- hunks -----------------------------------------------------------------

static bool is_name_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

// The line that tells where a hunk is: its anchor, or as git does the nearest
// line above that begins with a letter.
static struct str section_of(const struct review_call *call,
                             const struct review_block *block)
{
    const struct hunk *hunk = review_hunk(call, block);
    const struct hunk_place *place = review_place(call, block);
    struct lines lines =
        selection_lines(call->proposal->selection, block->file);

    if (hunk->anchor_count > 0)
        return hunk->anchors[hunk->anchor_count - 1];
    if (!review_is_placed(place))
        return hunk->section;
    size_t above = place->line < lines.count ? place->line : lines.count;
    for (size_t i = above; i-- > 0 && above - i <= SECTION_LINES;)
        if (lines.at[i].len > 0 && is_name_char(lines.at[i].at[0]))
            return lines.at[i];
    return STR("");
}

static void add_range(struct view_line *line, const struct review_call *call,
                      struct review_block *block)
{
    const struct hunk *hunk = review_hunk(call, block);
    struct pen pen;
    size_t old = 0;

    pen_begin(&pen, call, block);
    const struct pen_side *before = &pen.side[PEN_OLD];
    const struct pen_side *after = &pen.side[PEN_NEW];
    for (size_t i = 0; i < hunk->line_count; i++)
        old += hunk->lines[i].kind != LINE_ADDED;
    size_t fresh = old + block->added - block->removed;
    line_add(line, ROLE_HUNK, STR("@@ "));
    if (before->numbered && old > 0)
        line_printf(line, ROLE_HUNK, "%zu,%zu ", before->number + 1, old);
    if (after->numbered)
        line_printf(line, ROLE_HUNK, "+%zu,%zu ",
                    fresh > 0 ? after->number + 1 : after->number, fresh);
    if (before->numbered || after->numbered)
        line_add(line, ROLE_HUNK, STR("@@ "));
    line_foreign(line, ROLE_DIM, section_of(call, block));
}

// The versions of a hunk as tabs: the one in force has a star.
static void add_versions(struct view_line *line, const struct review_call *call,
                         const struct review_block *block,
                         const struct hunk_marks *marks)
{
    bool arriving = call->version && call->version_of.file == block->file
                    && call->version_of.hunk == block->hunk;

    if (marks->alternatives < 2 && !arriving)
        return;
    line_add(line, ROLE_HUNK, STR("("));
    for (size_t i = 0; i < marks->alternatives; i++) {
        bool here = i == marks->alternative;
        line_printf(line, here ? ROLE_STRONG : ROLE_HUNK, "%s%zu%s",
                    i > 0 ? " " : "", i + 1, here ? "*" : "");
    }
    if (arriving)
        line_printf(line, ROLE_DIM, " %zu..", marks->alternatives + 1);
    line_add(line, ROLE_HUNK, STR(") "));
}

static void add_marks(struct view_line *line, const struct review_call *call,
                      const struct review_block *block)
{
    struct hunk_marks marks =
        selection_marks(call->proposal->selection, block->file, block->hunk);

    if (block->deceptive)
        line_add(line, ROLE_ERROR, STR("HIDDEN CHARACTERS "));
    add_versions(line, call, block, &marks);
    if (block->note_count > 0) {
        line_add(line, ROLE_USER, STR("["));
        line_counted(line, ROLE_USER, block->note_count, "note");
        line_add(line, ROLE_USER, STR("] "));
    }
    if (block->crlf)
        line_add(line, ROLE_DIM, STR("CRLF "));
    if (marks.asked)
        line_add(line, ROLE_DIM, STR("asked again "));
    if (marks.carried)
        line_add(line, ROLE_DIM, STR("kept "));
    if (review_hunk(call, block)->edited)
        line_add(line, ROLE_DIM, STR("edited "));
}

// What is in the file counts more than where the hunk fitted.
static void add_state(struct view_line *line, const struct review_call *call,
                      size_t index)
{
    const struct review_block *block = &call->review->blocks[index];
    const struct hunk_place *place = review_place(call, block);
    struct hunk_marks marks =
        selection_marks(call->proposal->selection, block->file, block->hunk);

    if (marks.taken_back)
        line_add(line, ROLE_WARNING, STR("taken back"));
    else if (review_was_written(call, index))
        line_add(line, ROLE_OK, STR("written"));
    else
        line_add(line, hunk_role(place->state), str_from(hunk_words(place).at));
}

void review_hunk_heading(const struct review_call *call, size_t index,
                         struct view_line *line)
{
    struct review_block *block = &call->review->blocks[index];
    char letter = decision_letter(review_decision(call, index));

    line_printf(line, ROLE_STRONG, " h%zu %c", block->number, letter);
    line_pad(line, line_cells(line) + 2);
    add_state(line, call, index);
    line_pad(line, 20);
    add_marks(line, call, block);
    if (block->complete && block->line_count == 0)
        line_add(line, ROLE_HUNK,
                 deed_words(call->view->arena, &call->patch->files[block->file],
                            selection_preimage(call->proposal->selection,
                                               block->file)));
    else
        add_range(line, call, block);
}
