/*
 * Runs a fuzz target over its corpus, without a fuzzer: each file of
 * tests/fuzz/corpus/NAME is one test. NAME is the program's own name without
 * "test_". A target that crashes ends the program, which counts as a failure.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define LIMIT_INPUT_BYTES ((size_t)1 << 20)

static int replay(const char *dir, const char *name, int number)
{
    static uint8_t bytes[LIMIT_INPUT_BYTES];
    char path[4096];

    int length = snprintf(path, sizeof(path), "%s/%s", dir, name);
    FILE *file = length < (int)sizeof(path) ? fopen(path, "rb") : NULL;
    if (!file) {
        printf("not ok %d - %s\n", number, path);
        return 1;
    }
    size_t size = fread(bytes, 1, sizeof(bytes), file);
    fclose(file);
    uint8_t *copy = malloc(size ? size : 1); // exact, so that ASan sees its end
    memcpy(copy, bytes, size);
    LLVMFuzzerTestOneInput(copy, size);
    free(copy);
    printf("ok %d - %s\n", number, path);
    fflush(stdout);
    return 0;
}

int main(int argc, char **argv)
{
    const char *slash = strrchr(argv[0], '/');
    const char *name = slash ? slash + 1 : argv[0];
    char dir[4096];
    struct dirent *entry;
    int number = 0, failed = 0;

    if (argc > 1)
        snprintf(dir, sizeof(dir), "%s", argv[1]);
    else
        snprintf(dir, sizeof(dir), "tests/fuzz/corpus/%s",
                 strncmp(name, "test_", 5) == 0 ? name + 5 : name);
    DIR *corpus = opendir(dir);
    if (!corpus) {
        printf("not ok 1 - no corpus %s\n", dir);
        return 1;
    }
    while ((entry = readdir(corpus)) != NULL)
        if (entry->d_name[0] != '.')
            failed += replay(dir, entry->d_name, ++number);
    closedir(corpus);
    return failed > 0 || number == 0;
}
