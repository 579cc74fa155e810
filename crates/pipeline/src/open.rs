//! Opening a folder: brief, architecture, waivers and measurements, with every fault and the way back to the text.

use model::{Architecture, Brief, BriefSource, Finding, Measured, Severity, System, Waivers};
use std::sync::{Arc, OnceLock};
use syntax::{Hooks, Loaded, Schema, Sources};

/// Gives the bytes of a file of the folder: `Ok(None)` where there is none, `Err` where it cannot
/// be read.
pub type Read<'r> = &'r mut dyn FnMut(&str) -> Result<Option<Vec<u8>>, String>;

pub const BRIEF: &str = "brief.yaml";
pub const ARCHITECTURE: &str = "architecture.yaml";
pub const WAIVERS: &str = "waivers.yaml";
pub const MEASURED: &str = "measured.yaml";

/// What a folder holds.
#[derive(Default)]
pub struct Workspace {
    pub brief_file: Option<Arc<Loaded<Brief>>>,
    pub architecture: Option<Arc<Loaded<Architecture>>>,
    pub waivers: Option<Arc<Loaded<Waivers>>>,
    pub measured: Option<Arc<Loaded<Measured>>>,
    /// Name of the file that is the brief, where it has one of its own.
    pub brief_name: String,
    /// Faults of the files, located.
    pub findings: Vec<Finding>,
    /// The texts, for excerpts.
    pub sources: Sources,
}

/// Reads the folder behind `read`. Opening cannot fail: what is wrong is in the findings.
pub fn open(read: Read<'_>) -> Workspace {
    Kept::default().open(read)
}

/// What was read last, for a folder that is opened again and again: a file is read anew only where
/// its text, or the brief that its references lead to, is another, and then, if it can be, in part.
#[derive(Default)]
pub struct Kept {
    brief: Option<Arc<Loaded<Brief>>>,
    architecture: Option<Arc<Loaded<Architecture>>>,
    /// The brief under which the architecture was read.
    under: Option<Arc<Loaded<Brief>>>,
    waivers: Option<Arc<Loaded<Waivers>>>,
    measured: Option<Arc<Loaded<Measured>>>,
}

impl Kept {
    /// What a workspace was read from.
    pub fn of(workspace: &Workspace) -> Self {
        Kept {
            brief: workspace.brief_file.clone(),
            under: workspace.brief_file.clone(),
            architecture: workspace.architecture.clone(),
            waivers: workspace.waivers.clone(),
            measured: workspace.measured.clone(),
        }
    }

    /// As [`open`].
    pub fn open(&mut self, read: Read<'_>) -> Workspace {
        let workspace = read_all(read, self);
        *self = Kept::of(&workspace);
        workspace
    }

    /// Whether the architecture's references still lead to the same brief.
    fn is_under(&self, brief: Option<&Arc<Loaded<Brief>>>) -> bool {
        match (&self.under, brief) {
            (None, None) => true,
            (Some(then), Some(now)) => Arc::ptr_eq(then, now),
            _ => false,
        }
    }
}

