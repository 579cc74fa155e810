//! Which entries of a language's tables a name can trigger, and which libraries an import brings in.
//!
//! A file asks of thousands of names what they mean, and nearly all mean nothing. Entries are therefore
//! found by the last segment of what they look for; what is found is then held against the whole of its
//! conditions. An entry with a `*` in its last segment is a candidate for every name.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use super::pattern;
use super::table::{Library, ReadRow, Trigger, TypeRow};

/// The list of a library's table that an entry stands in. Where several are asked at once (variables and
/// keys), the order here is the order in which they are tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Route,
    Prefix,
    Mount,
    Base,
    Version,
    Group,
    Resource,
    Call,
    Client,
    Connection,
    Message,
    Role,
    Entity,
    Query,
    Guard,
    Resilience,
    Env,
    Config,
    Schedule,
    Entry,
    Test,
    Passes,
}

/// One entry, by positions: of the library among those of the language, and of the entry in its list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hit {
    pub library: u16,
    pub kind: Kind,
    pub row: u16,
}

/// What may stand under a name, and what may stand under any.
struct ByName<T> {
    named: BTreeMap<String, Vec<T>>,
    open: Vec<T>,
}

impl<T: Copy + Ord> ByName<T> {
    fn of(pairs: Vec<(Option<String>, T)>) -> Self {
        let mut named: BTreeMap<String, Vec<T>> = BTreeMap::new();
        let mut open = Vec::new();
        for (name, one) in pairs {
            match name {
                Some(name) => named.entry(name).or_default().push(one),
                None => open.push(one),
            }
        }
        open.sort_unstable();
        open.dedup();
        for many in named.values_mut() {
            many.extend(&open);
            many.sort_unstable();
            many.dedup();
        }
        ByName { named, open }
    }

    /// In the order of the tables.
    fn get(&self, name: &str) -> &[T] {
        self.named.get(name).unwrap_or(&self.open)
    }
}

/// The tables of one language.
pub struct Language {
    pub libraries: Vec<&'static Library>,
    /// Prefixes of imports, dotted, and the libraries that they bring in.
    imported: BTreeMap<String, Vec<u16>>,
    /// Libraries that count without an import.
    always: Vec<u16>,
    rows: ByName<Hit>,
    types: ByName<(u16, u16)>,
    /// Types by the names that their values usually have, in lower case.
    usual: BTreeMap<String, Vec<(u16, u16)>>,
}

/// The tables of a language; one without any has none.
pub fn of(language: &str) -> &'static Language {
    static ALL: OnceLock<(BTreeMap<String, Language>, Language)> = OnceLock::new();
    let (all, none) = ALL.get_or_init(|| {
        let libraries = &super::libraries::all().0;
        let mut by_language: BTreeMap<String, Vec<&'static Library>> = BTreeMap::new();
        for library in libraries {
            let mut languages: Vec<&String> = library.languages.iter().collect();
            languages.sort_unstable();
            languages.dedup();
            for language in languages {
                by_language
                    .entry(language.clone())
                    .or_default()
                    .push(library);
            }
        }
        let made = by_language
            .into_iter()
            .map(|(language, libraries)| (language, Language::of(libraries)));
        (made.collect(), Language::of(Vec::new()))
    });
    all.get(language).unwrap_or(none)
}

impl Language {
    fn of(libraries: Vec<&'static Library>) -> Self {
        let mut imported: BTreeMap<String, Vec<u16>> = BTreeMap::new();
        let mut always = Vec::new();
        let mut rows = Vec::new();
        let mut types = Vec::new();
        let mut usual: BTreeMap<String, Vec<(u16, u16)>> = BTreeMap::new();
        for (library, table) in (0u16..).zip(libraries.iter().copied()) {
            if table.bare || table.imports.is_empty() {
                always.push(library);
            }
            for prefix in &table.imports {
                let prefix = pattern::dotted(prefix).into_owned();
                imported.entry(prefix).or_default().push(library);
            }
            triggers(table, &mut |kind, row, trigger| {
                let hit = Hit { library, kind, row };
                rows.extend(looked_for(trigger).map(|name| (name, hit)));
            });
            for (row, of) in (0u16..).zip(&table.types) {
                let at = (library, row);
                types.extend(type_names(table, of).map(|name| (name, at)));
                for name in &of.usual {
                    let name = name.to_ascii_lowercase();
                    usual.entry(name).or_default().push(at);
                }
            }
        }
        Language {
            libraries,
            imported,
            always,
            rows: ByName::of(rows),
            types: ByName::of(types),
            usual,
        }
    }

