//! C#. Declarations; statements, expressions and types stand in the files beside.
//!
//! Namespaces are opened. Parameters of a primary constructor and of a record are fields. A constructor
//! is a function of the type's name. Statements of the top level are the body of the file.

mod expressions;
mod statements;
mod texts;
mod types;

use super::syntax_tree::{Grammar, Node};
use super::{Front, Reads, SourceText, ends_in};
use crate::outline::{
    Annotation, Argument, Call, Expr, Field, Function, Import, Outline, Parameter, Stmt, Type,
    TypeKind, TypeRef, line_starts,
};

pub const FRONT: Front = Front {
    id: "csharp",
    takes: |path| ends_in(path, &[".cs"]),
    reads: Reads::Code(outline),
};

static GRAMMAR: Grammar = Grammar::new(|| tree_sitter_c_sharp::LANGUAGE.into());

/// What is known while a file is lowered.
#[derive(Default)]
struct Lowering {
    /// What `?.` was asked of, innermost last.
    asked: Vec<Expr>,
}

fn outline(source: SourceText) -> Outline {
    // A mark of byte order is no part of the text.
    let tree = GRAMMAR.parse(source.text);
    let mut outline = Outline {
        faults: tree.faults.clone(),
        line_starts: line_starts(source.text),
        ..Outline::default()
    };
    Lowering::default().members(tree.root(), &mut outline);
    outline
}

impl Lowering {
    /// Everything of a file, a namespace or a broken part.
    fn members(&mut self, parent: Node, outline: &mut Outline) {
        for node in parent.children() {
            match node.kind() {
                "using_directive" => outline.imports.extend(using(node)),
                "file_scoped_namespace_declaration" | "namespace_declaration" => {
                    if outline.module.is_empty() {
                        outline.module = node.field("name").map_or("", Node::text).to_owned();
                    }
                    match node.field("body") {
                        Some(body) => self.members(body, outline),
                        None => self.members(node, outline),
                    }
                }
                "global_statement" => {
                    for statement in node.children() {
                        self.statement(statement, &mut outline.body);
                    }
                }
                "method_declaration" | "local_function_statement" => {
                    outline.functions.push(self.function(node));
                }
                "ERROR" | "preproc_if" | "preproc_else" | "preproc_elif" | "declaration_list" => {
                    self.members(node, outline);
                }
                "qualified_name" | "identifier" | "attribute_list" | "modifier" => {}
                _ => match self.type_declaration(node) {
                    Some(made) => outline.types.push(made),
                    None => self.statement(node, &mut outline.body),
                },
            }
        }
    }

    pub fn type_declaration(&mut self, node: Node) -> Option<Type> {
        let kind = match node.kind() {
            "class_declaration" | "struct_declaration" => TypeKind::Class,
            "record_declaration" => TypeKind::Class,
            "interface_declaration" => TypeKind::Interface,
            "enum_declaration" => TypeKind::Enum,
            _ => return None,
        };
        let mut made = Type {
            name: node.field("name").map_or("", Node::text).to_owned(),
            kind,
            annotations: self.annotations(node),
            at: node.at(),
            ..Type::default()
        };
        if let Some(bases) = node.child("base_list") {
            for base in bases.children() {
                match base.kind() {
                    "argument_list" => {}
                    "primary_constructor_base_type" => {
                        made.supers.extend(base.field("type").map(types::type_ref));
                    }
                    _ => made.supers.push(types::type_ref(base)),
                }
            }
        }
        if let Some(list) = node.child("parameter_list") {
            for (parameter, at) in self.parameters_with_places(list) {
                made.fields.push(Field {
                    name: parameter.name,
                    of: parameter.of,
                    value: parameter.default,
                    annotations: parameter.annotations,
                    at,
                    ..Field::default()
                });
            }
        }
        if let Some(body) = node.field("body") {
            self.type_members(body, &mut made);
        }
        Some(made)
    }

    fn type_members(&mut self, body: Node, made: &mut Type) {
        for member in body.children() {
            match member.kind() {
                "field_declaration" | "event_field_declaration" => self.fields(member, made),
                "property_declaration" => {
                    let field = self.property(member);
                    made.fields.push(field);
                }
                "method_declaration"
                | "constructor_declaration"
                | "operator_declaration"
                | "destructor_declaration" => made.functions.push(self.function(member)),
                "enum_member_declaration" => made.fields.push(Field {
                    name: member.field("name").map_or("", Node::text).to_owned(),
                    shared: true,
                    constant: true,
                    at: member.at(),
                    ..Field::default()
                }),
                "ERROR" | "preproc_if" | "preproc_else" | "preproc_elif" => {
                    self.type_members(member, made)
                }
                _ => made.types.extend(self.type_declaration(member)),
            }
        }
    }

    fn fields(&mut self, node: Node, made: &mut Type) {
        let Some(declaration) = node.child("variable_declaration") else {
            return;
        };
        let constant = has_modifier(node, "const");
        for (name, value, at) in self.declarators(declaration) {
            let written = declaration.field("type");
            made.fields.push(Field {
                name,
                of: written.map(types::type_ref),
                value,
                annotations: self.annotations(node),
                shared: constant || has_modifier(node, "static"),
                constant: constant || has_modifier(node, "readonly"),
                optional: written.is_some_and(|of| of.is("nullable_type")),
                at,
            });
        }
    }

    fn property(&mut self, node: Node) -> Field {
        let written = node.field("type");
        // `X => e`, `X { get; } = e`, `X { get => e; }`, `X { get { return e; } }`.
        let value = match node.field("value") {
            Some(value) => Some(self.expression_of(value)),
            None => node.field("accessors").and_then(|list| self.getter(list)),
        };
        Field {
            name: node.field("name").map_or("", Node::text).to_owned(),
            of: written.map(types::type_ref),
            value,
            annotations: self.annotations(node),
            shared: has_modifier(node, "static"),
            constant: false,
            optional: written.is_some_and(|of| of.is("nullable_type")),
            at: node.at(),
        }
    }

