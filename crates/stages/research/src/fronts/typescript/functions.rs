//! Functions, methods and arrows.

use oxc_ast::ast::{
    ArrowFunctionBody, ArrowFunctionExpression, BindingPattern, FormalParameters,
    Function as Source,
};

use super::expressions::{self, decorator, place};
use super::lower::{Lowering, body, hidden};
use super::{patterns, statements, types};
use crate::outline::{Expr, Function, Parameter, Stmt};

pub fn function(cx: &mut Lowering, name: &str, source: &Source) -> Function {
    let mut parameters = Vec::new();
    let statements = body(cx, |cx, out| {
        parameters = self::parameters(cx, &source.params, out);
        if let Some(source) = &source.body {
            statements::all(cx, &source.statements, out);
        }
    });
    let own = source.id.as_ref().map(|id| id.name.as_str());
    Function {
        name: if name.is_empty() {
            own.unwrap_or_default()
        } else {
            name
        }
        .to_string(),
        parameters,
        returns: types::annotation(cx, source.return_type.as_deref()),
        body: statements,
        at: place(cx, source.span),
        end: cx.base + source.span.end,
        ..Function::default()
    }
}

pub fn arrow(cx: &mut Lowering, name: &str, source: &ArrowFunctionExpression) -> Function {
    let mut parameters = Vec::new();
    let statements = body(cx, |cx, out| {
        parameters = self::parameters(cx, &source.params, out);
        match &source.body {
            ArrowFunctionBody::FunctionBody(body) => statements::all(cx, &body.statements, out),
            value => {
                if let Some(value) = value.as_expression() {
                    let value = expressions::lower(cx, value);
                    out.append(&mut cx.hoisted);
                    out.push(Stmt::Return(value));
                }
            }
        }
    });
    Function {
        name: name.to_string(),
        parameters,
        returns: types::annotation(cx, source.return_type.as_deref()),
        body: statements,
        at: place(cx, source.span),
        end: cx.base + source.span.end,
        ..Function::default()
    }
}

/// Parameters; what they destructure is bound at the start of the body.
pub fn parameters(
    cx: &mut Lowering,
    source: &FormalParameters,
    out: &mut Vec<Stmt>,
) -> Vec<Parameter> {
    let mut parameters = Vec::with_capacity(source.items.len());
    for item in &source.items {
        let annotations = item
            .decorators
            .iter()
            .map(|one| {
                let at = place(cx, one.span);
                decorator(cx, &one.expression, at)
            })
            .collect();
        let default = item
            .initializer
            .as_ref()
            .map(|one| expressions::lower(cx, one));
        let name = match &item.pattern {
            BindingPattern::BindingIdentifier(name) => name.name.to_string(),
            pattern => {
                let name = hidden(cx);
                let whole = Expr::Name(name.clone(), place(cx, item.span));
                patterns::bind(cx, pattern, whole, None, false, out);
                name
            }
        };
        parameters.push(Parameter {
            name,
            of: types::annotation(cx, item.type_annotation.as_deref()),
            default,
            annotations,
        });
    }
    if let Some(rest) = &source.rest
        && let BindingPattern::BindingIdentifier(name) = &rest.rest.argument
    {
        parameters.push(Parameter {
            name: name.name.to_string(),
            of: types::annotation(cx, rest.type_annotation.as_deref()),
            ..Parameter::default()
        });
    }
    parameters
}
