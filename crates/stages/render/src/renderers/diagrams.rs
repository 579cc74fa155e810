//! Pictures as SVG: containers, one sequence for each operation, tables, and the numbers as charts.

use super::{Need, Renderer};
use crate::artifact::{Artifact, Marker};
use crate::picture;
use crate::scenes;
use crate::view::View;

pub const RENDERER: Renderer = Renderer {
    id: "diagrams",
    about: "Containers, sequences, tables, and the numbers as charts, as SVG.",
    needs: &[Need::Components],
    render,
};

fn render(view: &View<'_>) -> Vec<Artifact> {
    let mut made = vec![svg(
        view,
        "containers",
        &["components", "relations", "security.boundaries"],
        &picture::graph_svg(&scenes::containers::graph(view, true)),
    )];
    for id in view.system.architecture.paths.keys() {
        if let Some(sequence) = scenes::sequence::sequence(view, id) {
            let sources = [format!("paths.{id}"), format!("domain.operations.{id}")];
            let sources: Vec<&str> = sources.iter().map(String::as_str).collect();
            made.push(svg(
                view,
                &format!("sequence-{id}"),
                &sources,
                &picture::sequence_svg(&sequence),
            ));
        }
    }
    if !view.system.architecture.data.is_empty() {
        made.push(svg(
            view,
            "entities",
            &["data"],
            &picture::er_svg(&scenes::entities::er(view)),
        ));
    }
    // A program has one user at a time: load says nothing of it.
    let served = view.system.architecture.style != Some(model::Style::Program);
    if let (Some(chart), true) = (scenes::load::latency(view), served) {
        let body = picture::line_chart_svg(&chart);
        made.push(svg(view, "load", &["paths", "components"], &body));
    }
    if served
        && view.evaluation.is_some()
        && let Some(chart) = scenes::load::utilisation(view, &scenes::load::at(view, 10.0))
    {
        let body = picture::bar_chart_svg(&chart);
        made.push(svg(view, "utilisation", &["components"], &body));
    }
    if served {
        made.extend(studied(view));
    }
    if served && let Some(chart) = scenes::availability::chart(view) {
        let body = picture::bar_chart_svg(&chart);
        made.push(svg(view, "availability", &["components"], &body));
    }
    made
}

/// Pictures of simulations and projections.
fn studied(view: &View<'_>) -> Vec<Artifact> {
    let mut made = Vec::new();
    if let Some(chart) = scenes::growth::cost(view) {
        let body = picture::line_chart_svg(&chart);
        made.push(svg(view, "growth", &["scale.growth", "components"], &body));
    }
    if let Some(chart) = crate::tornado::chart(view) {
        let body = picture::range_chart_svg(&chart);
        made.push(svg(view, "tornado", &["ranges", "components"], &body));
    }
    if let Some(chart) = scenes::agreement::chart(view) {
        let body = picture::range_chart_svg(&chart);
        made.push(svg(view, "agreement", &["paths", "components"], &body));
    }
    for played in view.studies.iter().flat_map(|s| &s.experiments) {
        let title = format!("{}: {}", view.system.brief.name, played.id);
        let chart = played.simulated.as_ref();
        if let Some(chart) = chart.and_then(|s| crate::simulated::timeline_chart(&title, s)) {
            let name = format!("experiment-{}", played.id);
            let source = format!("experiments.{}", played.id);
            let body = picture::panel_chart_svg(&chart);
            made.push(svg(view, &name, &[source.as_str()], &body));
        }
    }
    made
}

fn svg(view: &View<'_>, name: &str, sources: &[&str], body: &str) -> Artifact {
    Artifact::new(
        format!("diagrams/{name}.svg"),
        Marker::Html,
        &view.options.source,
        sources,
        body,
    )
}
