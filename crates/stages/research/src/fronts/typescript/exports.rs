//! What a module gives to others, said as bindings under the names by which they ask for it.

use oxc_ast::ast::{
    AssignmentExpression, AssignmentOperator, ExportAllDeclaration, ExportDefaultDeclarationKind,
    ExportFromDeclaration, ExportNamedDeclaration, Expression, ObjectPropertyKind,
};
use oxc_span::GetSpan;

use super::expressions::{self, place};
use super::lower::{Lowering, import};
use super::{classes, functions};
use crate::outline::{At, Expr, Function, Stmt, Type};

/// What stands for the module as a whole.
const DEFAULT: &str = "default";

fn bound(name: &str, value: Expr, at: At) -> Stmt {
    Stmt::Bind {
        name: name.to_string(),
        of: None,
        value,
        constant: true,
        at,
    }
}

/// A value under an exported name; functions and classes become declarations. A name exported as
/// itself needs nothing.
fn export(cx: &mut Lowering, name: &str, value: &Expression, out: &mut Vec<Stmt>) {
    let at = place(cx, value.span());
    let declared = match value.get_inner_expression() {
        Expression::ArrowFunctionExpression(arrow) => {
            Stmt::Function(functions::arrow(cx, name, arrow))
        }
        Expression::FunctionExpression(function) => Stmt::Function(Function {
            name: name.to_string(),
            ..functions::function(cx, name, function)
        }),
        Expression::ClassExpression(class) => {
            let class = classes::lower(cx, class, name);
            let own = class.name.clone();
            out.append(&mut cx.hoisted);
            out.push(Stmt::Type(class));
            if own == name {
                return;
            }
            bound(name, Expr::Name(own, at), at)
        }
        value => {
            let value = expressions::lower(cx, value);
            out.append(&mut cx.hoisted);
            if value.dotted().as_deref() == Some(name) {
                return;
            }
            bound(name, value, at)
        }
    };
    out.push(declared);
}

/// `module.exports = e`, `export default e`, `export = e`.
pub fn whole(cx: &mut Lowering, value: &Expression, out: &mut Vec<Stmt>) {
    let Expression::ObjectExpression(object) = value.get_inner_expression() else {
        return export(cx, DEFAULT, value, out);
    };
    let at = place(cx, object.span);
    let mut entries = Vec::new();
    for property in &object.properties {
        match property {
            ObjectPropertyKind::SpreadProperty(spread) => {
                let value = expressions::lower(cx, &spread.argument);
                entries.push(("...".to_string(), value));
            }
            ObjectPropertyKind::ObjectProperty(property) => {
                let name = expressions::key(cx, &property.key);
                let at = place(cx, property.span);
                export(cx, &name, &property.value, out);
                entries.push((name.clone(), Expr::Name(name, at)));
            }
        }
    }
    out.append(&mut cx.hoisted);
    out.push(bound(DEFAULT, Expr::Map(entries, at), at));
}

/// `module.exports = e`, `module.exports.a = e`, `exports.a = e`, `T.prototype.m = f`: true where it
/// was one of these.
pub fn assignment(cx: &mut Lowering, one: &AssignmentExpression, out: &mut Vec<Stmt>) -> bool {
    if one.operator != AssignmentOperator::Assign {
        return false;
    }
    let target = one.left.as_simple_assignment_target();
    let target = target.and_then(|target| expressions::target(cx, target));
    let Some(name) = target.as_ref().and_then(Expr::dotted) else {
        return false;
    };
    if name == "module.exports" || name == "exports" {
        // `module.exports = exports = e`, `exports = module.exports = e`
        let mut value = one.right.get_inner_expression();
        while let Expression::AssignmentExpression(inner) = value {
            value = inner.right.get_inner_expression();
            let inner = inner.left.as_simple_assignment_target();
            let inner = inner.and_then(|target| expressions::target(cx, target));
            if let Some(name) = inner.as_ref().and_then(Expr::dotted)
                && !name.ends_with("exports")
            {
                // `const app = module.exports = e` is no assignment; `module.exports = app = e` is.
                export(cx, &name, value, out);
                let at = place(cx, one.span);
                out.push(bound(DEFAULT, Expr::Name(name, at), at));
                return true;
            }
        }
        whole(cx, value, out);
        return true;
    }
    let short = name.strip_prefix("module.").unwrap_or(&name);
    if let Some(name) = short.strip_prefix("exports.") {
        // What compilers write: `exports.__esModule`, `exports.a = exports.b = void 0`.
        let idle = name == "__esModule" || one.right.get_inner_expression().is_assignment();
        if !idle {
            export(cx, name, &one.right, out);
        }
        return true;
    }
    if let Some((owner, method)) = name.rsplit_once(".prototype.")
        && let Expression::FunctionExpression(function) = one.right.get_inner_expression()
    {
        out.push(Stmt::Function(Function {
            name: method.to_string(),
            owner: Some(owner.to_string()),
            ..functions::function(cx, method, function)
        }));
        return true;
    }
    false
}

pub fn default(cx: &mut Lowering, kind: &ExportDefaultDeclarationKind, out: &mut Vec<Stmt>) {
    let at = place(cx, kind.span());
    let name = match kind {
        ExportDefaultDeclarationKind::FunctionDeclaration(one) => {
            let own = one.id.as_ref().map_or(DEFAULT, |id| id.name.as_str());
            out.push(Stmt::Function(functions::function(cx, own, one)));
            own.to_string()
        }
        ExportDefaultDeclarationKind::ClassDeclaration(one) => {
            let class = classes::lower(cx, one, DEFAULT);
            let name = class.name.clone();
            out.append(&mut cx.hoisted);
            out.push(Stmt::Type(class));
            name
        }
        ExportDefaultDeclarationKind::TSInterfaceDeclaration(one) => {
            let made: Type = classes::interface(cx, one);
            out.push(Stmt::Type(made));
            return;
        }
        value => {
            if let Some(value) = value.as_expression() {
                whole(cx, value, out);
            }
            return;
        }
    };
    if name != DEFAULT {
        out.push(bound(DEFAULT, Expr::Name(name, at), at));
    }
}

/// `export {a, b as c}`.
pub fn named(cx: &mut Lowering, one: &ExportNamedDeclaration, out: &mut Vec<Stmt>) {
    for specifier in &one.specifiers {
        let (local, exported) = (specifier.local.name(), specifier.exported.name());
        if local != exported {
            let at = place(cx, specifier.span);
            let value = Expr::Name(local.to_string(), at);
            out.push(bound(exported.as_str(), value, at));
        }
    }
}

/// `export {a, b as c} from "m"`.
pub fn from(cx: &mut Lowering, one: &ExportFromDeclaration) {
    let path = one.source.value.as_str();
    for specifier in &one.specifiers {
        let (local, exported) = (specifier.local.name(), specifier.exported.name());
        let at = place(cx, specifier.span);
        import(cx, path, local.as_str(), exported.as_str(), at);
    }
}

/// `export * from "m"`, `export * as a from "m"`.
pub fn everything(cx: &mut Lowering, one: &ExportAllDeclaration) {
    let path = one.source.value.as_str();
    let at = place(cx, one.span);
    match &one.exported {
        Some(name) => import(cx, path, "", name.name().as_str(), at),
        None => import(cx, path, "*", "", at),
    }
}
