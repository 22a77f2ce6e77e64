/* Sums and prices of token counts. Cached tokens are part of the input and
 * cost less, so they are taken out of it first. */
#include "kerf/model/usage.h"

#define TOKENS_PER_PRICE 1e6

struct usage usage_add(struct usage a, struct usage b)
{
    return (struct usage){
        .input = a.input + b.input,
        .cached = a.cached + b.cached,
        .output = a.output + b.output,
        .reasoning = a.reasoning + b.reasoning,
    };
}

double usage_cost(struct usage usage, struct price price)
{
    int64_t cached = usage.cached < usage.input ? usage.cached : usage.input;
    int64_t fresh = usage.input - cached;

    return ((double)fresh * price.input + (double)cached * price.cached
            + (double)usage.output * price.output)
           / TOKENS_PER_PRICE;
}
