//! GraphQL: what a schema in its definition language promises.
//!
//! Fields of the root types are operations (`query`, `mutation`, `subscription`), all other types are
//! types of the contract. Files that hold only documents of clients (queries, fragments) promise
//! nothing. What cannot be read is a fault, and reading goes on at the next definition.

use super::tokens::{Cursor, Manner, Token, tokens};
use super::{Front, Reads, SourceText, ends_in};
use crate::observation::{
    Contract, ContractOperation, ContractType, FileFacts, Observation, Observed,
};
use model::finding::Certainty;

pub const FRONT: Front = Front {
    id: "graphql",
    takes: |path| ends_in(path, &[".graphql", ".graphqls", ".gql"]),
    reads: Reads::Format(read),
};

pub fn read(source: SourceText) -> FileFacts {
    let tokens = tokens(source.text, Manner::Hash);
    let mut file = File::default();
    let mut cursor = Cursor::new(&tokens);
    while cursor.peek().is_some() {
        file.definition(&mut cursor);
    }
    let line = file.found.first().map(|found| found.line);
    let name = source.name();
    let (operations, types) = parted(file.found, &file.roots);
    FileFacts {
        front: FRONT.id.into(),
        seen: Vec::from_iter(line.map(|line| Observed {
            line,
            certainty: Certainty::Resolved,
            within: String::new(),
            what: Observation::Contract(Contract {
                kind: "graphql".into(),
                title: name.split('.').next().unwrap_or(name).to_string(),
                base: None,
                operations,
                types,
            }),
        })),
        faults: file.faults,
        ..FileFacts::default()
    }
}

#[derive(Default)]
struct File {
    found: Vec<Defined>,
    /// `query` and the type that answers it.
    roots: Vec<(String, String)>,
    faults: Vec<(u32, String)>,
}

struct Defined {
    name: String,
    /// Name, type as written, line.
    fields: Vec<(String, String, u32)>,
    line: u32,
}

/// Operations and types; fields of roots are operations. `extend type` adds to its type.
fn parted(
    found: Vec<Defined>,
    roots: &[(String, String)],
) -> (Vec<ContractOperation>, Vec<ContractType>) {
    let mut operations = Vec::new();
    let mut types: Vec<ContractType> = Vec::new();
    for defined in found {
        let stated = roots.iter().find(|(_, of)| *of == defined.name);
        let usual = match defined.name.as_str() {
            "Query" => Some("query"),
            "Mutation" => Some("mutation"),
            "Subscription" => Some("subscription"),
            _ => None,
        };
        if let Some(method) = stated.map(|(method, _)| method.as_str()).or(usual) {
            let fields = defined.fields.into_iter();
            operations.extend(fields.map(|(name, _, line)| ContractOperation {
                method: method.to_string(),
                path: name,
                id: None,
                line,
            }));
            continue;
        }
        let fields = defined.fields.into_iter().map(|(name, of, _)| (name, of));
        match types.iter_mut().find(|known| known.name == defined.name) {
            Some(known) => known.fields.extend(fields),
            None => types.push(ContractType {
                name: defined.name,
                fields: fields.collect(),
                line: defined.line,
            }),
        }
    }
    (operations, types)
}

