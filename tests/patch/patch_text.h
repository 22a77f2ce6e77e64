/* The text of a patch as lines that know what they are: what damage is done
 * to. Lines have no endings here. */
#ifndef KERF_TESTS_PATCH_PATCH_TEXT_H
#define KERF_TESTS_PATCH_PATCH_TEXT_H

#include "language.h"

enum role {
    ROLE_HEAD,      // names, modes, markers of files
    ROLE_HUNK_HEAD, // `@@ ...`
    ROLE_CONTEXT,
    ROLE_REMOVED,
    ROLE_ADDED,
    ROLE_SEARCHED, // between SEARCH and =======
    ROLE_REPLACED, // between ======= and REPLACE
    ROLE_NOTE,     // `\ No newline at end of file`
};

struct patch_text_line {
    enum role role;
    struct str text;
};

struct patch_text {
    struct arena *arena;
    struct patch_text_line *lines;
    size_t count, cap;
};

/* Reads what language_write() wrote. */
struct patch_text patch_text_read(struct arena *arena, enum language language,
                                  struct str patch);

/* Joins the lines, each with the line ending `end`. */
struct str patch_text_join(const struct patch_text *text, const char *end);

void patch_text_insert(struct patch_text *text, size_t at, enum role role,
                       struct str line);
void patch_text_remove(struct patch_text *text, size_t at);

/* Picks a line of the role at random; `count` if there is none. */
size_t patch_text_pick(const struct patch_text *text, enum role role,
                       struct dice *dice);

/* The four numbers of `@@ -a,b +c,d @@`; false if they are not there. */
struct hunk_numbers {
    size_t old_start, old_count, new_start, new_count;
};
bool hunk_numbers_read(struct str line, struct hunk_numbers *numbers);
struct str hunk_numbers_print(struct arena *arena, struct hunk_numbers numbers);

#endif
