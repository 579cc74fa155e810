//! `look`: what the folder holds, or one part of it as YAML.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Tool;
use crate::desk::{Call, Desk};
use crate::short::{self, Counts, Refusal};

pub struct Look;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// Model path of a part to read (`components.orders`, `brief.domain.operations`), or the name of a file of the folder (`design/DESIGN.md`). Without it: an overview.
    #[serde(default)]
    path: Option<String>,
    /// Where to go on in a part that was cut.
    #[serde(default)]
    from: usize,
}

#[derive(Serialize, JsonSchema)]
pub struct Output {
    /// Names the state of the files; give it back as `base` when you propose.
    revision: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    overview: Option<Overview>,
    /// The part asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    /// It was cut; ask again with this `from`.
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<usize>,
}

#[derive(Default, Serialize, JsonSchema)]
pub struct Overview {
    name: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    purpose: String,
    files: Vec<String>,
    findings: Counts,
    operations: Vec<String>,
    entities: Vec<String>,
    /// Id and kind, with the technology.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    components: Vec<String>,
    /// Sections of the architecture, with how many elements each has.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    sections: Vec<String>,
    /// The step that is due.
    next: String,
}

/// Bytes of a part shown at once, about 1,500 tokens.
const MOST: usize = 6000;

impl Tool for Look {
    const NAME: &'static str = "look";
    const ABOUT: &'static str = "What the folder holds and which step is due; with `path`, one part of the model as YAML or one file. Begin here.";
    type Input = Input;
    type Output = Output;

    fn run(call: &Call<'_>, input: Input) -> Result<Output, Refusal> {
        let revision = call.desk.revision()?;
        let Some(path) = input.path.filter(|p| !p.is_empty()) else {
            return Ok(Output {
                revision,
                overview: Some(overview(call.desk)?),
                text: None,
                from: None,
            });
        };
        let whole = part(call.desk, &path)?;
        let (text, from) = short::lines(&whole, input.from, MOST);
        Ok(Output {
            revision,
            overview: None,
            text: Some(text),
            from,
        })
    }
}

fn overview(desk: &Desk) -> Result<Overview, Refusal> {
    let workspace = desk.workspace()?;
    let mut overview = Overview {
        files: crate::resources::files(&desk.folder)?,
        ..Overview::default()
    };
    let empty = workspace.brief_file.is_none() && workspace.architecture.is_none();
    if empty {
        let names: Vec<&str> = pipeline::examples::starts()
            .iter()
            .map(|s| s.name)
            .collect();
        overview.next = format!(
            "The folder holds no brief. Read `vocabulary` with paths [`brief`, `brief.domain.operations.*`], then `propose` with `texts: {{brief: ...}}`. Briefs to start from are resources: groundplan://examples/NAME/brief with NAME one of {}. Where code stands already, `research` first.",
            names.join(", ")
        );
        return Ok(overview);
    }
    let findings = pipeline::check(&workspace, Some(&folder::files::today()));
    overview.findings = Counts::of(&findings);
    if let Some(brief) = workspace.brief() {
        overview.name.clone_from(&brief.name);
        overview.purpose = brief
            .purpose
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ");
        overview.operations = brief
            .domain
            .operations
            .keys()
            .map(|k| k.to_string())
            .collect();
        overview.entities = brief
            .domain
            .entities
            .keys()
            .map(|k| k.to_string())
            .collect();
    }
    if let Some(architecture) = workspace.architecture() {
        for (id, component) in &architecture.components {
            let kind = short::word(&component.kind);
            let technology = component.technology.as_deref().map(|t| format!(", {t}"));
            overview
                .components
                .push(format!("{id} ({kind}{})", technology.unwrap_or_default()));
        }
        let tree = serde_json::to_value(architecture).unwrap_or_default();
        for (key, value) in tree.as_object().into_iter().flatten() {
            if let Some(map) = value
                .as_object()
                .filter(|m| !m.is_empty() && key != "brief")
            {
                overview.sections.push(format!("{key} {}", map.len()));
            }
        }
    }
    overview.next = next(&workspace, &overview.findings);
    Ok(overview)
}

fn next(workspace: &pipeline::Workspace, findings: &Counts) -> String {
    if !workspace.usable() {
        "The files cannot be understood as they are: `check`, then `propose` the mended parts."
    } else if findings.blocker > 0 && workspace.architecture.is_none() {
        "The brief contradicts itself: `check`, then `propose` what mends it."
    } else if workspace.architecture.is_none() {
        "`questions`: ask a person what is open. Then `plan`, and `design`."
    } else if findings.blocker + findings.major > 0 {
        "`check` shows what a reviewer would send back; `propose` what mends it."
    } else {
        "Look for what the numbers say (`evaluate`, `simulate`), `propose` what is better, then `render`."
    }
    .to_string()
}

/// A part of the model as YAML, or a file.
fn part(desk: &Desk, path: &str) -> Result<String, Refusal> {
    if path.contains('/') || path.ends_with(".yaml") || path.ends_with(".md") {
        let read = folder::files::reader(&desk.folder)(path);
        let bytes = read
            .map_err(|e| Refusal::new(format!("{path}: {e}")))?
            .ok_or_else(|| {
                Refusal::new(format!("there is no file {path} here"))
                    .next("`look` without a path lists the files.")
            })?;
        return String::from_utf8(bytes).map_err(|_| Refusal::new(format!("{path} is no text")));
    }
    let texts = folder::opening::texts(&desk.folder)?;
    pipeline::proposing::part(&texts, path).map_err(|known| {
        let known: Vec<&str> = known.iter().map(String::as_str).take(30).collect();
        Refusal::new(format!("there is no `{path}`")).next(&match known.is_empty() {
            true => "`look` without a path shows what is there.".to_string(),
            false => format!("There is: {}.", known.join(", ")),
        })
    })
}
