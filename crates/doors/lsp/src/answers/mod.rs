//! One file for each kind of answer: what the pipeline says, in the protocol's words.

pub mod actions;
pub mod completion;
pub mod diagnostics;
pub mod formatting;
pub mod hover;
pub mod lenses;
pub mod outline;
pub mod renaming;
pub mod targets;

use std::collections::BTreeMap;

use gen_lsp_types::{
    CreateFile, CreateFileOptions, DocumentChange, Location,
    OptionalVersionedTextDocumentIdentifier, TextDocumentEdit, TextDocumentIdentifier, TextEdit,
    WorkspaceEdit,
};
use pipeline::Workspace;
use pipeline::editing::Edit;

use crate::lifecycle::Client;
use crate::project::{Project, Texts};
use crate::texts::Lines;

/// Where a request points.
pub struct Place<'p> {
    /// Byte of the text.
    pub offset: usize,
    pub lines: &'p Lines<'p>,
    pub text: &'p str,
    /// The file's name in its folder.
    pub name: &'p str,
    pub project: &'p mut Project,
    pub texts: &'p Texts,
    pub client: &'p Client,
}

/// Some bytes of a file, as a location.
fn location(
    project: &Project,
    texts: &Texts,
    sources: &syntax::Sources,
    file: &str,
    bytes: std::ops::Range<usize>,
) -> Location {
    let text = sources.text_of(file).unwrap_or_default();
    Location {
        uri: project.uri(file, texts),
        range: Lines::of(text).range(bytes),
    }
}

/// Edits of the folder's files. `new` is a file that is made first.
fn workspace_edit(
    project: &Project,
    texts: &Texts,
    workspace: &Workspace,
    client: &Client,
    edits: &[Edit],
    new: Option<&str>,
) -> WorkspaceEdit {
    let mut by_file: BTreeMap<&str, Vec<TextEdit>> = BTreeMap::new();
    for edit in edits {
        let text = workspace.sources.text_of(&edit.file).unwrap_or_default();
        by_file.entry(&edit.file).or_default().push(TextEdit {
            range: Lines::of(text).range(edit.range.clone()),
            new_text: edit.text.clone(),
        });
    }
    if !client.takes_document_changes() {
        let changes = by_file
            .into_iter()
            .map(|(file, edits)| (project.uri(file, texts), edits))
            .collect();
        return WorkspaceEdit {
            changes: Some(changes),
            ..Default::default()
        };
    }
    let mut changes: Vec<DocumentChange> = Vec::new();
    if let Some(file) = new {
        changes.push(DocumentChange::CreateFile(CreateFile {
            uri: project.uri(file, texts),
            options: Some(CreateFileOptions {
                ignore_if_exists: Some(true),
                ..Default::default()
            }),
            annotation_id: None,
        }));
    }
    for (file, edits) in by_file {
        let open = texts.get(&project.path(file));
        let text_document = OptionalVersionedTextDocumentIdentifier {
            version: open.map(|open| open.version),
            text_document_identifier: TextDocumentIdentifier {
                uri: project.uri(file, texts),
            },
        };
        let edits = edits.into_iter().map(Into::into).collect();
        changes.push(DocumentChange::TextDocumentEdit(TextDocumentEdit {
            text_document,
            edits,
        }));
    }
    WorkspaceEdit {
        document_changes: Some(changes),
        ..Default::default()
    }
}
