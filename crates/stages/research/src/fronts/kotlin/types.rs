//! Types as Kotlin writes them.

use crate::fronts::syntax_tree::Node;
use crate::outline::TypeRef;

/// Kinds of nodes that are types.
pub fn is_type(node: Node) -> bool {
    matches!(
        node.kind(),
        "user_type"
            | "nullable_type"
            | "function_type"
            | "non_nullable_type"
            | "parenthesized_type"
    )
}

/// The first child that is a type.
pub fn inside(node: Node) -> Option<Node> {
    node.children().find(|child| is_type(*child))
}

/// A name with dots; backticks are no part of a name.
pub fn dotted(node: Node) -> String {
    if !matches!(node.kind(), "user_type" | "qualified_identifier") {
        return name(node);
    }
    let mut out = String::new();
    for part in node.children().filter(|part| part.is("identifier")) {
        if !out.is_empty() {
            out.push('.');
        }
        out.push_str(&name(part));
    }
    out
}

pub fn name(node: Node) -> String {
    node.text().trim_matches('`').to_owned()
}

/// `Order?` is `Order`; `in T` and `out T` are `T`; a function's type is `Function`.
pub fn type_ref(node: Node) -> TypeRef {
    match node.kind() {
        "user_type" => TypeRef {
            name: dotted(node),
            arguments: node
                .children()
                .filter(|part| part.is("type_arguments"))
                .last()
                .map_or(Vec::new(), arguments),
        },
        "function_type" => TypeRef::named("Function"),
        _ => inside(node).map_or_else(|| TypeRef::named(node.text()), type_ref),
    }
}

/// The types between `<` and `>`.
pub fn arguments(node: Node) -> Vec<TypeRef> {
    node.children()
        .map(|projection| inside(projection).map_or_else(|| TypeRef::named("?"), type_ref))
        .collect()
}
