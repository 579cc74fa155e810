//! Plain tables: columns as wide as their contents, numbers to the right.

/// A column's alignment.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Align {
    Left,
    Right,
}

/// How many columns a text takes; colours take none.
fn width(text: &str) -> usize {
    let mut columns = 0;
    let mut coded = false;
    for c in text.chars() {
        match (coded, c) {
            (false, '\u{1b}') => coded = true,
            (false, _) => columns += 1,
            (true, 'm') => coded = false,
            (true, _) => {}
        }
    }
    columns
}

fn widths(heads: &[(&str, Align)], rows: &[Vec<String>]) -> Vec<usize> {
    let widest = |i: usize| rows.iter().filter_map(|r| r.get(i)).map(|c| width(c)).max();
    let all = heads.iter().enumerate();
    all.map(|(i, (head, _))| widest(i).unwrap_or(0).max(width(head)))
        .collect()
}

/// A table no wider than `room` columns, if leaving out columns can make it so: those with the
/// highest rank go first, those of rank 0 stay. Columns that are empty in every row go as well.
pub fn fitting(heads: &[(&str, Align, u8)], rows: &[Vec<String>], room: usize) -> String {
    let mut kept: Vec<usize> = (0..heads.len())
        .filter(|i| {
            rows.iter()
                .any(|r| r.get(*i).is_some_and(|c| !c.is_empty()))
        })
        .collect();
    let mut left_out: Vec<&str> = Vec::new();
    loop {
        let shown: Vec<(&str, Align)> = kept.iter().map(|i| (heads[*i].0, heads[*i].1)).collect();
        let cells: Vec<Vec<String>> = rows
            .iter()
            .map(|r| {
                let cell = |i: &usize| r.get(*i).cloned().unwrap_or_default();
                kept.iter().map(cell).collect()
            })
            .collect();
        let needed: usize = widths(&shown, &cells).iter().map(|w| w + 2).sum();
        let least = kept.iter().copied().max_by_key(|i| heads[*i].2);
        match least.filter(|i| heads[*i].2 > 0 && needed > room + 2) {
            Some(least) => {
                left_out.push(heads[least].0);
                kept.retain(|i| *i != least);
            }
            None => {
                let mut out = table(&shown, &cells);
                if !left_out.is_empty() {
                    let note = format!("Left out for want of room: {}.", left_out.join(", "));
                    let note = wrap(&note, "", room.max(20));
                    out.push_str(&format!(
                        "\n{}",
                        crate::look::paint(crate::look::DIM, &note)
                    ));
                }
                return out;
            }
        }
    }
}

/// Lays out rows under heads, two spaces between columns. Widths count characters.
pub fn table(heads: &[(&str, Align)], rows: &[Vec<String>]) -> String {
    let widths = widths(heads, rows);
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
    fn columns_go_by_rank_until_the_table_fits() {
        let heads = [
            ("operation", Align::Left, 0),
            ("p50", Align::Right, 2),
            ("p99", Align::Right, 0),
            ("empty", Align::Right, 0),
        ];
        let rows = [vec![
            "look".into(),
            "1.00 ms".into(),
            "9.00 ms".into(),
            String::new(),
        ]];
        let wide = fitting(&heads, &rows, 80);
        assert!(wide.contains("p50") && !wide.contains("empty"), "{wide}");
        let narrow = fitting(&heads, &rows, 20);
        assert!(
            narrow.contains("p99") && narrow.contains("Left out for want"),
            "{narrow}"
        );
        assert_eq!(change(0.52), "+52 %");
        assert_eq!(change(-0.004), "-0.4 %");
        assert_eq!(change(11.0), "12x");
    }

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
        let coloured = table(
            &[("a", Align::Left), ("b", Align::Left)],
            &[vec!["\u{1b}[31mx\u{1b}[0m".into(), "y".into()]],
        );
        assert!(coloured.ends_with("\u{1b}[0m  y"), "{coloured:?}");
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
