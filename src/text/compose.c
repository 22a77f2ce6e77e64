/*
 * Blocks stand in containers, and each container puts its sign before every
 * row inside: a bar for a quote, the marker and then blanks for a list item.
 * Prefixes take half the width at most, and only the outer containers show,
 * so that a hostile nesting costs neither room nor time.
 */
#include "compose.h"

#include "kerf/text/width.h"

#define CONTAINERS_SHOWN 24
#define CODE_TAB_CELLS 4
#define CODE_MARGIN STR("  ")
#define QUOTE_SIGN STR("| ")

void compose_open_document(struct compose *c)
{
    compose_open(c, (struct container){ .kind = CONTAINER_DOCUMENT });
}

void compose_release(struct compose *c)
{
    buf_release(&c->text);
}

struct container *compose_innermost(const struct compose *c)
{
    return &c->containers[c->depth - 1];
}

void compose_child(struct compose *c)
{
    struct container *parent = compose_innermost(c);

    if (parent->children++ == 0 || parent->tight)
        return;
    if (!c->gap || c->depth < c->gap_depth)
        c->gap_depth = c->depth;
    c->gap = true;
}

void compose_open(struct compose *c, struct container container)
{
    c->containers = arena_grow(c->arena, c->containers, &c->container_cap,
                               c->depth + 1, sizeof(container));
    c->containers[c->depth++] = container;
}

// Appends the sign of a container; with `mark` the marker, else blanks.
static void append_sign(struct buf *out, const struct container *container,
                        bool mark)
{
    switch (container->kind) {
    case CONTAINER_DOCUMENT:
    case CONTAINER_LIST: break;
    case CONTAINER_QUOTE: buf_append(out, QUOTE_SIGN); break;
    case CONTAINER_ITEM:
        if (mark && !container->marked)
            buf_append(out, container->marker);
        else
            buf_printf(out, "%*s", (int)container->marker.len, "");
        break;
    }
}

static size_t shown(size_t depth)
{
    return depth < CONTAINERS_SHOWN ? depth : CONTAINERS_SHOWN;
}

static struct str prefix_of(const struct compose *c, size_t depth, bool mark)
{
    struct buf out = { 0 };

    buf_printf(&out, "%*s", (int)c->indent, "");
    for (size_t i = 0; i < shown(depth); i++)
        append_sign(&out, &c->containers[i], mark);
    struct str prefix = width_fit(buf_str(&out), c->width_cells / 2, NULL);
    prefix = arena_copy(c->arena, prefix);
    buf_release(&out);
    return prefix;
}

static enum role prefix_role(const struct compose *c, size_t depth)
{
    for (size_t i = 0; i < shown(depth); i++)
        if (c->containers[i].kind == CONTAINER_QUOTE)
            return ROLE_QUOTE;
    return ROLE_DIM;
}

static void mark_items(struct compose *c)
{
    for (size_t i = c->depth; i > 0 && !c->containers[i - 1].marked; i--)
        c->containers[i - 1].marked = true;
}

// Begins a block: the empty row that is due, then the prefixes of its rows.
static struct wrap begin_block(struct compose *c)
{
    if (c->gap && c->any) {
        struct str prefix = prefix_of(c, c->gap_depth, false);
        rows_add_text(c->arena, c->rows, str_trim_end(prefix),
                      prefix_role(c, c->gap_depth));
    }
    c->gap = false;
    c->any = true;
    struct wrap wrap = { .width_cells = c->width_cells,
                         .first = prefix_of(c, c->depth, true),
                         .rest = prefix_of(c, c->depth, false),
                         .prefix_role = prefix_role(c, c->depth),
                         .at_words = true };
    mark_items(c);
    return wrap;
}

size_t compose_room(const struct compose *c)
{
    return c->width_cells - width_of(prefix_of(c, c->depth, false));
}

void compose_close(struct compose *c)
{
    compose_paragraph(c);
    enum container_kind kind = compose_innermost(c)->kind;
    bool signs = kind == CONTAINER_ITEM || kind == CONTAINER_QUOTE;
    if (signs && !compose_innermost(c)->marked)
        compose_ink(c, (struct ink){ 0 }, true); // an empty one shows, too
    c->depth--;
}

