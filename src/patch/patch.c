/* Small questions about a patch as data. */
#include "kerf/patch/patch.h"

#include "kerf/base/utf8.h"
#include "kerf/patch/shape.h"

void patch_file_counts(const struct file_patch *file, size_t *added,
                       size_t *removed)
{
    *added = *removed = 0;
    for (size_t h = 0; h < file->hunk_count; h++)
        for (size_t i = 0; i < file->hunks[h].line_count; i++) {
            enum line_kind kind = file->hunks[h].lines[i].kind;
            *added += kind == LINE_ADDED;
            *removed += kind == LINE_REMOVED;
        }
}

#define JOINER 0x200d

static bool is_variation(uint32_t code)
{
    return code >= 0xfe00 && code <= 0xfe0f;
}

// A joiner has its place in emoji and in scripts that join, a variation
// selector behind a character that it varies; elsewhere they only hide.
static bool hides(uint32_t code, uint32_t before)
{
    if (code == JOINER)
        return before < 0x600;
    if (is_variation(code))
        return before == 0 || is_variation(before);
    return utf8_is_deceptive(code);
}

static uint32_t first_hidden(struct str text)
{
    uint32_t code = 0, before = 0;

    while (text.len > 0) {
        size_t plain = utf8_ascii_run(text);
        if (plain > 0)
            before = (unsigned char)text.at[plain - 1];
        text = str_skip(text, plain);
        text = str_skip(text, utf8_decode(text, &code));
        if (text.len == 0 && code == 0)
            break;
        if (code != UTF8_INVALID && hides(code, before))
            return code;
        before = code;
    }
    return 0;
}

uint32_t hunk_hidden(const struct hunk *hunk, size_t *line)
{
    uint32_t code = 0;

    for (size_t i = 0; i < hunk->line_count && code == 0; i++) {
        if (hunk->lines[i].kind == LINE_ADDED)
            code = first_hidden(hunk->lines[i].text);
        *line = i;
    }
    return code;
}

bool hunk_has_hidden(const struct hunk *hunk)
{
    return hunk_hidden(hunk, &(size_t){ 0 }) != 0;
}
