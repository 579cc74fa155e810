//! Access paths: how each operation touches tables, ports and events, in the order it does so.

mod conditions;
mod effects;
mod show;

use model::{Brief, Derived, Effect, Entity, Method, Operation, Page, Read, View, Work};

use conditions::Often;

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

/// Adds the columns that are not there yet.
fn add_columns(to: &mut Vec<String>, more: Vec<String>) {
    for column in more {
        if !to.contains(&column) {
            to.push(column);
        }
    }
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
            self.show();
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

/// How many passwords one run hashes: `hash(input.x)` of a secret, in a condition or as a new value.
pub fn password_hashes(brief: &Brief, operation: &Operation) -> usize {
    let target = operation.target.as_ref();
    let secret = |name: &str| {
        let of_target = target
            .and_then(|t| brief.domain.entities.get(&**t))
            .and_then(|e| e.fields.get(name));
        let field = operation.input.get(name).or(of_target);
        field.is_some_and(|f| f.class == Some(model::DataClass::Secret) || f.write_only)
    };
    let conditions = operation.preconditions.iter().map(|c| &c.expr);
    let values = operation.effects.iter().flat_map(|e| match e {
        Effect::Create(c) => c.set.values().collect::<Vec<_>>(),
        Effect::Update(u) => u.set.values().collect(),
        _ => Vec::new(),
    });
    conditions
        .chain(values)
        .map(|expr| hashed_inputs(&expr.node))
        .map(|names| names.into_iter().filter(|n| secret(n)).count())
        .sum()
}

/// The inputs that an expression hashes.
fn hashed_inputs(node: &model::expr::Node) -> Vec<&str> {
    use model::expr::Node;
    match node {
        Node::Call(function, arguments) if function == "hash" => arguments
            .iter()
            .filter_map(|a| match a {
                Node::Path(path) if path.len() == 2 && path[0] == "input" => Some(path[1].as_str()),
                _ => None,
            })
            .collect(),
        Node::Call(_, nodes) | Node::List(nodes) => nodes.iter().flat_map(hashed_inputs).collect(),
        Node::Not(n) | Node::Neg(n) | Node::IsNull(n, _) => hashed_inputs(n),
        Node::Binary(_, a, b) => [hashed_inputs(a), hashed_inputs(b)].concat(),
        _ => Vec::new(),
    }
}
