//! Loops: whether what stands in one runs once for each row of something that grows, and whether a query
//! changes what it finds.

use std::collections::BTreeSet;
use std::rc::Rc;

use super::scope::{Bound, Scope};
use super::select::{Site, called};
use super::state::bound_in;
use super::walk::Around;
use crate::observation::Value;
use crate::outline::{Call, Expr, Function, Stmt};

/// Methods whose function argument runs once for each item.
const WALKS: [&str; 13] = [
    "map",
    "forEach",
    "flatMap",
    "filter",
    "each",
    "for_each",
    "each_with_index",
    "find_each",
    "reduce",
    "Select",
    "ForEach",
    "flat_map",
    "concatMap",
];

/// Words in the name of an item, or of what makes it, that stands for many rows: asking once for each batch
/// is the remedy, not the defect.
const BATCHES: [&str; 6] = [
    "batch",
    "chunk",
    "slice",
    "partition",
    "groups_of",
    "window",
];

/// Calls that answer one thing or none: `map` on that is a condition.
const ONE: [&str; 9] = [
    "optional",
    "ofNullable",
    "findById",
    "findFirst",
    "findOne",
    "findAny",
    "first",
    "ok",
    "as_ref",
];

/// Calls that give the items of their only argument or receiver back.
const SAME: [&str; 11] = [
    "enumerate",
    "list",
    "sorted",
    "reversed",
    "entries",
    "keys",
    "values",
    "items",
    "iter",
    "stream",
    "asList",
];

/// Calls that take a query as a part of theirs: the whole is asked, once.
const COMPOSES: [&str; 12] = [
    "or", "or!", "and", "and!", "merge", "merge!", "union", "Exists", "Subquery", "OuterRef", "In",
    "unionAll",
];

/// Whether an argument of a call is part of a larger query.
pub fn composes(call: &Call) -> bool {
    COMPOSES.contains(&called(call))
}

/// Steps of a chain that change what was found, or hold it: each row stands alone there.
const WRITES: [&str; 41] = [
    "update",
    "delete",
    "insert",
    "insertGetId",
    "insertOrIgnore",
    "upsert",
    "create",
    "save",
    "remove",
    "destroy",
    "bulk_update",
    "bulk_create",
    "bulkCreate",
    "bulkUpdate",
    "bulkWrite",
    "updateMany",
    "deleteMany",
    "createMany",
    "updateOne",
    "deleteOne",
    "insertOne",
    "insertMany",
    "replaceOne",
    "destroy_all",
    "delete_all",
    "update_all",
    "insert_all",
    "upsert_all",
    "find_or_create_by",
    "first_or_create",
    "firstOrCreate",
    "updateOrCreate",
    "updateOrInsert",
    "forceDelete",
    "executeUpdate",
    "increment",
    "decrement",
    "truncate",
    "select_for_update",
    "lockForUpdate",
    "with_for_update",
];

/// Names of items that are stores themselves: each of them has to be asked.
const STORES: [&str; 6] = ["db", "database", "shard", "tenant", "connection", "schema"];

/// Whether what a loop walks over is made of rows: it is not written out in the code, and holds neither
/// batches nor stores.
fn is_per_item(over: Option<&Expr>, item: &str, scope: &Scope) -> bool {
    let store = STORES.contains(&item.trim_start_matches('$').to_ascii_lowercase().as_str());
    over.is_some_and(|over| {
        !store && !is_batch(item) && !makes_batches(over, 0) && !is_fixed(over, scope, 0)
    })
}

/// Whether the body of a loop runs once for each row, inside a loop that does (`outer`) or not. A loop until
/// a condition holds asks for the next batch, and one that gives back what it finds stops there.
pub fn runs_per_item(
    over: Option<&Expr>,
    item: &str,
    body: &[Stmt],
    scope: &Scope,
    outer: bool,
) -> bool {
    over.is_some() && !finds(body, 0) && (outer || is_per_item(over, item, scope))
}

