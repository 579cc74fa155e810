//! Formula and inputs of every number of an evaluation, by key.

use indexmap::IndexMap;

use super::uptime::Uptime;
use crate::availability::Structure;
use crate::network::Solution;
use crate::plant::{HOP_S, HOP_SOURCE, MAIN, Run, Stations};
use crate::result::{Evaluation, Explanation, HeldUse, Input, OperationResult, Times};

const RESPONSE: &str = "response distribution of the path: per step an Erlang C wait and a service time, added by exponential filters on a grid (Jackson 1957; Allen and Cunneen 1990)";
const MEAN: &str = "sum over the steps of times * probability * (wait + service), plus round trips; wait by Allen and Cunneen 1990";

const WAIT: &str = "birth-death chain with as many holders as there are, whose rates are the throughputs of what is done meanwhile as a closed network (flow-equivalent server: Chandy, Herzog and Woo 1975; Avi-Itzhak and Heyman 1973), corrected for the spread of the work inside (Allen and Cunneen 1990); from the innermost outwards (method of layers: Rolia and Sevcik 1995); where the need stays six standard deviations below the limit, none waits";
const TIMEOUTS: &str = "share of tries longer than the relation's timeout, from two moments of the try (gamma, Wilson and Hilferty 1931), which raises the load by the repeats, as a fixed point; work that was begun goes on";
const METASTABLE: &str = "bisection over the load for the fixed points of timeouts and repeats, from cold and from overloaded (Bronson et al. 2021; Huang et al. 2022); waits for connections and slots left out";
const REFUSED: &str = "share of arrivals that find all held and no room to wait (Erlang B and M/M/c/K, with the rates of what is done meanwhile)";

/// What explanations are drawn from.
pub(super) struct Computed<'a> {
    pub runs: &'a [Run<'a>],
    pub stations: &'a Stations,
    pub solution: &'a Solution,
    pub uptime: &'a Uptime<'a>,
    /// When each run's operation is up, where that is known.
    pub structures: &'a [Option<Structure>],
}

/// Adds the explanations of operations, components, held resources, the system and the cost to
/// those of the tables, and hands all to the evaluation.
pub(super) fn explain(
    with: &Computed,
    value: &mut Evaluation,
    tables: IndexMap<String, Explanation>,
) {
    let mut all = IndexMap::new();
    for (run, structure) in with.runs.iter().zip(with.structures) {
        if let Some(result) = value.operations.get(run.id) {
            operation(with, run, structure.as_ref(), result, &mut all);
        }
    }
    for (id, component) in &value.components {
        for (name, pool) in &component.pools {
            let key = if name == MAIN {
                format!("components.{id}")
            } else {
                format!("components.{id}.{name}")
            };
            let servers = pool.servers.map_or("unlimited".into(), |s| s.to_string());
            let source = format!("components.{id}");
            let base = |value, unit: &str, formula: &str| {
                Explanation::new(value, unit, formula)
                    .with(
                        "pieces of work",
                        format!("{:.4} per second", pool.arrival_per_s),
                        "paths",
                    )
                    .with(
                        "processors",
                        servers.clone(),
                        format!("{source}.instances, {source}.size.vcpu"),
                    )
            };
            let formula = "sum over the operations of rate * demand, over the processors";
            all.insert(
                format!("{key}.utilisation"),
                base(pool.utilisation, "share", formula),
            );
            if let Some(wait) = pool.mean_wait_ms {
                let formula = "Erlang C * service / (servers - erlangs) * (1 + scv) / 2 (Allen and Cunneen 1990)";
                all.insert(format!("{key}.wait"), base(wait, "ms", formula));
            }
            if let Some(length) = pool.queue_length {
                let formula = "arrivals * mean wait (Little 1961)";
                all.insert(format!("{key}.queue"), base(length, "waiting", formula));
            }
        }
        if let Some(availability) = component.availability {
            let mut e = Explanation::new(
                availability,
                "share",
                "probability that enough of its parts are up, parts independent",
            );
            e.inputs = with.uptime.inputs(with.uptime.known(id));
            all.insert(format!("components.{id}.availability"), e);
        }
        if let Some(held) = &component.concurrency {
            let key = format!("components.{id}.concurrency");
            held_number(&key, held, &mut all);
            line(&format!("{key}."), &key, held, &mut all);
        }
    }
    for (id, held) in &value.relations {
        held_number(&format!("relations.{id}.connections"), held, &mut all);
        let pool = format!("relations.{id}.pool");
        line(&format!("relations.{id}"), &pool, held, &mut all);
    }
    for (id, held) in &value.bulkheads {
        let limit = format!("relations.{id}.bulkhead");
        line(&format!("{limit}."), &limit, held, &mut all);
    }
    all.extend(tables);
    if let (Some(at), Some(first)) = (value.system.saturates_at, &value.system.saturates_first) {
        let e = Explanation::new(
            at,
            "times the busiest hour",
            "servers / erlangs at today's busiest hour, the least over all pools; or, where that is less, the load at which something that is held is asked for as fast as it can be given back (closed network of as many holders as there are)",
        )
        .with(
            "first to saturate",
            first.clone(),
            format!("components.{first}"),
        );
        all.insert("system.saturates-at".into(), e);
    }
    if let Some(overload) = &value.system.overload {
        let mut insert = |key: String, value: Option<f64>, unit: &str, formula: &str| {
            if let Some(value) = value {
                all.insert(key, Explanation::new(value, unit, formula));
            }
        };
        let load = "times the busiest hour";
        let key = |name: &str| format!("system.overload.{name}");
        insert(
            key("amplification"),
            Some(overload.amplification),
            "tries",
            TIMEOUTS,
        );
        insert(key("collapses-at"), overload.collapses_at, load, METASTABLE);
        insert(
            key("recovers-below"),
            overload.recovers_below,
            load,
            METASTABLE,
        );
        for (id, link) in &overload.links {
            insert(
                format!("relations.{id}.timeouts"),
                Some(link.timeouts),
                "share",
                TIMEOUTS,
            );
            insert(
                format!("relations.{id}.tries"),
                Some(link.tries),
                "tries",
                TIMEOUTS,
            );
        }
    }
    if let Some(availability) = value.system.availability {
        let mut e = Explanation::new(
            availability,
            "share",
            "probability that all operations work, every part counted once (binary decision diagram, Rauzy 1993)",
        );
        e.inputs = with.uptime.inputs(with.structures.iter().flatten());
        all.insert("system.availability".into(), e);
    }
    for (currency, total) in &value.cost.total_per_month {
        let mut e = Explanation::new(
            *total,
            &format!("{currency} per month"),
            "sum of quantity * unit price",
        );
        for item in value.cost.items.iter().filter(|i| i.currency == *currency) {
            let amount = format!("{:.2} {currency}", item.amount_per_month());
            e = e.with(item.what.clone(), amount, item.source.clone());
        }
        all.insert(format!("cost.{currency}"), e);
    }
    value.explanations = all;
}

