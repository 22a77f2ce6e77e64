/* The review of the line mode, shared by its files. */
#ifndef KERF_UI_INLINE_REVIEW_H
#define KERF_UI_INLINE_REVIEW_H

#include "inline_parts.h"

/* --- where it stands: inline_walk.c --------------------------------------- */

struct question walk_question(struct inline_ui *ui,
                              const struct session *session);
const struct proposal *walk_proposal(const struct inline_ui *ui,
                                     const struct session *session);
struct target walk_target(const struct walk *walk);
const struct hunk *walk_hunk(const struct walk *walk,
                             const struct selection *sel);

/* A hunk is ready once it can be decided. */
bool walk_is_ready(const struct selection *sel, size_t file, size_t hunk);
bool walk_is_undecided(const struct selection *sel, size_t file, size_t hunk);

/* The hunk behind or before this one in the order of the patch; the nearest
 * one that is undecided, or (`any`) ready. False: there is none. */
bool walk_step(const struct patch *patch, size_t *file, size_t *hunk, int by);
bool walk_find(const struct selection *sel, size_t *file, size_t *hunk, int by,
               bool any);

/* Stands on a hunk, which is printed anew. */
void walk_stand(struct inline_ui *ui, size_t file, size_t hunk);

/* Says whether this letter was the answer before, too; else arms it. */
bool walk_again(struct walk *walk, char letter);

/* Takes note of all decisions; stands where they have changed since. */
void walk_remember(struct walk *walk, const struct selection *sel);
void walk_stand_at_change(struct inline_ui *ui, const struct selection *sel);

/* --- its questions and answers: inline_review.c --------------------------- */

void walk_print(struct inline_ui *ui, const struct session *session,
                const struct question *question);
void walk_prompt(struct inline_ui *ui, const struct session *session,
                 const struct question *question);
void walk_answer(struct inline_ui *ui, const struct session *session,
                 struct str line);

/* --- what the letters do; `rest` is what stands behind one ---------------- */

typedef void (*letter_fn)(struct inline_ui *ui, const struct selection *sel,
                          struct str rest);

/* Takes "3", "3-5" or "3 5" off the front of a text as 0-based lines of the
 * hunk; false and it is said why if there are no such lines. */
struct line_range {
    size_t first, last;
};
bool range_take(struct inline_ui *ui, const struct hunk *hunk, struct str *text,
                struct line_range *range);

/* inline_decide.c */
void letter_accept(struct inline_ui *ui, const struct selection *sel,
                   struct str rest);
void letter_refuse(struct inline_ui *ui, const struct selection *sel,
                   struct str rest);
void letter_accept_file(struct inline_ui *ui, const struct selection *sel,
                        struct str rest);
void letter_refuse_file(struct inline_ui *ui, const struct selection *sel,
                        struct str rest);
void letter_accept_all(struct inline_ui *ui, const struct selection *sel,
                       struct str rest);
void letter_refuse_all(struct inline_ui *ui, const struct selection *sel,
                       struct str rest);
void letter_undo(struct inline_ui *ui, const struct selection *sel,
                 struct str rest);
void letter_redo(struct inline_ui *ui, const struct selection *sel,
                 struct str rest);

/* inline_move.c */
void letter_next_undecided(struct inline_ui *ui, const struct selection *sel,
                           struct str rest);
void letter_next(struct inline_ui *ui, const struct selection *sel,
                 struct str rest);
void letter_last_undecided(struct inline_ui *ui, const struct selection *sel,
                           struct str rest);
void letter_last(struct inline_ui *ui, const struct selection *sel,
                 struct str rest);
void letter_next_file(struct inline_ui *ui, const struct selection *sel,
                      struct str rest);
void letter_last_file(struct inline_ui *ui, const struct selection *sel,
                      struct str rest);
void letter_again(struct inline_ui *ui, const struct selection *sel,
                  struct str rest);
void letter_leave(struct inline_ui *ui, const struct selection *sel,
                  struct str rest);
void letter_go(struct inline_ui *ui, const struct selection *sel,
               struct str rest);
void letter_search(struct inline_ui *ui, const struct selection *sel,
                   struct str rest);
void walk_back(struct inline_ui *ui, const struct selection *sel, bool any);

/* inline_change.c */
void letter_split(struct inline_ui *ui, const struct selection *sel,
                  struct str rest);
void letter_edit(struct inline_ui *ui, const struct selection *sel,
                 struct str rest);
void letter_open(struct inline_ui *ui, const struct selection *sel,
                 struct str rest);
void letter_next_version(struct inline_ui *ui, const struct selection *sel,
                         struct str rest);
void letter_last_version(struct inline_ui *ui, const struct selection *sel,
                         struct str rest);
void letter_copy(struct inline_ui *ui, const struct selection *sel,
                 struct str rest);
void letter_note(struct inline_ui *ui, const struct selection *sel,
                 struct str rest);
void letter_note_file(struct inline_ui *ui, const struct selection *sel,
                      struct str rest);
void letter_reask(struct inline_ui *ui, const struct selection *sel,
                  struct str rest);

/* --- a hunk in words and lines: inline_hunk.c, inline_look.c -------------- */

void hunk_tell(struct inline_ui *ui, const struct proposal *proposal,
               size_t file, size_t hunk);
/* One line, for a list: "2 - a.txt, line 8, accepted". */
void hunk_tell_briefly(struct inline_ui *ui, const struct selection *sel,
                       size_t file, size_t hunk, size_t number);
void letter_number(struct inline_ui *ui, const struct selection *sel,
                   struct str rest);
void letter_around(struct inline_ui *ui, const struct selection *sel,
                   struct str rest);
void letter_conflict(struct inline_ui *ui, const struct selection *sel,
                     struct str rest);

#endif
