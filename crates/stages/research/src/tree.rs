//! The tree as it lies on disk: which files there are, and their texts. With [`crate::cache`] the only
//! place of this stage that touches files. It never leaves the folders given and follows no link.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, ErrorKind, Read as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use ignore::{DirEntry, WalkBuilder, WalkState};

use crate::cache::Stamp;
use crate::fronts::{self, Reads};
use crate::leave_out;

/// Largest source file that is read.
pub const MAX_SOURCE: u64 = 2 * 1024 * 1024;
/// Largest file of a format (SQL, contracts, configuration).
pub const MAX_FORMAT: u64 = 8 * 1024 * 1024;
/// Names that are kept of what was left out.
const SOME: usize = 10;

/// A file that a front may take.
#[derive(Clone)]
pub struct Entry {
    /// Relative to the tree, with `/`; begins with the folder's name where several folders were given.
    pub path: String,
    pub absolute: PathBuf,
    /// How it lay when it was listed.
    pub stamp: Stamp,
    /// Source, in the sense of the limits and marks that only people's code has.
    pub is_code: bool,
}

/// What was left out, by reason: how many files, and their names.
#[derive(Debug, Clone, Default)]
pub struct LeftOut(BTreeMap<&'static str, (u64, Vec<String>)>);

impl LeftOut {
    pub fn add(&mut self, why: &'static str, name: &str, files: u64) {
        let (count, names) = self.0.entry(why).or_default();
        *count += files;
        names.push(name.to_string());
    }

    pub fn merge(&mut self, other: LeftOut) {
        for (why, (files, names)) in other.0 {
            let (count, mine) = self.0.entry(why).or_default();
            *count += files;
            mine.extend(names);
        }
    }

    /// As facts say it, names in order.
    pub fn facts(mut self) -> indexmap::IndexMap<String, model::fact::LeftOut> {
        self.0
            .iter_mut()
            .map(|(why, (files, names))| {
                names.sort();
                names.truncate(SOME);
                let out = model::fact::LeftOut {
                    files: *files,
                    some: std::mem::take(names),
                };
                ((*why).to_string(), out)
            })
            .collect()
    }
}

/// The files of the folders, in the order of their paths.
#[derive(Default)]
pub struct Listing {
    pub entries: Vec<Entry>,
    pub left_out: LeftOut,
    pub files: u64,
    pub bytes: u64,
    /// Name of the system: of the first folder.
    pub name: String,
}

/// The files of a tree that a front may take, in the order of their paths: where texts are looked up again.
#[derive(Default)]
pub struct Texts(pub(crate) Vec<Entry>);

impl Texts {
    pub(crate) fn paths(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|entry| entry.path.as_str())
    }

    pub(crate) fn entry(&self, path: &str) -> Option<&Entry> {
        let at = self
            .0
            .binary_search_by(|entry| entry.path.as_str().cmp(path));
        self.0.get(at.ok()?)
    }

    /// The text of a file as it is now, for a fragment of it.
    pub fn text(&self, path: &str) -> Option<String> {
        let bytes = bytes(self.entry(path)?).ok()?;
        leave_out::text(bytes).map(|(text, _)| text)
    }
}

/// A folder that was given, and what its paths begin with.
pub(crate) struct Root {
    pub folder: PathBuf,
    pub prefix: String,
}

/// Lists the folders. `Err` says which of them is not there.
pub fn list(folders: &[PathBuf]) -> Result<Listing, String> {
    let roots = roots(folders)?;
    let mut listing = Listing {
        name: roots
            .first()
            .map_or_else(String::new, |r| name_of(&r.folder)),
        ..Listing::default()
    };
    for root in roots {
        walk(root, &mut listing);
    }
    listing.entries.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(listing)
}

/// The folders given, each once, none inside another.
pub(crate) fn roots(folders: &[PathBuf]) -> Result<Vec<Root>, String> {
    let mut roots: Vec<Root> = Vec::new();
    for folder in folders {
        let real = folder.canonicalize().map_err(|e| match e.kind() {
            ErrorKind::NotFound => format!("{} is not there", folder.display()),
            _ => format!("{}: {e}", folder.display()),
        })?;
        if !real.is_dir() {
            return Err(format!(
                "{} is a file; name the folder that holds the code",
                folder.display()
            ));
        }
        let within = |a: &Path, b: &Path| a.starts_with(b);
        if roots.iter().any(|r| within(&real, &r.folder)) {
            continue;
        }
        roots.retain(|r| !within(&r.folder, &real));
        roots.push(Root {
            folder: real,
            prefix: String::new(),
        });
    }
    if roots.len() > 1 {
        let mut taken: Vec<String> = Vec::new();
        for root in &mut roots {
            let name = name_of(&root.folder);
            let mut prefix = name.clone();
            let mut number = 2;
            while taken.contains(&prefix) {
                prefix = format!("{name}-{number}");
                number += 1;
            }
            taken.push(prefix.clone());
            root.prefix = format!("{prefix}/");
        }
    }
    Ok(roots)
}

