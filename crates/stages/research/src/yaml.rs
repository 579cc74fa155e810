//! YAML and JSON as they are found: a tree in which every key and value keeps its line.
//!
//! Unlike `syntax`, which holds our own files to a strict format, this takes what people keep: several
//! documents, anchors, aliases, merge keys, tags. It never fails: what breaks is a fault with its line,
//! what came before it is kept, and reading goes on at the next line that starts a top-level key.
//! What one file may become is limited in depth and in nodes, so that aliases cannot multiply.
//!
//! ```text
//! let tree = yaml::read(text);
//! for document in &tree.documents {
//!     let image = document.at_path("spec.template.spec.containers").items().first()...;
//! }
//! ```

use std::collections::BTreeMap;
use std::sync::Arc;

use granit_parser::{Event, Options, Parser, ScalarStyle};

use crate::json;

/// Deepest nesting that is read.
pub const MAX_DEPTH: usize = 128;
/// Most keys and values of one file, aliases counted as what they stand for.
pub const MAX_NODES: usize = 1_000_000;
/// How often reading starts anew in one file after a fault.
const MAX_RESTARTS: usize = 50;

/// What a file says.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Tree {
    /// Documents that say something, in order.
    pub documents: Vec<Node>,
    /// Line and reason.
    pub faults: Vec<(u32, String)>,
}

/// A value and the 1-based line that it starts in (a block text: the line of its first content).
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    pub line: u32,
    /// As written, with `!`; the tags of the core schema are left out.
    pub tag: Option<Box<str>>,
    pub kind: Kind,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    /// Nothing written, `~` or `null`.
    Null,
    /// A text, number or truth value; `plain` where it was written without quotes.
    Scalar {
        text: String,
        plain: bool,
    },
    List(Vec<Node>),
    /// In the order of the file. Merged keys come last, and never replace keys that are written.
    Map(Vec<(Key, Node)>),
}

#[derive(Debug, Clone, PartialEq)]
pub struct Key {
    pub text: String,
    pub line: u32,
}

/// Stands for what is not there, so that accessors can be chained.
static NOTHING: Node = Node {
    line: 0,
    tag: None,
    kind: Kind::Null,
};

impl Node {
    pub fn new(line: u32, kind: Kind) -> Self {
        let tag = None;
        Node { line, tag, kind }
    }

    /// The value under a key; the last one where a key is written twice, nothing where it is not there.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|(_, node)| node)
    }

    /// The key with its own line, and the value.
    pub fn entry(&self, key: &str) -> Option<(&Key, &Node)> {
        let found = self.entries().iter().rev().find(|(k, _)| k.text == key)?;
        Some((&found.0, &found.1))
    }

    /// The value at `a.b.c`; a null node with line 0 where a part of the path is not there.
    pub fn at_path(&self, path: &str) -> &Node {
        path.split('.')
            .try_fold(self, |node, key| node.get(key))
            .unwrap_or(&NOTHING)
    }

    /// The entries of a map; none of anything else.
    pub fn entries(&self) -> &[(Key, Node)] {
        match &self.kind {
            Kind::Map(entries) => entries,
            _ => &[],
        }
    }

    /// The items of a list; none of anything else.
    pub fn items(&self) -> &[Node] {
        match &self.kind {
            Kind::List(items) => items,
            _ => &[],
        }
    }

    /// The items of a list, or the one value where a list was left out.
    pub fn each(&self) -> &[Node] {
        match &self.kind {
            Kind::List(items) => items,
            Kind::Null => &[],
            _ => std::slice::from_ref(self),
        }
    }

    /// The text of a scalar, numbers and truth values as written.
    pub fn text(&self) -> Option<&str> {
        match &self.kind {
            Kind::Scalar { text, .. } => Some(text),
            _ => None,
        }
    }

    /// The text under a key.
    pub fn text_of(&self, key: &str) -> Option<&str> {
        self.get(key)?.text()
    }

    pub fn line(&self) -> u32 {
        self.line
    }

    pub fn is_null(&self) -> bool {
        self.kind == Kind::Null
    }

    pub fn is_map(&self) -> bool {
        matches!(self.kind, Kind::Map(_))
    }

    pub fn is_list(&self) -> bool {
        matches!(self.kind, Kind::List(_))
    }

    pub fn number<T: std::str::FromStr>(&self) -> Option<T> {
        self.text()?.trim().parse().ok()
    }

    /// `true`, `yes`, `on` in any case.
    pub fn is_true(&self) -> bool {
        self.text().is_some_and(|text| {
            ["true", "yes", "on"]
                .iter()
                .any(|word| text.eq_ignore_ascii_case(word))
        })
    }

    fn nodes(&self) -> usize {
        1 + match &self.kind {
            Kind::List(items) => items.iter().map(Node::nodes).sum(),
            Kind::Map(entries) => entries.iter().map(|(_, node)| 1 + node.nodes()).sum(),
            _ => 0,
        }
    }

    fn depth(&self) -> usize {
        1 + match &self.kind {
            Kind::List(items) => items.iter().map(Node::depth).max().unwrap_or(0),
            Kind::Map(entries) => entries.iter().map(|(_, n)| n.depth()).max().unwrap_or(0),
            _ => 0,
        }
    }
}

