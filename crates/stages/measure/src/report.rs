//! From what was seen to facts for `measured.yaml`, a table for people, and findings.

use knowledge::Knowledge;
use model::{
    Evidence, EvidenceKind, Finding, MeasuredFact, Severity, Step, System, Table, Work, measured,
};

use crate::database::Plan;
use crate::run::{Seen, Timed};

/// Rows from which on reading a table from end to end is worth a word.
const LARGE: u64 = 10_000;
/// A mean that is known no better than this makes no fact.
const LOOSE: f64 = 0.25;
/// How many times the assumed demand is too much.
const TWICE: f64 = 2.0;

/// One query, for a table.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    pub operations: Vec<String>,
    /// `range-read orders`, `commit`, `transaction`.
    pub query: String,
    pub sql: String,
    pub rows: f64,
    pub table_rows: Option<u64>,
    /// What evaluation assumes of it without the measurement, where the technology has a fact.
    pub assumed_us: Option<f64>,
    pub measured_us: f64,
    pub half_width_us: Option<f64>,
    /// Wall times: p50, p95, p99.
    pub wall_us: Option<[f64; 3]>,
    pub index: Option<String>,
    pub plan: String,
}

/// All of one store.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Report {
    pub store: String,
    pub technology: String,
    pub version: String,
    pub clock: String,
    pub lines: Vec<Line>,
    pub facts: Vec<MeasuredFact>,
    pub conditions: Vec<String>,
    pub findings: Vec<Finding>,
}

/// Facts, lines and findings of one store.
///
/// Findings: `full-scan`, `measured-without-index`, `demand-above-fact`, `query-failed`,
/// `not-measured`, `too-few-rows`, `loosely-measured`.
pub fn report(
    system: &System,
    knowledge: &Knowledge,
    store: &str,
    database: &dyn crate::Database,
    seen: Seen,
) -> Report {
    let mut made = Report {
        store: store.to_string(),
        technology: database.technology().to_string(),
        version: database.version().to_string(),
        clock: database.clock().to_string(),
        conditions: seen.conditions.clone(),
        ..Report::default()
    };
    let assumed =
        |step: &Step| evaluate::system::published_us(system, knowledge, step, &made.technology);
    let mut lines = Vec::new();
    let mut facts = Vec::new();
    let mut findings = Vec::new();
    let mut loose = Vec::new();
    for timed in &seen.timed {
        let step = &timed.query.step;
        let assumed_us = assumed(step);
        let fact = MeasuredFact {
            operations: timed.query.operations.clone(),
            component: store.to_string(),
            technology: made.technology.clone(),
            version: made.version.clone(),
            work: step.work,
            table: Some(timed.query.table.clone()),
            by: step.by.clone(),
            order: step.order.clone(),
            rows: step.rows,
            query: timed.query.sql.clone(),
            cpu_us: round(timed.cpu_us),
            half_width_us: round(timed.half_width_us),
            repetitions: timed.repetitions,
            wall_p50_us: round(timed.wall_us[0]),
            wall_p95_us: round(timed.wall_us[1]),
            wall_p99_us: round(timed.wall_us[2]),
            rows_seen: round(timed.rows_seen),
            table_rows: Some(timed.table_rows),
            index: index_of(&timed.plan),
            clock: made.clock.clone(),
            design: measured::digest(&system.architecture, step).unwrap_or_default(),
        };
        lines.push(Line {
            operations: timed.query.operations.clone(),
            query: crate::run::label(&timed.query),
            sql: timed.query.sql.clone(),
            rows: timed.rows_seen,
            table_rows: Some(timed.table_rows),
            assumed_us,
            measured_us: timed.cpu_us,
            half_width_us: Some(timed.half_width_us),
            wall_us: Some(timed.wall_us),
            index: fact.index.clone(),
            plan: timed.plan.text.clone(),
        });
        if too_few(timed, &seen) {
            findings.push(thin(timed));
            continue;
        }
        if timed.half_width_us > LOOSE * timed.cpu_us {
            loose.push(label(timed));
            continue;
        }
        facts.push(fact);
        if let Some(table) = system.architecture.data.get(&timed.query.table) {
            findings.extend(plan_finding(timed, table));
        }
        findings.extend(above(timed, assumed_us, &made.technology));
    }
    for commit in &seen.commits {
        let Some(path) = system.architecture.paths.get(&commit.operation) else {
            continue;
        };
        let Some(step) = path.steps.get(commit.at) else {
            continue;
        };
        if commit.half_width_us > LOOSE * commit.cpu_us {
            loose.push(format!("commit of {}", commit.operation));
            continue;
        }
        facts.push(MeasuredFact {
            operations: vec![commit.operation.clone()],
            component: store.to_string(),
            technology: made.technology.clone(),
            version: made.version.clone(),
            work: Work::Commit,
            table: None,
            by: step.by.clone(),
            order: step.order.clone(),
            rows: step.rows,
            query: "COMMIT".into(),
            cpu_us: round(commit.cpu_us),
            half_width_us: round(commit.half_width_us),
            repetitions: commit.repetitions,
            wall_p50_us: round(commit.wall_us[0]),
            wall_p95_us: round(commit.wall_us[1]),
            wall_p99_us: round(commit.wall_us[2]),
            rows_seen: 0.0,
            table_rows: None,
            index: None,
            clock: made.clock.clone(),
            design: measured::commit_digest(&system.architecture, &path.steps, commit.at),
        });
        lines.push(Line {
            operations: vec![commit.operation.clone()],
            query: "commit".into(),
            sql: "COMMIT".into(),
            rows: 0.0,
            table_rows: None,
            assumed_us: assumed(step),
            measured_us: commit.cpu_us,
            half_width_us: Some(commit.half_width_us),
            wall_us: Some(commit.wall_us),
            index: None,
            plan: String::new(),
        });
        lines.push(Line {
            operations: vec![commit.operation.clone()],
            query: "transaction".into(),
            sql: "BEGIN ... COMMIT".into(),
            rows: 0.0,
            table_rows: None,
            assumed_us: whole(system, knowledge, &made.technology, &path.steps, commit.at),
            measured_us: commit.transaction_us,
            half_width_us: None,
            wall_us: None,
            index: None,
            plan: String::new(),
        });
    }
    for (query, said) in &seen.refused {
        findings.push(
            Finding::new(
                "query-failed",
                Severity::Minor,
                place(query.operations.first(), &query.step, system),
                format!(
                    "{} cannot be measured: {}",
                    crate::run::label(query),
                    said.trim_end_matches('.')
                ),
            )
            .why("Its demand is still the technology's general fact.")
            .remedy("Where the design's own rows or keys refuse it, correct them; else measure it by hand and give the step's `cpu`.")
            .evidence(Evidence::new(EvidenceKind::Executed, query.sql.clone())),
        );
    }
    if !loose.is_empty() {
        findings.push(
            Finding::new(
                "loosely-measured",
                Severity::Note,
                format!("components.{store}"),
                format!(
                    "the means of {} are known to {:.0} % at best: {}",
                    match loose.len() {
                        1 => "one statement".to_string(),
                        n => format!("{n} statements"),
                    },
                    LOOSE * 100.0,
                    loose.join(", ")
                ),
            )
            .why("No facts were made of them: the technology's general ones are better.")
            .remedy("Give more time with `--budget`, on a machine that does nothing else."),
        );
    }
    if !seen.skipped.is_empty() {
        let names: Vec<String> = seen.skipped.iter().map(crate::run::label).collect();
        findings.push(
            Finding::new(
                "not-measured",
                Severity::Minor,
                format!("components.{store}"),
                format!(
                    "no time was left for {} queries: {}",
                    names.len(),
                    names.join(", ")
                ),
            )
            .why("Their demands are still the technology's general facts.")
            .remedy("Give more time with `--budget`, or fewer rows with `--rows`."),
        );
    }
    made.lines = lines;
    made.facts = facts;
    made.findings = findings;
    made
}

