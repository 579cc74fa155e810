//! What happens while one of a limited resource is held, as one station whose speed depends on how
//! many are in it.
//!
//! A request waits for a connection, uses processors and waits elsewhere while it has it, and gives
//! it back. With `n` inside, the inside is a closed network of `n` customers; its throughput X(n),
//! from Buzen's convolution (1973), is the rate at which `n` holders finish: the flow-equivalent
//! server of K. M. Chandy, U. Herzog and L. Woo (1975), exact where the inside has product form. The
//! whole is then a birth-death chain with rate X(min(n, limit)) (B. Avi-Itzhak and D. Heyman 1973),
//! in which a busy database delays the connections and is not counted twice.

/// The inside of a resource, per acquisition.
#[derive(Debug, Clone, Default)]
pub(super) struct Region {
    /// Time that nobody waits for: round trips, answers from outside.
    pub delay_s: f64,
    pub stations: Vec<Inner>,
    /// Resources acquired meanwhile: mean acquisitions, and the rates of their insides.
    pub resources: Vec<(f64, Vec<f64>)>,
}

/// Processors used inside.
#[derive(Debug, Clone, Copy)]
pub(super) struct Inner {
    pub demand_s: f64,
    pub servers: usize,
    /// Erlangs of work that comes from elsewhere.
    pub other: f64,
}

/// More are worked out by their bounds.
const MOST: usize = 1500;
/// A station of more servers hardly ever queues within a region of at most [`MOST`].
const MOST_SERVERS: usize = 500;

impl Region {
    /// Finished per second with 1 to `limit` inside; with more inside, as with `limit`. Empty where
    /// there is no limit or the inside can do nothing.
    pub fn rates(&self, limit: usize) -> Vec<f64> {
        if limit == 0
            || self
                .stations
                .iter()
                .any(|s| s.demand_s > 0.0 && s.spare() <= 0.0)
        {
            return Vec::new();
        }
        if self.resources.iter().any(|(v, r)| *v > 0.0 && r.is_empty()) {
            return Vec::new();
        }
        if limit > MOST {
            return self.bounds(limit);
        }
        let mut delay = self.delay_s;
        let mut dependent: Vec<Vec<f64>> = Vec::new();
        for station in self.stations.iter().filter(|s| s.demand_s > 0.0) {
            if station.servers > MOST_SERVERS {
                delay += station.demand_s;
                continue;
            }
            let speeds = station.speeds(limit);
            dependent.push(speeds.iter().map(|s| station.demand_s / s).collect());
        }
        for (visits, rates) in self.resources.iter().filter(|(v, _)| *v > 0.0) {
            let last = rates.last().copied().unwrap_or(0.0);
            let times = (0..limit).map(|n| visits / rates.get(n).copied().unwrap_or(last));
            dependent.push(times.collect());
        }
        convolve(delay, &dependent, limit)
    }

    /// The asymptotic bounds of a closed network: all at once without any queue, and the slowest
    /// station at full speed (Muntz and Wong 1974).
    fn bounds(&self, limit: usize) -> Vec<f64> {
        let inner = |(v, r): &(f64, Vec<f64>)| v / r.first().copied().unwrap_or(1.0);
        let alone = self.delay_s
            + self.stations.iter().map(|s| s.demand_s).sum::<f64>()
            + self.resources.iter().map(inner).sum::<f64>();
        let slowest = self
            .stations
            .iter()
            .map(|s| s.demand_s / s.spare())
            .chain(
                self.resources
                    .iter()
                    .map(|(v, r)| v / r.last().copied().unwrap_or(1.0)),
            )
            .fold(0.0, f64::max);
        let each = |n: usize| (n as f64 / alone).min(1.0 / slowest);
        (1..=limit.min(1_000_000)).map(each).collect()
    }
}

impl Inner {
    fn spare(&self) -> f64 {
        self.servers as f64 - self.other
    }

    /// Servers that `n` = 1 .. `limit` of ours get, while the work from elsewhere comes and goes:
    /// the open class of a mixed network summed out (S. Lavenberg, Computer Performance Modeling
    /// Handbook, 1983). From as many of ours as servers on it is what the others leave.
    fn speeds(&self, limit: usize) -> Vec<f64> {
        let c = self.servers;
        if self.other <= 0.0 {
            return (1..=limit).map(|n| n.min(c) as f64).collect();
        }
        let mut speeds = Vec::with_capacity(limit);
        let mut before = self.weight(0);
        for n in 1..=limit {
            if n > c {
                speeds.push(self.spare());
                continue;
            }
            let weight = self.weight(n);
            speeds.push((n.min(c) as f64 * before / weight).max(1e-9));
            before = weight;
        }
        speeds
    }