    fn getter(&mut self, accessors: Node) -> Option<Expr> {
        let get = accessors.children().find(|accessor| {
            accessor
                .field("name")
                .is_some_and(|name| name.text() == "get")
        })?;
        let body = get.field("body")?;
        if body.is("arrow_expression_clause") {
            return Some(self.expression_of(body));
        }
        let mut inside = Vec::new();
        self.block(body, &mut inside);
        match <[Stmt; 1]>::try_from(inside) {
            Ok([Stmt::Return(value)]) => Some(value),
            _ => None,
        }
    }

    pub fn function(&mut self, node: Node) -> Function {
        let mut body = Vec::new();
        // `: base(..)` and `: this(..)`.
        if let Some(list) = node
            .child("constructor_initializer")
            .and_then(|given| given.child("argument_list"))
        {
            let arguments = self.arguments(list);
            let at = list.at();
            body.push(Stmt::Expr(Expr::Call(Box::new(Call {
                callee: Expr::Name("base".to_owned(), at),
                arguments,
                types: Vec::new(),
                constructs: false,
                at,
            }))));
        }
        match node.field("body") {
            Some(block) if block.is("block") => self.block(block, &mut body),
            Some(value) => body.push(Stmt::Return(self.expression_of(value))),
            None => {}
        }
        Function {
            name: node.field("name").map_or("", Node::text).to_owned(),
            annotations: self.annotations(node),
            parameters: self.parameters(node.field("parameters")),
            returns: node
                .field("returns")
                .or(node.field("type"))
                .map(types::type_ref),
            body,
            at: node.at(),
            end: node.end(),
            ..Function::default()
        }
    }

    pub fn parameters(&mut self, list: Option<Node>) -> Vec<Parameter> {
        match list {
            Some(list) if list.is("parameter_list") => self
                .parameters_with_places(list)
                .into_iter()
                .map(|(parameter, _)| parameter)
                .collect(),
            Some(name) => vec![Parameter {
                name: name.text().to_owned(),
                ..Parameter::default()
            }],
            None => Vec::new(),
        }
    }

    fn parameters_with_places(&mut self, list: Node) -> Vec<(Parameter, u32)> {
        let mut made = Vec::new();
        for node in list.children().filter(|node| node.is("parameter")) {
            let default = node.children().last().filter(|last| {
                last.field_name().is_empty()
                    && !matches!(last.kind(), "attribute_list" | "modifier")
            });
            let parameter = Parameter {
                name: node.field("name").map_or("", Node::text).to_owned(),
                of: node.field("type").map(types::type_ref),
                default: default.map(|value| self.expression(value)),
                annotations: self.annotations(node),
            };
            made.push((parameter, node.at()));
        }
        made
    }

    /// The attributes of a declaration.
    pub fn annotations(&mut self, node: Node) -> Vec<Annotation> {
        let mut made = Vec::new();
        for list in node.children().filter(|child| child.is("attribute_list")) {
            for attribute in list.children().filter(|child| child.is("attribute")) {
                let mut name = attribute
                    .field("name")
                    .map(types::type_ref)
                    .unwrap_or_default()
                    .name;
                if let Some(short) = name.strip_suffix("Attribute") {
                    name.truncate(short.len());
                }
                let mut arguments = Vec::new();
                if let Some(list) = attribute.child("attribute_argument_list") {
                    for argument in list.children() {
                        arguments.extend(self.attribute_argument(argument));
                    }
                }
                made.push(Annotation {
                    name,
                    arguments,
                    at: attribute.at(),
                });
            }
        }
        made
    }

    fn attribute_argument(&mut self, node: Node) -> Option<Argument> {
        let value = node.last()?;
        if value.is("assignment_expression") {
            return Some(Argument {
                name: value.field("left").map(|name| name.text().to_owned()),
                value: self.expression(value.field("right")?),
            });
        }
        let name = node.field("name").filter(|name| name.at() != value.at());
        Some(Argument {
            name: name.map(|name| name.text().to_owned()),
            value: self.expression(value),
        })
    }
}

pub fn has_modifier(node: Node, word: &str) -> bool {
    node.children()
        .any(|child| child.is("modifier") && child.text() == word)
}

/// `using X.Y;` takes in everything of a namespace; `using Z = X.Y;` one name of it.
fn using(node: Node) -> Option<Import> {
    let alias = node.field("name");
    let of = node
        .children()
        .filter(|child| child.field_name() != "name")
        .last()?;
    let path = types::type_ref(of).name;
    let at = node.at();
    Some(match alias {
        Some(alias) => {
            let (module, name) = path.rsplit_once('.').unwrap_or(("", &path));
            Import {
                path: module.to_owned(),
                name: name.to_owned(),
                alias: alias.text().to_owned(),
                at,
            }
        }
        None => Import {
            path,
            name: "*".to_owned(),
            alias: "*".to_owned(),
            at,
        },
    })
}

/// The type of a declaration that says `new()`.
fn constructed(value: Expr, of: Option<&TypeRef>) -> Expr {
    match (value, of) {
        (Expr::Call(mut call), Some(of)) if matches!(&call.callee, Expr::Name(name, _) if name == "new") =>
        {
            call.callee = types::path(&of.name, call.at);
            call.types = of.arguments.clone();
            Expr::Call(call)
        }
        (value, _) => value,
    }
}

#[cfg(test)]
mod tests;
