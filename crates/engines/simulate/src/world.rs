//! The state of a run and its loop: what comes next, and what it does.

use std::collections::VecDeque;

use evaluate::plant::Plant;

use crate::Settings;
use crate::agenda::{Clocks, Entry, Heap};
use crate::fault::{Change, Components, Script};
use crate::link::Link;
use crate::program::{NONE, Program, Site};
use crate::random::{Purpose, Stream, Ziggurat, mix};
use crate::resource::{Hold, Resource};
use crate::station::Station;
use crate::tally::{Open, Window};
use crate::warmth::Warmth;

/// What a task waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum State {
    #[default]
    Free,
    Running,
    /// For time to pass.
    Delayed,
    Served,
    Queued,
    Sharing,
    /// For a resource.
    Waiting,
    /// For the answer of a try.
    Calling,
    /// For the answer of what is done instead.
    FallingBack,
    /// For the next try.
    Pausing,
    /// For its branches.
    Joining,
}

/// One thread of control.
#[derive(Debug, Clone, Copy, Default)]
pub struct Task {
    pub start_s: f64,
    /// Work that it has before it at a station where it waits.
    pub work_s: f64,
    pub pc: u32,
    /// Moves on when the task ends, so that what refers to it is known as stale.
    pub generation: u32,
    pub parent: u32,
    pub parent_generation: u32,
    /// The try that it waits for; while it joins, the branches that are not over.
    pub child: u32,
    /// Passes that are left of the present act.
    pub left: u32,
    /// What it holds, a list through the world's holds.
    pub held: u32,
    /// Neighbours where it waits.
    pub next: u32,
    pub previous: u32,
    /// Where it is among the served.
    pub slot: u32,
    /// Station or resource.
    pub place: u32,
    /// Decides together what belongs together (several acts behind one miss).
    pub luck: u32,
    pub class: u16,
    pub tries: u16,
    pub state: State,
    /// Whether it is a request itself or a part of one.
    pub root: bool,
}

/// Where the requests of a flow come from.
#[derive(Debug, Clone)]
pub struct Source {
    pub rate_per_s: f64,
    /// More while a spike lasts.
    pub factor: f64,
    pub stream: Stream,
    pub runs: u64,
}

/// A class of requests: a flow until its answer, or what it does after.
#[derive(Debug, Clone, Copy)]
pub struct Class {
    pub flow: usize,
    pub background: bool,
}

/// Tasks at once, at most: beyond it the system is not going to come back.
pub const MOST_TASKS: usize = 1_000_000;

pub struct World<'a> {
    pub plant: &'a Plant,
    pub program: &'a Program,
    pub seed: u64,
    pub now: f64,
    pub events: u64,
    pub agenda: Heap,
    pub clocks: Clocks,
    pub ziggurat: Box<Ziggurat>,
    pub tasks: Vec<Task>,
    free: u32,
    pub holds: Vec<Hold>,
    pub free_hold: u32,
    pub sites: Vec<Site>,
    pub stations: Vec<Station>,
    pub resources: Vec<Resource>,
    pub links: Vec<Link>,
    pub caches: Vec<Warmth>,
    pub components: Components,
    pub sources: Vec<Source>,
    pub classes: Vec<Class>,
    /// Index of each flow's background class.
    pub background: Vec<u32>,
    pub tally: Open,
    /// Tasks that can go on now.
    pub ready: VecDeque<u32>,
    /// What happens to the system itself, latest first.
    pub changes: Vec<(f64, Change)>,
    pub script: Script,
    pub loss: Stream,
    pub alive: usize,
    /// Requests in the system (not their parts, not what follows the answer).
    pub jobs: u64,
    jobs_last_s: f64,
    jobs_area: f64,
    window_from_s: f64,
}

/// What the loop stopped for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Halt {
    WindowEnd,
    Events,
    Crowded,
    /// Nothing will ever happen again.
    Quiet,
}

