//! The outline of a file.

use gen_lsp_types::{DocumentSymbol, SymbolKind};
use pipeline::editing::outline::{Symbol, outline};

use super::Place;
use crate::server::Refusal;
use crate::texts::Lines;

pub fn answer(place: Place<'_>) -> Result<Vec<DocumentSymbol>, Refusal> {
    let workspace = place.project.open(place.texts);
    let all = outline(workspace, place.name);
    Ok(all
        .into_iter()
        .map(|one| symbol(one, place.lines))
        .collect())
}

// A symbol's flag for what is outdated has a newer form, and is to be filled all the same.
#[allow(deprecated)]
fn symbol(one: Symbol, lines: &Lines<'_>) -> DocumentSymbol {
    let children: Vec<DocumentSymbol> = one
        .children
        .into_iter()
        .map(|child| symbol(child, lines))
        .collect();
    DocumentSymbol {
        name: one.name,
        detail: (!one.detail.is_empty()).then_some(one.detail),
        kind: if one.element {
            SymbolKind::Object
        } else {
            SymbolKind::Namespace
        },
        tags: None,
        deprecated: None,
        range: lines.range(one.range),
        selection_range: lines.range(one.name_range),
        children: (!children.is_empty()).then_some(children),
    }
}
