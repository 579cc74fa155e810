//! Che's approximation against published values, sums over all ranks, and caches that really run.

use groundplan_evaluate::cache::{Cached, Popularity, cold_start};
use groundplan_evaluate::plant::Cache;
use proptest::prelude::*;

fn zipf(objects: f64, skew: f64) -> Popularity {
    Popularity { objects, skew }
}

#[track_caller]
fn near(value: f64, expected: f64, tolerance: f64) {
    assert!(
        (value - expected).abs() < tolerance,
        "{value} is not {expected}"
    );
}

#[test]
fn published_hit_ratios() {
    near(zipf(1e4, 0.8).hit_ratio(1e3), 0.436660, 1e-6);
    near(zipf(1e4, 1.0).hit_ratio(1e3), 0.675602, 1e-6);
}

/// Without skew a cache of a tenth of the objects answers a tenth.
#[test]
fn all_alike() {
    for objects in [10.0, 1e4, 1e8] {
        near(zipf(objects, 0.0).hit_ratio(objects / 10.0), 0.1, 1e-9);
    }
    near(zipf(100.0, 1.0).hit_ratio(100.0), 1.0, 1e-15);
    near(zipf(100.0, 1.0).hit_ratio(0.0), 0.0, 1e-15);
}

#[test]
fn the_quadrature_is_the_sum() {
    for skew in [0.3, 0.8, 1.0, 1.3] {
        let n = 300_000;
        let capacity = 20_000.0;
        let popularity = zipf(f64::from(n), skew);
        let time = popularity.characteristic_time(capacity).unwrap();
        let shares: Vec<f64> = (1..=n).map(|i| f64::from(i).powf(-skew)).collect();
        let all: f64 = shares.iter().sum();
        let kept = |p: f64| 1.0 - (-p / all * time).exp();
        let inside: f64 = shares.iter().map(|p| kept(*p)).sum();
        near(inside / capacity, 1.0, 1e-6);
        let hit: f64 = shares.iter().map(|p| p / all * kept(*p)).sum();
        near(popularity.hit_ratio(capacity), hit, 1e-7);
    }
}

/// A least-recently-used cache as a list through an array, asked by a seeded generator.
struct Real {
    shares: Vec<f64>,
    random: u64,
    /// Neighbours in order of use; index 0 is the list's end and beginning.
    next: Vec<usize>,
    previous: Vec<usize>,
    stored_at: Vec<f64>,
    inside: usize,
    capacity: usize,
}

impl Real {
    fn new(objects: usize, skew: f64, capacity: usize) -> Self {
        let mut sum = 0.0;
        let shares = (1..=objects)
            .map(|i| {
                sum += (i as f64).powf(-skew);
                sum
            })
            .collect();
        Real {
            shares,
            random: 1,
            next: vec![0; objects + 1],
            previous: vec![0; objects + 1],
            stored_at: vec![f64::NEG_INFINITY; objects + 1],
            inside: 0,
            capacity,
        }
    }

    fn share(&mut self) -> f64 {
        self.random = self.random.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.random;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    }

    fn unlink(&mut self, object: usize) {
        let (before, after) = (self.previous[object], self.next[object]);
        self.next[before] = after;
        self.previous[after] = before;
    }

    fn forget(&mut self, object: usize) {
        self.unlink(object);
        self.stored_at[object] = f64::NEG_INFINITY;
        self.inside -= 1;
    }

    /// Looks up one object; whether it was there.
    fn ask(&mut self, now: f64, ttl: f64) -> bool {
        let mark = self.share() * self.shares[self.shares.len() - 1];
        let object = self.shares.partition_point(|s| *s < mark) + 1;
        let stored = self.stored_at[object];
        let present = stored.is_finite();
        let hit = present && now - stored < ttl;
        if present {
            self.unlink(object);
        } else {
            self.inside += 1;
        }
        if !hit {
            self.stored_at[object] = now;
        }
        let first = self.next[0];
        (self.next[0], self.previous[first]) = (object, object);
        (self.next[object], self.previous[object]) = (first, 0);
        if self.inside > self.capacity {
            // What has expired makes room first.
            let mut victim = self.previous[0];
            let mut seen = victim;
            while ttl.is_finite() && seen != 0 {
                let before = self.previous[seen];
                if now - self.stored_at[seen] >= ttl {
                    self.forget(seen);
                    victim = 0;
                }
                seen = before;
            }
            if victim != 0 {
                self.forget(victim);
            }
        }
        hit
    }

    fn hits(&mut self, from: usize, until: usize, ttl: f64) -> f64 {
        let hits = (from..until).filter(|n| self.ask(*n as f64, ttl)).count();
        hits as f64 / (until - from) as f64
    }
}

#[test]
fn real_caches_agree() {
    for (skew, simulated) in [(0.8, 0.436396), (1.0, 0.675691)] {
        let mut real = Real::new(10_000, skew, 1_000);
        real.hits(0, 50_000, f64::INFINITY);
        let hit = real.hits(50_000, 800_000, f64::INFINITY);
        near(hit, simulated, 2e-3);
        near(zipf(1e4, skew).hit_ratio(1e3), hit, 2e-3);
    }
}

