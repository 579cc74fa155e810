//! What files said the last time: facts by content, kept in the user's cache folder.
//!
//! Two files per tree: what each file says, and the survey that all of them came to. A tree that lies as
//! it lay costs its listing and the second file; the first is read where something differs. A cache that
//! is absent, broken or of another program is as good as none. It may hold what the tree holds, secrets
//! too, so only its owner can read it.
//!
//! A file that lies as it lay (size, number and times of the file system, [`Stamp`]) is not even read. What changed
//! shortly before a run may change again within the same tick of the file system's clock, so its stamp
//! is not kept.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::UNIX_EPOCH;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::{Xxh3, xxh3_64};

/// What a kept file means: the shape of the bytes. A new shape gets a new number.
const SHAPE: u64 = 4;

/// Nanoseconds before a run from which on a change may go unseen; the coarsest clocks of file systems count
/// two seconds.
const RECENT_NS: u64 = 2_000_000_000;

/// Path and text of a file, hashed: 128 bits, so that two files never meet.
pub type Key = u128;

/// How a file lies on disk.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Stamp {
    /// Size, number and times, hashed.
    pub state: u64,
    /// When it was last changed, nanoseconds since 1970 by the file system's clock.
    pub changed_ns: u64,
}

impl Stamp {
    pub fn of(meta: &fs::Metadata) -> Self {
        let since = meta.modified().ok();
        let since = since.and_then(|time| time.duration_since(UNIX_EPOCH).ok());
        let written = since.and_then(|time| u64::try_from(time.as_nanos()).ok());
        let written = written.unwrap_or(u64::MAX);
        let mut hash = Xxh3::new();
        hash.update(&meta.len().to_le_bytes());
        hash.update(&written.to_le_bytes());
        let changed_ns = changed(meta, &mut hash).max(written);
        Stamp {
            state: hash.digest(),
            changed_ns,
        }
    }
}

/// Adds what only this file system tells; the time at which anything about the file was last changed.
#[cfg(unix)]
fn changed(meta: &fs::Metadata, hash: &mut Xxh3) -> u64 {
    use std::os::unix::fs::MetadataExt as _;
    let changed = meta.ctime().wrapping_mul(1_000_000_000);
    let changed = changed.wrapping_add(meta.ctime_nsec());
    hash.update(&changed.to_le_bytes());
    hash.update(&meta.ino().to_le_bytes());
    hash.update(&meta.dev().to_le_bytes());
    u64::try_from(changed).unwrap_or(u64::MAX)
}

#[cfg(not(unix))]
fn changed(_: &fs::Metadata, _: &mut Xxh3) -> u64 {
    0
}

#[derive(Serialize, Deserialize)]
struct Kept<'a> {
    made_by: u64,
    #[serde(borrow)]
    entries: Vec<(Key, &'a [u8])>,
    stamps: Stamps,
}

/// By a hash of the path: state of the file, and the key of its content.
type Stamps = BTreeMap<u64, (u64, Key)>;

/// What was kept: the bytes of the file, and where in them the entries are, by key.
#[derive(Default)]
struct Known {
    bytes: Vec<u8>,
    entries: Vec<(Key, Range<usize>)>,
    stamps: Stamps,
}

impl Known {
    fn get(&self, key: Key) -> Option<&[u8]> {
        let at = self.entries.binary_search_by_key(&key, |one| one.0).ok()?;
        self.bytes.get(self.entries[at].1.clone())
    }
}

/// The cache of one tree.
#[derive(Default)]
pub struct Cache {
    /// Absent where nothing is kept.
    file: Option<PathBuf>,
    made_by: u64,
    /// Read when it is first asked.
    known: OnceLock<Known>,
    /// When this run began, by the clock of the cache's file system.
    began_ns: Option<u64>,
    used: Mutex<Used>,
}

/// What this run asked for.
#[derive(Default)]
struct Used {
    /// Keys, and the facts that are new.
    entries: BTreeMap<Key, Option<Vec<u8>>>,
    stamps: Stamps,
    /// A listed file could not be read. It may be next time, and nothing about how it lies would differ.
    missed: bool,
}

/// The folder of caches: `$XDG_CACHE_HOME/groundplan`, or `~/.cache/groundplan`.
pub fn folder() -> Option<PathBuf> {
    let named = |name| {
        std::env::var_os(name)
            .map(PathBuf::from)
            .filter(|p| p.is_absolute())
    };
    named("XDG_CACHE_HOME")
        .or_else(|| Some(named("HOME")?.join(".cache")))
        .map(|cache| cache.join("groundplan"))
}

