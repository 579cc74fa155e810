//! What a pattern is bound to: one operation, entity, event, port, actor, or the system as a whole.

use model::{
    Actor, Architecture, Brief, Create, Effect, Entity, Event, Field, FieldType, Map, Operation,
    Port, Spike, Table, Transition, Update,
};
use serde::Deserialize;

use crate::choices::Choices;
use crate::naming;

/// What a pattern is asked about, one after the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Bind {
    /// The system once.
    System,
    Operation,
    Entity,
    /// A field of an entity, with the entity.
    Field,
    /// A transition of an entity's state machine, with the entity.
    Transition,
    /// A guarded or unguarded update by an operation, with the operation and the entity changed.
    Update,
    /// A create by an operation, with the operation and the entity created.
    Create,
    Event,
    Port,
    Actor,
}

/// What is looked at.
#[derive(Clone, Copy)]
pub struct Scope<'a> {
    pub brief: &'a Brief,
    pub choices: &'a Choices,
    pub architecture: &'a Architecture,
}

/// One place where a pattern may apply.
#[derive(Clone, Copy, Default)]
pub struct Binding<'a> {
    pub operation: Option<(&'a str, &'a Operation)>,
    pub entity: Option<(&'a str, &'a Entity)>,
    pub field: Option<(&'a str, &'a Field)>,
    pub transition: Option<(&'a str, &'a Transition)>,
    pub update: Option<&'a Update>,
    pub create: Option<&'a Create>,
    pub event: Option<(&'a str, &'a Event)>,
    pub port: Option<(&'a str, &'a Port)>,
    pub actor: Option<(&'a str, &'a Actor)>,
}

fn pairs<T>(map: &Map<T>) -> impl Iterator<Item = (&str, &T)> {
    map.iter().map(|(id, value)| (id.as_str(), value))
}

/// Every place of that kind, in the order of the brief.
pub fn places<'a>(bind: Bind, scope: Scope<'a>) -> Vec<Binding<'a>> {
    let domain = &scope.brief.domain;
    let none = Binding::default();
    match bind {
        Bind::System => vec![none],
        Bind::Operation => pairs(&domain.operations)
            .map(|(id, o)| Binding {
                operation: Some((id, o)),
                entity: o.target.as_deref().and_then(|e| scope.entity(e)),
                ..none
            })
            .collect(),
        Bind::Entity => pairs(&domain.entities)
            .map(|entity| Binding {
                entity: Some(entity),
                ..none
            })
            .collect(),
        Bind::Field => pairs(&domain.entities)
            .flat_map(|entity| {
                pairs(&entity.1.fields).map(move |field| Binding {
                    entity: Some(entity),
                    field: Some(field),
                    ..none
                })
            })
            .collect(),
        Bind::Transition => pairs(&domain.entities)
            .filter_map(|entity| Some((entity, entity.1.machine.as_ref()?)))
            .flat_map(|(entity, machine)| {
                pairs(&machine.transitions).map(move |transition| Binding {
                    entity: Some(entity),
                    transition: Some(transition),
                    ..none
                })
            })
            .collect(),
        Bind::Update => each_effect(scope, |effect| match effect {
            Effect::Update(u) => Some(Binding {
                update: Some(u),
                entity: scope.entity(&u.entity),
                ..none
            }),
            _ => None,
        }),
        Bind::Create => each_effect(scope, |effect| match effect {
            Effect::Create(c) => Some(Binding {
                create: Some(c),
                entity: scope.entity(&c.entity),
                ..none
            }),
            _ => None,
        }),
        Bind::Event => pairs(&domain.events)
            .map(|(id, event)| Binding {
                event: Some((id, event)),
                entity: event.of.as_deref().and_then(|e| scope.entity(e)),
                ..none
            })
            .collect(),
        Bind::Port => pairs(&domain.ports)
            .map(|port| Binding {
                port: Some(port),
                ..none
            })
            .collect(),
        Bind::Actor => pairs(&domain.actors)
            .map(|(id, actor)| Binding {
                actor: Some((id, actor)),
                entity: actor.tenant.as_deref().and_then(|e| scope.entity(e)),
                ..none
            })
            .collect(),
    }
}

fn each_effect<'a>(
    scope: Scope<'a>,
    pick: impl Fn(&'a Effect) -> Option<Binding<'a>>,
) -> Vec<Binding<'a>> {
    pairs(&scope.brief.domain.operations)
        .flat_map(|operation| operation.1.effects.iter().map(move |e| (operation, e)))
        .filter_map(|(operation, effect)| {
            pick(effect).map(|b| Binding {
                operation: Some(operation),
                ..b
            })
        })
        .collect()
}

