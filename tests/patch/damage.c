/* The table of all kinds of damage, and what kerf has to reach in each. */
#include "damage.h"

static bool no_damage(struct trial *trial, struct dice *dice)
{
    (void)trial;
    (void)dice;
    return true;
}

const struct damage damages[] = {
    { "none", IN_ALL, no_damage, 100, 0 },
    // numbers
    { "badcounts", IN_UNIFIED, damage_badcounts, 92, 0 },
    { "noheadnums", IN_UNIFIED, damage_noheadnums, 94, 0 },
    { "badlines", IN_UNIFIED, damage_badlines, 83, 12 },
    { "nohunkhead", IN_UNIFIED, damage_nohunkhead, 92, 0 },
    // files
    { "offset", IN_ALL, damage_offset, 90, 0 },
    { "crlf_file", IN_ALL, damage_crlf_file, 90, 0 },
    { "bom", IN_ALL, damage_bom, 90, 0 },
    { "nofinal_file", IN_ALL, damage_nofinal_file, 95, 0 },
    { "trailws_file", IN_ALL, damage_trailws_file, 98, 5 },
    { "twin", IN_ALL, damage_twin, 0, 30 },
    { "conflict", IN_ALL, damage_conflict, 0, 0 },
    { "context", IN_ALL, damage_context_changed, 0, 12 },
    // lines
    { "trailws", IN_ALL, damage_trailws, 90, 0 },
    { "tabs", IN_ALL, damage_tabs, 95, 0 },
    { "typographic", IN_ALL, damage_typographic, 95, 0 },
    { "indent", IN_ALL, damage_indent, 90, 0 },
    { "trimmed", IN_MARKED, damage_trimmed, 90, 0 },
    { "noblank", IN_MARKED, damage_noblank, 90, 0 },
    { "nomark", IN_MARKED, damage_nomark, 45, 0 },
    { "lostline", IN_MARKED, damage_lostline, 0, 15 },
    { "noheads", IN_GIT, damage_noheads, 90, 0 },
    { "noprefix", IN_UNIFIED, damage_noprefix, 90, 0 },
    // carriers
    { "crlf_patch", IN_ALL, damage_crlf_patch, 90, 0 },
    { "bom_patch", IN_ALL, damage_bom_patch, 90, 0 },
    { "nofinal", IN_ALL, damage_nofinal, 99, 0 },
    { "fence", IN_ALL, damage_fence, 90, 0 },
    { "prose", IN_ALL, damage_prose, 90, 0 },
    { "quoted", IN_ALL, damage_quoted, 0, 0 },
    { "shifted", IN_ALL, damage_shifted, 0, 0 },
    { "blanks", IN_ALL, damage_blanks, 99, 0 },
    { "twice", IN_ALL, damage_twice, 99, 0 },
    { "truncate", IN_ALL, damage_truncate, 0, 0 },
    { "wrapped", IN_MARKED, damage_wrapped, 0, 0 },
    { "html", IN_MARKED, damage_html, 0, 0 },
};

const size_t damage_count = sizeof(damages) / sizeof(damages[0]);
