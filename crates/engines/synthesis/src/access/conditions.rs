//! What a condition finds rows by: columns of their own table, after the related rows that it speaks of.

use model::Expr;

use super::*;

/// Columns that a condition fixes by equality.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Fixed {
    pub by: Vec<String>,
    /// They are keys of as many rows as other rows led to.
    pub many: bool,
}

/// How often related rows are looked up, and about how many of them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Often {
    pub rows: f64,
    pub probability: f64,
}

impl Tracer<'_> {
    /// The columns of an entity's table that a condition fixes. Rows of other tables that it speaks of
    /// (`parcel.number = input.number`) are looked up, and lead there by their keys.
    pub(super) fn fixed_by(&mut self, entity: &str, condition: &Expr, often: Often) -> Fixed {
        let mut all = Fixed::default();
        for path in condition.equality_paths() {
            let found = self.fixed_by_path(entity, path, often);
            all.many |= found.many;
            for column in found.by {
                if !all.by.contains(&column) {
                    all.by.push(column);
                }
            }
        }
        all
    }

    fn fixed_by_path(&mut self, entity: &str, path: &[String], often: Often) -> Fixed {
        let Some((name, rest)) = path.split_first() else {
            return Fixed::default();
        };
        let relation = self.entity(entity).and_then(|e| e.relations.get(name));
        let Some(other) = relation.map(|relation| relation.to.0.clone()) else {
            return match rest {
                [] => Fixed {
                    by: self.columns(entity, name),
                    many: false,
                },
                _ => Fixed::default(),
            };
        };
        let link = (entity.to_string(), name.clone());
        let Some(link) = self.schema.links.get(&link).cloned() else {
            // Several rows may refer to one of the others.
            let each = self.entity(&other).and_then(|other| {
                let back = other.relations.values();
                back.filter(|back| back.many && back.to == *entity)
                    .find_map(|back| back.mean)
            });
            let often = Often {
                rows: (often.rows / each.unwrap_or(1.0)).max(1.0),
                ..often
            };
            let found = self.find(&other, rest, often);
            return found.map_or_else(Fixed::default, |many| Fixed {
                by: self.columns(entity, name),
                many,
            });
        };
        let by = if !link.separate && !rest.is_empty() {
            // The linked rows themselves refer to this one.
            self.fixed_by_path(&other, rest, often).by
        } else if self.find(&other, rest, often).is_some() {
            link.far
        } else {
            Vec::new()
        };
        if by.is_empty() {
            return Fixed::default();
        }
        self.look_up(link.table, by, often);
        Fixed {
            by: self.key_of(entity),
            many: true,
        }
    }

    /// Finds the keys of an entity's rows of which `path` is fixed; they are looked up where it is
    /// something else than the key. Whether they are many; `None` where nothing leads to them.
    fn find(&mut self, entity: &str, path: &[String], often: Often) -> Option<bool> {
        if path.is_empty() {
            return Some(false);
        }
        let Fixed { by, many } = self.fixed_by_path(entity, path, often);
        if by.is_empty() || by == self.key_of(entity) {
            return (!by.is_empty()).then_some(many);
        }
        let one = self.found_by(&table(entity), &by) == Work::PointRead;
        self.look_up(table(entity), by, often);
        Some(many || !one)
    }

    fn key_of(&self, entity: &str) -> Vec<String> {
        let table = self.schema.tables.get(&table(entity));
        table.map_or_else(Vec::new, |table| table.primary_key.clone())
    }

    /// Reads rows on the way to others, unless they were read before.
    fn look_up(&mut self, table: String, by: Vec<String>, often: Often) {
        let is_read = |act: &Act| matches!(act, Act::Store(known) if known.table == table && known.by == by && !known.work.writes());
        if self.acts.iter().any(is_read) {
            return;
        }
        let work = self.found_by(&table, &by);
        self.store(Access {
            rows: match work {
                Work::PointRead => 1.0,
                _ => often.rows,
            },
            table,
            work,
            by,
            order: Vec::new(),
            times: 1.0,
            probability: often.probability,
        });
    }
}
