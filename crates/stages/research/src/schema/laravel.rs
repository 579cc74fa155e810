//! Laravel: migrations that describe tables on a blueprint.

use super::calls::{block, chain, expressions, functions, method, positional, says, text, texts};
use super::change::{
    Action, Column, Constraint, CreateTable, DropKind, Ident, Index, Name, Position, SchemaChange,
    Writer, Written,
};
use super::code::Reader;
use super::laravel_types::written;
use super::parts;
use super::unrolled::unrolled;
use crate::outline::{Call, Expr, Function, Outline, Stmt};
use crate::sql::body::lenient;

pub const READER: Reader = Reader {
    tool: "laravel",
    takes: |path| path.ends_with(".php") && path.to_ascii_lowercase().contains("migrations/"),
    read,
};

type Found = Vec<(u32, SchemaChange)>;

fn read(_: &str, outline: &Outline) -> Found {
    let mut found = Vec::new();
    functions(outline, &mut |function| {
        if function.name == "up" {
            up(outline, function, &mut found);
        }
    });
    // `return new class extends Migration`.
    for statement in &outline.body {
        if let Stmt::Return(Expr::Function(class)) | Stmt::Expr(Expr::Function(class)) = statement {
            for method in &class.body {
                if let Stmt::Function(function) = method
                    && function.name == "up"
                {
                    up(outline, function, &mut found);
                }
            }
        }
    }
    found
}

fn up(outline: &Outline, function: &Function, found: &mut Found) {
    let body = unrolled(&function.body);
    let mut asks = false;
    expressions(&body, 0, &mut |expr| {
        asks |= asks_first(expr, 0);
    });
    statements(outline, &body, asks, 0, found);
}

/// Whether an expression asks what is there before it changes that.
fn asks_first(expr: &Expr, depth: u32) -> bool {
    if depth > 20 {
        return false;
    }
    match expr {
        Expr::Call(call) => {
            let (of, kind) = method(call);
            matches!(kind, "hasTable" | "hasColumn" | "hasColumns" | "hasIndex")
                || of.is_some_and(|of| asks_first(of, depth + 1))
        }
        Expr::Other(items) | Expr::Either(items) => {
            items.iter().any(|item| asks_first(item, depth + 1))
        }
        _ => false,
    }
}

fn statements(outline: &Outline, body: &[Stmt], asks: bool, depth: u32, found: &mut Found) {
    if depth > 20 {
        return;
    }
    expressions(body, 0, &mut |expr| {
        let Expr::Call(call) = expr else {
            return;
        };
        let links = chain(call);
        let of = links.first().and_then(|first| method(first).0);
        let of = of.and_then(Expr::dotted).unwrap_or_default();
        let of = of.rsplit(['.', '\\']).next().unwrap_or_default();
        let Some(last) = links.last().copied() else {
            return;
        };
        let mut made = Vec::new();
        match of {
            "Schema" => operation(last, &mut made),
            "DB" => statement(outline, last, asks, depth, found, &mut made),
            _ => {}
        }
        let line = outline.line(last.at);
        found.extend(made.into_iter().map(|change| match asks {
            true => (line, lenient(change)),
            false => (line, change),
        }));
    });
}

fn statement(
    outline: &Outline,
    call: &Call,
    asks: bool,
    depth: u32,
    found: &mut Found,
    made: &mut Vec<SchemaChange>,
) {
    match method(call).1 {
        "statement" | "unprepared" => {
            let sql = positional(call).first().and_then(|sql| match sql {
                // `DB::raw('..')`.
                Expr::Call(raw) => positional(raw).first().and_then(|sql| text(sql)),
                other => text(other),
            });
            match sql {
                Some(sql) => made.extend(parts::sql(&sql)),
                None => made.push(SchemaChange::skipped("SQL that is put together")),
            }
        }
        "transaction" => {
            if let Some(block) = block(call) {
                statements(outline, &block.body, asks, depth + 1, found);
            }
        }
        _ => {}
    }
}

