//! What Django makes of a field: its column, type, keys and indexes, and the names that those get.

use super::change::{Column, Constraint, DropKind, Ident, Index, Name, Part, Writer, Written};
use super::digest::hexadecimal;
use super::django::{Field, ModelIndex, USER, is_user};
use super::models::{Model, Step};
use super::parts;
use crate::sql::Dialect;

/// Tables of the framework's own models, where they are not called after app and model.
const OWN_TABLES: &[(&str, &str)] = &[
    ("contenttypes.contenttype", "django_content_type"),
    ("sites.site", "django_site"),
    ("sessions.session", "django_session"),
];

/// Kinds of field by which one of another library is known, where its name ends so.
const KINDS: &[&str] = &[
    "bigautofield",
    "smallautofield",
    "autofield",
    "positivebigintegerfield",
    "positivesmallintegerfield",
    "positiveintegerfield",
    "bigintegerfield",
    "smallintegerfield",
    "integerfield",
    "datetimefield",
    "datefield",
    "timefield",
    "decimalfield",
    "durationfield",
    "floatfield",
    "booleanfield",
    "genericipaddressfield",
    "jsonfield",
    "uuidfield",
    "emailfield",
    "slugfield",
    "urlfield",
    "imagefield",
    "filefield",
    "binaryfield",
    "searchvectorfield",
    "hstorefield",
    "citextfield",
    "charfield",
    "textfield",
];

pub fn many(field: &Field) -> bool {
    field.kind.ends_with("manytomanyfield")
}

/// No column of its own.
pub fn virtual_field(field: &Field) -> bool {
    many(field)
        || field.kind.ends_with("genericforeignkey")
        || field.kind.ends_with("genericrelation")
}

pub fn column_name(field: &Field) -> String {
    let own = field.column.clone();
    own.unwrap_or_else(|| match field.to {
        Some(_) => format!("{}_id", field.name),
        None => field.name.clone(),
    })
}

pub fn name_of(table: &str) -> Name {
    // `schema"."table`, as some write it, is left as it is.
    parts::table(None, table)
}

pub fn implicit_key() -> Column {
    Column {
        name: Ident::exact("id"),
        of: Some(Written::by(Writer::Django, "bigautofield")),
        ..Column::default()
    }
}

pub fn columns_of(model: &Model, fields: &[String]) -> Vec<String> {
    let columns = fields.iter().map(|name| match model.fields.get(name) {
        Some(field) => column_name(field),
        None => name.clone(),
    });
    columns.collect()
}

impl Step {
    pub fn longest(&self) -> usize {
        if self.dialect == Dialect::Mysql {
            64
        } else {
            63
        }
    }

    /// Django's `_create_index_name`.
    pub fn key_name(&self, table: &str, columns: &[String], suffix: &str) -> String {
        let mut hashed = table.to_string();
        hashed.extend(columns.iter().map(String::as_str));
        let digest = hexadecimal(hashed.as_bytes());
        let mut end = format!("{}{suffix}", &digest[..8]);
        let most = self.longest();
        let joined = columns.join("_");
        let whole = format!("{table}_{joined}_{end}");
        if whole.len() <= most {
            return whole;
        }
        let cut = |text: &str, most: usize| text.chars().take(most).collect::<String>();
        if end.len() > most / 3 {
            end = cut(&end, most / 3);
        }
        let other = ((most - end.len()) / 2).saturating_sub(1);
        let name = format!("{}_{}_{end}", cut(table, other), cut(&joined, other));
        if name.starts_with('_') || name.starts_with(|c: char| c.is_ascii_digit()) {
            return format!("D{}", cut(&name, name.len() - 1));
        }
        name
    }

    /// Django's `truncate_name`.
    pub fn cut(&self, name: &str) -> String {
        if name.len() <= self.longest() {
            return name.to_string();
        }
        let digest = hexadecimal(name.as_bytes());
        let start: String = name.chars().take(self.longest() - 4).collect();
        format!("{start}{}", &digest[..4])
    }

    pub fn resolved(&self, model: &str) -> String {
        if model != USER {
            return model.to_string();
        }
        let users = self.models.iter().find(|(_, model)| {
            let fields: Vec<Field> = model.fields.values().cloned().collect();
            !model.without_table && is_user(&fields)
        });
        users.map_or_else(|| "auth.user".to_string(), |(name, _)| name.clone())
    }

    /// The table of a model, and the field by which others refer to it.
    pub fn target(&self, own: &str, field: &Field, depth: u32) -> (String, Column) {
        let to = match field.to.as_deref() {
            Some("self") | None => own.to_string(),
            Some(other) => self.resolved(other),
        };
        if let Some(model) = self.models.get(&to) {
            let by_name = field
                .to_field
                .as_ref()
                .and_then(|name| model.fields.get(name));
            let key = by_name.or_else(|| model.fields.values().find(|field| field.primary));
            let column = match key {
                Some(key) if depth < 10 => self.column(&to, key, depth + 1),
                _ => implicit_key(),
            };
            return (model.table.clone(), column);
        }
        let table = OWN_TABLES.iter().find(|(model, _)| *model == to);
        let table = table.map_or_else(|| to.replace('.', "_"), |(_, table)| (*table).to_string());
        let mut key = implicit_key();
        key.of = Some(Written::by(Writer::Django, "autofield"));
        (table, key)
    }

