"""MariaDB (InnoDB): CPU demand of the server process per statement and per commit."""

import os
import random
import re
import subprocess
import sys
import time

from lib import Results, cpu_us, med, per_op, pid_of

HERE = os.path.dirname(os.path.abspath(__file__))
DB = "groundplan_bench"

TABLE = """(id bigint not null auto_increment primary key, customer_id bigint not null,
  status varchar(16) not null, amount decimal(12,2) not null, created_at datetime not null,
  payload varchar(200) not null) engine=InnoDB"""
COLUMNS = "(customer_id, status, amount, created_at, payload)"
SOURCE = """select (seq * 7919) % 10000, 'open', (seq % 9973) / 100,
  '2026-01-01' + interval seq second,
  concat(md5(seq), md5(seq + 1), md5(seq + 2), md5(seq + 3)) from seq_1_to_1000000"""
SCHEMA = f"""
create table orders {TABLE};
insert into orders {COLUMNS} {SOURCE};
create index orders_customer on orders (customer_id, created_at);
create table ins0 {TABLE};
insert into ins0 {COLUMNS} {SOURCE};
create table ins3 like ins0;
insert into ins3 select * from ins0;
create index a on ins3 (customer_id);
create index b on ins3 (created_at);
create index c on ins3 (amount);
analyze table orders, ins0, ins3;
"""


def sql(text, db=""):
    out = subprocess.run(["mariadb", "-h", "127.0.0.1", "-u", "root", "-N", "-B", db],
                         input=text, capture_output=True, text=True)
    if out.returncode:
        raise SystemExit(out.stderr)
    return out.stdout.strip()


def bench(mode, events, k=0, n=20, t="ins0", threads=4):
    out = subprocess.run(
        ["sysbench", os.path.join(HERE, "mariadb.lua"), "--db-driver=mysql",
         "--mysql-host=127.0.0.1", "--mysql-user=root", f"--mysql-db={DB}",
         "--mysql-ssl=off", f"--threads={threads}", f"--events={events}", "--time=0",
         "--percentile=50", "--mysql-ignore-errors=none", f"--mode={mode}", f"--k={k}",
         f"--n={n}", f"--t={t}", "run"], capture_output=True, text=True)
    if out.returncode or "FATAL" in out.stdout:
        raise SystemExit(out.stdout + out.stderr)
    return out.stdout


def wall(*args, **kw):
    return float(re.search(r"50th percentile:\s+([\d.]+)", bench(*args, threads=1, **kw))[1])


def main():
    root = pid_of("mariadbd")
    sql(f"drop database if exists {DB}; create database {DB}")
    try:
        for part in sys.argv[1:] or PARTS:
            PARTS[part](root)
    finally:
        sql(f"drop database if exists {DB}")


def measure(root):
    """Reads with the default buffer pool, then everything with one that holds the tables."""
    sql(SCHEMA, DB)
    r = Results("mariadb")
    pool = int(sql("select @@innodb_buffer_pool_size"))
    reads(r, root, f"default buffer pool of {pool >> 20} MB, smaller than the tables, so part of the "
          "rows comes from the disk", "tables larger than the buffer pool")
    try:
        sql(f"set global innodb_buffer_pool_size = {1 << 30}")
        for table in ("orders", "ins0", "ins3"):
            sql(f"select sum(length(payload)) from {table}", DB)
        kept = "buffer pool raised to 1 GB, which holds the tables"
        reads(r, root, kept, None)
        writes(r, root, kept)
    finally:
        sql(f"set global innodb_buffer_pool_size = {pool}")


def settle(root):
    """Waits until the server has done what it does in the background after a load."""
    for _ in range(60):
        before = cpu_us(root)
        time.sleep(1)
        if cpu_us(root) - before < 20_000:
            return
    raise SystemExit("the server does not come to rest")


def pool_that_holds(what):
    size = int(sql("select @@innodb_buffer_pool_size")) >> 20
    return conditions(f"buffer pool of {size} MB, which holds the {what}")


def queue(root):
    """A table as a queue."""
    sql("create table jobs (id bigint not null auto_increment primary key, run_at datetime not "
        "null, payload varchar(200) not null) engine=InnoDB; insert into jobs (run_at, payload) "
        "select '2026-01-01', repeat(md5(seq), 5) from seq_1_to_200000; analyze table jobs;", DB)
    settle(root)
    Results("mariadb").add(
        "dequeue", per(root, "dequeue", 5_000),
        f"{pool_that_holds('table')}; begin, select ... order by id limit 1 for update skip "
        "locked, delete by key, commit; jobs of about 200 B, no secondary index, deleted rows "
        "left until the purge removes them; the whole transaction.", wall("dequeue", 1_000))


