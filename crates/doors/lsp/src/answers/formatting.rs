//! The canonical form of a file.

use gen_lsp_types::TextEdit;
use pipeline::editing::difference;

use super::Place;
use crate::server::Refusal;

/// One edit, or none: what does not parse stays, and its faults are shown already.
pub fn answer(place: Place<'_>) -> Result<Vec<TextEdit>, Refusal> {
    let formatted = syntax::fmt::format(place.text);
    let changed = formatted.ok().filter(|new| new != place.text);
    let edit = changed.map(|new| {
        let edit = difference(place.name, place.text, &new);
        TextEdit {
            range: place.lines.range(edit.range),
            new_text: edit.text,
        }
    });
    Ok(edit.into_iter().collect())
}
