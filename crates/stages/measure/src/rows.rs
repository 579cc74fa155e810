//! Rows of the design's tables, made from the model: a pure function of seed, table, column and
//! number of the row, so that a foreign key and a query's parameter need no look-up.

use indexmap::IndexMap;

use model::{Column, FieldType, Key, System, Table};

use crate::fill::{Fill, Parent, Spread, assign};
use crate::holds;
use crate::value::{self, DAY_MS, Value, below, mix, of_name};

/// How often a row is drawn again where a check refuses it.
const DRAWS: u64 = 40;
/// How deep keys that are foreign keys of foreign keys are followed.
const DEPTH: u32 = 8;
/// Rows of a state machine that have come to an end, where some states are ends.
const ENDED: f64 = 0.95;
/// Rows whose boolean has its default.
const USUAL: f64 = 0.9;

/// How the rows of one table come about.
pub struct TableRows<'a> {
    pub table: &'a Table,
    /// Rows that were planned: values are made with this number, whatever came of it.
    pub planned: u64,
    /// Rows that are there or will be: fewer than planned where time ran out.
    pub there: u64,
    /// Rows that were loaded.
    pub loaded: u64,
    pub fills: IndexMap<String, Fill>,
    pub parents: Vec<Parent>,
    /// Characters of each text, so that rows are as long as the design says.
    lengths: IndexMap<String, usize>,
    bounds: IndexMap<String, (Option<f64>, Option<f64>)>,
    /// States of the entity's machine that a row stays in, and those it leaves.
    states: Option<(String, Vec<String>, Vec<String>)>,
    /// Whether keys are made by clients, and so in no order of time.
    random_key: bool,
    /// Time that the rows cover, ms.
    span_ms: i64,
    hash: u64,
}

/// All tables of one store.
pub struct Data<'a> {
    pub tables: IndexMap<String, TableRows<'a>>,
    /// The moment up to which there are rows, ms since 1970.
    pub now_ms: i64,
}

