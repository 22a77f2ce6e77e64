/*
 * One template an event: what comes before the sequence number, and what comes
 * behind it. All words in them say STRANGER, so that a test can look for it.
 */
#include "stranger.h"

struct stranger_row {
    const char *before, *after;
};

#define DELTA "{\"type\":\"response.output_text.delta\","
#define RESPONSE \
    ",\"response\":{\"id\":\"resp_STRANGER\",\"object\":\"response\","

static const struct stranger_row stranger_table[] = {
    [STRANGER_TYPE] = { DELTA "\"sequence_number\":",
                        ",\"output_index\":\"0\",\"delta\":17}" },
    [STRANGER_NUMBER] = { DELTA "\"output_index\":0,\"content_index\":0,"
                                "\"delta\":\"STRANGER\",\"x\":",
                          ",\"sequence_number\":1e400}" },
    [STRANGER_ARRAY] = { "[\"STRANGER\",", "]" },
    [STRANGER_TWICE] = { DELTA "\"sequence_number\":",
                         ",\"output_index\":0,\"content_index\":0,"
                         "\"delta\":\"STRANGER\",\"delta\":\"STRANGER\"}" },
    [STRANGER_ITEM] = { DELTA "\"sequence_number\":",
                        ",\"item_id\":\"msg_STRANGER\",\"output_index\":99,"
                        "\"content_index\":0,\"delta\":\"STRANGER\"}" },
    [STRANGER_DONE] = { "{\"type\":\"response.output_item.done\","
                        "\"sequence_number\":",
                        ",\"output_index\":98,\"item\":{\"type\":"
                        "\"message\",\"id\":\"msg_STRANGER\",\"role\":"
                        "\"assistant\",\"status\":\"completed\",\"content\":[{"
                        "\"type\":\"output_text\",\"text\":\"STRANGER\"}]}}" },
    [STRANGER_COMPLETED] = { "{\"type\":\"response.completed\","
                             "\"sequence_number\":",
                             RESPONSE "\"status\":\"completed\",\"output\":[],"
                                      "\"usage\":null}}" },
    [STRANGER_CREATED] = { "{\"type\":\"response.created\","
                           "\"sequence_number\":",
                           RESPONSE
                           "\"status\":\"in_progress\",\"output\":[]}}" },
};

void stranger_write(enum stranger stranger, int64_t sequence, struct str lane,
                    struct buf *out)
{
    const struct stranger_row *row = &stranger_table[stranger];
    struct str before = str_from(row->before);

    if (lane.len > 0 && stranger != STRANGER_ARRAY) {
        buf_append_char(out, '{');
        buf_append(out, lane);
        before = str_skip(before, 1);
    }
    buf_append(out, before);
    buf_printf(out, "%lld%s", (long long)sequence, row->after);
}
