//! The search: enumerate, prune by bounds, assemble and evaluate whole candidates, keep the front.

use knowledge::{Capability, Role};
use model::Style;
use synthesis::{Choices, Messaging, SearchIn, Standby};

use crate::context::Ctx;
use crate::measure::{self, Measured};
use crate::objective::{self, Ideal};
use crate::sizing::{Sized, Sizes};
use crate::space::Space;
use crate::types::{Notable, Pruned, Reason, SearchReport, SizeReport, Violation};

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

/// One evaluated candidate with its verdict.
#[derive(Debug, Clone)]
pub struct Judged {
    pub measured: Measured,
    pub violations: Vec<Violation>,
}

impl Judged {
    pub fn of(ctx: &Ctx, measured: Measured) -> Self {
        let violations = objective::violations(ctx, &measured.numbers);
        Judged {
            measured,
            violations,
        }
    }
    pub fn feasible(&self) -> bool {
        self.violations.is_empty()
    }
    /// How far beyond the targets, summed.
    pub fn excess(&self) -> f64 {
        self.violations.iter().map(|v| v.by).sum()
    }
}

/// The search's outcome.
pub struct Found {
    /// Every evaluated candidate, in the order of enumeration.
    pub all: Vec<Judged>,
    /// Indices into `all` of those that nothing dominates, among the feasible, or among those with
    /// the least excess where none is feasible.
    pub front: Vec<usize>,
    pub ideal: Ideal,
    pub report: SearchReport,
}

/// Runs the search.
pub fn run(ctx: &Ctx, space: &Space) -> Found {
    let mut pruned: Vec<(&'static str, &'static str, usize)> = Vec::new();
    let mut count = |id, because, n: usize| match pruned.iter_mut().find(|p| p.0 == id) {
        Some(p) => p.2 += n,
        None => pruned.push((id, because, n)),
    };
    // First without relief: no cache, no readers, no broker, no search engine.
    let relief =
        space.readers.len() * space.caches.len() * space.messagings.len() * space.searches.len();
    let mut plain = Vec::new();
    for_each_skeleton(space, |choices| match broken(ctx, &choices) {
        Some(bound) => count(bound.id, bound.because, relief),
        None => plain.push(choices),
    });
    let (mut all, mut sized) = judge(ctx, plain);
    // Then with relief, where the plain candidate misses a target that relief can help with.
    let mut relieved = Vec::new();
    for judged in &all {
        let strained = judged
            .violations
            .iter()
            .any(|v| v.rule == "misses-latency" || v.rule == "saturates");
        let n = &judged.measured.numbers;
        let short = n
            .saturates_at
            .is_some_and(|s| s < objective::headroom_needed(ctx));
        let store_first = n
            .saturates_first
            .as_deref()
            .is_some_and(|c| c.starts_with("store"));
        let mut variants = Vec::new();
        for_each_relief(space, &judged.measured.choices, |c| variants.push(c));
        for choices in variants {
            let broker = matches!(choices.messaging, Messaging::Broker(_));
            let engine = matches!(choices.search, SearchIn::Engine(_));
            let read_relief = choices.readers > 0 || choices.cache.is_some() || engine;
            let kinds = usize::from(broker)
                + usize::from(choices.readers > 0)
                + usize::from(choices.cache.is_some())
                + usize::from(engine);
            if let Some(bound) = broken(ctx, &choices) {
                count(bound.id, bound.because, 1);
            } else if read_relief && !strained && !(short && store_first) {
                count(
                    "relief-without-need",
                    "without cache, readers or search engine the same candidate meets every latency target and carries the spike and three years of growth: they would add cost, burden and complexity and improve nothing that counts",
                    1,
                );
            } else if kinds > 2 {
                count(
                    "more-than-two-reliefs",
                    "two reliefs at once are weighed; a third is a later stage of evolution",
                    1,
                );
            } else if broker && read_relief {
                count(
                    "broker-beside-read-relief",
                    "a broker does not shorten a read; it is weighed on its own",
                    1,
                );
            } else {
                relieved.push(choices);
            }
        }
    }
    let (more, their) = judge(ctx, relieved);
    all.extend(more);
    sized.extend(their);
    let sizes = resize(ctx, &mut all, &sized);
    let (front, ideal) = front_of(&all);
    let report = SearchReport {
        enumerated: space.size(),
        pruned: pruned
            .into_iter()
            .map(|(rule, because, count)| Pruned {
                rule: rule.into(),
                count: count as u64,
                because: because.into(),
            })
            .collect(),
        excluded: space.excluded.clone(),
        evaluated: all.len(),
        feasible: all.iter().filter(|j| j.feasible()).count(),
        on_front: front.len(),
        fell: fell(&all, &front),
        notable: Vec::<Notable>::new(),
        sizes,
    };
    Found {
        all,
        front,
        ideal,
        report,
    }
}

