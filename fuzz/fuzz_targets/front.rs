//! Every front on any text: the first byte chooses the front, the rest is the file.
#![no_main]

use groundplan_research::fronts::ALL;
use libfuzzer_sys::fuzz_target;

#[path = "../files.rs"]
mod files;

fuzz_target!(|data: &[u8]| {
    let Some((first, rest)) = data.split_first() else {
        return;
    };
    let front = ALL[usize::from(*first) % ALL.len()];
    let Some((text, facts)) = files::read(front, files::path_of(front), rest) else {
        return;
    };
    let lines = text.lines().count() as u32 + 1;
    for seen in &facts.seen {
        assert!(seen.line <= lines, "{}: line {}", front.id, seen.line);
    }
    for (line, _) in &facts.faults {
        assert!(*line <= lines, "{}: fault in line {line}", front.id);
    }
});
