//! What an answer shows: lists with their filters, views, derived values, what is included.

use super::*;

impl Tracer<'_> {
    /// A list: once without filters and once with each, by their shares of the requests.
    pub(super) fn list(&mut self, target: &str, page: Option<&Page>) {
        let operation = self.operation;
        let rows = operation
            .result
            .as_ref()
            .and_then(|r| r.rows)
            .or_else(|| page.map(|p| f64::from(p.size)))
            .unwrap_or(20.0);
        let by: Vec<String> = operation
            .by
            .iter()
            .flat_map(|name| self.columns(target, name))
            .collect();
        let order = self.order(target, &operation.order);
        let mut unfiltered = 1.0;
        let filters = &operation.filters;
        for filter in filters.values() {
            // Unsaid shares: half of the requests filter, spread evenly.
            let share = filter.share.map_or(0.5 / filters.len() as f64, |r| r.0);
            unfiltered -= share;
            let often = Often {
                rows,
                probability: share,
            };
            let mut columns = by.clone();
            let fixed = self.fixed_by(target, &filter.filter, often);
            add_columns(&mut columns, fixed.by);
            self.store(Access {
                table: table(target),
                work: Work::RangeRead,
                by: columns,
                order: order.clone(),
                rows,
                times: 1.0,
                probability: share,
            });
        }
        self.store(Access {
            table: table(target),
            work: Work::RangeRead,
            by: by.clone(),
            order,
            rows,
            times: 1.0,
            probability: unfiltered.max(0.0),
        });
        let counted = operation
            .effects
            .iter()
            .any(|e| matches!(e, Effect::Read(r) if r.aggregate && r.entity == *target));
        if page.is_some_and(|p| p.total) && !counted {
            // The total counts what the filters leave; a page of it is what we know of its size.
            self.store(Access {
                table: table(target),
                work: Work::Aggregate,
                by,
                order: Vec::new(),
                rows: rows * 5.0,
                times: 1.0,
                probability: 1.0,
            });
        }
    }

    /// What the answer shows besides the rows themselves.
    pub(super) fn show(&mut self) {
        let operation = self.operation;
        let Some(result) = &operation.result else {
            return;
        };
        let rows = if result.many || operation.page.is_some() {
            result
                .rows
                .or_else(|| operation.page.as_ref().map(|p| f64::from(p.size)))
                .unwrap_or(20.0)
        } else {
            1.0
        };
        let Some(view) = result
            .view
            .as_ref()
            .and_then(|v| self.brief.domain.views.get(&**v))
        else {
            return;
        };
        let view = view.clone();
        self.show_view(&view, rows, 0);
    }

    fn show_view(&mut self, view: &View, rows: f64, depth: usize) {
        if depth > 3 {
            return;
        }
        let Some(entity) = self.entity(&view.entity).cloned() else {
            return;
        };
        for name in &view.fields {
            if let Some(derived) = entity.derived.get(name).filter(|d| !d.stored) {
                self.derive(&view.entity, &entity, derived, rows);
            }
        }
        for (relation, inner) in &view.include {
            let inner_view = self.brief.domain.views.get(&**inner).cloned();
            let mut count = rows;
            if let Some(link) = self
                .schema
                .links
                .get(&(view.entity.0.clone(), relation.clone()))
                .cloned()
            {
                count = rows * link.mean;
                self.store(Access {
                    table: link.table,
                    work: Work::RangeRead,
                    by: link.near,
                    order: Vec::new(),
                    rows: count,
                    times: 1.0,
                    probability: 1.0,
                });
            } else if let Some(link) = entity.relations.get(relation) {
                let there = table(&link.to);
                let by = self
                    .schema
                    .tables
                    .get(&there)
                    .map(|t| t.primary_key.clone())
                    .unwrap_or_default();
                self.store(Access {
                    table: there,
                    work: if rows > 1.0 {
                        Work::RangeRead
                    } else {
                        Work::PointRead
                    },
                    by,
                    order: Vec::new(),
                    rows,
                    times: 1.0,
                    probability: 1.0,
                });
            }
            if let Some(inner_view) = inner_view {
                self.show_view(&inner_view, count, depth + 1);
            }
        }
    }

    /// A derived value that is not kept in the row is computed at each read, for all rows at once.
    fn derive(&mut self, id: &str, entity: &Entity, derived: &Derived, rows: f64) {
        let named = derived
            .count
            .clone()
            .or_else(|| derived.fold.as_ref().map(|f| f.over.clone()))
            .or_else(|| {
                [&derived.sum, &derived.exists, &derived.lookup]
                    .into_iter()
                    .flatten()
                    .flat_map(|e| {
                        e.paths()
                            .into_iter()
                            .map(<[String]>::to_vec)
                            .collect::<Vec<_>>()
                    })
                    .flat_map(|path| path.into_iter().take(2))
                    .find(|segment| entity.relations.contains_key(segment))
            });
        let Some(relation) = named else { return };
        if let Some(link) = self
            .schema
            .links
            .get(&(id.to_string(), relation.clone()))
            .cloned()
        {
            let to_one = entity.relations.get(&relation).is_some_and(|l| !l.many);
            let (work, by, each) = if to_one && rows <= 1.0 {
                (Work::PointRead, link.near, 1.0)
            } else if to_one {
                (Work::RangeRead, link.near, 1.0)
            } else if derived.exists.is_some() && link.separate {
                (Work::PointRead, [link.near, link.far].concat(), 1.0)
            } else if derived.fold.is_some() {
                (Work::RangeRead, link.near, link.mean)
            } else {
                (Work::Aggregate, link.near, link.mean)
            };
            self.store(Access {
                table: link.table,
                work,
                by,
                order: Vec::new(),
                rows: rows * each,
                times: 1.0,
                probability: 1.0,
            });
        } else if let Some(link) = entity.relations.get(&relation).filter(|l| !l.many) {
            let there = table(&link.to);
            let by = self
                .schema
                .tables
                .get(&there)
                .map(|t| t.primary_key.clone())
                .unwrap_or_default();
            let work = if rows > 1.0 {
                Work::RangeRead
            } else {
                Work::PointRead
            };
            self.store(Access {
                table: there,
                work,
                by,
                order: Vec::new(),
                rows,
                times: 1.0,
                probability: 1.0,
            });
        }
    }
}
