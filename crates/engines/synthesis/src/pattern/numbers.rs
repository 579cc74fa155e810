//! Numbers behind the variables of pattern texts, and how a text shows them.

use model::{Bytes, Count, Duration, Effect, Work};

use super::binding::{Binding, Scope};

/// Three significant digits: the inputs are no better.
pub(super) fn rounded(value: f64) -> f64 {
    if value == 0.0 || !value.is_finite() {
        return value;
    }
    let scale = 10f64.powi(2 - value.abs().log10().floor() as i32);
    (value * scale).round() / scale
}

/// `2,500/s`, `6.3/h`: in the unit in which a person would count it.
pub(super) fn rate(per_s: f64) -> String {
    let (scaled, unit) = match per_s {
        r if r >= 0.1 || r == 0.0 => (r, "/s"),
        r if r * 3600.0 >= 1.0 => (r * 3600.0, "/h"),
        r if r * 86_400.0 >= 1.0 => (r * 86_400.0, "/day"),
        r => (r * 2_629_800.0, "/month"),
    };
    format!("{}{unit}", number(scaled))
}

/// `1 day`, `13 months`, `300 ms`.
pub(super) fn time(d: Duration) -> String {
    let text = d.to_string();
    match text.strip_prefix("1 ").and_then(|u| u.strip_suffix('s')) {
        Some(unit) if matches!(unit, "day" | "month" | "year") => format!("1 {unit}"),
        _ => text,
    }
}

pub(super) fn bytes(amount: f64) -> String {
    Bytes(rounded(amount)).to_string()
}

/// `2.35 billion`, `12.4 million`, `8,000`.
pub(super) fn number(amount: f64) -> String {
    let rounded = rounded(amount);
    if rounded >= 1e9 {
        format!("{} billion", Count(rounded / 1e9))
    } else if rounded >= 1e6 {
        format!("{} million", Count(rounded / 1e6))
    } else if rounded >= 1e3 {
        let whole = rounded.round() as u64;
        format!("{},{:03}", whole / 1000, whole % 1000)
    } else {
        Count(rounded).to_string()
    }
}

/// `a`, `a and b`, `a, b and c`; from the seventh on they are counted.
pub fn listed(mut names: Vec<String>) -> Option<String> {
    let mut once: Vec<String> = Vec::new();
    for name in names.drain(..) {
        if !once.contains(&name) {
            once.push(name);
        }
    }
    if once.len() > 7 {
        let others = once.len() - 6;
        once.truncate(6);
        return Some(format!("{} and {others} others", once.join(", ")));
    }
    let last = once.pop()?;
    Some(if once.is_empty() {
        last
    } else {
        format!("{} and {last}", once.join(", "))
    })
}

pub(super) fn held_bytes(s: Scope<'_>, id: &str) -> Option<f64> {
    let row = s.table(id)?.1.row?.0;
    Some(s.rows_held(id)? * row)
}

/// Events per second in the busiest hour, from the operations that emit them.
pub(super) fn event_rate(s: Scope<'_>, id: &str) -> Option<f64> {
    let mut total = 0.0;
    for o in s.brief.domain.operations.values() {
        for effect in s.effects(o) {
            if let Effect::Emit(e) = effect
                && e.event == *id
                && let Some(busy) = s.brief.busy_rate(o)
            {
                total += busy.0
                    * e.times
                        .unwrap_or_else(|| s.multiplicity(o, e.each.as_deref()));
            }
        }
    }
    (total > 0.0).then_some(total)
}

pub(super) fn port_calls(s: Scope<'_>, id: &str, mean: bool) -> Option<f64> {
    let total: f64 = super::other_traits::callers(s, id)
        .filter_map(|(_, o)| {
            if mean {
                s.brief.mean_rate(o)
            } else {
                s.brief.busy_rate(o)
            }
        })
        .map(|r| r.0)
        .sum();
    (total > 0.0).then_some(total)
}

/// What a month of calls to a port costs, in the currency of its price.
pub fn port_bill(s: Scope<'_>, id: &str) -> Option<f64> {
    let price = s.brief.domain.ports.get(id)?.price.as_ref()?.amount;
    Some(port_calls(s, id, true)? * 2_629_800.0 * price)
}

/// The component whose code runs the operation.
pub(super) fn home<'a>(s: Scope<'a>, id: &str) -> Option<&'a str> {
    let path = s.architecture.paths.get(id)?;
    path.steps
        .iter()
        .find(|x| x.work == Work::Request)
        .map(|x| &*x.on)
}

/// Rate at which rows go into a support table, from the steps of the paths.
pub(super) fn inserted(s: Scope<'_>, into: &str) -> Option<f64> {
    let mut total = 0.0;
    for (id, path) in &s.architecture.paths {
        let Some(busy) = s
            .brief
            .domain
            .operations
            .get(id)
            .and_then(|o| s.brief.busy_rate(o))
        else {
            continue;
        };
        for step in &path.steps {
            if step.work == Work::Insert && step.table.as_ref().is_some_and(|t| *t == *into) {
                total += busy.0
                    * step.times.unwrap_or(1.0)
                    * step.rows.unwrap_or(1.0)
                    * step.probability.map_or(1.0, |p| p.0);
            }
        }
    }
    (total > 0.0).then_some(total)
}

pub(super) fn unless_zero(rows: Option<f64>) -> Option<f64> {
    rows.filter(|r| *r > 0.0)
}

/// Rows that one transaction of a bulk import writes: long enough to spread the cost of a commit,
/// short enough that its locks are gone before anybody waits.
pub const CHUNK: f64 = 500.0;

pub(super) fn number_of(s: Scope<'_>, b: &[Binding<'_>], name: &str) -> Option<f64> {
    match (super::predicates::find(name)?.get)(s, b.first()?) {
        super::predicates::Value::Number(n) => Some(n),
        _ => None,
    }
}

pub(super) fn largest_spike(s: Scope<'_>) -> Option<f64> {
    s.brief
        .scale
        .as_ref()?
        .spikes
        .values()
        .map(|x| x.factor)
        .reduce(f64::max)
}

pub(super) fn creators_rate(s: Scope<'_>, entity: &str) -> Option<f64> {
    let total: f64 = s
        .brief
        .domain
        .operations
        .values()
        .filter(|o| {
            o.effects
                .iter()
                .any(|e| matches!(e, Effect::Create(c) if c.entity == *entity))
        })
        .filter_map(|o| s.brief.busy_rate(o))
        .map(|r| r.0)
        .sum();
    (total > 0.0).then_some(total)
}
