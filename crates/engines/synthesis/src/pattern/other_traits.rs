//! Traits of events, ports, actors, the brief as a whole, the choices, and the architecture so far.

use model::{ActorKind, Effect, Form, Tenancy};

use super::predicates::{Trait, Value};
use crate::choices::{Messaging, SearchIn, Standby};

macro_rules! of {
    ($part:ident, $name:literal, $at:literal, |$scope:ident, $id:ident, $it:ident| $body:expr) => {
        Trait {
            name: $name,
            at: $at,
            get: |$scope, binding| {
                let Some(($id, $it)) = binding.$part else {
                    return Value::Nothing;
                };
                let _ = (&$scope, $id, $it);
                $body
            },
        }
    };
}

macro_rules! whole {
    ($name:literal, $at:literal, |$scope:ident| $body:expr) => {
        Trait {
            name: $name,
            at: $at,
            get: |$scope, _| $body,
        }
    };
}

fn keys<T>(map: &model::Map<T>) -> Value {
    Value::Words(map.keys().cloned().collect())
}

pub const TRAITS: &[Trait] = &[
    of!(event, "event.webhook_to", "webhook_to", |s, id, e| {
        Value::Words(e.webhook_to.iter().map(|a| a.0.clone()).collect())
    }),
    of!(event, "event.ordered_by", "ordered_by", |s, id, e| {
        Value::word(e.ordered_by.clone())
    }),
    of!(event, "event.emitted", "", |s, id, e| Value::Flag(emitted(
        s, id
    ))),
    of!(port, "port.webhook", "webhook", |s, id, p| Value::Flag(
        p.webhook.is_some()
    )),
    of!(port, "port.called", "operations", |s, id, p| Value::Flag(
        callers(s, id).next().is_some()
    )),
    of!(port, "port.called_in_request", "operations", |s, id, p| {
        Value::Flag(callers(s, id).any(|(_, o)| !crate::needs::in_background(o)))
    }),
    of!(port, "port.limit", "limit", |s, id, p| Value::number(
        p.limit.map(|r| r.0)
    )),
    of!(port, "port.price", "price", |s, id, p| Value::number(
        p.price.as_ref().map(|m| m.amount)
    )),
    of!(port, "port.webhook_table", "webhook", |s, id, p| {
        Value::word(webhook_table(s, id))
    }),
    of!(port, "port.bill", "price", |s, id, p| Value::number(
        super::numbers::port_bill(s, id)
    )),
    of!(actor, "actor.offline", "offline", |s, id, a| Value::Flag(
        a.offline
    )),
    of!(actor, "actor.tenant", "tenant", |s, id, a| Value::word(
        a.tenant.as_ref().map(|t| t.0.clone())
    )),
    of!(actor, "actor.kind", "kind", |s, id, a| Value::Word(
        match a.kind {
            ActorKind::Customer => "customer",
            ActorKind::Staff => "staff",
            ActorKind::Anonymous => "anonymous",
            ActorKind::Device => "device",
            ActorKind::System => "system",
        }
        .into()
    )),
    whole!("brief.served", "form", |s| Value::Flag(!matches!(
        s.brief.form,
        Some(Form::CommandLine | Form::Library | Form::Batch)
    ))),
    whole!(
        "brief.targets.recovery_point",
        "targets.recovery_point",
        |s| {
            Value::number(
                s.brief
                    .targets
                    .as_ref()
                    .and_then(|t| t.recovery_point)
                    .map(|d| d.0),
            )
        }
    ),
    whole!(
        "brief.targets.survive_zone_loss",
        "targets.survive_zone_loss",
        |s| {
            Value::Flag(
                s.brief
                    .targets
                    .as_ref()
                    .and_then(|t| t.survive_zone_loss)
                    .unwrap_or(false),
            )
        }
    ),
    whole!(
        "brief.targets.survive_region_loss",
        "targets.survive_region_loss",
        |s| Value::Flag(
            s.brief
                .targets
                .as_ref()
                .and_then(|t| t.survive_region_loss)
                .unwrap_or(false),
        )
    ),
    whole!("brief.targets.availability", "targets.availability", |s| {
        Value::number(
            s.brief
                .targets
                .as_ref()
                .and_then(|t| t.availability)
                .map(|r| r.0),
        )
    }),
    whole!("brief.compliance", "compliance", |s| Value::Words(
        s.brief.compliance.clone().unwrap_or_default()
    )),
    whole!("brief.audit", "security.audit", |s| Value::Flag(
        s.brief
            .security
            .as_ref()
            .and_then(|x| x.audit)
            .unwrap_or(false)
    )),
    whole!("brief.public", "security.public", |s| Value::Flag(
        s.brief
            .security
            .as_ref()
            .and_then(|x| x.public)
            .unwrap_or(false)
    )),
    whole!("choices.messaging", "", |s| Value::Word(
        match s.choices.messaging {
            Messaging::None => "none",
            Messaging::TableQueue => "table-queue",
            Messaging::Broker(_) => "broker",
        }
        .into()
    )),
    whole!("choices.store", "", |s| Value::Flag(
        s.choices.store.is_some()
    )),
    whole!("choices.cache", "", |s| Value::Flag(
        s.choices.cache.is_some()
    )),
    whole!("choices.files", "", |s| Value::Flag(
        s.choices.files.is_some()
    )),
    whole!("choices.readers", "", |s| Value::Number(f64::from(
        s.choices.readers
    ))),
    whole!("choices.search", "", |s| Value::Word(
        match s.choices.search {
            SearchIn::Nowhere => "nowhere",
            SearchIn::Store => "store",
            SearchIn::Engine(_) => "engine",
        }
        .into()
    )),
    whole!("choices.standby", "", |s| Value::Word(
        match s.choices.standby {
            Standby::None => "none",
            Standby::Asynchronous => "asynchronous",
            Standby::Synchronous => "synchronous",
        }
        .into()
    )),
    whole!("choices.tenancy", "", |s| Value::Word(
        match s.choices.tenancy {
            Tenancy::Single => "single",
            Tenancy::Rows => "rows",
            Tenancy::Schemas => "schemas",
            Tenancy::Databases => "databases",
        }
        .into()
    )),
    whole!("architecture.tables", "", |s| keys(&s.architecture.data)),
    whole!("architecture.tenant_tables", "", |s| Value::Words(
        s.architecture
            .data
            .iter()
            .filter(|(_, t)| t.tenant.is_some())
            .map(|(id, _)| id.clone())
            .collect()
    )),
    whole!("architecture.components", "", |s| keys(
        &s.architecture.components
    )),
    whole!("architecture.patterns", "", |s| Value::Words(
        s.architecture
            .patterns
            .iter()
            .filter(|(_, p)| p.rejected.is_none())
            .map(|(id, _)| id.clone())
            .collect()
    )),
];

