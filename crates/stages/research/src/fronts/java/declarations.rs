//! Types of Java and their members.

use super::annotations;
use super::broken;
use super::expressions::{arguments, expression};
use super::statements::statements;
use super::types::{dotted, listed, type_ref};
use crate::fronts::jvm_anonymous;
use crate::fronts::syntax_tree::Node;
use crate::outline::{
    Argument, Call, Expr, Field, Function, Parameter, Stmt, Type, TypeKind, TypeRef,
};

/// A class, interface, enum, record or annotation type; nothing where the node is none.
pub fn type_declaration(node: Node) -> Option<Type> {
    let kind = match node.kind() {
        "class_declaration" | "record_declaration" => TypeKind::Class,
        "interface_declaration" | "annotation_type_declaration" => TypeKind::Interface,
        "enum_declaration" => TypeKind::Enum,
        _ => return None,
    };
    let mut of = Type {
        name: node
            .field("name")
            .map(|name| name.text().to_owned())
            .unwrap_or_default(),
        kind,
        annotations: annotations::of(node),
        at: node.field("name").map_or(node.at(), Node::at),
        ..Type::default()
    };
    for child in node.children() {
        match child.kind() {
            "superclass" | "super_interfaces" | "extends_interfaces" => {
                of.supers.extend(listed(child));
            }
            "formal_parameters" => of.fields.extend(components(child)),
            "class_body" | "interface_body" | "enum_body" | "annotation_type_body" => {
                members(child, &mut of);
            }
            _ => {}
        }
    }
    Some(of)
}

/// What stands in a body. A broken part (`ERROR`) is looked into as well.
pub fn members(body: Node, of: &mut Type) {
    for child in body.children() {
        match child.kind() {
            "block" => statements(child, &mut of.body),
            "enum_body_declarations" => members(child, of),
            "ERROR" => broken::pieces(child, of),
            _ => {
                if !member(child, of) {
                    of.types.extend(type_declaration(child));
                }
            }
        }
    }
}

/// Adds a field, a method, an initialiser or a constant of an enum; `false` where the node is none.
pub fn member(node: Node, of: &mut Type) -> bool {
    match node.kind() {
        "field_declaration" | "constant_declaration" => fields(node, of),
        "method_declaration"
        | "constructor_declaration"
        | "compact_constructor_declaration"
        | "annotation_type_element_declaration" => of.functions.push(method(node)),
        "static_initializer" => {
            if let Some(block) = node.child("block") {
                statements(block, &mut of.body);
            }
        }
        "enum_constant" => {
            let constant = enum_constant(node, of);
            of.fields.push(constant);
        }
        _ => return false,
    }
    true
}

fn has_modifier(declaration: Node, name: &str) -> bool {
    declaration
        .child("modifiers")
        .is_some_and(|modifiers| modifiers.has(name))
}

fn fields(node: Node, of: &mut Type) {
    let constant = node.is("constant_declaration") || of.kind == TypeKind::Interface;
    let shared = constant || has_modifier(node, "static");
    let constant = constant || has_modifier(node, "final");
    let annotations = annotations::of(node);
    let declared = node.field("type").map(type_ref);
    for declarator in node.children().filter(|c| c.is("variable_declarator")) {
        let value = declarator.field("value");
        let value = value.map(|value| expression(value, &mut of.body));
        of.fields.push(field(
            declarator.field("name"),
            declared.clone(),
            annotations.clone(),
            Field {
                value,
                shared,
                constant,
                at: declarator.at(),
                ..Field::default()
            },
        ));
    }
}

/// Completes a field. `Optional<Order>` is an `Order` that may be missing.
fn field(
    name: Option<Node>,
    declared: Option<TypeRef>,
    annotations: Vec<crate::outline::Annotation>,
    rest: Field,
) -> Field {
    let (of, optional) = match declared {
        Some(mut of) if of.name == "Optional" && of.arguments.len() == 1 => {
            (of.arguments.pop(), true)
        }
        of => (of, false),
    };
    let optional = optional || annotations.iter().any(|a| a.name.ends_with("Nullable"));
    Field {
        name: name.map(|name| name.text().to_owned()).unwrap_or_default(),
        of,
        optional,
        annotations,
        ..rest
    }
}

