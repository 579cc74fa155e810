//! Keeping a design: a new architecture is written; one that is there gets a proposal, which is
//! applied only when told.

use std::path::{Path, PathBuf};

use model::Architecture;
use pipeline::Workspace;
use pipeline::designing::{self, Design};
use pipeline::proposing::{Document, Texts};

use crate::{changing, files, history, lock, opening};

/// What the engine wrote last time, so that a person's edit of it is recognised. May be deleted.
const BASE: &str = ".groundplan/base.yaml";
const PROPOSAL: &str = "architecture.proposal.yaml";

/// What became of a design.
pub enum Kept {
    /// There was no architecture.
    Written,
    /// It would change nothing but elements of other authors, of which there are so many.
    Same {
        others: usize,
    },
    Applied {
        changes: usize,
        others: usize,
    },
    Proposed {
        proposal: designing::Proposal,
        file: PathBuf,
    },
}

/// Writes the architecture where there is none; otherwise proposes, and applies with `accept`. The
/// history names `author`.
pub fn keep(
    folder: &Path,
    workspace: &Workspace,
    design: &Design,
    accept: bool,
    author: &str,
) -> Result<Kept, String> {
    let base_file = folder.join(BASE);
    let text = designing::architecture_text(&design.system.architecture);
    let option = &design.plan.options[design.option].id;
    let reason = format!("design of the option {option}");
    let Some(mine) = workspace.architecture() else {
        commit(folder, text.clone(), author, &reason)?;
        files::write(&base_file, text.as_bytes())?;
        return Ok(Kept::Written);
    };
    let base: Option<Architecture> = files::read_if_there(&base_file)?.and_then(|bytes| {
        let source = syntax::SourceFile::new(BASE, bytes);
        syntax::load::<Architecture>(&[source], &syntax::Hooks::none()).value
    });
    let proposal = designing::proposal(mine, &design.system.architecture, base.as_ref());
    let (changes, others) = (proposal.changes.len(), proposal.kept.len());
    let file = folder.join(PROPOSAL);
    if changes == 0 {
        // An older proposal has nothing left to say.
        files::remove(&file)?;
        return Ok(Kept::Same { others });
    }
    if accept {
        let target = folder.join(pipeline::open::ARCHITECTURE);
        let current = String::from_utf8(files::read_named(&target)?)
            .map_err(|_| format!("{} is not UTF-8", target.display()))?;
        commit(
            folder,
            designing::accept(&current, &proposal)?,
            author,
            &reason,
        )?;
        files::write(&base_file, text.as_bytes())?;
        files::remove(&file)?;
        return Ok(Kept::Applied { changes, others });
    }
    files::write(&file, designing::proposal_text(&proposal).as_bytes())?;
    Ok(Kept::Proposed { proposal, file })
}

fn commit(folder: &Path, text: String, author: &str, reason: &str) -> Result<(), String> {
    let lock = lock::take(folder)?;
    let before = opening::texts(folder)?;
    let after: Texts = before.with(Document::Architecture, Some(text));
    let what = history::Said {
        author,
        reason,
        undoes: None,
    };
    match changing::commit(folder, &lock, &before, &after, &what)? {
        Ok(_) => Ok(()),
        Err(_) => Err("somebody changed the files meanwhile; run it again".to_string()),
    }
}