/// The program that runs: another build may read files otherwise.
fn program() -> u64 {
    let mut hash = Xxh3::new();
    hash.update(&SHAPE.to_le_bytes());
    hash.update(env!("CARGO_PKG_VERSION").as_bytes());
    let meta = std::env::current_exe().and_then(fs::metadata);
    if let Ok(meta) = meta {
        hash.update(&meta.len().to_le_bytes());
        let changed = meta
            .modified()
            .ok()
            .and_then(|m| m.duration_since(UNIX_EPOCH).ok());
        hash.update(&changed.map_or(0, |d| d.as_nanos()).to_le_bytes());
    }
    hash.digest()
}

impl Cache {
    /// Opens the cache of a tree, which is known by its folders. `tables` is the hash of the tables that
    /// facts are made with.
    pub fn open(folder: Option<&Path>, roots: &[PathBuf], tables: u64) -> Self {
        let Some(folder) = folder else {
            return Cache::default();
        };
        let mut name = Xxh3::new();
        for root in roots {
            let real = root.canonicalize().unwrap_or_else(|_| root.clone());
            name.update(real.as_os_str().as_encoded_bytes());
            name.update(&[0]);
        }
        let file = folder.join(format!("{:016x}.facts", name.digest()));
        Cache {
            began_ns: now_ns(&file),
            file: Some(file),
            made_by: program() ^ tables.rotate_left(1),
            ..Cache::default()
        }
    }

    fn known(&self) -> &Known {
        self.known.get_or_init(|| {
            let file = self.file.as_deref();
            file.and_then(|file| read(file, self.made_by))
                .unwrap_or_default()
        })
    }

    /// The key of a file that lies as it lay, without reading it.
    pub fn key_of(&self, path: &str, whole: bool, stamp: Stamp) -> Option<Key> {
        let place = place(path, whole);
        let (state, key) = *self.known().stamps.get(&place)?;
        if state != stamp.state {
            return None;
        }
        self.used().stamps.insert(place, (state, key));
        Some(key)
    }

    /// Notes how a file lay before it was read.
    pub fn lies(&self, path: &str, whole: bool, stamp: Stamp, key: Key) {
        if self.settled(stamp.changed_ns) {
            let kept = (stamp.state, key);
            self.used().stamps.insert(place(path, whole), kept);
        }
    }

    /// Whether a change at this time came long enough before the run that none after it goes unseen.
    fn settled(&self, changed_ns: u64) -> bool {
        let settled = |began: u64| changed_ns < began.saturating_sub(RECENT_NS);
        self.began_ns.is_some_and(settled)
    }

    /// Notes that a listed file could not be read.
    pub fn missed(&self) {
        self.used().missed = true;
    }

    fn used(&self) -> MutexGuard<'_, Used> {
        self.used.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Of a file, by its path and content; `whole` where it is parsed whatever it holds.
    pub fn key(path: &str, whole: bool, text: &[u8]) -> Key {
        let mut hash = Xxh3::new();
        hash.update(&[u8::from(whole)]);
        hash.update(path.as_bytes());
        hash.update(&[0]);
        hash.update(text);
        hash.digest128()
    }

    /// What was kept of a file.
    pub fn get<T: DeserializeOwned>(&self, key: Key) -> Option<T> {
        let kept = postcard::from_bytes(self.known().get(key)?).ok()?;
        self.used().entries.insert(key, None);
        Some(kept)
    }

    pub fn put<T: Serialize>(&self, key: Key, value: &T) {
        if self.file.is_some()
            && let Ok(bytes) = postcard::to_stdvec(value)
        {
            self.used().entries.insert(key, Some(bytes));
        }
    }

    /// Writes what this run used, whole or not at all. A disk that is full costs the next run time,
    /// nothing else.
    pub fn keep(&self) {
        let Some(file) = &self.file else {
            return;
        };
        let (used, known) = (self.used(), self.known());
        let unchanged = used.entries.len() == known.entries.len()
            && used.entries.values().all(Option::is_none)
            && used.stamps == known.stamps;
        if unchanged {
            return;
        }
        let entries = used.entries.iter().filter_map(|(key, new)| {
            let bytes = new.as_deref().or_else(|| known.get(*key))?;
            Some((*key, bytes))
        });
        let kept = Kept {
            made_by: self.made_by,
            entries: entries.collect(),
            stamps: used.stamps.clone(),
        };
        if let Ok(bytes) = postcard::to_stdvec(&kept) {
            let _ = write(file, &bytes);
        }
    }
}

