//! DESIGN.md: seven sections in a fixed order (MISSION E1), short, with the long tables in files
//! beside it. Each number in it can be asked for by its key.

mod considerations;
mod contracts;
mod failures;
mod operations;
mod overview;
mod rationale;
mod samples;
mod schema;
mod security;
mod services;
mod studied;
mod summary;
mod unsettled;

use super::{Need, Renderer};
use crate::artifact::{Artifact, Marker};
use crate::figures::Figures;
use crate::page::Page;
use crate::view::View;

pub const RENDERER: Renderer = Renderer {
    id: "design-document",
    about: "The design document, with operations, tables and security beside it.",
    needs: &[Need::Components],
    render,
};

fn render(view: &View<'_>) -> Vec<Artifact> {
    let figures = Figures::new(view);
    let mut page = Page::default();
    page.heading(1, &format!("{}: design", view.system.brief.name));
    summary::write(&figures, &mut page);
    overview::write(&figures, &mut page);
    services::write(&figures, &mut page);
    contracts::write(&figures, &mut page);
    schema::write(&figures, &mut page);
    rationale::write(&figures, &mut page);
    considerations::write(&figures, &mut page);
    let mut made = vec![file(
        view,
        "DESIGN.md",
        &["brief", "architecture", "evaluation"],
        &page.finish(),
    )];
    let beside = [
        ("operations.md", operations::all(&figures), "paths"),
        (
            "patterns.md",
            rationale::patterns_file(&figures),
            "patterns",
        ),
        ("tables.md", schema::all(&figures), "data"),
        ("security.md", security::all(&figures), "security"),
    ];
    for (name, body, source) in beside {
        made.extend(body.map(|b| file(view, name, &[source], &b)));
    }
    made
}

fn file(view: &View<'_>, name: &str, sources: &[&str], body: &str) -> Artifact {
    Artifact::new(name, Marker::Html, &view.options.source, sources, body)
}
