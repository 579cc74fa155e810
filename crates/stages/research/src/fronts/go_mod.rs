//! `go.mod` and `go.work`. What is only needed by others (`// indirect`) is no dependency of this module.

use super::said::Said;
use super::{Front, Reads, SourceText, name_of};
use crate::observation::{Dependency, FileFacts, Module, Observation};

pub const FRONT: Front = Front {
    id: "go-mod",
    takes: |path| matches!(name_of(path), "go.mod" | "go.work"),
    reads: Reads::Format(read),
};

fn read(source: SourceText) -> FileFacts {
    let mut said = Said::new(FRONT.id);
    let mut module = Module {
        language: "go".to_string(),
        ..Module::default()
    };
    let mut block = String::new();
    for (index, line) in source.text.lines().enumerate() {
        let number = index as u32 + 1;
        let indirect = line.contains("// indirect");
        let line = line.split("//").next().unwrap_or("").trim();
        if line == ")" {
            block.clear();
            continue;
        }
        let mut words = line.split_whitespace();
        let verb = if block.is_empty() {
            words.next().unwrap_or("").to_string()
        } else {
            block.clone()
        };
        let words: Vec<&str> = words.map(|word| word.trim_matches(['"', '`'])).collect();
        if words.last() == Some(&"(") {
            block = verb;
            continue;
        }
        match (verb.as_str(), &words[..]) {
            ("module", [name, ..]) => module.name = name.to_string(),
            ("require", [name, version, ..]) if !indirect => module.dependencies.push(Dependency {
                name: name.to_string(),
                version: Some(version.to_string()),
                test: false,
                line: number,
            }),
            ("use", [folder, ..]) => module.aggregates.push(folder.to_string()),
            ("require", [_]) => said.fault(number, "a requirement without version"),
            _ => {}
        }
    }
    said.say(1, Observation::Module(module));
    said.done()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn module(text: &str) -> Module {
        let path = "x/go.mod";
        match read(SourceText { path, text }).seen.remove(0).what {
            Observation::Module(module) => module,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn requirements_and_workspaces() {
        let found = module(
            "module example.com/cart // c\n\ngo 1.22\nrequire a.b/c v1.0.0\nrequire (\n\td.e/f v2.0.0 // indirect\n\t\"g.h/i\" v3.0.0\n)\nreplace a.b/c => ../c\n",
        );
        assert_eq!(found.name, "example.com/cart");
        let names: Vec<_> = found
            .dependencies
            .iter()
            .map(|d| (d.name.as_str(), d.line))
            .collect();
        assert_eq!(names, [("a.b/c", 4), ("g.h/i", 7)]);
        assert_eq!(
            module("go 1.22\nuse (\n  ./a\n  ./b\n)\nuse ./c\n").aggregates,
            ["./a", "./b", "./c"]
        );
    }
}
