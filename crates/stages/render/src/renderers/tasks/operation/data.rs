//! The tables that an operation touches: how, by which key, which columns, and what carries it.

use model::{Effect, Operation, Step, Table, Work};
use synthesis::contexts::entity_of;

use super::super::store::column;
use super::super::{Desk, lookup};
use crate::numbers;
use crate::page::Page;
use crate::words;

pub(super) fn write(desk: &Desk<'_>, id: &str, operation: &Operation, page: &mut Page) {
    let system = desk.f.view.system;
    let Some(path) = system.architecture.paths.get(id) else {
        page.para("UNVERIFIED: the model holds no path for it, so it does not say which tables it touches.");
        return;
    };
    let mut touched: Vec<(&str, &Table, Vec<&Step>)> = Vec::new();
    for step in &path.steps {
        let found = step.table.as_ref();
        let found = found.and_then(|t| system.architecture.data.get_key_value(&**t));
        let Some((name, table)) = found else { continue };
        match touched.iter_mut().find(|(other, _, _)| other == name) {
            Some((_, _, steps)) => steps.push(step),
            None => touched.push((name, table, vec![step])),
        }
    }
    if touched.is_empty() {
        return;
    }
    page.heading(2, "Data");
    let mut lines = Vec::new();
    for (name, table, steps) in touched {
        let mut ways: Vec<(String, Vec<String>)> = Vec::new();
        for step in &steps {
            let (what, often) = way(id, operation, table, step);
            match ways.iter_mut().find(|(other, _)| *other == what) {
                Some((_, all)) if all.contains(&often) => {}
                Some((_, all)) => all.push(often),
                None => ways.push((what, vec![often])),
            }
        }
        let ways: Vec<String> = ways
            .into_iter()
            .map(|(what, often)| match often.len() {
                1 => format!("{what}{}", often[0]),
                n => format!("{what}, in {n} steps"),
            })
            .collect();
        let file = match desk.builder(&format!("data.{name}")) {
            Some(at) => format!(" ({})", desk.link(at)),
            None => String::new(),
        };
        let mut text = format!("`{name}`{file}: {}.", ways.join("; "));
        let columns: Vec<String> = columns(desk, id, operation, table, &steps)
            .iter()
            .map(|c| column(table, c))
            .collect();
        if !columns.is_empty() {
            text.push_str(&format!("\nColumns: {}.", columns.join("; ")));
        }
        if steps.iter().any(|s| s.work.writes()) {
            let always: Vec<String> = table
                .checks
                .iter()
                .map(|(check, e)| format!("`{}` (`{check}`)", e.text))
                .collect();
            if !always.is_empty() {
                text.push_str(&format!("\nAlways: {}.", always.join("; ")));
            }
        }
        lines.push(text);
    }
    page.bullets(&lines);
}

/// How a step touches the table and what carries it, and apart from that how often.
fn way(id: &str, operation: &Operation, table: &Table, step: &Step) -> (String, String) {
    let by = match step.by.is_empty() {
        true => String::new(),
        false => format!(" by {}", words::list(&step.by)),
    };
    let mut text = match step.work {
        Work::PointRead => format!("one row read{by}"),
        Work::RangeRead => format!("rows read{by}"),
        Work::Aggregate => format!("rows counted or summed{by}"),
        Work::TextSearch => format!("searched{by}"),
        Work::Insert => "inserted".into(),
        Work::Update => format!("changed{by}"),
        Work::Delete => format!("deleted{by}"),
        Work::Dequeue => "one row claimed and taken off".into(),
        Work::Get => "looked up".into(),
        Work::Set => "set".into(),
        Work::Put => "object stored".into(),
        Work::Sign => "link signed".into(),
        other => other.id().into(),
    };
    if !step.order.is_empty() {
        text.push_str(&format!(" in the order of {}", words::list(&step.order)));
    }
    let finds = step.work.reads_rows() || step.work == Work::TextSearch;
    if finds {
        match lookup::carried(table, id, &step.by, &step.order) {
            Some(carrier) => text.push_str(&format!(", through {carrier}")),
            None => text.push_str(", **and no index of the model carries it**"),
        }
    }
    if lookup::later(operation, step) {
        text.push_str(", after the answer");
    }
    let mut often = String::new();
    if let Some(rows) = step.rows.filter(|r| (*r - 1.0).abs() > 1e-9) {
        often.push_str(&format!(", {} rows", numbers::count(rows)));
    }
    if let Some(times) = step.times.filter(|t| (*t - 1.0).abs() > 1e-9) {
        often.push_str(&format!(", {} times a run", numbers::sig3(times)));
    }
    if let Some(share) = step.probability.filter(|p| p.0 < 1.0) {
        often.push_str(&format!(", in {} of runs", numbers::percent(share.0)));
    }
    (text, often)
}

/// The columns that the steps and the effects name; all of them where rows are inserted.
fn columns(
    desk: &Desk<'_>,
    id: &str,
    operation: &Operation,
    table: &Table,
    steps: &[&Step],
) -> Vec<String> {
    let domain = &desk.f.view.system.brief.domain;
    if steps.iter().any(|s| s.work == Work::Insert) {
        return table.columns.keys().cloned().collect();
    }
    let entity_id = table.entity.as_deref();
    let entity = entity_id.and_then(|e| domain.entities.get(e));
    let mut names: Vec<String> = Vec::new();
    for step in steps {
        names.extend(step.by.iter().cloned());
        names.extend(
            step.order
                .iter()
                .map(|c| c.trim_start_matches('-').to_string()),
        );
    }
    for (_, effect) in lookup::effects(domain, id, operation) {
        if entity_of(effect) != entity_id || entity_id.is_none() {
            continue;
        }
        match effect {
            Effect::Update(e) => names.extend(e.set.keys().cloned()),
            Effect::Transition(_) => {
                names.extend(
                    entity
                        .and_then(|e| e.machine.as_ref())
                        .map(|m| m.field.clone()),
                );
            }
            _ => {}
        }
    }
    if operation.target.as_deref() == entity_id && entity_id.is_some() {
        names.extend(operation.accepts.iter().cloned());
        let view = operation.result.as_ref().and_then(|r| r.view.as_ref());
        let view = view.and_then(|v| domain.views.get(&**v));
        names.extend(view.iter().flat_map(|v| v.fields.iter().cloned()));
    }
    let mut found: Vec<String> = Vec::new();
    for name in &names {
        found.extend(lookup::columns(table, entity, name));
    }
    // In the order of the table.
    let kept = table.columns.keys().filter(|c| found.contains(c));
    kept.cloned().collect()
}
