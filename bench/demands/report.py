"""Turns $WORK/results/*.json into the measured-demands file."""

import json
import os
import platform
import statistics
import subprocess
import sys
import time

from lib import RESULTS

ORDER = ["postgresql", "mariadb", "sqlite", "redis", "memcached", "rabbitmq", "nats", "mosquitto",
         "nginx", "haproxy", "nodejs", "python", "go", "jvm", "rust"]
DATE = os.environ.get("DATE", "2026-11-21")


def run(*args):
    try:
        out = subprocess.run(args, capture_output=True, text=True)
        return (out.stdout + out.stderr).strip().splitlines()[0]
    except (FileNotFoundError, IndexError):
        return "not installed"


def flush_ms():
    """Median time of an 8 KiB write with fdatasync; measured once for a $WORK."""
    kept = os.path.join(RESULTS, "flush_ms")
    if not os.path.exists(kept):
        path, times = os.path.join(RESULTS, "flush.tmp"), []
        fd = os.open(path, os.O_CREAT | os.O_WRONLY)
        for _ in range(200):
            os.write(fd, b"x" * 8192)
            start = time.perf_counter()
            os.fdatasync(fd)
            times.append((time.perf_counter() - start) * 1000)
        os.close(fd)
        os.unlink(path)
        with open(kept, "w") as f:
            f.write(str(statistics.median(times)))
    with open(kept) as f:
        return float(f.read())


def text(s):
    return json.dumps(s, ensure_ascii=False)


def number(v):
    return f"{v:.3g}" if abs(v) < 10 else f"{v:.1f}"


def entry(row, hardware):
    kind = "variant" if row["variant"] else "demand"
    out = [f"[[{kind}]]", f"technology = {text(row['technology'])}",
           f"operation = {text(row['operation'])}"]
    if row["variant"]:
        out.append(f"variant = {text(row['variant'])}")
    out.append(f"cpu_us = {number(row['cpu_us'])}")
    for key in ("per_row_us", "per_index_us"):
        if key in row:
            out.append(f"{key} = {number(row[key])}")
    if row["wall_ms"] is not None:
        out.append(f"wall_ms = {row['wall_ms']:.3f}")
    low, high = row["spread"]
    out += [f"runs = {row['runs']}",
            f"spread = {{ min = {number(low)}, max = {number(high)} }}",
            f"conditions = {text(row['conditions'])}",
            f"hardware = {text(hardware)}",
            'source = "measured here, see bench/demands"',
            f"date = {text(DATE)}",
            'kind = "measured"', ""]
    return "\n".join(out)


def main():
    cpu = {}
    with open("/proc/cpuinfo") as f:
        for line in f:
            if ":" in line:
                key, value = (part.strip() for part in line.split(":", 1))
                cpu.setdefault(key, value)
    with open("/proc/meminfo") as f:
        memory = int(f.readline().split()[1]) // 1024 // 1024
    cores = os.cpu_count()
    model = (f"{cpu['model name']} family {cpu['cpu family']} model {cpu['model']}, "
             f"{float(cpu['cpu MHz']) / 1000:.1f} GHz")
    hardware = f"virtual machine, {cores} cores of {model}, {memory} GiB"
    print("""# CPU demand of one operation on real programs, measured on one small machine.
#
# cpu_us is CPU time (user + system) of the server's processes, in microseconds, not wall time;
# the client's is not in it. wall_ms is the latency that the client saw at concurrency 1.
# Total demand = cpu_us + rows * per_row_us + secondary indexes * per_index_us.
# insert, update and delete of a store exclude their commit: add one `commit` a transaction.
# dequeue includes its commit. range-read and aggregate: cpu_us is the part that does not
# depend on rows. runtimes: request is one HTTP request without any database call; call is
# what one database call costs the client's process.
# For each technology and operation there is one [[demand]]: a durable default configuration.
# [[variant]] tables are other conditions of the same operation; `variant` says which.
# spread is the lowest and highest run; cpu_us is the median. Other programs ran on the
# machine meanwhile: CPU time then reads some 10 % high, wall_ms is the least median (PostgreSQL:
# the least average) of the batches that were run and still an upper bound.
# bench/demands/run.sh regenerates this file.
""")
    print("[machine]")
    print(f"cpu = {text(model)}")
    print(f"cores = {cores}")
    print(f"memory_gib = {memory}")
    print(f"kernel = {text(platform.release())}")
    print(f"os = {text(run('sh', '-c', '. /etc/os-release; echo $PRETTY_NAME'))}")
    print(f'disk = "virtual block device, fdatasync of 8 KiB {flush_ms():.2f} ms (median of 200)"')
    print(f"date = {text(DATE)}\n")
    print("[versions]")
    for name, args in {
        "postgresql": ("psql", "--version"), "mariadb": ("mariadb", "--version"),
        "redis": ("redis-server", "--version"), "nats": ("nats-server", "--version"),
        "memcached": ("memcached", "--version"), "nginx": ("nginx", "-v"),
        "haproxy": ("haproxy", "-v"), "nodejs": ("node", "--version"),
        "python": ("python3", "--version"), "java": ("java", "-version"),
        "go": ("go", "version"), "rust": ("rustc", "--version"),
    }.items():
        print(f"{name} = {text(run(*args))}")
    print()
    seen = set()
    for technology in ORDER:
        path = os.path.join(RESULTS, technology + ".json")
        if not os.path.exists(path):
            print(f"{technology}: no results", file=sys.stderr)
            continue
        with open(path) as f:
            rows = json.load(f)
        for row in rows:
            key = (row["technology"], row["operation"], row["variant"])
            if key in seen:
                raise SystemExit(f"two entries for {key}")
            seen.add(key)
            print(entry(row, hardware))


main()
