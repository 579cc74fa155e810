"""One model in one of the other programs.

usage: others.py simpy|ciw|line-ssa|line-ldes one-server|three-tiers|timers EVENTS

Prints processor seconds of the run alone (imports and the building of the model are not counted),
events and the mean response time. An event is the arrival of a customer or the end of a service,
whatever the program calls an event.
"""

import functools
import os
import random
import sys
import time

MODELS = {
    "one-server": (0.8, [(1, 1.0)]),
    "three-tiers": (0.8, [(4, 0.3), (2, 0.5), (1, 1.0)]),
    "timers": (1000.0, [(None, 1.0)]),
}


def processor_seconds():
    """Of this process and of those it has started: LDES is a program of its own."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def simpy_(rate, tiers, events):
    import simpy

    draw = random.Random(1).expovariate
    env = simpy.Environment()
    servers = [simpy.Resource(env, count) if count else None for count, _ in tiers]
    done = []
    count = 0

    def customer():
        nonlocal count
        count += 1
        start = env.now
        for server, (_, mu) in zip(servers, tiers):
            if server is None:
                yield env.timeout(draw(mu))
            else:
                with server.request() as turn:
                    yield turn
                    yield env.timeout(draw(mu))
            count += 1
        done.append(env.now - start)

    def source():
        while count < events:
            yield env.timeout(draw(rate))
            env.process(customer())

    start = time.process_time()
    env.run(env.process(source()))
    return time.process_time() - start, count, sum(done) / len(done)


def ciw_(rate, tiers, events):
    import ciw

    nodes = len(tiers)
    network = ciw.create_network(
        arrival_distributions=[ciw.dists.Exponential(rate)] + [None] * (nodes - 1),
        service_distributions=[ciw.dists.Exponential(mu) for _, mu in tiers],
        number_of_servers=[count or float("inf") for count, _ in tiers],
        routing=[[1.0 if j == i + 1 else 0.0 for j in range(nodes)] for i in range(nodes)],
    )
    ciw.seed(1)
    simulation = ciw.Simulation(network)
    horizon = events / (rate * (nodes + 1))
    start = time.process_time()
    simulation.simulate_until_max_time(horizon)
    seconds = time.process_time() - start
    records = simulation.get_all_records()
    stays = sum(r.exit_date - r.arrival_date for r in records)
    customers = sum(1 for r in records if r.node == nodes)
    arrivals = len(simulation.get_all_individuals())
    return seconds, len(records) + arrivals, stays / customers


def line_(solver, rate, tiers, events):
    import line_solver
    from line_solver import Delay, Exp, Network, OpenClass, Queue, SchedStrategy, Sink, Source

    model = Network("bench")
    source = Source(model, "source")
    stations = []
    for i, (count, _) in enumerate(tiers):
        if count is None:
            stations.append(Delay(model, f"tier{i}"))
        else:
            station = Queue(model, f"tier{i}", SchedStrategy.FCFS)
            station.setNumberOfServers(count)
            stations.append(station)
    sink = Sink(model, "sink")
    jobs = OpenClass(model, "jobs", 0)
    source.setArrival(jobs, Exp(rate))
    for station, (_, mu) in zip(stations, tiers):
        station.setService(jobs, Exp(mu))
    model.link(Network.serialRouting(source, *stations, sink))
    start = processor_seconds()
    solve = getattr(line_solver, solver)(model, samples=events, seed=1, verbose=False)
    table = solve.getAvgTable()
    seconds = processor_seconds() - start
    times = [float(x) for x in table["RespT"]]
    return seconds, events, sum(times)


PROGRAMS = {
    "simpy": simpy_,
    "ciw": ciw_,
    "line-ssa": functools.partial(line_, "SSA"),
    "line-ldes": functools.partial(line_, "LDES"),
}

program, name, events = sys.argv[1], sys.argv[2], int(float(sys.argv[3]))
seconds, count, mean = PROGRAMS[program](*MODELS[name], events)
print(seconds, count, mean)
