//! A store with its tables, keys, indexes, rights and the files that make them.

use model::{Component, ComponentKind, Index, Privilege, Table};

use super::Desk;
use super::bundle::{self, Check};
use crate::numbers;
use crate::page::Page;
use crate::protection;
use crate::renderers::sql;
use crate::words;

/// Rows below which a plan need not use an index.
const WORTH_AN_INDEX: f64 = 10_000.0;

pub(super) fn write(
    desk: &Desk<'_>,
    id: &str,
    component: &Component,
    page: &mut Page,
) -> Vec<Check> {
    let f = &desk.f;
    let architecture = &f.view.system.architecture;
    bundle::component(desk, id, component, page);
    let mut facts: Vec<String> = Vec::new();
    let size = words::size(component);
    if !size.is_empty() {
        facts.push(format!("Size: {size}."));
    }
    if let Some(zones) = component.zones.filter(|z| *z > 1) {
        facts.push(format!("In {}.", words::counted(zones as usize, "zone")));
    }
    match component.encrypted {
        Some(true) => facts.push("Encrypted at rest.".into()),
        Some(false) => facts.push("**Not encrypted at rest.**".into()),
        None => {}
    }
    page.bullets(&facts);
    let tables: Vec<(&String, &Table)> = architecture
        .data
        .iter()
        .filter(|(_, t)| *t.store == *id)
        .collect();
    files(desk, &tables, page);
    connections(desk, id, page);
    if !tables.is_empty() {
        page.heading(2, "Schema");
        for (table, t) in &tables {
            schema(desk, table, t, page);
        }
    }
    rights(desk, &tables, page);
    let mut checks = Vec::new();
    for (table, t) in &tables {
        table_checks(desk, table, t, &mut checks);
    }
    right_checks(desk, &tables, &mut checks);
    safety_checks(desk, id, component, &mut checks);
    checks
}

/// The schema's files in the order in which they are run.
fn files(desk: &Desk<'_>, tables: &[(&String, &Table)], page: &mut Page) {
    let mut lines: Vec<String> = Vec::new();
    // The dialect of the chosen store comes first.
    let whole = desk.schema.iter().find(|a| {
        a.path.ends_with("/schema.sql")
            && tables
                .iter()
                .any(|(id, _)| !sql::definition(&a.content, id).is_empty())
    });
    let Some(whole) = whole else {
        return;
    };
    let folder = whole.path.trim_end_matches("schema.sql");
    for file in &desk.schema {
        if file.path.starts_with(folder) && file.path.ends_with(".up.sql") {
            let name = file.path.rsplit('/').next().unwrap_or_default();
            lines.push(format!("[{name}](../{})", file.path));
        }
    }
    page.para(&format!(
        "Run the migrations in this order, each in one transaction; together they are \
         [schema.sql](../{}). Each has a `.down.sql` beside it.",
        whole.path
    ));
    page.numbered(&lines);
}

fn connections(desk: &Desk<'_>, id: &str, page: &mut Page) {
    let rows: Vec<Vec<String>> = desk
        .f
        .view
        .system
        .architecture
        .relations
        .values()
        .filter(|r| r.to == *id)
        .map(|r| {
            vec![
                format!("`{}`", r.from),
                r.protocol.clone().unwrap_or_default(),
                r.timeout.map(|t| t.to_string()).unwrap_or_default(),
                r.pool.map(|p| p.to_string()).unwrap_or_default(),
                protection::proof(r),
            ]
        })
        .collect();
    if !rows.is_empty() {
        page.heading(2, "Who connects");
        page.table(
            &["From", "Protocol", "Timeout", "Connections each", "Proof"],
            &rows,
        );
    }
}

/// A column with its type, limits and default: `status enum (reserved, paid), default 'reserved'`.
pub(super) fn column(table: &Table, name: &str) -> String {
    let Some(c) = table.columns.get(name) else {
        return format!("`{name}`");
    };
    let mut text = format!("`{name}` {}", words::word(&c.kind));
    if !c.values.is_empty() {
        text.push_str(&format!(" ({})", c.values.join(", ")));
    }
    if let Some(most) = c.max_length {
        text.push_str(&format!(" of at most {most}"));
    }
    if c.identity {
        text.push_str(", from a sequence");
    }
    if let Some(default) = &c.default {
        text.push_str(&format!(", default `{}`", default.text));
    }
    if c.optional {
        text.push_str(", may be null");
    }
    if let Some(class) = c.class.filter(|c| *c > model::DataClass::Internal) {
        text.push_str(&format!(", {}", class.word()));
    }
    text
}

