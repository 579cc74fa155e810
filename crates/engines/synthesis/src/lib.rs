//! Synthesis: from a brief and a point of the design space to a complete architecture.
//!
//! Plan calls it for every candidate it weighs and design for the chosen one, so the numbers that a
//! person compares and the numbers of the finished design come from the same construction.
//!
//! The order of work: `needs` reads the brief, `contexts` draws boundaries, `schema` makes tables,
//! `access` finds how each operation touches them, `indexes` serves those accesses, `components`
//! and `relations` lay out the processes, `paths` leads every operation through them, `pattern`
//! chooses and adapts known solutions, `sizing` buys enough of each.

pub mod access;
pub mod choices;
pub mod components;
pub mod contexts;
pub mod indexes;
pub mod naming;
pub mod needs;
pub mod paths;
pub mod pattern;
pub mod relations;
pub mod schema;
pub mod sizing;
mod stand_in;
pub mod support_tables;

pub use choices::{AuthenticationBy, Choices, Messaging, SearchIn, Standby};
pub use needs::Needs;

use knowledge::Knowledge;
use model::{Architecture, Brief, Outcome, System};

/// Builds the architecture that these choices mean for this brief.
///
/// Findings name facts that are missing for sizing; the architecture is complete without them, and
/// what could not be sized has one instance.
pub fn assemble(brief: &Brief, knowledge: &Knowledge, choices: &Choices) -> Outcome<Architecture> {
    build(brief, knowledge, choices, Extent::Whole)
}

/// The same without what no number depends on: texts of patterns, mechanisms, risks, signals. For
/// searches, which assemble hundreds of candidates and show three.
pub fn skeleton(brief: &Brief, knowledge: &Knowledge, choices: &Choices) -> Outcome<Architecture> {
    build(brief, knowledge, choices, Extent::Numbers)
}

/// How much of an architecture is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Extent {
    Whole,
    /// What its numbers depend on.
    Numbers,
}

fn build(
    brief: &Brief,
    knowledge: &Knowledge,
    choices: &Choices,
    extent: Extent,
) -> Outcome<Architecture> {
    let needs = Needs::of(brief);
    let contexts = contexts::draw(brief);
    let mut data = schema::tables(brief, choices, &contexts);
    support_tables::add(brief, choices, &mut data.tables);
    let accesses = access::of_operations(brief, &data);
    indexes::derive(&mut data, &accesses);
    let mut architecture = Architecture {
        style: Some(choices.style),
        contexts: contexts.clone(),
        data: data.tables,
        ..Architecture::default()
    };
    let placement = components::lay_out(brief, knowledge, choices, &needs, &mut architecture);
    relations::connect(brief, choices, &needs, &placement, &mut architecture);
    paths::lead(brief, choices, &placement, &accesses, &mut architecture);
    relations::complete(brief, &mut architecture);
    let mut findings = pattern::apply(brief, choices, extent, &mut architecture);
    let mut system = System {
        brief: brief.clone(),
        architecture,
        ..System::default()
    };
    let cloud = knowledge.prices(&choices.prices).map(|p| p.cloud.as_str());
    stand_in::fill(&mut system.architecture, knowledge, cloud);
    findings.extend(sizing::size(&mut system, knowledge, choices));
    Outcome::new(system.architecture, findings)
}
