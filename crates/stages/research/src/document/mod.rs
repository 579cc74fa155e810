//! The research document: what is, with places. It designs nothing.
//!
//! Every line comes from a fact or a finding; a section with nothing to say is left out.

mod checklist;
mod coupling;
mod flow;
mod keep;
mod parts;
mod quick;
pub(crate) mod text;

use model::Finding;
use model::fact::Facts;

pub use coupling::{Coupling, Rating, couplings};
pub use quick::quick;

/// Everything a section may look at.
pub(crate) struct View<'a> {
    pub facts: &'a Facts,
    pub findings: &'a [Finding],
}

/// One section: its title, and what it says; empty where there is nothing.
type Section = (&'static str, fn(&View) -> String);

/// The sections, in their order.
const SECTIONS: &[Section] = &[
    ("Components", parts::components),
    ("Data flow", flow::section),
    ("Data model", parts::data),
    ("Configuration", parts::configuration),
    ("Tests", parts::tests),
    ("Coupling checklist", checklist::section),
    ("Red flags", checklist::flags),
    ("To be preserved", keep::preserved),
    ("Safe to change", keep::safe),
    ("Open questions", keep::open),
];

/// The whole document, in Markdown.
pub fn document(facts: &Facts, findings: &[Finding]) -> String {
    let view = View { facts, findings };
    let mut out = format!("# {}\n\n{}\n", facts.name, quick::extent(facts));
    for (title, section) in SECTIONS {
        let body = section(&view);
        let body = body.trim();
        if !body.is_empty() {
            out.push_str(&format!("\n## {title}\n\n{body}\n"));
        }
    }
    out
}
