//! Compose files: services as workloads, with what they take in, wait for, listen on and are reached by.
//!
//! Every version of the format: with and without `services`, environment and labels as lists or maps,
//! ports and volumes in short and long form, `depends_on` as list or map, `extends` within the file.
//! An override file is read by itself; its workloads have the same names, and `link` lays them over.

use super::said::{Said, folder, port_of, resolve};
use super::{Front, Head, Reads, SourceText, ends_in};
use crate::observation::{Observation, Value, Workload};
use crate::placeholder::{settled, shell};
use crate::yaml::{self, Key, Node};

pub const FRONT: Front = Front {
    id: "compose",
    takes: |path| ends_in(path, &[".yml", ".yaml"]),
    reads: Reads::Content { is, read },
};

/// What a service of compose has, and few other things do.
const OF_A_SERVICE: &[&str] = &["image:", "build:", "extends:"];

fn is(head: &Head) -> bool {
    let name = super::name_of(head.path).to_ascii_lowercase();
    let named = name.contains("compose");
    if head.has_any(&["apiVersion", "kind", "openapi", "swagger"]) {
        return false;
    }
    if head.has("services") {
        return named || OF_A_SERVICE.iter().any(|key| head.text.contains(key));
    }
    // The first version of the format had the services at the top.
    named && OF_A_SERVICE.iter().any(|key| head.text.contains(key))
}

fn read(source: SourceText) -> crate::observation::FileFacts {
    let mut said = Said::new(FRONT.id);
    let tree = yaml::read(source.text);
    said.facts.faults = tree.faults;
    for document in &tree.documents {
        let services = match document.get("services") {
            Some(services) => services,
            None => document,
        };
        let mut workloads = Vec::new();
        for (key, node) in services.entries() {
            let known = [
                "image",
                "build",
                "extends",
                "environment",
                "ports",
                "depends_on",
                "command",
            ];
            let is_service = node.is_map()
                && (document.get("services").is_some()
                    || known.iter().any(|k| node.get(k).is_some()));
            if is_service {
                workloads.push((
                    key.line,
                    workload(key, node, services, source.path, &mut said),
                ));
            }
        }
        link_aliases(services, &mut workloads);
        for (line, workload) in workloads {
            said.say(line, Observation::Workload(Box::new(workload)));
        }
    }
    said.done()
}

/// `links: [db:database]` lets others reach `db` as `database`.
fn link_aliases(services: &Node, workloads: &mut [(u32, Workload)]) {
    for (_, node) in services.entries() {
        for link in node.get("links").map(Node::items).unwrap_or(&[]) {
            if let Some((target, alias)) = link.text().and_then(|text| text.split_once(':'))
                && let Some((_, workload)) = workloads.iter_mut().find(|(_, w)| w.name == target)
            {
                add(&mut workload.aliases, alias);
            }
        }
    }
}

fn add(names: &mut Vec<String>, name: &str) {
    if !name.is_empty() && !names.iter().any(|known| known == name) {
        names.push(name.to_string());
    }
}

fn workload(key: &Key, node: &Node, services: &Node, path: &str, said: &mut Said) -> Workload {
    let mut workload = Workload {
        source: FRONT.id.to_string(),
        name: key.text.clone(),
        ..Workload::default()
    };
    let mut chain = vec![node];
    let mut at = node;
    // What is extended within the file comes first; a chain that turns back on itself ends.
    while let Some(extends) = at.get("extends")
        && chain.len() < 20
    {
        let name = extends.text().or(extends.text_of("service")).unwrap_or("");
        if let Some(file) = extends.text_of("file") {
            if let Some(file) = resolve(folder(path), file) {
                let label = ("extends".to_string(), format!("{file}#{name}"));
                workload.labels.push(label);
            }
            break;
        }
        match services.get(name) {
            Some(base) => {
                chain.push(base);
                at = base;
            }
            None => {
                said.fault(
                    extends.line,
                    format!("extends {name}, which is not in this file"),
                );
                break;
            }
        }
    }
    for node in chain.into_iter().rev() {
        apply(node, path, &mut workload, said);
    }
    workload
}

