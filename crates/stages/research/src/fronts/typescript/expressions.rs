//! Expressions.

use oxc_ast::ast::{
    Argument as Given, ArrayExpressionElement, AssignmentOperator, AssignmentTarget,
    BinaryOperator, CallExpression, ChainElement, Expression, LogicalOperator, MemberExpression,
    ObjectExpression, ObjectPropertyKind, PropertyKey, SimpleAssignmentTarget, TemplateLiteral,
    UnaryOperator,
};
use oxc_span::{GetSpan, Span};

use super::lower::{Lowering, deeper};
use super::{classes, functions, imports, patterns, types};
use crate::fronts::pieces::{either, says_something, sum, template};
use crate::outline::{Argument, At, Call, Expr, Stmt, TypeRef};

pub fn place(cx: &Lowering, span: Span) -> At {
    cx.base + span.start
}

pub fn lower(cx: &mut Lowering, expression: &Expression) -> Expr {
    let at = place(cx, expression.span());
    deeper(cx, at, |cx| lower_here(cx, expression, at)).unwrap_or(Expr::Nothing)
}

fn lower_here(cx: &mut Lowering, expression: &Expression, at: At) -> Expr {
    if let Some(path) = imports::required(expression) {
        return imports::inline(cx, path, at);
    }
    if let Some(member) = expression.as_member_expression() {
        return self::member(cx, member);
    }
    match expression {
        Expression::BooleanLiteral(literal) => Expr::Bool(literal.value),
        Expression::NumericLiteral(literal) => Expr::Number(literal.value, at),
        Expression::StringLiteral(literal) => Expr::Text(literal.value.to_string(), at),
        Expression::TemplateLiteral(literal) => text(cx, literal),
        Expression::Identifier(name) if name.name.as_str() == "undefined" => Expr::Nothing,
        Expression::Identifier(name) => Expr::Name(name.name.to_string(), at),
        Expression::ThisExpression(_) => Expr::Name("self".to_string(), at),
        Expression::Super(_) => Expr::Name("super".to_string(), at),
        Expression::ImportMeta(_) => Expr::Name("import.meta".to_string(), at),
        Expression::ArrayExpression(array) => {
            let items = array.elements.iter().filter_map(|element| match element {
                ArrayExpressionElement::Elision(_) => None,
                ArrayExpressionElement::SpreadElement(spread) => {
                    Some(Expr::Other(vec![lower(cx, &spread.argument)]))
                }
                element => element.as_expression().map(|element| lower(cx, element)),
            });
            Expr::List(items.collect(), at)
        }
        Expression::ObjectExpression(object) => map(cx, object),
        Expression::ArrowFunctionExpression(arrow) => {
            Expr::Function(Box::new(functions::arrow(cx, "", arrow)))
        }
        Expression::FunctionExpression(function) => {
            Expr::Function(Box::new(functions::function(cx, "", function)))
        }
        Expression::ClassExpression(class) => {
            let class = classes::lower(cx, class, "");
            let name = Expr::Name(class.name.clone(), at);
            cx.hoisted.push(Stmt::Type(class));
            name
        }
        Expression::AwaitExpression(inner) => lower(cx, &inner.argument),
        Expression::TSAsExpression(inner) => lower(cx, &inner.expression),
        Expression::TSSatisfiesExpression(inner) => lower(cx, &inner.expression),
        Expression::TSTypeAssertion(inner) => lower(cx, &inner.expression),
        Expression::TSNonNullExpression(inner) => lower(cx, &inner.expression),
        Expression::TSInstantiationExpression(inner) => lower(cx, &inner.expression),
        Expression::ParenthesizedExpression(inner) => lower(cx, &inner.expression),
        Expression::YieldExpression(inner) => match &inner.argument {
            Some(argument) => lower(cx, argument),
            None => Expr::Nothing,
        },
        Expression::CallExpression(call) => self::call(cx, call),
        // `register(import("./routes"))`: the module, as `require` gives it.
        Expression::ImportExpression(import) => {
            let value = lower(cx, &import.source);
            Expr::Call(Box::new(Call {
                callee: Expr::Name("import".to_string(), at),
                arguments: vec![Argument { name: None, value }],
                types: Vec::new(),
                constructs: false,
                at,
            }))
        }
        Expression::NewExpression(new) => {
            let callee = lower(cx, &new.callee);
            let arguments = arguments(cx, &new.arguments);
            let types = types::arguments(cx, new.type_arguments.as_deref());
            Expr::Call(Box::new(Call {
                at: callee.at().unwrap_or(at),
                callee,
                arguments,
                types,
                constructs: true,
            }))
        }
        Expression::ChainExpression(chain) => match &chain.expression {
            ChainElement::CallExpression(call) => self::call(cx, call),
            ChainElement::TSNonNullExpression(inner) => lower(cx, &inner.expression),
            element => match element.as_member_expression() {
                Some(member) => self::member(cx, member),
                None => Expr::Nothing,
            },
        },
        Expression::TaggedTemplateExpression(tagged) => {
            let callee = lower(cx, &tagged.tag);
            let value = text(cx, &tagged.quasi);
            Expr::Call(Box::new(Call {
                at: callee.at().unwrap_or(at),
                callee,
                arguments: vec![Argument { name: None, value }],
                types: types::arguments(cx, tagged.type_arguments.as_deref()),
                constructs: false,
            }))
        }
        Expression::BinaryExpression(binary) => self::binary(cx, binary.operator, expression, at),
        Expression::LogicalExpression(logical) => self::logical(cx, logical.operator, expression),
        Expression::ConditionalExpression(_) => conditional(cx, expression),
        Expression::AssignmentExpression(assignment) => {
            let target = assignment.left.as_simple_assignment_target();
            let name = target.and_then(|one| self::target(cx, one));
            let mut hoisted = Vec::new();
            assign(
                cx,
                assignment.operator,
                &assignment.left,
                &assignment.right,
                &mut hoisted,
            );
            cx.hoisted.append(&mut hoisted);
            name.unwrap_or(Expr::Nothing)
        }
        Expression::SequenceExpression(sequence) => {
            let Some((last, before)) = sequence.expressions.split_last() else {
                return Expr::Nothing;
            };
            for one in before {
                let one = lower(cx, one);
                cx.hoisted.push(Stmt::Expr(one));
            }
            lower(cx, last)
        }
        Expression::UnaryExpression(unary) => {
            let operand = lower(cx, &unary.argument);
            match (unary.operator, operand) {
                (UnaryOperator::UnaryNegation, Expr::Number(number, at)) => {
                    Expr::Number(-number, at)
                }
                (_, operand) => Expr::Other(vec![operand]),
            }
        }
        Expression::PrivateInExpression(inner) => Expr::Other(vec![lower(cx, &inner.right)]),
        Expression::NullLiteral(_) | Expression::JSXElement(_) | Expression::JSXFragment(_) => {
            Expr::Nothing
        }
        _ => Expr::Other(Vec::new()),
    }
}

