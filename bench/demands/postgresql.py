"""PostgreSQL: CPU demand of the server's process tree per statement and per commit.

Transactions of k statements between BEGIN and COMMIT are run for k = 1 and k = 10. The slope
is the demand of one statement, the rest is the demand of BEGIN and COMMIT together.
"""

import os
import re
import subprocess

from lib import RUNS, WORK, Results, med, per_op, pid_of

PG = ["-h", "127.0.0.1", "-U", "postgres"]
ENV = {**os.environ, "PGSSLMODE": "disable"}
DB = "groundplan_bench"
CLIENTS = 4
ROWS = 1_000_000

SCHEMA = """
create table orders (id bigint primary key, customer_id bigint not null, status text not null,
  amount numeric(12,2) not null, created_at timestamptz not null, payload text not null);
insert into orders select i, (i * 7919) % 10000, 'open', (i % 9973) / 100.0,
  timestamptz '2026-01-01' + i * interval '1 second',
  md5(i::text) || md5((i + 1)::text) || md5((i + 2)::text) || md5((i + 3)::text)
  from generate_series(1::bigint, 1000000) i;
create index orders_customer on orders (customer_id, created_at);

create table ins0 (like orders including all excluding indexes, primary key (id));
create table ins1 (like ins0 including all);
create table ins3 (like ins0 including all);
insert into ins0 select id * 1000, customer_id, status, amount, created_at, payload from orders;
insert into ins1 select * from ins0;
insert into ins3 select * from ins0;
create index on ins1 (customer_id);
create index on ins3 (customer_id);
create index on ins3 (created_at);
create index on ins3 (amount);
create sequence ins_id start 2000000000;

create table stock (sku bigint primary key, qty bigint not null, name text not null);
insert into stock select i, 1000000000, md5(i::text) from generate_series(1::bigint, 10000) i;

create table jobs (id bigint primary key, run_at timestamptz not null, payload text not null);
insert into jobs select i, timestamptz '2026-01-01', repeat(md5(i::text), 5)
  from generate_series(1::bigint, 1000000) i;

create table docs (id bigint primary key, body text not null, tsv tsvector not null);
insert into docs select i, b, to_tsvector('simple', b) from (
  select i, string_agg('w' || floor(power(5000, random()))::int, ' ') b
  from generate_series(1, 100000) i, generate_series(1, 40) j group by i) x;
create index on docs using gin (tsv);
"""

NEW_ROW = (
    "insert into {t} values (nextval('ins_id'), :c, 'open', 12.50, now(), "
    "'" + "0123456789abcdef" * 8 + "');\n"
)


def psql(sql, db=DB):
    out = subprocess.run(
        ["psql", *PG, "-d", db, "-qAt", "-v", "ON_ERROR_STOP=1"],
        input=sql, capture_output=True, text=True, env=ENV,
    )
    if out.returncode:
        raise SystemExit(out.stderr)
    return out.stdout.strip()


