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
mkdir -p "$BUILD"
for target in "$@"; do
    name=$(basename "$target" .c)
    name=${name#fuzz_}
    sources=
    for module in $pure; do sources="$sources $(echo src/$module/*.c)"; done
    case $name in
    keys|keymap)
        sources="$sources $(echo ui/keys*.c) ui/keymap.c ui/bindings.c" ;;
    head) sources="$sources src/net/http_head.c src/net/url.c" ;;
    http)
        for part in http_read http_write proxy_talk refusal status ws_frame; do
            sources="$sources src/sim/$part.c"
        done ;;
    esac
    # shellcheck disable=SC2086 # words are meant to split
    $CC $flags "$target" $sources -o "$BUILD/$name" $libs
    mkdir -p "$BUILD/corpus/$name"
    echo "fuzz $name, $SECONDS_EACH s"
    "$BUILD/$name" -max_total_time="$SECONDS_EACH" -timeout=5 \
        -rss_limit_mb=1024 -print_final_stats=1 \
        "$BUILD/corpus/$name" "tests/fuzz/corpus/$name" 2>&1 | tail -n 12
done
