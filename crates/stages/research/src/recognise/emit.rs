//! What each kind of entry makes of a call, an annotation or a type.

use super::file::{File, join};
use super::pattern;
use super::scope::Scope;
use super::select::{Site, called, calls_of_chain, first};
use super::table::{CallRow, ClientRow, Library, QueryRow, RouteRow};
use super::walk::{Around, Implicit, Walk};
use crate::observation::{
    Client, Connection, Direction, Guard, Message, Observation, OutgoingCall, Query, Resilience,
    Route, Value,
};
use crate::outline::{Annotation, At, Call, Expr, Function, Type, TypeKind, TypeRef};

/// The HTTP methods that a chain of method routers may name (`get(list).post(create)`).
const METHODS: [&str; 8] = [
    "get", "post", "put", "patch", "delete", "head", "options", "any",
];

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
        for (library, row) in self.entries(|library| &library.route) {
            if let Some(site) = self.site(library, &row.trigger, call, scope, around) {
                self.route_call(library, row, &site, call, scope, around);
            }
        }
        for (library, row) in self.entries(|library| &library.resource) {
            if let Some(site) = self.site(library, &row.trigger, call, scope, around) {
                self.resource(row, &site, call.at, scope, around);
            }
        }
        for (library, row) in self.entries(|library| &library.call) {
            if row.within.is_empty()
                && let Some(site) = self.site(library, &row.trigger, call, scope, around)
            {
                self.outgoing(library, row, &site, call, scope, around);
            }
        }
        for (library, row) in self.entries(|library| &library.client) {
            if let Some(site) = self.site(library, &row.trigger, call, scope, around) {
                self.client(library, row, &site, call, scope, around);
            }
        }
        for (library, row) in self.entries(|library| &library.query) {
            if let Some(site) = self.site(library, &row.trigger, call, scope, around) {
                self.query(library, row, &site, call.at, scope, around);
            }
        }
        self.on_entity_call(call, scope, around);
        self.plain_rows(&Found::Call(call), call.at, scope, around);
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

    fn route_call(
        &mut self,
        library: &'static Library,
        row: &'static RouteRow,
        site: &Site<'a>,
        call: &'a Call,
        scope: &Scope<'a, '_>,
        around: &Around<'a>,
    ) {
        let Some(path) = self
            .path(site, &row.path, scope)
            .or_else(|| row.default.as_deref().map(Value::text))
        else {
            return;
        };
        let (stated, path) = method_in(path);
        // A receiver that only its usual name tells, and a path that looks like none.
        if !site.certain
            && path
                .known()
                .is_some_and(|text| !text.starts_with(['/', '*']))
        {
            return;
        }
        let router = self.leveled(self.router_of(site, scope, around), site, &row.level);
        let given = row.handler.iter().find_map(|one| site.expr(one));
        let mut methods: Vec<(Option<String>, Option<&'a Expr>)> = Vec::new();
        if let Some(chain) = row.chain.as_deref().and_then(|one| site.expr(one)) {
            for call in calls_of_chain(chain) {
                let name = called(call);
                if METHODS.contains(&name) {
                    let handler = call.arguments.last().map(|argument| &argument.value);
                    methods.push((Some(method_name(name)), handler));
                }
            }
            methods.reverse();
        }
        if methods.is_empty() && stated.is_some() {
            methods.push((stated, given));
        }
        if methods.is_empty() {
            methods = self
                .methods(row, site, scope)
                .into_iter()
                .map(|one| (one, given))
                .collect();
        }
        for (method, handler) in methods {
            let function = handler.and_then(|handler| self.file.handler(handler));
            if let Some(function) = function {
                let size = handler_size(function, handler_label(handler, function));
                self.see(function.at, true, around, size);
            }
            let route = Route {
                method,
                path: path.clone(),
                router: router.clone(),
                handler: handler.and_then(|one| handler_name(one)),
                protocol: row.protocol.clone().unwrap_or_else(|| "http".into()),
            };
            self.see(call.at, site.certain, around, Observation::Route(route));
        }
        let _ = library;
    }

    fn methods(
        &self,
        row: &RouteRow,
        site: &Site<'a>,
        scope: &Scope<'a, '_>,
    ) -> Vec<Option<String>> {
        if row.method.iter().any(|one| one == "name") {
            return vec![Some(method_name(site.name))];
        }
        // `as_view({"get": "list"})`.
        let keys = row.method.iter().find_map(|one| match site.expr(one) {
            Some(Expr::Map(entries, _)) => Some(entries),
            _ => None,
        });
        if let Some(entries) = keys {
            return entries
                .iter()
                .map(|(key, _)| Some(method_name(key)))
                .collect();
        }
        match first(&self.file, site, &row.method, scope) {
            Some(Value::Text(one)) => one
                .split([',', '|', ' '])
                .filter(|part| !part.is_empty())
                .map(|part| Some(method_name(pattern::last(part))))
                .collect(),
            Some(Value::Symbol(one)) => vec![Some(method_name(pattern::last(&one)))],
            Some(Value::Either(many)) => many
                .iter()
                .filter_map(|one| match one {
                    Value::Text(one) | Value::Symbol(one) => {
                        Some(Some(method_name(pattern::last(one))))
                    }
                    _ => None,
                })
                .collect(),
            _ => vec![row.default_method.clone()],
        }
    }

    fn outgoing(
        &mut self,
        library: &'static Library,
        row: &'static CallRow,
        site: &Site<'a>,
        call: &'a Call,
        scope: &Scope<'a, '_>,
        around: &Around<'a>,
    ) {
        let service = first(&self.file, site, &row.service, scope);
        let target = first(&self.file, site, &row.url, scope);
        if target.is_none() && service.is_none() && !row.url.is_empty() {
            return;
        }
        let method = match row.method.iter().any(|one| one == "name") {
            true => Some(method_name(site.name)),
            false => match first(&self.file, site, &row.method, scope) {
                Some(Value::Text(one) | Value::Symbol(one)) => {
                    Some(method_name(pattern::last(&one)))
                }
                _ => None,
            },
        };
        let timeout = row.timeout.iter().any(|one| match one.strip_prefix('.') {
            Some(step) => around.chain.contains(&step),
            None => site.expr(one).is_some(),
        });
        let what = Observation::Call(OutgoingCall {
            protocol: row.protocol.clone().unwrap_or_else(|| "http".into()),
            method,
            target: target.unwrap_or(Value::text("")),
            client: site
                .receiver
                .and_then(Expr::dotted)
                .map(|name| strip_self(&name)),
            service,
            timeout,
            library: library.id.clone(),
            in_loop: around.in_loop,
        });
        self.see(call.at, site.certain, around, what);
    }

    fn client(
        &mut self,
        library: &'static Library,
        row: &'static ClientRow,
        site: &Site<'a>,
        call: &'a Call,
        scope: &Scope<'a, '_>,
        around: &Around<'a>,
    ) {
        let set = |selectors: &[String]| {
            selectors.iter().any(|one| match one.strip_prefix('.') {
                Some(step) => around.chain.contains(&step),
                None => site.expr(one).is_some(),
            })
        };
        // An options object that comes from elsewhere may set anything.
        let open = site.arguments.iter().any(|argument| {
            matches!(&argument.value, Expr::Name(..) | Expr::Member(..)) && argument.name.is_none()
        });
        let limit = |selectors: &[String], by_default: bool| match set(selectors) || by_default {
            true => Some(true),
            false if selectors.is_empty() || open => None,
            false => Some(false),
        };
        let annotations: Vec<&str> = around
            .function
            .into_iter()
            .flat_map(|function| &function.annotations)
            .map(|annotation| annotation.name.as_str())
            .collect();
        let name = around
            .binding
            .map(str::to_owned)
            .or_else(|| around.function.map(|function| function.name.clone()))
            .filter(|name| !name.is_empty());
        let what = Observation::Client(Client {
            library: library.id.clone(),
            protocol: row.protocol.clone().unwrap_or_else(|| "http".into()),
            name,
            base: first(&self.file, site, &row.base, scope),
            timeout: limit(&row.timeout, row.timeout_by_default),
            breaker: limit(&row.breaker, false),
            retry: limit(&row.retry, false),
            balanced: row
                .balanced
                .iter()
                .any(|one| annotations.contains(&one.as_str()) || site.expr(one).is_some()),
        });
        self.see(call.at, site.certain, around, what);
    }

    pub fn query(
        &mut self,
        library: &'static Library,
        row: &'static QueryRow,
        site: &Site<'a>,
        at: At,
        scope: &Scope<'a, '_>,
        around: &Around<'a>,
    ) {
        let sql = first(&self.file, site, &row.sql, scope);
        if sql.is_none() && !row.sql.is_empty() && row.entity.is_empty() {
            return;
        }
        let entity = first(&self.file, site, &row.entity, scope).and_then(|value| match value {
            Value::Text(one) | Value::Symbol(one) => Some(pattern::last(&one).to_owned()),
            _ => None,
        });
        let what = Observation::Query(Query {
            library: library.id.clone(),
            sql,
            entity,
            in_loop: around.in_loop,
            writes: row.writes,
        });
        self.see(at, site.certain, around, what);
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
        for (library, row) in self.entries(|library| &library.connection) {
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
        for (library, row) in self.entries(|library| &library.message) {
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
        for (library, row) in self.entries(|library| &library.role) {
            if let Some(site) = self.found(library, &row.trigger, found, scope, around) {
                let what = Observation::Role {
                    role: row.role.clone(),
                    library: library.id.clone(),
                };
                self.see(at, site.certain, around, what);
            }
        }
        for (guards, rows) in [
            (true, self.entries(|l| &l.guard)),
            (false, self.entries(|l| &l.resilience)),
        ] {
            for (library, row) in rows {
                let Some(site) = self.found(library, &row.trigger, found, scope, around) else {
                    continue;
                };
                let covers = if row.everywhere {
                    String::new()
                } else {
                    around.within.clone()
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
        for (library, row) in self.entries(|library| &library.schedule) {
            if let Some(site) = self.found(library, &row.trigger, found, scope, around) {
                let every = first(&self.file, &site, &row.every, scope).unwrap_or(Value::Hole);
                self.see(at, site.certain, around, Observation::Schedule { every });
            }
        }
        for (library, row) in self.entries(|library| &library.base) {
            if let Some(site) = self.found(library, &row.trigger, found, scope, around)
                && let Some(value) = first(&self.file, &site, &row.path, scope)
            {
                let key = "server.base-path".to_owned();
                let what = Observation::Setting {
                    key,
                    value,
                    profile: None,
                };
                self.see(at, site.certain, around, what);
            }
        }
        for (library, row) in self.entries(|library| &library.entry) {
            if let Some(site) = self.found(library, &row.trigger, found, scope, around) {
                let port = first(&self.file, &site, &row.port, scope);
                self.see(at, site.certain, around, Observation::Entry { port });
            }
        }
        for (library, row) in self.entries(|library| &library.test) {
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
        for (library, row) in self.entries(|library| &library.query) {
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
        self.plain_rows(&Found::Annotation(annotation, on), place, scope, around);
    }

    fn route_annotation(
        &mut self,
        annotation: &'a Annotation,
        on: &'static str,
        at: At,
        scope: &Scope<'a, '_>,
        around: &Around<'a>,
    ) {
        for (library, row) in self.entries(|library| &library.route) {
            // Classes are routes only where the entry says so.
            let of = row.trigger.of.as_deref();
            if of.is_some_and(|of| of != on) || (on == "class" && of.is_none()) {
                continue;
            }
            let Some(site) = self.found(
                library,
                &row.trigger,
                &Found::Annotation(annotation, on),
                scope,
                around,
            ) else {
                continue;
            };
            let interface = around
                .class
                .is_some_and(|of| of.kind == TypeKind::Interface);
            if self.is_within(around.class, &row.not_within)
                || !(row.within.is_empty()
                    || interface
                    || self.is_within(around.class, &row.within))
            {
                continue;
            }
            let router = match annotation.name.rsplit_once('.') {
                Some((receiver, _)) if !row.trigger.on.is_empty() => {
                    self.router_named(receiver, scope)
                }
                _ if interface => around.class.map(|of| format!("interface {}", of.name)),
                _ => None,
            };
            let own = first(&self.file, &site, &row.path, scope)
                .or_else(|| row.default.as_deref().map(Value::text))
                .unwrap_or(Value::text(""));
            let prefixes = self.class_prefixes(around.class, scope);
            let token = |value: Value| tokens(library, value, around);
            let handler = around.within.clone();
            if let Some(function) = around.function {
                self.see(
                    function.at,
                    true,
                    around,
                    handler_size(function, handler.clone()),
                );
            }
            for method in self.methods(row, &site, scope) {
                for prefix in &prefixes {
                    for own in alternatives(&own) {
                        let alone = row.absolute.then(|| stands_alone(&own)).flatten();
                        let path = token(match (alone, prefix) {
                            (Some(own), _) => own,
                            (None, Some(prefix)) => {
                                join(vec![prefix.clone(), Value::text("/"), own])
                            }
                            (None, None) => own,
                        });
                        let route = Route {
                            method: method.clone(),
                            path,
                            router: router.clone(),
                            handler: Some(handler.clone()),
                            protocol: row.protocol.clone().unwrap_or_else(|| "http".into()),
                        };
                        self.see(at, site.certain, around, Observation::Route(route));
                    }
                }
            }
        }
        // The methods of an annotated client interface are requests.
        let Some((service, base, _)) = &around.client else {
            return;
        };
        for (library, row) in self.entries(|library| &library.call) {
            if row.within.is_empty()
                || !self.annotated(&row.trigger, annotation, "function")
                || !self.is_within(around.class, &row.within)
            {
                continue;
            }
            let site = Site {
                beside: around.function.map_or(&[], |of| &of.annotations),
                ..Site::of_annotation(annotation)
            };
            let path = first(&self.file, &site, &row.url, scope).unwrap_or(Value::text(""));
            let methods = match row.method.iter().any(|one| one == "name") {
                true => Some(method_name(site.name)),
                false => {
                    first(&self.file, &site, &row.method, scope).and_then(|value| match value {
                        Value::Text(one) | Value::Symbol(one) => {
                            Some(method_name(pattern::last(&one)))
                        }
                        _ => None,
                    })
                }
            };
            let what = Observation::Call(OutgoingCall {
                protocol: row.protocol.clone().unwrap_or_else(|| "http".into()),
                method: methods,
                target: join(vec![base.clone(), path]),
                client: around.class.map(|of| of.name.clone()),
                service: service.clone(),
                timeout: false,
                library: library.id.clone(),
                in_loop: false,
            });
            self.see(at, true, around, what);
        }
    }

    fn router_named(&self, dotted: &str, scope: &Scope<'a, '_>) -> Option<String> {
        match scope.find(dotted).first() {
            Some(super::scope::Bound::To { value, .. }) => self
                .router_key(value, scope)
                .or_else(|| Some(dotted.to_owned())),
            _ => Some(dotted.to_owned()),
        }
    }

    /// Prefixes that the type's annotations give its routes; one `None` where there is none.
    fn class_prefixes(&self, class: Option<&'a Type>, scope: &Scope<'a, '_>) -> Vec<Option<Value>> {
        let Some(class) = class else {
            return vec![None];
        };
        for (_, row) in self.entries(|library| &library.prefix) {
            for annotation in &class.annotations {
                if self.annotated(&row.trigger, annotation, "class") {
                    let site = Site {
                        class: class.name.clone(),
                        ..Site::of_annotation(annotation)
                    };
                    if let Some(path) = first(&self.file, &site, &row.path, scope) {
                        return alternatives(&path).map(Some).collect();
                    }
                }
            }
        }
        vec![None]
    }

    /// The target that a client interface's annotation names.
    pub fn class_client(
        &mut self,
        of: &'a Type,
        scope: &Scope<'a, '_>,
    ) -> Option<(Option<Value>, Value, &'static str)> {
        for (library, row) in self.entries(|library| &library.call) {
            if !row.within.is_empty() || row.trigger.annotation.is_empty() {
                continue;
            }
            for annotation in &of.annotations {
                if !self.annotated(&row.trigger, annotation, "class") {
                    continue;
                }
                let site = Site {
                    class: of.name.clone(),
                    ..Site::of_annotation(annotation)
                };
                let service = first(&self.file, &site, &row.service, scope);
                let base = first(&self.file, &site, &row.url, scope).unwrap_or(Value::text(""));
                let what = Observation::Call(OutgoingCall {
                    protocol: row.protocol.clone().unwrap_or_else(|| "http".into()),
                    method: None,
                    target: base.clone(),
                    client: Some(of.name.clone()),
                    service: service.clone(),
                    timeout: false,
                    library: library.id.clone(),
                    in_loop: false,
                });
                let around = Around {
                    within: of.name.clone(),
                    ..Around::default()
                };
                self.see(annotation.at, true, &around, what);
                return Some((service, base, &library.id));
            }
        }
        None
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

/// `getMapping`, `GET`, `RequestMethod.GET`, `HttpGet` as an HTTP method.
fn method_name(name: &str) -> String {
    let upper = name.to_ascii_uppercase();
    let upper = upper.strip_prefix("HTTP").unwrap_or(&upper);
    let upper = upper.strip_suffix("MAPPING").unwrap_or(upper);
    let upper = upper
        .strip_prefix("MAP")
        .filter(|rest| !rest.is_empty())
        .unwrap_or(upper);
    match upper {
        "DEL" => "DELETE".into(),
        "ALL" | "ANY" | "USE" | "HANDLE" | "HANDLEFUNC" => "*".into(),
        other => other.to_owned(),
    }
}

/// A pattern may state its method: `GET /orders/{id}`.
fn method_in(path: Value) -> (Option<String>, Value) {
    let split = |text: &str| {
        let (method, rest) = text.split_once(' ')?;
        let upper = !method.is_empty() && method.bytes().all(|byte| byte.is_ascii_uppercase());
        upper.then(|| (Some(method.to_owned()), Value::text(rest.trim_start())))
    };
    match path {
        Value::Text(text) => split(&text).unwrap_or((None, Value::Text(text))),
        Value::Concat(mut parts) => {
            let stated = parts.first().and_then(Value::known).and_then(split);
            match stated {
                Some((method, first)) => {
                    parts[0] = first;
                    (method, Value::Concat(parts))
                }
                None => (None, Value::Concat(parts)),
            }
        }
        other => (None, other),
    }
}

/// A path that takes no prefix: `/x`, `~/x`.
fn stands_alone(path: &Value) -> Option<Value> {
    let text = path.known()?;
    let own = text.strip_prefix('~').unwrap_or(text);
    own.starts_with('/').then(|| Value::text(own))
}

/// A path with its tokens replaced by the names they stand for.
fn tokens(library: &Library, path: Value, around: &Around) -> Value {
    match path {
        Value::Text(mut text) => {
            for row in &library.token {
                let name = match row.is.as_str() {
                    "class" => around.class.map(|of| of.name.as_str()),
                    _ => around.function.map(|function| function.name.as_str()),
                };
                let name = name.unwrap_or_default();
                let name = name.strip_suffix(row.without.as_str()).unwrap_or(name);
                text = text.replace(&row.text, name);
            }
            Value::Text(text)
        }
        Value::Concat(parts) => {
            let parts = parts.into_iter().map(|part| tokens(library, part, around));
            join(parts.collect())
        }
        other => other,
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

fn strip_self(name: &str) -> String {
    name.strip_prefix("self.").unwrap_or(name).to_owned()
}

fn handler_name(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Function(_) => None,
        Expr::Call(call) => call
            .arguments
            .iter()
            .rev()
            .find_map(|argument| handler_name(&argument.value))
            // `Orders.as_view()`.
            .or_else(|| match &call.callee {
                Expr::Member(of, ..) => of.dotted(),
                _ => None,
            }),
        // `orders#show`, `OrderController@show`; a text without such a sign may be anything.
        Expr::Text(name, _) => name.contains(['#', '@']).then(|| name.clone()),
        // `[OrderController::class, 'show']`.
        Expr::List(items, _) => match items.as_slice() {
            [class, Expr::Text(method, _)] => Some(format!("{}.{method}", class.dotted()?)),
            _ => None,
        },
        other => other.dotted().map(|name| strip_self(&name)),
    }
}

fn handler_label(expr: Option<&Expr>, function: &Function) -> String {
    expr.and_then(handler_name)
        .unwrap_or_else(|| super::walk::function_name(function, None))
}

/// How large a handler is, for advice.
fn handler_size(function: &Function, name: String) -> Observation {
    let (mut statements, mut calls) = (0, 0);
    count(&function.body, &mut statements, &mut calls);
    Observation::Handler {
        name,
        statements,
        calls,
    }
}

fn count(body: &[crate::outline::Stmt], statements: &mut u32, calls: &mut u32) {
    use crate::outline::Stmt;
    for statement in body {
        match statement {
            Stmt::Block(inner) => count(inner, statements, calls),
            Stmt::Loop { body, .. } => {
                *statements += 1;
                count(body, statements, calls);
            }
            Stmt::Function(function) => count(&function.body, statements, calls),
            Stmt::Bind { value, .. } | Stmt::Expr(value) | Stmt::Return(value) => {
                *statements += 1;
                *calls += u32::from(matches!(value, Expr::Call(_)));
            }
            Stmt::Type(_) => {}
        }
    }
}
