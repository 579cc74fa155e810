//! Computing the tables. A component alone is a system of one component: the functions that
//! evaluate a whole system tell its pools, its structure and its price.

use std::collections::BTreeMap;

use knowledge::Knowledge;
use model::{Architecture, Component, System};

use super::parts::{Shared, moved, replaced};
use super::{Branch, Class, Compiled, Limit, Operation, Refused, Row, Rows, Slot, sooner};
use crate::availability::Structure;
use crate::network::{self, Network, Visit, solve_pool, visit_moments};
use crate::plant::{self, MAIN, Station, Stations};
use crate::system::uptime::Uptime;
use crate::system::{Scenario, bill, component_of, needed_instances, stock};

/// What arrives at a pool at load factor 1: passes, work at speed 1, second moment of that, each per
/// second; and the work when all operations are at their peaks.
#[derive(Debug, Clone, Copy, Default)]
struct Load {
    passes: f64,
    work: f64,
    second: f64,
    peak_work: f64,
}

pub(super) fn prepare(
    system: &System,
    knowledge: &Knowledge,
    scenario: &Scenario,
    slots: &[Slot],
) -> Result<Compiled, Refused> {
    for slot in slots {
        let now = system.component(&slot.component);
        let same = |v: &Component| {
            now.is_some_and(|c| {
                (c.kind, &c.technology, &c.runs_in, c.managed)
                    == (v.kind, &v.technology, &v.runs_in, v.managed)
            })
        };
        if slot.variants.is_empty() || !slot.variants.iter().all(same) {
            return Err(Refused::Differs {
                component: slot.component.clone(),
            });
        }
    }
    let built = plant::construct(system, knowledge, scenario, None);
    let at_peak = Scenario {
        peak: true,
        ..scenario.clone()
    };
    let peak = plant::construct(system, knowledge, &at_peak, None)
        .plant
        .work();
    let (plant, stations) = (&built.plant, &built.stations);
    let flat = plant::flatten(plant);
    let network =
        Network::new(flat.pools, flat.classes, Vec::new()).map_err(|_| Refused::OutOfRange)?;
    let loads = loads(&network, &plant.work(), &peak);
    let solution = network.solve(1.0, scenario.method);
    let slot_of = slots_of_pools(stations, loads.len(), slots);
    let (mut limit, mut peak_limit) = (None, None);
    for (pool, (station, load)) in plant.stations.iter().zip(&loads).enumerate() {
        if slot_of[pool].is_none() {
            let (now, then) = limits(pool, station, load);
            limit = sooner(limit, now);
            peak_limit = sooner(peak_limit, then);
        }
    }
    let (classes, terms) = classes(&network, &network.stations(1.0), &slot_of, slots.len());

    let tables = stock::take(system, &mut None).0;
    let mut uptime = Uptime::new(system, knowledge, None);
    let needed = |id: &str| needed_instances(system, stations, plant, &solution, id);
    let structures: Vec<Option<Structure>> = built
        .runs
        .iter()
        .map(|run| {
            let (structure, unknown) = uptime.operation(run.path, &needed);
            unknown.is_empty().then_some(structure)
        })
        .collect();
    let mut shared = Shared {
        parts: uptime.parts.clone(),
        slots: vec![Vec::new(); slots.len()],
    };
    let mut alone = Alone {
        knowledge,
        scenario,
        loads: &loads,
        stations,
        system: System {
            brief: system.brief.clone(),
            ..System::default()
        },
    };
    let whole = bill::bill(system, knowledge, &tables, scenario.price_list.as_deref()).0;
    let currency = whole.total_per_month.keys().next().cloned();
    let total = |items: &[crate::cost::LineItem]| -> f64 {
        let ours = items
            .iter()
            .filter(|i| Some(&i.currency) == currency.as_ref());
        ours.map(|i| i.amount_per_month()).sum()
    };
    let mut rows = Vec::with_capacity(slots.len());
    let mut of_variant = Vec::with_capacity(slots.len());
    let mut bases = Vec::with_capacity(slots.len());
    for (at, slot) in slots.iter().enumerate() {
        let here = system
            .architecture
            .data
            .iter()
            .filter(|(_, t)| *t.store == *slot.component)
            .map(|(id, t)| (id.clone(), t.clone()));
        alone.system.architecture = Architecture {
            data: here.collect(),
            ..Architecture::default()
        };
        let mut mine = Vec::with_capacity(slot.variants.len());
        let mut structures_of = Vec::with_capacity(slot.variants.len());
        let Some(now) = system.component(&slot.component).cloned() else {
            continue;
        };
        let base = alone.put(slot, now, &tables);
        let base_cost = total(&base.items);
        bases.push(alone.structure(slot, &mut shared));
        for variant in &slot.variants {
            let billed = alone.put(slot, variant.clone(), &tables);
            let structure = alone.structure(slot, &mut shared);
            let index = structure.map(|structure| {
                let known = &mut shared.slots[at];
                known
                    .iter()
                    .position(|s| *s == structure)
                    .unwrap_or_else(|| {
                        known.push(structure);
                        known.len() - 1
                    })
            });
            structures_of.push(index);
            let mut row = alone.row(slot, &terms[at])?;
            row.cost = total(&billed.items) - base_cost;
            row.priced = base.items.is_empty() || !billed.items.is_empty();
            mine.push(row);
        }
        of_variant.push(structures_of);
        rows.push(Rows {
            component: slot.component.clone(),
            rows: mine,
        });
    }
    let count = shared.parts.parts().len();
    let operations: Vec<Option<Structure>> = structures
        .iter()
        .map(|structure| {
            let mut structure = structure.clone()?;
            for (slot, base) in bases.iter().enumerate() {
                if let Some(base) = base {
                    let by = Structure::Component(count + slot);
                    structure = replaced(&structure, base, &by);
                }
            }
            Some(structure)
        })
        .collect();
    let known: Vec<Structure> = operations.iter().flatten().cloned().collect();
    let states = shared
        .states(&known)
        .map_err(|parts| Refused::Shared { parts })?;
    for (at, rows) in rows.iter_mut().enumerate() {
        let up: Vec<Vec<f64>> = shared.slots[at].iter().map(|s| states.up(s)).collect();
        for (row, structure) in rows.rows.iter_mut().zip(&of_variant[at]) {
            row.up = match structure.and_then(|s| up.get(s)) {
                Some(up) => up.clone(),
                None => vec![0.0; states.states.len()],
            };
        }
    }
    let mut named = shared.parts.clone();
    for slot in 0..slots.len() {
        named.part(&format!("slot {slot}"), 0.5);
    }
    let operations = built
        .runs
        .iter()
        .zip(&flat.lanes)
        .zip(operations)
        .map(|((run, lane), structure)| Operation {
            id: run.id.to_string(),
            class: lane.foreground,
            verified: run.unverified.is_empty(),
            up: structure.and_then(|s| named.function(&s).ok()),
        })
        .collect();
    Ok(Compiled {
        slots: rows,
        classes,
        operations,
        owners: (0..loads.len())
            .map(|pool| component_of(plant, pool).to_string())
            .collect(),
        limit,
        peak_limit,
        cost: total(&whole.items),
        currency,
        states: states.states,
    })
}

