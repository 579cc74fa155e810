//! Endpoints: routes with every prefix of the routers they are mounted under, followed from file to file.

use std::collections::{BTreeMap, BTreeSet};

use model::fact::{EndpointFact, Source};
use model::finding::Certainty;

use super::world::World;
use crate::observation::{Mount, Observation, Route, Value};

/// A router: the file it is declared in and its key there.
type Key = (String, String);

/// The parent of a router, its prefix there, and the file that the prefix stands in.
type Hung<'a> = (Option<Key>, &'a Value, &'a str);

/// The mounts of a whole tree: child to parents with prefixes.
pub struct Mounts<'a> {
    above: BTreeMap<Key, Vec<Hung<'a>>>,
}

impl<'a> Mounts<'a> {
    pub fn new(world: &World<'a>) -> Self {
        let mut above: BTreeMap<Key, Vec<Hung<'a>>> = BTreeMap::new();
        for (path, facts) in &world.index.files {
            for seen in &facts.seen {
                let Observation::Mount(mount) = &seen.what else {
                    continue;
                };
                let parent = mount.parent.clone().map(|key| ((*path).to_owned(), key));
                for child in children(world, path, mount) {
                    if Some(&child) != parent.as_ref() {
                        above
                            .entry(child)
                            .or_default()
                            .push((parent.clone(), &mount.prefix, path));
                    }
                }
            }
        }
        Mounts { above }
    }

    /// Every prefix under which a router is reached; one empty prefix where it is mounted nowhere.
    fn prefixes(
        &self,
        world: &World<'a>,
        unit: usize,
        key: &Key,
        seen: &mut BTreeSet<Key>,
    ) -> Vec<String> {
        let Some(above) = self.above.get(key) else {
            return vec![String::new()];
        };
        if !seen.insert(key.clone()) {
            return vec![String::new()];
        }
        // A router's own prefix (no parent) stands before each of its paths, wherever it is mounted.
        let (own, hung): (Vec<_>, Vec<_>) =
            above.iter().partition(|(parent, _, _)| parent.is_none());
        let own: String = own
            .iter()
            .map(|(_, prefix, path)| slashed(&first_text(world, unit, path, prefix)))
            .collect();
        let mut all = Vec::new();
        for (parent, prefix, path) in hung {
            let Some(parent) = parent else { continue };
            for before in self.prefixes(world, unit, parent, seen) {
                for text in texts(world, unit, path, prefix) {
                    let whole = format!("{before}{}{own}", slashed(&text));
                    if !all.contains(&whole) {
                        all.push(whole);
                    }
                }
            }
        }
        if all.is_empty() {
            all.push(own);
        }
        seen.remove(key);
        all
    }
}

/// The routers that a mount hangs: in this file by key, in another by symbol.
fn children(world: &World, path: &str, mount: &Mount) -> Vec<Key> {
    let one = |value: &Value| -> Option<Key> {
        match value {
            Value::Text(key) => Some((path.to_owned(), key.clone())),
            Value::Symbol(symbol) => foreign(world, path, symbol),
            _ => None,
        }
    };
    match &mount.child {
        Value::Either(many) => many.iter().filter_map(one).collect(),
        value => one(value).into_iter().collect(),
    }
}

/// The router that a symbol of another file means.
fn foreign(world: &World, path: &str, symbol: &str) -> Option<Key> {
    let (symbol, index) = match symbol.rsplit_once('#') {
        Some((before, index)) => (before, Some(index)),
        None => (symbol, None),
    };
    if let Some(method) = symbol.strip_prefix("*.") {
        // A method by its name alone: where only one function of the tree takes a router so.
        let index = index?;
        let ends = format!(".{method}#{index}");
        let plain = format!("{method}#{index}");
        let mut found = world.index.files.iter().flat_map(|(path, facts)| {
            facts.seen.iter().filter_map(|seen| {
                let router = match &seen.what {
                    Observation::Route(route) => route.router.as_ref()?,
                    Observation::Mount(mount) => mount.parent.as_ref()?,
                    _ => return None,
                };
                (router.ends_with(&ends) || *router == plain)
                    .then(|| ((*path).to_owned(), router.clone()))
            })
        });
        let first = found.next()?;
        return found.all(|other| other == first).then_some(first);
    }
    let (file, name) = world.index.file_of(path, symbol)?;
    let facts = world.index.files.get(file)?;
    let export = facts
        .exports
        .iter()
        .find(|(export, _)| *export == name || *export == format!("{name}()"))
        .or_else(|| {
            facts
                .exports
                .iter()
                .find(|(export, _)| *export == name.rsplit('.').next().unwrap_or(&name))
        });
    let key = match (export, index) {
        (Some((_, Value::Symbol(key))), Some(index)) => format!("{key}#{index}"),
        (Some((_, Value::Symbol(key))), None) => key.clone(),
        (_, Some(index)) => format!("{name}#{index}"),
        // The only router that the file declares routes on, those that hang on it apart.
        (_, None) => {
            let mut routers: BTreeSet<&str> = BTreeSet::new();
            let mut hung: BTreeSet<&str> = BTreeSet::new();
            for seen in &facts.seen {
                match &seen.what {
                    Observation::Route(route) => routers.extend(route.router.as_deref()),
                    Observation::Mount(mount) if mount.parent.is_some() => {
                        routers.extend(mount.parent.as_deref());
                        hung.extend(mount.child.known());
                    }
                    _ => {}
                }
            }
            // Those that the file hangs under another of its own come with that one.
            let mut free = routers.difference(&hung);
            match (free.next(), free.next()) {
                (Some(one), None) => (*one).to_owned(),
                _ => name,
            }
        }
    };
    Some((file.to_owned(), key))
}

