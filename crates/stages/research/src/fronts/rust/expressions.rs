//! Expressions of Rust. Waiting, `?`, references, and methods of the standard library that give back
//! what they were given fall away; a value with another for its absence is a choice.

use super::super::escapes::undone;
use super::super::joined::{acts, either, sum};
use super::super::syntax_tree::Node;
use super::{Lowering, parameters, patterns, types};
use crate::outline::{Argument, Call, Expr, Function, Parameter, Stmt};

/// Nesting beyond which nothing is read: macros inside macros are parsed one by one, so the depth of
/// one tree does not bound it.
pub const MAX_DEPTH: usize = 150;

/// Methods whose value is that of the receiver.
const SAME: [&str; 24] = [
    "unwrap",
    "expect",
    "unwrap_or_default",
    "to_string",
    "to_owned",
    "into",
    "clone",
    "cloned",
    "as_str",
    "as_ref",
    "as_deref",
    "as_mut",
    "ok",
    "map_err",
    "into_string",
    "into_owned",
    "iter",
    "into_iter",
    "iter_mut",
    "parse",
    "borrow",
    "into_boxed_str",
    "try_into",
    "as_bytes",
];

/// Methods whose argument stands in where the receiver holds nothing.
const INSTEAD: [&str; 4] = ["unwrap_or", "unwrap_or_else", "or", "or_else"];

/// Functions of the standard library that wrap or copy their argument.
const WRAPS: [&str; 14] = [
    "Some",
    "Ok",
    "String.from",
    "Box.new",
    "Arc.new",
    "Rc.new",
    "Mutex.new",
    "RwLock.new",
    "Cow.from",
    "Cow.Borrowed",
    "Box.pin",
    "std.sync.Arc.new",
    "Box.from",
    "Pin.new",
];

fn nothing() -> Expr {
    Expr::Other(Vec::new())
}

/// `a.b.C` as an expression.
pub fn path(dotted: &str, at: u32) -> Expr {
    let mut segments = dotted.split('.');
    let first = Expr::Name(segments.next().unwrap_or("").to_owned(), at);
    segments.fold(first, |of, name| {
        Expr::Member(Box::new(of), name.to_owned(), at)
    })
}

impl Lowering {
    pub fn expression(&mut self, node: Node) -> Expr {
        if self.depth >= MAX_DEPTH {
            return nothing();
        }
        self.depth += 1;
        let made = self.lowered(node);
        self.depth -= 1;
        made
    }

    fn lowered(&mut self, node: Node) -> Expr {
        let at = self.at(node);
        match node.kind() {
            "identifier" | "self" | "crate" | "super" | "metavariable" | "type_identifier" => {
                Expr::Name(self.name(node.text()), at)
            }
            "scoped_identifier"
            | "scoped_type_identifier"
            | "generic_type"
            | "generic_type_with_turbofish" => self.path_of(node),
            "string_literal" | "raw_string_literal" => Expr::Text(literal(node.text()), at),
            "integer_literal" | "float_literal" => match number(node.text()) {
                Some(value) => Expr::Number(value, at),
                None => nothing(),
            },
            "boolean_literal" => Expr::Bool(node.text() == "true"),
            "unit_expression" => Expr::Nothing,
            "await_expression"
            | "try_expression"
            | "parenthesized_expression"
            | "expression_statement" => self.first(node),
            "reference_expression" | "type_cast_expression" => self.field(node, "value"),
            "unary_expression" => match node.parts().next().map_or("", Node::text) {
                "*" => self.first(node),
                _ => Expr::Other(vec![self.first(node)]),
            },
            "binary_expression" => {
                let (left, right) = (self.field(node, "left"), self.field(node, "right"));
                match node.field("operator").map_or("", Node::text) {
                    "+" => sum(left, right, at),
                    _ => Expr::Other(vec![left, right]),
                }
            }
            "field_expression" => {
                let of = self.field(node, "value");
                match node.field("field") {
                    Some(name) => Expr::Member(Box::new(of), name.text().to_owned(), self.at(name)),
                    None => of,
                }
            }
            "index_expression" => {
                let mut parts = node.children();
                let (Some(of), Some(key)) = (parts.next(), parts.next()) else {
                    return nothing();
                };
                let (of, key) = (self.expression(of), self.expression(key));
                Expr::Item(Box::new(of), Box::new(key), at)
            }
            "array_expression" | "tuple_expression" => {
                let items = node.children().filter(|item| !item.is("attribute_item"));
                Expr::List(items.map(|item| self.expression(item)).collect(), at)
            }
            "call_expression" => self.call(node),
            "macro_invocation" => self.macro_call(node),
            "struct_expression" => self.structure(node),
            "closure_expression" => Expr::Function(Box::new(self.closure(node))),
            "block" => self.value_of(node),
            "unsafe_block" | "async_block" | "try_block" | "const_block" | "gen_block" => node
                .child("block")
                .map_or_else(nothing, |block| self.value_of(block)),
            "if_expression" => self.conditional(node),
            "match_expression" => self.choice(node),
            "return_expression" => {
                let value = self.first(node);
                self.pending.push(Stmt::Return(value));
                nothing()
            }
            "for_expression"
            | "while_expression"
            | "loop_expression"
            | "assignment_expression"
            | "compound_assignment_expr"
            | "let_declaration" => {
                let mut out = Vec::new();
                self.statement(node, &mut out);
                self.pending.append(&mut out);
                nothing()
            }
            "range_expression" | "ERROR" | "yield_expression" | "break_expression" => {
                Expr::Other(node.children().map(|part| self.expression(part)).collect())
            }
            _ => nothing(),
        }
    }

