//! Protocol Buffers: services and their calls, messages, and the routes that `google.api.http` adds.
//!
//! A file promises calls (`CartService/AddItem`, method `rpc` or `rpc stream`) and, where it says so,
//! HTTP routes with the same id. What cannot be read is a fault, and reading goes on behind it.

use super::tokens::{Cursor, Manner, Placed, Token, tokens};
use super::{Front, Reads, SourceText, ends_in};
use crate::observation::{
    Contract, ContractOperation, ContractType, FileFacts, Observation, Observed,
};
use model::finding::Certainty;

pub const FRONT: Front = Front {
    id: "protobuf",
    takes: |path| ends_in(path, &[".proto"]),
    reads: Reads::Format(read),
};

/// Messages inside messages that are followed; deeper ones are skipped.
const DEEPEST: usize = 100;

pub fn read(source: SourceText) -> FileFacts {
    let tokens = tokens(source.text, Manner::Slashes);
    let mut file = File::default();
    let mut cursor = Cursor::new(&tokens);
    while cursor.peek().is_some() {
        file.declaration(&mut cursor);
    }
    let title = source.name().trim_end_matches(".proto").to_string();
    let contract = Contract {
        kind: "protobuf".into(),
        title: match file.package.as_str() {
            "" => title,
            package => package.to_string(),
        },
        base: Some(file.package.clone()).filter(|package| !package.is_empty()),
        operations: file.operations,
        types: file.types,
    };
    let empty = contract.operations.is_empty() && contract.types.is_empty();
    FileFacts {
        front: FRONT.id.into(),
        module: file.package,
        seen: Vec::from_iter((!empty).then(|| Observed {
            line: file.line.max(1),
            certainty: Certainty::Resolved,
            within: String::new(),
            what: Observation::Contract(contract),
        })),
        imports: file.imports,
        faults: file.faults,
        ..FileFacts::default()
    }
}

#[derive(Default)]
struct File {
    package: String,
    /// Of the package, or of the first declaration.
    line: u32,
    operations: Vec<ContractOperation>,
    types: Vec<ContractType>,
    imports: Vec<(String, String, String)>,
    faults: Vec<(u32, String)>,
}

impl File {
    fn declaration(&mut self, cursor: &mut Cursor) {
        let line = cursor.line();
        let keyword = match cursor.peek() {
            Some(Token::Word(word)) => *word,
            Some(Token::Sign(';')) => {
                cursor.take();
                return;
            }
            _ => return self.unexpected(cursor, "a declaration"),
        };
        cursor.take();
        match keyword {
            "package" => {
                self.package = cursor.word().unwrap_or_default().to_string();
                self.line = line;
                to_semicolon(cursor);
            }
            "import" => {
                let _ = cursor.accept_word("public") || cursor.accept_word("weak");
                if let Some(path) = cursor.text() {
                    self.imports
                        .push((String::new(), path.to_string(), String::new()));
                }
                to_semicolon(cursor);
            }
            "message" => self.message(cursor, "", line, 0),
            "enum" => self.enumeration(cursor, "", line),
            "service" => self.service(cursor),
            "syntax" | "edition" | "option" => to_semicolon(cursor),
            "extend" => {
                cursor.word();
                if cursor.accept('{') {
                    cursor.leave();
                }
            }
            _ => {
                self.fault(line, format!("`{keyword}` opens no declaration"));
                to_semicolon(cursor);
            }
        }
        if self.line == 0 {
            self.line = line;
        }
    }

    /// `Name {`, or a fault.
    fn opening<'a>(&mut self, cursor: &mut Cursor<'_, 'a>, what: &str) -> Option<&'a str> {
        let line = cursor.line();
        let name = cursor.word();
        if name.is_some() && cursor.accept('{') {
            return name;
        }
        self.fault(line, format!("a {what} needs a name and a body"));
        to_semicolon(cursor);
        None
    }

