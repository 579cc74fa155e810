//! What each kind of entry makes of a call, an annotation or a type.

use super::file::{File, Hits};
use super::index::Kind;
use super::pattern;
use super::scope::Scope;
use super::select::{Site, called, first};
use super::table::{KindRow, Library};
use super::walk::{Around, Implicit, Walk};
use crate::observation::{Connection, Direction, Guard, Message, Observation, Resilience, Value};
use crate::outline::{Annotation, At, Call, Expr, Function, Type, TypeRef};

impl<'a> Walk<'a> {
    // ---- calls

    /// Everything that a call means; the closure of a group and its router, for the walk.
    pub fn on_call(
        &mut self,
        call: &'a Call,
        scope: &Scope<'a, '_>,
        around: &Around<'a>,
    ) -> Option<(&'a Function, Implicit)> {
        if let Some((value, _)) = self.file.read_call(call, scope, 0) {
            self.reads(&value, call.at, around);
        }
        self.on_wrapper(call, scope, around);
        let closure = self.on_router_call(call, scope, around);
        let hits = self.file.hits(called(call));
        if hits.is_empty() {
            return closure;
        }
        for (library, row) in hits.of(Kind::Route, |library| &library.route) {
            if let Some(site) = self.site(library, &row.trigger, call, scope, around) {
                self.route_call(library, row, &site, call, scope, around);
            }
        }
        for (library, row) in hits.of(Kind::Resource, |library| &library.resource) {
            if let Some(site) = self.site(library, &row.trigger, call, scope, around) {
                self.resource(row, &site, call.at, scope, around);
            }
        }
        for (library, row) in hits.of(Kind::Call, |library| &library.call) {
            if row.within.is_empty()
                && let Some(site) = self.site(library, &row.trigger, call, scope, around)
            {
                self.outgoing(library, row, &site, call, scope, around);
            }
        }
        for (library, row) in hits.of(Kind::Client, |library| &library.client) {
            if let Some(site) = self.site(library, &row.trigger, call, scope, around) {
                self.client(library, row, &site, call, scope, around);
            }
        }
        for (library, row) in hits.of(Kind::Query, |library| &library.query) {
            if let Some(site) = self.site(library, &row.trigger, call, scope, around) {
                self.query(library, row, &site, call.at, scope, around);
            }
        }
        self.on_entity_call(call, &hits, scope, around);
        self.plain_rows_of(&hits, &Found::Call(call), call.at, scope, around);
        closure
    }

