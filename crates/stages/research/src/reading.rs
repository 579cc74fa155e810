//! Reading a tree: every file that can matter goes through its front, once, in parallel.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use model::fact::{FaultFact, Source, TreeFact};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::cache::Cache;
use crate::fronts::{self, Front, SourceText, helm};
use crate::leave_out;
use crate::link;
use crate::observation::FileFacts;
use crate::prefilter::{self, Prefilter};
use crate::test_files;
use crate::tree::{self, Entry, Listing, Texts};

/// Stack of a thread that parses. Parsers call themselves once per nesting; memory that is not touched
/// costs nothing.
const STACK: usize = 256 * 1024 * 1024;

/// How often names are followed to files that were not read: a constant may be made of another.
const ROUNDS: usize = 3;

/// How a tree is read.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Folder of the caches; nothing is kept without one.
    pub cache: Option<PathBuf>,
    /// Whether the history of the tree is asked who changed what.
    pub history: bool,
}

/// How far reading is.
#[derive(Debug, Clone, Copy)]
pub struct Progress {
    pub files: usize,
    pub of: usize,
}

/// What the files of a tree say, one by one, in the order of their paths.
#[derive(Default)]
pub struct Reading {
    /// Name of the system: of the (first) folder.
    pub name: String,
    pub files: Vec<(String, FileFacts)>,
    pub tree: TreeFact,
    texts: Texts,
    /// Source files that no library's word occurs in.
    skipped: Vec<String>,
    cache: Cache,
}

/// What one file came to; this is what the cache keeps.
#[derive(Default, Serialize, Deserialize)]
struct Seen {
    /// Id of the front that reads it; empty where none does.
    front: String,
    left_out: Option<Why>,
    /// Lines of source.
    lines: u64,
    /// First line with bytes that are no UTF-8.
    replaced: Option<u32>,
    /// Absent where it need not be parsed.
    facts: Option<FileFacts>,
}

#[derive(Clone, Copy, Serialize, Deserialize)]
enum Why {
    Generated,
    Minified,
    TooDeep,
    NotText,
}

impl Why {
    fn word(self) -> &'static str {
        match self {
            Why::Generated => leave_out::GENERATED,
            Why::Minified => leave_out::MINIFIED,
            Why::TooDeep => leave_out::TOO_DEEP,
            Why::NotText => leave_out::NOT_TEXT,
        }
    }
}

/// How much of a file is wanted.
#[derive(Clone, Copy, PartialEq)]
enum Depth {
    /// What libraries are recognised in; other source is not parsed.
    Words,
    /// Its declarations too, whatever words it has.
    Whole,
}

/// Reads the folders. `Err` says which of them is not there.
pub fn read(
    folders: &[PathBuf],
    options: &Options,
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<Reading, String> {
    let cache = open(options.cache.as_deref(), folders);
    Ok(read_listed(tree::list(folders)?, cache, progress))
}

/// The cache of the folders. It is opened before they are listed: what changes from then on is recent.
pub(crate) fn open(kept_in: Option<&Path>, folders: &[PathBuf]) -> Cache {
    Cache::open(kept_in, folders, prefilter::tables())
}

/// Reads what was listed.
pub(crate) fn read_listed(
    listing: Listing,
    cache: Cache,
    progress: &(dyn Fn(Progress) + Sync),
) -> Reading {
    let (done, of) = (AtomicUsize::new(0), listing.entries.len());
    let seen: Vec<Result<Seen, &'static str>> = on_deep_stacks(|| {
        let read = |entry: &Entry| {
            let seen = read_one(entry, Depth::Words, &cache);
            let files = done.fetch_add(1, Ordering::Relaxed) + 1;
            if files.is_multiple_of(64) || files == of {
                progress(Progress { files, of });
            }
            seen
        };
        listing.entries.par_iter().map(read).collect()
    });
    let mut reading = Reading {
        name: listing.name,
        cache,
        ..Reading::default()
    };
    reading.tree.files = listing.files;
    reading.tree.bytes = listing.bytes;
    let mut left_out = listing.left_out;
    for (entry, seen) in listing.entries.iter().zip(seen) {
        match seen {
            Ok(seen) => reading.take(entry, seen, &mut left_out),
            Err(why) => left_out.add(why, &entry.path, 1),
        }
    }
    reading.texts = Texts(listing.entries);
    on_deep_stacks(|| reading.read_charts());
    reading.follow_names();
    reading.tree.left_out = left_out.facts();
    reading.tree.parsed.sort_keys();
    reading.tree.lines.sort_keys();
    reading
}

