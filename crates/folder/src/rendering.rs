//! Writing what is rendered: generated files are replaced, edited ones stay.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use model::{Finding, System};
use pipeline::output::{Fate, fate, generated, seal, untouched};

use crate::files;

/// The folder of generated files, beside brief.yaml and architecture.yaml.
pub const OUTPUT: &str = "design";

/// What writing came to.
#[derive(Default)]
pub struct Written {
    pub created: Vec<String>,
    pub replaced: Vec<String>,
    pub same: usize,
    /// Edited by hand, and left alone.
    pub kept: Vec<String>,
    /// Files of an earlier run that nothing makes any more: removed, and edited ones left.
    pub removed: Vec<String>,
    pub left: Vec<String>,
    /// Why something could not be rendered.
    pub findings: Vec<Finding>,
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
        findings: rendered.findings,
        ..Written::default()
    };
    let output = folder.join(OUTPUT);
    // Before anything is written: a fault here leaves everything as it was.
    let there = files::below(&output)?;
    for artifact in &rendered.value {
        let path = output.join(&artifact.path);
        let content = seal(artifact);
        let shown = path.display().to_string();
        match fate(&content, files::read_if_there(&path)?.as_deref()) {
            Fate::Same => written.same += 1,
            Fate::Keep if !force => written.kept.push(shown),
            decided => {
                files::write(&path, content.as_bytes())?;
                match decided {
                    Fate::Create => written.created.push(shown),
                    _ => written.replaced.push(shown),
                }
            }
        }
    }
    if only.is_empty() && written.findings.is_empty() {
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
