#!/bin/sh
# Reads trees of code with Groundplan and with ast-grep, one after the other, and prints the processor
# time of each (user and system, all threads).
#
#   bench/research/run.sh FOLDER...    for example clones of apache/kafka and saleor/saleor
#
# ast-grep comes from npm: npm install @ast-grep/cli
set -eu
here=$(dirname "$0")
cd "$here/../.."
cargo build --release --quiet -p groundplan-cli
exec python3 bench/research/measure.py "${CARGO_TARGET_DIR:-target}/release/groundplan" "$@"
