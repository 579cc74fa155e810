//! Resources while they run: so many of a thing, held while other work goes on, with a queue before
//! them.

use evaluate::plant;

use crate::program::{NONE, Op};
use crate::tally::{Area, Cause};
use crate::world::{State, World};

/// Something held, in a list.
#[derive(Debug, Clone, Copy)]
pub struct Hold {
    pub resource: u32,
    pub next: u32,
    /// Held on the caller's side of a call.
    pub callers: bool,
}

#[derive(Debug, Clone)]
pub struct Resource {
    pub limit: u32,
    pub queue: Option<u32>,
    pub in_use: u32,
    pub waiting: u32,
    pub head: u32,
    pub tail: u32,
    last_s: f64,
    pub area: Area,
    /// Time at each number in use; the last entry is all above.
    pub levels: Vec<f64>,
    pub most: u32,
}

/// Numbers in use that are told apart.
const LEVELS: usize = 4096;

impl Resource {
    pub fn new(r: &plant::Resource) -> Self {
        Resource {
            limit: r.limit.min(u32::MAX as usize) as u32,
            queue: r.queue.map(|q| q.min(u32::MAX as usize) as u32),
            in_use: 0,
            waiting: 0,
            head: NONE,
            tail: NONE,
            last_s: 0.0,
            area: Area::default(),
            levels: vec![0.0; r.limit.min(LEVELS) + 1],
            most: 0,
        }
    }

    #[inline]
    pub fn account(&mut self, now_s: f64) {
        let passed = now_s - self.last_s;
        self.last_s = now_s;
        self.area.busy += passed * f64::from(self.in_use);
        self.area.number += passed * f64::from(self.in_use + self.waiting);
        if let Some(level) = self.levels.get_mut((self.in_use as usize).min(LEVELS)) {
            *level += passed;
        }
    }
}

impl World<'_> {
    /// Takes one of a resource, or waits for it (false).
    pub fn take(&mut self, task: u32, index: u32, callers: bool) -> Result<bool, Cause> {
        let now = self.now;
        let resource = &mut self.resources[index as usize];
        resource.account(now);
        if resource.in_use < resource.limit {
            resource.in_use += 1;
            resource.most = resource.most.max(resource.in_use);
            self.hold(task, index, callers);
            self.tasks[task as usize].pc += 1;
            return Ok(true);
        }
        if resource.limit == 0 || resource.queue.is_some_and(|q| resource.waiting >= q) {
            resource.area.count += 1;
            let class = self.tasks[task as usize].class as usize;
            self.tally.classes[class].refused += 1;
            return Err(Cause::Refused);
        }
        resource.waiting += 1;
        let tail = resource.tail;
        resource.tail = task;
        if tail == NONE {
            resource.head = task;
        } else {
            self.tasks[tail as usize].next = task;
        }
        let t = &mut self.tasks[task as usize];
        t.state = State::Waiting;
        t.place = index;
        t.previous = tail;
        t.next = NONE;
        Ok(false)
    }

    fn hold(&mut self, task: u32, resource: u32, callers: bool) {
        let t = &mut self.tasks[task as usize];
        let hold = Hold {
            resource,
            next: t.held,
            callers,
        };
        if self.free_hold == NONE {
            t.held = self.holds.len() as u32;
            self.holds.push(hold);
        } else {
            t.held = self.free_hold;
            let slot = &mut self.holds[t.held as usize];
            self.free_hold = slot.next;
            *slot = hold;
        }
    }

    pub fn free_hold(&mut self, at: u32) {
        self.holds[at as usize].next = self.free_hold;
        self.free_hold = at;
    }

    pub fn give_last(&mut self, task: u32) {
        let t = &mut self.tasks[task as usize];
        if t.held == NONE {
            return;
        }
        let at = t.held;
        let hold = self.holds[at as usize];
        t.held = hold.next;
        self.free_hold(at);
        self.give(hold.resource);
    }

    #[inline]
    pub fn give_all(&mut self, task: u32) {
        while self.tasks[task as usize].held != NONE {
            self.give_last(task);
        }
    }

    /// One of a resource comes free: whoever waits first has it.
    pub fn give(&mut self, index: u32) {
        let now = self.now;
        let resource = &mut self.resources[index as usize];
        resource.account(now);
        let first = resource.head;
        if first == NONE {
            resource.in_use -= 1;
            return;
        }
        self.leave(first, index);
        let t = &mut self.tasks[first as usize];
        let callers = matches!(self.program.ops[t.pc as usize], Op::Take(_, true));
        t.state = State::Running;
        t.pc += 1;
        self.hold(first, index, callers);
        self.ready.push_back(first);
    }

    /// Takes a task out of the queue before a resource.
    pub fn leave(&mut self, task: u32, index: u32) {
        let now = self.now;
        let (next, previous) = {
            let t = &mut self.tasks[task as usize];
            let ends = (t.next, t.previous);
            t.next = NONE;
            t.previous = NONE;
            ends
        };
        let resource = &mut self.resources[index as usize];
        resource.account(now);
        resource.waiting -= 1;
        if previous == NONE {
            resource.head = next;
        }
        if next == NONE {
            resource.tail = previous;
        }
        if previous != NONE {
            self.tasks[previous as usize].next = next;
        }
        if next != NONE {
            self.tasks[next as usize].previous = previous;
        }
    }
}
