/* Rows are collected in a growing buffer and copied once, when they are whole,
 * into the arena of the frame. */
#include "view.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "kerf/base/utf8.h"
#include "kerf/text/link.h"
#include "kerf/text/width.h"

#define PATH_CUT_CELLS 3 // of the dots for what a path has before its end

// --- replies ---------------------------------------------------------------

struct command *view_want(struct view_reply *reply, enum command_kind kind)
{
    reply->commands = arena_grow(reply->arena, reply->commands, &reply->cap,
                                 reply->count + 1, sizeof(*reply->commands));
    struct command *command = &reply->commands[reply->count++];
    *command = (struct command){ .kind = kind };
    return command;
}

struct command *view_want_text(struct view_reply *reply, enum command_kind kind,
                               struct str text)
{
    struct command *command = view_want(reply, kind);

    command->text = arena_copy(reply->arena, text);
    return command;
}

static void say(struct view_reply *reply, bool warning, const char *format,
                va_list args) KERF_PRINTF(3, 0);

static void say(struct view_reply *reply, bool warning, const char *format,
                va_list args)
{
    char line[400];

    vsnprintf(line, sizeof(line), format, args);
    reply->say =
        utf8_sanitised(reply->arena, (struct str){ line, strlen(line) }, false);
    reply->warning = warning;
}

void view_say(struct view_reply *reply, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    say(reply, false, format, args);
    va_end(args);
}

void view_warn(struct view_reply *reply, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    say(reply, true, format, args);
    va_end(args);
}

// --- rows of pieces --------------------------------------------------------

static void cover(struct view_line *line, size_t start, enum role role)
{
    size_t len = line->text.len - start;

    if (len == 0 || role == ROLE_TEXT)
        return;
    line->spans = arena_grow(line->arena, line->spans, &line->cap,
                             line->count + 1, sizeof(*line->spans));
    line->spans[line->count++] =
        (struct span){ .start = start, .len = len, .role = role };
}

void line_add(struct view_line *line, enum role role, struct str text)
{
    size_t start = line->text.len;

    buf_append(&line->text, text);
    cover(line, start, role);
}

static void add_span(struct view_line *line, struct span span, struct str text)
{
    span.start = line->text.len;
    span.len = text.len;
    buf_append(&line->text, text);
    spans_add(line->arena, &line->spans, &line->count, &line->cap, span);
}

void line_printf(struct view_line *line, enum role role, const char *format,
                 ...)
{
    va_list args;
    char text[512];

    va_start(args, format);
    int len = vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    if (len > 0)
        line_add(line, role, str_from(text));
}

void line_foreign(struct view_line *line, enum role role, struct str text)
{
    line_add(line, role, utf8_sanitised(line->arena, text, false));
}

void line_path(struct view_line *line, enum role role, struct str path,
               size_t cells)
{
    struct str clean = utf8_sanitised(line->arena, path, false), end = clean;
    size_t left = width_of(clean), step;

    if (left <= cells || cells <= PATH_CUT_CELLS) {
        line_add(line, role, clean);
        return;
    }
    for (; left > cells - PATH_CUT_CELLS; left -= step)
        end = str_skip(end, width_step(end, &step));
    line_add(line, role, STR("..."));
    line_add(line, role, end);
}

void line_spans(struct view_line *line, struct str text,
                const struct span *spans, size_t span_count, enum role role,
                size_t from, size_t to)
{
    for (size_t i = 0; i < span_count && from < to; i++) {
        size_t start = spans[i].start, end = start + spans[i].len;
        if (end <= from || start >= to)
            continue;
        if (start > from)
            line_add(line, role, (struct str){ text.at + from, start - from });
        from = start > from ? start : from;
        end = end < to ? end : to;
        add_span(line, spans[i], (struct str){ text.at + from, end - from });
        from = end;
    }
    if (from < to)
        line_add(line, role, (struct str){ text.at + from, to - from });
}

size_t line_cells(const struct view_line *line)
{
    return width_of(buf_str(&line->text));
}

void line_pad(struct view_line *line, size_t col)
{
    size_t cells = line_cells(line);

    do
        buf_append_char(&line->text, ' ');
    while (++cells < col);
}

struct row line_row(struct view_line *line)
{
    struct row row = {
        .text = arena_copy(line->arena, buf_str(&line->text)),
        .spans = line->spans,
        .span_count = line->count,
    };

    buf_release(&line->text);
    *line = (struct view_line){ .arena = line->arena };
    return row;
}

