//! Nothing unfinished is committed.

use super::source::words;
use super::{Fault, Tree};

/// Faults as words anywhere: comments, strings, code.
const ANYWHERE: &[&str] = &[
    concat!("TO", "DO"),
    concat!("FIX", "ME"),
    concat!("X", "XX"),
];

/// Faults as macros in code.
const MACROS: &[&str] = &["unimplemented", "todo", "dbg"];

/// Finds notes to self, stubs and debugging left in the sources.
pub fn check(tree: &Tree) -> Vec<Fault> {
    let mut faults = Vec::new();
    for source in &tree.sources {
        let mut add = |line: usize, word: &str| {
            if !source.is_allowed(line) {
                let remedy = "finish it, or drop it and say openly what is missing";
                faults.push(Fault::new(
                    &source.path,
                    line,
                    format!("'{word}' is left here"),
                    remedy,
                ));
            }
        };
        for word in ANYWHERE {
            for at in words(&source.text, word) {
                add(source.text[..at].matches('\n').count() + 1, word);
            }
        }
        for name in MACROS {
            for at in words(&source.code, name) {
                if source.code[at + name.len()..].trim_start().starts_with('!') {
                    add(source.line_of(at), &format!("{name}!"));
                }
            }
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<usize> {
        Tree::of(&[("crates/doors/cli/src/a.rs", text)]).lines(check)
    }

    #[test]
    fn unfinished_work_is_found() {
        for word in ANYWHERE {
            assert_eq!(lines(&format!("\n// {word}: later\n")), [2]);
            assert_eq!(lines(&format!("const A: &str = \"{word}\";\n")), [1]);
        }
        for name in MACROS {
            assert_eq!(lines(&format!("fn a() {{\n    {name}!()\n}}\n")), [2]);
        }
    }

    #[test]
    fn other_words_pass() {
        assert_eq!(
            lines("// a todo list\nfn todo() {}\nlet mytodo = a != b;\n"),
            [0usize; 0]
        );
        assert_eq!(lines("const A: &str = \"todo!()\";\n"), [0usize; 0]);
        let word = ANYWHERE[0];
        assert_eq!(
            lines(&format!(
                "const A: &str = \"{word}\"; // tidy: allow a rule's input\n"
            )),
            [0usize; 0]
        );
    }
}
