/* Lines with `%%` in front part a book; the rest is taken as it is. */
#include "book.h"

#include <stdio.h>
#include <stdlib.h>

static const char *const kind_names[ITEM_KINDS] = {
    [ITEM_FILE] = "file",   [ITEM_WANT] = "want",       [ITEM_GONE] = "gone",
    [ITEM_LINK] = "link",   [ITEM_DIR] = "dir",         [ITEM_FIFO] = "fifo",
    [ITEM_PATCH] = "patch", [ITEM_REFUSED] = "refused", [ITEM_ARGS] = "args",
};

struct reader {
    struct arena *arena;
    const char *path;
    size_t line;
    struct book book;
    struct str marks; // of the item that is read
    struct buf bytes; // of it
};

static void fail(const struct reader *r, const char *what)
{
    fprintf(stderr, "%s:%zu: %s\n", r->path, r->line, what);
    exit(1);
}

static bool has_mark(struct str marks, const char *name)
{
    struct str mark;

    while (str_split(&marks, ' ', &mark))
        if (str_is(mark, name))
            return true;
    return false;
}

static char escaped(struct str text, size_t *used)
{
    char hex[3] = "";

    *used = 2;
    switch (text.len > 1 ? text.at[1] : '\0') {
    case 'r': return '\r';
    case 'n': return '\n';
    case 't': return '\t';
    case '0': return '\0';
    case 'x':
        hex[0] = text.at[2];
        hex[1] = text.at[3];
        *used = 4;
        return (char)strtol(hex, NULL, 16);
    default: return text.at[1];
    }
}

static struct str unescape(struct arena *arena, struct str text)
{
    struct buf out = { 0 };
    size_t used;

    while (text.len > 0) {
        char c = text.at[0] == '\\' ? escaped(text, &used) : text.at[0];
        used = text.at[0] == '\\' ? used : 1;
        buf_append_char(&out, c);
        text = str_skip(text, used);
    }
    struct str copy = arena_copy(arena, buf_str(&out));
    buf_release(&out);
    return copy;
}

static struct str with_ends(struct arena *arena, struct str text,
                            const char *end)
{
    struct buf out = { 0 };

    for (size_t i = 0; i < text.len; i++)
        if (text.at[i] == '\n')
            buf_append(&out, str_from(end));
        else
            buf_append_char(&out, text.at[i]);
    struct str copy = arena_copy(arena, buf_str(&out));
    buf_release(&out);
    return copy;
}

static struct book_case *last_case(struct reader *r)
{
    if (r->book.count == 0)
        fail(r, "no case begins here");
    return &r->book.cases[r->book.count - 1];
}

// Gives the item that was read its bytes.
static void end_item(struct reader *r)
{
    struct str bytes = arena_copy(r->arena, buf_str(&r->bytes));

    if (r->book.count > 0 && last_case(r)->count > 0) {
        struct item *item = &last_case(r)->items[last_case(r)->count - 1];
        if (has_mark(r->marks, "nonl") && bytes.len > 0)
            bytes.len--;
        if (has_mark(r->marks, "esc"))
            bytes = unescape(r->arena, bytes);
        if (has_mark(r->marks, "crlf"))
            bytes = with_ends(r->arena, bytes, "\r\n");
        if (has_mark(r->marks, "cr"))
            bytes = with_ends(r->arena, bytes, "\r");
        if (has_mark(r->marks, "bom"))
            bytes = arena_printf(r->arena, "\xef\xbb\xbf%.*s", STR_ARG(bytes));
        item->bytes = bytes;
        item->executable = has_mark(r->marks, "exec");
    }
    buf_reset(&r->bytes);
    r->marks = STR("");
}

static void begin_case(struct reader *r, struct str name)
{
    r->book.cases = arena_grow(r->arena, r->book.cases, &r->book.cap,
                               r->book.count + 1, sizeof(*r->book.cases));
    r->book.cases[r->book.count++] =
        (struct book_case){ .name = arena_cstr(r->arena, name) };
}

static void begin_item(struct reader *r, enum item_kind kind, struct str rest)
{
    struct book_case *one = last_case(r);
    size_t end = str_find_char(rest, ']');

    if (str_starts_with(rest, STR("[")) && end != SIZE_MAX) {
        r->marks = str_skip(str_take(rest, end), 1);
        rest = str_trim_start(str_skip(rest, end + 1));
    }
    if (has_mark(r->marks, "esc"))
        rest = unescape(r->arena, rest);
    if (one->count == CASE_ITEMS)
        fail(r, "too many items");
    one->items[one->count++] = (struct item){ .kind = kind, .name = rest };
}

static void read_mark(struct reader *r, struct str line)
{
    struct str word = STR(""), rest = line;

    end_item(r);
    str_split(&rest, ' ', &word);
    if (str_is(word, "case")) {
        begin_case(r, rest);
        return;
    }
    for (enum item_kind kind = 0; kind < ITEM_KINDS; kind++)
        if (str_is(word, kind_names[kind])) {
            begin_item(r, kind, rest);
            return;
        }
    fail(r, "no such item");
}

static struct str slurp(struct arena *arena, const char *path)
{
    struct buf bytes = { 0 };
    FILE *in = fopen(path, "rb");
    int c;

    while (in && (c = getc(in)) != EOF)
        buf_append_char(&bytes, (char)c);
    if (in)
        fclose(in);
    struct str all = arena_copy(arena, buf_str(&bytes));
    buf_release(&bytes);
    return all;
}

struct book book_read(struct arena *arena, const char *path)
{
    struct reader r = { .arena = arena, .path = path, .marks = STR("") };
    struct str rest = slurp(arena, path), line;

    while (str_split(&rest, '\n', &line)) {
        r.line++;
        if (str_starts_with(line, STR("%% ")))
            read_mark(&r, str_skip(line, 3));
        else if (r.book.count > 0)
            buf_printf(&r.bytes, "%.*s\n", STR_ARG(line));
    }
    end_item(&r);
    buf_release(&r.bytes);
    if (r.book.count == 0)
        fail(&r, "no cases: run from the top folder");
    return r.book;
}

const struct item *case_item(const struct book_case *one, enum item_kind kind)
{
    for (size_t i = 0; i < one->count; i++)
        if (one->items[i].kind == kind)
            return &one->items[i];
    return NULL;
}

const struct item *case_wants(const struct book_case *one, struct str path)
{
    const struct item *found = NULL;

    for (size_t i = 0; i < one->count; i++) {
        const struct item *item = &one->items[i];
        bool about = item->kind == ITEM_FILE || item->kind == ITEM_WANT
                     || item->kind == ITEM_GONE;
        if (about && str_equal(item->name, path))
            found = item;
    }
    return found && found->kind == ITEM_GONE ? NULL : found;
}
