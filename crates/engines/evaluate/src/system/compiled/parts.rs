//! Availability structures with components as parts, by the states of what components share.

use super::State;
use crate::availability::{Structure, System};

/// Shared parts beyond this make too many states: 2 to their number.
const MOST_SHARED: usize = 8;

/// The structures of slots' variants and of operations, over one set of parts.
pub(super) struct Shared {
    pub parts: System,
    /// By slot, each once.
    pub slots: Vec<Vec<Structure>>,
}

/// A structure that names parts of one system, over those of another.
pub(super) fn moved(structure: &Structure, from: &System, to: &mut System) -> Structure {
    let all = |inner: &[Structure], to: &mut System| -> Vec<Structure> {
        inner.iter().map(|s| moved(s, from, to)).collect()
    };
    match structure {
        Structure::Component(part) => match from.parts().get(*part) {
            Some(part) => to.part(&part.id, part.availability),
            None => Structure::Or(Vec::new()),
        },
        Structure::And(inner) => Structure::And(all(inner, to)),
        Structure::Or(inner) => Structure::Or(all(inner, to)),
        Structure::KOfN(k, inner) => Structure::KOfN(*k, all(inner, to)),
    }
}

/// A structure with every occurrence of another in it replaced.
pub(super) fn replaced(structure: &Structure, what: &Structure, by: &Structure) -> Structure {
    if structure == what {
        return by.clone();
    }
    let all = |inner: &[Structure]| inner.iter().map(|s| replaced(s, what, by)).collect();
    match structure {
        Structure::Component(_) => structure.clone(),
        Structure::And(inner) => Structure::And(all(inner)),
        Structure::Or(inner) => Structure::Or(all(inner)),
        Structure::KOfN(k, inner) => Structure::KOfN(*k, all(inner)),
    }
}

fn collect(structure: &Structure, into: &mut Vec<usize>) {
    match structure {
        Structure::Component(part) => into.push(*part),
        Structure::And(all) | Structure::Or(all) | Structure::KOfN(_, all) => {
            all.iter().for_each(|s| collect(s, into));
        }
    }
}

/// The states of the shared parts with their probabilities, and the parts with each state put in.
pub(super) struct States {
    pub states: Vec<State>,
    systems: Vec<System>,
}

impl Shared {
    /// Parts that a slot shares with another slot or with the rest of an operation. The structures
    /// of operations name slots by parts from `parts.len()` on.
    ///
    /// # Errors
    /// How many there are, if too many.
    pub fn states(&self, operations: &[Structure]) -> Result<States, usize> {
        let count = self.parts.parts().len();
        // The owner of each part, a slot or the rest; None while it has none.
        let rest = self.slots.len();
        let mut owner: Vec<Option<usize>> = vec![None; count];
        let mut shared = vec![false; count];
        let mut note = |structure: &Structure, by: usize| {
            let mut used = Vec::new();
            collect(structure, &mut used);
            for part in used.into_iter().filter(|p| *p < count) {
                match owner[part] {
                    Some(known) if known != by => shared[part] = true,
                    _ => owner[part] = Some(by),
                }
            }
        };
        for (slot, structures) in self.slots.iter().enumerate() {
            structures.iter().for_each(|s| note(s, slot));
        }
        operations.iter().for_each(|s| note(s, rest));
        let shared: Vec<usize> = (0..count).filter(|p| shared[*p]).collect();
        if shared.len() > MOST_SHARED {
            return Err(shared.len());
        }
        let mut states = States {
            states: Vec::new(),
            systems: Vec::new(),
        };
        for state in 0..1usize << shared.len() {
            let mut probability = 1.0;
            let mut system = System::new();
            for (index, part) in self.parts.parts().iter().enumerate() {
                let mut availability = part.availability;
                if let Some(bit) = shared.iter().position(|p| *p == index) {
                    let up = state >> bit & 1 == 0;
                    probability *= if up { availability } else { 1.0 - availability };
                    availability = f64::from(u8::from(up));
                }
                system.part(&part.id, availability);
            }
            if probability > 0.0 {
                let fixed = system.parts().iter().map(|p| p.availability).collect();
                states.states.push(State { probability, fixed });
                states.systems.push(system);
            }
        }
        Ok(states)
    }
}

impl States {
    /// Probability that a structure is up, by state.
    pub fn up(&self, structure: &Structure) -> Vec<f64> {
        let up = |system: &System| system.availability(structure).unwrap_or(0.0);
        self.systems.iter().map(up).collect()
    }
}
