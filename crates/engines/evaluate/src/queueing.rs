//! Single queueing stations in steady state.
//!
//! Units: rates per second, times in seconds, offered load in erlangs (arrival rate times mean
//! service time). A station whose utilisation is 1 or more has no steady state; every function that
//! needs one answers [`Saturated`] with the utilisation instead of an infinity.
//!
//! Sources: A. K. Erlang 1917 (loss and delay formulas); L. Kleinrock, Queueing Systems I, 1975
//! (M/M/c, M/G/1, M/M/c/K); A. O. Allen, Probability, Statistics and Queueing Theory, 1990
//! (Allen-Cunneen); G. Bolch et al., Queueing Networks and Markov Chains, 2006 (response-time
//! distribution of M/M/c).

use std::fmt;

pub mod batch;
pub mod priority;

/// From this utilisation on a station counts as saturated: closer to 1 the means lose all digits.
pub const SATURATION: f64 = 1.0 - 1e-9;

/// The station has no steady state: work arrives at least as fast as it can be done.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Saturated {
    /// Offered load over capacity, 1 or more (1.3: 30 % more work than can be done).
    pub utilisation: f64,
}

impl fmt::Display for Saturated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "saturated: utilisation {:.1} %",
            self.utilisation * 100.0
        )
    }
}

impl std::error::Error for Saturated {}

/// Brings an input into the range the formulas are defined on: NaN and negatives become 0, and
/// infinity becomes a number that still saturates everything.
fn sane(x: f64) -> f64 {
    if x.is_nan() { 0.0 } else { x.clamp(0.0, 1e15) }
}

/// Probability that an arrival at `servers` servers without a waiting room is lost, for an offered
/// load of `erlangs` (Erlang B, M/G/c/c).
///
/// Uses B(k) = a B(k-1) / (k + a B(k-1)), which neither over- nor underflows for any number of
/// servers (Kleinrock 1975, section 3.6).
pub fn erlang_b(servers: usize, erlangs: f64) -> f64 {
    let a = sane(erlangs);
    let mut blocking = 1.0;
    for k in 1..=servers {
        let carried = a * blocking;
        blocking = carried / (k as f64 + carried);
        // Once nothing is lost with few servers, nothing is lost with more.
        if blocking == 0.0 {
            break;
        }
    }
    blocking
}

/// Probability that an arrival at `servers` servers has to wait, for an offered load of `erlangs`
/// (Erlang C, M/M/c), from Erlang B: C = B / (1 - rho (1 - B)).
///
/// # Errors
/// [`Saturated`] if the load is at or above the number of servers.
pub fn erlang_c(servers: usize, erlangs: f64) -> Result<f64, Saturated> {
    let a = sane(erlangs);
    let utilisation = utilisation(servers, a)?;
    let blocking = erlang_b(servers, a);
    Ok((blocking / (1.0 - utilisation * (1.0 - blocking))).clamp(0.0, 1.0))
}

/// Offered load over servers, or [`Saturated`]. No server at all is saturated by any load.
fn utilisation(servers: usize, erlangs: f64) -> Result<f64, Saturated> {
    let utilisation = if servers == 0 {
        erlangs.max(1.0)
    } else {
        erlangs / servers as f64
    };
    if utilisation >= SATURATION {
        Err(Saturated { utilisation })
    } else {
        Ok(utilisation)
    }
}

/// `(1 - e^-x) / x`, continuous at 0.
pub(crate) fn decay_share(x: f64) -> f64 {
    if x < 1e-12 { 1.0 } else { -(-x).exp_m1() / x }
}

/// An M/M/c station: Poisson arrivals, exponential service, `c` equal servers, first come first
/// served.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Mmc {
    servers: usize,
    arrival_per_s: f64,
    service_per_s: f64,
    wait_probability: f64,
}

impl Mmc {
    /// A station of `servers` servers that each complete `service_per_s` requests per second.
    ///
    /// # Errors
    /// [`Saturated`] if it cannot keep up with `arrival_per_s`.
    pub fn new(servers: usize, arrival_per_s: f64, service_per_s: f64) -> Result<Self, Saturated> {
        let arrival_per_s = sane(arrival_per_s);
        let service_per_s = sane(service_per_s).max(1e-15);
        let wait_probability = erlang_c(servers, arrival_per_s / service_per_s)?;
        Ok(Mmc {
            servers,
            arrival_per_s,
            service_per_s,
            wait_probability,
        })
    }

