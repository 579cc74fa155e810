//! Prose refers to something that the model does not hold: `{{pay.p99}}` where there is no `pay`.
//!
//! **Why.** The text was true once. The reader cannot tell what it says now.
//!
//! **Remedy.** Correct the reference, or rewrite the sentence.
//!
//! **When it is wrong.** The braces are meant literally: write them apart.
//!
//! ```yaml bad
//! brief: {name: shop, purpose: Sells things., domain: {operations: {buy: {}}}}
//! components:
//!   api: {kind: service, technology: rust, why: "It answers {{purchase.p99}} of the time in time."}
//! paths:
//!   buy: {steps: [{on: api, work: request}]}
//! ```
//! ```yaml good
//! brief: {name: shop, purpose: Sells things., domain: {operations: {buy: {}}}}
//! components:
//!   api: {kind: service, technology: rust, why: "A purchase takes {{buy.p99}}."}
//! paths:
//!   buy: {steps: [{on: api, work: request}]}
//! ```

use super::prelude::*;

pub(crate) const SEVERITY: Severity = Severity::Minor;
pub(crate) const CATEGORY: Category = Category::Record;

pub(crate) fn check(facts: &Facts<'_>, report: &mut Report) {
    for (place, text) in facts.prose() {
        for reference in references(text) {
            let head = reference
                .rsplit_once('.')
                .map_or(reference, |(head, _)| head);
            let element = head.rsplit('.').next().unwrap_or(head);
            let computed = facts
                .evaluation
                .is_some_and(|e| e.explain(reference).is_some());
            // Numbers of the whole are known by name where nothing was evaluated.
            let whole = facts.evaluation.is_none() && matches!(head, "system" | "cost");
            let known = computed
                || whole
                || facts.is_element(head)
                || head.contains('.') && facts.is_element(element)
                || facts.resolves(reference)
                || facts.resolves(head);
            if known {
                continue;
            }
            let owner: Vec<&str> = place.split('.').take(2).collect();
            report
                .add(
                    owner.join("."),
                    format!("`{{{{{reference}}}}}` names nothing in the model"),
                    "the sentence was true once, and nobody can tell what it says now",
                    format!("correct the reference at `{place}`, or rewrite the sentence"),
                )
                .at(place.clone());
        }
    }
}

fn references(text: &str) -> impl Iterator<Item = &str> {
    text.split("{{")
        .skip(1)
        .filter_map(|rest| Some(rest.split_once("}}")?.0.trim()))
}
