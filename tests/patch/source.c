/*
 * A text is a row of blocks; a block is a template in which $n, $v, $t and $d
 * stand for a noun, a verb, a type and a number. The words are few on purpose:
 * blank lines, braces, guards and returns come again in every block, and some
 * blocks are repeated whole, so that the lines around an edit seldom tell its
 * place alone.
 */
#include "source.h"

#include <string.h>

static const char *const nouns[] = {
    "buffer", "node",  "widget", "packet", "cache",  "token",
    "field",  "queue", "record", "window", "signal", "ledger",
};
static const char *const verbs[] = {
    "open", "close", "read", "flush", "merge", "count", "reset", "scan",
};
static const char *const types[] = { "int", "long", "size_t", "char *" };

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const char *const c_blocks[] = {
    "static $t$v_$n(struct $n *$n)\n{\n    $t result = $d;\n\n"
    "    if (!$n)\n        return -1;\n    $n->$n_count += $d;\n"
    "    return result;\n}\n\n",
    "/* $v the $n; see also $v_$n. */\nint $v_$n_all(struct $n *list, int n)\n"
    "{\n    for (int i = 0; i < n; i++) {\n        if (list[i].$n == $d)\n"
    "            continue;\n        $v_$n(&list[i]);\n    }\n"
    "    return 0;\n}\n\n",
    "struct $n {\n    $t $n;\n    $t $n_count;\n    const char *name;\n};\n\n",
    "#define $n_LIMIT $d\n",
    "static void log_$n(void)\n{\n    puts(\"$n: $v it's \\\"$n\\\" - $d\");\n"
    "}\n\n",
    "int $n_state(int mode)\n{\n    switch (mode) {\n    case $d:\n"
    "        $v_$n(NULL);\n        break;\n    case $d$d:\n"
    "        $v_$n(NULL);\n        break;\n    default:\n        break;\n"
    "    }\n    return mode;\n}\n\n",
};
static const char *const python_blocks[] = {
    "def $v_$n($n, limit=$d):\n    \"\"\"Say whether to $v the $n.\"\"\"\n"
    "    if $n is None:\n        return None\n\n"
    "    for item in $n:\n        if item.$n > limit:\n"
    "            $v_$n(item)\n    return $n\n\n\n",
    "class $n:\n    size = $d\n\n    def __init__(self, $n):\n"
    "        self.$n = $n\n        self.count = $d\n\n"
    "    def $v(self):\n        self.count += 1\n"
    "        return self.$n\n\n\n",
    "$n_LIMIT = $d\n",
    "# $v each $n - it's \"cheap\"\n",
    "try:\n    $v_$n($d)\nexcept ValueError:\n    pass\n\n",
};
static const char *const markdown_blocks[] = {
    ("## How to $v a $n\n\nThe $n is kept in the $n, which you $v first.  \n"
     "It's \"done\" after step $d - not before.\n\n"),
    "- $v the $n\n- $v the $n\n    - and the $n\n\n",
    "```c\n$v_$n($d);\n```\n\n",
    "| name | value |\n| --- | --- |\n| $n | $d |\n| $n | $d |\n\n",
    "Some words about the $n, nothing more.\nThey go on for a second line.\n\n",
    "---\n\n",
};
static const char *const json_blocks[] = {
    ("  \"$n_$d\": {\n    \"name\": \"$n\",\n    \"enabled\": true,\n"
     "    \"items\": [\n      $d,\n      $d\n    ]\n  },\n"),
    "  \"$v\": \"$n - $d\",\n",
    "  \"$n\": {\n    \"name\": \"$n\",\n    \"enabled\": false\n  },\n",
};

static const struct {
    const char *suffix, *head, *tail;
    const char *const *blocks;
    size_t count;
} kinds[SOURCE_KINDS] = {
    [SOURCE_C] = { ".c", "#include <stdio.h>\n\n", "", c_blocks,
                   COUNT(c_blocks) },
    [SOURCE_PYTHON] = { ".py", "import sys\n\n", "", python_blocks,
                        COUNT(python_blocks) },
    [SOURCE_MARKDOWN] = { ".md", "# Notes\n\n", "The end.\n", markdown_blocks,
                          COUNT(markdown_blocks) },
    [SOURCE_JSON] = { ".json", "{\n", "  \"last\": null\n}\n", json_blocks,
                      COUNT(json_blocks) },
};

const char *source_suffix(enum source_kind kind)
{
    return kinds[kind].suffix;
}

// Appends the word that a `$` letter stands for.
static void put_word(struct buf *out, char letter, struct dice *dice)
{
    switch (letter) {
    case 'n':
        buf_append(out, str_from(nouns[dice_below(dice, COUNT(nouns))]));
        break;
    case 'v':
        buf_append(out, str_from(verbs[dice_below(dice, COUNT(verbs))]));
        break;
    case 't':
        buf_append(out, str_from(types[dice_below(dice, COUNT(types))]));
        break;
    case 'd': buf_printf(out, "%zu", dice_below(dice, 40)); break;
    }
}

static void put_block(struct buf *out, const char *block, bool tabs,
                      struct dice *dice)
{
    bool start = true;

    for (const char *c = block; *c; c++) {
        if (*c == '$') {
            put_word(out, *++c, dice);
        } else if (start && tabs && strncmp(c, "    ", 4) == 0) {
            buf_append_char(out, '\t');
            c += 3;
            continue; // still at the start
        } else {
            buf_append_char(out, *c);
        }
        start = *c == '\n';
    }
}

static size_t count_lines(struct str text)
{
    size_t count = 0;

    for (size_t i = 0; i < text.len; i++)
        count += text.at[i] == '\n';
    return count;
}

void source_write(struct buf *out, enum source_kind kind, size_t lines,
                  bool tabs, struct dice *dice)
{
    struct buf last = { 0 };
    size_t start = out->len;

    buf_append(out, str_from(kinds[kind].head));
    while (count_lines(str_skip(buf_str(out), start)) < lines) {
        size_t which = dice_below(dice, kinds[kind].count);
        if (last.len == 0 || !dice_once_in(dice, 5)) {
            buf_reset(&last);
            put_block(&last, kinds[kind].blocks[which], tabs, dice);
        }
        buf_append(out, buf_str(&last));
    }
    buf_append(out, str_from(kinds[kind].tail));
    buf_release(&last);
}

void source_line(struct buf *out, enum source_kind kind, bool tabs,
                 struct dice *dice)
{
    struct buf block = { 0 };
    struct str rest, line = { 0 };

    put_block(&block, kinds[kind].blocks[dice_below(dice, kinds[kind].count)],
              tabs, dice);
    rest = buf_str(&block);
    size_t which = dice_below(dice, count_lines(rest));
    while (str_split(&rest, '\n', &line) && which-- > 0)
        ;
    buf_append(out, line);
    buf_release(&block);
}
