//! What is known of one technology. Unknown is absent, never a default.

use crate::vocabulary::{
    Capability, Consistency, Family, Kind, LimitName, Operation, Role, Scope, Unit,
};

/// Where a number or claim was read, and when it was true.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Source {
    /// Title of the page, or `measured here, see bench/demands`.
    pub title: String,
    /// Address; absent for our own measurements.
    pub url: Option<String>,
    /// Date of the fact: `YYYY`, `YYYY-MM` or `YYYY-MM-DD`. Where the source carries no date of
    /// its own this is the day we read it.
    pub date: String,
    /// The day we read it, `YYYY-MM-DD`; absent for measurements.
    pub read: Option<String>,
}

impl Source {
    /// Title, address and date on one line, for a document's list of sources.
    pub fn cite(&self) -> String {
        match &self.url {
            Some(url) => format!("{}, {}, {}", self.title, url, self.date),
            None => format!("{}, {}", self.title, self.date),
        }
    }
}

/// Processor time and base latency of one operation.
#[derive(Debug, Clone, PartialEq)]
pub struct Demand {
    pub operation: Operation,
    /// Microseconds of processor time on one core of `hardware`, on the technology's side
    /// (for a runtime: its own side). Absent where only the latency is known.
    pub cpu_us: Option<f64>,
    /// Further microseconds per row read or aggregated.
    pub per_row_us: Option<f64>,
    /// Further microseconds per secondary index maintained.
    pub per_index_us: Option<f64>,
    /// Further microseconds per KiB of payload.
    pub per_kib_us: Option<f64>,
    /// Milliseconds of waiting that processor time does not explain: a disk flush, a remote
    /// service's first byte. Zero is never written; unknown is absent.
    pub latency_ms: Option<f64>,
    /// Milliseconds the client saw at concurrency 1, processor time included: an upper bound that
    /// tests a model and is no input to it.
    pub wall_ms: Option<f64>,
    /// What differs from the usual, durable default configuration; `None` for the usual one.
    pub variant: Option<String>,
    /// Version, data size, client, payload.
    pub conditions: String,
    /// Machine the number holds for.
    pub hardware: Option<String>,
    pub kind: Kind,
    pub source: Source,
}

impl Demand {
    /// Microseconds of processor time for one operation over `rows` rows, `indexes` secondary
    /// indexes and `kib` KiB of payload; unknown parts count nothing. `None` where no processor
    /// time is known at all.
    pub fn cpu_us_for(&self, rows: f64, indexes: f64, kib: f64) -> Option<f64> {
        let parts = [
            (self.per_row_us, rows),
            (self.per_index_us, indexes),
            (self.per_kib_us, kib),
        ];
        if self.cpu_us.is_none() && parts.iter().all(|(each, _)| each.is_none()) {
            return None;
        }
        let extra: f64 = parts
            .iter()
            .filter_map(|(each, n)| each.map(|each| each * n))
            .sum();
        Some(self.cpu_us.unwrap_or(0.0) + extra)
    }
}

/// A bound the technology or its provider sets.
#[derive(Debug, Clone, PartialEq)]
pub struct Limit {
    pub name: LimitName,
    /// In `unit`.
    pub value: f64,
    pub unit: Unit,
    /// What the bound depends on: default or hard, per what.
    pub conditions: Option<String>,
    pub source: Source,
}

/// A measured or published rate, to cite and to bound a model's result from above.
#[derive(Debug, Clone, PartialEq)]
pub struct Throughput {
    /// What was counted: `point reads`, `messages of 1 KiB`.
    pub what: String,
    /// In `unit`.
    pub value: f64,
    pub unit: Unit,
    /// Hardware, clients, settings.
    pub conditions: String,
    pub source: Source,
}

/// Published availability of a managed offering.
#[derive(Debug, Clone, PartialEq)]
pub struct Availability {
    pub scope: Scope,
    /// Per cent, for example `99.95`.
    pub percent: f64,
    /// Which offering, and what counts as down.
    pub conditions: Option<String>,
    pub source: Source,
}

impl Availability {
    /// As a fraction between 0 and 1.
    pub fn fraction(&self) -> f64 {
        self.percent / 100.0
    }
}

/// A provider operates it for you.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offering {
    /// Kebab-case id: `aws-rds-postgresql`.
    pub id: String,
    /// The provider's name as people know it.
    pub name: String,
    /// `aws`, `gcp`, `azure`, ...
    pub cloud: String,
    /// Zones the offering spans in its usual redundant form.
    pub zones: u32,
    /// Families in the price lists that it is billed by.
    pub prices: Vec<Family>,
    pub source: Option<Source>,
}

