/*
 * A log is read line by line; each kind of line has a reader that says whether
 * the line was its own. Colours are taken out first.
 */
#include "kerf/sim/diagnostic.h"

#include "kerf/base/json.h"
#include "kerf/base/shell.h"
#include "compile.h"

#define ESCAPE '\033'
#define LIMIT_COMPILES 200
#define LIMIT_PROBED 40
#define LIMIT_NESTED 16

struct reader {
    struct arena *arena;
    struct diagnosis *out;
    struct str directories[LIMIT_NESTED]; // that make has entered
    size_t depth;
};

// --- paths -------------------------------------------------------------------

static bool is_absolute(struct str path)
{
    return path.len > 0 && path.at[0] == '/';
}

// The folder that make is in; empty: where the build began.
static struct str directory_of(const struct reader *reader)
{
    return reader->depth > 0 ? reader->directories[reader->depth - 1] : STR("");
}

static struct str in_directory(struct reader *reader, struct str path)
{
    struct str directory = directory_of(reader);

    while (str_starts_with(path, STR("./")))
        path = str_skip(path, 2);
    if (is_absolute(path) || directory.len == 0)
        return path;
    return arena_printf(reader->arena, "%.*s/%.*s", STR_ARG(directory),
                        STR_ARG(path));
}

struct str diagnosis_path(const struct diagnosis *diagnosis, struct str path)
{
    if (!is_absolute(path))
        return str_starts_with(path, STR("../")) ? STR("") : path;
    if (diagnosis->root.len == 0 || !str_starts_with(path, diagnosis->root))
        return STR("");
    path = str_skip(path, diagnosis->root.len);
    return is_absolute(path) ? str_skip(path, 1) : STR("");
}

// --- what is found -----------------------------------------------------------

static void add_diagnostic(struct reader *reader, enum severity severity,
                           struct str file, size_t line, struct str message)
{
    struct diagnosis *d = reader->out;

    if (d->diagnostic_count >= LIMIT_DIAGNOSTICS)
        return;
    d->diagnostics = arena_grow(reader->arena, d->diagnostics,
                                &d->diagnostic_cap, d->diagnostic_count + 1,
                                sizeof(*d->diagnostics));
    d->diagnostics[d->diagnostic_count++] =
        (struct diagnostic){ severity, in_directory(reader, file), line,
                             message };
    if (severity != SEVERITY_NOTE && is_absolute(file))
        d->has_far_paths = true;
}

static void add_fixit(struct reader *reader, const struct fixit *fixit)
{
    struct diagnosis *d = reader->out;

    if (d->fixit_count >= LIMIT_DIAGNOSTICS || d->diagnostic_count == 0
        || fixit->line == 0 || fixit->col == 0 || fixit->end_line == 0
        || fixit->end_col == 0)
        return;
    d->fixits = arena_grow(reader->arena, d->fixits, &d->fixit_cap,
                           d->fixit_count + 1, sizeof(*d->fixits));
    struct fixit *added = &d->fixits[d->fixit_count++];
    *added = *fixit;
    added->owner = d->diagnostic_count - 1;
    added->file = in_directory(reader, fixit->file);
}

// --- readers of lines --------------------------------------------------------

// Reads the digits at the start of `*rest`; false if there are none.
static bool take_number(struct str *rest, size_t *number)
{
    size_t n = 0;
    uint64_t value;

    while (n < rest->len && rest->at[n] >= '0' && rest->at[n] <= '9')
        n++;
    if (!str_to_u64(str_take(*rest, n), &value))
        return false;
    *number = (size_t)value;
    *rest = str_skip(*rest, n);
    return true;
}

static bool take_char(struct str *rest, char c)
{
    if (rest->len == 0 || rest->at[0] != c)
        return false;
    *rest = str_skip(*rest, 1);
    return true;
}

