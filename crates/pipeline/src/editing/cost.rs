//! What a run of an operation costs: the monthly bill of each component, shared among the operations
//! by the work they do there.
//!
//! An operation's share of a component is its runs per second times the service time of its steps
//! there, over the sum of that of all operations (attribution by use, as in activity-based costing:
//! Kaplan and Anderson 2004). Runs per month are the brief's mean rate times 730 h. What nobody works
//! at (a network, a backup) is in no share, so the sum is at most the bill.

use evaluate::result::Evaluation;
use indexmap::IndexMap;
use model::System;

/// Seconds of a month of 730 h, as the bill counts it.
const MONTH_S: f64 = 730.0 * 3600.0;

/// The cost of an operation's runs in one currency.
#[derive(Debug, Clone, PartialEq)]
pub struct RunCost {
    /// ISO 4217 code.
    pub currency: String,
    /// Of a million runs, infrastructure only.
    pub per_million: f64,
    /// Its share of the bill per month.
    pub per_month: f64,
}

/// Cost by operation; an operation whose rate, work or prices are not known has none.
pub fn of_runs(system: &System, evaluation: &Evaluation) -> IndexMap<String, Vec<RunCost>> {
    let mut bill: IndexMap<(&str, &str), f64> = IndexMap::new();
    for item in &evaluation.cost.items {
        let Some(component) = item.element.strip_prefix("components.") else {
            continue;
        };
        *bill.entry((component, &item.currency)).or_default() += item.amount_per_month();
    }
    let work = |id: &str, component: &str| -> f64 {
        let Some(result) = evaluation.operations.get(id) else {
            return 0.0;
        };
        let here = result.steps.iter().filter(|s| s.component == component);
        let service: f64 = here.map(|s| s.service_ms).sum();
        result.rate_per_s.unwrap_or(0.0) * service
    };
    let mut all_work: IndexMap<&str, f64> = IndexMap::new();
    for (component, _) in bill.keys() {
        let total = evaluation
            .operations
            .keys()
            .map(|id| work(id, component))
            .sum();
        all_work.insert(component, total);
    }
    let mut found = IndexMap::new();
    for (id, result) in &evaluation.operations {
        let operation = system.brief.domain.operations.get(id);
        let mean = operation.and_then(|o| system.brief.mean_rate(o));
        let Some(runs) = mean.map(|rate| rate.0 * MONTH_S).filter(|runs| *runs > 0.0) else {
            continue;
        };
        if !result.unverified.is_empty() {
            continue;
        }
        let mut costs: Vec<RunCost> = Vec::new();
        for ((component, currency), amount) in &bill {
            let total = all_work[component];
            let share = if total > 0.0 {
                work(id, component) / total
            } else {
                0.0
            };
            if share == 0.0 {
                continue;
            }
            let month = amount * share;
            match costs.iter_mut().find(|c| c.currency == *currency) {
                Some(cost) => cost.per_month += month,
                None => costs.push(RunCost {
                    currency: currency.to_string(),
                    per_million: 0.0,
                    per_month: month,
                }),
            }
        }
        for cost in &mut costs {
            cost.per_million = cost.per_month / runs * 1e6;
        }
        if !costs.is_empty() {
            found.insert(id.clone(), costs);
        }
    }
    found
}
