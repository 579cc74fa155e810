//! What a task does from one wait to the next.

use crate::link::Deadline;
use crate::program::{CallCode, NONE, Op};
use crate::random::{mix, unit};
use crate::station::Kind;
use crate::tally::Cause;
use crate::world::{State, World};

/// Whether a task goes on at once.
type Flow = Result<bool, Cause>;

impl World<'_> {
    /// An entry of the agenda is due.
    #[inline]
    pub fn wake(&mut self, task: u32) {
        let t = &self.tasks[task as usize];
        match t.state {
            State::Served => {
                self.depart(task);
                self.passed(task);
            }
            State::Delayed => {
                if t.place != NONE {
                    let station = &mut self.stations[t.place as usize];
                    station.account(self.now);
                    station.number -= 1;
                }
                self.passed(task);
            }
            State::Pausing => match self.try_call(task) {
                Ok(child) => self.advance(child),
                Err(cause) => self.try_failed(task, cause),
            },
            _ => {}
        }
    }

    /// One pass of the present act is over.
    #[inline]
    pub fn passed(&mut self, task: u32) {
        let t = &mut self.tasks[task as usize];
        t.state = State::Running;
        t.left -= 1;
        if t.left == 0 {
            t.pc += 1;
        }
        self.advance(task);
    }

    /// Runs a task, and whoever it answers, until all wait or are over.
    pub fn advance(&mut self, mut task: u32) {
        loop {
            let t = &self.tasks[task as usize];
            let step = match self.program.ops[t.pc as usize] {
                Op::Work(site) => self.work(task, site),
                Op::Hop(site) => self.work(task, site),
                Op::Enter(component) => self.enter(task, component),
                Op::Unless(site, to) => {
                    let happens = self.passes(task, site) > 0;
                    let t = &mut self.tasks[task as usize];
                    t.pc = if happens { t.pc + 1 } else { to };
                    Ok(true)
                }
                Op::Take(resource, callers) => self.take(task, resource, callers),
                Op::Give => {
                    self.give_last(task);
                    self.tasks[task as usize].pc += 1;
                    Ok(true)
                }
                Op::Fork(first, count) => {
                    self.fork(task, first, count);
                    Ok(false)
                }
                Op::Call(call) => match self.call(task, call) {
                    Ok(Some(child)) => {
                        task = child;
                        Ok(true)
                    }
                    Ok(None) => Ok(true),
                    Err(cause) => {
                        self.try_failed(task, cause);
                        Ok(false)
                    }
                },
                Op::End => match self.end(task) {
                    Some(parent) => {
                        task = parent;
                        Ok(true)
                    }
                    None => Ok(false),
                },
            };
            match step {
                Ok(true) => {}
                Ok(false) => return,
                Err(cause) => {
                    self.fail(task, cause);
                    return;
                }
            }
        }
    }

    /// Passes of a site in this run.
    #[inline]
    fn passes(&mut self, task: u32, site: u32) -> u32 {
        let s = &mut self.sites[site as usize];
        if s.cache != NONE {
            let share = self.caches[s.cache as usize].share(s.share);
            let luck = self.tasks[task as usize].luck;
            // One draw decides for all that one miss brings about.
            if unit(mix(u64::from(luck) << 32 | u64::from(s.cache))) >= share {
                return 0;
            }
        } else if s.share < 1.0 && s.stream.unit() >= s.share {
            return 0;
        }
        s.whole + u32::from(s.part > 0.0 && s.stream.unit() < s.part)
    }

    /// Begins a pass of work, the first one after drawing how many there are.
    #[inline]
    fn work(&mut self, task: u32, site: u32) -> Flow {
        loop {
            if self.tasks[task as usize].left == 0 {
                let passes = self.passes(task, site);
                let t = &mut self.tasks[task as usize];
                t.left = passes;
                if passes == 0 {
                    t.pc += 1;
                    return Ok(true);
                }
            }
            let s = &mut self.sites[site as usize];
            let mut time = s.times.draw(&mut s.stream, &self.ziggurat);
            let station = s.station;
            if let Some(component) = self.components.get(s.component) {
                if component.stopped {
                    return Err(Cause::Down);
                }
                if station == NONE {
                    time *= component.slow;
                }
            }
            if station != NONE {
                return if self.arrive(task, station, time) {
                    Ok(false)
                } else {
                    Err(Cause::Down)
                };
            }
            let t = &mut self.tasks[task as usize];
            if time > 0.0 {
                t.state = State::Delayed;
                t.place = NONE;
                self.delay(task, time);
                return Ok(false);
            }
            t.left -= 1;
            if t.left == 0 {
                t.pc += 1;
                return Ok(true);
            }
        }
    }

    fn enter(&mut self, task: u32, component: u32) -> Flow {
        match self.components.get(component) {
            Some(c) if c.stopped => Err(Cause::Down),
            _ => {
                self.tasks[task as usize].pc += 1;
                Ok(true)
            }
        }
    }

    fn fork(&mut self, task: u32, first: u32, count: u32) {
        let t = &mut self.tasks[task as usize];
        t.state = State::Joining;
        t.child = count;
        let parent = *t;
        for branch in first..first + count {
            let pc = self.program.branches[branch as usize];
            let child = self.task(pc, parent.class, parent.luck);
            let c = &mut self.tasks[child as usize];
            c.parent = task;
            c.parent_generation = parent.generation;
            self.ready.push_back(child);
        }
    }

    /// Begins a call: draws how often, makes the first try. `None`: not this time.
    fn call(&mut self, task: u32, call: u32) -> Result<Option<u32>, Cause> {
        let code = &self.program.calls[call as usize];
        if self.tasks[task as usize].left == 0 {
            let passes = self.passes(task, code.site);
            let t = &mut self.tasks[task as usize];
            t.left = passes;
            if passes == 0 {
                t.pc += 1;
                return Ok(None);
            }
        }
        if code.link != NONE {
            self.links[code.link as usize].call();
        }
        self.tasks[task as usize].tries = 0;
        self.try_call(task).map(Some)
    }

    /// The call a task is in.
    fn code(&self, task: u32) -> Option<&CallCode> {
        match self.program.ops[self.tasks[task as usize].pc as usize] {
            Op::Call(call) => self.program.calls.get(call as usize),
            _ => None,
        }
    }

    /// Makes one try; gives the task that carries it out.
    fn try_call(&mut self, task: u32) -> Result<u32, Cause> {
        let Some(code) = self.code(task) else {
            return Err(Cause::Down);
        };
        let (link, entry) = (code.link, code.entry);
        let t = &mut self.tasks[task as usize];
        t.state = State::Calling;
        t.child = NONE;
        t.tries = t.tries.saturating_add(1);
        let parent = *t;
        let now = self.now;
        let mut timeout = None;
        if let Some(link) = self.links.get_mut(link as usize) {
            if !link.admits(now) {
                return Err(Cause::Open);
            }
            timeout = link.timeout_s;
        }
        let tally = &mut self.tally.classes[parent.class as usize];
        tally.tries += 1;
        tally.retries += u64::from(parent.tries > 1);
        let child = self.part(task, entry);
        if let Some(timeout_s) = timeout {
            self.deadline(child, link as usize, now + timeout_s);
        }
        Ok(child)
    }

    /// A task that a task waits for.
    fn part(&mut self, task: u32, entry: u32) -> u32 {
        let parent = self.tasks[task as usize];
        let turn = u64::from(parent.left) << 16 | u64::from(parent.tries);
        let luck = mix(u64::from(parent.luck) << 32 ^ turn) as u32;
        let child = self.task(entry, parent.class, luck);
        let c = &mut self.tasks[child as usize];
        c.parent = task;
        c.parent_generation = parent.generation;
        self.tasks[task as usize].child = child;
        child
    }

    fn deadline(&mut self, child: u32, link: usize, at_s: f64) {
        let clock = self.link_clock(link);
        let deadlines = &mut self.links[link].deadlines;
        if deadlines.is_empty() {
            self.clocks.set(clock, at_s);
        }
        deadlines.push_back(Deadline {
            at_s,
            task: child,
            generation: self.tasks[child as usize].generation,
        });
    }

    /// The first deadline of a link has come: its caller gives up, unless it was answered.
    pub fn expire(&mut self, link: usize) {
        let clock = self.link_clock(link);
        let mut late = NONE;
        while let Some(first) = self.links[link].deadlines.front().copied() {
            let t = &self.tasks[first.task as usize];
            let live = t.generation == first.generation && self.parent_of(t).is_some();
            if live && (first.at_s > self.now || late != NONE) {
                self.clocks.set(clock, first.at_s);
                break;
            }
            self.links[link].deadlines.pop_front();
            if live {
                late = first.task;
            }
        }
        if self.links[link].deadlines.is_empty() {
            self.clocks.stop(clock);
        }
        if late != NONE {
            self.links[link].timeouts += 1;
            let parent = self.abandon(late);
            let class = self.tasks[parent as usize].class;
            self.tally.classes[class as usize].timeouts += 1;
            self.try_failed(parent, Cause::Timeout);
        }
    }

    /// The caller turns away from a try. What the caller holds for it comes free; what was begun at
    /// the callee goes on, with what it holds there.
    fn abandon(&mut self, child: u32) -> u32 {
        let t = self.tasks[child as usize];
        self.tasks[child as usize].parent = NONE;
        if t.state == State::Waiting
            && let Op::Take(resource, true) = self.program.ops[t.pc as usize]
        {
            self.leave(child, resource);
            self.give_all(child);
            self.free(child);
            return t.parent;
        }
        let mut above = NONE;
        let mut at = t.held;
        while at != NONE {
            let hold = self.holds[at as usize];
            if hold.callers {
                if above == NONE {
                    self.tasks[child as usize].held = hold.next;
                } else {
                    self.holds[above as usize].next = hold.next;
                }
                self.free_hold(at);
                self.give(hold.resource);
            } else {
                above = at;
            }
            at = hold.next;
        }
        t.parent
    }

    /// A task is over and well. Gives the task that goes on.
    fn end(&mut self, task: u32) -> Option<u32> {
        self.give_all(task);
        let t = self.tasks[task as usize];
        self.free(task);
        if t.root {
            self.answered(&t);
            return None;
        }
        let parent = self.parent_of(&t)?;
        let p = &mut self.tasks[parent as usize];
        match p.state {
            State::Joining => {
                p.child -= 1;
                if p.child > 0 {
                    return None;
                }
                p.state = State::Running;
                p.pc += 1;
                return Some(parent);
            }
            State::Calling => {
                if let Op::Call(call) = self.program.ops[p.pc as usize] {
                    let link = self.program.calls[call as usize].link;
                    if let Some(link) = self.links.get_mut(link as usize) {
                        link.succeeded();
                    }
                }
            }
            State::FallingBack => {}
            _ => return None,
        }
        let p = &mut self.tasks[parent as usize];
        p.state = State::Running;
        p.left -= 1;
        if p.left == 0 {
            p.pc += 1;
        }
        Some(parent)
    }

    /// Who waits for a task, if anybody still does.
    fn parent_of(&self, t: &crate::world::Task) -> Option<u32> {
        let parent = self.tasks.get(t.parent as usize)?;
        (parent.generation == t.parent_generation).then_some(t.parent)
    }

    #[inline]
    fn answered(&mut self, t: &crate::world::Task) {
        let class = t.class as usize;
        self.tally.answer(class, self.now - t.start_s);
        let class = self.classes[class];
        if class.background {
            return;
        }
        self.count_jobs();
        self.jobs -= 1;
        let background = self.background[class.flow];
        if background != NONE {
            self.tally.classes[background as usize].arrived += 1;
            let pc = self.program.flows[class.flow].background;
            let task = self.task(pc, background as u16, t.luck);
            self.tasks[task as usize].root = true;
            self.ready.push_back(task);
        }
    }

    /// A task fails, and whoever waits for it deals with that.
    pub fn fail(&mut self, task: u32, cause: Cause) {
        self.give_all(task);
        let t = self.tasks[task as usize];
        self.free(task);
        if t.root {
            self.tally.classes[t.class as usize].failed[cause as usize] += 1;
            if !self.classes[t.class as usize].background {
                self.count_jobs();
                self.jobs -= 1;
            }
            return;
        }
        let Some(parent) = self.parent_of(&t) else {
            return;
        };
        match self.tasks[parent as usize].state {
            State::Calling => self.try_failed(parent, cause),
            // Branches that are left finish for nobody.
            State::Joining | State::FallingBack => self.fail(parent, cause),
            _ => {}
        }
    }

    /// A try of the present call failed: another one, something instead, or the caller fails too.
    fn try_failed(&mut self, task: u32, cause: Cause) {
        let Some(code) = self.code(task) else {
            self.fail(task, cause);
            return;
        };
        let (link, fallback) = (code.link, code.fallback);
        let now = self.now;
        let tries = u32::from(self.tasks[task as usize].tries);
        if let Some(link) = self.links.get_mut(link as usize)
            && cause != Cause::Open
        {
            link.failed(now);
            if let Some(pause_s) = link.again(tries) {
                let t = &mut self.tasks[task as usize];
                t.state = State::Pausing;
                t.child = NONE;
                self.delay(task, pause_s);
                return;
            }
        }
        let class = self.tasks[task as usize].class as usize;
        if fallback == NONE {
            self.fail(task, cause);
            return;
        }
        self.tally.classes[class].fallbacks += 1;
        let child = self.part(task, fallback);
        self.tasks[task as usize].state = State::FallingBack;
        self.ready.push_back(child);
    }

    /// A served or waiting task loses its place: the station has dropped it.
    pub fn lose(&mut self, task: u32) {
        debug_assert!(matches!(
            self.tasks[task as usize].state,
            State::Served | State::Queued | State::Sharing
        ));
        self.fail(task, Cause::Down);
    }

    /// Whether a station bounds how many it serves.
    pub fn bounded(&self, index: usize) -> bool {
        self.stations[index].kind != Kind::Delay
    }
}
