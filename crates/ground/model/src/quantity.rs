//! Quantities with units, as people write them: `40/s`, `300 ms`, `99.95 %`, `2 TB`,
//! `5000 USD/month`, `200k`.
//!
//! Each is a newtype over one number in one base unit, stated in its name or documentation. A wrong
//! unit is refused with the right one named. Decimal prefixes are decimal (1 GB = 10^9 B), binary
//! ones are binary (1 GiB = 2^30 B). A month is 730 h (the cloud vendors' billing month) where money
//! is concerned and 30.4375 days for durations; a year is 365.25 days.

use std::fmt;

/// Splits `300 ms` into its number and its unit. `k`, `M` and `G` directly after the digits scale.
fn split(text: &str) -> Result<(f64, &str), String> {
    let text = text.trim();
    let end = text
        .char_indices()
        .find(|(_, c)| !(c.is_ascii_digit() || matches!(c, '.' | '_' | '-' | '+')))
        .map_or(text.len(), |(i, _)| i);
    let digits: String = text[..end].chars().filter(|c| *c != '_').collect();
    let number: f64 = digits
        .parse()
        .map_err(|_| format!("`{text}` does not begin with a number"))?;
    if !number.is_finite() || number.abs() > 1e18 {
        return Err(format!("`{text}` is out of range"));
    }
    Ok((number, text[end..].trim_start()))
}

/// A trailing count suffix: `200k`, `1.1M`, `2G`. Returns the factor and what is left of the unit.
fn scale(unit: &str) -> (f64, &str) {
    for (suffix, factor) in [("k", 1e3), ("M", 1e6), ("G", 1e9), ("bn", 1e9)] {
        if let Some(rest) = unit.strip_prefix(suffix)
            && (rest.is_empty() || rest.starts_with([' ', '/']))
        {
            return (factor, rest.trim_start());
        }
    }
    (1.0, unit)
}

const TIME_UNITS: &[(&str, f64)] = &[
    ("us", 1e-6),
    ("ms", 1e-3),
    ("s", 1.0),
    ("sec", 1.0),
    ("second", 1.0),
    ("seconds", 1.0),
    ("min", 60.0),
    ("minute", 60.0),
    ("minutes", 60.0),
    ("h", 3600.0),
    ("hour", 3600.0),
    ("hours", 3600.0),
    ("d", 86_400.0),
    ("day", 86_400.0),
    ("days", 86_400.0),
    ("week", 604_800.0),
    ("weeks", 604_800.0),
    ("month", 2_629_800.0),
    ("months", 2_629_800.0),
    ("year", 31_557_600.0),
    ("years", 31_557_600.0),
];

fn time_unit(unit: &str) -> Option<f64> {
    TIME_UNITS
        .iter()
        .find(|(name, _)| *name == unit)
        .map(|(_, s)| *s)
}

/// Prints a number with at most three decimals and no trailing zeros.
fn plain(value: f64) -> String {
    let text = format!("{value:.3}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" {
        "0".into()
    } else {
        text.into()
    }
}

/// Declares a quantity: its parser, its printer, serde from text or number, and its schema.
macro_rules! quantity {
    ($(#[$doc:meta])* $name:ident, $kind:literal, $example:literal, $parse:expr, $show:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Default)]
        pub struct $name(pub f64);

        impl std::str::FromStr for $name {
            type Err = String;
            fn from_str(text: &str) -> Result<Self, String> {
                let parse: fn(&str) -> Result<f64, String> = $parse;
                parse(text).map($name)
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let show: fn(f64) -> String = $show;
                f.write_str(&show(self.0))
            }
        }
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
                s.collect_str(self)
            }
        }
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                struct Visitor;
                impl serde::de::Visitor<'_> for Visitor {
                    type Value = $name;
                    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                        write!(f, "a {} such as `{}`", $kind, $example)
                    }
                    fn visit_str<E: serde::de::Error>(self, v: &str) -> Result<$name, E> {
                        v.parse().map_err(E::custom)
                    }
                    fn visit_u64<E: serde::de::Error>(self, v: u64) -> Result<$name, E> {
                        v.to_string().parse().map_err(E::custom)
                    }
                    fn visit_i64<E: serde::de::Error>(self, v: i64) -> Result<$name, E> {
                        v.to_string().parse().map_err(E::custom)
                    }
                    fn visit_f64<E: serde::de::Error>(self, v: f64) -> Result<$name, E> {
                        v.to_string().parse().map_err(E::custom)
                    }
                }
                d.deserialize_any(Visitor)
            }
        }
        impl schemars::JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }
            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({
                    "type": ["string", "number"],
                    "x-quantity": $kind,
                    "examples": [$example],
                })
            }
        }
    };
}

