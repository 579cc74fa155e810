//! Plain tables: columns as wide as their contents, numbers to the right.

/// A column's alignment.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Align {
    Left,
    Right,
}

/// Lays out rows under heads, two spaces between columns. Widths count characters.
pub fn table(heads: &[(&str, Align)], rows: &[Vec<String>]) -> String {
    let width = |text: &str| text.chars().count();
    let widths: Vec<usize> = heads
        .iter()
        .enumerate()
        .map(|(i, (head, _))| {
            rows.iter()
                .filter_map(|r| r.get(i))
                .map(|c| width(c))
                .max()
                .unwrap_or(0)
                .max(width(head))
        })
        .collect();
    let line = |cells: &[String]| {
        let mut out = String::new();
        for (i, cell) in cells.iter().enumerate().take(widths.len()) {
            let pad = " ".repeat(widths[i].saturating_sub(width(cell)));
            if i > 0 {
                out.push_str("  ");
            }
            match heads[i].1 {
                Align::Left => out.push_str(&format!("{cell}{pad}")),
                Align::Right => out.push_str(&format!("{pad}{cell}")),
            }
        }
        out.trim_end().to_string()
    };
    let head: Vec<String> = heads.iter().map(|(h, _)| (*h).to_string()).collect();
    let mut out = crate::look::paint(crate::look::HEAD, &line(&head));
    for row in rows {
        out.push('\n');
        out.push_str(&line(row));
    }
    out
}

/// Breaks text into lines of at most `width` characters, each with this indent.
pub fn wrap(text: &str, indent: &str, width: usize) -> String {
    let mut out = String::new();
    let mut line = String::from(indent);
    for word in text.split_whitespace() {
        let too_long = line.chars().count() + 1 + word.chars().count() > width;
        if too_long && line.trim() != "" {
            out.push_str(line.trim_end());
            out.push('\n');
            line = String::from(indent);
        }
        if line.len() > indent.len() {
            line.push(' ');
        }
        line.push_str(word);
    }
    out.push_str(line.trim_end());
    out
}

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
    fn columns_line_up_and_words_wrap() {
        let out = table(
            &[("name", Align::Left), ("n", Align::Right)],
            &[
                vec!["a".into(), "10".into()],
                vec!["long".into(), "9".into()],
            ],
        );
        assert!(out.ends_with("a     10\nlong   9"));
        assert_eq!(amount(12.46), "12.5");
        assert_eq!(amount(364.2), "364");
        assert_eq!(ms(138_600.0), "2.3 min");
        assert_eq!(rate(25.0), "25/s");
        assert_eq!(rate(0.183), "0.18/s");
        assert_eq!(rate(27.4 / 3600.0), "27/h");
        assert_eq!(rate(5.0 / 86_400.0), "5/day");
        assert_eq!(wrap("one two three", "  ", 9), "  one two\n  three");
    }
}
