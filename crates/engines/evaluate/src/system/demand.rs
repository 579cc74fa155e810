//! What one step of a path demands, from the step itself or from the technology's facts.
//!
//! A fact that is missing is said, never filled in.

use knowledge::{Knowledge, Operation};
use model::{Component, ComponentKind, Latency, Measured, MeasuredFact, Step, System, Work};

use super::measured;
use crate::result::Input;

/// Time that is spent outside our processors: mean and squared coefficient of variation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Delay {
    pub mean_s: f64,
    pub scv: f64,
}

/// Demand of one pass of a step.
#[derive(Debug, Clone, Default)]
pub(crate) struct Demand {
    /// Processor time, in seconds, on the hardware the fact holds for.
    pub cpu_s: f64,
    pub delay: Option<Delay>,
    pub inputs: Vec<Input>,
}

/// A number that is not known.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Missing {
    /// Model path of the element that lacks it.
    pub subject: String,
    /// The number, as a noun phrase.
    pub what: String,
    pub remedy: String,
}

/// The demand of a step. A wait of which only the mean is known counts as exponential: half of all
/// waits are then shorter than 69 % of the mean, and one in a hundred is 4.6 times as long.
pub(crate) fn demand(
    system: &System,
    knowledge: &Knowledge,
    operation: &str,
    step: &Step,
    place: &str,
) -> Result<Demand, Missing> {
    let mut found = Demand::default();
    let id: &str = &step.on;
    let Some(component) = system.component(id) else {
        return Err(Missing {
            subject: place.to_string(),
            what: format!("the component `{id}`, which is not in the architecture"),
            remedy: format!("add `components.{id}` or correct the step's `on`"),
        });
    };
    if let Some(wait) = step.wait {
        found.delay = Some(Delay {
            mean_s: wait.secs(),
            scv: 1.0,
        });
        found.inputs.push(input(
            id,
            "wait",
            wait.to_string(),
            &format!("{place}.wait"),
        ));
    }
    if let Some(cpu) = step.cpu {
        found.cpu_s = cpu.secs();
        found.inputs.push(input(
            id,
            step.work.id(),
            format!("{cpu} CPU"),
            &format!("{place}.cpu"),
        ));
        return Ok(found);
    }
    if component.kind == ComponentKind::Client {
        return Ok(found);
    }
    if component.kind == ComponentKind::External || step.work == Work::External {
        return answer_of(system, id, component, found);
    }
    if let Some((measured, fact)) = measured::fact_for(system, knowledge, operation, step) {
        from_measurement(system, knowledge, step, measured, fact, &mut found);
        return Ok(found);
    }
    let fact = from_fact(system, knowledge, step, component, &mut found);
    let Err(missing) = fact else { return Ok(found) };
    // Where we run no processors, time is all there is to know.
    let machines = component.size.as_ref().is_some_and(|s| s.vcpu.is_some());
    match component.latency.and_then(fit) {
        _ if machines => Err(missing),
        _ if step.wait.is_some() => Ok(found),
        Some(delay) => {
            found.delay = Some(delay);
            let value = format!("{:.2} ms on average", delay.mean_s * 1e3);
            found.inputs.push(input(
                id,
                "answer",
                value,
                &format!("components.{id}.latency"),
            ));
            Ok(found)
        }
        None => Err(missing),
    }
}

fn input(component: &str, what: &str, value: String, source: &str) -> Input {
    Input {
        name: format!("{component}: {what}"),
        value,
        source: source.to_string(),
    }
}

/// The answer time of a system that is not ours.
fn answer_of(
    system: &System,
    id: &str,
    component: &Component,
    mut found: Demand,
) -> Result<Demand, Missing> {
    if found.delay.is_some() {
        return Ok(found);
    }
    let port = system.brief.domain.ports.get(id).and_then(|p| p.latency);
    let (latency, source) = match (component.latency, port) {
        (Some(latency), _) => (latency, format!("components.{id}.latency")),
        (None, Some(latency)) => (latency, format!("ports.{id}.latency")),
        (None, None) => return Err(no_latency(id)),
    };
    let delay = fit(latency).ok_or_else(|| no_latency(id))?;
    let shown = [
        ("p50", latency.p50),
        ("p95", latency.p95),
        ("p99", latency.p99),
    ];
    let shown: Vec<String> = shown
        .iter()
        .filter_map(|(n, t)| t.map(|t| format!("{n} {t}")))
        .collect();
    found
        .inputs
        .push(input(id, "answer", shown.join(", "), &source));
    found.delay = Some(delay);
    Ok(found)
}

fn no_latency(id: &str) -> Missing {
    Missing {
        subject: format!("components.{id}.latency"),
        what: format!("how long `{id}` takes to answer"),
        remedy: format!("give `components.{id}.latency`, at least its p50 and p99"),
    }
}

