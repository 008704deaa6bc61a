#!/usr/bin/env bash
# Builds the TypeScript client and runs its tests, its checks and the examples, against a server
# that is started for them; and looks over everything that is written in TypeScript or JavaScript.
#
#   tests/web/run.sh            check, and run every test
#   tests/web/run.sh --format   write everything as Biome would
#
# Brings the packages that it takes, into folders that git ignores, and once. Without node
# it is left out, and says so; with CI=true that is a failure.
set -u

cd "$(dirname "${BASH_SOURCE[0]}")/../../web" || exit 1
ready=../target/web.set-up-for
tools=../tests/web

if ! command -v node > /dev/null 2>&1 || ! command -v npm > /dev/null 2>&1; then
    echo "LEFT OUT: the TypeScript client (expected: node and npm)"
    [ "${CI:-}" != true ]
    exit
fi

if ! [ -d node_modules ] || ! cmp -s package-lock.json "$ready"; then
    npm ci --silent --no-audit --no-fund || exit 1
    mkdir -p ../target
    cp package-lock.json "$ready"
fi
# Exact versions and no lock file: these come as one binary for each platform, and no registry has to
# have them all.
if ! cmp -s "$tools/package.json" "$tools/node_modules/.set-up-for"; then
    (cd "$tools" && npm install --no-package-lock --silent --no-audit --no-fund) || exit 1
    cp "$tools/package.json" "$tools/node_modules/.set-up-for"
fi

biome() {
    "$tools/node_modules/.bin/biome" check --error-on-warnings "$@" . ../tests/page ../examples
}

if [ "${1:-}" = --format ]; then
    biome --write
    exit
fi
biome || {
    echo "FAILED: layout and lint (tests/web/run.sh --format writes the layout)"
    exit 1
}
npm test --silent --workspace client && npm run check --silent --workspace client
