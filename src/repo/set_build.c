/*
 * Each result says of one or two paths what is expected there and what shall
 * be there ("claims"). Sorted by path, claims about the same path are joined:
 * a file may leave a name that another one takes, the same may be said twice,
 * nothing else.
 */
#include "set_build.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "change.h"
#include "folder.h"
#include "path.h"

#define MODE_BITS 07777
#define EXECUTE_BITS 0111
#define PLAIN_MODE 0644 // the two modes that git knows
#define PROGRAM_MODE 0755
#define DEFAULT_UMASK 022
#define STATUS_BYTES 4096

struct claim {
    struct str path, donor;
    bool leaves;  // what is there goes: `existed` and `preimage` are known
    bool arrives; // `bytes` shall be there
    bool existed;
    struct str preimage, bytes;
    unsigned mode; // 0: as it was
};

struct claims {
    struct claim *at;
    size_t count;
};

static void add_claims(const struct file_result *result, struct claims *claims)
{
    struct claim *claim = &claims->at[claims->count];

    switch (result->kind) {
    case RESULT_NONE: return;
    case RESULT_DELETE:
        claim[0] = (struct claim){ .path = result->path,
                                   .leaves = true,
                                   .existed = result->existed,
                                   .preimage = result->preimage };
        claims->count += 1;
        return;
    case RESULT_WRITE:
        claim[0] = (struct claim){ .path = result->path,
                                   .donor = result->remove,
                                   .arrives = true,
                                   .bytes = result->bytes,
                                   .mode = result->mode };
        claims->count += 1;
        if (result->remove.len == 0) {
            claim[0].existed = result->existed;
            claim[0].preimage = result->preimage;
            return;
        }
        claim[1] = (struct claim){ .path = result->remove,
                                   .donor = result->path,
                                   .leaves = true,
                                   .existed = true,
                                   .preimage = result->preimage };
        claims->count += 1;
        return;
    }
}

static int compare_claims(const void *a, const void *b)
{
    const struct claim *left = a, *right = b;
    int order = str_compare(left->path, right->path);

    return order ? order : (int)right->leaves - (int)left->leaves;
}

static bool is_same_claim(const struct claim *a, const struct claim *b)
{
    return a->leaves == b->leaves && a->arrives == b->arrives
           && a->existed == b->existed && a->mode == b->mode
           && str_equal(a->donor, b->donor)
           && str_equal(a->preimage, b->preimage)
           && str_equal(a->bytes, b->bytes);
}

// Joins "what is here goes" with "this comes here from elsewhere".
static bool join(struct claim *first, const struct claim *second,
                 struct error *err)
{
    if (is_same_claim(first, second))
        return true;
    if (!first->leaves || first->arrives || second->leaves || second->existed)
        return error_set(err, ERROR_CONFLICT, "%s is named twice in one write",
                         path_text(first->path).at);
    first->arrives = true;
    first->bytes = second->bytes;
    first->mode = second->mode;
    first->donor = second->donor;
    return true;
}

static bool join_claims(struct claims *claims, struct error *err)
{
    size_t kept = 0;

    if (claims->count)
        qsort(claims->at, claims->count, sizeof(*claims->at), compare_claims);
    for (size_t i = 0; i < claims->count; i++) {
        struct claim *last = kept ? &claims->at[kept - 1] : NULL;
        if (last && str_equal(last->path, claims->at[i].path)) {
            if (!join(last, &claims->at[i], err))
                return false;
        } else {
            claims->at[kept++] = claims->at[i];
        }
    }
    claims->count = kept;
    return true;
}

static bool collect(struct arena *arena, const struct file_result *results,
                    size_t count, struct claims *claims, struct error *err)
{
    if (count > LIMIT_SET_ENTRIES / 2)
        return error_set(err, ERROR_LIMIT, "more than %d files in one write",
                         LIMIT_SET_ENTRIES / 2);
    claims->at = arena_array(arena, 2 * count + 1, sizeof(*claims->at));
    for (size_t i = 0; i < count; i++)
        add_claims(&results[i], claims);
    for (size_t i = 0; i < claims->count; i++)
        if (!worktree_path_is_safe(claims->at[i].path, err))
            return false;
    return join_claims(claims, err);
}

// The umask without changing it, which other threads would notice.
static unsigned read_umask(void)
{
    char text[STATUS_BYTES];
    unsigned mask = DEFAULT_UMASK;
    int fd = open("/proc/self/status", O_RDONLY | O_CLOEXEC);
    ssize_t got = fd < 0 ? -1 : read(fd, text, sizeof(text));

    if (fd >= 0)
        close(fd);
    if (got <= 0)
        return mask;
    struct str all = { text, (size_t)got };
    size_t at = str_find(all, STR("\nUmask:\t"));
    if (at == SIZE_MAX)
        return mask;
    mask = 0;
    for (at += 8; at < all.len && all.at[at] >= '0' && all.at[at] <= '7'; at++)
        mask = mask * 8 + (unsigned)(all.at[at] - '0');
    return mask & 0777;
}

/*
 * The mode of a file that had `old` (0: it is new) when a patch says `wanted`
 * (0: nothing). git's two modes speak about execution only; who may read and
 * write stays as it is, or is the umask's matter.
 */
