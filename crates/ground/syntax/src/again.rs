//! Parsing a text again after a change: only the entry that the change lies in.
//!
//! The lines of an entry of a block map end where the next key of the map begins. What stands on
//! them means the same alone as in the file, as long as none is indented less than the key; so the
//! entries that the lines now hold take the place of the one that they held, and what stands below
//! moves.

use crate::build::parse_part;
use crate::fault::Fault;
use crate::recover::{MAX_ERRORS, Pieces, is_content, key_length, pieces, read_pieces};
use crate::tree::{Key, Kind, MAX_DEPTH, MAX_NODES, Map, Node, Parsed, Seq, Style};
use model::Span;
use std::ops::Range;

/// A text without a syntax fault, and its tree.
#[derive(Debug, Clone, Copy)]
pub struct Before<'a> {
    pub text: &'a str,
    pub root: &'a Node,
}

/// What became of the entry that was parsed.
#[derive(Debug)]
pub struct Renewal {
    /// The position of the entry in each map, from the root inwards.
    pub at: Vec<usize>,
    /// How many entries stand in its place.
    pub entries: usize,
    /// Where its lines ended in the text before.
    end: usize,
    shift: Shift,
}

impl Renewal {
    /// Where something outside the entry stands now.
    pub fn moved(&self, span: Span) -> Span {
        if span.start < self.end {
            span
        } else {
            self.shift.span(span)
        }
    }
}

/// How many maps inwards entries are looked for: a file, a section, an element, what it has.
const DEEPEST: usize = 4;

/// What [`crate::tree::parse`] would give of `text`, from the tree of the text before. `None` where
/// the change is not within one entry, or where more of the text must be seen to know what it means.
pub fn parse_again(text: &str, before: Before<'_>) -> Option<(Parsed, Renewal)> {
    if has_explicit_key(text) || has_explicit_key(before.text) {
        return None;
    }
    let change = Change::between(before.text, text);
    let mut entries = entries_around(&change, before);
    while let Some(entry) = entries.last() {
        let part = text.get(entry.start..change.now(entry.end))?;
        if stands_alone(part, entry.key.span.column - 1) {
            break;
        }
        entries.pop();
    }
    let entry = entries.last()?;
    let part = &text[entry.start..change.now(entry.end)];
    let (fresh, faults) = match entry.parse(part) {
        Lines::Sound(fresh) => (fresh, Vec::new()),
        Lines::Broken => recovered(text, &change, &entries)?,
        Lines::Unclear => return None,
    };
    if !entry.takes(&fresh) {
        return None;
    }
    let was = &before.text[entry.start..entry.end];
    let shift = Shift {
        bytes: part.len() as isize - was.len() as isize,
        lines: line_breaks(part) - line_breaks(was),
    };
    let renewal = Renewal {
        at: entry.at.clone(),
        entries: fresh.len(),
        end: entry.end,
        shift,
    };
    let root = renewed(before.root, &entry.at, fresh, &renewal.shift);
    // Each key or value takes a byte at least.
    if text.len() > MAX_NODES && count(&root) + part.len() > MAX_NODES {
        return None;
    }
    let root = Some(root);
    Some((Parsed { root, faults }, renewal))
}

/// The lines that differ: `start..old_end` of the text before and `start..new_end` of the text now.
struct Change {
    start: usize,
    old_end: usize,
    new_end: usize,
}

impl Change {
    /// Where something below the change stands now.
    fn now(&self, old: usize) -> usize {
        (old + self.new_end).saturating_sub(self.old_end)
    }

    fn between(old: &str, new: &str) -> Self {
        let (old, new) = (old.as_bytes(), new.as_bytes());
        let same = old.iter().zip(new).take_while(|(a, b)| a == b).count();
        let line = |at: &u8| *at == b'\n';
        let start = old[..same].iter().rposition(line).map_or(0, |at| at + 1);
        let ends = old[start..].iter().rev().zip(new[start..].iter().rev());
        let mut tail = ends.take_while(|(a, b)| a == b).count();
        let begins = |text: &[u8]| {
            let at = text.len() - tail;
            at == start || text[at - 1] == b'\n'
        };
        if !(begins(old) && begins(new)) {
            let next = old[old.len() - tail..].iter().position(line);
            tail = next.map_or(0, |at| tail - at - 1);
        }
        Change {
            start,
            old_end: old.len() - tail,
            new_end: new.len() - tail,
        }
    }
}

