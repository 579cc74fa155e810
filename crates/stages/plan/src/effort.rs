//! Burden, complexity and hours of a candidate: three formulas, public and rough on purpose.
//!
//! The constants are our own judgement of 2026-11-21, not measurements. They order candidates for
//! one team; they are no quotation.

use model::{Component, ComponentKind, Skill, System};

use crate::context::Ctx;

/// Hours before the first operation: repository, pipeline, environments, logs, first deployment.
pub const HOURS_BASE: f64 = 24.0;
pub const HOURS_PER_READ: f64 = 3.0;
pub const HOURS_PER_WRITE: f64 = 6.0;
pub const HOURS_PER_ENTITY: f64 = 4.0;
/// An external system: client, faults, tests against its sandbox.
pub const HOURS_PER_PORT: f64 = 16.0;
/// A process of our own: image, configuration, dashboards, alerts.
pub const HOURS_PER_PROCESS: f64 = 12.0;
/// A store, cache, broker or balancer that a provider runs.
pub const HOURS_PER_MANAGED: f64 = 6.0;
/// The same, run by the team: installation, backup, failover drill, upgrades.
pub const HOURS_PER_SELF_RUN: f64 = 20.0;
/// Learning a technology that nobody has run, until it can be trusted in production.
pub const HOURS_UNKNOWN_TECHNOLOGY: f64 = 60.0;
/// The same where somebody has used it.
pub const HOURS_KNOWN_A_LITTLE: f64 = 12.0;
/// A standby that the team itself must fail over to: a failover manager, its drills, its alarms.
pub const HOURS_OWN_FAILOVER: f64 = 40.0;
/// Burden points of the same.
const BURDEN_OWN_FAILOVER: f64 = 3.0;
/// Each service beyond the first adds this share to the operations' hours: contracts between
/// services, their versions, tests across them.
pub const SHARE_PER_FURTHER_SERVICE: f64 = 0.10;

/// How burden grows where nobody has run the technology, and shrinks where they run it already.
fn skill_factor(skill: Option<Skill>) -> f64 {
    match skill {
        Some(Skill::Good) => 0.75,
        Some(Skill::Some) | None => 1.0,
        Some(Skill::None) => 1.5,
    }
}

/// What counts as ours: all but callers and other people's systems.
pub fn ours(component: &Component) -> bool {
    !matches!(
        component.kind,
        ComponentKind::Client | ComponentKind::External | ComponentKind::IdentityProvider
    )
}

/// A component that runs our code.
pub fn runs_code(component: &Component) -> bool {
    matches!(
        component.kind,
        ComponentKind::Service
            | ComponentKind::Worker
            | ComponentKind::Scheduler
            | ComponentKind::Program
    )
}

/// The technologies in use, each once, with whether a provider runs it.
fn technologies<'a>(
    ctx: &Ctx<'a>,
    system: &System,
    platform: Option<&str>,
) -> Vec<(&'a knowledge::Technology, bool)> {
    let mut found: Vec<(&knowledge::Technology, bool)> = Vec::new();
    let used = system
        .architecture
        .components
        .values()
        .filter(|c| ours(c))
        .filter_map(|c| Some((c.technology.as_deref()?, c.managed)))
        .chain(platform.map(|p| (p, true)));
    for (id, managed) in used {
        if let Some(technology) = ctx.technology(id)
            && !found.iter().any(|(t, _)| t.id == technology.id)
        {
            found.push((technology, managed));
        }
    }
    found
}

/// Burden points of every technology once, plus half of them for each further component of it, times
/// 0.75 where the team runs it already and 1.5 where nobody has. A deployable of our own adds 0.5.
pub fn burden(ctx: &Ctx, system: &System, platform: Option<&str>) -> f64 {
    let mut sum = 0.0;
    for (technology, managed) in technologies(ctx, system, platform) {
        let points = if managed {
            technology
                .burden
                .managed
                .as_ref()
                .or(technology.burden.self_hosted.as_ref())
        } else {
            technology
                .burden
                .self_hosted
                .as_ref()
                .or(technology.burden.managed.as_ref())
        };
        let points = points.map_or(3.0, |p| f64::from(p.points));
        let copies = system
            .architecture
            .components
            .values()
            .filter(|c| c.technology.as_deref() == Some(technology.id.as_str()) && !runs_code(c))
            .count()
            .max(1) as f64;
        sum += points * skill_factor(ctx.skill(technology)) * (1.0 + 0.5 * (copies - 1.0));
    }
    if own_failover(system) {
        sum += BURDEN_OWN_FAILOVER;
    }
    sum + 0.5
        * system
            .architecture
            .components
            .values()
            .filter(|c| runs_code(c))
            .count() as f64
}

