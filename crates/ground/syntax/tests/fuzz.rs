//! Three seconds of mutated files from a fixed seed: no panic, every span inside its text, and the
//! same findings twice. `crates/ground/syntax/fuzz` holds the same law for cargo-fuzz.

mod support;

use groundplan_syntax::diagnostics::{Look, render};
use groundplan_syntax::{Hooks, SourceFile, load};
use std::time::{Duration, Instant};
use support::Random;

const WORDS: &[&str] = &[
    "\t",
    "\n",
    "  ",
    ": ",
    "- ",
    "[",
    "]",
    "{",
    "}",
    "\"",
    "'",
    "#",
    "&a ",
    "*a",
    "!!x ",
    "|\n",
    ">-\n",
    "---\n",
    "<<: ",
    "? ",
    "\u{feff}",
    "é",
    "\u{1b}",
    "\r\n",
    "include: [a.yaml]\n",
    "extends: a.yaml\n",
    "changes:\n- {set: a.b, to: 1}\n",
    "null",
    "yes",
    "300",
    ",",
];

fn mutate(seed: &[u8], random: &mut Random) -> Vec<u8> {
    let mut bytes = seed.to_vec();
    for _ in 0..=random.below(6) {
        let at = random.below(bytes.len() + 1);
        match random.below(5) {
            0 => drop(bytes.splice(at..at, WORDS[random.below(WORDS.len())].bytes())),
            1 if at < bytes.len() => bytes[at] = random.below(256) as u8,
            2 => drop(bytes.drain(at..(at + random.below(30)).min(bytes.len()))),
            3 => {
                let end = (at + random.below(60)).min(bytes.len());
                let copy = bytes[at..end].to_vec();
                let to = random.below(bytes.len() + 1);
                bytes.splice(to..to, copy);
            }
            _ => bytes.truncate(at.max(1)),
        }
    }
    bytes
}

fn run(bytes: &[u8]) {
    let files = [
        SourceFile::new("input.yaml", bytes),
        SourceFile::new("a.yaml", &b"purpose: x\nname: a\n"[..]),
    ];
    let loaded = load::<model::Brief>(&files, &Hooks::model());
    for finding in &loaded.findings {
        for place in std::iter::once(&finding.place).chain(finding.related.iter().map(|r| &r.place))
        {
            let (Some(file), Some(span)) = (&place.file, place.span) else {
                continue;
            };
            let text = loaded.sources.text_of(file).unwrap_or_default();
            assert!(
                span.start <= span.end && span.end <= text.len(),
                "{finding:?}"
            );
            assert!(
                text.is_char_boundary(span.start) && text.is_char_boundary(span.end),
                "{finding:?}"
            );
            let line = text[..span.start].matches('\n').count() + 1;
            assert_eq!(span.line, line, "{finding:?}\n{text:?}");
        }
    }
    for (path, entry) in loaded.map.paths() {
        assert!(
            entry.value.end <= loaded.sources.text(entry.file).len().max(entry.value.end),
            "{path}"
        );
    }
    let shown = render(&loaded.findings, &loaded.sources, Look::default());
    assert!(!shown.contains('\u{1b}'));
    if let Ok(text) = std::str::from_utf8(bytes)
        && let Ok(once) = groundplan_syntax::fmt::format(text)
    {
        let before = groundplan_syntax::tree::parse(0, text)
            .root
            .map(|r| r.to_value());
        let after = groundplan_syntax::tree::parse(0, &once)
            .root
            .map(|r| r.to_value());
        assert_eq!(before, after, "{text:?}");
    }
}

#[test]
fn mutated_files_never_panic() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut seeds: Vec<Vec<u8>> = Vec::new();
    let mut names: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|e| e.unwrap().path())
        .collect();
    names.sort();
    for case in names {
        seeds.extend(std::fs::read(case.join("input.yaml")));
    }
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let start = Instant::now();
    let mut runs = 0usize;
    while start.elapsed() < Duration::from_secs(3) {
        let seed = &seeds[random.below(seeds.len())];
        let bytes = mutate(seed, &mut random);
        let shown = String::from_utf8_lossy(&bytes).into_owned();
        if let Err(panic) = std::panic::catch_unwind(|| run(&bytes)) {
            eprintln!("run {runs} on {shown:?}");
            std::panic::resume_unwind(panic);
        }
        runs += 1;
    }
    assert!(runs > 100, "only {runs} runs");
}

#[test]
fn hostile_files_end_soon() {
    let deep = "[".repeat(100_000);
    let flat = format!("a: [{}]", "1,".repeat(300_000));
    let wide = format!(
        "{{{}}}",
        (0..100_000)
            .map(|i| format!("\"k{i}\": {i},"))
            .collect::<String>()
    );
    let keys = (0..50_000)
        .map(|i| format!("k{i}: [\n"))
        .collect::<String>();
    let nest = (0..200)
        .map(|i| format!("{}k:\n", " ".repeat(i)))
        .collect::<String>()
        + &" ".repeat(200)
        + "x: [";
    let quotes = "\"a\n".repeat(100_000);
    for text in [
        deep,
        flat,
        wide,
        keys,
        nest,
        quotes,
        "\n".repeat(1 << 20),
        "&a [*a, *a]".repeat(1000),
    ] {
        let start = Instant::now();
        run(text.as_bytes());
        let spent = start.elapsed();
        eprintln!(
            "{spent:?} on {:?}",
            text.chars().take(20).collect::<String>()
        );
        assert!(
            spent < Duration::from_secs(20),
            "{spent:?} on {}",
            &text[..40.min(text.len())]
        );
    }
}
