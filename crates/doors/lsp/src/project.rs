//! A folder with a model, as the editor sees it: the files of the disk under the texts that are open.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path, PathBuf};

use folder::files;
use gen_lsp_types::Uri;
use pipeline::editing::figures::{Figure, figures};
use pipeline::open::{ARCHITECTURE, BRIEF, MEASURED, WAIVERS};
use pipeline::{Checked, Kept, Workspace};

use crate::places;

/// Folders above a file that are looked at for the model it belongs to.
const MOST_ABOVE: usize = 8;

/// A text that the editor holds.
#[derive(Debug, Clone)]
pub struct Open {
    /// As the editor writes it.
    pub uri: Uri,
    pub version: i32,
    pub text: String,
}

/// The open texts by path.
pub type Texts = BTreeMap<PathBuf, Open>;

/// The folder that a file belongs to: its own, where its name is one of the model's, or the nearest
/// above that holds a brief or an architecture.
pub fn root_of(path: &Path, texts: &Texts) -> Option<PathBuf> {
    let name = path.file_name()?.to_str()?;
    let parent = path.parent()?;
    if [BRIEF, ARCHITECTURE, WAIVERS, MEASURED].contains(&name) {
        return Some(parent.to_path_buf());
    }
    let yaml = matches!(path.extension()?.to_str()?, "yaml" | "yml" | "json");
    let holds = |folder: &Path| {
        [ARCHITECTURE, BRIEF].iter().any(|name| {
            let file = folder.join(name);
            texts.contains_key(&file) || matches!(files::read_if_there(&file), Ok(Some(_)))
        })
    };
    let found = parent
        .ancestors()
        .take(MOST_ABOVE)
        .find(|folder| holds(folder));
    found.filter(|_| yaml).map(Path::to_path_buf)
}

/// A folder and what was found out about it.
pub struct Project {
    pub root: PathBuf,
    kept: Kept,
    workspace: Option<Workspace>,
    checked: Option<Checked>,
    figures: Option<Vec<Figure>>,
    /// Files whose findings the editor shows.
    pub shown: BTreeSet<String>,
    /// Something changed since its findings were shown.
    pub stale: bool,
}

impl Project {
    pub fn new(root: PathBuf) -> Self {
        Project {
            root,
            kept: Kept::default(),
            workspace: None,
            checked: None,
            figures: None,
            shown: BTreeSet::new(),
            stale: true,
        }
    }

    /// Forgets what was found out: a text is another.
    pub fn changed(&mut self) {
        self.workspace = None;
        self.checked = None;
        self.figures = None;
        self.stale = true;
    }

    /// Reads the files where that was not done since the last change.
    pub fn open(&mut self, texts: &Texts) -> &Workspace {
        let (root, kept) = (&self.root, &mut self.kept);
        self.workspace
            .get_or_insert_with(|| kept.open(&mut reader(root, texts)))
    }

    /// What was read since the last change.
    pub fn opened(&self) -> Option<&Workspace> {
        self.workspace.as_ref()
    }

    /// What was checked last.
    pub fn checked(&self) -> Option<&Checked> {
        self.checked.as_ref()
    }

    /// Files, rules and evaluation, worked out where that was not done since the last change.
    pub fn check(&mut self, texts: &Texts) -> (&Workspace, &Checked) {
        self.open(texts);
        let (workspace, checked) = (&mut self.workspace, &mut self.checked);
        let workspace = &*workspace.get_or_insert_default();
        let checked =
            checked.get_or_insert_with(|| pipeline::checked(workspace, Some(&files::today())));
        (workspace, checked)
    }

    pub fn figures(&mut self, texts: &Texts) -> (&Workspace, &[Figure]) {
        self.check(texts);
        let workspace = &*self.workspace.get_or_insert_default();
        let figures = self.figures.get_or_insert_with(|| {
            let checked = self.checked.as_ref();
            let system = checked.and_then(|c| c.system.as_ref());
            let evaluation = checked.and_then(|c| c.evaluation.as_ref());
            match (system, evaluation) {
                (Some(system), Some(evaluation)) => figures(workspace, system, evaluation),
                _ => Vec::new(),
            }
        });
        (workspace, figures)
    }

    /// The name of a file inside the folder, as the model's files name each other.
    pub fn name(&self, path: &Path) -> Option<String> {
        let inside = path.strip_prefix(&self.root).ok()?;
        let parts: Option<Vec<&str>> = inside
            .components()
            .map(|c| match c {
                Component::Normal(part) => part.to_str(),
                _ => None,
            })
            .collect();
        Some(parts?.join("/"))
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.root.join(name).components().collect()
    }

    /// The address of a file, as the editor writes it where it has it open.
    pub fn uri(&self, name: &str, texts: &Texts) -> Uri {
        let path = self.path(name);
        texts
            .get(&path)
            .map_or_else(|| places::uri(&path), |open| open.uri.clone())
    }

    /// Whether any file of the folder is open.
    pub fn is_open(&self, texts: &Texts) -> bool {
        texts.keys().any(|path| path.starts_with(&self.root))
    }
}

/// A reader of a folder: the text that is open, or the file.
pub fn reader<'t>(
    root: &'t Path,
    texts: &'t Texts,
) -> impl FnMut(&str) -> Result<Option<Vec<u8>>, String> + 't {
    let mut disk = files::reader(root);
    move |name: &str| {
        let path: PathBuf = root.join(name).components().collect();
        match texts.get(&path) {
            Some(open) => Ok(Some(open.text.clone().into_bytes())),
            None => disk(name),
        }
    }
}