/// What arrives at each pool.
fn loads(network: &Network, work: &[f64], peak: &[f64]) -> Vec<Load> {
    let mut loads = vec![Load::default(); network.pools().len()];
    for class in network.classes() {
        for visit in &class.visits {
            let passes = class.rate_per_s * visit.passes();
            let load = &mut loads[visit.pool];
            load.passes += passes;
            load.second += passes * visit.demand_s * visit.demand_s * (1.0 + visit.scv);
        }
    }
    for (load, (work, peak)) in loads.iter_mut().zip(work.iter().zip(peak)) {
        load.work = *work;
        load.peak_work = *peak;
    }
    loads
}

/// The slot and the name of each pool that belongs to one.
fn slots_of_pools(
    stations: &Stations,
    pools: usize,
    slots: &[Slot],
) -> Vec<Option<(usize, &'static str)>> {
    let mut of = vec![None; pools];
    for (at, slot) in slots.iter().enumerate() {
        for (name, pool) in stations.of.get(&slot.component).into_iter().flatten() {
            of[*pool] = Some((at, *name));
        }
    }
    of
}

/// The loads at which a pool is full, of the busiest hour and of the peaks.
fn limits(pool: usize, station: &Station, load: &Load) -> (Option<Limit>, Option<Limit>) {
    let processors = station.scaling.map_or(station.processors, |s| s.most);
    let at = |work: f64| {
        (work > 0.0 && processors.is_finite()).then(|| Limit {
            load: (processors / work).min(1e15),
            pool,
        })
    };
    (at(load.work), at(load.peak_work))
}

/// A branch of a class that passes a pool: where a slot's term goes.
struct Term {
    pool: &'static str,
    visits: Vec<Visit>,
}

