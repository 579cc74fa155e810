//! Expressions of the model over one row, as SQL.
//!
//! Only what depends on the row alone has a translation: paths to other rows, the principal, the
//! moment and functions that a database lacks give `None`, and the caller says what it left out.

use model::expr::{Node, Op};
use model::{Expr, FieldType, Table};

use super::dialect::{Dialect, MONEY_SCALE};
use super::names::{quote, snake, text};

/// A condition over the table's own columns.
pub fn condition(dialect: Dialect, table: &Table, expr: &Expr) -> Option<String> {
    Writer { dialect, table }.node(&expr.node).map(|w| w.text)
}

struct Writer<'a> {
    dialect: Dialect,
    table: &'a Table,
}

/// A piece of SQL, how tightly it holds together, and whether it is an amount of money.
struct Written {
    text: String,
    /// 0 or, 1 and, 2 not, 3 comparison, 4 sum, 5 product, 6 one word.
    binds: u8,
    money: bool,
}

fn word(text: String) -> Written {
    Written {
        text,
        binds: 6,
        money: false,
    }
}

fn binds(op: Op) -> u8 {
    match op {
        Op::Or => 0,
        Op::And => 1,
        Op::Eq | Op::Ne | Op::Lt | Op::Le | Op::Gt | Op::Ge | Op::In => 3,
        Op::Add | Op::Sub => 4,
        Op::Mul | Op::Div => 5,
    }
}

impl Written {
    /// In parentheses, where it holds together less tightly than its place demands.
    fn at(self, least: u8) -> String {
        if self.binds < least {
            format!("({})", self.text)
        } else {
            self.text
        }
    }
}

