//! The sequence in a terminal: life lines where they fit, else numbered lines.

use super::rows::frame_word;
use super::{MessageKind, Sequence, Step};
use crate::picture::measure::{cell_width, ellipsis};
use crate::picture::text::MAX_WIDTH;
use std::collections::BTreeMap;

/// Writes the sequence for a terminal, at most 100 cells wide.
pub fn sequence_text(sequence: &Sequence) -> String {
    let mut index = BTreeMap::new();
    for (i, p) in sequence.participants.iter().enumerate() {
        index.entry(p.id.as_str()).or_insert(i);
    }
    let names: Vec<String> = sequence
        .participants
        .iter()
        .map(|p| {
            if p.title.trim().is_empty() {
                p.id.clone()
            } else {
                p.title.trim().to_owned()
            }
        })
        .collect();
    let mut out = Vec::new();
    if !sequence.title.trim().is_empty() {
        out.push(sequence.title.trim().to_owned());
        out.push(String::new());
    }
    match columns(sequence, &names, &index) {
        Some((x, width)) => lifelines(sequence, &names, &index, (&x, width), &mut out),
        None => numbered(sequence, &names, &index, &mut out),
    }
    let mut text = String::new();
    for line in out {
        text.push_str(ellipsis(&line, MAX_WIDTH, &|t| cell_width(t)).trim_end());
        text.push('\n');
    }
    text
}

type Index<'a> = BTreeMap<&'a str, usize>;

/// Cells of a text, as a count.
fn cells(text: &str) -> usize {
    usize::try_from(cell_width(text)).unwrap_or(0)
}

fn words(label: &str, small: &str) -> String {
    let (label, small) = (label.trim(), small.trim());
    match (label.is_empty(), small.is_empty()) {
        (_, true) => label.to_owned(),
        (true, false) => format!("({small})"),
        (false, false) => format!("{label} ({small})"),
    }
}

/// Where the life lines stand, if all fits.
fn columns(sequence: &Sequence, names: &[String], index: &Index) -> Option<(Vec<usize>, usize)> {
    let n = names.len();
    if n == 0 {
        return None;
    }
    let mut wants: Vec<(usize, usize, usize)> = (1..n)
        .map(|i| {
            (
                i - 1,
                i,
                cells(&names[i - 1]).div_ceil(2) + cells(&names[i]).div_ceil(2) + 2,
            )
        })
        .collect();
    let mut beyond = 0;
    for step in &sequence.steps {
        let (a, b, need) = match step {
            Step::Message {
                from,
                to,
                label,
                small,
                ..
            } => {
                let (Some(from), Some(to)) = (index.get(from.as_str()), index.get(to.as_str()))
                else {
                    continue;
                };
                let longest = cells(label.trim()).max(cells(small.trim()));
                if from == to {
                    (*from, *from + 1, cells(&words(label, small)) + 5)
                } else {
                    (*from.min(to), *from.max(to), longest + 5)
                }
            }
            Step::Note { at, text } => {
                let Some(at) = index.get(at.as_str()) else {
                    continue;
                };
                (*at, *at + 1, cells(text.trim()).min(40) + 5)
            }
            _ => continue,
        };
        if b < n {
            wants.push((a, b, need));
        } else {
            beyond = beyond.max(need);
        }
    }
    let mut x = vec![cells(&names[0]) / 2 + 1];
    for i in 1..n {
        let least = wants
            .iter()
            .filter(|w| w.1 == i)
            .map(|w| x[w.0] + w.2)
            .max();
        x.push(least.unwrap_or(x[i - 1] + 4));
    }
    let width = x[n - 1] + (cells(&names[n - 1]).div_ceil(2) + 1).max(beyond);
    let limit = usize::try_from(MAX_WIDTH).unwrap_or(100);
    (width <= limit).then_some((x, width))
}

/// A row of cells; wide characters take the place of two.
struct Row(Vec<String>);

impl Row {
    fn new(x: &[usize], width: usize) -> Self {
        let mut row = Row(vec![" ".to_owned(); width.max(1)]);
        x.iter().for_each(|x| row.put(*x, "│"));
        row
    }

    fn put(&mut self, x: usize, text: &str) {
        let mut x = x;
        for c in text.chars() {
            let w = cells(&c.to_string());
            if w == 0 {
                continue;
            }
            if let Some(cell) = self.0.get_mut(x) {
                *cell = c.to_string();
            }
            if w == 2
                && let Some(cell) = self.0.get_mut(x + 1)
            {
                cell.clear();
            }
            x += w;
        }
    }

    fn done(self) -> String {
        self.0.concat().trim_end().to_owned()
    }
}

