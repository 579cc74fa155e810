//! Typed facts of the field: technologies and prices, each number with unit, source, date and
//! conditions. The facts are files under `data/`, embedded at build; adding one needs no code.
//!
//! Consumers ask by role, capability, operation or limit, never by a technology's name:
//!
//! ```
//! # use groundplan_knowledge as knowledge;
//! use knowledge::{Capability, Family, Knowledge, Role};
//!
//! let known = Knowledge::embedded();
//! let stores = known.with_capabilities(Role::Store, &[Capability::Transactions]);
//! assert!(stores.iter().all(|store| store.has(Capability::Transactions)));
//! let machine = known.prices("plain-vm").and_then(|list| list.cheapest(Family::Vm, 4.0, 8.0));
//! assert!(machine.is_some_and(|item| item.vcpu >= Some(4.0)));
//! ```

mod lower;
mod prices;
mod reader;
mod sources;
mod technology;
mod vocabulary;

use std::sync::OnceLock;

use model::{Finding, Outcome, Severity};

pub use prices::{HOURS_PER_MONTH, PriceItem, PriceList};
pub use technology::{
    Availability, Burden, Caution, Demand, Limit, Offering, Points, Source, Technology, Throughput,
};
pub use vocabulary::{
    Capability, Consistency, Family, Kind, LimitName, Operation, PriceUnit, Role, Scope, Unit,
};

include!(concat!(env!("OUT_DIR"), "/folders.rs"));

/// Everything known, in the order of ids.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Knowledge {
    technologies: Vec<Technology>,
    price_lists: Vec<PriceList>,
}

impl Knowledge {
    /// The knowledge this program was built with, parsed once.
    pub fn embedded() -> &'static Knowledge {
        &embedded().value
    }

    /// Faults in the embedded files. Empty in every released build: a test sees to it.
    pub fn embedded_findings() -> &'static [Finding] {
        &embedded().findings
    }

    /// Parses files given as `(path, text)`, where the path starts with its folder:
    /// `technologies/<id>.toml`, `measured/<name>.toml`, `prices/<id>.toml`. Other folders are
    /// left to their own readers. The order of `files` does not matter.
    ///
    /// What is faulty is left out, and each fault is a finding with file and line.
    pub fn parse(files: &[(&str, &str)]) -> Outcome<Knowledge> {
        let mut files = files.to_vec();
        files.sort_unstable();
        let mut known = Knowledge::default();
        let mut findings = Vec::new();
        for (path, text) in &files {
            let Some((folder, id)) = folder_and_id(path) else {
                continue;
            };
            match folder {
                "technologies" => {
                    let (technology, faults) = lower::technology(path, id, text);
                    findings.extend(faults);
                    known.technologies.extend(technology);
                }
                "prices" => {
                    let (list, faults) = prices::read(path, Some(id), text);
                    findings.extend(faults);
                    known.price_lists.extend(list);
                }
                _ => {}
            }
        }
        // File order is not id order: `a-b.toml` sorts before `a.toml`.
        known.technologies.sort_by(|a, b| a.id.cmp(&b.id));
        known.price_lists.sort_by(|a, b| a.id.cmp(&b.id));
        for (path, text) in &files {
            if let Some(("measured", _)) = folder_and_id(path) {
                let id_of = |word: &str| known.technology(word).map(|t| t.id.clone());
                let (measured, faults) = lower::measured(path, text, id_of);
                findings.extend(faults);
                for each in measured {
                    if let Some(technology) = known
                        .technologies
                        .iter_mut()
                        .find(|t| t.id == each.technology)
                    {
                        technology.demands.push(each.demand);
                    }
                }
            }
        }
        findings.extend(known.ambiguous_words());
        findings.extend(known.unknown_price_technologies());
        Outcome::new(known, findings)
    }

    /// A technology by its exact id, to be changed: what if it were half as fast.
    pub fn technology_mut(&mut self, id: &str) -> Option<&mut Technology> {
        self.technologies.iter_mut().find(|t| t.id == id)
    }

    /// Every technology, by id.
    pub fn technologies(&self) -> &[Technology] {
        &self.technologies
    }

    /// The technology with this id, name or alias, in any case.
    pub fn technology(&self, id_or_alias: &str) -> Option<&Technology> {
        let by_id = self.technologies.iter().find(|t| t.id == id_or_alias);
        by_id.or_else(|| {
            let word = id_or_alias.trim().to_lowercase();
            self.technologies.iter().find(|t| t.answers_to(&word))
        })
    }

    /// The technologies that play `role` and can do all of `capabilities`, by id.
    pub fn with_capabilities(&self, role: Role, capabilities: &[Capability]) -> Vec<&Technology> {
        self.technologies
            .iter()
            .filter(|t| t.plays(role) && capabilities.iter().all(|c| t.has(*c)))
            .collect()
    }

    /// Every price list, by id.
    pub fn price_lists(&self) -> &[PriceList] {
        &self.price_lists
    }

    /// The price list of that id.
    pub fn prices(&self, list: &str) -> Option<&PriceList> {
        self.price_lists.iter().find(|each| each.id == list)
    }

    /// Two technologies that answer to one word would make a brief ambiguous.
    fn ambiguous_words(&self) -> Vec<Finding> {
        let mut findings = Vec::new();
        for (index, one) in self.technologies.iter().enumerate() {
            for other in &self.technologies[index + 1..] {
                let words = std::iter::once(&other.id).chain(&other.aliases);
                for word in words.filter(|word| one.is_called(word)) {
                    findings.push(
                        Finding::new(
                            "knowledge-duplicate",
                            Severity::Major,
                            format!("technologies/{}.toml", other.id),
                            format!("`{word}` names both {} and {}", one.id, other.id),
                        )
                        .why("a brief that says the word would mean either")
                        .remedy("leave the alias to one of them"),
                    );
                }
            }
        }
        findings
    }

    fn unknown_price_technologies(&self) -> Vec<Finding> {
        let mut findings = Vec::new();
        for list in &self.price_lists {
            for item in &list.items {
                for id in &item.technologies {
                    if !self.technologies.iter().any(|t| t.id == *id) {
                        findings.push(
                            Finding::new(
                                "knowledge-unknown-technology",
                                Severity::Major,
                                format!("prices/{}.toml#item.{}", list.id, item.id),
                                format!("`{id}` has no file in technologies/"),
                            )
                            .why("the price would never be found")
                            .remedy("use the id of a technology file"),
                        );
                    }
                }
            }
        }
        findings
    }
}

/// The embedded files of a folder under `data/`, for crates that parse their own: `patterns`,
/// `questions`, `archetypes`. Each entry is the path inside the folder, with its extension, and
/// the text; by path. An unknown folder is empty.
pub fn raw(folder: &str) -> &'static [(&'static str, &'static str)] {
    FOLDERS
        .iter()
        .find(|(name, _)| *name == folder)
        .map_or(&[], |(_, files)| files)
}

fn embedded() -> &'static Outcome<Knowledge> {
    static PARSED: OnceLock<Outcome<Knowledge>> = OnceLock::new();
    PARSED.get_or_init(|| {
        let mut paths = Vec::new();
        for (folder, files) in FOLDERS {
            for (name, text) in *files {
                paths.push((format!("{folder}/{name}"), *text));
            }
        }
        let files: Vec<(&str, &str)> = paths.iter().map(|(p, t)| (p.as_str(), *t)).collect();
        Knowledge::parse(&files)
    })
}

fn folder_and_id(path: &str) -> Option<(&str, &str)> {
    let (folder, name) = path.split_once('/')?;
    Some((folder, name.strip_suffix(".toml")?))
}
