#!/bin/sh
# Runs the given test programs and sums up: "N passed, N failed".
# A program that crashes or prints no result counts as one failure; a test
# that says it was skipped counts as neither.
set -u
# A make that runs this must not speak through to those that tests run, nor
# choose their compiler.
unset MAKEFLAGS MFLAGS MAKELEVEL CC
passed=0 failed=0 skipped=0
out=$(mktemp)
trap 'rm -f "$out"' EXIT
for program in "$@"; do
    CMOCKA_MESSAGE_OUTPUT=TAP timeout "${TEST_TIMEOUT:-300}" \
        "$program" >"$out" 2>&1
    status=$?
    good=$(grep -c '^ok ' "$out")
    skip=$(grep -c '^[a-z ]*ok .*# SKIP' "$out")
    bad=$(grep '^not ok ' "$out" | grep -vc '# SKIP')
    if [ "$status" -ne 0 ] && [ "$bad" -eq 0 ] ||
       [ "$((good + bad + skip))" -eq 0 ]; then
        bad=$((bad + 1))
    fi
    if [ "$bad" -ne 0 ]; then
        printf '%s: exit status %d\n' "$program" "$status"
        grep -v '^ok ' "$out" | tail -n 200
    fi
    passed=$((passed + good)) failed=$((failed + bad))
    skipped=$((skipped + skip))
done
if [ "$skipped" -gt 0 ]; then
    printf '%d passed, %d failed, %d skipped\n' \
        "$passed" "$failed" "$skipped"
else
    printf '%d passed, %d failed\n' "$passed" "$failed"
fi
[ "$failed" -eq 0 ]
