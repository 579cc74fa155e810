//! What can happen in a state, and everything that follows at once.
//!
//! Each slice of work queues for the processor anew. Branches that start together queue in any order
//! with equal probability (up to three of them).

use std::collections::VecDeque;

use super::Then;
use super::program::{Activity, Calls, Entry, Part, Program};
use super::state::{Arena, At, Job, Place, Token};

/// Steps without time passing after which a model is taken to run in a circle.
const CIRCLE: usize = 20_000;

pub(super) struct Walk<'a> {
    pub program: &'a Program,
    pub part: &'a Part,
    /// Requests that nobody waits for, at most.
    pub room: usize,
}

/// The state after, the rate per second, entries completed, requests lost.
pub(super) struct Move {
    pub to: Vec<u8>,
    pub rate: f64,
    pub done: Vec<u8>,
    pub lost: u8,
}

#[derive(Clone, Copy)]
enum Do {
    /// A request reaches its task.
    Arrive(usize),
    Begin(usize),
    /// A branch starts its activity.
    Start(usize, usize),
    Slice(usize, usize),
    Sliced(usize, usize),
    /// After the activity.
    Follow(usize, usize),
    Reply(usize),
    /// A processor has a server to give.
    Release(usize),
    /// A task has a thread to give.
    Free(usize),
}

#[derive(Clone)]
struct Branch {
    arena: Arena,
    todo: VecDeque<Do>,
    p: f64,
}