/// The components of a record are its fields.
fn components(parameters: Node) -> Vec<Field> {
    parameters
        .children()
        .filter(|child| child.is("formal_parameter"))
        .map(|child| {
            field(
                child.field("name"),
                child.field("type").map(type_ref),
                annotations::of(child),
                Field {
                    constant: true,
                    at: child.at(),
                    ..Field::default()
                },
            )
        })
        .collect()
}

/// `ORDERS("orders")` is a shared field that holds a new value of its own type.
fn enum_constant(node: Node, of: &mut Type) -> Field {
    let name = node.field("name");
    let at = node.at();
    let mut values = node
        .field("arguments")
        .map_or(Vec::new(), |list| arguments(list, &mut of.body));
    if let Some(body) = node.field("body") {
        values.push(Argument {
            name: None,
            value: anonymous(body),
        });
    }
    let value = Expr::Call(Box::new(Call {
        callee: Expr::Name(of.name.clone(), at),
        arguments: values,
        types: Vec::new(),
        constructs: true,
        at,
    }));
    Field {
        name: name.map(|name| name.text().to_owned()).unwrap_or_default(),
        of: Some(TypeRef::named(of.name.clone())),
        value: Some(value),
        annotations: annotations::of(node),
        shared: true,
        constant: true,
        optional: false,
        at,
    }
}

/// A method, a constructor, or an element of an annotation type.
pub fn method(node: Node) -> Function {
    let mut body = Vec::new();
    if let Some(block) = node.field("body") {
        statements(block, &mut body);
    }
    if let Some(value) = node.field("value") {
        body.push(Stmt::Return(annotations::value(value)));
    }
    Function {
        name: node
            .field("name")
            .map(|name| name.text().to_owned())
            .unwrap_or_default(),
        owner: None,
        annotations: annotations::of(node),
        parameters: node.field("parameters").map_or(Vec::new(), parameters),
        returns: node
            .field("type")
            .map(type_ref)
            .filter(|of| of.name != "void"),
        body,
        at: node.field("name").map_or(node.at(), Node::at),
        end: node.end(),
    }
}

pub fn parameters(list: Node) -> Vec<Parameter> {
    list.children()
        .filter_map(|child| match child.kind() {
            "formal_parameter" => Some(Parameter {
                name: child.field("name")?.text().to_owned(),
                of: child.field("type").map(type_ref),
                default: None,
                annotations: annotations::of(child),
            }),
            "spread_parameter" => {
                let declarator = child.child("variable_declarator")?;
                let of = child
                    .children()
                    .find(|part| !matches!(part.kind(), "modifiers" | "variable_declarator"))?;
                Some(Parameter {
                    name: declarator.field("name")?.text().to_owned(),
                    of: Some(TypeRef {
                        name: "Array".into(),
                        arguments: vec![type_ref(of)],
                    }),
                    default: None,
                    annotations: annotations::of(child),
                })
            }
            "identifier" => Some(Parameter {
                name: child.text().to_owned(),
                ..Parameter::default()
            }),
            _ => None,
        })
        .collect()
}

/// The body of an anonymous class.
pub fn anonymous(body: Node) -> Expr {
    let mut of = Type::default();
    members(body, &mut of);
    jvm_anonymous::function(of, body.at(), body.end())
}

/// The name of a constructed type as an expression: `Outer.Inner` is a member.
pub fn type_as_expression(node: Node) -> Expr {
    let at = node.at();
    let name = dotted(node);
    let mut parts = name.split('.');
    let first = Expr::Name(parts.next().unwrap_or("").to_owned(), at);
    parts.fold(first, |of, part| {
        Expr::Member(Box::new(of), part.to_owned(), at)
    })
}
