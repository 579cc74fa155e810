//! Numbers as a terminal shows them: few digits, and the unit that needs no zeros.

/// Milliseconds with three significant digits.
pub fn ms(value: f64) -> String {
    if value >= 120_000.0 {
        format!("{:.1} min", value / 60_000.0)
    } else if value >= 10_000.0 {
        format!("{:.1} s", value / 1000.0)
    } else if value >= 1000.0 {
        format!("{:.2} s", value / 1000.0)
    } else if value >= 100.0 {
        format!("{value:.0} ms")
    } else if value >= 10.0 {
        format!("{value:.1} ms")
    } else {
        format!("{value:.2} ms")
    }
}

/// At most one digit after the point, and none where it is 0.
fn digits(value: f64) -> String {
    let text = format!("{value:.1}");
    text.trim_end_matches(".0").to_string()
}

/// A value by the unit that explanations use.
pub fn by_unit(value: f64, unit: &str) -> String {
    match unit {
        "ms" => ms(value),
        "per second" => rate(value),
        "share" if value > 0.98 && value < 1.0 => share(value),
        "share" => format!("{} %", digits(value * 100.0)),
        "times the busiest hour" => format!("{}x", render::numbers::sig3(value)),
        _ => format!("{} {unit}", render::numbers::sig3(value)),
    }
}

/// A change in per cent, with its sign: `+12 %`, `-0.4 %`; from a doubling on, how many times.
pub fn change(ratio: f64) -> String {
    match ratio {
        r if r >= 9.0 => format!("{}x", render::numbers::sig3(r + 1.0)),
        r if r.abs() >= 0.1 => format!("{:+.0} %", r * 100.0),
        r => format!("{:+.1} %", r * 100.0),
    }
}

/// A rate with two or three digits, in the unit that needs no zeros: `25/s`, `27/h`, `5/day`.
pub fn rate(per_s: f64) -> String {
    if per_s <= 0.0 {
        return "0/s".into();
    }
    let units = [("s", 1.0), ("min", 60.0), ("h", 3600.0), ("day", 86_400.0)];
    let (unit, size) = units
        .into_iter()
        .find(|(unit, size)| per_s * size >= if *unit == "s" { 0.1 } else { 1.0 })
        .unwrap_or(("year", 31_557_600.0));
    let value = per_s * size;
    let text = if value >= 10.0 {
        format!("{value:.0}")
    } else {
        let text = format!("{value:.2}");
        text.trim_end_matches('0').trim_end_matches('.').to_string()
    };
    format!("{text}/{unit}")
}

/// An amount of money: whole units, with one digit after the point below a hundred.
pub fn amount(value: f64) -> String {
    let text = if value < 100.0 {
        format!("{value:.1}")
    } else {
        format!("{value:.0}")
    };
    text.trim_end_matches(".0").to_string()
}

/// A share in per cent, with as many nines as there are.
pub fn share(value: f64) -> String {
    let text = format!("{:.4}", value * 100.0);
    format!("{} %", text.trim_end_matches('0').trim_end_matches('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_fit_their_numbers() {
        assert_eq!(change(0.52), "+52 %");
        assert_eq!(change(-0.004), "-0.4 %");
        assert_eq!(change(11.0), "12x");
        assert_eq!(amount(12.46), "12.5");
        assert_eq!(amount(364.2), "364");
        assert_eq!(ms(138_600.0), "2.3 min");
        assert_eq!(rate(25.0), "25/s");
        assert_eq!(rate(0.183), "0.18/s");
        assert_eq!(rate(27.4 / 3600.0), "27/h");
        assert_eq!(rate(5.0 / 86_400.0), "5/day");
    }
}
