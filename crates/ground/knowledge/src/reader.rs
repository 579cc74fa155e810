//! Reads a TOML file field by field and keeps every fault as a finding with file and line.
//!
//! Serde stops at the first fault; people who write price lists and technology files want all of
//! them. So the file is loaded into the spanned tree of the `toml` crate and asked for each key.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::ops::Range;

use model::{Finding, Place, Severity, Span};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::vocabulary::Word;

/// The rule of faults that the TOML parser finds.
const SYNTAX: &str = "knowledge-syntax";

/// One file being read.
pub(crate) struct Reader<'t> {
    file: &'t str,
    text: &'t str,
    findings: RefCell<Vec<Finding>>,
}

impl<'t> Reader<'t> {
    pub(crate) fn new(file: &'t str, text: &'t str) -> Self {
        Reader {
            file,
            text,
            findings: RefCell::new(Vec::new()),
        }
    }

    /// Parses as much of the text as can be; syntax faults become findings.
    pub(crate) fn tree(&self) -> Spanned<DeTable<'t>> {
        let (tree, faults) = DeTable::parse_recoverable(self.text);
        for fault in faults {
            self.fault(
                SYNTAX,
                fault.span().unwrap_or(0..0),
                "",
                format!("not valid TOML: {}", fault.message()),
                "mend the line; the rest of the file is read as far as it can be",
            );
        }
        tree
    }

    pub(crate) fn root<'r>(&'r self, tree: &'r Spanned<DeTable<'t>>) -> Fields<'r, 't> {
        Fields {
            reader: self,
            table: tree.get_ref(),
            span: tree.span(),
            path: String::new(),
            seen: RefCell::new(BTreeSet::new()),
        }
    }

    pub(crate) fn into_findings(self) -> Vec<Finding> {
        let mut findings = self.findings.into_inner();
        findings.sort_by_key(|f| f.place.span.map_or(0, |span| span.start));
        // Broken syntax leaves holes in the tree; faults that follow from it help nobody.
        if findings.iter().any(|f| f.rule == SYNTAX) {
            findings.retain(|f| f.rule == SYNTAX);
            findings.dedup_by_key(|f| f.place.span.map(|span| span.line));
        }
        findings
    }

    /// Records a fault at a byte range of the file.
    pub(crate) fn fault(
        &self,
        rule: &str,
        span: Range<usize>,
        path: &str,
        message: String,
        remedy: &str,
    ) {
        let subject = if path.is_empty() {
            self.file.to_string()
        } else {
            format!("{}#{path}", self.file)
        };
        let mut finding = Finding::new(rule, Severity::Major, subject.clone(), message)
            .why("a fact without a known meaning, unit, source or date must not reach a design")
            .remedy(remedy);
        finding.place = Place {
            path: subject,
            file: Some(self.file.to_string()),
            span: Some(place(self.text, span)),
        };
        self.findings.borrow_mut().push(finding);
    }
}

/// Line and column of a byte range; the range is clamped to the text and to character bounds.
fn place(text: &str, range: Range<usize>) -> Span {
    let mut start = range.start.min(text.len());
    while !text.is_char_boundary(start) {
        start -= 1;
    }
    let before = &text[..start];
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
    Span {
        start,
        end: range.end.clamp(start, text.len()),
        line,
        column,
    }
}

/// The keys of one table, asked for one by one; [`Fields::finish`] reports what nobody asked for.
pub(crate) struct Fields<'r, 't> {
    reader: &'r Reader<'t>,
    table: &'r DeTable<'t>,
    span: Range<usize>,
    path: String,
    seen: RefCell<BTreeSet<&'static str>>,
}

impl<'r, 't> Fields<'r, 't> {
    pub(crate) fn span(&self) -> Range<usize> {
        self.span.clone()
    }

    pub(crate) fn path_of(&self, key: &str) -> String {
        if self.path.is_empty() {
            key.to_string()
        } else {
            format!("{}.{key}", self.path)
        }
    }

