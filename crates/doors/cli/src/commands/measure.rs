//! `groundplan measure`: the design's own queries on its own schema, in a real database.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use ::measure::postgres::Postgres;
use ::measure::sqlite::Sqlite;
use ::measure::{Database, Failure, Line, Options, Progress, Report, Watch};
use model::measured::Hardware;
use model::{Finding, Measured, System};
use pipeline::output::{Fate, fate};

use crate::arguments::MeasureArguments;
use crate::{CLEAN, FINDINGS, UNUSABLE};
use folder::files;
use terminal::arguments::Format;
use terminal::look;
use terminal::look::{BAD, DIM, GOOD, paint};
use terminal::tables::{Align, table};

/// The environment variable that other clients of the server read, too.
const PASSWORD: &str = "PGPASSWORD";
/// Rows are drawn the same way each time.
const SEED: u64 = 1;

pub fn run(folder: &Path, with: &MeasureArguments, format: Format) -> Result<u8, String> {
    let (workspace, system) = match super::open_system(folder)? {
        Ok(opened) => opened,
        Err(code) => return Ok(code),
    };
    let stores = pipeline::measuring::stores(&system);
    if stores.is_empty() {
        return Err("no path of this design asks a table of a relational store, so there is nothing to measure".into());
    }
    let file = folder.join(pipeline::open::MEASURED);
    let there = files::read_if_there(&file)?;
    if !with.dry_run && !with.force {
        writable(folder, &file, there.as_deref())?;
    }
    let stop = Arc::new(AtomicBool::new(false));
    for signal in [signal_hook::consts::SIGINT, signal_hook::consts::SIGTERM] {
        // A second one ends the program where the first could not.
        let _ = signal_hook::flag::register_conditional_default(signal, Arc::clone(&stop));
        let _ = signal_hook::flag::register(signal, Arc::clone(&stop));
    }
    let today = files::today();
    let mut reports = Vec::new();
    for store in &stores {
        match of_store(&system, store, with, &today, &stop) {
            Ok(report) => reports.push(report),
            Err(Failure::Stopped) if stop.load(Ordering::Relaxed) => {
                look::error(
                    "stopped; what was made in the database is removed, and nothing was written",
                );
                return Ok(UNUSABLE);
            }
            Err(Failure::Stopped) => {
                return Err("a statement took longer than twice the budget; give fewer `--rows` or more `--budget`".into());
            }
            Err(Failure::World(why)) => return Err(why),
            Err(Failure::Refused(why)) => {
                return Err(format!(
                    "the database refused the schema or its rows: {why}"
                ));
            }
        }
    }
    let mut findings: Vec<Finding> = reports.iter().flat_map(|r| r.findings.clone()).collect();
    findings.iter_mut().for_each(|f| workspace.locate(f));
    let measured = facts(&system, &reports, today);
    if !with.dry_run {
        files::write(&file, pipeline::measuring::text(&measured).as_bytes())?;
    }
    let mut used = system.clone();
    used.measured = Some(measured);
    let evaluation = pipeline::evaluate(&used, &evaluate::Scenario::default()).value;
    match format {
        Format::Json => {
            let json = serde_json::json!({
                "stores": reports.iter().map(as_json).collect::<Vec<_>>(),
                "findings": findings,
                "measured_demands": evaluation.measured_demands,
                "store_demands": evaluation.store_demands,
                "written": (!with.dry_run).then(|| file.display().to_string()),
            });
            look::print(&serde_json::to_string_pretty(&json).map_err(|e| e.to_string())?)?;
        }
        Format::Text => {
            for report in &reports {
                look::print(&text(report))?;
            }
            if !findings.is_empty() {
                let said =
                    syntax::diagnostics::render(&findings, &workspace.sources, look::findings());
                look::print(&format!("\n{}\n", said.trim_end()))?;
            }
            look::print(&what_next(
                &system,
                &reports,
                &evaluation,
                &file,
                with.dry_run,
            ))?;
        }
    }
    Ok(match super::worst(&findings) {
        Some(worst) if worst <= model::Severity::Minor => FINDINGS,
        _ => CLEAN,
    })
}

/// Refuses before the work what would be refused after it: a file edited by hand, a folder that
/// cannot be written.
fn writable(folder: &Path, file: &Path, there: Option<&[u8]>) -> Result<(), String> {
    if fate("", there) == Fate::Keep {
        return Err(format!(
            "{} was edited by hand and stays as it is; `--force` writes over it, `--dry-run` writes nothing",
            file.display()
        ));
    }
    let probe = folder.join(format!(".groundplan-measure.{}.tmp", std::process::id()));
    files::write(&probe, b"")?;
    files::remove(&probe)
}

