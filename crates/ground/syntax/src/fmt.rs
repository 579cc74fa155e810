//! The canonical form of a file: two spaces a level, one space where one belongs, long flow lists
//! broken, comments, order and meaning kept. Formatting twice changes nothing.

use crate::emit::{WIDTH, key as key_text, literal};
use crate::fault::Fault;
use crate::scalar::{double_quoted, needs_quotes, quote};
use crate::tree::{Key, Kind, Map, Node, Scalar, Seq, Style, parse};
use granit_parser::{Event, Options, Parser};

/// Formats `text`, or says why it cannot be read.
///
/// The result is read again before it is given out; where it would not mean the same, the text
/// comes back as it was.
pub fn format(text: &str) -> Result<String, Vec<Fault>> {
    let parsed = parse(0, text);
    if !parsed.faults.is_empty() {
        return Err(parsed.faults);
    }
    let Some(comments) = comments(text) else {
        return Ok(text.to_string());
    };
    let mut printer = Printer {
        source: text,
        comments,
        next: 0,
        out: String::new(),
    };
    let end = text.len();
    if let Some(root) = &parsed.root {
        printer.flush(root.span.start, 0);
        match &root.kind {
            Kind::Map(map) if !map.entries.is_empty() => printer.entries(map, 0, false, end),
            Kind::Seq(seq) if !seq.items.is_empty() => printer.items(seq, 0, false, end),
            _ => {
                let line = printer.one_line(root, false).unwrap_or_default();
                printer.out.push_str(&line);
            }
        }
    }
    printer.flush(end, 0);
    let mut out = printer.out.trim_end_matches([' ', '\n']).to_string();
    if !out.is_empty() {
        out.push('\n');
    }
    let again = parse(0, &out);
    let same = again.faults.is_empty() && same(parsed.root.as_ref(), again.root.as_ref());
    Ok(if same { out } else { text.to_string() })
}

/// Whether two trees mean the same, quotes and places aside.
pub(crate) fn same(a: Option<&Node>, b: Option<&Node>) -> bool {
    match (a, b) {
        (None, None) => true,
        (Some(a), Some(b)) => match (&a.kind, &b.kind) {
            (Kind::Map(a), Kind::Map(b)) => {
                a.entries.len() == b.entries.len()
                    && a.entries
                        .iter()
                        .zip(&b.entries)
                        .all(|((k, m), (l, n))| k.text == l.text && same(Some(m), Some(n)))
            }
            (Kind::Seq(a), Kind::Seq(b)) => {
                a.items.len() == b.items.len()
                    && a.items
                        .iter()
                        .zip(&b.items)
                        .all(|(m, n)| same(Some(m), Some(n)))
            }
            (Kind::Scalar(a), Kind::Scalar(b)) => a.meaning() == b.meaning() && a.text == b.text,
            _ => false,
        },
        _ => false,
    }
}

struct Comment {
    start: usize,
    end: usize,
    /// Nothing but spaces stands before it on its line.
    own_line: bool,
    column: usize,
}

fn comments(text: &str) -> Option<Vec<Comment>> {
    let body = text.strip_prefix('\u{feff}').unwrap_or(text);
    let offset = text.len() - body.len();
    let mut options = Options::default();
    options.emit_comments = true;
    options.max_buffered_comment_events = usize::MAX;
    let mut found = Vec::new();
    for next in Parser::new_from_str_with_options(body, options) {
        let (event, span) = next.ok()?;
        if let Event::Comment(..) = event {
            let range = span.byte_range()?;
            let start = range.start;
            let line = body[..start].rfind('\n').map_or(0, |i| i + 1);
            let own_line = body[line..start].trim().is_empty();
            let column = body[line..start].chars().count();
            found.push(Comment {
                start: start + offset,
                end: range.end + offset,
                own_line,
                column,
            });
        }
    }
    found.sort_by_key(|c| c.start);
    Some(found)
}

struct Printer<'s> {
    source: &'s str,
    comments: Vec<Comment>,
    next: usize,
    out: String,
}

