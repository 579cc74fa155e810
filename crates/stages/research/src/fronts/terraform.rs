//! Terraform: resources, data sources and modules with their settings, variables and locals.
//!
//! References stay symbols (`aws_db_instance.main.address`, `module.db.host`); variables with a default and
//! locals of the same file are put in. A file that does not parse is read block by block, so that a fault
//! costs the block it stands in.

use std::collections::BTreeMap;

use super::said::Said;
use super::{Front, Reads, SourceText, ends_in};
use crate::observation::{FileFacts, Observation, Value};
use crate::outline::line_starts;
use crate::placeholder::join;
use hcl_edit::Span;
use hcl_edit::expr::{Expression, ObjectKey, TraversalOperator};
use hcl_edit::structure::{Attribute, Block, Body, Structure};
use hcl_edit::template::{Element, Template};

pub const FRONT: Front = Front {
    id: "terraform",
    takes: |path| {
        ends_in(path, &[".tf", ".tfvars", ".hcl"]) && !path.ends_with(".terraform.lock.hcl")
    },
    reads: Reads::Format(read),
};

/// Deepest nesting of blocks, objects and references that is followed.
const MAX_DEPTH: usize = 40;
/// Most settings kept of one block.
const MAX_SETTINGS: usize = 400;

/// `var.x` and `local.x` of this file.
type Known = BTreeMap<String, Value>;

fn read(source: SourceText) -> FileFacts {
    let mut said = Said::new(FRONT.id);
    let text = source.text.trim_start_matches('\u{feff}');
    let mut parts = Vec::new();
    match hcl_edit::parser::parse_body(text) {
        Ok(body) => parts.push((0, body)),
        Err(error) => {
            let line = error.location().line() as u32;
            said.fault(line, error.message().to_string());
            for (offset, part) in blocks(text) {
                if let Ok(body) = hcl_edit::parser::parse_body(part) {
                    parts.push((offset, body));
                }
            }
        }
    }
    let starts = line_starts(text);
    let line = |offset: usize| {
        starts
            .partition_point(|start| *start as usize <= offset)
            .max(1) as u32
    };
    let mut known = Known::new();
    // Locals may refer to variables that stand below them.
    for _ in 0..2 {
        for (_, body) in &parts {
            collect(body, &mut known);
        }
    }
    for (offset, body) in &parts {
        for structure in body.iter() {
            let at = structure.span().map_or(1, |span| line(offset + span.start));
            match structure {
                Structure::Block(block) => say(block, at, &known, &mut said),
                Structure::Attribute(attribute) => {
                    assigned(source.path, attribute, at, &known, &mut said)
                }
            }
        }
    }
    said.done()
}

/// Pieces of a text that start in the first column and end before the next that does, with their offsets.
fn blocks(text: &str) -> Vec<(usize, &str)> {
    let mut out = Vec::new();
    let mut from = 0;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let starts = line.starts_with(|c: char| c.is_ascii_alphabetic());
        if starts && at > from {
            out.push((from, &text[from..at]));
            from = at;
        }
        at += line.len();
    }
    out.push((from, &text[from..]));
    out
}

fn collect(body: &Body, known: &mut Known) {
    for block in body.blocks() {
        let label = block.labels.first().map(|label| label.as_str());
        match (block.ident.as_str(), label) {
            ("variable", Some(name)) => {
                if let Some(attribute) = block.body.get_attribute("default") {
                    let value = value(&attribute.value, known, 0);
                    known.insert(format!("var.{name}"), value);
                }
            }
            ("locals", _) => {
                for attribute in block.body.attributes() {
                    let value = value(&attribute.value, known, 0);
                    known.insert(format!("local.{}", attribute.key.as_str()), value);
                }
            }
            _ => {}
        }
    }
}

fn say(block: &Block, line: u32, known: &Known, said: &mut Said) {
    let labels: Vec<&str> = block.labels.iter().map(|label| label.as_str()).collect();
    let word = block.ident.as_str();
    let (kind, name) = match (word, &labels[..]) {
        ("resource", [kind, name, ..]) => (kind.to_string(), name.to_string()),
        ("data", [kind, name, ..]) => (format!("data.{kind}"), name.to_string()),
        ("module" | "output" | "variable" | "provider", [name, ..]) => {
            (word.to_string(), name.to_string())
        }
        ("terraform" | "remote_state" | "dependency" | "include", _) => {
            (word.to_string(), labels.first().unwrap_or(&"").to_string())
        }
        _ => return,
    };
    let mut settings = Vec::new();
    flatten(&block.body, "", known, 0, &mut settings);
    settings.truncate(MAX_SETTINGS);
    let settings = settings.into_iter().map(|(key, value)| {
        // A variable's default is a credential where the variable is named like one.
        let named = if key == "default" {
            name.as_str()
        } else {
            key.as_str()
        };
        let value = said.safe(named, value, line);
        (key, value)
    });
    let settings = settings.collect();
    let resource = Observation::Resource {
        kind,
        name,
        settings,
    };
    said.say(line, resource);
}

