//! Tags of struct fields: `` `json:"id,omitempty" gorm:"column:order_id;primaryKey"` ``.
//!
//! Each key is an annotation. Its first argument is the text up to the first comma, what follows are
//! words or `name=value`; parts like `column:order_id` between semicolons are named arguments besides.

use super::super::escapes::undone;
use super::super::syntax_tree::Node;
use super::expressions::literal;
use crate::outline::{Annotation, Argument, At, Expr};

pub fn annotations(tag: Node) -> Vec<Annotation> {
    let text = literal(tag);
    let mut rest = text.trim_start();
    let mut made = Vec::new();
    while let Some((key, after)) = rest.split_once(":\"") {
        let mut end = 0;
        let bytes = after.as_bytes();
        while end < bytes.len() && bytes[end] != b'"' {
            end += if bytes[end] == b'\\' { 2 } else { 1 };
        }
        let value = after.get(..end).unwrap_or(after);
        made.push(Annotation {
            name: key.trim().to_owned(),
            arguments: arguments(&undone(value), tag.at()),
            at: tag.at(),
        });
        rest = after.get(end + 1..).unwrap_or("").trim_start();
    }
    made
}

fn arguments(value: &str, at: At) -> Vec<Argument> {
    let text = |text: &str| Expr::Text(text.to_owned(), at);
    let mut parts = value.split(',');
    let mut made = vec![Argument {
        name: None,
        value: text(parts.next().unwrap_or("")),
    }];
    for part in parts {
        made.push(match part.split_once('=') {
            Some((name, value)) => Argument {
                name: Some(name.trim().to_owned()),
                value: text(value),
            },
            None => Argument {
                name: None,
                value: text(part),
            },
        });
    }
    let word = |part: &str| {
        !part.is_empty()
            && part
                .chars()
                .all(|c| c.is_alphanumeric() || c == '_' || c == ' ')
    };
    if value.contains(';') || value.split_once(':').is_some_and(|(name, _)| word(name)) {
        for part in value.split(';') {
            let (name, value) = match part.split_once(':') {
                Some((name, value)) if !value.starts_with("//") => (name, text(value)),
                Some(_) => continue,
                None => (part, Expr::Bool(true)),
            };
            if word(name) {
                made.push(Argument {
                    name: Some(name.trim().to_owned()),
                    value,
                });
            }
        }
    }
    made
}
