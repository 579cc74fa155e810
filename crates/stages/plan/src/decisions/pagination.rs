//! How long lists are read page by page.
//!
//! `growth` is how far the largest listed entity outgrows a page: an offset reads and throws away
//! all rows before it, so a deep page costs as many rows as it skips. `totals` is the share of paged
//! operations that show a total or jump to a page, which an offset does and a cursor does not.

use model::{Decision, PageStyle};

use crate::context::Ctx;
use crate::prose;
use crate::weighing::{Change, Grounds, Weighed, decision};

pub const ID: &str = "pagination";

/// From this many rows on, reading and skipping them costs as much as the page itself many times.
const DEEP_ROWS: f64 = 10_000.0;

/// The largest entity that is listed, and its rows.
fn largest(ctx: &Ctx) -> (String, f64) {
    ctx.brief
        .domain
        .operations
        .values()
        .filter(|o| o.result.as_ref().is_some_and(|r| r.many) || o.page.is_some())
        .filter_map(|o| {
            let entity = synthesis::contexts::home_entity(o)?;
            let rows = ctx
                .brief
                .domain
                .entities
                .get(entity)?
                .volume
                .as_ref()?
                .rows?
                .0;
            Some((entity.to_string(), rows))
        })
        .max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)))
        .unwrap_or_default()
}

/// Paged operations, and those of them that ask for an offset or a total.
fn paged(ctx: &Ctx) -> (usize, Vec<String>) {
    let pages: Vec<_> = ctx
        .brief
        .domain
        .operations
        .iter()
        .filter_map(|(id, o)| Some((id, o.page.as_ref()?)))
        .collect();
    let offset = pages
        .iter()
        .filter(|(_, p)| p.style == PageStyle::Offset || p.total)
        .map(|(id, _)| (*id).clone())
        .collect();
    (pages.len(), offset)
}

pub fn candidates(ctx: &Ctx) -> Vec<Weighed> {
    let (entity, rows) = largest(ctx);
    let (count, offset) = paged(ctx);
    let deep = (rows / DEEP_ROWS).min(1.0);
    let totals = if count > 0 {
        offset.len() as f64 / count as f64
    } else {
        0.0
    };
    vec![
        Weighed::new(
            "cursor",
            &[
                ("growth", 0.3, 1.0),
                ("stable-while-written", 0.1, 1.0),
                ("totals", 0.6, 1.0 - totals),
            ],
            format!(
                "{} ask for a total or a numbered page",
                prose::list(&offset)
            ),
        ),
        Weighed::new(
            "offset",
            &[
                ("growth", 0.3, 1.0 - deep),
                ("stable-while-written", 0.1, 0.3),
                ("totals", 0.6, if count > 0 { totals } else { 0.5 }),
            ],
            format!(
                "the last page of {} {entity} rows would read all of them; rows that come in meanwhile shift pages",
                prose::number(rows)
            ),
        ),
    ]
}

fn bare(ctx: &Ctx) -> Decision {
    decision("How are long lists read?", candidates(ctx), None)
}

pub fn decide(ctx: &Ctx) -> Decision {
    let (entity, rows) = largest(ctx);
    let (count, offset) = paged(ctx);
    let decided = bare(ctx);
    let because = if decided.chosen == "cursor" {
        if rows > 0.0 {
            format!(
                "{entity} holds {} rows; a cursor reads each page from the index in the same time, however deep.",
                prose::number(rows)
            )
        } else {
            "A cursor reads each page from the index in the same time, and rows that come in meanwhile shift nothing.".to_string()
        }
    } else {
        format!(
            "{} of {count} paged operations ask for a total or a numbered page ({}).",
            offset.len(),
            prose::list(&offset)
        )
    };
    let mut decided = decided
        .because(because)
        .trade_off(if offset.is_empty() {
            "nobody can jump to page 7"
        } else {
            "operations that the brief pages otherwise keep their own way"
        })
        .fact(
            format!(
                "{count} paged operations, {} by offset or with a total",
                offset.len()
            ),
            "domain.operations",
        )
        .revisit("a screen needs a total, or a list with an offset grows past 10,000 rows")
        .read(ctx, &["domain.operations"]);
    if rows > 0.0 {
        decided = decided.fact(
            format!("{entity}: {} rows", prose::number(rows)),
            format!("domain.entities.{entity}.volume.rows"),
        );
    }
    decided
}

pub fn decide_with_flips(ctx: &Ctx) -> Decision {
    decide(ctx).what_if(
        ctx,
        bare,
        vec![
            Change::new("if every list showed a total", |b| {
                for p in b
                    .domain
                    .operations
                    .values_mut()
                    .filter_map(|o| o.page.as_mut())
                {
                    p.total = true;
                }
            }),
            Change::new(
                "if every list showed a total and none had more than 1,000 rows",
                |b| {
                    for p in b
                        .domain
                        .operations
                        .values_mut()
                        .filter_map(|o| o.page.as_mut())
                    {
                        p.total = true;
                    }
                    for v in b
                        .domain
                        .entities
                        .values_mut()
                        .filter_map(|e| e.volume.as_mut())
                    {
                        v.rows = v.rows.map(|r| model::Count(r.0.min(1000.0)));
                    }
                },
            ),
            Change::new("if no list showed a total or a numbered page", |b| {
                for p in b
                    .domain
                    .operations
                    .values_mut()
                    .filter_map(|o| o.page.as_mut())
                {
                    (p.total, p.style) = (false, PageStyle::Cursor);
                }
            }),
        ],
    )
}
