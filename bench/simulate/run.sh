#!/usr/bin/env bash
# Simulated events per second beside SimPy, Ciw and LINE: the same models, one run, one table.
# Needs: cargo, python3 with venv, and PyPI.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/python"
"$work/python/bin/pip" install --quiet -r requirements.txt
cargo build --release --quiet -p groundplan-simulate --example models
target=$(cargo metadata --format-version 1 --no-deps | python3 -c 'import json, sys; print(json.load(sys.stdin)["target_directory"])')
grep -m1 "model name" /proc/cpuinfo || true
python3 compare.py "$target/release/examples/models" "$work/python/bin/python" "${1:-3}"
