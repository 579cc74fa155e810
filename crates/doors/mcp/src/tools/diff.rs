//! `diff`: how two states of the folder differ, and which numbers moved.

use pipeline::differing::differences;
use pipeline::proposing::Texts;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Tool, propose};
use crate::desk::Call;
use crate::short::{self, Move, Refusal};

pub struct Diff;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// A revision that you were given or that `history` names.
    from: String,
    /// Another; the files as they stand unless said.
    #[serde(default)]
    to: Option<String>,
}

#[derive(Serialize, JsonSchema)]
pub struct Output {
    from: String,
    to: String,
    changes: Vec<propose::Changed>,
    #[serde(skip_serializing_if = "short::is_zero")]
    changes_more: usize,
    /// Ids of findings that came and went.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    came: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    went: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    moves: Vec<Move>,
    #[serde(skip_serializing_if = "short::is_zero")]
    moves_more: usize,
}

const SHOWN: usize = 30;

impl Tool for Diff {
    const NAME: &'static str = "diff";
    const ABOUT: &'static str =
        "How two states of the files differ: elements, findings and numbers.";
    type Input = Input;
    type Output = Output;

    fn run(call: &Call<'_>, input: Input) -> Result<Output, Refusal> {
        let now = call.desk.revision()?;
        let from = texts(call, &input.from)?;
        let to = input.to.unwrap_or(now);
        let after = texts(call, &to)?;
        let found = differences(&from, &after);
        let judgement = folder::changing::judged(&call.desk.folder, &from, &after, &[])?;
        let (moves, moves_more) = short::moves(&judgement.moved);
        let keys = |findings: &[model::Finding]| {
            findings
                .iter()
                .take(SHOWN)
                .map(model::Finding::key)
                .collect()
        };
        Ok(Output {
            from: input.from,
            to,
            changes: found.iter().take(SHOWN).map(propose::changed).collect(),
            changes_more: found.len().saturating_sub(SHOWN),
            came: keys(&judgement.appeared),
            went: keys(&judgement.gone),
            moves,
            moves_more,
        })
    }
}

fn texts(call: &Call<'_>, revision: &str) -> Result<Texts, Refusal> {
    if let Some(texts) = call.desk.handed(revision) {
        return Ok(texts);
    }
    folder::history::texts_of(&call.desk.folder, revision)?.ok_or_else(|| {
        Refusal::new(format!("no state `{revision}` is known"))
            .next("`history` lists the revisions that were accepted.")
    })
}
