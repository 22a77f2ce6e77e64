/*
 * The built-in engine: no neural model, only what compilers propose. It works
 * through the client's tools as a model would. Which task it is given decides
 * the rest: rename, build, or an honest word that it cannot help.
 */
#include "fixit.h"

#include <stdlib.h>

#include "engine.h"

#define WINDOW_LINES 300 // read around a place in a file that is too long

void fixit_say(struct work *work, struct str text)
{
    answer_add(work->arena, work->answer, SIM_TEXT, STR(""), text);
}

static void add_call(struct work *work, const char *tool,
                     const struct buf *arguments)
{
    answer_add(work->arena, work->answer, SIM_FUNCTION_CALL, str_from(tool),
               arena_copy(work->arena, buf_str(arguments)));
    work->calls++;
}

void fixit_call(struct work *work, const char *tool, const char *key,
                struct str value)
{
    struct buf arguments = { 0 };
    struct json_writer w = { &arguments, false };

    json_begin_object(&w);
    json_member_str(&w, key, value);
    json_end_object(&w);
    add_call(work, tool, &arguments);
    buf_release(&arguments);
}

static void read_window(struct work *work, struct str path, size_t line)
{
    struct buf arguments = { 0 };
    struct json_writer w = { &arguments, false };
    size_t from = line > WINDOW_LINES ? line - WINDOW_LINES : 1;

    json_begin_object(&w);
    json_member_str(&w, "path", path);
    json_member_int(&w, "from_line", (int64_t)from);
    json_member_int(&w, "to_line", (int64_t)(line + WINDOW_LINES));
    json_end_object(&w);
    add_call(work, "read_file", &arguments);
    buf_release(&arguments);
}

static bool is_cut(struct str text)
{
    return str_find(text, STR("\n[... ")) != SIZE_MAX
           && str_find(text, STR(" left out ...]\n")) != SIZE_MAX;
}

static const struct step *last_read(const struct work *work, size_t since,
                                    struct str path)
{
    const struct dialogue *d = &work->dialogue;

    for (size_t i = d->step_count; i > since; i--)
        if (d->steps[i - 1].kind == STEP_READ
            && str_equal(d->steps[i - 1].subject, path))
            return &d->steps[i - 1];
    return NULL;
}

const struct text_lines *fixit_source(struct work *work, size_t since,
                                      struct str path, size_t line)
{
    const struct step *read = last_read(work, since, path);
    bool wants_window = read && read->from_line == 0 && is_cut(read->output);

    if (read && !wants_window) {
        struct text_lines *lines = arena_alloc(work->arena, sizeof(*lines));
        *lines = lines_cut(work->arena, read->output,
                           read->from_line > 0 ? read->from_line - 1 : 0);
        return lines;
    }
    if (work->calls > 0 && work->dialogue.one_call_only)
        return NULL;
    if (wants_window)
        read_window(work, path, line);
    else
        fixit_call(work, "read_file", "path", path);
    return NULL;
}

void fixit_propose(struct work *work, struct str sections)
{
    struct str patch = arena_printf(
        work->arena, "*** Begin Patch\n%.*s*** End Patch\n", STR_ARG(sections));

    answer_add(work->arena, work->answer, SIM_CUSTOM_CALL, STR("apply_patch"),
               patch);
    work->calls++;
}

// A verdict has lines such as "a.c: update accepted", "a.c: 0 of 2 hunks
// accepted", "  hunk 1: refused"; a plain applier says "Success. ...".
bool verdict_accepts(struct str verdict)
{
    struct str line;

    if (str_starts_with(verdict, STR("Success")))
        return true;
    while (str_split(&verdict, '\n', &line))
        if (str_find(line, STR("accepted")) != SIZE_MAX
            && str_find(line, STR(": 0 of ")) == SIZE_MAX
            && str_find(line, STR("not accepted")) == SIZE_MAX)
            return true;
    return false;
}

// The patch whose review ended with the wish for another version, or NULL.
static const struct step *unwritten_patch(const struct dialogue *d)
{
    const struct step *last = d->step_count > 0 ? &d->steps[d->step_count - 1]
                                                : NULL;

    return last && last->kind == STEP_PATCH && d->has_patch
                   && str_find(last->output, STR("asks for a new version"))
                          != SIZE_MAX
               ? last
               : NULL;
}

// Notes are beyond this engine. The same patch again keeps the decisions.
static void repeat_patch(struct work *work, struct str patch)
{
    fixit_say(work, STR("I have no neural model to read your notes with, so "
                        "this is the same patch again; what you accepted "
                        "stays accepted. `e` edits a hunk by hand.\n"));
    answer_add(work->arena, work->answer, SIM_CUSTOM_CALL, STR("apply_patch"),
               patch);
    work->calls++;
}

static void say_help(struct work *work)
{
    fixit_say(
        work,
        STR("I am kerf's built-in engine. There is no neural model behind "
            "me, so I cannot answer that.\n\n"
            "What I can do:\n\n"
            "- **Repair a build**: `kerf fix -- make` hands me the log; I turn "
            "what gcc or clang propose into a patch for your review.\n"
            "- **Rename**: `rename OLD to NEW` changes a whole word in all "
            "files.\n\n"
            "For anything else kerf needs a backend, a model server of your "
            "choice. Name one in `~/.config/kerf/config`:\n\n"
            "```ini\n"
            "[backend \"wafer\"]\n"
            "    protocol = responses\n"
            "    url      = https://api.openai.com/v1\n"
            "    model    = NAME-OF-THE-MODEL\n"
            "    keyEnv   = OPENAI_API_KEY\n"
            "```\n\n"
            "kerf-config(5) tells the rest.\n"));
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

// Finds a word without regard to the case of ASCII letters.
static bool mentions(struct str text, const char *word)
{
    size_t length = str_from(word).len;

    for (size_t at = 0; at + length <= text.len; at++) {
        size_t n = 0;
        while (n < length && lower(text.at[at + n]) == word[n])
            n++;
        bool begins = at == 0 || lower(text.at[at - 1]) < 'a'
                      || lower(text.at[at - 1]) > 'z';
        if (n == length && begins)
            return true;
    }
    return false;
}

static bool speaks_of_builds(struct str task)
{
    static const char *const words[] = { "fix",   "build",   "compil", "make",
                                         "error", "warning", "repair" };

    for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
        if (mentions(task, words[i]))
            return true;
    return false;
}

static bool fixit_answer(void *self, struct arena *arena,
                         const struct engine_input *input,
                         struct sim_answer *answer, struct error *err)
{
    struct work work = { .arena = arena, .answer = answer };
    const struct dialogue *d = &work.dialogue;
    const struct step *unwritten;
    struct str old_name, new_name;

    (void)self;
    (void)err;
    dialogue_read(arena, input, &work.dialogue);
    unwritten = unwritten_patch(d);
    if (unwritten)
        repeat_patch(&work, unwritten->subject);
    else if (rename_read(d->task, &old_name, &new_name))
        fixit_rename(&work, old_name, new_name);
    else if (speaks_of_builds(d->task)
             || (d->new_contexts > 0
                 && d->contexts[d->context_count - 1].has_exit))
        fixit_build(&work);
    else
        say_help(&work);
    return true;
}

static void fixit_destroy(void *self)
{
    (void)self; // it has no state
}

struct engine *engine_create_fixit(void)
{
    static const struct engine_ops ops = { fixit_answer, fixit_destroy };
    return engine_create(&ops, NULL);
}
