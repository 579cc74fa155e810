//! The domain's expression language: small, total, translatable to SQL.
//!
//! Roots are `principal` (who asks), `row` (the row concerned), `old` (the row before), `input` (the
//! request), `item` (the element of a list that is worked through) and `now`. A bare name is a field
//! of `row`. Operators, loosest first: `or`, `and`, `not`, comparisons (`=`, `!=`, `<`, `<=`, `>`,
//! `>=`, `in`, `is null`, `is not null`), `+ -`, `* /`. There are no loops, no recursion and no
//! user-defined functions, so every expression ends.

use std::fmt;

/// A parsed expression together with the text it was read from.
#[derive(Debug, Clone, PartialEq)]
pub struct Expr {
    pub text: String,
    pub node: Node,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Node {
    Null,
    Bool(bool),
    /// A number, kept as written: money must not pass through binary fractions.
    Number(String),
    Text(String),
    /// `row.author.id` as its segments.
    Path(Vec<String>),
    List(Vec<Node>),
    Call(String, Vec<Node>),
    Not(Box<Node>),
    Neg(Box<Node>),
    Binary(Op, Box<Node>, Box<Node>),
    IsNull(Box<Node>, bool),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Op {
    Or,
    And,
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
    In,
    Add,
    Sub,
    Mul,
    Div,
}

impl Op {
    /// The operator as SQL writes it.
    pub fn sql(self) -> &'static str {
        match self {
            Op::Or => "OR",
            Op::And => "AND",
            Op::Eq => "=",
            Op::Ne => "<>",
            Op::Lt => "<",
            Op::Le => "<=",
            Op::Gt => ">",
            Op::Ge => ">=",
            Op::In => "IN",
            Op::Add => "+",
            Op::Sub => "-",
            Op::Mul => "*",
            Op::Div => "/",
        }
    }
}

/// The functions of the language with the number of their arguments (`None`: any).
pub const FUNCTIONS: &[(&str, Option<usize>)] = &[
    ("count", Some(1)),
    ("sum", Some(1)),
    ("exists", Some(1)),
    ("lower", Some(1)),
    ("upper", Some(1)),
    ("length", Some(1)),
    ("slug", Some(1)),
    ("abs", Some(1)),
    ("date", Some(1)),
    ("week", Some(1)),
    ("hash", Some(1)),
    ("coalesce", None),
    ("concat", None),
    ("min", None),
    ("max", None),
];

/// Where an expression stopped making sense: a byte offset into its text, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExprError {
    pub offset: usize,
    pub message: String,
}

impl fmt::Display for ExprError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (at character {})", self.message, self.offset + 1)
    }
}

/// How deep parentheses and operators may nest.
const MAX_DEPTH: usize = 40;

#[derive(Debug, Clone, PartialEq)]
enum Token {
    Name(String),
    Number(String),
    Text(String),
    Sign(&'static str),
}

fn tokens(text: &str) -> Result<Vec<(usize, Token)>, ExprError> {
    const SIGNS: &[&str] = &[
        "!=", "<=", ">=", "==", "=", "<", ">", "+", "-", "*", "/", "(", ")", "[", "]", ",", ".",
    ];
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let rest = &text[at..];
        let len = if c.is_whitespace() {
            c.len_utf8()
        } else if c.is_ascii_digit() {
            let len = rest
                .find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | '_')))
                .unwrap_or(rest.len());
            found.push((at, Token::Number(rest[..len].replace('_', ""))));
            len
        } else if c.is_ascii_alphabetic() || c == '_' {
            let len = rest
                .find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '-')))
                .unwrap_or(rest.len());
            found.push((at, Token::Name(rest[..len].to_string())));
            len
        } else if c == '\'' || c == '"' {
            let Some(end) = rest[1..].find(c) else {
                return Err(ExprError {
                    offset: at,
                    message: "this text is not closed".into(),
                });
            };
            found.push((at, Token::Text(rest[1..=end].to_string())));
            end + 2
        } else if let Some(sign) = SIGNS.iter().find(|s| rest.starts_with(**s)) {
            found.push((at, Token::Sign(sign)));
            sign.len()
        } else {
            return Err(ExprError {
                offset: at,
                message: format!("`{c}` has no meaning here"),
            });
        };
        at += len;
    }
    Ok(found)
}

