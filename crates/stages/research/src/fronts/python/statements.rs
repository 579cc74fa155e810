//! Statements.

use std::collections::{BTreeMap, BTreeSet};

use ruff_python_ast::{
    ExceptHandler, Expr as Source, Stmt as SourceStmt, StmtImport, StmtImportFrom,
};

use super::expressions::lower;
use super::lower::{Lowering, body, bound, deeper, hidden, import};
use super::{declarations, place, types};
use crate::fronts::pieces::says_something;
use crate::outline::{At, Expr, Stmt};

pub fn all(cx: &mut Lowering, statements: &[SourceStmt], out: &mut Vec<Stmt>) {
    for statement in statements {
        one(cx, statement, out);
    }
}

pub fn one(cx: &mut Lowering, statement: &SourceStmt, out: &mut Vec<Stmt>) {
    let at = place(statement);
    deeper(cx, at, |cx| here(cx, statement, at, out));
    out.append(&mut cx.hoisted);
}

fn here(cx: &mut Lowering, statement: &SourceStmt, at: At, out: &mut Vec<Stmt>) {
    match statement {
        SourceStmt::FunctionDef(one) => {
            let function = declarations::function(cx, one);
            out.append(&mut cx.hoisted);
            out.push(Stmt::Function(function));
        }
        SourceStmt::ClassDef(one) => {
            let class = declarations::class(cx, one);
            out.append(&mut cx.hoisted);
            out.push(Stmt::Type(class));
        }
        SourceStmt::Import(one) => self::import_modules(cx, one),
        SourceStmt::ImportFrom(one) => import_names(cx, one),
        SourceStmt::Assign(one) => {
            let value = lower(cx, &one.value);
            out.append(&mut cx.hoisted);
            let Some((first, others)) = one.targets.split_first() else {
                return;
            };
            assign(cx, first, value, None, at, out);
            let first = lower(cx, first);
            for other in others {
                assign(cx, other, first.clone(), None, at, out);
            }
        }
        SourceStmt::AnnAssign(one) => {
            let Some(value) = &one.value else { return };
            let value = lower(cx, value);
            out.append(&mut cx.hoisted);
            let of = types::lower(cx, &one.annotation);
            assign(cx, &one.target, value, of, at, out);
        }
        SourceStmt::AugAssign(one) => {
            let target = lower(cx, &one.target);
            let value = lower(cx, &one.value);
            out.append(&mut cx.hoisted);
            match (target.dotted(), value) {
                // `urlpatterns += [..]`: more of the same.
                (Some(name), value @ Expr::List(..)) => out.push(bound(name, value, at)),
                (_, value) => out.push(Stmt::Expr(Expr::Other(vec![target, value]))),
            }
        }
        SourceStmt::Expr(one) => {
            let value = lower(cx, &one.value);
            push(cx, value, out);
        }
        SourceStmt::Return(one) => {
            let value = one
                .value
                .as_deref()
                .map_or(Expr::Nothing, |value| lower(cx, value));
            out.append(&mut cx.hoisted);
            out.push(Stmt::Return(value));
        }
        SourceStmt::Raise(one) => {
            for value in [&one.exc, &one.cause].into_iter().flatten() {
                condition(cx, value, out);
            }
        }
        SourceStmt::Assert(one) => condition(cx, &one.test, out),
        SourceStmt::Delete(one) => {
            for target in &one.targets {
                condition(cx, target, out);
            }
        }
        SourceStmt::If(one) => {
            let mut inner = Vec::new();
            condition(cx, &one.test, &mut inner);
            all(cx, &one.body, &mut inner);
            for clause in &one.elif_else_clauses {
                if let Some(test) = &clause.test {
                    condition(cx, test, &mut inner);
                }
                all(cx, &clause.body, &mut inner);
            }
            out.push(Stmt::Block(inner));
        }
        SourceStmt::Try(one) => {
            let mut inner = Vec::new();
            all(cx, &one.body, &mut inner);
            for ExceptHandler::ExceptHandler(handler) in &one.handlers {
                all(cx, &handler.body, &mut inner);
            }
            all(cx, &one.orelse, &mut inner);
            all(cx, &one.finalbody, &mut inner);
            out.push(Stmt::Block(inner));
        }
        SourceStmt::With(one) => {
            let mut inner = Vec::new();
            for item in &one.items {
                let value = lower(cx, &item.context_expr);
                inner.append(&mut cx.hoisted);
                match &item.optional_vars {
                    Some(target) => assign(cx, target, value, None, at, &mut inner),
                    None => inner.push(Stmt::Expr(value)),
                }
            }
            all(cx, &one.body, &mut inner);
            out.push(Stmt::Block(inner));
        }
        SourceStmt::Match(one) => {
            let mut inner = Vec::new();
            condition(cx, &one.subject, &mut inner);
            for case in &one.cases {
                if let Some(guard) = &case.guard {
                    condition(cx, guard, &mut inner);
                }
                all(cx, &case.body, &mut inner);
            }
            out.push(Stmt::Block(inner));
        }
        SourceStmt::For(one) => {
            let over = lower(cx, &one.iter);
            out.append(&mut cx.hoisted);
            let mut item = String::new();
            let body = body(cx, |cx, out| {
                item = self::item(cx, &one.target, out);
                all(cx, &one.body, out);
            });
            out.push(Stmt::Loop {
                over: Some(over),
                item,
                body,
                at,
            });
            all(cx, &one.orelse, out);
        }
        SourceStmt::While(one) => {
            let body = body(cx, |cx, out| {
                condition(cx, &one.test, out);
                all(cx, &one.body, out);
            });
            out.push(Stmt::Loop {
                over: None,
                item: String::new(),
                body,
                at,
            });
            all(cx, &one.orelse, out);
        }
        SourceStmt::Global(one) => {
            let names = one.names.iter().map(|name| name.as_str().to_string());
            cx.globals.extend(names);
        }
        _ => {}
    }
}

