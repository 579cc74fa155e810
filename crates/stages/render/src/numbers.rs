//! Numbers as people read them: three significant digits, a unit, thousands apart.

/// A number with three significant digits and commas between thousands: `1,230`, `41.7`, `0.00213`.
pub fn sig3(value: f64) -> String {
    if !value.is_finite() {
        return "not known".into();
    }
    if value == 0.0 {
        return "0".into();
    }
    let magnitude = value.abs().log10().floor() as i32;
    let step = 10f64.powi(magnitude - 2);
    let rounded = (value / step).round() * step;
    let decimals = usize::try_from(2 - magnitude).unwrap_or(0).min(12);
    let text = format!("{rounded:.decimals$}");
    let text = if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_string()
    } else {
        text
    };
    thousands(&text)
}

/// Commas between groups of three digits of the whole part.
fn thousands(text: &str) -> String {
    let (sign, digits) = text
        .strip_prefix('-')
        .map_or(("", text), |rest| ("-", rest));
    let (whole, part) = digits
        .split_once('.')
        .map_or((digits, String::new()), |(w, p)| (w, format!(".{p}")));
    let mut grouped = String::new();
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    format!("{sign}{grouped}{part}")
}

/// Milliseconds in the unit that reads best: `0.4 ms`, `38.2 ms`, `1.2 s`, `3 min`.
pub fn ms(value: f64) -> String {
    match value {
        v if v >= 120_000.0 => format!("{} min", sig3(v / 60_000.0)),
        v if v >= 1000.0 => format!("{} s", sig3(v / 1000.0)),
        v => format!("{} ms", sig3(v)),
    }
}

/// A share as per cent: `41.2 %`; what rounds to nothing is `under 0.1 %`.
pub fn percent(share: f64) -> String {
    match share * 100.0 {
        0.0 => "0 %".into(),
        p if p > 0.0 && p < 0.1 => "under 0.1 %".into(),
        // Below ten a second digit after the point would say more than a model knows.
        p if p < 10.0 => format!("{} %", sig3((p * 10.0).round() / 10.0)),
        p => format!("{} %", sig3(p)),
    }
}

/// An availability with two significant digits of what is missing: `99.985 %`.
pub fn availability(share: f64) -> String {
    if !share.is_finite() {
        return "not known".into();
    }
    let missing = 100.0 * (1.0 - share);
    if missing <= 1e-9 {
        return "100 %".into();
    }
    let decimals = usize::try_from(1 - missing.log10().floor() as i32)
        .unwrap_or(0)
        .min(9);
    let text = format!("{:.decimals$}", share * 100.0);
    let text = if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.')
    } else {
        text.as_str()
    };
    format!("{text} %")
}

/// An amount of money: `2,340 EUR`.
pub fn money(amount: f64, currency: &str) -> String {
    format!("{} {currency}", sig3(amount))
}

/// Bytes with decimal prefixes: `34.2 GB`.
pub fn bytes(value: f64) -> String {
    for (unit, size) in [
        ("PB", 1e15),
        ("TB", 1e12),
        ("GB", 1e9),
        ("MB", 1e6),
        ("kB", 1e3),
    ] {
        if value >= size {
            return format!("{} {unit}", sig3(value / size));
        }
    }
    format!("{} B", sig3(value))
}

/// How many: `8,000`, `1.23 M`, `2.1 bn`.
pub fn count(value: f64) -> String {
    match value.abs() {
        v if v >= 1e9 => format!("{} bn", sig3(value / 1e9)),
        v if v >= 1e6 => format!("{} M", sig3(value / 1e6)),
        v if v >= 10.0 => sig3(value.round()),
        _ => sig3(value),
    }
}

/// A rate in the unit of time that gives a number of at least one: `41.7/s`, `12/h`, `4/year`.
pub fn rate(per_s: f64) -> String {
    const UNITS: [(&str, f64); 5] = [
        ("s", 1.0),
        ("min", 60.0),
        ("h", 3600.0),
        ("day", 86_400.0),
        ("year", 31_557_600.0),
    ];
    if per_s <= 0.0 {
        return "0/s".into();
    }
    if per_s >= 0.1 {
        return format!("{}/s", sig3(per_s));
    }
    let (unit, size) = UNITS
        .into_iter()
        .find(|(_, size)| per_s * size >= 1.0)
        .unwrap_or(UNITS[4]);
    format!("{}/{unit}", sig3(per_s * size))
}

/// A multiple of the load: `1x`, `3.4x`, `390x`.
pub fn times(factor: f64) -> String {
    format!("{}x", sig3(factor))
}

/// Minutes: `43.8 min`, `6.1 h`.
pub fn minutes(value: f64) -> String {
    match value {
        v if v >= 120.0 => format!("{} h", sig3(v / 60.0)),
        v if v >= 1.0 || v == 0.0 => format!("{} min", sig3(v)),
        v => format!("{} s", sig3(v * 60.0)),
    }
}

/// A number of an explanation by its unit, as `groundplan explain` names units.
pub fn by_unit(value: f64, unit: &str, key: &str) -> String {
    match unit {
        "ms" => ms(value),
        "share" if key.ends_with("availability") => availability(value),
        "share" => percent(value),
        "per second" => rate(value),
        "bytes" | "B" => bytes(value),
        "rows" => format!("{} rows", count(value)),
        "minutes per month" => format!("{} a month", minutes(value)),
        "times the busiest hour" => format!("{} the busiest hour", times(value)),
        other => match other.strip_suffix(" per month") {
            Some(currency) => format!("{} a month", money(value, currency)),
            None => format!("{} {other}", sig3(value)),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_digits_and_no_more() {
        let read = |v| sig3(v);
        assert_eq!(read(1234.0), "1,230");
        assert_eq!(read(1_234_567.0), "1,230,000");
        assert_eq!(read(999.6), "1,000");
        assert_eq!(read(0.002_134), "0.00213");
        assert_eq!(read(2.0), "2");
        assert_eq!(read(-45.67), "-45.7");
        assert_eq!(read(100.0), "100");
        assert_eq!(read(f64::NAN), "not known");
    }

    #[test]
    fn units_that_people_use() {
        assert_eq!(ms(0.4), "0.4 ms");
        assert_eq!(ms(1234.0), "1.23 s");
        assert_eq!(percent(0.412_34), "41.2 %");
        assert_eq!(percent(0.000_2), "under 0.1 %");
        assert_eq!(percent(0.005_83), "0.6 %");
        assert_eq!(availability(0.999_85), "99.985 %");
        assert_eq!(availability(0.9995), "99.95 %");
        assert_eq!(availability(1.0), "100 %");
        assert_eq!(bytes(34.16e9), "34.2 GB");
        assert_eq!(count(8000.0), "8,000");
        assert_eq!(rate(41.66), "41.7/s");
        assert_eq!(rate(4.0 / 31_557_600.0), "4/year");
        assert_eq!(rate(0.01), "36/h");
        assert_eq!(minutes(43.83), "43.8 min");
        assert_eq!(by_unit(0.9995, "share", "system.availability"), "99.95 %");
        assert_eq!(
            by_unit(479.3, "USD per month", "cost.USD"),
            "479 USD a month"
        );
    }
}
