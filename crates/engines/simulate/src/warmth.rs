//! How a cache fills after it was emptied.
//!
//! An object is in the cache if it was asked for among the last n look-ups, where n is the number
//! since the flush, and at most the characteristic number that keeps the cache full (Che, Tung,
//! Wang 2002; Fricker, Robert, Roberts 2012) or the objects' time to live. So after n look-ups the
//! share of hits is the sum of p (1 - exp(-p n)) over the objects, with Zipf's popularities p. The
//! curve is scaled so that it ends at the share that the plant gives for the steady state. It runs
//! in look-ups and not in seconds: a system that stands fills no cache.

use evaluate::plant;

/// Ranks that are summed one by one; the rest in groups whose bounds grow by [`GROWTH`].
const SINGLE: usize = 1_000;
const GROWTH: f64 = 1.03;
/// Points of the curve, evenly spaced in the logarithm of look-ups.
const POINTS: usize = 129;

/// Objects of one popularity.
struct Group {
    count: f64,
    popularity: f64,
}

fn popularities(objects: f64, skew: f64) -> Vec<Group> {
    let objects = objects.floor().max(1.0);
    let mut groups = Vec::new();
    let mut rank = 1.0;
    while rank <= objects {
        let single = groups.len() < SINGLE;
        let end = if single {
            rank
        } else {
            (rank * GROWTH).floor().min(objects)
        };
        // The middle of a group in the logarithm stands for all of it.
        let middle = (rank * end).sqrt();
        groups.push(Group {
            count: end - rank + 1.0,
            popularity: middle.powf(-skew),
        });
        rank = end + 1.0;
    }
    let total: f64 = groups.iter().map(|g| g.count * g.popularity).sum();
    for group in &mut groups {
        group.popularity /= total;
    }
    groups
}

/// The share of look-ups for objects among the last n look-ups, and how many objects those are.
fn asked_for(groups: &[Group], n: f64) -> (f64, f64) {
    groups.iter().fold((0.0, 0.0), |(hits, held), g| {
        let there = -(-g.popularity * n).exp_m1() * g.count;
        (hits + there * g.popularity, held + there)
    })
}

#[cfg(test)]
/// Che's approximation: the characteristic number of look-ups and the share of hits of a cache that
/// evicts what was used least recently.
pub fn steady(objects: f64, skew: f64, capacity: f64) -> (f64, f64) {
    let groups = popularities(objects, skew);
    let look_ups = characteristic(&groups, objects, capacity);
    (look_ups, asked_for(&groups, look_ups).0)
}

/// Look-ups that fill the cache; where everything fits, until 999 of 1,000 find what they want.
fn characteristic(groups: &[Group], objects: f64, capacity: f64) -> f64 {
    let full = |n: f64| {
        let (hits, held) = asked_for(groups, n);
        hits >= 0.999 || (capacity < objects && held >= capacity)
    };
    let mut high = 1.0;
    while !full(high) && high < 1e18 {
        high *= 2.0;
    }
    let mut low = 0.0;
    for _ in 0..60 {
        let middle = 0.5 * (low + high);
        if full(middle) {
            high = middle;
        } else {
            low = middle;
        }
    }
    high
}

/// One cache while it runs.
#[derive(Debug, Clone)]
pub struct Warmth {
    /// Share of misses at the points of the curve.
    misses: Vec<f64>,
    /// Look-ups until it is as warm as it gets.
    warm_at: f64,
    steady_miss: f64,
    since_flush: f64,
    /// Look-ups that one evaluation of an act behind it stands for.
    each: f64,
    pub down: bool,
    /// Whether the objects asked for are known; if not, it is warm at once.
    pub known: bool,
}

impl Warmth {
    /// `looks`: evaluations per second of the acts behind it, at load 1.
    pub fn new(cache: &plant::Cache, looks: f64) -> Self {
        let finite = |x: f64, least: f64| if x.is_finite() { x.max(least) } else { least };
        let known = cache.objects >= 1.0;
        let objects = finite(cache.objects, 1.0).min(1e12);
        let groups = popularities(objects, finite(cache.skew, 0.0).min(10.0));
        // Where nobody says how many fit, all do.
        let capacity = if cache.capacity > 0.0 {
            cache.capacity
        } else {
            objects
        };
        let mut warm_at = characteristic(&groups, objects, finite(capacity, 1.0));
        let rate = finite(cache.lookups_per_s, 0.0);
        if let Some(ttl) = cache.ttl_s.filter(|t| t.is_finite() && *t > 0.0) {
            warm_at = warm_at.min((rate * ttl).max(1.0));
        }
        if !known {
            warm_at = 0.0;
        }
        let hit = finite(cache.hit, 0.0).min(1.0);
        let at_end = asked_for(&groups, warm_at).0.max(1e-12);
        let misses = (0..POINTS)
            .map(|i| {
                let n = warm_at.powf(i as f64 / (POINTS - 1) as f64);
                1.0 - hit * (asked_for(&groups, n).0 / at_end).min(1.0)
            })
            .collect();
        Warmth {
            misses,
            warm_at,
            steady_miss: 1.0 - hit,
            since_flush: f64::INFINITY,
            each: if looks > 0.0 { rate / looks } else { 1.0 },
            down: false,
            known,
        }
    }