static unsigned mode_for(unsigned old, unsigned wanted, unsigned mask)
{
    wanted &= MODE_BITS;
    if (wanted != 0 && wanted != PLAIN_MODE && wanted != PROGRAM_MODE)
        return old ? wanted : wanted & ~mask;
    if (old == 0)
        return (wanted == PROGRAM_MODE ? 0777u : 0666u) & ~mask;
    if (wanted == PLAIN_MODE)
        return old & ~(unsigned)EXECUTE_BITS;
    if (wanted == PROGRAM_MODE) // who may read may execute
        return old | ((old & 0444) >> 2);
    return old;
}

static bool changed_since(const struct claim *claim, bool exists,
                          struct error *err)
{
    const char *how = !claim->existed ? "is there by now"
                      : !exists       ? "is gone since it was read"
                                      : "changed since it was read";

    return error_set(err, ERROR_CONFLICT, "%s %s", path_text(claim->path).at,
                     how);
}

static bool judge(struct change *change, const struct claim *claim,
                  struct entry *entry, struct error *err)
{
    struct image now;

    if (!change_look(change, claim->path, &now, err))
        return false;
    if (now.exists != claim->existed
        || (now.exists && !str_equal(now.bytes, claim->preimage)))
        return changed_since(claim, now.exists, err);
    entry->at[SIDE_BEFORE] = now;
    return true;
}

static void fill_entries(struct set *set, const struct claims *claims)
{
    for (size_t i = 0; i < claims->count; i++)
        set->entries[i] = (struct entry){ .path = claims->at[i].path,
                                          .donor = claims->at[i].donor,
                                          .temp_depth = NO_TEMP };
    set->count = claims->count;
}

static void fill_after(struct set *set, const struct claims *claims)
{
    unsigned mask = read_umask();

    for (size_t i = 0; i < claims->count; i++) {
        const struct claim *claim = &claims->at[i];
        struct entry *entry = &set->entries[i];
        struct entry *donor = claim->donor.len && claim->arrives
                                  ? set_find(set, claim->donor)
                                  : entry;
        if (!claim->arrives)
            continue;
        entry->at[SIDE_AFTER] = (struct image){
            .exists = true,
            .bytes = claim->bytes,
            .mode = mode_for(donor->at[SIDE_BEFORE].mode, claim->mode, mask),
        };
    }
}

// Drops what would not change. Returns the bytes of the rest.
static size_t drop_idle(struct set *set)
{
    size_t kept = 0, bytes = 0;

    for (size_t i = 0; i < set->count; i++) {
        struct entry *entry = &set->entries[i];
        if (image_equal(&entry->at[SIDE_BEFORE], &entry->at[SIDE_AFTER]))
            continue;
        bytes += entry->at[SIDE_BEFORE].bytes.len
                 + entry->at[SIDE_AFTER].bytes.len;
        set->entries[kept++] = *entry;
    }
    set->count = kept;
    return bytes;
}

static bool has_folder(const struct set *set, struct str path)
{
    for (size_t i = set->folder_count; i-- > 0;)
        if (str_equal(set->folders[i], path))
            return true;
    return false;
}

// Notes the folders on the way to `path` that are not there, parents first.
static bool note_folders(struct worktree *tree, struct arena *arena,
                         struct set *set, size_t *cap, struct str path,
                         struct error *err)
{
    struct str folder = path_folder(path);
    struct error why;
    size_t depth = 0;
    int fd = folder_open_deepest(tree, folder, &depth, &why);

    if (fd >= 0)
        close(fd);
    else if (why.kind != ERROR_POLICY) {
        *err = why;
        return false;
    } // else a file makes way, or make_folders() will complain
    for (size_t i = depth + 1; i <= folder.len; i++) {
        if ((i < folder.len && folder.at[i] != '/')
            || has_folder(set, str_take(folder, i)))
            continue;
        set->folders = arena_grow(arena, set->folders, cap,
                                  set->folder_count + 1, sizeof(*set->folders));
        set->folders[set->folder_count++] = str_take(folder, i);
    }
    return true;
}

static bool find_folders(struct worktree *tree, struct arena *arena,
                         struct set *set, struct error *err)
{
    size_t cap = 0;

    for (size_t i = 0; i < set->count; i++)
        if (set->entries[i].at[SIDE_AFTER].exists
            && !set->entries[i].at[SIDE_BEFORE].exists
            && !note_folders(tree, arena, set, &cap, set->entries[i].path, err))
            return false;
    return true;
}

bool set_build(struct worktree *tree, struct arena *arena,
               const struct file_result *results, size_t count, struct set *set,
               struct error *err)
{
    struct claims claims = { 0 };
    struct change look = { .tree = tree, .set = set, .arena = arena };

    if (!collect(arena, results, count, &claims, err))
        return false;
    set->entries = arena_array(arena, claims.count + 1, sizeof(*set->entries));
    fill_entries(set, &claims);
    for (size_t i = 0; i < claims.count; i++)
        if (!judge(&look, &claims.at[i], &set->entries[i], err))
            return false;
    fill_after(set, &claims);
    if (drop_idle(set) > LIMIT_SET_BYTES)
        return error_set(err, ERROR_LIMIT, "more than %zu MiB in one write",
                         LIMIT_SET_BYTES >> 20);
    return temp_name_all(set, err) && find_folders(tree, arena, set, err);
}
