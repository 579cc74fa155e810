//! Writes what fuzzing starts from: `cargo run -p groundplan-research --example fuzz_seeds -- fuzz/corpus`.
//! One folder a target, in the form that it reads: the seeds of every front, and the files of the cases.

use std::fs;
use std::path::{Path, PathBuf};

use groundplan_research::fronts::{ALL, SourceText, front_of};

#[path = "../tests/common/seeds.rs"]
mod seeds;

/// Larger files are slow to mutate and teach little more.
const LARGEST: usize = 16 * 1024;

/// Parts a file from the next one; no text has it.
const BETWEEN: u8 = 0xFF;

fn main() {
    let corpus = PathBuf::from(std::env::args().nth(1).expect("a folder"));
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut files: Vec<(String, String)> = seeds::SEEDS
        .iter()
        .map(|(_, path, text)| (path.to_string(), text.to_string()))
        .collect();
    gather(&cases, &cases, &mut files);
    let mut all = Vec::new();
    for (at, (path, text)) in files.iter().enumerate() {
        let Some(front) = front_of(SourceText { path, text }) else {
            continue;
        };
        let number = ALL.iter().position(|one| one.id == front.id);
        let number = number.and_then(|number| u8::try_from(number).ok());
        let number = number.expect("a front of the list");
        let mut bytes = vec![number];
        bytes.extend(text.as_bytes());
        write(&corpus, "front", at, &bytes);
        match front.id {
            "sql" => write(&corpus, "sql", at, text.as_bytes()), // tidy: allow a front
            "helm" => write(&corpus, "chart", at, &chart(text)), // tidy: allow a front
            _ => {}
        }
        all.push(bytes);
    }
    // Each with those beside it: files of one case stand together.
    for (at, some) in all.chunks(6).enumerate() {
        write(&corpus, "tree", at, &some.join(&BETWEEN));
    }
    println!("{} files", all.len());
}

fn gather(folder: &Path, cases: &Path, files: &mut Vec<(String, String)>) {
    let entries = fs::read_dir(folder).expect("the folder of the cases");
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            gather(&path, cases, files);
        } else if let Ok(text) = fs::read_to_string(&path)
            && text.len() <= LARGEST
        {
            let inside = path.strip_prefix(cases).unwrap_or(&path);
            // Files that must not be taken for what they are end so.
            let inside = inside.to_string_lossy().replace(".sample", "");
            files.push((inside, text));
        }
    }
}

/// A template with values of its own.
fn chart(template: &str) -> Vec<u8> {
    let values = "image: {repository: shop, tag: 1}\nport: 8080\nenv: {A: b}\nlist: [a, b]\n";
    let helpers = "{{- define \"c.name\" -}}{{ .Chart.Name }}-{{ .Values.port }}{{- end -}}\n";
    [values, helpers, template]
        .map(str::as_bytes)
        .join(&BETWEEN)
}

fn write(corpus: &Path, target: &str, number: usize, bytes: &[u8]) {
    let folder = corpus.join(target);
    fs::create_dir_all(&folder).expect("the folder can be made");
    fs::write(folder.join(format!("seed-{number}")), bytes).expect("the file can be written");
}
