/*
 * The server side of TLS on a descriptor of its own. Certificates come from
 * tls_ca.c. OpenSSL's security level is lowered when an old version is asked
 * for, since that is what is to be tested.
 */
#include "tls.h"

#include <stdlib.h>

#include <openssl/err.h>
#include <openssl/ssl.h>

#include "kerf/base/arena.h"
#include "tls_ca.h"

struct tls_server {
    SSL_CTX *context;
};

struct tls_link {
    SSL *ssl;
};

static int version_of(const char *name)
{
    static const struct {
        const char *name;
        int version;
    } versions[] = { { "1.0", TLS1_VERSION },
                     { "1.1", TLS1_1_VERSION },
                     { "1.2", TLS1_2_VERSION },
                     { "1.3", TLS1_3_VERSION } };

    for (size_t i = 0; i < sizeof(versions) / sizeof(*versions); i++)
        if (str_is(str_from(name), versions[i].name))
            return versions[i].version;
    return 0;
}

static bool limit_version(SSL_CTX *context, const char *newest,
                          struct error *err)
{
    int version = newest ? version_of(newest) : TLS1_3_VERSION;

    if (version == 0)
        return error_set(err, ERROR_USAGE,
                         "--tls-max: \"%s\" is not 1.0, 1.1, 1.2 or 1.3",
                         newest);
    if (version < TLS1_2_VERSION) {
        SSL_CTX_set_security_level(context, 0);
        SSL_CTX_set_min_proto_version(context, version);
        SSL_CTX_set_cipher_list(context, "ALL:@SECLEVEL=0");
    }
    SSL_CTX_set_max_proto_version(context, version);
    return true;
}

static bool demand_certificate(SSL_CTX *context, const char *path,
                               struct error *err)
{
    if (!path)
        return true;
    if (SSL_CTX_load_verify_locations(context, path, NULL) != 1)
        return error_set(err, ERROR_FAILED, "%s: no certificates", path);
    SSL_CTX_set_verify(context,
                       SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
    return true;
}

static bool set_up(SSL_CTX *context, const struct sim_options *options,
                   struct error *err)
{
    SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE
                                  | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER
                                  | SSL_MODE_AUTO_RETRY);
    return limit_version(context, options->tls_max, err)
           && demand_certificate(context, options->client_ca, err)
           && tls_ca_issue(context, options->certificate, options->ca_out, err);
}

struct tls_server *tls_server_create(const struct sim_options *options,
                                     struct error *err)
{
    SSL_CTX *context = SSL_CTX_new(TLS_server_method());

    if (!context) {
        error_set(err, ERROR_FAILED, "OpenSSL does not start");
        return NULL;
    }
    if (!set_up(context, options, err)) {
        SSL_CTX_free(context);
        return NULL;
    }
    struct tls_server *tls = mem_alloc(sizeof(*tls));
    tls->context = context;
    return tls;
}

void tls_server_destroy(struct tls_server *tls)
{
    if (!tls)
        return;
    SSL_CTX_free(tls->context);
    free(tls);
}

struct tls_link *tls_link_create(struct tls_server *tls, int fd)
{
    struct tls_link *link = mem_alloc(sizeof(*link));

    link->ssl = SSL_new(tls->context);
    SSL_set_fd(link->ssl, fd);
    SSL_set_accept_state(link->ssl);
    return link;
}

void tls_link_destroy(struct tls_link *link)
{
    if (!link)
        return;
    SSL_free(link->ssl);
    free(link);
}

// What a result of OpenSSL means: 0 "not now", -1 the end.
static int judge(struct tls_link *link, int result)
{
    int why = SSL_get_error(link->ssl, result);

    ERR_clear_error();
    return why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE ? 0 : -1;
}

int tls_link_accept(struct tls_link *link)
{
    int result = SSL_accept(link->ssl);

    return result == 1 ? 1 : judge(link, result);
}

ssize_t tls_link_read(struct tls_link *link, char *room, size_t size)
{
    size_t got = 0;
    int result = SSL_read_ex(link->ssl, room, size, &got);

    return result == 1 ? (ssize_t)got : judge(link, result);
}

ssize_t tls_link_write(struct tls_link *link, struct str bytes)
{
    size_t written = 0;
    int result = SSL_write_ex(link->ssl, bytes.at, bytes.len, &written);

    return result == 1 ? (ssize_t)written : judge(link, result);
}

void tls_link_finish(struct tls_link *link)
{
    SSL_shutdown(link->ssl);
    ERR_clear_error();
}
