#!/bin/sh
# Builds each fuzz target with libFuzzer under ASan and UBSan and runs it for
# SECONDS_EACH seconds. New inputs go to BUILD/corpus, crashes end the script.
#   usage: CC=clang BUILD=dir SECONDS_EACH=60 tests/fuzz/run.sh fuzz_*.c
set -eu
pure="base text patch config model wire"
flags="-std=c17 -g -O1 -D_GNU_SOURCE -Iinclude
       -DKERF_VERSION=\"fuzz\" -DKERF_DATADIR=\"\"
       -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all
       $(pkg-config --cflags jansson libutf8proc zlib)"
libs="$(pkg-config --libs jansson libutf8proc zlib) -lmd4c -linih"
mkdir -p "$BUILD/obj"

# Compiles one source; prints where the object is.
compile() {
    object="$BUILD/obj/$(echo "${1%.c}" | tr / -).o"
    # shellcheck disable=SC2086 # words are meant to split
    $CC $flags -c "$1" -o "$object"
    echo "$object"
}

shared=
for module in $pure; do
    for source in src/"$module"/*.c; do
        shared="$shared $(compile "$source")"
    done
done
for target in "$@"; do
    name=$(basename "$target" .c)
    name=${name#fuzz_}
    sources=$target
    case $name in
    keys|keymap)
        sources="$sources $(echo ui/keys*.c) ui/keymap.c ui/bindings.c" ;;
    head) sources="$sources src/net/http_head.c src/net/url.c" ;;
    deflate)
        for part in deflate deflate_terms http_read; do
            sources="$sources src/sim/$part.c"
        done ;;
    http)
        for part in http_read http_write proxy_talk refusal status ws_frame; do
            sources="$sources src/sim/$part.c"
        done ;;
    esac
    objects=$shared
    for source in $sources; do objects="$objects $(compile "$source")"; done
    # shellcheck disable=SC2086 # words are meant to split
    $CC $flags $objects -o "$BUILD/$name" $libs
    mkdir -p "$BUILD/corpus/$name"
    echo "fuzz $name, $SECONDS_EACH s"
    found=0
    "$BUILD/$name" -max_total_time="$SECONDS_EACH" -timeout=5 \
        -rss_limit_mb=1024 -print_final_stats=1 -artifact_prefix="$BUILD/" \
        "$BUILD/corpus/$name" "tests/fuzz/corpus/$name" \
        >"$BUILD/$name.log" 2>&1 || found=$?
    tail -n 12 "$BUILD/$name.log"
    [ "$found" -eq 0 ] || exit "$found"
done
