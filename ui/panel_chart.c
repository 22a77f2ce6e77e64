/* Charts of characters that every terminal and every font has. */
#include "panel.h"

static const char levels[] = "_.,-~=+*#";

#define LEVELS (sizeof(levels) - 1)

static char level_of(double value, double most)
{
    if (value <= 0 || most <= 0)
        return ' ';
    size_t level = (size_t)(value / most * (double)LEVELS);
    return levels[level < LEVELS ? level : LEVELS - 1];
}

void chart_spark(struct view_line *line, enum role role, const double *values,
                 size_t count, double most)
{
    for (size_t i = 0; i < count; i++) {
        char mark = level_of(values[i], most);
        line_add(line, role, (struct str){ &mark, 1 });
    }
}

void chart_bar(struct view_line *line, enum role role, double share,
               size_t cells)
{
    double filled = share < 0 ? 0 : share > 1 ? 1 : share;
    size_t full = (size_t)(filled * (double)cells + 0.5);

    line_add(line, ROLE_DIM, STR("["));
    for (size_t i = 0; i < cells; i++)
        line_add(line, i < full ? role : ROLE_DIM,
                 i < full ? STR("#") : STR("."));
    line_add(line, ROLE_DIM, STR("]"));
}
