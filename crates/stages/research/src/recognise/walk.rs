//! The walk over an outline: every declaration, statement and call once, with what surrounds it.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use model::finding::Certainty;

use super::file::File;
use super::loops;
use super::pattern;
use super::scope::Scope;
use super::table::{Library, Trigger};
use super::wrappers::Wrappers;
use crate::observation::{Declaration, FileFacts, Observation, Observed, Value};
use crate::outline::{Annotation, At, Call, Expr, Function, Outline, Stmt, Type, TypeKind};

/// How deep expressions and statements are walked; deeper ones are machine-made.
const DEPTH: u16 = 120;

pub struct Walk<'a> {
    pub file: File<'a>,
    pub wrappers: Wrappers,
    /// Routers that are the insides of resources.
    pub nested: BTreeSet<String>,
    pub facts: FileFacts,
}

/// A router without a name: its key, the library and the type it is of.
#[derive(Debug, Clone)]
pub struct Implicit {
    pub key: String,
    pub library: &'static Library,
    pub of: &'static str,
    /// Resources inside stand without the ids of those around them.
    pub shallow: bool,
}

impl Implicit {
    /// Whether calls on these types of a library may stand without receiver here.
    pub fn is_on(&self, library: &Library, on: &[String]) -> bool {
        on.iter().any(|on| match on.split_once('/') {
            Some((other, of)) => self.library.id == other && self.of == of,
            None => on == "*" || (self.library.id == library.id && self.of == *on),
        })
    }
}

/// What surrounds a place.
#[derive(Clone, Default)]
pub struct Around<'a> {
    /// `OrderController.create`.
    pub within: Rc<str>,
    pub class: Option<&'a Type>,
    pub function: Option<&'a Function>,
    pub in_loop: bool,
    /// What differs from one turn of that loop to the next: its item, and what is bound in it.
    pub turns: Option<Rc<BTreeSet<&'a str>>>,
    /// Inside an argument that makes a larger query.
    pub composed: bool,
    /// The router that calls without a receiver belong to, inside a group's closure.
    pub implicit: Option<Rc<Implicit>>,
    /// The module-level name that is being bound.
    pub binding: Option<&'a str>,
    /// Methods called later in the same chain.
    pub chain: Vec<&'a str>,
    /// The same calls, the nearest last.
    pub after: Vec<&'a Call>,
    /// Target of the calls of an annotated client interface: service, base address, library.
    pub client: Option<Rc<ClassClient>>,
    pub depth: u16,
}

/// The target of a client interface: service, base address, library.
pub type ClassClient = (Option<Value>, Value, &'static str);

impl<'a> Around<'a> {
    /// One level further in, outside of the chain.
    fn below(&self) -> Around<'a> {
        Around {
            within: Rc::clone(&self.within),
            class: self.class,
            function: self.function,
            in_loop: self.in_loop,
            turns: self.turns.clone(),
            composed: self.composed,
            implicit: self.implicit.clone(),
            binding: self.binding,
            chain: Vec::new(),
            after: Vec::new(),
            client: self.client.clone(),
            depth: self.depth + 1,
        }
    }
}

/// Recognises the libraries of a language in one outline.
pub fn recognise(outline: &Outline, language: &str) -> FileFacts {
    let file = File::new(outline, language);
    let mut walk = Walk {
        facts: FileFacts {
            front: language.to_owned(),
            module: outline.module.clone(),
            imports: outline
                .imports
                .iter()
                .map(|one| (one.alias.clone(), one.path.clone(), one.name.clone()))
                .collect(),
            faults: outline
                .faults
                .iter()
                .map(|(at, why)| (outline.line(*at), why.clone()))
                .collect(),
            ..FileFacts::default()
        },
        file,
        wrappers: Wrappers::default(),
        nested: BTreeSet::new(),
    };
    let scope = Scope::of_file(outline);
    let around = Around::default();
    walk.statements(&outline.body, &scope, &around);
    walk.wrappers = walk.find_wrappers(&scope);
    let of_types = owners(outline, &scope);
    for function in &outline.functions {
        match function
            .owner
            .as_deref()
            .and_then(|owner| of_types.get(owner))
        {
            Some((of, inner)) => {
                let around = Around {
                    class: *of,
                    ..Around::default()
                };
                walk.function(function, inner, &around);
            }
            None => walk.function(function, &scope, &around),
        }
    }
    for of in &outline.types {
        walk.of_type(of, &scope, &around);
    }
    walk.shared_state();
    walk.exports(&scope);
    walk.facts
}

