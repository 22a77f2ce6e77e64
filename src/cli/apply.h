/* The parts of kerf apply. */
#ifndef KERF_CLI_APPLY_H
#define KERF_CLI_APPLY_H

#include "kerf/patch/patch.h"
#include "kerf/repo/repo.h"
#include "kerf/repo/stage.h"
#include "kerf/repo/worktree.h"
#include "parts.h"

struct apply_options {
    bool check; // write nothing
    bool diff;  // print what is written as a diff
    bool json;
    bool fuzzy;   // take hunks that need a person's consent
    bool reverse; // take the patch back
    bool stage;   // git's index gets it too
    enum patch_format format;
    size_t strip;         // STRIP_NONE: as read, or what makes names exist
    struct str directory; // goes before all names
};

struct application {
    struct invocation *call;
    struct apply_options options;
    struct setup *setup;
    struct worktree *tree;
    struct stage *stage;
    struct repo *repo; // opened when it is asked first; may stay NULL
    bool repo_tried;
    const struct patch *patch;
    struct selection *selection;
    size_t hunks, refused, done_before;
    bool forbidden; // a file is refused by the safety rules
};

/* Reads patches from the files named, or standard input, into one, with the
 * options' format. ERROR_CONFLICT if one cannot be read as a patch. */
const struct patch *apply_read(struct application *app,
                               struct error *err) KERF_CHECKED;

/* Gives `app->patch` the names that the options, or the tree, ask for. */
bool apply_names(struct application *app, struct error *err) KERF_CHECKED;

/* Gives the selection the files as they are, and, for hunks that do not fit,
 * the texts they were written for from git's object store. */
void apply_files(struct application *app);

/* Tells every hunk's place, counts those that are refused. */
void apply_report(struct application *app);

#endif
