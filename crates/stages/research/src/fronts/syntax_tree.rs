//! Concrete syntax trees of tree-sitter, made flat: what every front over tree-sitter walks.
//!
//! A tree is copied once, with one cursor and without recursion, into a list in document order. From
//! then on children, fields and texts cost nothing but a look, and nothing of tree-sitter is seen.
//!
//! - Comments and brackets, commas, semicolons, dots and quotes are left out; operators and keywords
//!   stay, as nodes that are not [`Node::named`].
//! - What is nested deeper than [`MAX_DEPTH`] is cut, with a fault. A front may thus recurse freely.
//! - What the grammar could not take is a fault; its pieces stay in the tree under a node `ERROR`, so
//!   that a declaration inside a broken file is still found.
//! - The parser is given a number of steps, and of bytes to read, that depends on the text's length, not on a
//!   clock. A file on which it needs more is given up, with a fault.

use std::borrow::Cow;
use std::cell::RefCell;
use std::ops::ControlFlow;
use std::sync::OnceLock;

use tree_sitter::{Language, ParseOptions, Parser};

use crate::outline::At;

/// Nodes below this depth are cut, so that a walk by recursion is safe.
pub const MAX_DEPTH: usize = 200;

/// Faults kept of one file. Beyond that the file is hardly of the language.
const MAX_FAULTS: usize = 20;

/// A grammar, with its names looked up once. Make it a `static`.
pub struct Grammar {
    load: fn() -> Language,
    names: OnceLock<Names>,
}

struct Names {
    language: Language,
    kinds: Vec<String>,
    fields: Vec<String>,
    named: Vec<bool>,
    /// Kinds that are left out of the tree.
    dropped: Vec<bool>,
}

/// A parsed text.
pub struct SyntaxTree<'t> {
    text: &'t str,
    names: &'static Names,
    nodes: Vec<Flat>,
    /// What could not be parsed, where.
    pub faults: Vec<(At, String)>,
    /// Something was not as the grammar has it, be it only a separator.
    pub broken: bool,
}

#[derive(Clone, Copy)]
struct Flat {
    kind: u16,
    /// 0 where it has none.
    field: u16,
    start: At,
    end: At,
    /// Index just past its last descendant: that of its next sibling, if there is one.
    next: u32,
}

/// A node of a [`SyntaxTree`].
#[derive(Clone, Copy)]
pub struct Node<'t> {
    tree: &'t SyntaxTree<'t>,
    index: u32,
}

impl Grammar {
    pub const fn new(load: fn() -> Language) -> Self {
        Grammar {
            load,
            names: OnceLock::new(),
        }
    }

    fn names(&'static self) -> &'static Names {
        self.names.get_or_init(|| Names::of((self.load)()))
    }

    /// Parses a text. Always gives a tree; in the worst case an empty one, and a fault that says why.
    pub fn parse<'t>(&'static self, text: &'t str) -> SyntaxTree<'t> {
        self.parse_altered(text, text)
    }

    /// Parses a text as if it were written a little otherwise, byte for byte: around a construct that
    /// the grammar does not take. Places and texts are those of `text`.
    pub fn parse_altered<'t>(&'static self, text: &'t str, altered: &str) -> SyntaxTree<'t> {
        debug_assert_eq!(text.len(), altered.len());
        let names = self.names();
        let mut tree = SyntaxTree {
            text,
            names,
            nodes: Vec::new(),
            faults: Vec::new(),
            broken: false,
        };
        // The scanner of one grammar looks for the end of the line and never sees that of the text.
        let lines = if altered.is_empty() || altered.ends_with('\n') {
            Cow::Borrowed(altered)
        } else {
            Cow::Owned(format!("{altered}\n"))
        };
        match parsed(&names.language, &lines) {
            Ok(parsed) => tree.copy(&parsed),
            Err(reason) => tree.faults.push((0, reason.to_owned())),
        }
        if tree.nodes.is_empty() {
            tree.nodes.push(Flat {
                kind: u16::MAX,
                field: 0,
                start: 0,
                end: text.len() as At,
                next: 1,
            });
        }
        tree
    }
}

impl Names {
    fn of(language: Language) -> Self {
        let kinds: Vec<String> = (0..language.node_kind_count())
            .map(|id| {
                language
                    .node_kind_for_id(id as u16)
                    .unwrap_or("")
                    .to_owned()
            })
            .collect();
        let fields = (0..=language.field_count())
            .map(|id| {
                language
                    .field_name_for_id(id as u16)
                    .unwrap_or("")
                    .to_owned()
            })
            .collect();
        let named: Vec<bool> = (0..kinds.len())
            .map(|id| language.node_kind_is_named(id as u16))
            .collect();
        let dropped = kinds
            .iter()
            .zip(&named)
            .map(|(kind, named)| {
                if *named {
                    kind.ends_with("comment")
                } else {
                    kind.chars().all(|c| "(){}[];,.\"'`".contains(c))
                }
            })
            .collect();
        Names {
            language,
            kinds,
            fields,
            named,
            dropped,
        }
    }
}

/// Bytes that the parser is given at once. Each time it asks is counted: a scanner that looks as far as the
/// end of the text for every token costs what it looks at, not the one step that the parser counts for it.
const PIECE: usize = 1024;

/// How often the parser may report that it is at work. It does so once per hundred operations; large files of
/// real code take one to two hundredths of that per byte, small ones up to three.
fn reports_allowed(text: &[u8]) -> usize {
    1_000 + text.len() / 16
}

/// How often the parser may ask for a piece. Real code is asked for two to four times over.
fn pieces_allowed(text: &[u8]) -> usize {
    8_000 + text.len() / 16
}

/// What the parser reads from, and what it has cost until now.
struct Feed<'t> {
    text: &'t [u8],
    given: usize,
    /// Where the text was made to end, as too much had been read of it.
    stop: Option<usize>,
}

