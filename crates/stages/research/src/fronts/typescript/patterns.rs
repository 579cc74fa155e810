//! Destructuring: each name bound to what it takes out of the whole.

use oxc_ast::ast::{
    AssignmentTarget, AssignmentTargetMaybeDefault, AssignmentTargetProperty, BindingPattern,
    PropertyKey,
};
use oxc_span::GetSpan;

use super::expressions::{self, place};
use super::lower::{Lowering, deeper, shared};
use crate::fronts::pieces::either;
use crate::outline::{At, Expr, Stmt, TypeRef};

pub fn bind(
    cx: &mut Lowering,
    pattern: &BindingPattern,
    value: Expr,
    of: Option<TypeRef>,
    constant: bool,
    out: &mut Vec<Stmt>,
) {
    let at = place(cx, pattern.span());
    deeper(cx, at, |cx| {
        bind_here(cx, pattern, value, of, constant, out)
    });
}

fn bind_here(
    cx: &mut Lowering,
    pattern: &BindingPattern,
    value: Expr,
    of: Option<TypeRef>,
    constant: bool,
    out: &mut Vec<Stmt>,
) {
    let at = place(cx, pattern.span());
    match pattern {
        BindingPattern::BindingIdentifier(name) => out.push(Stmt::Bind {
            name: name.name.to_string(),
            of,
            value,
            constant,
            at,
        }),
        BindingPattern::AssignmentPattern(default) => {
            let default_value = expressions::lower(cx, &default.right);
            let value = either(vec![value, default_value]);
            bind(cx, &default.left, value, of, constant, out);
        }
        BindingPattern::ObjectPattern(object) => {
            let many = object.properties.len() + usize::from(object.rest.is_some()) > 1;
            let whole = if many {
                shared(cx, value, at, out)
            } else {
                value
            };
            for property in &object.properties {
                let at = place(cx, property.span);
                let value = part(cx, whole.clone(), &property.key, at);
                bind(cx, &property.value, value, None, constant, out);
            }
            if let Some(rest) = &object.rest {
                bind(cx, &rest.argument, whole, None, constant, out);
            }
        }
        BindingPattern::ArrayPattern(array) => {
            let whole = shared(cx, value, at, out);
            for (index, element) in array.elements.iter().enumerate() {
                if let Some(element) = element {
                    let value = item(whole.clone(), index, at);
                    bind(cx, element, value, None, constant, out);
                }
            }
            if let Some(rest) = &array.rest {
                bind(cx, &rest.argument, whole, None, constant, out);
            }
        }
    }
}

/// The same for `[a, b] = f()` and `({a} = x)`.
pub fn assign(cx: &mut Lowering, target: &AssignmentTarget, value: Expr, out: &mut Vec<Stmt>) {
    let at = place(cx, target.span());
    deeper(cx, at, |cx| assign_here(cx, target, value, out));
}

fn assign_here(cx: &mut Lowering, target: &AssignmentTarget, value: Expr, out: &mut Vec<Stmt>) {
    let at = place(cx, target.span());
    match target {
        AssignmentTarget::ObjectAssignmentTarget(object) => {
            let whole = shared(cx, value, at, out);
            for property in &object.properties {
                match property {
                    AssignmentTargetProperty::AssignmentTargetPropertyIdentifier(one) => {
                        let name = one.binding.name.to_string();
                        let mut value = Expr::Member(Box::new(whole.clone()), name.clone(), at);
                        if let Some(default) = &one.init {
                            value = either(vec![value, expressions::lower(cx, default)]);
                        }
                        out.push(bound(name, value, at));
                    }
                    AssignmentTargetProperty::AssignmentTargetPropertyProperty(one) => {
                        let value = part(cx, whole.clone(), &one.name, at);
                        assign_maybe(cx, &one.binding, value, out);
                    }
                }
            }
        }
        AssignmentTarget::ArrayAssignmentTarget(array) => {
            let whole = shared(cx, value, at, out);
            for (index, element) in array.elements.iter().enumerate() {
                if let Some(element) = element {
                    let value = item(whole.clone(), index, at);
                    assign_maybe(cx, element, value, out);
                }
            }
        }
        target => {
            let named = target
                .as_simple_assignment_target()
                .and_then(|target| expressions::target(cx, target));
            match named.as_ref().and_then(Expr::dotted) {
                Some(name) => out.push(bound(name, value, at)),
                // `x[k] = e`: no name that can be followed.
                None => {
                    let items = named.into_iter().chain([value]).collect();
                    out.push(Stmt::Expr(Expr::Other(items)));
                }
            }
        }
    }
}

fn assign_maybe(
    cx: &mut Lowering,
    target: &AssignmentTargetMaybeDefault,
    value: Expr,
    out: &mut Vec<Stmt>,
) {
    match target {
        AssignmentTargetMaybeDefault::AssignmentTargetWithDefault(default) => {
            let value = either(vec![value, expressions::lower(cx, &default.init)]);
            assign(cx, &default.binding, value, out);
        }
        target => {
            if let Some(target) = target.as_assignment_target() {
                assign(cx, target, value, out);
            }
        }
    }
}

fn part(cx: &mut Lowering, whole: Expr, key: &PropertyKey, at: At) -> Expr {
    match (key.name(), key.as_expression()) {
        (Some(name), _) => Expr::Member(Box::new(whole), name.into_owned(), at),
        (None, Some(key)) => {
            let key = expressions::lower(cx, key);
            Expr::Item(Box::new(whole), Box::new(key), at)
        }
        (None, None) => whole,
    }
}

fn item(whole: Expr, index: usize, at: At) -> Expr {
    let index = Expr::Number(index as f64, at);
    Expr::Item(Box::new(whole), Box::new(index), at)
}

fn bound(name: String, value: Expr, at: At) -> Stmt {
    Stmt::Bind {
        name,
        of: None,
        value,
        constant: false,
        at,
    }
}
