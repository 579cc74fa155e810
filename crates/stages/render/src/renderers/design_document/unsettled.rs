//! The end of section 1: what nobody has verified, and what a person must decide.

use model::ProofKind;

use crate::figures::Figures;
use crate::numbers;
use crate::page::Page;
use crate::words;

/// A decision with less margin than this is shown to a person.
const CLOSE: f64 = 0.05;

pub(super) fn write(f: &Figures<'_>, page: &mut Page) {
    unverified(f, page);
    people(f, page);
}

/// What no computation settles: choices that were close, questions, assumptions to confirm.
fn people(f: &Figures<'_>, page: &mut Page) {
    let architecture = &f.view.system.architecture;
    let mut lines: Vec<String> = Vec::new();
    for decision in architecture.decisions.values() {
        let Some(margin) = decision.margin.filter(|m| *m < CLOSE) else {
            continue;
        };
        let Some((runner, _)) = decision
            .candidates
            .iter()
            .find(|(name, c)| **name != decision.chosen && c.score.is_some())
        else {
            continue;
        };
        let apart = if margin < 0.001 {
            "equal scores".to_string()
        } else {
            format!("{} of 100 points apart", numbers::sig3(margin * 100.0))
        };
        lines.push(format!(
            "{} {} or {}: {apart}.",
            decision.question.trim(),
            words::capital(&super::rationale::chosen(f, decision)),
            super::rationale::candidate(f, runner),
        ));
    }
    let assumed = f.view.system.brief.assumptions.len();
    match assumed {
        0 => {}
        1 => lines.push("Confirm assumption A1.".into()),
        n => lines.push(format!("Confirm assumptions A1 to A{n}.")),
    }
    for (id, question) in &architecture.questions {
        // An assumption's question is the line above.
        if f.view.system.brief.assumptions.contains_key(id) {
            continue;
        }
        let decides = question
            .decides
            .as_ref()
            .map(|d| format!(" It decides {}.", d.trim_end_matches('.')))
            .unwrap_or_default();
        let who = question.who.as_deref().unwrap_or("nobody is named");
        lines.push(format!(
            "{}{decides} Must look: {who}.",
            f.prose(&question.text)
        ));
    }
    if !lines.is_empty() {
        page.para("**For a person to decide** (section 6 says what would turn each choice)");
        page.bullets(&lines);
    }
}

fn unverified(f: &Figures<'_>, page: &mut Page) {
    let architecture = &f.view.system.architecture;
    let mut lines: Vec<String> = Vec::new();
    if let Some(now) = f.now {
        let mut by_reason: Vec<(String, Vec<&str>)> = Vec::new();
        for (id, result) in &now.operations {
            for reason in &result.unverified {
                match by_reason.iter_mut().find(|(r, _)| r == reason) {
                    Some((_, ids)) if !ids.contains(&id.as_str()) => ids.push(id),
                    Some(_) => {}
                    None => by_reason.push((reason.clone(), vec![id])),
                }
            }
        }
        lines.extend(by_reason.into_iter().map(|(reason, ids)| {
            format!(
                "Times of {}: {}. Must look: {}, with a measurement; its result is the step's `cpu`.",
                words::some(&ids, 4),
                reason.trim_end_matches('.'),
                team(f)
            )
        }));
        lines.extend(
            now.cost
                .left_out
                .iter()
                .map(|l| format!("The cost leaves out {}.", l.trim_end_matches('.'))),
        );
    }
    for mechanism in architecture.mechanisms.values() {
        for proof in mechanism
            .proof
            .iter()
            .filter(|p| p.kind == ProofKind::Unverified)
        {
            lines.push(format!(
                "Promised without proof: {} {}",
                f.prose(&mechanism.promise),
                f.prose(&proof.text)
            ));
        }
    }
    let tests = architecture
        .mechanisms
        .values()
        .filter(|m| {
            !m.proof.is_empty()
                && m.proof.iter().all(|p| {
                    matches!(p.kind, ProofKind::Test | ProofKind::Probe) && p.see.is_none()
                })
        })
        .count();
    if tests > 0 {
        lines.push(format!(
            "{} of section 2 rest on tests that are described there and have no result yet. Must look: {}.",
            words::counted(tests, "mechanism"),
            team(f)
        ));
    }
    if lines.is_empty() {
        return;
    }
    page.para("**UNVERIFIED**");
    page.bullets(&lines);
}

/// Who builds and runs it, as the brief says.
fn team(f: &Figures<'_>) -> String {
    let team = f.view.system.brief.team.as_ref();
    let names: Vec<&str> = team
        .iter()
        .flat_map(|t| t.teams.keys())
        .map(String::as_str)
        .collect();
    match names.as_slice() {
        [] => "nobody is named in the brief".into(),
        [one] => format!("team {one}"),
        many => format!("teams {}", words::list(many)),
    }
}
