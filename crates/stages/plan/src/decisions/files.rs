//! Where files are kept, where the domain has files.
//!
//! Hard: keeps objects, and a client can upload and download with a signed link, so that no file
//! passes through our processes. Points: `burden` is one minus a tenth of the burden points of the
//! way it is run here; `caution` is 0 where knowledge has a reason to hesitate; `skills` as in
//! `runtime`.

use knowledge::{Capability, Role};
use model::{Decision, Skill};

use crate::context::Ctx;
use crate::weighing::{Grounds, Weighed, decision};

pub const ID: &str = "files";

pub fn candidates(ctx: &Ctx) -> Vec<Weighed> {
    let (found, excluded) = ctx.of_role(
        Role::ObjectStore,
        &[Capability::Object, Capability::PresignedUrl],
    );
    let mut all: Vec<Weighed> = found
        .into_iter()
        .map(|t| {
            let managed = ctx.managed_here(t);
            let points = t
                .burden
                .managed
                .as_ref()
                .filter(|_| managed)
                .or(t.burden.self_hosted.as_ref());
            let burden = points.map_or(5.0, |p| f64::from(p.points));
            let skills = match ctx.skill(t) {
                Some(Skill::Good) => 1.0,
                Some(Skill::Some) | None => 0.5,
                Some(Skill::None) => 0.3,
            };
            let against = match &t.caution {
                Some(caution) => caution.text.clone(),
                None => format!(
                    "it carries {burden:.0} points of burden here: {}",
                    points.map_or("unknown", |p| &p.reason)
                ),
            };
            Weighed::new(
                &t.id,
                &[
                    ("burden", 0.5, 1.0 - burden / 10.0),
                    ("caution", 0.3, f64::from(u8::from(t.caution.is_none()))),
                    ("skills", 0.2, skills),
                ],
                against,
            )
        })
        .collect();
    all.extend(
        excluded
            .into_iter()
            .map(|e| Weighed::rejected(e.technology, e.because)),
    );
    all
}

/// The technology that keeps files; `None` where the domain has none or nothing is served.
pub fn choice(ctx: &Ctx) -> Option<String> {
    if !ctx.needs.files || ctx.needs.local {
        return None;
    }
    let decided = decision("", candidates(ctx), None);
    let usable = decided.candidates.get(&decided.chosen)?.score.is_some();
    usable.then_some(decided.chosen)
}

pub fn decide(ctx: &Ctx) -> Option<Decision> {
    let chosen = choice(ctx)?;
    let fields: Vec<String> = ctx
        .brief
        .domain
        .entities
        .iter()
        .flat_map(|(e, entity)| {
            entity
                .fields
                .iter()
                .filter(|(_, f)| f.kind == model::FieldType::File)
                .map(move |(name, _)| format!("{e}.{name}"))
        })
        .collect();
    let named = crate::prose::list(&fields);
    Some(
        decision("Where are files kept?", candidates(ctx), None)
            .because(format!(
                "{} keeps {named}: the store keeps the key, the client uploads and downloads by a signed link, so no file passes through our processes.",
                ctx.name(&chosen)
            ))
            .trade_off(format!("a row and its file in {} can part; what has a key and no row is swept up later", ctx.name(&chosen)))
            .fact(format!("fields of type file: {named}"), "domain.entities")
            .revisit("files must be searched by content, or a law forbids the place they are kept in")
            .read(ctx, &["constraints.cloud"]),
    )
}