impl<'t> Feed<'t> {
    /// Beyond the measure the text ends with a line break: some scanners look for one without an eye for the end.
    fn piece(&mut self, at: usize) -> &'t [u8] {
        self.given += 1;
        if self.stop.is_none() && self.given > pieces_allowed(self.text) {
            self.stop = Some(at);
        }
        match self.stop {
            Some(stop) if at == stop => b"\n",
            Some(stop) if at > stop => b"",
            stop => {
                let end = (at + PIECE).min(stop.unwrap_or(self.text.len()));
                self.text.get(at..end).unwrap_or_default()
            }
        }
    }
}

/// Parses a text, at a cost that its length bounds: counted, so that the same text always parses or never does.
pub fn parsed(language: &Language, text: &str) -> Result<tree_sitter::Tree, &'static str> {
    if text.len() > u32::MAX as usize / 2 {
        return Err("too large to parse");
    }
    let mut parser = Parser::new();
    parser
        .set_language(language)
        .map_err(|_| "grammar of another version of tree-sitter")?;
    let feed = RefCell::new(Feed {
        text: text.as_bytes(),
        given: 0,
        stop: None,
    });
    let allowed = reports_allowed(text.as_bytes());
    let mut reports = 0;
    let mut watch = |_: &tree_sitter::ParseState| {
        reports += 1;
        if reports > allowed || feed.borrow().stop.is_some() {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    };
    let options = ParseOptions::new().progress_callback(&mut watch);
    let tree = parser.parse_with_options(
        &mut |at, _| feed.borrow_mut().piece(at),
        None,
        Some(options),
    );
    // A text may have been cut after the last report.
    tree.filter(|_| feed.borrow().stop.is_none())
        .ok_or("gave up: too far from the language's grammar")
}

