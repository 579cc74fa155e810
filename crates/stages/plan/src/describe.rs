//! An option in words. Every sentence is made from numbers and choices of this system.

use model::{Brief, ComponentKind, OnCall, Skill, System};
use synthesis::{Choices, Messaging, SearchIn, Standby};

use crate::bounds;
use crate::context::Ctx;
use crate::effort;
use crate::objective;
use crate::options::{self, Shown};
use crate::prose::{list, ms, number, per_s, percent, times};
use crate::search::{Found, Judged};
use crate::types::{Breaks, Complexity, Numbers, OptionKind, PlannedOption};

/// Complexity points up to this are low: one process, one store, what they stand on.
const LOW_UP_TO: f64 = 8.0;
/// Up to this medium.
const MEDIUM_UP_TO: f64 = 16.0;

/// One shown option.
pub fn option(
    ctx: &Ctx,
    found: &Found,
    at: usize,
    kind: OptionKind,
    shown: &Shown,
) -> PlannedOption {
    let judged = &found.all[at];
    let (c, n) = (&judged.measured.choices, &judged.measured.numbers);
    let others: Vec<&Judged> = shown
        .picks
        .iter()
        .filter(|p| p.0 != at)
        .map(|p| &found.all[p.0])
        .collect();
    let system = System {
        brief: Brief::default(),
        architecture: judged.measured.architecture.clone(),
        ..System::default()
    };
    let (hours, formula) = effort::hours(ctx, &system, c.platform.as_deref());
    PlannedOption {
        id: options::id(ctx, c),
        title: title(ctx, c),
        kind,
        approach: approach(ctx, c),
        description: description(ctx, judged),
        pros: pros(ctx, judged, &others),
        cons: cons(ctx, judged, &others),
        risks: risks(ctx, judged),
        dependencies: dependencies(ctx, c),
        estimate_hours: hours,
        estimate_formula: formula,
        complexity: match n.complexity_points {
            p if p <= LOW_UP_TO => Complexity::Low,
            p if p <= MEDIUM_UP_TO => Complexity::Medium,
            _ => Complexity::High,
        },
        choices: c.clone(),
        chosen: options::chosen(c),
        breaks_first_at_10x: breaks(ctx, n),
        feasible: judged.feasible(),
        violated: judged.violations.clone(),
        numbers: n.clone(),
        architecture: system.architecture,
    }
}

/// Where two options come out with one id, the later ones say in what they differ.
pub fn distinct_ids(all: &mut [PlannedOption]) {
    for at in 1..all.len() {
        let (before, rest) = all.split_at_mut(at);
        let one = &mut rest[0];
        let Some(same) = before.iter().find(|o| o.id == one.id) else {
            continue;
        };
        let differs = ["store-run-by", "standby", "store", "platform"]
            .into_iter()
            .find(|k| same.chosen.get(*k) != one.chosen.get(*k));
        let suffix = match (differs, differs.and_then(|k| one.chosen.get(k))) {
            (Some("store-run-by"), Some(by)) if by == "provider" => "managed-store".to_string(),
            (Some("store-run-by"), _) => "self-run-store".to_string(),
            (Some("standby"), Some(s)) if s == "none" => "no-standby".to_string(),
            (Some("standby"), Some(s)) => format!("{s}-standby"),
            (Some(_), Some(value)) => value.clone(),
            _ => format!("{}", at + 1),
        };
        one.id = format!("{}-{suffix}", one.id);
    }
}

fn store_phrase(ctx: &Ctx, c: &Choices) -> String {
    let Some(store) = &c.store else {
        return "no store".into();
    };
    let name = ctx.name(store);
    if bounds::embedded(ctx, c) {
        return format!("{name} inside the process");
    }
    if synthesis::components::beside(ctx.knowledge, c) {
        return format!("{name} on the same machine");
    }
    let by = if c.managed_store {
        format!("{name} run by the provider")
    } else {
        format!("{name} run by the team")
    };
    match c.standby {
        Standby::None => by,
        Standby::Asynchronous => format!("{by} with a standby that may lag"),
        Standby::Synchronous => format!("{by} with a synchronous standby"),
    }
}

