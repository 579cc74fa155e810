//! An operation answers many rows, and nothing bounds how many.
//!
//! **Why.** It works until somebody has a hundred thousand. Then one request takes the memory of an instance.
//!
//! **Remedy.** Write `page` at the operation.
//!
//! **When it is wrong.** There are never many: write how many in `result.rows` (up to 200 is accepted).
//!
//! ```yaml bad
//! brief:
//!   name: shop
//!   purpose: Sells things.
//!   domain: {entities: {order: {}}, operations: {mine: {target: order, result: {many: true}}}}
//! components:
//!   api: {kind: service, technology: rust}
//! paths:
//!   mine: {steps: [{on: api, work: request}]}
//! ```
//! ```yaml good
//! brief:
//!   name: shop
//!   purpose: Sells things.
//!   domain: {entities: {order: {}}, operations: {mine: {target: order, result: {many: true}, page: {size: 20, max: 100}}}}
//! components:
//!   api: {kind: service, technology: rust}
//! paths:
//!   mine: {steps: [{on: api, work: request}]}
//! ```

use super::prelude::*;

pub(crate) const SEVERITY: Severity = Severity::Major;
pub(crate) const CATEGORY: Category = Category::Interface;

/// An answer stated to be this short needs no pages.
const FEW: f64 = 200.0;

pub(crate) fn check(facts: &Facts<'_>, report: &mut Report) {
    // What a program prints goes line by line to whoever reads it.
    if matches!(facts.brief.form, Some(Form::CommandLine | Form::Library)) {
        return;
    }
    for (id, operation) in &facts.domain.operations {
        let Some(result) = operation.result.as_ref().filter(|r| r.many) else {
            continue;
        };
        let short = result.rows.is_some_and(|rows| rows <= FEW);
        if operation.page.is_some() || short || operation.trigger == Trigger::Subscription {
            continue;
        }
        let what = operation
            .target
            .as_ref()
            .map_or("rows".to_string(), |t| format!("rows of {t}"));
        report
            .add(
                format!("operations.{id}"),
                format!("{id} answers all {what} at once, however many there are"),
                "one caller with many rows takes the memory and the time of all",
                format!("write `page: {{size: 20, max: 100}}` at `operations.{id}`, or the few there can be in `result.rows`"),
            )
            .at(format!("domain.operations.{id}.page"));
    }
}
