//! Where an assignment points: its path among the paths of two files, and its place in the text of
//! all assignments, so that a fault is shown under the characters that are wrong.

use model::{Span, System};
use syntax::fault::Fault;
use syntax::overlay::reach;
use syntax::path::{self, Step};
use syntax::suggest::nearest;
use syntax::tree::{self, Key, Kind, Map, Node, Scalar, Style};

use super::Trees;

/// Which of the two files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Document {
    Architecture,
    Brief,
}

/// What an assignment changes.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Target {
    /// One value of a file.
    Value {
        document: Document,
        path: String,
    },
    Special(Kinds),
}

/// What no single value of a file says.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Kinds {
    Load,
    /// Of one cache, or of all.
    Hit(Option<String>),
    /// Of an operation.
    Rate(String),
}

impl Target {
    /// One name for what is changed, however it was written.
    pub fn name(&self) -> String {
        match self {
            Target::Value { document, path } => match document {
                Document::Architecture => path.clone(),
                Document::Brief => format!("brief.{path}"),
            },
            Target::Special(Kinds::Load) => "load".into(),
            Target::Special(Kinds::Hit(cache)) => {
                format!("{}.hit", cache.as_deref().unwrap_or("cache"))
            }
            Target::Special(Kinds::Rate(operation)) => format!("{operation}.rate"),
        }
    }
}

/// The text of all assignments, a line each.
pub(super) fn text(assignments: &[String]) -> String {
    let mut text = String::new();
    for one in assignments {
        text.extend(one.chars().map(|c| if c == '\n' { ' ' } else { c }));
        text.push('\n');
    }
    text
}

/// One assignment in that text.
#[derive(Debug, Clone)]
pub(super) struct Line<'a> {
    whole: std::rc::Rc<str>,
    text: &'a str,
    /// Byte range of the line in `whole`.
    start: usize,
    end: usize,
    /// Byte of its `=` in `whole`.
    equals: Option<usize>,
}

pub(super) fn lines(assignments: &[String]) -> Vec<Line<'_>> {
    let whole: std::rc::Rc<str> = text(assignments).into();
    let mut start = 0;
    let mut lines = Vec::with_capacity(assignments.len());
    for text in assignments {
        let end = start + text.len();
        lines.push(Line {
            whole: whole.clone(),
            text,
            start,
            end,
            equals: text.find('=').map(|at| start + at),
        });
        start = end + 1;
    }
    lines
}

