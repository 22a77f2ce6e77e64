/*
 * The offer of permessage-deflate: extensions between commas, parameters
 * between semicolons, each known one at most once. What cannot be met is as if
 * it had not been offered.
 */
#include "kerf/sim/deflate.h"

#include "kerf/sim/http_read.h"

#define NAME "permessage-deflate"
#define LEAST_BITS 8
#define LEAST_BITS_OUT 9 // zlib has no raw stream with a smaller window

enum parameter {
    FRESH_OUT,
    FRESH_IN,
    BITS_OUT,
    BITS_IN, // we take any, and need not say so
    PARAMETERS,
};

static const struct {
    const char *name;
    int least_bits; // 0: it has no value
    bool may_be_bare;
} parameters[PARAMETERS] = {
    [FRESH_OUT] = { "server_no_context_takeover", 0, true },
    [FRESH_IN] = { "client_no_context_takeover", 0, true },
    [BITS_OUT] = { "server_max_window_bits", LEAST_BITS_OUT, false },
    [BITS_IN] = { "client_max_window_bits", LEAST_BITS, true },
};

// What is offered: the value of each parameter, 0 if it has none.
struct offer {
    bool has[PARAMETERS];
    int bits[PARAMETERS];
};

static struct str without_quotes(struct str value)
{
    bool quoted = value.len >= 2 && str_starts_with(value, STR("\""))
                  && str_ends_with(value, STR("\""));

    return quoted ? str_take(str_skip(value, 1), value.len - 2) : value;
}

static bool read_bits(struct str value, int least, int *bits)
{
    uint64_t number;

    value = without_quotes(value);
    if (least == 0 || value.len == 0 || value.len > 2 || value.at[0] == '0'
        || !str_to_u64(value, &number) || number < (uint64_t)least
        || number > DEFLATE_WINDOW_BITS)
        return false;
    *bits = (int)number;
    return true;
}

// Reads one parameter; false if it is none that can be met.
static bool read_parameter(struct str text, struct offer *offer)
{
    size_t equals = str_find_char(text, '=');
    struct str name = str_trim(str_take(text, equals));
    size_t i = 0;

    while (i < PARAMETERS && !http_word_is(name, parameters[i].name))
        i++;
    if (i == PARAMETERS || offer->has[i])
        return false;
    offer->has[i] = true;
    if (equals == SIZE_MAX)
        return parameters[i].may_be_bare;
    return read_bits(str_trim(str_skip(text, equals + 1)),
                     parameters[i].least_bits, &offer->bits[i]);
}

static bool read_offer(struct str text, struct deflate_terms *terms)
{
    struct offer offer = { 0 };
    struct str piece;

    if (!str_split(&text, ';', &piece) || !http_word_is(str_trim(piece), NAME))
        return false;
    while (str_split(&text, ';', &piece))
        if (!read_parameter(str_trim(piece), &offer))
            return false;
    *terms = (struct deflate_terms){ .agreed = true,
                                     .fresh_out = offer.has[FRESH_OUT],
                                     .fresh_in = offer.has[FRESH_IN],
                                     .bits_out = offer.bits[BITS_OUT] };
    return true;
}

struct deflate_terms deflate_agree(struct str header)
{
    struct deflate_terms terms = { 0 };
    struct str offer;

    while (str_split(&header, ',', &offer))
        if (read_offer(offer, &terms))
            break;
    return terms;
}

void deflate_write_terms(const struct deflate_terms *terms, struct buf *out)
{
    buf_append(out, STR(NAME));
    if (terms->fresh_out)
        buf_printf(out, "; %s", parameters[FRESH_OUT].name);
    if (terms->fresh_in)
        buf_printf(out, "; %s", parameters[FRESH_IN].name);
    if (terms->bits_out > 0)
        buf_printf(out, "; %s=%d", parameters[BITS_OUT].name, terms->bits_out);
}
