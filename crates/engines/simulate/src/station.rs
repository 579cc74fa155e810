//! Stations while they run: a queue before equal servers, processors shared out in slices, or a
//! delay.
//!
//! A shared station keeps virtual time: the work that each request there has received since it was
//! last empty. A request that comes at virtual time v with d of work is done at v + d, whoever comes
//! and goes, so an arrival costs one entry in a heap and no other request is touched (Kleinrock,
//! Queueing Systems II, 1976, 4.4; the device is that of fair queueing, Demers et al. 1989).

use evaluate::network::{Capacity, Discipline};
use evaluate::plant;

use crate::agenda::{Entry, Heap};
use crate::program::NONE;
use crate::tally::Area;
use crate::world::{State, World};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Queue,
    Shared,
    Delay,
}

#[derive(Debug, Clone)]
pub struct Station {
    pub kind: Kind,
    /// Whole servers now, and their speed.
    pub servers: u32,
    pub speed: f64,
    /// Waiting or served.
    pub number: u32,
    /// Served one by one.
    pub serving: Vec<u32>,
    /// Waiting, a list through the tasks.
    pub head: u32,
    pub tail: u32,
    /// Shared: by the virtual time at which each is done.
    pub work: Heap,
    virtual_s: f64,
    last_s: f64,
    pub area: Area,
    /// Processors without the zones that are lost.
    pub processors: f64,
    /// Arrivals and busy time at the last look of its autoscaler.
    pub scaled: Scaled,
}

/// What an autoscaler remembers.
#[derive(Debug, Clone, Copy, Default)]
pub struct Scaled {
    pub busy: f64,
    pub servers: f64,
    /// Processors that were ordered and do not work yet.
    pub ordered: f64,
    /// Since when less would do.
    pub idle_since_s: Option<f64>,
}

impl Station {
    pub fn new(spec: &plant::Station) -> Self {
        let (capacity, speed) = spec.servers(1.0);
        let (kind, servers) = match (capacity, spec.discipline) {
            (Capacity::Unlimited, _) => (Kind::Delay, u32::MAX),
            (Capacity::Servers(n), Discipline::FirstCome) => (Kind::Queue, n as u32),
            (Capacity::Servers(n), Discipline::Shared) => (Kind::Shared, n as u32),
        };
        Station {
            kind,
            servers,
            speed,
            number: 0,
            serving: Vec::new(),
            head: NONE,
            tail: NONE,
            work: Heap::default(),
            virtual_s: 0.0,
            last_s: 0.0,
            area: Area::default(),
            processors: spec.processors,
            scaled: Scaled::default(),
        }
    }

    /// What each request in a shared station gets, in work per second.
    #[inline]
    fn rate(&self) -> f64 {
        if self.number <= self.servers {
            self.speed
        } else {
            self.speed * f64::from(self.servers) / f64::from(self.number)
        }
    }

    /// Brings the integrals and the virtual time up to now.
    #[inline]
    pub fn account(&mut self, now_s: f64) {
        let passed = now_s - self.last_s;
        self.last_s = now_s;
        let busy = match self.kind {
            Kind::Queue => self.serving.len() as u32,
            Kind::Shared => {
                self.virtual_s += passed * self.rate();
                self.number.min(self.servers)
            }
            Kind::Delay => self.number,
        };
        self.area.number += passed * f64::from(self.number);
        self.area.busy += passed * f64::from(busy);
        if self.kind != Kind::Delay {
            self.area.servers += passed * f64::from(self.servers);
        }
    }
}

