"""Redis: CPU demand of the server per command, driven by redis-benchmark.

An own server on an own port runs with the built-in defaults, then with an append-only file.
"""

import os
import re
import shutil
import socket
import subprocess
import sys
import time

from lib import RUNS, WORK, Results, cpu_us, per_op

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
            for part in sys.argv[1:] or PARTS:
                PARTS[part](r, server.pid, aof == "yes")
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


MESSAGE = "x" * 1024
STREAM, LIST, GROUP = "groundplan_bench:s", "groundplan_bench:l", "g"


def take(n, fetch):
    """Reads and acknowledges `n` messages of the stream, `fetch` at a time."""
    s = socket.create_connection(("127.0.0.1", int(PORT)))
    s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    ident = re.compile(rb"\$\d+\r\n(\d+-\d+)\r\n")
    read = (f"XREADGROUP GROUP {GROUP} c COUNT {fetch} STREAMS {STREAM} >\r\n").encode()
    taken = 0
    while taken < n:
        s.sendall(read)
        answer = b""
        # Each message is its identifier and then its body of 1 KiB.
        while answer.count(MESSAGE.encode()) < fetch or not answer.endswith(b"\r\n"):
            part = s.recv(1 << 20)
            answer += part
            if not part or answer.startswith((b"-", b"*-1")):
                raise SystemExit(f"the stream has no more messages: {answer[:80]}")
        ids = ident.findall(answer)
        s.sendall(b"".join(b"XACK %s %s %s\r\n" % (STREAM.encode(), GROUP.encode(), i)
                           for i in ids))
        settled = b""
        while len(settled) < 4 * len(ids):
            settled += s.recv(65536)
        taken += len(ids)
    s.close()
    return taken


def broker(r, root, aof):
    """A stream with a consumer group; a list for comparison."""
    version = re.search(r"redis_version:(\S+)", cli("info", "server"))[1]
    kept = ("append-only file with fsync every second" if aof
            else "no append-only file, snapshots at the default times")
    variant = None if aof else "stream, no append-only file"
    base = f"Redis {version}, {kept}, 1 KiB messages, plain TCP on loopback"
    n = 100_000
    add = ["xadd", STREAM, "*", "b", MESSAGE]

    def fresh():
        cli("del", STREAM)
        cli("xgroup", "create", STREAM, GROUP, "$", "mkstream")

    fresh()
    bench(add, n, 50)
    sending, taking, single = [], [], []
    for _ in range(RUNS):
        fresh()
        before = cpu_us(root)
        bench(add, n, 50)
        middle = cpu_us(root)
        for _ in range(3):
            cli("xgroup", "setid", STREAM, GROUP, "0")
            take(n, 100)
        sending.append((middle - before) / n)
        taking.append((cpu_us(root) - middle) / (3 * n))
        cli("xgroup", "setid", STREAM, GROUP, "0")
        before = cpu_us(root)
        take(n // 4, 1)
        single.append((cpu_us(root) - before) / (n // 4))
    fresh()
    r.add("publish", sending, f"{base}; XADD to a stream with one consumer group, redis-benchmark "
          "with 50 connections, one command a round trip; wall_ms is the median at 1 connection.",
          median_ms(add), variant)
    r.add("consume", taking, f"{base}; XREADGROUP of 100 messages at a time by one consumer, each "
          "acknowledged by an XACK of its own, these sent together.", variant=variant)
    if aof:
        r.add("consume", single, f"{base}; XREADGROUP of 1 message and its XACK, one after the "
              "other, by one consumer.", variant="one message a read")
    cli("del", STREAM)
    if aof:
        push, pop = ["lpush", LIST, MESSAGE], ["rpop", LIST]
        sent, got = [], []
        for _ in range(RUNS):
            sent += per_op(root, lambda: (bench(push, n, 50), n)[1], 1)
            got += per_op(root, lambda: (bench(pop, n, 50), n)[1], 1)
        loop = "redis-benchmark with 50 connections, one command a round trip"
        r.add("publish", sent, f"{base}; LPUSH to a list, {loop}.", variant="list")
        r.add("consume", got, f"{base}; RPOP from a list, nothing to acknowledge, {loop}.",
              variant="list")
        cli("del", LIST)


PARTS = {"cache": measure, "broker": broker}

main()
