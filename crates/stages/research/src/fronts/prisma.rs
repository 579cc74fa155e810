//! `schema.prisma`: models, enums and the datasource, as `prisma db push` would make them.

use std::collections::{BTreeMap, BTreeSet};

use super::sql::observed;
use super::{Front, Reads, SourceText, ends_in};
use crate::observation::FileFacts;
use crate::schema::change::{
    Action, Column, Constraint, ConstraintKind, CreateTable, Ident, Index, Name, Part,
    SchemaChange, Writer, Written,
};

pub const FRONT: Front = Front {
    id: "prisma",
    takes: |path| ends_in(path, &[".prisma"]),
    reads: Reads::Format(read),
};

#[derive(Default)]
struct Field {
    name: String,
    of: String,
    list: bool,
    optional: bool,
    rest: String,
}

#[derive(Default)]
struct Model {
    name: String,
    line: u32,
    fields: Vec<Field>,
    /// `@@id([a, b])`, without the signs.
    attributes: Vec<String>,
}

/// A schema of Prisma.
pub fn read(source: SourceText) -> FileFacts {
    let mut facts = FileFacts {
        front: FRONT.id.to_string(),
        ..FileFacts::default()
    };
    let mut models: Vec<Model> = Vec::new();
    let mut enums: Vec<(u32, String, Vec<String>, String)> = Vec::new();
    let mut block = "";
    for (at, line) in source.text.lines().enumerate() {
        let number = at as u32 + 1;
        let line = uncommented(line).trim();
        let mut words = line.split_whitespace();
        if let (Some(kind), Some(name)) = (words.next(), words.next())
            && line.ends_with('{')
            && matches!(
                kind,
                "model" | "enum" | "datasource" | "generator" | "view" | "type"
            )
        {
            block = kind;
            match kind {
                "model" => models.push(Model {
                    name: name.to_string(),
                    line: number,
                    ..Model::default()
                }),
                "enum" => enums.push((number, name.to_string(), Vec::new(), name.to_string())),
                _ => {}
            }
        } else if line.starts_with('}') {
            block = "";
        } else if block == "datasource" {
            if let Some((key, value)) = line.split_once('=')
                && key.trim() == "provider"
            {
                let name = value.trim().trim_matches('"').to_string();
                facts
                    .seen
                    .push(observed(number, SchemaChange::Dialect { name }));
            }
        } else if block == "enum" && !line.is_empty() {
            if let Some((_, _, labels, mapped)) = enums.last_mut() {
                match line.strip_prefix("@@map") {
                    Some(map) => *mapped = quoted(map).unwrap_or_default(),
                    None => labels.extend(line.split_whitespace().next().map(str::to_string)),
                }
            }
        } else if block == "model"
            && let Some(model) = models.last_mut()
        {
            member(model, line);
        }
    }
    if !models.is_empty() {
        let name = "prisma-schema".to_string();
        facts.seen.push(observed(1, SchemaChange::Tool { name }));
    }
    let enum_names: BTreeMap<String, String> = enums
        .iter()
        .map(|(_, name, _, mapped)| (name.clone(), mapped.clone()))
        .collect();
    for (line, _, labels, mapped) in enums {
        let name = Name::exact(&mapped);
        facts
            .seen
            .push(observed(line, SchemaChange::CreateEnum { name, labels }));
    }
    let tables: BTreeMap<&str, &Model> = models
        .iter()
        .map(|model| (model.name.as_str(), model))
        .collect();
    for model in &models {
        facts
            .seen
            .push(observed(model.line, table(model, &tables, &enum_names)));
    }
    for model in &models {
        for change in relations(model, &tables) {
            facts.seen.push(observed(model.line, change));
        }
    }
    for (line, change) in joins(&models, &tables) {
        facts.seen.push(observed(line, change));
    }
    facts
}

/// Without a comment to the end of the line; `//` may stand in a text.
fn uncommented(line: &str) -> &str {
    let mut quoted = false;
    let mut before = ' ';
    for (at, c) in line.char_indices() {
        if c == '"' {
            quoted = !quoted;
        } else if c == '/' && before == '/' && !quoted {
            return &line[..at - 1];
        }
        before = c;
    }
    line
}

