/* Private: reads what a request asks for and checks it before anything is
 * sent. */
#ifndef KERF_NET_HTTP_TARGET_H
#define KERF_NET_HTTP_TARGET_H

#include <curl/curl.h>

#include "kerf/base/arena.h"
#include "kerf/base/error.h"
#include "kerf/net/http.h"

/* Strings for libcurl; NULL: not used. */
struct http_target {
    struct str where; // the server (and proxy), for a person
    bool tls;
    const char *url, *unix_path;
    const char *proxy, *proxy_user;
    char *proxy_password;
    const char *ca_file, *client_cert, *client_key;
    struct curl_slist *headers;
    char *key; // in `headers`: "Authorization: Bearer ...", to be wiped
};

/* All lives in the arena. */
bool http_target_read(struct arena *arena, const struct http_options *options,
                      struct http_target *target,
                      struct error *err) KERF_CHECKED;

/* Tells the servers apart, and the ways to them: what shares it can share a
 * connection. Never 0. */
uint64_t http_target_origin(const struct http_target *target);

/* Overwrites the key and the password of the proxy: not needed any more. */
void http_target_wipe(struct http_target *target);

#endif