/// The classes with what is constant summed up, and the terms of each slot.
fn classes(
    network: &Network,
    solved: &[network::Station],
    slot_of: &[Option<(usize, &'static str)>],
    slots: usize,
) -> (Vec<Class>, Vec<Vec<Term>>) {
    let mut terms: Vec<Vec<Term>> = (0..slots).map(|_| Vec::new()).collect();
    let mut add = |into: &mut Branch, visits: &[Visit]| {
        let mut mine: BTreeMap<usize, Vec<Visit>> = BTreeMap::new();
        for visit in visits {
            let station = &solved[visit.pool];
            if slot_of[visit.pool].is_some() {
                mine.entry(visit.pool).or_default().push(*visit);
            } else if visit.passes() > 0.0 && station.result.saturated() {
                into.mean = f64::INFINITY;
            } else {
                let pool = &network.pools()[visit.pool];
                let (mean, variance) = visit_moments(visit, pool, station);
                into.mean += mean;
                into.variance += variance;
            }
        }
        for (pool, visits) in mine {
            if let Some((slot, name)) = slot_of[pool] {
                into.terms.push((slot, terms[slot].len()));
                terms[slot].push(Term { pool: name, visits });
            }
        }
    };
    let classes = network
        .classes()
        .iter()
        .map(|class| {
            let mut series = Vec::new();
            let mut groups = Vec::new();
            for group in Network::branches_of(class) {
                if let [only] = group[..] {
                    series.extend_from_slice(only);
                    continue;
                }
                let branches = group.into_iter().map(|visits| {
                    let mut branch = Branch::default();
                    add(&mut branch, visits);
                    branch
                });
                groups.push(branches.collect());
            }
            let mut one = Branch::default();
            add(&mut one, &series);
            Class {
                fixed_s: class.fixed_latency_s,
                series: one,
                groups,
            }
        })
        .collect();
    (classes, terms)
}

/// A system of one component.
struct Alone<'a> {
    knowledge: &'a Knowledge,
    scenario: &'a Scenario,
    loads: &'a [Load],
    stations: &'a Stations,
    system: System,
}

impl Alone<'_> {
    /// Puts a component in; its bill.
    fn put(
        &mut self,
        slot: &Slot,
        component: Component,
        tables: &indexmap::IndexMap<String, crate::result::TableResult>,
    ) -> crate::result::CostResult {
        let components = &mut self.system.architecture.components;
        components.insert(slot.component.clone(), component);
        let list = self.scenario.price_list.as_deref();
        bill::bill(&self.system, self.knowledge, tables, list).0
    }

    /// The load of the component's pool of that name.
    fn load(&self, slot: &Slot, name: &str) -> Load {
        let named = self.stations.of.get(&slot.component);
        let pool = named.and_then(|n| n.get(name));
        pool.map_or_else(Load::default, |p| self.loads[*p])
    }

    fn structure(&self, slot: &Slot, shared: &mut Shared) -> Option<Structure> {
        let stations = Stations::build(&self.system, self.knowledge, None);
        let vcpu = stations.vcpu.get(&slot.component).copied().unwrap_or(0.0);
        let work = self.load(slot, MAIN).work;
        let needed = if vcpu > 0.0 {
            ((work / vcpu).ceil() as usize).max(1)
        } else {
            1
        };
        let mut uptime = Uptime::new(&self.system, self.knowledge, None);
        let structure = uptime.component(&slot.component, needed).ok()?;
        Some(moved(&structure, &uptime.parts, &mut shared.parts))
    }

    fn row(&self, slot: &Slot, terms: &[Term]) -> Result<Row, Refused> {
        let mut stations = Stations::build(&self.system, self.knowledge, None);
        let differs = || Refused::Differs {
            component: slot.component.clone(),
        };
        let mine = stations
            .of
            .get(&slot.component)
            .cloned()
            .unwrap_or_default();
        let there = self.stations.of.get(&slot.component);
        if !mine
            .keys()
            .eq(there.into_iter().flatten().map(|(name, _)| name))
        {
            return Err(differs());
        }
        let mut work = vec![0.0; stations.all.len()];
        for (name, station) in &mine {
            work[*station] = self.load(slot, name).work;
        }
        stations.autoscale(&self.system, &work, 1.0);
        let mut row = Row {
            moments: Vec::with_capacity(terms.len()),
            limit: None,
            peak_limit: None,
            cost: 0.0,
            priced: true,
            up: Vec::new(),
            utilisation: 0.0,
        };
        let mut solved = BTreeMap::new();
        for (name, station) in &mine {
            let (load, station) = (self.load(slot, name), &stations.all[*station]);
            let pool = plant::pool(station);
            let speed = pool.speed;
            let second = load.second / (speed * speed);
            let solution = solve_pool(&pool, (load.passes, load.work / speed, second));
            row.utilisation = row.utilisation.max(solution.result.utilisation);
            solved.insert(*name, (pool, solution));
            let whole = there.and_then(|t| t.get(name)).copied().unwrap_or(0);
            let (now, then) = limits(whole, station, &load);
            row.limit = sooner(row.limit, now);
            row.peak_limit = sooner(row.peak_limit, then);
        }
        for term in terms {
            let Some((pool, station)) = solved.get(term.pool) else {
                return Err(differs());
            };
            let full = station.result.saturated() && term.visits.iter().any(|v| v.passes() > 0.0);
            let sum = term.visits.iter().fold((0.0, 0.0), |sum, visit| {
                let (m, v) = visit_moments(visit, pool, station);
                (sum.0 + m, sum.1 + v)
            });
            row.moments
                .push(if full { (f64::INFINITY, 0.0) } else { sum });
        }
        Ok(row)
    }
}
