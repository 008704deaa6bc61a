#!/usr/bin/env bash
# Runs the clients that other people wrote against a running server: one folder per language beside
# this file, each with a run.sh that gets the server's address as its first argument.
#
# Where a language is missing its folder is left out, and says so.
set -u

cd "$(dirname "${BASH_SOURCE[0]}")" || exit 1
work=../../target/sdk
mkdir -p "$work"
work=$(cd "$work" && pwd)

left_out() {
    echo "LEFT OUT: $1"
}

# A Python environment of our own, with what the folder's requirements.txt lists. Sets python.
set_up_python() {
    command -v python3 > /dev/null 2>&1 || return 1
    python=$work/python/bin/python
    [ -x "$python" ] || python3 -m venv "$work/python" || return 1
    "$python" -m pip install -q --disable-pip-version-check -r "$1/requirements.txt"
}

# The packages that the folder's package-lock.json lists.
set_up_node() {
    command -v node > /dev/null 2>&1 && command -v npm > /dev/null 2>&1 || return 1
    (cd "$1" && npm ci --silent --no-audit --no-fund)
}

passed=0
failed=0

run() {
    echo "-- $1"
    if python=${python:-} bash "$1/run.sh" "${SERVER:-}"; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
    fi
}

if [ -f python/run.sh ]; then
    if set_up_python python; then run python; else left_out "python: no python3 with venv and pip here"; fi
fi
if [ -f node/run.sh ]; then
    if set_up_node node; then run node; else left_out "node: no node with npm here"; fi
fi

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
