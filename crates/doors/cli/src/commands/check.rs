//! `groundplan check`: findings with places, excerpts and carets, about a model or a tree of code.

use std::path::Path;

use model::Finding;
use model::finding::Certainty;
use pipeline::baseline;
use syntax::Sources;

use crate::arguments::{Check, CheckFormat};
use crate::{CLEAN, FINDINGS, UNUSABLE, files, look};

pub fn run(asked: &Check) -> Result<u8, String> {
    let folder = asked.at.folder.as_path();
    let workspace = super::open(folder)?;
    let modelled = workspace.brief_file.is_some() || workspace.architecture.is_some();
    if asked.code || !modelled {
        let research = super::research::read(&[folder.to_path_buf()], asked.no_cache, false)?;
        if research.is_backend() || asked.code {
            let mut findings = research.findings.clone();
            if let Some(waivers) = workspace.waivers.as_ref().and_then(|w| w.value.as_ref()) {
                findings = check::apply_waivers(findings, waivers, &files::today());
            }
            let clean = if research.is_backend() {
                clean_code(&research)
            } else {
                super::research::no_backend(&[folder.to_path_buf()], &research)
            };
            return report(asked, findings, &research.sources, true, &clean);
        }
    }
    let findings = pipeline::check(&workspace, Some(&files::today()));
    report(
        asked,
        findings,
        &workspace.sources,
        workspace.usable(),
        &clean(&workspace),
    )
}

/// Prints in the format asked for. What the baseline knows, what is waived and what is uncertain is
/// shown and stops nobody.
fn report(
    asked: &Check,
    findings: Vec<Finding>,
    sources: &Sources,
    usable: bool,
    clean: &str,
) -> Result<u8, String> {
    if asked.write_baseline
        && let Some(file) = &asked.baseline
    {
        write_baseline(file, &findings, sources)?;
    }
    let known = match &asked.baseline {
        Some(file) => Some(baseline::known(&findings, sources, &read_baseline(file)?)),
        None => None,
    };
    let is_old = |at: usize| known.as_ref().is_some_and(|known| known[at]);
    let stops = |at: usize, finding: &Finding| {
        finding.waived.is_none()
            && finding.severity <= asked.severity.severity()
            && finding.certainty != Certainty::Unknown
            && !is_old(at)
    };
    let code = if !usable {
        UNUSABLE
    } else if findings.iter().enumerate().any(|(at, f)| stops(at, f)) {
        FINDINGS
    } else {
        CLEAN
    };
    match asked.format {
        CheckFormat::Sarif => {
            let log = pipeline::sarif::log(&pipeline::sarif::Report {
                findings: &findings,
                sources,
                known: known.as_deref(),
                version: env!("CARGO_PKG_VERSION"),
            });
            super::print(&serde_json::to_string_pretty(&log).map_err(|e| e.to_string())?)?;
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
            super::print(&serde_json::to_string_pretty(&report).map_err(|e| e.to_string())?)?;
        }
        CheckFormat::Text => text(&findings, &is_old, sources, clean)?,
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
        super::print(text.trim_end())?;
    }
    for finding in findings.iter().filter(|f| f.waived.is_some()) {
        let reason = finding.waived.as_deref().unwrap_or("");
        super::print(&look::paint(
            look::DIM,
            &format!("waived: {}: {reason}", finding.key()),
        ))?;
    }
    let old = (0..findings.len())
        .filter(|at| findings[*at].waived.is_none() && is_old(*at))
        .count();
    if old > 0 {
        super::print(&look::paint(
            look::DIM,
            &format!("{old} findings are in the baseline."),
        ))?;
    }
    if open.is_empty() && old == 0 {
        super::print(clean)?;
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
    let mut value = serde_json::to_value(finding).unwrap_or_default();
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

fn clean_code(research: &pipeline::researching::Research) -> String {
    let facts = &research.facts;
    format!(
        "{} in {} files: {} services, {} links, {} schemas were looked at.",
        look::paint(look::GOOD, "no findings"),
        facts.tree.files,
        facts.services.len(),
        facts.links.len(),
        facts.schemas.len(),
    )
}
