//! A question as every door shows it, and what counts as an answer to it.

use model::quantity::{Count, Duration, Growth, MoneyPerMonth, Rate, Ratio};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What kind of value answers a question. The words are those of the question files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AnswerKind {
    /// How many: `50k`.
    Count,
    /// Events per time: `40/s`.
    Rate,
    /// A time: `300 ms`.
    Duration,
    /// A share in per cent: `99.9 %`.
    Ratio,
    /// `3000 EUR/month`.
    MoneyPerMonth,
    /// Growth per year: `40 %/year`.
    Growth,
    /// `true` or `false`.
    YesNo,
    /// One of the choices.
    OneOf,
    /// Any of the choices; where there are none, any names.
    ManyOf,
    /// One line of text.
    Text,
    /// A plain number.
    Number,
}

/// One answer that is offered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Choice {
    pub value: Value,
    pub label: String,
}

/// A further place in the brief that an answer fills.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Also {
    /// Model path in the brief.
    pub sets: String,
    /// What is written there; the answer itself where this is absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<Value>,
}

/// An open question of one brief.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Asked {
    /// Name of the question's file.
    pub id: String,
    /// `business-goals`, `scale-and-load`, `data`, `team-and-constraints`, `quality-targets` or
    /// `security-and-compliance`.
    pub topic: String,
    pub question: String,
    pub why: String,
    /// Ids of the decisions that the answer bears on.
    pub decides: Vec<String>,
    pub kind: AnswerKind,
    #[serde(default)]
    pub choices: Vec<Choice>,
    /// What is assumed where nobody answers; null where nothing can be assumed.
    pub default: Value,
    /// Why this default.
    pub because: String,
    /// The assumption as a sentence; `{value}` stands for the answer.
    pub assumption: String,
    /// Model path in the brief.
    pub sets: String,
    /// Further places that the answer fills.
    #[serde(default)]
    pub also: Vec<Also>,
    /// Where the answer's names become the keys of a map: the value of each.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keyed: Option<Value>,
    /// Where a rate is spread evenly over several places: over how many.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spread: Option<usize>,
    /// Whether a design without an answer would be a guess.
    pub deciding: bool,
    /// The number of different recommendations that the answers lead to, and as its fraction the
    /// share of the recommendation that changes most.
    pub impact: f64,
    /// By how much the recommendation would be worse, on average over the answers tried, if the
    /// default was built and the answer was true: points of the plan's objective, and one for each
    /// target missed whole.
    #[serde(default)]
    pub expected_loss: f64,
}

impl AnswerKind {
    /// A word and an example for people.
    pub fn hint(self) -> &'static str {
        match self {
            AnswerKind::Count => "a count such as `50k`",
            AnswerKind::Rate => "a rate such as `40/s` or `2000/day`",
            AnswerKind::Duration => "a time such as `300 ms`, `15 min` or `3 years`",
            AnswerKind::Ratio => "a share such as `99.9 %`",
            AnswerKind::MoneyPerMonth => "an amount such as `3000 EUR/month`",
            AnswerKind::Growth => "a growth such as `40 %/year`",
            AnswerKind::YesNo => "`true` or `false`",
            AnswerKind::OneOf => "one of the choices",
            AnswerKind::ManyOf => "a list",
            AnswerKind::Text => "a line of text",
            AnswerKind::Number => "a number",
        }
    }
}

/// The text that a quantity is parsed from: people write `120` for `"120"`.
fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn parsed<T: std::str::FromStr<Err = String>>(value: &Value, hint: &str) -> Result<(), String> {
    let text = text_of(value).ok_or_else(|| format!("expected {hint}"))?;
    text.parse::<T>().map(drop)
}

fn words(choices: &[Choice]) -> String {
    let words: Vec<String> = choices.iter().map(|c| show(&c.value)).collect();
    syntax::suggest::list(words.iter().map(String::as_str))
}

fn chosen(value: &Value, choices: &[Choice]) -> Result<(), String> {
    if choices.iter().any(|c| c.value == *value) {
        return Ok(());
    }
    let known: Vec<String> = choices.iter().map(|c| show(&c.value)).collect();
    let near = syntax::suggest::nearest(&show(value), known.iter().map(String::as_str));
    let hint = near.map_or_else(
        || format!("choose {}", words(choices)),
        |near| format!("did you mean `{near}`?"),
    );
    Err(format!("`{}` is none of the choices; {hint}", show(value)))
}

/// A value as a person would write it.
pub(crate) fn show(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) if items.is_empty() => "none".to_string(),
        Value::Array(items) => items.iter().map(show).collect::<Vec<_>>().join(", "),
        Value::Bool(true) => "yes".to_string(),
        Value::Bool(false) => "no".to_string(),
        other => other.to_string(),
    }
}

impl Asked {
    /// Whether `value` answers this question; otherwise what is wrong with it.
    pub fn accepts(&self, value: &Value) -> Result<(), String> {
        accepts(self.kind, &self.choices, self.keyed.is_some(), value)
    }
}

/// As [`Asked::accepts`], from the parts of a question.
pub(crate) fn accepts(
    kind: AnswerKind,
    choices: &[Choice],
    keyed: bool,
    value: &Value,
) -> Result<(), String> {
    let hint = kind.hint();
    match kind {
        AnswerKind::Count => parsed::<Count>(value, hint),
        AnswerKind::Rate => parsed::<Rate>(value, hint),
        AnswerKind::Duration => parsed::<Duration>(value, hint),
        AnswerKind::Ratio => parsed::<Ratio>(value, hint),
        AnswerKind::MoneyPerMonth => parsed::<MoneyPerMonth>(value, hint),
        AnswerKind::Growth => parsed::<Growth>(value, hint),
        AnswerKind::YesNo if value.is_boolean() => Ok(()),
        AnswerKind::Number if value.as_f64().is_some_and(|n| n.is_finite() && n >= 0.0) => Ok(()),
        AnswerKind::Text if value.as_str().is_some_and(|t| !t.trim().is_empty()) => Ok(()),
        AnswerKind::OneOf => chosen(value, choices),
        AnswerKind::ManyOf => {
            let items = value.as_array().ok_or_else(|| format!("expected {hint}"))?;
            for (at, item) in items.iter().enumerate() {
                if items[..at].contains(item) {
                    return Err(format!("`{}` is there twice", show(item)));
                }
                if !choices.is_empty() {
                    chosen(item, choices)?;
                } else if keyed && !item.as_str().is_some_and(is_id) {
                    return Err(format!(
                        "`{}` cannot be an id: use lower-case letters, digits and `-`",
                        show(item)
                    ));
                } else if !item.is_string() {
                    return Err(format!("`{}` is not text", show(item)));
                }
            }
            Ok(())
        }
        AnswerKind::YesNo | AnswerKind::Number | AnswerKind::Text => {
            Err(format!("expected {hint}"))
        }
    }
}

fn is_id(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase())
        && !text.ends_with('-')
        && text
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
}
