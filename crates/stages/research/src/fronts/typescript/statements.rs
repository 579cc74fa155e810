//! Statements.

use oxc_ast::ast::{
    BindingPattern, Declaration, Expression, ForStatementInit, ForStatementLeft, IfStatement,
    ModuleDeclaration, Statement, TSModuleBlock, TSNamespaceDeclaration,
    TSNamespaceDeclarationBody, VariableDeclaration, VariableDeclarationKind,
};
use oxc_span::GetSpan;

use super::expressions::{self, place};
use super::lower::{Lowering, body, deeper, hidden};
use super::{classes, exports, functions, imports, patterns, types};
use crate::fronts::pieces::says_something;
use crate::outline::{At, Expr, Stmt};

pub fn all(cx: &mut Lowering, statements: &[Statement], out: &mut Vec<Stmt>) {
    for statement in statements {
        one(cx, statement, out);
    }
}

pub fn one(cx: &mut Lowering, statement: &Statement, out: &mut Vec<Stmt>) {
    let at = place(cx, statement.span());
    deeper(cx, at, |cx| here(cx, statement, at, out));
    out.append(&mut cx.hoisted);
}

fn here(cx: &mut Lowering, statement: &Statement, at: At, out: &mut Vec<Stmt>) {
    if let Some(declaration) = statement.as_declaration() {
        return self::declaration(cx, declaration, out);
    }
    if let Some(module) = statement.as_module_declaration() {
        return self::module(cx, module, out);
    }
    match statement {
        Statement::ExpressionStatement(one) => expression(cx, &one.expression, out),
        Statement::BlockStatement(block) => all(cx, &block.body, out),
        Statement::ReturnStatement(one) => {
            let value = match &one.argument {
                Some(argument) => expressions::lower(cx, argument),
                None => Expr::Nothing,
            };
            out.append(&mut cx.hoisted);
            out.push(Stmt::Return(value));
        }
        Statement::ThrowStatement(one) => {
            let value = expressions::lower(cx, &one.argument);
            push(cx, value, out);
        }
        Statement::IfStatement(one) => branches(cx, one, out),
        Statement::SwitchStatement(one) => {
            let mut inner = Vec::new();
            condition(cx, &one.discriminant, &mut inner);
            // A text that is compared with says something only beside what it is compared to.
            let tests = one.cases.iter().filter_map(|case| case.test.as_ref());
            let texts: Vec<Expr> = tests
                .map(|test| expressions::lower(cx, test))
                .filter(|test| matches!(test, Expr::Text(..)))
                .collect();
            if let Some(Stmt::Expr(asked)) = inner.last_mut().filter(|_| !texts.is_empty()) {
                let discriminant = std::mem::replace(asked, Expr::Nothing);
                *asked = Expr::Other(std::iter::once(discriminant).chain(texts).collect());
            }
            for case in &one.cases {
                if let Some(test) = &case.test {
                    condition(cx, test, &mut inner);
                }
                all(cx, &case.consequent, &mut inner);
            }
            out.push(Stmt::Block(inner));
        }
        Statement::TryStatement(one) => {
            let mut inner = Vec::new();
            all(cx, &one.block.body, &mut inner);
            if let Some(handler) = &one.handler {
                all(cx, &handler.body.body, &mut inner);
            }
            if let Some(finalizer) = &one.finalizer {
                all(cx, &finalizer.body, &mut inner);
            }
            out.push(Stmt::Block(inner));
        }
        Statement::LabeledStatement(labeled) => one(cx, &labeled.body, out),
        Statement::WithStatement(with) => one(cx, &with.body, out),
        Statement::WhileStatement(one) => {
            each(cx, None, None, &[Some(&one.test)], &one.body, at, out);
        }
        Statement::DoWhileStatement(one) => {
            each(cx, None, None, &[Some(&one.test)], &one.body, at, out);
        }
        Statement::ForStatement(one) => {
            match &one.init {
                Some(ForStatementInit::VariableDeclaration(variables)) => {
                    self::variables(cx, variables, out);
                }
                Some(init) => {
                    if let Some(init) = init.as_expression() {
                        expression(cx, init, out);
                    }
                }
                None => {}
            }
            let tests = [one.test.as_ref(), one.update.as_ref()];
            each(cx, None, None, &tests, &one.body, at, out);
        }
        Statement::ForOfStatement(one) => {
            each(
                cx,
                Some(&one.right),
                Some(&one.left),
                &[],
                &one.body,
                at,
                out,
            );
        }
        Statement::ForInStatement(one) => {
            each(
                cx,
                Some(&one.right),
                Some(&one.left),
                &[],
                &one.body,
                at,
                out,
            );
        }
        _ => {}
    }
}

