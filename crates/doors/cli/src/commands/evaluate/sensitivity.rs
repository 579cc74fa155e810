//! `--sensitivity`: what to check first, the chance of meeting each target, and a tornado.

use render::tornado;
use sensitivity::{Chance, Sensitivity};

use terminal::look::{self, BAD, DIM, HEAD, paint};
use terminal::tables::{Align, fitting, wrap};

/// Targets that are named.
const TARGETS: usize = 10;
/// From here on a target counts as certain.
const CERTAIN: f64 = 0.995;

pub fn report(found: &Sensitivity) -> String {
    let width = look::width().min(100);
    let mut out = paint(HEAD, "What the numbers rest on");
    if found.inputs.is_empty() {
        out.push_str("\nNo number of this system has a range.");
        return out;
    }
    for (n, doubt) in found.check_first.iter().enumerate() {
        let text = format!(
            "{}. {}",
            n + 1,
            render::doubt(found, doubt).replace('`', "")
        );
        out.push_str(&format!("\n{}", wrap(&text, "   ", width).trim_start()));
    }
    out.push_str(&format!("\n\n{}", chances(found)));
    if let Some((key, spread)) = tornado::outcome(found) {
        out.push_str(&format!(
            "\n\n{}\n",
            paint(HEAD, &tornado::outcome_name(key))
        ));
        out.push_str(&bars(found, key, spread));
    }
    let how = format!(
        "{} evaluations at {} points of the ranges of {} numbers, seed 1. A range comes from the brief's `ranges`, or from the kind of evidence.",
        found.evaluations,
        found.points,
        found.inputs.len()
    );
    out.push_str(&format!("\n{}", paint(DIM, &wrap(&how, "", width))));
    out
}

fn chances(found: &Sensitivity) -> String {
    let mut all: Vec<(&String, &Chance)> = found.targets.iter().collect();
    all.sort_by(|a, b| a.1.probability.total_cmp(&b.1.probability));
    let doubtful: Vec<_> = all
        .iter()
        .filter(|(_, c)| c.probability < CERTAIN)
        .collect();
    let certain = all.len() - doubtful.len();
    if doubtful.is_empty() {
        return match all.len() {
            0 => "No target has a number that could be judged.".into(),
            n => format!("All {n} targets are met with a probability of 99.5 % or more."),
        };
    }
    let rows: Vec<Vec<String>> = doubtful
        .iter()
        .take(TARGETS)
        .map(|(key, c)| {
            let text = format!(
                "{:.0} ± {:.0} %",
                c.probability * 100.0,
                196.0 * c.standard_error
            );
            vec![
                key.strip_prefix("operations.").unwrap_or(key).to_string(),
                if c.probability < 0.5 {
                    paint(BAD, &text)
                } else {
                    text
                },
                if c.met {
                    "met".into()
                } else {
                    paint(BAD, "missed")
                },
            ]
        })
        .collect();
    let mut out = fitting(
        &[
            ("target", Align::Left, 0),
            ("chance of meeting it", Align::Right, 0),
            ("as it stands", Align::Left, 1),
        ],
        &rows,
        look::room(),
    );
    if doubtful.len() > TARGETS {
        out.push_str(&format!(
            "\n{} more are doubtful.",
            doubtful.len() - TARGETS
        ));
    }
    if certain > 0 {
        out.push_str(&format!(
            "\nThe other {certain} are met with 99.5 % or more."
        ));
    }
    out
}

const COLUMNS: usize = 30;

/// One line for each input: what it is, a bar from its low to its high end, and both outcomes.
fn bars(found: &Sensitivity, key: &str, spread: &sensitivity::Spread) -> String {
    let bars = tornado::bars(found, spread);
    if bars.is_empty() {
        return "Nothing moves it.".into();
    }
    let ends = || {
        bars.iter()
            .flat_map(|b| [b.low, b.high])
            .chain(spread.value)
    };
    let least = ends().fold(f64::INFINITY, f64::min);
    let most = ends().fold(f64::NEG_INFINITY, f64::max);
    let range = (most - least).max(f64::MIN_POSITIVE);
    let at = |v: f64| (((v - least) / range) * (COLUMNS - 1) as f64).round() as usize;
    let (full, line, now) = if look::unicode() {
        ('█', '┊', '┃')
    } else {
        ('#', '.', '|')
    };
    let rows: Vec<Vec<String>> = bars
        .iter()
        .map(|b| {
            let (from, to) = (at(b.low.min(b.high)), at(b.low.max(b.high)));
            let here = spread.value.map(at);
            let drawn: String = (0..COLUMNS)
                .map(|i| match i {
                    i if here == Some(i) => now,
                    i if (from..=to).contains(&i) => full,
                    0 => line,
                    _ => ' ',
                })
                .collect();
            vec![
                b.input.title.clone(),
                format!(
                    "{} to {}",
                    tornado::input_value(b.input, b.input.low),
                    tornado::input_value(b.input, b.input.high)
                ),
                drawn,
                tornado::outcome_range(key, b.low, b.high),
            ]
        })
        .collect();
    fitting(
        &[
            ("number", Align::Left, 0),
            ("range", Align::Left, 2),
            ("", Align::Left, 1),
            ("outcome", Align::Left, 0),
        ],
        &rows,
        look::room(),
    )
}
