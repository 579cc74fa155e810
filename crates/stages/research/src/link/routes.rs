//! Endpoints: routes with every prefix of the routers they are mounted under, followed from file to file.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use model::fact::{EndpointFact, Source};
use model::finding::Certainty;

use super::bases::Bases;
use super::heirs::{Heirs, named};
use super::world::World;
use crate::observation::{FOLDER, FileFacts, Mount, Observation, Route, Value};
use crate::recognise::join;

/// A router: the file it is declared in and its key there.
type Key = (String, String);

/// The parent of a router, its prefix there, and the file that the prefix stands in.
type Hung<'a> = (Option<Key>, &'a Value, &'a str);

/// The mounts of a whole tree: child to parents with prefixes.
pub struct Mounts<'a> {
    above: BTreeMap<Key, Vec<Hung<'a>>>,
    /// Folders whose routes stand under a prefix, as the file of the last part says.
    folders: Vec<(String, &'a Value, &'a str)>,
}

/// The routers that come in by a parameter, by the function's name and the parameter (`register#0`).
type Taken = BTreeMap<String, Vec<Key>>;

fn taken(world: &World) -> Taken {
    let mut found = Taken::new();
    for (path, facts) in &world.index.files {
        for seen in &facts.seen {
            let router = match &seen.what {
                Observation::Route(route) => route.router.as_deref(),
                Observation::Mount(mount) => mount.parent.as_deref(),
                _ => None,
            };
            let Some(router) = router.filter(|router| router.contains('#')) else {
                continue;
            };
            let name = router.rsplit('.').next().unwrap_or(router).to_owned();
            let key = ((*path).to_owned(), router.to_owned());
            let keys = found.entry(name).or_default();
            if !keys.contains(&key) {
                keys.push(key);
            }
        }
    }
    found
}

impl<'a> Mounts<'a> {
    pub fn new(world: &World<'a>) -> Self {
        let mut above: BTreeMap<Key, Vec<Hung<'a>>> = BTreeMap::new();
        let taken = taken(world);
        let mut folders = Vec::new();
        for (path, facts) in &world.index.files {
            for seen in &facts.seen {
                let Observation::Mount(mount) = &seen.what else {
                    continue;
                };
                // What a test hangs up, nobody else reaches.
                if super::index::is_test(path) {
                    continue;
                }
                if let Some(folder) = mount.child.known().and_then(|one| one.strip_prefix(FOLDER)) {
                    folders.push((super::index::joined(path, folder), &mount.prefix, *path));
                    continue;
                }
                let parent = mount.parent.clone().map(|key| ((*path).to_owned(), key));
                for child in children(world, &taken, path, mount) {
                    if Some(&child) != parent.as_ref() {
                        above
                            .entry(child)
                            .or_default()
                            .push((parent.clone(), &mount.prefix, path));
                    }
                }
            }
        }
        Mounts { above, folders }
    }