fn each(
    cx: &mut Lowering,
    over: Option<&Expression>,
    item: Option<&ForStatementLeft>,
    tests: &[Option<&Expression>],
    statements: &Statement,
    at: At,
    out: &mut Vec<Stmt>,
) {
    let over = over.map(|over| expressions::lower(cx, over));
    out.append(&mut cx.hoisted);
    let mut name = String::new();
    let body = body(cx, |cx, out| {
        for test in tests.iter().flatten() {
            condition(cx, test, out);
        }
        match item {
            Some(ForStatementLeft::VariableDeclaration(variables)) => {
                if let Some(declared) = variables.declarations.first() {
                    name = loop_item(cx, &declared.id, at, out);
                }
            }
            Some(target) => {
                let target = target
                    .as_assignment_target()
                    .and_then(|target| target.as_simple_assignment_target());
                let target = target.and_then(|one| expressions::target(cx, one));
                name = target.and_then(|one| one.dotted()).unwrap_or_default();
            }
            None => {}
        }
        one(cx, statements, out);
    });
    out.push(Stmt::Loop {
        over,
        item: name,
        body,
        at,
    });
}

fn loop_item(cx: &mut Lowering, pattern: &BindingPattern, at: At, out: &mut Vec<Stmt>) -> String {
    if let BindingPattern::BindingIdentifier(name) = pattern {
        return name.name.to_string();
    }
    let name = hidden(cx);
    let whole = Expr::Name(name.clone(), at);
    patterns::bind(cx, pattern, whole, None, true, out);
    name
}

/// `if .. else if .. else ..`, walked and not descended.
fn branches(cx: &mut Lowering, first: &IfStatement, out: &mut Vec<Stmt>) {
    let mut inner = Vec::new();
    let mut branch = first;
    loop {
        condition(cx, &branch.test, &mut inner);
        one(cx, &branch.consequent, &mut inner);
        match &branch.alternate {
            Some(Statement::IfStatement(next)) => branch = next,
            Some(other) => {
                one(cx, other, &mut inner);
                break;
            }
            None => break,
        }
    }
    out.push(Stmt::Block(inner));
}

fn condition(cx: &mut Lowering, test: &Expression, out: &mut Vec<Stmt>) {
    let test = expressions::lower(cx, test);
    out.append(&mut cx.hoisted);
    if says_something(&test) {
        out.push(Stmt::Expr(test));
    }
}

fn push(cx: &mut Lowering, value: Expr, out: &mut Vec<Stmt>) {
    out.append(&mut cx.hoisted);
    if !matches!(value, Expr::Nothing | Expr::Text(..)) {
        out.push(Stmt::Expr(value));
    }
}

fn expression(cx: &mut Lowering, expression: &Expression, out: &mut Vec<Stmt>) {
    match expression.get_inner_expression() {
        Expression::AssignmentExpression(one) => {
            if !exports::assignment(cx, one, out) {
                expressions::assign(cx, one.operator, &one.left, &one.right, out);
            }
        }
        Expression::AwaitExpression(one) if called_at_once(&one.argument).is_some() => {
            self::expression(cx, &one.argument, out);
        }
        Expression::UnaryExpression(one) if called_at_once(&one.argument).is_some() => {
            self::expression(cx, &one.argument, out);
        }
        whole => match called_at_once(whole) {
            Some(statements) => {
                let inner = body(cx, |cx, out| all(cx, statements, out));
                out.push(Stmt::Block(inner));
            }
            None => {
                let value = expressions::lower(cx, whole);
                push(cx, value, out);
            }
        },
    }
}

/// The statements of `(() => {..})()`.
fn called_at_once<'e, 'a>(expression: &'e Expression<'a>) -> Option<&'e [Statement<'a>]> {
    let Expression::CallExpression(call) = expression.get_inner_expression() else {
        return None;
    };
    match call.callee.get_inner_expression() {
        Expression::ArrowFunctionExpression(arrow) => match &arrow.body {
            oxc_ast::ast::ArrowFunctionBody::FunctionBody(body) => Some(&body.statements),
            _ => None,
        },
        Expression::FunctionExpression(function) => function
            .body
            .as_ref()
            .map(|body| body.statements.as_slice()),
        // `(() => {..})().catch(..)`, `(function () {..}).call(this)`
        Expression::StaticMemberExpression(member) => match member.property.name.as_str() {
            "catch" | "then" | "finally" => called_at_once(&member.object),
            "call" | "apply" => match member.object.get_inner_expression() {
                Expression::FunctionExpression(function) => function
                    .body
                    .as_ref()
                    .map(|body| body.statements.as_slice()),
                _ => None,
            },
            _ => None,
        },
        _ => None,
    }
}