impl Reading {
    /// What is known without a tree: for tests, and for facts from elsewhere.
    pub fn of(name: &str, files: Vec<(String, FileFacts)>) -> Self {
        Reading {
            name: name.to_string(),
            files,
            ..Reading::default()
        }
    }

    fn take(&mut self, entry: &Entry, seen: Seen, left_out: &mut tree::LeftOut) {
        let id = &seen.front;
        if let Some(why) = seen.left_out {
            left_out.add(why.word(), &entry.path, 1);
            return;
        }
        let fault = |line, reason: &str| FaultFact {
            at: Source {
                file: entry.path.clone(),
                line,
            },
            reason: reason.to_string(),
        };
        if let Some(line) = seen.replaced {
            let reason = "not UTF-8 from here on; read with replacement characters";
            self.tree.faults.push(fault(line, reason));
        }
        if id.is_empty() {
            return;
        }
        if entry.is_code {
            *self.tree.lines.entry(id.clone()).or_default() += seen.lines;
        }
        let Some(facts) = seen.facts else {
            self.skipped.push(entry.path.clone());
            return;
        };
        *self.tree.parsed.entry(id.clone()).or_default() += 1;
        for (line, reason) in &facts.faults {
            self.tree.faults.push(fault(*line, reason));
        }
        self.files.push((entry.path.clone(), facts));
    }

    /// Charts are read as wholes: a template means what its values make of it.
    fn read_charts(&mut self) {
        let roots: Vec<&str> = self
            .texts
            .paths()
            .filter(|path| helm::is_chart(path))
            .map(|path| path.rsplit_once('/').map_or("", |(folder, _)| folder))
            .collect();
        let within = |path: &str| {
            roots.iter().any(|root| {
                let rest = path.strip_prefix(root);
                rest.is_some_and(|rest| root.is_empty() || rest.starts_with('/'))
            })
        };
        let paths = self
            .texts
            .paths()
            .filter(|path| within(path) && fronts::ends_in(path, &[".yaml", ".yml", ".tpl"]));
        let texts: Vec<(String, String)> = paths
            .filter_map(|path| Some((path.to_string(), self.chart_text(path)?)))
            .collect();
        let sources: Vec<SourceText> = texts
            .iter()
            .map(|(path, text)| SourceText { path, text })
            .collect();
        let read = catch_unwind(AssertUnwindSafe(|| helm::charts(&sources)));
        let mut read: BTreeMap<String, FileFacts> = read.unwrap_or_default().into_iter().collect();
        self.tree
            .faults
            .retain(|fault| !read.contains_key(&fault.at.file));
        for (path, facts) in &mut self.files {
            let Some(whole) = read.remove(path) else {
                continue;
            };
            for (line, reason) in &whole.faults {
                let (file, line) = (path.clone(), *line);
                self.tree.faults.push(FaultFact {
                    at: Source { file, line },
                    reason: reason.clone(),
                });
            }
            *facts = whole;
        }
    }

    fn chart_text(&self, path: &str) -> Option<String> {
        let bytes = tree::bytes(self.texts.entry(path)?);
        let bytes = bytes.inspect_err(|_| self.cache.missed()).ok()?;
        leave_out::text(bytes).map(|(text, _)| text)
    }

    /// Reads what holds constants that the files read so far name. They may name others in turn.
    fn follow_names(&mut self) {
        for _ in 0..ROUNDS {
            let more = self.read_more(&crate::link::lacking(&self.files, &self.skipped));
            if more.is_empty() {
                break;
            }
            let read: BTreeSet<&str> = more.iter().map(|(path, _)| path.as_str()).collect();
            self.skipped.retain(|path| !read.contains(path.as_str()));
            for (_, facts) in &more {
                *self.tree.parsed.entry(facts.front.clone()).or_default() += 1;
            }
            self.files.extend(more);
            self.files.sort_by(|a, b| a.0.cmp(&b.0));
        }
    }

    /// Source files that were not parsed, because no library's word occurs in them, by path.
    pub fn skipped(&self) -> &[String] {
        &self.skipped
    }