impl Line<'_> {
    fn span(&self, start: usize, end: usize) -> Span {
        syntax::source::span_at(&self.whole, start, end)
    }

    /// The path as written, without spaces around it.
    fn path(&self) -> &str {
        let end = self.equals.map_or(self.text.len(), |at| at - self.start);
        self.text[..end].trim()
    }

    fn path_span(&self) -> Span {
        self.span(self.start, self.equals.unwrap_or(self.end))
    }

    /// The value as written, without spaces around it.
    pub fn value(&self) -> &str {
        self.equals
            .map_or("", |at| self.text[at - self.start + 1..].trim())
    }

    fn value_span(&self) -> Span {
        let from = self.equals.map_or(self.end, |at| at + 1);
        let space =
            self.whole[from..self.end].len() - self.whole[from..self.end].trim_start().len();
        self.span(from + space, self.end)
    }

    /// A fault of the path, in the assignments alone.
    pub fn fault(
        &self,
        rule: &'static str,
        path: &str,
        message: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Fault {
        Fault::new(rule, path, (0, self.path_span()), message, remedy)
    }

    /// A fault of the value, in the assignments alone.
    pub fn wrong_value(
        &self,
        rule: &'static str,
        path: &str,
        message: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Fault {
        Fault::new(rule, path, (0, self.value_span()), message, remedy)
    }

    /// The full path as a value that stands where the written one does.
    pub fn path_node(&self, file: usize, path: &str) -> Node {
        Node {
            kind: Kind::Scalar(Scalar {
                text: path.to_string(),
                style: Style::Plain,
            }),
            file,
            span: self.path_span(),
        }
    }

    /// The value as the files would read it. Everything before it is blank, so that places are right.
    pub fn value_node(&self, file: usize) -> (Option<Node>, Vec<Fault>) {
        let from = self.equals.map_or(self.end, |at| at + 1);
        let mut text: String = self.whole[..from]
            .chars()
            .flat_map(|c| {
                let blank = if c == '\n' { '\n' } else { ' ' };
                std::iter::repeat_n(blank, c.len_utf8())
            })
            .collect();
        text.push_str(&self.whole[from..self.end]);
        let parsed = tree::parse(file, &text);
        if parsed.root.is_none() && parsed.faults.is_empty() {
            let fault = Fault::new(
                "missing-key",
                self.path(),
                (file, self.value_span()),
                format!("`{}` is given no value", self.path()),
                "Write `path=value`.",
            );
            return (None, vec![fault]);
        }
        (parsed.root, parsed.faults)
    }

    /// What is meant, or the nearest name.
    pub fn target(&self, trees: &Trees, system: &System) -> Result<Target, Box<Fault>> {
        let written = self.path();
        if self.equals.is_none() || written.is_empty() {
            return Err(Box::new(self.fault(
                "bad-syntax",
                "",
                format!("`{}` is no assignment", self.text.trim()),
                "Write `path=value`, for example `components.app.instances=4`.",
            )));
        }
        if let Some(kind) = special(written, self.value(), system) {
            return Ok(Target::Special(kind));
        }
        let mut deepest: Option<(usize, Document, String)> = None;
        let own = path::parse(written).map_or(0, |steps| steps.len());
        for (document, path) in candidates(written, trees, system) {
            let Some(tree) = trees.tree(document) else {
                continue;
            };
            let steps = path::parse(&path)
                .map_err(|error| Box::new(self.fault("bad-syntax", written, error, EXAMPLE)))?;
            let reached = if is_new_target(&steps, document, system) {
                steps.len()
            } else {
                reach(&tree.schema, &tree.root, &steps)
            };
            if reached == steps.len() {
                return Ok(Target::Value { document, path });
            }
            // How much of it is missing decides, and what was put before it does not count.
            let missing = steps.len() - reached;
            let added = steps.len().saturating_sub(own);
            if reached > added && deepest.as_ref().is_none_or(|(best, _, _)| missing < *best) {
                deepest = Some((missing, document, path));
            }
        }
        match deepest {
            // The change itself says which step leads nowhere, and what stands there.
            Some((_, document, path)) => Ok(Target::Value { document, path }),
            None => Err(Box::new(self.unknown(trees, system))),
        }
    }

    fn unknown(&self, trees: &Trees, system: &System) -> Fault {
        let written = self.path();
        let first = written.split(['.', '[']).next().unwrap_or(written);
        let mut known: Vec<String> = Vec::new();
        for document in [Document::Architecture, Document::Brief] {
            if let Some(map) = trees.tree(document).and_then(|t| t.root.as_map()) {
                known.extend(map.keys().map(str::to_string));
            }
        }
        known.extend(["operations", "load", "cache.hit"].map(String::from));
        known.extend(system.architecture.components.keys().cloned());
        known.extend(system.architecture.relations.keys().cloned());
        known.extend(system.brief.domain.operations.keys().cloned());
        known.extend(system.architecture.data.keys().cloned());
        let remedy = match nearest(first, known.iter().map(String::as_str)) {
            Some(word) => format!("Did you mean `{word}`?"),
            None => EXAMPLE.to_string(),
        };
        let message = format!("neither the architecture nor the brief has `{first}`");
        self.fault("unknown-target", written, message, remedy)
    }
}

const EXAMPLE: &str = "Write a path of architecture.yaml or of the brief, such as \
     `components.app.instances`, or `load`, `cache.hit`, `<component>.instances`, `<operation>.rate`.";

/// What no path of a file says.
fn special(written: &str, value: &str, system: &System) -> Option<Kinds> {
    if written == "load" {
        return Some(Kinds::Load);
    }
    if let Some(cache) = written.strip_suffix(".hit") {
        let cache = cache.strip_prefix("components.").unwrap_or(cache);
        return match system.architecture.components.contains_key(cache) {
            true => Some(Kinds::Hit(Some(cache.to_string()))),
            false => (cache == "cache").then_some(Kinds::Hit(None)),
        };
    }
    // A rate in its short form; a map of rates is a value as any other.
    let operation = written.strip_suffix(".rate")?;
    let operation = operation.strip_prefix("brief.").unwrap_or(operation);
    let operation = operation.strip_prefix("domain.").unwrap_or(operation);
    let operation = operation.strip_prefix("operations.").unwrap_or(operation);
    (system.brief.domain.operations.contains_key(operation) && !value.starts_with('{'))
        .then(|| Kinds::Rate(operation.to_string()))
}

/// Full paths that a written one may mean, the likeliest first.
fn candidates(written: &str, trees: &Trees, system: &System) -> Vec<(Document, String)> {
    let mut found = Vec::new();
    let brief = |path: String| {
        if trees.in_place {
            (Document::Architecture, format!("brief.{path}"))
        } else {
            (Document::Brief, path)
        }
    };
    if let Some(path) = written.strip_prefix("brief.") {
        return vec![brief(path.to_string())];
    }
    found.push((Document::Architecture, written.to_string()));
    found.push(brief(written.to_string()));
    found.push(brief(format!("domain.{written}")));
    let (first, rest) = written.split_once('.').unwrap_or((written, ""));
    let architecture = &system.architecture;
    let sized = |rest: &str| match rest {
        "vcpu" | "memory" | "disk" => format!("size.{rest}"),
        _ => rest.to_string(),
    };
    if architecture.components.contains_key(first) {
        let path = format!("components.{first}.{}", sized(rest));
        found.push((Document::Architecture, path));
    }
    if let Some((component, rest)) = written
        .strip_prefix("components.")
        .and_then(|w| w.split_once('.'))
        && sized(rest) != rest
    {
        let path = format!("components.{component}.{}", sized(rest));
        found.push((Document::Architecture, path));
    }
    for (known, collection) in [
        (architecture.relations.contains_key(first), "relations"),
        (architecture.data.contains_key(first), "data"),
    ] {
        if known {
            found.push((Document::Architecture, format!("{collection}.{written}")));
        }
    }
    if system.brief.domain.operations.contains_key(first) {
        found.push(brief(format!("domain.operations.{written}")));
    }
    found
}

/// `targets.<operation>...`, where the architecture has no target of that operation yet.
fn is_new_target(steps: &[Step], document: Document, system: &System) -> bool {
    let [
        Step::Key(targets),
        Step::Key(operation),
        Step::Key(field),
        ..,
    ] = steps
    else {
        return false;
    };
    document == Document::Architecture
        && targets == "targets"
        && system.brief.domain.operations.contains_key(operation)
        && ["latency", "availability"].contains(&field.as_str())
}

/// Opens the entry of an operation's own target in the architecture, so that a value can be set
/// inside. Other paths are left alone.
pub(super) fn open_section(root: &mut Node, path: &str) {
    let Ok(steps) = path::parse(path) else { return };
    let [Step::Key(targets), Step::Key(operation), Step::Key(_), ..] = steps.as_slice() else {
        return;
    };
    if targets != "targets" {
        return;
    }
    let mut at = root;
    for name in [targets, operation] {
        let (file, span) = at.at();
        let Kind::Map(map) = &mut at.kind else { return };
        let known = map.entries.iter().position(|(key, _)| key.text == *name);
        let index = known.unwrap_or_else(|| {
            let key = Key {
                text: name.clone(),
                file,
                span,
            };
            let empty = Node {
                kind: Kind::Map(Map::default()),
                file,
                span,
            };
            map.entries.push((key, empty));
            map.entries.len() - 1
        });
        let Some((_, next)) = map.entries.get_mut(index) else {
            return;
        };
        at = next;
    }
}
