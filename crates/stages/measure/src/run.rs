//! The measurement itself: schema, rows, then each query until its mean is known well enough.

use std::time::{Duration, Instant};

use indexmap::IndexMap;

use model::{System, Work};

use crate::database::{Database, Failure, Plan, after_rows, statements};
use crate::draws::Draws;
use crate::query::{self, Query};
use crate::rows::Data;
use crate::sample::{interval, percentile};
use crate::value::Value;
use crate::volume::{in_order, make_partitions, targets};

/// The mean's 95 % interval is to be this narrow, on either side.
const PRECISION: f64 = 0.05;
/// Fewest batches that an interval rests on, and most statements of one query.
const BATCHES: usize = 12;
const MOST: u64 = 20_000;
/// Time that one batch should take, so that reading a clock does not count.
const BATCH: Duration = Duration::from_millis(4);
/// A query gets at least this long.
const SHARE: Duration = Duration::from_millis(150);
/// Transactions run to measure a commit, at most.
const TRANSACTIONS: u64 = 400;

/// How to measure.
#[derive(Debug, Clone, PartialEq)]
pub struct Options {
    /// Rows of each table that the design means: today, or after its growth.
    pub rows: IndexMap<String, f64>,
    /// Most rows of all tables together.
    pub most_rows: u64,
    /// Time for everything.
    pub budget: Duration,
    /// Most time for one query; all that is left is shared evenly where this is more.
    pub each: Duration,
    /// Noon of the day up to which there are rows, ms since 1970.
    pub now_ms: i64,
    pub seed: u64,
}

/// What is going on, for people who wait.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress<'p> {
    pub doing: &'p str,
    pub what: &'p str,
    pub done: u64,
    pub of: u64,
}

/// A query with what it cost.
#[derive(Debug, Clone)]
pub struct Timed {
    pub query: Query,
    pub cpu_us: f64,
    pub half_width_us: f64,
    pub repetitions: u64,
    /// Wall times in microseconds: p50, p95, p99.
    pub wall_us: [f64; 3],
    pub rows_seen: f64,
    pub table_rows: u64,
    pub plan: Plan,
}

/// The end of an operation's transaction, and all of it.
#[derive(Debug, Clone)]
pub struct Commit {
    pub operation: String,
    /// Index of the commit in the path's steps.
    pub at: usize,
    pub cpu_us: f64,
    pub half_width_us: f64,
    pub repetitions: u64,
    pub wall_us: [f64; 3],
    /// From the begin to the end of the commit, its writes included.
    pub transaction_us: f64,
}

/// All that was seen of one store.
#[derive(Debug, Default)]
pub struct Seen {
    pub timed: Vec<Timed>,
    pub commits: Vec<Commit>,
    /// Queries that the database refused, with what it said.
    pub refused: Vec<(Query, String)>,
    /// Queries for which no time was left.
    pub skipped: Vec<Query>,
    /// Rows loaded by table, and those that the design means.
    pub loaded: IndexMap<String, u64>,
    pub meant: IndexMap<String, f64>,
    pub conditions: Vec<String>,
}

/// Calls that a measurement makes to the outside: what it is doing, and whether to stop.
pub struct Watch<'w> {
    pub tell: &'w mut dyn FnMut(Progress<'_>),
    pub stopped: &'w dyn Fn() -> bool,
}

