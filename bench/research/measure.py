"""Processor time and memory of reading a tree: Groundplan cold, Groundplan again, ast-grep.

    measure.py GROUNDPLAN FOLDER...

Prints one row per folder and program: CPU seconds (user and system, children waited for), seconds by
the clock, peak memory. Every program runs three times, the least CPU time counts.
"""

import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
RUNS = 3


def run(command, environment):
    """One run in a child of its own, so that its peak memory is its own."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read)
        start = time.monotonic()
        done = subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wall = time.monotonic() - start
        use = resource.getrusage(resource.RUSAGE_CHILDREN)
        row = f"{use.ru_utime + use.ru_stime} {wall} {use.ru_maxrss / 1024} {done.returncode}"
        os.write(write, row.encode())
        os._exit(0)
    os.close(write)
    with os.fdopen(read) as pipe:
        cpu, wall, memory, code = pipe.read().split()
    os.waitpid(child, 0)
    return float(cpu), float(wall), float(memory), int(code)


def best(command, environment, before=None):
    rows = []
    for _ in range(RUNS):
        if before:
            before()
        rows.append(run(command, environment))
    return min(rows)


def main():
    groundplan, folders = sys.argv[1], sys.argv[2:]
    peer = shutil.which("ast-grep")
    print("| tree | program | CPU s | clock s | peak MB |")
    print("|---|---|---|---|---|")
    for folder in folders:
        name = os.path.basename(os.path.abspath(folder))
        with tempfile.TemporaryDirectory() as cache:
            environment = dict(os.environ, XDG_CACHE_HOME=cache)
            quick = [groundplan, "research", folder, "--quick"]

            def clear():
                shutil.rmtree(os.path.join(cache, "groundplan"), ignore_errors=True)

            rows = [("groundplan, first run", best(quick, environment, clear))]
            rows.append(("groundplan, again", best(quick, environment)))
        rules = os.path.join(HERE, "rules.yml")
        if peer:
            rows.append(("ast-grep, three rules", best([peer, "scan", "--rule", rules, folder], dict(os.environ))))
        for program, (cpu, wall, memory, code) in rows:
            note = "" if code in (0, 1) else f" (exit code {code})"
            print(f"| {name} | {program}{note} | {cpu:.2f} | {wall:.2f} | {memory:.0f} |")


main()
