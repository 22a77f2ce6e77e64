/*
 * X.509 by hand: an authority that lives as long as the process (its key is
 * never written) and one leaf that it signs, good or wrong in one way.
 */
#include "tls_ca.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include <openssl/bn.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#define DAY_S 86400L
#define SERIAL_BITS 63

struct leaf_row {
    const char *names;   // subjectAltName
    long begin_s, end_s; // from now
    bool is_self_signed;
};

#define LOCAL_NAMES "DNS:localhost,IP:127.0.0.1,IP:::1"

static const struct leaf_row leaf_table[] = {
    [CERTIFICATE_GOOD] = { LOCAL_NAMES, -DAY_S, DAY_S, false },
    [CERTIFICATE_EXPIRED] = { LOCAL_NAMES, -2 * DAY_S, -DAY_S, false },
    [CERTIFICATE_FUTURE] = { LOCAL_NAMES, DAY_S, 2 * DAY_S, false },
    [CERTIFICATE_WRONG_NAME] = { "DNS:elsewhere.invalid", -DAY_S, DAY_S,
                                 false },
    [CERTIFICATE_SELF_SIGNED] = { LOCAL_NAMES, -DAY_S, DAY_S, true },
};

struct identity {
    X509 *certificate;
    EVP_PKEY *key;
};

static void identity_release(struct identity *identity)
{
    X509_free(identity->certificate);
    EVP_PKEY_free(identity->key);
}

static bool add_extension(X509 *certificate, X509 *issuer, int nid,
                          const char *value)
{
    X509V3_CTX context;

    X509V3_set_ctx(&context, issuer, certificate, NULL, NULL, 0);
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &context, nid, value);
    bool good = extension && X509_add_ext(certificate, extension, -1) == 1;
    X509_EXTENSION_free(extension);
    return good;
}

static bool set_serial(X509 *certificate)
{
    BIGNUM *number = BN_new();
    bool good =
        number
        && BN_rand(number, SERIAL_BITS, BN_RAND_TOP_ANY, BN_RAND_BOTTOM_ANY)
        && BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate));

    BN_free(number);
    return good;
}

// A certificate with a fresh key, not signed yet.
static bool begin(struct identity *identity, const char *name, long begin_s,
                  long end_s)
{
    X509 *certificate = X509_new();
    X509_NAME *subject = X509_get_subject_name(certificate);

    *identity = (struct identity){ certificate, EVP_EC_gen("P-256") };
    return identity->key && X509_set_version(certificate, 2) == 1
           && set_serial(certificate)
           && X509_gmtime_adj(X509_getm_notBefore(certificate), begin_s)
           && X509_gmtime_adj(X509_getm_notAfter(certificate), end_s)
           && X509_set_pubkey(certificate, identity->key) == 1
           && X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC,
                                         (const unsigned char *)name, -1, -1, 0)
                  == 1;
}

static bool sign(struct identity *identity, const struct identity *issuer)
{
    X509_NAME *name = X509_get_subject_name(issuer->certificate);

    return X509_set_issuer_name(identity->certificate, name) == 1
           && X509_sign(identity->certificate, issuer->key, EVP_sha256()) > 0;
}

static bool make_authority(struct identity *authority)
{
    return begin(authority, "kerf-sim test authority", -2 * DAY_S, 2 * DAY_S)
           && add_extension(authority->certificate, authority->certificate,
                            NID_basic_constraints, "critical,CA:TRUE")
           && add_extension(authority->certificate, authority->certificate,
                            NID_key_usage, "critical,keyCertSign")
           && sign(authority, authority);
}

static bool make_leaf(struct identity *leaf, const struct leaf_row *row,
                      const struct identity *authority)
{
    const struct identity *issuer = row->is_self_signed ? leaf : authority;

    return begin(leaf, "kerf-sim", row->begin_s, row->end_s)
           && add_extension(leaf->certificate, authority->certificate,
                            NID_subject_alt_name, row->names)
           && sign(leaf, issuer);
}

// Made anew or replaced as a whole; who may read it learns nothing.
static bool save(const X509 *certificate, const char *path, struct error *err)
{
    if (!path)
        return true;
    int fd =
        open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0644);
    FILE *file = fd < 0 ? NULL : fdopen(fd, "w");
    if (!file) {
        error_errno(err, errno, "%s", path);
        if (fd >= 0)
            close(fd);
        return false;
    }
    bool good = PEM_write_X509(file, certificate) == 1;
    good &= fclose(file) == 0;
    return good || error_set(err, ERROR_FAILED, "%s: not written", path);
}

static bool use(SSL_CTX *context, const struct identity *leaf)
{
    return SSL_CTX_use_certificate(context, leaf->certificate) == 1
           && SSL_CTX_use_PrivateKey(context, leaf->key) == 1;
}

bool tls_ca_issue(SSL_CTX *context, enum certificate how, const char *ca_out,
                  struct error *err)
{
    struct identity authority = { 0 }, leaf = { 0 };
    bool good = (make_authority(&authority)
                 && make_leaf(&leaf, &leaf_table[how], &authority)
                 && use(context, &leaf))
                || error_set(err, ERROR_FAILED, "OpenSSL makes no certificate");

    good = good && save(authority.certificate, ca_out, err);
    identity_release(&authority);
    identity_release(&leaf);
    return good;
}
