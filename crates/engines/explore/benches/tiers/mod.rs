//! Six tiers in a row, each with 1 to 10 servers: a million designs. Cost, mean wait (M/M/c) and
//! downtime; bounds on the wait and the downtime are constraints. The measures come from tables, as
//! they do in planning.

use groundplan_explore::{Dimension, Problem, Region, Space, Trend};

const TIERS: usize = 6;
const LEVELS: u32 = 10;
const RATE: f64 = 40.0;
/// Seconds of work of one request at each tier.
const WORK: [f64; TIERS] = [0.005, 0.02, 0.04, 0.012, 0.03, 0.008];
const PRICE: [f64; TIERS] = [16.4, 30.4, 70.1, 60.7, 140.2, 32.9];
/// Share of the time a server is up.
const UP: f64 = 0.995;

pub struct Tiers {
    /// Per tier and level: cost, wait, share of the time up.
    table: Vec<Vec<[f64; 3]>>,
}

impl Tiers {
    pub fn new() -> Self {
        let tier = |t: usize| {
            (1..=LEVELS)
                .map(|servers| {
                    let c = f64::from(servers);
                    let a = RATE * WORK[t];
                    // Erlang B by recurrence, then C.
                    let b = (1..=servers).fold(1.0, |b, n| a * b / (f64::from(n) + a * b));
                    let wait = if a < c {
                        c * b / (c - a * (1.0 - b)) * WORK[t] / (c - a)
                    } else {
                        f64::INFINITY
                    };
                    let needed = a.ceil().max(1.0) as u32;
                    [PRICE[t] * c, wait, at_least(needed, servers)]
                })
                .collect()
        };
        Tiers {
            table: (0..TIERS).map(tier).collect(),
        }
    }
}

/// Probability that at least `k` of `n` servers are up.
fn at_least(k: u32, n: u32) -> f64 {
    if k > n {
        return 0.0;
    }
    (k..=n)
        .map(|up| {
            let ways = (0..up).fold(1.0, |w, i| w * f64::from(n - i) / f64::from(i + 1));
            ways * UP.powi(up as i32) * (1.0 - UP).powi((n - up) as i32)
        })
        .sum()
}

impl Problem for Tiers {
    fn measure(&self, _: usize, levels: &[u32], values: &mut [f64]) {
        let (mut cost, mut wait, mut up) = (0.0, 0.0, 1.0);
        for (tier, level) in self.table.iter().zip(levels) {
            let [price, slow, there] = tier[*level as usize];
            cost += price;
            wait += slow;
            up *= there;
        }
        values[0] = cost;
        values[1] = wait;
        values[2] = 1.0 - up;
        values[3] = wait - 0.050;
        values[4] = 0.98 - up;
    }
}

pub fn space() -> Space {
    use Trend::{Falls, Rises};
    Space {
        objectives: ["cost", "wait", "down"].map(String::from).to_vec(),
        constraints: ["slow", "unavailable"].map(String::from).to_vec(),
        regions: vec![Region {
            id: "tiers".into(),
            dimensions: (0..TIERS)
                .map(|t| Dimension {
                    id: format!("tier {t}"),
                    levels: LEVELS,
                    // With servers a tier waits less and is up more: more than are needed may fail.
                    trends: vec![Rises, Falls, Falls, Falls, Falls],
                })
                .collect(),
        }],
    }
}
