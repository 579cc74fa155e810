//! A PostgreSQL server, in a schema of its own that goes with the measurement.

use std::cell::RefCell;
use std::io::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use bytes::BytesMut;
use indexmap::IndexMap;
use postgres::config::{Host, SslMode};
use postgres::types::{Format, IsNull, ToSql, Type};
use postgres::{Client, Config, NoTls, Statement};

use crate::database::{Answer, Database, Failure, Plan};
use crate::query::{Dialect, quoted};
use crate::value::{Value, of_name};

/// Says that a schema is ours.
const COMMENT: &str = "Made by groundplan measure; it is dropped when the measurement ends.";
/// How long a server may take to answer a connection.
const CONNECT: Duration = Duration::from_secs(10);

pub struct Postgres {
    client: Client,
    config: Config,
    schema: String,
    version: String,
    clock: Clock,
    statements: IndexMap<String, Statement>,
    done: Arc<AtomicBool>,
}

/// How the backend's processor time is known.
enum Clock {
    /// Its process is on this machine.
    Process(i32),
    /// Wall time of all statements, less a round trip each.
    Wall { round_trip_ns: u64, used_ns: u64 },
}

/// A value as text, whatever the parameter's type.
#[derive(Debug)]
struct Text(Option<String>);

impl ToSql for Text {
    fn to_sql(
        &self,
        _: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        let Some(text) = &self.0 else {
            return Ok(IsNull::Yes);
        };
        out.extend_from_slice(text.as_bytes());
        Ok(IsNull::No)
    }
    fn accepts(_: &Type) -> bool {
        true
    }
    fn encode_format(&self, _: &Type) -> Format {
        Format::Text
    }
    postgres::types::to_sql_checked!();
}

fn refused(error: &postgres::Error) -> Failure {
    match error.as_db_error() {
        Some(said) if said.code().code() == "57014" => Failure::Stopped,
        Some(said) => Failure::Refused(said.message().to_string()),
        None => Failure::World(format!("the connection to the database was lost: {error}")),
    }
}

/// The address without what is secret, for messages.
fn shown(config: &Config) -> String {
    let hosts: Vec<String> = config
        .get_hosts()
        .iter()
        .map(|h| match h {
            Host::Tcp(name) => name.clone(),
            #[cfg(unix)]
            Host::Unix(path) => path.display().to_string(),
        })
        .collect();
    let database = config
        .get_dbname()
        .or(config.get_user())
        .unwrap_or("its default database");
    format!("{database} at {}", hosts.join(", "))
}

fn here(config: &Config) -> bool {
    config.get_hosts().iter().all(|h| match h {
        Host::Tcp(name) => matches!(name.as_str(), "localhost" | "127.0.0.1" | "::1"),
        #[cfg(unix)]
        Host::Unix(_) => true,
    })
}

