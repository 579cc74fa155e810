//! Waivers keep a reason, end, and do not outlive what they cover.

use groundplan_check::apply_waivers;
use model::{Finding, Severity, Waiver, Waivers};

fn findings() -> Vec<Finding> {
    vec![
        Finding::new(
            "missing-timeout",
            Severity::Major,
            "relations.a-b",
            "no timeout",
        ),
        Finding::new(
            "missing-timeout",
            Severity::Major,
            "relations.b-c",
            "no timeout",
        ),
    ]
}

fn waiver(finding: &str, expires: &str) -> Waiver {
    Waiver {
        finding: finding.into(),
        reason: "the library sets it".into(),
        owner: "Ada".into(),
        expires: expires.into(),
    }
}

fn applied(waivers: Vec<Waiver>, today: &str) -> Vec<Finding> {
    apply_waivers(findings(), &Waivers { waivers }, today)
}

#[test]
fn a_waived_finding_keeps_the_reason_and_the_others_stay() {
    let found = applied(
        vec![waiver("missing-timeout@relations.a-b", "2027-01-01")],
        "2026-11-21",
    );
    assert_eq!(found.len(), 2);
    assert_eq!(found[0].waived.as_deref(), Some("the library sets it"));
    assert_eq!(found[1].waived, None);
}

#[test]
fn an_expired_waiver_is_a_finding_and_covers_nothing() {
    let found = applied(
        vec![waiver("missing-timeout@relations.a-b", "2026-11-20")],
        "2026-11-21",
    );
    assert!(found.iter().all(|f| f.waived.is_none()));
    let expired: Vec<_> = found
        .iter()
        .filter(|f| f.rule == "expired-waiver")
        .collect();
    assert_eq!(expired.len(), 1);
    assert_eq!(expired[0].place.path, "waivers[0]");
    assert!(expired[0].message.contains("2026-11-20") && expired[0].message.contains("Ada"));
}

#[test]
fn it_holds_on_its_last_day_and_without_a_date_no_expiry_is_judged() {
    for today in ["2026-11-20", ""] {
        let found = applied(
            vec![waiver("missing-timeout@relations.a-b", "2026-11-20")],
            today,
        );
        assert_eq!(
            found.iter().filter(|f| f.waived.is_some()).count(),
            1,
            "{today}"
        );
        assert_eq!(found.len(), 2);
    }
}

#[test]
fn unused_twofold_and_unreadable_waivers_are_findings() {
    let found = applied(
        vec![
            waiver("missing-timeout@relations.a-b", "2027-01-01"),
            waiver("missing-timeout@relations.a-b", "2027-01-01"),
            waiver("missing-breaker@relations.a-b", "2027-01-01"),
            waiver("missing-timeout@relations.b-c", "next year"),
            waiver("missing-timeout@relations.b-c", "2027-13-01"),
        ],
        "2026-11-21",
    );
    let places = |rule: &str| -> Vec<&str> {
        let of = found.iter().filter(|f| f.rule == rule);
        of.map(|f| f.place.path.as_str()).collect()
    };
    assert_eq!(places("unused-waiver"), ["waivers[1]", "waivers[2]"]);
    assert_eq!(places("unreadable-waiver"), ["waivers[3]", "waivers[4]"]);
    assert!(found.windows(2).all(|w| w[0].severity <= w[1].severity));
}
