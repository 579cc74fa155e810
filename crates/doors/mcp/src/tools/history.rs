//! `history`: what was accepted, by whom and why; and taking it back.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Tool;
use crate::desk::Call;
use crate::short::Refusal;

pub struct History;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// Take back the last accepted change, for this reason. Its number must be given.
    #[serde(default)]
    undo: Option<Undo>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Undo {
    entry: u64,
    reason: String,
}

#[derive(Serialize, JsonSchema)]
pub struct Output {
    revision: String,
    /// The last ten, newest first: number, time, author, reason, and the revisions before and after.
    entries: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    undone: Option<u64>,
}

impl Tool for History {
    const NAME: &'static str = "history";
    const ABOUT: &'static str =
        "The accepted changes with author and reason; with `undo`, takes the last one back.";
    const WRITES: bool = true;
    type Input = Input;
    type Output = Output;

    fn run(call: &Call<'_>, input: Input) -> Result<Output, Refusal> {
        let folder = &call.desk.folder;
        let mut undone = None;
        if let Some(undo) = input.undo {
            call.may_write()?;
            folder::changing::undo(folder, Some(undo.entry), call.client, &undo.reason)?;
            undone = Some(undo.entry);
        }
        let entries = folder::history::entries(folder)?;
        let line = |e: &folder::history::Entry| {
            let undoes = e
                .undoes
                .map(|id| format!(" (takes back {id})"))
                .unwrap_or_default();
            format!(
                "{}{undoes} {} {}: {} [{} -> {}]",
                e.id, e.at, e.author, e.reason, e.before, e.after
            )
        };
        Ok(Output {
            revision: call.desk.revision()?,
            entries: entries.iter().rev().take(10).map(line).collect(),
            undone,
        })
    }
}
