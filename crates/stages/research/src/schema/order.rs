//! Which files belong together, in which order, for which database.

use std::collections::{BTreeMap, BTreeSet};

use super::apply::applies;
use super::change::SchemaChange;
use super::place::{self, Place, Turn};
use super::rivals;
use crate::fronts::sql::of_path;
use crate::observation::{FileFacts, Observation, Value};
use crate::sql::Dialect;

/// Files of a tree by path.
pub type Files<'a> = BTreeMap<&'a str, &'a FileFacts>;

/// One change in its turn: file, line, change.
pub type Step<'a> = (&'a str, u32, &'a SchemaChange);

/// Steps that lead to one schema.
#[derive(Debug, Clone)]
pub struct Plan<'a> {
    pub tool: String,
    pub root: String,
    pub dialect: Dialect,
    pub files: Vec<&'a str>,
    pub steps: Vec<Step<'a>>,
}

/// The changes of a file with their lines.
pub fn changes(facts: &FileFacts) -> impl Iterator<Item = (u32, &SchemaChange)> {
    facts.seen.iter().filter_map(|seen| match &seen.what {
        Observation::Schema(change) => Some((seen.line, change)),
        _ => None,
    })
}

fn defines(facts: &FileFacts) -> bool {
    changes(facts).any(|(_, change)| {
        !matches!(
            change,
            SchemaChange::Dialect { .. }
                | SchemaChange::Tool { .. }
                | SchemaChange::Use { .. }
                | SchemaChange::Skipped { .. }
        )
    })
}

fn tool_of(facts: &FileFacts) -> Option<&str> {
    changes(facts).find_map(|(_, change)| match change {
        SchemaChange::Tool { name } => Some(name.as_str()),
        _ => None,
    })
}

/// Ids of tools whose migrations are code; a file says which it is of.
const CODE_TOOLS: &[&str] = &[
    "alembic",
    "django",
    "rails",
    "laravel",
    "entity-framework",
    "knex",
    "sequelize",
    "typeorm",
];

/// Tools of which a folder below the root is a step, or an app beside others, and no history.
const STEP_IS_FOLDER: &[&str] = &["django", "prisma", "diesel", "alembic"];

/// Plans for all schemas of a tree.
pub fn plans<'a>(files: &Files<'a>) -> Vec<Plan<'a>> {
    let mut groups: BTreeMap<(String, String), Vec<(&'a str, Place)>> = BTreeMap::new();
    let mut liquibase: Vec<&'a str> = Vec::new();
    let mut alone: Vec<Plan<'a>> = Vec::new();
    for (path, facts) in files {
        // A numbered step belongs to its order even where it only makes functions.
        let step = facts.front == "sql" && place::sql(path).is_some_and(|place| place.is_step());
        if !(defines(facts) || step) || place::aside(path) {
            continue;
        }
        let tool = tool_of(facts);
        let place = match tool {
            Some("liquibase") => {
                liquibase.push(path);
                continue;
            }
            // A declaration of the whole: `schema.rb`, `schema.prisma`.
            Some(whole @ ("rails-schema" | "prisma-schema")) => {
                alone.push(whole_schema(files, path, whole));
                continue;
            }
            Some(tool) => match CODE_TOOLS.iter().find(|known| **known == tool) {
                Some(tool) => place::code(path, tool),
                None => continue,
            },
            None => match place::sql(path) {
                Some(place) => place,
                None => continue,
            },
        };
        let tool = place.tool.to_string();
        let root = if tool == "django" {
            project(files, &place.root)
        } else {
            place.root.clone()
        };
        groups.entry((root, tool)).or_default().push((path, place));
    }
    let mut plans = super::liquibase::plans(files, &liquibase);
    let included: BTreeSet<&str> = plans.iter().flat_map(|plan| plan.files.clone()).collect();
    for members in groups.values_mut() {
        members.retain(|(path, _)| !included.contains(path));
    }
    for ((root, tool), members) in share_common(apart(groups)) {
        let histories = if STEP_IS_FOLDER.contains(&tool.as_str()) {
            vec![(root, members)]
        } else {
            rivals::apart(files, &root, members)
        };
        for (root, members) in histories {
            if !members.is_empty() {
                plans.extend(of_group(files, &root, &tool, members));
            }
        }
    }
    whole_or_steps(&mut plans, alone);
    for plan in &mut plans {
        if !plan.dialect.known() {
            plan.dialect = hinted(files, &plan.root);
        }
    }
    // A plan that makes no table shows no schema.
    plans.retain(|plan| plan.steps.iter().any(|(_, _, change)| creates(change)));
    plans
}

