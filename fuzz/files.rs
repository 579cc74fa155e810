//! What the targets have in common: a file as a tree's reader sees it.

use groundplan_research::fronts::{Front, Reads, SourceText, read_by};
use groundplan_research::leave_out;
use groundplan_research::observation::FileFacts;

#[path = "../crates/stages/research/tests/common/seeds.rs"]
mod seeds;

/// A path that the front takes.
pub fn path_of(front: &Front) -> &'static str {
    let seed = seeds::SEEDS.iter().find(|(id, _, _)| *id == front.id);
    seed.map_or("a", |(_, path, _)| *path)
}

/// The text of bytes and what the front makes of it, as a tree is read: what is no text, and code that
/// nests too deeply, is left out before its front sees it.
pub fn read(front: &Front, path: &str, bytes: &[u8]) -> Option<(String, FileFacts)> {
    let (text, _) = leave_out::text(bytes.to_vec())?;
    if matches!(front.reads, Reads::Code(_)) && leave_out::too_deep(&text) {
        return None;
    }
    let facts = read_by(front, SourceText { path, text: &text });
    Some((text, facts))
}
