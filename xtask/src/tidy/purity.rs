//! Files, clock, network, processes and the environment are touched at the edges only (law 2), and
//! nothing depends on hash order (law 9).

use super::source::{Source, words};
use super::{Fault, Tree};

/// Forbidden paths, why, and what to do.
const FORBIDDEN: &[(&str, &str, &str)] = &[
    ("std::fs", "touches files", OUTSIDE),
    ("std::net", "touches the network", OUTSIDE),
    ("std::process", "runs processes", OUTSIDE),
    ("std::env", "reads the environment", OUTSIDE),
    ("std::time::SystemTime", "reads the clock", OUTSIDE),
    ("std::time::Instant", "reads the clock", OUTSIDE),
    (
        "std::collections::HashMap",
        "has no order that repeats",
        ORDER,
    ),
    (
        "std::collections::HashSet",
        "has no order that repeats",
        ORDER,
    ),
    (
        "std::collections::hash_map",
        "has no order that repeats",
        ORDER,
    ),
    (
        "std::collections::hash_set",
        "has no order that repeats",
        ORDER,
    ),
];

/// Modules that hold some of the above; importing one whole would hide the use.
const HOLDERS: &[&str] = &["std", "std::time", "std::collections"];

const OUTSIDE: &str = "let a door pass it in as data";
const ORDER: &str = "use indexmap or a BTree, or end the line with '// tidy: allow <why>'";

/// Finds uses of the world and of hash order in the pure crates.
pub fn check(tree: &Tree) -> Vec<Fault> {
    let mut faults = Vec::new();
    for source in &tree.sources {
        if !tree.layers.is_pure(&source.path) || !source.is_shipped() {
            continue;
        }
        for (path, at) in paths(source) {
            let line = source.line_of(at);
            if source.is_test(line) || source.is_allowed(line) {
                continue;
            }
            faults.extend(judge(&path).map(|(why, remedy)| {
                Fault::new(&source.path, line, format!("{path} {why}"), remedy)
            }));
        }
    }
    faults
}

/// Why a path is forbidden and what to do, if it is.
fn judge(path: &str) -> Option<(String, &'static str)> {
    if HOLDERS
        .iter()
        .any(|holder| path == *holder || path == format!("{holder}::*"))
    {
        return Some((
            "hides what is used of it".to_string(),
            "import the items by name",
        ));
    }
    let (_, why, remedy) = FORBIDDEN.iter().find(|(forbidden, ..)| {
        path.strip_prefix(forbidden)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
    })?;
    Some(((*why).to_string(), remedy))
}

/// Every path of the code that starts at `std`, with use trees spread out, and where it stands.
fn paths(source: &Source) -> Vec<(String, usize)> {
    let code = source.code.as_bytes();
    let mut found = Vec::new();
    for at in words(&source.code, "std") {
        // `foo::std` and `$std` are somebody else's; `::std` is ours.
        let before = source.code[..at].trim_end();
        let prefix = before.strip_suffix("::").map(str::trim_end);
        if prefix
            .is_some_and(|p| p.ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == '>'))
        {
            let word = prefix
                .unwrap_or_default()
                .rsplit(|c: char| !c.is_alphanumeric())
                .next();
            if word != Some("use") {
                continue;
            }
        }
        let mut tree = UseTree {
            code,
            at,
            found: &mut found,
        };
        tree.path(String::new());
    }
    found
}

/// Reads `a::{b, c::d}` into the paths it stands for.
struct UseTree<'a> {
    code: &'a [u8],
    at: usize,
    found: &'a mut Vec<(String, usize)>,
}

