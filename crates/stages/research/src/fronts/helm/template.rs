//! Go templates as Helm uses them: from text to a tree of actions with lines.
//!
//! A fault costs the action it stands in; a block that is not closed ends with the text.

use super::data::Data;

/// Deepest nesting of blocks and parentheses.
const MAX_DEPTH: usize = 64;

#[derive(Debug, Clone, PartialEq)]
pub enum Part {
    Text(String, u32),
    /// `{{ pipeline }}`
    Output(Pipeline, u32),
    /// `{{ $x := pipeline }}`, and `=` without declaring.
    Assign {
        name: String,
        declares: bool,
        value: Pipeline,
        line: u32,
    },
    If {
        branches: Vec<(Option<String>, Pipeline, Vec<Part>)>,
        otherwise: Vec<Part>,
        line: u32,
    },
    With {
        name: Option<String>,
        value: Pipeline,
        body: Vec<Part>,
        otherwise: Vec<Part>,
        line: u32,
    },
    Range {
        /// Key and value, value alone, or none.
        names: Vec<String>,
        value: Pipeline,
        body: Vec<Part>,
        otherwise: Vec<Part>,
        line: u32,
    },
    Define(String, Vec<Part>),
    /// `{{ template "name" pipeline }}` and `{{ block .. }}`.
    Template {
        name: String,
        value: Option<Pipeline>,
        line: u32,
    },
}

/// Commands; each after the first gets the value before it as its last argument.
pub type Pipeline = Vec<Vec<Term>>;

#[derive(Debug, Clone, PartialEq)]
pub enum Term {
    Literal(Data),
    /// `.a.b`: fields of the dot.
    Dot(Vec<String>),
    /// `$.a`, `$x.a`: a variable (empty for the root) and fields.
    Variable(String, Vec<String>),
    /// `(pipeline).a`
    Group(Pipeline, Vec<String>),
    /// A function's name.
    Name(String),
}

pub type Faults = Vec<(u32, String)>;

/// Parses a template; faults have line and reason.
pub fn parse(text: &str) -> (Vec<Part>, Faults) {
    let mut parser = Parser {
        pieces: pieces(text),
        at: 0,
        faults: Vec::new(),
    };
    let mut parts = Vec::new();
    loop {
        let (body, end) = parser.block(0);
        parts.extend(body);
        match end {
            Some((word, line)) => parser
                .faults
                .push((line, format!("{word} without a block"))),
            None => break,
        }
    }
    (parts, parser.faults)
}

enum Piece {
    Text(String, u32),
    Action(String, u32),
}

/// Text and actions, with what `-` trims already gone.
fn pieces(text: &str) -> Vec<Piece> {
    let mut out = Vec::new();
    let mut rest = text;
    let mut line = 1;
    let mut trims = false;
    loop {
        let at = rest.find("{{").unwrap_or(rest.len());
        let mut before = &rest[..at];
        let start = line;
        line += newlines(before);
        let mut from = start;
        if trims {
            let kept = before.trim_start();
            from += newlines(&before[..before.len() - kept.len()]);
            before = kept;
        }
        let inner = &rest[(at + 2).min(rest.len())..];
        if inner.starts_with('-') {
            before = before.trim_end();
        }
        if !before.is_empty() {
            out.push(Piece::Text(before.to_string(), from));
        }
        if at == rest.len() {
            return out;
        }
        let end = action_end(inner);
        let action = &inner[..end.unwrap_or(inner.len())];
        trims = action.ends_with('-');
        let body = action.strip_prefix('-').unwrap_or(action);
        let body = body.strip_suffix('-').unwrap_or(body).trim();
        if !body.starts_with("/*") && !body.is_empty() {
            out.push(Piece::Action(body.to_string(), line));
        }
        line += newlines(action);
        match end {
            Some(end) => rest = &inner[end + 2..],
            None => return out,
        }
    }
}

fn newlines(text: &str) -> u32 {
    text.bytes().filter(|byte| *byte == b'\n').count() as u32
}

/// Where `}}` ends an action, those in texts and comments passed over.
fn action_end(inner: &str) -> Option<usize> {
    let body = inner.trim_start_matches('-').trim_start();
    if body.starts_with("/*") {
        let comment = inner.find("*/")?;
        return inner[comment..].find("}}").map(|at| comment + at);
    }
    let mut quote = None;
    let bytes = inner.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        match (bytes[at], quote) {
            (b'\\', Some(b'"')) => at += 1,
            (byte @ (b'"' | b'`'), None) => quote = Some(byte),
            (byte, Some(open)) if byte == open => quote = None,
            // A quote that is not closed in its line was none.
            (b'\n', Some(b'"')) => quote = None,
            (b'}', None) if bytes.get(at + 1) == Some(&b'}') => return Some(at),
            _ => {}
        }
        at += 1;
    }
    inner.find("}}")
}

