//! What is lost, and for how long, when an instance, a zone or a region goes, or when somebody
//! deletes what he should not have; and what of the error budget that takes.
//!
//! The recovery point is how much acknowledged work is lost, as time; the recovery time is until the
//! store answers again (NIST SP 800-34 Rev. 1, 2010, section 3.2.1). Both follow from what the model
//! says: replication and its lag, the time of a failover, backups. What it does not say stays
//! unknown, with the field that would say it.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use knowledge::{Capability, Knowledge};
use model::{
    Certainty, Component, ComponentKind, Evidence, Finding, Outcome, ReplicationMode, Severity,
    System, TableKind,
};

use crate::result::{Evaluation, Explanation};

mod budget;

pub use budget::{Budget, Failover};

/// From a commit until it stands in the archive that a restore to any moment reads.
/// Amazon RDS User Guide, Restoring a DB instance to a specified time (read 2026-11-21): transaction
/// logs are uploaded every five minutes.
const ARCHIVE_S: f64 = 300.0;
const ARCHIVE_SOURCE: &str = "Amazon RDS User Guide, Restoring a DB instance to a specified time, read 2026-11-21: logs are uploaded every 5 minutes";

/// Recovery of every store, and the error budget of every operation that has a target.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Recovery {
    /// The brief's targets, in seconds.
    pub point_target_s: Option<f64>,
    pub time_target_s: Option<f64>,
    /// Components that hold what cannot be computed anew, in the order of the model.
    pub stores: IndexMap<String, StoreRecovery>,
    /// By operation.
    pub budgets: IndexMap<String, Budget>,
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct StoreRecovery {
    /// Bytes of one copy today, as far as the sizes of its rows are known.
    pub bytes: Option<f64>,
    /// In the order instance, zone, region, deletion.
    pub losses: Vec<Loss>,
}

/// What is lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Event {
    /// The instance that takes the writes.
    Instance,
    /// The zone in which it stands.
    Zone,
    /// Every zone of its region.
    Region,
    /// Rows that were deleted or overwritten by mistake, on every replica at once.
    Deletion,
}

impl Event {
    pub const ALL: [Event; 4] = [Event::Instance, Event::Zone, Event::Region, Event::Deletion];

    pub fn name(self) -> &'static str {
        match self {
            Event::Instance => "loss of an instance",
            Event::Zone => "loss of a zone",
            Event::Region => "loss of the region",
            Event::Deletion => "deletion by mistake",
        }
    }
}

/// One event's consequence for one store.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Loss {
    pub event: Event,
    /// How it comes back, as a clause (`a synchronous replica takes over`).
    pub how: String,
    /// Acknowledged work that is lost; its value is in seconds. Absent where not known, or where
    /// nothing comes back.
    pub point: Option<Explanation>,
    /// Until it answers again; its value is in seconds.
    pub time: Option<Explanation>,
    /// Whether the brief's targets are held; absent where one is not known or there is no target.
    pub point_held: Option<bool>,
    pub time_held: Option<bool>,
    /// What is not known, each as one sentence.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unverified: Vec<String>,
}

/// Recovery and error budgets of a system that was evaluated.
///
/// Findings: `missed-recovery-point`, `missed-recovery-time`, `unrecoverable-store` (a target is
/// asked for and nothing is there to restore from), `missing-fact`.
pub fn recover(
    system: &System,
    knowledge: &Knowledge,
    evaluation: &Evaluation,
) -> Outcome<Recovery> {
    let targets = system.brief.targets.as_ref();
    let mut value = Recovery {
        point_target_s: targets.and_then(|t| t.recovery_point).map(|d| d.secs()),
        time_target_s: targets.and_then(|t| t.recovery_time).map(|d| d.secs()),
        ..Recovery::default()
    };
    let mut findings = Vec::new();
    for (id, component) in &system.architecture.components {
        if !holds(system, id, component) {
            continue;
        }
        let of = Store {
            id,
            component,
            knowledge,
            bytes: bytes_now(system, evaluation, id),
        };
        let mut store = StoreRecovery {
            bytes: of.bytes,
            losses: Vec::new(),
        };
        for event in Event::ALL {
            let mut loss = of.loss(event);
            // Targets name a restore and lost work; a region's loss counts where it must be survived.
            let asked =
                event != Event::Region || targets.and_then(|t| t.survive_region_loss) == Some(true);
            if asked {
                judge(&mut loss, &value);
                report(id, &loss, &value, &mut findings);
            }
            store.losses.push(loss);
        }
        value.stores.insert(id.clone(), store);
    }
    value.budgets = budget::budgets(system, knowledge, evaluation);
    Outcome::new(value, findings)
}

