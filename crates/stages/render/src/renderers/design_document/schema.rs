//! Section 5: every table in one line, the definition of the most used ones, and which operation
//! needs which index.

use model::{Index, Table, TableKind};

use crate::artifact::Artifact;
use crate::figures::Figures;
use crate::numbers;
use crate::page::Page;
use crate::renderers::sql;
use crate::words;

/// Tables whose definition is shown.
const SHOWN: usize = 1;
/// Indexes listed here; more go to `tables.md` alone.
const INDEXES: usize = 20;

pub(super) fn write(f: &Figures<'_>, page: &mut Page) {
    let tables = &f.view.system.architecture.data;
    page.heading(2, "5. Data schema");
    if tables.is_empty() {
        page.para("Nothing is stored.");
        return;
    }
    let rows: Vec<Vec<String>> = tables.iter().map(|(id, t)| line(f, id, t)).collect();
    page.table(
        &[
            "Table",
            "Written by",
            "Rows now / 1 y / 3 y",
            "One copy in 3 y",
            "Kept",
            "Partitions",
            "Sensitive",
        ],
        &rows,
    );
    let files: Vec<Artifact> = (sql::RENDERER.render)(f.view)
        .into_iter()
        .filter(|a| a.path.ends_with("/schema.sql"))
        .collect();
    // The dialect of the chosen store comes first; the other is there for tests.
    let mut links: Vec<String> = files
        .iter()
        .take(1)
        .map(|a| format!("[{0}]({0})", a.path))
        .collect();
    links.push("[picture](diagrams/entities.svg)".into());
    links.push("[tables.md](tables.md) with columns' duties and every index".into());
    page.para(&format!("Whole: {}.", words::list(&links)));
    let most = by_use(f);
    let shown: Vec<&String> = most
        .iter()
        .filter(|id| {
            files
                .first()
                .is_some_and(|a| !sql::definition(&a.content, id).is_empty())
        })
        .take(SHOWN)
        .copied()
        .collect();
    if let (Some(file), false) = (files.first(), shown.is_empty()) {
        let names: Vec<&str> = shown.iter().map(|s| s.as_str()).collect();
        page.para(&format!(
            "The one that most operations need, as the schema has it: {}.",
            words::list(&names)
        ));
        let ddl: Vec<String> = shown
            .iter()
            .map(|id| sql::definition(&file.content, id))
            .collect();
        page.code("sql", &ddl.join("\n\n"));
    }
    let rows = indexes(f);
    if rows.is_empty() {
        return;
    }
    if rows.len() > INDEXES {
        page.para(&format!(
            "{}, each with the operations that need it: [tables.md](tables.md).",
            words::counted(rows.len(), "index")
        ));
        return;
    }
    page.heading(3, "Indexes and who needs them");
    page.table(&["Table", "Index", "Needed by"], &rows);
}

fn line(f: &Figures<'_>, id: &str, table: &Table) -> Vec<String> {
    let result = f.now.and_then(|e| e.tables.get(id));
    let rows = result
        .map(|r| r.rows.map(numbers::count).join(" / "))
        .unwrap_or_default();
    let bytes = result
        .and_then(|r| r.bytes)
        .map(|b| numbers::bytes(b[2]))
        .unwrap_or_default();
    let kept = table
        .retention
        .as_ref()
        .map(|r| {
            let then = match r.then {
                model::AfterRetention::Delete => String::new(),
                then => format!(", then {}", words::word(&then)),
            };
            format!("{}{then}", r.keep)
        })
        .unwrap_or_default();
    let kind = match table.kind {
        TableKind::Table => String::new(),
        kind => format!(" ({})", words::word(&kind)),
    };
    vec![
        format!("`{id}`{kind}"),
        table
            .context
            .as_ref()
            .map(|c| c.0.clone())
            .unwrap_or_default(),
        rows,
        bytes,
        kept,
        partition(table),
        sensitive(table),
    ]
}

fn partition(table: &Table) -> String {
    let Some(p) = &table.partition else {
        return String::new();
    };
    let mut text = format!("{} of {}", words::word(&p.by), words::list(&p.columns));
    if let Some(every) = p.every {
        text.push_str(&format!(", each {every}"));
    }
    if let Some(parts) = p.parts {
        text.push_str(&format!(", {parts}"));
    }
    text
}