/// The endpoints of a unit, sorted by path and method.
pub fn endpoints<'a>(world: &World<'a>, mounts: &Mounts<'a>, unit: usize) -> Vec<EndpointFact> {
    let base = base_path(world, unit);
    let implemented = implemented(world, unit);
    let answering = answering(world, unit);
    let mut found: Vec<EndpointFact> = Vec::new();
    for (path, seen) in world.seen(unit) {
        let Observation::Route(route) = &seen.what else {
            continue;
        };
        let mut handler = route.handler.clone();
        let Some(methods) = methods(route, &answering) else {
            continue;
        };
        let prefixes = match &route.router {
            Some(router) => match router.strip_prefix("interface ") {
                Some(interface) => {
                    let Some(class) = implemented.get(interface) else {
                        continue;
                    };
                    handler = handler.map(|name| name.replacen(interface, class, 1));
                    vec![String::new()]
                }
                None => {
                    let key = (path.to_owned(), router.clone());
                    mounts.prefixes(world, unit, &key, &mut BTreeSet::new())
                }
            },
            None => vec![String::new()],
        };
        for prefix in prefixes {
            let group = route
                .group
                .as_ref()
                .map(|group| first_text(world, unit, path, group))
                .filter(|_| route.protocol == "http")
                .map(|group| parameters(&format!("{base}{prefix}{}", slashed(&group))))
                .filter(|group| group != "/");
            for text in texts(world, unit, path, &route.path) {
                for method in &methods {
                    let (method, text) = match (method, text.split_once(' ')) {
                        // `mux.HandleFunc("GET /orders/{id}", ..)`.
                        (None, Some((method, rest)))
                            if method.chars().all(|c| c.is_ascii_uppercase()) =>
                        {
                            (method.to_owned(), rest.to_owned())
                        }
                        (method, _) => (method.clone().unwrap_or_else(|| "*".into()), text.clone()),
                    };
                    let whole = match route.protocol.as_str() {
                        "http" => parameters(&format!("{base}{prefix}{}", slashed(&text))),
                        _ => text,
                    };
                    let endpoint = EndpointFact {
                        method: if route.protocol == "grpc" {
                            "RPC".into()
                        } else {
                            method
                        },
                        path: whole,
                        group: group.clone(),
                        protocol: route.protocol.clone(),
                        handler: handler.clone(),
                        outside: Vec::new(),
                        guard: None,
                        certainty: seen.certainty,
                        at: Source {
                            file: path.to_owned(),
                            line: seen.line,
                        },
                    };
                    let known = found.iter().any(|one| {
                        one.method == endpoint.method
                            && one.path == endpoint.path
                            && one.protocol == endpoint.protocol
                    });
                    if !known {
                        found.push(endpoint);
                    }
                }
            }
        }
    }
    found.sort_by(|a, b| (&a.path, &a.method).cmp(&(&b.path, &b.method)));
    for endpoint in &mut found {
        if endpoint.path.contains("{}") && endpoint.certainty == Certainty::Resolved {
            endpoint.certainty = Certainty::Inferred;
        }
    }
    found
}

/// Classes of the unit that answer requests, with the methods by which they do.
fn answering<'a>(world: &World<'a>, unit: usize) -> BTreeMap<&'a str, &'a [String]> {
    world
        .seen(unit)
        .filter_map(|(_, seen)| match &seen.what {
            Observation::Declares(one) if !one.answers.is_empty() => {
                Some((one.name.as_str(), one.answers.as_slice()))
            }
            _ => None,
        })
        .collect()
}

