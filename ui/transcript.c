/*
 * Block i shows item i; the last block shows what has no item yet: the answer
 * that is waited for and the messages in the queue. A block has leading rows
 * (a blank, the heading of an answer) which are made at every frame, since
 * they carry running numbers, and rows that are kept.
 */
#include "transcript.h"

#include <stdlib.h>
#include <string.h>

#include "kerf/text/markdown.h"
#include "transcript_rows.h"

#define KEPT_BLOCKS 256 // with rows, before those far away are dropped
#define NEAR_BLOCKS 64  // before and behind that are never dropped

struct block {
    bool made, open;
    bool item_done; // as of the rows
    size_t cols;
    unsigned version, proposal_version;
    struct arena arena, tail_arena;
    struct rows rows, tail; // of a text: what is settled, and the rest
    size_t settled_bytes;
    int64_t began_ms, ended_ms; // a call, as seen here; 0: not seen
};

struct transcript {
    bool whole;
    struct block *blocks;
    size_t count, cap;
    size_t made;
    struct scroll scroll;
    size_t height, cols; // of the last drawing
    bool more;
    size_t lowest; // block at the end of the last drawing
    // Of the frame:
    const struct view_call *call;
    struct view_call frame;
    struct rows footer;
    struct row lead;
};

struct transcript *transcript_create(bool whole)
{
    struct transcript *transcript = mem_alloc(sizeof(*transcript));

    transcript->whole = whole;
    return transcript;
}

static void block_drop_rows(struct block *block)
{
    arena_release(&block->arena);
    arena_release(&block->tail_arena);
    block->rows = (struct rows){ 0 };
    block->tail = (struct rows){ 0 };
    block->settled_bytes = 0;
    block->made = false;
}

void transcript_destroy(struct transcript *transcript)
{
    if (!transcript)
        return;
    for (size_t i = 0; i < transcript->count; i++)
        block_drop_rows(&transcript->blocks[i]);
    free(transcript->blocks);
    free(transcript);
}

// --- making the rows of a block --------------------------------------------

static int64_t ran_ms(const struct block *block, int64_t wall_ms)
{
    if (block->began_ms == 0)
        return -1;
    int64_t end = block->ended_ms ? block->ended_ms : wall_ms;
    return end > block->began_ms ? end - block->began_ms : 0;
}

// How long a command ran is what was seen of it; the session does not say.
static void watch_call(struct block *block, const struct item *item,
                       int64_t wall_ms)
{
    if (item->kind != ITEM_CALL || wall_ms == 0)
        return;
    if (item->call == CALL_RUNNING && block->began_ms == 0)
        block->began_ms = wall_ms;
    if (item->call == CALL_DONE && block->began_ms && !block->ended_ms)
        block->ended_ms = wall_ms;
}

static unsigned proposal_version(const struct session *session,
                                 const struct item *item)
{
    if (item->kind != ITEM_PATCH || item->proposal >= session->proposal_count)
        return 0;
    return session->proposals[item->proposal].version;
}

static bool is_fresh(const struct transcript *transcript,
                     const struct block *block, const struct item *item,
                     size_t cols)
{
    bool running = item->kind == ITEM_CALL && item->call == CALL_RUNNING
                   && transcript->call->wall_ms != 0;

    return block->made && block->cols == cols && !running
           && block->version == item->version
           && block->proposal_version
                  == proposal_version(transcript->call->session, item);
}

// A text that only grew: what is settled stays, the rest is made anew.
static void extend_text(struct block *block, const struct item *item,
                        size_t cols)
{
    struct str rest = str_skip(buf_str(&item->text), block->settled_bytes);
    size_t settled = markdown_settled(rest);

    if (settled > 0)
        markdown_rows(&block->arena, &block->rows, str_take(rest, settled),
                      cols, BODY_COL);
    block->settled_bytes += settled;
    arena_reset(&block->tail_arena);
    block->tail = (struct rows){ 0 };
    markdown_rows(&block->tail_arena, &block->tail, str_skip(rest, settled),
                  cols, BODY_COL);
}

static bool grows(const struct block *block, const struct item *item,
                  size_t cols)
{
    return item->kind == ITEM_TEXT && !item->superseded && !item->done
           && (!block->made
               || (block->cols == cols && !block->item_done
                   && item->text.len >= block->settled_bytes));
}

// Drops rows far from [from, to], so that memory does not grow by scrolling.
static void drop_far_rows(struct transcript *transcript, size_t from, size_t to)
{
    transcript->made = 0;
    for (size_t i = 0; i < transcript->count; i++) {
        struct block *block = &transcript->blocks[i];
        if (block->made && (i + NEAR_BLOCKS < from || i > to + NEAR_BLOCKS))
            block_drop_rows(block);
        transcript->made += block->made;
    }
}