fn creates(change: &SchemaChange) -> bool {
    match change {
        SchemaChange::CreateTable(_) | SchemaChange::Model(_) => true,
        SchemaChange::When { change, .. } => creates(change),
        _ => false,
    }
}

/// A file that declares the whole stands for the migrations beside it, where a tool writes it
/// (Rails); where the tool reads it (Prisma), the migrations are what the database got.
fn whole_or_steps<'a>(plans: &mut Vec<Plan<'a>>, alone: Vec<Plan<'a>>) {
    for whole in alone {
        let beside = |plan: &Plan| {
            plan.tool == whole.tool
                && (whole.root.is_empty()
                    || plan.root == whole.root
                    || plan.root.starts_with(&format!("{}/", whole.root)))
        };
        if whole.tool == "rails" {
            plans.retain(|plan| !beside(plan));
            plans.push(whole);
        } else if let Some(plan) = plans.iter_mut().find(|plan| beside(plan)) {
            plan.dialect = if plan.dialect.known() {
                plan.dialect
            } else {
                whole.dialect
            };
        } else {
            plans.push(whole);
        }
    }
    // Rails' structure.sql stands for the migrations as well.
    let structures: Vec<String> = plans
        .iter()
        .filter(|plan| {
            plan.tool == "rails"
                && plan
                    .files
                    .iter()
                    .any(|file| file.ends_with("structure.sql"))
        })
        .map(|plan| format!("{}/", plan.root))
        .collect();
    plans.retain(|plan| {
        plan.tool != "rails" || !structures.iter().any(|root| plan.root.starts_with(root))
    });
}

fn whole_schema<'a>(files: &Files<'a>, path: &'a str, tool: &str) -> Plan<'a> {
    let root = path.rsplit_once('/').map_or("", |(root, _)| root);
    Plan {
        tool: tool.trim_end_matches("-schema").to_string(),
        root: root.to_string(),
        dialect: stated(files, &[path]),
        files: vec![path],
        steps: steps(files, &[path]),
    }
}

/// The folder of `manage.py` above an app of Django.
fn project(files: &Files, root: &str) -> String {
    let mut at = root;
    loop {
        let manage = if at.is_empty() {
            "manage.py".to_string()
        } else {
            format!("{at}/manage.py")
        };
        if files.contains_key(manage.as_str()) {
            return at.to_string();
        }
        match at.rsplit_once('/') {
            Some((above, _)) => at = above,
            None if !at.is_empty() => at = "",
            None => break,
        }
    }
    // `<project>/<app>/migrations`: apps of one project beside each other.
    let app = root.rsplit_once('/').map_or("", |(app, _)| app);
    app.rsplit_once('/')
        .map_or("", |(above, _)| above)
        .to_string()
}

type Groups<'a> = BTreeMap<(String, String), Vec<(&'a str, Place)>>;

/// One version in two folders below a root: they are two schemas.
fn apart(groups: Groups) -> Groups {
    let mut found = Groups::new();
    for ((root, tool), members) in groups {
        let mut turns: BTreeMap<(&Turn, Option<Dialect>), BTreeSet<&str>> = BTreeMap::new();
        for (path, place) in &members {
            let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
            let same = turns.entry((&place.turn, place.own_dialect)).or_default();
            same.insert(folder);
        }
        let versions: Vec<&Vec<u128>> = members
            .iter()
            .map(|(_, place)| &place.turn.version)
            .collect();
        let folders: BTreeSet<&str> = members
            .iter()
            .map(|(path, _)| path.rsplit_once('/').map_or("", |(folder, _)| folder))
            .collect();
        let clash = folders.len() > 1
            && tool == "flyway"
            && versions.iter().collect::<BTreeSet<_>>().len() < versions.len();
        let splits = (turns.values().any(|folders| folders.len() > 1) || clash)
            && !STEP_IS_FOLDER.contains(&tool.as_str());
        for (path, place) in members {
            let root = if splits {
                path.rsplit_once('/')
                    .map_or("", |(folder, _)| folder)
                    .to_string()
            } else {
                root.clone()
            };
            found
                .entry((root, tool.clone()))
                .or_default()
                .push((path, place));
        }
    }
    found
}

