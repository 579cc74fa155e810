//! Go. Declarations; statements, expressions and types stand in the files beside.
//!
//! A method carries its receiver's type as `owner`, and the receiver is `self` in its body. A tag of a
//! field is an annotation per key. A type embedded in a struct is both a super and a field.

mod expressions;
mod statements;
mod tags;
mod types;

use std::collections::BTreeMap;

use super::syntax_tree::{Grammar, Node};
use super::{Front, Reads, SourceText, ends_in};
use crate::outline::{Expr, Function, Import, Outline, Parameter, Stmt, line_starts};

pub const FRONT: Front = Front {
    id: "go",
    takes: |path| ends_in(path, &[".go"]),
    reads: Reads::Code(outline),
};

static GRAMMAR: Grammar = Grammar::new(|| tree_sitter_go::LANGUAGE.into());

/// What is known while a file is lowered.
#[derive(Default)]
struct Lowering {
    /// Name of the receiver of the method that is lowered.
    receiver: Option<String>,
    /// Texts bound once at the file's top: formats of `Sprintf` are often there.
    texts: BTreeMap<String, String>,
}

fn outline(source: SourceText) -> Outline {
    let tree = GRAMMAR.parse(source.text);
    let mut outline = Outline {
        faults: tree.faults.clone(),
        line_starts: line_starts(source.text),
        ..Outline::default()
    };
    let mut lowering = Lowering::default();
    lowering.top(tree.root(), source.text, &mut outline);
    outline
}

impl Lowering {
    fn top(&mut self, parent: Node, text: &str, outline: &mut Outline) {
        for node in parent.children() {
            match node.kind() {
                "package_clause" => {
                    outline.module = node.first().map_or("", Node::text).to_owned();
                }
                "import_declaration" => imports(node, text, &mut outline.imports),
                "function_declaration" => outline.functions.push(self.function(node)),
                "method_declaration" => {
                    let method = self.method(node);
                    outline.functions.push(method);
                }
                "type_declaration" => self.type_declaration(node, &mut outline.types),
                "ERROR" => self.top(node, text, outline),
                _ => {
                    let before = outline.body.len();
                    self.statement(node, &mut outline.body);
                    self.remember(&outline.body[before..]);
                }
            }
        }
    }

    fn remember(&mut self, statements: &[Stmt]) {
        for statement in statements {
            if let Stmt::Bind {
                name,
                value: Expr::Text(text, _),
                ..
            } = statement
            {
                self.texts.insert(name.clone(), text.clone());
            }
        }
    }

    fn method(&mut self, node: Node) -> Function {
        let receiver = node
            .field("receiver")
            .and_then(|list| list.child("parameter_declaration"));
        let owner = receiver
            .and_then(|receiver| receiver.field("type"))
            .map(|of| types::type_ref(of).name);
        self.receiver = receiver
            .and_then(|receiver| receiver.field("name"))
            .map(|name| name.text().to_owned());
        let mut function = self.function(node);
        self.receiver = None;
        function.owner = owner;
        function
    }

    fn function(&mut self, node: Node) -> Function {
        let mut body = Vec::new();
        if let Some(block) = node.field("body") {
            self.block(block, &mut body);
        }
        Function {
            name: node.field("name").map_or("", Node::text).to_owned(),
            parameters: node.field("parameters").map(parameters).unwrap_or_default(),
            returns: node.field("result").and_then(types::result),
            body,
            at: node.at(),
            end: node.end(),
            ..Function::default()
        }
    }
}

fn parameters(list: Node) -> Vec<Parameter> {
    let mut parameters = Vec::new();
    for declaration in list.children() {
        let of = declaration.field("type").map(types::type_ref);
        let parameter = |name: &str| Parameter {
            name: name.to_owned(),
            of: of.clone(),
            ..Parameter::default()
        };
        let before = parameters.len();
        parameters.extend(
            declaration
                .fields("name")
                .map(|name| parameter(name.text())),
        );
        if parameters.len() == before {
            parameters.push(parameter(""));
        }
    }
    parameters
}

fn imports(node: Node, text: &str, into: &mut Vec<Import>) {
    for child in node.children() {
        match child.kind() {
            "import_spec_list" => imports(child, text, into),
            "import_spec" => {
                let Some(path) = child.field("path") else {
                    continue;
                };
                let path = expressions::literal(path);
                let given = child.field("name").map(Node::text);
                let package = package_name(&path, text);
                let name = match given {
                    Some(".") => "*",
                    // What `kafka-go` and `v4` call themselves.
                    _ if package != path.rsplit('/').next().unwrap_or("") => package.as_str(),
                    _ => "",
                };
                into.push(Import {
                    alias: given.unwrap_or(&package).to_owned(),
                    name: name.to_owned(),
                    path,
                    at: child.at(),
                });
            }
            _ => {}
        }
    }
}

/// The name of the package behind a path. Only its own source states it; by custom it is the last
/// segment without its version, and without the `go` in front or behind. Of these the one that the
/// file uses counts.
fn package_name(path: &str, text: &str) -> String {
    let mut segments = path.rsplit('/');
    let mut last = segments.next().unwrap_or(path);
    let version = |segment: &str| {
        let digits = segment.strip_prefix('v').unwrap_or("");
        !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
    };
    if version(last) {
        last = segments.next().unwrap_or(last);
    }
    if let Some((name, tail)) = last.rsplit_once('.')
        && (version(tail) || tail == "go")
    {
        last = name;
    }
    let bare = last.strip_prefix("go-").unwrap_or(last);
    let bare = bare.strip_suffix("-go").unwrap_or(bare);
    let undigited = bare.trim_end_matches(|c: char| c.is_ascii_digit());
    let tail = last.rsplit('-').next().unwrap_or(last);
    let squeezed = last.replace('-', "");
    let used = |name: &&str| {
        !name.is_empty()
            && text.match_indices(&format!("{name}.")).any(|(at, _)| {
                let before = text[..at].chars().next_back().unwrap_or(' ');
                !(before.is_alphanumeric() || "_./\"-".contains(before))
            })
    };
    [last, bare, undigited, tail, squeezed.as_str()]
        .into_iter()
        .find(used)
        .unwrap_or(bare)
        .to_owned()
}

#[cfg(test)]
mod tests;
