#!/usr/bin/env python3
"""Red flags of trees, and a sample of them to judge by hand.

    cargo build -p groundplan-research --example facts
    bench/research/flags.py find target/debug/examples/facts FOUND FOLDER...   one file of findings a folder
    bench/research/flags.py sample FOUND SEED MOST                              at most MOST findings a rule
    bench/research/flags.py score FOUND docs/red-flags.tsv                      findings, judged, right, a rule

The sample is stratified: within a rule, the repositories take turns, each in an order that the seed
decides. So a large repository does not speak for a rule.
"""
import collections
import os
import random
import re
import subprocess
import sys

LINE = re.compile(r"(\S+) (\S+) (\S.*?):(\d+) (.*)")


def find(program, found, folders):
    os.makedirs(found, exist_ok=True)
    for folder in folders:
        name = os.path.basename(folder.rstrip("/"))
        said = subprocess.run([program, folder, "--flags"], capture_output=True, text=True, check=True)
        with open(f"{found}/{name}.txt", "w") as out:
            out.write(said.stdout)


def read(found):
    cells = collections.defaultdict(list)
    for name in sorted(os.listdir(found)):
        if not name.endswith(".txt"):
            continue
        for line in open(f"{found}/{name}"):
            if matched := LINE.match(line.rstrip("\n")):
                rule, _, file, number, message = matched.groups()
                cells[rule, name[:-4]].append((file, int(number), message))
    return cells


def sample(found, seed, most):
    cells, chance = read(found), random.Random(seed)
    for rule in sorted({rule for rule, _ in cells}):
        rows = {r: sorted(all_) for (of, r), all_ in sorted(cells.items()) if of == rule}
        rows = {r: chance.sample(all_, len(all_)) for r, all_ in rows.items()}
        left = most
        while left and any(rows.values()):
            for repository, all_ in rows.items():
                if left and all_:
                    left -= 1
                    file, line, message = all_.pop()
                    print(repository, rule, f"{file}:{line}", message, sep="\t")


def score(found, judged):
    total, verdicts = collections.Counter(), collections.defaultdict(list)
    for (rule, _), all_ in read(found).items():
        total[rule] += len(all_)
    for line in open(judged):
        if not line.startswith(("#", "repository\t")):
            _, rule, _, verdict, _ = line.rstrip("\n").split("\t")
            verdicts[rule].append(verdict == "right")
    print("rule\tfindings\tjudged\tright\tprecision")
    for rule in sorted({*total, *verdicts}):
        right, of = sum(verdicts[rule]), len(verdicts[rule])
        print(rule, total[rule], of, right, f"{100 * right / of:.0f} %" if of else "-", sep="\t")


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["find", program, found, *folders]:
            find(program, found, folders)
        case ["sample", found, seed, most]:
            sample(found, int(seed), int(most))
        case ["score", found, judged]:
            score(found, judged)
        case _:
            sys.exit(__doc__)
