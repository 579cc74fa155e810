//! Links while they are gathered: one per pair and kind, uses of it put together.

use std::collections::BTreeMap;

use model::fact::{Limit, LinkFact, LinkKind, ResourceKind, Source, TopicFact, UnknownFact};
use model::finding::Certainty;

use super::world::{Party, World};

/// Links, topics and what could not be followed, while they are gathered.
#[derive(Default)]
pub struct Links {
    found: BTreeMap<(Party, Party, LinkKind), LinkFact>,
    pub topics: BTreeMap<String, TopicFact>,
    pub unknowns: Vec<UnknownFact>,
}

/// One use of a link.
pub struct Use {
    pub from: Party,
    pub to: Party,
    pub kind: LinkKind,
    pub protocol: Option<String>,
    pub about: Option<String>,
    pub certainty: Certainty,
    pub evidence: Vec<Source>,
    pub because: String,
    pub timeout: Limit,
    pub breaker: Limit,
    pub balanced: bool,
}

impl Use {
    pub fn new(from: Party, to: Party, kind: LinkKind, at: Source) -> Self {
        Use {
            from,
            to,
            kind,
            protocol: None,
            about: None,
            certainty: Certainty::Resolved,
            evidence: vec![at],
            because: String::new(),
            timeout: Limit::Unknown,
            breaker: Limit::Unknown,
            balanced: false,
        }
    }
}

impl Links {
    pub fn add(&mut self, world: &World, one: Use) {
        if one.from == one.to {
            return;
        }
        let link = self
            .found
            .entry((one.from, one.to, one.kind))
            .or_insert_with(|| LinkFact {
                from: world.id(one.from).to_owned(),
                to: world.id(one.to).to_owned(),
                kind: one.kind,
                protocol: one.protocol.clone(),
                about: Vec::new(),
                timeout: Limit::Unknown,
                breaker: Limit::Unknown,
                retry: Limit::Unknown,
                balanced: false,
                certainty: one.certainty,
                evidence: Vec::new(),
                because: one.because.clone(),
            });
        link.certainty = link.certainty.min(one.certainty);
        link.balanced |= one.balanced;
        if link.because.is_empty() {
            link.because = one.because;
        }
        if let Some(about) = one.about.filter(|about| !link.about.contains(about)) {
            link.about.push(about);
        }
        for (kept, new) in [
            (&mut link.timeout, one.timeout),
            (&mut link.breaker, one.breaker),
        ] {
            // One use without a limit is a link without one.
            let worse = matches!((&*kept, &new), (Limit::Set(_), Limit::Absent(_)));
            if (*kept == Limit::Unknown || worse) && new != Limit::Unknown {
                *kept = new;
            }
        }
        for source in one.evidence {
            if !link.evidence.contains(&source) && link.evidence.len() < 12 {
                link.evidence.push(source);
            }
        }
    }

    pub fn has(&self, from: Party, to: Party) -> bool {
        self.found.keys().any(|(a, b, _)| *a == from && *b == to)
    }

    pub fn has_kind(&self, from: Party, to: Party, kind: LinkKind) -> bool {
        self.found.contains_key(&(from, to, kind))
    }

    /// What was taken for one kind is another.
    pub fn turn(&mut self, from: Party, kind: LinkKind, into: LinkKind) {
        let keys: Vec<_> = self
            .found
            .keys()
            .filter(|(a, _, k)| *a == from && *k == kind)
            .copied()
            .collect();
        for key in keys {
            let Some(mut link) = self.found.remove(&key) else {
                continue;
            };
            link.kind = into;
            self.found.entry((key.0, key.1, into)).or_insert(link);
        }
    }

    /// Whether a link says more than that it is there: topics, databases, paths.
    pub fn is_about(&self, from: Party, kind: LinkKind) -> bool {
        self.found
            .iter()
            .any(|((a, _, k), link)| *a == from && *k == kind && !link.about.is_empty())
    }

    pub fn targets(&self, from: Party, kind: LinkKind) -> Vec<Party> {
        self.found
            .keys()
            .filter(|(a, _, k)| *a == from && *k == kind)
            .map(|(_, b, _)| *b)
            .collect()
    }

    /// In the order of ids.
    pub fn finish(self) -> (Vec<LinkFact>, BTreeMap<String, TopicFact>, Vec<UnknownFact>) {
        let mut links: Vec<LinkFact> = self.found.into_values().collect();
        for link in &mut links {
            link.about.sort();
        }
        links.sort_by(|a, b| (&a.from, &a.to, a.kind).cmp(&(&b.from, &b.to, b.kind)));
        (links, self.topics, self.unknowns)
    }
}

/// What talking to a party is for, by what the party is.
pub fn kind_of(world: &World, to: Party, otherwise: LinkKind) -> LinkKind {
    match to {
        Party::Resource(at) => kind_by(world.resources[at].kind, otherwise),
        Party::Unit(_) => otherwise,
    }
}

/// What talking to something of a kind is for.
pub fn kind_by(kind: ResourceKind, otherwise: LinkKind) -> LinkKind {
    match kind {
        ResourceKind::Store
        | ResourceKind::Cache
        | ResourceKind::Search
        | ResourceKind::ObjectStore => LinkKind::Data,
        ResourceKind::Broker => LinkKind::Produce,
        ResourceKind::External => LinkKind::External,
        ResourceKind::IdentityProvider => LinkKind::Authorization,
        ResourceKind::Mail => LinkKind::Mail,
        ResourceKind::Registry => LinkKind::Discovery,
        ResourceKind::ConfigServer | ResourceKind::Repository => LinkKind::Configuration,
        ResourceKind::Monitoring => LinkKind::Metrics,
        ResourceKind::Tracing => LinkKind::Tracing,
        ResourceKind::Logging => LinkKind::Logging,
        ResourceKind::Proxy | ResourceKind::Client | ResourceKind::Other => otherwise,
    }
}
