//! Tokens of SQL: words, names in quotes, texts, numbers, marks. Nothing is refused: what is open
//! at the end of the file ends there.

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A keyword or an unquoted name.
    Word,
    /// A name in quotes; the text is without them.
    Quoted,
    /// A text; without its quotes.
    Text,
    Number,
    /// One character.
    Mark,
    /// A comment to the end of its line or block; without its marks.
    Comment,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token<'a> {
    pub kind: Kind,
    pub text: &'a str,
    /// Byte offset of its first character, quotes included.
    pub at: u32,
    /// Byte offset just past it.
    pub end: u32,
}

/// Reads tokens one by one.
pub struct Tokens<'a> {
    pub source: &'a str,
    pub at: usize,
    /// Backslashes escape in texts, and `#` starts a comment.
    pub mysql: bool,
}

impl<'a> Tokens<'a> {
    pub fn new(source: &'a str, mysql: bool) -> Self {
        Tokens {
            source,
            at: 0,
            mysql,
        }
    }

    pub fn skip_space(&mut self) {
        let bytes = self.source.as_bytes();
        while self.at < bytes.len() && (bytes[self.at].is_ascii_whitespace() || bytes[self.at] == 0)
        {
            self.at += 1;
        }
        // A byte order mark, and the space that does not break.
        for odd in ["\u{feff}", "\u{a0}", "\u{200b}"] {
            if self.source[self.at..].starts_with(odd) {
                self.at += odd.len();
                self.skip_space();
                return;
            }
        }
    }

    /// Whether nothing but space stands before this place on its line.
    pub fn at_line_start(&self, at: usize) -> bool {
        self.source.as_bytes()[..at]
            .iter()
            .rev()
            .find(|byte| !matches!(byte, b' ' | b'\t' | b'\r'))
            .is_none_or(|byte| *byte == b'\n')
    }

