/*
 * Text for benchmarks: headings, paragraphs, lists, tables, C functions and
 * diffs put together from a small stock of words, then cut to an exact number
 * of tokens.
 */
#include "engine.h"

#include <stdlib.h>

#include "kerf/sim/random.h"
#include "kerf/sim/token.h"

#define FRAME_TOKENS 4 // ZQSTART, a blank line, a blank line, ZQEND

static const char *const words[] = {
    "anchor", "array",  "batch",  "blob",   "block",  "branch", "buffer",
    "byte",   "cache",  "cell",   "change", "chunk",  "client", "clock",
    "column", "commit", "cursor", "delta",  "digest", "edge",   "entry",
    "event",  "field",  "file",   "frame",  "grain",  "guard",  "header",
    "hunk",   "index",  "item",   "joint",  "key",    "lane",   "layer",
    "ledger", "line",   "list",   "log",    "loop",   "margin", "mark",
    "node",   "offset", "page",   "patch",  "pixel",  "plane",  "queue",
    "range",  "record", "row",    "saw",    "screen", "seed",   "span",
    "stream", "table",  "token",  "tree",   "value",  "view",   "wafer",
};

static const char *const glue[] = {
    "and",  "as", "before", "by",   "for",     "from", "in",
    "into", "is", "of",     "on",   "so",      "that", "the",
    "then", "to", "when",   "with", "without",
};

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

static const char *word(uint64_t *rng)
{
    return words[random_below(rng, COUNT(words))];
}

static unsigned number(uint64_t *rng, unsigned below)
{
    return (unsigned)random_below(rng, below);
}

static void put_word(struct buf *out, uint64_t *rng)
{
    unsigned dice = number(rng, 40);

    if (dice == 0)
        buf_printf(out, "`%s_%s`", word(rng), word(rng));
    else if (dice == 1)
        buf_printf(out, "**%s**", word(rng));
    else if (dice < 18)
        buf_append(out, str_from(glue[random_below(rng, COUNT(glue))]));
    else
        buf_append(out, str_from(word(rng)));
}

static void put_sentence(struct buf *out, uint64_t *rng)
{
    unsigned length = 8 + number(rng, 14);

    buf_printf(out, "The %s", word(rng));
    for (unsigned i = 0; i < length; i++) {
        buf_append_char(out, ' ');
        put_word(out, rng);
    }
    buf_append(out, STR(". "));
}

static void put_paragraph(struct buf *out, uint64_t *rng)
{
    for (unsigned i = 2 + number(rng, 4); i > 0; i--)
        put_sentence(out, rng);
    buf_append(out, STR("\n\n"));
}

static void put_list(struct buf *out, uint64_t *rng)
{
    for (unsigned i = 3 + number(rng, 4); i > 0; i--) {
        buf_printf(out, "- %s **%s**: ", word(rng), word(rng));
        put_sentence(out, rng);
        buf_append_char(out, '\n');
    }
    buf_append_char(out, '\n');
}

static void put_table(struct buf *out, uint64_t *rng)
{
    buf_append(out, STR("| name | count | note |\n| --- | --- | --- |\n"));
    for (unsigned i = 2 + number(rng, 5); i > 0; i--)
        buf_printf(out, "| %s | %u | %s %s |\n", word(rng), number(rng, 1000),
                   word(rng), word(rng));
    buf_append_char(out, '\n');
}

static void put_function(struct buf *out, uint64_t *rng)
{
    buf_printf(out,
               "```c\nstatic int %s_%s(const struct %s *%s, size_t count)\n{\n"
               "    int total = 0;\n\n"
               "    for (size_t i = 0; i < count; i++) {\n",
               word(rng), word(rng), word(rng), "p");
    for (unsigned i = 2 + number(rng, 5); i > 0; i--)
        buf_printf(out,
                   "        if (p[i].%s > %u) // %s %s\n"
                   "            total += %s_%s(p + i, \"%s\");\n",
                   word(rng), number(rng, 900), word(rng), word(rng), word(rng),
                   word(rng), word(rng));
    buf_append(out, STR("    }\n    return total;\n}\n```\n\n"));
}

static void put_diff(struct buf *out, uint64_t *rng)
{
    const char *file = word(rng);
    unsigned line = number(rng, 300);

    buf_printf(out,
               "```diff\n--- a/src/%s.c\n+++ b/src/%s.c\n"
               "@@ -%u,6 +%u,6 @@\n",
               file, file, line, line);
    for (unsigned i = 5 + number(rng, 6); i > 0; i--)
        buf_printf(out, "%c    %s->%s = %s(%u);\n", " -+"[number(rng, 3)],
                   word(rng), word(rng), word(rng), number(rng, 100));
    buf_append(out, STR("```\n\n"));
}

static void put_chapter(struct buf *out, uint64_t *rng, unsigned index)
{
    buf_printf(out, "## %u. On the %s\n\n", index, word(rng));
    put_paragraph(out, rng);
    put_function(out, rng);
    put_list(out, rng);
    put_paragraph(out, rng);
    if (index % 3 == 0)
        put_diff(out, rng);
    if (index % 5 == 0)
        put_table(out, rng);
}

// Says whether a code fence is open at the end of `text`.
static bool fence_is_open(struct str text)
{
    struct str line;
    bool open = false;

    while (str_split(&text, '\n', &line))
        if (str_starts_with(line, STR("```")))
            open = !open;
    return open;
}

// Cuts the body to `count` tokens, of which the last close an open fence.
static void cut(struct buf *body, size_t count)
{
    static const struct str close = { "\n```", 4 };

    body->len = token_span(buf_str(body), count);
    if (!fence_is_open(buf_str(body)))
        return;
    for (size_t less = 1; less <= count; less++) {
        size_t span = token_span(buf_str(body), count - less);
        struct buf trial = { 0 };
        buf_append(&trial, str_take(buf_str(body), span));
        buf_append(&trial, close);
        bool fits = token_count(buf_str(&trial)) == count;
        if (fits) {
            body->len = span;
            buf_append(body, close);
        }
        buf_release(&trial);
        if (fits)
            return;
    }
}

struct str echo_text(struct arena *arena, uint64_t tokens, uint64_t seed)
{
    struct buf body = { 0 };
    uint64_t rng = seed;
    size_t want = tokens > FRAME_TOKENS ? (size_t)tokens - FRAME_TOKENS : 0;
    size_t chapter = 1, have = 0;

    while (have < want) {
        size_t from = body.len;
        put_chapter(&body, &rng, (unsigned)chapter++);
        have += token_count(str_skip(buf_str(&body), from));
    }
    cut(&body, want);
    struct str text = arena_printf(arena, "ZQSTART\n\n%.*s\n\nZQEND",
                                   STR_ARG(buf_str(&body)));
    buf_release(&body);
    return text;
}

struct echo {
    uint64_t tokens, seed;
};

static bool echo_answer(void *self, struct arena *arena,
                        const struct engine_input *input,
                        struct sim_answer *answer, struct error *err)
{
    const struct echo *echo = self;

    (void)input;
    (void)err;
    answer_add(arena, answer, SIM_TEXT, STR(""),
               echo_text(arena, echo->tokens, echo->seed));
    return true;
}

struct engine *engine_create_echo(uint64_t tokens, uint64_t seed)
{
    static const struct engine_ops ops = { echo_answer, free };
    struct echo *echo = mem_alloc(sizeof(*echo));

    *echo = (struct echo){ tokens, seed };
    return engine_create(&ops, echo);
}
