/*
 * A small reading of CommonMark's block rules, only as deep as a cut needs: is
 * this line inside a fence, inside a list, or does it begin something new? A
 * cut is made in front of a line that follows a blank one and cannot belong to
 * what was before, and on both sides of outermost fenced code. In doubt there
 * is no cut, and the piece is just longer.
 */
#include "pieces.h"

#include "kerf/text/markdown.h"

#define CODE_INDENT 4 // as many blanks make indented code
#define FENCE_MARKS 3

// What is known of the outermost level while lines go by.
struct scan {
    size_t list;    // column where the open item's content begins; 0: no list
    bool blank;     // the line before was blank
    bool paragraph; // the line before was running text outside a list
};

bool line_next(struct str source, size_t *at, struct str *line)
{
    if (*at >= source.len)
        return false;
    struct str rest = str_skip(source, *at);
    size_t newline = str_find_char(rest, '\n');
    *line = str_take(rest, newline);
    *at += newline == SIZE_MAX ? rest.len : newline + 1;
    if (newline != SIZE_MAX && str_ends_with(*line, STR("\r")))
        line->len--;
    return true;
}

static bool line_is_complete(struct str source, size_t at)
{
    return at > 0 && source.at[at - 1] == '\n';
}

static bool line_is_blank(struct str line)
{
    return str_trim(line).len == 0;
}

static size_t indent_of(struct str line)
{
    size_t cols = 0;

    for (size_t i = 0; i < line.len; i++) {
        if (line.at[i] == '\t')
            cols += CODE_INDENT - cols % CODE_INDENT;
        else if (line.at[i] == ' ')
            cols++;
        else
            break;
    }
    return cols;
}

static size_t run_of(struct str s, char c)
{
    size_t n = 0;

    while (n < s.len && s.at[n] == c)
        n++;
    return n;
}

static bool fence_opens(struct str line, struct fence *fence)
{
    struct str rest = str_trim_start(line);
    char mark = rest.len > 0 ? rest.at[0] : '\0';
    size_t length = run_of(rest, mark);

    if ((mark != '`' && mark != '~') || length < FENCE_MARKS)
        return false;
    struct str info = str_trim(str_skip(rest, length));
    if (mark == '`' && str_find_char(info, '`') != SIZE_MAX)
        return false; // ```a``` is code within a line
    *fence = (struct fence){ mark, length, indent_of(line), info };
    return true;
}

bool fence_closes(const struct fence *fence, struct str line)
{
    struct str rest = str_trim_start(line);
    size_t length = run_of(rest, fence->mark);

    return indent_of(line) < CODE_INDENT && length >= fence->length
           && line_is_blank(str_skip(rest, length));
}

struct str fence_line(const struct fence *fence, struct str line)
{
    size_t n = 0;

    while (n < line.len && n < fence->indent_cols && line.at[n] == ' ')
        n++;
    return str_skip(line, n);
}

struct str fence_language(struct str info)
{
    size_t n = 0;

    if (str_starts_with(info, STR("{."))) // {.c .numberLines}
        info = str_skip(info, 2);
    while (n < info.len
           && str_find_char(STR(" \t{},:"), info.at[n]) == SIZE_MAX)
        n++;
    return str_take(info, n);
}

// "---", "* * *": a rule, or the line under a heading.
static bool is_rule(struct str line)
{
    struct str rest = str_trim(line);
    size_t marks = 0;

    if (rest.len == 0 || str_find_char(STR("-*_"), rest.at[0]) == SIZE_MAX)
        return false;
    for (size_t i = 0; i < rest.len; i++) {
        if (rest.at[i] == rest.at[0])
            marks++;
        else if (rest.at[i] != ' ' && rest.at[i] != '\t')
            return false;
    }
    return marks >= 3;
}

static bool is_heading(struct str line)
{
    struct str rest = str_trim_start(line);
    size_t marks = run_of(rest, '#');

    return marks >= 1 && marks <= 6
           && (marks == rest.len || rest.at[marks] == ' '
               || rest.at[marks] == '\t');
}