/// Whether statements give back something that is no error.
fn finds(body: &[Stmt], depth: u8) -> bool {
    fn fails(expr: &Expr, depth: u8) -> bool {
        let is_error = |name: &str| {
            let name = name.to_ascii_lowercase();
            name == "e"
                || name.starts_with("err")
                || name.ends_with("error")
                || name.ends_with("exception")
                || ["fail", "invalid", "abort", "reject"].contains(&name.as_str())
        };
        depth < 20
            && match expr {
                Expr::Name(name, _) => is_error(name),
                Expr::Member(of, name, _) => is_error(name) || fails(of, depth + 1),
                Expr::Call(call) => {
                    fails(&call.callee, depth + 1)
                        || call
                            .arguments
                            .iter()
                            .any(|one| fails(&one.value, depth + 1))
                }
                Expr::Other(items) | Expr::List(items, _) | Expr::Either(items) => {
                    items.iter().any(|one| fails(one, depth + 1))
                }
                _ => false,
            }
    }
    depth < 60
        && body.iter().any(|statement| match statement {
            Stmt::Return(Expr::Nothing) => false,
            Stmt::Return(value) => !fails(value, 0),
            Stmt::Block(inner) | Stmt::Loop { body: inner, .. } => finds(inner, depth + 1),
            _ => false,
        })
}

/// The same for the function given to a method: `orders.forEach(order => ..)`.
pub fn is_per_item_of(call: &Call, scope: &Scope) -> bool {
    let Expr::Member(receiver, name, _) = &call.callee else {
        return false;
    };
    let item = call
        .arguments
        .iter()
        .find_map(|argument| match &argument.value {
            Expr::Function(function) => function.parameters.first(),
            _ => None,
        });
    let one = matches!(receiver.as_ref(), Expr::Call(before) if ONE.contains(&called(before)));
    WALKS.contains(&name.as_str())
        && !one
        && is_per_item(Some(receiver), item.map_or("", |item| &item.name), scope)
}

fn is_batch(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    BATCHES.iter().any(|word| name.contains(word))
}

fn makes_batches(over: &Expr, depth: u8) -> bool {
    let Expr::Call(call) = over else {
        return matches!(over, Expr::Name(name, _) if is_batch(name));
    };
    let receiver = match &call.callee {
        Expr::Member(receiver, _, _) => Some(receiver.as_ref()),
        _ => None,
    };
    is_batch(called(call)) || depth < 20 && receiver.is_some_and(|of| makes_batches(of, depth + 1))
}

/// Written out in the code: a list of literals, a constant that is one, a range of numbers.
fn is_fixed(expr: &Expr, scope: &Scope, depth: u8) -> bool {
    if depth > 6 {
        return false;
    }
    match expr {
        Expr::List(items, _) => !items.is_empty() && items.iter().all(is_literal),
        Expr::Map(entries, _) => !entries.is_empty(),
        Expr::Name(name, _) => {
            let bound = scope.find(name);
            let fixed = |one: &Bound| match one {
                Bound::To { value, .. } => is_fixed(value, scope, depth + 1),
                Bound::Field(field, _) => {
                    (field.constant || field.shared)
                        && field
                            .value
                            .as_ref()
                            .is_some_and(|value| is_fixed(value, scope, depth + 1))
                }
                _ => false,
            };
            !bound.is_empty() && bound.iter().all(fixed)
        }
        Expr::Member(of, name, _) if matches!(of.as_ref(), Expr::Name(own, _) if own == "self") => {
            is_fixed(&Expr::Name(name.clone(), 0), scope, depth + 1)
        }
        Expr::Call(call) => {
            let numbers = |one: &crate::outline::Argument| matches!(one.value, Expr::Number(..));
            match (&call.callee, call.arguments.as_slice()) {
                (Expr::Name(name, _), given) if name == "range" => given.iter().all(numbers),
                (Expr::Member(of, name, _), []) if SAME.contains(&name.as_str()) => {
                    is_fixed(of, scope, depth + 1)
                }
                (_, [first]) if SAME.contains(&called(call)) => {
                    is_fixed(&first.value, scope, depth + 1)
                }
                _ => false,
            }
        }
        _ => false,
    }
}

fn is_literal(expr: &Expr) -> bool {
    match expr {
        Expr::Text(..) | Expr::Number(..) | Expr::Bool(_) | Expr::Nothing => true,
        Expr::List(items, _) => items.iter().all(is_literal),
        Expr::Map(entries, _) => entries.iter().all(|(_, value)| is_literal(value)),
        // `Kind.ORDER`, `Order::class`: names of the program, as many as are written.
        Expr::Member(..) => expr
            .dotted()
            .is_some_and(|name| name.starts_with(char::is_uppercase)),
        _ => false,
    }
}