    fn first(&mut self, node: Node) -> Expr {
        node.first()
            .map_or_else(nothing, |node| self.expression(node))
    }

    fn field(&mut self, node: Node, field: &str) -> Expr {
        node.field(field)
            .map_or_else(nothing, |node| self.expression(node))
    }

    fn name(&self, text: &str) -> String {
        match (&self.itself, text) {
            (Some(itself), "Self") => itself.clone(),
            _ => text.to_owned(),
        }
    }

    fn path_of(&mut self, node: Node) -> Expr {
        let dotted = types::dotted(node.text());
        let at = self.at(node);
        match (dotted.split_once('.'), &self.itself) {
            (Some(("Self", rest)), Some(itself)) => path(&format!("{itself}.{rest}"), at),
            _ => path(&dotted, at),
        }
    }

    /// A block where its value is asked for: its statements stand before, its value remains.
    fn value_of(&mut self, block: Node) -> Expr {
        let mut inside = Vec::new();
        self.block(block, true, &mut inside);
        let value = match inside.pop() {
            Some(Stmt::Return(value)) => value,
            Some(last) => {
                inside.push(last);
                nothing()
            }
            None => nothing(),
        };
        self.pending.append(&mut inside);
        value
    }

    fn conditional(&mut self, node: Node) -> Expr {
        let mut before = Vec::new();
        if let Some(condition) = node.field("condition") {
            self.condition(condition, &mut before);
        }
        self.pending.append(&mut before);
        let mut values = Vec::new();
        if let Some(block) = node.field("consequence") {
            values.push(self.value_of(block));
        }
        if let Some(other) = node.field("alternative") {
            values.push(self.first(other));
        }
        either(values)
    }

    fn choice(&mut self, node: Node) -> Expr {
        let value = self.field(node, "value");
        let arms: Vec<Node> = match node.field("body") {
            Some(body) => body.children().filter(|arm| arm.is("match_arm")).collect(),
            None => Vec::new(),
        };
        let mut before = Vec::new();
        self.taken(&arms, value, &mut before);
        self.pending.append(&mut before);
        let values = arms.iter().map(|arm| self.field(*arm, "value")).collect();
        either(values)
    }

    fn call(&mut self, node: Node) -> Expr {
        let Some(mut function) = node.field("function") else {
            return nothing();
        };
        let types = match function.field("type_arguments") {
            Some(list) if function.is("generic_function") => types::arguments(list),
            _ => Vec::new(),
        };
        if function.is("generic_function")
            && let Some(inner) = function.field("function")
        {
            function = inner;
        }
        let given = node.field("arguments");
        let name = function
            .field("field")
            .or(function.field("name"))
            .unwrap_or(function);
        let callee = self.expression(function);
        let values: Vec<Expr> = match given {
            Some(list) => {
                let list = list
                    .children()
                    .filter(|argument| !argument.is("attribute_item"));
                list.map(|argument| self.expression(argument)).collect()
            }
            None => Vec::new(),
        };
        let of_a_value = function.is("field_expression");
        match callee {
            Expr::Member(of, ..) if of_a_value && SAME.contains(&name.text()) => *of,
            Expr::Member(of, ..)
                if of_a_value && values.len() == 1 && INSTEAD.contains(&name.text()) =>
            {
                let mut items = vec![*of];
                items.extend(values.into_iter().map(given_back));
                either(items)
            }
            callee => {
                let wraps = callee
                    .dotted()
                    .is_some_and(|name| WRAPS.contains(&name.as_str()));
                match <[Expr; 1]>::try_from(values) {
                    Ok([value]) if wraps => value,
                    Ok(value) => call_of(callee, value.into(), types, self.at(name)),
                    Err(values) => call_of(callee, values, types, self.at(name)),
                }
            }
        }
    }

