//! Prints the facts of a tree as JSON: `cargo run -p groundplan-research --example facts -- PATH [FILE]`.
//! With a second argument, what the one file says instead, or the red flags (`--flags`); with
//! `--cache FOLDER` what was read is kept there.

use groundplan_research::{Options, read, survey};

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
    let folders = [root.into()];
    let survey = || survey(&folders, &options, &|_| {}).expect("the folder is there");
    match only.as_deref() {
        Some("--flags") => {
            for one in survey().flags {
                let line = one.place.span.map_or(0, |span| span.line);
                let file = one.place.file.unwrap_or_default();
                println!(
                    "{} {:?} {file}:{line} {}",
                    one.rule, one.certainty, one.message
                );
            }
        }
        Some(only) => {
            let reading = read(&folders, &options, &|_| {}).expect("the folder is there");
            for (path, facts) in reading.files.iter().filter(|(path, _)| path == only) {
                println!("{path} {facts:#?}");
            }
        }
        None => {
            println!(
                "{}",
                serde_json::to_string_pretty(&survey().facts).expect("facts are plain data")
            );
        }
    }
}