pub fn title(ctx: &Ctx, c: &Choices) -> String {
    let style = options::style_word(c.style).replace('-', " ");
    let place = match c.zones {
        _ if c.style == model::Style::Program => String::new(),
        1 => " in one zone".to_string(),
        n => format!(" over {n} zones"),
    };
    let mut title = format!(
        "{}{place}, {}",
        crate::prose::capital(&style),
        store_phrase(ctx, c)
    );
    if let Messaging::Broker(b) = &c.messaging {
        title += &format!(", {}", ctx.name(b));
    }
    if let Some(cache) = &c.cache {
        title += &format!(", {} as cache", ctx.name(cache));
    }
    if c.readers > 0 {
        title += &format!(
            ", {} read replica{}",
            c.readers,
            if c.readers > 1 { "s" } else { "" }
        );
    }
    title
}

fn approach(ctx: &Ctx, c: &Choices) -> String {
    let runtime = ctx.name(&c.runtime);
    let on = c
        .platform
        .as_ref()
        .map_or(String::new(), |p| format!(" on {}", ctx.name(p)));
    let background = match &c.messaging {
        Messaging::None => String::new(),
        Messaging::TableQueue => "; background work waits in a table of the same store".into(),
        Messaging::Broker(b) => format!("; events leave through an outbox and {}", ctx.name(b)),
    };
    format!(
        "{} {runtime}{on}, with {}{background}.",
        match c.style {
            model::Style::Program => "One program in",
            model::Style::Monolith | model::Style::ModularMonolith => "One deployable in",
            model::Style::Serverless => "Functions in",
            _ => "Several deployables in",
        },
        store_phrase(ctx, c)
    )
}

/// `app 2 x 2 vCPU` for what runs and keeps.
fn sizes(judged: &Judged) -> Vec<String> {
    judged
        .measured
        .architecture
        .components
        .iter()
        .filter(|(_, c)| effort::ours(c) && c.runs_in.is_none())
        .filter_map(|(id, c)| {
            let vcpu = c.size.as_ref()?.vcpu?;
            Some(format!(
                "{id} {} x {} vCPU",
                c.instances.unwrap_or(1),
                number(vcpu)
            ))
        })
        .collect()
}

fn description(ctx: &Ctx, judged: &Judged) -> String {
    let n = &judged.measured.numbers;
    let mut text = String::new();
    if ctx.needs.local {
        text += &format!(
            "{} operations in {} component{}, no server.",
            ctx.brief.domain.operations.len(),
            n.components,
            if n.components == 1 { "" } else { "s" }
        );
    } else {
        text += &format!(
            "The busiest hour brings {} over {} operations, of which {} write.",
            per_s(ctx.needs.busy_per_s),
            ctx.brief.domain.operations.len(),
            per_s(ctx.needs.writes_per_s)
        );
        let sizes = sizes(judged);
        if !sizes.is_empty() {
            text += &format!(
                " Sized for {} of use at that load: {}.",
                percent(judged.measured.choices.utilisation_goal),
                sizes.join(", ")
            );
        }
        if let (Some(at), Some(first)) = (n.saturates_at, &n.saturates_first) {
            text += &format!(
                " {first} is the first to saturate, at {} times that load.",
                times(at)
            );
        }
    }
    if let Some(sentence) = latency_sentence(n) {
        text += &format!(" {sentence}");
    }
    if let (Some(a), false) = (n.availability, ctx.needs.local) {
        text += &format!(
            " It is up {}, {} minutes down a month.",
            percent(a),
            number(objective::down_minutes(a))
        );
    }
    text
}

