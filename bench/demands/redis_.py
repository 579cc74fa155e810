"""Redis: CPU demand of the server per command, driven by redis-benchmark.

An own server on an own port runs with the built-in defaults, then with an append-only file.
"""

import os
import re
import shutil
import subprocess
import time

from lib import WORK, Results, per_op

PORT = "16379"
CLI = ["redis-cli", "-h", "127.0.0.1", "-p", PORT]


def cli(*args):
    return subprocess.run([*CLI, *args], capture_output=True, text=True, check=True).stdout.strip()


def bench(command, n, clients, pipeline=1):
    out = subprocess.run(
        ["redis-benchmark", "-h", "127.0.0.1", "-p", PORT, "-n", str(n), "-c", str(clients), "-P",
         str(pipeline), "-r", "100000", "--csv", *command],
        capture_output=True, text=True, check=True).stdout
    return out.splitlines()[-1]


def median_ms(command):
    """Median latency at concurrency 1, as redis-benchmark prints it."""
    fields = re.findall(r'"([^"]*)"', bench(command, 20_000, 1))
    return float(fields[4])


def main():
    r = Results("redis")
    directory = os.path.join(WORK, "redis_groundplan_bench")
    for aof in ("no", "yes"):
        shutil.rmtree(directory, ignore_errors=True)
        os.makedirs(directory)
        server = subprocess.Popen(
            ["redis-server", "--bind", "127.0.0.1", "--port", PORT, "--dir", directory,
             "--appendonly", aof], stdout=subprocess.DEVNULL)
        try:
            time.sleep(1)
            measure(r, server.pid, aof == "yes")
        finally:
            server.terminate()
            server.wait()
            shutil.rmtree(directory, ignore_errors=True)


def measure(r, root, aof):
    version = re.search(r"redis_version:(\S+)", cli("info", "server"))[1]
    save = cli("config", "get", "save").splitlines()[-1]
    # redis-benchmark replaces __rand_int__ by one of 100,000 twelve-digit numbers.
    key = "groundplan_bench:__rand_int__"
    value = "v" * 200
    durability = "append-only file with fsync every second" if aof else "no append-only file"
    base = (f"Redis {version}, built-in defaults (snapshots at save \"{save}\", io-threads 1, "
            f"{durability}), 200 B values under 100,000 keys, plain TCP on loopback, "
            "redis-benchmark with ")
    bench(["set", key, value], 400_000, 50)
    set_command, get_command = ["set", key, value], ["get", key]
    todo = [("set", set_command)] if aof else [("get", get_command), ("set", set_command)]
    for name, command in todo:
        values = per_op(root, lambda: (bench(command, 200_000, 50), 200_000)[1])
        r.add(name, values, f"{base}50 connections, one command a round trip; wall_ms is the "
              "median at 1 connection.", median_ms(command),
              "append-only file, fsync every second" if aof else None)
        if aof:
            continue
        values = per_op(root, lambda: (bench(command, 1_000_000, 50, 16), 1_000_000)[1])
        r.add(name, values, f"{base}50 connections, 16 commands pipelined.",
              variant="pipelined x16")
        values = per_op(root, lambda: (bench(command, 50_000, 1), 50_000)[1])
        r.add(name, values, f"{base}1 connection, one command a round trip.",
              variant="1 connection")


main()
