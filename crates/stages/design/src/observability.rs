//! Signals, alerts and dashboards: rate, errors, duration and saturation of every process, the
//! business's own numbers, and alerts from the error budgets.
//!
//! RED after Wilkie (2015), saturation after Gregg's USE method, burn-rate alerts after Google's
//! Site Reliability Workbook, chapter 5: 14.4 times the budget's pace for an hour uses 2 % of a
//! month's budget and wakes somebody.

use model::{
    Alert, Architecture, ComponentKind, Dashboard, Observability, Operation, Signal, SignalKind,
    TableKind,
};

use crate::{Context, because, engine};

/// Pace of the fast burn alert, as a multiple of the budget's.
const FAST_BURN: f64 = 14.4;
const MINUTES_PER_MONTH: f64 = 730.5 * 60.0;

fn signal(kind: SignalKind, on: &str, what: String, unit: &str, from: &str) -> Signal {
    Signal {
        kind,
        on: on.into(),
        what,
        unit: Some(unit.into()),
        about: engine(from),
    }
}

/// Adds what has to be seen.
pub fn watch(cx: &Context, architecture: &mut Architecture) {
    let mut seen = std::mem::take(&mut architecture.observability);
    seen.correlation.get_or_insert_with(|| "traceparent".into());
    processes(architecture, &mut seen);
    stores(cx, architecture, &mut seen);
    business(cx, architecture, &mut seen);
    objectives(cx, architecture, &mut seen);
    let shows: Vec<String> = seen.signals.keys().cloned().collect();
    if !shows.is_empty() {
        seen.dashboards
            .entry("service-health".into())
            .or_insert(Dashboard {
                shows,
                about: engine("decisions.observability"),
            });
    }
    architecture.observability = seen;
}

fn processes(architecture: &Architecture, seen: &mut Observability) {
    let ours = architecture.components.iter().filter(|(_, c)| {
        matches!(
            c.kind,
            ComponentKind::Service | ComponentKind::Worker | ComponentKind::Program
        )
    });
    for (id, component) in ours {
        if component.kind == ComponentKind::Program {
            seen.signals.entry(format!("{id}-log")).or_insert(signal(
                SignalKind::Log,
                id,
                "What was done and what failed, on request (`--verbose`), never with file contents.".into(),
                "lines",
                "decisions.observability",
            ));
            continue;
        }
        for (suffix, kind, what, unit) in [
            (
                "requests",
                SignalKind::Counter,
                format!("Requests of {id} by operation and status; errors are the 5xx share."),
                "1",
            ),
            (
                "duration",
                SignalKind::Histogram,
                format!("Response time of {id} by operation, with buckets at the targets."),
                "s",
            ),
            (
                "saturation",
                SignalKind::Gauge,
                format!("Share of {id}'s processors and of its connections in use."),
                "1",
            ),
            (
                "log",
                SignalKind::Log,
                format!(
                    "One structured line per request of {id}: trace id, operation, principal's id, status, duration; no bodies, no personal fields."
                ),
                "lines",
            ),
            (
                "trace",
                SignalKind::Trace,
                format!("Spans of {id} and of its calls, all errors and 1 % of the rest."),
                "spans",
            ),
        ] {
            seen.signals
                .entry(format!("{id}-{suffix}"))
                .or_insert(signal(kind, id, what, unit, "decisions.observability"));
        }
    }
}

