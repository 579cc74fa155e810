//! SQL.
use super::{Need, Renderer};
pub const RENDERER: Renderer = Renderer {
    id: "sql",
    about: "DDL and migrations for PostgreSQL and SQLite.",
    needs: &[Need::Tables],
    render: |_| Vec::new(),
};
