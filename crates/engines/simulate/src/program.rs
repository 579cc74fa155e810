//! A plant as a program: the trees of acts flattened into instructions with indices, so that a step
//! of a run is an array access and nothing is allocated for it.
//!
//! A task is one thread of control. The answering of a request is a task, and so is each try of a
//! call, because a try can be given up while its work goes on. A call that nothing can interrupt
//! (no timeout, no repeat, nothing held) is laid into its caller's code.

use evaluate::plant::{Act, Call, Often, Plant, ResourceKind, Work};

use crate::random::{Purpose, Stream, Times};

/// No index.
pub const NONE: u32 = u32::MAX;
/// Passes of one act in one run, at most.
const MOST_PASSES: f64 = 1e6;

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Op {
    /// Work or a delay, by site.
    Work(u32),
    /// The way to another component.
    Hop(u32),
    /// Arrives at a component, if it is up.
    Enter(u32),
    /// Tries of a call, by index.
    Call(u32),
    /// Jumps where the site's share is not drawn.
    Unless(u32, u32),
    /// Takes one of a resource; `true`: on the caller's side, who gives it back when it gives up.
    Take(u32, bool),
    /// Gives back what was taken last.
    Give,
    /// Runs branches side by side: the first of them in [`Program::branches`] and how many.
    Fork(u32, u32),
    End,
}

/// One place where something is drawn at random.
#[derive(Debug, Clone)]
pub struct Site {
    pub share: f64,
    pub whole: u32,
    /// Probability of one more pass.
    pub part: f64,
    /// The cache whose misses it is for.
    pub cache: u32,
    pub times: Times,
    pub station: u32,
    /// The component that does it.
    pub component: u32,
    pub stream: Stream,
}

#[derive(Debug, Clone)]
pub struct CallCode {
    /// How often.
    pub site: u32,
    pub link: u32,
    pub entry: u32,
    /// Code that runs instead when every try failed.
    pub fallback: u32,
}

#[derive(Debug, Clone)]
pub struct FlowCode {
    pub body: u32,
    pub background: u32,
}

#[derive(Debug, Clone, Default)]
pub struct Program {
    pub ops: Vec<Op>,
    pub sites: Vec<Site>,
    pub calls: Vec<CallCode>,
    pub branches: Vec<u32>,
    pub flows: Vec<FlowCode>,
    pub components: Vec<String>,
    /// Component of each station and cache.
    pub station_components: Vec<u32>,
    pub cache_components: Vec<u32>,
    /// Evaluations per second of acts behind each cache's misses.
    pub cache_looks: Vec<f64>,
    /// Parts of the plant that could not be used, each as one sentence.
    pub left_out: Vec<String>,
}

