//! YAML settings: Spring's `application.yml` and `bootstrap.yml` with their profiles, files of configuration
//! servers, and any other YAML that no narrower front takes.
//!
//! Settings are flattened (`spring.cloud.gateway.routes[0].uri`). A document's profile is what the document
//! says, else what the file's name says (`application-dev.yml`).

use std::borrow::Cow;

use super::said::Said;
use super::{Front, Head, Reads, SourceText, ends_in, name_of};
use crate::observation::{FileFacts, Observation};
use crate::placeholder::{UNKNOWN, spring};
use crate::yaml::{self, Kind, Node};

pub const FRONT: Front = Front {
    id: "spring-configuration",
    takes: |path| ends_in(path, &[".yml", ".yaml"]) && !is_tooling(path),
    reads: Reads::Content { is, read },
};

/// More settings than this are data, not configuration.
const MAX_SETTINGS: usize = 5_000;

/// Files of editors, services that build and documentation: hidden folders and files, and a few names.
fn is_tooling(path: &str) -> bool {
    let names = [
        "mkdocs.yml",
        "_config.yml",
        "skaffold.yaml",
        "cloudbuild.yaml",
        "appveyor.yml",
        "codecov.yml",
        "azure-pipelines.yml",
        "bitbucket-pipelines.yml",
        "pnpm-lock.yaml",
        "pnpm-workspace.yaml",
        "pubspec.yaml",
        "docfx.yml",
        "sonar-project.yml",
        "crowdin.yml",
    ];
    // Texts that are shown to people.
    let translations = ["locales", "locale", "translations", "i18n", "_data"];
    path.split('/')
        .any(|part| (part.starts_with('.') && part.len() > 1) || translations.contains(&part))
        || names.contains(&name_of(path).to_ascii_lowercase().as_str())
}

fn is(head: &Head) -> bool {
    // Playbooks and pipelines are programs, not settings; templates are none yet.
    !head.keys.is_empty()
        && !head.text.contains("{{-")
        && !head.has_any(&[
            "jobs",
            "stages",
            "pipeline",
            "steps",
            "AWSTemplateFormatVersion",
            "$schema",
        ])
}

fn read(source: SourceText) -> FileFacts {
    let mut said = Said::new(FRONT.id);
    let text = without_templates(source.text);
    let tree = yaml::read(&text);
    said.facts.faults = tree.faults;
    let by_name = profile_of(source.path);
    for document in &tree.documents {
        let profile = profile_in(document).or_else(|| by_name.clone());
        settings(document, profile, &mut said);
    }
    said.done()
}

/// Texts with the placeholders of other programs that are filled in before YAML is read: lines of ERB taken out,
/// `<%= ENV["X"] %>` as `${X}`, and values that are no YAML (`@x@`, filled in by a build) put in quotes.
fn without_templates(text: &str) -> Cow<'_, str> {
    if !text.contains("<%") && !text.contains(": @") {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let body = line.trim_end_matches(['\n', '\r']);
        if body.trim_start().starts_with("<%") && !body.contains("<%=") {
            // The line stays, so that those after it keep their numbers.
        } else if body.contains("<%") {
            out.push_str(&erb(body));
        } else if let Some((key, value)) = body.split_once(": @")
            && value.trim_end().ends_with('@')
        {
            out.push_str(&format!("{key}: \"@{}\"", value.trim_end()));
        } else {
            out.push_str(body);
        }
        out.push_str(&line[body.len()..]);
    }
    Cow::Owned(out)
}

/// A line with `<%= .. %>` replaced by what it takes from the environment, or by what is not known.
fn erb(line: &str) -> String {
    let mut out = String::new();
    let mut rest = line;
    while let Some(at) = rest.find("<%") {
        let end = rest[at..].find("%>").map_or(rest.len(), |end| at + end);
        let inner = &rest[at + 2..end];
        out.push_str(&rest[..at]);
        if inner.contains("ENV") {
            let mut texts = inner.split(['"', '\'']).skip(1).step_by(2);
            let name = texts.next().unwrap_or("");
            match texts.next() {
                Some(default) => out.push_str(&format!("${{{name}:{default}}}")),
                None => out.push_str(&format!("${{{name}}}")),
            }
        } else if inner.starts_with('=') {
            out.push(UNKNOWN);
        }
        rest = &rest[(end + 2).min(rest.len())..];
    }
    out.push_str(rest);
    out
}

/// Says every setting of a tree.
pub fn settings(document: &Node, profile: Option<String>, said: &mut Said) {
    let mut flat = Vec::new();
    flatten(document, &mut String::new(), document.line, &mut flat);
    if flat.len() > MAX_SETTINGS {
        let reason = format!("{} settings, the first {MAX_SETTINGS} are kept", flat.len());
        said.fault(document.line, reason);
        flat.truncate(MAX_SETTINGS);
    }
    for (key, text, line) in flat {
        let value = said.safe(&key, spring(&text), line);
        let profile = profile.clone();
        said.say(
            line,
            Observation::Setting {
                key,
                value,
                profile,
            },
        );
    }
}

