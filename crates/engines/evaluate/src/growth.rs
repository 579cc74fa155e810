//! The years ahead: what it costs, stores and can carry under the brief's growth, until the first
//! target breaks.
//!
//! A moment is evaluated as the system would be then: every rate times (1 + growth)^years, every
//! table with the rows that it holds by then, the same architecture. Autoscaled components grow as
//! their rules allow; nothing else is added.

use indexmap::IndexMap;
use std::collections::BTreeMap;

use knowledge::Knowledge;
use model::{Certainty, Finding, Outcome, Severity, System};
use serde::{Deserialize, Serialize};

use crate::result::{Evaluation, Explanation};
use crate::system::{Scenario, evaluate, rows_after};
use crate::verdict::verdict;

/// As far as is looked, in months.
pub const HORIZON_MONTHS: u32 = 120;

/// Points are given for this many years, one every quarter.
const PLOTTED_MONTHS: u32 = 60;
const STEP_MONTHS: u32 = 3;

/// The years ahead.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Growth {
    /// As a fraction a year; absent where the brief says none, and then nothing moves but storage.
    pub per_year: Option<f64>,
    /// One every quarter, from today on.
    pub points: Vec<Point>,
    /// Targets that are missed by the horizon, the first to break first.
    pub broken: Vec<Broken>,
    /// The component that saturates first, and when.
    pub saturation: Option<Saturation>,
    /// What comes first and what saturates, in one sentence.
    pub summary: String,
}

/// The system at one moment.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Point {
    pub month: u32,
    /// Multiple of today's rates.
    pub load: f64,
    /// Per month, by currency. Storage is what will be stored a year later, as in the bill of today.
    pub cost: IndexMap<String, f64>,
    /// One copy of all tables whose rows' sizes are known.
    pub stored_bytes: f64,
    /// Of the pool `main`, by component.
    pub utilisation: IndexMap<String, f64>,
    /// By operation that somebody waits for; absent where it is saturated or not known.
    pub p99_ms: IndexMap<String, f64>,
}

/// A target that growth breaks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Broken {
    /// Key of the number (`operations.place-order.p99`, `cost.USD`).
    pub key: String,
    /// The first month in which it is missed; 0 where it is missed today.
    pub month: u32,
    /// The target and the number in that month, in `unit`. No value: saturated.
    pub target: f64,
    pub value: Option<f64>,
    pub unit: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Saturation {
    pub component: String,
    /// Months until then. Its explanation says how.
    pub months: Explanation,
}

/// Projects a system under the growth of its brief.
///
/// Findings: `missing-fact` where the brief says no growth.
pub fn project(system: &System, knowledge: &Knowledge) -> Outcome<Growth> {
    let mut findings = Vec::new();
    let growth = system.brief.scale.as_ref().and_then(|s| s.growth);
    if growth.is_none() {
        findings.push(
            Finding::new(
                "missing-fact",
                Severity::Minor,
                "scale.growth",
                "not known: how fast the load grows",
            )
            .why("it would decide when the first target is missed, and what it costs by then")
            .remedy("give `scale.growth`, for example `40 %/year`; 0 %/year is an answer")
            .certainty(Certainty::Unknown),
        );
    }
    let rate = growth.map_or(0.0, |g| g.0).max(-0.99);
    let mut moments = Moments {
        system,
        knowledge,
        rate,
        known: BTreeMap::new(),
    };
    let mut value = Growth {
        per_year: growth.map(|g| g.0),
        ..Growth::default()
    };
    for month in (0..=PLOTTED_MONTHS).step_by(STEP_MONTHS as usize) {
        value.points.push(moments.point(month));
    }
    value.broken = broken(&mut moments);
    value.saturation = saturation(&moments.at(0).0, rate);
    value.summary = summary(&value);
    Outcome::new(value, findings)
}

/// What a month looks like: the evaluation, and what misses its target.
type Moment = std::rc::Rc<(Evaluation, IndexMap<String, Missed>)>;

#[derive(Debug, Clone)]
struct Missed {
    target: f64,
    value: Option<f64>,
    unit: String,
}

/// Evaluations by month, each done once.
struct Moments<'a> {
    system: &'a System,
    knowledge: &'a Knowledge,
    /// Growth a year, as a fraction.
    rate: f64,
    known: BTreeMap<u32, Moment>,
}

impl Moments<'_> {
    fn load(&self, month: u32) -> f64 {
        (1.0 + self.rate).powf(f64::from(month) / 12.0).min(1e6)
    }

    fn at(&mut self, month: u32) -> Moment {
        if let Some(known) = self.known.get(&month) {
            return known.clone();
        }
        let then = self.system_at(month);
        let scenario = Scenario {
            explain: false,
            ..Scenario::default()
        };
        let evaluation = evaluate(&then, self.knowledge, &scenario).value;
        let missed = missed(&then, &evaluation);
        let moment = std::rc::Rc::new((evaluation, missed));
        self.known.insert(month, moment.clone());
        moment
    }

    /// The same architecture with the rates and rows of that month.
    fn system_at(&self, month: u32) -> System {
        let mut then = self.system.clone();
        if month == 0 {
            return then;
        }
        let load = self.load(month);
        for operation in then.brief.domain.operations.values_mut() {
            if let Some(rates) = &mut operation.rate {
                rates.times(load);
            }
        }
        let rows = rows_after(self.system, f64::from(month) / 12.0);
        for (id, table) in &mut then.architecture.data {
            if let Some(rows) = rows.get(id) {
                table.rows = Some(model::Count(*rows));
            }
            if let Some(new) = &mut table.new {
                new.0 *= load;
            }
        }
        then
    }

    fn point(&mut self, month: u32) -> Point {
        let moment = self.at(month);
        let evaluation = &moment.0;
        let stored = evaluation.tables.values().filter_map(|t| t.bytes);
        let main = evaluation.components.iter().filter_map(|(id, c)| {
            let pool = c.pools.get("main").or_else(|| c.pools.values().next())?;
            Some((id.clone(), pool.utilisation))
        });
        let p99 = evaluation
            .operations
            .iter()
            .filter(|(id, _)| crate::verdict::waited_for(self.system, id))
            .filter_map(|(id, o)| Some((id.clone(), o.response?.p99_ms)));
        Point {
            month,
            load: self.load(month),
            cost: evaluation.cost.total_per_month.clone(),
            stored_bytes: stored.map(|b| b[0]).sum(),
            utilisation: main.collect(),
            p99_ms: p99.collect(),
        }
    }
}

