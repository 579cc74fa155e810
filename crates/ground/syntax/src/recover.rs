//! Reading on after a syntax error: key by key, so that one error does not hide the others.

use crate::build::{Stop, parse_part};
use crate::fault::Fault;
use crate::source::span_at;
use crate::tree::{Key, Kind, MAX_DEPTH, MAX_NODES, Map, Node, Parsed};
use model::Span;
use std::ops::Range;

/// Syntax errors reported in one file; past that the file is something else than a model.
pub(crate) const MAX_ERRORS: usize = 50;

/// Reads `text` in pieces, each a key with what is indented under it. Pieces that parse are kept;
/// one that does not is split again, and its innermost key stays, with a broken value.
pub(crate) fn recover(file: usize, text: &str, stop: Stop) -> Parsed {
    let mut faults = Vec::new();
    let root = read(file, text, 0..text.len(), 0, &mut faults);
    match root {
        // Every piece parses alone, so the first error lies between them.
        Some(_) if faults.iter().any(|f| f.rule == "bad-syntax") => Parsed { root, faults },
        root => {
            faults.extend(stop.faults.into_iter().filter(|f| f.rule == "bad-syntax"));
            Parsed { root, faults }
        }
    }
}

fn read(
    file: usize,
    text: &str,
    range: Range<usize>,
    depth: usize,
    faults: &mut Vec<Fault>,
) -> Option<Node> {
    let body = &text[range.clone()];
    let Pieces { lead, pieces } = pieces(body)?;
    // What stands before the first key cannot be kept.
    let mut map = Map {
        broken: body[..lead].lines().any(is_content),
        ..Map::default()
    };
    let pieces = pieces.into_iter();
    let pieces = pieces.map(|piece| range.start + piece.start..range.start + piece.end);
    read_pieces(file, text, pieces, depth, &mut map, faults);
    let (first, last) = (map.entries.first()?, map.entries.last()?);
    let span = Span {
        end: last.1.span.end.max(last.0.span.end),
        ..first.0.span
    };
    Some(Node {
        kind: Kind::Map(map),
        file,
        span,
    })
}

/// Reads pieces of `text` into `map`.
pub(crate) fn read_pieces(
    file: usize,
    text: &str,
    pieces: impl Iterator<Item = Range<usize>>,
    depth: usize,
    map: &mut Map,
    faults: &mut Vec<Fault>,
) {
    let (mut counted, mut before) = (0, 0);
    for Range { start, end } in pieces {
        before += text[counted..start].bytes().filter(|b| *b == b'\n').count();
        counted = start;
        if faults.iter().filter(|f| f.rule == "bad-syntax").count() >= MAX_ERRORS {
            map.broken = true;
            break;
        }
        match parse_part(file, &text[start..end], start, before, MAX_NODES) {
            Ok(parsed) => {
                faults.extend(parsed.faults);
                match parsed.root {
                    Some(Node {
                        kind: Kind::Map(part),
                        ..
                    }) => {
                        map.broken |= part.broken;
                        for (key, node) in part.entries {
                            push(map, key, node, faults);
                        }
                    }
                    _ => map.broken = true,
                }
            }
            Err(stop) => {
                let Some((key, inner)) = key_of(file, text, start, end) else {
                    faults.extend(stop.faults);
                    map.broken = true;
                    continue;
                };
                let count = faults.len();
                let node = match inner {
                    Some(from) if depth < MAX_DEPTH => {
                        read(file, text, from..end, depth + 1, faults)
                    }
                    _ => None,
                };
                if faults[count..].iter().all(|f| f.rule != "bad-syntax") {
                    faults.truncate(count);
                    faults.extend(stop.faults);
                }
                let broken = Node {
                    kind: Kind::Broken,
                    file,
                    span: key.span,
                };
                push(map, key, node.unwrap_or(broken), faults);
            }
        }
    }
}

fn push(map: &mut Map, key: Key, node: Node, faults: &mut Vec<Fault>) {
    if let Some((first, _)) = map.entry(&key.text) {
        let message = format!("`{}` is written twice in one map", key.text);
        let remedy = format!("Keep one `{}`, or rename the other.", key.text);
        let fault = Fault::new(
            "duplicate-key",
            key.text.clone(),
            (key.file, key.span),
            message,
            remedy,
        )
        .related(&key.text, (first.file, first.span), "first written here");
        faults.push(fault);
        return;
    }
    map.entries.push((key, node));
}