pub fn latency_sentence(n: &Numbers) -> Option<String> {
    Some(format!(
        "Closest to its target is {}: {} of {} at {}.",
        n.worst_operation.as_ref()?,
        ms(n.worst_ms?),
        ms(n.worst_target_ms?),
        n.worst_percentile.as_ref()?
    ))
}

pub fn money(n: &Numbers) -> Option<String> {
    Some(format!(
        "{} {} a month",
        number(n.monthly_cost?),
        n.currency.as_ref()?
    ))
}

/// What an option has over each other shown one.
fn pros(ctx: &Ctx, judged: &Judged, others: &[&Judged]) -> Vec<String> {
    let n = &judged.measured.numbers;
    let mut out = Vec::new();
    if let (Some(cost), Some(text)) = (n.monthly_cost, money(n)) {
        match ctx.budget().filter(|(b, _)| *b > 0.0 && cost <= *b) {
            Some((budget, currency)) => out.push(format!(
                "{text}: {} of the {} {currency} that are allowed.",
                percent((cost / budget * 1000.0).round() / 1000.0),
                number(budget)
            )),
            None if cost > 0.0 => out.push(format!("{text}.")),
            None => {}
        }
    }
    if others
        .iter()
        .all(|o| n.complexity_points + 0.9 < o.measured.numbers.complexity_points)
        && !others.is_empty()
    {
        let least = others
            .iter()
            .map(|o| o.measured.numbers.components)
            .min()
            .unwrap_or(0);
        let fewest = format!(
            "{} component{} to understand, deploy and watch",
            n.components,
            if n.components == 1 { "" } else { "s" }
        );
        out.push(if least > n.components {
            format!("{fewest}; the next option has {least}.")
        } else {
            format!("{fewest}, with the fewest relations and products of the options shown.")
        });
    }
    if others
        .iter()
        .all(|o| n.hours < o.measured.numbers.hours * 0.97)
        && !others.is_empty()
    {
        let next = others
            .iter()
            .map(|o| o.measured.numbers.hours)
            .fold(f64::INFINITY, f64::min);
        out.push(format!(
            "Live after {} h of work, {} h before the next option.",
            number(n.hours),
            number(next - n.hours)
        ));
    }
    if let (Some(a), Some(t)) = (n.availability, n.availability_target)
        && a >= t
        && !ctx.needs.local
    {
        out.push(format!(
            "{} against the target of {}: {} of the {} minutes a month that may be down.",
            percent(a),
            percent(t),
            number(objective::down_minutes(a)),
            number(objective::down_minutes(t))
        ));
    }
    if let Some(ratio) = n.worst_ratio.filter(|r| *r < 0.5) {
        out.push(format!(
            "Every latency target is met with at least {} to spare.",
            percent(((1.0 - ratio) * 100.0).floor() / 100.0)
        ));
    }
    let known: Vec<String> = technologies(ctx, judged)
        .into_iter()
        .filter(|t| ctx.skill_of(t) == Some(Skill::Good))
        .map(|t| ctx.name(&t))
        .collect();
    if !known.is_empty() {
        out.push(format!("The team runs {} already.", list(&known)));
    }
    if judged.measured.choices.standby == Standby::Synchronous {
        out.push("A commit is on two machines before it is answered, so a lost machine loses nothing that was acknowledged.".into());
    }
    if let Some(at) = n.saturates_at.filter(|s| *s >= 10.0) {
        out.push(format!(
            "Carries {} times the busiest hour without a change.",
            times(at)
        ));
    }
    out
}