// Bytes of the list marker that `rest` begins with ("-", "12."), or 0.
static size_t marker_length(struct str rest)
{
    size_t digits = 0;

    while (digits < rest.len && digits < 9 && rest.at[digits] >= '0'
           && rest.at[digits] <= '9')
        digits++;
    if (digits == rest.len
        || str_find_char(digits ? STR(".)") : STR("-+*"), rest.at[digits])
               == SIZE_MAX)
        return 0;
    struct str behind = str_skip(rest, digits + 1);
    return behind.len == 0 || behind.at[0] == ' ' || behind.at[0] == '\t'
               ? digits + 1
               : 0;
}

// Returns the column where the item's content begins; 0 if it is no item.
static size_t item_content(struct str line)
{
    struct str rest = str_trim_start(line);
    size_t marker = marker_length(rest);

    if (marker == 0 || is_rule(line))
        return 0;
    struct str behind = str_skip(rest, marker);
    size_t blanks = indent_of(behind);
    if (line_is_blank(behind) || blanks > CODE_INDENT)
        blanks = 1;
    return indent_of(line) + marker + blanks;
}

// An item that may stand right under running text: not empty, and number 1.
static bool item_interrupts(struct str line)
{
    struct str rest = str_trim_start(line);
    size_t marker = marker_length(rest);

    if (line_is_blank(str_skip(rest, marker)))
        return false;
    return marker == 1 || (marker == 2 && rest.at[0] == '1');
}

static bool is_inside_list(const struct scan *scan, struct str line)
{
    return scan->list > 0 && indent_of(line) >= scan->list;
}

// Takes note of a line that is not blank and in no fence.
static void scan_line(struct scan *scan, struct str line)
{
    size_t content = item_content(line);
    bool breaks = is_rule(line) || is_heading(line);
    bool item = content > 0 && indent_of(line) < CODE_INDENT
                && (!scan->paragraph || item_interrupts(line));

    if (!is_inside_list(scan, line)) {
        if (item)
            scan->list = content;
        else if (scan->blank || breaks
                 || str_starts_with(str_trim_start(line), STR(">")))
            scan->list = 0;
    }
    scan->paragraph = scan->list == 0 && !breaks;
    scan->blank = false;
}

static void scan_blank(struct scan *scan)
{
    scan->blank = true;
    scan->paragraph = false;
}

// Says whether `line`, after a blank one, surely begins a new piece.
static bool line_cuts(const struct scan *scan, struct str line, bool complete)
{
    if (!scan->blank || indent_of(line) >= CODE_INDENT)
        return false;
    if (scan->list == 0)
        return true;
    if (is_inside_list(scan, line) || item_content(line) > 0)
        return false;
    struct str rest = str_trim_start(line);
    return complete
           || str_find_char(STR("-+*0123456789"), rest.at[0]) == SIZE_MAX;
}

static void end_text(struct str source, struct piece *piece)
{
    struct scan scan = { 0 };
    struct fence fence;
    struct str line;
    size_t at = piece->start, line_start = at;

    for (; line_next(source, &at, &line); line_start = at) {
        bool complete = line_is_complete(source, at);
        if (line_is_blank(line)) {
            scan_blank(&scan);
            continue;
        }
        bool opens = !is_inside_list(&scan, line)
                     && indent_of(line) < CODE_INDENT
                     && fence_opens(line, &fence);
        bool cuts = line_cuts(&scan, line, complete);
        if (opens || cuts) {
            piece->end = line_start;
            piece->closed = complete || cuts;
            return;
        }
        scan_line(&scan, line);
    }
    piece->end = source.len;
    piece->closed = false;
}

static void end_fence(struct str source, size_t at, struct piece *piece)
{
    struct str line;

    piece->code = at;
    for (size_t line_start = at; line_next(source, &at, &line);
         line_start = at) {
        if (!fence_closes(&piece->fence, line))
            continue;
        piece->code_end = line_start;
        piece->end = at;
        piece->closed = line_is_complete(source, at);
        return;
    }
    piece->code_end = piece->end = source.len;
    piece->closed = false;
}