impl<'a> Data<'a> {
    /// Plans the rows of these tables. `rows` says how many each should have; where a unique key or
    /// a parent's number allows fewer, there are fewer.
    pub fn plan(
        system: &'a System,
        tables: &[&'a str],
        rows: &IndexMap<String, u64>,
        now_ms: i64,
        seed: u64,
    ) -> Self {
        let mut data = Data {
            tables: IndexMap::new(),
            now_ms,
        };
        for id in tables {
            let Some(table) = system.architecture.data.get(*id) else {
                continue;
            };
            let wanted = rows.get(*id).copied().unwrap_or(0);
            let of = |other: &str| data.tables.get(other).map(|t| t.planned);
            let (mut fills, parents, planned) = assign(id, table, wanted, &of);
            for fill in fills.values_mut() {
                if let Fill::Parent { group, column } = fill
                    && let Some(at) = column
                        .strip_prefix('#')
                        .and_then(|n| n.parse::<usize>().ok())
                {
                    let parent = parents
                        .get(*group)
                        .map_or("", |p: &Parent| p.table.as_str());
                    let key = system.architecture.data.get(parent);
                    *column = key
                        .and_then(|t| t.primary_key.get(at))
                        .cloned()
                        .unwrap_or_default();
                }
            }
            let entity = table
                .entity
                .as_ref()
                .and_then(|e| system.brief.domain.entities.get(&**e));
            let states = entity.and_then(|e| e.machine.as_ref()).map(|m| {
                let (ends, open): (Vec<_>, Vec<_>) =
                    m.states.iter().partition(|(_, state)| state.terminal);
                (
                    column_name(&m.field),
                    ends.into_iter().map(|(name, _)| name.clone()).collect(),
                    open.into_iter().map(|(name, _)| name.clone()).collect(),
                )
            });
            let mut bounds: IndexMap<String, (Option<f64>, Option<f64>)> = IndexMap::new();
            for check in table.checks.values() {
                holds::bounds(&check.node, &mut |column, least, most| {
                    let known = bounds.entry(column.to_string()).or_default();
                    known.0 = known.0.into_iter().chain(least).reduce(f64::max);
                    known.1 = known.1.into_iter().chain(most).reduce(f64::min);
                });
            }
            let keep = table.retention.as_ref().map(|r| r.keep.secs() * 1e3);
            let span_ms = keep
                .unwrap_or(365.0 * DAY_MS as f64)
                .clamp(DAY_MS as f64, 3.0 * 365.0 * DAY_MS as f64);
            data.tables.insert(
                (*id).to_string(),
                TableRows {
                    table,
                    planned,
                    there: planned,
                    loaded: 0,
                    fills,
                    parents,
                    lengths: lengths(table),
                    bounds,
                    states,
                    random_key: entity.is_some_and(|e| e.key == Key::ClientUuid),
                    span_ms: span_ms as i64,
                    hash: mix(seed, of_name(id)),
                },
            );
        }
        data
    }

    /// The columns that are loaded, in the order of the table.
    pub fn columns(&self, table: &str) -> Vec<String> {
        self.tables
            .get(table)
            .map_or_else(Vec::new, |t| t.table.columns.keys().cloned().collect())
    }

    /// A whole row.
    pub fn row(&self, table: &str, i: u64) -> Vec<Value> {
        let Some(rows) = self.tables.get(table) else {
            return Vec::new();
        };
        let draw = self.draw(table, rows, i);
        rows.table
            .columns
            .iter()
            .map(|(name, column)| self.cell(table, rows, name, column, i, draw, DEPTH))
            .collect()
    }

    /// One column of a row.
    pub fn value(&self, table: &str, column: &str, i: u64) -> Value {
        let Some(rows) = self.tables.get(table) else {
            return Value::Null;
        };
        let Some(of) = rows.table.columns.get(column) else {
            return Value::Null;
        };
        let draw = self.draw(table, rows, i);
        self.cell(table, rows, column, of, i, draw, DEPTH)
    }

    /// Rows that can be added to a one-to-one table; `None`: any number.
    pub fn spare(&self, table: &str) -> Option<u64> {
        let parents = |id: &str| self.tables.get(id).map_or(0, |t| t.there);
        self.tables.get(table)?.spare(&parents)
    }

    /// The first draw of a row that keeps all checks.
    fn draw(&self, table: &str, rows: &TableRows, i: u64) -> u64 {
        if rows.table.checks.is_empty() {
            return 0;
        }
        let keeps = |draw: &u64| {
            rows.table.checks.values().all(|check| {
                holds::holds(&check.node, &|name| {
                    let name = column_name(name);
                    let column = rows.table.columns.get(&name)?;
                    Some(self.cell(table, rows, &name, column, i, *draw, DEPTH))
                })
            })
        };
        (0..DRAWS).find(keeps).unwrap_or(0)
    }

    /// The row of the parent that row `i` belongs to; `None` where it has none.
    pub fn parent_of(&self, rows: &TableRows, parent: &Parent, i: u64) -> Option<u64> {
        let there = self.tables.get(&parent.table)?.there;
        if there == 0 || parent.null {
            return None;
        }
        if let Spread::Rest { first, divisor } = parent.spread {
            let (owner, turn) = self.place(rows, first, i)?;
            let offset = below(mix(rows.hash, owner), there);
            return Some((offset + turn / divisor) % there);
        }
        self.owner(rows, parent, i).map(|(owner, _)| owner)
    }

    /// The parent of row `i` in a group, and which of its rows this is.
    fn place(&self, rows: &TableRows, group: usize, i: u64) -> Option<(u64, u64)> {
        self.owner(rows, rows.parents.get(group)?, i)
    }

    fn owner(&self, rows: &TableRows, parent: &Parent, i: u64) -> Option<(u64, u64)> {
        let of = self.tables.get(&parent.table).filter(|t| t.there > 0)?;
        // Where parents are fewer than planned, the rows in their order belong to the first ones.
        let count = match parent.spread {
            Spread::Scattered => of.there,
            _ => of.planned.max(1),
        };
        let (owner, turn) = parent.spread.place(i, rows.planned, count, rows.hash);
        Some((owner % of.there, turn))
    }

    /// How many of the planned rows there can be, now that some parents are fewer.
    pub fn possible(&self, table: &str) -> u64 {
        let Some(rows) = self.tables.get(table) else {
            return 0;
        };
        let share = rows
            .parents
            .iter()
            .filter(|p| !p.null && p.table != table)
            .filter_map(|p| self.tables.get(&p.table))
            .map(|t| t.there as f64 / t.planned.max(1) as f64)
            .fold(1.0, f64::min);
        (rows.planned as f64 * share) as u64
    }

    #[allow(clippy::too_many_arguments)]
    fn cell(
        &self,
        table: &str,
        rows: &TableRows,
        name: &str,
        column: &Column,
        i: u64,
        draw: u64,
        depth: u32,
    ) -> Value {
        let fill = rows.fills.get(name).unwrap_or(&Fill::Own);
        let hash = mix(mix(rows.hash, of_name(name)), i);
        match fill {
            Fill::Parent {
                group,
                column: theirs,
            } => {
                let Some(parent) = rows.parents.get(*group) else {
                    return Value::Null;
                };
                let Some(of) = self.tables.get(&parent.table) else {
                    return Value::Null;
                };
                let row = match self.parent_of(rows, parent, i) {
                    Some(row) => row,
                    None => return Value::Null,
                };
                match of.table.columns.get(theirs) {
                    Some(c) if depth > 0 => {
                        self.cell(&parent.table, of, theirs, c, row, 0, depth - 1)
                    }
                    _ => Value::Null,
                }
            }
            Fill::Digit { group, divisor, of } => {
                let (owner, turn) = group.and_then(|g| self.place(rows, g, i)).unwrap_or((0, i));
                let of = (*of).max(1);
                // Each owner begins with another value, so that all of them are there.
                let first = below(mix(owner, of_name(name)), of);
                finite(column, (first + turn / divisor) % of)
            }
            Fill::Unique => unique(rows, name, column, i, hash, self.now_ms),
            Fill::Own => {
                if column.optional && mix(mix(hash, draw), 3).is_multiple_of(2) {
                    return Value::Null;
                }
                own(table, rows, name, column, i, mix(hash, draw), self.now_ms)
            }
        }
    }
}

impl TableRows<'_> {
    /// The moment of row `i`: they come evenly, and those added later come last.
    pub fn time(&self, i: u64, now_ms: i64) -> i64 {
        let n = self.planned.max(1);
        if i >= n {
            return now_ms + (i - n) as i64;
        }
        let age = (n - i) as f64 / n as f64;
        now_ms - (age * self.span_ms as f64) as i64
    }

