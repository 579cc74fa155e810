"""memcached: CPU demand of the server per command, driven over 50 connections at once.

An own server on an own port runs with the built-in defaults. The driver writes a command on every
connection, then reads every answer, so the server finds several connections ready.
"""

import os
import socket
import subprocess
import time

from lib import Results, latency_ms, per_op

PORT = 16211
CONNECTIONS = 50
KEYS = 100_000
VALUE = b"v" * 200


def connect():
    for _ in range(50):
        try:
            s = socket.create_connection(("127.0.0.1", PORT))
            s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return s
        except ConnectionRefusedError:
            time.sleep(0.1)
    raise SystemExit("memcached does not answer")


def key(i):
    return b"groundplan_bench:%012d" % (i * 7919 % KEYS)


def get(i):
    return b"get %s\r\n" % key(i), b"END\r\n"


def put(i):
    return b"set %s 0 0 %d\r\n%s\r\n" % (key(i), len(VALUE), VALUE), b"STORED\r\n"


def rounds(connections, make, n):
    for base in range(0, n, len(connections)):
        for i, s in enumerate(connections):
            s.sendall(make(base + i)[0])
        for i, s in enumerate(connections):
            end, answer = make(base + i)[1], b""
            while not answer.endswith(end):
                part = s.recv(4096)
                if not part:
                    raise SystemExit("memcached closed a connection")
                answer += part
            if make is get and not answer.startswith(b"VALUE"):
                raise SystemExit("a key is missing")
    return n


def main():
    version = subprocess.run(["memcached", "-V"], capture_output=True, text=True).stdout.split()[-1]
    server = subprocess.Popen(["memcached", "-u", "root", "-l", "127.0.0.1", "-p", str(PORT), "-m",
                               "256"])
    try:
        connections = [connect() for _ in range(CONNECTIONS)]
        rounds(connections, put, KEYS)
        r = Results("memcached")
        base = (f"memcached {version}, built-in defaults with 256 MB (4 worker threads on "
                f"{os.cpu_count()} cores), 200 B values under 100,000 keys, text protocol, plain "
                f"TCP on loopback, {CONNECTIONS} connections, one command a round trip; wall_ms "
                "is the median at 1 connection.")
        for name, make in (("get", get), ("set", put)):
            rounds(connections, make, 50_000)
            values = per_op(server.pid, lambda: rounds(connections, make, 200_000))
            r.add(name, values, base,
                  latency_ms(lambda: rounds(connections[:1], make, 1), 5_000))
    finally:
        server.terminate()
        server.wait()


main()
