#!/usr/bin/env bash
# Our search of a million designs beside pymoo's and brute force in numpy, in one run.
set -euo pipefail
cd "$(dirname "$0")/../.."
out=$(mktemp -d)
python3 -m venv "$out/venv"
"$out/venv/bin/pip" install -q -r bench/search/requirements.txt
cargo build -q --release -p groundplan-explore --example tiers
ours=${CARGO_TARGET_DIR:-target}/release/examples/tiers
export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 TIMEFORMAT='   %U s of processor time, %R s in all'
grep -m1 'model name' /proc/cpuinfo || true
for how in "complete 1" "complete 2" "verify" "evolve"; do
    echo "explore, $how:"
    # shellcheck disable=SC2086
    time "$ours" $how >"$out/${how%% *}"
done
"$out/venv/bin/python" bench/search/peer.py "$out/complete" "$out/evolve"
rm -r "$out"
