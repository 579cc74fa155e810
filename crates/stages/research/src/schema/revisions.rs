//! Steps that name the steps before them: Alembic's revisions, Django's dependencies.

use std::collections::{BTreeMap, BTreeSet};

use super::change::SchemaChange;
use super::order::{Files, changes};

/// Files with each after all that it follows; by path where nothing else orders them. A circle is
/// cut where it is met.
pub fn sorted<'a>(files: &Files<'a>, paths: &[&'a str]) -> Vec<&'a str> {
    let mut of_id: BTreeMap<&str, Vec<&'a str>> = BTreeMap::new();
    let mut replaced: BTreeMap<&'a str, &[String]> = BTreeMap::new();
    let mut after: BTreeMap<&'a str, Vec<&str>> = BTreeMap::new();
    for path in paths {
        for (_, change) in files.get(path).into_iter().flat_map(|facts| changes(facts)) {
            if let SchemaChange::Revision {
                id,
                after: named,
                replaces,
            } = change
            {
                of_id.entry(id).or_default().push(path);
                if !replaces.is_empty() {
                    replaced.insert(path, replaces);
                }
                after
                    .entry(path)
                    .or_default()
                    .extend(named.iter().map(String::as_str));
            }
        }
    }
    // What takes the place of steps that are all there yet is left out: they do the same.
    replaced.retain(|_, steps| steps.iter().all(|step| of_id.contains_key(step.as_str())));
    let whole: Vec<(&'a str, Vec<&'a str>)> = replaced
        .iter()
        .map(|(path, steps)| {
            let steps = steps.iter().filter_map(|step| of_id.get(step.as_str()));
            (*path, steps.flatten().copied().collect())
        })
        .collect();
    for (path, steps) in &whole {
        for paths in of_id.values_mut().filter(|paths| paths.contains(path)) {
            paths.retain(|other| other != path);
            paths.extend(steps.iter().copied());
        }
    }
    let mut placed: BTreeSet<&str> = replaced.keys().copied().collect();
    let mut order = Vec::new();
    let mut starts: Vec<&'a str> = paths.to_vec();
    starts.sort_unstable();
    for start in starts {
        // Depth first without recursion: chains of migrations are long.
        let mut waiting = vec![(start, false)];
        let mut open: BTreeSet<&str> = BTreeSet::new();
        while let Some((path, done)) = waiting.pop() {
            if placed.contains(path) {
                continue;
            }
            if done {
                placed.insert(path);
                order.push(path);
                continue;
            }
            if !open.insert(path) {
                continue;
            }
            waiting.push((path, true));
            let before = after.get(path).into_iter().flatten();
            let mut before: Vec<&'a str> = before
                .filter_map(|id| of_id.get(id))
                .flatten()
                .copied()
                .collect();
            before.sort_unstable_by(|one, other| other.cmp(one));
            waiting.extend(before.into_iter().map(|path| (path, false)));
        }
    }
    order
}