    /// The rest of the line from here, and steps over it.
    pub fn line(&mut self) -> &'a str {
        let rest = &self.source[self.at..];
        let end = rest.find('\n').unwrap_or(rest.len());
        self.at += end;
        rest[..end].trim_end_matches('\r')
    }

    fn token(
        &mut self,
        kind: Kind,
        start: usize,
        from: usize,
        to: usize,
        next: usize,
    ) -> Token<'a> {
        self.at = next;
        Token {
            kind,
            text: &self.source[from..to],
            at: start as u32,
            end: next as u32,
        }
    }

    /// A text in `quote`, doubled quotes and, where they escape, backslashes inside. Gives the end of
    /// the inner text and the place after it.
    fn quoted(&self, from: usize, quote: u8, backslash: bool) -> (usize, usize) {
        let bytes = self.source.as_bytes();
        let mut at = from;
        while at < bytes.len() {
            if bytes[at] == b'\\' && backslash {
                at += 2;
            } else if bytes[at] == quote {
                if bytes.get(at + 1) == Some(&quote) {
                    at += 2;
                } else {
                    return (at, at + 1);
                }
            } else {
                at += 1;
            }
        }
        let end = bytes.len();
        (end, end)
    }

    /// `$tag$`, where one starts here.
    fn dollar_tag(&self) -> Option<&'a str> {
        let rest = &self.source[self.at..];
        let end = rest[1..].find('$')? + 2;
        let tag = &rest[..end];
        let inner = &tag[1..tag.len() - 1];
        let fits = inner.len() < 64
            && inner.chars().all(|c| c.is_alphanumeric() || c == '_')
            && !inner.starts_with(|c: char| c.is_ascii_digit());
        fits.then_some(tag)
    }

    /// A name in square brackets, not the index of an array.
    fn bracketed(&self) -> Option<usize> {
        let bytes = self.source.as_bytes();
        let before = self.at.checked_sub(1).map(|at| bytes[at]);
        let opens = before.is_none_or(|byte| byte.is_ascii_whitespace() || b".(,".contains(&byte));
        let rest = &self.source[self.at + 1..];
        let named = rest.starts_with(|c: char| c.is_alphabetic() || c == '_');
        if !opens || !named {
            return None;
        }
        let end = rest.find([']', '\n'])?;
        rest[end..].starts_with(']').then_some(self.at + 1 + end)
    }

    /// The next token; none at the end.
    pub fn next_token(&mut self) -> Option<Token<'a>> {
        self.skip_space();
        let bytes = self.source.as_bytes();
        let start = self.at;
        let byte = *bytes.get(start)?;
        let next = bytes.get(start + 1).copied();
        match byte {
            b'-' if next == Some(b'-') => {
                let line = self.line();
                let to = start + line.len();
                Some(self.token(Kind::Comment, start, start + 2, to.max(start + 2), self.at))
            }
            b'#' if self.mysql || (self.at_line_start(start) && next != Some(b'>')) => {
                let line = self.line();
                Some(self.token(Kind::Comment, start, start + 1, start + line.len(), self.at))
            }
            b'/' if next == Some(b'*') => {
                let inner = &self.source[start + 2..];
                let marker = inner.strip_prefix('M').unwrap_or(inner);
                if let Some(versioned) = marker.strip_prefix('!') {
                    // MySQL runs what such a comment holds: only its marks are left out.
                    let digits = versioned.bytes().take_while(u8::is_ascii_digit).count();
                    self.at = self.source.len() - versioned.len() + digits;
                    return self.next_token();
                }
                let end = block_comment_end(&bytes[start + 2..]) + start + 2;
                let to = end.saturating_sub(2).max(start + 2).min(bytes.len());
                let to = if self.source.is_char_boundary(to) {
                    to
                } else {
                    end
                };
                Some(self.token(Kind::Comment, start, start + 2, to, end))
            }
            b'*' if next == Some(b'/') => {
                self.at += 2;
                self.next_token()
            }
            b'\'' => {
                let (to, end) = self.quoted(start + 1, b'\'', self.mysql);
                Some(self.token(Kind::Text, start, start + 1, to, end))
            }
            b'"' | b'`' => {
                let backslash = self.mysql && byte == b'"';
                let (to, end) = self.quoted(start + 1, byte, backslash);
                Some(self.token(Kind::Quoted, start, start + 1, to, end))
            }
            b'[' => match self.bracketed() {
                Some(to) => Some(self.token(Kind::Quoted, start, start + 1, to, to + 1)),
                None => Some(self.token(Kind::Mark, start, start, start + 1, start + 1)),
            },
            b'$' => match self.dollar_tag() {
                Some(tag) => {
                    let from = start + tag.len();
                    let to = self.source[from..]
                        .find(tag)
                        .map_or(bytes.len(), |found| from + found);
                    let end = (to + tag.len()).min(bytes.len());
                    Some(self.token(Kind::Text, start, from, to, end))
                }
                None => Some(self.token(Kind::Mark, start, start, start + 1, start + 1)),
            },
            b'e' | b'E' if next == Some(b'\'') => {
                let (to, end) = self.quoted(start + 2, b'\'', true);
                Some(self.token(Kind::Text, start, start + 2, to, end))
            }
            b'n' | b'N' | b'x' | b'X' | b'b' | b'B' if next == Some(b'\'') => {
                let (to, end) = self.quoted(start + 2, b'\'', false);
                Some(self.token(Kind::Text, start, start + 2, to, end))
            }
            b'0'..=b'9' => {
                let mut end = start;
                while end < bytes.len()
                    && (bytes[end].is_ascii_alphanumeric() || matches!(bytes[end], b'.' | b'_'))
                {
                    end += 1;
                }
                // MySQL's names may start with a digit.
                let kind = if bytes[start..end]
                    .iter()
                    .all(|byte| byte.is_ascii_digit() || *byte == b'.')
                {
                    Kind::Number
                } else {
                    Kind::Word
                };
                Some(self.token(kind, start, start, end, end))
            }
            _ => {
                let rest = &self.source[start..];
                let named = |c: char| c.is_alphanumeric() || c == '_';
                let first = rest.chars().next()?;
                if named(first) || first == '@' {
                    let end = rest
                        .char_indices()
                        .skip(1)
                        .find(|(at, c)| {
                            let inside = named(*c) || matches!(c, '$' | '@' | '#');
                            // `END$$` before a delimiter.
                            !inside || rest[*at..].starts_with("$$")
                        })
                        .map_or(rest.len(), |(at, _)| at);
                    Some(self.token(Kind::Word, start, start, start + end, start + end))
                } else {
                    let end = start + first.len_utf8();
                    Some(self.token(Kind::Mark, start, start, end, end))
                }
            }
        }
    }
}

/// Past the `*/` that closes a block comment; comments nest in PostgreSQL and SQL Server.
fn block_comment_end(bytes: &[u8]) -> usize {
    let mut depth = 1;
    let mut at = 0;
    // Where the nested form never closes, the first close is meant (MySQL).
    let mut first_close = None;
    while at + 1 < bytes.len() {
        match (bytes[at], bytes[at + 1]) {
            (b'*', b'/') => {
                at += 2;
                first_close.get_or_insert(at);
                depth -= 1;
                if depth == 0 {
                    return at;
                }
            }
            (b'/', b'*') => {
                depth += 1;
                at += 2;
            }
            _ => at += 1,
        }
    }
    first_close.unwrap_or(bytes.len())
}

impl Token<'_> {
    /// Whether it is this keyword; `word` in lower case.
    pub fn is(&self, word: &str) -> bool {
        self.kind == Kind::Word && self.text.eq_ignore_ascii_case(word)
    }
    pub fn is_mark(&self, mark: char) -> bool {
        self.kind == Kind::Mark && self.text.starts_with(mark)
    }
}
