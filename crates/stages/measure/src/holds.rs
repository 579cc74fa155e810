//! Whether a row keeps a check, by the expression language's own meaning.

use model::expr::{Node, Op};

use crate::value::Value;

/// `false` only where the check is certainly broken: what cannot be told here, the database will.
pub fn holds(node: &Node, column: &dyn Fn(&str) -> Option<Value>) -> bool {
    truth(node, column) != Some(false)
}

fn truth(node: &Node, column: &dyn Fn(&str) -> Option<Value>) -> Option<bool> {
    match node {
        Node::Bool(b) => Some(*b),
        Node::Not(inner) => truth(inner, column).map(|b| !b),
        Node::Binary(Op::And, a, b) => match (truth(a, column), truth(b, column)) {
            (Some(false), _) | (_, Some(false)) => Some(false),
            (Some(true), Some(true)) => Some(true),
            _ => None,
        },
        Node::Binary(Op::Or, a, b) => match (truth(a, column), truth(b, column)) {
            (Some(true), _) | (_, Some(true)) => Some(true),
            (Some(false), Some(false)) => Some(false),
            _ => None,
        },
        Node::IsNull(inner, null) => {
            let value = value(inner, column)?;
            Some((value == Value::Null) == *null)
        }
        Node::Binary(op @ (Op::Eq | Op::Ne | Op::Lt | Op::Le | Op::Gt | Op::Ge), a, b) => {
            compare(*op, &value(a, column)?, &value(b, column)?)
        }
        Node::Binary(Op::In, a, b) => {
            let Node::List(items) = &**b else { return None };
            let value = value(a, column)?;
            let mut found = false;
            for item in items {
                found |= compare(Op::Eq, &value, &self::value(item, column)?)?;
            }
            Some(found)
        }
        Node::Path(_) => match value(node, column)? {
            Value::Bool(b) => Some(b),
            _ => None,
        },
        _ => None,
    }
}

fn compare(op: Op, a: &Value, b: &Value) -> Option<bool> {
    // A comparison with NULL is neither true nor false, and a check then passes.
    let order = match (a, b) {
        (Value::Text(a), Value::Text(b)) => a.cmp(b),
        (Value::Bool(a), Value::Bool(b)) => a.cmp(b),
        _ => a.number()?.partial_cmp(&b.number()?)?,
    };
    Some(match op {
        Op::Eq => order.is_eq(),
        Op::Ne => order.is_ne(),
        Op::Lt => order.is_lt(),
        Op::Le => order.is_le(),
        Op::Gt => order.is_gt(),
        Op::Ge => order.is_ge(),
        _ => return None,
    })
}

fn value(node: &Node, column: &dyn Fn(&str) -> Option<Value>) -> Option<Value> {
    Some(match node {
        Node::Null => Value::Null,
        Node::Bool(b) => Value::Bool(*b),
        Node::Number(n) => Value::Decimal((n.parse::<f64>().ok()? * 1e3).round() as i64),
        Node::Text(t) => Value::Text(t.clone()),
        Node::Path(path) => match path.as_slice() {
            [one] => column(one).unwrap_or_else(|| Value::Text(one.clone())),
            [root, one] if root == "row" => column(one)?,
            _ => return None,
        },
        Node::Neg(inner) => {
            let n = value(inner, column)?.number()?;
            Value::Decimal((-n * 1e3).round() as i64)
        }
        Node::Call(name, arguments) if name == "length" => {
            match value(arguments.first()?, column)? {
                Value::Text(t) => Value::Int(t.chars().count() as i64),
                _ => return None,
            }
        }
        Node::Binary(op @ (Op::Add | Op::Sub | Op::Mul), a, b) => {
            let (a, b) = (value(a, column)?.number()?, value(b, column)?.number()?);
            let n = match op {
                Op::Add => a + b,
                Op::Sub => a - b,
                _ => a * b,
            };
            Value::Decimal((n * 1e3).round() as i64)
        }
        _ => return None,
    })
}

/// Is told of a bound: column, least, most.
type Found<'a> = dyn FnMut(&str, Option<f64>, Option<f64>) + 'a;

/// Bounds that a check puts on one column alone.
pub fn bounds(node: &Node, found: &mut Found<'_>) {
    let number = |node: &Node| match node {
        Node::Number(n) => n.parse::<f64>().ok(),
        Node::Neg(inner) => match &**inner {
            Node::Number(n) => n.parse::<f64>().ok().map(|n| -n),
            _ => None,
        },
        _ => None,
    };
    match node {
        Node::Binary(Op::And, a, b) => {
            bounds(a, found);
            bounds(b, found);
        }
        Node::Binary(op, a, b) => {
            let (name, n, op) = match (&**a, &**b) {
                (Node::Path(path), other) if number(other).is_some() => (path, number(other), *op),
                (other, Node::Path(path)) => (path, number(other), turned(*op)),
                _ => return,
            };
            let (Some(name), Some(n)) = (name.last(), n) else {
                return;
            };
            match op {
                Op::Ge => found(name, Some(n), None),
                Op::Gt => found(name, Some(n + 1.0), None),
                Op::Le => found(name, None, Some(n)),
                Op::Lt => found(name, None, Some(n - 1.0)),
                _ => {}
            }
        }
        _ => {}
    }
}

fn turned(op: Op) -> Op {
    match op {
        Op::Lt => Op::Gt,
        Op::Le => Op::Ge,
        Op::Gt => Op::Lt,
        Op::Ge => Op::Le,
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, a: Value, b: Value) -> bool {
        let expr = model::expr::parse(text).unwrap();
        holds(&expr.node, &|name| match name {
            "a" => Some(a.clone()),
            "b" => Some(b.clone()),
            _ => None,
        })
    }

    #[test]
    fn checks_hold_unless_they_are_certainly_broken() {
        assert!(check("a > b", Value::Int(2), Value::Int(1)));
        assert!(!check("a > b", Value::Time(1), Value::Time(1)));
        assert!(check("a > b", Value::Null, Value::Int(1)), "NULL passes");
        assert!(!check(
            "a is not null or b is not null",
            Value::Null,
            Value::Null
        ));
        assert!(!check("a != 0 and b >= 0", Value::Money(0), Value::Int(1)));
        assert!(!check(
            "a in ['x', 'y']",
            Value::Text("z".into()),
            Value::Null
        ));
        assert!(check("a + b <= 3", Value::Int(1), Value::Int(2)));
        assert!(!check(
            "length(a) = 2",
            Value::Text("abc".into()),
            Value::Null
        ));
        assert!(
            check("week(a) = 3", Value::Int(1), Value::Null),
            "not known here"
        );
    }

    #[test]
    fn bounds_of_one_column_are_read_from_both_sides() {
        let expr = model::expr::parse("quantity >= 1 and 20 >= quantity and other > x").unwrap();
        let mut found = Vec::new();
        bounds(&expr.node, &mut |n, least, most| {
            found.push((n.to_string(), least, most))
        });
        assert_eq!(
            found,
            [
                ("quantity".to_string(), Some(1.0), None),
                ("quantity".to_string(), None, Some(20.0))
            ]
        );
    }
}
