//! A timeline in a terminal: rows of small bars over one time, with the faults below them.

use simulate::Timeline;
use simulate::timeline::Moment;

use crate::numbers::ms;
use terminal::look::{self, BAD, DIM, HEAD, paint};

/// Operations that are drawn.
const ROWS: usize = 5;
const NAME: usize = 12;
const MOST_COLUMNS: usize = 60;

/// Three rows for each of the operations that show most.
pub fn draw(timeline: &Timeline, width: usize) -> String {
    let windows = timeline.windows.len();
    let columns = width
        .saturating_sub(NAME + 26)
        .clamp(10, MOST_COLUMNS)
        .min(windows.max(1));
    let group = windows.div_ceil(columns).max(1);
    let mut out = String::new();
    for id in render::simulated::telling(timeline, ROWS) {
        let Some(moments) = timeline.operations.get(id) else {
            continue;
        };
        let groups: Vec<&[Moment]> = moments.chunks(group).collect();
        let answered: Vec<Option<f64>> = groups
            .iter()
            .map(|g| Some(mean(g, |m| m.answered_per_s)))
            .collect();
        let failed: Vec<Option<f64>> = groups
            .iter()
            .map(|g| Some(mean(g, |m| m.failed_per_s)))
            .collect();
        let times: Vec<Option<f64>> = groups
            .iter()
            .map(|g| g.iter().filter_map(|m| m.p99_ms).reduce(f64::max))
            .collect();
        out.push_str(&format!("{}\n", paint(HEAD, id)));
        out.push_str(&row("answered/s", &answered, false, &|v| {
            render::numbers::sig3(v)
        }));
        let any = failed.iter().flatten().any(|v| *v > 0.0);
        let line = row("failed/s", &failed, false, &|v| render::numbers::sig3(v));
        out.push_str(&if any {
            paint(BAD, line.trim_end_matches('\n')) + "\n"
        } else {
            line
        });
        out.push_str(&row("p99", &times, true, &ms));
    }
    out.push_str(&bands(timeline, group));
    out
}

fn mean(moments: &[Moment], of: fn(&Moment) -> f64) -> f64 {
    moments.iter().map(of).sum::<f64>() / moments.len().max(1) as f64
}

/// One row: its name, a bar for each window, the least and the most.
fn row(name: &str, values: &[Option<f64>], log: bool, shown: &dyn Fn(f64) -> String) -> String {
    let known = || values.iter().flatten().copied();
    let most = known().fold(0.0, f64::max);
    let least = known().fold(f64::INFINITY, f64::min);
    let range = match (least.is_finite(), (most - least).abs() < 1e-12) {
        (false, _) => "none".into(),
        (true, true) => shown(most),
        (true, false) => format!("{} to {}", shown(least), shown(most)),
    };
    let bars: String = values.iter().map(|v| bar(*v, least, most, log)).collect();
    format!("  {name:<NAME$}{bars}  {range}\n")
}

/// Heights by eighths of the largest value; times by their ratio to the least.
fn bar(value: Option<f64>, least: f64, most: f64, log: bool) -> char {
    const UNICODE: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    const ASCII: [char; 8] = ['_', '.', ':', '-', '=', '+', '*', '#'];
    let Some(value) = value else { return ' ' };
    let part = if log && least > 0.0 {
        // A whole bar is ten times the least, or the range where that is wider.
        let range = (most / least).max(10.0).ln();
        (value / least).ln() / range
    } else if most > 0.0 {
        value / most
    } else {
        0.0
    };
    let set = if look::unicode() { UNICODE } else { ASCII };
    let index = (part.clamp(0.0, 1.0) * 7.0).round() as usize;
    if value <= 0.0 {
        return if look::unicode() { '·' } else { ' ' };
    }
    set.get(index).copied().unwrap_or(' ')
}

/// Under the rows: when each fault was on, and the time.
fn bands(timeline: &Timeline, group: usize) -> String {
    let mut out = String::new();
    let groups: Vec<&[simulate::timeline::Span]> = timeline.windows.chunks(group).collect();
    let on = if look::unicode() { '━' } else { '=' };
    for (nth, fault) in timeline.faults.iter().enumerate() {
        let line: String = groups
            .iter()
            .map(|g| {
                if g.iter().any(|w| w.on.contains(&nth)) {
                    on
                } else {
                    ' '
                }
            })
            .collect();
        let what = fault.what.replace('`', "");
        let name = if timeline.faults.len() == 1 {
            "fault".to_string()
        } else {
            format!("fault {}", nth + 1)
        };
        out.push_str(&paint(BAD, &format!("  {name:<NAME$}{line}  {what}")));
        out.push('\n');
    }
    let end = timeline.windows.last().map_or(0.0, |w| w.to_s);
    let last = render::simulated::seconds(end);
    let middle = render::simulated::seconds(end / 2.0);
    let columns = groups.len();
    let half = (columns / 2).saturating_sub(3 + middle.chars().count() / 2);
    let mut axis = format!("0 s{}{middle}", " ".repeat(half));
    let gap = columns.saturating_sub(axis.chars().count() + last.chars().count());
    axis.push_str(&format!("{}{last}", " ".repeat(gap.max(1))));
    let per = render::simulated::seconds(timeline.window_s * group as f64);
    let line = format!("  {:<NAME$}{axis}  {per} a column", "time");
    out.push_str(&paint(DIM, line.trim_end()));
    out
}
