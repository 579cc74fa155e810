//! How tightly a component is coupled, from who calls whom.
//!
//! Afferent (called by) and efferent (calls) coupling count distinct components over requests, data,
//! messages and routes (Martin, Object-Oriented Design Quality Metrics, 1994). What every service does
//! alike (configuration, discovery, metrics, traces, logs) couples nothing here.

use std::collections::{BTreeMap, BTreeSet};

use model::fact::{Facts, LinkKind};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rating {
    Loose,
    Medium,
    Tight,
}

impl Rating {
    pub fn word(self) -> &'static str {
        match self {
            Rating::Loose => "loose",
            Rating::Medium => "medium",
            Rating::Tight => "tight",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct Coupling {
    /// Afferent: who calls it.
    pub callers: BTreeSet<String>,
    /// Efferent: whom it calls.
    pub callees: BTreeSet<String>,
    /// Databases that another service uses too, with that service.
    pub shares: BTreeSet<(String, String)>,
    /// Calls that wait for an answer lead from it back to it.
    pub in_cycle: bool,
}

/// Partners from which on coupling is medium, and tight.
const MEDIUM: usize = 4;
const TIGHT: usize = 8;

impl Coupling {
    pub fn rating(&self) -> Rating {
        let partners = self.callers.union(&self.callees).count();
        if self.in_cycle || !self.shares.is_empty() || partners >= TIGHT {
            Rating::Tight
        } else if partners >= MEDIUM {
            Rating::Medium
        } else {
            Rating::Loose
        }
    }

    /// What the rating rests on.
    pub fn because(&self) -> String {
        let mut said = Vec::new();
        if self.in_cycle {
            said.push("in a cycle of calls".to_string());
        }
        let others: BTreeSet<&str> = self
            .shares
            .iter()
            .map(|(_, other)| other.as_str())
            .collect();
        let stores: BTreeSet<&str> = self
            .shares
            .iter()
            .map(|(store, _)| store.as_str())
            .collect();
        if !stores.is_empty() {
            let others: Vec<&str> = others.into_iter().collect();
            let stores: Vec<&str> = stores.into_iter().collect();
            said.push(format!(
                "shares {} with {}",
                stores.join(", "),
                super::text::names(&others, 3)
            ));
        }
        if said.is_empty() {
            let partners = self.callers.union(&self.callees).count();
            said.push(super::text::count(partners, "partner", "partners"));
        }
        said.join("; ")
    }
}

/// Whether a link couples its two ends in what they do.
pub fn couples(kind: LinkKind) -> bool {
    matches!(
        kind,
        LinkKind::Call
            | LinkKind::External
            | LinkKind::Data
            | LinkKind::Produce
            | LinkKind::Consume
            | LinkKind::Route
            | LinkKind::Authorization
            | LinkKind::Mail
            | LinkKind::Use
    )
}

/// Of every service and resource that has a partner.
pub fn couplings(facts: &Facts) -> BTreeMap<String, Coupling> {
    let mut all: BTreeMap<String, Coupling> = BTreeMap::new();
    let mut calls: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for link in facts
        .links
        .iter()
        .filter(|l| couples(l.kind) && l.from != l.to)
    {
        all.entry(link.from.clone())
            .or_default()
            .callees
            .insert(link.to.clone());
        all.entry(link.to.clone())
            .or_default()
            .callers
            .insert(link.from.clone());
        if link.kind == LinkKind::Call {
            calls.entry(&link.from).or_default().insert(&link.to);
        }
    }
    for (store, database, users) in shared(facts) {
        let name = match &database {
            Some(database) => format!("{store}/{database}"),
            None => store.clone(),
        };
        for one in &users {
            for other in users.iter().filter(|o| *o != one) {
                if let Some(coupling) = all.get_mut(one) {
                    coupling.shares.insert((name.clone(), other.clone()));
                }
            }
        }
    }
    for (id, coupling) in &mut all {
        coupling.in_cycle = reaches(&calls, id, id);
    }
    all
}

/// Databases that several services read: store, database where it is said, and who.
///
/// A store without a named database counts only where nobody names one: one server may hold many.
pub fn shared(facts: &Facts) -> Vec<(String, Option<String>, BTreeSet<String>)> {
    let mut users: BTreeMap<(String, Option<String>), BTreeSet<String>> = BTreeMap::new();
    let data = || facts.links.iter().filter(|l| l.kind == LinkKind::Data);
    let kept = |id: &str| {
        facts
            .resources
            .get(id)
            .is_some_and(|r| r.kind == model::fact::ResourceKind::Store)
    };
    for link in data().filter(|l| kept(&l.to) && facts.services.contains_key(&l.from)) {
        for database in &link.about {
            let key = (link.to.clone(), Some(database.clone()));
            users.entry(key).or_default().insert(link.from.clone());
        }
        let named = data().any(|l| l.to == link.to && !l.about.is_empty());
        if !named {
            users
                .entry((link.to.clone(), None))
                .or_default()
                .insert(link.from.clone());
        }
    }
    users
        .into_iter()
        .filter(|(_, users)| users.len() > 1)
        .map(|((store, database), users)| (store, database, users))
        .collect()
}

fn reaches(calls: &BTreeMap<&str, BTreeSet<&str>>, from: &str, goal: &str) -> bool {
    let mut seen = BTreeSet::new();
    let mut open: Vec<&str> = calls.get(from).into_iter().flatten().copied().collect();
    while let Some(next) = open.pop() {
        if next == goal {
            return true;
        }
        if seen.insert(next) {
            open.extend(calls.get(next).into_iter().flatten());
        }
    }
    false
}