impl World<'_> {
    /// A task begins a pass at a station; false if nobody is there to serve it.
    #[inline]
    pub fn arrive(&mut self, task: u32, index: u32, work_s: f64) -> bool {
        let now = self.now;
        let station = &mut self.stations[index as usize];
        if station.servers == 0 {
            return false;
        }
        station.account(now);
        station.number += 1;
        station.area.count += 1;
        let t = &mut self.tasks[task as usize];
        t.place = index;
        match station.kind {
            Kind::Delay => {
                t.state = State::Delayed;
                let entry = Entry::new(now + work_s / station.speed, task, t.generation);
                self.agenda.push(entry);
            }
            Kind::Queue if station.serving.len() < station.servers as usize => {
                t.state = State::Served;
                t.slot = station.serving.len() as u32;
                station.serving.push(task);
                let entry = Entry::new(now + work_s / station.speed, task, t.generation);
                self.agenda.push(entry);
            }
            Kind::Queue => {
                t.state = State::Queued;
                t.work_s = work_s;
                t.next = NONE;
                let tail = station.tail;
                station.tail = task;
                if tail == NONE {
                    station.head = task;
                } else {
                    self.tasks[tail as usize].next = task;
                }
            }
            Kind::Shared => {
                t.state = State::Sharing;
                let done = Entry::new(station.virtual_s + work_s, task, t.generation);
                station.work.push(done);
                self.reclock(index as usize);
            }
        }
        true
    }

    /// A served task leaves; the next of the queue begins.
    #[inline]
    pub fn depart(&mut self, task: u32) {
        let t = &self.tasks[task as usize];
        let (index, slot) = (t.place as usize, t.slot as usize);
        let station = &mut self.stations[index];
        station.account(self.now);
        station.number -= 1;
        station.serving.swap_remove(slot);
        if let Some(moved) = station.serving.get(slot) {
            self.tasks[*moved as usize].slot = slot as u32;
        }
        self.serve(index);
    }

    /// Starts the head of a queue where a server is free. The station is accounted.
    #[inline]
    pub fn serve(&mut self, index: usize) {
        let station = &mut self.stations[index];
        while station.head != NONE && station.serving.len() < station.servers as usize {
            let task = station.head;
            let t = &mut self.tasks[task as usize];
            station.head = t.next;
            if station.head == NONE {
                station.tail = NONE;
            }
            t.next = NONE;
            t.state = State::Served;
            t.slot = station.serving.len() as u32;
            station.serving.push(task);
            let done = Entry::new(self.now + t.work_s / station.speed, task, t.generation);
            self.agenda.push(done);
        }
    }

    /// Sets the clock of a shared station to its next completion. The station is accounted.
    #[inline]
    pub fn reclock(&mut self, index: usize) {
        let station = &mut self.stations[index];
        loop {
            let Some(first) = station.work.first() else {
                station.virtual_s = 0.0;
                self.clocks.stop(index);
                return;
            };
            // Killed ones stay in the heap until their turn.
            if self.tasks[first.task as usize].generation != first.generation {
                station.work.pop();
                continue;
            }
            let rate = station.rate();
            let left = (first.time_s() - station.virtual_s).max(0.0);
            let at = if rate > 0.0 {
                self.now + left / rate
            } else {
                f64::INFINITY
            };
            self.clocks.set(index, at);
            return;
        }
    }

    /// The first of a shared station is done; gives the task.
    #[inline]
    pub fn complete(&mut self, index: usize) -> Option<u32> {
        let station = &mut self.stations[index];
        station.account(self.now);
        let done = station.work.pop();
        if let Some(entry) = done {
            station.virtual_s = entry.time_s();
            station.number -= 1;
        }
        self.reclock(index);
        done.map(|entry| entry.task)
    }

    /// Other servers or another speed from now on. Whoever is served goes on at the old speed; a
    /// shared station works at the new one at once.
    pub fn refit(&mut self, index: usize, servers: u32, speed: f64) {
        let station = &mut self.stations[index];
        station.account(self.now);
        station.servers = servers;
        station.speed = speed;
        match station.kind {
            Kind::Delay => {}
            Kind::Shared => self.reclock(index),
            Kind::Queue => self.serve(index),
        }
    }

    /// The tasks at a station: those served, and those that wait.
    pub fn present(&mut self, index: usize) -> (Vec<u32>, Vec<u32>) {
        let station = &self.stations[index];
        let mut served = station.serving.clone();
        let tasks = &self.tasks;
        let live = |e: &&Entry| tasks[e.task as usize].generation == e.generation;
        served.extend(station.work.entries().filter(live).map(|e| e.task));
        let mut waiting = Vec::new();
        let mut at = station.head;
        while at != NONE {
            waiting.push(at);
            at = self.tasks[at as usize].next;
        }
        (served, waiting)
    }

    /// Takes served tasks out; their entries are stale when their generation moves on.
    pub fn drop_served(&mut self, index: usize, lost: &[u32]) {
        let station = &mut self.stations[index];
        station.account(self.now);
        station.number -= lost.len() as u32;
        if station.kind == Kind::Queue {
            station.serving.retain(|t| !lost.contains(t));
            for (slot, task) in station.serving.iter().enumerate() {
                self.tasks[*task as usize].slot = slot as u32;
            }
        }
    }

    /// Empties the queue.
    pub fn drop_waiting(&mut self, index: usize) {
        let station = &mut self.stations[index];
        station.account(self.now);
        let mut gone = 0;
        let mut at = station.head;
        while at != NONE {
            gone += 1;
            at = self.tasks[at as usize].next;
        }
        station.number -= gone;
        station.head = NONE;
        station.tail = NONE;
    }
}
