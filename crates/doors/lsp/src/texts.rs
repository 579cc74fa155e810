//! Positions: the protocol counts lines and UTF-16 units, the model counts bytes.

use std::ops::Range as Bytes;

use gen_lsp_types::{Position, Range, TextDocumentContentChangeEvent};

/// Where the lines of a text begin.
pub struct Lines<'t> {
    text: &'t str,
    starts: Vec<usize>,
}

impl<'t> Lines<'t> {
    pub fn of(text: &'t str) -> Self {
        let bytes = text.as_bytes();
        let mut starts = vec![0];
        for (at, byte) in bytes.iter().enumerate() {
            // A carriage return alone ends a line too.
            let ends = *byte == b'\n' || (*byte == b'\r' && bytes.get(at + 1) != Some(&b'\n'));
            if ends {
                starts.push(at + 1);
            }
        }
        Lines { text, starts }
    }

    /// The position of a byte; one inside a character is taken for its beginning.
    pub fn position(&self, offset: usize) -> Position {
        let offset = syntax::source::floor(self.text, offset);
        let line = self.starts.partition_point(|start| *start <= offset) - 1;
        let before = &self.text[self.starts[line]..offset];
        Position {
            line: line as u32,
            character: before.encode_utf16().count() as u32,
        }
    }

    pub fn range(&self, bytes: Bytes<usize>) -> Range {
        Range {
            start: self.position(bytes.start),
            end: self.position(bytes.end.max(bytes.start)),
        }
    }

    /// The byte of a position; past the end of a line it is that end, past the text its end.
    pub fn offset(&self, position: Position) -> usize {
        let line = position.line as usize;
        let Some(start) = self.starts.get(line).copied() else {
            return self.text.len();
        };
        let end = self
            .starts
            .get(line + 1)
            .copied()
            .unwrap_or(self.text.len());
        let content = self.text[start..end].trim_end_matches(['\n', '\r']);
        let mut units = position.character as usize;
        for (at, c) in content.char_indices() {
            if units < c.len_utf16() {
                return start + at;
            }
            units -= c.len_utf16();
        }
        start + content.len()
    }

    pub fn bytes(&self, range: Range) -> Bytes<usize> {
        let (a, b) = (self.offset(range.start), self.offset(range.end));
        a.min(b)..a.max(b)
    }
}

/// Makes one change of a text as the editor tells it.
pub fn change(text: &mut String, change: TextDocumentContentChangeEvent) {
    match change {
        TextDocumentContentChangeEvent::TextDocumentContentChangePartial(part) => {
            let bytes = Lines::of(text).bytes(part.range);
            text.replace_range(bytes, &part.text);
        }
        TextDocumentContentChangeEvent::TextDocumentContentChangeWholeDocument(whole) => {
            *text = whole.text;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(line: u32, character: u32) -> Position {
        Position { line, character }
    }

    #[test]
    fn positions_count_utf16_units() {
        let text = "a: 1\nname: 🦀é x\r\nlast";
        let lines = Lines::of(text);
        let crab = text.find('🦀').unwrap();
        assert_eq!(lines.position(crab), at(1, 6));
        assert_eq!(lines.position(crab + 4), at(1, 8));
        assert_eq!(lines.offset(at(1, 8)), crab + 4);
        // Inside the pair is before it.
        assert_eq!(lines.offset(at(1, 7)), crab);
        assert_eq!(lines.offset(at(1, 99)), text.find('\r').unwrap());
        assert_eq!(lines.offset(at(2, 4)), text.len());
        assert_eq!(lines.offset(at(9, 0)), text.len());
        assert_eq!(lines.position(text.len()), at(2, 4));
    }

    #[test]
    fn every_byte_comes_back() {
        let text = "é\r\n🦀\rx\n\n";
        let lines = Lines::of(text);
        for (offset, c) in text.char_indices() {
            if c != '\n' || !text[..offset].ends_with('\r') {
                assert_eq!(lines.offset(lines.position(offset)), offset, "{offset}");
            }
        }
    }
}