struct Parser {
    tokens: Vec<(usize, Token)>,
    at: usize,
    end: usize,
    depth: usize,
}

impl Parser {
    fn fail<T>(&self, message: impl Into<String>) -> Result<T, ExprError> {
        let offset = self.tokens.get(self.at).map_or(self.end, |t| t.0);
        Err(ExprError {
            offset,
            message: message.into(),
        })
    }
    fn sign(&mut self, sign: &str) -> bool {
        let hit = matches!(self.tokens.get(self.at), Some((_, Token::Sign(s))) if *s == sign);
        self.at += usize::from(hit);
        hit
    }
    fn word(&mut self, word: &str) -> bool {
        let hit = matches!(self.tokens.get(self.at), Some((_, Token::Name(n))) if n == word);
        self.at += usize::from(hit);
        hit
    }
    fn or(&mut self) -> Result<Node, ExprError> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return self.fail(format!("nested more than {MAX_DEPTH} deep"));
        }
        let mut left = self.and()?;
        while self.word("or") {
            left = Node::Binary(Op::Or, Box::new(left), Box::new(self.and()?));
        }
        self.depth -= 1;
        Ok(left)
    }
    fn and(&mut self) -> Result<Node, ExprError> {
        let mut left = self.not()?;
        while self.word("and") {
            left = Node::Binary(Op::And, Box::new(left), Box::new(self.not()?));
        }
        Ok(left)
    }
    fn not(&mut self) -> Result<Node, ExprError> {
        let mut times = 0_usize;
        while self.word("not") {
            times += 1;
        }
        let node = self.comparison()?;
        Ok(if times % 2 == 1 {
            Node::Not(Box::new(node))
        } else {
            node
        })
    }
    fn comparison(&mut self) -> Result<Node, ExprError> {
        let left = self.sum()?;
        if self.word("is") {
            let not = self.word("not");
            if !self.word("null") {
                return self.fail("after `is` comes `null` or `not null`");
            }
            return Ok(Node::IsNull(Box::new(left), !not));
        }
        let signs = [
            ("==", Op::Eq),
            ("=", Op::Eq),
            ("!=", Op::Ne),
            ("<=", Op::Le),
            (">=", Op::Ge),
            ("<", Op::Lt),
            (">", Op::Gt),
        ];
        for (sign, op) in signs {
            if self.sign(sign) {
                return Ok(Node::Binary(op, Box::new(left), Box::new(self.sum()?)));
            }
        }
        if self.word("in") {
            return Ok(Node::Binary(Op::In, Box::new(left), Box::new(self.sum()?)));
        }
        Ok(left)
    }
    fn sum(&mut self) -> Result<Node, ExprError> {
        let mut left = self.product()?;
        loop {
            let op = if self.sign("+") {
                Op::Add
            } else if self.sign("-") {
                Op::Sub
            } else {
                return Ok(left);
            };
            left = Node::Binary(op, Box::new(left), Box::new(self.product()?));
        }
    }
    fn product(&mut self) -> Result<Node, ExprError> {
        let mut left = self.primary()?;
        loop {
            let op = if self.sign("*") {
                Op::Mul
            } else if self.sign("/") {
                Op::Div
            } else {
                return Ok(left);
            };
            left = Node::Binary(op, Box::new(left), Box::new(self.primary()?));
        }
    }
    fn list(&mut self, close: &str) -> Result<Vec<Node>, ExprError> {
        let mut items = Vec::new();
        if self.sign(close) {
            return Ok(items);
        }
        loop {
            items.push(self.or()?);
            if self.sign(close) {
                return Ok(items);
            }
            if !self.sign(",") {
                return self.fail(format!("expected `,` or `{close}`"));
            }
        }
    }
    fn primary(&mut self) -> Result<Node, ExprError> {
        if self.sign("-") {
            self.depth += 1;
            if self.depth > MAX_DEPTH {
                return self.fail(format!("nested more than {MAX_DEPTH} deep"));
            }
            let node = self.primary()?;
            self.depth -= 1;
            return Ok(Node::Neg(Box::new(node)));
        }
        if self.sign("(") {
            let node = self.or()?;
            return if self.sign(")") {
                Ok(node)
            } else {
                self.fail("expected `)`")
            };
        }
        if self.sign("[") {
            return Ok(Node::List(self.list("]")?));
        }
        let Some((_, token)) = self.tokens.get(self.at).cloned() else {
            return self.fail("the expression ends too early");
        };
        let start = self.at;
        self.at += 1;
        match token {
            Token::Number(n) => Ok(Node::Number(n)),
            Token::Text(t) => Ok(Node::Text(t)),
            Token::Name(name) => match name.as_str() {
                "null" => Ok(Node::Null),
                "true" => Ok(Node::Bool(true)),
                "false" => Ok(Node::Bool(false)),
                "and" | "or" | "in" | "is" => {
                    self.at = start;
                    self.fail(format!("`{name}` needs something on its left"))
                }
                _ if self.sign("(") => {
                    let args = self.list(")")?;
                    match FUNCTIONS.iter().find(|(f, _)| *f == name) {
                        Some((_, Some(n))) if *n != args.len() => {
                            self.at = start;
                            self.fail(format!("`{name}` takes {n} argument, found {}", args.len()))
                        }
                        Some(_) => Ok(Node::Call(name, args)),
                        None => {
                            self.at = start;
                            let known: Vec<_> = FUNCTIONS.iter().map(|(f, _)| *f).collect();
                            self.fail(format!(
                                "no function `{name}`; there are {}",
                                known.join(", ")
                            ))
                        }
                    }
                }
                _ => {
                    let mut path = vec![name];
                    while self.sign(".") {
                        match self.tokens.get(self.at) {
                            Some((_, Token::Name(next))) => path.push(next.clone()),
                            _ => return self.fail("expected a name after `.`"),
                        }
                        self.at += 1;
                    }
                    Ok(Node::Path(path))
                }
            },
            Token::Sign(sign) => {
                self.at = start;
                self.fail(format!("`{sign}` cannot stand here"))
            }
        }
    }
}

