//! Small words that several documents need: names of things, lists, plurals.

use evaluate::Evaluation;
use model::Component;
use serde::Serialize;

use crate::numbers;
use crate::view::View;

/// The word that files use for a value of an enum (`after-commit`); empty for anything else.
pub(crate) fn word<T: Serialize>(value: &T) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(text)) => text,
        _ => String::new(),
    }
}

/// `a`, `a and b`, `a, b and c`.
pub(crate) fn list<T: AsRef<str>>(items: &[T]) -> String {
    match items {
        [] => String::new(),
        [one] => one.as_ref().to_string(),
        [most @ .., last] => {
            let most: Vec<&str> = most.iter().map(AsRef::as_ref).collect();
            format!("{} and {}", most.join(", "), last.as_ref())
        }
    }
}

/// As [`list`], with at most `limit` items named and the rest counted.
pub(crate) fn some<T: AsRef<str>>(items: &[T], limit: usize) -> String {
    if items.len() <= limit + 1 {
        return list(items);
    }
    let named: Vec<&str> = items[..limit].iter().map(AsRef::as_ref).collect();
    format!("{} and {} more", named.join(", "), items.len() - limit)
}

/// `1 table`, `3 tables`.
pub(crate) fn counted(n: usize, noun: &str) -> String {
    match n {
        1 => format!("1 {noun}"),
        n => format!("{n} {}", plural(noun)),
    }
}

fn plural(noun: &str) -> String {
    match noun.strip_suffix('y') {
        Some(stem) if !stem.ends_with(['a', 'e', 'o', 'u']) => format!("{stem}ies"),
        _ if noun.ends_with('s') || noun.ends_with('x') => format!("{noun}es"),
        _ => format!("{noun}s"),
    }
}

/// First letter upper case, where the text begins with a word and not with an id or a number.
pub(crate) fn capital(text: &str) -> String {
    let first = text.split_whitespace().next().unwrap_or_default();
    if !first
        .trim_end_matches([',', ':', '.'])
        .chars()
        .all(char::is_alphabetic)
    {
        return text.to_string();
    }
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

/// Words that ids write in small letters and people do not.
const SPELLINGS: [(&str, &str); 7] = [
    ("api", "API"),
    ("graphql", "GraphQL"),
    ("grpc", "gRPC"),
    ("jwt", "JWT"),
    ("oidc", "OIDC"),
    ("rest", "REST"),
    ("sms", "SMS"),
];

/// An id as people write it: spaces for hyphens, abbreviations in their capitals.
pub(crate) fn spelled(id: &str) -> String {
    let words: Vec<&str> = id
        .split('-')
        .map(|w| {
            let known = SPELLINGS.iter().find(|(small, _)| *small == w);
            known.map_or(w, |(_, spelling)| spelling)
        })
        .collect();
    words.join(" ")
}

/// Whole numbers of seven digits and more, as prose needs them: `11,816,085` becomes
/// `11.8 million`. What has a decimal point or is part of a word stays.
pub(crate) fn rounded(text: &str) -> String {
    text.split_inclusive(' ')
        .map(|word| {
            let bare = word.trim_end_matches([' ', '.', ';', ':', ',', ')']);
            let plain = bare.replace(',', "");
            let millions = bare.contains(',') && plain.len() >= 7;
            match plain.parse::<u64>() {
                Ok(n) if millions => {
                    let tail = &word[bare.len()..];
                    format!("{} million{tail}", numbers::sig3(n as f64 / 1e6))
                }
                _ => word.to_string(),
            }
        })
        .collect()
}

/// With a full stop at the end, where there is none.
pub(crate) fn sentence(text: &str) -> String {
    let text = text.trim();
    if text.is_empty() || text.ends_with(['.', '!', '?', ':']) {
        text.to_string()
    } else {
        format!("{text}.")
    }
}

/// The name of a technology by its id, as knowledge has it; the id where it is not known.
pub(crate) fn technology(view: &View<'_>, id: &str) -> String {
    view.knowledge
        .technology(id)
        .map_or_else(|| id.to_string(), |t| t.name.clone())
}

/// `2 x 2 vCPU, 8 GiB`; empty where nothing is said.
pub(crate) fn size(component: &Component) -> String {
    let mut parts = Vec::new();
    if let Some(size) = &component.size {
        if let Some(vcpu) = size.vcpu {
            parts.push(format!("{} vCPU", numbers::sig3(vcpu)));
        }
        if let Some(memory) = size.memory {
            parts.push(memory.to_string());
        }
    }
    let each = parts.join(", ");
    match (component.instances, each.is_empty()) {
        (Some(n), false) => format!("{n} x {each}"),
        (Some(n), true) => format!("{n} x"),
        (None, _) => each,
    }
}

/// What gives way first, as subject and verb: `store saturates`, `connections of a-to-b run out`.
pub fn gives_way(first: &str) -> String {
    let held = ["connections of ", "slots of "];
    if held.iter().any(|h| first.starts_with(h)) {
        format!("{first} run out")
    } else {
        format!("{first} saturates")
    }
}

/// Utilisation of a component's busiest pool, and whether it is only a lower bound.
pub(crate) fn utilisation(evaluation: &Evaluation, component: &str) -> Option<(f64, bool)> {
    let result = evaluation.components.get(component)?;
    let used = result
        .pools
        .values()
        .filter(|p| p.servers.is_some())
        .map(|p| p.utilisation)
        .fold(None, |most: Option<f64>, u| {
            Some(most.map_or(u, |m| m.max(u)))
        })?;
    Some((used, !result.incomplete.is_empty()))
}

/// `41.2 %`, or `at least 41.2 %` where some demand is not known.
pub(crate) fn used(value: (f64, bool)) -> String {
    match value {
        (share, true) if share <= 0.0 => "not known".into(),
        (share, true) => format!("at least {} %", numbers::sig3(share * 100.0)),
        (share, false) => numbers::percent(share),
    }
}

/// Prose of an author with its references to the model replaced: `{{place-order.p99}}` becomes the
/// evaluated value, and what is not known stays visible as `{{place-order.p99: not known}}`.
pub(crate) fn resolved(view: &View<'_>, text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        out.push_str(before);
        let Some((key, tail)) = after.split_once("}}") else {
            out.push_str("{{");
            rest = after;
            continue;
        };
        let key = key.trim();
        match view.evaluation.and_then(|e| e.explain(key)) {
            Some((full, e)) => out.push_str(&numbers::by_unit(e.value, &e.unit, full)),
            None => out.push_str(&format!("{{{{{key}: not known}}}}")),
        }
        rest = tail;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_and_plurals() {
        assert_eq!(list(&["a", "b", "c"]), "a, b and c");
        assert_eq!(some(&["a", "b", "c", "d"], 2), "a, b and 2 more");
        assert_eq!(some(&["a", "b", "c"], 2), "a, b and c");
        assert_eq!(counted(2, "query"), "2 queries");
        assert_eq!(counted(1, "index"), "1 index");
        assert_eq!(counted(3, "index"), "3 indexes");
        assert_eq!(gives_way("store"), "store saturates");
        assert_eq!(gives_way("slots of app"), "slots of app run out");
        assert_eq!(word(&model::Acknowledge::AfterCommit), "after-commit");
        assert_eq!(sentence("It is so"), "It is so.");
        assert_eq!(spelled("rest"), "REST");
        assert_eq!(spelled("by-what-changes"), "by what changes");
        assert_eq!(
            rounded("with 11,816,085 rows, 8,000 a day"),
            "with 11.8 million rows, 8,000 a day"
        );
        assert_eq!(rounded("3,700,000."), "3.7 million.");
    }
}
