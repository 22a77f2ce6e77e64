/* A hunk without lines stands for what is done to the file as a whole. */
#include "deed.h"

#include "kerf/patch/binary.h"

#include "view.h"

#define EXECUTE_BITS 0111

const char *deed_mode(const struct file_patch *file, const struct preimage *pre)
{
    bool was = pre && pre->exists && (pre->mode & EXECUTE_BITS);
    bool will = file->mode & EXECUTE_BITS;

    if (file->mode == 0 || was == will)
        return "";
    return will ? "executable" : "no longer executable";
}

static struct str binary_words(struct arena *arena,
                               const struct binary_data *data, size_t before)
{
    size_t after = data->bytes.len;
    struct error err;
    bool difference = data->kind == BINARY_DELTA
                      && !binary_check_delta(data->bytes, &after, &err);

    return arena_printf(arena, "binary, %s%s%s",
                        before > 0 ? number_bytes(before).at : "",
                        before > 0 ? " -> " : "",
                        difference ? "a difference" : number_bytes(after).at);
}

struct str deed_words(struct arena *arena, const struct file_patch *file,
                      const struct preimage *pre)
{
    const char *mode = deed_mode(file, pre);

    if (file->binary)
        return binary_words(arena, &file->binary->forward,
                            pre ? pre->bytes.len : 0);
    if (file->action == FILE_DELETE)
        return STR("the file goes");
    if (file->action != FILE_UPDATE)
        return STR("an empty file");
    if (file->move_to.len > 0)
        return STR("no line changes");
    if (mode[0])
        return arena_printf(arena, "the mode alone: %s", mode);
    return STR("no change");
}
