//! What the tests of language fronts share: an outline in a few short lines.

use crate::outline::{Annotation, Argument, Expr, Function, Outline, Stmt, Type, TypeRef};

/// One line per import, declaration and statement; what is inside stands further in.
pub fn shown(outline: &Outline) -> String {
    let mut lines = Vec::new();
    if !outline.module.is_empty() {
        lines.push(format!("module {}", outline.module));
    }
    for import in &outline.imports {
        lines.push(format!(
            "import {}|{}|{}",
            import.path, import.name, import.alias
        ));
    }
    outline
        .types
        .iter()
        .for_each(|found| of_type(found, "", &mut lines));
    outline
        .functions
        .iter()
        .for_each(|found| of_function(found, "", &mut lines));
    statements(&outline.body, "", &mut lines);
    for (at, reason) in &outline.faults {
        lines.push(format!("fault {}: {reason}", outline.line(*at)));
    }
    lines.join("\n") + "\n"
}

fn list<T>(items: &[T], show: fn(&T) -> String) -> String {
    items.iter().map(show).collect::<Vec<_>>().join(", ")
}

fn type_ref(of: &TypeRef) -> String {
    match of.arguments.is_empty() {
        true => of.name.clone(),
        false => format!("{}<{}>", of.name, list(&of.arguments, type_ref)),
    }
}

fn annotation(found: &Annotation) -> String {
    format!("@{}({})", found.name, list(&found.arguments, argument))
}

fn argument(argument: &Argument) -> String {
    match &argument.name {
        Some(name) => format!("{name}: {}", expr(&argument.value)),
        None => expr(&argument.value),
    }
}

fn of_type(found: &Type, indent: &str, lines: &mut Vec<String>) {
    let inner = format!("{indent}  ");
    lines.extend(
        found
            .annotations
            .iter()
            .map(|found| format!("{indent}{}", annotation(found))),
    );
    lines.push(format!(
        "{indent}{:?} {} < {}",
        found.kind,
        found.name,
        list(&found.supers, type_ref)
    ));
    for field in &found.fields {
        lines.extend(
            field
                .annotations
                .iter()
                .map(|found| format!("{inner}{}", annotation(found))),
        );
        let of = field
            .of
            .iter()
            .map(|of| format!(": {}", type_ref(of)))
            .collect::<String>();
        let value = field
            .value
            .iter()
            .map(|value| format!(" = {}", expr(value)))
            .collect::<String>();
        let optional = if field.optional { "?" } else { "" };
        lines.push(format!("{inner}field {}{optional}{of}{value}", field.name));
    }
    statements(&found.body, &inner, lines);
    found
        .functions
        .iter()
        .for_each(|function| of_function(function, &inner, lines));
    found
        .types
        .iter()
        .for_each(|nested| of_type(nested, &inner, lines));
}

fn of_function(found: &Function, indent: &str, lines: &mut Vec<String>) {
    lines.extend(
        found
            .annotations
            .iter()
            .map(|found| format!("{indent}{}", annotation(found))),
    );
    let returns = found
        .returns
        .iter()
        .map(|of| format!(": {}", type_ref(of)))
        .collect::<String>();
    lines.push(format!(
        "{indent}fn {}({}){returns}",
        found.name,
        parameters(found)
    ));
    statements(&found.body, &format!("{indent}  "), lines);
}

fn parameters(found: &Function) -> String {
    let shown = found.parameters.iter().map(|parameter| {
        let of = parameter
            .of
            .iter()
            .map(|of| format!(": {}", type_ref(of)))
            .collect::<String>();
        let default = parameter
            .default
            .iter()
            .map(|value| format!(" = {}", expr(value)));
        format!("{}{of}{}", parameter.name, default.collect::<String>())
    });
    shown.collect::<Vec<_>>().join(", ")
}

fn statements(body: &[Stmt], indent: &str, lines: &mut Vec<String>) {
    let inner = format!("{indent}  ");
    for statement in body {
        match statement {
            Stmt::Bind {
                name,
                value,
                constant,
                ..
            } => {
                let word = if *constant { "const " } else { "" };
                lines.push(format!("{indent}{word}{name} = {}", expr(value)));
            }
            Stmt::Expr(value) => lines.push(format!("{indent}{}", expr(value))),
            Stmt::Return(value) => lines.push(format!("{indent}return {}", expr(value))),
            Stmt::Loop {
                over, item, body, ..
            } => {
                let over = over
                    .iter()
                    .map(|over| format!(" {}", expr(over)))
                    .collect::<String>();
                lines.push(format!("{indent}loop {item}{over}"));
                statements(body, &inner, lines);
            }
            Stmt::Block(body) => statements(body, &inner, lines),
            Stmt::Function(found) => of_function(found, indent, lines),
            Stmt::Type(found) => of_type(found, indent, lines),
        }
    }
}

pub fn expr(value: &Expr) -> String {
    match value {
        Expr::Text(text, _) => format!("{text:?}"),
        Expr::Number(number, _) => number.to_string(),
        Expr::Bool(value) => value.to_string(),
        Expr::Nothing => "nothing".into(),
        Expr::Template(pieces, _) => format!("`{}`", list(pieces, expr)),
        Expr::Name(name, _) => name.clone(),
        Expr::Member(of, name, _) => format!("{}.{name}", expr(of)),
        Expr::Item(of, key, _) => format!("{}[{}]", expr(of), expr(key)),
        Expr::Call(call) => {
            let new = if call.constructs { "new " } else { "" };
            format!(
                "{new}{}({})",
                expr(&call.callee),
                list(&call.arguments, argument)
            )
        }
        Expr::List(items, _) => format!("[{}]", list(items, expr)),
        Expr::Map(pairs, _) => {
            format!(
                "{{{}}}",
                list(pairs, |(key, value)| format!("{key}: {}", expr(value)))
            )
        }
        Expr::Either(items) => format!("either({})", list(items, expr)),
        Expr::Function(found) => {
            let mut lines = Vec::new();
            statements(&found.body, "", &mut lines);
            format!("({}) -> {{{}}}", parameters(found), lines.join("; "))
        }
        Expr::Other(items) => format!("other({})", list(items, expr)),
    }
}