def search(root):
    """Full text of the same make as PostgreSQL's."""
    chance = random.Random(2).random
    docs = ["create table docs (id bigint not null auto_increment primary key, "
            "body text not null) engine=InnoDB;"]
    for _ in range(100):
        rows = (" ".join(f"w{int(5000 ** chance())}" for _ in range(40)) for _ in range(1_000))
        docs.append("insert into docs (body) values " + ",".join(f"('{b}')" for b in rows) + ";")
    docs.append("create fulltext index docs_body on docs (body); analyze table docs;")
    sql("\n".join(docs), DB)
    settle(root)
    Results("mariadb").add(
        "text-search", per(root, "search", 4_000),
        f"{pool_that_holds('table')}; two-word match in boolean mode over a full-text index of "
        "100,000 documents of 40 words, at most 20 rows, no order asked.", wall("search", 1_000))


def conditions(pool):
    version = sql("select version()").split("-")[0]
    flush = sql("select @@innodb_flush_log_at_trx_commit")
    binlog = "on" if sql("select @@log_bin") == "1" else "off"
    return (f"MariaDB {version} InnoDB, Debian default configuration with {pool} "
            f"(innodb_flush_log_at_trx_commit {flush}, binary log {binlog}), text protocol, plain "
            "TCP on loopback, 4 connections")


BIG = "1 M rows of about 200 B"


def per(root, mode, events, k=0, **kw):
    bench(mode, max(events // 10, 4), k, **kw)
    return per_op(root, lambda: (bench(mode, events, k, **kw), events)[1])


def reads(r, root, pool, variant):
    base = conditions(pool)
    r.add("point-read", per(root, "point", 20_000),
          f"{base}; one row by primary key from {BIG}.", wall("point", 5_000), variant)
    ranges = {n: per(root, "range", c, n=n) for n, c in ((1, 10_000), (20, 8_000), (100, 4_000))}
    slope = (med(ranges[100]) - med(ranges[1])) / 99
    r.add("range-read", [v - slope for v in ranges[1]],
          f"{base}; newest n rows of one of 10,000 customers by a two-column secondary index, "
          f"scattered in the clustered index of {BIG}; cpu_us is n = 0 by extrapolation from n = "
          f"1 and n = 100, add per_row_us for each row returned; n = 20 measured "
          f"{med(ranges[20]):.1f} us; wall_ms is n = 20.", wall("range", 2_000, n=20), variant,
          per_row_us=slope)
    if variant:
        return
    counts = {n: per(root, "count", 3_000_000 // n, n=n) for n in (1_000, 10_000)}
    slope = (med(counts[10_000]) - med(counts[1_000])) / 9_000
    r.add("aggregate", [v - slope * 1_000 for v in counts[1_000]],
          f"{base}; count(*) over a covering index range of 1,000 and 10,000 of {BIG}; cpu_us is "
          "the fixed part, add per_row_us for each row counted; wall_ms is 10,000 rows.",
          wall("count", 200, n=10_000), per_row_us=slope)


def writes(r, root, pool):
    base, big = conditions(pool), BIG

    def statements(mode, n=4_000, **kw):
        one, ten = per(root, mode, n, 1, **kw), per(root, mode, n // 8, 10, **kw)
        w1, inside = wall(mode, n // 4, k=1, **kw), wall(mode, 20, k=200, **kw) / 200
        slope = [(m - o) / 9 for o, m in zip(sorted(one), sorted(ten))]
        return slope, one, inside, w1

    split = "cost of the statement alone, its commit is a separate demand"
    ins = {i: statements("insert", t=f"ins{i}") for i in (0, 3)}
    r.add("insert", ins[0][0],
          f"{base}; one row of about 200 B into a table of {big}, auto-increment key; {split}; "
          "add per_index_us for each secondary index with values in random order, taken from 3 "
          "indexes.", ins[0][2], per_index_us=(med(ins[3][0]) - med(ins[0][0])) / 3)
    for i in (0, 3):
        r.add("insert", ins[i][1],
              f"{base}; begin, one insert with {i} secondary indexes, commit.", ins[i][3],
              f"whole transaction, {i} indexes")
    upd = statements("update")
    r.add("update", upd[0], f"{base}; one unindexed column of one random row by primary key in "
          f"{big}; {split}.", upd[2])
    r.add("update", upd[1], f"{base}; begin, one update by primary key, commit.", upd[3],
          "whole transaction")
    r.add("commit", [o - med(s[0]) for s in (upd, ins[0]) for o in s[1]],
          f"{base}; begin and commit of a transaction that wrote one row, the row's statement "
          "subtracted; redo log flushed at each commit, shared by up to 4 connections; wall_ms "
          "is begin and commit at concurrency 1.", ins[0][3] - ins[0][2])
    dele = statements("delete")
    r.add("delete", dele[0], f"{base}; one random row by primary key from {big}, one secondary "
          f"index; {split}; purge in the background included.", dele[2])


PARTS = {"tables": measure, "queue": queue, "search": search}

main()
