//! Requests that come, or are served, several at once.
//!
//! Sources: M. L. Chaudhry, J. G. C. Templeton, A First Course in Bulk Queues, 1983; D. Gross, C. M.
//! Harris, Fundamentals of Queueing Theory, 1998, 3.1 and 3.2.

use super::{Saturated, erlang_c, sane, utilisation};

/// How many requests come at once.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum BatchSize {
    /// Always so many.
    Fixed(u32),
    /// At least one; any number more likely the smaller it is, of this mean.
    Geometric(f64),
}

impl BatchSize {
    /// Mean and second moment.
    fn moments(self) -> (f64, f64) {
        match self {
            BatchSize::Fixed(n) => {
                let n = f64::from(n.max(1));
                (n, n * n)
            }
            BatchSize::Geometric(mean) => {
                let mean = sane(mean).clamp(1.0, 1e6);
                (mean, mean * (2.0 * mean - 1.0))
            }
        }
    }
}

/// Means of a station to which requests come in batches.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Batches {
    /// Requests inside, waiting or being served.
    pub mean_in_system: f64,
    /// From arrival to completion of one request, in seconds.
    pub mean_response_s: f64,
    /// Before its service, in seconds.
    pub mean_wait_s: f64,
}

/// Batches in a Poisson stream before `servers` exponential servers (M^X/M/c), exact.
///
/// What crosses from n requests or fewer to more is what comes back: rate x sum of p(k) P(X > n - k)
/// = min(n + 1, c) mu p(n + 1), which gives p up to c. The balance of the first and second moments
/// of the number inside gives the rest: sum (c - n) p(n) = c - a over n < c, and
/// 2 L (c - a) = batches x E[X^2] / mu + a + 2 sum n (c - n) p(n).
///
/// # Errors
/// [`Saturated`] if the requests of all batches reach the servers' rate.
pub fn batch_arrivals(
    servers: usize,
    batches_per_s: f64,
    size: BatchSize,
    service_per_s: f64,
) -> Result<Batches, Saturated> {
    let (mean, second) = size.moments();
    let mu = sane(service_per_s).max(1e-15);
    let ratio = sane(batches_per_s) / mu;
    let erlangs = ratio * mean;
    utilisation(servers, erlangs)?;
    let c = servers as f64;
    let mut p = vec![1.0_f64];
    // The sum over k of p(k) P(X > n - k).
    let mut crossing = 0.0;
    for n in 0..servers.saturating_sub(1) {
        crossing = match size {
            BatchSize::Fixed(size) => {
                let from = (n + 1).saturating_sub(size.max(1) as usize);
                p[from..=n].iter().sum()
            }
            BatchSize::Geometric(_) => crossing * (1.0 - 1.0 / mean) + p[n],
        };
        let next = ratio * crossing / (n + 1) as f64;
        p.push(next);
        if next > 1e200 {
            p.iter_mut().for_each(|p| *p /= next);
            crossing /= next;
        }
    }
    let (mut idle, mut weighted) = (0.0, 0.0);
    for (n, p) in p.iter().enumerate() {
        idle += (c - n as f64) * p;
        weighted += n as f64 * (c - n as f64) * p;
    }
    let scale = (c - erlangs) / idle;
    let inside = (ratio * second + erlangs + 2.0 * weighted * scale) / (2.0 * (c - erlangs));
    let per_s = sane(batches_per_s) * mean;
    let response = if per_s > 0.0 {
        inside / per_s
    } else {
        // The mean position in a batch that finds all servers idle is all there is to wait for.
        return batch_arrivals(servers, 1e-9 * mu, size, mu);
    };
    Ok(Batches {
        mean_in_system: inside,
        mean_response_s: response,
        mean_wait_s: (response - 1.0 / mu).max(0.0),
    })
}

/// Mean response time, in seconds, where one exponential server takes up to `most` waiting requests
/// at once and those that come meanwhile may not join (Gross and Harris 3.2.1 count those who may:
/// a server that starts with fewer than `most` lets arrivals join, which is what this is).
///
/// With r the root below 1 of mu r^(most+1) - (lambda + mu) r + lambda, the number inside is
/// geometric and the mean r / (1 - r). For `most` 1 this is M/M/1.
///
/// # Errors
/// [`Saturated`] if more than `most` requests come in a mean service.
pub fn batch_service_response_s(
    most: u32,
    arrival_per_s: f64,
    service_per_s: f64,
) -> Result<f64, Saturated> {
    let most = most.max(1);
    let lambda = sane(arrival_per_s);
    let mu = sane(service_per_s).max(1e-15);
    utilisation(most as usize, lambda / mu)?;
    if lambda <= 0.0 {
        return Ok(1.0 / mu);
    }
    // r = (lambda + mu r^(most+1)) / (lambda + mu) has two roots in 0 to 1; from 0 bisection finds
    // the sign change before the one at 1.
    let at = |r: f64| mu * r.powf(f64::from(most) + 1.0) - (lambda + mu) * r + lambda;
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..200 {
        let middle: f64 = 0.5 * (low + high);
        let falling = mu * (f64::from(most) + 1.0) * middle.powf(f64::from(most)) < lambda + mu;
        if at(middle) > 0.0 && falling {
            low = middle;
        } else {
            high = middle;
        }
    }
    Ok(low / (1.0 - low) / lambda)
}

/// Mean wait, in seconds, of requests that come in batches to servers of any service time:
/// that of exponential servers, with the part that comes from queueing scaled by (1 + scv) / 2 as
/// Allen and Cunneen do. An approximation, exact for scv 1 and for single arrivals at one server.
///
/// # Errors
/// [`Saturated`] if the load reaches the number of servers.
pub fn batch_wait_s(
    servers: usize,
    batches_per_s: f64,
    size: BatchSize,
    service_s: f64,
    scv: f64,
) -> Result<f64, Saturated> {
    let mean = size.moments().0;
    let service = sane(service_s).max(1e-15);
    let erlangs = sane(batches_per_s) * mean * service;
    let all = batch_arrivals(servers, batches_per_s, size, 1.0 / service)?.mean_wait_s;
    let single = erlang_c(servers, erlangs)? * service / (servers as f64 - erlangs);
    Ok(all + single * (sane(scv) - 1.0) / 2.0)
}
