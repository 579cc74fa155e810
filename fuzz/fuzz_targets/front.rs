//! Every front on any text: the first byte chooses the front, the rest is the file.
#![no_main]

use groundplan_research::fronts::{ALL, Reads, SourceText, read_by};
use groundplan_research::leave_out;
use libfuzzer_sys::fuzz_target;

#[path = "../../crates/stages/research/tests/common/seeds.rs"]
mod seeds;

fuzz_target!(|data: &[u8]| {
    let Some((first, rest)) = data.split_first() else {
        return;
    };
    let front = ALL[usize::from(*first) % ALL.len()];
    let Some((text, _)) = leave_out::text(rest.to_vec()) else {
        return;
    };
    // As a tree is read: code that nests too deeply is left out before its front sees it.
    if matches!(front.reads, Reads::Code(_)) && leave_out::too_deep(&text) {
        return;
    }
    let path = seeds::SEEDS.iter().find(|(id, _, _)| *id == front.id);
    let path = path.map_or("a", |(_, path, _)| *path);
    let facts = read_by(front, SourceText { path, text: &text });
    let lines = text.lines().count() as u32 + 1;
    for seen in &facts.seen {
        assert!(seen.line <= lines, "{}: line {}", front.id, seen.line);
    }
});