/// Parses one expression whole.
pub fn parse(text: &str) -> Result<Expr, ExprError> {
    if text.len() > 4000 {
        return Err(ExprError {
            offset: 4000,
            message: "longer than 4000 bytes".into(),
        });
    }
    let mut parser = Parser {
        tokens: tokens(text)?,
        at: 0,
        end: text.len(),
        depth: 0,
    };
    let node = parser.or()?;
    if parser.at < parser.tokens.len() {
        return parser.fail("nothing was expected after this point");
    }
    Ok(Expr {
        text: text.to_string(),
        node,
    })
}

impl Expr {
    /// Every path that the expression reads, in order of appearance.
    pub fn paths(&self) -> Vec<&[String]> {
        fn walk<'a>(node: &'a Node, found: &mut Vec<&'a [String]>) {
            match node {
                Node::Path(path) => found.push(path),
                Node::List(nodes) | Node::Call(_, nodes) => {
                    nodes.iter().for_each(|n| walk(n, found));
                }
                Node::Not(n) | Node::Neg(n) | Node::IsNull(n, _) => walk(n, found),
                Node::Binary(_, a, b) => {
                    walk(a, found);
                    walk(b, found);
                }
                Node::Null | Node::Bool(_) | Node::Number(_) | Node::Text(_) => {}
            }
        }
        let mut found = Vec::new();
        walk(&self.node, &mut found);
        found
    }

    /// What equality comparisons fix, as paths from the row: a field or a relation of its own
    /// (`status`), or something of a related row (`author.name`). Of two, the nearer to the row.
    pub fn equality_paths(&self) -> Vec<&[String]> {
        fn of_row(node: &Node) -> Option<&[String]> {
            match node {
                Node::Path(path) if path[0] == "row" => Some(&path[1..]).filter(|p| !p.is_empty()),
                Node::Path(path) if !ROOTS.contains(&path[0].as_str()) => Some(path),
                _ => None,
            }
        }
        fn walk<'a>(node: &'a Node, found: &mut Vec<&'a [String]>) {
            match node {
                Node::Binary(Op::And, a, b) => {
                    walk(a, found);
                    walk(b, found);
                }
                Node::Call(function, arguments) if function == "exists" => {
                    arguments.iter().for_each(|one| walk(one, found));
                }
                Node::Binary(Op::Eq | Op::In, a, b) => {
                    let sides = of_row(a).into_iter().chain(of_row(b));
                    let nearest = sides.min_by_key(|path| path.len());
                    found.extend(nearest.filter(|path| !found.contains(path)));
                }
                _ => {}
            }
        }
        let mut found = Vec::new();
        walk(&self.node, &mut found);
        found
    }
}