static char unescaped(struct str *rest)
{
    static const char letters[] = "abfnrtv";
    static const char values[] = "\a\b\f\n\r\t\v";
    char c = rest->at[0];
    int octal = 0;

    for (size_t i = 0; i < sizeof(letters) - 1; i++) {
        if (c == letters[i]) {
            *rest = str_skip(*rest, 1);
            return values[i];
        }
    }
    if (c < '0' || c > '7') {
        *rest = str_skip(*rest, 1);
        return c;
    }
    for (int n = 0;
         n < 3 && rest->len > 0 && rest->at[0] >= '0' && rest->at[0] <= '7';
         n++) {
        octal = octal * 8 + (rest->at[0] - '0');
        *rest = str_skip(*rest, 1);
    }
    return (char)octal;
}

// Takes a string in double quotes with escapes as in C.
static bool take_quoted(struct reader *reader, struct str *rest,
                        struct str *text)
{
    struct buf out = { 0 };

    if (!take_char(rest, '"'))
        return false;
    while (rest->len > 0 && rest->at[0] != '"') {
        if (take_char(rest, '\\') && rest->len > 0) {
            buf_append_char(&out, unescaped(rest));
        } else if (rest->len > 0) {
            buf_append_char(&out, rest->at[0]);
            *rest = str_skip(*rest, 1);
        }
    }
    *text = arena_copy(reader->arena, buf_str(&out));
    buf_release(&out);
    return take_char(rest, '"');
}

// fix-it:"FILE":{LINE:COL-LINE:COL}:"TEXT"
static bool read_fixit(struct reader *reader, struct str line)
{
    struct fixit fixit = { 0 };

    if (!str_starts_with(line, STR("fix-it:")))
        return false;
    line = str_skip(line, 7);
    if (take_quoted(reader, &line, &fixit.file) && take_char(&line, ':')
        && take_char(&line, '{') && take_number(&line, &fixit.line)
        && take_char(&line, ':') && take_number(&line, &fixit.col)
        && take_char(&line, '-') && take_number(&line, &fixit.end_line)
        && take_char(&line, ':') && take_number(&line, &fixit.end_col)
        && take_char(&line, '}') && take_char(&line, ':')
        && take_quoted(reader, &line, &fixit.text))
        add_fixit(reader, &fixit);
    return true;
}

struct severity_row {
    const char *mark; // as text has it
    const char *kind; // as gcc's JSON has it
    enum severity severity;
};

static const struct severity_row severity_table[] = {
    { ": fatal error: ", "fatal error", SEVERITY_ERROR },
    { ": error: ", "error", SEVERITY_ERROR },
    { ": warning: ", "warning", SEVERITY_WARNING },
    { ": note: ", "note", SEVERITY_NOTE },
};

#define SEVERITIES (sizeof(severity_table) / sizeof(*severity_table))

// Cuts ":NUMBER" off the end of `*head`.
static bool cut_number(struct str *head, size_t *number)
{
    size_t colon = str_rfind_char(*head, ':');
    uint64_t value;

    if (colon == SIZE_MAX || colon == 0
        || !str_to_u64(str_skip(*head, colon + 1), &value))
        return false;
    *number = (size_t)value;
    *head = str_take(*head, colon);
    return true;
}

// FILE:LINE:COL: error: MESSAGE, the column may be missing.
static bool read_diagnostic(struct reader *reader, struct str line)
{
    for (size_t i = 0; i < SEVERITIES; i++) {
        const struct severity_row *row = &severity_table[i];
        struct str mark = str_from(row->mark);
        size_t at = str_find(line, mark), number, outer;
        struct str file = str_take(line, at);
        if (at == SIZE_MAX || !cut_number(&file, &number))
            continue;
        if (cut_number(&file, &outer))
            number = outer; // what was read first was the column
        add_diagnostic(reader, row->severity, file, number,
                       str_skip(line, at + mark.len));
        return true;
    }
    return false;
}

static bool read_linker(struct reader *reader, struct str line)
{
    size_t at = str_find(line, STR("undefined reference to "));

    if (at == SIZE_MAX)
        return false;
    add_diagnostic(reader, SEVERITY_ERROR, STR(""), 0, str_skip(line, at));
    return true;
}

