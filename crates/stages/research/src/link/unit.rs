//! Units: the folders that are built into something that runs, and the folders that are not.

use std::collections::{BTreeMap, BTreeSet};

use model::fact::{NotServiceFact, Source};

use super::deployments::deploy;
use super::index::{Index, is_test, is_under, name_of, parent};
use crate::fronts::is_code;
use crate::observation::{Module, Observation, Value, Workload};

/// A workload and where it stands.
#[derive(Debug, Clone)]
pub struct Deployed<'a> {
    pub path: &'a str,
    pub line: u32,
    pub workload: &'a Workload,
}

/// Something built here that runs.
#[derive(Debug, Clone, Default)]
pub struct Unit<'a> {
    pub id: String,
    pub folder: String,
    /// Folders of libraries of this tree that are built into it.
    pub libraries: Vec<String>,
    /// Folders inside that are units of their own.
    pub except: Vec<String>,
    /// In lower case.
    pub names: BTreeSet<String>,
    /// The name that the program gives itself.
    pub application: Option<String>,
    pub workloads: Vec<Deployed<'a>>,
    pub module: Option<(&'a str, &'a Module)>,
    pub evidence: Vec<Source>,
    /// A deployment, a main function or a start command says that it runs; routes alone infer it.
    pub certain: bool,
}

/// A workload whose image is not built here.
#[derive(Debug, Clone)]
pub struct Foreign<'a> {
    pub name: String,
    pub deployed: Vec<Deployed<'a>>,
}

pub struct Units<'a> {
    pub units: Vec<Unit<'a>>,
    pub foreign: Vec<Foreign<'a>>,
    pub not: Vec<NotServiceFact>,
}

pub fn find<'a>(index: &Index<'a>) -> Units<'a> {
    let mut modules: BTreeMap<String, (&'a str, &'a Module)> = BTreeMap::new();
    let mut workloads: Vec<Deployed<'a>> = Vec::new();
    for (path, facts) in &index.files {
        for seen in &facts.seen {
            match &seen.what {
                Observation::Module(module) if !is_test(path) => {
                    let folder = parent(path).to_owned();
                    // Of several build files in a folder the one with a start or more dependencies tells.
                    let better = modules.get(&folder).is_none_or(|(_, other)| {
                        (module.starts.is_some(), module.dependencies.len())
                            > (other.starts.is_some(), other.dependencies.len())
                    });
                    if better {
                        modules.insert(folder, (path, module));
                    }
                }
                Observation::Workload(workload) if !is_test(path) => {
                    workloads.push(Deployed {
                        path,
                        line: seen.line,
                        workload,
                    });
                }
                _ => {}
            }
        }
    }
    let mut candidates: BTreeSet<String> = modules.keys().cloned().collect();
    for deployed in &workloads {
        if deployed.workload.source == "dockerfile" {
            candidates.insert(parent(deployed.path).to_owned());
        }
        if let Some(build) = &deployed.workload.build {
            candidates.insert(build.clone());
        }
    }
    if candidates.is_empty() {
        candidates.insert(String::new());
    }
    let runs = running(index, &candidates);
    let mut units = Vec::new();
    let mut not = Vec::new();
    for folder in &candidates {
        let module = modules.get(folder).copied();
        let built: Vec<&Deployed> = workloads
            .iter()
            .filter(|one| match one.workload.source.as_str() {
                "dockerfile" => parent(one.path) == folder,
                _ => one.workload.build.as_deref() == Some(folder),
            })
            .collect();
        let mut evidence: Vec<Source> = Vec::new();
        let code = runs.get(folder.as_str());
        evidence.extend(code.iter().flat_map(|found| found.entries.clone()).take(3));
        if let Some((path, module)) = module
            && module.starts.is_some()
        {
            evidence.push(Source {
                file: path.to_owned(),
                line: 0,
            });
        }
        let has_code = code.is_some_and(|found| found.files > 0);
        if has_code || built.iter().any(|one| one.workload.command.is_some()) {
            evidence.extend(built.iter().map(|one| Source {
                file: one.path.to_owned(),
                line: one.line,
            }));
        }
        let certain = !evidence.is_empty();
        let routes = code.map_or(0, |found| found.routes);
        if let Some(found) = code
            && !certain
            && routes > 0
        {
            evidence.extend(found.first_route.clone());
        }
        let why = match module {
            _ if !evidence.is_empty() && has_code => None,
            _ if !certain && routes > 0 => None,
            Some((_, module)) if !module.aggregates.is_empty() && !has_code => {
                Some("only holds other modules")
            }
            Some((_, module)) if module.library => Some("a library by its build file"),
            Some(_) if has_code => Some("built, but nothing in it starts or answers"),
            Some(_) => Some("a build file without code that starts"),
            None if has_code => Some("built into an image, but nothing in it starts"),
            // Images of others with some configuration: they are workloads, not units.
            None => Some("an image of its own, without code"),
        };
        match why {
            None => units.push(Unit {
                folder: folder.clone(),
                module,
                evidence,
                certain,
                names: names_of(folder, module.map(|(_, module)| module)),
                ..Unit::default()
            }),
            Some(why) => not.push(NotServiceFact {
                folder: folder.clone(),
                why: why.to_owned(),
            }),
        }
    }
    let folders: Vec<String> = units.iter().map(|unit| unit.folder.clone()).collect();
    for unit in &mut units {
        unit.except = folders
            .iter()
            .filter(|other| **other != unit.folder && is_under(other, &unit.folder))
            .cloned()
            .collect();
    }
    libraries_of(&mut units, &modules);
    for unit in &mut units {
        application_names(index, unit);
    }
    forget_copied_names(&mut units);
    let foreign = deploy(&mut units, workloads);
    name(&mut units);
    Units {
        units,
        foreign,
        not,
    }
}

