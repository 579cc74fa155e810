//! A mechanism rests on what is not there, or is not what its kind says.
//!
//! `acknowledge-after-commit` names a path that answers earlier, `partition-in-identifier` a table that is
//! not partitioned by the column, `fold-over-set` a value that is no fold, and so on; or a path in `uses`
//! leads nowhere.
//!
//! **Why.** The promise is believed and not kept.
//!
//! **Remedy.** Mend the structure, or the `uses`, or the promise.
//!
//! **When it is wrong.** The structure is another one than the kind describes: use `kind: other`.
//!
//! ```yaml bad
//! brief: {name: post, purpose: Moves parcels., domain: {operations: {record: {}}}}
//! components:
//!   api: {kind: service, technology: rust}
//! paths:
//!   record: {acknowledge: on-receipt, steps: [{on: api, work: request}]}
//! mechanisms:
//!   kept:
//!     promise: No scan is lost once it was acknowledged.
//!     how: The answer waits for the commit.
//!     kind: acknowledge-after-commit
//!     uses: [paths.record]
//!     proof: [{kind: test, text: the machine is stopped while scans arrive}]
//! ```
//! ```yaml good
//! brief: {name: post, purpose: Moves parcels., domain: {operations: {record: {}}}}
//! components:
//!   api: {kind: service, technology: rust}
//! paths:
//!   record: {acknowledge: after-commit, steps: [{on: api, work: request}]}
//! mechanisms:
//!   kept:
//!     promise: No scan is lost once it was acknowledged.
//!     how: The answer waits for the commit.
//!     kind: acknowledge-after-commit
//!     uses: [paths.record]
//!     proof: [{kind: test, text: the machine is stopped while scans arrive}]
//! ```

use super::prelude::*;

pub(crate) const SEVERITY: Severity = Severity::Major;
pub(crate) const CATEGORY: Category = Category::Record;

pub(crate) fn check(facts: &Facts<'_>, report: &mut Report) {
    for (id, mechanism) in &facts.arch.mechanisms {
        let nowhere = mechanism
            .uses
            .iter()
            .enumerate()
            .find(|(_, path)| !facts.resolves(path));
        let (at, message, remedy) = if let Some((at, path)) = nowhere {
            (
                format!("mechanisms.{id}.uses[{at}]"),
                format!("{id} uses `{path}`, which is not in the model"),
                format!("correct `mechanisms.{id}.uses[{at}]`, or write what it names"),
            )
        } else if let Some(broken) = mechanism
            .kind
            .and_then(|kind| structure(facts, kind, &mechanism.uses))
        {
            (
                format!("mechanisms.{id}.uses"),
                format!("{id} promises `{}`, but {broken}", mechanism.promise),
                format!("mend it, or correct `mechanisms.{id}.uses` or its `kind`"),
            )
        } else {
            continue;
        };
        report
            .add(
                format!("mechanisms.{id}"),
                message,
                "the promise is believed and not kept",
                remedy,
            )
            .at(at);
    }
}

