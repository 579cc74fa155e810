//! Functions of a file that read the environment or configuration for others: `mustGet("ORDERS_URL")`.
//!
//! Such a function asks for a key that is its parameter. Each call that gives a text for it reads that key.

use std::collections::BTreeMap;

use super::file::{File, types};
use super::scope::Scope;
use super::select::{Site, called};
use super::walk::{Around, Walk};
use crate::observation::{Observation, Value};
use crate::outline::{At, Call, Expr, Function, Stmt};

/// By the place of the function: the parameter that is the key, and whether it is the environment.
pub type Wrappers = BTreeMap<At, Vec<(usize, bool)>>;

impl<'a> Walk<'a> {
    pub fn find_wrappers(&self, scope: &Scope<'a, '_>) -> Wrappers {
        let outline = self.file.outline;
        let reads = |rows: &dyn Fn(&'static super::table::Library) -> bool| {
            self.file.libraries.iter().any(|library| rows(library))
        };
        if !reads(&|library| !library.env.is_empty() || !library.config.is_empty()) {
            return Wrappers::new();
        }
        let inside = types(outline).flat_map(|of| &of.functions);
        let mut found = Wrappers::new();
        for function in outline.functions.iter().chain(inside) {
            if function.parameters.is_empty() {
                continue;
            }
            let mut keys = Vec::new();
            calls(&function.body, &mut |call| {
                keys.extend(key_parameter(&self.file, function, call, scope))
            });
            if !keys.is_empty() {
                found.insert(function.at, keys);
            }
        }
        found
    }

    /// What a call of such a function reads.
    pub fn on_wrapper(&mut self, call: &'a Call, scope: &Scope<'a, '_>, around: &Around<'a>) {
        if self.wrappers.is_empty() {
            return;
        }
        let Some(function) = self.file.function(&call.callee) else {
            return;
        };
        let Some(keys) = self.wrappers.get(&function.at).cloned() else {
            return;
        };
        for (index, environment) in keys {
            let given = call
                .arguments
                .get(index)
                .map(|one| self.file.value(&one.value, scope, 0));
            let Some(Value::Text(name)) = given else {
                continue;
            };
            let seen = if environment {
                Observation::ReadsEnv {
                    name,
                    default: None,
                }
            } else {
                Observation::ReadsConfig {
                    key: name,
                    default: None,
                }
            };
            self.see(call.at, true, around, seen);
        }
    }
}

fn key_parameter<'a>(
    file: &File<'a>,
    function: &Function,
    call: &'a Call,
    scope: &Scope<'a, '_>,
) -> Option<(usize, bool)> {
    let hits = file.hits(called(call));
    let mut reads = hits.reads().filter(|(_, row, _)| !row.placeholder);
    reads.find_map(|(library, row, environment)| {
        let site: Site<'a> = file.call_site(library, &row.trigger, call, scope)?;
        let Expr::Name(name, _) = row.key.iter().find_map(|one| site.expr(one))? else {
            return None;
        };
        let index = function
            .parameters
            .iter()
            .position(|one| one.name == *name)?;
        Some((index, environment))
    })
}

/// Every call in statements, closures left out: their parameters are their own.
fn calls<'a>(body: &'a [Stmt], seen: &mut dyn FnMut(&'a Call)) {
    for statement in body {
        match statement {
            Stmt::Bind { value, .. } | Stmt::Expr(value) | Stmt::Return(value) => {
                within(value, seen)
            }
            Stmt::Loop { body, .. } | Stmt::Block(body) => calls(body, seen),
            Stmt::Function(_) | Stmt::Type(_) => {}
        }
    }
}

fn within<'a>(expr: &'a Expr, seen: &mut dyn FnMut(&'a Call)) {
    match expr {
        Expr::Call(call) => {
            seen(call);
            within(&call.callee, seen);
            call.arguments
                .iter()
                .for_each(|one| within(&one.value, seen));
        }
        Expr::Member(of, ..) => within(of, seen),
        Expr::Item(of, key, _) => {
            within(of, seen);
            within(key, seen);
        }
        Expr::Template(items, _)
        | Expr::List(items, _)
        | Expr::Either(items)
        | Expr::Other(items) => {
            items.iter().for_each(|one| within(one, seen));
        }
        Expr::Map(entries, _) => entries.iter().for_each(|(_, value)| within(value, seen)),
        _ => {}
    }
}
