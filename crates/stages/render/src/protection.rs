//! What protects a call, in the words that every document uses.

use model::{Breaker, Fallback, Relation, Retry};

use crate::figures::Figures;
use crate::words;

/// `3 tries, 100 ms with jitter, at most 10 % of calls`.
pub(crate) fn retry(retry: &Retry) -> String {
    let mut text = format!("{} tries, {}", retry.attempts, retry.backoff);
    if retry.jitter {
        text.push_str(" with jitter");
    }
    if let Some(budget) = retry.budget {
        text.push_str(&format!(", at most {budget} of calls"));
    }
    text
}

/// `5 failures, 30 s`.
pub(crate) fn breaker(breaker: &Breaker) -> String {
    format!("{} failures, {}", breaker.failures, breaker.recovery)
}

/// What is shown instead, and how old it may be.
pub(crate) fn fallback(f: &Figures<'_>, fallback: &Fallback) -> String {
    let old = fallback
        .staleness
        .map(|s| format!(", up to {s} old"))
        .unwrap_or_default();
    format!("{}{old}", f.prose(&fallback.shows).trim_end_matches('.'))
}

/// `at-least-once, in order by order, after 10 tries to dead_letters`.
pub(crate) fn delivery(r: &Relation) -> String {
    let mut parts: Vec<String> = r.delivery.iter().map(words::word).collect();
    if let Some(by) = &r.ordered_by {
        parts.push(format!("in order by {by}"));
    }
    if let Some(dead) = &r.dead_letter {
        let to = dead.table.as_ref().map_or("aside", |t| &**t);
        parts.push(format!("after {} tries to {to}", dead.after));
    }
    parts.join(", ")
}

/// How the caller proves who it is, and how the way is encrypted.
pub(crate) fn proof(r: &Relation) -> String {
    let mut parts: Vec<String> = r.authentication.clone().into_iter().collect();
    parts.extend(r.encryption.map(|e| match e {
        model::Encryption::None => "**not encrypted**".to_string(),
        e => words::word(&e),
    }));
    parts.join(", ")
}
