/* A tool call is one row of facts and the last lines of what it printed. */
#include "transcript_rows.h"

#include "kerf/base/json.h"
#include "kerf/base/utf8.h"
#include "kerf/text/width.h"

struct tool_words {
    const char *tool;
    const char *running, *done;
    const char *argument; // the member of the arguments that says most
    bool command;         // shows exit status and last lines
};

static const struct tool_words tools[] = {
    { "shell", "runs", "ran", "command", true },
    { "read_file", "reads", "read", "path", false },
    { "list_files", "lists", "listed", "prefix", false },
    { "search", "searches", "searched", "pattern", false },
};

static const struct tool_words other = { "", "calls", "called", "", true };

static const struct tool_words *words_for(struct str tool)
{
    for (size_t i = 0; i < sizeof(tools) / sizeof(tools[0]); i++)
        if (str_is(tool, tools[i].tool))
            return &tools[i];
    return &other;
}

static void add_value(struct buf *out, const struct json *value)
{
    for (size_t i = 0; i < json_count(value); i++) {
        if (i > 0)
            buf_append_char(out, ' ');
        buf_append(out, json_str(json_at(value, i)));
    }
    if (json_kind(value) == JSON_KIND_STRING)
        buf_append(out, json_str(value));
}

struct str call_subject(struct arena *arena, const struct item *item)
{
    const struct tool_words *words = words_for(item->name);
    struct error err = { 0 };
    struct buf text = { 0 };

    if (item->command.len > 0)
        return item->command;
    struct json *arguments = json_parse(buf_str(&item->text), &err);
    if (words->argument[0])
        add_value(&text, json_member(arguments, words->argument));
    else
        buf_append(&text, buf_str(&item->text));
    struct str copy = arena_copy(arena, buf_str(&text));
    json_destroy(arguments);
    buf_release(&text);
    return copy;
}

const char *call_verb(const struct item *item)
{
    const struct tool_words *words = words_for(item->name);

    switch (item->call) {
    case CALL_ARRIVING: return "arriving";
    case CALL_PENDING: return "waits";
    case CALL_ASKING: return "asks";
    case CALL_RUNNING:
    case CALL_REVIEWING: return words->running;
    case CALL_DONE: return words->done;
    case CALL_ABORTED: return "not run";
    }
    return "";
}

// The facts behind the subject: exit status, time, lines.
static void add_facts(struct view_line *line, const struct making *making,
                      const struct tool_words *words)
{
    const struct item *item = making->item;

    if (item->call == CALL_DONE && words->command && item->exit_status >= 0)
        line_printf(line, item->well ? ROLE_OK : ROLE_ERROR, "  exit %d",
                    item->exit_status);
    else if (item->call == CALL_DONE && !item->well)
        line_add(line, ROLE_ERROR, STR("  failed"));
    if (making->ran_ms >= 0)
        line_printf(line, ROLE_DIM, "  %s", number_time(making->ran_ms).at);
    size_t lines = text_lines(buf_str(&item->output));
    if (item->call == CALL_DONE && item->output.len > 0)
        line_printf(line, ROLE_DIM, "  %s line%s",
                    number_grouped((int64_t)lines).at, lines == 1 ? "" : "s");
}

bool call_is_command(const struct item *item)
{
    return words_for(item->name)->command;
}

static void add_subject(struct view_line *line, const struct making *making,
                        struct str facts)
{
    struct str subject = call_subject(making->arena, making->item);
    struct str text = utf8_sanitised(making->arena, subject, false);
    size_t taken = line_cells(line) + width_of(facts);
    size_t room = making->cols > taken + 8 ? making->cols - taken : 8;
    struct str fit = width_fit(text, room, NULL);

    if (fit.len < text.len)
        fit = width_fit(text, room - 3, NULL);
    line_add(line, ROLE_TEXT, fit);
    if (fit.len < text.len)
        line_add(line, ROLE_DIM, STR("..."));
}

static void make_head(const struct making *making,
                      const struct tool_words *words)
{
    struct view_line facts = { .arena = making->arena };
    struct view_line line = { .arena = making->arena };

    add_facts(&facts, making, words);
    struct row behind = line_row(&facts);
    line_printf(&line, ROLE_DIM, "%*s%s  ", BODY_COL, "",
                call_verb(making->item));
    if (words == &other) {
        line_foreign(&line, ROLE_STRONG, making->item->name);
        line_add(&line, ROLE_TEXT, STR(" "));
    }
    add_subject(&line, making, behind.text);
    for (size_t i = 0; i < behind.span_count; i++)
        line_add(&line, behind.spans[i].role,
                 (struct str){ behind.text.at + behind.spans[i].start,
                               behind.spans[i].len });
    rows_add(making->arena, making->rows, line_row(&line));
}

// While it runs only the last lines count, and what was before is not all
// kept: no count stands above them.
static void making_live(const struct making *making)
{
    struct str live = buf_str(&making->item->live);

    making_ends(making, text_tail(live, LIVE_ROWS), 0, LIVE_ROWS);
}

// Of what a tool read well nothing is shown: the model wanted it, not the user.
static void making_output(const struct making *making,
                          const struct tool_words *words)
{
    const struct item *item = making->item;
    struct str output = buf_str(&item->output);

    if (making->open)
        making_text(making, output, BODY_COL + 2, ROLE_DIM);
    else if (item->call == CALL_DONE && (words->command || !item->well))
        making_ends(making, output, HEAD_ROWS,
                    item->well ? TAIL_ROWS : FAILED_ROWS);
}

void making_call(const struct making *making)
{
    const struct item *item = making->item;
    const struct tool_words *words = words_for(item->name);

    make_head(making, words);
    if (item->call == CALL_RUNNING)
        making_live(making);
    else if (item->call == CALL_DONE || item->call == CALL_ABORTED)
        making_output(making, words);
}
