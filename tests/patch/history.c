/*
 * Trees are compared by git itself: everything is added and the tree written
 * must have the id of the commit's. Changes to submodules are passed over, as
 * a diff does not hold them.
 */
#include "history.h"

#include <stdlib.h>

#include "outside.h"

struct way {
    const char *name;
    const char *options[6];
};

static const struct way ways[] = {
    { "-U3", { "-U3" } },
    { "-U1", { "-U1" } },
    { "-U0", { "-U0" } },
    { "-U10 -M -C", { "-U10", "-M", "-C", "--find-copies-harder" } },
    { "--no-prefix", { "--no-prefix" } },
    { "--patience", { "--patience", "--full-index" } },
};
#define WAYS (sizeof(ways) / sizeof(ways[0]))

struct replay {
    struct outside outside;
    const char *kerf;
    struct arena arena;
    size_t right[WAYS], refused[WAYS], wrong[WAYS];
};

static int run(struct replay *replay, const char *const *argv)
{
    return outside_run(&replay->outside, argv);
}

#define RUN(replay, ...) run(replay, (const char *[]){ __VA_ARGS__, NULL })

static void must(int status, const char *what)
{
    if (status == 0)
        return;
    fprintf(stderr, "git %s failed with %d\n", what, status);
    exit(1);
}

static const char *line(struct replay *replay)
{
    struct str output = outside_output(&replay->outside, &replay->arena);
    return arena_cstr(&replay->arena, str_trim(output));
}

static struct str difference(struct replay *replay, const struct way *way,
                             const char *a, const char *b)
{
    const char *argv[16] = { "git", "diff", "--binary" };
    size_t count = 3;

    for (size_t i = 0; i < 6 && way->options[i]; i++)
        argv[count++] = way->options[i];
    argv[count++] = a;
    argv[count++] = b;
    must(run(replay, argv), "diff");
    return outside_output(&replay->outside, &replay->arena);
}

// Carries the difference out on the tree of `from`; `to` must come out.
static void replay_one(struct replay *replay, size_t w, const char *from,
                       const char *to)
{
    must(RUN(replay, "git", "read-tree", "--reset", "-u", from), "read-tree");
    must(RUN(replay, "git", "clean", "-fdxq"), "clean");
    must(RUN(replay, "git", "rev-parse",
             arena_cstr(&replay->arena,
                        arena_printf(&replay->arena, "%s^{tree}", to))),
         "rev-parse");
    const char *want = line(replay);
    struct str diff = difference(replay, &ways[w], from, to);
    if (diff.len == 0)
        return;
    const char *patch = outside_patch(&replay->outside, diff);
    bool bare = strcmp(ways[w].name, "-U0") == 0; // no context: by consent
    int status = bare ? RUN(replay, replay->kerf, "apply", "--fuzzy", patch)
                      : RUN(replay, replay->kerf, "apply", patch);
    must(RUN(replay, "git", "add", "-A"), "add");
    must(RUN(replay, "git", "write-tree"), "write-tree");
    bool same = strcmp(line(replay), want) == 0;
    size_t *sum = status != 0 ? replay->refused
                  : same      ? replay->right
                              : replay->wrong;
    sum[w]++;
    if (status != 0 || !same)
        printf("%s %s: git diff %s %s %s\n", status ? "refused" : "WRONG",
               ways[w].name, ways[w].name, from, to);
}

static void replay_all(struct replay *replay, size_t most)
{
    char number[32];
    struct str list, commit, parent = { 0 };

    snprintf(number, sizeof(number), "-%zu", most + 1);
    must(RUN(replay, "git", "rev-list", "--first-parent", number, "HEAD"),
         "rev-list");
    struct arena names = { 0 };
    list = outside_output(&replay->outside, &names);
    for (bool more = str_split(&list, '\n', &commit); more; commit = parent) {
        more = str_split(&list, '\n', &parent);
        for (size_t w = 0; more && w < WAYS; w++)
            replay_one(replay, w, arena_cstr(&names, parent),
                       arena_cstr(&names, commit));
        arena_reset(&replay->arena);
    }
    arena_release(&names);
}

bool history_replay(const char *dir, const char *kerf, size_t most)
{
    struct replay replay = { .kerf = kerf };
    size_t bad = 0;

    outside_open(&replay.outside);
    must(RUN(&replay, "git", "fetch", "-q", dir, "HEAD"), "fetch");
    must(RUN(&replay, "git", "update-ref", "HEAD", "FETCH_HEAD"), "update-ref");
    replay_all(&replay, most);
    printf("%-14s %7s %8s %6s\n", "history", "right", "refused", "wrong");
    for (size_t w = 0; w < WAYS; w++) {
        printf("%-14s %7zu %8zu %6zu\n", ways[w].name, replay.right[w],
               replay.refused[w], replay.wrong[w]);
        bad += replay.wrong[w];
    }
    outside_close(&replay.outside);
    arena_release(&replay.arena);
    return bad == 0;
}
