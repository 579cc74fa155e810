//! How organisations' data is kept apart.
//!
//! The brief's word wins. Otherwise: `isolation` is what a forgotten filter would expose, weighed by
//! the class of the data; `operation` is how the number of tenants multiplies what is run: rows cost
//! nothing, schemas and databases a migration each.

use model::{DataClass, Decision, Tenancy};

use crate::context::Ctx;
use crate::prose;
use crate::weighing::{Change, Grounds, Weighed, decision};

pub const ID: &str = "tenancy";

/// Schemas that one migration run can still carry within a maintenance window, by our judgement.
const MANY_TENANTS: f64 = 200.0;

fn stated(ctx: &Ctx) -> Option<Tenancy> {
    ctx.brief.security.as_ref().and_then(|s| s.tenancy)
}

/// The entity that is the tenant, and how many there are.
fn tenants(ctx: &Ctx) -> Option<(String, f64)> {
    let domain = &ctx.brief.domain;
    let entity = domain.actors.values().find_map(|a| a.tenant.clone())?;
    let rows = domain
        .entities
        .get(&*entity)
        .and_then(|e| e.volume.as_ref()?.rows)
        .map_or(1.0, |r| r.0);
    Some((entity.0, rows))
}

pub fn candidates(ctx: &Ctx) -> Vec<Weighed> {
    let tenants = tenants(ctx);
    let number = tenants.as_ref().map_or(1.0, |t| t.1);
    let asked = stated(ctx);
    let only = |own: Tenancy| {
        asked
            .filter(|a| *a != own)
            .map(|a| format!("security.tenancy is {}", word(a)))
    };
    let none = tenants.is_none() && asked.is_none();
    let no_tenant = || none.then(|| "no actor belongs to a tenant".to_string());
    let sensitive = ctx.needs.class >= Some(DataClass::Card);
    let many = (number / MANY_TENANTS).min(1.0);
    vec![
        Weighed::new(
            "single",
            &[
                ("isolation", 0.5, if tenants.is_none() { 1.0 } else { 0.0 }),
                ("operation", 0.5, 1.0),
            ],
            "several organisations share it",
        )
        .unless(only(Tenancy::Single))
        .unless(
            (tenants.is_some() && asked.is_none())
                .then(|| "several organisations share it".to_string()),
        ),
        Weighed::new(
            "rows",
            &[
                ("isolation", 0.5, if sensitive { 0.4 } else { 0.7 }),
                ("operation", 0.5, 1.0),
            ],
            "a query without the tenant's filter would show another one's rows",
        )
        .unless(only(Tenancy::Rows))
        .unless(no_tenant()),
        Weighed::new(
            "schemas",
            &[
                ("isolation", 0.5, 0.9),
                ("operation", 0.5, 0.7 * (1.0 - many)),
            ],
            format!("each migration would run {} times", prose::number(number)),
        )
        .unless(only(Tenancy::Schemas))
        .unless(no_tenant()),
        Weighed::new(
            "databases",
            &[
                ("isolation", 0.5, 1.0),
                ("operation", 0.5, 0.4 * (1.0 - many)),
            ],
            format!(
                "{} databases would be backed up, upgraded and paid for",
                prose::number(number)
            ),
        )
        .unless(only(Tenancy::Databases))
        .unless(no_tenant()),
    ]
}

fn word(t: Tenancy) -> &'static str {
    match t {
        Tenancy::Single => "single",
        Tenancy::Rows => "rows",
        Tenancy::Schemas => "schemas",
        Tenancy::Databases => "databases",
    }
}

pub fn choice(chosen: &str) -> Tenancy {
    match chosen {
        "rows" => Tenancy::Rows,
        "schemas" => Tenancy::Schemas,
        "databases" => Tenancy::Databases,
        _ => Tenancy::Single,
    }
}

fn bare(ctx: &Ctx) -> Decision {
    decision(
        "How are organisations' data kept apart?",
        candidates(ctx),
        None,
    )
}

pub fn decide(ctx: &Ctx) -> Decision {
    let decided = bare(ctx);
    let because = match (&tenants(ctx), stated(ctx)) {
        (Some((entity, n)), _) => format!(
            "{} {entity} rows are tenants; {} keeps one migration and one pool for all of them{}.",
            prose::number(*n),
            decided.chosen,
            if decided.chosen == "rows" {
                ", with the tenant in every key and index"
            } else {
                ""
            }
        ),
        (None, Some(t)) => format!(
            "security.tenancy is {}, and no actor of {} belongs to a tenant.",
            word(t),
            ctx.brief.name
        ),
        (None, None) => format!("No actor of {} belongs to a tenant.", ctx.brief.name),
    };
    decided
        .because(because)
        .trade_off("moving one organisation out later means copying its rows")
        .fact(
            tenants(ctx).map_or("no actor has a tenant".into(), |(e, n)| {
                format!("tenant {e}: {}", prose::number(n))
            }),
            "domain.actors",
        )
        .revisit("an organisation demands keys or a region of its own")
        .read(ctx, &["security.tenancy"])
}

pub fn decide_with_flips(ctx: &Ctx) -> Decision {
    let mut changes = Vec::new();
    if let Some((entity, _)) = tenants(ctx) {
        changes.push(Change::new(
            format!("if there were 5 {entity} rows with health data"),
            move |b| {
                b.security.get_or_insert_default().tenancy = None;
                b.security.get_or_insert_default().data = Some(DataClass::Health);
                if let Some(e) = b.domain.entities.get_mut(&entity) {
                    e.volume.get_or_insert_default().rows = Some(model::Count(5.0));
                }
            },
        ));
    }
    decide(ctx).what_if(ctx, bare, changes)
}