fn name_of(folder: &Path) -> String {
    folder.file_name().map_or_else(
        || "system".to_string(),
        |n| n.to_string_lossy().into_owned(),
    )
}

/// What the threads of a walk gather.
#[derive(Default)]
struct Gathered {
    entries: Vec<Entry>,
    left_out: LeftOut,
    files: u64,
    bytes: u64,
}

fn walk(root: Root, listing: &mut Listing) {
    let root = Arc::new(root);
    let gathered = Arc::new(Mutex::new(Gathered::default()));
    let (filter_root, filter_out) = (Arc::clone(&root), Arc::clone(&gathered));
    let walker = WalkBuilder::new(&root.folder)
        .hidden(false)
        .parents(false)
        .git_global(false)
        .require_git(false)
        .follow_links(false)
        .threads(rayon::current_num_threads().min(8))
        .filter_entry(move |entry| enters(entry, &filter_root, &filter_out))
        .build_parallel();
    walker.run(|| {
        let mut mine = Batch {
            into: &gathered,
            held: Gathered::default(),
        };
        let root = &root;
        Box::new(move |found| {
            match found {
                Ok(entry) => meet(&entry, root, &mut mine.held),
                Err(fault) => {
                    let name = path_of(&fault).map_or_else(String::new, |p| relative(p, root));
                    mine.held.left_out.add(leave_out::UNREADABLE, &name, 1);
                }
            }
            WalkState::Continue
        })
    });
    let gathered = std::mem::take(&mut *lock(&gathered));
    listing.entries.extend(gathered.entries);
    listing.left_out.merge(gathered.left_out);
    listing.files += gathered.files;
    listing.bytes += gathered.bytes;
}

/// What one thread holds until it ends.
struct Batch<'a> {
    into: &'a Mutex<Gathered>,
    held: Gathered,
}

impl Drop for Batch<'_> {
    fn drop(&mut self) {
        let held = std::mem::take(&mut self.held);
        let mut all = lock(self.into);
        all.entries.extend(held.entries);
        all.left_out.merge(held.left_out);
        all.files += held.files;
        all.bytes += held.bytes;
    }
}

/// A thread that panicked leaves what it had gathered; it is as good as any.
fn lock(gathered: &Mutex<Gathered>) -> std::sync::MutexGuard<'_, Gathered> {
    gathered
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// Whether a folder is walked; one that is left out is counted.
fn enters(entry: &DirEntry, root: &Root, out: &Mutex<Gathered>) -> bool {
    if entry.depth() == 0 || !entry.file_type().is_some_and(|t| t.is_dir()) {
        return true;
    }
    let name = entry.file_name().to_string_lossy();
    let parent = entry.path().parent().unwrap_or(&root.folder);
    let exists = |mark: &str| match mark.strip_prefix('*') {
        Some(ending) => fs::read_dir(parent).is_ok_and(|entries| {
            entries
                .flatten()
                .any(|e| e.file_name().to_string_lossy().ends_with(ending))
        }),
        None => parent.join(mark).symlink_metadata().is_ok(),
    };
    if let Some(why) = leave_out::folder(&name, &exists) {
        let files = count(entry.path());
        let name = format!("{}/", relative(entry.path(), root));
        lock(out).left_out.add(why, &name, files);
        return false;
    }
    (!name.starts_with('.') || leave_out::hidden_is_read(&name, true))
        && !is_our_output(entry.path())
}

/// Whether an earlier run wrote this folder: what it says is about the tree, and no part of it.
fn is_our_output(folder: &Path) -> bool {
    use std::io::Read as _;
    let mut start = Vec::new();
    let document = fs::File::open(folder.join("research.md"));
    document.is_ok_and(|file| file.take(200).read_to_end(&mut start).is_ok())
        && String::from_utf8_lossy(&start).contains("Generated by Groundplan from")
}