/// Reads a text as JSON where it looks like JSON (comments and trailing commas allowed), else as YAML.
pub fn read(text: &str) -> Tree {
    let body = text.trim_start_matches('\u{feff}').trim_start();
    // `{{` opens a template, not an object.
    if (body.starts_with('{') && !body.starts_with("{{")) || body.starts_with('[') {
        let tree = json::read(text);
        if tree.faults.is_empty() {
            return tree;
        }
        // A flow map of YAML may look like JSON at first.
        let other = read_yaml(text);
        return if other.faults.is_empty() { other } else { tree };
    }
    read_yaml(text)
}

fn read_yaml(text: &str) -> Tree {
    let body = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut builder = Builder::default();
    let mut from = 0;
    let mut lines = 0;
    for restart in 0..=MAX_RESTARTS {
        let part = &body[from..];
        let Some(reached) = builder.part(part, lines, restart > 0) else {
            break;
        };
        let Some((at, line)) = next_start(part, reached.saturating_sub(lines)) else {
            break;
        };
        if restart == MAX_RESTARTS {
            let reason = "too many faults, the rest is not read".to_string();
            builder.tree.faults.push((line + lines, reason));
        }
        from += at;
        lines += line - 1;
    }
    builder.tree
}

/// The next line after `after` (1-based, within the part) at which a top-level key, item or document starts.
fn next_start(part: &str, after: u32) -> Option<(usize, u32)> {
    let mut at = 0;
    for (index, line) in part.split_inclusive('\n').enumerate() {
        let number = index as u32 + 1;
        let starts = line
            .bytes()
            .next()
            .is_some_and(|b| b.is_ascii_alphanumeric() || b"_\"'-".contains(&b) || b >= 0x80);
        if number > after.max(1) && starts {
            return Some((at, number));
        }
        at += line.len();
    }
    None
}

/// Lines as they are counted everywhere else. To YAML a carriage return alone ends a line too.
struct Lines {
    /// The line in which each line of YAML stands, from the first on; empty where they are the same.
    of_yaml: Vec<u32>,
}

impl Lines {
    fn of(text: &str) -> Self {
        let bytes = text.as_bytes();
        let mut of_yaml = Vec::new();
        if text.contains('\r') {
            let mut line = 1;
            of_yaml.push(line);
            for (at, byte) in bytes.iter().enumerate() {
                let alone = *byte == b'\r' && bytes.get(at + 1) != Some(&b'\n');
                line += u32::from(*byte == b'\n');
                if alone || *byte == b'\n' {
                    of_yaml.push(line);
                }
            }
        }
        Lines { of_yaml }
    }

