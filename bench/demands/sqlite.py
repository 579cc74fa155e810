"""SQLite: CPU demand of the calling process, per statement and per commit.

The engine runs inside the client, so its demand includes the driver's: Python's sqlite3 module.
"""

import os
import random
import sqlite3
import statistics
import sys
import time

from lib import RUNS, WORK, Results, latency_ms, med

ROWS = 1_000_000
PATH = os.path.join(WORK, "groundplan_bench.sqlite")


def remove():
    for end in ("", "-wal", "-shm"):
        if os.path.exists(PATH + end):
            os.unlink(PATH + end)


def load(db):
    db.execute("create table orders (id integer primary key, customer_id integer not null, "
               "status text not null, amount real not null, created_at text not null, "
               "payload text not null)")
    pay = "0123456789abcdef" * 8
    db.execute("begin")
    db.executemany(
        "insert into orders values (?, ?, 'open', ?, '2026-01-01T00:00:00Z', ?)",
        ((i, i * 7919 % 10000, i % 9973 / 100, pay) for i in range(1, ROWS + 1)))
    db.execute("create index orders_customer on orders (customer_id, id)")
    for i in (0, 1, 3):
        db.execute(f"create table ins{i} (id integer primary key, a integer, b integer, "
                   "c integer, status text, payload text)")
        db.executemany(f"insert into ins{i} values (?, ?, ?, ?, 'open', ?)",
                       ((j, j * 7919 % 10000, j * 104729 % 999983, j * 15485863 % 999979, pay)
                        for j in range(1, 300_001)))
        for column in "abc"[:i]:
            db.execute(f"create index ins{i}_{column} on ins{i} ({column})")
    db.execute("commit")


def per_op(op, n):
    """CPU us per call over RUNS batches, and the median wall time of a call in ms."""
    values, walls = [], []
    for _ in range(RUNS):
        before = time.process_time()
        for _ in range(n):
            op()
        values.append((time.process_time() - before) * 1e6 / n)
    for _ in range(min(n, 2_000)):
        t = time.perf_counter()
        op()
        walls.append(time.perf_counter() - t)
    return values, statistics.median(walls) * 1000


def main():
    remove()
    db = sqlite3.connect(PATH, isolation_level=None)
    try:
        db.execute("pragma journal_mode = wal")
        for part in sys.argv[1:] or PARTS:
            PARTS[part](db)
    finally:
        db.close()
        remove()


def base_conditions():
    return (f"SQLite {sqlite3.sqlite_version} in process through Python's sqlite3 module with "
            "cached statements, WAL, default 2 MB page cache")


def search(db):
    """Full text of the same make as PostgreSQL's: 40 words of 5,000, the low numbers frequent."""
    r = Results("sqlite")
    chance = random.Random(2).random
    db.execute("create virtual table docs using fts5(body)")
    db.execute("begin")
    db.executemany("insert into docs (body) values (?)", (
        (" ".join(f"w{int(5000 ** chance())}" for _ in range(40)),) for _ in range(100_000)))
    db.execute("commit")

    def match(order):
        words = f"w{20 + int(chance() * 181)} w{201 + int(chance() * 1300)}"
        db.execute(f"select rowid, body from docs where docs match ? {order} limit 20",
                   (words,)).fetchall()

    base = (f"{base_conditions()}; two-word match over an FTS5 index of 100,000 documents of 40 "
            "words, at most 20 rows")
    values, wall = per_op(lambda: match(""), 5_000)
    r.add("text-search", values, f"{base}, no ranking.", wall)
    values, wall = per_op(lambda: match("order by rank"), 5_000)
    r.add("text-search", values, f"{base}, ordered by rank (bm25).", wall, "ranked")


def queue(db):
    """One connection takes jobs one at a time: SQLite has one writer, so none to skip."""
    r = Results("sqlite")
    pay = "0123456789abcdef" * 10
    db.execute("create table jobs (id integer primary key, run_at text not null, payload text "
               "not null)")
    db.execute("begin")
    db.executemany("insert into jobs values (?, '2026-01-01T00:00:00Z', ?)",
                   ((i, pay) for i in range(200_000)))
    db.execute("commit")

    def take():
        if len(db.execute("delete from jobs where id = (select id from jobs order by id limit 1) "
                          "returning id, run_at, payload").fetchall()) != 1:
            raise SystemExit("the queue is empty")

    for mode, variant in (("full", None), ("normal", "synchronous NORMAL")):
        db.execute(f"pragma synchronous = {mode}")
        values, wall = per_op(take, 10_000)
        r.add("dequeue", values,
              f"{base_conditions()}, synchronous {mode.upper()}; delete ... where id = (select id "
              "... order by id limit 1) returning, one writer, jobs of about 200 B, no secondary "
              "index; the whole transaction with its commit.", wall, variant)


