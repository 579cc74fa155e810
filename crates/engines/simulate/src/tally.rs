//! What is counted while a run goes on, window of time by window of time.
//!
//! In a steady-state run the windows are the batches: when there are twice as many as needed, two
//! neighbours become one, so a run of any length ends with between [`FEWEST`] and twice as many
//! equal batches. In a script they are the timeline.

/// Batches at least; the sizes that Schmeiser recommends (1982) are 10 to 30.
pub const FEWEST: usize = 32;

/// Buckets for each doubling of a time; 256 make one 0.39 % wide at most.
const FINE_BITS: u32 = 8;
const SHIFT: u32 = 52 - FINE_BITS;
/// From about a microsecond to nine hours. What is outside counts in the outermost.
const LEAST: u64 = (1023 - 20) << FINE_BITS;
const DOUBLINGS: u64 = 35;
pub const BUCKETS: usize = (DOUBLINGS << FINE_BITS) as usize;

#[inline]
pub fn bucket(time_s: f64) -> usize {
    ((time_s.to_bits() >> SHIFT).saturating_sub(LEAST) as usize).min(BUCKETS - 1)
}

/// The lower bound of a bucket in seconds.
pub fn bound_s(bucket: usize) -> f64 {
    f64::from_bits((LEAST + bucket as u64) << SHIFT)
}

/// Why a request failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// Its caller gave up.
    Timeout = 0,
    /// No more may wait for a resource.
    Refused = 1,
    /// The breaker was open.
    Open = 2,
    /// What should answer was not there, or was lost while it worked.
    Down = 3,
}

pub const CAUSES: usize = 4;

/// Times between the first and the last bucket that have any.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Counts {
    pub from: usize,
    pub counts: Vec<u32>,
}

impl Counts {
    /// Takes what a full histogram holds, and empties it.
    fn take(full: &mut [u32]) -> Self {
        let Some(from) = full.iter().position(|c| *c > 0) else {
            return Counts::default();
        };
        let to = full.iter().rposition(|c| *c > 0).unwrap_or(from);
        let counts = full[from..=to].to_vec();
        full[from..=to].fill(0);
        Counts { from, counts }
    }

    fn add(&mut self, other: &Counts) {
        if other.counts.is_empty() {
            return;
        }
        if self.counts.is_empty() {
            self.clone_from(other);
            return;
        }
        let from = self.from.min(other.from);
        let to = (self.from + self.counts.len()).max(other.from + other.counts.len());
        let mut counts = vec![0; to - from];
        for part in [&*self, other] {
            let at = part.from - from;
            for (sum, more) in counts[at..].iter_mut().zip(&part.counts) {
                *sum += more;
            }
        }
        *self = Counts { from, counts };
    }
}

/// One class of requests in one window.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ClassTally {
    pub arrived: u64,
    pub answered: u64,
    pub failed: [u64; CAUSES],
    pub tries: u64,
    pub retries: u64,
    pub timeouts: u64,
    pub refused: u64,
    pub fallbacks: u64,
    /// Of the answered.
    pub sum_s: f64,
    pub times: Counts,
}

impl ClassTally {
    pub fn failed(&self) -> u64 {
        self.failed.iter().sum()
    }

    pub fn add(&mut self, other: &ClassTally) {
        self.arrived += other.arrived;
        self.answered += other.answered;
        for (sum, more) in self.failed.iter_mut().zip(other.failed) {
            *sum += more;
        }
        self.tries += other.tries;
        self.retries += other.retries;
        self.timeouts += other.timeouts;
        self.refused += other.refused;
        self.fallbacks += other.fallbacks;
        self.sum_s += other.sum_s;
        self.times.add(&other.times);
    }
}

/// Integrals over time of one station or resource in one window.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Area {
    /// Number there, waiting or served.
    pub number: f64,
    /// Number served, or of a resource in use.
    pub busy: f64,
    /// Servers there are.
    pub servers: f64,
    /// Arrivals; of a resource those refused.
    pub count: u64,
}