/// Operational burden on a scale of 0 (nothing to do) to 10 (a team's main work).
///
/// This is our own judgement, dated, and shown as such in documents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Burden {
    /// Run by one's own people; absent where that is not possible.
    pub self_hosted: Option<Points>,
    /// Run by a provider; absent where none does.
    pub managed: Option<Points>,
    /// Day of the judgement.
    pub date: String,
}

/// Points with the reason for them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Points {
    /// 0 to 10.
    pub points: u8,
    /// One line.
    pub reason: String,
}

/// A known reason to hesitate: an abandoned project, a changed licence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caution {
    /// One or two sentences.
    pub text: String,
    pub source: Source,
}

/// One technology: one file in `data/technologies/`, whose name is the id.
#[derive(Debug, Clone, PartialEq)]
pub struct Technology {
    /// Kebab-case file name.
    pub id: String,
    pub name: String,
    /// One sentence: what it is.
    pub summary: String,
    /// Words people use for it in briefs, skills and image names; lower case.
    pub aliases: Vec<String>,
    pub roles: Vec<Role>,
    /// In vocabulary order, without repeats.
    pub capabilities: Vec<Capability>,
    pub consistency: Consistency,
    /// What the consistency depends on.
    pub consistency_note: Option<String>,
    /// SPDX expression, or `proprietary`.
    pub licence: String,
    /// Programming languages a runtime executes; empty for others. Lower case.
    pub languages: Vec<String>,
    pub burden: Burden,
    /// A known reason to hesitate that no number shows; a document must show it.
    pub caution: Option<Caution>,
    pub demands: Vec<Demand>,
    pub limits: Vec<Limit>,
    pub throughputs: Vec<Throughput>,
    pub availabilities: Vec<Availability>,
    pub offerings: Vec<Offering>,
}

impl Technology {
    /// Whether it can do `capability`.
    pub fn has(&self, capability: Capability) -> bool {
        self.capabilities.contains(&capability)
    }

    /// Whether it can play `role`.
    pub fn plays(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }

    /// The demand of `operation` in the usual configuration: measured before published, then the
    /// newest, then the last read. Variants are never chosen; see [`Technology::demands_of`].
    pub fn demand(&self, operation: Operation) -> Option<&Demand> {
        // max_by_key keeps the last of equals; ISO dates of one length sort as text.
        self.demands_of(operation)
            .filter(|demand| demand.variant.is_none())
            .max_by_key(|demand| (demand.kind == Kind::Measured, &demand.source.date))
    }

    /// Every demand of `operation`, variants included, in file order, for a document that compares.
    pub fn demands_of(&self, operation: Operation) -> impl Iterator<Item = &Demand> {
        self.demands
            .iter()
            .filter(move |demand| demand.operation == operation)
    }

    /// The first limit of that name.
    pub fn limit(&self, name: LimitName) -> Option<&Limit> {
        self.limits.iter().find(|limit| limit.name == name)
    }

    /// The first published availability of that scope.
    pub fn availability(&self, scope: Scope) -> Option<&Availability> {
        self.availabilities.iter().find(|each| each.scope == scope)
    }

    /// Whether one's own people can run it on machines of their own.
    pub fn self_hostable(&self) -> bool {
        self.burden.self_hosted.is_some()
    }

    /// The managed offerings of `cloud`.
    pub fn offerings_on<'a>(&'a self, cloud: &'a str) -> impl Iterator<Item = &'a Offering> {
        self.offerings
            .iter()
            .filter(move |offering| offering.cloud == cloud)
    }

    /// Whether a brief or skill that says `word` means this technology.
    pub fn is_called(&self, word: &str) -> bool {
        self.answers_to(&word.trim().to_lowercase())
    }

    /// As [`Technology::is_called`], of a word in small letters.
    pub(crate) fn answers_to(&self, word: &str) -> bool {
        let name = self.name.chars().flat_map(char::to_lowercase);
        self.id == word || self.aliases.iter().any(|a| a == word) || name.eq(word.chars())
    }

    /// Every source cited, each once, in order of first use.
    pub fn sources(&self) -> Vec<&Source> {
        let all = self
            .demands
            .iter()
            .map(|d| &d.source)
            .chain(self.limits.iter().map(|l| &l.source))
            .chain(self.throughputs.iter().map(|t| &t.source))
            .chain(self.availabilities.iter().map(|a| &a.source))
            .chain(self.offerings.iter().filter_map(|o| o.source.as_ref()))
            .chain(self.caution.iter().map(|c| &c.source));
        let mut seen = Vec::new();
        for source in all {
            if !seen.contains(&source) {
                seen.push(source);
            }
        }
        seen
    }
}
