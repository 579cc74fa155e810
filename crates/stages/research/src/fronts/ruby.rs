//! Ruby.
//!
//! What Ruby leaves open is settled so: `a.b` without arguments is a member where something follows it
//! and a call where it stands alone; `T.new(..)` constructs `T`; `include M` extends `M` too; a method's
//! last expression is returned; `get "/x" => "c#a"` has the arguments `"/x"` and `=>`.

mod expressions;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::collections::BTreeSet;

use tree_sitter::Node;

use self::expressions::call;
use super::{Front, Reads, SourceText, ends_in, name_of};
use crate::outline::{
    At, Expr, Field, Function, Outline, Parameter, Stmt, Type, TypeKind, TypeRef, line_starts,
};

pub const FRONT: Front = Front {
    id: "ruby",
    takes: |path| ends_in(path, &[".rb", ".ru", ".rake"]) || name_of(path) == "Rakefile",
    reads: Reads::Code(outline),
};

/// Expressions and statements inside each other that are followed.
const DEEPEST: usize = 150;
/// Faults that are told of one file.
const MOST_FAULTS: usize = 20;

pub fn outline(source: SourceText) -> Outline {
    let altered = without_long_heredocs(source.text);
    let tree = super::syntax_tree::parsed(&tree_sitter_ruby::LANGUAGE.into(), &altered);
    let mut lower = Lower {
        text: source.text,
        depth: 0,
        heredocs: tree
            .as_ref()
            .map(|tree| heredocs(tree.root_node()))
            .unwrap_or_default(),
        methods: tree
            .as_ref()
            .map(|tree| methods(tree.root_node(), source.text))
            .unwrap_or_default(),
        outline: Outline {
            line_starts: line_starts(source.text),
            ..Outline::default()
        },
    };
    match &tree {
        Ok(tree) => {
            lower.outline.faults = super::broken::faults(tree);
            lower.top(tree.root_node());
        }
        Err(reason) => lower.outline.faults.push((0, (*reason).to_owned())),
    }
    lower.outline
}

/// The name of a heredoc that the scanner is given, in characters; people write ten. It keeps the length of
/// a name in one byte, and ends the process where it reads its state back and a name was longer.
const LONGEST_NAME: usize = 64;

/// The text with `+ ` in place of each `<<` before what the scanner would take for a longer name, as in
/// `list <<"a text of many words"`. Every byte keeps its place.
fn without_long_heredocs(text: &str) -> Cow<'_, str> {
    let long: Vec<usize> = text
        .match_indices("<<")
        .map(|(at, _)| at)
        // Of `<<<` either pair may open one.
        .flat_map(|at| [at, at + 1])
        .filter(|at| text[*at..].strip_prefix("<<").is_some_and(has_long_name))
        .collect();
    let mut altered = Cow::Borrowed(text);
    for at in long {
        altered.to_mut().replace_range(at..at + 2, "+ ");
    }
    altered
}

/// Whether the name of a heredoc that would open here is longer than [`LONGEST_NAME`].
fn has_long_name(after: &str) -> bool {
    let name = after.strip_prefix(['-', '~']).unwrap_or(after);
    let length = match name.chars().next() {
        Some(quote @ ('\'' | '"' | '`')) => {
            let inside = name[1..].chars().take(LONGEST_NAME + 1);
            inside.take_while(|sign| *sign != quote).count()
        }
        _ => {
            let signs = name.chars().take(LONGEST_NAME + 1);
            signs
                .take_while(|sign| sign.is_alphanumeric() || *sign == '_')
                .count()
        }
    };
    length > LONGEST_NAME
}

struct Lower<'t> {
    text: &'t str,
    depth: usize,
    /// Offset of `<<~SQL`, and the body that belongs to it.
    heredocs: Vec<(usize, Node<'t>)>,
    methods: BTreeSet<&'t str>,
    outline: Outline,
}

/// Bodies of heredocs stand behind the line that opens them, in the same order.
fn heredocs(root: Node) -> Vec<(usize, Node)> {
    let mut openings = Vec::new();
    let mut bodies = Vec::new();
    super::broken::each(root, |node| match node.kind() {
        "heredoc_beginning" => openings.push(node.start_byte()),
        "heredoc_body" => bodies.push(node),
        _ => {}
    });
    openings.into_iter().zip(bodies).collect()
}

