//! Sections about parts: components, data, configuration, tests.

use std::collections::BTreeMap;

use model::fact::{Facts, SchemaFact, ServiceRole};

use super::View;
use super::coupling::couplings;
use super::text::{count, doubt, names, place, places, short, table};
use crate::recover::as_component;

/// Most rows of a table; `facts.json` has all.
const ROWS: usize = 60;

pub fn role(role: ServiceRole) -> &'static str {
    match role {
        ServiceRole::Business => "service",
        ServiceRole::Web => "web",
        ServiceRole::Gateway => "gateway",
        ServiceRole::Registry => "registry",
        ServiceRole::ConfigServer => "config server",
        ServiceRole::Authorization => "authorization",
        ServiceRole::Monitoring => "monitoring",
        ServiceRole::Tracing => "tracing",
        ServiceRole::Logging => "logging",
        ServiceRole::Worker => "worker",
        ServiceRole::LoadGenerator => "load generator",
        ServiceRole::Job => "job",
    }
}

pub fn components(view: &View) -> String {
    let facts = view.facts;
    let couplings = couplings(facts);
    let mut services: Vec<_> = facts.services.iter().collect();
    services.sort_by_key(|(id, s)| (s.role, (*id).clone()));
    let rows: Vec<Vec<String>> = services
        .iter()
        .map(|(id, service)| {
            let coupling = couplings.get(*id).cloned().unwrap_or_default();
            let endpoints = match service.endpoints.len() {
                0 => String::new(),
                n => n.to_string(),
            };
            vec![
                format!("{id}{}", doubt(service.certainty)),
                role(service.role).to_string(),
                service.language.clone().unwrap_or_default(),
                endpoints,
                coupling.callers.len().to_string(),
                coupling.callees.len().to_string(),
                format!("{}: {}", coupling.rating().word(), coupling.because()),
                service.evidence.first().map(place).unwrap_or_default(),
            ]
        })
        .collect();
    let heads = [
        "built here",
        "role",
        "language",
        "endpoints",
        "called by",
        "calls",
        "coupling",
        "where",
    ];
    let mut out = table(&heads, &rows);
    let rows: Vec<Vec<String>> = facts
        .resources
        .iter()
        .map(|(id, resource)| {
            let coupling = couplings.get(id).cloned().unwrap_or_default();
            let users: Vec<&String> = coupling.callers.iter().collect();
            vec![
                format!("{id}{}", doubt(resource.certainty)),
                as_component(resource.kind).1.to_lowercase(),
                resource.technology.clone().unwrap_or_default(),
                names(&resource.databases, 3),
                names(&users, 4),
                resource.evidence.first().map(place).unwrap_or_default(),
            ]
        })
        .collect();
    let more = table(
        &[
            "not built here",
            "kind",
            "technology",
            "databases",
            "used by",
            "where",
        ],
        &rows,
    );
    if !more.is_empty() {
        out.push_str(&format!("\n{more}"));
    }
    let owners: Vec<String> = facts
        .services
        .iter()
        .filter_map(|(id, s)| {
            let owner = s.owners.first()?;
            Some(format!(
                "{id}: {} ({})",
                owner.name,
                count(owner.commits as usize, "commit", "commits")
            ))
        })
        .collect();
    if !owners.is_empty() {
        out.push_str(&format!("\nChanged most by: {}.\n", owners.join("; ")));
    }
    if !facts.not_services.is_empty() {
        let rows: Vec<Vec<String>> = facts
            .not_services
            .iter()
            .take(ROWS)
            .map(|n| vec![n.folder.clone(), n.why.clone()])
            .collect();
        out.push_str(&format!(
            "\n{}",
            table(&["folder that is no service", "why"], &rows)
        ));
    }
    out
}

pub fn data(view: &View) -> String {
    let mut out = String::new();
    for schema in &view.facts.schemas {
        out.push_str(&schema_text(schema));
    }
    let rows: Vec<Vec<String>> = view
        .facts
        .services
        .iter()
        .flat_map(|(id, service)| service.entities.iter().map(move |e| (id, e)))
        .map(|(id, entity)| {
            let refers: Vec<String> = entity
                .fields
                .iter()
                .filter_map(|f| {
                    let many = if f.many { " (many)" } else { "" };
                    Some(format!("{}{many}", f.refers.as_ref()?))
                })
                .collect();
            vec![
                entity.name.clone(),
                id.clone(),
                entity.table.clone().unwrap_or_default(),
                entity.fields.len().to_string(),
                short(&names(&refers, 4)),
                place(&entity.at),
            ]
        })
        .collect();
    let heads = ["entity", "service", "table", "fields", "refers to", "where"];
    let entities = table(&heads, &rows[..rows.len().min(ROWS)]);
    if !entities.is_empty() {
        out.push_str(&format!("{entities}\n"));
    }
    if rows.len() > ROWS {
        out.push_str(&format!(
            "{} more entities are in facts.json.\n",
            rows.len() - ROWS
        ));
    }
    out
}