impl Walk<'_> {
    fn entry(&self, e: u8) -> &Entry {
        &self.program.entries[self.part.entries[usize::from(e)]]
    }

    fn activity(&self, job: &Job, token: &Token) -> &Activity {
        &self.entry(job.entry).activities[usize::from(token.activity)]
    }

    fn processor_of(&self, job: &Job) -> usize {
        self.program.tasks[self.entry(job.entry).task].processor
    }

    /// Index in the part of an entry of the model.
    fn local(&self, entry: usize) -> u8 {
        self.part
            .entries
            .iter()
            .position(|&e| e == entry)
            .unwrap_or(0) as u8
    }

    pub fn decode(&self, bytes: &[u8]) -> Arena {
        Arena::decode(bytes, &|e| self.entry(e).joins.len())
    }

    /// All customers about to begin.
    pub fn first(&self) -> Option<Vec<u8>> {
        let mut arena = Arena::default();
        let mut todo = VecDeque::new();
        for (local, &e) in self.part.entries.iter().enumerate() {
            let entry = &self.program.entries[e];
            if let Some(reference) = self.program.tasks[entry.task].reference {
                for _ in 0..reference.population {
                    let job = self.new_job(&mut arena, local as u8, None);
                    arena.jobs[job].replied = true;
                    arena.jobs[job].place = Place::Active;
                    todo.push_back(Do::Begin(job));
                }
            }
        }
        let moves = self.settle(arena, todo, 1.0)?;
        moves.into_iter().next().map(|m| m.to)
    }

    fn new_job(&self, arena: &mut Arena, entry: u8, parent: Option<(usize, usize)>) -> usize {
        arena.jobs.push(Job {
            entry,
            place: Place::Gone,
            parent,
            replied: false,
            tokens: Vec::new(),
            joins: vec![0; self.entry(entry).joins.len()],
        });
        arena.jobs.len() - 1
    }

    /// How much of one server each running branch of a processor has.
    pub fn share(&self, arena: &Arena, processor: usize) -> f64 {
        let p = &self.program.processors[processor];
        match p.servers {
            Some(servers) if p.shared => {
                (servers as f64 / self.running(arena, processor).max(1) as f64).min(1.0)
            }
            _ => 1.0,
        }
    }

    /// All moves out of a state; `None` if some chain of events never lets time pass.
    pub fn moves(&self, bytes: &[u8]) -> Option<Vec<Move>> {
        let arena = self.decode(bytes);
        let mut out = Vec::new();
        for (j, job) in arena.jobs.iter().enumerate() {
            if job.place == Place::Pausing {
                let task = &self.program.tasks[self.entry(job.entry).task];
                let think_s = task.reference.map_or(0.0, |r| r.think_s);
                let mut after = arena.clone();
                after.jobs[j].place = Place::Active;
                out.extend(self.settle(after, [Do::Begin(j)].into(), 1.0 / think_s)?);
            }
            for (t, token) in job.tokens.iter().enumerate() {
                let activity = self.activity(job, token);
                match token.at {
                    At::Thinking => {
                        let rate = 1.0 / activity.think_s;
                        let after = arena.clone();
                        out.extend(self.settle(after, [Do::Slice(j, t)].into(), rate)?);
                    }
                    At::Running(stage) => {
                        let share = self.share(&arena, self.processor_of(job));
                        let rate = activity.law.rates[usize::from(stage)] * share;
                        let mut after = arena.clone();
                        if activity.law.chain && usize::from(stage) + 1 < activity.law.rates.len() {
                            after.jobs[j].tokens[t].at = At::Running(stage + 1);
                            out.extend(self.settle(after, VecDeque::new(), rate)?);
                        } else {
                            out.extend(self.settle(after, [Do::Sliced(j, t)].into(), rate)?);
                        }
                    }
                    _ => {}
                }
            }
        }
        for (local, &e) in self.part.entries.iter().enumerate() {
            let rate = self.program.entries[e].arrivals_per_s;
            if rate > 0.0 {
                let mut after = arena.clone();
                let mut todo = VecDeque::new();
                self.send(&mut after, local as u8, &mut todo);
                out.extend(self.settle(after, todo, rate)?);
            }
        }
        Some(out)
    }

    /// A request that nobody waits for, if there is room.
    fn send(&self, arena: &mut Arena, entry: u8, todo: &mut VecDeque<Do>) {
        let inside = (arena.jobs.iter())
            .filter(|j| j.parent.is_none() && j.place != Place::Gone)
            .filter(|j| {
                let task = self.entry(j.entry).task;
                self.program.tasks[task].reference.is_none()
            })
            .count();
        if inside >= self.room {
            arena.lost = arena.lost.saturating_add(1);
        } else {
            let job = self.new_job(arena, entry, None);
            todo.push_back(Do::Arrive(job));
        }
    }

    /// Does all that needs no time, over all chances.
    fn settle(&self, arena: Arena, todo: VecDeque<Do>, rate: f64) -> Option<Vec<Move>> {
        let mut branches = vec![Branch {
            arena,
            todo,
            p: rate,
        }];
        let mut out = Vec::new();
        let mut steps = 0;
        while let Some(mut branch) = branches.pop() {
            while let Some(next) = branch.todo.pop_front() {
                steps += 1;
                if steps > CIRCLE || !branch.arena.fits() {
                    return None;
                }
                self.step(&mut branch, next, &mut branches);
            }
            if branch.p > 0.0 {
                out.push(Move {
                    to: branch.arena.encode(),
                    rate: branch.p,
                    done: branch.arena.done,
                    lost: branch.arena.lost,
                });
            }
        }
        Some(out)
    }

    fn step(&self, branch: &mut Branch, next: Do, branches: &mut Vec<Branch>) {
        let arena = &mut branch.arena;
        match next {
            Do::Arrive(j) => {
                let task = self.entry(arena.jobs[j].entry).task;
                let here = |place: fn(Place) -> bool| {
                    (arena.jobs.iter())
                        .filter(|o| place(o.place) && self.entry(o.entry).task == task)
                        .count()
                };
                let busy = here(|p| p == Place::Active);
                if self.program.tasks[task].threads.is_some_and(|m| busy >= m) {
                    let waiting = here(|p| matches!(p, Place::Waiting(_)));
                    arena.jobs[j].place = Place::Waiting(waiting as u8);
                } else {
                    arena.jobs[j].place = Place::Active;
                    branch.todo.push_back(Do::Begin(j));
                }
            }
            Do::Begin(j) => {
                let t = push(arena, j, 0);
                branch.todo.push_back(Do::Start(j, t));
            }
            Do::Start(j, t) => {
                let (job, token) = (&arena.jobs[j], arena.jobs[j].tokens[t]);
                if self.activity(job, &token).think_s > 0.0 {
                    arena.jobs[j].tokens[t].at = At::Thinking;
                } else {
                    branch.todo.push_back(Do::Slice(j, t));
                }
            }
            Do::Slice(j, t) => self.slice(branch, j, t, branches),
            Do::Sliced(j, t) => self.sliced(branch, j, t, branches),
            Do::Follow(j, t) => {
                let job = &arena.jobs[j];
                let then = &self.activity(job, &job.tokens[t]).then;
                self.follow(branch, j, t, then, branches);
            }
            Do::Reply(j) => self.reply(branch, j, branches),
            Do::Release(p) => {
                let servers = self.program.processors[p].servers;
                if servers.is_some_and(|m| self.running(arena, p) < m) {
                    let head = self.queued(arena, p).find(|(_, _, rank)| *rank == 0);
                    if let Some((j, t, _)) = head {
                        self.advance_queue(arena, p);
                        self.run(branch, j, t, branches);
                    }
                }
            }
            Do::Free(task) => {
                let mut head = None;
                for (j, job) in arena.jobs.iter_mut().enumerate() {
                    match job.place {
                        Place::Waiting(rank) if self.entry(job.entry).task == task => {
                            if rank == 0 {
                                job.place = Place::Active;
                                head = Some(j);
                            } else {
                                job.place = Place::Waiting(rank - 1);
                            }
                        }
                        _ => {}
                    }
                }
                if let Some(j) = head {
                    branch.todo.push_back(Do::Begin(j));
                }
            }
        }
    }

    fn running(&self, arena: &Arena, processor: usize) -> usize {
        (arena.jobs.iter())
            .filter(|job| job.place == Place::Active && self.processor_of(job) == processor)
            .flat_map(|job| &job.tokens)
            .filter(|token| matches!(token.at, At::Running(_)))
            .count()
    }

    /// Request, branch and rank of all that wait for a processor.
    fn queued<'b>(
        &'b self,
        arena: &'b Arena,
        processor: usize,
    ) -> impl Iterator<Item = (usize, usize, u8)> + 'b {
        (arena.jobs.iter().enumerate())
            .filter(move |(_, job)| {
                job.place == Place::Active && self.processor_of(job) == processor
            })
            .flat_map(|(j, job)| {
                (job.tokens.iter().enumerate()).filter_map(move |(t, token)| match token.at {
                    At::Queued(rank) => Some((j, t, rank)),
                    _ => None,
                })
            })
    }

    fn advance_queue(&self, arena: &mut Arena, processor: usize) {
        let all: Vec<_> = self.queued(arena, processor).collect();
        for (j, t, rank) in all {
            if rank > 0 {
                arena.jobs[j].tokens[t].at = At::Queued(rank - 1);
            }
        }
    }

    /// Starts a slice on a server, in one of its first stages.
    fn run(&self, branch: &mut Branch, j: usize, t: usize, branches: &mut Vec<Branch>) {
        let job = &branch.arena.jobs[j];
        let start = &self.activity(job, &job.tokens[t]).law.start;
        chance(
            branch,
            branches,
            start
                .iter()
                .copied()
                .enumerate()
                .map(|(stage, p)| (p, stage)),
            |branch, stage| branch.arena.jobs[j].tokens[t].at = At::Running(stage as u8),
        );
    }

    fn slice(&self, branch: &mut Branch, j: usize, t: usize, branches: &mut Vec<Branch>) {
        let arena = &mut branch.arena;
        let job = &arena.jobs[j];
        let p = self.processor_of(job);
        if self.activity(job, &job.tokens[t]).slice_s <= 0.0 {
            branch.todo.push_back(Do::Sliced(j, t));
            return;
        }
        let processor = &self.program.processors[p];
        let full =
            !processor.shared && (processor.servers).is_some_and(|m| self.running(arena, p) >= m);
        if full {
            let waiting = self.queued(arena, p).count();
            arena.jobs[j].tokens[t].at = At::Queued(waiting as u8);
        } else {
            self.run(branch, j, t, branches);
        }
    }

    fn sliced(&self, branch: &mut Branch, j: usize, t: usize, branches: &mut Vec<Branch>) {
        branch.arena.jobs[j].tokens[t].at = At::Moving;
        let job = &branch.arena.jobs[j];
        branch.todo.push_back(Do::Release(self.processor_of(job)));
        let token = job.tokens[t];
        match &self.activity(job, &token).calls {
            Calls::Fixed(calls) => match calls.get(usize::from(token.calls)) {
                Some(&(entry, waits)) => {
                    branch.arena.jobs[j].tokens[t].calls += 1;
                    self.call(branch, j, t, entry, waits);
                }
                None => self.finish(branch, j, t),
            },
            Calls::Random(calls) if calls.is_empty() => self.finish(branch, j, t),
            Calls::Random(calls) => {
                let some: f64 = calls.iter().map(|c| c.0).sum();
                let options = (calls
                    .iter()
                    .map(|&(p, entry, waits)| (p, Some((entry, waits)))))
                .chain([(1.0 - some, None)]);
                chance(branch, branches, options, |branch, option| match option {
                    Some((entry, waits)) => self.call(branch, j, t, entry, waits),
                    None => self.finish(branch, j, t),
                });
            }
        }
    }

    fn call(&self, branch: &mut Branch, j: usize, t: usize, to: usize, waits: bool) {
        let to = self.local(to);
        if waits {
            branch.arena.jobs[j].tokens[t].at = At::Calling;
            let child = self.new_job(&mut branch.arena, to, Some((j, t)));
            branch.todo.push_back(Do::Arrive(child));
        } else {
            self.send(&mut branch.arena, to, &mut branch.todo);
            branch.todo.push_back(Do::Slice(j, t));
        }
    }

    fn finish(&self, branch: &mut Branch, j: usize, t: usize) {
        let job = &branch.arena.jobs[j];
        if self.activity(job, &job.tokens[t]).replies {
            branch.todo.push_back(Do::Reply(j));
        }
        branch.todo.push_back(Do::Follow(j, t));
    }

    fn reply(&self, branch: &mut Branch, j: usize, branches: &mut Vec<Branch>) {
        if branch.arena.jobs[j].replied {
            return;
        }
        branch.arena.jobs[j].replied = true;
        let parent = branch.arena.jobs[j].parent.take();
        let forwards = &self.entry(branch.arena.jobs[j].entry).forwards;
        let some: f64 = forwards.iter().map(|f| f.0).sum();
        let options =
            (forwards.iter().map(|&(p, to)| (p, Some(to)))).chain([((1.0 - some).max(0.0), None)]);
        chance(branch, branches, options, |branch, option| match option {
            Some(to) => {
                let job = self.new_job(&mut branch.arena, self.local(to), parent);
                branch.todo.push_back(Do::Arrive(job));
            }
            None => {
                if let Some((j, t)) = parent {
                    branch.arena.jobs[j].tokens[t].at = At::Moving;
                    branch.todo.push_back(Do::Slice(j, t));
                }
            }
        });
    }

    fn follow(
        &self,
        branch: &mut Branch,
        j: usize,
        t: usize,
        then: &Then,
        branches: &mut Vec<Branch>,
    ) {
        match then {
            Then::End => self.end(branch, j, t),
            Then::Next(a) => go(branch, j, t, *a),
            Then::Choose(of) => {
                chance(branch, branches, of.iter().copied(), |branch, a| {
                    go(branch, j, t, a);
                });
            }
            Then::Fork(of) => {
                branch.arena.jobs[j].tokens[t].at = At::Gone;
                let orders = orders(of);
                let p = 1.0 / orders.len() as f64;
                let options = orders.into_iter().map(|order| (p, order));
                chance(branch, branches, options, |branch, order| {
                    for a in order {
                        let t = push(&mut branch.arena, j, a as u8);
                        branch.todo.push_back(Do::Start(j, t));
                    }
                });
            }
            Then::Join(at) => {
                let e = branch.arena.jobs[j].entry;
                let join = &self.entry(e).joins[*at];
                let arrived = &mut branch.arena.jobs[j].joins[*at];
                *arrived += 1;
                let fires = usize::from(*arrived) == join.needs;
                if usize::from(*arrived) == join.branches {
                    *arrived = 0;
                }
                if fires {
                    self.follow(branch, j, t, &join.then, branches);
                } else {
                    self.end(branch, j, t);
                }
            }
        }
    }

    /// A branch is over, and with the last one the request.
    fn end(&self, branch: &mut Branch, j: usize, t: usize) {
        branch.arena.jobs[j].tokens[t].at = At::Gone;
        if branch.arena.jobs[j].tokens.iter().any(|t| t.at != At::Gone) {
            return;
        }
        let entry = branch.arena.jobs[j].entry;
        branch.arena.done.push(entry);
        let task = self.entry(entry).task;
        let job = &mut branch.arena.jobs[j];
        job.tokens.clear();
        job.joins.fill(0);
        match self.program.tasks[task].reference {
            Some(reference) if reference.think_s > 0.0 => job.place = Place::Pausing,
            Some(_) => branch.todo.push_back(Do::Begin(j)),
            None => {
                job.place = Place::Gone;
                branch.todo.push_back(Do::Reply(j));
                branch.todo.push_back(Do::Free(task));
            }
        }
    }
}

