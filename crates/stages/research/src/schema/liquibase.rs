//! The order of Liquibase: change logs, and what they include, from those that nothing includes.

use std::collections::BTreeSet;

use super::change::SchemaChange;
use super::order::{Files, Plan, Step, changes, hinted, told_apart};
use crate::sql::Dialect;

/// How deep change logs may include each other.
const DEEPEST: usize = 50;

/// Plans from the change logs that no other includes.
pub fn plans<'a>(files: &Files<'a>, logs: &[&'a str]) -> Vec<Plan<'a>> {
    let mut included: BTreeSet<&str> = BTreeSet::new();
    for log in logs {
        for (_, change) in changes(files[log]) {
            if let SchemaChange::Include { path, folder } = change {
                included.extend(
                    targets(files, log, path, *folder)
                        .into_iter()
                        .filter(|one| one != log),
                );
            }
        }
    }
    let mut plans = Vec::new();
    for log in logs.iter().filter(|log| !included.contains(*log)) {
        let mut walk = Walk {
            files,
            seen: BTreeSet::new(),
            order: Vec::new(),
            steps: Vec::new(),
        };
        walk.file(log, 0);
        let root = log.rsplit_once('/').map_or("", |(root, _)| root);
        let told = told_apart(walk.steps.iter().map(|(_, _, change)| *change));
        let near = hinted(files, root);
        let dialect = if near.known() || told.is_empty() {
            near
        } else if told.contains(&Dialect::Postgresql) {
            Dialect::Postgresql
        } else {
            told.first().copied().unwrap_or_default()
        };
        plans.push(Plan {
            tool: "liquibase".to_string(),
            root: root.to_string(),
            dialect,
            files: walk.order,
            steps: walk.steps,
        });
    }
    plans
}

struct Walk<'f, 'a> {
    files: &'f Files<'a>,
    seen: BTreeSet<&'a str>,
    order: Vec<&'a str>,
    steps: Vec<Step<'a>>,
}

impl<'a> Walk<'_, 'a> {
    fn file(&mut self, path: &'a str, depth: usize) {
        if depth > DEEPEST || !self.seen.insert(path) {
            return;
        }
        self.order.push(path);
        let Some(facts) = self.files.get(path) else {
            return;
        };
        for (line, change) in changes(facts) {
            if let SchemaChange::Include {
                path: other,
                folder,
            } = change
            {
                for target in targets(self.files, path, other, *folder) {
                    self.file(target, depth + 1);
                }
            } else {
                self.steps.push((path, line, change));
            }
        }
    }
}

/// The files that an include names: beside the log, from the tree's root, or below some folder of
/// resources.
fn targets<'a>(files: &Files<'a>, log: &str, path: &str, folder: bool) -> Vec<&'a str> {
    let path = path
        .trim_start_matches("classpath:")
        .trim_start_matches('/');
    let here = log.rsplit_once('/').map_or("", |(here, _)| here);
    let beside = crate::fronts::liquibase::joined(here, path);
    let wanted = path.trim_end_matches('/');
    let common = |other: &str| {
        let pairs = other.bytes().zip(log.bytes());
        pairs.take_while(|(one, other)| one == other).count()
    };
    if folder {
        let inside = |prefix: &str| -> Vec<&'a str> {
            let start = format!("{}/", prefix.trim_end_matches('/'));
            files
                .keys()
                .filter(|key| key.starts_with(&start))
                .copied()
                .collect()
        };
        let mut found = inside(&beside);
        if found.is_empty() {
            found = inside(wanted);
        }
        if found.is_empty() {
            let middle = format!("/{wanted}/");
            let all: Vec<&'a str> = files
                .keys()
                .filter(|key| key.contains(&middle))
                .copied()
                .collect();
            let best = all.iter().map(|key| common(key)).max().unwrap_or(0);
            found = all.into_iter().filter(|key| common(key) == best).collect();
        }
        return found;
    }
    for exact in [beside.as_str(), wanted] {
        if let Some((key, _)) = files.get_key_value(exact) {
            return vec![key];
        }
    }
    let end = format!("/{wanted}");
    let best = files
        .keys()
        .filter(|key| key.ends_with(&end))
        .max_by_key(|key| common(key));
    best.into_iter().copied().collect()
}
