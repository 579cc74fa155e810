//! What the program answers: routes by call and by annotation, and how large their handlers are.

use super::emit::{Found, alternatives, strip_self};
use super::index::Kind;
use super::pattern;
use super::scope::Scope;
use super::select::{Site, called, calls_of_chain, first};
use super::table::{Library, RouteRow};
use super::values::join;
use super::walk::{Around, ClassClient, Walk};
use crate::observation::{Observation, OutgoingCall, Route, Value};
use crate::outline::{Annotation, At, Call, Expr, Function, Stmt, Type, TypeKind};

/// The HTTP methods that a chain of method routers may name (`get(list).post(create)`).
const METHODS: [&str; 8] = [
    "get", "post", "put", "patch", "delete", "head", "options", "any",
];

impl<'a> Walk<'a> {
    pub fn route_call(
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
                group: None,
                router: router.clone(),
                handler: handler.and_then(handler_name),
                protocol: row.protocol.clone().unwrap_or_else(|| "http".into()),
            };
            self.see(call.at, site.certain, around, Observation::Route(route));
        }
        let _ = library;
    }

    pub fn methods(
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

    pub fn route_annotation(
        &mut self,
        annotation: &'a Annotation,
        on: &'static str,
        at: At,
        scope: &Scope<'a, '_>,
        around: &Around<'a>,
    ) {
        let hits = self.file.hits(&annotation.name);
        for (library, row) in hits.of(Kind::Route, |library| &library.route) {
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
            let within = row.within.is_empty() || self.is_within(around.class, &row.within);
            if self.is_within(around.class, &row.not_within) || !(within || around.class.is_some())
            {
                continue;
            }
            let router = match annotation.name.rsplit_once('.') {
                Some((receiver, _)) if !row.trigger.on.is_empty() => {
                    self.router_named(receiver, scope)
                }
                _ if interface => around.class.map(|of| format!("interface {}", of.name)),
                // A base class answers nothing itself; those that extend it may.
                _ if !within => around.class.map(|of| format!("class {}", of.name)),
                // `routes![list, show]`: what hangs the function gives it its prefix.
                _ if around.class.is_none() && library.mount.iter().any(|row| row.functions) => {
                    around.function.map(|of| format!("{}#fn", of.name))
                }
                _ => None,
            };
            let own = first(&self.file, &site, &row.path, scope)
                .or_else(|| row.default.as_deref().map(Value::text))
                .unwrap_or(Value::text(""));
            let prefixes = self.class_prefixes(around.class, scope);
            let token = |value: Value| tokens(library, value, around);
            let handler = around.within.to_string();
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
                        let group = match (&alone, prefix) {
                            // It takes none, nor does one that its class inherits stand before it.
                            (Some(_), None) => Some(Value::text("")),
                            _ => prefix.clone().map(token),
                        };
                        let path = token(match (alone, prefix) {
                            (Some(own), _) => own,
                            (None, Some(prefix)) => {
                                join(vec![prefix.clone(), Value::text("/"), own])
                            }
                            (None, None) => own,
                        });
                        for path in self.versioned(library, path, scope, around) {
                            let route = Route {
                                method: method.clone(),
                                path,
                                group: group.clone(),
                                router: router.clone(),
                                handler: Some(handler.clone()),
                                protocol: row.protocol.clone().unwrap_or_else(|| "http".into()),
                            };
                            self.see(at, site.certain, around, Observation::Route(route));
                        }
                    }
                }
            }
        }
        self.client_method(annotation, at, scope, around);
    }

    /// The methods of an annotated client interface are requests, and those of a plain interface whose
    /// annotations only a client has.
    fn client_method(
        &mut self,
        annotation: &'a Annotation,
        at: At,
        scope: &Scope<'a, '_>,
        around: &Around<'a>,
    ) {
        let plain = (None, Value::text(""), "");
        let hits = self.file.hits(&annotation.name);
        for (library, row) in hits.of(Kind::Call, |library| &library.call) {
            if !self.annotated(&row.trigger, annotation, "function") {
                continue;
            }
            let interface = around
                .class
                .is_some_and(|of| of.kind == TypeKind::Interface);
            let (service, base, _) = match around.client.as_deref() {
                Some(client)
                    if !row.within.is_empty() && self.is_within(around.class, &row.within) =>
                {
                    client
                }
                None if row.in_interface && interface => &plain,
                _ => continue,
            };
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

    pub fn router_named(&self, dotted: &str, scope: &Scope<'a, '_>) -> Option<String> {
        match scope.find(dotted).first() {
            Some(super::scope::Bound::To { value, .. }) => self
                .router_key(value, scope)
                .or_else(|| Some(dotted.to_owned())),
            _ => Some(dotted.to_owned()),
        }
    }

    /// Prefixes that the type's annotations give its routes; one `None` where there is none.
    pub fn class_prefixes(
        &self,
        class: Option<&'a Type>,
        scope: &Scope<'a, '_>,
    ) -> Vec<Option<Value>> {
        let Some(class) = class else {
            return vec![None];
        };
        for (_, row) in self.entries(|library| &library.prefix) {
            // `[Route("orders")] [Route("v1/orders")]`: it is reached by each.
            let annotations = class.annotations.iter();
            let paths = annotations
                .filter(|annotation| self.annotated(&row.trigger, annotation, "class"))
                .filter_map(|annotation| {
                    let site = Site {
                        class: class.name.clone(),
                        ..Site::of_annotation(annotation)
                    };
                    first(&self.file, &site, &row.path, scope)
                });
            let prefixes: Vec<Option<Value>> = paths
                .flat_map(|path| alternatives(&path).map(Some).collect::<Vec<_>>())
                .collect();
            if !prefixes.is_empty() {
                return prefixes;
            }
        }
        vec![None]
    }

    /// The same without the names that words in them stand for, for classes that inherit them.
    pub fn own_prefixes(&self, of: &'a Type, scope: &Scope<'a, '_>) -> Vec<Value> {
        self.class_prefixes(Some(of), scope)
            .into_iter()
            .flatten()
            .collect()
    }

    /// Whether what extends a type has its prefixes too.
    pub fn bequeaths(&self, of: &Type) -> bool {
        self.entries(|library| &library.prefix)
            .filter(|(_, row)| row.inherited)
            .any(|(_, row)| {
                let mut annotations = of.annotations.iter();
                annotations.any(|one| self.annotated(&row.trigger, one, "class"))
            })
    }

    /// The target that a client interface's annotation names.
    pub fn class_client(&mut self, of: &'a Type, scope: &Scope<'a, '_>) -> Option<ClassClient> {
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
                    within: of.name.as_str().into(),
                    ..Around::default()
                };
                self.see(annotation.at, true, &around, what);
                return Some((service, base, &library.id));
            }
        }
        None
    }
}