/// Makes the schema in the database, fills it and measures every query of the store.
///
/// # Errors
/// Where the database cannot be used at all, or the person stopped it.
pub fn run(
    system: &System,
    store: &str,
    ddl: &[String],
    options: &Options,
    database: &mut dyn Database,
    watch: &mut Watch<'_>,
) -> Result<Seen, Failure> {
    let start = Instant::now();
    let mut seen = Seen {
        conditions: database.conditions(),
        meant: options.rows.clone(),
        ..Seen::default()
    };
    let tables = in_order(system, store);
    let rows = targets(system, &tables, options, &mut seen.conditions);
    let mut data = Data::plan(system, &tables, &rows, options.now_ms, options.seed);
    let mut late = Vec::new();
    for script in ddl {
        for statement in statements(script) {
            match after_rows(&statement) {
                true => late.push(statement),
                false => database.script(&statement)?,
            }
        }
    }
    for (id, rows) in &data.tables {
        make_partitions(id, rows, options.now_ms, database)?;
    }
    fill(&mut data, options, start, database, watch, &mut seen)?;
    for (at, statement) in late.iter().enumerate() {
        say(watch, "building indexes", "", at as u64, late.len() as u64)?;
        database.script(statement)?;
    }
    say(watch, "gathering statistics", "", 0, 0)?;
    let identities: Vec<(String, String, u64)> = data
        .tables
        .iter()
        .flat_map(|(id, rows)| {
            let columns = rows.table.columns.iter().filter(|(_, c)| c.identity);
            columns.map(|(name, _)| (id.clone(), name.clone(), rows.loaded.max(1)))
        })
        .collect();
    database.settle(&identities)?;
    let queries = query::queries(system, store, &data, database.dialect());
    let commits = commits(system, store);
    let mut left = (queries.len() + commits.len()) as u32;
    let mut draws = Draws::new(&data, options.seed);
    for query in queries {
        say(
            watch,
            "measuring",
            &label(&query),
            seen.timed.len() as u64,
            u64::from(left),
        )?;
        let share = share(options, start, left);
        left -= 1;
        if start.elapsed() > options.budget + options.budget / 4 {
            seen.skipped.push(query);
            continue;
        }
        match time(&query, &mut draws, share, database, watch) {
            Ok(timed) => seen.timed.push(timed),
            Err(Failure::Refused(said)) => {
                let _ = database.rollback();
                seen.refused.push((query, said));
            }
            Err(other) => return Err(other),
        }
    }
    for (operation, at) in commits {
        say(
            watch,
            "measuring commits of",
            &operation,
            0,
            u64::from(left),
        )?;
        let share = share(options, start, left);
        left -= 1;
        let writes = writes_of(system, &operation, at, &seen.timed);
        if writes.is_empty() {
            continue;
        }
        match commit(&operation, at, &writes, &mut draws, share, database, watch) {
            Ok(Some(commit)) => seen.commits.push(commit),
            Ok(None) => {}
            Err(Failure::Refused(_)) => drop(database.rollback()),
            Err(other) => return Err(other),
        }
    }
    Ok(seen)
}

fn share(options: &Options, start: Instant, of: u32) -> Duration {
    let left = options.budget.saturating_sub(start.elapsed());
    (left / of.max(1)).max(SHARE).min(options.each)
}

/// `range-read orders`.
pub fn label(query: &Query) -> String {
    format!("{} {}", query.step.work.id(), query.table)
}

fn say(watch: &mut Watch<'_>, doing: &str, what: &str, done: u64, of: u64) -> Result<(), Failure> {
    if (watch.stopped)() {
        return Err(Failure::Stopped);
    }
    (watch.tell)(Progress {
        doing,
        what,
        done,
        of,
    });
    Ok(())
}

fn fill(
    data: &mut Data,
    options: &Options,
    start: Instant,
    database: &mut dyn Database,
    watch: &mut Watch<'_>,
    seen: &mut Seen,
) -> Result<(), Failure> {
    let all: u64 = data.tables.values().map(|t| t.planned).sum();
    let mut before = 0;
    let ids: Vec<String> = data.tables.keys().cloned().collect();
    let mut cut = Vec::new();
    database.begin()?;
    for id in ids {
        let planned = data.possible(&id);
        let columns = data.columns(&id);
        // Half of the time is for rows; a table may take its part of what is left of that.
        let left = (options.budget / 2).saturating_sub(start.elapsed());
        let part = planned as f64 / (all - before).max(1) as f64;
        let until =
            Instant::now() + left.mul_f64(part.clamp(0.0, 1.0)) + Duration::from_millis(500);
        let mut next_row = 0;
        let loaded = database.load(&id, &columns, &mut || {
            if next_row % 2000 == 0 {
                say(watch, "loading", &id, before + next_row, all)?;
                if Instant::now() > until {
                    return Ok(None);
                }
            }
            if next_row >= planned {
                return Ok(None);
            }
            let row = data.row(&id, next_row);
            next_row += 1;
            Ok(Some(row))
        });
        let loaded = loaded.map_err(|failure| match failure {
            Failure::Refused(said) => Failure::Refused(format!("rows of {id}: {said}")),
            other => other,
        })?;
        if loaded < planned {
            cut.push(format!("{id} at {loaded} of {planned}"));
        }
        before += planned;
        seen.loaded.insert(id.clone(), loaded);
        if let Some(table) = data.tables.get_mut(&id) {
            table.loaded = loaded;
            table.there = loaded;
        }
    }
    database.commit()?;
    if !cut.is_empty() {
        seen.conditions.push(format!(
            "loading ended early for want of time: {}",
            cut.join(", ")
        ));
    }
    Ok(())
}

