//! The gate is silent about good briefs.

mod support;

use support::{EXAMPLES, example};

#[test]
fn good_briefs_have_no_findings() {
    let known = knowledge::Knowledge::embedded();
    let mut all = Vec::new();
    for name in EXAMPLES {
        for finding in discover::gate(&example(name), known) {
            all.push(format!("{name} {} {}: {} | {}", finding.rule, finding.place.path, finding.message, finding.remedy));
        }
    }
    assert!(all.is_empty(), "{}", all.join("\n"));
}

#[test]
fn every_question_file_can_be_read() {
    let read = discover::bank::questions();
    assert!(read.findings.is_empty(), "{:#?}", read.findings);
    assert!(read.value.len() >= 30, "{}", read.value.len());
}
