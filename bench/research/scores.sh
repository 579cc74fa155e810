#!/bin/sh
# Scores what is recovered against published truths.
#
#   bench/research/scores.sh TRUTH TREES    TRUTH: normalized/*.json, polyglot_refs/*.tsv, score.py, score_edges.py
#                                           TREES: a folder of trees, named like the files of the truth
#
# Facts come from the example `facts`, `project.py` turns them into the form of the truth.
set -eu
truth=$1 trees=$2
cd "$(dirname "$0")/../.."
cargo build --quiet -p groundplan-research --example facts
facts="${CARGO_TARGET_DIR:-target}/debug/examples/facts"
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
mkdir "$out/dataflow" "$out/calls"
for file in "$truth"/normalized/*.json "$truth"/polyglot_refs/*.tsv; do
  name=$(basename "${file%.*}")
  case $file in *.json) form=dataflow ;; *) form=calls ;; esac
  "$facts" "$trees/$name" >"$out/facts.json"
  python3 bench/research/project.py $form "$out/facts.json" >"$out/$form/$name.json"
done
python3 "$truth/score.py" "$out/dataflow"
python3 "$truth/score_edges.py" "$out/calls"
