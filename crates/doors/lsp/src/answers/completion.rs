//! What may be written at a place.

use gen_lsp_types::{
    CompletionItem, CompletionItemKind, CompletionItemTextEdit, CompletionList, Documentation,
    MarkupContent, MarkupKind, TextEdit,
};
use syntax::cursor::OfferKind;

use super::Place;
use crate::server::Refusal;

pub fn answer(place: Place<'_>) -> Result<Option<CompletionList>, Refusal> {
    let workspace = place.project.open(place.texts);
    let offers = pipeline::editing::offers::offers;
    let Some(found) = offers(workspace, place.name, place.text, place.offset) else {
        return Ok(None);
    };
    let range = place.lines.range(found.range);
    let item = |(at, offer): (usize, syntax::cursor::Offer)| {
        let kind = match offer.kind {
            OfferKind::Key => CompletionItemKind::Property,
            OfferKind::Id => CompletionItemKind::Reference,
            OfferKind::Word => CompletionItemKind::EnumMember,
            OfferKind::Quantity => CompletionItemKind::Unit,
        };
        let about = (!offer.about.is_empty()).then_some(offer.about);
        let markup = |value| MarkupContent {
            kind: MarkupKind::Markdown,
            value,
        };
        CompletionItem {
            label: offer.text.trim().trim_end_matches(':').to_string(),
            kind: Some(kind),
            detail: (!offer.detail.is_empty()).then_some(offer.detail),
            documentation: about.map(|text| Documentation::MarkupContent(markup(text))),
            // In the order of the model, which is the order in which files are written.
            sort_text: Some(format!("{at:05}")),
            text_edit: Some(CompletionItemTextEdit::TextEdit(TextEdit {
                range,
                new_text: offer.text,
            })),
            ..Default::default()
        }
    };
    Ok(Some(CompletionList {
        items: found.items.into_iter().enumerate().map(item).collect(),
        ..Default::default()
    }))
}
