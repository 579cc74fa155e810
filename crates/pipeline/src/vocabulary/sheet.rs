//! The words of a file on one sheet, for an author who cannot ask back: one line for each place.

use std::collections::BTreeMap;

use super::{Word, index, word};

/// Deepest step of a place that is listed.
const DEPTH: usize = 7;
/// Maps of so many keys are described once.
const SHAPE: usize = 3;

/// Everything that somebody may say of what is wanted.
pub fn of_brief() -> String {
    // Assumptions are what nobody said.
    let said = |place: &str| place.split('.').nth(1) != Some("assumptions");
    let grammars = ["quantities", "expressions"].map(|t| super::topic(t).unwrap_or_default());
    format!("{}\n{}", lines("brief", &said), grammars.join("\n"))
}

/// What the collections that these model paths lie in may hold.
pub fn of_architecture(paths: &[String]) -> String {
    let firsts: Vec<&str> = paths
        .iter()
        .filter_map(|path| path.split(['.', '[']).next())
        .collect();
    let concerned = |place: &str| {
        firsts
            .iter()
            .any(|first| place.split('.').nth(1) == Some(first))
    };
    let quantities = super::topic("quantities").unwrap_or_default();
    format!("{}\n{quantities}", lines("architecture", &concerned))
}

fn lines(file: &str, listed: &dyn Fn(&str) -> bool) -> String {
    let mut out = String::new();
    // What is described once is not described again: by its keys, where it was.
    let mut known: BTreeMap<String, String> = BTreeMap::new();
    let mut above: Vec<String> = Vec::new();
    for (path, _) in index(file, DEPTH) {
        let below = |top: &String| {
            path.strip_prefix(top.as_str())
                .is_some_and(|r| r.starts_with('.'))
        };
        if !listed(&path) || above.iter().any(below) {
            continue;
        }
        let Ok(word) = word(&path) else { continue };
        // Without the file's name, as proposals write it.
        let place = path.split_once('.').map_or(path.as_str(), |(_, rest)| rest);
        let keys = keys_of(&path, &word);
        if keys.len() >= SHAPE {
            if let Some(first) = known.get(&keys.join(" ")) {
                out.push_str(&format!("{place}: as {first}{}\n", meant(&word)));
                above.push(path.clone());
                continue;
            }
            known.insert(keys.join(" "), place.to_string());
        }
        out.push_str(&format!("{place}: {}{}\n", what(&word), meant(&word)));
    }
    out
}

/// Its own keys, or those of its items.
fn keys_of(path: &str, of: &Word) -> Vec<String> {
    let item = match of.keys.is_empty() {
        true => word(&format!("{path}.*")).ok(),
        false => None,
    };
    let keys = item.as_ref().map_or(&of.keys, |item| &item.keys);
    keys.iter().map(|k| k.key.clone()).collect()
}

/// What stands there; of a few words, each with what it means.
fn what(word: &Word) -> String {
    let choice = word.is.starts_with("one of") && word.keys.is_empty();
    if !choice || word.words.iter().all(|(_, about)| about.is_empty()) {
        return word.is.clone();
    }
    let words = word.words.iter().map(|(name, about)| match about.as_str() {
        "" => name.clone(),
        about => format!("{name} ({})", about.trim_end_matches('.')),
    });
    format!("one of {}", words.collect::<Vec<_>>().join(", "))
}

/// What it is for, where that is not the meaning of one of its words.
fn meant(word: &Word) -> String {
    let of_a_word = word.words.iter().any(|(_, about)| *about == word.about);
    match word.about.is_empty() || of_a_word {
        true => String::new(),
        false => format!(". {}", word.about),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sheet_says_what_is_there_and_no_more() {
        let sheet = of_brief();
        for part in [
            "scale.users: ",
            "domain.operations.*.rate",
            "targets.availability: ",
            "300 ms",
        ] {
            assert!(sheet.contains(part), "{part} is missing in:\n{sheet}");
        }
        assert!(!sheet.contains("assumptions"), "{sheet}");
        assert!(
            sheet.contains("domain.events.*.fields: as domain.entities.*.fields"),
            "{sheet}"
        );
        assert!(
            sheet.len() < 40_000,
            "a prompt of {} bytes is too dear",
            sheet.len()
        );
        let relations = of_architecture(&["relations.app-store".to_string()]);
        assert!(relations.contains("relations.*.timeout: "), "{relations}");
        assert!(!relations.contains("components.*"), "{relations}");
    }
}
