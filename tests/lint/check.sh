#!/bin/sh
# Proves the rules of the house that a script can prove. Each broken rule is a
# line FILE:LINE: what; any of them fails the build. The tables beside this
# file say what is allowed; selftest.sh proves that each rule can fail.
#   usage: BUILD=dir CC=gcc tests/lint/check.sh
# shellcheck disable=SC2086,SC2046,SC2089,SC2090 # words are meant to split
set -uf
cd "$(dirname "$0")/../.." || exit 1
LC_ALL=C
export LC_ALL
build=${BUILD:-build}
lint=tests/lint
flags='-std=c17 -D_GNU_SOURCE -DKERF_VERSION="" -DKERF_DATADIR="" -Iinclude'

list() {
    git ls-files -co --exclude-standard -- "$@" |
        while read -r file; do [ -e "$file" ] && echo "$file"; done
}
public=$(list 'include/*.h')
private=$(list 'src/*.h' 'ui/*.h')
code=$(list 'src/*.c' 'ui/*.c')
sources="$code $private $public"
tests=$(list 'tests/*.c' 'tests/*.h' | grep -Ev '^tests/(demo|cases)/')

# Who includes whom: layers.txt. A unit test may include what its module may.
rule_layers() {
    awk '
        FNR == NR {
            if ($0 ~ /^[a-z]/)
                for (i = 3; i <= NF; i++) may[$1, $i] = 1
            next
        }
        FNR == 1 {
            split(FILENAME, part, "/")
            module = part[2]
            if (part[1] == "ui") module = "ui"
            if (part[1] != "src" && part[1] != "ui") module = part[3]
            if (FILENAME == "src/main.c") module = "main"
        }
        /^ *# *include *"/ && !/"kerf\// && /"[^"]*\// &&
            !(part[1] == "tests" && /"support\//) {
            printf "%s:%d: private headers are for their own folder\n",
                FILENAME, FNR
        }
        match($0, /^ *# *include *["<]kerf\/[a-z]+\//) {
            other = substr($0, RSTART, RLENGTH - 1)
            sub(/.*\//, "", other)
            if (other != module && module != "main" \
                && !((module, other) in may))
                printf "%s:%d: %s may not include %s (%s/layers.txt)\n",
                    FILENAME, FNR, module, other, lint
        }
    ' lint=$lint $lint/layers.txt $sources \
        $(list 'tests/unit/*.c' 'tests/unit/*.h')
}

# Library headers stay where headers.txt has them; others are in system.txt.
rule_headers() {
    awk '
        function glob(text) {
            gsub(/\./, "\\.", text)
            gsub(/\*/, ".*", text)
            return "^" text "$"
        }
        FILENAME ~ /\.txt$/ && /^#/ { next }
        FILENAME ~ /system\.txt$/ {
            for (i = 1; i <= NF; i++) system_header[$i] = 1
            next
        }
        FILENAME ~ /headers\.txt$/ {
            if (NF == 0) next
            header[++headers] = glob($1)
            $1 = ""
            where[headers] = $0
            next
        }
        !/^ *# *include *</ { next }
        {
            name = $0
            sub(/^[^<]*</, "", name)
            sub(/>.*/, "", name)
            if (name in system_header || name ~ /^kerf\//) next
            found = fits = 0
            for (i = 1; i <= headers; i++) {
                if (name !~ header[i]) continue
                found = i
                count = split(where[i], pattern, " ")
                for (k = 1; k <= count; k++)
                    if (FILENAME ~ glob(pattern[k])) fits = 1
            }
            if (!found)
                printf "%s:%d: <%s> is a new dependency (%s/headers.txt)\n",
                    FILENAME, FNR, name, lint
            else if (!fits)
                printf "%s:%d: <%s> belongs to%s only\n", FILENAME, FNR,
                    name, where[found]
        }
    ' lint=$lint $lint/system.txt $lint/headers.txt $sources $tests
}

