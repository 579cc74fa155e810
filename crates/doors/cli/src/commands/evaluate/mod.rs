//! `groundplan evaluate`: the numbers of an architecture.

mod ahead;
mod sensitivity;
mod simulated;
mod tables;
mod what_if;

pub use tables::totals;

use evaluate::Scenario;
use evaluate::result::Evaluation;
use indexmap::IndexMap;
use model::{Finding, System};
use pipeline::Workspace;

use crate::arguments::Evaluate;
use crate::{CLEAN, FINDINGS, UNUSABLE};
use terminal::arguments::Format;
use terminal::look;

pub fn run(asked: &Evaluate) -> Result<u8, String> {
    let folder = &asked.at.folder;
    let (workspace, present) = match super::open_system(folder)? {
        Ok(opened) => opened,
        Err(code) => return Ok(code),
    };
    let scenario = Scenario {
        lose_zone: asked.lose.clone(),
        peak: asked.peak,
        ..Scenario::at(asked.load)
    };
    let changed = match asked.what_if.is_empty() {
        true => None,
        false => match pipeline::what_if(&workspace, &asked.what_if) {
            Ok(changed) => Some(changed),
            Err(findings) => {
                let sources = pipeline::what_if::sources(&workspace, &asked.what_if);
                let text = syntax::diagnostics::render(&findings, &sources, look::findings());
                anstream::eprintln!("{}", text.trim_end());
                return Ok(UNUSABLE);
            }
        },
    };
    let system = changed.as_ref().unwrap_or(&present);
    let mut outcome = pipeline::evaluate(system, &scenario);
    let findings = &mut outcome.findings;
    findings.iter_mut().for_each(|f| workspace.locate(f));
    let evaluation = &outcome.value.clone();
    let mut json = serde_json::Map::new();
    let mut parts = Vec::new();
    if changed.is_some() {
        let before = pipeline::evaluate(&present, &scenario).value;
        let moved = pipeline::compare(&before, evaluation);
        parts.push(what_if::report(
            &asked.what_if,
            (&present, &before),
            (system, evaluation),
            &moved,
        ));
        put(
            &mut json,
            "what_if",
            &serde_json::json!({ "set": asked.what_if, "moved": moved }),
        )?;
    } else {
        parts.push(tables::report(system, evaluation));
    }
    let knowledge = knowledge::Knowledge::embedded();
    if !tables::program(system) {
        let recovery = evaluate::recovery::recover(system, knowledge, evaluation).value;
        let text = ahead::recovery(&recovery);
        if changed.is_none() && !text.is_empty() {
            parts.push(text);
        }
        put(&mut json, "recovery", &recovery)?;
    }
    if asked.sensitivity {
        let _working = look::working("evaluating at the ends and between");
        let settings = ::sensitivity::Settings::default();
        let mut found = ::sensitivity::analyse(system, knowledge, &settings);
        parts.push(sensitivity::report(&found.value));
        put(&mut json, "sensitivity", &found.value)?;
        found.findings.iter_mut().for_each(|f| workspace.locate(f));
        outcome.findings.extend(found.findings);
    }
    if asked.growth {
        let mut growth = evaluate::growth::project(system, knowledge);
        parts.push(ahead::growth(&growth.value));
        put(&mut json, "growth", &growth.value)?;
        growth.findings.iter_mut().for_each(|f| workspace.locate(f));
        outcome.findings.extend(growth.findings);
    }
    if asked.simulate {
        match nobody_waits_in_line(system) {
            Some(nobody) => parts.push(nobody),
            None => {
                let settings = simulate::Settings {
                    seed: asked.seed.unwrap_or(1),
                    ..simulate::Settings::default()
                };
                let mut bar = look::progress();
                let mut tell = |p| bar.tell(super::simulate::far(&p));
                let played =
                    pipeline::simulating::simulate(system, &scenario, &settings, &mut tell).value;
                drop(bar);
                let tolerance = pipeline::simulating::TOLERANCE;
                let agreements = simulate::agree(evaluation, &played, tolerance);
                parts.push(simulated::report(evaluation, &played, &agreements));
                put(&mut json, "simulated", &played)?;
                put(&mut json, "agreement", &agreements)?;
            }
        }
    }
    match asked.format {
        Format::Json => {
            put(&mut json, "evaluation", evaluation)?;
            put(&mut json, "verdicts", &verdicts(system, evaluation))?;
            put(&mut json, "findings", &outcome.findings)?;
            look::print(&serde_json::to_string_pretty(&json).map_err(|e| e.to_string())?)?;
        }
        Format::Text => {
            look::print(&parts.join("\n\n"))?;
            findings_text(&workspace, &outcome.findings)?;
        }
    }
    Ok(code(evaluation, &outcome.findings))
}

fn put<T: serde::Serialize>(
    json: &mut serde_json::Map<String, serde_json::Value>,
    key: &str,
    value: &T,
) -> Result<(), String> {
    let value = serde_json::to_value(value).map_err(|e| e.to_string())?;
    json.insert(key.into(), value);
    Ok(())
}

/// Why a simulation would say nothing: a program has one user at a time.
pub(super) fn nobody_waits_in_line(system: &System) -> Option<String> {
    tables::program(system).then(|| {
        let text = "It is a program that runs where it is called, for one user at a time: nothing queues, so there is nothing to simulate. `groundplan evaluate` has its times.";
        terminal::tables::wrap(text, "", look::width().min(100))
    })
}

/// How every operation stands to its targets.
fn verdicts(
    system: &System,
    evaluation: &Evaluation,
) -> IndexMap<String, evaluate::verdict::Verdict> {
    let all = evaluation.operations.iter();
    all.map(|(id, o)| (id.clone(), evaluate::verdict::verdict(system, id, o)))
        .collect()
}

/// Prints findings with their place, after an empty line.
pub(super) fn findings_text(workspace: &Workspace, findings: &[Finding]) -> Result<(), String> {
    if findings.is_empty() {
        return Ok(());
    }
    let text = syntax::diagnostics::render(findings, &workspace.sources, look::findings());
    look::print(&format!("\n{}", text.trim_end()))
}

fn code(evaluation: &Evaluation, findings: &[Finding]) -> u8 {
    match super::worst(findings) {
        Some(model::Severity::Blocker) if evaluation.operations.is_empty() => UNUSABLE,
        Some(worst) if worst <= model::Severity::Minor => FINDINGS,
        _ => CLEAN,
    }
}
