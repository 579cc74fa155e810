//! Where an id is declared, and where it is used.

use gen_lsp_types::Location;
use pipeline::editing::links::{declaration, links, mentions, target_at};

use super::{Place, location};
use crate::server::Refusal;

pub fn definition(place: Place<'_>) -> Result<Option<Location>, Refusal> {
    place.project.open(place.texts);
    let Some(workspace) = place.project.opened() else {
        return Ok(None);
    };
    let links = links(workspace);
    let target = target_at(workspace, &links, place.name, place.offset);
    let declared = target.as_ref().and_then(|t| declaration(&links, t));
    let sources = &workspace.sources;
    Ok(declared.map(|l| location(place.project, place.texts, sources, &l.file, l.span.clone())))
}

pub fn references(place: Place<'_>, declarations: bool) -> Result<Vec<Location>, Refusal> {
    place.project.open(place.texts);
    let Some(workspace) = place.project.opened() else {
        return Ok(Vec::new());
    };
    let links = links(workspace);
    let Some(target) = target_at(workspace, &links, place.name, place.offset) else {
        return Ok(Vec::new());
    };
    let used = links
        .iter()
        .filter(|l| l.target == target && (declarations || !l.declares));
    let mut places: Vec<_> = used.map(|l| (l.file.clone(), l.span.clone())).collect();
    if let Some(declared) = declaration(&links, &target) {
        places.extend(mentions(workspace, declared));
    }
    let found = places.into_iter().map(|(file, bytes)| {
        location(place.project, place.texts, &workspace.sources, &file, bytes)
    });
    Ok(found.collect())
}
