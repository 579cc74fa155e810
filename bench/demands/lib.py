"""Shared by the measuring scripts: CPU accounting, repeated runs, result files.

CPU time of a server is utime + stime of its whole process tree, read before and after a
counted batch. It is the processes' own time: work that the kernel does in its own threads
(journal commit, block I/O completion) is not in it, loopback TCP work that runs in the
caller's context is.
"""

import json
import os
import signal
import statistics
import subprocess
import sys
import time

WORK = os.environ.get("WORK", "/tmp/groundplan_bench")
RESULTS = os.path.join(WORK, "results")
TICK_US = 1_000_000 / os.sysconf("SC_CLK_TCK")
# A terminated script still removes its databases and restores settings.
signal.signal(signal.SIGTERM, lambda *_: sys.exit("terminated"))
RUNS = int(os.environ.get("RUNS", "3"))


def _stat(pid):
    with open(f"/proc/{pid}/stat") as f:
        return f.read().rsplit(")", 1)[1].split()


def _own_us(pid):
    """utime + stime of one live process, in microseconds.

    A process of one thread is read from schedstat (nanoseconds); otherwise from stat, whose
    sum the kernel scales to the same run time but rounds to ticks.
    """
    tasks = os.listdir(f"/proc/{pid}/task")
    if len(tasks) == 1:
        with open(f"/proc/{pid}/schedstat") as f:
            return int(f.read().split()[0]) / 1000
    s = _stat(pid)
    return (int(s[11]) + int(s[12])) * TICK_US


def tree(root):
    """The process and all its descendants."""
    children = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                children.setdefault(int(_stat(name)[1]), []).append(int(name))
            except (FileNotFoundError, ProcessLookupError):
                pass
    found, todo = [], [root]
    while todo:
        pid = todo.pop()
        found.append(pid)
        todo.extend(children.get(pid, []))
    return found


def cpu_us(root):
    """CPU microseconds used so far by a server's process tree, reaped children included."""
    s = _stat(root)
    total = (int(s[13]) + int(s[14])) * TICK_US
    for pid in tree(root):
        try:
            total += _own_us(pid)
        except (FileNotFoundError, ProcessLookupError):
            pass
    return total


def pid_of(name, match=""):
    """The oldest process of that command name whose command line holds `match`."""
    out = subprocess.run(["pgrep", "-x", name], capture_output=True, text=True).stdout.split()
    pids = []
    for pid in out:
        try:
            with open(f"/proc/{pid}/cmdline") as f:
                if match in f.read():
                    pids.append(int(pid))
        except FileNotFoundError:
            pass
    if not pids:
        raise SystemExit(f"no running process {name} {match}")
    return min(pids)


def per_op(root, batch, runs=RUNS):
    """Run `batch` (returns the number of operations it did) `runs` times: CPU us per operation."""
    values = []
    for _ in range(runs):
        before = cpu_us(root)
        n = batch()
        time.sleep(0.05)  # let a closed connection's process be reaped
        values.append((cpu_us(root) - before) / n)
    return values


def med(values):
    return statistics.median(values)


def spread(values):
    return [min(values), max(values)]


def latency_ms(op, n):
    """Median wall time of `op` at concurrency 1."""
    walls = []
    for _ in range(n):
        t = time.perf_counter()
        op()
        walls.append(time.perf_counter() - t)
    return statistics.median(walls) * 1000


class Results:
    """Collects the demands of one technology and writes them to $WORK/results.

    A row of the same operation and variant replaces the earlier one; others stay, so that a
    part of a technology can be measured by itself.
    """

    def __init__(self, technology):
        self.technology = technology
        self.rows = []
        self.path = os.path.join(RESULTS, technology + ".json")
        # Other programs on the machine only ever lengthen a wait, so the least median of all
        # runs that $WORK remembers is the best estimate of the wall time.
        self.least = {}
        if os.path.exists(self.path):
            with open(self.path) as f:
                self.rows = json.load(f)
            for row in self.rows:
                self.least[row["operation"], row["variant"]] = row["wall_ms"]

    def add(self, operation, values, conditions, wall_ms=None, variant=None, **slopes):
        earlier = self.least.get((operation, variant))
        if wall_ms is not None and earlier is not None:
            wall_ms = min(wall_ms, earlier)
        row = {
            "technology": self.technology,
            "operation": operation,
            "variant": variant,
            "cpu_us": med(values),
            **slopes,
            "wall_ms": wall_ms,
            "runs": len(values),
            "spread": spread(values),
            "conditions": conditions,
        }
        key = (operation, variant)
        for i, other in enumerate(self.rows):
            if (other["operation"], other["variant"]) == key:
                self.rows[i] = row
                break
        else:
            self.rows.append(row)
        print(
            self.technology, operation, variant or "", round(row["cpu_us"], 2), slopes,
            "wall", wall_ms, [round(v, 2) for v in values], flush=True,
        )
        self.write()

    def write(self):
        os.makedirs(RESULTS, exist_ok=True)
        with open(self.path, "w") as f:
            json.dump(self.rows, f, indent=1)