impl Area {
    pub fn add(&mut self, other: &Area) {
        self.number += other.number;
        self.busy += other.busy;
        self.servers += other.servers;
        self.count += other.count;
    }
}

#[derive(Debug, Clone, Default, PartialEq)]
pub struct Window {
    pub from_s: f64,
    pub to_s: f64,
    pub classes: Vec<ClassTally>,
    pub stations: Vec<Area>,
    pub resources: Vec<Area>,
    /// Integral of requests in the system.
    pub jobs: f64,
}

impl Window {
    pub fn add(&mut self, next: &Window) {
        self.to_s = next.to_s;
        for (sum, more) in self.classes.iter_mut().zip(&next.classes) {
            sum.add(more);
        }
        for (sum, more) in self.stations.iter_mut().zip(&next.stations) {
            sum.add(more);
        }
        for (sum, more) in self.resources.iter_mut().zip(&next.resources) {
            sum.add(more);
        }
        self.jobs += next.jobs;
    }
}

/// The window that is open now.
#[derive(Debug, Clone)]
pub struct Open {
    pub classes: Vec<ClassTally>,
    times: Vec<u32>,
}

impl Open {
    pub fn new(classes: usize) -> Self {
        Open {
            classes: vec![ClassTally::default(); classes],
            times: vec![0; classes * BUCKETS],
        }
    }

    #[inline]
    pub fn answer(&mut self, class: usize, time_s: f64) {
        let tally = &mut self.classes[class];
        tally.answered += 1;
        tally.sum_s += time_s;
        self.times[class * BUCKETS + bucket(time_s)] += 1;
    }

    pub fn close(&mut self) -> Vec<ClassTally> {
        let full = self.times.chunks_mut(BUCKETS);
        let classes = self.classes.iter_mut().zip(full);
        classes
            .map(|(tally, full)| {
                let mut closed = std::mem::take(tally);
                closed.times = Counts::take(full);
                closed
            })
            .collect()
    }
}

/// Makes one window of every two neighbours.
pub fn halve(windows: &mut Vec<Window>) {
    let mut pairs = Vec::with_capacity(windows.len() / 2);
    let mut rest = std::mem::take(windows).into_iter();
    while let Some(mut first) = rest.next() {
        if let Some(second) = rest.next() {
            first.add(&second);
        }
        pairs.push(first);
    }
    *windows = pairs;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_are_narrower_than_half_a_percent() {
        for i in 0..BUCKETS - 1 {
            let (low, high) = (bound_s(i), bound_s(i + 1));
            assert!((high - low) / low < 0.00391, "{i}: {low} to {high}");
            assert_eq!(bucket(low), i);
            assert_eq!(bucket(low + 0.999 * (high - low)), i);
        }
        assert_eq!(bucket(0.0), 0);
        assert_eq!(bucket(1e12), BUCKETS - 1);
    }

    #[test]
    fn halving_loses_nothing() {
        let mut open = Open::new(1);
        let mut windows = Vec::new();
        for i in 0..64u32 {
            open.classes[0].arrived += 2;
            open.answer(0, 0.001 * f64::from(i + 1));
            windows.push(Window {
                from_s: f64::from(i),
                to_s: f64::from(i + 1),
                classes: open.close(),
                ..Window::default()
            });
        }
        let mut whole = windows[0].clone();
        windows[1..].iter().for_each(|w| whole.add(w));
        halve(&mut windows);
        assert_eq!(windows.len(), 32);
        let mut again = windows[0].clone();
        windows[1..].iter().for_each(|w| again.add(w));
        assert_eq!(whole.times_total(), 64);
        assert_eq!(whole.classes[0].times, again.classes[0].times);
        assert!((whole.classes[0].sum_s - again.classes[0].sum_s).abs() < 1e-12);
    }

    impl Window {
        fn times_total(&self) -> u32 {
            self.classes[0].times.counts.iter().sum()
        }
    }
}
