//! A tree from its files to its facts and red flags. Both are kept: where the tree lies as it lay, it costs
//! its listing and one read.
//!
//! What the listing says is the key: every file that a front may take with how it lies, and how many others
//! there are and why they were left out. A file that changed, is new, gone or ignored now makes another key.

use std::path::PathBuf;

use model::fact::Facts;
use model::finding::Finding;
use xxhash_rust::xxh3::Xxh3;

use crate::cache::{Cache, Key};
use crate::reading::{self, Options, Progress};
use crate::tree::{self, Listing, Texts};
use crate::{link, red_flags};

/// What a tree says as a whole.
pub struct Survey {
    pub facts: Facts,
    /// In the order of their places.
    pub flags: Vec<Finding>,
    pub texts: Texts,
}

/// Surveys the folders, and keeps what was found for the next run. `Err` says which of them is not there.
pub fn survey(
    folders: &[PathBuf],
    options: &Options,
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<Survey, String> {
    let cache = reading::open(options.cache.as_deref(), folders);
    survey_with(cache, folders, progress)
}

fn survey_with(
    cache: Cache,
    folders: &[PathBuf],
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<Survey, String> {
    let listing = tree::list(folders)?;
    let lies = lies(&listing);
    if let Some((facts, flags)) = cache.survey(lies) {
        let files = listing.entries.len();
        progress(Progress { files, of: files });
        return Ok(Survey {
            facts,
            flags,
            texts: Texts(listing.entries),
        });
    }
    let newest = listing.entries.iter().map(|one| one.stamp.changed_ns).max();
    let reading = reading::read_listed(listing, cache, progress);
    let facts = link(&reading);
    let flags = red_flags::all(&facts, &reading.files);
    reading.keep();
    let cache = reading.cache();
    cache.keep_survey(lies, newest.unwrap_or_default(), &(&facts, &flags));
    Ok(Survey {
        facts,
        flags,
        texts: reading.into_texts(),
    })
}

/// Hash of all that a listing says.
fn lies(listing: &Listing) -> Key {
    let mut hash = Xxh3::new();
    let mut text = |text: &str| {
        hash.update(text.as_bytes());
        hash.update(&[0]);
    };
    text(&listing.name);
    for entry in &listing.entries {
        text(&entry.path);
        text(&entry.stamp.state.to_string());
    }
    text("");
    for (why, left) in listing.left_out.clone().facts() {
        text(&why);
        text(&left.files.to_string());
        left.some.iter().for_each(|name| text(name));
    }
    hash.update(&listing.files.to_le_bytes());
    hash.update(&listing.bytes.to_le_bytes());
    hash.digest128()
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;
    use crate::prefilter;

    const APP: &str = "from flask import Flask\nimport requests\n\napp = Flask(__name__)\n\n@app.get(\"/orders\")\ndef orders():\n    return requests.get(\"http://10.0.0.7:8000/levels\").json()\n";

    /// A tree and a cache, gone after the test.
    struct Folder(PathBuf);

    impl Folder {
        fn new() -> Self {
            static NUMBER: AtomicUsize = AtomicUsize::new(0);
            let number = NUMBER.fetch_add(1, Ordering::Relaxed);
            let name = format!("groundplan-survey-{}-{number}", std::process::id());
            let folder = Folder(std::env::temp_dir().join(name));
            let _ = fs::remove_dir_all(&folder.0);
            folder.file("app.py", APP);
            folder.file("pyproject.toml", "[project]\nname = \"shop\"\n");
            folder.file("stock/app.py", &APP.replace("orders", "stock"));
            folder.file("stock/requirements.txt", "flask\n");
            folder.file(
                "stock/Dockerfile",
                "FROM python:3.12\nCMD [\"flask\", \"run\"]\n",
            );
            folder
        }

        fn tree(&self) -> PathBuf {
            self.0.join("tree")
        }

        fn file(&self, path: &str, text: &str) {
            let path = self.tree().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }

        /// A run long after all that was made before it; what it found.
        fn survey(&self, tables: u64) -> Survey {
            let (kept, roots) = (self.0.join("kept"), [self.tree()]);
            let cache = Cache::open(Some(&kept), &roots, tables).long_after();
            survey_with(cache, &roots, &|_| {}).unwrap()
        }

        fn unkept(&self) -> Survey {
            survey(&[self.tree()], &Options::default(), &|_| {}).unwrap()
        }

        fn kept(&self, ending: &str) -> Option<PathBuf> {
            let mut kept = fs::read_dir(self.0.join("kept")).unwrap().flatten();
            let found = kept.find(|one| one.path().extension().is_some_and(|e| e == ending));
            found.map(|one| one.path())
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    fn same(one: &Survey, other: &Survey) {
        assert_eq!(one.facts, other.facts);
        assert_eq!(one.flags, other.flags);
    }

    #[test]
    fn a_tree_that_lies_as_it_lay_is_not_read_again() {
        let folder = Folder::new();
        let first = folder.survey(prefilter::tables());
        same(&first, &folder.unkept());
        assert!(!first.facts.services.is_empty() && !first.flags.is_empty());
        // Without what files said, reading would make that again.
        fs::remove_file(folder.kept("facts").unwrap()).unwrap();
        let again = folder.survey(prefilter::tables());
        same(&first, &again);
        assert_eq!(folder.kept("facts"), None, "no file was read");
        assert_eq!(again.texts.text("app.py").as_deref(), Some(APP));
    }

    #[test]
    fn whatever_changes_is_noticed() {
        type Change = fn(&Path);
        let changes: &[(&str, Change)] = &[
            ("a changed file", |tree| {
                fs::write(tree.join("app.py"), APP.replace("orders", "bills")).unwrap();
            }),
            ("one as long, put in its place", |tree| {
                fs::write(tree.join("new"), APP.replace("orders", "goods")).unwrap();
                fs::rename(tree.join("new"), tree.join("app.py")).unwrap();
            }),
            ("a new file", |tree| {
                fs::write(tree.join("more.py"), APP.replace("orders", "more")).unwrap();
            }),
            ("a new file that no front takes", |tree| {
                fs::write(tree.join("notes.bin"), "x").unwrap();
            }),
            ("a file that is gone", |tree| {
                fs::remove_file(tree.join("more.py")).unwrap();
            }),
            ("a file of another name", |tree| {
                fs::rename(tree.join("stock/app.py"), tree.join("stock/main.py")).unwrap();
            }),
            ("a file that is ignored now", |tree| {
                fs::write(tree.join(".gitignore"), "stock/\n").unwrap();
            }),
            ("ignored no more", |tree| {
                fs::write(tree.join(".gitignore"), "other/\n").unwrap();
            }),
            ("a folder that nobody wrote", |tree| {
                fs::create_dir_all(tree.join("stock/node_modules")).unwrap();
                fs::write(tree.join("stock/node_modules/a.js"), "x").unwrap();
            }),
        ];
        let folder = Folder::new();
        let mut before = folder.survey(prefilter::tables());
        for (what, change) in changes {
            change(&folder.tree());
            let after = folder.survey(prefilter::tables());
            assert_ne!(before.facts, after.facts, "{what}");
            same(&after, &folder.unkept());
            before = after;
        }
    }

    #[test]
    fn another_program_surveys_for_itself() {
        let folder = Folder::new();
        let first = folder.survey(1);
        fs::remove_file(folder.kept("facts").unwrap()).unwrap();
        same(&first, &folder.survey(2));
        assert!(folder.kept("facts").is_some(), "files were read");
    }

    #[test]
    fn a_tree_that_changed_just_now_is_kept_file_by_file_only() {
        let folder = Folder::new();
        let options = Options {
            cache: Some(folder.0.join("kept")),
            ..Options::default()
        };
        let first = survey(&[folder.tree()], &options, &|_| {}).unwrap();
        assert_eq!(folder.kept("survey"), None);
        assert!(folder.kept("facts").is_some());
        same(
            &first,
            &survey(&[folder.tree()], &options, &|_| {}).unwrap(),
        );
    }

    #[test]
    fn a_broken_survey_is_made_again() {
        let folder = Folder::new();
        let first = folder.survey(1);
        let file = folder.kept("survey").unwrap();
        let whole = fs::read(&file).unwrap();
        let mut flipped = whole.clone();
        flipped[whole.len() / 2] ^= 0x10;
        for broken in [&whole[..whole.len() / 2], b"no survey", b"", &flipped] {
            fs::write(&file, broken).unwrap();
            same(&first, &folder.survey(1));
            assert_eq!(fs::read(&file).unwrap(), whole, "made again");
        }
    }
}
