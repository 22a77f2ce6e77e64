/*
 * md4c reads the text between fences piece by piece; its callbacks say what
 * begins and ends, and `compose` makes the rows. As pieces are read alone, a
 * link reference definition cannot reach from one to the other. So that no
 * text vanishes, definitions are taken for text: a guard byte, which cannot be
 * in sanitised text, is put in front of each "[" at the start of a line and
 * left out again on its way back.
 */
#include "kerf/text/markdown.h"

#include <md4c.h>

#include "kerf/base/utf8.h"

#include "entity.h"
#include "pieces.h"
#include "reader.h"
#include "table.h"

#define GUARD '\x01'
#define SPANS_DEEP 32
#define LIMIT_TEXT_BYTES ((size_t)1 << 20) // for md4c; more is shown plain
#define READER_FLAGS                                            \
    (MD_FLAG_TABLES | MD_FLAG_STRIKETHROUGH | MD_FLAG_TASKLISTS \
     | MD_FLAG_PERMISSIVEURLAUTOLINKS | MD_FLAG_NOHTML)

struct reader_span {
    enum role role;    // the strongest of this and all around it
    struct str url;    // of links and pictures
    struct str link;   // url of this or of what is around it
    size_t text_start; // in the running text
};

struct reader {
    struct compose *c;
    struct reader_span spans[SPANS_DEEP]; // the first stands for the block
    size_t depth;                         // open spans, shown or not
    size_t quotes;                        // open ones
    bool in_code, in_cell;
    bool failed;     // md4c 0.4.8 forgets what stopped it
    struct buf code; // text of the open code block
    const struct language *language;
    struct table table;
};

// Which role wins when one stands in the other.
static const unsigned char role_ranks[ROLE_COUNT] = {
    [ROLE_QUOTE] = 1,   [ROLE_EMPHASIS] = 2, [ROLE_STRONG] = 3,
    [ROLE_HEADING] = 4, [ROLE_DIM] = 5,      [ROLE_LINK] = 6,
    [ROLE_CODE] = 7,
};

static struct reader_span *open_span(struct reader *r)
{
    return &r->spans[r->depth < SPANS_DEEP ? r->depth : SPANS_DEEP - 1];
}

static void set_block_role(struct reader *r, enum role role)
{
    if (role == ROLE_TEXT && r->quotes > 0)
        role = ROLE_QUOTE;
    r->depth = 0;
    r->spans[0] = (struct reader_span){ .role = role };
}

// Hands `text` on without the guards.
static void add_unguarded(struct buf *out, struct str text)
{
    struct str piece;

    while (str_split(&text, GUARD, &piece))
        buf_append(out, piece);
}

static void add_text(struct reader *r, struct str text)
{
    struct str piece;

    while (str_split(&text, GUARD, &piece))
        compose_link(r->c, piece, open_span(r)->role, open_span(r)->link);
}

// In a cell even code writes a bar as "\|" (GFM 4.10), which md4c leaves.
static void add_code(struct reader *r, struct str code)
{
    size_t bar;

    while (r->in_cell && (bar = str_find(code, STR("\\|"))) != SIZE_MAX) {
        add_text(r, str_take(code, bar));
        code = str_skip(code, bar + 1);
    }
    add_text(r, code);
}

static void add_entity(struct reader *r, struct str entity)
{
    struct buf out = { 0 };

    entity_append(&out, entity);
    add_text(r, buf_str(&out));
    buf_release(&out);
}

// Returns the value of an attribute, entities replaced.
static struct str attribute(struct arena *arena, const MD_ATTRIBUTE *a)
{
    struct buf out = { 0 };
    size_t end;

    for (size_t i = 0, at = 0; at < a->size; i++, at = end) {
        end = a->substr_offsets[i + 1];
        struct str part = { a->text + at, end - at };
        if (a->substr_types[i] == MD_TEXT_ENTITY)
            entity_append(&out, part);
        else
            add_unguarded(&out, part);
    }
    struct str value = arena_copy(arena, buf_str(&out));
    buf_release(&out);
    return value;
}

// A block begins: what a tight item said before it is a block, too.
static void begin_block(struct reader *r, enum role role)
{
    compose_paragraph(r->c);
    compose_child(r->c);
    set_block_role(r, role);
}