/// The survey of a tree. `lies` is the hash of all that its listing says.
impl Cache {
    fn survey_file(&self) -> Option<PathBuf> {
        Some(self.file.as_ref()?.with_extension("survey"))
    }

    /// What the survey's bytes begin with: who made it, and of what.
    fn head(&self, lies: Key) -> [u8; 24] {
        let mut head = [0; 24];
        head[..8].copy_from_slice(&self.made_by.to_le_bytes());
        head[8..].copy_from_slice(&lies.to_le_bytes());
        head
    }

    /// The survey that was kept, where the tree lies as it lay.
    pub fn survey<T: DeserializeOwned>(&self, lies: Key) -> Option<T> {
        let bytes = fs::read(self.survey_file()?).ok()?;
        let said = summed(&bytes)?.strip_prefix(&self.head(lies))?;
        // Facts flatten parts of themselves, which postcard cannot.
        serde_json::from_slice(said).ok()
    }

    /// Keeps a survey, where every file was read and the newest change (`changed_ns`) is old enough.
    pub fn keep_survey<T: Serialize>(&self, lies: Key, changed_ns: u64, survey: &T) {
        let Some(file) = self.survey_file() else {
            return;
        };
        if !self.settled(changed_ns) || self.used().missed {
            return;
        }
        let mut bytes = self.head(lies).to_vec();
        if serde_json::to_writer(&mut bytes, survey).is_ok() {
            let _ = write(&file, &bytes);
        }
    }
}

/// Of a path in the tree, and how much of it is wanted.
fn place(path: &str, whole: bool) -> u64 {
    let mut hash = Xxh3::new();
    hash.update(&[u8::from(whole)]);
    hash.update(path.as_bytes());
    hash.digest()
}

fn read(file: &Path, made_by: u64) -> Option<Known> {
    let bytes = fs::read(file).ok()?;
    let body = summed(&bytes)?;
    let kept: Kept = postcard::from_bytes(body).ok()?;
    if kept.made_by != made_by {
        return None;
    }
    let start = body.as_ptr() as usize;
    let place = |(key, part): (Key, &[u8])| {
        let from = part.as_ptr() as usize - start;
        (key, from..from + part.len())
    };
    let mut entries: Vec<(Key, Range<usize>)> = kept.entries.into_iter().map(place).collect();
    entries.sort_unstable_by_key(|one| one.0);
    Some(Known {
        stamps: kept.stamps,
        entries,
        bytes,
    })
}

/// What was written, without its sum; nothing where it does not fit.
fn summed(bytes: &[u8]) -> Option<&[u8]> {
    let (body, sum) = bytes.split_at_checked(bytes.len().checked_sub(8)?)?;
    (xxh3_64(body).to_le_bytes() == sum).then_some(body)
}

/// The name of a file beside the cache that no other run has, nor another thread of this one.
fn beside(file: &Path) -> PathBuf {
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    file.with_extension(format!("{}-{number}.tmp", std::process::id()))
}

/// The time of the file system that holds the cache.
fn now_ns(file: &Path) -> Option<u64> {
    fs::create_dir_all(file.parent()?).ok()?;
    let probe = beside(file);
    let meta = fs::File::create_new(&probe).and_then(|made| made.metadata());
    let _ = fs::remove_file(&probe);
    Some(Stamp::of(&meta.ok()?).changed_ns)
}