bool piece_next(struct str source, size_t *at, struct piece *piece)
{
    struct str line;
    size_t next = *at;

    do {
        *at = next;
        if (!line_next(source, &next, &line))
            return false;
    } while (line_is_blank(line));
    *piece = (struct piece){ .kind = PIECE_TEXT, .start = *at };
    if (indent_of(line) < CODE_INDENT && fence_opens(line, &piece->fence)) {
        piece->kind = PIECE_FENCE;
        end_fence(source, next, piece);
    } else {
        end_text(source, piece);
    }
    *at = piece->end;
    return true;
}

bool ends_with_blank_line(struct str source)
{
    if (source.len == 0 || source.at[source.len - 1] != '\n')
        return false;
    struct str lines = str_take(source, source.len - 1);
    size_t newline = str_rfind_char(lines, '\n');

    return line_is_blank(str_skip(lines, newline == SIZE_MAX ? 0 : newline));
}

size_t markdown_settled(struct str source)
{
    struct piece piece;
    size_t at = 0, settled = 0;

    while (piece_next(source, &at, &piece))
        if (ends_with_blank_line(str_take(source, piece.start)))
            settled = piece.start;
    return settled;
}

// The text behind all list markers of a line: "- 1. ```c" gives "```c".
static struct str behind_markers(struct str line)
{
    struct str rest = str_trim_start(line);
    size_t marker;

    while (!is_rule(rest) && (marker = marker_length(rest)) > 0)
        rest = str_trim_start(str_skip(rest, marker));
    return rest;
}

// Reads on to the end of a fence in a list item. Returns where its code ends.
static size_t end_nested(struct str source, size_t *at, size_t list,
                         const struct fence *fence)
{
    struct str line;
    size_t line_start = *at, next = *at;

    while (line_next(source, &next, &line)) {
        if (!line_is_blank(line) && indent_of(line) < list)
            return line_start; // the item ends, and the fence with it
        *at = next;
        if (fence_closes(fence, str_trim_start(line)))
            return line_start;
        line_start = next;
    }
    return source.len;
}

// Finds fence number `*index` inside the lists of a text, counting it down.
static bool find_nested(struct str source, size_t *index, struct str *language,
                        struct str *code)
{
    struct scan scan = { 0 };
    struct fence fence;
    struct str line;
    size_t at = 0;

    while (line_next(source, &at, &line)) {
        if (line_is_blank(line)) {
            scan_blank(&scan);
            continue;
        }
        scan_line(&scan, line);
        if (scan.list == 0 || !fence_opens(behind_markers(line), &fence))
            continue;
        size_t start = at;
        size_t end = end_nested(source, &at, scan.list, &fence);
        if ((*index)-- > 0)
            continue;
        *language = fence_language(fence.info);
        *code = str_take(str_skip(source, start), end - start);
        return true;
    }
    return false;
}

// Finds code block number `*index`, counting it down.
static bool find_block(struct str source, size_t *index, struct str *language,
                       struct str *code)
{
    struct piece piece;
    size_t at = 0;

    while (piece_next(source, &at, &piece)) {
        struct str text = str_take(source, piece.end);
        if (piece.kind == PIECE_TEXT) {
            if (find_nested(str_skip(text, piece.start), index, language, code))
                return true;
        } else if ((*index)-- == 0) {
            *language = fence_language(piece.fence.info);
            *code = str_skip(str_take(source, piece.code_end), piece.code);
            return true;
        }
    }
    return false;
}

bool markdown_code_block(struct str source, size_t index, struct str *language,
                         struct str *code)
{
    return find_block(source, &index, language, code);
}

size_t markdown_code_count(struct str source)
{
    size_t index = SIZE_MAX;
    struct str language, code;

    find_block(source, &index, &language, &code);
    return SIZE_MAX - index;
}
