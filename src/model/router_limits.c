/*
 * A limit of tokens or requests a minute is a bucket that fills up evenly
 * (protocol.md 6.6). The server's word sets it, what is sent since is taken
 * out of it, so that it holds too where no word comes: over WebSocket, or if
 * only the config names the limit.
 */
#include "router_parts.h"

#define MINUTE_MS 60000
#define WAIT_MOST_MS (24 * 3600000.0) // longer is never

static double level_at(const struct bucket *bucket, int64_t now_ms)
{
    int64_t passed_ms = now_ms > bucket->at_ms ? now_ms - bucket->at_ms : 0;
    double level = bucket->level + (double)passed_ms * bucket->per_ms;

    return level > (double)bucket->limit ? (double)bucket->limit : level;
}

void bucket_take(struct bucket *bucket, int64_t amount, int64_t now_ms)
{
    if (bucket->limit <= 0)
        return;
    bucket->level = level_at(bucket, now_ms) - (double)amount;
    bucket->at_ms = now_ms;
}

int64_t bucket_room(const struct bucket *bucket, int64_t now_ms)
{
    double level = level_at(bucket, now_ms);

    return level > 0 ? (int64_t)level : 0;
}

int64_t bucket_wait_ms(const struct bucket *bucket, int64_t amount,
                       int64_t now_ms)
{
    if (bucket->limit <= 0)
        return 0;
    double missing = (double)amount - level_at(bucket, now_ms);
    if (missing <= 0)
        return 0;
    if (amount > bucket->limit || bucket->per_ms <= 0)
        return -1;
    double wait_ms = missing / bucket->per_ms;
    return wait_ms < WAIT_MOST_MS ? (int64_t)wait_ms + 1 : -1;
}

void router_rate(struct router *router, size_t backend, enum route_rate rate,
                 int64_t limit, int64_t remaining, int64_t reset_ms,
                 int64_t now_ms)
{
    struct bucket *bucket = &router->standings[backend].buckets[rate];

    if (limit <= 0 || remaining < 0)
        return;
    if (remaining > limit)
        remaining = limit;
    if (reset_ms <= 0) // full again at once, or not told: a minute's worth
        reset_ms = MINUTE_MS;
    double per_ms = (double)(limit - remaining) / (double)reset_ms;
    if (per_ms <= 0)
        per_ms = (double)limit / MINUTE_MS;
    *bucket = (struct bucket){ limit, (double)remaining, per_ms, now_ms };
}

void router_sent(struct router *router, size_t backend, int64_t tokens,
                 int64_t now_ms)
{
    struct standing *standing = &router->standings[backend];

    bucket_take(&standing->buckets[ROUTE_TOKENS], tokens, now_ms);
    bucket_take(&standing->buckets[ROUTE_REQUESTS], 1, now_ms);
}
