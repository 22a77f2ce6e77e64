#!/bin/sh
# Runs the given test programs, JOBS at a time (one for each processor), and
# sums up: "N passed, N failed". A program that crashes or prints no result
# counts as one failure; a test that says it was skipped counts as neither.
set -u
# A make that runs this must not speak through to those that tests run, nor
# choose their compiler.
unset MAKEFLAGS MFLAGS MAKELEVEL CC

# Runs one program, shows what it says if it fails, and adds a line of counts.
run_one() {
    out=$(mktemp "$KERF_TEST_RESULTS/XXXXXX")
    CMOCKA_MESSAGE_OUTPUT=TAP timeout "${TEST_TIMEOUT:-300}" "$1" >"$out" 2>&1
    status=$?
    good=$(grep -c '^ok ' "$out")
    skip=$(grep -c '^[a-z ]*ok .*# SKIP' "$out")
    bad=$(grep '^not ok ' "$out" | grep -vc '# SKIP')
    if [ "$status" -ne 0 ] && [ "$bad" -eq 0 ] ||
       [ "$((good + bad + skip))" -eq 0 ]; then
        bad=$((bad + 1))
    fi
    if [ "$bad" -ne 0 ]; then
        { printf '%s: exit status %d\n' "$1" "$status"
          grep -v '^ok ' "$out" | tail -n 200; } >"$out.said"
        cat "$out.said"
    fi
    echo "$good $bad $skip" >>"$KERF_TEST_RESULTS/counts"
}

if [ -n "${KERF_TEST_RESULTS:-}" ]; then
    run_one "$1"
    exit 0
fi

KERF_TEST_RESULTS=$(mktemp -d)
export KERF_TEST_RESULTS
trap 'rm -rf "$KERF_TEST_RESULTS"' EXIT
: >"$KERF_TEST_RESULTS/counts"
printf '%s\0' "$@" | xargs -0 -r -n 1 -P "${JOBS:-$(nproc)}" sh "$0"
awk -v programs="$#" '
    { passed += $1; failed += $2; skipped += $3 }
    END {
        failed += programs - NR # the runs that did not come to an end
        printf "%d passed, %d failed", passed, failed
        if (skipped > 0)
            printf ", %d skipped", skipped
        print ""
        exit failed > 0
    }' "$KERF_TEST_RESULTS/counts"
