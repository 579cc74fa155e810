//! `groundplan simulate`: the architecture event by event, in good times and in bad.

mod timeline;

use std::path::Path;

use evaluate::Scenario;
use model::{Finding, Outcome, System};
use pipeline::simulating;
use simulate::{Fault, FaultKind, Progress, Settings, Simulated};

use crate::arguments::Simulate;
use crate::numbers::rate;
use crate::{CLEAN, FINDINGS, UNUSABLE};
use folder::files;
use terminal::arguments::Format;
use terminal::look::{self, DIM, HEAD, paint};
use terminal::tables::{Align, table, wrap};

pub fn run(asked: &Simulate) -> Result<u8, String> {
    let folder = &asked.at_folder.folder;
    let (workspace, system) = match super::open_system(folder)? {
        Ok(opened) => opened,
        Err(code) => return Ok(code),
    };
    if asked.list {
        look::print(&list(&system, folder))?;
        return Ok(CLEAN);
    }
    if let Some(nobody) = super::evaluate::nobody_waits_in_line(&system) {
        look::print(&nobody)?;
        return Ok(CLEAN);
    }
    let mut bar = look::progress();
    let mut tell = |p: Progress| bar.tell(far(&p));
    let played = match &asked.experiment {
        Some(id) => {
            let change = |s: &mut Settings| adjust(asked, s);
            match simulating::experiment(&system, id, &change, &mut tell) {
                Ok(played) => played,
                Err(findings) => return refuse(&workspace, &findings),
            }
        }
        None => {
            let mut settings = Settings::default();
            adjust(asked, &mut settings);
            let mut findings = Vec::new();
            settings.faults = faults(asked, &system, &mut findings);
            if !findings.is_empty() {
                return refuse(&workspace, &findings);
            }
            let scenario = Scenario::at(settings.load);
            simulating::simulate(&system, &scenario, &settings, &mut tell)
        }
    };
    drop(bar);
    let Outcome {
        value: simulated,
        mut findings,
    } = played;
    findings.iter_mut().for_each(|f| workspace.locate(f));
    let title = title(asked, &system, &simulated);
    if let Some(file) = &asked.svg {
        let chart = render::simulated::timeline_chart(&title, &simulated).ok_or(
            "there is no timeline to draw: name an --experiment, a fault, or how long it --lasts",
        )?;
        files::write(file, render::picture::panel_chart_svg(&chart).as_bytes())?;
    }
    match asked.format {
        Format::Json => {
            let report = serde_json::json!({
                "simulated": simulated,
                "statements": render::simulated::statements(&simulated),
                "findings": findings,
            });
            look::print(&serde_json::to_string_pretty(&report).map_err(|e| e.to_string())?)?;
        }
        Format::Text => {
            look::print(&report(&title, &system, &simulated, asked.load.is_none()))?;
            if let Some(file) = &asked.svg {
                look::print(&format!("{} written.", file.display()))?;
            }
            super::evaluate::findings_text(&workspace, &findings)?;
        }
    }
    Ok(match super::worst(&findings) {
        Some(worst) if worst <= model::Severity::Minor => FINDINGS,
        _ => CLEAN,
    })
}

fn refuse(workspace: &pipeline::Workspace, findings: &[Finding]) -> Result<u8, String> {
    let text = syntax::diagnostics::render(findings, &workspace.sources, look::findings());
    anstream::eprintln!("{}", text.trim_end());
    Ok(UNUSABLE)
}

/// How far a simulation is, for one line of a terminal.
pub fn far(p: &Progress) -> String {
    let events = render::numbers::count(p.events as f64);
    match (p.duration_s, p.widest) {
        (Some(duration), _) => format!(
            "simulating: {:.0} s of {duration:.0} s, {events} events",
            p.simulated_s
        ),
        (None, Some(widest)) => format!(
            "simulating: {events} events of at most {}, widest interval {:.1} %",
            render::numbers::count(p.most_events as f64),
            widest * 100.0
        ),
        (None, None) => format!("simulating: {events} events"),
    }
}