/// Files below a folder; links count as files.
fn count(folder: &Path) -> u64 {
    let mut files = 0;
    let mut open = vec![folder.to_path_buf()];
    while let Some(folder) = open.pop() {
        let Ok(entries) = fs::read_dir(&folder) else {
            continue;
        };
        for entry in entries.flatten() {
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => open.push(entry.path()),
                _ => files += 1,
            }
        }
    }
    files
}

fn meet(entry: &DirEntry, root: &Root, held: &mut Gathered) {
    let Some(kind) = entry.file_type().filter(|t| !t.is_dir()) else {
        return;
    };
    let path = relative(entry.path(), root);
    if kind.is_symlink() {
        held.left_out.add(link(entry.path(), root), &path, 1);
        return;
    }
    held.files += 1;
    if !kind.is_file() {
        // Reading a pipe or a device may never end.
        held.left_out.add(leave_out::NO_FILE, &path, 1);
        return;
    }
    let Ok(meta) = entry.metadata() else {
        held.left_out.add(leave_out::UNREADABLE, &path, 1);
        return;
    };
    held.bytes += meta.len();
    let Some(front) = fronts::ALL.iter().find(|front| (front.takes)(&path)) else {
        return;
    };
    let entry = Entry {
        path,
        absolute: entry.path().to_path_buf(),
        stamp: Stamp::of(&meta),
        is_code: matches!(front.reads, Reads::Code(_)),
    };
    let most = if entry.is_code {
        MAX_SOURCE
    } else {
        MAX_FORMAT
    };
    if meta.len() > most {
        held.left_out.add(leave_out::TOO_LARGE, &entry.path, 1);
    } else {
        held.entries.push(entry);
    }
}

/// Where a link leads. What it leads to inside the tree is read in its own place.
fn link(path: &Path, root: &Root) -> &'static str {
    match path.canonicalize() {
        Ok(real) if real.starts_with(&root.folder) => leave_out::LINK_INSIDE,
        Ok(_) => leave_out::LINK_OUTSIDE,
        Err(_) => leave_out::LINK_BROKEN,
    }
}

fn relative(path: &Path, root: &Root) -> String {
    let inner = path
        .strip_prefix(&root.folder)
        .unwrap_or(path)
        .to_string_lossy();
    format!("{}{}", root.prefix, inner.replace('\\', "/"))
}

fn path_of(fault: &ignore::Error) -> Option<&Path> {
    match fault {
        ignore::Error::WithPath { path, .. } => Some(path),
        ignore::Error::Loop { child, .. } => Some(child),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => {
            path_of(err)
        }
        ignore::Error::Partial(errors) => errors.iter().find_map(path_of),
        _ => None,
    }
}

/// A file's bytes; a reason where it is not read. It may have grown since it was listed.
pub fn bytes(entry: &Entry) -> Result<Vec<u8>, &'static str> {
    let most = if entry.is_code {
        MAX_SOURCE
    } else {
        MAX_FORMAT
    };
    limited(fs::File::open(&entry.absolute), most)
}

fn limited(file: io::Result<fs::File>, most: u64) -> Result<Vec<u8>, &'static str> {
    let unreadable = |_| leave_out::UNREADABLE;
    let file = file.map_err(unreadable)?;
    let mut bytes =
        Vec::with_capacity(file.metadata().map_or(0, |m| m.len().min(most)) as usize + 1);
    file.take(most + 1)
        .read_to_end(&mut bytes)
        .map_err(unreadable)?;
    if bytes.len() as u64 > most {
        return Err(leave_out::TOO_LARGE);
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_may_not_be_opened_is_named_not_fatal() {
        let denied = Err(io::Error::from(ErrorKind::PermissionDenied));
        assert_eq!(limited(denied, 10), Err(leave_out::UNREADABLE));
    }

    #[test]
    fn folders_within_each_other_are_read_once() {
        let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
        let roots = roots(&[here.join("src"), here.clone(), here.join("src/fronts")]).unwrap();
        assert_eq!(roots.len(), 1);
        assert_eq!(roots[0].prefix, "");
        assert!(
            super::roots(&[here.join("no-such-folder")]).is_err_and(|e| e.contains("not there"))
        );
        assert!(super::roots(&[here.join("Cargo.toml")]).is_err_and(|e| e.contains("is a file")));
    }
}
