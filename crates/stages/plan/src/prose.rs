//! Numbers as people read them.

/// Three significant digits, thousands with commas: `12.3`, `1,230`.
pub fn number(value: f64) -> String {
    let magnitude = value.abs();
    if magnitude >= 100.0 {
        let whole = format!("{:.0}", value.abs());
        let mut out = String::new();
        for (i, c) in whole.chars().enumerate() {
            if i > 0 && (whole.len() - i).is_multiple_of(3) {
                out.push(',');
            }
            out.push(c);
        }
        return if value < 0.0 { format!("-{out}") } else { out };
    }
    let digits = if magnitude >= 10.0 {
        1
    } else if magnitude >= 0.1 || magnitude == 0.0 {
        2
    } else {
        4
    };
    let text = format!("{value:.digits$}");
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_string()
    } else {
        text
    }
}

/// Milliseconds, or seconds from ten thousand on.
pub fn ms(value: f64) -> String {
    if value >= 10_000.0 {
        format!("{} s", number(value / 1e3))
    } else {
        format!("{} ms", number(value))
    }
}

/// A factor: `8`, `2.4`.
pub fn times(value: f64) -> String {
    if value >= 100.0 {
        number(value)
    } else {
        number((value * 10.0).round() / 10.0)
    }
}

/// A share in per cent, to three digits; close to one, what is missing counts, to two: `12.8 %`,
/// `99.95 %`, `99.978 %`.
pub fn percent(value: f64) -> String {
    let percent = value * 100.0;
    let (counts, digits) = if (99.0..100.0).contains(&percent) {
        (100.0 - percent, 2)
    } else {
        (percent.abs(), 3)
    };
    // The digit that counts most stands at this power of ten.
    let first = if counts > 0.0 {
        (counts.log10() + 1e-9).floor() as i32
    } else {
        0
    };
    let decimals = (digits - 1 - first).clamp(0, 6) as usize;
    let text = format!("{percent:.decimals$}");
    let text = if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.')
    } else {
        &text
    };
    format!("{text} %")
}

/// `a`, `a and b`, `a, b and c`.
pub fn list(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [init @ .., last] => format!("{} and {last}", init.join(", ")),
    }
}

/// A rate: per second, or per hour or day where that is a readable number.
pub fn per_s(value: f64) -> String {
    match value {
        v if v >= 0.1 || v <= 0.0 => format!("{}/s", number(v)),
        v if v * 3600.0 >= 1.0 => format!("{}/h", number(v * 3600.0)),
        v => format!("{}/day", number(v * 86_400.0)),
    }
}

/// The first letter in upper case.
pub fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |c| {
        c.to_uppercase().collect::<String>() + chars.as_str()
    })
}

/// `1 component`, `4 components`.
pub fn count(n: usize, noun: &str) -> String {
    if n == 1 {
        format!("1 {noun}")
    } else {
        format!("{n} {noun}s")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_well() {
        assert_eq!(number(1234.5), "1,234");
        assert_eq!(number(12.34), "12.3");
        assert_eq!(number(2.0), "2");
        assert_eq!(number(0.0123), "0.0123");
        assert_eq!(percent(0.9995), "99.95 %");
        assert_eq!(percent(0.999_762_3), "99.976 %");
        assert_eq!(percent(0.999_999), "99.9999 %");
        assert_eq!(percent(1.0), "100 %");
        assert_eq!(percent(0.127_74), "12.8 %");
        assert_eq!(percent(0.1), "10 %");
        assert_eq!(percent(0.0), "0 %");
        assert_eq!(ms(12_000.0), "12 s");
        assert_eq!(list(&["a".into(), "b".into(), "c".into()]), "a, b and c");
    }
}
