/*
 * ncurses gets marks instead: characters of a private plane, one cell each. In
 * its bytes a mark becomes
 *
 *     save the cursor, blanks, back, the cluster, back, one cell forward
 *
 * and a fill one cell forward, so that whatever the terminal makes of the
 * cluster, the cursor is where ncurses believes it to be, and a terminal that
 * needs fewer cells leaves blanks of the right colour. The cells are counted so
 * that none needs more (width.h).
 *
 * A mark stands for one cluster as long as the table lives; ncurses compares
 * marks as it compares characters.
 */
#include "screen_clusters.h"

#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "kerf/base/arena.h"
#include "kerf/base/utf8.h"

#define FIRST_PICTURE 0x1f000 // below, only what is joined is in doubt
#define LAST_PICTURE 0x1faff

void clusters_release(struct clusters *clusters)
{
    free(clusters->list);
    *clusters = (struct clusters){ 0 };
}

static bool is_picture(uint32_t code)
{
    return code >= FIRST_PICTURE && code <= LAST_PICTURE;
}

// Joiners, variation selectors, the keycap, skin tones, tags.
static bool changes_shape(uint32_t code)
{
    return code == 0x200d || (code >= 0xfe00 && code <= 0xfe0f)
           || code == 0x20e3 || is_picture(code)
           || (code >= 0xe0020 && code <= 0xe007f);
}

// Signs that are written around the number or word behind them: a cell for
// some, none for others (Grapheme_Cluster_Break=Prepend).
static bool is_around(uint32_t code)
{
    static const uint32_t ranges[][2] = {
        { 0x0600, 0x0605 },   { 0x06dd, 0x06dd },   { 0x070f, 0x070f },
        { 0x0890, 0x0891 },   { 0x08e2, 0x08e2 },   { 0x0d4e, 0x0d4e },
        { 0x110bd, 0x110bd }, { 0x110cd, 0x110cd }, { 0x111c2, 0x111c3 },
    };

    for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++)
        if (code >= ranges[i][0] && code <= ranges[i][1])
            return true;
    return false;
}

static bool is_private(uint32_t code)
{
    return code >= 0xf0000;
}

// What a terminal may be sent at all.
static bool is_printable(uint32_t code)
{
    return is_picture(code) || wcwidth((wchar_t)code) > 0;
}

// Says whether terminals may differ about a cell.
static bool is_doubtful(const struct cell *cell)
{
    uint32_t base = cell->code[0];

    if (base < 0x80 && cell->code[1] == 0)
        return false;
    if (!is_printable(base))
        return false;
    if (is_picture(base) || is_private(base) || is_around(base)
        || wcwidth((wchar_t)base) != cell->width)
        return true;
    for (size_t i = 1; i < CELL_CODES && cell->code[i] != 0; i++)
        if (changes_shape(cell->code[i]))
            return true;
    return false;
}

static void add_codes(struct cluster *cluster, size_t *count,
                      const struct cell *cell)
{
    for (size_t i = 0; i < CELL_CODES && cell->code[i] != 0; i++)
        if (*count + 1 < CLUSTER_CODES)
            cluster->code[(*count)++] = cell->code[i];
}

// Gathers a cluster from its cells; returns whether it needs a mark.
static bool gather(const struct cell *cell, size_t left,
                   struct cluster *cluster)
{
    size_t count = 0;
    bool doubtful = false;

    memset(cluster, 0, sizeof(*cluster));
    for (size_t at = 0; at < left; at += cell[at].width) {
        if (cell[at].width == 0 || at + cell[at].width > left
            || (at > 0 && !cell[at].joined))
            break;
        doubtful = doubtful || at > 0 || is_doubtful(&cell[at]);
        add_codes(cluster, &count, &cell[at]);
        cluster->cells = at + cell[at].width;
    }
    return doubtful;
}

static size_t find(const struct clusters *clusters,
                   const struct cluster *cluster)
{
    size_t i = 0;

    while (i < clusters->count
           && memcmp(&clusters->list[i], cluster, sizeof(*cluster)) != 0)
        i++;
    return i;
}

uint32_t clusters_mark(struct clusters *clusters, const struct cell *cell,
                       size_t left, size_t *cells)
{
    struct cluster cluster;

    if (!gather(cell, left, &cluster) || !is_printable(cluster.code[0]))
        return 0;
    size_t at = find(clusters, &cluster);
    if (at == LIMIT_CLUSTERS)
        return 0;
    if (at == clusters->cap) {
        clusters->cap = clusters->cap ? 2 * clusters->cap : 64;
        clusters->list =
            mem_realloc(clusters->list, clusters->cap * sizeof(struct cluster));
    }
    if (at == clusters->count)
        clusters->list[clusters->count++] = cluster;
    *cells = cluster.cells;
    return CLUSTER_FIRST + (uint32_t)at;
}

// --- writing ---------------------------------------------------------------

static void write_cluster(const struct cluster *cluster, struct buf *out)
{
    buf_append(out, STR("\0337"));
    for (size_t i = 0; i < cluster->cells; i++)
        buf_append_char(out, ' ');
    buf_append(out, STR("\0338"));
    for (size_t i = 0; cluster->code[i] != 0; i++)
        utf8_encode(out, cluster->code[i]);
    buf_append(out, STR("\0338\033[C"));
}

void clusters_write(const struct clusters *clusters, struct str frame,
                    struct buf *out)
{
    uint32_t code;

    while (clusters->count > 0 && frame.len > 0) {
        size_t at = str_find_char(frame, (char)0xf3);
        if (at == SIZE_MAX)
            break;
        buf_append(out, str_take(frame, at));
        frame = str_skip(frame, at);
        size_t len = utf8_decode(frame, &code);
        if (code == CLUSTER_FILL)
            buf_append(out, STR("\033[C"));
        else if (code >= CLUSTER_FIRST
                 && code - CLUSTER_FIRST < clusters->count)
            write_cluster(&clusters->list[code - CLUSTER_FIRST], out);
        else
            buf_append(out, str_take(frame, len));
        frame = str_skip(frame, len);
    }
    buf_append(out, frame);
}
