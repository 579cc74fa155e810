//! Kustomize: what a folder puts together, the values it generates, and its patches.
//!
//! A patch says a part of a workload (source `kustomize`); `link` lays it over the workload of that name. In a
//! component it holds only where the component is taken in, so what it says is inferred.

use super::said::{Said, folder, resolve};
use super::{Front, Head, Reads, SourceText, kubernetes, name_of};
use crate::observation::{FileFacts, Observation, Value, Workload};
use crate::placeholder::kubernetes as placeholders;
use crate::yaml::{self, Node};
use model::finding::Certainty;

pub const FRONT: Front = Front {
    id: "kustomize",
    takes: |path| {
        matches!(
            name_of(path),
            "kustomization.yaml" | "kustomization.yml" | "Kustomization"
        )
    },
    reads: Reads::Content {
        is: |head: &Head| !head.keys.is_empty(),
        read,
    },
};

fn read(source: SourceText) -> FileFacts {
    let mut said = Said::new(FRONT.id);
    let tree = yaml::read(source.text);
    said.facts.faults = tree.faults;
    let here = folder(source.path);
    for document in &tree.documents {
        if document.text_of("kind") == Some("Component") {
            said.certainty = Certainty::Inferred;
        }
        takes_in(document, here, &mut said);
        for (list, secret) in [("configMapGenerator", false), ("secretGenerator", true)] {
            for of in document.at_path(list).items() {
                generated(of, secret, here, &mut said);
            }
        }
        let lists = ["patches", "patchesStrategicMerge", "patchesJson6902"];
        for patch in lists.iter().flat_map(|list| document.at_path(list).items()) {
            patched(patch, source.path, &mut said);
        }
    }
    said.done()
}

fn takes_in(document: &Node, here: &str, said: &mut Said) {
    let mut settings = Vec::new();
    let mut line = 1;
    for list in ["resources", "bases", "components"] {
        for item in document.at_path(list).items() {
            let Some(text) = item.text() else { continue };
            line = line.max(item.line);
            let path = resolve(here, text).unwrap_or_else(|| text.to_string());
            settings.push((list.to_string(), Value::text(path)));
        }
    }
    for image in document.at_path("images").items() {
        if let Some(name) = image.text_of("name") {
            let to = image.text_of("newName").unwrap_or(name);
            settings.push((format!("images.{name}"), Value::text(to)));
        }
    }
    for key in ["namePrefix", "nameSuffix", "namespace"] {
        if let Some(text) = document.text_of(key) {
            settings.push((key.to_string(), Value::text(text)));
        }
    }
    let (kind, name) = ("kustomization".to_string(), here.to_string());
    let resource = Observation::Resource {
        kind,
        name,
        settings,
    };
    said.say(line, resource);
}

fn generated(of: &Node, secret: bool, here: &str, said: &mut Said) {
    let name = of.text_of("name").unwrap_or("").to_string();
    let mut entries = Vec::new();
    for literal in of.at_path("literals").items() {
        let Some((key, value)) = literal.text().and_then(|text| text.split_once('=')) else {
            continue;
        };
        let value = match secret {
            true => Value::Hole,
            false => said.safe(key, placeholders(value), literal.line),
        };
        entries.push((key.to_string(), value));
    }
    // Entries of a file are those of the file; the symbol names it.
    let files = of.at_path("envs").items().iter().chain(of.get("env"));
    for file in files.filter_map(Node::text) {
        if let Some(path) = resolve(here, file) {
            entries.push(("*".to_string(), Value::Symbol(path)));
        }
    }
    said.say(
        of.line,
        Observation::Values {
            name,
            entries,
            secret,
        },
    );
}

fn patched(patch: &Node, path: &str, said: &mut Said) {
    let (text, line) = match patch.text().filter(|text| text.contains('\n')) {
        Some(text) => (text, patch.line),
        None => match patch.get("patch") {
            Some(node) => (node.text().unwrap_or(""), node.line),
            None => return,
        },
    };
    let mut tree = yaml::read(text);
    let shift = line.saturating_sub(1);
    let target = patch.at_path("target.name").text();
    for (at, reason) in std::mem::take(&mut tree.faults) {
        said.fault(at + shift, reason);
    }
    for document in tree.documents {
        if document.is_list() {
            operations(document.items(), target, shift, said);
            continue;
        }
        let mut part = Said::new(FRONT.id);
        part.certainty = said.certainty;
        kubernetes::object(&document, FRONT.id, path, &mut part, 0);
        for mut seen in part.facts.seen {
            seen.line += shift;
            if let Observation::Workload(workload) = &mut seen.what {
                workload
                    .env
                    .iter_mut()
                    .for_each(|(.., line)| *line += shift);
                if let Some(target) = target {
                    workload.name = target.to_string();
                }
            }
            said.facts.seen.push(seen);
        }
    }
}

/// JSON patches that add or replace variables: `op`, `path`, `value`.
fn operations(items: &[Node], target: Option<&str>, shift: u32, said: &mut Said) {
    let mut workload = Workload {
        source: FRONT.id.to_string(),
        name: target.unwrap_or("").to_string(),
        ..Workload::default()
    };
    for item in items {
        let path = item.text_of("path").unwrap_or("");
        if !path.contains("/env") || item.text_of("op") == Some("remove") {
            continue;
        }
        for value in item.at_path("value").each() {
            if let (Some(name), Some(text)) = (value.text_of("name"), value.text_of("value")) {
                let line = value.line + shift;
                let value = said.safe(name, placeholders(text), line);
                workload.env.push((name.to_string(), value, line));
            }
        }
    }
    if !workload.env.is_empty() && !workload.name.is_empty() {
        let line = workload.env[0].2;
        said.say(line, Observation::Workload(Box::new(workload)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn generators_and_patches() {
        let text = "kind: Component\nresources: [../base, x.yaml]\nconfigMapGenerator:\n- name: c\n  literals: [A=1, DB_PASSWORD=hunter2x]\n  envs: [c.env]\nsecretGenerator:\n- name: s\n  literals: [token=hunter2y]\npatches:\n- patch: |-\n    apiVersion: apps/v1\n    kind: Deployment\n    metadata: {name: cart}\n    spec: {template: {spec: {containers: [{name: server, env: [{name: R, value: \"redis:1\"}]}]}}}\n- target: {kind: Deployment, name: web}\n  patch: |-\n    - op: add\n      path: /spec/template/spec/containers/0/env/-\n      value: {name: U, value: v}\n";
        let path = "k/over/kustomization.yaml";
        let facts = read(SourceText { path, text });
        assert!(!format!("{facts:?}").contains("hunter2"));
        let workloads: Vec<_> = facts
            .seen
            .iter()
            .filter_map(|seen| match &seen.what {
                Observation::Workload(w) => Some((
                    w.name.as_str(),
                    w.env[0].0.as_str(),
                    w.env[0].2,
                    seen.certainty,
                )),
                _ => None,
            })
            .collect();
        assert_eq!(
            workloads,
            [
                ("cart", "R", 15, Certainty::Inferred),
                ("web", "U", 20, Certainty::Inferred)
            ]
        );
        assert!(facts.seen.iter().any(|seen| matches!(
            &seen.what,
            Observation::Resource { settings, .. } if settings[0].1 == Value::text("k/base")
        )));
        assert!(facts.seen.iter().any(|seen| matches!(
            &seen.what,
            Observation::Values { name, entries, .. }
                if name == "c" && entries[2].1 == Value::Symbol("k/over/c.env".into())
        )));
    }
}
