#!/usr/bin/env bash
# Opens thousands of streams whose upstream is silent, says what each costs in memory, then lets all
# clients leave at once and says how long the upstream calls stayed.
#
#   bench/idle-streams.sh [options]
#
#   --streams N       how many (5000)
#   --path PATH       which endpoint (/chat/stream)
#   --ttft TIME       how long the upstream is silent (120s)
#   --leave-with WAY  fin or rst (fin)
#   --running         instead of silence, streams that are being answered every 500 ms
#   --base-port N     this and the next two ports are used (18200)
#
# FIRSTTOKEN_JAVA_OPTS reaches our server. The hard limit of open files (`ulimit -Hn`) must be above
# twice the number of streams.
set -euo pipefail
case ${1:-} in -h | --help) sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "$0"; exit 0 ;; esac
. "$(dirname "${BASH_SOURCE[0]}")/setup.sh"
. "$root/bench/measures.sh"

streams=5000 path=/chat/stream ttft=120s leave_with=fin base_port=18200
mode=idle model=
while [ $# -gt 0 ]; do
    case $1 in
        --running) mode=leave; shift; continue ;;
    esac
    [ $# -ge 2 ] || fail "$1 needs a value (try --help)"
    case $1 in
        --streams) streams=$2 ;;
        --path) path=$2 ;;
        --ttft) ttft=$2 ;;
        --leave-with) leave_with=$2 ;;
        --base-port) base_port=$2 ;;
        *) fail "no option $1 (try --help)" ;;
    esac
    shift 2
done
case $mode in
    idle) model=sim/tokens-1+ttft-$ttft ;;
    leave) model=sim/tokens-1000+gap-500ms+ttft-100ms ;;
esac
upstream_port=$base_port ours_port=$((base_port + 1)) status_port=$((base_port + 2))

ulimit -n "$(ulimit -Hn)" 2> /dev/null || true
needed=$((2 * streams + 500))
[ "$(ulimit -n)" = unlimited ] || [ "$(ulimit -n)" -ge "$needed" ] ||
    fail "$streams streams need $needed open files, the limit is $(ulimit -n) (see ulimit -Hn)"
build_bench
build_server
free_ports "$upstream_port" "$ours_port" "$status_port"
start_upstream "$upstream_port" "$status_port"
server_config "$upstream_port"
start ours "$root/firsttoken" serve --port "$ours_port" --config "$work/config/firsttoken.yaml"
await "$ours_port" ours
server=$pid

# Live heap: what is still used right after a full collection.
live_heap_kb() {
    "$JDK/bin/jcmd" "$server" GC.run > /dev/null
    "$JDK/bin/jcmd" "$server" GC.heap_info |
        sed -n -E '/Metaspace|class space/!s/.* used ([0-9]+)K.*/\1/p' |
        awk '{ sum += $1 } END { print sum + 0 }'
}

describe_machine
rss_fresh=$(rss_kb "$server")
# Classes, code and pools that any traffic brings are not what a stream costs: they come first.
bench paced --label warm-up --url "http://127.0.0.1:$ours_port$path" --streams 200 \
    --model sim/tokens-20+gap-20ms+ttft-20ms --ramp 1 --warm-up 0 --window 5
heap_before=$(live_heap_kb)
rss_before=$(rss_kb "$server")

hold "$mode" --url "http://127.0.0.1:$ours_port$path" --streams "$streams" --model "$model" \
    --ramp 5 --leave-with "$leave_with" --status "http://127.0.0.1:$status_port/" ||
    fail "the load generator has ended"
rss_held=$(rss_kb "$server")
heap_held=$(live_heap_kb)
echo "$mode streams $held on $path"
echo "resident, since the warm-up: $(per_stream "$rss_before" "$rss_held" "$streams")"
echo "resident, since the start:   $(per_stream "$rss_fresh" "$rss_held" "$streams")"
echo "live heap:                   $(per_stream "$heap_before" "$heap_held" "$streams")"
let_go
grep -v '^held' "$work/hold.log"
exit "$let_go_status"