/// What is in `common` belongs to each database beside it.
fn share_common(mut groups: Groups) -> Groups {
    let common: Vec<(String, String)> = groups
        .keys()
        .filter(|(root, _)| root.ends_with("/common"))
        .cloned()
        .collect();
    for key in common {
        let beside = key.0.trim_end_matches("common").to_string();
        let siblings: Vec<(String, String)> = groups
            .keys()
            .filter(|(root, tool)| {
                *tool == key.1
                    && *root != key.0
                    && root
                        .strip_prefix(&beside)
                        .is_some_and(|own| of_path(&format!("{own}/x")).is_some())
            })
            .cloned()
            .collect();
        if siblings.is_empty() {
            continue;
        }
        let shared = groups.remove(&key).unwrap_or_default();
        for sibling in siblings {
            groups
                .entry(sibling)
                .or_default()
                .extend(shared.iter().cloned());
        }
    }
    groups
}

fn of_group<'a>(
    files: &Files<'a>,
    root: &str,
    tool: &str,
    mut members: Vec<(&'a str, Place)>,
) -> Vec<Plan<'a>> {
    members.sort_by(|one, other| one.1.turn.cmp(&other.1.turn).then(one.0.cmp(other.0)));
    let baseline = members.iter().filter(|(_, place)| place.turn.baseline);
    if let Some(version) = baseline.map(|(_, place)| place.turn.version.clone()).max() {
        members.retain(|(_, place)| {
            let turn = &place.turn;
            turn.repeated || turn.version > version || (turn.baseline && turn.version == version)
        });
    }
    // What is for another database that speaks the same gives way to what is not.
    let other = |path: &str| {
        path.rsplit('/')
            .next()
            .is_some_and(|name| name.contains("cockroach"))
    };
    if members.iter().any(|(path, place)| {
        !other(path)
            && place
                .own_dialect
                .is_none_or(|own| own == Dialect::Postgresql)
    }) {
        members.retain(|(path, _)| !other(path));
    }
    let own: BTreeSet<Dialect> = members
        .iter()
        .filter_map(|(_, place)| place.own_dialect)
        .collect();
    let of_root = of_path(&format!("{root}/x"));
    if own.is_empty() {
        let paths: Vec<&str> = members.iter().map(|(path, _)| *path).collect();
        let paths = match tool {
            "alembic" | "django" => super::revisions::sorted(files, &paths),
            _ => paths,
        };
        let dialect = of_root.unwrap_or_else(|| stated(files, &paths));
        return vec![plan(files, root, tool, dialect, paths)];
    }
    let plans = own.into_iter().map(|dialect| {
        // A file for this database takes the place of the one for all.
        let special: BTreeSet<&Vec<u128>> = members
            .iter()
            .filter(|(_, place)| place.own_dialect == Some(dialect))
            .map(|(_, place)| &place.turn.version)
            .collect();
        let versioned = members.iter().filter(|(_, place)| match place.own_dialect {
            Some(own) => own == dialect,
            None => {
                tool == "sql" && place.turn.version.len() == 1 && place.turn.version[0] < 2
                    || !special.contains(&place.turn.version)
            }
        });
        let paths: Vec<&str> = versioned.map(|(path, _)| *path).collect();
        plan(files, root, tool, dialect, paths)
    });
    plans.collect()
}

fn plan<'a>(
    files: &Files<'a>,
    root: &str,
    tool: &str,
    dialect: Dialect,
    paths: Vec<&'a str>,
) -> Plan<'a> {
    Plan {
        tool: tool.to_string(),
        root: root.to_string(),
        dialect,
        steps: steps(files, &paths),
        files: paths,
    }
}

