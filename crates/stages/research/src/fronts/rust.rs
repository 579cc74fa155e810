//! Rust. Declarations; statements, expressions, types and macros stand in the files beside.
//!
//! A function of an `impl` carries its type as `owner`; the traits that a type implements are its supers.
//! Each derived trait is an annotation. Modules inside a file are opened; of those that only tests
//! see, the tests remain, without their bodies.

mod expressions;
mod macros;
mod patterns;
mod statements;
mod types;

use super::syntax_tree::{Grammar, Node};
use super::{Front, Reads, SourceText, ends_in};
use crate::outline::{
    Annotation, Field, Function, Import, Outline, Parameter, Stmt, Type, TypeKind, line_starts,
};

pub const FRONT: Front = Front {
    id: "rust",
    takes: |path| ends_in(path, &[".rs"]),
    reads: Reads::Code(outline),
};

static GRAMMAR: Grammar = Grammar::new(|| tree_sitter_rust::LANGUAGE.into());

/// What is known while a file is lowered.
#[derive(Default)]
struct Lowering {
    /// Statements of blocks inside an expression: they stand before the statement that holds it.
    pending: Vec<Stmt>,
    /// How deep expressions stand in one another, macros opened.
    depth: usize,
    /// Macros that are being read, one inside the other.
    macros: usize,
    /// What is added to a place: inside a macro, whose text is parsed by itself.
    offset: u32,
    /// The type of the `impl` around.
    itself: Option<String>,
}

fn outline(source: SourceText) -> Outline {
    let tree = GRAMMAR.parse(source.text);
    let mut outline = Outline {
        faults: tree.faults.clone(),
        line_starts: line_starts(source.text),
        ..Outline::default()
    };
    Lowering::default().items(tree.root(), false, &mut outline);
    named_by_path(source.text, &mut outline.imports);
    outline
}

impl Lowering {
    fn at(&self, node: Node) -> u32 {
        node.at().wrapping_add(self.offset)
    }

    /// The items of a file or module. In `tests` nothing is done at run time.
    fn items(&mut self, parent: Node, tests: bool, outline: &mut Outline) {
        let mut annotations = Vec::new();
        for node in parent.children() {
            match node.kind() {
                "attribute_item" => annotations.extend(self.attribute(node)),
                "inner_attribute_item" | "visibility_modifier" => {}
                _ => {
                    let annotations = std::mem::take(&mut annotations);
                    self.item(node, annotations, tests, outline);
                }
            }
        }
    }

    fn item(
        &mut self,
        node: Node,
        annotations: Vec<Annotation>,
        tests: bool,
        outline: &mut Outline,
    ) {
        let tests = tests || only_for_tests(&annotations);
        match node.kind() {
            "use_declaration" => {
                if let (Some(tree), false) = (node.field("argument"), tests) {
                    uses(tree, "", &mut outline.imports);
                }
            }
            "function_item" | "function_signature_item" => {
                let mut function = self.function(node, annotations);
                if tests {
                    function.body.clear();
                }
                outline.functions.push(function);
            }
            "mod_item" => {
                if let Some(body) = node.field("body") {
                    self.items(body, tests, outline);
                }
            }
            "ERROR" | "declaration_list" | "foreign_mod_item" => self.items(node, tests, outline),
            _ if tests => {}
            "struct_item" | "union_item" | "enum_item" | "trait_item" | "type_item" => {
                let made = self.type_item(node, annotations);
                outline.types.push(made);
            }
            "impl_item" => self.implementation(node, annotations, outline),
            _ => {
                let mut body = Vec::new();
                self.statement(node, &mut body);
                outline.body.append(&mut body);
            }
        }
    }

    fn function(&mut self, node: Node, annotations: Vec<Annotation>) -> Function {
        let outer = std::mem::take(&mut self.pending);
        let mut body = Vec::new();
        if let Some(block) = node.field("body") {
            self.block(block, true, &mut body);
        }
        self.pending = outer;
        Function {
            name: node.field("name").map_or("", Node::text).to_owned(),
            annotations,
            parameters: node.field("parameters").map(parameters).unwrap_or_default(),
            returns: node.field("return_type").map(types::type_ref),
            body,
            at: self.at(node),
            end: node.end().wrapping_add(self.offset),
            ..Function::default()
        }
    }

    fn type_item(&mut self, node: Node, annotations: Vec<Annotation>) -> Type {
        let mut made = Type {
            name: node.field("name").map_or("", Node::text).to_owned(),
            kind: match node.kind() {
                "trait_item" => TypeKind::Interface,
                "enum_item" => TypeKind::Enum,
                "type_item" => TypeKind::Other,
                _ => TypeKind::Class,
            },
            annotations,
            at: self.at(node),
            ..Type::default()
        };
        if let Some(bounds) = node.field("bounds") {
            made.supers.extend(bounds.children().map(types::type_ref));
        }
        if let Some(of) = node.field("type") {
            made.supers.push(types::type_ref(of));
        }
        if let Some(body) = node.field("body") {
            self.members(body, &mut made);
        }
        made
    }

