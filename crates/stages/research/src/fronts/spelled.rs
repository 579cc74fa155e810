//! An outline as a short text, for the tests of the fronts.

use std::fmt::Write;

use crate::outline::*;

/// Holds that a text is read as an outline, as [`spelled`] writes it.
#[track_caller]
pub fn reads(read: fn(&str) -> Outline, text: &str, expected: &str) {
    let made = spelled(&read(text));
    let made: Vec<&str> = made.lines().map(str::trim_end).collect();
    assert_eq!(
        made.join("\n"),
        unindented(expected),
        "\n{}",
        made.join("\n")
    );
}

/// Lines without the indentation of the first, and without empty lines around.
pub fn unindented(text: &str) -> String {
    let text = text.trim_matches('\n');
    let indent = text.len() - text.trim_start_matches(' ').len();
    let lines: Vec<&str> = text
        .lines()
        .map(|line| line.get(indent..).unwrap_or("").trim_end())
        .collect();
    lines.join("\n").trim_end().to_owned()
}

pub fn spelled(outline: &Outline) -> String {
    let mut out = String::new();
    if !outline.module.is_empty() {
        writeln!(out, "module {}", outline.module).unwrap();
    }
    for import in &outline.imports {
        let Import {
            path, name, alias, ..
        } = import;
        let dot = if name.is_empty() { "" } else { " : " };
        writeln!(out, "import {path}{dot}{name} as {alias}").unwrap();
    }
    for made in &outline.types {
        type_of(&mut out, made, 0);
    }
    for made in &outline.functions {
        function(&mut out, made, 0);
    }
    statements(&mut out, &outline.body, 0);
    for (at, reason) in &outline.faults {
        writeln!(out, "fault line {}: {reason}", outline.line(*at)).unwrap();
    }
    out
}

fn pad(out: &mut String, depth: usize) {
    out.push_str(&"  ".repeat(depth));
}

fn annotations(out: &mut String, all: &[Annotation]) {
    for annotation in all {
        let arguments = arguments(&annotation.arguments);
        write!(out, " @{}({arguments})", annotation.name).unwrap();
    }
}

fn type_of(out: &mut String, made: &Type, depth: usize) {
    pad(out, depth);
    write!(out, "{:?} {}", made.kind, made.name).unwrap();
    if !made.supers.is_empty() {
        let supers: Vec<String> = made.supers.iter().map(reference).collect();
        write!(out, " : {}", supers.join(", ")).unwrap();
    }
    annotations(out, &made.annotations);
    out.push('\n');
    for field in &made.fields {
        pad(out, depth + 1);
        for (set, word) in [
            (field.shared, "shared "),
            (field.constant, "constant "),
            (field.optional, "optional "),
        ] {
            out.push_str(if set { word } else { "" });
        }
        out.push_str(&field.name);
        if let Some(of) = &field.of {
            write!(out, ": {}", reference(of)).unwrap();
        }
        if let Some(value) = &field.value {
            write!(out, " = {}", expression(value)).unwrap();
        }
        annotations(out, &field.annotations);
        out.push('\n');
    }
    made.functions
        .iter()
        .for_each(|f| function(out, f, depth + 1));
    made.types.iter().for_each(|t| type_of(out, t, depth + 1));
    statements(out, &made.body, depth + 1);
}

fn function(out: &mut String, made: &Function, depth: usize) {
    pad(out, depth);
    writeln!(out, "{}", signature(made)).unwrap();
    statements(out, &made.body, depth + 1);
}

fn signature(made: &Function) -> String {
    let mut out = String::from("fn ");
    if let Some(owner) = &made.owner {
        write!(out, "{owner}.").unwrap();
    }
    let mut parameters = Vec::new();
    for parameter in &made.parameters {
        let mut text = parameter.name.clone();
        if let Some(of) = &parameter.of {
            write!(text, ": {}", reference(of)).unwrap();
        }
        if let Some(value) = &parameter.default {
            write!(text, " = {}", expression(value)).unwrap();
        }
        annotations(&mut text, &parameter.annotations);
        parameters.push(text);
    }
    write!(out, "{}({})", made.name, parameters.join(", ")).unwrap();
    if let Some(of) = &made.returns {
        write!(out, " -> {}", reference(of)).unwrap();
    }
    annotations(&mut out, &made.annotations);
    out
}

