//! Entities and their relations, with crow's-foot ends.

mod draw;

pub use draw::{er_layout, er_svg};

use super::graph::{Direction, Emphasis};

/// What a column is besides a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum KeyMark {
    /// Part of the primary key.
    Primary,
    /// Points at another entity.
    Foreign,
    /// Unique.
    Unique,
    /// Indexed.
    Index,
}

/// One column.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Column {
    /// The name.
    pub name: String,
    /// The type as the database writes it.
    pub ty: String,
    /// Its marks, drawn as `PK`, `FK`, `UQ`, `IX`.
    pub marks: Vec<KeyMark>,
    /// Whether it may be null; drawn as `?` behind the type.
    pub nullable: bool,
}

/// One table, collection or entity.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entity {
    /// Unique; becomes `data-id`.
    pub id: String,
    /// The name.
    pub title: String,
    /// Its owner or store. Empty: none.
    pub subtitle: String,
    /// Its columns; beyond 24 the rest is counted, not listed.
    pub columns: Vec<Column>,
    /// How strongly it is drawn.
    pub emphasis: Emphasis,
    /// The innermost group it is in (an owner, a database), by id.
    pub group: Option<String>,
}

/// How many at one end of a relation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Many {
    /// Exactly one: two bars.
    #[default]
    One,
    /// None or one: ring and bar.
    ZeroOrOne,
    /// One or more: bar and crow's foot.
    OneOrMore,
    /// Any number: ring and crow's foot.
    ZeroOrMore,
}

/// One relation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Relation {
    /// Becomes `data-id`.
    pub id: String,
    /// Id of the entity that is referred to (the parent of a foreign key): drawn above.
    pub from: String,
    /// Id of the entity that refers (the child).
    pub to: String,
    /// How many at the `from` end.
    pub from_many: Many,
    /// How many at the `to` end.
    pub to_many: Many,
    /// What it means, or the referring column. Empty: none.
    pub label: String,
    /// Whether the child cannot exist without its parent (solid line) or may (dashed line).
    pub identifying: bool,
}

/// An entity-relationship picture.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Er {
    /// Heading and accessible name. Empty: no heading.
    pub title: String,
    /// A sentence for readers who cannot see the picture. Empty: one is made from the counts.
    pub description: String,
    /// Which way the relations mostly run.
    pub direction: Direction,
    /// The entities.
    pub entities: Vec<Entity>,
    /// Rectangles around entities.
    pub groups: Vec<super::graph::Group>,
    /// The relations.
    pub relations: Vec<Relation>,
}