/// Code that is still to be laid out, and who waits for its address.
enum Later<'a> {
    Entry(u32, &'a Call, f64),
    Fallback(u32, &'a [Act], u32, f64),
    Branch(u32, &'a [Act], u32, f64),
}

struct Compiler<'a> {
    plant: &'a Plant,
    seed: u64,
    out: Program,
    later: Vec<Later<'a>>,
    flow: &'a str,
}

pub fn compile(plant: &Plant, seed: u64) -> Program {
    let mut c = Compiler {
        plant,
        seed,
        out: Program::default(),
        later: Vec::new(),
        flow: "",
    };
    for station in &plant.stations {
        let component = c.component(&station.component);
        c.out.station_components.push(component);
    }
    for cache in &plant.caches {
        let component = c.component(&cache.id);
        c.out.cache_components.push(component);
        c.out.cache_looks.push(0.0);
    }
    for flow in &plant.flows {
        c.flow = &flow.id;
        let rate = flow.rate_per_s.max(0.0);
        let body = c.routine(&flow.body, NONE, rate);
        let background = if flow.background.is_empty() {
            NONE
        } else {
            c.routine(&flow.background, NONE, rate)
        };
        c.out.flows.push(FlowCode { body, background });
    }
    c.out
}

impl<'a> Compiler<'a> {
    fn component(&mut self, id: &str) -> u32 {
        let known = self.out.components.iter().position(|c| c == id);
        known.unwrap_or_else(|| {
            self.out.components.push(id.to_string());
            self.out.components.len() - 1
        }) as u32
    }

    fn emit(&mut self, op: Op) -> usize {
        self.out.ops.push(op);
        self.out.ops.len() - 1
    }

    fn here(&self) -> u32 {
        self.out.ops.len() as u32
    }

    /// Lays out acts and all that they call; gives their address.
    fn routine(&mut self, acts: &'a [Act], component: u32, rate: f64) -> u32 {
        let address = self.here();
        self.acts(acts, component, rate);
        self.emit(Op::End);
        while let Some(later) = self.later.pop() {
            let address = self.here();
            match later {
                Later::Entry(call, code, rate) => {
                    self.out.calls[call as usize].entry = address;
                    self.try_of(code, rate);
                }
                Later::Fallback(call, acts, component, rate) => {
                    self.out.calls[call as usize].fallback = address;
                    self.acts(acts, component, rate);
                }
                Later::Branch(branch, acts, component, rate) => {
                    self.out.branches[branch as usize] = address;
                    self.acts(acts, component, rate);
                }
            }
            self.emit(Op::End);
        }
        address
    }

    /// `rate`: how often per second this code runs.
    fn acts(&mut self, acts: &'a [Act], component: u32, rate: f64) {
        for act in acts {
            match act {
                Act::Work(work) => self.work(work, component, rate),
                Act::Call(call) => self.call(call, component, rate),
                Act::Hold { resource, body } => {
                    let held = self.take(*resource, false);
                    self.acts(body, component, rate);
                    if held {
                        self.emit(Op::Give);
                    }
                }
                Act::Together(branches) => self.together(branches, component, rate),
            }
        }
    }

    fn together(&mut self, branches: &'a [Vec<Act>], component: u32, rate: f64) {
        let first = self.out.branches.len() as u32;
        for branch in branches {
            let index = self.out.branches.len() as u32;
            self.out.branches.push(0);
            self.later
                .push(Later::Branch(index, branch, component, rate));
        }
        if !branches.is_empty() {
            self.emit(Op::Fork(first, branches.len() as u32));
        }
    }

    fn work(&mut self, work: &Work, component: u32, rate: f64) {
        let station = match work.station {
            None => NONE,
            Some(s) if s < self.plant.stations.len() => s as u32,
            Some(s) => {
                let line = format!(
                    "`{}`: a step names station {s}, which is not there",
                    self.flow
                );
                self.out.left_out.push(line);
                NONE
            }
        };
        let component = match self.out.station_components.get(station as usize) {
            Some(own) => *own,
            None => component,
        };
        if !(work.mean_s.is_finite() && work.mean_s >= 0.0) {
            let line = format!(
                "`{}`: the time of step {} is no number",
                self.flow, work.step
            );
            self.out.left_out.push(line);
        }
        let times = Times::new(work.mean_s, work.scv);
        let site = self.site(&work.often, times, station, component, rate);
        self.emit(Op::Work(site));
    }

    fn site(
        &mut self,
        often: &Often,
        times: Times,
        station: u32,
        component: u32,
        rate: f64,
    ) -> u32 {
        let share = if often.share >= 0.0 {
            often.share.min(1.0)
        } else {
            0.0
        };
        let count = if often.times >= 0.0 {
            often.times.min(MOST_PASSES)
        } else {
            0.0
        };
        let cache = often.miss_of.filter(|c| *c < self.plant.caches.len());
        if let Some(cache) = cache {
            self.out.cache_looks[cache] += rate;
        }
        let index = self.out.sites.len();
        self.out.sites.push(Site {
            share,
            whole: count.floor() as u32,
            part: count.fract(),
            cache: cache.map_or(NONE, |c| c as u32),
            times,
            station,
            component,
            stream: Stream::new(self.seed, Purpose::Step, index),
        });
        index as u32
    }

    fn call(&mut self, call: &'a Call, component: u32, rate: f64) {
        let link = call.link.filter(|l| *l < self.plant.links.len());
        let plain = link.is_none_or(|l| {
            let link = &self.plant.links[l];
            link.timeout_s.is_none() && link.retry.is_none() && link.breaker.is_none()
        });
        let inside = rate * call.often.passes().clamp(0.0, MOST_PASSES);
        let site = self.site(&call.often, Times::Fixed(0.0), NONE, component, rate);
        if plain && call.holds.is_empty() && call.fallback.is_none() && call.often.times == 1.0 {
            let always = call.often.share >= 1.0 && call.often.miss_of.is_none();
            let unless = (!always).then(|| self.emit(Op::Unless(site, 0)));
            self.there_and_back(call, inside);
            if let Some(unless) = unless {
                self.out.ops[unless] = Op::Unless(site, self.here());
            }
            return;
        }
        let index = self.out.calls.len() as u32;
        self.out.calls.push(CallCode {
            site,
            link: link.map_or(NONE, |l| l as u32),
            entry: 0,
            fallback: NONE,
        });
        self.later.push(Later::Entry(index, call, inside));
        if let Some(acts) = &call.fallback {
            self.later
                .push(Later::Fallback(index, acts, component, 0.0));
        }
        self.emit(Op::Call(index));
    }

    /// One try: what the caller holds, the way, what the callee holds, its work, the way back. What
    /// is still held at the end is given back there.
    fn try_of(&mut self, call: &'a Call, rate: f64) {
        for resource in &call.holds {
            if self.kind(*resource) != Some(ResourceKind::Slots) {
                self.take(*resource, true);
            }
        }
        self.there_and_back(call, rate);
    }

    fn there_and_back(&mut self, call: &'a Call, rate: f64) {
        let component = self.component(&call.to);
        self.hop(call, component);
        self.emit(Op::Enter(component));
        let mut slots = 0;
        for resource in &call.holds {
            if self.kind(*resource) == Some(ResourceKind::Slots) && self.take(*resource, false) {
                slots += 1;
            }
        }
        self.acts(&call.body, component, rate);
        for _ in 0..slots {
            self.emit(Op::Give);
        }
        self.hop(call, component);
    }

    fn hop(&mut self, call: &Call, component: u32) {
        let half = Times::new(call.hop_s / 2.0, 0.0);
        if half != Times::Fixed(0.0) {
            let site = self.site(&Often::ONCE, half, NONE, component, 0.0);
            self.emit(Op::Hop(site));
        }
    }

    fn kind(&self, resource: usize) -> Option<ResourceKind> {
        self.plant.resources.get(resource).map(|r| r.kind)
    }

    fn take(&mut self, resource: usize, callers: bool) -> bool {
        let known = resource < self.plant.resources.len();
        if known {
            self.emit(Op::Take(resource as u32, callers));
        } else {
            let line = format!(
                "`{}`: holds resource {resource}, which is not there",
                self.flow
            );
            self.out.left_out.push(line);
        }
        known
    }
}
