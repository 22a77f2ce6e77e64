/*
 * What the panels show beside the session: measurements of this machine, as
 * the program has them. Views are borrowed until the next ui_set_figures().
 */
#ifndef KERF_UI_FIGURES_H
#define KERF_UI_FIGURES_H

#include <stddef.h>
#include <stdint.h>

#include "kerf/base/str.h"
#include "kerf/ui/ui.h"

#define FIGURES_RECENT 50 // requests of a backend that are drawn

/* One backend. Times in ms, -1: unknown; speeds in tokens a second, 0. */
struct backend_figures {
    struct str name;
    int64_t ttft_p50, ttft_p95, ttft_p99;
    int64_t ttft_target; // 0: none is set
    double speed_p50;
    double speed_target;                 // 0: none is set
    int64_t recent_ttft[FIGURES_RECENT]; // oldest first
    double recent_speed[FIGURES_RECENT];
    size_t recent_count, asked, failed;
};

struct figures {
    const struct backend_figures *backends;
    size_t backend_count;
    double today_usd, project_usd;     // without this session
    unsigned project_days;             // that the second one stands for
    double budget_usd, day_budget_usd; // 0: none
    int64_t input, cached, output;     // tokens behind project_usd
    const struct str *route;           // lines that tell the newest choice
    size_t route_count;
};

/* The texts and arrays are borrowed; `figures` itself is copied. */
void ui_set_figures(struct ui *ui, const struct figures *figures);

#endif