    /// The time that its rows cover, ms.
    pub fn span_ms(&self) -> i64 {
        self.span_ms
    }

    /// How many rows can be added before a one-to-one parent runs out; `None`: any number.
    pub fn spare(&self, parents: &dyn Fn(&str) -> u64) -> Option<u64> {
        self.parents
            .iter()
            .filter(|p| p.spread == Spread::OneToOne && !p.null)
            .map(|p| parents(&p.table).saturating_sub(self.planned))
            .min()
    }

    /// How many different values a column has, about.
    pub fn distinct(&self, name: &str, parents: &dyn Fn(&str) -> u64) -> f64 {
        let Some(column) = self.table.columns.get(name) else {
            return 1.0;
        };
        let n = self.there.max(1) as f64;
        let own = match column.kind {
            FieldType::Boolean => 1.0 / USUAL,
            FieldType::Enum => column.values.len().max(1) as f64,
            FieldType::Date => self.span_ms as f64 / DAY_MS as f64,
            FieldType::Integer | FieldType::Decimal | FieldType::Money => 1000.0,
            _ => n,
        };
        let found = match self.fills.get(name) {
            Some(Fill::Unique) => n,
            Some(Fill::Parent { group, .. }) => self
                .parents
                .get(*group)
                .map_or(n, |p| parents(&p.table) as f64),
            Some(Fill::Digit { of, .. }) => *of as f64,
            _ => own,
        };
        found.clamp(1.0, n)
    }