    /// Which of the libraries count in a file that imports these, by position.
    pub fn used(&self, imports: &[String]) -> Vec<bool> {
        let mut used = vec![false; self.libraries.len()];
        let mut mark = |some: &[u16]| some.iter().for_each(|one| used[usize::from(*one)] = true);
        mark(&self.always);
        for path in imports {
            let ends = path
                .char_indices()
                .filter(|(_, sign)| matches!(sign, '.' | '/' | '_' | '-' | ':'))
                .map(|(at, _)| at);
            for end in ends.chain([path.len()]) {
                if let Some(some) = self.imported.get(&path[..end]) {
                    mark(some);
                }
            }
        }
        used
    }

    /// Entries that may look for a name by this last segment, in the order of the tables.
    pub fn rows(&self, last: &str) -> &[Hit] {
        self.rows.get(last)
    }

    /// Types that a path with this last segment may name or make, in the order of the tables.
    pub fn types(&'static self, last: &str) -> impl Iterator<Item = TypeAt> {
        let found = self.types.get(last).iter();
        found.map(|(library, row)| self.type_at(*library, *row))
    }

    /// Types whose values usually have a name.
    pub fn usual(&'static self, name: &str) -> impl Iterator<Item = TypeAt> {
        let found = match name.bytes().any(|byte| byte.is_ascii_uppercase()) {
            true => self.usual.get(name.to_ascii_lowercase().as_str()),
            false => self.usual.get(name),
        };
        let found = found.into_iter().flatten();
        found.map(|(library, row)| self.type_at(*library, *row))
    }

    fn type_at(&self, library: u16, row: u16) -> TypeAt {
        let table = self.libraries[usize::from(library)];
        (usize::from(library), table, &table.types[usize::from(row)])
    }
}

/// A type, its library, and the position of that.
pub type TypeAt = (usize, &'static Library, &'static TypeRow);

/// The last segments of what a trigger looks for; `None` where that can be any.
fn looked_for(trigger: &Trigger) -> impl Iterator<Item = Option<String>> {
    let lists = [
        &trigger.call,
        &trigger.annotation,
        &trigger.extends,
        &trigger.takes,
    ];
    lists.into_iter().flatten().map(|pattern| last_of(pattern))
}

fn type_names(table: &Library, of: &TypeRow) -> impl Iterator<Item = Option<String>> {
    let module = of.module.then_some(&table.imports).into_iter().flatten();
    let module = module.map(|import| Some(pattern::last(&pattern::dotted(import)).to_owned()));
    let written = of.made_by.iter().chain(&of.named);
    written.map(|pattern| last_of(pattern)).chain(module)
}

fn last_of(pattern: &str) -> Option<String> {
    let last = pattern::last(pattern.strip_prefix('^').unwrap_or(pattern));
    (!last.contains('*')).then(|| last.to_owned())
}

