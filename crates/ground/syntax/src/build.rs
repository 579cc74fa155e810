//! From the parser's events to a tree, refusing what the format leaves out.

use crate::fault::Fault;
use crate::path::{index, join};
use crate::source::span_at;
use crate::tree::{Key, Kind, MAX_DEPTH, Map, Node, Parsed, Scalar, Seq, Style};
use granit_parser::{Event, Options, Parser, ScalarStyle, Span as RawSpan, StructureStyle};
use model::Span;
// tidy: allow it is asked for membership and never walked through
use std::collections::HashMap;

/// Why a parse ended early.
#[derive(Debug)]
pub(crate) struct Stop {
    /// The last fault is what ended it.
    pub faults: Vec<Fault>,
    /// A limit was passed: reading parts of the text makes no sense.
    pub fatal: bool,
}

/// Reads one piece of a text that starts at byte `offset`, `lines` lines down.
pub(crate) fn parse_part(
    file: usize,
    part: &str,
    offset: usize,
    lines: usize,
    max_nodes: usize,
) -> Result<Parsed, Stop> {
    let body = part.strip_prefix('\u{feff}').unwrap_or(part);
    let offset = offset + part.len() - body.len();
    let mut options = Options::default();
    options.emit_comments = false;
    options.emit_unresolved_aliases = true;
    options.emit_anchor_events = true;
    options.disallow_directives = true;
    options.flow_nesting_limit = 4 * MAX_DEPTH;
    options.block_nesting_limit = 4 * MAX_DEPTH;
    let mut builder = Builder {
        file,
        source: body,
        offset,
        lines,
        stack: Vec::new(),
        root: None,
        faults: Vec::new(),
        documents: 0,
        nodes: 0,
    };
    for next in Parser::new_from_str_with_options(body, options) {
        let (event, span) = match next {
            Ok(pair) => pair,
            Err(error) => {
                let mark = error.marker();
                let at = mark.byte_offset().unwrap_or(0).min(body.len());
                let fault = syntax_fault(file, body, at, offset, lines, &error.info());
                builder.faults.push(fault);
                return Err(Stop {
                    faults: builder.faults,
                    fatal: false,
                });
            }
        };
        builder.event(event, span);
        if builder.documents > 1 {
            break;
        }
        if builder.nodes > max_nodes {
            let message = format!("the file has more than {max_nodes} keys and values");
            let remedy = "Split it with `include`, and keep generated data out of the model.";
            let at = (file, builder.span(span));
            builder
                .faults
                .push(Fault::new("too-large", "", at, message, remedy));
            return Err(Stop {
                faults: builder.faults,
                fatal: true,
            });
        }
        if builder.stack.len() > MAX_DEPTH {
            let path = builder.path();
            let message = format!("lists and maps are nested more than {MAX_DEPTH} deep here");
            let at = (file, builder.span(span));
            builder
                .faults
                .push(Fault::new("too-deep", path, at, message, "Flatten it."));
            return Err(Stop {
                faults: builder.faults,
                fatal: true,
            });
        }
    }
    Ok(Parsed {
        root: builder.root,
        faults: builder.faults,
    })
}

fn syntax_fault(
    file: usize,
    body: &str,
    at: usize,
    offset: usize,
    lines: usize,
    info: &str,
) -> Fault {
    let mut span = span_at(body, at, at);
    let line_start =
        span.start - body[..span.start].len() + body[..span.start].rfind('\n').map_or(0, |i| i + 1);
    let line = body[line_start..].lines().next().unwrap_or("");
    let indent = &line[..line.len() - line.trim_start_matches([' ', '\t']).len()];
    let (message, remedy) = if let Some(tab) = indent.find('\t') {
        span = span_at(body, line_start + tab, line_start + tab + 1);
        (
            "a tab stands in the indentation".to_string(),
            "Indent with spaces, two a level.".to_string(),
        )
    } else {
        let length = body[span.start..]
            .chars()
            .next()
            .filter(|c| *c != '\n' && *c != '\r')
            .map_or(0, char::len_utf8);
        span.end = span.start + length;
        let remedy = if line.trim_start().starts_with('%') {
            "Leave directives out; the file is read as YAML 1.2."
        } else {
            "Check the indentation, the colons (`key: value`), and that quotes and brackets close."
        };
        (
            format!("the file does not parse here: {info}"),
            remedy.to_string(),
        )
    };
    span.start += offset;
    span.end += offset;
    span.line += lines;
    Fault::new("bad-syntax", "", (file, span), message, remedy)
}

enum Frame {
    Map {
        map: Map,
        start: Option<Span>,
        seen: Seen,
        key: Pending,
    },
    Seq {
        seq: Seq,
        start: Option<Span>,
    },
}