fn apply(node: &Node, path: &str, workload: &mut Workload, said: &mut Said) {
    let here = folder(path);
    if let Some(image) = node.text_of("image") {
        workload.image = Some(shell(image));
    }
    if let Some(build) = node.get("build") {
        let context = build.text().or(build.text_of("context")).unwrap_or(".");
        let context = settled(&shell(context)).unwrap_or_default();
        workload.build = resolve(here, &context);
        workload.dockerfile = match (&workload.build, build.text_of("dockerfile")) {
            (Some(folder), Some(file)) => resolve(folder, file),
            (None, Some(file)) => resolve(here, file),
            _ => None,
        };
    }
    if let Some(environment) = node.get("environment") {
        for (name, value, line) in pairs(environment) {
            let value = match value {
                Some(text) => shell(&text),
                // A name alone is passed through from where compose runs.
                None => Value::Env {
                    name: name.clone(),
                    default: None,
                },
            };
            let value = said.safe(&name, value, line);
            workload.env.retain(|(known, ..)| *known != name);
            workload.env.push((name, value, line));
        }
    }
    for file in node.get("env_file").map(Node::each).unwrap_or(&[]) {
        let written = file.text().or(file.text_of("path")).unwrap_or("");
        let file = settled(&shell(written)).and_then(|written| resolve(here, &written));
        if let Some(file) = file {
            add(&mut workload.takes, &file);
        }
    }
    ports(node, workload);
    names(node, workload);
    logs(node, workload, said);
    if let Some(labels) = node
        .get("labels")
        .or(node.get("deploy").and_then(|d| d.get("labels")))
    {
        for (name, value, line) in pairs(labels) {
            let value = said.safe_text(&name, &value.unwrap_or_default(), line);
            workload.labels.push((name, value));
        }
    }
    for profile in node.get("profiles").map(Node::each).unwrap_or(&[]) {
        if let Some(text) = profile.text() {
            workload
                .labels
                .push(("profile".to_string(), text.to_string()));
        }
    }
    if let Some(command) = node.get("command").or(node.get("entrypoint")) {
        let text = match command.text() {
            Some(text) => text.to_string(),
            None => command
                .items()
                .iter()
                .filter_map(Node::text)
                .collect::<Vec<_>>()
                .join(" "),
        };
        workload.command = Some(said.safe_text("command", &text, command.line));
    }
    let replicas = [node.at_path("deploy.replicas"), node.at_path("scale")];
    let replicas = replicas.iter().find_map(|node| node.number());
    workload.replicas = replicas.or(workload.replicas);
    if let Some(health) = node.get("healthcheck") {
        let none = health.at_path("test").each().first().and_then(Node::text) == Some("NONE");
        workload.health = !none && !health.at_path("disable").is_true();
    }
    let limits = node.at_path("deploy.resources.limits");
    let text = |at: &Node, key: &str| at.text_of(key).map(str::to_string);
    workload.cpu = text(limits, "cpus")
        .or(text(node, "cpus"))
        .or(workload.cpu.take());
    workload.memory = text(limits, "memory")
        .or(text(node, "mem_limit"))
        .or(workload.memory.take());
    if let Some(volumes) = node.get("volumes") {
        workload.volume |= volumes.items().iter().any(keeps_data);
        for volume in volumes.items() {
            let source = volume.text_of("source").or(volume.text());
            let source = source.and_then(|text| text.split(':').next()).unwrap_or("");
            let here_or_above = source.starts_with('.') && source.contains('/');
            if let Some(path) = resolve(here, source).filter(|_| here_or_above) {
                add(&mut workload.mounts, &path);
            }
        }
    }
}

/// Lists of `NAME=value` and maps alike; a name alone has no value.
fn pairs(node: &Node) -> Vec<(String, Option<String>, u32)> {
    let entries = node.entries().iter().map(|(key, value)| {
        let text = value.text().map(str::to_string);
        (key.text.clone(), text, key.line)
    });
    let items = node.items().iter().filter_map(|item| {
        let text = item.text()?;
        Some(match text.split_once('=') {
            Some((name, value)) => (name.trim().to_string(), Some(value.to_string()), item.line),
            None => (text.trim().to_string(), None, item.line),
        })
    });
    entries
        .chain(items)
        .filter(|(name, ..)| !name.is_empty())
        .collect()
}

