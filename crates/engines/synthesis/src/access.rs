//! Access paths: how each operation touches tables, ports and events, in the order it does so.

use model::{Brief, Derived, Effect, Entity, Method, Operation, Page, Read, View, Work};

use crate::contexts::entity_of;
use crate::naming::{snake, table};
use crate::schema::{Schema, bucket_of};

/// One thing that an operation does outside its own code.
#[derive(Debug, Clone, PartialEq)]
pub enum Act {
    Store(Access),
    Call {
        port: String,
        operation: String,
        times: f64,
    },
    Emit {
        event: String,
        times: f64,
    },
    /// Hands out a link to an object of this bucket, to read it or to write it.
    File {
        bucket: String,
        times: f64,
        write: bool,
    },
    Handler {
        name: String,
        cpu: Option<model::Duration>,
    },
}

/// One query or statement.
#[derive(Debug, Clone, PartialEq)]
pub struct Access {
    pub table: String,
    pub work: Work,
    /// Columns fixed by equality.
    pub by: Vec<String>,
    /// Order of the rows, `-` before a descending column.
    pub order: Vec<String>,
    /// Mean rows each time.
    pub rows: f64,
    pub times: f64,
    /// The share of runs in which it happens.
    pub probability: f64,
}

/// What one operation does.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Run {
    pub operation: String,
    pub acts: Vec<Act>,
    pub writes: bool,
}

/// The runs of all operations, in the order of the brief.
pub fn of_operations(brief: &Brief, schema: &Schema) -> Vec<Run> {
    brief
        .domain
        .operations
        .iter()
        .map(|(id, o)| of_operation(brief, schema, id, o))
        .collect()
}

struct Tracer<'a> {
    brief: &'a Brief,
    schema: &'a Schema,
    operation: &'a Operation,
    acts: Vec<Act>,
}

fn of_operation(brief: &Brief, schema: &Schema, id: &str, operation: &Operation) -> Run {
    let mut tracer = Tracer {
        brief,
        schema,
        operation,
        acts: Vec::new(),
    };
    tracer.trace();
    let writes = tracer.acts.iter().any(|a| match a {
        Act::Store(access) => access.work.writes(),
        Act::Emit { .. } => true,
        Act::File { write, .. } => *write,
        Act::Call { .. } | Act::Handler { .. } => false,
    });
    Run {
        operation: id.to_string(),
        acts: tracer.acts,
        writes,
    }
}