/// Spaces before the first line that has content.
fn first_indent(body: &str) -> Option<usize> {
    body.lines().find(|line| is_content(line)).map(indent_of)
}

pub(crate) fn is_content(line: &str) -> bool {
    let line = line.trim_start_matches('\u{feff}').trim();
    !line.is_empty() && !line.starts_with('#') && line != "---"
}

fn indent_of(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

/// A text by its outermost keys.
pub(crate) struct Pieces {
    /// Where the first of them begins.
    pub lead: usize,
    /// Byte ranges that each start with a key.
    pub pieces: Vec<Range<usize>>,
}

/// The pieces that begin with a key as deep as the first line that has content.
pub(crate) fn pieces(body: &str) -> Option<Pieces> {
    let indent = first_indent(body)?;
    let mut starts = Vec::new();
    let mut at = 0;
    for line in body.split_inclusive('\n') {
        let clean = line.trim_start_matches('\u{feff}');
        if is_content(line)
            && indent_of(clean) == indent
            && key_length(clean[indent..].trim_end()).is_some()
        {
            starts.push(at);
        }
        at += line.len();
    }
    let ends = starts
        .iter()
        .skip(1)
        .copied()
        .chain([body.len()])
        .collect::<Vec<_>>();
    let lead = starts.first().copied().unwrap_or(0);
    let pieces = starts.into_iter().zip(ends);
    let pieces = pieces.map(|(start, end)| start..end).collect();
    Some(Pieces { lead, pieces })
}

/// Length in bytes of the key that a line starts with, quotes included.
pub(crate) fn key_length(line: &str) -> Option<usize> {
    let first = line.chars().next()?;
    let end = match first {
        '"' | '\'' => line[1..].find(first)? + 2,
        c if c.is_alphanumeric() || c == '_' || c == '/' => line
            .find(": ")
            .or_else(|| line.strip_suffix(':').map(str::len))?,
        _ => return None,
    };
    let rest = &line[end..];
    (rest == ":" || rest.starts_with(": ")).then_some(end)
}

/// The key at the start of a piece, and where its indented lines begin if its value is below it.
fn key_of(file: usize, text: &str, start: usize, end: usize) -> Option<(Key, Option<usize>)> {
    let line = text[start..end].lines().next()?;
    let clean = line.trim_start_matches('\u{feff}');
    let skip = line.len() - clean.trim_start_matches(' ').len();
    let trimmed = line[skip..].trim_end();
    let length = key_length(trimmed)?;
    let raw = &trimmed[..length];
    let span = span_at(text, start + skip, start + skip + length);
    let key = Key {
        text: raw.trim_matches(['"', '\'']).to_string(),
        file,
        span,
    };
    let value = trimmed[length + 1..].trim();
    let below =
        (value.is_empty() || value.starts_with('#')).then(|| (start + line.len() + 1).min(end));
    // Only what is indented deeper than the key is its value.
    let deeper = below.filter(|from| first_indent(&text[*from..end]).is_some_and(|i| i > skip));
    Some((key, deeper))
}

#[cfg(test)]
mod tests {
    use crate::tree::parse;

    #[test]
    fn all_syntax_errors_are_reported_and_the_rest_is_read() {
        let text =
            "a: 1\nb:\n  c: [1, 2\n  d: 4\n  e: \"x\n  f: 6\ng:\n  h: {i: 1}}\n  j: 2\nk: 9\n";
        let parsed = parse(0, text);
        let lines: Vec<usize> = parsed.faults.iter().map(|f| f.span.line).collect();
        assert!(
            parsed.faults.iter().all(|f| f.rule == "bad-syntax"),
            "{:?}",
            parsed.faults
        );
        assert_eq!(parsed.faults.len(), 3, "{lines:?}");
        let root = parsed.root.unwrap();
        assert_eq!(root.get("k").unwrap().text(), Some("9"));
        assert_eq!(root.get("b").unwrap().get("d").unwrap().text(), Some("4"));
        assert_eq!(root.get("g").unwrap().get("j").unwrap().text(), Some("2"));
        let k = root.get("k").unwrap().span;
        assert_eq!((&text[k.start..k.end], k.line, k.column), ("9", 10, 4));
    }

    #[test]
    fn what_cannot_be_split_is_one_error() {
        let parsed = parse(0, "[a, b\n");
        assert_eq!(parsed.faults.len(), 1);
        assert!(parsed.root.is_none());
    }
}