static void begin_list(struct reader *r, bool tight, char sign, unsigned number)
{
    begin_block(r, ROLE_TEXT);
    compose_open(r->c, (struct container){ .kind = CONTAINER_LIST,
                                           .tight = tight,
                                           .sign = sign,
                                           .number = number });
}

static void begin_item(struct reader *r, const MD_BLOCK_LI_DETAIL *item)
{
    struct arena *arena = r->c->arena;
    struct str marker = STR("- ");

    compose_child(r->c);
    struct container *list = compose_innermost(r->c);
    if (list->sign)
        marker = arena_printf(arena, "%u%c ", list->number++, list->sign);
    if (item->is_task)
        marker = arena_printf(arena, "%.*s[%c] ", STR_ARG(marker),
                              item->task_mark == ' ' ? ' ' : 'x');
    compose_open(r->c, (struct container){ .kind = CONTAINER_ITEM,
                                           .tight = list->tight,
                                           .marker = marker });
    set_block_role(r, ROLE_TEXT);
}

static void begin_quote(struct reader *r)
{
    begin_block(r, ROLE_TEXT);
    compose_open(r->c, (struct container){ .kind = CONTAINER_QUOTE });
    r->quotes++;
}

static void begin_code(struct reader *r, const MD_BLOCK_CODE_DETAIL *code)
{
    begin_block(r, ROLE_TEXT);
    struct str info = attribute(r->c->arena, &code->lang);
    r->language = language_by_name(fence_language(info));
    r->in_code = true;
    compose_code(r->c, code->fence_char != 0 && r->quotes == 0);
    buf_reset(&r->code);
}

// Returns non-zero, which stops md4c, if the table is beyond the limit.
static int begin_table(struct reader *r, const MD_BLOCK_TABLE_DETAIL *table)
{
    size_t rows = (size_t)table->head_row_count + table->body_row_count;

    r->failed = table->col_count == 0
                || rows > LIMIT_TABLE_CELLS / table->col_count;
    if (r->failed)
        return 1;
    begin_block(r, ROLE_TEXT);
    r->table = (struct table){ .cols = table->col_count };
    r->table.align =
        arena_array(r->c->arena, table->col_count, sizeof(*r->table.align));
    return 0;
}

static void begin_cell(struct reader *r, const MD_BLOCK_TD_DETAIL *cell,
                       enum role role)
{
    size_t col = r->table.count % r->table.cols;

    r->table.align[col] = cell->align == MD_ALIGN_RIGHT    ? ALIGN_RIGHT
                          : cell->align == MD_ALIGN_CENTER ? ALIGN_CENTER
                                                           : ALIGN_LEFT;
    r->in_cell = true;
    set_block_role(r, role);
}

static int enter_block(MD_BLOCKTYPE type, void *detail, void *ctx)
{
    struct reader *r = ctx;

    switch (type) {
    case MD_BLOCK_DOC:
    case MD_BLOCK_THEAD:
    case MD_BLOCK_TBODY:
    case MD_BLOCK_TR: break;
    case MD_BLOCK_QUOTE: begin_quote(r); break;
    case MD_BLOCK_UL:
        begin_list(r, ((MD_BLOCK_UL_DETAIL *)detail)->is_tight, '\0', 0);
        break;
    case MD_BLOCK_OL: {
        const MD_BLOCK_OL_DETAIL *list = detail;
        begin_list(r, list->is_tight, list->mark_delimiter, list->start);
        break;
    }
    case MD_BLOCK_LI: begin_item(r, detail); break;
    case MD_BLOCK_HR:
        begin_block(r, ROLE_TEXT);
        compose_rule(r->c);
        break;
    case MD_BLOCK_H: begin_block(r, ROLE_HEADING); break;
    case MD_BLOCK_CODE: begin_code(r, detail); break;
    case MD_BLOCK_HTML:
    case MD_BLOCK_P: begin_block(r, ROLE_TEXT); break;
    case MD_BLOCK_TABLE: return begin_table(r, detail);
    case MD_BLOCK_TH: begin_cell(r, detail, ROLE_STRONG); break;
    case MD_BLOCK_TD: begin_cell(r, detail, ROLE_TEXT); break;
    }
    return 0;
}

