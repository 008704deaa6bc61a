#!/usr/bin/env bash
# Puts relays in front of one simulator, each on one core, and compares them: processor time for an
# event and a stream, latency, saturation, memory, and what happens when clients leave.
#
#   bench/peers/run.sh [options]
#
#   --lanes LIST        which relays, in this order; the first is what ratios compare with
#                       (nginx,haproxy,envoy,caddy,node,node-translated,fastapi,fastapi-blocking,
#                       litellm,portkey,verbatim,translated,to-anthropic,verbatim-h2,
#                       translated-h2,to-anthropic-h2,direct)
#                       ours are verbatim, translated (/chat/stream) and to-anthropic (OpenAI's
#                       dialect, from a provider that speaks Anthropic's), over HTTP/1.1 to the
#                       upstream, with -h2 over HTTP/2, with -disk with the log on disk, with
#                       -paced with display-rate pacing of 16 ms; direct is
#                       no relay at all
#   --measures LIST     of light, paced, half, saturated, short, idle, slow, leave (all of them)
#   --quick             everything small and for seconds, to see whether it works at all
#   --seconds N         measured window of each run (15)
#   --settle N          seconds before the window, after the ramp (6)
#   --repetitions N     rounds; each runs every lane once, in turn (3)
#   --jit N             seconds of fast streams for each relay before it all (13)
#   --streams N         paced: streams at once (500); light has half as many
#   --gap TIME          paced: between two events of a stream (20ms)
#   --tokens N          paced: content events a stream has (200)
#   --ttft TIME         paced: how long the upstream thinks first (100ms)
#   --half-streams N    half: streams at once (as many as make half of what the first lane does
#                       saturated)
#   --idle N            idle: streams (5000)
#   --slow N            slow: clients that stop reading (10000, or as many as open files allow)
#   --healthy N         slow: clients beside them that read on (500)
#   --relay-core N      the core for the relay (0)
#   --harness-cores L   the cores for upstream and load generator, as taskset takes them (1)
#   --base-port N       this and the next twenty ports are used (18100)
#   --results FOLDER    keep the runs, one file a measure; `bench peers FOLDER` reads them again
#   --json FILE         the same for one measure alone
#   --install           install the relays, and do nothing else
#
# Relays that cannot be installed are left out, and it is said why. FIRSTTOKEN_JAVA_OPTS reaches our
# server, FIRSTTOKEN_PEERS is the folder to install into (bench/target/peers).
set -euo pipefail
case ${1:-} in -h | --help) sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "$0"; exit 0 ;; esac
. "$(dirname "${BASH_SOURCE[0]}")/../setup.sh"
. "$root/bench/measures.sh"

lanes=nginx,haproxy,envoy,caddy,node,node-translated,fastapi,fastapi-blocking,litellm,portkey
lanes=$lanes,verbatim,translated,to-anthropic,verbatim-h2,translated-h2,to-anthropic-h2,direct
measures=light,paced,half,saturated,short,idle,slow,leave
seconds=15 settle=6 repetitions=3 jit=13 quick=
streams=500 gap=20ms tokens=200 ttft=100ms half_streams=
idle=5000 slow=10000 healthy=500
relay_core=0 harness_cores=1 base_port=18100
results='' json='' install=
while [ $# -gt 0 ]; do
    case $1 in
        --quick) quick=yes; shift; continue ;;
        --install) install=yes; shift; continue ;;
    esac
    [ $# -ge 2 ] || fail "$1 needs a value (try --help)"
    case $1 in
        --lanes) lanes=$2 ;;
        --measures) measures=$2 ;;
        --seconds) seconds=$2 ;;
        --settle) settle=$2 ;;
        --repetitions) repetitions=$2 ;;
        --jit) jit=$2 ;;
        --streams) streams=$2 ;;
        --gap) gap=$2 ;;
        --tokens) tokens=$2 ;;
        --ttft) ttft=$2 ;;
        --half-streams) half_streams=$2 ;;
        --idle) idle=$2 ;;
        --slow) slow=$2 ;;
        --healthy) healthy=$2 ;;
        --relay-core) relay_core=$2 ;;
        --harness-cores) harness_cores=$2 ;;
        --base-port) base_port=$2 ;;
        --results) results=$2 ;;
        --json) json=$2 ;;
        *) fail "no option $1 (try --help)" ;;
    esac
    shift 2
done
if [ -n "$quick" ]; then
    seconds=2 settle=1 repetitions=1 jit=2 streams=50 half_streams=50 idle=100 slow=100 healthy=20
