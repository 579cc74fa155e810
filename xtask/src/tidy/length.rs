//! Past 600 lines a file is two ideas (law 11).

use super::{Fault, Tree};

const MOST_LINES: usize = 600;
/// How far down the reason may stand.
const TOP_LINES: usize = 12;

/// Finds long files that do not say why at their top.
pub fn check(tree: &Tree) -> Vec<Fault> {
    let mut faults = Vec::new();
    for source in &tree.sources {
        let lines = source.text.lines().count();
        let says_why = |line: &str| {
            line.strip_prefix("//! Long because")
                .is_some_and(|why| !why.trim().is_empty())
        };
        if lines > MOST_LINES && !source.text.lines().take(TOP_LINES).any(says_why) {
            let reason = format!("{lines} lines, more than {MOST_LINES}");
            let remedy = "split it in two ideas, or say '//! Long because ...' at its top";
            faults.push(Fault::new(&source.path, MOST_LINES + 1, reason, remedy));
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_file_must_say_why() {
        let path = "crates/doors/cli/src/a.rs";
        let lines = |count: usize, top: &str| format!("{top}\n{}", "fn a() {}\n".repeat(count));
        assert_eq!(
            Tree::of(&[(path, &lines(599, ""))]).lines(check),
            [0usize; 0]
        );
        assert_eq!(Tree::of(&[(path, &lines(600, ""))]).lines(check), [601]);
        assert_eq!(
            Tree::of(&[(path, &lines(600, "//! Long because"))]).lines(check),
            [601]
        );
        assert_eq!(
            Tree::of(&[(path, &lines(600, "//! Long because a table."))]).lines(check),
            [0usize; 0]
        );
    }
}
