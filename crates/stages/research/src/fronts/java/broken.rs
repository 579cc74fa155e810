//! Pieces of Java that the grammar could not put together: a class whose end is not yet written, a
//! method with a missing bracket. The pieces lie in order under one node; heads of types and methods
//! are found among them, and what follows a head belongs to it.

use super::annotations;
use super::declarations::{member, parameters, type_declaration};
use super::statements::{statement, statements};
use super::types::{listed, type_ref};
use crate::fronts::syntax_tree::Node;
use crate::outline::{Annotation, Function, Type, TypeKind, TypeRef};

/// Adds what the pieces declare to a type: types inside, members, statements.
pub fn pieces(broken: Node, into: &mut Type) {
    let mut pending: Vec<Annotation> = Vec::new();
    let mut kind = None;
    let mut last_type: Option<TypeRef> = None;
    let mut name: Option<Node> = None;
    // The head that was seen last takes what follows.
    let mut open: Option<Type> = None;
    let mut in_method = false;
    for piece in broken.parts() {
        let holder = open.as_mut().unwrap_or(&mut *into);
        match piece.kind() {
            "class" | "record" => kind = Some(TypeKind::Class),
            "interface" | "@interface" => kind = Some(TypeKind::Interface),
            "enum" => kind = Some(TypeKind::Enum),
            "modifiers" => pending = annotations::among(piece),
            "marker_annotation" | "annotation" => pending.push(annotations::annotation(piece)),
            "identifier" if kind.is_some() => {
                let of = Type {
                    name: piece.text().to_owned(),
                    kind: kind.take().unwrap_or_default(),
                    annotations: std::mem::take(&mut pending),
                    at: piece.at(),
                    ..Type::default()
                };
                into.types.extend(open.replace(of));
                in_method = false;
            }
            "identifier" => name = Some(piece),
            "superclass" | "super_interfaces" | "extends_interfaces" => {
                holder.supers.extend(listed(piece));
            }
            "formal_parameters" => {
                let Some(name) = name.take() else { continue };
                holder.functions.push(Function {
                    name: name.text().to_owned(),
                    annotations: std::mem::take(&mut pending),
                    parameters: parameters(piece),
                    returns: last_type.take().filter(|of| of.name != "void"),
                    at: name.at(),
                    end: broken.end(),
                    ..Function::default()
                });
                in_method = true;
            }
            "ERROR" => pieces(piece, holder),
            "package_declaration" | "import_declaration" => {}
            kind if kind.ends_with("_type") || kind == "type_identifier" => {
                last_type = Some(type_ref(piece));
            }
            _ if !piece.named() => {}
            _ => {
                if let Some(of) = type_declaration(piece) {
                    holder.types.push(of);
                } else if !member(piece, holder) {
                    let body = match holder.functions.last_mut() {
                        Some(function) if in_method => &mut function.body,
                        _ => &mut holder.body,
                    };
                    match piece.kind() {
                        "block" => statements(piece, body),
                        _ => statement(piece, body),
                    }
                }
            }
        }
    }
    into.types.extend(open);
}