/// Measures one statement. What writes is undone after each batch.
fn time(
    query: &Query,
    draws: &mut Draws<'_>,
    share: Duration,
    database: &mut dyn Database,
    watch: &mut Watch<'_>,
) -> Result<Timed, Failure> {
    let none = || Failure::Refused("there is no row to run it on".into());
    let start = Instant::now();
    let own_commit = query.step.work == Work::Dequeue;
    let writes = query.step.work.writes() && !own_commit;
    let plan = {
        let params = draws.params(query).ok_or_else(none)?;
        database.explain(&query.sql, &params)?
    };
    // Warm-up: caches, and the server's choice of a plan for prepared statements (it tries five).
    let mut each = Duration::from_millis(1);
    for _ in 0..8 {
        let params = draws.params(query).ok_or_else(none)?;
        let begin = Instant::now();
        one(query, &params, writes || own_commit, database)?;
        each = begin.elapsed();
        if writes {
            let spare = draws.data.spare(&query.table);
            draws.undone(&query.table, spare);
        }
        if start.elapsed() > share / 4 {
            break;
        }
    }
    let mut size = (BATCH.as_secs_f64() / each.as_secs_f64().max(1e-7)).clamp(1.0, 250.0) as usize;
    // What is added to a one-to-one table needs a parent that has none yet.
    let spare = (query.step.work == Work::Insert)
        .then(|| draws.data.spare(&query.table))
        .flatten();
    if let Some(spare) = spare {
        size = size.min((spare as usize / 2).max(1));
    }
    let stock = draws.data.tables.get(&query.table).map_or(0, |t| t.loaded);
    let (mut batches, mut walls) = (Vec::new(), Vec::new());
    let (mut count, mut rows) = (0_u64, 0_u64);
    loop {
        if (watch.stopped)() {
            return Err(Failure::Stopped);
        }
        let mut all = Vec::with_capacity(size);
        for _ in 0..size {
            match draws.params(query) {
                Some(params) => all.push(params),
                None if all.is_empty() && batches.len() < 2 => return Err(none()),
                None => break,
            }
        }
        if all.is_empty() {
            break;
        }
        if writes {
            database.begin()?;
        }
        let before = database.cpu_ns();
        let mut answers = Vec::with_capacity(all.len());
        for params in &all {
            let begin = Instant::now();
            if own_commit {
                database.begin()?;
            }
            answers.push(database.run(&query.sql, params)?);
            if own_commit {
                database.commit()?;
            }
            walls.push(begin.elapsed().as_secs_f64() * 1e6);
        }
        let used = database.cpu_ns().saturating_sub(before);
        if writes {
            database.rollback()?;
            draws.undone(&query.table, spare);
        }
        batches.push(used as f64 / 1e3 / all.len() as f64);
        count += all.len() as u64;
        rows += answers
            .iter()
            .map(|a| match query.counts {
                true => a.first.unwrap_or(0).max(0) as u64 * a.rows.max(1),
                false => a.rows,
            })
            .sum::<u64>();
        let narrow = batches.len() >= BATCHES
            && interval(&batches).is_some_and(|(mean, half)| half < PRECISION * mean);
        // A queue is not measured empty.
        let drained = own_commit && rows + 2 * size as u64 * (rows / count.max(1)).max(1) > stock;
        if narrow || drained || count >= MOST || batches.len() >= 2 && start.elapsed() > share {
            break;
        }
    }
    let (cpu_us, half_width_us) = interval(&batches).ok_or_else(none)?;
    walls.sort_by(f64::total_cmp);
    Ok(Timed {
        query: query.clone(),
        cpu_us,
        half_width_us,
        repetitions: count,
        wall_us: [0.5, 0.95, 0.99].map(|share| percentile(&walls, share)),
        rows_seen: rows as f64 / count.max(1) as f64,
        table_rows: draws.data.tables.get(&query.table).map_or(0, |t| t.loaded),
        plan,
    })
}

