//! Evaluation of a whole system: the architecture's components, relations and paths become a
//! network, availability structures, growing tables and a bill.
//!
//! What a path needs and nobody knows is a finding `missing-fact@...` that names the number and what
//! it would decide; the operation is then UNVERIFIED and has no times. Load that is known still
//! counts, so that components show a lower bound, marked as such.

use indexmap::IndexMap;

use knowledge::Knowledge;
use model::{Certainty, Finding, Outcome, Severity, System};

use crate::availability::{Structure, down_minutes_per_month};
use crate::network::{Capacity, ClassResult, Method, Network, PoolResult, Solution};
use crate::percentile::Percentiles;
use crate::plant::{self, Built, Lane, Plant, Run, Stations};
use crate::result::{
    ComponentResult, Evaluation, OperationResult, PoolUse, StepTime, SystemResult, Times,
};

mod bill;
mod capacity;
pub mod compiled;
pub(crate) mod demand;
mod explain;
mod measured;
pub(crate) mod placement;
mod repeats;
pub(crate) mod stock;
mod traffic;
mod uptime;

use demand::Missing;
pub use demand::published_us;
use placement::host;
pub(crate) use stock::rows_after;
use uptime::Uptime;

/// Under what circumstances a system is evaluated.
#[derive(Debug, Clone, PartialEq)]
pub struct Scenario {
    /// Multiple of the busiest hour's rates, or of the peaks'.
    pub load_factor: f64,
    /// Takes each operation's highest rate over seconds (its own peak, or the busiest hour times the
    /// brief's largest spike that concerns it) in place of the busiest hour.
    pub peak: bool,
    /// A zone that is lost: `a`, `zone-b`, `eu-central-1c`; its last letter counts. Instance `i` of a
    /// component stands in zone `i` modulo its zones.
    pub lose_zone: Option<String>,
    /// Id of the price list; the brief's cloud and region decide unless said.
    pub price_list: Option<String>,
    pub method: Method,
    /// Whether every number carries its formula and inputs. Searches go without.
    pub explain: bool,
}

impl Default for Scenario {
    fn default() -> Self {
        Scenario {
            load_factor: 1.0,
            peak: false,
            lose_zone: None,
            price_list: None,
            method: Method::Distribution,
            explain: true,
        }
    }
}

impl Scenario {
    /// The busiest hour times `factor`.
    pub fn at(load_factor: f64) -> Self {
        Scenario {
            load_factor,
            ..Scenario::default()
        }
    }

    /// All operations at their peaks at once.
    pub fn peak() -> Self {
        Scenario {
            peak: true,
            ..Scenario::default()
        }
    }

    /// For searches: two-moment percentiles, no explanations.
    pub fn quick() -> Self {
        Scenario {
            method: Method::Moments,
            explain: false,
            ..Scenario::default()
        }
    }

    /// The load factor within what can be computed; what is no number counts as 0.
    pub(crate) fn factor(&self) -> f64 {
        if self.load_factor.is_nan() {
            0.0
        } else {
            self.load_factor.clamp(0.0, 1e6)
        }
    }
}

