/*
 * Distance is the number of letters left out, added, changed or swapped with
 * their neighbour (Damerau 1964, in its restricted form), case ignored. One
 * slip in three letters is taken for a slip, more for another word.
 */
#include "kerf/config/suggest.h"

#define WORD_MOST 32 // longer ones are nobody's option

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

bool same_letters(struct str a, struct str b)
{
    if (a.len != b.len)
        return false;
    for (size_t i = 0; i < a.len; i++)
        if (lower(a.at[i]) != lower(b.at[i]))
            return false;
    return true;
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

static bool same_at(struct str a, size_t i, struct str b, size_t k)
{
    return lower(a.at[i]) == lower(b.at[k]);
}

static size_t distance(struct str a, struct str b)
{
    size_t cost[WORD_MOST + 1][WORD_MOST + 1];

    for (size_t i = 0; i <= a.len; i++)
        cost[i][0] = i;
    for (size_t k = 0; k <= b.len; k++)
        cost[0][k] = k;
    for (size_t i = 1; i <= a.len; i++)
        for (size_t k = 1; k <= b.len; k++) {
            size_t change = same_at(a, i - 1, b, k - 1) ? 0 : 1;
            cost[i][k] = least(cost[i - 1][k - 1] + change,
                               least(cost[i - 1][k], cost[i][k - 1]) + 1);
            if (i > 1 && k > 1 && same_at(a, i - 1, b, k - 2)
                && same_at(a, i - 2, b, k - 1))
                cost[i][k] = least(cost[i][k], cost[i - 2][k - 2] + 1);
        }
    return cost[a.len][b.len];
}

void suggest(struct suggestion *suggestion, struct str word,
             struct str candidate)
{
    if (word.len == 0 || word.len > WORD_MOST || candidate.len > WORD_MOST)
        return;
    size_t away = distance(word, candidate);
    size_t most = 1 + candidate.len / 4;

    if (away > most || away >= candidate.len)
        return;
    if (suggestion->best.len > 0 && suggestion->distance <= away)
        return;
    *suggestion = (struct suggestion){ candidate, away };
}
