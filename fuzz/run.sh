#!/usr/bin/env bash
# Looks for bytes that break what reads bytes from outside: every target in turn, or some.
#
#   fuzz/run.sh [options] [TARGET...]
#
#   TARGET          part of a target's name, such as Sse or ChatRequest (default: all of them)
#   --for TIME      how long each target runs, such as 30s, 10m or 2h (default: 60s)
#   --list          the targets' names
#
# One line per target says how many inputs were tried, how large the corpus has become and what was
# found. The corpus grows in fuzz/.cifuzz-corpus, which git ignores. An input that breaks a target is
# kept in fuzz/src/test/resources/…Inputs/, where the tests run it from then on: fix what it found
# and commit both. The output of each run is in fuzz/target/runs.
set -euo pipefail
case ${1:-} in -h | --help) sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "$0"; exit 0 ;; esac

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
sources=$root/fuzz/src/test/java
logs=$root/fuzz/target/runs

fail() {
    echo "${0##*/}: $*" >&2
    exit 2
}

for_time=60s
wanted=()
list=
while [ $# -gt 0 ]; do
    case $1 in
        --for) [ $# -gt 1 ] || fail "--for: expected a time such as 10m"; for_time=$2; shift 2 ;;
        --list) list=yes; shift ;;
        -*) fail "no option $1 (try --help)" ;;
        *) wanted+=("$1"); shift ;;
    esac
done
[[ $for_time =~ ^[1-9][0-9]*[smh]$ ]] || fail "--for $for_time (expected: a time such as 30s, 10m or 2h)"

targets=()
while read -r file; do
    name=$(basename "$file" FuzzTest.java)
    chosen=$([ ${#wanted[@]} -eq 0 ] && echo yes || true)
    for part in ${wanted[@]+"${wanted[@]}"}; do
        [[ $name == *"$part"* ]] && chosen=yes
    done
    [ -z "$chosen" ] || targets+=("$file")
done < <(find "$sources" -name '*FuzzTest.java' | sort)
[ ${#targets[@]} -gt 0 ] || fail "no target is named so (try --list)"

if [ -n "$list" ]; then
    for file in "${targets[@]}"; do basename "$file" FuzzTest.java; done
    exit 0
fi

# How many files there are in a folder, or of a kind.
count() {
    { find "$@" -type f 2> /dev/null || true; } | wc -l
}

mkdir -p "$logs"
broken=0
printf '%-22s %12s %9s %8s %9s\n' target inputs inputs/s corpus findings
for file in "${targets[@]}"; do
    class=$(basename "$file" .java)
    package=$(dirname "${file#"$sources"/}")
    method=$(sed -n '/@FuzzTest/,/(byte\[\]/s/^ *void \([A-Za-z0-9]*\)(byte\[\].*/\1/p' "$file")
    corpus=$root/fuzz/.cifuzz-corpus/${package//\//.}.$class
    # Jazzer keeps a finding only where this folder is there already.
    findings=$root/fuzz/src/test/resources/$package/${class}Inputs/$method
    mkdir -p "$findings"
    before=$(count "$findings")
    log=$logs/$class.log
    result=0
    (cd "$root" && JAZZER_FUZZ=1 JAZZER_MAX_DURATION=$for_time nice ./mvnw -B -ntp -pl fuzz -am test \
        -Dtest="$class#$method*" -Dsurefire.failIfNoSpecifiedTests=false \
        -Dfuzz.agent=true) > "$log" 2>&1 || result=$?
    found=$(($(count "$findings") - before))
    done_line=$(grep -aoE 'Done [0-9]+ runs in [0-9]+ second' "$log" | tail -n 1 || true)
    runs=$(echo "$done_line" | cut -d ' ' -f 2)
    seconds=$(echo "$done_line" | cut -d ' ' -f 5)
    find "$findings" -empty -delete 2> /dev/null || true
    printf '%-22s %12s %9s %8s %9s\n' "${class%FuzzTest}" "${runs:-?}" \
        "$([ -z "$runs" ] || echo $((runs / (seconds > 0 ? seconds : 1))))" \
        "$(count "$corpus")" "$found"
    if [ $found -gt 0 ] || [ $result -ne 0 ]; then
        broken=1
        grep -aE '^(== Java Exception|Caused by|[a-z.]+(Error|Exception|Finding)[A-Za-z]*:)' "$log" \
            | head -n 3 | sed 's/^/    /' || true
        echo "    see ${log#"$root"/}"
    fi
done
exit $broken
