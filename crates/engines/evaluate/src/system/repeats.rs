//! What timeouts and repeats do to the whole system.

use model::{Evidence, Finding, Severity, System};

use crate::overload::{self, Range};
use crate::plant::Plant;
use crate::result::{Evaluation, LinkResult, OverloadResult};

/// A budget that a remedy is tried with. Google SRE Book, 2016, Handling Overload: 10 % of the calls.
const BUDGET: f64 = 0.1;

/// Records the shares of tries that time out and what repeats add, and looks for loads at which the
/// system does not come back by itself.
pub(super) fn judge(
    system: &System,
    plant: &Plant,
    load_factor: f64,
    value: &mut Evaluation,
    findings: &mut Vec<Finding>,
) {
    if plant.links.iter().all(|l| l.timeout_s.is_none()) {
        return;
    }
    let cold = overload::settle(plant, load_factor, false);
    for (flow, failed) in plant.flows.iter().zip(&cold.failed) {
        let result = value.operations.get_mut(&flow.id);
        if let Some(result) = result.filter(|_| !flow.unverified) {
            result.timeouts = Some(failed.clamp(0.0, 1.0));
        }
    }
    let mut result = OverloadResult {
        amplification: cold.amplification(),
        ..OverloadResult::default()
    };
    for (index, link) in plant.links.iter().enumerate() {
        let Some(timeout_s) = link.timeout_s else {
            continue;
        };
        let timeouts = cold.timeouts[index];
        if cold.stable && timeouts > 0.5 {
            let subject = format!("relations.{}.timeout", link.id);
            let message = format!(
                "{:.0} % of the tries take longer than {} ms",
                timeouts * 100.0,
                timeout_s * 1e3
            );
            findings.push(
                Finding::new("timeout-below-median", Severity::Major, subject, message)
                    .why("most work is thrown away though nothing is overloaded")
                    .remedy("raise the timeout above the 99 % quantile of the answer, or make the answer faster"),
            );
        }
        let tries = LinkResult {
            timeouts,
            tries: cold.tries[index],
        };
        result.links.insert(link.id.clone(), tries);
    }
    if let Some(range) = overload::range(plant) {
        result.recovers_below = Some(range.recovers_below);
        result.collapses_at = Some(range.collapses_at);
        let most = reached(system, load_factor);
        if range.metastable() && range.recovers_below <= most {
            findings.push(metastable(plant, range, load_factor, most));
        }
    }
    value.system.overload = Some(result);
}

/// The highest load that the brief speaks of.
fn reached(system: &System, load_factor: f64) -> f64 {
    let spikes = system.brief.scale.iter().flat_map(|s| s.spikes.values());
    spikes
        .map(|s| s.factor)
        .filter(|f| f.is_finite())
        .fold(load_factor, f64::max)
}

fn metastable(plant: &Plant, range: Range, load_factor: f64, most: f64) -> Finding {
    let worst = overload::settle(plant, range.recovers_below.max(load_factor), true);
    let link = (0..plant.links.len()).max_by(|a, b| worst.tries[*a].total_cmp(&worst.tries[*b]));
    let link = link.and_then(|l| plant.links.get(l));
    let id = link.map_or("", |l| l.id.as_str());
    let message = format!(
        "from {:.2} to {:.2} times the busiest hour the system works or does not, by what came before: once overloaded, `{id}` makes {:.1} tries of each call and keeps it there",
        range.recovers_below,
        range.collapses_at,
        worst.amplification()
    );
    let mut remedy =
        format!("give `relations.{id}` a retry budget or a breaker, or fewer attempts");
    if let Some(better) = overload::range(&overload::with_budget(plant, BUDGET)) {
        remedy += &format!(
            "; with repeats held to {:.0} % it comes back below {:.2} times",
            BUDGET * 100.0,
            better.recovers_below
        );
    }
    let severity = if range.recovers_below <= load_factor {
        Severity::Major
    } else {
        Severity::Minor
    };
    Finding::new("metastable", severity, format!("relations.{id}"), message)
        .why(format!(
            "a short trigger takes it down, and it stays down after the trigger is gone until the load falls below {:.2} times; {most:.2} times is expected",
            range.recovers_below
        ))
        .remedy(remedy)
        .evidence(Evidence::computed(
            "share of tries that time out and the load it makes, from cold and from overloaded, two fixed points (Bronson et al., Metastable Failures in Distributed Systems, HotOS 2021; Huang et al., Metastable Failures in the Wild, OSDI 2022)",
        ))
}
