//! Annotations in doc comments: `@Route("/orders", name="orders", methods={"GET"})`.

use crate::outline::{Annotation, Argument, At, Expr, TypeRef};

/// Values inside each other that are followed.
const DEEPEST: usize = 30;

/// Annotations of a comment that starts at an offset: names in upper case, as classes are. Tags
/// (`@param`, `@return`) are none.
pub fn annotations(text: &str, start: At) -> Vec<Annotation> {
    let mut made = Vec::new();
    let mut from = 0;
    while let Some(found) = text[from..].find('@') {
        let begin = from + found;
        from = begin + 1;
        // `@` in an address or a text is none.
        let before = text[..begin].chars().next_back();
        if before.is_some_and(|letter| !letter.is_whitespace() && letter != '*') {
            continue;
        }
        let mut reader = Reader {
            text,
            next: begin + 1,
            start,
            depth: 0,
        };
        let name = reader.name();
        let last = name.rsplit('.').next().unwrap_or_default();
        if !last.starts_with(|first: char| first.is_ascii_uppercase()) {
            continue;
        }
        let arguments = reader.arguments();
        from = from.max(reader.next);
        made.push(Annotation {
            name,
            arguments,
            at: start + begin as At,
        });
    }
    made
}

/// `@var Order[]|null`: the type of a property.
pub fn declared_type((text, _): (&str, At)) -> Option<TypeRef> {
    let after = text.split("@var").nth(1)?.trim_start_matches([' ', '\t']);
    let word = after.split([' ', '\t', '\n', '\r', '*']).next()?;
    let mut parts = word.split(['|', '?']).filter(|part| !part.is_empty());
    let first = parts.find(|part| !part.eq_ignore_ascii_case("null"))?;
    let name = first.trim_start_matches('\\').replace('\\', ".");
    if let Some(item) = name.strip_suffix("[]") {
        return Some(TypeRef {
            name: "array".into(),
            arguments: vec![TypeRef::named(item)],
        });
    }
    match name.split_once('<') {
        Some((outer, inner)) => Some(TypeRef {
            name: outer.to_string(),
            arguments: inner
                .trim_end_matches('>')
                .split(',')
                .map(|part| TypeRef::named(part.trim()))
                .collect(),
        }),
        None => Some(TypeRef::named(name)),
    }
}

struct Reader<'t> {
    text: &'t str,
    next: usize,
    start: At,
    depth: usize,
}

impl Reader<'_> {
    fn rest(&self) -> &str {
        self.text.get(self.next..).unwrap_or_default()
    }

    fn at(&self) -> At {
        self.start + self.next as At
    }

    /// Blanks, and the asterisks that open lines.
    fn blanks(&mut self) {
        let rest = self.rest();
        let past = rest.trim_start_matches(|letter: char| letter.is_whitespace() || letter == '*');
        self.next += rest.len() - past.len();
    }

    fn accept(&mut self, sign: char) -> bool {
        self.blanks();
        let found = self.rest().starts_with(sign);
        self.next += if found { sign.len_utf8() } else { 0 };
        found
    }

    /// `ORM\Column` as `ORM.Column`; `Order::class` as `Order.class`.
    fn name(&mut self) -> String {
        let rest = self.rest();
        let end = rest
            .find(|letter: char| {
                !letter.is_alphanumeric() && !matches!(letter, '_' | '\\' | ':' | '-')
            })
            .unwrap_or(rest.len());
        let name = rest[..end]
            .trim_start_matches('\\')
            .replace("::", ".")
            .replace('\\', ".");
        self.next += end;
        name.trim_end_matches(':').to_string()
    }

    fn arguments(&mut self) -> Vec<Argument> {
        let mut made = Vec::new();
        // An opening bracket right behind the name, or it is prose.
        if !self.rest().starts_with('(') {
            return made;
        }
        self.next += 1;
        while !self.accept(')') && !self.ended() {
            let before = self.next;
            let name = self.key('=');
            if let Some(value) = self.value() {
                made.push(Argument { name, value });
            }
            self.accept(',');
            if self.next == before {
                break;
            }
        }
        made
    }

    fn ended(&self) -> bool {
        self.rest().is_empty() || self.rest().starts_with("*/") || self.rest() == "/"
    }

    /// `name =`, or nothing.
    fn key(&mut self, sign: char) -> Option<String> {
        self.blanks();
        let before = self.next;
        let name = self.name();
        if !name.is_empty() && self.accept(sign) {
            return Some(name);
        }
        self.next = before;
        None
    }

    fn value(&mut self) -> Option<Expr> {
        self.blanks();
        let at = self.at();
        if self.depth > DEEPEST {
            return None;
        }
        self.depth += 1;
        let made = self.shallow(at);
        self.depth -= 1;
        made
    }

    fn shallow(&mut self, at: At) -> Option<Expr> {
        match self.rest().chars().next()? {
            '"' => {
                self.next += 1;
                let rest = self.rest();
                let end = rest.find('"').unwrap_or(rest.len());
                let text = rest[..end].to_string();
                self.next += (end + 1).min(rest.len());
                Some(Expr::Text(text, at))
            }
            '{' => {
                self.next += 1;
                let mut items = Vec::new();
                let mut pairs = Vec::new();
                while !self.accept('}') && !self.ended() {
                    let before = self.next;
                    let key = self.quoted_key().or_else(|| self.key('='));
                    if let Some(value) = self.value() {
                        match key {
                            Some(key) => pairs.push((key, value)),
                            None => items.push(value),
                        }
                    }
                    self.accept(',');
                    if self.next == before {
                        break;
                    }
                }
                Some(match pairs.is_empty() {
                    true => Expr::List(items, at),
                    false => Expr::Map(pairs, at),
                })
            }
            // An annotation in an annotation, as a construction.
            '@' => {
                self.next += 1;
                let name = self.name();
                let arguments = self.arguments();
                Some(Expr::Call(Box::new(crate::outline::Call {
                    callee: Expr::Name(name, at),
                    arguments,
                    types: Vec::new(),
                    constructs: true,
                    at,
                })))
            }
            digit if digit.is_ascii_digit() => {
                let name = self.name();
                name.parse().ok().map(|number| Expr::Number(number, at))
            }
            _ => {
                let name = self.name();
                match name.as_str() {
                    "" => None,
                    "true" => Some(Expr::Bool(true)),
                    "false" => Some(Expr::Bool(false)),
                    "null" => Some(Expr::Nothing),
                    name => Some(Expr::Name(name.trim_end_matches(".class").to_string(), at)),
                }
            }
        }
    }

    /// `"id" =` or `"id":` in braces.
    fn quoted_key(&mut self) -> Option<String> {
        self.blanks();
        let inner = self.rest().strip_prefix('"')?;
        let (key, after) = inner.split_once('"')?;
        let blanks = after.len() - after.trim_start().len();
        if !after.trim_start().starts_with(['=', ':']) {
            return None;
        }
        let (key, length) = (key.to_string(), key.len() + 2 + blanks + 1);
        self.next += length;
        Some(key)
    }
}
