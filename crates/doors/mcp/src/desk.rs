//! The folder that is served, and what its clients were told.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use model::{Brief, System};
use pipeline::Workspace;
use pipeline::proposing::Texts;

use crate::arguments::Arguments;
use crate::short::Refusal;

/// States handed out and kept for a later three-way comparison.
const REMEMBERED: usize = 64;

pub struct Desk {
    pub folder: PathBuf,
    pub read_only: bool,
    /// Address of the server to measure in.
    pub database: Option<String>,
    /// Revisions with their texts, oldest first.
    handed: Mutex<VecDeque<(String, Texts)>>,
}

impl Desk {
    pub fn open(arguments: &Arguments) -> Result<Desk, String> {
        let folder = folder::files::folder(&arguments.folder)?;
        let folder = folder
            .canonicalize()
            .map_err(|e| format!("{}: {e}", folder.display()))?;
        Ok(Desk {
            folder,
            read_only: arguments.read_only,
            database: arguments.database.clone(),
            handed: Mutex::default(),
        })
    }

    /// The revision of the files as they stand, remembered.
    pub fn revision(&self) -> Result<String, Refusal> {
        let texts = folder::opening::texts(&self.folder)?;
        let revision = texts.revision();
        if let Ok(mut handed) = self.handed.lock()
            && !handed.iter().any(|(known, _)| *known == revision)
        {
            handed.push_back((revision.clone(), texts));
            if handed.len() > REMEMBERED {
                handed.pop_front();
            }
        }
        Ok(revision)
    }

    /// The texts of a revision that was handed out.
    pub fn handed(&self, revision: &str) -> Option<Texts> {
        let handed = self.handed.lock().ok()?;
        let found = handed.iter().find(|(known, _)| known == revision)?;
        Some(found.1.clone())
    }

    pub fn workspace(&self) -> Result<Workspace, Refusal> {
        Ok(folder::open(&self.folder)?)
    }

    /// The workspace, if its files can be understood.
    pub fn sound(&self) -> Result<Workspace, Refusal> {
        let workspace = self.workspace()?;
        if workspace.usable() {
            return Ok(workspace);
        }
        Err(Refusal::findings(
            "the files cannot be understood",
            &workspace.findings,
        ))
    }

    /// The designed system.
    pub fn system(&self) -> Result<(Workspace, System), Refusal> {
        let workspace = self.sound()?;
        let system = workspace.system().ok_or_else(|| {
            Refusal::new("there is no architecture.yaml yet")
                .next("Call `design`, or `propose` a whole architecture.")
        })?;
        Ok((workspace, system))
    }

    /// The brief, if it does not contradict itself.
    pub fn brief(&self) -> Result<(Workspace, Brief), Refusal> {
        let workspace = self.sound()?;
        let brief = workspace.brief().cloned().ok_or_else(|| {
            Refusal::new("there is no brief here")
                .next("`propose` one with `texts: {brief: ...}`; `vocabulary` shows what it holds.")
        })?;
        Ok((workspace, brief))
    }
}

/// One call of a tool.
pub struct Call<'a> {
    pub desk: &'a Desk,
    /// The client's name, for the history.
    pub client: &'a str,
    /// Set when the client took the call back, or went away.
    pub taken_back: &'a Arc<AtomicBool>,
}

impl Call<'_> {
    /// Before something is written: whether anybody still wants it, and whether it may be.
    pub fn may_write(&self) -> Result<(), Refusal> {
        if self.desk.read_only {
            return Err(Refusal::new("this server was started with --read-only")
                .next("Give the changes to a person, or ask for a server that may write."));
        }
        self.going_on()
    }

    pub fn going_on(&self) -> Result<(), Refusal> {
        match self.taken_back.load(Ordering::Relaxed) {
            true => Err(Refusal::new("the call was cancelled; nothing was written")),
            false => Ok(()),
        }
    }
}
