//! A list with numbered pages over a large table.
//!
//! It is reported from 100,000 rows on the first day.
//!
//! **Why.** Page 5,000 reads and throws away all the rows before it, and rows that come in between shift the
//! pages.
//!
//! **Remedy.** `style: cursor`: the next page begins after the last row shown, by an index.
//!
//! **When it is wrong.** Nobody gets beyond the first pages, and the contract is given: bound the depth.
//!
//! ```yaml bad
//! brief:
//!   name: shop
//!   purpose: Sells things.
//!   domain:
//!     entities: {order: {volume: {rows: 2M}}}
//!     operations: {all: {target: order, result: {many: true}, page: {style: offset, size: 20}}}
//! components:
//!   api: {kind: service, technology: rust}
//! paths:
//!   all: {steps: [{on: api, work: request}]}
//! ```
//! ```yaml good
//! brief:
//!   name: shop
//!   purpose: Sells things.
//!   domain:
//!     entities: {order: {volume: {rows: 2M}}}
//!     operations: {all: {target: order, result: {many: true}, page: {style: cursor, size: 20}}}
//! components:
//!   api: {kind: service, technology: rust}
//! paths:
//!   all: {steps: [{on: api, work: request}]}
//! ```

use super::prelude::*;

pub(crate) const SEVERITY: Severity = Severity::Minor;
pub(crate) const CATEGORY: Category = Category::Interface;

/// Rows from which on deep pages hurt.
const LARGE: f64 = 100_000.0;

pub(crate) fn check(facts: &Facts<'_>, report: &mut Report) {
    for (id, operation) in &facts.domain.operations {
        let offset = operation
            .page
            .as_ref()
            .is_some_and(|p| p.style == PageStyle::Offset);
        let Some(target) = operation.target.as_ref().filter(|_| offset) else {
            continue;
        };
        let volume = facts
            .domain
            .entities
            .get(&**target)
            .and_then(|e| e.volume.as_ref()?.rows);
        let table = || {
            facts
                .arch
                .data
                .values()
                .filter(|t| t.entity.as_ref() == Some(target))
                .filter_map(|t| t.rows)
        };
        let Some(rows) = volume.or_else(|| table().next()).filter(|r| r.0 >= LARGE) else {
            continue;
        };
        let size = operation.page.as_ref().map_or(1, |p| p.size.max(1));
        report
            .add(
                format!("operations.{id}"),
                format!("{id} numbers the pages of {rows} rows of {target}"),
                format!("the last page reads {rows} rows to show {size}"),
                format!("write `style: cursor` at `operations.{id}.page`"),
            )
            .at(format!("domain.operations.{id}.page.style"));
    }
}