static bool read_folder(struct reader *reader, struct str line)
{
    size_t enter = str_find(line, STR("Entering directory "));
    size_t quote = str_find_char(line, '\'');

    if (str_find(line, STR("Leaving directory ")) != SIZE_MAX) {
        reader->depth -= reader->depth > 0;
        return true;
    }
    if (enter == SIZE_MAX || quote == SIZE_MAX || reader->depth == LIMIT_NESTED)
        return false;
    struct str path = str_skip(line, quote + 1);
    path = str_take(path, str_find_char(path, '\''));
    reader->directories[reader->depth++] = path;
    reader->out->has_far_paths = true;
    return true;
}

static bool read_root(struct reader *reader, struct str line)
{
    if (!str_starts_with(line, STR(ROOT_MARK)))
        return false;
    reader->out->root = str_skip(line, sizeof(ROOT_MARK) - 1);
    return true;
}

static bool read_compile(struct reader *reader, struct str line)
{
    struct diagnosis *d = reader->out;
    struct compile compile;

    if (d->compile_count >= LIMIT_COMPILES
        || !compile_read(line, directory_of(reader), &compile))
        return false;
    d->compiles = arena_grow(reader->arena, d->compiles, &d->compile_cap,
                             d->compile_count + 1, sizeof(*d->compiles));
    d->compiles[d->compile_count++] = compile;
    return true;
}

// --- gcc's JSON --------------------------------------------------------------

static size_t number_at(const struct json *node, const char *path)
{
    int64_t number = json_int(json_path(node, path), 0);
    return number > 0 ? (size_t)number : 0;
}

static struct str copy_at(struct reader *reader, const struct json *node,
                          const char *path)
{
    return arena_copy(reader->arena, json_str(json_path(node, path)));
}

static void read_json_fixit(struct reader *reader, const struct json *node)
{
    struct fixit fixit = {
        .file = copy_at(reader, node, "start.file"),
        .line = number_at(node, "start.line"),
        .col = number_at(node, "start.byte-column"),
        .end_line = number_at(node, "next.line"),
        .end_col = number_at(node, "next.byte-column"),
        .text = copy_at(reader, node, "string"),
    };
    add_fixit(reader, &fixit);
}

static void read_json_one(struct reader *reader, const struct json *node)
{
    const struct json *where = json_at(json_member(node, "locations"), 0);
    const struct json *fixits = json_member(node, "fixits");
    struct str kind = json_str(json_member(node, "kind"));

    for (size_t i = 0; i < SEVERITIES; i++)
        if (str_is(kind, severity_table[i].kind))
            add_diagnostic(reader, severity_table[i].severity,
                           copy_at(reader, where, "caret.file"),
                           number_at(where, "caret.line"),
                           copy_at(reader, node, "message"));
    for (size_t i = 0; i < json_count(fixits); i++)
        read_json_fixit(reader, json_at(fixits, i));
}

static bool read_json(struct reader *reader, struct str line)
{
    struct error err;

    if (!str_starts_with(line, STR("[{\"")))
        return false;
    struct json *root = json_parse(line, &err);
    for (size_t i = 0; i < json_count(root); i++) {
        const struct json *node = json_at(root, i);
        const struct json *children = json_member(node, "children");
        read_json_one(reader, node);
        for (size_t c = 0; c < json_count(children); c++)
            read_json_one(reader, json_at(children, c));
    }
    json_destroy(root);
    return true;
}

// --- all of it ---------------------------------------------------------------

// Skips an escape sequence: CSI up to its letter, OSC up to BEL or ST.
static size_t escape_length(struct str s)
{
    size_t n = 2;

    if (s.len < 2)
        return s.len;
    if (s.at[1] == '[') {
        while (n < s.len && (s.at[n] < '@' || s.at[n] > '~'))
            n++;
        return n < s.len ? n + 1 : n;
    }
    if (s.at[1] != ']')
        return n;
    while (n < s.len && s.at[n] != '\a' && s.at[n] != ESCAPE)
        n++;
    return n < s.len && s.at[n] == ESCAPE && n + 1 < s.len ? n + 2
           : n < s.len                                     ? n + 1
                                                           : n;
}

