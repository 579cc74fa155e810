//! Stations that serve the more important first.
//!
//! Sources: A. Cobham, Priority Assignment in Waiting Line Problems, Operations Research 2, 1954;
//! L. Kleinrock, Queueing Systems II, 1976, 3.6; several servers with preemption by the number of the
//! more important inside (J. P. Buzen, A. B. Bondi, The Response Times of Priority Classes under
//! Preemptive Resume in M/M/m Queues, Operations Research 31, 1983).

use super::{Saturated, allen_cunneen_wait_s, sane, utilisation};

/// One class of requests at a station with priorities.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Priority {
    pub arrival_per_s: f64,
    /// Mean service time, in seconds.
    pub service_s: f64,
    /// Squared coefficient of variation of the service time.
    pub scv: f64,
}

impl Priority {
    fn rate(&self) -> f64 {
        sane(self.arrival_per_s)
    }

    fn service(&self) -> f64 {
        sane(self.service_s)
    }

    fn second_moment(&self) -> f64 {
        self.service() * self.service() * (1.0 + sane(self.scv))
    }
}

/// Arrivals per second, mean service time and its scv over all `classes`.
fn together(classes: &[Priority]) -> (f64, f64, f64) {
    let rate: f64 = classes.iter().map(Priority::rate).sum();
    let work: f64 = classes.iter().map(|c| c.rate() * c.service()).sum();
    let second: f64 = classes.iter().map(|c| c.rate() * c.second_moment()).sum();
    if rate <= 0.0 || work <= 0.0 {
        return (rate, 0.0, 0.0);
    }
    (
        rate,
        work / rate,
        (second * rate / (work * work) - 1.0).max(0.0),
    )
}

/// Mean waits before service, in seconds, of classes given from the most to the least important,
/// where whoever is being served is served to the end.
///
/// With s(k) the utilisation by the classes up to k, W(k) = W(fcfs) (1 - s(n)) / ((1 - s(k-1))
/// (1 - s(k))), where W(fcfs) is the wait of all without priorities (Allen-Cunneen). Exact for
/// M/G/1, and for several servers with one exponential service time for all classes.
///
/// # Errors
/// Per class: [`Saturated`] where it and the more important ones leave the station no steady state.
/// A class that is saturated delays the more important by its service in progress; they are given
/// the wait they would have with the residual work of the saturated ones at full load.
pub fn non_preemptive_waits_s(servers: usize, classes: &[Priority]) -> Vec<Result<f64, Saturated>> {
    // The mean time until a server is free, for whoever is first in line.
    let residual = residual_s(servers, classes);
    let mut before = 0.0;
    classes
        .iter()
        .map(|class| {
            let above = before;
            before += class.rate() * class.service();
            let busy = utilisation(servers, before)?;
            let spare_above = 1.0 - above / servers.max(1) as f64;
            Ok(residual / (spare_above * (1.0 - busy)))
        })
        .collect()
}

/// The wait of all without priorities times the spare share: what is left of the services under way
/// until one ends. Where the station is saturated, of as much of each class, from the first on, as
/// its servers can do.
fn residual_s(servers: usize, classes: &[Priority]) -> f64 {
    let (rate, service, scv) = together(classes);
    if let Ok(wait) = allen_cunneen_wait_s(servers, rate, service, 1.0, scv) {
        return wait * (1.0 - rate * service / servers.max(1) as f64);
    }
    // All servers are always busy; one that serves S has E[S^2] / 2 E[S] left, the first of c ends
    // c times as soon.
    let mut room = servers as f64;
    let mut left = 0.0;
    for class in classes {
        let work = (class.rate() * class.service()).min(room.max(0.0));
        if work > 0.0 {
            left += work * class.second_moment() / (2.0 * class.service());
        }
        room -= work;
    }
    let servers = servers.max(1) as f64;
    left / (servers * servers)
}

/// Mean response times, in seconds, of classes given from the most to the least important, where an
/// arrival takes the server from a less important one, which goes on later where it stopped.
///
/// One server: R(k) = (S(k) (1 - s(k)) + sum over i <= k of rate(i) E[S(i)^2] / 2) / ((1 - s(k-1))
/// (1 - s(k))), exact for M/G/1. Several: from the number of the classes up to k inside, which the
/// others do not change, as in M/G/c by Allen-Cunneen; exact where all classes have one exponential
/// service time.
///
/// # Errors
/// Per class: [`Saturated`] where it and the more important ones leave the station no steady state.
pub fn preemptive_responses_s(servers: usize, classes: &[Priority]) -> Vec<Result<f64, Saturated>> {
    let (mut work, mut residual, mut inside) = (0.0, 0.0, 0.0);
    classes
        .iter()
        .enumerate()
        .map(|(k, class)| {
            let above = work;
            work += class.rate() * class.service();
            residual += class.rate() * class.second_moment() / 2.0;
            let busy = utilisation(servers, work)?;
            if servers == 1 {
                let alone = class.service() * (1.0 - busy) + residual;
                return Ok(alone / ((1.0 - above) * (1.0 - busy)));
            }
            let (rate, service, scv) = together(&classes[..=k]);
            let wait = allen_cunneen_wait_s(servers, rate, service, 1.0, scv)?;
            let before = inside;
            inside = work + rate * wait;
            if class.rate() > 0.0 {
                Ok(((inside - before) / class.rate()).max(class.service()))
            } else {
                Ok(class.service() + wait)
            }
        })
        .collect()
}
