//! .NET: project files, solutions, `packages.config`.

use super::said::Said;
use super::{Front, Reads, SourceText, ends_in, name_of};
use crate::observation::{Dependency, FileFacts, Module, Observation};
use crate::xml::{self, Element};

pub const FRONT: Front = Front {
    id: "csproj",
    takes: |path| {
        let endings = [".csproj", ".fsproj", ".vbproj", ".sln", ".slnx"];
        ends_in(path, &endings) || name_of(path).eq_ignore_ascii_case("packages.config")
    },
    reads: Reads::Format(read),
};

fn read(source: SourceText) -> FileFacts {
    let mut said = Said::new(FRONT.id);
    let name = source.name();
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let mut module = Module {
        name: stem.to_string(),
        language: "csharp".to_string(),
        ..Module::default()
    };
    if ends_in(source.path, &[".sln"]) {
        solution(source.text, &mut module);
    } else {
        let (root, faults) = xml::read(source.text);
        said.facts.faults = faults;
        for element in root.all() {
            project(element, &mut module);
        }
    }
    if module.dependencies.iter().any(|d| d.test) {
        // A project of tests says so by what runs it; all that it needs is for tests.
        module.dependencies.iter_mut().for_each(|d| d.test = true);
    }
    said.say(1, Observation::Module(module));
    said.done()
}

/// `Project("{kind}") = "name", "folder\file.csproj", "{id}"`
fn solution(text: &str, module: &mut Module) {
    for line in text
        .lines()
        .filter(|line| line.trim_start().starts_with("Project("))
    {
        let path = line.split('"').nth(5).unwrap_or("").replace('\\', "/");
        if ends_in(&path, &[".csproj", ".fsproj", ".vbproj"]) {
            module.aggregates.push(path);
        }
    }
}

fn project(element: &Element, module: &mut Module) {
    let attribute = |names: &[&str]| names.iter().find_map(|name| element.attribute(name));
    let mut push = |name: String, version: Option<&str>, test: bool| {
        module.dependencies.push(Dependency {
            name,
            version: version.map(str::to_string),
            test,
            line: element.line,
        });
    };
    match element.name.as_str() {
        "Project" => {
            if let Some(sdk) = element.attribute("Sdk") {
                push(format!("plugin:{sdk}"), None, false);
            }
            if let Some(path) = element.attribute("Path") {
                module.aggregates.push(path.replace('\\', "/"));
            }
        }
        "PackageReference" | "package" => {
            if let Some(name) = attribute(&["Include", "Update", "id"]) {
                let version = attribute(&["Version", "version", "VersionOverride"]);
                let test = name.eq_ignore_ascii_case("Microsoft.NET.Test.Sdk");
                push(
                    name.to_string(),
                    version.or(element.text_of("Version")),
                    test,
                );
            }
        }
        "FrameworkReference" => {
            if let Some(name) = element.attribute("Include") {
                push(name.to_string(), None, false);
            }
        }
        "ProjectReference" => {
            if let Some(path) = element.attribute("Include") {
                push(path.replace('\\', "/"), None, false);
            }
        }
        "AssemblyName" if !element.text.contains('$') => module.name = element.text.clone(),
        "OutputType" if element.text.eq_ignore_ascii_case("exe") => {
            module.starts = Some(element.text.clone());
        }
        "OutputType" if element.text.eq_ignore_ascii_case("library") => module.library = true,
        "IsPackable" if element.text.eq_ignore_ascii_case("true") => module.library = true,
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn module(path: &str, text: &str) -> Module {
        match read(SourceText { path, text }).seen.remove(0).what {
            Observation::Module(module) => module,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn projects_and_solutions() {
        let found = module(
            "src/Orders.Api/Orders.Api.csproj",
            "<Project Sdk=\"Microsoft.NET.Sdk.Web\">\n <ItemGroup>\n  <PackageReference Include=\"Dapper\" Version=\"2.1\" />\n  <PackageReference Include=\"X\"><Version>3</Version></PackageReference>\n  <ProjectReference Include=\"..\\Common\\Common.csproj\" />\n",
        );
        assert_eq!(found.name, "Orders.Api");
        let names: Vec<_> = found
            .dependencies
            .iter()
            .map(|d| (d.name.as_str(), d.version.as_deref(), d.line))
            .collect();
        assert_eq!(
            names,
            [
                ("plugin:Microsoft.NET.Sdk.Web", None, 1),
                ("Dapper", Some("2.1"), 3),
                ("X", Some("3"), 4),
                ("../Common/Common.csproj", None, 5),
            ]
        );
        let found = module(
            "a.sln",
            "Project(\"{FAE}\") = \"Orders\", \"src\\Orders\\Orders.csproj\", \"{1}\"\nEndProject\nProject(\"{2}\") = \"src\", \"src\", \"{3}\"\n",
        );
        assert_eq!(found.aggregates, ["src/Orders/Orders.csproj"]);
    }
}
