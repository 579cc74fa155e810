//! Django: operations on models, as migrations write them. What they do to tables depends on what
//! models are by then: [`super::models`] keeps those.

use serde::{Deserialize, Serialize};

use super::calls::{entry, method, named, named_text, positional, says, text, texts};
use super::change::SchemaChange;
use super::code::Reader;
use super::parts;
use crate::outline::{Call, Expr, Field as OutlineField, Outline, Stmt};

pub const READER: Reader = Reader {
    tool: "django",
    takes: |path| path.ends_with(".py") && path.contains("migrations/"),
    read,
};

/// Stands for the model that `settings.AUTH_USER_MODEL` names.
pub const USER: &str = "settings.user";

/// What an operation does to a model; models are `app.name` in lower case.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ModelChange {
    pub model: String,
    pub what: ModelAction,
    /// Only what is known of models changes (`state_operations`).
    pub state_only: bool,
    /// Only tables change (`database_operations`).
    pub tables_only: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum ModelAction {
    Create {
        fields: Vec<Field>,
        table: Option<String>,
        /// A proxy, or kept by something else.
        without_table: bool,
    },
    Delete,
    Rename(String),
    Table(Option<String>),
    AddField(Field),
    AlterField(Field),
    RemoveField(String),
    RenameField(String, String),
    UniqueTogether(Vec<Vec<String>>),
    IndexTogether(Vec<Vec<String>>),
    AddIndex(ModelIndex),
    RemoveIndex(String),
    RenameIndex(String, String),
    AddUnique(ModelIndex),
    RemoveConstraint(String),
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Field {
    pub name: String,
    /// The class in lower case: `charfield`.
    pub kind: String,
    /// Length or digits, with parentheses.
    pub sized: String,
    pub column: Option<String>,
    pub null: bool,
    pub primary: bool,
    pub unique: bool,
    pub indexed: bool,
    /// The model that it refers to.
    pub to: Option<String>,
    pub to_field: Option<String>,
    /// Whether the database holds the reference.
    pub constrained: bool,
    /// The model between, of a relation of many to many; or its table.
    pub through: Option<String>,
    pub through_table: Option<String>,
    /// Of an array: its element.
    pub element: Option<Box<Field>>,
    /// A default of the database.
    pub default: bool,
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct ModelIndex {
    pub name: String,
    /// Names of fields, or expressions.
    pub fields: Vec<String>,
    pub expression: bool,
    pub partial: bool,
    /// More than a plain constraint can say.
    pub special: bool,
}

type Found = Vec<(u32, SchemaChange)>;

fn read(path: &str, outline: &Outline) -> Found {
    let Some(class) = outline.types.iter().find(|class| {
        class.name == "Migration" && class.supers.iter().any(|of| of.name.ends_with("Migration"))
    }) else {
        return Vec::new();
    };
    let value = |name: &str| {
        let field = class.fields.iter().find(|field| field.name == name);
        field.and_then(|field| field.value.as_ref())
    };
    let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
    let app = folder
        .trim_end_matches("/migrations")
        .trim_end_matches("migrations");
    let app = app
        .trim_end_matches('/')
        .rsplit('/')
        .next()
        .unwrap_or_default();
    let step = file.trim_end_matches(".py");
    let after = value("dependencies").map(dependencies).unwrap_or_default();
    let replaces = value("replaces").map(dependencies).unwrap_or_default();
    let revision = |id: String, after: Vec<String>| {
        let replaces = replaces.clone();
        (
            1,
            SchemaChange::Revision {
                id,
                after,
                replaces,
            },
        )
    };
    let mut found = vec![revision(format!("{app}.{step}"), after)];
    if step.starts_with("0001") {
        found.push(revision(format!("{app}.__first__"), Vec::new()));
    }
    let mut reader = Operations {
        outline,
        fields: &class.fields,
        app: app.to_lowercase(),
        found: Vec::new(),
    };
    if let Some(Expr::List(operations, _)) = value("operations") {
        reader.all(operations, false, false, 0);
    }
    let makes_users = reader.found.iter().any(|(_, change)| {
        matches!(change, SchemaChange::Model(change)
            if matches!(&change.what, ModelAction::Create { fields, .. } if is_user(fields)))
    });
    if makes_users {
        found.push(revision(USER.to_string(), Vec::new()));
    }
    found.extend(reader.found);
    found
}

/// A model of users has what every such model takes over.
pub fn is_user(fields: &[Field]) -> bool {
    let has = |name: &str| fields.iter().any(|field| field.name == name);
    has("password") && has("last_login")
}

/// `[("app", "0001_initial"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]`.
fn dependencies(expr: &Expr) -> Vec<String> {
    let Expr::List(items, _) = expr else {
        return Vec::new();
    };
    let each = items.iter().filter_map(|item| match item {
        Expr::List(pair, _) => Some(pair.iter().filter_map(text).collect::<Vec<_>>().join(".")),
        Expr::Call(call) => model_named(positional(call).first()?, ""),
        _ => None,
    });
    each.collect()
}

/// `"app.Model"`, `"Model"`, `settings.AUTH_USER_MODEL`, in lower case with its app.
fn model_named(expr: &Expr, app: &str) -> Option<String> {
    match text(expr) {
        Some(name) if name == "self" => None,
        Some(name) if name.contains('.') => Some(name.to_lowercase()),
        Some(name) => Some(format!("{app}.{}", name.to_lowercase())),
        None => {
            let dotted = expr.dotted()?;
            dotted
                .ends_with("AUTH_USER_MODEL")
                .then(|| USER.to_string())
        }
    }
}

struct Operations<'o> {
    outline: &'o Outline,
    fields: &'o [OutlineField],
    app: String,
    found: Found,
}

impl<'o> Operations<'o> {
    /// What a name of the class or of the file holds; other expressions as they are.
    fn held(&self, expr: &'o Expr) -> &'o Expr {
        let Expr::Name(name, _) = expr else {
            return expr;
        };
        let own = self.fields.iter().find(|field| field.name == *name);
        let own = own.and_then(|field| field.value.as_ref());
        let of_file = || {
            self.outline
                .body
                .iter()
                .find_map(|statement| match statement {
                    Stmt::Bind {
                        name: bound, value, ..
                    } if bound == name => Some(value),
                    _ => None,
                })
        };
        own.or_else(of_file).unwrap_or(expr)
    }

    fn all(&mut self, operations: &'o [Expr], state_only: bool, tables_only: bool, depth: u32) {
        if depth > 5 {
            return;
        }
        for operation in operations {
            let Expr::Call(call) = self.held(operation) else {
                continue;
            };
            let line = self.outline.line(call.at);
            match method(call).1 {
                "SeparateDatabaseAndState" => {
                    for (name, state_only, tables_only) in [
                        ("database_operations", false, true),
                        ("state_operations", true, false),
                    ] {
                        let at = usize::from(state_only);
                        let list = named(call, name).or_else(|| positional(call).get(at).copied());
                        let list = list.map(|list| self.held(list));
                        if let Some(Expr::List(inner, _)) = list {
                            self.all(inner, state_only, tables_only, depth + 1);
                        }
                    }
                }
                "RunSQL" if !state_only => {
                    let sql = positional(call)
                        .first()
                        .copied()
                        .or_else(|| named(call, "sql"));
                    match sql.map(|sql| statements(self.held(sql))) {
                        Some(Some(sql)) => {
                            let changes = parts::sql(&sql).into_iter();
                            self.found.extend(changes.map(|change| (line, change)));
                        }
                        _ => self
                            .found
                            .push((line, SchemaChange::skipped("SQL that is put together"))),
                    }
                    if let Some(Expr::List(inner, _)) = named(call, "state_operations") {
                        self.all(inner, true, false, depth + 1);
                    }
                }
                kind => {
                    for (model, what) in self.operation(kind, call) {
                        let model = format!("{}.{}", self.app, model.to_lowercase());
                        let change = ModelChange {
                            model,
                            what,
                            state_only,
                            tables_only,
                        };
                        self.found
                            .push((line, SchemaChange::Model(Box::new(change))));
                    }
                }
            }
        }
    }

    /// Actions, each with the model's own name.
    fn operation(&self, kind: &str, call: &Call) -> Vec<(String, ModelAction)> {
        let arguments = positional(call);
        let said = |name: &str, at: usize| {
            named_text(call, name).or_else(|| arguments.get(at).and_then(|value| text(value)))
        };
        let given =
            |name: &str, at: usize| named(call, name).or_else(|| arguments.get(at).copied());
        let model_at = |name: &str| said(name, 0).unwrap_or_default();
        let one = |what: Option<ModelAction>| -> Vec<(String, ModelAction)> {
            what.map(|what| (model_at("model_name"), what))
                .into_iter()
                .collect()
        };
        let own = |what: ModelAction| vec![(model_at("name"), what)];
        let field = || {
            let name = said("name", 1)?;
            match given("field", 2)? {
                Expr::Call(of) => Some(self.field(&name, of)),
                _ => None,
            }
        };
        match kind {
            "CreateModel" => self.create(call),
            "DeleteModel" => own(ModelAction::Delete),
            "RenameModel" => match said("new_name", 1) {
                Some(to) => vec![(model_at("old_name"), ModelAction::Rename(to.to_lowercase()))],
                None => Vec::new(),
            },
            "AlterModelTable" => own(ModelAction::Table(said("table", 1))),
            "AddField" => one(field().map(ModelAction::AddField)),
            "AlterField" => one(field().map(ModelAction::AlterField)),
            "RemoveField" => one(said("name", 1).map(ModelAction::RemoveField)),
            "RenameField" => one(said("old_name", 1)
                .zip(said("new_name", 2))
                .map(|(from, to)| ModelAction::RenameField(from, to))),
            "AlterUniqueTogether" => own(ModelAction::UniqueTogether(sets(given(
                "unique_together",
                1,
            )))),
            "AlterIndexTogether" => {
                own(ModelAction::IndexTogether(sets(given("index_together", 1))))
            }
            "AddIndex" | "AddIndexConcurrently" => one(match given("index", 1) {
                Some(Expr::Call(index)) => Some(ModelAction::AddIndex(index_of(index))),
                _ => None,
            }),
            "RemoveIndex" | "RemoveIndexConcurrently" => {
                one(said("name", 1).map(ModelAction::RemoveIndex))
            }
            "RenameIndex" => one(named_text(call, "old_name")
                .zip(named_text(call, "new_name"))
                .map(|(from, to)| ModelAction::RenameIndex(from, to))),
            "AddConstraint" => one(match given("constraint", 1) {
                Some(Expr::Call(key)) if method(key).1 == "UniqueConstraint" => {
                    Some(ModelAction::AddUnique(index_of(key)))
                }
                _ => None,
            }),
            "RemoveConstraint" => one(said("name", 1).map(ModelAction::RemoveConstraint)),
            _ => Vec::new(),
        }
    }

    fn create(&self, call: &Call) -> Vec<(String, ModelAction)> {
        let arguments = positional(call);
        let name = named_text(call, "name").or_else(|| text(arguments.first()?));
        let Some(name) = name else {
            return Vec::new();
        };
        let fields = named(call, "fields").or_else(|| arguments.get(1).copied());
        let fields = match fields {
            Some(Expr::List(items, _)) => items
                .iter()
                .filter_map(|item| match item {
                    Expr::List(pair, _) => match pair.as_slice() {
                        [name, Expr::Call(of)] => Some(self.field(&text(name)?, of)),
                        _ => None,
                    },
                    _ => None,
                })
                .collect(),
            _ => Vec::new(),
        };
        // Options by their own name: `name` is the model's, not theirs.
        let options = call
            .arguments
            .iter()
            .find(|argument| argument.name.as_deref() == Some("options"));
        let options = match options.map(|options| &options.value) {
            Some(Expr::Map(entries, _)) => entries.as_slice(),
            _ => &[],
        };
        let is = |key: &str, truth: bool| entry(options, key) == Some(&Expr::Bool(truth));
        let mut made = vec![(
            name.clone(),
            ModelAction::Create {
                fields,
                table: entry(options, "db_table").and_then(text),
                without_table: is("proxy", true) || is("managed", false),
            },
        )];
        let mut push = |what| made.push((name.clone(), what));
        for (key, together) in [("unique_together", true), ("index_together", false)] {
            let sets = sets(entry(options, key));
            if !sets.is_empty() {
                push(match together {
                    true => ModelAction::UniqueTogether(sets),
                    false => ModelAction::IndexTogether(sets),
                });
            }
        }
        for key in ["indexes", "constraints"] {
            if let Some(Expr::List(items, _)) = entry(options, key) {
                for item in items {
                    match item {
                        Expr::Call(of) if key == "indexes" => {
                            push(ModelAction::AddIndex(index_of(of)))
                        }
                        Expr::Call(of) if method(of).1 == "UniqueConstraint" => {
                            push(ModelAction::AddUnique(index_of(of)));
                        }
                        _ => {}
                    }
                }
            }
        }
        made
    }

    fn field(&self, name: &str, call: &Call) -> Field {
        let kind = method(call).1.to_lowercase();
        let number = |key: &str| named_text(call, key);
        let sized = match (number("max_length"), number("max_digits")) {
            (Some(length), _) => format!("({length})"),
            (None, Some(digits)) => {
                let scale = number("decimal_places").unwrap_or_else(|| "0".to_string());
                format!("({digits},{scale})")
            }
            _ => String::new(),
        };
        let relates = ["foreignkey", "onetoonefield", "manytomanyfield"]
            .iter()
            .any(|end| kind.ends_with(end));
        let target = named(call, "to").or_else(|| positional(call).first().copied());
        let to = target.filter(|_| relates).and_then(|target| {
            if text(target).as_deref() == Some("self") {
                return Some("self".to_string());
            }
            model_named(target, &self.app)
        });
        let element = match named(call, "base_field").or_else(|| positional(call).first().copied())
        {
            Some(Expr::Call(of)) if kind.ends_with("arrayfield") => {
                Some(Box::new(self.field("", of)))
            }
            _ => None,
        };
        let primary = says(call, "primary_key") == Some(true);
        Field {
            name: name.to_string(),
            sized,
            column: named_text(call, "db_column"),
            null: says(call, "null") == Some(true),
            primary,
            unique: says(call, "unique") == Some(true)
                || primary
                || kind.ends_with("onetoonefield"),
            indexed: says(call, "db_index")
                .unwrap_or(kind.ends_with("foreignkey") || kind == "slugfield"),
            to,
            to_field: named_text(call, "to_field"),
            constrained: says(call, "db_constraint") != Some(false),
            through: named(call, "through").and_then(|through| model_named(through, &self.app)),
            through_table: named_text(call, "db_table"),
            element,
            default: named(call, "db_default").is_some(),
            kind,
        }
    }
}

/// One text, or a list of texts and of `RunSQL`'s pairs.
fn statements(expr: &Expr) -> Option<String> {
    match expr {
        Expr::List(items, _) => {
            let each = items.iter().map(|item| match item {
                Expr::List(pair, _) => pair.first().and_then(text),
                other => text(other),
            });
            each.collect::<Option<Vec<_>>>().map(|all| all.join(";\n"))
        }
        Expr::Call(_) => None,
        other => text(other),
    }
}

/// `{("a", "b")}`, `[["a", "b"]]`, `("a", "b")`, `set()`.
fn sets(expr: Option<&Expr>) -> Vec<Vec<String>> {
    let Some(Expr::List(items, _)) = expr else {
        return Vec::new();
    };
    if items.iter().all(|item| text(item).is_some()) && !items.is_empty() {
        return vec![items.iter().filter_map(text).collect()];
    }
    items
        .iter()
        .map(texts)
        .filter(|set| !set.is_empty())
        .collect()
}

fn index_of(call: &Call) -> ModelIndex {
    let fields = named(call, "fields").map(texts).unwrap_or_default();
    let expressions = positional(call).len();
    ModelIndex {
        name: named_text(call, "name").unwrap_or_default(),
        fields: if fields.is_empty() {
            vec!["expression".to_string(); expressions]
        } else {
            fields
                .iter()
                .map(|name| name.trim_start_matches('-').to_string())
                .collect()
        },
        expression: expressions > 0,
        partial: named(call, "condition").is_some(),
        special: ["condition", "include", "opclasses", "nulls_distinct"]
            .iter()
            .any(|key| named(call, key).is_some())
            || expressions > 0,
    }
}