fn push(arena: &mut Arena, job: usize, activity: u8) -> usize {
    arena.jobs[job].tokens.push(Token {
        activity,
        calls: 0,
        at: At::Moving,
    });
    arena.jobs[job].tokens.len() - 1
}

/// A branch goes on with another activity.
fn go(branch: &mut Branch, j: usize, t: usize, activity: usize) {
    let token = &mut branch.arena.jobs[j].tokens[t];
    token.activity = activity as u8;
    token.calls = 0;
    branch.todo.push_back(Do::Start(j, t));
}

/// Splits off a branch for each option but the last, which this one takes.
fn chance<T>(
    branch: &mut Branch,
    branches: &mut Vec<Branch>,
    options: impl Iterator<Item = (f64, T)>,
    mut apply: impl FnMut(&mut Branch, T),
) {
    let mut options: Vec<(f64, T)> = options.filter(|o| o.0 > 1e-15).collect();
    let Some((p, last)) = options.pop() else {
        return;
    };
    for (p, option) in options {
        let mut other = branch.clone();
        other.p *= p;
        apply(&mut other, option);
        branches.push(other);
    }
    branch.p *= p;
    apply(branch, last);
}

/// All orders of up to three; the given one of more.
fn orders(of: &[usize]) -> Vec<Vec<usize>> {
    match *of {
        [a, b] => vec![vec![a, b], vec![b, a]],
        [a, b, c] => vec![
            vec![a, b, c],
            vec![a, c, b],
            vec![b, a, c],
            vec![b, c, a],
            vec![c, a, b],
            vec![c, b, a],
        ],
        _ => vec![of.to_vec()],
    }
}
