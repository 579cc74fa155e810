//! Functions and classes.

use ruff_python_ast::{
    Decorator, Expr as Source, Parameters, Stmt as SourceStmt, StmtClassDef, StmtFunctionDef,
};
use ruff_text_size::Ranged;

use super::lower::{Lowering, body};
use super::{expressions, place, statements, types};
use crate::outline::{Annotation, Expr, Field, Function, Parameter, Stmt, Type};

pub fn function(cx: &mut Lowering, source: &StmtFunctionDef) -> Function {
    let annotations = decorators(cx, &source.decorator_list);
    let mut parameters = Vec::new();
    let statements = body(cx, |cx, out| {
        parameters = self::parameters(cx, &source.parameters);
        out.append(&mut cx.hoisted);
        statements::all(cx, &source.body, out);
    });
    Function {
        name: source.name.as_str().to_string(),
        annotations,
        parameters,
        returns: source
            .returns
            .as_deref()
            .and_then(|of| types::lower(cx, of)),
        body: statements,
        at: place(&source.name),
        end: source.end().to_u32(),
        ..Function::default()
    }
}

fn decorators(cx: &mut Lowering, decorators: &[Decorator]) -> Vec<Annotation> {
    let lowered = decorators
        .iter()
        .map(|one| types::annotation(cx, &one.expression));
    lowered.flatten().collect()
}

/// Parameters without `self` and `cls`.
pub fn parameters(cx: &mut Lowering, source: &Parameters) -> Vec<Parameter> {
    let mut parameters = Vec::new();
    let ordinary = source.posonlyargs.iter().chain(&source.args);
    for one in ordinary.chain(&source.kwonlyargs) {
        let name = one.parameter.name.as_str();
        if parameters.is_empty() && matches!(name, "self" | "cls") {
            continue;
        }
        let annotation = one.parameter.annotation.as_deref();
        parameters.push(Parameter {
            name: name.to_string(),
            of: annotation.and_then(|of| types::lower(cx, of)),
            default: one
                .default
                .as_deref()
                .map(|one| expressions::lower(cx, one)),
            annotations: annotation.map_or_else(Vec::new, |of| types::annotations(cx, of)),
        });
    }
    for one in [&source.vararg, &source.kwarg].into_iter().flatten() {
        parameters.push(Parameter {
            name: one.name.as_str().to_string(),
            of: one
                .annotation
                .as_deref()
                .and_then(|of| types::lower(cx, of)),
            ..Parameter::default()
        });
    }
    parameters
}

pub fn class(cx: &mut Lowering, source: &StmtClassDef) -> Type {
    let mut made = Type {
        name: source.name.as_str().to_string(),
        annotations: decorators(cx, &source.decorator_list),
        at: place(&source.name),
        ..Type::default()
    };
    if let Some(arguments) = &source.arguments {
        for base in &arguments.args {
            made.supers.extend(types::lower(cx, base));
        }
    }
    let members = body(cx, |cx, out| {
        for statement in &source.body {
            member(cx, statement, &mut made, out);
        }
    });
    for statement in members {
        match statement {
            Stmt::Function(function) => made.functions.push(function),
            Stmt::Type(inner) => made.types.push(inner),
            statement => made.body.push(statement),
        }
    }
    made
}

/// What binds in a class is a field; the rest is its body.
fn member(cx: &mut Lowering, statement: &SourceStmt, made: &mut Type, out: &mut Vec<Stmt>) {
    match statement {
        SourceStmt::AnnAssign(one) => {
            let Source::Name(name) = &*one.target else {
                return;
            };
            made.fields.push(Field {
                name: name.id.as_str().to_string(),
                of: types::lower(cx, &one.annotation),
                value: one
                    .value
                    .as_deref()
                    .map(|value| expressions::lower(cx, value)),
                annotations: types::annotations(cx, &one.annotation),
                shared: true,
                optional: types::optional(&one.annotation),
                at: place(one),
                ..Field::default()
            });
            out.append(&mut cx.hoisted);
        }
        SourceStmt::Assign(one) => {
            let value = expressions::lower(cx, &one.value);
            out.append(&mut cx.hoisted);
            let mut value = Some(value);
            for target in &one.targets {
                if let Source::Name(name) = target {
                    let first = made.fields.last().map(|field| field.name.clone());
                    made.fields.push(Field {
                        name: name.id.as_str().to_string(),
                        value: value
                            .take()
                            .or(first.map(|name| Expr::Name(name, place(target)))),
                        shared: true,
                        at: place(target),
                        ..Field::default()
                    });
                }
            }
        }
        statement => statements::one(cx, statement, out),
    }
}