fn one(
    query: &Query,
    params: &[Value],
    undone: bool,
    database: &mut dyn Database,
) -> Result<(), Failure> {
    if undone {
        database.begin()?;
    }
    database.run(&query.sql, params)?;
    if undone {
        database.rollback()?;
    }
    Ok(())
}

/// Commits of the paths on the store: operation and index of the step.
fn commits(system: &System, store: &str) -> Vec<(String, usize)> {
    system
        .runs()
        .flat_map(|(id, _, path)| {
            let steps = path.steps.iter().enumerate();
            steps
                .filter(|(_, s)| s.work == Work::Commit && *s.on == *store)
                .map(move |(at, _)| (id.to_string(), at))
        })
        .collect()
}

/// The statements of a transaction, each with how often it runs; those that could not be measured
/// are left out.
fn writes_of(system: &System, operation: &str, at: usize, timed: &[Timed]) -> Vec<(Query, f64)> {
    let steps = system
        .architecture
        .paths
        .get(operation)
        .map_or(&[][..], |p| &p.steps);
    model::measured::transaction(steps, at)
        .filter_map(|step| {
            let known = timed.iter().find(|t| {
                t.query.step.work == step.work
                    && Some(t.query.table.as_str()) == step.table.as_deref()
                    && t.query.step.by == step.by
                    && t.query.operations.iter().any(|o| o == operation)
            })?;
            let times = step.times.unwrap_or(1.0) * step.probability.map_or(1.0, |p| p.0);
            Some((known.query.clone(), times.clamp(0.0, 1000.0)))
        })
        .collect()
}

fn commit(
    operation: &str,
    at: usize,
    writes: &[(Query, f64)],
    draws: &mut Draws<'_>,
    share: Duration,
    database: &mut dyn Database,
    watch: &mut Watch<'_>,
) -> Result<Option<Commit>, Failure> {
    let start = Instant::now();
    let (mut ends, mut wholes, mut walls) = (Vec::new(), Vec::new(), Vec::new());
    let mut owed = vec![0.0; writes.len()];
    for turn in 0..TRANSACTIONS {
        if (watch.stopped)() {
            return Err(Failure::Stopped);
        }
        let mut all = Vec::new();
        for ((query, times), owed) in writes.iter().zip(&mut owed) {
            *owed += times;
            while *owed >= 1.0 {
                *owed -= 1.0;
                match draws.params(query) {
                    Some(params) => all.push((query, params)),
                    None => return Ok(None),
                }
            }
        }
        let begun = database.cpu_ns();
        database.begin()?;
        for (query, params) in &all {
            database.run(&query.sql, params)?;
        }
        let before = database.cpu_ns();
        let wall = Instant::now();
        database.commit()?;
        let wall = wall.elapsed().as_secs_f64() * 1e6;
        let after = database.cpu_ns();
        if turn < 3 {
            continue;
        }
        walls.push(wall);
        ends.push(after.saturating_sub(before) as f64 / 1e3);
        wholes.push(after.saturating_sub(begun) as f64 / 1e3);
        let narrow = ends.len() >= 4 * BATCHES
            && interval(&ends).is_some_and(|(mean, half)| half < PRECISION * mean);
        if narrow || ends.len() >= 8 && start.elapsed() > share {
            break;
        }
    }
    let Some((cpu_us, half_width_us)) = interval(&ends) else {
        return Ok(None);
    };
    walls.sort_by(f64::total_cmp);
    Ok(Some(Commit {
        operation: operation.to_string(),
        at,
        cpu_us,
        half_width_us,
        repetitions: ends.len() as u64,
        wall_us: [0.5, 0.95, 0.99].map(|share| percentile(&walls, share)),
        transaction_us: wholes.iter().sum::<f64>() / wholes.len().max(1) as f64,
    }))
}