pub(crate) fn for_each_skeleton(space: &Space, mut each: impl FnMut(Choices)) {
    let mut c = space.base.clone();
    c.messaging = space.messagings.first().cloned().unwrap_or(Messaging::None);
    c.search = space.searches.first().cloned().unwrap_or(SearchIn::Nowhere);
    for style in &space.styles {
        for (store, managed) in &space.stores {
            for standby in &space.standbys {
                for platform in &space.platforms {
                    for balancer in &space.balancers {
                        for zones in &space.zones {
                            c.style = *style;
                            c.store.clone_from(store);
                            c.managed_store = *managed;
                            c.standby = *standby;
                            c.platform.clone_from(platform);
                            c.balancer.clone_from(balancer);
                            c.zones = *zones;
                            each(c.clone());
                        }
                    }
                }
            }
        }
    }
}

fn for_each_relief(space: &Space, from: &Choices, mut each: impl FnMut(Choices)) {
    for (i, readers) in space.readers.iter().enumerate() {
        for (j, cache) in space.caches.iter().enumerate() {
            for (k, messaging) in space.messagings.iter().enumerate() {
                for (l, search) in space.searches.iter().enumerate() {
                    if i + j + k + l > 0 {
                        let mut c = from.clone();
                        c.readers = *readers;
                        c.cache.clone_from(cache);
                        c.messaging = messaging.clone();
                        c.search = search.clone();
                        each(c);
                    }
                }
            }
        }
    }
}

/// A structure's sizes, searched; without them where it could not be compiled.
type Searched = Option<(Sizes, Sized)>;

/// A candidate as synthesis buys it, and its sizes searched.
fn one(ctx: &Ctx, choices: &Choices) -> (Judged, Searched) {
    let (measured, sizes) = measure::with_sizes(ctx, choices);
    let searched = sizes.and_then(|sizes| {
        let sized = sizes.search(&measured.numbers)?;
        Some((sizes, sized))
    });
    (Judged::of(ctx, measured), searched)
}

/// One candidate with the sizes that suit it best, as those of the search are.
pub fn sized(ctx: &Ctx, choices: &Choices, ideal: &Ideal) -> Judged {
    let (mut judged, searched) = one(ctx, choices);
    if let Some(searched) = &searched {
        settle(ctx, &mut judged, searched, ideal);
    }
    judged
}

/// Evaluates on two threads; the order of the results is that of the input.
fn judge(ctx: &Ctx, choices: Vec<Choices>) -> (Vec<Judged>, Vec<Searched>) {
    let one = |c: &Choices| one(ctx, c);
    if choices.len() < 8 {
        return choices.iter().map(one).unzip();
    }
    let half = choices.len() / 2;
    let (left, right) = choices.split_at(half);
    std::thread::scope(|scope| {
        let second = scope.spawn(|| right.iter().map(one).collect::<Vec<_>>());
        let mut first: Vec<(Judged, Searched)> = left.iter().map(one).collect();
        match second.join() {
            Ok(rest) => first.extend(rest),
            // The thread's panic is this one's.
            Err(panic) => std::panic::resume_unwind(panic),
        }
        first.into_iter().unzip()
    })
}

/// Sizes other than those the rule buys are taken where the score of the whole gains more than this:
/// below it the difference is within what the numbers are known to.
const WORTH_RESIZING: f64 = 0.005;