    /// Values of an enum that work goes on with: the states a row leaves, or all.
    pub fn open_states(&self, name: &str) -> Option<&[String]> {
        let (field, _, open) = self.states.as_ref()?;
        (field == name && !open.is_empty()).then_some(open)
    }

    /// Whether a check names more columns than this one.
    pub fn checked_with_others(&self, name: &str) -> bool {
        self.table.checks.values().any(|check| {
            let paths = check.paths();
            let names: Vec<String> = paths
                .iter()
                .filter_map(|p| p.last())
                .map(|n| column_name(n))
                .collect();
            names.iter().any(|n| n == name)
                && names
                    .iter()
                    .any(|n| n != name && self.table.columns.contains_key(n))
        })
    }
}

/// Names of fields as columns have them.
pub fn column_name(name: &str) -> String {
    name.replace('-', "_")
}

/// The value of a column of few values.
fn finite(column: &Column, n: u64) -> Value {
    match column.kind {
        FieldType::Enum => column
            .values
            .get(n as usize)
            .map_or(Value::Null, |v| Value::Text(v.clone())),
        FieldType::Boolean => Value::Bool(n % 2 == 1),
        FieldType::Date => Value::Date(11_000 + n as i64),
        _ => Value::Int(n as i64),
    }
}

fn unique(rows: &TableRows, name: &str, column: &Column, i: u64, hash: u64, now: i64) -> Value {
    let text = |rest: String| {
        let mut text = format!("{:06x}{rest}", i + 1);
        if let Some(longest) = column.max_length {
            text.truncate(longest as usize);
        }
        Value::Text(text)
    };
    match column.kind {
        FieldType::Integer => {
            let least = rows.bounds.get(name).and_then(|b| b.0).unwrap_or(1.0);
            Value::Int(least as i64 + i as i64)
        }
        FieldType::Decimal => Value::Decimal((i as i64 + 1) * 1000),
        FieldType::Money => Value::Money((i as i64 + 1) * 100),
        FieldType::Uuid => {
            let time = (!rows.random_key).then(|| rows.time(i, now));
            Value::Text(value::uuid(mix(hash, i), time))
        }
        FieldType::Timestamp => Value::Time(match rows.planned as i64 <= rows.span_ms {
            true => rows.time(i, now),
            false => now - rows.planned as i64 + i as i64,
        }),
        FieldType::Date => Value::Date(now / DAY_MS - rows.planned as i64 + i as i64),
        FieldType::Duration => Value::Span(i as i64 + 1),
        FieldType::Email => text("@example.org".into()),
        FieldType::Url => text(String::new()),
        FieldType::Text | FieldType::File => {
            let long = rows.lengths.get(name).copied().unwrap_or(12);
            text(value::words(hash, long.saturating_sub(6).min(200)).replace(' ', "-"))
        }
        _ => Value::Null,
    }
}

