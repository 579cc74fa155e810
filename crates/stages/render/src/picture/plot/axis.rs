//! Ticks with nice numbers, and the map from values to pixels.

use super::{Axis, Scale};

/// An axis with its ends fixed and its ticks chosen.
pub(super) struct Ruler {
    low: f64,
    high: f64,
    log: bool,
    start: f64,
    length: f64,
    pub ticks: Vec<f64>,
}

impl Ruler {
    /// Covers the values that the axis can show. `start` and `length` are pixels; a negative
    /// length runs upwards.
    pub fn new(axis: &Axis, values: impl Iterator<Item = f64>, start: f64, length: f64) -> Self {
        let log = axis.scale == Scale::Log;
        let fits = |v: &f64| v.is_finite() && v.abs() < 1e100 && (!log || *v > 1e-100);
        let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
        for value in values.filter(fits) {
            low = low.min(value);
            high = high.max(value);
        }
        if low > high {
            (low, high) = if log { (1.0, 10.0) } else { (0.0, 1.0) };
        }
        if !log {
            low = low.min(0.0);
        }
        let (min, max) = (axis.min.filter(fits), axis.max.filter(fits));
        low = min.unwrap_or(low);
        high = max.unwrap_or(high);
        if high <= low {
            high = if log {
                low * 10.0
            } else {
                low + low.abs().max(1.0)
            };
        }
        let count = if length.abs() < 260.0 { 4.0 } else { 6.0 };
        let ticks = if log {
            if min.is_none() {
                low = decade(low, false);
            }
            if max.is_none() {
                high = decade(high, true);
            }
            log_ticks(low, high)
        } else {
            let step = nice((high - low) / count);
            if max.is_none() {
                high = (high / step - 1e-9).ceil() * step;
            }
            if min.is_none() {
                low = (low / step + 1e-9).floor() * step;
            }
            let first = (low / step - 1e-9).ceil();
            (0..40)
                .map(|i| (first + f64::from(i)) * step)
                .take_while(|t| *t <= high + step * 1e-6)
                .collect()
        };
        Ruler {
            low,
            high,
            log,
            start,
            length,
            ticks,
        }
    }

    /// Pixels of a value; `None` where the axis cannot show it. Values beyond the ends stay
    /// beyond them, within reason.
    pub fn at(&self, value: f64) -> Option<f64> {
        if !value.is_finite() || (self.log && value <= 0.0) {
            return None;
        }
        let part = if self.log {
            (value / self.low).ln() / (self.high / self.low).ln()
        } else {
            (value - self.low) / (self.high - self.low)
        };
        Some(self.start + part.clamp(-20.0, 20.0) * self.length)
    }

    /// Whether a value lies between the ends.
    pub fn shows(&self, value: f64) -> bool {
        let slack = (self.high - self.low).abs() * 1e-9;
        value >= self.low - slack && value <= self.high + slack
    }
}

/// The next power of ten below or above, or 2 or 5 times one.
fn decade(value: f64, up: bool) -> f64 {
    let base = 10f64.powf(value.log10().floor());
    let steps = [1.0, 2.0, 5.0, 10.0].map(|m| m * base);
    if up {
        steps
            .into_iter()
            .find(|s| *s >= value * (1.0 - 1e-9))
            .unwrap_or(value)
    } else {
        steps
            .into_iter()
            .rev()
            .find(|s| *s <= value * (1.0 + 1e-9))
            .unwrap_or(value)
    }
}

fn log_ticks(low: f64, high: f64) -> Vec<f64> {
    let decades = (high / low).log10();
    let (marks, stride): (&[f64], i32) = match decades {
        d if d <= 3.0 => (&[1.0, 2.0, 5.0], 1),
        d if d <= 8.0 => (&[1.0], 1),
        d => (&[1.0], (d / 6.0).ceil().min(1000.0) as i32),
    };
    let first = low.log10().floor() as i32;
    let last = high.log10().ceil() as i32;
    let mut out = Vec::new();
    let mut power = first;
    while power <= last {
        for mark in marks {
            let tick = mark * 10f64.powi(power);
            if tick >= low * (1.0 - 1e-9) && tick <= high * (1.0 + 1e-9) {
                out.push(tick);
            }
        }
        power += stride;
    }
    out
}

/// The least of 1, 2, 2.5, 5 times a power of ten that is not below `raw`.
fn nice(raw: f64) -> f64 {
    let base = 10f64.powf(raw.log10().floor());
    [1.0, 2.0, 2.5, 5.0, 10.0]
        .into_iter()
        .map(|m| m * base)
        .find(|s| *s >= raw * (1.0 - 1e-9))
        .unwrap_or(raw)
}

/// A number for people: three digits that count, `k`, `M`, `G`, `T` from ten thousand on.
pub(super) fn short(value: f64) -> String {
    let size = value.abs();
    let (scaled, suffix) = match size {
        s if s >= 1e16 || (s > 0.0 && s < 1e-3) => return format!("{value:.1e}"),
        s if s >= 1e12 => (value / 1e12, " T"),
        s if s >= 1e9 => (value / 1e9, " G"),
        s if s >= 1e6 => (value / 1e6, " M"),
        s if s >= 1e4 => (value / 1e3, " k"),
        _ => (value, ""),
    };
    let digits = match scaled.abs() {
        s if s >= 100.0 => 0,
        s if s >= 10.0 => 1,
        s if s >= 1.0 => 2,
        _ => 3,
    };
    let text = format!("{scaled:.digits$}");
    let text = if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        text
    };
    let text = if text == "-0" { "0".to_owned() } else { text };
    format!("{text}{suffix}")
}

/// A number with its unit.
pub(super) fn with_unit(value: f64, unit: &str) -> String {
    let number = short(value);
    let unit = unit.trim();
    if unit.is_empty() {
        number
    } else {
        format!("{number} {unit}")
    }
}

/// What stands beside the axis: `Load (req/s)`.
pub(super) fn caption(axis: &Axis) -> String {
    let (label, unit) = (axis.label.trim(), axis.unit.trim());
    match (label.is_empty(), unit.is_empty()) {
        (true, _) => unit.to_owned(),
        (false, true) => label.to_owned(),
        (false, false) => format!("{label} ({unit})"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_numbers_that_people_would_choose() {
        let linear = Ruler::new(&Axis::default(), [3.0, 947.0].into_iter(), 0.0, 400.0);
        assert_eq!(linear.ticks, [0.0, 200.0, 400.0, 600.0, 800.0, 1000.0]);
        let axis = Axis {
            scale: Scale::Log,
            ..Axis::default()
        };
        let log = Ruler::new(&axis, [3.0, 947.0, -1.0, 0.0].into_iter(), 0.0, 400.0);
        assert_eq!(
            log.ticks,
            [2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0]
        );
        assert_eq!(log.at(0.0), None);
    }

    #[test]
    fn numbers_are_short() {
        let cases = [
            (0.0, "0"),
            (950.0, "950"),
            (1500.0, "1500"),
            (12_500.0, "12.5 k"),
        ];
        for (value, text) in cases
            .into_iter()
            .chain([(3_000_000.0, "3 M"), (0.25, "0.25")])
        {
            assert_eq!(short(value), text);
        }
    }
}
