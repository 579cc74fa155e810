//! Contracts: what each component offers to its callers.

use model::{
    ApiStyle, Architecture, Brief, Bytes, Component, ComponentKind, Contract, Count, Duration,
    OperationId, Rate, RateLimit, Trigger,
};
use synthesis::{AuthenticationBy, Needs};

use crate::{Context, because};

/// Two releases a year apart is what integrators plan with; a year's notice covers one of them.
const NOTICE: Duration = Duration::from_secs(365.25 * 86_400.0);
/// A caller may use this many times its even share of the busiest hour before it is refused.
const SHARES: f64 = 20.0;

/// Adds a contract for every component that answers requests.
pub fn offer(cx: &Context, architecture: &mut Architecture) {
    let needs = Needs::of(cx.brief);
    let answering: Vec<(String, Component)> = architecture
        .components
        .iter()
        .filter(|(_, c)| matches!(c.kind, ComponentKind::Service | ComponentKind::Program))
        .map(|(id, c)| (id.clone(), c.clone()))
        .collect();
    for (id, component) in answering {
        let operations = offered(cx.brief, architecture, &id);
        if operations.is_empty() {
            continue;
        }
        let (limit, reason) = rate_limit(cx.brief, &operations);
        let base = cx.brief.domain.wire.as_ref().and_then(|w| w.base.clone());
        let program = component.kind == ComponentKind::Program;
        let contract = Contract {
            component: id.as_str().into(),
            style: if program {
                ApiStyle::CommandLine
            } else {
                cx.choices.api
            },
            operations,
            base: base.or_else(|| (!program).then(|| "/v1".to_string())),
            versioning: cx.choices.versioning,
            version: (!program).then(|| "1".to_string()),
            pagination: (!program).then_some(cx.choices.pagination),
            authentication: Some(cx.choices.authentication.word().into()),
            rate_limit: (!program && !needs.local).then_some(limit),
            notice: (!program && needs.public).then_some(NOTICE),
            max_body: (!program).then(|| largest_body(cx.brief, &id, architecture)),
            about: because("decisions.api-style", reason),
        };
        let name = if cx.choices.authentication == AuthenticationBy::OperatingSystem {
            "commands".to_string()
        } else {
            format!("{id}-api")
        };
        architecture.contracts.insert(name, contract);
    }
}

/// The operations whose requests a component takes.
fn offered(brief: &Brief, architecture: &Architecture, component: &str) -> Vec<OperationId> {
    brief
        .domain
        .operations
        .iter()
        .filter(|(_, o)| !matches!(o.trigger, Trigger::Event(_) | Trigger::Every(_)))
        .filter(|(id, _)| {
            architecture.paths.get(*id).is_some_and(|p| {
                // The first step of our own code: past the balancer, not yet at a store.
                p.steps
                    .iter()
                    .find(|s| {
                        architecture.components.get(&*s.on).is_some_and(|c| {
                            matches!(c.kind, ComponentKind::Service | ComponentKind::Program)
                        })
                    })
                    .or(p.steps.first())
                    .is_some_and(|s| {
                        s.on == *component
                            || architecture
                                .components
                                .get(component)
                                .is_some_and(|c| c.kind == ComponentKind::Program)
                    })
            })
        })
        .map(|(id, _)| id.into())
        .collect()
}

/// A limit that no honest caller meets: twenty times the share of one caller in the busiest hour,
/// and at least 5 requests a second for a page that loads several things.
fn rate_limit(brief: &Brief, operations: &[OperationId]) -> (RateLimit, String) {
    let mut share: f64 = 0.0;
    let mut of = String::new();
    for (id, actor) in &brief.domain.actors {
        let Some(count) = actor.count.filter(|c| c.0 > 0.0) else {
            continue;
        };
        let rate: f64 = operations
            .iter()
            .filter_map(|o| brief.domain.operations.get(&**o))
            .filter(|o| o.actors.iter().any(|a| **a == *id))
            .filter_map(|o| brief.busy_rate(o))
            .map(|r| r.0)
            .sum();
        if rate / count.0 > share {
            share = rate / count.0;
            of = format!(
                "One {id} sends {} in the busiest hour ({} over {count}); the limit is twenty times that, at least 5/s.",
                each(share),
                Rate(short(rate))
            );
        }
    }
    if of.is_empty() {
        of = "No actor has a count, so the limit is the least that lets a page load: 5/s.".into();
    }
    let per_caller = (share * SHARES).ceil().max(5.0);
    (
        RateLimit {
            per_caller: Rate(per_caller),
            burst: Some(Count(per_caller * 4.0)),
        },
        of,
    )
}

/// A rate of one caller: per second, or as requests an hour where that is less than one in ten
/// seconds.
fn each(per_s: f64) -> String {
    match per_s {
        r if r >= 0.1 => format!("{} requests a second", short(r)),
        r if r * 3600.0 >= 1.0 => format!("{} requests an hour", short(r * 3600.0)),
        r => format!("{} requests a day", short(r * 86_400.0)),
    }
}

/// Two digits after the point for what is below ten, whole numbers above.
fn short(n: f64) -> f64 {
    match n {
        n if n >= 10.0 => n.round(),
        n => (n * 100.0).round() / 100.0,
    }
}

/// The largest body that an operation needs: its batch times its fields, and a factor of two for
/// what text and JSON add.
fn largest_body(brief: &Brief, component: &str, architecture: &Architecture) -> Bytes {
    let of = |id: &OperationId| {
        let Some(operation) = brief.domain.operations.get(&**id) else {
            return 0.0;
        };
        let items = operation.batch.map_or(1.0, |b| f64::from(b.max)).max(
            operation
                .input
                .values()
                .filter_map(|f| f.max_items)
                .map(f64::from)
                .fold(1.0, f64::max),
        );
        items * 1_024.0
    };
    let most = offered(brief, architecture, component)
        .iter()
        .map(of)
        .fold(0.0, f64::max);
    let mib = (2.0 * most / 1_048_576.0).ceil().max(1.0);
    Bytes(mib * 1_048_576.0)
}
