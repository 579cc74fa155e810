//! Expressions of Go.

use super::super::escapes::undone;
use super::super::joined::{joined, percent, sum};
use super::super::syntax_tree::Node;
use super::{Lowering, parameters, types};
use crate::outline::{Argument, Call, Expr, Function};

/// The text of a string literal.
pub fn literal(node: Node) -> String {
    let text = node.text();
    let inside = |quote| {
        let text = text.strip_prefix(quote).unwrap_or(text);
        text.strip_suffix(quote).unwrap_or(text)
    };
    match node.kind() {
        "raw_string_literal" => inside('`').replace('\r', ""),
        _ => undone(inside('"')),
    }
}

fn positional(values: Vec<Expr>) -> Vec<Argument> {
    values
        .into_iter()
        .map(|value| Argument { name: None, value })
        .collect()
}

impl Lowering {
    pub fn expression(&mut self, node: Node) -> Expr {
        let at = node.at();
        match node.kind() {
            "identifier" => Expr::Name(self.name(node.text()), at),
            "interpreted_string_literal" | "raw_string_literal" => Expr::Text(literal(node), at),
            "int_literal" | "float_literal" => match number(node.text()) {
                Some(value) => Expr::Number(value, at),
                None => Expr::Other(Vec::new()),
            },
            "true" => Expr::Bool(true),
            "false" => Expr::Bool(false),
            "nil" => Expr::Nothing,
            "parenthesized_expression" | "variadic_argument" | "literal_element" => {
                self.inside(node)
            }
            "selector_expression" => self.member(node),
            "index_expression" => {
                let of = self.field(node, "operand");
                let key = self.field(node, "index");
                Expr::Item(Box::new(of), Box::new(key), at)
            }
            "slice_expression" | "type_assertion_expression" | "type_conversion_expression" => {
                self.field(node, "operand")
            }
            "unary_expression" => {
                let operand = self.field(node, "operand");
                match node.field("operator").map_or("", Node::text) {
                    "&" | "*" | "<-" => operand,
                    _ => Expr::Other(vec![operand]),
                }
            }
            "binary_expression" => {
                let (left, right) = (self.field(node, "left"), self.field(node, "right"));
                match node.field("operator").map_or("", Node::text) {
                    "+" => sum(left, right, at),
                    _ => Expr::Other(vec![left, right]),
                }
            }
            "call_expression" => self.call(node),
            "composite_literal" => self.composite(node),
            "func_literal" => Expr::Function(Box::new(self.closure(node))),
            "literal_value" => self.elements(node),
            "type_instantiation_expression" | "generic_type" => {
                let of = node.field("type").map_or("", Node::text);
                path(of, at)
            }
            "type_identifier" | "qualified_type" => path(node.text(), at),
            "ERROR" => Expr::Other(node.children().map(|part| self.expression(part)).collect()),
            _ => Expr::Other(Vec::new()),
        }
    }

    fn name(&self, text: &str) -> String {
        if self.receiver.as_deref() == Some(text) && text != "_" {
            "self".to_owned()
        } else {
            text.to_owned()
        }
    }

    fn field(&mut self, node: Node, field: &str) -> Expr {
        match node.field(field) {
            Some(node) => self.expression(node),
            None => Expr::Other(Vec::new()),
        }
    }

    fn inside(&mut self, node: Node) -> Expr {
        match node.first() {
            Some(node) => self.expression(node),
            None => Expr::Other(Vec::new()),
        }
    }

    fn member(&mut self, node: Node) -> Expr {
        let of = self.field(node, "operand");
        match node.field("field") {
            Some(name) => Expr::Member(Box::new(of), name.text().to_owned(), name.at()),
            None => of,
        }
    }

    fn closure(&mut self, node: Node) -> Function {
        let mut body = Vec::new();
        if let Some(block) = node.field("body") {
            self.block(block, &mut body);
        }
        Function {
            parameters: node.field("parameters").map(parameters).unwrap_or_default(),
            returns: node.field("result").and_then(types::result),
            body,
            at: node.at(),
            end: node.end(),
            ..Function::default()
        }
    }

