//! How callers talk to the system.
//!
//! Facts weighed: who calls (people's browsers and other companies read HTTP with JSON without a
//! library of ours), how many different shapes of one answer are asked for, whether calls between
//! our own processes dominate, whether the server must speak first. `callers` is the share of the
//! load from callers that the style fits; `shapes` the fit to views per entity; `tools` what can be
//! cached, tried by hand and limited per route without more software.

use model::{ActorKind, ApiStyle, Decision, Trigger};

use crate::context::Ctx;
use crate::prose;
use crate::weighing::{Change, Grounds, Weighed, decision};

pub const ID: &str = "api-style";

/// Views of the most viewed entity: from about this many on, choosing fields per call pays.
const MANY_SHAPES: f64 = 6.0;

fn views_per_entity(ctx: &Ctx) -> (String, usize) {
    let views = &ctx.brief.domain.views;
    ctx.brief
        .domain
        .entities
        .keys()
        .map(|e| {
            (
                e.clone(),
                views.values().filter(|v| *v.entity == **e).count(),
            )
        })
        .max_by(|a, b| a.1.cmp(&b.1).then(b.0.cmp(&a.0)))
        .unwrap_or_default()
}

fn subscriptions(ctx: &Ctx) -> Vec<String> {
    ctx.brief
        .domain
        .operations
        .iter()
        .filter(|(_, o)| matches!(o.trigger, Trigger::Subscription))
        .map(|(id, _)| id.clone())
        .collect()
}

/// The share of the busiest hour's load that systems and devices bring.
fn machine_share(ctx: &Ctx) -> f64 {
    let all = ctx.busiest();
    let total: f64 = all.iter().map(|(_, _, r)| r).sum();
    let machines: f64 =
        all.iter()
            .filter(|(_, o, _)| {
                !o.actors.is_empty()
                    && o.actors.iter().all(|a| {
                        ctx.brief.domain.actors.get(&**a).is_some_and(|a| {
                            matches!(a.kind, ActorKind::System | ActorKind::Device)
                        })
                    })
            })
            .map(|(_, _, r)| r)
            .sum();
    if total > 0.0 { machines / total } else { 0.0 }
}

pub fn candidates(ctx: &Ctx) -> Vec<Weighed> {
    if ctx.needs.local {
        return vec![
            Weighed::new("command-line", &[("callers", 1.0, 1.0)], ""),
            Weighed::rejected("rest", "nothing is served over a network: form says so"),
        ];
    }
    let (entity, shapes) = views_per_entity(ctx);
    let shape = (shapes as f64 / MANY_SHAPES).min(1.0);
    let machines = machine_share(ctx);
    let given = ctx
        .brief
        .domain
        .operations
        .values()
        .filter(|o| o.method.is_some() || o.path.is_some())
        .count();
    let total = ctx.brief.domain.operations.len().max(1);
    let routes = given as f64 / total as f64;
    let pushed = subscriptions(ctx);
    let internal_only = !ctx.needs.public;
    vec![
        Weighed::new(
            "rest",
            &[
                ("callers", 0.4, 1.0 - 0.3 * machines),
                ("shapes", 0.2, 1.0 - 0.5 * shape),
                ("tools", 0.2, 1.0),
                ("given-routes", 0.2, 0.5 + 0.5 * routes),
            ],
            format!("{shapes} views of {entity} mean {shapes} routes or parameters"),
        ),
        Weighed::new(
            "graphql",
            &[
                ("callers", 0.4, 0.7 - 0.4 * machines),
                ("shapes", 0.2, 0.3 + 0.7 * shape),
                ("tools", 0.2, 0.4),
                ("given-routes", 0.2, 0.5 - 0.5 * routes),
            ],
            format!(
                "the entity with most views, {entity}, has {shapes}; below about {MANY_SHAPES:.0} a client gains little, while limits per query and caching by address are lost"
            ),
        ),
        Weighed::new(
            "grpc",
            &[
                (
                    "callers",
                    0.4,
                    if internal_only { 0.6 } else { 0.2 } + 0.4 * machines,
                ),
                ("shapes", 0.2, 0.5),
                ("tools", 0.2, 0.4),
                ("given-routes", 0.2, 0.5 - 0.5 * routes),
            ],
            format!(
                "{} of the load comes from callers that are not machines of ours",
                prose::percent((1.0 - machines).max(0.0))
            ),
        ),
        Weighed::new(
            "websocket",
            &[
                ("callers", 0.4, if pushed.is_empty() { 0.1 } else { 0.5 }),
                ("shapes", 0.2, 0.5),
                ("tools", 0.2, 0.2),
                ("given-routes", 0.2, 0.5 - 0.5 * routes),
            ],
            if pushed.is_empty() {
                "no operation is a subscription, so nothing is pushed".to_string()
            } else {
                format!(
                    "only {} is pushed; it gets a stream of its own beside the requests",
                    prose::list(&pushed)
                )
            },
        ),
    ]
}