/// Whether a query met far fewer rows than it means because the table was thinned: what it cost then
/// says nothing of what it will cost.
fn too_few(timed: &Timed, seen: &Seen) -> bool {
    let step = &timed.query.step;
    let wanted = step.rows.unwrap_or(1.0);
    let loaded = timed.table_rows as f64;
    let meant = seen.meant.get(&timed.query.table).copied().unwrap_or(0.0);
    let many = matches!(step.work, Work::RangeRead | Work::Aggregate);
    many && (loaded < 0.9 * meant || loaded < wanted) && timed.rows_seen < 0.5 * wanted
}

fn thin(timed: &Timed) -> Finding {
    let step = &timed.query.step;
    Finding::new(
        "too-few-rows",
        Severity::Note,
        format!("data.{}", timed.query.table),
        format!(
            "{} on `{}` for {} met {:.0} rows where the step means {}: the table had {}",
            step.work.id(),
            timed.query.table,
            timed.query.operations.join(", "),
            timed.rows_seen,
            step.rows.unwrap_or(1.0),
            timed.table_rows
        ),
    )
    .why("Its cost goes with the rows it meets, so no fact was made of it.")
    .remedy("Load more with `--rows`, or a later day with `--at 1y`.")
}

/// What evaluation assumes of a whole transaction; `None` where a part is not known.
fn whole(
    system: &System,
    knowledge: &Knowledge,
    technology: &str,
    steps: &[Step],
    at: usize,
) -> Option<f64> {
    let mut all = evaluate::system::published_us(system, knowledge, steps.get(at)?, technology)?;
    for step in measured::transaction(steps, at) {
        let times = step.times.unwrap_or(1.0) * step.probability.map_or(1.0, |p| p.0);
        all += times * evaluate::system::published_us(system, knowledge, step, technology)?;
    }
    Some(all)
}

fn label(timed: &Timed) -> String {
    let who = timed.query.operations.first().map_or("", String::as_str);
    format!("{} of {who}", crate::run::label(&timed.query))
}

/// Hundredths: what is below is noise.
fn round(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}

fn index_of(plan: &Plan) -> Option<String> {
    let mut names: Vec<&String> = plan.indexes.iter().collect();
    names.dedup();
    let names: Vec<&str> = names.into_iter().map(String::as_str).collect();
    (!names.is_empty()).then(|| names.join(", "))
}