impl Writer<'_> {
    fn node(&self, node: &Node) -> Option<Written> {
        Some(match node {
            Node::Null => word("NULL".into()),
            Node::Bool(value) => word(match self.dialect {
                Dialect::Postgresql => value.to_string(),
                Dialect::Sqlite => u8::from(*value).to_string(),
            }),
            Node::Number(number) => word(self.dialect.number(number, false)?),
            Node::Text(value) => word(text(value)),
            Node::Path(path) => self.column(path)?,
            Node::List(_) => return None,
            Node::Not(inner) => Written {
                text: format!("NOT {}", self.node(inner)?.at(3)),
                binds: 2,
                money: false,
            },
            Node::Neg(inner) => {
                let inner = self.node(inner)?;
                let money = inner.money;
                Written {
                    text: format!("-{}", inner.at(6)),
                    binds: 5,
                    money,
                }
            }
            Node::IsNull(inner, null) => Written {
                text: format!(
                    "{} {}",
                    self.node(inner)?.at(4),
                    if *null { "IS NULL" } else { "IS NOT NULL" }
                ),
                binds: 3,
                money: false,
            },
            Node::Binary(op, left, right) => self.binary(*op, left, right)?,
            Node::Call(name, args) => self.call(name, args)?,
        })
    }

    fn column(&self, path: &[String]) -> Option<Written> {
        let name = match path {
            [one] => snake(one),
            [root, one] if root == "row" => snake(one),
            _ => return None,
        };
        let column = self.table.columns.get(&name)?;
        Some(Written {
            text: quote(&name),
            binds: 6,
            money: column.kind == FieldType::Money && self.dialect == Dialect::Sqlite,
        })
    }

    /// A side of a comparison or sum, in the scale of the other side.
    fn scaled(&self, node: &Node, money: bool, least: u8) -> Option<String> {
        let written = self.node(node)?;
        if !money || written.money {
            return Some(written.at(least));
        }
        match node {
            Node::Number(number) => self.dialect.number(number, true),
            Node::Null => Some(written.text),
            _ => Some(format!("{} * {}", written.at(5), 10_u32.pow(MONEY_SCALE))),
        }
    }

    fn binary(&self, op: Op, left: &Node, right: &Node) -> Option<Written> {
        let level = binds(op);
        if let (Op::Eq | Op::Ne, Node::Null) = (op, right) {
            return self.node(&Node::IsNull(Box::new(left.clone()), op == Op::Eq));
        }
        if op == Op::In {
            let Node::List(items) = right else {
                return None;
            };
            let left = self.node(left)?;
            if items.is_empty() {
                return self.node(&Node::Bool(false));
            }
            let items: Option<Vec<String>> = items
                .iter()
                .map(|item| self.scaled(item, left.money, 0))
                .collect();
            return Some(Written {
                text: format!("{} IN ({})", left.at(4), items?.join(", ")),
                binds: level,
                money: false,
            });
        }
        let (a, b) = (self.node(left)?, self.node(right)?);
        let money = a.money || b.money;
        match op {
            Op::Or | Op::And => Some(Written {
                text: format!("{} {} {}", a.at(level), op.sql(), b.at(level)),
                binds: level,
                money: false,
            }),
            Op::Mul => (!(a.money && b.money)).then(|| Written {
                text: format!("{} * {}", a.at(5), b.at(6)),
                binds: level,
                money,
            }),
            // SQL divides whole numbers without a rest; the model does not.
            Op::Div => {
                let (a_money, b_money) = (a.money, b.money);
                (a_money || !b_money).then(|| Written {
                    text: format!("{} * 1.0 / {}", a.at(5), b.at(6)),
                    binds: level,
                    money: a_money && !b_money,
                })
            }
            _ => Some(Written {
                text: format!(
                    "{} {} {}",
                    self.scaled(left, money, level + u8::from(level == 3))?,
                    op.sql(),
                    self.scaled(right, money, level + 1)?
                ),
                binds: level,
                money: money && matches!(op, Op::Add | Op::Sub),
            }),
        }
    }

    fn call(&self, name: &str, args: &[Node]) -> Option<Written> {
        let written: Option<Vec<Written>> = args.iter().map(|a| self.node(a)).collect();
        let written = written?;
        let money = written.iter().any(|w| w.money);
        let all: Vec<String> = args
            .iter()
            .map(|a| self.scaled(a, money && !matches!(name, "length" | "concat"), 0))
            .collect::<Option<_>>()?;
        let server = self.dialect == Dialect::Postgresql;
        let one = all.first()?;
        let (text, money) = match name {
            "lower" | "upper" => (format!("{name}({one})"), false),
            "abs" => (format!("abs({one})"), money),
            "length" if server => (format!("char_length({one})"), false),
            "length" => (format!("length({one})"), false),
            // A timestamp's day depends on the zone; the model's days are UTC's.
            "date" if server => (format!("(({one}) AT TIME ZONE 'UTC')::date"), false),
            "date" => (format!("date({one})"), false),
            "coalesce" => (format!("coalesce({})", all.join(", ")), money),
            "concat" => {
                let parts: Vec<String> = all.iter().map(|a| format!("coalesce({a}, '')")).collect();
                (format!("({})", parts.join(" || ")), false)
            }
            "min" | "max" if all.len() > 1 => {
                let function = match (server, name) {
                    (true, "min") => "least",
                    (true, _) => "greatest",
                    (false, name) => name,
                };
                (format!("{function}({})", all.join(", ")), money)
            }
            _ => return None,
        };
        Some(Written {
            text,
            binds: 6,
            money,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Table {
        let text = r#"{"store": "s", "columns": {
            "price": {"type": "money"}, "quantity": {"type": "integer"}, "open": {"type": "boolean"},
            "name": {"type": "text"}, "order": {"type": "text"}, "at": {"type": "timestamp"}}}"#;
        serde_json::from_str(text).unwrap()
    }

    fn both(text: &str) -> (Option<String>, Option<String>) {
        let expr = model::expr::parse(text).unwrap();
        (
            condition(Dialect::Postgresql, &table(), &expr),
            condition(Dialect::Sqlite, &table(), &expr),
        )
    }

    #[test]
    fn conditions_keep_their_meaning() {
        let cases = [
            (
                "price >= 0.5 and quantity > 0",
                "price >= 0.5 AND quantity > 0",
                "price >= 5000 AND quantity > 0",
            ),
            (
                "(open or quantity = 1) and not open",
                "(open OR quantity = 1) AND NOT open",
                "(open OR quantity = 1) AND NOT open",
            ),
            (
                "price * quantity <= 1000",
                "price * quantity <= 1000",
                "price * quantity <= 10000000",
            ),
            (
                "quantity - (1 - 2) != 3",
                "quantity - (1 - 2) <> 3",
                "quantity - (1 - 2) <> 3",
            ),
            (
                "order in ['a', 'it''s'] or order = null",
                "\"order\" IN ('a', 'it''s') OR \"order\" IS NULL",
                "\"order\" IN ('a', 'it''s') OR \"order\" IS NULL",
            ),
            (
                "length(name) >= 2",
                "char_length(name) >= 2",
                "length(name) >= 2",
            ),
        ];
        for (model, server, file) in cases {
            if model.contains("''") && model::expr::parse(model).is_err() {
                continue;
            }
            let (a, b) = both(model);
            assert_eq!(a.as_deref(), Some(server), "{model}");
            assert_eq!(b.as_deref(), Some(file), "{model}");
        }
    }

    #[test]
    fn what_reaches_beyond_the_row_is_not_translated() {
        for text in [
            "principal.id = name",
            "exists(name)",
            "row.other.name = 'x'",
            "at < now",
            "missing = 1",
        ] {
            assert_eq!(both(text), (None, None), "{text}");
        }
    }
}
