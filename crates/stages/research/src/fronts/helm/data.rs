//! Values of templates.

use crate::placeholder::UNKNOWN;
use crate::yaml::{Kind, Node};
use indexmap::IndexMap;
use std::sync::Arc;

#[derive(Debug, Clone, PartialEq)]
pub enum Data {
    /// Cannot be computed here.
    Unknown,
    Null,
    Bool(bool),
    Number(f64),
    Text(String),
    // Shared: the values of a chart are handed to every template that it includes.
    List(Arc<Vec<Data>>),
    Map(Arc<IndexMap<String, Data>>),
}

impl Data {
    pub fn of(node: &Node) -> Data {
        match &node.kind {
            Kind::Null => Data::Null,
            Kind::Scalar { text, plain } => match text.as_str() {
                "true" if *plain => Data::Bool(true),
                "false" if *plain => Data::Bool(false),
                text if *plain && text.starts_with(|c: char| c.is_ascii_digit() || c == '-') => {
                    match text.parse() {
                        // What a number would print otherwise stays as it is written.
                        Ok(number) if print_number(number) == text => Data::Number(number),
                        _ => Data::Text(text.to_string()),
                    }
                }
                text => Data::Text(text.to_string()),
            },
            Kind::List(items) => Data::list(items.iter().map(Data::of).collect()),
            Kind::Map(entries) => {
                let pairs = entries.iter();
                Data::map(
                    pairs
                        .map(|(key, value)| (key.text.clone(), Data::of(value)))
                        .collect(),
                )
            }
        }
    }

    pub fn text(text: impl Into<String>) -> Data {
        Data::Text(text.into())
    }

    pub fn list(items: Vec<Data>) -> Data {
        Data::List(Arc::new(items))
    }

    pub fn map(map: IndexMap<String, Data>) -> Data {
        Data::Map(Arc::new(map))
    }

    /// The field; nothing where it is not there.
    pub fn field(&self, name: &str) -> Data {
        match self {
            Data::Map(map) => map.get(name).cloned().unwrap_or(Data::Null),
            Data::Unknown => Data::Unknown,
            _ => Data::Null,
        }
    }

    /// Whether a condition holds. What is not known is taken to hold.
    pub fn holds(&self) -> bool {
        match self {
            Data::Unknown => true,
            Data::Null => false,
            Data::Bool(holds) => *holds,
            Data::Number(number) => *number != 0.0,
            Data::Text(text) => !text.is_empty(),
            Data::List(items) => !items.is_empty(),
            Data::Map(map) => !map.is_empty(),
        }
    }

    /// As it is printed.
    pub fn print(&self) -> String {
        match self {
            Data::Unknown | Data::Null => UNKNOWN.to_string(),
            Data::Bool(holds) => holds.to_string(),
            Data::Number(number) => print_number(*number),
            Data::Text(text) => text.clone(),
            Data::List(items) => {
                let items: Vec<String> = items.iter().map(Data::print).collect();
                format!("[{}]", items.join(" "))
            }
            Data::Map(_) => self.to_yaml(0).trim_start().to_string(),
        }
    }

    /// YAML in block style, without the last line's end.
    pub fn to_yaml(&self, indent: usize) -> String {
        let pad = " ".repeat(indent);
        match self {
            Data::Map(map) if !map.is_empty() => {
                let lines = map.iter().map(|(key, value)| {
                    let key = quoted(key);
                    match value {
                        Data::Map(inner) if !inner.is_empty() => {
                            format!("{pad}{key}:\n{}", value.to_yaml(indent + 2))
                        }
                        Data::List(inner) if !inner.is_empty() => {
                            format!("{pad}{key}:\n{}", value.to_yaml(indent))
                        }
                        Data::Text(text) if text.contains('\n') => {
                            format!("{pad}{key}: {}", block(text, indent + 2))
                        }
                        value => format!("{pad}{key}: {}", value.to_yaml(0)),
                    }
                });
                lines.collect::<Vec<_>>().join("\n")
            }
            Data::List(items) if !items.is_empty() => {
                let lines = items.iter().map(|item| {
                    let inner = item.to_yaml(indent + 2);
                    format!("{pad}- {}", inner.trim_start())
                });
                lines.collect::<Vec<_>>().join("\n")
            }
            Data::Map(_) => format!("{pad}{{}}"),
            Data::List(_) => format!("{pad}[]"),
            Data::Null => format!("{pad}null"),
            Data::Text(text) => format!("{pad}{}", quoted(text)),
            other => format!("{pad}{}", other.print()),
        }
    }
}

fn block(text: &str, indent: usize) -> String {
    let pad = " ".repeat(indent);
    let lines: Vec<String> = text
        .trim_end()
        .lines()
        .map(|line| format!("{pad}{line}"))
        .collect();
    format!("|\n{}", lines.join("\n"))
}

/// A text as a scalar that reads back as that text.
pub fn quoted(text: &str) -> String {
    let plain = text.chars().enumerate().all(|(at, c)| {
        c.is_alphanumeric() || c == UNKNOWN || c == '_' || c == '/' || (at > 0 && ".-".contains(c))
    });
    let word = ["true", "false", "null", "yes", "no", "on", "off", ""].contains(&text);
    if plain && !word && text.parse::<f64>().is_err() {
        return text.to_string();
    }
    let escaped = text
        .replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace('\n', "\\n")
        .replace('\t', "\\t")
        .replace('\r', "\\r");
    format!("\"{escaped}\"")
}

fn print_number(number: f64) -> String {
    if number.fract() == 0.0 && number.abs() < 1e15 {
        format!("{}", number as i64)
    } else {
        format!("{number}")
    }
}

/// `over` laid over `base`, maps key by key; a null takes a key away.
pub fn laid_over(base: &Data, over: &Data) -> Data {
    match (base, over) {
        (Data::Map(base), Data::Map(over)) => {
            let mut map = IndexMap::clone(base);
            for (key, value) in over.iter() {
                let merged = match map.get(key) {
                    Some(known) => laid_over(known, value),
                    None => value.clone(),
                };
                map.insert(key.clone(), merged);
            }
            Data::map(map)
        }
        _ => over.clone(),
    }
}
