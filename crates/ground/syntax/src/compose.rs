//! One tree from several files: `include` joins files, `extends` and `changes` lay one over another.
//!
//! Nothing is inlined as text, so every key and value keeps the file it was written in.

use crate::again::{Before, Renewal, parse_again};
use crate::fault::Fault;
use crate::overlay;
use crate::path::join;
use crate::schema::Schema;
use crate::source::Sources;
use crate::tree::{Kind, Node, Parsed, decode, parse};
use model::Span;
use serde_json::Value;

/// How the caller hands over a file: its name in, its bytes or one sentence out.
pub type Read<'r> = &'r mut dyn FnMut(&str) -> Result<Vec<u8>, String>;

/// Most files of one model.
const MAX_FILES: usize = 1000;

/// Opens files, follows what they name, and keeps what was read.
pub struct Composer<'r> {
    schema: &'r Schema,
    read: Read<'r>,
    pub sources: Sources,
    pub faults: Vec<Fault>,
    /// Files being opened, outermost first.
    stack: Vec<String>,
    /// Files whose content is in the tree already: a second include of one adds nothing.
    joined: Vec<String>,
    /// Folder of the first file; nothing outside it is read.
    root: String,
    /// What the first file said before, and its tree.
    before: Option<Before<'r>>,
    /// The tree is that of one text without a syntax fault, as it stands.
    pub plain: bool,
    /// How the tree came from the one before, where only an entry was parsed.
    pub renewal: Option<Renewal>,
}

impl<'r> Composer<'r> {
    pub fn new(schema: &'r Schema, read: Read<'r>) -> Self {
        Composer {
            schema,
            read,
            sources: Sources::default(),
            faults: Vec::new(),
            stack: Vec::new(),
            joined: Vec::new(),
            root: String::new(),
            before: None,
            plain: false,
            renewal: None,
        }
    }

    /// With what the first file said when it was read last.
    pub fn after(self, before: Option<Before<'r>>) -> Self {
        Composer { before, ..self }
    }

    /// The tree of the file called `main` with everything it includes or extends.
    pub fn open(&mut self, main: &str) -> Option<Node> {
        self.root = folder(main).to_string();
        self.file(main, None)
    }

    fn file(&mut self, name: &str, from: Option<(usize, Span)>) -> Option<Node> {
        let bytes = match (self.read)(name) {
            Ok(bytes) => bytes,
            Err(error) => {
                let start = Span {
                    line: 1,
                    column: 1,
                    ..Span::default()
                };
                let at = from.unwrap_or_else(|| (self.sources.add(name, String::new()), start));
                let message = format!("the file `{name}` cannot be read: {error}");
                let remedy = "Correct the name, or write the file.";
                self.faults
                    .push(Fault::new("unknown-target", "", at, message, remedy));
                return None;
            }
        };
        let number = self
            .sources
            .index_of(name)
            .unwrap_or_else(|| self.sources.names().count());
        let (text, fault) = decode(number, &bytes);
        let stop = fault.as_ref().is_some_and(|f| f.rule == "too-large");
        self.faults.extend(fault);
        self.sources.add(name, text);
        if stop {
            return None;
        }
        let parsed = self.parse(number);
        self.plain = number == 0 && self.faults.is_empty() && parsed.faults.is_empty();
        self.faults.extend(parsed.faults);
        let mut root = parsed.root?;
        self.joined.push(name.to_string());
        self.stack.push(name.to_string());
        let includes = take(&mut root, "include");
        let base = take(&mut root, "extends");
        let changes = take(&mut root, "changes");
        if includes.is_some() || base.is_some() || changes.is_some() {
            (self.plain, self.renewal) = (false, None);
        }
        if let Some(base) = base {
            root = self.extend(root, name, base, changes)?;
        } else if let Some(changes) = changes {
            let remedy = "Add `extends:` with the name of the file that is changed.";
            let message = "`changes` needs `extends`, which names the file that is changed";
            self.faults.push(Fault::new(
                "missing-key",
                "changes",
                changes.at(),
                message,
                remedy,
            ));
        }
        for item in includes
            .iter()
            .flat_map(|node| self.names(node, "include"))
            .collect::<Vec<_>>()
        {
            let Some(path) = self.target(name, &item) else {
                continue;
            };
            if self.joined.contains(&path) {
                continue;
            }
            if let Some(other) = self.file(&path, Some(item.1)) {
                let schema = self.schema;
                self.join(Some(schema.root()), &mut root, other, "");
            }
        }
        self.stack.pop();
        Some(root)
    }

