//! Words, texts and signs of languages that describe contracts (protobuf, GraphQL): a reader that
//! takes any text, and never gives up on a file.

/// Which language's comments and texts are meant.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    /// `//` and `/* */`; texts in either quote.
    Slashes,
    /// `#`; texts in double quotes, blocks in three of them; commas are blanks.
    Hash,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Token<'a> {
    /// A name or a number; dots, minus signs and underscores belong to it.
    Word(&'a str),
    Text(String),
    Sign(char),
}

#[derive(Debug, Clone, PartialEq)]
pub struct Placed<'a> {
    pub token: Token<'a>,
    /// 1-based.
    pub line: u32,
}

/// The tokens of a text. A text or comment without end reaches to the end of its line or the file.
pub fn tokens(text: &str, manner: Manner) -> Vec<Placed<'_>> {
    let mut found = Vec::new();
    let mut rest = text;
    let mut line = 1;
    while let Some(first) = rest.chars().next() {
        let (token, length) = match first {
            '"' if manner == Manner::Hash && rest.starts_with("\"\"\"") => {
                let end = rest[3..].find("\"\"\"");
                let text = &rest[3..][..end.unwrap_or(rest.len() - 3)];
                let length = end.map_or(rest.len(), |end| end + 6);
                (Some(Token::Text(text.to_string())), length)
            }
            '"' => quoted(rest, '"'),
            '\'' if manner == Manner::Slashes => quoted(rest, '\''),
            '#' if manner == Manner::Hash => (None, to_line_end(rest)),
            '/' if manner == Manner::Slashes && rest.starts_with("//") => (None, to_line_end(rest)),
            '/' if manner == Manner::Slashes && rest.starts_with("/*") => {
                (None, rest.find("*/").map_or(rest.len(), |end| end + 2))
            }
            ',' if manner == Manner::Hash => (None, 1),
            _ if first.is_whitespace() || first == '\u{feff}' => (None, first.len_utf8()),
            _ if in_word(first) => {
                let length = rest.find(|other| !in_word(other)).unwrap_or(rest.len());
                (Some(Token::Word(&rest[..length])), length)
            }
            _ => (Some(Token::Sign(first)), first.len_utf8()),
        };
        if let Some(token) = token {
            found.push(Placed { token, line });
        }
        line += rest[..length].matches('\n').count() as u32;
        rest = &rest[length..];
    }
    found
}

fn in_word(letter: char) -> bool {
    letter.is_alphanumeric() || matches!(letter, '_' | '.' | '-' | '+')
}

fn to_line_end(rest: &str) -> usize {
    rest.find('\n').unwrap_or(rest.len())
}

/// A text in quotes, escapes undone as far as they matter to names and paths.
fn quoted<'a>(rest: &str, quote: char) -> (Option<Token<'a>>, usize) {
    let mut text = String::new();
    let mut letters = rest.char_indices().skip(1);
    while let Some((at, letter)) = letters.next() {
        match letter {
            '\n' => return (Some(Token::Text(text)), at),
            '\\' => text.extend(letters.next().map(|(_, escaped)| escaped)),
            _ if letter == quote => return (Some(Token::Text(text)), at + quote.len_utf8()),
            _ => text.push(letter),
        }
    }
    (Some(Token::Text(text)), rest.len())
}

/// A place in a list of tokens.
pub struct Cursor<'t, 'a> {
    tokens: &'t [Placed<'a>],
    next: usize,
}

impl<'t, 'a> Cursor<'t, 'a> {
    pub fn new(tokens: &'t [Placed<'a>]) -> Self {
        Cursor { tokens, next: 0 }
    }

    pub fn peek(&self) -> Option<&'t Token<'a>> {
        self.ahead(0)
    }

    pub fn ahead(&self, by: usize) -> Option<&'t Token<'a>> {
        self.tokens.get(self.next + by).map(|placed| &placed.token)
    }

    /// Line of the next token; of the last where there is none.
    pub fn line(&self) -> u32 {
        let at = self.tokens.get(self.next).or(self.tokens.last());
        at.map_or(1, |placed| placed.line)
    }

    pub fn take(&mut self) -> Option<&'t Token<'a>> {
        let token = self.peek();
        self.next += 1;
        token
    }

    /// One token back.
    pub fn back(&mut self) {
        self.next = self.next.saturating_sub(1);
    }

    pub fn word(&mut self) -> Option<&'a str> {
        match self.peek() {
            Some(Token::Word(word)) => {
                self.next += 1;
                Some(word)
            }
            _ => None,
        }
    }

    pub fn text(&mut self) -> Option<&'t str> {
        match self.peek() {
            Some(Token::Text(text)) => {
                self.next += 1;
                Some(text)
            }
            _ => None,
        }
    }

    pub fn is_word(&self, wanted: &str) -> bool {
        matches!(self.peek(), Some(Token::Word(word)) if *word == wanted)
    }

    pub fn is_sign(&self, wanted: char) -> bool {
        self.peek() == Some(&Token::Sign(wanted))
    }

    /// Takes the word where it is next.
    pub fn accept_word(&mut self, wanted: &str) -> bool {
        let found = self.is_word(wanted);
        self.next += usize::from(found);
        found
    }

    pub fn accept(&mut self, wanted: char) -> bool {
        let found = self.is_sign(wanted);
        self.next += usize::from(found);
        found
    }

    /// Past the bracket that closes the one before the cursor, or to the end.
    pub fn leave(&mut self) {
        let mut depth = 1_usize;
        while let Some(token) = self.take() {
            match token {
                Token::Sign('{' | '(' | '[') => depth += 1,
                Token::Sign('}' | ')' | ']') => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, manner: Manner) -> String {
        let shown = tokens(text, manner)
            .into_iter()
            .map(|placed| match placed.token {
                Token::Word(word) => format!("{}:{word}", placed.line),
                Token::Text(text) => format!("{}:'{text}'", placed.line),
                Token::Sign(sign) => format!("{}:{sign}", placed.line),
            });
        shown.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn comments_are_skipped_and_lines_counted() {
        let text = "a // b\n/* c\n d */ e.f = \"g\\\"h\";";
        assert_eq!(shown(text, Manner::Slashes), "1:a 3:e.f 3:= 3:'g\"h' 3:;");
        let text = "type A { # no\n  \"\"\"x\ny\"\"\" b: [C!], d: E }";
        assert_eq!(
            shown(text, Manner::Hash),
            "1:type 1:A 1:{ 2:'x\ny' 3:b 3:: 3:[ 3:C 3:! 3:] 3:d 3:: 3:E 3:}"
        );
    }

    #[test]
    fn what_has_no_end_ends_with_its_line_or_the_file() {
        assert_eq!(shown("a \"b\nc", Manner::Slashes), "1:a 1:'b' 2:c");
        assert_eq!(shown("a /* b\nc", Manner::Slashes), "1:a");
        assert_eq!(
            shown("é \u{1F600} \"\\", Manner::Slashes),
            "1:é 1:\u{1F600} 1:''"
        );
    }
}
