#!/usr/bin/env bash
# Kills the server with SIGKILL in the middle of many streams, starts it again, lets all clients read
# on, and counts what was lost, doubled or altered.
#
#   bench/kill-nine.sh [options]
#
#   --streams N         streams at once (500)
#   --rounds N          kills (50)
#   --tokens N          content events a stream has (120)
#   --gap TIME          between two of them (50ms)
#   --durability LEVEL  process or disk (process)
#   --disk-wait TIME    how long one write may take (30s: with the server's default of 250ms a machine
#                       that is busy otherwise makes it give streams up, which are refused then)
#   --base-port N       this and the next two ports are used (18300)
#
# FIRSTTOKEN_JAVA_OPTS reaches our server. Ends with 1 when anything was lost, doubled or altered.
set -euo pipefail
case ${1:-} in -h | --help) sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "$0"; exit 0 ;; esac
. "$(dirname "${BASH_SOURCE[0]}")/setup.sh"

streams=500 rounds=50 tokens=120 gap=50ms durability=process disk_wait=30s base_port=18300
while [ $# -gt 0 ]; do
    [ $# -ge 2 ] || fail "$1 needs a value (try --help)"
    case $1 in
        --streams) streams=$2 ;;
        --rounds) rounds=$2 ;;
        --tokens) tokens=$2 ;;
        --gap) gap=$2 ;;
        --durability) durability=$2 ;;
        --disk-wait) disk_wait=$2 ;;
        --base-port) base_port=$2 ;;
        *) fail "no option $1 (try --help)" ;;
    esac
    shift 2
done
upstream_port=$base_port ours_port=$((base_port + 1)) status_port=$((base_port + 2))

ulimit -n "$(ulimit -Hn)" 2> /dev/null || true
build_bench
build_server
free_ports "$upstream_port" "$ours_port" "$status_port"
start_upstream "$upstream_port" "$status_port"
server_config "$upstream_port"
cat >> "$work/config/firsttoken.yaml" << YAML
streams:
  data: $work/data
  durability: $durability
${disk_wait:+  disk-wait: $disk_wait}
YAML

describe_machine
echo "$streams streams of $tokens events every $gap, killed $rounds times, durability $durability"
status=0
bench kill --url "http://127.0.0.1:$ours_port" \
    --reference "http://127.0.0.1:$upstream_port/v1/chat/completions" \
    --streams "$streams" --rounds "$rounds" --model "sim/tokens-$tokens+gap-$gap" \
    --output "$work/server.log" \
    -- "$root/firsttoken" serve --port "$ours_port" --config "$work/config/firsttoken.yaml" || status=$?
[ "$status" = 0 ] || tail -n 40 "$work/server.log" >&2
exit "$status"
