//! Parameters of statements, drawn from the rows that are there.

use indexmap::IndexMap;

use model::FieldType;

use crate::query::{Param, Query};
use crate::rows::{Data, TableRows};
use crate::value::{self, DAY_MS, Value, below, mix};

/// Values of parameters, drawn from the rows that are there.
pub struct Draws<'d> {
    pub data: &'d Data<'d>,
    state: u64,
    /// Rows of each table that were added, and that were deleted.
    added: IndexMap<String, u64>,
    gone: IndexMap<String, u64>,
}

impl<'d> Draws<'d> {
    pub fn new(data: &'d Data<'d>, seed: u64) -> Self {
        Draws {
            data,
            state: mix(seed, 77),
            added: IndexMap::new(),
            gone: IndexMap::new(),
        }
    }

    fn next(&mut self) -> u64 {
        self.state = mix(self.state, 1);
        self.state
    }

    /// Parameters of one run; `None` where there is no row left to run on.
    pub fn params(&mut self, query: &Query) -> Option<Vec<Value>> {
        let rows = self.data.tables.get(&query.table)?;
        let loaded = rows.loaded;
        let needs_rows = !query
            .params
            .iter()
            .all(|p| matches!(p, Param::New { .. } | Param::Word));
        if loaded == 0 && needs_rows {
            return None;
        }
        let seed = self.next();
        let once = query.params.iter().any(|p| matches!(p, Param::Once { .. }));
        let mut gone_row = 0;
        if once {
            let gone = self.gone.entry(query.table.clone()).or_insert(0);
            gone_row = loaded.checked_sub(*gone + 1)?;
            *gone += 1;
        }
        let news = query.params.iter().filter_map(|p| match p {
            Param::New { nth, .. } => Some(*nth as u64 + 1),
            _ => None,
        });
        let news = news.max().unwrap_or(0);
        let first_new = {
            let added = self.added.entry(query.table.clone()).or_insert(0);
            let first = rows.planned.max(loaded) + *added;
            *added += news;
            first
        };
        let table = &query.table;
        let start = mix(seed, 3) as f64 / u64::MAX as f64;
        let mut new_rows: Vec<Option<Vec<Value>>> = vec![None; news as usize];
        Some(
            query
                .params
                .iter()
                .map(|param| match param {
                    Param::Of { slot, column } => {
                        let row = below(mix(seed, 100 + *slot as u64), loaded);
                        self.data.value(table, column, row)
                    }
                    Param::Once { column } => self.data.value(table, column, gone_row),
                    Param::Usual { column } => self.usual(table, column, seed),
                    Param::New { nth, column } => {
                        let row = new_rows[*nth]
                            .get_or_insert_with(|| self.data.row(table, first_new + *nth as u64));
                        let at = rows.table.columns.get_index_of(column);
                        at.and_then(|at| row.get(at))
                            .cloned()
                            .unwrap_or(Value::Null)
                    }
                    Param::Window { column, share, end } => {
                        let (from, to) = window(rows, self.data.now_ms, start, *share);
                        let moment = if *end { to } else { from };
                        match rows.table.columns.get(column).map(|c| c.kind) {
                            Some(FieldType::Date) => {
                                Value::Date(moment.div_euclid(DAY_MS) + i64::from(*end))
                            }
                            _ => Value::Time(moment),
                        }
                    }
                    Param::Word => Value::Text(value::word(20 + below(seed, 1500))),
                })
                .collect(),
        )
    }

    /// What a transaction added and deleted is as before: it was rolled back. Rows that can be added
    /// but a few times are then added again; of others new ones come, as they would in operation.
    pub fn undone(&mut self, table: &str, spare: Option<u64>) {
        if let Some(gone) = self.gone.get_mut(table) {
            *gone = 0;
        }
        if let (Some(_), Some(added)) = (spare, self.added.get_mut(table)) {
            *added = 0;
        }
    }

    fn usual(&self, table: &str, column: &str, seed: u64) -> Value {
        let Some(rows) = self.data.tables.get(table) else {
            return Value::Null;
        };
        if let Some(open) = rows.open_states(column) {
            let at = below(seed, open.len() as u64) as usize;
            return open.get(at).map_or(Value::Null, |s| Value::Text(s.clone()));
        }
        let default = rows
            .table
            .columns
            .get(column)
            .and_then(|c| c.default.as_ref());
        Value::Bool(default.is_some_and(|d| d.node == model::expr::Node::Bool(true)))
    }
}

/// The moments between which a share of a table's rows lies, beginning at a drawn one.
fn window(rows: &TableRows, now_ms: i64, start: f64, share: f64) -> (i64, i64) {
    let span = rows.span_ms() as f64;
    let from = now_ms as f64 - span + start * (1.0 - share) * span;
    let to = from + (share * span).max(DAY_MS as f64 / 86_400.0);
    (from as i64, to as i64)
}
