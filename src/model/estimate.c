/*
 * Tokenizers keep common words whole and take rare strings apart: so a byte of
 * prose costs less than one of code, and one of base64 the most. The share of
 * digits and of punctuation tells the classes apart well enough; the rest is
 * learnt from the server's counts.
 */
#include "kerf/model/estimate.h"

#include "kerf/base/utf8.h"

#define BLOCK_BYTES 512
#define RUN_BYTES 40     // an unbroken run of so many is no word
#define LEARN_RATE 0.4   // of the newest report
#define FACTOR_LEAST 0.4 // a server that counts otherwise is not believed
#define FACTOR_MOST 2.5
#define ERROR_MARGINS 3 // of the mean error

enum content_class {
    CONTENT_PROSE,
    CONTENT_CODE,
    CONTENT_LOG,    // digits and hexadecimal
    CONTENT_BASE64, // or other long runs without words
    CONTENT_CJK,
    CONTENT_OTHER, // letters beyond ASCII: Cyrillic, Greek, emoji ...
    CONTENT_CLASS_COUNT,
};

// Tokens per byte: bytes per token of current vocabularies of 100 to 200
// thousand entries, rounded to the careful side; blanks in a row are one.
static const double weights[CONTENT_CLASS_COUNT] = {
    [CONTENT_PROSE] = 1 / 4.4, [CONTENT_CODE] = 1 / 2.8,
    [CONTENT_LOG] = 1 / 2.3,   [CONTENT_BASE64] = 1 / 1.6,
    [CONTENT_CJK] = 1 / 3.4,   [CONTENT_OTHER] = 1 / 3.6,
};

// What a block of text consists of, in bytes.
struct shares {
    size_t letters, digits, blanks, marks; // of ASCII
    size_t runs;                           // in unbroken runs of mixed kinds
    size_t cjk, other;                     // beyond ASCII
};

enum byte_kind {
    BYTE_LETTER,
    BYTE_DIGIT,
    BYTE_BLANK,
    BYTE_MARK,
    BYTE_WIDE,
};

static enum byte_kind kind_of(char c)
{
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'))
        return BYTE_LETTER;
    if (c >= '0' && c <= '9')
        return BYTE_DIGIT;
    if (c == ' ' || c == '\t' || c == '\n' || c == '\r')
        return BYTE_BLANK;
    return (unsigned char)c >= 0x80 ? BYTE_WIDE : BYTE_MARK;
}

static bool is_cjk(uint32_t code)
{
    return (code >= 0x2e80 && code <= 0x9fff)
           || (code >= 0xac00 && code <= 0xd7ff)
           || (code >= 0xf900 && code <= 0xfaff)
           || (code >= 0xff00 && code <= 0xffef)
           || (code >= 0x20000 && code <= 0x3ffff);
}

static size_t count_wide(struct shares *shares, struct str text)
{
    uint32_t code;
    size_t len = utf8_decode(text, &code);

    if (is_cjk(code))
        shares->cjk += len;
    else
        shares->other += len;
    return len;
}

// Base64 and hashes have digits among the letters; a long word or a rule of
// dashes has not.
static bool is_in_run(char c)
{
    enum byte_kind kind = kind_of(c);

    return kind == BYTE_LETTER || kind == BYTE_DIGIT || c == '+' || c == '/'
           || c == '=';
}

// Takes a run at the start of `text` if it is a long one; returns its length.
static size_t count_run(struct shares *shares, struct str text)
{
    size_t len = 0, digits = 0;

    while (len < text.len && is_in_run(text.at[len]))
        digits += kind_of(text.at[len++]) == BYTE_DIGIT;
    if (len < RUN_BYTES || digits * 20 < len)
        return 0;
    shares->runs += len;
    return len;
}

// Of blanks in a row one counts: they share a token.
static size_t count_blanks(struct shares *shares, struct str text)
{
    size_t len = 0;

    while (len < text.len && kind_of(text.at[len]) == BYTE_BLANK)
        len++;
    shares->blanks++;
    return len;
}

static size_t count_word(struct shares *shares, struct str text)
{
    size_t len = count_run(shares, text);
    bool long_run = len > 0;

    if (long_run)
        return len;
    while (len < text.len && is_in_run(text.at[len])) {
        enum byte_kind kind = kind_of(text.at[len++]);
        shares->letters += kind == BYTE_LETTER;
        shares->digits += kind == BYTE_DIGIT;
        shares->marks += kind == BYTE_MARK;
    }
    return len;
}

