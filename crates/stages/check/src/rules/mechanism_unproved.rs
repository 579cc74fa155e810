//! A promised mechanism of which nobody says how it is proved.
//!
//! **Why.** A promise without a proof is a hope. The reader cannot tell it from one that was tested.
//!
//! **Remedy.** Add `proof`: a computation, simulation, probe or test; or `unverified` with who must look.
//!
//! **When it is wrong.** Never: `unverified` is an honest proof.
//!
//! ```yaml bad
//! components:
//!   api: {kind: service, technology: rust}
//! mechanisms:
//!   calm: {promise: Overload is refused early., how: The queue is bounded.}
//! ```
//! ```yaml good
//! components:
//!   api: {kind: service, technology: rust}
//! mechanisms:
//!   calm:
//!     promise: Overload is refused early.
//!     how: The queue is bounded.
//!     proof: [{kind: test, text: the load test at twice the peak rate}]
//! ```

use super::prelude::*;

pub(crate) const SEVERITY: Severity = Severity::Minor;
pub(crate) const CATEGORY: Category = Category::Record;

pub(crate) fn check(facts: &Facts<'_>, report: &mut Report) {
    for (id, mechanism) in &facts.arch.mechanisms {
        if !mechanism.proof.is_empty() {
            continue;
        }
        report
            .add(
                format!("mechanisms.{id}"),
                format!("nothing proves {id} (`{}`)", mechanism.promise),
                "a promise without a proof cannot be told from a hope",
                format!("write `mechanisms.{id}.proof`, or `kind: unverified` with who must look"),
            )
            .at(format!("mechanisms.{id}.proof"));
    }
}
