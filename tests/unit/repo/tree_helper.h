/* A sandbox with a repository in its folder `tree`. */
#ifndef KERF_TESTS_TREE_HELPER_H
#define KERF_TESTS_TREE_HELPER_H

#include "support/sandbox.h"

#include "kerf/repo/repo.h"

#define IN_SANDBOX(test) \
    cmocka_unit_test_setup_teardown(test, sandbox_setup_fast, sandbox_teardown)

/* One commit of a.c, with the text `a`, and b.c, in the repository that the
 * command `init` makes. */
static inline void make_tree(struct sandbox *box, const char *init,
                             const char *a)
{
    sandbox_run(box, "tree", init);
    sandbox_put(box, "tree/a.c", a);
    sandbox_put(box, "tree/b.c", "b\n");
    sandbox_run(box, "tree", "git add .");
    sandbox_run(box, "tree", "git commit -q -m first");
}

/* Never NULL; close it. */
static inline struct repo *open_tree(struct sandbox *box)
{
    struct error err;
    struct repo *repo = repo_open(str_from(sandbox_path(box, "tree")), &err);

    if (!repo)
        fail_msg("%s", err.text);
    return repo;
}

#endif
