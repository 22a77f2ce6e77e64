/* Private: libcurl, loaded while the program runs. */
#ifndef KERF_NET_HTTP_LIBRARY_H
#define KERF_NET_HTTP_LIBRARY_H

#include <curl/curl.h>

#include "kerf/base/error.h"

/* The functions of libcurl that are used, under their names without "curl_". */
struct http_library {
    void *handle;
    bool has_our_openssl; // an SSL_CTX of its is one of ours
    bool has_ca_bundle;   // it knows a file with the system's certificates
    CURLcode (*global_init)(long flags);
    void (*global_cleanup)(void);
    curl_version_info_data *(*version_info)(CURLversion age);
    time_t (*getdate)(const char *text, const time_t *unused);
    CURL *(*easy_init)(void);
    void (*easy_cleanup)(CURL *easy);
    CURLcode (*easy_setopt)(CURL *easy, CURLoption option, ...);
    CURLcode (*easy_getinfo)(CURL *easy, CURLINFO info, ...);
    CURLcode (*easy_pause)(CURL *easy, int what);
    CURLM *(*multi_init)(void);
    CURLMcode (*multi_cleanup)(CURLM *multi);
    CURLMcode (*multi_setopt)(CURLM *multi, CURLMoption option, ...);
    CURLMcode (*multi_add_handle)(CURLM *multi, CURL *easy);
    CURLMcode (*multi_remove_handle)(CURLM *multi, CURL *easy);
    CURLMcode (*multi_assign)(CURLM *multi, curl_socket_t fd, void *data);
    CURLMcode (*multi_socket_action)(CURLM *multi, curl_socket_t fd, int ready,
                                     int *running);
    CURLMsg *(*multi_info_read)(CURLM *multi, int *left);
};

/* Loads and initialises it; may be called on a worker. ERROR_UNSUPPORTED says
 * what to install. */
bool http_library_open(struct http_library *library,
                       struct error *err) KERF_CHECKED;

/* Lets go of it; nothing made by it may be left. */
void http_library_close(struct http_library *library);

#endif
