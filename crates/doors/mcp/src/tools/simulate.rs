//! `simulate`: what users see when something goes wrong.

use evaluate::Scenario;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use simulate::{Fault, FaultKind, Settings};

use super::Tool;
use crate::desk::Call;
use crate::short::{Refusal, Short, significant};

pub struct Simulate;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// An experiment of the architecture, by its id. Without it and without faults: the busiest hour.
    #[serde(default)]
    experiment: Option<String>,
    /// A zone that is lost: `a`, `b`.
    #[serde(default)]
    lose_zone: Option<String>,
    /// Components that refuse all work.
    #[serde(default)]
    stop: Vec<String>,
    /// A component that takes `factor` times as long.
    #[serde(default)]
    slow: Option<Slow>,
    /// So many times the load.
    #[serde(default)]
    spike: Option<f64>,
    /// When it begins and how long it lasts, in seconds; 60 and 120 unless said.
    #[serde(default)]
    at_s: Option<f64>,
    #[serde(default)]
    for_s: Option<f64>,
    #[serde(default)]
    seed: Option<u64>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Slow {
    component: String,
    factor: f64,
}

#[derive(Serialize, JsonSchema)]
pub struct Output {
    revision: String,
    seed: u64,
    simulated_s: f64,
    events: u64,
    /// What users saw, in sentences.
    seen: Vec<String>,
    /// Operation: p99 and share of errors over the whole run, the worst first.
    operations: Vec<String>,
    /// Operations that did not come once in the simulated time: nothing is said about them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    never_ran: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    left_out: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    findings: Vec<Short>,
}

impl Tool for Simulate {
    const NAME: &'static str = "simulate";
    const ABOUT: &'static str = "Plays the design event by event while something goes wrong (zone lost, component stopped or slow, spike) or through one of its experiments: what users see, and how it recovers. Same input, same numbers.";
    type Input = Input;
    type Output = Output;

    fn run(call: &Call<'_>, input: Input) -> Result<Output, Refusal> {
        let (workspace, system) = call.desk.system()?;
        let components = &system.architecture.components;
        let named = input
            .stop
            .iter()
            .chain(input.slow.as_ref().map(|s| &s.component));
        for id in named {
            if !components.contains_key(id.as_str()) {
                let known: Vec<&str> = components.keys().map(|k| &**k).collect();
                return Err(Refusal::new(format!("there is no component `{id}`"))
                    .next(&format!("There is: {}.", known.join(", "))));
            }
        }
        let faults = faults(&input)?;
        let change = |settings: &mut Settings| {
            if let Some(seed) = input.seed {
                settings.seed = seed;
            }
        };
        let mut silent = |_| {};
        let mut played = match &input.experiment {
            Some(id) => pipeline::simulating::experiment(&system, id, &change, &mut silent)
                .map_err(|f| Refusal::findings("there is no such experiment", &f))?,
            None => {
                let mut settings = Settings::default();
                change(&mut settings);
                settings.faults = faults;
                let scenario = Scenario::at(settings.load);
                pipeline::simulating::simulate(&system, &scenario, &settings, &mut silent)
            }
        };
        played.findings.iter_mut().for_each(|f| workspace.locate(f));
        let simulated = played.value;
        let mut operations: Vec<(f64, String)> = Vec::new();
        let mut never_ran = Vec::new();
        for (id, o) in &simulated.operations {
            if o.samples == 0 && o.errors.all.value == 0.0 {
                never_ran.push(id.clone());
                continue;
            }
            let errors = o.errors.all.value;
            let p99 = o.response.as_ref().map_or_else(
                || "no answer".into(),
                |t| format!("p99 {} ms", significant(t.p99_ms.value)),
            );
            operations.push((
                errors,
                format!("{id}: {p99}, {} % errors", significant(errors * 100.0)),
            ));
        }
        operations.sort_by(|a, b| b.0.total_cmp(&a.0));
        Ok(Output {
            revision: call.desk.revision()?,
            seed: simulated.seed,
            simulated_s: significant(simulated.duration_s),
            events: simulated.events,
            seen: render::simulated::statements(&simulated),
            operations: operations.into_iter().take(10).map(|(_, o)| o).collect(),
            never_ran,
            left_out: simulated.left_out.clone(),
            findings: played.findings.iter().take(4).map(Short::of).collect(),
        })
    }
}

fn faults(input: &Input) -> Result<Vec<Fault>, Refusal> {
    let mut kinds = Vec::new();
    if let Some(zone) = &input.lose_zone {
        let letter = zone.bytes().next_back().filter(u8::is_ascii_lowercase);
        let letter = letter
            .ok_or_else(|| Refusal::new(format!("`{zone}` is no zone; zones are a, b, c")))?;
        kinds.push(FaultKind::LoseZone(usize::from(letter - b'a')));
    }
    if let Some(factor) = input.spike {
        kinds.push(FaultKind::Spike {
            factor,
            operation: None,
        });
    }
    kinds.extend(input.stop.iter().cloned().map(FaultKind::Stop));
    if let Some(slow) = &input.slow {
        kinds.push(FaultKind::Slow {
            component: slow.component.clone(),
            factor: slow.factor,
        });
    }
    let (at_s, for_s) = (input.at_s.unwrap_or(60.0), input.for_s.unwrap_or(120.0));
    let numbers = [
        Some(at_s),
        Some(for_s),
        input.spike,
        input.slow.as_ref().map(|s| s.factor),
    ];
    if numbers
        .iter()
        .flatten()
        .any(|n| !(n.is_finite() && *n >= 0.0 && *n <= 1e6))
    {
        return Err(Refusal::new(
            "times and factors are between 0 and a million",
        ));
    }
    let fault = |kind| Fault { at_s, for_s, kind };
    Ok(kinds.into_iter().map(fault).collect())
}
