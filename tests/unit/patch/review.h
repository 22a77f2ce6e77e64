/* A patch text and one file, read and placed: what the tests of reviews
 * begin with. */
#ifndef KERF_TESTS_PATCH_REVIEW_H
#define KERF_TESTS_PATCH_REVIEW_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tree.h"

#define HEAD "--- a/f\n+++ b/f\n"

struct review {
    struct arena arena;
    const struct patch *patch;
    struct selection *sel;
};

static inline struct target file_of(size_t file)
{
    return (struct target){ file, SELECT_ALL, SELECT_ALL };
}

static inline struct target hunk_of(size_t hunk)
{
    return (struct target){ 0, hunk, SELECT_ALL };
}

static inline struct target line_of(size_t hunk, size_t line)
{
    return (struct target){ 0, hunk, line };
}

static inline size_t review_give(struct review *r, const char *text)
{
    struct preimage pre = { .exists = true,
                            .bytes = str_from(text),
                            .mode = 0644 };
    return selection_set_preimage(r->sel, 0, &pre, false);
}

static inline struct review review_open(const char *source, const char *text)
{
    struct review r = { 0 };
    struct error err = { 0 };

    r.patch = patch_parse(&r.arena, str_from(source), PATCH_UNKNOWN, &err);
    if (!r.patch)
        fail_msg("%s", err.text);
    r.sel = selection_create(r.patch);
    if (text)
        review_give(&r, text);
    return r;
}

static inline void review_close(struct review *r)
{
    selection_destroy(r->sel);
    arena_release(&r->arena);
}

static inline void decide(struct review *r, struct target target,
                          enum decision decision)
{
    struct error err = { 0 };
    if (!selection_decide(r->sel, target, decision, &err))
        fail_msg("%s", err.text);
}

static inline void assert_refused(struct review *r, struct target target,
                                  const char *why)
{
    struct error err = { 0 };
    assert_false(selection_decide(r->sel, target, DECISION_YES, &err));
    if (str_find(str_from(err.text), str_from(why)) == SIZE_MAX)
        fail_msg("'%s' does not say '%s'", err.text, why);
}

static inline struct file_result review_result(struct review *r)
{
    struct file_result result;
    struct error err = { 0 };
    if (!selection_result(r->sel, 0, &r->arena, &result, &err))
        fail_msg("%s", err.text);
    return result;
}

static inline void assert_text(struct str got, const char *want)
{
    if (!str_is(got, want))
        fail_msg("'%.*s' is not '%s'", STR_ARG(got), want);
}

static inline enum hunk_state state_of(const struct review *r, size_t hunk)
{
    return selection_place(r->sel, 0, hunk)->state;
}

#endif
