/* What a model costs. */
#ifndef KERF_CONFIG_PRICE_H
#define KERF_CONFIG_PRICE_H

/* US dollars per million tokens; all 0 means the price is not known. */
struct price {
    double input, cached, output;
};

#endif