    fn parse(&mut self, number: usize) -> Parsed {
        let text = self.sources.text(number);
        let before = self.before.filter(|_| number == 0);
        let Some((parsed, renewal)) = before.and_then(|before| parse_again(text, before)) else {
            return parse(number, text);
        };
        self.renewal = Some(renewal);
        parsed
    }

    fn extend(
        &mut self,
        rest: Node,
        name: &str,
        base: Node,
        changes: Option<Node>,
    ) -> Option<Node> {
        let item = (base.text().unwrap_or_default().to_string(), base.at());
        if base.text().is_none() {
            let message = "`extends` names one file";
            self.faults.push(Fault::new(
                "wrong-type",
                "extends",
                base.at(),
                message,
                "Write `extends: base.yaml`.",
            ));
            return None;
        }
        for (key, _) in rest
            .as_map()
            .map(|map| map.entries.as_slice())
            .unwrap_or_default()
        {
            let message = format!(
                "`{}` stands in an overlay, which holds only changes",
                key.text
            );
            let remedy = format!("Write it as a change: `- {{set: {}, to: ...}}`.", key.text);
            let at = (key.file, key.span);
            self.faults.push(Fault::new(
                "unknown-key",
                key.text.clone(),
                at,
                message,
                remedy,
            ));
        }
        let path = self.target(name, &item)?;
        let mut root = self.file(&path, Some(item.1))?;
        if let Some(changes) = changes {
            self.faults
                .extend(overlay::apply(self.schema, &mut root, &changes));
        }
        Some(root)
    }

    /// The texts of `include`, which may also be a single one.
    fn names(&self, node: &Node, key: &str) -> Vec<(String, (usize, Span))> {
        let _ = key;
        match &node.kind {
            Kind::Seq(seq) => seq
                .items
                .iter()
                .map(|item| (item.text().unwrap_or_default().to_string(), item.at()))
                .collect(),
            _ => vec![(node.text().unwrap_or_default().to_string(), node.at())],
        }
    }

