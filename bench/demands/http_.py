"""nginx, HAProxy and the language runtimes: CPU demand of the server's process tree per HTTP request."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request

from lib import WORK, Results, per_op

HERE = os.path.dirname(os.path.abspath(__file__))
APPS = os.path.join(HERE, "apps")
BODY = json.dumps({
    "id": 123456, "customer": "8d0f3c52-6f6e-4e0b-9f4a-0c7a54f7a1b2",
    "lines": [{"sku": f"SKU-{i:08d}", "name": f"Article number {i} with a longer name {'x' * 20}",
               "quantity": i % 5 + 1, "price": 1250 + i} for i in range(8)],
}, separators=(",", ":"))
LUA = os.path.join(WORK, "post.lua")
SECONDS = 4


def load(url, post, connections):
    """Runs wrk; returns the number of requests and the median latency in ms."""
    out = subprocess.run(
        ["wrk", "-t1", f"-c{connections}", f"-d{SECONDS}s", "--latency",
         *(["-s", LUA] if post else []), url], capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in out or "Socket errors" in out:
        raise SystemExit(out)
    m = re.search(r"50%\s+([\d.]+)(us|ms|s)", out)
    ms = float(m[1]) * {"us": 0.001, "ms": 1, "s": 1000}[m[2]]
    return int(re.search(r"(\d+) requests in", out)[1]), ms


def wait(url, body=None):
    """Waits until the server answers; returns the size of its answer."""
    for _ in range(100):
        try:
            request = urllib.request.Request(
                url, body and body.encode(), {"Content-Type": "application/json"})
            with urllib.request.urlopen(request) as answer:
                return len(answer.read())
        except OSError:
            time.sleep(0.1)
    raise SystemExit(f"{url} does not answer")


def serve(r, operation, command, url, post, conditions, variant=None, cwd=None, connections=16):
    """Starts a server, loads it, adds its demand."""
    server = subprocess.Popen(command, cwd=cwd, stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL)
    try:
        size = wait(url, BODY if post else None)
        for _ in range(2):
            load(url, post, connections)  # warms caches and compilers
        values = per_op(server.pid, lambda: load(url, post, connections)[0])
        ms = load(url, post, 1)[1]
        asked = f"POST of {len(BODY)} B JSON" if post else "GET"
        r.add(operation, values,
              f"{conditions}; {asked}, answer of {size} B, HTTP/1.1 keep-alive on loopback, no "
              f"TLS, wrk with {connections} connections; wall_ms is the median at 1 connection.",
              ms, variant)
    finally:
        server.terminate()
        server.wait()


def version(*command):
    out = subprocess.run(command, capture_output=True, text=True)
    return (out.stdout + out.stderr).strip()


def nginx():
    r = Results("nginx")
    root = os.path.join(WORK, "nginx_groundplan_bench")
    shutil.rmtree(root, ignore_errors=True)
    os.makedirs(os.path.join(root, "www"))
    os.makedirs(os.path.join(root, "upstream"))
    with open(os.path.join(root, "www", "order.json"), "w") as f:
        f.write(json.dumps({"id": 1, "pad": "x" * 1001}))

    def config(name, port, location):
        path = os.path.join(root, name + ".conf")
        with open(path, "w") as f:
            f.write(f"""worker_processes 1; daemon off; user root; pid {root}/{name}.pid;
