//! The examples in the rules' documentation are their tests: the bad one fires this rule and nothing
//! else (but what its fence line allows by `# also: id, id`), the good one fires nothing.

mod support;

use support::{fences, findings, load};

#[test]
fn every_rule_documents_itself_with_a_bad_and_a_good_model() {
    let mut faults = Vec::new();
    for rule in groundplan_check::rules() {
        for kind in ["bad", "good"] {
            if !fences(rule.doc).iter().any(|f| f.kind == kind) {
                faults.push(format!("{} has no {kind} model", rule.id));
            }
        }
        for word in ["**Why.**", "**Remedy.**", "**When it is wrong.**"] {
            if !rule.doc.contains(word) {
                faults.push(format!("{} does not say {word}", rule.id));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn the_models_fire_what_they_say() {
    let mut faults = Vec::new();
    for rule in groundplan_check::rules() {
        for fence in fences(rule.doc) {
            let name = format!("{} ({})", rule.id, fence.kind);
            let system = match load(&name, &fence.text) {
                Ok(system) => system,
                Err(error) => {
                    faults.push(error);
                    continue;
                }
            };
            let found = findings(&system);
            let own = found.iter().any(|f| f.rule == rule.id);
            if own != (fence.kind == "bad") {
                let not = if own { "fires" } else { "does not fire" };
                faults.push(format!("{name}: the rule {not}"));
            }
            for other in found.iter().filter(|f| f.rule != rule.id) {
                if !fence.also.contains(&other.rule) {
                    faults.push(format!("{name}: also {}: {}", other.key(), other.message));
                }
            }
            for finding in &found {
                if finding.why.is_empty() || finding.remedy.is_empty() {
                    faults.push(format!("{name}: {} lacks its why or remedy", finding.key()));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