/// Evaluates a system under a scenario.
///
/// Findings: `missing-fact` (a number is not known), `saturated` (a component cannot keep up),
/// `held-limit` (more connections or request slots are needed than there are), `unknown-zone`,
/// `stale-measurement` (a measured demand that the design has moved away from).
pub fn evaluate(
    system: &System,
    knowledge: &Knowledge,
    scenario: &Scenario,
) -> Outcome<Evaluation> {
    let (lost, mut findings) = plant::lost_zone(scenario);
    let load_factor = scenario.factor();
    let built = plant::construct(system, knowledge, scenario, lost);
    let (plant, stations, runs) = (&built.plant, &built.stations, &built.runs);
    let flat = plant::flatten(plant);
    let lanes = flat.lanes;
    let network = match Network::new(flat.pools, flat.classes, flat.held) {
        Ok(network) => network,
        Err(faults) => {
            findings.extend(faults.into_iter().map(|fault| {
                let at = model_path(&fault.at, runs, &lanes);
                Finding::new("out-of-range", Severity::Major, at, fault.message)
                    .why("no queue can be computed with it, so nothing was evaluated")
                    .remedy("correct the number in the architecture or the brief")
            }));
            let value = Evaluation {
                load_factor,
                ..Evaluation::default()
            };
            return Outcome::new(value, findings);
        }
    };
    let limit = capacity::saturates_at(system, plant, &network);
    let solution = network.solve(load_factor, scenario.method);
    let mut missing: IndexMap<Missing, Vec<(String, String)>> = IndexMap::new();
    plant::wanted(&built.gaps, &mut missing);

    let mut value = Evaluation {
        load_factor,
        peak: scenario.peak,
        lost_zone: scenario.lose_zone.clone(),
        ..Evaluation::default()
    };
    let mut uptime = Uptime::new(system, knowledge, lost);
    let needed = |id: &str| needed_instances(system, stations, plant, &solution, id);
    let mut structures = Vec::new();
    for (run, lane) in runs.iter().zip(&lanes) {
        let mut result = operation(run, lane, &network, &solution, plant);
        let (structure, unknown) = uptime.operation(run.path, &needed);
        if unknown.is_empty() {
            result.availability = uptime.parts.availability(&structure).ok();
            result.down_minutes_per_month = result.availability.map(down_minutes_per_month);
            if scenario.explain {
                result.stopped_by = uptime
                    .parts
                    .minimal_cut_sets(&structure, 2, 12)
                    .unwrap_or_default();
                result.stopped_minutes = down_together(&uptime, &result.stopped_by);
            }
            structures.push(Some(structure));
        } else {
            for fact in unknown {
                let place = fact.subject.clone();
                let decides = format!("the availability of `{}`", run.id);
                missing.entry(fact).or_default().push((place, decides));
            }
            structures.push(None);
        }
        value.operations.insert(run.id.to_string(), result);
    }
    components(
        system,
        &built,
        &network,
        &solution,
        &mut uptime,
        &needed,
        &mut value,
    );
    for (held, use_) in network.held().iter().zip(&solution.held) {
        if held.holders.is_empty() {
            continue;
        }
        capacity::record_held(&held.id, use_, &mut value, &mut findings);
    }
    value.system = whole(limit, &uptime, &structures);
    capacity::saturated(&value, &mut findings);
    if scenario.explain {
        repeats::judge(system, plant, load_factor, &mut value, &mut findings);
    }

    let mut explanations = IndexMap::new();
    let mut explaining = scenario.explain.then_some(&mut explanations);
    let (tables, unknown) = stock::take(system, &mut explaining);
    for fact in unknown {
        let place = fact.subject.clone();
        missing
            .entry(fact)
            .or_default()
            .push((place, "its storage and what that costs".into()));
    }
    let (cost, unknown) = bill::bill(system, knowledge, &tables, scenario.price_list.as_deref());
    for fact in unknown {
        let place = fact.subject.clone();
        missing
            .entry(fact)
            .or_default()
            .push((place, "the monthly cost".into()));
    }
    findings.extend(measured::stale(system, knowledge));
    (value.measured_demands, value.store_demands) = measured::count(system, knowledge);
    value.tables = tables;
    value.cost = cost;
    findings.extend(missing_facts(missing));
    if scenario.explain {
        let with = explain::Computed {
            runs,
            stations,
            solution: &solution,
            uptime: &uptime,
            structures: &structures,
        };
        explain::explain(&with, &mut value, explanations);
    }
    Outcome::new(value, findings)
}

/// Minutes a month in which all parts of each set are down, parts independent.
fn down_together(uptime: &Uptime, sets: &[Vec<String>]) -> Vec<f64> {
    let down = |id: &String| {
        let part = uptime.parts.find(id);
        part.map_or(0.0, |p| 1.0 - p.availability)
    };
    sets.iter()
        .map(|set| down_minutes_per_month(1.0 - set.iter().map(down).product::<f64>()))
        .collect()
}

