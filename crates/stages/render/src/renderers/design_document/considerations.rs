//! Section 7: scaling, availability, security, data protection, observability, delivery, cost,
//! risks, and how to ask for any number.

use std::collections::BTreeMap;

use model::{Author, DataClass};

use crate::figures::Figures;
use crate::numbers;
use crate::page::Page;
use crate::renderers::performance::{FILE, gives_way_first, measured_share, targets_held};
use crate::words;

pub(super) fn write(f: &Figures<'_>, page: &mut Page) {
    page.heading(2, "7. Key considerations");
    scaling(f, page);
    super::failures::write(f, page);
    super::security::write(f, page);
    protection(f, page);
    observability(f, page);
    delivery(f, page);
    cost(f, page);
    risks(f, page);
    evidence(f, page);
}

fn scaling(f: &Figures<'_>, page: &mut Page) {
    let evolution = &f.view.system.architecture.evolution;
    let said = capacity(f);
    if said.is_empty() && evolution.is_empty() {
        return;
    }
    page.heading(3, "Capacity and scaling");
    page.para(&said);
    let stages: Vec<Vec<String>> = evolution
        .values()
        .map(|s| {
            let mut trigger = f.prose(&s.trigger);
            if let Some(at) = s.at_load {
                trigger.push_str(&format!(" Expected at {}.", numbers::times(at)));
            }
            vec![
                trigger,
                f.prose(&s.change),
                s.cost.as_deref().map(|c| f.prose(c)).unwrap_or_default(),
                f.reason(&s.about),
            ]
        })
        .collect();
    if !stages.is_empty() {
        page.para("**Evolution**");
        page.table(&["When", "Then", "Cost", "Why"], &stages);
    }
}

/// The short of it; performance.md has the tables.
fn capacity(f: &Figures<'_>) -> String {
    let Some(now) = f.now.filter(|_| !f.program()) else {
        return String::new();
    };
    let mut said = Vec::new();
    said.extend(gives_way_first(now));
    said.extend(measured_share(now));
    said.extend(targets_held(f));
    let exceeded: Vec<String> = now
        .relations
        .iter()
        .filter(|(_, r)| r.exceeded)
        .map(|(id, r)| format!("`{id}` ({} there)", r.limit))
        .collect();
    if !exceeded.is_empty() {
        said.push(format!(
            "More connections are needed than there are: {}.",
            words::list(&exceeded)
        ));
    }
    said.push(format!(
        "The [performance analysis]({FILE}) has every operation and component, what is held, availability and recovery, with [latency against load](diagrams/load.svg) and [utilisation](diagrams/utilisation.svg)."
    ));
    said.join(" ")
}

fn protection(f: &Figures<'_>, page: &mut Page) {
    let system = f.view.system;
    let mut classes: BTreeMap<DataClass, Vec<String>> = BTreeMap::new();
    for (id, table) in &system.architecture.data {
        let mut own: Vec<DataClass> = table.columns.values().filter_map(|c| c.class).collect();
        own.sort();
        own.dedup();
        for class in own.into_iter().filter(|c| *c > DataClass::Internal) {
            classes.entry(class).or_default().push(id.clone());
        }
    }
    let laws = system.brief.compliance.clone().unwrap_or_default();
    if classes.is_empty() && laws.is_empty() {
        return;
    }
    page.heading(3, "Data protection and retention");
    let mut lines = Vec::new();
    if !laws.is_empty() {
        lines.push(format!("Applies: {}.", words::list(&laws)));
    }
    for (class, tables) in classes.iter().rev() {
        lines.push(format!(
            "{}: {}.",
            words::capital(&words::word(class)),
            words::list(tables)
        ));
    }
    let forever: Vec<&str> = system
        .architecture
        .data
        .iter()
        .filter(|(_, t)| {
            t.retention.is_none()
                && t.columns.values().any(|c| {
                    c.class
                        .is_some_and(|c| c >= DataClass::Personal && c != DataClass::Secret)
                })
        })
        .map(|(id, _)| id.as_str())
        .collect();
    if !forever.is_empty() {
        lines.push(format!(
            "Holds sensitive data and says no retention: {}.",
            words::list(&forever)
        ));
    }
    if let Some(residency) = system
        .brief
        .constraints
        .as_ref()
        .and_then(|c| c.residency.as_ref())
    {
        lines.push(format!("Data stays in: {residency}."));
    }
    page.bullets(&lines);
}

fn observability(f: &Figures<'_>, page: &mut Page) {
    let o = &f.view.system.architecture.observability;
    if o.signals.is_empty() && o.alerts.is_empty() {
        return;
    }
    page.heading(3, "Observability");
    let mut kinds: Vec<(String, usize)> = Vec::new();
    for signal in o.signals.values() {
        let kind = words::word(&signal.kind);
        match kinds.iter_mut().find(|(k, _)| *k == kind) {
            Some((_, n)) => *n += 1,
            None => kinds.push((kind, 1)),
        }
    }
    let counted: Vec<String> = kinds.iter().map(|(k, n)| words::counted(*n, k)).collect();
    let mut text = format!("Kept: {}.", words::list(&counted));
    if let Some(header) = &o.correlation {
        text.push_str(&format!(" Calls are joined by `{header}`."));
    }
    page.para(&text);
    let rows: Vec<Vec<String>> = o
        .alerts
        .iter()
        .map(|(id, a)| {
            vec![
                format!("`{id}`"),
                format!("{}: {}", a.signal, a.condition),
                if a.page { "yes".into() } else { "no".into() },
                f.prose(&a.action),
            ]
        })
        .collect();
    page.table(&["Alert", "When", "Wakes", "Do first"], &rows);
}

