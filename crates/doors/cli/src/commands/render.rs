//! `groundplan render`: documents, contracts, schemas and diagrams from the architecture.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use model::System;
use pipeline::output::{Fate, fate, generated, seal, untouched};

use crate::look;
use crate::tables::{Align, table};
use crate::{CLEAN, FINDINGS, UNUSABLE, files};

/// The folder of generated files, beside brief.yaml and architecture.yaml.
pub const OUTPUT: &str = "design";

pub fn run(folder: &Path, only: &[String], list: bool, force: bool) -> Result<u8, String> {
    if list {
        let rows: Vec<Vec<String>> = render::renderers()
            .iter()
            .map(|r| vec![r.id.to_string(), r.about.to_string()])
            .collect();
        super::print(&table(
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
    super::print(&written.text(folder))?;
    Ok(written.code)
}

/// What writing came to.
pub struct Written {
    pub created: usize,
    pub replaced: usize,
    pub same: usize,
    pub kept: Vec<String>,
    /// Files of an earlier run that nothing makes any more: removed, and edited ones left.
    pub removed: Vec<String>,
    pub left: Vec<String>,
    pub code: u8,
}

impl Written {
    pub fn text(&self, folder: &Path) -> String {
        let mut out = format!(
            "{}: {} files new, {} changed, {} as they were.",
            folder.join(OUTPUT).display(),
            self.created,
            self.replaced,
            self.same
        );
        for path in &self.removed {
            out.push_str(&format!("\nremoved: {path} is no longer made"));
        }
        for path in &self.left {
            out.push_str(&format!(
                "\nleft: {path} is no longer made, but was edited by hand; remove it yourself"
            ));
        }
        for path in &self.kept {
            out.push_str(&format!(
                "\nkept: {path} was edited by hand and stays as it is; `groundplan render --force` writes over it"
            ));
        }
        out
    }
}

/// Renders and writes. Files that somebody edited stay, unless `force`.
pub fn write(
    folder: &Path,
    system: &System,
    only: &[&str],
    force: bool,
) -> Result<Written, String> {
    let rendered = pipeline::render(system, only);
    let mut written = Written {
        created: 0,
        replaced: 0,
        same: 0,
        kept: Vec::new(),
        removed: Vec::new(),
        left: Vec::new(),
        code: CLEAN,
    };
    for finding in &rendered.findings {
        look::error(&format!("{} {}", finding.message, finding.remedy));
        written.code = UNUSABLE;
    }
    let output = folder.join(OUTPUT);
    // Before anything is written: a fault here leaves everything as it was.
    let there = files::below(&output)?;
    for artifact in &rendered.value {
        let path = folder.join(OUTPUT).join(&artifact.path);
        let content = seal(artifact);
        let there = files::read_if_there(&path)?;
        match fate(&content, there.as_deref()) {
            Fate::Same => written.same += 1,
            Fate::Keep if !force => {
                written.kept.push(path.display().to_string());
                written.code = written.code.max(FINDINGS);
            }
            decided => {
                files::write(&path, content.as_bytes())?;
                if decided == Fate::Create {
                    written.created += 1;
                } else {
                    written.replaced += 1;
                }
            }
        }
    }
    if only.is_empty() && rendered.findings.is_empty() {
        let made: BTreeSet<PathBuf> = rendered
            .value
            .iter()
            .map(|a| output.join(&a.path))
            .collect();
        for path in there.iter().filter(|p| !made.contains(*p)) {
            sweep(path, &mut written)?;
        }
    }
    Ok(written)
}

/// Removes a generated file that nothing makes any more, unless somebody edited it. Files that were
/// never ours are none of our business.
fn sweep(path: &Path, written: &mut Written) -> Result<(), String> {
    let Ok(Some(bytes)) = files::read_if_there(path) else {
        return Ok(());
    };
    let Ok(text) = String::from_utf8(bytes) else {
        return Ok(());
    };
    if untouched(&text) {
        files::remove(path)?;
        written.removed.push(path.display().to_string());
    } else if generated(&text) {
        written.left.push(path.display().to_string());
    }
    Ok(())
}