const struct span *spans_linked(struct arena *arena, struct str text,
                                enum role role, size_t *count)
{
    struct span *spans = NULL;
    size_t cap = 0, from = 0, at = 0, len;

    *count = 0;
    while ((len = link_find(text, &at)) > 0) {
        struct str link = str_take(str_skip(text, at), len);
        spans_add(
            arena, &spans, count, &cap,
            (struct span){ .start = from, .len = at - from, .role = role });
        spans_add(arena, &spans, count, &cap,
                  (struct span){ at, len, role, link });
        from = at += len;
    }
    spans_add(
        arena, &spans, count, &cap,
        (struct span){ .start = from, .len = text.len - from, .role = role });
    return spans;
}

const struct span *spans_filled(struct arena *arena, const struct span *spans,
                                size_t span_count, size_t len, enum role role,
                                size_t *count)
{
    struct span *all =
        arena_array(arena, 2 * span_count + 1, sizeof(struct span));
    size_t used = 0, at = 0;

    for (size_t i = 0; i < span_count; i++) {
        if (spans[i].start > at)
            all[used++] = (struct span){ .start = at,
                                         .len = spans[i].start - at,
                                         .role = role };
        all[used++] = spans[i];
        at = spans[i].start + spans[i].len;
    }
    if (at < len)
        all[used++] =
            (struct span){ .start = at, .len = len - at, .role = role };
    *count = used;
    return all;
}

// --- numbers ---------------------------------------------------------------

struct number number_short(int64_t value)
{
    struct number out;
    double n = (double)value;

    if (value < 1000)
        snprintf(out.at, sizeof(out.at), "%lld", (long long)value);
    else if (value < 1000000)
        snprintf(out.at, sizeof(out.at), "%.1fk", n / 1e3);
    else
        snprintf(out.at, sizeof(out.at), "%.1fM", n / 1e6);
    return out;
}

struct number number_grouped(int64_t value)
{
    struct number out = { "" };
    char digits[24];
    int len = snprintf(digits, sizeof(digits), "%lld",
                       (long long)(value < 0 ? 0 : value));
    size_t used = 0;

    for (int i = 0; i < len && used + 2 < sizeof(out.at); i++) {
        if (i > 0 && (len - i) % 3 == 0)
            out.at[used++] = ',';
        out.at[used++] = digits[i];
    }
    return out;
}

struct number number_bytes(size_t bytes)
{
    struct number out;

    if (bytes < 1000)
        snprintf(out.at, sizeof(out.at), "%zu bytes", bytes);
    else if (bytes < 1000000)
        snprintf(out.at, sizeof(out.at), "%.1f kB", (double)bytes / 1e3);
    else
        snprintf(out.at, sizeof(out.at), "%.1f MB", (double)bytes / 1e6);
    return out;
}

struct number number_money(double usd)
{
    struct number out;

    snprintf(out.at, sizeof(out.at), usd < 10 ? "$%.3f" : "$%.2f", usd);
    return out;
}

struct number number_time(int64_t ms)
{
    struct number out;

    if (ms < 1000)
        snprintf(out.at, sizeof(out.at), "%lld ms", (long long)ms);
    else if (ms < 100000)
        snprintf(out.at, sizeof(out.at), "%.1f s", (double)ms / 1e3);
    else
        snprintf(out.at, sizeof(out.at), "%lld min", (long long)ms / 60000);
    return out;
}

struct number number_clock(int64_t wall_ms)
{
    struct number out;
    time_t seconds = (time_t)(wall_ms / 1000);
    struct tm local = { 0 };

    localtime_r(&seconds, &local);
    snprintf(out.at, sizeof(out.at), "%02d:%02d", local.tm_hour, local.tm_min);
    return out;
}

// --- lines of a text -------------------------------------------------------

size_t text_lines(struct str text)
{
    size_t lines = 0;
    struct str line;

    while (str_split(&text, '\n', &line))
        lines++;
    return lines;
}

struct str text_tail(struct str text, size_t count)
{
    if (str_ends_with(text, STR("\n")))
        text.len--;
    size_t start = text.len;
    while (count > 0 && start > 0) {
        size_t newline = str_rfind_char(str_take(text, start), '\n');
        count--;
        if (newline == SIZE_MAX)
            return text;
        if (count == 0)
            return str_skip(text, newline + 1);
        start = newline;
    }
    return count > 0 ? text : str_skip(text, text.len);
}
