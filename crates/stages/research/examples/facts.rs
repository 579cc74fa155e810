//! Prints the facts of a tree as JSON: `cargo run -p groundplan-research --example facts -- PATH [FILE]`.
//! With a second argument, what the one file says instead; with `--cache FOLDER` what was read is kept there.

use groundplan_research::{Options, link, read, red_flags};

fn main() {
    let mut arguments = std::env::args().skip(1);
    let root = arguments.next().expect("a folder");
    let mut only = arguments.next();
    let cache = only
        .take_if(|only| only == "--cache")
        .map(|_| arguments.next().expect("a folder").into());
    let options = Options {
        cache,
        ..Options::default()
    };
    let reading = read(&[root.into()], &options, &|_| {}).expect("the folder is there");
    reading.keep();
    match only.as_deref() {
        Some("--flags") => {
            for one in red_flags::all(&link(&reading), &reading.files) {
                let line = one.place.span.map_or(0, |span| span.line);
                let file = one.place.file.unwrap_or_default();
                println!(
                    "{} {:?} {file}:{line} {}",
                    one.rule, one.certainty, one.message
                );
            }
        }
        Some(only) => {
            for (path, facts) in reading.files.iter().filter(|(path, _)| path == only) {
                println!("{path} {facts:#?}");
            }
        }
        None => {
            let facts = link(&reading);
            println!(
                "{}",
                serde_json::to_string_pretty(&facts).expect("facts are plain data")
            );
        }
    }
}