impl<'a> World<'a> {
    pub fn new(plant: &'a Plant, program: &'a Program, settings: &Settings) -> Self {
        let mut classes: Vec<Class> = (0..plant.flows.len())
            .map(|flow| Class {
                flow,
                background: false,
            })
            .collect();
        let mut background = Vec::new();
        for (flow, code) in program.flows.iter().enumerate() {
            if code.background == NONE {
                background.push(NONE);
                continue;
            }
            background.push(classes.len() as u32);
            classes.push(Class {
                flow,
                background: true,
            });
        }
        let load = if settings.load.is_finite() {
            settings.load.max(0.0)
        } else {
            1.0
        };
        let sources = plant.flows.iter().enumerate().map(|(i, flow)| Source {
            rate_per_s: if flow.rate_per_s.is_finite() {
                (flow.rate_per_s * load).max(0.0)
            } else {
                0.0
            },
            factor: 1.0,
            stream: Stream::new(settings.seed, Purpose::Arrivals, i),
            runs: 0,
        });
        let resources = plant.resources.iter().map(Resource::new);
        let caches = plant.caches.iter().zip(&program.cache_looks);
        let links = plant.links.iter().enumerate();
        let tally = Open::new(classes.len());
        let mut world = World {
            plant,
            program,
            seed: mix(settings.seed),
            now: 0.0,
            events: 0,
            agenda: Heap::default(),
            clocks: Clocks::new(plant.stations.len() + plant.flows.len() + plant.links.len() + 1),
            ziggurat: Box::default(),
            tasks: Vec::new(),
            free: NONE,
            holds: Vec::new(),
            free_hold: NONE,
            sites: program.sites.clone(),
            stations: plant.stations.iter().map(Station::new).collect(),
            resources: resources.collect(),
            links: links.map(|(i, l)| Link::new(l, settings.seed, i)).collect(),
            caches: caches.map(|(c, looks)| Warmth::new(c, *looks)).collect(),
            components: Components::new(program.components.len()),
            sources: sources.collect(),
            classes,
            background,
            tally,
            ready: VecDeque::new(),
            changes: Vec::new(),
            script: Script::default(),
            loss: Stream::new(settings.seed, Purpose::Loss, 0),
            alive: 0,
            jobs: 0,
            jobs_last_s: 0.0,
            jobs_area: 0.0,
            window_from_s: 0.0,
        };
        for flow in 0..plant.flows.len() {
            world.next_arrival(flow);
        }
        world.schedule_faults(settings);
        world
    }

    // Clocks: the stations, then the flows, then the links, then the changes.
    pub fn flow_clock(&self, flow: usize) -> usize {
        self.stations.len() + flow
    }
    pub fn link_clock(&self, link: usize) -> usize {
        self.stations.len() + self.sources.len() + link
    }
    pub fn change_clock(&self) -> usize {
        self.stations.len() + self.sources.len() + self.links.len()
    }

    /// Runs until `until_s`, or until there were `most` events.
    pub fn run_until(&mut self, until_s: f64, most: u64) -> Halt {
        let flows_from = self.stations.len();
        let links_from = flows_from + self.sources.len();
        let change = links_from + self.links.len();
        loop {
            let (clock, clock_s) = self.clocks.next();
            let task_s = self.agenda.next_s();
            let at = clock_s.min(task_s);
            // What happens at the very end of a window belongs to the next.
            if at >= until_s {
                if at.is_infinite() {
                    return Halt::Quiet;
                }
                self.now = until_s;
                return Halt::WindowEnd;
            }
            if self.events >= most {
                return Halt::Events;
            }
            self.now = at;
            self.events += 1;
            if task_s <= clock_s {
                if let Some(entry) = self.agenda.pop()
                    && self.tasks[entry.task as usize].generation == entry.generation
                {
                    self.wake(entry.task);
                }
            } else if clock < flows_from {
                if let Some(task) = self.complete(clock) {
                    self.passed(task);
                }
            } else if clock < links_from {
                self.begin(clock - flows_from);
            } else if clock < change {
                self.expire(clock - links_from);
            } else {
                self.change();
            }
            while let Some(task) = self.ready.pop_front() {
                self.advance(task);
            }
            if self.alive > MOST_TASKS {
                return Halt::Crowded;
            }
        }
    }

