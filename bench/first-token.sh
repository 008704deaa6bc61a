#!/usr/bin/env bash
# Times our server from the start of its process to the first token it relays, with the AOT cache and
# without. The upstream runs already and answers at once; a client tries to connect in a tight loop.
#
#   bench/first-token.sh [options]
#
#   --runs N        starts of each kind (7)
#   --cores LIST    the cores the server may use, as taskset takes them (all)
#   --path PATH     which endpoint (/chat/stream)
#   --base-port N   this and the next two ports are used (18300)
set -euo pipefail
case ${1:-} in -h | --help) sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "$0"; exit 0 ;; esac
. "$(dirname "${BASH_SOURCE[0]}")/setup.sh"

runs=7 cores= path=/chat/stream base_port=18300
while [ $# -gt 0 ]; do
    [ $# -ge 2 ] || fail "$1 needs a value (try --help)"
    case $1 in
        --runs) runs=$2 ;;
        --cores) cores=$2 ;;
        --path) path=$2 ;;
        --base-port) base_port=$2 ;;
        *) fail "no option $1 (try --help)" ;;
    esac
    shift 2
done
upstream_port=$base_port ours_port=$((base_port + 1)) status_port=$((base_port + 2))

build_bench
build_server
free_ports "$upstream_port" "$ours_port" "$status_port"
start_upstream "$upstream_port" "$status_port"

model=sim/tokens-3+gap-1ms+ttft-0ms
case $path in
    */chat/completions)
        body="{\"model\":\"$model\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}"
        ;;
    *) body="{\"message\":\"Hello\",\"model\":\"$model\"}" ;;
esac
pin=()
[ -z "$cores" ] || pin=(taskset -c "$cores")

# starts LABEL FLAGS   FLAGS are added to whatever FIRSTTOKEN_JAVA_OPTS says
starts() {
    bench first-token --label "$1" --runs "$runs" --url "http://127.0.0.1:$ours_port$path" \
        --body "$body" -- \
        env OPENAI_BASE_URL="http://127.0.0.1:$upstream_port/v1" OPENAI_API_KEY=bench \
            FIRSTTOKEN_JAVA_OPTS="${FIRSTTOKEN_JAVA_OPTS:-} $2" \
        ${pin[@]+"${pin[@]}"} "$root/firsttoken" serve --port "$ours_port"
}

describe_machine
starts "with the AOT cache" ""
starts "without it" "-XX:AOTMode=off"
