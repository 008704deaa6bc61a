# shellcheck shell=bash
# What every script of the bench needs: a JDK, the bench built, and a tidy end. Sourced, never run.
#
# Sets root, JDK, work (a scratch folder) and bench_class_path. Everything started with `start` is
# ended when the script ends, by its own process id.

set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)

fail() {
    echo "${0##*/}: $*" >&2
    exit 1
}

note() {
    echo "${0##*/}: $*" >&2
}

## A JDK and the build

if [ -f "$root/bin/find-jdk.sh" ]; then
    # shellcheck source=/dev/null
    . "$root/bin/find-jdk.sh"
    find_jdk javac || { explain_missing_jdk; exit 1; }
else
    JDK=${JAVA_HOME:?set JAVA_HOME to a JDK 25}
fi

bench_class_path="$root/bench/target/classes:$root/bench/target/lib/*"

build_bench() {
    local built=$root/bench/target/built log=$root/bench/target/build.log
    if [ -f "$built" ] && [ -z "$(find "$root/pom.xml" "$root/bench/pom.xml" "$root"/*/src/main \
        -newer "$built" -print -quit)" ]; then
        return
    fi
    note "building the bench"
    mkdir -p "$root/bench/target"
    local maven=mvn
    [ -x "$root/mvnw" ] && maven=$root/mvnw
    touch "$built.new"
    (cd "$root" && JAVA_HOME=$JDK "$maven" -q -B -ntp -Dquick -DskipTests -pl bench -am package) \
        > "$log" 2>&1 || fail "the build failed, see $log"
    mv "$built.new" "$built"
}

# Whatever `./firsttoken` wants to build or prepare is done before anything is timed.
build_server() {
    [ -x "$root/firsttoken" ] || fail "no ./firsttoken in $root"
    "$root/firsttoken" --version > /dev/null
}

## Processes

work=$(mktemp -d)
started=()

# Ends one process that this script started, and waits until it is gone.
stop() {
    local pid=$1 i
    kill "$pid" 2> /dev/null || return 0
    for i in $(seq 100); do
        kill -0 "$pid" 2> /dev/null || return 0
        sleep 0.1
    done
    kill -9 "$pid" 2> /dev/null || true
}

tidy() {
    local pid
    for pid in ${started[@]+"${started[@]}"}; do
        stop "$pid"
    done
    rm -rf "$work"
}
trap tidy EXIT
trap 'exit 130' INT TERM

# start NAME COMMAND...   runs it in the background, its output in $work/NAME.log, its id in $pid
start() {
    local name=$1
    shift
    "$@" > "$work/$name.log" 2>&1 < /dev/null &
    pid=$!
    started+=("$pid")
}

listens() {
    (exec 3<> "/dev/tcp/127.0.0.1/$1") 2> /dev/null
}

# await PORT NAME   until somebody listens there, or the process in $pid is dead
await() {
    local i
    for i in $(seq 600); do
        listens "$1" && return 0
        kill -0 "$pid" 2> /dev/null || break
        sleep 0.1
    done
    cat "$work/$2.log" >&2
    fail "$2 does not listen on port $1"
}

free_ports() {
    local port
    for port in "$@"; do
        ! listens "$port" || fail "port $port is taken; choose others with --base-port"
    done
}

# One tool of the bench's own, such as `bench paced --url …`, on the cores in $pin_bench if that is
# set, and for no more than $bench_seconds.
pin_bench= bench_seconds=7200
bench_flags=(-Xms256m -Xmx512m -XX:+UseSerialGC
    -XX:+UseCompactObjectHeaders --enable-native-access=ALL-UNNAMED
    --sun-misc-unsafe-memory-access=allow -Dslf4j.internal.verbosity=ERROR)

bench() {
    local pin=()
    [ -z "$pin_bench" ] || pin=(taskset -c "$pin_bench")
    timeout "$bench_seconds" ${pin[@]+"${pin[@]}"} "$JDK/bin/java" "${bench_flags[@]}" -cp "$bench_class_path" dev.firsttoken.bench.Bench "$@"
}

## The upstream

pin_upstream=

# start_upstream PORT STATUS_PORT   the project's simulator, pinned to the cores in $pin_upstream if
#                                   that is set; the second port tells how many calls are open
start_upstream() {
    local pin=()
    [ -z "$pin_upstream" ] || pin=(taskset -c "$pin_upstream")
    # It composes every answer as a whole, and what readers have not taken waits here, too.
    start upstream ${pin[@]+"${pin[@]}"} "$JDK/bin/java" "${bench_flags[@]}" \
        -Xmx4g -XX:MaxDirectMemorySize=2g \
        -cp "$bench_class_path" dev.firsttoken.bench.Bench upstream --port "$1" --status-port "$2"
    await "$1" upstream
}

## Our server

# server_config UPSTREAM_PORT [PROTOCOL [FILE [DIALECT [PACE]]]]   writes $work/config/firsttoken.yaml: one
#                               provider (over http1, or http2; in the dialect openai, or another),
#                               and limits and deadlines that a bench does not run into
server_config() {
    # Not beside the logs: a server watches the folder of its configuration.
    mkdir -p "$work/config"
    cat > "$work/config/${3:-firsttoken.yaml}" << YAML
providers:
  - name: upstream
    base-url: http://127.0.0.1:$1/v1
    protocol: ${2:-http1}
    dialect: ${4:-openai}
limits:
  connections: 50000
  streams: 50000
  streams-per-key: 50000
http:
  connections-per-address: 50000
deadlines:
  connect: 2m
  first-token: 10m
  total: 1h
  write-stall: 10m
YAML
    [ -z "${5:-}" ] || printf 'streams:\n  pace: %s\n' "$5" >> "$work/config/$3"
}

# Which machine this was, for whoever reads the numbers later.
describe_machine() {
    echo "$(uname -sr), $(nproc) processors, $("$JDK/bin/java" -version 2>&1 | sed -n 1p)"
    local commit
    commit=$(git -C "$root" rev-parse --short HEAD 2> /dev/null) || commit=unknown
    if [ "$commit" != unknown ] && ! git -C "$root" diff --quiet HEAD; then
        commit="$commit with local changes"
    fi
    echo "commit $commit, $(date -u +%FT%TZ)"
}
