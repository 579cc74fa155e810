//! What is known of a place.

use gen_lsp_types::{Contents, Hover, MarkupContent, MarkupKind};

use super::Place;
use crate::server::Refusal;

pub fn answer(place: Place<'_>) -> Result<Option<Hover>, Refusal> {
    let (workspace, checked) = place.project.check(place.texts);
    let found = pipeline::editing::hover::hover(workspace, checked, place.name, place.offset);
    Ok(found.map(|(bytes, value)| Hover {
        contents: Contents::MarkupContent(MarkupContent {
            kind: MarkupKind::Markdown,
            value,
        }),
        range: Some(place.lines.range(bytes)),
    }))
}
