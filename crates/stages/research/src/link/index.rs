//! The whole tree at hand: files by path, and names of one file looked up in another.

use std::collections::BTreeMap;
use std::ops::Bound;

use crate::observation::{FileFacts, Observation, Observed, Value};

pub struct Index<'a> {
    pub files: BTreeMap<&'a str, &'a FileFacts>,
    /// Files by the last segment of their path without ending, and of their module.
    by_stem: BTreeMap<String, Vec<&'a str>>,
    /// Files by the name of their folder.
    by_folder: BTreeMap<&'a str, Vec<&'a str>>,
    /// Files that declare a type, by its name.
    by_type: BTreeMap<&'a str, Vec<&'a str>>,
}

impl<'a> Index<'a> {
    pub fn new(files: &'a [(String, FileFacts)]) -> Self {
        let mut index = Index {
            files: BTreeMap::new(),
            by_stem: BTreeMap::new(),
            by_folder: BTreeMap::new(),
            by_type: BTreeMap::new(),
        };
        for (path, facts) in files {
            index.files.insert(path, facts);
            let folder = name_of(parent(path));
            index.by_folder.entry(folder).or_default().push(path);
            let stem = stem(path).to_owned();
            index.by_stem.entry(stem).or_default().push(path);
            if matches!(stem_of_folder(path), Some(folder) if is_index(path) && !folder.is_empty())
            {
                let folder = stem_of_folder(path).unwrap_or_default().to_owned();
                index.by_stem.entry(folder).or_default().push(path);
            }
            for seen in &facts.seen {
                if let Observation::Declares(one) = &seen.what {
                    index.by_type.entry(&one.name).or_default().push(path);
                }
            }
        }
        index
    }