fn member(model: &mut Model, line: &str) {
    if let Some(attribute) = line.strip_prefix("@@") {
        model.attributes.push(attribute.to_string());
        return;
    }
    let Some((name, rest)) = line.split_once(char::is_whitespace) else {
        return;
    };
    let rest = rest.trim_start();
    let (of, rest) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
    let list = of.ends_with("[]");
    let optional = of.ends_with('?');
    model.fields.push(Field {
        name: name.to_string(),
        of: of.trim_end_matches("[]").trim_end_matches('?').to_string(),
        list,
        optional,
        rest: rest.to_string(),
    });
}

/// The first text in quotes.
fn quoted(text: &str) -> Option<String> {
    let (_, rest) = text.split_once('"')?;
    Some(rest.split_once('"')?.0.to_string())
}

/// The arguments of an attribute, where it is there: `@default(now())` gives `now()`.
fn attribute<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    let start = text.match_indices(name).map(|(at, _)| at + name.len());
    let mut start = start.filter(|end| {
        let next = text[*end..].chars().next();
        next.is_none_or(|next| !next.is_alphanumeric() && next != '.' && next != '_')
    });
    let from = start.next()?;
    let Some(rest) = text[from..].strip_prefix('(') else {
        return Some("");
    };
    let mut depth = 1;
    for (at, c) in rest.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(&rest[..at]);
        }
    }
    Some(rest)
}

/// A named text of arguments: `map: "x"`.
fn named(arguments: &str, name: &str) -> Option<String> {
    let key = format!("{name}:");
    let at = arguments.find(&key)?;
    let value = arguments[at + key.len()..].trim_start();
    value.starts_with('"').then(|| quoted(value))?
}

/// Names in the first brackets, or after `fields:` where that is there.
fn listed(arguments: &str, key: &str) -> Vec<String> {
    let from = arguments.find(key).unwrap_or(arguments.len());
    let rest = &arguments[from..];
    let inner = rest
        .split_once('[')
        .and_then(|(_, rest)| rest.split_once(']'));
    let names = inner.map_or("", |(inner, _)| inner).split(',');
    let bare = names.map(|name| {
        name.split(['(', ' '])
            .find(|part| !part.is_empty())
            .unwrap_or("")
    });
    bare.filter(|name| !name.is_empty())
        .map(str::to_string)
        .collect()
}

fn table_name(model: &Model) -> Name {
    let mapped = model
        .attributes
        .iter()
        .find_map(|text| quoted(text.strip_prefix("map")?));
    let schema = model
        .attributes
        .iter()
        .find_map(|text| quoted(text.strip_prefix("schema")?));
    Name {
        schema: schema.map(Ident::exact),
        name: Ident::exact(mapped.unwrap_or_else(|| model.name.clone())),
    }
}

fn column_name(model: &Model, field: &str) -> String {
    let found = model.fields.iter().find(|one| one.name == field);
    let mapped = found.and_then(|field| attribute(&field.rest, "@map").and_then(quoted));
    mapped.unwrap_or_else(|| field.to_string())
}

fn idents(model: &Model, fields: &[String]) -> Vec<Ident> {
    fields
        .iter()
        .map(|field| Ident::exact(column_name(model, field)))
        .collect()
}

/// `@db.VarChar(20)`: the database's own type.
fn native(rest: &str) -> Option<String> {
    let (_, after) = rest.split_once("@db.")?;
    let end = after
        .find(|c: char| !c.is_alphanumeric() && c != '(' && c != ')' && c != ',' && c != ' ')
        .unwrap_or(after.len());
    let mut text = after[..end].to_string();
    let word = text
        .find(|c: char| !c.is_alphanumeric())
        .unwrap_or(text.len());
    let arguments = match text[word..]
        .strip_prefix('(')
        .and_then(|rest| rest.split_once(')'))
    {
        Some((arguments, _)) => format!("({arguments})"),
        None => String::new(),
    };
    text.truncate(word);
    let base = match text.strip_prefix("Unsigned") {
        Some(base) => return Some(format!("{} unsigned", base.to_lowercase())),
        None if text == "DoublePrecision" => "double precision".to_string(),
        None => text.to_lowercase(),
    };
    Some(format!("{base}{arguments}"))
}