fn emitted(scope: super::binding::Scope<'_>, id: &str) -> bool {
    let in_list = |effects: &[Effect]| {
        effects
            .iter()
            .any(|e| matches!(e, Effect::Emit(x) if x.event == *id))
    };
    let domain = &scope.brief.domain;
    domain.operations.values().any(|o| in_list(&o.effects))
        || domain
            .entities
            .values()
            .filter_map(|e| e.machine.as_ref())
            .flat_map(|m| m.transitions.values())
            .any(|t| in_list(&t.effects))
}

/// Operations that call a port.
pub fn callers<'a>(
    scope: super::binding::Scope<'a>,
    port: &'a str,
) -> impl Iterator<Item = (&'a str, &'a model::Operation)> {
    scope
        .brief
        .domain
        .operations
        .iter()
        .filter(move |(_, o)| {
            super::operation_traits::ports_called(scope, o)
                .iter()
                .any(|p| p == port)
        })
        .map(|(id, o)| (id.as_str(), o))
}

/// The table in which the calls of a port are stored under the field that tells repeats.
pub fn webhook_table(scope: super::binding::Scope<'_>, port: &str) -> Option<String> {
    let domain = &scope.brief.domain;
    let by = &domain.ports.get(port)?.webhook.as_ref()?.dedupe_by;
    let stored = domain
        .operations
        .values()
        .filter(|o| matches!(&o.trigger, model::Trigger::Webhook(p) if *p == *port))
        .flat_map(|o| &o.effects)
        .find_map(|e| match e {
            Effect::Create(c)
                if domain
                    .entities
                    .get(&*c.entity)
                    .is_some_and(|e| e.fields.contains_key(by)) =>
            {
                Some(&c.entity)
            }
            _ => None,
        })?;
    scope.table(stored).map(|(id, _)| id.to_string())
}
