/*
 * What is said of each hunk: nothing of one that fits where it says, one line
 * of any other, and of a refused one the lines it wants beside those that are
 * there. With --json one object a hunk, whatever its state.
 */
#include "apply.h"

#include <stdarg.h>
#include <stdio.h>

#include "kerf/base/json.h"
#include "kerf/base/utf8.h"
#include "kerf/patch/explain.h"

// Indexed by enum hunk_state.
static const char *const state_names[] = {
    [HUNK_ARRIVING] = "arriving",   [HUNK_OK] = "ok",
    [HUNK_MOVED] = "moved",         [HUNK_FUZZY] = "fuzzy",
    [HUNK_MERGED] = "merged",       [HUNK_APPLIED] = "applied",
    [HUNK_AMBIGUOUS] = "ambiguous", [HUNK_CONFLICT] = "conflict",
    [HUNK_STALE] = "stale",
};

struct seen {
    const struct application *app;
    size_t file, hunk;
    const struct hunk_place *place;
};

// Blanks and punctuation may be forgiven silently; what has a reason beside it
// (an existing file to be replaced, no context at all) needs consent.
static bool is_refused(const struct seen *seen)
{
    switch (seen->place->state) {
    case HUNK_OK:
    case HUNK_APPLIED:
    case HUNK_MERGED:
    case HUNK_MOVED: return false;
    case HUNK_FUZZY:
        return seen->place->reason.len > 0 && !seen->app->options.fuzzy;
    case HUNK_ARRIVING:
    case HUNK_AMBIGUOUS:
    case HUNK_CONFLICT:
    case HUNK_STALE: return true;
    }
    return true;
}

// --- for a person ------------------------------------------------------------

static void say(const struct seen *seen, const char *format, ...)
    KERF_PRINTF(2, 3);

static void say(const struct seen *seen, const char *format, ...)
{
    const struct file_patch *file = &seen->app->patch->files[seen->file];
    struct buf text = { 0 };
    va_list args;

    va_start(args, format);
    buf_vprintf(&text, format, args);
    va_end(args);
    remark("%.*s: hunk %zu: %.*s", STR_ARG(file->path), seen->hunk + 1,
           STR_ARG(buf_str(&text)));
    buf_release(&text);
}

static void say_fuzzy(const struct seen *seen)
{
    struct str reason = seen->place->reason;

    if (reason.len == 0)
        say(seen, "fits at line %zu if blanks or punctuation are forgiven",
            seen->place->line + 1);
    else if (is_refused(seen))
        say(seen, "%.*s (--fuzzy takes it)", STR_ARG(reason));
    else
        say(seen, "taken: %.*s", STR_ARG(reason));
}

static void explain(const struct seen *seen, struct buf *out)
{
    selection_explain(seen->app->selection, seen->file, seen->hunk, out);
}

static void say_refused(const struct seen *seen)
{
    struct buf out = { 0 };

    say(seen, "%.*s", STR_ARG(seen->place->reason));
    explain(seen, &out);
    if (out.len > 0)
        fwrite(out.at, 1, out.len, stderr);
    buf_release(&out);
}

static void say_hunk(const struct seen *seen)
{
    const struct hunk_place *place = seen->place;

    switch (place->state) {
    case HUNK_OK: return;
    case HUNK_APPLIED: say(seen, "is applied already"); return;
    case HUNK_MERGED: say(seen, "merged at line %zu", place->line + 1); return;
    case HUNK_MOVED: say(seen, "moved by %+ld", place->moved_by); return;
    case HUNK_FUZZY: say_fuzzy(seen); return;
    case HUNK_ARRIVING:
    case HUNK_AMBIGUOUS:
    case HUNK_CONFLICT:
    case HUNK_STALE: say_refused(seen); return;
    }
}

// --- for a program -----------------------------------------------------------

static void put_explanation(const struct seen *seen, struct json_writer *w)
{
    struct buf out = { 0 };

    explain(seen, &out);
    if (out.len > 0)
        json_member_str(w, "difference", buf_str(&out));
    buf_release(&out);
}

// Lines count from 1; of a hunk without a place `line` is the nearest.
static void print_hunk(const struct seen *seen)
{
    const struct hunk_place *place = seen->place;
    bool has_place = place->state != HUNK_CONFLICT;
    struct buf json = { 0 };
    struct json_writer w = { .out = &json };

    json_begin_object(&w);
    json_member_str(&w, "file", seen->app->patch->files[seen->file].path);
    json_member_int(&w, "hunk", (int64_t)seen->hunk + 1);
    json_member_str(&w, "state", str_from(state_names[place->state]));
    json_member_bool(&w, "applies", !is_refused(seen));
    json_member_int(&w, "line",
                    (int64_t)(has_place ? place->line : place->nearest) + 1);
    json_member_int(&w, "moved_by", place->moved_by);
    json_member_str(&w, "reason", place->reason);
    if (is_refused(seen))
        put_explanation(seen, &w);
    json_end_object(&w);
    print_json(&json);
    buf_release(&json);
}

void apply_report(struct application *app)
{
    struct seen seen = { .app = app };

    for (; seen.file < app->patch->file_count; seen.file++) {
        size_t count = app->patch->files[seen.file].hunk_count;
        for (seen.hunk = 0; seen.hunk < count; seen.hunk++) {
            seen.place = selection_place(app->selection, seen.file, seen.hunk);
            app->hunks++;
            app->refused += is_refused(&seen);
            app->done_before += seen.place->state == HUNK_APPLIED;
            if (app->options.json)
                print_hunk(&seen);
            else
                say_hunk(&seen);
        }
    }
}
