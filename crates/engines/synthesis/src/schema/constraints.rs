//! Constraints that need every column to be there, and the size of a row.

use super::columns::expr;
use super::*;

/// Constraints that need every column to be there: unique keys, checks, tenant, row size.
pub(super) fn finish(choices: &Choices, schema: &mut Schema, id: &str, entity: &Entity) {
    let columns_of = |name: &str| -> Vec<String> {
        schema
            .columns
            .get(&(id.to_string(), name.to_string()))
            .cloned()
            .unwrap_or_else(|| vec![snake(name)])
    };
    let single: Vec<Vec<String>> = entity
        .fields
        .iter()
        .filter(|(_, f)| f.unique)
        .map(|(name, _)| columns_of(name))
        .collect();
    let joint: Vec<Vec<String>> = entity
        .unique
        .iter()
        .map(|names| names.iter().flat_map(|n| columns_of(n)).collect())
        .collect();
    let tenant = entity
        .tenant
        .as_ref()
        .map(|t| columns_of(t))
        .and_then(|c| c.first().cloned());
    let Some(made) = schema.tables.get_mut(&table(id)) else {
        return;
    };
    for columns in single.into_iter().chain(joint) {
        let known = columns.iter().all(|c| made.columns.contains_key(c));
        if known && columns != made.primary_key {
            made.unique
                .entry(format!("{}_unique", columns.join("_")))
                .or_insert(Unique {
                    columns,
                    filter: None,
                    why: None,
                });
        }
    }
    for (name, check) in &entity.checks {
        let own = check.expr.paths().iter().all(|p| match p {
            [one] => made.columns.contains_key(&snake(one)),
            [root, one] if root == "row" => made.columns.contains_key(&snake(one)),
            _ => false,
        });
        if own && check.state.is_none() && !calls_rows(&check.expr) {
            made.checks.insert(snake(name), check.expr.clone());
        }
    }
    for (name, field) in &entity.fields {
        let column_name = snake(name);
        for (suffix, bound, sign) in [("min", field.min, ">="), ("max", field.max, "<=")] {
            if let Some(bound) = bound
                && let Some(e) = expr(&format!("{column_name} {sign} {bound}"))
                && made.columns.contains_key(&column_name)
            {
                made.checks.insert(format!("{column_name}_{suffix}"), e);
            }
        }
    }
    made.tenant = tenant.filter(|_| choices.tenancy != model::Tenancy::Single);
    if made.row.is_none() {
        made.row = Some(model::Bytes(row_bytes(made, entity)));
    }
    let personal = made
        .columns
        .values()
        .any(|c| c.class >= Some(DataClass::Personal));
    if personal && made.description.is_none() {
        made.description = Some(format!("Rows of {id}. Holds personal data."));
    }
}

fn calls_rows(e: &Expr) -> bool {
    fn walk(node: &model::expr::Node) -> bool {
        use model::expr::Node;
        match node {
            Node::Call(name, args) => {
                matches!(
                    name.as_str(),
                    "count" | "sum" | "exists" | "slug" | "hash" | "week"
                ) || args.iter().any(walk)
            }
            Node::List(nodes) => nodes.iter().any(walk),
            Node::Not(n) | Node::Neg(n) | Node::IsNull(n, _) => walk(n),
            Node::Binary(_, a, b) => walk(a) || walk(b),
            _ => false,
        }
    }
    walk(&e.node)
}

/// Mean bytes of a row: a tuple header of 24 bytes and a line pointer of 4 (PostgreSQL 15 manual,
/// 73.6 Database Page Layout), then the mean size of each column's type. Text counts half of its
/// maximum length, at most 60 bytes, or 24 where no maximum is said.
fn row_bytes(made: &Table, entity: &Entity) -> f64 {
    let of_column = |name: &str, c: &Column| match c.kind {
        FieldType::Boolean => 1.0,
        FieldType::Integer | FieldType::Timestamp | FieldType::Duration => 8.0,
        FieldType::Date => 4.0,
        FieldType::Decimal | FieldType::Money => 10.0,
        FieldType::Uuid | FieldType::Point => 16.0,
        FieldType::Enum => 8.0,
        FieldType::Email => 24.0,
        FieldType::Url => 60.0,
        FieldType::File => 60.0,
        FieldType::Json | FieldType::List | FieldType::Object => entity
            .fields
            .get(name)
            .and_then(|f| f.size)
            .map_or(200.0, |b| b.0),
        FieldType::Text => {
            let said = entity.fields.get(name).and_then(|f| f.size).map(|b| b.0);
            said.unwrap_or_else(|| {
                c.max_length
                    .map_or(24.0, |n| (f64::from(n) / 2.0).min(60.0))
            })
        }
    };
    28.0 + made
        .columns
        .iter()
        .map(|(name, c)| of_column(name, c))
        .sum::<f64>()
}
