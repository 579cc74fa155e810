#!/usr/bin/env bash
# Measures every demand on this machine and rewrites data/measured/dev-2core-2026-11.toml.
#
# Needs Debian 12 with PostgreSQL (trust for postgres), MariaDB (root without password), RabbitMQ
# (guest), NATS with JetStream and Mosquitto on their default loopback ports; root, for reading
# and installing. Redis, memcached, nginx and HAProxy run as copies of their own. Everything is named
# groundplan_bench and removed afterwards. About 15 minutes; RUNS=5 for more runs.
# Give names of scripts (postgresql sqlite ...) to measure only those.
set -euo pipefail
cd "$(dirname "$0")"
export WORK="${WORK:-/tmp/groundplan_bench}"
out="${OUT:-../../data/measured/dev-2core-2026-11.toml}"
mkdir -p "$WORK"

if [ -z "${NO_INSTALL:-}" ]; then ./install.sh; fi
for what in ${*:-postgresql mariadb sqlite redis_ memcached_ brokers http_}; do
  case "$what" in
    brokers) "$WORK/venv/bin/python" brokers.py ;;
    *) python3 "$what.py" ;;
  esac
done
python3 report.py > "$WORK/report.toml"
mv "$WORK/report.toml" "$out"
