//! A plant as a network: trees laid flat, shares multiplied down, calls left to their acts.

use super::{Act, Flow, Plant, Station};
use crate::network::{Capacity, Class, Discipline, Held, Holder, Parallel, Pool, Visit};

/// What the class of an operation's background acts is called after the operation's id.
pub(crate) const BACKGROUND: &str = ", background";

/// A plant's pools, classes and what they hold.
pub(crate) struct Flat {
    /// One for each station, in their order, then one for time that no processor of ours spends.
    pub pools: Vec<Pool>,
    pub classes: Vec<Class>,
    /// One for each resource, in their order.
    pub held: Vec<Held>,
    /// One for each flow, in their order.
    pub lanes: Vec<Lane>,
}

/// A flow's classes, and for each visit of theirs the step it belongs to.
pub(crate) struct Lane {
    pub foreground: usize,
    pub background: Option<usize>,
    pub foreground_steps: Vec<usize>,
    pub background_steps: Vec<usize>,
}

pub(crate) fn pool(station: &Station) -> Pool {
    let (capacity, speed) = station.servers(1.0);
    Pool {
        id: station.id.clone(),
        discipline: station.discipline,
        capacity,
        speed,
    }
}

pub(crate) fn flatten(plant: &Plant) -> Flat {
    let mut pools: Vec<Pool> = plant.stations.iter().map(pool).collect();
    pools.push(Pool {
        id: "elsewhere".into(),
        discipline: Discipline::Shared,
        capacity: Capacity::Unlimited,
        speed: 1.0,
    });
    let held = plant
        .resources
        .iter()
        .map(|r| Held {
            id: r.id.clone(),
            limit: r.limit,
            queue: r.queue,
            holders: Vec::new(),
        })
        .collect();
    let mut flat = Flat {
        pools,
        classes: Vec::with_capacity(2 * plant.flows.len()),
        held,
        lanes: Vec::with_capacity(plant.flows.len()),
    };
    for flow in &plant.flows {
        flat.flow(flow, plant.stations.len());
    }
    flat
}

impl Flat {
    fn flow(&mut self, flow: &Flow, elsewhere: usize) {
        let foreground = self.classes.len();
        let (class, foreground_steps) = self.class(flow, "", &flow.body, elsewhere);
        self.classes.push(class);
        let mut background = None;
        let mut background_steps = Vec::new();
        if !flow.background.is_empty() {
            let index = self.classes.len();
            let (class, steps) = self.class(flow, BACKGROUND, &flow.background, elsewhere);
            if !class.visits.is_empty() {
                self.classes.push(class);
                (background, background_steps) = (Some(index), steps);
            } else {
                self.forget(index);
            }
        }
        self.lanes.push(Lane {
            foreground,
            background,
            foreground_steps,
            background_steps,
        });
    }

    /// Takes back what a class without visits holds.
    fn forget(&mut self, class: usize) {
        for held in &mut self.held {
            held.holders.retain(|h| h.class != class);
        }
    }

    fn class(
        &mut self,
        flow: &Flow,
        suffix: &str,
        acts: &[Act],
        elsewhere: usize,
    ) -> (Class, Vec<usize>) {
        let mut lane = Laying {
            class: self.classes.len(),
            elsewhere,
            held: &mut self.held,
            visits: Vec::new(),
            steps: Vec::new(),
            hops_s: 0.0,
            groups: 0,
            taken: 0,
            depth: 0,
        };
        lane.acts(acts, 1.0, 1.0, None);
        let class = Class {
            id: format!("{}{suffix}", flow.id),
            rate_per_s: flow.rate_per_s,
            visits: lane.visits,
            fixed_latency_s: lane.hops_s,
        };
        (class, lane.steps)
    }
}

/// One class while it is laid out.
struct Laying<'a> {
    class: usize,
    elsewhere: usize,
    held: &'a mut [Held],
    visits: Vec<Visit>,
    steps: Vec<usize>,
    /// Round trips so far, in seconds.
    hops_s: f64,
    groups: u32,
    /// Resources taken so far, and held now.
    taken: u32,
    depth: u32,
}

impl Laying<'_> {
    fn acts(&mut self, acts: &[Act], share: f64, times: f64, parallel: Option<Parallel>) {
        for act in acts {
            match act {
                Act::Work(work) => {
                    self.visits.push(Visit {
                        pool: work.station.unwrap_or(self.elsewhere),
                        demand_s: work.mean_s,
                        scv: work.scv,
                        count: times * work.often.times,
                        probability: share * work.often.share,
                        parallel,
                    });
                    self.steps.push(work.step);
                }
                Act::Call(call) => {
                    let (share, times) = (share * call.often.share, times * call.often.times);
                    let inside = |laying: &mut Self| {
                        laying.hops_s += call.hop_s * share * times;
                        laying.acts(&call.body, share, times, parallel);
                    };
                    self.holding(&call.holds, (share, times, parallel), inside);
                }
                Act::Hold { resource, body } => {
                    let inside = |laying: &mut Self| laying.acts(body, share, times, parallel);
                    self.holding(&[*resource], (share, times, parallel), inside);
                }
                Act::Together(branches) => {
                    // Side by side within side by side counts one after the other: too long rather
                    // than too short.
                    let group = self.groups;
                    self.groups += 1;
                    for (branch, acts) in (0..).zip(branches) {
                        let inner = parallel.or(Some(Parallel { group, branch }));
                        self.acts(acts, share, times, inner);
                    }
                }
            }
        }
    }

    /// Lays out what happens while resources are held.
    fn holding(
        &mut self,
        resources: &[usize],
        (probability, count, parallel): (f64, f64, Option<Parallel>),
        inside: impl FnOnce(&mut Self),
    ) {
        let (first, before) = (self.visits.len(), self.hops_s);
        let (order, depth) = (self.taken, self.depth);
        self.taken += resources.len() as u32;
        self.depth += resources.len() as u32;
        inside(self);
        self.depth = depth;
        for (i, resource) in (0..).zip(resources) {
            if let Some(held) = self.held.get_mut(*resource) {
                held.holders.push(Holder {
                    class: self.class,
                    first,
                    end: self.visits.len(),
                    fixed_s: self.hops_s - before,
                    count,
                    probability,
                    parallel,
                    order: order + i,
                    depth: depth + i,
                });
            }
        }
    }
}