    /// Share of the servers' time that is busy, 0 to 1.
    pub fn utilisation(&self) -> f64 {
        self.arrival_per_s / (self.servers as f64 * self.service_per_s)
    }

    /// Probability that an arrival waits at all (Erlang C).
    pub fn wait_probability(&self) -> f64 {
        self.wait_probability
    }

    /// Rate at which the queue drains while all servers are busy, c mu - lambda: the wait of those
    /// who wait is exponential with this rate.
    fn drain_per_s(&self) -> f64 {
        self.servers as f64 * self.service_per_s - self.arrival_per_s
    }

    /// Mean wait before service, C / (c mu - lambda), in seconds.
    pub fn mean_wait_s(&self) -> f64 {
        self.wait_probability / self.drain_per_s()
    }

    /// Mean time from arrival to completion, in seconds.
    pub fn mean_response_s(&self) -> f64 {
        self.mean_wait_s() + 1.0 / self.service_per_s
    }

    /// Variance of the response time, in square seconds.
    pub fn response_variance(&self) -> f64 {
        let c = self.wait_probability;
        let drain = self.drain_per_s();
        (2.0 * c - c * c) / (drain * drain) + 1.0 / (self.service_per_s * self.service_per_s)
    }

    /// Mean number of requests waiting (Little's law).
    pub fn mean_queue(&self) -> f64 {
        self.arrival_per_s * self.mean_wait_s()
    }

    /// Mean number of requests waiting or in service (Little's law).
    pub fn mean_in_system(&self) -> f64 {
        self.arrival_per_s * self.mean_response_s()
    }

    /// Probability that a response takes longer than `t_s` seconds.
    ///
    /// With d = c mu - lambda: P(T > t) = e^(-mu t) + C mu (e^(-mu t) - e^(-d t)) / (d - mu). The
    /// fraction is computed as t e^(-min t) (1 - e^-x)/x with x = |d - mu| t, so the special case
    /// d = mu, where the response is partly a two-stage Erlang, is its continuous limit.
    pub fn tail(&self, t_s: f64) -> f64 {
        let t = if t_s.is_nan() {
            0.0
        } else {
            t_s.clamp(0.0, 1e100)
        };
        let (mu, drain) = (self.service_per_s, self.drain_per_s());
        let slow = mu.min(drain);
        let both = t * (-slow * t).exp() * decay_share((drain - mu).abs() * t);
        ((-mu * t).exp() + self.wait_probability * mu * both).clamp(0.0, 1.0)
    }

    /// The time within which a share `p` of the responses completes, in seconds; `p` is held to
    /// 0 ..= 1 - 1e-12. Bisection on the exact [`Mmc::tail`], to a relative 1e-12.
    pub fn quantile_s(&self, p: f64) -> f64 {
        let tail = 1.0 - sane(p).min(1.0 - 1e-12);
        let mut high = self.mean_response_s();
        while high < 1e100 && self.tail(high) > tail {
            high *= 2.0;
        }
        let mut low = 0.0;
        while high - low > 1e-12 * high {
            let middle = 0.5 * (low + high);
            if middle <= low || middle >= high {
                break;
            }
            if self.tail(middle) > tail {
                low = middle;
            } else {
                high = middle;
            }
        }
        high
    }
}

/// Mean wait of M/G/1 in seconds: rho (1 + scv) / 2 * S / (1 - rho), where `scv` is the squared
/// coefficient of variation of the service time (0 fixed, 1 exponential).
/// Pollaczek 1930, Khinchine 1932.
///
/// # Errors
/// [`Saturated`] if `arrival_per_s * service_s` reaches 1.
pub fn pollaczek_khinchine_wait_s(
    arrival_per_s: f64,
    service_s: f64,
    scv: f64,
) -> Result<f64, Saturated> {
    let service_s = sane(service_s);
    let rho = utilisation(1, sane(arrival_per_s) * service_s)?;
    Ok(rho * (1.0 + sane(scv)) / 2.0 * service_s / (1.0 - rho))
}

/// Mean wait of G/G/c in seconds by Allen and Cunneen: the wait of M/M/c times (ca2 + cs2) / 2,
/// the mean of the squared coefficients of variation of arrivals and service. Exact for M/M/c and
/// M/G/1; elsewhere typically within 10 %, better the busier the station.
///
/// # Errors
/// [`Saturated`] if the load reaches the number of servers.
pub fn allen_cunneen_wait_s(
    servers: usize,
    arrival_per_s: f64,
    service_s: f64,
    arrival_scv: f64,
    service_scv: f64,
) -> Result<f64, Saturated> {
    let (rate, service_s) = (sane(arrival_per_s), sane(service_s));
    let a = rate * service_s;
    let wait_probability = erlang_c(servers, a)?;
    let markov = wait_probability * service_s / (servers as f64 - a);
    Ok(markov * (sane(arrival_scv) + sane(service_scv)) / 2.0)
}

