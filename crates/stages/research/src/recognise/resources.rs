//! Resources: one call that makes several routes, and the routes that stand inside it.

use super::emit::texts;
use super::pattern;
use super::routers::Grouped;
use super::scope::Scope;
use super::select::{Site, first};
use super::table::ResourceRow;
use super::values::join;
use super::walk::{Around, Implicit, Walk};
use crate::observation::{Mount, Observation, Route, Value};
use crate::outline::{At, Call, Expr};

impl<'a> Walk<'a> {
    pub fn resource(
        &mut self,
        row: &'static ResourceRow,
        site: &Site<'a>,
        at: At,
        scope: &Scope<'a, '_>,
        around: &Around<'a>,
    ) {
        let names = |selectors: &[String]| {
            first(&self.file, site, selectors, scope).map(|value| texts(&value))
        };
        let (only, except) = (names(&row.only), names(&row.except));
        let router = self.router_of(site, scope, around);
        let class = row.handler.iter().find_map(|one| site.expr(one)?.dotted());
        let class = class.map(|class| pattern::last(&class).to_owned());
        for path in self.resource_paths(row, site, scope) {
            for route in &row.routes {
                let parts: Vec<&str> = route.split(' ').collect();
                let (action, method, rest) = match parts[..] {
                    [action, method, rest] => (Some(action), method, rest),
                    [method, rest] => (None, method, rest),
                    _ => continue,
                };
                let named = |list: &Option<Vec<String>>| {
                    list.as_ref().map(|list| {
                        action.is_some_and(|action| list.iter().any(|one| one == action))
                    })
                };
                if named(&only) == Some(false) || named(&except) == Some(true) {
                    continue;
                }
                let route = Route {
                    method: Some(method.to_owned()),
                    path: join(vec![Value::text("/"), path.clone(), Value::text(rest)]),
                    group: Some(path.clone()),
                    router: router.clone(),
                    handler: action.map(|action| match &class {
                        Some(class) => format!("{class}.{action}"),
                        None => action.to_owned(),
                    }),
                    protocol: "http".into(),
                };
                self.see(at, site.certain, around, Observation::Route(route));
            }
        }
    }

    fn resource_paths(
        &self,
        row: &ResourceRow,
        site: &Site<'a>,
        scope: &Scope<'a, '_>,
    ) -> Vec<Value> {
        let given = site
            .arguments
            .iter()
            .filter(|argument| argument.name.is_none());
        let listed: Vec<Value> = given
            .filter_map(|argument| argument.value.text())
            .map(Value::text)
            .collect();
        if row.each && listed.len() > 1 {
            return listed;
        }
        let paths = match first(&self.file, site, &row.path, scope) {
            Some(Value::Either(many)) => many,
            Some(one) => vec![one],
            None => Vec::new(),
        };
        if !row.dotted {
            return paths;
        }
        let nested = |path: Value| match path {
            Value::Text(text) => Value::Text(nested(&text)),
            other => other,
        };
        paths.into_iter().map(nested).collect()
    }

    /// The closure of a resource: its levels are routers of their own.
    pub fn resource_group(
        &mut self,
        call: &'a Call,
        scope: &Scope<'a, '_>,
        around: &Around<'a>,
    ) -> Option<Grouped<'a>> {
        for (library, row) in self.entries(|library| &library.resource) {
            if row.closure.is_empty() && row.takes.is_empty() {
                continue;
            }
            let Some(site) = self.site(library, &row.trigger, call, scope, around) else {
                continue;
            };
            let paths = self.resource_paths(row, &site, scope);
            let Some(path) = paths.first() else { continue };
            let key = format!("@{}", call.at);
            let parent = self.router_of(&site, scope, around);
            let singular = singular(path.known().unwrap_or_default());
            let id = |name: String| match row.single {
                true => String::new(),
                false => format!("/{{{name}}}"),
            };
            for (level, below) in [
                ("", id(format!("{singular}_id"))),
                ("~member", id("id".into())),
                ("~collection", String::new()),
            ] {
                let mount = Mount {
                    parent: parent.clone(),
                    child: Value::text(format!("{key}{level}")),
                    prefix: join(vec![Value::text("/"), path.clone(), Value::text(below)]),
                };
                self.see(call.at, site.certain, around, Observation::Mount(mount));
            }
            let kept = first(&self.file, &site, &row.takes, scope);
            for name in kept.map(|names| texts(&names)).unwrap_or_default() {
                let mount = Mount {
                    parent: Some(key.clone()),
                    child: Value::text(format!("kept {name}")),
                    prefix: Value::text(""),
                };
                self.see(call.at, site.certain, around, Observation::Mount(mount));
            }
            let closure = row.closure.iter().find_map(|one| match site.expr(one)? {
                Expr::Function(function) => Some(function.as_ref()),
                _ => None,
            });
            let of = row.trigger.on.first().map_or("", String::as_str);
            return closure.map(|closure| (closure, Implicit { key, library, of }));
        }
        None
    }

    /// A router of a resource, at the level that is asked for.
    pub fn leveled(
        &self,
        key: Option<String>,
        site: &Site<'a>,
        level: &[String],
    ) -> Option<String> {
        let given = level.iter().find_map(|one| match one.strip_prefix('=') {
            Some(literal) => Some(literal),
            None => site.expr(one)?.text(),
        });
        match given {
            Some(level @ ("member" | "collection")) => key.map(|key| match key.contains('~') {
                true => key,
                false => format!("{key}~{level}"),
            }),
            _ => key,
        }
    }
}

/// `albums/{album}/songs` of `albums.songs`.
fn nested(path: &str) -> String {
    let mut parts = path.split('.').peekable();
    let mut whole = String::new();
    while let Some(part) = parts.next() {
        whole.push_str(part);
        if parts.peek().is_some() {
            whole.push_str(&format!("/{{{}}}/", singular(part)));
        }
    }
    whole
}

/// `order` of `orders`, `category` of `categories`: enough for the name of a parameter.
fn singular(plural: &str) -> String {
    let last = plural.rsplit('/').next().unwrap_or(plural);
    match last.strip_suffix("ies") {
        Some(stem) if !stem.is_empty() => format!("{stem}y"),
        _ => last.strip_suffix('s').unwrap_or(last).to_string(),
    }
}