type Entries = Vec<(Key, Node)>;

/// What the lines of an entry hold now.
enum Lines {
    Sound(Entries),
    /// They do not parse.
    Broken,
    /// Something is wrong with them, or what follows has a say in it.
    Unclear,
}

/// An entry that holds the change, in the text before.
struct Entry<'a> {
    /// Its position in each map, from the root inwards.
    at: Vec<usize>,
    key: &'a Key,
    siblings: &'a Map,
    /// Its lines.
    start: usize,
    end: usize,
}

/// The entries that hold the whole change, from the outermost inwards.
fn entries_around<'a>(change: &Change, before: Before<'a>) -> Vec<Entry<'a>> {
    let mut found: Vec<Entry> = Vec::new();
    let (mut node, mut end) = (before.root, before.text.len());
    while let (Kind::Map(map), true) = (&node.kind, found.len() < DEEPEST) {
        // Lines that are put before a key belong to the entry above it.
        let above = |key: &Key| match line_of(before.text, key) {
            Some(line) if change.old_end > change.start => line <= change.start,
            line => line.is_some_and(|line| line < change.start),
        };
        let Some(last) = map
            .entries
            .partition_point(|(key, _)| above(key))
            .checked_sub(1)
        else {
            break;
        };
        let (key, value) = &map.entries[last];
        let next = map.entries.get(last + 1);
        let stop = next.map_or(Some(end), |(key, _)| line_of(before.text, key));
        let (Some(start), Some(stop)) = (line_of(before.text, key), stop) else {
            break;
        };
        if map.flow || change.old_end > stop {
            break;
        }
        let mut at = found.last().map_or_else(Vec::new, |outer| outer.at.clone());
        at.push(last);
        found.push(Entry {
            at,
            key,
            siblings: map,
            start,
            end: stop,
        });
        (node, end) = (value, stop);
    }
    found
}

/// Whether a key may be written after a `?`: such keys and their values may stand nowhere of their own.
fn has_explicit_key(text: &str) -> bool {
    text.match_indices('?').any(|(at, _)| {
        let ends = text[at + 1..]
            .chars()
            .next()
            .is_none_or(char::is_whitespace);
        let lead = text[..at].trim_end_matches([' ', '\t']).chars().next_back();
        ends && lead.is_none_or(|c| "\n\r-?:{[,\u{feff}".contains(c))
    })
}

/// Where the line of a key begins, if nothing but spaces stands before the key.
fn line_of(text: &str, key: &Key) -> Option<usize> {
    let start = key.span.start.checked_sub(key.span.column - 1)?;
    let lead = text.as_bytes().get(start..key.span.start)?;
    let begins = start == 0 || text.as_bytes()[start - 1] == b'\n';
    (begins && lead.iter().all(|byte| *byte == b' ')).then_some(start)
}

/// Whether lines begin with an entry at `indent` and mean the same without those around them.
fn stands_alone(part: &str, indent: usize) -> bool {
    let deep = |line: &str| {
        let content = line.trim_start_matches(' ');
        let blank = content.trim().is_empty() || content.starts_with('#');
        let marker = indent == 0 && (line.starts_with("---") || line.starts_with("..."));
        !marker && (blank || line.len() - content.len() >= indent)
    };
    let first = part.get(indent..).and_then(|rest| rest.chars().next());
    let begins = first.is_some_and(|first| !first.is_whitespace() && first != '#');
    begins && !has_lone_return(part) && part.lines().all(deep)
}

/// Whether a carriage return ends a line by itself, which YAML allows and little else.
fn has_lone_return(text: &str) -> bool {
    let mut returns = text.match_indices('\r');
    returns.any(|(at, _)| !text[at + 1..].starts_with('\n'))
}

/// As YAML counts them: a carriage return alone is one too.
fn line_breaks(part: &str) -> isize {
    let bytes = part.as_bytes();
    let ends = |(at, byte): &(usize, &u8)| {
        **byte == b'\n' || (**byte == b'\r' && bytes.get(at + 1) != Some(&b'\n'))
    };
    bytes.iter().enumerate().filter(ends).count() as isize
}

