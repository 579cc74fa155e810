//! The search: enumerate, prune by bounds, assemble and evaluate whole candidates, keep the front.

use synthesis::{Choices, Messaging, SearchIn};

use crate::bounds::broken;
use crate::context::Ctx;
use crate::measure::{self, Measured};
use crate::objective::{self, Ideal};
use crate::sizing::{Sized, Sizes};
use crate::space::Space;
use crate::types::{Notable, Pruned, Reason, SearchReport, SizeReport, Violation};

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
    let (mut all, mut sized) = judge(ctx, plain, space.sizes);
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
    let (more, their) = judge(ctx, relieved, space.sizes);
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
fn judge(ctx: &Ctx, choices: Vec<Choices>, sizes: bool) -> (Vec<Judged>, Vec<Searched>) {
    let one = |c: &Choices| match sizes {
        true => one(ctx, c),
        false => (Judged::of(ctx, measure::candidate(ctx, c)), None),
    };
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
        .map(|(levels, numbers)| (score(numbers), levels))
        .reduce(|a, b| if b.0 > a.0 { b } else { a });
    let Some((points, levels)) = best else {
        return false;
    };
    if judged.feasible() && points <= score(&judged.measured.numbers) + WORTH_RESIZING {
        return false;
    }
    // What is taken is evaluated whole, with what is held (connections, slots), which the search of
    // sizes leaves out.
    let mut architecture = judged.measured.architecture.clone();
    sizes.put(levels, &mut architecture);
    let other = Judged::of(ctx, measure::again(ctx, &judged.measured, architecture));
    let fewer = other.violations.len() < judged.violations.len();
    let better = fewer
        || other.feasible()
            && score(&other.measured.numbers) > score(&judged.measured.numbers) + WORTH_RESIZING;
    if better {
        *judged = other;
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
