//! What files said the last time: facts by content, kept in the user's cache folder.
//!
//! One file per tree. A cache that is absent, broken or of another program is as good as none. It may
//! hold what the tree holds, secrets too, so only its owner can read it.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::UNIX_EPOCH;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::{Xxh3, xxh3_64};

/// What a kept file means: the shape of the bytes. A new shape gets a new number.
const SHAPE: u64 = 2;

/// Path and text of a file, hashed: 128 bits, so that two files never meet.
pub type Key = u128;

#[derive(Serialize, Deserialize)]
struct Kept<'a> {
    made_by: u64,
    #[serde(borrow)]
    entries: Vec<(Key, &'a [u8])>,
}

/// The cache of one tree.
#[derive(Default)]
pub struct Cache {
    /// Absent where nothing is kept.
    file: Option<PathBuf>,
    made_by: u64,
    known: BTreeMap<Key, Vec<u8>>,
    /// Keys asked for in this run, and the facts that are new.
    used: Mutex<BTreeMap<Key, Option<Vec<u8>>>>,
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
        let made_by = program() ^ tables.rotate_left(1);
        let known = read(&file, made_by).unwrap_or_default();
        Cache {
            file: Some(file),
            made_by,
            known,
            used: Mutex::default(),
        }
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
        let bytes = self.known.get(&key)?;
        let kept = postcard::from_bytes(bytes).ok()?;
        self.note(key, None);
        Some(kept)
    }

    pub fn put<T: Serialize>(&self, key: Key, value: &T) {
        if self.file.is_some()
            && let Ok(bytes) = postcard::to_stdvec(value)
        {
            self.note(key, Some(bytes));
        }
    }

    fn note(&self, key: Key, bytes: Option<Vec<u8>>) {
        self.used
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(key, bytes);
    }

    /// Writes what this run used, whole or not at all. A disk that is full costs the next run time,
    /// nothing else.
    pub fn keep(&self) {
        let Some(file) = &self.file else {
            return;
        };
        let used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        let unchanged = used.len() == self.known.len() && used.values().all(Option::is_none);
        if unchanged {
            return;
        }
        let entries = used.iter().filter_map(|(key, new)| {
            let bytes = new.as_ref().or_else(|| self.known.get(key))?;
            Some((*key, bytes.as_slice()))
        });
        let kept = Kept {
            made_by: self.made_by,
            entries: entries.collect(),
        };
        if let Ok(bytes) = postcard::to_stdvec(&kept) {
            let _ = write(file, &bytes);
        }
    }
}

fn read(file: &Path, made_by: u64) -> Option<BTreeMap<Key, Vec<u8>>> {
    let bytes = fs::read(file).ok()?;
    let (body, sum) = bytes.split_at_checked(bytes.len().checked_sub(8)?)?;
    if xxh3_64(body).to_le_bytes() != sum {
        return None;
    }
    let kept: Kept = postcard::from_bytes(body).ok()?;
    if kept.made_by != made_by {
        return None;
    }
    Some(
        kept.entries
            .into_iter()
            .map(|(key, bytes)| (key, bytes.to_vec()))
            .collect(),
    )
}

fn write(file: &Path, bytes: &[u8]) -> std::io::Result<()> {
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
    }
    let temporary = file.with_extension(format!("{}.tmp", std::process::id()));
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