fn read_all(read: Read<'_>, kept: &Kept) -> Workspace {
    let mut workspace = Workspace::default();
    let architecture_there = present(read, ARCHITECTURE, &mut workspace);
    // An architecture names its brief; without an architecture it is the file of that name.
    let named = architecture_there.as_deref().and_then(brief_named_by);
    let brief_name = named.unwrap_or_else(|| BRIEF.to_string());
    let brief_there = present(read, &brief_name, &mut workspace);
    workspace.brief_name.clone_from(&brief_name);
    if brief_there.is_some() {
        let loaded = load(
            kept.brief.as_ref(),
            true,
            &brief_name,
            read,
            &Hooks::model(),
        );
        workspace.take(&loaded.findings, &loaded.sources);
        workspace.brief_file = Some(loaded);
    }
    if architecture_there.is_some() {
        let hooks = Hooks::model();
        let brief = workspace.brief_file.clone();
        let hooks = match &brief {
            Some(brief) => hooks.with_known(&brief.ids),
            None => hooks,
        };
        let same = kept.is_under(brief.as_ref());
        let loaded = load(kept.architecture.as_ref(), same, ARCHITECTURE, read, &hooks);
        workspace.take(&loaded.findings, &loaded.sources);
        let names_brief = loaded
            .value
            .as_ref()
            .and_then(|a| a.brief.as_ref())
            .map(|source| matches!(source, BriefSource::File(_)));
        if workspace.brief_file.is_none() && names_brief == Some(true) {
            let mut finding = Finding::new(
                "missing-brief",
                Severity::Blocker,
                "brief",
                format!("the brief `{brief_name}` that this architecture answers is not there"),
            )
            .why("Rates, targets and the domain are in the brief; without them nothing can be computed.")
            .remedy("Put the file there, or write the brief in place under `brief:`.");
            loaded.map.resolve(&mut finding);
            workspace.findings.push(finding);
        }
        workspace.architecture = Some(loaded);
    }
    if present(read, WAIVERS, &mut workspace).is_some() {
        let loaded = load(kept.waivers.as_ref(), true, WAIVERS, read, &Hooks::model());
        workspace.take(&loaded.findings, &loaded.sources);
        workspace.waivers = Some(loaded);
    }
    if present(read, MEASURED, &mut workspace).is_some() {
        let loaded = load(
            kept.measured.as_ref(),
            true,
            MEASURED,
            read,
            &Hooks::model(),
        );
        workspace.take(&loaded.findings, &loaded.sources);
        workspace.measured = Some(loaded);
    }
    if workspace.brief_file.is_none() && workspace.architecture.is_none() {
        workspace.findings.push(
            Finding::new(
                "empty-folder",
                Severity::Blocker,
                "",
                "there is no brief.yaml and no architecture.yaml here",
            )
            .why("Groundplan works from one of the two.")
            .remedy(
                "Begin with `groundplan new --list`, then `groundplan new --from NAME FOLDER`.",
            ),
        );
    }
    workspace
}

fn present(read: Read<'_>, name: &str, workspace: &mut Workspace) -> Option<Vec<u8>> {
    match read(name) {
        Ok(found) => found,
        Err(reason) => {
            workspace.findings.push(
                Finding::new(
                    "unreadable-file",
                    Severity::Blocker,
                    "",
                    format!("{name} cannot be read: {reason}"),
                )
                .why("What it says is not known.")
                .remedy("Give read permission, or name another folder."),
            );
            None
        }
    }
}

/// A kind of file: its schema is made once.
pub(crate) trait File: model::Plain + 'static {
    fn form() -> &'static Schema;
}

macro_rules! file {
    ($type:ty) => {
        impl File for $type {
            fn form() -> &'static Schema {
                static MADE: OnceLock<Schema> = OnceLock::new();
                MADE.get_or_init(Schema::of::<$type>)
            }
        }
    };
}
file!(Brief);
file!(Architecture);
file!(Waivers);
file!(Measured);

/// `same` says that everything beside the text is as it was when `last` was read.
fn load<T: File>(
    last: Option<&Arc<Loaded<T>>>,
    same: bool,
    name: &str,
    read: Read<'_>,
    hooks: &Hooks<'_>,
) -> Arc<Loaded<T>> {
    if let Some(last) = last.filter(|_| same)
        && last.sources.names().next() == Some(name)
        && last.sources.names().all(|name| {
            let now = read(name).ok().flatten();
            now.as_deref() == last.sources.text_of(name).map(str::as_bytes)
        })
    {
        return Arc::clone(last);
    }
    let mut bytes = |name: &str| read(name)?.ok_or_else(|| "there is no such file".to_string());
    let last = last.map(|last| &**last);
    Arc::new(syntax::load_again(T::form(), name, &mut bytes, hooks, last))
}

/// The file that an architecture names as its brief, read leniently: faults are reported later.
///
/// Only the entry itself is parsed, not the file: it is a top-level key, so its line begins with it.
/// A file in the notation of JSON is parsed whole.
pub(crate) fn brief_named_by(bytes: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(bytes);
    let flow = text.trim_start().starts_with('{');
    let entry: &str = if flow {
        &text
    } else {
        text.lines().find(|line| line.starts_with("brief:"))?
    };
    let parsed = syntax::tree::parse(0, entry);
    let name = parsed.root?.get("brief")?.text().map(str::to_string);
    // A brief written in place begins on the next line.
    name.filter(|n| !n.is_empty())
}

impl Workspace {
    fn take(&mut self, findings: &[Finding], sources: &Sources) {
        self.findings.extend(findings.iter().cloned());
        self.sources.add_all(sources);
    }

