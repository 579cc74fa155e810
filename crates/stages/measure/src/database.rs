//! What a measurement needs of a database.

use crate::query::Dialect;
use crate::value::Value;

/// Why nothing, or no more, was measured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// The world: no such server, a full disk. One sentence, without secrets.
    World(String),
    /// The database refused a statement; what it said.
    Refused(String),
    /// The person stopped it.
    Stopped,
}

/// What a statement came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Answer {
    /// Rows returned, or changed where none are returned.
    pub rows: u64,
    /// The whole number in the first column of the first row, where it is one.
    pub first: Option<i64>,
}

/// How the database means to answer a statement.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Plan {
    /// Indexes it finds rows by, keys included.
    pub indexes: Vec<String>,
    /// Tables it reads from end to end.
    pub scans: Vec<String>,
    /// As the database says it, on one line.
    pub text: String,
}

/// A database that is ours alone for the time of a measurement. Dropping it removes all that was
/// made.
pub trait Database {
    /// Id of the technology.
    fn technology(&self) -> &str;
    fn version(&self) -> &str;
    /// How processor time is taken, for the facts.
    fn clock(&self) -> &str;
    fn dialect(&self) -> Dialect;
    /// What else holds of every measurement here.
    fn conditions(&self) -> Vec<String>;
    /// Runs statements of the schema.
    fn script(&mut self, statements: &str) -> Result<(), Failure>;
    /// Makes the partitions that rows of these moments fall into, where the schema says how.
    fn partitions(&mut self, _table: &str, _moments: &[String]) -> Result<(), Failure> {
        Ok(())
    }
    /// Adds rows; `next` gives them until there are no more. Gives their number.
    fn load(
        &mut self,
        table: &str,
        columns: &[String],
        next: &mut dyn FnMut() -> Result<Option<Vec<Value>>, Failure>,
    ) -> Result<u64, Failure>;
    /// After all rows are there: checks foreign keys, gathers statistics, sets counters.
    fn settle(&mut self, identities: &[(String, String, u64)]) -> Result<(), Failure>;
    /// Runs one statement to its end.
    fn run(&mut self, sql: &str, params: &[Value]) -> Result<Answer, Failure>;
    fn begin(&mut self) -> Result<(), Failure>;
    fn commit(&mut self) -> Result<(), Failure>;
    fn rollback(&mut self) -> Result<(), Failure>;
    /// Processor time that the database has used for us so far, in nanoseconds.
    fn cpu_ns(&mut self) -> u64;
    fn explain(&mut self, sql: &str, params: &[Value]) -> Result<Plan, Failure>;
}

/// The statements of a script. Bodies between `$$` are one statement with what is around them.
pub fn statements(script: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut statement = String::new();
    let mut body = false;
    for line in script.lines() {
        let bare = line.trim();
        if !body && (bare.is_empty() || bare.starts_with("--")) {
            continue;
        }
        statement.push_str(line);
        statement.push('\n');
        if line.matches("$$").count() % 2 == 1 {
            body = !body;
        }
        if !body && bare.ends_with(';') {
            found.push(std::mem::take(&mut statement));
        }
    }
    if !statement.trim().is_empty() {
        found.push(statement);
    }
    found
}

/// Whether a statement can wait until the rows are there: indexes are built faster then.
pub fn after_rows(statement: &str) -> bool {
    let start = statement.trim_start();
    start.starts_with("CREATE INDEX") || start.starts_with("COMMENT ON INDEX")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_falls_into_its_statements() {
        let script = "-- a comment\nCREATE TABLE a (\n    id int\n);\n\nCREATE FUNCTION f() AS $$\nBEGIN\n  PERFORM 1;\nEND $$;\nCREATE INDEX i ON a (id);\n";
        let found = statements(script);
        assert_eq!(found.len(), 3, "{found:?}");
        assert!(found[1].contains("PERFORM 1;\nEND $$;"));
        assert!(after_rows(&found[2]) && !after_rows(&found[0]));
    }
}