    /// Everything seen under a folder that is not under one of `except`.
    pub fn under<'s>(
        &'s self,
        folder: &'s str,
        except: &'s [String],
    ) -> impl Iterator<Item = (&'a str, &'a Observed)> + 's {
        self.files
            .iter()
            .filter(move |(path, _)| {
                is_under(path, folder) && !except.iter().any(|other| is_under(path, other))
            })
            .flat_map(|(path, facts)| facts.seen.iter().map(move |seen| (*path, seen)))
    }

    /// The file, and the name in it, that a symbol of another file means: `./routes/users`,
    /// `app.settings.base_url`, `com.acme.Urls.ORDERS`, `Urls.ORDERS`.
    pub fn file_of(&self, from: &str, symbol: &str) -> Option<(&'a str, String)> {
        // A relative path: JavaScript, and Python with leading dots.
        if symbol.starts_with("./") || symbol.starts_with("../") {
            return self.relative(from, symbol);
        }
        let folder = parent(from);
        if symbol.starts_with('.') {
            let up = symbol.bytes().take_while(|byte| *byte == b'.').count();
            let mut base = folder.to_owned();
            for _ in 1..up {
                base = parent(&base).to_owned();
            }
            return self.dotted_under(&base, &symbol[up..]);
        }
        let segments: Vec<&str> = symbol
            .split(['.', '/'])
            .filter(|part| !part.is_empty())
            .collect();
        // The type that holds it: `Urls.ORDERS`.
        for split in (1..segments.len()).rev() {
            let owner = segments[split - 1];
            if let Some(paths) = self.by_type.get(owner) {
                let path = self.nearest(from, paths)?;
                return Some((path, segments[split - 1..].join(".")));
            }
        }
        self.dotted_under("", symbol)
    }

    fn relative(&self, from: &str, symbol: &str) -> Option<(&'a str, String)> {
        let mut base: Vec<&str> = parent(from)
            .split('/')
            .filter(|part| !part.is_empty())
            .collect();
        let mut rest = String::new();
        let parts: Vec<&str> = symbol.split('/').collect();
        for (at, part) in parts.iter().enumerate() {
            match *part {
                "." | "" => {}
                ".." => {
                    base.pop();
                }
                // The last part may name something in the file: `./config.url`.
                part if at + 1 == parts.len() => {
                    let whole = [base.join("/"), part.to_owned()].join("/");
                    let whole = whole.trim_start_matches('/').to_owned();
                    if let Some(path) = self.with_any_ending(&whole) {
                        return Some((path, "default".into()));
                    }
                    let mut stem = part;
                    while let Some((before, name)) = stem.rsplit_once('.') {
                        let whole = [base.join("/"), before.to_owned()].join("/");
                        rest = if rest.is_empty() {
                            name.to_owned()
                        } else {
                            format!("{name}.{rest}")
                        };
                        if let Some(path) = self.with_any_ending(whole.trim_start_matches('/')) {
                            return Some((path, rest));
                        }
                        stem = before;
                    }
                }
                part => base.push(part),
            }
        }
        self.with_any_ending(&base.join("/"))
            .map(|path| (path, "default".into()))
    }

    fn with_any_ending(&self, stem: &str) -> Option<&'a str> {
        if let Some((path, _)) = self.files.get_key_value(stem) {
            return Some(path);
        }
        let forms = [
            format!("{stem}."),
            format!("{stem}/index."),
            format!("{stem}/__init__."),
            format!("{stem}/mod."),
        ];
        for form in &forms {
            for path in self
                .files
                .range::<str, _>((Bound::Included(form.as_str()), Bound::Unbounded))
                .map(|(path, _)| *path)
            {
                if !path.starts_with(form.as_str()) {
                    break;
                }
                if !path[form.len()..].contains('/') {
                    return Some(path);
                }
            }
        }
        None
    }

    /// `a.b.c` as folders and names below a folder: file `a/b`, name `c`; the longest path wins.
    fn dotted_under(&self, base: &str, symbol: &str) -> Option<(&'a str, String)> {
        let segments: Vec<&str> = symbol
            .split(['.', '/'])
            .filter(|part| !part.is_empty())
            .collect();
        for split in (1..=segments.len()).rev() {
            let inner = segments[..split].join("/");
            let rest = segments[split..].join(".");
            let whole = if base.is_empty() {
                inner.clone()
            } else {
                format!("{base}/{inner}")
            };
            let exact = self.with_any_ending(&whole);
            let found = exact.or_else(|| {
                let paths = self.by_stem.get(segments[split - 1])?;
                let ends = format!("/{inner}");
                let fit: Vec<&'a str> = paths
                    .iter()
                    .copied()
                    .filter(|path| {
                        let bare = path.rsplit_once('.').map_or(*path, |(bare, _)| bare);
                        let bare = bare
                            .strip_suffix("/index")
                            .or(bare.strip_suffix("/__init__"))
                            .or(bare.strip_suffix("/mod"))
                            .unwrap_or(bare);
                        bare == inner || bare.ends_with(&ends)
                    })
                    .collect();
                self.nearest(base, &fit)
            });
            if let Some(path) = found {
                return Some((
                    path,
                    if rest.is_empty() {
                        "default".into()
                    } else {
                        rest
                    },
                ));
            }
        }
        // A Go or PHP package: any file of the folder that exports the name.
        let (package, name) = symbol.rsplit_once('.')?;
        let folder = package.rsplit('/').next().unwrap_or(package);
        let key = name.split('#').next().unwrap_or(name);
        let called = format!("{key}()");
        let gives = |path: &&&'a str| {
            let exports = self
                .files
                .get(**path)
                .map_or(&[][..], |facts| &facts.exports);
            exports
                .iter()
                .any(|(export, _)| export == key || *export == called)
        };
        let path = self.by_folder.get(folder)?.iter().find(gives)?;
        Some((path, name.to_owned()))
    }

    /// Of several files the one that shares most folders with another.
    fn nearest(&self, from: &str, paths: &[&'a str]) -> Option<&'a str> {
        paths.iter().copied().max_by_key(|path| {
            let shared = path
                .split('/')
                .zip(from.split('/'))
                .take_while(|(a, b)| a == b)
                .count();
            (shared, std::cmp::Reverse(*path))
        })
    }

    /// A plain name that another file of the same folder gives: a package in several files.
    fn beside(&self, from: &str, symbol: &str) -> Option<(&'a str, &'a Value)> {
        if symbol.contains(['.', '/']) {
            return None;
        }
        let folder = parent(from);
        let ending = from.rsplit('.').next();
        let begins = match folder {
            "" => String::new(),
            folder => format!("{folder}/"),
        };
        let below = (Bound::Included(begins.as_str()), Bound::Unbounded);
        self.files
            .range::<str, _>(below)
            .take_while(|(path, _)| path.starts_with(&begins))
            .filter(|(path, _)| parent(path) == folder && path.rsplit('.').next() == ending)
            .find_map(|(path, facts)| {
                let export = facts.exports.iter().find(|(export, _)| export == symbol)?;
                Some((*path, &export.1))
            })
    }

    /// What a symbol of a file stands for.
    pub fn value_of(&self, from: &str, symbol: &str) -> Option<(&'a str, &'a Value)> {
        let Some((path, name)) = self.file_of(from, symbol) else {
            return self.beside(from, symbol);
        };
        let facts = self.files.get(path)?;
        // A field of a function's result: the function says of which class.
        if let Some((function, field)) = name.split_once("().") {
            let function = format!("{function}()");
            let (_, result) = facts
                .exports
                .iter()
                .find(|(export, _)| *export == function)?;
            let Value::Symbol(class) = result else {
                return None;
            };
            let whole = format!("{class}.{field}");
            return (!whole.contains("().")).then(|| self.value_of(path, &whole))?;
        }
        let last = name.rsplit('.').next().unwrap_or(&name);
        facts
            .exports
            .iter()
            .find(|(export, _)| *export == name)
            .or_else(|| facts.exports.iter().find(|(export, _)| export == last))
            .map(|(_, value)| (path, value))
    }
}

pub fn is_under(path: &str, folder: &str) -> bool {
    folder.is_empty()
        || path
            .strip_prefix(folder)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// A path as a file says it, from its own folder: `../src` of `config/routes.yaml` is `src`.
pub fn joined(from: &str, said: &str) -> String {
    let mut parts: Vec<&str> = parent(from).split('/').collect();
    for part in said.split('/') {
        match part {
            "" | "." | "*" | "**" => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.retain(|part| !part.is_empty());
    parts.join("/")
}

pub fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

pub fn name_of(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

fn stem(path: &str) -> &str {
    let name = name_of(path);
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

fn stem_of_folder(path: &str) -> Option<&str> {
    Some(name_of(parent(path)))
}

fn is_index(path: &str) -> bool {
    matches!(stem(path), "index" | "__init__" | "mod")
}

const TEST_FOLDERS: [&str; 14] = [
    "test",
    "tests",
    "__tests__",
    "spec",
    "specs",
    "testdata",
    "fixtures",
    "e2e",
    "mocks",
    "__mocks__",
    "integrationtest",
    "integration-test",
    "androidtest",
    "testing",
];

/// A path that holds tests, fixtures, examples or documentation, and no running code.
pub fn is_test(path: &str) -> bool {
    let is_folder = |part: &str| {
        TEST_FOLDERS
            .iter()
            .any(|known| part.eq_ignore_ascii_case(known))
    };
    path.split('/').any(is_folder) || {
        let name = name_of(path);
        let bare = stem(path);
        name.contains(".test.")
            || name.contains(".spec.")
            || bare.ends_with("_test")
            || bare.starts_with("test_")
            || bare.ends_with("Test")
            || bare.ends_with("Tests")
            || bare.ends_with("IT")
            || bare.ends_with("_spec")
            || bare == "conftest"
    }
}
