//! Credentials written out, and state that requests share.

use std::collections::BTreeSet;

use super::file::types;
use super::select::called;
use super::walk::{Around, Walk};
use crate::credential::{is_credential, looks_secret, masked};
use crate::observation::Observation;
use crate::outline::{At, Expr, Function, Stmt, Type};

/// Methods that change a collection or a counter.
const CHANGES: [&str; 22] = [
    "add",
    "addAll",
    "append",
    "push",
    "put",
    "putAll",
    "set",
    "insert",
    "remove",
    "delete",
    "pop",
    "clear",
    "update",
    "extend",
    "shift",
    "unshift",
    "splice",
    "Add",
    "Remove",
    "Clear",
    "setdefault",
    "increment",
];

impl<'a> Walk<'a> {
    /// A binding of a credential's name to a literal.
    pub fn on_bound(&mut self, name: &str, value: &'a Expr, around: &Around<'a>) {
        let at = value.at().unwrap_or_default();
        self.on_secret(name, value, at, around);
        if let Expr::Map(entries, _) = value {
            for (key, value) in entries {
                self.on_secret(key, value, value.at().unwrap_or(at), around);
            }
        }
        if let Expr::Call(call) = value {
            for argument in &call.arguments {
                if let Some(name) = &argument.name {
                    self.on_secret(name, &argument.value, call.at, around);
                }
            }
        }
    }

    pub fn on_secret(&mut self, name: &str, value: &Expr, at: At, around: &Around<'a>) {
        if let Expr::Text(text, _) = value
            && is_credential(name)
            && looks_secret(text)
        {
            let key = name.trim_start_matches("self.").to_owned();
            self.see(
                at,
                true,
                around,
                Observation::Secret {
                    key,
                    value: masked(text),
                },
            );
        }
    }

    /// Module-level collections and static fields that a function changes.
    pub fn shared_state(&mut self) {
        let outline = self.file.outline;
        let mut shared: BTreeSet<&str> = BTreeSet::new();
        for statement in &outline.body {
            if let Stmt::Bind { name, value, .. } = statement
                && is_collection(value)
            {
                shared.insert(name);
            }
        }
        let mut fields: BTreeSet<(&str, &str)> = BTreeSet::new();
        for of in types(outline) {
            let bound = of_instances(of);
            for field in of.fields.iter().filter(|field| field.shared) {
                let guarded = field.of.as_ref().is_some_and(|of| is_guarded(&of.name));
                let held = field.value.as_ref().is_some_and(|value| {
                    is_collection(value) || !field.constant && is_plain(value)
                });
                if held && !guarded && !bound.contains(field.name.as_str()) {
                    fields.insert((&of.name, &field.name));
                }
            }
        }
        if shared.is_empty() && fields.is_empty() {
            return;
        }
        let free = outline.functions.iter().map(|function| (None, function));
        let methods = types(outline).flat_map(|of| {
            of.functions
                .iter()
                .map(move |one| (Some(of.name.as_str()), one))
        });
        let all: Vec<(Option<&str>, &Function)> = free.chain(methods).collect();
        for (owner, function) in all {
            let owner = function.owner.as_deref().or(owner);
            if at_start(&function.name, owner) || locks(&function.body, 0) {
                continue;
            }
            let mut own: BTreeSet<&str> = function
                .parameters
                .iter()
                .map(|one| one.name.as_str())
                .collect();
            bound_in(&function.body, &mut own, 0);
            let mut changed = Vec::new();
            changes(&function.body, &mut changed, 0);
            for (name, at) in changed {
                let hit = match name.rsplit_once('.') {
                    None => {
                        !own.contains(name.as_str())
                            && (shared.contains(name.as_str())
                                || owner.is_some_and(|of| fields.contains(&(of, &name))))
                    }
                    Some(("self" | "cls" | "static", field)) => {
                        owner.is_some_and(|of| fields.contains(&(of, field)))
                    }
                    Some((of, field)) => fields.contains(&(of, field)),
                };
                if hit {
                    let around = Around {
                        within: super::walk::function_name(function, owner).into(),
                        ..Around::default()
                    };
                    let name = name.rsplit('.').next().unwrap_or(&name).to_owned();
                    self.see(at, false, &around, Observation::SharedState { name });
                }
            }
        }
    }
}

