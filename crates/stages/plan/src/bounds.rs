//! Combinations that are left out before they are assembled, each with the reason why nothing is
//! lost by it.

use knowledge::{Capability, Role};
use model::Style;
use synthesis::{Choices, Messaging, Standby};

use crate::context::Ctx;

/// A rule by which a combination is left out before it is assembled: why nothing is lost by it.
pub struct Bound {
    pub id: &'static str,
    pub because: &'static str,
    /// The model path of the target it keeps; `None` where the technology or sense asks for it.
    pub requirement: Option<&'static str>,
    /// Whether the combination breaks it.
    pub breaks: fn(&Ctx, &Choices) -> bool,
}

/// Hard constraints first, then combinations that mean nothing, then monotone bounds.
pub const BOUNDS: &[Bound] = &[
    Bound {
        id: "survive-zone-loss",
        requirement: Some("targets.survive_zone_loss"),
        because: "targets.survive_zone_loss asks for two zones and a store that can take over in the second",
        breaks: |ctx, c| {
            ctx.survives_zone_loss()
                && (c.zones < 2
                    || (c.store.is_some()
                        && c.standby == Standby::None
                        && !scaled_by_provider(ctx, c)))
        },
    },
    Bound {
        id: "acknowledged-work-kept",
        requirement: Some("domain.operations"),
        because: "operations that may not lose acknowledged work need a second copy that each commit waits for",
        breaks: |ctx, c| {
            ctx.needs.durable
                && !ctx.needs.local
                && c.standby != Standby::Synchronous
                && !scaled_by_provider(ctx, c)
        },
    },
    Bound {
        id: "standby-not-offered",
        requirement: None,
        because: "the store does not offer that kind of replication",
        breaks: |ctx, c| {
            let Some(store) = c.store.as_deref().and_then(|s| ctx.technology(s)) else {
                return c.standby != Standby::None;
            };
            match c.standby {
                Standby::None => false,
                Standby::Asynchronous => {
                    !store.has(Capability::ReadReplicas)
                        && !store.has(Capability::AutomaticFailover)
                }
                // A managed offering in two zones replicates synchronously whatever the engine does.
                Standby::Synchronous => {
                    !(store.has(Capability::SynchronousReplication)
                        || (c.managed_store && store.has(Capability::AutomaticFailover)))
                }
            }
        },
    },
    Bound {
        id: "embedded-means-one-process",
        requirement: None,
        because: "a store inside the process cannot be shared by instances, zones, workers or functions",
        breaks: |ctx, c| {
            embedded(ctx, c)
                && (c.zones > 1
                    || c.standby != Standby::None
                    || c.readers > 0
                    || c.balancer.is_some()
                    || !matches!(
                        c.style,
                        Style::Program | Style::Monolith | Style::ModularMonolith
                    )
                    || matches!(c.messaging, Messaging::Broker(_))
                    || role(ctx, c.platform.as_deref()).is_some_and(|r| r != Role::Host))
        },
    },
    Bound {
        id: "no-lag-allowed",
        requirement: None,
        because: "readers lag, and the store has to offer them",
        breaks: |ctx, c| {
            c.readers > 0
                && !c
                    .store
                    .as_deref()
                    .and_then(|s| ctx.technology(s))
                    .is_some_and(|s| s.has(Capability::ReadReplicas))
        },
    },
    Bound {
        id: "queue-table-needs-skip-locked",
        requirement: None,
        because: "several workers on one queue table need locks that others skip",
        breaks: |ctx, c| {
            c.messaging == Messaging::TableQueue
                && !c
                    .store
                    .as_deref()
                    .and_then(|s| ctx.technology(s))
                    .is_some_and(|s| s.has(Capability::SkipLocked) || s.has(Capability::Embedded))
        },
    },
    Bound {
        id: "instances-need-a-balancer",
        requirement: None,
        because: "several instances are reached through a balancer, and functions bring their own",
        breaks: |ctx, c| {
            let function = role(ctx, c.platform.as_deref()) == Some(Role::Serverless);
            let many = c.zones > 1
                || matches!(
                    c.style,
                    Style::Services | Style::Microservices | Style::EventDriven
                );
            c.style != Style::Program && c.balancer.is_none() && many && !function
        },
    },
    Bound {
        id: "functions-are-a-style",
        requirement: None,
        because: "functions run on a function platform and nothing else does",
        breaks: |ctx, c| {
            (c.style == Style::Serverless)
                != (role(ctx, c.platform.as_deref()) == Some(Role::Serverless))
        },
    },
    Bound {
        id: "no-work-for-readers-of-a-single-zone-standby",
        requirement: None,
        because: "a standby in the same zone guards against one machine and not against the zone: it is weighed where two zones are",
        breaks: |_, c| c.zones == 1 && c.standby == Standby::Asynchronous,
    },
    Bound {
        id: "zones-without-standby",
        requirement: None,
        because: "spreading processes over zones while the store stands in one pays for zones and still falls with that one",
        breaks: |ctx, c| {
            c.zones > 1
                && c.store.is_some()
                && c.standby == Standby::None
                && !scaled_by_provider(ctx, c)
        },
    },
    Bound {
        id: "machines-without-a-shared-provider-store",
        requirement: None,
        because: "who runs the store oneself runs the machines too",
        breaks: |ctx, c| {
            !c.managed_store
                && c.store.is_some()
                && !embedded(ctx, c)
                && !scaled_by_provider(ctx, c)
                && role(ctx, c.platform.as_deref())
                    .is_some_and(|r| matches!(r, Role::Serverless | Role::ContainerPlatform))
        },
    },
    Bound {
        id: "functions-need-a-fast-start",
        requirement: None,
        because: "a function that starts cold keeps its first caller waiting for the runtime's start, which takes this one more than a second",
        breaks: |ctx, c| {
            c.style == Style::Serverless
                && !ctx
                    .technology(&c.runtime)
                    .is_some_and(|t| t.has(Capability::FastStart))
        },
    },
    Bound {
        id: "recovery-point-kept",
        requirement: Some("targets.recovery_point"),
        because: "targets.recovery_point is shorter than the day between two copies of a file: it takes continuous archiving or a standby, which the store does not offer",
        breaks: |ctx, c| {
            let point = ctx.brief.targets.as_ref().and_then(|t| t.recovery_point);
            !ctx.needs.local
                && point.is_some_and(|p| p.secs() < 86_400.0)
                && c.standby == Standby::None
                && c.store
                    .as_deref()
                    .and_then(|s| ctx.technology(s))
                    .is_some_and(|s| !s.has(Capability::PointInTimeRecovery))
        },
    },
    Bound {
        id: "nobody-awake-for-a-failover",
        requirement: None,
        because: "a standby that the team fails over itself needs somebody on call at all hours; the provider offers the same store with its own failover",
        breaks: |ctx, c| {
            c.standby != Standby::None
                && !c.managed_store
                && ctx.on_call().is_some_and(|o| o != model::OnCall::AllHours)
                && c.store
                    .as_deref()
                    .and_then(|s| ctx.technology(s))
                    .is_some_and(|s| s.self_hostable() && ctx.managed_here(s))
        },
    },
    Bound {
        id: "fewer-teams-than-services",
        requirement: None,
        because: "a service with a store of its own needs a team that owns it; with one team every boundary costs and frees nobody",
        breaks: |ctx, c| {
            c.style == Style::Microservices && (ctx.teams() < 2 || ctx.contexts.len() < 2)
        },
    },
    Bound {
        id: "nobody-for-an-orchestrator",
        requirement: None,
        because: "an orchestrator needs about one engineer in five (burden points times ten hours a month), and nobody here runs one",
        breaks: |ctx, c| {
            role(ctx, c.platform.as_deref()) == Some(Role::Orchestrator)
                && !ctx
                    .technology(c.platform.as_deref().unwrap_or(""))
                    .is_some_and(|t| ctx.demanded(t) || ctx.skill(t) == Some(model::Skill::Good))
                && ctx.engineers().is_some_and(|n| n < 10)
        },
    },
];

/// What a technology is, of the roles a platform can play.
pub fn role(ctx: &Ctx, platform: Option<&str>) -> Option<Role> {
    let technology = ctx.technology(platform?)?;
    [
        Role::Serverless,
        Role::Orchestrator,
        Role::ContainerPlatform,
        Role::Host,
    ]
    .into_iter()
    .find(|r| technology.plays(*r))
}

pub fn embedded(ctx: &Ctx, choices: &Choices) -> bool {
    choices
        .store
        .as_deref()
        .and_then(|s| ctx.technology(s))
        .is_some_and(|t| t.has(Capability::Embedded))
}

/// The provider replicates and scales the store by itself; there is no instance to choose.
fn scaled_by_provider(ctx: &Ctx, choices: &Choices) -> bool {
    choices
        .store
        .as_deref()
        .and_then(|s| ctx.technology(s))
        .is_some_and(|t| !t.self_hostable())
}

/// The first bound that a combination breaks.
pub fn broken(ctx: &Ctx, choices: &Choices) -> Option<&'static Bound> {
    BOUNDS.iter().find(|b| (b.breaks)(ctx, choices))
}