static void make_rows(struct transcript *transcript, size_t index)
{
    struct block *block = &transcript->blocks[index];
    const struct view_call *call = transcript->call;
    const struct item *item = &call->session->items[index];

    if (!block->made && ++transcript->made > KEPT_BLOCKS)
        drop_far_rows(transcript, index, index);
    if (grows(block, item, transcript->cols)) {
        extend_text(block, item, transcript->cols);
    } else {
        block_drop_rows(block);
        struct making making = {
            .arena = &block->arena,
            .rows = &block->rows,
            .cols = transcript->cols,
            .open = block->open || transcript->whole,
            .session = call->session,
            .item = item,
            .ran_ms = ran_ms(block, call->wall_ms),
        };
        making_item(&making);
    }
    block->made = true;
    block->item_done = item->done;
    block->cols = transcript->cols;
    block->version = item->version;
    block->proposal_version = proposal_version(call->session, item);
}

static struct block *block_at(struct transcript *transcript, size_t index)
{
    struct block *block = &transcript->blocks[index];
    const struct item *item = &transcript->call->session->items[index];

    watch_call(block, item, transcript->call->wall_ms);
    if (!is_fresh(transcript, block, item, transcript->cols))
        make_rows(transcript, index);
    return block;
}

// --- leading and ending rows -----------------------------------------------

// Items of one group follow each other without a blank row.
static int group(const struct item *item)
{
    switch (item->kind) {
    case ITEM_USER:
    case ITEM_CONTEXT: return 1;
    case ITEM_CALL:
    case ITEM_REASONING: return 2;
    case ITEM_NOTICE: return 3;
    case ITEM_TEXT:
    case ITEM_PATCH:
    case ITEM_OTHER: return 0;
    }
    return 0;
}

static bool is_joined(const struct item *before, const struct item *item)
{
    return group(before) == group(item) && group(item) != 0
           && !(before->kind == ITEM_USER && item->kind == ITEM_USER);
}

static size_t shown_before(const struct session *session, size_t index)
{
    while (index-- > 0)
        if (item_is_shown(&session->items[index]))
            return index;
    return NO_INDEX;
}

// Says whether the answer of its turn begins with this item.
static bool begins_answer(const struct session *session, size_t index)
{
    size_t turn = session->items[index].turn;

    if (!item_is_from_server(&session->items[index]))
        return false;
    while (index-- > 0 && session->items[index].turn == turn)
        if (item_is_from_server(&session->items[index])
            && item_is_shown(&session->items[index]))
            return false;
    return turn < session->turn_count;
}

struct leading {
    bool blank, heading, ending;
};

static struct leading leading_of(const struct session *session, size_t index)
{
    const struct item *item = &session->items[index];
    struct leading leading = { 0 };
    size_t before = shown_before(session, index);
    bool last = index + 1 == session->item_count
                || session->items[index + 1].turn != item->turn;

    if (item_is_shown(item)) {
        leading.heading = begins_answer(session, index);
        leading.blank =
            before != NO_INDEX
            && (leading.heading || !is_joined(&session->items[before], item));
    }
    leading.ending = last && item->turn < session->turn_count
                     && session->turns[item->turn].done
                     && session->turns[item->turn].outcome != TURN_OK;
    return leading;
}

// --- the footer ------------------------------------------------------------

static bool is_awaited(const struct session *session)
{
    if (session->turn_count == 0 || !session_is_busy(session)
        || session->turns[session->turn_count - 1].done)
        return false;
    for (size_t i = session->item_count; i-- > 0;) {
        if (session->items[i].turn + 1 != session->turn_count)
            break;
        if (item_is_from_server(&session->items[i])
            && item_is_shown(&session->items[i]))
            return false;
    }
    return true;
}

static void add_blank(struct transcript *transcript)
{
    if (shown_before(transcript->call->session,
                     transcript->call->session->item_count)
            != NO_INDEX
        || transcript->footer.count > 0)
        rows_add_text(transcript->call->arena, &transcript->footer, STR(""),
                      ROLE_TEXT);
}

static void add_awaited(struct transcript *transcript)
{
    const struct view_call *call = transcript->call;
    size_t turn = call->session->turn_count - 1;
    struct row row;

    add_blank(transcript);
    if (turn_heading(call->arena, call->session, turn, call->wall_ms,
                     transcript->cols, &row))
        rows_add(call->arena, &transcript->footer, row);
    rows_add_text(call->arena, &transcript->footer, STR("  waiting ..."),
                  ROLE_DIM);
}

static void add_queue(struct transcript *transcript)
{
    const struct view_call *call = transcript->call;

    if (call->session->queue_count > 0)
        add_blank(transcript);
    for (size_t i = 0; i < call->session->queue_count; i++) {
        struct view_line line = { .arena = call->arena };
        line_add(&line, ROLE_DIM, STR("queued  "));
        line_foreign(&line, ROLE_USER, call->session->queue[i]);
        rows_add(call->arena, &transcript->footer, line_row(&line));
    }
}

// Proposals that came from elsewhere have no item.
static void add_proposals(struct transcript *transcript)
{
    const struct view_call *call = transcript->call;
    struct making making = {
        .arena = call->arena,
        .rows = &transcript->footer,
        .cols = transcript->cols,
        .open = transcript->whole,
        .session = call->session,
    };

    for (size_t i = 0; i < call->session->proposal_count; i++) {
        if (call->session->proposals[i].item != NO_INDEX)
            continue;
        add_blank(transcript);
        making_proposal(&making, i);
    }
}

