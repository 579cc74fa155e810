//! Python's build files: `pyproject.toml`, `setup.cfg`, `setup.py`, `requirements*.txt`, `Pipfile`.

use super::said::{Said, folder};
use super::{Front, Reads, SourceText, name_of};
use crate::observation::{Dependency, FileFacts, Module, Observation};
use crate::toml_text;

pub const FRONT: Front = Front {
    id: "python-project",
    takes: |path| {
        let name = name_of(path);
        let named = ["pyproject.toml", "setup.cfg", "setup.py", "Pipfile"];
        let listed = name.ends_with(".txt") || name.ends_with(".in");
        // `requirements/base.txt` as well as `requirements-dev.txt`.
        let folder = folder(path).rsplit('/').next().unwrap_or("");
        named.contains(&name)
            || (listed && (name.contains("requirements") || folder == "requirements"))
    },
    reads: Reads::Format(read),
};

fn read(source: SourceText) -> FileFacts {
    let mut said = Said::new(FRONT.id);
    let here = folder(source.path);
    let mut module = Module {
        name: here.rsplit('/').next().unwrap_or("").to_string(),
        language: "python".to_string(),
        ..Module::default()
    };
    match source.name() {
        "pyproject.toml" | "Pipfile" => toml(source.text, &mut module, &mut said),
        "setup.cfg" => configuration(source.text, &mut module),
        "setup.py" => setup(source.text, &mut module),
        name => {
            let test = is_development(name);
            let lines = source.text.lines().enumerate();
            for (index, line) in lines {
                requirement(line, test, index as u32 + 1, &mut module);
            }
        }
    }
    said.say(1, Observation::Module(module));
    said.done()
}

fn is_development(name: &str) -> bool {
    let words = ["dev", "test", "lint", "doc", "typing"];
    name.split(['.', '-', '_', '/'])
        .any(|part| words.iter().any(|word| part.starts_with(word)))
}

fn toml(text: &str, module: &mut Module, said: &mut Said) {
    let (entries, faults) = toml_text::read(text);
    said.facts.faults = faults;
    for entry in &entries {
        let (table, key) = (entry.table.as_str(), entry.key.as_str());
        let list = |test: bool, module: &mut Module| {
            for (text, line) in &entry.texts {
                requirement(text, test, *line, module);
            }
        };
        let mut named = |test: bool| {
            if key == "python" {
                return;
            }
            let version = entry.text().or(entry.field("version")).map(str::to_string);
            push(key, version, test, entry.line, module);
        };
        match table {
            "project" | "tool.poetry" if key == "name" => {
                module.name = entry.text().unwrap_or("").to_string();
            }
            "project" if key == "dependencies" => list(false, module),
            "project.optional-dependencies" | "dependency-groups" => {
                list(is_development(key), module)
            }
            "project.scripts" | "tool.poetry.scripts" => {
                module.starts = module.starts.take().or(entry.text().map(str::to_string));
            }
            "tool.poetry.dependencies" | "packages" => named(false),
            "dev-packages" | "tool.poetry.dev-dependencies" => named(true),
            "tool.uv" if key == "dev-dependencies" => list(true, module),
            "tool.uv.workspace" if key == "members" => {
                module.aggregates = entry.texts.iter().map(|(text, _)| text.clone()).collect();
            }
            table if table.starts_with("tool.poetry.group.") => {
                named(is_development(
                    table.trim_start_matches("tool.poetry.group."),
                ));
            }
            _ => {}
        }
    }
}

/// `install_requires` of `[options]`, one name a line, indented.
fn configuration(text: &str, module: &mut Module) {
    let mut key = String::new();
    let mut section = String::new();
    for (index, line) in text.lines().enumerate() {
        let number = index as u32 + 1;
        let mut written = line.trim();
        if line.starts_with('[') {
            section = written.trim_matches(['[', ']']).to_string();
            key.clear();
            continue;
        }
        if !line.starts_with([' ', '\t'])
            && let Some((name, value)) = line.split_once('=')
        {
            key = name.trim().to_string();
            written = value.trim();
        }
        match (section.as_str(), key.as_str()) {
            ("metadata", "name") if !written.is_empty() => module.name = written.to_string(),
            ("options", "install_requires") => requirement(written, false, number, module),
            ("options", "tests_require") => requirement(written, true, number, module),
            ("options.extras_require", extra) => {
                requirement(written, is_development(extra), number, module);
            }
            _ => {}
        }
    }
}