    pub fn flush(&mut self) {
        self.since_flush = 0.0;
    }

    /// The share of look-ups that it does not answer now.
    pub fn miss(&self) -> f64 {
        if self.down || self.since_flush < 1.0 {
            return 1.0;
        }
        if self.since_flush >= self.warm_at {
            return self.steady_miss;
        }
        let at = self.since_flush.ln() / self.warm_at.ln() * (POINTS - 1) as f64;
        let below = (at as usize).min(POINTS - 2);
        let (a, b) = (self.misses[below], self.misses[below + 1]);
        a + (b - a) * (at - below as f64)
    }

    /// The share in which an act behind it happens now, whose steady share is `share`; counts as a
    /// look-up.
    #[inline]
    pub fn share(&mut self, share: f64) -> f64 {
        if self.since_flush >= self.warm_at && !self.down {
            return share;
        }
        self.since_flush += self.each;
        let miss = self.miss();
        if self.steady_miss >= 1.0 {
            return share;
        }
        let cold = (miss - self.steady_miss) / (1.0 - self.steady_miss);
        (share + (1.0 - share) * cold).clamp(0.0, 1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Purpose, Stream};

    /// Che's numbers for 10,000 objects of which 1,000 fit, and the same caches simulated.
    #[test]
    fn steady_share_of_hits_is_the_published_one() {
        for (skew, expected, simulated) in [(0.8, 0.436660, 0.436396), (1.0, 0.675602, 0.675691)] {
            let (_, hit) = steady(1e4, skew, 1e3);
            assert!((hit - expected).abs() < 5e-4, "{hit} for {expected}");
            assert!((hit - simulated).abs() < 1e-3);
        }
    }

    fn cache() -> plant::Cache {
        plant::Cache {
            id: "cache".into(),
            hit: steady(2_000.0, 0.9, 300.0).1,
            objects: 2_000.0,
            skew: 0.9,
            capacity: 300.0,
            ttl_s: None,
            lookups_per_s: 100.0,
        }
    }

    /// The curve against caches that are emptied and filled object by object.
    #[test]
    fn it_warms_as_a_cache_does() {
        let cache = cache();
        let groups = popularities(cache.objects, cache.skew);
        let mut upto = Vec::new();
        let mut sum = 0.0;
        for group in &groups {
            // Groups of more than one are split evenly.
            for _ in 0..group.count as usize {
                sum += group.popularity;
                upto.push(sum);
            }
        }
        let checkpoints = [10usize, 50, 200, 400];
        let runs = 3_000;
        let mut hits = [0u32; 4];
        for run in 0..runs {
            let mut stream = Stream::new(11, Purpose::Step, run);
            let mut held = vec![false; upto.len()];
            for n in 0..=400usize {
                let u = stream.unit() * sum;
                let object = upto.partition_point(|p| *p < u).min(upto.len() - 1);
                if let Some(i) = checkpoints.iter().position(|c| *c == n) {
                    hits[i] += u32::from(held[object]);
                }
                held[object] = true;
            }
        }
        let mut warmth = Warmth::new(&cache, 1.0);
        for (i, n) in checkpoints.iter().enumerate() {
            warmth.since_flush = *n as f64;
            let simulated = f64::from(hits[i]) / runs as f64;
            let error = (1.0 - warmth.miss() - simulated).abs();
            assert!(
                error < 0.03,
                "after {n}: {} against {simulated}",
                1.0 - warmth.miss()
            );
        }
    }

    #[test]
    fn an_empty_cache_answers_nothing_and_a_warm_one_its_share() {
        let cache = cache();
        let mut warmth = Warmth::new(&cache, 100.0);
        assert_eq!(warmth.share(0.4), 0.4);
        warmth.flush();
        assert_eq!(warmth.miss(), 1.0);
        let mut last = 1.0;
        for _ in 0..20_000 {
            let share = warmth.share(0.4);
            assert!(share <= last + 1e-12 && share >= 0.4 - 1e-12);
            last = share;
        }
        assert_eq!(last, 0.4);
        warmth.down = true;
        assert_eq!(warmth.share(0.4), 1.0);
    }
}
