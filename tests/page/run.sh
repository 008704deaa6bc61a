#!/usr/bin/env bash
# Runs the chat page in a real Chromium, before a gateway and a simulator.
#
#   tests/page/run.sh              check types, and run every test
#   tests/page/run.sh --pictures   and let them take the pictures in docs/images anew
#
# Brings the packages that the lock files list, and a Chromium from Debian's packages where there is
# none and we may. What is missing is left out, and says so; with CI=true that is a failure.
set -u

cd "$(dirname "${BASH_SOURCE[0]}")" || exit 1
root=$(cd ../.. && pwd)
work=$root/target/page
mkdir -p "$work/answers"
. "$root/bin/find-jdk.sh"

server=
trap 'stop_server' EXIT

left_out() {
    echo "LEFT OUT: $1"
    [ "${CI:-}" = true ] && exit 1
    exit 0
}

failed() {
    echo "FAILED: $1"
    exit 1
}

## What it takes

find_browser() {
    local name
    for name in "${PAGE_BROWSER:-}" chromium chromium-browser google-chrome; do
        [ -n "$name" ] && PAGE_BROWSER=$(command -v "$name") && export PAGE_BROWSER && return 0
    done
    return 1
}

bring_browser() {
    find_browser && return 0
    command -v apt-get > /dev/null 2>&1 && [ "$(id -u)" -eq 0 ] || return 1
    # The fonts are what the pictures are drawn with.
    local packages="chromium fonts-inter fonts-jetbrains-mono fonts-noto-cjk fonts-noto-color-emoji"
    # shellcheck disable=SC2086  # several packages
    { apt-get install -y --no-install-recommends $packages ||
        { apt-get update && apt-get install -y --no-install-recommends $packages; }; } > "$work/apt.log" 2>&1
    find_browser
}

"$root/bin/build-page.sh" --can || left_out "the page (expected: node 20.19 or newer, and npm)"
bring_browser || left_out "the page in a browser (expected: chromium, or root and apt-get to install it)"
"$root/bin/build-page.sh" && [ -f "$root/web/page/dist/index.html" ] || failed "the page could not be built"
if ! cmp -s package-lock.json node_modules/.set-up-for; then
    npm ci --silent --no-audit --no-fund && cp package-lock.json node_modules/.set-up-for ||
        failed "npm could not bring the packages in tests/page"
fi

## Types, and the modules for tests

(cd "$root/web" && npm run --silent check --workspace page && npm run --silent build:test --workspace page) \
    > "$work/build.log" 2>&1 || {
    cat "$work/build.log"
    failed "the page's types are wrong"
}

## The server. It ends when the pipe that it reads from does, so it cannot be left behind.

start_server() {
    find_jdk javac || { explain_missing_jdk; return 1; }
    "$root/firsttoken" --version > /dev/null || return 1
    rm -f "$work/place.json" "$work/stdin"
    mkfifo "$work/stdin" || return 1
    "$JDK/bin/java" --sun-misc-unsafe-memory-access=allow --enable-native-access=ALL-UNNAMED \
        -cp "$root/cli/target/dist/lib/*" \
        "$root/gateway/src/test/java/dev/firsttoken/gateway/page/PageServer.java" \
        "$work/place.json" answers "$work/answers" < "$work/stdin" > "$work/server.log" 2>&1 &
    server=$!
    exec 8> "$work/stdin"
    local _
    for _ in $(seq 600); do
        [ -f "$work/place.json" ] && return 0
        kill -0 "$server" 2> /dev/null || break
        sleep 0.1
    done
    cat "$work/server.log"
    return 1
}

stop_server() {
    if [ -n "$server" ]; then
        exec 8>&-
        wait "$server"
        server=
    fi
}

node long.mjs "$work/answers/fast-long.md" || exit 1
start_server || failed "the server did not start"

## The tests

if [ "${1:-}" = --pictures ]; then
    export PAGE_PICTURES=$root/docs/images
fi
# Nothing on loopback goes through a proxy.
export PAGE_PLACE=$work/place.json NO_PROXY=127.0.0.1 no_proxy=127.0.0.1
run_tests() {
    node --test --test-concurrency=2 --test-reporter=spec "$@" < /dev/null 8>&-
}
run_tests connection.test.mjs conversation.test.mjs look.test.mjs markdown.test.mjs
result=$?
# By itself, because it measures.
run_tests page.test.mjs && [ $result -eq 0 ]
