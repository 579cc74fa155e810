//! How it is built, released, taken back and moved to a new schema.

use model::{Architecture, ComponentKind, Environment, Ratio};
use synthesis::Needs;

use crate::Context;

/// Fills what the delivery section does not say yet.
pub fn deliver(cx: &Context, architecture: &mut Architecture) {
    let needs = Needs::of(cx.brief);
    let tables = architecture.data.len();
    let services: Vec<(&String, u32)> = architecture
        .components
        .iter()
        .filter(|(_, c)| matches!(c.kind, ComponentKind::Service | ComponentKind::Worker))
        .map(|(id, c)| (id, c.instances.unwrap_or(1)))
        .collect();
    let single = services.iter().all(|(_, n)| *n <= 1);
    let names: Vec<&str> = services.iter().map(|(id, _)| id.as_str()).collect();
    let delivery = &mut architecture.delivery;
    let platform = cx
        .choices
        .platform
        .as_deref()
        .and_then(|id| cx.knowledge.technology(id))
        .map(|t| t.name.clone());
    if needs.local {
        delivery.rollout.get_or_insert_with(|| {
            "One binary per platform, signed; a new version is installed over the old one.".into()
        });
        delivery
            .rollback
            .get_or_insert_with(|| "Install the version before.".into());
    } else if single {
        delivery.rollout.get_or_insert_with(|| {
            format!(
                "{} is stopped and started in its new version, in quiet hours; the gap is the time of one start and counts against the error budget.",
                crate::boundaries::list(&names)
            )
        });
        delivery.rollback.get_or_insert_with(|| {
            "The image before is started again; the schema is compatible with it by rule.".into()
        });
    } else {
        let least = services
            .iter()
            .map(|(_, n)| *n)
            .filter(|n| *n > 1)
            .min()
            .unwrap_or(2);
        delivery.rollout.get_or_insert_with(|| {
            format!(
                "One instance of {least} takes the new version and real requests for 10 minutes; with error rate and p99 inside the targets the others follow one by one."
            )
        });
        delivery.rollback.get_or_insert_with(|| {
            "The balancer goes back to the instances of the version before, which stay for an hour; the schema is compatible with both.".into()
        });
    }
    if tables > 0 {
        delivery.migrations.get_or_insert_with(|| {
            format!(
                "Expand, migrate, contract: the {tables} tables are changed by additions first, a release later by removals; each migration has a way back and a lock timeout of 2 s, and is tried on a copy of production."
            )
        });
    }
    if let Some(platform) = platform {
        delivery.infrastructure.get_or_insert_with(|| {
            format!("Described as code, applied to {platform}; nothing is made by hand.")
        });
    }
    if !needs.local {
        delivery
            .environments
            .entry("production".into())
            .or_insert(Environment {
                purpose: "Serves users.".into(),
                size: Some(Ratio(1.0)),
            });
        delivery
            .environments
            .entry("staging".into())
            .or_insert(Environment {
                purpose: "Takes every release first, with made-up data of the same shape.".into(),
                size: Some(Ratio(0.25)),
            });
    }
    if delivery.pipeline.is_empty() {
        delivery.pipeline = pipeline(architecture.contracts.len(), tables, needs.local);
    }
}

fn pipeline(contracts: usize, tables: usize, local: bool) -> Vec<String> {
    let mut steps = vec![
        "groundplan check: no finding of severity major or worse".to_string(),
        "build, unit tests".to_string(),
    ];
    if tables > 0 {
        steps.push("migrations up, down and up again on a fresh database".into());
    }
    if contracts > 0 && !local {
        steps.push("contract tests of every operation against the running service".into());
    }
    steps.push(
        if local {
            "release"
        } else {
            "staging, smoke tests, production"
        }
        .into(),
    );
    steps
}
