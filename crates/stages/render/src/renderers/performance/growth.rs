//! The years ahead under the brief's growth.

use evaluate::growth::{Broken, Growth, Point};

use crate::figures::Figures;
use crate::numbers;
use crate::page::Page;
use crate::scenes;

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
    let broken: Vec<String> = growth.broken.iter().take(BROKEN).map(told).collect();
    if !broken.is_empty() {
        page.para("Targets that are missed in the next ten years, with nothing changed:");
        page.bullets(&broken);
        if growth.broken.len() > BROKEN {
            page.para(&format!("And {} more.", growth.broken.len() - BROKEN));
        }
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

/// One broken target as a sentence.
pub fn told(b: &Broken) -> String {
    let when = match b.month {
        0 => "today".to_string(),
        m if m % 12 == 0 => format!("in {} years", m / 12),
        m => format!("in {m} months"),
    };
    let target = numbers::by_unit(b.target, &b.unit, &b.key);
    let value = match b.value {
        Some(value) => numbers::by_unit(value, &b.unit, &b.key),
        None => "no steady state: a component on its path is saturated".into(),
    };
    format!("`{}` {when}: {value}, target {target}.", b.key)
}