def bench(script, transactions, clients=CLIENTS, extra=()):
    """Run a pgbench script; returns its report. The count is a total over all clients."""
    path = os.path.join(WORK, "script.sql")
    with open(path, "w") as f:
        f.write(script)
    out = subprocess.run(
        ["pgbench", *PG, "-n", "-M", "prepared", "-c", str(clients), "-j", "1",
         "-t", str(transactions // clients), "-f", path, *extra, DB],
        capture_output=True, text=True, env=ENV,
    )
    if out.returncode or "number of failed transactions: 0 " not in out.stdout:
        raise SystemExit(out.stdout + out.stderr)
    return out.stdout


def wall(script, transactions):
    return float(re.search(r"latency average = ([\d.]+)", bench(script, transactions, 1))[1])


def statement_wall(script, transactions, starts):
    """Average latency of the first statement that starts so, at concurrency 1."""
    for line in bench(script, transactions, 1, ["-r"]).splitlines():
        m = re.match(r"\s+([\d.]+)\s+\d+\s+(.*)", line)
        if m and m[2].startswith(starts):
            return float(m[1])
    raise SystemExit(f"no statement {starts} in the report")


def main():
    root = pid_of("postgres", "-D")
    version = psql("show server_version", "postgres").split()[0]
    psql(f"drop database if exists {DB}", "postgres")
    psql(f"create database {DB}", "postgres")
    try:
        psql(SCHEMA)
        psql("vacuum analyze")
        psql("checkpoint")
        measure(root, version)
    finally:
        psql(f"drop database if exists {DB} with (force)", "postgres")


def measure(root, version):
    r = Results("postgresql")
    autovacuum = psql("show autovacuum")
    base = (
        f"PostgreSQL {version}, Debian default configuration (shared_buffers 128 MB, fsync on, "
        f"synchronous_commit on, full_page_writes on, autovacuum {autovacuum}), prepared "
        "statements, plain TCP on loopback, 4 connections, all server processes counted"
    )
    big = "1 M rows of about 200 B, working set in the page cache"

    def per_txn(script, n):
        bench(script, max(CLIENTS, n // 10))
        return per_op(root, lambda: (bench(script, n), n)[1])

    # Reads.
    point = f"\\set id random(1, {ROWS})\nselect * from orders where id = :id;\n"
    reads = per_txn(point, 60_000)
    r.add("point-read", reads, f"{base}; one row by primary key from {big}.", wall(point, 20_000))

    ranges = {}
    for limit, n in ((1, 40_000), (20, 30_000), (100, 10_000)):
        s = ("\\set c random(0, 9999)\nselect * from orders where customer_id = :c "
             f"order by created_at desc limit {limit};\n")
        ranges[limit] = (per_txn(s, n), wall(s, n // 4))
    per_row = (med(ranges[100][0]) - med(ranges[1][0])) / 99
    r.add(
        "range-read", [v - per_row for v in ranges[1][0]],
        f"{base}; newest n rows of one of 10,000 customers by a two-column index, scattered in "
        f"the heap, {big}; cpu_us is n = 0 by extrapolation from n = 1 and n = 100, add "
        f"per_row_us for each row returned; n = 20 measured "
        f"{med(ranges[20][0]):.1f} us; wall_ms is n = 20.",
        ranges[20][1], per_row_us=per_row,
    )

    near = {}
    for n, count in ((1, 40_000), (100, 20_000)):
        near[n] = per_txn(f"\\set id random(1, {ROWS - 100})\nselect * from orders where id > :id "
                          f"order by id limit {n};\n", count)
    per_row = (med(near[100]) - med(near[1])) / 99
    r.add("range-read", [v - per_row for v in near[1]],
          f"{base}; n rows by primary key, adjacent in the heap, {big}; cpu_us is n = 0 by "
          "extrapolation from n = 1 and n = 100.", variant="rows adjacent in the heap",
          per_row_us=per_row)

    agg = {}
    for n, width in ((1_000, 10), (10_000, 100)):
        s = (f"\\set c random(0, 9800)\nselect count(*) from orders "
             f"where customer_id >= :c and customer_id < :c + {width};\n")
        agg[n] = (per_txn(s, 2_000_000 // n), wall(s, 200))
    per_row = (med(agg[10_000][0]) - med(agg[1_000][0])) / 9_000
    r.add(
        "aggregate", [v - per_row * 1_000 for v in agg[1_000][0]],
        f"{base}; count(*) over an index-only scan of 1,000 and 10,000 rows of {big}, just "
        "vacuumed; cpu_us is the fixed part, add per_row_us for each row counted; wall_ms is "
        "10,000 rows.",
        agg[10_000][1], per_row_us=per_row,
    )
    s = ("\\set c random(0, 9800)\nselect sum(amount) from orders "
         "where customer_id >= :c and customer_id < :c + 10;\n")
    values = per_txn(s, 1_000)
    r.add("aggregate", [v / 1000 for v in values],
          f"{base}; sum(amount) over 1,000 rows scattered in the heap of {big}; cpu_us is per row.",
          wall(s, 100), variant="sum over scattered rows, per row")

    s = ("\\set a random(20, 200)\n\\set b random(201, 1500)\n"
         "select id, body from docs where tsv @@ to_tsquery('simple', 'w' || :a || ' & w' || :b) "
         "limit 20;\n")
    values = per_txn(s, 6_000)
    r.add("text-search", values,
          f"{base}; two-word match over a GIN index on a tsvector of 100,000 documents of 40 "
          "words, at most 20 rows, no ranking.", wall(s, 1_000))

    # Writes: k statements a transaction. Kinds that are compared take turns, so that a drift
    # of the machine meets them alike.
    def statements(kinds, n, k=10):
        def script(line, setup, count):
            return "begin;\n" + (setup + line) * count + "commit;\n"
        psql("checkpoint")
        one, many = {}, {}
        for key, (line, setup) in kinds.items():
            one[key], many[key] = [], []
            bench(script(line, setup, k), n // k)
        for _ in range(RUNS):
            for key, (line, setup) in kinds.items():
                s1, sk = script(line, setup, 1), script(line, setup, k)
                one[key] += per_op(root, lambda: (bench(s1, n), n)[1], 1)
                many[key] += per_op(root, lambda: (bench(sk, 3 * n // k), 3 * n // k)[1], 1)
        out = {}
        for key, (line, setup) in kinds.items():
            slope = [(m - o) / (k - 1) for o, m in zip(one[key], many[key])]
            rest = [o - s for o, s in zip(one[key], slope)]
            s1 = script(line, setup, 1)
            out[key] = (slope, rest, one[key], statement_wall(s1, n // 4, line.split()[0]),
                        statement_wall(s1, n // 4, "commit"))
        return out

    rnd = "\\set c random(0, 9999)\n"
    ins = statements({i: (NEW_ROW.format(t=f"ins{i}"), rnd) for i in (0, 1, 3)}, 10_000)
    per_index = (med(ins[3][0]) - med(ins[0][0])) / 3
    split = "cost of the statement alone, its commit is a separate demand"
    r.add(
        "insert", ins[0][0],
        f"{base}; one row of about 200 B into a table of {big}, primary key from a sequence; "
        f"{split}; add per_index_us for each secondary B-tree index with values in random order "
        f"(1 index measured {med(ins[1][0]):.1f} us, 3 indexes {med(ins[3][0]):.1f} us).",
        ins[0][3], per_index_us=per_index,
    )
    for i in (0, 1, 3):
        r.add("insert", ins[i][2],
              f"{base}; begin, one insert with {i} secondary indexes, commit: the whole "
              "transaction.", ins[i][3] + ins[i][4], variant=f"whole transaction, {i} indexes")
    values = ", ".join(
        f"(nextval('ins_id'), (:c::bigint * {7919 * (i + 1)}) % 10000, 'open', 12.50, now(), "
        f"'{'0123456789abcdef' * 8}')" for i in range(100))
    s = rnd + f"insert into ins1 values {values};\n"
    batch = per_txn(s, 1_000)
    r.add("insert", [v / 100 for v in batch],
          f"{base}; one statement of 100 rows, 1 secondary index, commit included; cpu_us is per "
          "row, wall_ms per statement.", wall(s, 200), variant="batch of 100, per row")

    upd = statements({0: ("update orders set amount = amount + 1 where id = :id;\n",
                          f"\\set id random(1, {ROWS})\n")}, 10_000)[0]
    r.add("update", upd[0],
          f"{base}; one unindexed column of one row by primary key in {big}, table freshly loaded "
          f"at fillfactor 100, one secondary index, pages "
          f"written whole to the log at first touch after a checkpoint; {split}.", upd[3])
    r.add("update", upd[2], f"{base}; begin, one update by primary key, commit: the whole "
          "transaction.", upd[3] + upd[4], variant="whole transaction")
    psql("vacuum orders")
    g = statements({0: (
        "update stock set qty = qty - 1 where sku = :s and qty >= 1 returning qty;\n",
        "\\set s 4 * random(1, 2500) - :client_id\n")}, 10_000)[0]
    r.add("update", g[0], f"{base}; guarded update ... where sku = ? and qty >= 1 returning qty "
          f"over 10,000 rows, nearly all heap-only, connections on rows of their own; {split}.", g[3],
          variant="guarded, returning")

    # A client's own running number, apart from all others, finds rows not yet deleted.
    next_id = "\\set i :i + 1\n\\set id 1000 * ((:i * 4 + :client_id) % 1000000 + 1)\n"
    state = {"i": 0}

    def delete_script(k):
        return "begin;\n" + (next_id + "delete from ins0 where id = :id;\n") * k + "commit;\n"

    def delete(k, txns, clients=CLIENTS, extra=()):
        out = bench(delete_script(k), txns, clients, ["-D", f"i={state['i']}", *extra])
        state["i"] += txns * k // clients
        return out

    one = per_op(root, lambda: (delete(1, 10_000), 10_000)[1])
    many = per_op(root, lambda: (delete(10, 1_000), 1_000)[1])
    slope = [(m - o) / 9 for o, m in zip(sorted(one), sorted(many))]
    walls = [float(m[1]) for m in re.finditer(r"^\s+([\d.]+)\s+\d+\s+delete",
             delete(1, 2_000, 1, ["-r"]), re.M)]
    r.add("delete", slope, f"{base}; one row by primary key from {big}, no secondary index; "
          f"{split}; the later vacuum is not counted.", walls[0])

    r.add("commit", [v for i in (0, 1, 3) for v in ins[i][1]],
          f"{base}; begin and commit of a transaction that inserted one row, the row's statement "
          "subtracted; one WAL flush (fdatasync) shared by up to 4 "
          "connections; wall_ms is the commit alone at concurrency 1.", ins[0][4])

    # Dequeue.
    def dequeue(limit):
        return ("delete from jobs where id = any(array(select id from jobs where run_at <= now() "
                f"order by id limit {limit} for update skip locked)) returning id, payload;\n")

    hundred = per_txn(dequeue(100), 1_000)
    hundred_wall = wall(dequeue(100), 200)
    psql("vacuum jobs")
    single = per_txn(dequeue(1), 5_000)
    single_wall = wall(dequeue(1), 1_000)
    r.add("dequeue", single,
          f"{base}; delete ... where id = any(array(select id ... order by id limit 1 for update "
          "skip locked)) returning, jobs of about 200 B, no secondary index, dead rows left by up "
          "to 20,000 earlier dequeues; the whole transaction with its commit.", single_wall)
    r.add("dequeue", [v / 100 for v in hundred],
          f"{base}; the same statement with limit 100, commit included; cpu_us is per row, "
          "wall_ms per statement."
          " Cost grows from run to run with the dead rows that no vacuum has removed.", hundred_wall, variant="batch of 100, per row")


main()
