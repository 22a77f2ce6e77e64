/* What a patch does to a file beside its lines, in words. */
#ifndef KERF_UI_DEED_H
#define KERF_UI_DEED_H

#include "kerf/base/arena.h"
#include "kerf/patch/patch.h"
#include "kerf/patch/select.h"

/* What becomes of the file's mode where the patch says so; "" else. `pre` may
 * be NULL: not known yet. */
const char *deed_mode(const struct file_patch *file,
                      const struct preimage *pre);

/* What a hunk without lines stands for: "the file goes", "an empty file". */
struct str deed_words(struct arena *arena, const struct file_patch *file,
                      const struct preimage *pre);

#endif
