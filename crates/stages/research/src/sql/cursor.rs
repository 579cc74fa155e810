//! Walks over the tokens of one statement.

use super::dialect::Dialect;
use super::tokens::{Kind, Token};
use crate::schema::change::{Ident, Name};

pub struct Cursor<'a, 't> {
    pub source: &'a str,
    pub tokens: &'t [Token<'a>],
    pub at: usize,
    pub dialect: Dialect,
}

impl<'a, 't> Cursor<'a, 't> {
    pub fn new(source: &'a str, tokens: &'t [Token<'a>], dialect: Dialect) -> Self {
        Cursor {
            source,
            tokens,
            at: 0,
            dialect,
        }
    }

    pub fn peek(&self) -> Option<&'t Token<'a>> {
        self.tokens.get(self.at)
    }
    pub fn ahead(&self, by: usize) -> Option<&'t Token<'a>> {
        self.tokens.get(self.at + by)
    }
    pub fn done(&self) -> bool {
        self.at >= self.tokens.len()
    }
    pub fn advance(&mut self) -> Option<&'t Token<'a>> {
        let token = self.tokens.get(self.at)?;
        self.at += 1;
        Some(token)
    }
    pub fn is(&self, word: &str) -> bool {
        self.peek().is_some_and(|token| token.is(word))
    }
    pub fn is_any(&self, words: &[&str]) -> bool {
        words.iter().any(|word| self.is(word))
    }
    pub fn ahead_is(&self, by: usize, word: &str) -> bool {
        self.ahead(by).is_some_and(|token| token.is(word))
    }
    pub fn ahead_is_mark(&self, by: usize, mark: char) -> bool {
        self.ahead(by).is_some_and(|token| token.is_mark(mark))
    }
    pub fn is_mark(&self, mark: char) -> bool {
        self.ahead_is_mark(0, mark)
    }
    /// Steps over a word, if it is there.
    pub fn accept(&mut self, word: &str) -> bool {
        let found = self.is(word);
        self.at += usize::from(found);
        found
    }
    /// Steps over one of these words, if one is there.
    pub fn accept_any(&mut self, words: &[&str]) -> bool {
        words.iter().any(|word| self.accept(word))
    }
    /// Steps over all of these words, or none.
    pub fn accept_all(&mut self, words: &[&str]) -> bool {
        let found = words
            .iter()
            .enumerate()
            .all(|(by, word)| self.ahead_is(by, word));
        if found {
            self.at += words.len();
        }
        found
    }
    pub fn mark(&mut self, mark: char) -> bool {
        let found = self.is_mark(mark);
        self.at += usize::from(found);
        found
    }

    /// A name, quoted or not. Keywords are names where a name must stand.
    pub fn ident(&mut self) -> Option<Ident> {
        let token = self.peek()?;
        let ident = ident_of(token)?;
        self.at += 1;
        Some(ident)
    }

    /// `schema.name`; of a longer name the last two parts.
    pub fn name(&mut self) -> Option<Name> {
        let mut schema = None;
        let mut name = self.ident()?;
        while self.is_mark('.') {
            self.at += 1;
            // SQL Server: `db..table`.
            self.mark('.');
            schema = Some(name);
            name = self.ident()?;
        }
        Some(Name { schema, name })
    }

    pub fn if_exists(&mut self) -> bool {
        self.accept_all(&["if", "exists"])
    }
    pub fn if_not_exists(&mut self) -> bool {
        self.accept_all(&["if", "not", "exists"])
    }

    /// Steps over a group in parentheses, if one starts here.
    pub fn skip_parens(&mut self) -> bool {
        if !self.is_mark('(') {
            return false;
        }
        let mut depth = 0_u32;
        while let Some(token) = self.advance() {
            if token.is_mark('(') {
                depth += 1;
            } else if token.is_mark(')') {
                depth -= 1;
                if depth == 0 {
                    break;
                }
            }
        }
        true
    }

    /// One token, or a whole group.
    pub fn skip_one(&mut self) {
        if !self.skip_parens() {
            self.at += 1;
        }
    }

    /// To the comma or closing parenthesis that ends this element; that one is not taken.
    pub fn skip_element(&mut self) {
        while let Some(token) = self.peek() {
            if token.is_mark(',') || token.is_mark(')') {
                return;
            }
            self.skip_one();
        }
    }

    /// The source between two tokens, spaces and comments as one space.
    pub fn text(&self, from: usize, to: usize) -> String {
        let mut text = String::new();
        let mut last_end = None;
        for token in self.tokens.get(from..to).unwrap_or_default() {
            if last_end.is_some_and(|end| end < token.at) {
                text.push(' ');
            }
            text.push_str(&self.source[token.at as usize..token.end as usize]);
            last_end = Some(token.end);
        }
        text
    }

    /// Names in parentheses: `(a, b)`; of each the first word (`a DESC`, `b(10)`).
    pub fn idents(&mut self) -> Vec<Ident> {
        let mut found = Vec::new();
        if !self.mark('(') {
            return found;
        }
        while !self.done() && !self.is_mark(')') {
            found.extend(self.ident());
            self.skip_element();
            if !self.mark(',') {
                break;
            }
        }
        self.mark(')');
        found
    }
}

/// The name that a token is.
pub fn ident_of(token: &Token) -> Option<Ident> {
    match token.kind {
        Kind::Word => Some(Ident::new(token.text, false)),
        Kind::Quoted => {
            let text = token.text.replace("\"\"", "\"").replace("``", "`");
            Some(Ident::exact(text))
        }
        // SQLite and MySQL take a text for a name here and there.
        Kind::Text => Some(Ident::exact(token.text)),
        _ => None,
    }
}
