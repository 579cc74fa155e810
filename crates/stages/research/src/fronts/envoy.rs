//! Envoy's static configuration: routes of listeners to the endpoints of clusters.

use super::said::Said;
use super::{Front, Reads, SourceText, ends_in, name_of};
use crate::observation::{FileFacts, Observation, ProxyRoute, Value};
use crate::placeholder::shell;
use crate::yaml::{self, Kind, Node};

pub const FRONT: Front = Front {
    id: "envoy",
    takes: |path| {
        let named = name_of(path).starts_with("envoy") && ends_in(path, &[".json", ".tmpl"]);
        ends_in(path, &[".yml", ".yaml"]) || named
    },
    reads: Reads::Content {
        is: |head| head.has("static_resources"),
        read,
    },
};

/// Deepest place at which a virtual host is looked for.
const MAX_DEPTH: usize = 40;

fn read(source: SourceText) -> FileFacts {
    let mut said = Said::new(FRONT.id);
    let tree = yaml::read(source.text);
    said.facts.faults = tree.faults;
    for document in &tree.documents {
        let resources = document.at_path("static_resources");
        let clusters = resources.at_path("clusters").items();
        let mut hosts = Vec::new();
        find(
            resources.at_path("listeners"),
            "virtual_hosts",
            0,
            &mut hosts,
        );
        for host in hosts.into_iter().flat_map(Node::items) {
            virtual_host(host, clusters, &mut said);
        }
    }
    said.done()
}

/// Every value under a key, wherever it stands: filters nest routes in ways that differ by version.
fn find<'n>(node: &'n Node, key: &str, depth: usize, out: &mut Vec<&'n Node>) {
    if depth > MAX_DEPTH {
        return;
    }
    match &node.kind {
        Kind::Map(entries) => {
            for (known, value) in entries {
                if known.text == key {
                    out.push(value);
                } else {
                    find(value, key, depth + 1, out);
                }
            }
        }
        Kind::List(items) => items
            .iter()
            .for_each(|item| find(item, key, depth + 1, out)),
        Kind::Null | Kind::Scalar { .. } => {}
    }
}

fn virtual_host(host: &Node, clusters: &[Node], said: &mut Said) {
    let name = host.at_path("domains").items().first().and_then(Node::text);
    let name = name.filter(|name| *name != "*").map(str::to_string);
    for route in host.at_path("routes").items() {
        let matched = route.at_path("match");
        let path = [
            "prefix",
            "path",
            "path_separated_prefix",
            "safe_regex.regex",
        ];
        let path = path
            .iter()
            .find_map(|key| matched.at_path(key).text())
            .unwrap_or("/");
        let to = route.at_path("route");
        let weighted = to.at_path("weighted_clusters.clusters").items().iter();
        let names = weighted
            .filter_map(|cluster| cluster.text_of("name"))
            .chain(to.text_of("cluster"));
        let rewritten = to.text_of("prefix_rewrite");
        for name_of_cluster in names {
            let cluster = clusters
                .iter()
                .find(|c| c.text_of("name") == Some(name_of_cluster));
            for upstream in endpoints(cluster, name_of_cluster) {
                let route_seen = ProxyRoute {
                    by: FRONT.id.to_string(),
                    host: name.clone(),
                    path: Value::text(path),
                    upstream,
                    strips: rewritten.filter(|to| *to == "/").map(|_| path.to_string()),
                    timeout: to.get("timeout").is_some(),
                };
                said.say(route.line, Observation::ProxyRoute(route_seen));
            }
        }
    }
}

/// The addresses of a cluster; its name where it has none here.
fn endpoints(cluster: Option<&Node>, name: &str) -> Vec<Value> {
    let mut addresses = Vec::new();
    if let Some(cluster) = cluster {
        find(cluster, "socket_address", 0, &mut addresses);
    }
    let texts = addresses.iter().filter_map(|at| {
        let host = at.text_of("address")?;
        Some(match at.text_of("port_value") {
            Some(port) => format!("{host}:{port}"),
            None => host.to_string(),
        })
    });
    let mut values: Vec<Value> = texts.map(|text| shell(&text)).collect();
    if values.is_empty() {
        values.push(Value::text(name));
    }
    values
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn routes_to_endpoints() {
        let text = "static_resources:\n  listeners:\n  - filter_chains:\n    - filters:\n      - typed_config:\n          route_config:\n            virtual_hosts:\n            - domains: [\"*\"]\n              routes:\n              - match: {prefix: /cart}\n                route: {cluster: cart, prefix_rewrite: /, timeout: 5s}\n              - match: {path: /x}\n                route: {cluster: gone}\n  clusters:\n  - name: cart\n    load_assignment: {endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: cart, port_value: 7070}}}}]}]}\n";
        let path = "envoy.yaml";
        let facts = read(SourceText { path, text });
        let found: Vec<_> = facts
            .seen
            .iter()
            .filter_map(|seen| match &seen.what {
                Observation::ProxyRoute(r) => Some((
                    seen.line,
                    r.path.known(),
                    r.upstream.known(),
                    r.strips.as_deref(),
                    r.timeout,
                )),
                _ => None,
            })
            .collect();
        assert_eq!(
            found,
            [
                (10, Some("/cart"), Some("cart:7070"), Some("/cart"), true),
                (12, Some("/x"), Some("gone"), None, false),
            ]
        );
    }
}