/// Names of the methods of a file: such a name alone calls.
fn methods<'t>(root: Node, text: &'t str) -> BTreeSet<&'t str> {
    let mut found = BTreeSet::new();
    super::broken::each(root, |node| {
        if matches!(node.kind(), "method" | "singleton_method")
            && let Some(name) = node.child_by_field_name("name")
        {
            found.extend(text.get(name.byte_range()));
        }
    });
    found
}

fn children(node: Node) -> Vec<Node> {
    let mut cursor = node.walk();
    let named = node.named_children(&mut cursor);
    named
        .filter(|child| !matches!(child.kind(), "comment" | "heredoc_body"))
        .collect()
}

fn at(node: Node) -> At {
    node.start_byte() as At
}

impl<'t> Lower<'t> {
    fn raw(&self, node: Node) -> &'t str {
        self.text.get(node.byte_range()).unwrap_or_default()
    }

    fn fault(&mut self, node: Node, reason: &str) {
        if self.outline.faults.len() < MOST_FAULTS {
            self.outline.faults.push((at(node), reason.to_string()));
        }
    }

    fn top(&mut self, root: Node<'t>) {
        for child in children(root) {
            match child.kind() {
                "method" | "singleton_method" => {
                    let function = self.function(child);
                    self.outline.functions.push(function);
                }
                "class" | "module" => {
                    let found = self.class(child);
                    self.outline.types.push(found);
                }
                // What stands in a broken part is read as if it stood at the top.
                "ERROR" if self.depth < DEEPEST => {
                    self.depth += 1;
                    self.top(child);
                    self.depth -= 1;
                }
                _ => {
                    let statement = self.statement(child);
                    self.outline.body.extend(statement);
                }
            }
        }
    }

    // ---- declarations

    fn class(&mut self, node: Node<'t>) -> Type {
        let name = node.child_by_field_name("name");
        let mut made = Type {
            name: name.map(|name| self.path(name)).unwrap_or_default(),
            kind: match node.kind() {
                "module" => TypeKind::Other,
                _ => TypeKind::Class,
            },
            at: at(node),
            ..Type::default()
        };
        if let Some(parent) = node.child_by_field_name("superclass") {
            let parent = children(parent)
                .first()
                .map(|parent| self.type_ref(*parent));
            made.supers.extend(parent);
        }
        if let Some(body) = node.child_by_field_name("body") {
            self.class_body(body, &mut made);
        }
        made
    }

    fn class_body(&mut self, body: Node<'t>, made: &mut Type) {
        if self.depth >= DEEPEST {
            return self.fault(body, "lies too deep");
        }
        self.depth += 1;
        for child in children(body) {
            match child.kind() {
                "method" | "singleton_method" => made.functions.push(self.function(child)),
                "class" | "module" => made.types.push(self.class(child)),
                "singleton_class" => {
                    if let Some(inner) = child.child_by_field_name("body") {
                        self.class_body(inner, made);
                    }
                }
                "ERROR" => {
                    self.class_body(child, made);
                }
                _ => {
                    self.hoist(child, made);
                    for statement in self.statement(child) {
                        match statement {
                            Stmt::Bind {
                                name,
                                of,
                                value,
                                constant: true,
                                at,
                            } => {
                                made.fields.push(Field {
                                    name,
                                    of,
                                    value: Some(value),
                                    shared: true,
                                    constant: true,
                                    at,
                                    ..Field::default()
                                });
                            }
                            other => made.body.push(other),
                        }
                    }
                }
            }
        }
        self.depth -= 1;
    }

    /// `private def x`, and the modules of `include M`.
    fn hoist(&mut self, node: Node<'t>, made: &mut Type) {
        if node.kind() != "call" {
            return;
        }
        let (Some(method), Some(arguments)) = (
            node.child_by_field_name("method"),
            node.child_by_field_name("arguments"),
        ) else {
            return;
        };
        let mixes_in = node.child_by_field_name("receiver").is_none()
            && matches!(self.raw(method), "include" | "extend" | "prepend");
        for argument in children(arguments) {
            match argument.kind() {
                "method" | "singleton_method" => made.functions.push(self.function(argument)),
                "constant" | "scope_resolution" if mixes_in => {
                    made.supers.push(TypeRef::named(self.path(argument)));
                }
                _ => {}
            }
        }
    }

    /// `A::B` as `A.B`.
    fn path(&self, node: Node) -> String {
        let raw = self.raw(node).trim_start_matches("::");
        raw.split("::").map(str::trim).collect::<Vec<_>>().join(".")
    }

    fn type_ref(&self, node: Node) -> TypeRef {
        if node.kind() == "element_reference" {
            let mut parts = children(node).into_iter();
            let name = parts.next().map(|name| self.path(name)).unwrap_or_default();
            let arguments = parts.map(|part| TypeRef::named(self.raw(part))).collect();
            return TypeRef { name, arguments };
        }
        if let Some(receiver) = node.child_by_field_name("receiver") {
            return TypeRef::named(self.path(receiver));
        }
        TypeRef::named(self.path(node))
    }

    fn function(&mut self, node: Node<'t>) -> Function {
        let name = node.child_by_field_name("name");
        Function {
            name: name
                .map(|name| self.raw(name).to_string())
                .unwrap_or_default(),
            parameters: self.parameters(node.child_by_field_name("parameters")),
            body: self.returning(node.child_by_field_name("body")),
            at: at(node),
            end: node.end_byte() as At,
            ..Function::default()
        }
    }

    /// A block, lambda or `-> {}`.
    fn closure(&mut self, node: Node<'t>) -> Expr {
        let body = node.child_by_field_name("body");
        let inner = match body {
            Some(block) if matches!(block.kind(), "block" | "do_block") => {
                block.child_by_field_name("body")
            }
            other => other,
        };
        Expr::Function(Box::new(Function {
            parameters: self.parameters(node.child_by_field_name("parameters")),
            body: self.returning(inner),
            at: at(node),
            end: node.end_byte() as At,
            ..Function::default()
        }))
    }

    fn parameters(&mut self, node: Option<Node<'t>>) -> Vec<Parameter> {
        let mut parameters = Vec::new();
        for child in node.map(children).unwrap_or_default() {
            let name = child.child_by_field_name("name").unwrap_or(child);
            let default = child.child_by_field_name("value");
            parameters.push(Parameter {
                name: self.raw(name).trim_start_matches(['*', '&']).to_string(),
                default: default.map(|value| self.expr(value)),
                ..Parameter::default()
            });
        }
        parameters
    }

    /// A body whose last expression is its value.
    fn returning(&mut self, body: Option<Node<'t>>) -> Vec<Stmt> {
        let Some(body) = body else {
            return Vec::new();
        };
        let mut statements = match body.kind() {
            "body_statement" | "block_body" | "then" => self.statements(body),
            _ => self.statement(body),
        };
        if let Some(Stmt::Expr(last)) = statements.pop_if(|last| matches!(last, Stmt::Expr(_))) {
            statements.push(Stmt::Return(self.name_again(last)));
        }
        statements
    }

    /// A name alone at the end of a body is its value, unless it is known to call.
    pub(super) fn name_again(&self, last: Expr) -> Expr {
        match last {
            Expr::Call(call) if call.arguments.is_empty() && !call.constructs => {
                match call.callee {
                    Expr::Name(name, at) if !self.calls(&name) => Expr::Name(name, at),
                    _ => Expr::Call(call),
                }
            }
            other => other,
        }
    }

    /// Whether a name alone calls a method.
    pub(super) fn calls(&self, name: &str) -> bool {
        name.ends_with(['?', '!']) || self.methods.contains(name)
    }

    // ---- statements

    fn statements(&mut self, node: Node<'t>) -> Vec<Stmt> {
        if self.depth >= DEEPEST {
            self.fault(node, "lies too deep");
            return Vec::new();
        }
        self.depth += 1;
        let made = children(node)
            .into_iter()
            .flat_map(|child| self.statement(child))
            .collect();
        self.depth -= 1;
        made
    }

    fn statement(&mut self, node: Node<'t>) -> Vec<Stmt> {
        match node.kind() {
            "method" | "singleton_method" => vec![Stmt::Function(self.function(node))],
            "class" | "module" => vec![Stmt::Type(self.class(node))],
            "assignment" => self.assignment(node),
            "operator_assignment" => self.operator_assignment(node),
            "if"
            | "unless"
            | "elsif"
            | "else"
            | "then"
            | "begin"
            | "ensure"
            | "rescue"
            | "case"
            | "case_match"
            | "when"
            | "in_clause"
            | "body_statement"
            | "block_body"
            | "do"
            | "parenthesized_statements"
            | "if_modifier"
            | "unless_modifier"
            | "rescue_modifier"
            | "begin_block"
            | "end_block"
            | "singleton_class" => {
                vec![Stmt::Block(self.branches(node))]
            }
            "ERROR" => {
                vec![Stmt::Block(self.statements(node))]
            }
            "while" | "until" | "while_modifier" | "until_modifier" | "for" => {
                vec![self.walk(node)]
            }
            "return" => match children(node).first() {
                Some(value) => vec![Stmt::Return(self.only(*value))],
                None => vec![Stmt::Return(Expr::Nothing)],
            },
            "next" | "break" | "redo" | "retry" | "undef" | "alias" => {
                let inner = children(node)
                    .into_iter()
                    .filter(|child| child.kind() == "argument_list");
                inner.map(|inner| Stmt::Expr(self.only(inner))).collect()
            }
            "empty_statement" | "uninterpreted" => Vec::new(),
            // A name alone calls.
            "identifier" => {
                let callee = Expr::Name(self.raw(node).to_string(), at(node));
                vec![Stmt::Expr(call(callee, Vec::new(), at(node)))]
            }
            _ => vec![Stmt::Expr(self.expr(node))],
        }
    }

    /// Conditions first, then what they lead to, in order.
    fn branches(&mut self, node: Node<'t>) -> Vec<Stmt> {
        // `x if y` has its condition behind.
        if let (Some(condition), Some(body)) = (
            node.child_by_field_name("condition"),
            node.child_by_field_name("body"),
        ) {
            let mut made = vec![Stmt::Expr(self.expr(condition))];
            made.extend(self.statement(body));
            return made;
        }
        self.statements(node)
    }

    fn walk(&mut self, node: Node<'t>) -> Stmt {
        let over = node
            .child_by_field_name("value")
            .map(|value| match value.kind() {
                "in" => self.only(value),
                _ => self.expr(value),
            });
        let item = node.child_by_field_name("pattern");
        let mut body = Vec::new();
        if let Some(condition) = node.child_by_field_name("condition") {
            body.push(Stmt::Expr(self.expr(condition)));
        }
        if let Some(inner) = node.child_by_field_name("body") {
            body.extend(self.statement(inner));
        }
        Stmt::Loop {
            over,
            item: item
                .map(|item| self.raw(item).to_string())
                .unwrap_or_default(),
            body,
            at: at(node),
        }
    }

    fn assignment(&mut self, node: Node<'t>) -> Vec<Stmt> {
        let (Some(left), Some(right)) = (
            node.child_by_field_name("left"),
            node.child_by_field_name("right"),
        ) else {
            return Vec::new();
        };
        let value = self.expr(right);
        if left.kind() != "left_assignment_list" {
            return vec![self.bind(left, value)];
        }
        let targets = children(left).into_iter().enumerate();
        targets
            .map(|(index, target)| {
                let part = match &value {
                    Expr::List(items, _) => items.get(index).cloned().unwrap_or(Expr::Nothing),
                    other => {
                        let number = Expr::Number(index as f64, at(target));
                        Expr::Item(Box::new(other.clone()), Box::new(number), at(target))
                    }
                };
                self.bind(target, part)
            })
            .collect()
    }

    /// `x ||= y` binds `y`; `x += y` binds both joined.
    fn operator_assignment(&mut self, node: Node<'t>) -> Vec<Stmt> {
        let (Some(left), Some(right)) = (
            node.child_by_field_name("left"),
            node.child_by_field_name("right"),
        ) else {
            return Vec::new();
        };
        let value = self.expr(right);
        let operator = node
            .child_by_field_name("operator")
            .map(|node| self.raw(node));
        let value = match operator {
            Some("||=" | "&&=") => value,
            Some("+=" | "<<=") => Expr::Template(vec![self.expr(left), value], at(node)),
            _ => Expr::Other(vec![value]),
        };
        vec![self.bind(left, value)]
    }

    fn bind(&mut self, left: Node<'t>, value: Expr) -> Stmt {
        let target = match left.kind() {
            "element_reference" => return Stmt::Expr(Expr::Other(vec![self.expr(left), value])),
            // `a.b = c`: the target is no call.
            "call" => self.receiver(left),
            _ => self.expr(left),
        };
        match target.dotted() {
            Some(name) => Stmt::Bind {
                name,
                of: None,
                value,
                constant: matches!(left.kind(), "constant" | "scope_resolution"),
                at: at(left),
            },
            None => Stmt::Expr(Expr::Other(vec![target, value])),
        }
    }
}
