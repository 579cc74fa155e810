#!/usr/bin/env python3
"""Applies SQL packages to real databases and prints problems as JSON lines.

    sql.py FOLDER...

A folder named postgresql or sqlite holds schema.sql, migrations/NNNN_name.{up,down}.sql, or both.
The schema is applied; the migrations are applied up, down and up again. Reported: what the database
refuses, tables without a primary key, foreign keys that no index leads with, what a downward
migration leaves behind, and where schema and migrations come out differently. PostgreSQL is the
server named by GROUNDPLAN_TEST_PG (a libpq URL); each run makes databases of its own and drops them.
"""

import json
import os
import re
import sqlite3
import subprocess
import sys
import traceback
from pathlib import Path
from urllib.parse import urlsplit

MIGRATION = re.compile(r"^(\d{4})_[a-z0-9][a-z0-9_-]*\.(up|down)\.sql$")

# A partial index serves a foreign key only where it leaves out nothing but nulls.
PG_FOREIGN_KEYS = """
select c.conrelid::regclass::text, c.conname,
       (select string_agg(quote_ident(a.attname), ', ' order by k.place)
          from unnest(c.conkey) with ordinality k(number, place)
          join pg_attribute a on a.attrelid = c.conrelid and a.attnum = k.number)
  from pg_constraint c
 where c.contype = 'f' and c.conparentid = 0
   and not exists (
       select 1 from pg_index i
        where i.indrelid = c.conrelid and i.indisvalid
          and (i.indpred is null
               or pg_get_expr(i.indpred, i.indrelid) ~ '^\\([^ ]+ IS NOT NULL\\)$')
          and (select array_agg(n order by n) from unnest((i.indkey::int2[])[0:cardinality(c.conkey) - 1]) n)
            = (select array_agg(n order by n) from unnest(c.conkey) n))
 order by 1, 2
"""

PG_NO_PRIMARY_KEY = """
select c.oid::regclass::text
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
 where c.relkind in ('r', 'p') and not c.relispartition
   and n.nspname not in ('pg_catalog', 'information_schema') and n.nspname !~ '^pg_'
   and not exists (select 1 from pg_constraint k where k.conrelid = c.oid and k.contype = 'p')
   and not exists (select 1 from pg_depend d where d.objid = c.oid and d.deptype = 'e')
 order by 1
"""

# Everything a schema is made of, one line a thing, without what extensions and the system own.
PG_SNAPSHOT = """
with mine as (select oid, nspname from pg_namespace
               where nspname not in ('pg_catalog', 'information_schema') and nspname !~ '^pg_'),
     owned as (select classid, objid from pg_depend where deptype = 'e')
select 'schema ' || nspname from mine where nspname <> 'public'
union all
select 'extension ' || extname from pg_extension where extname <> 'plpgsql'
union all
select case c.relkind when 'r' then 'table' when 'p' then 'partitioned table' when 'v' then 'view'
                      when 'm' then 'materialized view' when 'S' then 'sequence' when 'i' then 'index'
                      when 'I' then 'partitioned index' else 'relation ' || c.relkind::text end
       || ' ' || c.oid::regclass
       || case when c.relkind in ('i', 'I') then ': ' || pg_get_indexdef(c.oid)
               when c.relkind in ('v', 'm') then ': ' || pg_get_viewdef(c.oid)
               when c.relrowsecurity then ' with row security' else '' end
  from pg_class c join mine on mine.oid = c.relnamespace
 where c.relkind <> 'c' and ('pg_class'::regclass, c.oid) not in (select classid, objid from owned)
union all
select 'column ' || c.oid::regclass || '.' || a.attname || ': ' || format_type(a.atttypid, a.atttypmod)
       || case when a.attnotnull then ' not null' else '' end
       || coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '')
  from pg_attribute a join pg_class c on c.oid = a.attrelid join mine on mine.oid = c.relnamespace
  left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
 where a.attnum > 0 and not a.attisdropped and c.relkind in ('r', 'p', 'c')
   and ('pg_class'::regclass, c.oid) not in (select classid, objid from owned)
union all
select 'constraint ' || k.conname || ' on ' || k.conrelid::regclass || ': ' || pg_get_constraintdef(k.oid)
  from pg_constraint k join mine on mine.oid = k.connamespace where k.conrelid <> 0
union all
select 'type ' || t.oid::regtype
       || coalesce(': ' || (select string_agg(e.enumlabel, ', ' order by e.enumsortorder)
                              from pg_enum e where e.enumtypid = t.oid), '')
  from pg_type t join mine on mine.oid = t.typnamespace
 where t.typtype in ('e', 'd', 'r')
   and ('pg_type'::regclass, t.oid) not in (select classid, objid from owned)
union all
select 'function ' || p.oid::regprocedure
  from pg_proc p join mine on mine.oid = p.pronamespace
 where ('pg_proc'::regclass, p.oid) not in (select classid, objid from owned)
union all
select 'trigger ' || g.tgname || ': ' || pg_get_triggerdef(g.oid)
  from pg_trigger g where not g.tgisinternal
union all
select 'policy ' || policyname || ' on ' || schemaname || '.' || tablename || ': '
       || cmd || ' ' || coalesce(qual, '') || ' ' || coalesce(with_check, '') from pg_policies
order by 1
"""