/// What is not as the kind says, or `None` where all is.
fn structure(facts: &Facts<'_>, kind: MechanismKind, uses: &[String]) -> Option<String> {
    let arch = facts.arch;
    let parts: Vec<Vec<&str>> = uses
        .iter()
        .map(|u| u.split(['.', '[']).filter(|p| *p != "domain").collect())
        .collect();
    let under = |root: &str| -> Vec<&str> {
        parts
            .iter()
            .filter(|p| p[0] == root)
            .filter_map(|p| p.get(1).copied())
            .collect()
    };
    // Where whole tables are named, columns and keys of others are only what they go with.
    let tables = || -> Vec<(&str, &Table)> {
        let whole = |p: &&Vec<&str>| matches!(p.as_slice(), ["data", _]);
        let named: Vec<&str> = if parts.iter().any(|p| whole(&p)) {
            parts.iter().filter(whole).map(|p| p[1]).collect()
        } else {
            under("data")
        };
        named
            .into_iter()
            .filter_map(|t| Some((t, arch.data.get(t)?)))
            .collect()
    };
    let all_tables = |what: &str, holds: &dyn Fn(&Table) -> bool| {
        let found = tables();
        if let Some((id, _)) = found.iter().find(|(_, table)| !holds(table)) {
            return Some(format!("{id} is {what}"));
        }
        // Where only paths are named, one of their tables must be so; where nothing is, any.
        let named = under("paths");
        let on_paths = facts
            .runs
            .iter()
            .filter(|r| uses.is_empty() || named.contains(&r.id));
        let mut walked = on_paths
            .flat_map(|r| &r.visits)
            .filter_map(|v| facts.table_of(v.step));
        let none = found.is_empty() && !walked.any(|(_, table)| holds(table));
        none.then(|| format!("every table it works on is {what}"))
    };
    // A path names its operation.
    let operations = || -> Vec<&Operation> {
        let named = under("operations").into_iter().chain(under("paths"));
        named.filter_map(|o| facts.operation(o)).collect()
    };
    match kind {
        MechanismKind::AcknowledgeAfterCommit => {
            let paths = under("paths");
            let early = |id: &&&str| {
                arch.paths
                    .get(**id)
                    .is_none_or(|p| p.acknowledge != Some(Acknowledge::AfterCommit))
            };
            match paths.iter().find(early) {
                Some(id) => Some(format!("{id} does not wait for the commit")),
                None => paths.is_empty().then(|| "`uses` names no path".to_string()),
            }
        }
        MechanismKind::PartitionInIdentifier => {
            let columns: Vec<(Option<&str>, &str)> = parts
                .iter()
                .filter_map(|p| match p.as_slice() {
                    ["data", table, "columns", column] => Some((Some(*table), *column)),
                    ["entities", _, "fields", column] => Some((None, *column)),
                    _ => None,
                })
                .collect();
            let Some((_, first)) = columns.first() else {
                return Some("`uses` names no column".into());
            };
            // The identifier has another name where another table refers to it.
            let by = |id: &str, table: &Table| {
                let own: Vec<&str> = columns
                    .iter()
                    .filter(|(t, _)| *t == Some(id))
                    .map(|(_, c)| *c)
                    .collect();
                table.partition.as_ref().is_some_and(|p| {
                    p.columns.iter().any(|c| {
                        own.contains(&c.as_str())
                            || own.is_empty() && columns.iter().any(|(_, named)| named == c)
                    })
                })
            };
            let named: Vec<(&str, &Table)> = under("data")
                .into_iter()
                .filter_map(|t| Some((t, arch.data.get(t)?)))
                .collect();
            if let Some((id, _)) = named.iter().find(|(id, table)| !by(id, table)) {
                return Some(format!("{id} is not partitioned by the column it names"));
            }
            let mut partitioned = arch.data.iter();
            (named.is_empty() && !partitioned.any(|(id, table)| by(id, table)))
                .then(|| format!("no table is partitioned by {first}"))
        }
        MechanismKind::FoldOverSet => {
            let fold = parts.iter().any(|p| match p.as_slice() {
                ["entities", entity, "derived", value] => facts
                    .domain
                    .entities
                    .get(*entity)
                    .and_then(|e| e.derived.get(*value))
                    .is_some_and(|d| d.fold.is_some()),
                _ => false,
            });
            if !fold {
                return Some("`uses` names no derived value that is a fold".into());
            }
            parts.iter().find_map(|p| match p.as_slice() {
                ["entities", entity, "derived", value] => undecided(facts, entity, value)
                    .or_else(|| unread(facts, entity, value, &under("paths"))),
                _ => None,
            })
        }
        MechanismKind::DegradedAnswer => {
            let relations: Vec<(&str, &Relation)> = under("relations")
                .into_iter()
                .filter_map(|id| Some((id, arch.relations.get(id)?)))
                .collect();
            let falls_to = |r: &Relation| r.fallback.as_ref().and_then(|f| f.to.clone());
            // The way to the copy is part of the mechanism and needs no fallback of its own.
            let leads_there = |r: &Relation| {
                let mut all = relations.iter();
                all.any(|(_, other)| other.from == r.from && falls_to(other) == Some(r.to.clone()))
            };
            if let Some((id, _)) = relations
                .iter()
                .find(|(_, r)| r.fallback.is_none() && !leads_there(r))
            {
                return Some(format!("{id} has no fallback"));
            }
            let lost = relations.iter().find_map(|(_, r)| {
                let to = falls_to(r)?;
                let mut ways = arch.relations.values();
                (!ways.any(|w| w.from == r.from && w.to == to)).then(|| (r.from.clone(), to))
            });
            match lost {
                Some((from, to)) => Some(format!("no relation leads from {from} to {to}")),
                None => relations
                    .is_empty()
                    .then(|| "`uses` names no relation".to_string()),
            }
        }
        MechanismKind::IdempotentWrite => {
            let key = parts.iter().any(|p| {
                matches!(
                    p.as_slice(),
                    ["data", _, "unique" | "primary_key", ..]
                        | ["entities", _, "key" | "unique", ..]
                )
            });
            (!key).then(|| "`uses` names no unique key".to_string())
        }
        MechanismKind::GuardedUpdate => {
            // A transition is guarded by its states, a named column by what it is compared with.
            let column = parts
                .iter()
                .any(|p| matches!(p.as_slice(), ["data", _, "columns", _]));
            let guarded = column
                || operations()
                    .iter()
                    .flat_map(|o| &o.effects)
                    .any(|e| match e {
                        Effect::Update(update) => update.filter.is_some(),
                        Effect::Transition(_) => true,
                        _ => false,
                    });
            (!guarded).then(|| "`uses` names no operation with a guarded update".to_string())
        }
        MechanismKind::HoldWithExpiry => {
            let timed = under("entities")
                .into_iter()
                .filter_map(|e| facts.domain.entities.get(e))
                .any(|e| {
                    e.machine
                        .as_ref()
                        .is_some_and(|m| m.transitions.values().any(|t| t.after.is_some()))
                });
            (!timed).then(|| "`uses` names no state machine with a timed transition".to_string())
        }
        MechanismKind::Outbox => all_tables("no outbox", &|t| t.kind == TableKind::Outbox),
        MechanismKind::QueueTable => all_tables("no queue", &|t| t.kind == TableKind::Queue),
        MechanismKind::AppendOnly => all_tables("not append-only", &|t| t.append_only),
        MechanismKind::TenantIsolation => {
            all_tables("without a tenant column", &|t| t.tenant.is_some())
        }
        MechanismKind::Other => None,
    }
}