impl Postgres {
    /// Connects, and makes the schema for the design of this name.
    ///
    /// `password` is used where the address has none.
    pub fn open(
        address: &str,
        password: Option<&str>,
        name: &str,
        budget: Duration,
        stop: &Arc<AtomicBool>,
    ) -> Result<Self, Failure> {
        // The library's own words may repeat a part of the address, and that may be the password.
        let mut config: Config = address.parse().map_err(|_| {
            Failure::World(
                "the address of the database cannot be read; write it as postgres://user@host:5432/database".into(),
            )
        })?;
        if let (None, Some(password)) = (config.get_password(), password) {
            config.password(password);
        }
        if config.get_hosts().is_empty() {
            return Err(Failure::World(
                "the address of the database names no host".into(),
            ));
        }
        let plain = address.contains("sslmode=disable");
        if config.get_ssl_mode() == SslMode::Require || !here(&config) && !plain {
            return Err(Failure::World(format!(
                "{} would need an encrypted connection, which measuring does not have: run it on the database's own machine or through a tunnel, or write sslmode=disable in the address",
                shown(&config)
            )));
        }
        config
            .connect_timeout(CONNECT)
            .application_name("groundplan measure");
        let mut client = config.connect(NoTls).map_err(|e| {
            let why = match (e.as_db_error(), std::error::Error::source(&e)) {
                (Some(said), _) => said.message().to_string(),
                (None, Some(source)) => source.to_string(),
                (None, None) => e.to_string(),
            };
            Failure::World(format!("no connection to {}: {why}", shown(&config)))
        })?;
        let schema = format!("groundplan_measure_{:08x}", of_name(name) as u32);
        take(&mut client, &schema)?;
        let version = client
            .query_one("SHOW server_version", &[])
            .and_then(|row| row.try_get::<_, String>(0))
            .map_err(|e| refused(&e))?;
        let version = version.split(' ').next().unwrap_or("").to_string();
        let done = Arc::new(AtomicBool::new(false));
        watch(&client, stop, &done);
        let mut made = Postgres {
            client,
            config,
            schema,
            version,
            clock: Clock::Wall {
                round_trip_ns: 0,
                used_ns: 0,
            },
            statements: IndexMap::new(),
            done,
        };
        let limit = budget.as_millis().max(1000) * 2;
        let settings = format!(
            "SET search_path = {}; SET statement_timeout = {limit}; SET lock_timeout = 10000; SET max_parallel_workers_per_gather = 0; SET client_min_messages = warning",
            quoted(&made.schema)
        );
        made.batch(&settings)?;
        made.clock = made.find_clock()?;
        Ok(made)
    }

    fn batch(&mut self, sql: &str) -> Result<(), Failure> {
        self.client.batch_execute(sql).map_err(|e| refused(&e))
    }

    /// The backend's process, where it can be seen and its clock follows our work; else a round trip.
    fn find_clock(&mut self) -> Result<Clock, Failure> {
        let one =
            |client: &mut Client, sql: &str| client.simple_query(sql).map_err(|e| refused(&e));
        let pid: i32 = self
            .client
            .query_one("SELECT pg_backend_pid()", &[])
            .and_then(|row| row.try_get(0))
            .map_err(|e| refused(&e))?;
        if here(&self.config)
            && let Some(before) = process_ns(pid)
        {
            let start = Instant::now();
            one(
                &mut self.client,
                "SELECT count(*) FROM generate_series(1, 200000)",
            )?;
            let wall = start.elapsed().as_nanos() as u64;
            let used = process_ns(pid).unwrap_or(0).saturating_sub(before);
            // Another process of this number, in another container, would not have worked for us.
            if used > wall / 20 && used < wall * 2 {
                return Ok(Clock::Process(pid));
            }
        }
        let mut trips: Vec<u64> = Vec::new();
        for _ in 0..200 {
            let start = Instant::now();
            one(&mut self.client, "")?;
            trips.push(start.elapsed().as_nanos() as u64);
        }
        trips.sort_unstable();
        Ok(Clock::Wall {
            round_trip_ns: trips.get(trips.len() / 2).copied().unwrap_or(0),
            used_ns: 0,
        })
    }

    fn timed<T>(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let start = Instant::now();
        let done = work(self);
        let wall = start.elapsed().as_nanos() as u64;
        if let Clock::Wall {
            round_trip_ns,
            used_ns,
        } = &mut self.clock
        {
            *used_ns += wall.saturating_sub(*round_trip_ns);
        }
        done
    }

    fn prepared(&mut self, sql: &str) -> Result<Statement, Failure> {
        if let Some(known) = self.statements.get(sql) {
            return Ok(known.clone());
        }
        let made = self.client.prepare(sql).map_err(|e| refused(&e))?;
        self.statements.insert(sql.to_string(), made.clone());
        Ok(made)
    }
}

