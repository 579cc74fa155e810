//! Resources: one call that makes several routes, and the routes that stand inside it.

use super::emit::texts;
use super::index::Kind;
use super::pattern;
use super::routers::Grouped;
use super::scope::Scope;
use super::select::{Site, called, first};
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
        let shallow = self.is_shallow(row, site, around);
        let id = first(&self.file, site, &row.param, scope);
        let id = id.as_ref().and_then(Value::known);
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
                let rest = match id {
                    Some(id) => rest.replacen("{id}", &format!("{{{id}}}"), 1),
                    None => rest.to_owned(),
                };
                let rest = renamed(&rest, row.renames.iter().find_map(|one| site.expr(one)));
                let own = shallow && rest.starts_with("/{");
                let path = match &path {
                    Value::Text(whole) if own && row.dotted => {
                        Value::text(whole.rsplit('/').next().unwrap_or(whole))
                    }
                    path => path.clone(),
                };
                let router = match &router {
                    Some(router) if own => Some(self.shallow_of(router)),
                    router => router.clone(),
                };
                let route = Route {
                    method: (method != "*").then(|| method.to_owned()),
                    group: Some(path.clone()),
                    path: join(vec![Value::text("/"), path, Value::text(rest)]),
                    router,
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
        // `apiResources(["orders" => OrderController::class])`.
        if let Some(Expr::Map(entries, _)) = row.path.iter().find_map(|one| site.expr(one)) {
            return entries.iter().map(|(key, _)| Value::text(key)).collect();
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
        let hits = self.file.hits(called(call));
        for (library, row) in hits.of(Kind::Resource, |library| &library.resource) {
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
            let shallow = self.is_shallow(row, &site, around);
            let root = parent.as_deref().map(|parent| self.shallow_of(parent));
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
                    parent: match shallow && !level.ends_with("collection") {
                        true => root.clone(),
                        false => parent.clone(),
                    },
                    child: Value::text(format!("{key}{level}")),
                    prefix: join(vec![Value::text("/"), path.clone(), Value::text(below)]),
                };
                self.see(call.at, site.certain, around, Observation::Mount(mount));
            }
            let mount = Mount {
                parent: root,
                child: Value::text(format!("{key}~shallow")),
                prefix: Value::text(""),
            };
            self.see(call.at, site.certain, around, Observation::Mount(mount));
            self.nested.insert(key.clone());
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
            let implicit = Implicit {
                key,
                library,
                of,
                shallow,
            };
            return closure.map(|closure| (closure, implicit));
        }
        None
    }

    /// Whether what has an id of its own stands without the parents': said here, or around.
    fn is_shallow(&self, row: &ResourceRow, site: &Site<'a>, around: &Around<'a>) -> bool {
        let said = row
            .shallow
            .iter()
            .any(|one| match one.strip_prefix("after.") {
                Some(method) => site
                    .after
                    .iter()
                    .any(|call| super::select::called(call) == method),
                None => matches!(site.expr(one), Some(Expr::Bool(true))),
            });
        said || around.implicit.as_ref().is_some_and(|one| one.shallow)
    }

    /// The router that a resource's own ids hang on, where they leave the parents' out.
    fn shallow_of(&self, router: &str) -> String {
        let bare = router.split('~').next().unwrap_or(router);
        match self.nested.contains(bare) {
            true => format!("{bare}~shallow"),
            false => router.to_owned(),
        }
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

/// A path with words of its own for some segments.
fn renamed(path: &str, names: Option<&Expr>) -> String {
    let Some(Expr::Map(entries, _)) = names else {
        return path.to_owned();
    };
    let said = |part: &str| {
        let entry = entries.iter().find(|(key, _)| key == part);
        entry.and_then(|(_, name)| name.text()).map(str::to_owned)
    };
    let parts = path
        .split('/')
        .map(|part| said(part).unwrap_or_else(|| part.to_owned()));
    parts.collect::<Vec<_>>().join("/")
}

/// `orderLines` of `OrderLine`, `categories` of `Category`: the name of what is kept, as a path.
pub fn plural(name: &str) -> String {
    let mut letters = pattern::last(name).chars();
    let first = letters.next().map(|c| c.to_ascii_lowercase());
    let own: String = first.into_iter().chain(letters).collect();
    let before_y = own
        .strip_suffix('y')
        .filter(|stem| !stem.ends_with(['a', 'e', 'i', 'o', 'u']));
    match before_y {
        Some(stem) => format!("{stem}ies"),
        None if own.ends_with(['s', 'x', 'z']) || own.ends_with("ch") || own.ends_with("sh") => {
            format!("{own}es")
        }
        None => format!("{own}s"),
    }
}

/// `order` of `orders`, `category` of `categories`: enough for the name of a parameter.
fn singular(plural: &str) -> String {
    let last = plural.rsplit('/').next().unwrap_or(plural);
    match last.strip_suffix("ies") {
        Some(stem) if !stem.is_empty() => format!("{stem}y"),
        _ => last.strip_suffix('s').unwrap_or(last).to_string(),
    }
}