fn stores(cx: &Context, architecture: &Architecture, seen: &mut Observability) {
    for (id, component) in &architecture.components {
        if component.runs_in.is_some() {
            continue;
        }
        match component.kind {
            ComponentKind::Store
                if component
                    .replication
                    .as_ref()
                    .is_some_and(|r| r.readers > 0) =>
            {
                let lag = component.replication.as_ref().and_then(|r| r.lag);
                let name = format!("{id}-lag");
                seen.signals.entry(name.clone()).or_insert(signal(
                    SignalKind::Gauge,
                    id,
                    format!("How far {id} is behind the primary."),
                    "s",
                    "decisions.scaling",
                ));
                let allowed = lag.map_or(1.0, |d| d.secs());
                seen.alerts.entry(format!("{name}-high")).or_insert(Alert {
                    signal: name,
                    condition: format!("above {allowed} s for 1 minute"),
                    page: false,
                    action: format!("Take {id} out of the pool; its reads go to the primary."),
                    about: engine("decisions.scaling"),
                });
            }
            ComponentKind::Store
            | ComponentKind::Cache
            | ComponentKind::Broker
            | ComponentKind::Search => {
                let name = format!("{id}-saturation");
                let now = cx
                    .evaluation
                    .components
                    .get(id)
                    .and_then(|c| c.pools.values().map(|p| p.utilisation).reduce(f64::max));
                seen.signals.entry(name.clone()).or_insert(signal(
                    SignalKind::Gauge,
                    id,
                    format!("Share of {id}'s processors, connections and disk in use."),
                    "1",
                    "decisions.observability",
                ));
                seen.alerts.entry(format!("{name}-high")).or_insert(Alert {
                    signal: name,
                    condition: "above 70 % for 15 minutes".into(),
                    page: false,
                    action: format!("Look at the slowest operations of {id}; then take the next step of the evolution plan."),
                    about: match now {
                        Some(share) => because(
                            "decisions.scaling",
                            format!("Computed for the busiest hour: {:.0} %.", share * 100.0),
                        ),
                        None => engine("decisions.scaling"),
                    },
                });
            }
            _ => {}
        }
    }
    for (id, table) in &architecture.data {
        // A pattern that brought the table may have brought its signal.
        let stem = id.trim_end_matches('s').replace('_', "-");
        let watched = seen.signals.keys().any(|signal| signal.starts_with(&stem));
        if watched {
            continue;
        }
        if matches!(table.kind, TableKind::Queue | TableKind::Outbox) && id != "dead_letters" {
            let name = format!("{}-age", id.replace('_', "-"));
            seen.signals.entry(name.clone()).or_insert(signal(
                SignalKind::Gauge,
                &table.store,
                format!("Age of the oldest row of {id} that is due."),
                "s",
                "decisions.messaging",
            ));
            seen.alerts.entry(format!("{name}-high")).or_insert(Alert {
                signal: name,
                condition: "above 60 s for 5 minutes".into(),
                page: true,
                action: "Look whether workers run and what the oldest row waits for; move a poisoned row to dead_letters.".into(),
                about: engine("decisions.messaging"),
            });
        }
        if id == "dead_letters" {
            seen.signals.entry("dead-letters".into()).or_insert(signal(
                SignalKind::Gauge,
                &table.store,
                "Rows of dead_letters.".into(),
                "rows",
                "patterns.dead-letters",
            ));
            seen.alerts
                .entry("dead-letters-found".into())
                .or_insert(Alert {
                signal: "dead-letters".into(),
                condition: "above 0".into(),
                page: false,
                action:
                    "Read the error, mend the cause, put the row back or delete it with a reason."
                        .into(),
                about: engine("patterns.dead-letters"),
            });
        }
    }
}

/// One counter for each event of the domain: what the business counts.
fn business(cx: &Context, architecture: &Architecture, seen: &mut Observability) {
    for (event, detail) in &cx.brief.domain.events {
        let emitting = cx
            .brief
            .domain
            .operations
            .iter()
            .find(|(_, o)| emits(cx, o, event));
        let on = emitting
            .and_then(|(id, _)| architecture.paths.get(id))
            .and_then(|p| {
                p.steps.iter().find(|s| {
                    architecture.components.get(&*s.on).is_some_and(|c| {
                        matches!(c.kind, ComponentKind::Service | ComponentKind::Worker)
                    })
                })
            })
            .map(|s| s.on.0.clone());
        if let Some(on) = on {
            seen.signals
                .entry(format!("{event}-count"))
                .or_insert(signal(
                    SignalKind::Counter,
                    &on,
                    detail.description.clone().map_or_else(
                        || format!("Events {event}."),
                        |d| format!("Events {event}: {d}"),
                    ),
                    "1",
                    &format!("domain.events.{event}"),
                ));
        }
    }
}