/// `getMapping`, `GET`, `RequestMethod.GET`, `HttpGet` as an HTTP method.
pub(super) fn method_name(name: &str) -> String {
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
pub(super) fn method_in(path: Value) -> (Option<String>, Value) {
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
pub(super) fn stands_alone(path: &Value) -> Option<Value> {
    let text = path.known()?;
    let own = text.strip_prefix('~').unwrap_or(text);
    own.starts_with('/').then(|| Value::text(own))
}

/// A path with its tokens replaced by the names they stand for.
pub(super) fn tokens(library: &Library, path: Value, around: &Around) -> Value {
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

pub(super) fn handler_name(expr: &Expr) -> Option<String> {
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

pub(super) fn handler_label(expr: Option<&Expr>, function: &Function) -> String {
    // What wraps a handler may be given other names beside it.
    expr.and_then(handler_name)
        .filter(|name| name.ends_with(&function.name))
        .unwrap_or_else(|| super::walk::function_name(function, function.owner.as_deref()))
}

/// How large a handler is, for advice.
pub(super) fn handler_size(function: &Function, name: String) -> Observation {
    let (mut statements, mut calls) = (0, 0);
    count(&function.body, &mut statements, &mut calls);
    Observation::Handler {
        name,
        statements,
        calls,
    }
}

pub(super) fn count(body: &[Stmt], statements: &mut u32, calls: &mut u32) {
    use Stmt;
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
