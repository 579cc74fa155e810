//! Django's models while migrations are applied, and what each operation does to tables: which names
//! keys get, which columns and tables relations make.

use indexmap::IndexMap;

use super::apply::Applied;
use super::change::{Action, CreateTable, DropKind, Ident, Index, SchemaChange};
use super::django::{Field, ModelAction, ModelChange, ModelIndex};
use super::model_columns::{column_name, columns_of, many, name_of, virtual_field};
use super::parts;
use crate::sql::Dialect;
use model::fact::Source;

#[derive(Debug, Clone, Default, PartialEq)]
pub struct Model {
    pub table: String,
    pub fields: IndexMap<String, Field>,
    /// A proxy, or kept by something else.
    pub without_table: bool,
    /// Fields that are unique together.
    pub together: Vec<Vec<String>>,
}

pub type Models = IndexMap<String, Model>;

pub fn apply(applied: &mut Applied, at: &Source, change: &ModelChange) -> Result<(), String> {
    let before = change.tables_only.then(|| applied.state.models.clone());
    let models = std::mem::take(&mut applied.state.models);
    let mut step = Step {
        models,
        dialect: applied.state.dialect,
        made: Vec::new(),
    };
    let done = step.act(&change.model, &change.what);
    applied.state.models = before.unwrap_or(step.models);
    let mut fault = done.err();
    if !change.state_only {
        for one in &step.made {
            fault = applied.tried(at, one).err().or(fault);
        }
    }
    fault.map_or(Ok(()), Err)
}

/// One operation at work.
pub struct Step {
    pub models: Models,
    pub dialect: Dialect,
    pub made: Vec<SchemaChange>,
}

impl Step {
    pub fn alter(&mut self, table: &str, action: Action) {
        self.made.push(SchemaChange::alter(name_of(table), action));
    }

    fn act(&mut self, name: &str, what: &ModelAction) -> Result<(), String> {
        if let ModelAction::Create {
            fields,
            table,
            without_table,
        } = what
        {
            self.create(name, fields, table.clone(), *without_table);
            return Ok(());
        }
        let Some(model) = self.models.get(name).cloned() else {
            return Err(format!("{name}: the model is not known"));
        };
        let table = model.table.clone();
        match what {
            ModelAction::Create { .. } => {}
            ModelAction::Delete => {
                for field in model.fields.values() {
                    self.drop_between(name, field);
                }
                self.models.shift_remove(name);
                if !model.without_table {
                    self.made.push(SchemaChange::DropTable {
                        name: name_of(&table),
                        if_exists: false,
                    });
                }
            }
            ModelAction::Rename(to) => self.rename(name, to, model),
            ModelAction::Table(to) => {
                let to = to.clone().unwrap_or_else(|| name.replace('.', "_"));
                self.retable(name, &to);
            }
            ModelAction::AddField(field) => self.add_field(name, field),
            ModelAction::AlterField(field) => self.alter_field(name, field)?,
            ModelAction::RemoveField(field) => {
                let Some(field) = model.fields.get(field) else {
                    return Err(format!("{name}.{field}: the field is not known"));
                };
                self.drop_between(name, field);
                if !virtual_field(field) && !model.without_table {
                    self.alter(&table, parts::drop_column(&column_name(field)));
                }
                if let Some(model) = self.models.get_mut(name) {
                    model.fields.shift_remove(&field.name);
                }
            }
            ModelAction::RenameField(from, to) => {
                let Some(old) = model.fields.get(from) else {
                    return Err(format!("{name}.{from}: the field is not known"));
                };
                let renamed = Field {
                    name: to.clone(),
                    ..old.clone()
                };
                if virtual_field(old) {
                    self.rename_between(name, old, &renamed);
                } else if !model.without_table && column_name(old) != column_name(&renamed) {
                    let action = parts::rename_column(&column_name(old), &column_name(&renamed));
                    self.alter(&table, action);
                    self.renew_reference(name, &table, &renamed);
                }
                if let Some(model) = self.models.get_mut(name) {
                    let at = model.fields.get_index_of(from).unwrap_or(0);
                    model.fields.shift_remove(from);
                    let at = at.min(model.fields.len());
                    model.fields.shift_insert(at, to.clone(), renamed);
                    for set in &mut model.together {
                        for field in set.iter_mut().filter(|field| *field == from) {
                            field.clone_from(to);
                        }
                    }
                }
            }
            ModelAction::UniqueTogether(sets) => self.together(name, model, sets),
            ModelAction::IndexTogether(sets) => {
                for set in sets {
                    let columns = columns_of(&model, set);
                    let key = self.key_name(&table, &columns, "_idx");
                    self.alter(
                        &table,
                        Action::AddIndex(parts::index(Some(key), &columns, false)),
                    );
                }
            }
            ModelAction::AddIndex(index) => {
                let index = self.index(&model, index, false);
                self.alter(&table, Action::AddIndex(index));
            }
            ModelAction::AddUnique(key) => self.add_unique(&model, key),
            ModelAction::RemoveIndex(key) | ModelAction::RemoveConstraint(key) => {
                // Checks and exclusions are not kept: dropping what is not there is nothing.
                let drop = |what| Action::Drop {
                    what,
                    if_exists: true,
                };
                let key = Ident::exact(key);
                if matches!(what, ModelAction::RemoveConstraint(_)) {
                    self.alter(&table, drop(DropKind::Constraint(key.clone())));
                }
                self.alter(&table, drop(DropKind::Index(key)));
            }
            ModelAction::RenameIndex(from, to) => {
                let (from, to) = (Ident::exact(from), Ident::exact(to));
                self.alter(&table, Action::RenameIndex { from, to });
            }
        }
        Ok(())
    }