/// Makes the schema. One that is there is only taken where it carries our comment and nobody else
/// is measuring.
fn take(client: &mut Client, schema: &str) -> Result<(), Failure> {
    let lock = of_name(schema) as i64;
    let free: bool = client
        .query_one("SELECT pg_try_advisory_lock($1)", &[&lock])
        .and_then(|row| row.try_get(0))
        .map_err(|e| refused(&e))?;
    if !free {
        return Err(Failure::World(format!(
            "somebody else is measuring this design in the same database (schema {schema})"
        )));
    }
    let there = client
        .query_opt(
            "SELECT obj_description(oid, 'pg_namespace') FROM pg_namespace WHERE nspname = $1",
            &[&schema],
        )
        .map_err(|e| refused(&e))?;
    if let Some(row) = there {
        let comment: Option<String> = row.try_get(0).map_err(|e| refused(&e))?;
        if comment.as_deref() != Some(COMMENT) {
            return Err(Failure::World(format!(
                "the schema {schema} is in that database already, and it does not say that groundplan made it; it was left alone"
            )));
        }
        let sql = format!("DROP SCHEMA {} CASCADE", quoted(schema));
        client.batch_execute(&sql).map_err(|e| refused(&e))?;
    }
    let name = quoted(schema);
    let sql =
        format!("BEGIN; CREATE SCHEMA {name}; COMMENT ON SCHEMA {name} IS '{COMMENT}'; COMMIT");
    client
        .batch_execute(&sql)
        .map_err(|e| match e.as_db_error() {
            Some(said) => Failure::World(format!(
                "the schema {schema} for the measurement cannot be made: {}",
                said.message()
            )),
            None => refused(&e),
        })
}