/// The names that are not fields of the row at hand.
pub const ROOTS: &[&str] = &[
    "principal",
    "row",
    "old",
    "input",
    "item",
    "now",
    "event",
    "reply",
];

impl serde::Serialize for Expr {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(&self.text)
    }
}

impl<'de> serde::Deserialize<'de> for Expr {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl serde::de::Visitor<'_> for Visitor {
            type Value = Expr;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an expression such as `stock.available >= qty`")
            }
            fn visit_str<E: serde::de::Error>(self, v: &str) -> Result<Expr, E> {
                parse(v).map_err(E::custom)
            }
            fn visit_bool<E: serde::de::Error>(self, v: bool) -> Result<Expr, E> {
                parse(&v.to_string()).map_err(E::custom)
            }
            fn visit_i64<E: serde::de::Error>(self, v: i64) -> Result<Expr, E> {
                parse(&v.to_string()).map_err(E::custom)
            }
            fn visit_u64<E: serde::de::Error>(self, v: u64) -> Result<Expr, E> {
                parse(&v.to_string()).map_err(E::custom)
            }
            fn visit_f64<E: serde::de::Error>(self, v: f64) -> Result<Expr, E> {
                parse(&v.to_string()).map_err(E::custom)
            }
        }
        d.deserialize_any(Visitor)
    }
}

impl schemars::JsonSchema for Expr {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Expr".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": ["string", "number", "boolean"], "x-expr": true })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn precedence_and_paths() {
        let e =
            parse("stock.available >= input.qty and not row.closed or principal.role = 'admin'")
                .unwrap();
        assert!(matches!(e.node, Node::Binary(Op::Or, _, _)));
        assert_eq!(e.paths().len(), 4);
        assert_eq!(e.paths()[0], ["stock", "available"]);
    }

    #[test]
    fn equality_paths_are_what_rows_are_found_by() {
        let paths = |text: &str| {
            let parsed = parse(text).unwrap();
            let paths = parsed.equality_paths();
            paths.iter().map(|path| path.join(".")).collect::<Vec<_>>()
        };
        let own = "row.customer = principal.id and status in ['open', 'held'] and total > 5";
        assert_eq!(paths(own), ["customer", "status"]);
        assert_eq!(paths("parcel.number = input.number"), ["parcel.number"]);
        assert_eq!(paths("input.tag = row.tags.name"), ["tags.name"]);
        let followed = "exists(author.followers.id = principal.id)";
        assert_eq!(paths(followed), ["author.followers.id"]);
        // The other `article` is the row that was read before.
        assert_eq!(paths("article = article.id"), ["article"]);
        assert_eq!(paths("a = 1 or b = 2"), [""; 0]);
        assert_eq!(paths("row = input.x"), [""; 0]);
    }

    #[test]
    fn faults_name_their_place() {
        assert_eq!(parse("a = ").unwrap_err().offset, 4);
        assert_eq!(parse("a = frob(1)").unwrap_err().offset, 4);
        assert_eq!(parse("a ; b").unwrap_err().offset, 2);
        assert!(parse(&"(".repeat(500)).is_err());
        assert!(parse(&"-".repeat(500)).is_err());
        assert!(parse("'abc").is_err());
    }
}
