//! Something of ours that runs, before it does any operation: how it starts, answers for itself, and
//! reaches what it needs; and the rules that hold for every operation of its contracts.

use model::{Component, ComponentKind, Contract, ErrorFormat, Mode};

use super::Desk;
use super::bundle::{self, Check};
use super::subject::foreign;
use crate::page::Page;
use crate::protection;
use crate::words;

pub(super) fn write(
    desk: &Desk<'_>,
    id: &str,
    component: &Component,
    page: &mut Page,
) -> Vec<Check> {
    let f = &desk.f;
    let architecture = &f.view.system.architecture;
    bundle::component(desk, id, component, page);
    let mut lines = Vec::new();
    let size = words::size(component);
    if !size.is_empty() {
        lines.push(format!("Size: {size}."));
    }
    if let Some(n) = component.concurrency {
        lines.push(format!("Each works on {n} requests at once."));
    }
    if let Some(auto) = &component.autoscale {
        lines.push(format!(
            "Scales from {} to {} at {} utilisation.",
            auto.min, auto.max, auto.at
        ));
    }
    if component.stateless == Some(true) {
        lines.push("Keeps nothing between requests.".into());
    }
    let secrets = architecture.security.secrets.iter();
    for (secret, s) in secrets.filter(|(_, s)| s.used_by.iter().any(|c| **c == *id)) {
        let turned = s.rotation;
        let turned = turned.map_or(String::new(), |r| format!(", changed every {r}"));
        lines.push(format!("Secret `{secret}` from {}{turned}.", s.kept_in));
    }
    page.bullets(&lines);
    let mut checks = Vec::new();
    for (name, contract) in &architecture.contracts {
        if *contract.component == *id {
            rules(desk, name, contract, page, &mut checks);
        }
    }
    calls(desk, id, page, &mut checks);
    signals(desk, id, page, &mut checks);
    answers_for_itself(desk, id, component, &mut checks);
    checks
}

/// What holds for every operation of a contract.
fn rules(
    desk: &Desk<'_>,
    name: &str,
    contract: &Contract,
    page: &mut Page,
    checks: &mut Vec<Check>,
) {
    let wire = desk.f.view.system.brief.domain.wire.as_ref();
    let from = format!("contracts.{name}");
    page.heading(2, &format!("Rules of `{name}`"));
    let mut lines = vec![format!("Style: {}.", words::word(&contract.style))];
    if let Some(base) = &contract.base {
        lines.push(format!("Every path begins with `{base}`."));
    }
    let http = contract.style == model::ApiStyle::Rest;
    if http {
        lines.push(match wire.map_or(ErrorFormat::Problem, |w| w.errors) {
            ErrorFormat::Problem => "Errors are `application/problem+json` (RFC 9457).".into(),
            ErrorFormat::FieldMap => {
                "Errors are `{\"errors\": {\"field\": [\"message\"]}}`.".to_string()
            }
        });
    }
    if let Some(by) = contract.authentication.as_deref().filter(|a| *a != "none") {
        let token = wire.and_then(|w| w.token.as_ref());
        let token = token.filter(|_| by != "mtls").map_or(String::new(), |t| {
            let lives = t.lifetime;
            let lives = lives.map_or(String::new(), |l| format!(", valid for {l}"));
            format!(", `Authorization: {} ...`{lives}", t.scheme)
        });
        lines.push(format!("Callers are known by {by}{token}."));
        if let Some(lifetime) = wire.and_then(|w| w.token.as_ref()).and_then(|t| t.lifetime) {
            checks.push(Check::new(
                format!("A token made {lifetime} and a second ago gets 401, one made a minute less ago is taken"),
                "domain.wire.token.lifetime",
            ));
        }
    }
    if let Some(limit) = &contract.rate_limit {
        let burst = limit.burst;
        let burst = burst.map_or(String::new(), |b| format!(", bursts of {b}"));
        lines.push(format!("Each caller may send {}{burst}.", limit.per_caller));
        let at_once = limit
            .burst
            .map_or(String::new(), |b| format!(" after a burst of {b}"));
        checks.push(Check::new(
            format!("One caller above {}{at_once} gets 429 with `Retry-After`; another caller at the same moment does not", limit.per_caller),
            format!("{from}.rate_limit"),
        ));
    }
    if let Some(most) = contract.max_body {
        lines.push(format!("A body is at most {most}."));
        checks.push(Check::new(
            format!("A body of {most} and one byte gets 413, and is not read to its end"),
            format!("{from}.max_body"),
        ));
    }
    page.bullets(&lines);
    let operations: Vec<String> = contract
        .operations
        .iter()
        .filter_map(|o| desk.builder(&format!("domain.operations.{o}")))
        .map(|at| desk.link(at))
        .collect();
    if !operations.is_empty() {
        page.para(&format!("It offers {}.", words::list(&operations)));
    }
}