    /// Sum over the number m of others of binomial(n + m, m) a^m / prod of min(i, c) for i from
    /// n + 1 to n + m.
    fn weight(&self, n: usize) -> f64 {
        let (mut term, mut sum) = (1.0_f64, 1.0_f64);
        for m in 1..100_000 {
            let all = (n + m) as f64;
            term *= all / m as f64 * self.other / all.min(self.servers as f64);
            sum += term;
            if term < 1e-14 * sum && all > self.servers as f64 {
                break;
            }
        }
        sum
    }
}

/// Throughputs of a closed network with 1 to `limit` customers: a delay, and stations by the time
/// that one customer's work takes there when n are at it. Scaled so that nothing overflows.
fn convolve(delay_s: f64, stations: &[Vec<f64>], limit: usize) -> Vec<f64> {
    let slowest = stations
        .iter()
        .filter_map(|s| s.last().copied())
        .fold(0.0, f64::max);
    let scale = slowest.max(delay_s * std::f64::consts::E / limit as f64);
    if !(scale > 0.0 && scale.is_finite()) {
        return Vec::new();
    }
    let mut g = vec![1.0; limit + 1];
    for n in 1..=limit {
        g[n] = g[n - 1] * delay_s / scale / n as f64;
    }
    for station in stations {
        let mut f = vec![1.0; limit + 1];
        for n in 1..=limit {
            f[n] = f[n - 1] * station[n - 1] / scale;
        }
        g = convolved(&f, constant_from(station), &g);
    }
    let rate = |n: usize| g[n - 1] / g[n] / scale;
    let rates: Vec<f64> = (1..=limit).map(rate).collect();
    if rates.iter().all(|r| r.is_finite() && *r > 0.0) {
        rates
    } else {
        Vec::new()
    }
}

/// From how many at a station on one more makes no difference to the time there.
fn constant_from(station: &[f64]) -> usize {
    let last = station.last();
    let differs = station.iter().rposition(|time| Some(time) != last);
    differs.map_or(0, |at| at + 1)
}

/// The convolution of `f` and `g`, where `f` is geometric from `from` on: what comes from there is the same
/// of one fewer, times the ratio, and one term (Buzen's recursion for a single server, where `from` is 0).
fn convolved(f: &[f64], from: usize, g: &[f64]) -> Vec<f64> {
    let next = f.get(from + 1).filter(|_| f[from] > 0.0);
    let ratio = next.map_or(0.0, |next| next / f[from]);
    let mut geometric = 0.0;
    (0..g.len())
        .map(|n| {
            if n >= from {
                geometric = f[from] * g[n - from] + ratio * geometric;
            }
            let head = f[..from.min(n + 1)].iter();
            let few: f64 = head.zip(g[..=n].iter().rev()).map(|(f, g)| f * g).sum();
            few + geometric
        })
        .collect()
}

/// A resource with its waiting line, in steady state.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Line {
    /// Of those who were not refused.
    pub wait_probability: f64,
    pub mean_wait_s: f64,
    /// Mean time from taking to giving back.
    pub mean_held_s: f64,
    /// Mean number held.
    pub mean_held: f64,
    pub refused: f64,
}

