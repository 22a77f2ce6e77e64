/* Looks for words, wherever they stand: behind `&&`, `sudo`, `env` or inside
 * quotes. Too many warnings are better than one too few. */
#include "approval.h"

struct danger {
    const char *verb;
    const char *argument; // a word that must follow; NULL: any
    const char *words;
};

static const struct danger dangers[] = {
    { "git", "checkout", "git checkout discards uncommitted changes" },
    { "git", "restore", "git restore discards uncommitted changes" },
    { "git", "reset", "git reset moves the branch and may discard changes" },
    { "git", "clean", "git clean deletes untracked files" },
    { "git", "stash", "git stash takes changes away or drops them" },
    { "git", "rebase", "git rebase rewrites commits" },
    { "git", "--force", "forces over what others may have" },
    { "git", "push", "git push publishes commits" },
    { "rm", "-r", "rm -r deletes whole folders" },
    { "rm", NULL, "rm deletes files" },
    { "mv", NULL, "mv may overwrite files" },
    { "dd", NULL, "dd overwrites devices and files" },
    { "shred", NULL, "shred destroys files" },
    { "truncate", NULL, "truncate empties files" },
    { "find", "-delete", "find -delete deletes files" },
    { "sed", "-i", "sed -i changes files in place" },
    { "chmod", "-R", "chmod -R changes whole folders" },
    { "chown", "-R", "chown -R changes whole folders" },
    { "sudo", NULL, "sudo runs as another user" },
    { "pkill", NULL, "pkill ends programs by their name" },
    { "killall", NULL, "killall ends programs by their name" },
    { "curl", NULL, "curl speaks to other machines" },
    { "wget", NULL, "wget speaks to other machines" },
    { "ssh", NULL, "ssh speaks to other machines" },
    { "scp", NULL, "scp copies to or from other machines" },
    { "rsync", NULL, "rsync copies over what is there" },
    { "npm", "install", "npm install fetches code and runs it" },
    { "pip", "install", "pip install fetches code and runs it" },
};

static bool is_word_end(char c)
{
    switch (c) {
    case ' ':
    case '\t':
    case '\n':
    case ';':
    case '|':
    case '&':
    case '(':
    case ')':
    case '{':
    case '}':
    case '<':
    case '>':
    case '`':
    case '"':
    case '\'': return true;
    default: return false;
    }
}

// The next word; a backslash before it (`\rm`) and a folder do not hide it.
static bool next_word(struct str *rest, struct str *word)
{
    while (rest->len > 0 && is_word_end(rest->at[0]))
        *rest = str_skip(*rest, 1);
    size_t len = 0;
    while (len < rest->len && !is_word_end(rest->at[len]))
        len++;
    *word = str_take(*rest, len);
    *rest = str_skip(*rest, len);
    return len > 0;
}

static struct str verb_of(struct str word)
{
    size_t slash = str_rfind_char(word, '/');

    if (slash != SIZE_MAX)
        word = str_skip(word, slash + 1);
    while (word.len > 0 && word.at[0] == '\\')
        word = str_skip(word, 1);
    return word;
}

// "-r" is also meant by "-rf", "-fR" and "--recursive".
static bool is_argument(struct str word, const char *argument)
{
    struct str flag = str_from(argument);

    if (str_equal(word, flag))
        return true;
    if (flag.len != 2 || flag.at[0] != '-' || word.len < 2 || word.at[0] != '-')
        return false;
    if (word.at[1] == '-')
        return flag.at[1] == 'r' && str_is(word, "--recursive");
    char other = flag.at[1] == 'r' ? 'R' : flag.at[1];
    return str_find_char(word, flag.at[1]) != SIZE_MAX
           || str_find_char(word, other) != SIZE_MAX;
}

static bool has_argument(struct str rest, const char *argument)
{
    struct str word;

    if (!argument)
        return true;
    while (next_word(&rest, &word))
        if (is_argument(word, argument))
            return true;
    return false;
}

static const char *danger_of_word(struct str word, struct str rest)
{
    struct str verb = verb_of(word);

    if (str_starts_with(verb, STR("mkfs")))
        return "mkfs destroys a file system";
    for (size_t i = 0; i < sizeof(dangers) / sizeof(dangers[0]); i++)
        if (str_is(verb, dangers[i].verb)
            && has_argument(rest, dangers[i].argument))
            return dangers[i].words;
    return NULL;
}

// A single `>` that is not `>&` and does not go to /dev/null.
static bool overwrites(struct str command)
{
    for (size_t i = 0; i < command.len; i++) {
        if (command.at[i] != '>')
            continue;
        struct str rest = str_skip(command, i + 1);
        if (str_starts_with(rest, STR(">"))) {
            i++; // `>>` only adds
            continue;
        }
        if (str_starts_with(rest, STR("|")))
            rest = str_skip(rest, 1);
        rest = str_trim_start(rest);
        if (!str_starts_with(rest, STR("&"))
            && !str_starts_with(rest, STR("/dev/null")))
            return true;
    }
    return false;
}

const char *approval_danger(struct str command)
{
    struct str rest = command, word;

    while (next_word(&rest, &word)) {
        const char *words = danger_of_word(word, rest);
        if (words)
            return words;
    }
    return overwrites(command) ? "> overwrites a file" : NULL;
}
