//! PHP: `composer.json`.

use super::said::{Said, folder};
use super::{Front, Reads, SourceText, name_of};
use crate::observation::{Dependency, FileFacts, Module, Observation};
use crate::yaml;

pub const FRONT: Front = Front {
    id: "composer",
    takes: |path| name_of(path) == "composer.json",
    reads: Reads::Format(read),
};

fn read(source: SourceText) -> FileFacts {
    let mut said = Said::new(FRONT.id);
    let tree = yaml::read(source.text);
    said.facts.faults = tree.faults;
    let Some(root) = tree.documents.first() else {
        return said.done();
    };
    let here = folder(source.path).rsplit('/').next().unwrap_or("");
    let mut module = Module {
        name: root.text_of("name").unwrap_or(here).to_string(),
        language: "php".to_string(),
        library: root
            .text_of("type")
            .is_some_and(|kind| kind.ends_with("library")),
        ..Module::default()
    };
    for (group, test) in [("require", false), ("require-dev", true)] {
        for (key, version) in root.at_path(group).entries() {
            module.dependencies.push(Dependency {
                name: key.text.clone(),
                version: version.text().map(str::to_string),
                test,
                line: key.line,
            });
        }
    }
    said.say(1, Observation::Module(module));
    said.done()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requirements() {
        let text = "{\"require\": {\"php\": \">=8\",\n\"slim/slim\": \"^4\"},\n\"require-dev\": {\"phpunit/phpunit\": \"*\"}}";
        let path = "ratings/composer.json";
        let facts = read(SourceText { path, text });
        let Observation::Module(module) = &facts.seen[0].what else {
            panic!()
        };
        let found: Vec<_> = module
            .dependencies
            .iter()
            .map(|d| (d.name.as_str(), d.test, d.line))
            .collect();
        assert_eq!(
            found,
            [
                ("php", false, 1),
                ("slim/slim", false, 2),
                ("phpunit/phpunit", true, 3)
            ]
        );
        assert_eq!(module.name, "ratings");
    }
}
