/* Reads /proc for other processes; the CPU time of a process is the sum of what
 * the scheduler counted for its threads, which is finer than clock ticks. */
#include "measure.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

double now_ms(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (double)ts.tv_sec * 1e3 + (double)ts.tv_nsec / 1e6;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

double percentile(double *values, size_t count, double share)
{
    for (size_t i = 0; i < count; i++)
        if (isnan(values[i]))
            return NOT_MEASURED;
    if (count == 0)
        return NOT_MEASURED;
    qsort(values, count, sizeof(*values), compare);
    return values[(size_t)((double)(count - 1) * share + 0.5)];
}

double median(double *values, size_t count)
{
    return percentile(values, count, 0.5);
}

static double ms_of(const struct rusage *usage)
{
    return (double)(usage->ru_utime.tv_sec + usage->ru_stime.tv_sec) * 1e3
           + (double)(usage->ru_utime.tv_usec + usage->ru_stime.tv_usec) / 1e3;
}

double own_cpu_ms(void)
{
    struct rusage usage;

    getrusage(RUSAGE_SELF, &usage);
    return ms_of(&usage);
}

// --- /proc -------------------------------------------------------------------

static double number_in(const char *path, const char *member)
{
    char line[256];
    double number = NOT_MEASURED;
    size_t length = strlen(member);
    FILE *file = fopen(path, "r");

    while (file && fgets(line, sizeof(line), file))
        if (strncmp(line, member, length) == 0)
            number = strtod(line + length, NULL);
    if (file)
        fclose(file);
    return number;
}

double memory_kb(pid_t pid, const char *member)
{
    char path[64];

    snprintf(path, sizeof(path), "/proc/%d/smaps_rollup", (int)pid);
    return number_in(path, member);
}

double status_number(pid_t pid, const char *member)
{
    char path[64];

    snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
    return number_in(path, member);
}

// The sum over all threads of the number behind `member` in a file of theirs.
static double sum_of_threads(pid_t pid, const char *name, const char *member)
{
    char path[512];
    double sum = NOT_MEASURED;
    const struct dirent *entry;

    snprintf(path, sizeof(path), "/proc/%d/task", (int)pid);
    DIR *dir = opendir(path);
    while (dir && (entry = readdir(dir))) {
        if (entry->d_name[0] == '.')
            continue;
        snprintf(path, sizeof(path), "/proc/%d/task/%s/%s", (int)pid,
                 entry->d_name, name);
        double number = number_in(path, member);
        if (!isnan(number))
            sum = (isnan(sum) ? 0 : sum) + number;
    }
    if (dir)
        closedir(dir);
    return sum;
}

double cpu_ms(pid_t pid)
{
    return sum_of_threads(pid, "schedstat", "") / 1e6;
}

double wake_ups(pid_t pid)
{
    return sum_of_threads(pid, "status", "voluntary_ctxt_switches:");
}

// --- programs ----------------------------------------------------------------

static _Noreturn void become(const char *const *argv, char *const *env,
                             const char *dir)
{
    if (!dir || chdir(dir) == 0) {
        if (env)
            execve(argv[0], (char *const *)argv, env);
        else
            execvp(argv[0], (char *const *)argv);
    }
    _exit(127);
}

pid_t program_start(const char *const *argv, char *const *env, const char *dir,
                    char *line, size_t size)
{
    int out[2];
    size_t used = 0;

    line[0] = '\0';
    if (pipe(out) != 0)
        return -1;
    pid_t pid = fork();
    if (pid == 0) {
        dup2(out[1], STDOUT_FILENO);
        close(out[0]);
        close(out[1]);
        become(argv, env, dir);
    }
    close(out[1]);
    while (used + 1 < size && read(out[0], line + used, 1) == 1
           && line[used] != '\n')
        used++;
    line[used] = '\0';
    close(out[0]);
    return pid;
}

void program_stop(pid_t pid)
{
    if (pid <= 0)
        return;
    kill(pid, SIGTERM);
    waitpid(pid, NULL, 0);
}

struct run program_run(const char *const *argv, char *const *env,
                       const char *dir, const char *out_path)
{
    struct rusage usage;
    int status = 0;
    double from = now_ms();
    pid_t pid = fork();

    if (pid == 0) {
        int null = open("/dev/null", O_RDWR | O_CLOEXEC);
        int out = open(out_path ? out_path : "/dev/null",
                       O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
        dup2(null, STDIN_FILENO);
        dup2(out, STDOUT_FILENO);
        dup2(null, STDERR_FILENO);
        become(argv, env, dir);
    }
    if (pid < 0 || wait4(pid, &status, 0, &usage) != pid)
        return (struct run){ NAN, NAN, NAN, 127 };
    return (struct run){
        .wall_ms = now_ms() - from,
        .cpu_ms = ms_of(&usage),
        .peak_mib = (double)usage.ru_maxrss / 1024,
        .status = WIFEXITED(status) ? WEXITSTATUS(status) : 128,
    };
}

// --- the report --------------------------------------------------------------

void report_head(const char *title)
{
    printf("\n%-44s %10s      %9s  %9s %6s\n", title, "measured", "goal",
           "floor", "times");
}

static void print_number(double number, int width)
{
    if (number < 0)
        printf(" %*s", width, "-");
    else
        printf(" %*.*f", width,
               number < 10     ? 2
               : number < 1000 ? 1
                               : 0,
               number);
}

static const char *verdict(struct report *report, const struct figure *figure)
{
    if (figure->goal < 0)
        return "";
    if (figure->value <= figure->goal) {
        report->met++;
        return "ok";
    }
    report->missed++;
    return "missed";
}

void report_print(struct report *report, const struct figure *figure)
{
    if (isnan(figure->value)) {
        report->failed++;
        printf("  %-42s %10s\n", figure->name, "FAILED");
        fflush(stdout);
        return;
    }
    bool has_floor = figure->floor > 0;
    printf("  %-42s %10.*f %-4s", figure->name,
           figure->value < 10     ? 2
           : figure->value < 1000 ? 1
                                  : 0,
           figure->value, figure->unit);
    print_number(figure->goal, 9);
    printf(" ");
    print_number(has_floor ? figure->floor : -1, 9);
    print_number(has_floor ? figure->value / figure->floor : -1, 6);
    printf("  %-6s %s\n", verdict(report, figure),
           figure->floor_name ? figure->floor_name : "");
    fflush(stdout);
}

// Figures of a machine that has more to do than it has processors say little.
static void print_load(void)
{
    double load;

    if (getloadavg(&load, 1) == 1)
        printf("load average %.1f on %ld processors%s\n", load,
               sysconf(_SC_NPROCESSORS_ONLN),
               load > (double)sysconf(_SC_NPROCESSORS_ONLN)
                   ? ": too busy for figures of time"
                   : "");
}

int report_end(const struct report *report)
{
    printf("\n%u goals met, %u missed, %u figures could not be taken\n",
           report->met, report->missed, report->failed);
    print_load();
    return report->failed > 0 ? 1 : 0;
}