fn of_store(
    system: &System,
    store: &str,
    with: &MeasureArguments,
    today: &str,
    stop: &Arc<AtomicBool>,
) -> Result<Report, Failure> {
    let mut database: Box<dyn Database> = match &with.database {
        None => Box::new(Sqlite::open(stop)?),
        Some(address) => {
            let password = std::env::var(PASSWORD).ok();
            let name = format!("{}.{store}", system.brief.name);
            Box::new(Postgres::open(
                address,
                password.as_deref(),
                &name,
                with.budget,
                stop,
            )?)
        }
    };
    let schema = pipeline::measuring::schema(system, store, database.technology());
    let noon = ::measure::value::days_of(today).unwrap_or(0) * ::measure::value::DAY_MS
        + ::measure::value::DAY_MS / 2;
    let options = Options {
        rows: pipeline::measuring::rows_at(system, with.at),
        most_rows: with.rows,
        budget: with.budget,
        each: with.budget,
        now_ms: noon,
        seed: SEED,
    };
    let bar = progress();
    let stopped = || stop.load(Ordering::Relaxed);
    let mut tell = |now: Progress<'_>| {
        let counted = if now.of > 0 {
            format!(" {} of {}", now.done, now.of)
        } else {
            String::new()
        };
        bar.set_message(format!("{} {}{counted}", now.doing, now.what));
        bar.tick();
    };
    let mut watch = Watch {
        tell: &mut tell,
        stopped: &stopped,
    };
    let seen = ::measure::run(
        system,
        store,
        &schema,
        &options,
        database.as_mut(),
        &mut watch,
    );
    bar.finish_and_clear();
    let knowledge = knowledge::Knowledge::embedded();
    Ok(::measure::report(
        system,
        knowledge,
        store,
        database.as_ref(),
        seen?,
    ))
}

/// A line on a terminal that says what is going on; nothing elsewhere.
fn progress() -> indicatif::ProgressBar {
    let bar = indicatif::ProgressBar::new_spinner();
    bar.set_draw_target(indicatif::ProgressDrawTarget::stderr_with_hz(10));
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
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
    let mut facts = pipeline::measuring::keep(system.measured.as_ref(), &now);
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

fn us(value: f64) -> String {
    match value {
        v if v >= 99_950.0 => format!("{:.0} ms", v / 1e3),
        v if v >= 9_995.0 => format!("{:.1} ms", v / 1e3),
        v if v >= 99.95 => format!("{v:.0} us"),
        v => format!("{v:.1} us"),
    }
}

fn row_of(line: &Line) -> Vec<String> {
    let ratio = line.assumed_us.map(|a| line.measured_us / a);
    let shown = ratio.map_or_else(String::new, |r| {
        let text = format!("{r:.2}x");
        if r > 2.0 { paint(BAD, &text) } else { text }
    });
    let operations = match line.operations.as_slice() {
        [one] => one.clone(),
        [first, rest @ ..] => format!("{first} + {}", rest.len()),
        [] => String::new(),
    };
    vec![
        operations,
        line.query.clone(),
        if line.sql.starts_with(['C', 'B']) {
            String::new()
        } else {
            format!("{:.1}", line.rows)
        },
        line.assumed_us.map_or_else(|| "no fact".into(), us),
        us(line.measured_us),
        line.half_width_us
            .map_or_else(String::new, |h| format!("+- {}", us(h))),
        shown,
        line.index.clone().unwrap_or_default(),
    ]
}

/// The table of one store.
fn text(report: &Report) -> String {
    let rows: Vec<Vec<String>> = report.lines.iter().map(row_of).collect();
    let mut out = format!(
        "{} on {} {}: processor time of one statement, {}.\n\n",
        report.store, report.technology, report.version, report.clock
    );
    out.push_str(&table(
        &[
            ("operation", Align::Left),
            ("query", Align::Left),
            ("rows", Align::Right),
            ("assumed", Align::Right),
            ("measured", Align::Right),
            ("95 %", Align::Left),
            ("ratio", Align::Right),
            ("index", Align::Left),
        ],
        &rows,
    ));
    out.push('\n');
    for condition in &report.conditions {
        out.push_str(&paint(
            DIM,
            &terminal::tables::wrap(&format!("- {condition}."), "", 100),
        ));
        out.push('\n');
    }
    out
}

fn what_next(
    system: &System,
    reports: &[Report],
    evaluation: &evaluate::Evaluation,
    file: &Path,
    dry: bool,
) -> String {
    let mut out = match dry {
        true => "Nothing was written (--dry-run).".to_string(),
        false => format!("Written to {}.", file.display()),
    };
    let use_ = format!(
        " Evaluation now rests on {} measured demands of {} at stores.",
        evaluation.measured_demands, evaluation.store_demands
    );
    let mut others = Vec::new();
    for report in reports {
        let technology = system
            .component(&report.store)
            .and_then(|c| c.technology.as_deref());
        if let Some(technology) = technology.filter(|t| *t != report.technology) {
            others.push(format!(
                " {} runs on {technology} in this design, so what {} costs changes none of its numbers; it shows that schema and queries work. Name a server with --database to measure it.",
                report.store, report.technology
            ));
        }
    }
    out.push_str(&if dry {
        use_.replace("now rests", "would rest")
    } else {
        use_
    });
    out.push_str(&others.concat());
    paint(GOOD, "measured: ") + &terminal::tables::wrap(&out, "", 100)
}

fn as_json(report: &Report) -> serde_json::Value {
    let lines: Vec<serde_json::Value> = report
        .lines
        .iter()
        .map(|l| {
            serde_json::json!({
                "operations": l.operations, "query": l.query, "sql": l.sql, "rows": l.rows,
                "table_rows": l.table_rows, "assumed_us": l.assumed_us, "measured_us": l.measured_us,
                "half_width_us": l.half_width_us, "ratio": l.assumed_us.map(|a| l.measured_us / a),
                "wall_us": l.wall_us.map(|[p50, p95, p99]| serde_json::json!({"p50": p50, "p95": p95, "p99": p99})),
                "index": l.index, "plan": l.plan,
            })
        })
        .collect();
    serde_json::json!({
        "store": report.store, "technology": report.technology, "version": report.version,
        "clock": report.clock, "conditions": report.conditions, "queries": lines,
    })
}
