/*
 * Two rules decide. The clock: frames are PACE_FRAME_MS apart, those of a
 * stream more, unless somebody types. The line: no frame while more than
 * `window` bytes are on their way; a key may have twice as many. The window is
 * halved when an answer has stood in a queue, much later than the quickest one;
 * before the first such answer it doubles, after it grows by little, as in TCP
 * Vegas. So it does where an answer takes so long that the line may be slow.
 */
#include "kerf/ui/pace.h"

#define WINDOW_LEAST ((size_t)1 << 10)
#define WINDOW_FIRST ((size_t)4 << 10)
#define WINDOW_MOST ((size_t)32 << 10)
#define ASK_EVERY_BYTES ((size_t)1 << 10)
#define QUEUE_MS 100  // an answer that much later stood in a queue
#define FAR_MS 400    // an answer that takes longer may come over a slow line
#define LOST_MS 10000 // an answer that much later will not come

struct pace pace_start(void)
{
    return (struct pace){ .window = WINDOW_FIRST };
}

static bool is_typing(const struct pace *pace, int64_t now_ms)
{
    return pace->typed && now_ms - pace->key_ms < PACE_TYPING_MS;
}

static int64_t interval(const struct pace *pace, enum pace_reason why,
                        int64_t now_ms)
{
    switch (why) {
    case PACE_KEY: return 0;
    case PACE_STATE: return PACE_FRAME_MS;
    case PACE_STREAM: break;
    }
    if (pace->slow)
        return PACE_SLOW_MS;
    return is_typing(pace, now_ms) ? PACE_FRAME_MS : PACE_STREAM_MS;
}

static int64_t until(int64_t then_ms, int64_t now_ms)
{
    return then_ms > now_ms ? then_ms - now_ms : 0;
}

// A slow line gets no more while it may still be busy with what it has.
static int64_t patience(const struct pace *pace)
{
    int64_t twice_ms = 2 * pace->took_ms;

    return twice_ms < PACE_PATIENCE_MS ? PACE_PATIENCE_MS
           : twice_ms < LOST_MS        ? twice_ms
                                       : LOST_MS;
}

// How long the line has to be waited for at most.
static int64_t line_wait(const struct pace *pace, enum pace_reason why,
                         int64_t now_ms)
{
    size_t window = why == PACE_KEY ? 2 * pace->window : pace->window;

    if (!pace->asked || pace->bytes <= window)
        return 0;
    return until(pace->drawn_ms + patience(pace), now_ms);
}

int64_t pace_due(const struct pace *pace, enum pace_reason why, int64_t now_ms)
{
    int64_t line = line_wait(pace, why, now_ms), clock = 0;

    if (pace->drawn)
        clock = until(pace->drawn_ms + interval(pace, why, now_ms), now_ms);
    return line > clock ? line : clock;
}

void pace_key(struct pace *pace, int64_t now_ms)
{
    pace->typed = true;
    pace->key_ms = now_ms;
}

bool pace_sent(struct pace *pace, size_t bytes, int64_t now_ms)
{
    pace->drawn = true;
    pace->drawn_ms = now_ms;
    pace->bytes += bytes;
    if (!pace->answers)
        pace->slow = false;
    bool lost = pace->asked && now_ms - pace->asked_ms >= LOST_MS;
    if (!pace->answers || (pace->asked && !lost)
        || pace->bytes < ASK_EVERY_BYTES)
        return false;
    pace->asked = true;
    pace->asked_ms = now_ms;
    pace->asked_bytes = pace->bytes;
    return true;
}

void pace_blocked(struct pace *pace)
{
    pace->slow = true;
}

void pace_trust(struct pace *pace)
{
    if (!pace->answers)
        pace->bytes = 0;
    pace->answers = true;
}

static void judge(struct pace *pace, int64_t took_ms)
{
    pace->took_ms = took_ms;
    if (pace->least_ms == 0 || took_ms < pace->least_ms)
        pace->least_ms = took_ms > 0 ? took_ms : 1;
    int64_t queued_ms = took_ms - pace->least_ms;
    pace->slow = queued_ms >= PACE_SLOW_MS;
    if (queued_ms >= QUEUE_MS) {
        pace->window /= 2;
        pace->queued = true;
    } else {
        bool careful = pace->queued || took_ms >= FAR_MS;
        pace->window += careful ? WINDOW_LEAST / 2 : pace->window;
    }
    if (pace->window < WINDOW_LEAST)
        pace->window = WINDOW_LEAST;
    if (pace->window > WINDOW_MOST)
        pace->window = WINDOW_MOST;
}

void pace_answered(struct pace *pace, int64_t now_ms)
{
    if (!pace->asked)
        return;
    pace->asked = false;
    pace->bytes -= pace->asked_bytes;
    judge(pace, now_ms - pace->asked_ms);
}
