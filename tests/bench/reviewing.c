/* Patches: a decision on the screen, twenty files written, a thousand hunks
 * placed. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "groups.h"

#define FILES 20
#define DECISIONS 15
#define SETS 5
#define LINES 100000
#define HUNKS 1000
#define APPLIES 9
#define PATIENCE_MS 10000

static void put_hunk(FILE *out, size_t line)
{
    fprintf(out,
            "@@ -%zu,7 +%zu,7 @@\n line %zu\n line %zu\n line %zu\n-line "
            "%zu\n+LINE %zu\n line %zu\n line %zu\n line %zu\n",
            line, line, line, line + 1, line + 2, line + 3, line + 3, line + 4,
            line + 5, line + 6);
}

static void put_lines(const struct ground *ground, const char *name,
                      size_t count)
{
    char path[64];

    snprintf(path, sizeof(path), "tree/%s", name);
    FILE *out = fopen(ground_path(ground, path), "w");
    for (size_t i = 1; out && i <= count; i++)
        fprintf(out, "line %zu\n", i);
    if (out)
        fclose(out);
}

static void put_head(FILE *out, const char *name)
{
    fprintf(out, "diff --git a/%s b/%s\n--- a/%s\n+++ b/%s\n", name, name, name,
            name);
}

// --- the review pane ---------------------------------------------------------

// Twenty files of forty lines, one hunk in each.
static void make_set(const struct ground *ground)
{
    char name[32];
    FILE *out = fopen(ground_path(ground, "set.patch"), "w");

    for (int i = 0; out && i < FILES; i++) {
        snprintf(name, sizeof(name), "set%02d.txt", i);
        put_lines(ground, name, 40);
        put_head(out, name);
        put_hunk(out, 10);
    }
    if (out)
        fclose(out);
}

static struct terminal *open_review(const struct ground *ground)
{
    struct terminal *terminal = ground_terminal(
        ground,
        (const char *const[]){ ground->kerf, "review",
                               ground_path(ground, "set.patch"), NULL });

    if (terminal_wait(terminal, "y/n decide"))
        return terminal;
    terminal_end(terminal);
    return NULL;
}

// Milliseconds from a key to the screen that shows what it did.
static double press(struct terminal *terminal, const char *key,
                    const char *shows)
{
    size_t before = ground_bytes(terminal);
    double from = now_ms();

    terminal_type(terminal, key);
    return ground_await(terminal, before, shows, PATIENCE_MS) - from;
}

static double decide(struct terminal *terminal)
{
    size_t before = ground_bytes(terminal);
    double from = now_ms();

    terminal_type(terminal, "y");
    while (ground_bytes(terminal) == before)
        if (now_ms() - from > PATIENCE_MS || !terminal_read(terminal, 50))
            return NOT_MEASURED;
    double took = now_ms() - from;
    ground_rest(terminal, 60);
    return took;
}

static double write_set(const struct ground *ground)
{
    make_set(ground);
    struct terminal *terminal = open_review(ground);
    if (!terminal)
        return NOT_MEASURED;
    // A hunk that was not in sight to its end wants the key again.
    for (int i = 0; i < 3 * FILES && !terminal_shows(terminal, "accepted 20");
         i++)
        decide(terminal);
    double took = press(terminal, "w", "written");
    terminal_end(terminal);
    return took;
}

static bool replace_bare(const char *path)
{
    static const char text[] = "as long as a line\n";
    char temp[300];

    snprintf(temp, sizeof(temp), "%s.new", path);
    int fd = open(temp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    bool good = fd >= 0;
    for (int i = 0; good && i < 20; i++)
        good = write(fd, text, sizeof(text) - 1) > 0;
    good = good && fsync(fd) == 0 && rename(temp, path) == 0;
    if (fd >= 0)
        close(fd);
    return good;
}

// The floor: as many small files, each synced and renamed, and their folder.
static double write_bare(const struct ground *ground)
{
    double from = now_ms();
    char name[40];
    bool good = true;

    for (int i = 0; good && i < FILES; i++) {
        snprintf(name, sizeof(name), "tree/set%02d.txt", i);
        good = replace_bare(ground_path(ground, name));
    }
    int folder = open(ground->tree, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    good = good && folder >= 0 && fsync(folder) == 0;
    if (folder >= 0)
        close(folder);
    return good ? now_ms() - from : NOT_MEASURED;
}

static void decisions(struct ground *ground, struct report *report)
{
    double times[DECISIONS], sets[SETS], bare[SETS];

    make_set(ground);
    struct terminal *terminal = open_review(ground);
    for (size_t i = 0; i < DECISIONS; i++)
        times[i] = terminal ? decide(terminal) : NOT_MEASURED;
    terminal_end(terminal);
    for (size_t i = 0; i < SETS; i++) {
        bare[i] = write_bare(ground);
        sets[i] = write_set(ground);
    }
    report_print(report, &(struct figure){ "decision to repaint, p50",
                                           median(times, DECISIONS), "ms", 16,
                                           0, NULL });
    report_print(report,
                 &(struct figure){ "20 files written and told, p50",
                                   median(sets, SETS), "ms", 30,
                                   median(bare, SETS), "write and fsync" });
}

// --- placing -----------------------------------------------------------------

// Hunks fit where they say, or, if the file has grown at its top, further down.
static void make_big(const struct ground *ground)
{
    FILE *out = fopen(ground_path(ground, "big.patch"), "w");

    put_lines(ground, "big.txt", LINES);
    if (!out)
        return;
    put_head(out, "big.txt");
    for (size_t i = 0; i < HUNKS; i++)
        put_hunk(out, i * (LINES / HUNKS) + LINES / HUNKS / 2);
    fclose(out);
}

static void move_down(const struct ground *ground)
{
    ground_run(ground, (const char *const[]){ "sed", "-i", "1i one more line",
                                              "big.txt", NULL });
}

static void check(struct ground *ground, struct report *report,
                  const char *name, double goal)
{
    double kerf[APPLIES], git[APPLIES];
    const char *patch = ground_path(ground, "big.patch");

    for (size_t i = 0; i < APPLIES; i++) {
        struct run run =
            program_run((const char *const[]){ ground->kerf, "apply", "--check",
                                               patch, NULL },
                        ground->env, ground->tree, NULL);
        kerf[i] = run.status == 0 ? run.wall_ms : NOT_MEASURED;
        run = program_run(
            (const char *const[]){ "git", "apply", "--check", patch, NULL },
            NULL, ground->tree, NULL);
        git[i] = run.status == 0 ? run.wall_ms : NOT_MEASURED;
    }
    double floor = median(git, APPLIES);
    report_print(report,
                 &(struct figure){ name, median(kerf, APPLIES), "ms",
                                   goal < floor || isnan(floor) ? goal : floor,
                                   floor, "git apply --check" });
}

void review_rows(struct ground *ground, struct report *report)
{
    report_head("patches");
    decisions(ground, report);
    make_big(ground);
    check(ground, report, "1,000 hunks in 100,000 lines: check, p50", 50);
    move_down(ground);
    check(ground, report, "  the same, all of them moved by one", 50);
}