fn adjust(asked: &Simulate, settings: &mut Settings) {
    if let Some(seed) = asked.seed {
        settings.seed = seed;
    }
    if let Some(load) = asked.load {
        settings.load = load;
    }
    if let Some(lasts) = asked.lasts {
        settings.duration_s = Some(lasts);
    }
    if let Some(most) = asked.events {
        settings.most_events = most;
    }
}

/// What the flags say happens; a name that the model does not have is found.
fn faults(asked: &Simulate, system: &System, findings: &mut Vec<Finding>) -> Vec<Fault> {
    let mut kinds = Vec::new();
    if let Some(zone) = &asked.lose {
        let letter = zone.bytes().next_back().unwrap_or(b'a');
        kinds.push(FaultKind::LoseZone(usize::from(
            letter.saturating_sub(b'a'),
        )));
    }
    if let Some(factor) = asked.spike {
        kinds.push(FaultKind::Spike {
            factor,
            operation: None,
        });
    }
    let mut known = |id: &str| {
        let components = &system.architecture.components;
        if components.get(id).is_none() {
            let names: Vec<&str> = components.keys().map(|k| &**k).collect();
            findings.push(
                Finding::new(
                    "unknown-id",
                    model::Severity::Blocker,
                    "",
                    format!("there is no component `{id}`"),
                )
                .why("Nothing was simulated.")
                .remedy(format!("Name one of {}.", names.join(", "))),
            );
        }
        id.to_string()
    };
    for id in &asked.stop {
        kinds.push(FaultKind::Stop(known(id)));
    }
    for (id, factor) in &asked.slow {
        kinds.push(FaultKind::Slow {
            component: known(id),
            factor: *factor,
        });
    }
    let fault = |kind| Fault {
        at_s: asked.at,
        for_s: asked.lasting,
        kind,
    };
    kinds.into_iter().map(fault).collect()
}

fn title(asked: &Simulate, system: &System, simulated: &Simulated) -> String {
    let name = &system.brief.name;
    if let Some(id) = &asked.experiment {
        return format!("{name}: {id}");
    }
    let faults = simulated.timeline.iter().flat_map(|t| &t.faults);
    let faults: Vec<String> = faults.map(|f| f.what.replace('`', "")).collect();
    match faults.is_empty() {
        true => format!("{name}: {}", load(simulated)),
        false => format!("{name}: {}", faults.join(", ")),
    }
}

fn load(simulated: &Simulated) -> String {
    match (simulated.load - 1.0).abs() < 1e-9 {
        true => "in the busiest hour".into(),
        false => format!("at {} times the busiest hour", simulated.load),
    }
}

fn list(system: &System, folder: &Path) -> String {
    let experiments = &system.architecture.experiments;
    if experiments.is_empty() {
        return wrap(
            &format!(
                "The architecture holds no experiments. `groundplan simulate {} --lose b` tries the loss of a zone, `--spike 8x` a spike.",
                folder.display()
            ),
            "",
            look::width().min(100),
        );
    }
    let rows: Vec<Vec<String>> = experiments
        .iter()
        .map(|(id, e)| {
            let script = simulate::script(id, e).value;
            let faults: Vec<String> = script
                .faults
                .iter()
                .map(|f| {
                    let what = f.kind.describe().replace('`', "");
                    let (at, lasting) = (
                        render::simulated::seconds(f.at_s),
                        render::simulated::seconds(f.for_s),
                    );
                    format!("{what} at {at} for {lasting}")
                })
                .collect();
            let shown = match faults.as_slice() {
                [one] => one.clone(),
                [first, rest @ ..] => format!("{first}, and {} more", rest.len()),
                [] => "nothing happens".into(),
            };
            vec![id.to_string(), shown]
        })
        .collect();
    table(
        &[("experiment", Align::Left), ("what happens", Align::Left)],
        &rows,
    )
}

