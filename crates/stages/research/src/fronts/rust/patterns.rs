//! Patterns: the names they bind.

use super::super::syntax_tree::Node;

/// The names that a pattern binds, in order.
pub fn names(pattern: Node) -> Vec<String> {
    let mut found = Vec::new();
    collect(pattern, &mut found);
    found
}

/// The first of them; empty where it binds none.
pub fn first_name(pattern: Node) -> String {
    names(pattern).into_iter().next().unwrap_or_default()
}

fn collect(pattern: Node, found: &mut Vec<String>) {
    match pattern.kind() {
        "identifier" | "shorthand_field_identifier" | "self" => {
            // In a pattern a name in upper case is a constant or a variant.
            if !pattern.text().starts_with(char::is_uppercase) {
                found.push(pattern.text().to_owned());
            }
        }
        "scoped_identifier" | "range_pattern" => {}
        "field_pattern" => {
            if let Some(part) = pattern.field("pattern").or(pattern.field("name")) {
                collect(part, found);
            }
        }
        _ => {
            for part in pattern
                .children()
                .filter(|part| part.field_name() != "type")
            {
                collect(part, found);
            }
        }
    }
}
