//! `groundplan render`: documents, contracts, schemas and diagrams from the architecture.

use std::path::Path;

use folder::rendering::{self, OUTPUT, Written};
use model::System;

use crate::{CLEAN, FINDINGS, UNUSABLE};
use terminal::look;
use terminal::tables::{Align, table};

pub fn run(folder: &Path, only: &[String], list: bool, force: bool) -> Result<u8, String> {
    if list {
        let rows: Vec<Vec<String>> = render::renderers()
            .iter()
            .map(|r| vec![r.id.to_string(), r.about.to_string()])
            .collect();
        look::print(&table(
            &[("renderer", Align::Left), ("what it writes", Align::Left)],
            &rows,
        ))?;
        return Ok(CLEAN);
    }
    let (_, system) = match super::open_system(folder)? {
        Ok(opened) => opened,
        Err(code) => return Ok(code),
    };
    let only: Vec<&str> = only.iter().map(String::as_str).collect();
    let written = write(folder, &system, &only, force)?;
    look::print(&text(&written, folder))?;
    Ok(code(&written))
}

/// Renders and writes, and says on the error stream what could not be rendered.
pub fn write(
    folder: &Path,
    system: &System,
    only: &[&str],
    force: bool,
) -> Result<Written, String> {
    let written = rendering::write(folder, system, only, force)?;
    for finding in &written.findings {
        look::error(&format!("{} {}", finding.message, finding.remedy));
    }
    Ok(written)
}

/// 2 where something could not be rendered, 1 where an edited file was kept.
pub fn code(written: &Written) -> u8 {
    match (written.findings.is_empty(), written.kept.is_empty()) {
        (false, _) => UNUSABLE,
        (true, false) => FINDINGS,
        (true, true) => CLEAN,
    }
}

pub fn text(written: &Written, folder: &Path) -> String {
    let mut out = format!(
        "{}: {} files new, {} changed, {} as they were.",
        folder.join(OUTPUT).display(),
        written.created.len(),
        written.replaced.len(),
        written.same
    );
    for path in &written.removed {
        out.push_str(&format!("\nremoved: {path} is no longer made"));
    }
    for path in &written.left {
        out.push_str(&format!(
            "\nleft: {path} is no longer made, but was edited by hand; remove it yourself"
        ));
    }
    for path in &written.kept {
        out.push_str(&format!(
            "\nkept: {path} was edited by hand and stays as it is; `groundplan render --force` writes over it"
        ));
    }
    out
}
