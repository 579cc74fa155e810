//! Types of Go: declarations, and types as they are referred to.

use super::super::syntax_tree::Node;
use super::{Lowering, parameters, tags};
use crate::outline::{Field, Function, Type, TypeKind, TypeRef};

/// A type as written. A slice is `[]` of its element, a map `map` of key and value.
pub fn type_ref(node: Node) -> TypeRef {
    let inside = |node: Node| node.first().map(type_ref).unwrap_or_default();
    let of = |name: &str, arguments: Vec<TypeRef>| TypeRef {
        name: name.to_owned(),
        arguments,
    };
    let field = |name: &str| node.field(name).map(type_ref).unwrap_or_default();
    match node.kind() {
        "pointer_type" | "parenthesized_type" | "negated_type" | "type_elem"
        | "type_constraint" => inside(node),
        "slice_type" | "array_type" | "implicit_length_array_type" => {
            of("[]", vec![field("element")])
        }
        "map_type" => of("map", vec![field("key"), field("value")]),
        "channel_type" => of("chan", vec![field("value")]),
        "function_type" => of(
            "func",
            node.field("result").and_then(result).into_iter().collect(),
        ),
        "struct_type" => of("struct", Vec::new()),
        "interface_type" => of("interface", Vec::new()),
        "generic_type" => of(
            node.field("type").map_or("", Node::text),
            node.field("type_arguments")
                .map(arguments)
                .unwrap_or_default(),
        ),
        _ => of(node.text(), Vec::new()),
    }
}

pub fn arguments(list: Node) -> Vec<TypeRef> {
    list.children().map(type_ref).collect()
}

/// What a function gives back: of several results the first, for the others are errors and flags.
pub fn result(node: Node) -> Option<TypeRef> {
    if node.is("parameter_list") {
        node.first()?.field("type").map(type_ref)
    } else {
        Some(type_ref(node))
    }
}

impl Lowering {
    pub fn type_declaration(&mut self, node: Node, into: &mut Vec<Type>) {
        for spec in node.children() {
            let (Some(name), Some(of)) = (spec.field("name"), spec.field("type")) else {
                continue;
            };
            let mut made = Type {
                name: name.text().to_owned(),
                at: spec.at(),
                ..Type::default()
            };
            match of.kind() {
                "struct_type" => {
                    made.kind = TypeKind::Class;
                    members(of, &mut made);
                }
                "interface_type" => {
                    made.kind = TypeKind::Interface;
                    for element in of.children() {
                        if element.is("method_elem") {
                            made.functions.push(signature(element));
                        } else {
                            made.supers.push(type_ref(element));
                        }
                    }
                }
                _ => {
                    made.kind = TypeKind::Other;
                    made.supers.push(type_ref(of));
                }
            }
            into.push(made);
        }
    }
}

fn signature(node: Node) -> Function {
    Function {
        name: node.field("name").map_or("", Node::text).to_owned(),
        parameters: node.field("parameters").map(parameters).unwrap_or_default(),
        returns: node.field("result").and_then(result),
        at: node.at(),
        end: node.end(),
        ..Function::default()
    }
}

fn members(of: Node, made: &mut Type) {
    let Some(list) = of.child("field_declaration_list") else {
        return;
    };
    for declaration in list.children() {
        let Some(written) = declaration.field("type") else {
            continue;
        };
        let of = type_ref(written);
        let field = |name: &str, at| Field {
            name: name.to_owned(),
            of: Some(of.clone()),
            annotations: declaration
                .field("tag")
                .map(tags::annotations)
                .unwrap_or_default(),
            optional: written.is("pointer_type") || declaration.parts().any(|part| part.is("*")),
            at,
            ..Field::default()
        };
        let before = made.fields.len();
        for name in declaration.fields("name") {
            made.fields.push(field(name.text(), name.at()));
        }
        if made.fields.len() == before {
            let name = of.name.rsplit('.').next().unwrap_or_default();
            made.fields.push(field(name, declaration.at()));
            made.supers.push(of);
        }
    }
}
