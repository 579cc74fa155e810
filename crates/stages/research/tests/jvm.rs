//! What is recognised in Java and Kotlin, library by library; and that nothing wrong breaks their fronts.

use std::path::{Path, PathBuf};

use groundplan_research::fronts::{self, Reads, SourceText, java, kotlin};
use groundplan_research::recognise::libraries;

#[path = "common/mutate.rs"]
mod mutate;
#[path = "common/seen.rs"]
mod seen;

fn cases() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/jvm");
    let mut inputs: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending != "seen"))
        .collect();
    inputs.sort();
    assert!(inputs.len() > 15);
    inputs
}

#[test]
fn libraries_are_recognised() {
    assert_eq!(libraries::all().1, Vec::<String>::new());
    let mut wrong = Vec::new();
    for input in cases() {
        let text = std::fs::read_to_string(&input).unwrap();
        let name = input.file_name().unwrap().to_string_lossy().into_owned();
        let facts = fronts::read(SourceText {
            path: &name,
            text: &text,
        });
        let shown = seen::lines(&facts.expect("a front takes it"));
        let expected = input.with_file_name(format!("{name}.seen"));
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(&expected, &shown).unwrap();
        }
        if std::fs::read_to_string(&expected).unwrap_or_default() != shown {
            wrong.push(format!("{name}:\n{shown}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn wrong_text_never_panics() {
    for front in [&java::FRONT, &kotlin::FRONT] {
        let Reads::Code(outline) = front.reads else {
            panic!("{} reads no code", front.id);
        };
        let mut read = 0;
        for input in cases() {
            let path = input.to_string_lossy().into_owned();
            if !(front.takes)(&path) {
                continue;
            }
            let text = std::fs::read_to_string(&input).unwrap();
            let whole = outline(SourceText {
                path: &path,
                text: &text,
            });
            assert_eq!(whole.faults, Vec::new(), "{path}");
            for wrong in mutate::of(&text, 150) {
                let made = outline(SourceText {
                    path: &path,
                    text: &wrong,
                });
                assert!(made.line_starts.len() == wrong.matches('\n').count() + 1);
                groundplan_research::recognise::recognise(&made, front.id);
                read += 1;
            }
        }
        assert!(read >= 150);
    }
}
