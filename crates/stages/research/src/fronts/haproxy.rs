//! HAProxy: which backend answers which path, and the servers of each.

use super::said::Said;
use super::{Front, Reads, SourceText, ends_in, name_of};
use crate::observation::{FileFacts, Observation, ProxyRoute, Value};
use crate::placeholder::shell;

pub const FRONT: Front = Front {
    id: "haproxy",
    takes: |path| {
        name_of(path).starts_with("haproxy")
            && ends_in(path, &[".cfg", ".conf", ".cfg.template", ".tmpl"])
    },
    reads: Reads::Format(read),
};

#[derive(Debug, Default)]
struct Section {
    kind: String,
    name: String,
    /// Names of conditions and the paths that they test.
    paths: Vec<(String, String)>,
    /// Backend, condition, line.
    uses: Vec<(String, Option<String>, u32)>,
    servers: Vec<(String, u32)>,
    timeout: bool,
}

fn read(source: SourceText) -> FileFacts {
    let mut said = Said::new(FRONT.id);
    let mut sections: Vec<Section> = Vec::new();
    for (index, line) in source.text.lines().enumerate() {
        let number = index as u32 + 1;
        let line = line.split(" #").next().unwrap_or("").trim();
        let words: Vec<&str> = line.split_whitespace().collect();
        let Some(word) = words.first().filter(|word| !word.starts_with('#')) else {
            continue;
        };
        if ["global", "defaults", "frontend", "backend", "listen"].contains(word) {
            sections.push(Section {
                kind: word.to_string(),
                name: words.get(1).unwrap_or(&"").to_string(),
                ..Section::default()
            });
            continue;
        }
        let Some(section) = sections.last_mut() else {
            said.fault(number, "a line before any section");
            continue;
        };
        match (*word, &words[1..]) {
            ("acl", [name, test, values @ ..]) if test.starts_with("path") => {
                let path = values.iter().find(|value| value.starts_with('/'));
                section
                    .paths
                    .extend(path.map(|path| (name.to_string(), path.to_string())));
            }
            ("use_backend", [backend, rest @ ..]) => {
                let condition = rest.get(1).map(|name| name.to_string());
                section.uses.push((backend.to_string(), condition, number));
            }
            ("default_backend", [backend, ..]) => {
                section.uses.push((backend.to_string(), None, number))
            }
            ("server", [_, address, ..]) => section.servers.push((address.to_string(), number)),
            ("timeout", ["server" | "connect", ..]) => section.timeout = true,
            _ => {}
        }
    }
    let timeout_of_all = sections.iter().any(|s| s.kind == "defaults" && s.timeout);
    for section in &sections {
        for (backend, condition, line) in &section.uses {
            let path = section
                .paths
                .iter()
                .find(|(name, _)| Some(name) == condition.as_ref());
            let path = path.map_or("/", |(_, path)| path.as_str());
            let of = sections
                .iter()
                .find(|s| s.kind == "backend" && s.name == *backend);
            let timeout = timeout_of_all || of.is_some_and(|of| of.timeout);
            let servers = of.map_or(&[][..], |of| &of.servers);
            for (server, _) in servers {
                route(&mut said, *line, path, server, timeout);
            }
            if servers.is_empty() {
                route(&mut said, *line, path, backend, timeout);
            }
        }
        if section.kind == "listen" {
            for (server, line) in &section.servers {
                route(
                    &mut said,
                    *line,
                    "/",
                    server,
                    timeout_of_all || section.timeout,
                );
            }
        }
    }
    said.done()
}

fn route(said: &mut Said, line: u32, path: &str, upstream: &str, timeout: bool) {
    let route = ProxyRoute {
        by: FRONT.id.to_string(),
        host: None,
        path: Value::text(path),
        upstream: shell(upstream),
        strips: None,
        timeout,
    };
    said.say(line, Observation::ProxyRoute(route));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frontends_to_servers() {
        let text = "defaults\n  timeout server 5s\nfrontend web\n  acl is_api path_beg /api\n  use_backend api if is_api\n  default_backend ui\nbackend api\n  server a1 api-1:8080 check\n  server a2 api-2:8080\nlisten db\n  server p pg:5432\n";
        let path = "haproxy.cfg";
        let facts = read(SourceText { path, text });
        let found: Vec<_> = facts
            .seen
            .iter()
            .filter_map(|seen| match &seen.what {
                Observation::ProxyRoute(r) => {
                    Some((seen.line, r.path.known()?, r.upstream.known()?, r.timeout))
                }
                _ => None,
            })
            .collect();
        assert_eq!(
            found,
            [
                (5, "/api", "api-1:8080", true),
                (5, "/api", "api-2:8080", true),
                (6, "/", "ui", true),
                (11, "/", "pg:5432", true),
            ]
        );
    }
}