fn table(
    model: &Model,
    models: &BTreeMap<&str, &Model>,
    enums: &BTreeMap<String, String>,
) -> SchemaChange {
    let mut table = CreateTable {
        name: table_name(model),
        ..CreateTable::default()
    };
    let own = table.name.name.text.clone();
    let unique = |fields: &[String], map: Option<String>| {
        let columns: Vec<String> = fields
            .iter()
            .map(|field| column_name(model, field))
            .collect();
        Index {
            name: Some(Ident::exact(
                map.unwrap_or_else(|| format!("{own}_{}_key", columns.join("_"))),
            )),
            parts: columns
                .into_iter()
                .map(|name| Part::Column(Ident::exact(name)))
                .collect(),
            unique: true,
            ..Index::default()
        }
    };
    let mut primary: Vec<String> = Vec::new();
    for field in model
        .fields
        .iter()
        .filter(|field| !models.contains_key(field.of.as_str()))
    {
        let default = attribute(&field.rest, "@default");
        let increments = default.is_some_and(|default| default.starts_with("autoincrement"));
        // Made by the client, not by the database.
        let by_client = ["uuid(", "cuid(", "nanoid(", "ulid(", "auto("];
        let default = default.filter(|text| !by_client.iter().any(|start| text.starts_with(start)));
        let of = match (native(&field.rest), enums.get(&field.of)) {
            (Some(native), _) => Written::sql(native),
            (None, Some(name)) => Written::sql(format!("\"{name}\"")),
            (None, None) => Written::by(Writer::Prisma, field.of.clone()),
        };
        let of = Written {
            text: if field.list {
                format!("{}[]", of.text)
            } else {
                of.text
            },
            ..of
        };
        if attribute(&field.rest, "@id").is_some() {
            primary.push(field.name.clone());
        }
        if let Some(arguments) = attribute(&field.rest, "@unique") {
            table.indexes.push(unique(
                std::slice::from_ref(&field.name),
                named(arguments, "map"),
            ));
        }
        table.columns.push(Column {
            name: Ident::exact(column_name(model, &field.name)),
            of: Some(of),
            nullable: Some(field.optional || field.list),
            default: default.map(str::to_string),
            increments,
            generated: false,
        });
    }
    for text in &model.attributes {
        if let Some(arguments) = text.strip_prefix("id(") {
            primary = listed(arguments, "[");
        } else if let Some(arguments) = text.strip_prefix("unique(") {
            table
                .indexes
                .push(unique(&listed(arguments, "["), named(arguments, "map")));
        } else if let Some(arguments) = text.strip_prefix("index(") {
            let columns: Vec<String> = listed(arguments, "[")
                .iter()
                .map(|field| column_name(model, field))
                .collect();
            let name = named(arguments, "map")
                .unwrap_or_else(|| format!("{own}_{}_idx", columns.join("_")));
            table.indexes.push(Index {
                name: Some(Ident::exact(name)),
                parts: columns
                    .into_iter()
                    .map(|name| Part::Column(Ident::exact(name)))
                    .collect(),
                ..Index::default()
            });
        }
    }
    if !primary.is_empty() {
        table.constraints.push(Constraint {
            name: None,
            kind: ConstraintKind::Primary(idents(model, &primary)),
        });
    }
    SchemaChange::CreateTable(Box::new(table))
}

/// `@relation(fields: [a], references: [b])` are foreign keys.
fn relations(model: &Model, models: &BTreeMap<&str, &Model>) -> Vec<SchemaChange> {
    let mut found = Vec::new();
    for field in &model.fields {
        let (Some(other), Some(arguments)) = (
            models.get(field.of.as_str()),
            attribute(&field.rest, "@relation"),
        ) else {
            continue;
        };
        let columns = listed(arguments, "fields:");
        if columns.is_empty() {
            continue;
        }
        let constraint = Constraint {
            name: named(arguments, "map").map(Ident::exact),
            kind: ConstraintKind::Foreign {
                columns: idents(model, &columns),
                table: table_name(other),
                references: idents(other, &listed(arguments, "references:")),
            },
        };
        found.push(SchemaChange::alter(
            table_name(model),
            Action::AddConstraint {
                constraint,
                if_not_exists: false,
            },
        ));
    }
    found
}

/// Lists on both sides: a table between them that no model names.
fn joins(models: &[Model], of_name: &BTreeMap<&str, &Model>) -> Vec<(u32, SchemaChange)> {
    let relation = |field: &Field| {
        let arguments = attribute(&field.rest, "@relation").unwrap_or("");
        named(arguments, "name")
            .or_else(|| arguments.starts_with('"').then(|| quoted(arguments))?)
    };
    let mut found = Vec::new();
    let mut made: BTreeSet<String> = BTreeSet::new();
    for model in models {
        for field in model.fields.iter().filter(|field| field.list) {
            let Some(other) = of_name.get(field.of.as_str()) else {
                continue;
            };
            let name = relation(field);
            let back = other.fields.iter().any(|back| {
                back.list
                    && back.of == model.name
                    && relation(back) == name
                    && other.name != model.name
            });
            if !back {
                continue;
            }
            let mut ends = [model, *other];
            ends.sort_by(|one, other| one.name.cmp(&other.name));
            let name = name.unwrap_or_else(|| format!("{}To{}", ends[0].name, ends[1].name));
            if made.insert(name.clone()) {
                found.push((model.line, join(&name, ends)));
            }
        }
    }
    found
}

