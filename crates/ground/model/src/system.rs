//! A system: the brief and the architecture that answers it, as every stage after design sees it.

use crate::architecture::{Architecture, Component, Path, Relation, Step};
use crate::brief::Brief;
use crate::domain::{Latency, Load, Operation};
use crate::measured::Measured;
use crate::quantity::{Rate, Ratio};

/// The share of a day's work that falls into the busiest hour where nobody says: a tenth, against a
/// twenty-fourth for an even day. The default of discover's question `busiest-hour`.
pub const BUSIEST_HOUR_SHARE: f64 = 0.10;

/// A brief with its architecture.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct System {
    pub brief: Brief,
    pub architecture: Architecture,
    /// What was measured of its queries on its own schema, where somebody did.
    pub measured: Option<Measured>,
}

impl Brief {
    /// Mean rate of the busiest hour, per second; `None` where nothing says.
    pub fn busy_rate(&self, operation: &Operation) -> Option<Rate> {
        let load = operation.rate.as_ref()?;
        if let Some(busy) = load.busy {
            return Some(busy);
        }
        if let Some(habit) = &load.per {
            let count = self.domain.actors.get(&*habit.actor)?.count?;
            let share = habit.busiest_hour.map_or(BUSIEST_HOUR_SHARE, |r| r.0);
            return Some(Rate(count.0 * habit.each.0 * 24.0 * share));
        }
        load.mean
            .map(|mean| Rate(mean.0 * 24.0 * BUSIEST_HOUR_SHARE))
    }

    /// Mean rate over the year, per second; what storage grows by.
    pub fn mean_rate(&self, operation: &Operation) -> Option<Rate> {
        let load = operation.rate.as_ref()?;
        if let Some(mean) = load.mean {
            return Some(mean);
        }
        if let Some(habit) = &load.per {
            let count = self.domain.actors.get(&*habit.actor)?.count?;
            return Some(Rate(count.0 * habit.each.0));
        }
        load.busy
            .map(|busy| Rate(busy.0 / (24.0 * BUSIEST_HOUR_SHARE)))
    }

    /// The highest rate over seconds: said, or the busiest hour times the largest spike.
    pub fn peak_rate(&self, id: &str, operation: &Operation) -> Option<Rate> {
        let busy = self.busy_rate(operation)?;
        if let Some(Load {
            peak: Some(peak), ..
        }) = &operation.rate
        {
            return Some(*peak);
        }
        let factor = self
            .scale
            .iter()
            .flat_map(|s| s.spikes.values())
            .filter(|s| s.operations.is_empty() || s.operations.iter().any(|o| **o == *id))
            .map(|s| s.factor)
            .fold(1.0, f64::max);
        Some(Rate(busy.0 * factor))
    }

    /// The latency target of an operation: its own, or the brief's.
    pub fn latency_target(&self, operation: &Operation) -> Option<Latency> {
        operation
            .latency
            .or_else(|| self.targets.as_ref().and_then(|t| t.latency))
    }

    /// The availability target of an operation: its own, or the brief's.
    pub fn availability_target(&self, operation: &Operation) -> Option<Ratio> {
        operation
            .availability
            .or_else(|| self.targets.as_ref().and_then(|t| t.availability))
    }
}

impl System {
    /// The latency target in force: the architecture's, then the operation's, then the brief's.
    pub fn latency_target(&self, id: &str) -> Option<Latency> {
        self.architecture
            .targets
            .get(id)
            .and_then(|t| t.latency)
            .or_else(|| {
                self.brief
                    .latency_target(self.brief.domain.operations.get(id)?)
            })
    }

    /// The availability target in force, found the same way.
    pub fn availability_target(&self, id: &str) -> Option<Ratio> {
        self.architecture
            .targets
            .get(id)
            .and_then(|t| t.availability)
            .or_else(|| {
                self.brief
                    .availability_target(self.brief.domain.operations.get(id)?)
            })
    }

    /// The relation by which a step reaches its component from the previous one: the one it names,
    /// or the only one between the two.
    pub fn relation_of<'a>(
        &'a self,
        from: &str,
        step: &'a Step,
    ) -> Option<(&'a str, &'a Relation)> {
        if let Some(via) = &step.via {
            return self
                .architecture
                .relations
                .get_key_value(&**via)
                .map(|(k, r)| (k.as_str(), r));
        }
        let mut between = self
            .architecture
            .relations
            .iter()
            .filter(|(_, r)| r.from == *from && r.to == *step.on)
            .map(|(id, r)| (id.as_str(), r));
        let first = between.next()?;
        between.next().is_none().then_some(first)
    }

    /// Every operation that has a path, with its parts.
    pub fn runs(&self) -> impl Iterator<Item = (&str, &Operation, &Path)> {
        self.architecture.paths.iter().filter_map(|(id, path)| {
            Some((id.as_str(), self.brief.domain.operations.get(id)?, path))
        })
    }

    pub fn component(&self, id: &str) -> Option<&Component> {
        self.architecture.components.get(id)
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_schemas_can_be_generated_and_declare_their_ids() {
        for schema in [
            schemars::schema_for!(crate::Brief),
            schemars::schema_for!(crate::Architecture),
            schemars::schema_for!(crate::Waivers),
            schemars::schema_for!(crate::Measured),
        ] {
            let text = serde_json::to_string(&schema).unwrap();
            assert!(!text.contains("\"$ref\":\"#/$defs/Box"));
        }
        let text = serde_json::to_string(&schemars::schema_for!(crate::Brief)).unwrap();
        assert!(text.contains(r#""x-ids":"entities""#));
        assert!(text.contains(r#""x-ref":"entities""#));
    }
}