impl<'t> SyntaxTree<'t> {
    pub fn root(&'t self) -> Node<'t> {
        Node {
            tree: self,
            index: 0,
        }
    }

    fn fault(&mut self, at: At, reason: impl FnOnce() -> String) {
        if self.faults.len() < MAX_FAULTS {
            self.faults.push((at, reason()));
        }
    }

    fn copy(&mut self, parsed: &tree_sitter::Tree) {
        self.nodes.reserve(self.text.len() / 6);
        let mut cursor = parsed.walk();
        let mut open: Vec<u32> = Vec::new();
        let mut errors_open = 0usize;
        self.broken = parsed.root_node().has_error();
        loop {
            let node = cursor.node();
            let kind = node.kind_id();
            let index = self.nodes.len() as u32;
            if self.broken && errors_open == 0 && node.is_missing() {
                let kind = node.kind();
                let at = node.start_byte().min(self.text.len()) as At;
                self.fault(at, || format!("`{kind}` is missing"));
            }
            if self.names.dropped.get(kind as usize) != Some(&true) {
                // The line break that was put behind the text is none of its.
                let inside = |at: usize| at.min(self.text.len()) as At;
                let (start, end) = (inside(node.start_byte()), inside(node.end_byte()));
                self.nodes.push(Flat {
                    kind,
                    field: cursor.field_id().map_or(0, |id| id.get()),
                    start,
                    end,
                    next: index + 1,
                });
                if errors_open == 0 && kind == u16::MAX {
                    let excerpt = excerpt(self.text, start, end);
                    self.fault(start, || format!("not understood: `{excerpt}`"));
                }
                if open.len() + 1 < MAX_DEPTH {
                    if cursor.goto_first_child() {
                        errors_open += usize::from(kind == u16::MAX);
                        open.push(index);
                        continue;
                    }
                } else if node.named_child_count() > 0 {
                    self.fault(start, || format!("nested deeper than {MAX_DEPTH}"));
                }
            }
            while !cursor.goto_next_sibling() {
                let Some(parent) = open.pop() else { return };
                cursor.goto_parent();
                let next = self.nodes.len() as u32;
                let parent = &mut self.nodes[parent as usize];
                parent.next = next;
                errors_open -= usize::from(parent.kind == u16::MAX);
            }
        }
    }
}

/// The beginning of a text, on one line.
fn excerpt(text: &str, start: At, end: At) -> String {
    let part = text.get(start as usize..end as usize).unwrap_or("");
    let line = part.lines().next().unwrap_or("").trim();
    line.chars().take(40).collect()
}

impl<'t> Node<'t> {
    fn flat(self) -> Flat {
        self.tree.nodes[self.index as usize]
    }

    /// Its kind, as the grammar names it.
    pub fn kind(self) -> &'static str {
        match self.tree.names.kinds.get(self.flat().kind as usize) {
            Some(kind) => kind,
            None => "ERROR",
        }
    }

    pub fn is(self, kind: &str) -> bool {
        self.kind() == kind
    }

    /// A node of the grammar's; operators and keywords are not.
    pub fn named(self) -> bool {
        let kind = self.flat().kind as usize;
        self.tree.names.named.get(kind) != Some(&false)
    }

    /// The name of the field that it is of its parent; empty where it is none.
    pub fn field_name(self) -> &'static str {
        match self.tree.names.fields.get(self.flat().field as usize) {
            Some(field) => field,
            None => "",
        }
    }

    pub fn text(self) -> &'t str {
        let flat = self.flat();
        self.tree
            .text
            .get(flat.start as usize..flat.end as usize)
            .unwrap_or("")
    }

    pub fn at(self) -> At {
        self.flat().start
    }

    /// Offset just past it.
    pub fn end(self) -> At {
        self.flat().end
    }

    /// All children that were kept, operators and keywords too.
    pub fn parts(self) -> Parts<'t> {
        Parts {
            tree: self.tree,
            at: self.index + 1,
            end: self.flat().next,
        }
    }

    /// Children that the grammar names.
    pub fn children(self) -> impl Iterator<Item = Node<'t>> + Clone {
        self.parts().filter(|node| node.named())
    }

    /// The first child in a field.
    pub fn field(self, name: &str) -> Option<Node<'t>> {
        self.parts().find(|node| node.field_name() == name)
    }

    /// Named children in a field.
    pub fn fields(self, name: &'t str) -> impl Iterator<Item = Node<'t>> {
        self.children()
            .filter(move |node| node.field_name() == name)
    }

    /// The first child of a kind.
    pub fn child(self, kind: &str) -> Option<Node<'t>> {
        self.parts().find(|node| node.is(kind))
    }

    pub fn has(self, kind: &str) -> bool {
        self.child(kind).is_some()
    }

    /// The first named child.
    pub fn first(self) -> Option<Node<'t>> {
        self.children().next()
    }

    /// The last named child.
    pub fn last(self) -> Option<Node<'t>> {
        self.children().last()
    }
}

/// Children of a node, see [`Node::parts`].
#[derive(Clone)]
pub struct Parts<'t> {
    tree: &'t SyntaxTree<'t>,
    at: u32,
    end: u32,
}

impl<'t> Iterator for Parts<'t> {
    type Item = Node<'t>;

    fn next(&mut self) -> Option<Node<'t>> {
        if self.at >= self.end {
            return None;
        }
        let node = Node {
            tree: self.tree,
            index: self.at,
        };
        self.at = node.flat().next;
        Some(node)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    static JAVA: Grammar = Grammar::new(|| tree_sitter_java::LANGUAGE.into());

