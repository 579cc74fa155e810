//! Every place where an id is declared or referred to, in the order of the file.

use crate::ids::Ids;
use crate::path::{index, join};
use crate::schema::{Schema, Shape};
use crate::tree::{Kind, Node};
use model::Span;
use serde_json::Value;

/// An id where it stands in a text.
#[derive(Debug, Clone, PartialEq)]
pub struct Reference {
    /// The collection in which the id is declared.
    pub collection: String,
    /// The full dotted id (`order.number`).
    pub id: String,
    /// As it was written.
    pub text: String,
    /// Dotted path of the key or value in the model.
    pub path: String,
    pub file: usize,
    pub span: Span,
    /// It is the key that declares the id.
    pub declares: bool,
}

/// The declarations and references under `root`. `ids` also holds those of files loaded before.
pub fn references(schema: &Schema, ids: &Ids, root: &Node) -> Vec<Reference> {
    let mut walk = Walk {
        schema,
        ids,
        found: Vec::new(),
        scope: Vec::new(),
    };
    walk.value(schema.root(), root, "");
    walk.found
}

struct Walk<'a> {
    schema: &'a Schema,
    ids: &'a Ids,
    found: Vec<Reference>,
    scope: Vec<String>,
}

impl Walk<'_> {
    fn value(&mut self, of: &Value, node: &Node, path: &str) {
        let schema = self.schema;
        let Ok(shape) = schema.expand(of, node) else {
            return;
        };
        match &node.kind {
            Kind::Map(map) => {
                for (key, child) in &map.entries {
                    let below = join(path, &key.text);
                    if let Some(of) = shape.property(&key.text) {
                        self.value(of, child, &below);
                        continue;
                    }
                    let Some(of) = shape.additional() else {
                        continue;
                    };
                    let at = (key.file, key.span);
                    let collection = shape.text("x-ids");
                    if let Some(collection) = collection {
                        self.scope.push(key.text.clone());
                        let id = self.scope.join(".");
                        self.push(collection, id, &key.text, &below, at, true);
                    }
                    let names = shape.keyword("propertyNames");
                    if let Some(refers) = names.and_then(|n| n.get("x-ref")).and_then(Value::as_str)
                    {
                        self.refer(refers, &key.text, &below, at);
                    }
                    self.value(of, child, &below);
                    if collection.is_some() {
                        self.scope.pop();
                    }
                }
            }
            Kind::Seq(seq) => {
                if let Some(items) = shape.keyword("items") {
                    for (at, item) in seq.items.iter().enumerate() {
                        self.value(items, item, &index(path, at));
                    }
                }
            }
            Kind::Scalar(scalar) => self.scalar(&shape, &scalar.text, node, path),
            Kind::Broken => {}
        }
    }

    fn scalar(&mut self, shape: &Shape<'_>, text: &str, node: &Node, path: &str) {
        if let Some(refers) = shape.text("x-ref") {
            self.refer(refers, text, path, node.at());
        }
    }

    fn refer(&mut self, refers: &str, text: &str, path: &str, at: (usize, Span)) {
        if let Some((collection, id)) = self.ids.resolve_in(refers, text, &self.scope) {
            let (collection, id) = (collection.to_string(), id.to_string());
            self.push(&collection, id, text, path, at, false);
        }
    }

    fn push(
        &mut self,
        collection: &str,
        id: String,
        text: &str,
        path: &str,
        at: (usize, Span),
        declares: bool,
    ) {
        self.found.push(Reference {
            collection: collection.to_string(),
            id,
            text: text.to_string(),
            path: path.to_string(),
            file: at.0,
            span: at.1,
            declares,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::parse;
    use serde_json::json;

    #[test]
    fn declarations_and_references_with_their_scope() {
        let schema = Schema::new(json!({
            "type": "object",
            "properties": {
                "things": {"type": "object", "x-ids": "things", "additionalProperties": {
                    "type": "object",
                    "properties": {
                        "fields": {"type": "object", "x-ids": "fields",
                            "additionalProperties": {"type": "string"}},
                        "key": {"type": "string", "x-ref": "fields"},
                        "in": {"type": "string", "x-ref": "things"},
                    },
                }},
            },
        }));
        let text = "things:\n  a:\n    fields: {id: uuid}\n    key: id\n  b: {in: a, key: a.id}\n";
        let root = parse(0, text).root.unwrap();
        let ids = Ids::collect(&schema, &root);
        let found: Vec<String> = references(&schema, &ids, &root)
            .iter()
            .map(|r| {
                format!(
                    "{}{}:{}",
                    if r.declares { "+" } else { "" },
                    r.collection,
                    r.id
                )
            })
            .collect();
        let wanted = [
            "+things:a",
            "+fields:a.id",
            "fields:a.id",
            "+things:b",
            "things:a",
            "fields:a.id",
        ];
        assert_eq!(found, wanted);
    }
}
