/*
 * A ring of the next 64 numbers. A stream over TCP comes in order; numbers out
 * of order are the doing of a proxy or a fault, so the ring is nearly always
 * empty and costs one comparison a message.
 */
#include "kerf/wire/sequence.h"

#include "kerf/base/json.h"

static struct str unquoted(struct str raw)
{
    if (raw.len < 2 || raw.at[0] != '"')
        return (struct str){ 0 };
    return str_take(str_skip(raw, 1), raw.len - 2);
}

static bool is_terminal(struct str type)
{
    static const char *const types[] = { "response.completed",
                                         "response.incomplete",
                                         "response.failed", "error" };

    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
        if (str_is(type, types[i]))
            return true;
    return false;
}

static void read_number(struct envelope *envelope, struct str value)
{
    envelope->is_numbered = str_to_u64(value, &envelope->number);
    envelope->is_odd = !envelope->is_numbered && !str_is(value, "null");
}

struct envelope envelope_read(struct str message)
{
    struct envelope envelope = { 0 };
    struct str key, value;
    size_t at = 0;

    while (json_scan_member(message, &at, &key, &value)) {
        if (str_is(key, "type"))
            envelope.type = unquoted(value);
        else if (str_is(key, "stream_id"))
            envelope.stream_id = unquoted(value);
        else if (str_is(key, "sequence_number"))
            read_number(&envelope, value);
    }
    envelope.ends = is_terminal(envelope.type);
    envelope.beside = str_starts_with(envelope.type, STR("response.steer."));
    envelope.begins = str_is(envelope.type, "response.created");
    return envelope;
}

void sequence_release(struct sequence *sequence)
{
    for (size_t i = 0; i < SEQUENCE_WINDOW; i++)
        buf_release(&sequence->held[i]);
    *sequence = (struct sequence){ .tolerates_gaps = sequence->tolerates_gaps };
}

void sequence_reset(struct sequence *sequence)
{
    for (size_t i = 0; i < SEQUENCE_WINDOW; i++)
        sequence->is_held[i] = false;
    sequence->begun = false;
    sequence->spent = 0;
}

static uint64_t bit_of(uint64_t number)
{
    return (uint64_t)1 << number % SEQUENCE_WINDOW;
}

static void advance(struct sequence *s)
{
    s->is_held[s->next % SEQUENCE_WINDOW] = false;
    s->spent &= ~bit_of(s->next);
    s->next++;
}

// Who counts events beside the stream is not known: their numbers may be
// missing from it, or come once more.
static enum sequence_verdict take_beside(struct sequence *s,
                                         const struct envelope *envelope)
{
    if (envelope->is_numbered && s->begun && envelope->number >= s->next
        && envelope->number - s->next < SEQUENCE_WINDOW)
        s->spent |= bit_of(envelope->number);
    return SEQUENCE_TAKE;
}

static void skip_spent(struct sequence *s, uint64_t number)
{
    while (s->next < number && (s->spent & bit_of(s->next)) != 0)
        advance(s);
}

static enum sequence_verdict hold(struct sequence *s, uint64_t number,
                                  struct str message)
{
    size_t slot = number % SEQUENCE_WINDOW;

    if (s->is_held[slot])
        return SEQUENCE_DROP;
    buf_reset(&s->held[slot]);
    buf_append(&s->held[slot], message);
    s->is_held[slot] = true;
    return SEQUENCE_HOLD;
}

// Says whether one before `number` is neither here nor held.
static bool is_missing_before(const struct sequence *s, uint64_t number)
{
    for (uint64_t n = s->next; n < number; n++)
        if (!s->is_held[n % SEQUENCE_WINDOW])
            return true;
    return false;
}

enum sequence_verdict sequence_offer(struct sequence *s,
                                     const struct envelope *envelope,
                                     struct str message)
{
    uint64_t number = envelope->number;

    if (envelope->is_odd)
        return SEQUENCE_DROP;
    if (envelope->beside)
        return take_beside(s, envelope);
    if (!envelope->is_numbered)
        return SEQUENCE_TAKE;
    if (!s->begun || (s->tolerates_gaps && number > s->next))
        s->next = number;
    s->begun = true;
    skip_spent(s, number);
    if (number < s->next)
        return SEQUENCE_DROP;
    if (number - s->next >= SEQUENCE_WINDOW)
        return SEQUENCE_CUT;
    if (envelope->ends && is_missing_before(s, number))
        return SEQUENCE_CUT;
    if (number > s->next)
        return hold(s, number, message);
    advance(s);
    return SEQUENCE_TAKE;
}

bool sequence_next(struct sequence *s, struct buf *out)
{
    size_t slot = s->next % SEQUENCE_WINDOW;

    if (!s->begun || !s->is_held[slot])
        return false;
    buf_reset(out);
    buf_append(out, buf_str(&s->held[slot]));
    advance(s);
    return true;
}
