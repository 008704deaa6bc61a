#!/usr/bin/env bash
# Compares our relay with nginx (`proxy_buffering off`) on one core: processor time per relayed
# event, time to first token, gaps.
#
#   bench/relay-vs-nginx.sh [options]
#
#   --streams N         streams at once (500)
#   --gap TIME          between two events of a stream (20ms)
#   --tokens N          content events a stream has (200)
#   --ttft TIME         how long the upstream thinks first (100ms)
#   --seconds N         measured window of each run (15)
#   --settle N          seconds before the window, after the ramp (6)
#   --repetitions N     rounds; each runs every lane once, in turn (3)
#   --jit N             seconds of fast streams before it all, for each of our lanes (13)
#   --lanes LIST        of nginx, verbatim, translated, direct, and verbatim-disk, translated-disk for
#                       ours with its log on disk (nginx,verbatim,translated)
#   --relay-core N      the core for the relay (0)
#   --harness-cores L   the cores for upstream and load generator, as taskset takes them (1)
#   --base-port N       this and the next four ports are used (18100)
#   --json FILE         keep the runs, one JSON line each; `bench table FILE` reads them again
#
# The first lane is what the ratio compares with. FIRSTTOKEN_JAVA_OPTS reaches our server.
set -euo pipefail
case ${1:-} in -h | --help) sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "$0"; exit 0 ;; esac
. "$(dirname "${BASH_SOURCE[0]}")/setup.sh"

streams=500 gap=20ms tokens=200 ttft=100ms
seconds=15 settle=6 repetitions=3 jit=13
lanes=nginx,verbatim,translated
relay_core=0 harness_cores=1 base_port=18100
json=
while [ $# -gt 0 ]; do
    [ $# -ge 2 ] || fail "$1 needs a value (try --help)"
    case $1 in
        --streams) streams=$2 ;;
        --gap) gap=$2 ;;
        --tokens) tokens=$2 ;;
        --ttft) ttft=$2 ;;
        --seconds) seconds=$2 ;;
        --settle) settle=$2 ;;
        --repetitions) repetitions=$2 ;;
        --jit) jit=$2 ;;
        --lanes) lanes=$2 ;;
        --relay-core) relay_core=$2 ;;
        --harness-cores) harness_cores=$2 ;;
        --base-port) base_port=$2 ;;
        --json) json=$2 ;;
        *) fail "no option $1 (try --help)" ;;
    esac
    shift 2
done
lanes=${lanes//,/ }
upstream_port=$base_port nginx_port=$((base_port + 1)) ours_port=$((base_port + 2))
status_port=$((base_port + 3)) disk_port=$((base_port + 4))
upstream=http://127.0.0.1:$upstream_port/v1/chat/completions

has_lane() {
    [[ " $lanes " == *" $1 "* ]]
}

command -v taskset > /dev/null || fail "needs taskset (util-linux), to give each side its core"
if has_lane nginx && ! command -v nginx > /dev/null; then
    fail "needs nginx: apt-get install nginx-light, dnf install nginx, apk add nginx or
brew install nginx; or leave it out with --lanes verbatim,translated"
fi
ulimit -n "$(ulimit -Hn)" 2> /dev/null || true
build_bench
case $lanes in *verbatim* | *translated*) build_server ;; esac
free_ports "$upstream_port" "$nginx_port" "$ours_port" "$status_port" "$disk_port"

## One upstream, and the relays side by side: the one that is not being measured has nothing to do

pin_upstream=$harness_cores
start_upstream "$upstream_port" "$status_port"
upstream_pid=$pid

nginx_pids= ours_pids= disk_pids=
if has_lane nginx; then
    sed -e "s|@WORK@|$work|g" -e "s|@PORT@|$nginx_port|g" -e "s|@FILES@|$(ulimit -n)|g" \
        -e "s|@UPSTREAM_PORT@|$upstream_port|g" "$root/bench/nginx.conf.template" > "$work/nginx.conf"
    start nginx taskset -c "$relay_core" nginx -p "$work" -c "$work/nginx.conf"
    await "$nginx_port" nginx
    nginx_pids=$pid,$(pgrep -P "$pid" | paste -sd, -)
fi
if has_lane verbatim || has_lane translated; then
    server_config "$upstream_port"
    start ours taskset -c "$relay_core" \
        "$root/firsttoken" serve --port "$ours_port" --config "$work/firsttoken.yaml"
    await "$ours_port" ours
    ours_pids=$pid
fi
if has_lane verbatim-disk || has_lane translated-disk; then
    server_config "$upstream_port"
    start disk taskset -c "$relay_core" \
        "$root/firsttoken" serve --port "$disk_port" --config "$work/firsttoken.yaml" \
        --data "$work/data"
    await "$disk_port" disk
    disk_pids=$pid
fi

url_of() {
    case $1 in
        nginx) echo "http://127.0.0.1:$nginx_port/v1/chat/completions" ;;
        verbatim) echo "http://127.0.0.1:$ours_port/v1/chat/completions" ;;
        translated) echo "http://127.0.0.1:$ours_port/chat/stream" ;;
        verbatim-disk) echo "http://127.0.0.1:$disk_port/v1/chat/completions" ;;
        translated-disk) echo "http://127.0.0.1:$disk_port/chat/stream" ;;
        direct) echo "$upstream" ;;
        *) fail "no lane $1 (expected: nginx, direct, verbatim, translated, or one of the last two
with -disk)" ;;
    esac
}

pids_of() {
    case $1 in
        nginx) echo "$nginx_pids" ;;
        verbatim | translated) echo "$ours_pids" ;;
        verbatim-disk | translated-disk) echo "$disk_pids" ;;
    esac
}

load() {
    taskset -c "$harness_cores" "$JDK/bin/java" "${bench_flags[@]}" -cp "$bench_class_path" \
        dev.firsttoken.bench.Bench paced --reference "$upstream" "$@"
}

## Warm-up, then rounds

describe_machine
echo "$streams streams of $tokens events every $gap, first after $ttft; $repetitions rounds of" \
    "$seconds s; relay on core $relay_core, upstream and load generator on $harness_cores"
if [ "$jit" != 0 ]; then
    for lane in $lanes; do
        case $lane in
            verbatim* | translated*)
                load --label "warm-up $lane" --url "$(url_of "$lane")" --streams 64 \
                    --model "sim/tokens-200+gap-0ms+ttft-0ms" --ramp 0.5 --warm-up 0.5 \
                    --window "$jit" || note "warm-up of $lane had faults"
                ;;
        esac
    done
fi
results=${json:-$work/runs.json}
status=0
for round in $(seq "$repetitions"); do
    for lane in $lanes; do
        load --label "$lane" --url "$(url_of "$lane")" --streams "$streams" \
            --model "sim/tokens-$tokens+gap-$gap+ttft-$ttft" \
            --ramp 2 --warm-up "$settle" --window "$seconds" \
            --watch "$(pids_of "$lane")" --harness "$upstream_pid" --json "$results" || status=1
    done
done
echo
bench table "$results" --relay-core "$relay_core"
[ "$status" = 0 ] || note "some streams were not complete and in order; see the lines above"
exit "$status"