impl File {
    fn definition(&mut self, cursor: &mut Cursor) {
        while cursor.text().is_some() {}
        let line = cursor.line();
        let extends = cursor.accept_word("extend");
        match cursor.take() {
            Some(Token::Word("type" | "interface" | "input")) => {
                let Some(name) = cursor.word() else {
                    return self.unexpected(cursor, "the name of a type");
                };
                // `implements A & B`, directives.
                until_body(cursor);
                let mut fields = Vec::new();
                if cursor.accept('{') {
                    fields = self.fields(cursor, name);
                }
                self.define(name, fields, line);
            }
            Some(Token::Word("enum")) => {
                let Some(name) = cursor.word() else {
                    return self.unexpected(cursor, "the name of an enum");
                };
                until_body(cursor);
                let mut values = Vec::new();
                if cursor.accept('{') {
                    values = enum_values(cursor);
                }
                self.define(name, values, line);
            }
            Some(Token::Word("union")) => {
                let Some(name) = cursor.word() else {
                    return self.unexpected(cursor, "the name of a union");
                };
                until_body(cursor);
                let mut members = Vec::new();
                if cursor.accept('=') {
                    cursor.accept('|');
                    while let Some(member) = cursor.word() {
                        members.push((member.to_string(), "member".to_string(), line));
                        if !cursor.accept('|') {
                            break;
                        }
                    }
                }
                self.define(name, members, line);
            }
            Some(Token::Word("scalar")) => {
                if let Some(name) = cursor.word() {
                    self.define(name, Vec::new(), line);
                }
                until_body(cursor);
            }
            Some(Token::Word("schema")) => {
                until_body(cursor);
                if cursor.accept('{') {
                    while let Some(token) = cursor.take() {
                        match token {
                            Token::Sign('}') => break,
                            Token::Word(method) if cursor.accept(':') => {
                                let of = cursor.word().unwrap_or_default();
                                self.roots.push((method.to_string(), of.to_string()));
                            }
                            _ => {}
                        }
                    }
                }
            }
            Some(Token::Word("directive")) => {
                // `directive @name(args) repeatable on A | B`
                cursor.accept('@');
                cursor.word();
                if cursor.accept('(') {
                    cursor.leave();
                }
                cursor.accept_word("repeatable");
                if cursor.accept_word("on") {
                    cursor.accept('|');
                    while cursor.word().is_some() && cursor.accept('|') {}
                }
            }
            // Documents of clients.
            Some(Token::Word("query" | "mutation" | "subscription" | "fragment")) if !extends => {
                while cursor.peek().is_some() && !cursor.is_sign('{') {
                    if cursor.accept('(') {
                        cursor.leave();
                    } else if starts_definition(cursor) && !cursor.is_word("on") {
                        return;
                    } else {
                        cursor.take();
                    }
                }
                if cursor.accept('{') {
                    cursor.leave();
                }
            }
            Some(Token::Sign('{')) => cursor.leave(),
            None => {}
            Some(_) => {
                self.fault(line, "no definition opens here".to_string());
                while cursor.peek().is_some() && !starts_definition(cursor) {
                    cursor.take();
                }
            }
        }
    }

    fn define(&mut self, name: &str, fields: Vec<(String, String, u32)>, line: u32) {
        self.found.push(Defined {
            name: name.to_string(),
            fields,
            line,
        });
    }

    /// `name(arguments): Type @directive` up to the closing brace.
    fn fields(&mut self, cursor: &mut Cursor, owner: &str) -> Vec<(String, String, u32)> {
        let mut fields = Vec::new();
        loop {
            while cursor.text().is_some() {}
            let line = cursor.line();
            match cursor.peek() {
                None => {
                    self.fault(line, format!("`{owner}` has no end"));
                    return fields;
                }
                Some(Token::Sign('}')) => {
                    cursor.take();
                    return fields;
                }
                _ => {}
            }
            let Some(name) = cursor.word() else {
                self.fault(line, format!("no field of `{owner}` begins so"));
                match cursor.take() {
                    Some(Token::Sign('{' | '(' | '[')) => cursor.leave(),
                    _ => continue,
                }
                continue;
            };
            if cursor.accept('(') {
                cursor.leave();
            }
            if !cursor.accept(':') {
                // `type Order {` inside a body that was never closed.
                if matches!(name, "type" | "input" | "enum" | "interface" | "extend")
                    && matches!(cursor.peek(), Some(Token::Word(_)))
                {
                    self.fault(line, format!("`{owner}` has no end"));
                    cursor.back();
                    return fields;
                }
                self.fault(line, format!("field `{name}` of `{owner}` has no type"));
                continue;
            }
            let of = type_text(cursor);
            if of.is_empty() {
                self.fault(line, format!("field `{name}` of `{owner}` has no type"));
            }
            if cursor.accept('=') {
                value(cursor);
            }
            directives(cursor);
            fields.push((name.to_string(), of, line));
        }
    }

    fn unexpected(&mut self, cursor: &mut Cursor, wanted: &str) {
        self.fault(cursor.line(), format!("{wanted} should stand here"));
        while cursor.peek().is_some() && !starts_definition(cursor) {
            cursor.take();
        }
    }

    fn fault(&mut self, line: u32, reason: String) {
        if self.faults.last().is_none_or(|(last, _)| *last != line) {
            self.faults.push((line, reason));
        }
    }
}

fn starts_definition(cursor: &Cursor) -> bool {
    let keyword = matches!(
        cursor.peek(),
        Some(Token::Word(
            "type"
                | "interface"
                | "input"
                | "enum"
                | "union"
                | "scalar"
                | "schema"
                | "directive"
                | "extend"
                | "query"
                | "mutation"
                | "subscription"
                | "fragment"
        ))
    );
    keyword && cursor.ahead(1) != Some(&Token::Sign(':'))
}