fn text(cx: &mut Lowering, literal: &TemplateLiteral) -> Expr {
    let mut pieces = Vec::new();
    for (index, quasi) in literal.quasis.iter().enumerate() {
        let raw = &quasi.value.raw;
        let text = quasi.value.cooked.as_ref().unwrap_or(raw).to_string();
        pieces.push(Expr::Text(text, place(cx, quasi.span)));
        if let Some(expression) = literal.expressions.get(index) {
            pieces.push(lower(cx, expression));
        }
    }
    template(pieces, place(cx, literal.span))
}

pub fn member(cx: &mut Lowering, source: &MemberExpression) -> Expr {
    match plain_member(cx, source) {
        // What compilers write: `express_1.default`, `exports.router`.
        Expr::Member(object, name, at) => match (name.as_str(), object.dotted().as_deref()) {
            ("default", Some(_)) => *object,
            (_, Some("exports" | "module.exports")) => Expr::Name(name, at),
            _ => Expr::Member(object, name, at),
        },
        other => other,
    }
}

fn plain_member(cx: &mut Lowering, member: &MemberExpression) -> Expr {
    let object = lower(cx, member.object());
    match member {
        MemberExpression::StaticMemberExpression(member) => {
            let at = place(cx, member.property.span);
            Expr::Member(Box::new(object), member.property.name.to_string(), at)
        }
        MemberExpression::PrivateFieldExpression(member) => {
            let at = place(cx, member.field.span);
            Expr::Member(Box::new(object), format!("#{}", member.field.name), at)
        }
        MemberExpression::ComputedMemberExpression(member) => {
            let at = place(cx, member.expression.span());
            match lower(cx, &member.expression) {
                // `process.env["X"]` is `process.env.X`.
                Expr::Text(name, _) => Expr::Member(Box::new(object), name, at),
                key => Expr::Item(Box::new(object), Box::new(key), at),
            }
        }
    }
}

