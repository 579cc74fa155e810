//! The plan of each example, summed up: `tests/cases/<name>.txt`. `UPDATE=1` rewrites.

mod common;

use std::fmt::Write as _;

use groundplan_plan::{Plan, plan};
use knowledge::Knowledge;

fn summary(plan: &Plan) -> String {
    let mut out = String::new();
    for o in &plan.options {
        let n = &o.numbers;
        let mark = if plan.recommended.as_deref() == Some(&o.id) {
            "*"
        } else {
            " "
        };
        let _ = writeln!(
            out,
            "{mark} {} ({:?}, {:?}, feasible {})",
            o.id, o.kind, o.complexity, o.feasible
        );
        let _ = writeln!(out, "    {}", o.title);
        let _ = writeln!(
            out,
            "    {:.0} {} a month, {:.0} h, up {:.3} %, saturates at {:.0}",
            n.monthly_cost.unwrap_or(f64::NAN),
            n.currency.as_deref().unwrap_or("-"),
            o.estimate_hours,
            n.availability.unwrap_or(f64::NAN) * 100.0,
            n.saturates_at.unwrap_or(f64::NAN)
        );
        for (id, component) in &o.architecture.components {
            let size = component.size.as_ref();
            if let (Some(size), Some(vcpu)) = (size, size.and_then(|s| s.vcpu)) {
                let item = size.item.as_deref().unwrap_or("no item");
                let instances = component.instances.unwrap_or(1);
                let _ = writeln!(out, "    {id}: {instances} x {vcpu} vCPU ({item})");
            }
        }
        for v in &o.violated {
            let _ = writeln!(out, "    misses {}: {}", v.requirement, v.text);
        }
    }
    if let Some(sentence) = plan.search.sizes.sentence() {
        let _ = writeln!(out, "{sentence}");
    }
    for (id, decision) in &plan.decisions {
        let _ = writeln!(out, "{id}: {}", decision.chosen);
    }
    out
}

#[test]
fn each_example_is_planned_as_before() {
    let mut differ = Vec::new();
    for name in [
        "orders",
        "parcels",
        "conduit",
        "internal-service",
        "cli-tool",
    ] {
        let brief = common::example(name);
        let found = summary(&plan(&brief, Knowledge::embedded()).value);
        let path = format!("{}/tests/cases/{name}.txt", env!("CARGO_MANIFEST_DIR"));
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(&path, &found).unwrap();
        }
        let expected = std::fs::read_to_string(&path).unwrap_or_default();
        if expected != found {
            differ.push(format!("{name}: expected\n{expected}\nfound\n{found}"));
        }
    }
    assert!(differ.is_empty(), "{}", differ.join("\n"));
}
