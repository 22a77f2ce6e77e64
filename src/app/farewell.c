/* What stays on the normal screen when kerf goes: the last answer and what was
 * written, so that it can be read, copied and found in the scrollback. */
#include "parts.h"

#include "kerf/base/utf8.h"

static void print_text(FILE *out, struct str text)
{
    struct buf safe = { 0 };

    utf8_sanitise(&safe, str_trim(text), true);
    fprintf(out, "%.*s\n", STR_ARG(buf_str(&safe)));
    buf_release(&safe);
}

static void print_item(FILE *out, const struct item *item)
{
    if (item->superseded)
        return;
    if (item->kind == ITEM_USER) {
        fputs("you: ", out);
        print_text(out, buf_str(&item->text));
    } else if (item->kind == ITEM_TEXT) {
        print_text(out, buf_str(&item->text));
    }
}

static void print_last_turn(const struct session *session, FILE *out)
{
    size_t first = session->item_count;

    for (size_t i = session->item_count; i-- > 0;)
        if (session->items[i].kind == ITEM_USER) {
            first = i;
            break;
        }
    for (size_t i = first; i < session->item_count; i++)
        print_item(out, &session->items[i]);
}

static void print_files(FILE *out, const char *what, struct str files)
{
    struct str line;

    while (str_split(&files, '\n', &line)) {
        fprintf(out, "%s: ", what);
        print_text(out, line);
    }
}

// A write that is staged too is told once.
static void print_written(const struct session *session, FILE *out)
{
    static const char *const indexed[] = {
        [REVIEW_PATCH] = NULL,
        [REVIEW_UNSTAGED] = "staged",
        [REVIEW_STAGED] = "unstaged",
    };

    for (size_t i = 0; i < session->proposal_count; i++) {
        const struct proposal *proposal = &session->proposals[i];
        print_files(out, "written", proposal->written);
        if (indexed[proposal->kind])
            print_files(out, indexed[proposal->kind], proposal->staged);
    }
}

void farewell_print(const struct session *session, bool told, FILE *out)
{
    if (!told)
        print_last_turn(session, out);
    print_written(session, out);
    if (session->turn_count > 0)
        fprintf(out, "kerf resume %.*s takes this session up again\n",
                STR_ARG(session->id));
}