impl Entry<'_> {
    fn parse(&self, part: &str) -> Lines {
        let first_line = self.key.span.line - 1;
        let file = self.key.file;
        let parsed = match parse_part(file, part, self.start, first_line, MAX_NODES) {
            Ok(parsed) => parsed,
            Err(stop) if stop.fatal => return Lines::Unclear,
            Err(_) => return Lines::Broken,
        };
        let Some(root) = parsed.root.filter(|_| parsed.faults.is_empty()) else {
            return Lines::Unclear;
        };
        // An empty block scalar ends where what follows begins, which is not seen here.
        let open = ends_in_empty_block(&root);
        let deep = nesting(&root) + self.at.len() - 1 > MAX_DEPTH;
        match root.kind {
            Kind::Map(map) if !(map.flow || open || deep) => Lines::Sound(map.entries),
            _ => Lines::Unclear,
        }
    }

    /// The pieces that reading on cuts its lines into, if it cuts what is around them in `body`, the
    /// lines of the map, where the map's other entries stand.
    fn pieces(&self, text: &str, body: Range<usize>, change: &Change) -> Option<Vec<Range<usize>>> {
        let Pieces { lead, pieces } = pieces(&text[body.clone()])?;
        let above = &text[body.start..body.start + lead];
        let pieces = pieces.into_iter();
        let pieces = pieces.map(|piece| body.start + piece.start..body.start + piece.end);
        let lines = self.start..change.now(self.end);
        let (inside, others): (Vec<_>, Vec<_>) =
            pieces.partition(|piece| lines.contains(&piece.start));
        let siblings = self.siblings.entries.iter();
        let siblings = siblings.filter(|(key, _)| !std::ptr::eq(key, self.key));
        let starts = siblings.clone().map(|(key, _)| {
            let start = key.span.start.saturating_sub(key.span.column - 1);
            if start < change.start {
                start
            } else {
                change.now(start)
            }
        });
        let as_before = starts.eq(others.iter().map(|piece| piece.start));
        // These end elsewhere when they are read alone, as they then are.
        let open = siblings
            .clone()
            .any(|(_, value)| ends_in_empty_block(value));
        (as_before && !open && !above.lines().any(is_content)).then_some(inside)
    }

    /// Whether `fresh` can stand in its place: they begin where it did, and no key is there twice.
    fn takes(&self, fresh: &[(Key, Node)]) -> bool {
        let place = |key: &Key| (key.span.start, key.span.line, key.span.column);
        let begins = fresh
            .first()
            .is_some_and(|(first, _)| place(first) == place(self.key));
        let others = self.siblings.keys().filter(|key| *key != self.key.text);
        let mut keys = fresh.iter().map(|(key, _)| key.text.as_str());
        let known: Vec<&str> = others.collect();
        begins && !keys.any(|key| known.contains(&key))
    }
}