quantity!(
    /// A duration, in seconds.
    Duration, "duration", "300 ms",
    |text| {
        let (n, unit) = split(text)?;
        if n < 0.0 { return Err(format!("a duration cannot be negative: `{text}`")); }
        if unit.is_empty() { return Err(format!("`{text}` has no unit: write for example `{n} ms` or `{n} s`")); }
        time_unit(unit).map(|s| n * s).ok_or_else(|| format!("`{unit}` is not a unit of time: use us, ms, s, min, h, days, weeks, months or years"))
    },
    |s| {
        for (unit, size) in [("years", 31_557_600.0), ("months", 2_629_800.0), ("days", 86_400.0), ("h", 3600.0), ("min", 60.0)] {
            let n: f64 = s / size;
            if n >= 1.0 && (n - n.round()).abs() < 1e-9 {
                let unit = if n.round() == 1.0 { unit.trim_end_matches('s') } else { unit };
                return format!("{} {}", plain(n.round()), unit);
            }
        }
        if s >= 1.0 { format!("{} s", plain(s)) }
        else if s >= 1e-3 || s == 0.0 { format!("{} ms", plain(s * 1e3)) }
        else { format!("{} us", plain(s * 1e6)) }
    }
);

quantity!(
    /// An amount of data, in bytes.
    Bytes, "bytes", "2 TB",
    |text| {
        let (n, unit) = split(text)?;
        if n < 0.0 { return Err(format!("a size cannot be negative: `{text}`")); }
        let size = match unit {
            "B" | "bytes" => 1.0,
            "kB" => 1e3, "MB" => 1e6, "GB" => 1e9, "TB" => 1e12, "PB" => 1e15,
            "KiB" => 1024.0, "MiB" => 1_048_576.0, "GiB" => 1_073_741_824.0, "TiB" => 1_099_511_627_776.0,
            "" => return Err(format!("`{text}` has no unit: write for example `{n} kB` or `{n} GB`")),
            "KB" | "kb" | "Kb" => return Err(format!("write `kB` for 1000 bytes or `KiB` for 1024, not `{unit}`")),
            other => return Err(format!("`{other}` is not a unit of data: use B, kB, MB, GB, TB, PB, KiB, MiB, GiB or TiB")),
        };
        Ok(n * size)
    },
    |b| {
        for (unit, size) in [("TiB", 1_099_511_627_776.0), ("GiB", 1_073_741_824.0), ("MiB", 1_048_576.0), ("KiB", 1024.0)] {
            let n: f64 = b / size;
            if n >= 1.0 && n.fract() == 0.0 && (b % 1000.0) != 0.0 { return format!("{} {}", plain(n), unit); }
        }
        for (unit, size) in [("PB", 1e15), ("TB", 1e12), ("GB", 1e9), ("MB", 1e6), ("kB", 1e3)] {
            if b >= size { return format!("{} {}", plain(b / size), unit); }
        }
        format!("{} B", plain(b))
    }
);

quantity!(
    /// A rate of events, per second.
    Rate, "rate", "40/s",
    |text| {
        let (n, unit) = split(text)?;
        if n < 0.0 { return Err(format!("a rate cannot be negative: `{text}`")); }
        let (factor, unit) = scale(unit);
        let per = unit.strip_prefix('/').map(str::trim_start)
            .ok_or_else(|| format!("`{text}` is not a rate: say per what, for example `{}/s` or `{}/day`", plain(n), plain(n)))?;
        time_unit(per).map(|s| n * factor / s).ok_or_else(|| format!("`/{per}` is not a rate: use /s, /min, /h, /day, /week, /month or /year"))
    },
    |r| {
        if r >= 1e6 { format!("{}M/s", plain(r / 1e6)) }
        else if r >= 0.1 || r == 0.0 { format!("{}/s", plain(r)) }
        else if r * 3600.0 >= 1.0 { format!("{}/h", plain(r * 3600.0)) }
        else { format!("{}/day", plain(r * 86_400.0)) }
    }
);