/// The birth-death chain of arrivals at `per_s` and `rates`, with room for `queue` who wait. `None`
/// where it has no steady state.
pub(super) fn line(per_s: f64, rates: &[f64], queue: Option<usize>) -> Option<Line> {
    let limit = rates.len();
    let last = *rates.last()?;
    let ratio = per_s / last;
    if queue.is_none() && ratio >= crate::queueing::SATURATION {
        return None;
    }
    let (mut p, mut sum, mut held) = (1.0_f64, 1.0_f64, 0.0_f64);
    let mut all = vec![1.0];
    for (i, rate) in rates.iter().enumerate() {
        p *= per_s / rate;
        sum += p;
        held += p * (i + 1) as f64;
        if sum > 1e200 {
            (p, held) = (p / sum, held / sum);
            all.iter_mut().for_each(|x: &mut f64| *x /= sum);
            sum = 1.0;
        }
        all.push(p);
    }
    // `p` is the share with all held and nobody waiting.
    let (full, waiting, refused) = match queue {
        None => {
            let more = p * ratio / (1.0 - ratio);
            sum += more;
            held += more * limit as f64;
            (p + more, p * ratio / (1.0 - ratio).powi(2), 0.0)
        }
        Some(room) => {
            let (mut full, mut waiting, mut last) = (p, 0.0, p);
            for k in 1..=room.min(100_000) {
                last *= ratio;
                full += last;
                waiting += last * k as f64;
            }
            sum += full - p;
            held += (full - p) * limit as f64;
            (full - last, waiting, last)
        }
    };
    let refused = refused / sum;
    let accepted = per_s * (1.0 - refused);
    if accepted <= 0.0 {
        return Some(Line {
            wait_probability: 0.0,
            mean_wait_s: 0.0,
            mean_held_s: 1.0 / rates[0],
            mean_held: 0.0,
            refused,
        });
    }
    Some(Line {
        wait_probability: (full / sum / (1.0 - refused)).clamp(0.0, 1.0),
        mean_wait_s: waiting / sum / accepted,
        mean_held_s: held / sum / accepted,
        mean_held: held / sum,
        refused,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_geometric_end_is_convolved_as_the_definition_says() {
        let g: Vec<f64> = (0..60)
            .map(|n| 0.9_f64.powi(n) / f64::from(n + 1))
            .collect();
        for servers in [1, 2, 7, 59, 80] {
            let station: Vec<f64> = (1..60).map(|n| 1.3 / f64::from(n.min(servers))).collect();
            let mut f = vec![1.0];
            station
                .iter()
                .for_each(|time| f.push(f[f.len() - 1] * time));
            let fast = convolved(&f, constant_from(&station), &g);
            for (n, fast) in fast.iter().enumerate() {
                let slow: f64 = (0..=n).map(|k| f[k] * g[n - k]).sum();
                assert!(
                    (fast - slow).abs() <= 1e-12 * slow,
                    "{servers} servers, {n}"
                );
            }
        }
    }
    use crate::queueing::{Mmc, erlang_b, mmck};

    fn near(a: f64, b: f64) {
        assert!((a / b - 1.0).abs() < 1e-9, "{a} is not {b}");
    }

    fn station(demand_s: f64, servers: usize, other: f64) -> Region {
        let inner = Inner {
            demand_s,
            servers,
            other,
        };
        Region {
            stations: vec![inner],
            ..Region::default()
        }
    }

    #[test]
    fn connections_for_a_delay_are_mmc_and_refusing_ones_erlang_b() {
        let delay = Region {
            delay_s: 0.5,
            ..Region::default()
        };
        let rates = delay.rates(10);
        let found = line(16.0, &rates, None).unwrap();
        let exact = Mmc::new(10, 16.0, 2.0).unwrap();
        near(found.wait_probability, exact.wait_probability());
        near(found.mean_wait_s, exact.mean_wait_s());
        near(found.mean_held_s, 0.5);
        near(
            line(16.0, &rates, Some(0)).unwrap().refused,
            erlang_b(10, 8.0),
        );
        let few = mmck(10, 14, 16.0, 2.0);
        let bounded = line(16.0, &rates, Some(4)).unwrap();
        near(bounded.refused, few.blocking);
        near(
            bounded.mean_wait_s + bounded.mean_held_s,
            few.mean_response_s,
        );
        assert_eq!(line(20.0, &rates, None), None);
    }

    #[test]
    fn connections_to_a_busy_station_do_not_count_its_queue_twice() {
        // Two processors behind ten connections: the response is that of the processors alone.
        let found = line(18.0, &station(0.1, 2, 0.0).rates(10), None).unwrap();
        let exact = Mmc::new(2, 18.0, 10.0).unwrap();
        near(
            found.mean_wait_s + found.mean_held_s,
            exact.mean_response_s(),
        );
        assert!(found.mean_wait_s > 0.2 * exact.mean_response_s());
        // One connection: M/M/1.
        let one = line(8.0, &station(0.1, 2, 0.0).rates(1), None).unwrap();
        near(
            one.mean_wait_s,
            Mmc::new(1, 8.0, 10.0).unwrap().mean_wait_s(),
        );
    }

    #[test]
    fn work_from_elsewhere_slows_down_as_shared_processors_do() {
        // One server: what is left of it, at any number.
        for rate in station(0.1, 1, 0.4).rates(5) {
            near(rate, 6.0);
        }
        // One of ours beside an open load is slowed as M/M/c slows it.
        let c = crate::queueing::erlang_c(3, 2.0).unwrap();
        let alone = 1.0 + c / (3.0 - 2.0);
        near(station(0.1, 3, 2.0).rates(1)[0], 10.0 / alone);
        near(station(0.1, 3, 2.0).rates(9)[8], 10.0);
    }

    #[test]
    fn a_closed_network_by_the_book() {
        // Demands .605, 2.1 and 1.35 s, think time 15 s, 3 customers (Lazowska et al. 1984).
        let mut region = station(0.605, 1, 0.0);
        for demand_s in [2.1, 1.35] {
            region.stations.extend(station(demand_s, 1, 0.0).stations);
        }
        region.delay_s = 15.0;
        assert!((region.rates(3)[2] - 0.151516).abs() < 1e-6);
        // A resource of enough connections around one of the stations changes nothing.
        let inner = station(1.05, 1, 0.0).rates(3);
        let mut nested = region.clone();
        nested.stations.remove(1);
        nested.resources.push((2.0, inner));
        near(nested.rates(3)[2], region.rates(3)[2]);
        let large = Region {
            delay_s: 3000.0,
            ..region
        };
        assert_eq!(large.rates(1400).len(), 1400);
        assert!(
            large
                .rates(5000)
                .last()
                .is_some_and(|r| (r * 2.1 - 1.0).abs() < 1e-9)
        );
    }
}