/// A store that the team runs has a copy to fail over to.
fn own_failover(system: &System) -> bool {
    system.architecture.components.values().any(|c| {
        c.kind == ComponentKind::Store
            && !c.managed
            && c.replication.as_ref().is_some_and(|r| r.failover.is_some())
    })
}

/// One point for each component and technology of ours, half a point for each relation between
/// components of ours, half a point for each store's copy that must be failed over to.
pub fn complexity_points(ctx: &Ctx, system: &System, platform: Option<&str>) -> f64 {
    let a = &system.architecture;
    let own = |id: &str| a.components.get(id).is_some_and(ours);
    let components = a.components.values().filter(|c| ours(c)).count() as f64;
    let relations = a
        .relations
        .values()
        .filter(|r| own(&r.from) && own(&r.to))
        .count() as f64;
    let copies: f64 = a
        .components
        .values()
        .filter(|c| c.kind == ComponentKind::Store && c.replication.is_some())
        .map(|c| f64::from(c.instances.unwrap_or(1).saturating_sub(1).max(1)))
        .sum();
    components + 0.5 * relations + 0.5 * copies + technologies(ctx, system, platform).len() as f64
}

/// Hours, with the sum written out.
pub fn hours(ctx: &Ctx, system: &System, platform: Option<&str>) -> (f64, String) {
    let domain = &ctx.brief.domain;
    let writes = domain.operations.values().filter(|o| o.writes()).count() as f64;
    let reads = domain.operations.len() as f64 - writes;
    let entities = domain.entities.len() as f64;
    let ports = domain.ports.len() as f64;
    let components = &system.architecture.components;
    let services = components
        .values()
        .filter(|c| matches!(c.kind, ComponentKind::Service | ComponentKind::Program))
        .count();
    let processes = components.values().filter(|c| runs_code(c)).count() as f64;
    let kept = || {
        components
            .values()
            .filter(|c| ours(c) && !runs_code(c) && c.runs_in.is_none())
    };
    let managed = kept().filter(|c| c.managed).count() as f64;
    let self_run = kept().filter(|c| !c.managed).count() as f64;
    let further = services.saturating_sub(1) as f64;
    let (mut unknown, mut little) = (Vec::new(), Vec::new());
    for (technology, _) in technologies(ctx, system, platform) {
        match ctx.skill(technology) {
            Some(Skill::None) => unknown.push(technology.name.as_str()),
            Some(Skill::Some) => little.push(technology.name.as_str()),
            _ => {}
        }
    }
    let operations = HOURS_PER_READ * reads + HOURS_PER_WRITE * writes;
    let mut sum = HOURS_BASE
        + operations * (1.0 + SHARE_PER_FURTHER_SERVICE * further)
        + HOURS_PER_ENTITY * entities
        + HOURS_PER_PORT * ports
        + HOURS_PER_PROCESS * processes
        + HOURS_PER_MANAGED * managed
        + HOURS_PER_SELF_RUN * self_run;
    sum += HOURS_UNKNOWN_TECHNOLOGY * unknown.len() as f64
        + HOURS_KNOWN_A_LITTLE * little.len() as f64;
    let mut formula = format!(
        "{HOURS_BASE:.0} base + {reads:.0} reads x {HOURS_PER_READ:.0} + {writes:.0} writes x {HOURS_PER_WRITE:.0}"
    );
    if further > 0.0 {
        formula += &format!(
            " (both +{:.0} % for {further:.0} further services)",
            100.0 * SHARE_PER_FURTHER_SERVICE * further
        );
    }
    formula += &format!(" + {entities:.0} entities x {HOURS_PER_ENTITY:.0}");
    let mut add = |count: f64, what: &str, each: f64| {
        if count > 0.0 {
            formula += &format!(" + {count:.0} {what} x {each:.0}");
        }
    };
    add(ports, "external systems", HOURS_PER_PORT);
    add(processes, "processes", HOURS_PER_PROCESS);
    add(managed, "managed parts", HOURS_PER_MANAGED);
    add(self_run, "self-run parts", HOURS_PER_SELF_RUN);
    if own_failover(system) {
        sum += HOURS_OWN_FAILOVER;
        add(1.0, "failover of one's own", HOURS_OWN_FAILOVER);
    }
    if !unknown.is_empty() {
        formula += &format!(
            " + learning {} ({} x {HOURS_UNKNOWN_TECHNOLOGY:.0})",
            unknown.join(", "),
            unknown.len()
        );
    }
    if !little.is_empty() {
        formula += &format!(
            " + practice with {} ({} x {HOURS_KNOWN_A_LITTLE:.0})",
            little.join(", "),
            little.len()
        );
    }
    formula += &format!(" = {sum:.0} h");
    (sum, formula)
}
