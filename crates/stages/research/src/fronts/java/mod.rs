//! Java. `declarations` are types and their members, `statements` and `expressions` what stands in bodies.

mod annotations;
mod broken;
mod declarations;
mod expressions;
mod literals;
mod statements;
mod types;

use crate::fronts::syntax_tree::{Grammar, Node};
use crate::fronts::{Front, Reads, SourceText, ends_in};
use crate::outline::{Import, Outline, Type, line_starts};

pub const FRONT: Front = Front {
    id: "java",
    takes: |path| ends_in(path, &[".java"]),
    reads: Reads::Code(outline),
};

static GRAMMAR: Grammar = Grammar::new(|| tree_sitter_java::LANGUAGE.into());

pub fn outline(source: SourceText) -> Outline {
    let mut tree = GRAMMAR.parse(source.text);
    let faults = std::mem::take(&mut tree.faults);
    let mut outline = Outline {
        faults,
        line_starts: line_starts(source.text),
        ..Outline::default()
    };
    let root = tree.root();
    if root.is("ERROR") {
        broken_part(root, &mut outline);
    } else {
        top_level(root, &mut outline);
    }
    outline
}

/// Declarations of a file, or of a broken part of one.
fn top_level(node: Node, outline: &mut Outline) {
    for child in node.children() {
        match child.kind() {
            "package_declaration" => {
                if let Some(name) = child.last() {
                    outline.module = types::dotted(name);
                }
            }
            "import_declaration" => outline.imports.extend(import(child)),
            "method_declaration" | "constructor_declaration" => {
                outline.functions.push(declarations::method(child));
            }
            "ERROR" => broken_part(child, outline),
            _ => match declarations::type_declaration(child) {
                Some(of) => outline.types.push(of),
                None => statements::statement(child, &mut outline.body),
            },
        }
    }
}

/// A part that could not be put together: its package, imports and what it declares.
fn broken_part(node: Node, outline: &mut Outline) {
    for child in node.children() {
        match child.kind() {
            "package_declaration" => {
                outline.module = child.last().map(types::dotted).unwrap_or_default();
            }
            "import_declaration" => outline.imports.extend(import(child)),
            _ => {}
        }
    }
    let mut holder = Type::default();
    broken::pieces(node, &mut holder);
    outline.types.extend(holder.types);
    outline.functions.extend(holder.functions);
    outline.body.extend(holder.body);
}

fn import(node: Node) -> Option<Import> {
    let name = node.children().find(|child| !child.is("asterisk"))?;
    let whole = types::dotted(name);
    let at = node.at();
    if node.has("asterisk") {
        return Some(Import {
            path: whole,
            name: "*".into(),
            alias: "*".into(),
            at,
        });
    }
    let (path, name) = whole.rsplit_once('.').unwrap_or(("", &whole));
    Some(Import {
        path: path.to_owned(),
        name: name.to_owned(),
        alias: name.to_owned(),
        at,
    })
}

#[cfg(test)]
mod tests;
