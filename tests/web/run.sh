#!/usr/bin/env bash
# Builds the TypeScript client and runs its tests, its checks and the examples, against a server
# that is started for them.
#
# Brings the packages that the lock file lists, into folders that git ignores, and once. Without node
# it is left out, and says so; with CI=true that is a failure.
set -u

cd "$(dirname "${BASH_SOURCE[0]}")/../../web" || exit 1
ready=../target/web.set-up-for

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

npm test --silent --workspace client && npm run check --silent --workspace client
