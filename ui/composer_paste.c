/* What a folded paste says of itself: enough to see that all of it came. */
#include "composer_paste.h"

#include "kerf/base/crc32.h"

size_t paste_lines(struct str text)
{
    size_t lines = 0;
    struct str line;

    while (str_split(&text, '\n', &line))
        lines++;
    return lines;
}

struct draft_paste paste_of(struct buf *text)
{
    struct draft_paste paste = { .text = *text,
                                 .lines = paste_lines(buf_str(text)),
                                 .crc = crc32_of(buf_str(text)) };

    *text = (struct buf){ 0 };
    return paste;
}

void paste_show_bytes(struct buf *out, size_t bytes)
{
    static const char *const units[] = { "kB", "MB", "GB" };
    double size = (double)bytes / 1000;
    size_t unit = 0;

    if (bytes < 1000) {
        buf_printf(out, "%zu B", bytes);
        return;
    }
    while (size >= 999.95 && unit < 2) {
        size /= 1000;
        unit++;
    }
    buf_printf(out, "%.1f %s", size, units[unit]);
}

void paste_show(const struct draft_paste *paste, size_t number, struct buf *out)
{
    buf_printf(out, "[paste #%zu: %zu line%s, ", number, paste->lines,
               paste->lines == 1 ? "" : "s");
    paste_show_bytes(out, paste->text.len);
    buf_printf(out, ", crc %08x]", (unsigned)paste->crc);
}
