//! Shared by the tests: models out of text, and findings out of models.
#![allow(dead_code)] // each test program uses its part

use groundplan_check::{Context, check};
use knowledge::Knowledge;
use model::{Architecture, BriefSource, Finding, System};
use syntax::{Hooks, SourceFile};

pub struct Fence {
    /// `bad` or `good`.
    pub kind: String,
    /// Other rules that a bad model must break too.
    pub also: Vec<String>,
    pub text: String,
}

pub fn fences(doc: &str) -> Vec<Fence> {
    let mut found = Vec::new();
    let mut lines = doc.lines();
    while let Some(line) = lines.next() {
        let Some(head) = line.strip_prefix("```yaml ") else {
            continue;
        };
        let (kind, also) = head.split_once("# also:").unwrap_or((head, ""));
        let text: Vec<&str> = lines
            .by_ref()
            .take_while(|l| !l.starts_with("```"))
            .collect();
        found.push(Fence {
            kind: kind.trim().to_string(),
            also: also
                .split(',')
                .map(|rule| rule.trim().to_string())
                .filter(|rule| !rule.is_empty())
                .collect(),
            text: text.join("\n") + "\n",
        });
    }
    found
}

/// A model with its brief in place, or why it is none.
pub fn load(name: &str, text: &str) -> Result<System, String> {
    let files = [SourceFile::new(name, text.as_bytes().to_vec())];
    let loaded = syntax::load::<Architecture>(&files, &Hooks::model());
    if !loaded.findings.is_empty() {
        let all: Vec<String> = loaded
            .findings
            .iter()
            .map(|f| format!("{name}: {} ({})", f.message, f.place.path))
            .collect();
        return Err(all.join("\n"));
    }
    let architecture = loaded.value.ok_or(format!("{name}: no model"))?;
    let brief = match &architecture.brief {
        Some(BriefSource::Inline(brief)) => (**brief).clone(),
        _ => model::Brief::default(),
    };
    Ok(System {
        brief,
        architecture,
        ..System::default()
    })
}

/// The findings with the evaluation of the busiest hour at hand.
pub fn findings(system: &System) -> Vec<Finding> {
    let knowledge = Knowledge::embedded();
    let evaluation = evaluate::evaluate(system, knowledge, &evaluate::Scenario::default());
    check(&Context {
        system,
        knowledge,
        evaluation: Some(&evaluation.value),
    })
}

/// Three architectures that a reviewer would let pass.
pub const CLEAN: [(&str, &str); 3] = [
    ("hall", include_str!("../clean/hall.yaml")),
    ("parcels", include_str!("../clean/parcels.yaml")),
    ("desk", include_str!("../clean/desk.yaml")),
];
