//! A handler that does the work itself.
//!
//! **Why.** Rules that live in a handler are reached over HTTP only; a job, a message or a test cannot use them.
//!
//! **Remedy.** Move what is not reading the request or writing the answer to a function of the domain.
//!
//! **When it is wrong.** The handler is long because the request is: it reads many fields and decides nothing.
//! It is advice, never a gate.
//!
//! A handler counts from 40 statements on, or from 25 of which 15 call something.

use model::finding::{Certainty, Severity};

use super::{Report, View, source};
use crate::observation::Observation;

pub const ID: &str = "fat-handler";
pub const SEVERITY: Severity = Severity::Note;

const LONG: u32 = 40;
const BUSY: (u32, u32) = (25, 15);

pub fn check(view: &View, report: &mut Report) {
    for (path, seen) in view.seen() {
        let Observation::Handler { name, statements, calls } = &seen.what else { continue };
        if *statements < LONG && (*statements < BUSY.0 || *calls < BUSY.1) {
            continue;
        }
        let at = source(path, seen);
        report.add(
            &at,
            name,
            Certainty::Inferred,
            format!("the handler {name} has {statements} statements and {calls} calls"),
            "what it decides can be used over HTTP only",
            "move what is not request or answer to a function of the domain",
        );
    }
}