    fn message(&mut self, cursor: &mut Cursor, outer: &str, line: u32, depth: usize) {
        let Some(name) = self.opening(cursor, "message") else {
            return;
        };
        let name = format!("{outer}{name}");
        if depth > DEEPEST {
            self.fault(line, format!("`{name}` lies too deep"));
            return cursor.leave();
        }
        let place = self.types.len();
        self.types.push(ContractType {
            name: name.clone(),
            fields: Vec::new(),
            line,
        });
        let mut fields = Vec::new();
        // Members of a `oneof` are members of the message.
        let mut choices = 0_usize;
        loop {
            let line = cursor.line();
            match cursor.peek() {
                None => {
                    self.fault(line, format!("message `{name}` has no end"));
                    break;
                }
                Some(Token::Sign('}')) => {
                    cursor.take();
                    if choices == 0 {
                        break;
                    }
                    choices -= 1;
                }
                Some(Token::Sign(';')) => {
                    cursor.take();
                }
                Some(Token::Word("message")) if opens_body(cursor) => {
                    cursor.take();
                    self.message(cursor, &format!("{name}."), line, depth + 1);
                }
                Some(Token::Word("enum")) if opens_body(cursor) => {
                    cursor.take();
                    self.enumeration(cursor, &format!("{name}."), line);
                }
                Some(Token::Word("oneof")) if opens_body(cursor) => {
                    (0..3).for_each(|_| _ = cursor.take());
                    choices += 1;
                }
                Some(Token::Word("extend")) if opens_body(cursor) => {
                    (0..3).for_each(|_| _ = cursor.take());
                    cursor.leave();
                }
                Some(Token::Word("option" | "reserved" | "extensions")) if !names_field(cursor) => {
                    to_semicolon(cursor)
                }
                Some(_) => match field(cursor) {
                    Some(field) => fields.push(field),
                    None => self.unexpected(cursor, "a field"),
                },
            }
        }
        self.types[place].fields = fields;
    }

    fn enumeration(&mut self, cursor: &mut Cursor, outer: &str, line: u32) {
        let Some(name) = self.opening(cursor, "enum") else {
            return;
        };
        let mut fields = Vec::new();
        loop {
            match cursor.take() {
                None | Some(Token::Sign('}')) => break,
                Some(Token::Word("option" | "reserved")) => to_semicolon(cursor),
                Some(Token::Word(value)) if cursor.is_sign('=') => {
                    fields.push((value.to_string(), "enum".to_string()));
                    to_semicolon(cursor);
                }
                Some(Token::Sign('{')) => cursor.leave(),
                Some(_) => {}
            }
        }
        self.types.push(ContractType {
            name: format!("{outer}{name}"),
            fields,
            line,
        });
    }

    fn service(&mut self, cursor: &mut Cursor) {
        let Some(service) = self.opening(cursor, "service") else {
            return;
        };
        loop {
            let line = cursor.line();
            match cursor.peek() {
                None => return self.fault(line, format!("service `{service}` has no end")),
                Some(Token::Sign('}')) => {
                    cursor.take();
                    return;
                }
                Some(Token::Sign(';')) => {
                    cursor.take();
                }
                Some(Token::Word("rpc")) => {
                    cursor.take();
                    self.call(cursor, service, line);
                }
                Some(Token::Word("option")) => to_semicolon(cursor),
                Some(_) => self.unexpected(cursor, "an rpc"),
            }
        }
    }

