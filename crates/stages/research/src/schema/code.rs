//! Migrations written in code: readers that take the outline of a language.

use crate::fronts::sql::observed;
use crate::observation::Observed;
use crate::outline::Outline;

use super::change::SchemaChange;
use super::{alembic, django, entity_framework, knex, laravel, rails, sequelize, typeorm};

/// A reader of one tool's migrations.
pub struct Reader {
    /// As facts name the tool.
    pub tool: &'static str,
    /// Whether a path may be one of its files.
    pub takes: fn(&str) -> bool,
    /// Its changes with their lines; none where the file is something else.
    pub read: fn(&str, &Outline) -> Vec<(u32, SchemaChange)>,
}

/// Every reader.
pub const ALL: &[&Reader] = &[
    &alembic::READER,
    &django::READER,
    &rails::SCHEMA,
    &rails::MIGRATION,
    &laravel::READER,
    &entity_framework::READER,
    // Three tools share their paths: each takes only what it knows.
    &typeorm::READER,
    &knex::READER,
    &sequelize::READER,
];

/// Whether a source file may be a migration, by its path.
pub fn may_be(path: &str) -> bool {
    ALL.iter().any(|reader| (reader.takes)(path))
}

/// What the migrations of a source file change; empty for other files.
pub fn changes(path: &str, outline: &Outline) -> Vec<(u32, SchemaChange)> {
    for reader in ALL.iter().filter(|reader| (reader.takes)(path)) {
        let found = (reader.read)(path, outline);
        if !found.is_empty() {
            let name = reader.tool.to_string();
            let tool = std::iter::once((1, SchemaChange::Tool { name }));
            return tool.chain(found).collect();
        }
    }
    Vec::new()
}

/// The same as observations.
pub fn seen(path: &str, outline: &Outline) -> Vec<Observed> {
    let found = changes(path, outline).into_iter();
    found.map(|(line, change)| observed(line, change)).collect()
}