fn ports(node: &Node, workload: &mut Workload) {
    for port in node.get("ports").map(Node::each).unwrap_or(&[]) {
        let (outside, inside) = match port.text() {
            Some(text) => {
                let text = settled(&shell(text)).unwrap_or_else(|| text.to_string());
                match text.rsplit_once(':') {
                    Some((outside, inside)) => (port_of(outside), port_of(inside)),
                    None => (port_of(&text), port_of(&text)),
                }
            }
            None => {
                let of = |key: &str| port.text_of(key).and_then(port_of);
                (of("published"), of("target"))
            }
        };
        workload
            .ports
            .extend(inside.filter(|port| !workload.ports.contains(port)));
        workload
            .published
            .extend(outside.filter(|port| !workload.published.contains(port)));
    }
    for port in node.get("expose").map(Node::each).unwrap_or(&[]) {
        let port = port.text().and_then(port_of);
        workload
            .ports
            .extend(port.filter(|port| !workload.ports.contains(port)));
    }
}

fn names(node: &Node, workload: &mut Workload) {
    for key in ["container_name", "hostname"] {
        if let Some(name) = node.text_of(key).and_then(|text| settled(&shell(text))) {
            add(&mut workload.aliases, &name);
        }
    }
    for (_, network) in node.get("networks").map(Node::entries).unwrap_or(&[]) {
        for alias in network.at_path("aliases").items() {
            add(&mut workload.aliases, alias.text().unwrap_or(""));
        }
    }
    let mut depends = |name: &str, line: u32| {
        if !workload.depends_on.iter().any(|(known, _)| known == name) {
            workload.depends_on.push((name.to_string(), line));
        }
    };
    if let Some(node) = node.get("depends_on") {
        for (key, _) in node.entries() {
            depends(&key.text, key.line);
        }
        for item in node.each() {
            if let Some(name) = item.text() {
                depends(name, item.line);
            }
        }
    }
    let mut reaches = Vec::new();
    for link in node.get("links").map(Node::items).unwrap_or(&[]) {
        if let Some(text) = link.text() {
            let name = text.split(':').next().unwrap_or(text);
            depends(name, link.line);
            reaches.push(name.to_string());
        }
    }
    for name in &reaches {
        add(&mut workload.reaches, name);
    }
}

/// Options of log drivers that say where to: `syslog-address`, `gelf-address`, `fluentd-address`, `loki-url`.
fn logs(node: &Node, workload: &mut Workload, said: &mut Said) {
    for (key, value) in node.at_path("logging.options").entries() {
        let says = ["-address", "-url"]
            .iter()
            .any(|ending| key.text.ends_with(ending));
        if let Some(text) = value.text().filter(|_| says) {
            let value = said.safe(&key.text, shell(text), key.line);
            workload.logs_to.push((value, key.line));
        }
    }
}

