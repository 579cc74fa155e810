//! The pattern library (MISSION C6): known solutions as data, chosen by the traits of the problem.
//!
//! A pattern is one file of `data/patterns`; its name is its id. The file says by which predicates
//! over the brief and the architecture its problem is recognised (`predicates`), when it is refused
//! although it nearly fits, and, as templates, what it means here: the text, the elements it adds,
//! its cost and its proof. `matching` finds all bindings, `template` writes the text in this
//! system's names and numbers, `merge` adds the elements and never overwrites one, `adapt` holds
//! the few structural changes that no template can express.

pub mod adapt;
pub mod apply;
pub mod binding;
pub mod entity_traits;
pub mod matching;
pub mod merge;
mod numbers;
pub mod operation_traits;
pub mod other_traits;
pub mod parse;
pub mod predicates;
pub mod template;
pub mod variables;

#[cfg(test)]
pub(crate) mod tests;

pub(crate) use apply::apply;
pub use parse::{Pattern, library};
