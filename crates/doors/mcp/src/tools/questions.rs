//! `questions`: what the brief leaves open and a design depends on; and the answers.

use discover::Asked;
use indexmap::IndexMap;
use pipeline::proposing::Proposed;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Tool, propose};
use crate::desk::Call;
use crate::short::{self, Refusal};

pub struct Questions;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// Answers by the question's id, in the person's own terms (`200k`, `99.95 %`, true, a list); null where the person does not know: then its default, listed as an assumption.
    #[serde(default)]
    answers: IndexMap<String, Value>,
    /// Take the default of every question that is still open, listed as assumptions in the brief. Only when a person said so.
    #[serde(default)]
    assume: bool,
    /// Who answered, for the history.
    #[serde(default)]
    author: Option<String>,
}

#[derive(Serialize, JsonSchema)]
pub struct Output {
    revision: String,
    /// What the brief says already.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    understood: Vec<String>,
    /// Open questions, the most decisive first.
    open: Vec<Open>,
    /// More that are less decisive; they come when these are answered.
    #[serde(skip_serializing_if = "short::is_zero")]
    more: usize,
    /// What was written.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    written: Vec<String>,
    next: String,
}

#[derive(Serialize, JsonSchema)]
struct Open {
    id: String,
    question: String,
    why: String,
    /// Without an answer a design would be a guess.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    deciding: bool,
    /// What an answer looks like.
    answer: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    choices: Vec<String>,
    default: Value,
    because: String,
}

/// Questions shown at once: more than a person answers in one sitting is no conversation.
const SHOWN: usize = 6;

impl Tool for Questions {
    const NAME: &'static str = "questions";
    const ABOUT: &'static str = "The open questions whose answers would change the design, each with why and a default; with `answers`, writes them into the brief. Ask a person; do not answer for them.";
    const WRITES: bool = true;
    type Input = Input;
    type Output = Output;

    fn run(call: &Call<'_>, input: Input) -> Result<Output, Refusal> {
        let (_, brief) = call.desk.brief()?;
        let mut written = Vec::new();
        if !input.answers.is_empty() || input.assume {
            let asked = pipeline::ask::questions(&brief);
            written = write(call, &input, &asked)?;
        }
        let (_, brief) = call.desk.brief()?;
        let asked = pipeline::ask::questions(&brief);
        let deciding = asked.iter().filter(|q| q.deciding).count();
        Ok(Output {
            revision: call.desk.revision()?,
            understood: match written.is_empty() {
                true => discover::acknowledge(&brief),
                false => Vec::new(),
            },
            more: asked.len().saturating_sub(SHOWN),
            next: match (asked.is_empty(), deciding) {
                (true, _) => "Nothing open would change the recommendation: `plan`.".into(),
                (false, 0) => {
                    "None is deciding: ask, or take the defaults with `assume`; then `plan`.".into()
                }
                (false, n) => format!("{n} are deciding: ask a person, and give `answers`."),
            },
            open: asked.iter().take(SHOWN).map(open).collect(),
            written,
        })
    }
}

fn open(asked: &Asked) -> Open {
    let choice = |c: &discover::Choice| {
        format!(
            "{}: {}",
            c.value
                .as_str()
                .map_or_else(|| c.value.to_string(), str::to_string),
            c.label
        )
    };
    Open {
        id: asked.id.clone(),
        question: asked.question.clone(),
        why: asked.why.clone(),
        deciding: asked.deciding,
        answer: asked.kind.hint().to_string(),
        choices: asked.choices.iter().map(choice).collect(),
        default: asked.default.clone(),
        because: asked.because.clone(),
    }
}

fn write(call: &Call<'_>, input: &Input, asked: &[Asked]) -> Result<Vec<String>, Refusal> {
    call.may_write()?;
    let mut faults = Vec::new();
    for (id, value) in &input.answers {
        match asked.iter().find(|q| q.id == *id) {
            None => faults.push(format!(
                "no open question `{id}`; open are {}",
                asked
                    .iter()
                    .map(|q| q.id.as_str())
                    .collect::<Vec<_>>()
                    .join(", ")
            )),
            Some(_) if value.is_null() => {}
            Some(question) => {
                let refused = question.accepts(value).err();
                faults.extend(refused.map(|e| format!("{id}: {e}, or null where nobody knows")));
            }
        }
    }
    if !faults.is_empty() {
        return Err(Refusal::new(faults.join("; "))
            .next("Nothing was written. Mend all of them and give the answers again."));
    }
    // What nobody knows, and with their consent the rest.
    let assumed: Vec<Asked> = asked
        .iter()
        .filter(|q| match input.answers.get(&q.id) {
            Some(value) => value.is_null(),
            None => input.assume,
        })
        .cloned()
        .collect();
    let texts = folder::opening::texts(&call.desk.folder)?;
    let change = |brief: &str| -> Result<String, String> {
        let mut text = brief.to_string();
        for (id, value) in &input.answers {
            let question = asked.iter().find(|q| q.id == *id && !value.is_null());
            if let Some(question) = question {
                text = discover::answer(&text, question, value)?;
            }
        }
        match assumed.is_empty() {
            true => Ok(text),
            false => discover::assume(&text, &assumed),
        }
    };
    let proposed = Proposed {
        texts: vec![texts.edit_brief(change)?],
        changes: Vec::new(),
    };
    let reason = match assumed.is_empty() {
        true => "questions answered",
        false => "questions answered, some assumed",
    };
    let author = input.author.as_deref().unwrap_or(call.client);
    // Answers are a person's, also where an agent carries them; a target that the design does not meet
    // yet is no reason to refuse one.
    propose::accept(call, proposed, author, reason)?;
    let said = input.answers.iter().filter(|(_, value)| !value.is_null());
    let said = said.map(|(id, value)| format!("{id} = {value}"));
    let assumed = assumed
        .iter()
        .map(|q| format!("{} = {} (assumed)", q.id, q.default));
    Ok(said.chain(assumed).collect())
}
