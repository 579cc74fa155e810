//! A system at one load as a plant.

use std::collections::BTreeMap;

use indexmap::IndexMap;

use knowledge::Knowledge;
use model::{Finding, Outcome, Path, Severity, System};

use super::resources::{Held, links, resources};
use super::stations::Stations;
use super::walk::{Walk, whole};
use super::{Act, Plant, caches};
use crate::result::Input;
use crate::system::demand::Missing;
use crate::system::placement::{placement, technology, zone_index};
use crate::system::{Scenario, missing_facts};

/// A demand that is missing, and where it is needed.
#[derive(Debug)]
pub(crate) struct Gap {
    pub missing: Missing,
    /// Place of the step.
    pub place: String,
    pub operation: String,
    /// The component whose load is therefore a lower bound.
    pub component: Option<String>,
}

/// What is to be said of a flow besides its acts, in the order of the flows.
#[derive(Debug)]
pub(crate) struct Run<'a> {
    pub id: &'a str,
    pub path: &'a Path,
    pub rate_per_s: Option<f64>,
    pub inputs: Vec<Input>,
    pub unverified: Vec<String>,
}

/// A plant with its ties to the model.
pub(crate) struct Built<'a> {
    pub plant: Plant,
    /// By component; their `all` has moved into the plant.
    pub stations: Stations,
    pub runs: Vec<Run<'a>>,
    pub gaps: Vec<Gap>,
}

/// Indices by id that a walk needs.
pub(super) struct Parts<'b> {
    pub stations: &'b Stations,
    pub held: &'b Held,
    pub links: BTreeMap<&'b str, usize>,
    pub caches: BTreeMap<String, usize>,
}

impl Parts<'_> {
    /// What a try of a call holds, in the order of taking.
    pub fn holds(&self, relation: Option<&str>, to: &str) -> Vec<usize> {
        let over = |by: &BTreeMap<String, usize>| relation.and_then(|r| by.get(r)).copied();
        let slot = self.held.slots.get(to).copied();
        over(&self.held.bulkheads)
            .into_iter()
            .chain(over(&self.held.connections))
            .chain(slot)
            .collect()
    }
}

/// Builds the plant of a system.
///
/// Rates are those at load factor 1, of the busiest hour or of the peaks as the scenario says; only
/// what scales by itself is set for the scenario's load factor. Where a zone is lost, what stood
/// there is gone.
///
/// Findings: `missing-fact` (a number is not known: the flow is unverified), `unknown-zone`.
pub fn build(system: &System, knowledge: &Knowledge, scenario: &Scenario) -> Outcome<Plant> {
    let (lost, mut findings) = lost_zone(scenario);
    let built = construct(system, knowledge, scenario, lost);
    let mut missing = IndexMap::new();
    wanted(&built.gaps, &mut missing);
    findings.extend(missing_facts(missing));
    Outcome::new(built.plant, findings)
}

/// What is missing for the times, and what each would decide.
pub(crate) fn wanted(gaps: &[Gap], missing: &mut IndexMap<Missing, Vec<(String, String)>>) {
    for gap in gaps {
        let wanted = missing.entry(gap.missing.clone()).or_default();
        wanted.push((
            gap.place.clone(),
            format!("the response times of `{}`", gap.operation),
        ));
    }
}

/// The index of the scenario's lost zone; a finding where its name says none.
pub(crate) fn lost_zone(scenario: &Scenario) -> (Option<usize>, Vec<Finding>) {
    let Some(name) = &scenario.lose_zone else {
        return (None, Vec::new());
    };
    let lost = zone_index(name);
    if lost.is_some() {
        return (lost, Vec::new());
    }
    let message = format!("`{name}` does not name a zone by its last letter");
    let finding = Finding::new(
        "unknown-zone",
        Severity::Minor,
        "scenario.lose-zone",
        message,
    )
    .why("nothing was taken as lost")
    .remedy("write for example `a` or `zone-b`");
    (None, vec![finding])
}

pub(crate) fn construct<'a>(
    system: &'a System,
    knowledge: &Knowledge,
    scenario: &Scenario,
    lost: Option<usize>,
) -> Built<'a> {
    let mut stations = Stations::build(system, knowledge, lost);
    let mut held = resources(system, |id| {
        system.component(id).map_or(1, |component| {
            placement(component, technology(component, knowledge), lost).left
        })
    });
    let mut plant = Plant {
        links: links(system),
        ..Plant::default()
    };
    let (mut runs, mut gaps) = (Vec::new(), Vec::new());
    let mut lookups = BTreeMap::new();
    {
        let links: BTreeMap<&str, usize> = plant
            .links
            .iter()
            .enumerate()
            .map(|(i, l)| (l.id.as_str(), i))
            .collect();
        let kept: Vec<(usize, usize)> = held
            .connections
            .iter()
            .filter_map(|(id, resource)| Some((*links.get(id.as_str())?, *resource)))
            .collect();
        let parts = Parts {
            stations: &stations,
            held: &held,
            links,
            caches: caches::indices(system),
        };
        for (id, operation, path) in system.runs() {
            let walk = Walk::new(system, knowledge, &parts, id, path);
            let kept = if whole(path) { &kept[..] } else { &[] };
            let (flow, run, missing) = walk.flow(operation, scenario.peak, kept, &mut lookups);
            plant.flows.push(flow);
            runs.push(run);
            gaps.extend(missing);
        }
    }
    plant.caches = caches::caches(system, &lookups);
    plant.stations = std::mem::take(&mut stations.all);
    // While a zone is lost nothing is added: new instances take minutes.
    if lost.is_none() && plant.stations.iter().any(|s| s.scaling.is_some()) {
        let factor = scenario.factor();
        let work: Vec<f64> = plant.work().iter().map(|w| w * factor).collect();
        stations.all = std::mem::take(&mut plant.stations);
        stations.autoscale(system, &work, factor);
        held = resources(system, |id| {
            let scaled = system
                .component(id)
                .filter(|c| c.autoscale.is_some())
                .and_then(|_| stations.instances(id));
            scaled.unwrap_or_else(|| {
                system
                    .component(id)
                    .and_then(|c| c.instances)
                    .map_or(1, |n| n as usize)
            })
        });
        plant.stations = std::mem::take(&mut stations.all);
    }
    plant.resources = held.resources;
    Built {
        plant,
        stations,
        runs,
        gaps,
    }
}

impl Plant {
    /// Processors that each station's work keeps busy at load factor 1, were they all at speed 1.
    pub fn work(&self) -> Vec<f64> {
        let mut work = vec![0.0; self.stations.len()];
        for flow in &self.flows {
            for acts in [&flow.body, &flow.background] {
                add_work(acts, flow.rate_per_s, &mut work);
            }
        }
        work
    }
}

fn add_work(acts: &[Act], rate_per_s: f64, into: &mut [f64]) {
    for act in acts {
        match act {
            Act::Work(work) => {
                if let Some(sum) = work.station.and_then(|s| into.get_mut(s)) {
                    *sum += rate_per_s * work.often.passes() * work.mean_s;
                }
            }
            Act::Call(call) => add_work(&call.body, rate_per_s * call.often.passes(), into),
            Act::Hold { body, .. } => add_work(body, rate_per_s, into),
            Act::Together(branches) => branches.iter().for_each(|b| add_work(b, rate_per_s, into)),
        }
    }
}
