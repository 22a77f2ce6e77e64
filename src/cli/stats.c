/* kerf stats: what requests took and cost, from the samples of this machine. */
#include "parts.h"

#include <stdio.h>

#include "kerf/base/json.h"
#include "kerf/loop/loop.h"
#include "kerf/store/journal.h"
#include "kerf/store/stats.h"

#define DAYS_USUAL 30
#define DAYS_MOST 3650
#define KEY_COLUMNS 20
#define ALL_KEYS (STATS_BY_BACKEND | STATS_BY_TREE | STATS_BY_DAY)

static const double percents[] = { 50, 95, 99 };
#define PERCENTS (sizeof(percents) / sizeof(percents[0]))

struct report {
    struct invocation *call;
    struct str dir;
    int64_t since_ms;
    struct error err;
};

static bool read_by(struct report *report, unsigned by, struct stats *stats)
{
    return stats_read(&report->call->arena, report->dir, report->since_ms, by,
                      stats, &report->err);
}

// --- for people -------------------------------------------------------------

static struct str key_of(const struct stats_row *row, unsigned by)
{
    struct str key = by == STATS_BY_BACKEND ? row->backend
                     : by == STATS_BY_TREE  ? row->tree
                                            : row->day;
    return key.len > 0 ? key : STR("-");
}

static void print_count(int64_t n)
{
    if (n < 10000)
        printf(" %7lld", (long long)n);
    else if (n < 10000000)
        printf(" %6lldk", (long long)(n + 500) / 1000);
    else
        printf(" %6lldM", (long long)(n + 500000) / 1000000);
}

static void print_percentile(const struct histogram *histogram, double percent)
{
    if (histogram->count == 0)
        printf(" %6s", "-");
    else
        printf(" %6lld", (long long)histogram_percentile(histogram, percent));
}

static void print_row(const struct stats_row *row, unsigned by, int width)
{
    struct str key = key_of(row, by);

    // The end of a path tells more than its beginning.
    if (key.len > (size_t)width)
        key = str_skip(key, key.len - (size_t)width);
    while (key.len > 0 && ((unsigned char)key.at[0] & 0xc0) == 0x80)
        key = str_skip(key, 1); // not in the middle of a character
    print_safe(key);
    printf("%*s %6zu %5zu", width - (int)key.len, "", row->requests,
           row->failures);
    for (size_t p = 0; p < PERCENTS; p++)
        print_percentile(&row->ttft_ms, percents[p]);
    print_percentile(&row->speed, 50);
    print_count(row->usage.input);
    print_count(row->usage.output);
    printf(" %9.4f\n", row->cost_usd);
}

static bool print_section(struct report *report, unsigned by, const char *name)
{
    const int width = KEY_COLUMNS;
    struct stats stats;

    if (!read_by(report, by, &stats))
        return false;
    printf("%-*s %6s %5s %6s %6s %6s %6s %7s %7s %9s\n", width, name, "asked",
           "lost", "p50 ms", "p95 ms", "p99 ms", "tok/s", "in", "out", "USD");
    for (size_t i = 0; i < stats.count; i++)
        print_row(&stats.rows[i], by, width);
    return true;
}

static bool print_as_text(struct report *report)
{
    struct stats all;

    if (!read_by(report, 0, &all))
        return false;
    if (all.count == 0) {
        puts("no requests yet");
        return true;
    }
    if (!print_section(report, STATS_BY_BACKEND, "backend"))
        return false;
    putchar('\n');
    if (!print_section(report, STATS_BY_TREE, "project"))
        return false;
    putchar('\n');
    return print_section(report, STATS_BY_DAY, "day");
}

// --- for programs -----------------------------------------------------------

// One number of a row, under the same name in JSON and CSV.
struct column {
    const char *name;
    bool is_real;
    double (*value)(const struct stats_row *row);
};

#define COLUMN(name, expression)                             \
    static double column_##name(const struct stats_row *row) \
    {                                                        \
        return (double)(expression);                         \
    }