/// Mean and scv of a time from its percentiles. Median and upper percentile: a fixed part plus an
/// exponential where the upper one lies within the ratio of an exponential, else log-normal. The
/// median alone counts as fixed, an upper percentile alone as that of an exponential.
pub(crate) fn fit(latency: Latency) -> Option<Delay> {
    // Logarithms of 1 / (1 - share), and the normal quantiles of the shares.
    let upper = match (latency.p99, latency.p95) {
        (Some(p99), _) => Some((p99.secs(), 100f64.ln(), 2.326_348)),
        (None, Some(p95)) => Some((p95.secs(), 20f64.ln(), 1.644_854)),
        (None, None) => None,
    };
    let half = std::f64::consts::LN_2;
    match (latency.p50.map(|d| d.secs()), upper) {
        (None, None) => None,
        (Some(median), None) => Some(Delay {
            mean_s: median,
            scv: 0.0,
        }),
        (None, Some((high, log, _))) => Some(Delay {
            mean_s: high / log,
            scv: 1.0,
        }),
        (Some(median), Some((high, ..))) if high <= median => Some(Delay {
            mean_s: median,
            scv: 0.0,
        }),
        (Some(median), Some((high, log, z))) => {
            let random = (high - median) / (log - half);
            let fixed = median - random * half;
            if fixed >= 0.0 {
                let mean_s = fixed + random;
                return Some(Delay {
                    mean_s,
                    scv: (random / mean_s).powi(2),
                });
            }
            if median <= 0.0 {
                return Some(Delay {
                    mean_s: high / log,
                    scv: 1.0,
                });
            }
            let sigma = ((high / median).ln() / z).min(3.0);
            let mean_s = median * (0.5 * sigma * sigma).exp();
            Some(Delay {
                mean_s,
                scv: (sigma * sigma).exp_m1(),
            })
        }
    }
}

/// Demand as it was measured on this design's own schema. The published fact is still said, and its
/// waiting (a disk's flush) still counts, because processor time does not hold it.
fn from_measurement(
    system: &System,
    knowledge: &Knowledge,
    step: &Step,
    measured: &Measured,
    fact: &MeasuredFact,
    found: &mut Demand,
) {
    let mut published = Demand::default();
    let known = system
        .component(&step.on)
        .is_some_and(|c| from_fact(system, knowledge, step, c, &mut published).is_ok());
    let instead = published
        .inputs
        .first()
        .filter(|_| known)
        .map_or_else(String::new, |i| {
            format!("; the published fact says {} ({})", i.value, i.source)
        });
    let table = match (&fact.table, fact.table_rows) {
        (Some(table), Some(rows)) => format!(", {rows} rows in {table}"),
        _ => String::new(),
    };
    let source = format!(
        "measured.yaml, {}: {} {} on {} ({} cores){table}, {}, {} repetitions{instead}",
        measured.date,
        fact.technology,
        fact.version,
        measured.hardware.cpu,
        measured.hardware.cores,
        fact.clock,
        fact.repetitions,
    );
    let value = format!(
        "{:.1} us CPU measured, +- {:.1}",
        fact.cpu_us, fact.half_width_us
    );
    found.cpu_s = fact.cpu_us * 1e-6;
    found
        .inputs
        .push(input(&step.on, step.work.id(), value, &source));
    if known {
        found.delay = found.delay.or(published.delay);
        found.inputs.extend(published.inputs.into_iter().skip(1));
    }
}

/// Processor time of one pass of a step by a technology's published fact, in microseconds; `None`
/// where there is no such fact. What a measurement is compared with.
pub fn published_us(
    system: &System,
    knowledge: &Knowledge,
    step: &Step,
    technology: &str,
) -> Option<f64> {
    let mut component = system.component(&step.on)?.clone();
    component.technology = Some(technology.to_string());
    let mut found = Demand::default();
    from_fact(system, knowledge, step, &component, &mut found).ok()?;
    Some(found.cpu_s * 1e6).filter(|us| *us > 0.0)
}

/// Demand from the technology's fact about this kind of work.
fn from_fact(
    system: &System,
    knowledge: &Knowledge,
    step: &Step,
    component: &Component,
    found: &mut Demand,
) -> Result<(), Missing> {
    let id: &str = &step.on;
    let work = step.work.id();
    let subject = format!("components.{id}.{work}");
    let Some(name) = component.technology.as_deref() else {
        return Err(Missing {
            subject: format!("components.{id}.technology"),
            what: format!("the technology of `{id}`, without which no demand of `{work}` is known"),
            remedy: format!("give `components.{id}.technology`, or the step's `cpu`"),
        });
    };
    let technology = knowledge.technology(name);
    let fact = Operation::from_word(work).and_then(|o| technology?.demand(o));
    let missing = || Missing {
        subject: subject.clone(),
        what: format!("the processor time of one `{work}` on {name}"),
        remedy: format!(
            "measure it and give the step's `cpu` (or, where it runs on no machine of ours, `components.{id}.latency`), or add the demand `{work}` to the facts of {name}"
        ),
    };
    let fact = fact.ok_or_else(missing)?;
    if fact.cpu_us.is_none() && fact.per_row_us.is_none() && fact.latency_ms.is_none() {
        return Err(missing());
    }
    let rows = step.rows.unwrap_or(1.0).max(0.0);
    let table = step
        .table
        .as_ref()
        .and_then(|t| system.architecture.data.get(&**t));
    let indexes = table.map_or(0, |t| t.indexes.len() + t.unique.len()) as f64;
    let each = fact.cpu_us_for(rows, indexes, 0.0).unwrap_or(0.0);
    // Without a cost per row the fact is about one row, and each further one costs the same.
    let repeats = if fact.per_row_us.is_some() {
        1.0
    } else {
        rows.max(1.0)
    };
    found.cpu_s = each * repeats * 1e-6;
    let mut value = format!("{:.1} us CPU", found.cpu_s * 1e6);
    if rows != 1.0 {
        value += &format!(" for {rows} rows");
    }
    if fact.per_index_us.is_some() && indexes > 0.0 {
        value += &format!(" with {indexes} indexes");
    }
    found
        .inputs
        .push(input(id, work, value, &fact.source.cite()));
    if let (None, Some(ms)) = (step.wait, fact.latency_ms) {
        found.delay = Some(Delay {
            mean_s: ms * 1e-3,
            scv: 1.0,
        });
        found.inputs.push(input(
            id,
            work,
            format!("{ms} ms of waiting"),
            &fact.source.cite(),
        ));
    }
    Ok(())
}