void compose_text(struct compose *c, struct str text, enum role role)
{
    compose_link(c, text, role, (struct str){ 0 });
}

void compose_link(struct compose *c, struct str text, enum role role,
                  struct str link)
{
    struct span span = {
        .start = c->text.len, .len = text.len, .role = role, .link = link
    };

    buf_append(&c->text, text);
    spans_add(c->arena, &c->spans, &c->span_count, &c->span_cap, span);
}

struct ink compose_take(struct compose *c)
{
    struct ink ink = { arena_copy(c->arena, buf_str(&c->text)), c->spans,
                       c->span_count };

    buf_reset(&c->text);
    c->spans = NULL;
    c->span_count = c->span_cap = 0;
    return ink;
}

void compose_ink(struct compose *c, struct ink ink, bool at_words)
{
    struct wrap wrap = begin_block(c);

    if (ink.text.len == 0)
        wrap.first = str_trim_end(wrap.first);
    wrap.at_words = at_words;
    wrap_text(c->arena, c->rows, ink.text, ink.spans, ink.span_count, &wrap);
}

void compose_paragraph(struct compose *c)
{
    if (c->text.len > 0)
        compose_ink(c, compose_take(c), true);
}

// Fills what the lexer left plain, so that all of a line is code.
static struct ink code_ink(struct arena *arena, struct str line,
                           const struct span *spans, size_t count)
{
    struct ink ink = { .text = line };
    struct span *all = NULL;
    size_t cap = 0, at = 0;

    for (size_t i = 0; i < count; i++) {
        struct span plain = { .start = at,
                              .len = spans[i].start - at,
                              .role = ROLE_CODE };
        spans_add(arena, &all, &ink.span_count, &cap, plain);
        spans_add(arena, &all, &ink.span_count, &cap, spans[i]);
        at = spans[i].start + spans[i].len;
    }
    struct span rest = { .start = at, .len = line.len - at, .role = ROLE_CODE };
    spans_add(arena, &all, &ink.span_count, &cap, rest);
    ink.spans = all;
    return ink;
}

static size_t leading_blanks(struct str line)
{
    return line.len - str_trim_start(line).len;
}

void compose_code(struct compose *c, bool counted)
{
    c->part = counted ? ++c->parts : 0;
}

void compose_code_line(struct compose *c, struct str line,
                       const struct language *language, unsigned *state)
{
    struct span *spans = NULL;
    size_t count = 0, cap = 0;
    struct str text = width_line(c->arena, line, 0, CODE_TAB_CELLS);
    struct wrap wrap = begin_block(c);

    highlight_line(c->arena, language, state, text, 0, &spans, &count, &cap);
    struct ink ink = code_ink(c->arena, text, spans, count);
    size_t blanks = leading_blanks(text);
    if (blanks > c->width_cells / 4)
        blanks = c->width_cells / 4;
    wrap.first = arena_printf(c->arena, "%.*s%.*s", STR_ARG(wrap.first),
                              STR_ARG(CODE_MARGIN));
    wrap.rest = arena_printf(c->arena, "%.*s%.*s%*s", STR_ARG(wrap.rest),
                             STR_ARG(CODE_MARGIN), (int)blanks, "");
    if (text.len == 0)
        wrap.first = str_trim_end(wrap.first);
    wrap.at_words = false;
    size_t first = c->rows->count;
    wrap_text(c->arena, c->rows, ink.text, ink.spans, ink.span_count, &wrap);
    for (size_t i = first; i < c->rows->count; i++)
        c->rows->at[i].part = c->part;
}

void compose_rule(struct compose *c)
{
    size_t room = compose_room(c);
    struct buf line = { 0 };

    for (size_t i = 0; i < room; i++)
        buf_append_char(&line, '-');
    compose_text(c, buf_str(&line), ROLE_RULE);
    buf_release(&line);
    compose_paragraph(c);
}
