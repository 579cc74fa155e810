//! What the effects of an operation do, one by one.

use super::*;

impl Tracer<'_> {
    pub(super) fn effect(&mut self, effect: &Effect) {
        match effect {
            Effect::Read(read) => self.read(read),
            Effect::Create(create) => {
                let times = self.each(create.each.as_ref());
                self.store(Access {
                    table: table(&create.entity),
                    work: Work::Insert,
                    by: Vec::new(),
                    order: Vec::new(),
                    rows: 1.0,
                    times,
                    probability: 1.0,
                });
            }
            Effect::Update(update) => {
                let by = self.by_or_filter(&update.entity, &update.by, update.filter.as_ref());
                let times = self.each(update.each.as_ref());
                self.store(Access {
                    table: table(&update.entity),
                    work: Work::Update,
                    by,
                    order: Vec::new(),
                    rows: update.rows.unwrap_or(1.0),
                    times,
                    probability: 1.0,
                });
            }
            Effect::Delete(delete) => {
                let by = self.by_or_filter(&delete.entity, &delete.by, delete.filter.as_ref());
                self.store(Access {
                    table: table(&delete.entity),
                    work: Work::Delete,
                    by,
                    order: Vec::new(),
                    rows: delete.rows.unwrap_or(1.0),
                    times: 1.0,
                    probability: 1.0,
                });
            }
            Effect::Link(link) | Effect::Unlink(link) => {
                let times = self.each(link.each.as_ref());
                let key = (link.entity.0.clone(), link.relation.clone());
                let Some(found) = self.schema.links.get(&key).cloned() else {
                    return;
                };
                let linked = matches!(effect, Effect::Link(_));
                let both = [found.near, found.far].concat();
                self.store(Access {
                    table: found.table,
                    work: if linked { Work::Insert } else { Work::Delete },
                    by: if linked { Vec::new() } else { both },
                    order: Vec::new(),
                    rows: 1.0,
                    times,
                    probability: 1.0,
                });
            }
            Effect::Transition(take) => {
                let by = self.by_or_filter(&take.entity, &take.by, None);
                self.store(Access {
                    table: table(&take.entity),
                    work: Work::Update,
                    by,
                    order: Vec::new(),
                    rows: 1.0,
                    times: 1.0,
                    probability: 1.0,
                });
                let effects = self
                    .entity(&take.entity)
                    .and_then(|e| e.machine.as_ref())
                    .and_then(|m| m.transitions.get(&take.take))
                    .map(|t| t.effects.clone())
                    .unwrap_or_default();
                // A transition's effects may take transitions of other machines, not of its own.
                for inner in effects
                    .iter()
                    .filter(|e| !matches!(e, Effect::Transition(t) if t.entity == take.entity))
                {
                    self.effect(inner);
                }
            }
            Effect::Call(call) => {
                let times = self.each(call.each.as_ref());
                self.acts.push(Act::Call {
                    port: call.port.0.clone(),
                    operation: call.operation.clone(),
                    times,
                });
            }
            Effect::Emit(emit) => {
                let times = emit.times.unwrap_or_else(|| self.each(emit.each.as_ref()));
                self.acts.push(Act::Emit {
                    event: emit.event.0.clone(),
                    times,
                });
            }
            Effect::Handler(handler) => {
                self.acts.push(Act::Handler {
                    name: handler.name.clone(),
                    cpu: handler.cpu,
                });
            }
        }
    }

    fn by_or_filter(
        &mut self,
        entity: &str,
        by: &[String],
        filter: Option<&model::Expr>,
    ) -> Vec<String> {
        let mut columns: Vec<String> = by
            .iter()
            .flat_map(|name| self.columns(entity, name))
            .collect();
        if columns.is_empty()
            && let Some(filter) = filter
        {
            let often = Often {
                rows: 1.0,
                probability: 1.0,
            };
            columns = self.fixed_by(entity, filter, often).by;
        }
        if columns.is_empty() {
            // Nothing says which row: it is the one at hand, found by its key.
            columns = self
                .schema
                .tables
                .get(&table(entity))
                .map(|t| t.primary_key.clone())
                .unwrap_or_default();
        }
        columns
    }

    fn read(&mut self, read: &Read) {
        let operation = self.operation;
        let mut by: Vec<String> = read
            .by
            .iter()
            .flat_map(|name| self.columns(&read.entity, name))
            .collect();
        let mut many = false;
        if let Some(filter) = &read.filter {
            let often = Often {
                rows: read.rows.unwrap_or(20.0),
                probability: 1.0,
            };
            let fixed = self.fixed_by(&read.entity, filter, often);
            many = fixed.many;
            add_columns(&mut by, fixed.by);
        }
        let is_target = operation.target.as_ref() == Some(&read.entity);
        let lists = is_target
            && (operation.result.as_ref().is_some_and(|r| r.many) || operation.page.is_some());
        if lists
            && !read.aggregate
            && read.filter.is_none()
            && read.by.is_empty()
            && read.search.is_empty()
        {
            return self.list(&read.entity, operation.page.as_ref());
        }
        let work = if read.aggregate {
            Work::Aggregate
        } else if !read.search.is_empty() {
            Work::TextSearch
        } else if many {
            Work::RangeRead
        } else {
            self.found_by(&table(&read.entity), &by)
        };
        let rows = read.rows.unwrap_or_else(|| match work {
            Work::PointRead => 1.0,
            _ if lists => operation.page.as_ref().map_or(20.0, |p| f64::from(p.size)),
            _ => 1.0,
        });
        let order = if read.order.is_empty() && lists {
            &operation.order
        } else {
            &read.order
        };
        let access = Access {
            table: table(&read.entity),
            work,
            by: if work == Work::TextSearch {
                read.search
                    .iter()
                    .flat_map(|name| self.columns(&read.entity, name))
                    .collect()
            } else {
                by
            },
            order: self.order(&read.entity, order),
            rows,
            times: self.each(read.each.as_ref()),
            probability: 1.0,
        };
        self.store(access);
    }
}
