//! The statement of each step of a path, as a good engineer would write it: named columns, equality
//! on what the step finds rows by, its order, a limit where only a page is wanted, parameters for
//! all values.

use std::fmt::Write as _;

use model::{Effect, FieldType, IndexKind, Step, System, Work};

use crate::rows::{Data, TableRows, column_name};

/// What the two kinds of database write differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dialect {
    /// Rows that others have locked can be passed over.
    pub skip_locked: bool,
    /// Words are searched in a vector of words; without, every text is read.
    pub word_vectors: bool,
}

/// Where a parameter's value comes from, each time the statement runs.
#[derive(Debug, Clone, PartialEq)]
pub enum Param {
    /// The column of a row drawn from the table; equal slots are one row.
    Of { slot: usize, column: String },
    /// The same, of a row that no earlier run had: what is deleted is there once.
    Once { column: String },
    /// A state that work goes on with, or a boolean's usual value.
    Usual { column: String },
    /// The column of a row that is not there yet; `nth` of those added at once.
    New { nth: usize, column: String },
    /// Where a window over a time begins, or ends, as a share of all rows.
    Window {
        column: String,
        share: f64,
        end: bool,
    },
    /// A word of the texts.
    Word,
}

/// One statement and who asks it.
#[derive(Debug, Clone, PartialEq)]
pub struct Query {
    pub operations: Vec<String>,
    pub step: Step,
    pub table: String,
    pub sql: String,
    pub params: Vec<Param>,
    /// The first column of its one row counts the rows that were read.
    pub counts: bool,
}

/// The distinct queries of all paths on a store, in the order of the paths.
pub fn queries(system: &System, store: &str, data: &Data, dialect: Dialect) -> Vec<Query> {
    let mut found: Vec<Query> = Vec::new();
    for (operation, _, path) in system.runs() {
        for step in path.steps.iter().filter(|s| *s.on == *store) {
            let Some(query) = query(system, operation, step, data, dialect) else {
                continue;
            };
            let same = |q: &&mut Query| {
                q.sql == query.sql
                    && q.step.work == step.work
                    && q.step.by == step.by
                    && q.step.order == step.order
                    && q.step.rows == step.rows
                    && q.table == query.table
            };
            match found.iter_mut().find(same) {
                Some(known) if known.operations.iter().any(|o| o == operation) => {}
                Some(known) => known.operations.push(operation.to_string()),
                None => found.push(query),
            }
        }
    }
    found
}

/// The statement of one step; `None` where it asks no rows of a table that is here.
pub fn query(
    system: &System,
    operation: &str,
    step: &Step,
    data: &Data,
    dialect: Dialect,
) -> Option<Query> {
    let id: &str = step.table.as_ref()?;
    let rows = data.tables.get(id)?;
    let mut writer = Writer {
        system,
        operation,
        id,
        rows,
        data,
        sql: String::new(),
        params: Vec::new(),
        slots: 1,
    };
    let mut counts = false;
    match step.work {
        Work::PointRead | Work::RangeRead => writer.read(step),
        Work::Aggregate => {
            counts = true;
            writer.aggregate(step);
        }
        Work::TextSearch => writer.search(step, dialect),
        Work::Insert => writer.insert(step),
        Work::Update => writer.update(step)?,
        Work::Delete => writer.delete(step),
        Work::Dequeue => writer.dequeue(step, dialect),
        _ => return None,
    }
    Some(Query {
        operations: vec![operation.to_string()],
        step: step.clone(),
        table: id.to_string(),
        sql: writer.sql,
        params: writer.params,
        counts,
    })
}

struct Writer<'q> {
    system: &'q System,
    operation: &'q str,
    id: &'q str,
    rows: &'q TableRows<'q>,
    data: &'q Data<'q>,
    sql: String,
    params: Vec<Param>,
    slots: usize,
}

/// The name as every database takes it.
pub fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\"").replace('\0', ""))
}