/// The model's path for a fault's place in the network: `classes.pay.visits[1]` is a step of the
/// path of `pay`, `pools.app.main` is the component `app`.
fn model_path(at: &str, runs: &[Run], lanes: &[Lane]) -> String {
    if let Some(pool) = at.strip_prefix("pools.") {
        let component = pool.rsplit_once('.').map_or(pool, |(id, _)| id);
        return format!("components.{component}");
    }
    if let Some(held) = at.strip_prefix("held.") {
        return held.split(".holders").next().unwrap_or(held).to_string();
    }
    let Some(class) = at.strip_prefix("classes.") else {
        return at.to_string();
    };
    let (class, visit) = class.split_once(".visits[").unwrap_or((class, ""));
    let (id, background) = match class.strip_suffix(plant::BACKGROUND) {
        Some(id) => (id, true),
        None => (class, false),
    };
    let lane = runs.iter().zip(lanes).find(|(r, _)| r.id == id);
    let step = lane.and_then(|(_, lane)| {
        let steps = if background {
            &lane.background_steps
        } else {
            &lane.foreground_steps
        };
        steps.get(visit.trim_end_matches(']').parse::<usize>().ok()?)
    });
    step.map_or_else(
        || format!("paths.{id}"),
        |step| format!("paths.{id}.steps[{step}]"),
    )
}

/// Findings of what is not known, each with what it would decide.
pub(crate) fn missing_facts(
    missing: IndexMap<Missing, Vec<(String, String)>>,
) -> impl Iterator<Item = Finding> {
    missing
        .into_iter()
        .map(|(fact, wanted)| missing_fact(fact, &wanted))
}

fn missing_fact(missing: Missing, wanted: &[(String, String)]) -> Finding {
    let mut decides: Vec<&str> = wanted.iter().map(|(_, d)| d.as_str()).collect();
    decides.sort_unstable();
    decides.dedup();
    let message = format!("not known: {}", missing.what);
    let mut finding = Finding::new("missing-fact", Severity::Minor, missing.subject, message)
        .why(format!("it would decide {}", decides.join(", ")))
        .remedy(missing.remedy)
        .certainty(Certainty::Unknown);
    if let Some((place, _)) = wanted.first() {
        finding = finding.place(place.clone());
    }
    for (place, decides) in wanted {
        finding.related.push(model::Related {
            place: model::Place::at(place.clone()),
            message: format!("needed for {decides}"),
        });
    }
    finding
}

fn times(p: &Percentiles) -> Times {
    Times {
        mean_ms: p.mean_s * 1e3,
        p50_ms: p.p50_s * 1e3,
        p95_ms: p.p95_s * 1e3,
        p99_ms: p.p99_s * 1e3,
        p999_ms: p.p999_s * 1e3,
    }
}

fn operation(
    run: &Run,
    lane: &Lane,
    network: &Network,
    solution: &Solution,
    plant: &Plant,
) -> OperationResult {
    let front = &solution.classes[lane.foreground];
    let back = lane.background.map(|b| &solution.classes[b]);
    let verified = run.unverified.is_empty();
    let response = front
        .times
        .as_ref()
        .filter(|_| verified)
        .map(|t| times(&t.response));
    let background = back
        .and_then(|b| b.times.as_ref())
        .filter(|_| verified)
        .map(|t| times(&t.response));
    let mut saturated_by: Vec<String> = front
        .saturated_by
        .iter()
        .chain(back.iter().flat_map(|b| &b.saturated_by))
        .map(|p| component_of(plant, *p).to_string())
        .collect();
    saturated_by.sort();
    let held = front
        .saturated_held
        .iter()
        .chain(back.iter().flat_map(|b| &b.saturated_held))
        .filter(|h| solution.held[**h].saturated);
    saturated_by.extend(held.map(|h| capacity::held_name(&network.held()[*h].id)));
    saturated_by.dedup();
    let mut steps = Vec::new();
    step_times(run, front, &lane.foreground_steps, false, &mut steps);
    if let Some(back) = back {
        step_times(run, back, &lane.background_steps, true, &mut steps);
    }
    steps.sort_by_key(|s| s.step);
    OperationResult {
        unverified: run.unverified.clone(),
        rate_per_s: run.rate_per_s.map(|r| r * solution.load_factor),
        saturated_by,
        response,
        background,
        steps,
        held_wait_ms: front.times.as_ref().map_or(0.0, |t| t.held_wait_s * 1e3),
        network_ms: network.classes()[lane.foreground].fixed_latency_s * 1e3,
        ..OperationResult::default()
    }
}