/// An assignment at the top: a value of a variables file.
fn assigned(path: &str, attribute: &Attribute, line: u32, known: &Known, said: &mut Said) {
    if !ends_in(path, &[".tfvars"]) {
        return;
    }
    let key = format!("var.{}", attribute.key.as_str());
    let value = value(&attribute.value, known, 0);
    let value = said.safe(&key, value, line);
    let profile = None;
    said.say(
        line,
        Observation::Setting {
            key,
            value,
            profile,
        },
    );
}

fn flatten(body: &Body, path: &str, known: &Known, depth: usize, out: &mut Vec<(String, Value)>) {
    if depth > MAX_DEPTH || out.len() > MAX_SETTINGS {
        return;
    }
    let under = |name: &str| match path {
        "" => name.to_string(),
        path => format!("{path}.{name}"),
    };
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for structure in body.iter() {
        match structure {
            Structure::Attribute(attribute) => {
                expression(
                    &attribute.value,
                    &under(attribute.key.as_str()),
                    known,
                    depth,
                    out,
                );
            }
            Structure::Block(block) => {
                // `dynamic "setting" { content { .. } }` makes blocks of that name.
                let dynamic = block.ident.as_str() == "dynamic";
                let label = block.labels.first().map(|label| label.as_str().to_string());
                let name = match label {
                    Some(label) if dynamic => label,
                    Some(label) => format!("{}.{label}", block.ident.as_str()),
                    None => block.ident.as_str().to_string(),
                };
                let count = counts.entry(name.clone()).or_default();
                let key = if *count == 0 {
                    under(&name)
                } else {
                    format!("{}[{count}]", under(&name))
                };
                *count += 1;
                flatten(&block.body, &key, known, depth + 1, out);
            }
        }
    }
}

fn expression(
    of: &Expression,
    key: &str,
    known: &Known,
    depth: usize,
    out: &mut Vec<(String, Value)>,
) {
    if depth > MAX_DEPTH || out.len() > MAX_SETTINGS {
        return;
    }
    match of {
        Expression::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                expression(item, &format!("{key}[{index}]"), known, depth + 1, out);
            }
        }
        Expression::Object(object) => {
            for (name, value) in object.iter() {
                let name = match name {
                    ObjectKey::Ident(name) => name.as_str().to_string(),
                    ObjectKey::Expression(of) => self::value(of, known, depth + 1)
                        .known()
                        .unwrap_or("?")
                        .to_string(),
                };
                expression(
                    value.expr(),
                    &format!("{key}.{name}"),
                    known,
                    depth + 1,
                    out,
                );
            }
        }
        Expression::FuncCall(call) if call.name.name.as_str() == "jsonencode" => {
            if let Some(inner) = call.args.get(0) {
                expression(inner, key, known, depth + 1, out);
            }
        }
        Expression::Parenthesis(inner) => expression(inner.inner(), key, known, depth + 1, out),
        _ => out.push((key.to_string(), value(of, known, depth))),
    }
}

fn value(of: &Expression, known: &Known, depth: usize) -> Value {
    if depth > MAX_DEPTH {
        return Value::Hole;
    }
    match of {
        Expression::Null(_) => Value::text(""),
        Expression::Bool(known) => Value::text(known.value().to_string()),
        Expression::Number(number) => Value::text(number.value().to_string()),
        Expression::String(text) => Value::text(text.value().as_str()),
        Expression::StringTemplate(template) => pieces(template.iter(), known, depth),
        Expression::HeredocTemplate(heredoc) => template(&heredoc.template, known, depth),
        Expression::Variable(name) => Value::Symbol(name.value().as_str().to_string()),
        Expression::Traversal(_) => match dotted(of, depth) {
            Some(name) => resolved(name, known),
            None => Value::Hole,
        },
        Expression::Parenthesis(inner) => value(inner.inner(), known, depth + 1),
        Expression::Conditional(of) => Value::Either(vec![
            value(&of.true_expr, known, depth + 1),
            value(&of.false_expr, known, depth + 1),
        ]),
        Expression::FuncCall(call) => {
            let argument =
                |index: usize| call.args.get(index).map(|of| value(of, known, depth + 1));
            match call.name.name.as_str() {
                "tostring" | "lower" | "upper" | "trimspace" | "nonsensitive" | "sensitive"
                | "try" => argument(0).unwrap_or(Value::Hole),
                "coalesce" | "lookup" => {
                    let all: Vec<Value> = (0..call.args.len()).filter_map(argument).collect();
                    Value::Either(all)
                }
                "format" => formatted(
                    &(0..call.args.len())
                        .filter_map(argument)
                        .collect::<Vec<_>>(),
                ),
                _ => Value::Hole,
            }
        }
        _ => Value::Hole,
    }
}

