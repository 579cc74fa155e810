//! Types as written in annotations and bases.

use ruff_python_ast::{Expr as Source, Operator};

use super::expressions;
use super::lower::{Lowering, deeper};
use super::place;
use crate::outline::{Annotation, Expr, TypeRef};

pub fn lower(cx: &mut Lowering, of: &Source) -> Option<TypeRef> {
    deeper(cx, place(of), |cx| lower_here(cx, of)).flatten()
}

fn lower_here(cx: &mut Lowering, of: &Source) -> Option<TypeRef> {
    match of {
        Source::Name(name) => Some(TypeRef::named(name.id.as_str())),
        Source::Attribute(attribute) => {
            let object = lower(cx, &attribute.value)?;
            Some(TypeRef::named(format!(
                "{}.{}",
                object.name, attribute.attr
            )))
        }
        Source::Subscript(subscript) => {
            let mut outer = lower(cx, &subscript.value)?;
            let given = match &*subscript.slice {
                Source::Tuple(tuple) => tuple.elts.as_slice(),
                one => std::slice::from_ref(one),
            };
            match last(&outer.name) {
                "Optional" | "Annotated" | "Mapped" | "ClassVar" | "Final" => {
                    lower(cx, given.first()?)
                }
                "Union" => given
                    .iter()
                    .find(|one| !nothing(one))
                    .and_then(|one| lower(cx, one)),
                _ => {
                    let given = given.iter().map(|one| lower(cx, one));
                    outer.arguments = given.map(Option::unwrap_or_default).collect();
                    Some(outer)
                }
            }
        }
        Source::BinOp(union) if union.op == Operator::BitOr => {
            let some = if nothing(&union.left) {
                &union.right
            } else {
                &union.left
            };
            lower(cx, some)
        }
        // A forward reference.
        Source::StringLiteral(text) => {
            let text = text.value.to_str().trim();
            let name = text.split(['[', '|', ' ']).next().unwrap_or_default();
            (!name.is_empty()).then(|| TypeRef::named(name))
        }
        Source::NoneLiteral(_) => Some(TypeRef::named("None")),
        // A base that a call makes: `declarative_base()`, `namedtuple(..)`.
        Source::Call(call) => lower(cx, &call.func),
        _ => None,
    }
}

/// Whether a type says that nothing may be there.
pub fn optional(of: &Source) -> bool {
    match of {
        Source::Subscript(subscript) => match &*subscript.value {
            Source::Name(name) if name.id.as_str() == "Optional" => true,
            Source::Attribute(name) if name.attr.as_str() == "Optional" => true,
            Source::Name(name) if name.id.as_str() == "Mapped" => optional(&subscript.slice),
            _ => false,
        },
        Source::BinOp(union) if union.op == Operator::BitOr => {
            nothing(&union.left) || nothing(&union.right)
        }
        _ => false,
    }
}

/// What `Annotated[T, Depends(f)]` says beside the type.
pub fn annotations(cx: &mut Lowering, of: &Source) -> Vec<Annotation> {
    let Source::Subscript(subscript) = of else {
        return Vec::new();
    };
    let outer = lower(cx, &subscript.value);
    let Some(("Annotated", Source::Tuple(tuple))) = outer
        .as_ref()
        .map(|outer| (last(&outer.name), &*subscript.slice))
    else {
        return Vec::new();
    };
    let rest = tuple.elts.iter().skip(1);
    rest.filter_map(|one| annotation(cx, one)).collect()
}

/// A decorator, or a call beside a type.
pub fn annotation(cx: &mut Lowering, source: &Source) -> Option<Annotation> {
    let at = place(source);
    let (name, arguments) = match expressions::lower(cx, source) {
        Expr::Call(call) => (call.callee.dotted()?, call.arguments),
        other => (other.dotted()?, Vec::new()),
    };
    Some(Annotation {
        name,
        arguments,
        at,
    })
}

fn nothing(of: &Source) -> bool {
    of.is_none_literal_expr()
}

fn last(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}
