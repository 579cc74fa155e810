"""Simulated events per processor second, side by side in one run.

usage: compare.py OURS PYTHON [ROUNDS]

OURS is the built example `models` of the crate, PYTHON an interpreter that has the other programs.
Every program plays every model ROUNDS times, in turn, each time in a process of its own; the
fastest round counts, since everything that disturbs a process makes it slower. Prints Markdown.
"""

import os
import subprocess
import sys

ours, python = sys.argv[1], sys.argv[2]
rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 3
others = os.path.join(os.path.dirname(os.path.abspath(__file__)), "others.py")

MODELS = {
    "one-server": ("M/M/1 at .8", 5.0),
    "three-tiers": ("M/M/4, M/M/2, M/M/1 in a row", 14.834935),
    "timers": ("1,000 pending timers (M/M/infinity)", 1.0),
}
EVENTS = {
    "groundplan": 20_000_000,
    "simpy": 200_000,
    "ciw": 20_000,
    "line-ssa": 20_000,
    "line-ldes": 2_000_000,
}


def seconds_of_children():
    times = os.times()
    return times.children_user + times.children_system


def play(program, model):
    events = str(EVENTS[program])
    if program == "groundplan":
        before = seconds_of_children()
        out = subprocess.run([ours, model, events], capture_output=True, text=True, check=True)
        count, mean = out.stdout.split()
        return seconds_of_children() - before, int(count), float(mean)
    out = subprocess.run([python, others, program, model, events], capture_output=True, text=True)
    if out.returncode != 0:
        lines = out.stderr.strip().splitlines()
        raise RuntimeError(lines[-1] if lines else "no output")
    seconds, count, mean = out.stdout.strip().splitlines()[-1].split()
    return float(seconds), int(count), float(mean)


best, failed = {}, {}
for _ in range(rounds):
    for model in MODELS:
        for program in EVENTS:
            if (program, model) in failed:
                continue
            try:
                result = play(program, model)
            except (RuntimeError, subprocess.CalledProcessError) as error:
                failed[program, model] = str(error)[:90]
                continue
            known = best.get((program, model))
            if known is None or result[0] / result[1] < known[0] / known[1]:
                best[program, model] = result

for model, (title, exact) in MODELS.items():
    print(f"\n{title}; exact mean response {exact:g}\n")
    print("| program | events | processor seconds | events/s | groundplan is faster by | mean response |")
    print("|---|---|---|---|---|---|")
    seconds, count, _ = best["groundplan", model]
    reference = count / seconds
    for program in EVENTS:
        if (program, model) in failed:
            print(f"| {program} | - | - | - | - | {failed[program, model]} |")
            continue
        seconds, count, mean = best[program, model]
        rate = count / seconds
        ratio = "" if program == "groundplan" else f"{reference / rate:,.0f}"
        print(f"| {program} | {count:,} | {seconds:.2f} | {rate:,.0f} | {ratio} | {mean:.3f} |")
