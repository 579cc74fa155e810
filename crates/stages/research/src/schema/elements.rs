//! Change logs in XML, YAML and JSON as one small tree of elements.

use crate::outline;
use crate::yaml::{self, Kind, Node};

/// Elements deeper than this are not looked at.
const DEEPEST: usize = 60;

/// An element, its attributes and what it holds.
#[derive(Debug, Clone, Default)]
pub struct Element {
    pub name: String,
    pub attributes: Vec<(String, String)>,
    pub children: Vec<Element>,
    pub text: String,
    pub line: u32,
}

impl Element {
    pub fn get(&self, name: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|(key, _)| key == name);
        found
            .map(|(_, value)| value.as_str())
            .filter(|value| !value.is_empty())
    }
    pub fn is(&self, name: &str) -> bool {
        self.get(name)
            .is_some_and(|value| value.eq_ignore_ascii_case("true"))
    }
    pub fn all<'e>(&'e self, name: &'e str) -> impl Iterator<Item = &'e Element> {
        self.children.iter().filter(move |child| child.name == name)
    }
}

pub fn xml(text: &str) -> Result<Option<Element>, (u32, String)> {
    if !text.contains("databaseChangeLog") {
        return Ok(None);
    }
    let options = roxmltree::ParsingOptions {
        allow_dtd: true,
        ..Default::default()
    };
    let document = roxmltree::Document::parse_with_options(text, options)
        .map_err(|error| (error.pos().row, error.to_string()))?;
    let root = document.root_element();
    if root.tag_name().name() != "databaseChangeLog" {
        return Ok(None);
    }
    let lines = outline::line_starts(text);
    Ok(Some(from_xml(root, &lines, 0)))
}

fn from_xml(node: roxmltree::Node, lines: &[u32], depth: usize) -> Element {
    let at = node.range().start as u32;
    let children = if depth > DEEPEST {
        Vec::new()
    } else {
        let elements = node.children().filter(roxmltree::Node::is_element);
        elements
            .map(|child| from_xml(child, lines, depth + 1))
            .collect()
    };
    let texts = node.children().filter(roxmltree::Node::is_text);
    Element {
        name: node.tag_name().name().to_string(),
        attributes: node
            .attributes()
            .map(|attribute| (attribute.name().to_string(), attribute.value().to_string()))
            .collect(),
        children,
        text: texts.filter_map(|text| text.text()).collect(),
        line: lines.partition_point(|start| *start <= at).max(1) as u32,
    }
}

/// A change log in YAML or JSON. One that breaks off keeps what came before.
pub fn yaml(text: &str) -> Result<Option<Element>, (u32, String)> {
    if !text.contains("databaseChangeLog") {
        return Ok(None);
    }
    let tree = yaml::read(text);
    let root = tree
        .documents
        .iter()
        .find_map(|document| document.get("databaseChangeLog"));
    match (root, tree.faults.into_iter().next()) {
        (Some(root), fault) => {
            let mut element = of_node("databaseChangeLog", root, 0);
            // Said where reading broke off.
            if let Some((line, reason)) = fault {
                element.children.push(Element {
                    name: FAULT.to_string(),
                    text: reason,
                    line,
                    ..Element::default()
                });
            }
            Ok(Some(element))
        }
        (None, Some(fault)) => Err(fault),
        (None, None) => Ok(None),
    }
}

/// The name of the element that says where a change log could not be read.
pub const FAULT: &str = "fault";

fn of_node(name: &str, node: &Node, depth: usize) -> Element {
    let mut element = Element {
        name: name.to_string(),
        line: node.line,
        ..Element::default()
    };
    if depth > DEEPEST {
        return element;
    }
    for (key, value) in node.entries() {
        match &value.kind {
            Kind::Map(_) => element.children.push(of_node(&key.text, value, depth + 1)),
            // `columns: [{column: ..}]` holds the columns themselves, preconditions stay apart.
            Kind::List(items) if key.text == "preConditions" => {
                element.children.push(Element {
                    name: key.text.clone(),
                    children: of_items(&key.text, items, depth + 1),
                    line: key.line,
                    ..Element::default()
                });
            }
            Kind::List(items) => {
                let one = key.text.strip_suffix('s').unwrap_or(&key.text);
                element.children.extend(of_items(one, items, depth + 1));
            }
            Kind::Scalar { text, .. } => {
                if TEXTS.contains(&key.text.as_str()) {
                    element.text.clone_from(text);
                }
                element.attributes.push((key.text.clone(), text.clone()));
            }
            Kind::Null => {}
        }
    }
    match &node.kind {
        Kind::List(items) => element.children = of_items(name, items, depth + 1),
        Kind::Scalar { text, .. } => element.text.clone_from(text),
        _ => {}
    }
    element
}

/// Keys whose value is what XML holds as text.
const TEXTS: &[&str] = &["sql", "selectQuery", "procedureText"];

fn of_items(name: &str, items: &[Node], depth: usize) -> Vec<Element> {
    let elements = items.iter().map(|item| match item.entries() {
        // `- createTable: {..}`, `- sql: ..`: the key is the element.
        [(key, value)] if key.text != "name" => {
            let mut element = of_node(&key.text, value, depth);
            element.line = key.line;
            element
        }
        _ => of_node(name, item, depth),
    });
    elements.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(element: &Element, found: &mut Vec<String>) {
        let attributes: Vec<String> = element
            .attributes
            .iter()
            .map(|(key, value)| format!("{key}={value}"))
            .collect();
        found.push(format!(
            "{}:{} {}{}",
            element.line,
            element.name,
            attributes.join(" "),
            element.text
        ));
        for child in &element.children {
            shown(child, found);
        }
    }

    #[test]
    fn yaml_and_json_say_the_same() {
        let yaml_text = "databaseChangeLog:\n- changeSet:\n    id: 1\n    changes:\n    - createTable:\n        tableName: a\n        columns:\n        - column: {name: b, type: int}\n    - sql: drop table c\n";
        let json_text = r#"{"databaseChangeLog": [
{"changeSet": {"id": 1, "changes": [
{"createTable": {"tableName": "a",
"columns": [
{"column": {"name": "b", "type": "int"}}]}},
{"sql": "drop table c"}]}}]}"#;
        let mut of_yaml = Vec::new();
        shown(&yaml(yaml_text).unwrap().unwrap(), &mut of_yaml);
        assert_eq!(
            of_yaml,
            [
                "2:databaseChangeLog ",
                "2:changeSet id=1",
                "5:createTable tableName=a",
                "8:column name=b type=int",
                "9:sql drop table c",
            ]
        );
        let mut of_json = Vec::new();
        shown(&yaml(json_text).unwrap().unwrap(), &mut of_json);
        let without_line = |lines: Vec<String>| -> Vec<String> {
            let rest = lines.iter().filter_map(|line| line.split_once(':'));
            rest.map(|(_, rest)| rest.to_string()).collect()
        };
        assert_eq!(without_line(of_json), without_line(of_yaml));
    }

    #[test]
    fn what_broke_off_is_said() {
        let text = "databaseChangeLog:\n- changeSet:\n    id: 1\n    author: [\n";
        let found = yaml(text);
        let said = match &found {
            Ok(Some(root)) => root.all(FAULT).count() == 1,
            Err((line, reason)) => *line > 0 && !reason.is_empty(),
            Ok(None) => false,
        };
        assert!(said, "{found:?}");
        assert!(yaml("a: 1").unwrap().is_none());
    }
}
