/*
 * A patch without blob ids was written for what its author had before the eyes.
 * The session still has that: files of the context, whole files that were
 * read. A text that was cut on its way would be no base, and one of another
 * time does no harm: hunks that do not fit into it are placed as without.
 */
#include "bases.h"

#include "kerf/agent/output.h"
#include "kerf/agent/tools.h"
#include "kerf/base/json.h"

static bool is_read_of(const struct item *item, struct str path)
{
    struct error unused;

    if (item->kind != ITEM_CALL || item->call != CALL_DONE || !item->well
        || !str_is(item->name, "read_file"))
        return false;
    struct json *arguments = json_parse(buf_str(&item->text), &unused);
    bool same = str_equal(json_str(json_member(arguments, "path")), path)
                && !json_member(arguments, "from_line")
                && !json_member(arguments, "to_line");
    json_destroy(arguments);
    return same;
}

bool base_seen(const struct session *session, const struct proposal *proposal,
               struct str path, struct str *text)
{
    size_t end = proposal->item == NO_INDEX ? 0 : proposal->item;

    for (size_t i = end < session->item_count ? end : 0; i-- > 0;) {
        const struct item *item = &session->items[i];
        if (item->kind == ITEM_CONTEXT && str_equal(item->name, path))
            *text = buf_str(&item->text);
        else if (is_read_of(item, path))
            *text = buf_str(&item->output);
        else
            continue;
        return true;
    }
    return false;
}
