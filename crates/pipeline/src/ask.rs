//! Questions: only those whose answer would change what is recommended.

use discover::Asked;
use knowledge::Knowledge;
use model::Brief;
use plan::regret::{Recommended, recommended, regret};
use std::cell::RefCell;
use std::collections::BTreeMap;

/// The open questions of a brief, the most decisive first, and among equals the one whose default
/// would cost most if it were wrong. Every candidate answer is planned once, and a question whose
/// answers all lead to the same recommendation is not asked.
pub fn questions(brief: &Brief) -> Vec<Asked> {
    let knowledge = Knowledge::embedded();
    let known: RefCell<BTreeMap<String, Recommended>> = RefCell::default();
    let of = |candidate: &Brief| -> Recommended {
        let key = serde_json::to_string(candidate).unwrap_or_default();
        if let Some(found) = known.borrow().get(&key) {
            return found.clone();
        }
        let found = recommended(candidate, knowledge);
        known.borrow_mut().insert(key, found.clone());
        found
    };
    let recommend = |candidate: &Brief| of(candidate).signature;
    let loss = |truth: &Brief, assumed: &Brief| regret(truth, knowledge, &of(truth), &of(assumed));
    discover::questions_by_loss(brief, knowledge, &recommend, &loss)
}

/// Those of the open questions without whose answer there is no design.
pub fn deciding(brief: &Brief) -> Vec<Asked> {
    questions(brief)
        .into_iter()
        .filter(|q| q.deciding)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A small shop of which nothing but the domain is known.
    const GAPS: &str = "\
name: shop
purpose: People buy things.
form: service
domain:
  actors:
    customer: {kind: customer, count: 2000}
  entities:
    thing:
      fields: {title: text}
  operations:
    look:
      actors: [customer]
      method: GET
      path: /things
      target: thing
      effects:
        - read: {entity: thing}
    put:
      actors: [customer]
      method: POST
      path: /things
      target: thing
      accepts: [title]
      effects:
        - create: {entity: thing, set: {title: input.title}}
";

    #[test]
    fn a_brief_with_gaps_is_asked_only_what_changes_its_plan() {
        let files = [syntax::SourceFile::new("brief.yaml", GAPS)];
        let loaded = syntax::load::<Brief>(&files, &syntax::Hooks::model());
        assert!(loaded.findings.is_empty(), "{:#?}", loaded.findings);
        let asked = questions(&loaded.value.expect("a brief"));
        assert!(asked.first().is_some_and(|one| one.deciding), "{asked:#?}");
        assert!(asked.iter().all(|one| one.impact >= 2.0), "{asked:#?}");
        // Within the deciding ones and within the rest, what a wrong default costs decides.
        for part in asked.chunk_by(|a, b| a.deciding == b.deciding) {
            let guessed: Vec<f64> = part
                .iter()
                .filter(|one| one.impact < 900.0)
                .map(|one| one.expected_loss)
                .collect();
            assert!(guessed.is_sorted_by(|a, b| a >= b), "{asked:#?}");
        }
        assert!(
            asked.iter().any(|one| one.expected_loss > 0.0),
            "{asked:#?}"
        );
        let purpose = |one: &Asked| one.id == "purpose" || one.id == "form";
        assert!(
            !asked.iter().any(purpose),
            "what the brief says is asked again"
        );
    }
}