    /// The name of an included file from the first file's place, or a fault.
    fn target(&mut self, from: &str, item: &(String, (usize, Span))) -> Option<String> {
        let (text, at) = item;
        let mut refuse = |rule, message: String, remedy: &str| {
            self.faults
                .push(Fault::new(rule, "include", *at, message, remedy));
            None
        };
        if text.trim().is_empty() {
            return refuse(
                "wrong-type",
                "a file name is expected here".to_string(),
                "Write a name such as `data.yaml`.",
            );
        }
        let drive = text.chars().nth(1) == Some(':');
        if text.contains("://")
            || text.starts_with(['/', '\\', '~'])
            || drive
            || text.contains(['\\', '\0'])
        {
            let message = format!("`{}` is not a file beside this one", text.escape_debug());
            return refuse(
                "include-outside",
                message,
                "Write a path relative to this file, with `/`, and nothing from the network.",
            );
        }
        let mut parts: Vec<&str> = folder(from).split('/').filter(|p| !p.is_empty()).collect();
        let absolute = from.starts_with('/');
        for part in text.split('/') {
            match part {
                "" | "." => {}
                ".." if parts.last().is_none_or(|p| *p == "..") => parts.push(".."),
                ".." => drop(parts.pop()),
                part => parts.push(part),
            }
        }
        let path = format!("{}{}", if absolute { "/" } else { "" }, parts.join("/"));
        let inside = clean(&self.root);
        let within = path
            .strip_prefix(&inside)
            .is_some_and(|rest| inside.is_empty() || inside == "/" || rest.starts_with('/'));
        let climbs = path[inside.len().min(path.len())..]
            .split('/')
            .any(|p| p == "..");
        if !within || climbs {
            let message = format!(
                "`{}` leads out of the folder of the model",
                text.escape_debug()
            );
            return refuse(
                "include-outside",
                message,
                "Move the file beside the model, or below it.",
            );
        }
        if let Some(first) = self.stack.iter().position(|name| clean(name) == path) {
            let mut chain: Vec<&str> = self.stack[first..].iter().map(String::as_str).collect();
            chain.push(&path);
            let message = format!(
                "the files include each other in a circle: {}",
                chain.join(" -> ")
            );
            return refuse("include-cycle", message, "Take one of these lines out.");
        }
        if self.joined.len() >= MAX_FILES {
            let message = format!("the model has more than {MAX_FILES} files");
            return refuse("too-large", message, "Join some of them.");
        }
        Some(path)
    }

    /// Map union: sections are joined, and an id that both files declare is a fault.
    fn join(&mut self, schema: Option<&Value>, to: &mut Node, from: Node, path: &str) {
        let whole = self.schema;
        let at = from.at();
        let Node {
            kind: Kind::Map(from),
            ..
        } = from
        else {
            let message = "an included file must hold a map, as the model does";
            self.faults.push(Fault::new(
                "wrong-type",
                path,
                at,
                message,
                "Write keys and values, such as `components:`.",
            ));
            return;
        };
        let shape = schema.and_then(|s| whole.expand(s, to).ok());
        let Kind::Map(map) = &mut to.kind else {
            *to = Node {
                kind: Kind::Map(from),
                file: at.0,
                span: at.1,
            };
            return;
        };
        map.broken |= from.broken;
        for (key, node) in from.entries {
            let below = join(path, &key.text);
            let Some((first, there)) = map.entries.iter_mut().find(|(k, _)| k.text == key.text)
            else {
                map.entries.push((key, node));
                continue;
            };
            let section = shape.as_ref().and_then(|s| s.property(&key.text));
            let maps = there.as_map().is_some() && node.as_map().is_some();
            if there.is_null() && section.is_some() {
                (*first, *there) = (key, node);
            } else if section.is_some() && node.is_null() {
            } else if section.is_some() && maps {
                self.join(section, there, node, &below);
            } else {
                let message = format!("`{below}` is declared in two files");
                let remedy = format!(
                    "Keep one `{}`, rename the other, or change it in an overlay.",
                    key.text
                );
                let fault = Fault::new(
                    "duplicate-id",
                    below.clone(),
                    (key.file, key.span),
                    message,
                    remedy,
                )
                .related(&below, (first.file, first.span), "first declared here");
                self.faults.push(fault);
            }
        }
    }
}

/// Takes a key of the loader's own out of the root.
fn take(root: &mut Node, key: &str) -> Option<Node> {
    let Kind::Map(map) = &mut root.kind else {
        return None;
    };
    let at = map.entries.iter().position(|(k, _)| k.text == key)?;
    Some(map.entries.remove(at).1)
}

fn folder(name: &str) -> &str {
    name.rfind('/')
        .map_or("", |at| &name[..at.max(usize::from(at == 0))])
}

/// A path without `.` and doubled slashes.
fn clean(path: &str) -> String {
    let parts: Vec<&str> = path
        .split('/')
        .filter(|p| !p.is_empty() && *p != ".")
        .collect();
    format!(
        "{}{}",
        if path.starts_with('/') { "/" } else { "" },
        parts.join("/")
    )
}
