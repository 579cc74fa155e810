//! Schemas: what migrations do, in their order, and the tables that they leave.
//!
//! ```text
//! files ─> fronts, readers ─> changes ─> order (which files, in which order) ─> apply ─> facts
//! ```

pub mod alembic;
pub mod alter;
pub mod apply;
pub mod calls;
pub mod change;
pub mod code;
pub mod copied;
pub mod digest;
pub mod django;
pub mod elements;
pub mod entity_framework;
pub mod knex;
pub mod laravel;
pub mod laravel_types;
pub mod liquibase;
pub mod model_columns;
pub mod model_relations;
pub mod models;
pub mod order;
pub mod parts;
pub mod place;
pub mod query;
pub mod query_types;
pub mod rails;
pub mod revisions;
pub mod rivals;
pub mod sequelize;
pub mod state;
pub mod typeorm;
pub mod types;
pub mod unrolled;
pub mod written;
pub mod written_rows;

pub use change::SchemaChange;

use model::fact::{FaultFact, SchemaFact, Source};

use crate::sql::Dialect;

/// Every schema of a tree, as its migrations leave it.
pub fn recover(files: &order::Files) -> Vec<SchemaFact> {
    order::plans(files).iter().map(applied).collect()
}

/// What a plan's steps leave.
pub fn applied(plan: &order::Plan) -> SchemaFact {
    let mut applied = apply::Applied::new(plan.dialect);
    for (file, line, change) in &plan.steps {
        let at = Source {
            file: (*file).to_string(),
            line: *line,
        };
        applied.change(&at, change);
    }
    let tables = applied.tables();
    let mut skipped: Vec<FaultFact> = applied.skipped;
    if plan.dialect == Dialect::Unknown {
        skipped.push(FaultFact {
            at: Source {
                file: plan.files.first().copied().unwrap_or_default().to_string(),
                line: 0,
            },
            reason: "which database it is for cannot be told: types are as written".to_string(),
        });
    }
    SchemaFact {
        store: None,
        service: None,
        tool: plan.tool.clone(),
        dialect: plan.dialect.id().to_string(),
        files: plan.files.iter().map(|file| (*file).to_string()).collect(),
        tables,
        skipped,
    }
}