fn call(cx: &mut Lowering, call: &CallExpression) -> Expr {
    let callee = lower(cx, &call.callee);
    let at = callee.at().unwrap_or_else(|| place(cx, call.span));
    Expr::Call(Box::new(Call {
        callee,
        arguments: arguments(cx, &call.arguments),
        types: types::arguments(cx, call.type_arguments.as_deref()),
        constructs: false,
        at,
    }))
}

pub fn arguments(cx: &mut Lowering, given: &[Given]) -> Vec<Argument> {
    let mut arguments = Vec::with_capacity(given.len());
    for one in given {
        let value = match one {
            Given::SpreadElement(spread) => Expr::Other(vec![lower(cx, &spread.argument)]),
            one => match one.as_expression() {
                Some(expression) => lower(cx, expression),
                None => continue,
            },
        };
        arguments.push(Argument { name: None, value });
    }
    arguments
}

pub fn map(cx: &mut Lowering, object: &ObjectExpression) -> Expr {
    let mut entries = Vec::with_capacity(object.properties.len());
    for property in &object.properties {
        match property {
            ObjectPropertyKind::SpreadProperty(spread) => {
                entries.push(("...".to_string(), lower(cx, &spread.argument)));
            }
            ObjectPropertyKind::ObjectProperty(property) => {
                let key = key(cx, &property.key);
                entries.push((key, lower(cx, &property.value)));
            }
        }
    }
    Expr::Map(entries, place(cx, object.span))
}

/// The name of a property; a computed one is in brackets.
pub fn key(cx: &mut Lowering, key: &PropertyKey) -> String {
    if let PropertyKey::PrivateIdentifier(name) = key {
        return format!("#{}", name.name);
    }
    if let Some(name) = key.static_name() {
        return name.into_owned();
    }
    let value = key.as_expression().map(|key| lower(cx, key));
    let name = value.as_ref().and_then(Expr::dotted).unwrap_or_default();
    format!("[{name}]")
}

/// Left-leaning chains of operators are walked, not descended: a text of a thousand lines joined by
/// `+` is one level deep.
fn spine<'e, 'a>(
    expression: &'e Expression<'a>,
    step: impl Fn(&'e Expression<'a>) -> Option<(&'e Expression<'a>, &'e Expression<'a>)>,
) -> Vec<&'e Expression<'a>> {
    let mut operands = Vec::new();
    let mut left = expression;
    while let Some((rest, right)) = step(left) {
        operands.push(right);
        left = rest;
    }
    operands.push(left);
    operands.reverse();
    operands
}

