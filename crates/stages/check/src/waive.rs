//! Waivers: findings that somebody accepted, for a time.

use std::collections::BTreeSet;

use model::{Finding, Place, Severity, Waivers};

/// Marks the findings that a waiver covers, and adds one for each waiver that is expired
/// (`expired-waiver`, and it covers nothing any more), whose date cannot be read (`unreadable-waiver`,
/// likewise), or that covers nothing (`unused-waiver`).
///
/// `today` is an ISO 8601 date (`2026-11-21`); empty means that nobody said, and no expiry is judged.
/// A waiver holds on the day it names.
pub fn apply_waivers(mut findings: Vec<Finding>, waivers: &Waivers, today: &str) -> Vec<Finding> {
    let mut own = Vec::new();
    let mut seen = BTreeSet::new();
    for (at, waiver) in waivers.waivers.iter().enumerate() {
        let path = format!("waivers[{at}]");
        let about = |rule: &str, severity: Severity, message: String| {
            let mut finding = Finding::new(rule, severity, path.clone(), message);
            finding.place = Place::at(path.clone());
            finding
        };
        if !is_date(&waiver.expires) {
            own.push(
                about(
                    "unreadable-waiver",
                    Severity::Major,
                    format!(
                        "the waiver of `{}` expires on `{}`, which is not a date",
                        waiver.finding, waiver.expires
                    ),
                )
                .why("nobody can tell whether it still holds, so it does not")
                .remedy("write `expires` as year-month-day, for example `2027-06-30`"),
            );
            continue;
        }
        // ISO dates order as text.
        if !today.is_empty() && waiver.expires.as_str() < today {
            own.push(
                about(
                    "expired-waiver",
                    Severity::Major,
                    format!(
                        "the waiver of `{}` by {} expired on {}",
                        waiver.finding, waiver.owner, waiver.expires
                    ),
                )
                .why("what was accepted for a time counts again after it")
                .remedy(format!(
                    "mend `{}`, or agree with {} on a new date",
                    waiver.finding, waiver.owner
                )),
            );
            continue;
        }
        let mut covers = false;
        for finding in findings.iter_mut().filter(|f| f.key() == waiver.finding) {
            finding.waived = Some(waiver.reason.clone());
            covers = true;
        }
        if !covers || !seen.insert(waiver.finding.as_str()) {
            let why_not = if covers {
                "is there twice"
            } else {
                "covers no finding"
            };
            own.push(
                about(
                    "unused-waiver",
                    Severity::Minor,
                    format!("the waiver of `{}` {why_not}", waiver.finding),
                )
                .why("it would silently cover the same fault when it comes back")
                .remedy("remove it"),
            );
        }
    }
    findings.extend(own);
    crate::sort(&mut findings);
    findings
}

fn is_date(text: &str) -> bool {
    let shape = text.len() == 10
        && text.bytes().enumerate().all(|(at, b)| match at {
            4 | 7 => b == b'-',
            _ => b.is_ascii_digit(),
        });
    let part = |range: std::ops::Range<usize>| text.get(range).and_then(|t| t.parse::<u32>().ok());
    shape && matches!((part(5..7), part(8..10)), (Some(1..=12), Some(1..=31)))
}
