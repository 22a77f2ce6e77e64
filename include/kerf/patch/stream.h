/*
 * Reads a patch while it arrives, in pieces of any size, split anywhere. What
 * has been read can be looked at between two calls: a hunk becomes `complete`
 * as soon as the first byte behind it proves that it is.
 *
 * The apply_patch language: protocol.md 5.3 to 5.6 with its leniencies; the
 * unified one: GNU diff's manual, "Detailed Unified", and git-diff(1),
 * "Generating patch text with -p", with binary data. SEARCH/REPLACE blocks
 * show their file at once and their lines with their last marker. Around all
 * of them: a mail's encoding, quotes, the indentation of a list, fences.
 */
#ifndef KERF_PATCH_STREAM_H
#define KERF_PATCH_STREAM_H

#include <stdbool.h>

#include "kerf/base/error.h"
#include "kerf/base/str.h"
#include "kerf/patch/patch.h"

struct patch_stream;

/*
 * PATCH_UNKNOWN finds the language out from the first telling line; prose and
 * Markdown fences around a patch are passed over. A whole-file answer is found
 * at the end only, if the text is nothing else; PATCH_WHOLE allows prose.
 * Never NULL.
 */
struct patch_stream *patch_stream_create(enum patch_format format);
void patch_stream_destroy(struct patch_stream *stream);

/*
 * Takes the next bytes (copied). Returns false with ERROR_INVALID ("line 12:
 * ...") or ERROR_LIMIT at the first line that cannot be read; what was complete
 * before stays readable, further calls return the same error.
 */
bool patch_stream_feed(struct patch_stream *stream, struct str bytes,
                       struct error *err) KERF_CHECKED;

/*
 * Says that no more bytes come. Returns false with ERROR_INVALID if the patch
 * was cut (no `*** End Patch`, a hunk shorter than promised) or holds nothing.
 */
bool patch_stream_finish(struct patch_stream *stream,
                         struct error *err) KERF_CHECKED;

/* What has been read so far: borrowed, lives as long as the stream. */
const struct patch *patch_stream_patch(const struct patch_stream *stream);

/* How many bytes were taken. */
size_t patch_stream_bytes(const struct patch_stream *stream);

#endif
