//! The questions as a file to fill in, and back.

use crate::asked::{AnswerKind, Asked, show};
use crate::bank::TOPICS;
use model::{Finding, Severity};
use serde_json::{Map, Value};
use syntax::emit::{Notes, emit_with};
use syntax::fault::{Fault, into_findings};
use syntax::{Sources, tree};

const HEADER: &str = "Open questions. Each line is an answer; what stands there is the default.\n\
Change what is wrong, and leave the rest: an unchanged line is taken as answered.\n\
Remove a line to leave its question open.";

/// Name of the questionnaire in findings.
const FILE: &str = "answers.yaml";

/// The questions as YAML: each default pre-filled, with the reason, the choices and what it decides
/// in the comment above. A question without a default has an empty place.
pub fn questionnaire(asked: &[Asked]) -> String {
    let mut notes = Notes {
        header: Some(HEADER.to_string()),
        ..Notes::default()
    };
    let mut answers = Map::new();
    for one in asked {
        notes
            .above
            .insert(syntax::path::join("", &one.id), note(one));
        answers.insert(one.id.clone(), one.default.clone());
    }
    emit_with(&Value::Object(answers), &notes)
}

fn note(one: &Asked) -> String {
    let title = TOPICS
        .iter()
        .find(|(id, _)| *id == one.topic)
        .map_or("", |(_, title)| title);
    let mut lines = vec![
        String::new(),
        format!("{title}: {}", one.question),
        format!("Why: {}", one.why),
        format!("Decides: {}.", one.decides.join(", ")),
    ];
    if one.choices.is_empty() {
        lines.push(format!("Write {}.", one.kind.hint()));
    } else {
        let many = if one.kind == AnswerKind::ManyOf {
            "Choices, any of"
        } else {
            "Choices"
        };
        lines.push(format!("{many}:"));
        for choice in &one.choices {
            lines.push(format!("  {}: {}", show_plain(&choice.value), choice.label));
        }
    }
    if one.default.is_null() {
        lines.push("There is no default.".to_string());
    } else {
        lines.push(format!("Default {}: {}", show(&one.default), one.because));
    }
    if one.deciding {
        lines.push("A design without this answer would be a guess.".to_string());
    }
    lines.join("\n")
}

fn show_plain(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_string)
}

/// The answers of a filled-in questionnaire, in the order of the file. Empty places are left open.
///
/// # Errors
/// Every fault at once, each with file, line and column: text that does not parse, unknown ids with
/// what was meant, values that do not answer their question.
pub fn read_questionnaire(
    text: &str,
    asked: &[Asked],
) -> Result<Vec<(String, Value)>, Vec<Finding>> {
    let mut sources = Sources::default();
    sources.add(FILE, text.to_string());
    let parsed = tree::parse(0, text);
    let mut faults = parsed.faults;
    let mut answers = Vec::new();
    match &parsed.root {
        Some(root) if root.is_null() => {}
        Some(root) => match root.as_map() {
            Some(map) => {
                for (key, node) in &map.entries {
                    let Some(one) = asked.iter().find(|one| one.id == key.text) else {
                        let ids = asked.iter().map(|one| one.id.as_str());
                        let near = syntax::suggest::nearest(&key.text, ids.clone());
                        let remedy = match near {
                            Some(near) => format!("Did you mean `{near}`?"),
                            None => {
                                format!("The open questions are {}.", syntax::suggest::list(ids))
                            }
                        };
                        let message = format!("there is no open question `{}`", key.text);
                        let at = (0, key.span);
                        faults.push(Fault::new(
                            "unknown-question",
                            &key.text,
                            at,
                            message,
                            remedy,
                        ));
                        continue;
                    };
                    if node.is_null() || matches!(node.kind, tree::Kind::Broken) {
                        continue;
                    }
                    let value = node.to_value();
                    match one.accepts(&value) {
                        Ok(()) => answers.push((one.id.clone(), value)),
                        Err(reason) => {
                            let message = format!("`{}` is not answered: {reason}", one.id);
                            let remedy = format!("Write {}.", one.kind.hint());
                            faults.push(Fault::new(
                                "wrong-answer",
                                &one.id,
                                node.at(),
                                message,
                                remedy,
                            ));
                        }
                    }
                }
            }
            None => faults.push(Fault::new(
                "wrong-answer",
                "",
                root.at(),
                "the answers are not a map",
                "Write one line per question: its id, a colon, the answer.",
            )),
        },
        None => {}
    }
    if faults.is_empty() {
        return Ok(answers);
    }
    let mut findings = into_findings(faults, &sources);
    for finding in &mut findings {
        if finding.why.is_empty() {
            finding.why = "The answer cannot be taken over into the brief.".to_string();
        }
        if finding.rule == "wrong-answer" {
            finding.severity = Severity::Major;
        }
    }
    Err(findings)
}