/// The entries and the faults that reading on after a syntax error would give ([`crate::recover`]), of
/// the innermost of `entries`, whose lines do not parse.
fn recovered(text: &str, change: &Change, entries: &[Entry<'_>]) -> Option<(Entries, Vec<Fault>)> {
    let (entry, outer) = entries.split_last()?;
    if has_lone_return(text) {
        return None;
    }
    let file = entry.key.file;
    // What follows may make a text of it: then the file parses, or the error lies elsewhere. The keys
    // that it is under stand for all that is above it.
    let header: String = outer
        .iter()
        .map(|outer| first_line(text, outer.start))
        .collect();
    let ends = outer.iter().map(|outer| change.now(outer.end));
    for end in ends.chain([text.len()]) {
        let body = format!("{header}{}", &text[entry.start..end]);
        match parse_part(file, &body, 0, 0, MAX_NODES) {
            Err(stop) if !stop.fatal => {}
            _ => return None,
        }
    }
    let mut body = 0..text.len();
    for level in outer {
        let inside = level.pieces(text, body, change)?;
        let line = first_line(text, level.start);
        let key = &level.key.text;
        let read = key_length(line.trim()) == Some(key.len()) && line.trim().starts_with(key);
        if inside.len() != 1 || !read || key.contains(['"', '\'']) {
            return None;
        }
        body = level.start + line.len()..change.now(level.end);
    }
    let inside = entry.pieces(text, body, change)?.into_iter();
    let (mut map, mut faults) = (Map::default(), Vec::new());
    read_pieces(file, text, inside, outer.len(), &mut map, &mut faults);
    // After many errors, reading on stops in the whole file.
    let errors = faults.iter().filter(|fault| fault.rule == "bad-syntax");
    let certain = (1..MAX_ERRORS).contains(&errors.count());
    (certain && !map.broken).then_some((map.entries, faults))
}

/// The line that begins at `start`, with its end.
fn first_line(text: &str, start: usize) -> &str {
    text[start..].split_inclusive('\n').next().unwrap_or("")
}

/// By how much what stands below the entry moves.
#[derive(Debug)]
struct Shift {
    bytes: isize,
    lines: isize,
}

impl Shift {
    fn span(&self, span: Span) -> Span {
        Span {
            start: span.start.saturating_add_signed(self.bytes),
            end: span.end.saturating_add_signed(self.bytes),
            line: span.line.saturating_add_signed(self.lines),
            column: span.column,
        }
    }

    fn entry(&self, (key, value): &(Key, Node)) -> (Key, Node) {
        let key = Key {
            text: key.text.clone(),
            file: key.file,
            span: self.span(key.span),
        };
        (key, self.node(value))
    }

    fn node(&self, node: &Node) -> Node {
        let kind = match &node.kind {
            Kind::Map(map) => Kind::Map(Map {
                entries: map.entries.iter().map(|entry| self.entry(entry)).collect(),
                ..*map
            }),
            Kind::Seq(seq) => Kind::Seq(Seq {
                items: seq.items.iter().map(|item| self.node(item)).collect(),
                ..*seq
            }),
            other => other.clone(),
        };
        Node {
            kind,
            file: node.file,
            span: self.span(node.span),
        }
    }
}

/// The tree with `fresh` in the place of the entry `at`.
fn renewed(node: &Node, at: &[usize], fresh: Entries, shift: &Shift) -> Node {
    let (Kind::Map(map), Some((here, inwards))) = (&node.kind, at.split_first()) else {
        return node.clone();
    };
    let mut entries = Vec::with_capacity(map.entries.len() + fresh.len());
    entries.extend_from_slice(&map.entries[..*here]);
    if inwards.is_empty() {
        entries.extend(fresh);
    } else {
        let (key, value) = &map.entries[*here];
        entries.push((key.clone(), renewed(value, inwards, fresh, shift)));
    }
    entries.extend(
        map.entries[here + 1..]
            .iter()
            .map(|entry| shift.entry(entry)),
    );
    let last = entries.last();
    let end = last.map_or(node.span.end, |(key, value)| {
        value.span.end.max(key.span.end)
    });
    Node {
        kind: Kind::Map(Map { entries, ..*map }),
        file: node.file,
        span: Span { end, ..node.span },
    }
}

fn ends_in_empty_block(node: &Node) -> bool {
    match &node.kind {
        Kind::Map(map) => map
            .entries
            .last()
            .is_some_and(|(_, n)| ends_in_empty_block(n)),
        Kind::Seq(seq) => seq.items.last().is_some_and(ends_in_empty_block),
        Kind::Scalar(scalar) => {
            matches!(scalar.style, Style::Literal | Style::Folded) && scalar.text.is_empty()
        }
        Kind::Broken => false,
    }
}

/// Lists and maps inside each other.
fn nesting(node: &Node) -> usize {
    match &node.kind {
        Kind::Map(map) => {
            1 + map
                .entries
                .iter()
                .map(|(_, n)| nesting(n))
                .max()
                .unwrap_or(0)
        }
        Kind::Seq(seq) => 1 + seq.items.iter().map(nesting).max().unwrap_or(0),
        _ => 0,
    }
}

/// Keys and values.
fn count(node: &Node) -> usize {
    match &node.kind {
        Kind::Map(map) => 1 + map.entries.iter().map(|(_, n)| 1 + count(n)).sum::<usize>(),
        Kind::Seq(seq) => 1 + seq.items.iter().map(count).sum::<usize>(),
        _ => 1,
    }
}
