//! What lowering carries along.

use std::collections::BTreeSet;

use crate::outline::{At, Expr, Import, Stmt};

/// Expressions nested deeper than this are cut, and said to be.
const DEEPEST: u32 = 200;

#[derive(Default)]
pub struct Lowering {
    pub depth: u32,
    /// Statements that an expression holds and that come before its own: comprehensions, `:=`.
    pub hoisted: Vec<Stmt>,
    pub imports: Vec<Import>,
    pub faults: Vec<(At, String)>,
    /// Names of the module that functions bind again.
    pub globals: BTreeSet<String>,
    hidden: u32,
}

/// One level deeper; nothing past the deepest.
pub fn deeper<T>(cx: &mut Lowering, at: At, run: impl FnOnce(&mut Lowering) -> T) -> Option<T> {
    if cx.depth >= DEEPEST {
        let fault = (at, "nested too deeply".to_string());
        if cx.faults.last() != Some(&fault) {
            cx.faults.push(fault);
        }
        return None;
    }
    cx.depth += 1;
    let result = run(cx);
    cx.depth -= 1;
    Some(result)
}

/// Statements of a body of its own: what its expressions hoist stays in it.
pub fn body(cx: &mut Lowering, run: impl FnOnce(&mut Lowering, &mut Vec<Stmt>)) -> Vec<Stmt> {
    let outer = std::mem::take(&mut cx.hoisted);
    let mut statements = Vec::new();
    run(cx, &mut statements);
    statements.append(&mut cx.hoisted);
    cx.hoisted = outer;
    statements
}

/// A name that no source has.
pub fn hidden(cx: &mut Lowering) -> String {
    cx.hidden += 1;
    format!("#{}", cx.hidden)
}

pub fn import(cx: &mut Lowering, path: &str, name: &str, alias: &str, at: At) {
    let same = |other: &Import| {
        (
            other.path.as_str(),
            other.name.as_str(),
            other.alias.as_str(),
        ) == (path, name, alias)
    };
    if !cx.imports.iter().any(same) {
        cx.imports.push(Import {
            path: path.to_string(),
            name: name.to_string(),
            alias: alias.to_string(),
            at,
        });
    }
}

pub fn bound(name: impl Into<String>, value: Expr, at: At) -> Stmt {
    Stmt::Bind {
        name: name.into(),
        of: None,
        value,
        constant: false,
        at,
    }
}
