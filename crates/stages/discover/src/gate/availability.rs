//! Availability that cannot be reached with what the brief says elsewhere.

use super::Facts;
use super::report::{Report, computed};
use model::brief::OnCall;
use model::domain::{Effect, Operation, Trigger};
use model::{Brief, Ratio, Severity};
use syntax::path::join;

/// Best published promise for machines in one zone: a single instance of a large provider has
/// 99.5 % to 99.9 % (service level agreements of 2026); this leaves room.
const ONE_ZONE_BEST: f64 = 0.9995;
/// From here on nights count: 99.99 % allows 4.4 minutes a month, less than waking up takes.
const NEEDS_ON_CALL: f64 = 0.9999;
const HOURS_PER_MONTH: f64 = 730.0;

pub(crate) fn check(facts: &Facts<'_>, report: &mut Report) {
    let brief = facts.brief;
    if let Some(target) = brief.targets.as_ref().and_then(|t| t.availability) {
        perfect(target, "targets.availability", report);
        one_zone(brief, target, report);
        on_call(brief, target, report);
    }
    for (id, operation) in &brief.domain.operations {
        let at = format!("{}.availability", join("domain.operations", id));
        if let Some(own) = operation.availability {
            perfect(own, &at, report);
        }
        dependencies(brief, id, operation, report);
    }
}

/// The time that a target leaves for failure in a month.
fn budget(target: Ratio) -> String {
    let hours = (1.0 - target.0) * HOURS_PER_MONTH;
    if hours >= 1.0 {
        format!("{hours:.1} h")
    } else if hours * 60.0 >= 1.0 {
        format!("{:.1} min", hours * 60.0)
    } else {
        format!("{:.0} s", hours * 3600.0)
    }
}

fn perfect(target: Ratio, at: &str, report: &mut Report) {
    if target.0 >= 1.0 {
        report.conflict(
            ("impossible-target", Severity::Blocker),
            at,
            "an availability of 100 % leaves 0 s of failure a month",
            "Nothing that is built reaches it: each dependency, release and network fails sometimes.",
            "Give the share that the business needs, for example 99.9 % (44 min a month).",
        );
    }
}

fn one_zone(brief: &Brief, target: Ratio, report: &mut Report) {
    let survive = brief.targets.as_ref().and_then(|t| t.survive_zone_loss);
    if survive == Some(false) && target.0 > ONE_ZONE_BEST {
        let found = report.conflict(
            ("availability-in-one-zone", Severity::Blocker),
            "targets.availability",
            format!(
                "{target} leaves {} of failure a month, and the loss of a zone need not be survived",
                budget(target)
            ),
            "A zone fails for hours when it fails; one such hour uses up more than the whole budget.",
            "Set `targets.survive_zone_loss: true`, or an availability of at most 99.95 %.",
        );
        let text = format!(
            "(1 - {target}) x {HOURS_PER_MONTH} h = {}; one zone is promised at most {}",
            budget(target),
            Ratio(ONE_ZONE_BEST)
        );
        computed(found, text);
        let path = "targets.survive_zone_loss";
        *found = found
            .clone()
            .related(path, "the loss of a zone is allowed to stop it");
    }
}

fn on_call(brief: &Brief, target: Ratio, report: &mut Report) {
    let on_call = brief.team.as_ref().and_then(|t| t.on_call);
    let awake = match on_call {
        Some(OnCall::None) => "nobody is on call",
        Some(OnCall::BusinessHours) if target.0 >= 0.99999 => "nobody is on call at night",
        _ => return,
    };
    if target.0 < NEEDS_ON_CALL - 1e-9 {
        return;
    }
    let found = report.conflict(
        ("availability-without-on-call", Severity::Major),
        "team.on_call",
        format!("{target} leaves {} of failure a month, and {awake}", budget(target)),
        "A failure on Friday evening that does not heal by itself lasts until Monday morning, 60 h.",
        "Name people on call at all hours, or set at most 99.9 %.",
    );
    computed(
        found,
        format!(
            "(1 - {target}) x {HOURS_PER_MONTH} h = {} < 60 h",
            budget(target)
        ),
    );
}

/// An operation cannot be more available than the systems it must wait for.
fn dependencies(brief: &Brief, id: &str, operation: &Operation, report: &mut Report) {
    let waits = matches!(operation.trigger, Trigger::Request | Trigger::Webhook(_));
    let Some(target) = brief.availability_target(operation).filter(|_| waits) else {
        return;
    };
    // Deferred effects happen after the answer, and so do calls after an emitted event.
    if operation.deferred {
        return;
    }
    let mut ports: Vec<(&str, Ratio)> = Vec::new();
    for effect in &operation.effects {
        if let Effect::Call(call) = effect
            && let Some(own) = brief
                .domain
                .ports
                .get(&*call.port)
                .and_then(|p| p.availability)
            && !ports.iter().any(|(name, _)| *name == &*call.port)
        {
            ports.push((&call.port, own));
        }
    }
    let product: f64 = ports.iter().map(|(_, a)| a.0).product();
    if ports.is_empty() || product >= target.0 {
        return;
    }
    let each: Vec<String> = ports
        .iter()
        .map(|(name, a)| format!("{name} {a}"))
        .collect();
    let at = match operation.availability {
        Some(_) => format!("{}.availability", join("domain.operations", id)),
        None => join("domain.operations", id),
    };
    let found = report.conflict(
        ("availability-above-dependency", Severity::Major),
        at,
        format!(
            "`{id}` must be {target} available, and waits for {}: at most {}",
            each.join(" and "),
            Ratio(product)
        ),
        "An answer that waits for another system fails whenever that system fails.",
        format!(
            "Answer before the call (`deferred: true`), give `{id}` an availability of at most {}, or agree on more with the provider.",
            Ratio((product * 1e6).floor() / 1e6)
        ),
    );
    let product_text = ports
        .iter()
        .map(|(_, a)| a.to_string())
        .collect::<Vec<_>>()
        .join(" x ");
    computed(
        found,
        format!("{product_text} = {} < {target}", Ratio(product)),
    );
}
