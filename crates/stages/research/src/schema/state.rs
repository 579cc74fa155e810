//! A schema while migrations are applied to it: more than the facts say, because constraints are
//! dropped by name and names are given by the database.

use std::collections::BTreeMap;

use indexmap::IndexMap;
use model::fact::{ColumnFact, ForeignKeyFact, IndexFact, Source, TableFact};

use super::change::{Ident, Name};
use crate::sql::Dialect;

#[derive(Debug, Clone, Default, PartialEq)]
pub struct Column {
    pub of: String,
    pub nullable: bool,
    pub default: Option<String>,
    pub increments: bool,
}

/// A primary or unique key.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Key {
    pub name: String,
    pub columns: Vec<String>,
}

#[derive(Debug, Clone, Default, PartialEq)]
pub struct Foreign {
    pub name: String,
    pub columns: Vec<String>,
    pub table: String,
    pub references: Vec<String>,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Part {
    Column(String),
    Expression(String),
}

#[derive(Debug, Clone, Default, PartialEq)]
pub struct Index {
    pub name: String,
    pub parts: Vec<Part>,
    pub unique: bool,
    pub partial: bool,
    /// Columns named here hold it too: what it includes and over which rows it is.
    pub beside: String,
    /// Made by the database for a foreign key (MySQL).
    pub implicit: bool,
}

#[derive(Debug, Clone, Default, PartialEq)]
pub struct Table {
    pub columns: IndexMap<String, Column>,
    pub primary: Option<Key>,
    pub unique: Vec<Key>,
    pub foreign: Vec<Foreign>,
    pub indexes: Vec<Index>,
    /// Names of checks and exclusions.
    pub checks: Vec<String>,
    /// Tables that inherit from it, and whether as partitions.
    pub children: Vec<(String, bool)>,
    pub temporary: bool,
    pub at: Source,
}

/// The longest name PostgreSQL keeps, in bytes.
const LONGEST_NAME: usize = 63;

#[derive(Debug, Clone, Default)]
pub struct State {
    pub dialect: Dialect,
    pub tables: IndexMap<String, Table>,
    /// Types of the user by folded name, with what they are called now.
    pub types: BTreeMap<String, String>,
    /// The queries of views.
    pub views: BTreeMap<String, String>,
    /// Models of Django.
    pub models: super::models::Models,
    /// The schema or database whose tables go by their bare name.
    pub home: Option<String>,
    /// Where unqualified names are now, where that is not home.
    pub current: Option<String>,
    /// Replaced in types (`${uuid_type}`).
    pub properties: BTreeMap<String, String>,
}

impl State {
    pub fn new(dialect: Dialect) -> Self {
        let home = match dialect {
            Dialect::Postgresql => Some("public"),
            Dialect::Mssql => Some("dbo"),
            Dialect::Sqlite => Some("main"),
            _ => None,
        };
        State {
            dialect,
            home: home.map(str::to_string),
            ..State::default()
        }
    }

    /// With properties put in.
    pub fn filled(&self, text: &str) -> String {
        let mut text = text.to_string();
        // Properties may name others; a circle ends.
        for _ in 0..4 {
            let Some(open) = text.find("${") else {
                break;
            };
            let Some(close) = text[open..].find('}') else {
                break;
            };
            let name = &text[open + 2..open + close];
            let Some(value) = self.properties.get(name) else {
                break;
            };
            text = format!("{}{value}{}", &text[..open], &text[open + close + 1..]);
        }
        text
    }

    pub fn fold(&self, ident: &Ident) -> String {
        let text = self.filled(&ident.text);
        if self.dialect == Dialect::Postgresql && !ident.quoted {
            return shortened(&text.to_lowercase());
        }
        if self.dialect == Dialect::Postgresql {
            return shortened(&text);
        }
        text
    }

    /// The key under which a new table of this name is kept.
    pub fn key(&mut self, name: &Name) -> String {
        let own = self.fold(&name.name);
        let schema = match &name.schema {
            Some(schema) => Some(self.fold(schema)),
            None => self.current.clone(),
        };
        match schema {
            None => own,
            Some(schema) => {
                if self.home.is_none() && self.dialect == Dialect::Mysql {
                    self.home = Some(schema.clone());
                }
                if self.is_home(&schema) {
                    own
                } else {
                    format!("{schema}.{own}")
                }
            }
        }
    }