struct Parser {
    pieces: Vec<Piece>,
    at: usize,
    faults: Faults,
}

impl Parser {
    /// Parts up to `end`, `else` or the end of the text; what ended it, and its line.
    fn block(&mut self, depth: usize) -> (Vec<Part>, Option<(String, u32)>) {
        let mut parts = Vec::new();
        while self.at < self.pieces.len() {
            let index = self.at;
            self.at += 1;
            let (action, line) = match &mut self.pieces[index] {
                Piece::Text(text, line) => {
                    parts.push(Part::Text(std::mem::take(text), *line));
                    continue;
                }
                Piece::Action(action, line) => (std::mem::take(action), *line),
            };
            // `{{ with.Values.x }}` is taken as well.
            let end = action.find(|c: char| !c.is_alphanumeric() && c != '_');
            let word = &action[..end.unwrap_or(action.len())];
            let rest = action[word.len()..].trim();
            match word {
                "end" | "else" => return (parts, Some((action.clone(), line))),
                "break" | "continue" => {}
                "if" | "with" | "range" | "define" | "block" if depth >= MAX_DEPTH => {
                    self.faults
                        .push((line, "blocks are nested too deep".to_string()));
                }
                "if" => parts.push(self.if_block(rest, line, depth)),
                "with" => {
                    let (names, value) = self.bound(rest, line);
                    let (body, otherwise) = self.branches(depth);
                    parts.push(Part::With {
                        name: names.into_iter().next(),
                        value,
                        body,
                        otherwise,
                        line,
                    });
                }
                "range" => {
                    let (names, value) = self.bound(rest, line);
                    let (body, otherwise) = self.branches(depth);
                    parts.push(Part::Range {
                        names,
                        value,
                        body,
                        otherwise,
                        line,
                    });
                }
                "define" => {
                    let (body, _) = self.branches(depth);
                    let name = rest.trim_matches(['"', '`']).to_string();
                    parts.push(Part::Define(name, body));
                }
                "block" | "template" => {
                    let mut terms = self.pipeline(rest, line);
                    let mut name = String::new();
                    if let Some(command) = terms.first_mut()
                        && !command.is_empty()
                        && let Term::Literal(Data::Text(text)) = command.remove(0)
                    {
                        name = text;
                    }
                    terms.retain(|command| !command.is_empty());
                    if word == "block" {
                        let (body, _) = self.branches(depth);
                        parts.push(Part::Define(name.clone(), body));
                    }
                    let value = Some(terms).filter(|terms| !terms.is_empty());
                    parts.push(Part::Template { name, value, line });
                }
                _ => parts.push(self.output(&action, line)),
            }
        }
        (parts, None)
    }

    fn if_block(&mut self, condition: &str, line: u32, depth: usize) -> Part {
        let mut branches = Vec::new();
        let mut otherwise = Vec::new();
        let (mut names, mut condition) = self.bound(condition, line);
        loop {
            let (body, end) = self.block(depth + 1);
            branches.push((names.into_iter().next(), condition, body));
            let Some((word, line)) = end else { break };
            let Some(rest) = word.strip_prefix("else") else {
                break;
            };
            let rest = rest.trim();
            let Some(next) = rest
                .strip_prefix("if")
                .filter(|next| next.starts_with([' ', '(']))
            else {
                let (body, _) = self.block(depth + 1);
                otherwise = body;
                break;
            };
            (names, condition) = self.bound(next.trim(), line);
        }
        Part::If {
            branches,
            otherwise,
            line,
        }
    }

    /// The body, and what follows `else`.
    fn branches(&mut self, depth: usize) -> (Vec<Part>, Vec<Part>) {
        let (body, end) = self.block(depth + 1);
        match end {
            Some((word, _)) if word.starts_with("else") => {
                let (otherwise, _) = self.block(depth + 1);
                (body, otherwise)
            }
            _ => (body, Vec::new()),
        }
    }

    /// `$k, $v := pipeline`
    fn bound(&mut self, text: &str, line: u32) -> (Vec<String>, Pipeline) {
        if text.starts_with('$')
            && let Some((names, value)) = text.split_once(":=")
            && !names.contains(['(', '"', '|'])
        {
            let names = names
                .split(',')
                .map(|n| n.trim().trim_start_matches('$').to_string());
            return (names.collect(), self.pipeline(value, line));
        }
        (Vec::new(), self.pipeline(text, line))
    }