    /// `Name (stream In) returns (stream Out)`, then `;` or `{ options }`.
    fn call(&mut self, cursor: &mut Cursor, service: &str, line: u32) {
        let Some(name) = cursor.word() else {
            return self.unexpected(cursor, "the name of an rpc");
        };
        let mut streams = parameter(cursor);
        let returns = cursor.accept_word("returns");
        streams |= parameter(cursor);
        let path = format!("{service}/{name}");
        if !returns {
            self.fault(line, format!("rpc `{path}` returns nothing"));
        }
        self.operations.push(ContractOperation {
            method: if streams { "rpc stream" } else { "rpc" }.into(),
            path: path.clone(),
            id: None,
            line,
        });
        if cursor.accept('{') {
            let start = cursor.line();
            let mut depth = 1_usize;
            let mut inside = Vec::new();
            while depth > 0 {
                let line = cursor.line();
                match cursor.take() {
                    None => return self.fault(start, format!("rpc `{path}` has no end")),
                    Some(token) => {
                        match token {
                            Token::Sign('{') => depth += 1,
                            Token::Sign('}') => depth -= 1,
                            _ => {}
                        }
                        let token = token.clone();
                        inside.push(Placed { token, line });
                    }
                }
            }
            self.http_routes(&inside, &path);
        } else {
            cursor.accept(';');
        }
    }

    /// `option (google.api.http) = { get: "/v1/x" additional_bindings { post: "/v1/y" body: "*" } }`,
    /// or `option (google.api.http).get = "/v1/x"`.
    fn http_routes(&mut self, tokens: &[Placed], rpc: &str) {
        let marked = |tokens: &[Placed]| matches!(&tokens[0].token, Token::Word(word) if word.trim_start_matches('.') == "google.api.http");
        let Some(from) = tokens.windows(1).position(marked) else {
            return;
        };
        let rest = &tokens[from..];
        let mut kind = None;
        for (at, placed) in rest.iter().enumerate() {
            match &placed.token {
                Token::Word("kind") => {
                    kind = rest.get(at + 2).and_then(|next| match &next.token {
                        Token::Text(verb) => Some(verb.clone()),
                        _ => None,
                    })
                }
                Token::Word("path") if kind.is_some() => {
                    if let Some(Placed {
                        token: Token::Text(path),
                        ..
                    }) = rest.get(at + 2)
                    {
                        let method = kind.take().unwrap_or_default();
                        self.http_route(method, path, rpc, placed.line);
                    }
                }
                Token::Word(word) => {
                    let verb = word.trim_start_matches('.');
                    let separated = rest
                        .get(at + 1)
                        .is_some_and(|next| matches!(next.token, Token::Sign(':' | '=')));
                    let Some(Placed {
                        token: Token::Text(text),
                        ..
                    }) = rest.get(at + 2).filter(|_| separated)
                    else {
                        continue;
                    };
                    match verb {
                        "get" | "put" | "post" | "delete" | "patch" => {
                            self.http_route(verb.to_uppercase(), text, rpc, placed.line);
                        }
                        _ => {}
                    }
                }
                _ => {}
            }
        }
    }

    fn http_route(&mut self, method: String, path: &str, rpc: &str, line: u32) {
        self.operations.push(ContractOperation {
            method,
            path: plain_path(path),
            id: Some(rpc.to_string()),
            line,
        });
    }

    fn unexpected(&mut self, cursor: &mut Cursor, wanted: &str) {
        let line = cursor.line();
        let found = match cursor.peek() {
            Some(Token::Word(word)) => format!("`{word}`"),
            Some(Token::Text(_)) => "a text".to_string(),
            Some(Token::Sign(sign)) => format!("`{sign}`"),
            None => "the end".to_string(),
        };
        self.fault(line, format!("{found} where {wanted} should stand"));
        match cursor.peek() {
            Some(Token::Sign('{' | '(' | '[')) => {
                cursor.take();
                cursor.leave();
            }
            Some(Token::Sign(_)) => _ = cursor.take(),
            _ => to_semicolon(cursor),
        }
    }

    /// One fault a line is enough.
    fn fault(&mut self, line: u32, reason: String) {
        if self.faults.last().is_none_or(|(last, _)| *last != line) {
            self.faults.push((line, reason));
        }
    }
}

/// `keyword Name {` is next.
fn opens_body(cursor: &Cursor) -> bool {
    matches!(cursor.ahead(1), Some(Token::Word(_))) && cursor.ahead(2) == Some(&Token::Sign('{'))
}

