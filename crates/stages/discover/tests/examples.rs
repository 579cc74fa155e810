//! The gate is silent about good briefs.

mod support;

use groundplan_discover as discover;
use support::{EXAMPLES, example};

/// Findings that are right: these three keep personal data without an end, under the GDPR.
const RIGHT: &[&str] = &[
    "conduit personal-data-without-end@domain.entities.user",
    "internal-service personal-data-without-end@domain.entities.employee",
    "telemetry personal-data-without-end@domain.entities.customer",
];

#[test]
fn good_briefs_have_no_findings_but_the_right_ones() {
    let known = knowledge::Knowledge::embedded();
    let mut wrong = Vec::new();
    for name in EXAMPLES {
        for finding in discover::gate(&example(name), known) {
            let key = format!("{name} {}", finding.key());
            if !RIGHT.contains(&key.as_str()) {
                wrong.push(format!("{key}: {}", finding.message));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_a_brief_says_is_acknowledged_with_its_numbers() {
    let lines = discover::acknowledge(&example("orders"));
    assert_eq!(lines.len(), 6, "{lines:#?}");
    let all = lines.join("\n");
    for part in [
        "50k users",
        "99.9 % available",
        "p99 600 ms",
        "3000 EUR/month",
        "6 engineers",
        "gdpr",
    ] {
        assert!(all.contains(part), "{part} is missing in {all}");
    }
    assert!(discover::acknowledge(&model::Brief::default()).is_empty());
}