    fn find(&self, key: &'static str) -> Option<&'r Spanned<DeValue<'t>>> {
        self.seen.borrow_mut().insert(key);
        self.table
            .iter()
            .find(|(k, _)| k.get_ref().as_ref() == key)
            .map(|(_, value)| value)
    }

    /// The byte range of a key's value, or of the table where the key is absent.
    pub(crate) fn span_of(&self, key: &'static str) -> Range<usize> {
        self.find(key).map_or_else(|| self.span(), Spanned::span)
    }

    /// Records a fault at `key`.
    pub(crate) fn bad(&self, rule: &str, key: &'static str, message: String, remedy: &str) {
        self.reader
            .fault(rule, self.span_of(key), &self.path_of(key), message, remedy);
    }

    fn wrong_type(&self, key: &'static str, wanted: &str, found: &DeValue<'_>) {
        self.bad(
            "knowledge-wrong-type",
            key,
            format!(
                "`{}` must be {wanted}, and is a {}",
                self.path_of(key),
                found.type_str()
            ),
            &format!("write {wanted}"),
        );
    }

    fn missing(&self, key: &'static str) {
        self.bad(
            "knowledge-missing-key",
            key,
            format!("`{}` is missing", self.path_of(key)),
            &format!("add `{key} = ...`"),
        );
    }

    pub(crate) fn text(&self, key: &'static str) -> Option<String> {
        let value = self.find(key)?;
        match value.get_ref() {
            DeValue::String(text) => {
                let text = text.trim();
                if text.is_empty() {
                    self.bad(
                        "knowledge-bad-value",
                        key,
                        format!("`{}` is empty", self.path_of(key)),
                        "say it, or leave the key out",
                    );
                    return None;
                }
                Some(text.to_string())
            }
            // An unquoted date is TOML's own date type.
            DeValue::Datetime(date) => Some(date.to_string()),
            other => {
                self.wrong_type(key, "a text", other);
                None
            }
        }
    }

    pub(crate) fn required_text(&self, key: &'static str) -> Option<String> {
        if self.find(key).is_none() {
            self.missing(key);
            return None;
        }
        self.text(key)
    }

    pub(crate) fn has(&self, key: &'static str) -> bool {
        self.find(key).is_some()
    }

    /// A finite number above zero.
    pub(crate) fn positive(&self, key: &'static str) -> Option<f64> {
        let remedy = "write the number, or leave the key out where it is not known";
        self.number(key, |number| number > 0.0, "above zero", remedy)
    }

    /// A finite number from zero on: a measurement below the clock's resolution reads as zero.
    pub(crate) fn not_negative(&self, key: &'static str) -> Option<f64> {
        self.number(
            key,
            |number| number >= 0.0,
            "zero or above",
            "write the number as measured",
        )
    }

    fn number(
        &self,
        key: &'static str,
        fits: impl Fn(f64) -> bool,
        wanted: &str,
        remedy: &str,
    ) -> Option<f64> {
        let value = self.find(key)?;
        let parsed = match value.get_ref() {
            DeValue::Integer(n) if n.radix() == 10 => n.as_str().parse::<f64>().ok(),
            DeValue::Float(n) => n.as_str().parse::<f64>().ok(),
            other => {
                self.wrong_type(key, "a decimal number", other);
                return None;
            }
        };
        let number = parsed.filter(|number| number.is_finite() && fits(*number));
        if number.is_none() {
            let message = format!("`{}` must be {wanted}", self.path_of(key));
            self.bad("knowledge-bad-value", key, message, remedy);
        }
        number
    }

    pub(crate) fn required_positive(&self, key: &'static str) -> Option<f64> {
        if self.find(key).is_none() {
            self.missing(key);
            return None;
        }
        self.positive(key)
    }

    /// True or false; an absent key is false.
    pub(crate) fn flag(&self, key: &'static str) -> bool {
        match self.find(key).map(Spanned::get_ref) {
            None => false,
            Some(DeValue::Boolean(flag)) => *flag,
            Some(other) => {
                self.wrong_type(key, "true or false", other);
                false
            }
        }
    }

