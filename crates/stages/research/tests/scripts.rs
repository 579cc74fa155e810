//! Outlines of TypeScript, JavaScript and Python: one file of constructs, one file of what is read.

use std::path::{Path, PathBuf};

use groundplan_research::fronts::{Front, Reads, SourceText, python, typescript};
use groundplan_research::outline::Outline;
use groundplan_research::recognise::{libraries, recognise};

#[path = "common/mutate.rs"]
mod mutate;
#[path = "common/seen.rs"]
mod seen;
#[path = "common/show.rs"]
mod show;

fn cases(front: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/cases")
        .join(front);
    let mut inputs: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_none_or(|ending| ending != "outline"))
        .collect();
    inputs.sort();
    assert!(!inputs.is_empty());
    inputs
}

fn read(front: &Front, path: &str, text: &str) -> Outline {
    let Reads::Code(outline) = front.reads else {
        panic!("{} reads no code", front.id);
    };
    assert!((front.takes)(path), "{path}");
    outline(SourceText { path, text })
}

fn compare(front: &Front) {
    held(front, front.id, |outline| show::outline(&outline));
}

/// Each input of a folder against what is expected of it.
fn held(front: &Front, folder: &str, shown: fn(Outline) -> String) {
    let mut wrong = Vec::new();
    for input in cases(folder) {
        let text = std::fs::read_to_string(&input).unwrap();
        let name = input.file_name().unwrap().to_string_lossy().into_owned();
        let shown = shown(read(front, &name, &text));
        let expected = input.with_file_name(format!("{name}.outline"));
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(&expected, &shown).unwrap();
        }
        if std::fs::read_to_string(&expected).unwrap_or_default() != shown {
            wrong.push(format!("{name}:\n{shown}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn survives(front: &Front) {
    for input in cases(front.id) {
        let text = std::fs::read_to_string(&input).unwrap();
        let name = input.file_name().unwrap().to_string_lossy().into_owned();
        for wrong in mutate::of(&text, 150) {
            read(front, &name, &wrong);
        }
    }
}

#[test]
fn typescript_outlines() {
    compare(&typescript::FRONT);
}

#[test]
fn python_outlines() {
    compare(&python::FRONT);
}

/// A file of code for each library: routes, calls, connections, messages, variables.
#[test]
fn typescript_libraries() {
    held(&typescript::FRONT, "libraries/typescript", |outline| {
        seen::lines(&recognise(&outline, "typescript"))
    });
}

#[test]
fn python_libraries() {
    held(&python::FRONT, "libraries/python", |outline| {
        seen::lines(&recognise(&outline, "python"))
    });
}

#[test]
fn tables_parse() {
    assert_eq!(libraries::all().1, Vec::<String>::new());
}

#[test]
fn typescript_survives_mutations() {
    survives(&typescript::FRONT);
}

#[test]
fn python_survives_mutations() {
    survives(&python::FRONT);
}

#[test]
fn deep_nesting_is_cut_and_said() {
    let many = |text: &str, times: usize| text.repeat(times);
    let scripts = [
        many("[", 100_000),
        format!("{}1{}", many("(", 3_000), many(")", 3_000)),
        format!("x = {}1{}", many("[", 3_000), many("]", 3_000)),
        format!("x = {}1", many("!", 15_000)),
        format!("x = {}1", many("a => ", 5_000)),
        format!("x = {}1", many("a ? b : ", 5_000)),
        format!("x = a{}", many(".b()", 20_000)),
        format!("x = a{}", many(" + a", 20_000)),
        format!("if (a) b(); {}", many("else if (a) b();\n", 5_000)),
        format!("const {}a{} = b", many("{a:", 3_000), many("}", 3_000)),
        format!("let x: {}a{}", many("A<", 3_000), many(">", 3_000)),
        many("`${", 3_000),
        many("<a>", 3_000),
        many("new ", 5_000),
    ];
    for text in &scripts {
        for path in ["a.ts", "a.js", "a.tsx"] {
            let outline = read(&typescript::FRONT, path, text);
            show::outline(&outline);
        }
    }
    let chain = read(&typescript::FRONT, "a.ts", &scripts[6]);
    assert_eq!(chain.faults.len(), 1, "{:?}", chain.faults);
    let scripts = [
        many("[", 100_000),
        format!("x = {}1{}", many("[", 3_000), many("]", 3_000)),
        format!("x = {}1", many("not ", 15_000)),
        format!("x = {}1", many("lambda: ", 5_000)),
        format!("x = {}1", many("a if b else ", 5_000)),
        format!("x = a{}", many(".b()", 20_000)),
        format!("x = a{}", many(" + a", 20_000)),
        format!("x = a{}", many(" - (a)", 20_000)),
        many("f'{", 3_000),
        (0..2_000)
            .map(|depth| format!("{}if a:\n", " ".repeat(depth)))
            .collect(),
    ];
    for text in &scripts {
        let outline = read(&python::FRONT, "a.py", text);
        show::outline(&outline);
    }
    let chain = read(&python::FRONT, "a.py", &scripts[5]);
    assert_eq!(chain.faults.len(), 1, "{:?}", chain.faults);
}

#[test]
fn a_fault_costs_its_own_part_alone() {
    let text =
        "const a = load('a');\n\nfunction broken( {\n  const = ;\n}\n\nconst b = load('b');\n";
    let shown = show::outline(&read(&typescript::FRONT, "a.js", text));
    assert!(
        shown.contains("load(\"a\")") && shown.contains("load(\"b\")"),
        "{shown}"
    );
    assert!(shown.contains("fault line"), "{shown}");
    let text = "a = load('a')\n\ndef broken(:\n    x = = 1\n\nb = load('b')\n";
    let shown = show::outline(&read(&python::FRONT, "a.py", text));
    assert!(
        shown.contains("load(\"a\")") && shown.contains("load(\"b\")"),
        "{shown}"
    );
    assert!(shown.contains("fault line"), "{shown}");
}

#[test]
fn declaration_files_are_left() {
    for path in ["a.d.ts", "a.css", "a.json", "ts"] {
        assert!(!(typescript::FRONT.takes)(path), "{path}");
    }
    for path in ["a.ts", "A.TS", "b/c.mjs", "x.vue", "x.tsx", "x.cjs"] {
        assert!((typescript::FRONT.takes)(path), "{path}");
    }
}
