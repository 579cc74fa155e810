"""The space of crates/engines/explore/benches/tiers with pymoo's NSGA-II, and by brute force in
numpy. Prints one row per method: seconds of processor time, evaluations, front, share of the complete
front that was met, and hypervolume against the complete front's.

    peer.py COMPLETE EVOLVED    files with our fronts, an objective vector a line
"""

import sys
import time
from math import ceil, comb

import numpy as np
from pymoo.algorithms.moo.nsga2 import NSGA2
from pymoo.core.problem import Problem
from pymoo.indicators.hv import HV
from pymoo.operators.crossover.sbx import SBX
from pymoo.operators.mutation.pm import PM
from pymoo.operators.repair.rounding import RoundingRepair
from pymoo.operators.sampling.rnd import IntegerRandomSampling
from pymoo.optimize import minimize
from pymoo.util.nds.non_dominated_sorting import NonDominatedSorting

WORK = [0.005, 0.02, 0.04, 0.012, 0.03, 0.008]
PRICE = [16.4, 30.4, 70.1, 60.7, 140.2, 32.9]
RATE, UP, LEVELS = 40.0, 0.995, 10


def row(tier, servers):
    load = RATE * WORK[tier]
    blocked = 1.0
    for n in range(1, servers + 1):
        blocked = load * blocked / (n + load * blocked)
    wait = np.inf
    if load < servers:
        waits = servers * blocked / (servers - load * (1.0 - blocked))
        wait = waits * WORK[tier] / (servers - load)
    least = max(ceil(load), 1)
    up = sum(comb(servers, k) * UP**k * (1 - UP) ** (servers - k) for k in range(least, servers + 1))
    return PRICE[tier] * servers, wait, up


TABLE = np.array([[row(t, s) for s in range(1, LEVELS + 1)] for t in range(len(WORK))])


def measure(levels):
    rows = TABLE[np.arange(len(WORK)), levels]
    cost, wait, up = rows[:, :, 0].sum(1), rows[:, :, 1].sum(1), rows[:, :, 2].prod(1)
    return np.column_stack([cost, wait, 1 - up]), np.column_stack([wait - 0.050, 0.98 - up])


class Tiers(Problem):
    def __init__(self):
        super().__init__(n_var=len(WORK), n_obj=3, n_ieq_constr=2, xl=0, xu=LEVELS - 1, vtype=int)

    def _evaluate(self, x, out, *args, **kwargs):
        f, out["G"] = measure(x.astype(int))
        out["F"] = np.where(np.isfinite(f), f, 1e9)


def evolved():
    algorithm = NSGA2(
        pop_size=200,
        sampling=IntegerRandomSampling(),
        crossover=SBX(prob=0.9, eta=15, vtype=float, repair=RoundingRepair()),
        mutation=PM(eta=20, vtype=float, repair=RoundingRepair()),
        eliminate_duplicates=True,
    )
    seen = []
    algorithm_callback = lambda a: seen.append(a.pop.get("F", "G"))
    minimize(Tiers(), algorithm, ("n_gen", 250), seed=1, callback=algorithm_callback)
    # Every design it met counts, not only its last population.
    f = np.vstack([f[(g <= 0).all(1)] for f, g in seen])
    f = np.unique(f, axis=0)
    return f[NonDominatedSorting().do(f, only_non_dominated_front=True)], 50_000


def brute():
    grid = np.indices([LEVELS] * len(WORK)).reshape(len(WORK), -1).T
    f, g = measure(grid)
    f = np.unique(f[(g <= 0).all(1)], axis=0)
    front = []
    # Sorted by the first objective: what beats a design comes before it.
    for point in f:
        kept = np.array(front) if front else np.empty((0, 3))
        if not ((kept <= point).all(1)).any():
            front.append(point)
    return np.array(front), len(grid)


def load(path):
    return np.loadtxt(path, ndmin=2)


complete = load(sys.argv[1])
reference = complete.max(0) * 1.1
scale = lambda f: f / reference
whole = HV(ref_point=np.ones(3))(scale(complete))


def report(name, front, seconds, evaluations):
    met = sum((np.isclose(complete, p, rtol=1e-9, atol=1e-15).all(1)).any() for p in front)
    volume = HV(ref_point=np.ones(3))(scale(front)) / whole
    print(f"{name:32} {seconds:>8} {evaluations:>10} {len(front):>6} {met:>6} {volume:.6f}")


print(f"{'method':32} {'CPU s':>8} {'evaluated':>10} {'front':>6} {'true':>6} hypervolume")
report("explore, complete", complete, "above", "above")
report("explore, evolution", load(sys.argv[2]), "above", "above")
for name, method in [("pymoo NSGA-II", evolved), ("numpy, every design", brute)]:
    start = time.process_time()
    front, evaluations = method()
    report(name, front, f"{time.process_time() - start:.2f}", evaluations)
