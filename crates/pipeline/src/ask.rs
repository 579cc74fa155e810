//! Questions: only those whose answer would change what is recommended.

use discover::Asked;
use knowledge::Knowledge;
use model::Brief;

/// The open questions of a brief, the most decisive first. Every candidate answer is planned, and a
/// question whose answers all lead to the same recommendation is not asked.
pub fn questions(brief: &Brief) -> Vec<Asked> {
    let knowledge = Knowledge::embedded();
    let recommend = |candidate: &Brief| {
        let planned = plan::plan(candidate, knowledge);
        plan::signature(&planned.value)
    };
    discover::questions(brief, knowledge, &recommend)
}

/// Those of the open questions without whose answer there is no design.
pub fn deciding(brief: &Brief) -> Vec<Asked> {
    questions(brief)
        .into_iter()
        .filter(|q| q.deciding)
        .collect()
}