static size_t count_next(struct shares *shares, struct str text)
{
    char c = text.at[0];

    if (is_in_run(c))
        return count_word(shares, text);
    switch (kind_of(c)) {
    case BYTE_WIDE: return count_wide(shares, text);
    case BYTE_BLANK: return count_blanks(shares, text);
    case BYTE_LETTER:
    case BYTE_DIGIT:
    case BYTE_MARK: break;
    }
    shares->marks++;
    return 1;
}

static enum content_class class_of(const struct shares *s)
{
    size_t all = s->letters + s->digits + s->blanks + s->marks;

    if (s->digits * 6 > all)
        return CONTENT_LOG;
    return s->marks * 9 > all ? CONTENT_CODE : CONTENT_PROSE;
}

static double weigh(const struct shares *s)
{
    size_t ascii = s->letters + s->digits + s->blanks + s->marks;

    return (double)ascii * weights[class_of(s)]
           + (double)s->runs * weights[CONTENT_BASE64]
           + (double)s->cjk * weights[CONTENT_CJK]
           + (double)s->other * weights[CONTENT_OTHER];
}

double estimate_text(struct str text)
{
    double sum = 0;

    while (text.len > 0) {
        struct shares shares = { 0 };
        size_t at = 0;
        while (at < text.len && at < BLOCK_BYTES)
            at += count_next(&shares, str_skip(text, at));
        sum += weigh(&shares);
        text = str_skip(text, at);
    }
    return sum;
}

static double clamp(double value, double least, double most)
{
    return value < least ? least : value > most ? most : value;
}

static double average(double old, double fresh, unsigned reports)
{
    double rate = 1.0 / (reports + 1);

    return old + (fresh - old) * (rate > LEARN_RATE ? rate : LEARN_RATE);
}

static double factor_of(const struct estimator *e)
{
    return e->reports > 0 ? e->factor : 1;
}

// What a weight comes to, the reported part of it as it was told.
static double expect(const struct estimator *e, double weight)
{
    if (e->anchor_tokens > 0 && weight >= e->anchor_weight)
        return (double)e->anchor_tokens
               + (weight - e->anchor_weight) * factor_of(e);
    return weight * factor_of(e);
}

// The weight that a guess rests on and no report has told.
static double untold(const struct estimator *e, double weight)
{
    if (e->anchor_tokens > 0 && weight >= e->anchor_weight)
        return weight - e->anchor_weight;
    return weight;
}

// The error is that of the part that was guessed.
static double error_of(const struct estimator *e, double weight, int64_t tokens)
{
    double off = expect(e, weight) - (double)tokens;
    double guessed = untold(e, weight) * factor_of(e);

    return clamp((off < 0 ? -off : off) / (guessed > 1 ? guessed : 1), 0, 1);
}

void estimator_learn(struct estimator *e, double weight, int64_t tokens)
{
    if (weight < 1 || tokens <= 0)
        return;
    double fresh = clamp((double)tokens / weight, FACTOR_LEAST, FACTOR_MOST);

    if (e->reports > 0)
        e->error =
            average(e->error, error_of(e, weight, tokens), e->reports - 1);
    else
        e->error = ESTIMATE_MARGIN / ERROR_MARGINS;
    e->factor = average(factor_of(e), fresh, e->reports);
    e->anchor_weight = weight;
    e->anchor_tokens = tokens;
    e->reports++;
}

void estimator_leave(struct estimator *e)
{
    e->anchor_weight = 0;
    e->anchor_tokens = 0;
}

struct estimate estimator_guess(const struct estimator *e, double weight)
{
    double tokens = expect(e, weight);
    double margin = e->reports > 0
                        ? clamp(ERROR_MARGINS * e->error, ESTIMATE_LEAST_MARGIN,
                                ESTIMATE_MARGIN)
                        : ESTIMATE_MARGIN;
    double spread = untold(e, weight) * factor_of(e) * margin;

    return (struct estimate){
        .weight = weight,
        .tokens = (int64_t)(tokens + 0.5),
        .low = (int64_t)(tokens - spread),
        .high = (int64_t)(tokens + spread + 1),
    };
}

struct estimate estimate_session(struct tally *tally,
                                 const struct session *session, double around,
                                 const struct estimator *estimator)
{
    return estimator_guess(estimator, around + tally_session(tally, session));
}

enum window_fit estimate_fit(const struct estimate *estimate, int64_t window,
                             int64_t output, int percent)
{
    int64_t most = window - output;

    if (percent <= 0)
        percent = COMPACTION_PERCENT;
    if (window <= 0)
        return WINDOW_FITS;
    if (estimate->tokens > most)
        return WINDOW_NEEDS_BIGGER;
    if (estimate->high > most
        || (double)estimate->tokens * 100 >= (double)window * percent)
        return WINDOW_NEEDS_COMPACTION;
    return WINDOW_FITS;
}
