//! An index that no operation's path and no foreign key uses.
//!
//! **Why.** Each index is written at every insert and takes its disk and memory.
//!
//! **Remedy.** Remove it, or name in `operations` or `foreign_key` what needs it.
//!
//! **When it is wrong.** People query by it outside the operations (reports): say so in `why`.
//!
//! ```yaml bad
//! brief: {name: shop, purpose: Sells things., domain: {operations: {look: {}}}}
//! components:
//!   db: {kind: store, technology: postgresql}
//! data:
//!   goods:
//!     store: db
//!     columns: {id: {type: uuid}, colour: {type: text}}
//!     primary_key: [id]
//!     indexes: {by_colour: {columns: [colour]}}
//! paths:
//!   look: {steps: [{on: db, work: point-read, table: goods, by: [id]}]}
//! ```
//! ```yaml good
//! brief: {name: shop, purpose: Sells things., domain: {operations: {look: {}}}}
//! components:
//!   db: {kind: store, technology: postgresql}
//! data:
//!   goods:
//!     store: db
//!     columns: {id: {type: uuid}, colour: {type: text}}
//!     primary_key: [id]
//! paths:
//!   look: {steps: [{on: db, work: point-read, table: goods, by: [id]}]}
//! ```

use super::prelude::*;

pub(crate) const SEVERITY: Severity = Severity::Minor;
pub(crate) const CATEGORY: Category = Category::Data;

use crate::access::entries;

pub(crate) fn check(facts: &Facts<'_>, report: &mut Report) {
    for (id, table) in &facts.arch.data {
        let steps = facts.steps_on(id);
        if table.indexes.is_empty() {
            continue;
        }
        let ways = entries(table);
        for (name, index) in &table.indexes {
            let stated = index.why.is_some();
            let listed = index.operations.iter().any(|o| {
                !facts.arch.paths.contains_key(&**o) || steps.iter().any(|(run, _)| run.id == &**o)
            });
            let key = table.foreign_keys.iter().any(|(key, foreign)| {
                index.foreign_key.as_deref() == Some(key)
                    || foreign.columns.first() == index.columns.first()
            });
            let walked = match index.kind {
                IndexKind::Inverted => steps.iter().any(|(_, v)| v.step.work == Work::TextSearch),
                _ => ways
                    .iter()
                    .filter(|e| e.id == name)
                    .any(|e| steps.iter().any(|(_, v)| e.helps(v.step))),
            };
            if stated || listed || key || walked {
                continue;
            }
            report.add(
                format!("data.{id}.indexes.{name}"),
                format!(
                    "no operation finds rows of {id} by {}, and no foreign key does",
                    list(&index.columns)
                ),
                format!("every insert into {id} writes it"),
                format!(
                    "remove `data.{id}.indexes.{name}`, or name what needs it in its `operations`"
                ),
            );
        }
    }
}
