//! Types of C# as they are referred to.

use super::super::syntax_tree::Node;
use crate::outline::{Expr, TypeRef};

/// A type as written. `T?` is `T`; `Task<T>` and `ValueTask<T>` are what is waited for.
pub fn type_ref(node: Node) -> TypeRef {
    let inside = |name: &str| {
        node.field(name)
            .or(node.first())
            .map(type_ref)
            .unwrap_or_default()
    };
    match node.kind() {
        "nullable_type" | "pointer_type" | "ref_type" | "scoped_type" => inside("type"),
        "array_type" => TypeRef {
            name: "[]".to_owned(),
            arguments: vec![inside("type")],
        },
        "tuple_type" => TypeRef {
            name: "()".to_owned(),
            arguments: node
                .children()
                .filter_map(|part| part.field("type"))
                .map(type_ref)
                .collect(),
        },
        "generic_name" => {
            let name = node.child("identifier").map_or("", Node::text);
            let mut arguments = node
                .child("type_argument_list")
                .map(arguments)
                .unwrap_or_default();
            if matches!(name, "Task" | "ValueTask") && arguments.len() == 1 {
                return arguments.swap_remove(0);
            }
            TypeRef {
                name: name.to_owned(),
                arguments,
            }
        }
        "qualified_name" => {
            let qualifier = node.field("qualifier").map(type_ref).unwrap_or_default();
            let mut last = node.field("name").map(type_ref).unwrap_or_default();
            last.name = format!("{}.{}", qualifier.name, last.name);
            last
        }
        // `global::X`.
        "alias_qualified_name" => node.field("name").map(type_ref).unwrap_or_default(),
        _ => TypeRef::named(node.text().trim()),
    }
}

pub fn arguments(list: Node) -> Vec<TypeRef> {
    list.children().map(type_ref).collect()
}

/// `A.B` as an expression.
pub fn path(dotted: &str, at: u32) -> Expr {
    let mut segments = dotted.split('.');
    let first = Expr::Name(segments.next().unwrap_or("").to_owned(), at);
    segments.fold(first, |of, name| {
        Expr::Member(Box::new(of), name.to_owned(), at)
    })
}