fn schema(desk: &Desk<'_>, id: &str, table: &Table, page: &mut Page) {
    let f = &desk.f;
    page.heading(3, &format!("`{id}`"));
    let mut about = table
        .description
        .as_ref()
        .map(|d| f.prose(d))
        .unwrap_or_default();
    about.push(' ');
    about.push_str(&f.authored(&table.about));
    page.para(&about);
    let mut lines = Vec::new();
    let columns: Vec<String> = table.columns.keys().map(|c| column(table, c)).collect();
    if !columns.is_empty() {
        lines.push(format!("Columns: {}.", columns.join("; ")));
    }
    if !table.primary_key.is_empty() {
        lines.push(format!("Primary key: {}.", table.primary_key.join(", ")));
    }
    for (name, unique) in &table.unique {
        lines.push(format!("Unique `{name}`: {}.", unique.columns.join(", ")));
    }
    for (name, key) in &table.foreign_keys {
        let then = key
            .on_delete
            .as_ref()
            .map_or(String::new(), |d| format!("; on delete {}", words::word(d)));
        lines.push(format!(
            "Foreign key `{name}`: {} refers to `{}`{then}.",
            key.columns.join(", "),
            key.references
        ));
    }
    for (name, check) in &table.checks {
        lines.push(format!("Check `{name}`: `{}`.", check.text));
    }
    for (name, index) in &table.indexes {
        lines.push(index_line(name, index));
    }
    if let Some(p) = &table.partition {
        let every = p.every.map_or(String::new(), |e| format!(", each {e}"));
        let parts = p.parts.map_or(String::new(), |n| format!(", {n} parts"));
        lines.push(format!(
            "Partitioned by {} of {}{every}{parts}.",
            words::word(&p.by),
            p.columns.join(", ")
        ));
    }
    if let Some(r) = &table.retention {
        let because = r.because.as_ref();
        let because = because.map_or(String::new(), |b| format!(" ({})", b.trim_end_matches('.')));
        lines.push(format!(
            "Kept {}, then {}{because}.",
            r.keep,
            words::word(&r.then)
        ));
    }
    if let Some(growth) = f.now.and_then(|e| e.tables.get(id)) {
        let bytes = growth.bytes;
        let bytes = bytes.map_or(String::new(), |b| {
            format!(", {} then", numbers::bytes(b[2]))
        });
        lines.push(format!(
            "Rows now, in one year, in three: {}{bytes} (`tables.{id}.rows-3y`).",
            growth.rows.map(numbers::count).join(", ")
        ));
    }
    page.bullets(&lines);
}

fn index_line(name: &str, index: &Index) -> String {
    let mut text = format!("Index `{name}`: {}", index.columns.join(", "));
    if !index.include.is_empty() {
        text.push_str(&format!(", carrying {}", index.include.join(", ")));
    }
    if let Some(filter) = &index.filter {
        text.push_str(&format!(", where `{}`", filter.text));
    }
    if index.kind != model::IndexKind::Ordered {
        text.push_str(&format!(" ({})", words::word(&index.kind)));
    }
    let mut needed: Vec<String> = index.operations.iter().map(|o| format!("`{o}`")).collect();
    let key = index.foreign_key.as_ref();
    needed.extend(key.map(|k| format!("the foreign key `{k}`")));
    if !needed.is_empty() {
        text.push_str(&format!("; for {}", words::list(&needed)));
    }
    format!("{text}.")
}

fn rights(desk: &Desk<'_>, tables: &[(&String, &Table)], page: &mut Page) {
    let roles = &desk.f.view.system.architecture.security.roles;
    let rows: Vec<Vec<String>> = tables
        .iter()
        .flat_map(|(table, _)| {
            roles.iter().filter_map(move |(role, r)| {
                let grant = r.tables.iter().find(|g| *g.table == ***table)?;
                let may: Vec<String> = grant.may.iter().map(words::word).collect();
                Some(vec![
                    format!("`{table}`"),
                    format!("`{role}`"),
                    words::list(&may),
                ])
            })
        })
        .collect();
    if !rows.is_empty() {
        page.heading(2, "Rights");
        page.table(&["Table", "Role", "May"], &rows);
    }
}