    pub fn create(&mut self, name: &str, fields: &[Field], table: Option<String>, without: bool) {
        let table = table.unwrap_or_else(|| self.cut(&name.replace('.', "_")));
        let mut model = Model {
            table: table.clone(),
            without_table: without,
            ..Model::default()
        };
        for field in fields {
            model.fields.insert(field.name.clone(), field.clone());
        }
        self.models.insert(name.to_string(), model);
        if without {
            return;
        }
        let mut create = CreateTable {
            name: name_of(&table),
            ..CreateTable::default()
        };
        let mut later = Vec::new();
        for field in fields.iter().filter(|field| !virtual_field(field)) {
            let (column, keys, indexes) = self.defined(name, &table, field);
            create.columns.push(column);
            create.constraints.extend(keys);
            later.extend(indexes);
        }
        self.made.push(SchemaChange::CreateTable(Box::new(create)));
        for index in later {
            self.alter(&table, Action::AddIndex(index));
        }
        for field in fields {
            self.make_between(name, field);
        }
    }

    pub fn together(&mut self, name: &str, model: Model, sets: &[Vec<String>]) {
        for gone in model.together.iter().filter(|set| !sets.contains(set)) {
            let columns = parts::exact(&columns_of(&model, gone));
            self.alter(&model.table, parts::drop(DropKind::UniqueOver(columns)));
        }
        for new in sets.iter().filter(|set| !model.together.contains(set)) {
            let columns = columns_of(&model, new);
            let key = self.key_name(&model.table, &columns, "_uniq");
            let key = parts::unique(Some(key), &columns);
            self.alter(&model.table, parts::add_constraint(key));
        }
        if let Some(model) = self.models.get_mut(name) {
            model.together = sets.to_vec();
        }
    }

    fn add_unique(&mut self, model: &Model, key: &ModelIndex) {
        let table = model.table.clone();
        if !key.special {
            let columns = columns_of(model, &key.fields);
            let key = parts::unique(Some(key.name.clone()), &columns);
            self.alter(&table, parts::add_constraint(key));
        } else if self.dialect != Dialect::Mysql {
            // MySQL has no unique key over some rows, and Django then makes none.
            let index = self.index(model, key, true);
            self.alter(&table, Action::AddIndex(index));
        }
    }

