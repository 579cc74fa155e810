//! The closed form held against the simulation, and the experiments as they were played.

use simulate::{Agreement, Measure, Verdict};

use crate::figures::Figures;
use crate::numbers;
use crate::page::Page;
use crate::scenes;
use crate::simulated::{how, measured_ms, statements};
use crate::words;

/// Below this both are nothing, and how far apart is no matter.
const NOTHING_MS: f64 = 0.005;

pub(super) fn write(f: &Figures<'_>, page: &mut Page) {
    let Some(studies) = f.view.studies else {
        return;
    };
    if let Some(simulated) = &studies.simulated {
        page.heading(2, "Computed beside simulated");
        page.para(&format!(
            "The same system, request by request, in the busiest hour: {} The two share no arithmetic. A number that is more than {} away from all of the simulation's 95 % interval differs, and is then not to be taken alone.",
            words::sentence(&how(simulated)),
            numbers::percent(studies.tolerance)
        ));
        table(page, &studies.agreement);
        if scenes::agreement::chart(f.view).is_some() {
            page.para("![p99, computed beside simulated](diagrams/agreement.svg)");
        }
    }
    experiments(f, page);
}

/// Times of operations that have something to compare.
pub(crate) fn times(agreement: &[Agreement]) -> impl Iterator<Item = &Agreement> {
    agreement.iter().filter(|a| {
        a.metric.starts_with("operations.") && (a.computed > NOTHING_MS || a.simulated > NOTHING_MS)
    })
}

fn table(page: &mut Page, agreement: &[Agreement]) {
    let judged: Vec<&Agreement> = times(agreement)
        .filter(|a| a.verdict != Verdict::TooFewSamples)
        .collect();
    let seldom = times(agreement).count() - judged.len();
    let p99: Vec<&&Agreement> = judged
        .iter()
        .filter(|a| a.metric.ends_with(".p99") || a.verdict == Verdict::Differs)
        .collect();
    let rows: Vec<Vec<String>> = p99
        .iter()
        .map(|a| {
            let name = a.metric.strip_prefix("operations.").unwrap_or(&a.metric);
            let off = a.difference.map(crate::simulated::off).unwrap_or_default();
            let simulated = Measure {
                value: a.simulated,
                half_width: a.half_width,
            };
            vec![
                format!("`{name}`"),
                numbers::ms(a.computed),
                measured_ms(&simulated),
                off,
                match a.verdict {
                    Verdict::Differs => "**differs**".into(),
                    _ => "agrees".into(),
                },
            ]
        })
        .collect();
    page.table(&["Number", "Computed", "Simulated", "Off by", ""], &rows);
    if seldom > 0 {
        page.para(&format!(
            "{} came too seldom in this short run to be judged; `groundplan evaluate --simulate` runs longer.",
            words::counted(seldom, "other time")
        ));
    }
}

fn experiments(f: &Figures<'_>, page: &mut Page) {
    let Some(studies) = f.view.studies else {
        return;
    };
    if studies.experiments.is_empty() {
        return;
    }
    page.heading(2, "Experiments");
    page.para("What users see when something goes wrong, simulated. `groundplan simulate . --experiment ID` plays one again, `--lose`, `--spike`, `--stop` and `--slow` others.");
    for played in &studies.experiments {
        page.heading(3, &format!("`{}`", played.id));
        if let Some(why) = &played.why {
            page.para(&f.prose(why));
        }
        match &played.simulated {
            Some(simulated) => {
                page.bullets(&statements(simulated));
                page.para(&format!(
                    "![{0}](diagrams/experiment-{0}.svg)",
                    played.id
                ));
            }
            None => page.para(&format!(
                "Not played here: it takes about {} events. `groundplan simulate . --experiment {}` plays it.",
                numbers::count(played.expected_events.unwrap_or(0.0)),
                played.id
            )),
        }
    }
}
