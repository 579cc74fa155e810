//! Links that variables imply: a deployment sets one to the address of another, and code reads it.

use model::fact::{LinkKind, Source};
use model::finding::Certainty;

use super::links::{Links, Use, kind_of};
use super::world::{Party, World, address};
use crate::observation::{Observation, Value};

/// A variable that a deployment sets to the address of another, and that code reads.
pub fn of_variables(world: &mut World, links: &mut Links) {
    for unit in 0..world.units.len() {
        let reads: Vec<(&str, u32, &str, Option<&Value>)> = world
            .seen(unit)
            .filter_map(|(path, seen)| match &seen.what {
                Observation::ReadsEnv { name, default } => {
                    Some((path, seen.line, name.as_str(), default.as_ref()))
                }
                _ => None,
            })
            .collect();
        for (path, line, name, default) in reads {
            let value = Value::Env {
                name: name.to_owned(),
                default: default.cloned().map(Box::new),
            };
            for text in world.texts(unit, path, &value) {
                if !names_an_address(&text.text, name) {
                    continue;
                }
                let address = address(&text.text);
                let Some((to, certain)) =
                    world.behind(unit, &address).filter(|_| !address.is_local())
                else {
                    continue;
                };
                if to == Party::Unit(unit) || links.has(Party::Unit(unit), to) {
                    continue;
                }
                let at = Source {
                    file: path.to_owned(),
                    line,
                };
                let mut one = Use::new(
                    Party::Unit(unit),
                    to,
                    kind_of(world, to, LinkKind::Call),
                    at,
                );
                one.certainty = if certain {
                    Certainty::Inferred
                } else {
                    Certainty::Unknown
                };
                one.evidence.extend(text.via.iter().cloned());
                one.because = text.because.join("; ");
                links.add(world, one);
            }
        }
    }
}

/// Whether a variable's value is an address, and not a word that happens to be somebody's name.
fn names_an_address(text: &str, variable: &str) -> bool {
    let upper = variable.to_ascii_uppercase();
    text.contains("://")
        || text
            .rsplit_once(':')
            .is_some_and(|(_, port)| !port.is_empty() && port.chars().all(|c| c.is_ascii_digit()))
        || [
            "HOST", "ADDR", "URL", "URI", "ENDPOINT", "SERVER", "SERVICE", "BROKER", "BASE", "DSN",
        ]
        .iter()
        .any(|word| upper.contains(word))
}
