//! What lowering carries along.

use crate::outline::{At, Expr, Import, Stmt};

/// Expressions nested deeper than this are cut, and said to be.
const DEEPEST: u32 = 200;

#[derive(Default)]
pub struct Lowering {
    /// Offset of the part that is read now.
    pub base: At,
    pub depth: u32,
    /// Statements that an expression holds and that come before its own (`a = b = c`, `c() ? x : y`).
    pub hoisted: Vec<Stmt>,
    pub imports: Vec<Import>,
    pub faults: Vec<(At, String)>,
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
    let import = Import {
        path: module(path).to_string(),
        // The default export is what the module stands for.
        name: if name == "default" { "" } else { name }.to_string(),
        alias: alias.to_string(),
        at,
    };
    let same = |other: &Import| {
        (&other.path, &other.name, &other.alias) == (&import.path, &import.name, &import.alias)
    };
    if !cx.imports.iter().any(same) {
        cx.imports.push(import);
    }
}

/// A module's path without what build tools put before it: `node:http`, `@/db`, `~/db`.
pub fn module(path: &str) -> &str {
    ["node:", "@/", "~/"]
        .iter()
        .find_map(|before| path.strip_prefix(before))
        .unwrap_or(path)
}

/// The value under a name, so that it can be used many times and its calls are there once.
pub fn shared(cx: &mut Lowering, value: Expr, at: At, out: &mut Vec<Stmt>) -> Expr {
    if value.dotted().is_some() {
        return value;
    }
    let name = hidden(cx);
    out.push(Stmt::Bind {
        name: name.clone(),
        of: None,
        value,
        constant: true,
        at,
    });
    Expr::Name(name, at)
}
