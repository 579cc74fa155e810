//! `package.json`: dependencies, workspaces and what starts it.

use super::said::Said;
use super::{Front, Reads, SourceText, name_of};
use crate::observation::{Dependency, FileFacts, Module, Observation};
use crate::yaml::{self, Node};

pub const FRONT: Front = Front {
    id: "node-package",
    takes: |path| name_of(path) == "package.json",
    reads: Reads::Format(read),
};

/// Groups of dependencies, and whether they are for development alone.
const GROUPS: &[(&str, bool)] = &[
    ("dependencies", false),
    ("optionalDependencies", false),
    ("peerDependencies", false),
    ("devDependencies", true),
];

fn read(source: SourceText) -> FileFacts {
    let mut said = Said::new(FRONT.id);
    let tree = yaml::read(source.text);
    said.facts.faults = tree.faults;
    let Some(root) = tree.documents.first() else {
        return said.done();
    };
    let text = |key: &str| root.text_of(key).map(str::to_string);
    let workspaces = match root.get("workspaces") {
        Some(node) if node.is_map() => node.at_path("packages").items(),
        Some(node) => node.items(),
        None => &[],
    };
    let mut module = Module {
        name: text("name").unwrap_or_default(),
        language: "typescript".to_string(),
        aggregates: workspaces
            .iter()
            .filter_map(Node::text)
            .map(str::to_string)
            .collect(),
        ..Module::default()
    };
    for (group, test) in GROUPS {
        for (key, version) in root.at_path(group).entries() {
            module.dependencies.push(Dependency {
                name: key.text.clone(),
                version: version.text().map(str::to_string),
                test: *test,
                line: key.line,
            });
        }
    }
    let scripts = root.at_path("scripts");
    let started = ["start:prod", "start", "serve", "prod"];
    let script = started.iter().find_map(|name| scripts.text_of(name));
    if let Some(script) = script {
        module.starts = Some(said.safe_text("command", script, scripts.line));
    } else {
        let bin = root.get("bin").is_some();
        // Packages that others import say where they are entered, and start nothing.
        let entered = ["main", "module", "exports", "types"];
        module.library = !bin && entered.iter().any(|key| root.get(key).is_some());
    }
    said.say(1, Observation::Module(module));
    said.done()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_and_scripts() {
        let text = "{\n  \"name\": \"cart\",\n  \"workspaces\": {\"packages\": [\"packages/*\"]},\n  \"scripts\": {\"start\": \"node server.js\"},\n  \"dependencies\": {\n    \"express\": \"^4\"\n  },\n  \"devDependencies\": {\"@types/x\": \"1\"},\n  \"broken\n";
        let path = "cart/package.json";
        let facts = read(SourceText { path, text });
        let Observation::Module(module) = &facts.seen[0].what else {
            panic!()
        };
        assert_eq!(
            (module.name.as_str(), module.starts.as_deref()),
            ("cart", Some("node server.js"))
        );
        assert_eq!(module.aggregates, ["packages/*"]);
        let found: Vec<_> = module
            .dependencies
            .iter()
            .map(|d| (d.name.as_str(), d.test, d.line))
            .collect();
        assert_eq!(found, [("express", false, 6), ("@types/x", true, 8)]);
        assert_eq!(facts.faults.len(), 1);
    }
}
