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
        assert_eq!(wrap("one two three", "  ", 9), "  one two\n  three");
    }
}