PG_ROLES = "select rolname from pg_roles order by 1"


class Refused(Exception):
    """The database refused a file; the message is the database's own."""


class PostgreSql:
    """One database of its own on the server of GROUNDPLAN_TEST_PG."""

    name = "postgresql"
    serial = 0

    def __init__(self):
        server = os.environ.get("GROUNDPLAN_TEST_PG")
        if not server:
            raise RuntimeError("GROUNDPLAN_TEST_PG names no PostgreSQL server: run 'cargo xtask test'")
        PostgreSql.serial += 1
        self.server = server
        self.database = f"groundplan_{os.getpid()}_{PostgreSql.serial}"
        self.roles = self.rows(PG_ROLES, server)
        self.rows(f"create database {self.database}", server)
        parts = urlsplit(server)
        # Put together by hand: urlunsplit drops the empty host of postgresql:///name.
        self.url = f"{parts.scheme}://{parts.netloc}/{self.database}?{parts.query}"

    def psql(self, url, *arguments):
        command = ["psql", "--no-psqlrc", "--quiet", "--set", "ON_ERROR_STOP=1", *arguments, url]
        environment = {**os.environ, "PGOPTIONS": "-c client_min_messages=warning"}
        done = subprocess.run(command, capture_output=True, text=True, env=environment)
        if done.returncode != 0:
            raise Refused(done.stderr.strip())
        return done.stdout

    def rows(self, query, url=None):
        text = self.psql(url or self.url, "--tuples-only", "--no-align", "-F\x1f", "-R\x1e", "-c", query)
        records = [record for record in text.rstrip("\n").split("\x1e") if record != ""]
        return [tuple(record.split("\x1f")) for record in records]

    def apply(self, path):
        self.psql(self.url, "--file", str(path))

    def snapshot(self):
        return [row[0] for row in self.rows(PG_SNAPSHOT)] + [
            f"role {row[0]}" for row in self.rows(PG_ROLES) if row not in self.roles
        ]

    def unindexed(self):
        return [f"{table} ({columns}), constraint {name}" for table, name, columns in self.rows(PG_FOREIGN_KEYS)]

    def keyless(self):
        return [row[0] for row in self.rows(PG_NO_PRIMARY_KEY)]

    def dangling(self):
        return []

    def close(self):
        self.rows(f"drop database {self.database} with (force)", self.server)
        for row in self.rows(PG_ROLES, self.server):
            if row not in self.roles:
                self.rows('drop role "{}"'.format(row[0].replace('"', '""')), self.server)


class Sqlite:
    """One database in memory."""

    name = "sqlite"

    def __init__(self):
        self.connection = sqlite3.connect(":memory:", isolation_level=None)
        self.connection.execute("pragma foreign_keys = on")

    def rows(self, query):
        return self.connection.execute(query).fetchall()

    def apply(self, path):
        try:
            self.connection.executescript(Path(path).read_text(encoding="utf-8"))
        except sqlite3.Error as error:
            raise Refused(str(error)) from error

    def snapshot(self):
        lines = []
        query = "select type, name, tbl_name, sql from sqlite_schema where name not like 'sqlite~_%' escape '~'"
        for kind, name, table, sql in self.rows(query):
            if kind != "table":
                lines.append(f"{kind} {name} on {table}: {' '.join((sql or '').split())}")
                continue
            lines.append(f"table {name}")
            for _, column, declared, required, default, key, hidden in self.rows(f"pragma table_xinfo({quote(name)})"):
                lines.append(f"column {name}.{column}: {declared} {required} {default} {key} {hidden}")
            for row in self.rows(f"pragma foreign_key_list({quote(name)})"):
                lines.append(f"foreign key of {name}: {row[1:]}")
        return sorted(lines)

    def tables(self):
        listed = self.rows("pragma table_list")
        return [row[1] for row in listed if row[2] == "table" and not row[1].startswith("sqlite_")]

    def unindexed(self):
        found = []
        for table in self.tables():
            indexes = []
            columns = self.rows(f"pragma table_xinfo({quote(table)})")
            key = [row[1] for row in sorted(columns, key=lambda row: row[5]) if row[5] > 0]
            if key:
                indexes.append(key)
            for _, index, _, _, partial in self.rows(f"pragma index_list({quote(table)})"):
                if not partial:
                    indexes.append([row[2] for row in self.rows(f"pragma index_info({quote(index)})")])
            keys = {}
            for number, _, _, column, *_ in self.rows(f"pragma foreign_key_list({quote(table)})"):
                keys.setdefault(number, []).append(column)
            for columns in keys.values():
                wanted = sorted(name.lower() for name in columns)
                leading = (sorted(str(name).lower() for name in index[: len(columns)]) for index in indexes)
                if wanted not in leading:
                    found.append(f"{table} ({', '.join(columns)})")
        return sorted(found)

    def keyless(self):
        tables = self.tables()
        return [table for table in tables if not any(row[5] for row in self.rows(f"pragma table_xinfo({quote(table)})"))]

    def dangling(self):
        """Foreign keys that SQLite accepts when it makes the table, and refuses at the first write."""
        found = []
        for table in self.tables():
            try:
                self.connection.execute(f"explain insert into {quote(table)} default values").fetchall()
            except sqlite3.Error as error:
                found.append(f"{table}: {error}")
        return found

    def close(self):
        self.connection.close()