/// The names that differ between the turns of a loop, those of the loops around it with them.
pub fn turns<'a>(
    outer: Option<&BTreeSet<&'a str>>,
    item: &'a str,
    body: &'a [Stmt],
) -> Option<Rc<BTreeSet<&'a str>>> {
    let mut names = outer.cloned().unwrap_or_default();
    names.insert(item);
    bound_in(body, &mut names, 0);
    Some(Rc::new(names))
}

/// The same for a function that is called with each item.
pub fn turns_of<'a>(
    outer: Option<&BTreeSet<&'a str>>,
    function: &'a Function,
) -> Option<Rc<BTreeSet<&'a str>>> {
    let mut names = outer.cloned().unwrap_or_default();
    names.extend(function.parameters.iter().map(|one| one.name.as_str()));
    bound_in(&function.body, &mut names, 0);
    Some(Rc::new(names))
}

/// Whether a query is another one in each turn: it mentions what differs. The same query of each of several
/// databases is none of a row.
pub fn differs(site: &Site, around: &Around) -> bool {
    let Some(names) = &around.turns else {
        return true;
    };
    let given = |arguments: &[crate::outline::Argument]| {
        arguments.iter().any(|one| mentions(&one.value, names, 0))
    };
    given(site.arguments)
        || site.receiver.is_some_and(|of| mentions(of, names, 0))
        || around.after.iter().any(|call| given(&call.arguments))
}

fn mentions(expr: &Expr, names: &BTreeSet<&str>, depth: u8) -> bool {
    if depth > 40 {
        return false;
    }
    let inner = |one: &Expr| mentions(one, names, depth + 1);
    match expr {
        Expr::Name(name, _) => names.contains(name.as_str()),
        Expr::Member(of, name, _) => {
            inner(of)
                || matches!(of.as_ref(), Expr::Name(own, _) if own == "self")
                    && names.contains(format!("self.{name}").as_str())
        }
        Expr::Item(of, key, _) => inner(of) || inner(key),
        Expr::Call(call) => {
            inner(&call.callee) || call.arguments.iter().any(|one| inner(&one.value))
        }
        Expr::Template(items, _)
        | Expr::List(items, _)
        | Expr::Either(items)
        | Expr::Other(items) => items.iter().any(inner),
        Expr::Map(entries, _) => entries.iter().any(|(_, value)| inner(value)),
        Expr::Function(function) => said(&function.body, names, depth + 1),
        Expr::Text(..) | Expr::Number(..) | Expr::Bool(_) | Expr::Nothing => false,
    }
}

fn said(body: &[Stmt], names: &BTreeSet<&str>, depth: u8) -> bool {
    depth < 40
        && body.iter().any(|statement| match statement {
            Stmt::Bind { value, .. } | Stmt::Expr(value) | Stmt::Return(value) => {
                mentions(value, names, depth + 1)
            }
            Stmt::Loop { over, body, .. } => {
                over.as_ref()
                    .is_some_and(|over| mentions(over, names, depth + 1))
                    || said(body, names, depth + 1)
            }
            Stmt::Block(inner) => said(inner, names, depth + 1),
            Stmt::Function(_) | Stmt::Type(_) => false,
        })
}

/// Whether a query changes something: by a step later in its chain, or by its SQL.
pub fn writes(chain: &[&str], sql: Option<&Value>) -> bool {
    chain.iter().any(|step| WRITES.contains(step))
        || sql.and_then(first_text).is_some_and(|sql| {
            let verb = sql.split_whitespace().next().unwrap_or("");
            let verb = verb
                .trim_matches(|c: char| !c.is_ascii_alphabetic())
                .to_ascii_uppercase();
            [
                "INSERT", "UPDATE", "DELETE", "MERGE", "REPLACE", "CREATE", "DROP", "ALTER",
                "TRUNCATE", "SET", "GRANT", "REVOKE", "BEGIN", "COMMIT", "ROLLBACK", "LOCK",
                "VACUUM", "REFRESH",
            ]
            .contains(&verb.as_str())
                || ["INSERT INTO ", "DELETE FROM ", " FOR UPDATE"]
                    .iter()
                    .any(|word| sql.to_ascii_uppercase().contains(word))
        })
}

/// The known beginning of a text.
fn first_text(value: &Value) -> Option<&str> {
    match value {
        Value::Text(text) => Some(text),
        Value::Concat(pieces) => pieces.first().and_then(first_text),
        Value::Either(all) => all.iter().find_map(first_text),
        _ => None,
    }
}
