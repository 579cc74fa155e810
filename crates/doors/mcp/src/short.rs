//! Answers cut to what an agent needs, with ids to ask for more.

use model::finding::Certainty;
use model::{Finding, Severity};
use pipeline::Moved;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

/// Why a tool did not do what it was asked for. The caller reads it; it is no fault of the protocol.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Refusal {
    pub error: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<Short>,
    /// What to do instead.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub next: String,
}

impl Refusal {
    pub fn new(error: impl Into<String>) -> Self {
        Refusal {
            error: error.into(),
            ..Refusal::default()
        }
    }

    pub fn findings(error: &str, findings: &[Finding]) -> Self {
        Refusal {
            error: error.to_string(),
            findings: findings.iter().take(12).map(Short::of).collect(),
            next: "Mend what the findings say, with `propose`.".into(),
        }
    }

    #[must_use]
    pub fn next(mut self, next: &str) -> Self {
        self.next = next.to_string();
        self
    }
}

impl From<String> for Refusal {
    fn from(error: String) -> Self {
        Refusal::new(error)
    }
}

/// A finding in brief; `explain` with its id has the rest.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Short {
    /// `rule@subject`.
    pub id: String,
    pub severity: Severity,
    pub says: String,
    pub remedy: String,
    /// File and line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
    /// Where it is not resolved: it is no proof of a defect.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub certainty: Option<Certainty>,
    /// Why it does not count.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub waived: Option<String>,
}

impl Short {
    pub fn of(finding: &Finding) -> Short {
        let place = &finding.place;
        let at = match (&place.file, place.span) {
            (Some(file), Some(span)) => Some(format!("{file}:{}", span.line)),
            (Some(file), None) => Some(format!("{file} {}", place.path)),
            (None, _) if !place.path.is_empty() => Some(place.path.clone()),
            _ => None,
        };
        Short {
            id: finding.key(),
            severity: finding.severity,
            says: finding.message.clone(),
            remedy: finding.remedy.clone(),
            at,
            certainty: (finding.certainty != Certainty::Resolved).then_some(finding.certainty),
            waived: finding.waived.clone(),
        }
    }
}

/// How many findings of each severity are open.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, JsonSchema)]
pub struct Counts {
    pub blocker: usize,
    pub major: usize,
    pub minor: usize,
    pub note: usize,
    #[serde(skip_serializing_if = "is_zero")]
    pub waived: usize,
}

/// For numbers that are left out where they say nothing.
pub fn is_zero(n: &usize) -> bool {
    *n == 0
}

impl Counts {
    pub fn of(findings: &[Finding]) -> Counts {
        let mut counts = Counts::default();
        for finding in findings {
            let count = match (&finding.waived, finding.severity) {
                (Some(_), _) => &mut counts.waived,
                (None, Severity::Blocker) => &mut counts.blocker,
                (None, Severity::Major) => &mut counts.major,
                (None, Severity::Minor) => &mut counts.minor,
                (None, Severity::Note) => &mut counts.note,
            };
            *count += 1;
        }
        counts
    }
}

/// A number that moved; `explain` with its key has the arithmetic.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Move {
    pub key: String,
    pub unit: String,
    /// Absent where there was none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<f64>,
    /// Absent where there is none any more: saturated, or gone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<f64>,
}

/// Moves shown at once.
const MOVES: usize = 12;

/// The moves worth telling, and how many more there are.
pub fn moves(moved: &[Moved]) -> (Vec<Move>, usize) {
    let telling = pipeline::telling(moved);
    let shown = telling.iter().take(MOVES).map(|m| Move {
        key: m.key.clone(),
        unit: m.unit.clone(),
        before: m.before.map(significant),
        after: m.after.map(significant),
    });
    let shown: Vec<Move> = shown.collect();
    let more = moved.len() - shown.len();
    (shown, more)
}

/// Four significant digits; shares near 1 keep what tells nines apart.
pub fn significant(value: f64) -> f64 {
    if value == 0.0 || !value.is_finite() {
        return value;
    }
    let digits = match value {
        v if v < 1.0 && v > 0.99 => 7,
        v => (3 - v.abs().log10().floor() as i32).clamp(0, 9),
    };
    let scale = 10f64.powi(digits);
    (value * scale).round() / scale
}

/// A word of the model as the files write it.
pub fn word<T: Serialize>(value: &T) -> String {
    match serde_json::to_value(value) {
        Ok(Value::String(word)) => word,
        Ok(other) => other.to_string(),
        Err(_) => String::new(),
    }
}

/// A value for a list of differences: long ones are cut, as text.
pub fn cut(value: &Value, most: usize) -> Value {
    let text = value.to_string();
    if text.len() <= most {
        return value.clone();
    }
    let end = syntax::source::floor(&text, most);
    Value::String(format!("{}... ({} bytes)", &text[..end], text.len()))
}

/// A text cut at a line's end, and how many bytes are left out.
pub fn lines(text: &str, from: usize, most: usize) -> (String, Option<usize>) {
    let from = syntax::source::floor(text, from.min(text.len()));
    let rest = &text[from..];
    if rest.len() <= most {
        return (rest.to_string(), None);
    }
    let end = syntax::source::floor(rest, most);
    let end = rest[..end].rfind('\n').map_or(end, |at| at + 1);
    (rest[..end].to_string(), Some(from + end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_what_tells_them_apart() {
        assert_eq!(significant(123.456), 123.5);
        assert_eq!(significant(0.000_123_456), 0.000_123_5);
        assert_eq!(significant(0.999_951_23), 0.999_951_2);
        assert_eq!(significant(1_234_567.0), 1_234_567.0);
    }

    #[test]
    fn texts_are_cut_at_lines_and_go_on_where_they_were_cut() {
        let text = "one\ntwo\nthree\n";
        assert_eq!(lines(text, 0, 9), ("one\ntwo\n".into(), Some(8)));
        assert_eq!(lines(text, 8, 9), ("three\n".into(), None));
        assert_eq!(lines(text, 99, 9), (String::new(), None));
        assert!(cut(&serde_json::json!("äääää"), 4).is_string());
    }
}
