//! SQLite inside this process, in a temporary file.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use rusqlite::types::{Value as Raw, ValueRef};
use rusqlite::{Connection, params_from_iter};
use rustix::time::{ClockId, clock_gettime};

use crate::database::{Answer, Database, Failure, Plan};
use crate::query::{Dialect, quoted};
use crate::value::{Value, date, iso};

/// Virtual machine steps between two looks at whether the person has had enough.
const LOOK: i32 = 1_000_000;

/// How many were opened by this process: each has a file of its own.
static OPENED: AtomicU32 = AtomicU32::new(0);

/// A database in a file of its own, which goes with it.
pub struct Sqlite {
    // Before the file, so that it is closed when the file goes.
    connection: Connection,
    file: File,
    version: String,
}

/// Removes the database and what SQLite lays beside it.
struct File(PathBuf);

impl Drop for File {
    fn drop(&mut self) {
        for end in ["", "-wal", "-shm", "-journal"] {
            let mut path = self.0.clone().into_os_string();
            path.push(end);
            let _ = std::fs::remove_file(path);
        }
    }
}

fn world(error: &rusqlite::Error) -> Failure {
    match error.sqlite_error_code() {
        Some(rusqlite::ErrorCode::OperationInterrupted) => Failure::Stopped,
        Some(rusqlite::ErrorCode::DiskFull | rusqlite::ErrorCode::SystemIoFailure) => {
            Failure::World(format!("the temporary database cannot be written: {error}"))
        }
        _ => Failure::Refused(error.to_string()),
    }
}

impl Sqlite {
    /// A new, empty database in the folder for temporary files.
    pub fn open(stop: &Arc<AtomicBool>) -> Result<Self, Failure> {
        let nth = OPENED.fetch_add(1, Ordering::Relaxed);
        let name = format!("groundplan-measure-{}-{nth}.sqlite", std::process::id());
        let path = std::env::temp_dir().join(name);
        let new = std::fs::OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(&path);
        new.map_err(|e| {
            Failure::World(format!(
                "{} cannot be made for the measurement: {e}",
                path.display()
            ))
        })?;
        let file = File(path);
        let connection = Connection::open(&file.0).map_err(|e| world(&e))?;
        connection.set_prepared_statement_cache_capacity(64);
        let pragmas =
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF;";
        connection.execute_batch(pragmas).map_err(|e| world(&e))?;
        let stop = Arc::clone(stop);
        let look = move || stop.load(Ordering::Relaxed);
        connection
            .progress_handler(LOOK, Some(look))
            .map_err(|e| world(&e))?;
        Ok(Sqlite {
            connection,
            file,
            version: rusqlite::version().to_string(),
        })
    }

    /// Where the database lies, as long as it does.
    pub fn path(&self) -> &std::path::Path {
        &self.file.0
    }

    fn batch(&self, sql: &str) -> Result<(), Failure> {
        self.connection.execute_batch(sql).map_err(|e| world(&e))
    }
}

/// As the schema for a file keeps values: money in ten-thousandths, times as text, durations in ms.
fn raw(value: &Value) -> Raw {
    match value {
        Value::Null => Raw::Null,
        Value::Bool(b) => Raw::Integer(i64::from(*b)),
        Value::Int(n) | Value::Money(n) | Value::Span(n) => Raw::Integer(*n),
        Value::Decimal(n) => Raw::Real(*n as f64 / 1e3),
        Value::Time(ms) => Raw::Text(iso(*ms)),
        Value::Date(days) => Raw::Text(date(*days)),
        Value::Text(text) => Raw::Text(text.clone()),
        Value::Point(..) => value.server().map_or(Raw::Null, Raw::Text),
    }
}

impl Database for Sqlite {
    fn technology(&self) -> &str {
        "sqlite" // tidy: allow the id that facts about this database carry
    }

    fn version(&self) -> &str {
        &self.version
    }

    fn clock(&self) -> &str {
        "clock of the thread"
    }

    fn dialect(&self) -> Dialect {
        Dialect {
            skip_locked: false,
            word_vectors: false,
        }
    }

    fn conditions(&self) -> Vec<String> {
        vec![
            "in process, write-ahead log, synchronous FULL, default page cache of 2 MB, one connection, cached statements; the driver's own work is counted".into(),
        ]
    }

    fn script(&mut self, statements: &str) -> Result<(), Failure> {
        self.batch(statements)
    }

    fn load(
        &mut self,
        table: &str,
        columns: &[String],
        next: &mut dyn FnMut() -> Result<Option<Vec<Value>>, Failure>,
    ) -> Result<u64, Failure> {
        let names: Vec<String> = columns.iter().map(|c| quoted(c)).collect();
        let marks = vec!["?"; columns.len()].join(", ");
        let sql = format!(
            "INSERT INTO {} ({}) VALUES ({marks})",
            quoted(table),
            names.join(", ")
        );
        let mut count = 0;
        let mut statement = self.connection.prepare(&sql).map_err(|e| world(&e))?;
        while let Some(row) = next()? {
            statement
                .execute(params_from_iter(row.iter().map(raw)))
                .map_err(|e| world(&e))?;
            count += 1;
        }
        Ok(count)
    }

