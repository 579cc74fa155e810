//! Fronts: one file per language or format. A front reads one file and says what it says.
//!
//! A source language lowers its text to an [`Outline`]; libraries are recognised on that, from
//! `data/libraries`. A format (compose, SQL, OpenAPI, ...) yields its [`FileFacts`] itself.

pub mod apache;
pub mod asyncapi;
pub mod broken;
pub mod cargo_manifest;
pub mod compose;
pub mod composer;
#[cfg(test)]
mod contract_tests;
pub mod csharp;
pub mod csproj;
pub mod deep;
pub mod dockerfile;
pub mod dotenv;
pub mod envoy;
pub mod escapes;
pub mod gemfile;
pub mod go;
pub mod go_mod;
pub mod gradle;
pub mod graphql;
pub mod haproxy;
pub mod head;
pub mod helm;
pub mod java;
pub mod joined;
pub mod json_settings;
mod jvm_anonymous;
mod jvm_texts;
pub mod kotlin;
pub mod kubernetes;
pub mod kustomize;
pub mod liquibase;
pub mod maven;
pub mod monitoring;
pub mod nginx;
pub mod node_package;
pub mod openapi;
#[cfg(test)]
mod outline_tests;
pub mod percent_format;
pub mod php;
pub mod php_config;
pub mod pieces;
pub mod prisma;
pub mod procfile;
pub mod properties;
pub mod protobuf;
pub mod python;
pub mod python_project;
pub mod ruby;
pub mod rust;
pub mod said;
#[cfg(test)]
mod shown;
#[cfg(test)]
pub mod spelled;
pub mod spring_configuration;
pub mod sql;
pub mod symfony_routes;
pub mod syntax_tree;
pub mod terraform;
pub mod texts;
pub mod tokens;
pub mod typescript;

use crate::observation::FileFacts;
use crate::outline::Outline;
pub use head::Head;

/// One file of the tree.
#[derive(Debug, Clone, Copy)]
pub struct SourceText<'a> {
    /// Relative to the root, with `/`.
    pub path: &'a str,
    pub text: &'a str,
}

/// What a front makes of its files.
pub enum Reads {
    /// A source language.
    Code(fn(SourceText) -> Outline),
    /// A format.
    Format(fn(SourceText) -> FileFacts),
    /// A format that shares its paths with others (most of YAML and JSON): it reads a file where `is`
    /// says so of the content.
    Content {
        is: fn(&Head) -> bool,
        read: fn(SourceText) -> FileFacts,
    },
}

pub struct Front {
    /// Kebab-case; the name of its file.
    pub id: &'static str,
    /// Whether a path is one of its files. The first front of [`ALL`] that takes a path, and its content
    /// where that decides, reads it ([`front_of`]).
    pub takes: fn(&str) -> bool,
    pub reads: Reads,
}

/// Every front, the narrower before the wider.
pub const ALL: &[&Front] = &[
    &liquibase::FRONT,
    &prisma::FRONT,
    &sql::FRONT,
    &dockerfile::FRONT,
    &maven::FRONT,
    &gradle::FRONT,
    &node_package::FRONT,
    &go_mod::FRONT,
    &cargo_manifest::FRONT,
    &python_project::FRONT,
    &csproj::FRONT,
    &gemfile::FRONT,
    &composer::FRONT,
    &procfile::FRONT,
    &terraform::FRONT,
    &haproxy::FRONT,
    &nginx::FRONT,
    &apache::FRONT,
    &kustomize::FRONT,
    // Templates look like what they render to.
    &helm::FRONT,
    &compose::FRONT,
    &envoy::FRONT,
    &monitoring::FRONT,
    &openapi::FRONT,
    &asyncapi::FRONT,
    &kubernetes::FRONT,
    &json_settings::FRONT,
    &dotenv::FRONT,
    &properties::FRONT,
    &csharp::FRONT,
    &go::FRONT,
    &java::FRONT,
    &kotlin::FRONT,
    &python::FRONT,
    &rust::FRONT,
    &typescript::FRONT,
    &graphql::FRONT,
    &php_config::FRONT,
    &php::FRONT,
    &protobuf::FRONT,
    &ruby::FRONT,
    &symfony_routes::FRONT,
    // Takes any YAML that is left.
    &spring_configuration::FRONT,
];

/// Whether the front of an id reads a source language.
pub fn is_code(id: &str) -> bool {
    ALL.iter()
        .any(|front| front.id == id && matches!(front.reads, Reads::Code(_)))
}

/// Whether any front may read a file of this path, so that the others need not be opened.
pub fn may_take(path: &str) -> bool {
    ALL.iter().any(|front| (front.takes)(path))
}

/// The front that reads a file: the first that takes its path and, where content decides, its content.
pub fn front_of(source: SourceText) -> Option<&'static Front> {
    let mut head = None;
    ALL.iter().copied().find(|front| {
        (front.takes)(source.path)
            && match front.reads {
                Reads::Content { is, .. } => is(head.get_or_insert_with(|| Head::of(source))),
                Reads::Code(_) | Reads::Format(_) => true,
            }
    })
}

impl SourceText<'_> {
    /// The name of the file, without its folders.
    pub fn name(&self) -> &str {
        name_of(self.path)
    }
}

pub fn name_of(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// Whether a path ends in one of these, in lower case (`.java`).
pub fn ends_in(path: &str, endings: &[&str]) -> bool {
    endings.iter().any(|ending| {
        path.len() >= ending.len()
            && path.is_char_boundary(path.len() - ending.len())
            && path[path.len() - ending.len()..].eq_ignore_ascii_case(ending)
    })
}

/// What a file says; `None` where no front takes it.
pub fn read(source: SourceText) -> Option<FileFacts> {
    Some(read_by(front_of(source)?, source))
}

/// What a front makes of a file. Code may also hold migrations.
pub fn read_by(front: &Front, source: SourceText) -> FileFacts {
    match front.reads {
        Reads::Code(lower) => {
            let outline = lower(source);
            let mut facts = crate::recognise::recognise(&outline, front.id);
            let schema = crate::schema::code::seen(source.path, &outline);
            facts.seen.extend(schema);
            let placed = crate::recognise::places::placed(source.path, &outline, front.id);
            facts.seen.extend(placed);
            facts
        }
        Reads::Format(read) | Reads::Content { read, .. } => read(source),
    }
}
