//! Kubernetes manifests: workloads, addresses, values, routes. Also what Helm and Kustomize make of theirs.
//!
//! One document is one object; `kind: List` holds several. A kind that says nothing of the architecture
//! (roles, policies, custom resources) is left out without a word.

mod routes;
mod workload;

use super::said::Said;
use super::{Front, Head, Reads, SourceText, ends_in, front_of, name_of};
use crate::observation::{FileFacts, Observation, Value};
use crate::placeholder::{UNKNOWN, kubernetes};
use crate::yaml::{self, Node, Tree};

pub const FRONT: Front = Front {
    id: "kubernetes",
    takes: |path| {
        // Manifests in JSON are rare, other JSON is not: only where the path speaks of them.
        let json = ends_in(path, &[".json"]) && (path.contains("k8s") || path.contains("kube"));
        ends_in(path, &[".yml", ".yaml"]) || json
    },
    reads: Reads::Content { is, read },
};

fn is(head: &Head) -> bool {
    head.has_all(&["kind", "apiVersion"])
        && !name_of(head.path)
            .to_ascii_lowercase()
            .starts_with("chart.y")
}

fn read(source: SourceText) -> FileFacts {
    objects(yaml::read(source.text), "kubernetes", source.path)
}

/// What the objects of a tree say. `by` is the source that workloads name (`kubernetes`, `helm`, ...).
pub fn objects(tree: Tree, by: &str, path: &str) -> FileFacts {
    let mut said = Said::new(by);
    said.facts.faults = tree.faults;
    for document in &tree.documents {
        object(document, by, path, &mut said, 0);
    }
    said.done()
}

pub(super) fn object(node: &Node, by: &str, path: &str, said: &mut Said, depth: usize) {
    let kind = node.text_of("kind").unwrap_or("");
    let name = text(node.at_path("metadata.name")).unwrap_or_default();
    // Lists in lists are cut off.
    if kind == "List" || kind.ends_with("List") && node.get("items").is_some() {
        if depth < 4 {
            for item in node.at_path("items").items() {
                object(item, by, path, said, depth + 1);
            }
        }
        return;
    }
    let line = node.entry("kind").map_or(node.line, |(key, _)| key.line);
    match kind {
        "Deployment"
        | "StatefulSet"
        | "DaemonSet"
        | "Job"
        | "CronJob"
        | "Pod"
        | "ReplicaSet"
        | "ReplicationController"
        | "DeploymentConfig"
        | "Rollout" => {
            let workload = workload::workload(node, kind, name, by, said);
            said.say(line, Observation::Workload(Box::new(workload)));
        }
        // Knative's service has the same name and holds a pod.
        "Service" if node.at_path("spec.template.spec.containers").is_list() => {
            let workload = workload::workload(node, kind, name, by, said);
            said.say(line, Observation::Workload(Box::new(workload)));
        }
        "Service" => {
            let address = address(node, name);
            said.say(line, address);
        }
        "ConfigMap" => values(node, name, path, said, line),
        "Secret" | "SealedSecret" | "ExternalSecret" => secrets(node, kind, name, said, line),
        _ => routes::routes(node, kind, said),
    }
}

/// A scalar with its placeholders; what a template could not compute makes it unknown.
pub(super) fn text(node: &Node) -> Option<String> {
    node.text()
        .filter(|text| !text.contains(UNKNOWN))
        .map(str::to_string)
}

fn address(node: &Node, name: String) -> Observation {
    let spec = node.at_path("spec");
    let pairs = spec.at_path("selector").entries().iter();
    let selects = pairs.filter_map(|(key, value)| Some((key.text.clone(), text(value)?)));
    let ports = spec.at_path("ports").items().iter();
    let kind = spec.text_of("type").unwrap_or("ClusterIP");
    Observation::Address {
        name,
        selects: selects.collect(),
        ports: ports
            .filter_map(|port| port.at_path("port").number())
            .collect(),
        external: text(spec.at_path("externalName")).filter(|_| kind == "ExternalName"),
        published: kind == "LoadBalancer" || kind == "NodePort",
    }
}

/// Entries that are whole files are read by the front of their format, and are no values.
fn values(node: &Node, name: String, path: &str, said: &mut Said, line: u32) {
    let mut entries = Vec::new();
    for (key, value) in node.at_path("data").entries() {
        let Some(content) = value.text() else {
            continue;
        };
        if content.contains('\n') && key.text.contains('.') {
            file_within(&key.text, content, value.line, path, &name, said);
            entries.push((key.text.clone(), Value::Hole));
            continue;
        }
        let value = said.safe(&key.text, kubernetes(content.trim_end()), key.line);
        entries.push((key.text.clone(), value));
    }
    let secret = false;
    said.say(
        line,
        Observation::Values {
            name,
            entries,
            secret,
        },
    );
}

fn file_within(key: &str, content: &str, line: u32, path: &str, within: &str, said: &mut Said) {
    let source = SourceText {
        path: key,
        text: content,
    };
    let facts = match front_of(source).map(|front| &front.reads) {
        Some(Reads::Format(read)) => read(source),
        Some(Reads::Content { read, .. }) if !key.ends_with(".json") || content.len() < 1 << 16 => {
            read(source)
        }
        _ => return,
    };
    if facts.front == FRONT.id {
        return;
    }
    let shift = line.saturating_sub(1);
    for mut seen in facts.seen {
        seen.line += shift;
        seen.within = within.to_string();
        // A file's own path is the path of the manifest here.
        if let Observation::Values { name, .. } = &mut seen.what {
            *name = format!("{path}#{name}");
        }
        said.facts.seen.push(seen);
    }
    let faults = facts.faults.into_iter();
    said.facts
        .faults
        .extend(faults.map(|(at, why)| (at + shift, format!("{key}: {why}"))));
}

/// Names alone: what a Secret holds is never looked at.
fn secrets(node: &Node, kind: &str, name: String, said: &mut Said, line: u32) {
    let at = match kind {
        "SealedSecret" => vec![(node.at_path("spec.encryptedData"), false)],
        "ExternalSecret" => vec![],
        _ => vec![
            (node.at_path("data"), true),
            (node.at_path("stringData"), false),
        ],
    };
    let mut entries = Vec::new();
    let all = at
        .iter()
        .flat_map(|(map, encoded)| map.entries().iter().map(|entry| (entry, *encoded)));
    for ((key, value), encoded) in all {
        entries.push((key.text.clone(), Value::Hole));
        // A plain Secret in the tree is a literal credential, whoever encoded it.
        if kind == "Secret"
            && let Some(text) = value.text()
            && !text.contains(UNKNOWN)
            && !crate::secret::is_placeholder(text)
        {
            let (literal, certainty) = match encoded.then(|| crate::credential::decoded(text)) {
                Some(Some(plain)) => {
                    let certainty = crate::secret::certainty(&plain);
                    (plain, certainty)
                }
                _ => (text.to_owned(), crate::secret::certainty(text)),
            };
            let written = value.line();
            let value = crate::secret::masked(&literal);
            let key = format!("{name}/{}", key.text);
            if crate::secret::is_credential(&key) && !crate::secret::is_placeholder(&literal) {
                said.observe(written, certainty, Observation::Secret { key, value });
            }
        }
    }
    for item in node.at_path("spec.data").items() {
        if let Some(key) = item.text_of("secretKey") {
            entries.push((key.to_string(), Value::Hole));
        }
    }
    let secret = true;
    said.say(
        line,
        Observation::Values {
            name,
            entries,
            secret,
        },
    );
}

#[cfg(test)]
mod tests;