# A .c includes its own header first (itself, or in one of its folder), a public
# header is guarded by its path.
rule_own_header() {
    for file in $code; do
        name=${file##*/}
        module=${file%/*}
        module=${module##*/}
        own=
        [ -e "${file%.c}.h" ] && own=${name%.c}.h
        [ -e "include/kerf/$module/${name%.c}.h" ] &&
            own=kerf/$module/${name%.c}.h
        [ "$own" ] && echo "$file $own"
    done | awk '
        # The first include of a file; line is where it stands.
        function first_of(file,    text) {
            line = 0
            while ((getline text < file) > 0) {
                line++
                if (text ~ /^ *# *include/) break
                text = ""
            }
            close(file)
            sub(/^[^"<]*["<]/, "", text)
            sub(/[">].*/, "", text)
            return text
        }
        function includes(file, name,    text, good) {
            while (!good && (getline text < file) > 0)
                good = text == "#include \"" name "\""
            close(file)
            return good
        }
        {
            folder = $1
            sub(/[^\/]*$/, "", folder)
            first = first_of($1)
            if (first != $2 && (first ~ /\// || !includes(folder first, $2)))
                printf "%s:%d: its own header comes first\n", $1, line
        }'
    awk '
        FNR == 1 {
            guard = FILENAME
            sub(/^include\//, "", guard)
            guard = toupper(guard)
            gsub(/[^A-Z0-9]/, "_", guard)
            seen = 0
        }
        /^#ifndef / && !seen++ && $2 != guard {
            printf "%s:%d: the guard of this path is %s\n", FILENAME, FNR,
                guard
        }
    ' $public
}

rule_tests_see_public_headers() {
    grep -nE '# *include *["<](\.\./)*(src|ui)/' $tests /dev/null |
        sed -E 's/^([^:]*:[0-9]+):.*/\1: tests include public headers only/'
}

rule_words() {
    grep -nE '(^|[^_a-zA-Z0-9.>])(strcpy|strcat|sprintf|vsprintf|gets|strtok|atoi|atol|alloca|system|popen)\(' \
        $sources $tests /dev/null |
        sed -E 's/^([^:]*:[0-9]+):.*/\1: a banned function/'
    grep -nE '^typedef (struct|enum|union)[^()]*$' $sources $tests /dev/null |
        sed -E 's/^([^:]*:[0-9]+):.*/\1: struct x without typedef/'
    grep -nE '(^|[^A-Za-z])(TODO|FIXME|XXX)([^A-Za-z]|$)' $sources $tests \
        Makefile README.md /dev/null |
        sed -E 's/^([^:]*:[0-9]+):.*/\1: unfinished work/'
}

rule_lengths() {
    awk '
        function close_file() {
            limit = last ~ /^(include|src|ui).*\.h$/ ? 200 : 700
            if (last != "" && count > limit)
                printf "%s:%d: %d lines, the limit is %d\n", last, count,
                    count, limit
        }
        FNR == 1 { close_file(); last = FILENAME; inside = 0 }
        { count = FNR }
        length($0) > 80 && $0 !~ /https?:\/\// {
            characters = $0
            gsub(/[\200-\277]/, "", characters)
            if (length(characters) > 80)
                printf "%s:%d: longer than 80 columns\n", FILENAME, FNR
        }
        /[ \t]$/ { printf "%s:%d: a blank at the end\n", FILENAME, FNR }
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
    ' $sources $tests
}

# Each block of public prototypes has a comment, each file a theory.
rule_comments() {
    awk '
        FNR == 1 { told = depth = 0; above = "" }
        depth == 0 && /^$/ { told = 0 }
        /\*\/$/ || /\/\// { told = 1 }
        {
            if (/^[a-z].*[a-z_0-9]\(/ && !/^(typedef|return|static)/ \
                && depth == 0 && !told && above !~ /[,(]$/)
                printf "%s:%d: a public prototype without a comment\n",
                    FILENAME, FNR
            depth += gsub(/{/, "{") - gsub(/}/, "}")
            above = $0
        }
    ' $public
    awk 'FNR == 1 && !/^\/\*/ {
        printf "%s:1: a file opens with its theory\n", FILENAME
    }' $sources $tests
}

# Headers compile alone; a `default` hides no value of our enums.
rule_compile() {
    for header in $public $private; do
        ${CC:-cc} $flags -fsyntax-only -x c "$header" 2>/dev/null ||
            echo "$header:1: does not compile alone"
    done
    for file in $code; do
        ${CC:-cc} $flags -Wswitch-enum -fsyntax-only "$file" 2>&1
    done | sed -nE "s/^([^:]*:[0-9]+):.*enumeration value ('[A-Z0-9_]*').*switch-enum.*/\1: \2 is hidden by a default/p"
}

# The archive of a module, as long as it has sources.
archives() {
    awk '/^[a-z]/ { print $1, $2 }' $lint/layers.txt |
        while read -r module kind; do
            dir=src/$module
            [ "$module" = ui ] && dir=ui
            [ -d "$dir" ] && [ "$(list "$dir/*.c")" ] &&
                echo "$module $kind $dir"
        done
}

rule_built() {
    archives | while read -r module _ dir; do
        [ -e "$build/lib/lib$module.a" ] ||
            echo "$dir:1: not built: make BUILD=$build"
    done
}

# Pure modules call kerf's own functions, but those of base that do I/O, and
# what stands in pure.txt.
rule_pure() {
    own=$(mktemp)
    for archive in $(archives | awk '{ print $1 }'); do
        nm -A --defined-only "$build/lib/lib$archive.a" 2>/dev/null
    done | awk 'NF == 3 && $1 !~ /:private_folder\.o:/ { print $3 }' >"$own"
    archives | while read -r module kind dir; do
        [ "$kind" = pure ] || continue
        nm -u "$build/lib/lib$module.a" 2>/dev/null | awk '
            FILENAME ~ /pure\.txt$/ {
                if (!/^#/)
                    for (i = 1; i <= NF; i++) may[$i] = 1
                next
            }
            FILENAME != "-" { may[$1] = 1; next }
            /:$/ { object = $0; sub(/\.o:$/, ".c", object) }
            $1 == "U" {
                name = $2
                sub(/@.*/, "", name)
                family = name
                sub(/_.*/, "_*", family)
                if (!(name in may) && !(family in may))
                    printf "%s/%s:1: a pure module calls %s (%s/pure.txt)\n",
                        dir, object, name, lint
            }' dir="$dir" lint=$lint $lint/pure.txt "$own" -
    done
    rm -f "$own"
}

# Nobody has mutable globals but those in globals.txt, which are all there.
rule_globals() {
    archives | while read -r module _ dir; do
        objdump -t "$build/lib/lib$module.a" 2>/dev/null | awk '
            FNR == NR {
                if (!/^#/ && $1 == module) allowed[$2] = FNR
                next
            }
            / file format / {
                object = $1
                sub(/:$/, "", object)
                sub(/\.o$/, ".c", object)
            }
            / (O (\.(data|bss)(\.[^r][^ \t]*)?|\*COM\*)|[^d] \.t(data|bss)[^ \t]*)[ \t]/ {
                name = $NF
                sub(/\.[0-9]+$/, "", name)
                seen[name] = 1
                if (name !~ /^__/ && !(name in allowed))
                    printf "%s/%s:1: %s is a mutable global\n", dir, object,
                        name
            }
            END {
                for (name in allowed)
                    if (!(name in seen))
                        printf "%s/globals.txt:%d: there is no %s\n", lint,
                            allowed[name], name
            }' module="$module" dir="$dir" lint=$lint $lint/globals.txt -
    done
}

# clang-format's layout differs from version to version.
rule_layout() {
    case $(clang-format --version 2>/dev/null) in
    *version\ 14.*) ;;
    *) return ;;
    esac
    clang-format --dry-run -Werror $sources $tests 2>&1 |
        sed -nE 's/^([^ :]+:[0-9]+):.*error:.*/\1: not as clang-format has it/p' |
        sort -u
}

rule_manuals() {
    command -v mandoc >/dev/null || return
    mandoc -Tlint -W warning $(list 'man/*.[15]') 2>&1 | sed 's/^mandoc: //'
}

report=$(mktemp)
trap 'rm -f "$report"' EXIT
for rule in layers headers own_header tests_see_public_headers words lengths \
    comments compile built pure globals layout manuals; do
    "rule_$rule" >>"$report"
done
if [ -s "$report" ]; then
    cat "$report"
    printf '%d rules broken\n' "$(wc -l <"$report")"
    exit 1
fi
echo "all rules hold: layers, headers, words, lengths, comments, purity," \
    "globals, layout, manuals"
