//! What a brief asks of any design, read once: load, data, traits that change designs.

use model::{ActorKind, Brief, DataClass, Effect, Entity, FieldType, Form, Operation, Trigger};

/// A digest of the brief. Rates are per second in the busiest hour.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Needs {
    /// Nothing is served over a network.
    pub local: bool,
    /// All operations together.
    pub busy_per_s: f64,
    /// Operations that change something.
    pub writes_per_s: f64,
    /// All operations at their peaks together, as a multiple of the busiest hour.
    pub spike: f64,
    /// Something is worked on after the caller was answered: deferred operations, events, timers,
    /// webhooks out, schedules.
    pub background: bool,
    /// Events that somebody gets as a webhook.
    pub webhooks_out: bool,
    /// Entities with files.
    pub files: bool,
    /// Text is searched.
    pub search: bool,
    /// Some actor has a tenant.
    pub tenants: bool,
    /// Somebody who is not staff can reach it.
    pub public: bool,
    /// A client works offline, or requests come more than once.
    pub duplicates: bool,
    /// Rows that many want and few can have.
    pub scarce: bool,
    /// What was acknowledged may never be lost.
    pub durable: bool,
    /// The most sensitive class of data.
    pub class: Option<DataClass>,
    /// Calls to external systems happen.
    pub ports: bool,
}

impl Needs {
    pub fn of(brief: &Brief) -> Self {
        let domain = &brief.domain;
        let operations = || domain.operations.values();
        let fields = || {
            domain
                .entities
                .values()
                .flat_map(|e: &Entity| e.fields.values())
        };
        let busy = |o: &Operation| brief.busy_rate(o).map_or(0.0, |r| r.0);
        let external_actor = |o: &Operation| {
            o.actors.iter().any(|a| {
                domain
                    .actors
                    .get(&**a)
                    .is_some_and(|a| a.kind != ActorKind::Staff)
            })
        };
        let local = matches!(
            brief.form,
            Some(Form::CommandLine | Form::Library | Form::Batch)
        );
        Needs {
            local,
            busy_per_s: operations().map(busy).sum(),
            writes_per_s: operations().filter(|o| o.writes()).map(busy).sum(),
            spike: {
                let both = domain
                    .operations
                    .iter()
                    .filter_map(|(id, o)| Some((brief.busy_rate(o)?.0, brief.peak_rate(id, o)?.0)));
                let (busy, peak) = both.fold((0.0, 0.0), |sum, of| (sum.0 + of.0, sum.1 + of.1));
                if busy > 0.0 {
                    (peak / busy).max(1.0)
                } else {
                    1.0
                }
            },
            background: operations().any(|o| o.deferred || in_background(o))
                || !domain.events.is_empty()
                || domain.entities.values().any(|e| {
                    e.machine
                        .iter()
                        .any(|m| m.transitions.values().any(|t| t.after.is_some()))
                }),
            webhooks_out: domain.events.values().any(|e| !e.webhook_to.is_empty()),
            files: fields().any(|f| f.kind == FieldType::File),
            search: operations().any(searches),
            tenants: domain.actors.values().any(|a| a.tenant.is_some())
                || domain.entities.values().any(|e| e.tenant.is_some()),
            public: !local
                && brief
                    .security
                    .as_ref()
                    .and_then(|s| s.public)
                    .unwrap_or_else(|| operations().any(external_actor)),
            duplicates: operations().any(|o| o.arrival.as_ref().is_some_and(|a| a.duplicates))
                || domain.actors.values().any(|a| a.offline),
            scarce: domain.entities.values().any(|e| e.scarce),
            durable: operations().any(|o| o.durable)
                || brief
                    .targets
                    .as_ref()
                    .and_then(|t| t.recovery_point)
                    .is_some_and(|d| d.secs() == 0.0),
            class: fields()
                .filter_map(|f| f.class)
                .chain(brief.security.as_ref().and_then(|s| s.data))
                .max(),
            ports: !domain.ports.is_empty(),
        }
    }
}

/// Whether an operation searches words in text.
pub fn searches(operation: &Operation) -> bool {
    operation
        .effects
        .iter()
        .any(|e| matches!(e, Effect::Read(r) if !r.search.is_empty()))
}

/// Nobody waits for it: a clock or an event starts it.
pub fn in_background(operation: &Operation) -> bool {
    matches!(operation.trigger, Trigger::Event(_) | Trigger::Every(_))
}
