/*
 * A mention ends at a blank, or at the quote that closes it. What stands behind
 * a colon is taken as lines only if it is nothing else, so that a file called
 * `a:b` can be named as it is.
 */
#include "kerf/model/mention.h"

#include <stdint.h>

static const struct mention_word words[] = {
    { "diff", "changes of the working tree against HEAD", MENTION_DIFF },
    { "diff:staged", "changes in the index against HEAD", MENTION_STAGED },
    { "log", "the newest commits; @log:20 for more", MENTION_LOG },
    { NULL, NULL, MENTION_FILE },
};

const struct mention_word *mention_words(void)
{
    return words;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\n' || c == '\t';
}

// --- numbers ---------------------------------------------------------------

// Reads "10" or "10-40", from 1, not backwards.
static bool read_lines(struct str text, size_t *first, size_t *last)
{
    size_t dash = str_find_char(text, '-');
    uint64_t from, to;

    if (!str_to_u64(str_take(text, dash), &from) || from == 0)
        return false;
    to = from;
    if (dash < text.len && !str_to_u64(str_skip(text, dash + 1), &to))
        return false;
    if (to < from || to > SIZE_MAX / 2)
        return false;
    *first = (size_t)from;
    *last = (size_t)to;
    return true;
}

// Cuts ":10-40" off the path.
static void take_lines(struct mention *mention)
{
    size_t colon = str_rfind_char(mention->path, ':');

    if (colon == SIZE_MAX || colon == 0
        || !read_lines(str_skip(mention->path, colon + 1), &mention->first,
                       &mention->last))
        return;
    mention->path = str_take(mention->path, colon);
    mention->sure = true;
}

static bool take_log(struct mention *mention, struct str word)
{
    uint64_t commits = MENTION_LOG_COMMITS;

    if (!str_starts_with(word, STR("log")))
        return false;
    if (word.len > 3
        && (word.at[3] != ':' || !str_to_u64(str_skip(word, 4), &commits)
            || commits == 0 || commits > LIMIT_LOG_COMMITS))
        return false;
    mention->kind = MENTION_LOG;
    mention->commits = (size_t)commits;
    return true;
}

// --- one mention -----------------------------------------------------------

static bool take_word(struct mention *mention, struct str word)
{
    for (size_t i = 0; words[i].name; i++)
        if (words[i].kind != MENTION_LOG && str_is(word, words[i].name)) {
            mention->kind = words[i].kind;
            return true;
        }
    return take_log(mention, word);
}

static struct str bare_word(struct str text)
{
    size_t end = 0;

    while (end < text.len && !is_blank(text.at[end]))
        end++;
    while (end > 0
           && str_find_char(STR(",.:;!?)"), text.at[end - 1]) != SIZE_MAX)
        end--;
    return str_take(text, end);
}

static bool is_like_a_path(struct str word)
{
    return str_find_char(word, '/') != SIZE_MAX
           || str_find_char(word, '.') != SIZE_MAX;
}

// Behind the closing quote lines may follow.
static bool read_quoted(struct str text, struct mention *mention)
{
    size_t close = str_find_char(str_skip(text, 1), '"');
    struct str path = str_take(str_skip(text, 1), close);

    if (close == SIZE_MAX || path.len == 0
        || str_find_char(path, '\n') != SIZE_MAX)
        return false;
    struct str rest = bare_word(str_skip(text, close + 2));
    mention->path = path;
    mention->sure = true;
    mention->end += close + 2;
    if (rest.len > 1 && rest.at[0] == ':'
        && read_lines(str_skip(rest, 1), &mention->first, &mention->last))
        mention->end += rest.len;
    return true;
}

// `text` is what follows the mark.
static bool read_mention(struct str text, struct mention *mention)
{
    mention->confirmed = str_starts_with(text, STR("!"));
    text = str_skip(text, mention->confirmed);
    mention->end = mention->start + 1 + mention->confirmed;
    if (str_starts_with(text, STR("\"")))
        return read_quoted(text, mention);
    struct str word = bare_word(text);
    mention->end += word.len;
    if (word.len == 0 || (!mention->confirmed && take_word(mention, word)))
        return word.len > 0;
    mention->path = word;
    mention->sure = is_like_a_path(word) || mention->confirmed;
    take_lines(mention);
    return true;
}

bool mention_find(struct str message, size_t from, struct mention *mention)
{
    for (size_t i = from; i < message.len; i++) {
        if (message.at[i] != '@' || (i > 0 && !is_blank(message.at[i - 1])))
            continue;
        *mention = (struct mention){ .start = i };
        if (read_mention(str_skip(message, i + 1), mention))
            return true;
    }
    return false;
}

// --- writing ---------------------------------------------------------------

static void write_lines(const struct mention *mention, struct buf *out)
{
    if (mention->first == 0)
        return;
    buf_printf(out, ":%zu", mention->first);
    if (mention->last != mention->first)
        buf_printf(out, "-%zu", mention->last);
}

void mention_label(const struct mention *mention, struct buf *out)
{
    switch (mention->kind) {
    case MENTION_FILE:
        buf_append(out, mention->path);
        write_lines(mention, out);
        break;
    case MENTION_DIFF: buf_append(out, STR("diff")); break;
    case MENTION_STAGED: buf_append(out, STR("diff:staged")); break;
    case MENTION_LOG: buf_printf(out, "log:%zu", mention->commits); break;
    }
}

void mention_write(struct buf *out, struct str path)
{
    struct buf bare = { 0 };
    struct mention read;

    buf_append_char(&bare, '@');
    buf_append(&bare, path);
    bool plain = mention_find(buf_str(&bare), 0, &read)
                 && read.kind == MENTION_FILE && str_equal(read.path, path);
    if (plain)
        buf_append(out, buf_str(&bare));
    else
        buf_printf(out, "@\"%.*s\"", STR_ARG(path));
    buf_release(&bare);
}

struct str mention_lines(struct str text, size_t first, size_t last,
                         size_t *count)
{
    struct str rest = text, line, found = { text.at, 0 };
    size_t number = 0;

    while (str_split(&rest, '\n', &line)) {
        number++;
        if (number == first)
            found.at = line.at;
        if (number >= first && number <= last)
            found.len = (size_t)(line.at + line.len - found.at);
    }
    *count = number;
    bool ends = found.len > 0 && found.at + found.len < text.at + text.len;
    return (struct str){ found.at, found.len + ends };
}
