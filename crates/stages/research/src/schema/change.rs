//! What one statement of a migration does to a schema, whatever language it was written in.
//!
//! Names stay as written, with whether they were quoted, and types as their writer said them: how a
//! name folds and what a type is called is known only where the dialect is, in [`super::apply`].

use serde::{Deserialize, Serialize};

/// A name as written.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Ident {
    pub text: String,
    /// Kept as it is; an unquoted one is folded by the database.
    pub quoted: bool,
}

/// A name of a table, type, index or view, with its schema where one is written.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Name {
    pub schema: Option<Ident>,
    pub name: Ident,
}

/// Who wrote a type: `string` is another thing to Rails than to PostgreSQL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Writer {
    /// The database's own names.
    #[default]
    Sql,
    Liquibase,
    Rails,
    SqlAlchemy,
    Django,
    Laravel,
    Knex,
    Sequelize,
    TypeOrm,
    Prisma,
    EntityFramework,
}

/// A type as written: `varchar(20)`, `string(255)`, `BIGINT UNSIGNED`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Written {
    pub writer: Writer,
    pub text: String,
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Column {
    pub name: Ident,
    /// Absent where none is written (SQLite allows it).
    pub of: Option<Written>,
    /// As stated; absent where nothing is said.
    pub nullable: Option<bool>,
    /// As written; `NULL` is no default.
    pub default: Option<String>,
    /// Numbers itself: `AUTO_INCREMENT`, `IDENTITY`, `GENERATED .. AS IDENTITY`.
    pub increments: bool,
    /// Computed from other columns.
    pub generated: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Position {
    #[default]
    Last,
    First,
    After(Ident),
}

/// A column of a key, or an expression.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Part {
    Column(Ident),
    /// As written: `lower(email)`.
    Expression(String),
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Constraint {
    pub name: Option<Ident>,
    pub kind: ConstraintKind,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum ConstraintKind {
    Primary(Vec<Ident>),
    Unique(Vec<Ident>),
    Foreign {
        columns: Vec<Ident>,
        table: Name,
        /// Empty: the primary key of the other table.
        references: Vec<Ident>,
    },
    /// A unique index that exists becomes a constraint (PostgreSQL).
    PrimaryUsing(Ident),
    UniqueUsing(Ident),
    /// Checks and exclusions: held by name only.
    Other,
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Index {
    pub name: Option<Ident>,
    pub parts: Vec<Part>,
    pub unique: bool,
    /// Over some rows only (`WHERE`).
    pub partial: bool,
    /// What is written after its parts (`INCLUDE (b) WHERE c > 0`): columns named here hold it too.
    pub beside: String,
    pub if_not_exists: bool,
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct CreateTable {
    pub name: Name,
    pub if_not_exists: bool,
    pub columns: Vec<Column>,
    pub constraints: Vec<Constraint>,
    pub indexes: Vec<Index>,
    /// `LIKE other`, and what comes with it.
    pub like: Vec<Like>,
    pub inherits: Vec<Name>,
    pub partition_of: Option<Name>,
    /// `AS SELECT ..`: the query whose columns it has, without keys.
    pub query: Option<String>,
    /// Lives for a session only.
    pub temporary: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Like {
    pub table: Name,
    pub defaults: bool,
    pub indexes: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum DropKind {
    /// Of whichever kind it is.
    Constraint(Ident),
    Primary,
    Foreign(Ident),
    /// An index or unique key of this table.
    Index(Ident),
    /// The unique key or foreign key over these columns, where code names no constraint.
    UniqueOver(Vec<Ident>),
    ForeignOver(Vec<Ident>),
    IndexOver(Vec<Ident>),
}

/// One thing done to a table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Action {
    AddColumn {
        column: Column,
        constraints: Vec<Constraint>,
        position: Position,
        if_not_exists: bool,
    },
    DropColumn {
        name: Ident,
        if_exists: bool,
    },
    RenameColumn {
        from: Ident,
        to: Ident,
    },
    AlterType {
        name: Ident,
        of: Written,
    },
    /// The whole definition anew (`MODIFY`, `CHANGE`); under a new name where that differs.
    Redefine {
        from: Ident,
        column: Column,
        constraints: Vec<Constraint>,
        position: Option<Position>,
    },
    SetDefault {
        name: Ident,
        default: Option<String>,
    },
    SetNullable {
        name: Ident,
        nullable: bool,
    },
    SetIncrements {
        name: Ident,
        increments: bool,
    },
    /// A computed column becomes an ordinary one.
    DropExpression {
        name: Ident,
    },
    AddConstraint {
        constraint: Constraint,
        if_not_exists: bool,
    },
    Drop {
        what: DropKind,
        if_exists: bool,
    },
    RenameConstraint {
        from: Ident,
        to: Ident,
    },
    AddIndex(Index),
    RenameIndex {
        from: Ident,
        to: Ident,
    },
    Rename(Name),
    SetSchema(Ident),
    Inherit(Name),
    AttachPartition(Name),
}

/// One change.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum SchemaChange {
    CreateTable(Box<CreateTable>),
    DropTable {
        name: Name,
        if_exists: bool,
    },
    Alter {
        table: Name,
        if_exists: bool,
        action: Box<Action>,
    },
    /// Not said of which table (PostgreSQL, SQLite).
    DropIndex {
        name: Name,
        if_exists: bool,
    },
    RenameIndex {
        from: Name,
        to: Ident,
    },
    CreateEnum {
        name: Name,
        labels: Vec<String>,
    },
    CreateDomain {
        name: Name,
        of: Written,
        not_null: bool,
        default: Option<String>,
    },
    /// Composite and range types: the name only.
    CreateType {
        name: Name,
    },
    RenameType {
        from: Name,
        to: Ident,
    },
    DropType {
        name: Name,
        if_exists: bool,
        /// With the columns of that type, and the defaults that are written in it.
        cascade: bool,
    },
    CreateView {
        name: Name,
        /// Its `SELECT`, where it is written.
        query: String,
    },
    CreateSchema {
        name: Ident,
    },
    DropSchema {
        name: Ident,
    },
    RenameSchema {
        from: Ident,
        to: Ident,
    },
    /// Unqualified names are of this schema or database from here on (`USE`, `SET search_path`).
    Use {
        schema: Ident,
    },
    /// Only where the database is one of these.
    When {
        dialects: Vec<String>,
        change: Box<SchemaChange>,
    },
    /// `${name}` in types from here on (Liquibase).
    Property {
        name: String,
        value: String,
        dialects: Vec<String>,
    },
    /// This file is a step, known by `id`, that follows others (Alembic, Django).
    Revision {
        id: String,
        after: Vec<String>,
        /// Steps whose place it takes (Django's squashed migrations).
        replaces: Vec<String>,
    },
    /// What happens to a model, whose tables follow from all models there are (Django).
    Model(Box<super::django::ModelChange>),
    /// Another file, or all of a folder, applies here (Liquibase). The path is as the tree has it.
    Include {
        path: String,
        folder: bool,
    },
    /// The file is written for this database (`provider = "postgresql"`, `ENGINE=InnoDB`).
    Dialect {
        name: String,
    },
    /// The file is of this tool (`rails`, `alembic`), where its name alone does not say so.
    Tool {
        name: String,
    },
    /// A statement that matters and was not understood.
    Skipped {
        reason: String,
    },
}

impl Ident {
    pub fn new(text: impl Into<String>, quoted: bool) -> Self {
        Ident {
            text: text.into(),
            quoted,
        }
    }
    /// Taken as it is: code quotes the names it sends.
    pub fn exact(text: impl Into<String>) -> Self {
        Ident::new(text, true)
    }
}

impl Name {
    /// Of code: `schema.table` or `table`, taken as it is.
    pub fn exact(text: &str) -> Self {
        match text.split_once('.') {
            Some((schema, name)) => Name {
                schema: Some(Ident::exact(schema)),
                name: Ident::exact(name),
            },
            None => Name {
                schema: None,
                name: Ident::exact(text),
            },
        }
    }
}

impl Written {
    pub fn sql(text: impl Into<String>) -> Self {
        Written {
            writer: Writer::Sql,
            text: text.into(),
        }
    }
    pub fn by(writer: Writer, text: impl Into<String>) -> Self {
        Written {
            writer,
            text: text.into(),
        }
    }
}

impl SchemaChange {
    pub fn alter(table: Name, action: Action) -> Self {
        SchemaChange::Alter {
            table,
            if_exists: false,
            action: Box::new(action),
        }
    }
    pub fn skipped(reason: impl Into<String>) -> Self {
        SchemaChange::Skipped {
            reason: reason.into(),
        }
    }
    /// The same, where the database is one of these; without any, for all.
    pub fn only(self, dialects: &[String]) -> Self {
        if dialects.is_empty() {
            self
        } else {
            SchemaChange::When {
                dialects: dialects.to_vec(),
                change: Box::new(self),
            }
        }
    }
}