    /// Parses files of the tree whole, for what they declare, whatever words they have. Paths that are
    /// not in the tree give nothing. The result is in the order of the paths asked for.
    pub fn read_more(&self, paths: &[&str]) -> Vec<(String, FileFacts)> {
        let entries: Vec<&Entry> = paths.iter().filter_map(|p| self.texts.entry(p)).collect();
        let read: Vec<Option<(String, FileFacts)>> = on_deep_stacks(|| {
            let read = |entry: &&Entry| {
                let seen = read_one(entry, Depth::Whole, &self.cache).ok()?;
                Some((entry.path.clone(), seen.facts?))
            };
            entries.par_iter().map(read).collect()
        });
        read.into_iter().flatten().collect()
    }

    /// Keeps what was read for the next run.
    pub fn keep(&self) {
        self.cache.keep();
    }

    pub(crate) fn cache(&self) -> &Cache {
        &self.cache
    }

    pub(crate) fn into_texts(self) -> Texts {
        self.texts
    }
}

/// Runs with threads whose stacks hold the deepest parse.
fn on_deep_stacks<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    match rayon::ThreadPoolBuilder::new().stack_size(STACK).build() {
        Ok(pool) => pool.install(work),
        Err(_) => work(),
    }
}

fn read_one(entry: &Entry, depth: Depth, cache: &Cache) -> Result<Seen, &'static str> {
    let whole = depth == Depth::Whole;
    if let Some(key) = cache.key_of(&entry.path, whole, entry.stamp)
        && let Some(seen) = cache.get(key)
    {
        return Ok(seen);
    }
    let bytes = tree::bytes(entry).inspect_err(|_| cache.missed())?;
    let key = Cache::key(&entry.path, whole, &bytes);
    cache.lies(&entry.path, whole, entry.stamp, key);
    if let Some(seen) = cache.get(key) {
        return Ok(seen);
    }
    let seen = see(entry, depth, bytes);
    cache.put(key, &seen);
    Ok(seen)
}

fn see(entry: &Entry, depth: Depth, bytes: Vec<u8>) -> Seen {
    let left_out = |why| Seen {
        left_out: Some(why),
        ..Seen::default()
    };
    let Some((text, replaced)) = leave_out::text(bytes) else {
        return left_out(Why::NotText);
    };
    let source = SourceText {
        path: &entry.path,
        text: &text,
    };
    if own_output(&text) {
        return left_out(Why::Generated);
    }
    let Some(front) = fronts::front_of(source) else {
        return Seen::default();
    };
    let mut seen = Seen {
        front: front.id.to_string(),
        replaced,
        ..Seen::default()
    };
    if entry.is_code {
        match leave_out::source(source.name(), &text) {
            Some(leave_out::MINIFIED) => return left_out(Why::Minified),
            Some(_) => return left_out(Why::Generated),
            None => {}
        }
        seen.lines = text.bytes().filter(|b| *b == b'\n').count() as u64;
        if link::is_test(source.path)
            && !crate::schema::code::may_be(source.path)
            && let Some(tests) = test_files::facts(front.id, &text)
        {
            seen.facts = Some(tests);
            return seen;
        }
        let words = Prefilter::embedded();
        if depth == Depth::Words
            && !crate::schema::code::may_be(source.path)
            && !crate::recognise::places::may_be(front.id, source.path)
            && !words.matters(front.id, text.as_bytes())
        {
            return seen;
        }
        if leave_out::too_deep(&text) {
            return left_out(Why::TooDeep);
        }
    }
    seen.facts = Some(facts(front, source));
    seen
}

/// Whether the file is a document of ours: what was designed is no fact about the code.
fn own_output(text: &str) -> bool {
    text.lines()
        .take(5)
        .any(|line| line.contains("Generated by Groundplan from"))
}

/// What a file says. A front that fails on it loses this file and no other.
fn facts(front: &Front, source: SourceText) -> FileFacts {
    let read = AssertUnwindSafe(|| fronts::read_by(front, source));
    let mut facts = catch_unwind(read).unwrap_or_else(|_| FileFacts {
        faults: vec![(0, "reading this file failed inside the program".to_string())],
        ..FileFacts::default()
    });
    if facts.front.is_empty() {
        facts.front = front.id.to_string();
    }
    facts
}