    fn line(&self, yaml: usize) -> u32 {
        let known = self.of_yaml.get(yaml.saturating_sub(1));
        match known.or(self.of_yaml.last()) {
            Some(line) => *line,
            None => yaml as u32,
        }
    }
}

enum Frame {
    Map {
        entries: Vec<(Key, Node)>,
        merged: Vec<Arc<Node>>,
        key: Option<Key>,
        line: u32,
        tag: Option<Box<str>>,
        anchor: usize,
    },
    List {
        items: Vec<Node>,
        line: u32,
        tag: Option<Box<str>>,
        anchor: usize,
    },
}

#[derive(Default)]
struct Builder {
    tree: Tree,
    stack: Vec<Frame>,
    root: Option<Node>,
    anchors: BTreeMap<usize, Arc<Node>>,
    nodes: usize,
}

impl Builder {
    /// Reads one part. Gives the line of the last event where a fault ended it early.
    fn part(&mut self, part: &str, lines: u32, resumed: bool) -> Option<u32> {
        let mut options = Options::default();
        options.emit_comments = false;
        options.emit_unresolved_aliases = true;
        options.flow_nesting_limit = MAX_DEPTH;
        options.block_nesting_limit = MAX_DEPTH;
        options.simple_key_max_lookahead = 4096;
        let places = Lines::of(part);
        let mut last = lines + 1;
        // Goes on with the document that a fault cut off, unless a new one is started.
        let mut continues = resumed && !part.starts_with("---");
        self.anchors.clear();
        for next in Parser::new_from_str_with_options(part, options) {
            let (event, span) = match next {
                Ok(pair) => pair,
                Err(error) => {
                    let line = places.line(error.marker().line()) + lines;
                    self.tree
                        .faults
                        .push((line.max(1), error.info().to_string()));
                    self.close(continues);
                    return Some(last);
                }
            };
            let line = places.line(span.start.line()) + lines;
            last = last.max(line);
            if self.nodes > MAX_NODES {
                let reason = format!("more than {MAX_NODES} keys and values");
                self.tree.faults.push((line, reason));
                self.close(continues);
                return None;
            }
            match event {
                Event::DocumentEnd => {
                    self.close(continues);
                    continues = false;
                }
                event => self.event(event, line),
            }
        }
        self.close(continues);
        None
    }

    fn event(&mut self, event: Event<'_>, line: u32) {
        let tag = event
            .tag()
            .and_then(|tag| (!tag.is_yaml_core_schema()).then(|| tag.original().into_boxed_str()));
        match event {
            Event::Scalar(text, style, anchor, _) => {
                self.nodes += 1;
                let plain = style == ScalarStyle::Plain;
                let null = plain && matches!(&*text, "" | "~" | "null" | "Null" | "NULL");
                let kind = if null {
                    Kind::Null
                } else {
                    let text = text.into_owned();
                    Kind::Scalar { text, plain }
                };
                self.attach(Node { line, tag, kind }, anchor);
            }
            Event::MappingStart(_, anchor, _) => {
                self.nodes += 1;
                self.stack.push(Frame::Map {
                    entries: Vec::new(),
                    merged: Vec::new(),
                    key: None,
                    line,
                    tag,
                    anchor,
                });
            }
            Event::SequenceStart(_, anchor, _) => {
                self.nodes += 1;
                self.stack.push(Frame::List {
                    items: Vec::new(),
                    line,
                    tag,
                    anchor,
                });
            }
            Event::MappingEnd | Event::SequenceEnd => self.end(),
            Event::Alias(id) => {
                let node = self.alias(id, line);
                self.attach(node, 0);
            }
            Event::UnresolvedAlias(name) => {
                let reason = format!("no anchor is named {name}");
                self.tree.faults.push((line, reason));
                self.attach(Node::new(line, Kind::Null), 0);
            }
            _ => {}
        }
    }