    fn add_field(&mut self, name: &str, field: &Field) {
        let Some(model) = self.models.get_mut(name) else {
            return;
        };
        model.fields.insert(field.name.clone(), field.clone());
        let (table, without) = (model.table.clone(), model.without_table);
        if many(field) {
            self.make_between(name, field);
            return;
        }
        if virtual_field(field) || without {
            return;
        }
        let (column, keys, indexes) = self.defined(name, &table, field);
        self.alter(&table, parts::add_column(column, keys));
        for index in indexes {
            self.alter(&table, Action::AddIndex(index));
        }
    }

    fn alter_field(&mut self, name: &str, field: &Field) -> Result<(), String> {
        let Some(model) = self.models.get(name).cloned() else {
            return Ok(());
        };
        let Some(old) = model.fields.get(&field.name).cloned() else {
            return Err(format!("{name}.{}: the field is not known", field.name));
        };
        let before = self.column(name, &old, 0);
        let (old_reference, old_like) = (
            self.reference(name, &model.table, &old),
            self.like(name, &model.table, &old),
        );
        if let Some(model) = self.models.get_mut(name) {
            model.fields.insert(field.name.clone(), field.clone());
        }
        if model.without_table || virtual_field(field) || virtual_field(&old) {
            return Ok(());
        }
        let table = model.table;
        let after = self.column(name, field, 0);
        let reference = self.reference(name, &table, field);
        let old_name = before.name.text.clone();
        let new_name = [after.name.text.clone()];
        if reference.is_none() && old_reference.is_some() {
            let over = parts::exact(std::slice::from_ref(&old_name));
            self.alter(&table, parts::drop(DropKind::ForeignOver(over)));
        }
        let over = || parts::exact(std::slice::from_ref(&old_name));
        let (was_unique, is_unique) = (old.unique && !old.primary, field.unique && !field.primary);
        if was_unique && !is_unique {
            self.alter(&table, parts::drop(DropKind::UniqueOver(over())));
        }
        let had = old.indexed && !old.unique;
        let has = field.indexed && !field.unique;
        if had && !has {
            let what = DropKind::Index(Ident::exact(self.key_name(
                &table,
                std::slice::from_ref(&old_name),
                "",
            )));
            self.alter(
                &table,
                Action::Drop {
                    what,
                    if_exists: true,
                },
            );
        }
        let like = self.like(name, &table, field);
        if let Some(gone) = old_like.filter(|_| like.is_none())
            && let Some(own) = gone.name
        {
            let what = DropKind::Index(own);
            self.alter(
                &table,
                Action::Drop {
                    what,
                    if_exists: true,
                },
            );
        }
        if old_name != new_name[0] {
            self.alter(&table, parts::rename_column(&old_name, &new_name[0]));
        }
        if before.of != after.of
            && let Some(of) = after.of.clone()
        {
            let ident = after.name.clone();
            self.alter(&table, Action::AlterType { name: ident, of });
        }
        if old.null != field.null && !field.primary {
            let ident = after.name.clone();
            let nullable = field.null;
            self.alter(
                &table,
                Action::SetNullable {
                    name: ident,
                    nullable,
                },
            );
        }
        if field.primary && !old.primary {
            self.alter(
                &table,
                parts::add_constraint(parts::primary(None, &new_name)),
            );
        }
        if is_unique && !was_unique {
            let key = self.key_name(&table, &new_name, "_uniq");
            let key = parts::unique(Some(key), &new_name);
            self.alter(&table, parts::add_constraint(key));
        }
        if has && !had {
            for index in self.indexes(name, &table, field) {
                let index = Index {
                    if_not_exists: true,
                    ..index
                };
                self.alter(&table, Action::AddIndex(index));
            }
        } else if let Some(index) = like {
            let index = Index {
                if_not_exists: true,
                ..index
            };
            self.alter(&table, Action::AddIndex(index));
        }
        if let Some(key) = reference.filter(|_| old_reference.is_none()) {
            self.alter(&table, parts::add_constraint(key));
        }
        if field.primary && before.of != after.of {
            self.follow(name, 0);
        }
        Ok(())
    }
}
