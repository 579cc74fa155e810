//! Types as Java writes them.

use crate::fronts::syntax_tree::Node;
use crate::outline::TypeRef;

/// A name with dots, whatever stands between its parts (`a . b`, `List<X>.Entry`, annotations).
pub fn dotted(node: Node) -> String {
    match node.kind() {
        "scoped_identifier" | "scoped_type_identifier" | "generic_type" => {
            let mut name = String::new();
            for part in node.children() {
                if matches!(
                    part.kind(),
                    "type_arguments" | "marker_annotation" | "annotation"
                ) {
                    continue;
                }
                if !name.is_empty() {
                    name.push('.');
                }
                name.push_str(&dotted(part));
            }
            name
        }
        "annotated_type" => node.last().map(dotted).unwrap_or_default(),
        _ => node.text().to_owned(),
    }
}

/// `Order[]` is an `Array` of `Order`; `? extends Order` is `Order`.
pub fn type_ref(node: Node) -> TypeRef {
    match node.kind() {
        "generic_type" => TypeRef {
            name: dotted(node),
            arguments: node.child("type_arguments").map_or(Vec::new(), arguments),
        },
        "array_type" => TypeRef {
            name: "Array".into(),
            arguments: node.field("element").map(type_ref).into_iter().collect(),
        },
        "annotated_type" | "wildcard" => {
            let inner = node
                .children()
                .filter(|part| !matches!(part.kind(), "marker_annotation" | "annotation" | "super"))
                .last();
            inner.map_or_else(|| TypeRef::named("?"), type_ref)
        }
        _ => TypeRef::named(dotted(node)),
    }
}

/// The types between `<` and `>`.
pub fn arguments(node: Node) -> Vec<TypeRef> {
    node.children().map(type_ref).collect()
}

/// A declared type; nothing for `var`, which leaves it to the value.
pub fn declared(node: Node) -> Option<TypeRef> {
    if node.text() == "var" {
        None
    } else {
        Some(type_ref(node))
    }
}

/// The types of `extends`, `implements` and `permits` clauses.
pub fn listed(clause: Node) -> Vec<TypeRef> {
    match clause.child("type_list") {
        Some(list) => list.children().map(type_ref).collect(),
        None => clause.children().map(type_ref).collect(),
    }
}