impl Tracer<'_> {
    fn entity(&self, id: &str) -> Option<&Entity> {
        self.brief.domain.entities.get(id)
    }

    /// The columns behind a field, relation or derived value of an entity.
    fn columns(&self, entity: &str, name: &str) -> Vec<String> {
        let name = name.trim_start_matches('-');
        if let Some(found) = self
            .schema
            .columns
            .get(&(entity.to_string(), name.to_string()))
        {
            return found.clone();
        }
        let snake_name = snake(name);
        let known = self
            .schema
            .tables
            .get(&table(entity))
            .is_some_and(|t| t.columns.contains_key(&snake_name));
        if known { vec![snake_name] } else { Vec::new() }
    }

    fn order(&self, entity: &str, order: &[String]) -> Vec<String> {
        order
            .iter()
            .flat_map(|name| {
                let sign = if name.starts_with('-') { "-" } else { "" };
                self.columns(entity, name)
                    .into_iter()
                    .map(move |c| format!("{sign}{c}"))
            })
            .collect()
    }

    /// How many elements an input list has on average.
    fn each(&self, each: Option<&String>) -> f64 {
        let Some(name) = each else { return 1.0 };
        let name = name.trim_start_matches("input.");
        let listed = self.operation.input.get(name).and_then(|f| f.mean_items);
        let accepted = || {
            let target = self.operation.target.as_deref()?;
            self.entity(target)?.relations.get(name)?.mean
        };
        listed
            .or_else(|| self.operation.batch.map(|b| b.mean))
            .or_else(accepted)
            .unwrap_or(3.0)
    }

    /// Rows are found by these columns in that table: one by a key, many by anything else.
    fn found_by(&self, table_id: &str, by: &[String]) -> Work {
        let Some(t) = self.schema.tables.get(table_id) else {
            return Work::RangeRead;
        };
        let whole = |key: &[String]| !key.is_empty() && key.iter().all(|c| by.contains(c));
        if whole(&t.primary_key) || t.unique.values().any(|u| whole(&u.columns)) {
            Work::PointRead
        } else {
            Work::RangeRead
        }
    }

    fn store(&mut self, access: Access) {
        if self.schema.tables.contains_key(&access.table) {
            self.acts.push(Act::Store(access));
        }
    }

    fn trace(&mut self) {
        let operation = self.operation;
        if let Some(target) = operation.target.clone() {
            self.find_target(&target);
        }
        for effect in &operation.effects {
            self.effect(effect);
        }
        if let Some(target) = operation.target.clone() {
            self.implied(&target);
            self.show(&target);
        }
        self.files();
    }

    /// The row that the path names is looked up before anything is done to it.
    fn find_target(&mut self, target: &str) {
        let operation = self.operation;
        let touched_first = operation.effects.first().and_then(entity_of) == Some(target)
            && !matches!(operation.effects.first(), Some(Effect::Create(_)));
        let lists = operation.result.as_ref().is_some_and(|r| r.many) || operation.page.is_some();
        if operation.by.is_empty() || touched_first || lists {
            return;
        }
        let by: Vec<String> = operation
            .by
            .iter()
            .flat_map(|name| self.columns(target, name))
            .collect();
        if by.is_empty() {
            return;
        }
        let work = self.found_by(&table(target), &by);
        self.store(Access {
            table: table(target),
            work,
            by,
            order: Vec::new(),
            rows: 1.0,
            times: 1.0,
            probability: 1.0,
        });
    }

    /// What the method means where no effect says it.
    fn implied(&mut self, target: &str) {
        let operation = self.operation;
        let touches = operation
            .effects
            .iter()
            .any(|e| entity_of(e) == Some(target));
        if touches {
            return;
        }
        let lists = operation.result.as_ref().is_some_and(|r| r.many) || operation.page.is_some();
        let work = match operation.method {
            Some(Method::Post) if operation.effects.is_empty() && operation.by.is_empty() => {
                Work::Insert
            }
            Some(Method::Put | Method::Patch) if operation.effects.is_empty() => Work::Update,
            Some(Method::Delete) if operation.effects.is_empty() => Work::Delete,
            _ if lists => return self.list(target, operation.page.as_ref()),
            _ => return,
        };
        let by = operation
            .by
            .iter()
            .flat_map(|name| self.columns(target, name))
            .collect();
        self.store(Access {
            table: table(target),
            work,
            by: if work == Work::Insert { Vec::new() } else { by },
            order: Vec::new(),
            rows: 1.0,
            times: self.operation.batch.map_or(1.0, |b| b.mean),
            probability: 1.0,
        });
    }

    /// A list: once without filters and once with each, by their shares of the requests.
    fn list(&mut self, target: &str, page: Option<&Page>) {
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
            let fixed = filter.filter.equality_fields();
            if let Some(link) = fixed.iter().find_map(|name| {
                self.schema
                    .links
                    .get(&(target.to_string(), name.clone()))
                    .cloned()
            }) {
                self.store(Access {
                    table: link.table.clone(),
                    work: Work::RangeRead,
                    by: link.far.clone(),
                    order: Vec::new(),
                    rows,
                    times: 1.0,
                    probability: share,
                });
                continue;
            }
            let mut columns = by.clone();
            for name in &fixed {
                for c in self.columns(target, name) {
                    if !columns.contains(&c) {
                        columns.push(c);
                    }
                }
            }
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
        if page.is_some_and(|p| p.total) {
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
    fn show(&mut self, target: &str) {
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
        let _ = target;
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

    fn effect(&mut self, effect: &Effect) {
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
        &self,
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
            columns = filter
                .equality_fields()
                .iter()
                .flat_map(|name| self.columns(entity, name))
                .collect();
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
        if let Some(filter) = &read.filter {
            for name in filter.equality_fields() {
                if let Some(link) = self
                    .schema
                    .links
                    .get(&(read.entity.0.clone(), name.clone()))
                    .cloned()
                {
                    self.store(Access {
                        table: link.table,
                        work: Work::RangeRead,
                        by: link.far,
                        order: Vec::new(),
                        rows: read.rows.unwrap_or(20.0),
                        times: 1.0,
                        probability: 1.0,
                    });
                    continue;
                }
                for c in self.columns(&read.entity, &name) {
                    if !by.contains(&c) {
                        by.push(c);
                    }
                }
            }
        }
        let is_target = operation.target.as_ref() == Some(&read.entity);
        let lists = is_target
            && (operation.result.as_ref().is_some_and(|r| r.many) || operation.page.is_some());
        if lists && read.filter.is_none() && read.by.is_empty() && read.search.is_empty() {
            return self.list(&read.entity, operation.page.as_ref());
        }
        let work = if read.aggregate {
            Work::Aggregate
        } else if !read.search.is_empty() {
            Work::TextSearch
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

    /// Files go past our own processes: we sign a link, the client talks to the object store.
    fn files(&mut self) {
        let operation = self.operation;
        let is_file = |entity: &str, name: &str| {
            let field = self.entity(entity).and_then(|e| e.fields.get(name));
            field.is_some_and(|f| f.kind == model::FieldType::File)
        };
        let mut found: Vec<(String, f64, bool)> = Vec::new();
        let target = operation.target.as_deref().unwrap_or("");
        for name in operation.accepts.iter().filter(|n| is_file(target, n)) {
            found.push((bucket_of(target, name), 1.0, true));
        }
        for effect in &operation.effects {
            if let Effect::Create(create) = effect {
                let times = self.each(create.each.as_ref());
                for name in create.set.keys().filter(|n| is_file(&create.entity, n)) {
                    let bucket = bucket_of(&create.entity, name);
                    if !found.iter().any(|(b, ..)| *b == bucket) {
                        found.push((bucket, times, true));
                    }
                }
            }
        }
        let view = operation.result.as_ref().and_then(|r| r.view.as_ref());
        if let Some(view) = view.and_then(|v| self.brief.domain.views.get(&**v)) {
            for name in view.fields.iter().filter(|n| is_file(&view.entity, n)) {
                let bucket = bucket_of(&view.entity, name);
                if !found.iter().any(|(b, ..)| *b == bucket) {
                    found.push((bucket, 1.0, false));
                }
            }
        }
        for (bucket, times, write) in found {
            self.acts.push(Act::File {
                bucket,
                times,
                write,
            });
        }
    }
}