    pub fn column(&self, own: &str, field: &Field, depth: u32) -> Column {
        let numbers = field.kind.ends_with("autofield") && field.to.is_none();
        Column {
            name: Ident::exact(column_name(field)),
            of: Some(self.written(own, field, depth)),
            nullable: Some(field.null),
            default: field.default.then(|| "()".to_string()),
            increments: numbers,
            generated: false,
        }
    }

    pub fn written(&self, own: &str, field: &Field, depth: u32) -> Written {
        if field.to.is_some() {
            let (_, key) = self.target(own, field, depth);
            return key.of.unwrap_or_default();
        }
        if let Some(element) = &field.element
            && depth < 10
        {
            let inner = self.written(own, element, depth + 1);
            return Written {
                text: format!("{}[]", inner.text),
                ..inner
            };
        }
        let kind = KINDS.iter().find(|kind| field.kind.ends_with(**kind));
        let text = match kind {
            Some(&"charfield") if field.sized.is_empty() => "textfield".to_string(),
            // A length of a text is the form's, not the table's.
            Some(&"textfield") => "textfield".to_string(),
            Some(kind) => format!("{kind}{}", field.sized),
            None if !field.sized.is_empty() && !field.sized.contains(',') => {
                format!("charfield{}", field.sized)
            }
            None => field.kind.clone(),
        };
        Written::by(Writer::Django, text)
    }

    /// A field as its column, keys and indexes.
    pub fn defined(
        &self,
        own: &str,
        table: &str,
        field: &Field,
    ) -> (Column, Vec<Constraint>, Vec<Index>) {
        let column = self.column(own, field, 0);
        let name = [column.name.text.clone()];
        let mut keys = Vec::new();
        if field.primary {
            keys.push(parts::primary(None, &name));
        } else if field.unique {
            keys.push(parts::unique(None, &name));
        }
        keys.extend(self.reference(own, table, field));
        let indexes = self.indexes(own, table, field);
        (column, keys, indexes)
    }

    pub fn reference(&self, own: &str, table: &str, field: &Field) -> Option<Constraint> {
        if field.to.is_none() || !field.constrained {
            return None;
        }
        let column = [column_name(field)];
        let (other, key) = self.target(own, field, 0);
        let there = [key.name.text];
        let suffix = format!("_fk_{other}_{}", there[0]);
        let name = self.key_name(table, &column, &suffix);
        Some(parts::foreign(Some(name), &column, name_of(&other), &there))
    }

    pub fn indexes(&self, own: &str, table: &str, field: &Field) -> Vec<Index> {
        let column = [column_name(field)];
        let mut found = Vec::new();
        // MySQL makes an index for each reference itself.
        let made = self.dialect == Dialect::Mysql && field.to.is_some() && field.constrained;
        if field.indexed && !field.unique && !made {
            let name = self.key_name(table, &column, "");
            found.push(parts::index(Some(name), &column, false));
        }
        found.extend(self.like(own, table, field));
        found
    }

    /// PostgreSQL gets an index for `LIKE` beside that of a text.
    pub fn like(&self, own: &str, table: &str, field: &Field) -> Option<Index> {
        let text = self.written(own, field, 0).text;
        let texts = [
            "charfield",
            "textfield",
            "slugfield",
            "emailfield",
            "urlfield",
            "filefield",
            "imagefield",
        ];
        let is_text = texts.iter().any(|kind| text.starts_with(kind)) && !text.ends_with("[]");
        if self.dialect != Dialect::Postgresql || !is_text || !(field.indexed || field.unique) {
            return None;
        }
        let column = [column_name(field)];
        let name = self.key_name(table, &column, "_like");
        Some(parts::index(Some(name), &column, false))
    }

    pub fn index(&self, model: &Model, index: &ModelIndex, unique: bool) -> Index {
        let columns = columns_of(model, &index.fields);
        let mut made = parts::index(Some(index.name.clone()), &columns, unique);
        made.partial = index.partial;
        if index.expression {
            made.parts = index.fields.iter().cloned().map(Part::Expression).collect();
        }
        made
    }

    /// MySQL's references are made anew for a column of another name, and so are their indexes.
    pub fn renew_reference(&mut self, own: &str, table: &str, field: &Field) {
        if self.dialect != Dialect::Mysql {
            return;
        }
        if let Some(key) = self.reference(own, table, field) {
            let over = parts::exact(&[column_name(field)]);
            self.alter(table, parts::drop(DropKind::ForeignOver(over)));
            self.alter(table, parts::add_constraint(key));
        }
    }
}
