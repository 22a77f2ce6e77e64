/* Small questions about a patch as data. */
#include "kerf/patch/patch.h"

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