    fn alias(&mut self, id: usize, line: u32) -> Node {
        let Some(target) = self.anchors.get(&id).cloned() else {
            let reason = "an alias inside the value that it names".to_string();
            self.tree.faults.push((line, reason));
            return Node::new(line, Kind::Null);
        };
        let nodes = target.nodes();
        if self.nodes + nodes > MAX_NODES || self.stack.len() + target.depth() > MAX_DEPTH {
            let reason = "aliases make the file too large or too deep".to_string();
            self.tree.faults.push((line, reason));
            return Node::new(line, Kind::Null);
        }
        self.nodes += nodes;
        (*target).clone()
    }

    fn end(&mut self) {
        match self.stack.pop() {
            Some(Frame::Map {
                mut entries,
                merged,
                line,
                tag,
                anchor,
                ..
            }) => {
                for source in merged {
                    for (key, node) in source.entries() {
                        if !entries.iter().any(|(k, _)| k.text == key.text) {
                            entries.push((key.clone(), node.clone()));
                        }
                    }
                }
                let kind = Kind::Map(entries);
                self.attach(Node { line, tag, kind }, anchor);
            }
            Some(Frame::List {
                items,
                line,
                tag,
                anchor,
            }) => {
                let kind = Kind::List(items);
                self.attach(Node { line, tag, kind }, anchor);
            }
            None => {}
        }
    }

    fn attach(&mut self, node: Node, anchor: usize) {
        if anchor > 0 {
            self.anchors.insert(anchor, Arc::new(node.clone()));
        }
        match self.stack.last_mut() {
            None => self.root = Some(node),
            Some(Frame::List { items, .. }) => items.push(node),
            Some(Frame::Map {
                entries,
                merged,
                key,
                ..
            }) => match key.take() {
                None => {
                    let text = match node.kind {
                        Kind::Scalar { text, .. } => text,
                        // A list or map as a key has no name that anything refers to.
                        _ => String::new(),
                    };
                    let line = node.line;
                    *key = Some(Key { text, line });
                }
                Some(key) if key.text == "<<" => match node.kind {
                    Kind::List(items) => merged.extend(items.into_iter().map(Arc::new)),
                    _ => merged.push(Arc::new(node)),
                },
                Some(key) => entries.push((key, node)),
            },
        }
    }

