//! What the numbers rest on: what to check first, and how probable it is that each target is met.

use sensitivity::{Chance, Doubt, Sensitivity};

use crate::figures::Figures;
use crate::numbers;
use crate::page::Page;
use crate::tornado::{self, outcome_name};
use crate::words;

/// Targets that are certain are counted, not listed.
const CERTAIN: f64 = 0.995;
/// Inputs that are listed with their ranges.
const INPUTS: usize = 8;

pub(super) fn write(f: &Figures<'_>, page: &mut Page) {
    let found = f.view.studies.and_then(|s| s.sensitivity.as_ref());
    let Some(found) = found.filter(|s| !s.inputs.is_empty()) else {
        return;
    };
    page.heading(2, "What the numbers rest on");
    page.para(&format!(
        "{} are uncertain. The system was evaluated {} times at points of their ranges, all independent (Sobol' indices; Saltelli 2010).",
        words::counted(found.inputs.len(), "number"),
        numbers::count(found.evaluations as f64)
    ));
    if !found.check_first.is_empty() {
        page.para("**Check first**");
        let lines: Vec<String> = found.check_first.iter().map(|d| doubt(found, d)).collect();
        page.numbered(&lines);
    }
    targets(found, page);
    ranges(found, page);
    if tornado::chart(f.view).is_some() {
        page.para("![What moves it](diagrams/tornado.svg)");
    }
}

/// An assumption, how much it decides, and where it turns a target.
pub fn doubt(found: &Sensitivity, d: &Doubt) -> String {
    let input = found.inputs.iter().find(|i| i.key == d.key);
    let range = input.map_or_else(String::new, |i| {
        format!(
            " It is taken as {}; it may be {} to {}.",
            tornado::input_value(i, i.value),
            tornado::input_value(i, i.low),
            tornado::input_value(i, i.high)
        )
    });
    let mut text = format!(
        "{} (`{}`): {} of the variance of the {}.{range}",
        words::capital(&d.title),
        d.key,
        numbers::percent(d.total.clamp(0.0, 1.0)),
        outcome_name(&d.outcome)
    );
    if let (Some(flip), Some(i)) = (d.flips.first(), input) {
        let turns = if flip.met_now { "is missed" } else { "is met" };
        let side = if flip.at >= i.value { "Above" } else { "Below" };
        text.push_str(&format!(
            " {side} {} `{}` {turns}.",
            tornado::input_value(i, flip.at),
            flip.target
        ));
    } else {
        text.push_str(" No target turns within its range.");
    }
    text
}

fn targets(found: &Sensitivity, page: &mut Page) {
    let mut doubtful: Vec<(&String, &Chance)> = found
        .targets
        .iter()
        .filter(|(_, c)| c.probability < CERTAIN)
        .collect();
    doubtful.sort_by(|a, b| a.1.probability.total_cmp(&b.1.probability));
    let certain = found.targets.len() - doubtful.len();
    if certain > 0 {
        page.para(&format!(
            "{} met with a probability of {} or more.",
            match certain {
                1 => "1 target is".to_string(),
                n => format!("{n} targets are"),
            },
            numbers::percent(CERTAIN)
        ));
    }
    let rows: Vec<Vec<String>> = doubtful
        .iter()
        .take(12)
        .map(|(key, c)| {
            vec![
                format!("`{key}`"),
                format!(
                    "{} ± {}",
                    numbers::percent(c.probability),
                    numbers::percent(1.96 * c.standard_error)
                ),
                if c.met { "met" } else { "**missed**" }.into(),
            ]
        })
        .collect();
    page.table(
        &["Target", "Probability that it is met", "As it stands"],
        &rows,
    );
}

fn ranges(found: &Sensitivity, page: &mut Page) {
    let Some((key, spread)) = tornado::outcome(found) else {
        return;
    };
    let rows: Vec<Vec<String>> = tornado::bars(found, spread)
        .iter()
        .take(INPUTS)
        .map(|b| {
            vec![
                b.input.title.clone(),
                tornado::input_value(b.input, b.input.value),
                format!(
                    "{} to {}",
                    tornado::input_value(b.input, b.input.low),
                    tornado::input_value(b.input, b.input.high)
                ),
                tornado::outcome_range(key, b.low, b.high),
                words::capital(&words::sentence(&b.input.because)),
            ]
        })
        .collect();
    let head = words::capital(&outcome_name(key));
    page.table(&["Number", "Taken as", "Range", &head, "Because"], &rows);
}