fn emits(cx: &Context, operation: &Operation, event: &str) -> bool {
    let direct = |effects: &[model::Effect]| {
        effects
            .iter()
            .any(|e| matches!(e, model::Effect::Emit(e) if e.event == *event))
    };
    direct(&operation.effects)
        || operation.effects.iter().any(|e| match e {
            model::Effect::Transition(t) => cx
                .brief
                .domain
                .entities
                .get(&*t.entity)
                .and_then(|entity| entity.machine.as_ref()?.transitions.get(&t.take))
                .is_some_and(|t| direct(&t.effects)),
            _ => false,
        })
}

/// Alerts on each service's objectives, computed from the targets of its operations.
fn objectives(cx: &Context, architecture: &Architecture, seen: &mut Observability) {
    for contract in architecture.contracts.values() {
        let on = &contract.component;
        let requests = format!("{on}-requests");
        if !seen.signals.contains_key(&requests) {
            continue;
        }
        let targets: Vec<(&str, &Operation)> = contract
            .operations
            .iter()
            .filter_map(|id| Some((&**id, cx.brief.domain.operations.get(&**id)?)))
            .collect();
        let serves = |wanted: &dyn Fn(&Operation) -> bool| -> Vec<String> {
            targets
                .iter()
                .filter(|(_, o)| wanted(o))
                .map(|(id, _)| format!("domain.operations.{id}"))
                .collect()
        };
        let strictest = targets
            .iter()
            .filter_map(|(_, o)| cx.brief.availability_target(o))
            .map(|r| r.0)
            .fold(0.0, f64::max);
        if strictest > 0.0 && strictest < 1.0 {
            let budget = (1.0 - strictest) * MINUTES_PER_MONTH;
            let mut about = because(
                "targets.availability",
                format!(
                    "{} leaves {budget:.1} minutes of failure a month; at {FAST_BURN} times its pace an hour uses 2 % of it.",
                    model::Ratio(strictest)
                ),
            );
            about.serves = serves(&|o| cx.brief.availability_target(o).is_some());
            seen.alerts.entry(format!("{on}-availability-burn")).or_insert(Alert {
                signal: requests.clone(),
                condition: format!(
                    "more than {:.2} % of requests failed over 1 hour and over the last 5 minutes",
                    ((1.0 - strictest) * FAST_BURN * 100.0).min(100.0)
                ),
                page: true,
                action: format!(
                    "Open the dashboard of {on}: if it began with a release, roll back; otherwise follow the first failing dependency."
                ),
                about,
            });
        }
        let slow: Vec<String> = targets
            .iter()
            .filter_map(|(id, o)| {
                let target = cx.brief.latency_target(o)?;
                let (name, limit) = target
                    .p99
                    .map(|d| ("p99", d))
                    .or_else(|| target.p95.map(|d| ("p95", d)))?;
                Some(format!("{id} {name} above {limit}"))
            })
            .collect();
        if !slow.is_empty() {
            let mut about = engine("targets.latency");
            about.serves = serves(&|o| cx.brief.latency_target(o).is_some());
            let mut condition = slow.iter().take(3).cloned().collect::<Vec<_>>().join("; ");
            if slow.len() > 3 {
                condition.push_str(&format!(
                    "; and {} more, each by its own target",
                    slow.len() - 3
                ));
            }
            seen.alerts.entry(format!("{on}-latency")).or_insert(Alert {
                signal: format!("{on}-duration"),
                condition: format!("{condition}, over 10 minutes"),
                page: false,
                action: format!("Compare {on}'s spans with the last release; look at the saturation of what it calls."),
                about,
            });
        }
    }
}
