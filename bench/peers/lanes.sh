# shellcheck shell=bash
# The relays that can be compared, each a lane: how it is installed, started and asked. Sourced after
# setup.sh by what compares them; needs relay_core, upstream_port and next_port.
#
# start_lane NAME sets url[NAME], pids[NAME] and headers[NAME], or why_not[NAME] and fails.

programs=$root/bench/peers/programs
peers_home=${FIRSTTOKEN_PEERS:-$root/bench/target/peers}

# In the order of the table.
all_lanes="direct nginx haproxy envoy caddy node node-translated fastapi fastapi-blocking litellm
portkey verbatim translated to-anthropic verbatim-h2 translated-h2 to-anthropic-h2 verbatim-disk
translated-disk verbatim-paced translated-paced"

declare -A url pids headers why_not

start_lane() {
    local lane=$1
    case " ${all_lanes//$'\n'/ } " in
        *" $lane "*) ;;
        *) fail "no lane $lane (expected: some of ${all_lanes//$'\n'/ })" ;;
    esac
    headers[$lane]=
    pids[$lane]=
    "lane_${lane//-/_}" "$lane"
}

cannot() {
    why_not[$1]=$2
    note "without $1: $2"
    return 1
}

## What the lanes have in common

openai_path=/v1/chat/completions
simple_path=/chat/stream

# run_lane LANE PATH COMMAND...   starts it on the relay's core, as if it listened on $port
run_lane() {
    local lane=$1 path=$2 i
    shift 2
    start "$lane" taskset -c "$relay_core" "$@"
    for i in $(seq 600); do
        if listens "$port"; then
            url[$lane]=http://127.0.0.1:$port$path
            pids[$lane]=$(family "$pid")
            return 0
        fi
        kill -0 "$pid" 2> /dev/null || break
        sleep 0.1
    done
    tail -n 20 "$work/$lane.log" >&2
    cannot "$lane" "it does not listen, see above"
}

# A process and everything below it, separated by commas.
family() {
    local children child all=$1
    children=$(pgrep -P "$1" || true)
    for child in $children; do
        all=$all,$(family "$child")
    done
    echo "$all"
}

take_port() {
    port=$next_port
    next_port=$((next_port + 1))
    free_ports "$port"
}

# configure FILE   from programs/ into the scratch folder, with this lane's ports and as many
#                  connections as there may be open files, two for each
configure() {
    sed -e "s|@CONNECTIONS@|$((($(ulimit -n) - 100) / 2))|g" -e "s|@WORK@|$work|g" -e "s|@PORT@|$port|g" -e "s|@FILES@|$(ulimit -n)|g" \
        -e "s|@UPSTREAM_PORT@|$upstream_port|g" "$programs/$1" > "$work/$1"
}

# Debian's packages come as root; elsewhere they have to be there.
package() {
    local lane=$1 command=$2 package=$3
    command -v "$command" > /dev/null && return
    if [ "$(id -u)" = 0 ] && command -v apt-get > /dev/null; then
        note "installing $package"
        apt-get install -y "$package" > "$work/install-$lane.log" 2>&1 || true
    fi
    command -v "$command" > /dev/null || cannot "$lane" "there is no $command (package $package)"
}

# python_home LANE NAME   a virtual environment with programs/NAME.txt in it; its path is in $home
python_home() {
    local lane=$1 name=$2
    home=$peers_home/$name
    cmp -s "$programs/$name.txt" "$home/installed.txt" && return
    command -v python3 > /dev/null || { cannot "$lane" "there is no python3"; return 1; }
    note "installing $(tr '\n' ' ' < "$programs/$name.txt")"
    rm -rf "$home"
    mkdir -p "$peers_home"
    if python3 -m venv "$home" && "$home/bin/pip" install -q -r "$programs/$name.txt"; then
        cp "$programs/$name.txt" "$home/installed.txt"
    else
        cannot "$lane" "installing it failed"
    fi > "$work/install-$name.log" 2>&1
}

# npm_home LANE NAME PACKAGE@VERSION   the same for npm
npm_home() {
    local lane=$1 name=$2 package=$3
    home=$peers_home/$name
    [ "$(cat "$home/installed.txt" 2> /dev/null)" = "$package" ] && return
    command -v npm > /dev/null || { cannot "$lane" "there is no npm"; return 1; }
    note "installing $package"
    rm -rf "$home"
    mkdir -p "$home"
    if (cd "$home" && npm init -y && npm install --no-audit --no-fund "$package"); then
        echo "$package" > "$home/installed.txt"
    else
        cannot "$lane" "installing it failed"
    fi > "$work/install-$name.log" 2>&1
}

## The lanes

# No relay at all: what the upstream and the load generator can do.
lane_direct() {
    url[$1]=http://127.0.0.1:$upstream_port$openai_path
}

lane_nginx() {
    package "$1" nginx nginx-light || return
    take_port
    configure nginx.conf
    run_lane "$1" $openai_path nginx -p "$work" -c "$work/nginx.conf"
}

