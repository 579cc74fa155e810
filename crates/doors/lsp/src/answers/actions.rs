//! Cures of faults, and waivers of what may be accepted.

use folder::files;
use gen_lsp_types::{CodeAction, CodeActionKind, Range};
use model::Finding;
use pipeline::editing::{Edit, curing, difference};
use pipeline::open::WAIVERS;

use super::diagnostics::diagnostic;
use super::{Place, workspace_edit};
use crate::project::reader;
use crate::server::Refusal;

pub fn answer(place: Place<'_>, range: Range) -> Result<Vec<CodeAction>, Refusal> {
    place.project.check(place.texts);
    let (Some(workspace), Some(checked)) = (place.project.opened(), place.project.checked()) else {
        return Ok(Vec::new());
    };
    let asked = place.lines.bytes(range);
    let here = |finding: &&Finding| {
        finding.place.file.as_deref() == Some(place.name)
            && finding
                .place
                .span
                .is_some_and(|s| s.start <= asked.end && asked.start <= s.end)
    };
    let root = place.project.root.clone();
    let mut actions = Vec::new();
    for finding in checked.findings.iter().filter(here) {
        let span = finding.place.span.unwrap_or_default();
        let said = diagnostic(finding, place.lines.range(span.start..span.end), Vec::new());
        let action = |title: String, likely: bool, edit: Edit, new| CodeAction {
            title,
            kind: Some(CodeActionKind::QuickFix),
            diagnostics: Some(vec![said.clone()]),
            is_preferred: likely.then_some(true),
            edit: Some(workspace_edit(
                place.project,
                place.texts,
                workspace,
                place.client,
                &[edit],
                new,
            )),
            ..Default::default()
        };
        for cure in curing::cures(workspace, &mut reader(&root, place.texts), finding) {
            actions.push(action(cure.title, cure.likely, cure.edit, None));
        }
        let there = workspace.sources.text_of(WAIVERS);
        let offered = there.is_some() || place.client.creates_files();
        if offered
            && curing::may_be_waived(workspace, finding)
            && let Some(new) = curing::waive(there, finding, &files::today())
        {
            let edit = difference(WAIVERS, there.unwrap_or_default(), &new);
            let title = format!("Waive {} for three months", finding.key());
            actions.push(action(
                title,
                false,
                edit,
                there.is_none().then_some(WAIVERS),
            ));
        }
    }
    Ok(actions)
}
