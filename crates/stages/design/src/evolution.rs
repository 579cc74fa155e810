//! What comes next, and what triggers it: the order in which things saturate as the load grows.

use model::{Architecture, ComponentKind, EvolutionStage, Style};
use synthesis::Needs;

use crate::{Context, because};

/// Work starts when this share is in use: what follows takes weeks.
const TRIGGER: f64 = 0.60;
/// Beyond this growth another design is due, not a step of this one.
const HORIZON: f64 = 100.0;

/// Adds the stages, in the order in which they become due.
pub fn foresee(cx: &Context, architecture: &mut Architecture) {
    let needs = Needs::of(cx.brief);
    if needs.local {
        return;
    }
    let mut stages: Vec<(String, EvolutionStage)> = Vec::new();
    for (id, component) in &architecture.components {
        let Some(result) = cx.evaluation.components.get(id) else {
            continue;
        };
        let Some(share) = result
            .pools
            .values()
            .filter(|p| p.servers.is_some())
            .map(|p| p.utilisation)
            .filter(|u| *u > 1e-6)
            .reduce(f64::max)
        else {
            continue;
        };
        let at_load = TRIGGER / share;
        if at_load > HORIZON {
            continue;
        }
        let vcpu = component.size.as_ref().and_then(|s| s.vcpu);
        let instances = component.instances.unwrap_or(1);
        let (suffix, change) = match component.kind {
            ComponentKind::Service | ComponentKind::Worker
                if component.stateless == Some(false) =>
            {
                (
                    "apart",
                    format!(
                        "Move the records of {id} into a server of their own, so that {id} can run more than once."
                    ),
                )
            }
            ComponentKind::Service | ComponentKind::Worker => (
                "more",
                format!(
                    "Run more than the {instances} instances of {id}; nothing in it is kept between requests."
                ),
            ),
            ComponentKind::Store => ("larger", store_step(cx, id, vcpu)),
            ComponentKind::Cache | ComponentKind::Broker | ComponentKind::Search => (
                "larger",
                format!("Take the next size of {id}, then spread its keys over several."),
            ),
            _ => continue,
        };
        stages.push((
            format!("{id}-{suffix}"),
            EvolutionStage {
                trigger: format!("{id} uses {:.0} % of its processors in the busiest hour", TRIGGER * 100.0),
                change,
                at_load: Some(round(at_load)),
                cost: None,
                about: because(
                    "decisions.scaling",
                    format!(
                        "It uses {:.1} % now; demand grows with the load, so {:.0} % are reached at {:.1} times.",
                        share * 100.0,
                        TRIGGER * 100.0,
                        at_load
                    ),
                ),
            },
        ));
    }
    stages.sort_by(|a, b| {
        let at = |s: &EvolutionStage| s.at_load.unwrap_or(f64::INFINITY);
        at(&a.1).total_cmp(&at(&b.1)).then(a.0.cmp(&b.0))
    });
    if let Some(split) = split_of_contexts(cx, architecture) {
        stages.push(split);
    }
    for (id, stage) in stages {
        architecture.evolution.entry(id).or_insert(stage);
    }
}

fn round(n: f64) -> f64 {
    (n * 10.0).round() / 10.0
}

fn store_step(cx: &Context, id: &str, vcpu: Option<f64>) -> String {
    let (reads, writes) = cx
        .brief
        .domain
        .operations
        .values()
        .fold((0.0, 0.0), |(r, w), o| {
            let rate = cx.brief.busy_rate(o).map_or(0.0, |r| r.0);
            if o.writes() {
                (r, w + rate)
            } else {
                (r + rate, w)
            }
        });
    let size = vcpu.map_or_else(String::new, |v| format!(" than {v} vCPU"));
    if reads > 2.0 * writes {
        format!(
            "Add a reader for what may be stale ({:.0} % of the requests only read), then a larger {id}{size}.",
            100.0 * reads / (reads + writes)
        )
    } else {
        format!(
            "Take a larger {id}{size}; after the largest, split the busiest tables by key: {:.0} % of the requests write, so readers would not help.",
            100.0 * writes / (reads + writes).max(1e-9)
        )
    }
}

/// A context that outgrows the shared process or the team is the first to leave it.
fn split_of_contexts(
    cx: &Context,
    architecture: &Architecture,
) -> Option<(String, EvolutionStage)> {
    if !matches!(
        architecture.style,
        Some(Style::Monolith | Style::ModularMonolith | Style::Services)
    ) || architecture.contexts.len() < 2
    {
        return None;
    }
    let rate = |context: &model::Context| -> f64 {
        context
            .operations
            .iter()
            .filter_map(|o| cx.brief.domain.operations.get(&**o))
            .filter_map(|o| cx.brief.busy_rate(o))
            .map(|r| r.0)
            .sum()
    };
    let (id, context) = architecture
        .contexts
        .iter()
        .max_by(|a, b| rate(a.1).total_cmp(&rate(b.1)).then(b.0.cmp(a.0)))?;
    let engineers = cx
        .brief
        .team
        .as_ref()
        .and_then(|t| t.engineers)
        .unwrap_or(0);
    Some((
        format!("{id}-apart"),
        EvolutionStage {
            trigger: format!(
                "a team of its own works on {id}, or a second release in a row of another context stops it"
            ),
            change: format!(
                "Run {id} ({} entities, {:.1}/s of the requests) as a deployable with a schema of its own; its tables have one writer already.",
                context.entities.len(),
                rate(context)
            ),
            at_load: None,
            cost: None,
            about: because(
                "decisions.boundaries",
                format!(
                    "With {engineers} engineers one deployable is less work than {}.",
                    architecture.contexts.len()
                ),
            ),
        },
    ))
}
