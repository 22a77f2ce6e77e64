/*
 * What a machine and a tree allow: policy files, which can only tighten. Pure:
 * text in, answers out. A file that cannot be understood allows nothing.
 */
#ifndef KERF_CONFIG_POLICY_H
#define KERF_CONFIG_POLICY_H

#include <stdbool.h>
#include <stddef.h>

#include "kerf/base/arena.h"
#include "kerf/base/error.h"
#include "kerf/base/str.h"

#define LIMIT_POLICY_BYTES ((size_t)64 << 10)
#define LIMIT_POLICY_ENTRIES 1000 // hosts or regions of one file
#define LIMIT_POLICY_FILES 8

/* A list that a file gives; `given` with no entries allows nothing. */
struct policy_list {
    bool given;
    struct str *at;
    size_t count, cap;
};

/* One file: what it does not mention it does not restrict. */
struct policy_file {
    struct str name;          // for messages
    struct policy_list hosts; // "host", "host:port", "*.suffix", "unix:PATH"
    struct policy_list regions;
};

/* All files together; zero-initialised it allows everything. */
struct policy {
    struct policy_file files[LIMIT_POLICY_FILES];
    size_t file_count;
};

/*
 * Adds one file: from now on only what it allows too is allowed. The text is
 *     [policy]
 *         allowHosts = api.example.com, *.example.org, 127.0.0.1:8080
 *         allowRegions = us, eu
 * with commas or blanks between entries; a key given twice adds to its list,
 * and the word `none` alone allows nothing. Anything else in it is an error,
 * because what is not understood may have been a prohibition: ERROR_POLICY
 * with file and line, to be taken for "nothing is allowed". Texts are copied.
 */
bool policy_read(struct arena *arena, struct policy *policy, struct str text,
                 struct str name, struct error *err) KERF_CHECKED;

/*
 * Says whether a connection may be opened. `host` is a name, a numeric address
 * without brackets, or the absolute path of a unix socket (port 0). Names are
 * compared as a whole, case ignored; `*.suffix` stands for one or more labels
 * before the suffix, never for the suffix itself or a part of a label, nor
 * for numeric addresses. ERROR_POLICY names host or region and the file.
 */
bool policy_allows(const struct policy *policy, struct str host, unsigned port,
                   struct str region, struct error *err) KERF_CHECKED;

#endif
