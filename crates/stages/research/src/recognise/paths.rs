//! What a program says of all its paths: what stands before them, and their versions, which are said of
//! classes and functions and written where the framework writes them.

use super::emit::{Found, alternatives};
use super::file::Hits;
use super::index::Kind;
use super::scope::Scope;
use super::select::{Site, first};
use super::table::Library;
use super::values::join;
use super::walk::{Around, Walk};
use crate::observation::{Observation, Value};
use crate::outline::{Annotation, At};

/// The settings by which code tells `link` what stands before its paths, and which paths it does not
/// stand before.
pub const BASE: &str = "server.base-path";
pub const EXCEPT: &str = "server.base-path-except";

/// Settings by which a program tells `link` that versions are segments of its paths.
pub const PREFIX: &str = "server.version-prefix";
pub const DEFAULT: &str = "server.version";

/// The segment that stands for a version until it is known whether the program has them in its paths.
pub const OPEN: &str = "{version=";

impl<'a> Walk<'a> {
    /// The paths of a route with its versions.
    pub fn versioned(
        &self,
        library: &'static Library,
        path: Value,
        scope: &Scope<'a, '_>,
        around: &Around<'a>,
    ) -> Vec<Value> {
        for row in library.version.iter().filter(|row| !row.everywhere) {
            let of_function = around.function.map_or(&[][..], |of| &of.annotations);
            let of_class = around.class.map_or(&[][..], |of| &of.annotations);
            let mut said = self.said(library, of_function, "function", scope);
            if said.is_empty() {
                said = self.said(library, of_class, "class", scope);
            }
            match &row.token {
                Some(token) => {
                    let versions: Vec<String> = said.iter().filter_map(plain).collect();
                    if !versions.is_empty() && holds(&path, token) {
                        let put = |version: &String| replaced(&path, token, version);
                        return versions.iter().map(put).collect();
                    }
                }
                None if said.is_empty() => {
                    return vec![join(vec![Value::text(format!("/{OPEN}}}/")), path])];
                }
                None => {
                    let put = |version: &Value| match version.known() {
                        Some(version) => join(vec![
                            Value::text(format!("/{OPEN}{version}}}/")),
                            path.clone(),
                        ]),
                        // A constant says that it is none.
                        None => path.clone(),
                    };
                    return said.iter().map(put).collect();
                }
            }
        }
        vec![path]
    }

    /// The versions that annotations say, in their order.
    fn said(
        &self,
        library: &'static Library,
        annotations: &'a [Annotation],
        on: &str,
        scope: &Scope<'a, '_>,
    ) -> Vec<Value> {
        let mut found = Vec::new();
        for row in library.version.iter().filter(|row| !row.everywhere) {
            for annotation in annotations {
                if !self.annotated(&row.trigger, annotation, on) {
                    continue;
                }
                let site = Site::of_annotation(annotation);
                if let Some(version) = first(&self.file, &site, &row.version, scope) {
                    found.extend(alternatives(&version));
                }
            }
        }
        found
    }

    /// What stands before all paths, and what switches versions on.
    pub(super) fn on_paths(
        &mut self,
        hits: &Hits,
        found: &Found<'a>,
        at: At,
        scope: &Scope<'a, '_>,
        around: &Around<'a>,
    ) {
        for (library, row) in hits.of(Kind::Base, |library| &library.base) {
            let Some(site) = self.found(library, &row.trigger, found, scope, around) else {
                continue;
            };
            for (key, selectors) in [(BASE, &row.path), (EXCEPT, &row.except)] {
                let Some(value) = first(&self.file, &site, selectors, scope) else {
                    continue;
                };
                let what = Observation::Setting {
                    key: key.to_owned(),
                    value,
                    profile: None,
                };
                self.see(at, site.certain, around, what);
            }
        }
        let rows = hits.of(Kind::Version, |library| &library.version);
        for (library, row) in rows.filter(|(_, row)| row.everywhere) {
            let Some(site) = self.found(library, &row.trigger, found, scope, around) else {
                continue;
            };
            let default = first(&self.file, &site, &row.version, scope);
            let all = [
                (PREFIX, Some(Value::text(row.prefix.clone()))),
                (DEFAULT, default),
            ];
            for (key, value) in all {
                let Some(value) = value else { continue };
                let what = Observation::Setting {
                    key: key.to_owned(),
                    value,
                    profile: None,
                };
                self.see(at, site.certain, around, what);
            }
        }
    }
}

/// `1` of `1.0`, as it is written in paths.
fn plain(version: &Value) -> Option<String> {
    let whole = version.known()?;
    Some(whole.strip_suffix(".0").unwrap_or(whole).to_owned())
}

fn holds(path: &Value, token: &str) -> bool {
    match path {
        Value::Text(text) => text.contains(token),
        Value::Concat(parts) => parts.iter().any(|part| holds(part, token)),
        _ => false,
    }
}

fn replaced(path: &Value, token: &str, version: &str) -> Value {
    match path {
        Value::Text(text) => Value::Text(text.replace(token, version)),
        Value::Concat(parts) => {
            let parts = parts.iter().map(|part| replaced(part, token, version));
            join(parts.collect())
        }
        other => other.clone(),
    }
}
