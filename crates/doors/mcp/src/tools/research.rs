//! `research`: what is true of code that stands, and whether a kept architecture has parted from it.

use std::path::{Component, Path, PathBuf};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Tool;
use crate::desk::Call;
use crate::short::{self, Counts, Refusal, Short};

pub struct Research;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// Folder of the code below the served one; the served one unless said.
    #[serde(default)]
    path: Option<String>,
    /// One part in full, as YAML: `services`, `services.orders`, `links`, `resources`, `topics`, `schemas`, `unknowns`, `findings`.
    #[serde(default)]
    part: Option<String>,
    /// Where to go on in a part that was cut.
    #[serde(default)]
    from: usize,
    /// Hold the kept architecture against the code instead.
    #[serde(default)]
    drift: bool,
    /// Write document, facts and the recovered architecture to research/.
    #[serde(default)]
    write: bool,
}

#[derive(Serialize, JsonSchema)]
pub struct Output {
    /// A screen of orientation, or the part asked for.
    text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<usize>,
    /// Red flags, or with `drift` what parted.
    counts: Counts,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    findings: Vec<Short>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    written: Vec<String>,
}

impl Tool for Research {
    const NAME: &'static str = "research";
    const ABOUT: &'static str = "Reads code that stands: services, endpoints, stores, calls, topics, schemas and red flags, each with file and line; with `drift`, where it has parted from the kept architecture. Never runs it.";
    const WRITES: bool = true;
    type Input = Input;
    type Output = Output;

    fn run(call: &Call<'_>, input: Input) -> Result<Output, Refusal> {
        let code = inside(&call.desk.folder, input.path.as_deref().unwrap_or("."))?;
        let mut research =
            folder::researching::read(std::slice::from_ref(&code), false, input.write, &|_| {})?;
        if !research.is_backend() {
            return Ok(Output {
                text: format!(
                    "No backend here: nothing in its {} files is built to run as a service.",
                    research.facts.tree.files
                ),
                from: None,
                counts: Counts::default(),
                findings: Vec::new(),
                written: Vec::new(),
            });
        }
        if input.drift {
            return drift(&code, &mut research);
        }
        let mut written = Vec::new();
        if input.write {
            call.may_write()?;
            let out = code.join(folder::researching::OUTPUT);
            let done = folder::researching::write(&out, &research)?;
            written = done
                .iter()
                .map(|(path, fate)| {
                    let path = path.strip_prefix(&call.desk.folder).unwrap_or(path);
                    let kept = *fate == pipeline::output::Fate::Keep;
                    format!(
                        "{}{}",
                        path.display(),
                        if kept { " (edited, stays)" } else { "" }
                    )
                })
                .collect();
        }
        let (text, from) = match &input.part {
            None => (
                ::research::document::quick(&research.facts, &research.findings),
                None,
            ),
            Some(part) => short::lines(&of(&research, part)?, input.from, 6000),
        };
        let shown = match input.part {
            None => research.findings.iter().take(8).map(Short::of).collect(),
            Some(_) => Vec::new(),
        };
        Ok(Output {
            text,
            from,
            counts: Counts::of(&research.findings),
            findings: shown,
            written,
        })
    }
}

/// The folder named, which must lie in the one that is served, links followed.
fn inside(root: &Path, named: &str) -> Result<PathBuf, Refusal> {
    let outside = || Refusal::new(format!("{named} lies outside the folder that is served"));
    let relative = Path::new(named);
    let plain = |c| matches!(c, Component::Normal(_) | Component::CurDir);
    if !relative.components().all(plain) {
        return Err(outside());
    }
    let path = root
        .join(relative)
        .canonicalize()
        .map_err(|e| Refusal::new(format!("{named}: {e}")))?;
    match path.starts_with(root) {
        true => Ok(path),
        false => Err(outside()),
    }
}

fn of(research: &pipeline::researching::Research, part: &str) -> Result<String, Refusal> {
    let facts = match part == "findings" || part.starts_with("findings.") {
        true => serde_json::json!({ "findings": research.findings }),
        false => serde_json::to_value(&research.facts).unwrap_or_default(),
    };
    let found = pipeline::differing::at(&facts, part).map_err(|mut keys| {
        keys.truncate(60);
        Refusal::new(format!("there is no `{part}`"))
            .next(&format!("There is: {}.", keys.join(", ")))
    })?;
    Ok(syntax::emit::emit(&pipeline::slim(found.clone())))
}

fn drift(code: &Path, research: &mut pipeline::researching::Research) -> Result<Output, Refusal> {
    let kept = folder::researching::kept_in(code)?.ok_or_else(|| {
        Refusal::new("no architecture.yaml is kept for this code")
            .next("`research` with `write` makes one from the code.")
    })?;
    let workspace = folder::open(&kept)?;
    if !workspace.usable() {
        return Err(Refusal::findings(
            "the kept architecture cannot be understood",
            &workspace.findings,
        ));
    }
    let bytes = folder::files::read_if_there(&kept.join(pipeline::drifting::DRIFT))?;
    let (accepted, faults) = pipeline::drifting::accepted(bytes);
    if !faults.is_empty() {
        return Err(Refusal::findings(
            "drift.yaml cannot be understood",
            &faults,
        ));
    }
    let findings = pipeline::drifting::drift(&workspace, research, &accepted);
    let parted = findings.iter().filter(|f| f.waived.is_none()).count();
    Ok(Output {
        text: match parted {
            0 => "The code is as the architecture says.".into(),
            n => format!(
                "{n} differences. A person accepts one on purpose with `groundplan drift --accept ID --reason TEXT`."
            ),
        },
        from: None,
        counts: Counts::of(&findings),
        findings: findings
            .iter()
            .filter(|f| f.waived.is_none())
            .take(12)
            .map(Short::of)
            .collect(),
        written: Vec::new(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_outside_is_refused() {
        let root = Path::new(".").canonicalize().expect("here");
        assert!(inside(&root, "src").is_ok());
        for named in ["..", "/etc", "src/../..", "nowhere"] {
            assert!(inside(&root, named).is_err(), "{named}");
        }
    }
}