fn cons(ctx: &Ctx, judged: &Judged, others: &[&Judged]) -> Vec<String> {
    let (n, c) = (&judged.measured.numbers, &judged.measured.choices);
    let mut out: Vec<String> = judged
        .violations
        .iter()
        .map(|v| format!("Misses {}: {}.", v.requirement, v.text))
        .collect();
    for other in others {
        let o = &other.measured.numbers;
        if let (Some(mine), Some(theirs)) = (n.monthly_cost, o.monthly_cost)
            && mine > theirs * 1.05
        {
            out.push(format!(
                "Costs {} {} a month more than {}.",
                number(mine - theirs),
                n.currency.as_deref().unwrap_or(""),
                options::id(ctx, &other.measured.choices)
            ));
        }
        if let (Some(mine), Some(theirs)) = (n.availability, o.availability)
            && (1.0 - mine) > (1.0 - theirs) * 1.2
            && !ctx.needs.local
        {
            out.push(format!(
                "{} minutes down a month, {} with {}.",
                number(objective::down_minutes(mine)),
                number(objective::down_minutes(theirs)),
                options::id(ctx, &other.measured.choices)
            ));
        }
    }
    let unknown: Vec<String> = technologies(ctx, judged)
        .into_iter()
        .filter(|t| ctx.skill_of(t) == Some(Skill::None))
        .map(|t| ctx.name(&t))
        .collect();
    if !unknown.is_empty() {
        out.push(format!("Nobody in the team has run {}.", list(&unknown)));
    }
    if let Some((at, first)) = n
        .saturates_at
        .zip(n.saturates_first.as_ref())
        .filter(|(s, _)| *s < 10.0)
    {
        out.push(format!(
            "At ten times the load {first} must be larger or split: it saturates at {} times.",
            times(at)
        ));
    }
    if bounds::embedded(ctx, c) && c.style != model::Style::Program {
        out.push("One writer at a time and one machine: a second instance means moving the data to another store.".into());
    }
    if !c.managed_store && c.store.is_some() && !bounds::embedded(ctx, c) {
        out.push(format!(
            "Backups, upgrades and failover of {} are the team's own work.",
            c.store.as_deref().map(|s| ctx.name(s)).unwrap_or_default()
        ));
    }
    if let Some(cautioned) = technologies(ctx, judged)
        .iter()
        .find_map(|t| ctx.technology(t)?.caution.as_ref())
    {
        out.push(cautioned.text.clone());
    }
    out
}

/// Ids of the technologies in use, in the order of components, platform last.
fn technologies(_: &Ctx, judged: &Judged) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let used = judged
        .measured
        .architecture
        .components
        .values()
        .filter(|c| effort::ours(c))
        .filter_map(|c| c.technology.clone())
        .chain(judged.measured.choices.platform.clone());
    for id in used {
        if !found.contains(&id) {
            found.push(id);
        }
    }
    found
}

fn risks(ctx: &Ctx, judged: &Judged) -> Vec<String> {
    let (n, c) = (&judged.measured.numbers, &judged.measured.choices);
    let mut out = Vec::new();
    if ctx.needs.local {
        if c.store.is_some() {
            out.push("A damaged file of the store loses what was recorded since its last copy; the program must be able to rebuild or restore it.".into());
        }
    } else {
        let alone: Vec<String> = judged
            .measured
            .architecture
            .components
            .iter()
            .filter(|(_, k)| {
                effort::ours(k)
                    && k.instances == Some(1)
                    && k.runs_in.is_none()
                    && k.kind != ComponentKind::Worker
            })
            .map(|(id, _)| id.clone())
            .collect();
        if !alone.is_empty() {
            out.push(format!(
                "{} run{} once: while {} down, what needs {} waits.",
                crate::prose::capital(&list(&alone)),
                if alone.len() == 1 { "s" } else { "" },
                if alone.len() == 1 { "it is" } else { "one is" },
                if alone.len() == 1 { "it" } else { "them" }
            ));
        }
        if c.standby == Standby::None && c.store.is_some() {
            let point = ctx.brief.targets.as_ref().and_then(|t| t.recovery_point);
            out.push(match point {
                Some(p) => format!("A lost disk goes back to the last archived moment; archiving must be more frequent than the recovery point of {p}."),
                None => "A lost disk goes back to the last backup; nobody has said how much may be lost.".into(),
            });
        }
        if c.standby == Standby::Asynchronous {
            out.push("A failover loses the commits that the standby had not received.".into());
        }
        if matches!(ctx.on_call(), Some(OnCall::None | OnCall::BusinessHours))
            && !c.managed_store
            && c.store.is_some()
            && n.availability_target.is_some_and(|t| t >= 0.999)
        {
            out.push(
                "Nobody is on call at night, and the store's failover is the team's own.".into(),
            );
        }
    }
    for (id, port) in &ctx.brief.domain.ports {
        if let (Some(a), Some(t)) = (port.availability, n.availability_target)
            && a.0 < t
        {
            out.push(format!("{id} is up {a}, less than the {} that are promised: what waits for it needs an answer of its own when it is down.", percent(t)));
        }
    }
    if matches!(c.search, SearchIn::Engine(_)) {
        out.push(
            "The search engine lags behind the store and must be rebuilt from it when they part."
                .into(),
        );
    }
    for text in n.unverified.iter().take(3) {
        out.push(format!("Unverified: {text}."));
    }
    if n.unverified.len() > 3 {
        out.push(format!(
            "Unverified times of {} further operations.",
            n.unverified.len() - 3
        ));
    }
    out
}