quantity!(
    /// A share between 0 and 1, written in per cent.
    Ratio, "ratio", "99.95 %",
    |text| {
        let (n, unit) = split(text)?;
        match unit {
            "%" if (0.0..=100.0).contains(&n) => Ok(n / 100.0),
            "%" => Err(format!("`{text}` is not between 0 % and 100 %")),
            "" => Err(format!("`{text}` has no unit: write `{} %`", plain(if n <= 1.0 { n * 100.0 } else { n }))),
            other => Err(format!("`{other}` is not a share: write it in per cent, for example `99.9 %`")),
        }
    },
    |r| {
        let text = format!("{:.6}", r * 100.0);
        format!("{} %", text.trim_end_matches('0').trim_end_matches('.'))
    }
);

quantity!(
    /// Growth per year as a fraction: 0.6 is 60 % a year. May exceed 1.
    Growth, "growth", "60 %/year",
    |text| {
        let (n, unit) = split(text)?;
        let unit: String = unit.chars().filter(|c| !c.is_whitespace()).collect();
        match unit.as_str() {
            "%/year" => Ok(n / 100.0),
            "%/month" => Ok((1.0 + n / 100.0).powi(12) - 1.0),
            "x/year" => Ok(n - 1.0),
            _ => Err(format!("`{text}` is not a growth: write for example `60 %/year`, `5 %/month` or `3x/year`")),
        }
    },
    |g| format!("{} %/year", plain(g * 100.0))
);

quantity!(
    /// How many: `200k`, `1.1M`, `38`.
    Count, "count", "200k",
    |text| {
        let (n, unit) = split(text)?;
        if n < 0.0 { return Err(format!("a count cannot be negative: `{text}`")); }
        match scale(unit) {
            (factor, "") => Ok(n * factor),
            (_, other) => Err(format!("`{other}` does not belong to a count: write for example `200k` or `1.1M`")),
        }
    },
    |c| {
        if c >= 1e6 && (c / 1e3).fract() == 0.0 { format!("{}M", plain(c / 1e6)) }
        else if c >= 1e4 && (c / 1e2).fract() == 0.0 { format!("{}k", plain(c / 1e3)) }
        else { plain(c) }
    }
);

/// Money per month: `5000 USD/month`. The currency is kept; nothing is converted silently.
#[derive(Debug, Clone, PartialEq)]
pub struct MoneyPerMonth {
    pub amount: f64,
    /// ISO 4217 code.
    pub currency: String,
}

/// An amount of money: `14.90 EUR`.
#[derive(Debug, Clone, PartialEq)]
pub struct Money {
    pub amount: f64,
    /// ISO 4217 code.
    pub currency: String,
}

fn currency(text: &str) -> Result<String, String> {
    if text.len() == 3 && text.chars().all(|c| c.is_ascii_uppercase()) {
        Ok(text.to_string())
    } else {
        Err(format!(
            "`{text}` is not a currency: use an ISO 4217 code such as USD or EUR"
        ))
    }
}

impl std::str::FromStr for Money {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let (n, unit) = split(text)?;
        let (factor, unit) = scale(unit);
        Ok(Money {
            amount: n * factor,
            currency: currency(unit)?,
        })
    }
}

impl std::str::FromStr for MoneyPerMonth {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let (n, unit) = split(text)?;
        let (factor, unit) = scale(unit);
        let (money, per) = unit.split_once('/').ok_or_else(|| {
            format!("`{text}` does not say per what: write for example `5000 USD/month`")
        })?;
        let months = match per.trim() {
            "month" => 1.0,
            "year" => 12.0,
            other => return Err(format!("`/{other}`: a budget is per month or per year")),
        };
        Ok(MoneyPerMonth {
            amount: n * factor / months,
            currency: currency(money.trim())?,
        })
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", plain(self.amount), self.currency)
    }
}

