#!/usr/bin/env bash
# Runs ./firsttoken as a person does, in a copy of the source tree and as a copied distribution.
set -u

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
. "$root/bin/find-jdk.sh"
passed=0
failed=0
work=$(mktemp -d)
server=
trap '[ -n "$server" ] && kill "$server" 2> /dev/null; rm -rf "$work"' EXIT

check() {
    local what=$1
    shift
    if "$@"; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "FAILED: $what"
    fi
}

# Waits until a file holds a text, for as long as its writer lives and at most a minute.
await() {
    local _
    for _ in $(seq 600); do
        grep -q "$2" "$1" && return 0
        kill -0 "$server" 2> /dev/null || return 1
        sleep 0.1
    done
    return 1
}

## The JDK

another_java_first() (
    mkdir -p "$work/old/bin"
    printf 'JAVA_VERSION="17.0.1"\n' > "$work/old/release"
    printf '#!/bin/sh\nexit 1\n' > "$work/old/bin/java"
    cp "$work/old/bin/java" "$work/old/bin/javac"
    chmod +x "$work/old/bin/java" "$work/old/bin/javac"
    PATH=$work/old/bin:$PATH JAVA_HOME=$work/old
    find_jdk javac && [ "$JDK" != "$work/old" ]
)

java_home_first() (
    mkdir -p "$work/mine/bin"
    printf 'JAVA_VERSION="25.0.9"\n' > "$work/mine/release"
    printf '#!/bin/sh\n' > "$work/mine/bin/javac"
    chmod +x "$work/mine/bin/javac"
    JAVA_HOME=$work/mine
    find_jdk javac && [ "$JDK" = "$work/mine" ]
)

check "an older java that comes first is passed over" another_java_first
check "JAVA_HOME wins when it is good" java_home_first

## The source tree

version() {
    "$1/firsttoken" --version | grep -q '^FirstToken '
}

# Builds if something is stale; then nothing is, and nothing may be said.
quiet_when_built() {
    "$root/firsttoken" --version > /dev/null 2>&1
    [ -z "$("$root/firsttoken" --version 2>&1 > /dev/null)" ]
}

exit_code() {
    "$root/firsttoken" chat --url http://127.0.0.1:1 Hello > /dev/null 2>&1
    [ $? -eq 4 ]
}

check "it builds and starts" version "$root"
check "it says nothing when there is nothing to build" quiet_when_built
check "the command's exit code is the launcher's" exit_code

## A copied distribution

cp -r "$root/cli/target/dist" "$work/a copy"
check "a copy of the distribution starts" version "$work/a copy"

## Serving

serves() {
    "$work/a copy/firsttoken" serve --simulator --port 0 > "$work/serve.out" 2>&1 &
    server=$!
    await "$work/serve.out" 'curl -N'
}

streams() {
    local address
    address=$(sed -n 's|.*curl -N \(http://[^ ]*\).*|\1|p' "$work/serve.out")
    curl -sN -m 60 "$address" -H 'content-type: application/json' -d '{"message":"Hello"}' \
        > "$work/stream.out" &&
        grep -q '^data: {"content":' "$work/stream.out" &&
        grep -q '^data: \[DONE\]' "$work/stream.out"
}

stops() {
    local code
    kill -TERM "$server"
    wait "$server"
    code=$?
    server=
    [ "$code" -eq 0 ]
}

check "it serves" serves
check "the line to paste shows a stream" streams
converses() {
    local address
    address=$(sed -n 's|.*curl -N \(http://[^/]*\)/.*|\1|p' "$work/serve.out")
    TERM=xterm python3 "$root/tests/launcher/terminal.py" 'see >
        type Hello
        see This is
        press c
        see [stopped]
        see >
        type What?
        see This is
        see in all
        see >
        type /nonsense
        see no such command
        see >
        press c
        end 0' "$work/a copy/firsttoken" chat --url "$address" --model sim/gap-20ms+tokens-80
}

if command -v python3 > /dev/null 2>&1; then
    check "Ctrl-C stops an answer, and leaves at the prompt" converses
else
    echo "LEFT OUT: the conversation in a terminal, which needs python3"
fi
check "SIGTERM reaches it, and it ends well" stops
[ "$failed" -eq 0 ] || cat "$work/serve.out"

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
