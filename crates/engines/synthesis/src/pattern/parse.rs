//! Pattern files: from TOML to typed patterns. Faults are findings, and the other patterns stand.

use std::sync::OnceLock;

use model::{Finding, Map, Outcome, ProofKind, Severity};
use serde::Deserialize;

use super::binding::Bind;
use super::predicates::{self, Predicate};

/// One pattern of the library.
#[derive(Debug, Clone, PartialEq)]
pub struct Pattern {
    /// The file's name.
    pub id: String,
    pub name: String,
    pub problem: String,
    pub solution: String,
    pub bind: Bind,
    /// Alternatives, each a list of predicates that must all hold.
    pub signature: Vec<Vec<Predicate>>,
    pub reject: Vec<Reject>,
    /// Patterns that must be used for this one to make sense.
    pub requires: Vec<String>,
    /// Patterns that exclude this one where they are used.
    pub conflicts: Vec<String>,
    /// Patterns that are applied before, because this one looks at what they did.
    pub after: Vec<String>,
    /// The text for all bindings together; singular variables speak of the busiest one.
    pub here: String,
    /// A further sentence for each binding.
    pub each: Option<String>,
    pub costs: Option<String>,
    pub verify: Vec<Verify>,
    pub sources: Vec<String>,
    /// Elements added once, with variables as in `here`.
    pub once: Option<toml::Value>,
    /// Elements added for each binding.
    pub per_binding: Option<toml::Value>,
    /// Elements added for each place where it is refused: questions, later stages.
    pub refused: Option<toml::Value>,
    pub example: Option<Example>,
}

/// A small brief in which the pattern applies. It is the pattern's test.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Example {
    /// YAML, as in a `brief.yaml`.
    pub brief: String,
    /// Other patterns that apply to it too.
    #[serde(default)]
    pub with: Vec<String>,
    /// It nearly fits this brief and is refused.
    #[serde(default)]
    pub rejected: bool,
    /// Choices that differ from the usual ones, as words of the test.
    #[serde(default)]
    pub choices: Vec<String>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Reject {
    pub when: Vec<Predicate>,
    pub because: String,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Verify {
    pub kind: ProofKind,
    pub text: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    name: String,
    problem: String,
    solution: String,
    bind: Bind,
    signature: Vec<Signature>,
    #[serde(default)]
    reject: Vec<RejectFile>,
    #[serde(default)]
    requires: Vec<String>,
    #[serde(default)]
    conflicts: Vec<String>,
    #[serde(default)]
    after: Vec<String>,
    here: String,
    #[serde(default)]
    each: Option<String>,
    #[serde(default)]
    costs: Option<String>,
    #[serde(default)]
    verify: Vec<Verify>,
    sources: Vec<String>,
    #[serde(default)]
    adds: Adds,
    #[serde(default)]
    example: Option<Example>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Signature {
    #[serde(rename = "where")]
    all: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RejectFile {
    when: Vec<String>,
    because: String,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct Adds {
    #[serde(default)]
    once: Option<toml::Value>,
    #[serde(default)]
    each: Option<toml::Value>,
    #[serde(default)]
    refused: Option<toml::Value>,
}

fn read(id: &str, text: &str) -> Result<Pattern, String> {
    let file: File = toml::from_str(text).map_err(|e| e.to_string())?;
    let all = |list: &[String]| -> Result<Vec<Predicate>, String> {
        list.iter().map(|p| predicates::parse(p)).collect()
    };
    if file.signature.is_empty() || file.signature.iter().any(|s| s.all.is_empty()) {
        return Err("a signature without a predicate would fit everything".into());
    }
    Ok(Pattern {
        id: id.to_string(),
        signature: file
            .signature
            .iter()
            .map(|s| all(&s.all))
            .collect::<Result<_, _>>()?,
        reject: file
            .reject
            .iter()
            .map(|r| {
                Ok(Reject {
                    when: all(&r.when)?,
                    because: r.because.clone(),
                })
            })
            .collect::<Result<_, String>>()?,
        name: file.name,
        problem: file.problem,
        solution: file.solution,
        bind: file.bind,
        requires: file.requires,
        conflicts: file.conflicts,
        after: file.after,
        here: file.here,
        each: file.each,
        costs: file.costs,
        verify: file.verify,
        sources: file.sources,
        once: file.adds.once,
        per_binding: file.adds.each,
        refused: file.adds.refused,
        example: file.example,
    })
}

impl Pattern {
    /// Every pattern that must be applied before this one.
    fn before(&self) -> impl Iterator<Item = &String> {
        self.requires
            .iter()
            .chain(&self.conflicts)
            .chain(&self.after)
    }
}

/// Reads pattern files (name inside the folder, text). Patterns come in the order in which they
/// must be applied: what one requires or conflicts with is before it, otherwise by id.
pub fn parse(files: &[(&str, &str)]) -> Outcome<Map<Pattern>> {
    let mut read_all: Map<Pattern> = Map::new();
    let mut findings = Vec::new();
    let mut fault = |id: &str, message: String| {
        findings.push(
            Finding::new(
                "pattern-file",
                Severity::Blocker,
                format!("patterns.{id}"),
                message,
            )
            .why("A pattern that cannot be read is never considered.")
            .remedy(format!("Mend data/patterns/{id}.toml.")),
        );
    };
    for (path, text) in files {
        let Some(id) = path.strip_suffix(".toml") else {
            continue;
        };
        match read(id, text) {
            Ok(pattern) => {
                read_all.insert(id.to_string(), pattern);
            }
            Err(message) => fault(id, message),
        }
    }
    read_all.sort_keys();
    for (id, pattern) in &read_all {
        for other in pattern.before() {
            if !read_all.contains_key(other) {
                fault(id, format!("names a pattern `{other}` that is not there"));
            }
        }
    }
    let mut ordered: Map<Pattern> = Map::new();
    for id in read_all.keys() {
        visit(id, &read_all, &mut ordered, 0);
    }
    Outcome::new(ordered, findings)
}

fn visit(id: &str, all: &Map<Pattern>, ordered: &mut Map<Pattern>, depth: usize) {
    // Deeper than there are patterns is a circle; its members then keep the order of their ids.
    if ordered.contains_key(id) || depth > all.len() {
        return;
    }
    let Some(pattern) = all.get(id) else { return };
    for before in pattern.before() {
        visit(before, all, ordered, depth + 1);
    }
    if !ordered.contains_key(id) {
        ordered.insert(id.to_string(), pattern.clone());
    }
}

/// The library that is built in, with what is wrong with it.
pub fn library() -> &'static Outcome<Map<Pattern>> {
    static LIBRARY: OnceLock<Outcome<Map<Pattern>>> = OnceLock::new();
    LIBRARY.get_or_init(|| parse(knowledge::raw("patterns")))
}