error_log {root}/{name}.error.log;
events {{ worker_connections 1024; }}
http {{
  access_log {root}/{name}.access.log combined; default_type application/json; sendfile on;
  keepalive_requests 100000;
  upstream up {{ server 127.0.0.1:18091; keepalive 32; keepalive_requests 100000; }}
  upstream fresh {{ server 127.0.0.1:18091; }}
  server {{ listen 127.0.0.1:{port}; {location} }}
}}
""")
        return ["nginx", "-e", f"{root}/{name}.error.log", "-p", root, "-c", path]

    v = version("nginx", "-v").split("/")[-1].split()[0]
    base = f"nginx {v}, 1 worker, access log on, all its processes counted"
    static = f"location / {{ root {root}/www; }}"
    try:
        serve(r, "static", config("static", 18090, static), "http://127.0.0.1:18090/order.json",
              False, f"{base}; file of 1 KiB, sendfile, no open file cache", connections=32)
        upstream = subprocess.Popen(config("upstream", 18091, static + " keepalive_timeout 600;"),
                                    stderr=subprocess.DEVNULL)
        try:
            wait("http://127.0.0.1:18091/order.json")
            proxy = ("location / { proxy_pass http://up; proxy_http_version 1.1; "
                     'proxy_set_header Connection ""; }')
            serve(r, "proxy", config("proxy", 18090, proxy), "http://127.0.0.1:18090/order.json",
                  False, f"{base}; proxy_pass to one upstream on loopback over kept-alive HTTP/1.1 "
                  "connections, buffering on", connections=32)
            proxy = "location / { proxy_pass http://fresh; }"
            serve(r, "proxy", config("proxy", 18090, proxy), "http://127.0.0.1:18090/order.json",
                  False, f"{base}; proxy_pass with the default HTTP/1.0, a new upstream "
                  "connection for each request", "upstream connection per request",
                  connections=8)
        finally:
            upstream.terminate()
            upstream.wait()
    finally:
        shutil.rmtree(root, ignore_errors=True)


def haproxy():
    r = Results("haproxy")
    root = os.path.join(WORK, "haproxy_groundplan_bench")
    shutil.rmtree(root, ignore_errors=True)
    os.makedirs(os.path.join(root, "www"))
    with open(os.path.join(root, "www", "order.json"), "w") as f:
        f.write(json.dumps({"id": 1, "pad": "x" * 1001}))
    with open(os.path.join(root, "nginx.conf"), "w") as f:
        f.write(f"""worker_processes 1; daemon off; user root; pid {root}/nginx.pid;
events {{ worker_connections 1024; }}
http {{ access_log off; keepalive_requests 1000000; keepalive_timeout 600;
  server {{ listen 127.0.0.1:18091; location / {{ root {root}/www; }} }} }}
""")
    # Its log goes to a port that nobody empties: sending is the cost of HAProxy.
    sink = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sink.bind(("127.0.0.1", 0))
    upstream = subprocess.Popen(["nginx", "-e", f"{root}/error.log", "-p", root, "-c",
                                 f"{root}/nginx.conf"], stderr=subprocess.DEVNULL)
    v = version("haproxy", "-v").split()[2].split("-")[0]
    try:
        wait("http://127.0.0.1:18091/order.json")
        for mode, variant in (("safe", None), ("never", "upstream connection per request")):
            with open(os.path.join(root, "haproxy.cfg"), "w") as f:
                close = "" if mode == "safe" else "option http-server-close"
                f.write(f"""global
  log 127.0.0.1:{sink.getsockname()[1]} local0
defaults
  mode http
  log global
  option httplog
  {close}
  http-reuse {mode}
  timeout connect 5s
  timeout client 50s
  timeout server 50s
frontend in
  bind 127.0.0.1:18090
  default_backend up
backend up
  server one 127.0.0.1:18091