    /// The site of a call, where it triggers; a call without receiver only inside a group's closure.
    pub fn site(
        &self,
        library: &'static Library,
        trigger: &super::table::Trigger,
        call: &'a Call,
        scope: &Scope<'a, '_>,
        around: &Around<'a>,
    ) -> Option<Site<'a>> {
        let mut site = self.file.call_site(library, trigger, call, scope)?;
        if around
            .chain
            .iter()
            .any(|later| trigger.not_chained.iter().any(|one| one == later))
        {
            return None;
        }
        if !self.is_inside(trigger, around) {
            return None;
        }
        let mut implicit = around.implicit.iter();
        if !trigger.on.is_empty()
            && site.receiver.is_none()
            && !implicit.any(|one| one.is_on(library, &trigger.on))
        {
            return None;
        }
        site.after = around.after.iter().rev().copied().collect();
        site.certain |= site.receiver.is_none() && around.implicit.is_some();
        site.class = around.class.map_or(String::new(), |of| of.name.clone());
        Some(site)
    }

    // ---- what calls, annotations and types have in common

    /// Connections, messages, roles, guards, resilience, schedules, entries, tests.
    pub fn plain_rows(
        &mut self,
        found: &Found<'a>,
        at: At,
        scope: &Scope<'a, '_>,
        around: &Around<'a>,
    ) {
        let hits = self.file.hits(found.name());
        self.plain_rows_of(&hits, found, at, scope, around);
    }

    fn plain_rows_of(
        &mut self,
        hits: &Hits,
        found: &Found<'a>,
        at: At,
        scope: &Scope<'a, '_>,
        around: &Around<'a>,
    ) {
        if hits.is_empty() {
            return;
        }
        for (library, row) in hits.of(Kind::Connection, |library| &library.connection) {
            let Some(site) = self.found(library, &row.trigger, found, scope, around) else {
                continue;
            };
            let text = |one: &String| match one
                .starts_with(|c: char| c.is_ascii_digit() || c == '-' || c == '=')
                || one.starts_with("types.")
                || one == "*"
            {
                true => first(&self.file, &site, std::slice::from_ref(one), scope)?
                    .known()
                    .map(str::to_owned),
                false => Some(one.clone()),
            };
            let what = Observation::Connection(Connection {
                technology: row.technology.iter().find_map(text),
                target: first(&self.file, &site, &row.url, scope)
                    .or_else(|| row.default.as_deref().map(Value::text))
                    .unwrap_or(Value::Hole),
                database: first(&self.file, &site, &row.database, scope),
                library: library.id.clone(),
            });
            self.see(at, site.certain, around, what);
        }
        for (library, row) in hits.of(Kind::Message, |library| &library.message) {
            let Some(site) = self.found(library, &row.trigger, found, scope, around) else {
                continue;
            };
            let what = Observation::Message(Message {
                direction: match row.direction.as_str() {
                    "consumes" => Direction::Consumes,
                    _ => Direction::Produces,
                },
                technology: row.technology.clone(),
                topic: first(&self.file, &site, &row.topic, scope).unwrap_or(Value::Hole),
                library: library.id.clone(),
            });
            self.see(at, site.certain, around, what);
        }
        for (library, row) in hits.of(Kind::Role, |library| &library.role) {
            if let Some(site) = self.found(library, &row.trigger, found, scope, around) {
                let what = Observation::Role {
                    role: row.role.clone(),
                    library: library.id.clone(),
                };
                self.see(at, site.certain, around, what);
            }
        }
        let guards: fn(&'static Library) -> &'static [KindRow] = |library| &library.guard;
        for (guards, rows) in [
            (true, hits.of(Kind::Guard, guards)),
            (
                false,
                hits.of(Kind::Resilience, |library| &library.resilience),
            ),
        ] {
            for (library, row) in rows {
                let Some(site) = self.found(library, &row.trigger, found, scope, around) else {
                    continue;
                };
                let covers = if row.everywhere {
                    String::new()
                } else {
                    around.within.to_string()
                };
                let (kind, library) = (row.kind.clone(), library.id.clone());
                let what = match guards {
                    true => Observation::Guard(Guard {
                        kind,
                        covers,
                        library,
                    }),
                    false => Observation::Resilience(Resilience {
                        kind,
                        covers,
                        library,
                    }),
                };
                self.see(at, site.certain, around, what);
            }
        }
        for (library, row) in hits.of(Kind::Schedule, |library| &library.schedule) {
            if let Some(site) = self.found(library, &row.trigger, found, scope, around) {
                let every = first(&self.file, &site, &row.every, scope).unwrap_or(Value::Hole);
                self.see(at, site.certain, around, Observation::Schedule { every });
            }
        }
        self.on_paths(hits, found, at, scope, around);
        for (library, row) in hits.of(Kind::Entry, |library| &library.entry) {
            if let Some(site) = self.found(library, &row.trigger, found, scope, around) {
                let port = first(&self.file, &site, &row.port, scope);
                self.see(at, site.certain, around, Observation::Entry { port });
            }
        }
        for (library, row) in hits.of(Kind::Test, |library| &library.test) {
            if let Some(site) = self.found(library, row, found, scope, around) {
                self.see(at, site.certain, around, Observation::Test);
            }
        }
    }

    pub fn found(
        &self,
        library: &'static Library,
        trigger: &super::table::Trigger,
        found: &Found<'a>,
        scope: &Scope<'a, '_>,
        around: &Around<'a>,
    ) -> Option<Site<'a>> {
        let class = || around.class.map_or(String::new(), |of| of.name.clone());
        match found {
            Found::Call(call) => self.site(library, trigger, call, scope, around),
            Found::Annotation(annotation, on) => {
                if self.annotated(trigger, annotation, on) {
                    let site = Site {
                        class: class(),
                        beside: around.function.map_or(&[], |of| &of.annotations),
                        ..Site::of_annotation(annotation)
                    };
                    return self
                        .file
                        .fits(library, trigger, &site, scope)
                        .then_some(site);
                }
                // `@app.get("/x")` is a call of `get` on `app`.
                let site = self.annotation_call(library, trigger, annotation, scope)?;
                self.file
                    .fits(library, trigger, &site, scope)
                    .then_some(site)
            }
            Found::Super(of, parent) => {
                let whole = self.file.imports.whole(&parent.name);
                let caught = pattern::any(&whole, &trigger.extends)?.to_owned();
                Some(Site {
                    types: &parent.arguments,
                    caught,
                    class: of.name.clone(),
                    certain: true,
                    ..Site::default()
                })
            }
            Found::Taken(declared) => {
                let whole = self.file.imports.whole(&declared.name);
                let caught = pattern::any(&whole, &trigger.takes)?.to_owned();
                Some(Site {
                    types: &declared.arguments,
                    caught,
                    class: class(),
                    certain: true,
                    ..Site::default()
                })
            }
        }
    }

    /// An annotation that is a call on a value: its name is `value.method`.
    fn annotation_call(
        &self,
        library: &'static Library,
        trigger: &super::table::Trigger,
        annotation: &'a Annotation,
        scope: &Scope<'a, '_>,
    ) -> Option<Site<'a>> {
        if trigger.call.is_empty() {
            return None;
        }
        let mut site = Site::of_annotation(annotation);
        if trigger.on.is_empty() {
            let whole = self.file.imports.whole(&annotation.name);
            site.caught = pattern::any(&whole, &trigger.call)?.to_owned();
            return Some(site);
        }
        let (receiver, method) = annotation.name.rsplit_once('.')?;
        site.caught = pattern::any(method, &trigger.call)?.to_owned();
        let typed = self.file.type_of_dotted(receiver, scope)?;
        site.certain = typed.certain;
        (File::is_on(&typed, library, &trigger.on)).then_some(site)
    }

    // ---- annotations

    pub fn on_annotation(
        &mut self,
        annotation: &'a Annotation,
        on: &'static str,
        at: At,
        scope: &Scope<'a, '_>,
        around: &Around<'a>,
    ) {
        let place = if annotation.at == 0 {
            at
        } else {
            annotation.at
        };
        if on != "class"
            && let Some(value) =
                self.file
                    .read_annotation(std::slice::from_ref(annotation), scope, 0)
        {
            self.reads(&value, place, around);
        }
        if on != "field" && on != "parameter" {
            self.route_annotation(annotation, on, place, scope, around);
        }
        let hits = self.file.hits(&annotation.name);
        for (library, row) in hits.of(Kind::Query, |library| &library.query) {
            if let Some(site) = self.found(
                library,
                &row.trigger,
                &Found::Annotation(annotation, on),
                scope,
                around,
            ) {
                self.query(library, row, &site, place, scope, around);
            }
        }
        let found = Found::Annotation(annotation, on);
        self.plain_rows_of(&hits, &found, place, scope, around);
    }

    // ---- reads

    pub fn on_member(
        &mut self,
        of: &'a Expr,
        name: Option<&str>,
        in_brackets: bool,
        at: At,
        scope: &Scope<'a, '_>,
        around: &Around<'a>,
    ) {
        if let Some(value) = self.file.read_member(of, name, in_brackets, scope) {
            self.reads(&value, at, around);
        }
    }

    /// `X ?? "y"`: what was read in it, after `before`, has a default after all.
    pub fn with_default(&mut self, either: &'a Expr, before: usize, scope: &Scope<'a, '_>) {
        let bare = |seen: &Observation| {
            matches!(
                seen,
                Observation::ReadsEnv { default: None, .. }
                    | Observation::ReadsConfig { default: None, .. }
            )
        };
        let read = self.facts.seen[before..].iter_mut();
        let Some(read) = read.map(|seen| &mut seen.what).find(|what| bare(what)) else {
            return;
        };
        let (Value::Env {
            name: wanted,
            default: Some(value),
        }
        | Value::Config {
            key: wanted,
            default: Some(value),
        }) = self.file.value(either, scope, 0)
        else {
            return;
        };
        if let Observation::ReadsEnv { name, default }
        | Observation::ReadsConfig { key: name, default } = read
            && *name == wanted
        {
            *default = Some(*value);
        }
    }

    /// Every variable and key in a value.
    pub fn reads(&mut self, value: &Value, at: At, around: &Around<'a>) {
        match value {
            Value::Env { name, default } => {
                let default = default.as_deref().cloned();
                if let Some(inner) = &default {
                    self.reads(inner, at, around);
                }
                self.see(
                    at,
                    true,
                    around,
                    Observation::ReadsEnv {
                        name: name.clone(),
                        default,
                    },
                );
            }
            Value::Config { key, default } => {
                let default = default.as_deref().cloned();
                if let Some(inner) = &default {
                    self.reads(inner, at, around);
                }
                self.see(
                    at,
                    true,
                    around,
                    Observation::ReadsConfig {
                        key: key.clone(),
                        default,
                    },
                );
            }
            Value::Concat(items) | Value::Either(items) => {
                for item in items {
                    self.reads(item, at, around);
                }
            }
            Value::Text(_) | Value::Symbol(_) | Value::Hole => {}
        }
    }

    pub fn on_taken(
        &mut self,
        declared: &'a TypeRef,
        at: At,
        scope: &Scope<'a, '_>,
        around: &Around<'a>,
    ) {
        self.plain_rows(&Found::Taken(declared), at, scope, around);
        for inner in &declared.arguments {
            self.plain_rows(&Found::Taken(inner), at, scope, around);
        }
    }
}

/// What triggered.
pub enum Found<'a> {
    Call(&'a Call),
    Annotation(&'a Annotation, &'static str),
    Super(&'a Type, &'a TypeRef),
    Taken(&'a TypeRef),
}

impl<'a> Found<'a> {
    /// The name that entries look for.
    pub fn name(&self) -> &'a str {
        match self {
            Found::Call(call) => called(call),
            Found::Annotation(annotation, _) => &annotation.name,
            Found::Super(_, of) | Found::Taken(of) => &of.name,
        }
    }
}

pub(super) fn alternatives(value: &Value) -> impl Iterator<Item = Value> {
    match value {
        Value::Either(many) => many.clone(),
        one => vec![one.clone()],
    }
    .into_iter()
}

pub(super) fn texts(value: &Value) -> Vec<String> {
    alternatives(value)
        .filter_map(|one| one.known().map(str::to_owned))
        .collect()
}

pub(super) fn strip_self(name: &str) -> String {
    name.strip_prefix("self.").unwrap_or(name).to_owned()
}
