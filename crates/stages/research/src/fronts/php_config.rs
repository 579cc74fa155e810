//! Configuration in PHP, as Laravel and its kin keep it: `config/services.php` returns an array, and
//! `services.orders.url` is a key. Reads of the environment in it are values, and are reads too.

use super::{Front, Head, Reads, SourceText, ends_in, php};
use crate::observation::{FileFacts, Observation, Observed, Value};
use crate::outline::{At, Call, Expr, Outline, Stmt};
use model::finding::Certainty;

pub const FRONT: Front = Front {
    id: "php-config",
    takes: |path| {
        ends_in(path, &[".php"]) && (path.starts_with("config/") || path.contains("/config/"))
    },
    reads: Reads::Content { is, read },
};

fn is(head: &Head) -> bool {
    head.text
        .lines()
        .any(|line| line.starts_with("return [") || line.starts_with("return array("))
}

pub fn read(source: SourceText) -> FileFacts {
    let outline = php::outline(source);
    let mut settings = Settings {
        outline: &outline,
        seen: Vec::new(),
    };
    let prefix = source.name().trim_end_matches(".php").to_string();
    for statement in &outline.body {
        if let Stmt::Return(value) = statement {
            settings.flatten(&prefix, value, 0);
        }
    }
    FileFacts {
        front: FRONT.id.into(),
        seen: settings.seen,
        faults: outline
            .faults
            .iter()
            .map(|(at, reason)| (outline.line(*at), reason.clone()))
            .collect(),
        ..FileFacts::default()
    }
}

struct Settings<'o> {
    outline: &'o Outline,
    seen: Vec<Observed>,
}

impl Settings<'_> {
    fn see(&mut self, at: At, what: Observation) {
        self.seen.push(Observed {
            line: self.outline.line(at),
            certainty: Certainty::Resolved,
            within: String::new(),
            what,
        });
    }

    fn flatten(&mut self, key: &str, value: &Expr, around: At) {
        let at = value.at().unwrap_or(around);
        match value {
            Expr::Map(entries, _) => {
                for (name, inner) in entries {
                    self.flatten(&format!("{key}.{name}"), inner, at);
                }
            }
            Expr::List(items, _) => {
                for (index, item) in items.iter().enumerate() {
                    self.flatten(&format!("{key}[{index}]"), item, at);
                }
            }
            _ => {
                let value = self.value(value, at);
                if value != Value::Hole {
                    let (key, profile) = (key.to_string(), None);
                    self.see(
                        at,
                        Observation::Setting {
                            key,
                            value,
                            profile,
                        },
                    );
                }
            }
        }
    }

    fn value(&mut self, expr: &Expr, around: At) -> Value {
        let at = expr.at().unwrap_or(around);
        match expr {
            Expr::Text(text, _) => Value::text(text),
            Expr::Number(number, _) => Value::text(number.to_string()),
            Expr::Bool(value) => Value::text(value.to_string()),
            Expr::Template(pieces, _) => {
                Value::Concat(pieces.iter().map(|piece| self.value(piece, at)).collect())
            }
            Expr::Either(items) => {
                let items: Vec<Value> = items
                    .iter()
                    .map(|item| self.value(item, at))
                    .filter(|value| *value != Value::Hole)
                    .collect();
                crate::recognise::either(items)
            }
            Expr::Call(call) => self.call(call),
            Expr::Item(of, key, _) => match (of.dotted().as_deref(), key.text()) {
                (Some("_ENV" | "_SERVER"), Some(name)) => self.variable(name, None, at),
                _ => Value::Hole,
            },
            _ => Value::Hole,
        }
    }

    fn call(&mut self, call: &Call) -> Value {
        let name = call.callee.dotted().unwrap_or_default();
        let mut arguments = call.arguments.iter().map(|argument| &argument.value);
        let (first, second) = (arguments.next(), arguments.next());
        match (name.as_str(), first) {
            ("env" | "getenv" | "Env.get", Some(Expr::Text(variable, _))) => {
                let default = second
                    .map(|default| self.value(default, call.at))
                    .filter(|default| *default != Value::Hole);
                self.variable(variable, default, call.at)
            }
            // What is made of a text by a call is as good as the text to who looks for an address.
            (_, Some(inner)) if second.is_none() && !call.constructs => self.value(inner, call.at),
            _ => Value::Hole,
        }
    }

    fn variable(&mut self, name: &str, default: Option<Value>, at: At) -> Value {
        let name = name.to_string();
        self.see(
            at,
            Observation::ReadsEnv {
                name: name.clone(),
                default: default.clone(),
            },
        );
        Value::Env {
            name,
            default: default.map(Box::new),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrays_are_flattened_and_variables_read() {
        let text = "<?php\n\nreturn [\n  'orders' => [\n    'url' => env('ORDERS_URL', 'http://orders:80') . '/v1',\n    'token' => $_ENV['TOKEN'],\n  ],\n  'on' => ['a', 3, true],\n  'path' => storage_path('x'),\n  'made' => new X('y'),\n];\n";
        let source = SourceText {
            path: "app/config/services.php",
            text,
        };
        assert!(is(&Head::of(source)));
        let facts = read(source);
        let seen: Vec<String> = facts
            .seen
            .iter()
            .map(|seen| match &seen.what {
                Observation::Setting { key, value, .. } => {
                    format!("{} {key} = {value:?}", seen.line)
                }
                other => format!("{} {other:?}", seen.line),
            })
            .collect();
        assert_eq!(
            seen,
            [
                "5 ReadsEnv { name: \"ORDERS_URL\", default: Some(Text(\"http://orders:80\")) }",
                "5 services.orders.url = Concat([Env { name: \"ORDERS_URL\", default: Some(Text(\"http://orders:80\")) }, Text(\"/v1\")])",
                "6 ReadsEnv { name: \"TOKEN\", default: None }",
                "6 services.orders.token = Env { name: \"TOKEN\", default: None }",
                "8 services.on[0] = Text(\"a\")",
                "8 services.on[1] = Text(\"3\")",
                "8 services.on[2] = Text(\"true\")",
                "9 services.path = Text(\"x\")",
            ]
        );
    }
}
