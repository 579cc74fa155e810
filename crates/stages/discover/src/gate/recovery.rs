//! Recovery targets against what copying and restoring take.

use super::Facts;
use super::report::{Report, computed};
use knowledge::{Capability, Role};
use model::domain::{Effect, Entity, Field, FieldType, Idempotency};
use model::quantity::Bytes;
use model::{Brief, Duration, Severity};
use syntax::path::{index, join};

/// Bytes a second that a restore writes, with its indexes: about 100 MB/s is what one machine with
/// network disks reaches. Our own judgement, taken high so that the finding is never rash.
const RESTORE_BYTES_PER_S: f64 = 250e6;

pub(crate) fn check(facts: &Facts<'_>, report: &mut Report) {
    let brief = facts.brief;
    no_loss(facts, report);
    restore(brief, report);
    repeats(brief, report);
    region_without_zone(brief, report);
}

/// Nothing may be lost, and the store that is given cannot wait for a second copy.
fn no_loss(facts: &Facts<'_>, report: &mut Report) {
    let Some(targets) = &facts.brief.targets else {
        return;
    };
    let survives =
        targets.survive_zone_loss == Some(true) || targets.survive_region_loss == Some(true);
    if targets.recovery_point.is_none_or(|p| p.0 > 0.0) {
        return;
    }
    let given = facts
        .brief
        .constraints
        .iter()
        .flat_map(|c| &c.must_use)
        .enumerate();
    for (i, word) in given {
        let Some(technology) = facts.knowledge.technology(word) else {
            continue;
        };
        let copies = technology.has(Capability::SynchronousReplication);
        let durable = technology.has(Capability::Durable);
        if technology.plays(Role::Store) && (!durable || (survives && !copies)) {
            let reason = if durable {
                "copies to another machine later, not before it acknowledges"
            } else {
                "can lose acknowledged writes when a machine stops"
            };
            let found = report.conflict(
                ("loss-without-synchronous-copy", Severity::Blocker),
                "targets.recovery_point",
                format!("no acknowledged work may be lost, and {}, which must be used, {reason}", technology.name),
                "What was acknowledged in the last moment before a failure would be gone.",
                "Allow a recovery point above 0 s, or give a store that can wait for a second copy.",
            );
            *found = found
                .clone()
                .related(index("constraints.must_use", i), "the store that is given");
        }
    }
}

/// Typical size of a field, in bytes, for an estimate from below.
fn bytes(field: &Field) -> f64 {
    if let Some(size) = field.size {
        return if field.kind == FieldType::File {
            0.0
        } else {
            size.0
        };
    }
    match field.kind {
        FieldType::Uuid => 16.0,
        FieldType::Boolean => 1.0,
        FieldType::File => 0.0,
        FieldType::Date | FieldType::Integer => 4.0,
        _ => 8.0,
    }
}

fn row(entity: &Entity) -> f64 {
    let said = entity.volume.as_ref().and_then(|v| v.row);
    said.map_or_else(
        || 24.0 + entity.fields.values().map(bytes).sum::<f64>(),
        |row| row.0,
    )
}

/// A restore must read back at least what is there on the first day.
fn restore(brief: &Brief, report: &mut Report) {
    let Some(targets) = &brief.targets else {
        return;
    };
    let Some(limit) = targets.recovery_time else {
        return;
    };
    // With a copy in another zone nothing need be restored when a machine or a zone fails.
    if targets.survive_zone_loss == Some(true) {
        return;
    }
    let entities = brief.domain.entities.values();
    let volume: f64 = entities
        .filter_map(|e| Some(e.volume.as_ref()?.rows?.0 * row(e)))
        .sum();
    let takes = volume / RESTORE_BYTES_PER_S;
    if takes > limit.0 {
        let took = Duration(takes.ceil());
        let found = report.conflict(
            ("restore-longer-than-target", Severity::Major),
            "targets.recovery_time",
            format!(
                "a restore may take {limit}, and reading back {} takes {took}",
                Bytes(volume)
            ),
            "Without a copy that runs, a failure of the machine means a restore.",
            format!("Set `targets.survive_zone_loss: true`, allow {took}, or keep less."),
        );
        computed(found, format!("{} / 250 MB/s = {took}", Bytes(volume)));
        *found = found.clone().certainty(model::Certainty::Inferred);
    }
}

/// Never lost, delivered again, and a repeat counts again: one of the three cannot be.
fn repeats(brief: &Brief, report: &mut Report) {
    for (id, operation) in &brief.domain.operations {
        let again = operation.arrival.as_ref().is_some_and(|a| a.duplicates);
        let creates = operation
            .effects
            .iter()
            .any(|e| matches!(e, Effect::Create(c) if !c.ignore_duplicates));
        if operation.durable && again && creates && operation.idempotency == Some(Idempotency::None)
        {
            let at = join("domain.operations", id);
            let found = report.conflict(
                ("durable-duplicates-without-idempotency", Severity::Blocker),
                format!("{at}.idempotency"),
                format!("`{id}` loses nothing and gets messages more than once, and a repeat does it again"),
                "Each message that a client repeats after a lost answer is counted twice.",
                "Set `idempotency: natural` with a key from the client, or `idempotency: key`.",
            );
            *found = found
                .clone()
                .related(format!("{at}.arrival.duplicates"), "repeats arrive");
        }
    }
}

fn region_without_zone(brief: &Brief, report: &mut Report) {
    let Some(targets) = &brief.targets else {
        return;
    };
    if targets.survive_region_loss == Some(true) && targets.survive_zone_loss == Some(false) {
        let found = report.conflict(
            ("region-without-zone", Severity::Blocker),
            "targets.survive_zone_loss",
            "the loss of a region must be survived, and the loss of a zone need not",
            "A region is several zones; who survives its loss survives the loss of one of them.",
            "Set `survive_zone_loss: true`, or `survive_region_loss: false`.",
        );
        *found = found
            .clone()
            .related("targets.survive_region_loss", "asks for more");
    }
}
