//! Literals of Java: texts, text blocks, numbers.

use crate::fronts::escapes;
use crate::fronts::syntax_tree::Node;
use crate::outline::Expr;

pub fn text(node: Node) -> Expr {
    let written = node.text();
    let inside = match written.strip_prefix("\"\"\"") {
        Some(block) => escapes::undone(&unindented(block.strip_suffix("\"\"\"").unwrap_or(block))),
        None => {
            let inside = written.strip_prefix('"').unwrap_or(written);
            escapes::undone(inside.strip_suffix('"').unwrap_or(inside))
        }
    };
    Expr::Text(inside, node.at())
}

pub fn character(node: Node) -> Expr {
    Expr::Text(escapes::undone(node.text().trim_matches('\'')), node.at())
}

/// A text block without the indentation that all its lines share, its first line break and trailing
/// blanks (Java Language Specification 3.10.6).
fn unindented(block: &str) -> String {
    let block = match block.find('\n') {
        Some(place) if block[..place].trim().is_empty() => &block[place + 1..],
        _ => block,
    };
    let last = block.lines().count().saturating_sub(1) + usize::from(block.ends_with('\n'));
    let lines: Vec<&str> = block.split('\n').collect();
    let shared = lines
        .iter()
        .enumerate()
        .filter(|(index, line)| *index == last || !line.trim().is_empty())
        .map(|(_, line)| line.len() - line.trim_start().len())
        .min()
        .unwrap_or(0);
    let kept: Vec<&str> = lines
        .iter()
        .map(|line| line.get(shared..).unwrap_or("").trim_end())
        .collect();
    kept.join("\n")
}

pub fn number(node: Node) -> Expr {
    let written: String = node.text().chars().filter(|c| *c != '_').collect();
    let lower = written.to_ascii_lowercase();
    let radix = |digits: &str, radix| {
        i64::from_str_radix(digits.trim_end_matches('l'), radix).map(|value| value as f64)
    };
    let value = if let Some(hex) = lower.strip_prefix("0x") {
        radix(hex, 16)
    } else if let Some(bits) = lower.strip_prefix("0b") {
        radix(bits, 2)
    } else if node.is("octal_integer_literal") {
        radix(lower.trim_start_matches("0o"), 8)
    } else {
        let digits = lower.trim_end_matches(['l', 'f', 'd']);
        return Expr::Number(digits.parse().unwrap_or(0.0), node.at());
    };
    Expr::Number(value.unwrap_or(0.0), node.at())
}

#[cfg(test)]
mod tests {
    use super::unindented;

    #[test]
    fn text_blocks_lose_their_shared_indentation() {
        for (written, meant) in [
            ("\n    select *\n      from t\n    ", "select *\n  from t\n"),
            ("\n  a  \n\n  b", "a\n\nb"),
            ("\n", ""),
            ("\n  é\n", "  é\n"),
        ] {
            assert_eq!(unindented(written), meant, "{written:?}");
        }
    }
}