impl<'a> Scope<'a> {
    pub fn entity(&self, id: &str) -> Option<(&'a str, &'a Entity)> {
        self.brief
            .domain
            .entities
            .get_key_value(id)
            .map(|(id, e)| (id.as_str(), e))
    }

    /// The table of an entity, where the architecture has one.
    pub fn table(&self, entity: &str) -> Option<(&'a str, &'a Table)> {
        self.architecture
            .data
            .get_key_value(naming::table(entity).as_str())
            .map(|(id, t)| (id.as_str(), t))
    }

    /// Effects of an operation and of the transitions it takes.
    pub fn effects(&self, operation: &'a Operation) -> Vec<&'a Effect> {
        let mut all: Vec<&'a Effect> = operation.effects.iter().collect();
        for effect in &operation.effects {
            if let Effect::Transition(t) = effect
                && let Some((_, entity)) = self.entity(&t.entity)
                && let Some(machine) = &entity.machine
                && let Some(transition) = machine.transitions.get(&t.take)
            {
                all.extend(&transition.effects);
            }
        }
        all
    }

    /// Mean elements of the input list that an effect works through; 1 without one.
    pub fn multiplicity(&self, operation: &Operation, each: Option<&str>) -> f64 {
        let Some(list) = each else { return 1.0 };
        operation
            .batch
            .map(|b| b.mean)
            .or_else(|| operation.input.get(list).and_then(|f| f.mean_items))
            .unwrap_or(1.0)
    }

    /// New rows of an entity per second, as a mean over the year: said, or from the operations
    /// that create them.
    pub fn new_rows(&self, id: &str) -> Option<f64> {
        let (_, entity) = self.entity(id)?;
        if let Some(new) = entity.volume.as_ref().and_then(|v| v.new) {
            return Some(new.0);
        }
        let mut total = 0.0;
        for operation in self.brief.domain.operations.values() {
            for effect in self.effects(operation) {
                if let Effect::Create(c) = effect
                    && c.entity == *id
                    && let Some(rate) = self.brief.mean_rate(operation)
                {
                    total += rate.0 * self.multiplicity(operation, c.each.as_deref());
                }
            }
        }
        (total > 0.0).then_some(total)
    }

    /// Rows when the retention is full; after a year where nothing is ever removed.
    pub fn rows_held(&self, id: &str) -> Option<f64> {
        let (_, entity) = self.entity(id)?;
        let first = entity
            .volume
            .as_ref()
            .and_then(|v| v.rows)
            .map_or(0.0, |r| r.0);
        match (self.new_rows(id), &entity.retention) {
            (Some(new), Some(kept)) => Some((new * kept.keep.secs()).max(first)),
            (Some(new), None) => Some(first + new * 31_557_600.0),
            (None, _) => (first > 0.0).then_some(first),
        }
    }

    /// The largest spike that covers an operation.
    pub fn spike(&self, id: &str) -> Option<(&'a str, &'a Spike)> {
        let spikes = &self.brief.scale.as_ref()?.spikes;
        pairs(spikes)
            .filter(|(_, s)| s.operations.is_empty() || s.operations.iter().any(|o| **o == *id))
            .reduce(|a, b| if b.1.factor > a.1.factor { b } else { a })
    }

    /// The first table that refers to this one by a foreign key, other than itself.
    pub fn referrer(&self, table: &str) -> Option<&'a str> {
        self.architecture
            .data
            .iter()
            .find(|(id, t)| *id != table && t.foreign_keys.values().any(|f| f.references == *table))
            .map(|(id, _)| id.as_str())
    }
}

impl Binding<'_> {
    /// Requests per second that the place sees in the busiest hour; orders merged bindings.
    pub fn weight(&self, scope: Scope<'_>) -> f64 {
        if let Some((_, operation)) = self.operation {
            return scope.brief.busy_rate(operation).map_or(0.0, |r| r.0);
        }
        self.entity
            .and_then(|(id, _)| scope.new_rows(id))
            .unwrap_or(0.0)
    }
}

/// Whether the operation's actors include one for which this holds.
pub fn some_actor(scope: Scope<'_>, operation: &Operation, test: impl Fn(&Actor) -> bool) -> bool {
    operation
        .actors
        .iter()
        .filter_map(|a| scope.brief.domain.actors.get(&**a))
        .any(test)
}

/// The first field of that type, if any.
pub fn field_of(entity: &Entity, kind: FieldType) -> Option<(&str, &Field)> {
    pairs(&entity.fields).find(|(_, f)| f.kind == kind)
}
