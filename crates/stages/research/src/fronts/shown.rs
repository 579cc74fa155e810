//! Outlines as text, for tests: what a front made of a snippet, one line a declaration or statement.

use crate::outline::*;

pub fn outline(outline: &Outline) -> String {
    let mut out = String::new();
    if !outline.module.is_empty() {
        line(&mut out, 0, format!("module {}", outline.module));
    }
    for import in &outline.imports {
        let alias = if import.alias == import.name {
            String::new()
        } else {
            format!(" as {}", import.alias)
        };
        line(
            &mut out,
            0,
            format!("import {} {}{alias}", import.path, import.name),
        );
    }
    statements(&mut out, 0, &outline.body);
    outline.types.iter().for_each(|of| type_(&mut out, 0, of));
    outline
        .functions
        .iter()
        .for_each(|of| function(&mut out, 0, of));
    for (at, reason) in &outline.faults {
        line(&mut out, 0, format!("fault {} {reason}", outline.line(*at)));
    }
    out
}

fn line(out: &mut String, depth: usize, text: String) {
    out.push_str(&"  ".repeat(depth));
    out.push_str(&text);
    out.push('\n');
}

fn list<T>(items: &[T], show: impl Fn(&T) -> String) -> String {
    items.iter().map(show).collect::<Vec<_>>().join(", ")
}

fn annotations(out: &mut String, depth: usize, all: &[Annotation]) {
    for one in all {
        line(out, depth, annotation(one));
    }
}

fn annotation(one: &Annotation) -> String {
    format!("@{}({})", one.name, list(&one.arguments, argument))
}

fn argument(argument: &Argument) -> String {
    match &argument.name {
        Some(name) => format!("{name}={}", expr(&argument.value)),
        None => expr(&argument.value),
    }
}

pub fn type_ref(of: &TypeRef) -> String {
    if of.arguments.is_empty() {
        of.name.clone()
    } else {
        format!("{}<{}>", of.name, list(&of.arguments, type_ref))
    }
}

fn of(of: &Option<TypeRef>) -> String {
    of.as_ref()
        .map_or(String::new(), |of| format!(": {}", type_ref(of)))
}

fn type_(out: &mut String, depth: usize, this: &Type) {
    annotations(out, depth, &this.annotations);
    let kind = format!("{:?}", this.kind).to_lowercase();
    let supers = if this.supers.is_empty() {
        String::new()
    } else {
        format!(" < {}", list(&this.supers, type_ref))
    };
    line(out, depth, format!("{kind} {}{supers}", this.name));
    for field in &this.fields {
        annotations(out, depth + 1, &field.annotations);
        let marks = [
            (field.shared, "shared "),
            (field.constant, "constant "),
            (field.optional, "optional "),
        ];
        let marks: String = marks
            .iter()
            .filter(|(is, _)| *is)
            .map(|(_, mark)| *mark)
            .collect();
        let value = field
            .value
            .as_ref()
            .map_or(String::new(), |v| format!(" = {}", expr(v)));
        line(
            out,
            depth + 1,
            format!("{marks}{}{}{value}", field.name, of(&field.of)),
        );
    }
    statements(out, depth + 1, &this.body);
    this.functions
        .iter()
        .for_each(|f| function(out, depth + 1, f));
    this.types.iter().for_each(|t| type_(out, depth + 1, t));
}

fn parameters(all: &[Parameter]) -> String {
    list(all, |p| {
        let marks: String = p.annotations.iter().map(|a| annotation(a) + " ").collect();
        let default = p
            .default
            .as_ref()
            .map_or(String::new(), |v| format!(" = {}", expr(v)));
        format!("{marks}{}{}{default}", p.name, of(&p.of))
    })
}

fn function(out: &mut String, depth: usize, this: &Function) {
    annotations(out, depth, &this.annotations);
    let owner = this
        .owner
        .as_ref()
        .map_or(String::new(), |owner| format!("{owner}."));
    let head = format!(
        "fn {owner}{}({}){}",
        this.name,
        parameters(&this.parameters),
        of(&this.returns)
    );
    line(out, depth, head);
    statements(out, depth + 1, &this.body);
}

fn statements(out: &mut String, depth: usize, all: &[Stmt]) {
    for one in all {
        match one {
            Stmt::Function(this) => function(out, depth, this),
            Stmt::Type(this) => type_(out, depth, this),
            Stmt::Loop {
                over, item, body, ..
            } => {
                let over = over
                    .as_ref()
                    .map_or(String::new(), |over| format!(" {item} in {}", expr(over)));
                line(out, depth, format!("loop{over}"));
                statements(out, depth + 1, body);
            }
            Stmt::Block(inner) => {
                line(out, depth, "block".into());
                statements(out, depth + 1, inner);
            }
            simple => line(out, depth, statement(simple)),
        }
    }
}

fn statement(one: &Stmt) -> String {
    match one {
        Stmt::Bind {
            name,
            of: declared,
            value,
            constant,
            ..
        } => {
            let word = if *constant { "constant " } else { "" };
            format!("{word}{name}{} = {}", of(declared), expr(value))
        }
        Stmt::Expr(value) => expr(value),
        Stmt::Return(value) => format!("return {}", expr(value)),
        nested => {
            let mut out = String::new();
            statements(&mut out, 0, std::slice::from_ref(nested));
            out.trim_end().replace('\n', "; ")
        }
    }
}

pub fn expr(this: &Expr) -> String {
    match this {
        Expr::Text(text, _) => format!("{text:?}"),
        Expr::Number(number, _) => number.to_string(),
        Expr::Bool(value) => value.to_string(),
        Expr::Nothing => "nothing".into(),
        Expr::Template(pieces, _) => {
            format!(
                "`{}`",
                pieces.iter().map(expr).collect::<Vec<_>>().join(" ")
            )
        }
        Expr::Name(name, _) => name.clone(),
        Expr::Member(of, name, _) => format!("{}.{name}", expr(of)),
        Expr::Item(of, key, _) => format!("{}[{}]", expr(of), expr(key)),
        Expr::Call(call) => {
            let new = if call.constructs { "new " } else { "" };
            let types = if call.types.is_empty() {
                String::new()
            } else {
                format!("<{}>", list(&call.types, type_ref))
            };
            format!(
                "{new}{}{types}({})",
                expr(&call.callee),
                list(&call.arguments, argument)
            )
        }
        Expr::List(items, _) => format!("[{}]", list(items, expr)),
        Expr::Map(items, _) => format!("{{{}}}", list(items, |(k, v)| format!("{k}: {}", expr(v)))),
        Expr::Either(items) => {
            format!(
                "({})",
                items.iter().map(expr).collect::<Vec<_>>().join(" | ")
            )
        }
        Expr::Function(this) => {
            let body = this
                .body
                .iter()
                .map(statement)
                .collect::<Vec<_>>()
                .join("; ");
            let name = if this.name.is_empty() {
                String::new()
            } else {
                format!(" {}", this.name)
            };
            format!("fn{name}({}) {{ {body} }}", parameters(&this.parameters))
        }
        Expr::Other(items) => format!("~({})", list(items, expr)),
    }
}
