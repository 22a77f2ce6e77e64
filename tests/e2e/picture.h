/*
 * Screens that stand as text in README.md and in the manual. A picture has a
 * name; its rows stand in the file between two fixed lines behind a comment
 * that says so: `<!-- screen: review -->`, or `.\" screen: review`.
 */
#ifndef KERF_TESTS_PICTURE_H
#define KERF_TESTS_PICTURE_H

#include <stdbool.h>
#include <stddef.h>

enum picture_file { PICTURE_README, PICTURE_MANUAL };

/* Says whether the picture `name` of that file shows `screen`, row by row; what
 * differs is printed. Of rows that tell times, speeds or the size of the
 * context only the words count. If KERF_RENEW_PICTURES is set the screen is
 * written to the file instead. */
bool picture_shows(enum picture_file file, const char *name,
                   const char *screen);

/* How many pictures that file has. */
size_t picture_count(enum picture_file file);

#endif
