//! Types of Kotlin and their members, functions, properties.

use super::annotations;
use super::broken;
use super::expressions::{arguments, expression, value_of};
use super::statements::statements;
use super::types::{inside, is_type, name, type_ref};
use crate::fronts::jvm_anonymous;
use crate::fronts::syntax_tree::Node;
use crate::outline::{
    Argument, Call, Expr, Field, Function, Parameter, Stmt, Type, TypeKind, TypeRef,
};

/// A class, interface, object or alias; nothing where the node is none.
pub fn type_declaration(node: Node) -> Option<Type> {
    let kind = match node.kind() {
        "class_declaration" if node.has("interface") => TypeKind::Interface,
        "class_declaration" if node.has("enum_class_body") => TypeKind::Enum,
        "class_declaration" | "object_declaration" => TypeKind::Class,
        "type_alias" => TypeKind::Other,
        _ => return None,
    };
    let own = node.field("name").or(node.child("identifier"));
    let mut of = Type {
        name: own.map(name).unwrap_or_default(),
        kind,
        annotations: annotations::of(node),
        at: own.map_or(node.at(), Node::at),
        ..Type::default()
    };
    if kind == TypeKind::Other {
        of.supers.extend(inside(node).map(type_ref));
        return Some(of);
    }
    let mut constructor = Function {
        name: of.name.clone(),
        at: of.at,
        end: node.end(),
        ..Function::default()
    };
    let mut constructs = false;
    for child in node.children() {
        match child.kind() {
            "primary_constructor" => {
                constructs = true;
                constructor.annotations = annotations::of(child);
                if let Some(list) = child.child("class_parameters") {
                    for parameter in list.children().filter(|c| c.is("class_parameter")) {
                        constructor_parameter(parameter, &mut of, &mut constructor);
                    }
                }
            }
            "delegation_specifiers" => {
                supers(child, &mut of.supers, &mut constructor.body);
                if let Some(body) = swallowed_body(child) {
                    members(body, &mut of, false);
                }
            }
            "class_body" | "enum_class_body" => {
                members(child, &mut of, node.is("object_declaration"))
            }
            _ => {}
        }
    }
    // What `init` does is what the constructor does.
    constructor.body.append(&mut of.body);
    if constructs || !constructor.body.is_empty() {
        of.functions.insert(0, constructor);
    }
    Some(of)
}

/// The body of `class A : B by c { .. }`, which the grammar takes for a lambda given to `c`.
fn swallowed_body(list: Node) -> Option<Node> {
    let delegation = list.last()?.child("explicit_delegation")?;
    let call = delegation.child("call_expression")?;
    call.child("annotated_lambda")?.child("lambda_literal")
}

/// `val` and `var` parameters of the primary constructor are fields as well.
fn constructor_parameter(node: Node, of: &mut Type, constructor: &mut Function) {
    let declared = inside(node);
    let parameter = Parameter {
        name: node.child("identifier").map(name).unwrap_or_default(),
        of: declared.map(type_ref),
        default: after(node, "=").map(|value| expression(value, &mut Vec::new())),
        annotations: annotations::of(node),
    };
    if node.has("val") || node.has("var") {
        of.fields.push(Field {
            name: parameter.name.clone(),
            of: parameter.of.clone(),
            value: parameter.default.clone(),
            annotations: parameter.annotations.clone(),
            shared: false,
            constant: node.has("val"),
            optional: declared.is_some_and(|of| of.is("nullable_type")),
            at: node.at(),
        });
    }
    constructor.parameters.push(parameter);
}

/// The named node that follows a token.
pub fn after<'t>(node: Node<'t>, token: &str) -> Option<Node<'t>> {
    let mut parts = node.parts().skip_while(|part| !part.is(token));
    parts.next()?;
    parts.find(|part| part.named())
}

/// Supers; a constructor that is called with arguments is a call of `super`.
fn supers(list: Node, into: &mut Vec<TypeRef>, body: &mut Vec<Stmt>) {
    for one in list.children() {
        let inner = one
            .children()
            .find(|part| {
                matches!(
                    part.kind(),
                    "constructor_invocation" | "explicit_delegation"
                )
            })
            .unwrap_or(one);
        into.extend(inside(inner).map(type_ref));
        if let Some(given) = inner.child("value_arguments") {
            let given = arguments(given, body);
            if !given.is_empty() {
                body.push(Stmt::Expr(call("super", given, inner)));
            }
        }
    }
}