fn condition(cx: &mut Lowering, test: &Source, out: &mut Vec<Stmt>) {
    let test = lower(cx, test);
    out.append(&mut cx.hoisted);
    if says_something(&test) {
        out.push(Stmt::Expr(test));
    }
}

fn push(cx: &mut Lowering, value: Expr, out: &mut Vec<Stmt>) {
    out.append(&mut cx.hoisted);
    // A text alone is documentation.
    if !matches!(value, Expr::Nothing | Expr::Text(..)) {
        out.push(Stmt::Expr(value));
    }
}

/// Binds a target; a tuple's names each to their part.
fn assign(
    cx: &mut Lowering,
    target: &Source,
    value: Expr,
    of: Option<crate::outline::TypeRef>,
    at: At,
    out: &mut Vec<Stmt>,
) {
    let parts = match target {
        Source::Tuple(tuple) => &tuple.elts,
        Source::List(list) => &list.elts,
        target => {
            match lower(cx, target) {
                target if target.dotted().is_some() => out.push(Stmt::Bind {
                    name: target.dotted().unwrap_or_default(),
                    of,
                    value,
                    constant: false,
                    at,
                }),
                // `x[k] = e`: no name that can be followed.
                target => out.push(Stmt::Expr(Expr::Other(vec![target, value]))),
            }
            return;
        }
    };
    match value {
        Expr::List(values, _) if values.len() == parts.len() => {
            for (part, value) in parts.iter().zip(values) {
                deeper(cx, at, |cx| assign(cx, part, value, None, at, out));
            }
        }
        value => {
            let whole = if value.dotted().is_some() {
                value
            } else {
                let name = hidden(cx);
                out.push(bound(name.clone(), value, at));
                Expr::Name(name, at)
            };
            for (index, part) in parts.iter().enumerate() {
                let index = Expr::Number(index as f64, at);
                let value = Expr::Item(Box::new(whole.clone()), Box::new(index), at);
                deeper(cx, at, |cx| assign(cx, part, value, None, at, out));
            }
        }
    }
}

/// The name that each item of a loop gets.
pub fn item(cx: &mut Lowering, target: &Source, out: &mut Vec<Stmt>) -> String {
    if let Source::Name(name) = target {
        return name.id.as_str().to_string();
    }
    let at = place(target);
    let name = hidden(cx);
    assign(cx, target, Expr::Name(name.clone(), at), None, at, out);
    name
}

fn import_modules(cx: &mut Lowering, source: &StmtImport) {
    let at = place(source);
    for alias in &source.names {
        let path = alias.name.as_str();
        match &alias.asname {
            Some(name) => import(cx, path, "", name.as_str(), at),
            None => {
                import(cx, path, "", path, at);
                if let Some((root, _)) = path.split_once('.') {
                    import(cx, root, "", root, at);
                }
            }
        }
    }
}

fn import_names(cx: &mut Lowering, source: &StmtImportFrom) {
    let at = place(source);
    let dots = ".".repeat(source.level.min(64) as usize);
    let module = source.module.as_ref().map_or("", |module| module.as_str());
    let path = format!("{dots}{module}");
    for alias in &source.names {
        let name = alias.name.as_str();
        let known_as = alias.asname.as_ref().map_or(name, |name| name.as_str());
        let known_as = if name == "*" { "" } else { known_as };
        import(cx, &path, name, known_as, at);
    }
}

/// A name that a module binds once, and no function binds again, is a constant.
pub fn constants(statements: &mut [Stmt], globals: &BTreeSet<String>) {
    let mut times: BTreeMap<String, u32> = BTreeMap::new();
    count(statements, &mut times);
    for statement in statements {
        if let Stmt::Bind { name, constant, .. } = statement {
            *constant = times.get(name) == Some(&1) && !globals.contains(name);
        }
    }
}

fn count(statements: &[Stmt], times: &mut BTreeMap<String, u32>) {
    for statement in statements {
        match statement {
            Stmt::Bind { name, .. } => *times.entry(name.clone()).or_default() += 1,
            Stmt::Block(inner) | Stmt::Loop { body: inner, .. } => count(inner, times),
            _ => {}
        }
    }
}