/// The scopes of the types whose methods stand outside of them (Go, Rust), by name. The type itself may
/// stand in another file.
fn owners<'a, 'p>(
    outline: &'a Outline,
    outer: &'p Scope<'a, 'p>,
) -> BTreeMap<&'a str, (Option<&'a Type>, Scope<'a, 'p>)> {
    let mut found = BTreeMap::new();
    for owner in outline
        .functions
        .iter()
        .filter_map(|one| one.owner.as_deref())
    {
        found.entry(owner).or_insert_with(|| {
            let of = outline.types.iter().find(|of| of.name == owner);
            let methods = outline
                .functions
                .iter()
                .filter(|one| one.owner.as_deref() == Some(owner));
            (of, Scope::of_owner(outer, of, methods))
        });
    }
    found
}

impl<'a> Walk<'a> {
    pub fn see(&mut self, at: At, certain: bool, around: &Around, what: Observation) {
        let certainty = if certain {
            Certainty::Resolved
        } else {
            Certainty::Inferred
        };
        let line = self.file.outline.line(at);
        let seen = Observed {
            line,
            certainty,
            within: around.within.to_string(),
            what,
        };
        if self.facts.seen.last() != Some(&seen) {
            self.facts.seen.push(seen);
        }
    }

    fn of_type(&mut self, of: &'a Type, outer: &Scope<'a, '_>, around: &Around<'a>) {
        if around.depth > DEPTH {
            return;
        }
        let scope = Scope::of_type(outer, of);
        let mut around = Around {
            within: of.name.as_str().into(),
            class: Some(of),
            function: None,
            binding: None,
            depth: around.depth + 1,
            ..around.clone()
        };
        self.see(
            of.at,
            true,
            &around,
            Observation::Declares(Declaration {
                name: of.name.clone(),
                supers: of.supers.iter().map(|one| one.name.clone()).collect(),
                interface: of.kind == TypeKind::Interface,
                annotations: of.annotations.iter().map(|one| one.name.clone()).collect(),
                answers: self.answers(of),
                prefixes: self.own_prefixes(of, &scope),
                bequeaths: self.bequeaths(of),
            }),
        );
        around.client = self.class_client(of, &scope).map(Rc::new);
        self.on_type(of, &scope, &around);
        for annotation in &of.annotations {
            self.on_annotation(annotation, "class", of.at, &scope, &around);
        }
        for field in &of.fields {
            for annotation in &field.annotations {
                self.on_annotation(annotation, "field", field.at, &scope, &around);
            }
            if let Some(declared) = &field.of {
                self.on_taken(declared, field.at, &scope, &around);
            }
            if let Some(value) = &field.value {
                self.on_secret(&field.name, value, field.at, &around);
                self.expr(value, &scope, &around);
            }
            if let Some(value) = self.env_field(of, field, &scope) {
                self.reads(&value, field.at, &around);
            }
        }
        self.statements(&of.body, &scope, &around);
        for function in &of.functions {
            self.function(function, &scope, &around);
        }
        for inner in &of.types {
            self.of_type(inner, &scope, &around);
        }
    }

    /// The router that a function of it belongs to: `fun Route.orders() { get("/orders") { } }`.
    fn extends_router(&self, function: &Function) -> Option<Implicit> {
        let owner = crate::outline::TypeRef::named(function.owner.as_deref()?);
        let of = self.file.named_type(&owner)?;
        (!of.library.group.is_empty()).then(|| Implicit {
            key: format!("{}#0", function.name),
            library: of.library,
            of: &of.row.id,
            shallow: false,
        })
    }