    /// The prefix of a file's routes by the folder that it lies in; the nearest folder counts.
    fn of_folder(&self, world: &World<'a>, unit: usize, path: &str) -> String {
        let above = |folder: &str| super::index::is_under(path, folder);
        let mut found: Vec<_> = self
            .folders
            .iter()
            .filter(|(folder, ..)| above(folder))
            .collect();
        found.sort_by_key(|(folder, ..)| std::cmp::Reverse(folder.len()));
        found.first().map_or_else(String::new, |(_, prefix, file)| {
            slashed(first_text(world, unit, file, prefix).trim_end_matches('/'))
        })
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
fn children(world: &World, taken: &Taken, path: &str, mount: &Mount) -> Vec<Key> {
    let one = |value: &Value| -> Option<Key> {
        match value {
            Value::Text(key) => Some((path.to_owned(), key.clone())),
            Value::Symbol(symbol) => foreign(world, taken, path, symbol),
            _ => None,
        }
    };
    match &mount.child {
        Value::Either(many) => many.iter().filter_map(one).collect(),
        value => one(value).into_iter().collect(),
    }
}

/// The router that a symbol of another file means.
fn foreign(world: &World, taken: &Taken, path: &str, symbol: &str) -> Option<Key> {
    let (symbol, index) = match symbol.rsplit_once('#') {
        Some((before, index)) => (before, Some(index)),
        None => (symbol, None),
    };
    if let Some(function) = symbol.strip_prefix("**.") {
        // What extends a router goes by its name alone: the only one, or the nearest.
        return nearest(path, taken.get(&format!("{function}#{}", index?))?.iter());
    }
    if let Some(method) = symbol.strip_prefix("*.") {
        // A method by its name alone: where only one type has such a method, or none and one function.
        let found = taken.get(&format!("{method}#{}", index?))?;
        let owned: Vec<&Key> = found.iter().filter(|(_, key)| key.contains('.')).collect();
        return match (owned[..].first(), found.first()) {
            (Some(_), _) if owned.len() > 1 => None,
            (Some(one), _) => Some((*one).clone()),
            (None, one) => one.filter(|_| found.len() == 1).cloned(),
        };
    }
    let located = world.index.file_of(path, symbol);
    if index == Some("fn") {
        let (file, name) = located?;
        return Some((file.to_owned(), format!("{name}#fn")));
    }
    let Some((file, name)) = located else {
        // A function of a package whose file no export tells: by the package's folder.
        let (package, function) = match symbol.rsplit_once('.') {
            Some((package, function)) => (package.rsplit(['/', '.']).next(), function),
            None => (None, symbol),
        };
        let own = super::index::parent(path);
        let within = |key: &&Key| {
            let folder = super::index::parent(&key.0);
            match package {
                Some(name) => super::index::name_of(folder) == name,
                None => folder == own,
            }
        };
        let found = taken.get(&format!("{function}#{}", index?))?;
        return nearest(path, found.iter().filter(within));
    };
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
        // A function that takes the router it is given: a plugin.
        (Some((_, Value::Symbol(key))), None) if takes_router(facts, key) => format!("{key}#0"),
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

/// The only key, or the one whose file shares most folders with another.
fn nearest<'k>(path: &str, keys: impl Iterator<Item = &'k Key>) -> Option<Key> {
    let shared = |key: &Key| {
        let pairs = key.0.split('/').zip(path.split('/'));
        pairs.take_while(|(a, b)| a == b).count()
    };
    let mut keys: Vec<(usize, &Key)> = keys.map(|key| (shared(key), key)).collect();
    keys.sort_by(|a, b| b.cmp(a));
    match keys[..] {
        [] => None,
        [(_, one)] => Some(one.clone()),
        [(most, one), (next, _), ..] => (most > next).then(|| one.clone()),
    }
}

/// Whether a function of a file declares routes on its first parameter, and none on its own name.
fn takes_router(facts: &FileFacts, key: &str) -> bool {
    let first = format!("{key}#0");
    let on = |wanted: &str| {
        facts.seen.iter().any(|seen| match &seen.what {
            Observation::Route(route) => route.router.as_deref() == Some(wanted),
            Observation::Mount(mount) => mount.parent.as_deref() == Some(wanted),
            _ => false,
        })
    };
    on(&first) && !on(key)
}

/// The endpoints of a unit, sorted by path and method.
pub fn endpoints<'a>(world: &World<'a>, mounts: &Mounts<'a>, unit: usize) -> Vec<EndpointFact> {
    let bases = Bases::of(world, unit);
    let heirs = Heirs::of(world, unit);
    let answering = answering(world, unit);
    let mut found: Vec<EndpointFact> = Vec::new();
    found.extend(super::transcoded::endpoints(world, &bases, unit));
    let routes = world.seen(unit).flat_map(|(path, seen)| {
        let routes = match &seen.what {
            Observation::Route(route) if route.protocol == super::transcoded::PROTOCOL => {
                Vec::new()
            }
            Observation::Route(route) => with_actions(route, &answering),
            _ => Vec::new(),
        };
        routes.into_iter().map(move |route| (path, seen, route))
    });
    for (path, seen, route) in routes {
        let Some(methods) = methods(&route, &answering) else {
            continue;
        };
        let prefixes = match &route.router {
            Some(router) if router.starts_with('$') => {
                vec![super::bases::of_setting(world, unit, &router[1..])]
            }
            Some(router) if !router.starts_with("interface ") && !router.starts_with("class ") => {
                let key = (path.to_owned(), router.clone());
                mounts.prefixes(world, unit, &key, &mut BTreeSet::new())
            }
            _ => vec![mounts.of_folder(world, unit, path)],
        };
        let had = match &seen.what {
            Observation::Route(own) => heirs.have(own),
            _ => Vec::new(),
        };
        let ways = had.iter().flat_map(|had| {
            let before = match had.prefix {
                Some((prefix, class)) => texts(world, unit, path, prefix)
                    .iter()
                    .map(|text| slashed(&named(text, class)))
                    .collect(),
                None => vec![String::new()],
            };
            let under = |prefix: &String| {
                let whole = |own: &String| (format!("{prefix}{own}"), had.class);
                before.iter().map(whole).collect::<Vec<_>>()
            };
            prefixes.iter().flat_map(under).collect::<Vec<_>>()
        });
        for (prefix, class) in ways {
            let handler = match (class, &route.handler) {
                (Some(class), Some(name)) => {
                    let function = name.split_once('.').map_or(name.as_str(), |(_, last)| last);
                    Some(format!("{class}.{function}"))
                }
                (_, handler) => handler.clone(),
            };
            let group = route
                .group
                .as_ref()
                .map(|group| first_text(world, unit, path, group))
                .filter(|_| route.protocol == "http")
                .map(|group| bases.path(&prefix, &group))
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
                        "http" => bases.path(&prefix, &text),
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

/// A route, or those that the functions of its class add below it (`@action`), each said by the class as
/// `POST /{pk}/close close`.
fn with_actions<'r>(
    route: &'r Route,
    answering: &BTreeMap<&str, &[String]>,
) -> Vec<Cow<'r, Route>> {
    let Some(class) = route
        .handler
        .as_deref()
        .and_then(|name| name.strip_suffix(".*"))
    else {
        return vec![Cow::Borrowed(route)];
    };
    let name = class.rsplit('.').next().unwrap_or(class);
    let answers = answering.get(name).into_iter().flat_map(|all| all.iter());
    let actions = answers.filter_map(|answer| {
        let (method, rest) = answer.split_once(' ')?;
        let (below, function) = rest.rsplit_once(' ')?;
        Some(Cow::Owned(Route {
            method: Some(method.to_owned()),
            path: join(vec![route.path.clone(), Value::text(below)]),
            handler: Some(format!("{class}.{function}")),
            ..route.clone()
        }))
    });
    actions.collect()
}

/// The methods of a route; those of its class where it names one, nothing where the class lacks the action.
fn methods(route: &Route, answering: &BTreeMap<&str, &[String]>) -> Option<Vec<Option<String>>> {
    let last = |name: &str| name.rsplit('.').next().unwrap_or(name).to_owned();
    let handler = route.handler.as_deref().unwrap_or("");
    let own = handler.rsplit_once('.').map_or(handler, |(class, _)| class);
    let listed = answering.get(last(own).as_str()).or(answering.get(handler));
    let only: Vec<&str> = listed
        .into_iter()
        .flat_map(|answers| answers.iter().filter_map(|one| one.strip_prefix('=')))
        .collect();
    if let Some(method) = &route.method
        && !only.is_empty()
        && !only.iter().any(|one| one.eq_ignore_ascii_case(method))
    {
        return None;
    }
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

pub(super) fn slashed(text: &str) -> String {
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
    // A query is no part of the path: `/orders?<page>`, `/orders{?page,size}`.
    let cut = ["?<", "?{", "{?", "{&", "{#"]
        .iter()
        .filter_map(|one| path.find(one))
        .min();
    let path = &path[..cut.unwrap_or(path.len())];
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
    if let Some(name) = part.strip_prefix('*').filter(|name| !name.is_empty()) {
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
        assert_eq!(parameters("/files/*rest"), "/files/{rest}");
        assert_eq!(parameters("/orders/?<page>&<size>"), "/orders");
        assert_eq!(
            parameters("/orders/{id}/lines{?page,size}"),
            "/orders/{id}/lines"
        );
    }
}