    /// Whether the brief stands in place in the architecture.
    pub fn brief_is_in_place(&self) -> bool {
        self.architecture()
            .is_some_and(|a| matches!(a.brief, Some(BriefSource::Inline(_))))
    }

    /// The brief: from its file, or from inside the architecture.
    pub fn brief(&self) -> Option<&Brief> {
        let inline = self
            .architecture
            .as_ref()
            .and_then(|a| a.value.as_ref())
            .and_then(|a| match &a.brief {
                Some(BriefSource::Inline(brief)) => Some(&**brief),
                _ => None,
            });
        inline.or_else(|| self.brief_file.as_ref()?.value.as_ref())
    }

    pub fn architecture(&self) -> Option<&Architecture> {
        self.architecture.as_ref()?.value.as_ref()
    }

    /// Brief and architecture together; an architecture without a brief has an empty one.
    pub fn system(&self) -> Option<System> {
        let architecture = self.architecture()?.clone();
        Some(System {
            brief: self.brief().cloned().unwrap_or_default(),
            architecture,
            measured: self.measured.as_ref().and_then(|m| m.value.clone()),
        })
    }

    /// Whether there is a model at all: a brief or an architecture, sound or not.
    pub fn is_modelled(&self) -> bool {
        self.brief_file.is_some() || self.architecture.is_some()
    }

    /// Whether the files can be understood at all.
    pub fn usable(&self) -> bool {
        !self
            .findings
            .iter()
            .any(|f| f.severity == Severity::Blocker)
    }

    /// Whether a stage's finding is about something that could not be read whole: the fault in the
    /// file is said already, and what follows from it is not another one.
    pub fn follows_from_a_fault(&self, finding: &Finding) -> bool {
        let faults = self
            .findings
            .iter()
            .filter(|f| f.severity == Severity::Blocker)
            .map(|f| {
                let path = f.place.path.as_str();
                let path = path.strip_prefix("brief.").unwrap_or(path);
                path.rsplit_once('.').map_or("", |(element, _)| element)
            });
        let within = |inner: &str, outer: &str| {
            outer.is_empty()
                || inner
                    .strip_prefix(outer)
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
        };
        let places: Vec<&str> = std::iter::once(&finding.place)
            .chain(finding.related.iter().map(|r| &r.place))
            .map(|p| p.path.as_str())
            .collect();
        faults
            .into_iter()
            .any(|fault| places.iter().any(|p| within(p, fault) || within(fault, p)))
    }

    /// Finds the file and the characters that a finding of a stage means.
    pub fn locate(&self, finding: &mut Finding) {
        if finding.place.span.is_none() {
            self.place(&mut finding.place);
        }
        for related in &mut finding.related {
            if related.place.span.is_none() {
                self.place(&mut related.place);
            }
        }
    }

    fn place(&self, place: &mut model::Place) {
        // Results are keyed by operation; in the files an operation is a path or a domain entry.
        let candidates = match place.path.strip_prefix("operations.") {
            Some(rest) => vec![format!("paths.{rest}"), format!("domain.operations.{rest}")],
            None => vec![place.path.clone()],
        };
        let maps = || {
            let architecture = self.architecture.iter().map(|a| (&a.map, ""));
            let inline = self.architecture.iter().map(|a| (&a.map, "brief."));
            let brief = self.brief_file.iter().map(|b| (&b.map, ""));
            let waivers = self.waivers.iter().map(|w| (&w.map, ""));
            let measured = self.measured.iter().map(|m| (&m.map, ""));
            architecture
                .chain(inline)
                .chain(brief)
                .chain(waivers)
                .chain(measured)
        };
        for path in &candidates {
            let root = path.split(['.', '[']).next().unwrap_or("");
            let exact = maps().find_map(|(map, prefix)| map.exact(&format!("{prefix}{path}")));
            let near = || {
                maps()
                    .find(|(map, prefix)| map.entry(&format!("{prefix}{root}")).is_some())
                    .map(|(map, prefix)| map.locate(&format!("{prefix}{path}")))
            };
            if let Some(found) = exact.or_else(near).filter(|found| found.span.is_some()) {
                place.file = found.file;
                place.span = found.span;
                return;
            }
        }
    }
}
