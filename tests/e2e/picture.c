/* A picture is compared in the words of its file: the screen is escaped as the
 * file wants it, so the same text is compared and, to renew it, written. */
#include "picture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kerf/base/arena.h"
#include "kerf/base/buf.h"
#include "kerf/base/str.h"

// How a file holds a picture, and what it writes for characters that mean
// something there.
struct paper {
    const char *path;
    const char *before, *behind; // the name
    const char *end;
    bool dots; // a row must not begin with one
    const char *escapes[9][2];
};

static const struct paper papers[] = {
    [PICTURE_README] = { .path = "README.md",
                         .before = "<!-- screen: ",
                         .behind = " -->\n```text\n",
                         .end = "```\n" },
    [PICTURE_MANUAL] = { .path = "man/kerf.1",
                         .before = ".\\\" screen: ",
                         .behind = "\n.Bd -literal\n",
                         .end = ".Ed\n",
                         .dots = true,
                         .escapes = { { "\\", "\\e" },
                                      { "^", "\\(ha" },
                                      { "~", "\\(ti" },
                                      { "`", "\\(ga" },
                                      { "'", "\\(aq" },
                                      { "─", "-" },
                                      { "‘", "\\(oq" },
                                      { "’", "\\(cq" } } },
};

// --- files ------------------------------------------------------------------

static bool read_whole(const char *path, struct buf *text)
{
    char bytes[4096];
    FILE *file = fopen(path, "r");
    size_t n;

    if (!file) {
        fprintf(stderr, "%s cannot be read\n", path);
        return false;
    }
    while ((n = fread(bytes, 1, sizeof(bytes), file)) > 0)
        buf_append(text, (struct str){ bytes, n });
    return fclose(file) == 0;
}

static bool write_whole(const char *path, struct str text)
{
    FILE *file = fopen(path, "w");

    if (!file || fwrite(text.at, 1, text.len, file) != text.len) {
        fprintf(stderr, "%s cannot be written\n", path);
        return false;
    }
    return fclose(file) == 0;
}

// The rows of a picture in the text of its file; at NULL if it has no such.
static struct str find_block(struct arena *arena, const struct paper *paper,
                             const char *name, struct str text)
{
    struct str fence =
        arena_printf(arena, "%s%s%s", paper->before, name, paper->behind);
    size_t at = str_find(text, fence);

    if (at == SIZE_MAX) {
        fprintf(stderr, "%s: there is no picture %s\n", paper->path, name);
        return (struct str){ 0 };
    }
    struct str block = str_skip(text, at + fence.len);
    return str_take(block, str_find(block, str_from(paper->end)));
}

// --- escapes ----------------------------------------------------------------

// Takes the next character off a row, as the file writes it.
static struct str next_escaped(const struct paper *paper, struct str *row)
{
    struct str rest = *row;

    for (size_t i = 0; paper->escapes[i][0]; i++) {
        struct str from = str_from(paper->escapes[i][0]);
        if (!str_starts_with(rest, from))
            continue;
        *row = str_skip(rest, from.len);
        return str_from(paper->escapes[i][1]);
    }
    *row = str_skip(rest, 1);
    return str_take(rest, 1);
}

// The screen as the file has it, without empty rows at its end.
static struct str as_block(struct arena *arena, const struct paper *paper,
                           struct str screen)
{
    struct buf out = { 0 };
    struct str row, rest = str_trim_end(screen);

    while (str_split(&rest, '\n', &row)) {
        if (paper->dots && str_starts_with(row, STR(".")))
            buf_append(&out, STR("\\&"));
        while (row.len > 0)
            buf_append(&out, next_escaped(paper, &row));
        buf_append_char(&out, '\n');
    }
    struct str copy = arena_copy(arena, buf_str(&out));
    buf_release(&out);
    return copy;
}

// --- comparing --------------------------------------------------------------

static bool has_any(struct str text, const char *characters)
{
    for (size_t i = 0; i < text.len; i++)
        if (strchr(characters, text.at[i]))
            return true;
    return false;
}

// What a machine and its day decide: rows with these hold measured numbers.
static bool is_measured(struct str row)
{
    static const char *const marks[] = { "ctx ", "tok/s", " ms",
                                         " s  ", "you  ", "Wall time" };

    for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
        if (str_find(row, str_from(marks[i])) != SIZE_MAX)
            return true;
    return false;
}

// The next word of a measured row; numbers, their units and charts are none.
static bool next_word(struct str *rest, struct str *word)
{
    while (str_split(rest, ' ', word)) {
        if (word->len > 0 && !has_any(*word, "0123456789_.,-~=+*#")
            && !str_is(*word, "ms") && !str_is(*word, "s"))
            return true;
    }
    return false;
}

static bool same_words(struct str a, struct str b)
{
    struct str word_a, word_b;

    for (;;) {
        bool more_a = next_word(&a, &word_a), more_b = next_word(&b, &word_b);
        if (!more_a || !more_b)
            return more_a == more_b;
        if (!str_equal(word_a, word_b))
            return false;
    }
}

static bool same_row(struct str a, struct str b)
{
    if (is_measured(a) && is_measured(b))
        return same_words(a, b);
    return str_equal(a, b);
}

static bool same_rows(const struct paper *paper, const char *name,
                      struct str told, struct str shown)
{
    for (size_t number = 1; told.len > 0 || shown.len > 0; number++) {
        struct str a = { 0 }, b = { 0 };
        str_split(&told, '\n', &a);
        str_split(&shown, '\n', &b);
        if (same_row(a, b))
            continue;
        fprintf(stderr,
                "%s: picture %s, row %zu, is not what kerf draws:\n"
                "  %.*s\n  %.*s\n"
                "KERF_RENEW_PICTURES=1 renews it.\n",
                paper->path, name, number, STR_ARG(a), STR_ARG(b));
        return false;
    }
    return true;
}

static bool renew(const struct paper *paper, struct str text, struct str block,
                  struct str shown)
{
    struct buf out = { 0 };
    size_t at = (size_t)(block.at - text.at);

    buf_append(&out, str_take(text, at));
    buf_append(&out, shown);
    buf_append(&out, str_skip(text, at + block.len));
    bool done = write_whole(paper->path, buf_str(&out));
    buf_release(&out);
    return done;
}

bool picture_shows(enum picture_file file, const char *name, const char *screen)
{
    const struct paper *paper = &papers[file];
    struct arena arena = { 0 };
    struct buf text = { 0 };
    bool same = read_whole(paper->path, &text);

    if (same) {
        struct str block = find_block(&arena, paper, name, buf_str(&text));
        struct str shown = as_block(&arena, paper, str_from(screen));
        same = block.at
               && (getenv("KERF_RENEW_PICTURES")
                       ? renew(paper, buf_str(&text), block, shown)
                       : same_rows(paper, name, block, shown));
    }
    buf_release(&text);
    arena_release(&arena);
    return same;
}

size_t picture_count(enum picture_file file)
{
    const struct paper *paper = &papers[file];
    struct str before = str_from(paper->before);
    struct buf text = { 0 };
    size_t at, count = 0;

    if (!read_whole(paper->path, &text))
        return 0;
    struct str rest = buf_str(&text);
    while ((at = str_find(rest, before)) != SIZE_MAX) {
        rest = str_skip(rest, at + before.len);
        count++;
    }
    buf_release(&text);
    return count;
}
