//! The future event list, in two parts.
//!
//! [`Heap`] holds what is meant for one task (a service ends, a pause is over). It is a 4-ary heap
//! of 16-byte entries: half the levels of a binary one, and the four children lie in one or two
//! cache lines. Taking the first leaves a hole that the next entry falls into, so the usual pair of
//! "take one, add one" costs one walk. Nothing is removed from its middle: an entry carries the
//! generation of its task, and one that no longer fits is skipped.
//!
//! [`Clocks`] holds what exists once and moves often: the next arrival of each flow, the next
//! completion of a shared station, the next timeout of a link, the end of a window. It is a
//! tournament tree, so moving a clock costs one walk to the root and leaves nothing stale.
//!
//! Times are seconds, never negative; their bits then compare as the numbers do.

/// One entry of the heap: a time, and whose.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Entry {
    time: u64,
    pub task: u32,
    pub generation: u32,
}

impl Entry {
    #[inline]
    pub fn new(time_s: f64, task: u32, generation: u32) -> Self {
        Entry {
            time: time_s.to_bits(),
            task,
            generation,
        }
    }

    #[inline]
    pub fn time_s(&self) -> f64 {
        f64::from_bits(self.time)
    }
}

#[derive(Debug, Clone, Default)]
pub struct Heap {
    entries: Vec<Entry>,
    /// The first entry was taken and its place not yet filled.
    hole: bool,
}

impl Heap {
    #[inline]
    pub fn push(&mut self, entry: Entry) {
        if self.hole {
            self.hole = false;
            self.sink(entry);
            return;
        }
        let mut at = self.entries.len();
        self.entries.push(entry);
        while at > 0 {
            let above = (at - 1) / 4;
            if self.entries[above].time <= entry.time {
                break;
            }
            self.entries[at] = self.entries[above];
            at = above;
        }
        self.entries[at] = entry;
    }

    /// The first, or infinity.
    #[inline]
    pub fn next_s(&mut self) -> f64 {
        self.fill();
        self.entries.first().map_or(f64::INFINITY, Entry::time_s)
    }

    #[inline]
    pub fn first(&mut self) -> Option<Entry> {
        self.fill();
        self.entries.first().copied()
    }

    #[inline]
    pub fn pop(&mut self) -> Option<Entry> {
        self.fill();
        let first = self.entries.first().copied();
        self.hole = first.is_some();
        first
    }

    /// Those that are in it, in no order that means anything.
    pub fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter().skip(usize::from(self.hole))
    }

    #[cfg(test)]
    fn is_empty(&self) -> bool {
        self.entries.len() == usize::from(self.hole)
    }

    #[inline]
    fn fill(&mut self) {
        if self.hole {
            self.hole = false;
            if let Some(last) = self.entries.pop()
                && !self.entries.is_empty()
            {
                self.sink(last);
            }
        }
    }

    /// Lets an entry fall from the root, whose place is free.
    #[inline]
    fn sink(&mut self, entry: Entry) {
        let entries = &mut self.entries[..];
        let mut at = 0;
        loop {
            let first = 4 * at + 1;
            let least = if let Some([a, b, c, d]) = entries.get(first..first + 4) {
                let (left, lt) = if b.time < a.time {
                    (1, b.time)
                } else {
                    (0, a.time)
                };
                let (right, rt) = if d.time < c.time {
                    (3, d.time)
                } else {
                    (2, c.time)
                };
                first + if rt < lt { right } else { left }
            } else {
                let rest = entries.get(first..).unwrap_or_default().iter().enumerate();
                match rest.min_by_key(|(_, e)| e.time) {
                    Some((i, _)) => first + i,
                    None => break,
                }
            };
            if entries[least].time >= entry.time {
                break;
            }
            entries[at] = entries[least];
            at = least;
        }
        entries[at] = entry;
    }
}

/// Clocks by index; one that is not set stands at infinity.
#[derive(Debug, Clone)]
pub struct Clocks {
    times: Vec<u64>,
    /// Inner nodes of the tree, the root at 1: the clock that comes first below.
    first: Vec<u32>,
}

const NEVER: u64 = f64::INFINITY.to_bits();

impl Clocks {
    pub fn new(count: usize) -> Self {
        let leaves = count.max(2).next_power_of_two();
        let mut clocks = Clocks {
            times: vec![NEVER; leaves],
            first: vec![0; leaves],
        };
        for i in 0..leaves {
            clocks.rise(i);
        }
        clocks
    }

    #[inline]
    pub fn set(&mut self, clock: usize, time_s: f64) {
        self.times[clock] = time_s.to_bits();
        self.rise(clock);
    }

    pub fn stop(&mut self, clock: usize) {
        self.set(clock, f64::INFINITY);
    }

    pub fn time_s(&self, clock: usize) -> f64 {
        f64::from_bits(self.times[clock])
    }

    /// The clock that comes first, and when.
    #[inline]
    pub fn next(&self) -> (usize, f64) {
        let clock = self.first[1] as usize;
        (clock, f64::from_bits(self.times[clock]))
    }

    #[inline]
    fn rise(&mut self, clock: usize) {
        let leaves = self.times.len();
        let pair = clock & !1;
        let mut winner = if self.times[pair + 1] < self.times[pair] {
            pair + 1
        } else {
            pair
        };
        let mut node = (leaves + clock) / 2;
        self.first[node] = winner as u32;
        while node > 1 {
            let other = self.first[node ^ 1] as usize;
            let (here, there) = (self.times[winner], self.times[other]);
            // Equal times go to the lower clock, whichever of the two moved last.
            if there < here || (there == here && other < winner) {
                winner = other;
            }
            node /= 2;
            self.first[node] = winner as u32;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Purpose, Stream};

    #[test]
    fn the_heap_gives_back_in_order_of_time() {
        let mut stream = Stream::new(3, Purpose::Step, 0);
        let mut heap = Heap::default();
        let mut model: Vec<u64> = Vec::new();
        for round in 0..20_000 {
            if stream.unit() < 0.52 || model.is_empty() {
                let time = stream.unit() * 100.0;
                heap.push(Entry::new(time, round, 0));
                model.push(time.to_bits());
            } else {
                let least = *model.iter().min().expect("not empty");
                assert_eq!(heap.next_s(), f64::from_bits(least));
                let popped = heap.pop().expect("not empty");
                assert_eq!(popped.time_s(), f64::from_bits(least));
                let at = model.iter().position(|t| *t == least).expect("there");
                model.swap_remove(at);
            }
            assert_eq!(heap.is_empty(), model.is_empty());
        }
    }

    #[test]
    fn the_clocks_know_who_comes_first() {
        for count in [1, 2, 3, 7, 8, 33] {
            let mut stream = Stream::new(5, Purpose::Step, count);
            let mut clocks = Clocks::new(count);
            assert_eq!(clocks.next().1, f64::INFINITY);
            let mut model = vec![f64::INFINITY; count];
            for _ in 0..5_000 {
                let clock = (stream.unit() * count as f64) as usize;
                let time = if stream.unit() < 0.1 {
                    f64::INFINITY
                } else {
                    (stream.unit() * 50.0).floor()
                };
                clocks.set(clock, time);
                model[clock] = time;
                let least = model.iter().copied().fold(f64::INFINITY, f64::min);
                let (first, at) = clocks.next();
                assert_eq!(at, least);
                if at.is_finite() {
                    let lowest = model.iter().position(|t| *t == least);
                    assert_eq!(Some(first), lowest);
                }
            }
        }
    }
}
