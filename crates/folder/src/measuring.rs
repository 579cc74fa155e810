//! Measuring a design in a real database, and keeping what came of it.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use measure::postgres::Postgres;
use measure::sqlite::Sqlite;
use measure::{Database, Failure, Options, Report, Watch, value};
use model::measured::Hardware;
use model::{Finding, Measured, System};
use pipeline::measuring;
use pipeline::open::MEASURED;
use pipeline::output::{Fate, fate};

use crate::files;

pub use measure::Progress;

/// The environment variable that other clients of the server read, too.
const PASSWORD: &str = "PGPASSWORD";
/// Rows are drawn the same way each time.
const SEED: u64 = 1;

/// How to measure.
pub struct Asked<'a> {
    /// Address of a server; without one a database runs inside the program.
    pub database: Option<&'a str>,
    /// Most rows of all tables together.
    pub most_rows: u64,
    pub budget: Duration,
    /// Years of growth: 0, 1 or 3.
    pub at: u32,
}

/// What came of it.
pub struct Measurement {
    /// One for each store.
    pub reports: Vec<Report>,
    pub findings: Vec<Finding>,
    /// The facts, with those of earlier measurements that still hold.
    pub measured: Measured,
}

/// Why nothing came of it.
#[derive(Debug)]
pub enum Ended {
    /// Whoever asked does not want it any more; what was made in the database is removed.
    Stopped,
    Because(String),
}

/// Measures every store of a design that can be. `stop` may be set meanwhile.
pub fn measure(
    system: &System,
    asked: &Asked<'_>,
    stop: &Arc<AtomicBool>,
    tell: &mut dyn FnMut(Progress<'_>),
) -> Result<Measurement, Ended> {
    let stores = measuring::stores(system);
    if stores.is_empty() {
        return Err(Ended::Because("no path of this design asks a table of a relational store, so there is nothing to measure".into()));
    }
    let today = files::today();
    let mut reports = Vec::new();
    for store in &stores {
        let report = of_store(system, store, asked, &today, stop, tell);
        reports.push(report.map_err(|failure| match failure {
            Failure::Stopped if stop.load(Ordering::Relaxed) => Ended::Stopped,
            Failure::Stopped => Ended::Because("a statement took longer than twice the budget; give fewer `--rows` or more `--budget`".into()),
            Failure::World(why) => Ended::Because(why),
            Failure::Refused(why) => {
                Ended::Because(format!("the database refused the schema or its rows: {why}"))
            }
        })?);
    }
    Ok(Measurement {
        findings: reports.iter().flat_map(|r| r.findings.clone()).collect(),
        measured: facts(system, &reports, today),
        reports,
    })
}

/// The file that keeps it; refused before the work where it would be refused after it: a file edited by
/// hand, a folder that cannot be written.
pub fn writable(folder: &Path) -> Result<PathBuf, String> {
    let file = folder.join(MEASURED);
    let there = files::read_if_there(&file)?;
    if fate("", there.as_deref()) == Fate::Keep {
        return Err(format!(
            "{} was edited by hand and stays as it is; `--force` writes over it, `--dry-run` writes nothing",
            file.display()
        ));
    }
    let probe = folder.join(format!(".groundplan-measure.{}.tmp", std::process::id()));
    files::write(&probe, b"")?;
    files::remove(&probe)?;
    Ok(file)
}

/// Writes the facts beside the architecture.
pub fn keep(folder: &Path, measured: &Measured) -> Result<PathBuf, String> {
    let file = folder.join(MEASURED);
    files::write(&file, measuring::text(measured).as_bytes())?;
    Ok(file)
}

fn of_store(
    system: &System,
    store: &str,
    asked: &Asked<'_>,
    today: &str,
    stop: &Arc<AtomicBool>,
    tell: &mut dyn FnMut(Progress<'_>),
) -> Result<Report, Failure> {
    let mut database: Box<dyn Database> = match asked.database {
        None => Box::new(Sqlite::open(stop)?),
        Some(address) => {
            let password = std::env::var(PASSWORD).ok();
            let name = format!("{}.{store}", system.brief.name);
            Box::new(Postgres::open(
                address,
                password.as_deref(),
                &name,
                asked.budget,
                stop,
            )?)
        }
    };
    let schema = measuring::schema(system, store, database.technology());
    let noon = value::days_of(today).unwrap_or(0) * value::DAY_MS + value::DAY_MS / 2;
    let options = Options {
        rows: measuring::rows_at(system, asked.at),
        most_rows: asked.most_rows,
        budget: asked.budget,
        each: asked.budget,
        now_ms: noon,
        seed: SEED,
    };
    let stopped = || stop.load(Ordering::Relaxed);
    let mut watch = Watch {
        tell,
        stopped: &stopped,
    };
    let seen = measure::run(
        system,
        store,
        &schema,
        &options,
        database.as_mut(),
        &mut watch,
    )?;
    let knowledge = knowledge::Knowledge::embedded();
    Ok(measure::report(
        system,
        knowledge,
        store,
        database.as_ref(),
        seen,
    ))
}

fn facts(system: &System, reports: &[Report], date: String) -> Measured {
    let now: Vec<_> = reports.iter().flat_map(|r| r.facts.clone()).collect();
    let mut conditions: Vec<String> = Vec::new();
    for said in reports.iter().flat_map(|r| &r.conditions) {
        if !conditions.contains(said) {
            conditions.push(said.clone());
        }
    }
    conditions.push("rows are made up from the model: every parent has as many rows as any other, and queries ask for rows evenly".into());
    let mut facts = measuring::keep(system.measured.as_ref(), &now);
    facts.extend(now);
    Measured {
        date,
        hardware: hardware(),
        conditions,
        facts,
    }
}

/// The processor's name where the system tells it.
fn hardware() -> Hardware {
    let info = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let name = info
        .lines()
        .find_map(|l| l.strip_prefix("model name"))
        .map(|rest| rest.trim_start_matches([' ', '\t', ':']).trim().to_string());
    Hardware {
        cpu: name.unwrap_or_else(|| format!("a processor of kind {}", std::env::consts::ARCH)),
        cores: std::thread::available_parallelism().map_or(1, |n| n.get() as u32),
    }
}
