//! Render: from the model to files. A renderer reads a [`View`] and gives [`Artifact`]s; it decides
//! nothing about the design and states nothing that the model does not hold.
//!
//! Each renderer is one file of `renderers/` and one line of [`renderers()`]. `picture` draws.

pub mod artifact;
mod figures;
mod interface;
pub mod numbers;
mod page;
pub mod picture;
mod protection;
pub mod renderers;
mod scenes;
pub mod simulated;
pub mod studies;
pub mod tornado;
pub mod view;
mod words;

pub use artifact::{Artifact, Marker};
pub use renderers::performance::{broken_lines, doubt, overload_told};
pub use renderers::{Need, Renderer, renderers};
pub use studies::{Played, Studies};
pub use view::{Options, View};
pub use words::gives_way;

use model::{Finding, Outcome, Severity};

/// Runs the renderers named in `only`, or all of them where it is empty, in the order of the list.
///
/// A renderer whose needs the model does not meet gives nothing: a program without tables has no
/// schema. An id that no renderer has is a finding. Paths are unique over all artifacts.
pub fn render(view: &View<'_>, only: &[&str]) -> Outcome<Vec<Artifact>> {
    let unknown = only
        .iter()
        .filter(|id| renderers().iter().all(|r| r.id != **id));
    let findings = unknown
        .map(|id| {
            let known: Vec<&str> = renderers().iter().map(|r| r.id).collect();
            Finding::new(
                "unknown-renderer",
                Severity::Major,
                "",
                format!("There is no renderer '{id}'."),
            )
            .why("Nothing was written for it.")
            .remedy(format!("Name one of {}.", known.join(", ")))
        })
        .collect();
    let artifacts = renderers()
        .iter()
        .filter(|r| only.is_empty() || only.contains(&r.id))
        .filter(|r| r.needs.iter().all(|need| view.has(*need)))
        .flat_map(|r| (r.render)(view))
        .collect();
    Outcome::new(artifacts, findings)
}
