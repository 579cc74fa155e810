//! The numbers that stand beside an element: in one line, for the place where it is declared.

use std::ops::Range;

use evaluate::result::{Evaluation, OperationResult};
use model::System;

use super::cost::{self, RunCost};
use super::links::links;
use crate::Workspace;
use crate::explain::significant;

/// A line about the element whose key stands at these bytes.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    pub file: String,
    pub range: Range<usize>,
    /// `p99 84.2 ms of 600 ms, 12.1 USD per million runs`.
    pub title: String,
    /// The id to ask for more: `operations.place-order.p99`.
    pub about: String,
}

/// The figures of every operation, path and component, in the order of the files.
pub fn figures(workspace: &Workspace, system: &System, evaluation: &Evaluation) -> Vec<Figure> {
    let costs = cost::of_runs(system, evaluation);
    let mut found = Vec::new();
    for link in links(workspace) {
        let id = &link.target.id;
        let operation = link.target.collection == "operations"
            && (link.declares || link.path.starts_with("paths."));
        let line = match link.target.collection.as_str() {
            "operations" if operation => evaluation.operations.get(id).map(|r| {
                (
                    of_operation(id, r, system, costs.get(id)),
                    format!("operations.{id}.p99"),
                )
            }),
            "components" if link.declares => {
                of_component(id, evaluation).map(|l| (l, format!("components.{id}.utilisation")))
            }
            _ => None,
        };
        if let Some((title, about)) = line {
            found.push(Figure {
                file: link.file,
                range: link.span,
                title,
                about,
            });
        }
    }
    found
}

fn of_operation(
    id: &str,
    result: &OperationResult,
    system: &System,
    costs: Option<&Vec<RunCost>>,
) -> String {
    if let Some(first) = result.unverified.first() {
        return format!("UNVERIFIED: {first}");
    }
    let mut parts = Vec::new();
    match (&result.response, result.saturated_by.first()) {
        (Some(times), _) => {
            let target = system.latency_target(id).and_then(|t| t.p99);
            let of = target.map_or_else(String::new, |t| format!(" of {t}"));
            parts.push(format!("p99 {} ms{of}", significant(times.p99_ms)));
        }
        (None, Some(by)) => parts.push(format!("saturated by {by}")),
        (None, None) => {}
    }
    for cost in costs.into_iter().flatten() {
        let amount = significant(cost.per_million);
        parts.push(format!("{amount} {} per million runs", cost.currency));
    }
    if parts.is_empty() {
        return "no figures: its rate or its path is missing".to_string();
    }
    parts.join(", ")
}

fn of_component(id: &str, evaluation: &Evaluation) -> Option<String> {
    let mut parts = Vec::new();
    for (name, pool) in &evaluation.components.get(id)?.pools {
        let of = if name == "main" {
            String::new()
        } else {
            format!(" ({name})")
        };
        let percent = significant(pool.utilisation * 100.0);
        parts.push(format!("utilisation{of} {percent} %"));
    }
    let element = format!("components.{id}");
    let items = evaluation
        .cost
        .items
        .iter()
        .filter(|i| i.element == element);
    let items: Vec<_> = items.cloned().collect();
    for (currency, amount) in evaluate::cost::totals_per_month(&items) {
        parts.push(format!("{amount:.2} {currency}/month"));
    }
    (!parts.is_empty()).then(|| parts.join(", "))
}