fn dependencies(ctx: &Ctx, c: &Choices) -> Vec<String> {
    let mut out = Vec::new();
    for (id, port) in &ctx.brief.domain.ports {
        let limit = port.limit.map_or(String::new(), |l| format!(", up to {l}"));
        out.push(format!(
            "Access to {id}{limit}, with a sandbox to test against."
        ));
    }
    for (id, existing) in ctx.brief.existing.iter().flatten() {
        if existing.keep {
            out.push(format!("{id} goes on working unchanged."));
        }
    }
    if c.authentication == synthesis::AuthenticationBy::IdentityProvider {
        out.push("A client registered with the identity provider.".into());
    }
    if let (Some(cloud), Some(platform)) = (ctx.cloud, &c.platform) {
        let region = ctx
            .brief
            .constraints
            .as_ref()
            .and_then(|k| k.region.clone())
            .map_or(String::new(), |r| format!(" in {r}"));
        let provider = if cloud == "plain" {
            "machines".to_string()
        } else {
            format!("an account with {cloud}")
        };
        out.push(format!(
            "{}{region} for {}.",
            crate::prose::capital(&provider),
            ctx.name(platform)
        ));
    }
    out
}

/// What gives way at ten times the busiest hour.
fn breaks(ctx: &Ctx, n: &Numbers) -> Breaks {
    if ctx.needs.local {
        let rows: f64 = ctx
            .brief
            .domain
            .entities
            .values()
            .filter_map(|e| e.volume.as_ref()?.rows)
            .map(|r| r.0)
            .sum();
        return Breaks {
            text: format!(
                "One person uses it, so load is data: {} rows become {}. Whole-table reads grow with that; reads by an index do not.",
                number(rows),
                number(rows * 10.0)
            ),
            ..Breaks::default()
        };
    }
    match (n.saturates_at, &n.saturates_first) {
        (Some(at), Some(first)) => Breaks {
            text: if at < 10.0 {
                format!(
                    "{first}: it saturates at {} times the busiest hour, {}; ten times is {}. As built it needs {} times its processors.",
                    times(at),
                    per_s(at * ctx.needs.busy_per_s),
                    per_s(10.0 * ctx.needs.busy_per_s),
                    times(10.0 / at)
                )
            } else {
                format!(
                    "Nothing: the first to saturate is {first}, at {} times the busiest hour ({}).",
                    times(at),
                    per_s(at * ctx.needs.busy_per_s)
                )
            },
            component: Some(first.clone()),
            at_load: Some(at),
            at_per_s: Some(at * ctx.needs.busy_per_s),
        },
        _ => Breaks {
            text: "Not known: no component's load could be computed.".into(),
            ..Breaks::default()
        },
    }
}
