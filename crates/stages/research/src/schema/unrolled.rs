//! Bodies of migrations with loops over written lists unrolled: `foreach (['a', 'b'] as $table)`.
//! Names bound to texts and lists before are put in their place. What is not written out stays.

use std::collections::BTreeMap;

use crate::outline::{Argument, Call, Expr, Function, Stmt};

/// A loop over more items is data.
const MOST_ITEMS: usize = 60;

/// How deep statements and expressions are followed.
const DEEPEST: u32 = 40;

type Known = BTreeMap<String, Expr>;

/// The statements of a body, loops unrolled.
pub fn unrolled(body: &[Stmt]) -> Vec<Stmt> {
    let mut known = Known::new();
    statements(body, &mut known, 0)
}

fn statements(body: &[Stmt], known: &mut Known, depth: u32) -> Vec<Stmt> {
    if depth > DEEPEST {
        return body.to_vec();
    }
    let mut found = Vec::new();
    for statement in body {
        match statement {
            Stmt::Bind {
                name,
                of,
                value,
                constant,
                at,
            } => {
                let value = put(value, known, depth + 1);
                if plain(&value, 0) {
                    known.insert(name.clone(), value.clone());
                } else {
                    known.remove(name);
                }
                found.push(Stmt::Bind {
                    name: name.clone(),
                    of: of.clone(),
                    value,
                    constant: *constant,
                    at: *at,
                });
            }
            Stmt::Expr(expr) => found.push(Stmt::Expr(put(expr, known, depth + 1))),
            Stmt::Return(expr) => found.push(Stmt::Return(put(expr, known, depth + 1))),
            Stmt::Block(inner) => found.push(Stmt::Block(statements(inner, known, depth + 1))),
            Stmt::Loop {
                over: Some(over),
                item,
                body,
                ..
            } => match put(over, known, depth + 1) {
                Expr::List(items, _) if items.len() <= MOST_ITEMS && !item.is_empty() => {
                    for value in items {
                        let mut inner = known.clone();
                        inner.insert(item.clone(), value);
                        found.extend(statements(body, &mut inner, depth + 1));
                    }
                }
                _ => found.push(statement.clone()),
            },
            other => found.push(other.clone()),
        }
    }
    found
}

/// Whether an expression is written out.
fn plain(expr: &Expr, depth: u32) -> bool {
    match expr {
        // A closure is called, or given, by its name.
        Expr::Text(..) | Expr::Number(..) | Expr::Bool(_) | Expr::Function(_) => true,
        Expr::List(items, _) => depth < 4 && items.iter().all(|item| plain(item, depth + 1)),
        _ => false,
    }
}

/// An expression with names replaced by what they hold.
fn put(expr: &Expr, known: &Known, depth: u32) -> Expr {
    if depth > DEEPEST {
        return expr.clone();
    }
    let depth = depth + 1;
    let all = |items: &[Expr]| -> Vec<Expr> {
        items.iter().map(|item| put(item, known, depth)).collect()
    };
    match expr {
        Expr::Name(name, _) => known.get(name).unwrap_or(expr).clone(),
        Expr::Member(of, name, at) => {
            // What is called keeps its name: a variable that holds a text has no methods.
            Expr::Member(Box::new(callee(of, known, depth)), name.clone(), *at)
        }
        Expr::Call(call) => Expr::Call(Box::new(Call {
            callee: callee(&call.callee, known, depth),
            arguments: call
                .arguments
                .iter()
                .map(|argument| Argument {
                    name: argument.name.clone(),
                    value: put(&argument.value, known, depth),
                })
                .collect(),
            ..(**call).clone()
        })),
        Expr::Template(items, at) => {
            let items = all(items);
            let texts: Option<String> = items.iter().map(super::calls::text).collect();
            texts.map_or(Expr::Template(items, *at), |text| Expr::Text(text, *at))
        }
        Expr::List(items, at) => Expr::List(all(items), *at),
        Expr::Either(items) => Expr::Either(all(items)),
        Expr::Other(items) => Expr::Other(all(items)),
        Expr::Map(entries, at) => {
            let entries = entries
                .iter()
                .map(|(key, value)| (key.clone(), put(value, known, depth)));
            Expr::Map(entries.collect(), *at)
        }
        Expr::Function(function) => {
            let mut inner = known.clone();
            for parameter in &function.parameters {
                inner.remove(&parameter.name);
            }
            Expr::Function(Box::new(Function {
                body: statements(&function.body, &mut inner, depth),
                ..(**function).clone()
            }))
        }
        other => other.clone(),
    }
}

fn callee(expr: &Expr, known: &Known, depth: u32) -> Expr {
    match expr {
        Expr::Name(..) => expr.clone(),
        other => put(other, known, depth),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loops_over_written_lists_are_unrolled() {
        let text = |text: &str| Expr::Text(text.to_string(), 0);
        let name = |name: &str| Expr::Name(name.to_string(), 0);
        let body = [
            Stmt::Bind {
                name: "tables".to_string(),
                of: None,
                value: Expr::List(vec![text("a"), text("b")], 0),
                constant: false,
                at: 0,
            },
            Stmt::Loop {
                over: Some(name("tables")),
                item: "table".to_string(),
                body: vec![Stmt::Expr(Expr::Template(
                    vec![text("drop table "), name("table")],
                    0,
                ))],
                at: 0,
            },
        ];
        let found = unrolled(&body);
        assert_eq!(
            found[1..],
            [
                Stmt::Expr(text("drop table a")),
                Stmt::Expr(text("drop table b"))
            ]
        );
        // A list that is not written stays a loop.
        let unknown = [Stmt::Loop {
            over: Some(name("others")),
            item: "table".to_string(),
            body: Vec::new(),
            at: 0,
        }];
        assert_eq!(unrolled(&unknown), unknown);
    }
}