fn own(
    _table: &str,
    rows: &TableRows,
    name: &str,
    column: &Column,
    i: u64,
    hash: u64,
    now: i64,
) -> Value {
    let share = hash as f64 / u64::MAX as f64;
    let (least, most) = rows.bounds.get(name).copied().unwrap_or((None, None));
    let range = |low: f64, high: f64| {
        let low = least.unwrap_or(if most.is_some_and(|m| m < low) {
            low.min(0.0) - 1e3
        } else {
            low
        });
        let high = most.unwrap_or(high.max(low + 1000.0)).max(low);
        low + share * (high - low)
    };
    let long = rows.lengths.get(name).copied().unwrap_or(12);
    match column.kind {
        FieldType::Boolean => {
            let usual = column
                .default
                .as_ref()
                .is_some_and(|d| d.node == model::expr::Node::Bool(true));
            Value::Bool(if share < USUAL { usual } else { !usual })
        }
        FieldType::Enum => {
            let all: Vec<&String> = match &rows.states {
                Some((field, ends, open))
                    if field == name && !ends.is_empty() && !open.is_empty() =>
                {
                    let ended = share < ENDED;
                    let of = if ended { ends } else { open };
                    of.iter().filter(|v| column.values.contains(v)).collect()
                }
                _ => column.values.iter().collect(),
            };
            let at = below(mix(hash, 5), all.len() as u64) as usize;
            match all.get(at) {
                Some(v) => Value::Text((*v).clone()),
                None => column
                    .values
                    .first()
                    .map_or_else(|| Value::Text("one".into()), |v| Value::Text(v.clone())),
            }
        }
        FieldType::Integer => Value::Int(range(0.0, 1000.0).round() as i64),
        FieldType::Decimal => Value::Decimal((range(0.0, 1000.0) * 1e3).round() as i64),
        FieldType::Money => Value::Money((range(1.0, 500.0) * 100.0).round() as i64 * 100),
        FieldType::Timestamp => {
            // Later columns are later moments, as a start comes before its end.
            let order = rows.table.columns.get_index_of(name).unwrap_or(0) as i64;
            let jitter = below(hash, 60_000) as i64;
            Value::Time(rows.time(i, now) + order * 60_000 + jitter)
        }
        FieldType::Date => Value::Date(rows.time(i, now).div_euclid(DAY_MS)),
        FieldType::Duration => Value::Span(below(hash, DAY_MS as u64) as i64),
        FieldType::Uuid => Value::Text(value::uuid(hash, None)),
        FieldType::Email => Value::Text(format!("{:x}@example.org", hash >> 24)),
        FieldType::Point => Value::Point(
            below(hash, 180_000) as i64 - 90_000,
            below(mix(hash, 1), 360_000) as i64 - 180_000,
        ),
        FieldType::Json | FieldType::Object => {
            let text = value::words(hash, long.saturating_sub(10).clamp(4, 20_000));
            Value::Text(format!("{{\"value\":\"{text}\"}}"))
        }
        FieldType::List => {
            Value::Text(format!("[\"{}\"]", value::words(hash, long.clamp(4, 2000))))
        }
        FieldType::Text | FieldType::Url | FieldType::File => {
            Value::Text(value::words(hash, long.max(1)))
        }
    }
}

/// Characters of each text: what a row has left after its fixed columns is shared by how long the
/// texts may be.
fn lengths(table: &Table) -> IndexMap<String, usize> {
    let fixed = |c: &Column| match c.kind {
        FieldType::Boolean => 1.0,
        FieldType::Date => 4.0,
        FieldType::Enum => 8.0,
        FieldType::Uuid | FieldType::Duration | FieldType::Point => 16.0,
        FieldType::Email => 24.0,
        _ => 8.0,
    };
    let texts = |c: &Column| {
        matches!(
            c.kind,
            FieldType::Text
                | FieldType::Url
                | FieldType::File
                | FieldType::Json
                | FieldType::List
                | FieldType::Object
        )
    };
    let weight = |c: &Column| match (c.kind, c.max_length) {
        (FieldType::Json | FieldType::List | FieldType::Object, _) => 200.0,
        (_, Some(longest)) => f64::from(longest).min(4000.0),
        _ => 24.0,
    };
    // 28 B of header and pointer (PostgreSQL documentation, Database Page Layout).
    let taken: f64 = 28.0
        + table
            .columns
            .values()
            .filter(|c| !texts(c))
            .map(fixed)
            .sum::<f64>();
    let all: f64 = table
        .columns
        .values()
        .filter(|c| texts(c))
        .map(weight)
        .sum();
    let left = table.row.map(|r| (r.0 - taken).max(8.0));
    table
        .columns
        .iter()
        .filter(|(_, c)| texts(c))
        .map(|(name, c)| {
            let share = left.map_or(weight(c) / 2.0, |left| left * weight(c) / all.max(1.0));
            let longest = c.max_length.map_or(20_000.0, f64::from);
            (name.clone(), share.clamp(1.0, longest.max(1.0)) as usize)
        })
        .collect()
}
