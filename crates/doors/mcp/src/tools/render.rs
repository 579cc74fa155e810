//! `render`: documents, contracts, schemas and diagrams from the architecture.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Tool;
use crate::desk::Call;
use crate::short::Refusal;

pub struct Render;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// Ids of renderers; all unless said.
    #[serde(default)]
    only: Vec<String>,
}

#[derive(Serialize, JsonSchema)]
pub struct Output {
    /// Files written below the folder: how many, and the first of them.
    new: usize,
    changed: usize,
    same: usize,
    files: Vec<String>,
    /// Edited by hand, so they stay.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    kept: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    removed: Vec<String>,
    next: String,
}

/// Files named at once; the resources list them all.
const SHOWN: usize = 12;

impl Tool for Render {
    const NAME: &'static str = "render";
    const ABOUT: &'static str = "Writes DESIGN.md, OpenAPI, SQL schema and migrations, diagrams and the work as tasks in order to design/, from the architecture alone. Files that somebody edited stay. Read one with `look` and its path.";
    const WRITES: bool = true;
    type Input = Input;
    type Output = Output;

    fn run(call: &Call<'_>, input: Input) -> Result<Output, Refusal> {
        call.may_write()?;
        let (_, system) = call.desk.system()?;
        let only: Vec<&str> = input.only.iter().map(String::as_str).collect();
        let written = folder::rendering::write(&call.desk.folder, &system, &only, false)?;
        if !written.findings.is_empty() {
            return Err(Refusal::findings(
                "it cannot be rendered",
                &written.findings,
            ));
        }
        let root = format!("{}/", call.desk.folder.display());
        let below = |paths: &[String]| -> Vec<String> {
            paths
                .iter()
                .map(|p| p.trim_start_matches(&root).to_string())
                .collect()
        };
        let mut files = below(&written.created);
        files.extend(below(&written.replaced));
        // Documents before tables and pictures.
        files.sort_by_key(|f| (!f.ends_with(".md"), f.matches('/').count()));
        files.truncate(SHOWN);
        Ok(Output {
            new: written.created.len(),
            changed: written.replaced.len(),
            same: written.same,
            files,
            next: match written.kept.is_empty() {
                true => "Show a person design/DESIGN.md.".into(),
                false => "Ask whoever edited the kept files; `groundplan render --force` writes over them.".into(),
            },
            kept: below(&written.kept),
            removed: below(&written.removed),
        })
    }
}
