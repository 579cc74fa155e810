//! The questions of `data/questions`: one file each, its name is the id.
//!
//! ```toml
//! topic = "quality-targets"
//! question = "Which share of requests must be answered rightly, over a month?"
//! why = "..."
//! decides = ["style"]
//! applies = ["service"]            # all must hold, see `condition`
//! of = "busiest-read"              # the element that `{name}` means, see `subject`
//! sets = "targets.availability"    # where the answer goes
//! kind = "ratio"
//! probes = ["99 %", "99.99 %"]     # answers to try where there are no choices
//! default = "99.9 %"               # left out where nothing can be assumed
//! because = "..."
//! assumption = "Availability is {value}."
//! must_not_guess = true
//! ```

use crate::asked::{Also, AnswerKind, Choice, accepts};
use crate::{condition, subject};
use model::{Finding, Outcome, Severity};
use serde::Deserialize;
use serde_json::Value;

/// The six topics in the order in which they are asked, with their titles.
pub const TOPICS: &[(&str, &str)] = &[
    ("business-goals", "Business goals"),
    ("scale-and-load", "Scale and load"),
    ("data", "Data"),
    ("team-and-constraints", "Team and technology constraints"),
    ("quality-targets", "Quality targets"),
    ("security-and-compliance", "Security and compliance"),
];

/// One file of `data/questions`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    #[serde(skip)]
    pub id: String,
    /// One of [`TOPICS`].
    pub topic: String,
    /// `{name}` stands for the subject.
    pub question: String,
    pub why: String,
    pub decides: Vec<String>,
    /// Conditions on the brief; all must hold.
    #[serde(default)]
    pub applies: Vec<String>,
    /// The element of the domain that is asked about.
    #[serde(default)]
    pub of: Option<String>,
    pub sets: String,
    #[serde(default)]
    pub also: Vec<Also>,
    #[serde(default)]
    pub keyed: Option<Value>,
    /// A rate is spread evenly over all the elements that `of` finds.
    #[serde(default)]
    pub spread: bool,
    pub kind: AnswerKind,
    #[serde(default)]
    pub choices: Vec<Choice>,
    /// Choices that are read from the knowledge: `stores`.
    #[serde(default)]
    pub choices_from: Option<String>,
    /// Answers to try where there are no choices.
    #[serde(default)]
    pub probes: Vec<Value>,
    #[serde(default)]
    pub default: Value,
    pub because: String,
    /// The default as a sentence; `{value}` stands for the answer.
    pub assumption: String,
    /// The topic is one that nobody should guess in silence.
    #[serde(default)]
    pub must_not_guess: bool,
    /// Asked whatever the answers lead to: without it nothing can be planned at all.
    #[serde(default)]
    pub always: bool,
}

/// The questions of the embedded files, by topic and then by id. A faulty file is left out, and is
/// a finding; a test sees to it that there is none.
pub fn questions() -> Outcome<Vec<Question>> {
    read(knowledge::raw("questions"))
}

/// Reads question files given as name and text.
pub fn read(files: &[(&str, &str)]) -> Outcome<Vec<Question>> {
    let (mut found, mut findings) = (Vec::new(), Vec::new());
    for (name, text) in files {
        let id = name.strip_suffix(".toml").unwrap_or(name);
        match one(id, text) {
            Ok(question) => found.push(question),
            Err(reason) => findings.push(
                Finding::new(
                    "faulty-question",
                    Severity::Major,
                    format!("questions/{name}"),
                    format!("the question cannot be read: {reason}"),
                )
                .why("It would never be asked.")
                .remedy("Mend the file; `bank.rs` documents its keys."),
            ),
        }
    }
    let rank = |topic: &str| TOPICS.iter().position(|(id, _)| *id == topic);
    found.sort_by(|a: &Question, b| (rank(&a.topic), &a.id).cmp(&(rank(&b.topic), &b.id)));
    Outcome::new(found, findings)
}

fn one(id: &str, text: &str) -> Result<Question, String> {
    let mut question: Question = toml::from_str(text).map_err(|e| e.to_string())?;
    question.id = id.to_string();
    if !TOPICS.iter().any(|(topic, _)| *topic == question.topic) {
        return Err(format!("`{}` is none of the six topics", question.topic));
    }
    for text in &question.applies {
        condition::parse(text)?;
    }
    if let Some(of) = &question.of {
        subject::known(of)?;
    }
    let free = question.choices_from.is_some();
    for value in question
        .probes
        .iter()
        .chain(Some(&question.default).filter(|d| !d.is_null()))
    {
        let list = value.as_array().is_some_and(Vec::is_empty);
        if !(free && list) {
            accepts(
                question.kind,
                &question.choices,
                question.keyed.is_some(),
                value,
            )
            .map_err(|reason| format!("`{}`: {reason}", crate::asked::show(value)))?;
        }
    }
    let candidates = question.probes.len() + question.choices.len();
    let tries = candidates + usize::from(question.kind == AnswerKind::YesNo) * 2;
    if tries < 2 && !free && !question.always {
        return Err("it needs two choices or probes, or nothing can be compared".to_string());
    }
    if question.default.is_null() && !question.always {
        return Err("it needs a default, or must always be asked".to_string());
    }
    Ok(question)
}