/// The latest row decides, and nothing tells which of two is the later: the value then depends on
/// the order in which they came.
fn undecided(facts: &Facts<'_>, entity: &str, value: &str) -> Option<String> {
    let entities = &facts.domain.entities;
    let fold = entities.get(entity)?.derived.get(value)?.fold.as_ref()?;
    let link = entities.get(entity)?.relations.get(&fold.over)?;
    let rows = entities.get(&*link.to)?;
    let of_a_row = |rule: &FoldRule| {
        !matches!(&rule.when.node, expr::Node::Call(name, _) if name == "exists")
            && matches!(&rule.gives.node, expr::Node::Path(path) if path.len() > 1)
    };
    if !fold.rules.iter().any(of_a_row) {
        return None;
    }
    let last = fold.latest.last().map(String::as_str);
    let unique = last.is_some_and(|last| {
        last == "id"
            || rows.fields.get(last).is_some_and(|f| f.unique)
            || matches!(&rows.key, Key::Natural(names) if names.last().is_some_and(|n| n == last))
    });
    (!unique).then(|| {
        format!("two rows of {} with the same values in {}.fold.latest leave {value} to the order of arrival", &*link.to, value)
    })
}

/// A path that is to fold and does not read the rows.
fn unread(facts: &Facts<'_>, entity: &str, value: &str, paths: &[&str]) -> Option<String> {
    let entity = facts.domain.entities.get(entity)?;
    let over = &entity.derived.get(value)?.fold.as_ref()?.over;
    let rows = &entity.relations.get(over)?.to;
    let reads = |visit: &Visit<'_>| {
        let table = facts.table_of(visit.step).map(|(_, table)| table);
        table.is_some_and(|t| t.entity.as_ref() == Some(rows)) && visit.step.work.reads_rows()
    };
    let blind = facts
        .runs
        .iter()
        .find(|run| paths.contains(&run.id) && !run.visits.iter().any(reads))?;
    Some(format!(
        "{} does not read the {rows} rows that are folded",
        blind.id,
        rows = &**rows
    ))
}