/// Whether a component holds what cannot be computed anew.
fn holds(system: &System, id: &str, component: &Component) -> bool {
    matches!(
        component.kind,
        ComponentKind::Store | ComponentKind::ObjectStore | ComponentKind::Broker
    ) && system.architecture.data.values().any(|table| {
        *table.store == *id
            && !matches!(table.kind, TableKind::Projection | TableKind::CacheEntries)
    })
}

/// Bytes of its tables today, where the row of every one that has rows is known.
fn bytes_now(system: &System, evaluation: &Evaluation, id: &str) -> Option<f64> {
    let here = system
        .architecture
        .data
        .iter()
        .filter(|(_, t)| *t.store == *id);
    let mut sum = 0.0;
    for (table, _) in here {
        let result = evaluation.tables.get(table)?;
        match result.bytes {
            Some(bytes) => sum += bytes[0],
            None if result.rows[0] > 0.0 => return None,
            None => {}
        }
    }
    Some(sum)
}

fn judge(loss: &mut Loss, targets: &Recovery) {
    let held = |number: &Option<Explanation>, target: Option<f64>| {
        Some(number.as_ref()?.value <= target? * (1.0 + 1e-9))
    };
    loss.point_held = held(&loss.point, targets.point_target_s);
    loss.time_held = held(&loss.time, targets.time_target_s);
}

struct Store<'a> {
    id: &'a str,
    component: &'a Component,
    knowledge: &'a Knowledge,
    bytes: Option<f64>,
}

fn seconds(value: f64, formula: &str) -> Explanation {
    Explanation::new(value, "s", formula)
}

impl Store<'_> {
    fn field(&self, field: &str) -> String {
        format!("components.{}.{field}", self.id)
    }

    fn loss(&self, event: Event) -> Loss {
        let mut loss = Loss {
            event,
            how: String::new(),
            point: None,
            time: None,
            point_held: None,
            time_held: None,
            unverified: Vec::new(),
        };
        match event {
            Event::Instance if self.replicas() => self.failover(&mut loss),
            Event::Zone if self.replicas() && self.zones() > 1 => self.failover(&mut loss),
            Event::Instance | Event::Zone if self.redundant_service() => {
                loss.how = "the provider keeps copies in several zones and answers on".into();
                let source = self.field("technology");
                let nothing = |what: &str| {
                    seconds(0.0, what).with("published for several zones", "redundant", &source)
                };
                loss.point = Some(nothing("every acknowledged write stands in several zones"));
                loss.time = Some(nothing("no instance or zone of ours is in the way"));
            }
            Event::Region => {
                loss.how = "nothing in the model stands in another region".into();
                loss.unverified.push(
                    "where backups are kept is not in the model: a copy in another region would be restored from there".into(),
                );
            }
            Event::Instance | Event::Zone | Event::Deletion => self.restore(&mut loss),
        }
        loss
    }

    fn zones(&self) -> u32 {
        self.component.zones.unwrap_or(1)
    }

    /// Another instance holds the same.
    fn replicas(&self) -> bool {
        self.component.replication.is_some() && self.component.instances.unwrap_or(1) > 1
    }

    /// A provider's service over several zones that has no instances to speak of.
    fn redundant_service(&self) -> bool {
        let technology = self
            .component
            .technology
            .as_deref()
            .and_then(|t| self.knowledge.technology(t));
        let managed = self.component.managed || technology.is_some_and(|t| !t.self_hostable());
        let serverless = self.component.size.is_none() && self.component.replication.is_none();
        managed
            && serverless
            && technology.is_some_and(|t| {
                t.availability(knowledge::Scope::ZoneRedundant).is_some()
                    || t.availability(knowledge::Scope::Region).is_some()
                    || t.has(Capability::AutomaticFailover)
            })
    }

    fn failover(&self, loss: &mut Loss) {
        let Some(replication) = &self.component.replication else {
            return;
        };
        let mode = self.field("replication.mode");
        let (how, point) = match replication.mode {
            ReplicationMode::Synchronous => (
                "a synchronous replica takes over",
                Some(
                    seconds(0.0, "a write is acknowledged when the replica has it").with(
                        "replication",
                        "synchronous",
                        mode,
                    ),
                ),
            ),
            ReplicationMode::Quorum => (
                "the majority goes on",
                Some(
                    seconds(0.0, "a write is acknowledged when the majority has it").with(
                        "replication",
                        "quorum",
                        mode,
                    ),
                ),
            ),
            ReplicationMode::Asynchronous => (
                "an asynchronous replica takes over",
                replication.lag.map(|lag| {
                    seconds(lag.secs(), "what the replica has not received yet: its lag").with(
                        "lag",
                        lag.to_string(),
                        self.field("replication.lag"),
                    )
                }),
            ),
        };
        loss.how = how.into();
        loss.point = point;
        if loss.point.is_none() {
            let field = self.field("replication.lag");
            loss.unverified
                .push(format!("how far the replica lags: `{field}` is not said"));
        }
        loss.time = replication.failover.map(|failover| {
            seconds(
                failover.secs(),
                "detection and promotion, as the model says",
            )
            .with(
                "failover",
                failover.to_string(),
                self.field("replication.failover"),
            )
        });
        if loss.time.is_none() {
            loss.how.push_str(" when a person makes it");
            let field = self.field("replication.failover");
            loss.unverified.push(format!(
                "how long that takes: `{field}` is not said, so a person must act"
            ));
        }
    }

    fn restore(&self, loss: &mut Loss) {
        let Some(backup) = &self.component.backup else {
            loss.how = "nothing is there to restore from".into();
            let field = self.field("backup");
            loss.unverified
                .push(format!("`{field}` is not said: all of it would be lost"));
            return;
        };
        let source = self.field("backup");
        if backup.point_in_time {
            loss.how = "restored to the moment before, from a backup and the archive".into();
            loss.point = Some(
                seconds(ARCHIVE_S, "what was not archived yet")
                    .with("restores to any moment", "yes", source)
                    .with("archived every", "5 min", ARCHIVE_SOURCE),
            );
            // A deletion is undone from the archive up to the moment before it.
            if loss.event == Event::Deletion {
                loss.how =
                    "restored beside the running store to the moment before, and copied back"
                        .into();
                loss.point = Some(
                    seconds(0.0, "the archive reaches to the moment before the deletion").with(
                        "restores to any moment",
                        "yes",
                        self.field("backup.point_in_time"),
                    ),
                );
            }
        } else {
            loss.how = "restored from the last backup".into();
            loss.point = Some(
                seconds(backup.every.secs(), "all since the last backup, at worst").with(
                    "a backup every",
                    backup.every.to_string(),
                    self.field("backup.every"),
                ),
            );
        }
        loss.time = backup.restored_in.map(|restored| {
            seconds(restored.secs(), "as long as the last rehearsal took").with(
                "restored in",
                restored.to_string(),
                self.field("backup.restored_in"),
            )
        });
        if loss.time.is_none() {
            let size = self.bytes.map_or_else(String::new, |bytes| {
                format!(" {} in one copy", model::Bytes(bytes.round()))
            });
            loss.unverified.push(format!(
                "how long a restore of{size} takes: rehearse it, and write `{}`",
                self.field("backup.restored_in")
            ));
        }
    }
}

