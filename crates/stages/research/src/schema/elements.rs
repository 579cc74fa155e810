//! Change logs in XML, YAML and JSON as one small tree of elements.

use crate::outline;

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

pub fn from_json(value: &serde_json::Value) -> Option<Element> {
    let root = value.get("databaseChangeLog")?;
    Some(json_element("databaseChangeLog", root, 0))
}

fn json_element(name: &str, value: &serde_json::Value, depth: usize) -> Element {
    use serde_json::Value as Json;
    let mut element = Element {
        name: name.to_string(),
        ..Element::default()
    };
    if depth > DEEPEST {
        return element;
    }
    match value {
        Json::Object(map) => {
            for (key, value) in map {
                match value {
                    Json::Object(_) => element.children.push(json_element(key, value, depth + 1)),
                    Json::Array(items) => {
                        // `columns: [{column: ..}]` holds the columns themselves.
                        let inner = json_items(key, items, depth + 1);
                        if key == "preConditions" {
                            element.children.push(Element {
                                name: key.clone(),
                                children: inner,
                                ..Element::default()
                            });
                        } else {
                            element.children.extend(inner);
                        }
                    }
                    Json::String(text) => element.attributes.push((key.clone(), text.clone())),
                    Json::Null => {}
                    other => element.attributes.push((key.clone(), other.to_string())),
                }
            }
        }
        Json::Array(items) => element.children = json_items(name, items, depth + 1),
        Json::String(text) => element.text.clone_from(text),
        other => element.text = other.to_string(),
    }
    element
}

fn json_items(name: &str, items: &[serde_json::Value], depth: usize) -> Vec<Element> {
    let mut found = Vec::new();
    for item in items {
        match item.as_object() {
            Some(map)
                if map
                    .values()
                    .any(|value| value.is_object() || value.is_array())
                    && map.len() == 1 =>
            {
                found.extend(
                    map.iter()
                        .map(|(key, value)| json_element(key, value, depth + 1)),
                );
            }
            Some(map) => {
                // Attributes of one map over several entries: `- onFail: MARK_RAN`, or a bare map.
                let nested = map.iter().filter(|(_, value)| value.is_object());
                found.extend(nested.map(|(key, value)| json_element(key, value, depth + 1)));
                if map.values().all(|value| !value.is_object()) {
                    found.push(json_element(name, item, depth + 1));
                }
            }
            None => {}
        }
    }
    found
}

pub fn yaml(_text: &str) -> Option<Element> {
    None
}
