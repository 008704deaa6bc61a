#!/usr/bin/env bash
# What somebody meets who has just cloned the project and has never used Maven: the time from
# `./firsttoken serve` to the first streamed token, and what took it.
#
#   bench/fresh-clone.sh [options]
#
#   --from REPOSITORY   what to clone (this one, as committed)
#   --port N            where to serve (18400)
#   --patience N        seconds until it gives up (900)
#
# Clones into an empty folder, with an empty Maven repository and no Maven wrapper downloads. A second
# build with the repository now filled tells how much of the first one was downloading. Needs the
# network, for Maven's artifacts.
set -euo pipefail
case ${1:-} in -h | --help) sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "$0"; exit 0 ;; esac
. "$(dirname "${BASH_SOURCE[0]}")/setup.sh"

from=$root port=18400 patience=900
while [ $# -gt 0 ]; do
    [ $# -ge 2 ] || fail "$1 needs a value (try --help)"
    case $1 in
        --from) from=$2 ;;
        --port) port=$2 ;;
        --patience) patience=$2 ;;
        *) fail "no option $1 (try --help)" ;;
    esac
    shift 2
done
free_ports "$port"
command -v curl > /dev/null || fail "needs curl"

now_ms() {
    date +%s%3N
}

since() {
    awk -v from="$1" -v to="$(now_ms)" 'BEGIN { printf "%.1f", (to - from) / 1000 }'
}

describe_machine
begin=$(now_ms)
git clone -q "$from" "$work/clone"
echo "clone                          $(since "$begin") s, $(git -C "$work/clone" rev-parse --short HEAD)"

# grep ends at the first token and curl then fails, which is as it should be.
streams_a_token() (
    set +o pipefail
    curl -sN --max-time 20 -H 'Content-Type: application/json' -d '{"message":"Hello"}' \
        "http://127.0.0.1:$port/chat/stream" 2> /dev/null | grep -q -m 1 '"content"'
)

# serve_until_token TITLE   starts the server as a newcomer would and waits for its first token
serve_until_token() {
    local begin line told=0 accepting=
    begin=$(now_ms)
    start "serve" env -u JAVA_TOOL_OPTIONS -u OPENAI_API_KEY -u OPENAI_BASE_URL \
        MAVEN_OPTS="${MAVEN_OPTS:-} -Dmaven.repo.local=$work/repository" \
        MAVEN_USER_HOME="$work/maven" \
        "$work/clone/firsttoken" serve --port "$port"
    echo "$1"
    while true; do
        # What the launcher says about its phases, with the time at which it said it.
        while IFS= read -r line; do
            told=$((told + 1))
            printf '  %7s s  %s\n' "$(since "$begin")" "$line"
        done < <(tail -n "+$((told + 1))" "$work/serve.log" | head -n 20)
        if listens "$port"; then
            [ -n "$accepting" ] || { accepting=$(since "$begin"); printf '  %7s s  accepting\n' "$accepting"; }
            ! streams_a_token || break
        fi
        kill -0 "$pid" 2> /dev/null || { cat "$work/serve.log" >&2; fail "the server has ended"; }
        [ "$(($(now_ms) - begin))" -lt $((patience * 1000)) ] || fail "no token in $patience s"
        sleep 0.05
    done
    printf '  %7s s  first streamed token\n' "$(since "$begin")"
    stop "$pid"
}

serve_until_token "first start, nothing there:"
echo "  downloaded $(du -sm "$work/repository" 2> /dev/null | cut -f1) MB in" \
    "$(find "$work/repository" -name '*.jar' 2> /dev/null | wc -l) jars"
find "$work/clone" -type d -name target -prune -exec rm -rf {} +
serve_until_token "again without its build output, artifacts there (the difference is downloading):"
serve_until_token "again, built:"