fn join(name: &str, ends: [&Model; 2]) -> SchemaChange {
    let table = format!("_{name}");
    let mut create = CreateTable {
        name: Name::exact(&table),
        ..CreateTable::default()
    };
    for (letter, end) in ["A", "B"].into_iter().zip(ends) {
        let id = end
            .fields
            .iter()
            .find(|field| attribute(&field.rest, "@id").is_some());
        create.columns.push(Column {
            name: Ident::exact(letter),
            of: id.map(|id| match native(&id.rest) {
                Some(native) => Written::sql(native),
                None => Written::by(Writer::Prisma, id.of.clone()),
            }),
            nullable: Some(false),
            ..Column::default()
        });
        create.constraints.push(Constraint {
            name: Some(Ident::exact(format!("{table}_{letter}_fkey"))),
            kind: ConstraintKind::Foreign {
                columns: vec![Ident::exact(letter)],
                table: table_name(end),
                references: id
                    .map(|id| vec![Ident::exact(column_name(end, &id.name))])
                    .unwrap_or_default(),
            },
        });
    }
    let part = |letter: &str| Part::Column(Ident::exact(letter));
    create.constraints.push(Constraint {
        name: Some(Ident::exact(format!("{table}_AB_pkey"))),
        kind: ConstraintKind::Primary(vec![Ident::exact("A"), Ident::exact("B")]),
    });
    create.indexes.push(Index {
        name: Some(Ident::exact(format!("{table}_B_index"))),
        parts: vec![part("B")],
        ..Index::default()
    });
    SchemaChange::CreateTable(Box::new(create))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::observation::FileFacts;
    use crate::schema;

    const TEXT: &str = r#"
datasource db { // one
  provider = "postgresql"
  url      = env("DATABASE_URL")
}
enum Role {
  USER
  ADMIN
}
model User {
  id      Int      @id @default(autoincrement())
  email   String   @unique @db.VarChar(80) // not "//" here
  role    Role     @default(USER)
  made    DateTime @default(now()) @map("made_at")
  tags    String[]
  posts   Post[]
  @@map("users")
  @@index([email, made])
}
model Post {
  id       String @id @default(cuid())
  authorId Int?
  author   User?  @relation(fields: [authorId], references: [id])
  labels   Label[]
}
model Label {
  name  String @id
  posts Post[]
}
"#;

    fn recovered(text: &str) -> Vec<model::fact::SchemaFact> {
        let path = "prisma/schema.prisma";
        let facts: FileFacts = read(SourceText { path, text });
        schema::recover(&[(path, &facts)].into_iter().collect())
    }

    #[test]
    fn models_become_tables() {
        let schemas = recovered(TEXT);
        let [schema] = schemas.as_slice() else {
            panic!("{schemas:?}");
        };
        assert_eq!(
            (schema.tool.as_str(), schema.dialect.as_str()),
            ("prisma", "postgresql")
        );
        let users = &schema.tables["users"];
        let types: Vec<(&str, &str, bool)> = users
            .columns
            .iter()
            .map(|(name, column)| (name.as_str(), column.of.as_str(), column.nullable))
            .collect();
        assert_eq!(
            types,
            [
                ("id", "integer", false),
                ("email", "character varying(80)", false),
                ("role", "\"Role\"", false),
                ("made_at", "timestamp(3) without time zone", false),
                ("tags", "text[]", true),
            ]
        );
        assert_eq!(users.unique, [["email"]]);
        assert_eq!(users.indexes[1].columns, ["email", "made_at"]);
        assert_eq!(schema.tables["Post"].foreign_keys[0].table, "users");
        assert_eq!(schema.tables["_LabelToPost"].primary_key, ["A", "B"]);
    }

    #[test]
    fn half_a_schema_is_survived() {
        for end in (0..TEXT.len()).filter(|end| TEXT.is_char_boundary(*end)) {
            recovered(&TEXT[..end]);
        }
    }
}