/// To the `{` or `=` of a definition, over interfaces and directives; stops before another one.
fn until_body(cursor: &mut Cursor) {
    loop {
        match cursor.peek() {
            Some(Token::Sign('@')) => directives(cursor),
            Some(Token::Sign('&')) => _ = cursor.take(),
            Some(Token::Word(_)) if !starts_definition(cursor) => _ = cursor.take(),
            _ => return,
        }
    }
}

fn directives(cursor: &mut Cursor) {
    while cursor.accept('@') {
        cursor.word();
        if cursor.accept('(') {
            cursor.leave();
        }
    }
}

fn value(cursor: &mut Cursor) {
    match cursor.peek() {
        Some(Token::Sign('{' | '[')) => {
            cursor.take();
            cursor.leave();
        }
        Some(Token::Sign('$')) => {
            cursor.take();
            cursor.word();
        }
        Some(Token::Word(_) | Token::Text(_)) => _ = cursor.take(),
        _ => {}
    }
}

/// `[Order!]!` as written.
fn type_text(cursor: &mut Cursor) -> String {
    let mut text = String::new();
    while cursor.accept('[') {
        text.push('[');
    }
    if let Some(Token::Word(name)) = cursor.peek() {
        text.push_str(name);
        cursor.take();
    }
    loop {
        match cursor.peek() {
            Some(Token::Sign(sign @ ('!' | ']'))) => text.push(*sign),
            _ => return text,
        }
        cursor.take();
    }
}

fn enum_values(cursor: &mut Cursor) -> Vec<(String, String, u32)> {
    let mut values = Vec::new();
    loop {
        let line = cursor.line();
        match cursor.take() {
            None | Some(Token::Sign('}')) => return values,
            Some(Token::Word(value)) => {
                values.push((value.to_string(), "enum".to_string(), line));
                directives(cursor);
            }
            Some(Token::Sign('{' | '(' | '[')) => cursor.leave(),
            Some(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fronts::contract_tests::{operations, read_with, types};

    fn contract(text: &str) -> FileFacts {
        read_with(read, "api/shop.graphqls", text)
    }

    #[test]
    fn roots_are_operations_and_the_rest_types() {
        let facts = contract(
            "\"\"\"The shop.\ntype Hidden { a: Int }\"\"\"\ntype Query {\n  order(id: ID!, first: Int = 10): Order @auth(role: \"x\")\n  # old\n  orders: [Order!]!\n}\n\
             extend type Mutation { \"places it\" place(input: PlaceInput = {a: [1]}): Order! }\n\
             type Order implements Node & Kept @key(fields: \"id\") {\n  id: ID!\n  lines(after: String): [Line]\n}\n\
             input PlaceInput { count: Int = 1, note: String }\nenum State { OPEN CLOSED @deprecated(reason: \"x\") }\n\
             union Found = | Order | Line\nscalar Money @specifiedBy(url: \"x\")\ndirective @auth(role: String) repeatable on FIELD_DEFINITION | OBJECT\n\
             extend type Order { total: Money }\n",
        );
        assert_eq!(facts.faults, []);
        assert_eq!(
            operations(&facts),
            ["4 query order", "6 query orders", "8 mutation place"]
        );
        assert_eq!(
            types(&facts),
            [
                "9 Order(id: ID!, lines: [Line], total: Money)",
                "13 PlaceInput(count: Int, note: String)",
                "14 State(OPEN: enum, CLOSED: enum)",
                "15 Found(Order: member, Line: member)",
                "16 Money()",
            ]
        );
    }

    #[test]
    fn the_schema_may_name_its_roots() {
        let facts = contract(
            "schema @link(url: \"x\") { query: Root mutation: Change }\ntype Root { a: Int }\ntype Change { b: Int }\n",
        );
        assert_eq!(operations(&facts), ["2 query a", "3 mutation b"]);
    }

    #[test]
    fn documents_of_clients_promise_nothing() {
        let facts = contract(
            "query Orders($first: Int!) @cached { orders(first: $first) { ...line type } }\nfragment line on Order { type: id }\n{ orders { id } }\n",
        );
        assert_eq!((facts.seen.len(), facts.faults.len()), (0, 0));
    }

    #[test]
    fn a_body_without_end_does_not_take_the_next_type() {
        let facts = contract(
            "type Query {\n  a: Int\n  b(\n}\n type Order { id: ID! ? c }\n}\ntype Late {\n  type: String\ntype Query { z: Int }\n",
        );
        assert!(!facts.faults.is_empty());
        assert!(operations(&facts).contains(&"2 query a".to_string()));
        assert!(operations(&facts).contains(&"9 query z".to_string()));
    }
}