""")
            kept = ("kept-alive connections" if mode == "safe"
                    else "a new connection for each request")
            serve(r, "proxy", ["haproxy", "-db", "-f", f"{root}/haproxy.cfg"],
                  "http://127.0.0.1:18090/order.json", False,
                  f"HAProxy {v}, default of one thread a core (2), httplog sent by UDP, all its "
                  f"processes counted; one upstream on loopback, {kept}", variant,
                  connections=32 if mode == "safe" else 8)
    finally:
        upstream.terminate()
        upstream.wait()
        sink.close()
        shutil.rmtree(root, ignore_errors=True)


URL = "http://127.0.0.1:18080/orders"
PORT = "18080"
SHAPE = "parse, total 8 lines, serialise"


def nodejs():
    directory = os.path.join(WORK, "node")
    for name in ("fastify.js", "express.js"):
        shutil.copy(os.path.join(APPS, name), directory)

    def package(name):
        with open(os.path.join(directory, "node_modules", name, "package.json")) as f:
            return json.load(f)["version"]

    r = Results("nodejs")
    node = version("node", "--version")
    serve(r, "request", ["node", "fastify.js", PORT], URL, True,
          f"Node.js {node}, fastify {package('fastify')}, one process, no logger, no response "
          f"schema; {SHAPE}", cwd=directory)
    serve(r, "request", ["node", "express.js", PORT], URL, True,
          f"Node.js {node}, express {package('express')} with express.json, one process; {SHAPE}",
          "express", cwd=directory)
    shutil.copy(os.path.join(APPS, "call.js"), directory)
    client(r, ["node", "call.js"], directory,
           f"Node.js {node}, pg {package('pg')}, pool, named prepared statement")


def python():
    r = Results("python")
    interpreter = os.path.join(WORK, "venv", "bin", "python")
    libs = version(interpreter, "-c", "import fastapi, uvicorn, pydantic; print('fastapi', "
                   "fastapi.__version__ + ', uvicorn', uvicorn.__version__ + ', pydantic', "
                   "pydantic.__version__)")
    py = version(interpreter, "--version")
    serve(r, "request", [interpreter, "-m", "uvicorn", "app:app", "--port", PORT, "--log-level",
                         "warning", "--no-access-log"], URL, True,
          f"{py}, {libs}, uvloop and httptools, 1 worker, no access log, request and answer "
          f"validated by pydantic models; {SHAPE}", cwd=APPS)
    for driver, variant in (("asyncpg", None), ("psycopg", "psycopg, synchronous")):
        v = version(interpreter, "-c", f"import {driver}; print({driver}.__version__)")
        kind = "psycopg[binary] without pool" if variant else "asyncpg with uvloop, pool"
        client(r, [interpreter, os.path.join(APPS, "call.py"), driver], None,
               f"{py}, {kind} {v}, prepared statement", variant)


def go():
    r = Results("go")
    serve(r, "request", [os.path.join(WORK, "go", "server"), PORT], URL, True,
          f"{version('go', 'version')}, net/http and encoding/json, GOMAXPROCS 2; {SHAPE}")
    go_calls(r)


def go_calls(r):
    def package(name):
        return version("dpkg-query", "-W", "-f", "${Version}", f"golang-github-{name}-dev")

    call = os.path.join(WORK, "go_call", "call")
    pgx = (f"{version('go', 'version')}, pgx {package('jackc-pgx-v4')} with its pool of 4, prepared "
           "statements cached by the driver, GOMAXPROCS 2")
    client(r, [call, "pgx"], None, pgx)
    client(r, [call, "pgx"], None, pgx, "4 at once", 4)
    client(r, [call, "pq"], None,
           f"{version('go', 'version')}, database/sql with pq {package('lib-pq')}, a pool of 4, "
           "one statement prepared beforehand, GOMAXPROCS 2", "lib/pq")


def jvm():
    jars = ":".join(f"/usr/share/java/jackson-{n}.jar" for n in ("core", "annotations", "databind"))
    java = version("java", "-version").splitlines()[0]
    r = Results("jvm")
    serve(r, "request",
          ["java", "-Dsun.net.httpserver.nodelay=true", "-cp",
           jars + ":" + os.path.join(WORK, "java"), "Server", PORT], URL, True,
          f"{java}, com.sun.net.httpserver with 16 threads and Jackson databind 2.14, default heap "
          f"and collector, after {2 * SECONDS} s of warm-up; no web framework, whose cost comes on "
          f"top; {SHAPE}")
    jvm_calls(r)


def jvm_calls(r):
    driver = version("dpkg-query", "-W", "-f", "${Version}", "libpostgresql-jdbc-java")
    command = ["java", "-cp", "/usr/share/java/postgresql.jar:" + os.path.join(WORK, "java"), "Call"]
    conditions = (f"{version('java', '-version').splitlines()[0]}, PostgreSQL JDBC {driver}, a plain "
                  "queue of 4 connections as pool, a PreparedStatement for each call that the "
                  "driver keeps prepared on the server, default heap and collector, after 180,000 "
                  "calls of warm-up, compiler and collector threads counted")
    client(r, command, None, conditions)
    client(r, command, None, conditions, "4 at once", 4)


def rust():
    r = Results("rust")
    serve(r, "request",
          [os.path.join(WORK, "rust", "target", "release", "groundplan-bench-server"), PORT],
          URL, True, f"{version('rustc', '--version')}, axum 0.8, serde_json, tokio with 2 worker "
          f"threads, release build; {SHAPE}")
    rust_calls(r)


def rust_calls(r):
    directory = os.path.join(WORK, "rust_call")
    with open(os.path.join(directory, "Cargo.lock")) as f:
        locked = dict(re.findall(r'name = "([^"]+)"\nversion = "([^"]+)"', f.read()))
    command = [os.path.join(directory, "target", "release", "groundplan-bench-call")]
    conditions = (f"{version('rustc', '--version')}, tokio-postgres {locked['tokio-postgres']} with a "
                  f"pool of 4 by deadpool-postgres {locked['deadpool-postgres']}, cached prepared "
                  "statement, tokio with 2 worker threads, release build")
    client(r, command, None, conditions)
    client(r, command, None, conditions, "4 at once", 4)


def with_database(measure):
    sql = ["psql", "-h", "127.0.0.1", "-U", "postgres", "-q"]
    db = "groundplan_bench_call"
    subprocess.run([*sql, "-c", f"drop database if exists {db}", "-c", f"create database {db}"],
                   check=True, stderr=subprocess.DEVNULL)
    try:
        subprocess.run([*sql, "-d", db, "-c",
                        "create table orders as select i::bigint id, i % 100 customer_id, 'open' "
                        "status, 12.5::numeric amount, now() created_at, repeat(md5(i::text), 4) "
                        "payload from generate_series(1, 10000) i",
                        "-c", "alter table orders add primary key (id)", "-c", "analyze"],
                       check=True)
        measure(db)
    finally:
        subprocess.run([*sql, "-c", f"drop database if exists {db} with (force)"], check=True)


def client(r, command, cwd, conditions, variant=None, workers=1):
    """A client program prints CPU us per call of several runs, and the wall ms per call."""
    order = "calls one after the other" if workers == 1 else f"{workers} callers at once"

    def measure(db):
        at_once = [str(workers)] if workers > 1 else []
        out = subprocess.run([*command, db, *at_once], capture_output=True, text=True, cwd=cwd)
        if out.returncode:
            raise SystemExit(out.stderr)
        report = json.loads(out.stdout)
        r.add("call", report["cpu_us"],
              f"{conditions}; select of one row of about 200 B by primary key from PostgreSQL on "
              f"loopback without TLS, the client process alone counted, {order}; "
              "wall_ms includes the database.", report["wall_ms"], variant)
    with_database(measure)


def main():
    with open(LUA, "w") as f:
        f.write('wrk.method = "POST"\nwrk.headers["Content-Type"] = "application/json"\n'
                f"wrk.body = '{BODY}'\n")
    servers = {f.__name__: f for f in (nginx, haproxy, nodejs, python, go, jvm, rust)}
    calls = {"go": go_calls, "jvm": jvm_calls, "rust": rust_calls}
    if sys.argv[1:2] == ["calls"]:
        for name in sys.argv[2:] or calls:
            calls[name](Results(name))
        return
    for name in sys.argv[1:] or servers:
        servers[name]()


main()
