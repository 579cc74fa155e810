//! An outline as short text, to be compared with what a person wrote or read.

use groundplan_research::outline::{
    Annotation, Argument, Expr, Function, Outline, Stmt, Type, TypeRef,
};

pub fn outline(outline: &Outline) -> String {
    let mut out = String::new();
    for import in &outline.imports {
        let line = format!(
            "import {:?} {:?} as {:?}",
            import.path, import.name, import.alias
        );
        push(&mut out, 0, &line);
    }
    outline
        .types
        .iter()
        .for_each(|one| of_type(one, 0, &mut out));
    outline
        .functions
        .iter()
        .for_each(|one| function(one, 0, &mut out));
    statements(&outline.body, 0, &mut out);
    for (at, reason) in &outline.faults {
        push(
            &mut out,
            0,
            &format!("fault line {}: {reason}", outline.line(*at)),
        );
    }
    out
}

fn push(out: &mut String, depth: usize, line: &str) {
    out.push_str(&"  ".repeat(depth));
    out.push_str(line);
    out.push('\n');
}

fn annotations(annotations: &[Annotation], depth: usize, out: &mut String) {
    for one in annotations {
        push(
            out,
            depth,
            &format!("@{}({})", one.name, arguments(&one.arguments)),
        );
    }
}

fn of_type(of: &Type, depth: usize, out: &mut String) {
    annotations(&of.annotations, depth, out);
    let supers: Vec<String> = of.supers.iter().map(type_ref).collect();
    let line = format!("{:?} {} : {}", of.kind, of.name, supers.join(", "));
    push(out, depth, &line);
    for field in &of.fields {
        annotations(&field.annotations, depth + 1, out);
        let mut line = format!("field {}", field.name);
        for (flag, name) in [
            (field.shared, "shared"),
            (field.constant, "constant"),
            (field.optional, "optional"),
        ] {
            if flag {
                line.push_str(&format!(" {name}"));
            }
        }
        if let Some(of) = &field.of {
            line.push_str(&format!(": {}", type_ref(of)));
        }
        if let Some(value) = &field.value {
            line.push_str(&format!(" = {}", expression(value)));
        }
        push(out, depth + 1, &line);
    }
    of.functions
        .iter()
        .for_each(|one| function(one, depth + 1, out));
    of.types.iter().for_each(|one| of_type(one, depth + 1, out));
    statements(&of.body, depth + 1, out);
}

fn function(one: &Function, depth: usize, out: &mut String) {
    annotations(&one.annotations, depth, out);
    push(out, depth, &format!("function {}", signature(one)));
    statements(&one.body, depth + 1, out);
}

fn signature(one: &Function) -> String {
    let parameters: Vec<String> = one
        .parameters
        .iter()
        .map(|one| {
            let mut text = String::new();
            for annotation in &one.annotations {
                let arguments = arguments(&annotation.arguments);
                text.push_str(&format!("@{}({arguments}) ", annotation.name));
            }
            text.push_str(&one.name);
            if let Some(of) = &one.of {
                text.push_str(&format!(": {}", type_ref(of)));
            }
            if let Some(default) = &one.default {
                text.push_str(&format!(" = {}", expression(default)));
            }
            text
        })
        .collect();
    let owner = one
        .owner
        .as_ref()
        .map_or(String::new(), |owner| format!("{owner}::"));
    let returns = one
        .returns
        .as_ref()
        .map_or(String::new(), |of| format!(" -> {}", type_ref(of)));
    format!("{owner}{}({}){returns}", one.name, parameters.join(", "))
}

fn statements(statements: &[Stmt], depth: usize, out: &mut String) {
    for statement in statements {
        match statement {
            Stmt::Bind {
                name,
                of,
                value,
                constant,
                ..
            } => {
                let kind = if *constant { "const" } else { "let" };
                let of = of
                    .as_ref()
                    .map_or(String::new(), |of| format!(": {}", type_ref(of)));
                push(
                    out,
                    depth,
                    &format!("{kind} {name}{of} = {}", expression(value)),
                );
            }
            Stmt::Expr(value) => push(out, depth, &expression(value)),
            Stmt::Return(value) => push(out, depth, &format!("return {}", expression(value))),
            Stmt::Loop {
                over, item, body, ..
            } => {
                let over = over.as_ref().map_or(String::new(), expression);
                push(out, depth, &format!("loop {item} over {over}"));
                self::statements(body, depth + 1, out);
            }
            Stmt::Block(inner) => {
                push(out, depth, "block");
                self::statements(inner, depth + 1, out);
            }
            Stmt::Function(one) => function(one, depth, out),
            Stmt::Type(one) => of_type(one, depth, out),
        }
    }
}

fn type_ref(of: &TypeRef) -> String {
    if of.arguments.is_empty() {
        return of.name.clone();
    }
    let arguments: Vec<String> = of.arguments.iter().map(type_ref).collect();
    format!("{}<{}>", of.name, arguments.join(", "))
}

fn arguments(arguments: &[Argument]) -> String {
    let shown = arguments.iter().map(|one| match &one.name {
        Some(name) => format!("{name}={}", expression(&one.value)),
        None => expression(&one.value),
    });
    shown.collect::<Vec<_>>().join(", ")
}

fn list(items: &[Expr], between: &str) -> String {
    items
        .iter()
        .map(expression)
        .collect::<Vec<_>>()
        .join(between)
}

pub fn expression(value: &Expr) -> String {
    match value {
        Expr::Text(text, _) => format!("{text:?}"),
        Expr::Number(number, _) => number.to_string(),
        Expr::Bool(value) => value.to_string(),
        Expr::Nothing => "nothing".to_string(),
        Expr::Template(pieces, _) => format!("`{}`", list(pieces, " ")),
        Expr::Name(name, _) => name.clone(),
        Expr::Member(of, name, _) => format!("{}.{name}", expression(of)),
        Expr::Item(of, key, _) => format!("{}[{}]", expression(of), expression(key)),
        Expr::Call(call) => {
            let new = if call.constructs { "new " } else { "" };
            let types: Vec<String> = call.types.iter().map(type_ref).collect();
            let types = match types.is_empty() {
                true => String::new(),
                false => format!("<{}>", types.join(", ")),
            };
            format!(
                "{new}{}{types}({})",
                expression(&call.callee),
                arguments(&call.arguments)
            )
        }
        Expr::List(items, _) => format!("[{}]", list(items, ", ")),
        Expr::Map(entries, _) => {
            let shown = entries
                .iter()
                .map(|(key, value)| format!("{key}: {}", expression(value)));
            format!("{{{}}}", shown.collect::<Vec<_>>().join(", "))
        }
        Expr::Either(items) => format!("({})", list(items, " | ")),
        Expr::Other(items) => format!("<{}>", list(items, " ")),
        Expr::Function(one) => {
            let mut inner = String::new();
            statements(&one.body, 0, &mut inner);
            let inner = inner.trim_end().replace('\n', "; ");
            format!("fn{} {{{inner}}}", signature(one))
        }
    }
}