def measure(db):
    load(db)
    r = Results("sqlite")
    uniform = random.Random(1).random

    def pick(low, high):
        return low + int(uniform() * (high - low + 1))

    base = f"{base_conditions()}, 1 M rows of about 200 B in the system's page cache"

    def fetch(sql, arg):
        return db.execute(sql, arg).fetchall()

    point, wall = per_op(
        lambda: fetch("select * from orders where id = ?", (pick(1, ROWS),)), 50_000)
    r.add("point-read", point, f"{base}; one row by primary key.", wall)

    ranges = {}
    for n, count in ((1, 30_000), (20, 10_000), (100, 3_000)):
        sql = f"select * from orders where customer_id = ? order by id desc limit {n}"
        ranges[n] = per_op(lambda: fetch(sql, (pick(0, 9999),)), count)
    slope = (med(ranges[100][0]) - med(ranges[1][0])) / 99
    r.add("range-read", [v - slope for v in ranges[1][0]],
          f"{base}; newest n rows of one of 10,000 customers by a two-column index, scattered in "
          "the table; cpu_us is n = 0 by extrapolation from n = 1 and n = 100, add per_row_us "
          f"for each row returned; n = 20 measured {med(ranges[20][0]):.1f} us; wall_ms is "
          "n = 20.", ranges[20][1], per_row_us=slope)

    counts = {n: per_op(lambda: fetch(
        "select count(*) from orders where customer_id >= ? and customer_id < ?",
        (c := pick(0, 9800), c + n // 100)), 400_000 // n) for n in (1_000, 10_000)}
    slope = (med(counts[10_000][0]) - med(counts[1_000][0])) / 9_000
    r.add("aggregate", [max(v - slope * 1_000, 0) for v in counts[1_000][0]],
          f"{base}; count(*) over a covering index of 1,000 and 10,000 rows; cpu_us is the fixed "
          "part, add per_row_us for each row counted; wall_ms is 10,000 rows.",
          counts[10_000][1], per_row_us=slope)

    ids = iter(range(10_000_000, 100_000_000))
    pay = "0123456789abcdef" * 8

    def insert(i):
        j = next(ids)
        db.execute(f"insert into ins{i} values (?, ?, ?, ?, 'open', ?)",
                   (j, pick(0, 9999), pick(0, 999982), pick(0, 999978), pay))

    def update():
        db.execute("update orders set amount = amount + 1 where id = ?",
                   (pick(1, ROWS),))

    gone = iter(range(1, 300_001))

    def delete():
        db.execute("delete from ins0 where id = ?", (next(gone),))

    def transaction(op, k):
        db.execute("begin immediate")
        for _ in range(k):
            op()
        db.execute("commit")

    for mode in ("normal", "full"):
        db.execute(f"pragma synchronous = {mode}")
        variant = None if mode == "full" else "synchronous NORMAL"
        b = f"{base}, synchronous {mode.upper()}"
        split = "cost of the statement alone inside a transaction, its commit apart"

        def statements(op, k=10):
            one, wall1 = per_op(lambda: transaction(op, 1), 3_000)
            many, _ = per_op(lambda: transaction(op, k), 600)
            stmt = [(m - o) / (k - 1) for o, m in zip(sorted(one), sorted(many))]
            db.execute("begin immediate")
            inside = latency_ms(op, 1_000)
            db.execute("commit")
            return stmt, one, wall1, inside

        ins = {i: statements(lambda: insert(i)) for i in (0, 1, 3)}
        per_index = (med(ins[3][0]) - med(ins[0][0])) / 3
        r.add("insert", ins[0][0],
              f"{b}; one row of about 170 B, ascending key; {split}; add per_index_us for each "
              f"secondary index in random order (1 index measured {med(ins[1][0]):.1f} us, 3 "
              f"{med(ins[3][0]):.1f} us).", ins[0][3], variant, per_index_us=per_index)
        r.add("insert", ins[0][1], f"{b}; begin immediate, one insert, commit.", ins[0][2],
              (variant + ", " if variant else "") + "whole transaction")
        upd = statements(update)
        r.add("update", upd[0], f"{b}; one unindexed column of one row by primary key, random "
              f"row; {split}, page checkpointing included.", upd[3], variant)
        dele = statements(delete)
        r.add("delete", dele[0], f"{b}; one row by ascending primary key; {split}.", dele[3],
              variant)
        r.add("commit", [o - med(ins[0][0]) for o in ins[0][1]],
              f"{b}; begin immediate and commit around one insert, the insert subtracted, "
              "automatic checkpoints included.", ins[0][2] - ins[0][3], variant)

    def batch():
        transaction(lambda: insert(1), 100)

    values, wall = per_op(batch, 300)
    r.add("insert", [v / 100 for v in values],
          f"{base}, synchronous FULL; 100 rows a transaction, 1 secondary index, commit "
          "included; cpu_us is per row, wall_ms per transaction.", wall,
          "batch of 100, per row")


PARTS = {"tables": measure, "search": search, "queue": queue}

main()