    fn is_home(&self, schema: &str) -> bool {
        schema.is_empty()
            || self
                .home
                .as_ref()
                .is_some_and(|home| home.eq_ignore_ascii_case(schema))
    }

    /// Names are of this schema from here on.
    pub fn enter(&mut self, schema: &str) {
        if self.home.is_none() {
            self.home = Some(schema.to_string());
        }
        let home =
            self.is_home(schema) || schema == "$user" || schema.eq_ignore_ascii_case("default");
        self.current = (!home).then(|| schema.to_string());
    }

    /// The key of a table that is there: as named, then in home, then in another case.
    pub fn find(&mut self, name: &Name) -> Option<String> {
        let key = self.key(name);
        if self.tables.contains_key(&key) {
            return Some(key);
        }
        let bare = self.fold(&name.name);
        if self.tables.contains_key(&bare) && name.schema.is_none() {
            return Some(bare);
        }
        let same = |other: &&String| other.eq_ignore_ascii_case(&key);
        if let Some(found) = self.tables.keys().find(same) {
            return Some(found.clone());
        }
        // The only table of that name in any schema: a search path that was set elsewhere.
        if name.schema.is_none() {
            let end = format!(".{bare}");
            let mut ending = self.tables.keys().filter(|key| key.ends_with(&end));
            if let (Some(only), None) = (ending.next(), ending.next()) {
                return Some(only.clone());
            }
        }
        None
    }

    /// The tables that inherit from one, it first.
    pub fn family(&self, key: &str) -> Vec<(String, bool)> {
        let mut found = vec![(key.to_string(), false)];
        let mut at = 0;
        while let Some((next, partition)) = found.get(at).cloned() {
            if let Some(table) = self.tables.get(&next) {
                for (child, as_partition) in &table.children {
                    let there = self.tables.contains_key(child);
                    if there && !found.iter().any(|(known, _)| known == child) {
                        found.push((child.clone(), *as_partition && (partition || at == 0)));
                    }
                }
            }
            at += 1;
        }
        found
    }

    fn name_is_taken(&self, name: &str) -> bool {
        self.tables.iter().any(|(key, table)| {
            key == name
                || table.primary.iter().any(|key| key.name == name)
                || table.unique.iter().any(|key| key.name == name)
                || table.foreign.iter().any(|key| key.name == name)
                || table.indexes.iter().any(|index| index.name == name)
                || table.checks.iter().any(|check| check == name)
        })
    }

    /// The name that the database gives: PostgreSQL's ChooseRelationName, MySQL's first column.
    pub fn given_name(&self, key: &str, columns: &[String], suffix: &str) -> String {
        let table = key.rsplit('.').next().unwrap_or(key);
        if self.dialect == Dialect::Mysql {
            if suffix == "fkey" {
                return self.mysql_foreign_name(key, table);
            }
            let base = columns.first().cloned().unwrap_or_default();
            let taken = |name: &str| {
                self.tables.get(key).is_some_and(|table| {
                    table.unique.iter().any(|key| key.name == name)
                        || table.indexes.iter().any(|index| index.name == name)
                })
            };
            let numbered = (2..).map(|number| format!("{base}_{number}"));
            return std::iter::once(base.clone())
                .chain(numbered.take(100))
                .find(|name| !taken(name))
                .unwrap_or(base);
        }
        let columns = if suffix == "pkey" {
            String::new()
        } else {
            columns.join("_")
        };
        let first = object_name(table, &columns, suffix);
        let numbered =
            (1..1000).map(|number| object_name(table, &columns, &format!("{suffix}{number}")));
        std::iter::once(first.clone())
            .chain(numbered)
            .find(|name| !self.name_is_taken(name))
            .unwrap_or(first)
    }

    fn mysql_foreign_name(&self, key: &str, table: &str) -> String {
        let start = format!("{table}_ibfk_");
        let numbers = self.tables.get(key).into_iter().flat_map(|table| {
            let names = table.foreign.iter().map(|foreign| &foreign.name);
            names.filter_map(|name| name.strip_prefix(&start)?.parse::<u32>().ok())
        });
        format!("{start}{}", numbers.max().unwrap_or(0).saturating_add(1))
    }
}

/// What the columns of an index are called, each once: PostgreSQL's ChooseIndexColumnNames.
pub fn names_in_index(parts: &[Part]) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for part in parts {
        let own = match part {
            Part::Column(name) => name.clone(),
            Part::Expression(text) => figured(text),
        };
        let numbered = (1..=parts.len()).map(|number| format!("{own}{number}"));
        let free = std::iter::once(own.clone())
            .chain(numbered)
            .find(|name| !found.contains(name));
        found.push(free.unwrap_or(own));
    }
    found
}