fn calls(desk: &Desk<'_>, id: &str, page: &mut Page, checks: &mut Vec<Check>) {
    let architecture = &desk.f.view.system.architecture;
    let mut rows = Vec::new();
    for (name, r) in architecture.relations.iter().filter(|(_, r)| r.from == *id) {
        // Calls of others' systems are their clients' matter.
        let to = architecture.components.get(&*r.to);
        if to.is_none_or(|c| foreign(c.kind)) {
            continue;
        }
        rows.push(vec![
            format!("`{name}`"),
            r.purpose.clone().unwrap_or_default(),
            r.timeout.map_or("**none**".into(), |t| t.to_string()),
            r.pool.map(|p| p.to_string()).unwrap_or_default(),
            r.retry.as_ref().map(protection::retry).unwrap_or_default(),
            r.breaker
                .as_ref()
                .map(protection::breaker)
                .unwrap_or_default(),
            protection::delivery(r),
            protection::proof(r),
        ]);
        super::client::relation_checks(desk, name, r, checks);
        if let Some(pool) = r.pool {
            checks.push(Check::new(
                format!(
                    "Under load each instance of `{id}` holds at most {pool} connections to `{}`",
                    r.to
                ),
                format!("relations.{name}.pool"),
            ));
        }
    }
    if !rows.is_empty() {
        page.heading(2, "What it calls");
        page.table(
            &[
                "Relation",
                "For",
                "Timeout",
                "Connections each",
                "Retry",
                "Breaker",
                "Delivery",
                "Proof",
            ],
            &rows,
        );
    }
}

fn signals(desk: &Desk<'_>, id: &str, page: &mut Page, checks: &mut Vec<Check>) {
    let seen = &desk.f.view.system.architecture.observability;
    let here: Vec<(&String, &model::Signal)> =
        seen.signals.iter().filter(|(_, s)| *s.on == *id).collect();
    let rows: Vec<Vec<String>> = here
        .iter()
        .map(|(name, s)| {
            vec![
                format!("`{name}`"),
                words::word(&s.kind),
                desk.f.prose(&s.what),
                s.unit.clone().unwrap_or_default(),
            ]
        })
        .collect();
    if !rows.is_empty() {
        page.heading(2, "What it tells");
        page.table(&["Signal", "Kind", "What", "Unit"], &rows);
        if let Some(header) = &seen.correlation {
            checks.push(Check::new(
                format!("A request with `{header}` is found under its value in the log of `{id}` and of what `{id}` calls"),
                "observability.correlation",
            ));
        }
    }
    for (name, alert) in &seen.alerts {
        if here.iter().any(|(signal, _)| **signal == alert.signal) {
            checks.push(bundle::alert(
                desk,
                alert,
                format!("observability.alerts.{name}"),
            ));
        }
    }
}

fn answers_for_itself(desk: &Desk<'_>, id: &str, component: &Component, checks: &mut Vec<Check>) {
    let needs: Vec<String> = desk
        .f
        .view
        .system
        .architecture
        .relations
        .values()
        .filter(|r| r.from == *id && r.mode == Mode::Sync)
        .filter(|r| {
            let to = desk.f.view.system.component(&r.to);
            to.is_some_and(|c| c.kind == ComponentKind::Store)
        })
        .map(|r| format!("`{}`", r.to))
        .collect();
    if let Some(health) = &component.health
        && let (Some(ready), false) = (&health.ready, needs.is_empty())
    {
        let live = health.live.as_ref();
        let live = live.map_or(String::new(), |l| format!(", while `{l}` still says alive"));
        checks.push(Check::new(
                format!(
                    "With {} away, `{ready}` of `{id}` says not ready{live}; when it is back, ready again without a restart",
                    words::list(&needs)
                ),
                format!("components.{id}.health"),
            ));
    }
    if let (Some(n), Some(true)) = (component.instances.filter(|n| *n > 1), component.stateless) {
        checks.push(Check::new(
            format!(
                "With {n} of `{id}` running, one is killed under load: {}",
                match component.kind {
                    ComponentKind::Worker => "the others take up what it had claimed",
                    _ => "requests at the others go on, and what failed can be sent again to them",
                }
            ),
            format!("components.{id}.stateless"),
        ));
    }
}