fn operation(call: &Call, made: &mut Vec<SchemaChange>) {
    let kind = method(call).1;
    let arguments = positional(call);
    let Some(name) = arguments.first().and_then(|name| text(name)) else {
        if matches!(kind, "create" | "table" | "drop" | "dropIfExists") {
            made.push(SchemaChange::skipped("a table without a plain name"));
        }
        return;
    };
    let table = Name::exact(&name);
    let alter = |action| SchemaChange::alter(table.clone(), action);
    match kind {
        "create" => {
            let blueprint = blueprint(&name, call);
            let mut create = CreateTable {
                name: table.clone(),
                ..CreateTable::default()
            };
            for action in blueprint.columns {
                if let Action::AddColumn {
                    column,
                    constraints,
                    ..
                } = action
                {
                    create.columns.push(column);
                    create.constraints.extend(constraints);
                }
            }
            made.push(SchemaChange::CreateTable(Box::new(create)));
            made.extend(blueprint.later.into_iter().map(alter));
        }
        "table" => {
            let blueprint = blueprint(&name, call);
            let actions = blueprint.columns.into_iter().chain(blueprint.later);
            made.extend(actions.map(alter));
        }
        "drop" | "dropIfExists" => made.push(SchemaChange::DropTable {
            name: table,
            if_exists: kind != "drop",
        }),
        "rename" => {
            let to = arguments.get(1).and_then(|to| text(to));
            made.extend(to.map(|to| alter(Action::Rename(Name::exact(&to)))));
        }
        "dropColumns" => {
            let columns = arguments.get(1).map(|of| texts(of)).unwrap_or_default();
            made.extend(columns.iter().map(|name| alter(parts::drop_column(name))));
        }
        _ => {}
    }
}

/// What a blueprint asks for: columns first, then what is about them.
#[derive(Default)]
struct Blueprint {
    table: String,
    columns: Vec<Action>,
    later: Vec<Action>,
}

fn blueprint(table: &str, call: &Call) -> Blueprint {
    let mut blueprint = Blueprint {
        table: table.to_string(),
        ..Blueprint::default()
    };
    if let Some(block) = block(call) {
        let of = block.parameters.first().map_or("", |first| &first.name);
        expressions(&block.body, 0, &mut |expr| {
            if let Expr::Call(call) = expr {
                blueprint.line(call, of);
            }
        });
    }
    blueprint
}

/// `users_email_unique`.
fn given(table: &str, columns: &[String], kind: &str) -> String {
    let name = format!("{table}_{}_{kind}", columns.join("_"));
    name.to_lowercase().replace(['-', '.'], "_")
}

/// `user_profile` of `UserProfile`.
fn snake(class: &str) -> String {
    let class = class.rsplit(['.', '\\']).next().unwrap_or(class);
    let mut made = String::new();
    for c in class.chars() {
        if c.is_uppercase() && !made.is_empty() {
            made.push('_');
        }
        made.extend(c.to_lowercase());
    }
    made
}

/// The class of `User::class`.
fn class_of(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Member(of, name, _) if name == "class" => of.dotted(),
        other => other.dotted().or_else(|| text(other)),
    }
}

/// Kinds that name themselves where no name is given.
const UNNAMED: &[(&str, &str)] = &[
    ("id", "id"),
    ("uuid", "uuid"),
    ("ulid", "ulid"),
    ("ipAddress", "ip_address"),
    ("macAddress", "mac_address"),
    ("softDeletes", "deleted_at"),
    ("softDeletesTz", "deleted_at"),
    ("rememberToken", "remember_token"),
];

/// Kinds that number themselves, and the type that each has.
const NUMBERED: &[(&str, &str)] = &[
    ("id", "unsignedbiginteger"),
    ("bigIncrements", "unsignedbiginteger"),
    ("increments", "unsignedinteger"),
    ("integerIncrements", "unsignedinteger"),
    ("mediumIncrements", "unsignedmediuminteger"),
    ("smallIncrements", "unsignedsmallinteger"),
    ("tinyIncrements", "unsignedtinyinteger"),
];

impl Blueprint {
    fn line(&mut self, call: &Call, of: &str) {
        let links = chain(call);
        let (Some(first), modifiers) = (links.first().copied(), links.get(1..).unwrap_or_default())
        else {
            return;
        };
        let (Some(Expr::Name(own, _)), kind) = method(first) else {
            return;
        };
        if own != of {
            return;
        }
        let arguments = positional(first);
        let one = arguments.first().and_then(|name| text(name));
        let over: Vec<String> = arguments.first().map(|of| texts(of)).unwrap_or_default();
        let name = arguments.get(1).and_then(|name| text(name));
        match kind {
            "primary" => {
                let key = parts::primary(name, &over);
                self.later.push(parts::add_constraint(key));
            }
            "unique" => self.unique(&over, name),
            "index" => self.index(&over, name, "index"),
            "fullText" | "fulltext" => self.index(&over, name, "fulltext"),
            "spatialIndex" => self.index(&over, name, "spatialindex"),
            "rawIndex" => {}
            "foreign" => {
                let key = self.foreign(&over, name, modifiers);
                self.later.extend(key.map(parts::add_constraint));
            }
            "rename" => self
                .later
                .extend(one.map(|to| Action::Rename(Name::exact(&to)))),
            "renameColumn" | "renameIndex" => {
                if let (Some(from), Some(to)) = (one, name) {
                    self.later.push(match kind {
                        "renameColumn" => parts::rename_column(&from, &to),
                        _ => Action::RenameIndex {
                            from: Ident::exact(from),
                            to: Ident::exact(to),
                        },
                    });
                }
            }
            "timestamps" | "nullableTimestamps" | "timestampsTz" | "datetimes" => {
                let kind = match kind {
                    "timestampsTz" => "timestamptz",
                    "datetimes" => "datetime",
                    _ => "timestamp",
                };
                for name in ["created_at", "updated_at"] {
                    self.plain(name, kind, true);
                }
            }
            "morphs"
            | "nullableMorphs"
            | "numericMorphs"
            | "uuidMorphs"
            | "ulidMorphs"
            | "nullableUuidMorphs"
            | "nullableUlidMorphs"
            | "nullableNumericMorphs" => {
                if let Some(base) = one {
                    self.morphs(kind, &base, name);
                }
            }
            "foreignIdFor" => {
                let class = arguments.first().and_then(|class| class_of(class));
                if let Some(class) = class {
                    let own = name.unwrap_or_else(|| format!("{}_id", snake(&class)));
                    self.column(first, "unsignedbiginteger", &own, modifiers);
                }
            }
            other if other.starts_with("drop") => self.dropped(first, other, &over),
            "engine" | "charset" | "collation" | "comment" | "temporary" | "after" => {}
            _ => {
                let unnamed = UNNAMED.iter().find(|(own, _)| *own == kind);
                let name = one.or_else(|| unnamed.map(|(_, name)| (*name).to_string()));
                if let Some(name) = name {
                    self.column(first, kind, &name, modifiers);
                }
            }
        }
    }

