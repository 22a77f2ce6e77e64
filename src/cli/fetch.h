/* Asking a backend from the command line: its key, and one HTTP request that
 * is waited for. Private to the cli. */
#ifndef KERF_CLI_FETCH_H
#define KERF_CLI_FETCH_H

#include "kerf/app/setup.h"
#include "kerf/base/buf.h"
#include "kerf/loop/loop.h"
#include "kerf/net/http.h"
#include "kerf/wire/models.h"

/* What is needed to talk to backends. */
struct line_out {
    struct loop *loop;
    struct http_client *http;
    const struct setup *setup;
};
void line_out_open(struct line_out *out, const struct setup *setup);
void line_out_close(struct line_out *out);

/* Reads the backend's key into `key` (empty: none is wanted); to be wiped with
 * buf_wipe(). ERROR_USAGE tells what is missing. */
bool fetch_key(struct line_out *out, const struct backend *backend,
               struct buf *key, struct error *err) KERF_CHECKED;

/* ERROR_POLICY if the backend may not be talked to; ERROR_USAGE. */
bool fetch_is_allowed(struct line_out *out, const struct backend *backend,
                      struct error *err) KERF_CHECKED;

struct fetch {
    int status; // of HTTP; 0: none came
    enum net_end_class end_class;
    char text[240];   // why it ended, if not well
    struct buf body;  // of a good answer, or the first bytes of a stream
    int64_t first_ms; // from the start to the first bytes; -1: none
    bool stop_at_first;
    // private
    struct http *http;
    int64_t began_ms;
    bool ended;
};

/* One request to the end; policy and key are the caller's business. A stream
 * may be left at its first bytes. Release `body`. */
void fetch_run(struct line_out *out, const struct http_options *options,
               struct fetch *fetch);

/* GET <base>/models, read. ERROR_POLICY, ERROR_UNREACHABLE, ERROR_DENIED if the
 * key is refused, ERROR_NOT_FOUND if the server has no such list. */
bool fetch_models(struct line_out *out, const struct backend *backend,
                  struct arena *arena, struct model_list *list,
                  struct error *err) KERF_CHECKED;

#endif
