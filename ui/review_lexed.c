/*
 * A hunk in the middle of a file may begin inside a comment. The state of the
 * lexer is kept for every so many lines of each file, as far as it was needed;
 * far down a big file it is guessed from a few hundred lines above instead.
 */
#include <stdlib.h>

#include "review_pen.h"

#define STEP 64            // lines between kept states
#define LINES_AT_ONCE 4000 // read ahead of what is kept, before guessing
#define LINES_GUESSED 200

struct lexed_file {
    const char *bytes; // compared, never followed
    size_t len;
    unsigned *states; // before line 0, STEP, 2 * STEP ...
    size_t count, cap;
};

struct lexed {
    struct lexed_file *files;
    size_t count;
    struct arena arena;
};

struct lexed *lexed_create(void)
{
    return mem_alloc(sizeof(struct lexed));
}

void lexed_destroy(struct lexed *lexed)
{
    for (size_t i = 0; i < lexed->count; i++)
        free(lexed->files[i].states);
    free(lexed->files);
    arena_release(&lexed->arena);
    free(lexed);
}

static struct lexed_file *file_of(struct lexed *lexed, size_t file,
                                  const struct preimage *pre)
{
    if (file >= lexed->count) {
        lexed->files =
            mem_realloc(lexed->files, (file + 1) * sizeof(*lexed->files));
        while (lexed->count <= file)
            lexed->files[lexed->count++] = (struct lexed_file){ 0 };
    }
    struct lexed_file *entry = &lexed->files[file];
    if (entry->bytes != pre->bytes.at || entry->len != pre->bytes.len)
        entry->count = 0;
    entry->bytes = pre->bytes.at;
    entry->len = pre->bytes.len;
    return entry;
}

static unsigned read_lines(struct lexed *lexed, const struct language *language,
                           struct lines lines, size_t from, size_t to,
                           unsigned state)
{
    for (size_t i = from; i < to && i < lines.count; i++) {
        struct span *spans = NULL;
        size_t count = 0, cap = 0;
        if (lines.at[i].len <= LIMIT_LEXED_BYTES)
            highlight_line(&lexed->arena, language, &state, lines.at[i], 0,
                           &spans, &count, &cap);
        arena_reset(&lexed->arena);
    }
    return state;
}

static void keep(struct lexed_file *entry, unsigned state)
{
    if (entry->count == entry->cap) {
        entry->cap = entry->cap ? 2 * entry->cap : 16;
        entry->states =
            mem_realloc(entry->states, entry->cap * sizeof(*entry->states));
    }
    entry->states[entry->count++] = state;
}

unsigned lexed_state(struct lexed *lexed, const struct review_call *call,
                     size_t file, size_t line)
{
    const struct selection *sel = call->proposal->selection;
    const struct preimage *pre = selection_preimage(sel, file);
    const struct language *language =
        language_by_path(call->patch->files[file].path);
    struct lines lines = selection_lines(sel, file);

    if (!language || !pre)
        return 0;
    struct lexed_file *entry = file_of(lexed, file, pre);
    if (entry->count == 0)
        keep(entry, 0);
    size_t last = (entry->count - 1) * STEP;
    if (line > last + LINES_AT_ONCE)
        return read_lines(lexed, language, lines, line - LINES_GUESSED, line,
                          0);
    for (; last + STEP <= line; last += STEP)
        keep(entry, read_lines(lexed, language, lines, last, last + STEP,
                               entry->states[entry->count - 1]));
    size_t step = line / STEP;
    return read_lines(lexed, language, lines, step * STEP, line,
                      entry->states[step]);
}
