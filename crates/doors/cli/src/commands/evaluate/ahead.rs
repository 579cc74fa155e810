//! Recovery with the error budget, and `--growth`: what comes later.

use evaluate::growth::{Growth, Point};
use evaluate::recovery::{Budget, Recovery};

use terminal::look::{self, BAD, HEAD, paint};
use terminal::tables::{Align, fitting, wrap};

/// What is lost and for how long, and the error budget that is nearest to being spent.
pub fn recovery(recovery: &Recovery) -> String {
    let mut rows = Vec::new();
    for (id, store) in &recovery.stores {
        for loss in &store.losses {
            let judged = |text: String, held: Option<bool>| match held {
                Some(false) => paint(BAD, &text),
                _ => text,
            };
            let unknown = || match loss.unverified.is_empty() {
                true => "never".to_string(),
                false => "UNVERIFIED".to_string(),
            };
            let lost = loss.point.as_ref().map_or_else(
                || match loss.unverified.is_empty() {
                    true => "everything".into(),
                    false => "UNVERIFIED".into(),
                },
                |p| match p.value {
                    v if v <= 0.0 => "nothing".into(),
                    v => format!("up to {}", render::simulated::seconds(v)),
                },
            );
            let back = loss
                .time
                .as_ref()
                .map_or_else(unknown, |t| render::simulated::seconds(t.value));
            rows.push(vec![
                format!("{id}: {}", loss.event.name()),
                judged(lost, loss.point_held),
                judged(back, loss.time_held),
                loss.how.clone(),
            ]);
        }
    }
    let mut out = String::new();
    if !rows.is_empty() {
        out.push_str(&fitting(
            &[
                ("recovery", Align::Left, 0),
                ("work lost", Align::Left, 0),
                ("back after", Align::Left, 0),
                ("how", Align::Left, 1),
            ],
            &rows,
            look::room(),
        ));
    }
    let tightest = recovery
        .budgets
        .iter()
        .filter_map(|(id, b)| Some((id, b, b.left.as_ref()?.value)))
        .min_by(|a, b| a.2.total_cmp(&b.2));
    if let Some((id, b, left)) = tightest {
        if !out.is_empty() {
            out.push('\n');
        }
        let text = wrap(&budget(id, b, left), "", look::width().min(100));
        out.push_str(&match left < 0.0 {
            true => paint(BAD, &text),
            false => text,
        });
    }
    out
}

fn budget(id: &str, b: &Budget, left: f64) -> String {
    let parts = b.parts.as_ref().map_or(0.0, |p| p.value);
    let unplanned: f64 = b
        .failovers
        .iter()
        .filter_map(|f| f.expected.as_ref())
        .map(|e| e.value)
        .sum();
    let mut text = format!(
        "Tightest error budget: {id}, {:.1} minutes a month. Parts that are down take {parts:.1}, unplanned failovers {unplanned:.1}; ",
        b.allowed.value
    );
    text.push_str(&match left < 0.0 {
        true => format!("that is {:.1} too many.", -left),
        false => format!("{left:.1} are left for deployments and mistakes."),
    });
    if !b.stopped_by_deployments.is_empty() {
        text.push_str(&format!(
            " {} stops while it is deployed.",
            b.stopped_by_deployments.join(", ")
        ));
    }
    text
}

/// Years that are shown.
const YEARS: [u32; 5] = [0, 1, 2, 3, 5];

/// The table of the years, and what breaks when.
pub fn growth(growth: &Growth) -> String {
    let width = look::width().min(100);
    let mut out = paint(HEAD, "The years ahead");
    out.push_str(&format!("\n{}", wrap(&growth.summary, "", width)));
    let at = |year: &u32| growth.points.iter().find(|p| p.month == 12 * *year);
    let rows: Vec<Vec<String>> = YEARS
        .iter()
        .filter_map(|y| at(y).map(|p| row(*y, p)))
        .collect();
    if !rows.is_empty() {
        out.push('\n');
        out.push_str(&fitting(
            &[
                ("years", Align::Right, 0),
                ("load", Align::Right, 0),
                ("cost a month", Align::Right, 0),
                ("stored", Align::Right, 2),
                ("busiest", Align::Left, 1),
            ],
            &rows,
            look::room(),
        ));
    }
    for broken in render::broken_lines(growth) {
        let text = wrap(&broken.replace('`', ""), "  ", width);
        out.push_str(&format!("\n{}", paint(BAD, text.trim_start())));
    }
    out
}

fn row(year: u32, p: &Point) -> Vec<String> {
    let cost: Vec<String> = p
        .cost
        .iter()
        .map(|(currency, v)| format!("{} {currency}", crate::numbers::amount(*v)))
        .collect();
    let busiest = p.utilisation.iter().max_by(|a, b| a.1.total_cmp(b.1));
    vec![
        year.to_string(),
        format!("{}x", render::numbers::sig3(p.load)),
        cost.join(", "),
        render::numbers::bytes(p.stored_bytes),
        busiest
            .map(|(id, used)| format!("{id} {:.1} %", used * 100.0))
            .unwrap_or_default(),
    ]
}
