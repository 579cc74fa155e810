//! Experiments: what shall be tried on the system before it happens, as a script of faults.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::About;
use crate::ids::{ComponentId, OperationId};
use crate::quantity::Duration;

/// A script that the simulation plays, and that a test of the running system may repeat.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Experiment {
    /// How many times the busiest hour; once unless said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub load: Option<f64>,
    /// How long it is watched; unless said, until some time after the last event.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lasts: Option<Duration>,
    #[serde(default)]
    pub events: Vec<Disturbance>,
    #[serde(flatten)]
    pub about: About,
}

/// One thing that happens: exactly one of `lose_zone`, `stop`, `slow`, `spike` and `flush`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Disturbance {
    /// From the start.
    pub at: Duration,
    /// To the end unless said. A flush takes no time.
    #[serde(default, rename = "for", skip_serializing_if = "Option::is_none")]
    pub lasts: Option<Duration>,
    /// A zone by its last letter: what stands there vanishes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lose_zone: Option<String>,
    /// This component answers nobody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stop: Option<ComponentId>,
    /// This component takes `factor` times as long.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slow: Option<ComponentId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub factor: Option<f64>,
    /// So many times the rate, of `operation` or of all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spike: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operation: Option<OperationId>,
    /// This cache forgets all it holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flush: Option<ComponentId>,
}

/// What an event does.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Upset<'a> {
    /// Zone by index: 0 is `a`.
    LoseZone(usize),
    Stop(&'a str),
    Slow(&'a str, f64),
    Spike(f64, Option<&'a str>),
    Flush(&'a str),
}

impl Disturbance {
    /// What it does, or why that cannot be said: the field, and what is wrong with it.
    pub fn upset(&self) -> Result<Upset<'_>, (&'static str, String)> {
        let given = [
            ("lose_zone", self.lose_zone.is_some()),
            ("stop", self.stop.is_some()),
            ("slow", self.slow.is_some()),
            ("spike", self.spike.is_some()),
            ("flush", self.flush.is_some()),
        ];
        let mut given = given.iter().filter(|(_, is)| *is);
        if let (Some(_), Some((second, _))) = (given.next(), given.next()) {
            return Err((second, "an event does one thing; make it two events".into()));
        }
        let positive = |field, value: f64| {
            if value > 0.0 && value.is_finite() {
                Ok(value)
            } else {
                Err((field, format!("{value} is no multiple: it must be above 0")))
            }
        };
        if let Some(zone) = &self.lose_zone {
            return zone_index(zone).map(Upset::LoseZone).ok_or_else(|| {
                let what = format!("`{zone}` does not name a zone by its last letter");
                ("lose_zone", what)
            });
        }
        if let Some(stop) = &self.stop {
            return Ok(Upset::Stop(stop));
        }
        if let Some(slow) = &self.slow {
            let factor = self.factor.ok_or_else(|| {
                let what = "how many times as long is not said: give `factor`".to_string();
                ("slow", what)
            })?;
            return Ok(Upset::Slow(slow, positive("factor", factor)?));
        }
        if let Some(spike) = self.spike {
            let operation = self.operation.as_deref();
            return Ok(Upset::Spike(positive("spike", spike)?, operation));
        }
        if let Some(flush) = &self.flush {
            return Ok(Upset::Flush(flush));
        }
        let what = "nothing happens: give `lose_zone`, `stop`, `slow`, `spike` or `flush`";
        Err(("at", what.into()))
    }
}

/// The index of a zone named `a`, `zone-b` or `eu-central-1c`: its last letter.
fn zone_index(name: &str) -> Option<usize> {
    let last = name.trim().chars().next_back()?.to_ascii_lowercase();
    last.is_ascii_lowercase()
        .then(|| last as usize - 'a' as usize)
}