static void end_code(struct reader *r)
{
    struct str code = buf_str(&r->code), line;
    unsigned state = 0;

    for (size_t at = 0; line_next(code, &at, &line);)
        compose_code_line(r->c, line, r->language, &state);
    r->in_code = false;
}

static void end_cell(struct reader *r)
{
    struct table *table = &r->table;

    table->cells = arena_grow(r->c->arena, table->cells, &table->cap,
                              table->count + 1, sizeof(struct ink));
    table->cells[table->count++] = compose_take(r->c);
    r->in_cell = false;
}

static int leave_block(MD_BLOCKTYPE type, void *detail, void *ctx)
{
    struct reader *r = ctx;

    (void)detail;
    switch (type) {
    case MD_BLOCK_DOC:
    case MD_BLOCK_THEAD:
    case MD_BLOCK_TBODY:
    case MD_BLOCK_TR:
    case MD_BLOCK_HR: break;
    case MD_BLOCK_QUOTE:
        compose_close(r->c);
        r->quotes--;
        break;
    case MD_BLOCK_UL:
    case MD_BLOCK_OL:
    case MD_BLOCK_LI: compose_close(r->c); break;
    case MD_BLOCK_H:
    case MD_BLOCK_HTML:
    case MD_BLOCK_P: compose_ink(r->c, compose_take(r->c), true); break;
    case MD_BLOCK_CODE: end_code(r); break;
    case MD_BLOCK_TABLE: table_rows(r->c, &r->table); break;
    case MD_BLOCK_TH:
    case MD_BLOCK_TD: end_cell(r); break;
    }
    set_block_role(r, ROLE_TEXT);
    return 0;
}

static void push_span(struct reader *r, enum role role, struct str url)
{
    struct reader_span around = *open_span(r);
    bool wins = role_ranks[role] > role_ranks[around.role];

    if (++r->depth < SPANS_DEEP)
        *open_span(r) = (struct reader_span){
            .role = wins ? role : around.role,
            .url = url,
            .link = url.len > 0 ? url : around.link,
            .text_start = r->c->text.len,
        };
}

static int enter_span(MD_SPANTYPE type, void *detail, void *ctx)
{
    struct reader *r = ctx;
    struct arena *arena = r->c->arena;
    struct str none = { 0 };

    switch (type) {
    case MD_SPAN_EM: push_span(r, ROLE_EMPHASIS, none); break;
    case MD_SPAN_STRONG:
    case MD_SPAN_U: push_span(r, ROLE_STRONG, none); break;
    case MD_SPAN_A:
        push_span(r, ROLE_LINK,
                  attribute(arena, &((MD_SPAN_A_DETAIL *)detail)->href));
        break;
    case MD_SPAN_IMG:
        push_span(r, ROLE_LINK,
                  attribute(arena, &((MD_SPAN_IMG_DETAIL *)detail)->src));
        break;
    case MD_SPAN_CODE:
        push_span(r, ROLE_CODE, none);
        add_text(r, STR("`"));
        break;
    case MD_SPAN_DEL:
        push_span(r, ROLE_DIM, none);
        add_text(r, STR("~~"));
        break;
    case MD_SPAN_LATEXMATH:
    case MD_SPAN_LATEXMATH_DISPLAY:
    case MD_SPAN_WIKILINK: push_span(r, ROLE_TEXT, none); break;
    }
    return 0;
}

// Says whether the text of a link tells already where it leads.
static bool tells_url(struct str text, struct str url)
{
    if (str_starts_with(url, STR("mailto:")))
        url = str_skip(url, STR("mailto:").len);
    return url.len == 0 || str_equal(text, url);
}

static void end_link(struct reader *r)
{
    struct reader_span *span = open_span(r);
    struct str text = str_skip(buf_str(&r->c->text), span->text_start);
    bool told = r->depth >= SPANS_DEEP || tells_url(text, span->url);

    if (told)
        return;
    compose_text(r->c, STR(" ("), ROLE_DIM);
    compose_link(r->c, span->url, ROLE_DIM, span->url);
    compose_text(r->c, STR(")"), ROLE_DIM);
}

