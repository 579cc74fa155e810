//! What the tests of contract fronts share: facts in one line each.

use super::SourceText;
use crate::observation::{Contract, FileFacts, Observation};

pub fn read_with(read: fn(SourceText) -> FileFacts, path: &str, text: &str) -> FileFacts {
    read(SourceText { path, text })
}

pub fn contracts(facts: &FileFacts) -> Vec<&Contract> {
    let contracts = facts.seen.iter().filter_map(|seen| match &seen.what {
        Observation::Contract(contract) => Some(contract),
        _ => None,
    });
    contracts.collect()
}

/// `line method path = id` of each operation.
pub fn operations(facts: &FileFacts) -> Vec<String> {
    let operations = contracts(facts)
        .into_iter()
        .flat_map(|contract| &contract.operations);
    let shown = operations.map(|operation| {
        let id = operation.id.iter().map(|id| format!(" = {id}"));
        let id = id.collect::<String>();
        format!(
            "{} {} {}{id}",
            operation.line, operation.method, operation.path
        )
    });
    shown.collect()
}

/// `line name(field: type, ..)` of each type.
pub fn types(facts: &FileFacts) -> Vec<String> {
    let types = contracts(facts)
        .into_iter()
        .flat_map(|contract| &contract.types);
    let shown = types.map(|found| {
        let fields = found
            .fields
            .iter()
            .map(|(name, of)| format!("{name}: {of}"));
        format!(
            "{} {}({})",
            found.line,
            found.name,
            fields.collect::<Vec<_>>().join(", ")
        )
    });
    shown.collect()
}