/// The methods of a route; those of its class where it names one, nothing where the class lacks the action.
fn methods(route: &Route, answering: &BTreeMap<&str, &[String]>) -> Option<Vec<Option<String>>> {
    let last = |name: &str| name.rsplit('.').next().unwrap_or(name).to_owned();
    let handler = route.handler.as_deref().unwrap_or("");
    if route.method.is_none() {
        let requests: Vec<Option<String>> = answering
            .get(last(handler).as_str())
            .into_iter()
            .flat_map(|answers| answers.iter())
            .filter(|answer| REQUESTS.contains(&answer.as_str()))
            .map(|answer| Some(answer.to_ascii_uppercase()))
            .collect();
        return Some(if requests.is_empty() {
            vec![None]
        } else {
            requests
        });
    }
    if let Some((class, action)) = handler.rsplit_once('.')
        && let Some(answers) = answering.get(last(class).as_str())
        && !answers.iter().any(|answer| answer == action)
        && !answers
            .iter()
            .all(|answer| REQUESTS.contains(&answer.as_str()))
    {
        return None;
    }
    Some(vec![route.method.clone()])
}

const REQUESTS: [&str; 7] = ["get", "post", "put", "patch", "delete", "head", "options"];

/// Interfaces that classes of the unit implement, to the class.
fn implemented<'a>(world: &World<'a>, unit: usize) -> BTreeMap<&'a str, &'a str> {
    let mut found = BTreeMap::new();
    for (_, seen) in world.seen(unit) {
        if let Observation::Declares(one) = &seen.what
            && !one.interface
            && !one.annotations.is_empty()
        {
            for parent in &one.supers {
                found.insert(parent.as_str(), one.name.as_str());
            }
        }
    }
    found
}

/// The context path of the server; empty where there is none.
pub fn base_path(world: &World, unit: usize) -> String {
    [
        "server.base-path",
        "server.servlet.context-path",
        "server.context-path",
        "server.servlet.contextPath",
        "spring.webflux.base-path",
        "quarkus.http.root-path",
        "micronaut.server.context-path",
    ]
    .iter()
    .find_map(|key| {
        let setting = world.setting(unit, key).first()?;
        let text = world
            .texts(unit, &setting.at.file, setting.value)
            .first()?
            .text
            .clone();
        Some(slashed(text.trim_end_matches('/')))
    })
    .unwrap_or_default()
}

fn texts(world: &World, unit: usize, path: &str, value: &Value) -> Vec<String> {
    let mut all: Vec<String> = world
        .texts(unit, path, value)
        .into_iter()
        .map(|one| one.text)
        .collect();
    all.dedup();
    if all.is_empty() {
        all.push(String::new());
    }
    all
}

fn first_text(world: &World, unit: usize, path: &str, value: &Value) -> String {
    texts(world, unit, path, value).swap_remove(0)
}

fn slashed(text: &str) -> String {
    match text.trim() {
        "" | "/" => String::new(),
        text if text.starts_with('/') => text.to_owned(),
        text => format!("/{text}"),
    }
}

/// One form of path: single slashes, none at the end, parameters as `{name}`
/// (`:id`, `<int:id>`, `{id:[0-9]+}`, `*rest`, `(?P<id>..)`).
pub fn parameters(path: &str) -> String {
    let mut parts = Vec::new();
    for part in path
        .trim_start_matches('^')
        .trim_end_matches('$')
        .split('/')
        .filter(|part| !part.is_empty())
    {
        let part = segment(part);
        // What is left of a regular expression's `^`, and of its `/?`.
        if !part.is_empty() && part != "?" {
            parts.push(part);
        }
    }
    format!("/{}", parts.join("/"))
}

fn segment(part: &str) -> String {
    let part = part.trim_start_matches('^').trim_end_matches('$');
    if let Some(name) = part.strip_prefix(':') {
        let name: String = name
            .chars()
            .take_while(|c| c.is_alphanumeric() || *c == '_')
            .collect();
        return format!("{{{name}}}");
    }
    if let Some(at) = part.find("(?P<") {
        let name: String = part[at + 4..].chars().take_while(|c| *c != '>').collect();
        return format!("{{{name}}}");
    }
    if part.starts_with('<') && part.ends_with('>') {
        let inner = &part[1..part.len() - 1];
        let name = inner.rsplit(':').next().unwrap_or(inner);
        return format!("{{{name}}}");
    }
    if part.starts_with('{') && part.ends_with('}') && part.len() > 2 {
        let inner = part[1..part.len() - 1].trim_start_matches('*');
        let name: String = inner
            .chars()
            .take_while(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.'))
            .collect();
        return format!("{{{name}}}");
    }
    part.to_owned()
}

#[cfg(test)]
mod tests {
    use super::parameters;

    #[test]
    fn parameters_of_every_framework_read_alike() {
        for path in [
            "/orders/:id",
            "orders/<int:id>/",
            "/orders//{id:[0-9]+}",
            "^orders/(?P<id>\\d+)$",
            "/orders/{id}",
            "^/^orders/(?P<id>[\\w]+)/?$",
        ] {
            assert_eq!(parameters(path), "/orders/{id}", "{path}");
        }
        assert_eq!(parameters(""), "/");
        assert_eq!(parameters("/files/{*rest}"), "/files/{rest}");
    }
}
