//! `--simulate`: every computed time beside the simulated one.

use evaluate::result::Evaluation;
use simulate::{Agreement, Simulated, Verdict};

use crate::numbers::ms;
use terminal::look::{self, BAD, DIM, HEAD, paint};
use terminal::tables::{Align, fitting, wrap};

/// p99 and mean of every operation both ways, and what is beyond tolerance.
pub fn report(evaluation: &Evaluation, simulated: &Simulated, agreements: &[Agreement]) -> String {
    let tolerance = pipeline::simulating::TOLERANCE;
    let confirmed = pipeline::simulating::confirmation(simulated, agreements);
    let width = look::width().min(100);
    let mut rows = Vec::new();
    for id in evaluation.operations.keys() {
        let pick = |part: &str| {
            let key = format!("operations.{id}.{part}");
            agreements.iter().find(|a| a.metric == key)
        };
        let answered = pick("mean").zip(pick("p99"));
        let after = pick("background.mean").zip(pick("background.p99"));
        // Work that nobody waits for is all after the answer.
        let both = match answered {
            Some((_, p99)) if p99.computed > 0.0 => answered,
            _ => after.or(answered),
        };
        let Some((mean, p99)) = both else { continue };
        rows.push(vec![
            id.clone(),
            ms(mean.computed),
            with_half(mean),
            difference(mean),
            ms(p99.computed),
            with_half(p99),
            difference(p99),
            word(mean.verdict, p99.verdict),
        ]);
    }
    let mut out = paint(HEAD, "Computed beside simulated");
    if rows.is_empty() {
        out.push_str("\nNo time was both computed and simulated.");
    } else {
        out.push('\n');
        out.push_str(&fitting(
            &[
                ("operation", Align::Left, 0),
                ("mean", Align::Right, 4),
                ("simulated", Align::Right, 5),
                ("off by", Align::Right, 3),
                ("p99", Align::Right, 0),
                ("simulated", Align::Right, 0),
                ("off by", Align::Right, 1),
                ("", Align::Left, 0),
            ],
            &rows,
            look::room(),
        ));
    }
    out.push_str(&format!("\n\n{}", wrap(&summary(&confirmed), "", width)));
    if !confirmed.differ.is_empty() {
        let text = "Take neither number of these alone:";
        out.push_str(&format!("\n{}", paint(BAD, text)));
    }
    for differs in confirmed.differ.iter().take(8) {
        let text = format!(
            "{}: computed {}, simulated {}",
            differs.metric,
            ms(differs.computed),
            with_half(differs)
        );
        out.push_str(&format!("\n{}", paint(BAD, &wrap(&text, "  ", width))));
    }
    if confirmed.differ.len() > 8 {
        let more = format!(
            "  and {} more; `--format json` has them",
            confirmed.differ.len() - 8
        );
        out.push_str(&format!("\n{}", paint(BAD, &more)));
    }
    let how = format!(
        "{} Tolerance: {:.0} % of the simulated value. Half widths are of 95 % intervals by batch means.",
        render::simulated::how(simulated),
        tolerance * 100.0
    );
    out.push_str(&format!("\n{}", paint(DIM, &wrap(&how, "", width))));
    out
}

/// What the comparison says, in a sentence or two.
pub fn summary(c: &pipeline::simulating::Confirmation) -> String {
    if c.compared == 0 {
        return "No time came often enough in the simulation to be compared.".into();
    }
    let mut text = match c.differ.len() {
        0 => format!("All {} times that came often enough agree.", c.compared),
        n => format!("{} of {} times agree; {n} differ.", c.agree, c.compared),
    };
    if let Some(worst) = &c.worst
        && let Some(difference) = worst.difference
    {
        let key = worst
            .metric
            .strip_prefix("operations.")
            .unwrap_or(&worst.metric);
        text.push_str(&format!(
            " Furthest off: {key}, {}.",
            render::simulated::off(difference)
        ));
    }
    if c.too_few_samples > 0 {
        text.push_str(&format!(
            " {} came too seldom to be judged.",
            c.too_few_samples
        ));
    }
    text
}

fn with_half(a: &Agreement) -> String {
    render::simulated::measured_ms(&simulate::Measure {
        value: a.simulated,
        half_width: a.half_width,
    })
}

fn difference(a: &Agreement) -> String {
    let text = a
        .difference
        .map_or_else(String::new, render::simulated::off);
    match a.verdict {
        Verdict::Differs => paint(BAD, &text),
        Verdict::Agrees => text,
        Verdict::TooFewSamples => paint(DIM, &text),
    }
}

fn word(mean: Verdict, p99: Verdict) -> String {
    match (mean, p99) {
        (Verdict::Differs, _) | (_, Verdict::Differs) => paint(BAD, "differs"),
        (Verdict::Agrees, Verdict::Agrees) => "agrees".into(),
        (Verdict::Agrees, _) => "mean agrees, too few for p99".into(),
        _ => "too few samples".into(),
    }
}