#[test]
fn real_caches_with_a_time_to_live_agree() {
    // Long against the stay in the cache, about equal, short, and a cache that holds all.
    for (capacity, ttl) in [
        (1_000, 20_000.0),
        (1_000, 6_000.0),
        (1_000, 2_000.0),
        (10_000, 8_000.0),
    ] {
        let mut real = Real::new(10_000, 0.9, capacity);
        real.hits(0, 50_000, ttl);
        let hit = real.hits(50_000, 350_000, ttl);
        let model = Cached {
            popularity: zipf(1e4, 0.9),
            capacity: capacity as f64,
            lookups_per_s: 1.0,
            ttl_s: Some(ttl),
        };
        near(model.hit_ratio(), hit, 5e-3);
    }
}

#[test]
fn warming_up_agrees() {
    let model = Cached {
        popularity: zipf(1e4, 0.9),
        capacity: 1e3,
        lookups_per_s: 100.0,
        ttl_s: None,
    };
    // Twenty runs from cold, their share of hits around three moments.
    let mut hits = [0.0; 3];
    for run in 0..20 {
        let mut real = Real::new(10_000, 0.9, 1_000);
        real.random = run * 7919;
        for (n, hits) in hits.iter_mut().enumerate() {
            let at = [200, 800, 5_000][n];
            let done = [0, 300, 900][n];
            real.hits(done, at - 100, f64::INFINITY);
            *hits += real.hits(at - 100, at + 100, f64::INFINITY) / 20.0;
        }
    }
    for (hit, after_s) in hits.into_iter().zip([2.0, 8.0, 50.0]) {
        near(model.warm_up(after_s), hit, 0.025);
    }
    let cold = model.cold_start();
    let back = cold.to_90_percent_s.unwrap();
    near(model.warm_up(back), 0.9 * cold.hit, 1e-9);
    near(cold.misses_at_once_per_s, 100.0, 1e-12);
    assert!(cold.misses_meanwhile_per_s > cold.misses_per_s && cold.misses_meanwhile_per_s < 100.0);
}

#[test]
fn uniform_lookups_with_a_time_to_live_have_a_closed_form() {
    // Every object is asked for .01 times a second and lives 300 s: 3 / (1 + 3).
    let model = Cached {
        popularity: zipf(1e5, 0.0),
        capacity: 1e9,
        lookups_per_s: 1e3,
        ttl_s: Some(300.0),
    };
    near(model.hit_ratio(), 0.75, 1e-12);
}

#[test]
fn a_plant_s_cache() {
    let cache = Cache {
        id: "cache".into(),
        hit: 0.9,
        objects: 1e4,
        skew: 0.9,
        capacity: 1e3,
        ttl_s: None,
        lookups_per_s: 50.0,
    };
    let model = Cached {
        popularity: zipf(1e4, 0.9),
        capacity: 1e3,
        lookups_per_s: 100.0,
        ttl_s: None,
    };
    assert_eq!(cold_start(&cache, 2.0), Some(model.cold_start()));
    let unknown = Cache {
        objects: 0.0,
        ..cache
    };
    assert_eq!(cold_start(&unknown, 2.0), None);
}

#[test]
fn nothing_bad_comes_out() {
    for bad in [f64::NAN, f64::INFINITY, -1.0, 0.0] {
        let model = Cached {
            popularity: zipf(bad, bad),
            capacity: bad,
            lookups_per_s: bad,
            ttl_s: Some(bad),
        };
        let cold = model.cold_start();
        for value in [
            cold.hit,
            cold.misses_per_s,
            cold.misses_meanwhile_per_s,
            model.warm_up(bad),
        ] {
            assert!(value.is_finite(), "{bad}: {cold:?}");
        }
        assert!(model.popularity.capacity_for(bad).is_finite());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn laws(objects in 10.0f64..1e8, skew in 0.0f64..1.5, share in 0.001f64..0.9, ttl in 1.0f64..1e6) {
        let popularity = zipf(objects, skew);
        let hit = popularity.hit_ratio(objects * share);
        prop_assert!((0.0..=1.0).contains(&hit));
        // More room and more skew answer more; the best objects at the least would answer this.
        prop_assert!(popularity.hit_ratio(objects * share * 1.1) >= hit - 1e-12);
        prop_assert!(zipf(objects, skew + 0.1).hit_ratio(objects * share) >= hit - 1e-9);
        prop_assert!(hit >= share * 0.9 - 1.0 / objects);
        // The capacity for a hit ratio gives that hit ratio.
        let back = popularity.capacity_for(hit);
        prop_assert!((popularity.hit_ratio(back) - hit).abs() < 1e-6, "{hit} {back}");
        let model = |ttl_s| Cached { popularity, capacity: objects * share, lookups_per_s: 1e3, ttl_s };
        let limited = model(Some(ttl)).hit_ratio();
        prop_assert!(limited <= hit + 1e-9, "{limited} {hit}");
        prop_assert!(model(Some(2.0 * ttl)).hit_ratio() >= limited - 1e-9);
        let warm = model(Some(ttl)).cold_start();
        prop_assert!(warm.to_90_percent_s.is_none_or(|t| t <= ttl * (1.0 + 1e-9)));
    }
}