    fn structure(&mut self, node: Node) -> Expr {
        let Some(name) = node.field("name") else {
            return nothing();
        };
        let callee = self.expression(name);
        let mut arguments = Vec::new();
        let fields = node.field("body");
        for field in fields.iter().flat_map(|fields| fields.children()) {
            match field.kind() {
                "field_initializer" => arguments.push(Argument {
                    name: field.field("field").map(|name| name.text().to_owned()),
                    value: self.field(field, "value"),
                }),
                "shorthand_field_initializer" => arguments.push(Argument {
                    name: field.last().map(|name| name.text().to_owned()),
                    value: field
                        .last()
                        .map_or_else(nothing, |name| self.expression(name)),
                }),
                _ => {}
            }
        }
        Expr::Call(Box::new(Call {
            callee,
            arguments,
            types: Vec::new(),
            constructs: true,
            at: self.at(name),
        }))
    }

    fn closure(&mut self, node: Node) -> Function {
        let outer = std::mem::take(&mut self.pending);
        let mut body = Vec::new();
        match node.field("body") {
            Some(block) if block.is("block") => self.block(block, true, &mut body),
            Some(value) => {
                let value = self.expression(value);
                body.append(&mut self.pending);
                body.push(Stmt::Return(value));
            }
            None => {}
        }
        self.pending = outer;
        let mut given = Vec::new();
        if let Some(list) = node.field("parameters") {
            for part in list.children() {
                if part.is("parameter") {
                    given.extend(parameters(list).into_iter().take(1));
                } else {
                    given.push(Parameter {
                        name: patterns::first_name(part),
                        ..Parameter::default()
                    });
                }
            }
        }
        Function {
            parameters: given,
            returns: node.field("return_type").map(types::type_ref),
            body,
            at: self.at(node),
            end: node.end().wrapping_add(self.offset),
            ..Function::default()
        }
    }

    /// The first arm of a match that takes a value out of its wrapper binds it.
    pub fn taken(&mut self, arms: &[Node], value: Expr, out: &mut Vec<Stmt>) {
        let taker = arms
            .iter()
            .filter_map(|arm| arm.field("pattern")?.first())
            .find(|pattern| {
                let of = pattern.field("type").map_or("", Node::text);
                pattern.is("tuple_struct_pattern") && (of == "Ok" || of == "Some")
            });
        match taker {
            Some(_) => self.bind(taker, value, out),
            None if acts(&value) => out.push(Stmt::Expr(value)),
            None => {}
        }
    }
}

fn call_of(callee: Expr, values: Vec<Expr>, types: Vec<crate::outline::TypeRef>, at: u32) -> Expr {
    let arguments = values
        .into_iter()
        .map(|value| Argument { name: None, value });
    Expr::Call(Box::new(Call {
        callee,
        arguments: arguments.collect(),
        types,
        constructs: false,
        at,
    }))
}

/// What a closure without statements gives back; a value as it is.
fn given_back(value: Expr) -> Expr {
    match value {
        Expr::Function(mut function) => match (function.body.len(), function.body.pop()) {
            (1, Some(Stmt::Return(value))) => value,
            (_, last) => {
                function.body.extend(last);
                Expr::Function(function)
            }
        },
        value => value,
    }
}

/// The text of a literal: `"..."`, `r#"..."#`, `b"..."`.
fn literal(text: &str) -> String {
    let (Some(start), Some(end)) = (text.find('"'), text.rfind('"')) else {
        return text.to_owned();
    };
    let inside = text.get(start + 1..end).unwrap_or("");
    if text[..start].contains('r') {
        inside.to_owned()
    } else {
        undone(inside)
    }
}

fn number(text: &str) -> Option<f64> {
    let plain = text.replace('_', "");
    for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] {
        if let Some(digits) = plain.strip_prefix(prefix) {
            let digits = digits.trim_end_matches(|c: char| !c.is_digit(radix));
            return u64::from_str_radix(digits, radix)
                .ok()
                .map(|value| value as f64);
        }
    }
    let end = plain.find(['u', 'i', 'f']).unwrap_or(plain.len());
    plain[..end].parse().ok()
}