/// The texts of `install_requires=[...]`; anything computed is left out.
fn setup(text: &str, module: &mut Module) {
    let Some(at) = text.find("install_requires") else {
        return;
    };
    let rest = &text[at..];
    let Some(open) = rest.find('[') else { return };
    let list = &rest[open..rest[open..].find(']').map_or(rest.len(), |end| open + end)];
    let before = text[..at + open].matches('\n').count() as u32 + 1;
    for (index, line) in list.lines().enumerate() {
        for quote in ['"', '\''] {
            for piece in line.split(quote).skip(1).step_by(2) {
                requirement(piece, false, before + index as u32, module);
            }
        }
    }
}

/// `name[extra]>=1,<2 ; python_version > "3"  # comment`
fn requirement(line: &str, test: bool, number: u32, module: &mut Module) {
    let line = line
        .split(" #")
        .next()
        .unwrap_or("")
        .trim()
        .trim_end_matches(['\\', ',']);
    if line.is_empty() || line.starts_with(['#', '-']) {
        return;
    }
    let line = line.split(';').next().unwrap_or("").trim();
    let plain = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
    let end = line.find(|c: char| !plain(c)).unwrap_or(line.len());
    let (name, rest) = line.split_at(end);
    // `https://...` and `./folder` have no name of a package.
    if name.is_empty() || rest.starts_with([':', '/', '(', '+']) || name.starts_with('.') {
        return;
    }
    let rest = match rest.strip_prefix('[') {
        Some(extras) => extras.split_once(']').map_or("", |(_, rest)| rest),
        None => rest,
    };
    let version = rest.split(" --").next().unwrap_or("").trim();
    let version = (!version.is_empty()).then(|| version.trim_start_matches("==").to_string());
    push(name, version, test, number, module);
}

fn push(name: &str, version: Option<String>, test: bool, line: u32, module: &mut Module) {
    let name = name.to_string();
    module.dependencies.push(Dependency {
        name,
        version,
        test,
        line,
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(path: &str, text: &str) -> Vec<(String, String, bool, u32)> {
        let facts = read(SourceText { path, text });
        let Observation::Module(module) = &facts.seen[0].what else {
            panic!()
        };
        let dependencies = module.dependencies.iter();
        dependencies
            .map(|d| {
                (
                    d.name.clone(),
                    d.version.clone().unwrap_or_default(),
                    d.test,
                    d.line,
                )
            })
            .collect()
    }

    fn row(name: &str, version: &str, test: bool, line: u32) -> (String, String, bool, u32) {
        (name.to_string(), version.to_string(), test, line)
    }

    #[test]
    fn every_file() {
        assert_eq!(
            names(
                "x/requirements.txt",
                "# c\n-r base.txt\nFlask==2.0 # web\nuvicorn[standard]>=0.1 ; python_version > \"3\"\nhttps://x/y.whl\n./local\ngit+https://x\n"
            ),
            [
                row("Flask", "2.0", false, 3),
                row("uvicorn", ">=0.1", false, 4)
            ]
        );
        assert!(names("requirements-dev.txt", "pytest\n")[0].2);
        assert_eq!(
            names(
                "pyproject.toml",
                "[project]\nname = \"a\"\ndependencies = [\n  \"fastapi>=1\",\n  \"httpx\",\n]\n[project.optional-dependencies]\ndev = [\"pytest\"]\n[tool.poetry.dependencies]\npython = \"3\"\ncelery = {version = \"5\", extras = [\"redis\"]}\n[tool.poetry.group.test.dependencies]\nx = \"1\"\n"
            ),
            [
                row("fastapi", ">=1", false, 4),
                row("httpx", "", false, 5),
                row("pytest", "", true, 8),
                row("celery", "5", false, 11),
                row("x", "1", true, 13),
            ]
        );
        assert_eq!(
            names(
                "Pipfile",
                "[packages]\nflask = \"*\"\n[dev-packages]\npytest = \"*\"\n"
            ),
            [row("flask", "*", false, 2), row("pytest", "*", true, 4)]
        );
        assert_eq!(
            names(
                "setup.cfg",
                "[metadata]\nname = a\n[options]\ninstall_requires =\n    requests>=2\n    click\nzip_safe = no\n"
            ),
            [row("requests", ">=2", false, 5), row("click", "", false, 6)]
        );
        assert_eq!(
            names(
                "setup.py",
                "setup(\n  name='x',\n  install_requires=[\n    'boto3>=1',\n    \"six\",\n  ],\n)\n"
            ),
            [row("boto3", ">=1", false, 4), row("six", "", false, 5)]
        );
    }
}