fn call(name: &str, arguments: Vec<Argument>, node: Node) -> Expr {
    Expr::Call(Box::new(Call {
        callee: Expr::Name(name.to_owned(), node.at()),
        arguments,
        types: Vec::new(),
        constructs: false,
        at: node.at(),
    }))
}

/// What stands in a body; `shared` where it is that of an object.
pub fn members(body: Node, of: &mut Type, shared: bool) {
    for child in body.children() {
        if child.is("ERROR") {
            broken::pieces(child, of);
        } else {
            member(child, of, shared);
        }
    }
}

/// Adds a member; `false` where the node is none.
pub fn member(node: Node, of: &mut Type, shared: bool) -> bool {
    match node.kind() {
        "property_declaration" => property(node, of, shared),
        "function_declaration" => of.functions.push(function(node)),
        "anonymous_initializer" => {
            if let Some(block) = node.child("block") {
                statements(block, &mut of.body);
            }
        }
        "secondary_constructor" => {
            let mut body = Vec::new();
            if let Some(delegation) = node.child("constructor_delegation_call") {
                let target = if delegation.has("this") {
                    "self"
                } else {
                    "super"
                };
                let given = delegation
                    .child("value_arguments")
                    .map_or(Vec::new(), |list| arguments(list, &mut body));
                body.push(Stmt::Expr(call(target, given, delegation)));
            }
            if let Some(block) = node.child("block") {
                statements(block, &mut body);
            }
            of.functions.push(Function {
                name: of.name.clone(),
                annotations: annotations::of(node),
                parameters: node
                    .child("function_value_parameters")
                    .map_or(Vec::new(), parameters),
                body,
                at: node.at(),
                end: node.end(),
                ..Function::default()
            });
        }
        "companion_object" => {
            if let Some(body) = node.child("class_body") {
                members(body, of, true);
            }
        }
        "enum_entry" => enum_entry(node, of),
        _ => match type_declaration(node) {
            Some(inner) => of.types.push(inner),
            None => return false,
        },
    }
    true
}

fn enum_entry(node: Node, of: &mut Type) {
    let at = node.at();
    let mut given = node
        .child("value_arguments")
        .map_or(Vec::new(), |list| arguments(list, &mut of.body));
    if let Some(body) = node.child("class_body") {
        given.push(Argument {
            name: None,
            value: anonymous(body),
        });
    }
    let value = Expr::Call(Box::new(Call {
        callee: Expr::Name(of.name.clone(), at),
        arguments: given,
        types: Vec::new(),
        constructs: true,
        at,
    }));
    of.fields.push(Field {
        name: node.child("identifier").map(name).unwrap_or_default(),
        of: Some(TypeRef::named(of.name.clone())),
        value: Some(value),
        annotations: annotations::of(node),
        shared: true,
        constant: true,
        optional: false,
        at,
    });
}

/// What a property declares, wherever it stands.
pub struct Property<'t> {
    pub names: Vec<Node<'t>>,
    pub of: Option<Node<'t>>,
    pub value: Option<Expr>,
    pub constant: bool,
}

/// Reads a property. `by lazy { x }` has the value `x`; a getter with one expression has that.
pub fn read_property<'t>(node: Node<'t>, before: &mut Vec<Stmt>) -> Property<'t> {
    let declared = node.children().find(|c| {
        matches!(
            c.kind(),
            "variable_declaration" | "multi_variable_declaration"
        )
    });
    let (names, of) = match declared {
        Some(one) if one.is("variable_declaration") => {
            (one.child("identifier").into_iter().collect(), inside(one))
        }
        Some(several) => (
            several
                .children()
                .filter_map(|one| one.child("identifier"))
                .collect(),
            None,
        ),
        None => (Vec::new(), None),
    };
    let value = if let Some(value) = after(node, "=") {
        Some(value_of(value, before))
    } else if let Some(delegate) = node.child("property_delegate") {
        delegate.last().map(|by| delegated(expression(by, before)))
    } else {
        let getter = node.child("getter").and_then(|g| g.child("function_body"));
        getter
            .filter(|body| !body.has("block"))
            .and_then(Node::first)
            .map(|value| value_of(value, before))
    };
    Property {
        names,
        of,
        value,
        constant: node.has("val"),
    }
}