impl Printer<'_> {
    /// Writes the comments that stand before byte `until`: those beside something at the end of the
    /// last line, the others on lines of their own.
    fn flush(&mut self, until: usize, indent: usize) {
        self.flush_from(until, indent, 0);
    }

    /// As `flush`, and stops at the first own line that is indented less than `column`.
    fn flush_from(&mut self, until: usize, indent: usize, column: usize) {
        while let Some(comment) = self.comments.get(self.next).filter(|c| c.start < until) {
            let text = self.source[comment.start..comment.end].trim_end();
            if comment.own_line {
                if comment.column < column {
                    return;
                }
                let blank = self.blank_above(comment.start);
                self.new_line();
                if blank && !self.out.is_empty() && !self.out.ends_with("\n\n") {
                    self.out.push('\n');
                }
                self.out.push_str(&" ".repeat(indent));
                self.out.push_str(text);
            } else {
                let trimmed = self.out.trim_end_matches(['\n', ' ']).len();
                self.out.truncate(trimmed);
                // Two comments on one line stay two comments.
                let last = self.out.rfind('\n').map_or(0, |i| i + 1);
                let commented = self.out[last..].trim_start().starts_with('#')
                    || self.out[last..].contains(" #");
                self.out.push_str(if self.out.is_empty() {
                    ""
                } else if commented {
                    "\n"
                } else {
                    "  "
                });
                if commented {
                    self.out.push_str(&" ".repeat(indent));
                }
                self.out.push_str(text);
            }
            self.out.push('\n');
            self.next += 1;
        }
    }

    fn new_line(&mut self) {
        if !self.out.is_empty() && !self.out.ends_with('\n') {
            self.out.push('\n');
        }
    }

    /// Whether an empty line stands above the line of byte `at`.
    fn blank_above(&self, at: usize) -> bool {
        let line = self.source[..at].rfind('\n').map_or(0, |i| i + 1);
        let above = self.source[..line].trim_end_matches(['\n', '\r']).len();
        self.source[above..line].matches('\n').count() > 1
            || self.source[..line]
                .lines()
                .last()
                .is_some_and(|l| l.trim().is_empty())
    }

    /// Starts the line of an entry or item at byte `at`.
    fn start(&mut self, at: usize, indent: usize, first: bool, flow: bool) {
        self.flush(at, indent);
        let blank = !flow && self.blank_above(at);
        self.new_line();
        let keep = !first || indent == 0;
        if blank && keep && !self.out.is_empty() && !self.out.ends_with("\n\n") {
            self.out.push('\n');
        }
        self.out.push_str(&" ".repeat(indent));
    }

    fn entries(&mut self, map: &Map, indent: usize, mut inline_first: bool, until: usize) {
        let column = map
            .entries
            .first()
            .map_or(usize::MAX, |(k, _)| k.span.column.saturating_sub(1));
        for (at, (key, node)) in map.entries.iter().enumerate() {
            if !std::mem::take(&mut inline_first) {
                self.start(key.span.start, indent, at == 0, map.flow);
            }
            let head = self.key(key);
            self.out.push_str(&head);
            self.out.push(':');
            let after = map.entries.get(at + 1).map_or(until, |(k, _)| k.span.start);
            self.value(node, indent, head.chars().count() + 1, after);
        }
        if !map.flow {
            self.flush_from(until, indent, column);
        }
    }

    fn items(&mut self, seq: &Seq, indent: usize, mut inline_first: bool, until: usize) {
        let dashes: Vec<usize> = seq.items.iter().map(|item| self.dash(seq, item)).collect();
        let column = dashes.first().map_or(0, |at| {
            let line = self.source[..*at].rfind('\n').map_or(0, |i| i + 1);
            self.source[line..*at].chars().count()
        });
        // A list may stand at the column of its key; what follows it there is not its own.
        let column = if column == 0 { usize::MAX } else { column };
        for (at, node) in seq.items.iter().enumerate() {
            if !std::mem::take(&mut inline_first) {
                self.start(dashes[at], indent, at == 0, seq.flow);
            }
            self.out.push('-');
            let after = dashes.get(at + 1).copied().unwrap_or(until);
            let inner = node.span.start;
            match &node.kind {
                Kind::Map(map)
                    if !map.entries.is_empty()
                        && self.one_line_or_none(node, indent + 2).is_none() =>
                {
                    self.first_inside(inner, indent);
                    self.entries(map, indent + 2, true, after);
                }
                Kind::Seq(seq)
                    if !seq.items.is_empty()
                        && self.one_line_or_none(node, indent + 2).is_none() =>
                {
                    self.first_inside(self.dash(seq, &seq.items[0]), indent);
                    self.items(seq, indent + 2, true, after);
                }
                _ => self.value(node, indent, 1, after),
            }
        }
        if !seq.flow {
            self.flush_from(until, indent, column);
        }
    }

    /// After a dash: a space, or the comments that stand between the dash and its item.
    fn first_inside(&mut self, at: usize, indent: usize) {
        if self.comments.get(self.next).is_some_and(|c| c.start < at) {
            self.out.push(' ');
            let text = self.comments[self.next].start..self.comments[self.next].end;
            self.out.push_str(self.source[text].trim_end());
            self.out.push('\n');
            self.next += 1;
            self.flush(at, indent + 2);
            self.new_line();
            self.out.push_str(&" ".repeat(indent + 2));
        } else {
            self.out.push(' ');
        }
    }

    /// Byte of the dash before a block item, or of the item in a flow list.
    fn dash(&self, seq: &Seq, item: &Node) -> usize {
        if seq.flow {
            return item.span.start;
        }
        let mut at = item.span.start.min(self.source.len());
        // An empty item's place is after the dash, and comments may stand between.
        while let Some(dash) = self.source[..at].rfind('-') {
            let line = self.source[..dash].rfind('\n').map_or(0, |i| i + 1);
            let after = self.source[dash + 1..].chars().next();
            let before = &self.source[line..dash];
            let clear = before.chars().all(|c| c == ' ' || c == '-');
            let hidden = self
                .comments
                .iter()
                .any(|c| c.start <= dash && dash < c.end);
            if after.is_none_or(|c| c.is_whitespace()) && clear && !hidden {
                return dash;
            }
            at = dash;
        }
        item.span.start
    }

    fn key(&self, key: &Key) -> String {
        key_text(&key.text, false)
    }

    /// What follows a key or a dash.
    fn value(&mut self, node: &Node, indent: usize, used: usize, until: usize) {
        match &node.kind {
            Kind::Scalar(scalar) => self.scalar(node, scalar, indent),
            Kind::Broken => {}
            Kind::Map(map) => match self.one_line_or_none(node, indent + used + 1) {
                Some(line) => {
                    self.out.push(' ');
                    self.out.push_str(&line);
                }
                None => self.entries(map, indent + 2, false, until),
            },
            Kind::Seq(seq) => match self.one_line_or_none(node, indent + used + 1) {
                Some(line) => {
                    self.out.push(' ');
                    self.out.push_str(&line);
                }
                None => self.items(seq, indent + 2, false, until),
            },
        }
    }

    fn scalar(&mut self, node: &Node, scalar: &Scalar, indent: usize) {
        let text = match scalar.style {
            Style::Literal | Style::Folded => {
                let block = self
                    .raw_block(node, indent + 2)
                    .or_else(|| literal(&scalar.text, indent + 2));
                match block {
                    Some(block) => {
                        let (header, body) = block.split_once('\n').unwrap_or((&block, ""));
                        self.out.push(' ');
                        self.out.push_str(header);
                        // A comment beside the `|` belongs to that line.
                        let line = self.source[node.span.start..]
                            .find('\n')
                            .map_or(self.source.len(), |i| node.span.start + i);
                        self.flush(line, indent);
                        self.new_line();
                        self.out.push_str(body);
                        return;
                    }
                    None => double_quoted(&scalar.text),
                }
            }
            _ => self.word(node, scalar, false),
        };
        if !text.is_empty() {
            self.out.push(' ');
            self.out.push_str(&text);
        }
    }

    /// A plain or quoted scalar on one line.
    fn word(&self, node: &Node, scalar: &Scalar, flow: bool) -> String {
        if scalar.style == Style::Plain {
            let raw = &self.source[node.span.start..node.span.end];
            let safe = !raw.contains('\n') && raw == scalar.text;
            if scalar.text.is_empty() || (safe && !scalar.text.contains('\n')) {
                return scalar.text.clone();
            }
            return if needs_quotes(&scalar.text, flow) {
                double_quoted(&scalar.text)
            } else {
                scalar.text.clone()
            };
        }
        quote(&scalar.text, flow)
    }

    /// The lines of a block scalar, indented anew; `None` where that could change the text.
    fn raw_block(&self, node: &Node, indent: usize) -> Option<String> {
        let raw = &self.source[node.span.start..node.span.end];
        let mut lines = raw.lines();
        let header = lines.next()?.split([' ', '\t', '#']).next()?;
        if header.len() > 2 || header.contains(|c: char| c.is_ascii_digit() || c == '+') {
            return None;
        }
        let lines: Vec<&str> = lines.collect();
        let first = lines.first().filter(|line| !line.trim().is_empty())?;
        let depth = first.len() - first.trim_start_matches(' ').len();
        let mut out = header.to_string();
        for line in lines {
            out.push('\n');
            let body = line.get(depth..).unwrap_or("").trim_end_matches('\r');
            if !body.trim().is_empty() {
                out.push_str(&" ".repeat(indent));
                out.push_str(body);
            } else if body.contains([' ', '\t']) {
                return None;
            }
        }
        Some(out)
    }

    /// Flow lists and maps that fit stay on one line; blocks stay blocks.
    fn one_line_or_none(&self, node: &Node, used: usize) -> Option<String> {
        let (flow, empty) = match &node.kind {
            Kind::Map(map) => (map.flow, map.entries.is_empty()),
            Kind::Seq(seq) => (seq.flow, seq.items.is_empty()),
            _ => return None,
        };
        if empty {
            return self.one_line(node, false);
        }
        let commented = self
            .comments
            .iter()
            .any(|c| node.span.start < c.start && c.start < node.span.end);
        let line = self.one_line(node, false).filter(|_| flow && !commented)?;
        (used + line.chars().count() <= WIDTH).then_some(line)
    }

    fn one_line(&self, node: &Node, flow: bool) -> Option<String> {
        match &node.kind {
            Kind::Broken => None,
            Kind::Scalar(scalar)
                if flow && scalar.text.is_empty() && scalar.style == Style::Plain =>
            {
                None
            }
            Kind::Scalar(scalar) => Some(self.word(node, scalar, flow)),
            Kind::Seq(seq) => {
                let items: Option<Vec<String>> =
                    seq.items.iter().map(|n| self.one_line(n, true)).collect();
                Some(format!("[{}]", items?.join(", ")))
            }
            Kind::Map(map) => {
                let pair = |(k, n): &(Key, Node)| {
                    Some(format!("{}: {}", self.key(k), self.one_line(n, true)?))
                };
                let pairs: Option<Vec<String>> = map.entries.iter().map(pair).collect();
                Some(format!("{{{}}}", pairs?.join(", ")))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_order_and_blank_lines_stay() {
        let text = "# head\n\n\n\nb:   1   # one\na:  # two\n    # three\n    x: 'yes'\n\n\n    y: 'abc'\n    # end of a\n# before c\nc:\n- p:  1\n  q: [1,2,\n    3]\n# item\n-   z\n# last\n";
        let out = format(text).unwrap();
        assert_eq!(
            out,
            "# head\n\nb: 1  # one\na:  # two\n  # three\n  x: \"yes\"\n\n  y: abc\n  # end of a\n# before c\nc:\n  - p: 1\n    q: [1, 2, 3]\n  # item\n  - z\n# last\n"
        );
        assert_eq!(format(&out).unwrap(), out);
    }

    #[test]
    fn long_flow_breaks_and_blocks_keep_their_text() {
        let long = format!(
            "a: {{b: {}, c: [1, 2]}}  # why\nd: |  # note\n     one\n\n       two\ne: >-\n  x\n  y\n",
            "w ".repeat(40).trim()
        );
        let out = format(&long).unwrap();
        let words = "w ".repeat(40);
        let words = words.trim();
        assert_eq!(
            out,
            format!(
                "a:\n  b: {words}\n  c: [1, 2]  # why\nd: |  # note\n  one\n\n    two\ne: >-\n  x\n  y\n"
            )
        );
        assert_eq!(format(&out).unwrap(), out);
        assert!(format("a: [1\n").is_err());
    }
}
