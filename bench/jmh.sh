#!/usr/bin/env bash
# Runs the JMH benchmarks of the hot path with `-prof gc`: a minute, and four more for the pairs of
# dialects (`--only PairBenchmark` is them alone).
#
#   bench/jmh.sh [options] [-- JMH ARGUMENTS]
#
#   --only REGEX        benchmarks whose name matches (default: all)
#   --recorded FOLDER   recorded chat completion streams to use beside the synthetic ones
#                       (default: ../shared/corpora/openllmetry/openai-chat when it is there)
#   --json FILE         keep JMH's results
#   --thorough          3 forks of 5 x 2 s instead of 1 fork of 3 x 1 s
#
# Read `gc.alloc.rate.norm` (bytes allocated per event) on any machine, and events per second (the
# score) and bytes per second (`bytes`) on a quiet one only.
set -euo pipefail
case ${1:-} in -h | --help) sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "$0"; exit 0 ;; esac
. "$(dirname "${BASH_SOURCE[0]}")/setup.sh"

only='.*'
recorded=$root/../shared/corpora/openllmetry/openai-chat
arguments=(-prof gc)
while [ $# -gt 0 ]; do
    case $1 in
        --only) only=$2; shift 2 ;;
        --recorded) recorded=$2; shift 2 ;;
        --json) arguments+=(-rf json -rff "$2"); shift 2 ;;
        --thorough) arguments+=(-f 3 -wi 3 -i 5 -w 2 -r 2); shift ;;
        --) shift; arguments+=("$@"); break ;;
        *) fail "no option $1 (try --help)" ;;
    esac
done

build_bench
sources=synthetic
if [ -d "$recorded" ]; then
    sources=synthetic,recorded
fi
# The forks inherit the property. Shown is JMH's own table without the lines that do not count.
"$JDK/bin/java" -Dbench.recorded="$recorded" -cp "$bench_class_path" org.openjdk.jmh.Main "dev.firsttoken.bench.jmh.*${only}" \
    -p "source=$sources" "${arguments[@]}" > "$work/jmh.log" 2>&1 || { cat "$work/jmh.log"; exit 1; }
sed -n '/^Benchmark .*Score/,$p' "$work/jmh.log" | grep -v -e 'gc.count' -e 'gc.time' \
    -e 'gc.alloc.rate ' || true
