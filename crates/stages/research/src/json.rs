//! JSON as it is found in settings files: comments, trailing commas, single quotes and a missing end are survived.
//! The result is the tree of [`crate::yaml`].

use crate::yaml::{Key, Kind, MAX_DEPTH, MAX_NODES, Node, Tree};

/// Reads one JSON value. What breaks is a fault, and what came before it is kept.
pub fn read(text: &str) -> Tree {
    let mut reader = Reader {
        bytes: text.as_bytes(),
        text,
        at: if text.starts_with('\u{feff}') { 3 } else { 0 },
        line: 1,
        nodes: 0,
        faults: Vec::new(),
    };
    let root = reader.value(0);
    reader.space();
    if reader.faults.is_empty() && reader.at < reader.bytes.len() {
        reader.fault("something follows the value");
    }
    Tree {
        documents: root.filter(|node| !node.is_null()).into_iter().collect(),
        faults: reader.faults,
    }
}

struct Reader<'t> {
    bytes: &'t [u8],
    text: &'t str,
    at: usize,
    line: u32,
    nodes: usize,
    /// The first fault ends the reading.
    faults: Vec<(u32, String)>,
}

impl Reader<'_> {
    fn fault(&mut self, reason: &str) {
        if self.faults.is_empty() {
            self.faults.push((self.line, reason.to_string()));
        }
        self.at = self.bytes.len();
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn space(&mut self) {
        while let Some(byte) = self.peek() {
            match byte {
                b'\n' => self.line += 1,
                b' ' | b'\t' | b'\r' => {}
                b'/' if self.bytes.get(self.at + 1) == Some(&b'/') => {
                    while self.peek().is_some_and(|byte| byte != b'\n') {
                        self.at += 1;
                    }
                    continue;
                }
                b'/' if self.bytes.get(self.at + 1) == Some(&b'*') => {
                    let end = self.text[self.at + 2..]
                        .find("*/")
                        .map_or(self.bytes.len(), |end| self.at + 2 + end + 2);
                    let skipped = &self.bytes[self.at..end];
                    self.line += skipped.iter().filter(|byte| **byte == b'\n').count() as u32;
                    self.at = end;
                    continue;
                }
                _ => return,
            }
            self.at += 1;
        }
    }

    fn value(&mut self, depth: usize) -> Option<Node> {
        self.space();
        self.nodes += 1;
        if depth > MAX_DEPTH || self.nodes > MAX_NODES {
            self.fault("too deep or too large");
            return None;
        }
        let line = self.line;
        let kind = match self.peek()? {
            b'{' => self.map(depth),
            b'[' => self.list(depth),
            quote @ (b'"' | b'\'') => {
                let text = self.quoted(quote);
                let plain = false;
                Kind::Scalar { text, plain }
            }
            _ => {
                let start = self.at;
                let ends = |byte: u8| b",:]}\n\r\t {[\"".contains(&byte);
                while self.peek().is_some_and(|byte| !ends(byte)) {
                    self.at += 1;
                }
                let word = &self.text[start..self.at];
                let number = word
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b));
                match word {
                    "null" => Kind::Null,
                    "true" | "false" => self.word(word),
                    _ if number && word.starts_with(|c: char| c.is_ascii_digit() || c == '-') => {
                        self.word(word)
                    }
                    _ => {
                        self.fault("no JSON value");
                        return None;
                    }
                }
            }
        };
        Some(Node::new(line, kind))
    }

    fn word(&self, word: &str) -> Kind {
        let (text, plain) = (word.to_string(), true);
        Kind::Scalar { text, plain }
    }

    fn map(&mut self, depth: usize) -> Kind {
        self.at += 1;
        let mut entries = Vec::new();
        loop {
            self.space();
            let line = self.line;
            let text = match self.peek() {
                Some(b'}') => {
                    self.at += 1;
                    break;
                }
                Some(b',') => {
                    self.at += 1;
                    continue;
                }
                Some(quote @ (b'"' | b'\'')) => self.quoted(quote),
                _ => {
                    self.fault("a key in quotes is expected");
                    break;
                }
            };
            self.space();
            if self.peek() != Some(b':') {
                self.fault("a colon is expected");
                break;
            }
            self.at += 1;
            let Some(node) = self.value(depth + 1) else {
                self.fault("a value is expected");
                break;
            };
            entries.push((Key { text, line }, node));
        }
        Kind::Map(entries)
    }

    fn list(&mut self, depth: usize) -> Kind {
        self.at += 1;
        let mut items = Vec::new();
        loop {
            self.space();
            match self.peek() {
                Some(b']') => {
                    self.at += 1;
                    break;
                }
                Some(b',') => self.at += 1,
                None => {
                    self.fault("a list does not end");
                    break;
                }
                Some(_) => match self.value(depth + 1) {
                    Some(node) => items.push(node),
                    None => break,
                },
            }
        }
        Kind::List(items)
    }

    fn quoted(&mut self, quote: u8) -> String {
        self.at += 1;
        let mut text = String::new();
        let mut from = self.at;
        loop {
            match self.peek() {
                None => {
                    text.push_str(&self.text[from..self.at]);
                    self.fault("a text does not end");
                    return text;
                }
                Some(byte) if byte == quote => {
                    text.push_str(&self.text[from..self.at]);
                    self.at += 1;
                    return text;
                }
                Some(b'\\') => {
                    text.push_str(&self.text[from..self.at]);
                    self.at += 1;
                    self.escape(&mut text);
                    from = self.at;
                }
                Some(byte) => {
                    if byte == b'\n' {
                        self.line += 1;
                    }
                    self.at += 1;
                }
            }
        }
    }

    fn escape(&mut self, text: &mut String) {
        let Some(c) = self.text[self.at..].chars().next() else {
            return;
        };
        self.at += c.len_utf8();
        match c {
            'n' => text.push('\n'),
            't' => text.push('\t'),
            'r' => text.push('\r'),
            'b' | 'f' => {}
            'u' => {
                let unit = self.unit();
                let high = unit.filter(|unit| (0xD800..0xDC00).contains(unit));
                let point = match high {
                    Some(high) if self.text[self.at..].starts_with("\\u") => {
                        self.at += 2;
                        let low = self.unit().filter(|low| (0xDC00..0xE000).contains(low));
                        low.map(|low| 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00))
                    }
                    _ => unit,
                };
                let c = point.and_then(char::from_u32).unwrap_or('\u{fffd}');
                text.push(c);
            }
            '\n' => {
                self.line += 1;
                text.push('\n');
            }
            other => text.push(other),
        }
    }

    fn unit(&mut self) -> Option<u32> {
        let digits = self.text.get(self.at..self.at + 4)?;
        let unit = u32::from_str_radix(digits, 16).ok()?;
        self.at += 4;
        Some(unit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_with_comments_and_trailing_commas() {
        let tree = read(
            "\u{feff}// c\n{\n  \"a\": [1, -2.5e3, true, null,], /* two\n lines */\n  \"b\": {\"c\": \"x\\u00e9\\ud83d\\ude00\\n\"},\n}\n",
        );
        assert_eq!(tree.faults, []);
        let root = &tree.documents[0];
        assert_eq!(root.get("a").unwrap().items().len(), 4);
        assert_eq!(root.at_path("b.c").text(), Some("xé😀\n"));
        assert_eq!(root.at_path("b.c").line(), 5);
    }

    #[test]
    fn what_comes_before_a_fault_is_kept() {
        for text in [
            "{\"a\": 1, \"b\": {\"c\": ",
            "{\"a\": 1, b: 2}",
            "{\"a\": 1, \"c\": \"open",
        ] {
            let tree = read(text);
            assert_eq!(tree.faults.len(), 1, "{text}");
            assert_eq!(tree.documents[0].text_of("a"), Some("1"), "{text}");
        }
        assert_eq!(read(&"[".repeat(100_000)).faults.len(), 1);
        assert_eq!(read("").documents.len(), 0);
    }
}