    fn settle(&mut self, _identities: &[(String, String, u64)]) -> Result<(), Failure> {
        let broken = {
            let mut check = self
                .connection
                .prepare("PRAGMA foreign_key_check")
                .map_err(|e| world(&e))?;
            let mut rows = check.query([]).map_err(|e| world(&e))?;
            match rows.next().map_err(|e| world(&e))? {
                Some(row) => Some(row.get::<_, String>(0).map_err(|e| world(&e))?),
                None => None,
            }
        };
        if let Some(table) = broken {
            return Err(Failure::Refused(format!(
                "a foreign key of {table} leads nowhere"
            )));
        }
        self.batch("ANALYZE; PRAGMA foreign_keys = ON; PRAGMA synchronous = FULL; PRAGMA wal_checkpoint(TRUNCATE);")
    }

    fn run(&mut self, sql: &str, params: &[Value]) -> Result<Answer, Failure> {
        let mut statement = self.connection.prepare_cached(sql).map_err(|e| world(&e))?;
        let params = params_from_iter(params.iter().map(raw));
        if statement.column_count() == 0 {
            let rows = statement.execute(params).map_err(|e| world(&e))? as u64;
            return Ok(Answer { rows, first: None });
        }
        let columns = statement.column_count();
        let mut answer = Answer::default();
        let mut rows = statement.query(params).map_err(|e| world(&e))?;
        while let Some(row) = rows.next().map_err(|e| world(&e))? {
            answer.rows += 1;
            for column in 0..columns {
                let value = row.get_ref(column).map_err(|e| world(&e))?;
                if let (1, 0, ValueRef::Integer(n)) = (answer.rows, column, value) {
                    answer.first = Some(n);
                }
            }
        }
        Ok(answer)
    }

    fn begin(&mut self) -> Result<(), Failure> {
        self.run("BEGIN IMMEDIATE", &[]).map(drop)
    }

    fn commit(&mut self) -> Result<(), Failure> {
        self.run("COMMIT", &[]).map(drop)
    }

    fn rollback(&mut self) -> Result<(), Failure> {
        self.run("ROLLBACK", &[]).map(drop)
    }

    fn cpu_ns(&mut self) -> u64 {
        let now = clock_gettime(ClockId::ThreadCPUTime);
        now.tv_sec as u64 * 1_000_000_000 + now.tv_nsec as u64
    }

    fn explain(&mut self, sql: &str, params: &[Value]) -> Result<Plan, Failure> {
        let mut statement = self
            .connection
            .prepare(&format!("EXPLAIN QUERY PLAN {sql}"))
            .map_err(|e| world(&e))?;
        let mut rows = statement
            .query(params_from_iter(params.iter().map(raw)))
            .map_err(|e| world(&e))?;
        let mut plan = Plan::default();
        while let Some(row) = rows.next().map_err(|e| world(&e))? {
            let detail: String = row.get(3).map_err(|e| world(&e))?;
            read_plan(&detail, &mut plan);
        }
        Ok(plan)
    }
}

/// One line of SQLite's plan (sqlite.org/eqp.html): `SEARCH t USING INDEX i (a=?)`, `SCAN t`.
fn read_plan(detail: &str, plan: &mut Plan) {
    if !plan.text.is_empty() {
        plan.text.push_str("; ");
    }
    plan.text.push_str(detail);
    let after = |word: &str| {
        detail
            .split_once(word)
            .and_then(|(_, rest)| rest.split(' ').next())
            .map(str::to_string)
    };
    if let Some(index) = after("INDEX ") {
        plan.indexes.push(index);
    } else if detail.contains("PRIMARY KEY") {
        plan.indexes.push("primary key".into());
    }
    // A scan along an index is in its order and stops at the limit; one without reads all rows.
    if let Some(table) = after("SCAN ")
        && !detail.contains("INDEX ")
    {
        plan.scans.push(table);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plans_say_indexes_and_scans() {
        let mut plan = Plan::default();
        read_plan("SEARCH orders USING INDEX orders_a_idx (a=?)", &mut plan);
        read_plan("SCAN lines", &mut plan);
        read_plan("SEARCH t USING INTEGER PRIMARY KEY (rowid=?)", &mut plan);
        read_plan("SCAN s USING COVERING INDEX s_idx", &mut plan);
        assert_eq!(plan.indexes, ["orders_a_idx", "primary key", "s_idx"]);
        assert_eq!(plan.scans, ["lines"]);
    }
}
