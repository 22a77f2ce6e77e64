/*
 * Block i shows item i; the last block shows what has no item yet: the answer
 * that is waited for and the messages in the queue. A block has leading rows
 * (a blank, the heading of an answer) which are made at every frame, since
 * they carry running numbers, and rows that are kept.
 */
#include "transcript.h"

#include <stdlib.h>
#include <string.h>

#include "transcript_parts.h"

#define KEPT_BLOCKS 256 // with rows, before those far away are dropped
#define NEAR_BLOCKS 64  // before and behind that are never dropped

struct transcript *transcript_create(bool whole)
{
    struct transcript *transcript = mem_alloc(sizeof(*transcript));

    transcript->whole = transcript->thinking = whole;
    transcript->touched = NO_INDEX;
    return transcript;
}

static void block_drop_rows(struct block *block)
{
    markdown_stream_destroy(block->stream);
    arena_release(&block->arena);
    block->stream = NULL;
    block->made_rows = (struct rows){ 0 };
    block->rows = NULL;
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

static bool is_open(const struct transcript *transcript,
                    const struct block *block, const struct item *item)
{
    bool open = item->kind == ITEM_REASONING ? transcript->thinking
                                             : transcript->whole;

    return open != block->flipped;
}

static bool is_fresh(const struct transcript *transcript,
                     const struct block *block, const struct item *item)
{
    bool running = item->kind == ITEM_CALL && item->call == CALL_RUNNING
                   && transcript->call->wall_ms != 0;

    return block->made && block->cols == transcript->cols && !running
           && block->open == is_open(transcript, block, item)
           && block->version == item->version
           && block->proposal_version
                  == proposal_version(transcript->call->session, item);
}

static bool is_markdown(const struct item *item)
{
    return item->kind == ITEM_TEXT && !item->superseded;
}

// A text only grows: of what is settled the rows stay. What came in pieces
// has the same rows as what came at once.
static void make_markdown(struct block *block, const struct item *item,
                          size_t cols)
{
    if (!block->stream || block->cols != cols) {
        block_drop_rows(block);
        block->stream = markdown_stream_create(cols, BODY_COL);
    }
    block->rows = markdown_stream_update(block->stream, buf_str(&item->text));
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

static void make_other(struct transcript *transcript, struct block *block,
                       const struct item *item)
{
    block_drop_rows(block);
    struct making making = {
        .arena = &block->arena,
        .rows = &block->made_rows,
        .cols = transcript->cols,
        .open = is_open(transcript, block, item),
        .session = transcript->call->session,
        .item = item,
        .ran_ms = ran_ms(block, transcript->call->wall_ms),
    };
    making_item(&making);
    block->rows = &block->made_rows;
}

static void make_rows(struct transcript *transcript, size_t index)
{
    struct block *block = &transcript->blocks[index];
    const struct session *session = transcript->call->session;
    const struct item *item = &session->items[index];

    transcript->made_ever++;
    if (!block->made && ++transcript->made > KEPT_BLOCKS)
        drop_far_rows(transcript, index, index);
    if (is_markdown(item))
        make_markdown(block, item, transcript->cols);
    else
        make_other(transcript, block, item);
    block->made = true;
    block->open = is_open(transcript, block, item);
    block->cols = transcript->cols;
    block->version = item->version;
    block->proposal_version = proposal_version(session, item);
}

static struct block *block_at(struct transcript *transcript, size_t index)
{
    struct block *block = &transcript->blocks[index];
    const struct item *item = &transcript->call->session->items[index];

    watch_call(block, item, transcript->call->wall_ms);
    if (!is_fresh(transcript, block, item))
        make_rows(transcript, index);
    return block;
}

// --- the source ------------------------------------------------------------

// Made anew for each use, in the arena of the drawing: it is rare and short.
static struct rows ending_of(const struct transcript *transcript, size_t index)
{
    const struct session *session = transcript->call->session;

    return turn_ending(transcript->call->arena,
                       &session->turns[session->items[index].turn],
                       transcript->cols);
}

static size_t rows_of_block(void *self, size_t index)
{
    struct transcript *transcript = self;
    const struct session *session = transcript->call->session;

    if (index == session->item_count)
        return transcript->footer.count;
    const struct block *block = block_at(transcript, index);
    struct leading leading = leading_of(session, index);
    return (size_t)leading.blank + (size_t)leading.heading + block->rows->count
           + (leading.ending ? ending_of(transcript, index).count : 0);
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
    if (row < block->rows->count)
        return &block->rows->at[row];
    row -= block->rows->count;
    struct rows ending = ending_of(transcript, index);
    transcript->lead = row < ending.count ? ending.at[row] : (struct row){ 0 };
    return &transcript->lead;
}

// What changes by itself with time has none.
static uint64_t stamp_of_block(void *self, size_t index)
{
    struct transcript *transcript = self;
    const struct session *session = transcript->call->session;

    if (index >= session->item_count)
        return 0;
    const struct item *item = &session->items[index];
    struct leading leading = leading_of(session, index);
    if ((item->kind == ITEM_CALL && item->call == CALL_RUNNING)
        || (leading.heading && !session->turns[item->turn].done))
        return 0;
    unsigned around = leading.blank | leading.heading << 1 | leading.ending << 2
                      | is_open(transcript, &transcript->blocks[index], item)
                            << 3;
    return (uint64_t)item->version << 32
           | (uint64_t)proposal_version(session, item) << 5 | around << 1 | 1;
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
    footer_make(transcript);
    return (struct scroll_source){
        .self = transcript,
        .blocks = call->session->item_count + 1,
        .cols = cols,
        .rows = rows_of_block,
        .row = row_of_block,
        .stamp = stamp_of_block,
    };
}

struct spot transcript_spot(struct transcript *transcript, struct scroll_at at)
{
    const struct session *session = transcript->call->session;
    struct spot spot = { NO_INDEX, NO_INDEX, 0 };

    if (at.block > session->item_count
        || at.row >= rows_of_block(transcript, at.block))
        return spot;
    spot.part = row_of_block(transcript, at.block, at.row)->part;
    if (at.block < session->item_count) {
        spot.item = at.block;
        spot.turn = session->items[at.block].turn;
    }
    return spot;
}

// --- folding ---------------------------------------------------------------

bool transcript_turn_over(struct transcript *transcript,
                          const struct session *session, size_t index)
{
    if (index >= transcript->count || index >= session->item_count
        || !item_can_fold(&session->items[index]))
        return false;
    transcript->blocks[index].flipped = !transcript->blocks[index].flipped;
    return true;
}

// The lowest block in view that can be folded, or the next one `above` the last
// one that was; false if there is none in view.
static bool fold_in_view(struct transcript *transcript,
                         const struct session *session, bool above)
{
    bool next = above && transcript->touched != NO_INDEX;
    size_t from = next ? transcript->touched : transcript->lowest + 1;
    size_t first = transcript->scroll.top.block;

    if (from > transcript->count)
        from = transcript->count;
    for (size_t i = from; i-- > first;)
        if (transcript_turn_over(transcript, session, i)) {
            transcript->touched = i;
            return true;
        }
    transcript->touched = NO_INDEX;
    return false;
}

// What was unfolded by hand goes with the others.
bool transcript_turn_thinking(struct transcript *transcript,
                              const struct session *session)
{
    transcript->thinking = !transcript->thinking;
    for (size_t i = 0; i < transcript->count && i < session->item_count; i++)
        if (session->items[i].kind == ITEM_REASONING)
            transcript->blocks[i].flipped = false;
    return transcript->thinking;
}

// --- the view --------------------------------------------------------------

void transcript_follow(struct transcript *transcript)
{
    transcript->scroll.away = false;
}

bool transcript_is_away(const struct transcript *transcript)
{
    return transcript->scroll.away;
}

bool transcript_below(const struct transcript *transcript, size_t *fresh)
{
    *fresh = transcript->fresh;
    return transcript->more;
}

struct scroll_at transcript_top(const struct transcript *transcript)
{
    return transcript->scroll.top;
}

size_t transcript_made(const struct transcript *transcript)
{
    return transcript->made_ever;
}

// Counts the rows of items that came since the end was last in view.
static void count_fresh(struct transcript *transcript,
                        const struct scroll_source *source)
{
    struct scroll_source items = *source;
    struct scroll_at at = transcript->seen;
    size_t last = --items.blocks;

    if (!transcript->scroll.away || at.block >= last)
        transcript->fresh = 0;
    else
        transcript->fresh = scroll_forward(&items, &at, LIMIT_FRESH_ROWS);
    if (transcript->scroll.away)
        return;
    transcript->seen = (struct scroll_at){ 0, 0 };
    if (last > 0)
        transcript->seen =
            (struct scroll_at){ last - 1, rows_of_block(transcript, last - 1) };
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
    count_fresh(transcript, &source);
}

static bool scroll_key(struct transcript *transcript,
                       const struct view_call *call, enum action action)
{
    struct scroll_source source =
        transcript_source(transcript, call, transcript->cols);
    long page = transcript->height > 2 ? (long)transcript->height - 2 : 1;

    if (action == ACTION_PAGE_UP || action == ACTION_PAGE_DOWN)
        scroll_by(&transcript->scroll, &source, transcript->height,
                  action == ACTION_PAGE_UP ? -page : page);
    else if (action == ACTION_LINE_UP || action == ACTION_LINE_DOWN)
        scroll_by(&transcript->scroll, &source, transcript->height,
                  action == ACTION_LINE_UP ? -1 : 1);
    else if (action == ACTION_LAST)
        transcript_follow(transcript);
    else
        return false;
    transcript->touched = NO_INDEX;
    return true;
}

static bool fold_key(struct transcript *transcript,
                     const struct session *session, enum action action,
                     struct view_reply *reply)
{
    bool above = action == ACTION_FOLD_ABOVE;

    if (action == ACTION_THINKING) {
        bool open = transcript_turn_thinking(transcript, session);
        view_say(reply, "reasoning is %s", open ? "shown" : "folded");
        return true;
    }
    if (action != ACTION_FOLD && !above)
        return false;
    if (!fold_in_view(transcript, session, above))
        view_say(reply,
                 above ? "nothing more to fold above" : "nothing to fold here");
    return true;
}

static bool key(void *self, const struct view_call *call,
                const struct view_key *key, struct view_reply *reply)
{
    return scroll_key(self, call, key->action)
           || fold_key(self, call->session, key->action, reply);
}

const struct view_ops transcript_view = { .draw = draw, .key = key };
