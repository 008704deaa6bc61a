#!/usr/bin/env bash
# Builds the chat page into web/page/dist, where the gateway's build takes it from. Maven runs this.
#
# Without a Node that can, there is no page, and the build goes on and says so; with CI=true that is a
# failure. What is newer than its sources is left alone.
set -u

web=$(cd "$(dirname "${BASH_SOURCE[0]}")/../web" && pwd) || exit 1
dist=$web/page/dist
oldest="20.19"

# A Node that the page's tools run on: 20.19 or newer.
has_node() {
    command -v node > /dev/null 2>&1 && command -v npm > /dev/null 2>&1 &&
        node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)'
}

is_built() {
    [ -f "$dist/index.html" ] &&
        [ -z "$(find "$web" -name node_modules -prune -o -name 'dist*' -prune -o -newer "$dist/index.html" -type f -print 2> /dev/null | head -n 1)" ]
}

without() {
    echo "page: $1; this build has no page" >&2
    if [ "${CI:-}" = true ]; then
        exit 1
    fi
    exit 0
}

if [ "${1:-}" = --can ]; then
    has_node
    exit
fi

has_node || without "no node $oldest or newer with npm was found"
# Only one build at a time, where that can be had.
if command -v flock > /dev/null 2>&1; then
    mkdir -p "$web/../target" && exec 7> "$web/../target/page.lock" && flock 7
fi
is_built && exit 0
cd "$web" || exit 1
# The same mark as tests/web/run.sh has, so that neither undoes what the other did.
ready=../target/web.set-up-for
if ! [ -d node_modules ] || ! cmp -s package-lock.json "$ready"; then
    npm ci --silent --no-audit --no-fund < /dev/null || {
        # So that the launcher does not try again at every start.
        mkdir -p "$dist"
        without "npm could not bring the packages that web/package-lock.json lists"
    }
    mkdir -p ../target && cp package-lock.json "$ready"
fi
npm run --silent build --workspace client < /dev/null && npm run --silent build --workspace page < /dev/null || {
    echo "page: the build failed" >&2
    exit 1
}