/// A named or nameless volume, or a folder of the host that is written to. What is mounted to be read, and
/// single files, is configuration.
fn keeps_data(volume: &Node) -> bool {
    if let Some(kind) = volume.text_of("type") {
        return kind == "volume" || (kind == "bind" && !volume.at_path("read_only").is_true());
    }
    let Some(text) = volume.text() else {
        return false;
    };
    let parts: Vec<&str> = text.split(':').collect();
    let written = !parts
        .last()
        .is_some_and(|mode| mode.split(',').any(|m| m == "ro"));
    let target = if parts.len() > 1 { parts[1] } else { parts[0] };
    let last = target.rsplit('/').next().unwrap_or("");
    let is_file = last.contains('.') && !last.starts_with('.');
    let code = [
        "/app",
        "/code",
        "/src",
        "/usr/src/app",
        "/var/www",
        "/var/www/html",
        "/etc",
    ];
    let is_code = code.contains(&target.trim_end_matches('/')) || target.starts_with("/etc/");
    written && !is_file && !is_code && !target.ends_with(".sock")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn workloads(text: &str) -> Vec<Workload> {
        let path = "deploy/docker-compose.yml";
        let facts = read(SourceText { path, text });
        facts
            .seen
            .into_iter()
            .filter_map(|seen| match seen.what {
                Observation::Workload(workload) => Some(*workload),
                _ => None,
            })
            .collect()
    }

    #[test]
    fn both_forms_of_everything() {
        let found = workloads(
            r#"
x-env: &env
  LOG: info
services:
  web:
    build: {context: ../web, dockerfile: prod.Dockerfile}
    image: "acme/web:${TAG:-latest}"
    environment:
      <<: *env
      DB_URL: postgres://app:s3cr3t@db:5432/shop
      API: http://${API_HOST:-api}:8080
    env_file: [./web.env, {path: ../common.env, required: false}]
    ports: ["127.0.0.1:8080:80/tcp", {target: 443, published: "8443"}, "9000-9002:9000-9002"]
    depends_on:
      db: {condition: service_healthy}
    links: ["db:database"]
    networks: {front: {aliases: [shop]}}
    deploy: {replicas: 3, resources: {limits: {cpus: "0.5", memory: 512M}}}
    healthcheck: {test: [CMD, curl, -f, http://localhost/]}
    logging: {driver: gelf, options: {gelf-address: "udp://logs:12201", tag: web}}
  db:
    image: postgres:16
    container_name: shop-db
    environment:
      - POSTGRES_PASSWORD=hunter2-x
      - POSTGRES_DB=shop
      - HOME
    volumes: ["data:/var/lib/postgresql/data", "./init.sql:/docker-entrypoint-initdb.d/init.sql:ro"]
  worker:
    extends: web
    command: ["run", "worker"]
    depends_on: [db, web]
"#,
        );
        let [web, db, worker] = &found[..] else {
            panic!("{found:?}")
        };
        assert_eq!(web.build.as_deref(), Some("web"));
        assert_eq!(web.dockerfile.as_deref(), Some("web/prod.Dockerfile"));
        assert_eq!(web.takes, ["deploy/web.env", "common.env"]);
        assert_eq!(
            (&web.ports[..], &web.published[..]),
            (&[80, 443, 9000][..], &[8080, 8443, 9000][..])
        );
        assert_eq!(web.aliases, ["shop"]);
        assert_eq!(web.depends_on, [("db".to_string(), 15)]);
        assert_eq!(web.reaches, ["db"]);
        assert_eq!(web.logs_to, [(Value::text("udp://logs:12201"), 20)]);
        assert_eq!(
            (web.replicas, web.health, web.cpu.as_deref()),
            (Some(3), true, Some("0.5"))
        );
        assert_eq!(web.env[1].1, shell("http://${API_HOST:-api}:8080"));
        assert_eq!(db.aliases, ["shop-db", "database"]);
        assert_eq!(db.mounts, ["deploy/init.sql"]);
        assert!(db.volume && !web.volume);
        assert_eq!(db.env[2].1, shell("$HOME"));
        assert_eq!(worker.build.as_deref(), Some("web"));
        assert_eq!(worker.command.as_deref(), Some("run worker"));
        assert!(!format!("{found:?}").contains("hunter2"));
        assert!(!format!("{found:?}").contains("s3cr3t"));
    }

    #[test]
    fn the_first_version_and_broken_files() {
        let found = workloads("web:\n  image: a\n  links:\n    - db\ndb:\n  image: b\n");
        assert_eq!(found[0].depends_on, [("db".to_string(), 4)]);
        let found = workloads("services:\n  a:\n    image: x\n  b:\n    image: [y\n");
        assert_eq!(found[0].name, "a");
        let found =
            workloads("services:\n  a:\n    extends: a\n  b:\n    extends: {service: none}\n");
        assert_eq!(found.len(), 2);
    }

    #[test]
    fn told_apart_by_content() {
        let is = |path, text| super::is(&Head::of(SourceText { path, text }));
        assert!(is("x/stack.yml", "services:\n  a:\n    image: b\n"));
        assert!(is("docker-compose.dev.yml", "a:\n  build: .\n"));
        assert!(!is(
            "config.yml",
            "services:\n  orders:\n    url: http://x\n"
        ));
        assert!(!is("x.yml", "apiVersion: v1\nservices:\n  - image: x\n"));
    }
}
