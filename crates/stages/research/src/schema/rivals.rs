//! Histories that stand beside each other under one root: a folder of old migrations that another
//! took the place of, a file of the whole beside the steps that lead to it.

use std::collections::{BTreeMap, BTreeSet};

use super::change::{Action, SchemaChange};
use super::order::{Files, changes};
use super::place::Place;
use crate::sql::Dialect;

/// Files with their places.
type Members<'a> = Vec<(&'a str, Place)>;

/// Two folders that make this many of the same tables are two histories.
const SHARED: usize = 2;

/// The histories among files of one root, in the order that they apply in, each with the root it is
/// kept under.
pub fn apart<'a>(
    files: &Files<'a>,
    root: &str,
    mut members: Members<'a>,
) -> Vec<(String, Members<'a>)> {
    members.sort_by(|one, other| one.1.turn.cmp(&other.1.turn).then(one.0.cmp(other.0)));
    // The whole, where a loose file makes every table that the steps leave.
    let (steps, loose): (Members, Members) = members
        .iter()
        .cloned()
        .partition(|(_, place)| place.is_step());
    let (of_steps, of_loose) = (walked(files, root, &steps), walked(files, root, &loose));
    let whole = of_steps
        .left
        .keys()
        .all(|table| of_loose.left.contains_key(table));
    if !of_steps.left.is_empty() && of_loose.left.len() >= SHARED && whole {
        return vec![(root.to_string(), loose)];
    }
    let mut dialects: Vec<Option<Dialect>> =
        members.iter().map(|(_, place)| place.own_dialect).collect();
    dialects.sort();
    dialects.dedup();
    let mut rivals: BTreeSet<String> = BTreeSet::new();
    for dialect in dialects {
        let own: Members = members
            .iter()
            .filter(|(_, place)| place.own_dialect.is_none() || place.own_dialect == dialect)
            .cloned()
            .collect();
        for ((one, other), tables) in walked(files, root, &own).twice {
            if tables.len() >= SHARED {
                rivals.extend([one, other]);
            }
        }
    }
    let mut found: BTreeMap<String, Members> = BTreeMap::new();
    for (path, place) in members {
        let folder = folder(root, path);
        let own = match folder.as_str() {
            "" => root.to_string(),
            rival if !rivals.contains(rival) => root.to_string(),
            rival if root.is_empty() => rival.to_string(),
            rival => format!("{root}/{rival}"),
        };
        found.entry(own).or_default().push((path, place));
    }
    found.into_iter().collect()
}

/// The first folder below the root.
fn folder(root: &str, path: &str) -> String {
    let below = path.strip_prefix(root).unwrap_or(path);
    let below = below.trim_start_matches('/');
    below
        .split_once('/')
        .map_or_else(String::new, |(folder, _)| folder.to_string())
}

#[derive(Default)]
struct Walked {
    /// Tables that are left, with the folder that made each.
    left: BTreeMap<String, String>,
    /// Tables that two folders make while they are there already.
    twice: BTreeMap<(String, String), BTreeSet<String>>,
}

/// Follows which tables are made, renamed and dropped.
fn walked(files: &Files, root: &str, members: &Members) -> Walked {
    let mut walked = Walked::default();
    for (path, _) in members {
        let folder = folder(root, path);
        let changes = files.get(path).into_iter().flat_map(|facts| changes(facts));
        for (_, change) in changes {
            match change {
                SchemaChange::CreateTable(table) if !table.temporary => {
                    let name = table.name.name.text.to_lowercase();
                    if let Some(before) = walked.left.get(&name) {
                        if *before != folder && !table.if_not_exists {
                            let pair = (before.clone(), folder.clone());
                            walked.twice.entry(pair).or_default().insert(name);
                        }
                    } else {
                        walked.left.insert(name, folder.clone());
                    }
                }
                SchemaChange::DropTable { name, .. } => {
                    walked.left.remove(&name.name.text.to_lowercase());
                }
                SchemaChange::Alter { table, action, .. } => {
                    if let Action::Rename(to) = action.as_ref()
                        && let Some(made) = walked.left.remove(&table.name.text.to_lowercase())
                    {
                        walked.left.insert(to.name.text.to_lowercase(), made);
                    }
                }
                _ => {}
            }
        }
    }
    walked
}

#[cfg(test)]
mod tests {
    use super::super::place;
    use super::*;
    use crate::fronts::{self, SourceText};
    use crate::observation::FileFacts;

    fn roots(texts: &[(&str, &str)]) -> Vec<(String, usize)> {
        let facts: Vec<(&str, FileFacts)> = texts
            .iter()
            .map(|(path, text)| (*path, fronts::sql::read(SourceText { path, text })))
            .collect();
        let files: Files = facts.iter().map(|(path, facts)| (*path, facts)).collect();
        let members = files
            .keys()
            .map(|path| (*path, place::sql(path).unwrap()))
            .collect();
        let found = apart(&files, "db/migrations", members).into_iter();
        found.map(|(root, members)| (root, members.len())).collect()
    }

    const TABLES: &str = "create table a (x int); create table b (x int);";

    #[test]
    fn folders_that_make_the_same_tables_are_two_histories() {
        let found = roots(&[
            ("db/migrations/old/1_a.sql", TABLES),
            ("db/migrations/new/20_a.sql", TABLES),
            ("db/migrations/new/21_a.sql", "alter table a add y int"),
        ]);
        let expected = [("db/migrations/new", 2), ("db/migrations/old", 1)];
        assert_eq!(
            found,
            expected.map(|(root, count)| (root.to_string(), count))
        );
    }

    #[test]
    fn what_is_dropped_before_it_is_made_anew_is_one_history() {
        let found = roots(&[
            ("db/migrations/v1/1_a.sql", TABLES),
            ("db/migrations/v2/2_a.sql", "drop table a; drop table b;"),
            ("db/migrations/v2/3_a.sql", TABLES),
        ]);
        assert_eq!(found, [("db/migrations".to_string(), 3)]);
    }

    #[test]
    fn a_file_of_the_whole_stands_for_the_steps() {
        let whole = ("db/migrations/latest.sql", TABLES);
        let step = ("db/migrations/1_b.sql", "create table b (x int)");
        assert_eq!(roots(&[whole, step]), [("db/migrations".to_string(), 1)]);
        // What it lacks came later: it is where the steps start.
        let later = ("db/migrations/2_c.sql", "create table c (x int)");
        assert_eq!(
            roots(&[whole, step, later]),
            [("db/migrations".to_string(), 3)]
        );
    }
}
