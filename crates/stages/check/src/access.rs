//! Which key or index serves an access path.

use model::{IndexKind, Step, Table, Work};

/// A table known to stay under so many rows needs no index: reading it whole takes a few pages.
pub(crate) const SMALL: f64 = 1_000.0;

/// The direction and name of a column in an order (`-created_at`).
fn column(text: &str) -> (&str, bool) {
    text.strip_prefix('-')
        .map_or((text, false), |name| (name, true))
}

/// A way into a table: its id and its columns in order, `-` for descending.
pub(crate) struct Entry<'a> {
    pub id: &'a str,
    pub columns: Vec<&'a str>,
    pub unique: bool,
}

/// Primary key, unique keys and indexes that keep an order.
pub(crate) fn entries(table: &Table) -> Vec<Entry<'_>> {
    let mut found = Vec::new();
    if !table.primary_key.is_empty() {
        found.push(Entry {
            id: "primary_key",
            columns: table.primary_key.iter().map(String::as_str).collect(),
            unique: true,
        });
    }
    for (id, unique) in &table.unique {
        found.push(Entry {
            id,
            columns: unique.columns.iter().map(String::as_str).collect(),
            unique: unique.filter.is_none(),
        });
    }
    for (id, index) in &table.indexes {
        if index.kind != IndexKind::Inverted {
            found.push(Entry {
                id,
                columns: index.columns.iter().map(String::as_str).collect(),
                unique: false,
            });
        }
    }
    found
}

impl Entry<'_> {
    /// Rows are found by it: its leading columns are among those of the access.
    pub(crate) fn finds(&self, by: &[String]) -> bool {
        let given = |c: &&str| by.iter().any(|b| b == column(c).0);
        self.names_rows(by) || !by.is_empty() && self.columns.iter().take(by.len()).all(given)
    }

    /// It is a key, and the access has all of it.
    fn names_rows(&self, by: &[String]) -> bool {
        let given = |c: &&str| by.iter().any(|b| b == column(c).0);
        self.unique && self.columns.iter().all(given)
    }

    /// It finds the rows by all of `by` and gives them in this order, forwards or backwards.
    pub(crate) fn sorts(&self, by: &[String], order: &[String]) -> bool {
        let given = |c: &str| by.iter().any(|b| b == column(c).0);
        // Rows that whole keys name are few, and sorted once they are there.
        if self.names_rows(by) {
            return true;
        }
        let lead = self.columns.iter().take_while(|c| given(c)).count();
        let rest = &self.columns[lead..];
        // A column found by equality is the same in every row: ordering by it changes nothing.
        let wanted: Vec<_> = order
            .iter()
            .map(|o| column(o))
            .filter(|(c, _)| !given(c))
            .collect();
        let covered = |backwards: bool| {
            rest.len() >= wanted.len()
                && wanted.iter().zip(rest).all(|((name, down), have)| {
                    let (column, descending) = column(have);
                    *name == column && (*down == descending) != backwards
                })
        };
        lead >= by.len().min(self.columns.len()) && (covered(false) || covered(true))
    }

    /// A step goes through it, or could.
    pub(crate) fn helps(&self, step: &Step) -> bool {
        let Some(first) = self.columns.first().map(|c| column(c).0) else {
            return false;
        };
        let asked = step
            .by
            .first()
            .is_some_and(|_| step.by.iter().any(|b| b == first));
        asked || step.by.is_empty() && step.order.first().is_some_and(|o| column(o).0 == first)
    }

    /// The columns without their directions.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().map(|c| column(c).0)
    }
}

/// The step finds rows of a table by what it says in `by` and `order`.
pub(crate) fn is_access(step: &Step) -> bool {
    step.work.reads_rows() && step.table.is_some()
}

/// Work that goes to rows one by one or in ranges, where an order may be asked for.
pub(crate) fn may_be_ordered(work: Work) -> bool {
    matches!(work, Work::RangeRead | Work::PointRead | Work::Aggregate)
}