fn list(names: &[String]) -> String {
    let quoted: Vec<String> = names.iter().map(|n| quoted(n)).collect();
    quoted.join(", ")
}

fn wanted(step: &Step) -> f64 {
    step.rows.unwrap_or(1.0).clamp(0.0, 1e12)
}

impl Writer<'_> {
    fn param(&mut self, param: Param) -> String {
        self.params.push(param);
        format!("${}", self.params.len())
    }

    fn kind(&self, column: &str) -> Option<FieldType> {
        self.rows.table.columns.get(column).map(|c| c.kind)
    }

    /// Columns of the step that the table has.
    fn by<'s>(&self, step: &'s Step) -> Vec<&'s str> {
        step.by
            .iter()
            .map(|c| c.trim_start_matches('-'))
            .filter(|c| self.rows.table.columns.contains_key(*c))
            .collect()
    }

    /// Rows that one combination of these columns has, about.
    fn each(&self, by: &[&str]) -> f64 {
        let parents = |table: &str| self.data.tables.get(table).map_or(1, |t| t.there.max(1));
        let unique = self
            .rows
            .table
            .unique
            .values()
            .map(|u| &u.columns)
            .chain([&self.rows.table.primary_key])
            .any(|key| !key.is_empty() && key.iter().all(|c| by.contains(&c.as_str())));
        let n = self.rows.there as f64;
        if unique {
            return 1.0_f64.min(n);
        }
        let kinds: f64 = by.iter().map(|c| self.rows.distinct(c, &parents)).product();
        n / kinds.max(1.0)
    }

    /// The value to compare a column with: of a row that is there, or the usual one where only
    /// columns of few values are compared.
    fn sought(&self, column: &str, slot: usize, alone: bool) -> Param {
        let column = column.to_string();
        let few = matches!(self.kind(&column), Some(FieldType::Boolean))
            || self.rows.open_states(&column).is_some();
        match few && alone {
            true => Param::Usual { column },
            false => Param::Of { slot, column },
        }
    }

    /// `WHERE` with equality on all columns; the first one takes several values where `keys` is
    /// above 1.
    fn filter(&mut self, by: &[&str], keys: usize) {
        let alone = by.iter().all(|c| {
            matches!(self.kind(c), Some(FieldType::Boolean)) || self.rows.open_states(c).is_some()
        });
        for (at, column) in by.iter().enumerate() {
            self.sql.push_str(if at == 0 { " WHERE " } else { " AND " });
            let name = quoted(column);
            if at == 0 && keys > 1 {
                let mut values = Vec::with_capacity(keys);
                for _ in 0..keys {
                    let slot = self.slots;
                    self.slots += 1;
                    values.push(self.param(Param::Of {
                        slot,
                        column: (*column).to_string(),
                    }));
                }
                let _ = write!(self.sql, "{name} IN ({})", values.join(", "));
            } else {
                let sought = self.sought(column, 0, alone);
                let value = self.param(sought);
                let _ = write!(self.sql, "{name} = {value}");
            }
        }
    }

    fn order(&mut self, step: &Step) {
        let known = |c: &&String| {
            self.rows
                .table
                .columns
                .contains_key(c.trim_start_matches('-'))
        };
        let written: Vec<String> = step
            .order
            .iter()
            .filter(known)
            .map(|c| match c.strip_prefix('-') {
                Some(c) => format!("{} DESC", quoted(c)),
                None => quoted(c),
            })
            .collect();
        if !written.is_empty() {
            let _ = write!(self.sql, " ORDER BY {}", written.join(", "));
        }
    }

    fn read(&mut self, step: &Step) {
        let by = self.by(step);
        let each = self.each(&by).max(1e-9);
        let wanted = wanted(step);
        let page = !step.order.is_empty();
        // Rows of several keys are read at once, unless it is a page of one list.
        let several = !by.is_empty() && wanted > 1.5 && (!page || step.work == Work::PointRead);
        let keys = match several {
            true if each <= 1.0 => wanted.round() as usize,
            true => (wanted / each).round() as usize,
            false => 1,
        };
        let keys = keys.clamp(1, 1000);
        let columns: Vec<String> = self.rows.table.columns.keys().cloned().collect();
        self.sql = format!("SELECT {} FROM {}", list(&columns), quoted(self.id));
        self.filter(&by, keys);
        self.order(step);
        let found = if by.is_empty() {
            self.rows.there as f64
        } else {
            each * keys as f64
        };
        if page || found > wanted * 1.5 + 1.0 {
            let _ = write!(self.sql, " LIMIT {}", wanted.ceil().max(1.0) as u64);
        }
    }

    fn aggregate(&mut self, step: &Step) {
        let by = self.by(step);
        let each = self.each(&by).max(1e-9);
        let wanted = wanted(step);
        let keys = match by.is_empty() || wanted <= each * 1.5 {
            true => 1,
            false => (wanted / each).round().clamp(1.0, 1000.0) as usize,
        };
        let sum = self
            .rows
            .table
            .columns
            .iter()
            .filter(|_| !self.only_counted())
            .find(|(name, c)| c.kind == FieldType::Money && !by.contains(&name.as_str()))
            .map_or_else(String::new, |(name, _)| format!(", sum({})", quoted(name)));
        let group = by.first().filter(|_| keys > 1).map(|c| quoted(c));
        let shown = group
            .as_ref()
            .map_or_else(String::new, |c| format!(", {c}"));
        self.sql = format!("SELECT count(*){sum}{shown} FROM {}", quoted(self.id));
        self.filter(&by, keys);
        let found = if by.is_empty() {
            self.rows.there as f64
        } else {
            each * keys as f64
        };
        // Where the brief bounds a time, so does the statement.
        if let Some(column) = self.bounded_time(&by) {
            let share = (wanted / found.max(1.0)).clamp(1e-9, 1.0);
            let window = |end| Param::Window {
                column: column.clone(),
                share,
                end,
            };
            let (from, to) = (self.param(window(false)), self.param(window(true)));
            let word = if by.is_empty() { "WHERE" } else { "AND" };
            let name = quoted(&column);
            let _ = write!(self.sql, " {word} {name} >= {from} AND {name} < {to}");
        }
        if let Some(column) = group {
            let _ = write!(self.sql, " GROUP BY {column}");
        }
    }

    /// Whether the brief counts these rows and nowhere sums them.
    fn only_counted(&self) -> bool {
        let Some(own) = &self.rows.table.entity else {
            // Rows of a link have nothing to sum.
            return true;
        };
        let (mut counted, mut summed) = (false, false);
        for entity in self.system.brief.domain.entities.values() {
            let leads_here = |name: &str| entity.relations.get(name).is_some_and(|r| r.to == *own);
            for derived in entity.derived.values() {
                counted |= derived.count.as_deref().is_some_and(leads_here);
                let sums = derived.sum.as_ref().map(|e| e.paths());
                summed |= sums.is_some_and(|paths| {
                    paths
                        .iter()
                        .flat_map(|p| p.iter())
                        .any(|name| leads_here(name))
                });
            }
        }
        counted && !summed
    }

    /// A moment that the brief's own condition on this read names and the step does not.
    fn bounded_time(&self, by: &[&str]) -> Option<String> {
        let operation = self.system.brief.domain.operations.get(self.operation)?;
        let entity = self.rows.table.entity.as_ref()?;
        let named = operation.effects.iter().find_map(|effect| match effect {
            Effect::Read(read) if read.entity == *entity && read.aggregate => read.filter.as_ref(),
            _ => None,
        });
        let is_time = |c: &str| {
            matches!(self.kind(c), Some(FieldType::Timestamp | FieldType::Date)) && !by.contains(&c)
        };
        named?
            .paths()
            .into_iter()
            .filter_map(|p| p.last())
            .map(|n| column_name(n))
            .find(|c| is_time(c))
    }

    fn search(&mut self, step: &Step, dialect: Dialect) {
        let by = self.by(step);
        let columns: Vec<String> = self.rows.table.columns.keys().cloned().collect();
        self.sql = format!("SELECT {} FROM {}", list(&columns), quoted(self.id));
        let word = self.param(Param::Word);
        let texts: Vec<String> = by
            .iter()
            .map(|c| match self.rows.table.columns.get(*c) {
                Some(column) if column.optional => format!("coalesce({}, '')", quoted(c)),
                _ => quoted(c),
            })
            .collect();
        let text = if texts.is_empty() {
            "''".to_string()
        } else {
            texts.join(" || ' ' || ")
        };
        let _ = match dialect.word_vectors {
            true => write!(
                self.sql,
                " WHERE to_tsvector('simple', {text}) @@ plainto_tsquery('simple', {word})"
            ),
            false => write!(self.sql, " WHERE {text} LIKE '%' || {word} || '%'"),
        };
        self.order(step);
        let _ = write!(self.sql, " LIMIT {}", wanted(step).ceil().max(1.0) as u64);
    }

    fn insert(&mut self, step: &Step) {
        let columns: Vec<String> = self
            .rows
            .table
            .columns
            .iter()
            .filter(|(_, c)| !c.identity)
            .map(|(name, _)| name.clone())
            .collect();
        let count = (wanted(step).round() as usize).clamp(1, 1000);
        let mut tuples = Vec::with_capacity(count);
        for nth in 0..count {
            let mut values = Vec::with_capacity(columns.len());
            for column in &columns {
                values.push(self.param(Param::New {
                    nth,
                    column: column.clone(),
                }));
            }
            tuples.push(format!("({})", values.join(", ")));
        }
        self.sql = format!(
            "INSERT INTO {} ({}) VALUES {}",
            quoted(self.id),
            list(&columns),
            tuples.join(", ")
        );
    }

    fn update(&mut self, step: &Step) -> Option<()> {
        let by = self.by(step);
        let set = self.changed(step, &by);
        if set.is_empty() {
            return None;
        }
        self.slots += 1;
        let mut written = Vec::with_capacity(set.len());
        for column in &set {
            // A check over several columns keeps its row's own value.
            let slot = if self.rows.checked_with_others(column) {
                0
            } else {
                1
            };
            let value = self.param(Param::Of {
                slot,
                column: column.clone(),
            });
            written.push(format!("{} = {value}", quoted(column)));
        }
        self.sql = format!("UPDATE {} SET {}", quoted(self.id), written.join(", "));
        let keys = (wanted(step) / self.each(&by).max(1e-9)).round();
        self.filter(&by, (keys as usize).clamp(1, 1000));
        Some(())
    }

    /// The columns that the operation's own effect changes, and when it did.
    fn changed(&self, step: &Step, by: &[&str]) -> Vec<String> {
        let domain = &self.system.brief.domain;
        let operation = domain.operations.get(self.operation);
        let entity = self.rows.table.entity.as_ref();
        let mut names: Vec<String> = Vec::new();
        let mut effects: Vec<&Effect> =
            operation.map_or_else(Vec::new, |o| o.effects.iter().collect());
        // A transition's own effects come with it, one level deep.
        for effect in effects.clone() {
            if let Effect::Transition(take) = effect
                && let Some(machine) = domain
                    .entities
                    .get(&*take.entity)
                    .and_then(|e| e.machine.as_ref())
                && let Some(transition) = machine.transitions.get(&take.take)
            {
                if Some(&take.entity) == entity {
                    names.push(machine.field.clone());
                }
                effects.extend(transition.effects.iter());
            }
        }
        for effect in effects {
            match effect {
                Effect::Update(update) if Some(&update.entity) == entity => {
                    names.extend(update.set.keys().cloned());
                }
                Effect::Transition(take) if Some(&take.entity) == entity => {
                    let machine = domain
                        .entities
                        .get(&*take.entity)
                        .and_then(|e| e.machine.as_ref());
                    names.extend(machine.map(|m| m.field.clone()));
                }
                _ => {}
            }
        }
        if let Some(operation) =
            operation.filter(|o| names.is_empty() && o.target.as_ref() == entity)
        {
            names.extend(operation.accepts.iter().cloned());
        }
        let mut columns: Vec<String> = Vec::new();
        let add = |columns: &mut Vec<String>, name: String| {
            let key = self.rows.table.primary_key.contains(&name) || by.contains(&name.as_str());
            let of_key = self
                .rows
                .table
                .unique
                .values()
                .any(|u| u.columns.contains(&name));
            if self.rows.table.columns.contains_key(&name)
                && !key
                && !of_key
                && !columns.contains(&name)
            {
                columns.push(name);
            }
        };
        for name in names {
            let name = column_name(&name);
            let link = format!("{name}_id");
            add(&mut columns, name);
            add(&mut columns, link);
        }
        if columns.is_empty() {
            let free = self.rows.table.columns.iter().find(|(name, c)| {
                !c.identity
                    && !matches!(c.kind, FieldType::Uuid | FieldType::Timestamp)
                    && self
                        .rows
                        .table
                        .foreign_keys
                        .values()
                        .all(|f| !f.columns.contains(name))
                    && !by.contains(&name.as_str())
            });
            if let Some((name, _)) = free {
                add(&mut columns, name.clone());
            }
        }
        for (name, column) in &self.rows.table.columns {
            let stamp = name == "updated_at" && column.kind == FieldType::Timestamp;
            if stamp && step.work == Work::Update {
                add(&mut columns, name.clone());
            }
        }
        columns
    }

    fn delete(&mut self, step: &Step) {
        let by = self.by(step);
        self.sql = format!("DELETE FROM {}", quoted(self.id));
        for (at, column) in by.iter().enumerate() {
            self.sql.push_str(if at == 0 { " WHERE " } else { " AND " });
            let value = self.param(Param::Once {
                column: (*column).to_string(),
            });
            let _ = write!(self.sql, "{} = {value}", quoted(column));
        }
    }

    /// Claims the oldest rows by the first ordered index that begins with a moment, or by the key,
    /// and removes them.
    fn dequeue(&mut self, step: &Step, dialect: Dialect) {
        let table = self.rows.table;
        let due = table
            .indexes
            .values()
            .filter(|i| i.kind == IndexKind::Ordered)
            .find(|i| {
                let first = i.columns.first().map(|c| c.trim_start_matches('-'));
                first.is_some_and(|c| self.kind(c) == Some(FieldType::Timestamp))
            });
        let order = match due {
            Some(index) if step.order.is_empty() => index.columns.clone(),
            _ if !step.order.is_empty() => step.order.clone(),
            _ => table.primary_key.clone(),
        };
        let key = list(&table.primary_key);
        let written: Vec<String> = order
            .iter()
            .map(|c| match c.strip_prefix('-') {
                Some(c) => format!("{} DESC", quoted(c)),
                None => quoted(c),
            })
            .collect();
        let limit = wanted(step).ceil().max(1.0) as u64;
        let lock = if dialect.skip_locked {
            " FOR UPDATE SKIP LOCKED"
        } else {
            ""
        };
        let columns: Vec<String> = table.columns.keys().cloned().collect();
        let compared = if table.primary_key.len() > 1 {
            format!("({key})")
        } else {
            key.clone()
        };
        let (one, several) = (limit == 1, quoted(self.id));
        let how = if one { "=" } else { "IN" };
        self.sql = format!(
            "DELETE FROM {several} WHERE {compared} {how} (SELECT {key} FROM {several} ORDER BY {} LIMIT {limit}{lock}) RETURNING {}",
            written.join(", "),
            list(&columns)
        );
    }
}
