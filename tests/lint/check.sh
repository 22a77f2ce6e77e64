#!/bin/sh
# Proves the rules of the house that a script can prove. Each broken rule is a
# line FILE:LINE: what; any of them fails the build.
#   usage: BUILD=dir CC=gcc tests/lint/check.sh
set -uf
cd "$(dirname "$0")/../.." || exit 1
report=$(mktemp)
trap 'rm -f "$report"' EXIT

sources=$(git ls-files -co --exclude-standard -- 'src/*.c' 'src/*.h' 'ui/*.c' \
    'ui/*.h' 'include/*.h')
tests=$(git ls-files -co --exclude-standard -- 'tests/*.c' 'tests/*.h' |
    grep -v '^tests/demo/')
public=$(git ls-files -co --exclude-standard -- 'include/*.h')

# --- layers: who includes whom ------------------------------------------------
awk '
    FNR == NR {
        if ($0 ~ /^[a-z]/)
            for (i = 3; i <= NF; i++) may[$1, $i] = 1
        next
    }
    FNR == 1 {
        split(FILENAME, part, "/")
        module = part[1] == "include" ? part[3] : part[2]
        if (part[1] == "ui") module = "ui"
        if (FILENAME == "src/main.c") module = "cli"
    }
    match($0, /^#include "kerf\/[a-z]+\//) {
        other = substr($0, RSTART + 15, RLENGTH - 16)
        if (other != module && !((module, other) in may) \
            && FILENAME != "src/main.c")
            printf "%s:%d: %s may not include %s (tests/lint/layers.txt)\n",
                FILENAME, FNR, module, other
    }
' tests/lint/layers.txt $sources >>"$report"

# --- library headers stay where they belong ------------------------------------
while read -r header allowed; do
    case $header in '' | '#'*) continue ;; esac
    grep -nF "#include <$header>" $sources $tests /dev/null |
        while IFS=: read -r file line _; do
            for pattern in $allowed; do
                # shellcheck disable=SC2254 # a pattern is meant
                case $file in $pattern) continue 2 ;; esac
            done
            echo "$file:$line: <$header> belongs to $allowed only"
        done
done <tests/lint/headers.txt >>"$report"

# --- tests see public headers only ------------------------------------------------
grep -nE '#include "(\.\./)+(src|ui)/' $tests /dev/null |
    sed 's/:#include.*/: tests include public headers only/' >>"$report"

# --- banned functions, typedefs of structs, unfinished work ------------------------
grep -nE '(^|[^_a-zA-Z0-9.>])(strcpy|strcat|sprintf|gets|strtok|atoi|alloca|system|popen)\(' \
    $sources $tests /dev/null |
    sed -E 's/^([^:]*:[0-9]+):.*/\1: a banned function/' >>"$report"
grep -nE '^typedef (struct|enum|union)[^()]*$' $sources /dev/null |
    sed -E 's/^([^:]*:[0-9]+):.*/\1: struct x without typedef/' >>"$report"
grep -nE '(^|[^X])(TODO|FIXME|XXX([^X]|$))' $sources $tests /dev/null |
    sed -E 's/^([^:]*:[0-9]+):.*/\1: unfinished work/' >>"$report"

# --- lengths -------------------------------------------------------------------------
awk '
    function close_file() {
        limit = last ~ /\.h$/ && last ~ /^include/ ? 200 : 700
        if (last != "" && count > limit)
            printf "%s:%d: %d lines, the limit is %d\n", last, count, count,
                limit
    }
    FNR == 1 { close_file(); last = FILENAME; inside = 0 }
    { count = FNR }
    length($0) > 80 && $0 !~ /https?:\/\// {
        bytes = $0
        gsub(/[\200-\277]/, "", bytes)
        if (length(bytes) > 80)
            printf "%s:%d: longer than 80 columns\n", FILENAME, FNR
    }
    /^{$/ { inside = 1; start = FNR; cases = 0 }
    inside && /^    switch/ { cases = 1 }
    /^}/ && inside {
        inside = 0
        most = cases ? 100 : 60
        if (FNR - start - 1 > most)
            printf "%s:%d: a function of %d lines, the limit is %d\n",
                FILENAME, start, FNR - start - 1, most
    }
    END { close_file() }
' $sources $tests >>"$report"

# --- each block of public prototypes has a comment, each file a theory ---------------
awk '
    FNR == 1 { above = ""; open = 0; depth = 0 }
    {
        if ($0 ~ /^[a-z].*[a-z_0-9]\(/ && $0 !~ /^(typedef|return|static)/ \
            && depth == 0 && above !~ /\*\/$/ && above !~ /[;,(]$/ \
            && above !~ /^[a-z].*[a-z_*]$/)
            printf "%s:%d: a public prototype without a comment\n", FILENAME,
                FNR
        depth += gsub(/{/, "{") - gsub(/}/, "}")
        above = $0
    }
' $public >>"$report"
for file in $sources; do
    case $file in *.c) ;; *) continue ;; esac
    head -n 1 "$file" | grep -q '^/\*' ||
        echo "$file:1: a file opens with its theory" >>"$report"
done

# --- public headers compile alone -------------------------------------------------------
flags="-std=c17 -D_GNU_SOURCE -Iinclude"
for header in $public; do
    ${CC:-cc} $flags -fsyntax-only -x c "$header" 2>/dev/null ||
        echo "$header:1: does not compile alone" >>"$report"
done

# --- pure modules call nothing impure; nobody has mutable globals -----------------------
pure=$(awk '$2 == "pure" { print $1 }' tests/lint/layers.txt)
for module in $pure; do
    nm -u "$BUILD/lib/lib$module.a" 2>/dev/null | awk '
        FNR == NR { for (i = 1; i <= NF; i++) bad[$i] = 1; next }
        /:$/ { object = $0; sub(/\.o:$/, ".c", object) }
        $1 == "U" {
            sub(/@.*/, "", $2)
            if ($2 in bad)
                printf "src/%s/%s:1: a pure module calls %s\n", module,
                    object, $2
        }' module="$module" tests/lint/impure.txt - >>"$report"
done
for archive in $(find "$BUILD/lib" -name 'lib*.a' | sort); do
    objdump -t "$archive" 2>/dev/null | awk '
        FNR == NR { if ($0 !~ /^#/) allowed[$1, $2] = 1; next }
        / file format / { object = $1; sub(/\.o:$/, ".c", object) }
        / O \.(data|bss)(\.[^r][^ ]*)?[ \t]/ {
            name = $NF
            sub(/\.[0-9]+$/, "", name)
            if (name !~ /^__/ && !((archive, name) in allowed))
                printf "%s/%s:1: %s is a mutable global\n", archive, object,
                    name
        }' archive="$(basename "$archive")" tests/lint/globals.txt - \
        >>"$report"
done

# --- layout, manuals -----------------------------------------------------------------------
if command -v clang-format >/dev/null; then
    clang-format --dry-run -Werror $sources $tests 2>&1 |
        grep -E '^[^ ].*error:' |
        sed -E 's/^([^:]*:[0-9]+):.*/\1: not as clang-format has it/' |
        sort -u >>"$report"
fi
if command -v mandoc >/dev/null; then
    mandoc -Tlint -W warning $(find man -name '*.[15]' | sort) 2>&1 | sed 's/^mandoc: //' >>"$report"
fi

if [ -s "$report" ]; then
    cat "$report"
    printf '%d rules broken\n' "$(wc -l <"$report")"
    exit 1
fi
echo "all rules hold: layers, purity, globals, headers, lengths, comments, layout, manuals"
