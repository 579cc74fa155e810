//! Maven: `pom.xml` with parent, modules, properties and managed versions.
//!
//! Dependencies are `group:artifact`, build plugins `plugin:group:artifact`. What a parent outside of the file
//! gives is not seen here: `parent` names it, and `link` goes there.

use super::said::{Said, folder, resolve};
use super::{Front, Reads, SourceText, name_of};
use crate::observation::{Dependency, FileFacts, Module, Observation};
use crate::xml::{self, Element};

pub const FRONT: Front = Front {
    id: "maven",
    takes: |path| {
        let name = name_of(path);
        name == "pom.xml" || name.ends_with(".pom")
    },
    reads: Reads::Format(read),
};

fn read(source: SourceText) -> FileFacts {
    let mut said = Said::new(FRONT.id);
    let (root, faults) = xml::read(source.text);
    said.facts.faults = faults;
    let Some(project) = root.child("project") else {
        said.fault(1, "no <project>");
        return said.done();
    };
    let properties = properties(project);
    let fill = |text: &str| filled(text, &properties);
    let managed = project.at_path("dependencyManagement/dependencies");
    let managed: Vec<(String, Option<String>)> = managed
        .into_iter()
        .flat_map(|list| list.children("dependency"))
        .map(|of| (coordinates(of, &fill), of.text_of("version").map(fill)))
        .collect();

    let mut module = Module {
        name: project.text_of("artifactId").map(fill).unwrap_or_default(),
        language: "java".to_string(),
        ..Module::default()
    };
    for list in project.children("modules") {
        module
            .aggregates
            .extend(list.children("module").map(|m| m.text.clone()));
    }
    module.parent = project.child("parent").map(|parent| {
        let path = match parent.child("relativePath") {
            Some(path) if path.text.is_empty() => None,
            Some(path) => resolve(folder(source.path), &path.text),
            None => resolve(folder(source.path), "../pom.xml"),
        };
        let path = path.map(|path| match path.ends_with(".xml") {
            true => path,
            false => format!("{path}/pom.xml"),
        });
        let coordinates = coordinates(parent, &fill);
        path.map_or(coordinates.clone(), |path| format!("{path} {coordinates}"))
    });
    if let Some(parent) = project.child("parent") {
        // What a parent stands for (a framework's defaults) is known by its name, as a dependency's is.
        push(parent, "", &fill, &[], false, &mut module);
    }
    let profiles = project
        .child("profiles")
        .into_iter()
        .flat_map(|p| p.children("profile"));
    for part in std::iter::once(project).chain(profiles) {
        for list in part.children("dependencies") {
            for dependency in list.children("dependency") {
                let scope = dependency.text_of("scope");
                push(
                    dependency,
                    "",
                    &fill,
                    &managed,
                    scope == Some("test"),
                    &mut module,
                );
            }
        }
        let plugins = part.at_path("build/plugins");
        for plugin in plugins.into_iter().flat_map(|list| list.children("plugin")) {
            push(plugin, "plugin:", &fill, &managed, false, &mut module);
            let main = plugin.all().into_iter().find(|e| e.name == "mainClass");
            let main = main.map(|element| fill(&element.text));
            module.starts = module.starts.take().or(main);
        }
    }
    let started = ["start-class", "mainClass", "main.class"];
    let start = started.iter().find_map(|name| property(&properties, name));
    module.starts = module.starts.take().or(start);
    if module
        .dependencies
        .iter()
        .any(|d| d.name.contains(":kotlin-stdlib"))
    {
        module.language = "kotlin".to_string();
    }
    said.say(project.line, Observation::Module(module));
    said.done()
}

fn push(
    of: &Element,
    prefix: &str,
    fill: &impl Fn(&str) -> String,
    managed: &[(String, Option<String>)],
    test: bool,
    module: &mut Module,
) {
    let name = coordinates(of, fill);
    if name.ends_with(':') {
        return;
    }
    let version = of.text_of("version").map(fill);
    let known = managed.iter().find(|(known, _)| *known == name);
    let version = version.or_else(|| known.and_then(|(_, version)| version.clone()));
    module.dependencies.push(Dependency {
        name: format!("{prefix}{name}"),
        version,
        test,
        line: of.line,
    });
}

