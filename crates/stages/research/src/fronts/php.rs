//! PHP.
//!
//! Names keep their namespaces with dots (`Illuminate.Support.Facades.Route`), `$x` is `x`, `$this` is
//! `self`, `X::class` is `X`. An array with keys is a map, one without a list. Annotations are those of
//! attributes and of doc comments. What a script shows outside `<?php` is skipped.

mod docblock;
mod expressions;
mod statements;
#[cfg(test)]
mod tests;

use tree_sitter::Node;

use super::{Front, Reads, SourceText, ends_in};
use crate::outline::{
    Annotation, Argument, At, Expr, Field, Function, Import, Outline, Parameter, Stmt, Type,
    TypeKind, TypeRef, line_starts,
};

pub const FRONT: Front = Front {
    id: "php",
    takes: |path| ends_in(path, &[".php"]) && !ends_in(path, &[".blade.php"]),
    reads: Reads::Code(outline),
};

/// Expressions and statements inside each other that are followed.
const DEEPEST: usize = 150;
/// Faults that are told of one file.
const MOST_FAULTS: usize = 20;

pub fn outline(source: SourceText) -> Outline {
    let tree = super::syntax_tree::parsed(&tree_sitter_php::LANGUAGE_PHP.into(), source.text);
    let mut lower = Lower {
        text: source.text,
        depth: 0,
        outline: Outline {
            line_starts: line_starts(source.text),
            ..Outline::default()
        },
    };
    match &tree {
        Ok(tree) => {
            lower.outline.faults = super::broken::faults(tree);
            lower.top(tree.root_node());
        }
        Err(reason) => lower.outline.faults.push((0, (*reason).to_owned())),
    }
    lower.outline
}

struct Lower<'t> {
    text: &'t str,
    depth: usize,
    outline: Outline,
}

fn children(node: Node) -> Vec<Node> {
    let mut cursor = node.walk();
    let named = node.named_children(&mut cursor);
    named
        .filter(|child| {
            !matches!(
                child.kind(),
                "comment" | "text" | "php_tag" | "php_end_tag" | "text_interpolation"
            )
        })
        .collect()
}

fn child_of<'t>(node: Node<'t>, kind: &str) -> Option<Node<'t>> {
    children(node)
        .into_iter()
        .find(|child| child.kind() == kind)
}

fn at(node: Node) -> At {
    node.start_byte() as At
}