    /// A whole number from `0` to `most`.
    pub(crate) fn whole(&self, key: &'static str, most: u32) -> Option<u32> {
        let value = self.find(key)?;
        let parsed = match value.get_ref() {
            DeValue::Integer(n) if n.radix() == 10 => n.as_str().parse::<u32>().ok(),
            other => {
                self.wrong_type(key, "a whole number", other);
                return None;
            }
        };
        match parsed {
            Some(number) if number <= most => Some(number),
            _ => {
                self.bad(
                    "knowledge-bad-value",
                    key,
                    format!("`{}` must lie between 0 and {most}", self.path_of(key)),
                    "write a whole number in that range",
                );
                None
            }
        }
    }

    /// A date `YYYY`, `YYYY-MM` or `YYYY-MM-DD`.
    pub(crate) fn date(&self, key: &'static str) -> Option<String> {
        let text = match self.find(key)?.get_ref() {
            DeValue::Integer(n) => n.as_str().to_string(),
            _ => self.text(key)?,
        };
        if is_date(&text) {
            return Some(text);
        }
        self.bad(
            "knowledge-bad-value",
            key,
            format!("`{}` is not a date: {text}", self.path_of(key)),
            "write YYYY, YYYY-MM or YYYY-MM-DD",
        );
        None
    }

    /// A list of texts; an absent key is an empty list.
    pub(crate) fn texts(&self, key: &'static str) -> Vec<String> {
        let Some(value) = self.find(key) else {
            return Vec::new();
        };
        let DeValue::Array(items) = value.get_ref() else {
            self.wrong_type(key, "a list of texts", value.get_ref());
            return Vec::new();
        };
        let mut texts = Vec::new();
        for item in items.iter() {
            match item.get_ref() {
                DeValue::String(text) => texts.push(text.to_string()),
                other => self.wrong_type(key, "a list of texts", other),
            }
        }
        texts
    }

    /// A list of words of a closed vocabulary.
    pub(crate) fn words<W: Word>(&self, key: &'static str) -> Vec<W> {
        self.texts(key)
            .iter()
            .filter_map(|word| self.known(key, word))
            .collect()
    }

    /// One word of a closed vocabulary.
    pub(crate) fn word<W: Word>(&self, key: &'static str) -> Option<W> {
        let word = self.required_text(key)?;
        self.known(key, &word)
    }

    fn known<W: Word>(&self, key: &'static str, word: &str) -> Option<W> {
        let parsed = W::parse(word);
        if parsed.is_none() {
            self.bad(
                "knowledge-unknown-word",
                key,
                format!("`{}` does not know the word `{word}`", self.path_of(key)),
                &format!("one of: {}", W::WORDS.join(", ")),
            );
        }
        parsed
    }

    /// A table under `key`.
    pub(crate) fn table(&self, key: &'static str) -> Option<Fields<'r, 't>> {
        let value = self.find(key)?;
        let DeValue::Table(table) = value.get_ref() else {
            self.wrong_type(key, "a table", value.get_ref());
            return None;
        };
        Some(self.child(table, value.span(), self.path_of(key)))
    }

    /// The tables under `key`, with their names, in the order of the names.
    pub(crate) fn named_tables(&self, key: &'static str) -> Vec<(String, Fields<'r, 't>)> {
        let Some(value) = self.find(key) else {
            return Vec::new();
        };
        let DeValue::Table(outer) = value.get_ref() else {
            self.wrong_type(key, "a table of tables", value.get_ref());
            return Vec::new();
        };
        let mut tables = Vec::new();
        for (name, inner) in outer.iter() {
            match inner.get_ref() {
                DeValue::Table(table) => {
                    let path = format!("{}.{}", self.path_of(key), name.get_ref());
                    tables.push((
                        name.get_ref().to_string(),
                        self.child(table, inner.span(), path),
                    ));
                }
                other => self.wrong_type(key, "a table of tables", other),
            }
        }
        tables
    }