fn step_times(
    run: &Run,
    class: &ClassResult,
    of: &[usize],
    background: bool,
    into: &mut Vec<StepTime>,
) {
    let Some(times) = &class.times else { return };
    for (share, step) in times.path.iter().zip(of) {
        let (wait_ms, service_ms) = (share.wait_s * 1e3, share.service_s * 1e3);
        match into.iter_mut().find(|s| s.step == *step) {
            Some(known) => {
                known.wait_ms += wait_ms;
                known.service_ms += service_ms;
            }
            None => into.push(StepTime {
                step: *step,
                component: run.path.steps[*step].on.to_string(),
                work: run.path.steps[*step].work.id().to_string(),
                background,
                wait_ms,
                service_ms,
            }),
        }
    }
}

fn pool_use(result: &PoolResult, servers: Option<usize>) -> PoolUse {
    PoolUse {
        servers,
        arrival_per_s: result.arrival_per_s,
        utilisation: result.utilisation,
        saturated: result.saturated(),
        mean_wait_ms: result.queue.map(|q| q.mean_wait_s * 1e3),
        queue_length: result.queue.map(|q| q.mean_length),
    }
}

/// The component that a pool belongs to.
pub(super) fn component_of(plant: &Plant, pool: usize) -> &str {
    plant
        .stations
        .get(pool)
        .map_or("elsewhere", |s| s.component.as_str())
}

/// Instances that must be up to carry the present load: offered work over the processors of one.
fn needed_instances(
    system: &System,
    stations: &Stations,
    plant: &Plant,
    solution: &Solution,
    id: &str,
) -> usize {
    let id = host(system, id);
    let (Some(station), Some(vcpu)) = (stations.of_work(id, false), stations.vcpu.get(id)) else {
        return 1;
    };
    let work = solution.pools[station].erlangs * plant.stations[station].servers(1.0).1;
    if *vcpu > 0.0 {
        ((work / vcpu).ceil() as usize).max(1)
    } else {
        1
    }
}

fn components(
    system: &System,
    built: &Built,
    network: &Network,
    solution: &Solution,
    uptime: &mut Uptime,
    needed: &dyn Fn(&str) -> usize,
    value: &mut Evaluation,
) {
    for id in system.architecture.components.keys() {
        let mut result = ComponentResult::default();
        for (name, station) in built.stations.of.get(id).into_iter().flatten() {
            if let (&plant::MAIN, Some(vcpu)) = (name, built.stations.vcpu.get(id)) {
                let all = built.plant.stations[*station].processors;
                result.instances = (*vcpu > 0.0).then(|| (all / vcpu).round() as usize);
            }
            let servers = match network.pools()[*station].capacity {
                Capacity::Servers(n) => Some(n),
                Capacity::Unlimited => None,
            };
            result.pools.insert(
                (*name).to_string(),
                pool_use(&solution.pools[*station], servers),
            );
        }
        let here = built
            .gaps
            .iter()
            .filter(|g| g.component.as_deref() == Some(id));
        result.incomplete = here.map(|g| g.operation.clone()).collect();
        result.incomplete.dedup();
        let structure = uptime.component(id, needed(id)).ok();
        result.availability = structure.and_then(|s| uptime.parts.availability(&s).ok());
        value.components.insert(id.clone(), result);
    }
}

fn whole(
    limit: Option<(f64, String)>,
    uptime: &Uptime,
    structures: &[Option<Structure>],
) -> SystemResult {
    let all: Option<Vec<Structure>> = structures.iter().cloned().collect();
    SystemResult {
        saturates_at: limit.as_ref().map(|(at, _)| *at),
        saturates_first: limit.map(|(_, first)| first),
        overload: None,
        availability: all
            .filter(|all| !all.is_empty())
            .and_then(|all| uptime.parts.availability(&Structure::And(all)).ok()),
    }
}
