//! The nouns of Groundplan: inert typed data and ids. No I/O and no policy.
//!
//! `brief` and `domain` say what is wanted, `architecture`, `data` and `rationale` what is designed,
//! `measured` what was measured of it, `system` puts all together, `finding` says what is wrong or doubtful.

pub mod architecture;
pub mod brief;
pub mod data;
pub mod domain;
pub mod drift;
pub mod expr;

pub mod fact;
pub mod finding;
pub mod ids;
pub mod measured;
pub mod plain;
pub mod quantity;
pub mod range;
pub mod rationale;
pub mod system;

pub use architecture::*;
pub use brief::*;
pub use data::*;
pub use domain::*;
pub use expr::Expr;
pub use finding::{
    Certainty, Evidence, EvidenceKind, Finding, Outcome, Place, Related, Severity, Span,
};
pub use ids::*;
pub use measured::{Measured, MeasuredFact};
pub use plain::Plain;
pub use quantity::{Bytes, Count, Duration, Growth, Money, MoneyPerMonth, Rate, Ratio};
pub use range::Range;
pub use rationale::*;
pub use system::System;