/// Targets that an evaluation misses, by the key of the number.
fn missed(system: &System, evaluation: &Evaluation) -> IndexMap<String, Missed> {
    let mut missed = IndexMap::new();
    for (id, result) in &evaluation.operations {
        for standing in verdict(system, id, result).standings {
            if standing.margin < 0.0 {
                let one = Missed {
                    target: standing.target,
                    value: Some(standing.value),
                    unit: match standing.number {
                        "availability" => "share".into(),
                        _ => "ms".into(),
                    },
                };
                missed.insert(format!("operations.{id}.{}", standing.number), one);
            }
        }
        let target = system
            .latency_target(id)
            .and_then(|t| t.p99.or(t.p95).or(t.p50));
        if let (false, Some(target)) = (result.saturated_by.is_empty(), target)
            && crate::verdict::waited_for(system, id)
        {
            let one = Missed {
                target: target.ms(),
                value: None,
                unit: "ms".into(),
            };
            missed.insert(format!("operations.{id}.p99"), one);
        }
    }
    let budget = system
        .brief
        .constraints
        .as_ref()
        .and_then(|c| c.budget.as_ref());
    if let Some(budget) = budget
        && let Some(cost) = evaluation.cost.total_per_month.get(&budget.currency)
        && *cost > budget.amount
    {
        let one = Missed {
            target: budget.amount,
            value: Some(*cost),
            unit: format!("{} per month", budget.currency),
        };
        missed.insert(format!("cost.{}", budget.currency), one);
    }
    missed
}

/// Every target that is missed at the horizon or today, with its first month by bisection: what grows
/// only gets worse, so a target that is missed once stays missed.
fn broken(moments: &mut Moments) -> Vec<Broken> {
    let mut keys: Vec<String> = moments.at(0).1.keys().cloned().collect();
    for key in moments.at(HORIZON_MONTHS).1.keys() {
        if !keys.contains(key) {
            keys.push(key.clone());
        }
    }
    let mut all = Vec::with_capacity(keys.len());
    for key in keys {
        let (mut held, mut lost) = (0, HORIZON_MONTHS);
        if moments.at(0).1.contains_key(&key) {
            lost = 0;
        }
        while lost > held + 1 {
            let middle = u32::midpoint(held, lost);
            if moments.at(middle).1.contains_key(&key) {
                lost = middle;
            } else {
                held = middle;
            }
        }
        if let Some(missed) = moments.at(lost).1.get(&key) {
            all.push(Broken {
                key,
                month: lost,
                target: missed.target,
                value: missed.value,
                unit: missed.unit.clone(),
            });
        }
    }
    all.sort_by_key(|b| b.month);
    all
}

/// When the load reaches what the first component can carry.
fn saturation(today: &Evaluation, rate: f64) -> Option<Saturation> {
    let (at, component) = (
        today.system.saturates_at?,
        today.system.saturates_first.clone()?,
    );
    let years = if at <= 1.0 {
        0.0
    } else if rate > 0.0 {
        at.ln() / rate.ln_1p()
    } else {
        return None;
    };
    let formula = "log(load at which it saturates) / log(1 + growth), in months";
    let months = Explanation::new(years * 12.0, "months", formula)
        .with(
            "saturates at",
            format!("{at:.2} times the busiest hour"),
            "system.saturates-at",
        )
        .with(
            "growth",
            format!("{:.1} % a year", rate * 100.0),
            "scale.growth",
        );
    Some(Saturation { component, months })
}

fn summary(value: &Growth) -> String {
    let Some(per_year) = value.per_year else {
        return "The brief says no growth, so nothing is projected but storage.".into();
    };
    let first = match value.broken.first() {
        Some(first) if first.month == 0 => format!("{} misses its target today", first.key),
        Some(first) => format!("in {} months {} misses its target", first.month, first.key),
        None => format!("no target is missed within {} years", HORIZON_MONTHS / 12),
    };
    let full = match &value.saturation {
        Some(s) if s.months.value <= f64::from(HORIZON_MONTHS) => {
            format!(
                "; {} saturates in {:.0} months",
                s.component,
                s.months.value.floor()
            )
        }
        Some(s) => format!(
            "; {} saturates first, after more than {} years",
            s.component,
            HORIZON_MONTHS / 12
        ),
        None => String::new(),
    };
    format!("At {:.0} % growth a year {first}{full}.", per_year * 100.0)
}