/// Steady state of M/M/c/K: a station that refuses arrivals while `K` requests are inside. It has a
/// steady state at every load.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bounded {
    /// Probability that an arrival is refused.
    pub blocking: f64,
    /// Mean number of requests inside.
    pub mean_in_system: f64,
    /// Requests completed per second.
    pub throughput_per_s: f64,
    /// Mean time inside of those let in, in seconds (Little's law).
    pub mean_response_s: f64,
}

/// Solves M/M/c/K with `servers` servers and room for `capacity` requests, those in service
/// included; `capacity` counts as at least `servers`, and `servers` as at least 1.
///
/// The state probabilities follow from p(n) / p(n-1) = lambda / (min(n, c) mu), rescaled on the way
/// so that neither large loads nor large rooms overflow (Kleinrock 1975, section 3.7).
pub fn mmck(servers: usize, capacity: usize, arrival_per_s: f64, service_per_s: f64) -> Bounded {
    let servers = servers.max(1);
    let capacity = capacity.max(servers);
    let lambda = sane(arrival_per_s);
    let mu = sane(service_per_s).max(1e-15);
    let (mut weight, mut sum, mut weighted) = (1.0_f64, 1.0_f64, 0.0_f64);
    for n in 1..=capacity {
        weight *= lambda / (n.min(servers) as f64 * mu);
        sum += weight;
        weighted += weight * n as f64;
        if sum > 1e200 {
            weight /= sum;
            weighted /= sum;
            sum = 1.0;
        }
    }
    let blocking = weight / sum;
    let mean_in_system = weighted / sum;
    let throughput_per_s = lambda * (1.0 - blocking);
    let mean_response_s = if throughput_per_s > 0.0 {
        mean_in_system / throughput_per_s
    } else {
        1.0 / mu
    };
    Bounded {
        blocking,
        mean_in_system,
        throughput_per_s,
        mean_response_s,
    }
}

/// Share of requests that meet at least one slow answer when each of `calls` parallel calls is slow
/// with probability `slow`: 1 - (1 - slow)^calls (J. Dean, L. A. Barroso, The Tail at Scale, 2013).
pub fn fan_out_slow_share(slow: f64, calls: usize) -> f64 {
    let slow = sane(slow).min(1.0);
    if slow == 1.0 {
        return if calls == 0 { 0.0 } else { 1.0 };
    }
    -(calls as f64 * (-slow).ln_1p()).exp_m1()
}

/// Smallest `n` such that a Poisson variable of the given mean is at most `n` with probability `p`
/// (held to at most 1 - 1e-9). The number of busy servers of M/G/infinity is Poisson (Kleinrock
/// 1975), so this is how many of a held resource suffice for a share `p` of the time.
///
/// Exact up to a mean of 400; above, the Cornish-Fisher expansion, off by at most one.
pub fn poisson_quantile(mean: f64, p: f64) -> u64 {
    let mean = sane(mean);
    let p = sane(p).min(1.0 - 1e-9);
    if mean > 400.0 {
        let z = normal_quantile(p);
        return (mean + z * mean.sqrt() + (z * z - 1.0) / 6.0)
            .ceil()
            .max(0.0) as u64;
    }
    let mut term = (-mean).exp();
    let mut sum = term;
    let mut n = 0;
    while sum < p && n < 10_000 {
        n += 1;
        term *= mean / n as f64;
        sum += term;
    }
    n
}

/// Quantile of the standard normal distribution for `p` in (0, 1), by Hastings' rational
/// approximation (Abramowitz and Stegun 26.2.23), absolute error below 4.5e-4; `p` is held to
/// 1e-12 ..= 1 - 1e-12.
pub fn normal_quantile(p: f64) -> f64 {
    let p = sane(p).clamp(1e-12, 1.0 - 1e-12);
    let tail = p.min(1.0 - p);
    let t = (-2.0 * tail.ln()).sqrt();
    let z = t
        - (2.515_517 + t * (0.802_853 + t * 0.010_328))
            / (1.0 + t * (1.432_788 + t * (0.189_269 + t * 0.001_308)));
    if p < 0.5 { -z } else { z }
}
