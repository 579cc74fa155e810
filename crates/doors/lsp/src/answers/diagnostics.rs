//! Findings, each in the file it is about.

use std::collections::BTreeMap;

use gen_lsp_types::{
    Code, Diagnostic, DiagnosticRelatedInformation, DiagnosticSeverity, Location, Message,
    Position, PublishDiagnosticsParams, Range,
};
use model::{Finding, Severity};
use pipeline::Workspace;
use pipeline::open::ARCHITECTURE;
use serde_json::json;

use crate::project::{Project, Texts};
use crate::server::notify;
use crate::texts::Lines;

/// Shows the findings of a folder, and takes back those of files that have none any more.
pub fn show(project: &mut Project, findings: &[Finding], texts: &Texts) {
    let root = project.root.clone();
    let workspace = project.open(texts);
    let main = main_file(workspace).to_string();
    let lines: BTreeMap<String, Lines<'_>> = workspace
        .sources
        .names()
        .map(|name| {
            let text = workspace.sources.text_of(name).unwrap_or_default();
            (name.to_string(), Lines::of(text))
        })
        .collect();
    let mut by_file: BTreeMap<String, Vec<(&Finding, Range)>> = BTreeMap::new();
    // What is open hears also that nothing is wrong with it.
    let open = lines
        .keys()
        .filter(|name| texts.contains_key(&root.join(name)));
    by_file.extend(open.map(|name| (name.clone(), Vec::new())));
    for finding in findings {
        let (file, range) = place(&finding.place, &lines, &main);
        by_file.entry(file).or_default().push((finding, range));
    }
    // Converted while the texts are at hand, named when the workspace is let go.
    let related: Vec<Vec<(String, Range, String)>> = by_file
        .values()
        .flatten()
        .map(|(finding, _)| {
            let places = finding.related.iter().filter(|r| r.place.span.is_some());
            places
                .map(|r| {
                    let (file, range) = place(&r.place, &lines, &main);
                    (file, range, r.message.clone())
                })
                .collect()
        })
        .collect();
    drop(lines);
    let mut related = related.into_iter();
    let mut shown = std::collections::BTreeSet::new();
    for (file, findings) in by_file {
        let diagnostics = findings
            .into_iter()
            .map(|(finding, range)| {
                let near = related.next().unwrap_or_default().into_iter();
                let near = near.map(|(file, range, message)| DiagnosticRelatedInformation {
                    location: Location {
                        uri: project.uri(&file, texts),
                        range,
                    },
                    message,
                });
                diagnostic(finding, range, near.collect())
            })
            .collect();
        publish(project, &file, texts, diagnostics);
        shown.insert(file);
    }
    let before = std::mem::take(&mut project.shown);
    for name in before.difference(&shown) {
        clear(project, name, texts);
    }
    project.shown = shown;
}

/// Takes the findings of a file back.
pub fn clear(project: &Project, name: &str, texts: &Texts) {
    publish(project, name, texts, Vec::new());
}

fn publish(project: &Project, name: &str, texts: &Texts, diagnostics: Vec<Diagnostic>) {
    let params = PublishDiagnosticsParams {
        uri: project.uri(name, texts),
        version: texts.get(&project.path(name)).map(|open| open.version),
        diagnostics,
    };
    notify("textDocument/publishDiagnostics", params);
}

/// The file that stands for the folder: where a finding has no file of its own.
fn main_file(workspace: &Workspace) -> &str {
    let names = workspace.sources.names();
    let there: Vec<&str> = names.collect();
    match there.contains(&ARCHITECTURE) {
        true => ARCHITECTURE,
        false => there.first().copied().unwrap_or(&workspace.brief_name),
    }
}

fn place(place: &model::Place, lines: &BTreeMap<String, Lines<'_>>, main: &str) -> (String, Range) {
    let start = Position {
        line: 0,
        character: 0,
    };
    let nowhere = Range { start, end: start };
    match (&place.file, place.span) {
        (Some(file), Some(span)) => {
            let range = lines.get(file).map(|l| l.range(span.start..span.end));
            (file.clone(), range.unwrap_or(nowhere))
        }
        _ => (main.to_string(), nowhere),
    }
}

/// A finding in the protocol's words; its key is in `data`.
pub fn diagnostic(
    finding: &Finding,
    range: Range,
    related: Vec<DiagnosticRelatedInformation>,
) -> Diagnostic {
    let severity = match finding.severity {
        _ if finding.waived.is_some() => DiagnosticSeverity::Hint,
        Severity::Blocker => DiagnosticSeverity::Error,
        Severity::Major => DiagnosticSeverity::Warning,
        Severity::Minor => DiagnosticSeverity::Information,
        Severity::Note => DiagnosticSeverity::Hint,
    };
    let mut message = finding.message.clone();
    if let Some(reason) = &finding.waived {
        message.push_str(&format!("\nWaived: {reason}"));
    } else if !finding.remedy.is_empty() {
        message.push_str(&format!("\n{}", finding.remedy));
    }
    Diagnostic {
        range,
        severity: Some(severity),
        code: Some(Code::String(finding.rule.clone())),
        source: Some("groundplan".to_string()),
        message: Message::String(message),
        related_information: (!related.is_empty()).then_some(related),
        data: Some(json!({"key": finding.key()})),
        ..Default::default()
    }
}
