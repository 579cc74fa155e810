//! `groundplan ask`: only what is missing and matters, most decisive first.

use std::io::IsTerminal;
use std::path::Path;

use discover::{AnswerKind, Asked};
use serde_json::Value;

use crate::arguments::AskFormat;
use crate::{CLEAN, FINDINGS, UNUSABLE};
use folder::brief::BriefText;
use folder::files;
use terminal::look::{self, DIM, HEAD, paint};
use terminal::tables::wrap;

pub fn run(
    folder: &Path,
    format: AskFormat,
    answers: Option<&Path>,
    assume: bool,
) -> Result<u8, String> {
    let workspace = match super::open_sound(folder)? {
        Ok(workspace) => workspace,
        Err(code) => return Ok(code),
    };
    let brief = workspace
        .brief()
        .ok_or("there is no brief here to ask about")?;
    let asked = {
        let _working = look::working("planning with every possible answer");
        pipeline::ask::questions(brief)
    };
    let file = BriefText::of(folder, &workspace);
    if assume {
        return take_defaults(&file, &asked);
    }
    if let Some(path) = answers {
        return read_answers(&file, path, &asked);
    }
    match format {
        AskFormat::Yaml => {
            look::print(discover::questionnaire(&asked).trim_end())?;
            Ok(if asked.is_empty() { CLEAN } else { FINDINGS })
        }
        AskFormat::Json => {
            let report = serde_json::json!({
                "acknowledged": discover::acknowledge(brief),
                "questions": asked,
            });
            look::print(&serde_json::to_string_pretty(&report).map_err(|e| e.to_string())?)?;
            Ok(if asked.is_empty() { CLEAN } else { FINDINGS })
        }
        AskFormat::Text => {
            let said = discover::acknowledge(brief);
            if !said.is_empty() {
                look::print(&paint(HEAD, "The brief says:"))?;
                for line in said {
                    look::print(&wrap(&line, "  ", look::width()))?;
                }
            }
            if asked.is_empty() {
                look::print("\nNo open question would change the recommendation.")?;
                return Ok(CLEAN);
            }
            if std::io::stdin().is_terminal() && std::io::stdout().is_terminal() {
                return interview(&file, &asked);
            }
            look::print(&listing(&asked))?;
            look::print(&format!(
                "\nThis is no terminal to ask in. Fill in `groundplan ask {0} --format yaml`, give it back with `--answers FILE`, or take the defaults with `--assume`.",
                folder.display()
            ))?;
            Ok(FINDINGS)
        }
    }
}

/// The questions as text, numbered.
pub fn listing(asked: &[Asked]) -> String {
    let mut out = paint(
        HEAD,
        &format!("\n{} open:", look::count(asked.len(), "question")),
    );
    for (i, question) in asked.iter().enumerate() {
        let mark = if question.deciding { " (deciding)" } else { "" };
        out.push_str(&format!(
            "\n\n{}",
            wrap(&format!("{}. {}{mark}", i + 1, question.question), "", 100)
        ));
        out.push_str(&format!(
            "\n{}",
            wrap(&format!("Why: {}", question.why), "   ", 100)
        ));
        out.push_str(&format!("\n   Decides: {}", question.decides.join(", ")));
        if !question.choices.is_empty() {
            let labels: Vec<String> = question
                .choices
                .iter()
                .map(|c| format!("{} ({})", plain(&c.value), c.label))
                .collect();
            out.push_str(&format!(
                "\n{}",
                wrap(&format!("Choices: {}", labels.join("; ")), "   ", 100)
            ));
        }
        out.push_str(&format!(
            "\n{}",
            wrap(
                &format!(
                    "Default: {}. {}",
                    plain(&question.default),
                    question.because
                ),
                "   ",
                100
            )
        ));
    }
    out
}

/// A value without quotes.
fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) if items.is_empty() => "none".into(),
        Value::Array(items) => items.iter().map(plain).collect::<Vec<_>>().join(", "),
        Value::Object(map) if map.is_empty() => "none".into(),
        Value::Bool(true) => "yes".into(),
        Value::Bool(false) => "no".into(),
        other => other.to_string(),
    }
}

fn take_defaults(file: &BriefText, asked: &[Asked]) -> Result<u8, String> {
    if asked.is_empty() {
        look::print("Nothing to assume: no open question would change the recommendation.")?;
        return Ok(CLEAN);
    }
    file.edit(|brief| discover::assume(brief, asked))?;
    look::print(&format!(
        "{} assumed, listed under `assumptions` in {}:",
        look::count(asked.len(), "answer"),
        file.file.display()
    ))?;
    for (i, question) in asked.iter().enumerate() {
        look::print(&format!(
            "  {}. {} = {}",
            i + 1,
            question.sets,
            plain(&question.default)
        ))?;
    }
    Ok(CLEAN)
}

