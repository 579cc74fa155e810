//! `groundplan measure`: the design's own queries on its own schema, in a real database.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use ::measure::{Line, Report};
use folder::measuring::{self, Asked, Ended, Progress};
use model::System;

use crate::arguments::MeasureArguments;
use crate::{CLEAN, FINDINGS, UNUSABLE};
use terminal::arguments::Format;
use terminal::look;
use terminal::look::{BAD, DIM, GOOD, paint};
use terminal::tables::{Align, table};

pub fn run(folder: &Path, with: &MeasureArguments, format: Format) -> Result<u8, String> {
    let (workspace, system) = match super::open_system(folder)? {
        Ok(opened) => opened,
        Err(code) => return Ok(code),
    };
    if !with.dry_run && !with.force {
        measuring::writable(folder)?;
    }
    let stop = Arc::new(AtomicBool::new(false));
    for signal in [signal_hook::consts::SIGINT, signal_hook::consts::SIGTERM] {
        // A second one ends the program where the first could not.
        let _ = signal_hook::flag::register_conditional_default(signal, Arc::clone(&stop));
        let _ = signal_hook::flag::register(signal, Arc::clone(&stop));
    }
    let asked = Asked {
        database: with.database.as_deref(),
        most_rows: with.rows,
        budget: with.budget,
        at: with.at,
    };
    let bar = progress();
    let mut tell = |now: Progress<'_>| {
        let counted = if now.of > 0 {
            format!(" {} of {}", now.done, now.of)
        } else {
            String::new()
        };
        bar.set_message(format!("{} {}{counted}", now.doing, now.what));
        bar.tick();
    };
    let done = measuring::measure(&system, &asked, &stop, &mut tell);
    bar.finish_and_clear();
    let mut made = match done {
        Ok(made) => made,
        Err(Ended::Because(why)) => return Err(why),
        Err(Ended::Stopped) => {
            look::error(
                "stopped; what was made in the database is removed, and nothing was written",
            );
            return Ok(UNUSABLE);
        }
    };
    made.findings.iter_mut().for_each(|f| workspace.locate(f));
    let (reports, findings) = (made.reports, made.findings);
    let file = match with.dry_run {
        true => None,
        false => Some(measuring::keep(folder, &made.measured)?),
    };
    let mut used = system.clone();
    used.measured = Some(made.measured);
    let evaluation = pipeline::evaluate(&used, &evaluate::Scenario::default()).value;
    match format {
        Format::Json => {
            let json = serde_json::json!({
                "stores": reports.iter().map(as_json).collect::<Vec<_>>(),
                "findings": findings,
                "measured_demands": evaluation.measured_demands,
                "store_demands": evaluation.store_demands,
                "written": file.as_ref().map(|f| f.display().to_string()),
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
            look::print(&what_next(&system, &reports, &evaluation, file.as_deref()))?;
        }
    }
    Ok(match super::worst(&findings) {
        Some(worst) if worst <= model::Severity::Minor => FINDINGS,
        _ => CLEAN,
    })
}

/// A line on a terminal that says what is going on; nothing elsewhere.
fn progress() -> indicatif::ProgressBar {
    let bar = indicatif::ProgressBar::new_spinner();
    bar.set_draw_target(indicatif::ProgressDrawTarget::stderr_with_hz(10));
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
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
    file: Option<&Path>,
) -> String {
    let mut out = match file {
        None => "Nothing was written (--dry-run).".to_string(),
        Some(file) => format!("Written to {}.", file.display()),
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
    out.push_str(&match file {
        None => use_.replace("now rests", "would rest"),
        Some(_) => use_,
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
