#!/bin/sh
# demo.sh BUILD_DIR: makes a scratch copy of tests/demo/program, a small C
# program that does not build, and lets kerf repair it. Nothing here changes.
set -eu

if [ $# -ne 1 ] || [ ! -x "$1/kerf" ]; then
    echo "usage: demo.sh BUILD_DIR (with kerf and kerf-sim in it)" >&2
    exit 2
fi
build=$(cd "$1" && pwd)
here=$(cd "$(dirname "$0")" && pwd)
scratch=$(mktemp -d "${TMPDIR:-/tmp}/kerf-demo.XXXXXX")

cp "$here"/program/* "$scratch"
cd "$scratch"
git -c init.defaultBranch=main init -q
printf '*.o\ntextstat\n' >.gitignore
git add .
git -c user.name='kerf demo' -c user.email=demo@localhost \
    -c commit.gpgSign=false -c core.hooksPath=/dev/null \
    commit -q -m 'textstat, broken in four places'

# A make that runs this script must not speak through to the one in it.
unset MAKEFLAGS MFLAGS MAKELEVEL

echo "kerf demo: a scratch copy is in $scratch"
exec "$build/kerf" fix -- make
