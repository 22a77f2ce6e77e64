/* A patch as short text, so that tests of readers are tables: "U src/a.c" for
 * the file (A new, D deleted, R whole), "@12" for a hunk with its hint, lines
 * with their marks; a refused one is "! " and the reason. */
#ifndef KERF_TESTS_PATCH_DUMP_H
#define KERF_TESTS_PATCH_DUMP_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "kerf/base/buf.h"
#include "kerf/patch/parse.h"

static inline void dump_hunk(struct buf *out, const struct hunk *hunk)
{
    static const char marks[] = {
        [LINE_CONTEXT] = ' ', [LINE_REMOVED] = '-', [LINE_ADDED] = '+'
    };

    buf_append_char(out, '@');
    if (hunk->hint != HUNK_NO_HINT)
        buf_printf(out, "%zu", hunk->hint);
    for (size_t i = 0; i < hunk->anchor_count; i++)
        buf_printf(out, " [%.*s]", STR_ARG(hunk->anchors[i]));
    buf_append(out, hunk->at_end ? STR("$\n") : STR("\n"));
    for (size_t i = 0; i < hunk->line_count; i++)
        buf_printf(out, "%c%.*s%s\n", marks[hunk->lines[i].kind],
                   STR_ARG(hunk->lines[i].text),
                   hunk->lines[i].no_newline ? "\\" : "");
}

static inline void dump_patch(struct buf *out, const struct patch *patch)
{
    static const char actions[] = { [FILE_UPDATE] = 'U',
                                    [FILE_ADD] = 'A',
                                    [FILE_DELETE] = 'D',
                                    [FILE_REPLACE] = 'R' };

    for (size_t f = 0; f < patch->file_count; f++) {
        const struct file_patch *file = &patch->files[f];
        buf_printf(out, "%c %.*s", actions[file->action], STR_ARG(file->path));
        if (file->move_to.len)
            buf_printf(out, " > %.*s", STR_ARG(file->move_to));
        if (file->mode)
            buf_printf(out, " %o", file->mode);
        buf_append_char(out, '\n');
        for (size_t h = 0; h < file->hunk_count; h++)
            dump_hunk(out, &file->hunks[h]);
    }
}

static inline void assert_dump(const char *source, enum patch_format format,
                               const char *want)
{
    struct arena arena = { 0 };
    struct error err = { 0 };
    struct buf out = { 0 };
    const struct patch *patch =
        patch_parse(&arena, str_from(source), format, &err);

    if (patch)
        dump_patch(&out, patch);
    else
        buf_printf(&out, "! %s", err.text);
    if (!str_is(buf_str(&out), want))
        fail_msg("\n%s\ngives\n%s\nand not\n%s", source, buf_cstr(&out), want);
    buf_release(&out);
    arena_release(&arena);
}

struct dump_case {
    const char *source, *want;
};

static inline void assert_dumps(enum patch_format format,
                                const struct dump_case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++)
        assert_dump(cases[i].source, format, cases[i].want);
}

#define ASSERT_DUMPS(format, cases) \
    assert_dumps(format, cases, sizeof(cases) / sizeof((cases)[0]))

#endif