/// The timeline, what it says, and the intervals.
fn report(title: &str, system: &System, simulated: &Simulated, usual_load: bool) -> String {
    let width = look::width().min(100);
    let mut out = paint(HEAD, title);
    if let Some(experiment) = title
        .rsplit_once(": ")
        .and_then(|(_, id)| system.architecture.experiments.get(id))
        && let Some(why) = &experiment.about.why
    {
        out.push_str(&format!("\n{}", wrap(why, "  ", width)));
    }
    out.push('\n');
    if let Some(line) = &simulated.timeline {
        out.push_str(&format!("\n{}\n", timeline::draw(line, width)));
    }
    for statement in render::simulated::statements(simulated) {
        out.push_str(&format!("\n{}", hanging(&statement, width)));
    }
    let scripted = simulated
        .timeline
        .as_ref()
        .is_some_and(|t| !t.faults.is_empty());
    if !scripted {
        out.push_str(&format!("\n\n{}", intervals(system, simulated)));
        let stations = stations(simulated);
        if !stations.is_empty() {
            out.push_str(&format!("\n\n{stations}"));
        }
    }
    for left_out in &simulated.left_out {
        out.push_str(&format!(
            "\n{}",
            hanging(&format!("Left out: {left_out}"), width)
        ));
    }
    let at = match usual_load || scripted {
        true => String::new(),
        false => format!("{}: ", load(simulated)),
    };
    let how = wrap(
        &format!("{at}{}", render::simulated::how(simulated)),
        "",
        width,
    );
    out.push_str(&format!("\n\n{}", paint(DIM, &how)));
    out
}

fn hanging(text: &str, width: usize) -> String {
    let wrapped = wrap(text, "  ", width);
    wrapped.trim_start().to_string()
}

/// Rates and times with half the widths of their intervals. Work that nobody waits for is timed from
/// its start, as the closed form's table does.
fn intervals(system: &System, simulated: &Simulated) -> String {
    let rows: Vec<Vec<String>> = simulated
        .operations
        .iter()
        .map(|(id, o)| {
            let times = match evaluate::verdict::waited_for(system, id) {
                true => o.response,
                false => o.background.or(o.response),
            };
            let time = |pick: fn(&simulate::result::SimulatedTimes) -> simulate::Measure| {
                times
                    .as_ref()
                    .map_or_else(|| "-".into(), |t| render::simulated::measured_ms(&pick(t)))
            };
            let failed = match o.errors.all.value {
                v if v <= 0.0 => "0 %".to_string(),
                v => render::numbers::percent(v),
            };
            vec![
                id.clone(),
                rate(o.rate_per_s.value),
                time(|t| t.p50_ms),
                time(|t| t.p95_ms),
                time(|t| t.p99_ms),
                failed,
                o.samples.to_string(),
            ]
        })
        .collect();
    terminal::tables::fitting(
        &[
            ("operation", Align::Left, 0),
            ("answered", Align::Right, 2),
            ("p50", Align::Right, 4),
            ("p95", Align::Right, 5),
            ("p99", Align::Right, 0),
            ("failed", Align::Right, 1),
            ("samples", Align::Right, 3),
        ],
        &rows,
        look::room(),
    )
}

fn stations(simulated: &Simulated) -> String {
    let rows: Vec<Vec<String>> = simulated
        .stations
        .iter()
        .filter_map(|(id, s)| {
            let used = s.utilisation?;
            let half = used
                .half_width
                .map_or_else(String::new, |h| format!(" ± {:.2}", h * 100.0));
            Some(vec![
                id.strip_suffix(".main").unwrap_or(id).to_string(),
                s.servers.map(render::numbers::sig3).unwrap_or_default(),
                format!("{:.2}{half} %", used.value * 100.0),
                render::numbers::sig3(s.queue_length.value),
            ])
        })
        .collect();
    if rows.is_empty() {
        return String::new();
    }
    table(
        &[
            ("component", Align::Left),
            ("processors", Align::Right),
            ("in use", Align::Right),
            ("waiting", Align::Right),
        ],
        &rows,
    )
}