lane_haproxy() {
    package "$1" haproxy haproxy || return
    take_port
    configure haproxy.cfg
    run_lane "$1" $openai_path haproxy -db -f "$work/haproxy.cfg"
}

lane_caddy() {
    package "$1" caddy caddy || return
    take_port
    configure Caddyfile
    run_lane "$1" $openai_path caddy run --config "$work/Caddyfile" --adapter caddyfile
}

lane_envoy() {
    python_home "$1" envoy || return
    take_port
    configure envoy.yaml
    local binary
    binary=$(find "$home" -type f -name 'envoy*' -perm -u+x -size +10M -print -quit)
    [ -n "$binary" ] || { cannot "$1" "no envoy in $home"; return 1; }
    run_lane "$1" $openai_path "$binary" -c "$work/envoy.yaml" --concurrency 1 \
        --disable-hot-restart --log-level error
}

lane_node() {
    command -v node > /dev/null || { cannot "$1" "there is no node"; return 1; }
    take_port
    run_lane "$1" $openai_path node "$programs/relay.mjs" "$port" "$upstream_port"
}

lane_node_translated() {
    command -v node > /dev/null || { cannot "$1" "there is no node"; return 1; }
    take_port
    run_lane "$1" $simple_path node "$programs/relay.mjs" "$port" "$upstream_port"
}

fastapi_lane() {
    python_home "$1" fastapi || return
    take_port
    run_lane "$1" "$2" env OPENAI_BASE_URL="http://127.0.0.1:$upstream_port/v1" \
        OPENAI_API_KEY=bench PYTHONPATH="$programs" PYTHONDONTWRITEBYTECODE=1 \
        "$home/bin/uvicorn" fastapi_app:app --host 127.0.0.1 --port "$port" --workers 1 \
        --backlog 4096 --no-access-log --log-level warning
}

lane_fastapi() {
    fastapi_lane "$1" $simple_path
}

lane_fastapi_blocking() {
    fastapi_lane "$1" /blocking$simple_path
}

lane_litellm() {
    python_home "$1" litellm || return
    take_port
    run_lane "$1" $openai_path env OPENAI_BASE_URL="http://127.0.0.1:$upstream_port/v1" \
        LITELLM_LOG=ERROR LITELLM_TELEMETRY=False LITELLM_LOCAL_MODEL_COST_MAP=True \
        "$home/bin/litellm" --config "$programs/litellm.yaml" --host 127.0.0.1 --port "$port" \
        --num_workers 1
}

lane_portkey() {
    command -v node > /dev/null || { cannot "$1" "there is no node"; return 1; }
    npm_home "$1" portkey @portkey-ai/gateway@1.15.2 || return
    take_port
    headers[$1]="x-portkey-provider: openai|x-portkey-custom-host: http://127.0.0.1:$upstream_port/v1"
    run_lane "$1" $openai_path env NODE_ENV=production TRUSTED_CUSTOM_HOSTS=127.0.0.1,localhost \
        node --import "$programs/portkey-shim.mjs" \
        "$home/node_modules/@portkey-ai/gateway/build/start-server.js" --headless \
        "--port=$port"
}

# Ours: one server for each way of running it, with several lanes through it.
ours_lane() {
    local lane=$1 kind=$2 path=$3 protocol=$4 dialect=$5
    shift 5
    if [ -z "${ours_port[$kind]:-}" ]; then
        build_server
        take_port
        server_config "$upstream_port" "$protocol" "$kind.yaml" "$dialect" "${ours_pace[$kind]:-}"
        run_lane "$lane" "$path" "$root/firsttoken" serve --port "$port" \
            --config "$work/config/$kind.yaml" "$@" || return
        ours_port[$kind]=$port
        ours_pids[$kind]=${pids[$lane]}
    fi
    url[$lane]=http://127.0.0.1:${ours_port[$kind]}$path
    pids[$lane]=${ours_pids[$kind]}
}
declare -A ours_port ours_pids
declare -A ours_pace=([paced]=16ms)

lane_verbatim() { ours_lane "$1" ours $openai_path http1 openai; }
lane_translated() { ours_lane "$1" ours $simple_path http1 openai; }
lane_verbatim_h2() { ours_lane "$1" h2 $openai_path http2 openai; }
lane_translated_h2() { ours_lane "$1" h2 $simple_path http2 openai; }
lane_to_anthropic() { ours_lane "$1" anthropic $openai_path http1 anthropic; }
lane_to_anthropic_h2() { ours_lane "$1" anthropic-h2 $openai_path http2 anthropic; }
lane_verbatim_disk() { ours_lane "$1" disk $openai_path http1 openai --data "$work/data"; }
lane_translated_disk() { ours_lane "$1" disk $simple_path http1 openai --data "$work/data"; }
lane_verbatim_paced() { ours_lane "$1" paced $openai_path http1 openai; }
lane_translated_paced() { ours_lane "$1" paced $simple_path http1 openai; }