    /// A request comes in.
    #[inline]
    fn begin(&mut self, flow: usize) {
        self.next_arrival(flow);
        self.count_jobs();
        self.jobs += 1;
        self.tally.classes[flow].arrived += 1;
        let runs = self.sources[flow].runs;
        self.sources[flow].runs += 1;
        let luck = if self.caches.is_empty() {
            0
        } else {
            mix(self.seed ^ (flow as u64) << 48 ^ runs) as u32
        };
        let task = self.task(self.program.flows[flow].body, flow as u16, luck);
        self.tasks[task as usize].root = true;
        self.advance(task);
    }

    #[inline]
    fn next_arrival(&mut self, flow: usize) {
        let source = &mut self.sources[flow];
        let gap = self.ziggurat.exponential(&mut source.stream);
        let at = self.now + gap / (source.rate_per_s * source.factor);
        let clock = self.flow_clock(flow);
        // A rate of zero gives infinity: it never comes. Zero by zero cannot be, gaps are positive
        // but for one in 2^53.
        self.clocks
            .set(clock, if at.is_nan() { f64::INFINITY } else { at });
    }

    #[inline]
    pub fn count_jobs(&mut self) {
        self.jobs_area += (self.now - self.jobs_last_s) * self.jobs as f64;
        self.jobs_last_s = self.now;
    }

    /// A new task at an address.
    #[inline]
    pub fn task(&mut self, pc: u32, class: u16, luck: u32) -> u32 {
        self.alive += 1;
        let fresh = Task {
            start_s: self.now,
            pc,
            class,
            luck,
            parent: NONE,
            held: NONE,
            child: NONE,
            next: NONE,
            previous: NONE,
            state: State::Running,
            ..Task::default()
        };
        if self.free == NONE {
            self.tasks.push(fresh);
            return self.tasks.len() as u32 - 1;
        }
        let index = self.free;
        let slot = &mut self.tasks[index as usize];
        self.free = slot.next;
        let generation = slot.generation;
        *slot = Task {
            generation,
            ..fresh
        };
        index
    }

    /// A task is over; nothing it holds is left.
    #[inline]
    pub fn free(&mut self, task: u32) {
        self.alive -= 1;
        let slot = &mut self.tasks[task as usize];
        slot.generation = slot.generation.wrapping_add(1);
        slot.state = State::Free;
        slot.next = self.free;
        self.free = task;
    }

    pub fn delay(&mut self, task: u32, time_s: f64) {
        let t = &mut self.tasks[task as usize];
        let entry = Entry::new(self.now + time_s, task, t.generation);
        self.agenda.push(entry);
    }

    /// Ends a window now.
    pub fn close_window(&mut self) -> Window {
        let now = self.now;
        self.count_jobs();
        let stations = self.stations.iter_mut().map(|s| {
            s.account(now);
            // The autoscaler looks at differences of these integrals.
            s.scaled.busy -= s.area.busy;
            s.scaled.servers -= s.area.servers;
            std::mem::take(&mut s.area)
        });
        let stations = stations.collect();
        let resources = self.resources.iter_mut().map(|r| {
            r.account(now);
            std::mem::take(&mut r.area)
        });
        Window {
            from_s: std::mem::replace(&mut self.window_from_s, now),
            to_s: now,
            classes: self.tally.close(),
            stations,
            resources: resources.collect(),
            jobs: std::mem::take(&mut self.jobs_area),
        }
    }
}
