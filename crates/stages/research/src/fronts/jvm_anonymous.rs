//! The body of an anonymous class as a function.

use crate::outline::{At, Expr, Function, Stmt, Type};

/// With a single method and nothing else it is that method; otherwise a function that binds the
/// fields and holds the methods.
pub fn function(mut of: Type, at: At, end: At) -> Expr {
    if of.functions.len() == 1
        && of.fields.is_empty()
        && of.body.is_empty()
        && of.types.is_empty()
        && let Some(function) = of.functions.pop()
    {
        return Expr::Function(Box::new(function));
    }
    let mut body = of.body;
    for field in of.fields {
        body.push(Stmt::Bind {
            name: field.name,
            of: field.of,
            value: field.value.unwrap_or(Expr::Nothing),
            constant: field.constant,
            at: field.at,
        });
    }
    body.extend(of.functions.into_iter().map(Stmt::Function));
    body.extend(of.types.into_iter().map(Stmt::Type));
    Expr::Function(Box::new(Function {
        body,
        at,
        end,
        ..Function::default()
    }))
}