fn write(file: &Path, bytes: &[u8]) -> std::io::Result<()> {
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
    }
    let temporary = beside(file);
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options.open(&temporary).and_then(|mut out| {
        out.write_all(bytes)?;
        out.write_all(&xxh3_64(bytes).to_le_bytes())
    });
    written
        .and_then(|()| fs::rename(&temporary, file))
        .inspect_err(|_| {
            let _ = fs::remove_file(&temporary);
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    const OLD: Stamp = Stamp {
        state: 7,
        changed_ns: 1,
    };

    /// A folder of its own, removed in the end.
    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Self {
            let folder = std::env::temp_dir().join(format!("groundplan-cache-{name}"));
            let folder = beside(&folder);
            fs::create_dir_all(&folder).unwrap();
            Folder(folder)
        }

        fn open(&self, tables: u64) -> Cache {
            Cache::open(Some(&self.0), &[PathBuf::from("tree")], tables)
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    impl Cache {
        /// Of a run that began when all that was made before it had settled.
        pub fn long_after(mut self) -> Self {
            self.began_ns = Some(u64::MAX);
            self
        }
    }

    fn filled(folder: &Folder, tables: u64) -> Key {
        let cache = folder.open(tables);
        let key = Cache::key("a.rs", false, b"text");
        cache.lies("a.rs", false, OLD, key);
        cache.put(key, &"facts".to_owned());
        cache.keep();
        key
    }

    #[test]
    fn a_file_that_lies_as_it_lay_is_known_unread() {
        let folder = Folder::new("lies");
        let key = filled(&folder, 1);
        let cache = folder.open(1);
        assert_eq!(cache.key_of("a.rs", false, OLD), Some(key));
        assert_eq!(cache.get::<String>(key).as_deref(), Some("facts"));
        let touched = Stamp { state: 8, ..OLD };
        assert_eq!(cache.key_of("a.rs", false, touched), None);
        assert_eq!(cache.key_of("a.rs", true, OLD), None);
        assert_eq!(cache.key_of("b.rs", false, OLD), None);
    }

    #[test]
    fn what_changed_just_now_is_read_again() {
        let folder = Folder::new("recent");
        let cache = folder.open(1);
        let began = cache.began_ns.expect("the folder can be written");
        let key = Cache::key("a.rs", false, b"text");
        for changed_ns in [began, began - RECENT_NS, u64::MAX] {
            cache.lies("a.rs", false, Stamp { changed_ns, ..OLD }, key);
        }
        cache.put(key, &"facts".to_owned());
        cache.keep();
        assert_eq!(folder.open(1).key_of("a.rs", false, OLD), None);
        assert_eq!(folder.open(1).get::<String>(key).as_deref(), Some("facts"));
    }

    #[test]
    fn what_is_unchanged_is_not_written_again() {
        let folder = Folder::new("unchanged");
        let key = filled(&folder, 1);
        let file = fs::read_dir(&folder.0).unwrap().next().unwrap().unwrap();
        let before = fs::read(file.path()).unwrap();
        let number = || Stamp::of(&fs::metadata(file.path()).unwrap()).state;
        let lay = number();
        let cache = folder.open(1);
        assert_eq!(cache.key_of("a.rs", false, OLD), Some(key));
        assert!(cache.get::<String>(key).is_some());
        cache.keep();
        assert_eq!(number(), lay, "nothing changed, nothing is written");
        folder.open(1).keep();
        assert_ne!(
            fs::read(file.path()).unwrap(),
            before,
            "what is not asked for goes"
        );
    }

    #[test]
    fn other_tables_know_nothing() {
        let folder = Folder::new("tables");
        let key = filled(&folder, 1);
        let other = folder.open(2);
        assert_eq!(other.get::<String>(key), None);
        assert_eq!(other.key_of("a.rs", false, OLD), None);
        assert!(folder.open(1).get::<String>(key).is_some());
    }

    #[test]
    fn a_survey_is_of_one_listing_and_one_program() {
        let folder = Folder::new("survey");
        let (lies, survey) = (7, "said".to_owned());
        folder.open(1).keep_survey(lies, 1, &survey);
        assert_eq!(folder.open(1).survey::<String>(lies), Some(survey));
        assert_eq!(folder.open(1).survey::<String>(8), None);
        assert_eq!(folder.open(2).survey::<String>(lies), None);
    }

    #[test]
    fn a_survey_that_may_not_hold_is_not_kept() {
        let folder = Folder::new("unsettled");
        let cache = folder.open(1);
        let began = cache.began_ns.expect("the folder can be written");
        for changed_ns in [began, began - RECENT_NS, u64::MAX] {
            cache.keep_survey(7, changed_ns, &1);
        }
        cache.missed();
        cache.keep_survey(7, 1, &1);
        assert_eq!(fs::read_dir(&folder.0).unwrap().count(), 0);
    }

    #[test]
    fn runs_at_the_same_time_leave_a_whole_cache() {
        let folder = Folder::new("together");
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..20 {
                        filled(&folder, 1);
                    }
                });
            }
        });
        let key = Cache::key("a.rs", false, b"text");
        assert_eq!(folder.open(1).get::<String>(key).as_deref(), Some("facts"));
        assert_eq!(
            fs::read_dir(&folder.0).unwrap().count(),
            1,
            "nothing is left over"
        );
    }
}
