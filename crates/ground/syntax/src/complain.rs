//! The words of faults: what is wrong, what was expected, what was probably meant.

use crate::check::Walk;
use crate::fault::Fault;
use crate::path::join;
use crate::scalar::{Meaning, is_ambiguous, number};
use crate::schema::{Mismatch, Shape, Types};
use crate::suggest::{list, nearest};
use crate::tree::{Kind, Node, Style};
use model::Span;
use serde_json::Value;
// tidy: allow it is asked for membership and never walked through
use std::collections::HashSet;

impl Walk<'_> {
    pub(crate) fn wrong_type(
        &mut self,
        wanted: Types,
        node: &Node,
        path: &str,
        owner: (usize, Span),
    ) {
        let name = subject(path);
        let plain = node.text().filter(|_| node.is_plain());
        if let Some(word) = plain.filter(|text| is_ambiguous(text) && wanted.has(Types::BOOL)) {
            let yes = ["yes", "on", "y"]
                .iter()
                .any(|w| word.eq_ignore_ascii_case(w));
            let message = format!("{name} is `{word}`, which only some readers take for {yes}");
            self.fault(
                "ambiguous-text",
                path,
                node.at(),
                message,
                format!("Write `{yes}`."),
            );
            return;
        }
        let found = match &node.kind {
            Kind::Map(_) => "a map".to_string(),
            Kind::Seq(_) => "a list".to_string(),
            Kind::Scalar(s) if s.text.is_empty() && s.style == Style::Plain => "empty".to_string(),
            Kind::Scalar(s) => match s.meaning() {
                Meaning::Null => "null".to_string(),
                Meaning::Bool(_) => format!("`{}`, which is true or false", s.text),
                Meaning::Number(_) => format!("the number `{}`", s.text),
                Meaning::Text => format!("the text `{}`", clip(&s.text)),
            },
            Kind::Broken => return,
        };
        let message = format!("{name} is {found}, and {} is expected", wanted.words());
        let remedy = match &node.kind {
            Kind::Map(_) if wanted.has(Types::ARR) => {
                "Write a list: each item on its own line after `- `.".to_string()
            }
            Kind::Scalar(s) if wanted.has(Types::ARR) && !s.text.is_empty() => {
                format!("Write a list: `[{}]`.", clip(&s.text))
            }
            Kind::Scalar(s)
                if wanted.has(Types::INT)
                    && s.style != Style::Plain
                    && number(&s.text).is_some() =>
            {
                format!("Write `{}` without quotes.", s.text)
            }
            Kind::Seq(_) if wanted.has(Types::OBJ) => {
                "Write `key: value` lines instead of the list.".to_string()
            }
            _ if wanted.has(Types::OBJ) => {
                "Write its keys below it, indented by two more spaces.".to_string()
            }
            _ if wanted.has(Types::ARR) => "Write a list, or `[]` for an empty one.".to_string(),
            _ if wanted.has(Types::BOOL) => "Write `true` or `false`.".to_string(),
            _ if wanted.has(Types::NUM) => "Write a plain number, such as `1.5`.".to_string(),
            _ if wanted.has(Types::INT) => "Write a whole number, such as `3`.".to_string(),
            _ => "Write a text, or leave the key out.".to_string(),
        };
        let at = match &node.kind {
            Kind::Scalar(s) if !s.text.is_empty() => node.at(),
            _ => owner,
        };
        self.fault("wrong-type", path, at, message, remedy);
    }

    pub(crate) fn mismatch(
        &mut self,
        mismatch: Mismatch<'_>,
        node: &Node,
        path: &str,
        owner: (usize, Span),
    ) {
        match mismatch {
            Mismatch::Type(wanted) => self.wrong_type(wanted, node, path, owner),
            Mismatch::Value(words) => self.unknown_value(&words, node, path),
            Mismatch::NoTag(tags) => {
                let meant = node.as_map().and_then(|map| {
                    map.entries
                        .iter()
                        .find_map(|(k, _)| nearest(&k.text, tags.iter().copied()).map(|t| (k, t)))
                });
                let all = list(tags.iter().copied());
                if let Some((key, tag)) = meant {
                    let message = format!("`{}` is not one of the kinds allowed here", key.text);
                    let remedy = format!("Did you mean `{tag}`? Allowed: {all}.");
                    self.fault(
                        "unknown-key",
                        &join(path, &key.text),
                        (key.file, key.span),
                        message,
                        remedy,
                    );
                } else {
                    let message = format!("{} does not say what it is", subject(path));
                    self.fault(
                        "missing-key",
                        path,
                        owner,
                        message,
                        format!("Write one of {all} as its key."),
                    );
                }
            }
            Mismatch::Tag(key, words) => match node.get(key) {
                Some(written) => self.unknown_value(&words, written, &join(path, key)),
                None => {
                    let message =
                        format!("{} has no `{key}`, which says what it is", subject(path));
                    let remedy = format!(
                        "Write `{key}:` with one of {}.",
                        list(words.iter().copied())
                    );
                    self.fault("missing-key", path, owner, message, remedy);
                }
            },
        }
    }

    pub(crate) fn unknown_value(&mut self, words: &[&str], node: &Node, path: &str) {
        let Some(text) = node.text() else {
            self.wrong_type(Types::STR, node, path, node.at());
            return;
        };
        let message = format!(
            "{} is `{}`, which is not one of its values",
            subject(path),
            clip(text)
        );
        let all = list(words.iter().copied());
        let remedy = match nearest(text, words.iter().copied()) {
            Some(word) if words.len() > 1 => format!("Did you mean `{word}`? Allowed: {all}."),
            _ => format!("Write {all}."),
        };
        self.fault("unknown-value", path, node.at(), message, remedy);
    }

    /// What to write for a key that is missing.
    pub(crate) fn example(&self, shape: &Shape<'_>, key: &str) -> String {
        let of = shape.property(key);
        let words = of.map(|s| self.schema.words(s)).unwrap_or_default();
        let types = of.map_or(Types::ALL, |s| self.schema.types(s));
        let what = if !words.is_empty() {
            list(words)
        } else if types == Types::ALL {
            "a value".to_string()
        } else {
            types.words()
        };
        let hint = shape
            .property(key)
            .and_then(|s| s.get("description"))
            .and_then(Value::as_str);
        let hint = hint.and_then(|h| h.split_once(". ").map(|(first, _)| first).or(Some(h)));
        match hint.map(|h| h.trim().trim_end_matches('.').replace('\n', " ")) {
            Some(hint) => format!("Add `{key}:` with {what}: {}.", decapitalise(&hint)),
            None => format!("Add `{key}:` with {what}."),
        }
    }

    pub(crate) fn unknown_key(
        &mut self,
        shape: &Shape<'_>,
        written: &HashSet<&str>,
        key: &str,
        path: &str,
        at: (usize, Span),
    ) {
        let mut allowed: Vec<&str> = Vec::new();
        for (name, _) in shape.properties() {
            if !allowed.contains(&name) {
                allowed.push(name);
            }
        }
        let owner = crate::path::parent(path).unwrap_or_default();
        if shape.others.contains(&key) {
            let taken = shape.required().next().unwrap_or_default();
            let message = format!("`{key}` stands beside `{taken}`, and only one of them can hold");
            self.fault(
                "unknown-key",
                path,
                at,
                message,
                "Split it in two, or keep one.".to_string(),
            );
            return;
        }
        let message = format!("{} has no key `{}`", subject(&owner), clip(key));
        let free: Vec<&str> = allowed
            .iter()
            .copied()
            .filter(|k| !written.contains(k))
            .collect();
        let remedy = match nearest(key, free.iter().copied()) {
            Some(word) => format!("Did you mean `{word}`?"),
            None if key.contains(' ') => {
                "A comma within `{...}` ends the value before it: put that value in quotes, or on a line of its own.".to_string()
            }
            None if allowed.is_empty() => "Leave it out; nothing is set here.".to_string(),
            None => format!("Leave it out, or use {}.", list(allowed.iter().copied())),
        };
        self.fault("unknown-key", path, at, message, remedy);
    }

    pub(crate) fn dangling(&mut self, collections: &str, text: &str, node: &Node, path: &str) {
        let kinds = collections
            .split('|')
            .map(str::trim)
            .collect::<Vec<_>>()
            .join(" or ");
        let message = format!("`{}` is not declared in {kinds}", clip(text));
        let near = self.ids.nearest(collections, text, &self.scope);
        let remedy = match &near {
            Some((id, _)) => format!("Did you mean `{id}`?"),
            None => {
                let all = self.ids.writable(collections, &self.scope);
                if all.is_empty() {
                    format!("Declare it in {kinds}, or leave the reference out.")
                } else {
                    format!(
                        "Declare it in {kinds}, or use {}.",
                        list(all.iter().map(String::as_str))
                    )
                }
            }
        };
        let mut fault = Fault::new("dangling-reference", path, node.at(), message, remedy);
        if let Some((id, at)) = near.filter(|(_, at)| !at.elsewhere) {
            fault = fault.related(
                &at.path,
                (at.file, at.span),
                format!("`{id}` is declared here"),
            );
        }
        self.faults.push(fault);
    }
}

/// The path in a sentence.
pub(crate) fn subject(path: &str) -> String {
    if path.is_empty() {
        "the file".to_string()
    } else {
        format!("`{path}`")
    }
}

/// Long texts are shown by their beginning.
pub(crate) fn clip(text: &str) -> String {
    let line = text.lines().next().unwrap_or("");
    if line.chars().count() > 60 || line.len() < text.trim_end().len() {
        format!("{}...", line.chars().take(57).collect::<String>())
    } else {
        line.to_string()
    }
}

pub(crate) fn decapitalise(text: &str) -> String {
    let mut chars = text.chars();
    match (chars.next(), chars.clone().next()) {
        (Some(first), Some(second)) if second.is_lowercase() || second == ' ' => {
            first.to_lowercase().chain(chars).collect()
        }
        _ => text.to_string(),
    }
}
