"""Prints the CPU time of this process per database call, several runs."""

import asyncio
import json
import statistics
import sys
import time

N = 10_000


async def asyncpg_runs(db):
    import asyncpg
    pool = await asyncpg.create_pool(host="127.0.0.1", user="postgres", database=db, ssl=False,
                                     min_size=1, max_size=4)
    async def batch():
        for i in range(N):
            await pool.fetchrow("select * from orders where id = $1", 1 + i * 7919 % 10000)
    await batch()
    runs = []
    for _ in range(3):
        cpu, wall = time.process_time(), time.perf_counter()
        await batch()
        runs.append((time.process_time() - cpu, time.perf_counter() - wall))
    await pool.close()
    return runs


def psycopg_runs(db):
    import psycopg
    runs = []
    with psycopg.connect(host="127.0.0.1", user="postgres", dbname=db, sslmode="disable",
                         autocommit=True) as connection:
        cursor = connection.cursor()
        for run in range(4):
            cpu, wall = time.process_time(), time.perf_counter()
            for i in range(N):
                cursor.execute("select * from orders where id = %s", (1 + i * 7919 % 10000,),
                               prepare=True)
                cursor.fetchone()
            if run:
                runs.append((time.process_time() - cpu, time.perf_counter() - wall))
    return runs


driver, database = sys.argv[1:]
if driver == "asyncpg":
    import uvloop
    uvloop.install()
    measured = asyncio.run(asyncpg_runs(database))
else:
    measured = psycopg_runs(database)
print(json.dumps({"cpu_us": [cpu * 1e6 / N for cpu, _ in measured],
                  "wall_ms": statistics.median(wall * 1e3 / N for _, wall in measured)}))
