#!/usr/bin/env bash
# Runs everything at once for long: healthy answers and every fault of a provider, clients that read,
# leave, stop reading, come back and send nonsense. Samples what the server holds, then lets the load
# end and checks that every stream was accounted for once and that nothing stays behind.
#
#   bench/soak.sh [options]
#
#   --minutes M     how long the load lasts; a fraction such as 0.33 is fine (30)
#   --streams N     clients at once (150)
#   --seed N        of the dice (1)
#   --csv FILE      keep the samples there
#   --server-log FILE  keep what the server wrote there
#   --base-port N   this and the next two ports are used (18300)
#
# FIRSTTOKEN_JAVA_OPTS reaches our server. Ends with 1 when a check fails.
set -euo pipefail
case ${1:-} in -h | --help) sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "$0"; exit 0 ;; esac
. "$(dirname "${BASH_SOURCE[0]}")/setup.sh"

minutes=30 streams=150 seed=1 csv= server_log= base_port=18300
while [ $# -gt 0 ]; do
    [ $# -ge 2 ] || fail "$1 needs a value (try --help)"
    case $1 in
        --minutes) minutes=$2 ;;
        --streams) streams=$2 ;;
        --seed) seed=$2 ;;
        --csv) csv=$2 ;;
        --server-log) server_log=$2 ;;
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
# Everything is small or short, so that every limit is met many times within minutes.
mkdir -p "$work/config"
cat > "$work/config/firsttoken.yaml" << YAML
providers:
  - name: upstream
    base-url: http://127.0.0.1:$upstream_port/v1
  - name: narrow
    base-url: http://127.0.0.1:$upstream_port/v1
    streams: 4
    queue: 4
  - name: unasked
    base-url: http://127.0.0.1:$upstream_port/v1
  - name: h2
    base-url: http://127.0.0.1:$upstream_port/v1
    protocol: http2
limits:
  streams-per-key: 2000
  answer: 1MiB
  sse-line: 64KiB
  sse-event: 64KiB
  log: 32MiB
deadlines:
  connect: 5s
  first-token: 6s
  first-byte: 15s
  progress: 6s
  stall: 5s
  total: 30s
  heartbeat: 1s
  queue: 1s
  request-head: 3s
  request-body: 5s
  write-stall: 4s
  idle-connection: 10s
streams:
  data: $work/data
  keep: 1m
  kept: 4000
  grace: 10s
  drain-time: 5s
  drain-tokens: 100
  disk-keep: 2m
  disk-bytes: 64MiB
YAML
# A small heap, so that what is not let go shows, and Netty's leak detector at its most talkative
# that such a load can bear.
: "${FIRSTTOKEN_JAVA_OPTS:=-Xmx512m}"
export FIRSTTOKEN_JAVA_OPTS="$FIRSTTOKEN_JAVA_OPTS -Dio.netty.leakDetection.level=advanced"
start ours "$root/firsttoken" serve --port "$ours_port" --config "$work/config/firsttoken.yaml"
await "$ours_port" ours
server=$pid

describe_machine
echo "$streams clients for $minutes minutes, $FIRSTTOKEN_JAVA_OPTS"
status=0
bench soak --url "http://127.0.0.1:$ours_port" --upstream "http://127.0.0.1:$upstream_port" \
    --upstream-status "http://127.0.0.1:$status_port/" --pid "$server" --log "$work/ours.log" \
    --seconds "$(awk -v m="$minutes" 'BEGIN { print m * 60 }')" --streams "$streams" \
    --seed "$seed" --csv "${csv:-$work/samples.csv}" || status=$?
[ -z "$server_log" ] || cp "$work/ours.log" "$server_log"
[ "$status" = 0 ] || tail -n 5 "$work/ours.log" >&2
exit "$status"
