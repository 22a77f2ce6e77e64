/* Every block knows its item, and every row of code or of a hunk its number in
 * it: that is enough to find the source again. */
#include "transcript_copy.h"

#include "kerf/patch/print.h"
#include "kerf/text/markdown.h"

static void end_line(struct buf *out)
{
    if (out->len > 0 && out->at[out->len - 1] != '\n')
        buf_append_char(out, '\n');
}

static bool append(struct buf *out, struct str text)
{
    buf_append(out, text);
    return text.len > 0;
}

// --- patches ---------------------------------------------------------------

static void append_hunks(struct buf *out, const struct selection *selection,
                         size_t file)
{
    const struct patch *patch = selection_patch(selection);

    for (size_t h = 0; h < patch->files[file].hunk_count; h++)
        selection_hunk_patch(selection, file, h, out);
}

static bool append_patch(struct buf *out, const struct proposal *proposal)
{
    size_t before = out->len;
    const struct patch *patch = selection_patch(proposal->selection);

    for (size_t f = 0; f < patch->file_count; f++)
        append_hunks(out, proposal->selection, f);
    return out->len > before;
}

// Hunk `number`, from 1; it is counted down.
static bool append_hunk(struct buf *out, const struct proposal *proposal,
                        size_t *number)
{
    const struct patch *patch = selection_patch(proposal->selection);

    for (size_t f = 0; f < patch->file_count; f++) {
        size_t hunks = patch->files[f].hunk_count;
        if (*number <= hunks) {
            selection_hunk_patch(proposal->selection, f, *number - 1, out);
            return true;
        }
        *number -= hunks;
    }
    return false;
}

// A hunk of the patches that came from elsewhere, counted over all of them.
static bool append_loose_hunk(struct buf *out, const struct session *session,
                              size_t number)
{
    for (size_t i = 0; number > 0 && i < session->proposal_count; i++)
        if (session->proposals[i].item == NO_INDEX
            && append_hunk(out, &session->proposals[i], &number))
            return true;
    return false;
}

static const struct proposal *proposal_of(const struct session *session,
                                          const struct item *item)
{
    return item->proposal < session->proposal_count
               ? &session->proposals[item->proposal]
               : NULL;
}

// --- items -----------------------------------------------------------------

static bool append_code(struct buf *out, struct str source, size_t index)
{
    struct str language, code;

    if (!markdown_code_block(source, index, &language, &code))
        return false;
    buf_append(out, code);
    return true;
}

static bool copy_text(const struct item *item, size_t part, struct buf *out)
{
    struct str text = buf_str(&item->text);

    return (part > 0 && append_code(out, text, part - 1)) || append(out, text);
}

static bool copy_call(const struct item *item, struct buf *out)
{
    return append(out, buf_str(&item->output)) || append(out, item->command)
           || append(out, buf_str(&item->text));
}

static bool copy_patch(const struct session *session, const struct item *item,
                       size_t part, struct buf *out)
{
    const struct proposal *proposal = proposal_of(session, item);

    if (!proposal)
        return append(out, buf_str(&item->text));
    return (part > 0 && append_hunk(out, proposal, &part))
           || append_patch(out, proposal);
}

static const char *call_name(const struct item *item)
{
    if (item->output.len > 0)
        return "output";
    return item->command.len > 0 ? "command" : "call";
}

const char *spot_name(const struct session *session, struct spot spot)
{
    if (spot.item >= session->item_count)
        return spot.part > 0 ? "hunk" : "";
    const struct item *item = &session->items[spot.item];
    switch (item->kind) {
    case ITEM_USER: return "message";
    case ITEM_CONTEXT: return "context";
    case ITEM_REASONING: return "reasoning";
    case ITEM_NOTICE: return "note";
    case ITEM_TEXT: return spot.part > 0 ? "code block" : "answer";
    case ITEM_CALL: return call_name(item);
    case ITEM_PATCH: return spot.part > 0 ? "hunk" : "patch";
    case ITEM_OTHER: return "";
    }
    return "";
}

bool copy_spot(const struct session *session, struct spot spot, struct buf *out)
{
    if (spot.item >= session->item_count)
        return append_loose_hunk(out, session, spot.part);
    const struct item *item = &session->items[spot.item];
    switch (item->kind) {
    case ITEM_USER:
    case ITEM_CONTEXT:
    case ITEM_REASONING:
    case ITEM_NOTICE: return append(out, buf_str(&item->text));
    case ITEM_TEXT: return copy_text(item, spot.part, out);
    case ITEM_CALL: return copy_call(item, out);
    case ITEM_PATCH: return copy_patch(session, item, spot.part, out);
    case ITEM_OTHER: return false;
    }
    return false;
}

// --- turns -----------------------------------------------------------------

static bool is_part_of_turn(const struct item *item)
{
    switch (item->kind) {
    case ITEM_USER:
    case ITEM_TEXT:
    case ITEM_CALL:
    case ITEM_PATCH: return !item->superseded;
    case ITEM_CONTEXT:
    case ITEM_REASONING:
    case ITEM_NOTICE:
    case ITEM_OTHER: return false;
    }
    return false;
}

// Items of a turn stand one after the other, an empty line between.
static void begin_item(struct buf *out, size_t start)
{
    if (out->len == start)
        return;
    end_line(out);
    buf_append_char(out, '\n');
}

bool copy_turn(const struct session *session, size_t turn, struct buf *out)
{
    size_t start = out->len;

    for (size_t i = 0; i < session->item_count; i++) {
        const struct item *item = &session->items[i];
        if (item->turn != turn || !is_part_of_turn(item))
            continue;
        size_t before = out->len;
        begin_item(out, start);
        if (item->kind == ITEM_CALL && item->command.len > 0)
            buf_printf(out, "$ %.*s\n", STR_ARG(item->command));
        if (!copy_spot(session, (struct spot){ i, turn, 0 }, out)
            && item->command.len == 0)
            out->len = before;
    }
    return out->len > start;
}

static bool is_words(const struct item *item)
{
    return item->kind == ITEM_TEXT && !item->superseded && item->text.len > 0;
}

static size_t last_words(const struct session *session)
{
    for (size_t i = session->item_count; i-- > 0;)
        if (is_words(&session->items[i]))
            return i;
    return NO_INDEX;
}

bool copy_answer(const struct session *session, struct buf *out)
{
    size_t last = last_words(session), start = out->len;

    if (last == NO_INDEX)
        return false;
    size_t first = last, turn = session->items[last].turn;
    while (first > 0 && session->items[first - 1].turn == turn)
        first--;
    for (size_t i = first; i <= last; i++)
        if (is_words(&session->items[i])) {
            begin_item(out, start);
            buf_append(out, buf_str(&session->items[i].text));
        }
    return true;
}

bool copy_last_code(const struct session *session, struct buf *out)
{
    for (size_t i = session->item_count; i-- > 0;) {
        const struct item *item = &session->items[i];
        size_t count =
            is_words(item) ? markdown_code_count(buf_str(&item->text)) : 0;
        if (count > 0)
            return append_code(out, buf_str(&item->text), count - 1);
    }
    return false;
}