    /// The entries of `[[key]]`; an absent key is an empty list.
    pub(crate) fn entries(&self, key: &'static str) -> Vec<Fields<'r, 't>> {
        let Some(value) = self.find(key) else {
            return Vec::new();
        };
        let DeValue::Array(items) = value.get_ref() else {
            self.wrong_type(key, &format!("written as [[{key}]]"), value.get_ref());
            return Vec::new();
        };
        let mut entries = Vec::new();
        for (index, item) in items.iter().enumerate() {
            match item.get_ref() {
                DeValue::Table(table) => {
                    let path = format!("{}[{index}]", self.path_of(key));
                    entries.push(self.child(table, item.span(), path));
                }
                other => self.wrong_type(key, &format!("written as [[{key}]]"), other),
            }
        }
        entries
    }

    fn child(&self, table: &'r DeTable<'t>, span: Range<usize>, path: String) -> Fields<'r, 't> {
        Fields {
            reader: self.reader,
            table,
            span,
            path,
            seen: RefCell::new(BTreeSet::new()),
        }
    }

    /// Allows keys that are there for people and not read.
    pub(crate) fn ignore(&self, keys: &[&'static str]) {
        self.seen.borrow_mut().extend(keys);
    }

    /// Reports keys that were never asked for.
    pub(crate) fn finish(self) {
        let seen = self.seen.borrow();
        for (key, _) in self.table.iter() {
            let name = key.get_ref().as_ref();
            if !seen.contains(name) {
                let known: Vec<&str> = seen.iter().copied().collect();
                self.reader.fault(
                    "knowledge-unknown-key",
                    key.span(),
                    &self.path_of(name),
                    format!("`{}` is not a key here", self.path_of(name)),
                    &format!("one of: {}", known.join(", ")),
                );
            }
        }
    }
}

/// `YYYY`, `YYYY-MM` or `YYYY-MM-DD` with a month and day that can exist.
pub(crate) fn is_date(text: &str) -> bool {
    let mut parts = text.split('-');
    let number = |part: &str, digits: usize| {
        (part.len() == digits && part.bytes().all(|b| b.is_ascii_digit()))
            .then(|| part.parse::<u32>().unwrap_or(0))
    };
    let year = parts
        .next()
        .and_then(|y| number(y, 4))
        .is_some_and(|y| (1970..=9999).contains(&y));
    let month = parts
        .next()
        .is_none_or(|m| number(m, 2).is_some_and(|m| (1..=12).contains(&m)));
    let day = parts
        .next()
        .is_none_or(|d| number(d, 2).is_some_and(|d| (1..=31).contains(&d)));
    year && month && day && parts.next().is_none()
}

/// Lower case letters, digits and single hyphens, with a letter or digit at both ends.
pub(crate) fn is_kebab(text: &str) -> bool {
    !text.is_empty()
        && text.split('-').all(|part| {
            !part.is_empty()
                && part
                    .bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates() {
        for good in ["2026", "2026-11", "2026-11-21"] {
            assert!(is_date(good), "{good}");
        }
        for bad in [
            "",
            "26",
            "2026-13",
            "2026-00",
            "2026-11-32",
            "2026-1-1",
            "2026-11-21-1",
            "now",
        ] {
            assert!(!is_date(bad), "{bad}");
        }
    }

    #[test]
    fn kebab() {
        assert!(is_kebab("aws-rds") && is_kebab("s3"));
        assert!(!is_kebab("") && !is_kebab("S3") && !is_kebab("a--b") && !is_kebab("-a"));
    }

    #[test]
    fn place_counts_characters_and_clamps() {
        let span = place("a\nüb", 4..5);
        assert_eq!((span.line, span.column), (2, 2));
        let beyond = place("a", 7..9);
        assert_eq!((beyond.start, beyond.end), (1, 1));
        assert_eq!(place("ü", 1..2).start, 0);
    }
}