fn coordinates(of: &Element, fill: &impl Fn(&str) -> String) -> String {
    let text = |name: &str| of.text_of(name).map(fill).unwrap_or_default();
    format!("{}:{}", text("groupId"), text("artifactId"))
}

type Properties = Vec<(String, String)>;

fn properties(project: &Element) -> Properties {
    let mut out = Vec::new();
    for list in project.children("properties") {
        let pairs = list.children.iter();
        out.extend(pairs.map(|p| (p.name.clone(), p.text.clone())));
    }
    for name in ["groupId", "artifactId", "version"] {
        let inherited = project
            .child("parent")
            .and_then(|parent| parent.text_of(name));
        if let Some(text) = project.text_of(name).or(inherited) {
            for prefix in ["project.", "pom."] {
                out.push((format!("{prefix}{name}"), text.to_string()));
            }
        }
        if let Some(text) = inherited {
            out.push((format!("project.parent.{name}"), text.to_string()));
        }
    }
    out
}

fn property(properties: &Properties, name: &str) -> Option<String> {
    let found = properties.iter().find(|(key, _)| key == name)?;
    Some(filled(&found.1, properties))
}

/// Properties put in; one that is not known stays as written.
fn filled(text: &str, properties: &Properties) -> String {
    let mut text = text.to_string();
    for _ in 0..8 {
        let Some(at) = text.find("${") else { break };
        let Some(end) = text[at..].find('}') else {
            break;
        };
        let known = properties
            .iter()
            .find(|(key, _)| *key == text[at + 2..at + end]);
        match known {
            Some((_, value)) => text.replace_range(at..=at + end, value),
            None => break,
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(super) fn module(text: &str) -> (Module, FileFacts) {
        let path = "orders/pom.xml";
        let facts = read(SourceText { path, text });
        let found = facts.seen.iter().find_map(|seen| match &seen.what {
            Observation::Module(module) => Some(module.clone()),
            _ => None,
        });
        (found.unwrap(), facts)
    }

    #[test]
    fn parents_modules_and_properties() {
        let (module, _) = module(
            r#"<project>
  <parent><groupId>org.acme</groupId><artifactId>parent</artifactId><version>2</version></parent>
  <artifactId>orders</artifactId>
  <properties><lib.version>1.${minor}</lib.version><minor>4</minor></properties>
  <modules><module>api</module></modules>
  <dependencyManagement><dependencies>
    <dependency><groupId>m</groupId><artifactId>managed</artifactId><version>9</version></dependency>
  </dependencies></dependencyManagement>
  <dependencies>
    <dependency><groupId>${project.groupId}</groupId><artifactId>common</artifactId><version>${lib.version}</version></dependency>
    <dependency><groupId>m</groupId><artifactId>managed</artifactId></dependency>
    <!-- <dependency><groupId>no</groupId><artifactId>no</artifactId></dependency> -->
    <dependency><groupId>j</groupId><artifactId>unit</artifactId><scope>test</scope></dependency>
  </dependencies>
  <build><plugins><plugin><groupId>p</groupId><artifactId>boot</artifactId>
    <configuration><mainClass>org.acme.Main</mainClass></configuration></plugin></plugins></build>
</project>"#,
        );
        assert_eq!(module.name, "orders");
        assert_eq!(module.aggregates, ["api"]);
        assert_eq!(module.parent.as_deref(), Some("pom.xml org.acme:parent"));
        assert_eq!(module.starts.as_deref(), Some("org.acme.Main"));
        let found: Vec<_> = module
            .dependencies
            .iter()
            .map(|d| {
                (
                    d.name.as_str(),
                    d.version.as_deref().unwrap_or(""),
                    d.test,
                    d.line,
                )
            })
            .collect();
        assert_eq!(
            found,
            [
                ("org.acme:parent", "2", false, 2),
                ("org.acme:common", "1.4", false, 10),
                ("m:managed", "9", false, 11),
                ("j:unit", "", true, 13),
                ("plugin:p:boot", "", false, 15),
            ]
        );
    }

    #[test]
    fn a_broken_pom_keeps_its_dependencies() {
        let (module, facts) = module(
            "<project><artifactId>x</artifactId><dependencies><dependency><groupId>a</groupId><artifactId>b</artifactId></dependency><dependency><groupId>c",
        );
        assert_eq!(module.dependencies[0].name, "a:b");
        assert!(!facts.faults.is_empty());
    }
}
