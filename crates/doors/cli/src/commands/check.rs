//! `groundplan check`: findings with places, excerpts and carets, about a model or a tree of code.

use std::path::Path;

use model::finding::Certainty;
use model::{Finding, Plain};
use pipeline::baseline;
use syntax::Sources;

use crate::arguments::{Check, CheckFormat};
use crate::{CLEAN, FINDINGS, UNUSABLE};
use folder::files;
use terminal::look;

/// What was looked at, and what was found there.
pub struct Subject {
    pub findings: Vec<Finding>,
    /// The texts that findings point into.
    pub sources: Sources,
    /// Whether it could be read at all.
    pub usable: bool,
    /// What to say where nothing was found.
    pub clean: String,
}

pub fn run(asked: &Check) -> Result<u8, String> {
    let workspace = super::open(asked.at.folder.as_path())?;
    if let Some(code) = super::code::check(asked, &workspace)? {
        return report(asked, &code);
    }
    let model = Subject {
        findings: pipeline::check(&workspace, Some(&files::today())),
        usable: workspace.usable(),
        clean: clean(&workspace),
        sources: workspace.sources,
    };
    report(asked, &model)
}

/// Prints in the format asked for. What the baseline knows, what is waived and what is uncertain is
/// shown and stops nobody.
fn report(asked: &Check, subject: &Subject) -> Result<u8, String> {
    let Subject {
        findings, sources, ..
    } = subject;
    if asked.write_baseline
        && let Some(file) = &asked.baseline
    {
        write_baseline(file, findings, sources)?;
    }
    let known = match &asked.baseline {
        Some(file) => Some(baseline::known(findings, sources, &read_baseline(file)?)),
        None => None,
    };
    let is_old = |at: usize| known.as_ref().is_some_and(|known| known[at]);
    let stops = |at: usize, finding: &Finding| {
        finding.waived.is_none()
            && finding.severity <= asked.severity.severity()
            && finding.certainty != Certainty::Unknown
            && !is_old(at)
    };
    let code = if !subject.usable {
        UNUSABLE
    } else if findings.iter().enumerate().any(|(at, f)| stops(at, f)) {
        FINDINGS
    } else {
        CLEAN
    };
    match asked.format {
        CheckFormat::Sarif => {
            let log = pipeline::sarif::log(&pipeline::sarif::Report {
                findings,
                sources,
                known: known.as_deref(),
                version: env!("CARGO_PKG_VERSION"),
            });
            look::print(&serde_json::to_string_pretty(&log).map_err(|e| e.to_string())?)?;
        }
        CheckFormat::Json => {
            let (waived, open): (Vec<usize>, Vec<usize>) =
                (0..findings.len()).partition(|at| findings[*at].waived.is_some());
            let all = open.iter().chain(&waived).map(|at| {
                let mut value = keyed(&findings[*at]);
                if known.is_some() {
                    value["known"] = is_old(*at).into();
                }
                value
            });
            let report =
                serde_json::json!({ "findings": all.collect::<Vec<_>>(), "exit_code": code });
            look::print(&serde_json::to_string_pretty(&report).map_err(|e| e.to_string())?)?;
        }
        CheckFormat::Text => text(findings, &is_old, sources, &subject.clean)?,
    }
    Ok(code)
}

fn text(
    findings: &[Finding],
    is_old: &dyn Fn(usize) -> bool,
    sources: &Sources,
    clean: &str,
) -> Result<(), String> {
    let fresh = findings
        .iter()
        .enumerate()
        .filter(|(at, f)| f.waived.is_none() && !is_old(*at));
    let open: Vec<Finding> = fresh.map(|(_, f)| f.clone()).collect();
    if !open.is_empty() {
        let text = syntax::diagnostics::render(&open, sources, look::findings());
        look::print(text.trim_end())?;
    }
    for finding in findings.iter().filter(|f| f.waived.is_some()) {
        let reason = finding.waived.as_deref().unwrap_or("");
        look::print(&look::paint(
            look::DIM,
            &format!("waived: {}: {reason}", finding.key()),
        ))?;
    }
    let old = (0..findings.len())
        .filter(|at| findings[*at].waived.is_none() && is_old(*at))
        .count();
    if old > 0 {
        look::print(&look::paint(
            look::DIM,
            &format!("{old} findings are in the baseline."),
        ))?;
    }
    if open.is_empty() && old == 0 {
        look::print(clean)?;
    }
    Ok(())
}

fn read_baseline(file: &Path) -> Result<baseline::Baseline, String> {
    let bytes = files::read_named(file)?;
    let text = String::from_utf8(bytes).map_err(|_| format!("{} is not UTF-8", file.display()))?;
    baseline::read(&text).map_err(|e| format!("{}: {e}", file.display()))
}

fn write_baseline(file: &Path, findings: &[Finding], sources: &Sources) -> Result<(), String> {
    let made = baseline::of(findings, sources);
    let text = serde_json::to_string_pretty(&made).map_err(|e| e.to_string())?;
    files::write_through(file, format!("{text}\n").as_bytes())
}

pub fn keyed(finding: &Finding) -> serde_json::Value {
    let mut value = finding.to_value().unwrap_or_default();
    if let Some(map) = value.as_object_mut() {
        map.insert("key".into(), finding.key().into());
    }
    value
}

/// What was looked at, so that "no findings" says something.
fn clean(workspace: &pipeline::Workspace) -> String {
    let rules = check::rules().len();
    match (workspace.system(), workspace.brief()) {
        (Some(system), _) => format!(
            "{}: {rules} rules looked at {} components, {} relations, {} tables and {} paths.",
            look::paint(look::GOOD, "no findings"),
            system.architecture.components.len(),
            system.architecture.relations.len(),
            system.architecture.data.len(),
            system.architecture.paths.len(),
        ),
        (None, Some(brief)) => format!(
            "{} in the brief: {} entities, {} operations. There is no architecture.yaml yet; `groundplan design` makes one.",
            look::paint(look::GOOD, "no findings"),
            brief.domain.entities.len(),
            brief.domain.operations.len(),
        ),
        (None, None) => look::paint(look::GOOD, "no findings"),
    }
}