/// The classes above internal that a table holds.
fn sensitive(table: &Table) -> String {
    let mut classes: Vec<model::DataClass> = table
        .columns
        .values()
        .filter_map(|c| c.class)
        .filter(|c| *c > model::DataClass::Internal)
        .collect();
    classes.sort();
    classes.dedup();
    let names: Vec<String> = classes.iter().map(words::word).collect();
    words::list(&names)
}

/// Tables by how many operations touch them; one that writes counts three times.
fn by_use<'a>(f: &Figures<'a>) -> Vec<&'a String> {
    let tables = &f.view.system.architecture.data;
    let mut used: Vec<(&String, u32)> = tables
        .iter()
        .filter(|(_, t)| t.entity.is_some())
        .map(|(id, _)| {
            let touches = f.view.system.runs().map(|(_, _, path)| {
                let steps = path
                    .steps
                    .iter()
                    .filter(|s| s.table.as_ref().is_some_and(|t| **t == **id));
                // A write says more of a table than a read.
                steps
                    .map(|s| if s.work.writes() { 3 } else { 1 })
                    .max()
                    .unwrap_or(0)
            });
            (id, touches.sum::<u32>())
        })
        .collect();
    used.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
    used.into_iter().map(|(id, _)| id).collect()
}

fn indexes(f: &Figures<'_>) -> Vec<Vec<String>> {
    let tables = &f.view.system.architecture.data;
    tables
        .iter()
        .flat_map(|(id, table)| {
            table
                .indexes
                .iter()
                .map(move |(_, index)| index_line(f, id, index))
        })
        .collect()
}

fn index_line(f: &Figures<'_>, table: &str, index: &Index) -> Vec<String> {
    let mut columns = index.columns.join(", ");
    if !index.include.is_empty() {
        columns.push_str(&format!(" carrying {}", index.include.join(", ")));
    }
    if let Some(filter) = &index.filter {
        columns.push_str(&format!(" where {}", filter.text));
    }
    match index.kind {
        model::IndexKind::Ordered => {}
        kind => columns.push_str(&format!(" ({})", words::word(&kind))),
    }
    let mut needed: Vec<String> = index.operations.iter().map(|o| o.0.clone()).collect();
    needed.extend(index.foreign_key.iter().map(|k| format!("foreign key {k}")));
    if let Some(why) = &index.why
        && needed.is_empty()
    {
        needed.push(f.prose(why));
    }
    vec![format!("`{table}`"), columns, words::list(&needed)]
}

/// `tables.md`: what each table is for, its keys and every index.
pub(super) fn all(f: &Figures<'_>) -> Option<String> {
    let tables = &f.view.system.architecture.data;
    if tables.is_empty() {
        return None;
    }
    let mut page = Page::default();
    page.heading(1, &format!("{}: tables", f.view.system.brief.name));
    for (id, table) in tables {
        page.heading(2, &format!("`{id}`"));
        page.para(table.description.as_deref().unwrap_or_default());
        page.para(&f.authored(&table.about));
        let mut facts = Vec::new();
        facts.push(format!("Held by `{}`.", table.store));
        if !table.primary_key.is_empty() {
            facts.push(format!("Key: {}.", table.primary_key.join(", ")));
        }
        for unique in table.unique.values() {
            facts.push(format!("Unique: {}.", unique.columns.join(", ")));
        }
        for key in table.foreign_keys.values() {
            facts.push(format!(
                "{} refers to `{}`.",
                key.columns.join(", "),
                key.references
            ));
        }
        for check in table.checks.values() {
            facts.push(format!("Always: `{}`.", check.text));
        }
        if let Some(why) = table.partition.as_ref().and_then(|p| p.why.as_ref()) {
            facts.push(format!("Partitioned: {}", f.prose(why)));
        }
        if let Some(r) = &table.retention
            && let Some(because) = &r.because
        {
            facts.push(format!("Kept {} because of {because}.", r.keep));
        }
        if let Some(why) = &table.denormalised {
            facts.push(format!("Departs from normal form: {}", f.prose(why)));
        }
        page.bullets(&facts);
        let rows: Vec<Vec<String>> = table
            .indexes
            .values()
            .map(|index| index_line(f, id, index).split_off(1))
            .collect();
        page.table(&["Index", "Needed by"], &rows);
    }
    Some(page.finish())
}
