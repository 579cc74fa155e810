//! Values of columns, and the seeded numbers they are made from.

/// A value before a database writes it its own way.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    Null,
    Bool(bool),
    Int(i64),
    /// Ten-thousandths of the currency's unit.
    Money(i64),
    /// Thousandths.
    Decimal(i64),
    /// Milliseconds since 1970-01-01 in UTC.
    Time(i64),
    /// Days since 1970-01-01.
    Date(i64),
    /// Milliseconds.
    Span(i64),
    Text(String),
    Point(i64, i64),
}

impl Value {
    /// As a server's text format takes it; `None` is NULL.
    pub fn server(&self) -> Option<String> {
        Some(match self {
            Value::Null => return None,
            Value::Bool(b) => if *b { "t" } else { "f" }.into(),
            Value::Int(n) => n.to_string(),
            Value::Money(n) => scaled(*n, 10_000, 4),
            Value::Decimal(n) => scaled(*n, 1000, 3),
            Value::Time(ms) => iso(*ms),
            Value::Date(days) => date(*days),
            Value::Span(ms) => format!("{ms} milliseconds"),
            Value::Text(text) => text.clone(),
            Value::Point(a, b) => format!("({},{})", scaled(*a, 1000, 3), scaled(*b, 1000, 3)),
        })
    }

    /// The number in it, for comparisons: times and dates in ms, money and decimals in units.
    pub fn number(&self) -> Option<f64> {
        Some(match self {
            Value::Int(n) | Value::Time(n) | Value::Span(n) => *n as f64,
            Value::Money(n) => *n as f64 / 1e4,
            Value::Decimal(n) => *n as f64 / 1e3,
            Value::Date(days) => *days as f64 * DAY_MS as f64,
            _ => return None,
        })
    }
}

pub const DAY_MS: i64 = 86_400_000;

fn scaled(n: i64, by: i64, digits: usize) -> String {
    let sign = if n < 0 { "-" } else { "" };
    let n = n.unsigned_abs();
    let by = by.unsigned_abs();
    format!("{sign}{}.{:0digits$}", n / by, n % by)
}

/// `2026-01-31T09:30:00.000Z`.
pub fn iso(ms: i64) -> String {
    let (days, rest) = (ms.div_euclid(DAY_MS), ms.rem_euclid(DAY_MS));
    let (s, ms) = (rest / 1000, rest % 1000);
    format!(
        "{}T{:02}:{:02}:{:02}.{ms:03}Z",
        date(days),
        s / 3600,
        s / 60 % 60,
        s % 60
    )
}

/// `2026-01-31` (Hinnant, chrono-compatible low-level date algorithms).
pub fn date(days: i64) -> String {
    let z = days + 719_468;
    let era = z.div_euclid(146_097);
    let doe = z.rem_euclid(146_097);
    let yoe = (doe - doe / 1460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let day = doy - (153 * mp + 2) / 5 + 1;
    let month = if mp < 10 { mp + 3 } else { mp - 9 };
    let year = yoe + era * 400 + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}

/// Days since 1970-01-01 of an ISO date; `None` where it is none.
pub fn days_of(text: &str) -> Option<i64> {
    let mut parts = text.splitn(3, '-').map(|p| p.parse::<i64>().ok());
    let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) || !(1..=9999).contains(&year) {
        return None;
    }
    let y = if month <= 2 { year - 1 } else { year };
    let era = y.div_euclid(400);
    let yoe = y.rem_euclid(400);
    let doy = (153 * (if month > 2 { month - 3 } else { month + 9 }) + 2) / 5 + day - 1;
    Some(era * 146_097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719_468)
}

/// A well-mixed number of two (SplitMix64; Steele, Lea, Flood 2014).
pub fn mix(one: u64, other: u64) -> u64 {
    let mut z = one ^ other.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = z.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// A number of a name (FNV-1a).
pub fn of_name(name: &str) -> u64 {
    name.bytes().fold(0xcbf2_9ce4_8422_2325, |h, b| {
        (h ^ u64::from(b)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

/// A number below `n`, uniform but for a share of n / 2^64.
pub fn below(hash: u64, n: u64) -> u64 {
    ((u128::from(hash) * u128::from(n.max(1))) >> 64) as u64
}

/// A UUID whose first 48 bits are a time (RFC 9562, version 7), or all random (version 4).
pub fn uuid(hash: u64, time: Option<i64>) -> String {
    let low = mix(hash, 7);
    let (high, version) = match time {
        Some(ms) => ((ms.max(0) as u64) << 16 | hash & 0xffff, 7),
        None => (hash, 4),
    };
    let high = high & !0xf000 | version << 12;
    let low = low & !(0b11 << 62) | 0b10 << 62;
    format!(
        "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
        high >> 32,
        high >> 16 & 0xffff,
        high & 0xffff,
        low >> 48,
        low & 0xffff_ffff_ffff
    )
}

/// How many words texts are made of.
pub const WORDS: u64 = 5000;

/// The nth word. Low numbers are drawn often (log-uniform, close to Zipf's law).
pub fn word(n: u64) -> String {
    const SYLLABLES: [&str; 16] = [
        "ba", "ce", "di", "fo", "gu", "ha", "je", "ki", "lo", "mu", "na", "pe", "ri", "so", "tu",
        "va",
    ];
    let mut n = n + 16;
    let mut out = String::new();
    while n > 0 {
        out.push_str(SYLLABLES[(n % 16) as usize]);
        n /= 16;
    }
    out
}

/// Words up to a number of characters, drawn by a seed.
pub fn words(seed: u64, length: usize) -> String {
    let mut out = String::with_capacity(length + 8);
    let mut at = seed;
    while out.len() < length {
        if !out.is_empty() {
            out.push(' ');
        }
        at = mix(at, 1);
        let share = at as f64 / u64::MAX as f64;
        out.push_str(&word((WORDS as f64).powf(share) as u64));
    }
    out.truncate(length);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_times_and_numbers_are_written_as_databases_read_them() {
        assert_eq!(iso(0), "1970-01-01T00:00:00.000Z");
        assert_eq!(iso(951_827_696_789), "2000-02-29T12:34:56.789Z");
        assert_eq!(days_of("2000-02-29"), Some(11_016));
        for days in [-719_162, -1, 0, 11_016, 20_000, 2_932_896] {
            assert_eq!(days_of(&date(days)), Some(days));
        }
        assert_eq!(days_of("2000-13-01"), None);
        assert_eq!(Value::Money(-125_000).server().unwrap(), "-12.5000");
        assert_eq!(Value::Null.server(), None);
    }

    #[test]
    fn uuids_carry_their_version_and_texts_their_length() {
        let timed = uuid(mix(1, 2), Some(951_827_696_789));
        assert_eq!((timed.len(), &timed[14..15]), (36, "7"));
        let random = uuid(mix(1, 2), None);
        assert_eq!((&random[14..15], random.len()), ("4", 36));
        assert_eq!(words(3, 50).len(), 50);
        assert_ne!(words(3, 50), words(4, 50));
        assert!((0..1000).all(|i| below(mix(9, i), 7) < 7));
    }
}
