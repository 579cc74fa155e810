//! Layered queueing networks: tasks that call each other and hold their threads while they wait.
//!
//! A thread of a task works on its processor, calls entries of other tasks and is held until they
//! answer, so a server is a customer of the servers below it (Rolia and Sevcik 1995; Woodside,
//! Neilson, Petriu, Majumdar 1995; Franks, Al-Omari, Woodside, Das, Derisavi 2009). Times are
//! seconds, rates per second.
//!
//! An entry runs a graph of activities: one after the other, a choice by probability (a choice that
//! leads back is a loop), a fork whose branches run side by side, a join that waits for all of them
//! or for the first few. What follows the activity that replies is the second phase: the caller goes
//! on and the thread is still held. An entry may hand its caller on to another entry instead of
//! replying (forwarding). The work of an activity is cut into slices by its calls: with
//! [`Order::Random`] the number of calls is geometric around its mean, with [`Order::Fixed`] it is
//! that number in the order given.
//!
//! Three ways, chosen by the shape and the size ([`Method`]):
//! - small models: the Markov chain of the whole model, [`Method::Chain`]. Exact for exponential
//!   slices; other variation is fitted by stages, a constant by eight of them. Open and
//!   asynchronous requests are cut off at a number that loses less than 1 in 1,000, or said to be
//!   unsettled.
//! - two layers without a second phase: a closed network ([`crate::closed`]), [`Method::Network`].
//! - all else: approximate mean value analysis over call paths, [`Method::Paths`]. A path knows
//!   which threads it holds, so two requests that need the same single thread never queue for each
//!   other (interlock), and of several threads one is missing from what an arrival sees. The
//!   service of multi-threaded tasks and processors uses the marginal probabilities of a truncated
//!   M/M/m; a second phase is met with the probability that it outlasts the caller's absence
//!   (overtaking); variances enter through the residual service.
//!
//! ```
//! use groundplan_evaluate::layered::{Activity, Entry, Model, Processor, Task, TaskKind, solve};
//! use groundplan_evaluate::network::{Capacity, Discipline};
//!
//! let processor = |id: &str, capacity, discipline| Processor {
//!     id: id.to_owned(),
//!     capacity,
//!     discipline,
//!     speed: 1.0,
//! };
//! let task = |id: &str, processor, kind| Task { id: id.to_owned(), processor, kind };
//! let users = TaskKind::Reference { population: 4, think_s: 1.0 };
//! let threads = TaskKind::Server(Capacity::Servers(2));
//! let solution = solve(&Model {
//!     processors: vec![
//!         processor("users", Capacity::Unlimited, Discipline::Shared),
//!         processor("shop", Capacity::Servers(1), Discipline::Shared),
//!     ],
//!     tasks: vec![task("users", 0, users), task("shop", 1, threads)],
//!     entries: vec![
//!         Entry::phases("visit", 0, vec![Activity::work("visit", 0.0).calling(1, 2.0)]),
//!         // Two phases: the answer goes out after the first.
//!         Entry::phases("page", 1, vec![Activity::work("page", 0.1), Activity::work("log", 0.05)]),
//!     ],
//! })
//! .unwrap();
//! assert!(solution.converged);
//! assert!(solution.processors[1].busy_servers <= 1.0);
//! ```
//!
//! Measured against stored simulations of 49 published models (`bench/layered`): error of task
//! throughput .08 % in the median, 3.2 % at the 90th percentile, 4.0 % at most; with the paths alone
//! .94, 8.7 and 21 %. The paths are weakest where a few customers meet work of very different
//! length, and where branches of a fork share one processor.

use crate::network::{Capacity, Discipline};

mod chain;
mod faults;
mod flat;
mod paths;
mod program;
mod state;
mod walk;

pub use crate::closed::Fault;

/// Everything that runs and what it runs on. Things are referred to by index.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Model {
    pub processors: Vec<Processor>,
    pub tasks: Vec<Task>,
    pub entries: Vec<Entry>,
}

