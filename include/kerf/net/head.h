/* Reads the head of an answer over HTTP, line by line. Pure. */
#ifndef KERF_NET_HEAD_H
#define KERF_NET_HEAD_H

#include "kerf/net/http.h"

#define HTTP_SWITCHING 101 // what follows is no HTTP: RFC 9110 15.2.2

/* Zero-initialised it is ready. */
struct head_reader {
    struct http_head head;
    char location[160];  // where a redirect points; foreign bytes
    char retry_date[64]; // Retry-After as a date, for who can read one
    size_t bytes, lines; // of all heads, those of 1xx and trailers as well
    bool retry_is_exact; // retry-after-ms came
    bool complete;       // of an answer that is not 1xx, or the last of them
};

/* Takes one line with its end. False: it goes beyond a limit. Pure. */
bool head_take(struct head_reader *reader, struct str line);

/* Reads "12ms", "6m0s", "1.5" (seconds) into milliseconds; -1: it is none of
 * these. Pure. */
int64_t head_duration_ms(struct str text);

#endif
