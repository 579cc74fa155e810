//! Routes of Symfony kept in YAML: `config/routes.yaml`, `config/routes/*.yaml`.
//!
//! An entry with a `path` is a route. An entry with a `resource` takes in the routes of controllers, and
//! its prefix stands before theirs; where it is the one root of attributes it has none.

use super::{Front, Head, Reads, SourceText, ends_in, name_of};
use crate::observation::{FOLDER, FileFacts, Mount, Observation, Observed, Route, Value};
use crate::yaml::{self, Node};
use model::finding::Certainty;

pub const FRONT: Front = Front {
    id: "symfony-routes",
    takes: |path| {
        let name = name_of(path);
        let routes = name.starts_with("routes")
            || name.starts_with("routing")
            || path.contains("/routes/")
            || path.starts_with("routes/");
        ends_in(path, &[".yaml", ".yml"]) && routes
    },
    reads: Reads::Content { is, read },
};

fn is(head: &Head) -> bool {
    // `controller:` of today, `_controller:` under `defaults:`, or `resource:` of attributes.
    head.text.contains("controller:")
        || head.text.contains("type: attribute")
        || head.text.contains("type: annotation")
}

pub fn read(source: SourceText) -> FileFacts {
    let tree = yaml::read(source.text);
    let mut facts = FileFacts {
        front: FRONT.id.into(),
        faults: tree.faults,
        ..FileFacts::default()
    };
    for document in &tree.documents {
        for entry in document.entries() {
            // `when@dev:` holds routes of one environment.
            let routes = match entry.0.text.starts_with("when@") {
                true => entry.1.entries(),
                false => std::slice::from_ref(entry),
            };
            for (name, entry) in routes {
                facts.seen.extend(of_resource(entry).map(|mount| Observed {
                    line: name.line,
                    certainty: Certainty::Resolved,
                    within: String::new(),
                    what: Observation::Mount(mount),
                }));
                facts.seen.extend(of_entry(entry).map(|route| Observed {
                    line: name.line,
                    certainty: Certainty::Resolved,
                    within: String::new(),
                    what: Observation::Route(route),
                }));
            }
        }
    }
    facts
}

/// The prefix of the controllers in a folder.
fn of_resource(entry: &Node) -> Option<Mount> {
    let resource = entry
        .text_of("resource")
        .or_else(|| entry.at_path("resource.path").text())?;
    let prefix = entry.text_of("prefix")?;
    Some(Mount {
        parent: None,
        child: Value::Text(format!("{FOLDER}{resource}")),
        prefix: Value::text(prefix),
    })
}

/// One route for each method; none where the entry has no path of its own.
fn of_entry(entry: &Node) -> impl Iterator<Item = Route> {
    let path = entry.text_of("path").or_else(|| entry.text_of("pattern"));
    let controller = entry
        .text_of("controller")
        .or_else(|| entry.at_path("defaults._controller").text())
        .map(|name| name.replace('\\', ".").replace("::", "."));
    let listed = entry
        .at_path("methods")
        .each()
        .iter()
        .filter_map(Node::text);
    let mut methods: Vec<Option<String>> = listed
        .flat_map(|text| text.split(['|', ',']))
        .map(|method| Some(method.trim().to_uppercase()))
        .collect();
    if methods.is_empty() {
        methods.push(None);
    }
    path.into_iter().flat_map(move |path| {
        let controller = controller.clone();
        methods.clone().into_iter().map(move |method| Route {
            method,
            path: Value::text(path),
            group: None,
            router: None,
            handler: controller.clone(),
            protocol: "http".into(),
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_with_a_path_are_routes() {
        let text = "controllers:\n  resource: ../src/Controller/\n  type: attribute\nhealth:\n  path: /health\n  controller: App\\Controller\\Health::show\n  methods: [GET, head]\nold:\n  path: /old/{id}\n  defaults: {_controller: 'App:Old:show'}\n  methods: GET|POST\nwhen@dev:\n  debug: {path: /debug, controller: D}\n";
        let source = SourceText {
            path: "config/routes.yaml",
            text,
        };
        assert!(is(&Head::of(source)) && (FRONT.takes)(source.path));
        let shown: Vec<String> = read(source)
            .seen
            .iter()
            .filter_map(|seen| match &seen.what {
                Observation::Route(route) => Some(format!(
                    "{} {} {} {}",
                    seen.line,
                    route.method.as_deref().unwrap_or("-"),
                    route.path.known().unwrap_or("?"),
                    route.handler.as_deref().unwrap_or("-")
                )),
                _ => None,
            })
            .collect();
        assert_eq!(
            shown,
            [
                "4 GET /health App.Controller.Health.show",
                "4 HEAD /health App.Controller.Health.show",
                "8 GET /old/{id} App:Old:show",
                "8 POST /old/{id} App:Old:show",
                "13 - /debug D",
            ]
        );
    }
}
