/* Patches and files that several tests of the views look at. */
#ifndef KERF_TESTS_UI_SAMPLES_H
#define KERF_TESTS_UI_SAMPLES_H

/* Hunks: h1 fits, h2 is a conflict, h3 a new file, h4 fits. */
#define SAMPLE_PATCH                             \
    "*** Begin Patch\n"                          \
    "*** Update File: src/net/retry.c\n"         \
    "@@ int net_send(\n"                         \
    "     int rc;\n"                             \
    "-    while (send(fd) < 0)\n"                \
    "-        ;\n"                               \
    "+    int tries = 0;\n"                      \
    "+    while (send(fd) < 0 && ++tries < 5)\n" \
    "+        poll(&p, 1, 50);\n"                \
    "     return rc;\n"                          \
    "@@\n"                                       \
    "-int nowhere(void)\n"                       \
    "+int somewhere(void)\n"                     \
    "*** Add File: notes.txt\n"                  \
    "+one\n"                                     \
    "+two\n"                                     \
    "*** Update File: src/conf.h\n"              \
    "@@\n"                                       \
    "-#define A 1\n"                             \
    "+#define A 2\n"                             \
    "*** End Patch\n"

#define SAMPLE_RETRY             \
    "#include <net.h>\n"         \
    "\n"                         \
    "int net_send(int fd)\n"     \
    "{\n"                        \
    "    int rc;\n"              \
    "    while (send(fd) < 0)\n" \
    "        ;\n"                \
    "    return rc;\n"           \
    "}\n"

#define SAMPLE_CONF "#define A 1\n"

#endif