    #[test]
    fn fields_children_and_texts() {
        let tree = JAVA.parse("class A { // no\n  int x = 1 + 2; }");
        let class = tree.root().child("class_declaration").unwrap();
        assert_eq!(class.field("name").unwrap().text(), "A");
        let body = class.field("body").unwrap();
        let field = body.first().unwrap();
        assert!(field.is("field_declaration"));
        assert_eq!(body.children().count(), 1);
        let sum = field
            .field("declarator")
            .and_then(|declarator| declarator.field("value"))
            .unwrap();
        let parts: Vec<&str> = sum.parts().map(Node::text).collect();
        assert_eq!(parts, ["1", "+", "2"]);
        assert_eq!(sum.children().count(), 2);
        assert!(tree.faults.is_empty());
    }

    #[test]
    fn broken_text_keeps_what_it_can_and_says_what_it_cannot() {
        let tree = JAVA.parse("class A { void f( { } } class B { void g() {} }");
        assert!(!tree.faults.is_empty());
        assert!(tree.root().text().contains("class B"));
        assert!(JAVA.parse("").faults.is_empty());
        assert!(!JAVA.parse("\u{0}\u{1}()((((").faults.is_empty());
    }

    #[test]
    fn deep_nesting_is_cut_with_a_fault() {
        let deep = format!(
            "class A {{ int x = {}1{}; }}",
            "(".repeat(5000),
            ")".repeat(5000)
        );
        let tree = JAVA.parse(&deep);
        assert_eq!(tree.faults.len(), 1);
        assert!(tree.faults[0].1.contains("deeper"));
        let (mut node, mut depth) = (tree.root(), 1);
        while let Some(child) = node.last() {
            node = child;
            depth += 1;
        }
        assert!(depth <= MAX_DEPTH);
    }

    static KOTLIN: Grammar = Grammar::new(|| tree_sitter_kotlin_ng::LANGUAGE.into());

    /// Of a text that ends inside an annotation the scanner looked for a blank for ever.
    #[test]
    fn an_annotation_at_the_end_of_a_text_ends() {
        for text in ["class A\n@Foo", "class A { val x: Int = 1\n@Foo("] {
            let tree = KOTLIN.parse(text);
            assert!(tree.root().text().starts_with("class A"), "{text}");
            assert!(tree.root().end() as usize <= text.len());
        }
    }

    /// Another language's file: the parser went round at one place, and each step looked as far as the end.
    #[test]
    fn a_text_that_the_parser_does_not_get_through_is_given_up_with_a_fault() {
        let text = include_str!("other_language.txt");
        for text in [text.to_owned(), text.repeat(40)] {
            let tree = KOTLIN.parse(&text);
            assert_eq!(tree.faults.len(), 1);
            assert!(tree.faults[0].1.starts_with("gave up"), "{:?}", tree.faults);
            assert_eq!(tree.root().children().count(), 0);
        }
    }

    #[test]
    fn large_files_of_real_code_are_parsed() {
        let kotlin = "/** Orders. */\n@Service\nclass Orders(private val rows: Rows) {\n    \
            @GetMapping(\"/orders/{id}\")\n    fun get(id: Long, who: Principal?): Answer<Order> {\n        \
            val found = rows.find(id) ?: throw NotFound(\"no $id of ${who?.name}\")\n        \
            return Answer.ok(found.copy(total = found.lines.sumOf { it.price * it.count }))\n    }\n\n    \
            private val sql = \"\"\"\n        select * from orders\n    \"\"\".trimIndent()\n}\n";
        let java = "/** Orders. */\n@Service\nclass Orders {\n    private final Rows<Order> rows;\n\n    \
            @GetMapping(\"/orders/{id}\")\n    Answer<Order> get(long id) {\n        \
            for (int i = 0; i < rows.size(); i++) {\n            \
            if (rows.get(i).id() == id && !rows.isEmpty()) return Answer.ok((Order) rows.get(i));\n        }\n        \
            return rows.stream().filter(one -> one.id() == id).map(Answer::ok).findFirst().get();\n    }\n}\n";
        for (grammar, text) in [(&KOTLIN, kotlin), (&JAVA, java)] {
            let lines = text.lines().count();
            let large = text.repeat(20_000 / lines + 1);
            let tree = grammar.parse(&large);
            assert!(tree.faults.is_empty(), "{:?}", tree.faults);
            assert_eq!(
                tree.root()
                    .children()
                    .filter(|one| one.is("class_declaration"))
                    .count(),
                20_000 / lines + 1
            );
        }
    }
}
