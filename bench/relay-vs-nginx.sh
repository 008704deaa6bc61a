#!/usr/bin/env bash
# Compares our relay with nginx (`proxy_buffering off`) on one core: processor time per relayed
# event, time to first token, gaps. One measure and three lanes of bench/peers/run.sh, whose options
# it takes; these are the ones that matter here:
#
#   bench/relay-vs-nginx.sh [options]
#
#   --streams N         streams at once (500)
#   --gap TIME          between two events of a stream (20ms)
#   --tokens N          content events a stream has (200)
#   --ttft TIME         how long the upstream thinks first (100ms)
#   --seconds N         measured window of each run (15)
#   --settle N          seconds before the window, after the ramp (6)
#   --repetitions N     rounds; each runs every lane once, in turn (3)
#   --jit N             seconds of fast streams before it all, for each lane (13)
#   --lanes LIST        of nginx, verbatim, translated, direct, the same with -h2 (HTTP/2 to the
#                       upstream), -disk (the log on disk) or -paced (display rate), and more (nginx,verbatim,translated)
#   --relay-core N      the core for the relay (0)
#   --harness-cores L   the cores for upstream and load generator, as taskset takes them (1)
#   --base-port N       this and the next twenty ports are used (18100)
#   --json FILE         keep the runs, one JSON line each; `bench table FILE` reads them again
#
# The first lane is what the ratio compares with. FIRSTTOKEN_JAVA_OPTS reaches our server.
set -euo pipefail
case ${1:-} in -h | --help) sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "$0"; exit 0 ;; esac
exec "$(dirname "${BASH_SOURCE[0]}")/peers/run.sh" \
    --lanes nginx,verbatim,translated --measures paced "$@"
