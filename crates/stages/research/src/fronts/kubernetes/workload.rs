//! Pods and what makes them, as workloads.

use super::super::said::Said;
use super::text;
use crate::observation::{Value, Workload};
use crate::placeholder::{join, kubernetes};
use crate::yaml::Node;

pub fn workload(node: &Node, kind: &str, name: String, by: &str, said: &mut Said) -> Workload {
    let template = match kind {
        "Pod" => node,
        "CronJob" => node.at_path("spec.jobTemplate.spec.template"),
        _ => node.at_path("spec.template"),
    };
    let spec = template.at_path("spec");
    let mut workload = Workload {
        source: by.to_string(),
        name,
        replicas: node.at_path("spec.replicas").number(),
        ..Workload::default()
    };
    workload.labels = labels(template);
    if workload.labels.is_empty() {
        workload.labels = labels(node);
    }
    if matches!(kind, "Job" | "CronJob") {
        workload
            .labels
            .push(("kind".to_string(), kind.to_ascii_lowercase()));
    }
    for container in spec.at_path("initContainers").items() {
        variables(container, &mut workload, said);
    }
    let containers = spec.at_path("containers").items();
    let main = main_container(containers, &workload.name);
    for (index, container) in containers.iter().enumerate() {
        if index == main {
            main_of(container, &mut workload, said);
        } else if let Some(image) = text(container.at_path("image")) {
            workload.labels.push(("sidecar-image".to_string(), image));
        }
        variables(container, &mut workload, said);
        for port in container.at_path("ports").items() {
            let port = port.at_path("containerPort").number();
            workload
                .ports
                .extend(port.filter(|port| !workload.ports.contains(port)));
        }
        for port in container.at_path("ports").items() {
            // A port of the host is reached from outside.
            workload
                .published
                .extend(port.at_path("hostPort").number::<u16>());
        }
    }
    for volume in spec.at_path("volumes").items() {
        workload.volume |=
            volume.get("persistentVolumeClaim").is_some() || volume.get("hostPath").is_some();
        // Mounted files: their entries are files, not variables, but they are this workload's.
        let names = [
            volume.at_path("configMap.name"),
            volume.at_path("secret.secretName"),
        ];
        takes(&names, &mut workload);
    }
    workload.volume |= !node.at_path("spec.volumeClaimTemplates").items().is_empty();
    workload
}

/// The container that the pod is for: named like it, else the first.
fn main_container(containers: &[Node], name: &str) -> usize {
    let named = |container: &Node| container.text_of("name") == Some(name);
    containers.iter().position(named).unwrap_or(0)
}

fn labels(node: &Node) -> Vec<(String, String)> {
    let entries = node.at_path("metadata.labels").entries().iter();
    let pairs = entries.filter_map(|(key, value)| Some((key.text.clone(), text(value)?)));
    pairs.collect()
}

fn main_of(container: &Node, workload: &mut Workload, said: &mut Said) {
    workload.image = container.text_of("image").map(kubernetes);
    let words = ["command", "args"].iter();
    let words = words.flat_map(|key| container.at_path(key).items());
    let command: Vec<&str> = words.filter_map(Node::text).collect();
    if !command.is_empty() {
        let line = container
            .at_path("command")
            .line
            .max(container.at_path("args").line);
        workload.command = Some(said.safe_text("command", &command.join(" "), line));
    }
    workload.health = container.get("livenessProbe").is_some_and(Node::is_map)
        || container.get("startupProbe").is_some_and(Node::is_map);
    workload.readiness = container.get("readinessProbe").is_some_and(Node::is_map);
    let limits = container.at_path("resources.limits");
    workload.cpu = text(limits.at_path("cpu"));
    workload.memory = text(limits.at_path("memory"));
}

fn takes(names: &[&Node], workload: &mut Workload) {
    for name in names.iter().filter_map(|node| text(node)) {
        if !workload.takes.contains(&name) {
            workload.takes.push(name);
        }
    }
}

fn variables(container: &Node, workload: &mut Workload, said: &mut Said) {
    for from in container.at_path("envFrom").items() {
        let names = [
            from.at_path("configMapRef.name"),
            from.at_path("secretRef.name"),
        ];
        takes(&names, workload);
    }
    let own = workload.env.len();
    for variable in container.at_path("env").items() {
        let Some(name) = text(variable.at_path("name")) else {
            continue;
        };
        let value = match variable.text_of("value") {
            Some(text) => expanded(kubernetes(text), &workload.env[own..]),
            None => reference(variable.at_path("valueFrom")),
        };
        let value = said.safe(&name, value, variable.line);
        workload.env.push((name, value, variable.line));
    }
}

/// `$(X)` refers to a variable that stands before it in the same container.
fn expanded(value: Value, before: &[(String, Value, u32)]) -> Value {
    match value {
        Value::Env { name, default } => {
            let known = before.iter().rev().find(|(known, ..)| *known == name);
            known.map_or(Value::Env { name, default }, |(_, value, _)| value.clone())
        }
        Value::Concat(pieces) => join(pieces.into_iter().map(|p| expanded(p, before)).collect()),
        other => other,
    }
}

fn reference(from: &Node) -> Value {
    for kind in ["configMapKeyRef", "secretKeyRef"] {
        let of = from.at_path(kind);
        if let (Some(name), Some(key)) = (text(of.at_path("name")), text(of.at_path("key"))) {
            return Value::Symbol(format!("{name}/{key}"));
        }
    }
    if from.is_null() {
        return Value::text("");
    }
    Value::Hole
}