/// `format("%s-%s", a, b)`
fn formatted(arguments: &[Value]) -> Value {
    let Some((Value::Text(format), rest)) = arguments.split_first() else {
        return Value::Hole;
    };
    let mut rest = rest.iter();
    let mut out = Vec::new();
    let mut parts = format.split('%');
    out.push(Value::text(parts.next().unwrap_or("")));
    for part in parts {
        let verb = part.chars().next().map_or(0, char::len_utf8);
        out.push(rest.next().cloned().unwrap_or(Value::Hole));
        out.push(Value::text(&part[verb..]));
    }
    join(out)
}

fn template(of: &Template, known: &Known, depth: usize) -> Value {
    pieces(of.iter(), known, depth)
}

fn pieces<'e>(elements: impl Iterator<Item = &'e Element>, known: &Known, depth: usize) -> Value {
    let pieces = elements.map(|element| match element {
        Element::Literal(text) => Value::text(text.value().as_str()),
        Element::Interpolation(of) => value(&of.expr, known, depth + 1),
        Element::Directive(_) => Value::Hole,
    });
    join(pieces.collect())
}

fn resolved(name: String, known: &Known) -> Value {
    match known.get(&name) {
        Some(value) => value.clone(),
        None => Value::Symbol(name),
    }
}

/// `aws_db_instance.main.address`, an index left out: `x[0].y` is `x.y`.
fn dotted(of: &Expression, depth: usize) -> Option<String> {
    if depth > MAX_DEPTH {
        return None;
    }
    match of {
        Expression::Variable(name) => Some(name.value().as_str().to_string()),
        Expression::Traversal(traversal) => {
            let mut name = dotted(&traversal.expr, depth + 1)?;
            for operator in &traversal.operators {
                if let TraversalOperator::GetAttr(attribute) = operator.value() {
                    name.push('.');
                    name.push_str(attribute.as_str());
                }
            }
            Some(name)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Found = Vec<(u32, String, String, Vec<(String, Value)>)>;

    fn resources(text: &str) -> (Found, FileFacts) {
        let path = "infra/main.tf";
        let facts = read(SourceText { path, text });
        let found = facts.seen.iter().filter_map(|seen| match &seen.what {
            Observation::Resource {
                kind,
                name,
                settings,
            } => Some((seen.line, kind.clone(), name.clone(), settings.clone())),
            _ => None,
        });
        (found.collect(), facts)
    }

    const TEXT: &str = r#"
locals { name = "${var.env}-shop" }
variable "env" { default = "prod" }
variable "db_password" { default = "hunter2-x" }
resource "aws_db_instance" "main" {
  engine     = "postgres"
  identifier = local.name
  password   = "hunter2-y"
  tags       = { team = "a", "k" = upper(var.env) }
}
resource "aws_ecs_task_definition" "web" {
  container_definitions = jsonencode([{ name = "web", environment = [
    { name = "DB", value = "postgres://${aws_db_instance.main[0].address}:5432/x" } ] }])
  network { port = var.missing == 1 ? 80 : 81 }
}
module "db" {
  source = "./db"
  host   = module.net.host
}
data "aws_vpc" "main" { id = "x" }
"#;

    #[test]
    fn settings_and_references() {
        let (found, facts) = resources(TEXT);
        let get = |name: &str, key: &str| {
            let of = found.iter().find(|(_, _, known, _)| known == name);
            let setting =
                of.and_then(|(.., settings)| settings.iter().find(|(known, _)| known == key));
            setting.map(|(_, value)| value.clone())
        };
        let kinds: Vec<_> = found
            .iter()
            .map(|(line, kind, ..)| (*line, kind.as_str()))
            .collect();
        assert_eq!(
            kinds,
            [
                (3, "variable"),
                (4, "variable"),
                (5, "aws_db_instance"),
                (11, "aws_ecs_task_definition"),
                (16, "module"),
                (20, "data.aws_vpc"),
            ]
        );
        assert_eq!(get("main", "identifier"), Some(Value::text("prod-shop")));
        assert_eq!(get("main", "tags.k"), Some(Value::text("prod")));
        assert_eq!(
            get("db", "host"),
            Some(Value::Symbol("module.net.host".into()))
        );
        assert_eq!(
            get("web", "container_definitions[0].environment[0].value"),
            Some(Value::Concat(vec![
                Value::text("postgres://"),
                Value::Symbol("aws_db_instance.main.address".into()),
                Value::text(":5432/x"),
            ]))
        );
        assert_eq!(
            get("web", "network.port"),
            Some(Value::Either(vec![Value::text("80"), Value::text("81")]))
        );
        assert!(!format!("{facts:?}").contains("hunter2"));
    }

    #[test]
    fn a_broken_block_costs_itself() {
        let (found, facts) = resources(&TEXT.replace("engine     =", "engine = = "));
        assert!(!facts.faults.is_empty());
        assert_eq!(found.len(), 5);
        assert_eq!(found[2].0, 11);
        resources(&"a { ".repeat(10_000));
        resources(&format!("a = {}1", "[".repeat(10_000)));
    }
}
