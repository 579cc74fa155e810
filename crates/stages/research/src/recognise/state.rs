//! Credentials written out, and state that requests share.

use std::collections::BTreeSet;

use super::file::types;
use super::select::called;
use super::walk::{Around, Walk};
use crate::credential::{is_credential, looks_secret, masked};
use crate::observation::Observation;
use crate::outline::{At, Expr, Function, Stmt};

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
        let mut fields: BTreeSet<&str> = BTreeSet::new();
        for of in types(outline) {
            for field in of.fields.iter().filter(|field| field.shared) {
                if field.value.as_ref().is_some_and(is_collection)
                    || !field.constant && field.value.is_some()
                {
                    fields.insert(&field.name);
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
            // Constructors, initialisers and tests fill; requests change.
            if ["init", "main", "setup", "setUp", "constructor", "<init>"]
                .contains(&function.name.as_str())
            {
                continue;
            }
            let own: BTreeSet<&str> = function
                .parameters
                .iter()
                .map(|one| one.name.as_str())
                .collect();
            let mut changed = Vec::new();
            changes(&function.body, &mut changed, 0);
            for (name, at) in changed {
                let bare = name.rsplit('.').next().unwrap_or(name);
                let hit = (shared.contains(name) || (owner.is_some() && fields.contains(bare)))
                    && !own.contains(name);
                if hit {
                    let around = Around {
                        within: super::walk::function_name(
                            function,
                            function.owner.as_deref().or(owner),
                        ),
                        ..Around::default()
                    };
                    self.see(
                        at,
                        false,
                        &around,
                        Observation::SharedState {
                            name: bare.to_owned(),
                        },
                    );
                }
            }
        }
    }
}

fn is_collection(value: &Expr) -> bool {
    match value {
        Expr::Map(entries, _) => entries.is_empty(),
        Expr::List(items, _) => items.is_empty(),
        Expr::Call(call) => {
            call.arguments.is_empty()
                && [
                    "HashMap",
                    "ArrayList",
                    "ConcurrentHashMap",
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
                    "ConcurrentDictionary",
                ]
                .contains(&called(call))
        }
        _ => false,
    }
}

/// Names that statements change: `x.add(..)`, `x[k] = v`, `x = ..` of a shared name.
fn changes<'a>(body: &'a [Stmt], found: &mut Vec<(&'a str, At)>, depth: u8) {
    if depth > 60 {
        return;
    }
    for statement in body {
        match statement {
            Stmt::Expr(Expr::Call(call)) => {
                if let Expr::Member(of, method, _) = &call.callee
                    && CHANGES.contains(&method.as_str())
                    && let Expr::Name(name, _) = of.as_ref()
                {
                    found.push((name, call.at));
                }
            }
            Stmt::Bind { name, at, .. } if name.contains('[') => {
                found.push((name.split('[').next().unwrap_or(name), *at));
            }
            Stmt::Block(inner) | Stmt::Loop { body: inner, .. } => changes(inner, found, depth + 1),
            _ => {}
        }
    }
}