COLUMN(requests, row->requests)
COLUMN(failures, row->failures)
COLUMN(ttft_p50, histogram_percentile(&row->ttft_ms, 50))
COLUMN(ttft_p95, histogram_percentile(&row->ttft_ms, 95))
COLUMN(ttft_p99, histogram_percentile(&row->ttft_ms, 99))
COLUMN(total_p50, histogram_percentile(&row->total_ms, 50))
COLUMN(speed_p50, histogram_percentile(&row->speed, 50))
COLUMN(input, row->usage.input)
COLUMN(cached, row->usage.cached)
COLUMN(output, row->usage.output)
COLUMN(reasoning, row->usage.reasoning)
COLUMN(cost, row->cost_usd)

static const struct column columns[] = {
    { "requests", false, column_requests },
    { "failures", false, column_failures },
    { "ttft_p50_ms", false, column_ttft_p50 },
    { "ttft_p95_ms", false, column_ttft_p95 },
    { "ttft_p99_ms", false, column_ttft_p99 },
    { "total_p50_ms", false, column_total_p50 },
    { "tokens_per_second_p50", false, column_speed_p50 },
    { "input_tokens", false, column_input },
    { "cached_tokens", false, column_cached },
    { "output_tokens", false, column_output },
    { "reasoning_tokens", false, column_reasoning },
    { "cost_usd", true, column_cost },
};

#define COLUMNS (sizeof(columns) / sizeof(columns[0]))

static bool print_as_json(struct report *report)
{
    struct stats stats;
    struct buf out = { 0 };
    struct json_writer w = { .out = &out };

    if (!read_by(report, ALL_KEYS, &stats))
        return false;
    json_begin_array(&w);
    for (size_t i = 0; i < stats.count; i++) {
        const struct stats_row *row = &stats.rows[i];
        json_begin_object(&w);
        json_member_str(&w, "day", row->day);
        json_member_str(&w, "project", row->tree);
        json_member_str(&w, "backend", row->backend);
        for (size_t c = 0; c < COLUMNS; c++) {
            json_key(&w, columns[c].name);
            if (columns[c].is_real)
                json_put_double(&w, columns[c].value(row));
            else
                json_put_int(&w, (int64_t)columns[c].value(row));
        }
        json_end_object(&w);
    }
    json_end_array(&w);
    print_json(&out);
    buf_release(&out);
    return true;
}

// RFC 4180; a text that a spreadsheet would run is made one that it shows.
static void print_csv_text(struct str text)
{
    bool formula = text.len > 0
                   && str_find_char(STR("=+-@\t\r"), text.at[0]) != SIZE_MAX;

    printf("\"%s", formula ? "'" : "");
    for (size_t i = 0; i < text.len; i++) {
        if (text.at[i] == '"')
            putchar('"');
        putchar(text.at[i]);
    }
    printf("\",");
}

static bool print_as_csv(struct report *report)
{
    struct stats stats;

    if (!read_by(report, ALL_KEYS, &stats))
        return false;
    printf("day,project,backend");
    for (size_t c = 0; c < COLUMNS; c++)
        printf(",%s", columns[c].name);
    printf("\r\n");
    for (size_t i = 0; i < stats.count; i++) {
        print_csv_text(stats.rows[i].day);
        print_csv_text(stats.rows[i].tree);
        print_csv_text(stats.rows[i].backend);
        for (size_t c = 0; c < COLUMNS; c++)
            printf("%s%.*f", c > 0 ? "," : "", columns[c].is_real ? 6 : 0,
                   columns[c].value(&stats.rows[i]));
        printf("\r\n");
    }
    return true;
}

// --- Prometheus text format 0.0.4 -------------------------------------------

