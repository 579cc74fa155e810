#!/usr/bin/env bash
# Whole commands side by side: `groundplan check` and `likec4 validate` on one model of 1,000
# components and 1,992 relations. Prints five runs of each: elapsed seconds and processor seconds.
# Needs: cargo, python3, npm.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 model.py "$work"
cargo build --release --quiet
groundplan=$(cd ../.. && pwd)/target/release/groundplan
npm install --silent --no-audit --no-fund --prefix "$work" likec4@1.46.0 >/dev/null
TIMEFORMAT='%R s elapsed, %U s user'
for _ in 1 2 3 4 5; do
  echo -n "groundplan: "
  time { "$groundplan" check "$work/groundplan" >/dev/null 2>&1 || true; }
  echo -n "likec4:     "
  time { "$work/node_modules/.bin/likec4" validate "$work/likec4" >/dev/null 2>&1 || true; }
done
