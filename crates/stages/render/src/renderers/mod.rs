//! The renderers, one file and one line each.

mod design_document;
mod diagrams;
mod mermaid;
pub(crate) mod openapi;
pub(crate) mod performance;
mod sql;
mod tasks;

use crate::artifact::Artifact;
use crate::view::View;

/// What the model must hold for a renderer to have something to say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Need {
    /// Tables.
    Tables,
    /// Operations that are asked for over HTTP; a program has none.
    Http,
    /// Components.
    Components,
    /// Paths of operations through components.
    Paths,
    /// Computed numbers.
    Evaluation,
    /// Events of the domain.
    Events,
}

/// One kind of document.
#[derive(Debug, Clone, Copy)]
pub struct Renderer {
    /// Kebab-case, the name of its file; what people type.
    pub id: &'static str,
    /// What it makes, in one line.
    pub about: &'static str,
    pub needs: &'static [Need],
    pub render: fn(&View<'_>) -> Vec<Artifact>,
}

/// Every renderer, in the order in which files are written.
pub fn renderers() -> &'static [Renderer] {
    &[
        openapi::RENDERER,
        sql::RENDERER,
        design_document::RENDERER,
        performance::RENDERER,
        mermaid::RENDERER,
        diagrams::RENDERER,
        tasks::RENDERER,
    ]
}
