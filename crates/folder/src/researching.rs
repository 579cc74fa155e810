//! Reading a tree of code, and keeping what was found.

use std::path::{Path, PathBuf};

use pipeline::output::{Fate, fate, seal};
use pipeline::researching::{self, Research};
use research::{Options, Progress};

use crate::files;

/// The folder of what was found, inside the code's.
pub const OUTPUT: &str = "research";

/// Reads the folders; their history too where somebody will read of it.
pub fn read(
    paths: &[PathBuf],
    no_cache: bool,
    history: bool,
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<Research, String> {
    let options = Options {
        cache: match no_cache {
            true => None,
            false => research::cache::folder(),
        },
        history,
    };
    researching::research(paths, &options, progress)
}

/// Writes the document, the facts and the architecture into `out`. Each file with what became of it;
/// one that was edited stays.
pub fn write(out: &Path, research: &Research) -> Result<Vec<(PathBuf, Fate)>, String> {
    let mut written = Vec::new();
    for artifact in researching::files(research)? {
        let path = out.join(&artifact.path);
        let content = seal(&artifact);
        let decided = fate(&content, files::read_if_there(&path)?.as_deref());
        if matches!(decided, Fate::Create | Fate::Replace) {
            files::write(&path, content.as_bytes())?;
        }
        written.push((path, decided));
    }
    Ok(written)
}

/// The folder that keeps the architecture of a tree of code: the code's own, or where research
/// writes. None where nothing is kept.
pub fn kept_in(code: &Path) -> Result<Option<PathBuf>, String> {
    let code = files::folder(code)?;
    for folder in [code.clone(), code.join(OUTPUT)] {
        if files::read_if_there(&folder.join(pipeline::open::ARCHITECTURE))?.is_some() {
            return Ok(Some(folder));
        }
    }
    Ok(None)
}
