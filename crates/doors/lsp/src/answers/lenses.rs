//! Numbers above operations and components.

use gen_lsp_types::{CodeLens, Command};
use serde_json::json;

use super::Place;
use crate::server::{EXPLAIN, Refusal};

pub fn answer(place: Place<'_>) -> Result<Vec<CodeLens>, Refusal> {
    let (_, figures) = place.project.figures(place.texts);
    let here = figures.iter().filter(|f| f.file == place.name);
    let lens = |figure: &pipeline::editing::figures::Figure| CodeLens {
        range: place.lines.range(figure.range.clone()),
        command: Some(Command {
            title: figure.title.clone(),
            command: EXPLAIN.to_string(),
            arguments: Some(vec![json!(figure.about)]),
            ..Default::default()
        }),
        ..Default::default()
    };
    Ok(here.map(lens).collect())
}
