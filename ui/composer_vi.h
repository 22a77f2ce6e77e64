/* Private to the composer: the modes of vi. */
#ifndef KERF_UI_COMPOSER_VI_H
#define KERF_UI_COMPOSER_VI_H

#include "kerf/base/arena.h"
#include "kerf/ui/composer.h"

#include "view_search.h"

/* The keys of a change, for `.` and for counts before an insert. */
struct vi_change {
    struct arena arena; // of the keys and what they paste
    struct key *keys;
    size_t count, cap;
    size_t insert_from; // the first key that inserts
    size_t paste_bytes;
    size_t times; // its count; 0: none was given
    bool lost;    // something happened that keys cannot repeat
};

struct vi_find {
    uint32_t ch; // 0: nothing was looked for yet
    bool back, till;
};

/* What stands between the caret and the anchor is selected. */
enum vi_visual {
    VISUAL_NONE,
    VISUAL_CHARS,
    VISUAL_LINES,
};

struct vi_command;

/* Zero-initialised it is off. */
struct vi {
    bool on, normal;
    // The command that is being typed.
    size_t count, operator_count; // 0: none
    char prefix;                  // `g`, before an object `i` or `a`
    const struct vi_command *verb;
    const struct vi_command *waiting; // for its character
    // What the newest did.
    struct vi_find find;
    struct vi_change now, last;
    struct search line;  // the pattern that is being typed
    struct search found; // the one looked for last
    bool back, found_back;
    enum vi_visual visual;
    size_t anchor;
    uint64_t visual_version; // of the draft: a change ends the selection
    bool replaces;           // insert mode types over what is there
    struct buf replaced;     // what was there (composer_vi_replace.c)
    size_t insert_times;
    bool opens_lines; // each time
    bool replaying;
};

void vi_release(struct vi *vi);

/* To the insert mode of a new draft. */
void vi_begin(struct composer *composer);

/* Takes a key. False: it is one for the line editor. */
bool vi_key(struct composer *composer, const struct key *key,
            enum composer_result *result);

/* Is a command half typed? */
bool vi_is_pending(const struct vi *vi);

/* In normal mode: puts the caret on a character, not behind the last one. */
void vi_settle(struct composer *composer);

/* What is selected, or matches what is being typed; false: nothing. */
struct vi_range; // composer_vi_parts.h
bool vi_selected(const struct composer *composer, struct vi_range *range);
bool vi_matched(const struct composer *composer, struct vi_range *range);

/* Is a pattern being typed? */
bool vi_is_searching(const struct vi *vi);

#endif
