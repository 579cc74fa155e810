//! OpenAPI 2.0 (Swagger), 3.0 and 3.1, in YAML or JSON, by content and not by name.
//!
//! Operations with their paths as written (the base apart), references to path items inside the file
//! followed, schemas as types. A reference to another file is a fault: what it holds is not in view.

use super::{Front, Head, Reads, SourceText, ends_in};
use crate::observation::{
    Contract, ContractOperation, ContractType, FileFacts, Observation, Observed,
};
use crate::yaml::{self, Node};
use model::finding::Certainty;

pub const FRONT: Front = Front {
    id: "openapi",
    takes: |path| ends_in(path, &[".yaml", ".yml", ".json"]),
    reads: Reads::Content { is, read },
};

const METHODS: [&str; 8] = [
    "get", "put", "post", "delete", "options", "head", "patch", "trace",
];

fn is(head: &Head) -> bool {
    head.has_any(&["openapi", "swagger"])
        && head.has_any(&["paths", "info", "webhooks", "components", "definitions"])
}

pub fn read(source: SourceText) -> FileFacts {
    let tree = yaml::read(source.text);
    let mut facts = FileFacts {
        front: FRONT.id.into(),
        faults: tree.faults,
        ..FileFacts::default()
    };
    for document in &tree.documents {
        let Some((version, node)) = document
            .entry("openapi")
            .or_else(|| document.entry("swagger"))
        else {
            continue;
        };
        if node.text().is_none() {
            let reason = "the version of OpenAPI is not a text".to_string();
            facts.faults.push((version.line, reason));
        }
        let contract = Contract {
            kind: "openapi".into(),
            title: document
                .at_path("info.title")
                .text()
                .unwrap_or(source.name())
                .to_string(),
            base: base(document),
            operations: operations(document, &mut facts.faults),
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

fn operations(document: &Node, faults: &mut Vec<(u32, String)>) -> Vec<ContractOperation> {
    let mut found = Vec::new();
    for (path, item) in document.at_path("paths").entries() {
        if !path.text.starts_with('/') {
            if !path.text.starts_with("x-") {
                let reason = format!("path `{}` does not start with a slash", path.text);
                faults.push((path.line, reason));
            }
            continue;
        }
        let Some(item) = followed(document, item, faults) else {
            continue;
        };
        for (key, operation) in item.entries() {
            if METHODS.contains(&key.text.as_str()) {
                found.push(ContractOperation {
                    method: key.text.to_uppercase(),
                    path: path.text.clone(),
                    id: operation.text_of("operationId").map(str::to_string),
                    line: key.line,
                });
            }
        }
    }
    found
}

/// The node itself, or what its `$ref` inside the file means.
fn followed<'n>(
    document: &'n Node,
    node: &'n Node,
    faults: &mut Vec<(u32, String)>,
) -> Option<&'n Node> {
    let mut node = node;
    // A circle of references ends.
    for _ in 0..10 {
        let Some(reference) = node.get("$ref") else {
            return Some(node);
        };
        let target = reference.text()?;
        let Some(inside) = target.strip_prefix("#/") else {
            faults.push((reference.line(), format!("`{target}` is in another file")));
            return None;
        };
        let found = inside.split('/').try_fold(document, |node, part| {
            let part = part
                .replace("~1", "/")
                .replace("~0", "~")
                .replace("%7B", "{")
                .replace("%7D", "}");
            node.get(&part)
        });
        let Some(found) = found else {
            faults.push((reference.line(), format!("nothing is at `{target}`")));
            return None;
        };
        node = found;
    }
    None
}

/// The first server with the defaults of its variables, or scheme, host and base path of 2.0.
fn base(document: &Node) -> Option<String> {
    if let Some(server) = document.at_path("servers").items().first() {
        let mut url = server.text_of("url")?.to_string();
        for (name, variable) in server.at_path("variables").entries() {
            if let Some(default) = variable.text_of("default") {
                url = url.replace(&format!("{{{}}}", name.text), default);
            }
        }
        return Some(url);
    }
    let path = document.text_of("basePath");
    match document.text_of("host") {
        Some(host) => {
            let scheme = document.at_path("schemes").items().first();
            let scheme = scheme.and_then(Node::text).unwrap_or("https");
            Some(format!("{scheme}://{host}{}", path.unwrap_or_default()))
        }
        None => path.map(str::to_string),
    }
}

fn types(document: &Node) -> Vec<ContractType> {
    let schemas = document.at_path("components.schemas").entries().iter();
    let definitions = document.at_path("definitions").entries().iter();
    schemas
        .chain(definitions)
        .map(|(name, schema)| ContractType {
            name: name.text.clone(),
            fields: fields(schema),
            line: name.line,
        })
        .collect()
}

/// Properties of a schema, with those of its `allOf` parts that stand in place.
pub(super) fn fields(schema: &Node) -> Vec<(String, String)> {
    let parts = schema.at_path("allOf").items().iter();
    std::iter::once(schema)
        .chain(parts)
        .flat_map(|part| part.at_path("properties").entries())
        .map(|(name, schema)| (name.text.clone(), type_text(schema, 0)))
        .collect()
}

/// A schema in a few words: `Order`, `string date-time`, `[Order]`, `A | B`.
pub(super) fn type_text(schema: &Node, depth: u8) -> String {
    if depth > 6 {
        return "object".into();
    }
    if let Some(reference) = schema.text_of("$ref") {
        return reference
            .rsplit(['/', '#'])
            .next()
            .unwrap_or(reference)
            .to_string();
    }
    for (key, between) in [("oneOf", " | "), ("anyOf", " | "), ("allOf", " & ")] {
        let parts = schema.at_path(key).items();
        if !parts.is_empty() {
            let parts = parts.iter().map(|part| type_text(part, depth + 1));
            return parts.collect::<Vec<_>>().join(between);
        }
    }
    let named = schema.at_path("type");
    let of = match named.text() {
        Some(of) => of.to_string(),
        // 3.1: `[string, "null"]`.
        None => {
            let of = named
                .items()
                .iter()
                .filter_map(Node::text)
                .filter(|of| *of != "null");
            of.collect::<Vec<_>>().join(" | ")
        }
    };
    match of.as_str() {
        "array" => format!("[{}]", type_text(schema.at_path("items"), depth + 1)),
        "object" | "" if schema.get("additionalProperties").is_some_and(Node::is_map) => {
            let of = type_text(schema.at_path("additionalProperties"), depth + 1);
            format!("map<{of}>")
        }
        "" if schema.get("properties").is_some() => "object".into(),
        "" if schema.get("enum").is_some() => "enum".into(),
        "" => "any".into(),
        of => match schema.text_of("format") {
            Some(format) => format!("{of} {format}"),
            None => of.to_string(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fronts::contract_tests::{contracts, operations, read_with, types};

    fn contract(text: &str) -> FileFacts {
        read_with(read, "api.yaml", text)
    }

    #[test]
    fn operations_of_three_with_references_to_path_items() {
        let facts = contract(
            "openapi: 3.1.0\ninfo: {title: Shop, version: '1'}\nservers:\n- url: https://{region}.example.com/v1\n  variables:\n    region: {default: eu}\n\
             paths:\n  /orders/{id}:\n    parameters: []\n    get:\n      operationId: getOrder\n    delete: {}\n  /lines:\n    $ref: '#/components/pathItems/lines'\n  /far:\n    $ref: far.yaml\n  x-note: 1\n  wrong: {get: {}}\n\
             components:\n  pathItems:\n    lines:\n      post: {operationId: addLine}\n  schemas:\n    Order:\n      type: object\n      properties:\n        id: {type: string, format: uuid}\n        lines: {type: array, items: {$ref: '#/components/schemas/Line'}}\n        note: {type: [string, 'null']}\n        by: {additionalProperties: {type: integer}}\n        pay: {oneOf: [{$ref: '#/x/Card'}, {type: string}]}\n    Big:\n      allOf: [{$ref: '#/components/schemas/Order'}, {properties: {x: {enum: [a]}}}]\n",
        );
        assert_eq!(
            operations(&facts),
            [
                "10 GET /orders/{id} = getOrder",
                "12 DELETE /orders/{id}",
                "22 POST /lines = addLine",
            ]
        );
        assert_eq!(
            types(&facts),
            [
                "24 Order(id: string uuid, lines: [Line], note: string, by: map<integer>, pay: Card | string)",
                "32 Big(x: enum)",
            ]
        );
        let contract = contracts(&facts)[0];
        assert_eq!(contract.base.as_deref(), Some("https://eu.example.com/v1"));
        assert_eq!(contract.title, "Shop");
        let lines: Vec<u32> = facts.faults.iter().map(|fault| fault.0).collect();
        assert_eq!(lines, [16, 18]);
    }

    #[test]
    fn two_in_json() {
        let facts = contract(
            "{\n \"swagger\": \"2.0\", \"info\": {\"title\": \"Old\"}, \"host\": \"h.example\", \"basePath\": \"/api\", \"schemes\": [\"http\"],\n \"paths\": {\n  \"/a\": {\n   \"get\": {\"operationId\": \"a\"}}},\n \"definitions\": {\n  \"A\": {\"properties\": {\"n\": {\"type\": \"integer\", \"format\": \"int64\"}}}}}\n",
        );
        assert_eq!(operations(&facts), ["5 GET /a = a"]);
        assert_eq!(types(&facts), ["7 A(n: integer int64)"]);
        assert_eq!(
            contracts(&facts)[0].base.as_deref(),
            Some("http://h.example/api")
        );
    }

    #[test]
    fn references_in_a_circle_end() {
        let facts = contract(
            "openapi: 3.0.0\npaths:\n  /a: {$ref: '#/paths/~1b'}\n  /b: {$ref: '#/paths/~1a'}\n",
        );
        assert_eq!(operations(&facts).len(), 0);
    }

    #[test]
    fn content_tells_and_not_the_name() {
        let is_one = |text| {
            is(&Head::of(SourceText {
                path: "x.json",
                text,
            }))
        };
        assert!(is_one("openapi: 3.0.0\ninfo: {}\n"));
        assert!(is_one("{\"swagger\": \"2.0\", \"paths\": {}}"));
        assert!(!is_one(
            "{\"name\": \"openapi\", \"x\": {\"openapi\": 1, \"paths\": 1}}"
        ));
        assert!(!is_one("openapi: true\n"));
    }

    #[test]
    fn a_broken_file_keeps_what_came_before() {
        let facts = contract(
            "openapi: 3.0.0\npaths:\n  /a:\n    get: {}\n  /b:\n    get: [\ninfo:\n  title: x\n",
        );
        assert!(
            operations(&facts).contains(&"4 GET /a".to_string()),
            "{facts:?}"
        );
        assert!(!facts.faults.is_empty());
    }
}