static int leave_span(MD_SPANTYPE type, void *detail, void *ctx)
{
    struct reader *r = ctx;

    (void)detail;
    switch (type) {
    case MD_SPAN_A:
    case MD_SPAN_IMG: end_link(r); break;
    case MD_SPAN_CODE: add_text(r, STR("`")); break;
    case MD_SPAN_DEL: add_text(r, STR("~~")); break;
    case MD_SPAN_EM:
    case MD_SPAN_STRONG:
    case MD_SPAN_U:
    case MD_SPAN_LATEXMATH:
    case MD_SPAN_LATEXMATH_DISPLAY:
    case MD_SPAN_WIKILINK: break;
    }
    if (r->depth > 0)
        r->depth--;
    return 0;
}

static int take_text(MD_TEXTTYPE type, const MD_CHAR *at, MD_SIZE size,
                     void *ctx)
{
    struct reader *r = ctx;
    struct str text = { at, size };

    if (r->in_code) {
        add_unguarded(&r->code, text);
        return 0;
    }
    switch (type) {
    case MD_TEXT_NULLCHAR: add_text(r, STR("\xef\xbf\xbd")); break;
    case MD_TEXT_BR:
        if (r->in_cell)
            add_text(r, STR(" "));
        else
            compose_paragraph(r->c);
        break;
    case MD_TEXT_SOFTBR: add_text(r, STR(" ")); break;
    case MD_TEXT_ENTITY: add_entity(r, text); break;
    case MD_TEXT_CODE: add_code(r, text); break;
    case MD_TEXT_NORMAL:
    case MD_TEXT_HTML:
    case MD_TEXT_LATEXMATH: add_text(r, text); break;
    }
    return 0;
}

static const MD_PARSER parser = {
    .flags = READER_FLAGS,
    .enter_block = enter_block,
    .leave_block = leave_block,
    .enter_span = enter_span,
    .leave_span = leave_span,
    .text = take_text,
};

// Says whether `rest` begins with the box of a task: "[ ] " or "[x] ".
static bool is_task_box(struct str rest)
{
    return rest.len >= 4 && rest.at[2] == ']' && rest.at[3] == ' '
           && str_find_char(STR(" xX"), rest.at[1]) != SIZE_MAX;
}

// Appends a sanitised line, guarded if a definition could begin in it.
static void add_guarded(struct buf *out, struct str line)
{
    size_t at = 0;

    while (at < line.len
           && str_find_char(STR(" \t>*+-.)0123456789"), line.at[at])
                  != SIZE_MAX)
        at++;
    struct str rest = str_skip(line, at);
    buf_append(out, str_take(line, at));
    if (str_starts_with(rest, STR("[")) && !is_task_box(rest))
        buf_append_char(out, GUARD);
    buf_append(out, rest);
}

// Returns `source` sanitised, its lines ending in LF, guards set.
static void clean_text(struct buf *out, struct str source)
{
    struct buf clean = { 0 };
    struct str line;

    for (size_t at = 0; line_next(source, &at, &line);) {
        buf_reset(&clean);
        utf8_sanitise(&clean, line, true);
        add_guarded(out, buf_str(&clean));
        buf_append_char(out, '\n');
    }
    buf_release(&clean);
}

static void add_plain(struct compose *c, struct str clean)
{
    struct str line;

    compose_child(c);
    for (size_t at = 0; line_next(clean, &at, &line);) {
        add_unguarded(&c->text, line);
        compose_ink(c, compose_take(c), true);
    }
}

// Takes back what a reader did that stopped half-way.
static void restore(struct compose *c, const struct compose *before,
                    struct container document, size_t row_count)
{
    compose_take(c);
    c->containers[0] = document;
    c->depth = before->depth;
    c->any = before->any;
    c->gap = before->gap;
    c->gap_depth = before->gap_depth;
    c->parts = before->parts;
    c->rows->count = row_count;
}

void reader_text(struct compose *c, struct str source)
{
    struct reader r = { .c = c };
    struct compose before = *c;
    struct container document = c->containers[0];
    size_t row_count = c->rows->count;
    struct buf clean = { 0 };

    clean_text(&clean, source);
    bool done = clean.len <= LIMIT_TEXT_BYTES
                && md_parse(clean.at, (MD_SIZE)clean.len, &parser, &r) == 0
                && !r.failed;
    if (!done) {
        restore(c, &before, document, row_count);
        add_plain(c, buf_str(&clean));
    }
    buf_release(&r.code);
    buf_release(&clean);
}