fn steps<'a>(files: &Files<'a>, paths: &[&'a str]) -> Vec<Step<'a>> {
    let with_facts = paths
        .iter()
        .filter_map(|path| Some((*path, *files.get(path)?)));
    with_facts
        .flat_map(|(path, facts)| changes(facts).map(move |(line, change)| (path, line, change)))
        .collect()
}

/// The dialect that most of the files show.
pub fn stated(files: &Files, paths: &[&str]) -> Dialect {
    let mut votes: BTreeMap<Dialect, u32> = BTreeMap::new();
    for path in paths {
        for (_, change) in files.get(path).into_iter().flat_map(|facts| changes(facts)) {
            if let SchemaChange::Dialect { name } = change {
                *votes.entry(Dialect::named(name)).or_default() += 1;
            }
        }
    }
    votes.remove(&Dialect::Unknown);
    let best = votes.into_iter().max_by_key(|(_, votes)| *votes);
    best.map_or(Dialect::Unknown, |(dialect, _)| dialect)
}

/// The dialect that addresses and connections near a folder speak of: the nearest folder above it
/// in which they agree.
pub fn hinted(files: &Files, root: &str) -> Dialect {
    let mut at = root;
    loop {
        let mut votes: BTreeMap<Dialect, u32> = BTreeMap::new();
        let start = format!("{at}/");
        for (path, facts) in files {
            if (at.is_empty() || path.starts_with(&start)) && !place::aside(path) {
                for seen in &facts.seen {
                    let dialect = of_observation(&seen.what);
                    if dialect.known() {
                        *votes.entry(dialect).or_default() += 1;
                    }
                }
            }
        }
        votes.remove(&Dialect::Embedded);
        if let Some((dialect, _)) = votes.into_iter().max_by_key(|(_, votes)| *votes) {
            return dialect;
        }
        match at.rsplit_once('/') {
            Some((above, _)) => at = above,
            None if !at.is_empty() => at = "",
            None => return Dialect::Unknown,
        }
    }
}

fn of_observation(what: &Observation) -> Dialect {
    let of_value = |value: &Value| {
        let text = match value {
            Value::Text(text) => text.as_str(),
            Value::Concat(parts) => match parts.first() {
                Some(Value::Text(text)) => text.as_str(),
                _ => return Dialect::Unknown,
            },
            _ => return Dialect::Unknown,
        };
        if text.contains("://") || text.starts_with("jdbc:") {
            Dialect::of_address(text)
        } else {
            Dialect::Unknown
        }
    };
    match what {
        Observation::Connection(connection) => {
            let named = connection.technology.as_deref().map(Dialect::named);
            let named = named.filter(|dialect| dialect.known());
            named.unwrap_or_else(|| of_value(&connection.target))
        }
        Observation::Setting { value, .. } => of_value(value),
        Observation::Workload(workload) => {
            let values = workload.env.iter().map(|(_, value, _)| of_value(value));
            let image = workload
                .image
                .as_ref()
                .and_then(Value::known)
                .unwrap_or_default();
            let image = image.rsplit('/').next().unwrap_or_default();
            let image = Dialect::named(image.split(':').next().unwrap_or_default());
            let mut found = values.chain(std::iter::once(image));
            found.find(|dialect| dialect.known()).unwrap_or_default()
        }
        _ => Dialect::Unknown,
    }
}

/// The databases that the changes of some files tell apart.
pub fn told_apart<'a>(steps: impl Iterator<Item = &'a SchemaChange>) -> BTreeSet<Dialect> {
    let mut found = BTreeSet::new();
    let steps: Vec<&SchemaChange> = steps.collect();
    // What is done in one way for a database and in another for the rest is done for all.
    let denied = |name: &str| {
        let not = format!("!{name}");
        steps.iter().any(|change| {
            matches!(change, SchemaChange::When { dialects, .. } if *dialects == [not.as_str()])
        })
    };
    for change in &steps {
        if let SchemaChange::When { dialects, .. } = change
            && let [only] = dialects.as_slice()
            && denied(only)
        {
            continue;
        }
        let dialects = match change {
            SchemaChange::When { dialects, .. } | SchemaChange::Property { dialects, .. } => {
                dialects
            }
            _ => continue,
        };
        let named = dialects.iter().map(|name| Dialect::named(name.trim()));
        found.extend(named.filter(|dialect| dialect.known() && applies(dialects, *dialect)));
    }
    found
}
