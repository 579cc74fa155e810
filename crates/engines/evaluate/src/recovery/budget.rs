//! The error budget: the minutes a month that a target allows, and what takes them.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use knowledge::{Knowledge, Role, Scope};
use model::{Component, ComponentKind, System};

use crate::availability::down_minutes_per_month;
use crate::result::{Evaluation, Explanation};
use crate::verdict::waited_for;

/// How long a machine is away when it fails. Providers publish the share of time in which machines
/// are up, and no failures: with this, the share gives how often one fails. An hour is a replacement
/// by automation that a person looks at. Half of it would mean twice as many failures, and so twice
/// the minutes of failovers.
pub const REPAIR_S: f64 = 3600.0;
const REPAIR_SOURCE: &str = "assumed: replaced by automation while a person looks on";

const HOURS_PER_YEAR: f64 = 8760.0;
const MONTHS_PER_YEAR: f64 = 12.0;

/// What one operation may be down, and what takes it. Minutes are per month of 730 h.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Budget {
    /// The target, as a share.
    pub target: f64,
    /// Minutes a month that the target allows.
    pub allowed: Explanation,
    /// Minutes a month in which parts are expected to be down. Moments of failovers and deployments
    /// are not among them.
    pub parts: Option<Explanation>,
    /// Failovers of the stores that it writes or reads, each shown with what it takes.
    pub failovers: Vec<Failover>,
    /// Components on its path that stop while a new version starts, because there is one instance.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stopped_by_deployments: Vec<String>,
    /// Minutes a month that are left after parts and failovers; negative where the target is missed.
    pub left: Option<Explanation>,
}

/// The failovers of one store.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Failover {
    pub component: String,
    /// Minutes of one.
    pub minutes: f64,
    /// The share of a month's budget that one takes, planned or not. Absent where the target is
    /// 100 %, which leaves none.
    pub share_of_budget: Option<f64>,
    /// Minutes a month of unplanned ones, where the failures of its machine can be told.
    pub expected: Option<Explanation>,
    /// Planned failovers a year for which the budget that parts and failures leave is enough.
    pub allowed_per_year: Option<f64>,
}

/// By operation that somebody waits for and that has a target.
pub(super) fn budgets(
    system: &System,
    knowledge: &Knowledge,
    evaluation: &Evaluation,
) -> IndexMap<String, Budget> {
    let mut all = IndexMap::new();
    for (id, result) in &evaluation.operations {
        let Some(target) = system.availability_target(id) else {
            continue;
        };
        let Some(path) = system
            .architecture
            .paths
            .get(id)
            .filter(|_| waited_for(system, id))
        else {
            continue;
        };
        let minutes = down_minutes_per_month(target.0);
        let percent = format!("{:.4} %", target.0 * 100.0);
        let allowed = Explanation::new(minutes, "min a month", "(1 - target) * 730 h").with(
            "target",
            percent,
            format!("operations.{id}.availability"),
        );
        let parts = result.down_minutes_per_month.map(|down| {
            Explanation::new(down, "min a month", "(1 - availability) * 730 h").with(
                "availability",
                format!("{:.5} %", result.availability.unwrap_or(0.0) * 100.0),
                format!("operations.{id}.availability"),
            )
        });
        let mut passed: Vec<&str> = Vec::new();
        for step in path.steps.iter().filter(|s| !s.background) {
            if !passed.contains(&&*step.on) {
                passed.push(&step.on);
            }
        }
        let mut failovers = Vec::new();
        let mut stopped_by_deployments = Vec::new();
        for on in passed {
            let Some(component) = system.component(on) else {
                continue;
            };
            failovers.extend(failover(on, component, knowledge, minutes));
            let ours = matches!(
                component.kind,
                ComponentKind::Service | ComponentKind::Gateway
            );
            let most = component.autoscale.as_ref().map_or(0, |a| a.min);
            if ours && !component.managed && component.instances.unwrap_or(1).max(most) <= 1 {
                stopped_by_deployments.push(on.to_string());
            }
        }
        let unplanned: f64 = failovers
            .iter()
            .filter_map(|f: &Failover| f.expected.as_ref())
            .map(|e| e.value)
            .sum();
        let left = parts.as_ref().map(|parts| {
            Explanation::new(
                minutes - parts.value - unplanned,
                "min a month",
                "allowed - parts down - unplanned failovers",
            )
            .with("allowed", format!("{minutes:.3} min"), "target")
            .with("parts", format!("{:.3} min", parts.value), "availability")
            .with(
                "failovers",
                format!("{unplanned:.3} min"),
                "replication.failover",
            )
        });
        for one in &mut failovers {
            one.allowed_per_year = left
                .as_ref()
                .filter(|_| one.minutes > 0.0)
                .map(|left| (left.value.max(0.0) * MONTHS_PER_YEAR / one.minutes).floor());
        }
        let budget = Budget {
            target: target.0,
            allowed,
            parts,
            failovers,
            stopped_by_deployments,
            left,
        };
        all.insert(id.clone(), budget);
    }
    all
}

/// What a failover of a component takes, where it fails over and says how long that is.
fn failover(
    id: &str,
    component: &Component,
    knowledge: &Knowledge,
    budget_minutes: f64,
) -> Option<Failover> {
    let said = component.replication.as_ref()?.failover?;
    let minutes = said.secs() / 60.0;
    let hosts = knowledge.with_capabilities(Role::Host, &[]);
    let machine = hosts.iter().find_map(|h| h.availability(Scope::Instance));
    let expected = machine.map(|machine| {
        let per_year = (1.0 - machine.fraction()) * HOURS_PER_YEAR * 3600.0 / REPAIR_S;
        Explanation::new(
            per_year * minutes / MONTHS_PER_YEAR,
            "min a month",
            "(1 - availability of a machine) / repair time = failures; failures * failover",
        )
        .with(
            "a machine is up",
            format!("{} %", machine.percent),
            machine.source.cite(),
        )
        .with(
            "repair time",
            model::Duration(REPAIR_S).to_string(),
            REPAIR_SOURCE,
        )
        .with("failures", format!("{per_year:.1} a year"), "computed")
        .with(
            "failover",
            said.to_string(),
            format!("components.{id}.replication.failover"),
        )
    });
    Some(Failover {
        component: id.to_string(),
        minutes,
        share_of_budget: (budget_minutes > 0.0).then(|| minutes / budget_minutes),
        expected,
        allowed_per_year: None,
    })
}