fn reference(of: &TypeRef) -> String {
    if of.arguments.is_empty() {
        return of.name.clone();
    }
    let arguments: Vec<String> = of.arguments.iter().map(reference).collect();
    format!("{}<{}>", of.name, arguments.join(", "))
}

fn statements(out: &mut String, all: &[Stmt], depth: usize) {
    for statement in all {
        match statement {
            Stmt::Function(made) => function(out, made, depth),
            Stmt::Type(made) => type_of(out, made, depth),
            _ => {
                pad(out, depth);
                match statement {
                    Stmt::Bind {
                        name,
                        of,
                        value,
                        constant,
                        ..
                    } => {
                        let word = if *constant { "const " } else { "" };
                        let of = of
                            .as_ref()
                            .map_or(String::new(), |of| format!(": {}", reference(of)));
                        writeln!(out, "{word}{name}{of} = {}", expression(value)).unwrap();
                    }
                    Stmt::Expr(value) => writeln!(out, "{}", expression(value)).unwrap(),
                    Stmt::Return(value) => writeln!(out, "return {}", expression(value)).unwrap(),
                    Stmt::Loop {
                        over, item, body, ..
                    } => {
                        let over = over.as_ref().map_or(String::new(), expression);
                        writeln!(out, "loop {item} of {over}").unwrap();
                        statements(out, body, depth + 1);
                    }
                    Stmt::Block(body) => {
                        out.push_str("block\n");
                        statements(out, body, depth + 1);
                    }
                    Stmt::Function(_) | Stmt::Type(_) => {}
                }
            }
        }
    }
}

fn arguments(all: &[Argument]) -> String {
    let shown = all.iter().map(|argument| match &argument.name {
        Some(name) => format!("{name}: {}", expression(&argument.value)),
        None => expression(&argument.value),
    });
    shown.collect::<Vec<_>>().join(", ")
}

fn list(all: &[Expr], between: &str) -> String {
    all.iter().map(expression).collect::<Vec<_>>().join(between)
}

pub fn expression(value: &Expr) -> String {
    match value {
        Expr::Text(text, _) => format!("{text:?}"),
        Expr::Number(number, _) => number.to_string(),
        Expr::Bool(value) => value.to_string(),
        Expr::Nothing => "nothing".to_owned(),
        Expr::Template(parts, _) => format!("`{}`", list(parts, " ")),
        Expr::Name(name, _) => name.clone(),
        Expr::Member(of, name, _) => format!("{}.{name}", expression(of)),
        Expr::Item(of, key, _) => format!("{}[{}]", expression(of), expression(key)),
        Expr::Call(call) => {
            let types: Vec<String> = call.types.iter().map(reference).collect();
            let types = match types.is_empty() {
                true => String::new(),
                false => format!("<{}>", types.join(", ")),
            };
            let new = if call.constructs { "new " } else { "" };
            let arguments = arguments(&call.arguments);
            format!("{new}{}{types}({arguments})", expression(&call.callee))
        }
        Expr::List(items, _) => format!("[{}]", list(items, ", ")),
        Expr::Map(entries, _) => {
            let shown = entries
                .iter()
                .map(|(key, value)| format!("{key}: {}", expression(value)));
            format!("{{{}}}", shown.collect::<Vec<_>>().join(", "))
        }
        Expr::Either(items) => format!("either({})", list(items, " | ")),
        Expr::Function(made) => {
            let mut body = String::new();
            statements(&mut body, &made.body, 0);
            let body: Vec<&str> = body.lines().map(str::trim).collect();
            format!("{} {{ {} }}", signature(made), body.join("; "))
        }
        Expr::Other(parts) => format!("?({})", list(parts, ", ")),
    }
}
