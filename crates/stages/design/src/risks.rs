//! Risks and open questions that follow from the brief and the numbers, not from a list.

use model::{Architecture, ComponentKind, Level, OpenQuestion, Risk};

use crate::{Context, because, engine};

/// Adds what the reader should worry about.
pub fn name(cx: &Context, architecture: &mut Architecture) {
    assumptions(cx, architecture);
    unverified(cx, architecture);
    close_decisions(architecture);
    dependencies(cx, architecture);
}

/// Every assumption is a question until somebody confirms it.
fn assumptions(cx: &Context, architecture: &mut Architecture) {
    for (number, (id, assumption)) in cx.brief.assumptions.iter().enumerate() {
        let decides = (!assumption.decides.is_empty()).then(|| assumption.decides.join(", "));
        architecture
            .questions
            .entry(id.clone())
            .or_insert(OpenQuestion {
                text: format!("A{}: {} Is that so?", number + 1, assumption.text),
                decides,
                who: None,
                about: because(&format!("assumptions.{id}"), assumption.because.clone()),
            });
    }
}

/// Operations whose numbers could not be computed.
fn unverified(cx: &Context, architecture: &mut Architecture) {
    let mut by_reason: indexmap::IndexMap<String, Vec<&str>> = indexmap::IndexMap::new();
    for (id, result) in &cx.evaluation.operations {
        for reason in &result.unverified {
            by_reason.entry(reason.clone()).or_default().push(id);
        }
    }
    for (n, (reason, operations)) in by_reason.iter().enumerate() {
        architecture
            .risks
            .entry(format!("unverified-{}", n + 1))
            .or_insert(Risk {
                text: format!(
                    "The times of {} are UNVERIFIED: {reason}",
                    crate::boundaries::list(operations)
                ),
                likelihood: None,
                impact: Some(Level::Medium),
                mitigation: Some(
                    "Measure the missing demand and put it into the path's step as `cpu`.".into(),
                ),
                about: engine("decisions.requirements"),
            });
    }
}

/// A decision with a thin margin is a risk: a little more of something turns it.
fn close_decisions(architecture: &mut Architecture) {
    let close: Vec<(String, String, f64, Option<String>)> = architecture
        .decisions
        .iter()
        .filter_map(|(id, d)| {
            let margin = d.margin.filter(|m| *m < 0.05)?;
            let runner_up = d
                .candidates
                .iter()
                .find(|(name, c)| **name != d.chosen && c.rejected.is_none())
                .or_else(|| {
                    d.candidates
                        .iter()
                        .find(|(name, c)| **name != d.chosen && c.score.is_some())
                })?
                .0
                .clone();
            // A text that names no change of a number is no condition under which it would win.
            let flip = d.flips.iter().find(|f| f.contains("wins")).cloned();
            Some((id.clone(), runner_up, margin, flip))
        })
        .collect();
    for (id, runner_up, margin, flip) in close {
        architecture
            .risks
            .entry(format!("close-{id}"))
            .or_insert(Risk {
                text: format!(
                    "The decision {id} was close: {runner_up} is {:.1} points of 100 behind.{}",
                    margin * 100.0,
                    flip.map_or_else(String::new, |f| format!(" What would turn it: {f}"))
                ),
                likelihood: Some(Level::Medium),
                impact: Some(Level::Low),
                mitigation: None,
                about: engine(&format!("decisions.{id}")),
            });
    }
}

/// External systems that are less available than what depends on them.
fn dependencies(cx: &Context, architecture: &mut Architecture) {
    let target = cx.brief.targets.as_ref().and_then(|t| t.availability);
    let externals: Vec<(String, f64)> = architecture
        .components
        .iter()
        .filter(|(_, c)| c.kind == ComponentKind::External)
        .filter_map(|(id, c)| Some((id.clone(), c.availability?.0)))
        .collect();
    for (id, availability) in externals {
        let Some(target) = target.filter(|t| availability < t.0) else {
            continue;
        };
        architecture.risks.entry(format!("{id}-outage")).or_insert(Risk {
            text: format!(
                "{id} promises {}, less than the target of {target}: what waits for it cannot be better.",
                model::Ratio(availability)
            ),
            likelihood: Some(Level::High),
            impact: Some(Level::Medium),
            mitigation: Some(format!("Operations that call {id} are answered before it, or say that it is not there; the breaker keeps them fast.")),
            about: engine(&format!("domain.ports.{id}")),
        });
    }
}