fn read_answers(file: &BriefText, path: &Path, asked: &[Asked]) -> Result<u8, String> {
    let answers = String::from_utf8(files::read_named(path)?)
        .map_err(|_| format!("{} is not UTF-8", path.display()))?;
    match discover::read_questionnaire(&answers, asked) {
        Err(findings) => {
            let mut sources = syntax::Sources::default();
            sources.add(&path.display().to_string(), answers);
            let mut findings = findings;
            // The reader knows the text and not its name.
            for finding in &mut findings {
                let related = finding.related.iter_mut().map(|r| &mut r.place);
                for place in std::iter::once(&mut finding.place).chain(related) {
                    place.file = Some(path.display().to_string());
                }
            }
            anstream::eprintln!(
                "{}",
                syntax::diagnostics::render(&findings, &sources, look::findings()).trim_end()
            );
            Ok(UNUSABLE)
        }
        Ok(given) => {
            file.edit(|brief| {
                let mut text = brief.to_string();
                for (id, value) in &given {
                    if let Some(question) = asked.iter().find(|q| q.id == *id) {
                        text = discover::answer(&text, question, value)?;
                    }
                }
                Ok(text)
            })?;
            look::print(&format!(
                "{} written to {}.",
                look::count(given.len(), "answer"),
                file.file.display()
            ))?;
            Ok(CLEAN)
        }
    }
}

/// Asks one after the other. Each answer is written at once, so that stopping loses nothing and the
/// next run goes on where this one ended.
fn interview(file: &BriefText, asked: &[Asked]) -> Result<u8, String> {
    look::print(&paint(
        DIM,
        "\nEsc leaves a question open, Ctrl-C stops; every answer is kept at once.\n",
    ))?;
    let mut open = 0;
    for (i, question) in asked.iter().enumerate() {
        let head = format!("[{}/{}] {}", i + 1, asked.len(), question.question);
        look::print(&wrap(
            &format!(
                "Why: {} Decides: {}.",
                question.why,
                question.decides.join(", ")
            ),
            "  ",
            look::width(),
        ))?;
        let answer = match prompt(&head, question) {
            Ok(answer) => answer,
            Err(inquire::InquireError::OperationCanceled) => None,
            Err(inquire::InquireError::OperationInterrupted) => {
                look::print(
                    "Stopped. What was answered is in the brief; run `ask` again to go on.",
                )?;
                return Ok(FINDINGS);
            }
            Err(e) => return Err(format!("the terminal cannot be asked: {e}")),
        };
        match answer {
            Some(value) => {
                file.edit(|brief| discover::answer(brief, question, &value))?;
            }
            None => open += 1,
        }
    }
    look::print(&match open {
        0 => "All answered.".to_string(),
        n => format!("{} left open.", look::count(n, "question")),
    })?;
    Ok(if open == 0 { CLEAN } else { FINDINGS })
}

fn prompt(head: &str, question: &Asked) -> Result<Option<Value>, inquire::InquireError> {
    let help = format!("default {}: {}", plain(&question.default), question.because);
    if question.kind == AnswerKind::YesNo {
        let default = question.default.as_bool().unwrap_or(false);
        return inquire::Confirm::new(head)
            .with_default(default)
            .with_help_message(&help)
            .prompt_skippable()
            .map(|a| a.map(Value::Bool));
    }
    if question.kind == AnswerKind::OneOf && !question.choices.is_empty() {
        let labels: Vec<String> = question
            .choices
            .iter()
            .map(|c| format!("{}: {}", plain(&c.value), c.label))
            .collect();
        let start = question
            .choices
            .iter()
            .position(|c| c.value == question.default)
            .unwrap_or(0);
        return inquire::Select::new(head, labels)
            .with_starting_cursor(start)
            .with_help_message(&help)
            .raw_prompt_skippable()
            .map(|a| a.map(|a| question.choices[a.index].value.clone()));
    }
    if question.kind == AnswerKind::ManyOf && !question.choices.is_empty() {
        let labels: Vec<String> = question
            .choices
            .iter()
            .map(|c| format!("{}: {}", plain(&c.value), c.label))
            .collect();
        return inquire::MultiSelect::new(head, labels)
            .with_help_message(&help)
            .raw_prompt_skippable()
            .map(|a| {
                a.map(|items| {
                    items
                        .iter()
                        .map(|i| question.choices[i.index].value.clone())
                        .collect()
                })
            });
    }
    let default = plain(&question.default);
    let asked = question.clone();
    let valid = move |text: &str| {
        Ok(match typed(&asked, text) {
            Ok(_) => inquire::validator::Validation::Valid,
            Err(why) => inquire::validator::Validation::Invalid(why.into()),
        })
    };
    inquire::Text::new(head)
        .with_default(&default)
        .with_help_message(&help)
        .with_validator(valid)
        .prompt_skippable()
        .map(|a| a.and_then(|text| typed(question, &text).ok()))
}

/// What was typed, as the value it means: a list at commas, a number as a number.
fn typed(question: &Asked, text: &str) -> Result<Value, String> {
    let text = text.trim();
    let value = match question.kind {
        AnswerKind::ManyOf if text.is_empty() || text == "none" => Value::Array(Vec::new()),
        AnswerKind::ManyOf => text
            .split(',')
            .map(|item| Value::from(item.trim()))
            .collect(),
        AnswerKind::Number => text
            .parse::<f64>()
            .ok()
            .and_then(serde_json::Number::from_f64)
            .map(Value::Number)
            .ok_or_else(|| format!("`{text}` is no number"))?,
        AnswerKind::YesNo => Value::Bool(matches!(text, "y" | "yes" | "true")),
        _ => text.into(),
    };
    question.accepts(&value).map(|()| value)
}
