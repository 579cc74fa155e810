//! Model paths and prose: whether a path leads somewhere, and every text that refers to the model.

use model::{About, Architecture, Plain, System};
use serde_json::Value;

/// The model as plain values, made once and only where a rule asks.
pub(crate) struct Paths {
    architecture: Value,
    brief: Value,
}

impl Paths {
    pub(crate) fn new(system: &System) -> Self {
        // What was read from text can be written again: no map has keys other than text.
        let value = |result: Result<Value, serde_json::Error>| result.unwrap_or_default();
        let mut architecture = value(system.architecture.to_value());
        if let Some(map) = architecture.as_object_mut() {
            map.shift_remove("brief");
        }
        Paths {
            architecture,
            brief: value(system.brief.to_value()),
        }
    }

    /// The path leads somewhere: from the architecture's root, the brief's, or the domain's.
    pub(crate) fn leads(&self, path: &str) -> bool {
        let path = path.strip_prefix("brief.").unwrap_or(path);
        [
            Some(&self.architecture),
            Some(&self.brief),
            self.brief.get("domain"),
        ]
        .into_iter()
        .flatten()
        .any(|root| find(root, path).is_some())
    }
}

fn find<'v>(root: &'v Value, path: &str) -> Option<&'v Value> {
    let mut at = root;
    for segment in path.split('.') {
        let (key, indices) = segment.split_once('[').unwrap_or((segment, ""));
        at = at.get(key)?;
        for index in indices.split('[').filter(|i| !i.is_empty()) {
            at = at.get(index.strip_suffix(']')?.parse::<usize>().ok()?)?;
        }
    }
    Some(at)
}

/// Every text that people write about the elements of an architecture and that refers to the model
/// (`{{pay.p99}}`), with its path.
pub(crate) fn prose(arch: &Architecture) -> Vec<(String, &str)> {
    let mut found = Found(Vec::new());
    for (id, context) in &arch.contexts {
        found.about("contexts", id, &context.about);
        found.text(
            "contexts",
            id,
            "description",
            context.description.as_deref(),
        );
    }
    for (id, component) in &arch.components {
        found.about("components", id, &component.about);
        found.text(
            "components",
            id,
            "description",
            component.description.as_deref(),
        );
    }
    for (id, relation) in &arch.relations {
        found.about("relations", id, &relation.about);
        found.text("relations", id, "purpose", relation.purpose.as_deref());
    }
    for (id, table) in &arch.data {
        found.about("data", id, &table.about);
        found.text("data", id, "description", table.description.as_deref());
        found.text("data", id, "denormalised", table.denormalised.as_deref());
    }
    for (id, path) in &arch.paths {
        found.about("paths", id, &path.about);
    }
    for (id, contract) in &arch.contracts {
        found.about("contracts", id, &contract.about);
    }
    for (id, decision) in &arch.decisions {
        found.about("decisions", id, &decision.about);
        found.text("decisions", id, "because", Some(&decision.because));
        found.text("decisions", id, "trade_off", decision.trade_off.as_deref());
        found.text(
            "decisions",
            id,
            "revisit_when",
            decision.revisit_when.as_deref(),
        );
    }
    for (id, pattern) in &arch.patterns {
        found.about("patterns", id, &pattern.about);
        found.text("patterns", id, "here", Some(&pattern.here));
        found.text("patterns", id, "costs", pattern.costs.as_deref());
    }
    for (id, mechanism) in &arch.mechanisms {
        found.about("mechanisms", id, &mechanism.about);
        found.text("mechanisms", id, "promise", Some(&mechanism.promise));
        found.text("mechanisms", id, "how", Some(&mechanism.how));
        for (at, proof) in mechanism.proof.iter().enumerate() {
            let field = format!("proof[{at}].text");
            found.text("mechanisms", id, &field, Some(&proof.text));
        }
    }
    for (id, target) in &arch.targets {
        found.about("targets", id, &target.about);
    }
    for (id, role) in &arch.security.roles {
        found.about("security.roles", id, &role.about);
    }
    for (id, threat) in &arch.security.threats {
        found.about("security.threats", id, &threat.about);
        found.text("security.threats", id, "scenario", Some(&threat.scenario));
        found.text(
            "security.threats",
            id,
            "mitigation",
            Some(&threat.mitigation),
        );
    }
    for (id, alert) in &arch.observability.alerts {
        found.about("observability.alerts", id, &alert.about);
        found.text(
            "observability.alerts",
            id,
            "condition",
            Some(&alert.condition),
        );
    }
    for (id, risk) in &arch.risks {
        found.about("risks", id, &risk.about);
        found.text("risks", id, "text", Some(&risk.text));
        found.text("risks", id, "mitigation", risk.mitigation.as_deref());
    }
    for (id, question) in &arch.questions {
        found.about("questions", id, &question.about);
        found.text("questions", id, "text", Some(&question.text));
    }
    for (id, experiment) in &arch.experiments {
        found.about("experiments", id, &experiment.about);
    }
    for (id, stage) in &arch.evolution {
        found.about("evolution", id, &stage.about);
        found.text("evolution", id, "trigger", Some(&stage.trigger));
        found.text("evolution", id, "change", Some(&stage.change));
    }
    found.0
}

struct Found<'a>(Vec<(String, &'a str)>);

impl<'a> Found<'a> {
    fn about(&mut self, collection: &str, id: &str, about: &'a About) {
        self.text(collection, id, "why", about.why.as_deref());
        self.text(collection, id, "notes", about.notes.as_deref());
    }

    fn text(&mut self, collection: &str, id: &str, field: &str, text: Option<&'a str>) {
        if let Some(text) = text.filter(|t| t.contains("{{")) {
            self.0.push((format!("{collection}.{id}.{field}"), text));
        }
    }
}
