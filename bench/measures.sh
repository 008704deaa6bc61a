# shellcheck shell=bash
# What several scripts measure in the same way: memory of streams that are held, and of clients that
# do not read. Sourced after setup.sh.

# rss_kb PIDS   resident memory of these processes (separated by commas) together
rss_kb() {
    local pid sum=0 kb
    for pid in ${1//,/ }; do
        kb=$(awk '/^VmRSS:/ { print $2 }' "/proc/$pid/status" 2> /dev/null || true)
        sum=$((sum + ${kb:-0}))
    done
    echo "$sum"
}

# per_stream BEFORE_KB AFTER_KB STREAMS
per_stream() {
    awk -v before="$1" -v after="$2" -v n="$3" 'BEGIN {
        printf "%.1f MB -> %.1f MB, %.1f KB a stream", before / 1024, after / 1024,
            (after - before) / (n ? n : 1) }'
}

# hold ARGUMENTS...   runs the load generator until it says how many streams it holds; $held is that.
#                     Then `let_go` has all clients leave; what was said is in $work/hold.log, how it
#                     ended in $let_go_status. Gives up after $hold_seconds.
hold_seconds=120
hold() {
    rm -f "$work/leave"
    mkfifo "$work/leave"
    bench "$@" < "$work/leave" > "$work/hold.log" 2>&1 &
    holding=$!
    started+=("$holding")
    exec 4> "$work/leave"
    local i
    for i in $(seq $((hold_seconds * 5))); do
        ! grep -q '^held' "$work/hold.log" || break
        kill -0 "$holding" 2> /dev/null || break
        sleep 0.2
    done
    if ! grep -q '^held' "$work/hold.log"; then
        cat "$work/hold.log" >&2
        exec 4>&-
        stop "$holding"
        held=0
        return 1
    fi
    held=$(sed -n 's/^held //p' "$work/hold.log")
}

let_go() {
    echo >&4 || true
    exec 4>&-
    let_go_status=0
    wait "$holding" || let_go_status=$?
}

# p99_gap FILE   of the last run in a file of JSON lines
p99_gap() {
    tail -n 1 "$1" | sed -E 's/.*"gap_ms":\{[^}]*"p99":([0-9.]+).*/\1/'
}