pub fn declaration(cx: &mut Lowering, declaration: &Declaration, out: &mut Vec<Stmt>) {
    match declaration {
        Declaration::VariableDeclaration(one) => variables(cx, one, out),
        Declaration::FunctionDeclaration(one) => {
            // A signature without a body is an overload or a declaration of something elsewhere.
            if one.body.is_some() {
                out.push(Stmt::Function(functions::function(cx, "", one)));
            }
        }
        Declaration::ClassDeclaration(one) => {
            let class = classes::lower(cx, one, "");
            out.append(&mut cx.hoisted);
            out.push(Stmt::Type(class));
        }
        Declaration::TSInterfaceDeclaration(one) => {
            out.push(Stmt::Type(classes::interface(cx, one)));
        }
        Declaration::TSTypeAliasDeclaration(one) => out.push(Stmt::Type(classes::alias(cx, one))),
        Declaration::TSEnumDeclaration(one) => {
            out.push(Stmt::Type(classes::enumeration(cx, one)));
        }
        Declaration::TSImportEqualsDeclaration(one) => imports::equals(cx, one, out),
        Declaration::TSNamespaceDeclaration(one) => namespace(cx, one, out),
        Declaration::TSExternalModuleDeclaration(one) => block(cx, one.body.as_deref(), out),
        Declaration::TSGlobalDeclaration(one) => block(cx, Some(&one.body), out),
    }
}

fn namespace(cx: &mut Lowering, first: &TSNamespaceDeclaration, out: &mut Vec<Stmt>) {
    let mut inner = &first.body;
    loop {
        match inner {
            TSNamespaceDeclarationBody::TSNamespaceDeclaration(next) => inner = &next.body,
            TSNamespaceDeclarationBody::TSModuleBlock(found) => {
                return block(cx, Some(found), out);
            }
        }
    }
}

fn block(cx: &mut Lowering, block: Option<&TSModuleBlock>, out: &mut Vec<Stmt>) {
    if let Some(block) = block {
        all(cx, &block.body, out);
    }
}

fn variables(cx: &mut Lowering, variables: &VariableDeclaration, out: &mut Vec<Stmt>) {
    let constant = !matches!(
        variables.kind,
        VariableDeclarationKind::Var | VariableDeclarationKind::Let
    );
    for declared in &variables.declarations {
        let Some(init) = &declared.init else {
            continue;
        };
        if imports::binding(cx, &declared.id, init) {
            continue;
        }
        if let BindingPattern::BindingIdentifier(name) = &declared.id {
            let name = name.name.as_str();
            match init.get_inner_expression() {
                Expression::ArrowFunctionExpression(arrow) => {
                    out.push(Stmt::Function(functions::arrow(cx, name, arrow)));
                    continue;
                }
                Expression::FunctionExpression(function) => {
                    out.push(Stmt::Function(functions::function(cx, name, function)));
                    continue;
                }
                Expression::ClassExpression(class) => {
                    let class = crate::outline::Type {
                        name: name.to_string(),
                        ..classes::lower(cx, class, name)
                    };
                    out.append(&mut cx.hoisted);
                    out.push(Stmt::Type(class));
                    continue;
                }
                _ => {}
            }
        }
        let value = expressions::lower(cx, init);
        out.append(&mut cx.hoisted);
        let of = types::annotation(cx, declared.type_annotation.as_deref());
        patterns::bind(cx, &declared.id, value, of, constant, out);
        out.append(&mut cx.hoisted);
    }
}

fn module(cx: &mut Lowering, module: &ModuleDeclaration, out: &mut Vec<Stmt>) {
    match module {
        ModuleDeclaration::ImportDeclaration(one) => imports::declaration(cx, one),
        ModuleDeclaration::ExportDeclaration(one) => declaration(cx, &one.declaration, out),
        ModuleDeclaration::ExportDefaultDeclaration(one) => {
            exports::default(cx, &one.declaration, out);
        }
        ModuleDeclaration::ExportNamedDeclaration(one) => exports::named(cx, one, out),
        ModuleDeclaration::ExportFromDeclaration(one) => exports::from(cx, one),
        ModuleDeclaration::ExportAllDeclaration(one) => exports::everything(cx, one),
        ModuleDeclaration::TSExportAssignment(one) => {
            exports::whole(cx, &one.expression, out);
        }
        ModuleDeclaration::TSNamespaceExportDeclaration(_) => {}
    }
}
