//! Rows of a library's table that concern a whole program or file: bases and versions of paths, words in
//! them, routes by place, roles switched off.

use serde::Deserialize;

use super::trigger::Trigger;

#[derive(Debug, Clone, Deserialize)]
pub struct BaseRow {
    #[serde(flatten)]
    pub trigger: Trigger,
    /// Where a call or an annotation says it; with `setting` the setting's value is the path.
    #[serde(default)]
    pub path: Vec<String>,
    /// Stands behind the base that the server itself has (`@ApplicationPath`). What code says always does.
    #[serde(default)]
    pub inner: bool,
    /// Paths that stand without the base.
    #[serde(default)]
    pub except: Vec<String>,
}

/// Versions in paths: `@Version("2")`, `[ApiVersion("1.0")]`, and what switches them on.
#[derive(Debug, Clone, Deserialize)]
pub struct VersionRow {
    #[serde(flatten)]
    pub trigger: Trigger,
    /// The version, or versions, of a class or function.
    pub version: Vec<String>,
    /// What stands in paths for the version (`{version:apiVersion}`). Without it the version is a segment
    /// of its own before the path, where the program switches that on.
    #[serde(default)]
    pub token: Option<String>,
    /// It switches versions on for the whole program, and `version` is the one of routes that say none.
    #[serde(default)]
    pub everywhere: bool,
    /// What is written before the version (`v`).
    #[serde(default)]
    pub prefix: String,
}

/// Routes that a file has by where it stands: `app/api/orders/[id]/route.ts`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlaceRow {
    /// Folders that hold such files; the first that the path has counts. What stands below is the path.
    pub under: Vec<String>,
    /// The path's first segments below that folder, where only some hold routes.
    #[serde(default)]
    pub below: String,
    /// Name of such a file without its ending; nothing where any file is one, under its own name.
    #[serde(default)]
    pub file: String,
    /// The name's own ending says the method: `index.get.ts`. Without one the file answers any.
    #[serde(default)]
    pub method_in_name: bool,
    /// What stands before the path, where the folder itself is a part of it.
    #[serde(default)]
    pub prefix: String,
    /// Its functions of these names answer the method of that name.
    #[serde(default)]
    pub functions: Vec<String>,
    /// Without `functions`: the exported function that answers, by the methods that it asks for.
    #[serde(default)]
    pub handler: String,
}

/// A role whose links a program can switch off in its settings: all of these must be `false`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OffRow {
    pub role: String,
    pub settings: Vec<String>,
}

/// A word in a path that stands for a name of the code around.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TokenRow {
    pub text: String,
    /// `class` or `function`.
    pub is: String,
    /// An ending of the name that is left off.
    #[serde(default)]
    pub without: String,
}