/// The value that a delegate will give: that of the function given to `lazy`.
fn delegated(by: Expr) -> Expr {
    let Expr::Call(call) = &by else { return by };
    let is_lazy = matches!(&call.callee, Expr::Name(name, _) if name == "lazy");
    match call.arguments.last().map(|argument| &argument.value) {
        Some(Expr::Function(function)) if is_lazy => match function.body.as_slice() {
            [Stmt::Return(value)] | [Stmt::Expr(value)] => value.clone(),
            _ => by,
        },
        _ => by,
    }
}

fn property(node: Node, of: &mut Type, shared: bool) {
    let mut before = Vec::new();
    let property = read_property(node, &mut before);
    of.body.append(&mut before);
    for own in &property.names {
        of.fields.push(Field {
            name: name(*own),
            of: property.of.map(type_ref),
            value: property.value.clone(),
            annotations: annotations::of(node),
            shared,
            constant: property.constant,
            optional: property.of.is_some_and(|of| of.is("nullable_type")),
            at: own.at(),
        });
    }
    for accessor in ["getter", "setter"] {
        let body = node.child(accessor).and_then(|a| a.child("function_body"));
        if let Some(block) = body.and_then(|body| body.child("block")) {
            let mut body = Vec::new();
            statements(block, &mut body);
            of.functions.push(Function {
                name: property
                    .names
                    .first()
                    .map(|own| name(*own))
                    .unwrap_or_default(),
                body,
                at: node.at(),
                end: node.end(),
                ..Function::default()
            });
        }
    }
}

/// A function. One of a receiver (`fun Route.orders()`) is owned by that type.
pub fn function(node: Node) -> Function {
    let own = node.field("name");
    let mut owner = None;
    let mut returns = None;
    let mut past_parameters = false;
    for child in node.children() {
        if child.is("function_value_parameters") {
            past_parameters = true;
        } else if is_type(child) {
            let target = if past_parameters {
                &mut returns
            } else {
                &mut owner
            };
            *target = Some(type_ref(child));
        }
    }
    let mut body = Vec::new();
    if let Some(written) = node.child("function_body") {
        function_body(written, &mut body);
    }
    Function {
        name: own.map(name).unwrap_or_default(),
        owner: owner.map(|of| of.name),
        annotations: annotations::of(node),
        parameters: node
            .child("function_value_parameters")
            .map_or(Vec::new(), parameters),
        returns: returns.filter(|of| of.name != "Unit"),
        body,
        at: own.map_or(node.at(), Node::at),
        end: node.end(),
    }
}

/// A block, or `= expression`.
pub fn function_body(node: Node, out: &mut Vec<Stmt>) {
    match node.child("block") {
        Some(block) => statements(block, out),
        None => {
            if let Some(value) = node.first() {
                let value = value_of(value, out);
                out.push(Stmt::Return(value));
            }
        }
    }
}

pub fn parameters(list: Node) -> Vec<Parameter> {
    let mut all: Vec<Parameter> = Vec::new();
    let mut pending = Vec::new();
    for part in list.children() {
        match part.kind() {
            "parameter_modifiers" => pending = annotations::among(part),
            "parameter" => all.push(Parameter {
                name: part.child("identifier").map(name).unwrap_or_default(),
                of: inside(part).map(type_ref),
                default: None,
                annotations: std::mem::take(&mut pending),
            }),
            "ERROR" => {}
            _ => {
                if let Some(last) = all.last_mut() {
                    last.default = Some(expression(part, &mut Vec::new()));
                }
            }
        }
    }
    all
}

/// `object : Listener(x) { .. }` constructs a listener; the body is a function given to it.
pub fn object_literal(node: Node, before: &mut Vec<Stmt>) -> Expr {
    let body = node.child("class_body").map(anonymous);
    let mut all = Vec::new();
    let mut given = Vec::new();
    if let Some(list) = node.child("delegation_specifiers") {
        let mut calls = Vec::new();
        supers(list, &mut all, &mut calls);
        for statement in calls {
            match statement {
                Stmt::Expr(Expr::Call(call)) => given = call.arguments,
                other => before.push(other),
            }
        }
    }
    let Some(first) = all.into_iter().next() else {
        return body.unwrap_or(Expr::Nothing);
    };
    given.extend(body.map(|value| Argument { name: None, value }));
    Expr::Call(Box::new(Call {
        callee: Expr::Name(first.name, node.at()),
        arguments: given,
        types: first.arguments,
        constructs: true,
        at: node.at(),
    }))
}

fn anonymous(body: Node) -> Expr {
    let mut of = Type::default();
    members(body, &mut of, false);
    jvm_anonymous::function(of, body.at(), body.end())
}