impl UseTree<'_> {
    fn path(&mut self, prefix: String) {
        let mut path = prefix;
        loop {
            self.space();
            let start = self.at;
            match self.code.get(self.at) {
                Some(b'{') => return self.group(&path),
                Some(b'*') => self.at += 1,
                _ => self.word(),
            }
            let word = String::from_utf8_lossy(&self.code[start..self.at]).into_owned();
            if word.is_empty() {
                return;
            }
            match word.as_str() {
                "self" if !path.is_empty() => {}
                _ if path.is_empty() => path = word,
                _ => path = format!("{path}::{word}"),
            }
            self.space();
            if !self.code[self.at..].starts_with(b"::") {
                self.found.push((path, start));
                return;
            }
            self.at += 2;
        }
    }

    fn group(&mut self, prefix: &str) {
        self.at += 1;
        while self.at < self.code.len() {
            self.space();
            match self.code.get(self.at) {
                Some(b'}') => {
                    self.at += 1;
                    return;
                }
                Some(b',') => self.at += 1,
                _ => {
                    let before = self.at;
                    self.path(prefix.to_string());
                    self.alias();
                    if self.at == before {
                        return;
                    }
                }
            }
        }
    }

    /// Passes over `as name`.
    fn alias(&mut self) {
        self.space();
        if self.code[self.at..].starts_with(b"as ") {
            self.at += 3;
            self.space();
            self.word();
        }
    }

    fn word(&mut self) {
        let rest = &self.code[self.at..];
        self.at += rest
            .iter()
            .take_while(|b| b.is_ascii_alphanumeric() || **b == b'_')
            .count();
    }

    fn space(&mut self) {
        let rest = &self.code[self.at.min(self.code.len())..];
        self.at += rest
            .iter()
            .take_while(|byte| byte.is_ascii_whitespace())
            .count();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<usize> {
        Tree::of(&[("crates/stages/plan/src/a.rs", text)]).lines(check)
    }

    #[test]
    fn the_world_is_a_fault_however_it_is_written() {
        assert_eq!(lines("use std::fs;\n"), [1]);
        assert_eq!(lines("use ::std::fs::File as F;\n"), [1]);
        assert_eq!(lines("fn a() { std::process::exit(1) }\n"), [1]);
        assert_eq!(
            lines("use std::{\n    fmt,\n    env::{self, var},\n    io,\n};\n"),
            [3, 3]
        );
        assert_eq!(lines("use std::time::{Duration, Instant};\n"), [1]);
        assert_eq!(lines("let a = std::time::SystemTime::now();\n"), [1]);
        assert_eq!(lines("use std::{fmt as f, net};\n"), [1]);
    }

    #[test]
    fn hash_order_is_a_fault() {
        assert_eq!(
            lines("use std::collections::{BTreeMap, HashMap, HashSet};\n"),
            [1, 1]
        );
        assert_eq!(lines("let a: std::collections::HashMap<u8, u8>;\n"), [1]);
        assert_eq!(
            lines("use std::collections::*;\nuse std::time;\nuse std::collections;\n").len(),
            3
        );
    }

    #[test]
    fn what_does_not_touch_the_world_passes() {
        let text = "use std::fmt::{self, Write as _};\nuse std::time::Duration;\n\
                    use std::collections::{BTreeMap, BTreeSet};\nconst A: &str = \"std::fs\";\n\
                    // std::fs\nconst V: &str = env!(\"CARGO_PKG_VERSION\");\n\
                    use std::collections::HashMap; // tidy: allow only looked up\n\
                    #[cfg(test)]\nmod tests {\n    use std::fs;\n}\n";
        assert_eq!(lines(text), [0usize; 0]);
    }

    #[test]
    fn doors_and_tests_may() {
        let text = "use std::fs;\n";
        assert_eq!(
            Tree::of(&[("crates/doors/cli/src/a.rs", text)]).lines(check),
            [0usize; 0]
        );
        assert_eq!(
            Tree::of(&[("crates/stages/plan/tests/a.rs", text)]).lines(check),
            [0usize; 0]
        );
        assert_eq!(
            Tree::of(&[("crates/ground/knowledge/build.rs", text)]).lines(check),
            [0usize; 0]
        );
        assert_eq!(
            Tree::of(&[("crates/ground/knowledge/src/a.rs", text)]).lines(check),
            [1]
        );
    }
}
