//! Source files as bytes and text, and positions in them.

use model::Span;
use std::sync::Arc;

/// One file handed to the loader. The crate reads no files itself.
#[derive(Debug, Clone)]
pub struct SourceFile {
    /// The name as the user gave it; includes are resolved relative to its folder.
    pub name: String,
    pub bytes: Vec<u8>,
}

impl SourceFile {
    pub fn new(name: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        SourceFile {
            name: name.into(),
            bytes: bytes.into(),
        }
    }
}

/// The texts that spans point into, in the order in which they were first read.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    files: Vec<(String, Arc<str>)>,
}

impl Sources {
    /// Adds a text and returns its number; a name that is already there keeps its first text.
    pub fn add(&mut self, name: &str, text: impl Into<Arc<str>>) -> usize {
        if let Some(at) = self.index_of(name) {
            return at;
        }
        self.files.push((name.to_string(), text.into()));
        self.files.len() - 1
    }
    pub fn index_of(&self, name: &str) -> Option<usize> {
        self.files.iter().position(|(n, _)| n == name)
    }
    /// Name of file number `file`, or an empty string.
    pub fn name(&self, file: usize) -> &str {
        self.files.get(file).map_or("", |(n, _)| n)
    }
    /// Text of file number `file`, or an empty string.
    pub fn text(&self, file: usize) -> &str {
        self.files.get(file).map_or("", |(_, t)| t)
    }
    /// The text of the first file.
    pub(crate) fn first(&self) -> Option<&(String, Arc<str>)> {
        self.files.first()
    }
    /// Adds the texts that `other` has and this has not.
    pub fn add_all(&mut self, other: &Sources) {
        for (name, text) in &other.files {
            self.add(name, Arc::clone(text));
        }
    }
    /// Text of the file called `name`.
    pub fn text_of(&self, name: &str) -> Option<&str> {
        self.files
            .iter()
            .find(|(n, _)| n == name)
            .map(|(_, t)| &**t)
    }
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.files.iter().map(|(n, _)| n.as_str())
    }
}

/// The span of bytes `start..end` of `text`, with line and column counted from the start of the
/// text. Linear in the text: for single faults, not for every node.
pub fn span_at(text: &str, start: usize, end: usize) -> Span {
    let start = floor(text, start);
    let end = floor(text, end.max(start));
    let before = &text[..start];
    let line = before.bytes().filter(|b| *b == b'\n').count() + 1;
    let line_start = before.rfind('\n').map_or(0, |i| i + 1);
    let head = before[line_start..].trim_start_matches('\u{feff}');
    Span {
        start,
        end,
        line,
        column: head.chars().count() + 1,
    }
}

/// The narrower span that starts `from` and ends `to`, both byte offsets inside `outer`.
pub fn narrow(text: &str, outer: Span, from: usize, to: usize) -> Span {
    let start = floor(text, from.clamp(outer.start, outer.end.max(outer.start)));
    let end = floor(text, to.max(start));
    let mut span = Span {
        start,
        end,
        ..outer
    };
    let begin = floor(text, outer.start);
    for c in text[begin..start.max(begin)].chars() {
        if c == '\n' {
            span.line += 1;
            span.column = 1;
        } else {
            span.column += 1;
        }
    }
    span
}

/// The greatest character boundary of `text` that is at most `at`.
pub fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}