    fn call(&mut self, node: Node) -> Expr {
        let Some(function) = node.field("function") else {
            return Expr::Other(Vec::new());
        };
        let mut arguments: Vec<Expr> = match node.field("arguments") {
            Some(list) => list
                .children()
                .map(|argument| self.expression(argument))
                .collect(),
            None => Vec::new(),
        };
        let at = match function.kind() {
            "selector_expression" => function.field("field").map_or(function.at(), Node::at),
            _ => function.at(),
        };
        match function.text() {
            // A conversion, and what the language's own `fmt` puts together.
            "string" if arguments.len() == 1 => return arguments.swap_remove(0),
            "fmt.Sprint" => return joined(arguments, at),
            "fmt.Sprintf" if !arguments.is_empty() => {
                let format = match &arguments[0] {
                    Expr::Text(text, _) => Some(text.clone()),
                    Expr::Name(name, _) => self.texts.get(name).cloned(),
                    _ => None,
                };
                if let Some(format) = format {
                    return percent(&format, at, arguments.split_off(1));
                }
            }
            "new" if arguments.len() == 1 => {
                return Expr::Call(Box::new(Call {
                    callee: arguments.swap_remove(0),
                    arguments: Vec::new(),
                    types: Vec::new(),
                    constructs: true,
                    at,
                }));
            }
            _ => {}
        }
        let types = node.field("type_arguments").map(types::arguments);
        let (callee, types) = match (generic(function), types) {
            (Some((function, of)), _) => (function, vec![types::type_ref(of)]),
            (None, types) => (function, types.unwrap_or_default()),
        };
        Expr::Call(Box::new(Call {
            callee: self.expression(callee),
            arguments: positional(arguments),
            types,
            constructs: false,
            at,
        }))
    }

    /// `T{a: 1}` constructs; a slice is a list; a map, and a struct whose type is left out, a map.
    fn composite(&mut self, node: Node) -> Expr {
        let (Some(of), Some(body)) = (node.field("type"), node.field("body")) else {
            return Expr::Other(Vec::new());
        };
        let elements = self.elements(body);
        let at = of.at();
        match (of.kind(), elements) {
            (
                "slice_type" | "array_type" | "implicit_length_array_type",
                Expr::Map(entries, at),
            ) => {
                // Indexed elements, `[]T{0: x}`.
                Expr::List(entries.into_iter().map(|(_, value)| value).collect(), at)
            }
            ("map_type", Expr::List(items, at)) if items.is_empty() => Expr::Map(Vec::new(), at),
            ("type_identifier" | "qualified_type" | "generic_type", elements) => {
                let written = types::type_ref(of);
                let arguments = match elements {
                    // Keys in quotes: the type is a map.
                    Expr::Map(entries, at) if body.children().any(keyed_by_text) => {
                        return Expr::Map(entries, at);
                    }
                    Expr::Map(entries, _) => entries
                        .into_iter()
                        .map(|(name, value)| Argument {
                            name: Some(name),
                            value,
                        })
                        .collect(),
                    Expr::List(values, _) => positional(values),
                    _ => Vec::new(),
                };
                Expr::Call(Box::new(Call {
                    callee: path(&written.name, at),
                    arguments,
                    types: written.arguments,
                    constructs: true,
                    at,
                }))
            }
            (_, elements) => elements,
        }
    }

    /// What stands between braces: a map where it has keys, else a list.
    fn elements(&mut self, body: Node) -> Expr {
        let at = body.at();
        if !body.has("keyed_element") {
            return Expr::List(
                body.children()
                    .map(|element| self.inside(element))
                    .collect(),
                at,
            );
        }
        let mut entries = Vec::new();
        for element in body
            .children()
            .filter(|element| element.is("keyed_element"))
        {
            let (Some(key), Some(value)) = (element.field("key"), element.field("value")) else {
                continue;
            };
            let key = match key.first() {
                Some(text) if text.kind().ends_with("string_literal") => literal(text),
                _ => key.text().to_owned(),
            };
            entries.push((key, self.inside(value)));
        }
        Expr::Map(entries, at)
    }
}

/// `find[Order]` is read as an index; what is called there by the name of a type is a generic function.
fn generic<'t>(function: Node<'t>) -> Option<(Node<'t>, Node<'t>)> {
    let (of, index) = match function.kind() {
        "index_expression" => (function.field("operand")?, function.field("index")?),
        "type_instantiation_expression" => (function.field("type")?, function.last()?),
        _ => return None,
    };
    let last = index.text().rsplit('.').next().unwrap_or("");
    let names_a_type = last.starts_with(char::is_uppercase) || BUILT_IN.contains(&last);
    (names_a_type || function.is("type_instantiation_expression")).then_some((of, index))
}

/// Types that the language names in lower case and that stand as arguments of generic functions.
const BUILT_IN: [&str; 10] = [
    "string", "int", "int32", "int64", "uint", "uint32", "uint64", "float64", "bool", "any",
];

fn keyed_by_text(element: Node) -> bool {
    let key = element.field("key").and_then(Node::first);
    key.is_some_and(|key| key.kind().ends_with("string_literal"))
}

/// `a.b.C` as an expression.
fn path(dotted: &str, at: u32) -> Expr {
    let mut segments = dotted.split('.').map(str::trim);
    let first = Expr::Name(segments.next().unwrap_or("").to_owned(), at);
    segments.fold(first, |of, name| {
        Expr::Member(Box::new(of), name.to_owned(), at)
    })
}

fn number(text: &str) -> Option<f64> {
    let plain = text.replace('_', "").to_ascii_lowercase();
    for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] {
        if let Some(digits) = plain.strip_prefix(prefix) {
            return u64::from_str_radix(digits, radix)
                .ok()
                .map(|value| value as f64);
        }
    }
    plain.parse().ok()
}
