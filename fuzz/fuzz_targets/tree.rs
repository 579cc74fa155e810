//! A small tree: files parted by the byte 0xFF, which no text has; the first byte of each chooses its front.
//! All are linked, judged, documented and made an architecture of.
#![no_main]

use std::collections::BTreeMap;

use groundplan_research::fronts::ALL;
use groundplan_research::{document, link, recover, red_flags};
use libfuzzer_sys::fuzz_target;

#[path = "../files.rs"]
mod files;

/// Folders that files are put in by turns: some share a unit, some do not.
const FOLDERS: [&str; 4] = ["", "a/", "b/", "a/b/"];

fuzz_target!(|data: &[u8]| {
    let mut tree = BTreeMap::new();
    for (part, folder) in data.split(|byte| *byte == 0xFF).zip(FOLDERS.iter().cycle()) {
        let Some((first, rest)) = part.split_first() else {
            continue;
        };
        let front = ALL[usize::from(*first) % ALL.len()];
        let path = format!("{folder}{}", files::path_of(front));
        if let Some((_, mut facts)) = files::read(front, &path, rest) {
            facts.front = front.id.to_string();
            tree.insert(path, facts);
        }
    }
    let tree: Vec<_> = tree.into_iter().collect();
    let facts = link::link(&tree);
    assert_eq!(
        facts,
        link::link(&tree),
        "the same files give the same facts"
    );
    let flags = red_flags::all(&facts, &tree);
    recover::architecture(&facts);
    document::document(&facts, &flags);
});
