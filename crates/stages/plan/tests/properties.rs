//! What holds of every plan, held against the examples.

mod common;

use std::sync::OnceLock;

use groundplan_plan::{Plan, plan, signature};
use knowledge::Knowledge;
use model::{Brief, MoneyPerMonth};

const EXAMPLES: &[&str] = &[
    "orders",
    "parcels",
    "conduit",
    "internal-service",
    "cli-tool",
];

/// Each example's plan, made once for all tests.
fn plans() -> &'static [(&'static str, Plan)] {
    static PLANS: OnceLock<Vec<(&'static str, Plan)>> = OnceLock::new();
    PLANS.get_or_init(|| {
        EXAMPLES
            .iter()
            .map(|name| (*name, planned(&common::example(name))))
            .collect()
    })
}

fn plan_of(name: &str) -> &'static Plan {
    &plans().iter().find(|(n, _)| *n == name).unwrap().1
}

fn planned(brief: &Brief) -> Plan {
    plan(brief, Knowledge::embedded()).value
}

#[test]
fn one_to_three_options_with_distinct_ids_and_one_recommended() {
    for (name, plan) in plans() {
        assert!((1..=3).contains(&plan.options.len()), "{name}");
        assert!(plan.recommendation().is_some(), "{name}");
        let mut ids: Vec<&str> = plan.options.iter().map(|o| o.id.as_str()).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), plan.options.len(), "{name}");
        let expected = if *name == "cli-tool" { 1..=2 } else { 2..=3 };
        assert!(expected.contains(&plan.options.len()), "{name}");
    }
}

#[test]
fn the_recommended_option_is_feasible_where_any_is() {
    for (name, plan) in plans() {
        if plan.search.feasible > 0 {
            assert!(plan.recommendation().is_some_and(|o| o.feasible), "{name}");
        }
    }
}

#[test]
fn no_shown_option_is_beaten_in_everything_by_another() {
    for (name, plan) in plans() {
        for a in &plan.options {
            for b in &plan.options {
                if a.id == b.id || !a.feasible || !b.feasible {
                    continue;
                }
                let (x, y) = (&a.numbers, &b.numbers);
                let worse = x.monthly_cost > y.monthly_cost
                    && x.burden > y.burden
                    && x.complexity_points > y.complexity_points
                    && x.hours > y.hours
                    && x.availability < y.availability
                    && x.worst_ratio > y.worst_ratio
                    && x.saturates_at < y.saturates_at;
                assert!(!worse, "{name}: {} is beaten by {}", a.id, b.id);
            }
        }
    }
}

#[test]
fn a_larger_budget_never_makes_it_infeasible() {
    for name in ["conduit", "internal-service"] {
        let before = plan_of(name).search.feasible;
        let mut richer = common::example(name);
        if let Some(c) = richer.constraints.as_mut() {
            c.budget = Some(MoneyPerMonth {
                amount: 1e6,
                currency: "EUR".into(),
            });
        }
        assert!(planned(&richer).search.feasible >= before, "{name}");
    }
}

#[test]
fn a_budget_of_nothing_is_said_with_its_arithmetic() {
    let mut brief = common::example("orders");
    if let Some(c) = brief.constraints.as_mut() {
        c.budget = Some(MoneyPerMonth {
            amount: 1.0,
            currency: "EUR".into(),
        });
    }
    let outcome = plan(&brief, Knowledge::embedded());
    let finding = outcome
        .findings
        .iter()
        .find(|f| f.rule == "no-feasible-option");
    let finding = finding.expect("nothing costs a euro");
    assert_eq!(finding.place.path, "constraints.budget");
    assert!(
        finding.message.contains("against a budget of 1 EUR"),
        "{}",
        finding.message
    );
    assert!(!outcome.value.options.is_empty());
}

#[test]
fn what_must_not_be_used_is_nowhere() {
    let mut brief = common::example("orders");
    let store = plan_of("orders")
        .recommendation()
        .map(|o| o.chosen["store"].clone())
        .unwrap();
    if let Some(c) = brief.constraints.as_mut() {
        c.must_not_use = vec![store.clone()];
    }
    let plan = planned(&brief);
    for option in &plan.options {
        assert!(option.chosen.values().all(|v| *v != store), "{}", option.id);
        let used = option.architecture.components.values();
        assert!(
            used.into_iter()
                .all(|c| c.technology.as_deref() != Some(store.as_str()))
        );
    }
    let rejected = plan.search.excluded.iter().find(|e| e.technology == store);
    assert!(rejected.is_some_and(|e| e.because.contains("must_not_use")));
}

#[test]
fn the_same_brief_gives_the_same_bytes() {
    let brief = common::example("conduit");
    let text = || serde_json::to_string(&planned(&brief)).unwrap();
    assert_eq!(text(), text());
    assert_eq!(signature(&planned(&brief)), signature(&planned(&brief)));
}

#[test]
fn every_decision_weighs_an_alternative_and_says_why() {
    for (name, plan) in plans() {
        for (id, decision) in &plan.decisions {
            assert!(
                !decision.chosen.is_empty() && !decision.because.is_empty(),
                "{name}/{id}"
            );
            assert!(
                decision.candidates.contains_key(&decision.chosen),
                "{name}/{id}"
            );
            assert!(decision.candidates.len() > 1, "{name}/{id} weighs nothing");
            for (other, candidate) in decision.candidates.iter().skip(1) {
                assert!(
                    candidate.rejected.is_some(),
                    "{name}/{id}/{other} fell without a reason"
                );
            }
        }
    }
}

#[test]
fn a_program_stays_a_program() {
    let plan = plan_of("cli-tool");
    let option = plan.recommendation().unwrap();
    assert_eq!(option.chosen["style"], "program");
    assert_eq!(option.numbers.monthly_cost, Some(0.0));
}

#[test]
fn a_queue_that_nobody_needs_is_not_bought() {
    for name in ["orders", "parcels", "conduit", "internal-service"] {
        let plan = plan_of(name);
        let messaging = &plan.recommendation().unwrap().chosen["messaging"];
        assert!(
            ["none", "table-queue"].contains(&messaging.as_str()),
            "{name}: {messaging}"
        );
    }
}