fn report(id: &str, loss: &Loss, targets: &Recovery, findings: &mut Vec<Finding>) {
    let place = |field: &str| format!("components.{id}.{field}");
    let show = |s: f64| model::Duration(s).to_string();
    let numbers = [
        (&loss.point, loss.point_held, targets.point_target_s, true),
        (&loss.time, loss.time_held, targets.time_target_s, false),
    ];
    for (number, held, target, is_point) in numbers {
        let (Some(number), Some(false), Some(target)) = (number, held, target) else {
            continue;
        };
        let (rule, what, remedy) = if is_point {
            (
                "missed-recovery-point",
                "of acknowledged work are lost",
                "replicate synchronously, archive continuously, or back up more often",
            )
        } else {
            (
                "missed-recovery-time",
                "pass until it answers again",
                "let it fail over by itself, or keep a smaller store that restores faster",
            )
        };
        let message = format!(
            "{}: {} {what} of `{id}`, and {} are allowed",
            loss.event.name(),
            show(number.value),
            show(target)
        );
        findings.push(
            Finding::new(rule, Severity::Major, place("backup"), message)
                .why(format!("The brief promises otherwise; {}.", loss.how))
                .remedy(remedy)
                .evidence(Evidence::computed(number.formula.clone())),
        );
    }
    let asked = targets.point_target_s.is_some() || targets.time_target_s.is_some();
    if asked && loss.event == Event::Deletion && loss.point.is_none() {
        findings.push(
            Finding::new(
                "unrecoverable-store",
                Severity::Major,
                place("backup"),
                format!("what is deleted from `{id}` by mistake does not come back"),
            )
            .why("A replica repeats the deletion; only a backup knows what was there before.")
            .remedy(format!("give `{}`", place("backup"))),
        );
    }
    if asked && loss.event == Event::Deletion && loss.point.is_some() && loss.time.is_none() {
        findings.push(
            Finding::new(
                "missing-fact",
                Severity::Minor,
                place("backup.restored_in"),
                format!("not known: how long a restore of `{id}` takes"),
            )
            .why("it would decide whether the recovery time is held")
            .remedy("rehearse a restore, and write how long it took")
            .certainty(Certainty::Unknown),
        );
    }
}
