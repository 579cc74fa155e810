//! The years ahead under the brief's growth.

use evaluate::growth::{Broken, Growth, Point};

use crate::figures::Figures;
use crate::numbers;
use crate::page::Page;
use crate::scenes;
use crate::words;

/// Years that stand in the table.
const YEARS: [u32; 5] = [0, 1, 2, 3, 5];
/// Broken targets that are named.
const BROKEN: usize = 8;

pub(super) fn write(f: &Figures<'_>, page: &mut Page) {
    let growth = f.view.studies.and_then(|s| s.growth.as_ref());
    let Some(growth) = growth.filter(|g| !g.points.is_empty()) else {
        return;
    };
    page.heading(2, "Growth");
    page.para(&growth.summary);
    page.table(
        &[
            "In years",
            "Load",
            "Cost a month",
            "Stored, one copy",
            "Busiest component",
        ],
        &rows(growth),
    );
    let broken = broken_lines(growth);
    if !broken.is_empty() {
        page.para("Targets that are missed in the next ten years, with nothing changed:");
        page.bullets(&broken);
    }
    if scenes::growth::cost(f.view).is_some() {
        page.para("![Cost against growth](diagrams/growth.svg)");
    }
}

fn rows(growth: &Growth) -> Vec<Vec<String>> {
    let at = |year: u32| growth.points.iter().find(|p| p.month == 12 * year);
    YEARS
        .into_iter()
        .filter_map(|y| at(y).map(|p| row(y, p)))
        .collect()
}

fn row(year: u32, p: &Point) -> Vec<String> {
    let cost: Vec<String> = p.cost.iter().map(|(c, v)| numbers::money(*v, c)).collect();
    let busiest = p.utilisation.iter().max_by(|a, b| a.1.total_cmp(b.1));
    vec![
        year.to_string(),
        numbers::times(p.load),
        cost.join(", "),
        numbers::bytes(p.stored_bytes),
        busiest
            .map(|(id, used)| format!("`{id}` {}", numbers::percent(*used)))
            .unwrap_or_default(),
    ]
}

/// Every broken target, the first to break first. Targets that break in one month because something
/// saturates share a line.
pub fn broken_lines(growth: &Growth) -> Vec<String> {
    let mut lines = Vec::new();
    let mut saturated: Vec<(u32, Vec<&str>)> = Vec::new();
    let values = growth.broken.iter().filter(|b| b.value.is_some());
    let count = values.clone().count();
    lines.extend(values.take(BROKEN).map(told));
    if count > BROKEN {
        lines.push(format!("And {} more.", count - BROKEN));
    }
    for b in growth.broken.iter().filter(|b| b.value.is_none()) {
        let id = b.key.strip_prefix("operations.").unwrap_or(&b.key);
        let id = id.rsplit_once('.').map_or(id, |(id, _)| id);
        match saturated.iter_mut().find(|(month, _)| *month == b.month) {
            Some((_, ids)) => ids.push(id),
            None => saturated.push((b.month, vec![id])),
        }
    }
    for (month, ids) in saturated {
        lines.push(format!(
            "{} {} no steady state, because a component on the path is saturated: {}.",
            words::capital(&when(month)),
            match ids.len() {
                1 => "1 operation has".to_string(),
                n => format!("{n} operations have"),
            },
            words::some(&ids, 3)
        ));
    }
    lines
}

fn when(month: u32) -> String {
    match month {
        0 => "today".to_string(),
        m if m % 12 == 0 => format!("in {} years", m / 12),
        m => format!("in {m} months"),
    }
}

/// One broken target as a sentence.
pub(crate) fn told(b: &Broken) -> String {
    let when = when(b.month);
    let target = numbers::by_unit(b.target, &b.unit, &b.key);
    let value = match b.value {
        Some(value) => numbers::by_unit(value, &b.unit, &b.key),
        None => "no steady state: a component on its path is saturated".into(),
    };
    format!("`{}` {when}: {value}, target {target}.", b.key)
}
