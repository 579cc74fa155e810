//! `performance.md`: the performance analysis. Method and its known error, every operation and
//! component, what is held, overload, availability and recovery, what the numbers rest on, growth,
//! and the simulation beside the closed form.

mod availability;
mod components;
mod growth;
mod method;
mod operations;
mod overload;
mod sensitivity;
mod simulated;

use super::{Need, Renderer};
use crate::artifact::{Artifact, Marker};
use crate::figures::Figures;
use crate::page::Page;
use crate::view::View;

pub(crate) use components::targets_held;
pub use growth::broken_lines;
pub(crate) use growth::told as broken_target;
pub(crate) use method::{gives_way_first, measured_share};
pub use overload::told as overload_told;
pub use sensitivity::doubt;
pub(crate) use simulated::times;

pub const RENDERER: Renderer = Renderer {
    id: "performance",
    about: "The performance analysis: method, numbers, overload, recovery, simulation.",
    needs: &[Need::Components, Need::Evaluation],
    render,
};

pub(crate) const FILE: &str = "performance.md";

fn render(view: &View<'_>) -> Vec<Artifact> {
    let figures = Figures::new(view);
    let mut page = Page::default();
    page.heading(
        1,
        &format!("{}: performance analysis", view.system.brief.name),
    );
    method::write(&figures, &mut page);
    operations::write(&figures, &mut page);
    if !figures.program() {
        components::write(&figures, &mut page);
        overload::write(&figures, &mut page);
        availability::write(&figures, &mut page);
        sensitivity::write(&figures, &mut page);
        growth::write(&figures, &mut page);
        simulated::write(&figures, &mut page);
    }
    method::asking(&figures, &mut page);
    vec![Artifact::new(
        FILE,
        Marker::Html,
        &view.options.source,
        &["evaluation", "paths", "components", "relations"],
        &page.finish(),
    )]
}