fn flatten(node: &Node, path: &mut String, line: u32, out: &mut Vec<(String, String, u32)>) {
    let length = path.len();
    match &node.kind {
        Kind::Map(entries) => {
            for (key, value) in entries {
                if length > 0 {
                    path.push('.');
                }
                path.push_str(&key.text);
                flatten(value, path, key.line, out);
                path.truncate(length);
            }
        }
        Kind::List(items) => {
            for (index, item) in items.iter().enumerate() {
                path.push_str(&format!("[{index}]"));
                flatten(item, path, item.line, out);
                path.truncate(length);
            }
        }
        Kind::Scalar { text, .. } if !path.is_empty() => {
            out.push((path.clone(), text.clone(), line))
        }
        _ => {}
    }
}

/// The profile that a document is for, by its own word.
fn profile_in(document: &Node) -> Option<String> {
    let nested = [
        document.at_path("spring.config.activate.on-profile"),
        document.at_path("spring.profiles"),
    ];
    let flat = ["spring.config.activate.on-profile", "spring.profiles"];
    let flat = flat.iter().filter_map(|key| document.get(key));
    let node = nested
        .into_iter()
        .chain(flat)
        .find(|n| n.text().is_some() || n.is_list())?;
    let names: Vec<&str> = node.each().iter().filter_map(Node::text).collect();
    Some(names.join(",")).filter(|names| !names.is_empty())
}

/// `application-dev.yml` is for `dev`. Files of other names are named after the program they are for, and
/// may have a dash in it.
pub fn profile_of(path: &str) -> Option<String> {
    let name = name_of(path);
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let profile = ["application-", "bootstrap-"]
        .iter()
        .find_map(|of| stem.strip_prefix(of));
    // A profile of the tests alone.
    let of_tests = path.contains("/src/test/") || path.starts_with("src/test/");
    match profile {
        Some(profile) => Some(profile.to_string()),
        None => of_tests.then(|| "test".to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(path: &str, text: &str) -> Vec<(u32, String, Option<String>, Option<String>)> {
        let facts = read(SourceText { path, text });
        let seen = facts.seen.into_iter();
        seen.filter_map(|seen| match seen.what {
            Observation::Setting {
                key,
                value,
                profile,
            } => Some((seen.line, key, value.known().map(str::to_string), profile)),
            _ => None,
        })
        .collect()
    }

    #[test]
    fn flattened_with_profiles() {
        let text = "spring:\n  application.name: orders\n  cloud:\n    gateway:\n      routes:\n        - id: a\n          uri: lb://orders\n---\nspring:\n  profiles: dev,test\nserver.port: ${PORT:80}\n---\nspring.config.activate.on-profile: prod\nx: 1\ny: null\n";
        let found = said("a/application.yml", text);
        let row = |line, key: &str, value: Option<&str>, profile: Option<&str>| {
            (
                line,
                key.to_string(),
                value.map(str::to_string),
                profile.map(str::to_string),
            )
        };
        assert_eq!(
            found,
            [
                row(2, "spring.application.name", Some("orders"), None),
                row(6, "spring.cloud.gateway.routes[0].id", Some("a"), None),
                row(
                    7,
                    "spring.cloud.gateway.routes[0].uri",
                    Some("lb://orders"),
                    None
                ),
                row(10, "spring.profiles", Some("dev,test"), Some("dev,test")),
                row(11, "server.port", None, Some("dev,test")),
                row(
                    13,
                    "spring.config.activate.on-profile",
                    Some("prod"),
                    Some("prod")
                ),
                row(14, "x", Some("1"), Some("prod")),
            ]
        );
        assert_eq!(
            said("b/application-eu.yml", "a: 1\n")[0].3.as_deref(),
            Some("eu")
        );
        assert_eq!(said("b/order-service.yml", "a: 1\n")[0].3, None);
        assert_eq!(
            said("b/src/test/resources/application.yml", "a: 1\n")[0]
                .3
                .as_deref(),
            Some("test")
        );
    }

    #[test]
    fn placeholders_of_other_programs() {
        let text = "default: &default\n  adapter: x\n<% if y %>\n  host: <%= ENV.fetch('DB_HOST') { 'db' } %>\n  name: @project.name@\n<% end %>\ntest:\n  <<: *default\n";
        let path = "config/database.yml";
        let facts = read(SourceText { path, text });
        assert_eq!(facts.faults, []);
        let value = |of: &str| {
            facts.seen.iter().find_map(|seen| match &seen.what {
                Observation::Setting { key, value, .. } if key == of => Some(value.clone()),
                _ => None,
            })
        };
        assert_eq!(value("test.host"), Some(spring("${DB_HOST:db}")));
        assert_eq!(value("default.name"), Some(spring("@project.name@")));
    }

    #[test]
    fn a_broken_file_keeps_its_rest() {
        let found = said(
            "application.yml",
            "a: 1\nb:\n  - [\nc: 2\nname: @project.name@\nd: 3\n",
        );
        let keys: Vec<_> = found.iter().map(|row| row.1.as_str()).collect();
        assert!(
            keys.contains(&"a") && keys.contains(&"c") && keys.contains(&"d"),
            "{keys:?}"
        );
    }
}