/// The step in the first path that asks it.
fn place(operation: Option<&String>, step: &Step, system: &System) -> String {
    let Some(operation) = operation else {
        return String::new();
    };
    let at = system
        .architecture
        .paths
        .get(operation)
        .and_then(|p| p.steps.iter().position(|s| s == step));
    match at {
        Some(at) => format!("paths.{operation}.steps[{at}]"),
        None => format!("paths.{operation}"),
    }
}

fn evidence(timed: &Timed) -> Evidence {
    Evidence::new(
        EvidenceKind::Executed,
        format!("{} | plan: {}", short(&timed.query.sql), timed.plan.text),
    )
}

/// A statement of at most 300 characters.
fn short(sql: &str) -> String {
    match sql.char_indices().nth(300) {
        Some((at, _)) => format!("{}...", &sql[..at]),
        None => sql.to_string(),
    }
}

/// A scan over a large table, or a designed index that the database does not use.
fn plan_finding(timed: &Timed, table: &Table) -> Option<Finding> {
    let step = &timed.query.step;
    let path = format!("data.{}", timed.query.table);
    let who = timed.query.operations.join(", ");
    let all = timed.rows_seen >= 0.5 * timed.table_rows as f64;
    // A partition is called after its table.
    let part = format!("{}_", timed.query.table);
    let scans = timed.plan.scans.iter().any(|scanned| {
        *scanned == timed.query.table || table.partition.is_some() && scanned.starts_with(&part)
    });
    if timed.table_rows >= LARGE && scans && !all && step.work != Work::Insert {
        return Some(
            Finding::new(
                "full-scan",
                Severity::Major,
                path,
                format!(
                    "{} on `{}` for {who} reads all {} rows to find {:.0}",
                    step.work.id(),
                    timed.query.table,
                    timed.table_rows,
                    timed.rows_seen
                ),
            )
            .why("Its cost grows with the table, not with what is asked for.")
            .remedy(match step.by.is_empty() && step.order.is_empty() {
                true => {
                    "Say in the model what it finds rows by, and give an index that begins with it."
                        .to_string()
                }
                false => format!(
                    "Add an index on ({}).",
                    step.by
                        .iter()
                        .chain(&step.order)
                        .cloned()
                        .collect::<Vec<_>>()
                        .join(", ")
                ),
            })
            .evidence(evidence(timed)),
        );
    }
    if timed.table_rows < LARGE / 10 || step.by.is_empty() || step.work == Work::TextSearch {
        return None;
    }
    let designed: Vec<(&str, Vec<&str>)> = table
        .entries()
        .filter(|(_, columns)| {
            columns
                .first()
                .is_some_and(|c| step.by.iter().any(|b| b == c))
        })
        .collect();
    let used = timed.plan.indexes.iter().any(|index| {
        index == "primary key"
            || designed.iter().any(|(name, columns)| {
                index.ends_with(name)
                    || *name == "primary_key"
                        && (index.ends_with("_pkey") || index.contains("autoindex"))
                    || index.contains("autoindex") && table.unique.contains_key(*name)
                    || columns.iter().all(|c| index.contains(c))
            })
    });
    let names: Vec<&str> = designed.iter().map(|(name, _)| *name).collect();
    (!designed.is_empty() && !used).then(|| {
        let instead = index_of(&timed.plan).map_or("no index".to_string(), |i| i.clone());
        Finding::new(
            "measured-without-index",
            Severity::Minor,
            path,
            format!(
                "{} on `{}` for {who} was designed for {}, and the database uses {instead}",
                step.work.id(),
                timed.query.table,
                names.join(" or ")
            ),
        )
        .why("An index that is not used costs every write and helps no read.")
        .remedy("Look at the plan: drop the index, put its columns in another order, or correct how many rows the step means.")
        .evidence(evidence(timed))
    })
}

/// A query that costs over twice what was assumed, beyond what the interval leaves open.
fn above(timed: &Timed, assumed: Option<f64>, technology: &str) -> Option<Finding> {
    let assumed = assumed?;
    let least = timed.cpu_us - timed.half_width_us;
    (least > TWICE * assumed).then(|| {
        let step = &timed.query.step;
        let meant = step.rows.unwrap_or(1.0);
        let rows = match timed.rows_seen > 1.5 * meant + 1.0 {
            true => format!("; it met {:.0} rows where the step says {meant}", timed.rows_seen),
            false => String::new(),
        };
        Finding::new(
            "demand-above-fact",
            Severity::Minor,
            format!("data.{}", timed.query.table),
            format!(
                "{} on `{}` for {} takes {:.0} us of processor time, {:.1} times the {assumed:.0} us that the facts of {technology} say{rows}",
                step.work.id(),
                timed.query.table,
                timed.query.operations.join(", "),
                timed.cpu_us,
                timed.cpu_us / assumed,
            ),
        )
        .why("Utilisation and response times were computed with less than half of it.")
        .remedy("Evaluate again with what was measured; then look at the plan and at how many rows the step means.")
        .evidence(evidence(timed))
    })
}
