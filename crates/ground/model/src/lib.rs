//! The nouns of Groundplan: inert typed data and ids. No I/O and no policy.

pub mod finding;

pub use finding::{Certainty, Evidence, EvidenceKind, Finding, Outcome, Place, Related, Severity, Span};