/// Ends a statement that runs when the person stops the measurement.
fn watch(client: &Client, stop: &Arc<AtomicBool>, done: &Arc<AtomicBool>) {
    let (cancel, stop, done) = (client.cancel_token(), Arc::clone(stop), Arc::clone(done));
    std::thread::spawn(move || {
        while !done.load(Ordering::Relaxed) {
            if stop.load(Ordering::Relaxed) {
                let _ = cancel.cancel_query(NoTls);
                return;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    });
}

/// Processor time of a process in nanoseconds, from the scheduler's own account. It is exact only
/// while the process sleeps, so we wait for that, shortly.
fn process_ns(pid: i32) -> Option<u64> {
    for _ in 0..200 {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        // The name is in parentheses and may hold spaces; the state follows it.
        let state = stat
            .rsplit_once(") ")
            .and_then(|(_, rest)| rest.chars().next())?;
        if state != 'R' {
            break;
        }
        std::thread::yield_now();
    }
    let account = std::fs::read_to_string(format!("/proc/{pid}/schedstat")).ok()?;
    account.split(' ').next()?.parse().ok()
}

impl Drop for Postgres {
    fn drop(&mut self) {
        self.done.store(true, Ordering::Relaxed);
        let sql = format!("DROP SCHEMA IF EXISTS {} CASCADE", quoted(&self.schema));
        let reset = "ROLLBACK; SET statement_timeout = 0";
        let dropped = self
            .client
            .batch_execute(reset)
            .and_then(|()| self.client.batch_execute(&sql));
        // A statement that was cancelled late may take this one with it; a lost connection too.
        if dropped.is_err() {
            let again = self.client.batch_execute(&sql);
            if again.is_err()
                && let Ok(mut client) = self.config.connect(NoTls)
            {
                let _ = client.batch_execute(&sql);
            }
        }
    }
}

impl Database for Postgres {
    fn technology(&self) -> &str {
        "postgresql" // tidy: allow the id that facts about this database carry
    }

    fn version(&self) -> &str {
        &self.version
    }

    fn clock(&self) -> &str {
        match self.clock {
            Clock::Process(_) => "clock of the backend process",
            Clock::Wall { .. } => "wall time less a round trip",
        }
    }

    fn dialect(&self) -> Dialect {
        Dialect {
            skip_locked: true,
            word_vectors: true,
        }
    }

    fn conditions(&self) -> Vec<String> {
        let mut said = vec![
            "one connection, prepared statements, no parallel workers; settings of the server as they are".to_string(),
        ];
        said.push(match self.clock {
            Clock::Process(_) => "only the backend's process is counted: the log writer, the checkpointer and vacuum are not".to_string(),
            Clock::Wall { round_trip_ns, .. } => format!(
                "the backend's processor time cannot be seen from here: wall time less a round trip of {} us stands for it, waits included",
                round_trip_ns / 1000
            ),
        });
        said
    }

    fn script(&mut self, statements: &str) -> Result<(), Failure> {
        self.batch(statements)
    }

    fn partitions(&mut self, table: &str, moments: &[String]) -> Result<(), Failure> {
        let function = format!("{table}_make_partition");
        let known = self
            .client
            .query_opt(
                "SELECT 1 FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = $1 AND p.proname = $2",
                &[&self.schema, &function],
            )
            .map_err(|e| refused(&e))?;
        if known.is_some() {
            for moment in moments {
                let sql = format!("SELECT {}('{moment}')", quoted(&function));
                self.client.simple_query(&sql).map_err(|e| refused(&e))?;
            }
        }
        Ok(())
    }

    fn load(
        &mut self,
        table: &str,
        columns: &[String],
        next: &mut dyn FnMut() -> Result<Option<Vec<Value>>, Failure>,
    ) -> Result<u64, Failure> {
        let names: Vec<String> = columns.iter().map(|c| quoted(c)).collect();
        let sql = format!("COPY {} ({}) FROM STDIN", quoted(table), names.join(", "));
        let mut copy = self.client.copy_in(&sql).map_err(|e| refused(&e))?;
        let mut line = String::new();
        let mut count = 0;
        while let Some(row) = next()? {
            line.clear();
            for (at, value) in row.iter().enumerate() {
                if at > 0 {
                    line.push('\t');
                }
                match value.server() {
                    None => line.push_str("\\N"),
                    Some(text) => escape(&text, &mut line),
                }
            }
            line.push('\n');
            copy.write_all(line.as_bytes()).map_err(|e| broken(&e))?;
            count += 1;
        }
        copy.finish().map_err(|e| refused(&e))?;
        Ok(count)
    }

    fn settle(&mut self, identities: &[(String, String, u64)]) -> Result<(), Failure> {
        for (table, column, last) in identities {
            let sequence = format!("{}.{}", quoted(&self.schema), quoted(table));
            self.client
                .execute(
                    "SELECT setval(pg_get_serial_sequence($1, $2)::regclass, $3)",
                    &[&sequence, column, &(*last as i64)],
                )
                .map_err(|e| refused(&e))?;
        }
        let tables = self
            .client
            .query(
                "SELECT tablename FROM pg_tables WHERE schemaname = $1",
                &[&self.schema],
            )
            .map_err(|e| refused(&e))?;
        for row in tables {
            let name: String = row.try_get(0).map_err(|e| refused(&e))?;
            self.batch(&format!("VACUUM (ANALYZE) {}", quoted(&name)))?;
        }
        Ok(())
    }

    fn run(&mut self, sql: &str, params: &[Value]) -> Result<Answer, Failure> {
        let statement = self.prepared(sql)?;
        let texts: Vec<Text> = params.iter().map(|v| Text(v.server())).collect();
        let refs: Vec<&(dyn ToSql + Sync)> = texts.iter().map(|t| t as _).collect();
        self.timed(|this| {
            if statement.columns().is_empty() {
                let rows = this
                    .client
                    .execute(&statement, &refs)
                    .map_err(|e| refused(&e))?;
                return Ok(Answer { rows, first: None });
            }
            let rows = this
                .client
                .query(&statement, &refs)
                .map_err(|e| refused(&e))?;
            let first = rows.first().and_then(|row| row.try_get::<_, i64>(0).ok());
            Ok(Answer {
                rows: rows.len() as u64,
                first,
            })
        })
    }

    fn begin(&mut self) -> Result<(), Failure> {
        self.timed(|this| this.batch("BEGIN"))
    }

    fn commit(&mut self) -> Result<(), Failure> {
        self.timed(|this| this.batch("COMMIT"))
    }

    fn rollback(&mut self) -> Result<(), Failure> {
        self.timed(|this| this.batch("ROLLBACK"))
    }

    fn cpu_ns(&mut self) -> u64 {
        match self.clock {
            Clock::Process(pid) => process_ns(pid).unwrap_or(0),
            Clock::Wall { used_ns, .. } => used_ns,
        }
    }

    fn explain(&mut self, sql: &str, params: &[Value]) -> Result<Plan, Failure> {
        let texts: Vec<Text> = params.iter().map(|v| Text(v.server())).collect();
        let refs: Vec<&(dyn ToSql + Sync)> = texts.iter().map(|t| t as _).collect();
        let rows = self
            .client
            .query(&format!("EXPLAIN (COSTS OFF) {sql}"), &refs)
            .map_err(|e| refused(&e))?;
        let plan = RefCell::new(Plan::default());
        for row in rows {
            let line: String = row.try_get(0).map_err(|e| refused(&e))?;
            read_plan(&line, &mut plan.borrow_mut());
        }
        Ok(plan.into_inner())
    }
}

fn broken(error: &std::io::Error) -> Failure {
    Failure::Refused(error.to_string())
}

/// COPY's text format: backslash, tab and line breaks are escaped (PostgreSQL documentation, COPY).
fn escape(text: &str, line: &mut String) {
    for c in text.chars() {
        match c {
            '\\' => line.push_str("\\\\"),
            '\t' => line.push_str("\\t"),
            '\n' => line.push_str("\\n"),
            '\r' => line.push_str("\\r"),
            '\0' => {}
            c => line.push(c),
        }
    }
}

/// One line of a plan: `Index Scan using i on t`, `Bitmap Index Scan on i`, `Seq Scan on t`.
fn read_plan(line: &str, plan: &mut Plan) {
    let bare = line.trim().trim_start_matches("->").trim();
    if !plan.text.is_empty() {
        plan.text.push_str("; ");
    }
    plan.text.push_str(bare);
    let word_after = |mark: &str| {
        bare.split_once(mark).map(|(_, rest)| {
            rest.split(' ')
                .next()
                .unwrap_or("")
                .trim_matches('"')
                .to_string()
        })
    };
    if let Some(index) = word_after("Scan using ").or_else(|| word_after("Scan Backward using ")) {
        plan.indexes.push(index);
    } else if let Some(index) = word_after("Bitmap Index Scan on ") {
        plan.indexes.push(index);
    } else if let Some(table) = word_after("Seq Scan on ") {
        plan.scans.push(table);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plans_say_indexes_and_scans() {
        let mut plan = Plan::default();
        for line in [
            "Limit",
            "  ->  Index Scan Backward using orders_a_idx on orders",
            "        Index Cond: (a = 1)",
            "  ->  Bitmap Heap Scan on lines",
            "        ->  Bitmap Index Scan on lines_idx",
            "  ->  Seq Scan on \"user\"",
        ] {
            read_plan(line, &mut plan);
        }
        assert_eq!(plan.indexes, ["orders_a_idx", "lines_idx"]);
        assert_eq!(plan.scans, ["user"]);
    }

    #[test]
    fn an_address_without_its_password_is_shown() {
        let config: Config = "postgres://me:secret@db.example:5/shop".parse().unwrap();
        assert_eq!(shown(&config), "shop at db.example");
        let stop = Arc::new(AtomicBool::new(false));
        for bad in [
            "postgres://me:se cret@[::x/shop",
            "host=",
            "postgres://me:secret@db.example/shop",
        ] {
            let Err(Failure::World(said)) =
                Postgres::open(bad, Some("hidden"), "shop", Duration::from_secs(1), &stop)
            else {
                panic!("{bad} was taken");
            };
            assert!(!said.contains("cret") && !said.contains("hidden"), "{said}");
        }
    }
}