    pub fn function(&mut self, function: &'a Function, outer: &Scope<'a, '_>, around: &Around<'a>) {
        if around.depth > DEPTH {
            return;
        }
        let owner = function
            .owner
            .as_deref()
            .or(around.class.map(|of| of.name.as_str()));
        let name = function_name(function, owner);
        let scope = Scope::of_function(outer, function);
        let around = Around {
            within: if function.name.is_empty() {
                Rc::clone(&around.within)
            } else {
                name.into()
            },
            function: Some(function),
            implicit: match self.extends_router(function) {
                Some(own) => Some(Rc::new(own)),
                None => around.implicit.clone(),
            },
            binding: None,
            in_loop: around.in_loop && function.name.is_empty(),
            ..around.below()
        };
        let answers = self.function_answers(function, &scope);
        if !answers.is_empty() {
            let declared = Declaration {
                name: function.name.clone(),
                supers: Vec::new(),
                interface: false,
                annotations: Vec::new(),
                answers,
                prefixes: Vec::new(),
                bequeaths: false,
            };
            self.see(function.at, true, &around, Observation::Declares(declared));
        }
        let named = |trigger: &Trigger| pattern::any(&function.name, &trigger.function).is_some();
        if self
            .entries(|library| &library.test)
            .any(|(_, row)| named(row))
        {
            self.see(function.at, true, &around, Observation::Test);
        }
        for annotation in &function.annotations {
            self.on_annotation(annotation, "function", function.at, &scope, &around);
            for argument in &annotation.arguments {
                self.expr(&argument.value, &scope, &around);
            }
        }
        for parameter in &function.parameters {
            for annotation in &parameter.annotations {
                self.on_annotation(annotation, "parameter", function.at, &scope, &around);
            }
            if let Some(declared) = &parameter.of {
                self.on_taken(declared, function.at, &scope, &around);
            }
            if let Some(default) = &parameter.default {
                self.expr(default, &scope, &around);
            }
        }
        self.statements(&function.body, &scope, &around);
    }

    fn statements(&mut self, body: &'a [Stmt], scope: &Scope<'a, '_>, around: &Around<'a>) {
        if around.depth > DEPTH {
            return;
        }
        for statement in body {
            match statement {
                Stmt::Bind { name, value, .. } => {
                    let top = around.function.is_none() && around.class.is_none();
                    let binding = if top { Some(name.as_str()) } else { None };
                    self.on_bound(name, value, around);
                    self.expr(
                        value,
                        scope,
                        &Around {
                            binding,
                            ..around.clone()
                        },
                    );
                }
                Stmt::Expr(value) | Stmt::Return(value) => self.expr(value, scope, around),
                Stmt::Loop {
                    over, item, body, ..
                } => {
                    if let Some(over) = over {
                        self.expr(over, scope, around);
                    }
                    let per_item =
                        loops::runs_per_item(over.as_ref(), item, body, scope, around.in_loop);
                    let inner = Around {
                        in_loop: per_item,
                        turns: match per_item {
                            true => loops::turns(around.turns.as_deref(), item, body),
                            false => None,
                        },
                        depth: around.depth + 1,
                        ..around.clone()
                    };
                    self.statements(body, scope, &inner);
                }
                Stmt::Block(body) => {
                    self.statements(
                        body,
                        scope,
                        &Around {
                            depth: around.depth + 1,
                            ..around.clone()
                        },
                    );
                }
                Stmt::Function(function) => self.function(function, scope, around),
                Stmt::Type(of) => self.of_type(of, scope, around),
            }
        }
    }