fn held_number(key: &str, held: &HeldUse, all: &mut IndexMap<String, Explanation>) {
    let (Some(mean), Some(p99)) = (held.mean, held.p99) else {
        return;
    };
    let formula =
        "sum of rate * holding time (Little 1961), then the 99 % quantile of a Poisson number";
    let e = Explanation::new(p99 as f64, "held at once", formula)
        .with("mean held", format!("{mean:.4}"), key)
        .with("limit", held.limit.to_string(), key);
    all.insert(key.to_string(), e);
}

/// The waiting line before a held resource: `wait`, `utilisation` and `refused` under a key.
fn line(key: &str, limit: &str, held: &HeldUse, all: &mut IndexMap<String, Explanation>) {
    let key = key.trim_end_matches('.');
    let mut insert = |name: &str, value: Option<f64>, unit: &str, formula: &str| {
        let Some(value) = value else { return };
        let mut e = Explanation::new(value, unit, formula).with(
            "limit, all instances together",
            held.limit.to_string(),
            limit,
        );
        if let Some(mean) = held.mean {
            e = e.with(
                "needed on average",
                format!("{mean:.4}"),
                "rate * holding time",
            );
        }
        all.insert(format!("{key}.{name}"), e);
    };
    insert("wait", held.mean_wait_ms, "ms", WAIT);
    insert("utilisation", held.utilisation, "share", WAIT);
    if held.refused > 0.0 {
        insert("refused", Some(held.refused), "share", REFUSED);
    }
}

fn operation(
    with: &Computed,
    run: &Run,
    structure: Option<&Structure>,
    result: &OperationResult,
    all: &mut IndexMap<String, Explanation>,
) {
    let key = |number: &str| format!("operations.{}.{number}", run.id);
    let mut inputs = run.inputs.clone();
    inputs.push(Input {
        name: "load factor".into(),
        value: with.solution.load_factor.to_string(),
        source: "scenario".into(),
    });
    if result.network_ms > 0.0 {
        inputs.push(Input {
            name: "round trips".into(),
            value: format!("{:.2} ms, {} ms each", result.network_ms, HOP_S * 1e3),
            source: HOP_SOURCE.into(),
        });
    }
    let mut seen = Vec::new();
    for step in &run.path.steps {
        let id: &str = &step.on;
        if seen.contains(&id) {
            continue;
        }
        seen.push(id);
        for (name, pool) in with.stations.of.get(id).into_iter().flatten() {
            let utilisation = with.solution.pools[*pool].utilisation * 100.0;
            inputs.push(Input {
                name: format!("{id}: utilisation ({name})"),
                value: format!("{utilisation:.1} %"),
                source: format!("components.{id}.utilisation"),
            });
        }
    }
    let mut insert = |number: &str, value: f64, unit: &str, formula: &str| {
        let mut e = Explanation::new(value, unit, formula);
        e.inputs.clone_from(&inputs);
        all.insert(key(number), e);
    };
    if let Some(rate) = result.rate_per_s {
        insert("rate", rate, "per second", "rate * load factor");
    }
    if let Some(timeouts) = result.timeouts {
        insert("timeouts", timeouts, "share", TIMEOUTS);
    }
    if result.held_wait_ms > 0.0 {
        insert("held-wait", result.held_wait_ms, "ms", WAIT);
    }
    let mut numbers = |prefix: &str, times: &Times| {
        insert(&format!("{prefix}mean"), times.mean_ms, "ms", MEAN);
        insert(&format!("{prefix}p50"), times.p50_ms, "ms", RESPONSE);
        insert(&format!("{prefix}p95"), times.p95_ms, "ms", RESPONSE);
        insert(&format!("{prefix}p99"), times.p99_ms, "ms", RESPONSE);
        insert(&format!("{prefix}p999"), times.p999_ms, "ms", RESPONSE);
    };
    if let Some(times) = &result.response {
        numbers("", times);
    }
    if let Some(times) = &result.background {
        numbers("background.", times);
    }
    if let Some(availability) = result.availability {
        let formula = "probability that every component it waits for is up, shared parts counted once (binary decision diagram, Rauzy 1993)";
        let mut e = Explanation::new(availability, "share", formula);
        e.inputs = with.uptime.inputs(structure);
        all.insert(key("availability"), e.clone());
        if let Some(minutes) = result.down_minutes_per_month {
            e.formula = format!("(1 - availability) * 730 h * 60; availability: {formula}");
            e.unit = "minutes per month".into();
            e.value = minutes;
            all.insert(key("down-minutes"), e);
        }
    }
}