impl fmt::Display for MoneyPerMonth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}/month", plain(self.amount), self.currency)
    }
}

macro_rules! text_quantity {
    ($name:ident, $kind:literal, $example:literal) => {
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
                s.collect_str(self)
            }
        }
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                String::deserialize(d)?.parse().map_err(serde::de::Error::custom)
            }
        }
        impl schemars::JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }
            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({ "type": "string", "x-quantity": $kind, "examples": [$example] })
            }
        }
    };
}
text_quantity!(Money, "money", "14.90 EUR");
text_quantity!(MoneyPerMonth, "money-rate", "5000 USD/month");

/// Parses `text` as the quantity of that `x-quantity` kind, for checking before lowering.
pub fn check(kind: &str, text: &str) -> Result<(), String> {
    match kind {
        "duration" => text.parse::<Duration>().map(drop),
        "bytes" => text.parse::<Bytes>().map(drop),
        "rate" => text.parse::<Rate>().map(drop),
        "ratio" => text.parse::<Ratio>().map(drop),
        "growth" => text.parse::<Growth>().map(drop),
        "count" => text.parse::<Count>().map(drop),
        "money" => text.parse::<Money>().map(drop),
        "money-rate" => text.parse::<MoneyPerMonth>().map(drop),
        "range" => text.parse::<crate::range::Range>().map(drop),
        other => Err(format!("unknown kind of quantity `{other}`")),
    }
}

impl Duration {
    pub const fn from_secs(seconds: f64) -> Self {
        Duration(seconds)
    }
    pub const fn from_ms(ms: f64) -> Self {
        Duration(ms / 1e3)
    }
    pub const fn secs(self) -> f64 {
        self.0
    }
    pub const fn ms(self) -> f64 {
        self.0 * 1e3
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_people_write() {
        assert_eq!("300 ms".parse::<Duration>().unwrap().secs(), 0.3);
        assert_eq!(
            "13 months".parse::<Duration>().unwrap().to_string(),
            "13 months"
        );
        assert_eq!("2 TB".parse::<Bytes>().unwrap().0, 2e12);
        assert_eq!("1.1M/day".parse::<Rate>().unwrap().0, 1.1e6 / 86_400.0);
        assert_eq!("99.95 %".parse::<Ratio>().unwrap().to_string(), "99.95 %");
        assert_eq!("200k".parse::<Count>().unwrap().0, 200_000.0);
        assert_eq!("60 %/year".parse::<Growth>().unwrap().0, 0.6);
        let budget = "14k EUR/month".parse::<MoneyPerMonth>().unwrap();
        assert_eq!((budget.amount, budget.currency.as_str()), (14_000.0, "EUR"));
    }

    #[test]
    fn names_the_right_unit() {
        assert!("300".parse::<Duration>().unwrap_err().contains("no unit"));
        assert!("40".parse::<Rate>().unwrap_err().contains("40/s"));
        assert!("0.9995".parse::<Ratio>().unwrap_err().contains("99.95 %"));
        assert!("5 KB".parse::<Bytes>().unwrap_err().contains("kB"));
        assert!(
            "5000 USD"
                .parse::<MoneyPerMonth>()
                .unwrap_err()
                .contains("per what")
        );
        assert!("101 %".parse::<Ratio>().is_err());
        assert!("1e999 ms".parse::<Duration>().is_err());
    }

    #[test]
    fn prints_what_it_reads() {
        for text in ["300 ms", "30 s", "5 min", "13 months", "1.5 s"] {
            assert_eq!(text.parse::<Duration>().unwrap().to_string(), text);
        }
        for text in ["40/s", "1.5M/s", "20/h"] {
            assert_eq!(text.parse::<Rate>().unwrap().to_string(), text);
        }
        for text in ["200k", "1.1M", "38"] {
            assert_eq!(text.parse::<Count>().unwrap().to_string(), text);
        }
    }
}
