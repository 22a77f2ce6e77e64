#!/bin/sh
# Proves that check.sh can fail: in a small tree of its own that keeps all
# rules, one violation after the other is planted, and its message expected.
#   usage: CC=gcc tests/lint/selftest.sh
set -u
here=$(cd "$(dirname "$0")" && pwd)
tree=$(mktemp -d "${TMPDIR:-/tmp}/kerf-lint.XXXXXX")
trap 'rm -rf "$tree"' EXIT
cd "$tree" || exit 1
CC=${CC:-cc} BUILD=build
export CC BUILD
passed=0 failed=0

# --- a tree of three modules: base, the pure text, and the ui ----------------

mkdir -p include/kerf/base include/kerf/text src/base src/text ui tests/lint \
    tests/unit/text man build/lib
git init -q .
echo /build >.gitignore
cp "$here"/*.sh "$here"/*.txt tests/lint
cp "$here/../../.clang-format" .
echo 'base _ _' >README.md
: >Makefile
cat >tests/lint/globals.txt <<'END'
base counted an example of what may stay
END

cat >include/kerf/base/count.h <<'END'
/* Counting. */
#ifndef KERF_BASE_COUNT_H
#define KERF_BASE_COUNT_H

enum kind {
    KIND_ONE,
    KIND_TWO,
};

/* Counts one more. */
int count_more(void);

#endif
END
cat >src/base/count.c <<'END'
/* The count is the one thing that lasts. */
#include "kerf/base/count.h"

static int counted;

int count_more(void)
{
    return ++counted;
}
END
cat >src/base/private_folder.c <<'END'
/* What base does beside computing. */
int private_folder_open(void);

int private_folder_open(void)
{
    return -1;
}
END
cat >include/kerf/text/word.h <<'END'
/* Words. */
#ifndef KERF_TEXT_WORD_H
#define KERF_TEXT_WORD_H

#include <stddef.h>

/* Returns how many bytes the word has. */
size_t word_length(const char *word);

#endif
END
cat >src/text/word.c <<'END'
/* A word ends where the string ends. */
#include "kerf/text/word.h"

#include <string.h>

size_t word_length(const char *word)
{
    return strlen(word);
}
END
cat >src/text/parts.h <<'END'
/* What the files of the module share. */
#ifndef KERF_TEXT_PARTS_H
#define KERF_TEXT_PARTS_H

#include <stddef.h>

size_t word_twice(const char *word);

#endif
END
cat >ui/view.c <<'END'
/* A view of a kind. */
#include "kerf/base/count.h"

int view_of(enum kind kind);

int view_of(enum kind kind)
{
    switch (kind) {
    case KIND_ONE: return 1;
    case KIND_TWO: return 2;
    }
    return 0;
}
END
cat >tests/unit/text/test_word.c <<'END'
/* Words have lengths. */
#include "kerf/text/word.h"

int main(void)
{
    return word_length("abc") != 3;
}
END
cat >man/kerf.1 <<'END'
.Dd January 1, 2026
.Dt KERF 1
.Os
.Sh NAME
.Nm kerf
.Nd a strip of material
END

# --- planting ------------------------------------------------------------------