fn schema_text(schema: &SchemaFact) -> String {
    let owner = schema.store.as_deref().or(schema.service.as_deref());
    let dialect = match schema.dialect.as_str() {
        "" => String::new(),
        dialect => format!(", {dialect}"),
    };
    let mut out = format!(
        "**{}** ({}{dialect}): {} from {}.\n\n",
        owner.unwrap_or("schema"),
        schema.tool,
        count(schema.tables.len(), "table", "tables"),
        count(schema.files.len(), "file", "files"),
    );
    let rows: Vec<Vec<String>> = schema
        .tables
        .iter()
        .take(ROWS)
        .map(|(name, table)| {
            let refers: Vec<&str> = table
                .foreign_keys
                .iter()
                .map(|k| k.table.as_str())
                .collect();
            vec![
                name.clone(),
                table.columns.len().to_string(),
                table.primary_key.join(", "),
                short(&names(&refers, 4)),
                table.indexes.len().to_string(),
                place(&table.at),
            ]
        })
        .collect();
    out.push_str(&table(
        &[
            "table",
            "columns",
            "primary key",
            "refers to",
            "indexes",
            "where",
        ],
        &rows,
    ));
    if schema.tables.len() > ROWS {
        out.push_str(&format!(
            "\n{} more tables are in facts.json.\n",
            schema.tables.len() - ROWS
        ));
    }
    out.push('\n');
    out
}

pub fn configuration(view: &View) -> String {
    let rows: Vec<Vec<String>> = variables(view.facts)
        .into_iter()
        .map(|(name, services)| {
            let read: Vec<String> = services
                .iter()
                .filter(|(_, v)| !v.read.is_empty())
                .map(|(id, v)| format!("{id} ({})", places(&v.read, 1)))
                .collect();
            let set: Vec<String> = services
                .iter()
                .flat_map(|(_, v)| v.set.iter().map(place))
                .collect();
            let default = services.iter().find_map(|(_, v)| v.default.clone());
            vec![
                name.to_string(),
                names(&read, 3),
                names(&set, 2),
                short(&default.unwrap_or_default()),
            ]
        })
        .collect();
    let mut out = table(
        &["variable", "read by", "set in", "default"],
        &rows[..rows.len().min(ROWS)],
    );
    if rows.len() > ROWS {
        out.push_str(&format!(
            "\n{} more variables are in facts.json.\n",
            rows.len() - ROWS
        ));
    }
    out
}

/// Variables by name, with the services that they are of.
pub fn variables(facts: &Facts) -> BTreeMap<&str, Vec<(&str, &model::fact::EnvironmentFact)>> {
    let mut all: BTreeMap<&str, Vec<(&str, &model::fact::EnvironmentFact)>> = BTreeMap::new();
    for (id, service) in &facts.services {
        for variable in &service.environment {
            all.entry(&variable.name).or_default().push((id, variable));
        }
    }
    all
}

pub fn tests(view: &View) -> String {
    let of = |with: bool| -> Vec<String> {
        view.facts
            .services
            .iter()
            .filter(|(_, s)| (s.tests > 0) == with)
            .map(|(id, s)| match s.tests {
                0 => match s.endpoints.len() {
                    0 => id.clone(),
                    n => format!("{id} ({})", count(n, "endpoint", "endpoints")),
                },
                tests => {
                    let endpoints = count(s.endpoints.len(), "endpoint", "endpoints");
                    format!(
                        "{id}: {} for {endpoints}",
                        count(tests as usize, "test", "tests")
                    )
                }
            })
            .collect()
    };
    let (tested, bare) = (of(true), of(false));
    let mut out = String::new();
    for line in &tested {
        out.push_str(&format!("- {line}\n"));
    }
    if !bare.is_empty() {
        out.push_str(&format!("- no test found: {}\n", bare.join(", ")));
    }
    out
}