    pub fn expr(&mut self, expr: &'a Expr, scope: &Scope<'a, '_>, around: &Around<'a>) {
        if around.depth > DEPTH {
            return;
        }
        let inner = match expr {
            Expr::Call(call) => return self.call(call, scope, around),
            Expr::Text(..) | Expr::Number(..) | Expr::Bool(_) | Expr::Nothing | Expr::Name(..) => {
                return;
            }
            _ => around.below(),
        };
        match expr {
            Expr::Member(of, name, at) => {
                self.on_member(of, Some(name), false, *at, scope, around);
                self.expr(of, scope, &inner);
            }
            Expr::Item(of, key, at) => {
                self.on_member(of, key.text(), true, *at, scope, around);
                self.expr(of, scope, &inner);
                self.expr(key, scope, &inner);
            }
            Expr::Template(items, _)
            | Expr::List(items, _)
            | Expr::Either(items)
            | Expr::Other(items) => {
                let before = self.facts.seen.len();
                for item in items {
                    self.expr(item, scope, &inner);
                }
                if matches!(expr, Expr::Either(_)) {
                    self.with_default(expr, before, scope);
                }
            }
            Expr::Map(entries, _) => {
                for (_, value) in entries {
                    self.expr(value, scope, &inner);
                }
            }
            Expr::Function(function) => self.function(function, scope, &inner),
            Expr::Call(_)
            | Expr::Text(..)
            | Expr::Number(..)
            | Expr::Bool(_)
            | Expr::Nothing
            | Expr::Name(..) => {}
        }
    }

    fn call(&mut self, call: &'a Call, scope: &Scope<'a, '_>, around: &Around<'a>) {
        let taken = self.on_call(call, scope, around);
        let mut inner = around.below();
        inner.composed |= loops::composes(call);
        if let Expr::Member(receiver, name, _) = &call.callee
            && !matches!(receiver.as_ref(), Expr::Name(..))
        {
            let mut chain = around.chain.clone();
            chain.push(name);
            let mut after = around.after.clone();
            after.push(call);
            self.expr(
                receiver,
                scope,
                &Around {
                    chain,
                    after,
                    ..around.below()
                },
            );
        }
        let walks = loops::is_per_item_of(call, scope);
        for argument in &call.arguments {
            if let Expr::Function(function) = &argument.value {
                let mut inner = inner.clone();
                if walks {
                    inner.in_loop = true;
                    inner.turns = loops::turns_of(around.turns.as_deref(), function);
                }
                if let Some((closure, implicit)) = &taken
                    && std::ptr::eq(*closure, function.as_ref())
                {
                    inner.implicit = Some(Rc::new(implicit.clone()));
                }
                self.expr(&argument.value, scope, &inner);
                continue;
            }
            self.expr(&argument.value, scope, &inner);
        }
    }

    /// Types and functions that entries without a library's import would never see are not asked:
    /// an entry counts only in a file that uses its library.
    pub fn entries<R: 'static, F: Fn(&'static Library) -> &'static [R]>(
        &self,
        rows: F,
    ) -> impl Iterator<Item = (&'static Library, &'static R)> + use<R, F> {
        let libraries = Rc::clone(&self.file.libraries);
        (0..libraries.len()).flat_map(move |at| {
            let library = libraries[at];
            rows(library).iter().map(move |row| (library, row))
        })
    }

    /// Whether a trigger may count in what surrounds a place.
    pub fn is_inside(&self, trigger: &Trigger, around: &Around<'a>) -> bool {
        trigger.inside.is_empty()
            || (around.class.is_none() && trigger.inside.iter().any(String::is_empty))
            || self.is_within(around.class, &trigger.inside)
    }

    /// Whether a type has one of these annotations or supers.
    pub fn is_within(&self, of: Option<&Type>, names: &[String]) -> bool {
        let Some(of) = of else { return false };
        let annotated = of.annotations.iter().map(|one| &one.name);
        annotated
            .chain(of.supers.iter().map(|one| &one.name))
            .any(|name| pattern::any(&self.file.imports.whole(name), names).is_some())
    }

    pub fn annotated(&self, trigger: &Trigger, annotation: &Annotation, on: &str) -> bool {
        !trigger.annotation.is_empty()
            && trigger.of.as_deref().is_none_or(|of| of == on)
            && self.file.annotates(annotation, trigger)
    }
}

/// The key of a function: `Orders.register`, or its place for a closure.
pub fn function_name(function: &Function, owner: Option<&str>) -> String {
    match (owner, function.name.as_str()) {
        (_, "") => format!("fn@{}", function.at),
        (Some(owner), name) => format!("{owner}.{name}"),
        (None, name) => name.to_owned(),
    }
}