static void print_labels(const struct stats_row *row)
{
    const struct str values[] = { row->backend, row->tree };
    static const char *const names[] = { "backend", "project" };

    for (size_t v = 0; v < 2; v++) {
        printf("%s%s=\"", v > 0 ? "," : "", names[v]);
        for (size_t i = 0; i < values[v].len; i++) {
            char c = values[v].at[i];
            if (c == '\\' || c == '"')
                putchar('\\');
            printf(c == '\n' ? "\\n" : "%c", c);
        }
        putchar('"');
    }
}

static void print_counter(const struct stats *stats, const char *name,
                          const char *help,
                          double (*value)(const struct stats_row *row))
{
    printf("# HELP %s %s\n# TYPE %s counter\n", name, help, name);
    for (size_t i = 0; i < stats->count; i++) {
        printf("%s{", name);
        print_labels(&stats->rows[i]);
        printf("} %.10g\n", value(&stats->rows[i]));
    }
}

static void print_summary(const struct stats_row *row, const char *name,
                          const struct histogram *histogram, double unit)
{
    for (size_t p = 0; p < PERCENTS; p++) {
        printf("%s{", name);
        print_labels(row);
        printf(",quantile=\"%.2f\"} %.10g\n", percents[p] / 100,
               (double)histogram_percentile(histogram, percents[p]) * unit);
    }
    printf("%s_sum{", name);
    print_labels(row);
    printf("} %.10g\n%s_count{", histogram->sum * unit, name);
    print_labels(row);
    printf("} %llu\n", (unsigned long long)histogram->count);
}

static const struct {
    const char *name, *help;
    double (*value)(const struct stats_row *row);
} counters[] = {
    { "kerf_requests_total", "Requests sent.", column_requests },
    { "kerf_failures_total", "Requests lost or failed.", column_failures },
    { "kerf_input_tokens_total", "Tokens sent.", column_input },
    { "kerf_cached_tokens_total", "Tokens sent that were cached.",
      column_cached },
    { "kerf_output_tokens_total", "Tokens received.", column_output },
    { "kerf_cost_usd_total", "Cost in US dollars.", column_cost },
};

static bool print_as_prometheus(struct report *report)
{
    struct stats stats;

    if (!read_by(report, STATS_BY_BACKEND | STATS_BY_TREE, &stats))
        return false;
    for (size_t i = 0; i < sizeof(counters) / sizeof(counters[0]); i++)
        print_counter(&stats, counters[i].name, counters[i].help,
                      counters[i].value);
    printf("# HELP kerf_ttft_seconds Time to the first token.\n"
           "# TYPE kerf_ttft_seconds summary\n");
    for (size_t i = 0; i < stats.count; i++)
        print_summary(&stats.rows[i], "kerf_ttft_seconds",
                      &stats.rows[i].ttft_ms, 0.001);
    printf("# HELP kerf_tokens_per_second Rate after the first token.\n"
           "# TYPE kerf_tokens_per_second summary\n");
    for (size_t i = 0; i < stats.count; i++)
        print_summary(&stats.rows[i], "kerf_tokens_per_second",
                      &stats.rows[i].speed, 1);
    return true;
}

// --- the command ------------------------------------------------------------

static const struct {
    const char *flag;
    bool (*print)(struct report *report);
} formats[] = {
    { "--json", print_as_json },
    { "--csv", print_as_csv },
    { "--prometheus", print_as_prometheus },
};

int cli_stats(struct invocation *call)
{
    struct setup setup;
    struct report report = { .call = call };
    bool (*print)(struct report *) = print_as_text;
    int64_t days = DAYS_USUAL;

    for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++)
        if (take_flag(call, formats[i].flag))
            print = formats[i].print;
    if (!take_number(call, "--days", 1, DAYS_MOST, &days)
        || !words_are_at_most(call, 0))
        return EXIT_USAGE;
    int status = load(call, &setup, false);
    report.dir = setup.state_dir;
    report.since_ms = loop_wall_ms() - days * JOURNAL_DAY_MS;
    if (status == EXIT_DONE && !print(&report))
        status = complain(&report.err);
    setup_release(&setup);
    return status;
}