pub fn choice(chosen: &str) -> ApiStyle {
    match chosen {
        "graphql" => ApiStyle::Graphql,
        "grpc" => ApiStyle::Grpc,
        "websocket" => ApiStyle::Websocket,
        "command-line" => ApiStyle::CommandLine,
        _ => ApiStyle::Rest,
    }
}

fn bare(ctx: &Ctx) -> Decision {
    decision("How do callers talk to it?", candidates(ctx), None)
}

pub fn decide(ctx: &Ctx) -> Decision {
    let operations = ctx.brief.domain.operations.len();
    if ctx.needs.local {
        return bare(ctx)
            .because(format!("{} is started by typing its name: its {operations} operations are commands with arguments and exit codes.", ctx.brief.name))
            .fact(format!("{operations} operations, none over a network"), "form")
            .revisit("somebody wants to use it from another machine")
            .read(ctx, &["form"]);
    }
    let (entity, shapes) = views_per_entity(ctx);
    let given = ctx
        .brief
        .domain
        .operations
        .values()
        .filter(|o| o.method.is_some() || o.path.is_some())
        .count();
    let mut decided = bare(ctx);
    let because = match decided.chosen.as_str() {
        "rest" => format!(
            "{given} of {operations} operations are given as method and path, and {}. Every caller can use them with what it has.",
            if shapes > 0 {
                format!("the entity with the most views, {entity}, has only {shapes}")
            } else {
                "no entity has several views".into()
            }
        ),
        "graphql" => format!(
            "{entity} is asked for in {shapes} shapes; one query language replaces as many routes."
        ),
        "grpc" => format!(
            "{} of the load comes from machines, which share one generated client.",
            prose::percent(machine_share(ctx))
        ),
        _ => format!(
            "{} must be pushed to the client.",
            prose::list(&subscriptions(ctx))
        ),
    };
    decided = decided.because(because);
    decided
        .trade_off(format!("a client that needs two things makes two calls, or gets a view of its own beside the {} there are", ctx.brief.domain.views.len()))
        .fact(format!("{} views over {} entities", ctx.brief.domain.views.len(), ctx.brief.domain.entities.len()), "domain.views")
        .revisit(format!("one entity is asked for in more than {MANY_SHAPES:.0} shapes, or most of the load comes from processes of our own"))
        .read(ctx, &["form", "security.public"])
}

/// With the flips computed.
pub fn decide_with_flips(ctx: &Ctx) -> Decision {
    if ctx.needs.local {
        return decide(ctx);
    }
    let (entity, _) = views_per_entity(ctx);
    let mut changes = vec![Change::new("if no route were given yet", |b| {
        for o in b.domain.operations.values_mut() {
            (o.method, o.path) = (None, None);
        }
    })];
    changes.push(Change::new(
        format!("if no route were given and {entity} had 8 views"),
        move |b| {
            for o in b.domain.operations.values_mut() {
                (o.method, o.path) = (None, None);
            }
            for n in 0..8 {
                b.domain.views.insert(
                    format!("{entity}-view-{n}"),
                    model::View {
                        entity: entity.as_str().into(),
                        fields: Vec::new(),
                        include: model::Map::new(),
                        envelope: None,
                        description: None,
                    },
                );
            }
        },
    ));
    changes.push(Change::new(
        "if all callers were machines inside the network and no route were given",
        |b| {
            b.security.get_or_insert_default().public = Some(false);
            for o in b.domain.operations.values_mut() {
                (o.method, o.path) = (None, None);
            }
            for a in b.domain.actors.values_mut() {
                a.kind = ActorKind::System;
            }
        },
    ));
    decide(ctx).what_if(ctx, bare, changes)
}