build_all() {
    for module in base text ui; do
        dir=src/$module
        [ $module = ui ] && dir=ui
        rm -f build/*.o "build/lib/lib$module.a"
        for file in "$dir"/*.c; do
            name=${file##*/}
            $CC -std=c17 -D_GNU_SOURCE -Iinclude -fPIE -w -c "$file" \
                -o "build/${name%.c}.o" || exit 1
        done
        ar rc "build/lib/lib$module.a" build/*.o
    done
}

# expect WHERE WHAT: a line of the report begins and goes on so.
expect() {
    out=$(tests/lint/check.sh 2>&1)
    if printf "%s\n" "$out" | grep -F "$1" | grep -qF "$2"; then
        passed=$((passed + 1))
    else
        printf "not found: %s %s\n%s\n" "$1" "$2" "$out"
        failed=$((failed + 1))
    fi
    git checkout -q . && git clean -fdq
}

# Makes one edit (a sed script on a file), then expects.
plant() {
    sed "$2" "$1" >edited && cat edited >"$1" && rm edited
    expect "$3" "$4"
}

# The same where objects are judged.
plant_built() {
    sed "$2" "$1" >edited && cat edited >"$1" && rm edited
    build_all
    expect "$3" "$4"
    build_all
}

build_all
git add . && git -c user.name=t -c user.email=t@localhost \
    -c commit.gpgSign=false -c core.hooksPath=/dev/null commit -q -m tree
out=$(tests/lint/check.sh 2>&1) || {
    printf 'the tree without a violation fails:\n%s\n' "$out"
    exit 1
}

count=src/base/count.c view=ui/view.c word=src/text/word.c
head=include/kerf/base/count.h test=tests/unit/text/test_word.c

plant $count '3s|^|#include "kerf/text/word.h"|' "$count:3:" \
    'base may not include text'
plant $head '4s|^|#include <kerf/text/word.h>|' "$head:4:" \
    'base may not include text'
plant $test '3s|^|#include "kerf/ui/ui.h"|' "$test:3:" \
    'text may not include ui'
plant $view '3s|^|#include "../src/text/parts.h"|' "$view:3:" \
    'private headers are for their own folder'
plant $word '5s|^|#include <jansson.h>|' "$word:5:" \
    '<jansson.h> belongs to src/base/json.c'
plant $word '5s|^|#  include <openssl/ssl.h>|' "$word:5:" \
    '<openssl/ssl.h> belongs to src/net/tls.c'
plant $word '5s|^|#include <glib.h>|' "$word:5:" \
    '<glib.h> is a new dependency'
plant $word '2d; 4a#include "kerf/text/word.h"' "$word:3:" \
    'its own header comes first'
plant $head 's/KERF_BASE_COUNT_H/COUNT_H/' "$head:2:" \
    'the guard of this path is KERF_BASE_COUNT_H'
plant $test '3s|^|#include "../../../src/text/parts.h"|' "$test:3:" \
    'tests include public headers only'

for name in strcpy strcat sprintf gets strtok atoi alloca system popen; do
    plant $word "7s|{|{ // $name(word);|" "$word:7:" 'a banned function'
done
plant $test '3s|^|typedef struct word word;|' "$test:3:" \
    'struct x without typedef'
plant $word '3s|^|// TODO|' "$word:3:" 'unfinished work'
plant README.md '1s|$| FIXME|' README.md:1: 'unfinished work'

long=$(printf '%090d' 0)
plant $test "3s|^|// $long|" "$test:3:" 'longer than 80 columns'
plant $test "3s|^| |" "$test:3:" 'a blank at the end'
lines() {
    i=0
    while [ $i -lt "$1" ]; do
        echo "$2"
        i=$((i + 1))
    done
}
lines 61 '    count_more();' >lines
plant $count '7r lines' "$count:7:" 'a function of 62 lines, the limit is 60'
lines 190 '// A line.' >lines
plant $head '10r lines' "$head:203:" '203 lines, the limit is 200'
lines 200 '// A line.' >lines
plant src/text/parts.h '4r lines' src/text/parts.h:209: \
    '209 lines, the limit is 200'
lines 700 '// A line.' >lines
plant $count '3r lines' "$count:709:" '709 lines, the limit is 700'

plant $head '/Counts one more/d' "$head:10:" \
    'a public prototype without a comment'
plant $head '/Counts one more/s|.*|struct count;|' "$head:11:" \
    'a public prototype without a comment'
plant $word 1d "$word:1:" 'a file opens with its theory'
plant $test 1d "$test:1:" 'a file opens with its theory'
plant include/kerf/text/word.h '/stddef/d' include/kerf/text/word.h:1: \
    'does not compile alone'
plant src/text/parts.h '/stddef/d' src/text/parts.h:1: \
    'does not compile alone'
plant $view 's|case KIND_TWO|default|' "$view:8:" \
    "'KIND_TWO' is hidden by a default"

mv build/lib/libtext.a build/hidden
expect src/text:1: 'not built'
mv build/hidden build/lib/libtext.a
plant_built $word 's|strlen(word)|(size_t)puts(word)|; s|string|stdio|' \
    src/text/word.c:1: 'a pure module calls puts'
plant_built $word 's|strlen(word)|(size_t)private_folder_open()|
    s|#include <string.h>|int private_folder_open(void);|' \
    src/text/word.c:1: 'a pure module calls private_folder_open'
plant_built $word 's|return.*|static int many;\n\n    many++;\n    &|' \
    src/text/word.c:1: 'many is a mutable global'
plant_built $count 's|static int counted|static _Thread_local int counter|
    s|++counted|++counter|' src/base/count.c:1: 'counter is a mutable global'
plant tests/lint/globals.txt '1a\
base nowhere is not there' tests/lint/globals.txt:2: 'there is no nowhere'

if clang-format --version 2>/dev/null | grep -q 'version 14\.'; then
    plant $word 's|    return|  return|' "$word:7:" 'not as clang-format has it'
fi
if command -v mandoc >/dev/null; then
    plant man/kerf.1 '/^.Nd/d' man/kerf.1: 'NAME section without description'
fi

printf 'lint: %d violations found, %d passed over\n' "$passed" "$failed"
[ "$failed" -eq 0 ]
