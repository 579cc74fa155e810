//! Pieces of Kotlin that the grammar could not put together: a class whose end is not yet written, a
//! function with a missing bracket. Heads are found among the pieces, and what follows belongs to them.

use super::annotations;
use super::declarations::{member, parameters};
use super::statements::{statement, statements};
use super::types::{is_type, name, type_ref};
use crate::fronts::syntax_tree::Node;
use crate::outline::{Annotation, Function, Type, TypeKind};

/// Adds what the pieces declare to a type: types inside, members, statements.
pub fn pieces(broken: Node, into: &mut Type) {
    let mut pending: Vec<Annotation> = Vec::new();
    let mut kind = None;
    let mut own: Option<Node> = None;
    // The head that was seen last takes what follows.
    let mut open: Option<Type> = None;
    let mut in_function = false;
    for piece in broken.parts() {
        let holder = open.as_mut().unwrap_or(&mut *into);
        match piece.kind() {
            "class" | "object" => kind = Some(TypeKind::Class),
            "interface" => kind = Some(TypeKind::Interface),
            "modifiers" => pending = annotations::among(piece),
            "annotation" => pending.extend(
                annotations::among(broken)
                    .into_iter()
                    .find(|a| a.at == piece.at()),
            ),
            "identifier" if kind.is_some() => {
                let of = Type {
                    name: name(piece),
                    kind: kind.take().unwrap_or_default(),
                    annotations: std::mem::take(&mut pending),
                    at: piece.at(),
                    ..Type::default()
                };
                into.types.extend(open.replace(of));
                in_function = false;
            }
            "identifier" => own = Some(piece),
            "delegation_specifiers" => {
                for one in piece.children() {
                    let inner = one.child("constructor_invocation").unwrap_or(one);
                    let of = inner.children().find(|part| is_type(*part));
                    holder.supers.extend(of.map(type_ref));
                }
            }
            "function_value_parameters" => {
                let Some(own) = own.take() else { continue };
                holder.functions.push(Function {
                    name: name(own),
                    annotations: std::mem::take(&mut pending),
                    parameters: parameters(piece),
                    at: own.at(),
                    end: broken.end(),
                    ..Function::default()
                });
                in_function = true;
            }
            "ERROR" => pieces(piece, holder),
            "package_header" | "import" | "file_annotation" => {}
            _ if !piece.named() || is_type(piece) => {}
            _ => {
                if !member(piece, holder, false) {
                    let body = match holder.functions.last_mut() {
                        Some(function) if in_function => &mut function.body,
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