/// Equal servers that do the work of the tasks on them.
#[derive(Debug, Clone, PartialEq)]
pub struct Processor {
    /// Name for people.
    pub id: String,
    pub capacity: Capacity,
    pub discipline: Discipline,
    /// How much faster than the demands assume.
    pub speed: f64,
}

/// Something with threads.
#[derive(Debug, Clone, PartialEq)]
pub struct Task {
    /// Name for people.
    pub id: String,
    /// Index of the processor.
    pub processor: usize,
    pub kind: TaskKind,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum TaskKind {
    /// So many customers that run their one entry, pause, and run it again.
    Reference { population: usize, think_s: f64 },
    /// Answers requests in the order of their arrival, with so many threads.
    Server(Capacity),
}

/// One service of a task.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Name for people.
    pub id: String,
    /// Index of the task.
    pub task: usize,
    /// Requests from outside the model per second, Poisson; nobody waits for them.
    pub arrivals_per_s: f64,
    /// The first is where a request starts.
    pub activities: Vec<Activity>,
    pub joins: Vec<Join>,
    /// Entries that the caller is handed on to instead of a reply, with their probabilities.
    pub forwards: Vec<(f64, usize)>,
}

/// One piece of work.
#[derive(Debug, Clone, PartialEq)]
pub struct Activity {
    /// Name for people.
    pub id: String,
    /// Mean work on the processor at speed 1, over all slices, in seconds.
    pub demand_s: f64,
    /// Squared coefficient of variation of one slice: 1 exponential.
    pub scv: f64,
    /// Pause before the work, in seconds, exponential, without the processor.
    pub think_s: f64,
    pub calls: Vec<Call>,
    pub order: Order,
    /// The caller gets its answer when this activity ends. Where no activity replies, at the end.
    pub replies: bool,
    pub then: Then,
}

/// How many calls of each kind an activity makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    /// Geometric numbers, mixed.
    #[default]
    Random,
    /// Exactly the mean, one call after the other.
    Fixed,
}

/// Requests to another entry.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Call {
    /// Index of the entry.
    pub entry: usize,
    /// Mean number per run of the activity.
    pub mean: f64,
    /// The thread is held until the answer; otherwise there is none.
    pub waits: bool,
}

/// What follows an activity.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Then {
    #[default]
    End,
    /// Index of an activity of the same entry, as in the others.
    Next(usize),
    /// One of them, with probabilities that sum to 1.
    Choose(Vec<(f64, usize)>),
    /// All of them, side by side.
    Fork(Vec<usize>),
    /// Index of a join.
    Join(usize),
}

/// Where branches meet.
#[derive(Debug, Clone, PartialEq)]
pub struct Join {
    /// How many branches must have arrived; the rest runs on.
    pub needs: usize,
    pub then: Then,
}

/// How the numbers were found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// The Markov chain of the whole model, with so many states.
    Chain { states: usize },
    /// A closed network, exact or by the Linearizer.
    Network(crate::closed::Method),
    /// Approximate mean value analysis over call paths.
    Paths,
}

/// How hard to try.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Options {
    /// States up to which the Markov chain is solved; 0: never.
    pub states: usize,
    /// Passes of the approximation.
    pub passes: usize,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            states: 30_000,
            passes: 20_000,
        }
    }
}

/// All results, in the order of the inputs.
#[derive(Debug, Clone, PartialEq)]
pub struct Solution {
    /// One for each part of the model that shares nothing with the others.
    pub methods: Vec<Method>,
    /// Sweeps or passes, of the part that needed most.
    pub iterations: usize,
    /// False: some part did not settle, was cut off or cannot keep up, and its numbers are the last
    /// ones.
    pub converged: bool,
    pub entries: Vec<EntryResult>,
    pub tasks: Vec<TaskResult>,
    pub processors: Vec<ProcessorResult>,
}

