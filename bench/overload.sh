#!/usr/bin/env bash
# Finds out how many streams our server completes with as many clients as it lets in, sends it
# several times as many, and says how much of the peak is left, how soon the rest is refused, and
# whether /healthz still answers.
#
#   bench/overload.sh [options]
#
#   --streams N       limits.streams of the server (50)
#   --times N         how many times the peak rate arrives (5)
#   --window S        seconds for each of the two parts (10)
#   --model MODEL     what each stream is (sim/tokens-50+gap-20ms+ttft-50ms)
#   --base-port N     this and the next two ports are used (18300)
#
# FIRSTTOKEN_JAVA_OPTS reaches our server.
set -euo pipefail
case ${1:-} in -h | --help) sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "$0"; exit 0 ;; esac
. "$(dirname "${BASH_SOURCE[0]}")/setup.sh"

streams=50 times=5 window=10 model=sim/tokens-50+gap-20ms+ttft-50ms base_port=18300
while [ $# -gt 0 ]; do
    [ $# -ge 2 ] || fail "$1 needs a value (try --help)"
    case $1 in
        --streams) streams=$2 ;;
        --times) times=$2 ;;
        --window) window=$2 ;;
        --model) model=$2 ;;
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
sed -i "s/^  streams: .*/  streams: $streams/" "$work/config/firsttoken.yaml"
start ours "$root/firsttoken" serve --port "$ours_port" --config "$work/config/firsttoken.yaml"
await "$ours_port" ours

describe_machine
bench overload --url "http://127.0.0.1:$ours_port/v1/chat/completions" \
    --health "http://127.0.0.1:$ours_port/healthz" \
    --streams "$streams" --times "$times" --window "$window" --model "$model"