/// Gives each structure the sizes that suit it best, and counts what was searched.
fn resize(ctx: &Ctx, all: &mut [Judged], searched: &[Searched]) -> SizeReport {
    let mut report = SizeReport {
        complete: true,
        ..SizeReport::default()
    };
    let mut front = explore::Archive::default();
    let mut pruned = [0u64; crate::sizing::CONSTRAINTS.len()];
    let mut beaten = 0;
    for (at, (judged, searched)) in all.iter().zip(searched).enumerate() {
        let Some((_, sized)) = searched else {
            report.designs += 1;
            report.complete = false;
            continue;
        };
        let counts = &sized.certificate.counts;
        report.designs += counts.designs();
        report.examined += counts.examined.designs;
        beaten += counts.beaten.designs;
        for (sum, count) in pruned.iter_mut().zip(&counts.infeasible) {
            *sum += count.designs;
        }
        // What sizes do not change can still rule a structure out.
        let late = judged.violations.iter().any(|v| v.rule == "late");
        for (levels, n) in sized.front.iter().filter(|_| !late) {
            let objectives = [
                n.monthly_cost.unwrap_or(f64::INFINITY),
                1.0 - n.availability.unwrap_or(0.0),
                objective::headroom_needed(ctx) - n.saturates_at.unwrap_or(0.0),
                n.burden,
                n.complexity_points,
                n.hours,
            ];
            let mut objectives = objectives;
            objectives[2] = objectives[2].max(0.0);
            front.offer(at, levels, &objectives);
        }
    }
    report.on_front = front.len();
    let left_out = crate::sizing::CONSTRAINTS.iter().zip(pruned);
    report.pruned = left_out
        .map(|((rule, because), count)| (*rule, *because, count))
        .chain([(
            "beaten",
            "another size of the same structure costs no more, is down no more and carries as much growth",
            beaten,
        )])
        .filter(|(_, _, count)| *count > 0)
        .map(|(rule, because, count)| Pruned {
            rule: rule.into(),
            count,
            because: because.into(),
        })
        .collect();
    let bought = all.iter().filter(|j| j.feasible());
    let bought = bought.map(|j| &j.measured.numbers);
    let others = searched.iter().flatten().flat_map(|(_, s)| &s.front);
    let ideal = Ideal::of(bought.chain(others.map(|(_, n)| n)));
    for (judged, searched) in all.iter_mut().zip(searched) {
        if let Some(searched) = searched {
            report.resized += usize::from(settle(ctx, judged, searched, &ideal));
        }
    }
    report
}

/// Takes the best sizes of a structure's front, where they are worth it.
fn settle(ctx: &Ctx, judged: &mut Judged, searched: &(Sizes, Sized), ideal: &Ideal) -> bool {
    let (sizes, sized) = searched;
    let score = |n: &crate::types::Numbers| objective::score(&objective::points(ctx, ideal, n));
    let best = sized
        .front
        .iter()
        .map(|(levels, numbers)| (score(numbers), levels, numbers))
        .reduce(|a, b| if b.0 > a.0 { b } else { a });
    let Some((points, levels, numbers)) = best else {
        return false;
    };
    let violations = objective::violations(ctx, numbers);
    let better = judged.violations.len() > violations.len()
        || points > score(&judged.measured.numbers) + WORTH_RESIZING;
    if better {
        sizes.put(levels, &mut judged.measured.architecture);
        judged.measured.numbers = numbers.clone();
        judged.violations = violations;
    }
    better
}

/// The undominated among the feasible; where none is, among the ten nearest to feasible.
fn front_of(all: &[Judged]) -> (Vec<usize>, Ideal) {
    let mut pool: Vec<usize> = (0..all.len()).filter(|&i| all[i].feasible()).collect();
    if pool.is_empty() {
        pool = (0..all.len()).collect();
        // Within five per cent of one another they are equally far, and the plainer one, which was
        // enumerated first, goes first.
        let far = |i: usize| {
            let steps = (all[i].excess().max(1e-6).ln() / 1.05f64.ln()).round();
            (all[i].violations.len(), steps as i64)
        };
        pool.sort_by_key(|&i| (far(i), i));
        pool.truncate(10);
        pool.sort_unstable();
    }
    let front: Vec<usize> = pool
        .iter()
        .copied()
        .filter(|&i| {
            !pool.iter().any(|&j| {
                j != i && objective::dominates(&all[j].measured.numbers, &all[i].measured.numbers)
            })
        })
        .collect();
    let ideal = Ideal::of(pool.iter().map(|&i| &all[i].measured.numbers));
    (front, ideal)
}

/// Why the others fell, counted.
fn fell(all: &[Judged], front: &[usize]) -> Vec<Reason> {
    let mut reasons: Vec<Reason> = Vec::new();
    let mut add = |text: String| match reasons.iter_mut().find(|r| r.text == text) {
        Some(r) => r.count += 1,
        None => reasons.push(Reason { text, count: 1 }),
    };
    for (i, judged) in all.iter().enumerate() {
        if front.contains(&i) {
            continue;
        }
        match judged.violations.first() {
            Some(v) => add(match v.rule.as_str() {
                "over-budget" => "over the budget".into(),
                "misses-latency" => "a latency target missed".into(),
                "saturates" => "saturated below the spike".into(),
                "misses-availability" => "the availability target missed".into(),
                _ => "not ready by the deadline".into(),
            }),
            None => add(
                "dominated: another feasible candidate is at least as good in every objective"
                    .into(),
            ),
        }
    }
    reasons.sort_by(|a, b| b.count.cmp(&a.count).then(a.text.cmp(&b.text)));
    reasons
}
