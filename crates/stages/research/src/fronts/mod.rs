//! Fronts: one file per language or format. A front reads one file and says what it says.
//!
//! A source language lowers its text to an [`Outline`]; libraries are recognised on that, from
//! `data/libraries`. A format (compose, SQL, OpenAPI, ...) yields its [`FileFacts`] itself.

pub mod broken;
#[cfg(test)]
mod contract_tests;
pub mod csharp;
pub mod deep;
pub mod escapes;
pub mod go;
pub mod graphql;
pub mod java;
pub mod joined;
mod jvm_anonymous;
mod jvm_texts;
pub mod kotlin;
pub mod liquibase;
#[cfg(test)]
mod outline_tests;
pub mod percent_format;
pub mod php;
pub mod pieces;
pub mod prisma;
pub mod protobuf;
pub mod python;
pub mod ruby;
pub mod rust;
#[cfg(test)]
mod shown;
#[cfg(test)]
pub mod spelled;
pub mod sql;
pub mod syntax_tree;
pub mod texts;
pub mod tokens;
pub mod typescript;

use crate::observation::FileFacts;
use crate::outline::Outline;

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
}

pub struct Front {
    /// Kebab-case; the name of its file.
    pub id: &'static str,
    /// Whether a path is one of its files. The first front of [`ALL`] that takes a path reads it.
    pub takes: fn(&str) -> bool,
    pub reads: Reads,
}

/// Every front, the narrower before the wider.
pub const ALL: &[&Front] = &[
    &liquibase::FRONT,
    &prisma::FRONT,
    &sql::FRONT,
    &csharp::FRONT,
    &go::FRONT,
    &java::FRONT,
    &kotlin::FRONT,
    &python::FRONT,
    &rust::FRONT,
    &typescript::FRONT,
    &graphql::FRONT,
    &php::FRONT,
    &protobuf::FRONT,
    &ruby::FRONT,
];

/// The front that reads a file: the first that takes its path.
pub fn front_of(source: SourceText) -> Option<&'static Front> {
    ALL.iter().copied().find(|front| (front.takes)(source.path))
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
    let front = ALL.iter().find(|front| (front.takes)(source.path))?;
    Some(match front.reads {
        Reads::Code(lower) => {
            let outline = lower(source);
            let mut facts = crate::recognise::recognise(&outline, front.id);
            facts
                .seen
                .extend(crate::schema::code::seen(source.path, &outline));
            facts
        }
        Reads::Format(read) => read(source),
    })
}