    fn output(&mut self, action: &str, line: u32) -> Part {
        if let Some(name) = action.strip_prefix('$') {
            let end = name.find(|c: char| !c.is_alphanumeric() && c != '_');
            let end = end.map_or(action.len(), |end| end + 1);
            let rest = action[end..].trim_start();
            let declares = rest.starts_with(":=");
            let assigns = declares || (rest.starts_with('=') && !rest.starts_with("=="));
            if assigns {
                let value =
                    self.pipeline(rest.trim_start_matches(':').trim_start_matches('='), line);
                let name = action[1..end].to_string();
                return Part::Assign {
                    name,
                    declares,
                    value,
                    line,
                };
            }
        }
        Part::Output(self.pipeline(action, line), line)
    }

    fn pipeline(&mut self, text: &str, line: u32) -> Pipeline {
        let mut tokens = tokens(text);
        tokens.reverse();
        let pipeline = pipeline(&mut tokens, 0);
        if !tokens.is_empty() {
            self.faults
                .push((line, format!("`{text}` is not understood")));
        }
        pipeline
    }
}

#[derive(Debug, Clone, PartialEq)]
enum Token {
    /// A word as written: `.a.b`, `$x.y`, `name`, a number.
    Word(String),
    Text(String),
    Pipe,
    Open,
    /// With the fields that follow it: `(..).a.b`.
    Close(Vec<String>),
}

fn fields(text: &str) -> Vec<String> {
    text.split('.')
        .filter(|part| !part.is_empty())
        .map(str::to_string)
        .collect()
}

fn tokens(text: &str) -> Vec<Token> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let mut length = c.len_utf8();
        let stops = |c: char| c.is_whitespace() || "|(),\"`".contains(c);
        match c {
            '|' => out.push(Token::Pipe),
            '(' => out.push(Token::Open),
            ')' => {
                let end = rest[1..].find(stops).map_or(rest.len(), |end| end + 1);
                let after = &rest[1..end];
                if after.starts_with('.') {
                    out.push(Token::Close(fields(after)));
                    length = end;
                } else {
                    out.push(Token::Close(Vec::new()));
                }
            }
            '"' => {
                let mut value = String::new();
                let mut chars = rest.char_indices().skip(1);
                length = rest.len();
                while let Some((at, c)) = chars.next() {
                    match c {
                        '"' => {
                            length = at + 1;
                            break;
                        }
                        '\\' => match chars.next() {
                            Some((_, 'n')) => value.push('\n'),
                            Some((_, 't')) => value.push('\t'),
                            Some((_, c)) => value.push(c),
                            None => {}
                        },
                        c => value.push(c),
                    }
                }
                out.push(Token::Text(value));
            }
            '`' => {
                let end = rest[1..].find('`').map_or(rest.len(), |end| end + 1);
                out.push(Token::Text(rest[1..end].to_string()));
                length = (end + 1).min(rest.len());
            }
            c if c.is_whitespace() || c == ',' => {}
            _ => {
                length = rest.find(stops).unwrap_or(rest.len());
                out.push(Token::Word(rest[..length].to_string()));
            }
        }
        rest = &rest[length..];
    }
    out
}

/// `tokens` are reversed. Ends at a closing parenthesis, which is left.
fn pipeline(tokens: &mut Vec<Token>, depth: usize) -> Pipeline {
    let mut pipeline = vec![Vec::new()];
    while let Some(token) = tokens.last() {
        if matches!(token, Token::Close(_)) {
            break;
        }
        let Some(token) = tokens.pop() else { break };
        let term = match token {
            Token::Pipe => {
                pipeline.push(Vec::new());
                continue;
            }
            Token::Open if depth < MAX_DEPTH => {
                let inner = self::pipeline(tokens, depth + 1);
                let fields = match tokens.pop() {
                    Some(Token::Close(fields)) => fields,
                    _ => Vec::new(),
                };
                Term::Group(inner, fields)
            }
            Token::Open | Token::Close(_) => Term::Literal(Data::Unknown),
            Token::Text(text) => Term::Literal(Data::Text(text)),
            Token::Word(word) => word_term(&word),
        };
        if let Some(command) = pipeline.last_mut() {
            command.push(term);
        }
    }
    pipeline.retain(|command| !command.is_empty());
    pipeline
}

fn word_term(word: &str) -> Term {
    if word.starts_with('.') {
        return Term::Dot(fields(word));
    }
    if let Some(rest) = word.strip_prefix('$') {
        let (name, path) = rest.split_once('.').unwrap_or((rest, ""));
        return Term::Variable(name.to_string(), fields(path));
    }
    match word {
        "true" => Term::Literal(Data::Bool(true)),
        "false" => Term::Literal(Data::Bool(false)),
        "nil" => Term::Literal(Data::Null),
        _ => match word.parse::<f64>() {
            Ok(number) if !word.starts_with(|c: char| c.is_alphabetic()) => {
                Term::Literal(Data::Number(number))
            }
            _ => Term::Name(word.to_string()),
        },
    }
}
