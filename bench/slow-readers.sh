#!/usr/bin/env bash
# Runs healthy streams alone, then beside clients that have stopped reading, and says what the latter
# cost: resident memory, and the healthy streams' p99 gap with and without them.
#
#   bench/slow-readers.sh [options]
#
#   --slow N       clients that stop reading (10000)
#   --healthy N    clients that read on (500)
#   --path PATH    which endpoint (/v1/chat/completions)
#   --gap TIME     the healthy streams' pace (50ms)
#   --window S     how long they are measured, each time (15)
#   --base-port N  this and the next two ports are used (18300)
#
# FIRSTTOKEN_JAVA_OPTS reaches our server. The hard limit of open files (`ulimit -Hn`) must be above
# twice the number of clients.
set -euo pipefail
case ${1:-} in -h | --help) sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "$0"; exit 0 ;; esac
. "$(dirname "${BASH_SOURCE[0]}")/setup.sh"
. "$root/bench/measures.sh"

slow=10000 healthy=500 path=/v1/chat/completions gap=50ms window=15 base_port=18300
while [ $# -gt 0 ]; do
    [ $# -ge 2 ] || fail "$1 needs a value (try --help)"
    case $1 in
        --slow) slow=$2 ;;
        --healthy) healthy=$2 ;;
        --path) path=$2 ;;
        --gap) gap=$2 ;;
        --window) window=$2 ;;
        --base-port) base_port=$2 ;;
        *) fail "no option $1 (try --help)" ;;
    esac
    shift 2
done
upstream_port=$base_port ours_port=$((base_port + 1)) status_port=$((base_port + 2))

ulimit -n "$(ulimit -Hn)" 2> /dev/null || true
needed=$((2 * (slow + healthy) + 500))
[ "$(ulimit -n)" = unlimited ] || [ "$(ulimit -n)" -ge "$needed" ] ||
    fail "this needs $needed open files, the limit is $(ulimit -n) (see ulimit -Hn)"
build_bench
build_server
free_ports "$upstream_port" "$ours_port" "$status_port"
start_upstream "$upstream_port" "$status_port"
server_config "$upstream_port"
# Answers that have ended and are kept have a bound of their own.
printf 'streams:\n  keep: 0s\n' >> "$work/config/firsttoken.yaml"
start ours "$root/firsttoken" serve --port "$ours_port" --config "$work/config/firsttoken.yaml"
await "$ours_port" ours
server=$pid
url=http://127.0.0.1:$ours_port$path

healthy_streams() {
    bench paced --label "$1" --url "$url" --streams "$healthy" \
        --model "sim/tokens-100+gap-$gap+ttft-20ms" --ramp 2 --warm-up 5 --window "$2" \
        --json "$work/$1.json" > "$work/$1.log" 2>&1 || { cat "$work/$1.log" >&2; return 1; }
    sed -n 1p "$work/$1.log"
}

describe_machine
# Classes, code and pools that any traffic brings are not what a slow reader costs.
healthy_streams warm-up 10 > /dev/null
healthy_streams alone "$window"
rss_before=$(rss_kb "$server")

hold slow --url "$url" --streams "$slow" || fail "the slow readers have ended"
healthy_streams beside "$window"
rss_held=$(rss_kb "$server")
let_go
echo "slow readers: $(cat "$work/hold.log")"
echo "resident: $(per_stream "$rss_before" "$rss_held" "$slow")"
awk -v alone="$(p99_gap "$work/alone.json")" -v beside="$(p99_gap "$work/beside.json")" \
    'BEGIN { printf "p99 gap of the healthy: %.1f ms alone, %.1f ms beside them, %+.1f ms\n", alone, beside, beside - alone }'
exit "$let_go_status"
