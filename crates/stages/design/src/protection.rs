//! Backups and restores of what must not be lost.

use knowledge::Capability;
use model::{Architecture, Backup, ComponentKind, Duration};

use crate::Context;

const DAY: f64 = 86_400.0;

/// Gives every store a backup that meets the recovery point.
pub fn protect(cx: &Context, architecture: &mut Architecture) {
    let targets = cx.brief.targets.as_ref();
    let point = targets
        .and_then(|t| t.recovery_point)
        .map_or(DAY, Duration::secs);
    for component in architecture.components.values_mut() {
        let holds_records = matches!(
            component.kind,
            ComponentKind::Store | ComponentKind::ObjectStore
        );
        let is_reader = component
            .replication
            .as_ref()
            .is_some_and(|r| r.readers > 0);
        if !holds_records || is_reader || component.backup.is_some() {
            continue;
        }
        let can_restore_to_a_point = component
            .technology
            .as_deref()
            .and_then(|t| cx.knowledge.technology(t))
            .is_some_and(|t| {
                // Kept versions bring back any object as it was.
                t.has(Capability::PointInTimeRecovery) || t.has(Capability::Versioning)
            });
        let continuous = can_restore_to_a_point && point < DAY;
        component.backup = Some(Backup {
            every: Duration::from_secs(if continuous {
                DAY
            } else {
                point.clamp(3600.0, DAY)
            }),
            keep: Duration::from_secs(35.0 * DAY),
            point_in_time: continuous,
            drill: Some(Duration::from_secs(91.0 * DAY)),
            restored_in: None,
        });
    }
}