enum Pending {
    /// The next value is a key.
    None,
    Key(Key),
    /// The key was refused: the next value is dropped.
    Drop,
}

struct Builder<'s> {
    file: usize,
    source: &'s str,
    offset: usize,
    lines: usize,
    stack: Vec<Frame>,
    root: Option<Node>,
    faults: Vec<Fault>,
    documents: usize,
    nodes: usize,
}

/// The keys of a large map, to find one that is written twice; a small map is looked through.
#[derive(Default)]
struct Seen(HashMap<String, usize>);

impl Seen {
    const SMALL: usize = 16;

    /// Where the map has a key already.
    fn find(&mut self, map: &Map, key: &str) -> Option<Span> {
        let entries = &map.entries;
        let at = if entries.len() <= Self::SMALL {
            entries.iter().position(|(known, _)| known.text == key)
        } else {
            for (at, (known, _)) in entries.iter().enumerate().skip(self.0.len()) {
                self.0.insert(known.text.clone(), at);
            }
            self.0.get(key).copied()
        };
        at.map(|at| entries[at].0.span)
    }
}

impl Builder<'_> {
    /// The part of the file that an event covers.
    fn span(&self, raw: RawSpan) -> Span {
        let range = raw.byte_range().unwrap_or(0..0);
        let start = range.start.min(self.source.len());
        let end = range.end.clamp(start, self.source.len());
        // A block scalar's range takes in the line breaks after it.
        let text = self.source.get(start..end).unwrap_or("");
        let end = start + text.trim_end_matches(['\n', '\r', ' ', '\t']).len();
        Span {
            start: start + self.offset,
            end: end + self.offset,
            line: raw.start.line() + self.lines,
            column: raw.start.col() + 1,
        }
    }

    /// The span of a block scalar together with its `|` or `>`, which the parser leaves out.
    fn with_header(&self, span: Span) -> Span {
        let start = span
            .start
            .saturating_sub(self.offset)
            .min(self.source.len());
        let above = self.source.get(..start).unwrap_or("").trim_end();
        let from = above.rfind('\n').map_or(0, |i| i + 1);
        let line = &above[from..];
        let header = line.char_indices().find(|(at, c)| {
            if !matches!(c, '|' | '>') || !line[..*at].ends_with([' ', '\t', '-', ':']) {
                return false;
            }
            let rest = line[at + 1..]
                .trim_start_matches(|c: char| c.is_ascii_digit() || c == '+' || c == '-');
            let comment = rest.trim_start();
            comment.is_empty() || (comment != rest && comment.starts_with('#'))
        });
        let Some((at, c)) = header else { return span };
        let text = &self.source[start..span.end.saturating_sub(self.offset).max(start)];
        let breaks = self.source[from + at..start].matches('\n').count();
        let mut header_end = from + at + 1;
        if text.is_empty() {
            header_end += line[at + c.len_utf8()..]
                .find([' ', '\t', '#'])
                .unwrap_or(line.len() - at - 1);
        }
        Span {
            start: from + at + self.offset,
            end: if text.is_empty() {
                header_end + self.offset
            } else {
                span.end
            },
            line: span.line.saturating_sub(breaks).max(1),
            column: line[..at].chars().count() + 1,
        }
    }

    fn path(&self) -> String {
        let mut path = String::new();
        for frame in &self.stack {
            path = match frame {
                Frame::Map {
                    key: Pending::Key(key),
                    ..
                } => join(&path, &key.text),
                Frame::Map { .. } => path,
                Frame::Seq { seq, .. } => index(&path, seq.items.len()),
            };
        }
        path
    }

    fn fault(&mut self, span: Span, message: &str, remedy: &str) {
        let fault = Fault::new(
            "unsupported-yaml",
            self.path(),
            (self.file, span),
            message,
            remedy,
        );
        self.faults.push(fault);
    }

    fn event(&mut self, event: Event<'_>, raw: RawSpan) {
        let span = self.span(raw);
        if event.is_node() {
            self.nodes += 1;
        }
        if let Some(tag) = event.tag() {
            let message = format!("`{}` is a tag", tag.original());
            let at = raw.tag_span().map_or(span, |raw| self.span(raw));
            self.fault(at, &message, "Leave the tag out; the key says what the value is. Quote text that looks like a number.");
        }
        match event {
            Event::DocumentStart(..) => {
                self.documents += 1;
                if self.documents > 1 {
                    self.fault(
                        span,
                        "a second document starts here (`---`)",
                        "Keep one document in a file; use `include` for more.",
                    );
                }
            }
            Event::Anchor(..) => self.fault(
                span,
                "this value has an anchor (`&name`)",
                "Leave the anchor out and write the value where it is needed.",
            ),
            Event::Alias(_) | Event::UnresolvedAlias(_) => {
                self.fault(
                    span,
                    "this is an alias (`*name`)",
                    "Write the value itself, or use an overlay (`extends`).",
                );
                self.attach(Node {
                    kind: Kind::Broken,
                    file: self.file,
                    span,
                });
            }
            Event::Scalar(text, style, ..) => {
                let span = match style {
                    ScalarStyle::Literal | ScalarStyle::Folded => self.with_header(span),
                    _ => span,
                };
                let style = match style {
                    ScalarStyle::Plain => Style::Plain,
                    ScalarStyle::SingleQuoted => Style::Single,
                    ScalarStyle::DoubleQuoted => Style::Double,
                    ScalarStyle::Literal => Style::Literal,
                    ScalarStyle::Folded => Style::Folded,
                };
                // The parser gives `~` for a place where nothing is written.
                let empty = style == Style::Plain && span.start == span.end;
                let text = if empty {
                    String::new()
                } else {
                    text.into_owned()
                };
                let kind = Kind::Scalar(Scalar { text, style });
                self.attach(Node {
                    kind,
                    file: self.file,
                    span,
                });
            }
            Event::MappingStart(style, ..) => {
                let flow = style == StructureStyle::Flow;
                self.stack.push(Frame::Map {
                    map: Map {
                        flow,
                        ..Map::default()
                    },
                    start: Some(span),
                    seen: Seen::default(),
                    key: Pending::None,
                });
            }
            Event::SequenceStart(style, ..) => {
                let flow = style == StructureStyle::Flow;
                self.stack.push(Frame::Seq {
                    seq: Seq {
                        flow,
                        ..Seq::default()
                    },
                    start: Some(span),
                });
            }
            Event::MappingEnd | Event::SequenceEnd => self.close(span),
            _ => {}
        }
    }

    fn close(&mut self, end: Span) {
        let (kind, start, flow, last) = match self.stack.pop() {
            Some(Frame::Map { map, start, .. }) => {
                let last = map.entries.last().map(|(k, n)| n.span.end.max(k.span.end));
                let flow = map.flow;
                (Kind::Map(map), start, flow, last)
            }
            Some(Frame::Seq { seq, start }) => {
                let last = seq.items.last().map(|n| n.span.end);
                let flow = seq.flow;
                (Kind::Seq(seq), start, flow, last)
            }
            None => return,
        };
        let mut span = start.unwrap_or(end);
        span.end = if flow {
            end.end
        } else {
            last.unwrap_or(span.start)
        }
        .max(span.start);
        self.attach(Node {
            kind,
            file: self.file,
            span,
        });
    }

    fn attach(&mut self, node: Node) {
        let file = self.file;
        let mut refused = None;
        match self.stack.last_mut() {
            None => {
                if self.documents <= 1 {
                    self.root = Some(node);
                }
                return;
            }
            Some(Frame::Seq { seq, .. }) => {
                seq.items.push(node);
                return;
            }
            Some(Frame::Map { map, key, seen, .. }) => {
                match std::mem::replace(key, Pending::None) {
                    Pending::Drop => map.broken = true,
                    Pending::Key(key) => {
                        if let Some(first) = seen.find(map, &key.text) {
                            refused = Some((key, Some(first)));
                        } else {
                            map.entries.push((key, node));
                        }
                    }
                    Pending::None => match node.kind {
                        Kind::Scalar(scalar)
                            if scalar.text == "<<" && scalar.style == Style::Plain =>
                        {
                            *key = Pending::Drop;
                            refused = Some((
                                Key {
                                    text: scalar.text,
                                    file,
                                    span: node.span,
                                },
                                None,
                            ));
                        }
                        Kind::Scalar(scalar) => {
                            *key = Pending::Key(Key {
                                text: scalar.text,
                                file,
                                span: node.span,
                            });
                        }
                        _ => {
                            *key = Pending::Drop;
                            refused = Some((
                                Key {
                                    text: String::new(),
                                    file,
                                    span: node.span,
                                },
                                None,
                            ));
                        }
                    },
                }
            }
        }
        match refused {
            Some((key, Some(first))) => {
                let path = join(&self.path(), &key.text);
                let message = format!("`{}` is written twice in one map", key.text);
                let remedy = format!("Keep one `{}`, or rename the other.", key.text);
                let fault = Fault::new(
                    "duplicate-key",
                    path.clone(),
                    (file, key.span),
                    message,
                    remedy,
                )
                .related(&path, (file, first), "first written here");
                self.faults.push(fault);
            }
            Some((key, None)) if key.text == "<<" => self.fault(
                key.span,
                "`<<` is a merge key",
                "Write the keys themselves, or use an overlay (`extends`).",
            ),
            Some((key, None)) => {
                self.fault(
                    key.span,
                    "this key is a list, a map or an alias",
                    "Write a word as the key.",
                );
            }
            None => {}
        }
    }
}