fn table_checks(desk: &Desk<'_>, id: &str, table: &Table, checks: &mut Vec<Check>) {
    for (name, check) in &table.checks {
        checks.push(Check::new(
            format!(
                "A row of `{id}` for which `{}` is false is refused by the database",
                check.text
            ),
            format!("data.{id}.checks.{name}"),
        ));
    }
    for (name, unique) in &table.unique {
        let only = unique.filter.as_ref();
        let only = only.map_or(String::new(), |w| format!(" among those with `{}`", w.text));
        checks.push(Check::new(
            format!(
                "A second row of `{id}` with equal {}{only} is refused",
                words::list(&unique.columns)
            ),
            format!("data.{id}.unique.{name}"),
        ));
    }
    for (name, key) in &table.foreign_keys {
        let then = match key.on_delete {
            Some(model::OnDelete::Cascade) => format!("takes its rows of `{id}` with it"),
            Some(model::OnDelete::SetNull) => {
                format!(
                    "leaves its rows of `{id}` with null in {}",
                    key.columns.join(", ")
                )
            }
            Some(model::OnDelete::Restrict) => {
                format!("is refused while rows of `{id}` refer to it")
            }
            None => continue,
        };
        checks.push(Check::new(
            format!("Deleting a row of `{}` {then}", key.references),
            format!("data.{id}.foreign_keys.{name}.on_delete"),
        ));
    }
    for (name, index) in &table.indexes {
        if index.operations.is_empty() {
            continue;
        }
        let needing: Vec<String> = index.operations.iter().map(|o| format!("`{o}`")).collect();
        // A small table is read whole, whatever index there is.
        let later = desk.f.now.and_then(|e| e.tables.get(id)).map(|t| t.rows[1]);
        if later.is_some_and(|n| n < WORTH_AN_INDEX) {
            continue;
        }
        let rows = later.map_or(String::new(), |n| {
            format!(
                " with the {} rows that `{id}` has in a year",
                numbers::count(n)
            )
        });
        checks.push(Check::new(
            format!("The plan of {} uses `{name}`{rows}", words::list(&needing)),
            format!("data.{id}.indexes.{name}"),
        ));
    }
    if let Some(p) = &table.partition {
        checks.push(Check::new(
            format!(
                "A query of `{id}` with {} given looks into one partition",
                words::list(&p.columns)
            ),
            format!("data.{id}.partition"),
        ));
    }
}

/// What a role may not do, said where it may do something to the same table.
fn right_checks(desk: &Desk<'_>, tables: &[(&String, &Table)], checks: &mut Vec<Check>) {
    let roles = &desk.f.view.system.architecture.security.roles;
    let all = [
        Privilege::Select,
        Privilege::Insert,
        Privilege::Update,
        Privilege::Delete,
    ];
    for (id, role) in roles {
        let mut denied: Vec<(Vec<String>, Vec<String>)> = Vec::new();
        for (table, _) in tables {
            let Some(grant) = role.tables.iter().find(|g| *g.table == ***table) else {
                continue;
            };
            let none: Vec<String> = all
                .iter()
                .filter(|p| !grant.may.contains(p))
                .map(words::word)
                .collect();
            if none.is_empty() {
                continue;
            }
            match denied.iter_mut().find(|(words, _)| *words == none) {
                Some((_, tables)) => tables.push(format!("`{table}`")),
                None => denied.push((none, vec![format!("`{table}`")])),
            }
        }
        for (none, tables) in denied {
            checks.push(Check::new(
                format!(
                    "As `{id}`, {} on {} is refused",
                    none.join(" or "),
                    words::list(&tables)
                ),
                format!("security.roles.{id}.tables"),
            ));
        }
    }
}

fn safety_checks(desk: &Desk<'_>, id: &str, component: &Component, checks: &mut Vec<Check>) {
    let targets = desk.f.view.system.brief.targets.as_ref();
    if let Some(backup) = &component.backup {
        let moment = match backup.point_in_time {
            true => format!("any moment of the last {}", backup.keep),
            false => format!("the last copy, at most {} old", backup.every),
        };
        let within = targets.and_then(|t| t.recovery_time);
        let within = within.map_or(String::new(), |t| {
            format!(" within {t} (`targets.recovery_time`)")
        });
        checks.push(Check::new(
            format!("`{id}` is restored to {moment}{within}"),
            format!("components.{id}.backup"),
        ));
    }
    if let Some(replication) = &component.replication {
        let lost = match replication.mode {
            model::ReplicationMode::Asynchronous => "what the standby had not copied is gone",
            _ => "every acknowledged commit is there",
        };
        if let Some(failover) = replication.failover {
            checks.push(Check::new(
                format!(
                    "Stop the primary of `{id}`: writes go on after at most {failover}, and {lost}"
                ),
                format!("components.{id}.replication"),
            ));
        }
        if let Some(lag) = replication.lag {
            checks.push(Check::new(
                format!("A committed row is seen by readers of `{id}` within {lag}"),
                format!("components.{id}.replication.lag"),
            ));
        }
    }
    if component.exposure == Some(model::Exposure::Private)
        && component.kind == ComponentKind::Store
    {
        let from: Vec<String> = desk
            .f
            .view
            .system
            .architecture
            .relations
            .values()
            .filter(|r| r.to == *id)
            .map(|r| format!("`{}`", r.from))
            .collect();
        if !from.is_empty() {
            checks.push(Check::new(
                format!(
                    "`{id}` takes connections from {} and from nobody else",
                    words::list(&from)
                ),
                format!("components.{id}.exposure"),
            ));
        }
    }
}
