/*
 * How many tokens a request will have, before the server counts them. Bytes
 * are weighed by what they are (prose, code, logs ...), and every usage that a
 * server reports corrects the next guess. Pure; one estimator per backend.
 *
 * Before the first report a guess of common text is within 35 % of what
 * tokenizers of today make of it; afterwards `low` and `high` are three times
 * the mean error of the newest reports away, 5 % of what is new at least.
 */
#ifndef KERF_MODEL_ESTIMATE_H
#define KERF_MODEL_ESTIMATE_H

#include <stdint.h>

#include "kerf/base/str.h"
#include "kerf/model/session.h"

#define ESTIMATE_MARGIN 0.35       // before the first report
#define ESTIMATE_LEAST_MARGIN 0.05 // however good the reports
#define COMPACTION_PERCENT 80      // of the window, from where it is announced

/* Tokens of a text by the rule: each block of it is weighed as what most of
 * its ASCII is, characters beyond it one by one. Linear in the length. */
double estimate_text(struct str text);

/* What the reports of one backend have taught. Zero-initialised: nothing. */
struct estimator {
    double factor;         // reported by guessed, averaged; 0: none yet
    double error;          // mean relative error, averaged
    double anchor_weight;  // of the request that was reported last
    int64_t anchor_tokens; // and what it had
    unsigned reports;
};

struct estimate {
    double weight;  // tokens by the rule alone: for estimator_learn()
    int64_t tokens; // the guess
    int64_t low, high;
};

/* Takes a report: a request of `weight` had `tokens` of input. */
void estimator_learn(struct estimator *estimator, double weight,
                     int64_t tokens);

/* Forgets the last request, not the factor: another session begins. */
void estimator_leave(struct estimator *estimator);

/* The guess for a weight. What was in the reported request counts as told. */
struct estimate estimator_guess(const struct estimator *estimator,
                                double weight);

/* Says whether the next full request takes the item along, and what it weighs
 * there. What only one model can read counts for all. */
bool estimate_counts(const struct item *item);
double estimate_item(const struct item *item);

/* What the items of one session weigh, kept while it grows: words are read
 * once, when their item is done. Zero-initialised: nothing was read yet. */
struct tally {
    struct tally_entry *entries; // one an item
    size_t count, cap;
};
double tally_session(struct tally *tally, const struct session *session);
void tally_release(struct tally *tally);

/* The guess for the next full request of a session: all items that are sent,
 * and what goes with them (instructions, tools), which weighs `around`. */
struct estimate estimate_session(struct tally *tally,
                                 const struct session *session, double around,
                                 const struct estimator *estimator);

enum window_fit {
    WINDOW_FITS,
    WINDOW_NEEDS_COMPACTION, // it fits, but soon will not
    WINDOW_NEEDS_BIGGER,     // it cannot be sent as it is
};

/* Does it fit into `window` tokens with room for `output` more? A window of 0
 * is unknown: it fits. `percent` of the window (0: COMPACTION_PERCENT) calls
 * for compaction. */
enum window_fit estimate_fit(const struct estimate *estimate, int64_t window,
                             int64_t output, int percent);

#endif
