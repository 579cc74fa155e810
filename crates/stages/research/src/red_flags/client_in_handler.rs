//! A request to another system made inside the body of an endpoint.
//!
//! **Why.** Who tests the endpoint needs the other system; a change of its interface is searched for everywhere.
//!
//! **Remedy.** Put the call behind a function or interface named for what it gives.
//!
//! **When it is wrong.** The service is a gateway whose handlers do nothing else. It is advice, never a gate.

use model::fact::ServiceRole;
use model::finding::{Certainty, Severity};

use super::{Report, View, source};
use crate::observation::Observation;

pub const ID: &str = "client-in-handler";
pub const SEVERITY: Severity = Severity::Note;

pub fn check(view: &View, report: &mut Report) {
    for (path, seen) in view.seen() {
        let Observation::Call(call) = &seen.what else { continue };
        let gateway = view
            .service_of(path)
            .and_then(|id| view.facts.services.get(id))
            .is_some_and(|one| one.role == ServiceRole::Gateway);
        if gateway || !view.in_handler(path, &seen.within) {
            continue;
        }
        let at = source(path, seen);
        report.add(
            &at,
            &format!("{}:{}", seen.within, call.library),
            seen.certainty.max(Certainty::Inferred),
            format!("the handler {} makes a {} request itself", seen.within, call.protocol),
            "the endpoint cannot be tested without the other system",
            "put the call behind a function or interface named for what it gives",
        );
    }
}
