//! Kotlin. `declarations` are types and their members, `statements` and `expressions` what stands in bodies.

mod annotations;
mod broken;
mod declarations;
mod expressions;
mod statements;
mod types;

use crate::fronts::syntax_tree::{Grammar, Node};
use crate::fronts::{Front, Reads, SourceText, ends_in};
use crate::outline::{Import, Outline, Stmt, Type, line_starts};

pub const FRONT: Front = Front {
    id: "kotlin",
    takes: |path| ends_in(path, &[".kt", ".kts"]),
    reads: Reads::Code(outline),
};

static GRAMMAR: Grammar = Grammar::new(|| tree_sitter_kotlin_ng::LANGUAGE.into());

pub fn outline(source: SourceText) -> Outline {
    let mut tree = GRAMMAR.parse(source.text);
    if tree.broken {
        let altered = one_line_bodies_opened(source.text);
        let again = GRAMMAR.parse_altered(source.text, &altered);
        if !again.broken || again.faults.len() < tree.faults.len() {
            tree = again;
        }
    }
    let faults = std::mem::take(&mut tree.faults);
    let mut outline = Outline {
        faults,
        line_starts: line_starts(source.text),
        ..Outline::default()
    };
    top_level(tree.root(), &mut outline);
    outline
}

/// The grammar wants a line break after each member of a class, which `{ val a = 1 }` does not have:
/// a blank before a closing brace becomes one. Texts and comments stay as they are.
fn one_line_bodies_opened(text: &str) -> String {
    let mut bytes = text.as_bytes().to_vec();
    let mut at = 0;
    while at < bytes.len() {
        let rest = &bytes[at..];
        let length = if rest.starts_with(b"\"\"\"") {
            3 + distance(&rest[3..], b"\"\"\"") + 3
        } else if rest.starts_with(b"//") {
            distance(rest, b"\n")
        } else if rest.starts_with(b"/*") {
            distance(rest, b"*/") + 2
        } else if rest[0] == b'"' {
            let line = &rest[1..1 + distance(&rest[1..], b"\n")];
            let mut end = 0;
            while end < line.len() && line[end] != b'"' {
                end += if line[end] == b'\\' { 2 } else { 1 };
            }
            end + 2
        } else {
            if rest.starts_with(b" }") {
                bytes[at] = b'\n';
            }
            1
        };
        at += length.max(1);
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}

/// How far away a mark is; the length where it is not there.
fn distance(bytes: &[u8], mark: &[u8]) -> usize {
    let mut windows = bytes.windows(mark.len());
    windows
        .position(|window| window == mark)
        .unwrap_or(bytes.len())
}

/// Declarations of a file, or of a broken part of one.
fn top_level(node: Node, outline: &mut Outline) {
    let mut rest = Vec::new();
    for child in node.children() {
        match child.kind() {
            "package_header" => {
                if let Some(name) = child.first() {
                    outline.module = types::dotted(name);
                }
            }
            "import" => outline.imports.extend(import(child)),
            "ERROR" => top_level(child, outline),
            "file_annotation" | "shebang" => {}
            _ if node.is("ERROR") => {}
            _ => statements::statement(child, &mut rest),
        }
    }
    if node.is("ERROR") {
        let mut holder = Type::default();
        broken::pieces(node, &mut holder);
        outline.types.extend(holder.types);
        outline.functions.extend(holder.functions);
        outline.body.extend(holder.body);
    }
    for statement in rest {
        match statement {
            Stmt::Type(of) => outline.types.push(of),
            Stmt::Function(function) => outline.functions.push(function),
            other => outline.body.push(other),
        }
    }
}

fn import(node: Node) -> Option<Import> {
    let whole = types::dotted(node.child("qualified_identifier")?);
    let at = node.at();
    if node.has("*") {
        return Some(Import {
            path: whole,
            name: "*".into(),
            alias: "*".into(),
            at,
        });
    }
    let (path, name) = whole.rsplit_once('.').unwrap_or(("", &whole));
    let alias = node.child("identifier").map_or(name, Node::text);
    Some(Import {
        path: path.to_owned(),
        name: name.to_owned(),
        alias: alias.to_owned(),
        at,
    })
}

#[cfg(test)]
mod tests;