/// What PostgreSQL calls an expression in the name of an index: its function, else `expr`.
fn figured(expression: &str) -> String {
    let bare = expression.trim();
    let function = bare.split_once('(').map(|(name, _)| name.trim());
    let function = function.map(|name| name.rsplit('.').next().unwrap_or(name));
    let named =
        |name: &&str| !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_');
    // A call is the whole where its parenthesis closes last.
    let whole = bare.char_indices().scan(0_i32, |depth, (at, c)| {
        *depth += i32::from(c == '(') - i32::from(c == ')');
        Some((at, c, *depth))
    });
    let closes = whole
        .into_iter()
        .find(|(_, c, depth)| *c == ')' && *depth == 0);
    let alone = closes.is_some_and(|(at, ..)| at + 1 == bare.len());
    match function.filter(named) {
        Some(name) if alone => name.to_lowercase(),
        _ => "expr".to_string(),
    }
}

/// PostgreSQL cuts names at 63 bytes.
fn shortened(name: &str) -> String {
    cut(name, LONGEST_NAME).to_string()
}

fn cut(text: &str, most: usize) -> &str {
    let mut end = text.len().min(most);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// PostgreSQL's makeObjectName: the longer of both names is cut until all fits.
fn object_name(table: &str, columns: &str, suffix: &str) -> String {
    let parts = usize::from(!columns.is_empty()) + 1;
    let most = LONGEST_NAME.saturating_sub(suffix.len() + parts);
    let (mut first, mut second) = (table.len(), columns.len());
    while first + second > most {
        if first > second {
            first -= 1;
        } else {
            second -= 1;
        }
    }
    let (first, second) = (cut(table, first), cut(columns, second));
    if columns.is_empty() {
        format!("{first}_{suffix}")
    } else {
        format!("{first}_{second}_{suffix}")
    }
}

impl Table {
    /// The name of a column that is there, whatever the case it is spoken of in.
    pub fn column(&self, name: &str) -> Option<String> {
        if self.columns.contains_key(name) {
            return Some(name.to_string());
        }
        let same = |other: &&String| other.eq_ignore_ascii_case(name);
        self.columns.keys().find(same).cloned()
    }

    pub fn rename_column(&mut self, from: &str, to: &str) {
        let Some(at) = self.columns.get_index_of(from).filter(|_| from != to) else {
            return;
        };
        // A column of the new name gives way, as it did before the statement that made it there.
        self.columns.shift_remove(to);
        let at = self.columns.get_index_of(from).unwrap_or(at);
        if let Some((_, column)) = self.columns.shift_remove_index(at) {
            // One of the new name would be refused by the database; the renamed one stays.
            self.columns.shift_remove(to);
            let at = at.min(self.columns.len());
            self.columns.shift_insert(at, to.to_string(), column);
        }
        let rename = |columns: &mut Vec<String>| {
            for column in columns.iter_mut().filter(|column| *column == from) {
                *column = to.to_string();
            }
        };
        self.primary
            .iter_mut()
            .for_each(|key| rename(&mut key.columns));
        self.unique
            .iter_mut()
            .for_each(|key| rename(&mut key.columns));
        self.foreign
            .iter_mut()
            .for_each(|key| rename(&mut key.columns));
        for part in self.indexes.iter_mut().flat_map(|index| &mut index.parts) {
            if matches!(part, Part::Column(name) if name == from) {
                *part = Part::Column(to.to_string());
            }
        }
    }

    /// Takes a column away. MySQL shortens the keys it was part of, the others drop them.
    pub fn drop_column(&mut self, name: &str, shortens: bool) {
        self.columns.shift_remove(name);
        let has = |columns: &[String]| columns.iter().any(|column| column == name);
        if shortens {
            for key in self.primary.iter_mut().chain(&mut self.unique) {
                key.columns.retain(|column| column != name);
            }
            for index in &mut self.indexes {
                index
                    .parts
                    .retain(|part| *part != Part::Column(name.to_string()));
            }
            self.primary.take_if(|key| key.columns.is_empty());
            self.unique.retain(|key| !key.columns.is_empty());
            self.indexes.retain(|index| !index.parts.is_empty());
        } else {
            self.primary.take_if(|key| has(&key.columns));
            self.unique.retain(|key| !has(&key.columns));
            self.indexes.retain(|index| {
                !index.parts.iter().any(|part| match part {
                    Part::Column(column) => column == name,
                    Part::Expression(text) => mentions(text, name),
                }) && !mentions(&index.beside, name)
            });
        }
        self.foreign.retain(|key| !has(&key.columns));
    }

    /// An index made for a foreign key goes when another does its work (MySQL).
    pub fn retire_implicit(&mut self) {
        let keys = self
            .primary
            .iter()
            .chain(&self.unique)
            .map(|key| key.columns.clone());
        let explicit = self.indexes.iter().filter(|index| !index.implicit);
        let leading: Vec<Vec<String>> = keys.chain(explicit.map(Index::columns)).collect();
        self.indexes.retain(|index| {
            let own = index.columns();
            !index.implicit || !leading.iter().any(|other| other.starts_with(&own))
        });
    }

    /// Whether some key starts with these columns, so that a foreign key needs none of its own.
    /// One that was made for a foreign key counts only where it holds more columns.
    pub fn has_key_for(&self, columns: &[String]) -> bool {
        self.primary
            .iter()
            .chain(&self.unique)
            .any(|key| key.columns.starts_with(columns))
            || self.indexes.iter().any(|index| {
                let own = index.columns();
                own.starts_with(columns) && (!index.implicit || own.len() > columns.len())
            })
    }

    pub fn fact(&self) -> TableFact {
        let mut unique: Vec<Vec<String>> =
            self.unique.iter().map(|key| key.columns.clone()).collect();
        let whole = self.indexes.iter().filter(|index| {
            let plain = index
                .parts
                .iter()
                .all(|part| matches!(part, Part::Column(_)));
            index.unique && !index.partial && plain
        });
        unique.extend(whole.map(Index::columns));
        let columns = self.columns.iter().map(|(name, column)| {
            let fact = ColumnFact {
                of: column.of.clone(),
                nullable: column.nullable,
                default: column.default.clone(),
            };
            (name.clone(), fact)
        });
        TableFact {
            columns: columns.collect(),
            primary_key: self
                .primary
                .iter()
                .flat_map(|key| key.columns.clone())
                .collect(),
            unique,
            indexes: self
                .indexes
                .iter()
                .map(|index| IndexFact {
                    name: Some(index.name.clone()),
                    columns: index.columns(),
                    unique: index.unique,
                })
                .collect(),
            foreign_keys: self
                .foreign
                .iter()
                .map(|key| ForeignKeyFact {
                    columns: key.columns.clone(),
                    table: key.table.clone(),
                    references: key.references.clone(),
                })
                .collect(),
            at: self.at.clone(),
        }
    }
}

/// Whether an expression speaks of a column.
fn mentions(text: &str, name: &str) -> bool {
    text.split(|c: char| !c.is_alphanumeric() && c != '_')
        .any(|word| word.eq_ignore_ascii_case(name))
}

impl Index {
    pub fn columns(&self) -> Vec<String> {
        let texts = self.parts.iter().map(|part| match part {
            Part::Column(name) => name.clone(),
            Part::Expression(text) => text.clone(),
        });
        texts.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_as_postgresql_gives_them() {
        assert_eq!(object_name("orders", "", "pkey"), "orders_pkey");
        assert_eq!(object_name("orders", "a_b", "key"), "orders_a_b_key");
        let long = object_name(&"t".repeat(60), &"c".repeat(60), "fkey");
        assert_eq!(long.len(), LONGEST_NAME);
    }

    #[test]
    fn properties_are_put_in_and_a_circle_ends() {
        let mut state = State::new(Dialect::Postgresql);
        state.properties.insert("a".into(), "x${b}".into());
        state.properties.insert("b".into(), "${b}".into());
        assert!(state.filled("${a}").starts_with('x'));
        assert_eq!(state.filled("${unknown"), "${unknown");
    }
}