    fn plain(&mut self, name: &str, kind: &str, nullable: bool) {
        let column = Column {
            name: Ident::exact(name),
            of: Some(Written::by(Writer::Laravel, kind)),
            nullable: Some(nullable),
            ..Column::default()
        };
        self.columns.push(parts::add_column(column, Vec::new()));
    }

    fn morphs(&mut self, kind: &str, base: &str, name: Option<String>) {
        let lower = kind.to_lowercase();
        let nullable = lower.starts_with("nullable");
        let of = ["uuid", "ulid"].into_iter().find(|of| lower.contains(of));
        let own = [format!("{base}_type"), format!("{base}_id")];
        self.plain(&own[0], "string", nullable);
        self.plain(&own[1], of.unwrap_or("unsignedbiginteger"), nullable);
        self.index(&own, name, "index");
    }

    fn unique(&mut self, over: &[String], name: Option<String>) {
        let name = name.unwrap_or_else(|| given(&self.table, over, "unique"));
        let key = parts::unique(Some(name), over);
        self.later.push(parts::add_constraint(key));
    }

    fn index(&mut self, over: &[String], name: Option<String>, kind: &str) {
        let name = name.unwrap_or_else(|| given(&self.table, over, kind));
        let index: Index = parts::index(Some(name), over, false);
        self.later.push(Action::AddIndex(index));
    }

    /// `references('id')->on('users')`, `constrained()`.
    fn foreign(
        &self,
        own: &[String],
        name: Option<String>,
        modifiers: &[&Call],
    ) -> Option<Constraint> {
        let given_to = |kind: &str, at: usize| {
            let link = modifiers.iter().find(|link| method(link).1 == kind)?;
            positional(link).get(at).map(|of| texts(of))
        };
        let called = |kind: &str| modifiers.iter().any(|link| method(link).1 == kind);
        let name = name.unwrap_or_else(|| given(&self.table, own, "foreign"));
        if called("constrained") {
            let first = given_to("constrained", 0).and_then(|table| table.first().cloned());
            let stem = own.first()?.trim_end_matches("_id");
            let table = first.unwrap_or_else(|| super::rails::plural(stem));
            let column = given_to("constrained", 1).and_then(|column| column.first().cloned());
            let key = [column.unwrap_or_else(|| "id".to_string())];
            let named = given_to("constrained", 2).and_then(|name| name.first().cloned());
            return Some(parts::foreign(
                Some(named.unwrap_or(name)),
                own,
                Name::exact(&table),
                &key,
            ));
        }
        let there = given_to("references", 0)?;
        let table = given_to("on", 0)?.first()?.clone();
        Some(parts::foreign(Some(name), own, Name::exact(&table), &there))
    }

