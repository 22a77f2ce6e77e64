/* Roles have names because theme files use them; rows are values in an arena,
 * so that a view can throw a whole frame away at once. */
#include "kerf/text/style.h"

static const char *const role_names[ROLE_COUNT] = {
    [ROLE_TEXT] = "text",
    [ROLE_DIM] = "dim",
    [ROLE_STRONG] = "strong",
    [ROLE_EMPHASIS] = "emphasis",
    [ROLE_HEADING] = "heading",
    [ROLE_CODE] = "code",
    [ROLE_KEYWORD] = "keyword",
    [ROLE_TYPE] = "type",
    [ROLE_STRING] = "string",
    [ROLE_NUMBER] = "number",
    [ROLE_COMMENT] = "comment",
    [ROLE_LINK] = "link",
    [ROLE_QUOTE] = "quote",
    [ROLE_USER] = "user",
    [ROLE_TITLE] = "title",
    [ROLE_STATUS] = "status",
    [ROLE_KEY] = "key",
    [ROLE_RULE] = "rule",
    [ROLE_FOCUS] = "focus",
    [ROLE_SELECTED] = "selected",
    [ROLE_ADDED] = "added",
    [ROLE_REMOVED] = "removed",
    [ROLE_ADDED_WORD] = "added-word",
    [ROLE_REMOVED_WORD] = "removed-word",
    [ROLE_HUNK] = "hunk",
    [ROLE_OK] = "ok",
    [ROLE_WARNING] = "warning",
    [ROLE_ERROR] = "error",
};

const char *role_name(enum role role)
{
    return role_names[role];
}

void rows_add(struct arena *arena, struct rows *rows, struct row row)
{
    rows->at =
        arena_grow(arena, rows->at, &rows->cap, rows->count + 1, sizeof(row));
    rows->at[rows->count++] = row;
}

void rows_add_text(struct arena *arena, struct rows *rows, struct str text,
                   enum role role)
{
    struct row row = { .text = arena_copy(arena, text) };

    if (role != ROLE_TEXT && text.len > 0) {
        struct span *span = arena_alloc(arena, sizeof(*span));
        *span = (struct span){ .len = text.len, .role = role };
        row.spans = span;
        row.span_count = 1;
    }
    rows_add(arena, rows, row);
}

void spans_add(struct arena *arena, struct span **spans, size_t *count,
               size_t *cap, struct span span)
{
    if (span.len == 0 || span.role == ROLE_TEXT)
        return;
    struct span *last = *count > 0 ? &(*spans)[*count - 1] : NULL;
    if (last && last->role == span.role && str_equal(last->link, span.link)
        && last->start + last->len == span.start) {
        last->len += span.len;
        return;
    }
    *spans = arena_grow(arena, *spans, cap, *count + 1, sizeof(span));
    (*spans)[(*count)++] = span;
}
