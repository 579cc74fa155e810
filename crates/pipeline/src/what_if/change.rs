//! Changes that no single value of a file says: all rates, one rate, the hits of a cache.

use model::{Component, ComponentKind, Path, Rate, Ratio, System, Work};
use syntax::fault::Fault;

use super::place::{Kinds, Line};

/// A change with its value read.
pub(super) struct Special<'a> {
    change: Change,
    line: Line<'a>,
}

enum Change {
    /// All rates times this.
    Load(f64),
    Rate(String, Rate),
    Hit(Option<String>, f64),
}

/// The largest multiple of the load that is taken for meant.
const MOST: f64 = 1e6;

impl<'a> Line<'a> {
    /// Reads the value of a special change.
    pub fn special(&self, kind: Kinds) -> Result<Special<'a>, Box<Fault>> {
        let change = match kind {
            Kinds::Load => Change::Load(self.factor()?),
            Kinds::Rate(operation) => {
                let rate: Rate = self.value().parse().map_err(|error: String| {
                    Box::new(self.wrong_value(
                        "bad-quantity",
                        &format!("{operation}.rate"),
                        error,
                        "Write it like `40/s` or `2M/day`.",
                    ))
                })?;
                Change::Rate(operation, rate)
            }
            Kinds::Hit(cache) => {
                let hit = self.share()?;
                Change::Hit(cache, hit)
            }
        };
        Ok(Special {
            change,
            line: self.clone(),
        })
    }

    /// `10x` or `10`.
    fn factor(&self) -> Result<f64, Box<Fault>> {
        let text = self.value();
        let number = text.strip_suffix('x').unwrap_or(text).trim_end();
        let factor: Option<f64> = number.parse().ok();
        factor.filter(|f| (0.0..=MOST).contains(f)).ok_or_else(|| {
            Box::new(self.wrong_value(
                "bad-quantity",
                "load",
                format!("`{text}` is no multiple of the load from 0 to a million"),
                "Write it like `10x` or `0.5`.",
            ))
        })
    }

    /// `70 %` or `0.7`.
    fn share(&self) -> Result<f64, Box<Fault>> {
        let text = self.value();
        let share: Option<f64> = match text.parse::<Ratio>() {
            Ok(ratio) => Some(ratio.0),
            Err(_) => text.parse().ok(),
        };
        share.filter(|s| (0.0..=1.0).contains(s)).ok_or_else(|| {
            Box::new(self.wrong_value(
                "bad-quantity",
                "cache.hit",
                format!("`{text}` is no share between 0 and 1"),
                "Write it like `70 %` or `0.7`.",
            ))
        })
    }
}

impl Special<'_> {
    /// # Errors
    /// Where there is no such cache, or nothing that a miss of it does.
    pub fn apply(&self, system: &mut System) -> Result<(), Box<Fault>> {
        match &self.change {
            Change::Load(factor) => {
                for operation in system.brief.domain.operations.values_mut() {
                    if let Some(load) = &mut operation.rate {
                        load.times(*factor);
                    }
                }
                let requests = system
                    .brief
                    .scale
                    .as_mut()
                    .and_then(|s| s.requests.as_mut());
                if let Some(requests) = requests {
                    requests.0 *= factor;
                }
                Ok(())
            }
            Change::Rate(id, rate) => {
                set_rate(system, id, *rate);
                Ok(())
            }
            Change::Hit(cache, hit) => {
                if set_hit(system, cache.as_deref(), *hit) {
                    return Ok(());
                }
                let of = cache.as_deref().unwrap_or("cache");
                let message = match cache {
                    Some(cache) => format!(
                        "no path looks something up in `{cache}` and does something else on a miss"
                    ),
                    None => {
                        "no path looks something up in a cache and does something else on a miss"
                            .to_string()
                    }
                };
                let remedy = "Only a cache that a path reads with `get` has hits; the steps that a \
                     miss causes follow it with a `probability`.";
                Err(Box::new(self.line.fault(
                    "unknown-target",
                    &format!("{of}.hit"),
                    message,
                    remedy,
                )))
            }
        }
    }
}

/// The busiest hour becomes `rate`; what is said besides keeps its proportion to it.
fn set_rate(system: &mut System, id: &str, rate: Rate) {
    let Some(operation) = system.brief.domain.operations.get(id) else {
        return;
    };
    let before = system.brief.busy_rate(operation).filter(|b| b.0 > 0.0);
    let Some(operation) = system.brief.domain.operations.get_mut(id) else {
        return;
    };
    let load = operation.rate.get_or_insert_default();
    if let Some(before) = before {
        load.times(rate.0 / before.0);
    }
    load.busy = Some(rate);
}

/// Scales the shares of what misses of a cache do, in every path. Whether there was any.
fn set_hit(system: &mut System, cache: Option<&str>, hit: f64) -> bool {
    let components = &system.architecture.components;
    let is_cache = |id: &str, component: &Component| match cache {
        Some(named) => named == id,
        None => matches!(component.kind, ComponentKind::Cache | ComponentKind::Cdn),
    };
    let caches: Vec<String> = components
        .iter()
        .filter(|(id, component)| is_cache(id, component))
        .map(|(id, _)| id.clone())
        .collect();
    let mut any = false;
    for path in system.architecture.paths.values_mut() {
        for cache in &caches {
            any |= set_hit_of_path(path, cache, hit);
        }
    }
    any
}

/// From the look-up on, every step up to the one that stores what was missing happens on a miss; the
/// share of that one is the share of misses. Where nothing is stored, the steps that have a
/// probability are those, and the largest is the share.
fn set_hit_of_path(path: &mut Path, cache: &str, hit: f64) -> bool {
    let share = |step: &model::Step| step.probability.map_or(1.0, |p| p.0);
    let Some(get) = path
        .steps
        .iter()
        .position(|s| *s.on == *cache && s.work == Work::Get)
    else {
        return false;
    };
    let behind = get + 1;
    let stored = path.steps[behind..]
        .iter()
        .position(|s| *s.on == *cache && s.work == Work::Set)
        .map(|at| behind + at);
    let (end, miss) = match stored {
        Some(at) => (at + 1, share(&path.steps[at])),
        None => {
            let shares = path.steps[behind..].iter().filter_map(|s| s.probability);
            let largest = shares.map(|p| p.0).fold(0.0, f64::max);
            (path.steps.len(), largest)
        }
    };
    let mut any = false;
    for step in &mut path.steps[behind..end] {
        if stored.is_none() && step.probability.is_none() {
            continue;
        }
        any = true;
        let of_misses = if miss > 0.0 { share(step) / miss } else { 1.0 };
        step.probability = Some(Ratio((of_misses * (1.0 - hit)).clamp(0.0, 1.0)));
    }
    any
}
