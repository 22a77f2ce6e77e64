/*
 * Linked in, libcurl and the thirty libraries behind it would cost every start
 * some milliseconds, also where only WebSockets are used. It stays mapped once
 * it is loaded: libraries of its own do not survive being unmapped.
 */
#include "http_library.h"

#include <dlfcn.h>
#include <stddef.h>
#include <string.h>

#include "tls.h"

#define SONAME "libcurl.so.4"
#define OLDEST 0x075500 // 7.85: shared by threads without a lock of ours

#define FUNCTION(name)                                     \
    {                                                      \
        "curl_" #name, offsetof(struct http_library, name) \
    }

static const struct {
    const char *name;
    size_t offset;
} functions[] = {
    FUNCTION(global_init),      FUNCTION(global_cleanup),
    FUNCTION(version_info),     FUNCTION(getdate),
    FUNCTION(easy_init),        FUNCTION(easy_cleanup),
    FUNCTION(easy_setopt),      FUNCTION(easy_getinfo),
    FUNCTION(easy_pause),       FUNCTION(multi_init),
    FUNCTION(multi_cleanup),    FUNCTION(multi_setopt),
    FUNCTION(multi_add_handle), FUNCTION(multi_remove_handle),
    FUNCTION(multi_assign),     FUNCTION(multi_socket_action),
    FUNCTION(multi_info_read),
};

static bool find_functions(struct http_library *library, struct error *err)
{
    for (size_t i = 0; i < sizeof(functions) / sizeof(functions[0]); i++) {
        void *address = dlsym(library->handle, functions[i].name);
        if (!address)
            return error_set(err, ERROR_UNSUPPORTED, SONAME " has no %s",
                             functions[i].name);
        memcpy((char *)library + functions[i].offset, &address,
               sizeof(address));
    }
    return true;
}

static bool check_version(struct http_library *library, struct error *err)
{
    curl_version_info_data *info = library->version_info(CURLVERSION_NOW);

    library->has_our_openssl = tls_is_library(info->ssl_version);
    library->has_ca_bundle = info->age >= CURLVERSION_SEVENTH && info->cainfo;
    if (info->version_num < OLDEST)
        return error_set(err, ERROR_UNSUPPORTED,
                         SONAME " is version %s; 7.85 is the oldest that will "
                                "do",
                         info->version);
    return true;
}

bool http_library_open(struct http_library *library, struct error *err)
{
    struct http_library fresh = { .handle = NULL };

    fresh.handle = dlopen(SONAME, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
    if (!fresh.handle)
        return error_set(err, ERROR_UNSUPPORTED,
                         "HTTP needs libcurl (Debian: libcurl4): %s",
                         dlerror());
    if (!find_functions(&fresh, err) || !check_version(&fresh, err)) {
        dlclose(fresh.handle);
        return false;
    }
    if (fresh.global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
        dlclose(fresh.handle);
        return error_set(err, ERROR_FAILED, SONAME " cannot be initialised");
    }
    *library = fresh;
    return true;
}

void http_library_close(struct http_library *library)
{
    library->global_cleanup();
    dlclose(library->handle);
    *library = (struct http_library){ .handle = NULL };
}
