//! Prints the facts of a tree as JSON: `cargo run -p groundplan-research --example facts -- PATH [FILE]`.
//! With a second argument, what the one file says instead.

use groundplan_research::{fronts, link};

fn main() {
    let mut arguments = std::env::args().skip(1);
    let root = arguments.next().expect("a folder");
    let only = arguments.next();
    let mut files = Vec::new();
    for entry in ignore::WalkBuilder::new(&root)
        .hidden(false)
        .git_global(false)
        .build()
        .flatten()
    {
        let path = entry.path();
        let name = path
            .strip_prefix(&root)
            .unwrap_or(path)
            .to_string_lossy()
            .replace('\\', "/");
        if !path.is_file() || name.contains("node_modules/") || name.starts_with(".git/") {
            continue;
        }
        if only.as_ref().is_some_and(|only| *only != name) {
            continue;
        }
        if let Ok(text) = std::fs::read_to_string(path)
            && let Some(facts) = fronts::read(fronts::SourceText {
                path: &name,
                text: &text,
            })
        {
            files.push((name, facts));
        }
    }
    files.sort_by(|a, b| a.0.cmp(&b.0));
    if only.is_some() {
        println!("{files:#?}");
        return;
    }
    let facts = link::link(&files);
    println!(
        "{}",
        serde_json::to_string_pretty(&facts).expect("facts are plain data")
    );
}