/// A field whose type bears a keyword's name: `option name = 1`.
fn names_field(cursor: &Cursor) -> bool {
    matches!(cursor.ahead(1), Some(Token::Word(_)))
        && cursor.ahead(2) == Some(&Token::Sign('='))
        && matches!(cursor.ahead(3), Some(Token::Word(number)) if number.parse::<u32>().is_ok())
        && !cursor.is_word("option")
}

/// `repeated Type name = 1 [options];`, `map<K, V> name = 1;`, `group Name = 1 {`.
fn field(cursor: &mut Cursor) -> Option<(String, String)> {
    let mut label = "";
    if let Some(Token::Word(word @ ("repeated" | "optional" | "required"))) = cursor.peek()
        && cursor.ahead(1) != Some(&Token::Sign('='))
        && cursor.ahead(2) != Some(&Token::Sign('='))
    {
        label = word;
        cursor.take();
    }
    let mut of = match cursor.peek()? {
        Token::Word(word) => word.trim_start_matches('.').to_string(),
        _ => return None,
    };
    match cursor.ahead(1)? {
        Token::Sign('<') => {
            cursor.take();
            of.push('<');
            cursor.take();
            loop {
                match cursor.peek()? {
                    Token::Word(word) => of.push_str(word.trim_start_matches('.')),
                    Token::Sign(',') => of.push_str(", "),
                    Token::Sign('>') => break,
                    _ => return None,
                }
                cursor.take();
            }
            of.push('>');
            cursor.take();
        }
        Token::Word(_) => {
            cursor.take();
        }
        _ => return None,
    }
    let name = cursor.word()?.to_string();
    if !cursor.is_sign('=') {
        return None;
    }
    to_semicolon(cursor);
    if label == "repeated" {
        of = format!("repeated {of}");
    }
    Some((name, of))
}

/// `(stream Type)`; whether it streams.
fn parameter(cursor: &mut Cursor) -> bool {
    if !cursor.accept('(') {
        return false;
    }
    let streams = cursor.is_word("stream") && matches!(cursor.ahead(1), Some(Token::Word(_)));
    cursor.leave();
    streams
}

/// Past the `;` that ends a statement, or the `}` that ends a body it has; stops before a `}` that
/// is not its own.
fn to_semicolon(cursor: &mut Cursor) {
    while let Some(token) = cursor.peek() {
        match token {
            Token::Sign(';') => {
                cursor.take();
                return;
            }
            Token::Sign('{') => {
                cursor.take();
                cursor.leave();
                // `option x = { .. };` goes on, `message X { .. }` does not.
                cursor.accept(';');
                return;
            }
            Token::Sign('}') => return,
            Token::Sign('(' | '[') => {
                cursor.take();
                cursor.leave();
            }
            _ => {
                cursor.take();
            }
        }
    }
}

