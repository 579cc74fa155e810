//! Models between two of a relation of many to many, and what renaming one does to others (Django).

use super::change::{Action, SchemaChange};
use super::django::Field;
use super::model_columns::{column_name, many, name_of, virtual_field};
use super::models::{Model, Step};
use super::parts;

impl Step {
    /// The model between two, by its own name.
    pub fn between(&self, own: &str, field: &Field) -> String {
        format!("{own}_{}", field.name.to_lowercase())
    }

    pub fn make_between(&mut self, own: &str, field: &Field) {
        if !many(field) || field.through.is_some() {
            return;
        }
        let Some(model) = self.models.get(own) else {
            return;
        };
        let table = field.through_table.clone();
        let table = table.unwrap_or_else(|| self.cut(&format!("{}_{}", model.table, field.name)));
        let to = match field.to.as_deref() {
            Some("self") | None => own.to_string(),
            Some(other) => self.resolved(other),
        };
        let short = |name: &str| name.rsplit('.').next().unwrap_or(name).to_string();
        let (from_name, to_name) = if to == own {
            (format!("from_{}", short(own)), format!("to_{}", short(own)))
        } else {
            (short(own), short(&to))
        };
        // Numbered as the app's models are.
        let numbered = model
            .fields
            .values()
            .find(|field| field.primary && field.kind.ends_with("autofield"));
        let kind = numbered
            .map_or("bigautofield", |field| field.kind.as_str())
            .to_string();
        let refers = |name: &str, to: &str| Field {
            name: name.to_string(),
            kind: "foreignkey".to_string(),
            to: Some(to.to_string()),
            indexed: true,
            constrained: field.constrained,
            ..Field::default()
        };
        let fields = [
            Field {
                name: "id".to_string(),
                kind,
                primary: true,
                unique: true,
                ..Field::default()
            },
            refers(&from_name, own),
            refers(&to_name, &to),
        ];
        let name = self.between(own, field);
        self.create(&name, &fields, Some(table), false);
        if let Some(model) = self.models.get(&name).cloned() {
            self.together(&name, model, &[vec![from_name, to_name]]);
        }
    }

    pub fn drop_between(&mut self, own: &str, field: &Field) {
        if many(field) && field.through.is_none() {
            let name = self.between(own, field);
            if let Some(model) = self.models.shift_remove(&name) {
                self.made.push(SchemaChange::DropTable {
                    name: name_of(&model.table),
                    if_exists: false,
                });
            }
        }
    }

    pub fn rename_between(&mut self, own: &str, old: &Field, new: &Field) {
        if !many(old) || old.through.is_some() {
            return;
        }
        let (from, to) = (self.between(own, old), self.between(own, new));
        let Some(mut model) = self.models.shift_remove(&from) else {
            return;
        };
        if old.through_table.is_none()
            && let Some(parent) = self.models.get(own)
        {
            let table = self.cut(&format!("{}_{}", parent.table, new.name));
            let action = Action::Rename(name_of(&table));
            let before = std::mem::replace(&mut model.table, table);
            self.alter(&before, action);
        }
        self.models.insert(to, model);
    }

    /// Columns that refer to a model take its key's type.
    pub fn follow(&mut self, target: &str, depth: u32) {
        if depth > 5 {
            return;
        }
        let mut changed = Vec::new();
        for (own, model) in &self.models {
            for field in model.fields.values() {
                let to = field.to.as_ref().map(|to| match to.as_str() {
                    "self" => own.clone(),
                    other => self.resolved(other),
                });
                if to.as_deref() == Some(target) && !virtual_field(field) && !model.without_table {
                    let column = self.column(own, field, 0);
                    changed.push((own.clone(), model.table.clone(), column, field.primary));
                }
            }
        }
        for (own, table, column, primary) in changed {
            if let Some(of) = column.of {
                let name = column.name;
                self.alter(&table, Action::AlterType { name, of });
            }
            if primary {
                self.follow(&own, depth + 1);
            }
        }
    }

    pub fn retable(&mut self, name: &str, to: &str) {
        let Some(model) = self.models.get_mut(name) else {
            return;
        };
        let from = std::mem::replace(&mut model.table, to.to_string());
        let fields: Vec<Field> = model.fields.values().cloned().collect();
        if from != to && !model.without_table {
            self.alter(&from, Action::Rename(name_of(to)));
        }
        for field in fields.iter().filter(|field| many(field)) {
            self.rename_between(name, field, field);
        }
    }

    pub fn rename(&mut self, name: &str, to: &str, model: Model) {
        let app = name.split('.').next().unwrap_or_default();
        let new = format!("{app}.{to}");
        let short = name.rsplit('.').next().unwrap_or(name);
        self.models.shift_remove(name);
        self.models.insert(new.clone(), model.clone());
        for other in self.models.values_mut() {
            for field in other.fields.values_mut() {
                for target in field.to.iter_mut().chain(&mut field.through) {
                    if target == name {
                        target.clone_from(&new);
                    }
                }
            }
        }
        // The models between, under the new name and with the new column.
        for field in model.fields.values().filter(|field| many(field)) {
            if let Some(between) = self.models.shift_remove(&self.between(name, field)) {
                let key = self.between(&new, field);
                self.models.insert(key, between);
            }
        }
        let default = self.cut(&name.replace('.', "_"));
        if model.table == default {
            let table = self.cut(&new.replace('.', "_"));
            self.retable(&new, &table);
        }
        let mut columns = Vec::new();
        for (key, between) in &mut self.models {
            let made = key.matches('.').count() == 1 && between.together.len() == 1;
            let Some(field) = between.fields.get(short).cloned() else {
                continue;
            };
            if made && between.fields.len() == 3 && field.to.as_deref() == Some(new.as_str()) {
                let renamed = Field {
                    name: to.to_string(),
                    ..field.clone()
                };
                columns.push((
                    key.clone(),
                    between.table.clone(),
                    field.clone(),
                    renamed.clone(),
                ));
                let at = between.fields.get_index_of(short).unwrap_or(0);
                between.fields.shift_remove(short);
                let at = at.min(between.fields.len());
                between.fields.shift_insert(at, to.to_string(), renamed);
                for set in &mut between.together {
                    for own in set.iter_mut().filter(|own| *own == short) {
                        *own = to.to_string();
                    }
                }
            }
        }
        for (own, table, old, renamed) in columns {
            let action = parts::rename_column(&column_name(&old), &column_name(&renamed));
            self.alter(&table, action);
            self.renew_reference(&own, &table, &renamed);
        }
    }
}
