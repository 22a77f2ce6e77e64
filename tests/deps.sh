#!/bin/sh
# Installs what is missing to build and test kerf (Debian and its children), or
# names the packages of other systems. Quick when nothing is missing.
set -u

debian="gcc libc6-dev make pkg-config libncurses-dev libwebsockets-dev
libwebsockets-evlib-uv libssl-dev libgit2-dev libjansson-dev libuv1-dev
libsqlite3-dev libmd4c-dev libutf8proc-dev libinih-dev libpcre2-dev
libcurl4-openssl-dev zlib1g-dev libcmocka-dev libvterm-dev git ca-certificates
mandoc clang clang-format unicode-data tmux"
# The sanitizers of clang, for make fuzz; elsewhere they come with clang.
grep -qs '^VERSION_CODENAME=bookworm' /etc/os-release &&
    debian="$debian libclang-rt-14-dev"

other_systems() {
    cat >&2 <<'END'
kerf: apt-get is not here; install these packages and run make again:
  Fedora:   gcc make pkgconf ncurses-devel libwebsockets-devel openssl-devel
            libcurl-devel libgit2-devel jansson-devel libuv-devel sqlite-devel
            md4c-devel utf8proc-devel inih-devel pcre2-devel zlib-devel
            libcmocka-devel libvterm-devel git mandoc clang clang-tools-extra
            compiler-rt
  Arch:     gcc make pkgconf ncurses libwebsockets openssl curl libgit2 jansson
            libuv sqlite md4c libutf8proc libinih pcre2 zlib cmocka libvterm
            git mandoc clang compiler-rt
  Homebrew: pkg-config ncurses libwebsockets openssl@3 curl libgit2 jansson
            libuv sqlite md4c utf8proc inih pcre2 zlib cmocka libvterm
            mandoc clang-format
Then KERF_DEPS=have make ... leaves this check out.
END
    exit 1
}

[ "${KERF_DEPS:-}" = have ] && exit 0
command -v apt-get >/dev/null && command -v dpkg-query >/dev/null ||
    other_systems

missing=
for package in $debian; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null |
        grep -q 'ok installed' || missing="$missing $package"
done
[ -z "$missing" ] && exit 0

as_root=
if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || {
        echo "kerf: these packages are missing, and installing needs root:$missing" >&2
        exit 1
    }
    as_root=sudo
fi
echo "kerf: installing$missing"
# shellcheck disable=SC2086 # words are meant to split
$as_root apt-get update -qq >/dev/null &&
    DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq \
        --no-install-recommends $missing >/dev/null || {
    echo "kerf: apt-get could not install:$missing" >&2
    exit 1
}
