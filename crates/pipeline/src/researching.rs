//! From a tree of code to facts, findings, a document and an architecture.

use std::path::PathBuf;

use knowledge::Knowledge;
use model::fact::Facts;
use model::{Architecture, BriefSource, Finding, Place, Span, System};
use render::{Artifact, Marker};
use research::tree::Texts;
use research::{Options, Progress};
use syntax::Sources;

/// What was found in a tree.
pub struct Research {
    /// The files that were read, for excerpts.
    pub texts: Texts,
    pub facts: Facts,
    pub architecture: Architecture,
    /// Located: each has its file and the characters of its line, where it has a place.
    pub findings: Vec<Finding>,
    /// The texts that findings point into.
    pub sources: Sources,
}

/// Rules of the model that judge what code shows. The others ask for what only a design says (targets,
/// backups, alerts): held against recovered code they would blame it for the silence of its files.
const RULES: &[&str] = &[
    "missing-primary-key",
    "public-store",
    "redundant-index",
    "unindexed-foreign-key",
];

/// Reads the folders and says what is there. `Err` says which of them is not there.
pub fn research(
    folders: &[PathBuf],
    options: &Options,
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<Research, String> {
    let survey = research::survey(folders, options, progress)?;
    let (mut facts, texts) = (survey.facts, survey.texts);
    if options.history {
        research::history::tell_owners(folders, &mut facts);
    }
    let architecture = research::recover::architecture(&facts);
    let mut findings = survey.flags;
    findings.extend(model_rules(&architecture));
    let mut sources = Sources::default();
    findings
        .iter_mut()
        .for_each(|f| locate(f, &texts, &mut sources));
    Ok(Research {
        texts,
        facts,
        architecture,
        findings,
        sources,
    })
}

impl Research {
    /// Whether there is a backend at all: something that runs.
    pub fn is_backend(&self) -> bool {
        !self.facts.services.is_empty()
    }

    /// The recovered architecture as a system like any other.
    pub fn system(&self) -> System {
        system_of(&self.architecture)
    }
}

fn system_of(architecture: &Architecture) -> System {
    let brief = match &architecture.brief {
        Some(BriefSource::Inline(brief)) => (**brief).clone(),
        _ => model::Brief::default(),
    };
    System {
        brief,
        architecture: architecture.clone(),
        measured: None,
    }
}

fn model_rules(architecture: &Architecture) -> Vec<Finding> {
    let system = system_of(architecture);
    let cx = check::Context {
        system: &system,
        knowledge: Knowledge::embedded(),
        evaluation: None,
    };
    let mut findings = check::check(&cx);
    findings.retain(|f| RULES.contains(&f.rule.as_str()));
    for finding in &mut findings {
        if let Some((file, line)) = origin(architecture, &finding.place.path) {
            finding.place.file = Some(file);
            finding.place.span = Some(at_line(line));
        }
    }
    findings
}

/// Where the element of a model path came from.
fn origin(architecture: &Architecture, path: &str) -> Option<(String, usize)> {
    let mut parts = path.splitn(3, '.');
    let (collection, id) = (parts.next()?, parts.next()?);
    // A list index belongs to what is inside the element.
    let id = id.split('[').next().unwrap_or(id);
    let about = match collection {
        "components" => &architecture.components.get(id)?.about,
        "relations" => &architecture.relations.get(id)?.about,
        "data" => &architecture.data.get(id)?.about,
        "paths" | "operations" => &architecture.paths.get(id)?.about,
        "contracts" => &architecture.contracts.get(id)?.about,
        _ => return None,
    };
    let from = about.from.as_deref()?;
    let (file, line) = from.rsplit_once(':').unwrap_or((from, "1"));
    Some((file.to_string(), line.parse().ok()?))
}

fn at_line(line: usize) -> Span {
    Span {
        start: 0,
        end: 0,
        line,
        column: 1,
    }
}

/// Finds the characters of the line that a finding names, and keeps the text for an excerpt.
pub(crate) fn locate(finding: &mut Finding, texts: &Texts, sources: &mut Sources) {
    settle(&mut finding.place, texts, sources);
    for related in &mut finding.related {
        settle(&mut related.place, texts, sources);
    }
}

fn settle(place: &mut Place, texts: &Texts, sources: &mut Sources) {
    let (Some(file), Some(span)) = (&place.file, place.span) else {
        return;
    };
    if span.end > span.start {
        return;
    }
    if sources.index_of(file).is_none() {
        let Some(text) = texts.text(file) else {
            return;
        };
        sources.add(file, text);
    }
    if let Some(text) = sources.text_of(file) {
        place.span = line_span(text, span.line);
    }
}

/// The characters of a line without the blanks around them.
fn line_span(text: &str, line: usize) -> Option<Span> {
    let mut start = 0;
    for (number, whole) in text.split_inclusive('\n').enumerate() {
        if number + 1 == line.max(1) {
            let bare = whole.trim_start();
            let indent = whole.len() - bare.len();
            let bare = bare.trim_end();
            return Some(Span {
                start: start + indent,
                end: start + indent + bare.len().max(1).min(whole.len()),
                line: number + 1,
                column: whole[..indent].chars().count() + 1,
            });
        }
        start += whole.len();
    }
    None
}

/// Names of the files that research writes.
pub const DOCUMENT: &str = "research.md";
pub const FACTS: &str = "facts.json";

const HEADER: &str = "# What the code shows, in the ordinary model: `groundplan render`, `check` and `evaluate` work from it,\n\
# `groundplan drift` holds it against the code. Once edited it is yours and is not written again.\n";

/// The files of a research, before they are sealed (`output::seal`).
pub fn files(research: &Research) -> Result<Vec<Artifact>, String> {
    let from = format!("the code of {}", research.facts.name);
    let document = research::document::document(&research.facts, &research.findings);
    let text = crate::designing::text_of(&research.architecture, None);
    let mut facts = serde_json::Map::new();
    let marker = format!(
        "{} {from}; sources: tree; do not edit.",
        render::artifact::GENERATED_BY
    );
    facts.insert("generated".into(), marker.into());
    if let serde_json::Value::Object(said) = serde_json::to_value(&research.facts)
        .map_err(|e| format!("the facts cannot be written: {e}"))?
    {
        facts.extend(said);
    }
    let findings = serde_json::to_value(&research.findings)
        .map_err(|e| format!("the findings cannot be written: {e}"))?;
    facts.insert("findings".into(), findings);
    let facts = serde_json::to_string_pretty(&facts).map_err(|e| e.to_string())?;
    Ok(vec![
        Artifact::new(DOCUMENT, Marker::Html, &from, &["facts"], &document),
        Artifact {
            path: FACTS.into(),
            content: format!("{facts}\n"),
            sources: vec!["tree".into()],
            marker: Marker::None,
        },
        Artifact::new(
            crate::open::ARCHITECTURE,
            Marker::Hash,
            &from,
            &["facts"],
            &format!("{HEADER}\n{text}"),
        ),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_found_without_its_blanks() {
        let text = "one\n  two  \n\tdrei\u{e4}\n";
        let span = line_span(text, 2).unwrap();
        assert_eq!(
            (&text[span.start..span.end], span.line, span.column),
            ("two", 2, 3)
        );
        let span = line_span(text, 3).unwrap();
        assert_eq!(&text[span.start..span.end], "drei\u{e4}");
        assert!(line_span(text, 9).is_none());
        assert!(line_span("a\n\nb", 2).is_some());
    }
}