/// Functions that run once, before requests come: they fill what requests read.
fn at_start(name: &str, owner: Option<&str>) -> bool {
    const WORDS: [&str; 12] = [
        "init",
        "__init__",
        "setup",
        "set_up",
        "main",
        "constructor",
        "<init>",
        "register",
        "configure",
        "install",
        "boot",
        "bootstrap",
    ];
    let lower = name.to_ascii_lowercase();
    owner == Some(name)
        || WORDS.iter().any(|word| {
            lower.strip_prefix(word).is_some_and(|rest| {
                rest.is_empty() || !name[word.len()..].starts_with(char::is_lowercase)
            })
        })
}

/// Fields of this name are set for each instance somewhere in the type.
fn of_instances(of: &Type) -> BTreeSet<&str> {
    let mut found = BTreeSet::new();
    for function in &of.functions {
        let mut bound = BTreeSet::new();
        bound_in(&function.body, &mut bound, 0);
        found.extend(bound.iter().filter_map(|name| name.strip_prefix("self.")));
    }
    found
}

/// Names that statements bind: they are the function's own from there on.
pub fn bound_in<'a>(body: &'a [Stmt], found: &mut BTreeSet<&'a str>, depth: u8) {
    if depth > 60 {
        return;
    }
    for statement in body {
        match statement {
            Stmt::Bind { name, .. } => {
                found.insert(name);
            }
            Stmt::Loop { item, body, .. } => {
                found.insert(item);
                bound_in(body, found, depth + 1);
            }
            Stmt::Block(inner) => bound_in(inner, found, depth + 1),
            _ => {}
        }
    }
}

/// Whether statements take a lock, of whatever kind.
fn locks(body: &[Stmt], depth: u8) -> bool {
    fn takes(expr: &Expr) -> bool {
        match expr {
            Expr::Call(call) => {
                let name = called(call).to_ascii_lowercase();
                [
                    "lock",
                    "acquire",
                    "synchronized",
                    "withlock",
                    "synchronize",
                    "rlock",
                    "trylock",
                ]
                .contains(&name.as_str())
            }
            Expr::Member(_, name, _) | Expr::Name(name, _) => {
                let name = name.to_ascii_lowercase();
                name.ends_with("lock") || name.ends_with("mutex")
            }
            _ => false,
        }
    }
    depth < 60
        && body.iter().any(|statement| match statement {
            Stmt::Expr(value) | Stmt::Bind { value, .. } => takes(value),
            Stmt::Block(inner) | Stmt::Loop { body: inner, .. } => locks(inner, depth + 1),
            _ => false,
        })
}

/// Types that keep their own order between threads.
fn is_guarded(name: &str) -> bool {
    [
        "Concurrent",
        "Atomic",
        "CopyOnWrite",
        "Synchronized",
        "Blocking",
        "Mutex",
        "RwLock",
        "ThreadLocal",
        "Lock",
    ]
    .iter()
    .any(|word| name.contains(word))
}

/// A plain value that a later one replaces: a counter, a flag, a text.
fn is_plain(value: &Expr) -> bool {
    matches!(
        value,
        Expr::Number(..) | Expr::Bool(_) | Expr::Nothing | Expr::Text(..)
    )
}

fn is_collection(value: &Expr) -> bool {
    match value {
        Expr::Map(entries, _) => entries.is_empty(),
        Expr::List(items, _) => items.is_empty(),
        Expr::Call(call) => {
            call.arguments.is_empty()
                && [
                    "HashMap",
                    "LinkedHashMap",
                    "ArrayList",
                    "HashSet",
                    "LinkedList",
                    "TreeMap",
                    "Map",
                    "Set",
                    "dict",
                    "list",
                    "set",
                    "defaultdict",
                    "Dictionary",
                    "List",
                    "mutableMapOf",
                    "mutableListOf",
                    "mutableSetOf",
                ]
                .contains(&called(call))
        }
        _ => false,
    }
}

/// Names that statements change: `x.add(..)`, `x[k] = v`, `x = ..` of a shared name.
fn changes(body: &[Stmt], found: &mut Vec<(String, At)>, depth: u8) {
    if depth > 60 {
        return;
    }
    for statement in body {
        match statement {
            Stmt::Expr(Expr::Call(call)) => {
                if let Expr::Member(of, method, _) = &call.callee
                    && CHANGES.contains(&method.as_str())
                    && let Some(name) = of.dotted()
                {
                    found.push((name, call.at));
                }
            }
            Stmt::Bind { name, at, .. } if name.contains('[') => {
                found.push((name.split('[').next().unwrap_or(name).to_owned(), *at));
            }
            Stmt::Block(inner) | Stmt::Loop { body: inner, .. } => changes(inner, found, depth + 1),
            _ => {}
        }
    }
}