fi
lanes=${lanes//,/ } measures=${measures//,/ }
[ -z "$json" ] || [ "$(wc -w <<< "$measures")" = 1 ] || fail "--json: needs one measure (--results keeps all)"
[ -n "$results" ] || results=$work/results
mkdir -p "$results"

command -v taskset > /dev/null || fail "needs taskset (util-linux), to give each side its core"
ulimit -n "$(ulimit -Hn)" 2> /dev/null || true
# A relay needs two files for each stream.
most=$((($(ulimit -n | sed s/unlimited/1000000/) - 500) / 2))
[ "$idle" -le "$most" ] || { note "--idle $most: no more files may be open"; idle=$most; }
if [ $((slow + healthy)) -gt "$most" ]; then
    note "--slow $((most - healthy)): no more files may be open"
    slow=$((most - healthy))
fi
upstream_port=$base_port status_port=$((base_port + 1)) next_port=$((base_port + 2))
upstream=http://127.0.0.1:$upstream_port/v1/chat/completions
. "$root/bench/peers/lanes.sh"

file_of() {
    echo "${json:-$results/$1.jsonl}"
}

## One upstream, and the relays side by side: those that are not being measured have nothing to do

build_bench
free_ports "$upstream_port" "$status_port"
pin_upstream=$harness_cores pin_bench=$harness_cores
start_upstream "$upstream_port" "$status_port"
upstream_pid=$pid
ready=
for lane in $lanes; do
    if start_lane "$lane"; then
        ready="$ready $lane"
    fi
done
lanes=$ready
[ -n "$lanes" ] || fail "no lane is left"
[ -z "$install" ] || exit 0

# load LANE LABEL STREAMS MODEL WINDOW ARGUMENTS...   paced streams through a lane
load() {
    local lane=$1 label=$2 count=$3 model=$4 window=$5
    shift 5
    bench_seconds=$((window + settle + 60)) bench paced --reference "$upstream" --label "$label" \
        --url "${url[$lane]}" --headers "${headers[$lane]}" --streams "$count" --model "$model" \
        --window "$window" --watch "${pids[$lane]}" --harness "$upstream_pid" "$@"
}

open_calls() {
    exec 5<> "/dev/tcp/127.0.0.1/$status_port"
    printf 'GET / HTTP/1.1\r\nHost: bench\r\nConnection: close\r\n\r\n' >&5
    sed -n 's/.*"open":\([0-9]*\).*/\1/p' <&5
    exec 5>&-
}

# start_lanes_of PIDS   every lane that these processes served
start_lanes_of() {
    local lane
    ours_port=()
    for lane in $lanes; do
        [ "${pids[$lane]}" != "$1" ] || start_lane "$lane" || fail "$lane does not start again"
    done
}

# A relay that still asks the upstream would be part of the next one's measurement.
settle_lane() {
    local lane=$1 i old
    for i in $(seq 100); do
        [ "$(open_calls)" != 0 ] || return 0
        sleep 0.1
    done
    [ -n "${pids[$lane]}" ] || return 0
    note "$lane still has $(open_calls) calls open after 10 s; it is started again"
    old=${pids[$lane]}
    stop "${old%%,*}"
    start_lanes_of "$old"
}

## The measures

model=sim/tokens-$tokens+gap-$gap+ttft-$ttft

# rated MEASURE STREAMS MODEL   a round of every lane, and its line in the measure's file
rated() {
    local measure=$1 count=$2 what=$3 lane
    for lane in $lanes; do
        echo "$measure, $lane"
        load "$lane" "$lane" "$count" "$what" "$seconds" --ramp 2 --warm-up "$settle" \
            --json "$(file_of "$measure")" || status=1
        settle_lane "$lane"
    done
}

# As many streams as make half of the events that the first lane does when it is saturated.
streams_for_half() {
    local rate
    if [ -n "$half_streams" ]; then
        echo "$half_streams"
        return
    fi
    rate=$(sed -n -E "s/.*\"label\":\"${lanes%% *}\".*\"events_per_second\":([0-9.]+).*/\1/p" \
        "$results/saturated.jsonl" 2> /dev/null | tail -n 1)
    [ -n "$rate" ] || fail "half: needs the measure saturated before it, or --half-streams"
    awk -v rate="$rate" -v gap="${gap%ms}" 'BEGIN { printf "%d", rate / 2 * gap / 1000 }'
}

measure_idle() {
    local lane before with free
    for lane in $lanes; do
        [ "$lane" != direct ] || continue
        before=$(rss_kb "${pids[$lane]}")
        if hold idle --url "${url[$lane]}" --headers "${headers[$lane]}" --streams "$idle" \
            --model sim/tokens-1+ttft-120s --ramp 5 --patience 15 \
            --status "http://127.0.0.1:$status_port/"; then
            with=$(rss_kb "${pids[$lane]}")
            let_go
        else
            with=$before
        fi
        free=$(sed -n 's/^upstream free after \([0-9]*\) ms$/\1/p' "$work/hold.log")
        echo "idle, $lane: held $held, $(per_stream "$before" "$with" "${held%% *}"), upstream free" \
            "after ${free:-?} ms"
        echo "{\"label\":\"$lane\",\"asked\":$idle,\"held\":${held%% *},\"before_kb\":$before,\"held_kb\":$with,\"free_ms\":${free:-null}}" \
            >> "$(file_of idle)"
        settle_lane "$lane"
    done
}

measure_leave() {
    local lane free
    for lane in $lanes; do
        [ "$lane" != direct ] || continue
        bench_seconds=90 bench leave --url "${url[$lane]}" --headers "${headers[$lane]}" --streams "$streams" \
            --model "$model" --ramp 2 --hold 1 --patience 20 \
            --status "http://127.0.0.1:$status_port/" > "$work/leave.log" 2>&1 || true
        free=$(sed -n 's/^upstream free after \([0-9]*\) ms$/\1/p' "$work/leave.log")
        echo "leave, $lane: $(sed -n 's/^left //p' "$work/leave.log") left, upstream free after" \
            "${free:-?} ms"
        echo "{\"label\":\"$lane\",\"streams\":$streams,\"free_ms\":${free:-null}}" >> "$(file_of leave)"
        settle_lane "$lane"
    done
}

measure_slow() {
    local lane before with alone beside
    for lane in $lanes; do
        [ "$lane" != direct ] || continue
        alone='' beside=''
        echo "slow, $lane"
        healthy_streams "$lane" alone && alone=$(p99_gap "$work/alone.json")
        before=$(rss_kb "${pids[$lane]}")
        if hold slow --url "${url[$lane]}" --headers "${headers[$lane]}" --streams "$slow"; then
            healthy_streams "$lane" beside && beside=$(p99_gap "$work/beside.json")
            with=$(rss_kb "${pids[$lane]}")
            let_go
        else
            with=$before
        fi
        echo "{\"label\":\"$lane\",\"asked\":$slow,\"held\":$held,\"before_kb\":$before,\"held_kb\":$with,\"gap_alone_ms\":${alone:-null},\"gap_beside_ms\":${beside:-null}}" \
            >> "$(file_of slow)"
        settle_lane "$lane"
    done
}

healthy_streams() {
    rm -f "$work/$2.json"
    load "$1" "$2" "$healthy" sim/tokens-100+gap-50ms+ttft-20ms "$seconds" --ramp 2 --warm-up 3 \
        --json "$work/$2.json"
}

## Warm-up, then the measures

describe_machine
echo "relays on core $relay_core, upstream and load generator on $harness_cores; lanes:$lanes"
if [ "$jit" != 0 ]; then
    for lane in $lanes; do
        [ "$lane" != direct ] || continue
        load "$lane" "warm-up $lane" 64 "sim/tokens-200+gap-0ms+ttft-0ms" "$jit" --ramp 0.5 \
            --warm-up 0.5 || note "warm-up of $lane had faults"
        settle_lane "$lane"
    done
fi
status=0
# Half of saturation needs to know what saturation is.
case " $measures " in
    *" half "*) measures="${measures/half/} half" ;;
esac
for measure in $measures; do
    case $measure in
        light | paced | half | saturated | short)
            for round in $(seq "$repetitions"); do
                case $measure in
                    light) rated light $((streams / 2)) "$model" ;;
                    paced) rated paced "$streams" "$model" ;;
                    half) rated half "$(streams_for_half)" "$model" ;;
                    saturated) rated saturated 64 sim/tokens-200+gap-0ms+ttft-0ms ;;
                    short) rated short 64 sim/tokens-1+gap-0ms+ttft-0ms ;;
                esac
            done
            echo
            bench table "$(file_of "$measure")" --relay-core "$relay_core"
            echo
            ;;
        idle) measure_idle ;;
        slow) measure_slow ;;
        leave) measure_leave ;;
        *) fail "no measure $measure (expected: light, paced, half, saturated, short, idle, slow or leave)" ;;
    esac
done
if [ -z "$json" ]; then
    echo
    bench peers "$results" --relay-core "$relay_core"
fi
for lane in "${!why_not[@]}"; do
    echo "without $lane: ${why_not[$lane]}"
done
[ "$status" = 0 ] || note "some streams were not complete and in order; see the lines above"
exit "$status"