    /// Ends a document, whole or cut off: what is open is closed, a key without value has none.
    fn close(&mut self, continues: bool) {
        while let Some(frame) = self.stack.last_mut() {
            if let Frame::Map { entries, key, .. } = frame
                && let Some(key) = key.take()
            {
                let node = Node::new(key.line, Kind::Null);
                entries.push((key, node));
            }
            self.end();
        }
        let Some(root) = self.root.take().filter(|root| !root.is_null()) else {
            return;
        };
        if continues && let Some(before) = self.tree.documents.last_mut() {
            match (&mut before.kind, root.kind) {
                (Kind::Map(entries), Kind::Map(more)) => entries.extend(more),
                (Kind::List(items), Kind::List(more)) => items.extend(more),
                _ => {}
            }
            return;
        }
        self.tree.documents.push(root);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(text: &str) -> Node {
        let tree = read(text);
        assert_eq!(tree.faults, [], "{text}");
        assert_eq!(tree.documents.len(), 1, "{text}");
        tree.documents.into_iter().next().unwrap()
    }

    #[test]
    fn keys_and_values_keep_their_lines() {
        let node =
            one("# c\na:\n  größe: 1\n  list:\n    - x\n    - {y: z}\ntext: |\n  one\n  two\n");
        assert_eq!(node.at_path("a.größe").line(), 3);
        assert_eq!(node.entry("a").unwrap().0.line, 2);
        assert_eq!(node.at_path("a.list").items()[1].text_of("y"), Some("z"));
        assert_eq!(node.at_path("a.list").items()[1].line(), 6);
        assert_eq!(node.text_of("text"), Some("one\ntwo\n"));
        assert_eq!(node.get("text").unwrap().line(), 8);
        assert!(node.at_path("a.none.deeper").is_null());
    }

    /// To YAML they end lines. Lines were counted that are not there, and after a fault too much was skipped.
    #[test]
    fn carriage_returns_alone_count_no_lines() {
        let node = one("a: 1\r# b\r\rc: 2\nd: 3\r\ne: 4\n");
        let lines = ["a", "c", "d", "e"].map(|key| node.get(key).map(Node::line));
        assert_eq!(lines, [1, 1, 2, 3].map(Some));
        let tree = read("a: 1\r\r\r\rb: 'x' y\nc: 2\n");
        let lines: Vec<u32> = tree.faults.iter().map(|(line, _)| *line).collect();
        assert_eq!(lines, [1]);
        assert_eq!(tree.documents[0].text_of("c"), Some("2"));
    }

    #[test]
    fn anchors_merges_and_tags() {
        let node = one(
            "x: &base {a: 1, b: 2}\ny:\n  <<: *base\n  b: 3\nz:\n  <<: [*base, {c: 4}]\nw: *base\nv: !Ref Queue\n",
        );
        assert_eq!(node.at_path("y.a").text(), Some("1"));
        assert_eq!(node.at_path("y.b").text(), Some("3"));
        assert_eq!(node.at_path("z.c").text(), Some("4"));
        assert_eq!(node.at_path("w.b").text(), Some("2"));
        assert_eq!(node.get("v").unwrap().tag.as_deref(), Some("!Ref"));
    }

    #[test]
    fn several_documents_and_empty_ones() {
        let tree = read("---\n---\na: 1\n---\n# nothing\n---\nb: 2\n...\n");
        assert_eq!(tree.documents.len(), 2);
        assert_eq!(tree.documents[1].get("b").unwrap().line(), 7);
    }

    #[test]
    fn a_broken_part_costs_only_itself() {
        let tree = read("a: 1\nb:\n  c: [1, 2\nd: 4\n---\ne: 5\n");
        assert!(!tree.faults.is_empty());
        assert_eq!(tree.documents[0].text_of("a"), Some("1"));
        assert_eq!(tree.documents.last().unwrap().text_of("e"), Some("5"));

        let tree = read("a: 1\nb: 'open\nc: 3\n");
        assert!(!tree.faults.is_empty());
        assert_eq!(tree.documents[0].text_of("a"), Some("1"));
        assert_eq!(tree.documents[0].text_of("c"), Some("3"));

        let tree = read("a: 1\nb: {{ .Values.x }}\n  c: : d\ne: 5\n");
        assert_eq!(tree.documents[0].text_of("e"), Some("5"));
        assert_eq!(tree.documents[0].get("e").unwrap().line(), 4);
    }

    #[test]
    fn aliases_do_not_multiply() {
        let mut text = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for level in 1..12 {
            let before = format!("*a{}, ", level - 1).repeat(10);
            text += &format!("a{level}: &a{level} [{before}]\n");
        }
        let tree = read(&text);
        assert!(tree.faults.iter().any(|(_, why)| why.contains("too large")));
        let tree = read("a: &a [*a]\n");
        assert_eq!(tree.faults.len(), 1);
    }

    #[test]
    fn deep_nesting_is_a_fault() {
        let deep = format!("a: {}1{}\nb: 2\n", "[".repeat(5000), "]".repeat(5000));
        let tree = read(&deep);
        assert!(!tree.faults.is_empty());
        assert_eq!(tree.documents[0].text_of("b"), Some("2"));
        let block: String = (0..3000)
            .map(|n| format!("{}k:\n", " ".repeat(n)))
            .collect();
        assert!(!read(&block).faults.is_empty());
    }
}