/// Every trigger of a table that code can set off.
fn triggers(table: &'static Library, see: &mut dyn FnMut(Kind, u16, &'static Trigger)) {
    fn each<R>(
        kind: Kind,
        rows: &'static [R],
        trigger: fn(&'static R) -> &'static Trigger,
        see: &mut dyn FnMut(Kind, u16, &'static Trigger),
    ) {
        for (at, row) in (0u16..).zip(rows) {
            see(kind, at, trigger(row));
        }
    }
    let read: fn(&'static ReadRow) -> &'static Trigger = |row| &row.trigger;
    each(Kind::Route, &table.route, |row| &row.trigger, see);
    each(Kind::Prefix, &table.prefix, |row| &row.trigger, see);
    each(Kind::Mount, &table.mount, |row| &row.trigger, see);
    each(Kind::Base, &table.base, |row| &row.trigger, see);
    each(Kind::Version, &table.version, |row| &row.trigger, see);
    each(Kind::Group, &table.group, |row| &row.trigger, see);
    each(Kind::Resource, &table.resource, |row| &row.trigger, see);
    each(Kind::Call, &table.call, |row| &row.trigger, see);
    each(Kind::Client, &table.client, |row| &row.trigger, see);
    each(Kind::Connection, &table.connection, |row| &row.trigger, see);
    each(Kind::Message, &table.message, |row| &row.trigger, see);
    each(Kind::Role, &table.role, |row| &row.trigger, see);
    each(Kind::Entity, &table.entity, |row| &row.trigger, see);
    each(Kind::Query, &table.query, |row| &row.trigger, see);
    each(Kind::Guard, &table.guard, |row| &row.trigger, see);
    each(Kind::Resilience, &table.resilience, |row| &row.trigger, see);
    each(Kind::Env, &table.env, read, see);
    each(Kind::Config, &table.config, read, see);
    each(Kind::Schedule, &table.schedule, |row| &row.trigger, see);
    each(Kind::Entry, &table.entry, |row| &row.trigger, see);
    each(Kind::Test, &table.test, |row| row, see);
    each(Kind::Passes, &table.passes, |row| &row.trigger, see);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is looked up is what a search through every table finds.
    #[test]
    fn no_entry_is_missed() {
        for library in &super::super::libraries::all().0 {
            for language in &library.languages {
                let tables = of(language);
                let position = tables
                    .libraries
                    .iter()
                    .position(|one| one.id == library.id)
                    .expect("a table of its language") as u16;
                triggers(library, &mut |kind, row, trigger| {
                    let hit = Hit {
                        library: position,
                        kind,
                        row,
                    };
                    for wanted in trigger.call.iter().chain(&trigger.annotation) {
                        let spelled = wanted.trim_start_matches('^').replace('*', "Orders");
                        for path in [format!("api.{spelled}"), spelled] {
                            let found = tables.rows(pattern::last(&path));
                            let matches = pattern::matches(&path, wanted).is_some();
                            assert!(!matches || found.contains(&hit), "{}: {path}", library.id);
                        }
                    }
                });
                for of in &library.types {
                    for path in of.made_by.iter().chain(&of.named) {
                        let path = path.trim_start_matches('^').replace('*', "Orders");
                        let found = tables
                            .types(pattern::last(&path))
                            .any(|(_, _, row)| row.id == of.id);
                        assert!(found, "{}: {path}", library.id);
                    }
                    for name in &of.usual {
                        let upper = name.to_ascii_uppercase();
                        assert!(tables.usual(&upper).any(|(_, _, row)| row.id == of.id));
                    }
                }
            }
        }
    }

    #[test]
    fn an_import_brings_in_what_it_begins_with() {
        for library in super::super::libraries::all()
            .0
            .iter()
            .filter(|one| !one.bare)
        {
            for (language, import) in library.languages.iter().zip(&library.imports) {
                let tables = of(language);
                let used = |path: String| {
                    let used = tables.used(&[path]);
                    let mut names = tables.libraries.iter().zip(used);
                    names.any(|(one, used)| used && one.id == library.id)
                };
                let dotted = pattern::dotted(import);
                assert!(used(dotted.to_string()), "{import}");
                assert!(used(format!("{dotted}.orders")), "{import}");
                let narrower = library.imports.iter().any(|one| *one != *import);
                assert!(narrower || !used(format!("{dotted}orders")), "{import}");
            }
        }
        assert_eq!(
            of("no such language").used(&["x".to_owned()]),
            Vec::<bool>::new()
        );
    }
}