impl<'t> Lower<'t> {
    fn raw(&self, node: Node) -> &'t str {
        self.text.get(node.byte_range()).unwrap_or_default()
    }

    /// `\App\Order` as `App.Order`.
    fn path(&self, node: Node) -> String {
        let raw = self.raw(node).trim_start_matches('\\');
        let raw = raw.strip_prefix("namespace\\").unwrap_or(raw);
        raw.replace('\\', ".")
    }

    fn variable(&self, node: Node) -> String {
        let name = self.raw(node).trim_start_matches(['&', '$', '.']);
        match name {
            "this" => "self".to_string(),
            name => name.to_string(),
        }
    }

    fn fault(&mut self, node: Node, reason: &str) {
        if self.outline.faults.len() < MOST_FAULTS {
            self.outline.faults.push((at(node), reason.to_string()));
        }
    }

    fn top(&mut self, root: Node<'t>) {
        if self.depth >= DEEPEST {
            return self.fault(root, "lies too deep");
        }
        self.depth += 1;
        for child in children(root) {
            match child.kind() {
                "namespace_definition" => {
                    if let Some(name) = child.child_by_field_name("name") {
                        let name = self.path(name);
                        // The first of several counts.
                        if self.outline.module.is_empty() {
                            self.outline.module = name;
                        }
                    }
                    if let Some(body) = child.child_by_field_name("body") {
                        self.top(body);
                    }
                }
                "namespace_use_declaration" => self.imports(child),
                "function_definition" => {
                    let function = self.function(child);
                    self.outline.functions.push(function);
                }
                "class_declaration"
                | "interface_declaration"
                | "trait_declaration"
                | "enum_declaration" => {
                    let found = self.class(child);
                    self.outline.types.push(found);
                }
                "const_declaration" => {
                    for field in self.constants(child) {
                        self.outline.body.push(Stmt::Bind {
                            name: field.name,
                            of: None,
                            value: field.value.unwrap_or(Expr::Nothing),
                            constant: true,
                            at: field.at,
                        });
                    }
                }
                // What stands in a broken part is read as if it stood at the top.
                "ERROR" => {
                    self.top(child);
                }
                _ => {
                    let statement = self.statement(child);
                    self.outline.body.extend(statement);
                }
            }
        }
        self.depth -= 1;
    }

    /// `use A\B as C;`, `use A\{B, C as D};`, `use function A\b;`.
    fn imports(&mut self, node: Node<'t>) {
        let group = node.child_by_field_name("body");
        let prefix = child_of(node, "namespace_name").filter(|_| group.is_some());
        let prefix = prefix.map(|prefix| self.path(prefix)).unwrap_or_default();
        for clause in children(group.unwrap_or(node)) {
            if clause.kind() != "namespace_use_clause" {
                continue;
            }
            let Some(what) = children(clause).first().map(|what| self.path(*what)) else {
                continue;
            };
            let whole = match prefix.as_str() {
                "" => what,
                prefix => format!("{prefix}.{what}"),
            };
            let (path, name) = whole.rsplit_once('.').unwrap_or(("", &whole));
            let alias = clause
                .child_by_field_name("alias")
                .map(|alias| self.raw(alias));
            self.outline.imports.push(Import {
                path: path.to_string(),
                name: name.to_string(),
                alias: alias.unwrap_or(name).to_string(),
                at: at(clause),
            });
        }
    }

    // ---- declarations

    fn class(&mut self, node: Node<'t>) -> Type {
        let name = node.child_by_field_name("name");
        let mut made = Type {
            name: name
                .map(|name| self.raw(name).to_string())
                .unwrap_or_default(),
            kind: match node.kind() {
                "interface_declaration" => TypeKind::Interface,
                "enum_declaration" => TypeKind::Enum,
                "trait_declaration" => TypeKind::Other,
                _ => TypeKind::Class,
            },
            annotations: self.annotations(node),
            at: name.map_or(at(node), at),
            ..Type::default()
        };
        for child in children(node) {
            if matches!(child.kind(), "base_clause" | "class_interface_clause") {
                let names = children(child).into_iter();
                made.supers
                    .extend(names.map(|name| TypeRef::named(self.path(name))));
            }
        }
        if let Some(body) = node
            .child_by_field_name("body")
            .or_else(|| child_of(node, "declaration_list"))
        {
            self.class_body(body, &mut made);
        }
        made
    }

    fn class_body(&mut self, body: Node<'t>, made: &mut Type) {
        if self.depth >= DEEPEST {
            return self.fault(body, "lies too deep");
        }
        self.depth += 1;
        for child in children(body) {
            match child.kind() {
                "method_declaration" => {
                    let function = self.function(child);
                    let promoted = child.child_by_field_name("parameters");
                    for parameter in promoted.map(children).unwrap_or_default() {
                        if parameter.kind() == "property_promotion_parameter" {
                            made.fields.extend(self.promoted(parameter));
                        }
                    }
                    made.functions.push(function);
                }
                "property_declaration" => made.fields.extend(self.properties(child)),
                "const_declaration" => made.fields.extend(self.constants(child)),
                "enum_case" => {
                    let name = child.child_by_field_name("name");
                    let value = child
                        .child_by_field_name("value")
                        .map(|value| self.expr(value));
                    made.fields.push(Field {
                        name: name
                            .map(|name| self.raw(name).to_string())
                            .unwrap_or_default(),
                        value,
                        annotations: self.annotations(child),
                        shared: true,
                        constant: true,
                        at: at(child),
                        ..Field::default()
                    });
                }
                // Traits.
                "use_declaration" => {
                    for name in children(child) {
                        if matches!(name.kind(), "name" | "qualified_name" | "relative_name") {
                            made.supers.push(TypeRef::named(self.path(name)));
                        }
                    }
                }
                "ERROR" => {
                    self.class_body(child, made);
                }
                _ => {
                    let statement = self.statement(child);
                    made.body.extend(statement);
                }
            }
        }
        self.depth -= 1;
    }

    fn properties(&mut self, node: Node<'t>) -> Vec<Field> {
        let annotations = self.annotations(node);
        let of = node.child_by_field_name("type");
        let documented = self.doc_comment(node).and_then(docblock::declared_type);
        let shared = child_of(node, "static_modifier").is_some();
        let constant = child_of(node, "readonly_modifier").is_some();
        let elements = children(node).into_iter();
        elements
            .filter(|element| element.kind() == "property_element")
            .map(|element| {
                let name = element.child_by_field_name("name");
                let default = element.child_by_field_name("default_value");
                Field {
                    name: name.map(|name| self.variable(name)).unwrap_or_default(),
                    of: of
                        .map(|of| self.type_ref(of))
                        .or_else(|| documented.clone()),
                    value: default.map(|value| self.expr(value)),
                    annotations: annotations.clone(),
                    shared,
                    constant,
                    optional: of.is_some_and(|of| self.may_be_null(of)),
                    at: at(element),
                }
            })
            .collect()
    }

    fn promoted(&mut self, node: Node<'t>) -> Option<Field> {
        let of = node.child_by_field_name("type");
        let default = node.child_by_field_name("default_value");
        Some(Field {
            name: self.variable(node.child_by_field_name("name")?),
            of: of.map(|of| self.type_ref(of)),
            value: default.map(|value| self.expr(value)),
            annotations: self.annotations(node),
            constant: node.child_by_field_name("readonly").is_some(),
            optional: of.is_some_and(|of| self.may_be_null(of)),
            at: at(node),
            ..Field::default()
        })
    }

    fn constants(&mut self, node: Node<'t>) -> Vec<Field> {
        let mut made = Vec::new();
        for element in children(node) {
            if element.kind() != "const_element" {
                continue;
            }
            let parts = children(element);
            let (Some(name), Some(value)) = (parts.first(), parts.get(1)) else {
                continue;
            };
            made.push(Field {
                name: self.raw(*name).to_string(),
                value: Some(self.expr(*value)),
                shared: true,
                constant: true,
                at: at(element),
                ..Field::default()
            });
        }
        made
    }

    fn may_be_null(&self, of: Node) -> bool {
        let raw = self.raw(of);
        raw.starts_with('?')
            || raw
                .split('|')
                .any(|part| part.trim().eq_ignore_ascii_case("null"))
    }

    /// The first of a union that is not `null`.
    fn type_ref(&self, of: Node) -> TypeRef {
        let path = self.path(of);
        let parts = path
            .trim_start_matches('?')
            .split(['|', '&'])
            .map(str::trim);
        let first = parts.map(|part| part.trim_matches(['(', ')', '.']));
        let first = first
            .into_iter()
            .find(|part| !part.eq_ignore_ascii_case("null"));
        TypeRef::named(first.unwrap_or_default())
    }

    fn function(&mut self, node: Node<'t>) -> Function {
        let name = node.child_by_field_name("name");
        let returns = node.child_by_field_name("return_type");
        Function {
            name: name
                .map(|name| self.raw(name).to_string())
                .unwrap_or_default(),
            annotations: self.annotations(node),
            parameters: self.parameters(node.child_by_field_name("parameters")),
            returns: returns.map(|of| self.type_ref(of)),
            body: match node.child_by_field_name("body") {
                Some(body) => self.statements(body),
                None => Vec::new(),
            },
            at: name.map_or(at(node), at),
            end: node.end_byte() as At,
            ..Function::default()
        }
    }

    fn parameters(&mut self, node: Option<Node<'t>>) -> Vec<Parameter> {
        let mut made = Vec::new();
        for child in node.map(children).unwrap_or_default() {
            let Some(name) = child.child_by_field_name("name") else {
                continue;
            };
            let of = child.child_by_field_name("type");
            let default = child.child_by_field_name("default_value");
            made.push(Parameter {
                name: self.variable(name),
                of: of.map(|of| self.type_ref(of)),
                default: default.map(|value| self.expr(value)),
                annotations: self.annotations(child),
            });
        }
        made
    }

    // ---- annotations

    /// Of attributes, then of the doc comment.
    fn annotations(&mut self, node: Node<'t>) -> Vec<Annotation> {
        let mut made = Vec::new();
        let lists = node.child_by_field_name("attributes");
        for group in lists.map(children).unwrap_or_default() {
            for attribute in children(group) {
                let name = children(attribute).first().map(|name| self.path(*name));
                let arguments = attribute.child_by_field_name("parameters");
                let arguments: Vec<Argument> = arguments
                    .map(|list| self.arguments(list))
                    .unwrap_or_default();
                made.push(Annotation {
                    name: name.unwrap_or_default(),
                    arguments,
                    at: at(attribute),
                });
            }
        }
        if let Some((text, start)) = self.doc_comment(node) {
            made.extend(docblock::annotations(text, start));
        }
        made
    }

    /// The `/** */` right before a declaration, and where it starts.
    fn doc_comment(&self, node: Node) -> Option<(&'t str, At)> {
        let before = node.prev_named_sibling()?;
        let text = self.raw(before);
        (before.kind() == "comment" && text.starts_with("/**")).then(|| (text, at(before)))
    }
}
