//! Macros and attributes. A grammar leaves what they hold as tokens; it is read as Rust by itself.

use super::super::joined::{braces, joined};
use super::super::syntax_tree::Node;
use super::{GRAMMAR, Lowering, types};
use crate::outline::{Annotation, Argument, Call, Expr, Stmt};

/// Macros of the standard library that say nothing of what a program does.
const SILENT: [&str; 19] = [
    "println",
    "print",
    "eprintln",
    "eprint",
    "panic",
    "todo",
    "unimplemented",
    "unreachable",
    "assert",
    "assert_eq",
    "assert_ne",
    "debug_assert",
    "debug_assert_eq",
    "debug_assert_ne",
    "write",
    "writeln",
    "matches",
    "compile_error",
    "cfg",
];

const MAX_MACROS: usize = 8;

impl Lowering {
    pub fn attribute(&mut self, node: Node) -> Vec<Annotation> {
        let at = self.at(node);
        let Some(attribute) = node.child("attribute") else {
            return Vec::new();
        };
        let name = attribute.first().map_or("", Node::text);
        let arguments = if let Some(tokens) = attribute.field("arguments") {
            self.tokens_as_arguments(tokens)
        } else if let Some(value) = attribute.field("value") {
            vec![Argument {
                name: None,
                value: self.expression(value),
            }]
        } else {
            Vec::new()
        };
        if name == "derive" {
            let derived = arguments
                .iter()
                .filter_map(|argument| argument.value.dotted());
            return derived
                .map(|name| Annotation {
                    name,
                    arguments: Vec::new(),
                    at,
                })
                .collect();
        }
        vec![Annotation {
            name: types::dotted(name),
            arguments,
            at,
        }]
    }

    pub fn macro_call(&mut self, node: Node) -> Expr {
        let name = types::dotted(node.field("macro").map_or("", Node::text));
        let Some(tokens) = node.child("token_tree") else {
            return Expr::Other(Vec::new());
        };
        if SILENT.contains(&name.as_str()) {
            return Expr::Other(Vec::new());
        }
        let at = self.at(node);
        if tokens.text().starts_with('{') {
            let arguments = self.rows(tokens);
            if arguments.is_empty() {
                let inside = self.tokens_as_statements(tokens);
                self.pending.extend(inside);
            }
            return Expr::Call(Box::new(Call {
                callee: super::expressions::path(&name, at),
                arguments,
                types: Vec::new(),
                constructs: false,
                at,
            }));
        }
        let arguments = self.tokens_as_arguments(tokens);
        let values =
            |arguments: Vec<Argument>| arguments.into_iter().map(|argument| argument.value);
        match name.as_str() {
            "format" | "format_args" | "std.format" => match arguments.split_first() {
                Some((
                    Argument {
                        value: Expr::Text(format, _),
                        ..
                    },
                    rest,
                )) => braces(format, at, rest),
                _ => Expr::Other(values(arguments).collect()),
            },
            "concat" => joined(values(arguments).collect(), at),
            "vec" => Expr::List(values(arguments).collect(), at),
            _ => Expr::Call(Box::new(Call {
                callee: super::expressions::path(&name, at),
                arguments,
                types: Vec::new(),
                constructs: false,
                at,
            })),
        }
    }

    /// Tokens in brackets as the arguments of a call; `name = value` is a named one.
    fn tokens_as_arguments(&mut self, tokens: Node) -> Vec<Argument> {
        const BEFORE: &str = "fn f(){f";
        let Some(inside) = inside(tokens) else {
            return Vec::new();
        };
        self.parsed(
            tokens,
            BEFORE,
            &format!("{BEFORE}({inside});}}"),
            |lowering, root| {
                let call = root.first()?.field("body")?.first()?.first()?;
                let arguments = call.field("arguments")?;
                Some(
                    arguments
                        .children()
                        .map(|argument| lowering.argument(argument))
                        .collect(),
                )
            },
        )
    }

    fn argument(&mut self, node: Node) -> Argument {
        if node.is("assignment_expression")
            && let (Some(name), Some(value)) = (node.field("left"), node.field("right"))
        {
            return Argument {
                name: Some(types::dotted(name.text())),
                value: self.expression(value),
            };
        }
        Argument {
            name: None,
            value: self.expression(node),
        }
    }

    /// Tokens in braces as the statements of a block.
    fn tokens_as_statements(&mut self, tokens: Node) -> Vec<Stmt> {
        const BEFORE: &str = "fn f()";
        let Some(inside) = inside(tokens) else {
            return Vec::new();
        };
        // Lazily made statics are written `static ref X: T = ..;`.
        let inside = inside.replace("static ref ", "static     ");
        self.parsed(
            tokens,
            BEFORE,
            &format!("{BEFORE}{{{inside}}}"),
            |lowering, root| {
                let mut out = Vec::new();
                lowering.block(root.first()?.field("body")?, false, &mut out);
                Some(out)
            },
        )
    }

    /// Tables written as rows: `orders (id) { id -> Integer, name -> Text, }` is the name, its keys
    /// as a list and its rows as a map.
    fn rows(&mut self, tokens: Node) -> Vec<Argument> {
        let name = tokens
            .children()
            .take_while(|part| !part.is("token_tree"))
            .filter(|part| part.is("identifier"))
            .last();
        let braces = tokens
            .children()
            .filter(|part| part.is("token_tree"))
            .last();
        let (Some(name), Some(braces)) = (name, braces) else {
            return Vec::new();
        };
        let names = |list: Node| {
            let words = list.children().filter(|part| part.is("identifier"));
            words
                .map(|word| Expr::Text(word.text().to_owned(), word.at()))
                .collect::<Vec<_>>()
        };
        let Some(inside) = inside(braces).filter(|inside| inside.contains("->")) else {
            return Vec::new();
        };
        let at = self.at(name);
        let rows = inside.split(',').filter_map(|row| {
            let (column, of) = row.split_once("->")?;
            let column = column.split_whitespace().last()?;
            let of = of.chars().filter(|c| !c.is_whitespace()).collect();
            Some((column.to_owned(), Expr::Text(of, at)))
        });
        let keys = tokens
            .children()
            .find(|part| part.is("token_tree"))
            .filter(|keys| keys.at() != braces.at());
        let positional = |value| Argument { name: None, value };
        vec![
            positional(Expr::Text(name.text().to_owned(), at)),
            positional(Expr::List(keys.map(names).unwrap_or_default(), at)),
            positional(Expr::Map(rows.collect(), at)),
        ]
    }

    /// Parses `text`, which is `before` and then what stands at `tokens`, and reads it with places that
    /// are those of the file.
    fn parsed<T: Default>(
        &mut self,
        tokens: Node,
        before: &str,
        text: &str,
        read: impl FnOnce(&mut Self, Node) -> Option<T>,
    ) -> T {
        if self.macros >= MAX_MACROS {
            return T::default();
        }
        self.macros += 1;
        let tree = GRAMMAR.parse(text);
        let outer = self.offset;
        self.offset = outer
            .wrapping_add(tokens.at())
            .wrapping_sub(before.len() as u32);
        let made = read(self, tree.root()).unwrap_or_default();
        self.offset = outer;
        self.macros -= 1;
        made
    }
}

/// The text between the brackets of a token tree.
fn inside(tokens: Node<'_>) -> Option<&str> {
    let text = tokens.text();
    text.get(1..text.len().checked_sub(1)?)
}
