//! Links that variables imply: a deployment sets one to the address of another, and code or the command that
//! starts it reads it. What drives load is given its target so, whatever starts it.

use std::collections::BTreeSet;

use model::fact::{LinkKind, Source};
use model::finding::Certainty;

use super::links::{Links, Use, kind_of};
use super::settings::Roles;
use super::world::{Party, World, address};
use crate::observation::{Observation, Value};

/// A variable that a deployment sets to the address of another, and that code reads.
pub fn of_variables(world: &mut World, links: &mut Links, roles: &[Roles]) {
    for (unit, role) in roles.iter().enumerate() {
        let drives = role.contains_key("load-generator");
        let started = started_with(world, unit, drives);
        let mut reads: Vec<(&str, u32, &str, Option<&Value>)> = world
            .seen(unit)
            .filter_map(|(path, seen)| match &seen.what {
                Observation::ReadsEnv { name, default } => {
                    Some((path, seen.line, name.as_str(), default.as_ref()))
                }
                _ => None,
            })
            .collect();
        let known: BTreeSet<&str> = reads.iter().map(|(_, _, name, _)| *name).collect();
        for (name, at) in &started {
            if !known.contains(name.as_str()) {
                reads.push((&at.file, at.line, name, None));
            }
        }
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
                let call = if drives {
                    LinkKind::Use
                } else {
                    LinkKind::Call
                };
                let mut one = Use::new(Party::Unit(unit), to, kind_of(world, to, call), at);
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

/// Variables that the command of a deployment is given, and all of what drives load: where each is set.
fn started_with(world: &World, unit: usize, drives: bool) -> Vec<(String, Source)> {
    let commands: Vec<&str> = world.units[unit]
        .workloads
        .iter()
        .filter_map(|one| one.workload.command.as_deref())
        .collect();
    let takes = |name: &str| {
        commands.iter().any(|command| {
            command.match_indices('$').any(|(at, _)| {
                let rest = command[at + 1..].trim_start_matches(['{', '(']);
                rest.strip_prefix(name).is_some_and(|rest| {
                    !rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_')
                })
            })
        })
    };
    world.env[unit]
        .iter()
        .filter(|(name, _)| drives || takes(name))
        .filter_map(|(name, values)| Some((name.clone(), values.first()?.1.clone())))
        .collect()
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
