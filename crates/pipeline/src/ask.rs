//! Questions: only those whose answer would change what is recommended.

use discover::Asked;
use knowledge::Knowledge;
use model::Brief;

/// The open questions of a brief, the most decisive first. Every candidate answer is planned, and a
/// question whose answers all lead to the same recommendation is not asked.
pub fn questions(brief: &Brief) -> Vec<Asked> {
    let knowledge = Knowledge::embedded();
    let recommend = |candidate: &Brief| plan::signature_of(candidate, knowledge);
    discover::questions(brief, knowledge, &recommend)
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
        let purpose = |one: &Asked| one.id == "purpose" || one.id == "form";
        assert!(
            !asked.iter().any(purpose),
            "what the brief says is asked again"
        );
    }
}