static struct str without_colours(struct arena *arena, struct str log)
{
    struct buf out = { 0 };

    while (log.len > 0) {
        size_t n = str_find_char(log, ESCAPE);
        buf_append(&out, str_take(log, n));
        log = str_skip(log, n);
        log = str_skip(log, escape_length(log));
    }
    struct str clean = arena_copy(arena, buf_str(&out));
    buf_release(&out);
    return clean;
}

void diagnosis_read(struct arena *arena, struct str log,
                    struct diagnosis *diagnosis)
{
    static bool (*const readers[])(struct reader * reader, struct str line) = {
        read_fixit,  read_json,   read_root,    read_diagnostic,
        read_linker, read_folder, read_compile,
    };
    struct reader reader = { .arena = arena, .out = diagnosis };
    struct str rest = without_colours(arena, log), line;

    while (str_split(&rest, '\n', &line)) {
        line = str_trim_end(line);
        for (size_t i = 0; i < sizeof(readers) / sizeof(*readers); i++)
            if (readers[i](&reader, line))
                break;
    }
}

// --- the probe ---------------------------------------------------------------

// Says whether the log has something to say about the file: "FILE:".
static bool is_mentioned(struct str log, struct str file)
{
    struct str rest = log;
    size_t at;

    while ((at = str_find(rest, file)) != SIZE_MAX) {
        rest = str_skip(rest, at + file.len);
        if (rest.len > 0 && rest.at[0] == ':')
            return true;
    }
    return false;
}

static void put_separator(struct buf *out)
{
    if (out->len > 0)
        buf_append(out, STR("; "));
}

static void put_compile(const struct compile *compile, struct buf *out)
{
    put_separator(out);
    if (compile->directory.len == 0) {
        compile_write_probe(compile->command, out);
        return;
    }
    buf_append(out, STR("(cd "));
    shell_quote(out, compile->directory);
    buf_append(out, STR(" && echo \"Entering directory '$PWD'\" && "));
    compile_write_probe(compile->command, out);
    buf_append(out, STR("); echo \"Leaving directory \""));
}

static bool is_c_source(struct str file)
{
    return str_ends_with(file, STR(".c")) || str_ends_with(file, STR(".h"));
}

// Without a compile line: the compiler on the files that were complained of.
static void put_plain_compile(const struct diagnosis *d, struct buf *out)
{
    struct str last = STR("");
    size_t count = 0;

    for (size_t i = 0; i < d->diagnostic_count && count < LIMIT_PROBED; i++) {
        const struct diagnostic *one = &d->diagnostics[i];
        if (one->severity == SEVERITY_NOTE || !is_c_source(one->file)
            || str_equal(one->file, last))
            continue;
        if (count++ == 0) {
            put_separator(out);
            buf_append(out, STR("${CC:-cc} -I. -Iinclude -Wall -fsyntax-only "
                                "-fdiagnostics-parseable-fixits"));
        }
        buf_append_char(out, ' ');
        shell_quote(out, one->file);
        last = one->file;
    }
}

static size_t put_compiles(const struct diagnosis *d, struct str log,
                           bool only_mentioned, struct buf *out)
{
    size_t count = 0;

    for (size_t i = 0; i < d->compile_count && count < LIMIT_PROBED; i++) {
        const struct compile *compile = &d->compiles[i];
        if (only_mentioned && !is_mentioned(log, compile->source))
            continue;
        put_compile(compile, out);
        count++;
    }
    return count;
}

void diagnosis_probe(const struct diagnosis *d, struct str log, struct buf *out)
{
    struct buf runs = { 0 };

    if (put_compiles(d, log, true, &runs) == 0
        && put_compiles(d, log, false, &runs) == 0)
        put_plain_compile(d, &runs);
    if (runs.len > 0 && d->has_far_paths)
        buf_append(out, STR("echo \"" ROOT_MARK "$PWD\"; "));
    buf_append(out, buf_str(&runs));
    buf_release(&runs);
}