    fn column(&mut self, call: &Call, kind: &str, name: &str, modifiers: &[&Call]) {
        let own = [name.to_string()];
        let numbered = NUMBERED.iter().find(|(own, _)| *own == kind);
        let mut increments = numbered.is_some();
        let mut of = match numbered {
            Some((_, of)) => Written::by(Writer::Laravel, *of),
            None => written(call, kind),
        };
        let mut one = Column {
            name: Ident::exact(name),
            nullable: Some(matches!(
                kind,
                "softDeletes" | "softDeletesTz" | "rememberToken"
            )),
            ..Column::default()
        };
        let mut position = Position::Last;
        let mut changes = false;
        let mut keys = Vec::new();
        for link in modifiers {
            let values = positional(link);
            let first = values.first().and_then(|first| text(first));
            match method(link).1 {
                "nullable" => one.nullable = Some(first.as_deref() != Some("false")),
                "default" => {
                    one.default = match values.first() {
                        Some(Expr::Nothing) | None => None,
                        Some(value) => Some(text(value).unwrap_or_else(|| "()".to_string())),
                    };
                }
                "useCurrent" => one.default = Some("CURRENT_TIMESTAMP".to_string()),
                "unsigned" => of.text = format!("unsigned {}", of.text),
                "autoIncrement" => increments = true,
                "storedAs" | "virtualAs" | "generatedAs" => one.generated = true,
                "primary" => keys.push(parts::primary(None, &own)),
                "unique" => self.unique(&own, first),
                "index" => self.index(&own, first, "index"),
                "fullText" | "fulltext" => self.index(&own, first, "fulltext"),
                "change" => changes = true,
                "first" => position = Position::First,
                "after" => {
                    if let Some(other) = first {
                        position = Position::After(Ident::exact(other));
                    }
                }
                _ => {}
            }
        }
        // `tinyInteger('level', false, true)`: whether it numbers itself, whether it has no sign.
        let given = positional(call);
        let is = |at: usize, key: &str| {
            kind.to_lowercase().ends_with("integer")
                && (matches!(given.get(at), Some(Expr::Bool(true)))
                    || says(call, key) == Some(true))
        };
        increments |= is(1, "autoIncrement");
        if is(2, "unsigned") && !kind.starts_with("unsigned") {
            of.text = format!("unsigned {}", of.text);
        }
        if increments {
            one.increments = true;
            one.default = Some("nextval".to_string());
            one.nullable = Some(false);
            if !changes {
                keys.push(parts::primary(None, &own));
            }
        }
        one.of = Some(of);
        let key = self.foreign(&own, None, modifiers);
        self.later.extend(key.map(parts::add_constraint));
        self.columns.push(if changes {
            parts::redefine(name, one)
        } else {
            Action::AddColumn {
                column: one,
                constraints: keys,
                position,
                if_not_exists: false,
            }
        });
    }

    fn dropped(&mut self, call: &Call, kind: &str, over: &[String]) {
        let arguments = positional(call);
        let first = arguments.first().copied();
        // A name as it is, or a list of columns whose key has the name that would be given.
        let named = |suffix: &str| match first {
            Some(Expr::List(..)) => given(&self.table, over, suffix),
            _ => over.first().cloned().unwrap_or_default(),
        };
        let constraint = |name: String| parts::drop(DropKind::Constraint(Ident::exact(name)));
        let foreign = |column: &str| {
            let name = given(&self.table, &[column.to_string()], "foreign");
            [constraint(name), parts::drop_column(column)]
        };
        let made: Vec<Action> = match kind {
            "dropColumn" => {
                let names = arguments.iter().flat_map(|name| texts(name));
                names.map(|name| parts::drop_column(&name)).collect()
            }
            "dropPrimary" => vec![parts::drop(DropKind::Primary)],
            "dropUnique" => vec![constraint(named("unique"))],
            "dropForeign" => vec![constraint(named("foreign"))],
            "dropIndex" | "dropFullText" | "dropSpatialIndex" => {
                let suffix = kind.trim_start_matches("drop").to_lowercase();
                let name = Ident::exact(named(&suffix));
                vec![parts::drop(DropKind::Index(name))]
            }
            "dropConstrainedForeignId" => match over.first() {
                Some(column) => foreign(column).into(),
                None => Vec::new(),
            },
            "dropForeignIdFor" | "dropConstrainedForeignIdFor" => {
                let class = first.and_then(class_of).unwrap_or_default();
                let column = format!("{}_id", snake(&class));
                match kind {
                    "dropForeignIdFor" => {
                        vec![constraint(given(&self.table, &[column], "foreign"))]
                    }
                    _ => foreign(&column).into(),
                }
            }
            "dropTimestamps" | "dropTimestampsTz" => {
                ["created_at", "updated_at"].map(parts::drop_column).into()
            }
            "dropSoftDeletes" | "dropSoftDeletesTz" => {
                let name = over.first().map_or("deleted_at", String::as_str);
                vec![parts::drop_column(name)]
            }
            "dropRememberToken" => vec![parts::drop_column("remember_token")],
            "dropMorphs" => {
                let base = over.first().cloned().unwrap_or_default();
                let own = [format!("{base}_type"), format!("{base}_id")];
                let index = given(&self.table, &own, "index");
                vec![
                    parts::drop(DropKind::Index(Ident::exact(index))),
                    parts::drop_column(&own[0]),
                    parts::drop_column(&own[1]),
                ]
            }
            _ => Vec::new(),
        };
        self.later.extend(made);
    }
}