fn lifelines(
    sequence: &Sequence,
    names: &[String],
    index: &Index,
    grid: (&[usize], usize),
    out: &mut Vec<String>,
) {
    let (x, width) = grid;
    let mut head = Row::new(&[], width);
    for (name, x) in names.iter().zip(x) {
        head.put(x.saturating_sub(cells(name) / 2), name);
    }
    out.push(head.done());
    out.push(Row::new(x, width).done());
    let mut depth = 0usize;
    for step in &sequence.steps {
        match step {
            Step::Message {
                from,
                to,
                label,
                small,
                kind,
                ..
            } => {
                let (Some(&a), Some(&b)) = (index.get(from.as_str()), index.get(to.as_str()))
                else {
                    continue;
                };
                if a == b {
                    let mut row = Row::new(x, width);
                    row.put(x[a], &format!("├─┐ {}", words(label, small)));
                    out.push(row.done());
                    let mut row = Row::new(x, width);
                    row.put(x[a], "│◀┘");
                    out.push(row.done());
                    continue;
                }
                let (left, right) = (x[a.min(b)], x[a.max(b)]);
                let room = right - left - 1;
                if !label.trim().is_empty() {
                    let mut row = Row::new(x, width);
                    row.put(
                        left + 1 + (room - cells(label.trim()).min(room)) / 2,
                        label.trim(),
                    );
                    out.push(row.done());
                }
                let stroke = if *kind == MessageKind::Call {
                    "─"
                } else {
                    "╌"
                };
                let mut row = Row::new(x, width);
                row.put(left + 1, &stroke.repeat(room));
                match (a < b, *kind == MessageKind::Async) {
                    (true, false) => row.put(right - 1, "▶"),
                    (false, false) => row.put(left + 1, "◀"),
                    (true, true) => row.put(right - 1, ">"),
                    (false, true) => row.put(left + 1, "<"),
                }
                out.push(row.done());
                if !small.trim().is_empty() {
                    let mut row = Row::new(x, width);
                    row.put(
                        left + 1 + (room - cells(small.trim()).min(room)) / 2,
                        small.trim(),
                    );
                    out.push(row.done());
                }
            }
            Step::Note { at, text } => {
                if let Some(&at) = index.get(at.as_str()) {
                    let mut row = Row::new(x, width);
                    let text = ellipsis(text.trim(), 40, &|t| cell_width(t));
                    row.put(x[at] + 2, &format!("* {text}"));
                    out.push(row.done());
                }
            }
            Step::Open { frame, label } => {
                depth += 1;
                out.push(rule(&format!("┌─ {} ", frame_word(*frame)), label, width));
            }
            Step::Else { label } if depth > 0 => out.push(rule("├─ else ", label, width)),
            Step::Close if depth > 0 => {
                depth -= 1;
                out.push(rule("└", "", width));
            }
            Step::Else { .. } | Step::Close => {}
        }
    }
    (0..depth).for_each(|_| out.push(rule("└", "", width)));
    out.push(Row::new(x, width).done());
}

fn rule(start: &str, label: &str, width: usize) -> String {
    let label = label.trim();
    let text = if label.is_empty() {
        start.to_owned()
    } else {
        format!("{start}[{label}] ")
    };
    format!("{text}{}", "─".repeat(width.saturating_sub(cells(&text))))
}

fn numbered(sequence: &Sequence, names: &[String], index: &Index, out: &mut Vec<String>) {
    let mut number = 0;
    let mut depth = 0usize;
    for step in &sequence.steps {
        let indent = "  ".repeat(depth.min(20));
        match step {
            Step::Message {
                from,
                to,
                label,
                small,
                kind,
                ..
            } => {
                let (Some(&a), Some(&b)) = (index.get(from.as_str()), index.get(to.as_str()))
                else {
                    continue;
                };
                number += 1;
                let arrow = match kind {
                    MessageKind::Call => "──▶",
                    MessageKind::Async => "╌╌>",
                    MessageKind::Return => "╌╌▶",
                };
                let text = words(label, small);
                out.push(format!(
                    "{indent}{number:>2}. {} {arrow} {}: {text}",
                    names[a], names[b]
                ));
            }
            Step::Note { at, text } => {
                if let Some(&at) = index.get(at.as_str()) {
                    out.push(format!("{indent}    * {}: {}", names[at], text.trim()));
                }
            }
            Step::Open { frame, label } => {
                out.push(format!("{indent}{} [{}]", frame_word(*frame), label.trim()));
                depth += 1;
            }
            Step::Else { label } if depth > 0 => {
                out.push(format!(
                    "{}else [{}]",
                    "  ".repeat((depth - 1).min(20)),
                    label.trim()
                ));
            }
            Step::Close => depth = depth.saturating_sub(1),
            Step::Else { .. } => {}
        }
    }
}
