//! How long a run of an entry takes, from the waits.

use super::{Now, Sheet};
use crate::layered::Then;
use crate::layered::program::{Activity, Entry, Program};

/// Times and variances of all entries, servers before their callers.
pub(super) fn times(program: &Program, sheet: &Sheet, now: &mut Now) {
    for &e in sheet.order.iter().rev() {
        let entry = &program.entries[e];
        let each: Vec<[(f64, f64); 2]> = (entry.activities.iter().enumerate())
            .map(|(a, activity)| {
                [0, 1].map(|phase| {
                    activity_time(
                        program,
                        sheet,
                        now,
                        e,
                        activity,
                        sheet.activity_takes[e][a],
                        phase,
                    )
                })
            })
            .collect();
        let mut time = [0.0; 2];
        let mut variance = [0.0; 2];
        for (a, activity) in entry.activities.iter().enumerate() {
            for (phase, share) in [activity.early, 1.0 - activity.early]
                .into_iter()
                .enumerate()
            {
                let visits = activity.visits * share;
                let (mean, var) = each[a][phase];
                time[phase] += visits * mean;
                variance[phase] += visits * var + (visits * (1.0 - visits)).max(0.0) * mean * mean;
                if let Then::Fork(of) = &activity.then {
                    let saved = saving(entry, of, &|a| each[a][phase]);
                    time[phase] -= visits * saved;
                }
            }
        }
        now.time[e] = time.map(|t| t.max(0.0));
        now.variance[e] = variance;
    }
}

/// Mean and variance of one run of an activity.
fn activity_time(
    program: &Program,
    sheet: &Sheet,
    now: &Now,
    e: usize,
    activity: &Activity,
    takes: f64,
    phase: usize,
) -> (f64, f64) {
    let slices = activity.slices();
    let delay = now.delay[e][phase];
    // Of one slice and the call after it.
    let mut mean = activity.slice_s + takes / slices * delay;
    let mut variance = activity.slice_s.powi(2) * activity.scv + takes / slices * delay * delay;
    let (mut call, mut square) = (0.0, 0.0);
    for &(to, number, waits) in &activity.means {
        if !waits {
            continue;
        }
        let stream = (sheet.streams.iter())
            .position(|s| s.from == Some(e) && s.to == to && s.waits && s.phase == phase);
        let wait = stream.map_or(0.0, |s| now.wait[s]);
        let (answer, var) = answer(program, sheet, now, to, wait, 0);
        call += number / slices * answer;
        square += number / slices * (var + answer * answer);
    }
    mean += call;
    variance += (square - call * call).max(0.0);
    let spread = if activity.fixed() {
        0.0
    } else {
        slices * (slices - 1.0) * mean * mean
    };
    (
        slices * mean + activity.think_s,
        slices * variance + spread + activity.think_s.powi(2),
    )
}

/// Mean and variance of the time from a request until its answer, being handed on included.
fn answer(
    program: &Program,
    sheet: &Sheet,
    now: &Now,
    to: usize,
    wait: f64,
    depth: usize,
) -> (f64, f64) {
    let mut mean = wait + now.time[to][0];
    let mut variance = wait * wait + now.variance[to][0];
    if depth < 50 {
        for &(p, next) in &program.entries[to].forwards {
            let stream =
                (sheet.streams.iter()).position(|s| s.from == Some(to) && s.to == next && s.handed);
            let wait = stream.map_or(0.0, |s| now.wait[s]);
            let (m, v) = answer(program, sheet, now, next, wait, depth + 1);
            mean += p * m;
            variance += p * v + p * (1.0 - p) * m * m;
        }
    }
    (mean, variance)
}

/// By how much branches side by side are over sooner than one after the other. The longest is
/// estimated from means and variances (C. Clark, The Greatest of a Finite Set of Random Variables,
/// 1961).
fn saving(entry: &Entry, of: &[usize], time: &dyn Fn(usize) -> (f64, f64)) -> f64 {
    let branches: Vec<(f64, f64)> = (of.iter()).map(|&a| branch(entry, a, time, 0)).collect();
    let sum: f64 = branches.iter().map(|b| b.0).sum();
    let longest = branches.into_iter().reduce(longer).map_or(0.0, |b| b.0);
    (sum - longest).max(0.0)
}

/// Mean and variance of a branch until it joins or ends.
fn branch(entry: &Entry, a: usize, time: &dyn Fn(usize) -> (f64, f64), depth: usize) -> (f64, f64) {
    let (mean, variance) = time(a);
    if depth > 200 {
        return (mean, variance);
    }
    let (m, v) = match &entry.activities[a].then {
        Then::End | Then::Join(_) => (0.0, 0.0),
        Then::Next(b) => branch(entry, *b, time, depth + 1),
        Then::Choose(of) => {
            let (mut m, mut square) = (0.0, 0.0);
            for &(p, b) in of.iter().filter(|o| o.1 > a) {
                let (bm, bv) = branch(entry, b, time, depth + 1);
                m += p * bm;
                square += p * (bv + bm * bm);
            }
            (m, (square - m * m).max(0.0))
        }
        Then::Fork(of) => (of.iter())
            .map(|&b| branch(entry, b, time, depth + 1))
            .reduce(longer)
            .unwrap_or((0.0, 0.0)),
    };
    (mean + m, variance + v)
}

/// Mean and variance of the longer of two independent times.
fn longer(a: (f64, f64), b: (f64, f64)) -> (f64, f64) {
    let spread = (a.1 + b.1).sqrt();
    if spread <= 0.0 {
        return (a.0.max(b.0), 0.0);
    }
    let x = (a.0 - b.0) / spread;
    let density = (-0.5 * x * x).exp() / (2.0 * std::f64::consts::PI).sqrt();
    let below = normal(x);
    let mean = a.0 * below + b.0 * (1.0 - below) + spread * density;
    let square = (a.1 + a.0 * a.0) * below
        + (b.1 + b.0 * b.0) * (1.0 - below)
        + (a.0 + b.0) * spread * density;
    (mean, (square - mean * mean).max(0.0))
}

/// The normal distribution (Abramowitz and Stegun 26.2.17, absolute error below 7.5e-8).
fn normal(x: f64) -> f64 {
    let t = 1.0 / (1.0 + 0.231_641_9 * x.abs());
    let poly = t
        * (0.319_381_530
            + t * (-0.356_563_782
                + t * (1.781_477_937 + t * (-1.821_255_978 + t * 1.330_274_429))));
    let tail = (-0.5 * x * x).exp() / (2.0 * std::f64::consts::PI).sqrt() * poly;
    if x >= 0.0 { 1.0 - tail } else { tail }
}
