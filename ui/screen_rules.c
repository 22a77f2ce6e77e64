/*
 * A corner looks at its four neighbours: a rule that runs towards it is joined.
 */
#include "screen_rules.h"

enum { LINK_LEFT = 1, LINK_RIGHT = 2, LINK_UP = 4, LINK_DOWN = 8 };

bool rules_is_rule(const struct cell *cell)
{
    uint32_t code = cell->code[0];

    return cell->role == ROLE_RULE
           && (code == '-' || code == '|' || code == '+');
}

static bool is_corner(const struct cell *cell)
{
    return cell->role == ROLE_RULE && cell->code[0] == '+';
}

// The cell beside (row, col) continues a rule in that direction.
static bool continues(const struct canvas *canvas, size_t row, size_t col,
                      char along)
{
    if (row >= canvas->rows || col >= canvas->cols)
        return false;
    const struct cell *cell = &canvas->cells[row * canvas->cols + col];
    return rules_is_rule(cell)
           && (cell->code[0] == (uint32_t)along || cell->code[0] == '+');
}

// Where rules meet: the line drawing character for the directions they come
// from.
static uint32_t corner(const struct canvas *canvas, size_t row, size_t col)
{
    static const uint32_t corners[16] = {
        0x253c, 0x2500, 0x2500, 0x2500, 0x2502, 0x2518, 0x2514, 0x2534,
        0x2502, 0x2510, 0x250c, 0x252c, 0x2502, 0x2524, 0x251c, 0x253c,
    };
    // Below zero the numbers are beyond the canvas.
    unsigned links = (continues(canvas, row, col - 1, '-') ? LINK_LEFT : 0)
                     | (continues(canvas, row, col + 1, '-') ? LINK_RIGHT : 0)
                     | (continues(canvas, row - 1, col, '|') ? LINK_UP : 0)
                     | (continues(canvas, row + 1, col, '|') ? LINK_DOWN : 0);

    return corners[links];
}

uint32_t rules_code(const struct canvas *canvas, size_t row, size_t col)
{
    switch (canvas->cells[row * canvas->cols + col].code[0]) {
    case '-': return 0x2500;
    case '|': return 0x2502;
    }
    return corner(canvas, row, col);
}

bool rules_has_corner(const struct canvas *canvas, size_t row)
{
    for (size_t col = 0; col < canvas->cols; col++)
        if (is_corner(&canvas->cells[row * canvas->cols + col]))
            return true;
    return false;
}