/// `/v1/{name=shelves/*}/books` is `/v1/shelves/{name}/books`: the pattern's fixed parts are part of
/// the path.
fn plain_path(path: &str) -> String {
    let mut plain = String::new();
    let mut rest = path;
    while let Some((before, inside)) = rest.split_once('{') {
        plain.push_str(before);
        let (parameter, after) = inside.split_once('}').unwrap_or((inside, ""));
        match parameter.split_once('=') {
            Some((name, pattern)) => {
                let parts = pattern.split('/').map(|part| match part {
                    "*" | "**" => format!("{{{name}}}"),
                    fixed => fixed.to_string(),
                });
                plain.push_str(&parts.collect::<Vec<_>>().join("/"));
            }
            None => plain.push_str(&format!("{{{parameter}}}")),
        }
        rest = after;
    }
    plain + rest
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fronts::contract_tests::{operations, read_with, types};

    fn contract(text: &str) -> FileFacts {
        read_with(read, "shop/cart.proto", text)
    }

    #[test]
    fn services_calls_streams_and_messages() {
        let facts = contract(
            "syntax = \"proto3\";\npackage shop.v1;\nimport public \"money.proto\";\n\
             service CartService {\n  rpc AddItem(AddItemRequest) returns (Empty) {}\n\
             rpc Watch (stream .shop.v1.Ping) returns (stream Cart);\n  option deprecated = true;\n}\n\
             message Cart {\n  string user_id = 1;\n  repeated Item items = 2 [packed = true];\n\
             map<string, .shop.v1.Item> by_id = 3;\n  oneof pay { Card card = 4; string token = 5; }\n\
             enum State { OPEN = 0; CLOSED = 1; }\n  message Item { int32 quantity = 1; }\n  reserved 7, 9 to 11;\n}\n",
        );
        assert_eq!(facts.faults, []);
        assert_eq!(facts.module, "shop.v1");
        assert_eq!(facts.imports[0].1, "money.proto");
        assert_eq!(
            operations(&facts),
            [
                "5 rpc CartService/AddItem",
                "6 rpc stream CartService/Watch"
            ]
        );
        assert_eq!(
            types(&facts),
            [
                "9 Cart(user_id: string, items: repeated Item, by_id: map<string, shop.v1.Item>, card: Card, token: string)",
                "14 Cart.State(OPEN: enum, CLOSED: enum)",
                "15 Cart.Item(quantity: int32)",
            ]
        );
    }

    #[test]
    fn http_annotations_are_routes() {
        let facts = contract(
            "service Library {\n  rpc Get(A) returns (B) {\n    option (google.api.http) = {\n      get: \"/v1/{name=shelves/*}/books/{id}\"\n\
                  additional_bindings { post: \"/v1/books:find\" body: \"*\" }\n    };\n  }\n\
             rpc Drop(A) returns (B) { option (google.api.http).delete = \"/v1/books/{id}\"; }\n\
             rpc Odd(A) returns (B) { option (google.api.http) = { custom: { kind: \"HEAD\" path: \"/v1/odd\" } }; }\n}\n",
        );
        assert_eq!(facts.faults, []);
        assert_eq!(
            operations(&facts),
            [
                "2 rpc Library/Get",
                "4 GET /v1/shelves/{name}/books/{id} = Library/Get",
                "5 POST /v1/books:find = Library/Get",
                "8 rpc Library/Drop",
                "8 DELETE /v1/books/{id} = Library/Drop",
                "9 rpc Library/Odd",
                "9 HEAD /v1/odd = Library/Odd",
            ]
        );
    }

    #[test]
    fn names_that_are_keywords_and_old_syntax() {
        let facts = contract(
            "message M {\n  required string message = 1;\n  optional group Inner = 2 { optional int32 a = 1; }\n\
             string option = 3;\n  string optional = 4;\n  bool repeated = 5;\n  extensions 100 to max;\n  extend Other { optional int32 x = 126; }\n}\n",
        );
        assert_eq!(facts.faults, []);
        assert_eq!(
            types(&facts),
            [
                "1 M(message: string, Inner: group, option: string, optional: string, repeated: bool)"
            ]
        );
    }

    #[test]
    fn what_is_broken_is_named_and_the_rest_is_kept() {
        let facts = contract(
            "packge x;\nmessage A { string = 1; int32 b = 2; }\nservice S { rpc (A) returns (B); rpc Ok(A) returns (B); ]\nrpc Last(A) returns (B); ",
        );
        assert_eq!(types(&facts), ["2 A(b: int32)"]);
        assert_eq!(operations(&facts), ["3 rpc S/Ok", "4 rpc S/Last"]);
        assert_eq!(
            facts.faults.iter().map(|fault| fault.0).collect::<Vec<_>>(),
            [1, 2, 3, 4]
        );
    }

    #[test]
    fn depth_is_bounded() {
        let deep = "message A { ".repeat(20_000);
        assert!(!contract(&deep).faults.is_empty());
        let deep = format!("message A {{ int32 a = 1 {} ; }}", "[".repeat(50_000));
        contract(&deep);
    }
}
