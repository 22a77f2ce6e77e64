/*
 * What happens to patches on their way from a model to a file, and to files
 * between the reading of the model and the patch: each kind of damage with
 * what is still right afterwards.
 */
#ifndef KERF_TESTS_PATCH_DAMAGE_H
#define KERF_TESTS_PATCH_DAMAGE_H

#include "patch_text.h"

#define IN_GIT (1u << LANGUAGE_GIT)
#define IN_PLAIN (1u << LANGUAGE_PLAIN)
#define IN_APPLY (1u << LANGUAGE_APPLY)
#define IN_SEARCH (1u << LANGUAGE_SEARCH)
#define IN_UNIFIED (IN_GIT | IN_PLAIN)
#define IN_MARKED (IN_UNIFIED | IN_APPLY) // lines begin with a mark
#define IN_ALL (IN_MARKED | IN_SEARCH)

struct trial {
    struct arena *arena;
    enum language language;
    size_t context;
    struct truth truth; // damage to files is done here
    struct patch_text text;
    struct str patch; // what is given to kerf in the end
    struct tree got;  // what it made of the files
    bool must_refuse; // nothing that kerf could write would be right
};

struct damage {
    const char *name;
    unsigned languages; // bits IN_...
    /* Returns false if the trial gives no occasion for this damage. Damage to
     * lines leaves `patch` empty: it is then joined from `text`. */
    bool (*make)(struct trial *trial, struct dice *dice);
    unsigned right_percent;   // at least; what `make test` asks of kerf
    unsigned wrong_per_mille; // at most
};

extern const struct damage damages[];
extern const size_t damage_count;

/* What stands in other files; the table is in damage.c. */
#define DAMAGE(name) bool name(struct trial *trial, struct dice *dice)

/* Damage to the files. */
DAMAGE(damage_offset);
DAMAGE(damage_crlf_file);
DAMAGE(damage_bom);
DAMAGE(damage_nofinal_file);
DAMAGE(damage_conflict);
DAMAGE(damage_context_changed);
DAMAGE(damage_twin);
DAMAGE(damage_trailws_file);

/* Damage to the text of the patch. */
DAMAGE(damage_badcounts);
DAMAGE(damage_noheadnums);
DAMAGE(damage_badlines);
DAMAGE(damage_nohunkhead);
DAMAGE(damage_crlf_patch);
DAMAGE(damage_bom_patch);
DAMAGE(damage_nofinal);
DAMAGE(damage_trailws);
DAMAGE(damage_tabs);
DAMAGE(damage_trimmed);
DAMAGE(damage_noblank);
DAMAGE(damage_nomark);
DAMAGE(damage_lostline);
DAMAGE(damage_noheads);
DAMAGE(damage_noprefix);
DAMAGE(damage_typographic);
DAMAGE(damage_indent);

/* Damage by what carries the patch. */
DAMAGE(damage_fence);
DAMAGE(damage_prose);
DAMAGE(damage_quoted);
DAMAGE(damage_shifted);
DAMAGE(damage_blanks);
DAMAGE(damage_twice);
DAMAGE(damage_truncate);
DAMAGE(damage_wrapped);
DAMAGE(damage_html);

#endif
