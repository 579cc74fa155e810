#!/usr/bin/env bash
# Installs the load generators, clients and runtimes that the measurements need.
# Everything that is not a Debian package goes below $WORK (default /tmp/groundplan_bench).
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
WORK="${WORK:-/tmp/groundplan_bench}"
mkdir -p "$WORK"

apt-get update -qq
# nginx and others must not start as system services: the scripts run their own copies.
printf '#!/bin/sh\nexit 101\n' > /usr/sbin/policy-rc.d && chmod +x /usr/sbin/policy-rc.d
trap 'rm -f /usr/sbin/policy-rc.d' EXIT
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
  nginx-light wrk golang-go sysbench libjackson2-databind-java libpostgresql-jdbc-java \
  golang-github-jackc-pgx-v4-dev golang-github-lib-pq-dev haproxy memcached > "$WORK/apt.log"

if [ ! -x "$WORK/venv/bin/python" ]; then
  python3 -m venv "$WORK/venv"
fi
"$WORK/venv/bin/pip" install -q -r "$here/requirements.txt"

mkdir -p "$WORK/node"
cp "$here/apps/package.json" "$WORK/node/"
(cd "$WORK/node" && npm install --silent --no-audit --no-fund)

mkdir -p "$WORK/go" && cp "$here/apps/server.go" "$WORK/go/main.go"
(cd "$WORK/go" && { [ -f go.mod ] || go mod init groundplan_bench 2>/dev/null; } && go build -o server .)
# The drivers are Debian packages in the old layout of sources, so without modules.
mkdir -p "$WORK/go_call" && cp "$here/apps/call.go" "$WORK/go_call/main.go"
(cd "$WORK/go_call" && GO111MODULE=off GOPATH=/usr/share/gocode go build -o call main.go)

mkdir -p "$WORK/java" && cp "$here/apps/"{Server,Call}.java "$WORK/java/"
(cd "$WORK/java" && javac -cp "/usr/share/java/jackson-core.jar:/usr/share/java/jackson-annotations.jar:/usr/share/java/jackson-databind.jar" Server.java Call.java)

mkdir -p "$WORK/rust/src"
cp "$here/apps/server.rs" "$WORK/rust/src/main.rs"
cp "$here/apps/server.cargo.toml" "$WORK/rust/Cargo.toml"
(cd "$WORK/rust" && CARGO_TARGET_DIR="$WORK/rust/target" cargo build --release --quiet)

mkdir -p "$WORK/rust_call/src"
cp "$here/apps/call.rs" "$WORK/rust_call/src/main.rs"
cp "$here/apps/call.cargo.toml" "$WORK/rust_call/Cargo.toml"
(cd "$WORK/rust_call" && CARGO_TARGET_DIR="$WORK/rust_call/target" cargo build --release --quiet)