// --- the source ------------------------------------------------------------

static size_t rows_of_block(void *self, size_t index)
{
    struct transcript *transcript = self;
    const struct session *session = transcript->call->session;

    if (index == session->item_count)
        return transcript->footer.count;
    const struct block *block = block_at(transcript, index);
    struct leading leading = leading_of(session, index);
    return (size_t)leading.blank + (size_t)leading.heading + block->rows.count
           + block->tail.count + (size_t)leading.ending;
}

static const struct row *leading_row(struct transcript *transcript,
                                     size_t index, struct leading leading,
                                     size_t row)
{
    const struct view_call *call = transcript->call;

    transcript->lead = (struct row){ 0 };
    if (row == 0 && leading.blank)
        return &transcript->lead;
    turn_heading(call->arena, call->session, call->session->items[index].turn,
                 call->wall_ms, transcript->cols, &transcript->lead);
    return &transcript->lead;
}

static const struct row *row_of_block(void *self, size_t index, size_t row)
{
    struct transcript *transcript = self;
    const struct session *session = transcript->call->session;

    if (index == session->item_count)
        return &transcript->footer.at[row];
    const struct block *block = block_at(transcript, index);
    struct leading leading = leading_of(session, index);
    size_t first = (size_t)leading.blank + (size_t)leading.heading;
    if (row < first)
        return leading_row(transcript, index, leading, row);
    row -= first;
    if (row < block->rows.count)
        return &block->rows.at[row];
    row -= block->rows.count;
    if (row < block->tail.count)
        return &block->tail.at[row];
    turn_ending(transcript->call->arena,
                &session->turns[session->items[index].turn], &transcript->lead);
    return &transcript->lead;
}

static void match_items(struct transcript *transcript, size_t count)
{
    for (size_t i = count; i < transcript->count; i++)
        block_drop_rows(&transcript->blocks[i]);
    if (count > transcript->cap) {
        size_t cap = count + count / 2 + 64;
        transcript->blocks =
            mem_realloc(transcript->blocks, cap * sizeof(struct block));
        transcript->cap = cap;
    }
    if (count > transcript->count)
        memset(transcript->blocks + transcript->count, 0,
               (count - transcript->count) * sizeof(struct block));
    transcript->count = count;
}

struct scroll_source transcript_source(struct transcript *transcript,
                                       const struct view_call *call,
                                       size_t cols)
{
    match_items(transcript, call->session->item_count);
    transcript->frame = *call;
    transcript->call = &transcript->frame;
    transcript->cols = cols;
    transcript->footer = (struct rows){ 0 };
    add_proposals(transcript);
    if (is_awaited(call->session))
        add_awaited(transcript);
    add_queue(transcript);
    return (struct scroll_source){
        .self = transcript,
        .blocks = call->session->item_count + 1,
        .rows = rows_of_block,
        .row = row_of_block,
    };
}

// --- the view --------------------------------------------------------------

bool transcript_fold(struct transcript *transcript,
                     const struct session *session)
{
    size_t from = transcript->lowest + 1;

    if (from > transcript->count)
        from = transcript->count;
    for (size_t i = from; i-- > 0 && i < session->item_count;) {
        if (!item_can_fold(&session->items[i]))
            continue;
        transcript->blocks[i].open = !transcript->blocks[i].open;
        transcript->blocks[i].cols = 0; // to be made anew
        return true;
    }
    return false;
}

void transcript_follow(struct transcript *transcript)
{
    transcript->scroll.away = false;
}

bool transcript_has_more(const struct transcript *transcript)
{
    return transcript->more;
}

static void draw(void *self, const struct view_call *call,
                 struct canvas *canvas, struct area area)
{
    struct transcript *transcript = self;
    struct scroll_source source = transcript_source(self, call, area.cols);
    struct scroll_at end;

    transcript->height = area.rows;
    scroll_settle(&transcript->scroll, &source, area.rows);
    scroll_draw(&transcript->scroll, &source, canvas, area);
    transcript->more = scroll_has_more(&transcript->scroll, &source, area.rows);
    end = transcript->scroll.top;
    scroll_forward(&source, &end, area.rows ? area.rows - 1 : 0);
    transcript->lowest = end.block;
}

static bool key(void *self, const struct view_call *call,
                const struct view_key *key, struct view_reply *reply)
{
    struct transcript *transcript = self;
    struct scroll_source source =
        transcript_source(self, call, transcript->cols);
    long page = transcript->height > 2 ? (long)transcript->height - 2 : 1;

    if (key->action == ACTION_PAGE_UP || key->action == ACTION_PAGE_DOWN) {
        scroll_by(&transcript->scroll, &source, transcript->height,
                  key->action == ACTION_PAGE_UP ? -page : page);
        return true;
    }
    if (key->action != ACTION_FOLD)
        return false;
    if (!transcript_fold(transcript, call->session))
        view_say(reply, "nothing to fold here");
    return true;
}

const struct view_ops transcript_view = { .draw = draw, .key = key };
