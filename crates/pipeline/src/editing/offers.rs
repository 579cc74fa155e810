//! What may be written at a place: keys, ids, words, quantities with their units.

use syntax::cursor::{self, Offers};
use syntax::ids::Ids;

use super::{document, schema_of};
use crate::Workspace;

/// The offers at byte `offset` of `text`, the present text of the file called `name`.
pub fn offers(workspace: &Workspace, name: &str, text: &str, offset: usize) -> Option<Offers> {
    let schema = schema_of(workspace, name)?;
    let none = Ids::default();
    let known = document(workspace, name);
    let ids = known.as_ref().map_or(&none, |(document, _)| document.ids);
    Some(cursor::offers(schema, text, offset, ids, &quantities))
}

/// Units of a kind of quantity, the usual ones first.
const UNITS: &[(&str, &[&str])] = &[
    (
        "duration",
        &[
            "ms", "s", "min", "h", "days", "weeks", "months", "years", "us",
        ],
    ),
    (
        "bytes",
        &["kB", "MB", "GB", "TB", "KiB", "MiB", "GiB", "TiB", "B"],
    ),
    (
        "rate",
        &[
            "/s", "/min", "/h", "/day", "/week", "/month", "/year", "k/s", "k/day", "M/day",
        ],
    ),
    ("ratio", &["%"]),
    ("growth", &["%/year", "%/month", "x/year"]),
    ("count", &["", "k", "M"]),
    ("money", &["EUR", "USD", "GBP", "CHF"]),
    (
        "money-rate",
        &[
            "EUR/month",
            "USD/month",
            "GBP/month",
            "EUR/year",
            "USD/year",
        ],
    ),
];

/// Quantities of a kind that begin with the number that was written; each is one that parses.
pub fn quantities(kind: &str, written: &str) -> Vec<String> {
    let (number, _) = split(written);
    let units = UNITS.iter().find(|(known, _)| *known == kind);
    let Some((_, units)) = units else {
        return Vec::new();
    };
    let number = if number.is_empty() {
        usual(kind)
    } else {
        number
    };
    units
        .iter()
        .map(|unit| quantity(number, unit))
        .filter(|text| model::quantity::check(kind, text).is_ok())
        .collect()
}

/// The number at the beginning of a text, and the rest.
pub(super) fn split(text: &str) -> (&str, &str) {
    let text = text.trim_start();
    let end = text
        .find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | '_' | '+' | '-')))
        .unwrap_or(text.len());
    (&text[..end], text[end..].trim())
}

/// A number to begin with where none was written.
fn usual(kind: &str) -> &'static str {
    match kind {
        "duration" | "bytes" | "growth" | "money" | "money-rate" => "10",
        "ratio" => "99.9",
        _ => "100",
    }
}

pub(super) fn quantity(number: &str, unit: &str) -> String {
    // A rate and a scaled count stand without a space: `40/s`, `200k`.
    let joined = unit.is_empty() || unit.starts_with(['/', 'k', 'M', 'x']) && !is_bytes(unit);
    let space = if joined { "" } else { " " };
    format!("{number}{space}{unit}")
}

fn is_bytes(unit: &str) -> bool {
    unit.ends_with('B')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_offered_quantity_parses() {
        for (kind, units) in UNITS {
            assert_eq!(quantities(kind, "").len(), units.len(), "{kind}");
        }
        assert_eq!(quantities("duration", "30 m")[0], "30 ms");
        assert_eq!(quantities("rate", "40")[0], "40/s");
        assert_eq!(quantities("bytes", "2")[0], "2 kB");
        assert!(quantities("range", "2").is_empty());
    }
}