#[derive(Default)]
struct Running {
    files: u32,
    routes: u32,
    entries: Vec<Source>,
    first_route: Option<Source>,
}

/// What starts and answers in each candidate folder, the innermost that holds a file.
fn running<'c>(index: &Index, candidates: &'c BTreeSet<String>) -> BTreeMap<&'c str, Running> {
    let mut found: BTreeMap<&str, Running> = BTreeMap::new();
    for (path, facts) in &index.files {
        if is_test(path) {
            continue;
        }
        let Some(folder) = innermost(candidates, path) else {
            continue;
        };
        let running = found.entry(folder).or_default();
        running.files += u32::from(is_code(&facts.front));
        for seen in &facts.seen {
            let at = || Source {
                file: (*path).to_owned(),
                line: seen.line,
            };
            match &seen.what {
                Observation::Entry { .. } => running.entries.push(at()),
                // A base class answers nothing itself.
                Observation::Route(route)
                    if !(route.router.as_deref()).is_some_and(|on| on.starts_with("class ")) =>
                {
                    running.routes += 1;
                    running.first_route.get_or_insert_with(at);
                }
                _ => {}
            }
        }
    }
    found
}

fn innermost<'c>(candidates: &'c BTreeSet<String>, path: &str) -> Option<&'c str> {
    let mut folder = parent(path);
    loop {
        if let Some(found) = candidates.get(folder) {
            return Some(found);
        }
        if folder.is_empty() {
            return None;
        }
        folder = parent(folder);
    }
}

fn names_of(folder: &str, module: Option<&Module>) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    names.insert(name_of(folder).to_ascii_lowercase());
    if let Some(module) = module {
        let last = module
            .name
            .rsplit(['/', ':'])
            .next()
            .unwrap_or(&module.name);
        names.insert(last.to_ascii_lowercase());
    }
    names.remove("");
    names
}

/// Modules of this tree that a unit's build file depends on, and theirs.
fn libraries_of(units: &mut [Unit], modules: &BTreeMap<String, (&str, &Module)>) {
    // A parent that only holds modules is listed as a dependency of each, and is code of none.
    let by_name: BTreeMap<&str, &String> = modules
        .iter()
        .filter(|(_, (_, module))| module.aggregates.is_empty())
        .map(|(folder, (_, module))| (short(&module.name), folder))
        .collect();
    let taken: BTreeSet<String> = units.iter().map(|unit| unit.folder.clone()).collect();
    for unit in units {
        let mut open: Vec<&Module> = unit.module.iter().map(|(_, module)| *module).collect();
        let mut seen = BTreeSet::new();
        while let Some(module) = open.pop() {
            for dependency in &module.dependencies {
                let Some(folder) = by_name.get(short(&dependency.name)) else {
                    continue;
                };
                if !taken.contains(*folder) && seen.insert((*folder).clone()) {
                    open.extend(modules.get(*folder).map(|(_, module)| *module));
                }
            }
        }
        unit.libraries = seen
            .into_iter()
            .filter(|folder| !is_under(folder, &unit.folder) && !is_under(&unit.folder, folder))
            .collect();
    }
}