#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct EntryResult {
    /// Runs per second.
    pub throughput_per_s: f64,
    /// From the request to the reply (or to handing on), waiting for a thread included, in seconds;
    /// for a reference task one round without the pause.
    pub response_s: f64,
    /// Time that a thread is held by one run, second phase included, in seconds.
    pub service_s: f64,
}

#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct TaskResult {
    /// Runs of all entries per second.
    pub throughput_per_s: f64,
    /// Mean threads in use.
    pub busy_threads: f64,
    /// Mean servers of its processor that work for it.
    pub busy_servers: f64,
}

#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct ProcessorResult {
    /// Mean servers at work.
    pub busy_servers: f64,
}

/// Solves with the default [`Options`].
///
/// # Errors
/// All faults of the model at once.
pub fn solve(model: &Model) -> Result<Solution, Vec<Fault>> {
    solve_with(model, Options::default())
}

/// Solves each part of the model that shares nothing with the others.
///
/// # Errors
/// All faults of the model at once.
pub fn solve_with(model: &Model, options: Options) -> Result<Solution, Vec<Fault>> {
    let faults = faults::faults(model);
    if !faults.is_empty() {
        return Err(faults);
    }
    let program = program::Program::new(model);
    let mut solution = Solution {
        methods: Vec::new(),
        iterations: 0,
        converged: true,
        entries: vec![EntryResult::default(); model.entries.len()],
        tasks: vec![TaskResult::default(); model.tasks.len()],
        processors: vec![ProcessorResult::default(); model.processors.len()],
    };
    for part in program.parts(model) {
        let solved = chain::solve(&program, &part, options.states)
            .or_else(|| flat::solve(&program, &part))
            .unwrap_or_else(|| paths::solve(&program, &part, options.passes));
        solution.methods.push(solved.method);
        solution.iterations = solution.iterations.max(solved.iterations);
        solution.converged &= solved.converged;
        for &entry in &part.entries {
            solution.entries[entry] = solved.entries[entry];
            let task = &mut solution.tasks[program.entries[entry].task];
            let result = solved.entries[entry];
            task.throughput_per_s += result.throughput_per_s;
            task.busy_threads += result.throughput_per_s * result.service_s;
            let work = result.throughput_per_s * program.entries[entry].work_s;
            task.busy_servers += work;
            let processor = program.tasks[program.entries[entry].task].processor;
            solution.processors[processor].busy_servers += work;
        }
    }
    Ok(solution)
}

/// What one way of solving says of one part.
struct Solved {
    method: Method,
    iterations: usize,
    converged: bool,
    /// For all entries of the model; those of other parts are zero.
    entries: Vec<EntryResult>,
}

impl Entry {
    /// An entry of phases one after the other, with the reply after the first.
    pub fn phases(id: &str, task: usize, mut activities: Vec<Activity>) -> Self {
        let last = activities.len().saturating_sub(1);
        for (i, activity) in activities.iter_mut().enumerate() {
            activity.replies = i == 0;
            activity.then = if i < last {
                Then::Next(i + 1)
            } else {
                Then::End
            };
        }
        Entry {
            id: id.to_owned(),
            task,
            arrivals_per_s: 0.0,
            activities,
            joins: Vec::new(),
            forwards: Vec::new(),
        }
    }
}

impl Activity {
    /// Exponential work and nothing else.
    pub fn work(id: &str, demand_s: f64) -> Self {
        Activity {
            id: id.to_owned(),
            demand_s,
            scv: 1.0,
            think_s: 0.0,
            calls: Vec::new(),
            order: Order::Random,
            replies: false,
            then: Then::End,
        }
    }

    /// Adds calls that are waited for.
    #[must_use]
    pub fn calling(mut self, entry: usize, mean: f64) -> Self {
        self.calls.push(Call {
            entry,
            mean,
            waits: true,
        });
        self
    }
}
