//! AsyncAPI 2 and 3, in YAML or JSON, by content and not by name.
//!
//! Operations are what the program does: `send` or `receive` on a channel. Version 2 says it the other
//! way round (`publish` is what others may do), and is turned here.

use super::openapi::{fields, type_text};
use super::{Front, Head, Reads, SourceText, ends_in};
use crate::observation::{
    Contract, ContractOperation, ContractType, FileFacts, Observation, Observed,
};
use crate::yaml::{self, Node};
use model::finding::Certainty;

pub const FRONT: Front = Front {
    id: "asyncapi",
    takes: |path| ends_in(path, &[".yaml", ".yml", ".json"]),
    reads: Reads::Content { is, read },
};

fn is(head: &Head) -> bool {
    head.has("asyncapi") && head.has_any(&["channels", "operations", "info", "components"])
}

pub fn read(source: SourceText) -> FileFacts {
    let tree = yaml::read(source.text);
    let mut facts = FileFacts {
        front: FRONT.id.into(),
        faults: tree.faults,
        ..FileFacts::default()
    };
    for document in &tree.documents {
        let Some((version, node)) = document.entry("asyncapi") else {
            continue;
        };
        let operations = match node.text().and_then(|text| text.split('.').next()) {
            Some("3") => of_three(document, &mut facts.faults),
            _ => of_two(document),
        };
        let contract = Contract {
            kind: "asyncapi".into(),
            title: document
                .at_path("info.title")
                .text()
                .unwrap_or(source.name())
                .to_string(),
            base: base(document),
            operations,
            types: types(document),
        };
        facts.seen.push(Observed {
            line: version.line,
            certainty: Certainty::Resolved,
            within: String::new(),
            what: Observation::Contract(contract),
        });
    }
    facts
}

fn of_two(document: &Node) -> Vec<ContractOperation> {
    let mut found = Vec::new();
    for (channel, item) in document.at_path("channels").entries() {
        for (key, operation) in item.entries() {
            let method = match key.text.as_str() {
                "publish" => "receive",
                "subscribe" => "send",
                _ => continue,
            };
            found.push(ContractOperation {
                method: method.into(),
                path: channel.text.clone(),
                id: operation.text_of("operationId").map(str::to_string),
                line: key.line,
            });
        }
    }
    found
}

fn of_three(document: &Node, faults: &mut Vec<(u32, String)>) -> Vec<ContractOperation> {
    let mut found = Vec::new();
    for (id, operation) in document.at_path("operations").entries() {
        // An operation kept among the components has no action here.
        let Some(action @ ("send" | "receive")) = operation.text_of("action") else {
            if operation.get("$ref").is_none() {
                faults.push((
                    id.line,
                    format!("operation `{}` neither sends nor receives", id.text),
                ));
            }
            continue;
        };
        let channel = operation.at_path("channel");
        let name = channel
            .text_of("$ref")
            .or(channel.text())
            .unwrap_or_default();
        let name = name
            .rsplit('/')
            .next()
            .unwrap_or(name)
            .replace("~1", "/")
            .replace("~0", "~");
        let known = ["channels", "components.channels"]
            .iter()
            .find_map(|place| document.at_path(place).get(&name));
        if known.is_none() {
            faults.push((
                id.line,
                format!("operation `{}` is on no channel of this file", id.text),
            ));
        }
        let address = known.and_then(|channel| channel.text_of("address"));
        found.push(ContractOperation {
            method: action.into(),
            path: address.unwrap_or(&name).to_string(),
            id: Some(id.text.clone()),
            line: id.line,
        });
    }
    found
}

/// The first server: `kafka://broker:9092`.
fn base(document: &Node) -> Option<String> {
    let (_, server) = document.at_path("servers").entries().first()?;
    let address = server.text_of("url").or_else(|| server.text_of("host"))?;
    let path = server.text_of("pathname").unwrap_or_default();
    match server.text_of("protocol") {
        Some(protocol) if !address.contains("://") => Some(format!("{protocol}://{address}{path}")),
        _ => Some(format!("{address}{path}")),
    }
}

/// Schemas, and messages that hold their payload.
fn types(document: &Node) -> Vec<ContractType> {
    let schemas = document.at_path("components.schemas").entries().iter();
    let schemas = schemas.map(|(name, schema)| ContractType {
        name: name.text.clone(),
        fields: fields(schema),
        line: name.line,
    });
    let messages = document.at_path("components.messages").entries().iter();
    let messages = messages.filter_map(|(name, message)| {
        let payload = message.get("payload")?;
        let mut inner = fields(payload);
        if inner.is_empty() {
            inner.push(("payload".into(), type_text(payload, 0)));
        }
        Some(ContractType {
            name: name.text.clone(),
            fields: inner,
            line: name.line,
        })
    });
    schemas.chain(messages).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fronts::contract_tests::{contracts, operations, read_with, types};

    #[test]
    fn two_is_turned_round() {
        let facts = read_with(
            read,
            "a.yml",
            "asyncapi: 2.6.0\ninfo: {title: Shop}\nservers:\n  production:\n    url: broker:9092\n    protocol: kafka\nchannels:\n  orders.placed:\n    publish:\n      operationId: onPlaced\n  orders.paid:\n    subscribe: {}\n    parameters: {}\ncomponents:\n  messages:\n    Placed:\n      payload:\n        properties:\n          id: {type: string}\n    Paid: {payload: {$ref: '#/components/schemas/P'}}\n",
        );
        assert_eq!(
            operations(&facts),
            ["9 receive orders.placed = onPlaced", "12 send orders.paid"]
        );
        assert_eq!(
            types(&facts),
            ["16 Placed(id: string)", "20 Paid(payload: P)"]
        );
        assert_eq!(
            contracts(&facts)[0].base.as_deref(),
            Some("kafka://broker:9092")
        );
    }

    #[test]
    fn three_names_operations_and_channels() {
        let facts = read_with(
            read,
            "a.json",
            "{\"asyncapi\": \"3.0.0\",\n\"channels\": {\"placed\": {\"address\": \"orders.placed\"}, \"a/b\": {}},\n\"operations\": {\n\"onPlaced\": {\"action\": \"receive\", \"channel\": {\"$ref\": \"#/channels/placed\"}},\n\"go\": {\"action\": \"send\", \"channel\": {\"$ref\": \"#/channels/a~1b\"}},\n\"odd\": {\"action\": \"send\", \"channel\": {\"$ref\": \"#/channels/none\"}},\n\"worse\": {}}}",
        );
        assert_eq!(
            operations(&facts),
            [
                "4 receive orders.placed = onPlaced",
                "5 send a/b = go",
                "6 send none = odd"
            ]
        );
        let lines: Vec<u32> = facts.faults.iter().map(|fault| fault.0).collect();
        assert_eq!(lines, [6, 7]);
    }
}
