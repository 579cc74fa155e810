//! Texts: quantities, expressions, words of a list, ids and references.

use crate::check::Walk;
use crate::complain::{clip, subject};
use crate::scalar::is_ambiguous;
use crate::schema::Shape;
use crate::source::narrow;
use crate::tree::{Kind, Node, Scalar, Style};
use model::Span;
use serde_json::Value;
use std::ops::Range;

/// Longest id, in characters.
const MAX_ID: usize = 64;

impl Walk<'_> {
    pub(crate) fn id(&mut self, id: &str, path: &str, at: (usize, Span)) -> bool {
        let first = id.chars().next().is_some_and(|c| c.is_ascii_lowercase());
        let rest = id
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_'));
        if first && rest && id.len() <= MAX_ID {
            return true;
        }
        let mut better: String = id
            .chars()
            .map(|c| {
                if c.is_ascii_alphanumeric() {
                    c.to_ascii_lowercase()
                } else {
                    '-'
                }
            })
            .skip_while(|c| !c.is_ascii_lowercase())
            .take(MAX_ID)
            .collect();
        better.truncate(better.trim_end_matches('-').len());
        let message = if id.len() > MAX_ID {
            format!(
                "the id `{}` has {} characters, the limit is {MAX_ID}",
                clip(id),
                id.chars().count()
            )
        } else {
            format!("`{}` is not an id", clip(id))
        };
        let rule = "start with a letter a-z, then letters, digits, `-` or `_`";
        let remedy = if better.is_empty() {
            format!("Ids {rule}.")
        } else {
            format!("Write `{better}`; ids {rule}.")
        };
        self.fault("bad-id", path, at, message, remedy);
        false
    }

    /// A key that is itself a reference or a quantity.
    pub(crate) fn name(&mut self, names: &Value, key: &str, path: &str, at: (usize, Span)) -> bool {
        let scalar = Scalar {
            text: key.to_string(),
            style: Style::Double,
        };
        let node = Node {
            kind: Kind::Scalar(scalar),
            file: at.0,
            span: at.1,
        };
        match self.schema.expand(names, &node) {
            Ok(shape) => self.text(&shape, &node, key, path).is_some(),
            Err(mismatch) => {
                self.mismatch(mismatch, &node, path, at);
                false
            }
        }
    }

    pub(crate) fn text(
        &mut self,
        shape: &Shape<'_>,
        node: &Node,
        text: &str,
        path: &str,
    ) -> Option<Value> {
        if let Some(kind) = shape.text("x-quantity") {
            if let Err(error) = (self.hooks.text)(kind, text) {
                let at = self.inside(node, text, error.range);
                let remedy = if error.remedy.is_empty() {
                    quantity_example(kind)
                } else {
                    error.remedy
                };
                self.fault("bad-quantity", path, at, error.message, remedy);
                return None;
            }
        } else if shape.keyword("x-expr") == Some(&Value::Bool(true)) {
            if let Err(error) = (self.hooks.text)("expr", text) {
                let at = self.inside(node, text, error.range);
                let remedy = if error.remedy.is_empty() {
                    "Write an expression over principal, row, old, input and now.".to_string()
                } else {
                    error.remedy
                };
                self.fault("bad-expression", path, at, error.message, remedy);
                return None;
            }
        } else if node.is_plain()
            && is_ambiguous(text)
            && shape.words().is_none_or(|w| !w.contains(&text))
        {
            let message = format!("{} is `{text}` without quotes", subject(path));
            self.fault(
                "ambiguous-text",
                path,
                node.at(),
                message,
                format!("Write \"{text}\" in quotes."),
            );
            return None;
        }
        if let Some(words) = shape.words()
            && !words.contains(&text)
        {
            self.unknown_value(&words, node, path);
            return None;
        }
        if shape.keyword("x-id") == Some(&Value::Bool(true)) && !self.id(text, path, node.at()) {
            return None;
        }
        if let Some(collections) = shape.text("x-ref")
            && self.ids.can_resolve(collections)
            && self.ids.resolve(collections, text, &self.scope).is_none()
        {
            if !self.ids.may_be_lost(collections) {
                self.dangling(collections, text, node, path);
            }
            return None;
        }
        Some(Value::String(text.to_string()))
    }

    /// The place of `range` bytes of a scalar's text in the file; the whole scalar where escapes
    /// or folding make that unclear.
    pub(crate) fn inside(
        &self,
        node: &Node,
        text: &str,
        range: Option<Range<usize>>,
    ) -> (usize, Span) {
        let source = self.sources.text(node.file);
        let find = |offset: usize| {
            let offset = crate::source::floor(text, offset);
            let mut rest = source.get(node.span.start..node.span.end)?;
            if let Kind::Scalar(s) = &node.kind {
                rest = match s.style {
                    Style::Plain => rest,
                    Style::Single | Style::Double => rest.get(1..)?,
                    Style::Literal | Style::Folded => rest.split_once('\n')?.1,
                };
            }
            for c in text[..offset].chars() {
                rest = match rest.strip_prefix(c) {
                    Some(rest) if !c.is_whitespace() => rest,
                    _ if c.is_whitespace() => rest.strip_prefix(c)?,
                    _ => rest.trim_start().strip_prefix(c)?,
                };
            }
            let trimmed = match text[offset..].chars().next() {
                Some(c) if !c.is_whitespace() => rest.trim_start(),
                _ => rest,
            };
            Some(node.span.end - trimmed.len())
        };
        let span = range.and_then(|range| {
            let start = find(range.start)?;
            let end = find(range.end).unwrap_or(start).max(start);
            Some(narrow(source, node.span, start, end))
        });
        (node.file, span.unwrap_or(node.span))
    }
}

fn quantity_example(kind: &str) -> String {
    let example = match kind {
        "duration" => "`300 ms`, `2 h` or `30 d`",
        "bytes" => "`512 kB` or `2 TB`",
        "rate" => "`40/s` or `2M/day`",
        "money" => "`5000 USD`",
        "money-rate" => "`5000 USD/month`",
        "ratio" => "`99.95 %`",
        "count" => "`200k` or `1200`",
        "growth" => "`20 %/year` or `2x/year`",
        "range" => "`20/s..80/s` or `99.9 %..99.99 %`",
        _ => return "Write a number with its unit.".to_string(),
    };
    format!("Write it like {example}.")
}