fn short(name: &str) -> &str {
    name.rsplit([':', '/']).next().unwrap_or(name)
}

/// The name that a program gives itself.
fn application_names(index: &Index, unit: &mut Unit) {
    let except = unit.except.clone();
    for (path, seen) in index.under(&unit.folder, &except) {
        if let Observation::Setting {
            key,
            value: Value::Text(name),
            ..
        } = &seen.what
            && key.eq_ignore_ascii_case("spring.application.name")
            && !is_test(path)
            && is_own_configuration(path, &unit.folder)
        {
            unit.names.insert(name.to_ascii_lowercase());
            unit.application.get_or_insert_with(|| name.clone());
        }
    }
}

/// A name that two programs give themselves was copied with the settings: it tells neither, but for the one
/// whose folder has it.
fn forget_copied_names(units: &mut [Unit]) {
    let given: Vec<String> = units
        .iter()
        .filter_map(|unit| unit.application.as_deref().map(kebab))
        .collect();
    for unit in units {
        let folder = kebab(name_of(&unit.folder));
        let copied = |name: &String| {
            let name = kebab(name);
            name != folder && given.iter().filter(|one| **one == name).count() > 1
        };
        if let Some(name) = unit.application.take_if(|name| copied(name)) {
            unit.names.remove(&name.to_ascii_lowercase());
        }
    }
}

/// `src/main/resources/application.yml`, `config/application.yml`, `application.yml`: read by the unit itself.
pub fn is_own_configuration(path: &str, folder: &str) -> bool {
    let rest = path
        .strip_prefix(folder)
        .unwrap_or(path)
        .trim_start_matches('/');
    let inner = parent(rest);
    inner.is_empty()
        || inner.ends_with("resources")
        || inner.ends_with("config")
        || inner.ends_with("resources/config")
}

/// Ids: the name it gives itself, or is deployed under, or its folder's; kebab-case and unique.
fn name(units: &mut [Unit]) {
    let mut taken = BTreeSet::new();
    for unit in units {
        let folder = Some(name_of(&unit.folder).to_owned()).filter(|name| !name.is_empty());
        let names = || {
            let deployed = unit
                .workloads
                .iter()
                .filter(|one| one.workload.source != "dockerfile");
            deployed.map(|one| one.workload.name.clone())
        };
        // Where it is deployed under several names (a patched copy, a canary), its folder's is the plain one.
        let deployed = names()
            .find(|name| Some(name) == folder.as_ref())
            .or_else(|| names().min_by_key(String::len));
        let module = unit
            .module
            .map(|(_, module)| short(&module.name).to_owned())
            .filter(|name| !name.is_empty());
        let chosen = unit
            .application
            .clone()
            .or(deployed)
            .or(folder)
            .or(module)
            .unwrap_or_else(|| "service".into());
        let base = kebab(&chosen);
        let mut id = base.clone();
        let mut count = 2;
        while !taken.insert(id.clone()) {
            id = format!("{base}-{count}");
            count += 1;
        }
        unit.id = id;
    }
}

/// Letters, digits and single hyphens, in lower case.
pub fn kebab(text: &str) -> String {
    let mut id = String::new();
    for c in text.chars() {
        if c.is_ascii_alphanumeric() {
            id.push(c.to_ascii_lowercase());
        } else if !id.is_empty() && !id.ends_with('-') {
            id.push('-');
        }
    }
    let id = id.trim_matches('-').to_owned();
    match id.chars().next() {
        Some(first) if first.is_ascii_alphabetic() => id,
        Some(_) => format!("n-{id}"),
        None => "unnamed".into(),
    }
}
