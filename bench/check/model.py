"""Writes one model of N components and 2 N relations twice: for Groundplan and for LikeC4.

usage: model.py FOLDER [N]

Groundplan's is clean but for what a synthetic system cannot have (operations), so that the time is
that of reading and checking, not of printing findings.
"""

import pathlib
import sys

folder = pathlib.Path(sys.argv[1])
count = int(sys.argv[2]) if len(sys.argv) > 2 else 1000
(folder / "groundplan").mkdir(parents=True, exist_ok=True)
(folder / "likec4").mkdir(parents=True, exist_ok=True)

relations = []
for i in range(count):
    for step in (1, 7):
        if i + step < count:
            relations.append((i, i + step))

ours = ["brief:", "  name: big", "  purpose: A model for timing.", "style: services"]
ours += ["observability:", "  correlation: traceparent", "components:"]
for i in range(count):
    ours += [
        f"  c{i}:",
        "    kind: worker",
        f"    description: Component number {i}.",
        "    technology: go",
        "    instances: 2",
        "    zones: 2",
        "    exposure: private",
        "    health: {live: /live, ready: /ready}",
    ]
ours.append("relations:")
for number, (a, b) in enumerate(relations):
    ours += [
        f"  r{number}:",
        f"    from: c{a}",
        f"    to: c{b}",
        "    mode: async",
        "    protocol: broker",
        "    encryption: tls",
        "    authentication: mtls",
        "    delivery: at-least-once",
        "    idempotent: true",
        "    dead_letter: {after: 10}",
    ]
(folder / "groundplan" / "architecture.yaml").write_text("\n".join(ours) + "\n")

theirs = ["specification {", "  element component", "}", "model {"]
for i in range(count):
    theirs.append(f"  c{i} = component 'c{i}' {{ technology 'go' description 'Component number {i}.' }}")
for a, b in relations:
    theirs.append(f"  c{a} -> c{b} 'messages'")
theirs += ["}", "views {", "  view index { include c0, c1 }", "}"]
(folder / "likec4" / "big.c4").write_text("\n".join(theirs) + "\n")
print(f"{count} components, {len(relations)} relations")
