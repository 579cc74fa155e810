//! `import`, `require`, dynamic `import`.

use oxc_ast::ast::{
    BindingPattern, Expression, ImportDeclaration, ImportDeclarationSpecifier, PropertyKey,
    TSImportEqualsDeclaration, TSModuleReference,
};
use oxc_span::GetSpan;

use super::expressions::place;
use super::lower::{Lowering, import, module};
use crate::outline::{Argument, Call, Expr, Stmt};

pub fn declaration(cx: &mut Lowering, declaration: &ImportDeclaration) {
    let path = declaration.source.value.as_str();
    let at = place(cx, declaration.span);
    let Some(specifiers) = &declaration.specifiers else {
        // For its effects alone.
        import(cx, path, "", "", at);
        return;
    };
    for specifier in specifiers {
        match specifier {
            ImportDeclarationSpecifier::ImportSpecifier(one) => {
                let name = one.imported.name();
                import(cx, path, name.as_str(), one.local.name.as_str(), at);
            }
            ImportDeclarationSpecifier::ImportDefaultSpecifier(one) => {
                import(cx, path, "", one.local.name.as_str(), at);
            }
            ImportDeclarationSpecifier::ImportNamespaceSpecifier(one) => {
                import(cx, path, "", one.local.name.as_str(), at);
            }
        }
    }
}

/// `import x = require("m")`, `import X = N.Y`.
pub fn equals(cx: &mut Lowering, declaration: &TSImportEqualsDeclaration, out: &mut Vec<Stmt>) {
    let at = place(cx, declaration.span);
    let name = declaration.id.name.as_str();
    match &declaration.module_reference {
        TSModuleReference::ExternalModuleReference(module) => {
            import(cx, module.expression.value.as_str(), "", name, at);
        }
        TSModuleReference::IdentifierReference(of) => {
            out.push(alias(name, Expr::Name(of.name.to_string(), at), at));
        }
        TSModuleReference::QualifiedName(of) => {
            out.push(alias(name, Expr::Name(of.to_string(), at), at));
        }
    }
}

fn alias(name: &str, value: Expr, at: u32) -> Stmt {
    Stmt::Bind {
        name: name.to_string(),
        of: None,
        value,
        constant: true,
        at,
    }
}

/// The module of `require("m")`, `await import("m")`, and helpers that make a default of it.
pub fn required<'e>(expression: &'e Expression) -> Option<&'e str> {
    match expression.get_inner_expression() {
        Expression::AwaitExpression(awaited) => required(&awaited.argument),
        Expression::ImportExpression(import) => literal(&import.source),
        Expression::CallExpression(call) => {
            let Expression::Identifier(callee) = &call.callee else {
                return None;
            };
            let argument = call.arguments.first()?.as_expression()?;
            match callee.name.as_str() {
                "require" => literal(argument),
                // What compilers write around it.
                "__importDefault"
                | "__importStar"
                | "_interopRequireDefault"
                | "_interopRequireWildcard" => required(argument),
                _ => None,
            }
        }
        _ => None,
    }
}

fn literal<'e>(expression: &'e Expression) -> Option<&'e str> {
    match expression {
        Expression::StringLiteral(text) => Some(text.value.as_str()),
        Expression::TemplateLiteral(text) => match text.quasis.as_slice() {
            [only] => only.value.cooked.as_ref().map(|text| text.as_str()),
            _ => None,
        },
        _ => None,
    }
}

/// `const x = require("m")`, `const {a, b: c} = require("m")`, `const a = require("m").a`: true where
/// it was one of these and the pattern is now imported.
pub fn binding(cx: &mut Lowering, pattern: &BindingPattern, value: &Expression) -> bool {
    let at = place(cx, value.span());
    match (pattern, value.get_inner_expression()) {
        (BindingPattern::BindingIdentifier(name), Expression::StaticMemberExpression(member)) => {
            let Some(path) = required(&member.object) else {
                return false;
            };
            let of = member.property.name.as_str();
            import(cx, path, of, name.name.as_str(), at);
            true
        }
        (BindingPattern::BindingIdentifier(name), value) => {
            let Some(path) = required(value) else {
                return false;
            };
            import(cx, path, "", name.name.as_str(), at);
            true
        }
        (BindingPattern::ObjectPattern(object), value) => {
            let Some(path) = required(value) else {
                return false;
            };
            let simple = object.rest.is_none()
                && object.properties.iter().all(|property| {
                    matches!(property.value, BindingPattern::BindingIdentifier(_))
                        && !matches!(&property.key, PropertyKey::PrivateIdentifier(_))
                        && property.key.static_name().is_some()
                });
            if !simple {
                return false;
            }
            for property in &object.properties {
                if let (BindingPattern::BindingIdentifier(name), Some(key)) =
                    (&property.value, property.key.static_name())
                {
                    import(cx, path, &key, name.name.as_str(), at);
                }
            }
            true
        }
        _ => false,
    }
}

/// A module inside an expression: a package by its own name, a file of the project by its path.
pub fn inline(cx: &mut Lowering, path: &str, at: u32) -> Expr {
    let package = !["./", "../", "/", "@/", "~/"]
        .iter()
        .any(|before| path.starts_with(before));
    let path = module(path);
    if package && path != "." && path != ".." {
        import(cx, path, "", path, at);
        return Expr::Name(path.to_string(), at);
    }
    import(cx, path, "", "", at);
    let path = Expr::Text(path.to_string(), at);
    Expr::Call(Box::new(Call {
        callee: Expr::Name("require".to_string(), at),
        arguments: vec![Argument {
            name: None,
            value: path,
        }],
        types: Vec::new(),
        constructs: false,
        at,
    }))
}

/// Whether a comparison asks if the program starts in this file.
pub fn starts_here(left: &Expr, right: &Expr) -> bool {
    let names = [left.dotted(), right.dotted()];
    let has = |name: &str| names.iter().flatten().any(|given| given == name);
    has("require.main") && has("module")
}
