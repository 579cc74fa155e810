//! Which source files can matter: those with a word of a library. The others are not parsed.
//!
//! A language has one automaton over the words of all its tables. Configuration and schemas are always
//! read.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use aho_corasick::{AhoCorasick, MatchKind};
use knowledge::raw;
use serde::Deserialize;

/// What the prefilter needs of a table.
#[derive(Deserialize)]
struct Words {
    id: String,
    languages: Vec<String>,
    #[serde(default)]
    imports: Vec<String>,
    #[serde(default)]
    words: Vec<String>,
}

/// The words of every language.
pub struct Prefilter {
    by_language: BTreeMap<String, AhoCorasick>,
}

/// Hash of what the embedded tables say; facts made with other tables are stale.
pub fn tables() -> u64 {
    hash(raw("libraries"))
}

fn hash(tables: &[(&str, &str)]) -> u64 {
    let mut hash = xxhash_rust::xxh3::Xxh3::new();
    for (name, text) in tables {
        hash.update(name.as_bytes());
        hash.update(text.as_bytes());
    }
    hash.digest()
}

impl Prefilter {
    /// Of the embedded tables.
    pub fn embedded() -> &'static Prefilter {
        static BUILT: OnceLock<Prefilter> = OnceLock::new();
        BUILT.get_or_init(|| Prefilter::new(raw("libraries")))
    }

    fn new(tables: &[(&str, &str)]) -> Self {
        let mut words: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (_, text) in tables {
            let Ok(table) = toml::from_str::<Words>(text) else {
                continue;
            };
            for language in &table.languages {
                words
                    .entry(language.clone())
                    .or_default()
                    .extend(spelled(language, &table));
            }
        }
        let by_language = words
            .into_iter()
            .filter_map(|(language, words)| {
                let automaton = AhoCorasick::builder()
                    .match_kind(MatchKind::Standard)
                    .build(words.iter().filter(|w| !w.is_empty()))
                    .ok()?;
                Some((language, automaton))
            })
            .collect();
        Prefilter { by_language }
    }

    /// Whether a text can say something to a language's tables. A language without any is read whole.
    pub fn matters(&self, language: &str, text: &[u8]) -> bool {
        self.by_language
            .get(language)
            .is_none_or(|words| words.is_match(text))
    }
}

/// A table's words as the language writes them.
fn spelled(language: &str, table: &Words) -> Vec<String> {
    if !table.words.is_empty() {
        return table.words.clone();
    }
    let imports = table.imports.iter().map(|import| {
        match language {
            // `from django import db`, `use tonic::{transport::Server}`: the rest may stand apart.
            "python" => import.split('.').next().unwrap_or(import).to_string(), // tidy: allow a language
            // tidy: allow a language
            "rust" => import
                .split([':', '.'])
                .next()
                .unwrap_or(import)
                .to_string(),
            "php" => import
                .replace('.', "\\")
                .split('\\')
                .next()
                .unwrap_or(import)
                .to_string(),
            _ => import.trim_end_matches(['*', '.']).to_string(),
        }
    });
    let mut words: Vec<String> = imports.filter(|w| !w.is_empty()).collect();
    if words.is_empty() {
        words.push(table.id.clone());
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    const FLASK: &str = "id = \"flask\"\nname = \"Flask\"\ndocs = \"\"\nlanguages = [\"python\"]\nimports = [\"flask.views\"]\n";
    const WEB: &str = "id = \"web\"\nname = \"Web\"\ndocs = \"\"\nlanguages = [\"java\", \"kotlin\"]\nimports = [\"org.web.\"]\nwords = [\"RestController\"]\n";

    #[test]
    fn a_file_without_any_word_is_not_parsed() {
        let filter = Prefilter::new(&[("flask.toml", FLASK), ("web.toml", WEB)]);
        assert!(filter.matters("python", b"from flask import views"));
        assert!(!filter.matters("python", b"import math"));
        assert!(filter.matters("kotlin", b"@RestController class A"));
        assert!(
            !filter.matters("java", b"import org.web.Other;"),
            "words replace imports"
        );
        assert!(filter.matters("go", b"package main"), "no table, no filter");
    }

    #[test]
    fn other_tables_make_other_facts() {
        let one = hash(&[("flask.toml", FLASK)]);
        let two = hash(&[("flask.toml", &FLASK.replace("views", "view"))]);
        assert_ne!(one, two);
    }

    #[test]
    fn every_table_has_a_word() {
        for (name, text) in raw("libraries") {
            let table: Words = toml::from_str(text).unwrap_or_else(|e| panic!("{name}: {e}"));
            let own = table
                .words
                .iter()
                .chain(&table.imports)
                .any(|w| w.len() > 2);
            assert!(
                own,
                "{name}: without `words` or `imports` its files are never parsed"
            );
        }
    }
}
