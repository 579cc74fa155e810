use super::Facts;
use super::report::Report;
pub(crate) fn check(_facts: &Facts<'_>, _report: &mut Report) {}