    fn members(&mut self, body: Node, made: &mut Type) {
        let mut annotations = Vec::new();
        for member in body.children() {
            let named = member.field("name").map(Node::text);
            match member.kind() {
                "attribute_item" => {
                    annotations.extend(self.attribute(member));
                    continue;
                }
                "visibility_modifier" => continue,
                "field_declaration" | "enum_variant" => {
                    let of = member.field("type");
                    made.fields.push(Field {
                        name: named.unwrap_or("").to_owned(),
                        of: of.map(types::type_ref),
                        annotations: std::mem::take(&mut annotations),
                        optional: of.is_some_and(types::is_option),
                        at: self.at(member),
                        ..Field::default()
                    });
                }
                "function_item" | "function_signature_item" => {
                    let annotations = std::mem::take(&mut annotations);
                    made.functions.push(self.function(member, annotations));
                }
                _ if member.field_name() == "type" => {
                    made.fields.push(Field {
                        name: made.fields.len().to_string(),
                        of: Some(types::type_ref(member)),
                        annotations: std::mem::take(&mut annotations),
                        optional: types::is_option(member),
                        at: self.at(member),
                        ..Field::default()
                    });
                }
                _ => {}
            }
            annotations.clear();
        }
    }

    fn implementation(&mut self, node: Node, annotations: Vec<Annotation>, outline: &mut Outline) {
        let Some(of) = node.field("type").map(types::type_ref) else {
            return;
        };
        if let Some(implemented) = node.field("trait").map(types::type_ref) {
            let known = outline.types.iter_mut().find(|known| known.name == of.name);
            match known {
                Some(known) => known.supers.push(implemented),
                None => outline.types.push(Type {
                    name: of.name.clone(),
                    kind: TypeKind::Other,
                    supers: vec![implemented],
                    at: self.at(node),
                    ..Type::default()
                }),
            }
            let known = outline.types.iter_mut().find(|known| known.name == of.name);
            if let Some(known) = known {
                known.annotations.extend(annotations);
            }
        }
        let Some(body) = node.field("body") else {
            return;
        };
        self.itself = Some(of.name.clone());
        let mut inside = Outline::default();
        self.items(body, false, &mut inside);
        self.itself = None;
        for mut function in inside.functions {
            function.owner = Some(of.name.clone());
            if let Some(made) = &mut function.returns
                && made.name == "Self"
            {
                *made = of.clone();
            }
            outline.functions.push(function);
        }
        // Associated constants are the type's own.
        for statement in inside.body {
            outline.body.push(match statement {
                Stmt::Bind {
                    name,
                    of: typed,
                    value,
                    constant,
                    at,
                } => Stmt::Bind {
                    name: format!("{}.{name}", of.name),
                    of: typed,
                    value,
                    constant,
                    at,
                },
                other => other,
            });
        }
    }
}

fn only_for_tests(annotations: &[Annotation]) -> bool {
    annotations.iter().any(|annotation| {
        annotation.name == "cfg"
            && annotation
                .arguments
                .first()
                .and_then(|argument| argument.value.dotted())
                .as_deref()
                == Some("test")
    })
}

fn parameters(list: Node) -> Vec<Parameter> {
    let parameter = |node: Node| {
        let pattern = node.field("pattern")?;
        Some(Parameter {
            name: patterns::first_name(pattern),
            of: node.field("type").map(types::type_ref),
            ..Parameter::default()
        })
    };
    list.children().filter_map(parameter).collect()
}

/// `use a::{b::C as D, e::*};`
fn uses(tree: Node, path: &str, into: &mut Vec<Import>) {
    let under = |tail: &str| {
        let tail = types::dotted(tail);
        match path {
            "" => tail,
            _ if tail.is_empty() => path.to_owned(),
            _ => format!("{path}.{tail}"),
        }
    };
    match tree.kind() {
        "use_list" => tree.children().for_each(|part| uses(part, path, into)),
        "scoped_use_list" => {
            let path = under(tree.field("path").map_or("", Node::text));
            if let Some(list) = tree.field("list") {
                uses(list, &path, into);
            }
        }
        "use_wildcard" => into.push(Import {
            path: under(tree.first().map_or("", Node::text)),
            name: "*".to_owned(),
            alias: "*".to_owned(),
            at: tree.at(),
        }),
        _ => {
            let written = tree
                .field("path")
                .filter(|_| tree.is("use_as_clause"))
                .unwrap_or(tree);
            // `use a::b::{self}` names the module itself.
            let whole = if written.is("self") {
                path.to_owned()
            } else {
                under(written.text())
            };
            let (module, name) = match whole.rsplit_once('.') {
                Some((module, name)) => (module.to_owned(), name.to_owned()),
                None => (whole, String::new()),
            };
            let last = if name.is_empty() { &module } else { &name };
            into.push(Import {
                alias: tree
                    .field("alias")
                    .map_or(last.as_str(), Node::text)
                    .to_owned(),
                path: module,
                name,
                at: tree.at(),
            });
        }
    }
}

/// Crates that are named by path alone (`sqlx::query(..)`) are imports too.
fn named_by_path(text: &str, into: &mut Vec<Import>) {
    let word = |c: char| c.is_alphanumeric() || c == '_';
    for (end, _) in text.match_indices("::") {
        let before = &text[..end];
        let root = &before[before.trim_end_matches(word).len()..];
        let own = matches!(root, "crate" | "self" | "super" | "std" | "core" | "alloc");
        let starts = root.starts_with(|c: char| c.is_ascii_lowercase());
        let continues = before[..before.len() - root.len()].ends_with("::");
        let path = text[end + 2..].starts_with(|c: char| c.is_alphabetic() || c == '{');
        let known = |import: &Import| {
            import.alias == root || import.path.split('.').any(|segment| segment == root)
        };
        if starts && path && !own && !continues && !into.iter().any(known) {
            into.push(Import {
                path: root.to_owned(),
                name: String::new(),
                alias: root.to_owned(),
                at: (end - root.len()) as u32,
            });
        }
    }
}

#[cfg(test)]
mod tests;
