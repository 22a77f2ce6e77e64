/*
 * The question whether a command may run. It shows the whole command, every
 * character of it visible, and takes no answer that was typed before its end
 * had been on the screen for a moment.
 */
#ifndef KERF_UI_APPROVAL_H
#define KERF_UI_APPROVAL_H

#include "hints.h"
#include "view.h"

#define LONG_BLANKS 8 // longer runs of blanks are counted instead of shown

struct approval;

/* Never NULL. */
struct approval *approval_create(void);
void approval_destroy(struct approval *approval);

/*
 * Says whether a key comes too early to be an answer: before the question was
 * on the screen, within UI_ANSWER_GUARD_MS after that, or in one go with keys
 * that did. Such keys belong to the draft.
 */
bool approval_is_too_early(struct approval *approval,
                           const struct view_call *call, const struct key *key);

/* How long keys are no answer yet, in ms; 0: they count, or the end of the
 * command has still to be scrolled to. */
int64_t approval_guard_ms(const struct approval *approval, int64_t now_ms);

/* Says whether the reason of a no is being typed: then all keys go there. */
bool approval_is_typing(const struct approval *approval);

/* What its keys would do now. */
enum hint_set approval_hints(const struct approval *approval);

/* Appends the command as it is shown: controls and invisible characters as
 * pictures, runs of more than LONG_BLANKS blanks counted. Newlines stay. */
void approval_text(struct buf *out, struct str command);

/* What a command could destroy ("rm -r deletes folders"), or NULL. Only for
 * warning: what is not warned of is not therefore harmless. */
const char *approval_danger(struct str command);

extern const struct view_ops approval_view;

#endif