fn binary(cx: &mut Lowering, operator: BinaryOperator, expression: &Expression, at: At) -> Expr {
    let operands = spine(expression, |one| match one {
        Expression::BinaryExpression(one) if one.operator == operator => {
            Some((&one.left, &one.right))
        }
        _ => None,
    });
    let operands: Vec<Expr> = operands.into_iter().map(|one| lower(cx, one)).collect();
    match operator {
        BinaryOperator::Addition => sum(operands, at),
        BinaryOperator::StrictEquality | BinaryOperator::Equality
            if operands.len() == 2 && imports::starts_here(&operands[0], &operands[1]) =>
        {
            Expr::Call(Box::new(Call {
                callee: Expr::Name("__main__".to_string(), at),
                arguments: Vec::new(),
                types: Vec::new(),
                constructs: false,
                at,
            }))
        }
        _ => Expr::Other(operands),
    }
}

fn logical(cx: &mut Lowering, operator: LogicalOperator, expression: &Expression) -> Expr {
    let operands = spine(expression, |one| match one {
        Expression::LogicalExpression(one) if one.operator == operator => {
            Some((&one.left, &one.right))
        }
        _ => None,
    });
    let operands = operands.into_iter().map(|one| lower(cx, one)).collect();
    match operator {
        LogicalOperator::And => Expr::Other(operands),
        LogicalOperator::Or | LogicalOperator::Coalesce => either(operands),
    }
}

/// `a ? b : c ? d : e`: the conditions come first, the values are one of several.
fn conditional(cx: &mut Lowering, expression: &Expression) -> Expr {
    let mut values = Vec::new();
    let mut rest = expression;
    while let Expression::ConditionalExpression(one) = rest {
        let test = lower(cx, &one.test);
        if says_something(&test) {
            cx.hoisted.push(Stmt::Expr(test));
        }
        values.push(lower(cx, &one.consequent));
        rest = &one.alternate;
    }
    values.push(lower(cx, rest));
    either(values)
}

/// What is assigned to, as an expression; nothing for a pattern.
pub fn target(cx: &mut Lowering, target: &SimpleAssignmentTarget) -> Option<Expr> {
    if let Some(member) = target.as_member_expression() {
        let at = place(cx, member.span());
        return deeper(cx, at, |cx| plain_member(cx, member));
    }
    match target {
        SimpleAssignmentTarget::AssignmentTargetIdentifier(name) => {
            Some(Expr::Name(name.name.to_string(), place(cx, name.span)))
        }
        target => target.get_expression().map(|inner| lower(cx, inner)),
    }
}

pub fn assign(
    cx: &mut Lowering,
    operator: AssignmentOperator,
    left: &AssignmentTarget,
    right: &Expression,
    out: &mut Vec<Stmt>,
) {
    let value = lower(cx, right);
    out.append(&mut cx.hoisted);
    let before = left.as_simple_assignment_target();
    let before = before.and_then(|one| self::target(cx, one));
    let value = match (operator, before) {
        (AssignmentOperator::Assign, _) | (_, None) => value,
        (AssignmentOperator::LogicalOr | AssignmentOperator::LogicalNullish, Some(before)) => {
            either(vec![before, value])
        }
        // `x += e`: x is another thing from here on.
        (_, Some(before)) => {
            out.push(Stmt::Expr(Expr::Other(vec![before, value])));
            return;
        }
    };
    patterns::assign(cx, left, value, out);
}

/// A decorator: its name and arguments.
pub fn decorator(cx: &mut Lowering, expression: &Expression, at: At) -> crate::outline::Annotation {
    let (name, arguments) = match lower(cx, expression) {
        Expr::Call(call) => (call.callee.dotted(), call.arguments),
        other => (other.dotted(), Vec::new()),
    };
    crate::outline::Annotation {
        name: name.unwrap_or_default(),
        arguments,
        at,
    }
}

/// A class's parent: a name, or a call that makes one (`PassportStrategy(Strategy)`).
pub fn parent(cx: &mut Lowering, expression: &Expression) -> Option<TypeRef> {
    match lower(cx, expression) {
        Expr::Call(call) => Some(TypeRef {
            name: call.callee.dotted()?,
            arguments: call
                .arguments
                .iter()
                .filter_map(|argument| argument.value.dotted())
                .map(TypeRef::named)
                .collect(),
        }),
        other => other.dotted().map(TypeRef::named),
    }
}
