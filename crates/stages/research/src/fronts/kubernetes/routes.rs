//! What sends requests on: Ingress, routes of the Gateway API, Istio, OpenShift, Traefik.

use super::super::said::Said;
use super::text;
use crate::observation::{Observation, ProxyRoute, Value};
use crate::placeholder::kubernetes;
use crate::yaml::Node;

pub fn routes(node: &Node, kind: &str, said: &mut Said) {
    match kind {
        "Ingress" => ingress(node, said),
        "HTTPRoute" | "GRPCRoute" | "TCPRoute" | "TLSRoute" => gateway_route(node, said),
        "VirtualService" => virtual_service(node, said),
        "ServiceEntry" => service_entry(node, said),
        "Route" => openshift(node, said),
        _ => {}
    }
}

fn say(said: &mut Said, line: u32, by: &str, host: Option<String>, path: Value, upstream: Value) {
    let (by, strips, timeout) = (by.to_string(), None, false);
    let route = ProxyRoute {
        by,
        host,
        path,
        upstream,
        strips,
        timeout,
    };
    said.say(line, Observation::ProxyRoute(route));
}

fn joined(name: &Node, port: &Node) -> Option<Value> {
    let name = name.text()?;
    Some(kubernetes(&match port.text() {
        Some(port) => format!("{name}:{port}"),
        None => name.to_string(),
    }))
}

fn ingress(node: &Node, said: &mut Said) {
    let annotations = node.at_path("metadata.annotations");
    let notes = annotations.entries().iter();
    let timeout = notes.clone().any(|(key, _)| key.text.contains("timeout"));
    let rewrites = notes
        .clone()
        .any(|(key, _)| key.text.ends_with("rewrite-target") || key.text.contains("strip"));
    let spec = node.at_path("spec");
    let default = [spec.at_path("defaultBackend"), spec.at_path("backend")];
    for backend in default {
        if let Some(upstream) = backend_of(backend) {
            say(
                said,
                backend.line,
                "ingress",
                None,
                Value::text("/"),
                upstream,
            );
        }
    }
    for rule in spec.at_path("rules").items() {
        let host = text(rule.at_path("host"));
        for at in rule.at_path("http.paths").items() {
            let Some(upstream) = backend_of(at.at_path("backend")) else {
                continue;
            };
            let path = at.text_of("path").unwrap_or("/");
            let strips = rewrites.then(|| path.split(['(', '*']).next().unwrap_or("").to_string());
            let route = ProxyRoute {
                by: "ingress".to_string(),
                host: host.clone(),
                path: kubernetes(path),
                upstream,
                strips,
                timeout,
            };
            said.say(at.line, Observation::ProxyRoute(route));
        }
    }
}

fn backend_of(backend: &Node) -> Option<Value> {
    let service = backend.at_path("service");
    let port = [service.at_path("port.number"), service.at_path("port.name")];
    let port = port.into_iter().find(|node| !node.is_null());
    let old = || {
        joined(
            backend.at_path("serviceName"),
            backend.at_path("servicePort"),
        )
    };
    // A map has no text, so without a port the name stands alone.
    joined(service.at_path("name"), port.unwrap_or(service)).or_else(old)
}

fn gateway_route(node: &Node, said: &mut Said) {
    let spec = node.at_path("spec");
    let host = spec.at_path("hostnames").items().first().and_then(text);
    for rule in spec.at_path("rules").items() {
        let filters = rule.at_path("filters").items();
        let rewrites = filters
            .iter()
            .any(|f| f.text_of("type") == Some("URLRewrite"));
        let matches = rule.at_path("matches").items();
        let mut paths: Vec<&str> = matches
            .iter()
            .filter_map(|m| {
                let method = m.at_path("method");
                m.at_path("path.value").text().or(method.text_of("service"))
            })
            .collect();
        if paths.is_empty() {
            paths.push("/");
        }
        let timeout = !rule.at_path("timeouts").is_null();
        for backend in rule.at_path("backendRefs").items() {
            let Some(upstream) = joined(backend.at_path("name"), backend.at_path("port")) else {
                continue;
            };
            for path in &paths {
                let route = ProxyRoute {
                    by: "gateway".to_string(),
                    host: host.clone(),
                    path: kubernetes(path),
                    upstream: upstream.clone(),
                    strips: rewrites.then(|| path.to_string()),
                    timeout,
                };
                said.say(backend.line, Observation::ProxyRoute(route));
            }
        }
    }
}

fn virtual_service(node: &Node, said: &mut Said) {
    let spec = node.at_path("spec");
    let host = spec.at_path("hosts").items().first().and_then(text);
    let host = host.filter(|host| host != "*");
    for rule in ["http", "tcp", "tls"]
        .iter()
        .flat_map(|kind| spec.at_path(kind).items())
    {
        let matches = rule.at_path("match").items();
        let mut paths: Vec<&str> = matches
            .iter()
            .filter_map(|m| m.at_path("uri").entries().first()?.1.text())
            .collect();
        if paths.is_empty() {
            paths.push("/");
        }
        let rewritten = rule.at_path("rewrite.uri").text();
        for way in rule.at_path("route").items() {
            let to = way.at_path("destination");
            let Some(upstream) = joined(to.at_path("host"), to.at_path("port.number")) else {
                continue;
            };
            for path in &paths {
                let route = ProxyRoute {
                    by: "istio".to_string(),
                    host: host.clone(),
                    path: kubernetes(path),
                    upstream: upstream.clone(),
                    strips: rewritten.map(|_| path.to_string()),
                    timeout: rule.get("timeout").is_some(),
                };
                said.say(way.line, Observation::ProxyRoute(route));
            }
        }
    }
}

/// A name outside of the mesh that its programs may call.
fn service_entry(node: &Node, said: &mut Said) {
    let ports = node.at_path("spec.ports").items().iter();
    let ports: Vec<u16> = ports
        .filter_map(|port| port.at_path("number").number())
        .collect();
    for host in node.at_path("spec.hosts").items() {
        let Some(name) = text(host) else {
            continue;
        };
        let address = Observation::Address {
            name: name.clone(),
            selects: Vec::new(),
            ports: ports.clone(),
            external: Some(name),
            published: false,
        };
        said.say(host.line, address);
    }
}

fn openshift(node: &Node, said: &mut Said) {
    let spec = node.at_path("spec");
    let host = text(spec.at_path("host"));
    let port = spec.at_path("port.targetPort");
    if let Some(upstream) = joined(spec.at_path("to.name"), port) {
        let path = kubernetes(spec.text_of("path").unwrap_or("/"));
        say(said, spec.line, "ingress", host, path, upstream);
    }
}