def quote(name):
    return '"' + name.replace('"', '""') + '"'


ENGINES = {"postgresql": PostgreSql, "sqlite": Sqlite}


class Package:
    """One folder and the problems found in it."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.problems = []

    def fault(self, path, rule, message):
        self.problems.append(
            {"checker": "sql", "file": str(path), "rule": rule, "severity": "error", "message": message}
        )

    def check(self):
        engine = ENGINES.get(self.folder.name)
        if engine is None:
            self.fault(self.folder, "unknown-engine", f"a folder is named one of {', '.join(ENGINES)}")
            return
        ups, downs = self.migrations()
        schema = self.folder / "schema.sql"
        if not schema.is_file() and not ups:
            self.fault(self.folder, "empty", "neither schema.sql nor migrations")
        by_schema = self.with_database(engine, self.apply_schema, schema) if schema.is_file() else None
        by_migrations = self.with_database(engine, self.migrate, ups, downs) if ups else None
        if by_schema is not None and by_migrations is not None:
            self.compare(schema, "schema-differs", by_schema, by_migrations, "schema.sql", "the migrations")

    def with_database(self, engine, use, *arguments):
        database = engine()
        try:
            return use(database, *arguments)
        finally:
            database.close()

    def migrations(self):
        ups, downs = {}, {}
        for path in sorted((self.folder / "migrations").glob("*")):
            match = MIGRATION.match(path.name)
            if not match:
                self.fault(path, "name", "a migration is named NNNN_name.up.sql or NNNN_name.down.sql")
                continue
            number, direction = match.groups()
            side = ups if direction == "up" else downs
            if number in side:
                self.fault(path, "number-taken", f"{side[number].name} has the number {number} too")
                continue
            side[number] = path
        for number in sorted(ups.keys() ^ downs.keys()):
            self.fault((ups | downs)[number], "one-way", f"migration {number} lacks its other direction")
        return ups, downs

    def apply(self, database, path, when=""):
        try:
            database.apply(path)
            return True
        except Refused as refusal:
            self.fault(path, "refused", f"{when}{refusal}")
            return False

    def quality(self, database, path):
        for table in database.keyless():
            self.fault(path, "no-primary-key", f"table {table} has no primary key")
        for key in database.unindexed():
            self.fault(path, "foreign-key-without-index", f"no index leads with {key}")
        for key in database.dangling():
            self.fault(path, "foreign-key-mismatch", key)

    def apply_schema(self, database, schema):
        if not self.apply(database, schema):
            return None
        self.quality(database, schema)
        return database.snapshot()

    def migrate(self, database, ups, downs):
        """Up, down, up; what stands after the first time up."""
        empty = database.snapshot()
        folder = self.folder / "migrations"
        if not all([self.apply(database, ups[number]) for number in sorted(ups)]):
            return None
        once = database.snapshot()
        self.quality(database, folder)
        for number in sorted(downs, reverse=True):
            if number in ups and not self.apply(database, downs[number], "on the way down: "):
                return once
        for thing in sorted(set(database.snapshot()) - set(empty)):
            # Columns and constraints go with their table: the table is enough to say.
            if not thing.startswith(("column ", "constraint ", "foreign key ")):
                self.fault(folder, "left-after-down", thing)
        if not all([self.apply(database, ups[number], "the second time up: ") for number in sorted(ups)]):
            return once
        self.compare(folder, "differs-second-time", once, database.snapshot(), "the first up", "the second")
        return once

    def compare(self, path, rule, one, other, one_name, other_name):
        for thing in sorted(set(one) - set(other)):
            self.fault(path, rule, f"only {one_name} makes: {thing}")
        for thing in sorted(set(other) - set(one)):
            self.fault(path, rule, f"only {other_name} make: {thing}")


def main(folders):
    if not folders:
        print(__doc__, file=sys.stderr)
        return 2
    clean = True
    for folder in folders:
        package = Package(folder)
        package.check()
        for problem in package.problems:
            print(json.dumps(problem))
            clean = False
    return 0 if clean else 1


if __name__ == "__main__":
    # Python leaves with 1 on an exception, which here would read as 'problems were printed'.
    try:
        code = main(sys.argv[1:])
    except Exception:
        traceback.print_exc()
        code = 3
    sys.exit(code)
