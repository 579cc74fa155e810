//! Markdown: tables, places, counts.

use model::fact::Source;
use model::finding::Certainty;

pub use crate::recover::place;

/// Longest text of a cell; tables stay readable as text.
const CELL: usize = 60;

/// A table; nothing where it has no rows.
pub fn table(heads: &[&str], rows: &[Vec<String>]) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let mut out = format!(
        "| {} |\n|{}\n",
        heads.join(" | "),
        "---|".repeat(heads.len())
    );
    for row in rows {
        let cells: Vec<String> = row.iter().map(|c| escape(c)).collect();
        out.push_str(&format!("| {} |\n", cells.join(" | ")));
    }
    out
}

/// Text that is no markup in a cell or a line.
pub fn escape(text: &str) -> String {
    text.replace(['\n', '\r'], " ")
        .replace('|', "\\|")
        .replace('<', "&lt;")
}

/// At most so much of a text as a cell takes.
pub fn short(text: &str) -> String {
    if text.chars().count() <= CELL {
        return text.to_string();
    }
    let cut: String = text.chars().take(CELL - 3).collect();
    format!("{cut}...")
}

/// `2 services`, `1 service`.
pub fn count(number: usize, one: &str, many: &str) -> String {
    match number {
        1 => format!("1 {one}"),
        n => format!("{n} {many}"),
    }
}

/// The first places, and how many more.
pub fn places(sources: &[Source], most: usize) -> String {
    let shown: Vec<String> = sources.iter().take(most).map(place).collect();
    match sources.len() {
        n if n > most => format!("{} and {} more", shown.join(", "), n - most),
        _ => shown.join(", "),
    }
}

/// The first names, and how many more.
pub fn names<T: AsRef<str>>(names: &[T], most: usize) -> String {
    let shown: Vec<&str> = names.iter().take(most).map(AsRef::as_ref).collect();
    match names.len() {
        n if n > most => format!("{} and {} more", shown.join(", "), n - most),
        _ => shown.join(", "),
    }
}

/// `a, b and c`.
pub fn listed(names: &[&str]) -> String {
    match names.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => names.concat(),
    }
}

/// ` (inferred)` where something is not read straight from the tree.
pub fn doubt(certainty: Certainty) -> &'static str {
    match certainty {
        Certainty::Resolved => "",
        Certainty::Inferred => " (inferred)",
        Certainty::Unknown => " (uncertain)",
    }
}

/// Lines, at most so many, and where the rest is.
pub fn lines(all: &[String], most: usize) -> String {
    let mut out = String::new();
    for line in all.iter().take(most) {
        out.push_str(&format!("- {}\n", line.replace('\n', " ")));
    }
    if all.len() > most {
        out.push_str(&format!("- and {} more in facts.json\n", all.len() - most));
    }
    out
}
