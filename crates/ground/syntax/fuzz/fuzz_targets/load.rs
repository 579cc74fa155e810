//! Any bytes as a brief: no panic, and every span inside its text.
//! Run with `cargo +nightly fuzz run load` in `crates/ground/syntax`.
#![no_main]

use groundplan_syntax::{Hooks, SourceFile, load};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let loaded = load::<groundplan_model::Brief>(&[SourceFile::new("input.yaml", bytes)], &Hooks::model());
    for finding in &loaded.findings {
        if let (Some(file), Some(span)) = (&finding.place.file, finding.place.span) {
            let text = loaded.sources.text_of(file).unwrap_or_default();
            assert!(text.get(span.start..span.end).is_some());
        }
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        let _ = groundplan_syntax::fmt::format(text);
    }
});