fn delivery(f: &Figures<'_>, page: &mut Page) {
    let d = &f.view.system.architecture.delivery;
    let mut lines = Vec::new();
    for (name, text) in [
        ("Rollout", &d.rollout),
        ("Rollback", &d.rollback),
        ("Migrations", &d.migrations),
        ("Infrastructure", &d.infrastructure),
    ] {
        if let Some(text) = text {
            lines.push(format!("{name}: {}", f.prose(text)));
        }
    }
    if !d.pipeline.is_empty() {
        lines.push(format!("Pipeline: {}.", d.pipeline.join(" → ")));
    }
    let environments: Vec<String> = d
        .environments
        .iter()
        .map(|(id, e)| {
            let size = e
                .size
                .map(|s| format!(" ({s} of production)"))
                .unwrap_or_default();
            format!("`{id}`{size}: {}", f.prose(&e.purpose))
        })
        .collect();
    if environments.len() > 1 {
        lines.push(format!("Environments: {}", environments.join(" ")));
    }
    if lines.is_empty() {
        return;
    }
    lines.push(
        "The work in order, a file for each piece: [tasks/README.md](tasks/README.md).".into(),
    );
    page.heading(3, "Deployment");
    page.bullets(&lines);
}

/// `1 month`, `2 GiB-months`.
fn quantity(n: f64, unit: &str) -> String {
    let unit = match unit.strip_suffix('s') {
        Some(one) if n == 1.0 => one,
        _ => unit,
    };
    format!("{} {unit}", numbers::sig3(n))
}

fn cost(f: &Figures<'_>, page: &mut Page) {
    let Some(now) = f.now else { return };
    if now.cost.items.is_empty() {
        return;
    }
    page.heading(3, "Cost per month");
    let mut rows: Vec<Vec<String>> = now
        .cost
        .items
        .iter()
        .map(|i| {
            vec![
                i.what.clone(),
                quantity(i.quantity, &i.unit),
                numbers::money(i.unit_price, &i.currency),
                numbers::money(i.amount_per_month(), &i.currency),
                f.cite(&i.source),
            ]
        })
        .collect();
    for (currency, total) in &now.cost.total_per_month {
        rows.push(vec![
            "**Total**".into(),
            String::new(),
            String::new(),
            format!("**{}**", numbers::money(*total, currency)),
            String::new(),
        ]);
    }
    page.table(&["What", "Quantity", "Each", "A month", "Source"], &rows);
    if !now.cost.left_out.is_empty() {
        let left: Vec<&str> = now
            .cost
            .left_out
            .iter()
            .map(|l| l.trim_end_matches('.'))
            .collect();
        page.para(&format!("Not in it: {}.", left.join("; ")));
    }
}

fn risks(f: &Figures<'_>, page: &mut Page) {
    let architecture = &f.view.system.architecture;
    // What is UNVERIFIED and which decisions were close stands in section 1 already.
    let rows: Vec<Vec<String>> = architecture
        .risks
        .iter()
        .filter(|(id, r)| {
            let told = id.starts_with("unverified-") || id.starts_with("close-");
            r.about.author != Author::Engine || !told
        })
        .map(|(_, r)| {
            let level = |l: &Option<model::Level>| l.as_ref().map(words::word).unwrap_or_default();
            vec![
                f.prose(&r.text),
                level(&r.likelihood),
                level(&r.impact),
                r.mitigation
                    .as_deref()
                    .map(|m| f.prose(m))
                    .unwrap_or_default(),
                f.authored(&r.about),
            ]
        })
        .collect();
    if !rows.is_empty() {
        page.heading(3, "Risks");
        page.table(
            &[
                "Risk",
                "Likelihood",
                "Impact",
                "Answer",
                "Words of its author",
            ],
            &rows,
        );
    }
}

fn evidence(f: &Figures<'_>, page: &mut Page) {
    let Some(now) = f.now else { return };
    let keys: Vec<String> = ["p99", "utilisation", "availability", "rows-3y"]
        .iter()
        .filter_map(|end| {
            now.explanations
                .keys()
                .find(|k| k.ends_with(&format!(".{end}")))
        })
        .map(|k| {
            let short = k.split_once('.').map_or(k.as_str(), |(_, rest)| rest);
            format!("`{short}`")
        })
        .collect();
    page.heading(3, "Evidence");
    let mut text =
        "Every number has a formula, its inputs and their sources: `groundplan explain <key>`"
            .to_string();
    if !keys.is_empty() {
        text.push_str(&format!(", for example {}", words::list(&keys)));
    }
    page.para(&format!("{text}."));
    let sources: Vec<String> = f
        .sources()
        .iter()
        .enumerate()
        .map(|(i, s)| format!("[S{}] {s}", i + 1))
        .collect();
    page.bullets(&sources);
}
